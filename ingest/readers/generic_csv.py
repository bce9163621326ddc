"""Any table that says who, when and what: columns found by their names, or named by a person with ``--map``."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from ingest.mapping import columns, structures
from ingest.mapping.contract import ROW, Context, Frames, Sample
from ingest.mapping.guess import check_mapping, guess, lacking, platform
from ingest.mapping.structures import Account, Target
from ingest.mapping.synonyms import COUNTS, WHO, spellings
from ingest.mapping.table import mapped
from ingest.normalize import platforms, urls
from ingest.normalize import text as texts
from ingest.normalize.distinct import keyed
from ingest.normalize.rounded_ids import MANGLED
from ingest.normalize.text import fold
from ingest.readers._shared.x_tables import ADDRESS, RETWEETED
from ingest.readers._shared.x_tables import guess as repeated

_TOKEN = r"^[A-Za-z0-9_.:-]+$"
_WHOLE = r"^\d+$"
_ID = r"^[^\s\[\]{}()\"<>|]+$"
_X_NAME = r"^\w*[A-Za-z_]\w*$"
_NAME = re.compile(r"^[\w.-]{1,60}$")
_MANGLED = re.compile(MANGLED)
NOT_ONE_ACCOUNT = "The account is not one name or id."
NO_ID = (
    "Cells of {column} that are no post's id, such as {found!r}: {{n}}. Those posts are told apart by what they say."
)
NO_POST = "Cells of {column} that name no post, such as {found!r}: {{n}}. Those references were left out."
ONLY_WHOSE = "Cells of {column} that say whose post it was, not which: {{n}}. Those posts are unknown."
BY_WORDS = "Posts that begin with RT @name and were read as reposts of that account: {n}."
OPAQUE = "The column {column} holds numbers: they were read as opaque ids of {kind}s."
NO_NAME = "Cells of {column} that name no account, such as {found!r}: {{n}}. Those mentions were left out."
NO_LINK = "Cells of {column} that hold no link, such as {found!r}: {{n}}."


class GenericCsv:
    """The last reader: whatever has an account, a time and something to compare."""

    name = "generic_csv"
    title = "any CSV or TSV with an account, a time, and a text or link"
    version = 3
    platform: str | None = None
    carries: tuple[str, ...] = (
        *("url", "domain", "hashtag", "mention", "repost", "reply", "quote"),
        *("media", "track", "object"),
    )
    lacks = "What the columns mean is guessed from their names unless --map says it."

    def recognises(self, sample: Sample) -> bool:
        """True where an account, a time and something to compare are found."""
        return sample.shape == "csv" and bool(sample.header) and not lacking(guess(sample), sample)

    def tables(self, frame: pl.DataFrame, context: Context) -> Frames:
        """One post per row.

        Parameters
        ----------
        frame : polars.DataFrame
            All columns String, plus ``__row``.
        context : Context

        Returns
        -------
        Frames
        """
        names = _mapping_for(frame, context)
        context.columns |= {"account": names.get("account", names.get("handle", "")), "id": names.get("id", "id")}
        frame, nobody = _with_accounts(frame, names, context)
        frame = _with_targets(frame, names, context)
        read, unread = _moments(frame, names, context)
        posts = columns.timed(_posts(frame, names), read)
        links = columns.of_reposts(_links(frame, names, context), posts)
        return Frames(_accounts(frame, names), posts, links, pl.concat([nobody, unread], how="diagonal"))


def _mapping_for(frame: pl.DataFrame, context: Context) -> dict[str, str]:
    """Guessed once, from the first rows, and said aloud."""
    if context.mapping is None:
        sample = _sample(frame, context)
        check_mapping(sample)
        context.mapping = guess(sample)
        told = ", ".join(f"{field} = {column}" for field, column in context.mapping.items())
        context.assume(f"Columns were read as: {told}.")
    return context.mapping


def _sample(frame: pl.DataFrame, context: Context) -> Sample:
    """The beginning of the file, the same for every batch."""
    if context.sample is None:
        header = tuple(c for c in frame.columns if c != ROW and not c.startswith("__"))
        rows = tuple(frame.select(header).fill_null("").head(200).iter_rows())
        context.sample = Sample(context.file_name, "csv", header, rows, options=context.options)
    return context.sample


def _moments(frame: pl.DataFrame, names: Mapping[str, str], context: Context) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The times of the posts, put together where day and clock stand in two columns."""
    if "clock" not in names:
        return columns.moments(frame, names["time"], context)
    parts = [names[field] for field in ("time", "clock", "zone") if field in names]
    whole = " + ".join(parts)
    together = pl.concat_str([_said(part) for part in parts], separator=" ", ignore_nulls=True)
    days = pl.when(_said(parts[0]).is_not_null()).then(together)
    return columns.moments(frame.with_columns(days.alias(whole)), whole, context, dates=parts[0])


def _said(column: str) -> pl.Expr:
    return pl.when(pl.col(column).str.strip_chars() != "").then(pl.col(column).str.strip_chars())


def _all_whole_numbers(values: pl.Series) -> bool:
    return values.cast(pl.Int64, strict=False).null_count() == values.null_count()


def _shown(context: Context, sentence: str, column: str, found: pl.Series) -> None:
    """Count cells in a sentence that shows the first of them."""
    if len(found):
        example = context.memory.setdefault((sentence, column), str(found[0])[:80])
        context.count(sentence.format(column=column, found=example), len(found))


# -- accounts ----------------------------------------------------------------------------------------------------------


def _with_accounts(
    frame: pl.DataFrame, names: Mapping[str, str], context: Context
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with ``__id``, ``__handle`` and ``__home`` (the platform), and those whose account cannot be told."""
    who = {field: _named(frame[names[field]], field) for field in ("account", "handle") if field in names}
    sides = list(who.values())
    told = {name: pl.coalesce(*(side[name] for side in sides)) for name in ("handle", "platform")}
    own = who["account"]["native_id"] if "account" in who else _nothing(frame)
    frame = frame.with_columns(own.alias("__id"), told["handle"].alias("__handle"))
    frame = frame.with_columns(pl.coalesce(told["platform"], _homes(frame, names, context)).alias("__home"))
    if "account" in names and "handle" not in names and spellings(names["account"]) & WHO:
        named = (pl.col("__home") == "x") & pl.col("__id").str.contains(_X_NAME) & pl.col("__handle").is_null()
        frame = frame.with_columns(
            __handle=pl.when(named).then("__id").otherwise("__handle"),
            __id=pl.when(~named.fill_null(False)).then("__id"),
        )
    refused = pl.all_horizontal(pl.col("__id", "__handle").is_null()) & pl.any_horizontal(s["refused"] for s in sides)
    column = names.get("account", names.get("handle", ""))
    nobody = frame.filter(refused).select(
        ROW, column=pl.lit(column), reason=pl.lit(NOT_ONE_ACCOUNT), found=pl.col(column).str.slice(0, 200)
    )
    return (frame.filter(~refused) if len(nobody) else frame), nobody


def _named(values: pl.Series, field: str) -> pl.DataFrame:
    """The accounts that cells name: ``native_id``, ``handle``, ``platform``, and ``refused`` where they name none."""
    own = "native_id" if field == "account" else "handle"
    odd = _nowhere(values) if _all_whole_numbers(values) else ~values.str.contains(_TOKEN).fill_null(True)
    if not odd.any():
        return pl.DataFrame({own: values}).select(
            *(pl.col(own) if own == name else pl.lit(None, pl.String).alias(name) for name in Account._fields),
            refused=pl.lit(False),
        )
    told = {cell: _as_field(structures.account(cell), field) for cell in values.filter(odd).unique().to_list()}
    said = {
        name: keyed(values.set(~odd, None), {cell: getattr(one, name) for cell, one in told.items() if one}.get)
        for name in Account._fields
    }
    said[own] = said[own].zip_with(odd, values)
    return pl.DataFrame(said).with_columns(refused=odd & pl.all_horizontal(pl.col("native_id", "handle").is_null()))


def _as_field(one: Account | None, field: str) -> Account | None:
    """The account; a bare name in a column of handles is a handle."""
    bare = field == "handle" and one and not one.handle and not one.platform
    return Account(handle=one.native_id) if one and bare else one


def _homes(frame: pl.DataFrame, names: Mapping[str, str], context: Context) -> pl.Series:
    """The platform of each row: as a column says it, as a person does, or that of the post's own address."""
    if "platform" in names:
        return keyed(frame[names["platform"]], platform)
    if context.options.platform or "permalink" not in names:
        return _constant(frame, context.platform)
    context.assume(f"The platform of a post is that of its own address, in column {names['permalink']!r}.")
    return platforms.platforms_of(frame[names["permalink"]]).fill_null(context.platform)


def _nowhere(values: pl.Series) -> pl.Series:
    return pl.Series([False]).new_from_index(0, len(values))


def _nothing(frame: pl.DataFrame) -> pl.Series:
    return pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)


def _constant(frame: pl.DataFrame, word: str) -> pl.Series:
    return pl.Series([word]).new_from_index(0, frame.height)


def _accounts(frame: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    display = {"display_name": _said(names["display_name"])} if "display_name" in names else {}
    numbers = {to: columns.number(names[to]) for to in ("followers", "following") if to in names}
    return frame.select(ROW, native_id="__id", handle="__handle", platform="__home", **display, **numbers)


# -- posts -------------------------------------------------------------------------------------------------------------


def _with_targets(frame: pl.DataFrame, names: Mapping[str, str], context: Context) -> pl.DataFrame:
    """The rows with the posts they refer to: ``__repost`` (an id), ``__repost_who`` (its account), ``__is_repost`` and so on."""
    frame = frame.with_columns(_ids(frame, names, context).alias("__post"))
    whole = "id" in names and _whole_in_sample(names["id"], frame, context)
    for kind in ("repost", "reply", "quote"):
        if kind in names:
            frame = frame.with_columns(_referred(frame, names[kind], kind, whole, context))
    return _with_repeats(frame, names, context)


def _ids(frame: pl.DataFrame, names: Mapping[str, str], context: Context) -> pl.Series:
    """Ids of the posts; those of X out of their addresses; null where a cell holds no id."""
    if "id" not in names:
        return _nothing(frame)
    values = frame[names["id"]].str.strip_chars()
    if _all_whole_numbers(values):
        return values
    values = values.str.strip_prefix("'")
    wrong = ~values.str.contains(_ID).fill_null(True)
    _shown(context, NO_ID, names["id"], values.filter(wrong))
    address = values.str.contains("://").fill_null(False)
    inside = values.set(~address, None).str.extract(ADDRESS, 1)
    return inside.zip_with(inside.is_not_null(), values.set(wrong, None))


def _whole_in_sample(column: str, frame: pl.DataFrame, context: Context) -> bool:
    sample = _sample(frame, context)
    place = sample.header.index(column)
    said = [row[place].strip() for row in sample.rows if place < len(row) and row[place].strip()]
    return bool(said) and all(cell.isdecimal() for cell in said)


def _referred(frame: pl.DataFrame, column: str, kind: str, whole: bool, context: Context) -> list[pl.Series]:
    """References to other posts in one column. Where ids of posts are whole numbers, a word is the name of an account."""
    values = frame[column].str.strip_chars()
    values = values.set(values.is_in(("", "0", "-1")).fill_null(False), None)
    if whole and _all_whole_numbers(values):
        post, who, named = values, _nothing(frame), values.is_not_null()
    else:
        plain = values.str.contains(_WHOLE if whole else _TOKEN) & ~values.str.to_lowercase().is_in(_FLAGS)
        odd = values.set(plain.fill_null(False), None)
        rules = {cell: _target(cell, kind, whole) for cell in odd.drop_nulls().unique().to_list()}
        post = keyed(odd, {cell: one.post for cell, one in rules.items() if one}.get)
        post = post.zip_with(~plain.fill_null(False), values)
        who = keyed(odd, {cell: _uid_part(one.account) for cell, one in rules.items() if one}.get)
        denied = [cell for cell, one in rules.items() if one and cell.lower() in _NO]
        wrong = values.is_in([cell for cell, one in rules.items() if one is None]).fill_null(False)
        _shown(context, NO_POST, column, values.filter(wrong))
        named = values.is_not_null() & ~wrong & ~values.is_in(denied).fill_null(False)
    itself = (post == frame["__post"]).fill_null(False)  # some tools write the post's own id
    post = post.set(itself, None)
    named = named & ~itself if kind != "repost" else named
    context.count(ONLY_WHOSE.format(column=column), int((named & post.is_null()).sum()))
    return [post.alias(f"__{kind}"), who.alias(f"__{kind}_who"), named.alias(f"__is_{kind}")]


_NO, _FLAGS = ("false", "no"), ("false", "no", "true", "yes")


def _target(cell: str, kind: str, whole: bool) -> Target | None:
    if _MANGLED.match(cell):
        return Target(cell)  # it lost digits, which is said where links are made
    told = structures.target(cell, kind)
    if not whole or told is None or told.post is None or told.post.isdecimal():
        return told
    return Target(account=Account(handle=told.post)) if _NAME.match(told.post) else None


def _uid_part(one: Account | None) -> str | None:
    """The end of an account's key: ``:12`` or ``:@anna``."""
    if one is None:
        return None
    folded = fold(one.handle) if one.handle else None
    return f":{one.native_id}" if one.native_id else f":@{folded}" if folded else None


def _with_repeats(frame: pl.DataFrame, names: Mapping[str, str], context: Context) -> pl.DataFrame:
    """The rows with their ``__kind``. On X, ``RT @name:`` makes a repost of an unknown post of that account.

    Two people who repeat the same words of the same account get the same ``__guess``, as in `x_tables.guess`.
    """
    frame = frame.with_columns(_kind(names).alias("__kind"))
    no_target = pl.col("__repost").is_null() if "repost" in names else pl.lit(True)
    on_x = frame["__home"] == "x"
    if "text" not in names or not (on_x.any() or _of_tweets(frame, context)):
        return frame.with_columns(__guess=pl.lit(None, pl.String), __whose=pl.lit(None, pl.String))
    here = pl.lit(True) if _of_tweets(frame, context) else pl.col("__home") == "x"
    may = here & no_target & pl.col("__kind").is_in(["original", "repost"])
    whose = pl.when(may & pl.col(names["text"]).str.contains(RETWEETED)).then(
        pl.col(names["text"]).str.extract(RETWEETED, 1)
    )
    frame = frame.with_columns(__whose=whose)
    context.count(
        BY_WORDS, int(frame.select((pl.col("__whose").is_not_null() & (pl.col("__kind") == "original")).sum()).item())
    )
    those = pl.when(pl.col("__whose").is_not_null())
    return frame.with_columns(
        __guess=those.then(repeated(pl.col("__whose"), pl.col(names["text"]))),
        __kind=those.then(pl.lit("repost")).otherwise("__kind"),
    )


def _of_tweets(frame: pl.DataFrame, context: Context) -> bool:
    """True for a table whose columns speak of tweets and that does not say its platform: only X has them."""
    return context.platform == platforms.UNKNOWN and any(
        "tweet" in name for column in _sample(frame, context).header for name in spellings(column)
    )


def _posts(frame: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    told = {to: _said(names[field]) for field, to in (("permalink", "url"),) if field in names}
    if "text" in names:
        told["text"] = pl.when(pl.col(names["text"]).str.strip_chars() != "").then(pl.col(names["text"]))
    told |= {to: columns.number(names[to]) for to in COUNTS if to in names and to not in ("followers", "following")}
    if "language" in names:
        told["lang"] = columns.language(names["language"])
        told["lang_basis"] = pl.when(told["lang"].is_not_null()).then(pl.lit("reported"))
    extra = columns.extra(frame, names.values())
    posts = frame.select(ROW, native_id="__post", platform="__home", kind="__kind", extra=extra, **told)
    return posts.with_columns(text_is_inherited=pl.col("kind") == "repost")


def _kind(names: Mapping[str, str]) -> pl.Expr:
    kind: pl.Expr = pl.lit("original")
    for field in ("reply", "quote", "repost"):
        if field in names:
            kind = pl.when(pl.col(f"__is_{field}")).then(pl.lit(field)).otherwise(kind)
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
        yes = columns.flag(names["is_repost"]).fill_null(False) & (kind != "quote")
        kind = pl.when(yes).then(pl.lit("repost")).otherwise(kind)
    return kind


# -- links -------------------------------------------------------------------------------------------------------------

_OPAQUE = {"domain": "domain", "media": "media", "track": "track"}
"""Fields whose cells are keys as they stand -> kind of link."""


def _links(frame: pl.DataFrame, names: Mapping[str, str], context: Context) -> pl.DataFrame:
    """Links from their own columns; urls, hashtags and mentions from the text where they have none."""
    text = names.get("text")
    parts = [_to_posts(frame, kind) for kind in ("repost", "reply", "quote") if kind in names]
    parts.append(_guessed(frame))
    if "object" in names:
        whole = pl.col(names["object"])
        parts.append(
            frame.filter(whole.is_not_null()).select(ROW, kind=pl.lit("object"), target_key=whole, target_raw=whole)
        )
    parts += [_opaque(frame, names[field], kind) for field, kind in _OPAQUE.items() if field in names]
    if "url" in names:
        parts.append(_shared(frame, names["url"], context))
    elif text:
        parts.append(columns.urls_in_text(frame, text))
    if "hashtags" in names:
        parts.append(_tags(frame, names["hashtags"], context))
    elif text:
        parts.append(columns.tags_in_text(frame, text))
    if "mentions" in names:
        found = columns.exploded(frame, names["mentions"], columns.split_mentions, "mention")
        cells = frame.filter(pl.col(names["mentions"]).is_not_null() & ~pl.col(ROW).is_in(found[ROW].implode()))
        _shown(context, NO_NAME, names["mentions"], cells[names["mentions"]])
        parts.append(_mentions(frame, found))
    elif text:
        parts.append(_mentions(frame, columns.exploded(frame, text, texts.mentions_in, "mention", "@")))
    return columns.stacked(*parts)


def _to_posts(frame: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Links to posts by their ids, on the platform of the row."""
    home, post, who = pl.col("__home"), pl.col(f"__{kind}"), pl.col(f"__{kind}_who")
    return frame.filter(post.is_not_null()).select(
        ROW, kind=pl.lit(kind), target_key=home + ":" + post, target_raw=post, target_account_uid=home + who
    )


def _guessed(frame: pl.DataFrame) -> pl.DataFrame:
    """Links to the unknown posts that posts repeat word for word."""
    home, guess = pl.col("__home"), pl.col("__guess")
    return frame.filter(guess.is_not_null()).select(
        ROW,
        kind=pl.lit("repost"),
        target_key=home + ":" + guess,
        target_raw=guess,
        target_account_uid=home + ":@" + mapped("__whose", fold),
        resolved=pl.lit(False),
    )


def _opaque(frame: pl.DataFrame, column: str, kind: str) -> pl.DataFrame:
    """Links whose keys stand in a column; a site that is written as an address is its host."""
    found = columns.exploded(frame, column, columns.split_words, kind)
    key = mapped("target_raw", _site) if kind == "domain" else pl.col("target_raw")
    return found.with_columns(target_key=key)


def _site(cell: str) -> str:
    return urls.domain(cell) or cell.casefold()


def _shared(frame: pl.DataFrame, column: str, context: Context) -> pl.DataFrame:
    """Shared links; cells without any are counted."""
    values = frame[column]
    none = values.is_not_null() & ~values.str.contains(".", literal=True)
    _shown(context, NO_LINK, column, values.filter(none))
    return columns.exploded(frame, column, columns.split_urls, "url")


def _tags(frame: pl.DataFrame, column: str, context: Context) -> pl.DataFrame:
    """Hashtags; numbers in a column that a person named are opaque ids, which no hashtag is."""
    found = columns.exploded(frame, column, columns.split_tags, "hashtag")
    if column in dict(context.options.mapping).values() and _whole_in_sample(column, frame, context):
        context.assume(OPAQUE.format(column=column, kind="hashtag"))
        return found.with_columns(target_raw="id:" + pl.col("target_raw"))
    return found


def _mentions(frame: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Mentions with the keys of the accounts, on the platform of the row."""
    homes = frame["__home"].unique()
    if len(homes) == 1:
        return columns.as_mentions(found, str(homes[0]))
    keyed = columns.as_mentions(found, "").join(frame.select(ROW, "__home"), on=ROW, how="left", maintain_order="left")
    return keyed.with_columns(target_key=pl.col("__home") + pl.col("target_key")).drop("__home")


READER = GenericCsv()
