"""Story 2: somebody asks the command where these accounts send people, with standing as of the window."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_outlinks import DAYS, MIXED, Row, case_of_links

from graph.case.area import set_area
from graph.outlinks.outlinks import outlinks
from graph.privacy.sanitize import defang
from graph.stores.base import Store

__all__ = ["case_of_links"]  # the fixture

FAKE: Row = ("a", DAYS[1], "https://facebook.com.evil.example/login")
BLOG: Row = ("a", DAYS[1], "https://nora.blogspot.com/2024/06/a.html")


@pytest.fixture
def address(case_of_links: Callable[..., Store]) -> str:
    return case_of_links([*MIXED, FAKE, BLOG]).address


def test_the_table_its_sentence_and_standing_on_the_last_day(command: Callable[..., Any], address: str) -> None:
    said = command("outlinks", "--case", address)
    assert said.code == 0 and "all accounts are counted" in said.err
    first = said.out.splitlines()[0]
    assert first == (
        "56% of links go to nordlys[.]example, SoundCloud and Bitly, and one host imitates facebook[.]com."
    )
    assert "…[.]blogspot[.]com" in said.out
    assert "imitates facebook[.]com" in said.out.lower() and "Nothing was opened" in said.out
    assert "EUIF member since 2024-06-04" in said.out
    assert "nora" not in said.out and "nordlys.example" not in said.out, "names are left out and addresses broken"
    before = command("outlinks", "--case", address, "--to", "2024-06-03")
    assert "SoundCloud" in before.out and "EUIF member" not in before.out


def test_json_is_complete_and_a_csv_holds_every_host(
    command: Callable[..., Any], address: str, case_of_links: Callable[..., Store], tmp_path: Path
) -> None:
    facts = command("outlinks", "--case", address, "--top", "1", "--json").facts
    assert len(facts["hosts"]) == facts["totals"]["hosts"] == 7
    assert sum(row["links"] for row in facts["flow"]) == facts["totals"]["links"] == 9
    assert "nora" not in json.dumps(facts)
    command("outlinks", "--case", address, "--csv", str(tmp_path / "hosts.csv"))
    with (tmp_path / "hosts.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    told = [(defang(row["host"]), row["links"]) for row in facts["hosts"]]
    assert [(row["host"], int(row["links"])) for row in rows] == told
    nowhere = command("outlinks", "--case", address, "--csv", str(tmp_path / "no" / "hosts.csv"))
    assert nowhere.code == 2 and "No such file or directory" in nowhere.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--platform", "telegramm"), "no post on 'telegramm'"),
        (("--from", "2031-01-01"), "run from 2024-06-03 to 2024-06-04"),
        (("--to", "2020-02-01"), "the beginning to 2020-02-01"),
        (("--from", "soon"), "cannot be read"),
        (("--group", "1"), "no run"),
        (("--group", "1", "--all"), "exclude each other"),
        (("--top", "0"), "prints nothing"),
    ],
)
def test_bad_use_says_what_there_is(
    command: Callable[..., Any], address: str, words: tuple[str, ...], says: str
) -> None:
    said = command("outlinks", "--case", address, *words)
    assert said.code == 2 and says in said.err


def test_a_case_without_links_says_so(command: Callable[..., Any], case_of_links: Callable[..., Store]) -> None:
    said = command("outlinks", "--case", case_of_links([("a", DAYS[0], ""), ("b", DAYS[1], "")]).address)
    assert said.code == 0 and said.out.strip() == "No post here has a link."


def test_of_a_run_groups_and_pairs_are_counted(command: Callable[..., Any], demo_store: Any) -> None:
    facts = command("outlinks", "--case", demo_store.address, "--json").facts
    assert facts["whose"] == "in groups and pairs" and facts["asked"] > 0
    one = command("outlinks", "--case", demo_store.address, "--group", "1", "--json").facts
    everyone = command("outlinks", "--case", demo_store.address, "--all", "--json").facts
    assert one["totals"]["links"] < facts["totals"]["links"] < everyone["totals"]["links"]
    assert everyone["totals"]["links"] == outlinks(demo_store).totals.links
    assert all(row["node"].startswith("A-") for row in facts["roles"] if row["kind"] == "account")
    gone = command("outlinks", "--case", demo_store.address, "--group", "999")
    assert gone.code == 2 and "no group 999" in gone.err


def test_a_harm_area_binds_the_command(command: Callable[..., Any], case_of_links: Callable[..., Store]) -> None:
    """Hosts are platforms only, and counts of a few accounts are not written, with a run or without."""
    store = case_of_links([*MIXED, FAKE, BLOG])
    set_area(store, "csam", "Ann")
    for words in ((), ("--json",), ("--csv", "hosts.csv")):
        said = command("outlinks", "--case", store.address, *words)
        text = said.out + (Path("hosts.csv").read_text("utf-8") if "--csv" in words else "")
        assert said.code == 0 and "<5" in text
        assert not [name for name in ("nordlys", "evil", "nora", "x:a") if name in text]
