"""Excel and Parquet files are read like the CSV they might have been, and what a spreadsheet does to ids is seen."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import ingest
from ingest.errors import InputError

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEADER = ["post_id", "user_id", "created_at", "text"]


def _cell(value: Any) -> str:
    if isinstance(value, str) and value.startswith("="):
        return f"<c><f>{escape(value[1:])}</f><v>7</v></c>"
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f"<c><v>{value!r}</v></c>"


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    """The smallest workbook there is."""
    names = list(sheets)
    listed = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(names, 1))
    related = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(names) + 1)
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types"/>')
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>'
        )
        for n, rows in enumerate(sheets.values(), 1):
            body = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
            archive.writestr(
                f"xl/worksheets/sheet{n}.xml", f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'
            )
    return path


def test_a_workbook_is_read_like_a_table(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        HEADER,
        ["1764958000000000001", "11", "2024-03-05 10:20:30", "one\ntwo, three"],
        ["2", 12.0, "2024-03-05 10:20:30", "=6+1"],
    ]
    tables = ingest.read(workbook(tmp_path / "a.xlsx", Posts=rows), platform="x")
    assert list(tables.posts.post_uid) == ["x:1764958000000000001", "x:2"]
    assert list(tables.posts.account_uid) == ["x:11", "x:12"]
    assert list(tables.posts.text) == ["one\ntwo, three", "7"], "a formula is what it last said"


def test_ids_a_workbook_rounded_are_refused(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        HEADER,
        [9.0587465935845376e17, "11", "2024-03-05 10:20:30", "words"],
        ["5", "11", "2024-03-05 10:20:30", "w"],
    ]
    tables = ingest.read(workbook(tmp_path / "a.xlsx", Posts=rows))
    assert list(tables.posts.native_id) == ["5"]
    assert list(tables.skipped.found) == ["9.05874659358454E+17"] and list(tables.skipped.row) == [2]


def test_each_sheet_is_a_file(tmp_path: Path) -> None:
    row = ["5", "11", "2024-03-05 10:20:30", "w"]
    found = ingest.inputs(workbook(tmp_path / "a.xlsx", One=[HEADER, row], Two=[HEADER, row], Three=[]))
    assert [file.name for file in found] == ["a.xlsx/One", "a.xlsx/Two"]
    assert [ingest.read(file).posts.native_id.iloc[0] for file in found] == ["5", "5"]


def test_parquet_is_read_like_a_table(tmp_path: Path) -> None:
    table = pa.table(
        {
            "post_id": pa.array([1764958000000000001, 1764958000000000002]),
            "user_id": pa.array([11.0, None]),
            "username": ["ann", "ben"],
            "created_at": pa.array([datetime(2024, 3, 5, 10, 20, 30, tzinfo=UTC)] * 2),
            "text": ["a\nb", 'say "so", now'],
            "urls": [["https://a.example/1,2", "https://b.example"], []],
        }
    )
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=1)
    tables = ingest.read(tmp_path / "a.parquet", platform="x")
    assert list(tables.posts.native_id) == ["1764958000000000001", "1764958000000000002"]
    assert list(tables.posts.account_uid) == ["x:11", "x:@ben"]
    assert (
        list(tables.posts.text) == ["a\nb", 'say "so", now']
        and str(tables.posts.created_at[0]) == "2024-03-05 10:20:30+00:00"
    )
    assert set(tables.links[tables.links.kind == "url"].target_key) == {"a.example/1,2", "b.example"}


def test_a_case_in_the_folder_is_not_read_again(tmp_path: Path) -> None:
    for folder in ("parts", "runs"):
        (tmp_path / folder).mkdir()
    pq.write_table(pa.table({"a": ["1"]}), tmp_path / "parts" / "posts.parquet")
    (tmp_path / "runs" / "run.json").write_text("{}")
    (tmp_path / "b.csv").write_text("a,b\n1,2\n")
    assert len(ingest.inputs(tmp_path)) == 3
    (tmp_path / "case.json").write_text("{}")
    assert [file.path.name for file in ingest.inputs(tmp_path)] == ["b.csv"]


def test_an_export_called_case_is_read(tmp_path: Path) -> None:
    (tmp_path / "case.json").write_text("{}")
    assert [file.path.name for file in ingest.inputs(tmp_path)] == ["case.json"]


@pytest.mark.parametrize("typed", [".", "./", "../box", "..", "../box/.", "inner/.."])
def test_a_folder_gives_its_files_its_own_name_however_it_is_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    (tmp_path / "box" / "inner").mkdir(parents=True)
    (tmp_path / "box" / "b.csv").write_text("a,b\n1,2\n")
    monkeypatch.chdir(tmp_path / "box" / "inner" if typed == ".." else tmp_path / "box")
    assert [file.name for file in ingest.inputs(typed)] == ["box/b.csv"]


def test_broken_containers_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1" + bytes(100) + b"PAR1")
    with pytest.raises(InputError, match="Parquet file cannot be read"):
        ingest.read(tmp_path / "a.parquet")
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(InputError, match="Excel file cannot be read"):
        ingest.read(tmp_path / "a.xlsx")


@pytest.mark.parametrize(("corner", "refused"), [("XFD1048576", True), ("XFD4000", True), ("Z2000", False)])
def test_a_sheet_with_a_cell_far_outside_is_refused_before_memory_is_taken(
    tmp_path: Path, corner: str, refused: bool
) -> None:
    file = workbook(tmp_path / "far.xlsx", A=[HEADER, ["p1", "u1", "2024-01-01 10:00:00", "hello"]])
    far = f'<row><c r="{corner}"><v>1</v></c></row></sheetData>'
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(tmp_path / "moved.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"</sheetData>", far.encode()))
    if refused:
        with pytest.raises(InputError, match=r"moved.xlsx: .*claims .* rows and 16,384 columns, but holds 1 cells"):
            ingest.read(tmp_path / "moved.xlsx")
    else:
        assert list(ingest.read(tmp_path / "moved.xlsx").posts["native_id"]) == ["p1"]


@pytest.mark.parametrize("name", ["dim.xlsx", "dim4000.xlsx", "laughs.xlsx"])
def test_hostile_workbooks_are_refused(shared: Path, name: str) -> None:
    with pytest.raises(InputError, match=name):
        ingest.read(shared / "cases" / "hostile" / name)
