"""Parts that tables of X posts share: addresses, the words in front of a retweet, and retweets whose target is not named."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator

import polars as pl

from ingest.mapping.contract import Context
from ingest.mapping.table import Links, Source, mapped, value
from ingest.normalize import times
from ingest.normalize.text import fold

ADDRESS = r"(?i)(?:twitter|x)\.com/[^/]+/status(?:es)?/(\d+)"
RETWEETED = r"(?is)^\s*RT @(\w+):?\s"
WHOSE = r"(?i)^\s*RT @(\w{1,15}):"
ZONE_OF_IDS = "{n} times were put right by the ids of their posts: the clock is the collector's own, and ids say when each was made."
_FRONT = re.compile(RETWEETED)
_STATUS = r"(?i)(?:twitter|x)\.com/([^/\s]+)/status(?:es)?/(\d+)"
_STATUS_WORD = r"(?i)https?://(?:\w+\.)?(?:twitter|x)\.com/[^/\s]+/status(?:es)?/\d+[^\s'\",\]|]*"
_QUARTER, _FARTHEST = (
    900,
    14 * 3600,
)  # seconds: zones are whole quarters of an hour apart, at most so many hours from UTC
_FLAT = re.compile(r"\{[^{}]*\}")
_EXPANDED = re.compile(r"""['"]expanded_url['"]\s*:\s*""")
_UNWOUND = re.compile(r"""['"]unwound_url['"]\s*:\s*(['"])((?:\\.|(?!\1).)+)\1""")
_WORDS = re.compile(r"""(['"])((?:\\.|(?!\1).)+)\1""")
_OWN_MEDIA = re.compile(r"(?i)(?:twitter|x)\.com/[^/]+/status/\d+/(?:photo|video)/\d+")
_TAGS_BEGIN = re.compile(r"""['"]hashtags['"]\s*:""")
_TAGS_END = re.compile(r"""['"](?:symbols|cashtags|urls|user_mentions|mentions|media|annotations)['"]\s*:""")
_NUMBER = re.compile(r"""['"]id(?:_str)?['"]\s*:\s*['"]?(\d+)(?![\d.])""")


def unprefixed(column: str) -> pl.Expr:
    """The text without ``RT @name:`` in front."""
    return pl.col(column).str.replace(RETWEETED, "")


def guess(who: pl.Expr, text: pl.Expr) -> pl.Expr:
    """A key for a retweet that names whom but not which post: one per account and text.

    Two people who retweet the same post get the same key. It is a guess, and marked so: the account may have posted the
    same words twice.
    """
    return mapped(pl.concat_str([who, text], separator="\x1f"), _guess)


def _guess(pair: str) -> str | None:
    who, _, text = pair.partition("\x1f")
    return guessed_key(who, text)


def guessed_key(who: str, text: str) -> str | None:
    """`guess` for one pair.

    Examples
    --------
    >>> guessed_key("Ann", "RT @ann: boats  ahoy") == guessed_key("ann", "boats ahoy"), guessed_key("ann", "RT @ann: ")
    (True, None)
    """
    words = " ".join(_FRONT.sub("", text).split())
    if not fold(who) or not words:
        return None
    return (
        "retweet:" + hashlib.blake2b(f"{fold(who)}\x1f{words}".encode("utf-8", "replace"), digest_size=12).hexdigest()
    )


def guessed(column: str, handle: str) -> Links:
    """Links to the retweets of such keys."""
    return Links("repost", column, to="id", account_handle=handle, resolved=False)


def spoken(source: Source) -> pl.Expr:
    """The words of a post as people read them: without ``RT @name:`` in front, with ``&amp;`` read."""
    text = value(source).str.replace(RETWEETED, "")
    for written, letter in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):  # the three that X escapes
        text = text.str.replace_all(written, letter, literal=True)
    return text


def cut(source: Source) -> pl.Expr:
    """True if a post ends where X cut it."""
    return value(source).str.contains(r"…(?:\s*https://t\.co/\w+)?$")


def status(source: Source, part: int = 2) -> pl.Expr:
    """The post that the first address in a cell leads to: its id, or with ``part`` 1 whose it is.

    Examples
    --------
    >>> pl.DataFrame({"a": ["https://x.com/nora/status/12?s=20", "0"]}).select(status("a"))["a"].to_list()
    ['12', None]
    """
    return value(source).str.extract(_STATUS, part)


def without_status(source: Source, post: pl.Expr) -> pl.Expr:
    """The addresses of a cell without the first that leads to that post: the one X adds where a post is quoted."""
    links = value(source)
    return pl.when(links.str.extract(_STATUS, 2) == post).then(links.str.replace(_STATUS_WORD, "")).otherwise(links)


def sound(source: Source) -> pl.Expr:
    """An id of an account, where it did not lose digits on its way through numbers.

    Examples
    --------
    >>> pl.DataFrame({"a": ["101.0", "1346000000000000102", "1.346e+18"]}).select(sound("a"))["a"].to_list()
    ['101', '1346000000000000102', None]
    """
    return value(source).str.strip_chars().str.extract(r"^(\d+)(?:\.0)?$", 1)


def exact(source: Source) -> pl.Expr:
    """An id of an account that JavaScript wrote as a number: exact up to 2 to the power of 53, and not believed beyond."""
    number = sound(source)
    return pl.when(number.cast(pl.Int64, strict=False) <= 1 << 53).then(number)


def settled_by_ids(clock: str, ids: str, address: str) -> Callable[[pl.DataFrame, Context], pl.DataFrame]:
    """A look at a batch whose clock is the collector's own: where ids agree with it but for the zone, they say the zone.

    X writes into an id when it was made. Where most ids of a batch are whole quarters of an hour apart from the clock, to the
    second, the clock is put right; where they are not, it is read as it stands. An id that a spreadsheet rounded stands in the address.
    """

    def look(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
        found = frame.select(
            pl.coalesce(pl.col(ids).str.extract(r"^\s*(\d+)\s*$", 1), pl.col(address).str.extract(ADDRESS, 1))
        )
        hidden = times.from_ids("x", found.to_series()).dt.epoch("us") // 1_000_000
        read = times.parse_column(frame[clock], context.options.tz)
        apart = hidden - read.at.dt.epoch("us") // 1_000_000
        slack = (read.precision == "min").fill_null(False).cast(pl.Int64) * 60 + 1
        agree = ((apart.abs() <= _FARTHEST) & ((apart + 1) % _QUARTER <= slack + 1)).fill_null(False)
        told = frame[clock].is_not_null() & hidden.is_not_null()
        if 2 * int((agree & told).sum()) < int((told & ~read.unparsed).sum()) or not told.any():
            return frame
        other = told & ((agree & (apart.abs() > slack)) | read.unparsed)
        context.count(ZONE_OF_IDS, int(other.sum()))
        right = pl.from_epoch(hidden, "s").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        return frame.with_columns(right.zip_with(other, frame[clock]).alias(clock))

    return look


def same_clock(said: int, hidden: int | None) -> int:
    """One time in microseconds as `settled_by_ids` puts it right.

    Examples
    --------
    >>> same_clock(1541474793_000_000, 1541474793_122_000 - 8 * 3_600_000_000), same_clock(5, 90_000_000), same_clock(5, None)
    (1541445993000000, 5, 5)
    """
    if hidden is None:
        return said
    apart = hidden // 1_000_000 - said // 1_000_000
    close = 1 < abs(apart) <= _FARTHEST and (apart + 1) % _QUARTER <= 2
    return hidden // 1_000_000 * 1_000_000 if close else said


def shared_addresses(cell: str) -> list[str]:
    """The addresses that a post's entities lead to, in JSON or as Python writes it; own pictures are not among them.

    Examples
    --------
    >>> shared_addresses('{"urls":[{"url":"https://t.co/a","expanded_url":"https:\\\\/\\\\/a.example\\\\/1"}]}')
    ['https://a.example/1']
    """
    found = []
    for entity in _EXPANDED.split(cell.replace("\\/", "/"))[1:]:
        address = _UNWOUND.search(entity) or _WORDS.match(entity)
        if address and not _OWN_MEDIA.search(address[2]):
            found.append(address[2])
    return found


def entity_tags(cell: str) -> list[str]:
    """The hashtags of a post's entities.

    Examples
    --------
    >>> entity_tags("{'hashtags': [{'text': 'News', 'indices': [0, 5]}], 'symbols': [{'text': 'ABC'}]}")
    ['News']
    >>> entity_tags('[{"start": 1, "end": 5, "tag": "News"}]')
    ['News']
    """
    inside = _TAGS_END.split(_TAGS_BEGIN.split(cell, 1)[-1], 1)[0] if _TAGS_BEGIN.search(cell) else cell
    if inside is cell and _TAGS_END.search(cell):
        return []
    return [one[2] for entity in _FLAT.findall(inside) for key in ("text", "tag") for one in _said(entity, key)]


def mentioned_ids(cell: str) -> list[str]:
    """The accounts that a post's entities mention, by their ids.

    Examples
    --------
    >>> cell = "[{'screen_name': 'alfa', 'name': 'Alfa', 'id': 101, 'id_str': '101'}, {'username': 'ben'}]"
    >>> mentioned_ids(cell), mentioned_handles(cell)
    (['101'], ['ben'])
    """
    return [number for number, _ in _mentioned(cell) if number]


def mentioned_handles(cell: str) -> list[str]:
    """The accounts that a post's entities mention and of which only the handle is known."""
    return [handle for number, handle in _mentioned(cell) if not number]


def mentions_in(source: Source) -> tuple[Links, Links]:
    """Mentions out of a cell of entities, by id where there is one."""
    return (
        Links("mention", source, mentioned_ids, to="id"),
        Links("mention", source, mentioned_handles, to="handle"),
    )


def _mentioned(cell: str) -> list[tuple[str | None, str]]:
    found = []
    for entity in _FLAT.findall(cell):
        handle = next((one[2] for key in ("screen_name", "username") for one in _said(entity, key)), None)
        if handle:
            number = _NUMBER.search(entity)
            found.append((number[1] if number else None, handle))
    return found


def _said(entity: str, key: str) -> Iterator[re.Match[str]]:
    return re.finditer(rf"""['"]{key}['"]\s*:\s*(['"])((?:\\.|(?!\1).)+)\1""", entity)
