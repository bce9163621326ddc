"""Contents of a case, for a data-access application (DSA art. 40) and a data-protection record (GDPR arts. 30, 35): what, and why.

Everything is read from the case; what only a person can say (purpose, legal basis, controller) is left to them.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from graph.case.area import history
from graph.privacy.areas import profile
from graph.privacy.sanitize import redact, redact_file_name
from graph.records.legal_position import LegalPosition, position_of
from graph.records.variables import Variable, variables
from graph.stores.base import Scan, Store
from ingest.errors import KeyMissing
from ingest.normalize.platforms import name as platform_name
from ingest.privacy.keys import Key


@dataclass(frozen=True)
class SourceFile:
    """One file of the case.

    Attributes
    ----------
    name, reader, sha256, licence : str
    platforms : tuple of str
        Names.
    rows, posts : int
        Rows kept, and posts.
    first, last, kept_until : date or None
    coded : bool
        Whether codes stand in place of names.
    """

    name: str
    reader: str
    sha256: str
    licence: str
    platforms: tuple[str, ...]
    rows: int
    posts: int
    first: date | None
    last: date | None
    kept_until: date | None
    coded: bool


@dataclass(frozen=True)
class Sent:
    """One report that left, from the ledger: to whom, on which day, with how many posts."""

    to: str
    day: str
    posts: int
    by: str


@dataclass(frozen=True)
class DataRecord:
    """Everything a case holds, counted.

    Attributes
    ----------
    case, area : str
    changed_at : datetime or None
        The case's last change: of its files, runs and notes.
    counts : mapping of str to int
        Accounts, posts, links; runs; names shown on request; names forgotten.
    sources : tuple of SourceFile
    variables : tuple of Variable
    position : LegalPosition
    key : str or None
        Fingerprint of the key behind the codes.
    key_here : bool
        Whether that key is on this machine.
    sent : tuple of Sent
    measures : tuple of str
        Security measures that hold for this case.
    open_points : tuple of str
        What the case leaves open.
    flow : tuple of (from, to, what)
    """

    case: str
    area: str
    changed_at: datetime | None
    counts: Mapping[str, int]
    sources: tuple[SourceFile, ...]
    variables: tuple[Variable, ...]
    position: LegalPosition
    key: str | None
    key_here: bool
    sent: tuple[Sent, ...]
    measures: tuple[str, ...]
    open_points: tuple[str, ...]
    flow: tuple[tuple[str, str, str], ...]

    @property
    def coded(self) -> int:
        """Files that hold codes in place of names."""
        return sum(source.coded for source in self.sources)


def data_record(store: Store) -> DataRecord:
    """Gather the record of a case.

    Parameters
    ----------
    store : Store

    Returns
    -------
    DataRecord

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> found = data_record(toy_case())
    >>> found.counts["posts"], found.sources[0].name, found.key is None, found.sent
    (720, 'toy.csv', True, ())
    """
    runs, notes, handles = store.runs(), store.notes(), _handles(store)
    key = store.info().get("key_fingerprint")
    here = _on_this_machine(key, store.name)
    sources = tuple(_source(row, handles) for row in store.sources().to_pylist())
    counts = {
        **{table: store.count(table) for table in ("accounts", "posts", "links")},
        "runs": len(runs),
        "reveals": sum(note.get("kind") == "reveal" for note in notes),
        "forgotten": len(store.tombstones()),
    }
    sent = tuple(_sent(note) for note in notes if note.get("kind") == "report_sent")
    return DataRecord(
        redact(str(store.name), handles),
        profile(store).title,
        _changed(store, runs, notes),
        counts,
        sources,
        tuple(variables(store, _looked_for(store, runs))),
        position_of(store),
        key,
        here,
        sent,
        tuple(_measures(store, sources, key, here, counts)),
        tuple(_open(store, sources, key, here)),
        _flow(store, sources, counts, len(sent)),
    )


def _handles(store: Store) -> dict[str, str]:
    rows = (row for batch in store.scan("accounts", Scan(columns=("handle_key", "code"))) for row in batch.to_pylist())
    return {str(row["handle_key"]): f"A-{row['code']}" for row in rows if row["handle_key"]}


def _source(row: Mapping[str, Any], handles: Mapping[str, str]) -> SourceFile:
    first, last, until = (
        row[column].date() if row[column] else None for column in ("first_at", "last_at", "retain_until")
    )
    return SourceFile(
        redact_file_name(row["file_name"], handles) or "a file without a name",
        str(row["reader"] or ""),
        str(row["sha256"] or ""),
        str(row["licence"] or ""),
        tuple(platform_name(platform) for platform in row["platforms"] or ()),
        int(row["rows_kept"] or 0),
        int(row["posts"] or 0),
        first,
        last,
        until,
        '"pseudonyms": true' in str(row["options"] or "") or '"pseudonyms":true' in str(row["options"] or ""),
    )


def _looked_for(store: Store, runs: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Trace -> names of the runs that looked for it."""
    found: dict[str, list[str]] = {}
    for run in runs:
        layers = store.run_table(str(run["run_id"]), "layers")
        for trace in dict.fromkeys(layers["trace"].to_pylist()):
            found.setdefault(str(trace), []).append(f"R-{run['number']}")
    return found


def _changed(store: Store, runs: list[dict[str, Any]], notes: list[dict[str, Any]]) -> datetime | None:
    """The last change, so that the same case gives the same document."""
    loaded = [at for at in store.sources()["ingested_at"].to_pylist() if at]
    said = [str(run.get("finished_at")) for run in runs] + [str(note.get("at")) for note in notes]
    return max([*loaded, *filter(None, map(_moment, said))], default=None)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _sent(note: Mapping[str, Any]) -> Sent:
    return Sent(
        str(note.get("to") or ""),
        str(note.get("day") or "")[:10],
        len(note.get("items") or ()),
        str(note.get("by") or ""),
    )


def _on_this_machine(fingerprint: str | None, case: str) -> bool:
    try:
        return fingerprint is not None and Key.load(fingerprint, case).fingerprint == fingerprint
    except KeyMissing:
        return False


def _measures(
    store: Store, sources: tuple[SourceFile, ...], key: str | None, here: bool, counts: Mapping[str, int]
) -> list[str]:
    said = [_place(store)]
    if key:
        where = "It is in the configuration folder of the person who runs Lockstep, not in the case."
        said.append(
            f"The key behind the codes ({key}) is kept apart from the case, which holds its fingerprint only."
            f" {where if here else 'It is not on this machine.'}"
        )
    coded = sum(source.coded for source in sources)
    if coded:
        said.append(
            f"{coded} of {_counted(len(sources), 'file')} came in with codes in place of ids, handles, names and mentions."
        )
    if counts["reveals"]:
        said.append(
            f"Names or pictures were shown on request ({_counted(counts['reveals'], 'time')}); each is logged with who asked and when."
        )
    if counts["forgotten"]:
        said.append(
            f"Forgotten on request: {_counted(counts['forgotten'], 'name')}; keyed hashes keep them out of files loaded later."
        )
    return [
        *said,
        "Pages, exports and briefings name accounts by codes unless a person chooses otherwise.",
        "The dashboard answers this machine only, unless it is started with a token.",
        "No address in the data is opened, and no picture or video is kept: only addresses or hashes of them.",
    ]


def _place(store: Store) -> str:
    folder = Path(store.address)
    if folder.is_dir():
        mode = folder.stat().st_mode
        shut = os.name == "posix" and not mode & (stat.S_IRWXG | stat.S_IRWXO)
        return "The case is a folder on this machine" + (", closed to its other users." if shut else ".")
    sure = store.address.startswith(("neo4j+s", "bolt+s"))
    return f"The case is in a Neo4j database; the connection is {'encrypted' if sure else 'not encrypted'}."


def _open(store: Store, sources: tuple[SourceFile, ...], key: str | None, here: bool) -> list[str]:
    """Points a person has to settle, as the case stands."""
    undated = sum(source.kept_until is None for source in sources)
    said = []
    if undated:
        said.append(f"{undated} of {_counted(len(sources), 'file')} without a day of removal (lockstep retain).")
    folder = Path(store.address)
    if folder.is_dir() and os.name == "posix" and folder.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        said.append("Other users of this machine may open the case's folder.")
    if not folder.is_dir() and not store.address.startswith(("neo4j+s", "bolt+s")):
        said.append("The connection to the database is not encrypted.")
    if key and not here:
        said.append(f"The key {key} is not on this machine.")
    said.append("Whether the disk is encrypted, and who may use this machine, is not known to Lockstep.")
    loosened = [note for note in history(store) if note.get("reason")]
    said += [f"The harm area was loosened by {note['by']}: {note['reason']}" for note in loosened]
    return said


def _flow(
    store: Store, sources: tuple[SourceFile, ...], counts: Mapping[str, int], sent: int
) -> tuple[tuple[str, str, str], ...]:
    coded = sum(source.coded for source in sources)
    place = "Case (folder)" if Path(store.address).is_dir() else "Case (Neo4j)"
    held = ", ".join(_counted(counts[f"{noun}s"], noun) for noun in ("account", "post", "link"))
    names = f"; codes in place of names in {coded} of them" if coded else ""
    steps = [("Files", place, f"{_counted(len(sources), 'file')}{names}: {held}")]
    if counts["runs"]:
        steps.append((place, "Runs", f"{_counted(counts['runs'], 'run')}: ties and groups of accounts"))
    steps.append((place, "Pages", "accounts as codes; a name on a logged request"))
    steps.append((place, "Exports and briefings", "accounts as codes, unless a person chooses ids"))
    if sent:
        steps.append((place, "Recipients of reports", f"{_counted(sent, 'report')} in the ledger"))
    return tuple(steps)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
