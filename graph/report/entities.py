"""Accounts, posts and objects of a case by their ids: codes, names, texts, and words for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl
import pyarrow as pa

from graph.settings import Narrow
from graph.stores.base import Scan, Store
from graph.traces import TRACES
from graph.traces.across import said
from ingest.errors import UsageError

_ACCOUNT = ("account_uid", "code", "platform", "handle", "display_name", "native_id")
_CELLS = ("trace", "object", "sample_post")
_WORDS_LENGTH = 120


class Entities:
    """Accounts, posts and objects of a case, looked up by uid.

    Parameters
    ----------
    store : Store
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def accounts(self, uids: pl.Series) -> pl.DataFrame:
        """``account_uid``, ``code`` (A-n), ``platform``, ``handle``, ``display_name``, ``native_id`` of these accounts, each once."""
        wanted = uids.unique().sort().to_list()
        batches = list(self.store.scan("accounts", Scan(columns=_ACCOUNT, uids=wanted))) if wanted else []
        table = (
            pl.DataFrame(pa.Table.from_batches(batches))
            if batches
            else pl.DataFrame(schema=dict.fromkeys(_ACCOUNT, pl.String))
        )
        return table.with_columns(pl.format("A-{}", pl.col("code")).alias("code"))

    def account(self, uid: str) -> dict[str, Any]:
        """One account as the case knows it, with ``code`` as people say it. Raises UsageError if it is not there."""
        rows = [row for batch in self.store.scan("accounts", Scan(uids=[uid])) for row in batch.to_pylist()]
        if not rows:
            raise UsageError("This account is not in the case.")
        return {**rows[0], "code": f"A-{rows[0]['code']}"}

    def with_codes(self, table: pl.DataFrame) -> pl.DataFrame:
        """Rows of two accounts with the codes and platforms of both."""
        codes = self.accounts(pl.concat([table["account_a"], table["account_b"]]))
        named = codes.select(pl.col("account_uid").alias("uid"), "code", "platform")
        for side in ("a", "b"):
            table = table.join(
                named.rename({"uid": f"account_{side}", "code": f"code_{side}", "platform": f"platform_{side}"}),
                on=f"account_{side}",
                how="left",
                maintain_order="left",
            )
        return table

    def languages(self, uids: Sequence[str], narrow: Narrow = Narrow()) -> pl.DataFrame:
        """``account`` and ``language``: that of most posts of each account, the first by name of several; unknown ones left out."""
        empty = pl.DataFrame(schema={"account": pl.String, "language": pl.String})
        if not len(uids) or not self._languages_named():
            return empty
        within = replace(narrow, accounts=tuple(sorted(set(uids))))
        batches = list(self.store.scan("posts", Scan(columns=("account_uid", "lang"), narrow=within)))
        if not batches:
            return empty
        posts = (
            pl.DataFrame(pa.Table.from_batches(batches))
            .drop_nulls()
            .rename({"account_uid": "account", "lang": "language"})
        )
        counts = (
            posts.group_by("account", "language")
            .len()
            .sort("account", "len", "language", descending=[False, True, False])
        )
        return counts.unique("account", keep="first", maintain_order=True).select("account", "language")

    def _languages_named(self) -> bool:
        """False where the records of all sources say that no post names its language: then none is read."""
        told = self.store.sources().column("field_coverage").to_pylist()
        return any(not coverage or coverage == "{}" or '"lang"' in coverage for coverage in told)

    def posts(self, uids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Text and address of these posts, by uid."""
        wanted = sorted({uid for uid in uids if uid})
        columns = ("post_uid", "text", "url", "created_at_precision", "kind")
        batches = self.store.scan("posts", Scan(columns=columns, uids=wanted)) if wanted else []
        return {row["post_uid"]: row for batch in batches for row in batch.to_pylist()}

    def post(self, uid: str) -> dict[str, Any]:
        """One post as the case has it.

        Columns of ``POSTS``, its author's ``handle`` and ``display_name``, ``media`` (addresses of its pictures and films).

        Raises
        ------
        UsageError
            If it is not there.
        """
        rows = [row for batch in self.store.scan("posts", Scan(uids=[uid])) for row in batch.to_pylist()]
        if not rows:
            raise UsageError("This post is not in the case.")
        what = Scan(columns=("target_raw", "target_key"), kinds=("media",), uids=[uid])
        links = [row for batch in self.store.scan("links", what) for row in batch.to_pylist()]
        names = self.accounts(pl.Series([rows[0]["account_uid"]], dtype=pl.String)).select("handle", "display_name")
        author = names.row(0, named=True) if names.height else {}
        return {**rows[0], **author, "media": [row["target_raw"] or row["target_key"] for row in links]}

    def with_posts(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Pairs of posts with ``text_a``, ``url_a``, ``text_b``, ``url_b`` and ``object_words``."""
        posts = self.posts([*rows["post_a"].to_list(), *rows["post_b"].to_list()])
        new = [
            pl.Series(
                f"{field}_{side}", [posts.get(uid, {}).get(field) for uid in rows[f"post_{side}"]], dtype=pl.String
            )
            for side in ("a", "b")
            for field in ("text", "url")
        ]
        samples = rows.with_columns(pl.col("post_a").alias("sample_post"))
        words = pl.Series("object_words", self.object_words(samples, posts), dtype=pl.String)
        return rows.with_columns(*new, words)

    def object_words(
        self, rows: pl.DataFrame, posts: Mapping[str, Mapping[str, Any]] | None = None
    ) -> list[str | None]:
        """Words for each object: an address, tags, or a text's first words."""
        cells = [(_shows(trace), key, post) for trace, key, post in rows.select(_CELLS).iter_rows()]
        known = dict(posts) if posts is not None else self.posts([post for how, _, post in cells if how == "text"])
        known |= self.posts([key for how, key, _ in cells if how == "post"])
        named = pl.Series([key for how, key, _ in cells if how == "account"], dtype=pl.String)
        codes = dict(self.accounts(named).select("account_uid", "code").iter_rows()) if len(named) else {}
        return [
            codes.get(key, key) if how == "account" else _words(how, key, known.get(key if how == "post" else post, {}))
            for how, key, post in cells
        ]


def _shows(trace: str) -> str:
    return TRACES[trace].words.shows if trace in TRACES else "key"


def _words(how: str, key: str, post: Mapping[str, Any]) -> str:
    if how == "code":
        return said(key)
    if how == "tags":
        return " ".join(f"#{tag}" for tag in key.split(" "))
    if how in ("text", "post") and post.get("text"):
        text = " ".join(str(post["text"]).split())
        return text if len(text) <= _WORDS_LENGTH else f"{text[:_WORDS_LENGTH]}…"
    return key
