"""Parts that the table readers share: columns of times, numbers, lists and flags, and what stands inside texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import polars as pl

from ingest.mapping import structures
from ingest.mapping.contract import ROW, Context
from ingest.normalize import text as texts
from ingest.normalize import text_columns, times

UNREAD_TIME = "The time cannot be read."
RELATIVE_TIME = "The time is counted from a moment that the file does not say."
YES = (
    "1",
    "1.0",
    "true",
    "yes",
    "y",
    "t",
    "x",
    "ja",
    "wahr",
    "oui",
    "vrai",
    "sí",
    "si",
    "sì",
    "sim",
    "tak",
    "да",
    "так",
)
_NUMERIC_DATE = r"^\s*\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"
_PARTS = re.compile(r"^\s*(\d{1,2})[-/.](\d{1,2})[-/.]")
_NEXT_URL = re.compile(r"""[\s,|;'"\]\[]+(?=(?:https?://|www\.))""", re.IGNORECASE)
_ONE_URL = r"^https?://[^\s,|;'\"\[\]]+$"
_ONE_WORD = r"^[#@]?[\p{L}\p{N}_]+$"
_NAME = re.compile(r"^@?[\w.@:·-]+$")
_MANY = re.compile(r"[\s,|;]+")

LANGUAGES = {
    "albanian": "sq", "arabic": "ar", "bulgarian": "bg", "catalan": "ca", "chinese": "zh", "croatian": "hr", "czech": "cs",
    "danish": "da", "dutch": "nl", "english": "en", "estonian": "et", "farsi (persian)": "fa", "finnish": "fi",
    "french": "fr", "german": "de", "greek": "el", "gujarati": "gu", "hebrew": "he", "hindi": "hi", "hungarian": "hu",
    "icelandic": "is", "indonesian": "id", "italian": "it", "japanese": "ja", "kannada": "kn", "korean": "ko",
    "kurdish": "ku", "latvian": "lv", "lithuanian": "lt", "macedonian": "mk", "malay": "ms", "malayalam": "ml",
    "norwegian": "no", "persian": "fa", "polish": "pl", "portuguese": "pt", "pushto": "ps", "romanian": "ro",
    "russian": "ru", "serbian": "sr", "simplified chinese": "zh-Hans", "slovak": "sk", "slovenian": "sl", "somali": "so",
    "spanish": "es", "swedish": "sv", "tagalog (filipino)": "tl", "tamil": "ta", "telugu": "te", "thai": "th",
    "traditional chinese": "zh-Hant", "turkish": "tr", "ukrainian": "uk", "urdu": "ur", "uzbek": "uz", "vietnamese": "vi",
    "lang_unknown": None, "language_unknown": None, "unknown": None, "und": None, "n/a": None,
}  # fmt: skip


def moments(
    frame: pl.DataFrame, column: str, context: Context, zone: str | None = None, dates: str | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The times of a column (``__row``, ``created_at``, ``created_at_precision``), and the rows where one cannot be read.

    Rows without any time are in the first frame, with null: an id may hold it. A format that is known to write its times
    in one ``zone`` is not asked for another, and nothing is assumed. ``dates`` is the column of the file that holds the
    dates, where ``column`` was put together from several.
    """
    context.columns["time"] = column
    values = frame[column]
    helpers = _witnesses(values, dates or column, context)
    parsed = times.parse_column(pl.concat([values, helpers]) if len(helpers) else values, zone or context.options.tz)
    if parsed.assumption and not (zone and parsed.tz_assumed):
        context.assume(parsed.assumption)
    context.tz_assumed = context.tz_assumed or (None if zone else parsed.tz_assumed)
    size = frame.height
    read = frame.select(ROW).with_columns(
        parsed.at.head(size).alias("created_at"), parsed.precision.head(size).alias("created_at_precision")
    )
    wrong = parsed.unparsed.head(size)
    unread = frame.filter(wrong).select(
        ROW,
        column=pl.lit(column),
        reason=pl.when(times.is_relative(pl.col(column))).then(pl.lit(RELATIVE_TIME)).otherwise(pl.lit(UNREAD_TIME)),
        found=pl.col(column).str.slice(0, 200),
    )
    return read.filter(~wrong), unread


def timed(rows: pl.DataFrame, times: pl.DataFrame) -> pl.DataFrame:
    """The rows with the times of ``moments`` beside them, without those whose time cannot be read."""
    if rows[ROW].equals(times[ROW]):
        return rows.hstack(times.drop(ROW))
    return rows.join(times, on=ROW, how="inner", maintain_order="left")


def _witnesses(values: pl.Series, column: str, context: Context) -> pl.Series:
    """Dates from anywhere in the file that tell whether the day comes first, so that all batches are read alike."""
    nothing = pl.Series(column, [], dtype=pl.String)
    if column not in context.witnesses:
        numeric = values.drop_nulls().head(100).str.contains(_NUMERIC_DATE).any()
        found = _clear_dates(context.scan(column)) if numeric and context.scan else nothing
        context.witnesses[column] = found
    return context.witnesses[column]


def _clear_dates(parts: Iterable[pl.Series]) -> pl.Series:
    found = pl.Series("at", [], dtype=pl.String)
    for values in parts:
        first = values.str.extract(_PARTS.pattern, 1).cast(pl.Int64)
        second = values.str.extract(_PARTS.pattern, 2).cast(pl.Int64)
        clear = values.filter(((first > 12) | (second > 12)).fill_null(False))
        found = pl.concat([found, clear.rename("at")]).head(1000)
        if len(found) >= 1000:
            break
    return found


# How numbers are shortened: thousands and millions in the languages of `synonyms`.
_THOUSANDS = r"(?i)(?:k|tsd\.?|mil|tn|tys\.?|тыс\.?|тис\.?)"
_SHORT = rf"(?i)^(\d+(?:[.,]\d+)?)[\s\u00a0\u202f]?(?:{_THOUSANDS[4:]}|m|mio\.?|mi|mln\.?|mn|млн\.?)$"


def number(column: str | pl.Expr) -> pl.Expr:
    """Whole numbers, with or without separators of thousands, or shortened; null for anything else.

    Examples
    --------
    >>> pl.DataFrame({"n": ["1,234", "7", "7.0", "1.2K", "many", "1.234", "1,2 mil", "3 Mio."]}).select(number("n"))["n"].to_list()
    [1234, 7, 7, 1200, None, 1234, 1200, 3000000]
    """
    return _expression(column).map_batches(_numbers, return_dtype=pl.Int64)


def _numbers(values: pl.Series) -> pl.Series:
    whole = values.cast(pl.Int64, strict=False)  # mostly there are no signs at all
    if whole.null_count() == values.null_count():
        return whole
    return values.to_frame("said").select(_number(pl.col("said"))).to_series()


def _number(said: pl.Expr) -> pl.Expr:
    plain = said.str.strip_chars().str.replace(r"\.0{1,2}$", "")
    short = plain.str.extract(_SHORT, 1).str.replace(",", ".", literal=True).cast(pl.Float64)
    size = pl.when(plain.str.contains(rf"{_THOUSANDS}$")).then(1_000.0).otherwise(1_000_000.0)
    whole = plain.str.replace_all(r"[,.\s\u00a0']+(\d{3})\b", "$1").cast(pl.Int64, strict=False)
    return pl.coalesce(whole, (short * size).round().cast(pl.Int64))


def _expression(column: str | pl.Expr) -> pl.Expr:
    return pl.col(column) if isinstance(column, str) else column


def flag(column: str | pl.Expr) -> pl.Expr:
    """True where a column says yes; null where it says nothing."""
    value = _expression(column).str.strip_chars().str.to_lowercase()
    return pl.when(value != "").then(value.is_in(YES))


def language(column: str | pl.Expr) -> pl.Expr:
    """Language codes, from codes or English names."""
    value = _expression(column).str.strip_chars()
    named = value.str.to_lowercase().replace_strict(LANGUAGES, default=value, return_dtype=pl.String)
    return pl.when(value != "").then(named)


def split_urls(value: str) -> list[str]:
    """The links of a cell, however they are joined: blanks, commas, pipes, a Python list, JSON. Commas in links survive.

    Examples
    --------
    >>> split_urls("['http://a.org/1,2', 'http://b.org']"), split_urls("http://a.org|http://b.org"), split_urls("[]")
    (['http://a.org/1,2', 'http://b.org'], ['http://a.org', 'http://b.org'], [])
    """
    if "{" in value and (listed := structures.elements(value, structures.URL_KEYS)) is not None:
        return listed
    if value.startswith("c("):
        value = value[2:].rstrip(") ")
    parts = (part.strip().strip("[]'\",|; ") for part in _NEXT_URL.split(" " + value.replace("\\/", "/")))
    return [
        piece
        for part in parts
        if part
        for piece in ([part] if "://" in part or "www." in part else _MANY.split(part))
        if piece.strip("'\"")
    ]


def split_words(value: str) -> list[str]:
    """The words of a cell (hashtags, handles), however they are joined.

    Examples
    --------
    >>> split_words("[Tag1, tag2]"), split_words('["a", "b"]'), split_words("a|b c")
    (['Tag1', 'tag2'], ['a', 'b'], ['a', 'b', 'c'])
    """
    value = value.strip()
    if value.startswith("c("):
        value = value[2:].rstrip(")")
    return [word for part in _MANY.split(value.strip().strip("[](){}")) if (word := part.strip("'\"[]"))]


def split_tags(value: str) -> list[str]:
    """The hashtags of a cell: words, or records that hold them.

    Examples
    --------
    >>> split_tags("[{'text': 'news', 'indices': [0, 5]}]"), split_tags("#a, #b"), split_tags('["two words"]')
    (['news'], ['#a', '#b'], ['two words'])
    """
    return _listed(value, structures.TAG_KEYS)


def split_mentions(value: str) -> list[str]:
    """The accounts of a cell, by handle where it says one: words, or records that hold them.

    Examples
    --------
    >>> split_mentions("[{'screen_name': 'anna', 'name': 'Anna A', 'id': '101'}]"), split_mentions("@a @b")
    (['anna'], ['@a', '@b'])
    """
    found = _listed(value, (*structures.HANDLE_KEYS, *structures.ID_KEYS))
    return [name for name in found if _NAME.match(name)]


def _listed(value: str, keys: tuple[str, ...]) -> list[str]:
    found = structures.elements(value, keys) if value.lstrip()[:1] in "[{c" else None
    return split_words(value) if found is None else found


def exploded(
    frame: pl.DataFrame, column: str, split: Callable[[str], list[str]], kind: str, hint: str = ""
) -> pl.DataFrame:
    """One link per piece of a column. Cells without ``hint`` (a pattern) in them are not looked at."""
    value = pl.col(column)
    cells = frame.filter(value.is_not_null() & (value != "") & value.str.contains(hint)).select(
        ROW, target_raw=value, kind=pl.lit(kind)
    )
    if split in _IN_TEXT:
        found = _IN_TEXT[split](cells["target_raw"])
        return found.select(cells[ROW].gather(found["row"]), target_raw="found", kind=pl.lit(kind))
    alone = _ONE_URL if split is split_urls else _ONE_WORD if split in _OF_WORDS else None
    plain = cells["target_raw"].str.contains(alone) if alone else pl.repeat(False, cells.height, eager=True)
    rest = cells.filter(~plain)
    known = {cell: split(cell) for cell in rest["target_raw"].unique().to_list()}
    pieces = [known[cell] for cell in rest["target_raw"].to_list()]
    rows = rest[ROW].to_numpy().repeat([len(some) for some in pieces])
    taken = pl.DataFrame(
        {ROW: rows, "target_raw": [piece for some in pieces for piece in some], "kind": kind},
        schema={ROW: pl.Int64, "target_raw": pl.String, "kind": pl.String},
    )
    if not plain.any():
        return taken
    single = cells.filter(plain)
    # In the order of the rows, whichever way a cell was read.
    return pl.concat([single, taken]).sort(ROW, maintain_order=True) if taken.height else single


_OF_WORDS = (split_words, split_tags, split_mentions)
_IN_TEXT: dict[Callable[[str], list[str]], Callable[[pl.Series], pl.DataFrame]] = {
    texts.urls_in: text_columns.urls_in,
    texts.hashtags: text_columns.hashtags,
    texts.mentions_in: text_columns.mentions_in,
}
"""Functions that look through a whole column of texts at once."""


def tags_in_text(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """Hashtags that stand in a text."""
    return exploded(frame, column, texts.hashtags, "hashtag", "[#＃]")


def urls_in_text(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """Links that stand in a text."""
    return exploded(frame, column, texts.urls_in, "url", "[.]")


def mentions_in_text(frame: pl.DataFrame, column: str, platform: str) -> pl.DataFrame:
    """Accounts a text mentions."""
    return as_mentions(exploded(frame, column, texts.mentions_in, "mention", "@"), platform)


def as_mentions(links: pl.DataFrame, platform: str) -> pl.DataFrame:
    """Links whose raw target is a handle, with the key of that handle."""
    handle = pl.col("target_raw").str.strip_chars().str.strip_prefix("@").str.to_lowercase()
    return links.with_columns((pl.lit(f"{platform}:@") + handle).alias("target_key"))


def targets(frame: pl.DataFrame, column: str, kind: str, platform: str) -> pl.DataFrame:
    """Links to posts whose ids stand in a column."""
    value = pl.col(column).str.strip_chars()
    return frame.filter(value.is_not_null() & ~value.str.to_lowercase().is_in(["", "0", "none", "nan", "null"])).select(
        ROW, kind=pl.lit(kind), target_key=pl.lit(f"{platform}:") + value, target_raw=value
    )


def of_reposts(links: pl.DataFrame, posts: pl.DataFrame) -> pl.DataFrame:
    """Marks the links of reposts as inherited: they came from the reposted post."""
    reposts = posts.filter(pl.col("kind") == "repost")[ROW]
    return links.with_columns((pl.col(ROW).is_in(reposts.implode()) & (pl.col("kind") != "repost")).alias("inherited"))


def stacked(*parts: pl.DataFrame) -> pl.DataFrame:
    """Links of several kinds in one frame."""
    some = [part for part in parts if part.height]
    empty = pl.DataFrame(schema={ROW: pl.Int64, "kind": pl.String, "target_raw": pl.String})
    return pl.concat(some, how="diagonal") if some else empty


def extra(frame: pl.DataFrame, used: Iterable[str]) -> pl.Expr:
    """The columns nobody else takes, as JSON."""
    rest = [
        c
        for c in frame.columns
        if c not in (*used, ROW) and not c.startswith("__") and frame[c].null_count() < frame.height
    ]
    return pl.struct(rest).struct.json_encode() if rest else pl.lit(None, pl.String)
