"""Small marks with words: platforms, accounts, the strength of a tie, and the cells of a tie in a table."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboards import words
from dashboards.components.base import Child, Children, attributes
from dashboards.components.tables import Column, Value, number
from dashboards.figures.theme import mark
from dashboards.words.groups import ABOUT_COMPARED, COMPARED
from graph.privacy.small_counts import safe_parts


def glyph(platform: str | None) -> Component:
    """A platform's mark; always beside its name or a count with its name for screen readers."""
    style = mark(platform)
    return html.I(className=f"glyph c{style.category} s-{style.shape}", **attributes(aria_hidden="true"))


def account(code: object, platform: str | None, compared: bool = False) -> Component:
    """An account as people say it aloud, with its platform's mark: ``A-104``; ``compared``: of a comparison."""
    text = code if isinstance(code, str) else f"A-{code}"
    tag = [html.Span(COMPARED, className="tagw", title=ABOUT_COMPARED)] if compared else []
    return html.Span(
        [glyph(platform), text, html.Span(f" on {words.platform(platform)}", className="vh"), *tag],
        className="acc",
        title=f"on {words.platform(platform)}",
    )


PLATFORMS_SHOWN = 4


def platform_counts(counts: Mapping[str, int | None], names: bool = False) -> Component:
    """Accounts per platform as mark and count; of many platforms the first four, and the number of the others.

    Examples
    --------
    >>> six = dict.fromkeys(("x", "telegram", "facebook", "mastodon", "vk", "gab"), 2)
    >>> platform_counts(six).children[-1].children, len(platform_counts({"x": 2}).children)
    ('+ 4 on 2 other platforms', 2)
    """
    counts = safe_parts(counts)
    most = PLATFORMS_SHOWN if len(counts) > PLATFORMS_SHOWN + 1 else len(counts)
    rest = list(counts.items())[most:]
    more = (
        f"{words.count(None if any(n is None for _, n in rest) else sum(n or 0 for _, n in rest))} on {words.counted(len(rest), 'other platform')}"
        if rest
        else ""
    )
    return html.Span(
        [
            *_platform_counts(dict(list(counts.items())[:most]), names),
            html.Span(f"+ {more}", className="pm rest", title=words.platforms(dict(rest))) if rest else None,
        ],
        className="pms",
    )


def _platform_counts(counts: Mapping[str, int | None], names: bool) -> list[Component]:
    return [
        html.Span(
            [
                glyph(p),
                html.Span(f"{_part(n)} {words.platform(p)}" if names else _part(n)),
                None if names else html.Span(f" on {words.platform(p)}", className="vh"),
            ],
            className="pm",
            title=f"{_part(n)} on {words.platform(p)}",
        )
        for p, n in counts.items()
    ]


def _part(number: int | None) -> str:
    return "…" if number is None else words.count(number)


def level_mark(level: object) -> Component:
    """Level of a tie: its line as drawn in networks, with its words."""
    return html.Span(
        [html.I(className=f"tieline {level}", **attributes(aria_hidden="true")), words.level(level)],
        className=f"ev {level}",
    )


TIE = (
    Column("Behaviour"),
    Column("Observed", True),
    Column("Expected", True),
    Column("q", True),
    Column("Level"),
)
"""Headings of ``tie_cells``."""


def tie_cells(tie: Mapping[Any, Any]) -> list[Children | Value]:
    """Cells of a tie under ``TIE``: behaviour, observed, expected, q and level."""
    return [
        f"{words.trace(tie['trace'])}, {words.window(tie['window_s'])}",
        number(tie["observed"]),
        Value(words.expected(tie["expected"]), tie["expected"]),
        tie_q(tie),
        level_mark(tie["level"]),
    ]


def tie_q(tie: Mapping[Any, Any]) -> Value:
    """A tie's q, or the reason it is shown without one."""
    return Value(words.tie_q(tie), tie["q"])


def tie_ends(tie: Mapping[Any, Any], compared: Set[str] = frozenset()) -> list[Child]:
    """The two accounts of a tie, as people say them aloud; those of a comparison are marked."""
    one, two = (
        account(words.code(tie[f"code_{side}"]), tie[f"platform_{side}"], tie[f"account_{side}"] in compared)
        for side in ("a", "b")
    )
    return [one, " ", html.Span("and", className="and"), " ", two]
