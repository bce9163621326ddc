"""Accounts, posts and objects by their ids."""

from __future__ import annotations

from types import SimpleNamespace

import polars as pl
import pyarrow as pa
import pytest

from graph import Report
from graph.report.entities import Entities
from ingest.errors import UsageError


@pytest.fixture
def entities(toy_report: Report) -> Entities:
    return toy_report.known


def test_accounts_come_once_with_codes(entities: Entities) -> None:
    found = entities.accounts(pl.Series(["unknown:41", "unknown:41", "unknown:7"]))
    assert sorted(found["account_uid"]) == ["unknown:41", "unknown:7"]
    assert all(code.startswith("A-") for code in found["code"])
    assert entities.accounts(pl.Series([], dtype=pl.String)).is_empty()


def test_one_account_and_one_post(entities: Entities) -> None:
    assert entities.account("unknown:41")["handle"] == "user41"
    post = entities.post("unknown:1")
    assert post["text"] == "read this" and post["handle"].startswith("user") and post["media"] == []


@pytest.mark.parametrize("ask", [Entities.account, Entities.post])
def test_unknown_ids_are_refused(entities: Entities, ask: object) -> None:
    with pytest.raises(UsageError, match="is not in the case"):
        ask(entities, "x:none")  # type: ignore[operator]


@pytest.mark.parametrize(
    ("trace", "key", "words"),
    [
        ("link", "a.example/1", "a.example/1"),
        ("hashtags", "early vote", "#early #vote"),
        ("text", "3f2a", "read this"),
        ("mention", "unknown:41", "A-41"),
        ("mention", "x:nobody", "x:nobody"),
        ("no such trace", "key", "key"),
    ],
)
def test_objects_are_called_by_words(entities: Entities, trace: str, key: str, words: str) -> None:
    rows = pl.DataFrame({"trace": [trace], "object": [key], "sample_post": ["unknown:1"]})
    assert entities.object_words(rows) == [words]


def test_an_account_has_the_language_of_most_of_its_posts(entities: Entities, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [("x:1", "nl"), ("x:1", "en"), ("x:1", "nl"), ("x:2", None), ("x:3", "fr"), ("x:3", "en")]
    batch = pa.RecordBatch.from_pylist([{"account_uid": uid, "lang": lang} for uid, lang in rows])
    told = ['{"lang": 0.8, "text": 1.0}']
    sources = SimpleNamespace(column=lambda name: SimpleNamespace(to_pylist=lambda: told))
    store = SimpleNamespace(scan=lambda *asked: iter([batch]), sources=lambda: sources)
    monkeypatch.setattr(entities, "store", store)
    assert entities.languages(["x:1", "x:2", "x:3"]).rows() == [("x:1", "nl"), ("x:3", "en")]
    assert entities.languages([]).is_empty()
    told[:] = ['{"text": 1.0}']
    assert entities.languages(["x:1"]).is_empty()  # no file names a language: none is read
