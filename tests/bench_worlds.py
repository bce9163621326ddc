"""The method against worlds whose answer is known: what is found, what is invented, under which heading.

    python tests/bench_worlds.py --seeds 10 --keep worlds.jsonl --out bench.md

Prints a table in Markdown: one row per measure, with today's figure and the target beside each other, and the rows behind
them. ``--quick`` draws smaller worlds; its figures say that everything runs, not how good the method is.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from itertools import repeat
from pathlib import Path
from time import monotonic

import polars as pl
from fixtures_worlds import actions_by_text, actions_of, planted_pairs

from graph.pairing.actions import Actions
from graph.pairing.local import LocalEngine
from graph.runs.pipeline import search
from graph.runs.tables import SearchResult
from graph.settings import Settings
from ingest.synthetic import Plan, World, world

QUICK = Plan(accounts=4_000, actions=40_000, links=5_000, fans=300, groups=4)


@dataclass(frozen=True)
class Scenario:
    """A kind of world and how it is searched."""

    name: str
    change: dict[str, float]
    window_s: float = 60.0
    times: int = 1  # as many accounts, actions, links and fans
    swapped: int | None = None  # words of twenty that each copy of a text swaps; None where links are shared

    def plan(self, base: Plan) -> Plan:
        more = {
            name: getattr(base, name) * self.times for name in ("accounts", "actions", "links", "fans", "fan_links")
        }
        return replace(base, **{**more, "jitter_s": self.window_s, **self.change})

    def actions(self, drawn: World, seed: int) -> dict[str, Actions]:
        if self.swapped is None:
            return {"link": actions_of(drawn)}
        return {"near_text": actions_by_text(drawn, seed, self.swapped)}


def _groups(objects: int, own: str) -> dict[str, float]:
    return {"objects": objects, "exclusive": float(own == "exclusive")}


OBJECTS, OWN, WINDOWS = (3, 5, 8, 15), ("popular", "exclusive"), (60, 600)
SPEEDS = {"fan_spread": 1.0}  # standard deviation of the logarithm of a fan's own mean delay
SLEEP = {"rhythm": 0.9, "zones": 3}
ELECTION = {**SLEEP, "bursts": 0.2, "superspreaders": 20}
UNTRIED = (
    Scenario("day rhythm, 3 time zones, no groups", {"groups": 0, **SLEEP}),
    Scenario("day rhythm, 3 time zones, fans at their own speeds, no groups", {"groups": 0, **SLEEP, **SPEEDS}),
    Scenario("election (bursts, day rhythm, superspreaders), no groups", {"groups": 0, **ELECTION}),
    Scenario("election, fans at their own speeds, no groups", {"groups": 0, **ELECTION, **SPEEDS}),
    Scenario("day rhythm, 3 time zones, 8 objects, popular", {**_groups(8, "popular"), **SLEEP}),
    Scenario("election, 8 objects, popular", {**_groups(8, "popular"), **ELECTION}),
    Scenario("half of 8 objects shared with the public", {**_groups(8, "exclusive"), "public": 0.5}),
    Scenario("16 accounts, 8 at a time, 12 objects, popular", {**_groups(12, "popular"), "members": 16, "shift": 8}),
    Scenario(
        "delays to 10 min, looked at within 60 s, 8 objects, popular", {**_groups(8, "popular"), "jitter_s": 600.0}
    ),
    Scenario(
        "delays to 60 min, looked at within 10 min, 8 objects, popular",
        {**_groups(8, "popular"), "jitter_s": 3_600.0},
        600,
    ),
    *(
        Scenario(f"8 texts, {swapped} of 20 words swapped in each copy", _groups(8, "exclusive"), swapped=swapped)
        for swapped in (0, 1, 2, 4)
    ),
    Scenario("five times as many accounts, 8 objects, popular", _groups(8, "popular"), times=5),
)
SCENARIOS = (
    Scenario("noise", {"fans": 0, "groups": 0}),
    Scenario("noise and fans, 40 min", {"groups": 0}),
    Scenario("noise and 200 fans, 40 min, own speeds", {"groups": 0, "fans": 200, **SPEEDS}),
    Scenario("5 objects, popular, fans 10 min, own speeds", {**_groups(5, "popular"), "fan_delay_s": 600.0, **SPEEDS}),
    Scenario("5 objects, popular, fans 2 min", {**_groups(5, "popular"), "fan_delay_s": 120.0}),
    Scenario("5 objects, popular, fans 2 min, own speeds", {**_groups(5, "popular"), "fan_delay_s": 120.0, **SPEEDS}),
    *(
        Scenario(f"{objects} objects, {own}, {window} s", _groups(objects, own), window)
        for window in WINDOWS
        for objects in OBJECTS
        for own in OWN
    ),
    *UNTRIED,
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
    accounts: int = 0  # in groups that are shown
    accounts_found: int = 0  # of them planted
    accounts_planted: int = 0


def measure(scenario: Scenario, seed: int, base: Plan, settings: Settings) -> Outcome:
    """Draw a world, search it, and hold the result against what was planted."""
    drawn = world(seed, scenario.plan(base))
    actions = scenario.actions(drawn, seed)
    begun = monotonic()
    own = replace(settings, windows_s=(scenario.window_s,))
    result = search(actions, own, LocalEngine(), lambda *_: None)
    seconds = monotonic() - begun
    shown, labels = _shown(drawn, result)
    return Outcome(scenario.name, seed, seconds, *_pairs(drawn, result), *shown, labels, *_accounts(drawn, result))


def _accounts(drawn: World, result: SearchResult) -> tuple[int, int, int]:
    """Accounts in groups that are not set aside, planted ones among them, planted ones in all."""
    groups, members = result.described.groups, result.described.members
    planted = {f"x:{account}" for group in drawn.groups for account in group}
    if not groups.height:
        return 0, 0, len(planted)
    shown = groups.filter(pl.col("heading") != "aside")["group_id"]
    inside = set(members.filter(pl.col("group_id").is_in(shown.implode()))["account"])
    return len(inside), len(inside & planted), len(planted)


def _pairs(drawn: World, result: SearchResult) -> tuple[int, int, int, int]:
    """Ties outside crowds, planted pairs among them, planted pairs in all, and ties that were not planted."""
    ties, described = result.layers[0].ties, result.described
    crowd: set[str] = set()
    if described.groups.height:
        aside = described.groups.filter(pl.col("heading") == "aside")["group_id"]
        crowd = set(described.members.filter(pl.col("group_id").is_in(aside.implode()))["account"])
    kept = {pair for pair in ties.select("account_a", "account_b").iter_rows() if not set(pair) <= crowd}
    want = planted_pairs(drawn)
    return len(kept), len(kept & want), len(want), len(kept - want)


def _shown(drawn: World, result: SearchResult) -> tuple[tuple[int, int, int, int, int], list[str]]:
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
    return (len(planted), len(labels), false, fans, closed), list(labels.values())


def _mean(name: str, over: str) -> Callable[[pl.DataFrame], str]:
    def text(rows: pl.DataFrame) -> str:
        parts = rows.filter(pl.col(over) > 0).select(pl.col(name) / pl.col(over)).to_series()
        if not len(parts):
            return "–"
        found = parts.to_numpy()
        return f"{found.mean():.2f} ({found.min():.2f}–{found.max():.2f})"

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
    return f"{rows['closed'].to_numpy().mean():.1f} a world"


def _everywhere(rows: pl.DataFrame) -> str:
    share = rows.filter(pl.col("ties") > 0).select(pl.col("false_ties") / pl.col("ties")).to_series()
    return f"{share.to_numpy().mean():.3f}" if len(share) else "–"


def figures(rows: pl.DataFrame) -> list[tuple[str, str, str, str]]:
    """Measure, scenario, today's figure, target."""
    table: list[tuple[str, str, str, Callable[[pl.DataFrame], str]]] = [
        ("worlds with any tie or group", "noise", "at most 5%", _worlds_with("ties", "false_groups")),
        *(
            ("worlds with fans under Groups", each.name, "none", _worlds_with("fans_as_group"))
            for each in SCENARIOS
            if "fans" in each.name
        ),
    ]
    targets = {60: {3: "at least .5", 5: "at least .9"}, 600: {5: "at least .8"}}
    kinds = [(objects, own, window) for window in WINDOWS for objects in OBJECTS for own in OWN]
    for objects, own, window in kinds:
        target = targets[window].get(objects, "–" if objects < 5 else targets[window][5])
        table.append(("groups found", f"{objects} objects, {own}, {window} s", target, _mean("found", "planted")))
    for objects, own, window in kinds:
        target = "at least .95" if objects == 15 else "–"
        name = f"{objects} objects, {own}, {window} s"
        table.append(("planted pairs tied", name, target, _mean("pairs_found", "pairs_planted")))
    for objects, own, window in kinds:
        name, label = f"{objects} objects, {own}, {window} s", "timing" if own == "popular" else "closed_circle"
        target = "at least 95%" if own == "popular" else "–"
        table.append((f"found groups labelled {label.replace('_', ' ')}", name, target, _label(label)))
        if own == "popular":
            table.append(("closed circles where none was planted", name, "at most 1", _closed))
    for each in UNTRIED:
        if each.change.get("groups", 1):
            table.append(
                (
                    "planted accounts in shown groups (recall)",
                    each.name,
                    "–",
                    _mean("accounts_found", "accounts_planted"),
                )
            )
            table.append(
                (
                    "accounts in shown groups that were planted (precision)",
                    each.name,
                    "at least .95",
                    _mean("accounts_found", "accounts"),
                )
            )
        else:
            table.append(("worlds with any group", each.name, "at most 5%", _worlds_with("false_groups")))
    run = set(rows["scenario"])
    made = [
        (words, name, text(rows.filter(pl.col("scenario") == name)), target)
        for words, name, target, text in table
        if name in run
    ]
    groups = rows.filter(pl.col("planted") > 0)
    total = int(groups["found"].sum()) + int(groups["false_groups"].sum())
    made.append(("ties that were not planted (mean share)", "all with groups", _everywhere(groups), "at most .05"))
    made.append(("groups that were not planted", "all", f"{rows['false_groups'].sum()} of {total}", "at most 5%"))
    return made


def markdown(rows: pl.DataFrame, settings: Settings, seeds: int, quick: bool) -> str:
    """The table for people, and one row per scenario behind it."""
    size = "small worlds, not the method's figures" if quick else "worlds of methods 2.4 and 2.5"
    lines = [
        f"{seeds} seeds, {settings.worlds} shuffled data sets of each kind; {size}.",
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
            f" {part['seconds'].to_numpy().mean():.0f} |"
        )
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the scenarios and print, or write, the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seeds", type=int, default=10, help="worlds of each scenario")
    asked.add_argument("--first", type=int, default=1, help="the first seed")
    asked.add_argument("--quick", action="store_true", help="small worlds")
    asked.add_argument("--only", default="", help="scenarios whose name has this in it (a regular expression)")
    asked.add_argument("--worlds", type=int, default=19, help="shuffled data sets of each kind")
    asked.add_argument("--jobs", type=int, default=1, help="worlds measured at once, a process each")
    asked.add_argument(
        "--keep", type=Path, help="a line of JSON per world; those that are there are not measured again"
    )
    asked.add_argument("--out", type=Path, help="write the table here as well")
    options = asked.parse_args(arguments)
    settings, base = Settings(worlds=options.worlds), QUICK if options.quick else Plan()
    kept = [json.loads(line) for line in options.keep.open()] if options.keep and options.keep.exists() else []
    done = {(one["scenario"], one["seed"]) for one in kept}
    wanted = [  # seed by seed, so that the table is whole early
        (scenario, seed)
        for seed in range(options.first, options.first + options.seeds)
        for scenario in SCENARIOS
        if re.search(options.only, scenario.name) and (scenario.name, seed) not in done
    ]
    with ProcessPoolExecutor(max(options.jobs, 1)) as pool:
        for outcome in pool.map(measure, *zip(*wanted, strict=True), repeat(base), repeat(settings)) if wanted else ():
            kept.append(asdict(outcome))
            if options.keep:
                with options.keep.open("a", encoding="utf-8") as lines:
                    lines.write(json.dumps(kept[-1]) + "\n")
            print(
                f"{outcome.scenario}, seed {outcome.seed}: {outcome.ties} ties, {outcome.found} of {outcome.planted} groups,"
                f" {outcome.seconds:.0f} s",
                file=sys.stderr,
                flush=True,
            )
    table = markdown(_rows(kept), settings, options.seeds, options.quick)
    if options.out:
        options.out.write_text(table, "utf-8")
    print(table)


def _rows(outcomes: list[dict[str, object]]) -> pl.DataFrame:
    order = {scenario.name: number for number, scenario in enumerate(SCENARIOS)}
    rows = pl.DataFrame(outcomes, schema_overrides={"labels": pl.List(pl.String)})
    return rows.sort(pl.col("scenario").replace_strict(order, return_dtype=pl.Int64), "seed")


if __name__ == "__main__":
    main()
