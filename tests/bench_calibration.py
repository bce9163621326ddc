"""How often chance passes the tests: p-values on data whose accounts, or times, were shuffled.

    python tests/bench_calibration.py --worlds 200

Prints a table in Markdown: P(p <= x) / x over all pairs that test A and test B test, and how many worlds hold a tie. Above
1 a test finds more than chance should give. Pairs that met once keep their p here, which a run takes for 1, so the figures
are on the strict side. The posts are CooRTweet's own, read in place beside the checkout.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from measuring import markdown as table
from scipy.stats import binomtest

from graph.case.load import load
from graph.pairing.actions import Actions
from graph.pairing.local import LocalEngine
from graph.settings import Narrow, Settings
from graph.significance.permutations import with_accounts_shuffled, with_times_shuffled
from graph.stores import open_case
from graph.ties.layer import build_layer
from graph.ties.validation import validate_layers
from graph.traces import TRACES

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "russian_coord_tweets.csv"
AT = (1e-1, 1e-2, 1e-3, 1e-4)
MOST_RATIO, MOST_WORLDS = 1.1, 0.05
KINDS: dict[str, Callable[[Actions, np.random.Generator], Actions]] = {
    "accounts shuffled": with_accounts_shuffled,
    "times shuffled": with_times_shuffled,
}


@dataclass
class Calibration:
    """What all worlds of a kind gave.

    Attributes
    ----------
    asked : dict of str to int
        Pairs test A and test B paid for, over all worlds.
    passed : dict of str to list of int
        How many of them have a p of at most each x of ``AT``.
    with_ties, with_closed : int
        Worlds with a tie that is not closed, and with one that is.
    """

    kind: str
    worlds: int = 0
    with_ties: int = 0
    with_closed: int = 0
    asked: dict[str, int] = field(default_factory=lambda: {"A": 0, "B": 0})
    passed: dict[str, list[int]] = field(default_factory=lambda: {"A": [0] * len(AT), "B": [0] * len(AT)})

    def add(self, actions: Actions, settings: Settings, engine: LocalEngine) -> None:
        layer = build_layer("object", actions, settings.windows_s[0], settings, engine)
        validated = validate_layers([layer], settings, engine)[0]
        every = replace(layer, pairs=engine.pairs(layer.actions, layer.window_s, minimum=1))
        strict = validate_layers([every], settings, engine)[0]
        for test, p, family in (("A", strict.p_a, layer.family_a), ("B", strict.b.p, strict.family_b)):
            self.asked[test] += family
            self.passed[test] = [seen + int((p <= x).sum()) for seen, x in zip(self.passed[test], AT, strict=True)]
        self.worlds += 1
        self.with_ties += bool((validated.stands & ~validated.b.closed).any())
        self.with_closed += bool((validated.stands & validated.b.closed).any())

    def ratios(self, test: str) -> list[float]:
        """P(p <= x) / x for each x of ``AT``."""
        return [seen / max(self.asked[test], 1) / x for seen, x in zip(self.passed[test], AT, strict=True)]

    @property
    def p_ties(self) -> float:
        """How rarely so many worlds with a tie come about where one in twenty has one (exact binomial test)."""
        return float(binomtest(self.with_ties, self.worlds, MOST_WORLDS, alternative="greater").pvalue)


def posts_of(path: Path, trace: str = "object") -> Actions:
    """A file's actions, read as a case would."""
    with TemporaryDirectory() as folder:
        store = open_case(f"{folder}/case", create=True)
        try:
            load(store, [path])
            return Actions.from_table(TRACES[trace].actions(store, Narrow()))
        finally:
            store.close()


def measure(kind: str, actions: Actions, worlds: int, settings: Settings) -> Calibration:
    """So many worlds of a kind, each drawn from the data."""
    found, engine = Calibration(kind), LocalEngine()
    for world in range(worlds):
        found.add(KINDS[kind](actions, np.random.default_rng([settings.seed, world])), settings, engine)
    return found


def markdown(found: Sequence[Calibration]) -> str:
    """The figures beside their targets."""
    rows, at = [], ", ".join(f"{x:g}" for x in AT)
    for one in found:
        for test, asked in one.asked.items():
            ratios = ", ".join(f"{ratio:.2f}" for ratio in one.ratios(test))
            today = f"{ratios} ({one.passed[test][-1]:,} pairs at the last)"
            kind = f"{one.kind}, {asked / one.worlds:,.0f} pairs each"
            rows.append((f"P(p <= x) / x of {test} at x = {at}", kind, today, f"at most {MOST_RATIO}"))
        today = f"{one.with_ties} of {one.worlds} (p = {one.p_ties:.2g})"
        target = f"not above {MOST_WORLDS:.0%}, exact binomial test at 1%"
        rows.append(("worlds with a tie that is not closed", one.kind, today, target))
        rows.append(("worlds with a closed tie", one.kind, f"{one.with_closed} of {one.worlds}", "–"))
    return table(("measure", "worlds", "today", "target"), rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Shuffle, test and print the table."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    asked.add_argument("--worlds", type=int, default=200, help="of each kind")
    asked.add_argument("--window", type=float, default=60.0, help="seconds")
    asked.add_argument("--quick", action="store_true", help="ten worlds of each kind")
    options, _ = asked.parse_known_args(arguments)
    if not DATA.exists():
        print(f"Calibration is left out: {DATA.name} is not in ../shared/data beside this checkout.", file=sys.stderr)
        return
    actions, settings = posts_of(DATA), Settings(windows_s=(options.window,))
    worlds = 10 if options.quick else options.worlds
    print(markdown([measure(kind, actions, worlds, settings) for kind in KINDS]))


if __name__ == "__main__":
    main()
