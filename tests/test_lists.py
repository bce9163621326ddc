"""The analyst's own lists: entries checked row by row, kept as notes, matched as attributes of posts."""

from __future__ import annotations

import base64
import csv
import time
from pathlib import Path
from typing import Any

import pytest

from graph.case.area import set_area
from graph.case.load import load
from graph.lists.entries import Entry, entries_of, entry_of, read_entries
from graph.lists.kept import (
    ADDED,
    ORIGINALS,
    REMOVED,
    add_to_list,
    listed_originals,
    named,
    own_lists,
    remove_from_list,
)
from graph.lists.leaving import limited
from graph.lists.matching import ListMatches, list_matches
from graph.privacy.gate import gate
from graph.privacy.seals import KIND
from graph.settings import Narrow
from graph.stores import open_case
from graph.stores.base import Store
from ingest.errors import InputError, UsageError
from ingest.tables import Options

PDQ_A = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
PDQ_NEAR = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b2f"  # 3 bits
PDQ_FAR = "0707f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9bdd"  # 24 bits
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
CID = "b" + base64.b32encode(bytes.fromhex(f"01551220{SHA256}")).decode().rstrip("=").lower()

ROWS: list[tuple[str, str, str, str]] = [
    ("kari", "Green SALT for all https://fjord-posten.example/a", "https://fjord-posten.example/a", "d41d8cd98f00b204e9800998ecf8427e"),
    ("kari", "The greensalt of the sea", "https://www.fjordposten.example/b", PDQ_NEAR),
    ("olav", "salt! green? #Salt", "https://news.watched.example/c", PDQ_FAR),
    ("olav", "это зелёная соль", "https://evil.example/fjordposten.example", SHA256),
    ("siri", "我们不会回去的", "https://other.example/", CID),
    ("siri", "grün wie Salz, E\u0301clair", "https://unwatched.example/?u=watched.example", "A" * 40),
]  # fmt: skip


@pytest.fixture(scope="module")
def posts(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("lists")
    with (folder / "posts.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["id", "user", "when", "body", "link", "picture"])
        for n, (user, text, link, media) in enumerate(ROWS):
            table.writerow([f"9000{n}", user, f"2024-06-0{n // 2 + 1}T10:00:0{n}Z", text, link, media])
    store = open_case(str(folder / "case"), create=True)
    fields = {"id": "id", "account": "user", "time": "when", "text": "body", "url": "link", "media": "picture"}
    assert load(store, [folder / "posts.csv"], Options(platform="bluesky", mapping=tuple(fields.items())))[0].loaded
    return store


class Kept:
    """The posts of another case with lists of its own: nothing is kept where others see it."""

    def __init__(self, inner: Store) -> None:
        self.inner, self.own = inner, list[dict[str, Any]]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def add_note(self, note: dict[str, Any]) -> None:
        self.own.append(note)

    def notes(self, kind: str | None = None) -> list[dict[str, Any]]:
        return [note for note in self.own if kind in (None, note["kind"])]


def matched(store: Store, kind: str, *entries: str, **how: Any) -> ListMatches:
    case: Any = Kept(store)
    add_to_list(case, "one", kind, entries_of(kind, entries), "Ann", **how)
    return list_matches(case)


def said(found: ListMatches) -> list[tuple[str, str, str]]:
    rows = found.posts.select("post_uid", "entry", "how").rows()
    return [(str(post).rpartition(":")[2], entry, how) for post, entry, how in rows]


ENTRIES = [
    ("domains", "Fjordposten.example", "fjordposten.example"),
    ("domains", "hxxps://www.fjordposten[.]example/a?b=1", "fjordposten.example"),
    ("domains", "news.bbc.co.uk", "news.bbc.co.uk"),
    ("domains", "fjörd.example", "xn--fjrd-6qa.example"),
    *(("domains", wrong, None) for wrong in ("", "no domain", "co.uk", "localhost", "10.0.0.1", "javascript:alert(1)", "a" * 300)),
    ("keywords", " Green   SALT! ", "green salt"),
    ("keywords", "#Salt", "salt"),
    ("keywords", "ＳＡＬＴ", "salt"),
    *(("keywords", wrong, None) for wrong in ("", "  ", "!!!", "https://a.example/x")),
    ("hashes", "D41D8CD98F00B204E9800998ECF8427E", "d41d8cd98f00b204e9800998ecf8427e"),
    ("hashes", f"pdq:{PDQ_A}", PDQ_A),
    ("hashes", f"SHA-256:{SHA256}", SHA256),
    *(("hashes", wrong, None) for wrong in ("", "d41d8", "g" * 32, f"pdq:{'0' * 40}", f"md5:{SHA256}", f"crc:{SHA256}")),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "value"), ENTRIES)
def test_an_entry_is_taken_or_says_what_would_be(kind: str, text: str, value: str | None) -> None:
    if value is not None:
        assert entry_of(kind, text).value == value
        return
    with pytest.raises(UsageError, match="Accepted: "):
        entry_of(kind, text)


def test_a_file_gives_what_is_right_and_names_the_other_rows(tmp_path: Path) -> None:
    file = tmp_path / "hashes.csv"
    file.write_text(
        f"\ufeffMethod,Hash,note\nmd5,{'0' * 32},a\nmd5,{'0' * 31},b\n,{'1' * 40},c\npdq,{PDQ_A},d\n,,e\n", "utf-8"
    )
    right, wrong = read_entries(file, "hashes")
    assert right == [Entry("0" * 32, "md5"), Entry("1" * 40, "sha1"), Entry(PDQ_A, "pdq")]
    assert [(e.file, e.row, e.column) for e in wrong] == [("hashes.csv", 3, "hash"), ("hashes.csv", 6, "hash")]
    assert "md5 (32 digits" in str(wrong[0])
    plain = tmp_path / "sites.txt"
    plain.write_text("# ours\nfjordposten.example\n\nno domain\nFJORDPOSTEN.example  # again\n", "utf-8")
    right, wrong = read_entries(plain, "domains")
    assert [entry.value for entry in right] == ["fjordposten.example"]
    assert [e.row for e in wrong] == [4]
    for content in (b"", b"# nothing\n", b"\xff\xfe\x00"):
        plain.write_bytes(content)
        with pytest.raises(InputError, match=r"sites\.txt"):
            read_entries(plain, "domains")


def test_lists_are_notes_and_what_was_taken_off_stays_written(tmp_path: Path) -> None:
    case = open_case(str(tmp_path / "case"), create=True)
    add_to_list(
        case, "news", "domains", entries_of("domains", ["a.example", "b.example"]), "Ann", source="own", role=ORIGINALS
    )
    add_to_list(case, "words", "keywords", entries_of("keywords", ["salt"]), "Ben")
    assert listed_originals(case).listed == {"a.example", "b.example"}
    remove_from_list(case, "news", "Ben", ["a.example"], "closed")
    assert [(one.name, one.by, len(one.entries)) for one in own_lists(case)] == [
        ("news", "Ann", 1),
        ("words", "Ben", 1),
    ]
    remove_from_list(case, "words", "Ben")
    add_to_list(case, "news", "domains", entries_of("domains", ["a.example"]), "Ann", role=ORIGINALS)
    assert [(one.name, [e.value for e in one.entries]) for one in own_lists(case)] == [
        ("news", ["b.example", "a.example"])
    ]
    assert [note["kind"] for note in case.notes()] == [ADDED, ADDED, REMOVED, REMOVED, ADDED]
    for wrong in (
        lambda: add_to_list(case, "news", "keywords", [], "Ann"),
        lambda: add_to_list(case, "news", "domains", [], "Ann"),
        lambda: add_to_list(case, " ", "domains", [], "Ann"),
        lambda: add_to_list(case, "more", "hashes", [], "Ann", role=ORIGINALS),
        lambda: remove_from_list(case, "nws", "Ann"),
        lambda: remove_from_list(case, "news", "Ann", ["c.example"]),
        lambda: named(case, "words"),
    ):
        with pytest.raises(UsageError):
            wrong()
    assert len(case.notes()) == 5


def test_many_entries_take_several_notes_and_are_one_list(tmp_path: Path) -> None:
    case = open_case(str(tmp_path / "case"), create=True)
    assert len(add_to_list(case, "many", "hashes", [Entry(f"{n:032x}", "md5") for n in range(4_500)], "Ann")) == 4_500
    assert [len(one.entries) for one in own_lists(case)] == [4_500]
    assert len(case.notes()) == 3


MATCHED = [
    ("keywords", ("green salt",), [("90000", "green salt", "whole words"), ("90002", "green salt", "whole words")]),
    ("keywords", ("salt",), [("90000", "salt", "whole words"), ("90002", "salt", "whole words")]),
    ("keywords", ("salt green", "SALT!"), [("90000", "salt", "whole words"), ("90002", "salt", "whole words"), ("90002", "salt green", "whole words")]),
    ("keywords", ("зелёная соль",), [("90003", "зелёная соль", "whole words")]),
    ("keywords", ("不会",), [("90004", "不会", "whole words")]),
    ("keywords", ("éclair",), [("90005", "éclair", "whole words")]),
    ("keywords", ("sal", "alt", "fjord"), []),
    ("domains", ("watched.example",), [("90002", "watched.example", "on the list")]),
    ("domains", ("example.example", "atched.example"), []),
    ("hashes", ("d41d8cd98f00b204e9800998ecf8427e", "a" * 40), [("90000", "d41d8cd98f00b204e9800998ecf8427e", "exact md5"), ("90005", "a" * 40, "exact sha1")]),
    ("hashes", (SHA256,), [("90003", SHA256, "exact sha256"), ("90004", SHA256, "exact sha256")]),
    ("hashes", (f"pdq:{PDQ_A}",), [("90001", PDQ_A, "PDQ, 3 of 256 bits differ"), ("90002", PDQ_A, "PDQ, 24 of 256 bits differ")]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "entries", "expected"), MATCHED)
def test_posts_hold_entries(posts: Store, kind: str, entries: tuple[str, ...], expected: list[tuple[str, str, str]]) -> None:  # fmt: skip
    assert said(matched(posts, kind, *entries)) == expected


def test_pdq_goes_by_the_distance_of_the_list(posts: Store) -> None:
    assert [post for post, *_ in said(matched(posts, "hashes", f"pdq:{PDQ_A}", distance=3))] == ["90001"]
    assert said(matched(posts, "hashes", f"pdq:{PDQ_A}", distance=2)) == []


def test_originals_match_lookalikes_and_not_themselves(posts: Store) -> None:
    found = matched(posts, "domains", "fjordposten.example", role=ORIGINALS)
    assert said(found) == [
        ("90000", "fjordposten.example", "imitates fjordposten.example: one hyphen added"),
        ("90003", "fjordposten.example", "imitates fjordposten.example: its address is in the path of another site"),
    ]


def test_counts_by_list_entry_account_and_day(posts: Store) -> None:
    case: Any = Kept(posts)
    add_to_list(case, "words", "keywords", entries_of("keywords", ["salt", "sea"]), "Ann")
    add_to_list(case, "none", "keywords", entries_of("keywords", ["pepper"]), "Ann")
    found = list_matches(case)
    assert found.lists.select("list", "entries", "matched", "posts", "accounts").rows() == [
        ("words", 2, 2, 3, 2),
        ("none", 1, 0, 0, 0),
    ]
    assert found.entries.select("entry", "posts").rows() == [("salt", 2), ("sea", 1)]
    assert [(str(uid)[-4:], n) for uid, n in found.accounts.select("account_uid", "posts").rows()] == [
        ("kari", 2),
        ("olav", 1),
    ]
    assert [(day.day, n, who) for day, n, who in found.days.select("day", "posts", "accounts").rows()] == [
        (1, 2, 1),
        (2, 1, 1),
    ]
    assert found.lists["posts"].sum() == found.days["posts"].sum() == found.posts["post_uid"].n_unique()
    assert list_matches(case, Narrow(platforms=("x",))).posts.is_empty()
    assert list_matches(Kept(posts)).lists.is_empty()  # type: ignore[arg-type]


def test_through_a_gate_nothing_withheld_or_sealed_comes_out(tmp_path: Path, posts: Store) -> None:
    case: Any = Kept(posts)
    add_to_list(case, "words", "keywords", entries_of("keywords", ["salt"]), "Ann")
    add_to_list(case, "sites", "domains", entries_of("domains", ["watched.example"]), "Ann")
    add_to_list(case, "seen", "hashes", [Entry("d41d8cd98f00b204e9800998ecf8427e", "md5")], "Ann")
    plain = list_matches(case)
    case.add_note(
        {
            "kind": KIND,
            "id": "1",
            "at": "2026-11-29T00:00:00+00:00",
            "by": "Ann",
            "what": "post",
            "post": "bluesky:90002",
        }
    )
    assert {post for post, *_ in said(list_matches(case))} == {"90000"}
    set_area(case, "csam", "Ann")
    out = list_matches(gate(case))
    whole = out.posts.write_csv() + out.entries.write_csv() + out.accounts.write_csv()
    assert out.lists["posts"].to_list() == [1, 0, 1] and len(plain.posts) > len(out.posts) > 0
    assert not any(word in whole for word in ("salt", "watched", "d41d8", "kari", "90000"))
    assert limited(out, gate(case).profile).lists["posts"].to_list() == ["<5", "0", "<5"]


def test_hostile_texts_and_many_words_take_no_longer(tmp_path: Path) -> None:
    with (tmp_path / "posts.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["id", "user", "when", "body"])
        table.writerows([n, "kari", "2024-06-01T10:00:00Z", "a " * 20_000 + str(n)] for n in range(20))
    case = open_case(str(tmp_path / "case"), create=True)
    mapping = (("id", "id"), ("account", "user"), ("time", "when"), ("text", "body"))
    load(case, [tmp_path / "posts.csv"], Options(platform="x", mapping=mapping))
    words = [Entry(" ".join(["a"] * (n % 40 + 1)) + f" {n}", "keyword") for n in range(2_000)]
    add_to_list(case, "words", "keywords", words, "Ann")
    begun = time.process_time()
    found = list_matches(case)
    assert time.process_time() - begun < 20
    assert 0 < found.posts.height <= 20 * 2_000
