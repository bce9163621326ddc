"""The posts of two accounts side by side: what each said, how far apart, and whose was first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboards import words
from dashboards.components import pins
from dashboards.components.base import Child, State, attributes
from dashboards.components.layout import drawing, panel, source_line
from dashboards.components.marks import account
from dashboards.components.tie import Tie
from dashboards.figures.strips import lag_strip, lag_ticks
from dashboards.local.addresses import coded
from dashboards.pages.groups.labels import chips, labels_of
from dashboards.pages.object import link_to
from dashboards.pages.protecting import seal_one_of
from dashboards.words.posts import object_name, post_text
from graph.stores.base import Scan
from graph.traces import TRACES

if TYPE_CHECKING:
    from graph.report.report import Report

EVIDENCE = "/evidence"
ROWS = 25  # meetings on one page


def first_words(tie: Tie) -> str:
    """Title that counts who posts first."""
    f = tie.facts
    a, b, whole = int(f["a_first"]), int(f["b_first"]), int(f["observed"])
    unit = {"min": "minute", "day": "day"}.get(tie.precision or "", "second")
    if not whole:
        return f"No two posts came {words.within(tie.window_s, tie.precision)}"
    if not a and not b:
        return f"Neither is first: all {words.count(whole)} in the same {unit}"
    if a == b:
        return f"Each posts first in {words.count(a)} of {words.count(whole)}"
    who, often = (tie.a, a) if a > b else (tie.b, b)
    return f"{who} posts first in {words.count(often)} of {words.count(whole)}"


def rest_words(tie: Tie) -> str:
    """The other direction, and equal times."""
    f = tie.facts
    a, b, whole = int(f["a_first"]), int(f["b_first"]), int(f["observed"])
    unit = {"min": "minute", "day": "day"}.get(tie.precision or "", "second")
    less, who = min((b, tie.b), (a, tie.a))
    same = whole - a - b
    if not whole:
        return "Shown: the nearest two posts on each object. Times in UTC."
    said = [f"{who} posts first in {words.count(less)}." if a != b else ""]
    if same > 0 and (a or b):
        said.append(f"In {words.count(same)} both post in the same {unit}.")
    if tie.precision == "min":
        said.append("Times are known to the minute only.")
    return " ".join([*(s for s in said if s), "Times in UTC."])


def named(facts: Mapping[str, Any]) -> dict[str, Any]:
    """A tie as pins name it."""
    return {
        "a": str(facts["account_a"]),
        "b": str(facts["account_b"]),
        "trace": str(facts["trace"]),
        "window": f"{facts['window_s']:g}",
    }


def posts_panel(report: Report, state: State, tie: Tie) -> Component:
    """One page of the meetings, each a row, with the way to the next."""
    f = tie.facts
    page = _page_number(state.get("page"), len(tie.meetings))
    shown = tie.meetings.iloc[page * ROWS : (page + 1) * ROWS]
    uids = [f["account_a"], f["account_b"], *shown["post_a"], *shown["post_b"]]
    named_as = labels_of(report, [str(uid) for uid in uids if words.known(uid)])
    head = html.Thead(
        html.Tr(
            [
                html.Th(
                    [account(tie.a, f.get("platform_a")), *chips(named_as.get(str(f["account_a"]), ()))], scope="col"
                ),
                html.Th(
                    [
                        html.Span([html.Span(f"{tie.a} later"), html.Span(f"{tie.b} later")], className="lagends"),
                        drawing(lag_ticks(tie.window_s)),
                    ],
                    className="lagh",
                    scope="col",
                ),
                html.Th(
                    [account(tie.b, f.get("platform_b")), *chips(named_as.get(str(f["account_b"]), ()))], scope="col"
                ),
            ]
        )
    )
    media = media_counts(report, [*shown["post_a"], *shown["post_b"]])
    typed = addresses(report, shown, str(f["trace"]))
    may = pins.revealable(report.gate.profile)
    rows = [_meeting(state, tie, row, media, typed, may, named_as) for row in shown.to_dict("records")]
    table = html.Table(
        [head, html.Tbody(rows)],
        className="pairs",
        **attributes(data_name="posts", aria_label="Posts side by side, by time"),
    )
    file = state.here(page=None).replace(EVIDENCE, "/files/evidence.csv", 1) if tie.tested else None
    return panel(
        "posts",
        first_words(tie),
        table,
        csv=file,
        image=False,
        more=[*_pager(state, page, len(tie.meetings), rest_words(tie)), seal_one_of("post", _posts(tie, shown))],
        pin=pins.pin("figure", **named(f), figure="posts", title=first_words(tie)) if tie.tested else None,
        source=source_line(
            report,
            "Names are masked, and links cannot be clicked. Nothing is fetched from them. Showing a name is logged.",
        ),
    )


def _posts(tie: Tie, shown: pd.DataFrame) -> dict[str, str]:
    """Posts of a page by their codes, with words for a menu."""
    return {
        coded("post", str(row[f"post_{side}"])): f"{code}, {words.clock(row[f'at_{side}'], row.get('precision'))}"
        for row in shown.to_dict("records")
        for side, code in (("a", tie.a), ("b", tie.b))
        if words.known(row[f"post_{side}"])
    }


def _page_number(asked: str | None, whole: int) -> int:
    wanted = int(asked) - 1 if asked and asked.isdigit() and len(asked) < 7 else 0
    return max(0, min(wanted, (whole - 1) // ROWS))


def media_counts(report: Report, posts: Sequence[Any]) -> Counter[str]:
    """Pictures and films of these posts. Nothing of them is kept but that they were there."""
    uids = sorted({str(uid) for uid in posts if words.known(uid)})
    what = Scan(columns=("post_uid",), kinds=("media",), uids=uids)
    return Counter(uid for batch in report.store.scan("links", what) for uid in batch.column("post_uid").to_pylist())


def addresses(report: Report, meetings: pd.DataFrame, trace: str) -> dict[tuple[str, str], str]:
    """Links as the posts wrote them, by post and object: what is compared is one spelling for many."""
    kinds = TRACES[trace].kinds if trace in TRACES else ()
    if "url" not in kinds:
        return {}
    uids = sorted({str(uid) for side in ("post_a", "post_b") for uid in meetings[side] if words.known(uid)})
    what = Scan(columns=("post_uid", "target_key", "target_raw"), kinds=("url",), uids=uids)
    rows = [row for batch in report.store.scan("links", what) for row in batch.to_pylist()]
    return {(str(row["post_uid"]), str(row["target_key"])): str(row["target_raw"]) for row in rows if row["target_raw"]}


def _meeting(
    state: State,
    tie: Tie,
    row: Mapping[Any, Any],
    media: Mapping[str, int],
    typed: Mapping[tuple[str, str], str],
    may: frozenset[str],
    labels: Mapping[str, Sequence[str]],
) -> Component:
    f = tie.facts
    inside = bool(row["within"])
    said = words.lag(row["lag_s"], row.get("precision"))
    said_of = [typed.get((str(row.get(f"post_{side}")), str(row["object"]))) for side in ("a", "b")]
    plain = row.get("object_words") if words.known(row.get("object_words")) else row["object"]
    name = object_name(f["trace"], next((raw for raw in said_of if raw), plain))
    address: list[Child] = [] if _is_the_post(f["trace"], row) else [name]
    if f["trace"] in ("link", "domain"):
        label = f"Copy the address (not clickable) {name}"
        address += [
            " ",
            html.Button("Copy", type="button", className="txt", **attributes(aria_label=label, data_copy=name)),
        ]
    middle: list[Child] = [
        drawing(lag_strip(float(row["lag_s"]), tie.window_s)),
        html.B(said if inside else f"{said} apart"),
        html.Span(address, className="url") if address else None,
        link_to(
            state, f["trace"], row["object"], ["Who else posted it?", html.Span(f" {name}", className="vh")], "txt"
        ),
    ]
    return html.Tr(
        [
            _side(tie, row, "a", media, may, labels),
            html.Td(middle, className="lagc"),
            _side(tie, row, "b", media, may, labels),
        ],
        className=None if inside else "apart",
        **attributes(data_row="1"),
    )


def _is_the_post(trace: Any, row: Mapping[Any, Any]) -> bool:
    """True where the object is the text itself, shown on both sides already."""
    return trace == "text" and words.known(row.get("text_a")) and words.known(row.get("text_b"))


def _side(
    tie: Tie,
    row: Mapping[Any, Any],
    side: str,
    media: Mapping[str, int],
    may: frozenset[str],
    labels: Mapping[str, Sequence[str]],
) -> Component:
    uid = row.get(f"post_{side}")
    hidden = media.get(str(uid), 0)
    code = tie.a if side == "a" else tie.b
    what = f"{code}, {words.clock(row[f'at_{side}'], row.get('precision'))}"
    trace = TRACES.get(str(row.get("trace")))
    noun = trace.words.one if trace and trace.of_accounts else None
    made: list[Child] = [
        html.Span(
            [
                html.Span(f"{code}, ", className="vh"),
                words.clock(row[f"at_{side}"], row.get("precision")),
                *chips(labels.get(str(uid), ())),
            ],
            className="when",
        ),
        html.P(post_text(row.get(f"text_{side}"))),
    ]
    if hidden:
        told = f"{words.counted(hidden, 'picture or video', 'pictures or videos')}, hidden"
        made.append(
            html.Span(
                [told, pins.reveal(str(uid), "Describe", "media", what) if "media" in may else None], className="media"
            )
        )
    if words.known(uid):
        made.append(
            html.Span(
                [
                    *([pins.reveal(str(uid), f"Show the {noun}", "shared", what)] if noun and "shared" in may else []),
                    pins.reveal(str(uid), "Show names", "words", what) if "words" in may else None,
                    pins.pin("post", post=str(uid), **named(tie.facts), title=what) if tie.tested else None,
                ],
                className="postacts",
            )
        )
    return html.Td(made, **attributes(data_post=coded("post", str(uid))))


def _pager(state: State, page: int, whole: int, told: str) -> list[Child]:
    pages = -(-whole // ROWS)
    links: list[Child] = []
    if page > 0:
        links.append(dcc.Link("Earlier", href=state.here(page=page), className="btn"))
    if page + 1 < pages:
        links.append(
            dcc.Link(
                f"Show the next {min(ROWS, whole - (page + 1) * ROWS)}", href=state.here(page=page + 2), className="btn"
            )
        )
    where = (
        f"{words.count(page * ROWS + 1)} to {words.count(min(whole, (page + 1) * ROWS))} of {words.count(whole)}. "
        if pages > 1
        else ""
    )
    return [html.Div([*links, html.Span(f"{where}{told}", className="dim")], className="more")]
