"""Excel and Parquet files are read like the CSV they might have been, and what a spreadsheet does to ids is seen."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from big_files import write_workbook

import ingest
from ingest.errors import InputError
from ingest.files import spreadsheets, workbook_pieces

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEADER = ["post_id", "user_id", "created_at", "text"]


@pytest.fixture(autouse=True, params=["whole", "pieces"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Workbooks as a whole, and in pieces of a row or two."""
    if request.param == "pieces":
        monkeypatch.setattr(spreadsheets, "WHOLE", -1)
        monkeypatch.setattr(workbook_pieces, "PIECE", 1)
        monkeypatch.setattr(workbook_pieces, "_READ", 200)
    spreadsheets._extents.cache_clear()
    return str(request.param)


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
        with pytest.raises(InputError, match=r"moved.xlsx: .*claims .* rows and 16,384 columns, but holds 9 cells"):
            ingest.read(tmp_path / "moved.xlsx")
    else:
        assert list(ingest.read(tmp_path / "moved.xlsx").posts["native_id"]) == ["p1"]


@pytest.mark.parametrize("name", ["dim.xlsx", "dim4000.xlsx", "laughs.xlsx"])
def test_hostile_workbooks_are_refused(shared: Path, name: str) -> None:
    with pytest.raises(InputError, match=name):
        ingest.read(shared / "cases" / "hostile" / name)


SHARED = f"""<sst xmlns="{MAIN}"><si><t>post_id</t></si><si/><si><t xml:space="preserve"> a &lt;b&gt;, "c"</t></si>
<si><r><t>ri</t></r><r><rPr><b/></rPr><t>ch</t></r><rPh sb="0" eb="1"><t>x</t></rPh></si><si><t>line
two</t></si></sst>"""
STYLES = f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>'
ROWS = """
<row r="3"><c r="B3" t="s"><v>0</v></c><c r="C3" s="1"><v>45000.5</v></c><c s="0" r="D3" t="s"><v>2</v></c></row>
<row r="4"/><row r="5" spans="1:4"><c r="B5"><v>905874659358453760</v></c><c r="D5" s="1"/></row>
<row><c t='s'><v>3</v></c><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c></row>
<row r="9"><c r="A9" t="inlineStr"><is><t>said t="s"&gt;</t></is></c><c r="B9" t="s"><v>4</v></c><c r="C9" t="s"><v>1</v></c></row>
<row r="9000"><c r="E9000" t="str"><f>A1</f><v>x</v></c></row><row r="9001"><c r="Z9001" s="1"/></row>"""

FIVE_TEXTS = f"""<row r="1">{5 * '<c t="s"><v>0</v></c>'}</row>"""


def packed(path: Path, rows: str, prefix: str = "", shared: str = SHARED) -> Path:
    """A workbook as spreadsheets write it: shared texts, styles, rows that are not there."""
    named = workbook(path, Posts=[])
    with zipfile.ZipFile(named) as old:
        parts = {name: old.read(name).decode() for name in old.namelist()}
    parts["xl/sharedStrings.xml"], parts["xl/styles.xml"] = shared, STYLES
    parts["xl/worksheets/sheet1.xml"] = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData><drawing/></worksheet>'
    related = f'<Relationship Id="s" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace("</Relationships>", related)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            tags = name.endswith((".rels", "]", "Types].xml")) or not prefix
            new.writestr(name, content if tags else _prefixed(content, prefix))
    return path


def everything(path: Path) -> list[bytes]:
    """Each sheet as CSV."""
    files = [cast(io.BufferedReader, spreadsheets.sheet_as_csv(path, name)) for name in spreadsheets.sheets(path)]
    return [b"".join(iter(file.read1, b"")) for file in files]


def _prefixed(content: str, prefix: str) -> str:
    return re.sub(r"<(/?)(?=\w)", rf"<\1{prefix}:", content).replace("xmlns=", f"xmlns:{prefix}=")


@pytest.mark.parametrize("prefix", ["", "x"])
def test_pieces_of_a_workbook_say_what_the_whole_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prefix: str
) -> None:
    path = packed(tmp_path / "a.xlsx", ROWS, prefix)
    said = everything(path)
    monkeypatch.setattr(spreadsheets, "WHOLE", 1 << 30)
    spreadsheets._extents.cache_clear()
    assert said == everything(path)
    lines = said[0].splitlines()
    assert lines[:3] == [b"", b"", b',post_id,2023-03-15 12:00:00," a <b>, ""c""",'] and len(lines) == 9001
    assert lines[4:6] == [b",9.05874659358454E+17,,,", b"rich,true,,,"] and lines[-1] == b",,,,x"


@pytest.mark.parametrize(
    ("rows", "shared", "said"),
    [
        ('<row r="1"><c r="A1" t="s"><v>9</v></c></row>', SHARED, "a cell has text 9, and there are 5"),
        ('<row r="1"><c r="A1" t="s"><v> 1</v></c></row>', SHARED, "name their texts in a way that no spreadsheet"),
        ('<row r="1"><!-- - --><c r="A1"><v>1</v></c></row>', SHARED, "holds comments or definitions"),
        ('<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>', SHARED, "not in order"),
        (FIVE_TEXTS, f"<sst><si><t>{'y' * 90}</t></si></sst>", "row 1 holds 6.. bytes"),
        ('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', f"<sst><si><t>{'y' * 300}", "a text in it is longer than"),
    ],
)
def test_large_workbooks_that_no_spreadsheet_wrote_are_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str, rows: str, shared: str, said: str
) -> None:
    if way == "whole":
        return
    monkeypatch.setattr(workbook_pieces, "ROOM", 128)
    with pytest.raises(InputError, match=f"a.xlsx: The Excel file cannot be read: .*{said}"):
        ingest.read(packed(tmp_path / "a.xlsx", rows, shared=shared))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the most memory a process held is read from /proc")
def test_a_large_workbook_takes_the_memory_of_a_piece(tmp_path: Path, way: str) -> None:
    """30 MB of texts, read by a process of its own with a twentieth of the room; as a whole they take more than 100 MB."""
    if way == "pieces":
        return
    write_workbook(tmp_path / "a.xlsx", ([n, f"{n} " + "word " * 550] for n in range(11_000)))
    code = (
        "import re, sys; from pathlib import Path; from ingest.files import spreadsheets as s, workbook_pieces as w\n"
        "def held(): return int(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1]) / 1024\n"
        "s.WHOLE, w.PIECE, w.ROOM, w.IN_MEMORY = (int(n) << 18 for n in sys.argv[2:])\n"
        "before, path = held(), Path(sys.argv[1]); (name,) = s.sheets(path); file = s.sheet_as_csv(path, name)\n"
        "rows = sum(piece.count(b'\\n') for piece in iter(lambda: file.read1(1 << 20), b'')); print(rows, held() - before)"
    )

    def grown(*limits: int) -> float:
        words = [sys.executable, "-c", code, str(tmp_path / "a.xlsx"), *map(str, limits)]
        rows, more = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
        assert int(rows) == 11_000
        return float(more)

    assert grown(1, 1, 4, 4) < 30 and grown(400, 1, 4, 4) > 100
