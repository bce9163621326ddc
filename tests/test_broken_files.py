"""Files that are broken, hostile or something else: a clear error or the rest kept, never anything else."""

from __future__ import annotations

import gzip
import json
import os
import random
import socket
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from fixtures_command import Answer
from fixtures_files import Write

import ingest
from graph.stores import open_case
from ingest.errors import InputError, UsageError
from ingest.files import inputs

HEADER = "post_id,user_id,created_at,text"


def rows(count: int) -> str:
    return "".join(f"{n},{n % 7},2024-01-01T10:00:{n % 60:02d}Z,words number {n}\n" for n in range(1, count + 1))


def zipped(content: bytes) -> bytes:
    import io

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", content)
    return buffer.getvalue()


REFUSED = [
    (b"", "a.csv", "The file is empty"),
    (b" \n\n", "a.csv", "The file is empty"),
    (b"\xef\xbb\xbf", "a.csv", "The file is empty"),
    (random.Random(1).randbytes(5000), "a.csv", "binary"),
    (b"\x7fELF\x02\x01\x01" + bytes(60) + b"abc" * 20, "a.csv", "binary"),
    (b"\x89PNG\r\n\x1a\n123", "a.csv", "a picture"),
    (b"PAR1abcdefgh", "a.csv", "Parquet"),
    (b"SQLite format 3\x00abc", "a.db", "SQLite"),
    (b"\x28\xb5\x2f\xfdabc", "a.zst", "damaged"),
    (b"Once upon a time\nthere was a file\n", "a.txt", "neither a table nor JSON"),
    (b"Name,Age,City\nAlice,25,New York\n", "a.csv", r"Name, Age, City.*--map account=Name"),
    (b'{"foo": 1}\n{"foo": 2}\n', "a.jsonl", "Its records have foo"),
    (b"{not json at all", "a.json", "nothing in it can be read"),
    (b"[" * 100_000, "a.json", "nothing in it can be read"),
    (HEADER.encode() + b"\n", "a.csv", "no row below it|No column"),
    (gzip.compress(HEADER.encode() + rows(50).encode())[:12], "a.csv.gz", "damaged"),
    (zipped(b"x" * 100)[:60], "a.zip", "damaged"),
]


@pytest.mark.parametrize(("content", "name", "words"), REFUSED, ids=[f"{n}-{r[2][:20]}" for n, r in enumerate(REFUSED)])
def test_refused_with_the_reason(write: Write, content: bytes, name: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        ingest.read(write(content, name))
    assert caught.value.file == name and caught.value.exit_code == 3


def test_a_workbook_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(InputError, match="Excel file cannot be read"):
        ingest.read(tmp_path / "a.xlsx")


def test_a_bomb_is_refused(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "BOMB_BYTES", 1 << 20)
    content = (HEADER + "\n" + "1,2,2024-01-01,a\n" * 400_000).encode()
    for name, squeezed in (("a.csv.gz", gzip.compress(content)), ("a.zip", zipped(content))):
        with pytest.raises(InputError, match="made to fill a disk"):
            ingest.read(write(squeezed, name))


# -- the rest is kept --------------------------------------------------------------------------------------------------


def test_shifted_rows_are_skipped_by_number(write: Write) -> None:
    lines = (HEADER + "\n" + rows(10)).splitlines()
    lines[3] = "shifted," + lines[3]
    lines[6] = "too,short"
    tables = ingest.read(write("\n".join(lines) + "\n"))
    assert len(tables.posts) == 8
    assert list(tables.skipped.row) == [4, 7]
    assert list(tables.skipped.found) == ["5 fields instead of 4", "2 fields instead of 4"]
    assert list(tables.posts.raw_row) == [2, 3, 5, 6, 8, 9, 10, 11]


def test_a_cut_table_loses_its_last_row_only(write: Write) -> None:
    tables = ingest.read(write((HEADER + "\n" + rows(10))[:-40].rstrip("0123456789Z:-T, ")))
    assert len(tables.posts) >= 8 and len(tables.skipped) <= 1


def test_an_open_quote_harms_its_own_row_only(write: Write) -> None:
    lines = (HEADER + "\n" + rows(5)).splitlines()
    lines[2] = '2,2,2024-01-01T10:00:00Z,"never closed'
    tables = ingest.read(write("\n".join(lines) + "\n"))
    assert len(tables.posts) == 5 and '"never closed' in set(tables.posts.text)


@pytest.mark.parametrize("mangled", ["9.06E+17", "9.1458e17", "914580356430536707.0", "9,06E+17"])
def test_ids_from_a_spreadsheet_are_refused_one_by_one(write: Write, mangled: str) -> None:
    content = f'{HEADER}\n{rows(3)}"{mangled}",5,2024-01-01T10:00:00Z,x\n8,"{mangled}",2024-01-01T10:00:00Z,y\n'
    tables = ingest.read(write(content))
    assert len(tables.posts) == 3
    assert list(tables.skipped.row) == [5, 6]
    assert list(tables.skipped.column) == ["post_id", "user_id"] and list(tables.skipped.found) == [mangled, mangled]


@pytest.mark.parametrize("column", [0, 1])
def test_a_destroyed_column_of_ids_is_an_error_with_its_place(write: Write, column: int) -> None:
    lines = [line.split(",") for line in rows(5).splitlines()]
    for line in lines:
        line[column] = "9.06E+17"
    content = "\n".join([HEADER, *(",".join(line) for line in lines)])
    with pytest.raises(InputError, match=r"digits are lost.*9\.06E\+17") as caught:
        ingest.read(write(content))
    assert (caught.value.row, caught.value.column) == (2, HEADER.split(",")[column])


def test_times_that_are_none_are_skipped(write: Write) -> None:
    tables = ingest.read(write(f"{HEADER}\n{rows(3)}7,1,soon,x\n8,1,,y\n"))
    assert [(row, reason) for row, reason in zip(tables.skipped.row, tables.skipped.reason, strict=True)] == [
        (5, "The time cannot be read."), (6, "There is no time.")
    ]  # fmt: skip


def test_duplicate_headers_are_told_apart(write: Write) -> None:
    tables = ingest.read(write("user_id,date,text,text\na,2024-01-01,one,two\n"))
    assert tables.posts.text.iloc[0] == "one" and json.loads(tables.posts.extra.iloc[0]) == {"text (2)": "two"}


def test_letters_of_another_age_are_guessed_aloud(write: Write) -> None:
    text = "Привет, это сообщение о выборах и о новостях дня"
    content = "user_id;date;text\n" + "".join(f"u{n};2024-01-01 10:00:{n:02d};{text} {n}\n" for n in range(30))
    tables = ingest.read(write(content.encode("cp1251")))
    assert tables.posts.text.iloc[0] == f"{text} 0"
    assert any("guess" in sentence for sentence in tables.sources.assumptions.iloc[0])


def test_stray_bytes_do_not_change_the_letters(write: Write) -> None:
    content = (HEADER + "\n" + rows(3)).encode().replace(
        b"number 2", b"n\xffmber 2"
    ) + "9,9,2024-01-01,ünïcödé früh ähnlich\n".encode()
    tables = ingest.read(write(content))
    assert "words n\ufffdmber 2" in set(tables.posts.text) and "ünïcödé früh ähnlich" in set(tables.posts.text)
    assert any("UTF-8" in sentence for sentence in tables.sources.warnings.iloc[0])


def test_a_cut_gzip_keeps_what_came_before(write: Write) -> None:
    content = gzip.compress((HEADER + "\n" + rows(20_000)).encode())
    tables = ingest.read(write(content[: len(content) // 2], "a.csv.gz"))
    assert len(tables.posts) > 1_000
    assert tables.skipped.reason.str.contains("damaged").any()
    assert any("damaged" in sentence for sentence in tables.sources.warnings.iloc[0])


def chat(count: int) -> dict[str, object]:
    message = {
        "type": "message",
        "date": "2024-01-01T10:00:00",
        "date_unixtime": "1704103200",
        "from": "a",
        "from_id": "user1",
    }
    return {
        "name": "c", "type": "public_channel", "id": 5,
        "messages": [{"id": n, **message, "text": f"words number {n}", "text_entities": []} for n in range(1, count + 1)],
    }  # fmt: skip


@pytest.mark.parametrize("whole", [0, 32 << 20], ids=["streamed", "at once"])
def test_a_cut_document_keeps_what_came_before(write: Write, whole: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.parsing.json_stream.WHOLE", whole)
    content = json.dumps(chat(100), indent=1)
    tables = ingest.read(write(content[: content.index('"id": 91,') + 30], "result.json"))
    assert len(tables.posts) == 90
    (reason,) = tables.skipped.reason
    assert "breaks off" in reason
    assert tables.skipped.row.iloc[0] == content[: content.index('"id": 91,') + 30].count("\n") + 1


def test_invalid_escapes_are_mended(write: Write) -> None:
    content = json.dumps(chat(3)).replace("number 2", r"number\x1F 2")
    assert list(ingest.read(write(content, "result.json")).posts.text)[1] == "words number\x1f 2"


def test_broken_lines_are_skipped_by_number(write: Write, shared: Path) -> None:
    lines = (shared / "samples/twarc_v2/flat.jsonl").read_bytes().split(b"\n")[:6]
    lines[2] = lines[2][:500]
    tables = ingest.read(write(b"\n".join(lines[:5]) + b"\n" + lines[5][:100], "a.jsonl"))
    assert list(tables.skipped.row) == [3, 6]
    assert tables.skipped.reason.iloc[1].startswith("The file breaks off")


def no_file(folder: Path, kind: str) -> Path:
    """A pipe, a socket or a device by a path."""
    path = folder / "posts.csv"
    if kind == "a named pipe":
        os.mkfifo(path)
    elif kind == "a socket":
        socket.socket(socket.AF_UNIX).bind(str(path))
    else:
        path = Path("/dev/zero")
    return path


@pytest.mark.skipif(os.name == "nt", reason="Windows has none of them as files")
@pytest.mark.parametrize("kind", ["a named pipe", "a socket", "a device"])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    with pytest.raises(InputError, match=f"This is {kind}, not a file"):
        ingest.inputs(no_file(tmp_path, kind))


NAMES = [
    (b"caf\xe9.csv", "caf?.csv"),
    (b"red\x1b[31m.csv", "red?[31m.csv"),
    (b"two\nlines.csv", "two?lines.csv"),
    ("\u202egpj.csv".encode(), "?gpj.csv"),
    ("Jörg ✊.csv".encode(), "Jörg ✊.csv"),
]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names themselves")
def test_odd_names_and_a_damaged_archive_stop_nothing_in_a_folder(
    tmp_path: Path, command: Callable[..., Answer]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for number, (name, _) in enumerate(NAMES):
        line = f"{number},u{number},2024-01-01T10:00:00Z,hello\n"
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text(f"{HEADER}\n{line}", "utf-8")
    (folder / "broken.zip").write_bytes(b"PK\x03\x04 and no more")
    os.mkfifo(folder / "pipe.csv")
    said = command("ingest", str(folder), "--case", str(tmp_path / "case"), "--json")
    read = {line["file"]: line["status"] for line in said.facts["files"]}
    assert read == {f"folder/{shown}": "new" for _, shown in NAMES} | {"folder/broken.zip": "failed"}, read
    assert said.code == 4 and "The archive is damaged" in said.out + said.err
    with closing(open_case(str(tmp_path / "case"))) as case:
        assert case.count("posts") == len(NAMES)
        assert set(case.sources()["file_name"].to_pylist()) == {f"folder/{shown}" for _, shown in NAMES}


def test_a_case_whose_name_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"not UTF-8: .*ca\?"):
        open_case(os.fsdecode(os.fsencode(tmp_path) + b"/ca\xff"), create=True)
