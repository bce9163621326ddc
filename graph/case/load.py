"""Files to a case: each file whole or not at all, the same file twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from dataclasses import replace as changed
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from graph.case.comparisons import Reach, Role, apart_from, mark, roles
from graph.case.overlap import Marks, in_case, overlapping
from graph.privacy.erasure import protection_of
from graph.stores.base import Store
from ingest import batches, inputs
from ingest.errors import InputError, LockstepError, Progress, UsageError
from ingest.files.inputs import Input, printable
from ingest.prefetch import ahead
from ingest.reading.batches import Reading
from ingest.reading.skip_reasons import is_loss
from ingest.tables import Batch, Options, to_rows

Ask = Callable[[str, dict[str, Any]], bool]
"""Asked with the file's name and the record of the source it would replace."""

LOADED = ("new", "replaced", "partly")


@dataclass(frozen=True)
class Reason:
    """A reason for which rows of a file were skipped: the sentence, how many rows, and where the first of them is."""

    reason: str
    rows: int
    row: int | None
    column: str | None
    found: str | None


@dataclass(frozen=True)
class Outcome:
    """The outcome of loading one file.

    Attributes
    ----------
    name : str
        As a person sees it; ``archive.zip/member.json`` for a member.
    status : str
        ``new``, ``same`` (was in the case already, nothing changed), ``replaced`` (took the place of the same file read
        with other options), ``partly`` (in the case, but rows could not be read), ``failed`` (nothing of it is in the case).
    source : dict
        The source's record (columns of ``SOURCES``); empty when it failed.
    reasons : tuple of Reason
        Why rows were skipped, most frequent first.
    error : LockstepError, optional
        Why it failed.
    replaced : str, optional
        ``source_id`` that left the case.
    """

    name: str
    status: str
    source: dict[str, Any] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    error: LockstepError | None = None
    replaced: str | None = None

    @property
    def whole(self) -> bool:
        """True if everything in it that might be a post could be read; rows left out on purpose do not count."""
        return self.error is None and not any(is_loss(why.reason) for why in self.reasons)

    @property
    def loaded(self) -> bool:
        """True if the case changed."""
        return self.status in LOADED


def load(
    store: Store,
    paths: Sequence[str | Path],
    options: Options = Options(),
    replace: bool | Ask = False,
    progress: Progress | None = None,
    role: tuple[Role, str] | None = None,
) -> list[Outcome]:
    """Take files, folders and archives into a case.

    Parameters
    ----------
    store : Store
    paths : sequence of path
        Folders are walked; gzip and zip are opened, each member is a file of its own.
    options : Options
        Settings for the readers, such as the time zone; another reading of the same file is another source.
    replace : bool or callable
        Whether a file that is in the case with other options takes its first reading's place.
    progress : callable, optional
        Called with words, bytes read and bytes in all. May raise ``Cancelled``.
    role : (str, str), optional
        ``comparison`` or ``case``, and the name of who says so (see ``graph.case.comparisons``). When not given, a new file is the
        case's own, and another reading of a file keeps its role.

    Returns
    -------
    list of Outcome
        One per file, in order: ``name``, ``status`` (``new``, ``replaced``, ``partly``, ``same``, ``failed`` ...), ``source`` (its
        record, columns of ``SOURCES``), ``reasons`` for skipped rows, and ``error``. A file that fails does not stop the
        others.

    Raises
    ------
    CaseError
        If another process writes to the case.

    Examples
    --------
    >>> import tempfile
    >>> from graph.stores import open_case
    >>> from graph.toy_data import write_posts
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     case = open_case(f"{folder}/case", create=True)
    ...     outcome = load(case, [write_posts(folder)])[0]
    ...     again = load(case, [write_posts(folder)])[0]
    ...     case.close()
    >>> outcome.status, outcome.source["reader"], outcome.source["rows_kept"], again.status
    ('new', 'generic_csv', 720, 'same')
    """
    return list(load_each(store, paths, options, replace, progress, role))


def load_each(
    store: Store,
    paths: Sequence[str | Path],
    options: Options = Options(),
    replace: bool | Ask = False,
    progress: Progress | None = None,
    role: tuple[Role, str] | None = None,
) -> Iterator[Outcome]:
    """As `load`, one outcome at a time: what was given is in the case, what comes next is not yet."""
    loaded = False
    for file in _files(paths):
        outcome = file if isinstance(file, Outcome) else _load_one(store, file, options, replace, progress)
        _give_role(store, outcome, role)
        loaded |= outcome.loaded
        yield outcome
    if loaded:  # a folder sums itself up when it is first asked: here, so that nobody who opens it waits
        store.link_kinds()


def _give_role(store: Store, outcome: Outcome, role: tuple[Role, str] | None) -> None:
    """Mark a source as asked; without a word on it, as what it replaces, and a new one as the case's own."""
    if outcome.error is not None:
        return
    source, by = str(outcome.source["source_id"]), role[1] if role else "ingest"
    if role:
        mark(store, source, role[0], by)
    elif outcome.replaced:
        mark(store, source, roles(store).get(outcome.replaced, "case"), by)
    elif outcome.loaded:  # the same file may have been here before, under another role
        mark(store, source, "case", by)


def check_each(
    paths: Sequence[str | Path],
    options: Options = Options(),
    progress: Progress | None = None,
    beside: Reach | None = None,
) -> Iterator[Outcome]:
    """Outcomes of reading the files to their ends without keeping anything; ``status`` is ``checked`` or ``failed``.

    With ``beside``, the files are a comparison for a case of this reach, and warn where they cannot serve.
    """
    before: list[tuple[str, Marks]] = []
    for file in _files(paths):
        yield file if isinstance(file, Outcome) else _check_one(file, options, progress, before, beside)


def readable(paths: Sequence[str | Path], options: Options = Options()) -> bool:
    """True if some reader takes at least one of the files; so that no case is made for nothing."""
    for file in _files(paths):
        with suppress(InputError):
            if not isinstance(file, Outcome) and batches(file, options=options):
                return True
    return False


def _files(paths: Sequence[str | Path]) -> Iterator[Input | Outcome]:
    """Every file under the paths; a path that holds none is a failure of its own and stops no other."""
    for path in paths:
        try:
            yield from inputs([path])
        except InputError as error:
            yield Outcome(printable(str(path)), "failed", error=error)


def _load_one(store: Store, file: Input, options: Options, replace: bool | Ask, progress: Progress | None) -> Outcome:
    try:
        guarded = changed(options, protection=protection_of(store, options.pseudonyms))
        reading = batches(file, options=guarded)
        known = to_rows(store.sources())
        for source in known:
            if source["source_id"] == reading.source_id:
                return Outcome(file.name, "same", source)
        before = next((source for source in known if source["sha256"] == reading.sha256), None)
        if before is not None and not (replace(file.name, before) if callable(replace) else replace):
            raise _other_options(file.name, before)
        return _take_in(store, file.name, reading, before["source_id"] if before else None, progress)
    except (InputError, UsageError) as error:
        return Outcome(file.name, "failed", error=error)


def _take_in(store: Store, name: str, reading: Reading, replaces: str | None, progress: Progress | None) -> Outcome:
    marks, alone = Marks(), not store.sources().num_rows

    def take(batch: Batch) -> None:
        if not alone:
            marks.add(batch.posts)
        writer.write(batch)

    with store.writer(reading.source_id, replaces=replaces) as writer:
        source, reasons = _read_through(name, reading, take, progress)
        source["warnings"] = [*source["warnings"], *in_case(store, marks, replaces or reading.source_id)]
        writer.finish(source)
    status = "replaced" if replaces else "partly" if any(is_loss(why.reason) for why in reasons) else "new"
    return Outcome(name, status, source, reasons, replaced=replaces)


def _check_one(
    file: Input, options: Options, progress: Progress | None, before: list[tuple[str, Marks]], beside: Reach | None
) -> Outcome:
    marks, found = Marks(), Reach()

    def take(batch: Batch) -> None:
        marks.add(batch.posts)
        if beside:
            found.add_links(batch.links)

    try:
        source, reasons = _read_through(file.name, batches(file, options=options), take, progress)
    except InputError as error:
        return Outcome(file.name, "failed", error=error)
    found.add_source(source)
    cannot = apart_from(beside, found, file.name) if beside else []
    source["warnings"] = [*source["warnings"], *overlapping(marks, before), *cannot]
    before.append((file.name, marks))
    return Outcome(file.name, "checked", source, reasons)


def _read_through(
    name: str, reading: Reading, take: Callable[[Batch], None], progress: Progress | None
) -> tuple[dict[str, Any], tuple[Reason, ...]]:
    """Hand over every batch; give the source's record and why rows were skipped."""
    seen: dict[str, Reason] = {}
    with closing(ahead(reading)) as read:  # the next batch is read while this one is put down
        for batch in read:
            take(batch)
            _count(batch.skipped, seen)
            if progress:
                progress(f"Reading {name}", reading.position, reading.total)
    return dict(reading.source), tuple(sorted(seen.values(), key=lambda why: (-why.rows, why.row or 0)))


def _count(skipped: pa.Table, seen: dict[str, Reason]) -> None:
    """Add a batch's skipped rows to the reasons seen so far, without walking the rows one by one."""
    if not skipped.num_rows:
        return
    every = pl.DataFrame(skipped.select(["reason", "row", "column", "found"]))
    first = every.group_by("reason", maintain_order=True).agg(pl.len(), pl.all().first())
    for reason, rows, row, column, found in first.iter_rows():
        before = seen.get(reason) or Reason(reason, 0, row, column, found)
        seen[reason] = changed(before, rows=before.rows + rows)


def _other_options(name: str, before: dict[str, Any]) -> UsageError:
    read_as = before["reader"] + (f" with {before['options']}" if before["options"] not in (None, "", "{}") else "")
    return UsageError(
        f"{name} is in the case already, read another way ({read_as}). Nothing was changed.",
        hint="With --replace this reading takes the place of that one.",
    )
