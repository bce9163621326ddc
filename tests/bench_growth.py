"""What the network work takes at ten times the accounts: communities, roles, and what a page draws must grow as the ties do.

    python tests/bench_growth.py --accounts 5000 50000

Accounts stand in rings of twenty with eight ties each, strung together into one component; accounts that belong nowhere hang on
them. Seconds are the processor's; an exponent of 1 is linear, 2 is the square. The limit is 1.25: sorting is a little more than
linear.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
from fixtures_sizes import case_of
from measuring import Spent, markdown, say, spent

from dashboards.components.base import State
from dashboards.components.network_data import network_columns
from graph.groups.communities import split
from graph.networks.roles import bridges, roles, tie_network
from graph.report.report import Report

QUICK, FULL = (200, 400), (5_000, 50_000)
LIMIT = 1.25
RING, EACH, MEETINGS = 20, 8, 3
HEADS = ("work", "accounts", "CPU s", "exponent", "limit")
Tie = tuple[str, str, float]


def ties_of(accounts: int, seed: int = 7) -> list[Tie]:
    """Rings, one tie from each to the next, and one account in ten that only hangs on another."""
    draw = np.random.default_rng(seed)
    held = max(accounts * 9 // 10 // RING * RING, RING)
    found = {}
    for first in range(0, held, RING):
        for one in range(RING):
            for step in range(1, EACH // 2 + 1):
                a, b = sorted((first + one, first + (one + step) % RING))
                found[a, b] = int(draw.integers(2, 9))
        if first:
            found[first - 1, first] = 1
    for loose in range(held, accounts):
        found[int(draw.integers(0, loose)), loose] = 1
    return [(f"x:{a}", f"x:{b}", float(weight)) for (a, b), weight in found.items()]


def evidence_of(ties: Sequence[Tie]) -> pl.DataFrame:
    """So many meetings on each tie, one a second."""
    start = datetime(2026, 8, 3, tzinfo=UTC)
    rows = pl.DataFrame(ties, schema=["account_a", "account_b", "weight"], orient="row").with_row_index("n")
    met = rows.join(pl.DataFrame({"k": range(MEETINGS)}), how="cross")
    at = pl.lit(start) + pl.duration(seconds="n")
    object_ = pl.format("o{}-{}", pl.col("n") // 4, "k")
    return met.select("account_a", "account_b", object=object_, at_a=at, at_b=at + timedelta(seconds=7))


def works(accounts: int, folder: Path) -> dict[str, Callable[[], object]]:
    """The pieces of work on so many accounts."""
    ties = ties_of(accounts)
    evidence = evidence_of(ties)
    modules = {f"x:{n}": str(n // RING) for n in range(accounts)}
    graph = tie_network(evidence)
    report = Report(case_of(folder / f"case-{accounts}", [accounts]))
    (group,) = report.groups()["group_id"]
    return {
        "communities of one component (20 seeds)": lambda: split(ties, 5),
        "roles from evidence": lambda: roles(evidence, modules),
        "bridges between modules": lambda: bridges(graph, modules),
        "roles of one group, as its page asks": lambda: report.roles(group),
        "what the network draws of one group": lambda: network_columns(report, State("/group", {"group": group})),
    }


def figures(sizes: Sequence[int], folder: Path) -> list[tuple[str, ...]]:
    """A row per piece of work and size."""
    found: dict[str, list[Spent]] = {}
    for accounts in sizes:
        for name, work in works(accounts, folder).items():
            found.setdefault(name, []).append(spent(work))
            print(f"{accounts:,} {name}: {found[name][-1]}", file=sys.stderr, flush=True)
    rows: list[tuple[str, ...]] = []
    for name, each in found.items():
        grown = np.log(each[-1].busy / max(each[0].busy, 1e-3)) / np.log(sizes[-1] / sizes[0])
        at = " and ".join(f"{accounts:,}" for accounts in sizes)
        rows.append((name, at, ", ".join(f"{one.busy:.2f}" for one in each), f"{grown:.2f}", f"≤ {LIMIT}"))
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print, or write, the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--accounts", type=int, nargs=2, default=FULL)
    asked.add_argument("--quick", action="store_true", help="few accounts")
    asked.add_argument("--out", type=Path, help="write the table here as well")
    options = asked.parse_args(arguments)
    with TemporaryDirectory() as folder:
        say(markdown(HEADS, figures(QUICK if options.quick else options.accounts, Path(folder))), options.out)


if __name__ == "__main__":
    main()
