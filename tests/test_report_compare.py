"""What stays and what goes: groups matched by their accounts, between runs, windows and periods."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from fixtures_cases import SMALL
from test_pages import hrefs, of_type, text, title

from dashboards.components.base import State
from dashboards.figures.slopegraph import counted, slopes
from dashboards.pages import compare as page_of
from dashboards.server.app import CaseReports, create_app
from graph.case.load import load
from graph.report.compare import ComparedGroup, compared, of_run
from graph.report.report import Report
from graph.runs.pipeline import find
from graph.settings import Settings
from graph.stores import open_case
from graph.stores.base import Store
from ingest.synthetic import write_demo


def held(*members: str) -> list[ComparedGroup]:
    return [ComparedGroup(f"group {k}", frozenset(part)) for k, part in enumerate(members, 1)]


@pytest.mark.parametrize(
    ("one", "two", "events", "said"),
    [
        ([], [], [], "No group on either side"),
        (["abc"], ["abc"], ["stays"], "1 group stays, none is gone, none is new"),
        (["abc", "xyz"], ["abd", "klm"], ["stays", "gone", "new"], "1 group stays, 1 is gone, 1 is new"),
        (["abcdefghij"], ["abk"], ["gone", "new"], "No group stays, 1 is gone, 1 is new"),
        (["abcd", "abef"], ["abef", "abcd"], ["stays", "stays"], "2 groups stay, none is gone, none is new"),
        ([], ["abc", "xyz"], ["new", "new"], "No group stays, none is gone, 2 are new"),
    ],
)
def test_groups_are_matched_by_their_accounts(one: list[str], two: list[str], events: list[str], said: str) -> None:
    found = compared(held(*one), held(*two))
    assert [m.event for m in found] == events
    assert counted(found) == said
    assert all(m.common == len(m.one.members & m.two.members) for m in found if m.one and m.two)


def test_the_picture_and_its_table_say_the_same() -> None:
    found = compared(held("abc", "xyz"), held("abd", "klm"))
    picture = slopes(found, ("Run R-1", "Run R-2"))
    assert picture.svg.count("<path") == 1, "one line, since one stays"
    assert list(picture.table["Change"]) == ["stays", "gone", "new"]
    assert "Group 1 matches group 1, 2 accounts in both" in picture.alt
    assert "(gone)" in picture.svg and "(new)" in picture.svg


def test_a_side_stands_in_its_own_order_and_circles_are_counted_apart() -> None:
    one = [ComparedGroup(f"group {k}", frozenset(m), place=k) for k, m in enumerate(("abc", "xyz"), 1)]
    two = [
        ComparedGroup("group 1", frozenset("xyz"), place=1),
        ComparedGroup("closed circle 2", frozenset("abc"), heading="closed", place=2),
        ComparedGroup("closed circle 3", frozenset("klm"), heading="closed", place=3),
    ]
    picture = slopes(compared(one, two), ("Run R-1", "Run R-2"))
    assert (
        picture.title
        == "1 group stays, none is gone, none is new; 1 group becomes a closed circle; 1 closed circle is new"
    )
    right = re.findall(r'x="472" y="(\d+)"[^>]*>([^<]*), 3 accounts', picture.svg)
    assert [name for _, name in sorted((int(y), name) for y, name in right)] == [
        "Group 1",
        "Closed circle 2",
        "Closed circle 3",
    ]
    assert next(iter(picture.table["Change"])) == "becomes a closed circle"


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A case with a run of one window, and one of two windows."""
    folder = tmp_path_factory.mktemp("twice")
    store = open_case(str(folder / "case"), create=True)
    load(store, write_demo(folder / "files", seed=3, plan=SMALL))
    for windows in ((60.0,), (60.0, 300.0)):
        find(store, Settings(traces=("link",), windows_s=windows, worlds=0))
    yield store
    store.close()


def shown(store: Store, **query: str) -> Any:
    return page_of.layout(CaseReports(store, Report), State.parse("/compare", urlencode(query)))


def test_a_run_is_beside_the_one_before_it_with_what_differs_in_bold(twice: Store) -> None:
    page = shown(twice)
    groups = len(of_run(Report(twice, "R-1")))
    assert groups and title(page).endswith(": Run R-1 and Run R-2")
    assert "Windows" in [text(b) for b in of_type(page, "B")]
    assert "Seed" not in [text(b) for b in of_type(page, "B")]
    assert {"R-1", "R-2"} <= {part for href in hrefs(page) for part in href.replace("&", "=").split("=")}


def test_a_run_beside_itself_stays_as_it_is(twice: Store) -> None:
    run = Report(twice, "R-1")
    assert all(m.event == "stays" and m.jaccard == 1 for m in compared(of_run(run), of_run(run)))


@pytest.mark.parametrize("by", ["windows", "periods"])
def test_parts_of_a_run_are_compared(twice: Store, by: str) -> None:
    page = shown(twice, by=by)
    assert "group" in title(page).lower() and of_type(page, "Drawing")
    assert text(of_type(page, "Table")[-1]).count("Period" if by == "periods" else "Window") == 1


def test_before_anything_happened_there_was_no_group(twice: Store) -> None:
    page = shown(twice, by="periods", **{"from": "1999-01-01", "to": "1999-02-01"})
    assert title(page).startswith("No group stays, none is gone")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"by": "periods", "from": "2026-99-01"}, "is not a day"),
        ({"by": "periods", "from": "2026-09-02", "to": "2026-09-01"}, "ends before it begins"),
        ({"by": "windows", "one": "7"}, "no window of 7 s"),
        ({"by": "runs", "with": "R-77"}, "no run R-77"),
    ],
)
def test_what_cannot_be_is_said(twice: Store, query: dict[str, str], said: str) -> None:
    page = shown(twice, **query)
    assert title(page) == "These two cannot be compared" and said in text(page)


def test_one_run_is_not_enough(demo_store: Any) -> None:
    assert "This case has one run" in text(shown(demo_store, by="runs"))
    assert "one window" in text(shown(demo_store, by="windows"))


def test_the_comparison_leaves_as_a_csv(twice: Store) -> None:
    client = create_app(twice).server.test_client()
    lines = client.get("/files/compare.csv", base_url="http://127.0.0.1").get_data(as_text=True).splitlines()
    assert lines[0].lstrip("\ufeff").startswith("what,first,second") and lines[1].startswith("stays,Run R-1,Run R-2")
    assert client.get("/files/compare.csv?with=R-9", base_url="http://127.0.0.1").status_code == 404


@pytest.mark.browser
def test_a_person_chooses_two_periods(page: Any, serve: Any, twice: Store, tmp_path: Path) -> None:
    page.goto(serve(create_app(twice)) + "/groups")
    page.get_by_role("link", name="Compare").click()
    page.locator("#page h1").filter(has_text="R-1 and Run R-2").wait_for()
    page.get_by_role("link", name="Two periods").click()
    page.get_by_label("First period to").wait_for()
    page.get_by_label("First period to").fill("2026-08-10")
    page.get_by_role("button", name="Compare").click()
    page.locator("#page h1").filter(has_text="10 Aug 2026").wait_for()
    assert "to=2026-08-10" in page.url and "by=periods" in page.url
