"""Would I print this tie? Two accounts, every meeting of theirs, and what chance gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import polars as pl
from dash import Dash, dcc, html
from dash.development.base_component import Component
from flask import Response, request

from dashboards import acts, figures, group_words, judging, words
from dashboards.network_data import layer_ties, tie_href
from dashboards.pages import base
from dashboards.pages.account import account_page
from dashboards.pages.nothing import no_run
from dashboards.pages.object import link_to
from dashboards.pages.tables import attributes, csv_file, object_name, picture_key, post_text, report_or_404, twin
from dashboards.tie import Tie
from graph.stores.base import Scan
from graph.traces import TRACES
from ingest.errors import UsageError

PATH = "/evidence"
TITLE = "Evidence"
NAV: str | None = None
PARENT = "/groups"

ROWS = 25  # meetings on one page


def layout(report: Any, state: base.State) -> Component:
    """The page of a tie (``a``, ``b``, ``trace``, ``window``) or of an account (``account``)."""
    if report.run is None:
        return no_run(state)
    account, a, b = state.get("account"), state.get("a"), state.get("b")
    if account:
        return account_page(report, state, account)
    if not (a and b):
        return base.problem(
            "No tie chosen",
            "A tie is two accounts: choose one on a group's page or among the pairs that stand alone.",
            [base.button("See the groups", state.href("/groups"))],
        )
    try:
        tie = Tie.load(report, a, b, state.get("trace"), state.get("window"))
    except UsageError as error:
        return base.problem(
            "This run has no such tie", str(error), [base.button("See the groups", state.href("/groups"))]
        )
    return _page(report, state, tie)


# --- words ---------------------------------------------------------------------------------------------------------


def title(tie: Tie) -> str:
    """The sentence with both numbers."""
    f = tie.facts
    did = words.verb([f["trace"]], past=True)
    return (
        f"{tie.a} and {tie.b} {did} {words.count(f['observed'])} {tie.noun(f['observed'])}"
        f" {words.within(tie.window_s, tie.precision)}; chance gives about {words.expected(f['expected'])}"
    )


def first_words(tie: Tie) -> str:
    """Who goes first, of how many."""
    f = tie.facts
    a, b, whole = int(f["a_first"]), int(f["b_first"]), int(f["observed"])
    unit = {"min": "minute", "day": "day"}.get(tie.precision or "", "second")
    if not a and not b:
        return f"Nobody is first: all {words.count(whole)} in the same {unit}"
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
    said = [f"{who} posts first in {words.count(less)}." if a != b else ""]
    if same > 0 and (a or b):
        said.append(f"In {words.count(same)} both post in the same {unit}.")
    if tie.precision == "min":
        said.append("Times are known to the minute only.")
    return " ".join([*(s for s in said if s), "Times in UTC."])


def test_words(facts: Mapping[str, Any], noun: str) -> list[str]:
    """Both tests, in words; the harder one is the one shown."""
    timing = words.known(facts["p_b"]) and (not words.known(facts["p_a"]) or facts["p_b"] >= facts["p_a"])
    by_timing = f"they like the same {noun}, but post at their own times"
    by_nothing = "nothing joins them at all: who posts, and when, is chance"
    a, b = words.expected(facts["expected_a"]), words.expected(facts["expected_b"])
    shown, other, other_expects = (by_timing, by_nothing, a) if timing else (by_nothing, by_timing, b)
    said = [
        f"Chance here means: {shown}. The other test, that {other}, expects {other_expects}. The harder test is shown.",
    ]
    in_sample = facts.get("p_b_in_sample")
    if words.known(in_sample) and in_sample is not None:
        if in_sample > 0.05:
            said.append(
                f"For the timing test their whole group is left out of the audience. Left in, its {words.named('p', in_sample)}:"
                f" these {noun} are mostly the group's own, so their rarity is the evidence, not the timing."
            )
        else:
            said.append(
                f"For the timing test their whole group is left out of the audience. Left in, its {words.named('p', in_sample)}:"
                " the tie does not hang on leaving it out."
            )
    if facts.get("closed") is True:
        said.append(f"Closed: most of their meetings are on {noun} that hardly anyone else touched.")
    return said


def family_words(layers: pd.DataFrame, noun: str, alone: bool = True) -> str:
    """What q pays for; a tie that only its group holds has none."""
    if not alone:
        return (
            "A tie that stands by itself must pass both tests for all"
            f" {words.counted(layers['family_a'].sum(), 'pair')} of accounts; this one does not, so it has no q of its own."
        )
    return (
        "The tie must pass both tests, each with its own family: all"
        f" {words.counted(layers['family_a'].sum(), 'pair')} of accounts, and the {words.counted(layers['family_b'].sum(), 'pair')}"
        f" with 3 or more {noun} in common. q is the larger of the two and pays for every layer of the run."
    )


# --- the page ------------------------------------------------------------------------------------------------------


def _page(report: Any, state: base.State, tie: Tie) -> Component:
    f = tie.facts
    ties = _neighbours(report, f)
    group = report.group(f["group_id"]) if words.known(f.get("group_id")) else None
    where = f"Group {words.count(group['rank'])}" if group else "Pairs that stand alone"
    crumbs = [
        ("Groups", state.href("/groups")),
        (where, state.href("/group", group=f["group_id"]) if group else None),
        (f"{tie.a} and {tie.b}", None),
    ]
    place = _place(ties, f)
    rank = _rank(group, f, ties, place)
    close = words.within(tie.window_s, "min") if tie.precision == "min" else f"within {words.window(tie.window_s)}"
    part = "all" if f["observed"] == f["shared"] else words.count(f["observed"])
    lead: list[base.Child] = [
        *_who(f, "a"),
        " and ",
        *_who(f, "b"),
        f". They have {words.count(f['shared'])} {tie.noun(f['shared'])} in common; {part} of them came {close}.{rank}",
    ]
    return base.page(
        title(tie),
        lead,
        base.columns([_lanes(report, tie), _posts(report, state, tie)], _why(report, state, tie)),
        crumbs=crumbs,
        actions=[
            *_moves(state, ties, place),
            acts.pin("tie", **_named(f), title=title(tie), label="Pin to briefing", main=True),
        ],
    )


def _named(facts: Mapping[str, Any]) -> dict[str, Any]:
    """A tie as pins name it."""
    return {
        "a": str(facts["account_a"]),
        "b": str(facts["account_b"]),
        "trace": str(facts["trace"]),
        "window": f"{facts['window_s']:g}",
    }


def _who(facts: Mapping[str, Any], side: str) -> list[base.Child]:
    platform = facts.get(f"platform_{side}")
    on = f" on {words.platform(platform)}" if words.known(platform) and platform != "unknown" else ""
    return [base.glyph(platform if isinstance(platform, str) else None), f"{words.code(facts[f'code_{side}'])}{on}"]


def _rank(group: Mapping[str, Any] | None, facts: Mapping[str, Any], ties: pd.DataFrame, place: int) -> str:
    """Its place among the group's ties of the same kind, as the group's page ranks them."""
    if group is None:
        return ""
    lead = (facts["trace"], facts["window_s"]) == (group["traces"][0], group["windows_s"][0])
    kind = "" if lead else " of this kind"
    return f" Tie {words.count(place + 1)} of {words.count(len(ties))}{kind} in group {words.count(group['rank'])}."


def _neighbours(report: Any, facts: Mapping[str, Any]) -> pd.DataFrame:
    group = facts.get("group_id")
    if words.known(group):
        return layer_ties(report, {"group_id": group}, (str(facts["trace"]), float(facts["window_s"])))
    ties = report.pairs()
    return ties.sort_values(
        ["q", "observed", "code_a", "code_b"], ascending=[True, False, True, True], ignore_index=True
    )


def _place(ties: pd.DataFrame, facts: Mapping[str, Any]) -> int:
    same = ties[["account_a", "account_b", "trace", "window_s"]].eq(
        [facts["account_a"], facts["account_b"], facts["trace"], facts["window_s"]]
    )
    hits = same.all(axis=1).to_numpy().nonzero()[0]
    return int(hits[0]) if len(hits) else 0


def _moves(state: base.State, ties: pd.DataFrame, place: int) -> list[base.Child]:
    rows = ties.to_dict("records")
    made: list[base.Child] = []
    if place > 0:
        made.append(base.button("Previous tie", tie_href(state, rows[place - 1]), "K"))
    if place + 1 < len(rows):
        made.append(base.button("Next tie", tie_href(state, rows[place + 1]), "J"))
    return made


def _lanes(report: Any, tie: Tie) -> Component:
    f = tie.facts
    picture = tie.lanes(object_name)
    return base.panel(
        "time-line",
        picture.title,
        base.drawing(picture.svg),
        twin=twin(picture.table, picture.title),
        key=picture_key(picture.key),
        pin=acts.pin("figure", **_named(f), figure="time-line", title=picture.title),
        source=base.source_line(
            report, f"Posts of both accounts that carry a {tie.noun(1)} both acted on. Days in UTC."
        ),
    )


def _posts(report: Any, state: base.State, tie: Tie) -> Component:
    f = tie.facts
    page = _page_number(state.get("page"), len(tie.meetings))
    shown = tie.meetings.iloc[page * ROWS : (page + 1) * ROWS]
    head = html.Thead(
        html.Tr(
            [
                html.Th(base.account(tie.a, f.get("platform_a")), scope="col"),
                html.Th(
                    [
                        html.Span([html.Span(f"{tie.a} later"), html.Span(f"{tie.b} later")], className="lagends"),
                        base.drawing(figures.lag_ticks(tie.window_s)),
                    ],
                    className="lagh",
                    scope="col",
                ),
                html.Th(base.account(tie.b, f.get("platform_b")), scope="col"),
            ]
        )
    )
    media = media_counts(report, [*shown["post_a"], *shown["post_b"]])
    typed = addresses(report, shown, str(f["trace"]))
    rows = [_meeting(state, tie, row, media, typed) for row in shown.to_dict("records")]
    table = html.Table(
        [head, html.Tbody(rows)], className="pairs", **attributes("posts", "Posts side by side, by time")
    )
    file = state.here(page=None).replace(PATH, "/files/evidence.csv", 1)
    return base.panel(
        "posts",
        first_words(tie),
        table,
        csv=file,
        image=False,
        more=_pager(state, page, len(tie.meetings), rest_words(tie)),
        pin=acts.pin("figure", **_named(f), figure="posts", title=first_words(tie)),
        source=base.source_line(
            report, "Names are masked and links broken. Nothing is fetched from them. Showing names is written down."
        ),
    )


def _page_number(asked: str | None, whole: int) -> int:
    wanted = int(asked) - 1 if asked and asked.isdigit() and len(asked) < 7 else 0
    return max(0, min(wanted, (whole - 1) // ROWS))


def media_counts(report: Any, posts: Sequence[Any]) -> Counter[str]:
    """Pictures and films of these posts. Nothing of them is kept but that they were there."""
    uids = sorted({str(uid) for uid in posts if words.known(uid)})
    what = Scan(columns=("post_uid",), kinds=("media",), uids=uids)
    return Counter(uid for batch in report.store.scan("links", what) for uid in batch.column("post_uid").to_pylist())


def addresses(report: Any, meetings: pd.DataFrame, trace: str) -> dict[tuple[str, str], str]:
    """Links as the posts wrote them, by post and object: what is compared is one spelling for many."""
    kinds = TRACES[trace].kinds if trace in TRACES else ()
    if "url" not in kinds:
        return {}
    uids = sorted({str(uid) for side in ("post_a", "post_b") for uid in meetings[side] if words.known(uid)})
    what = Scan(columns=("post_uid", "target_key", "target_raw"), kinds=("url",), uids=uids)
    rows = [row for batch in report.store.scan("links", what) for row in batch.to_pylist()]
    return {(str(row["post_uid"]), str(row["target_key"])): str(row["target_raw"]) for row in rows if row["target_raw"]}


def _meeting(
    state: base.State, tie: Tie, row: Mapping[Any, Any], media: Mapping[str, int], typed: Mapping[tuple[str, str], str]
) -> Component:
    f = tie.facts
    inside = bool(row["within"])
    said = words.lag(row["lag_s"], row.get("precision"))
    said_of = [typed.get((str(row.get(f"post_{side}")), str(row["object"]))) for side in ("a", "b")]
    plain = row.get("object_words") if words.known(row.get("object_words")) else row["object"]
    name = object_name(f["trace"], next((raw for raw in said_of if raw), plain))
    address: list[base.Child] = [] if _is_the_post(f["trace"], row) else [name]
    if f["trace"] in ("link", "domain"):
        label = f"Copy the broken address {name}"
        address += [" ", html.Button("Copy", type="button", className="txt", **attributes(label=label, copy=name))]
    middle: list[base.Child] = [
        base.drawing(figures.lag_strip(float(row["lag_s"]), tie.window_s)),
        html.B(said if inside else f"{said} apart"),
        html.Span(address, className="url") if address else None,
        link_to(state, f["trace"], row["object"], ["Who else?", html.Span(f" {name}", className="vh")], "txt"),
    ]
    return html.Tr(
        [
            _side(tie, row, "a", media),
            html.Td(middle, className="lagc"),
            _side(tie, row, "b", media),
        ],
        className=None if inside else "apart",
        **attributes(row="1"),
    )


def _is_the_post(trace: Any, row: Mapping[Any, Any]) -> bool:
    """Where the object is the text itself, which stands on both sides already."""
    return trace == "text" and words.known(row.get("text_a")) and words.known(row.get("text_b"))


def _side(tie: Tie, row: Mapping[Any, Any], side: str, media: Mapping[str, int]) -> Component:
    uid = row.get(f"post_{side}")
    hidden = media.get(str(uid), 0)
    code = tie.a if side == "a" else tie.b
    what = f"{code}, {words.clock(row[f'at_{side}'], row.get('precision'))}"
    made: list[base.Child] = [
        html.Span(
            [html.Span(f"{code}, ", className="vh"), words.clock(row[f"at_{side}"], row.get("precision"))],
            className="when",
        ),
        html.P(post_text(row.get(f"text_{side}"))),
    ]
    if hidden:
        told = f"{words.counted(hidden, 'picture or film', 'pictures or films')}, hidden"
        made.append(html.Span([told, acts.reveal(str(uid), "Describe", "media", what)], className="media"))
    if words.known(uid):
        made.append(
            html.Span(
                [
                    acts.reveal(str(uid), "Show names", "words", what),
                    acts.pin("post", post=str(uid), **_named(tie.facts), title=what),
                ],
                className="postacts",
            )
        )
    return html.Td(made, **attributes(post=str(uid)))


def _pager(state: base.State, page: int, whole: int, told: str) -> list[base.Child]:
    pages = -(-whole // ROWS)
    links: list[base.Child] = []
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


def _why(report: Any, state: base.State, tie: Tie) -> list[base.Child]:
    f = tie.facts
    inside = words.within(tie.window_s, "min") if tie.precision == "min" else f"within {words.window(tie.window_s)}"
    picture = figures.chance_picture(int(f["observed"]), float(f["expected"]), tie.noun(), inside)
    low, high = figures.usual(float(f["expected"]))
    q = words.tie_q(f)
    worse = max((p for p in (f["p_a"], f["p_b"]) if words.known(p)), default=None)
    layers = report.layers()
    group = report.group(f["group_id"]) if words.known(f.get("group_id")) else None
    judged = judging.judging(report, judging.about_tie(report, f), "tie", _hints(report, tie, group))
    return [
        base.block(
            "Why this tie counts",
            base.drawing(picture.svg),
            base.pairs(
                [
                    ("Observed", f"{words.count(f['observed'])} {tie.noun(f['observed'])}"),
                    (
                        "Expected by chance",
                        f"{words.expected(f['expected'])} ({words.count(low)} to {words.count(high)})",
                    ),
                    ("p", words.probability(worse)),
                    ("q", q),
                ]
            ),
            html.P(base.level_mark(f["level"])),
            html.P(group_words.tie_facts(f)),
            html.P(group_words.group_tie(group)) if f["level"] == "group" else None,
            *[html.P(sentence) for sentence in test_words(f, tie.noun())],
            html.P(
                base.source_line(
                    report,
                    family_words(layers, words.nouns(list(layers["trace"])), f["level"] not in ("group", "combined")),
                    _worlds(report),
                ),
                className="src",
            ),
        ),
        judged.checks,
        judged.verdict,
        judged.notes,
        _other_layers(report, state, f),
        _group(state, group),
        base.caveats(report),
        _accounts(state, tie),
    ]


def _hints(report: Any, tie: Tie, group: Mapping[str, Any] | None) -> dict[str, str]:
    """What the data say to some innocent explanations of this tie."""
    f = tie.facts
    counts = Counter(str(f[side]) for side in ("platform_a", "platform_b") if words.known(f[side]))
    close = tie.meetings[tie.meetings["within"].astype(bool)]
    same = sum(
        words.known(a) and words.known(b) and str(a).strip() == str(b).strip()
        for a, b in zip(close["text_a"], close["text_b"], strict=True)
    )
    said = f"Word for word the same in {words.count(same)} of {words.count(len(close))}. Not checked."
    return {**judging.hints(report, group, counts), "app": said}


def _worlds(report: Any) -> str:
    worlds = group_words.worlds_of(report.run)
    return f"Groups are compared with {words.count(worlds)} reshuffled worlds." if worlds else ""


def _group(state: base.State, group: Mapping[str, Any] | None) -> Component | None:
    """The numbers of the group that holds it, as its own page has them."""
    if group is None:
        return None
    facts = group_words.group_facts(group)
    link = dcc.Link(f"Group {words.count(group['rank'])}", href=state.href("/group", group=group["group_id"]))
    return base.block(
        "The group it is in",
        html.P([link, f", {words.counted(group['accounts'], 'account')}, {words.counted(group['ties'], 'tie')}"]),
        base.pairs(
            [
                ("Observed", facts["observed"]),
                ("Expected by chance", f"{facts['expected']} ({facts['usually'].removeprefix('usually ')})"),
                ("p of the group", facts["p"]),
            ]
        ),
    )


def _other_layers(report: Any, state: base.State, facts: Mapping[str, Any]) -> Component | None:
    same = report.tie_layers(facts["account_a"], facts["account_b"])
    here = (facts["trace"], facts["window_s"])
    other = [t for t in same.to_dict("records") if (t["trace"], t["window_s"]) != here]
    if not other:
        return None
    return base.block(
        "The same two in other ways",
        base.points(
            [
                [
                    dcc.Link(f"{words.trace(t['trace'])}, {words.window(t['window_s'])}", href=tie_href(state, t)),
                    f": {words.count(t['observed'])} against {words.expected(t['expected'])}",
                ]
                for t in other
            ]
        ),
    )


def _accounts(state: base.State, tie: Tie) -> Component:
    f = tie.facts
    return base.block(
        "These accounts",
        base.points(
            [
                dcc.Link(f"All ties of {code}", href=state.href("/evidence", account=f[f"account_{side}"]))
                for side, code in (("a", tie.a), ("b", tie.b))
            ]
        ),
    )


# --- as a file -----------------------------------------------------------------------------------------------------


def evidence_csv(tie: Tie) -> pl.DataFrame:
    """Every meeting as plain columns: codes, masked texts, broken links."""
    f = tie.facts
    rows = [
        {
            "account_a": tie.a,
            "account_b": tie.b,
            "trace": f["trace"],
            "window_s": tie.window_s,
            "object": object_name(f["trace"], name),
            "at_a": _iso(row["at_a"]),
            "at_b": _iso(row["at_b"]),
            "lag_s": row["lag_s"],
            "within_window": bool(row["within"]),
            "precision": row.get("precision") if words.known(row.get("precision")) else None,
            "text_a": post_text(row.get("text_a")),
            "text_b": post_text(row.get("text_b")),
        }
        for row, name in zip(tie.meetings.to_dict("records"), tie.objects(), strict=True)
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def _iso(value: Any) -> str | None:
    at = words.moment(value)
    return at.isoformat() if at else None


def register(app: Dash, reports: base.Reports) -> None:
    """Gives the page's table as a CSV."""

    def evidence_file() -> Response:
        asked = request.args
        report = report_or_404(reports, asked.get("run"))
        try:
            tie = Tie.load(report, asked.get("a", ""), asked.get("b", ""), asked.get("trace"), asked.get("window"))
        except UsageError as error:
            return Response(str(error), status=404, mimetype="text/plain")
        return csv_file(evidence_csv(tie), f"evidence-{tie.a}-{tie.b}", report.run)

    app.server.add_url_rule("/files/evidence.csv", "evidence_file", evidence_file)
