"""Worlds as actions, for the tests of the search itself."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from graph.pairing.actions import Actions
from ingest.normalize.near_duplicates import near_duplicates
from ingest.normalize.text import normal
from ingest.synthetic import World


def actions_of(world: World) -> Actions:
    """A world's shares as actions, without files in between."""
    shares = world.shares.with_row_index("post")
    table = shares.select(
        pl.format("x:{}", "account").alias("account_uid"),
        pl.format("link/{}", "link").alias("object"),
        (pl.col("at") * 1e6).cast(pl.Int64).cast(pl.Datetime("us", "UTC")).alias("at"),
        pl.format("x:p{}", "post").alias("post_uid"),
    ).to_arrow()
    return Actions.from_table(table.cast(pa.schema([(f.name, _plain(f.type)) for f in table.schema])))


def texts_of(world: World, seed: int, swapped: int) -> pl.DataFrame:
    """A world's shares with a text of twenty words each: a group's copies of one text, of which each poster swaps so many words.

    Of all others three in ten paste the title of the link and the rest write words of their own.
    """
    draw = np.random.default_rng([seed, swapped])
    words = np.array(
        ["".join(draw.choice(list("bdfgklmnprstv" + "aeiou" * 3), draw.integers(3, 10))) for _ in range(4_000)]
    )
    weights = 1 / np.arange(10, len(words) + 10)
    weights /= weights.sum()

    rows = world.shares.height
    written: NDArray[np.str_] = draw.choice(words, (rows, 20), p=weights)
    titles: dict[object, NDArray[np.str_]] = {}
    pasted = draw.random(rows) < 0.3
    for row, (group, link) in enumerate(world.shares.select("group", "link").iter_rows()):
        if group >= 0 or pasted[row]:
            written[row] = titles.setdefault((group, link), written[row].copy())
            if group >= 0:
                written[row, draw.choice(20, swapped, replace=False)] = draw.choice(words, swapped, p=weights)
    said = [" ".join(line) for line in written.tolist()]
    return world.shares.with_columns(pl.Series("text", said))


def actions_by_text(world: World, seed: int, swapped: int) -> Actions:
    """The same shares as actions on texts that are nearly the same, as the trace ``near_text`` takes them."""
    shares = texts_of(world, seed, swapped)
    texts = shares["text"].unique(maintain_order=True)
    kind = near_duplicates([normal(text) for text in texts])
    number = pl.DataFrame({"text": texts, "kind": kind})
    named = shares.join(number, on="text", how="left", maintain_order="left").with_columns(link=pl.col("kind"))
    return actions_of(World(named.drop("text", "kind"), world.groups, world.exclusive))


def farm(
    seed: int,
    teams: tuple[int, ...] = (60, 50, 40, 40, 30),
    objects: int = 20,
    together: int = 6,
    join: float = 0.8,
    slow: float = 0.0,
    noise: int = 80_000,
) -> World:
    """A farm, times to the minute: teams that each push objects of their own, and every two teams a few together.

    Its shape is that of the accounts of a farm that all share something, so that one set holds them all. Of the actions by each
    team up to the part ``slow``, another for each, come hours later. Beside it ordinary accounts act on other things at any time.
    """
    draw = np.random.default_rng(seed)
    team, lateness = np.repeat(np.arange(len(teams)), teams), draw.uniform(0, slow, len(teams))
    pushed = [{number} for number in range(len(teams)) for _ in range(objects)]
    pushed += [{a, b} for a, b in combinations(range(len(teams)), 2) for _ in range(together)]
    rows = []
    for number, those in enumerate(pushed):
        who = np.flatnonzero(np.isin(team, list(those)) & (draw.random(len(team)) < join))
        late = draw.random(len(who)) < lateness[team[who]]
        after = np.where(late, draw.exponential(5 * 3_600.0, len(who)), draw.uniform(0, 60, len(who)))
        rows.append((who, np.full(len(who), number), draw.uniform(0, 25 * 86_400) + after))
    links = len(pushed) + draw.integers(0, noise // 4, noise)
    rows.append((draw.integers(0, len(team) * 10, noise), links, draw.uniform(0, 25 * 86_400, noise)))
    account, link, at = (np.concatenate(column) for column in zip(*rows, strict=True))
    shares = pl.DataFrame({"account": account, "link": link, "at": at // 60 * 60}).with_columns(
        pl.lit(-1, pl.Int64).alias("group")
    )
    groups = [np.flatnonzero(team == number).tolist() for number in range(len(teams))]
    return World(shares.sort("at", "account", "link"), groups, [True] * len(teams))


def audiences(
    seed: int,
    sizes: tuple[int, ...] = (80, 70, 60, 50, 40),
    objects: int = 30,
    others: float = 0.6,
    delay_s: float = 120.0,
    spread: float = 0.0,
    paces: tuple[float, ...] = (1.0,),
    awake: float = 24.0,
) -> World:
    """Ordinary audiences and nobody else: each follows sources of its own, and nobody acts together with anybody.

    A part ``others`` of the posts reaches two to four audiences. Whoever follows it shares it after a delay of its own, on average
    ``delay_s`` times the pace of its audience; ``spread`` is the standard deviation of the logarithm of an account's own speed. With
    fewer than 24 hours ``awake``, each audience lives by a clock of its own, and a delay counts waking hours only.
    """
    draw = np.random.default_rng(seed)
    team = np.repeat(np.arange(len(sizes)), sizes)
    speed = delay_s * draw.lognormal(0, spread, len(team)) * np.take(paces, team, mode="wrap")
    rows, day = [], 86_400.0
    for number in range(objects * len(sizes)):
        lead, born = number % len(sizes), draw.uniform(0, 60 * day)
        also = draw.choice(len(sizes), size=min(int(draw.integers(2, 5)), len(sizes)), replace=False).tolist()
        reached = {lead, *also} if draw.random() < others else {lead}
        who = np.flatnonzero(np.isin(team, list(reached)) & (draw.random(len(team)) < 0.5))
        begins = 24 / len(sizes) * 3_600.0 * team[who]  # of the waking hours
        gone, asleep = (born - begins) % day, awake * 3_600.0
        delay = np.minimum(gone, asleep) + draw.exponential(speed[who])  # in waking hours since this morning
        at = born - gone + delay // asleep * day + delay % asleep
        rows.append((who, np.full(len(who), number), at))
    account, link, at = (np.concatenate(column) for column in zip(*rows, strict=True))
    shares = pl.DataFrame({"account": account, "link": link, "at": at // 60 * 60}).with_columns(
        pl.lit(-1, pl.Int64).alias("group")
    )
    groups = [np.flatnonzero(team == place).tolist() for place in range(len(sizes))]
    return World(shares.sort("at", "account", "link"), groups, [False] * len(sizes))


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind if pa.types.is_timestamp(kind) else pa.string()


def planted_pairs(world: World) -> set[tuple[str, str]]:
    """Every pair of accounts that was planted together."""
    return {
        (min(a, b), max(a, b))
        for members in world.groups
        for a, b in combinations([f"x:{account}" for account in members], 2)
    }


def random_actions(seed: int, rows: int = 400, accounts: int = 20, objects: int = 8, span: int = 2_000) -> Actions:
    """Small and dense, with equal times, repeats and gaps of exactly the window."""
    draw = np.random.default_rng(seed)
    return Actions.from_table(
        pa.table(
            {
                "account_uid": pa.array([f"x:{n}" for n in draw.integers(0, accounts, rows)]),
                "object": pa.array([f"o{n}" for n in draw.integers(0, objects, rows)]),
                "at": pa.array(draw.integers(0, span, rows) * 1_000_000, pa.timestamp("us", tz="UTC")),
                "post_uid": pa.array([f"x:p{n}" for n in range(rows)]),
            }
        )
    )


def chosen_farm(
    seed: int,
    teams: tuple[int, ...] = (60, 50, 40, 30, 20, 12, 8),
    loose: int = 150,
    pushed: int = 30,
    others: float = 0.5,
    in_step: float = 0.3,
    slow: int = 1,
    habits: int = 20,
) -> World:
    """A set in which everybody was chosen beforehand, in the shape of a takedown: teams of one farm, times to the minute, no crowd.

    Each team pushes posts within a minute; ``others`` of them are pushed by one to three other teams too, a part ``in_step`` of those
    at the same moment, the rest hours later. The last ``slow`` teams take hours for their own. All accounts, the ``loose`` ones of no
    team among them, share posts of the day at moments of their own, ``habits`` each on average.
    """
    draw = np.random.default_rng(seed)
    team = np.concatenate([np.repeat(np.arange(len(teams)), teams), np.full(loose, -1)])
    rows: list[tuple[Any, Any, Any]] = []
    number, late_ones = 0, range(len(teams) - slow, len(teams))
    for lead in range(len(teams)):
        for _ in range(pushed):
            begun = draw.uniform(0, 60 * 86_400)
            also = []
            if draw.random() < others:
                rest = [other for other in range(len(teams)) if other != lead]
                also = draw.choice(rest, size=draw.integers(1, min(4, len(rest) + 1)), replace=False).tolist()
            for place in (lead, *also):
                who = np.flatnonzero(team == place)
                who = who[draw.random(len(who)) < (0.6 if place == lead else 0.4)]
                begins = begun if place == lead or draw.random() < in_step else begun + draw.exponential(6 * 3_600.0)
                pace = draw.exponential(5 * 3_600.0, len(who)) if place in late_ones else draw.uniform(0, 70, len(who))
                rows.append((who, np.full(len(who), number), begins + pace))
            number += 1
    each = draw.poisson(habits * draw.lognormal(-0.5, 1.0, len(team)))
    who = np.repeat(np.arange(len(team)), each)
    popular = number + (draw.pareto(1.2, len(who)) * len(who) / 400).astype(int) % max(len(who) // 4, 1)
    rows.append((who, popular, popular * 7_919 % (60 * 86_400) + draw.exponential(8 * 3_600.0, len(who))))
    account, link, at = (np.concatenate(column) for column in zip(*rows, strict=True))
    shares = pl.DataFrame({"account": account, "link": link, "at": at // 60 * 60}).with_columns(
        pl.lit(-1, pl.Int64).alias("group")
    )
    groups = [np.flatnonzero(team == place).tolist() for place in range(len(teams))]
    return World(shares.sort("at", "account", "link"), groups, [True] * len(teams))
