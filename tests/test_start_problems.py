"""What is said of rows and files that cannot be read: where, what stands around it, what would be accepted, the ways on."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from test_pages import of_type, text, title

from dashboards.components.base import State
from dashboards.jobs.queue import Jobs
from dashboards.pages.start import files as bringing
from dashboards.pages.start import problems
from dashboards.pages.start.files import of_a_row

HEAD = "id,author,created_at,text\n"
GOOD = [f"{n},@name_{n},2026-05-04T08:0{n}:00Z,Hello @friend_{n} https://larch.example/{n}\n" for n in range(1, 7)]


@pytest.fixture
def reports(jobs: Jobs) -> Any:
    store = SimpleNamespace(sources=lambda: SimpleNamespace(num_rows=2))
    return SimpleNamespace(jobs=jobs, address="none", store=store)


def checked(reports: Any, ended: Any, *files: Path) -> Any:
    return ended(reports.jobs, reports.jobs.start("check", "none", {"paths": [str(file) for file in files]}))


def test_rows_left_out_stand_between_their_neighbours(reports: Any, ended: Any, tmp_path: Path) -> None:
    file = tmp_path / "spring.csv"
    file.write_text(HEAD + "".join([*GOOD[:3], "9,@name_9,no time at all,Hello\n", *GOOD[3:]]), "utf-8")
    job = checked(reports, ended, file)
    (found,) = job.result["files"]
    assert found["trouble"] is None and [why["row"] for why in found["skipped"]] == [5]
    page = problems.problem_page(reports, State("/", {"files": job.job_id, "file": "1"}))
    assert title(page) == "1 row of spring.csv is skipped" and "The other 6 rows can be read." in text(page)
    (bad,) = [row for row in of_type(page, "Tr") if getattr(row, "className", None) == "badrow"]
    assert "no time at all" in text(bad) and "5" in text(bad)
    rows = [text(row) for row in of_type(page, "Tr")]
    assert len(rows) == 6, "the header, two before, the row, two after"
    assert "larch[.]example" in text(page) and "https://" not in text(page) and "friend_2" not in text(page)
    assert "Load the 6 good rows, list the rest" in text(page)
    assert "See the skipped rows" in text(bringing.view(job)[0])
    assert "Load 1 file: the 6 good rows; the rest are listed" in text(bringing.view(job)[1])


def test_a_file_that_is_refused_says_what_would_be_accepted(reports: Any, ended: Any, tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    file.write_bytes(b"\x00\x01\x02 nothing of the kind")
    job = checked(reports, ended, file)
    page = problems.problem_page(reports, State("/", {"files": job.job_id, "file": "1"}))
    assert "odd.csv" in title(
        page
    ) and "Nothing from this file is in the case. The 2 files already in it are unchanged." in text(page)
    assert "Choose a corrected file" in text(page) and "Accepted" in text(page)
    gone = problems.problem_page(reports, State("/", {"files": job.job_id, "file": "7"}))
    assert title(gone) == "There is no such file here"


def test_a_heading_that_nothing_is_known_of_is_shown(reports: Any, ended: Any, tmp_path: Path) -> None:
    file = tmp_path / "notes.csv"
    file.write_text("hello,there\nthis,is\n", "utf-8")
    job = checked(reports, ended, file)
    page = problems.problem_page(reports, State("/", {"files": job.job_id, "file": "1"}))
    (bad,) = [row for row in of_type(page, "Tr") if getattr(row, "className", None) == "badrow"]
    assert text(bad).split() == ["1", "hello", "there"]
    assert "a known format" not in text(bringing.view(job)[0]), "what it looks like is not known"


@pytest.mark.parametrize(
    ("name", "content", "row", "near"),
    [
        ("a.csv", "id;time\n1;noon\n2;never\n", 3, [(2, ["1", "noon"]), (3, ["2", "never"])]),
        ("a.csv", 'id,text\n1,"two\nlines"\n2,b\n', 3, [(2, ["1", "two\nlines"]), (3, ["2", "b"])]),
        ("a.jsonl", '{"a": 1}\nnot json\n', 2, [(1, ['{"a": 1}']), (2, ["not json"])]),
        ("a.csv", "", 1, []),
    ],
)
def test_rows_are_counted_as_a_reader_counts_them(tmp_path: Path, name: str, content: str, row: int, near: Any) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    assert problems.rows_around(tmp_path / name, row)[1] == near


def test_a_private_chat_is_refused_as_a_whole_and_a_bad_value_by_its_row() -> None:
    """A refusal is about the file; only a value that was found belongs to a row."""
    private = {"message": "This is a private conversation, which is refused.", "row": 1, "column": None, "found": None}
    assert not of_a_row(private) and of_a_row({"message": "", "row": 1, "column": "id", "found": "9E+17"})
