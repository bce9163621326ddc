"""What all formats have in common, done once: keys, domains, texts, hashtags, duplicates, and the count of what was kept.

A reader's frames go in, a `Batch` comes out. ``rows_in == kept + merged + skipped`` holds by construction: every row is
sorted into exactly one of the three, in this order.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from ingest import distinct, rounded, text_columns, times, urls
from ingest import text as texts
from ingest.errors import UsageError
from ingest.forgotten import REASON as FORGOTTEN
from ingest.link_rules import SHORT
from ingest.readers.base import ROW, Context, Frames
from ingest.repeats import Merged, Repeats, only, places
from ingest.seen import Seen
from ingest.tables import ACCOUNTS, LINK_KINDS, LINKS, POSTS, PRECISIONS, SKIPPED, Batch, conform

PLACEHOLDERS = ("[deleted]", "[removed]", "redacted", "unknown", "not available", "n/a", "")
MANGLED_ID = "The id went through a spreadsheet or a number: digits are lost."
FOUND_IDS = "{n} ids of posts that had lost digits were taken from the posts' addresses."
LOST_IDS = (
    "{n} ids of posts went through numbers of JavaScript, R or Python and lost their last digits: they were left out, and those"
    " posts are told apart by what they say. They join with no other file."
)
GUESSED = "Reposts whose target was guessed, because the file does not say it: {n}."
UNNAMED = "Reposts that do not say which post they repeat: {n}. Of them, only the text can be compared."
BY_HANDLE = "The ids of accounts in {n} rows had lost digits; those accounts are known by their handles."
NOTHING_MADE = "Nothing in the row could be used."
NO_ACCOUNT = "There is no account."
PLACEHOLDER = "The account is a placeholder that stands for nobody in particular."
NO_TIME = "There is no time."
ODD_TIME = "The time cannot be."
_Problem = tuple[pl.Series, str, str | None, str | None]
EARLIEST, LATEST = 0, 4_102_444_800_000_000  # 1970 to 2100


@cache
def schema_of(name: str) -> dict[str, Any]:
    """The polars types of a table of ``ingest.tables``, with ``__row``."""
    tables = {"accounts": ACCOUNTS, "posts": POSTS, "links": LINKS, "skipped": SKIPPED}
    return {**pl.Schema(tables[name]), ROW: pl.Int64}


def complete(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """The frame with every column of its table, missing ones null, and ``__row``."""
    schema = schema_of(name)
    return frame.select(
        pl.col(column).cast(kind) if column in frame.columns else pl.lit(None, kind).alias(column)
        for column, kind in schema.items()
    )


def nothing(name: str) -> pl.DataFrame:
    """An empty frame of a table."""
    return pl.DataFrame(schema=schema_of(name))


class Finisher:
    """Turns a reader's frames into batches, and keeps count over the whole file.

    Memory grows by eight bytes for each row, post, account and link of the file, and by nothing else.
    """

    def __init__(self, context: Context, source_id: str, batch_platform: str) -> None:
        self._context, self._source, self._platform = context, source_id, batch_platform
        self._before, self._accounts, self._salt = Repeats(), Seen(), secrets.randbits(63)
        self._watch, self._refused = rounded.Watch(), pl.Series(dtype=pl.String)
        self._repeats: Counter[bytes] = Counter()
        self._known_rows: set[bytes] = set()
        self.rows_in = self.rows_kept = self.rows_merged = self.rows_skipped = 0
        self.covered: Counter[str] = Counter()
        self.platforms: set[str] = set()
        self.precisions: set[str] = set()
        self.reasons: Counter[str] = Counter()
        self.first_of: dict[str, tuple[int | None, str | None, str | None]] = {}
        self.rebuilt = 0
        self.first_at: Any = None
        self.last_at: Any = None
        self._protection = context.options.protection
        self._link_key = context.options.short_links.key if context.options.short_links else urls.key
        if context.options.pseudonyms and self._protection is None:
            raise UsageError("Codes in place of names need a case's key.", hint="lockstep ingest FILES --pseudonyms")
        self._links_left_out = 0
        if self._protection and self._protection.assumption:
            context.assume(self._protection.assumption)

    @property
    def posts(self) -> int:
        return len(self._before.uids)

    @property
    def accounts(self) -> int:
        return len(self._accounts)

    @property
    def links(self) -> int:
        return len(self._before.links) - self._links_left_out

    def finish(self, frames: Frames, row_numbers: pl.Series | None = None) -> Batch:
        """One batch from a reader's frames.

        ``row_numbers`` maps ``__row`` to rows of the file where they differ (records that hold several posts).
        """
        frames = self._with_sound_ids(frames)
        accounts, others = self._name_accounts(complete(frames.accounts, "accounts"))
        posts, skipped = self._place_posts(complete(frames.posts, "posts"), accounts)
        skipped = pl.concat([_skips(frames.skipped), skipped])
        posts = self._name_posts(posts)
        links = self._make_links(complete(frames.links, "links"), posts)
        merged = self._before.merge(posts, links)
        self._count_kept(merged.kept, merged.links_of_kept)
        return self._protected(self._batch(pl.concat([accounts, others]), merged, skipped, row_numbers))

    def _protected(self, batch: Batch) -> Batch:
        """The batch as the case may keep it."""
        if self._protection is None:
            return batch
        kept = self._protection.apply(batch)
        self._links_left_out += batch.links.num_rows - kept.links.num_rows
        return kept

    def _forgotten(self, posts: pl.DataFrame, accounts: pl.DataFrame) -> pl.Series:
        """Accounts of these rows whose people asked to be taken out."""
        if self._protection is None:
            return pl.Series([], dtype=pl.String)
        named = pl.concat(
            [accounts.select("account_uid", "platform", "handle_key", "native_id"), posts.select("account_uid")],
            how="diagonal",
        )
        return named["account_uid"].filter(self._protection.gone(named)).unique()

    # -- ids -----------------------------------------------------------------------------------------------------

    def _with_sound_ids(self, frames: Frames) -> Frames:
        """Ids that went through spreadsheets or numbers, taken from the posts' addresses or left out.

        A post without its id is told apart by what it says, an account without its by its handle; where it has none it keeps
        it, so that its rows can be refused for it.
        """
        posts, accounts = frames.posts, frames.accounts
        if "native_id" in posts.columns:
            if "url" in posts.columns:
                found = rounded.from_address(posts["native_id"], posts["url"])
                self._context.count(FOUND_IDS, found.count())
                posts = posts.with_columns(pl.coalesce(found, "native_id").alias("native_id"))
            lost = self._watch.lost("posts", self._judged(posts))
            self._context.count(LOST_IDS, int(lost.sum()))
            posts = posts.with_columns(native_id=pl.when(~lost).then("native_id"))
        if "native_id" in accounts.columns:
            lost = self._watch.lost("accounts", self._judged(accounts))
            self._refused = accounts["native_id"].filter(lost)
            if "handle" in accounts.columns:
                wrong = (lost | rounded.mangled(accounts["native_id"])) & accounts["handle"].is_not_null()
                self._context.count(BY_HANDLE, int(wrong.sum()))
                accounts = accounts.with_columns(native_id=pl.when(~wrong).then("native_id"))
        return frames._replace(posts=posts, accounts=accounts)

    def _judged(self, frame: pl.DataFrame) -> pl.Series:
        """The ids of platforms whose ids do not end in empty bits by themselves."""
        home = (
            pl.coalesce("platform", pl.lit(self._platform)) if "platform" in frame.columns else pl.lit(self._platform)
        )
        return frame.select(pl.when(~home.is_in(rounded.EXEMPT)).then("native_id").alias("id"))["id"]

    # -- accounts ------------------------------------------------------------------------------------------------

    def _name_accounts(self, accounts: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Accounts with uids: those of the rows, and others the rows tell about (``__row`` null)."""
        accounts = accounts.with_columns(
            distinct.changed(accounts["native_id"], _named),
            distinct.changed(accounts["handle"], lambda some: _named(some.str.strip_chars().str.strip_prefix("@"))),
            pl.col("platform").fill_null(self._platform),
        )
        accounts = accounts.with_columns(distinct.keyed(accounts["handle"], fold).alias("handle_key")).with_columns(
            pl.coalesce(
                pl.col("platform") + ":" + pl.col("native_id"), pl.col("platform") + ":@" + pl.col("handle_key")
            ).alias("account_uid"),
            pl.coalesce(
                "uid_from", pl.when(pl.col("native_id").is_null()).then(pl.lit("handle")).otherwise(pl.lit("id"))
            ),
        )
        owner = pl.col(ROW).is_not_null()
        return accounts.filter(owner), accounts.filter(~owner & pl.col("account_uid").is_not_null())

    # -- posts ---------------------------------------------------------------------------------------------------

    def _place_posts(self, posts: pl.DataFrame, accounts: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Posts with their account and time, and the rows that have none."""
        owners = accounts.select(ROW, owner="account_uid", owner_platform="platform", owner_id="native_id")
        posts = _beside(posts, owners).with_columns(
            pl.coalesce("platform", "owner_platform", pl.lit(self._platform)).alias("platform"),
            pl.coalesce("account_uid", "owner").alias("account_uid"),
            _blank(pl.col("native_id").str.strip_chars()).alias("native_id"),
        )
        posts = self._times_from_ids(posts)
        problem, skips = np.full(posts.height, -1, np.int8), [_skips(nothing("skipped"))]
        for number, (wrong, reason, column, found) in enumerate(self._problems(posts, accounts)):
            those = wrong.to_numpy() & (problem < 0)
            if those.any():
                problem[those] = number
                value = pl.col(found).cast(pl.String) if found else pl.lit(None, pl.String)
                said = (value.alias("found"), pl.lit(column, pl.String).alias("column"), pl.lit(reason).alias("reason"))
                skips.append(_skips(posts.filter(those).select(ROW, *said)))
        return only(posts, problem < 0).drop("owner", "owner_platform", "owner_id"), pl.concat(skips)

    def _problems(self, posts: pl.DataFrame, accounts: pl.DataFrame) -> Iterator[_Problem]:
        """Which posts cannot be kept, why, the column and what stands there; the first that holds of a row is said."""
        names, account, owner = self._context.columns, posts["account_uid"], posts["owner_id"]
        made, epoch = posts["created_at"], posts["created_at"].dt.epoch("us")
        gone = self._forgotten(posts, accounts)
        if len(gone):
            yield account.is_in(gone.implode()).fill_null(False), FORGOTTEN, None, None
        yield rounded.mangled(posts["native_id"]), MANGLED_ID, names.get("id", "id"), "native_id"
        yield distinct.holds(owner, rounded.mangled), MANGLED_ID, names.get("account", "account"), "owner_id"
        if len(self._refused):
            refused = owner.is_in(self._refused.implode()).fill_null(False)
            yield refused, MANGLED_ID, names.get("account", "account"), "owner_id"
        yield account.is_null(), NO_ACCOUNT, names.get("account"), None
        yield made.is_null(), NO_TIME, names.get("time"), None
        yield ~epoch.is_between(EARLIEST, LATEST).fill_null(True), ODD_TIME, names.get("time"), "created_at"

    def _times_from_ids(self, posts: pl.DataFrame) -> pl.DataFrame:
        """Exact times where the id holds one and the file gives none, or only the minute."""
        coarse = pl.col("created_at").is_null() | pl.col("created_at_precision").is_in(["min", "day"])
        for platform in posts["platform"].unique().to_list():
            if platform not in times.TIMES_IN_IDS:
                continue
            rows = posts.filter((pl.col("platform") == platform) & coarse & pl.col("native_id").is_not_null())
            if not rows.height:
                continue
            known = rows.select(ROW, told="created_at", worth="created_at_precision").with_columns(
                times.from_ids(platform, rows["native_id"]).alias("hidden")
            )
            slack = pl.when(pl.col("worth") == "day").then(26 * 60).otherwise(2) * 60_000_000
            apart = (pl.col("hidden") - pl.col("told")).dt.total_microseconds().abs()
            known = known.filter(pl.col("hidden").is_not_null() & (pl.col("told").is_null() | (apart <= slack)))
            self.rebuilt += known.height
            hidden = posts.join(known.select(ROW, "hidden"), on=ROW, how="left", maintain_order="left")["hidden"]
            found = hidden.is_not_null()
            posts = posts.with_columns(
                pl.coalesce(hidden, "created_at").alias("created_at"),
                pl.when(found)
                .then(pl.lit(times.TIMES_IN_IDS[platform][1]))
                .otherwise("created_at_precision")
                .alias("created_at_precision"),
                pl.when(found).then(pl.lit("id")).otherwise("created_at_basis").alias("created_at_basis"),
            )
        return posts

    def _name_posts(self, posts: pl.DataFrame) -> pl.DataFrame:
        """Posts with uids; those without an id of their own get one from what they say, never shared by two rows."""
        posts = posts.with_columns(
            pl.col("created_at_basis").fill_null("reported"),
            pl.coalesce("kind", pl.lit("original")).alias("kind"),
            pl.lit(self._source).alias("source_id"),
            pl.coalesce("raw_row", ROW).alias("raw_row"),
            pl.when(pl.col("native_id").is_not_null())
            .then(pl.col("platform") + ":" + pl.col("native_id"))
            .alias("post_uid"),
        )
        unnamed = posts.filter(pl.col("post_uid").is_null())
        if not unnamed.height:
            return posts
        said = unnamed.select(
            pl.concat_str(
                [
                    pl.col("account_uid"),
                    pl.col("created_at").dt.epoch("us").cast(pl.String),
                    pl.col("text").fill_null(""),
                ],
                separator="\x1f",
            )
        ).to_series()
        names = unnamed.select(ROW, named=pl.Series([self._row_id(words) for words in said.to_list()]))
        posts = posts.join(names, on=ROW, how="left", maintain_order="left")
        return posts.with_columns(
            pl.coalesce("post_uid", pl.col("platform") + ":" + pl.col("named")).alias("post_uid")
        ).drop("named")

    def _row_id(self, words: str) -> str:
        digest = hashlib.blake2b(words.encode(), digest_size=12).digest()
        if digest in self._known_rows:
            self._repeats[digest] += 1
            digest = hashlib.blake2b(digest + self._repeats[digest].to_bytes(8, "big"), digest_size=12).digest()
        else:
            self._known_rows.add(digest)
        return "row:" + digest.hex()

    # -- links ---------------------------------------------------------------------------------------------------

    def _make_links(self, links: pl.DataFrame, posts: pl.DataFrame) -> pl.DataFrame:
        """Links with keys and with what is made from them: domains from urls, text keys from texts."""
        owners = posts.select(ROW, "post_uid", "account_uid", created="created_at", home="platform")
        links = _owned(links.drop("post_uid", "account_uid"), owners).with_columns(at=pl.coalesce("at", "created"))
        keys = {"url": self._link_key, "hashtag": texts.hashtag_key}
        key, account = pl.col("target_key"), pl.col("target_account_uid")
        mention = pl.col("kind") == "mention"
        links = links.with_columns(
            target_key=pl.when(mention).then(pl.coalesce(key, account)).when(~pl.col("kind").is_in([*keys])).then(key),
            target_account_uid=pl.when(mention).then(pl.coalesce(account, key)).otherwise(account),
        )
        for kind, rule in keys.items():
            those = (links["kind"] == kind).arg_true()
            told = distinct.keyed(links["target_raw"].gather(those), rule)
            links = links.with_columns(links["target_key"].scatter(those, told)) if len(those) else links
        self._count_resolved(links)
        links = self._sound(links.filter(pl.col("target_key").is_not_null() & (pl.col("target_key") != "")))
        links = pl.concat([links, self._domains(links), self._text_links(posts, links)], how="diagonal")
        return (
            _numbered(links)
            .with_columns(
                pl.col("resolved").fill_null(pl.col("kind") != "mention"), pl.col("inherited").fill_null(False)
            )
            .select(*schema_of("links"))
        )

    def _count_resolved(self, links: pl.DataFrame) -> None:
        table = self._context.options.short_links
        if table:
            short = links.filter(pl.col("kind") == "url")["target_raw"].drop_nulls().to_list()
            known = {raw: urls.key(raw) in table.leads for raw in set(short)}
            self._context.count(f"{{n}} short links were resolved by {table.name}.", sum(known[raw] for raw in short))

    def _sound(self, links: pl.DataFrame) -> pl.DataFrame:
        """Links without those to posts whose ids lost digits: two of them would look like one."""
        to_post = pl.col("kind").is_in(["repost", "reply", "quote"])
        keys = links.select(
            native_id=pl.when(to_post).then(pl.col("target_key").str.replace(r"^[^:]*:", "")), platform="home"
        )
        lost = self._watch.lost("targets", self._judged(keys)) | rounded.mangled(keys["native_id"])
        if lost.any():
            self._context.warn(
                "Ids of reposted or answered posts went through a spreadsheet or a number; those references were left out."
            )
        return links.filter(~lost)

    def _domains(self, links: pl.DataFrame) -> pl.DataFrame:
        """The site of each link; a short link's is not known, and its shortener's is nobody's."""
        host = pl.col("target_key").str.extract(r"^(\[[^\]]*\]|[^/?#:]+)", 1)
        of_urls = links.filter(pl.col("kind") == "url").with_columns(host.alias("host"))
        return (
            of_urls.with_columns(
                distinct.keyed(of_urls["host"], _site).alias("target_key"),
                kind=pl.lit("domain"),
                target_raw=pl.lit(None, pl.String),
                target_account_uid=pl.lit(None, pl.String),
            )
            .filter(pl.col("target_key").is_not_null())
            .drop("host")
        )

    def _text_links(self, posts: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
        """Texts as links. Of a repost that does not say what it repeats, the text is the only trace."""
        targeted = links.filter(pl.col("kind") == "repost")[ROW]
        written = (pl.col("kind") != "repost") & ~pl.col("text_is_inherited").fill_null(False)
        untargeted = (pl.col("kind") == "repost") & ~pl.col(ROW).is_in(targeted.implode())
        own = posts.filter((written | untargeted) & pl.col("text").is_not_null())
        known = own["text"].unique()
        keys = pl.DataFrame({"text": known, "target_key": text_columns.keys(known)}).drop_nulls("target_key")
        return (
            own.select(ROW, "post_uid", "account_uid", "text", at="created_at", kind=pl.lit("text"))
            .join(keys, on="text", how="inner", maintain_order="left")
            .drop("text")
            .with_columns(inherited=False, resolved=True)
        )

    # -- what was kept -------------------------------------------------------------------------------------------

    def _count_kept(self, kept: pl.DataFrame, of_kept: pl.DataFrame) -> None:
        self.rows_kept += kept.height
        for column in kept.columns:
            if column not in (ROW, "raw_row", "source_id"):
                self.covered["post_url" if column == "url" else column] += kept.height - kept[column].null_count()
        reposted = of_kept.filter(pl.col("kind") == "repost")
        named = reposted[ROW].implode()
        self._context.count(GUESSED, reposted.filter(~pl.col("resolved"))[ROW].n_unique())
        self._context.count(UNNAMED, kept.filter((pl.col("kind") == "repost") & ~pl.col(ROW).is_in(named)).height)
        for kind, count in of_kept.filter(pl.col("position") == 0)["kind"].value_counts().iter_rows():
            self.covered[kind] += count if kind != "text" else 0
        if kept.height:
            self.platforms |= set(kept["platform"].unique().to_list())
            self.precisions |= set(kept["created_at_precision"].drop_nulls().unique().to_list())
            first, last = kept["created_at"].min(), kept["created_at"].max()
            self.first_at = first if self.first_at is None else min(self.first_at, first)
            self.last_at = last if self.last_at is None else max(self.last_at, last)

    # -- the batch -----------------------------------------------------------------------------------------------

    def _batch(
        self,
        accounts: pl.DataFrame,
        read: Merged,
        skipped: pl.DataFrame,
        row_numbers: pl.Series | None,
    ) -> Batch:
        posts, kept, merged = read.posts, read.kept.height, read.merged
        if row_numbers is not None:
            posts = posts.with_columns(row_numbers.gather(posts[ROW]).alias("raw_row"))
            skipped = skipped.with_columns(row_numbers.gather(skipped[ROW]).alias(ROW))
        self._note_skips(skipped)
        self.rows_merged += merged
        self.rows_skipped += skipped.height
        self.rows_in += kept + merged + skipped.height
        people = self._people(accounts, posts)
        skipped = skipped.select(
            pl.lit(self._source).alias("source_id"), pl.col(ROW).alias("row"), "column", "reason", "found"
        ).sort("row")
        return Batch(
            accounts=_arrow(people, ACCOUNTS),
            posts=_arrow(posts, POSTS),
            links=_arrow(read.links, LINKS),
            skipped=_arrow(skipped, SKIPPED),
            rows_in=kept + merged + skipped.height,
            rows_kept=kept,
            rows_merged=merged,
        )

    def _people(self, accounts: pl.DataFrame, posts: pl.DataFrame) -> pl.DataFrame:
        """One row per account, each column the last thing said of it."""
        active = posts.group_by("account_uid").agg(first=pl.col("created_at").min(), last=pl.col("created_at").max())
        mine = accounts.filter(
            pl.col(ROW).is_null() | pl.col("account_uid").is_in(posts["account_uid"].unique().implode())
        )
        filled = [c for c in mine.columns if c != "account_uid" and mine[c].null_count() < mine.height]
        people = mine.group_by("account_uid", maintain_order=True).agg(pl.col(c).drop_nulls().last() for c in filled)
        people = complete(people, "accounts").join(active, on="account_uid", how="left", maintain_order="left")
        self._accounts.new(people["account_uid"].hash(self._salt).to_numpy())
        return people.with_columns(
            first_seen=pl.coalesce("first_seen", "first"),
            last_seen=pl.coalesce("last_seen", "last"),
            source_ids=pl.concat_list(pl.lit(self._source)),
        ).drop("first", "last")

    def _note_skips(self, skipped: pl.DataFrame) -> None:
        for reason, count in skipped.group_by("reason", maintain_order=True).len().iter_rows():
            self.reasons[reason] += count
            if reason not in self.first_of:
                those = skipped.filter(pl.col("reason") == reason).sort(ROW)
                self.first_of[reason] = those.select(ROW, "column", "found").row(0)

    def precision(self) -> str | None:
        """The coarsest precision of a time in the file."""
        return max(self.precisions, key=PRECISIONS.index, default=None)

    def coverage(self) -> dict[str, float]:
        """Share of kept rows that have each column of posts, and each kind of link; only what occurs.

        ``text`` is the column; ``url`` is the link, the post's own address is ``post_url``.
        """
        return {name: round(count / self.rows_kept, 4) for name, count in sorted(self.covered.items()) if count}


def _skips(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        pl.col(ROW).cast(pl.Int64),
        *(
            pl.col(c).cast(pl.String) if c in frame.columns else pl.lit(None, pl.String).alias(c)
            for c in ("column", "reason", "found")
        ),
    )


def _arrow(frame: pl.DataFrame, schema: pa.Schema) -> pa.Table:
    """The frame as a table for the case; columns of nothing cost nothing."""
    said = [c for c in frame.columns if c in schema.names and frame[c].null_count() < frame.height]
    return conform(frame.select(said).to_arrow(), schema) if said else conform(pa.table({}), schema)


def _beside(frame: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """The frame with the other's columns: what it says first of each row, null of rows it does not know."""
    if frame[ROW].equals(other[ROW]) and (frame[ROW].diff().drop_nulls() > 0).all():
        return frame.hstack(other.drop(ROW))
    return frame.join(other.unique(ROW, keep="first"), on=ROW, how="left", maintain_order="left")


def _owned(links: pl.DataFrame, owners: pl.DataFrame) -> pl.DataFrame:
    """The links of rows that have an owner, each beside it."""
    if links[ROW].equals(owners[ROW]):
        return links.hstack(owners.drop(ROW))
    at = places(links[ROW], owners[ROW])
    there = at >= 0
    return only(links, there).hstack(owners.drop(ROW)[at[there]] if len(owners) else owners.drop(ROW))


def _numbered(links: pl.DataFrame) -> pl.DataFrame:
    """Links without those that a row says twice, each with its ``position`` among those of its row and kind."""
    kinds = links["kind"].cast(pl.Enum(LINK_KINDS)).to_physical().to_numpy()
    group = links[ROW].to_numpy() * len(LINK_KINDS) + kinds
    order = np.argsort(group, kind="stable")
    begins = np.flatnonzero(np.diff(group[order], prepend=-1))
    sizes = np.diff(begins, append=len(order))
    several = np.sort(order[np.repeat(sizes > 1, sizes)])  # of a row and kind that has but one, nothing is said twice
    said = pl.DataFrame({"group": group[several], "key": links["target_key"].gather(several)})
    again = ~said.select(pl.struct("group", "key").is_first_distinct()).to_series().to_numpy()
    if again.any():
        keep = np.ones(len(order), np.bool_)
        keep[several[again]] = False
        return _numbered(links.filter(keep))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order)) - np.repeat(begins, sizes)
    return links.with_columns(position=pl.Series(np.minimum(place, 32_767), dtype=pl.Int16))


def _blank(value: pl.Expr) -> pl.Expr:
    return pl.when(value != "").then(value)


def _named(values: pl.Series) -> pl.Series:
    """Names and ids without what stands for nobody in particular."""
    names = values.str.strip_chars()
    return names.set(names.str.to_lowercase().is_in(PLACEHOLDERS).fill_null(False), None)


def fold(word: str) -> str | None:
    """One spelling of a handle: NFC, casefolded, without its sign.

    Examples
    --------
    >>> [fold(word) for word in (" @TEN_GOP", "Straße", "@")]
    ['ten_gop', 'strasse', None]
    """
    return unicodedata.normalize("NFC", word.strip().lstrip("@").strip()).casefold() or None


def _site(host: str) -> str | None:
    return None if host in SHORT else urls.site_of(host)
