"""Any table that says who, when and what: columns found by their names, or named by a person with ``--map``."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from ingest.errors import UsageError, did_you_mean
from ingest.mapping import columns
from ingest.mapping.contract import ROW, Context, Frames, Sample
from ingest.mapping.synonyms import ALIASES, COUNTS, NAMES, WORDS
from ingest.normalize import platforms, times

_WHAT = ("text", "url", "hashtags", "mentions", "repost", "reply", "quote", "object")
_EITHER = ("url", "link")  # the post's own address, or what it shares
_PERMALINK = re.compile(
    r"/status(?:es)?/\d+|/posts?/\w+|/p/\w+|/video/\d+|t\.me/\w+/\d+|/comments/\w+|watch\?v=", re.IGNORECASE
)


class GenericCsv:
    """The last reader: whatever has an account, a time and something to compare."""

    name = "generic_csv"
    title = "any CSV or TSV with an account, a time, and a text or link"
    version = 2
    platform: str | None = None
    carries: tuple[str, ...] = ("url", "hashtag", "mention", "repost", "reply", "quote", "object")
    lacks = "What the columns mean is guessed from their names unless --map says it."

    def recognises(self, sample: Sample) -> bool:
        """Whether an account, a time and something to compare are found."""
        return sample.shape == "csv" and bool(sample.header) and not _missing(guess(sample), sample)

    def tables(self, frame: pl.DataFrame, context: Context) -> Frames:
        """One post per row."""
        names = _mapping_for(frame, context)
        who = names.get("account", names.get("handle", ""))
        context.columns |= {"account": who, "id": names.get("id", "id")}
        read, skipped = columns.moments(frame, names["time"], context)
        posts = columns.timed(_posts(frame, names), read)
        accounts = _accounts(frame, names, context)
        links = _at_home(columns.of_reposts(_links(frame, names, context), posts), accounts, context)
        return Frames(accounts, posts, links, skipped)


def guess(sample: Sample) -> dict[str, str]:
    """Which column holds which field: what the person said, then known names, then words in names.

    Examples
    --------
    >>> guess(Sample("a.csv", "csv", ("User", "When posted", "Tweet text"), (("a", "2024-01-01 10:00", "hello"),)))
    {'account': 'User', 'time': 'When posted', 'text': 'Tweet text'}
    """
    found = _as_told(sample)
    plain = {column: re.sub(r"[^0-9a-z]+", "_", column.lower()).strip("_") for column in sample.header}
    for field, names in NAMES.items():
        for name in names:
            if field not in found:
                column = next(
                    (c for c, p in plain.items() if p == name and c not in found.values() and _fits(field, c, sample)),
                    None,
                )
                found |= {field: column} if column else {}
    for field, words in WORDS.items():
        if field not in found and not (field == "handle" and "account" in found):
            column = next(
                (
                    c
                    for c, p in plain.items()
                    if c not in found.values() and words & set(p.split("_")) and _fits(field, c, sample)
                ),
                None,
            )
            found |= {field: column} if column else {}
    order = [*NAMES]
    return dict(sorted(found.items(), key=lambda pair: order.index(pair[0])))


def missing(sample: Sample) -> tuple[str, str]:
    """What no column is known to hold, in words, and a ready-made ``--map``.

    Examples
    --------
    >>> missing(Sample("a.csv", "csv", ("Name", "Age", "City"), (("Alice", "25", "New York"),)))
    ('the account, the time and a text or link', 'account=Name,time=Age,text=City')
    """
    for field, column in sample.options.mapping:
        if ALIASES.get(field, field) not in NAMES:
            raise UsageError(f"--map knows no field {field!r}.", hint=did_you_mean(field, tuple(NAMES)))
        if column not in sample.header:
            raise UsageError(
                f"--map names the column {column!r}, which the file does not have.",
                hint=did_you_mean(column, sample.header),
            )
    found = guess(sample)
    needs = _missing(found, sample)
    free = iter([c for c in sample.header if c not in found.values()])
    example = [
        f"{field}={found.get(field) or found.get('handle' if field == 'account' else field) or next(free, 'COLUMN')}"
        for field in ("account", "time", "text")
    ]
    words = [{"account": "the account", "time": "the time", "text": "a text or link"}[need] for need in needs]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words), ",".join(example)


def _missing(found: Mapping[str, str], sample: Sample) -> list[str]:
    told = {column for _, column in sample.options.mapping}
    if not told <= set(sample.header):
        return ["account", "time", "text"]
    needs = [] if "account" in found or "handle" in found else ["account"]
    needs += [] if "time" in found else ["time"]
    return needs + ([] if any(what in found for what in _WHAT) else ["text"])


def _as_told(sample: Sample) -> dict[str, str]:
    told = {ALIASES.get(field, field): column for field, column in sample.options.mapping}
    return {field: column for field, column in told.items() if field in NAMES and column in sample.header}


def _fits(field: str, column: str, sample: Sample) -> bool:  # noqa: PLR0911
    """Whether the values look like the field: times must be times, ids of posts must differ, links must be links."""
    place = sample.header.index(column)
    values = [v for row in sample.rows if place < len(row) and (v := row[place].strip())]
    if not values:
        return field not in ("account", "time") and bool(sample.rows)
    if field in ("time", "collected_at"):
        return int(times.parse_column(values).unparsed.sum()) <= 0.5 * len(values)
    if field == "id":  # a bare id may be anybody's; what is called a post's id may be collected many times
        return column.strip().lower() != "id" or len(set(values)) > 0.2 * len(values)
    either = column.strip().casefold() in _EITHER
    if field == "url":
        return any("." in value for value in values) and not (either and _are_permalinks(column, sample))
    if field == "permalink":
        return any("://" in value for value in values) and (not either or _are_permalinks(column, sample))
    if field == "is_repost":
        return all(value.lower() in (*columns.YES, "0", "0.0", "false", "no", "n", "f", "nein") for value in values)
    if field in COUNTS:
        return any(value[:1].isdigit() for value in values)
    return True


def _are_permalinks(column: str, sample: Sample) -> bool:
    """Whether a column holds the posts' own addresses, not what they share.

    They lie on the platform of their rows; where nobody says which that is, each is another, and all are posts of one.
    """
    place = sample.header.index(column)
    rows = [row for row in sample.rows if place < len(row) and row[place].strip()]
    values = [row[place].strip() for row in rows]
    hosts = [platforms.platform_of(value) for value in values]
    homes = [_home(row, sample) for row in rows]
    if any(homes):
        return sum(bool(host) and host == home for host, home in zip(hosts, homes, strict=True)) > 0.9 * len(rows)
    found = sum(bool(_PERMALINK.search(value)) for value in values)
    return len(rows) > 1 and len(set(hosts)) == 1 and min(found, len(set(values))) > 0.9 * len(rows)


def _home(row: tuple[str, ...], sample: Sample) -> str | None:
    """The platform of a row, as the person or a column says it."""
    if sample.options.platform:
        return sample.options.platform
    place = next((n for n, c in enumerate(sample.header) if c.strip().lower() in NAMES["platform"]), len(row))
    return _platform(row[place]) if place < len(row) else None


def _platform(word: str) -> str | None:
    return platforms.platform_id(word) or word.strip().lower() or None


def _mapping_for(frame: pl.DataFrame, context: Context) -> dict[str, str]:
    """Guessed once, from the first rows, and said aloud."""
    if context.mapping is None:
        context.mapping = guess(context.sample or _sample_of(frame, context))
        told = ", ".join(f"{field} = {column}" for field, column in context.mapping.items())
        context.assume(f"Columns were read as: {told}.")
    return context.mapping


def _sample_of(frame: pl.DataFrame, context: Context) -> Sample:
    header = tuple(c for c in frame.columns if c != ROW)
    rows = tuple(frame.drop(ROW).fill_null("").head(200).iter_rows())
    return Sample(context.file_name, "csv", header, rows, options=context.options)


def _accounts(frame: pl.DataFrame, names: Mapping[str, str], context: Context) -> pl.DataFrame:
    wanted = {"account": "native_id", "handle": "handle", "display_name": "display_name", "platform": "platform"}
    texts = {to: _said(names[field]) for field, to in wanted.items() if field in names}
    numbers = {to: columns.number(names[to]) for to in ("followers", "following") if to in names}
    if "platform" in names:
        words = {word: _platform(word) for word in frame[names["platform"]].drop_nulls().unique().to_list()}
        texts["platform"] = pl.col(names["platform"]).replace_strict(words, default=None, return_dtype=pl.String)
    elif "permalink" in names and not context.options.platform:  # a post is where its own address is
        context.assume(f"The platform of a post is that of its own address, in column {names['permalink']!r}.")
        texts["platform"] = pl.lit(platforms.platforms_of(frame[names["permalink"]]))
    return frame.select(ROW, **texts, **numbers)


def _at_home(links: pl.DataFrame, accounts: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Posts and accounts that a row refers to are on the row's own platform."""
    if "platform" not in accounts.columns or "target_key" not in links.columns:
        return links
    prefix = context.platform + ":"
    links = links.join(accounts.select(ROW, home="platform"), on=ROW, how="left", maintain_order="left")
    key = pl.col("target_key").str.strip_prefix(prefix)
    refers = pl.col("kind").is_in(["repost", "reply", "quote", "mention"]) & pl.col("home").is_not_null()
    return links.with_columns(target_key=pl.when(refers).then(pl.col("home") + ":" + key).otherwise("target_key")).drop(
        "home"
    )


def _posts(frame: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    wanted = {"id": "native_id", "text": "text", "permalink": "url"}
    told = {to: _said(names[field]) for field, to in wanted.items() if field in names}
    told |= {to: columns.number(names[to]) for to in COUNTS if to in names and to not in ("followers", "following")}
    if "language" in names:
        told["lang"] = columns.language(names["language"])
        told["lang_basis"] = pl.when(told["lang"].is_not_null()).then(pl.lit("reported"))
    posts = frame.select(ROW, kind=_kind(names), extra=columns.extra(frame, names.values()), **told)
    return posts.with_columns(text_is_inherited=pl.col("kind") == "repost")


def _said(column: str) -> pl.Expr:
    return pl.when(pl.col(column).str.strip_chars() != "").then(pl.col(column))


def _kind(names: Mapping[str, str]) -> pl.Expr:
    kind: pl.Expr = pl.lit("original")
    for field in ("reply", "quote", "repost"):
        if field in names:
            kind = pl.when(_said(names[field]).is_not_null()).then(pl.lit(field)).otherwise(kind)
    if "kind" in names:
        word = pl.col(names["kind"]).str.to_lowercase()
        for pattern, meant in (
            ("comment", "comment"),
            ("reply|replied", "reply"),
            ("quote", "quote"),
            (r"^rt$|retweet|repost|share|forward", "repost"),
        ):
            says = word.str.contains(pattern) & (~word.str.contains("quote") | pl.lit(meant == "quote"))
            kind = pl.when(says.fill_null(False)).then(pl.lit(meant)).otherwise(kind)
    if "is_repost" in names:
        kind = (
            pl.when(columns.flag(names["is_repost"]).fill_null(False) & (kind != "quote"))
            .then(pl.lit("repost"))
            .otherwise(kind)
        )
    return kind


def _links(frame: pl.DataFrame, names: Mapping[str, str], context: Context) -> pl.DataFrame:
    """Links from their own columns; urls, hashtags and mentions from the text where they have none."""
    text, platform = names.get("text"), context.platform
    parts = [
        columns.targets(frame, names[kind], kind, platform) for kind in ("repost", "reply", "quote") if kind in names
    ]
    if "object" in names:
        column = names["object"]
        parts.append(
            frame.filter(_said(column).is_not_null()).select(
                ROW, kind=pl.lit("object"), target_key=column, target_raw=column
            )
        )
    if "url" in names:
        parts.append(columns.exploded(frame, names["url"], columns.split_urls, "url"))
    elif text:
        parts.append(columns.urls_in_text(frame, text))
    if "hashtags" in names:
        parts.append(columns.exploded(frame, names["hashtags"], columns.split_words, "hashtag"))
    elif text:
        parts.append(columns.tags_in_text(frame, text))
    if "mentions" in names:
        parts.append(
            columns.as_mentions(columns.exploded(frame, names["mentions"], columns.split_words, "mention"), platform)
        )
    elif text:
        parts.append(columns.mentions_in_text(frame, text, platform))
    return columns.stacked(*parts)


READER = GenericCsv()
