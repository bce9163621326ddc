"""Promises that hold for every text, link, time and table, tried on made-up ones; ``make fuzz`` tries many more.

Each test looks at what comes out by a rule of its own, never by the one that made it.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import ingest
from graph.privacy.sanitize import clean, csv_cell, csv_safe, defang, html_text, redact, unlinked, xml_text
from ingest.errors import InputError
from ingest.files.inputs import Input
from ingest.normalize import text as texts
from ingest.normalize import text_columns, times, urls
from ingest.privacy.erasure import Gone, unnamed

EXAMPLES = int(os.environ.get("LOCKSTEP_EXAMPLES", "60"))  # of each promise; `make fuzz` asks for more
many = settings(
    max_examples=EXAMPLES,
    derandomize=EXAMPLES <= 60,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
few = settings(many, max_examples=max(10, EXAMPLES // 3))

# -- what strangers write ----------------------------------------------------------------------------------------------

SPLINTERS = (
    "http://", "https://", "HTTP:", "hxxp://", "ftp://", "javascript:", "data:text/html,", "vbscript:", "file:///", "mailto:", "tg://resolve?domain=", "//",
    "www.", "nordlys.example", "x.com", "t.me", "/", "\\", "?u=", "#", "&", "&amp;", "@", "＠", ".", "[.]", "[:]", "[@]", ":", ":80", "%2e", "%3A", "%68ttp:",
    "nora", "=", "+", "-", "|", "%", "＝", "'", '"', "<", ">", "<script>", "<img src=x onerror=alert(1)>", "-->", "]]>", " ", "\t", "\r", "\n", "\x00", "\x0b",
    "\u202e", "\u2066", "\ufeff", "\u200b", "\ud83d", "\ud800", "😀", "e\u0301", "ß", "İ", "١", "例え.jp", "xn--r8jz45g", "10.0.0.1", "[::1]", "user:pw@", "(", ")", "…", ",",
)  # fmt: skip
anything = st.text(max_size=30) | st.characters(codec=None)
hostile = st.lists(st.sampled_from(SPLINTERS) | anything, max_size=8).map("".join)
links = st.builds(
    "{}{}{}".format,
    st.sampled_from(SPLINTERS[:12]),
    st.sampled_from(["nordlys.example", "www.a.co.uk", "x.com", "10.0.0.1", "例え.jp", "user:pw@b.example:8080", ""]),
    hostile,
)

CLICKABLE = re.compile(
    r"(?i)(?:https?|ftps?)\s?:[/\\]|(?<![a-z])(?:javascript|vbscript|data|mailto|tg|file)\s?:\S|(?<![a-z])www\.\w"
)
"""What mail programs, word processors and messengers make a link of."""
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


@many
@given(hostile)
def test_clean_text_stays_as_it_is(text: str) -> None:
    once = clean(text)
    assert clean(once) == once and not CONTROL.search(once)
    once.encode("utf-8")


@many
@given(links | hostile)
@example("http://a.example/www.b.example")
def test_a_broken_link_is_broken_for_good(link: str) -> None:
    broken = defang(link)
    assert not CLICKABLE.search(broken)
    assert defang(broken) == broken


@many
@given(st.lists(links | hostile, max_size=3).map(" ".join))
def test_no_link_works_in_words_that_are_shown(text: str) -> None:
    for shown in (unlinked(text), redact(text)):
        assert not CLICKABLE.search(shown)


@many
@given(hostile)
def test_no_cell_is_a_formula(text: str) -> None:
    cell = csv_cell(text)
    assert isinstance(cell, str)
    assert not re.match(r"\s*[=+\-@|%＝＋－＠]", cell) or re.fullmatch(r"[+-]?[\d.]+([eE][+-]?\d+)?", cell)
    assert csv_cell(cell) == cell
    if "\ud800" not in text and "\ud83d" not in text and not re.search("[\ud800-\udfff]", text):
        assert csv_safe(pl.DataFrame({"a": [text]}))["a"].to_list() == [cell]


class Tags(HTMLParser):
    """Every tag and comment a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)

    def handle_comment(self, data: str) -> None:
        self.seen.append(data)


@many
@given(hostile)
def test_words_are_no_markup(text: str) -> None:
    tags = Tags()
    tags.feed(str(html_text(text)))
    tags.close()
    assert not tags.seen
    node = ElementTree.Element("a")
    node.text = xml_text(text)
    assert ElementTree.fromstring(ElementTree.tostring(node, "utf-8")).tag == "a"


# -- who may not be named ----------------------------------------------------------------------------------------------

handles = st.from_regex(r"[a-z][a-z0-9_]{5,11}[0-9]", fullmatch=True)
FORMS = (
    "@{}", "＠{}", ".@{}", "@{}:", "(@{})", "RT @{}: yes", "@{}@fedi.example", "{}", "({})", "{}'s", "{}@mail.example", "https://x.com/{}", "x.com/{}/status/12?s=20",
    "https://twitter.com/@{}", "t.me/{}", "https://www.tiktok.com/@{}/video/1", "#{}", "https://bsky.app/profile/{}.bsky.social/post/1", "“{}”", "{}, {}", "@{}…",
)  # fmt: skip
AROUND = ("", " ", "see ", "\n", "😀", "“", "…", "http://a.example ", "0049 30 1234567 ", "\u200b", "e\u0301 ")


@st.composite
def naming(draw: Callable[..., Any]) -> tuple[str, str]:
    """A handle, and words that name it in one way or several."""
    handle = draw(handles)
    form = st.sampled_from(FORMS).map(lambda one: one.replace("{}", handle))
    cased = st.sampled_from([str.lower, str.upper, str.title, str])
    parts = [
        draw(st.sampled_from(AROUND)) + draw(cased)(draw(form))
        for _ in range(draw(st.integers(min_value=1, max_value=3)))
    ]
    return handle, " ".join(parts)


@many
@given(naming())
def test_redacted_words_name_nobody_who_is_known(said: tuple[str, str]) -> None:
    handle, text = said
    for how in ("defang", "mask"):
        assert handle not in redact(text, {handle: "A-104"}, links=how).casefold()


@many
@given(naming())
def test_nobody_who_was_forgotten_is_named(said: tuple[str, str]) -> None:
    handle, text = said
    gone = Gone([f"x:@{handle}"])
    left = unnamed(text, "x", gone)
    assert unnamed(left, "x", gone) == left
    elsewhere = re.sub(r"(?i)\S*(?:fedi\.example|t\.me|tiktok|bsky)\S*", "", left)  # the same word, on another platform
    assert handle not in elsewhere.casefold()


# -- one spelling ------------------------------------------------------------------------------------------------------


@many
@given(links | hostile)
def test_a_key_of_a_link_is_its_own_key(link: str) -> None:
    key = urls.key(link)
    assert key is None or (urls.key(f"http://{key}") == key and len(key) <= urls.LONGEST and not re.search(r"\s", key))
    assert urls.domain(link) == (None if key is None else urls.domain(f"http://{key}"))
    assert urls.keys([link, link]) == [key, key]


@many
@given(links)
def test_how_a_link_is_written_changes_nothing(link: str) -> None:
    """Broken as people break links to show them, a link is the same link."""
    if (key := urls.key(link)) is not None and not CONTROL.search(link) and link == link.strip():
        assert urls.key(link.replace(".", "[.]", 1)) == key or "." not in link.partition("//")[2].split("/")[0]


@many
@given(hostile)
def test_a_normal_text_is_its_own_normal_text(text: str) -> None:
    once = texts.normal(text)
    assert texts.normal(once) == once
    tags = texts.hashtags(text)
    assert [texts.hashtag_key(tag) for tag in tags] == tags


@many
@given(st.lists(hostile.filter(lambda text: not re.search("[\ud800-\udfff]", text)) | st.none(), max_size=5))
def test_a_column_of_texts_is_read_as_each_text(several: list[str | None]) -> None:
    column = pl.Series(several, dtype=pl.String)
    assert text_columns.keys(column).to_list() == [texts.key(text) for text in several]
    for one, every in (
        (texts.urls_in, text_columns.urls_in),
        (texts.hashtags, text_columns.hashtags),
        (texts.mentions_in, text_columns.mentions_in),
    ):
        found = every(column)
        assert found[:, 1].to_list() == [word for text in several for word in one(text)]


@many
@given(hostile)
def test_markup_leaves_no_tag(text: str) -> None:
    read = texts.html_to_text(f"<p>{text}</p><script>evil()</script>")
    assert "<script>evil" not in read.text


# -- times -------------------------------------------------------------------------------------------------------------

moments = st.datetimes(datetime(2000, 1, 2), datetime(2026, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
offsets = st.integers(-48, 56).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))
WRITTEN: tuple[tuple[str, int], ...] = (  # a way to write a moment, and microseconds it is exact to
    ("%Y-%m-%dT%H:%M:%S.%f%z", 1),
    ("%Y-%m-%d %H:%M:%S%z", 1_000_000),
    ("%a %b %d %H:%M:%S %z %Y", 1_000_000),
    ("%a, %d %b %Y %H:%M:%S %z", 1_000_000),
    ("%d %B %Y %H:%M %z", 60_000_000),
)


@many
@given(moments, offsets, st.sampled_from(WRITTEN))
def test_a_moment_written_and_read_is_the_same(at: datetime, zone: timezone, how: tuple[str, int]) -> None:
    pattern, exact = how
    micros = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    written = at.astimezone(zone).strftime(pattern)
    assert times.parse(written)[0] == micros // exact * exact
    assert times.parse_column([written]).at.dt.epoch("us").to_list() == [micros // exact * exact]
    for number in (micros // 1_000_000, micros // 1_000, micros):
        assert times.parse(str(number))[0] == number * (micros // number if number else 1) or number < 100_000_000


@few
@given(
    st.lists(
        hostile | st.from_regex(r"\A[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}( [0-9:.]{1,9})?( ?[A-Z]{1,4})?\Z"),
        max_size=4,
    )
)
def test_what_is_no_time_is_said(values: list[str]) -> None:
    values = [clean(value) for value in values]
    read = times.parse_column(values)
    assert len(read.at) == len(read.precision) == len(read.unparsed) == len(values)
    assert not (read.at.is_not_null() & read.unparsed).any()
    assert read.at.is_null().to_list() == read.precision.is_null().to_list()


# -- tables ------------------------------------------------------------------------------------------------------------

COLUMNS = (
    "id", "id_str", "tweet_id", "post_id", "user_id", "author_id", "userid", "author", "username", "user_screen_name", "screen_name", "created_at", "timestamp", "date", "time", "text",
    "message", "content", "url", "link", "urls", "retweet_id", "reply_to", "hashtags", "platform", "lang", "followers", "object_id", "account_id", "content_id", "timestamp_share",
    "id", "ID ", "", " ", "Datum", "auteur", "=cmd", "created_at\n",
)  # fmt: skip
cells = (
    st.sampled_from(
        [
            "1",
            "1800000000000000001",
            "1.8E+18",
            "nora",
            "2024-03-05T10:20:30Z",
            "1709634030",
            "05/03/2024 10:20",
            "a b c d e f g",
            "https://a.example/x",
            "[]",
            "NULL",
            "-",
            "NaN",
            "",
        ]
    )
    | hostile
)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | cells,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(COLUMNS) | anything, inner, max_size=4),
    max_leaves=8,
)


def read(content: bytes, name: str, folder: Any) -> None:
    """Read a file to its end, where only ``InputError`` may stop it, and account for each of its rows."""
    path = folder / name
    path.write_bytes(content)
    try:
        reading = ingest.batches(Input(path, name), batch_rows=3)
        kept = list(reading)
    except InputError as error:
        assert name in str(error)
        return
    source = reading.source
    assert source["rows_in"] == source["rows_kept"] + source["rows_merged"] + source["rows_skipped"]
    assert source["rows_kept"] == sum(batch.rows_kept for batch in kept)


@few
@given(
    header=st.lists(st.sampled_from(COLUMNS) | anything, min_size=1, max_size=8),
    rows=st.lists(st.lists(cells, max_size=9), max_size=6),
    separator=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_any_table_is_read_or_refused(
    header: list[str], rows: list[list[str]], separator: str, encoding: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows([header, *rows])
    read(out.getvalue().encode(encoding, "replace"), "any.csv", tmp_path_factory.mktemp("any"))


@few
@given(records=st.lists(st.dictionaries(st.sampled_from(COLUMNS) | anything, values, max_size=8) | values, max_size=5))
def test_any_records_are_read_or_refused(records: list[Any], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("any")
    read(json.dumps(records).encode(), "any.json", folder)
    read("\n".join(map(json.dumps, records)).encode(), "any.jsonl", folder)
