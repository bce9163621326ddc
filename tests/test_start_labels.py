"""Labels by browser: the same sentences as by command, good rows kept, sources taken off."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_pages import text

from dashboards.components import author
from dashboards.pages.start.labels import labels_block
from dashboards.server.app import create_app
from graph.case.area import set_area
from graph.case.toy import toy_case
from graph.labels.kept import labelled
from graph.stores import open_case
from graph.stores.base import Store


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(author, "remember", lambda name: None)
    monkeypatch.setenv("LOCKSTEP_STATE", str(tmp_path / "state"))
    return toy_case(tmp_path)


@pytest.fixture
def press(case: Store) -> Callable[..., str]:
    """What a callback of the block gives, in words, after a file was sent to the server."""
    app = create_app(case)
    client = app.server.test_client()
    host = {"Host": "127.0.0.1"}

    def call(inputs: str, value: Any, states: dict[str, str | None], content: str = "") -> str:
        if content:
            sent = client.post(f"/files/upload?batch={value}&name=list.csv", data=content.encode(), headers=host)
            assert sent.status_code == 200
        name = next(key for key in app.callback_map if "labels-said" in key and inputs in str(app.callback_map[key]))
        made = app.callback_map[name]["callback"].__wrapped__(value, *states.values())
        return text(list(made))

    return call


BATCH = "0123456789abcdef"


def test_a_file_is_loaded_with_the_sentences_of_the_command(case: Store, press: Callable[..., str]) -> None:
    given = {"source": " Takedown  list ", "date": "2026-03-01"}
    said = press("labels-batch", BATCH, given, "account,label\n41,troll\nstranger,troll\n")
    assert "1 account labelled from list.csv (1 troll), 1 row left out. None is a verdict." in said
    assert "list.csv, row 3, column account: The case has no such account. Found 'stranger'." in said
    assert labelled(case).select("uid", "source").rows() == [("unknown:41", "Takedown list")]
    assert "Takedown list" in said and "1 Mar 2026" in said
    gone = press("labels-take-off", 1, {"source": "Takedown list"})
    assert "1 label from 'Takedown list' taken off" in gone and labelled(case).is_empty()


@pytest.mark.parametrize(
    ("content", "date", "words"),
    [
        ("account,label\nstranger,troll\n", None, "No row of list.csv labels an account or post of this case. Nothing was changed."),
        ("who,what\n41,troll\n", None, "There is no column account and no column label."),
        ("account,label\n41,troll\n", "soon", "This is no day."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_and_changes_nothing(
    content: str, date: str | None, words: str, case: Store, press: Callable[..., str]
) -> None:
    assert words in press("labels-batch", BATCH, {"source": None, "date": date}, content)
    assert labelled(case).is_empty()


def test_the_block_is_there_for_cases_that_list_accounts(case: Store, tmp_path: Path) -> None:
    from dashboards.server.app import CaseReports
    from graph.report.report import Report

    assert "No labels yet." in text(labels_block(CaseReports(case, Report)))
    assert labels_block(CaseReports(open_case(str(tmp_path / "empty"), create=True), Report)) is None
    set_area(case, "csam", "Ann")
    assert labels_block(CaseReports(case, Report)) is None
