"""Groups that stay, go or appear between two views of a case: groups matched by the accounts they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import polars as pl

from graph.networks.evolution import SAME, SMALLEST, jaccard, matched

if TYPE_CHECKING:
    from graph.report.report import Report

Members = frozenset[str]


@dataclass(frozen=True)
class ComparedGroup:
    """A group on one side of a comparison.

    Attributes
    ----------
    name : str
        What it is called on its side, such as its rank.
    members : frozenset of str
        Account uids.
    observed : int or None
        Meetings of its ties.
    group_id : str or None
        The run's group it is, or is mostly a part of.
    heading : {"groups", "closed"}
        The heading that this group stands under.
    place : int
        Its place on its side, the first is 1.
    """

    name: str
    members: Members
    observed: int | None = None
    group_id: str | None = None
    heading: str = "groups"
    place: int = 0


@dataclass(frozen=True)
class Match:
    """A group of one side beside the group it is on the other, or alone.

    Attributes
    ----------
    event : str
        ``stays``, ``gone``, ``new``.
    one, two : ComparedGroup or None
    common : int
        Accounts in both.
    jaccard : float or None
        Common over all accounts; None where there is only one.
    """

    event: str
    one: ComparedGroup | None
    two: ComparedGroup | None
    common: int = 0
    jaccard: float | None = None

    @property
    def becomes(self) -> str | None:
        """Heading that a group stands under on the second side, where it is another one."""
        if self.one is None or self.two is None or self.one.heading == self.two.heading:
            return None
        return self.two.heading


def compared(one: Sequence[ComparedGroup], two: Sequence[ComparedGroup], same: float = SAME) -> list[Match]:
    """Match groups so that the sum of their Jaccard indices is largest; under ``same`` they are not one group.

    Returns
    -------
    list of Match
        What stays in the order of ``one``, then what is gone, then what is new.

    Examples
    --------
    >>> before = [ComparedGroup("1", frozenset("abcd")), ComparedGroup("2", frozenset("xyz"))]
    >>> after = [ComparedGroup("1", frozenset("abce")), ComparedGroup("2", frozenset("klm"))]
    >>> [(m.event, m.common) for m in compared(before, after)]
    [('stays', 3), ('gone', 0), ('new', 0)]
    """
    score = np.array([[jaccard(a.members, b.members) for b in two] for a in one], dtype=float)
    partner = {row: column for column, row in matched(score, same).items()}
    stays = [
        Match("stays", one[k], two[p], len(one[k].members & two[p].members), float(score[k, p]))
        for k, p in sorted(partner.items())
    ]
    gone = [Match("gone", a, None) for k, a in enumerate(one) if k not in partner]
    found = set(partner.values())
    return [*stays, *gone, *(Match("new", None, b) for k, b in enumerate(two) if k not in found)]


def of_run(report: Report) -> list[ComparedGroup]:
    """The groups and closed circles of a run, by rank; what was set aside is no group."""
    members = pl.DataFrame(report.store.run_table(report.run_id, "members"))
    held = {g: frozenset(m) for g, m in members.group_by("group_id").agg("account").iter_rows()}
    return [
        ComparedGroup(
            _called(g), held.get(key, frozenset()), int(g["observed"]), key, str(g["heading"]), int(g["rank"])
        )
        for g in report.groups().sort_values("rank").to_dict("records")
        if g["heading"] != "aside" and (key := str(g["group_id"]))
    ]


def of_window(report: Report, window_s: float) -> list[ComparedGroup]:
    """Connected sets of three accounts or more, by the ties of one window."""
    ties = pl.DataFrame(report.store.run_table(report.run_id, "ties")).filter(pl.col("window_s") == window_s)
    return _components(report, ties.select("account_a", "account_b", "observed", "group_id"))


def of_period(report: Report, start: datetime, end: datetime) -> list[ComparedGroup]:
    """Connected sets of three accounts or more, by ties whose accounts met from ``start`` (in) to ``end`` (out)."""
    pairs = pl.DataFrame(report.store.run_table(report.run_id, "post_pairs"))
    layer = ["trace", "window_s", "account_a", "account_b"]
    at = pl.min_horizontal("at_a", "at_b")
    met = (
        pairs.filter((at >= start) & (at < end))
        .group_by(layer)
        .agg(pl.col("object").n_unique().cast(pl.Int64).alias("observed"))
    )
    ties = pl.DataFrame(report.store.run_table(report.run_id, "ties")).select(*layer, "group_id")
    return _components(report, met.join(ties, on=layer))


def windows_of(report: Report) -> list[float]:
    """The windows of a run, shortest first."""
    return sorted({float(w) for w in report.layers()["window_s"]})


def period_of(report: Report) -> tuple[datetime, datetime] | None:
    """First and last meeting of a run's ties; None without any."""
    pairs = pl.DataFrame(report.store.run_table(report.run_id, "post_pairs"))
    at = pairs.select(pl.min_horizontal("at_a", "at_b").alias("at"))["at"].drop_nulls()
    return (at.min(), at.max()) if len(at) else None  # type: ignore[return-value]  # a column of times


def _components(report: Report, ties: pl.DataFrame) -> list[ComparedGroup]:
    groups = {str(g["group_id"]): g for g in report.groups().to_dict("records")}
    aside = [key for key, g in groups.items() if g["heading"] == "aside"]
    ties = ties.filter(pl.col("group_id").is_null() | ~pl.col("group_id").is_in(aside))
    network = nx.Graph()
    network.add_edges_from(ties.select("account_a", "account_b").iter_rows())
    parts = [frozenset(part) for part in nx.connected_components(network) if len(part) >= SMALLEST]
    found = []
    for part in parts:
        own = ties.filter(pl.col("account_a").is_in(list(part)))
        named = own["group_id"].drop_nulls().mode().sort().to_list()
        key = named[0] if named else None
        name = f"part of {_called(groups[key])}" if key else "no group"
        heading = str(groups[key]["heading"]) if key else "groups"
        found.append(ComparedGroup(name, part, int(own["observed"].sum()), key, heading))
    ordered = sorted(found, key=lambda h: (-len(h.members), -(h.observed or 0), min(h.members)))
    return [replace(one, place=place) for place, one in enumerate(ordered, 1)]


def _called(group: Mapping[Any, Any]) -> str:
    kind = "closed circle" if group["heading"] == "closed" else "group"
    return f"{kind} {group['rank']}"
