"""Clocks, zones, and the times hidden in ids.

A column of times is read as a whole: its zone, its day/month order and what its seconds are worth can only be told from
all of it. Whatever had to be assumed is returned as a sentence, so that it ends up in the source record and on the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from time import time
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import polars as pl
import pyarrow as pa

from ingest.errors import UsageError
from ingest.normalize.date_words import translated

EARLIEST = 946_684_800_000_000  # 2000-01-01T00:00:00Z in microseconds: no platform read here is older
ENOUGH = 50  # values it takes before "every second is :00" is a fact about the clock and not luck
MICROSECONDS = pl.Datetime("us", "UTC")

_ZONE = r"\s*(?P<zone>Z|z|(?:[+-]\d{2}|(?:UTC|GMT|utc|gmt)\s?[+-]\d{1,2}):?(?:\d{2})?|[A-Za-z]{2,4})?(?:\s*\([^)]*\))?$"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
_TIME = rf"(?:[T\s,]\s*(?:at\s+)?{_CLOCK}\s*(?P<half>[AaPp]\.?[Mm]\.?)?)?"
_NAME = r"(?P<month>[A-Za-z]{3,9})"

# One row per way of writing a date; the first that takes a value wins.
FORMATS: tuple[tuple[str, str], ...] = (
    ("year first", rf"^(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){_TIME}{_ZONE}"),
    ("numbers", rf"^(?P<one>\d{{1,2}})[-/.](?P<two>\d{{1,2}})[-/.](?P<year>\d{{4}}|\d{{2}}){_TIME}{_ZONE}"),
    ("created_at", rf"^[A-Za-z]{{3}},?\s+{_NAME}\s+(?P<day>\d{{1,2}})\s+{_CLOCK}\s+(?P<zone>[+-]\d{{4}}|[A-Z]{{3,4}})?\s*(?P<year>\d{{4}})$"),
    ("browser", rf"^[A-Za-z]{{3}}\s+{_NAME}\s+(?P<day>\d{{1,2}})\s+(?P<year>\d{{4}}){_TIME}{_ZONE}"),
    ("day, name", rf"^(?:[A-Za-z]{{3,9}},?\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s.-]+{_NAME}[\s.,-]+(?P<year>\d{{4}}|\d{{2}}){_TIME}{_ZONE}"),
    ("name, day", rf"^(?:[A-Za-z]{{3,9}},\s+)?{_NAME}\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){_TIME}{_ZONE}"),
    ("digits", r"^(?P<year>20\d{2})(?P<month>\d{2})(?P<day>\d{2})(?:T?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<zone>Z)?)?$"),
)  # fmt: skip
# Digits in full only: 1.61E+09 has lost its seconds in a spreadsheet.
_EPOCH = r"^\d{9,10}(?:\.\d+)?$|^\d{12,13}(?:\.\d+)?$|^\d{15,16}(?:\.0+)?$|^\d{15,16}000$|^\d\.\d{9,}[eE]\+?0?9$|^\d\.\d{12,}[eE]\+?12$"
_DIGITS = (9, 10, 12, 13, 15, 16)
# Days since 30 December 1899, as spreadsheets count them; only with a part of a day, for a whole number may count anything.
_SERIAL = r"^[34]\d{4}(?:[.,]\d{1,15})?$"

_UTC = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|\+00:00)$"

_WRITTEN = tuple(re.compile(pattern, re.ASCII) for pattern in (_EPOCH, _SERIAL, *(pattern for _, pattern in FORMATS)))

_MONTHS = dict(
    zip(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), range(1, 13), strict=True)
)
_ZONE_HOURS = {
    "Z": 0, "UTC": 0, "GMT": 0, "UT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3,
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip
_PLAIN_ZONES = {"Z", "UTC", "GMT", "UT"}
_PARTS = ("year", "month", "day", "one", "two", "hour", "minute", "second", "fraction", "half", "zone")


# "3h", "2 hours ago", "vor 3 Stunden", "gestern": nobody can say when without knowing when the page was read.
_RELATIVE = (
    r"(?i)^(?:(?:vor|hace|il y a|há|ha|för|около)\s)?~?\d{1,3}\s?(?:s|sec|m|min|mins|h|hr|hrs|d|w|wk|mo|y|std|tage?|wochen?|jours?|j|días?|giorni|dni|godz|ч|мин|дн|д|год|хв|tim"
    r"|(?:second|minute|hour|day|week|month|year|segundo|minuto|hora|dia|semana|sekund|minut|stund|timm|uur|ore|heure|minuut|godzin|час|минут|дн|годин|хвилин)\p{L}*)\.?"
    r"(?:\s(?:ago|atrás|fa|geleden|sedan|temu|назад|тому)(?:\s.*)?)?$"
    r"|^(?:an?|one|einem?r?|une?|uma?|un) \p{L}+ ago$|^(?:just now|now|yesterday|today|gestern|heute|hier|aujourd.hui|ayer|hoy|ieri|oggi|ontem|hoje|gisteren|vandaag|ig[åa]r|idag|wczoraj|dzi[śs]|вчера|сегодня|вчора|сьогодні)(?:\s.*)?$"
)


class ParsedTimes(NamedTuple):
    """A column of times, read.

    Attributes
    ----------
    at : polars.Series of Datetime("us", "UTC")
        Null where the value is blank or no time.
    precision : polars.Series of String
        ``us``, ``ms``, ``s``, ``min`` or ``day`` per value; null where ``at`` is.
    assumption : str or None
        What had to be assumed, as sentences for people.
    unparsed : polars.Series of Boolean
        True where something stands there that is no time between 2000 and two days from now. Blank is not unparsed.
    """

    at: pl.Series
    precision: pl.Series
    assumption: str | None
    unparsed: pl.Series

    @property
    def tz_assumed(self) -> str | None:
        """The zone that times without one were read in; None when every time says its own."""
        found = re.search(r"carry no zone and were read as (\S+)\.", self.assumption or "")
        return found[1] if found else None


def parse_column(values: pl.Series | Iterable[str | None], tz: str | None = None) -> ParsedTimes:
    """Read a column of times written in whatever way the file has.

    Parameters
    ----------
    values : polars.Series of String, or iterable of str
        Epoch seconds, milliseconds, microseconds or nanoseconds, ISO 8601 with or without zone, ``11/23/26 4:05``,
        ``Mon Nov 23 00:00:00 +0000 2026``, ``23.11.2026``, days of a spreadsheet with a part of a day, names of months
        (see ``ingest.normalize.date_words`` for the languages), zone words such as EDT, ``GMT+2``.
    tz : str, optional
        IANA zone of the times that carry none; UTC is assumed, and said, without it.

    Raises
    ------
    UsageError
        If `tz` is no zone.

    Examples
    --------
    >>> parsed = parse_column(["2017-10-01 19:58:43", "", "soon"])
    >>> parsed.at.dt.epoch("us").to_list()
    [1506887923000000, None, None]
    >>> parsed.unparsed.to_list(), parsed.assumption
    ([False, False, True], 'Times carry no zone and were read as UTC.')
    >>> parse_column(["13/02/2021 10:00 CET"]).at.to_list()
    [datetime.datetime(2021, 2, 13, 9, 0, tzinfo=zoneinfo.ZoneInfo(key='UTC'))]
    """
    zone(tz)
    text = pl.Series("at", values, dtype=pl.String).str.strip_chars(" \t\r\n\"'\u00a0\ufeff")
    text = text.set(text == "", None)
    rows = pl.DataFrame({"text": text}).with_row_index("n")
    counted = _counted(text)
    found, notes = [_from_epoch(_rows(rows, counted))], list[str]()
    written = _rows(rows, ~counted & text.is_not_null())
    if written.height:
        found.append(_from_utc(written))
        written = written.join(found[-1], on="n", how="anti", maintain_order="left")
    if written.height and _are_serials(written["text"]):
        found.append(_from_serials(written, tz, notes))
    elif written.height:
        found.append(_from_words(written, tz, notes))
    parsed = pl.concat(found)
    parsed = _rows(parsed, parsed["at"].is_between(EARLIEST, _latest()).fill_null(False))
    if not parsed["n"].equals(rows["n"]):
        parsed = rows.join(parsed, on="n", how="left", maintain_order="left")
    at = parsed["at"].cast(MICROSECONDS)
    return ParsedTimes(at, _worth(parsed), " ".join(notes) or None, text.is_not_null() & at.is_null())


def is_relative(text: pl.Expr) -> pl.Expr:
    """True if a time counts from a moment that the file does not say, such as when a page was looked at.

    Examples
    --------
    >>> said = pl.DataFrame({"at": ["3h", "2 hours ago", "vor 3 Stunden", "Yesterday at 10:05", "soon", "2021-03-04"]})
    >>> said.select(is_relative(pl.col("at"))).to_series().to_list()
    [True, True, True, True, False, False]
    """
    return text.str.strip_chars().str.contains(_RELATIVE)


def _counted(text: pl.Series) -> pl.Series:
    """Mask of values that count seconds, or parts of them. Where all do in plain digits, no pattern is tried.

    Examples
    --------
    >>> _counted(pl.Series(["1506887923", "1506887923000"])).all(), _counted(pl.Series(["1506887923.5", "+506887923"])).to_list()
    (True, [True, False])
    """
    number, digits = text.cast(pl.Int64, strict=False), text.str.len_bytes()
    if text.null_count() or number.null_count() or not digits.is_in(_DIGITS).all():
        return text.str.contains(_EPOCH).fill_null(False)
    least = np.power(10, digits.to_numpy().astype(np.int64) - 1)  # no sign, no zeros before the number
    return number.is_not_null() if (number.to_numpy() >= least).all() else text.str.contains(_EPOCH)


def _rows(frame: pl.DataFrame, chosen: pl.Series) -> pl.DataFrame:
    return frame if chosen.all() else frame.filter(chosen)


def _latest() -> int:
    return int((time() + 2 * 86_400) * 1_000_000)


_PAST = _latest()  # no later than it will ever be: most times need no look at the clock


@lru_cache(maxsize=64)
def zone(tz: str | None) -> ZoneInfo | None:
    """The zone of that name.

    Raises
    ------
    UsageError
        If there is none.

    Examples
    --------
    >>> zone("Europe/Oslo")
    zoneinfo.ZoneInfo(key='Europe/Oslo')
    """
    if tz is None:
        return None
    try:
        return ZoneInfo(tz)
    except (ZoneInfoNotFoundError, ValueError, OSError) as e:
        raise UsageError(f"There is no time zone {tz!r}.", hint="Use a name such as 'Europe/Oslo' or 'UTC'.") from e


def _from_utc(rows: pl.DataFrame) -> pl.DataFrame:
    """ISO 8601 in UTC, which comes by the million, without taking each apart; all are left to that where one is odd (leap seconds)."""
    rows = _rows(rows, rows["text"].str.contains(_UTC))
    try:
        at = pl.Series("at", rows["text"].to_arrow().cast(pa.timestamp("us", "UTC")))
    except pa.ArrowInvalid:
        return pl.DataFrame(schema={"n": pl.UInt32, "at": pl.Int64, "precision": pl.String})
    digits = pl.col("text").str.strip_chars_end("Z").str.strip_suffix("+00:00").str.len_bytes().cast(pl.Int64) - 20
    return rows.select(
        "n",
        at=at.dt.epoch("us"),
        precision=pl.when(digits <= 0).then(pl.lit("s")).when(digits <= 3).then(pl.lit("ms")).otherwise(pl.lit("us")),
    )


def _from_epoch(rows: pl.DataFrame) -> pl.DataFrame:
    """Seconds and parts of them, told apart by their size: in the years allowed they never overlap.

    Nanoseconds are taken where they end in three zeros, as numpy and pandas write them: other numbers that long are ids.
    """
    if not rows["text"].cast(pl.Int64, strict=False).null_count():
        return _from_digits(rows)
    whole = rows["text"].str.contains(r"^\d+$")
    return pl.concat([_from_digits(rows.filter(whole)), _from_numbers(rows.filter(~whole))])


def _from_digits(rows: pl.DataFrame) -> pl.DataFrame:
    number, digits = rows["text"].cast(pl.Int64), pl.col("text").str.len_bytes()
    rows = rows.with_columns(number=number)
    seconds, milliseconds, microseconds = digits <= 10, digits <= 13, digits <= 16
    size = pl.when(seconds).then(1_000_000).when(milliseconds).then(1_000).otherwise(1)
    return rows.select(
        "n",
        at=pl.when(microseconds).then(pl.col("number") * size).otherwise(pl.col("number") // 1_000),
        precision=pl.when(seconds).then(pl.lit("s")).when(milliseconds).then(pl.lit("ms")).otherwise(pl.lit("us")),
    )


def _from_numbers(rows: pl.DataFrame) -> pl.DataFrame:
    """Times of numbers with a fraction or an exponent."""
    whole = pl.col("text").str.extract(r"^(\d{9,})", 1).cast(pl.Int64)
    fraction = pl.col("text").str.extract(r"^\d{9,10}\.(\d*?)0*$", 1).fill_null("")
    float_ = pl.col("text").cast(pl.Float64, strict=False)
    size = pl.when(float_ < 1e11).then(1_000_000).when(float_ < 1e14).then(1_000).otherwise(1)
    exact = whole * size + pl.when(size == 1_000_000).then(
        fraction.str.pad_end(6, "0").str.head(6).cast(pl.Int64)
    ).otherwise(0)
    finest = (
        pl.when(size == 1)
        .then(pl.lit("us"))
        .when((size == 1_000) | fraction.str.len_chars().is_between(1, 3))
        .then(pl.lit("ms"))
        .when(fraction != "")
        .then(pl.lit("us"))
        .otherwise(pl.lit("s"))
    )
    at = pl.coalesce(exact, (float_ * size).round().cast(pl.Int64, strict=False))
    return rows.select("n", at.alias("at"), finest.alias("precision"))


def _are_serials(text: pl.Series) -> bool:
    """True if all values of a column are days of a spreadsheet, at least one of them with a time of day."""
    return bool(text.str.contains(_SERIAL).all()) and bool(text.str.contains(r"[.,]\d*[1-9]").any())


def _from_serials(rows: pl.DataFrame, tz: str | None, notes: list[str]) -> pl.DataFrame:
    """The days of a spreadsheet, to the second; four decimals are worth a minute, fewer a day."""
    example = rows["text"][0]
    notes.append(f"Numbers such as '{example}' were read as a spreadsheet's days since 30 December 1899.")
    number = rows["text"].str.replace(",", ".", literal=True)
    local = ((number.cast(pl.Float64) - _EPOCH_SERIAL) * 86_400).round().cast(pl.Int64) * 1_000_000
    decimals = number.str.extract(r"\.(\d*)$", 1).fill_null("").str.len_bytes().cast(pl.Int64)
    parts = pl.DataFrame({"n": rows["n"], "local": local, "zone": pl.Series([None] * len(rows), dtype=pl.String)})
    finest: pl.Expr = (
        pl.when(decimals >= 5).then(pl.lit("s")).when(decimals >= 4).then(pl.lit("min")).otherwise(pl.lit("day"))
    )
    # A whole number is midnight, of a clock that shows seconds elsewhere in the column.
    finest = pl.lit("s") if bool((decimals >= 5).any()) else finest
    return parts.select("n", _to_utc(parts, tz, notes).alias("at"), finest.alias("precision"))


_EPOCH_SERIAL = 25_569  # 1 January 1970 in days of a spreadsheet


def _from_words(rows: pl.DataFrame, tz: str | None, notes: list[str]) -> pl.DataFrame:
    """Dates written with words and signs; those that no format takes are tried again with their words in English."""
    parts = _parts(rows)
    known = [word for word in parts["zone"].drop_nulls().unique().to_list() if offset_seconds(word) is not None]
    dated = parts.select(pl.col("one").is_not_null() | _month().is_not_null()).to_series()
    parts = _rows(parts, dated & (parts["zone"].is_null() | parts["zone"].is_in(known)))
    if parts.height < rows.height:
        left = rows.join(parts, on="n", how="anti", maintain_order="left")
        parts = pl.concat([parts, _parts(left.with_columns(translated(left["text"])))])
    if parts["one"].is_not_null().any():
        parts = _ordered(parts, notes)
    return _from_parts(parts, tz, notes)


def _parts(rows: pl.DataFrame) -> pl.DataFrame:
    """Year, month, day, hour… of each value, by the first format that takes it."""
    found, left = [], rows
    for _name, pattern in FORMATS:
        if not left.height:
            break
        takes = left["text"].str.contains(pattern).fill_null(False)
        taken, left = left.filter(takes), left.filter(~takes)
        if taken.height:
            fields = taken["text"].str.extract_groups(pattern).struct.unnest()
            missing = [pl.lit(None, pl.String).alias(p) for p in _PARTS if p not in fields.columns]
            found.append(fields.with_columns(taken["n"], taken["text"], *missing).select("n", "text", *_PARTS))
    if not found:
        return pl.DataFrame(schema={"n": pl.UInt32, "text": pl.String} | dict.fromkeys(_PARTS, pl.String))
    return pl.concat(found)


def _ordered(parts: pl.DataFrame, notes: list[str]) -> pl.DataFrame:
    """Day/month or month/day, decided for the column: by any part over 12, else by what is likelier, and said."""
    one, two = parts["one"].cast(pl.Int64), parts["two"].cast(pl.Int64)
    first_over, second_over = int((one > 12).sum()), int((two > 12).sum())
    day_first = first_over > second_over
    if first_over == second_over:
        day_first = _likelier_day_first(parts)
        example = parts["text"].drop_nulls()[0]
        order, other = ("day/month", "month/day") if day_first else ("month/day", "day/month")
        notes.append(f"Dates such as '{example[:20]}' were read as {order}; nothing in the column rules out {other}.")
    day, month = ("one", "two") if day_first else ("two", "one")
    return parts.with_columns(
        pl.coalesce("day", pl.col(day)).alias("day"), pl.coalesce("month", pl.col(month)).alias("month")
    )


def _likelier_day_first(parts: pl.DataFrame) -> bool:
    """Dots mean day first; otherwise the order that makes no future date, then the shorter span, then month first."""
    numeric = parts.filter(pl.col("one").is_not_null())
    if numeric["text"].str.contains(r"^\d+\.").all():
        return True
    spans = []
    for day, month in (("two", "one"), ("one", "two")):
        days = pl.concat_str([_full_year(), month, day], separator="-").str.to_date("%Y-%m-%d", strict=False)
        at = numeric.select(days.alias("at"))["at"].drop_nulls()
        ahead = int((at > (datetime.now(UTC) + timedelta(days=2)).date()).sum())
        spans.append((ahead, (at.max() - at.min()) if at.len() else timedelta.max))  # type: ignore[operator]
    return bool(spans[1] < spans[0])


def _full_year() -> pl.Expr:
    return pl.when(pl.col("year").str.len_bytes() == 2).then("20" + pl.col("year")).otherwise("year")


def _from_parts(parts: pl.DataFrame, tz: str | None, notes: list[str]) -> pl.DataFrame:
    month = _month().cast(pl.String)
    hour, half = pl.col("hour").cast(pl.Int64), pl.col("half").str.to_lowercase().str.head(1)
    hour = pl.when(half.is_null()).then(hour).when(half == "p").then(hour % 12 + 12).otherwise(hour % 12)
    date = pl.concat_str([_full_year(), month, pl.col("day")], separator="-").str.to_date("%Y-%m-%d", strict=False)
    minute, second = pl.col("minute").cast(pl.Int64), pl.col("second").cast(pl.Int64).fill_null(0)
    fraction = pl.col("fraction").fill_null("").str.pad_end(6, "0").str.head(6).cast(pl.Int64)
    in_day = (hour <= 23) & (minute <= 59) & (second <= 60)  # 60: leap seconds are written so
    clock = (
        pl.when(hour.is_null()).then(0).when(in_day).then(((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction)
    )
    local = date.cast(pl.Datetime("us")).dt.epoch("us") + clock
    finest = (
        pl.when(hour.is_null())
        .then(pl.lit("day"))
        .when(pl.col("second").is_null())
        .then(pl.lit("min"))
        .when(pl.col("fraction").is_null())
        .then(pl.lit("s"))
        .when(pl.col("fraction").str.len_bytes() <= 3)
        .then(pl.lit("ms"))
        .otherwise(pl.lit("us"))
    )
    parts = parts.select("n", local.alias("local"), finest.alias("precision"), pl.col("zone").str.to_uppercase())
    return parts.select("n", _to_utc(parts, tz, notes).alias("at"), "precision")


def _month() -> pl.Expr:
    """The month's number, also of an English name or its beginning."""
    word = pl.col("month").str.to_lowercase()
    name = word.str.head(3).replace_strict(_MONTHS, default=None, return_dtype=pl.Int64)
    return pl.coalesce(pl.col("month").cast(pl.Int64, strict=False), name)


def _to_utc(parts: pl.DataFrame, tz: str | None, notes: list[str]) -> pl.Series:
    words = parts["zone"].drop_nulls().unique()
    seconds = {word: s for word in words.to_list() if (s := offset_seconds(word)) is not None}
    named = sorted(word for word in seconds if word in _ZONE_HOURS and word not in _PLAIN_ZONES)
    if named:
        notes.append("Zone words were read so: " + ", ".join(f"{w} = UTC{_ZONE_HOURS[w]:+d}" for w in named) + ".")
    offset = parts["zone"].replace_strict(seconds, default=None, return_dtype=pl.Int64)
    zoned = parts["local"] - offset * 1_000_000
    bare = parts["zone"].is_null() & parts["local"].is_not_null()
    if bare.any():
        notes.append(f"Times carry no zone and were read as {tz or 'UTC'}.")
        zoned = zoned.zip_with(~bare, _from_zone(parts["local"], tz, notes))
    return zoned


def _from_zone(local: pl.Series, tz: str | None, notes: list[str]) -> pl.Series:
    if tz is None or tz == "UTC":
        return local
    naive = local.cast(pl.Datetime("us"))
    early, late = (
        naive.dt.replace_time_zone(tz, ambiguous=which, non_existent="null").dt.epoch("us")
        for which in ("earliest", "latest")
    )
    if bool((early != late).any()):
        notes.append("Where the clocks go back, the earlier of the two readings was taken.")
    return early


@lru_cache(maxsize=4096)
def offset_seconds(word: str) -> int | None:
    """Seconds east of UTC of a zone word or offset, None when it is neither.

    Examples
    --------
    >>> [offset_seconds(w) for w in ("Z", "+05:30", "EDT", "GMT-0800", "UTC+2", "XYZ")]
    [0, 19800, -14400, -28800, 7200, None]
    """
    if word.upper() in _ZONE_HOURS:
        return _ZONE_HOURS[word.upper()] * 3600
    found = re.fullmatch(r"(?:UTC|GMT)?\s?([+-])(\d{1,2}):?(\d{2})?", word.upper())
    if not found or int(found[2]) > 14:
        return None
    return (1 if found[1] == "+" else -1) * (int(found[2]) * 60 + int(found[3] or 0)) * 60


_COARSER = ("us", "ms", "s", "min", "day")
_STEP = {"us": 1_000, "ms": 1_000_000, "s": 60_000_000, "min": 86_400_000_000}


def _worth(rows: pl.DataFrame) -> pl.Series:
    """Precision per value, made coarser where a whole column never uses its last digits (X writes ``.000Z``)."""
    precision, at = rows["precision"], rows["at"]
    for fine, coarse in pairwise(_COARSER):
        those = at.filter(precision == fine)
        if len(those) >= ENOUGH and not bool((those % _STEP[fine] != 0).any()):
            precision = precision.set(precision == fine, coarse)
    return precision


def parse(value: object, tz: str | None = None) -> tuple[int | None, str | None]:
    """One time as (microseconds UTC, precision), for formats whose clock is known; (None, None) when it is no time.

    Examples
    --------
    >>> parse("2026-11-23T00:00:00.000Z")
    (1795392000000000, 'ms')
    >>> parse(1506887923), parse("Sun Oct 01 19:58:43 +0000 2017"), parse("soon")
    ((1506887923000000, 's'), (1506887923000000, 's'), (None, None))
    """
    if isinstance(value, str):
        value = value.strip()
        at, precision = _in_halves(value) or (_written(value, tz) if len(value) <= 80 else (None, None))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        at, precision = _number(value)
    else:
        return None, None
    return (at, precision) if at is not None and at >= EARLIEST and (at <= _PAST or at <= _latest()) else (None, None)


def _in_halves(value: str) -> tuple[int, str] | None:
    """The ways of writing that come by the million, as the sum of two parts that come again and again; None for others."""
    if value[4:5] == "-":
        coarse, fine = _minute(value[:16]), _seconds(value[16:])
    else:
        coarse, fine = _x_day(value[:11] + value[-5:]), _x_clock(value[11:-5])
    return None if coarse is None or fine is None else (coarse + fine[0], fine[1])


@lru_cache(maxsize=4_096)
def _minute(value: str) -> int | None:
    """Microseconds to ``2026-11-23T00:00``, taken as UTC."""
    return _iso(value, None)[0] if len(value) == 16 else None


@lru_cache(maxsize=65_536)
def _seconds(value: str) -> tuple[int, str] | None:
    """Microseconds and precision of ``:20.480Z``, what comes behind the minute; it has to say its zone."""
    if value[:1] != ":" or not _ZONED.search(value):
        return None
    at, precision = _iso("1970-01-01T00:00" + value, None)
    return None if at is None or precision is None else (at, precision)


@lru_cache(maxsize=4_096)
def _x_day(value: str) -> int | None:
    """Microseconds to the day of ``Mon Nov 23  2026``."""
    return _plain(f"{value[:11]}00:00:00 +0000{value[11:]}")[0] if len(value) == 16 else None


@lru_cache(maxsize=65_536)
def _x_clock(value: str) -> tuple[int, str] | None:
    """Microseconds and precision of ``05:20:00 +0000``."""
    at, precision = _plain(f"Thu Jan 01 {value} 1970") if len(value) == 14 else (None, None)
    return None if at is None or precision is None else (at, precision)


@lru_cache(maxsize=16_384)
def _written(value: str, tz: str | None) -> tuple[int | None, str | None]:
    at, precision = _iso(value, tz) if value[4:5] == "-" else _plain(value)
    if at is None and (_PARTED.search(value) or any(form.match(value) for form in _WRITTEN)):
        parsed = parse_column([value], tz)
        at = parsed.at.dt.epoch("us")[0]
        precision = parsed.precision[0]
    return at, precision


_PARTED = re.compile(r"\d.*[\s年].*\d")  # numbers with words or blanks between them
_EPOCH_START = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)
_ZONED = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})\Z", re.ASCII)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?", re.ASCII)


def _iso(value: str, tz: str | None) -> tuple[int | None, str | None]:
    found = _ISO.fullmatch(value)
    if not found:
        return None, None
    try:
        at = datetime.fromisoformat(value)
        if at.tzinfo is None:
            at = at.replace(tzinfo=zone(tz) or UTC)
        precision = "min" if not found[1] else "s" if not found[2] else "ms" if len(found[2]) <= 4 else "us"
        return (at - _EPOCH_START) // _MICRO, precision
    except (ValueError, OverflowError):
        return None, None


_X_CLOCK = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d\d):(\d\d):(\d\d) \+0000 (\d{4})", re.ASCII)
_COUNTED = re.compile(r"\d{9,10}|\d{12,13}|\d{15,16}", re.ASCII)


def _plain(value: str) -> tuple[int | None, str | None]:
    """X's clock and whole numbers, which come by the million: each of the other ways of writing is a small column."""
    if _COUNTED.fullmatch(value):
        return _number(int(value))
    found = _X_CLOCK.fullmatch(value)
    if not found or found[1].casefold() not in _MONTHS:
        return None, None
    month, *rest = found.groups()
    day, hour, minute, second, year = map(int, rest)
    try:
        at = datetime(year, _MONTHS[month.casefold()], day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None, None
    return (at - _EPOCH_START) // _MICRO, "s"


def _number(value: float) -> tuple[int | None, str | None]:
    if not 0 < value < 100_000_000_000_000_000:
        return None, None
    size, precision = (
        (1, "us") if value >= 100_000_000_000_000 else (1_000, "ms") if value >= 100_000_000_000 else (1_000_000, "s")
    )
    if type(value) is int:
        return value * size, precision
    return round(value * size), precision if value.is_integer() else "us"


X_EPOCH_MS = 1_288_834_974_657
_TID = {letter: n for n, letter in enumerate("234567abcdefghijklmnopqrstuvwxyz")}


def _digits(native_id: str) -> int | None:
    return int(native_id) if native_id.isascii() and native_id.isdigit() and len(native_id) <= 19 else None


def _snowflake(native_id: str) -> int | None:
    number = _digits(native_id)  # before November 2010 ids were only counted up
    return None if number is None or number < 30_000_000_000 else ((number >> 22) + X_EPOCH_MS) * 1_000


def _shifted(bits: int, size: int) -> Callable[[str], int | None]:
    def read(native_id: str) -> int | None:
        number = _digits(native_id)
        return None if number is None else (number >> bits) * size

    return read


def _tid(native_id: str) -> int | None:
    letters = native_id.rsplit("/", 1)[-1]
    if len(letters) != 13 or not all(letter in _TID for letter in letters):
        return None
    number = 0
    for letter in letters:
        number = number << 5 | _TID[letter]
    return number >> 10


# platform: how its post ids say when, and how finely. Mastodon ids are the time on the instance that gave them.
TIMES_IN_IDS: dict[str, tuple[Callable[[str], int | None], str]] = {
    "x": (_snowflake, "ms"),
    "tiktok": (_shifted(32, 1_000_000), "s"),
    "linkedin": (_shifted(22, 1_000), "ms"),
    "bluesky": (_tid, "us"),
    "mastodon": (_shifted(16, 1_000), "ms"),
}


def from_id(platform: str, native_id: str | None) -> int | None:
    """When a post was made, read from its id, in microseconds UTC; None where ids of that platform do not say.

    Its precision is ``TIMES_IN_IDS[platform][1]``.

    Examples
    --------
    >>> from_id("x", "914580356430536707")
    1506887923711000
    >>> from_id("x", "20"), from_id("facebook", "914580356430536707")
    (None, None)
    """
    if platform not in TIMES_IN_IDS or not native_id:
        return None
    at = TIMES_IN_IDS[platform][0](native_id)
    return at if at is not None and EARLIEST <= at <= _latest() else None


def from_ids(platform: str, native_ids: pl.Series) -> pl.Series:
    """`from_id` over a column, as Datetime("us", "UTC").

    Examples
    --------
    >>> from_ids("x", pl.Series(["914580356430536707", "x"])).is_null().to_list()
    [False, True]
    """
    if platform == "x":  # the one that comes by the million
        number = native_ids.str.extract(r"^(\d{11,19})$", 1).cast(pl.Int64, strict=False)
        at = ((number // (1 << 22)) + X_EPOCH_MS) * 1_000
        return at.set((number < 30_000_000_000) | ~at.is_between(EARLIEST, _latest()), None).cast(MICROSECONDS)
    return pl.Series([from_id(platform, i) for i in native_ids.to_list()], dtype=pl.Int64).cast(MICROSECONDS)
