"""A case with planted networks, so that what the tool finds can be held against what is there.

The world of the method's evaluation: accounts with heavy-tailed activity share links with heavy-tailed popularity; fans
share the same fan links soon after each other, each in their own time; and a few groups of eight share links within a
minute of each other, in half of the groups popular links that many others share too, in the other half links of their
own. A world can be written as export files of several platforms, so that everything runs from file to page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

START = datetime(2026, 8, 3, tzinfo=UTC)
DAYS = 28


@dataclass(frozen=True)
class Plan:
    """How big a world is and what is planted in it.

    Attributes
    ----------
    accounts, actions, links : int
        Ordinary accounts, their actions in all, and the links they choose from.
    fans, fan_links, fan_picks : int
        Accounts that each share ``fan_picks`` of ``fan_links``, on average ``fan_delay_s`` after the link appeared.
    groups, members, objects : int
        Planted groups, accounts in each, links each shares together.
    join, jitter_s : float
        Chance that a member takes part in one link, and how far apart the members' shares lie at most.
    exclusive : float
        Part of the groups whose links nobody else shares.
    """

    accounts: int = 20_000
    actions: int = 200_000
    links: int = 20_000
    fans: int = 1_500
    fan_links: int = 60
    fan_picks: int = 25
    fan_delay_s: float = 2_400.0
    groups: int = 12
    members: int = 8
    objects: int = 15
    join: float = 0.8
    jitter_s: float = 60.0
    exclusive: float = 0.5

    def noise_only(self) -> Plan:
        """The same world without fans and groups."""
        return Plan(accounts=self.accounts, actions=self.actions, links=self.links, fans=0, groups=0)


DEMO = Plan(accounts=1_600, actions=14_000, links=2_500, fans=120, fan_links=30, fan_picks=12, groups=4, objects=15)


@dataclass(frozen=True)
class World:
    """Shares of links, and who was planted.

    Attributes
    ----------
    shares : polars.DataFrame
        ``account`` (int), ``link`` (int), ``at`` (seconds after START, to the millisecond), ``group`` (int, -1 for all
        others), sorted by time.
    groups : list of list of int
        Accounts of each planted group.
    exclusive : list of bool
        Whether a group's links are its own.
    """

    shares: pl.DataFrame
    groups: list[list[int]]
    exclusive: list[bool]


def world(seed: int, plan: Plan | None = None) -> World:
    """Draw a world; the same seed and plan give the same one.

    Examples
    --------
    >>> small = world(1, Plan(accounts=300, actions=2_000, links=200, fans=0, groups=1))
    >>> len(small.groups[0]), small.shares["group"].max()
    (8, 0)
    """
    plan = plan or Plan()
    draw = np.random.default_rng(seed)
    parts = [_ordinary(draw, plan), _fans(draw, plan)]
    born = draw.uniform(0, (DAYS - 2) * 86_400.0, plan.links)
    groups = [sorted(draw.choice(plan.accounts, plan.members, replace=False).tolist()) for _ in range(plan.groups)]
    exclusive = [number < round(plan.groups * plan.exclusive) for number in range(plan.groups)]
    own = plan.links + plan.fan_links
    for number, members in enumerate(groups):
        if exclusive[number]:
            links = own + number * plan.objects + np.arange(plan.objects)
            start = draw.uniform(0, (DAYS - 2) * 86_400.0, plan.objects)
        else:  # links that others share as well, while they are young
            links = draw.choice(np.arange(20, min(plan.links, 20 + 15 * plan.objects)), plan.objects, replace=False)
            start = born[links] + draw.exponential(3 * 3_600.0, plan.objects)
        parts.append(_together(draw, plan, number, members, links, start))
    table = pl.concat(parts).with_columns(
        pl.when((pl.col("link") < plan.links) & (pl.col("group") < 0))
        .then(pl.col("at") + pl.Series(born).gather(pl.col("link").clip(0, plan.links - 1)))
        .otherwise(pl.col("at"))
        .round(3)
    )
    return World(table.sort("at", "account", "link"), groups, exclusive)


def _frame(account: NDArray[Any], link: NDArray[Any], at: NDArray[Any], group: int = -1) -> pl.DataFrame:
    return pl.DataFrame(
        {"account": account.astype(np.int64), "link": link.astype(np.int64), "at": at.astype(float)}
    ).with_columns(pl.lit(group, pl.Int64).alias("group"))


def _ordinary(draw: np.random.Generator, plan: Plan) -> pl.DataFrame:
    """Each action: an account by its activity, a link by its popularity, hours after the link appeared."""
    activity = draw.pareto(1.6, plan.accounts) + 0.2
    popularity = 1.0 / np.arange(3, plan.links + 3) ** 0.9
    account = draw.choice(plan.accounts, plan.actions, p=np.minimum(activity, 60) / np.minimum(activity, 60).sum())
    link = draw.choice(plan.links, plan.actions, p=popularity / popularity.sum())
    delay = np.minimum(draw.lognormal(np.log(4 * 3_600.0), 1.4, plan.actions), 2 * 86_400.0)
    return _frame(account, link, delay)


def _fans(draw: np.random.Generator, plan: Plan) -> pl.DataFrame:
    """Fans share what they like soon after it appears, each at their own speed."""
    if not plan.fans:
        return _frame(np.zeros(0), np.zeros(0), np.zeros(0))
    fans = draw.choice(plan.accounts, plan.fans, replace=False)
    born = draw.uniform(0, (DAYS - 2) * 86_400.0, plan.fan_links)
    picks = np.concatenate([draw.choice(plan.fan_links, plan.fan_picks, replace=False) for _ in fans])
    delay = draw.exponential(plan.fan_delay_s, len(picks))
    return _frame(np.repeat(fans, plan.fan_picks), plan.links + picks, born[picks] + delay)


def _together(
    draw: np.random.Generator, plan: Plan, number: int, members: list[int], links: NDArray[Any], start: NDArray[Any]
) -> pl.DataFrame:
    account, link = np.repeat(members, len(links)), np.tile(links, len(members))
    at = np.tile(start, len(members)) + draw.uniform(0, plan.jitter_s, len(link))
    joins = draw.random(len(link)) < plan.join
    return _frame(account[joins], link[joins], at[joins], number)
