"""Dates with words of other languages: every month in every form, and the ways people's programs write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ingest.normalize.date_words import MONTHS, folded, month_words
from ingest.normalize.times import parse, parse_column

NAMES = [
    (language, word, number)
    for language, months in MONTHS.items()
    for number, names in enumerate(months.split(), 1)
    for word in names.split("|")
]


def test_every_language_has_twelve_months() -> None:
    assert {language: len(months.split()) for language, months in MONTHS.items()} == dict.fromkeys(MONTHS, 12)


def test_no_name_means_two_months() -> None:
    known = month_words()
    assert [(language, word) for language, word, number in NAMES if known[folded(word)] != number] == []


@pytest.mark.parametrize("form", ["6 {} 2018 11:26", "6. {}. 2018, 11:26", "06-{}-2018 11:26", "{} 6, 2018 11:26"])
@pytest.mark.parametrize("change", [str.lower, str.upper, str.title])
def test_every_month(form: str, change: object) -> None:
    values = [form.format(change(word)) for _, word, _ in NAMES]  # type: ignore[operator]
    expected = [datetime(2018, number, 6, 11, 26, tzinfo=UTC) for *_, number in NAMES]
    assert parse_column(values).at.to_list() == expected


WRITTEN = [
    ("6. Dezember 2018 um 11:26:33 Uhr", "2018-12-06T11:26:33", "s"),
    ("Donnerstag, 6. Dez. 2018 11:26", "2018-12-06T11:26:00", "min"),
    ("1er juillet 2018 à 11h26", "2018-07-01T11:26:00", "min"),
    ("mar. 6 nov. 2018 à 11 h 26", "2018-11-06T11:26:00", "min"),  # mar. is Tuesday here
    ("mar, 6 mar 2018 11:26", "2018-03-06T11:26:00", "min"),
    ("sábado, 6 de marzo de 2021 a las 10:00", "2021-03-06T10:00:00", "min"),
    ("segunda-feira, 6 de março de 2021 às 10:00:05", "2021-03-06T10:00:05", "s"),
    ("martedì 12 ottobre 2021 alle ore 10:00", "2021-10-12T10:00:00", "min"),
    ("12 mrt. 2021 om 10:00", "2021-03-12T10:00:00", "min"),
    ("12 mars 2021 kl. 10.05", "2021-03-12T10:05:00", "min"),
    ("12 października 2021 o godz. 10:00", "2021-10-12T10:00:00", "min"),
    ("вт, 12 мар. 2021 г., 10:05:06", "2021-03-12T10:05:06", "s"),
    ("12 березня 2021 р. о 10:00", "2021-03-12T10:00:00", "min"),
    ("16/11/2018, 11:26:43 a. m.", "2018-11-16T11:26:43", "s"),
    ("16/11/2018, 11:26:43 p.\u00a0m.", "2018-11-16T23:26:43", "s"),
    ("11/16/2018, 11:26:43\u202fPM", "2018-11-16T23:26:43", "s"),
    ("5 nov 2021 9:03 nachm.", "2021-11-05T21:03:00", "min"),
    ("5 nov 2021 12:03 em", "2021-11-05T12:03:00", "min"),
    ("Nov 6, 2018 · 11:26 AM UTC", "2018-11-06T11:26:00", "min"),
    ("11:26 AM - 6 Nov 2018", "2018-11-06T11:26:00", "min"),
    ("11:26 PM · Nov 6, 2018", "2018-11-06T23:26:00", "min"),
    ("12. 3. 2021 10.05.33", "2021-03-12T10:05:33", "s"),
    ("6 nov. 2018 11:26:33 GMT+2", "2018-11-06T09:26:33", "s"),
    ("2018年11月6日 11時26分", "2018-11-06T11:26:00", "min"),
    ("12 Quatember 2021", None, None),
    ("31 février 2021", None, None),
    ("mars 2021", None, None),
]


@pytest.mark.parametrize(("value", "at", "precision"), WRITTEN)
def test_one_value(value: str, at: str | None, precision: str | None) -> None:
    parsed = parse_column([value])
    expected = None if at is None else datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert (parsed.at.to_list(), parsed.precision.to_list()) == ([expected], [precision])
    assert parse(value)[0] == parsed.at.dt.epoch("us")[0]


def test_words_of_two_languages_in_one_column() -> None:
    parsed = parse_column(["6 Nov 2018 11:26", "6. März 2018 11:26", "soon", None])
    assert [at and at.month for at in parsed.at.to_list()] == [11, 3, None, None]
    assert parsed.unparsed.to_list() == [False, False, True, False]
