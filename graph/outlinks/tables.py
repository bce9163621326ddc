"""Tables of outlinks, each made from the same counts, so that no part exceeds its whole."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from datetime import date, datetime

import polars as pl

from graph.outlinks.counting import Counts
from graph.outlinks.hosts import WEBSITE
from graph.outlinks.standing import Lists, took_part
from ingest.registry.standing import SCHEMES

TIME, TEXT, COUNT, SHARE, DAY, FLAG = (
    pl.Datetime("us", "UTC"), pl.String(), pl.Int64(), pl.Float64(), pl.Date(), pl.Boolean(),
)  # fmt: skip
BY_DAY = 21
"""Longest period in days that is shown day by day; a longer one is shown week by week (Monday to Sunday)."""

HOSTS = pl.Schema({
    "rank": COUNT, "host": TEXT, "platform": TEXT, "kind": TEXT, "accounts": COUNT, "posts": COUNT, "links": COUNT, "share": SHARE,
    "first_at": TIME, "last_at": TIME, "lookalike_of": TEXT, "how": TEXT, **dict.fromkeys(SCHEMES, TEXT), "changed": FLAG,
    "personal": FLAG,
})  # fmt: skip
WEEKS = pl.Schema({"host": TEXT, "start": DAY, "days": COUNT, "links": COUNT, "accounts": COUNT})
ROOM = pl.Schema({"list": TEXT, "status": TEXT, "links": COUNT, "share": SHARE, "hosts": COUNT})
FLOW = pl.Schema({
    "group_id": TEXT, "rank": COUNT, "how": TEXT, "via": TEXT, "host": TEXT, "end": TEXT, "links": COUNT,
    "lookalike_of": TEXT,
})  # fmt: skip
ROLES = pl.Schema({
    "node": TEXT, "kind": TEXT, "role": TEXT, "in_links": COUNT, "in_accounts": COUNT, "out_links": COUNT, "out_hosts": COUNT,
})  # fmt: skip
STANDING = pl.Schema({
    "host": TEXT, "platform": TEXT, "scheme": TEXT, "status": TEXT, "known": FLAG, "took_part": FLAG, "since": DAY,
    "changed": DAY, "before": TEXT, "basis": TEXT, "source": TEXT, "by": TEXT,
})  # fmt: skip
INSIDE = pl.Schema({"platform": TEXT, "links": COUNT, "accounts": COUNT, "posts": COUNT})

HOST_END, UNKNOWN_END, SEVERAL_END = "host", "unknown beyond here", "several hosts"
MEMBER, TOOK_PART, DESIGNATED, LISTED, SITE, UNKNOWN = (
    "member", "took part, not known to be a member", "designated", "listed", "website", "unknown",
)  # fmt: skip
ROOM_LISTS = {"euif": MEMBER, "dsa": DESIGNATED, "gifct": LISTED}
"""Lists of the room, and what a platform on each is called."""
ANY = "any"


class Prepared:
    """Counts joined with what is known of each way: one row per way, platform of the post, account and day.

    Parameters
    ----------
    counts : Counts
    """

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        ways = pl.DataFrame(
            [
                (
                    n,
                    w.host.name,
                    w.how,
                    w.via,
                    w.leads.name if w.leads else None,
                    (w.leads or w.host).platform,
                    w.host.imitates is not None,
                )
                for n, w in enumerate(counts.ways)
            ],
            schema={
                "way": pl.Int32,
                "host": TEXT,
                "how": TEXT,
                "via": TEXT,
                "leads": TEXT,
                "at": TEXT,
                "imitates": FLAG,
            },
            orient="row",
        )
        joined = counts.cells.join(ways, on="way").with_columns(
            (pl.col("at") == pl.col("home")).fill_null(False).alias("inside")
        )
        end = pl.when(pl.col("leads").is_null()).then(pl.lit(UNKNOWN_END)).otherwise(pl.lit(HOST_END))
        joined = joined.with_columns(end.alias("end"))
        self.away, self.stays = joined.filter(~pl.col("inside")), joined.filter("inside")
        hosts = [one for way in counts.ways for one in (way.host, way.leads) if one]
        self.known = {one.name: one for one in sorted(hosts, key=lambda one: one.imitates is not None)}

    def with_away(self, away: pl.DataFrame) -> Prepared:
        """Give these counts with other rows of links that leave their platform."""
        made = copy(self)
        made.away = away
        return made

    @property
    def links(self) -> int:
        """Links that leave the platform of their post."""
        return int(self.away["links"].sum())

    @property
    def first_at(self) -> datetime | None:
        """Time of the first of them; None where none is dated."""
        return self.away.select(pl.col("first_at").min()).item()

    @property
    def last_at(self) -> datetime | None:
        """Time of the last of them."""
        return self.away.select(pl.col("last_at").max()).item()


def hosts_table(made: Prepared, standing: pl.DataFrame) -> pl.DataFrame:
    """Hosts by links, with columns of ``HOSTS``; one that imitates another says which."""
    posts = made.counts.posts.filter(~pl.col("inside")).select("host", "posts")
    by_host = made.away.group_by("host").agg(
        pl.col("account").n_unique().cast(COUNT).alias("accounts"),
        pl.col("links").sum(),
        pl.col("first_at").min(),
        pl.col("last_at").max(),
    )
    ranked = by_host.join(posts, on="host", how="left").sort(
        ["links", "accounts", "host"], descending=[True, True, False]
    )
    names = ranked["host"].to_list()
    known = [made.known[name] for name in names]
    status = (
        standing.pivot("scheme", index="host", values="status")
        if standing.height
        else pl.DataFrame({"host": []}, schema={"host": TEXT})
    )
    changed = standing.group_by("host").agg(pl.col("changed").is_not_null().any())
    told = ranked.with_columns(
        pl.int_range(1, pl.len() + 1).cast(COUNT).alias("rank"),
        pl.Series("platform", [one.platform for one in known], dtype=TEXT),
        pl.Series("kind", [one.kind for one in known], dtype=TEXT),
        pl.Series("personal", [one.personal for one in known], dtype=pl.Boolean),
        pl.Series("lookalike_of", [one.imitates for one in known], dtype=TEXT),
        pl.Series("how", [one.trick for one in known], dtype=TEXT),
        (pl.col("links") / max(made.links, 1)).alias("share"),
    )
    told = (
        told.join(status, on="host", how="left")
        .join(changed, on="host", how="left")
        .with_columns(pl.col("changed").fill_null(False))
    )
    lacking = [pl.lit(None, TEXT).alias(scheme) for scheme in SCHEMES if scheme not in told.columns]
    return told.with_columns(lacking).select(list(HOSTS)).cast(HOSTS).sort("rank")


def standing_table(made: Prepared, lists: Lists, first: date, last: date) -> pl.DataFrame:
    """Standing of every platform among the hosts on the last day, and what changed since the first: columns of ``STANDING``."""
    rows = []
    platforms = [(name, one) for name in made.away["host"].unique().sort() if (one := made.known[name].platform)]
    for name, platform in platforms:
        for scheme in SCHEMES:
            found = lists.on(platform, scheme, last)
            if found is None:
                continue
            change = lists.changed(platform, scheme, first, last)
            fact = found.facts[-1] if found.facts else None
            rows.append(
                (
                    name, platform, scheme, found.status, found.known, took_part(found), found.since,
                    change and change[0], change and change[1].status,
                    fact and fact.basis, fact and fact.source, fact and fact.by,
                )
            )  # fmt: skip
    return pl.DataFrame(rows, schema=STANDING, orient="row")


def weeks_table(made: Prepared) -> pl.DataFrame:
    """Links and accounts of each host by day or week, with columns of ``WEEKS``; undated links are left out."""
    dated = made.away.filter(pl.col("day").is_not_null())
    if made.first_at is None or made.last_at is None:
        return pl.DataFrame(schema=WEEKS)
    span = (made.last_at.date() - made.first_at.date()).days + 1
    days = 1 if span <= BY_DAY else 7
    start = pl.col("day") if days == 1 else pl.col("day").dt.truncate("1w")
    return (
        dated.group_by("host", start.alias("start"))
        .agg(pl.col("links").sum(), pl.col("account").n_unique().cast(COUNT).alias("accounts"))
        .with_columns(pl.lit(days, COUNT).alias("days"))
        .select(list(WEEKS))
        .cast(WEEKS)
        .sort("host", "start")
    )


def room_table(made: Prepared, lists: Lists, last: date) -> pl.DataFrame:
    """Shares of the links by standing of their host on the day of each link, list by list: columns of ``ROOM``.

    The rows of one list add up to all links. ``any`` puts the three together. An undated link counts as of the last day.
    """
    cells = [
        (name, links, *_room_of(made, lists, name, day)) for name, day, links in _by_standing(made, last).iter_rows()
    ]
    names = [*ROOM_LISTS, ANY]
    table = pl.DataFrame(cells, schema={"host": TEXT, "links": COUNT, **dict.fromkeys(names, TEXT)}, orient="row")
    rows = []
    for name in names if made.links else ():
        grouped = table.group_by(name).agg(pl.col("links").sum(), pl.col("host").n_unique())
        counted = {status: (links, hosts) for status, links, hosts in grouped.iter_rows()}
        for status in _statuses(name):
            links, hosts = counted.get(status, (0, 0))
            rows.append((name, status, links, links / made.links, hosts))
    return pl.DataFrame(rows, schema=ROOM, orient="row")


def _by_standing(made: Prepared, last: date) -> pl.DataFrame:
    """Links of each host by day; what is no platform has no standing that a day could change, and is summed."""
    on_lists = pl.col("host").is_in([name for name, one in made.known.items() if one.platform])
    day = pl.when(on_lists).then(pl.col("day")).fill_null(last)
    return made.away.group_by("host", day.alias("day")).agg(pl.col("links").sum())


def _statuses(name: str) -> Sequence[str]:
    first = LISTED if name == ANY else ROOM_LISTS[name]
    return (first, *([TOOK_PART] if name == "euif" else []), SITE, UNKNOWN)


def _room_of(made: Prepared, lists: Lists, name: str, day: date) -> tuple[str, ...]:
    platform, kind = made.known[name].platform, made.known[name].kind
    if platform is None:
        return (SITE if kind == WEBSITE else UNKNOWN,) * (len(ROOM_LISTS) + 1)
    told = [_status(lists, platform, scheme, day) for scheme in ROOM_LISTS]
    return (*told, LISTED if any(one == ROOM_LISTS[s] for one, s in zip(told, ROOM_LISTS, strict=True)) else UNKNOWN)


def _status(lists: Lists, platform: str, scheme: str, day: date) -> str:
    found = lists.on(platform, scheme, day)
    if found is None:
        return UNKNOWN
    if found.known:
        return ROOM_LISTS[scheme]
    return TOOK_PART if scheme == "euif" and took_part(found) else UNKNOWN


def flow_table(made: Prepared, groups: pl.DataFrame) -> pl.DataFrame:
    """Links from group to way to host, with columns of ``FLOW``; they add up to all links.

    Parameters
    ----------
    made : Prepared
    groups : polars.DataFrame
        ``account``, ``group_id``, ``rank``; each account once. Accounts that are not in it have no group.
    """
    people = pl.DataFrame({"uid": list(made.counts.accounts)}, schema={"uid": TEXT}).with_row_index("account")
    held = people.join(groups.rename({"account": "uid"}), on="uid", how="left").with_columns(
        pl.col("account").cast(pl.Int32)
    )
    imitates = {name: one.imitates for name, one in made.known.items() if one.imitates}
    return (
        made.away.join(held, on="account", how="left")
        .group_by("group_id", "rank", "how", "via", "leads", "end")
        .agg(pl.col("links").sum())
        .rename({"leads": "host"})
        .with_columns(pl.col("host").replace_strict(imitates, default=None, return_dtype=TEXT).alias("lookalike_of"))
        .select(list(FLOW))
        .cast(FLOW)
        .sort("rank", "links", "how", "via", "host", descending=[False, True, False, False, False], nulls_last=True)
    )


def inside_table(made: Prepared) -> pl.DataFrame:
    """Links of a platform to itself, with columns of ``INSIDE``: in no other table."""
    posts = (
        made.counts.posts.filter("inside")
        .with_columns(pl.col("host").replace_strict({n: h.platform for n, h in made.known.items()}, default=None, return_dtype=TEXT).alias("platform"))
        .group_by("platform").agg(pl.col("posts").sum())
    )  # fmt: skip
    return (
        made.stays.group_by(pl.col("at").alias("platform"))
        .agg(pl.col("links").sum(), pl.col("account").n_unique().alias("accounts"))
        .join(posts, on="platform", how="left")
        .select(list(INSIDE))
        .cast(INSIDE)
        .sort("links", "platform", descending=[True, False])
    )
