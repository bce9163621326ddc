"""Groups tested as groups: what shuffled real posts give, and what the test costs beside finding the pairs.

    python tests/bench_groups.py --worlds 10 --actions 1000000

Prints two tables in Markdown. Real posts, read in place beside the checkout: groups under each heading in the data, and on average
in versions whose accounts, or times, were shuffled. Cost: 19 shuffled data sets of each of three kinds on made-up
actions, against the time of pairing the same actions, by processor time, and the most memory held.
"""

from __future__ import annotations

import argparse
import resource
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from time import process_time

import numpy as np
import pyarrow as pa
from bench_calibration import DATA, KINDS, posts_of
from bench_pairs import as_actions, drawn

from graph.groups.monte_carlo import test_groups
from graph.pairing.actions import Actions
from graph.pairing.local import LocalEngine
from graph.runs.pipeline import search
from graph.schema import HEADINGS
from graph.settings import Settings
from graph.ties.layer import build_layer

FILES = (
    ("russian_coord_tweets.csv", "object", 60.0),
    ("russian_coord_tweets.csv", "object", 600.0),
    ("ira_fearmonger_tweets.csv", "text", 60.0),
)
TARGETS = {"accounts shuffled": "none", "times shuffled": "only closed circles"}
AT_MOST = 20.0  # times the pairing


def headings(trace: str, actions: Actions, settings: Settings) -> list[int]:
    """How many groups stand under each heading, in the order of ``HEADINGS``."""
    found = search({trace: actions}, settings, LocalEngine(), lambda *_: None).described.groups
    return [found.filter(found["heading"] == heading).height if found.height else 0 for heading in HEADINGS]


def real(worlds: int, folder: Path = DATA.parent) -> list[str]:
    """Rows of the table of real posts; a file that is not there is left out."""
    rows = []
    for name, trace, window_s in FILES:
        if not (folder / name).exists():
            print(f"{name} is left out: it is not in ../shared/data beside this checkout.", file=sys.stderr)
            continue
        actions, settings = posts_of(folder / name, trace), Settings(windows_s=(window_s,))
        rows.append(_row(name, window_s, "as they are", [headings(trace, actions, settings)], "–"))
        for kind, shuffle in KINDS.items():
            draws = [np.random.default_rng([settings.seed, world]) for world in range(worlds)]
            counts = [headings(trace, shuffle(actions, draw), settings) for draw in draws]
            rows.append(_row(name, window_s, f"{kind}, mean of {worlds}", counts, TARGETS[kind]))
    return rows


def _row(name: str, window_s: float, posts: str, counts: Sequence[Sequence[int]], target: str) -> str:
    means = " | ".join(f"{mean:g}" for mean in np.mean(counts, axis=0).round(2))
    return f"| {name}, {window_s:g} s | {posts} | {means} | {target} |"


def cost(actions: int) -> str:
    """The row of what the test costs."""
    made, settings, engine = as_actions(drawn(actions)), Settings(), LocalEngine()
    named = replace(made, accounts=pa.array([f"x:{number}" for number in range(len(made.accounts))]))
    layer = build_layer("link", named, 60, settings, engine)
    pairing = min(_busy(lambda: engine.pairs(replace(named), 60)) for _ in range(3))
    testing = _busy(lambda: test_groups([layer], settings, engine))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"| {actions:,} | {int(layer.pairs.rapid.sum()):,} | {pairing:.2f} s | {testing:.1f} s | {testing / pairing:.0f} |"
        f" {testing / pairing / 3 / settings.worlds:.1f} | {memory:,.0f} MB | at most {AT_MOST:g} times |"
    )


def _busy(work: Callable[[], object]) -> float:
    begun = process_time()
    work()
    return process_time() - begun


def markdown(worlds: int, actions: int) -> str:
    """Both tables."""
    heads = " | ".join(HEADINGS)
    lines = [
        f"| posts | shuffled | {heads} | target |",
        "|---|---|" + "---|" * (len(HEADINGS) + 1),
        *real(worlds),
    ]
    lines += ["", "| actions | pairs of them | pairing | groups tested | ratio | per world | most memory | target |"]
    return "\n".join([*lines, "|---|---|---|---|---|---|---|---|", cost(actions)]) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    asked.add_argument("--worlds", type=int, default=10, help="of each kind, per file")
    asked.add_argument("--actions", type=int, default=1_000_000)
    asked.add_argument("--quick", action="store_true", help="two worlds of each kind, 20,000 actions")
    options, _ = asked.parse_known_args(arguments)
    print(markdown(2 if options.quick else options.worlds, 20_000 if options.quick else options.actions))


if __name__ == "__main__":
    main()
