"""Slopegraph of groups: two views on two sides, matching groups joined by a line."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dashboards import words as say
from dashboards.figures.svg import Picture, box, drawing, ink, line, n, words
from graph.report.compare import ComparedGroup, Match

DRAWN = 30
_WIDTH, _ROW, _TOP, _LEFT, _RIGHT = 720.0, 26.0, 34.0, 250.0, 470.0


def slopes(matches: Sequence[Match], names: tuple[str, str], source: str = "") -> Picture:
    """Groups of one view at the left, of the other at the right, each side in its own order.

    Parameters
    ----------
    matches : sequence of Match
        As ``graph.report.compare.compared`` gives them.
    names : (str, str)
        What the sides are called.
    """
    sides: tuple[list[ComparedGroup], list[ComparedGroup]] = (
        sorted([m.one for m in matches if m.one], key=lambda h: h.place),
        sorted([m.two for m in matches if m.two], key=lambda h: h.place),
    )
    lefts, rights = ({id(h): k for k, h in enumerate(side[:DRAWN])} for side in sides)
    height = _TOP + max(len(lefts), len(rights), 1) * _ROW + 8
    body = words(_LEFT, 16, names[0], "end", "ink", 600) + words(_RIGHT, 16, names[1], "start", "ink", 600)
    body += line(0, 24, _WIDTH, 24, "line")
    for match in matches:
        one, two = lefts.get(id(match.one)), rights.get(id(match.two))
        if one is not None and two is not None and match.jaccard is not None:
            wide = 1 + 3 * match.jaccard
            body += (
                f'<path d="M{n(_LEFT + 12)} {n(_y(one))}L{n(_RIGHT - 12)} {n(_y(two))}" fill="none"'
                f' stroke="{ink("ev-far")}" stroke-width="{n(wide)}"/>'
            )
    for match in matches:
        if match.one is not None and id(match.one) in lefts:
            body += _end(match.one, _LEFT, _y(lefts[id(match.one)]), "end", "gone" if match.event == "gone" else "")
        if match.two is not None and id(match.two) in rights:
            body += _end(match.two, _RIGHT, _y(rights[id(match.two)]), "start", "new" if match.event == "new" else "")
    title = counted(matches)
    pairs = "; ".join(
        f"{m.one.name} matches {m.two.name}, {say.counted(m.common, 'account')} in both"
        for m in matches[:12]
        if m.one and m.two
    )
    alt = f"{names[0]} at the left, {names[1]} at the right. {title}.{f' {say.sentence(pairs)}.' if pairs else ''}"
    most = max(len(sides[0]), len(sides[1]))
    left_out = f"The first {say.count(DRAWN)} of each side; the table has all. " if most > DRAWN else ""
    note = (
        f"{left_out}Lines join matching groups; thickness = shared members. From top to bottom: each side's own order."
    )
    return Picture(title, alt, table(matches, names), source, drawing(_WIDTH, height, title, alt, body), note=note)


def counted(matches: Sequence[Match]) -> str:
    """The finding: what stays, what goes, what is new, what becomes something else; closed circles are counted apart.

    Examples
    --------
    >>> one, circle = ComparedGroup("group 1", frozenset("abc")), ComparedGroup("closed circle 1", frozenset("abc"), heading="closed")
    >>> counted([Match("gone", one, None)])
    'No group stays, 1 is gone, none is new'
    >>> counted([Match("stays", one, circle, 3, 1.0), Match("new", None, circle)])
    '1 group becomes a closed circle; 1 closed circle is new'
    """
    if not matches:
        return "No group on either side"
    groups, circles = ([m for m in matches if not m.becomes and _heading(m) == h] for h in ("groups", "closed"))
    said = [_events(groups)] if groups or not circles else []
    for heading, became in BECOMES.items():
        number = sum(m.becomes == heading for m in matches)
        said += [say.counted(number, became[0], became[1])] if number else []
    for event, verbs in (
        ("stays", ("stays", "stay")),
        ("gone", ("is gone", "are gone")),
        ("new", ("is new", "are new")),
    ):
        number = sum(m.event == event for m in circles)
        said += [f"{say.counted(number, 'closed circle')} {verbs[number > 1]}"] if number else []
    return say.sentence("; ".join(said))


BECOMES = {
    "closed": ("group becomes a closed circle", "groups become closed circles"),
    "groups": ("closed circle becomes a group", "closed circles become groups"),
}
"""Words for what stays under another heading, by that heading."""


def change_of(match: Match) -> str:
    """One match in words.

    Examples
    --------
    >>> change_of(Match("new", None, ComparedGroup("group 1", frozenset("abc"))))
    'new'
    """
    return {"closed": "becomes a closed circle", "groups": "becomes a group"}.get(match.becomes or "", match.event)


def _heading(match: Match) -> str:
    held = match.one or match.two
    return held.heading if held else "groups"


def _events(matches: Sequence[Match]) -> str:
    numbers = {event: sum(m.event == event for m in matches) for event in ("stays", "gone", "new")}

    def are(event: str, word: str) -> str:
        number = numbers[event]
        return f"{say.count(number) if number else 'none'} {'are' if number > 1 else 'is'} {word}"

    kept = numbers["stays"]
    stays = f"{say.counted(kept, 'group')} {'stays' if kept == 1 else 'stay'}" if kept else "No group stays"
    return f"{stays}, {are('gone', 'gone')}, {are('new', 'new')}"


def table(matches: Sequence[Match], names: tuple[str, str]) -> pd.DataFrame:
    """The matches as a table, one row each."""
    return pd.DataFrame(
        {
            "Change": [change_of(m) for m in matches],
            names[0]: [say.sentence(m.one.name) if m.one else say.NONE for m in matches],
            names[1]: [say.sentence(m.two.name) if m.two else say.NONE for m in matches],
            "Accounts, first": pd.array([len(m.one.members) if m.one else None for m in matches], dtype="Int64"),
            "Accounts, second": pd.array([len(m.two.members) if m.two else None for m in matches], dtype="Int64"),
            "In both": [m.common if m.event == "stays" else 0 for m in matches],
            "Overlap": [say.share(m.jaccard, 1) if m.jaccard is not None else say.NONE for m in matches],
        }
    )


def _y(place: int) -> float:
    return _TOP + (place + 0.5) * _ROW


def _end(group: ComparedGroup, x: float, y: float, anchor: str, alone: str) -> str:
    away = -1 if anchor == "end" else 1
    said = f"{say.sentence(group.name)}, {say.counted(len(group.members), 'account')}"
    square = box(x - away * 9 - 4, y - 4, 8, 8, "ev-group" if alone else "ev-far")
    tail = f" ({alone})" if alone else ""
    return square + words(x + away * 2, y + 4, f"{said}{tail}", anchor, "ink-2" if alone else "ink")
