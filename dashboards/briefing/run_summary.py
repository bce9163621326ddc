"""A run in words: title, summary, numbers, limits, and the settings that repeat it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboards import words as say
from dashboards.briefing import print_words as safe
from dashboards.words import caveats, power
from dashboards.words import groups as group_words
from dashboards.words.settings import settings_rows
from graph.privacy.areas import profile
from graph.privacy.codes import names_in
from graph.privacy.sanitize import redact, redact_file_name

if TYPE_CHECKING:
    from graph.report.report import Report

KINDS = {"groups": "Group", "closed": "Closed circle", "aside": "Set aside"}


class RunSummary:
    """A report, read once for all parts of a briefing."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.overview: dict[str, Any] = report.overview()
        self.groups: pd.DataFrame = report.groups()
        self.layers: pd.DataFrame = report.layers()
        self.ties: pd.DataFrame = report.ties()
        self.profile = profile(report.store)
        no_rows = "no account appears" if self.profile.level != "person" else ""
        self.named = no_rows or "accounts appear as codes of this case (A-1, A-2, …)"
        self.source_rows: list[dict[str, Any]] = report.store.sources().to_pylist()
        self.handles = names_in(report.store)
        self._files: dict[str, str] = {}
        self.name = redact(str(report.store.name), self.handles)
        self.alone: pd.DataFrame = report.pairs().sort_values(["q", "observed"], ascending=[True, False])
        self.source = say.run_line(report.run)
        self.levels = group_words.levels_of(self.groups, self.ties)
        self.worlds = group_words.worlds_of(report.run, self.groups)
        self.precision = "min" if (self.layers["precision"] == "min").any() else "s"
        self.nothing = self.groups.empty and self.ties.empty
        self.answer = power.answer_of(report)
        if "name" in self.groups:
            self.groups["name"] = [self.safe_name(name) for name in self.groups["name"]]

    def safe_name(self, name: Any) -> str | None:
        """A group's name, shortened and without names of people."""
        return safe.shortened(redact(str(name), self.handles), 60) if say.known(name) else None

    def rows(self, heading: str) -> list[dict[str, Any]]:
        """Groups under a heading, ranked."""
        found = self.groups[self.groups["heading"] == heading].sort_values("rank")
        return [{str(k): v for k, v in row.items()} for row in found.to_dict("records")]

    def traces(self, groups: Iterable[Mapping[str, Any]] = ()) -> list[str]:
        """Behaviours of these groups, or of the whole run."""
        named = [str(t) for g in groups for t in (g["traces"] if g["traces"] is not None else [])]
        return list(dict.fromkeys(named or [str(t) for t in self.layers["trace"]]))

    def windows(self) -> list[float]:
        """Time windows of the run, in seconds, the shortest first."""
        return sorted({float(w) for w in self.layers["window_s"]})

    def within(self, windows: Iterable[float] = ()) -> str:
        """Closeness in time, for a sentence: the widest of these windows, or of all of the run."""
        spans = sorted(windows) or self.windows()
        return say.within(spans[-1], self.precision) if spans else "close together"

    def title(self) -> str:
        """Title of the briefing: the finding in a line."""
        groups = self.rows("groups")
        if groups:
            traces, accounts = self.traces(groups), int(self.overview["accounts_in_groups"])
            levels = [self.levels[str(g["group_id"])] for g in groups]
            what = f"{say.counted(accounts, 'account')} in {say.small(len(groups))} {'group' if len(groups) == 1 else 'groups'}"
            done = f"{say.verb(traces, past=True)} the same {say.nouns(traces)}"
            close = self.within(own_window(g) for g in groups)
            return say.sentence(f"{what} {done} {close}, {say.how_far(levels)} gives")
        if not self.nothing:
            parts = [
                f"{say.counted(self.overview['pairs'], 'pair')} of accounts" if self.overview["pairs"] else "",
                say.counted(self.overview["closed"], "closed circle") if self.overview["closed"] else "",
                f"{say.count(self.overview['aside'])} set aside" if self.overview["aside"] else "",
            ]
            return f"No group beyond chance; {say.listed([p for p in parts if p]) or 'some ties'}"
        return power.TITLES[self.answer.kind]

    def lead(self) -> list[str]:
        """Sentences under the title: the data, the strongest finding, and what is not counted in the title."""
        seen = self.overview
        span = say.days(seen.get("first_at"), seen.get("last_at"))
        before = caveats.first(self.report)
        came = (
            f"{say.counted(seen['posts'], 'post')} by {say.counted(seen['accounts'], 'account')} from"
            f" {say.counted(seen['sources'], 'file')}, {span}{say.compared(seen)}."
        )
        if self.nothing:
            verb = say.verb(self.traces())
            told = power.answered(self.answer, self.report.power())
            result = "" if before or self.answer.kind != "nothing" else " This is a result, and you can report it."
            return [
                *before,
                came,
                f"No two accounts {verb} the same {say.nouns(self.traces())} {self.within()} more often than chance explains."
                + result,
                *told,
            ]
        said = [*before, came]
        groups = self.rows("groups")
        if not groups and not self.alone.empty:
            said.append(self.pair_sentence())
        if groups:
            first = groups[0]
            said.append(
                f"In {'it' if len(groups) == 1 else 'the first of them'}, {say.counted(first['accounts'], 'account')} {say.verb(self.traces([first]), past=True)}"
                f" {say.counted(first['objects'], say.nouns(self.traces([first]), 1), say.nouns(self.traces([first])))}"
                f"{f', mostly {group_words.called(first)}' if first.get('name') else ''}. Two of them did so together"
                f" {say.count(first['observed'])} times; chance gives about {say.expected(first['expected'])}."
            )
            said.append("We call these accounts coordinated. We do not know who runs them.")
        if groups:
            said += self.not_in_title()
        return said

    def pair_sentence(self) -> str:
        """Sentence on the strongest pair, observed and expected, for a run without groups."""
        first = self.alone.iloc[0]
        which = "They" if len(self.alone) == 1 else "The strongest"
        trace = first["trace"]
        return (
            f"{which}, {say.code(first['code_a'])} and {say.code(first['code_b'])}, {say.verb([trace], past=True)} the same"
            f" {say.counted(first['observed'], say.noun(trace, 1), say.noun(trace))} {self.within([first['window_s']])}; chance gives about"
            f" {say.expected(first['expected'])}. We call them coordinated. We do not know who runs them."
        )

    def not_in_title(self) -> list[str]:
        """Sentence on closed circles, groups set aside and pairs, which the title does not count; empty where there are none."""
        closed, aside, pairs = (int(self.overview[k]) for k in ("closed", "aside", "pairs"))
        said = [
            f"{say.counted(closed, 'closed circle')}, whose links almost nobody else shared" if closed else "",
            f"{say.counted(aside, 'group')} that chance or a known cause explains" if aside else "",
            f"{say.counted(pairs, 'pair')} of accounts with no third account" if pairs else "",
        ]
        return [f"Not counted in the title: {say.listed([s for s in said if s])}."] if any(said) else []

    def facts(self) -> list[tuple[str, str, str]]:
        """Numbers of the run: name, value, and the meaning of the value."""
        seen = self.overview
        return [
            ("Posts", say.count(seen["posts"]), say.days(seen.get("first_at"), seen.get("last_at"))),
            ("Accounts", say.count(seen["accounts"]), f"{say.count(seen['accounts_in_groups'])} in groups"),
            (
                "Groups",
                say.count(seen["groups"]),
                f"{say.counted(seen['closed'], 'closed circle')}, {say.count(seen['aside'])} set aside",
            ),
            ("Pairs", say.count(seen["pairs"]), "with no third account tied to them"),
            ("Ties", say.count(seen["ties"]), "beyond chance"),
            (
                "Explained",
                say.count(seen["explained"]),
                "pairs that chance explains, with two or more shared objects within the time window",
            ),
        ]

    def file(self, row: Mapping[str, Any]) -> str:
        """Name of a source's file, without names of people."""
        name = self._files.get(str(row["source_id"]))
        if name is None:
            name = safe.shortened(redact_file_name(row.get("file_name"), self.handles) or say.NONE, 80)
            self._files[str(row["source_id"])] = name
        return name

    def stamp(self, *parts: str) -> str:
        """Line under a figure: these parts, the data, the run."""
        return " ".join(
            [
                *parts,
                f"{say.counted(self.overview['posts'], 'post')} from {say.counted(self.overview['sources'], 'file')}. {self.source}.",
            ]
        )

    def limits(self) -> list[str]:
        """Caveats of the run and limits of every run, each as a sentence."""
        return caveats.limits(self.report, self.handles)

    def manifest(self) -> list[tuple[str, str]]:
        """Names and values that repeat the run: case, run, version, seed, settings."""
        run = self.report.run
        settings = [(f"{said} ({key})", value) for said, value, key in settings_rows(run) if key != "seed"]
        return [
            ("Case", self.name),
            ("Run", f"{say.run_name(run)}, {run.get('run_id', say.NONE)}"),
            ("Finished", say.clock(run.get("finished_at"), year=True) + " UTC"),
            ("Lockstep", str(run.get("version") or say.NONE)),
            ("Method", str(run.get("method") or say.NONE)),
            ("Seed", str(run.get("seed", say.NONE))),
            *((name, redact(value)) for name, value in settings),
            ("Names", f"{self.named}; this document has no handles, no links that work and no media"),
        ]


def called(row: Mapping[str, Any]) -> str:
    """Name of a group, by its rank and main object: ``Group 1: nordlys[.]example``."""
    name = f": {row['name']}" if row.get("name") else ""
    return f"{KINDS[str(row['heading'])]} {say.place(row['rank'])}{name}"


def own_window(group: Mapping[str, Any]) -> float:
    """Time window of a group's strongest layer, in seconds; its numbers come from there."""
    return float(next(iter(group["windows_s"])))
