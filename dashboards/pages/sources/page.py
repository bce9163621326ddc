"""Page Sources: files of a case with their posts per day, skipped rows and assumptions."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from dash import Dash, html
from dash.development.base_component import Component
from flask import Response, stream_with_context

from dashboards import words
from dashboards.components.base import Child, Reports, State
from dashboards.components.layout import block, drawing, empty, page, panel, points
from dashboards.components.marks import glyph
from dashboards.components.tables import Cells, Column, Row, Value, number, share, table
from dashboards.figures import posts_per_day
from dashboards.figures.posts_per_day import Calendar, Strip
from dashboards.pages.sources import comparison, coverage, own_lists
from graph.privacy import sanitize
from graph.stores.base import Store

if TYPE_CHECKING:
    from graph.report.report import Report

PATH = "/sources"
TITLE = "What came in, and what is missing?"
NAV = "Sources"
PARENT = "/sources"
NEEDS_RUN = False

FIELDS = (("Text", "text"), ("Time", "created_at"), ("Link", "url"), ("Views", "view_count"))
"""Heading and the name in a source's ``field_coverage``."""

SHOWN = 200
_COUNTED = re.compile(r"[\d,]+ skipped: ")


def layout(report: Report, state: State) -> Component:
    """The page, for a case with or without a run."""
    store = report.store
    sources = store.sources().to_pylist()
    if not sources:
        return _nothing_yet(store)
    strips = _strips(sources, store.days())
    skipped = skipped_reasons(store) if any(source["rows_skipped"] for source in sources) else []
    return page(
        TITLE,
        lead(sources, store.count("accounts"), strips),
        _came_in(sources, strips),
        html.Div([_skipped(sources, skipped), _assumed(sources), _fingerprints(sources)], className="cols-3"),
        comparison.comparison_block(store, sources),
        own_lists.lists_block(store),
        coverage.matrix(sources),
    )


def _nothing_yet(store: Store) -> Component:
    command = html.Span(f"lockstep ingest FILES --case {store.address}", className="code")
    return empty(
        "No file is in this case yet",
        "Files are listed here with rows kept, rows skipped and what is missing.",
        block("Add files", points([["In a terminal: ", command]])),
    )


def lead(sources: Sequence[Mapping[str, Any]], accounts: int, strips: Mapping[str, Strip]) -> str:
    """The facts in a sentence or three."""
    posts = sum(s["posts"] or 0 for s in sources)
    skipped = sum(s["rows_skipped"] or 0 for s in sources)
    holes = [(s, *h) for s in strips.values() for h in s.holes()]
    said = [
        f"{words.counted(posts, 'post')} by {words.counted(accounts, 'account')} from {words.counted(len(sources), 'file')}."
    ]
    said.append(
        f"{words.counted(skipped, 'row')} {'was' if skipped == 1 else 'were'} skipped."
        if skipped
        else "No row was skipped."
    )
    if holes:
        files = len({s.name for s, _, _ in holes})
        longest = max((b - a).days + 1 for _, a, b in holes)
        several = f"{words.small(len(holes))} gaps, the longest of" if len(holes) > 1 else "a gap of"
        said.append(
            f"{words.sentence(words.small(files))} {'file has' if files == 1 else 'files have'} {several} {words.counted(longest, 'day')}."
        )
    return " ".join(said)


def _strips(sources: Sequence[Mapping[str, Any]], days: pa.Table) -> dict[str, Strip]:
    names = {s["source_id"]: s for s in sources}
    found: dict[str, dict[date, int]] = {}
    sizes: dict[str, dict[str, int]] = {}
    for row in days.to_pylist():
        source, day = row["source_id"], row["day"]
        if source in names and day is not None:
            per_day = found.setdefault(source, {})
            per_day[day] = per_day.get(day, 0) + row["posts"]
            per_platform = sizes.setdefault(source, {})
            per_platform[row["platform"]] = per_platform.get(row["platform"], 0) + row["posts"]
    return {
        source: Strip(
            sanitize.clean(str(names[source]["file_name"])), max(sizes[source], key=lambda p: sizes[source][p]), per_day
        )
        for source, per_day in found.items()
    }


def finding(strips: Sequence[Strip]) -> str:
    """The figure's title: the longest hole, or that there is none."""
    holes = [(one, a, b) for one in strips for a, b in one.holes()]
    sparse = [one for one in strips if one.sparse]
    if not holes and sparse:
        one = max(sparse, key=lambda strip: strip.span)
        return f"{one.name} has posts on {words.count(len(one.days))} of {words.count(one.span)} days"
    if not holes:
        return "No unexpected gaps in any file" if strips else "No post has a time"
    one, a, b = max(holes, key=lambda hole: hole[2] - hole[1])
    years = a.year != b.year
    when = f"on {words.day(a)}" if a == b else f"from {words.day(a, years)} to {words.day(b, years)}"
    among = f", the longest of {words.small(len(holes))} gaps" if len(holes) > 1 else ""
    return f"{one.name} has no posts {when}{among}; groups active then may be missed"


def _came_in(sources: Sequence[Mapping[str, Any]], strips: Mapping[str, Strip]) -> Component:
    shown = [strips[s["source_id"]] for s in sources if s["source_id"] in strips]
    calendar = Calendar(min(s.first for s in shown), max(s.last for s in shown)) if shown else None
    title = finding(shown)
    kept, skipped, merged = (sum(s[f"rows_{k}"] or 0 for s in sources) for k in ("kept", "skipped", "merged"))
    unit = calendar.unit if calendar else "day"
    head = [
        Column("File"),
        Column(
            f"Posts a {unit}, each file on its own scale, peak at right"
            if unit == "day"
            else f"Posts in {unit}, each file on its own scale, peak at right"
        ),
        Column("Kept", True),
        Column("Skipped", True),
        *[Column(label, True, f"share of rows with {label.lower()}", "cov") for label, _ in FIELDS],
    ]
    rows: list[Cells] = [_file(s, strips.get(s["source_id"]), calendar) for s in sources]
    last = [
        None,
        drawing(posts_per_day.date_axis(calendar)) if calendar else None,
        html.B(words.count(kept)),
        html.B(words.count(skipped)),
    ]
    made = table(
        head,
        [*rows, Row([*last, *[None] * len(FIELDS)], "axisrow")],
        class_name="strips",
        wide=True,
        name="Posts a day by file",
    )
    body: list[Child] = [made]
    if calendar:
        body.append(drawing(posts_per_day.figure(shown, calendar, title), "export"))
    parts = [f"{words.count(kept)} kept"]
    parts += [f"{words.count(merged)} merged with an equal row"] if merged else []
    total = f"{words.counted(kept + skipped + merged, 'row')} read = {' + '.join([*parts, f'{words.count(skipped)} skipped'])}."
    when = [s["ingested_at"] for s in sources if s["ingested_at"]]
    read = f" Read on {words.days(min(when), max(when))}." if when else ""
    return panel(
        "sources",
        title,
        body,
        twin=_twin(sources, strips),
        key=_key(shown, calendar),
        source=f"{total} {', '.join(label for label, _ in FIELDS)}: share of rows with this field. Days in UTC.{read}",
    )


def _key(shown: Sequence[Strip], calendar: Calendar | None) -> list[Child]:
    outside = calendar and any(s.first > calendar.first or s.last < calendar.last for s in shown)
    return [
        html.Span([html.I(className="sw gapsw"), "gap inside a file"]) if any(s.holes() for s in shown) else None,
        html.Span([html.I(className="sw nonesw"), "outside the file's dates"]) if outside else None,
    ]


def _file(source: Mapping[str, Any], strip: Strip | None, calendar: Calendar | None) -> Row:
    platforms = source["platforms"] or []
    named = [words.platform(p) for p in platforms]
    named = named if len(named) <= 4 else [*named[:3], words.counted(len(named) - 3, "other")]
    about = ", ".join([words.listed(named), reader_title(source["reader"])])
    name = [
        html.Span(sanitize.clean(str(source["file_name"])), className="code"),
        html.Br(),
        html.Span([glyph(strip.platform if strip else None), about], className="dim"),
    ]
    skipped = source["rows_skipped"] or 0
    link: Child = html.A(words.count(skipped), href="#skipped") if skipped else "0"
    picture = (
        drawing(posts_per_day.strip(strip, calendar)) if strip and calendar else html.Span("no times", className="dim")
    )
    shares = json.loads(source["field_coverage"] or "{}")
    return Row(
        [
            name,
            picture,
            number(source["rows_kept"]),
            Value(link, skipped),
            *[share(shares.get(f)) for _, f in FIELDS],
        ]
    )


def _twin(sources: Sequence[Mapping[str, Any]], strips: Mapping[str, Strip]) -> Component:
    head = [
        Column("File"), Column("Reader"), Column("First"), Column("Last"), Column("Rows", True), Column("Kept", True), Column("Merged", True),
        Column("Skipped", True), Column("Posts", True), Column("Accounts", True), Column("Peak a day", True), Column("Gaps"),
    ]  # fmt: skip
    rows: list[Cells] = [
        [
            sanitize.clean(str(s["file_name"])),
            reader_title(s["reader"]),
            words.clock(s["first_at"], s["precision"], year=True),
            words.clock(s["last_at"], s["precision"], year=True),
            *[number(s[c]) for c in ("rows_in", "rows_kept", "rows_merged", "rows_skipped", "posts", "accounts")],
            number(strips[s["source_id"]].peak if s["source_id"] in strips else None),
            _holes(strips.get(s["source_id"])),
        ]
        for s in sources
    ]
    return table(head, rows, wide=True, name="Files")


def _holes(strip: Strip | None) -> str:
    return "; ".join(words.days(a, b) for a, b in strip.holes()) if strip and strip.holes() else "none"


def reader_title(name: Any) -> str:
    """Name of a reader on screen."""
    from ingest.readers import READERS

    return next((str(r.title) for r in READERS if r.name == name), str(name))


def skipped_reasons(store: Store) -> list[tuple[str, str, int]]:
    """Source, reason and count of the rows that were left out, most first; one pass, nothing kept in memory but counts."""
    from graph.stores.base import Scan

    counts: dict[tuple[str, str], int] = {}
    for batch in store.scan("skipped", Scan(columns=["source_id", "reason"])):
        for row in pa.table(batch).group_by(["source_id", "reason"]).aggregate([([], "count_all")]).to_pylist():
            key = (row["source_id"], row["reason"])
            counts[key] = counts.get(key, 0) + row["count_all"]
    return sorted(((s, r, n) for (s, r), n in counts.items()), key=lambda item: (-item[2], item[1]))


def _skipped(sources: Sequence[Mapping[str, Any]], reasons: Sequence[tuple[str, str, int]]) -> Component:
    names = {s["source_id"]: sanitize.clean(str(s["file_name"])) for s in sources}
    total = sum(n for _, _, n in reasons)
    if not total:
        made: list[Child] = [html.P("No row was skipped.")]
    else:
        rows: list[Cells] = [
            [r, html.Span(names.get(s, "removed file"), className="code"), number(n)] for s, r, n in reasons[:SHOWN]
        ]
        download = f"Download the {words.counted(total, 'row')} with reasons (CSV)"
        made = [
            table([Column("Reason"), Column("File"), Column("Rows", True)], rows),
            html.P(html.A(download, href="/files/skipped.csv", download="", className="txt")),
        ]
    return block("Why rows were skipped", *made, anchor="skipped")


def _assumed(sources: Sequence[Mapping[str, Any]]) -> Component:
    said: dict[str, list[str]] = {}
    for s in sources:
        known = {"min": "to the minute", "day": "to the day", "approx": "roughly"}.get(str(s["precision"]))
        coarse = [f"Times are known {known} only."] if known else []
        for sentence in [*coarse, *(s["assumptions"] or []), *(s["warnings"] or [])]:
            if _COUNTED.match(str(sentence)):
                continue  # stands among the reasons
            said.setdefault(sanitize.clean(str(sentence)), []).append(sanitize.clean(str(s["file_name"])))
    items: list[Any] = [
        [
            sentence,
            " ",
            html.Span(words.listed(files) if len(files) <= 3 else f"{len(files)} files", className="code dim"),
        ]
        for sentence, files in said.items()
    ]
    return block("What we assumed", points(items) if items else html.P("No assumptions needed."))


def _fingerprints(sources: Sequence[Mapping[str, Any]]) -> Component:
    rows: list[Cells] = [
        [
            html.Span(sanitize.clean(str(s["file_name"])), className="code"),
            Value(html.Span(f"{s['sha256'][:8]}…", className="code", title=s["sha256"]), s["sha256"]),
        ]
        for s in sources[:SHOWN]
        if s["sha256"]
    ]
    return block("Fingerprints", table([Column("File"), Column("SHA-256")], rows))


def register(app: Dash, reports: Reports) -> None:
    """The list of skipped rows, as a file."""
    comparison.register(app, reports)

    def skipped_csv() -> Response:
        answer = Response(stream_with_context(skipped_lines(reports.store)), mimetype="text/csv")
        answer.headers["Content-Disposition"] = 'attachment; filename="skipped-rows.csv"'
        return answer

    app.server.add_url_rule("/files/skipped.csv", "skipped_csv", skipped_csv)


def skipped_lines(store: Store) -> Iterator[str]:
    """Every skipped row with file, row, column, reason and what was found, safe for spreadsheets; in pieces."""
    names = {s["source_id"]: s["file_name"] for s in store.sources().select(["source_id", "file_name"]).to_pylist()}
    yield "\ufefffile,row,column,reason,found\r\n"
    for batch in store.scan("skipped"):
        out = io.StringIO()
        write = csv.writer(out, lineterminator="\r\n")
        for row in batch.to_pylist():
            cells = (names.get(row["source_id"]), row["row"], row["column"], row["reason"], row["found"])
            write.writerow([sanitize.csv_cell(c) for c in cells])
        yield out.getvalue()
