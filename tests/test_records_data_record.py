"""The record of what a case holds: true of the case, the same bytes, and a story told through the command."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fixtures_command import Answer

from dashboards.briefing.records.markdown import markdown
from dashboards.briefing.records.record import BLANK, BY_PERSON, UNDERTAKINGS, record_outline
from graph import Settings, find, toy_case
from graph.case.load import load
from graph.case.notes import About, write
from graph.privacy.codes import case_key
from graph.records.data_record import data_record
from graph.records.variables import COLUMNS, DERIVED, EXPORT_ONLY, KINDS, NOT_USED, NOTED, PAGES, variables
from graph.stores import open_case
from graph.stores.base import Store
from graph.toy_data import write_posts
from graph.traces import TRACES
from ingest.tables import LINK_KINDS, TABLES, Options


def test_every_column_is_told() -> None:
    assert {table: list(columns) for table, columns in COLUMNS.items()} == {
        table: TABLES[table].names for table in ("accounts", "posts", "links")
    }
    assert tuple(KINDS) == LINK_KINDS and set(PAGES) | set(DERIVED) <= set(KINDS)
    assert all(any(kind in trace.kinds for trace in TRACES.values()) for kind in KINDS)


@pytest.mark.parametrize(("table", "column"), [(table, name) for table, columns in COLUMNS.items() for name in columns])
def test_what_needs_a_column_is_true_of_the_code(table: str, column: str, project: Path) -> None:
    """The named files read the column; what nothing needs is named nowhere but where rows are kept, counted or taken out."""
    said = COLUMNS[table][column]
    word = re.compile(rf"[\"'.]{column}\b")
    assert bool(said.files) == (said.needed not in (NOT_USED, NOTED))
    for file in said.files:
        assert word.search((project / file).read_text("utf-8")), f"{file} does not read {column}"
    if said.needed in (NOT_USED, NOTED, EXPORT_ONLY) and (table, column) not in SHARED:
        aside = (
            "graph/stores",
            "graph/schema.py",
            "graph/case/coverage.py",
            "graph/privacy/erasure.py",
            "graph/privacy/columns.py",
            "graph/privacy/gate.py",
            "graph/records",
        )
        files = [file for folder in ("graph", "dashboards") for file in (project / folder).rglob("*.py")]
        own = {file for file in files if not file.relative_to(project).as_posix().startswith((*aside, *said.files))}
        quoted = re.compile(rf"[\"']{column}[\"']")
        assert not [file.name for file in own if quoted.search(file.read_text("utf-8"))]


SHARED = {
    ("accounts", "account_type"), ("accounts", "created_at"), ("accounts", "url"), ("accounts", "description"), ("accounts", "verified"), ("accounts", "lang"),
    ("posts", "lang"), ("posts", "view_count"), ("posts", "extra"), ("links", "resolved"),
}  # fmt: skip
"""Words that name other things too: a column of another table, a field of STIX, a basis of a fact, a count on a page, an option."""


def test_only_what_is_filled_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    words = "The ferry to the island leaves at nine from the old pier today"
    rows = ["account,time,text,followers", f"ann,2026-05-04T08:00:00Z,{words},", "ben,2026-05-04T09:00:00Z,,"]
    file.write_text("\n".join(rows), "utf-8")
    case = open_case(str(tmp_path / "case"), create=True)
    load(case, [file])
    found = {(one.table, one.name): one for one in variables(case, {})}
    assert ("accounts", "followers") not in found and ("posts", "like_count") not in found
    assert (found["posts", "text"].filled, found["posts", "text"].rows, found["posts", "text"].share) == (1, 2, 0.5)
    text = found["kinds", "text"]
    assert (
        text.needed == "made by Lockstep from the texts; no run looked at it (behaviours that would: text, near_text)"
    )
    assert not text.droppable


def test_a_kind_no_run_looked_at_could_be_dropped(demo_store: Store) -> None:
    plain = {one.name: one for one in variables(demo_store, {}) if one.table == "kinds"}
    ran = {
        one.name: one
        for one in variables(demo_store, {"repost": ["R-1"], "link": ["R-1", "R-2"]})
        if one.table == "kinds"
    }
    for kind, one in plain.items():
        assert one.droppable == (kind not in (*PAGES, *DERIVED)), kind
    assert ran["url"].needed == "pages Outlinks and Search; behaviour link (R-1, R-2)"
    assert sum(one.filled for one in plain.values()) == demo_store.count("links")


def test_the_record_is_true_of_the_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCKSTEP_CONFIG", str(tmp_path / "config"))
    case = toy_case(tmp_path)
    (source,) = case.sources().to_pylist()
    before = markdown(record_outline(data_record(case)))
    for words in ("The case keeps the platforms' ids and names", "has no key yet", "No report is in the ledger"):
        assert words in before
    assert "Forgotten on request" not in before and "shown on request" not in before

    find(case, Settings(traces=("link",)))
    key = case_key(case)
    case.retain(source["source_id"], datetime(2027, 1, 31, tzinfo=UTC))
    write(case, "reveal", About("r", post="unknown:601"), "Ann", what="name")
    items: list[dict[str, Any]] = [{"code": "p_1", "platform": "x"}, {"code": "p_2", "platform": "x"}]
    write(case, "report_sent", About("r"), "Ann", line=1, to="X", day="2026-11-20", items=items)
    record = data_record(case)
    after = markdown(record_outline(record))
    for words in (
        f"The key has the fingerprint {key.fingerprint} and is on this machine, outside the case.",
        "31 Jan 2027",
        "| X | 20 Nov 2026 | 2 | Ann |",
        r"behaviour link (R-1)",
        "Names or pictures were shown on request (1 time); each is logged",
    ):
        assert words in after, words
    assert [step[1] for step in record.flow] == [
        "Case (folder)",
        "Runs",
        "Pages",
        "Exports and briefings",
        "Recipients of reports",
    ]
    (tmp_path / "config" / "keys" / f"{key.fingerprint}.key").unlink()
    assert f"The key {key.fingerprint} is not on this machine." in data_record(case).open_points
    assert "on this machine, outside the case" not in markdown(record_outline(data_record(case)))


def test_codes_in_place_of_names_are_said(tmp_path: Path) -> None:
    case = open_case(str(tmp_path / "case"), create=True)
    load(case, [write_posts(tmp_path)], Options(pseudonyms=True))
    record = data_record(case)
    assert (record.coded, record.key_here) == (1, True)
    assert "Files that hold codes of the case's key in place of names: 1 of 1" in markdown(record_outline(record))


def test_an_open_folder_is_an_open_point(tmp_path: Path) -> None:
    case = toy_case(tmp_path)
    folder = Path(case.address)
    folder.chmod(0o700)
    shut = data_record(case)
    folder.chmod(0o755)
    opened = data_record(case)
    assert "closed to its other users" in shut.measures[0] and "closed" not in opened.measures[0]
    assert {"Other users of this machine may open the case's folder."} == set(opened.open_points) - set(
        shut.open_points
    )


# --- the story: tables for a data-access application


def test_the_story_of_a_data_access_application(demo_store: Store, command: Callable[..., Answer]) -> None:
    docx = pytest.importorskip("docx")
    said = command("record", "--case", demo_store.address, "--out", "application.docx", "--json")
    assert said.code == 0 and said.facts["format"] == "docx"
    file = Path("application.docx")
    read = docx.Document(io.BytesIO(file.read_bytes()))
    headings = [p.text for p in read.paragraphs if p.style.name == "Heading 1"]
    for part in (
        "To be filled in by a person",
        "Variables",
        "Data flow",
        "Pseudonymisation",
        "Recipients",
        "Security",
        "Undertakings",
    ):
        assert part in headings
    cells = [[cell.text for cell in row.cells] for table in read.tables for row in table.rows]
    blank = [row for row in cells if BLANK in row]
    assert [row[0] for row in blank[: len(BY_PERSON)]] == [what for what, _ in BY_PERSON], (
        "purpose is left to the person"
    )
    told = {row[0] for row in cells if len(row) == 6}
    assert {one["name"] for one in said.facts["variables"]} <= told
    assert len(read.inline_shapes) == 1, "the data flow as a picture"
    text = " ".join(p.text for p in read.paragraphs)
    assert all(sentence in text for sentence in UNDERTAKINGS) and "inauthentic" not in text
    handles = {row["handle"] for batch in demo_store.scan("accounts") for row in batch.to_pylist() if row["handle"]}
    words = set(re.findall(r"[\w.]+", text + " ".join(cell for row in cells for cell in row)))
    assert not handles & words, "nobody is named"

    command("record", "--case", demo_store.address, "--out", "again.docx")
    assert Path("again.docx").read_bytes() == file.read_bytes(), "the same case, the same bytes"
    plain = command("record", "--case", demo_store.address, "--format", "md", "--json").facts
    lines = Path(plain["record"]).read_text("utf-8").splitlines()
    assert [f"## {heading}" for heading in headings if f"## {heading}" in lines] == [
        line for line in lines if line[:3] == "## "
    ]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--out", "a.pdf"), "No record ends in .pdf"),
        (("--out", "a.md", "--format", "docx"), "ends as md does"),
        (("--format", "pdf"), "invalid choice"),
    ],
)
def test_bad_use_is_told_how(
    words: tuple[str, ...], why: str, demo_store: Store, command: Callable[..., Answer]
) -> None:
    said = command("record", *words, "--case", demo_store.address)
    assert said.code == 2 and why in said.err and not list(Path().glob("*record*"))
