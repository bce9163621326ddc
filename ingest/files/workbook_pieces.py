"""Large workbooks as many small ones, one after the other, so that reading takes the memory of one of them.

calamine holds a whole sheet. A piece is some rows of it with their shared texts written into the cells, beside the list of
sheets and the styles of the whole, so that calamine gives the values it gives for the whole.
"""

from __future__ import annotations

import io
import re
import zipfile
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from functools import cache
from itertools import accumulate, islice
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, NamedTuple
from xml.sax.saxutils import escape

import numpy as np
from python_calamine import CalamineSheet, CalamineWorkbook

PIECE = 4 << 20  # bytes of a sheet that are read at once
ROOM = 16 << 20  # bytes of a piece with its texts
CELLS = 1_000_000  # from the first to the last of a piece, empty ones among them
FRAME = 16 << 20  # bytes of the list of sheets, and of the styles
IN_MEMORY = 32 << 20  # bytes of shared texts, above which they lie in a file without a name
_READ = 1 << 20
_BLOCK = 1 << 16
_TAG = 1 << 12  # bytes of the longest tag of a cell

_FRAME = frozenset(
    {"[content_types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
)
_TEXTS = "xl/sharedstrings.xml"
_LIST = re.compile(rb"<((?:\w+:)?)sst\b")
_DATA = re.compile(rb"<((?:\w+:)?)sheetData(?:\s[^>]*?)?(/?)>")


class Broken(Exception):
    """A spreadsheet or Parquet file that cannot be read."""


class Extent(NamedTuple):
    """Place of the cells of a part: the last row and column, cells that hold something, and rows that ever go back."""

    rows: int = 0
    columns: int = 0
    cells: int = 0
    back: bool = False


class _Tags(NamedTuple):
    """Patterns of a sheet whose tags have a certain prefix; most have none."""

    row: re.Pattern[bytes]
    cell: re.Pattern[bytes]
    shared: re.Pattern[bytes]
    missed: re.Pattern[bytes]
    text: re.Pattern[bytes]


@cache
def _tags(prefix: bytes) -> _Tags:
    kinds = (
        rb"""<{0}row(?=[\s>/])(?:[^>]*?\sr=["'](\d{1,7})["'])?""",
        rb"""<{0}c\s(?:[^>]*?\s)??r=["']([A-Z]{1,3})(\d{1,7})["']([^>]*)>""",
        rb"""t=["']s["']([^>]*>\s*)<{0}v>(\d+)</{0}v>""",
        rb"""<{0}c\s[^>]*?\bt=["']s["'][^>]*(?<!/)>\s*<{0}[fv]\b""",
        rb"""<{0}si(?:\s[^>/]*)?(?:/>|>(.*?)</{0}si>)""",
    )
    return _Tags(*(re.compile(kind.replace(b"{0}", prefix), re.S) for kind in kinds))


def extent(part: IO[bytes]) -> Extent:
    """Place of the cells of a sheet, found without holding it.

    Examples
    --------
    >>> rows = b'<row r="7"><c r="B7"><v>1</v></c><c r="AA7" s="1"/></row>'
    >>> extent(io.BytesIO(b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"))
    Extent(rows=7, columns=2, cells=1, back=False)
    """
    columns, last, rows, cells, back, rest, prefix = set[bytes](), 0, 0, 0, False, b"", None
    while piece := part.read(_READ):
        piece = rest + piece
        cut = max(piece.rfind(b"<"), len(piece) - _TAG)  # a tag may go on in the next piece
        piece, rest = piece[:cut], piece[cut:]
        if prefix is None:
            data = _DATA.search(piece) if b"sheetData" in piece else None
            if data is None:
                continue
            prefix, piece = data[1], piece[data.end() :]
        tags, bare = _tags(prefix), b"<" + prefix + b"c"
        found = tags.cell.findall(piece)
        held = [(column, int(row)) for column, row, more in found if more[-1:] != b"/"]
        numbers = [row for _, row in held]
        back = back or numbers != sorted(numbers) or bool(numbers and numbers[0] < last)
        last = max([last, *numbers])
        columns.update(column for column, _ in held)
        cells += len(held) + piece.count(bare + b" ") + piece.count(bare + b">") - len(found)
        rows += len(tags.row.findall(piece))
    return Extent(max(last, rows if cells else 0), max(map(column_number, columns), default=0), cells, back)


def column_number(letters: bytes) -> int:
    """Place of a column, from its letters.

    Examples
    --------
    >>> column_number(b"A"), column_number(b"AA"), column_number(b"XFD")
    (1, 27, 16384)
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def sheet_parts(path: Path) -> dict[str, str]:
    """Part of the archive that holds each sheet, by the sheet's name and in the workbook's order.

    calamine is asked, with a workbook in which every part says its own name.

    Raises
    ------
    Broken
        If the list of sheets or the styles are too large to be any.
    """
    with zipfile.ZipFile(path) as archive:
        frame, names = _frame(archive), {_plain(name): name for name in archive.namelist()}
    signs = {name: _sheet(_sign(name)) for plain, name in names.items() if plain not in {*_FRAME, _TEXTS}}
    with _book(frame | signs) as book:
        said = {name: _said(book.get_sheet_by_name(name)) for name in book.sheet_names}
    return {name: part for name, part in said.items() if part in signs}


def _sign(name: str) -> bytes:
    return f'<row r="1"><c r="A1" t="inlineStr"><is><t>{escape(name)}</t></is></c></row>'.encode()


def _said(sheet: CalamineSheet) -> str:
    return str(next((cell for row in sheet.to_python() for cell in row), ""))


def _plain(name: str) -> str:
    return name.replace("\\", "/").lower()


def _frame(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Parts that stand in each piece."""
    frame = {}
    for info in archive.infolist():
        if _plain(info.filename) in _FRAME:
            if info.file_size > FRAME:
                raise Broken(f"{info.filename} grows to {info.file_size:,} bytes, and at most {FRAME:,} are read")
            frame[info.filename] = archive.read(info)
    return frame


def _sheet(rows: bytes, prefix: bytes = b"") -> bytes:
    opened = b"<%bworksheet><%bsheetData>" % (prefix, prefix)
    return opened + rows + b"</%bsheetData></%bworksheet>" % (prefix, prefix)


def _book(parts: Mapping[str, bytes]) -> CalamineWorkbook:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    out.seek(0)
    return CalamineWorkbook.from_filelike(out)


class Texts:
    """Shared texts of a workbook, by their number, as the XML between the tags of each.

    Examples
    --------
    >>> texts = Texts(io.BytesIO(b"<sst><si><t>a</t></si><si/><si><r><t>b</t></r></si><si/></sst>"))
    >>> texts.of([2, 0, 3]), texts.size([2, 2])
    ({0: b'<t>a</t>', 2: b'<r><t>b</t></r>', 3: b''}, 30)
    """

    def __init__(self, part: IO[bytes] | None) -> None:
        self._ends = array("q", [0])
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed with this
        rest, prefix = b"", None
        while part and (piece := _piece(part)):
            rest += piece
            if prefix is None and (found := _LIST.search(rest)):
                prefix = found[1]
            if prefix is not None:
                cut = max(rest.rfind(b"<%bsi" % prefix), 0)  # the last text may go on in the next piece
                self._keep(rest[:cut], prefix)
                rest = rest[cut:]
            _check_size(rest, "a text")
        self._keep(rest, prefix or b"")

    def _keep(self, whole: bytes, prefix: bytes) -> None:
        found = _tags(prefix).text.findall(whole)
        self._file.write(b"".join(found))
        self._ends.extend(islice(accumulate(map(len, found), initial=self._ends[-1]), 1, None))

    def size(self, numbers: Sequence[int]) -> int:
        """Bytes of so many texts, each as often as it is named."""
        known = len(self._ends) - 1
        if numbers and max(numbers) >= known:
            raise Broken(f"a cell has text {max(numbers):,}, and there are {known:,}")
        ends, wanted = np.frombuffer(self._ends, np.int64), np.asarray(numbers, np.int64)
        return int((ends[wanted + 1] - ends[wanted]).sum())

    def of(self, numbers: Sequence[int]) -> dict[int, bytes]:
        """The texts of these numbers."""
        known, block, begun = dict[int, bytes](), b"", 0
        for number in sorted(set(numbers)):
            start, end = self._ends[number], self._ends[number + 1]
            if end > begun + len(block):
                self._file.seek(start)
                block, begun = self._file.read(max(end - start, _BLOCK)), start
            known[number] = block[start - begun : end - begun]
        return known

    def close(self) -> None:
        """Give the memory, or the file, back."""
        self._file.close()


def _piece(part: IO[bytes]) -> bytes:
    """The next bytes of a part. Comments and definitions are refused: no spreadsheet writes any, and they hide tags."""
    piece = part.read(_READ)
    if b"<!" in piece:
        raise Broken("it holds comments or definitions between its cells; save it as CSV")
    return piece


def _check_size(rest: bytes, what: str) -> None:
    if len(rest) > ROOM:
        raise Broken(f"{what} in it is longer than {ROOM:,} bytes")


def sheet_rows(path: Path, sheet: str, part: str, columns: int) -> Iterator[list[list[object]]]:
    """Rows of a sheet, some at a time, from its first row on and each as wide as the sheet.

    Parameters
    ----------
    path : Path
    sheet, part : str
        Its name, and the part of the archive that holds it.
    columns : int
        Of the whole sheet.

    Raises
    ------
    Broken
        If its cells are written as no spreadsheet writes them.
    """
    done = 0
    with zipfile.ZipFile(path) as archive, closing(_texts(archive)) as texts:
        frame = _frame(archive)
        with archive.open(part) as content:
            for rows, prefix in _numbered(_segments(content)):
                for piece in _small(rows, _tags(prefix), texts, columns):
                    with _book(frame | {part: _sheet(piece, prefix)}) as book:
                        first, columns_before, found = _placed(book.get_sheet_by_name(sheet))
                    columns = max(columns, *(columns_before + len(row) for row in found[:1]), 0)
                    yield [[""] * columns for _ in range(done, first)]
                    yield [_wide(row, columns_before, columns) for row in found]
                    done = max(done, first + len(found))


def _texts(archive: zipfile.ZipFile) -> Texts:
    name = next((name for name in archive.namelist() if _plain(name) == _TEXTS), None)
    if name is None:
        return Texts(None)
    with archive.open(name) as part:
        return Texts(part)


def _placed(sheet: CalamineSheet) -> tuple[int, int, list[list[object]]]:
    """Rows and columns before the cells, and the cells."""
    row, column = sheet.start or (0, 0)
    return row, column, [list(cells) for cells in sheet.to_python()]


def _wide(row: list[object], before: int, columns: int) -> list[object]:
    return [*[""] * before, *row, *[""] * (columns - before - len(row))]


def _segments(part: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Whole rows of a sheet, some megabytes at a time, and the prefix of its tags."""
    rest, data = b"", None
    while data is None:
        piece = _piece(part)
        if not piece:
            return
        rest += piece
        data = _DATA.search(rest)
        _check_size(b"" if data else rest, "the part before the rows")
    if data[2]:
        return
    prefix = data[1]
    row, end = b"</" + prefix + b"row>", b"</" + prefix + b"sheetData>"
    rest = rest[data.end() :]
    while end not in rest:
        cut = rest.rfind(row) + len(row) if len(rest) >= PIECE else 0
        if cut > len(row):
            yield rest[:cut], prefix
            rest = rest[cut:]
        _check_size(rest, "a row")
        piece = _piece(part)
        if not piece:
            raise EOFError("the sheet ends within its rows")
        rest += piece
    yield rest[: rest.find(end)], prefix


def _numbered(segments: Iterator[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
    """Rows with their numbers, where a sheet leaves these out."""
    last = 0

    def number(found: re.Match[bytes]) -> bytes:
        nonlocal last
        last = int(found[1] or last + 1)
        return found[0] if found[1] else found[0] + b' r="%d"' % last

    for rows, prefix in segments:
        tags = _tags(prefix).row.findall(rows)
        if b"" in tags:
            yield _tags(prefix).row.sub(number, rows), prefix
        else:
            last = int(tags[-1]) if tags else last
            yield rows, prefix


def _small(rows: bytes, tags: _Tags, texts: Texts, columns: int) -> Iterator[bytes]:
    """Rows with their texts in the cells, in as many pieces as memory asks for."""
    split = tags.shared.split(rows)
    numbers = list(map(int, split[2::3]))
    size = len(rows) + texts.size(numbers)
    found = list(tags.row.finditer(rows))
    held = (int(found[-1][1]) - int(found[0][1]) + 1) * columns if found else 0
    if len(found) > 1 and (size > ROOM or held > CELLS):
        middle = found[len(found) // 2].start()
        yield from _small(rows[:middle], tags, texts, columns)
        yield from _small(rows[middle:], tags, texts, columns)
        return
    if size > 4 * ROOM:
        raise Broken(f"row {int(found[0][1]):,} holds {size:,} bytes" if found else f"a row holds {size:,} bytes")
    if rows.count(b't="s"') + rows.count(b"t='s'") != len(numbers) and tags.missed.search(tags.shared.sub(b"", rows)):
        raise Broken("its cells name their texts in a way that no spreadsheet writes; save it as CSV")
    known = {number: b"<is>" + text + b"</is>" for number, text in texts.of(numbers).items()}
    split[1::3] = [b't="inlineStr"' + more for more in split[1::3]]
    split[2::3] = [known[number] for number in numbers]
    yield b"".join(split)
