"""A run's network as GEXF and GraphML that Gephi, Gephi Lite, Cytoscape and networkx open without complaint.

Both formats refuse or misread what a ``networkx.MultiGraph`` may hold: no None, no lists, no control characters, no
transparency on colours (Gephi Lite), times as words.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
from networkx.readwrite.gexf import GEXFWriter

from graph.privacy.sanitize import xml_text

_VIZ = "http://www.gexf.net/1.2draft/viz"
_COLOURS = {"x": (0, 114, 178), "telegram": (230, 159, 0), "facebook": (0, 158, 115), "mastodon": (204, 121, 167)}
_MORE = ((213, 94, 0), (86, 180, 233), (240, 228, 66))
_OTHER = (107, 113, 120)


def plain(value: object) -> str | int | float | bool | None:
    """A value both formats can hold, or None when there is nothing to write.

    Examples
    --------
    >>> plain(["a", "b"]), plain(float("nan")), plain(None), plain("a\\x00b")
    ('a b', None, None, 'ab')
    """
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bool | int):
        return value
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, list | tuple | set | frozenset):
        return xml_text(" ".join(str(item) for item in value))
    return xml_text(value)


def rewritten(
    network: nx.MultiGraph,
    name: Callable[[str], str],
    node: Callable[[str, Mapping[str, Any]], Mapping[str, Any]],
    edge: Callable[[Mapping[str, Any]], Mapping[str, Any]],
) -> nx.MultiGraph:
    """The network under other names and with only the attributes ``node`` and ``edge`` give; edges are numbered."""
    out = nx.MultiGraph()
    for uid, data in network.nodes(data=True):
        out.add_node(name(uid), **_kept(node(uid, data)))
    for number, (a, b, data) in enumerate(network.edges(data=True)):
        out.add_edge(name(a), name(b), key=number, **_kept(edge(data)))
    return out


def _kept(attributes: Mapping[str, Any]) -> dict[str, Any]:
    written = {key: plain(value) for key, value in attributes.items()}
    return {key: value for key, value in written.items() if value is not None}


def colours(platforms: Iterable[str]) -> dict[str, tuple[int, int, int]]:
    """Platform to its colour on every page: four are fixed, the next three by name, grey for the rest."""
    others = sorted({p for p in platforms if p} - set(_COLOURS))
    return _COLOURS | dict(zip(others, _MORE, strict=False))


def write_gexf(network: nx.MultiGraph, path: Path, *, title: str, date: str) -> Path:
    """GEXF 1.2 with sizes, colours and positions from the nodes' ``x y size r g b``; edges that are not ``tested`` are dashed."""
    out = network.copy()
    for _, data in out.nodes(data=True):
        data["viz"] = {
            "color": {"r": data.pop("r"), "g": data.pop("g"), "b": data.pop("b")},
            "position": {"x": data.pop("x"), "y": data.pop("y"), "z": 0.0},
            "size": data.pop("size"),
        }
    for _, _, data in out.edges(data=True):
        if data.get("tested") is False:
            data["viz"] = {"shape": "dashed"}
    writer = GEXFWriter(version="1.2draft")
    writer.add_graph(out)
    for colour in writer.xml.iter(f"{{{_VIZ}}}color"):
        colour.attrib.pop("a", None)
    for colour in writer.xml.iter("viz:color"):
        colour.attrib.pop("a", None)
    for meta in writer.xml.iter("meta"):
        meta.set("lastmodifieddate", date)
        for creator in meta.iter("creator"):
            creator.text = "Lockstep"
        ElementTree.SubElement(meta, "description").text = xml_text(title)
    writer.indent(writer.xml)
    ElementTree.ElementTree(writer.xml).write(path, encoding="utf-8", xml_declaration=True)
    return path


def write_graphml(network: nx.MultiGraph, path: Path) -> Path:
    """GraphML with flat attributes, ``x y size r g b`` among them."""
    out = network.copy()
    for rows in ([data for _, data in out.nodes(data=True)], [data for *_, data in out.edges(data=True)]):
        numbers = {name for data in rows for name, value in data.items() if isinstance(value, float)}
        for data in rows:
            data.update({name: float(data[name]) for name in numbers if isinstance(data.get(name), int)})
    nx.write_graphml_xml(out, path, named_key_ids=True)
    return path


def colour_of(platform: str | None, known: Mapping[str, tuple[int, int, int]]) -> dict[str, int]:
    """``r g b`` of a platform."""
    red, green, blue = known.get(platform or "", _OTHER)
    return {"r": red, "g": green, "b": blue}
