"""The list of objects a case leaves out: kept in both stores, applied by name, part of the run's id."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph.case.allow_list import allow, allow_list, meant, take_back, without
from graph.case.load import load
from graph.exports.writer import export
from graph.pairing.actions import Actions
from graph.report.report import Report
from graph.runs.pipeline import find
from graph.schema import Allowed
from graph.settings import Settings
from graph.stores import copy_case, open_case
from graph.stores.base import Store
from graph.toy_data import actions_table
from ingest.errors import UsageError
from ingest.normalize import text
from ingest.synthetic import Plan, write_demo

SMALL = Plan(accounts=300, actions=2_500, links=500, fans=0, groups=2)
SETTINGS = Settings(traces=("link",), worlds=0)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("news.example", ("site", "news.example")),
        ("https://news.example/", ("site", "news.example")),
        ("hxxps://news[.]example/a?b=1&utm_medium=x", ("object", "news.example/a?b=1")),
        ("#B #a #b", ("object", "a b")),
        ("telegram:12/3", ("object", "telegram:12/3")),
        ("We will not go back to this!", ("object", text.key("we will not go back to THIS"))),
    ],
)
def test_people_name_objects_in_words(words: str, expected: tuple[str, str]) -> None:
    assert meant(words) == expected


def test_the_last_word_counts_and_every_word_is_kept(store: Store, new_case: Any) -> None:
    """In a folder as in Neo4j, and after a copy."""
    allow(store, "news.example", "wire stories", "Kim")
    allow(store, "https://other.example/quiz", "a quiz", "Nora")
    allow(store, "news.example", "they feed their own pages", "Kim", "source")
    assert [(e.object, e.use, e.by) for e in allow_list(store)] == [
        ("other.example/quiz", "aside", "Nora"),
        ("news.example", "source", "Kim"),
    ]
    take_back(store, "https://other.example/quiz", "not only a quiz", "Kim")
    assert [e.object for e in allow_list(store)] == ["news.example"]
    assert len(store.notes("allow")) == 4
    with pytest.raises(UsageError, match="not on the list"):
        take_back(store, "https://other.example/quiz", "again", "Kim")
    for reason, by in (("", "Kim"), ("a reason", " ")):
        with pytest.raises(UsageError, match="a reason and a name"):
            allow(store, "third.example", reason, by)
    other = new_case("other")
    copy_case(store, other)
    assert allow_list(other) == allow_list(store)


def test_a_site_is_all_its_links_and_a_key_is_one_object() -> None:
    rows = [
        ("x:a", key, n) for n, key in enumerate(["news.example/1", "www2.news.example/2", "notnews.example/1", "b"])
    ]
    actions = Actions.from_table(actions_table(rows))
    site = Allowed("news.example", "site", "aside", "r", "Kim", "2026-03-02")
    key = Allowed("b", "object", "aside", "r", "Kim", "2026-03-02")
    nothing = Allowed("c", "object", "aside", "r", "Kim", "2026-03-02")
    left, aside = without(actions, "link", [site, key, nothing])
    assert [left.objects[int(n)].as_py() for n in left.object] == ["notnews.example/1"]
    assert (aside.entries, aside.objects) == ((site, key), 3)
    assert without(actions, "text", [site])[1].objects == 0  # a text's key is no address
    assert without(actions, "link", [Allowed("news.example", "site", "source", "r", "Kim", "2026")])[0] is actions


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("allow")
    store = open_case(str(folder / "case"), create=True)
    load(store, write_demo(folder / "files", seed=2, plan=SMALL))
    yield store
    store.close()


def test_a_run_leaves_the_list_out_by_name_and_counted(
    planted: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCKSTEP_CONFIG", str(tmp_path / "config"))
    before = find(planted, SETTINGS)
    site = Report(planted).hosts(Report(planted).groups()["group_id"].iloc[0])["domain"].iloc[0]
    allow(planted, site, "they write for @nora_strand", "Kim")
    after = find(planted, SETTINGS)
    assert after.run["run_id"] != before.run["run_id"]
    assert after.run["allowed"][0]["object"] == site
    layer = after.table("layers").to_pylist()[0]
    assert layer["allowed"] == [site] and layer["allowed_objects"] > 0
    assert not [key for key in after.table("objects")["object"].to_pylist() if key.split("/")[0] == site]
    assert after.table("layers")["actions"][0].as_py() < before.table("layers")["actions"][0].as_py()
    (said,) = [note for note in after.run["notes"] if "list" in note]
    assert f"{layer['allowed_objects']:,} objects were excluded" in said and "Kim, 20" in said and site not in said
    assert find(planted, SETTINGS).run["run_id"] == after.run["run_id"]
    record = export(Report(planted), tmp_path / "out")[-1].read_text("utf-8")
    assert '"allowed"' in record and "nora_strand" not in record
    take_back(planted, site, "looked again", "Kim")
    assert find(planted, SETTINGS).run["run_id"] == before.run["run_id"]
