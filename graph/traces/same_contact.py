"""Named the same contact on another platform. A telephone number, e-mail, messenger handle or wallet in posts or profiles of both.

Contacts are read from the accounts' own texts and profiles (``ingest.normalize.contacts``); what a repost repeats is not theirs.
Contacts that always come together, in the same posts by the same accounts, are one, because they are one statement. The string
itself is never kept: the object is its kind, its length and a keyed hash. Tested by rarity, see ``graph.significance.rarity``: one
contact in common is a tie only where accounts of one platform hardly ever share one. Evidence are the first posts with it.
"""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from graph.settings import Narrow
from graph.stores.base import Scan, Store
from graph.traces.across import as_held, bundled, coded, profiles
from graph.traces.base import Words
from graph.windows import ANY_TIME_S
from ingest.errors import Progress
from ingest.normalize.contacts import MAYBE, contacts

_POSTS = ("post_uid", "account_uid", "created_at", "kind", "text", "text_is_inherited")
_ROWS: dict[str, pl.DataType | type[pl.DataType]] = {
    "account_uid": pl.String,
    "at": pl.Datetime("us", "UTC"),
    "post_uid": pl.String,
    "statement": pl.String,
    "text": pl.String,
}


class SameContact:
    """Trace of contacts: each in its one spelling is the object."""

    name = "same_contact"
    words = Words(
        "Named the same contact on another platform",
        "contact",
        "contacts",
        "name",
        "named",
        "name{s} the same contacts on several platforms",
        "code",
    )
    kinds = ()
    finest_s = ANY_TIME_S
    by_default = False
    of_accounts = True

    def actions(self, store: Store, narrow: Narrow, progress: Progress | None = None) -> pa.Table:
        """One row per account and contact, at the first post with it."""
        texts = pl.concat([_posted(store, narrow), _profiled(store, narrow)])
        return as_held(_one_statement(named(store, texts)))


def named(store: Store, texts: pl.DataFrame) -> pl.DataFrame:
    """``account_uid``, ``at``, ``post_uid``, ``statement``, ``object``: the contacts in these texts, as codes."""
    maybe = texts.filter(pl.col("text").str.contains(MAYBE))
    known = {text: contacts(text) for text in maybe["text"].unique().to_list()}
    rows = [(text, one.kind, one.value) for text, found in known.items() for one in found]
    each = pl.DataFrame(rows, schema={"text": pl.String, "kind": pl.String, "value": pl.String}, orient="row")
    parts = [
        part.with_columns(coded(store, str(kind), part["value"]).alias("object"))
        for (kind,), part in each.group_by("kind", maintain_order=True)
    ]
    objects = pl.concat(parts) if parts else each.with_columns(object=pl.col("value"))
    return maybe.join(objects.select("text", "object"), on="text", how="inner").drop("text")


def _one_statement(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with contacts that always come together as one; a profile is a statement of its own, beside the post."""
    post = rows.select(pl.col("statement").alias("post_uid"), "account_uid", "object", "at", post="post_uid")
    return bundled(post).drop("post_uid").rename({"post": "post_uid"})


def _posted(store: Store, narrow: Narrow) -> pl.DataFrame:
    """Texts that the accounts wrote themselves."""
    found = [pl.DataFrame(schema=_ROWS)]
    for batch in store.scan("posts", Scan(columns=_POSTS, narrow=narrow)):
        posts = pl.DataFrame(pa.Table.from_batches([batch])).filter(
            pl.col("text").is_not_null(),
            pl.col("kind").fill_null("original") != "repost",
            ~pl.col("text_is_inherited").fill_null(False),
        )
        found.append(
            posts.select("account_uid", "post_uid", "text", at="created_at", statement="post_uid").select(*_ROWS)
        )
    return pl.concat(found)


def _profiled(store: Store, narrow: Narrow) -> pl.DataFrame:
    """Descriptions and addresses of profiles, at the accounts' first posts."""
    rows = profiles(store, narrow, "description", "url")
    words = pl.concat_str("description", "url", separator=" ", ignore_nulls=True)
    told = rows.with_columns(words.alias("text"), pl.lit("profile").alias("statement"))
    return told.filter(pl.col("text") != "").select(*_ROWS)


TRACE = SameContact()
