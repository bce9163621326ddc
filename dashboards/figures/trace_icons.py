"""Icons and meanings of behaviours, as people choose them.

All of it comes from the table of traces, so that a new trace appears by itself; one without a drawing here gets the plain
one of two accounts that meet.
"""

from __future__ import annotations

from types import ModuleType

import graph.traces
from dashboards.figures.svg import box, ink, line, ornament
from graph.traces import TRACES


def drawn(name: str) -> str:
    """Two accounts as two time lines, and what they do on them.

    Examples
    --------
    >>> drawn("link").startswith("<svg") and 'aria-hidden="true"' in drawn("link")
    True
    """
    lanes = line(4, 10, 60, 10) + line(4, 26, 60, 26)
    return ornament(64, 36, lanes + _MARKS.get(name, _met)(), "way")


def explained(name: str) -> str:
    """Meaning of a trace, from the docstring of its module.

    Examples
    --------
    >>> explained("repost")
    'Two accounts repost the same original post.'
    """
    said = (_module(name).__doc__ or "").split("\n\n")[0]
    return " ".join(said.split()).partition(". ")[2]


def _module(name: str) -> ModuleType:
    trace = TRACES[name]
    modules = (member for member in vars(graph.traces).values() if isinstance(member, ModuleType))
    return next((module for module in modules if getattr(module, "TRACE", None) is trace), graph.traces)


def _dot(x: float, y: float) -> str:
    return f'<circle cx="{x}" cy="{y}" r="3.4" fill="{ink("ev-far")}"/>'


def _met() -> str:
    pairs = ((22, 27), (46, 49))
    return "".join(_dot(a, 10) + _dot(b, 26) + line(a, 10, b, 26, "ev-far", 1.5) for a, b in pairs)


def _lifted() -> str:
    origin = box(10.5, 6.5, 7, 7, "surface", "ev-far", 1)
    return (
        origin + line(17, 10, 31, 10, "ev-far", 1.5) + line(34, 10, 38, 26, "ev-far", 1.5) + _dot(34, 10) + _dot(38, 26)
    )


def _written() -> str:
    rows = ((12, 34, 7), (12, 40, 10.5), (12, 28, 14), (16, 38, 23), (16, 44, 26.5), (16, 30, 30))
    return "".join(line(a, y, b, y, "ev-far", 1.5) for a, b, y in rows)


def _signs(sign: str, *spots: tuple[float, float]) -> str:
    return "".join(
        f'<text x="{x:g}" y="{y:g}" fill="{ink("ev-far")}" font-weight="600">{sign}</text>' for x, y in spots
    )


def _tagged() -> str:
    return _signs("#", (18, 14), (34, 14), (22, 30), (38, 30))


def _in_order() -> str:
    arrows = "".join(line(x + 9, y, x + 14, y, "ev-far", 1.5) for x in (10, 25) for y in (10, 26))
    return _signs("#", *((x, y) for y in (14, 30) for x in (10, 25, 40))) + arrows


def _mentioned() -> str:
    return _signs("@", (18, 14), (22, 30))


def _sounded() -> str:
    return "".join(_dot(x, y) + line(x + 3, y, x + 3, y - 9, "ev-far", 1.5) for x, y in ((20, 12), (24, 28)))


def _pictured() -> str:
    return box(14.5, 4.5, 11, 11, "surface", "ev-far", 1) + box(20.5, 20.5, 11, 11, "surface", "ev-far", 1)


def _clocked() -> str:
    upper, lower = (10, 14, 30, 33, 50), (11, 15, 31, 34, 51)
    return "".join(_dot(x, 10) for x in upper) + "".join(_dot(x, 26) for x in lower)


def _named() -> str:
    names = "".join(line(18, y, 44, y, "ev-far", 3) for y in (10, 26))
    return names + line(31, 13, 31, 23, "ev-far", 1)


_MARKS = {
    "repost": _lifted,
    "quote": _lifted,
    "reply": _lifted,
    "mention": _mentioned,
    "text": _written,
    "near_text": _written,
    "hashtags": _tagged,
    "hashtag_sequence": _in_order,
    "media": _pictured,
    "object": _pictured,
    "track": _sounded,
    "copost": _clocked,
    "same_handle": _named,
    "same_bio": _named,
    "same_contact": _named,
    "same_picture": _pictured,
}
