"""Every format after an accident: no traceback, no hang, and every row of the raw file is kept, merged or skipped.

How many rows that is, ``raw_rows`` counts from the text. ``make fuzz`` asks for 10,000 files.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import re
import signal
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any
from xml.etree import ElementTree

import duckdb
import polars as pl
import pytest
import raw_rows
import zstandard
from fictional_records import RECORDS
from fictional_tables import MADE, Made
from test_files_spreadsheets import workbook

import ingest
from ingest.errors import InputError, LockstepError
from ingest.files.inputs import Input
from ingest.reading.batches import Reading

MUTATIONS = int(os.environ.get("LOCKSTEP_MUTATIONS", "4"))  # of each seed; `make fuzz` asks for more
SLOW = 30.0  # seconds that no file of this size may take
SAMPLES = (
    "data/ira_fearmonger_tweets.csv",
    "data/russian_coord_tweets.csv",
    "samples/coordination-network-toolkit/sample_data.csv",
    "samples/fivethirtyeight/IRAhandle_tweets_sample.csv",
    "samples/telegram_desktop/public_channel.json",
    "samples/twarc_v2/flat.jsonl",
    "samples/bluesky_jetstream/golden_v1.jsonl",
    "samples/mastodon/test_hashtag_tl.json",
)
SEEDS: list[Made | str] = [*MADE, *RECORDS, *SAMPLES]
SPLICES = (
    b'"', b"\n", b",", b";", b"\t", b"\x00", b"\r", b"\r\n", b"{", b"}", b"[", b"]", b"\\", b"\xff", b"9.06E+17", b'""', b"null", b"\xef\xbb\xbf",
    b":1,", b"\\x0A", b"\\ud83d", "\u2028".encode(), "\u202e".encode(), b"1e999", b"=cmd|' /C calc'!A0",
)  # fmt: skip
ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32", "cp1252", "cp1251", "shift_jis", "latin-1")
Mutation = Callable[[bytes, random.Random], bytes]


def cut(data: bytes, luck: random.Random) -> bytes:
    return data[: luck.randrange(1, len(data) + 1)]


def flip(data: bytes, luck: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(luck.choice((1, 3, 20))):
        out[luck.randrange(len(out))] ^= 1 << luck.randrange(8)
    return bytes(out)


def splice(data: bytes, luck: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(luck.choice((1, 3, 20))):
        place = luck.randrange(len(out) + 1)
        match luck.randrange(3):
            case 0:
                out[place:place] = luck.choice(SPLICES)
            case 1:
                del out[place : place + luck.choice((1, 10, 500))]
            case _:
                out[place:place] = out[luck.randrange(len(out) + 1) :][: luck.choice((5, 300))]
    return bytes(out)


def encode(data: bytes, luck: random.Random) -> bytes:
    """As somebody's computer saved it, or saved it twice."""
    text = data.decode("utf-8", "replace")
    if luck.randrange(6) == 0:
        return text.encode().decode("latin-1").encode()
    encoded = text.encode(luck.choice(ENCODINGS), "replace")
    return flip(encoded, luck) if luck.randrange(3) == 0 else encoded


def shift(data: bytes, luck: random.Random) -> bytes:
    """Fields too many or too few in some lines, lines in another order, one twice, a header among them."""
    lines = data.split(b"\n")
    for _ in range(luck.choice((1, 2, 5))):
        at = luck.randrange(len(lines))
        parts = re.split(rb"([,;\t])", lines[at])
        match luck.randrange(4):
            case 0:
                parts.insert(luck.randrange(len(parts) + 1), luck.choice((b",", b";", b"\t")))
            case 1:
                del parts[luck.randrange(len(parts))]
            case 2:
                lines.insert(luck.randrange(len(lines)), lines[0])
            case _:
                lines[at], lines[-1] = lines[-1], lines[at]
                continue
        lines[at] = b"".join(parts)
    return b"\n".join(lines)


def swell(data: bytes, luck: random.Random) -> bytes:
    """A field, a line, a nest or a file of hostile size."""
    place = luck.randrange(len(data))
    return (
        data[:place]
        + luck.choice((b"x" * 300_000, b"," * 5_000, b"[" * 5_000, b'{"a":' * 3_000, b"\n" * 5_000, b"9" * 5_000))
        + data[place:]
    )


def gzipped(data: bytes, luck: random.Random) -> bytes:
    return _hurt(gzip.compress(data), luck)


def zstandarded(data: bytes, luck: random.Random) -> bytes:
    return _hurt(zstandard.ZstdCompressor(write_checksum=True).compress(data), luck)


def zipped(data: bytes, luck: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(luck.choice(("a.csv", "../a.csv", "b/a.json")), data)
        archive.writestr("second.csv", data[: len(data) // 2])
    return _hurt(out.getvalue(), luck)


def _hurt(packed: bytes, luck: random.Random) -> bytes:
    return luck.choice((cut, flip, lambda data, _: data))(packed, luck)


TEXTS: tuple[Mutation, ...] = (cut, flip, splice, encode, shift, swell)
ARCHIVES: tuple[Mutation, ...] = (gzipped, zstandarded, zipped)


@contextmanager
def in_time(seconds: float) -> Iterator[None]:
    """An error where the block takes longer."""

    def late(number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"still busy after {seconds:g} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# -- the raw file ------------------------------------------------------------------------------------------------------


def unpacked(file: Input) -> tuple[bytes, bool]:
    """The content as far as it can be got out, and whether it ends where it should: by the plainest way there is."""
    data = file.path.read_bytes()
    if file.member is not None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(file.member) as member:
            return _in_sips(lambda: member.read(1), zipfile.BadZipFile, zlib.error, EOFError)
    if data.startswith(b"\x1f\x8b"):  # the two differ in which headers they take, and in how far they get
        stream = gzip.GzipFile(fileobj=io.BytesIO(data))
        ways = (
            _fed(zlib.decompressobj(31), data, zlib.error),
            _in_sips(lambda: stream.read(1), OSError, EOFError, zlib.error),
        )
        return max(ways, key=lambda way: len(way[0]))
    if data.startswith(b"\x28\xb5\x2f\xfd"):
        return _fed(zstandard.ZstdDecompressor().decompressobj(), data, zstandard.ZstdError)
    return data, True


def _in_sips(sip: Callable[[], bytes], *breaks: type[Exception]) -> tuple[bytes, bool]:
    out = bytearray()
    try:
        while letter := sip():
            out += letter
    except breaks:
        return bytes(out), False
    return bytes(out), True


def _fed(machine: Any, data: bytes, broken: type[Exception]) -> tuple[bytes, bool]:
    out = bytearray()
    for place in range(len(data)):
        try:
            out += machine.decompress(data[place : place + 1])
        except broken:
            return bytes(out), False
        if machine.eof:
            return bytes(out), place == len(data) - 1
    return bytes(out), False


def rows_of(reading: Reading, read_bytes: int | None) -> int:
    """Rows of the raw file, those of a damaged archive as far as it was unpacked, and one for the rest."""
    raw, whole = unpacked(reading._file)
    whole = whole and read_bytes in (None, len(raw))
    how = reading._how
    text = (
        (raw[:read_bytes])
        .decode(how.encoding.name.removesuffix("-sig"), "replace")
        .removeprefix("\ufeff")
        .replace("\x00", "")
    )
    if how.script:
        text = text[how.script :].rstrip("; \t\r\n")
    if how.old_mac:
        text = text.replace("\r", "\n")
    if not whole and how.shape != "json":
        text = text[: text.rfind("\n") + 1]
    if how.dialect:
        rows = raw_rows.in_table(text, how.dialect.separator, how.dialect.header_row)
    elif how.shape == "jsonl":
        rows = raw_rows.in_lines(text, reading.reader)
    else:
        rows, broken = raw_rows.in_document(text, reading.reader)
        return rows + (not whole and not broken)
    return rows + (not whole)


def check(file: Input) -> str:
    """What became of it. Fails where a row of the raw file is unaccounted for."""
    try:
        reading = ingest.batches(file, batch_rows=40)
    except LockstepError as error:
        assert str(error).startswith(file.name)
        return "refused"
    try:
        batches = list(reading)
    except InputError as error:
        assert str(error).startswith(file.name)
        none = re.search(r"None of the ([\d,]+) rows can be kept", str(error))
        if none and "digits are lost" not in str(error):  # that is said after the first batch
            assert int(none[1].replace(",", "")) == rows_of(reading, reading._bytes)
        return "refused"
    source = reading.source
    assert source["rows_in"] == source["rows_kept"] + source["rows_merged"] + source["rows_skipped"]
    assert all(batch.rows_in == batch.rows_kept + batch.rows_merged + batch.rows_skipped for batch in batches)
    assert source["rows_in"] == sum(batch.rows_in for batch in batches) == rows_of(reading, source["bytes"])
    return "read"


def check_path(path: Path) -> None:
    try:
        files = ingest.inputs(path)
    except LockstepError as error:
        assert path.name in str(error)
        return
    for file in files:
        check(file)


# -- accidents ---------------------------------------------------------------------------------------------------------


def _name(seed: Made | str) -> str:
    return f"{seed.reader}-{seed.file_name}" if isinstance(seed, Made) else Path(seed).name


@pytest.fixture(params=SEEDS, ids=lambda seed: _name(seed)[:40])
def seed(request: pytest.FixtureRequest) -> tuple[str, bytes]:
    """Name and content of a file of each format."""
    if isinstance(request.param, Made):
        request.param.write(request.getfixturevalue("tmp_path"))
        return request.param.file_name, request.param.content
    path = request.getfixturevalue("shared") / request.param
    return path.name, path.read_bytes()[:30_000]


def test_an_unharmed_file_is_counted_as_the_raw_file_is(seed: tuple[str, bytes], tmp_path: Path) -> None:
    name, content = seed
    (tmp_path / name).write_bytes(content)
    (file,) = ingest.inputs(tmp_path / name)
    assert check(file) == "read"


def test_mutated_files_never_surprise(seed: tuple[str, bytes], tmp_path: Path) -> None:
    name, content = seed
    luck = random.Random(name)
    stem, _, suffix = name.rpartition(".")
    for number in range(MUTATIONS):
        mutation = luck.choice((*TEXTS, *TEXTS, *ARCHIVES))
        data = mutation(content, luck)
        path = tmp_path / f"{number}{stem}.{suffix}"
        path.write_bytes(data)
        with in_time(SLOW):
            try:
                check_path(path)
            except BaseException as error:
                error.add_note(f"{mutation.__name__}, number {number} of {name}")
                raise
        path.unlink()


def packed_rows(reading: Reading) -> int | None:
    """Rows of a workbook's sheet or a Parquet file; None where another library cannot tell."""
    file, dialect = reading._file, reading._how.dialect
    assert dialect
    try:
        if file.sheet is not None:
            return raw_rows.in_sheet(file.path, file.sheet, dialect.header_row)
        return raw_rows.in_parquet(file.path)
    except (zipfile.BadZipFile, ElementTree.ParseError, UnicodeDecodeError, KeyError, ValueError, duckdb.Error):
        return None


@pytest.mark.parametrize("seed", MADE, indirect=True, ids=_name)
def test_unharmed_workbooks_and_parquet_files_are_counted_as_they_are(seed: tuple[str, bytes], tmp_path: Path) -> None:
    """Every row of the sheet or the file is kept, merged or skipped."""
    (made,) = [made for made in MADE if made.file_name == seed[0]][:1]
    header = list(dict.fromkeys(key for row in made.rows for key in row))
    rows = [[str(row.get(key) or "") for key in header] for row in made.rows]
    workbook(tmp_path / "a.xlsx", one=[header, *rows])
    pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String), orient="row").write_parquet(tmp_path / "a.parquet")
    for path in (tmp_path / "a.xlsx", tmp_path / "a.parquet"):
        (file,) = ingest.inputs(path)
        reading = ingest.batches(file)
        list(reading)
        assert reading.source["rows_in"] == packed_rows(reading) == len(rows)


@pytest.mark.parametrize("seed", MADE, indirect=True, ids=_name)
def test_mutated_workbooks_and_parquet_files_never_surprise(seed: tuple[str, bytes], tmp_path: Path) -> None:
    name, _ = seed
    luck = random.Random(name)
    (made,) = [made for made in MADE if made.file_name == name][:1]
    header = list(dict.fromkeys(key for row in made.rows for key in row))
    rows = [[str(row.get(key) or "") for key in header] for row in made.rows]
    book = workbook(tmp_path / "a.xlsx", one=[header, *rows]).read_bytes()
    pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String), orient="row").write_parquet(tmp_path / "a.parquet")
    for packed, suffix in ((book, "xlsx"), ((tmp_path / "a.parquet").read_bytes(), "parquet")):
        for number in range(max(1, MUTATIONS // 8)):
            path = tmp_path / f"{number}.{suffix}"
            path.write_bytes(luck.choice((cut, flip))(packed, luck))
            with in_time(SLOW):
                try:
                    readings = [ingest.batches(file) for file in ingest.inputs(path)]
                    for reading in readings:
                        list(reading)
                except LockstepError as error:
                    assert path.name in str(error)
                    continue
            for reading in readings:
                source = reading.source
                assert source["rows_in"] == source["rows_kept"] + source["rows_merged"] + source["rows_skipped"]
                raw = packed_rows(reading)
                assert raw is None or source["rows_in"] == raw


# -- hostile sizes -----------------------------------------------------------------------------------------------------

MEGA = 200 if MUTATIONS > 25 else 20
ROW = "7,2024-01-01T10:00:00Z,"
LINE = {"id_str": "7", "user": {"id_str": "1"}, "created_at": "Tue Mar 05 10:20:30 +0000 2024"}


@pytest.mark.parametrize(
    ("name", "head", "filling", "tail"),
    [
        ("line.csv", f"user_id,created_at,text\n{ROW}y\n{ROW}", "x", f"\n{ROW}y\n"),
        ("quote.csv", f'user_id,created_at,text\n{ROW}y\n{ROW}"', "x" * 49 + "\n", f"\n{ROW}y\n"),
        ("header.csv", f"user_id,created_at,text\n{ROW}y\n", "x,", "\n"),
        ("line.jsonl", json.dumps(LINE) + "\n" + json.dumps(LINE | {"text": ""})[:-2], "x", '"}\n'),
        ("nest.jsonl", json.dumps(LINE) + "\n", "[", "\n" + json.dumps(LINE | {"id_str": "8"})),
        ("document.json", "[" + json.dumps(LINE) + ',{"text": "', "x", '"}]'),
        ("blank.jsonl", json.dumps(LINE) + "\n", " \n", json.dumps(LINE | {"id_str": "8"})),
    ],
    ids=lambda value: value if value.count(".") == 1 and len(value) < 20 else "",
)
def test_hostile_sizes(tmp_path: Path, name: str, head: str, filling: str, tail: str) -> None:
    path = tmp_path / name
    with path.open("w", newline="") as out:
        out.write(head)
        for _ in range(MEGA):
            out.write(filling * ((1 << 20) // len(filling)))
        out.write(tail)
    with in_time(4 * SLOW):
        reading = ingest.batches(path)
        source = (list(reading), reading.source)[1]
    assert source["rows_in"] == source["rows_kept"] + source["rows_merged"] + source["rows_skipped"]
    assert source["rows_kept"] >= 1
