"""Posts that link to one host: the evidence behind a row of a report's outlinks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from graph.outlinks.counting import links_to
from graph.report.object_activity import MOST_ACTIONS, described
from graph.settings import Narrow
from ingest.errors import UsageError

if TYPE_CHECKING:
    from graph.report.report import Report


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
