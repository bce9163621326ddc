"""A colleague's verdicts from a CSV, such as ``verdicts.csv`` of an export, or a sheet with group, verdict, reason and by."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from graph.case.notes import LONGEST, About
from graph.case.verdicts import CONFIDENCE, VERDICTS
from graph.report.report import Report
from ingest.errors import InputError, UsageError
from ingest.privacy.keys import Key

NEEDED, MAY = ("group", "verdict", "by"), ("reason", "at", "confidence", "run")
"""Columns a file must and may have; ``group`` is the rank in the run, the group's id, or its code in an export."""


@dataclass(frozen=True)
class ReadVerdicts:
    """Verdicts of a file, sorted out.

    Attributes
    ----------
    notes : list of dict
        To be added to the case.
    wrong : list of InputError
        Rows that cannot be taken, each with its reason.
    known : int
        Rows the case has already.
    elsewhere : int
        Rows about other runs.
    """

    notes: list[dict[str, Any]] = field(default_factory=list)
    wrong: list[InputError] = field(default_factory=list)
    known: int = 0
    elsewhere: int = 0


def read_verdicts(report: Report, path: str | Path, key: Key | None = None) -> ReadVerdicts:
    """Read verdicts on the groups of a run; nothing is written yet.

    Parameters
    ----------
    report : Report
    path : path
    key : Key, optional
        The case's key, by which codes of an export are understood.

    Returns
    -------
    ReadVerdicts

    Raises
    ------
    InputError
        If the file cannot be read, or lacks a column.
    """
    name = Path(path).name
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"It cannot be read as a CSV: {error}", file=name) from error
    lacking = [column for column in NEEDED if column not in (rows or [{}])[0]]
    if lacking:
        raise InputError(
            f"There is no column {', '.join(lacking)}." if rows else "It has no rows.",
            file=name,
            accepted=f"the columns {', '.join((*NEEDED, *MAY))}",
        )
    return _sorted_out(report, name, rows, _groups(report, key))


def _groups(report: Report, key: Key | None) -> dict[str, str]:
    """Group id by everything a file may call it."""
    rows = [(str(row["group_id"]), str(row["rank"])) for row in report.groups().to_dict("records")]
    named = {word: group for group, rank in rows for word in (rank, group)}
    return named | ({key.code("group", group): group for group, _ in rows} if key else {})


def _sorted_out(
    report: Report, name: str, rows: Iterable[Mapping[str, str | None]], groups: Mapping[str, str]
) -> ReadVerdicts:
    before = {_mark(note) for note in report.store.notes("verdict")}
    notes, wrong, known, elsewhere = list[dict[str, Any]](), list[InputError](), 0, 0
    for number, row in enumerate(rows, 2):
        plain = {column: (row.get(column) or "").strip() for column in (*NEEDED, *MAY)}
        if not any(plain.values()):
            continue
        if plain["run"] not in ("", report.run_id, report.name):
            elsewhere += 1
            continue
        try:
            note = _note(report, plain, groups)
        except UsageError as error:
            wrong.append(InputError(error.message, file=name, row=number, hint=error.hint))
            continue
        if _mark(note) in before:
            known += 1
            continue
        before.add(_mark(note))
        notes.append(note)
    return ReadVerdicts(notes, wrong, known, elsewhere)


def _note(report: Report, row: Mapping[str, str], groups: Mapping[str, str]) -> dict[str, Any]:
    group = groups.get(row["group"])
    if group is None:
        hint = f"Write a rank of {report.name}, a group's id, or a code of an export made with this case's key."
        raise UsageError(f"{report.name} has no group {row['group']!r}.", hint=hint)
    if row["verdict"] not in VERDICTS:
        raise UsageError(f"{row['verdict']!r} is no verdict.", hint=f"There are {', '.join(VERDICTS)}.")
    if row["confidence"] not in ("", *CONFIDENCE):
        raise UsageError(f"{row['confidence']!r} is no confidence.", hint=f"There are {', '.join(CONFIDENCE)}.")
    by = " ".join(row["by"].split())
    if not by or len(by) > 80 or len(row["reason"]) > LONGEST:
        raise UsageError(
            "The name is missing, or name or reason is too long.", hint=f"Up to 80 and {LONGEST:,} letters."
        )
    about = About(report.run_id, group_id=group, members=tuple(report.members(group)["account"]))
    said: dict[str, Any] = {
        "verdict": row["verdict"],
        "confidence": row["confidence"] or None,
        "reason": row["reason"],
        "after": [],
        "from_file": True,
    }
    return {"kind": "verdict", "id": uuid4().hex, "at": _at(row["at"]), "by": by, **about.as_dict(), **said}


def _at(text: str) -> str:
    if not text:
        return datetime.now(UTC).isoformat(timespec="seconds")
    try:
        return datetime.fromisoformat(text).isoformat()
    except ValueError as error:
        raise UsageError(f"{text!r} is no time.", hint="Write 2026-11-29T10:30:00+00:00, or leave it empty.") from error


def _mark(note: Mapping[str, Any]) -> tuple[str, ...]:
    """A verdict as it is known again: group, author, verdict, reason."""
    who = " ".join(str(note.get("by")).split()).casefold()
    return (
        str(note.get("run_id")),
        str(note.get("group_id")),
        who,
        str(note.get("verdict")),
        str(note.get("reason") or ""),
    )
