"""``lockstep label``, as an analyst uses it: what is good is kept, what is not is listed, nothing is called a verdict."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fixtures_command import Answer

from graph.case.area import set_area
from graph.case.toy import toy_case
from graph.runs.pipeline import find
from graph.settings import Settings
from graph.stores import open_case

LIST = "account,label,date\n" + "".join(f"{n},troll,2026-03-01\n" for n in (41, 42, 43, 1, 2))


@pytest.fixture
def case(tmp_path: Path) -> str:
    store = toy_case(tmp_path)
    find(store, Settings(traces=("link",)))
    store.close()
    return str(tmp_path / "case")


def written(tmp_path: Path, content: str | bytes, name: str = "takedown.csv") -> Path:
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def test_a_list_is_loaded_listed_and_held_against_chance(
    case: str, tmp_path: Path, command: Callable[..., Answer]
) -> None:
    file = written(tmp_path, LIST)
    said = command("label", file, "--source", "Takedown list", "--case", case, "--by", "Ann")
    assert said.code == 0 and "5 accounts labelled from takedown.csv (5 troll). None is a verdict." in said.out
    assert command("label", file, "--source", "Takedown list", "--case", case).out.startswith("Nothing is new, 5 known")
    shown = command("label", "--list", "--case", case)
    assert "5 accounts" in shown.out and "1 Mar 2026" in shown.out and "added by Ann" in shown.out
    assert (
        "In R-1: 3 of 5 accounts labelled 'troll' are in a group; by chance, with the same sizes, fewer than 1 would be."
        in shown.out
    )
    assert "None is a verdict." in shown.out
    (row,) = command("label", "--case", case, "--json").facts["labels"]
    assert (row["label"], row["accounts"], row["source"], row["first_day"]) == (
        "troll",
        5,
        "Takedown list",
        "2026-03-01",
    )
    gone = command("label", "--remove", "Takedown list", "--case", case)
    assert "5 labels from 'Takedown list' taken off" in gone.out
    assert "no labels" in command("label", "--list", "--case", case).out


BAD = [
    ("41,troll,2026-03-01\nstranger,troll,\n", 4, 1, ["row 3, column account: The case has no such account. Found 'stranger'"]),
    ("41,troll,soon\n42,troll,03/04/2026\n43,troll,2090-01-01\n44,news,\n", 4, 1, ["row 2, column date: This is no day", "row 3, column date: This can be read as two days", "row 4, column date: This"]),
    ("41,troll,\n41,news,\n42,news,\n", 4, 1, ["row 3: The account has 2 labels, 'troll' in row 2 and 'news' in row 3; none is used"]),
    ("41,troll,\n41,TROLL,\n", 0, 1, ["1 rows repeat a label that was given before: row 3"]),
    (f"41,{'x' * 81},\n42,news,\n", 4, 1, ["row 2, column label: It has 81 letters; up to 80 are kept"]),
    (",troll,\n41,,\n42,news,\n\n", 4, 1, ["row 2, column account: The row names no account", "row 3, column account: The row gives no label"]),
    ("stranger,troll,\nnobody,news,\n", 3, 0, ["row 2, column account: The case has no such account", "Nothing was changed"]),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "code", "kept", "reasons"), BAD)
def test_bad_rows_are_listed_and_good_ones_kept(
    rows: str, code: int, kept: int, reasons: list[str], case: str, tmp_path: Path, command: Callable[..., Answer]
) -> None:
    said = command("label", written(tmp_path, f"account,label,date\n{rows}"), "--case", case)
    assert said.code == code
    assert not [reason for reason in reasons if reason not in said.err]
    listed = command("label", "--case", case, "--json").facts["labels"]
    assert sum(row["accounts"] for row in listed) == kept


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("who,what\n41,troll\n", "There is no column account and no column label. Found 'who, what'. Accepted: the columns account and label"),
        ("account,remark\n41,troll\n", "There is no column label"),
        ("label,date\ntroll,\n", "There is no column account"),
        ("", "It has no rows"),
        (b"\xff\xfe\x00", "cannot be read as a CSV"),
    ],
)  # fmt: skip
def test_wrong_columns_say_what_is_accepted(
    content: str | bytes, reason: str, case: str, tmp_path: Path, command: Callable[..., Answer]
) -> None:
    said = command("label", written(tmp_path, content), "--case", case)
    assert said.code == 3 and reason in said.err and "takedown.csv" in said.err
    assert command("label", "--case", case, "--json").facts["labels"] == []


WRONG = [
    ("missing.csv",),
    ("--source", "x"),
    ("--date", "2026-01-01"),
    ("--remove", "nothing"),
    ("a.csv", "--list"),
    ("--list", "--remove", "x"),
]


@pytest.mark.parametrize("words", WRONG)
def test_what_cannot_be_done_says_what_can(case: str, command: Callable[..., Answer], words: tuple[str, ...]) -> None:
    said = command("label", *words, "--case", case)
    assert said.code in (2, 3) and said.err.strip()


def test_a_harm_area_that_lists_nobody_lists_no_label(
    case: str, tmp_path: Path, command: Callable[..., Answer]
) -> None:
    command("label", written(tmp_path, LIST), "--case", case)
    store = open_case(case)
    set_area(store, "csam", "Ann")
    store.close()
    said = command("label", "--list", "--case", case)
    assert said.code == 0 and "Withheld" in said.out and "troll" not in said.out
