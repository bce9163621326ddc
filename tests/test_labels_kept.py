"""Labels kept in a case: added once, taken off by source, gone with who is forgotten; in both kinds of stores."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from fixtures_stores import account, batch, post, put

from graph.case.area import set_area
from graph.case.seals import seal
from graph.labels.kept import ADDED, labelled, remove_source, summary, take_file
from graph.privacy.erasure import forget, moment, person
from graph.privacy.gate import gate
from graph.stores import Store, copy_case
from ingest.errors import UsageError

HEAD = "account,label,source,date\n"


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of the test's own."""
    monkeypatch.setenv("LOCKSTEP_CONFIG", str(tmp_path / "config"))


@pytest.fixture
def case(store: Store) -> Store:
    people = [account(f"x:{n}", handle=name, handle_key=name) for n, name in ((1, "nora_n"), (2, "ole"), (3, "pia"))]
    put(store, "s1", batch(people, [post(f"x:90{n}", f"x:{n}") for n in (1, 2, 3)]))
    return store


def added(store: Store, tmp_path: Path, rows: str, head: str = HEAD, by: str = "Ann") -> str:
    file = tmp_path / "list.csv"
    file.write_text(head + rows, encoding="utf-8")
    return take_file(store, file, by).sentence()


def held(store: Store) -> list[tuple[object, ...]]:
    return labelled(store).select("uid", "label", "source").rows()


def test_labels_come_back_and_the_same_file_changes_nothing(case: Store, tmp_path: Path) -> None:
    rows = "@nora_n,troll,Takedown list,2026-03-04\nx:2,Troll,Takedown list,\n@ole,news,Ben,14 Mar 2026\n"
    assert added(case, tmp_path, rows) == "3 accounts labelled from list.csv (2 troll, 1 news). None is a verdict."
    before, notes = labelled(case), case.notes()
    assert added(case, tmp_path, rows) == "Nothing is new, 3 known already. None is a verdict."
    assert labelled(case).equals(before) and case.notes() == notes
    assert before.select("uid", "label", "source", "date", "by").rows() == [
        ("x:1", "troll", "Takedown list", date(2026, 3, 4), "Ann"),
        ("x:2", "troll", "Takedown list", None, "Ann"),
        ("x:2", "news", "Ben", date(2026, 3, 14), "Ann"),
    ]
    assert summary(before).select("label", "accounts").rows() == [("troll", 2), ("news", 1)]


def test_posts_are_labelled_by_id_address_or_uid(case: Store, tmp_path: Path) -> None:
    said = added(case, tmp_path, "901,spam\nhttps://x.com/ole/status/902,spam\nx:903,ham\n999,ham\n", "post,label\n")
    assert said == "3 posts labelled from list.csv (2 spam, 1 ham), 1 row left out. None is a verdict."
    assert labelled(case).select("kind", "uid", "label").rows() == [
        ("post", "x:901", "spam"),
        ("post", "x:902", "spam"),
        ("post", "x:903", "ham"),
    ]


def test_a_second_label_from_one_source_does_not_replace_the_first(case: Store, tmp_path: Path) -> None:
    added(case, tmp_path, "x:1,troll,Ben,\n")
    file = tmp_path / "again.csv"
    file.write_text(HEAD + "x:1,news,BEN,\nx:1,news,Cem,\nx:2,TROLL,Ben,\n")
    taken = take_file(case, file, "Ann")
    assert [str(error) for error in taken.refused] == [
        "again.csv, row 2: The account has the label 'troll' from the source 'BEN' already; that one stays. Found 'news'. Accepted: one"
        " label from each source; lockstep label --remove takes a source off."
    ]
    assert held(case) == [("x:1", "troll", "Ben"), ("x:1", "news", "Cem"), ("x:2", "troll", "Ben")]


def test_strangers_change_nothing(case: Store, tmp_path: Path) -> None:
    said = added(case, tmp_path, "nobody,troll,Ben,\nx:99,troll,Ben,\n")
    assert said == "No row of list.csv labels an account or post of this case. Nothing was changed."
    assert not case.notes()


def test_a_source_is_taken_off_and_can_come_again(case: Store, tmp_path: Path) -> None:
    rows = "x:1,troll,Ben,\nx:2,troll,Ben,\nx:2,news,Cem,\n"
    added(case, tmp_path, rows)
    with pytest.raises(UsageError, match=r"no labels from 'Bne'.*Did you mean 'Ben'"):
        remove_source(case, "Bne", "Ann")
    assert remove_source(case, "ben", "Ann") == 2
    assert held(case) == [("x:2", "news", "Cem")]
    added(case, tmp_path, rows)
    assert sorted(held(case)) == [("x:1", "troll", "Ben"), ("x:2", "news", "Cem"), ("x:2", "troll", "Ben")]


def test_who_is_forgotten_loses_their_labels(case: Store, tmp_path: Path) -> None:
    added(case, tmp_path, "@nora_n,troll,Ben,\n@ole,friend of @nora_n,Ben,\n@pia,news,Ben,\n")
    added(case, tmp_path, "901,spam\n902,spam\n", "post,label\n")
    remove_source(case, "Ben", "Ann")
    added(case, tmp_path, "@nora_n,troll,Ben,\n@pia,news,Ben,\n")
    forget(case, person(case, "@nora_n"))
    said = json.dumps(case.notes())
    assert "x:1" not in said and "nora" not in said and "x:901" not in said, "not in labels taken off either"
    assert held(case) == [("x:902", "spam", "list.csv"), ("x:3", "news", "Ben")]


def test_what_else_leaves_leaves_labels_be(case: Store, tmp_path: Path) -> None:
    """A label waits for an account that may come back; what counts labels reads those of the accounts that are here."""
    added(case, tmp_path, "x:1,troll,Ben,\nx:2,news,Ben,\n")
    before = held(case)
    case.purge(moment("2030-01-01"))
    assert held(case) == before and case.count("posts") == 0
    case.remove("s1")
    assert held(case) == before and case.count("accounts") == 0


def test_a_copy_has_the_labels(case: Store, new_case: Callable[..., Store], tmp_path: Path) -> None:
    added(case, tmp_path, "x:1,troll,Ben,2026-03-04\n")
    other = new_case("copy")
    copy_case(case, other)
    assert labelled(other).equals(labelled(case))


def test_thousands_of_labels_are_a_few_notes(case: Store, tmp_path: Path) -> None:
    people = [account(f"x:{n}") for n in range(1_000, 7_000)]
    put(case, "s2", batch(people))
    said = added(case, tmp_path, "".join(f"x:{n},bot,L,\n" for n in range(1_000, 7_000)))
    assert said == "6,000 accounts labelled from list.csv (6,000 bot). None is a verdict."
    assert len(case.notes(ADDED)) == 2 and labelled(case).height == 6_000


def test_sealed_accounts_and_areas_without_names_show_no_label_by_name(case: Store, tmp_path: Path) -> None:
    added(case, tmp_path, "x:1,troll,Ben,\nx:2,fan of @pia,Ben,\n")
    seal(case, "x:1", "May be a child's own account.", "Ann")
    assert [row[0] for row in held(gate(case))] == ["x:2"]
    set_area(case, "csam", "Ann")
    coded = held(gate(case))
    assert [str(row[0])[:4] for row in coded] == ["x:p_"] and "pia" not in str(coded)
