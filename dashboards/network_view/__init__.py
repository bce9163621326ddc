"""Small Dash components of our own: a network on sigma.js, a drawing from SVG text, and plain markup that costs nothing.

All live in one bundle, ``static/network_view.min.js``, built from ``src/`` with esbuild (``npm run build`` here) and
committed, so that nobody who installs Lockstep needs Node.
"""

from __future__ import annotations

from typing import Any

from dash.development.base_component import Component

__version__ = "1.0.0"

BUNDLE = {"relative_package_path": "static/network_view.min.js", "namespace": __name__}
"""Script that ``create_app`` adds to the page."""


class NetworkView(Component):
    """The network of one group, or of any set of accounts: as a force layout, by delay, or both side by side.

    The address holds ``layout``, ``colour``, ``size``, ``min``, ``node`` and the days.

    Parameters
    ----------
    id : str
        Needed, since the strength slider and the export buttons address it.
    url : str
        Where its data are (columnar JSON). Data never travel as a prop: they would be parsed and copied twice.
    minimum : int
        Draws ties with at least this many objects together. The slider sets it in the browser, as the days are set there
        (``from`` and ``to`` in the address, and the event ``lockstep:period``).
    selected : str, optional
        Tie to show in indigo, as ``"codeA-codeB"``.
    title, description : str
        For screen readers and for the exported picture.
    stamp : str
        Source line with the run, printed under exported pictures.
    height : int
        CSS pixels.
    keep : str, optional
        Where a refined layout is sent to be kept for everyone; without it there is no "Improve layout".
    opening : {"network", "delay"}, optional
        The layout that is shown until somebody chooses one.
    because : str, optional
        Sentence that says why.
    gexf : str, optional
        Address of the picture as a GEXF file.
    """

    _children_props: list[str] = []  # noqa: RUF012
    _base_nodes: list[str] = ["children"]  # noqa: RUF012
    _namespace = "lockstep_view"
    _type = "NetworkView"
    _prop_names: list[str] = [  # noqa: RUF012
        "id",
        "url",
        "minimum",
        "selected",
        "title",
        "description",
        "stamp",
        "height",
        "keep",
        "opening",
        "because",
        "gexf",
    ]
    available_properties = _prop_names
    _valid_wildcard_attributes: list[str] = []  # noqa: RUF012
    available_wildcard_properties: list[str] = []  # noqa: RUF012

    def __init__(self, id: str, url: str, **props: Any) -> None:
        super().__init__(id=id, url=url, **props)  # type: ignore[no-untyped-call]


class Drawing(Component):
    """SVG text as part of the page, so that one drawing serves both themes through CSS classes.

    The browser parses it as XML and keeps only drawing elements and attributes: text in it can never become markup
    that runs. Give it text made by ``dashboards.figures.svg``, which escapes what it is handed.

    Parameters
    ----------
    svg : str
        One ``<svg>`` element, with ``<title>`` and ``<desc>`` unless it is decoration.
    """

    _children_props: list[str] = []  # noqa: RUF012
    _base_nodes: list[str] = ["children"]  # noqa: RUF012
    _namespace = "lockstep_view"
    _type = "Drawing"
    _prop_names: list[str] = ["id", "svg", "className"]  # noqa: RUF012
    available_properties = _prop_names
    _valid_wildcard_attributes: list[str] = []  # noqa: RUF012
    available_wildcard_properties: list[str] = []  # noqa: RUF012

    def __init__(self, svg: str, **props: Any) -> None:
        super().__init__(svg=svg, **props)  # type: ignore[no-untyped-call]


class Static(Component):
    """A part of the page that only shows, such as a table: built as plain DOM.

    Dash's renderer keeps account of every component; a table of a thousand cells costs it seconds.
    ``dashboards.server.static_tables`` makes the tree from Dash components.

    Parameters
    ----------
    tree : list
        Nodes: text, None, or ``[tag, attributes, children]``. Unknown tags and attributes are left out.
    """

    _children_props: list[str] = []  # noqa: RUF012
    _base_nodes: list[str] = ["children"]  # noqa: RUF012
    _namespace = "lockstep_view"
    _type = "Static"
    _prop_names: list[str] = ["id", "tree"]  # noqa: RUF012
    available_properties = _prop_names
    _valid_wildcard_attributes: list[str] = []  # noqa: RUF012
    available_wildcard_properties: list[str] = []  # noqa: RUF012

    def __init__(self, tree: list[Any], **props: Any) -> None:
        super().__init__(tree=tree, **props)  # type: ignore[no-untyped-call]
