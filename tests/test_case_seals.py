"""Seals: hidden by every way out, kept under a code, counted, and undone with a reason only."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fixtures_stores import batch, put
from test_ways_out import START, WAYS, Ways, account, acts, build, words_of

from dashboards.briefing import FORMATS, gather
from dashboards.cli import main
from graph.case.area import set_area
from graph.case.seals import seal, seals
from graph.privacy.gate import gate
from graph.report.report import Report
from graph.stores import Store, open_case
from ingest.errors import UsageError

POST, ACCOUNT = "x:888000543210203", "x:7770001234502"


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("marked") / "case"
    build(folder).close()
    return folder


@pytest.fixture
def ways(tmp_path: Path, marked: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ways]:
    monkeypatch.setenv("LOCKSTEP_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("LOCKSTEP_STATE", str(tmp_path / "state"))
    shutil.copytree(marked, tmp_path / "case")
    made = Ways(tmp_path, "general")
    yield made
    made.case.close()


def test_a_sealed_account_is_in_no_byte_that_leaves(ways: Ways) -> None:
    seal(ways.case, "A-3", "May be a child's own account.", "Ann")
    ways.report = Report(ways.case)
    assert ways.report.members(ways.query["group"]).shape[0] == 5
    leaks = [
        f"{kind}: {name} holds {mark}"
        for kind, way in WAYS.items()
        if kind != "command"
        for name, out in way(ways)
        for mark in ("canaryhandle02", ACCOUNT, 'Canaria Displayed 2"', POST)
        if mark in out
    ]
    assert not leaks
    assert "Sealed: 1 account" in words_of(FORMATS["html"].render(gather(ways.report)))
    assert ways.report.groups()["accounts"][0] == 6, "counts still add up: five shown and one sealed"


@pytest.mark.parametrize(
    ("words", "mark"),
    [(POST, POST), ("https://canary-site.example/4", "canary-site.example/4"), ("mega.nz", "mega.nz/"), ("G-1", "")],
)
def test_every_kind_of_item_is_hidden_and_shown_again(ways: Ways, words: str, mark: str) -> None:
    group = ways.query["group"]
    before = said(ways, mark or group)
    note = seal(ways.case, words, "Not ours to show.", "Ann")
    assert before and not said(ways, mark or group)
    assert [one["code"] for one in seals(ways.case)] == [note["code"]]
    with pytest.raises(UsageError, match="sealed already"):
        seal(ways.case, words, "again", "Ann")
    with pytest.raises(UsageError, match="reason"):
        seal(ways.case, str(note["code"]), " ", "Ann", undo=True)
    seal(ways.case, str(note["code"]), "A mistake.", "Ben", undo=True)
    assert said(ways, mark or group) == before and not seals(ways.case)
    with pytest.raises(UsageError, match="not sealed"):
        seal(ways.case, words, "again", "Ann", undo=True)
    log = ways.case.notes("seal")
    assert [(one["by"], one["reason"], one["undo"]) for one in log] == [
        ("Ann", "Not ours to show.", False),
        ("Ben", "A mistake.", True),
    ]
    assert all(one["hash"].startswith("obj_") and one["at"] for one in log)


def said(ways: Ways, mark: str) -> int:
    """How often tables of a case hold a mark, read through its gate."""
    shown, run = gate(ways.case), str(ways.case.runs()[0]["run_id"])
    shown.refresh()
    rows = [str(batch.to_pylist()) for table in ("accounts", "posts", "links") for batch in shown.scan(table)]
    rows += [
        str(shown.run_table(run, table).to_pylist()) for table in ("ties", "post_pairs", "groups", "objects", "members")
    ]
    return sum(row.count(mark) for row in rows)


def test_what_is_not_there_cannot_be_sealed(ways: Ways) -> None:
    for words in ("A-999", "x:nobody", "G-99", "nowhere.example/1", " "):
        with pytest.raises(UsageError):
            seal(ways.case, words, "because", "Ann")
    with pytest.raises(UsageError, match="reason"):
        seal(ways.case, "A-3", "", "Ann")


def test_the_command_seals_lists_and_undoes(ways: Ways, capsys: pytest.CaptureFixture[str]) -> None:
    case = ["--case", str(ways.folder / "case")]
    assert main(["seal", "A-3", "--by", "Ann", *case]) == 2 and "reason" in capsys.readouterr().err
    assert main(["seal", "A-3", "--reason", "Asked by the hotline.", "--by", "Ann", *case]) == 0
    assert "is sealed: hidden" in capsys.readouterr().out
    assert main(["seal", "--json", *case]) == 0
    out = capsys.readouterr().out
    assert '"code": "A-3"' in out and ACCOUNT not in out and "Asked by the hotline." in out
    assert main(["seal", "A-3", "--undo", "--reason", "Settled.", "--by", "Ann", *case]) == 0
    assert main(["seal", *case]) == 0 and "0 sealed" in capsys.readouterr().out


def test_seals_go_with_a_copy(ways: Ways, tmp_path: Path) -> None:
    from graph.stores import copy_case

    seal(ways.case, "A-3", "Asked by the hotline.", "Ann")
    other = open_case(str(tmp_path / "copy"), create=True)
    copy_case(ways.case, other)
    assert [one["code"] for one in seals(other)] == ["A-3"]
    out = io.StringIO()
    for some in gate(other).scan("accounts"):
        out.write(str(some.to_pylist()))
    assert ACCOUNT not in out.getvalue()


def test_an_area_and_a_seal_bind_in_each_store(store: Store) -> None:
    made = [acts(n, 0, START) for n in range(3)]
    people = [account(n) for n in range(3)]
    put(store, "s1", batch(people, [post for post, _ in made], [one for _, found in made for one in found]))
    shown = gate(store)
    first, second = made[0][0]["post_uid"], made[1][0]["post_uid"]

    def texts() -> dict[str, str | None]:
        shown.refresh()
        rows = [row for part in shown.scan("posts") for row in part.to_pylist()]
        return {row["post_uid"]: row["text"] for row in rows}

    assert len(texts()) == 3 and "canarywording" in str(texts()[first])
    note = seal(store, first, "Not ours to show.", "Ann")
    seal(store, people[1]["account_uid"], "May be a child's own.", "Ann")
    assert first not in texts() and second not in texts() and len(texts()) == 1
    assert not any(row["post_uid"] in (first, second) for part in shown.scan("links") for row in part.to_pylist())
    set_area(store, "csam", "Ann")
    assert list(texts().values()) == [None]
    assert not any(row["handle"] or row["native_id"] for part in shown.scan("accounts") for row in part.to_pylist())
    set_area(store, "general", "Ann", "A mistake.")
    seal(store, str(note["code"]), "A mistake.", "Ben", undo=True)
    assert "canarywording" in str(texts()[first]) and second not in texts()
