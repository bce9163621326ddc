"""Ledger and rechecks: lines are added, never changed; a bad row is listed and the others are taken; nothing is fetched."""

from __future__ import annotations

import csv
import socket
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from graph.handover import drafts, ledger
from graph.handover.drafts import Draft
from graph.handover.items import Item, group_items
from graph.handover.rechecks import import_rechecks, recheck, rechecks
from graph.handover.survival import Ledger
from graph.report.report import Report
from graph.stores.base import Store
from ingest.errors import InputError, UsageError

SENT = date(2026, 8, 28)
TODAY = datetime.now(UTC).date()


def sent(store: Store, group: str) -> list[Item]:
    """The group's notice in the ledger; gives its posts."""
    report = Report(store)
    items = group_items(report, group, "x")
    draft = drafts.save(store, Draft(run_id=report.run_id, group_id=group, to="x", answer="law"), "Ann")
    ledger.sent(store, draft, items, SENT, "Ann")
    return items


@pytest.fixture
def items(handed: Store, confirm: Callable[[Store], str]) -> list[Item]:
    return sent(handed, confirm(handed))


def test_only_posts_with_an_address_were_reported(handed: Store, items: list[Item]) -> None:
    (entry,) = ledger.entries(handed)
    assert (entry.code, entry.to, entry.document, entry.day, entry.by) == ("L-1", "x", "notice", SENT, "Ann")
    assert len(items) == 40 and len(entry.items) == 38
    assert [item.reason for item in items if not item.address] == ["Export has no address"] * 2
    plain = str(entry.as_dict())
    assert "x:" not in plain and "https" not in plain and entry.items[0].code in plain


def test_what_came_back_is_added(handed: Store, items: list[Item]) -> None:
    ledger.receipt(handed, 1, SENT, "Ann")
    ledger.decision(handed, 1, SENT + timedelta(days=7), "15 removed, 9 kept", "Ben")
    entry = ledger.decision(handed, 1, SENT + timedelta(days=9), "all removed", "Ben")
    assert entry.receipt == SENT and [words for _, words in entry.decisions] == ["15 removed, 9 kept", "all removed"]
    assert [note["by"] for note in handed.notes("report_decision")] == ["Ben", "Ben"]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda store: ledger.receipt(store, 2, SENT, "Ann"), "no line L-2. There are L-1"),
        (lambda store: ledger.receipt(store, 1, SENT - timedelta(days=1), "Ann"), "was sent on 2026-08-28"),
        (lambda store: ledger.decision(store, 1, SENT, " ", "Ann"), "has no words"),
        (lambda store: ledger.sent(store, drafts.of_number(store, 1), [], SENT, "Ann"), "in the ledger as L-1"),
        (lambda store: ledger.sent(store, Draft(answer="law"), [], SENT, "Ann"), "Only a saved draft"),
        (lambda store: ledger.day_of((TODAY + timedelta(days=2)).isoformat()), "still to come"),
        (lambda store: ledger.day_of("4 Sep"), "is no day"),
        (lambda store: recheck(store, "P-aaaaaaaa", "online", SENT, "Ann"), "never sent"),
        (lambda store: recheck(store, "P-aaaaaaaa", "gone", SENT, "Ann"), "is no state"),
    ],
)
def test_what_cannot_be_is_refused(
    handed: Store, items: list[Item], call: Callable[[Store], object], said: str
) -> None:
    before = len(handed.notes())
    with pytest.raises(UsageError, match=said):
        call(handed)
    assert len(handed.notes()) == before


def written(folder: Path, rows: list[tuple[str, str, str, str]], head: str = "item,state,date,by") -> Path:
    file = folder / "rechecks.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        out.write(head + "\n")
        csv.writer(out).writerows(rows)
    return file


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            ("P-zzzzzzzz", "online", "2026-09-12", ""),
            "row 3, column item: This post was never sent. Found 'P-zzzzzzzz'.",
        ),
        (("https://x.com/nobody/status/1", "online", "2026-09-12", ""), "column item: This post was never sent."),
        (
            ("CODE", "gone", "2026-09-12", ""),
            "column state: This is no state. Found 'gone'. Accepted: online, offline, restricted",
        ),
        (
            ("CODE", "online", "12.9.", ""),
            "column date: '12.9.' is no day. Found '12.9.'. Accepted: a day that is past",
        ),
        (("CODE", "online", "2199-01-01", ""), "still to come"),
        (("CODE", "", "2026-09-12", ""), "column state"),
        (("=cmd|' /C calc'!A0", "online", "2026-09-12", ""), "never sent"),
        (("<script>alert(1)</script>", "online", "2026-09-12", ""), "never sent"),
    ],
)
def test_a_bad_row_is_listed_and_the_others_are_taken(
    handed: Store, items: list[Item], tmp_path: Path, row: tuple[str, str, str, str], said: str
) -> None:
    first = next(item for item in items if item.address)
    bad = (row[0].replace("CODE", first.code), *row[1:])
    rows = [(first.code, "online", "2026-09-12", "Kim"), bad, (str(first.address), "offline", "2026-09-14", "")]
    found = import_rechecks(handed, written(tmp_path, rows), "Ann")
    assert (found.taken, found.known, len(found.wrong)) == (2, 0, 1) and said in str(found.wrong[0])
    assert found.wrong[0].file == "rechecks.csv" and found.wrong[0].row == 3
    assert [(one.state, one.by) for one in rechecks(handed)] == [("online", "Kim"), ("offline", "Ann")]
    again = import_rechecks(handed, written(tmp_path, rows), "Ann")
    assert (again.taken, again.known) == (0, 2) and len(handed.notes("recheck")) == 1


@pytest.mark.parametrize("head", ["url;Status;Day;by", "ADDRESS\tstate\tdate\tby", "\ufeffcode,state,on,checked_by"])
def test_columns_are_found_under_the_names_people_use(
    handed: Store, items: list[Item], tmp_path: Path, head: str
) -> None:
    first = next(item for item in items if item.address)
    mark = next(m for m in ";\t," if m in head)
    file = tmp_path / "r.csv"
    word = first.code if "code" in head else str(first.address).replace("https://x.com", "https://www.twitter.com")
    file.write_text(f"{head}\n{mark.join((word, 'Offline', '2026-09-12', 'Kim'))}\n\n", "utf-8")
    assert import_rechecks(handed, file, "Ann").taken == 1 and rechecks(handed)[0].by == "Kim"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "It has no rows"),
        (b"item,when\nP-1,2026-09-12\n", "There is no column state, date"),
        (b"\xff\xfe\x00", "cannot be read as a CSV in UTF-8"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_is_no_table_is_refused_whole(
    handed: Store, tmp_path: Path, content: bytes | None, said: str
) -> None:
    file = tmp_path / "r.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError, match=said):
        import_rechecks(handed, file, "Ann")
    assert not handed.notes("recheck")


def test_posts_that_were_not_reported_are_kept_for_comparison(handed: Store, items: list[Item], tmp_path: Path) -> None:
    bare = [item for item in items if not item.address]
    reported = next(item for item in items if item.address)
    rows = [(item.code, "offline", "2026-09-12", "") for item in bare] + [(reported.code, "online", "2026-09-12", "")]
    assert import_rechecks(handed, written(tmp_path, rows), "Ann").taken == 1
    others = import_rechecks(handed, written(tmp_path, rows), "Ann", reported=False)
    assert others.taken == 2 and "no unreported post" in str(others.wrong[0])
    assert Ledger.of(handed).unreported() == (2, 2)


def test_nothing_is_fetched(handed: Store, items: list[Item], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("something was asked over the network")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    rows = [(str(item.address), "offline", "2026-09-12", "") for item in items if item.address]
    assert import_rechecks(handed, written(tmp_path, rows), "Ann").taken == 38
    assert Ledger.of(handed).outcome().offline == 38


def test_who_asks_to_be_forgotten_leaves_the_ledger_too(handed: Store, items: list[Item]) -> None:
    from graph.privacy import erasure

    one = next(item for item in items if item.address)
    erasure.forget(handed, erasure.person(handed, one.account))
    kept = str(handed.notes())
    assert f"'{one.account}'" not in kept and str(one.address) not in kept and one.post not in kept
    (entry,) = ledger.entries(handed)
    left = [item for item in entry.items if item.account is None]
    assert len(entry.items) == 38 and left and all(item.post is None for item in left)  # counts stay, people do not
