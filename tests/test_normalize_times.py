"""Times as files write them: rows of (value, what it says)."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from ingest.errors import UsageError
from ingest.normalize.times import from_id, from_ids, is_relative, parse, parse_column

WRITTEN = [
    ("1610005273.0", "2021-01-07T07:41:13", "s"),
    ("1610005273", "2021-01-07T07:41:13", "s"),
    ("1610005273.25", "2021-01-07T07:41:13.25", "ms"),
    ("1610005273123", "2021-01-07T07:41:13.123", "ms"),
    ("1610005273123456", "2021-01-07T07:41:13.123456", "us"),
    ("1.610005273E9", "2021-01-07T07:41:13", "s"),
    ("2026-11-23T00:00:00Z", "2026-11-23T00:00:00", "s"),
    ("2026-11-22 23:59", "2026-11-22T23:59:00", "min"),
    ("2026-11-22", "2026-11-22T00:00:00", "day"),
    ("2026/11/22 9:05", "2026-11-22T09:05:00", "min"),
    ("2024-01-03 00:00:00+00:00", "2024-01-03T00:00:00", "s"),
    ("2024-01-03T02:00:00.5+0200", "2024-01-03T00:00:00.5", "ms"),
    ("2025-01-01T00:00:00.123456789Z", "2025-01-01T00:00:00.123456", "us"),
    ("2020-06-15 22:51:13 UTC", "2020-06-15T22:51:13", "s"),
    ("Mon Nov 23 00:00:00 +0000 2026", "2026-11-23T00:00:00", "s"),
    ("Mon Nov 23 2026 01:00:00 GMT+0100 (Central European Standard Time)", "2026-11-23T00:00:00", "s"),
    ("Mon, 23 Nov 2026 00:00:00 +0000", "2026-11-23T00:00:00", "s"),
    ("2021-07-06 16:45:20 EDT", "2021-07-06T20:45:20", "s"),
    ("2021-01-06 16:45:20 EST", "2021-01-06T21:45:20", "s"),
    ("06-Jul-2021", "2021-07-06T00:00:00", "day"),
    ("Nov 3, 2021 10:15 PM", "2021-11-03T22:15:00", "min"),
    ("Nov 3, 2021 12:15 AM", "2021-11-03T00:15:00", "min"),
    ("3 November 2021 at 10:15", "2021-11-03T10:15:00", "min"),
    ("20200615225113", "2020-06-15T22:51:13", "s"),
    ("23.11.2020 10:00:00 UTC+01:00", "2020-11-23T09:00:00", "s"),
    ("2018-11-06 11:26:33 GMT+2", "2018-11-06T09:26:33", "s"),
    ("2018-11-06 11:26:33 UTC-05:00", "2018-11-06T16:26:33", "s"),
    ("2018-11-06 11:26:33 +08:00", "2018-11-06T03:26:33", "s"),
    ("1541503593123456000", "2018-11-06T11:26:33.123456", "us"),
    ("1541503593123456001", None, None),  # more likely an id than a clock of nanoseconds
    ("43410.47677083", "2018-11-06T11:26:33", "s"),
    ("43410,47677083", "2018-11-06T11:26:33", "s"),
    ("43410.4768", "2018-11-06T11:26:36", "min"),
    ("43410", None, None),  # may count anything
    ("3h", None, None),
    ("2 hours ago", None, None),
    ("10/1/17 19:58", None, None),  # rows below: its order depends on the column
    ("1.61E+09", None, None),
    ("1506884400000000000000", None, None),
    ("914580356430536707", None, None),  # an id, no time
    ("2026-13-45", None, None),
    ("2021-02-30 10:00", None, None),
    ("2021-02-03 25:00", None, None),
    ("2021-02-03 10:00 XYZT", None, None),
    ("1999-12-31", None, None),
    ("2030-01-01", None, None),
    ("0", None, None),
    ("soon", None, None),
    ("=1+1", None, None),
]


@pytest.mark.parametrize(("value", "at", "precision"), [row for row in WRITTEN if row[0] != "10/1/17 19:58"])
def test_one_value(value: str, at: str | None, precision: str | None) -> None:
    parsed = parse_column([value])
    expected = None if at is None else datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert (parsed.at.to_list(), parsed.precision.to_list()) == ([expected], [precision])
    assert parsed.unparsed.to_list() == [at is None]


@pytest.mark.parametrize(
    ("values", "day_first", "said"),
    [
        (["13/02/2021", "03/04/2021"], True, False),
        (["02/13/2021", "03/04/2021"], False, False),
        (["9/24/17 1:05", "10/1/17 19:58"], False, False),
        (["03/04/2021"], False, True),
        (["03.04.2021"], True, True),
        (["01/11/2021", "05/11/2021", "12/11/2021"], True, True),  # a week and a half, rather than a year
    ],
)
def test_order_is_decided_for_the_column(values: list[str], day_first: bool, said: bool) -> None:
    parsed = parse_column(values, tz="UTC")
    one, two = (int(part) for part in values[-1].replace(".", "/").split(" ")[0].split("/")[:2])
    at = parsed.at.to_list()[-1]
    assert (at.day, at.month) == ((one, two) if day_first else (two, one))
    assert ("day/month" in (parsed.assumption or "")) is said


@pytest.mark.parametrize(
    ("tz", "value", "at"),
    [
        ("Europe/Oslo", "2021-07-06 12:00:00", "2021-07-06T10:00:00"),
        ("Europe/Oslo", "2021-10-31 02:30:00", "2021-10-31T00:30:00"),  # twice: the earlier
        ("Europe/Oslo", "2021-03-28 02:30:00", None),  # never
        ("America/New_York", "2021-07-06 12:00:00Z", "2021-07-06T12:00:00"),  # says its own
        (None, "2021-07-06 12:00:00", "2021-07-06T12:00:00"),
    ],
)
def test_zones(tz: str | None, value: str, at: str | None) -> None:
    parsed = parse_column([value], tz)
    assert parsed.at.to_list() == [None if at is None else datetime.fromisoformat(at).replace(tzinfo=UTC)]
    assert parsed.tz_assumed == (None if value.endswith("Z") else tz or "UTC")


def test_days_of_a_spreadsheet_are_read_as_a_column() -> None:
    parsed = parse_column(["43410.47677083", "43411", None], "Europe/Oslo")
    assert [at and at.isoformat() for at in parsed.at.to_list()] == [
        "2018-11-06T10:26:33+00:00",
        "2018-11-06T23:00:00+00:00",
        None,
    ]
    assert "'43410.47677083'" in (parsed.assumption or "") and parsed.tz_assumed == "Europe/Oslo"
    assert parse_column(["43410.47677083", "soon"]).at.null_count() == 2, "one word, and the numbers may be anything"


RELATIVE = ["3h", "5m", "2 hours ago", "an hour ago", "vor 3 Stunden", "il y a 3 h", "hace 2 horas", "há 3 horas", "3 timmar sedan",
            "3 godz. temu", "5 мин назад", "3 години тому", "yesterday", "Gestern um 10:05", "ayer", "вчера в 10:05"]  # fmt: skip
ABSOLUTE = ["2018-11-06", "6 mars 2018", "1541503593", "soon", "3", "", "3 Nov 2018 10:05"]


def test_relative_times_are_told_from_others() -> None:
    frame = pl.DataFrame({"at": RELATIVE + ABSOLUTE})
    said = frame.select(is_relative(pl.col("at"))).to_series().to_list()
    assert said == [True] * len(RELATIVE) + [False] * len(ABSOLUTE)
    assert parse_column(RELATIVE).at.null_count() == len(RELATIVE)


def test_unknown_zone_is_bad_use() -> None:
    with pytest.raises(UsageError, match="Mars/Base"):
        parse_column(["2021-07-06 12:00:00"], "Mars/Base")


@pytest.mark.parametrize(("rows", "precision"), [(49, "s"), (50, "min")])
def test_seconds_never_used_are_minutes(rows: int, precision: str) -> None:
    values = [f"2015-05-25 12:{n % 60:02d}:00" for n in range(rows)]
    assert set(parse_column(values).precision.to_list()) == {precision}


def test_milliseconds_never_used_are_seconds() -> None:
    values = [f"2015-05-25T12:00:{n:02d}.000Z" for n in range(60)]
    assert set(parse_column(values).precision.to_list()) == {"s"}


def test_blank_is_not_unparsed() -> None:
    parsed = parse_column(["", None, "  ", "never"])
    assert parsed.unparsed.to_list() == [False, False, False, True]
    assert parsed.at.null_count() == 4
    assert parse_column([]).at.len() == 0


@pytest.mark.parametrize(
    ("platform", "native_id", "at"),
    [
        ("x", "914580356430536707", "2017-10-01T19:58:43.711"),
        ("x", "20", None),
        ("x", "9.1458E+17", None),
        ("bluesky", "3mmoojp4cd223", "2026-05-25T14:23:28.756"),
        ("bluesky", "3jzfcijpj2z2a", "2023-06-30T15:03:01.887"),
        ("bluesky", "at://did:plc:x/app.bsky.feed.post/3jzfcijpj2z2a", "2023-06-30T15:03:01.887"),
        ("bluesky", "self", None),
        ("tiktok", "7000000000000000000", "2021-08-24T14:15:05"),
        ("linkedin", "6800000000000000000", "2021-05-17T10:12:17.890"),
        ("mastodon", "109999999999999999", "2023-03-10T16:46:36.874"),
        ("facebook", "10158000000000000", None),
    ],
)
def test_times_in_ids(platform: str, native_id: str, at: str | None) -> None:
    found = from_id(platform, native_id)
    expected = None if at is None else datetime.fromisoformat(at).replace(tzinfo=UTC)
    got = None if found is None else datetime.fromtimestamp(found // 1000 / 1000, UTC)
    assert got == expected
    column = from_ids(platform, pl.Series([native_id, None], dtype=pl.String))
    assert column.dt.epoch("us").to_list() == [found, None]


def test_single_values_agree_with_columns() -> None:
    for value, *_ in WRITTEN:
        if value.endswith("E9"):
            continue
        assert parse(value)[0] == parse_column([value]).at.dt.epoch("us")[0], value
