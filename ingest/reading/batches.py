"""From a file to batches of tables, with a source record that accounts for every row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, cast

import polars as pl
import pyarrow as pa

from ingest.assemble.finish import MANGLED_ID, NOTHING_MADE, Finisher
from ingest.errors import InputError, UsageError
from ingest.files import encodings
from ingest.files.inputs import Content, Input, inputs
from ingest.mapping.cells import Cells
from ingest.mapping.contract import ROW, Context, Frames, Notes
from ingest.mapping.frames import nothing
from ingest.parsing import json_stream
from ingest.parsing.delimited import Bad, Rows
from ingest.parsing.record_frames import Gathered, gathered, joined, of_rows
from ingest.prefetch import ahead
from ingest.privacy.phones import without_phones
from ingest.readers.base import Accompanied, Reader, RecordReader, RowReader, TableReader, Withdrawing
from ingest.reading.detect import Detected, detect
from ingest.reading.missing import missing
from ingest.reading.processes import in_blocks
from ingest.tables import SOURCES, TABLES, Batch, Options, Tables, to_arrow, to_pandas

BATCH_ROWS = 50_000
MOST_BESIDE = 256 << 20  # bytes of a file that is read with another one
SHORT_ROW = 100  # letters


class Reading:
    """One file being read: iterate over its batches, then ask for its source record.

    Attributes
    ----------
    source_id : str
        Hash of the content, the reader, its version and the options: the same file read the same way has the same id.
    reader, file_name, sha256 : str
    position, total : int
        Bytes read and in all, for progress.
    source : dict
        The columns of ``ingest.tables.SOURCES``; complete once the batches are exhausted.

    Raises
    ------
    InputError
        On opening, if the file is in no known format; while iterating, if nothing in it can be kept.
    """

    def __init__(self, file: Input, options: Options = Options(), batch_rows: int | None = None) -> None:
        self._file, self._options = file, options
        self._how: Detected = detect(file, options)
        self._batch_rows = batch_rows or _usual_rows(self._how)
        reader = self._how.reader
        self.reader, self.file_name = reader.name, file.name
        self.sha256 = file.sha256()
        self._settings = json.dumps(options.as_dict(), sort_keys=True, ensure_ascii=False)
        self._beside = _companions(file, reader)
        said = (one.sha256() for one in self._beside.values())
        identity = "\x1f".join((self.sha256, reader.name, str(reader.version), self._settings, *said))
        self.source_id = hashlib.sha256(identity.encode()).hexdigest()[:16]
        self.total = self.position = file.path.stat().st_size
        self.position = 0
        self.source: dict[str, Any] = {}
        self._content: Content | None = None
        self._bytes = 0

    def __iter__(self) -> Iterator[Batch]:
        reader = self._how.reader
        platform = reader.platform or self._options.platform or "unknown"
        context = Context(self.file_name, self._options, platform, sample=self._how.sample)
        for sentence in self._how.sentences():
            context.assume(sentence)
        if isinstance(reader, Accompanied):
            context.beside = reader.joined({name: _document(one) for name, one in self._beside.items()})
        finisher = Finisher(context, self.source_id, platform)
        self._bytes = 0
        with self._file.open() as content:
            self.total = content.total
            # the next part is read while this one is finished
            with closing(ahead(self._noted(self._parts(content, own := context.apart()), own))) as parts:
                for part, notes in parts:
                    context.take_over(notes)
                    if part is not None:
                        batch = self._finished(part, finisher)
                        self.position = content.position
                        yield batch
            if content.damage:
                context.warn(content.damage)
                if not finisher.reasons.keys() & {json_stream.BREAKS_OFF, json_stream.BROKEN}:
                    yield self._damaged(content.damage, finisher)
        self.position = self.total
        if not finisher.rows_kept:
            raise _nothing_kept(self.file_name, finisher)
        self.source = self._record(context, finisher)

    def _chunks(self, content: Content) -> Iterator[bytes]:
        def counted() -> Iterator[bytes]:
            for chunk in content:
                self._bytes += len(chunk)
                yield chunk

        chunks = encodings.to_utf8(counted(), self._how.encoding)
        if self._how.script:
            chunks = json_stream.unscripted(chunks, self._how.script)
        if self._how.old_mac:
            chunks = (chunk.replace(b"\r", b"\n") for chunk in chunks)
        return chunks if self._how.shape == "json" else _whole_lines(chunks, content)

    def _parts(self, content: Content, context: Context) -> Iterator[Gathered]:
        reader, chunks = self._how.reader, self._chunks(content)
        if self._how.shape == "csv":
            return self._tabular(cast(TableReader | RowReader, reader), chunks, context)
        assert isinstance(reader, RecordReader)
        if self._how.shape == "json":
            return gathered(reader.items, json_stream.elements(chunks, reader.containers), context, self._batch_rows)
        if isinstance(reader, Withdrawing):
            context.withdrawn.update(self._withdrawn(reader))
        return joined(in_blocks(reader, json_stream.blocks(chunks, self._batch_rows), context), self._batch_rows)

    @staticmethod
    def _noted(parts: Iterator[Gathered], context: Context) -> Iterator[tuple[Gathered | None, Notes]]:
        """The parts with what was noted while each was read, and what was noted behind the last."""
        for part in parts:
            yield part, context.hand_over()
        yield None, context.hand_over()

    def _finished(self, part: Gathered, finisher: Finisher) -> Batch:
        batch = finisher.finish(part.frames, part.numbers)
        if self._how.shape == "csv":
            _refuse_destroyed(self.file_name, batch, finisher)
        return batch

    # -- tables --------------------------------------------------------------------------------------------------

    def _tabular(
        self, reader: TableReader | RowReader, chunks: Iterator[bytes], context: Context
    ) -> Iterator[Gathered]:
        assert self._how.dialect is not None
        context.scan = self._scan
        cells = Cells(context)
        for rows, bad in _in_batches(Rows(chunks, self._how.dialect, context), self._batch_rows):
            frame, left_out = without_phones(cells.read(rows), [column for _, column in self._options.mapping])
            if left_out:
                context.warn(left_out)
            if isinstance(reader, RowReader):
                made = of_rows(reader.records(frame, context), reader.first, frame[ROW], context)
            else:
                made = reader.tables(frame, context)
            yield Gathered(_with_bad(_complete(made, frame), bad))

    def _scan(self, column: str) -> Iterator[pl.Series]:
        """All values of one column, for decisions that need the whole file."""
        assert self._how.dialect is not None
        quiet = Context(self.file_name, self._options, "unknown")
        with self._file.open() as content:
            chunks = encodings.to_utf8(content, self._how.encoding)
            for frame, _ in Rows(chunks, self._how.dialect, quiet):
                yield frame[column]

    # -- records -------------------------------------------------------------------------------------------------

    def _withdrawn(self, reader: Withdrawing) -> Iterator[str]:
        """Ids taken back by lines anywhere in the file; only lines that may do so are read."""
        with self._file.open() as content:
            for _, record, _ in json_stream.lines(
                _marked(encodings.to_utf8(content, self._how.encoding), reader.marks)
            ):
                if isinstance(record, dict) and (native_id := reader.withdrawn(record)):
                    yield native_id

    def _damaged(self, words: str, finisher: Finisher) -> Batch:
        """One row for the bytes that could not be unpacked and the line that breaks off before them."""
        skipped = pl.DataFrame({ROW: [None], "reason": [words]}, schema={ROW: pl.Int64, "reason": pl.String})
        return finisher.finish(Frames(nothing("accounts"), nothing("posts"), nothing("links"), skipped))

    # -- the source record ---------------------------------------------------------------------------------------

    def _record(self, context: Context, finisher: Finisher) -> dict[str, Any]:
        if "unknown" in finisher.platforms:
            context.assume("Nothing says which platform this is from; it is called unknown. --platform names it.")
        for sentence, number in context.counted.items():
            context.assume(sentence.replace("{n}", f"{number:,}"))
        if finisher.rebuilt:
            context.assume(f"The exact time of {finisher.rebuilt:,} posts was read from their ids.")
        for sentence in missing(finisher.coverage(), finisher.platforms, finisher.bare, finisher.posts):
            context.warn(sentence)
        for reason, count in finisher.reasons.most_common():
            context.warn(f"{count:,} skipped: {reason}")
        return {
            "source_id": self.source_id,
            "reader": self.reader,
            "reader_version": self._how.reader.version,
            "options": self._settings,
            "file_name": self.file_name,
            "sha256": self.sha256,
            "bytes": self._bytes,
            **finisher.record(),
            "tz_assumed": context.tz_assumed,
            "assumptions": list(context.assumptions),
            "warnings": list(context.warnings),
            "licence": context.licence,
            "retain_until": None,
            "ingested_at": datetime.now(UTC),
        }


def batches(
    path: str | Path | Input,
    *,
    options: Options = Options(),
    batch_rows: int | None = None,
) -> Reading:
    """Read one file, or one member of a zip, batch by batch.

    Parameters
    ----------
    path : str, Path or Input
    options : Options
        Platform, zone and columns where the file does not say.
    batch_rows : int, optional
        Rows a batch may have; memory is bounded by it. 50,000 without it, twice as many of a table whose rows are short.

    Raises
    ------
    InputError
        If the file cannot be read as any known format.
    """
    return Reading(_one(path), options, batch_rows)


def read(
    path: str | Path | Input,
    *,
    platform: str | None = None,
    tz: str | None = None,
    mapping: Mapping[str, str] | None = None,
) -> Tables:
    """A whole file as pandas DataFrames, for notebooks.

    Parameters
    ----------
    path : str, Path or Input
    platform : str, optional
        Platform where the file does not say, such as ``x``.
    tz : str, optional
        Zone of times that carry none, such as ``Europe/Oslo``; UTC without it.
    mapping : dict, optional
        Which column holds which field: ``{"account": "user", "time": "when", "text": "words"}``.

    Returns
    -------
    Tables
        accounts, posts, links, skipped, sources.
    """
    reading = batches(path, options=Options(platform, tz, tuple(sorted((mapping or {}).items()))))
    parts = list(reading)
    joined = {name: pa.concat_tables([getattr(part, name) for part in parts]) for name in TABLES if name != "sources"}
    joined["accounts"] = _one_row_each(joined["accounts"], "account_uid")
    joined["posts"] = _one_row_each(joined["posts"], "post_uid")
    frames = {name: to_pandas(table) for name, table in joined.items()}
    return Tables(**frames, sources=to_pandas(to_arrow([reading.source], SOURCES)))


def _companions(file: Input, reader: Reader) -> dict[str, Input]:
    """Files beside this one that complete it, by name."""
    names = reader.companions(PurePosixPath(file.name).name) if isinstance(reader, Accompanied) else ()
    found = {name: one for name in names if (one := file.beside(name))}
    for name, one in found.items():
        if one.size > MOST_BESIDE:
            raise InputError(
                f"It is read with {name}, which is too large for that.", file=file.name, accepted="at most 256 MB"
            )
    return found


def _document(file: Input) -> object:
    """The JSON of a file, None where it cannot be read."""
    with file.open() as content:
        data = b"".join(content)
    data = b"".join(encodings.to_utf8([data], encodings.detect(data)))
    if script := json_stream.script_head(data):
        data = b"".join(json_stream.unscripted([data], script.end()))
    try:
        return json_stream.loads(data)
    except ValueError:
        return None


def _one(path: str | Path | Input) -> Input:
    if isinstance(path, Input):
        return path
    found = inputs(path)
    if len(found) > 1:
        raise UsageError(
            f"{Path(path).name} holds {len(found)} files.",
            hint="Read them one by one: for file in ingest.inputs(path).",
        )
    return found[0]


def _one_row_each(table: pa.Table, key: str) -> pa.Table:
    """One row per key, each column the last thing said; first and last sight over all of them."""
    frame = cast(pl.DataFrame, pl.from_arrow(table))
    if frame[key].n_unique() == frame.height:
        return table
    one = {
        "first_seen": pl.col("first_seen").min() if "first_seen" in frame.columns else None,
        "last_seen": pl.col("last_seen").max() if "last_seen" in frame.columns else None,
    }
    rest = [one.get(c) if one.get(c) is not None else pl.col(c).drop_nulls().last() for c in frame.columns if c != key]
    merged = frame.group_by(key, maintain_order=True).agg(cast(list[pl.Expr], rest)).select(frame.columns)
    return merged.to_arrow().cast(table.schema)


# -- rows of tables ----------------------------------------------------------------------------------------------------


def _usual_rows(how: Detected) -> int:
    """Rows of a batch: where they are short, what each batch costs by itself is much of the whole."""
    rows = how.sample.rows if how.sample and how.shape == "csv" else ()
    letters = sum(len(cell) for row in rows for cell in row)
    return BATCH_ROWS * 2 if letters < SHORT_ROW * len(rows) else BATCH_ROWS


def _in_batches(parts: Iterable[tuple[pl.DataFrame, list[Bad]]], size: int) -> Iterator[tuple[pl.DataFrame, list[Bad]]]:
    """Rows in frames of at most ``size``."""
    waiting: list[pl.DataFrame] = []
    bad: list[Bad] = []
    for frame, some in parts:
        waiting.append(frame)
        bad += some
        while sum(part.height for part in waiting) >= size:
            whole = pl.concat(waiting)
            yield whole.head(size), bad
            waiting, bad = [whole.slice(size)], []
        if len(bad) >= size:
            yield pl.concat(waiting), bad
            waiting, bad = [], []
    rest = pl.concat(waiting) if waiting else None
    if rest is not None and (rest.height or bad):
        yield rest, bad


def _complete(frames: Frames, frame: pl.DataFrame) -> Frames:
    """The reader's frames, with the rows it forgot among the skipped: every row is accounted for."""
    told = pl.concat([frames.posts[ROW], frames.skipped[ROW].cast(pl.Int64)])
    forgotten = frame.filter(~pl.col(ROW).is_in(told.implode())).select(ROW, reason=pl.lit(NOTHING_MADE))
    return (
        frames
        if not forgotten.height
        else frames._replace(skipped=pl.concat([frames.skipped, forgotten], how="diagonal"))
    )


def _with_bad(frames: Frames, bad: list[Bad]) -> Frames:
    if not bad:
        return frames
    rows = pl.DataFrame(bad, schema={ROW: pl.Int64, "reason": pl.String, "found": pl.String}, orient="row")
    return frames._replace(skipped=pl.concat([frames.skipped, rows], how="diagonal"))


def _refuse_destroyed(name: str, batch: Batch, finisher: Finisher) -> None:
    """Stop at once where every id went through a spreadsheet, instead of skipping a million rows."""
    if finisher.rows_kept or not finisher.reasons[MANGLED_ID] or batch.rows_merged:
        return
    if finisher.reasons[MANGLED_ID] >= 0.5 * finisher.rows_in:
        raise _nothing_kept(name, finisher)


def _nothing_kept(name: str, finisher: Finisher) -> InputError:
    if not finisher.reasons:
        return InputError("There is a header, but no row below it.", file=name, accepted="at least one row")
    reason = finisher.reasons.most_common(1)[0][0]
    row, column, found = finisher.first_of[reason]
    accepted = "the file as it came from the platform, never opened in a spreadsheet" if reason == MANGLED_ID else None
    return InputError(
        f"None of the {finisher.rows_in:,} rows can be kept. {reason}",
        file=name,
        row=row,
        column=column,
        found=found,
        accepted=accepted,
    )


def _whole_lines(chunks: Iterable[bytes], content: Content) -> Iterator[bytes]:
    """Bytes cut after line ends; of a damaged archive without the line that breaks off, which only looks whole."""
    tail: list[bytes] = []
    for chunk in chunks:
        cut = chunk.rfind(b"\n") + 1
        if cut:
            yield b"".join([*tail, chunk[:cut]])
            tail = [chunk[cut:]]
        else:
            tail.append(chunk)
    if not content.damage:
        yield b"".join(tail)


def _marked(chunks: Iterable[bytes], marks: tuple[bytes, ...]) -> Iterator[bytes]:
    """The lines that hold any of the marks."""
    carry = b""
    for chunk in chunks:
        cut = chunk.rfind(b"\n") + 1
        whole, carry = (carry + chunk[:cut], chunk[cut:]) if cut else (b"", carry + chunk)
        yield from _lines_with(whole, marks)
    yield from _lines_with(carry, marks)


def _lines_with(data: bytes, marks: tuple[bytes, ...]) -> Iterator[bytes]:
    """The lines that hold any of the marks; those without are not even cut apart."""
    start = 0
    ahead_of = {mark: data.find(mark) for mark in marks}
    while (near := min((place for place in ahead_of.values() if place >= start), default=-1)) >= 0:
        start, end = data.rfind(b"\n", 0, near) + 1, (data.find(b"\n", near) + 1) or len(data)
        yield data[start:end]
        start = end
        ahead_of = {
            mark: place if place < 0 or place >= end else data.find(mark, end) for mark, place in ahead_of.items()
        }
