"""Verdicts of a colleague: an export's own file comes in again, and bad rows are told apart from good ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fixtures_command import Answer

from graph import Report, Settings, find, toy_case
from graph.case import verdicts
from graph.case.notes import About
from graph.exports.verdict_files import read_verdicts
from graph.exports.writer import export
from graph.privacy.codes import case_key
from ingest.errors import InputError


@pytest.fixture
def report(tmp_path: Path) -> Report:
    case = toy_case(tmp_path)
    return Report(case, find(case, Settings(traces=("link",))).run["run_id"])


def group_of(report: Report) -> str:
    return str(report.groups()["group_id"].iloc[0])


def test_what_an_export_wrote_comes_in_elsewhere(report: Report, tmp_path: Path) -> None:
    about = About(report.run_id, group_id=group_of(report), members=("unknown:41",))
    verdicts.give(report.store, about, "confirmed", "=Same order, ask @nora.", "Ann")
    files = export(report, tmp_path / "out")
    file = next(file for file in files if file.name == "verdicts.csv")
    assert group_of(report) not in file.read_text("utf-8"), "codes, not the hash of the members"
    key = case_key(report.store)
    assert read_verdicts(report, file, key).known == 0, "its reason lost a name on the way, so it is another"
    (tmp_path / "elsewhere").mkdir()
    other_case = toy_case(tmp_path / "elsewhere")
    other = Report(other_case, find(other_case, Settings(traces=("link",))).run["run_id"])
    (note,) = read_verdicts(other, file, key).notes
    assert (note["verdict"], note["by"], note["group_id"]) == ("confirmed", "Ann", group_of(other))
    assert "nora" not in note["reason"] and note["members"] == list(other.members(group_of(other))["account"])
    other.store.add_note(note)
    assert read_verdicts(other, file, key).known == 1
    (error,) = read_verdicts(other, file).wrong
    assert "a code of an export made with this case's key" in str(error)


def test_good_rows_are_taken_and_bad_ones_told(report: Report, command: Callable[..., Answer]) -> None:
    rows = [
        "group,verdict,by,reason,at,confidence,run",
        "1,confirmed,Ben,same order,,high,",
        f"{group_of(report)},rejected,Cem,newsroom,2026-11-28T10:00:00+00:00,,R-1",
        "7,confirmed,Ben,,,,",
        "1,sure,Ben,,,,",
        "1,unsure,,,,,",
        "1,unsure,Dan,,yesterday,,",
        "1,unsure,Dan,,,very,",
        "1,unsure,Dan,,,,R-9",
        ",,,,,,",
    ]
    Path("v.csv").write_text("\n".join(rows), "utf-8")
    said = command("verdicts", "import", "v.csv", "--case", report.store.address)
    assert said.code == 4 and "2 verdicts added to R-1, 1 of other runs, 5 left out" in said.out
    for row, why in {
        4: "no group '7'",
        5: "'sure' is no verdict",
        6: "name is missing",
        7: "'yesterday' is no time",
    }.items():
        assert f"v.csv, row {row}: " in said.err and why in said.err
    again = command("verdicts", "import", "v.csv", "--case", report.store.address, "--json").facts
    assert (again["added"], again["known"]) == (0, 2)
    found = Report(report.store, report.run_id).agreement()
    assert {one.coder: one.verdict for one in found.ratings} == {"Ben": "confirmed", "Cem": "rejected"}
    assert [one.saw for one in found.ratings] == [None, None]


@pytest.mark.parametrize(("text", "why"), [("a,b\n1,2\n", "no column group, verdict, by"), ("", "no rows")])
def test_a_file_of_another_shape_is_refused(report: Report, tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "v.csv").write_text(text, "utf-8")
    with pytest.raises(InputError, match=why):
        read_verdicts(report, tmp_path / "v.csv")
