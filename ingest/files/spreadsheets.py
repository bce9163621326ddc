"""Spreadsheets and Parquet as streams of CSV, so that everything behind them is read in one way.

Formulas are never worked out: a cell says what was last stored in it. Numbers too long for a spreadsheet's 15 digits are
written with an exponent, so that ids which lost digits are recognised as such instead of passing for others.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, cast

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook

from ingest.files.workbook_pieces import CELLS, Broken, Extent, extent, sheet_parts, sheet_rows

EXACT = 10**15  # whole numbers below it survive a spreadsheet
UNPACKED = 4 << 30  # bytes a workbook may grow to in memory
SPREAD, FILLED = 5_000_000, 0.05
"""Cells between a sheet's first and its last above which it is refused where less than that share of them holds anything."""
WHOLE = 16 << 20
"""Bytes up to which a workbook is read as a whole; a larger one is read in pieces."""
_BREAKS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)
_ROWS = 20_000


class CsvStream(io.RawIOBase):
    """Pieces of CSV as a file to read from. What breaks on the way ends it like a file that was cut off."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces, self._rest = pieces, b""

    def read1(self, size: int = -1) -> bytes:
        """The next bytes, at most ``size``; none at the end."""
        while not self._rest:
            piece = self._next()
            if piece is None:
                return b""
            self._rest = piece
        taken, self._rest = (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        return taken

    def _next(self) -> bytes | None:
        try:
            return next(self._pieces, None)
        except (*_BREAKS, CalamineError, pa.ArrowException, pl.exceptions.PolarsError, ValueError) as error:
            raise EOFError(str(error)) from None


def sheets(path: Path) -> list[str]:
    """Names of the sheets of a workbook that hold anything.

    Raises
    ------
    Broken
        If it cannot be read, or is made to fill the memory.
    """
    try:
        whole, extents = _measured(path)
        if not whole:
            return [name for name, part in sheet_parts(path).items() if extents[part].cells]
        with CalamineWorkbook.from_path(str(path)) as book:
            return [name for name in book.sheet_names if book.get_sheet_by_name(name).total_height]
    except (*_BREAKS, CalamineError, ValueError) as error:
        raise Broken(str(error)) from None


def _measured(path: Path) -> tuple[bool, dict[str, Extent]]:
    """True where the workbook is small enough to be read as a whole, and where the cells of each part lie."""
    known = path.stat()
    return _extents(str(path), known.st_mtime_ns, known.st_size)


@lru_cache(maxsize=32)
def _extents(path: str, _changed: int, _size: int) -> tuple[bool, dict[str, Extent]]:
    with zipfile.ZipFile(path) as archive:
        size = sum(info.file_size for info in archive.infolist())
        if size > UNPACKED:
            raise Broken("it is larger than a spreadsheet can be")
        found = dict[str, Extent]()
        for name in archive.namelist():  # every part: where a sheet lies is the file's own affair
            with archive.open(name) as part:
                found[name] = extent(part)
            _check_extent(name, found[name])
    whole = size <= WHOLE and all(one.rows * one.columns <= CELLS for one in found.values())
    if not whole and any(one.back for one in found.values()):
        raise Broken("its rows are not in order; save it as CSV")
    return whole, found


def _check_extent(name: str, found: Extent) -> None:
    """Raise Broken where a few cells lie so far apart that the sheet between them would fill the memory."""
    area = found.rows * found.columns
    if area > SPREAD and found.cells < FILLED * area:
        raise Broken(
            f"{Path(name).name} claims {found.rows:,} rows and {found.columns:,} columns, but holds {found.cells:,} cells;"
            " delete what stands far outside the table, or save it as CSV"
        )


def sheet_as_csv(path: Path, sheet: str) -> IO[bytes]:
    """One sheet of a workbook, with its empty rows, so that rows keep their numbers."""
    return cast(IO[bytes], CsvStream(_sheet_rows(path, sheet)))


def _sheet_rows(path: Path, sheet: str) -> Iterator[bytes]:
    whole, extents = _measured(path)
    if not whole:
        part = sheet_parts(path)[sheet]
        yield from map(_written, sheet_rows(path, sheet, part, extents[part].columns))
        return
    with CalamineWorkbook.from_path(str(path)) as book:
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        for start in range(0, len(rows), _ROWS):
            yield _written(rows[start : start + _ROWS])


def _written(rows: Sequence[Sequence[object]]) -> bytes:
    """Rows as CSV; one without anything in it is a blank line, one of zeros is none.

    Examples
    --------
    >>> _written([[0.0, ""], ["", ""]])
    b'0,\\n\\n'
    """
    out = io.StringIO()
    said = (list(map(_cell, row)) for row in rows)
    csv.writer(out, lineterminator="\n").writerows(row if any(row) else [] for row in said)
    return out.getvalue().encode("utf-8", "replace")


def _cell(value: Any) -> str:
    """A cell as it would stand in a CSV.

    Examples
    --------
    >>> _cell(12.0), _cell(9.05874659358453760e17), _cell(0.5), _cell(datetime(2024, 3, 5, 10, 20)), _cell(True)
    ('12', '9.05874659358454E+17', '0.5', '2024-03-05 10:20:00', 'true')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float | int):
        if abs(value) >= EXACT:
            return f"{value:.14E}"
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def parquet_as_csv(path: Path) -> IO[bytes]:
    """The rows of a Parquet file; lists and structures as JSON.

    Raises
    ------
    Broken
        If it is none.
    """
    try:
        pq.read_metadata(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Broken(str(error)) from None
    return cast(IO[bytes], CsvStream(_parquet_rows(path)))


def _parquet_rows(path: Path) -> Iterator[bytes]:
    with pq.ParquetFile(path) as file:
        names = file.schema_arrow.names
        yield _written([names])
        for batch in file.iter_batches(_ROWS):
            frame = pl.DataFrame(pl.from_arrow(batch))
            yield frame.select(_as_text(frame[name]) for name in frame.columns).write_csv(include_header=False).encode()


def _as_text(values: pl.Series) -> pl.Series:
    kind = values.dtype
    if isinstance(kind, pl.Datetime):
        written = values.dt.convert_time_zone("UTC") if kind.time_zone else values
        return written.dt.to_string("%Y-%m-%d %H:%M:%S%.6f" + ("Z" if kind.time_zone else ""))
    if kind.is_float():
        whole = values.drop_nulls().drop_nans()
        if bool((whole.abs() < EXACT).all()) and bool((whole == whole.floor()).all()):
            return values.cast(pl.Int64, strict=False).cast(pl.String)
    if kind.is_nested():
        return (
            values.to_frame("cell")
            .select(cell=pl.struct("cell").struct.json_encode())
            .to_series()
            .str.slice(len('{"cell":'))
            .str.strip_suffix("}")
            .rename(values.name)
        )
    return values.cast(pl.String, strict=False)
