"""Posts that hold entries of an analyst's lists: an attribute of posts, counted by list, entry, account and day.

Domains are compared label by label; lookalikes of originals are flagged by name and never opened. Keywords are whole words
and phrases of the normal form (``ingest.normalize.text.normal``), found by one automaton in one pass over each text, so that no text
can make it slow; in scripts without spaces any run of letters counts. Hashes are exact, and PDQ by distance.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import polars as pl

from graph.lists.entries import DOMAINS, HASHES, KEYWORDS, PDQ
from graph.lists.kept import ORIGINALS, WATCH, OwnList, own_lists
from graph.privacy.gate import Policy, gate
from graph.privacy.withholding import Rule, Withholding
from graph.settings import Narrow
from graph.stores.base import Scan, Store
from ingest.normalize.text_columns import normal
from ingest.registry.lookalikes import lookalikes_of_links, originals

TEXT, TIME, COUNT = pl.String, pl.Datetime("us", "UTC"), pl.Int64
MATCHES: dict[str, Any] = {
    "list": TEXT, "kind": TEXT, "entry": TEXT, "found": TEXT, "how": TEXT, "post_uid": TEXT, "account_uid": TEXT, "at": TIME, "inherited": pl.Boolean,
}  # fmt: skip
_COUNTS: dict[str, Any] = {"posts": COUNT, "accounts": COUNT, "first_at": TIME, "last_at": TIME}
LISTS: dict[str, Any] = {"list": TEXT, "kind": TEXT, "role": TEXT, "entries": COUNT, "matched": COUNT, **_COUNTS}
ENTRIES: dict[str, Any] = {"list": TEXT, "kind": TEXT, "entry": TEXT, "found": TEXT, "how": TEXT, **_COUNTS}
ACCOUNTS: dict[str, Any] = {
    "list": TEXT,
    "account_uid": TEXT,
    "entries": COUNT,
    "posts": COUNT,
    "first_at": TIME,
    "last_at": TIME,
}
DAYS: dict[str, Any] = {"list": TEXT, "day": pl.Date, "posts": COUNT, "accounts": COUNT}

_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_DIGITS = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}")
_AT_ONCE = 20_000_000  # pairs of PDQ hashes compared in one step


@dataclass(frozen=True)
class ListMatches:
    """Posts with entries of the lists, and their counts.

    Attributes
    ----------
    posts : polars.DataFrame
        Columns of ``MATCHES``: one row per post, list and entry. ``found`` is what the post holds: the host, the keyword, the
        hash; ``how`` is "on the list", "imitates …", "whole words",
        "exact md5" or "PDQ, 12 of 256 bits differ"; ``inherited`` is true where a repost only carries it on. Times in UTC.
    lists, entries, accounts, days : polars.DataFrame
        Counts by list (also those without a match), by entry and what was found of it, by list and account, by list and day (UTC; undated posts are
        in no day).
    """

    posts: pl.DataFrame
    lists: pl.DataFrame
    entries: pl.DataFrame
    accounts: pl.DataFrame
    days: pl.DataFrame


def list_matches(store: Store, narrow: Narrow = Narrow()) -> ListMatches:
    """Find the posts of a case that hold entries of its lists; posts that are sealed, or quote what is, are left out.

    Parameters
    ----------
    store : Store
        Through a gate (``graph.privacy.gate``), accounts, posts and what they hold are as its harm area lets them out.
    narrow : Narrow
        A part of the case.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> from graph.lists.entries import entries_of
    >>> from graph.lists.kept import add_to_list
    >>> case = toy_case()
    >>> _ = add_to_list(case, "papers", "domains", entries_of("domains", ["news.example"]), "Ann")
    >>> found = list_matches(case)
    >>> found.lists.select("list", "matched", "posts", "accounts").rows()
    [('papers', 1, 600, 40)]
    """
    way = gate(store)
    case, policy = way.inner, way.policy
    if policy.rules is not None:
        narrow = replace(narrow, accounts=tuple(policy.rules.back(narrow.accounts)))
    lists = own_lists(case)
    found = [rule(case, narrow, own) for kind, rule in _RULES.items() if (own := [x for x in lists if x.kind == kind])]
    posts = pl.concat([pl.DataFrame(schema=MATCHES), *found])
    posts = posts.unique(["list", "entry", "post_uid"], keep="first", maintain_order=True)
    posts = _unsealed(posts, policy) if policy.sealed else posts
    if policy.rules is not None and way is store:
        posts = _withheld(posts, policy.rules)
    posts = posts.sort("list", "at", "post_uid", "entry", nulls_last=True)
    return ListMatches(posts, _by_list(lists, posts), _by_entry(posts), _by_account(posts), _by_day(posts))


def _unsealed(posts: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    sealed = policy.sealed
    hidden = pl.col("post_uid").is_in(list(sealed.posts | policy.quoting)) | pl.col("account_uid").is_in(
        list(sealed.accounts)
    )
    return posts.filter(~hidden)


_HELD = {DOMAINS: "domain", KEYWORDS: "hashtag", HASHES: "media"}
"""Kind of list to the kind of link whose rules bind its entries: a keyword is a part of a text, as a hashtag is."""


def _withheld(posts: pl.DataFrame, rules: Withholding) -> pl.DataFrame:
    """Rows with accounts, posts, entries and what was found as the rules write them."""
    new = [_each(posts[f"{what}_uid"], rules.rule(what)) for what in _UIDS]
    for kind, link in _HELD.items():
        rule, of = rules.compared(link), posts["kind"] == kind
        for name in ("entry", "found") if rule else ():
            coded = _each(posts[name].set(~of, None), rule).fill_null(posts[name])
            posts = posts.with_columns(coded.alias(name))
    how = (
        pl.when((pl.col("kind") == DOMAINS) & pl.lit(rules.profile.links == "hashed")).then(pl.lit("")).otherwise("how")
    )
    return posts.with_columns(*new, how.alias("how"))


_UIDS: tuple[Literal["account", "post"], ...] = ("account", "post")


def _each(column: pl.Series, rule: Rule | None) -> pl.Series:
    values = column.drop_nulls().unique().to_list()
    if rule is None or not values:
        return column
    return column.replace_strict(values, [rule(value) for value in values], default=None, return_dtype=TEXT)


def _counts() -> list[pl.Expr]:
    at = pl.col("at")
    people, posts = pl.col("account_uid").n_unique(), pl.col("post_uid").n_unique()
    return [posts.cast(COUNT).alias("posts"), people.cast(COUNT).alias("accounts"), at.min().alias("first_at"), at.max().alias("last_at")]  # fmt: skip


def _by_list(lists: Sequence[OwnList], posts: pl.DataFrame) -> pl.DataFrame:
    told = [(one.name, one.kind, one.role, len(one.entries)) for one in lists]
    table = pl.DataFrame(told, {name: LISTS[name] for name in ("list", "kind", "role", "entries")}, orient="row")
    matched = posts.group_by("list").agg(pl.col("entry").n_unique().cast(COUNT).alias("matched"), *_counts())
    whole = table.join(matched, on="list", how="left", maintain_order="left")
    return whole.with_columns(pl.col("matched", "posts", "accounts").fill_null(0)).select(list(LISTS))


def _by_entry(posts: pl.DataFrame) -> pl.DataFrame:
    counted = posts.group_by("list", "kind", "entry", "found", "how").agg(_counts())
    return counted.sort("posts", "list", "entry", "found", descending=[True, False, False, False]).select(list(ENTRIES))


def _by_account(posts: pl.DataFrame) -> pl.DataFrame:
    counted = posts.group_by("list", "account_uid").agg(
        pl.col("entry").n_unique().cast(COUNT).alias("entries"), *_counts()
    )
    return counted.sort("posts", "list", "account_uid", descending=[True, False, False]).select(list(ACCOUNTS))


def _by_day(posts: pl.DataFrame) -> pl.DataFrame:
    dated = posts.filter(pl.col("at").is_not_null()).with_columns(pl.col("at").dt.date().alias("day"))
    return dated.group_by("list", "day").agg(_counts()).sort("list", "day").select(list(DAYS))


# -- domains -----------------------------------------------------------------------------------------------------------


def _domains(store: Store, narrow: Narrow, lists: Sequence[OwnList]) -> pl.DataFrame:
    links = pl.concat(
        [_scanned(store, narrow, [kind]) for kind in ("url", "domain")]
    )  # an address says more than its site
    keys = links["target_key"].unique().drop_nulls()
    hosts = keys.str.extract(r"^([^/?#:]+)", 1)
    table = pl.DataFrame({"target_key": keys, "host": hosts})
    parts = [_watched(table, one) for one in lists if one.role == WATCH]
    parts += [_imitating(table, one) for one in lists if one.role == ORIGINALS]
    return _joined(links, pl.concat(parts), DOMAINS)


def _watched(table: pl.DataFrame, own: OwnList) -> pl.DataFrame:
    listed = {entry.value for entry in own.entries}
    found = {host: next(filter(listed.__contains__, _ends(host)), None) for host in table["host"].drop_nulls().unique()}
    entry = pl.col("host").replace_strict(found, default=None, return_dtype=TEXT)
    return _hits(table.with_columns(entry.alias("entry"), pl.lit("on the list").alias("how")), own)


def _imitating(table: pl.DataFrame, own: OwnList) -> pl.DataFrame:
    known = originals(entry.value for entry in own.entries)
    likes = lookalikes_of_links(table["target_key"], known)
    whole = pl.concat([table, likes.select("original", "how")], how="horizontal")
    whole = whole.filter(pl.col("original").is_in(list(known.listed)))
    how = pl.format("imitates {}: {}", "original", "how").alias("how")
    return _hits(whole.select("target_key", "host", pl.col("original").alias("entry"), how), own)


def _ends(host: str) -> Iterator[str]:
    while host:
        yield host
        host = host.partition(".")[2]


# -- keywords ----------------------------------------------------------------------------------------------------------


def _keywords(store: Store, narrow: Narrow, lists: Sequence[OwnList]) -> pl.DataFrame:
    entries = pl.DataFrame(
        [(_pattern(entry.value), entry.value, one.name) for one in lists for entry in one.entries],
        {"pattern": TEXT, "entry": TEXT, "list": TEXT}, orient="row",
    )  # fmt: skip
    patterns = entries["pattern"].unique().to_list()
    columns = ("post_uid", "account_uid", "created_at", "text", "text_is_inherited")
    parts = [pl.DataFrame(schema=MATCHES)]
    for batch in store.scan("posts", Scan(columns=columns, narrow=narrow)):
        posts = pl.DataFrame(pl.from_arrow(batch)).filter(pl.col("text").is_not_null())
        texts = posts["text"].unique()
        found = (
            pl.DataFrame({"text": texts, "pattern": _found(normal(texts), patterns)}).explode("pattern").drop_nulls()
        )
        hits = found.unique().join(entries, on="pattern").join(posts, on="text")
        parts.append(
            hits.select(
                "list", pl.lit(KEYWORDS).alias("kind"), "entry", pl.col("entry").alias("found"), pl.lit("whole words").alias("how"), "post_uid", "account_uid",
                pl.col("created_at").cast(TIME).alias("at"), pl.col("text_is_inherited").fill_null(False).alias("inherited"),
            )
        )  # fmt: skip
    return pl.concat(parts)


def _pattern(keyword: str) -> str:
    return keyword if _UNSPACED.search(keyword) else f" {keyword} "


def _found(texts: pl.Series, patterns: list[str]) -> pl.Series:
    padded = " " + texts + " "
    return padded.str.extract_many(patterns, overlapping=True)


# -- hashes ------------------------------------------------------------------------------------------------------------


def _hashes(store: Store, narrow: Narrow, lists: Sequence[OwnList]) -> pl.DataFrame:
    links = _scanned(store, narrow, ("media", "object"))
    keys = links["target_key"].unique().drop_nulls()
    table = pl.DataFrame({"target_key": keys, "hash": keys.str.split(":").list.last().str.to_lowercase()})
    exact = [_exact(table, one) for one in lists]
    near = [_near(table, one) for one in lists if any(entry.method == PDQ for entry in one.entries)]
    return _joined(links, pl.concat([*exact, *near]), HASHES)


def _exact(table: pl.DataFrame, own: OwnList) -> pl.DataFrame:
    rows = [(written, entry.value, f"exact {entry.method}") for entry in own.entries if entry.method != PDQ for written in _ways(entry.value, entry.method)]  # fmt: skip
    entries = pl.DataFrame(rows, {"hash": TEXT, "entry": TEXT, "how": TEXT}, orient="row")
    return _hits(table.join(entries, on="hash"), own)


def _ways(digits: str, method: str) -> list[str]:
    """A hash as links may hold it: its digits, and for sha256 the content identifier of the file (CIDv1, raw bytes)."""
    if method != "sha256":
        return [digits]
    named = base64.b32encode(bytes.fromhex(f"01551220{digits}")).decode().rstrip("=").lower()
    return [digits, f"b{named}"]


def _near(table: pl.DataFrame, own: OwnList) -> pl.DataFrame:
    """Media whose PDQ hash differs from one of the list's in no more bits than the list allows; the nearest entry of each."""
    known = [entry.value for entry in own.entries if entry.method == PDQ]
    media = table.filter(pl.col("hash").str.contains("^[0-9a-f]{64}$"))
    bits = _bits(known)
    step = max(_AT_ONCE // len(known), 1)
    parts = [_nearest(_bits(part["hash"].to_list()), bits) for part in media.iter_slices(step)]
    which = np.concatenate([w for w, _ in parts]) if parts else np.zeros(0, np.int64)
    far = np.concatenate([d for _, d in parts]) if parts else np.zeros(0, np.int64)
    found = media.with_columns(
        pl.Series("entry", [known[n] for n in which], dtype=TEXT),
        pl.Series("far", far, dtype=pl.Int64),
    ).filter(pl.col("far") <= own.distance)
    return _hits(found.with_columns(pl.format("PDQ, {} of 256 bits differ", "far").alias("how")), own)


def _bits(hashes: Sequence[str]) -> np.ndarray[Any, np.dtype[np.uint64]]:
    return np.frombuffer(bytes.fromhex("".join(hashes)), np.uint64).reshape(-1, 4)


def _nearest(
    media: np.ndarray[Any, np.dtype[np.uint64]], known: np.ndarray[Any, np.dtype[np.uint64]]
) -> tuple[np.ndarray[Any, np.dtype[np.int64]], np.ndarray[Any, np.dtype[np.int64]]]:
    """Place of the nearest known hash of each, and the bits in which they differ."""
    far = sum(np.bitwise_count(media[:, None, n] ^ known[None, :, n]).astype(np.int64) for n in range(4))
    which = np.asarray(far).argmin(axis=1)
    return which, np.asarray(far)[np.arange(len(which)), which]


# -- links -------------------------------------------------------------------------------------------------------------


def _scanned(store: Store, narrow: Narrow, kinds: Sequence[str]) -> pl.DataFrame:
    columns = ("post_uid", "account_uid", "at", "target_key", "inherited")
    parts = [
        pl.DataFrame(pl.from_arrow(b)) for b in store.scan("links", Scan(columns=columns, kinds=kinds, narrow=narrow))
    ]
    empty = {"post_uid": TEXT, "account_uid": TEXT, "at": TIME, "target_key": TEXT, "inherited": pl.Boolean}
    return pl.concat([pl.DataFrame(schema=empty), *(part.cast(empty) for part in parts)])  # type: ignore[arg-type]


def _hits(found: pl.DataFrame, own: OwnList) -> pl.DataFrame:
    held = "host" if "host" in found.columns else "hash"
    hits = found.filter(pl.col("entry").is_not_null()).select("target_key", "entry", pl.col(held).alias("found"), "how")
    return hits.with_columns(pl.lit(own.name).alias("list"))


def _joined(links: pl.DataFrame, hits: pl.DataFrame, kind: str) -> pl.DataFrame:
    whole = links.join(hits, on="target_key", maintain_order="left")
    return whole.with_columns(pl.lit(kind).alias("kind"), pl.col("inherited").fill_null(False)).select(list(MATCHES))


_RULES: dict[str, Callable[[Store, Narrow, Sequence[OwnList]], pl.DataFrame]] = {
    DOMAINS: _domains, KEYWORDS: _keywords, HASHES: _hashes,
}  # fmt: skip
