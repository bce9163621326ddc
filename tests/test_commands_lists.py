"""``lockstep list``, as an analyst uses it: a lookalike of a news site is found, and nothing is opened."""

from __future__ import annotations

import csv
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from fixtures_command import Answer

from graph.case.area import set_area
from graph.stores import open_case

POSTS = [
    ("kari", "Read this: https://fjord-posten.example/nyheter/1"),
    ("olav", "https://fjord-posten.example/nyheter/1 !!"),
    ("siri", "The real one: https://www.fjordposten.example/nyheter/1"),
    ("siri", "Salt tea, https://facebook.com.evil.example/login"),
]


@pytest.fixture
def case(tmp_path: Path, command: Callable[..., Answer]) -> str:
    file = tmp_path / "posts.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out)
        table.writerow(["post_id", "username", "created_at", "text"])
        table.writerows(
            [f"180000000{n}", user, f"2024-06-04T10:0{n}:00Z", text] for n, (user, text) in enumerate(POSTS)
        )
    assert command("ingest", file, "--platform", "x", "--case", tmp_path / "case").code == 0
    return str(tmp_path / "case")


def refuse(*_: object, **__: object) -> None:
    raise AssertionError("a socket was opened")


def test_a_lookalike_of_a_news_site_is_found_and_not_resolved(case: str, tmp_path: Path, command: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    added = command(
        "list",
        "add",
        "--domain",
        "fjordposten.example",
        "--originals",
        "--name",
        "news sites",
        "--case",
        case,
        "--by",
        "Ann",
    )
    assert added.code == 0 and "1 added" in added.out
    found = command("list", "matches", "--case", case)
    assert "fjord-posten[.]example" in found.out and "imitates fjordposten[.]example: one hyphen added" in found.out
    assert "2 posts by 2 accounts" in found.out and "Nothing was opened" in found.out
    assert "fjord-posten.example" not in found.out, "no address that can be followed"
    (entry,) = command("list", "matches", "--case", case, "--json").facts["entries"]
    assert (entry["found"], entry["posts"], entry["accounts"]) == ("fjord-posten.example", 2, 2)
    table = tmp_path / "out.csv"
    assert command("list", "matches", "--case", case, "--csv", table).code == 0
    rows = list(csv.DictReader(table.open(encoding="utf-8-sig")))
    assert [row["how"] for row in rows] == ["imitates fjordposten.example: one hyphen added"] * 2
    assert all(row["account_uid"].startswith("p_") for row in rows) and "kari" not in table.read_text("utf-8")


def test_broken_rows_are_named_and_the_rest_is_taken(case: str, tmp_path: Path, command: Callable[..., Answer]) -> None:
    file = tmp_path / "hashes.txt"
    file.write_text(f"{'0' * 32}\nnot a hash\n{'1' * 63}\n", "utf-8")
    said = command("list", "add", file, "--kind", "hashes", "--name", "seen", "--case", case)
    assert said.code == 4 and "1 added to 'seen', 2 left out" in said.out
    assert "hashes.txt" in said.err and "row 2" in said.err and "row 3" in said.err and "md5 (32 digits" in said.err
    shown = command("list", "--case", case)
    assert "seen" in shown.out and "hashes.txt" in shown.out


def test_keywords_leave_as_codes(case: str, tmp_path: Path, command: Callable[..., Answer]) -> None:
    assert command("list", "add", "--keyword", "Salt tea", "--name", "words", "--case", case).code == 0
    table = tmp_path / "out.csv"
    said = command("list", "matches", "--case", case, "--csv", table, "--json")
    assert said.facts["lists"][0]["posts"] == 1
    assert "salt" not in said.out.casefold() + table.read_text("utf-8").casefold()
    command("list", "matches", "--case", case, "--csv", table, "--names", "ids")
    assert "salt tea" in table.read_text("utf-8")


def test_a_harm_area_withholds_rows_and_small_counts(case: str, tmp_path: Path, command: Callable[..., Answer]) -> None:
    command("list", "add", "--keyword", "salt", "--domain", "fjordposten.example", "--name", "mixed", "--case", case)
    command("list", "add", "--keyword", "salt", "--name", "words", "--case", case)
    store = open_case(case)
    set_area(store, "csam", "Ann")
    store.close()
    table = tmp_path / "out.csv"
    said = command("list", "matches", "--case", case, "--csv", table, "--names", "ids")
    assert "salt" not in said.out and "<5 posts by <5 accounts" in said.out
    assert table.read_text("utf-8").strip().count("\n") == 0, "only the heads of the columns"


def test_lists_get_shorter_and_say_so(case: str, command: Callable[..., Answer]) -> None:
    command("list", "add", "--domain", "a.example", "--domain", "b.example", "--name", "watched", "--case", case)
    assert "1 taken off" in command("list", "remove", "watched", "a.example", "--case", case).out
    assert command("list", "--case", case, "--json").facts["lists"][0]["entries"] == ["b.example"]
    assert "1 taken off" in command("list", "remove", "watched", "--case", case).out
    assert "no lists" in command("list", "--case", case).out


WRONG = [
    ("show",),
    ("add", "--name", "x"),
    ("add", "--domain", "a.example"),
    ("add", "--domain", "a.example", "--hash", "0" * 32, "--name", "x"),
    ("add", "--kind", "domain", "--name", "x", "--domain", "a.example"),
    ("add", "--domain", "no domain", "--name", "x"),
    ("add", "missing.txt", "--kind", "domains", "--name", "x"),
    ("add", "--keyword", "salt", "--originals", "--name", "x"),
    ("remove",),
    ("remove", "nothing"),
    ("--domain", "a.example"),
    ("matches", "--csv", "no/such/folder/out.csv"),
    ("matches", "--csv", "."),
]


@pytest.mark.parametrize("words", WRONG)
def test_what_cannot_be_done_says_what_can(case: str, command: Callable[..., Answer], words: tuple[str, ...]) -> None:
    said = command("list", *words, "--case", case)
    assert said.code in (2, 3) and said.err.strip()
    assert "no lists" in command("list", "--case", case).out
