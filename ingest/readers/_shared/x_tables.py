"""What the tables of X posts share: addresses, the words in front of a retweet, and retweets whose target is not named."""

from __future__ import annotations

import hashlib
import re

import polars as pl

from ingest.mapping.table import Links, mapped
from ingest.normalize.text import fold

ADDRESS = r"(?i)(?:twitter|x)\.com/[^/]+/status(?:es)?/(\d+)"
RETWEETED = r"(?is)^\s*RT @(\w+):?\s"
_FRONT = re.compile(RETWEETED)


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
    words = " ".join(_FRONT.sub("", text).split())
    if not fold(who) or not words:
        return None
    return (
        "retweet:" + hashlib.blake2b(f"{fold(who)}\x1f{words}".encode("utf-8", "replace"), digest_size=12).hexdigest()
    )


def guessed(column: str, handle: str) -> Links:
    """Links to the retweets of such keys."""
    return Links("repost", column, to="id", account_handle=handle, resolved=False)
