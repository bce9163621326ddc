"""The method against worlds whose answer is known: what is found, what is invented, under which heading.

    python tests/bench_worlds.py --seeds 10 --out bench.md

Prints a table in Markdown: one row per measure, with today's figure and the target beside each other, and the rows behind
them. ``--quick`` draws smaller worlds; its figures say that everything runs, not how good the method is.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from time import monotonic

import polars as pl
from fixtures_worlds import actions_of, planted_pairs

from graph.engines.local import LocalEngine
from graph.pipeline import Found, search
from graph.settings import Settings
from ingest.synthetic import Plan, World, world

QUICK = Plan(accounts=4_000, actions=40_000, links=5_000, fans=300, groups=4)


@dataclass(frozen=True)
class Scenario:
    """A kind of world and how it is searched.

    Attributes
    ----------
    share : float
        Of the seeds asked for, since some worlds take minutes.
    """

    name: str
    change: dict[str, float]
    window_s: float = 60.0
    share: float = 1.0

    def plan(self, base: Plan) -> Plan:
        return replace(base, **{"jitter_s": self.window_s, **self.change})  # type: ignore[arg-type]


def _groups(objects: int, exclusive: bool) -> dict[str, float]:
    return {"objects": objects, "exclusive": float(exclusive)}


SCENARIOS = (
    Scenario("noise", {"fans": 0, "groups": 0}),
    Scenario("noise and fans, 40 min", {"groups": 0}),
    Scenario("15 objects, half exclusive", {"objects": 15}),
    *(
        Scenario(f"{objects} objects, {'exclusive' if own else 'popular'}", _groups(objects, own))
        for objects in (3, 5, 8)
        for own in (False, True)
    ),
    Scenario("5 objects, popular, 600 s", _groups(5, False), 600.0, 0.3),
    Scenario("5 objects, exclusive, 600 s", _groups(5, True), 600.0, 0.3),
    Scenario("5 objects, popular, fans 2 min", {**_groups(5, False), "fan_delay_s": 120.0}, 60.0, 0.2),
)


@dataclass
class Outcome:
    """What one world gave."""

    scenario: str
    seed: int
    seconds: float
    ties: int
    pairs_found: int
    pairs_planted: int
    false_ties: int
    planted: int
    found: int
    false_groups: int
    fans_as_group: int
    closed: int  # closed circles, planted or not
    labels: list[str] = field(default_factory=list)  # of the planted groups that were found


def measure(scenario: Scenario, seed: int, base: Plan, settings: Settings) -> Outcome:
    """Draw a world, search it, and hold the result against what was planted."""
    drawn = world(seed, scenario.plan(base))
    begun = monotonic()
    own = replace(settings, windows_s=(scenario.window_s,))
    result = search({"link": actions_of(drawn)}, own, LocalEngine(), lambda *_: None)
    seconds = monotonic() - begun
    return Outcome(scenario.name, seed, seconds, *_pairs(drawn, result), *_shown(drawn, result))


def _pairs(drawn: World, result: Found) -> tuple[int, int, int, int]:
    """Ties outside crowds, planted pairs among them, planted pairs in all, and ties that were not planted."""
    ties, described = result.ties[0], result.described
    crowd: set[str] = set()
    if described.groups.height:
        aside = described.groups.filter(pl.col("heading") == "aside")["group_id"]
        crowd = set(described.members.filter(pl.col("group_id").is_in(aside.implode()))["account"])
    kept = {pair for pair in ties.select("account_a", "account_b").iter_rows() if not set(pair) <= crowd}
    want = planted_pairs(drawn)
    return len(kept), len(kept & want), len(want), len(kept - want)


def _shown(drawn: World, result: Found) -> tuple[int, int, int, int, int, list[str]]:
    """Planted, found (Jaccard of a half), false (under half from one planted set), fans as groups, closed circles, labels."""
    groups, members = result.described.groups, result.described.members
    planted = [{f"x:{account}" for account in group} for group in drawn.groups]
    labels: dict[int, str] = {}
    false = fans = closed = 0
    for row in groups.iter_rows(named=True) if groups.height else ():
        own = set(members.filter(pl.col("group_id") == row["group_id"])["account"])
        for number, want in enumerate(planted):
            if len(own & want) >= 0.5 * len(own | want):
                labels.setdefault(number, row["label"] or "none")
        closed += row["heading"] == "closed"
        if row["heading"] != "aside" and max((len(own & want) for want in planted), default=0) < len(own) / 2:
            false += 1
            fans += row["heading"] == "groups"
    return len(planted), len(labels), false, fans, closed, list(labels.values())


def _mean(name: str, over: str) -> Callable[[pl.DataFrame], str]:
    def text(rows: pl.DataFrame) -> str:
        parts = rows.filter(pl.col(over) > 0).select(pl.col(name) / pl.col(over)).to_series()
        return f"{parts.mean():.2f} ({parts.min():.2f}–{parts.max():.2f})" if len(parts) else "–"

    return text


def _worlds_with(*names: str) -> Callable[[pl.DataFrame], str]:
    def text(rows: pl.DataFrame) -> str:
        return f"{rows.filter(pl.any_horizontal(pl.col(name) > 0 for name in names)).height} of {rows.height}"

    return text


def _label(label: str) -> Callable[[pl.DataFrame], str]:
    def text(rows: pl.DataFrame) -> str:
        return f"{rows['labels'].explode().eq(label).sum()} of {rows['found'].sum()}"

    return text


def _closed(rows: pl.DataFrame) -> str:
    return f"{rows['closed'].mean():.1f} a world"


def _everywhere(rows: pl.DataFrame) -> str:
    share = rows.filter(pl.col("ties") > 0).select(pl.col("false_ties") / pl.col("ties")).to_series()
    return f"{share.mean():.3f}" if len(share) else "–"


def figures(rows: pl.DataFrame) -> list[tuple[str, str, str, str]]:
    """Measure, scenario, today's figure, target."""
    table: list[tuple[str, str, str, Callable[[pl.DataFrame], str]]] = [
        ("worlds with any tie or group", "noise", "at most 5%", _worlds_with("ties", "false_groups")),
        ("worlds with fans under Groups", "noise and fans, 40 min", "none", _worlds_with("fans_as_group")),
        ("worlds with fans under Groups", "5 objects, popular, fans 2 min", "none", _worlds_with("fans_as_group")),
        ("planted pairs tied", "15 objects, half exclusive", "at least .95", _mean("pairs_found", "pairs_planted")),
    ]
    targets = {3: "at least .5", 5: "at least .9", 8: "at least .9"}
    for objects, target in targets.items():
        for own in ("popular", "exclusive"):
            table.append(("groups found", f"{objects} objects, {own}", target, _mean("found", "planted")))
    for own in ("popular", "exclusive"):
        table.append(("groups found", f"5 objects, {own}, 600 s", "at least .8", _mean("found", "planted")))
    for objects in (3, 5, 8):
        table.append(("found groups labelled timing", f"{objects} objects, popular", "at least 95%", _label("timing")))
        table.append(
            ("found groups labelled closed circle", f"{objects} objects, exclusive", "–", _label("closed_circle"))
        )
        table.append(("closed circles where none was planted", f"{objects} objects, popular", "at most 1", _closed))
    run = set(rows["scenario"])
    made = [
        (words, name, text(rows.filter(pl.col("scenario") == name)), target)
        for words, name, target, text in table
        if name in run
    ]
    groups = rows.filter(pl.col("planted") > 0)
    total = groups["found"].sum() + groups["false_groups"].sum()
    made.append(("ties that were not planted (mean share)", "all with groups", _everywhere(groups), "at most .05"))
    made.append(("groups that were not planted", "all", f"{rows['false_groups'].sum()} of {total}", "at most 5%"))
    return made


def markdown(rows: pl.DataFrame, settings: Settings, seeds: int, quick: bool) -> str:
    """The table for people, and one row per scenario behind it."""
    size = "small worlds, not the method's figures" if quick else "worlds of methods 2.4 and 2.5"
    lines = [
        f"{seeds} seeds, {settings.worlds} reshuffled worlds of each kind; {size}. Fewer seeds where a world takes minutes.",
        "",
        "| measure | worlds | today | target |",
        "|---|---|---|---|",
        *(f"| {words} | {name} | {today} | {target} |" for words, name, today, target in figures(rows)),
        "",
        "| worlds | seeds | ties | not planted | groups found | not planted | labels of the found | seconds each |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for (name,), part in rows.group_by("scenario", maintain_order=True):
        labels = part["labels"].explode().drop_nulls().value_counts().sort("labels").iter_rows()
        words = ", ".join(f"{label.replace('_', ' ')} {number}" for label, number in labels) or "–"
        lines.append(
            f"| {name} | {part.height} | {part['ties'].sum()} | {part['false_ties'].sum()} |"
            f" {part['found'].sum()} of {part['planted'].sum()} | {part['false_groups'].sum()} | {words} |"
            f" {part['seconds'].mean():.0f} |"
        )
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the scenarios and print, or write, the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seeds", type=int, default=10, help="worlds of each scenario (some take a part of them)")
    asked.add_argument("--first", type=int, default=1, help="the first seed")
    asked.add_argument("--quick", action="store_true", help="small worlds")
    asked.add_argument("--only", default="", help="scenarios whose name has this in it")
    asked.add_argument("--worlds", type=int, default=19, help="reshuffled worlds of each kind")
    asked.add_argument("--out", type=Path, help="write the table here as well")
    options = asked.parse_args(arguments)
    settings, base = Settings(worlds=options.worlds), QUICK if options.quick else Plan()
    outcomes: list[dict[str, object]] = []
    for scenario in (each for each in SCENARIOS if options.only in each.name):
        for seed in range(options.first, options.first + max(1, round(options.seeds * scenario.share))):
            outcome = measure(scenario, seed, base, settings)
            outcomes.append(asdict(outcome))
            print(
                f"{scenario.name}, seed {seed}: {outcome.ties} ties, {outcome.found} of {outcome.planted} groups,"
                f" {outcome.seconds:.0f} s",
                file=sys.stderr,
                flush=True,
            )
            if options.out:  # after every world, so that what is done is there when it is stopped
                options.out.write_text(markdown(_rows(outcomes), settings, options.seeds, options.quick), "utf-8")
    print(markdown(_rows(outcomes), settings, options.seeds, options.quick))


def _rows(outcomes: list[dict[str, object]]) -> pl.DataFrame:
    return pl.DataFrame(outcomes, schema_overrides={"labels": pl.List(pl.String)})


if __name__ == "__main__":
    main()
