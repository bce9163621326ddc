"""Outlinks of a case: where accounts send people, what standing those hosts had, and how far the posts themselves say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from graph.case.standing import own_standing
from graph.lists.kept import listed_originals
from graph.outlinks import tables
from graph.outlinks.counting import NOTHING, count_links
from graph.outlinks.hosts import DIRECTLY
from graph.outlinks.roles import aggregators, roles_table, through_aggregators
from graph.outlinks.standing import read_lists
from graph.outlinks.tables import Prepared
from graph.settings import Narrow
from graph.stores.base import Store
from ingest.errors import UsageError, did_you_mean
from ingest.normalize.platforms import platform_id
from ingest.registry.standing import KNOWN_ON

GROUPS = {"account": pl.String, "group_id": pl.String, "rank": pl.Int64}
"""Columns of the groups that ``outlinks`` takes for its flow."""


@dataclass(frozen=True)
class Totals:
    """Numbers of a table of outlinks.

    Attributes
    ----------
    links, hosts, accounts, posts : int
        Links that leave the platform of their post, the hosts they name, the accounts and posts that have them.
    redirected : int
        Of the links, those that pass a redirect, a link-in-bio page or an aggregator.
    redirected_share : float
        0 to 1.
    unknown_targets : int
        Of them, those whose target is not in the data.
    lookalikes, lookalike_links : int
        Hosts that imitate another, and links to them.
    inside : int
        Links of a platform to itself. They are not in ``links``.
    inherited : int
        Links that a repost only carries on. They are in no other number.
    undated : int
        Of the links, those of posts without a time: in no week; standing is that of the last day.
    """

    links: int
    hosts: int
    accounts: int
    posts: int
    redirected: int
    redirected_share: float
    unknown_targets: int
    lookalikes: int
    lookalike_links: int
    inside: int
    inherited: int
    undated: int


@dataclass(frozen=True)
class Outlinks:
    """Tables of outlinks, made from the same counts.

    Attributes
    ----------
    hosts : polars.DataFrame
        Columns of ``graph.outlinks.tables.HOSTS``, most links first. ``host`` is a platform's main domain or a registrable
        domain; ``kind`` that of the platform, or ``website``; a column per scheme says the standing ``as_of`` in words (null for
        what is no platform, or where the list could not be read); ``changed`` whether one became another inside the window;
        ``lookalike_of`` and ``how`` what a host imitates, and how. ``share`` 0 to 1.
    weeks : polars.DataFrame
        ``host``, ``start`` (day, UTC), ``days`` (1 or 7), ``links``, ``accounts``: day by day up to 21 days, else by weeks from Monday.
    room : polars.DataFrame
        ``list`` (euif, dsa, gifct, any), ``status``, ``links``, ``share`` (0 to 1), ``hosts``; standing on the day of each link.
        The rows of one list add up to all links.
    flow : polars.DataFrame
        ``group_id``, ``rank`` (null outside of groups), ``how`` (directly, redirect, link-in-bio, aggregator), ``via`` (host that
        passes on), ``host`` (null where not known), ``end`` (host, unknown beyond here, several hosts), ``links``; adds up to all links.
    roles : polars.DataFrame
        ``node``, ``kind`` (account, platform, host), ``role``, ``in_links``, ``in_accounts``, ``out_links``, ``out_hosts``: degrees in these
        data; what is not known is null and the role ``unknown``.
    standing : polars.DataFrame
        A row per platform among the hosts and scheme: ``status``, ``known``, ``took_part``, ``since``, ``changed`` (last day inside the window on
        which it became another), ``before``, ``basis``, ``source``, ``by`` (analyst who added it).
    inside : polars.DataFrame
        ``platform``, ``links``, ``accounts``, ``posts``: links of a platform to itself, in no other table.
    totals : Totals
    as_of : date, optional
        Day of ``standing``: the last of the window, or the one asked for. None where no link is dated.
    first_at, last_at : datetime, optional
        Of the first and the last outlink (UTC).
    start, end : datetime, optional
        As asked for; ``end`` is out.
    platform : str, optional
        Platform of the posts, as asked for.
    asked : int, optional
        Accounts asked for; None for all.
    known_on : date
        Day on which the shipped list of standing was last held against its sources.
    problems : tuple of str
        Sentences on what could not be read.
    personal : frozenset of str
        Hosts whose name says whose page they are: see ``graph.outlinks.names``.
    """

    hosts: pl.DataFrame
    weeks: pl.DataFrame
    room: pl.DataFrame
    flow: pl.DataFrame
    roles: pl.DataFrame
    standing: pl.DataFrame
    inside: pl.DataFrame
    totals: Totals
    as_of: date | None
    first_at: datetime | None
    last_at: datetime | None
    start: datetime | None = None
    end: datetime | None = None
    platform: str | None = None
    asked: int | None = None
    known_on: date = KNOWN_ON
    problems: tuple[str, ...] = ()
    personal: frozenset[str] = frozenset()

    def as_dict(self) -> dict[str, Any]:
        """For JSON: tables as lists of rows, times in ISO 8601."""
        plain: dict[str, Any] = {name: getattr(self, name).to_dicts() for name in TABLES}
        told = {
            name: getattr(self, name)
            for name in ("as_of", "first_at", "last_at", "start", "end", "platform", "asked", "known_on")
        }
        whole = plain | told | {"totals": asdict(self.totals), "problems": list(self.problems)}
        return {name: _iso(value) for name, value in whole.items()}


TABLES = ("hosts", "weeks", "room", "flow", "roles", "standing", "inside")
"""Tables of ``Outlinks``."""


def outlinks(
    store: Store,
    *,
    accounts: Sequence[str] | None = None,
    platform: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    on: date | None = None,
    groups: pl.DataFrame | None = None,
) -> Outlinks:
    """Count where the posts of a case send people.

    An outlink is a link to a host on the web. Links of a platform to itself are counted apart, and links that a repost only
    carries on are left out, as in every trace.

    Parameters
    ----------
    store : Store
    accounts : sequence of str, optional
        Uids; of all accounts when not given.
    platform : str, optional
        Id or name of the platform of the posts.
    start, end : datetime, optional
        UTC; start is in, end is out.
    on : date, optional
        Day of the standing; the last day of the window when not given.
    groups : polars.DataFrame, optional
        Columns of ``GROUPS``, for the flow.

    Raises
    ------
    UsageError
        If the case has no post on this platform, or the period ends before it begins or holds none of its dated posts.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> found = outlinks(toy_case())
    >>> found.totals.links, found.hosts["host"].head(1).item(), found.flow["links"].sum()
    (720, 'news.example', 720)
    """
    home = _platform_asked(store, platform)
    _check_period(store, start, end)
    narrow = Narrow(start, end, (home,) if home else (), tuple(accounts or ()))
    made = Prepared(
        NOTHING if accounts is not None and not len(accounts) else count_links(store, narrow, listed_originals(store))
    )
    lists = read_lists(own_standing(store))
    last = on or _last_day(made, end)
    first = (start or made.first_at or datetime.max.replace(tzinfo=UTC)).date()
    as_of = last or datetime.now(UTC).date()
    standing = tables.standing_table(made, lists, first, as_of)
    hosts = tables.hosts_table(made, standing)
    roles = roles_table(made, store, None if accounts is None else frozenset(accounts), narrow)
    made = through_aggregators(made, aggregators(roles))
    flow = tables.flow_table(made, pl.DataFrame(schema=GROUPS) if groups is None else groups)
    return Outlinks(
        hosts, tables.weeks_table(made), tables.room_table(made, lists, as_of), flow, roles, standing,
        tables.inside_table(made), _totals(made, hosts, flow), last, made.first_at, made.last_at, start, end, home,
        None if accounts is None else len(accounts), problems=(lists.problem,) if lists.problem else (),
        personal=frozenset(name for name, one in made.known.items() if one.personal),
    )  # fmt: skip


def _totals(made: Prepared, hosts: pl.DataFrame, flow: pl.DataFrame) -> Totals:
    passed = flow.filter(pl.col("how") != DIRECTLY)
    imitating = hosts.filter(pl.col("lookalike_of").is_not_null())
    redirected = int(passed["links"].sum())
    return Totals(
        links=made.links,
        hosts=hosts.height,
        accounts=made.away["account"].n_unique(),
        posts=made.counts.all_posts,
        redirected=redirected,
        redirected_share=redirected / max(made.links, 1),
        unknown_targets=int(flow.filter(pl.col("end") == tables.UNKNOWN_END)["links"].sum()),
        lookalikes=imitating.height,
        lookalike_links=int(made.away.filter("imitates")["links"].sum()),
        inside=int(made.stays["links"].sum()),
        inherited=made.counts.inherited,
        undated=int(made.away.filter(pl.col("day").is_null())["links"].sum()),
    )


def _last_day(made: Prepared, end: datetime | None) -> date | None:
    if end:
        return (end - timedelta(microseconds=1)).date()
    return made.last_at.date() if made.last_at else None


def _platform_asked(store: Store, platform: str | None) -> str | None:
    if platform is None:
        return None
    known = sorted({name for source in store.sources().to_pylist() for name in source["platforms"] or ()})
    found = platform if platform in known else platform_id(platform)
    if found not in known:
        raise UsageError(f"This case has no post on {platform!r}.", hint=did_you_mean(platform, known))
    return found


def _check_period(store: Store, start: datetime | None, end: datetime | None) -> None:
    if start and end and start >= end:
        raise UsageError(
            f"The period ends ({_day(end)}) before it begins ({_day(start)}).", hint="The last day is included."
        )
    times = [(s["first_at"], s["last_at"]) for s in store.sources().to_pylist() if s["first_at"] and s["last_at"]]
    if not times:
        return
    first, last = min(t for t, _ in times), max(t for _, t in times)
    if (start and start > last) or (end and end <= first):
        raise UsageError(
            f"No post of this case is dated in this period ({_day(start) or 'the beginning'} to {_day(end and end - timedelta(microseconds=1)) or 'the end'}).",
            hint=f"Its posts run from {_day(first)} to {_day(last)}.",
        )


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""


def _iso(value: object) -> object:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _iso(one) for key, one in value.items()}
    return [_iso(one) for one in value] if isinstance(value, list) else value
