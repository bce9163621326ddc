"""Part of a briefing on the data: files, skipped rows, gaps, assumptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

from dashboards import words as say
from dashboards.briefing.outline import Heading, Part, Sentences, Table
from dashboards.briefing.run_summary import RunSummary
from dashboards.figures.posts_per_day import Strip
from graph.privacy.sanitize import redact
from graph.stores.base import Scan

REASONS_SHOWN, HOLES_SHOWN = 12, 10


def came_in(summary: RunSummary) -> Part:
    """Part on the files, what is missing in them, and what was assumed."""
    skips, taken = skipped(summary), assumed(summary)
    return Part(
        "What came in, and what is missing",
        [
            sources(summary),
            *([skips] if skips else []),
            Heading("Gaps"),
            Sentences(missing(summary), "points"),
            Heading("Assumptions"),
            Sentences(taken, "points") if taken else Sentences(["No assumptions needed."], "plain"),
        ],
    )


def sources(summary: RunSummary) -> Table:
    """Table of the files and how many of their rows were kept."""
    rows = [
        [
            summary.file(row),
            str(row["reader"] or say.NONE),
            say.listed([say.platform(p) for p in row["platforms"] or []]) or say.NONE,
            say.count(row["rows_in"]),
            say.count(row["rows_kept"]),
            say.count(row["rows_merged"]),
            say.count(row["rows_skipped"]),
            say.days(row["first_at"], row["last_at"]),
        ]
        for row in summary.source_rows
    ]
    columns = ["File", "Read as", "Platform", "Rows in", "Kept", "Merged", "Skipped", "From – to (UTC)"]
    return Table(
        columns, rows, frozenset({3, 4, 5, 6}), "Merged: exact duplicates. In = kept + merged + skipped.", "Files"
    )


def skipped(summary: RunSummary) -> Table | None:
    """Table of skipped rows by file, column and reason; None where none was skipped."""
    if not any(row["rows_skipped"] for row in summary.source_rows):
        return None
    frames = [
        pl.from_arrow(b) for b in summary.report.store.scan("skipped", Scan(columns=["source_id", "column", "reason"]))
    ]
    if not frames:
        return None
    counted = (
        pl.concat([f for f in frames if isinstance(f, pl.DataFrame)])
        .group_by("source_id", "column", "reason")
        .len()
        .sort("len", "reason", descending=[True, False])
    )
    names = {row["source_id"]: summary.file(row) for row in summary.source_rows}
    rows = [
        [
            names.get(r["source_id"], say.NONE),
            r["column"] or say.NONE,
            redact(r["reason"] or say.NONE, summary.handles),
            say.count(r["len"]),
        ]
        for r in counted.head(REASONS_SHOWN).to_dicts()
    ]
    left = counted.height - len(rows)
    note = f"The case has {say.counted(left, 'more reason')}." if left > 0 else ""
    return Table(["File", "Column", "Reason", "Rows"], rows, frozenset({3}), note, "Skipped rows")


def missing(summary: RunSummary) -> list[str]:
    """Sentences on gaps inside the dates of each file, the longest first."""
    names = {row["source_id"]: summary.file(row) for row in summary.source_rows}
    holes = _holes(summary.report.store.days().to_pylist())
    said = [
        f"{names.get(source, 'A file')}: no post from {say.day(first, year=True)} to {say.day(last, year=True)}"
        f" ({say.counted((last - first).days + 1, 'day')})."
        for source, first, last in holes[:HOLES_SHOWN]
    ]
    if len(holes) > HOLES_SHOWN:
        said.append(f"{say.counted(len(holes) - HOLES_SHOWN, 'shorter gap')} not listed.")
    return said or ["No unexpected gaps in any file."]


def assumed(summary: RunSummary) -> list[str]:
    """Sentences on assumptions and warnings of each file."""
    said: list[str] = []
    for row in summary.source_rows:
        heard = " ".join([*(row["assumptions"] or []), *(row["warnings"] or [])])
        if row["tz_assumed"] and "zone" not in heard:
            said.append(
                f"{summary.file(row)}: times without a time zone were read as {redact(str(row['tz_assumed']))}."
            )
        if row["precision"] in ("min", "day", "approx"):
            known = {"min": "to the minute", "day": "to the day", "approx": "approximately"}[row["precision"]]
            said.append(f"{summary.file(row)}: times are known only {known}.")
        said += [
            f"{summary.file(row)}: {redact(s, summary.handles)}"
            for s in [*(row["assumptions"] or []), *(row["warnings"] or [])]
        ]
    return list(dict.fromkeys(said))


def files(summary: RunSummary) -> Table:
    """Table of the files with their hashes and readers."""
    rows = [
        [summary.file(r), str(r["sha256"] or say.NONE), f"{r['reader']} {r['reader_version']}"]
        for r in summary.source_rows
    ]
    return Table(["File", "SHA-256", "Reader"], rows, caption="Source files")


def _holes(days: Iterable[Mapping[str, Any]]) -> list[tuple[str, date, date]]:
    """Source, first and last day of each gap, longest first, by the rule of the page Sources."""
    found: dict[str, dict[date, int]] = {}
    for row in days:
        if row["day"] is not None and row["posts"]:
            per_day = found.setdefault(str(row["source_id"]), {})
            per_day[row["day"]] = per_day.get(row["day"], 0) + int(row["posts"])
    holes = [(source, *hole) for source, per_day in found.items() for hole in Strip("", "", per_day).holes()]
    return sorted(holes, key=lambda hole: (hole[1] - hole[2], hole[1], hole[0]))
