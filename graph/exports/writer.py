"""A run as files other tools open: CSV tables, GEXF, GraphML, and a record of what was written and how.

Accounts are codes unless the person asks for the platforms' own ids; with codes, neither texts nor addresses of posts
are written. Files are made in a temporary folder beside the target and renamed into place, the record last.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from graph.exports.graph_files import plain, write_gexf, write_graphml
from graph.exports.tables import Tables
from graph.privacy.areas import profile
from graph.privacy.codes import Choice, Names, case_key, file_name
from graph.privacy.gate import withheld_words
from graph.privacy.sanitize import csv_safe
from graph.privacy.small_counts import safe_counts
from graph.privacy.times import REMAINS, STEPS, Step, coarse, coarse_values, in_words
from graph.report.report import Report
from graph.runs.chosen import said_first
from ingest.errors import UsageError, did_you_mean
from ingest.scratch import Scratch

RECORD = "run.json"
HOSTS_SAY = (
    "Hosts in outlinks.csv are registrable domains, which anyone may read. A name below a domain that its owner gives out to people"
    " (a blog, a link-in-bio page) is a keyed code."
)
_MADE_BY = "Lockstep export"


def export(
    report: Report, folder: Path | str, names: Choice = "codes", times: Step | None = None, described: bool = False
) -> list[Path]:
    """Write everything a run found into a folder.

    Parameters
    ----------
    report : Report
    folder : path
        Made if it is not there. Files of an earlier export are replaced, others are left alone.
    names : {"codes", "ids"}
        Keyed codes, or the platforms' own ids with texts and addresses.
    times : {"exact", "minute", "hour", "day"}, optional
        Step to which times are coarsened: the minute with codes, exact with ids.
    described : bool
        Put the ties that published methods keep into the networks too, marked as not tested. Their tables are always written.

    Returns
    -------
    list of Path
        The files, ``run.json`` last.

    Raises
    ------
    UsageError
        If a file of ours would replace one that is not ours, ``names`` is neither, or the case's harm area lets no ids out.
    KeyMissing
        If codes are asked for and the case's key is not on this machine.

    Examples
    --------
    >>> import tempfile
    >>> from graph.case.toy import toy_case
    >>> from graph.runs.pipeline import find
    >>> from graph.settings import Settings
    >>> case = toy_case()
    >>> run = find(case, Settings(traces=("link",)))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     files = export(Report(case), folder + "/export", names="ids")
    >>> [file.name for file in files][:3], files[-1].name
    (['ties.csv', 'groups.csv', 'members.csv'], 'run.json')
    """
    if names not in ("codes", "ids"):
        raise UsageError(f"Names can be codes or ids, not {names!r}.", hint=did_you_mean(str(names), ["codes", "ids"]))
    if times is not None and times not in STEPS:
        raise UsageError(f"Times can be {', '.join(STEPS)}, not {times!r}.", hint=did_you_mean(str(times), list(STEPS)))
    area = profile(report.store)
    if names == "ids" and area.names == "codes only":
        raise UsageError(
            f"The harm area of this case ({area.title}) lets out no ids and no names.",
            hint="Export with --names codes.",
        )
    target = target_folder(folder)
    tables = Tables.of(report, Names(case_key(report.store) if names == "codes" else None), times)
    target.parent.mkdir(parents=True, exist_ok=True)
    with Scratch("export", target.parent) as scratch:
        staging = scratch / target.name
        staging.mkdir()
        written = _write_all(report, tables, staging, described)
        _refuse_strangers(target, [path.name for path in written])
        if target.exists():  # the record first, so that half an export is still known for ours, and can be made again
            for path in reversed(written):
                path.replace(target / path.name)
        else:
            staging.rename(target)
    return [target / path.name for path in written]


def _write_all(report: Report, tables: Tables, folder: Path, described: bool) -> list[Path]:
    frames = {
        "ties.csv": tables.ties(),
        "groups.csv": tables.groups(),
        "members.csv": tables.members(),
        "accounts.csv": tables.people(),
        "evidence.csv": tables.evidence(),
        "combined.csv": tables.combined(),
        "verdicts.csv": tables.verdicts(),
        "outlinks.csv": tables.outlinks(),
        "described_ties.csv": tables.described(),
        "described_communities.csv": tables.communities(),
    }
    written = [_write_csv(coarse(frame, tables.times), folder / name) for name, frame in frames.items()]
    network = tables.network(described=described)
    finished = str(report.run.get("finished_at") or "")
    title = (
        f"Run {tables.run_id}: accounts that act together more often than chance gives; names: {tables.names.choice}"
    )
    title += "; edges whose tested is false are described by a published rule, not tested" if described else ""
    written.append(write_gexf(network, folder / "network.gexf", title=title, date=finished[:10]))
    written.append(write_graphml(network, folder / "network.graphml"))
    counts = {name: frame.height for name, frame in frames.items()}
    record = _record(report, tables, [_stamp(path, counts.get(path.name)) for path in written])
    path = folder / RECORD
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False, default=_as_json) + "\n", "utf-8")
    return [*written, path]


def _write_csv(frame: pl.DataFrame, path: Path) -> Path:
    times = [
        pl.when(pl.col(name).dt.microsecond() == 0)
        .then(pl.col(name).dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
        .otherwise(pl.col(name).dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ"))
        .alias(name)
        for name, kind in frame.schema.items()
        if isinstance(kind, pl.Datetime)
    ]
    csv_safe(safe_counts(frame.with_columns(times))).write_csv(path)
    return path


def _stamp(path: Path, rows: int | None) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"name": path.name, "sha256": digest} | ({} if rows is None else {"rows": rows})


def _record(report: Report, tables: Tables, files: list[dict[str, Any]]) -> dict[str, Any]:
    """The content of ``run.json``: enough to repeat the run and to know what one holds."""
    names = tables.names
    run = dict(report.run)
    run["settings"] = names.settings(run.get("settings") or {})
    run["allowed"] = [_allowed(entry, names) for entry in run.get("allowed") or []]
    run |= {key: [names.sentence(note) for note in run.get(key) or []] for key in ("notes", "unfit")}
    says = (
        f"Accounts, posts, links and texts are keyed codes; no text and no address of a post is written. {REMAINS}"
        if names.key is not None
        else "Accounts and posts are the platforms' own ids; texts and addresses are written. Handle as personal data."
    )
    return {
        "made_by": _MADE_BY,
        "format": 1,
        "names": names.choice,
        "names_say": says,
        "times": tables.times,
        "times_say": in_words(tables.times),
        "hosts_say": HOSTS_SAY if names.key is not None else "Hosts are written as the posts have them.",
        "text_cells": "Control and direction characters are dropped; a cell that a spreadsheet would take for a formula"
        " starts with an apostrophe.",
        "key_fingerprint": names.key.fingerprint if names.key else report.store.info().get("key_fingerprint"),
        "case": report.store.name,
        "area": tables.profile.name,
        "withheld": withheld_words(tables.profile),
        "run": run,
        "caveats": [names.sentence(caveat) for caveat in [*said_first(report.run), *report.caveats()]],
        "layers": _layers(report, names),
        "sources": [coarse_values(_source(row, names), tables.times) for row in report.store.sources().to_pylist()],
        "files": files,
    }


def _allowed(entry: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """An entry of the case's list: the object as this export writes objects, the reason without names."""
    trace = "domain" if entry["match"] == "site" else "object"
    return {**entry, "object": names.object(trace, entry["object"]), "reason": names.sentence(entry["reason"])}


def _layers(report: Report, names: Names) -> list[dict[str, Any]]:
    rows = report.store.run_table(str(report.run["run_id"]), "layers").to_pylist()
    for row in rows:
        row["viral"] = [names.object(row["trace"], value) for value in row["viral"] or []]
        row["allowed"] = [names.object(row["trace"], value) for value in row["allowed"] or []]
        row["note"] = names.sentence(row["note"])
    return rows


def _source(row: Mapping[str, Any], names: Names) -> dict[str, Any]:
    shown = [
        "source_id",
        "reader",
        "reader_version",
        "sha256",
        "bytes",
        "rows_in",
        "rows_kept",
        "rows_merged",
        "rows_skipped",
        "posts",
        "accounts",
        "links",
        "platforms",
        "first_at",
        "last_at",
        "tz_assumed",
        "precision",
        "licence",
    ]
    return {"file_name": file_name(row.get("file_name"), names), **{name: row.get(name) for name in shown}}


def _as_json(value: object) -> str | int | float | bool | None:
    return value.isoformat() if isinstance(value, datetime) else plain(value)


def target_folder(folder: Path | str) -> Path:
    """The folder to export into, as a path.

    Raises
    ------
    UsageError
        If a file lies there.
    """
    target = Path(folder)
    if target.exists() and not target.is_dir():
        raise UsageError(f"{target} is a file.", hint="Name a folder to export into.")
    return target


def _refuse_strangers(target: Path, names: Iterable[str]) -> None:
    """A file of ours may replace one of an earlier export, never somebody else's."""
    there = [name for name in names if (target / name).exists()]
    if there and not _ours(target / RECORD):
        raise UsageError(
            f"{target} holds {', '.join(there)}, and no earlier export says they are ours.",
            hint="Name another folder; nothing was changed.",
        )


def _ours(record: Path) -> bool:
    try:
        return json.loads(record.read_text("utf-8")).get("made_by") == _MADE_BY
    except (OSError, ValueError, AttributeError):
        return False
