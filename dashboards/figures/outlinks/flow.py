"""Flow of links: from groups, straight or by a redirect or link-in-bio page, to hosts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from dashboards import words as say
from dashboards.figures.charts import base_layout
from dashboards.figures.svg import Picture, box, drawing, ink, n, ornament, said, words
from dashboards.figures.theme import tokens

GROUPS, WAYS, HOSTS = 5, 5, 6
"""Largest ones of each column that keep a node of their own; the rest of a column is one node."""

HEADS = ("Group", "How", "Where")
_WIDTH, _TOP, _THICK, _GAP, _TALL = 720.0, 28.0, 9.0, 14.0, 270.0
_LEFT, _MIDDLE, _RIGHT = 150.0, 330.0, 522.0
_LETTERS = (20, 32, 24)
_TONES = {"": "ev-far", "lookalike": "stop", "unknown": "warn"}
_BANDS = {"": ("ev-beyond", 0.2), "lookalike": ("stop", 0.4), "unknown": ("warn", 0.35)}


@dataclass
class _Node:
    """One bar of a column: its name, its links, its place, and how much of each side is taken."""

    name: str
    mark: str
    links: int
    y: float = 0.0
    tall: float = 2.0
    out: float = field(default=0.0)
    into: float = field(default=0.0)


def flow(streams: pd.DataFrame, title: str, alt: str, source: str = "", note: str = "") -> Picture:
    """Sankey diagram of links in three columns; the width of a band is its links.

    Parameters
    ----------
    streams : DataFrame
        ``group``, ``way``, ``host``, ``mark`` (empty, ``lookalike`` or ``unknown``), ``links``: words that are safe to show, in the
        order to draw. Longer columns end with what is summed, see :func:`summed`.

    Examples
    --------
    >>> rows = [("1 larch", "directly", "larch[.]example", "", 9), ("1 larch", "redirect", "unknown beyond here", "unknown", 3)]
    >>> made = flow(pd.DataFrame(rows, columns=["group", "way", "host", "mark", "links"]), "3 links end here", "Flow.")
    >>> made.svg.count("<path"), made.svg.count("<rect")
    (4, 5)
    """
    columns = [_nodes(streams, name) for name in ("group", "way", "host")]
    scale = _placed(columns)
    body = _bands(columns, streams, scale) + "".join(
        _node(one, k) for k, column in enumerate(columns) for one in column.values()
    )
    heads = (
        words(_LEFT, 12, HEADS[0], "end", "ink", 600)
        + words(_MIDDLE, 12, HEADS[1], tone="ink", weight=600)
        + words(_RIGHT, 12, HEADS[2], tone="ink", weight=600)
    )
    high = max(one.y + one.tall for column in columns for one in column.values()) + 12 if len(streams) else 40
    table = pd.DataFrame(
        {
            "Group": list(streams["group"]),
            "How": list(streams["way"]),
            "Where": list(streams["host"]),
            "Links": [int(v) for v in streams["links"]],
        }
    )
    return Picture(
        title,
        alt,
        table,
        source,
        drawing(_WIDTH, high, title, alt, body + heads),
        key=flow_key(set(streams["mark"])),
        note=note,
        chart=flow_chart(streams, columns, high) if len(streams) else None,
    )


def flow_key(marks: set[str]) -> tuple[tuple[str, str], ...]:
    """Meaning of the colours that are drawn, and of the width."""
    named = (("unknown", "unknown beyond here"), ("lookalike", "lookalike"))
    swatches = tuple((ornament(18, 12, _swatch(mark)), text) for mark, text in named if mark in marks)
    return (*swatches, (ornament(18, 12, _swatch("")), "width: links"))


def _swatch(mark: str) -> str:
    tone, strength = _BANDS[mark]
    return f'<rect x="1" y="1" width="16" height="10" fill="{ink(tone)}" fill-opacity="{strength}"/>'


def _nodes(streams: pd.DataFrame, column: str) -> dict[str, _Node]:
    """Nodes of a column in the order met; a host that is marked keeps its mark."""
    made: dict[str, _Node] = {}
    for row in streams.to_dict("records"):
        name, mark = str(row[column]), str(row["mark"]) if column == "host" else ""
        node = made.setdefault(name, _Node(name, mark, 0))
        node.links += int(row["links"])
    return made


def _placed(columns: Sequence[Mapping[str, _Node]]) -> float:
    """Set the places of all nodes; gives the height of one link, the same in every column."""
    whole = max((sum(one.links for one in column.values()) for column in columns), default=0)
    scale = _TALL / whole if whole else 0.0
    for column in columns:
        y = _TOP
        for one in column.values():
            one.y, one.tall = y, max(2.0, one.links * scale)
            y += one.tall + _GAP
    return scale


def _bands(columns: Sequence[Mapping[str, _Node]], streams: pd.DataFrame, scale: float) -> str:
    groups, ways, hosts = columns
    first = [_band(groups[a], ways[b], v, scale, 0) for a, b, v in sums(streams, "group", "way", "links")]
    second = [_band(ways[a], hosts[b], v, scale, 1) for a, b, v in sums(streams, "way", "host", "links")]
    return "".join([*first, *second])


def sums(streams: pd.DataFrame, start: str, end: str, links: str = "Links") -> list[tuple[str, str, int]]:
    """Links from each node of a column to each of the next.

    Examples
    --------
    >>> sums(pd.DataFrame({"Group": ["1", "1"], "How": ["directly", "directly"], "Links": [2, 3]}), "Group", "How")
    [('1', 'directly', 5)]
    """
    made: dict[tuple[str, str], int] = {}
    if not pd.api.types.is_numeric_dtype(streams[links]):  # counts are withheld: sums would give them back
        return []
    for a, b, number in streams[[start, end, links]].itertuples(index=False, name=None):
        made[str(a), str(b)] = made.get((str(a), str(b)), 0) + int(number)
    return [(a, b, number) for (a, b), number in made.items()]


def _band(start: _Node, end: _Node, links: int, scale: float, column: int) -> str:
    x0, x1 = ((_LEFT, _MIDDLE), (_MIDDLE, _RIGHT))[column]
    x0, y0, y1 = x0 + _THICK, start.y + start.out, end.y + end.into
    tall, mid = max(0.8, links * scale), (x0 + x1) / 2
    start.out, end.into = start.out + links * scale, end.into + links * scale
    tone, strength = _BANDS[end.mark]
    return (
        f'<path d="M{n(x0)} {n(y0)}C{n(mid)} {n(y0)} {n(mid)} {n(y1)} {n(x1)} {n(y1)}L{n(x1)} {n(y1 + tall)}'
        f'C{n(mid)} {n(y1 + tall)} {n(mid)} {n(y0 + tall)} {n(x0)} {n(y0 + tall)}Z" fill="{ink(tone)}"'
        f' fill-opacity="{strength}"/>'
    )


def _node(one: _Node, column: int) -> str:
    x = (_LEFT, _MIDDLE, _RIGHT)[column]
    bar = box(x, one.y, _THICK, one.tall, _TONES[one.mark])
    at, anchor = (x - 6, "end") if column == 0 else (x + _THICK + 6, "start")
    y = one.y + one.tall / 2 + 4
    name = f'<tspan font-weight="600">{said(one.name, _LETTERS[column])}</tspan>'
    tone = ink("stop") if one.mark == "lookalike" else ink("ink")
    # A pale outline, so that a name on top of bands can be read.
    halo = (
        f' paint-order="stroke" stroke="{ink("surface")}" stroke-width="4" stroke-linejoin="round"'
        if column == 1
        else ""
    )
    return (
        f'{bar}<text x="{n(at)}" y="{n(y)}" text-anchor="{anchor}" fill="{tone}"{halo}>{name}'
        f'<tspan dx="5" fill="{ink("ink-3")}">{say.count(one.links)}</tspan></text>'
    )


def summed(streams: pd.DataFrame, rest_hosts: str = "other hosts", rest_groups: str = "other groups") -> pd.DataFrame:
    """Streams with the largest groups, ways and hosts by name, and all others of a column as one.

    Parameters
    ----------
    streams : DataFrame
        Columns of :func:`flow`, one row per group, way and host. What lies beyond a redirect and is not known stays by itself; so
        does the largest lookalike.
    rest_hosts, rest_groups : str
        Names of what is summed, after its number.

    Examples
    --------
    >>> rows = [("1 a", "directly", f"h{k}", "", 20 - k) for k in range(9)] + [("1 a", "bio", "unknown", "unknown", 1)]
    >>> made = summed(pd.DataFrame(rows, columns=["group", "way", "host", "mark", "links"]))
    >>> list(made["host"])
    ['h0', 'h1', 'h2', 'h3', 'h4', 'h5', '3 other hosts', 'unknown']
    """
    known = streams[streams["mark"] != "unknown"]
    fakes = _largest(streams[streams["mark"] == "lookalike"], "host", 1)
    hosts = [*_largest(known, "host", HOSTS), *fakes]
    made = streams.assign(
        group=_kept(streams, "group", _largest(streams, "group", GROUPS), rest_groups),
        way=_kept(streams, "way", _largest(streams, "way", WAYS), "other pages in between"),
        host=_kept(streams, "host", [*hosts, *streams.loc[streams["mark"] == "unknown", "host"]], rest_hosts),
    )
    made.loc[~streams["host"].isin(hosts) & (streams["mark"] == "lookalike"), "mark"] = ""
    found = made.groupby(["group", "way", "host", "mark"], sort=False)["links"].sum().reset_index()
    return _ordered(pd.DataFrame(found))


def _largest(streams: pd.DataFrame, column: str, most: int) -> list[str]:
    sums = streams.groupby(column, sort=False)["links"].sum().sort_values(ascending=False, kind="stable")
    return [str(name) for name in sums.index[:most]]


def _kept(streams: pd.DataFrame, column: str, names: Sequence[str], rest: str) -> pd.Series:
    other = ~streams[column].isin(names)
    count = streams.loc[other, column].nunique()
    # A single one keeps its name: a sum of one says less.
    return streams[column] if count < 2 else streams[column].mask(other, f"{say.count(count)} {rest}")


def _ordered(streams: pd.DataFrame) -> pd.DataFrame:
    """Streams by the size of their group, way and host; sums come after names, and what is not known last."""
    keys = pd.DataFrame(index=streams.index)
    for column in ("group", "way", "host"):
        size = streams.groupby(column)["links"].transform("sum")
        last = streams[column].str.contains(r"^[\d,]+ other ", regex=True)
        keys[column] = -size + last * 1e15 + (streams["mark"].eq("unknown") * 2e15 if column == "host" else 0)
    return streams.loc[keys.sort_values(["host", "way", "group"], kind="stable").index].reset_index(drop=True)


def flow_chart(streams: pd.DataFrame, columns: Sequence[Mapping[str, _Node]], high: float) -> dict[str, Any]:
    """Chart of the flow to hover: plotly's sankey, from the same numbers."""
    ink_ = tokens()
    nodes = [one for column in columns for one in column.values()]
    place = {(k, one.name): at for at, (k, one) in enumerate((k, o) for k, c in enumerate(columns) for o in c.values())}
    first = [((0, a), (1, b), v, "") for a, b, v in sums(streams, "group", "way", "links")]
    second = [((1, a), (2, b), v, columns[2][b].mark) for a, b, v in sums(streams, "way", "host", "links")]
    shade = {"": ink_["ev-none"], "lookalike": ink_["stop"], "unknown": ink_["warn"]}
    links = [*first, *second]
    data = {
        "type": "sankey",
        "arrangement": "fixed",
        "node": {
            "label": [one.name for one in nodes],
            "color": [ink_[_TONES[one.mark]] for one in nodes],
            "thickness": _THICK,
            "pad": _GAP,
            "line": {"width": 0},
            "hovertemplate": "%{label}: %{value:,} links<extra></extra>",
        },
        "link": {
            "source": [place[start] for start, _, _, _ in links],
            "target": [place[end] for _, end, _, _ in links],
            "value": [int(v) for _, _, v, _ in links],
            "color": [shade[mark] for _, _, _, mark in links],
            "hovertemplate": "%{source.label} to %{target.label}: %{value:,} links<extra></extra>",
        },
        "textfont": {"color": ink_["ink"]},
    }
    return {"data": [data], "layout": {**base_layout(int(max(360, high + 40)), y={}), "hovermode": "closest"}}
