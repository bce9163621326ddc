"""Labels of accounts and posts kept in a case, as notes: added from files and taken off by source; nothing is overwritten.

A label is the word of its source on an account or post. It never enters a search and is no verdict.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from graph.case.notes import About, write
from graph.labels.given import Given, GivenLabels, given_labels
from graph.privacy.gate import LABELS
from graph.stores.base import Store
from ingest.errors import InputError, UsageError, did_you_mean

ADDED, REMOVED = LABELS, "labels_removed"
"""Kinds of the notes."""

LABELLED: dict[str, Any] = {
    "kind": pl.String,  # account or post
    "uid": pl.String,
    "label": pl.String,
    "source": pl.String,
    "date": pl.Date,  # as the source gives it; null where it gives none
    "file": pl.String,
    "by": pl.String,  # who loaded it
    "at": pl.String,  # and when (ISO, UTC)
}
"""Columns of ``labelled``."""

LABELS_SAID = 4  # in a sentence; the others are counted
_A_NOTE = 5_000  # accounts and posts of one note


@dataclass(frozen=True)
class Added:
    """Outcome of adding labels.

    Attributes
    ----------
    file : str
    new : tuple of Given
        Labels the case did not have.
    known : int
        Labels it had.
    refused : tuple of InputError
        Rows that were not used, each with its reason; also labels of accounts or posts that have another one from the same
        source in the case.
    repeated : tuple of int
        Rows that say again what a row before said.
    """

    file: str
    new: tuple[Given, ...] = ()
    known: int = 0
    refused: tuple[InputError, ...] = ()
    repeated: tuple[int, ...] = ()

    @property
    def nobody(self) -> bool:
        """True where no row labels an account or post of the case."""
        return not self.new and not self.known

    def rows_left_out(self) -> list[str]:
        """Sentences on rows that were not used: the first by name, the others by number."""
        return list(GivenLabels((), 0, self.refused, self.repeated).sentences())

    def sentence(self) -> str:
        """Words for the outcome.

        Examples
        --------
        >>> Added("a.csv").sentence()
        'No row of a.csv labels an account or post of this case. Nothing was changed.'
        >>> Added("a.csv", (Given("account", "x:1", "troll", "a.csv"),), 2).sentence()
        '1 account labelled from a.csv (1 troll), 2 known already. None is a verdict.'
        """
        if self.nobody:
            return f"No row of {self.file} labels an account or post of this case. Nothing was changed."
        many = Counter(one.kind for one in self.new)
        said = [f"{number:,} {kind}{'' if number == 1 else 's'}" for kind, number in sorted(many.items())]
        words = f"{' and '.join(said)} labelled from {self.file} ({_by_label(self.new)})" if said else "Nothing is new"
        words += f", {self.known:,} known already" if self.known else ""
        rows = "row" if len(self.refused) == 1 else "rows"
        words += f", {len(self.refused):,} {rows} left out" if self.refused else ""
        return f"{words}. None is a verdict."


def _by_label(given: Sequence[Given]) -> str:
    counts = Counter(one.label for one in given).most_common()
    rest = len(counts) - LABELS_SAID
    said = [f"{number:,} {label}" for label, number in counts[:LABELS_SAID]]
    return ", ".join([*said, *([f"{rest:,} more labels"] if rest > 0 else [])])


def take_file(
    store: Store, path: str | Path, by: str, *, source: str = "", day: date | None = None, name: str = ""
) -> Added:
    """Read a file and keep its labels: see ``given_labels`` and ``add_labels``. Where no row can be used, nothing changes.

    Raises
    ------
    InputError
        If the file cannot be read as a CSV, or lacks a column.
    UsageError
        If nobody signs it.
    """
    name = name or Path(path).name
    given = given_labels(store, path, source=source, day=day, name=name)
    return add_labels(store, given, by, name)


def add_labels(store: Store, given: GivenLabels, by: str, file: str) -> Added:
    """Keep labels in a case. Those it has already change nothing; a source's first label of an account stays.

    Parameters
    ----------
    store : Store
    given : GivenLabels
    by : str
        Who adds them.
    file : str
        Name of their file.

    Raises
    ------
    UsageError
        If nobody signs it.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> case = toy_case()
    >>> one = Given("account", "unknown:1", "troll", "takedown list", date(2026, 3, 4), 2)
    >>> len(add_labels(case, GivenLabels((one,)), "Ann", "a.csv").new), add_labels(case, GivenLabels((one,)), "Ann", "a.csv").known
    (1, 1)
    >>> labelled(case).select("uid", "label", "source", "date").rows()
    [('unknown:1', 'troll', 'takedown list', datetime.date(2026, 3, 4))]
    """
    there = {(row["source"].casefold(), row["kind"], row["uid"]): row["label"] for row in labelled(store).to_dicts()}
    spelled = {label.casefold(): label for label in there.values()}
    new, known, refused = list[Given](), 0, list(given.refused)
    for one in given.labels:
        before = there.get((one.source.casefold(), one.kind, one.uid))
        if before is None:
            new.append(replace(one, label=spelled.get(one.label.casefold(), one.label)))
        elif before.casefold() == one.label.casefold():
            known += 1
        else:
            refused.append(_another(one, before, file))
    for note in _notes(new):
        write(store, ADDED, About(""), by, file=file, **note)
    refused.sort(key=lambda error: error.row or 0)
    return Added(file, tuple(new), known, tuple(refused), given.repeated)


def _another(one: Given, before: str, file: str) -> InputError:
    return InputError(
        f"The {one.kind} has the label {before!r} from the source {one.source!r} already; that one stays.",
        file=file,
        row=one.row,
        found=one.label,
        accepted="one label from each source; lockstep label --remove takes a source off",
    )


def _notes(new: Sequence[Given]) -> Iterable[dict[str, Any]]:
    """Contents of the notes, source by source: labels with their accounts and posts."""
    by_source: dict[str, list[Given]] = defaultdict(list)
    for one in new:
        by_source[one.source].append(one)
    for source, labels in by_source.items():
        for start in range(0, len(labels), _A_NOTE):
            rows: dict[tuple[str, str | None], dict[str, list[str]]] = defaultdict(lambda: {"account": [], "post": []})
            for one in labels[start : start + _A_NOTE]:
                rows[one.label, one.day.isoformat() if one.day else None][one.kind].append(one.uid)
            said = [
                {"label": label, "date": day, "accounts": uids["account"], "posts": uids["post"]}
                for (label, day), uids in rows.items()
            ]
            yield {"source": source, "labels": said}


def labelled(store: Store) -> pl.DataFrame:
    """Labels as they hold now (columns of ``LABELLED``), in the order they were added.

    Accounts and posts that left the case are among them: a file that brings them back brings no second label.
    """
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for note in store.notes():
        if note.get("kind") == ADDED:
            rows |= {key: row for key, row in _rows(note) if key not in rows}
        elif note.get("kind") == REMOVED:
            gone = str(note["source"]).casefold()
            rows = {key: row for key, row in rows.items() if key[0] != gone}
    return pl.DataFrame(list(rows.values()), schema=LABELLED)


def _rows(note: Mapping[str, Any]) -> Iterable[tuple[tuple[str, str, str], dict[str, Any]]]:
    source = str(note.get("source") or "unknown")
    for part in note.get("labels") or ():
        if not part.get("label"):  # it named somebody who was forgotten, and nothing else
            continue
        day = date.fromisoformat(part["date"]) if part.get("date") else None
        said = {"label": part["label"], "source": source, "date": day}
        about = {name: note.get(name) for name in ("file", "by", "at")}
        for kind in ("account", "post"):
            for uid in part.get(f"{kind}s") or ():
                yield (source.casefold(), kind, uid), {"kind": kind, "uid": uid, **said, **about}


def remove_source(store: Store, source: str, by: str) -> int:
    """Take all labels of a source off; gives how many. The notes of both stay.

    Raises
    ------
    UsageError
        If the case has no labels from this source, or nobody signs it.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> case = toy_case()
    >>> _ = add_labels(case, GivenLabels((Given("account", "unknown:1", "troll", "list"),)), "Ann", "a.csv")
    >>> remove_source(case, "list", "Ann"), labelled(case).height
    (1, 0)
    """
    kept = labelled(store)
    theirs = kept.filter(pl.col("source").str.to_lowercase() == source.strip().lower())
    if theirs.is_empty():
        known = kept["source"].unique(maintain_order=True).to_list()
        hint = did_you_mean(source, known) if known else "It has no labels at all."
        raise UsageError(f"This case has no labels from {source!r}.", hint=hint)
    write(store, REMOVED, About(""), by, source=theirs["source"][0], count=theirs.height)
    return theirs.height


def summary(kept: pl.DataFrame) -> pl.DataFrame:
    """Labels by word and source: ``label``, ``source``, ``accounts``, ``posts``, ``first_day``, ``last_day``, ``by``, the most first.

    Examples
    --------
    >>> rows = [{"kind": "account", "uid": "x:1", "label": "troll", "source": "a.csv", "by": "Ann"}]
    >>> summary(pl.DataFrame(rows, schema=LABELLED)).row(0)
    ('troll', 'a.csv', 1, 0, None, None, 'Ann')
    """
    counts = [(pl.col("kind") == kind).sum().cast(pl.Int64).alias(f"{kind}s") for kind in ("account", "post")]
    days = [pl.col("date").min().alias("first_day"), pl.col("date").max().alias("last_day")]
    found = kept.group_by("label", "source", maintain_order=True).agg(*counts, *days, pl.col("by").first())
    return found.sort("accounts", "posts", "label", "source", descending=[True, True, False, False])
