"""Files, folders, gzip, zstd and zip as streams of bytes. No file is unpacked to disk and no name in an archive is a path."""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath, PurePosixPath
from types import TracebackType
from typing import IO, Any

import zstandard

from ingest.errors import InputError
from ingest.files import spreadsheets, workbook_pieces

DATA_SUFFIXES = {
    "",
    ".csv",
    ".tsv",
    ".tab",
    ".txt",
    ".json",
    ".jsonl",
    ".ndjson",
    ".gz",
    ".zst",
    ".zip",
    ".js",
    ".xlsx",
    ".parquet",
}
MAX_MEMBERS = 10_000
_PARTS_OF_X = re.compile(r"(?!(?:community-)?tweets?(?:-part\d+)?\.js$).*\.js|README\.txt")
# where a folder holds a file of the first name, files of the second are read with it or hold no posts
ACCOMPANIED = (
    (re.compile(r"data_\d+\.json"), re.compile(r"(?:users|errors)_\d*\.json|query")),  # academictwitteR
    (re.compile(r"tweets?(?:-part\d+)?\.js"), _PARTS_OF_X),  # X's own archive
)
BOMB_BYTES = 256 * 1024 * 1024  # below this much output nobody is harmed
BOMB_RATIO = 250  # text shrinks 5 to 30 times, rarely 100; deflate's limit is 1,032
CHUNK = 1 << 20
SIP = 1 << 13  # of zstd at a time: a few bytes of it can stand for very many
ZSTD_WINDOW = 1 << 31  # dumps of Reddit look back this far; the default refuses them

DAMAGED = "The archive is damaged here; what comes after could not be read."
_BREAKS = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, zstandard.ZstdError)
_MAGIC = (
    (b"SQLite format 3", "an SQLite database", "its tables as CSV"),
    (b"BZh", "compressed with bzip2", "the file after `bunzip2`"),
    (b"\xfd7zXZ", "compressed with xz", "the file after `unxz`"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "a zip, or the unpacked files"),
    (b"Rar!", "a RAR archive", "a zip, or the unpacked files"),
    (b"%PDF", "a PDF", "the data it was made from"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file", "CSV (UTF-8), best as it came from the platform"),
    (b"\x89PNG", "a picture", "CSV or JSON"),
    (b"\xff\xd8\xff", "a picture", "CSV or JSON"),
    (b"GIF8", "a picture", "CSV or JSON"),
    (b"II*\x00", "a picture", "CSV or JSON"),
    (b"MM\x00*", "a picture", "CSV or JSON"),
    (b"RIFF", "a picture, a sound or a video", "CSV or JSON"),
    (b"ID3", "a sound", "CSV or JSON"),
    (b"OggS", "a sound", "CSV or JSON"),
    (b"\x1aE\xdf\xa3", "a video", "CSV or JSON"),
    (b"RDX", "an R data file", "CSV"),
)

_NO_FILES = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_DOCUMENTS = (
    ("word/document.xml", "a Word file", "the data it was made from"),
    ("ppt/presentation.xml", "a PowerPoint file", "the data it was made from"),
    ("META-INF/manifest.xml", "an OpenDocument file", "its sheet saved as CSV (UTF-8) or XLSX"),
)


class Content:
    """An opened input: its bytes after decompression, with the place reached and what broke.

    Attributes
    ----------
    position, total : int
        Bytes of the file on disk (of a zip member: of its content) read so far and in all, for progress.
    damage : str or None
        Set when the archive breaks off: what was read before it counts, there is nothing after it.
    """

    def __init__(self, name: str, stream: IO[bytes], under: IO[bytes], total: int, squeezed: int | None) -> None:
        self.name, self.total = name, total
        self._stream, self._under, self._squeezed = stream, under, squeezed
        self._out = 0
        self.damage: str | None = None

    @property
    def position(self) -> int:
        return min(self._out if self._squeezed is not None else self._under.tell(), self.total)

    def read(self, size: int = CHUNK) -> bytes:
        """Up to ``size`` bytes; less only at the end."""
        parts: list[bytes] = []
        wanted = size
        while wanted > 0 and self.damage is None:
            try:
                part = self._stream.read1(wanted)  # type: ignore[attr-defined]
            except _BREAKS:
                self.damage = DAMAGED
                break
            except workbook_pieces.Broken as error:
                raise InputError(f"The Excel file cannot be read: {error}.", file=self.name) from None
            if not part:
                break
            parts.append(part)
            wanted -= len(part)
        data = b"".join(parts)
        self._out += len(data)
        self._refuse_bomb()
        return data

    def _refuse_bomb(self) -> None:
        squeezed = self._squeezed if self._squeezed is not None else self._under.tell()
        if self._out > BOMB_BYTES and self._out > BOMB_RATIO * max(squeezed, 1):
            raise InputError(
                f"The archive grows more than {BOMB_RATIO} times when unpacked: it is made to fill a disk, not to be read.",
                file=self.name,
                hint="If it is genuine, unpack it yourself and give the unpacked file.",
            )

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self.read():
            yield chunk

    def __enter__(self) -> Content:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()
        self._under.close()


@dataclass(frozen=True)
class Input:
    """One file to read: a plain, gzipped or zstd file, one member of a zip, one sheet of a workbook.

    Attributes
    ----------
    path : Path
    name : str
        What a person sees; for a member ``archive.zip/member.csv``.
    member : str, optional
    sheet : str, optional
    nth : int
        Which of the members of that name it is, from 0: an archive may hold several.
    refused : InputError, optional
        The reason why it cannot be opened, where that was seen while looking for files; the others are read.
    """

    path: Path
    name: str
    member: str | None = None
    sheet: str | None = None
    nth: int = 0
    refused: InputError | None = field(default=None, compare=False)

    def open(self) -> Content:
        """The bytes of the file, decompressed as they are read.

        Raises
        ------
        InputError
            If the file cannot be opened, or is of a kind that holds no text.
        """
        if self.refused is not None:
            raise self.refused
        try:
            return self._open()
        except _BREAKS as error:
            raise InputError(f"The archive is damaged: {error}.", file=self.name) from None
        except workbook_pieces.Broken as error:
            raise InputError(f"The Parquet file cannot be read: {error}.", file=self.name) from None
        except (OSError, RuntimeError, NotImplementedError) as error:
            words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise InputError(f"The file cannot be opened: {words}.", file=self.name) from None

    def _open(self) -> Content:
        under: IO[bytes] = self.path.open("rb")
        total = self.path.stat().st_size
        squeezed = None
        stream = under
        if self.sheet is not None:
            return Content(self.name, spreadsheets.sheet_as_csv(self.path, self.sheet), under, total, total)
        if self.member is not None:
            archive = zipfile.ZipFile(under)
            info = self._info(archive)
            stream, total, squeezed = archive.open(info), info.file_size, info.compress_size
        head = _peek(stream)
        if head.startswith(b"PAR1") and stream is under:
            return Content(self.name, spreadsheets.parquet_as_csv(self.path), under, total, total)
        if head.startswith(b"\x1f\x8b"):
            stream = gzip.open(stream)  # type: ignore[assignment]  # noqa: SIM115 - closed by Content
            head = b""
        elif head.startswith(b"\x28\xb5\x2f\xfd"):
            stream = io.BufferedReader(_Zstd(stream), CHUNK)
            head = b""
        _refuse_kinds(head, self.name)
        return Content(self.name, stream, under, total, squeezed)

    def beside(self, name: str) -> Input | None:
        """The file of that name in the same folder, or in the same folder of the same archive; None where there is none."""
        shown = str(PurePosixPath(self.name).with_name(name))
        if self.member is None:
            path = self.path.with_name(name)
            return Input(path, shown) if path.is_file() and self.sheet is None else None
        member = str(PurePosixPath(self.member).with_name(name))
        try:
            with zipfile.ZipFile(self.path) as archive:
                return Input(self.path, shown, member) if member in archive.namelist() else None
        except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
            return None

    @property
    def size(self) -> int:
        """Bytes on disk; of a member of a zip, of its content."""
        if self.member is None:
            return self.path.stat().st_size
        with zipfile.ZipFile(self.path) as archive:
            return self._info(archive).file_size

    def _info(self, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
        return [info for info in archive.infolist() if info.filename == self.member][self.nth]

    def sha256(self) -> str:
        """Of the content after decompression, so that a file and its gzip are the same source."""
        digest = hashlib.sha256()
        with self.open() as content:
            for chunk in content:
                digest.update(chunk)
        return digest.hexdigest()


class _Zstd(io.RawIOBase):
    """A zstd stream that says when it was cut; the library's own ends as if nothing were missing."""

    def __init__(self, under: IO[bytes]) -> None:
        self._under, self._ready = under, b""
        self._frame = self._begin()
        self._inside = False

    @staticmethod
    def _begin() -> Any:
        return zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            data = self._frame.unused_data if self._frame.eof else b""
            if self._frame.eof:
                self._frame, self._inside = self._begin(), False
            data = data or self._under.read(SIP)
            if not data and self._inside:
                raise EOFError("the file ends in the middle of its last frame")
            if not data:
                return 0
            self._inside = True
            self._ready = self._frame.decompress(data)
        size = min(len(buffer), len(self._ready))
        buffer[:size], self._ready = self._ready[:size], self._ready[size:]
        return size


def _peek(stream: IO[bytes]) -> bytes:
    head = stream.read(16)
    stream.seek(0)
    return head


def _refuse_kinds(head: bytes, name: str) -> None:
    if head.startswith(b"PK\x03\x04"):
        raise InputError("A zip inside a zip is not opened.", file=name, hint="Unpack the outer one first.")
    if head[4:8] == b"ftyp":
        raise InputError("This is a video or a picture.", file=name, accepted="CSV or JSON")
    for magic, words, accepted in _MAGIC:
        if head.startswith(magic):
            raise InputError(f"This is {words}.", file=name, accepted=accepted)


def inputs(paths: Iterable[str | Path] | str | Path) -> list[Input]:
    """Every file to read under the paths: folders are walked, zips are opened, in the order of names.

    Files given by name are always taken; inside folders and zips only those that may hold data.

    Raises
    ------
    InputError
        If a path does not exist, or holds nothing to read.

    Examples
    --------
    >>> inputs("nothing/here")
    Traceback (most recent call last):
    ...
    ingest.errors.InputError: nothing/here: There is no such file or folder.
    """
    if isinstance(paths, str | Path):
        paths = [paths]
    found: list[Input] = []
    for path in map(Path, paths):
        some = list(_walk(path))
        if not some and _is_case(path):
            raise InputError(
                "This is a case of Lockstep: it holds what was read, not the files.",
                file=str(path),
                accepted="the files it was made from",
                hint=f"To look for ties in it: lockstep find --case {path}. To see it: lockstep serve --case {path}.",
            )
        if not some:
            raise InputError(
                "There is nothing to read in it.", file=str(path), accepted="CSV, TSV, JSON, JSONL, gzip, zstd, zip"
            )
        found += some
    return found


def _walk(path: Path) -> Iterator[Input]:
    if path.is_dir():
        cases = {case.parent for case in path.rglob("case.json") if _is_case(case.parent)}
        folder = path.name if path.name not in ("", "..") else path.resolve().name
        found = sorted(path.rglob("*"))
        along = _going_along(below.relative_to(path).as_posix() for below in found)
        for below in found:
            shown = below.relative_to(path)
            if shown.as_posix() in along:
                continue
            if any(_made_from_files(below.relative_to(case)) for case in cases.intersection(below.parents)):
                continue
            if _may_hold_data(PurePosixPath(shown.as_posix())) and below.is_file() and not below.is_symlink():
                yield from _found(below, printable((PurePosixPath(folder) / shown.as_posix()).as_posix()))
    elif path.exists():
        _refuse_no_file(path)
        yield from _found(path, printable(path.name))
    else:
        raise InputError("There is no such file or folder.", file=printable(str(path)))


def _refuse_no_file(path: Path) -> None:
    mode = path.stat().st_mode
    for is_one, words in _NO_FILES:
        if is_one(mode):
            raise InputError(
                f"This is {words}, not a file.",
                file=printable(str(path)),
                accepted="a file or a folder",
                hint="Save what comes out of it to a file first.",
            )


def _found(path: Path, name: str) -> Iterator[Input]:
    """The inputs a file holds; one that is damaged is said when it is opened, and the others are read."""
    try:
        yield from _members(path, name)
    except InputError as error:
        yield Input(path, name, refused=error)


def _is_case(path: Path) -> bool:
    return (path / "case.json").is_file() and (path / "parts").is_dir()


def _made_from_files(path: PurePath) -> bool:
    """True for what a case made of the files it read: its manifest, parts, runs and notes."""
    return path.name == "case.json" or path.parts[0] in ("parts", "runs", "notes") or path.suffix == ".parquet"


def _may_hold_data(path: PurePosixPath) -> bool:
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return not hidden and path.suffix.lower() in DATA_SUFFIXES


def _going_along(names: Iterable[str]) -> set[str]:
    """Files that are read with another one of their folder, or are parts of its archive that hold no posts.

    Examples
    --------
    >>> archive = ["data/tweets.js", "data/account.js", "data/community-tweet.js", "assets/js/a.js", "notes.csv"]
    >>> sorted(_going_along(archive))
    ['assets/js/a.js', 'data/account.js']
    """
    paths = [PurePosixPath(name) for name in names]
    along: set[str] = set()
    for leading, following in ACCOMPANIED:
        folders = {path.parent for path in paths if leading.fullmatch(path.name)}
        roots = folders | {folder.parent for folder in folders if following is _PARTS_OF_X}
        if folders:
            some = (path for path in paths if following.fullmatch(path.name) and not roots.isdisjoint(path.parents))
            along |= {str(path) for path in some}
    return along


def _members(path: Path, name: str) -> Iterator[Input]:
    if not _is_zip(path):
        yield Input(path, name)
        return
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        raise InputError(f"The archive is damaged: {error}.", file=name) from None
    names = {info.filename for info in infos}
    for member, words, accepted in _DOCUMENTS:
        if member in names:
            raise InputError(f"This is {words}.", file=name, accepted=accepted)
    if "xl/workbook.xml" in names:
        yield from _sheets(path, name)
        return
    if len(infos) > MAX_MEMBERS:
        raise InputError(f"The archive holds {len(infos):,} files.", file=name, accepted=f"at most {MAX_MEMBERS:,}")
    along, seen = _going_along(names), Counter[str]()
    for info in sorted(infos, key=lambda info: info.filename):
        nth = seen[info.filename]
        seen[info.filename] += 1
        holds = not info.is_dir() and info.file_size and _may_hold_data(PurePosixPath(_shown(info.filename)))
        if holds and info.filename not in along:
            again = f" ({nth + 1})" if nth else ""
            yield Input(path, f"{name}/{_shown(info.filename)}{again}", info.filename, nth=nth)


def _sheets(path: Path, name: str) -> Iterator[Input]:
    try:
        found = spreadsheets.sheets(path)
    except workbook_pieces.Broken as error:
        raise InputError(f"The Excel file cannot be read: {error}.", file=name) from None
    for sheet in found:
        yield Input(path, name if len(found) == 1 else f"{name}/{_shown(sheet)}", sheet=sheet)


def _is_zip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    except OSError as error:
        raise InputError(f"The file cannot be opened: {error.strerror}.", file=printable(path.name)) from None


def printable(name: str) -> str:
    """A file's name for people and tables: bytes that are no UTF-8 and characters that print nothing become ``?``.

    Examples
    --------
    >>> printable("Export von Jörg\\udcff\\x1b[31m.csv")
    'Export von Jörg??[31m.csv'
    """
    return "".join(letter if letter.isprintable() else "?" for letter in name)


def _shown(member: str) -> str:
    """A member's name for people: printable, and without steps upwards.

    Examples
    --------
    >>> _shown("../../etc/pass\\x1bwd.csv")
    'etc/pass?wd.csv'
    """
    parts = [part for part in member.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return printable("/".join(parts))
