"""Links with their keys, and what is made of them: sites from addresses, keys from texts, a place for each."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.assemble.duplicates import only, places
from ingest.assemble.id_repair import SoundIds
from ingest.mapping.contract import ROW, Context
from ingest.mapping.frames import schema_of
from ingest.normalize import distinct, text_columns, urls
from ingest.normalize import text as texts
from ingest.normalize.url_rules import SHORT
from ingest.tables import LINK_KINDS


class Linking:
    """Makes the links of one file, part by part."""

    def __init__(self, context: Context, ids: SoundIds) -> None:
        self._context, self._ids = context, ids
        self._link_key = context.options.short_links.key if context.options.short_links else urls.key

    def make(self, links: pl.DataFrame, posts: pl.DataFrame) -> pl.DataFrame:
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
        links = pl.concat([links, _domains(links), _text_links(posts, links)], how="diagonal")
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
        return links.filter(~self._ids.lost_targets(keys))


def _domains(links: pl.DataFrame) -> pl.DataFrame:
    """The site of each link; a short link's is not known, and its shortener's is nobody's."""
    of_urls = links.filter(pl.col("kind") == "url")
    if not of_urls.height:
        return of_urls
    host = pl.col("target_key").str.extract(r"^(\[[^\]]*\]|[^/?#:]+)", 1)
    of_urls = of_urls.with_columns(host.alias("host"))
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


def _text_links(posts: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Texts as links. Of a repost that does not say what it repeats, the text is the only trace."""
    if posts["text"].null_count() == posts.height:
        return links.clear()
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


def _site(host: str) -> str | None:
    return None if host in SHORT else urls.site_of(host)
