"""Sets in which everybody was chosen beforehand: what each outside finds in farms, and what it invents in ordinary audiences.

    python tests/bench_chosen.py --seeds 20 --only 'audience'

Prints a table in Markdown. Each world is searched twice: with a pair's component left out of test B, as everywhere, and with its
community left out where the tied accounts are (almost) everybody. Under Groups nothing may stand in worlds without teams.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import fmean
from unittest.mock import patch

import numpy as np
import polars as pl
from fixtures_worlds import actions_of, audiences, chosen_farm

from graph.pairing.actions import Actions
from graph.pairing.local import LocalEngine
from graph.runs.pipeline import search
from graph.runs.tables import SearchResult
from graph.settings import Settings
from graph.significance.permutations import with_accounts_shuffled, with_times_shuffled
from ingest.synthetic import World

ENOUGH = 10  # reposts of an account that a search must account for
Draw = Callable[[int], World]
Shuffle = Callable[[Actions, np.random.Generator], Actions]

FAR = partial(chosen_farm, in_step=0.3)
NEAR = partial(chosen_farm, others=0.9, in_step=0.6)
WORLDS: dict[str, tuple[Draw, Shuffle | None]] = {
    "farm of seven teams": (FAR, None),
    "farm whose teams are often in step": (NEAR, None),
    "farm, times shuffled": (FAR, with_times_shuffled),
    "farm often in step, times shuffled": (NEAR, with_times_shuffled),
    "farm, accounts shuffled": (FAR, with_accounts_shuffled),
    "one audience, 2 min": (partial(audiences, sizes=(300,), objects=60), None),
    "one audience, 10 min, own speeds": (
        partial(audiences, sizes=(300,), objects=60, delay_s=600.0, spread=1.0),
        None,
    ),
    "five audiences, 2 min": (audiences, None),
    "five audiences, 10 min, own speeds": (partial(audiences, delay_s=600.0, spread=1.0), None),
    "five audiences, 8 h": (partial(audiences, delay_s=28_800.0), None),
    "five audiences, each its own pace": (partial(audiences, paces=(1.0, 3.0, 10.0, 30.0, 100.0)), None),
    "five audiences, each its own clock": (partial(audiences, delay_s=14_400.0, awake=8.0), None),
    "five audiences, own clock, 10 min": (partial(audiences, delay_s=600.0, awake=8.0), None),
    "five audiences, own clock, 2 min": (partial(audiences, awake=8.0), None),
    "five audiences, own clock and speeds": (partial(audiences, delay_s=3_600.0, awake=8.0, spread=1.0), None),
}
RULES = {"component": 2.0, "community": None}  # EVERYBODY above 1 is never reached


@dataclass(frozen=True)
class Outcome:
    """Numbers of one search: headings, coverage of busy accounts, purity, least ratio of observed to expected, largest group."""

    groups: int
    closed: int
    aside: int
    ties: int
    covered: float
    purity: float
    least: float
    largest: int
    outside: str


def measure(world: World, shuffle: Shuffle | None, seed: int, settings: Settings) -> Outcome:
    """Search a world, and hold what is shown against its teams."""
    actions = actions_of(world)
    if shuffle:
        actions = shuffle(actions, np.random.default_rng(seed))
    found = search({"repost": actions}, settings, LocalEngine(), lambda *_: None)
    return outcome(found, world, actions)


def outcome(found: SearchResult, world: World, actions: Actions) -> Outcome:
    """The numbers of a search of a world's actions."""
    groups, members = found.described.groups, found.described.members
    (outside,) = (one["outside"] for one in found.outside().values())
    ties = found.layers[0].ties.height
    if not groups.height:
        return Outcome(0, 0, 0, ties, 0.0, 1.0, float("inf"), 0, outside)
    heading = Counter(groups["heading"].to_list())
    shown = groups.filter(pl.col("heading") != "aside")
    own = members.join(shown.select("group_id"), on="group_id", how="semi")
    team = {f"x:{account}": number for number, accounts in enumerate(world.groups) for account in accounts}
    of_group = own.with_columns(pl.col("account").replace_strict(team, default=-1).alias("team"))
    most = of_group.group_by("group_id", "team").len().group_by("group_id").agg(pl.col("len").max())
    busy = np.flatnonzero(np.bincount(actions.account, minlength=len(actions.accounts)) >= ENOUGH)
    active = {actions.accounts[int(n)].as_py() for n in busy}
    return Outcome(
        heading["groups"],
        heading["closed"],
        heading["aside"],
        ties,
        len(active & set(own["account"])) / max(len(active), 1),
        float(most["len"].sum()) / max(own.height, 1) if shown.height else 1.0,
        shown.select((pl.col("observed") / pl.col("expected")).min()).item() if shown.height else float("inf"),
        int(shown["accounts"].max() or 0) if shown.height else 0,  # type: ignore[arg-type]
        outside,
    )


def rows(seeds: int, only: str, settings: Settings) -> Iterator[str]:
    """Rows of the table as they are measured."""
    for name, (draw, shuffle) in WORLDS.items():
        if not re.search(only, name):
            continue
        for rule, everybody in RULES.items():
            with patch("graph.ties.validation.EVERYBODY", everybody or 0.5):
                found = [measure(draw(seed), shuffle, seed, settings) for seed in range(1, seeds + 1)]
            least = min(one.least for one in found)
            yield (
                f"| {name} | {rule} | {sum(one.outside == 'community' for one in found)} of {seeds} |"
                f" {sum(one.groups > 0 for one in found)} of {seeds} |"
                f" {' | '.join(f'{fmean(getattr(one, part) for one in found):.1f}' for part in ('groups', 'closed', 'aside', 'ties'))} |"
                f" {fmean(one.covered for one in found):.2f} | {min(one.purity for one in found):.2f} |"
                f" {'–' if least == float('inf') else f'{least:.1f}'} | {max(one.largest for one in found)} |"
            )


HEAD = (
    "| world | left out of test B | communities used | worlds with a group | groups | closed circles | set aside | ties |"
    " busy accounts shown | least purity | least observed / expected | largest |\n|---|---|---|---|---|---|---|---|---|---|---|---|"
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    asked.add_argument("--seeds", type=int, default=20)
    asked.add_argument("--only", default="", help="a pattern of the worlds' names")
    asked.add_argument("--quick", action="store_true", help="one seed of each")
    options, _ = asked.parse_known_args(arguments)
    print(HEAD)
    for row in rows(1 if options.quick else options.seeds, options.only, Settings(traces=("repost",))):
        print(row, flush=True)


if __name__ == "__main__":
    main()
