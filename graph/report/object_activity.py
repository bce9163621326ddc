"""One object of a run, or one host: everybody who acted on it, in order, and the groups that met on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from graph.outlinks.counting import links_to
from graph.settings import Narrow
from graph.stores.base import Scan, Store
from graph.traces import TRACES
from graph.traces.base import own_links
from ingest.errors import UsageError

if TYPE_CHECKING:
    from graph.report.report import Report

BOUND = 1_000_000
"""Links up to which everybody's are read for one object; in a larger case those of accounts the run ties."""
MOST_ACTIONS = 500

_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "account_uid": pl.String,
    "object": pl.String,
    "at": pl.Datetime("us", "UTC"),
    "post_uid": pl.String,
}


@dataclass(frozen=True)
class ObjectActivity:
    """Actions on one object, with the groups that shared it.

    Attributes
    ----------
    actions : polars.DataFrame
        ``account_uid``, ``at``, ``post_uid``, ``code``, ``platform``, ``text``, ``precision``, ``group_id`` (None where it is in
        none), by time, undated last; the first ``MOST_ACTIONS``.
    posts, accounts : int
        All there are of them.
    groups : polars.DataFrame
        Rows of ``OBJECTS`` of the groups that met on it.
    words : str
        The object itself: an address, tags, or the text of the first post with it.
    narrowed : bool
        Whether only accounts that the run ties were read.
    """

    actions: pl.DataFrame
    posts: int
    accounts: int
    groups: pl.DataFrame
    words: str
    narrowed: bool


def carried(report: Report, trace: str, key: str, bound: int = BOUND) -> ObjectActivity:
    """All actions on an object by time, and the groups that shared it.

    Parameters
    ----------
    report : graph.report.report.Report
    trace : str
        A name in ``TRACES``, or ``hashtag`` for a single one.
    key : str
        The object as the run has it.
    bound : int
        Links up to which the whole case is read.

    Raises
    ------
    UsageError
        If there is no such behaviour, or nobody in the case acted on this.
    """
    if trace not in TRACES and trace != "hashtag":
        raise UsageError(f"There is no behaviour {trace!r}.", hint=f"There are: {', '.join(TRACES)}.")
    store = report.store
    ties = report.ties()
    kinds = ("hashtag",) if trace == "hashtag" else TRACES[trace].kinds
    large = sum(store.link_kinds().get(kind, 0) for kind in kinds) > bound or trace == "near_text"
    tied = tuple(sorted({*ties["account_a"], *ties["account_b"]}))
    narrow = Narrow(report.narrow.start, report.narrow.end, (), tied) if large else report.narrow
    if trace == "near_text":  # what is near depends on all texts: the run's own evidence says who met
        acted = _met(report, trace, key)
    elif large and not tied:
        acted = pl.DataFrame(schema=_COLUMNS)
    else:
        acted = _acted(store, trace, key, narrow)
    if acted.is_empty():
        raise UsageError("Nobody in this part of the case acted on this.")
    acted = acted.unique(["account_uid", "post_uid"]).sort("at", "post_uid", nulls_last=True)
    shown = described(report, acted.head(MOST_ACTIONS))
    met = pl.DataFrame(store.run_table(report.run_id, "objects")).filter(
        (pl.col("trace") == trace) & (pl.col("object") == key)
    )
    return ObjectActivity(
        shown, acted["post_uid"].n_unique(), acted["account_uid"].n_unique(), met, _words(trace, key, shown), large
    )


def _acted(store: Store, trace: str, key: str, narrow: Narrow) -> pl.DataFrame:
    if trace == "hashtag":
        table = pl.DataFrame(own_links(store, ("hashtag",), narrow)).rename({"target_key": "object"})
    else:
        table = pl.DataFrame(TRACES[trace].actions(store, narrow))
    return table.select(list(_COLUMNS)).filter(pl.col("object") == key).cast(_COLUMNS)  # type: ignore[arg-type]


def _met(report: Report, trace: str, key: str) -> pl.DataFrame:
    pairs = pl.DataFrame(report.store.run_table(report.run_id, "post_pairs"))
    own = pairs.filter((pl.col("trace") == trace) & (pl.col("object") == key))
    sides = [
        own.select(
            pl.col(f"account_{s}").alias("account_uid"),
            "object",
            pl.col(f"at_{s}").alias("at"),
            pl.col(f"post_{s}").alias("post_uid"),
        )
        for s in ("a", "b")
    ]
    return pl.concat(sides).cast(_COLUMNS)  # type: ignore[arg-type]


def described(report: Report, acted: pl.DataFrame) -> pl.DataFrame:
    """Rows with ``account_uid`` and ``post_uid``, with codes, platforms, texts and groups beside them."""
    accounts = pl.DataFrame(
        report.accounts(acted["account_uid"].unique().sort().to_list())[["account_uid", "code", "platform"]]
    )
    columns = ("post_uid", "text", "created_at_precision")
    uids = acted["post_uid"].drop_nulls().unique().sort().to_list()
    posts = [pl.DataFrame(pl.from_arrow(b)) for b in report.store.scan("posts", Scan(columns=columns, uids=uids))]
    told = pl.concat(posts) if posts else pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    members = pl.DataFrame(report.store.run_table(report.run_id, "members")).select(
        pl.col("account").alias("account_uid"), "group_id"
    )
    return (
        acted.join(accounts, on="account_uid", how="left", maintain_order="left")
        .join(told.rename({"created_at_precision": "precision"}), on="post_uid", how="left", maintain_order="left")
        .join(
            members.unique("account_uid", keep="first", maintain_order=True),
            on="account_uid",
            how="left",
            maintain_order="left",
        )
    )


def _words(trace: str, key: str, shown: pl.DataFrame) -> str:
    how = "tags" if trace == "hashtag" else TRACES[trace].words.shows
    if how == "tags":
        return " ".join(f"#{tag}" for tag in key.split(" "))
    if how == "text":
        return next((" ".join(str(t).split()) for t in shown["text"] if t), key)
    return key


@dataclass(frozen=True)
class HostPosts:
    """Posts that link to a host.

    Attributes
    ----------
    posts : polars.DataFrame
        ``account_uid``, ``at``, ``post_uid``, ``target`` (the link as the post has it), ``how``, ``via``, ``code``, ``platform``,
        ``text``, ``precision``, ``group_id`` (null where it is in none), by time, undated last; the first ``MOST_ACTIONS``.
    links, accounts : int
        All there are.
    groups : polars.DataFrame
        ``group_id``, ``accounts``, ``links`` of all of them, most links first.
    """

    posts: pl.DataFrame
    links: int
    accounts: int
    groups: pl.DataFrame


def posts_to_host(
    report: Report,
    host: str,
    group: int | str | None = None,
    scope: str = "groups",
    platform: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> HostPosts:
    """Give the posts that link to a host, in order.

    Parameters
    ----------
    report : graph.report.report.Report
    host : str
        As in the column ``host`` of ``Report.outlinks``.
    group, scope, platform, start, end
        Whose posts and which, as ``Report.outlinks`` takes them.

    Raises
    ------
    UsageError
        If no such post links to it.

    Examples
    --------
    >>> from graph import toy_report
    >>> report = toy_report()
    >>> found = posts_to_host(report, report.outlinks().hosts["host"][0])
    >>> found.links, found.accounts, found.groups.columns
    (40, 4, ['group_id', 'accounts', 'links'])
    """
    accounts = report.accounts_in(group, scope)
    narrow = Narrow(
        start or report.narrow.start, end or report.narrow.end, (platform,) if platform else (), tuple(accounts or ())
    )
    none = accounts is not None and not accounts
    links = pl.DataFrame() if none else links_to(report.store, host, narrow)
    if links.is_empty():
        raise UsageError(f"No post here links to {host}.")
    held = report.group_of_each().select(pl.col("account").alias("account_uid"), "group_id")
    groups = (
        links.join(held, on="account_uid")
        .group_by("group_id")
        .agg(pl.col("account_uid").n_unique().alias("accounts"), pl.len().alias("links"))
        .sort("links", "group_id", descending=[True, False])
    )
    ordered = links.sort("at", "post_uid", nulls_last=True)
    return HostPosts(
        described(report, ordered.head(MOST_ACTIONS)), links.height, links["account_uid"].n_unique(), groups
    )
