"""A table format as a table: which column holds which field. The formats are data; this is the one way they are read.

A source is the name of a column, several names (the first that says something wins), or an expression. Columns a file
does not have are null, so a header may grow or shrink without a reader noticing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from ingest.mapping import columns
from ingest.mapping.contract import ROW, Context, Frames, Sample
from ingest.mapping.frames import schema_of
from ingest.normalize import text as texts
from ingest.normalize import times
from ingest.normalize.distinct import keyed
from ingest.normalize.rounded_ids import MANGLED
from ingest.normalize.urls import key as link_key

Source = str | tuple[str, ...] | pl.Expr
Fields = Mapping[str, Source]
HASHED = r"^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{48}|[0-9a-f]{64}|[A-Za-z0-9+/_-]{43}=)$"
_PLATFORM = "__platform"
_TIME = pl.Datetime("us", "UTC")
_COUNTS = {"like_count", "repost_count", "reply_count", "quote_count", "view_count"}
_UIDS = {"channel_uid", "conversation_uid"}  # written as native ids here


@dataclass(frozen=True)
class Links:
    """Place of the links of one kind.

    Attributes
    ----------
    kind : str
    source : Source
    split : callable, optional
        For cells that hold several.
    to : str
        ``id``, ``handle`` or ``key``: what stands there, for mentions, posts and media; ``raw`` for links and hashtags.
    account_id, account_handle : str, optional
        Columns of the author of the post referred to.
    resolved : bool, optional
        False for a target that is only guessed.
    """

    kind: str
    source: Source
    split: Callable[[str], list[str]] | None = None
    to: str = "raw"
    account_id: str | None = None
    account_handle: str | None = None
    resolved: bool | None = None


def post(kind: str, source: Source, account: str | None = None, handle: str | None = None) -> Links:
    """A reference to a post by its id."""
    return Links(kind, source, to="id", account_id=account, account_handle=handle)


def urls(source: Source) -> Links:
    """Shared links, however they are joined."""
    return Links("url", source, columns.split_urls)


def tags(source: Source) -> Links:
    """Hashtags, however they are joined."""
    return Links("hashtag", source, columns.split_tags)


def mentions(source: Source, to: str = "handle") -> Links:
    """Accounts mentioned, by handle or by id."""
    return Links("mention", source, columns.split_mentions, to=to)


def ids(kind: str, source: Source) -> Links:
    """Media, tracks or objects by their ids."""
    return Links(kind, source, columns.split_words, to="id")


def inside(kind: str, source: Source, pattern: str, to: str = "id") -> Links:
    """Parts of a cell that a pattern finds: ids and addresses in dictionaries and addresses that hold ids."""
    return Links(kind, source, re.compile(pattern).findall, to=to)


def media(source: Source) -> Links:
    """Media by the addresses of their files, where those are the same for everybody."""

    def found(cell: str) -> list[str]:
        return [key for one in columns.split_urls(cell) if (key := link_key(one))]

    return Links("media", source, found, to="key")


@dataclass(frozen=True)
class Table:
    """A reader of one table format.

    Attributes
    ----------
    signatures : tuple of sets of str
        The format is recognised by any of them: columns that must all be there.
    account, post : mapping
        Column of ``ingest.tables`` -> source. ``channel_uid`` and ``conversation_uid`` are given as native ids.
    time : tuple of str
        The first of these columns that has values is the time of the post.
    zone : str, optional
        The zone the format is known to write its times in.
    kinds : tuple of (kind, expression)
        The first that holds says what kind of post it is.
    links : tuple of Links
    in_text : tuple of str
        Kinds of links that stand only in the text: url, hashtag, mention.
    others : tuple of mapping
        Accounts the rows tell about beside the author's.
    derived : mapping
        Columns made from others before anything else is read; names begin with ``__``.
    recovered : mapping
        Column of an id -> (column of an address, pattern): where the id is when a spreadsheet rounded it.
    nothing : tuple of str
        Words the format writes where it has no value.
    skips : tuple of (expression, reason, column)
        Rows that are no posts.
    kept : tuple of str
        Columns without a place of their own that are kept as ``extra``. All others are left out: what is not needed to
        see who acted together is not carried around.
    shared_counts : bool
        Reposts show the counts of what they repeat, so they get none.
    from_ids : bool
        Times are only approximate, ids say it exactly.
    licence : str, optional
        Terms the data come under.
    where : callable, optional
        Another way to recognise the format, where no fixed columns do.
    check : callable, optional
        Looks at a batch before it is read: warns, or chooses between columns.
    """

    name: str
    title: str
    carries: tuple[str, ...]
    lacks: str
    signatures: tuple[frozenset[str], ...]
    account: Fields
    post: Fields
    time: tuple[str, ...]
    version: int = 1
    platform: str | None = None
    zone: str | None = None
    kinds: tuple[tuple[str, pl.Expr], ...] = ()
    links: tuple[Links, ...] = ()
    in_text: tuple[str, ...] = ()
    others: tuple[Fields, ...] = ()
    derived: Mapping[str, pl.Expr] = field(default_factory=dict)
    recovered: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    nothing: tuple[str, ...] = ()
    skips: tuple[tuple[pl.Expr, str, str], ...] = ()
    kept: tuple[str, ...] = ()
    shared_counts: bool = False
    from_ids: bool = False
    licence: str | None = None
    where: Callable[[Sample], bool] | None = None
    check: Callable[[pl.DataFrame, Context], pl.DataFrame] | None = None

    def recognises(self, sample: Sample) -> bool:
        """By the columns only this format has."""
        if self.where and sample.shape == "csv" and self.where(sample):
            return True
        return any(sample.has_columns(*signature) for signature in self.signatures)

    def tables(self, frame: pl.DataFrame, context: Context) -> Frames:
        """One post per row."""
        names = {"account": self._name(self.account, "native_id", "handle"), "id": self._name(self.post, "native_id")}
        context.columns |= {what: name for what, name in names.items() if name}
        context.licence = self.licence
        frame = self._prepared(frame, context)
        frame, not_posts = _without(frame, self.skips)
        when, unread = self._times(frame, context)
        posts = columns.timed(self._posts(frame), when)
        links = columns.of_reposts(self._links(frame), posts)
        return Frames(self._accounts(frame), posts, links, pl.concat([not_posts, unread], how="diagonal"))

    # -- columns -------------------------------------------------------------------------------------------------

    def _name(self, fields: Fields, *names: str) -> str | None:
        return next((name for key in names for name in _names(fields.get(key, ()))[:1]), None)

    def _needed(self) -> Iterator[str]:
        links = [(one.source, one.account_id or (), one.account_handle or ()) for one in self.links]
        every = [*self.account.values(), *self.post.values(), *(s for three in links for s in three)]
        every += [s for other in self.others for s in other.values()] + [expr for _, expr in self.kinds]
        every += [expr for expr, _, _ in self.skips] + list(self.derived.values())
        yield from (name for source in every for name in _names(source))
        yield from (*self.time, *self.kept, *self.recovered, *(column for column, _ in self.recovered.values()))

    def _prepared(self, frame: pl.DataFrame, context: Context) -> pl.DataFrame:
        """The frame with every column the format may have, without placeholders, ids mended, derived columns added."""
        made = {name for name in self.derived if name.startswith("__")}
        absent = [name for name in dict.fromkeys(self._needed()) if name not in frame.columns and name not in made]
        frame = frame.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)
        if self.check:
            frame = self.check(frame, context)
        if self.nothing:
            text = set(_names(self.post.get("text", ())))
            given = [name for name in dict.fromkeys(self._needed()) if name in frame.columns and name not in text]
            frame = frame.with_columns(
                pl.when(~pl.col(c).str.strip_chars().is_in(self.nothing)).then(pl.col(c)).alias(c) for c in given
            )
        for column, (address, pattern) in self.recovered.items():
            frame = _recovered(frame, column, address, pattern, context)
        for name, expression in self.derived.items():
            frame = frame.with_columns(expression.alias(name))
        home = value(self.account["platform"]) if "platform" in self.account else pl.lit(None, pl.String)
        return frame.with_columns(pl.coalesce(home, pl.lit(self.platform or context.platform)).alias(_PLATFORM))

    def _times(self, frame: pl.DataFrame, context: Context) -> tuple[pl.DataFrame, pl.DataFrame]:
        column = next((c for c in self.time if c in frame.columns and _any(frame[c])), self.time[0])
        if column not in frame.columns:
            frame = frame.with_columns(pl.lit(None, pl.String).alias(column))
        when, unread = columns.moments(frame, column, context, self.zone)
        if not self.from_ids or not self.platform:
            return when, unread
        exact = times.from_ids(self.platform, frame.select(value(self.post["native_id"])).to_series())
        known = frame.select(ROW).with_columns(exact.alias("exact"))
        when = when.join(known, on=ROW, how="left", maintain_order="left").select(
            ROW,
            created_at=pl.coalesce("exact", "created_at"),
            created_at_precision=pl.when(pl.col("exact").is_not_null())
            .then(pl.lit(times.TIMES_IN_IDS[self.platform][1]))
            .otherwise(pl.lit("approx")),
            created_at_basis=pl.when(pl.col("exact").is_not_null()).then(pl.lit("id")).otherwise(pl.lit("reported")),
        )
        return when, unread

    # -- tables --------------------------------------------------------------------------------------------------

    def _accounts(self, frame: pl.DataFrame) -> pl.DataFrame:
        mine = read(frame, "accounts", self.account, self.zone).with_columns(frame[_PLATFORM].alias("platform"))
        if "is_hashed" not in mine.columns:
            name = pl.coalesce(*(c for c in ("native_id", "handle") if c in mine.columns))
            mine = mine.with_columns(is_hashed=pl.when(name.is_not_null()).then(name.str.contains(HASHED)))
        others = [
            read(frame, "accounts", other, self.zone).with_columns(
                frame[_PLATFORM].alias("platform"), pl.lit(None, pl.Int64).alias(ROW)
            )
            for other in self.others
        ]
        # where the id is missing, the handle alone would be one account more
        others = [other.drop_nulls("native_id") if "native_id" in other.columns else other for other in others]
        return pl.concat([mine, *(other.unique(maintain_order=True) for other in others)], how="diagonal")

    def _posts(self, frame: pl.DataFrame) -> pl.DataFrame:
        posts = read(frame, "posts", self.post, self.zone)
        kind: pl.Expr = pl.lit("original")
        for word, holds in reversed(self.kinds):
            kind = pl.when(holds.fill_null(False)).then(pl.lit(word)).otherwise(kind)
        home = frame[_PLATFORM]
        posts = posts.with_columns(frame.select(ROW, kind=kind)["kind"], home.alias("platform"))
        posts = posts.with_columns((pl.col("platform") + ":" + pl.col(c)).alias(c) for c in posts.columns if c in _UIDS)
        if self.shared_counts:
            own = [pl.when(pl.col("kind") != "repost").then(pl.col(c)).alias(c) for c in posts.columns if c in _COUNTS]
            posts = posts.with_columns(own)
        kept = [value(c).alias(c) for c in self.kept if _any(frame[c])]
        if kept:
            posts = posts.with_columns(frame.select(extra=pl.struct(kept).struct.json_encode())["extra"])
        if "lang" in posts.columns and "lang_basis" not in posts.columns:
            posts = posts.with_columns(lang_basis=pl.when(pl.col("lang").is_not_null()).then(pl.lit("platform")))
        return (
            posts.with_columns(text_is_inherited=pl.col("kind") == "repost")
            if "text_is_inherited" not in posts.columns
            else posts
        )

    def _links(self, frame: pl.DataFrame) -> pl.DataFrame:
        parts = [_part(frame, one) for one in self.links]
        if self.in_text:
            written = frame.select(ROW, text=value(self.post["text"]))
            parts += [_IN_TEXT[kind](written) for kind in self.in_text]
        links = columns.stacked(*parts)
        given = [c for c in ("__id", "__handle", "__account", "__account_handle") if c in links.columns]
        if not given:
            return links
        links = links.join(frame.select(ROW, _PLATFORM), on=ROW, how="left", maintain_order="left")
        keyed = [pl.col("target_key")] if "target_key" in links.columns else []
        by_id, by_handle = (_keyed(links, c, m) for c, m in (("__id", ":"), ("__handle", ":@")))
        owner, owner_handle = (_keyed(links, c, m) for c, m in (("__account", ":"), ("__account_handle", ":@")))
        return links.with_columns(
            target_key=pl.coalesce(*keyed, by_id, by_handle), target_account_uid=pl.coalesce(owner, owner_handle)
        ).drop(_PLATFORM, *given)


_IN_TEXT: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "url": lambda frame: columns.urls_in_text(frame, "text"),
    "hashtag": lambda frame: columns.tags_in_text(frame, "text"),
    "mention": lambda frame: columns.exploded(frame, "text", texts.mentions_in, "mention", "@").with_columns(
        __handle=_folded("target_raw")
    ),
}


def value(source: Source) -> pl.Expr:
    """Value of a source: the first of its columns that is not blank."""
    if isinstance(source, pl.Expr):
        return source
    given = [pl.when(pl.col(name).str.strip_chars() != "").then(pl.col(name)) for name in _names(source)]
    return given[0] if len(given) == 1 else pl.coalesce(*given)


def filled(*names: str) -> pl.Expr:
    """True where any of the columns says something."""
    return pl.any_horizontal((pl.col(name).str.strip_chars() != "").fill_null(False) for name in names)


def says(column: str, *words: str) -> pl.Expr:
    """True where a column says one of the words, in any case.

    Examples
    --------
    >>> pl.DataFrame({"kind": ["Reply", "post", None]}).select(says("kind", "reply"))["kind"].to_list()
    [True, False, None]
    """
    return pl.col(column).str.strip_chars().str.to_lowercase().is_in(words)


def mapped(source: Source, rule: Callable[[str], str | None]) -> pl.Expr:
    """A rule applied to each distinct value once.

    Examples
    --------
    >>> pl.DataFrame({"a": ["x", None, "x"]}).select(mapped("a", str.upper))["a"].to_list()
    ['X', None, 'X']
    """
    return value(source).map_batches(lambda values: keyed(values, rule), return_dtype=pl.String)


def unescaped(source: Source) -> pl.Expr:
    """A text whose line ends were written as ``\\n``."""
    return value(source).str.replace_all("\\n", "\n", literal=True)


def html_text(source: Source) -> pl.Expr:
    """The words of an HTML cell."""
    return mapped(source, lambda html: texts.html_to_text(html).text)


def html_links(source: Source) -> Links:
    """Shared links of an HTML cell, from what its anchors lead to and what stands in the open."""

    def found(html: str) -> list[str]:
        read = texts.html_to_text(html)
        return list(dict.fromkeys([*read.links, *([] if read.links else texts.urls_in(read.text))]))

    return Links("url", source, found)


def read(frame: pl.DataFrame, table: str, fields: Fields, zone: str | None = None) -> pl.DataFrame:
    """Some columns of a table of ``ingest.tables`` from their sources, each as its type."""
    schema = schema_of(table)
    out = frame.select(ROW, *(_typed(name, source, schema[name]).alias(name) for name, source in fields.items()))
    moments = [name for name in fields if schema[name] == _TIME]
    return out.with_columns(times.parse_column(out[name], zone).at.alias(name) for name in moments)


def _typed(name: str, source: Source, kind: Any) -> pl.Expr:
    if isinstance(source, pl.Expr):
        return source
    if kind == pl.Int64:
        return columns.number(value(source))
    if kind == pl.Boolean:
        return columns.flag(value(source))
    return columns.language(value(source)) if name == "lang" else value(source)


def _names(source: Any) -> tuple[str, ...]:
    if isinstance(source, str):
        return (source,)
    return tuple(source.meta.root_names()) if isinstance(source, pl.Expr) else tuple(source)


def _any(values: pl.Series) -> bool:
    def any_of(some: pl.Series) -> bool:
        return bool((some.str.strip_chars() != "").any())

    return any_of(values.head(100)) or any_of(values)


def _recovered(frame: pl.DataFrame, column: str, address: str, pattern: str, context: Context) -> pl.DataFrame:
    mangled = pl.col(column).str.strip_chars().str.contains(MANGLED).fill_null(False)
    found = pl.col(address).str.extract(pattern, 1)
    number = int(frame.select((mangled & found.is_not_null()).sum()).item())
    context.count(f"{{n}} ids that a spreadsheet rounded in {column} were taken from {address}.", number)
    if not number:
        return frame
    return frame.with_columns(pl.when(mangled).then(pl.coalesce(found, column)).otherwise(column).alias(column))


def _without(frame: pl.DataFrame, skips: Iterable[tuple[pl.Expr, str, str]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    out = pl.DataFrame(schema={ROW: pl.Int64, "column": pl.String, "reason": pl.String, "found": pl.String})
    for expression, reason, column in skips:
        holds = frame.select(expression.fill_null(False)).to_series()
        those = frame.filter(holds).select(
            ROW, column=pl.lit(column), reason=pl.lit(reason), found=pl.col(column).str.slice(0, 200)
        )
        out, frame = pl.concat([out, those]), frame.filter(~holds)
    return frame, out


def _part(frame: pl.DataFrame, links: Links) -> pl.DataFrame:
    """The links of one kind, with what their keys will be made of."""
    authors = {
        name: value(column)
        for name, column in (("__account", links.account_id), ("__account_handle", links.account_handle))
        if column
    }
    cells = frame.select(ROW, target_raw=value(links.source), **authors).filter(pl.col("target_raw").is_not_null())
    if links.split:
        part = columns.exploded(cells, "target_raw", links.split, links.kind)
    else:
        part = cells.with_columns(pl.col("target_raw").str.strip_chars(), kind=pl.lit(links.kind))
    if links.to == "key":
        part = part.with_columns(target_key="target_raw")
    elif links.to != "raw":
        part = part.filter(~pl.col("target_raw").str.to_lowercase().is_in(["", "0", "none", "nan", "null"]))
        part = part.with_columns(
            _folded("target_raw").alias("__handle") if links.to == "handle" else pl.col("target_raw").alias("__id")
        )
    if "__account_handle" in part.columns:
        part = part.with_columns(_folded("__account_handle"))
    return part if links.resolved is None else part.with_columns(resolved=pl.lit(links.resolved))


def _folded(column: str) -> pl.Expr:
    return mapped(column, texts.fold)


def _keyed(links: pl.DataFrame, column: str, mark: str) -> pl.Expr:
    if column not in links.columns:
        return pl.lit(None, pl.String)
    return pl.col(_PLATFORM) + mark + pl.col(column)


@dataclass(frozen=True)
class Family:
    """One format with a table for each platform: the first whose columns are there is taken.

    Attributes
    ----------
    members : tuple of Table
    """

    name: str
    title: str
    carries: tuple[str, ...]
    lacks: str
    members: tuple[Table, ...]
    version: int = 1
    platform: str | None = None

    def recognises(self, sample: Sample) -> bool:
        """True if any member recognises the file."""
        return any(member.recognises(sample) for member in self.members)

    def tables(self, frame: pl.DataFrame, context: Context) -> Frames:
        """The frames that the member makes whose columns are there."""
        sample = Sample(context.file_name, "csv", tuple(c for c in frame.columns if c != ROW))
        member = next(member for member in self.members if member.recognises(sample))
        return member.tables(frame, context)


def variant(table: Table, **changes: Any) -> Table:
    """Copy of the table reader with other columns."""
    return replace(table, **changes)
