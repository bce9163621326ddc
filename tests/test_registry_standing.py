"""The standing of platforms on a day: rows of (platform, scheme, day, what is said)."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from graph.case.standing import add_standing, own_standing
from graph.stores import open_case
from ingest.errors import InputError, UsageError
from ingest.registry.standing import FIELDS, SCHEMES, every_standing, fact_of, read_facts, standing, table

NO = "not known to be a member"
JUNE = date(2024, 6, 4)

SAID = [
    *((name, "euif", JUNE, "member") for name in ("amazon_store", "soundcloud", "mistral_ai", "dailymotion")),
    ("isd", "euif", JUNE, "member (civil society)"),
    *((name, "euif", date(2021, 12, 8), "member") for name in ("tiktok", "twitch", "yubo", "discord")),
    *((name, "euif", date(2021, 12, 7), NO) for name in ("tiktok", "twitch", "yubo", "discord")),
    *(
        (name, "euif", date(2024, 6, 3), NO)
        for name in ("amazon_store", "soundcloud", "mistral_ai", "dailymotion", "isd")
    ),
    ("telegram", "euif", JUNE, NO),
    ("x", "euif", JUNE, f"{NO}; took part (EU Crisis Protocol) on 7 October 2019"),
    ("x", "dsa", date(2023, 4, 24), "not known to be designated"),
    ("x", "dsa", date(2023, 4, 25), "VLOP"),
    ("google_search", "dsa", date(2024, 1, 1), "VLOSE"),
    ("whatsapp_channels", "dsa", date(2026, 1, 25), "not known to be designated"),
    ("soundcloud", "dsa", JUNE, "not known to be designated"),
    ("aliexpress", "dsa_proceedings", date(2024, 3, 13), "no proceedings known"),
    ("aliexpress", "dsa_proceedings", date(2024, 3, 14), "opened"),
    ("facebook", "dsa_proceedings", JUNE, "opened (minors)"),
    ("pinterest", "gifct", date(2021, 12, 30), NO),
    ("pinterest", "gifct", date(2021, 12, 31), "member"),
    ("reddit", "gifct", date(2022, 1, 1), "access to the hash database"),
]


@pytest.mark.parametrize(("platform", "scheme", "on", "said"), SAID)
def test_what_is_known_on_a_day(platform: str, scheme: str, on: date, said: str) -> None:
    found = standing(platform, scheme, on)
    assert found.status == said
    assert found.known is (said not in {one.unknown for one in SCHEMES.values()} and not said.startswith(NO))


def test_every_fact_has_a_source_and_a_known_platform_and_scheme() -> None:
    assert [fact for fact in table() if not (fact.source and fact.basis and fact.status)] == []
    assert {fact.scheme for fact in table()} == set(SCHEMES)
    assert [one.scheme for one in every_standing("x")] == list(SCHEMES)
    for fact in table():
        standing(fact.platform, fact.scheme)


def test_no_row_states_more_than_its_source(shared: Path) -> None:
    with (shared / "reference" / "standing.csv").open(encoding="utf-8", newline="") as file:
        known = {tuple(row.values()) for row in csv.DictReader(file)}
    days = ((fact, fact.since or "", fact.until or "") for fact in table())
    rows = {
        (fact.platform, fact.scheme, fact.status, str(since), str(until), fact.basis, fact.source, fact.note)
        for fact, since, until in days
    }
    assert rows <= known


ROW = {"platform": "Reddit", "scheme": "euif", "status": "member", "from": "2026-10-01", "source": "a press release"}


def test_facts_of_a_case_are_the_analysts_own(tmp_path: Path) -> None:
    store = open_case(str(tmp_path / "case"), create=True)
    add_standing(store, [fact_of(ROW)], "Ann")
    (fact,) = own_standing(store)
    assert (fact.platform, fact.by, fact.basis) == ("reddit", "Ann", "the analyst's own")
    assert standing("reddit", "euif", date(2026, 10, 1), [fact]).status == "member"
    assert standing("reddit", "euif", date(2026, 9, 30), [fact]).status == NO
    assert not standing("reddit", "euif", date(2026, 10, 1)).known, "the shipped table is unchanged"
    store.close()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"platform": "redit"}, "no platform 'redit'"),
        ({"scheme": "eu"}, "no scheme 'eu'"),
        ({"from": "1 Oct 2026"}, "Column from: '1 Oct 2026' is no day"),
        ({"to": "2026-01-01"}, "before it begins"),
        ({"source": ""}, "needs a source"),
        ({"status": " "}, "needs a status"),
        ({"from": ""}, "needs a from"),
    ],
)
def test_a_wrong_row_is_said_and_the_others_are_taken(tmp_path: Path, change: dict[str, str], said: str) -> None:
    file = tmp_path / "own.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.DictWriter(out, FIELDS)
        rows.writeheader()
        rows.writerows([ROW | change, ROW])
    facts, (wrong,) = read_facts(file)
    assert [fact.platform for fact in facts] == ["reddit"]
    assert wrong.row == 2 and str(wrong).startswith("own.csv, row 2") and said in str(wrong)


@pytest.mark.parametrize(
    ("content", "said"), [("", "no rows"), ("a,b\n1,2\n", "no column platform"), (None, "cannot be read")]
)
def test_a_wrong_file_is_said(tmp_path: Path, content: str | None, said: str) -> None:
    file = tmp_path / "own.csv"
    if content is not None:
        file.write_text(content, "utf-8")
    with pytest.raises(InputError, match=said):
        read_facts(file)


def test_unknown_words_are_bad_use() -> None:
    with pytest.raises(UsageError) as refused:
        standing("sondcloud", "euif")
    assert "soundcloud" in (refused.value.hint or "")
