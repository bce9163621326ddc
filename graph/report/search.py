"""Look for accounts, links, sites, hashtags, texts and posts by words, in a bounded part of a case."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from graph.settings import Narrow
from graph.stores.base import Scan, Store

if TYPE_CHECKING:
    from graph.report.report import Report

BOUND = 300_000
"""Rows of one table up to which all of it is read; of a larger one, the part of accounts that a run ties."""
MOST_ROWS = 25
SHORTEST = 2

_ACCOUNT = ("account_uid", "platform", "handle", "display_name", "native_id", "code")
_POST = ("post_uid", "account_uid", "platform", "created_at", "created_at_precision", "text")
_KINDS = {"url": "link", "domain": "domain", "hashtag": "hashtag"}


@dataclass(frozen=True)
class SearchResult:
    """Accounts, objects, posts and groups that hold the words of a search.

    Attributes
    ----------
    accounts : polars.DataFrame
        ``account_uid``, ``platform``, ``code``, ``tied`` (whether the run ties it); tied ones first.
    objects : polars.DataFrame
        ``trace`` (link, domain, hashtag), ``object``, ``posts``, ``accounts``; what most posts carry first.
    posts : polars.DataFrame
        ``post_uid``, ``account_uid``, ``platform``, ``created_at``, ``created_at_precision``, ``text``, ``code``, by time.
    groups : tuple of str
        Groups that hold a found account or met on a found object, or are called by these words; by rank.
    more : tuple of str
        Tables with more than ``MOST_ROWS`` rows.
    narrowed : bool
        Whether the case was so large that only accounts tied in the run were looked through.
    """

    accounts: pl.DataFrame
    objects: pl.DataFrame
    posts: pl.DataFrame
    groups: tuple[str, ...]
    more: tuple[str, ...] = ()
    narrowed: bool = False


def address(words: str) -> str:
    """Words as they stand in the key of a link: brackets and scheme of a broken link taken off.

    Examples
    --------
    >>> address("hxxps://www.nordlys[.]example/a"), address("#Valg2026"), address("nord")
    ('nordlys.example/a', 'valg2026', 'nord')
    """
    plain = words.strip().casefold().replace("[.]", ".").replace("[:]", ":")
    plain = re.sub(r"^(?:hxxps?|https?)://", "", plain)
    return plain.removeprefix("www.").lstrip("#").rstrip("/")


def search(report: Report, words: str, everything: bool = False, bound: int = BOUND) -> SearchResult:
    """Find words anywhere in the part of the case a run looked at.

    Parameters
    ----------
    report : graph.report.report.Report
    words : str
        Compared without regard to case, as they stand: no pattern. A code (``A-104``), an id, a broken link are understood.
    everything : bool
        Read all of a large case too, which takes as long as reading it.
    bound : int
        Rows of a table up to which a case is not large.

    Returns
    -------
    SearchResult
        Empty where fewer than ``SHORTEST`` letters are asked for.
    """
    asked = words.strip().casefold()
    store: Store = report.store
    ties = report.ties()
    tied = sorted({*ties["account_a"], *ties["account_b"]})
    large = (
        not everything and max(store.count("accounts"), store.count("posts"), *store.link_kinds().values(), 0) > bound
    )
    narrow = Narrow(report.narrow.start, report.narrow.end, (), tuple(tied)) if large else report.narrow
    if len(asked) < SHORTEST:
        return SearchResult(
            _accounts(store, "", [], []), _objects(store, "", narrow), _posts(store, "", narrow, True), ()
        )
    nobody = large and not tied
    accounts = _accounts(store, asked, tied, tied if large else None)
    objects = _objects(store, "" if nobody else address(asked), narrow)
    posts = _posts(store, asked, narrow, nobody)
    groups = _groups(report, asked, accounts["account_uid"].to_list(), objects)
    more = tuple(
        name
        for name, table in (("accounts", accounts), ("objects", objects), ("posts", posts))
        if len(table) > MOST_ROWS
    )
    return SearchResult(
        accounts.head(MOST_ROWS), objects.head(MOST_ROWS), _coded(store, posts.head(MOST_ROWS)), groups, more, large
    )


def _holds(columns: Sequence[str], words: str) -> pl.Expr:
    tests = [pl.col(c).str.to_lowercase().str.contains(words, literal=True).fill_null(False) for c in columns]
    return pl.any_horizontal(tests)


def _accounts(store: Store, words: str, tied: Sequence[str], only: Sequence[str] | None) -> pl.DataFrame:
    """Accounts by name, id or code."""
    schema = {"account_uid": pl.String, "platform": pl.String, "code": pl.Int64, "tied": pl.Boolean}
    code = re.fullmatch(r"a-(\d{1,15})", words)
    if not words:
        return pl.DataFrame(schema=schema)
    if code:
        codes = pl.DataFrame(store.codes())
        only = codes.filter(pl.col("code") == int(code[1]))["account_uid"].to_list()
    name = words.lstrip("@")
    test = pl.lit(True) if code else _holds(("handle", "display_name", "native_id", "account_uid"), name)
    parts = []
    for batch in store.scan("accounts", Scan(columns=_ACCOUNT, uids=only)) if only != [] else ():
        table = pl.DataFrame(pl.from_arrow(batch))
        parts.append(table.filter(test))
    if not parts:
        return pl.DataFrame(schema=schema)
    held = pl.col("account_uid").is_in(list(tied)).alias("tied")
    found = pl.concat(parts).with_columns(held).select(list(schema)).cast(schema)  # type: ignore[arg-type]
    return found.sort("tied", "code", descending=[True, False], nulls_last=True)


def _objects(store: Store, words: str, narrow: Narrow) -> pl.DataFrame:
    """Links, sites and hashtags whose key holds the words."""
    schema = {"trace": pl.String, "object": pl.String, "posts": pl.Int64, "accounts": pl.Int64}
    if len(words) < SHORTEST:
        return pl.DataFrame(schema=schema)
    columns = ("kind", "target_key", "post_uid", "account_uid")
    kinds = tuple(kind for kind in _KINDS if kind in store.link_kinds())
    parts = []
    for batch in store.scan("links", Scan(columns=columns, kinds=kinds, narrow=narrow)) if kinds else ():
        parts.append(pl.DataFrame(pl.from_arrow(batch)).filter(_holds(("target_key",), words)))
    if not parts:
        return pl.DataFrame(schema=schema)
    counted = (
        pl.concat(parts)
        .group_by(pl.col("kind").cast(pl.String).replace(_KINDS).alias("trace"), pl.col("target_key").alias("object"))
        .agg(
            pl.col("post_uid").n_unique().cast(pl.Int64).alias("posts"),
            pl.col("account_uid").n_unique().cast(pl.Int64).alias("accounts"),
        )
    )
    return counted.sort("accounts", "posts", "object", descending=[True, True, False])


def _posts(store: Store, words: str, narrow: Narrow, nobody: bool) -> pl.DataFrame:
    """A post by its id or address, and posts whose text holds the words; reading stops when there are enough."""
    empty = pl.DataFrame(schema=dict.fromkeys(_POST, pl.String)).with_columns(
        pl.lit(None, pl.Datetime("us", "UTC")).alias("created_at")
    )
    if not words:
        return empty
    platforms = sorted({p for row in store.sources().select(["platforms"]).to_pylist() for p in row["platforms"] or []})
    last = words.rstrip("/").rpartition("/")[2]
    wanted = sorted({words, *(f"{platform}:{last}" for platform in platforms)})
    parts = [pl.DataFrame(pl.from_arrow(b)) for b in store.scan("posts", Scan(columns=_POST, uids=wanted))]
    enough = sum(len(part) for part in parts)
    for batch in () if nobody else store.scan("posts", Scan(columns=_POST, narrow=narrow)):
        part = pl.DataFrame(pl.from_arrow(batch)).filter(_holds(("text",), words))
        parts.append(part)
        enough += len(part)
        if enough > MOST_ROWS:
            break
    if not parts:
        return empty
    return pl.concat(parts).unique("post_uid", keep="first", maintain_order=True).head(MOST_ROWS + 1).sort("created_at")


def _coded(store: Store, posts: pl.DataFrame) -> pl.DataFrame:
    """Posts with their authors' codes."""
    uids = posts["account_uid"].unique().drop_nulls().sort().to_list()
    batches = list(store.scan("accounts", Scan(columns=("account_uid", "code"), uids=uids))) if uids else []
    codes = {row["account_uid"]: row["code"] for batch in batches for row in batch.to_pylist()}
    return posts.with_columns(pl.Series("code", [codes.get(uid) for uid in posts["account_uid"]], dtype=pl.Int64))


def _groups(report: Report, words: str, accounts: Sequence[str], objects: pl.DataFrame) -> tuple[str, ...]:
    members = pl.DataFrame(report.store.run_table(report.run_id, "members"))
    met = pl.DataFrame(report.store.run_table(report.run_id, "objects"))
    found = {*members.filter(pl.col("account").is_in(list(accounts)))["group_id"]} if len(members) else set()
    if len(met) and len(objects):
        found |= {*met.join(objects.select("trace", "object"), on=["trace", "object"], how="semi")["group_id"]}
    named = re.fullmatch(r"(?:group|closed circle)?\s*(\d{1,6})", words)
    called = address(words)
    order = []
    for row in report.groups().sort_values("rank").to_dict("records"):
        name = str(row["name"]).casefold().replace("[.]", ".")
        if row["group_id"] in found or called in name or (named and int(named[1]) == row["rank"]):
            order.append(str(row["group_id"]))
    return tuple(order)
