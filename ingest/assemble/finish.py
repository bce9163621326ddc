"""Work common to all formats, done once: keys, domains, texts, hashtags, duplicates, and the count of what was kept.

A reader's frames go in, a `Batch` comes out. ``rows_in == kept + merged + skipped`` holds by construction: every row is
sorted into exactly one of the three, in this order.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from ingest.assemble.duplicates import Merged, Repeats, only
from ingest.assemble.hash_set import Seen
from ingest.assemble.id_repair import SoundIds
from ingest.assemble.links import Linking
from ingest.errors import UsageError
from ingest.mapping.contract import ROW, Context, Frames
from ingest.mapping.frames import arrow, beside, complete, nothing, skips
from ingest.normalize import distinct, nobody, rounded_ids, times
from ingest.normalize import text as texts
from ingest.privacy.erasure import REASON as FORGOTTEN
from ingest.tables import ACCOUNTS, LINKS, POSTS, PRECISIONS, SKIPPED, Batch

MANGLED_ID = "The id went through a spreadsheet or a number: digits are lost."
GUESSED = "Reposts whose target was guessed, because the file does not say it: {n}."
UNNAMED = "Reposts that do not say which post they repeat: {n}. Of them, only the text can be compared."
NOTHING_MADE = "Nothing in the row could be used."
NO_ACCOUNT = "There is no account."
NO_TIME = "There is no time."
ODD_TIME = "The time cannot be."
_Problem = tuple[pl.Series, str, str | None, str | None]
EARLIEST, LATEST = 0, 4_102_444_800_000_000  # 1970 to 2100


class Finisher:
    """Turns a reader's frames into batches, and keeps count over the whole file.

    Memory grows by eight bytes for each row, post, account and link of the file, and by nothing else.
    """

    def __init__(self, context: Context, source_id: str, batch_platform: str) -> None:
        self._context, self._source, self._platform = context, source_id, batch_platform
        self._before, self._accounts, self._salt = Repeats(), Seen(), secrets.randbits(63)
        self._ids = SoundIds(context, batch_platform)
        self._linking = Linking(context, self._ids)
        self._repeats: Counter[bytes] = Counter()
        self._known_rows: set[bytes] = set()
        self.rows_in = self.rows_kept = self.rows_merged = self.rows_skipped = 0
        self.covered: Counter[str] = Counter()
        self.platforms: set[str] = set()
        self.precisions: set[str] = set()
        self.reasons: Counter[str] = Counter()
        self.first_of: dict[str, tuple[int | None, str | None, str | None]] = {}
        self.rebuilt = self.bare = 0
        self.first_at: Any = None
        self.last_at: Any = None
        self._protection = context.options.protection
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
        frames = self._ids.mended(frames)
        accounts, others = self._name_accounts(complete(frames.accounts, "accounts"))
        posts, skipped = self._place_posts(complete(frames.posts, "posts"), accounts)
        skipped = pl.concat([skips(frames.skipped), skipped])
        posts = self._name_posts(posts)
        links = self._linking.make(complete(frames.links, "links"), posts)
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

    # -- accounts ------------------------------------------------------------------------------------------------

    def _name_accounts(self, accounts: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Accounts with uids: those of the rows, and others the rows tell about (``__row`` null)."""
        accounts = accounts.with_columns(
            distinct.changed(accounts["native_id"], nobody.named),
            distinct.changed(
                accounts["handle"], lambda some: nobody.named(some.str.strip_chars().str.strip_prefix("@"))
            ),
            pl.col("platform").fill_null(self._platform),
        )
        uid = pl.coalesce(
            pl.col("platform") + ":" + pl.col("native_id"), pl.col("platform") + ":@" + pl.col("handle_key")
        )
        homes = {self._platform, *accounts["platform"].unique().to_list()}
        accounts = accounts.with_columns(
            distinct.keyed(accounts["handle"], texts.fold).alias("handle_key")
        ).with_columns(
            (nobody.without_shared(uid) if homes & nobody.HOMES else uid).alias("account_uid"),
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
        posts = beside(posts, owners).with_columns(
            pl.coalesce("platform", "owner_platform", pl.lit(self._platform)).alias("platform"),
            pl.coalesce("account_uid", "owner").alias("account_uid"),
            _blank(pl.col("native_id").str.strip_chars()).alias("native_id"),
        )
        posts = self._times_from_ids(posts)
        problem, skipped = np.full(posts.height, -1, np.int8), [skips(nothing("skipped"))]
        for number, (wrong, reason, column, found) in enumerate(self._problems(posts, accounts)):
            those = wrong.to_numpy() & (problem < 0)
            if those.any():
                problem[those] = number
                value = pl.col(found).cast(pl.String) if found else pl.lit(None, pl.String)
                said = (value.alias("found"), pl.lit(column, pl.String).alias("column"), pl.lit(reason).alias("reason"))
                skipped.append(skips(posts.filter(those).select(ROW, *said)))
        return only(posts, problem < 0).drop("owner", "owner_platform", "owner_id"), pl.concat(skipped)

    def _problems(self, posts: pl.DataFrame, accounts: pl.DataFrame) -> Iterator[_Problem]:
        """Posts that cannot be kept, with the reason, the column and the value found there; the first reason that holds for a row."""
        names, account, owner = self._context.columns, posts["account_uid"], posts["owner_id"]
        made, epoch = posts["created_at"], posts["created_at"].dt.epoch("us")
        gone = self._forgotten(posts, accounts)
        if len(gone):
            yield account.is_in(gone.implode()).fill_null(False), FORGOTTEN, None, None
        yield rounded_ids.mangled(posts["native_id"]), MANGLED_ID, names.get("id", "id"), "native_id"
        yield distinct.holds(owner, rounded_ids.mangled), MANGLED_ID, names.get("account", "account"), "owner_id"
        if len(self._ids.refused):
            refused = owner.is_in(self._ids.refused.implode()).fill_null(False)
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
        if kept["text"].null_count():
            silent = kept.select(ROW, "text").filter(pl.col("text").is_null())
            self.bare += silent.join(of_kept.select(ROW), on=ROW, how="anti").height
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
            accounts=arrow(people, ACCOUNTS),
            posts=arrow(posts, POSTS),
            links=arrow(read.links, LINKS),
            skipped=arrow(skipped, SKIPPED),
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

    def record(self) -> dict[str, Any]:
        """Columns of ``ingest.tables.SOURCES`` that the rows of the file say, from ``rows_in`` to ``precision``."""
        return {
            "rows_in": self.rows_in,
            "rows_kept": self.rows_kept,
            "rows_merged": self.rows_merged,
            "rows_skipped": self.rows_skipped,
            "posts": self.posts,
            "accounts": self.accounts,
            "links": self.links,
            "platforms": sorted(self.platforms),
            "first_at": self.first_at,
            "last_at": self.last_at,
            "field_coverage": json.dumps(self.coverage()),
            "precision": self.precision(),
        }

    def coverage(self) -> dict[str, float]:
        """Share of kept rows that have each column of posts, and each kind of link; only what occurs.

        ``text`` is the column; ``url`` is the link, the post's own address is ``post_url``.
        """
        return {name: round(count / self.rows_kept, 4) for name, count in sorted(self.covered.items()) if count}


def _blank(value: pl.Expr) -> pl.Expr:
    return pl.when(value != "").then(value)
