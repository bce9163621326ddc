"""Labels counted by group, beside what chance gives with the same sizes.

Of the ``population`` accounts that post in a run's part of the case, ``grouped`` are in groups. If ``accounts`` of them carry a
label by the luck of the draw, the number of those in groups is hypergeometric: ``accounts * grouped / population`` on average.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

NO_VERDICT = "Labels come from files, with source and date. None is a verdict."
ALPHA = 0.05

PLACES = ("groups", "closed", "aside", "pairs", "none")
"""Where an account stands in a run: the first that holds. ``none`` posts and is in no group and no pair."""

TOTALS: dict[str, Any] = {
    "label": pl.String,
    "source": pl.String,
    "first_day": pl.Date,  # of the days the source gives; null where it gives none
    "last_day": pl.Date,
    "labelled": pl.Int64,  # accounts of the case with it
    "accounts": pl.Int64,  # those of them who post in the run's part of the case
    **dict.fromkeys(PLACES, pl.Int64),  # these accounts by place
    "expected": pl.Float64,  # in groups, by chance with the same sizes
    "p": pl.Float64,  # of so many or more; each label by itself, not corrected for their number
}
GROUPS: dict[str, Any] = {
    "label": pl.String,
    "source": pl.String,
    "group_id": pl.String,
    "rank": pl.Int64,
    "heading": pl.String,
    "accounts": pl.Int64,  # members with the label
    "members": pl.Int64,
    "expected": pl.Float64,  # members with it, by chance with the same sizes
    "p": pl.Float64,
}


@dataclass(frozen=True)
class LabelCounts:
    """Labels of a run's accounts, counted.

    Attributes
    ----------
    totals : polars.DataFrame
        One row per label and source (columns of ``TOTALS``), the most accounts first.
    groups : polars.DataFrame
        One row per label, source and group with such members (columns of ``GROUPS``), by rank.
    population, grouped : int
        Accounts that post in the run's part of the case, and those of them in groups.
    """

    totals: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=TOTALS))
    groups: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=GROUPS))
    population: int = 0
    grouped: int = 0

    def sentences(self, shown: int | None = None) -> list[str]:
        """A sentence on each label, the most accounts first, and that none is a verdict; empty without labels."""
        said = [sentence(row, self.population) for row in self.totals.to_dicts()[:shown]]
        return [*said, NO_VERDICT] if said else []


def sentence(row: dict[str, Any], population: int) -> str:
    """The sentence on one row of ``LabelCounts.totals``.

    Examples
    --------
    >>> row = {"label": "Takedown list", "labelled": 44, "accounts": 44, "groups": 38, "expected": 1.9, "p": 1e-9}
    >>> sentence(row, 9_000)
    "38 of 44 accounts labelled 'Takedown list' are in a group; by chance, with the same sizes, about 2 would be."
    >>> sentence({**row, "groups": 1, "p": 0.87}, 9_000)
    "1 of 44 accounts labelled 'Takedown list' is in a group; by chance, with the same sizes, about 2 would be. That is no more than chance gives."
    >>> sentence({**row, "labelled": 50, "p": 1e-9}, 44)
    "38 of 44 accounts labelled 'Takedown list' are in a group. Every account of this run has this label, so it sets no group apart. 6 more do not post in this part of the case."
    """
    inside, whole, away = int(row["groups"]), int(row["accounts"]), int(row["labelled"]) - int(row["accounts"])
    noun = "account" if whole == 1 else "accounts"
    said = f"{inside:,} of {whole:,} {noun} labelled {row['label']!r} {'is' if inside == 1 else 'are'} in a group"
    if whole and whole == population:
        said += ". Every account of this run has this label, so it sets no group apart."
    elif not whole:
        said = f"No account labelled {row['label']!r} posts in this part of the case."
    else:
        said += f"; by chance, with the same sizes, {_about(row['expected'])} would be."
        said += " That is no more than chance gives." if row["p"] > ALPHA else ""
    if away and whole:
        said += f" {away:,} more {'does' if away == 1 else 'do'} not post in this part of the case."
    return said


def _about(expected: float) -> str:
    """Words for an expected number: ``about 2``, ``fewer than 1``."""
    return "fewer than 1" if expected < 0.95 else f"about {expected:,.0f}"


def by_group(
    labels: pl.DataFrame, members: pl.DataFrame, groups: pl.DataFrame, paired: Collection[str], acted: Collection[str]
) -> LabelCounts:
    """Labels of accounts by group and place, with what chance gives.

    Parameters
    ----------
    labels : polars.DataFrame
        ``uid``, ``label``, ``source``, ``date``: of accounts, see ``graph.labels.kept.labelled``.
    members : polars.DataFrame
        ``account`` and ``group_id``; an account of several groups counts in each, and once in totals.
    groups : polars.DataFrame
        ``group_id``, ``rank``, ``heading``.
    paired : collection of str
        Accounts in linked pairs.
    acted : collection of str
        Accounts that post in the run's part of the case.

    Examples
    --------
    Ten accounts, a group of three; two of the three labelled ones are in it, 3 * 3 / 10 by chance.

    >>> uids = [f"x:{n}" for n in range(10)]
    >>> labels = pl.DataFrame({"uid": uids[1:4], "label": "troll", "source": "a.csv", "date": None})
    >>> members = pl.DataFrame({"account": uids[:3], "group_id": "g"})
    >>> counts = by_group(labels, members, pl.DataFrame({"group_id": ["g"], "rank": [1], "heading": ["groups"]}), (), uids)
    >>> counts.totals.select("accounts", "groups", "none", "expected", pl.col("p").round(3)).rows()
    [(3, 2, 1, 0.9, 0.183)]
    >>> counts.groups.select("rank", "accounts", "members", "expected").rows()
    [(1, 2, 3, 0.9)]
    """
    acting = pl.Series("uid", sorted(set(acted)), dtype=pl.String)
    held = members.join(groups, on="group_id").filter(pl.col("account").is_in(acting.implode()))
    places = _places(held, paired, acting)
    population = len(acting)
    grouped = places.filter(pl.col("place") == "groups").height
    named = labels.join(places, on="uid", how="left")
    counts = [(pl.col("place") == place).sum().cast(pl.Int64).alias(place) for place in PLACES]
    totals = named.group_by("label", "source", maintain_order=True).agg(
        pl.col("date").cast(pl.Date).min().alias("first_day"),
        pl.col("date").cast(pl.Date).max().alias("last_day"),
        pl.len().cast(pl.Int64).alias("labelled"),
        pl.col("place").count().cast(pl.Int64).alias("accounts"),
        *counts,
    )
    totals = _against(totals, "groups", pl.lit(grouped), population)
    totals = totals.sort("labelled", "label", "source", descending=[True, False, False]).select(
        pl.col(name).cast(kind) for name, kind in TOTALS.items()
    )
    return LabelCounts(totals, _in_groups(named, held, totals, population), population, grouped)


def _places(held: pl.DataFrame, paired: Collection[str], acting: pl.Series) -> pl.DataFrame:
    """``uid`` and ``place`` of every acting account: the best of those it has."""
    pairs = pl.DataFrame({"uid": sorted(set(paired)), "place": "pairs"}, schema={"uid": pl.String, "place": pl.String})
    parts = [
        held.select(pl.col("account").alias("uid"), pl.col("heading").alias("place")),
        pairs.filter(pl.col("uid").is_in(acting.implode())),
        pl.DataFrame({"uid": acting}).with_columns(pl.lit("none").alias("place")),
    ]
    return pl.concat(parts).cast({"place": pl.Enum(PLACES)}).group_by("uid").agg(pl.col("place").min())


def _in_groups(named: pl.DataFrame, held: pl.DataFrame, totals: pl.DataFrame, population: int) -> pl.DataFrame:
    sizes = held.group_by("group_id", "rank", "heading").agg(pl.len().cast(pl.Int64).alias("members"))
    inside = named.select("uid", "label", "source").join(
        held.select("account", "group_id"), left_on="uid", right_on="account"
    )
    found = inside.group_by("label", "source", "group_id").agg(pl.len().cast(pl.Int64).alias("here"))
    found = found.join(sizes, on="group_id").join(totals.select("label", "source", "accounts"), on=["label", "source"])
    found = _against(found, "here", pl.col("members"), population)
    found = found.with_columns(pl.col("here").alias("accounts"))
    return found.sort("rank", "label", "source").select(pl.col(name).cast(kind) for name, kind in GROUPS.items())


def _against(frame: pl.DataFrame, inside: str, size: pl.Expr, population: int) -> pl.DataFrame:
    """Counts with the mean of chance, and its share of draws with as many or more."""
    from scipy.stats import hypergeom  # a second to import, for cases with labels only

    if not population:
        return frame.with_columns(expected=pl.lit(0.0), p=pl.lit(1.0))
    frame = frame.with_columns(size.cast(pl.Int64).alias("drawn"))
    here, drawn, accounts = (frame[name].to_numpy() for name in (inside, "drawn", "accounts"))
    p = np.asarray(hypergeom.sf(here - 1, population, drawn, accounts), dtype=np.float64)
    expected = (pl.col("accounts") * pl.col("drawn") / population).alias("expected")
    return frame.with_columns(expected, pl.Series("p", p, dtype=pl.Float64)).drop("drawn")
