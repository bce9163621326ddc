"""Separated text as frames of strings, with the row of the file beside each row.

A block of bytes in which every quote stands where a quote may stand is handed to polars whole; its rows are counted with
column operations. Only blocks with stray quotes are taken apart one field at a time. Rows that do not fit the header are
set aside with their number; they never shift the others.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl

from ingest.mapping.contract import ROW, Context
from ingest.normalize.distinct import nowhere

BLOCK = 8 << 20
LONGEST_ROW = 4 << 20  # a quote that is still open after so many bytes is a stray one
Positions = npt.NDArray[np.int64]
Bad = tuple[int, str, str | None]  # row, reason, what was found
Part = tuple[pl.DataFrame, list[Bad]]
_Part = Generator[Part, None, int]  # yields parts, returns how many bytes it used

RAGGED = "The row has another number of fields than the header."
CUT = "The file ends in the middle of the row."
HEADER_AGAIN = "The row repeats the header."
EMPTY = "The row is empty."


@dataclass(frozen=True)
class Dialect:
    """Layout of a delimited file: how it separates its fields, and where its header stands.

    Attributes
    ----------
    separator : str
    header_row : int
        Row of the header, from 1; 0 when there is none.
    columns : tuple of str
        Names of the columns, unique.
    """

    separator: str
    header_row: int
    columns: tuple[str, ...]


def unique_names(cells: Iterable[str]) -> tuple[str, ...]:
    """Column names as people will see them: stripped, never empty, never twice.

    Examples
    --------
    >>> unique_names(["id", " id", ""])
    ('id', 'id (2)', 'column 3')
    """
    names: dict[str, None] = {}
    for number, cell in enumerate(cells, 1):
        name = stem = cell.replace("\x00", "").strip().strip("\ufeff").strip() or f"column {number}"
        again = 2
        while name in names:
            name, again = f"{stem} ({again})", again + 1
        names[name] = None
    return tuple(names)


@lru_cache
def _quoted(separator: str) -> re.Pattern[str]:
    sep = re.escape(separator)
    return re.compile(rf'"((?:[^"]|"")*+)"(?={sep}|\r?\n|\r?\Z)')


def split_rows(text: str, separator: str, final: bool = True, limit: int | None = None) -> tuple[list[list[str]], int]:
    """Rows of a text one field at a time, and how many letters were used up.

    A quote counts only at the start of a field, and only if another one closes it before a separator or a line end:
    otherwise it is a letter. So an unclosed quote harms its own row and no other.

    Examples
    --------
    >>> split_rows('a,"b, ""c"" d"\\n5" pipe,"open\\n', ",")
    ([['a', 'b, "c" d'], ['5" pipe', '"open']], 29)
    """
    match = _quoted(separator).match
    rows: list[list[str]] = []
    start = place = 0
    last_quote, size = text.rfind('"'), len(text)
    line = -1  # the next line end, looked for once and not for every field
    row: list[str] = []
    while place < size and (limit is None or len(rows) < limit):
        found = match(text, place) if text[place] == '"' and place < last_quote else None
        if found is not None:
            row.append(found[1].replace('""', '"'))
            place = found.end()
            if text.startswith("\r", place) and not text.startswith(separator, place):
                place += 1
        else:
            if not final and text[place] == '"' and size - start < LONGEST_ROW:
                return rows, start  # the quote may be closed in the next block
            if line < place:
                line = (text.find("\n", place) + 1 or size + 1) - 1
            stop = text.find(separator, place, line)
            end = stop if stop >= 0 else line
            row.append(text[place:end].removesuffix("\r") if end in (line, size) else text[place:end])
            place = end
        if place >= size:
            break
        if text[place] == "\n":
            rows.append(row)
            row, place = [], place + 1
            start = place
            continue
        place += 1
        if place >= size:
            row.append("")
    if final and row and (limit is None or len(rows) < limit):
        rows.append(row)
        start = size
    return rows, start


class Rows:
    """The rows of a file as frames, after its header.

    Iterating gives ``(frame, bad)``: a frame of String columns with ``__row``, and the rows that were set aside.
    Blank lines are no rows, but they count for the numbers, as in any editor of tables.
    """

    def __init__(self, chunks: Iterable[bytes], dialect: Dialect, context: Context) -> None:
        self._chunks, self._dialect, self._context = chunks, dialect, context
        self._row = 1  # row of the next record

    def __iter__(self) -> Iterator[Part]:
        carry = b""
        for block in self._blocks():
            carry = yield from self._part(carry + block, final=False)
        if carry:
            yield from self._part(carry, final=True)

    def _blocks(self) -> Iterator[bytes]:
        parts: list[bytes] = []
        size = 0
        for chunk in self._chunks:
            parts.append(chunk)
            size += len(chunk)
            if size >= BLOCK:
                yield b"".join(parts)
                parts, size = [], 0
        if parts:
            yield b"".join(parts)

    def _part(self, data: bytes, final: bool) -> Generator[Part, None, bytes]:
        """Yield what the block holds whole; return the bytes that belong to the next one."""
        if not final:
            newline = data.rfind(b"\n")
            if newline < 0:
                return data
        data = self._clean(data) if final else self._clean(data[: newline + 1]) + data[newline + 1 :]
        array = np.frombuffer(data, dtype=np.uint8)
        quotes = np.flatnonzero(array == 34)
        left_open = final and len(quotes) % 2 == 1
        if not left_open and _well_placed(array, quotes, ord(self._dialect.separator)):
            used = yield from self._fast(data, array, quotes, final)
        else:
            used = yield from self._slow(data, final)
        return data[used:]

    def _clean(self, data: bytes) -> bytes:
        """Valid UTF-8 without NUL, with a warning where that took something."""
        if b"\x00" in data:
            self._context.warn("The file holds NUL characters; they were left out.")
            data = data.replace(b"\x00", b"")
        try:
            data.decode()
        except UnicodeDecodeError:
            self._context.warn("Some bytes are not UTF-8; they stand as \ufffd.")
            data = data.decode("utf-8", "replace").encode()
        return data

    def _fast(self, data: bytes, array: npt.NDArray[np.uint8], quotes: Positions, final: bool) -> _Part:
        newlines, seps = np.flatnonzero(array == 10), np.flatnonzero(array == ord(self._dialect.separator))
        if len(quotes):
            newlines = newlines[np.searchsorted(quotes, newlines) % 2 == 0]
            seps = seps[np.searchsorted(quotes, seps) % 2 == 0]
        ends = newlines
        if final and (not len(ends) or ends[-1] != len(data) - 1):
            ends = np.append(ends, len(data))
        if not len(ends):
            if len(data) > LONGEST_ROW:
                return (yield from self._slow(data, final))
            return 0
        if not final and len(data) - int(ends[-1]) > LONGEST_ROW and len(quotes) % 2:
            return (yield from self._slow(data, final))
        starts = np.concatenate([[0], ends[:-1] + 1])
        fields = np.diff(np.searchsorted(seps, ends), prepend=0) + 1
        blank = (ends == starts) | ((ends == starts + 1) & (array[np.minimum(starts, len(array) - 1)] == 13))
        numbers = np.arange(self._row, self._row + len(ends))
        body = numbers > self._dialect.header_row
        good = body & ~blank & (fields == len(self._dialect.columns))
        bad: list[Bad] = []
        mended: list[tuple[int, list[str]]] = []
        for index in np.flatnonzero(body & ~blank & ~good):
            cut = bool(final and ends[index] == len(data))
            if fields[index] < len(self._dialect.columns) or ends[index] - starts[index] > LONGEST_ROW:
                bad.append(self._misfit(int(numbers[index]), int(fields[index]), cut))
                continue
            text = data[starts[index] : ends[index]].decode()
            self._sort_out(int(numbers[index]), split_rows(text, self._dialect.separator)[0][:1], cut, mended, bad)
        self._row += len(ends)
        frame = self._parse(_kept_bytes(data, starts, ends, good), numbers[good])
        if mended:
            frame = pl.concat([frame, self._frame(mended)]).sort(ROW)
        yield self._without_headers(frame, bad)
        return min(int(ends[-1]) + 1, len(data))

    def _slow(self, data: bytes, final: bool) -> _Part:
        text = data.decode("utf-8", "ignore") if not final else data.decode()
        rows, used = split_rows(text, self._dialect.separator, final)
        bad: list[Bad] = []
        kept: list[tuple[int, list[str]]] = []
        for number, row in enumerate(rows, self._row):
            if number > self._dialect.header_row and row not in ([], [""]):
                cut = final and number == self._row + len(rows) - 1 and not text.endswith("\n")
                self._sort_out(number, [row], cut, kept, bad)
        self._row += len(rows)
        yield self._without_headers(self._frame(kept), bad)
        return len(text[:used].encode())

    def _sort_out(
        self, number: int, rows: list[list[str]], cut: bool, kept: list[tuple[int, list[str]]], bad: list[Bad]
    ) -> None:
        row, width = rows[0] if rows else [], len(self._dialect.columns)
        if len(row) > width and not any(row[width:]):
            row = row[:width]  # separators a spreadsheet put at the end
        if len(row) == width:
            kept.append((number, row))
        else:
            bad.append(self._misfit(number, len(row), cut))

    def _misfit(self, number: int, fields: int, cut: bool) -> Bad:
        width = len(self._dialect.columns)
        return (
            (number, CUT, f"{fields} of {width} fields")
            if cut
            else (number, RAGGED, f"{fields} fields instead of {width}")
        )

    def _frame(self, rows: list[tuple[int, list[str]]]) -> pl.DataFrame:
        columns = self._dialect.columns
        data = {
            name: pl.Series(name, [row[i] or None for _, row in rows], dtype=pl.String)
            for i, name in enumerate(columns)
        }
        return pl.DataFrame(data | {ROW: pl.Series(ROW, [number for number, _ in rows], dtype=pl.Int64)})

    def _parse(self, data: bytes, numbers: Positions) -> pl.DataFrame:
        columns = self._dialect.columns
        if not len(numbers):
            return self._frame([])
        try:
            frame = pl.read_csv(
                data,
                has_header=False,
                new_columns=list(columns),
                schema=dict.fromkeys(columns, pl.String),
                separator=self._dialect.separator,
                quote_char='"',
                encoding="utf8",
                eol_char="\n",
            )
        except pl.exceptions.PolarsError:
            frame = None
        if frame is None or frame.height != len(numbers):  # polars and the count disagree: trust the slow way
            rows, _ = split_rows(data.decode(), self._dialect.separator)
            return self._frame(list(zip(numbers.tolist(), rows, strict=True)))
        if b'""' in data:  # an empty cell says nothing, in quotes or without
            frame = frame.with_columns(pl.when(pl.col(name) != "").then(name).alias(name) for name in columns)
        return frame.with_columns(pl.Series(ROW, numbers, dtype=pl.Int64))

    def _without_headers(self, frame: pl.DataFrame, bad: list[Bad]) -> tuple[pl.DataFrame, list[Bad]]:
        """Take out rows that say the header again, as files put together from several do, and rows of nothing."""
        columns = self._dialect.columns
        first = frame[columns[0]]
        again = empty = nowhere(frame.height)
        if self._dialect.header_row and bool(first.str.contains(columns[0], literal=True).any()):
            again = frame.select(
                pl.all_horizontal(pl.col(n).str.strip_chars() == n for n in columns).fill_null(False)
            ).to_series()
        if first.null_count() or bool((first == "").any()):
            empty = frame.select(pl.all_horizontal(pl.col(n).fill_null("") == "" for n in columns)).to_series()
        if again.any() or empty.any():
            bad += [(row, HEADER_AGAIN, None) for row in frame.filter(again)[ROW].to_list()]
            bad += [(row, EMPTY, None) for row in frame.filter(empty & ~again)[ROW].to_list()]
            frame = frame.filter(~again & ~empty)
        return frame, sorted(bad)


def _well_placed(array: npt.NDArray[np.uint8], quotes: Positions, separator: int) -> bool:
    """True if every quote opens a field, closes one, or is doubled inside one."""
    if not len(quotes):
        return True
    before = np.where(quotes > 0, array[np.maximum(quotes - 1, 0)], 10)
    beyond = quotes + 1 >= len(array)
    after = np.where(beyond, 10, array[np.minimum(quotes + 1, len(array) - 1)])
    opens, closes = slice(0, None, 2), slice(1, None, 2)
    opening = (before[opens] == 10) | (before[opens] == separator)
    opening[1:] |= np.diff(quotes)[1::2][: len(opening) - 1] == 1  # the second of a doubled quote
    closing = (after[closes] == 10) | (after[closes] == separator) | (after[closes] == 34)
    after_cr = np.where(quotes + 2 >= len(array), 10, array[np.minimum(quotes + 2, len(array) - 1)])
    closing |= (after[closes] == 13) & (after_cr[closes] == 10)
    return bool(opening.all() and closing.all())


def _kept_bytes(data: bytes, starts: Positions, ends: Positions, good: npt.NDArray[np.bool_]) -> bytes:
    """The good rows' bytes, taken in runs."""
    if good.all():
        return data[: int(ends[-1]) + 1]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], good.astype(np.int8), [0]])))
    runs = (data[starts[a] : ends[b - 1] + 1] for a, b in zip(edges[::2], edges[1::2], strict=True))
    return b"".join(run if run.endswith(b"\n") else run + b"\n" for run in runs)
