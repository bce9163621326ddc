"""What a briefing says, before it looks like anything: report → plain facts, sentences and pictures.

Everything from the data is redacted here. The template escapes once more and only places things.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd
import polars as pl

from dashboards import bars, figures, group_words, power_words
from dashboards import words as say
from dashboards.briefing import words as safe
from dashboards.briefing.first import who_goes_first
from dashboards.briefing.method import LIMITS, method
from dashboards.day_strips import Strip
from dashboards.drawing import Picture
from dashboards.lifelines import lifelines
from graph.results import HEADINGS, LABELS
from graph.safe import redact, redact_file_name
from graph.stores.base import Scan

GROUPS_IN_FULL, GROUPS_IN_DETAIL, GROUPS_LISTED, PAIRS_LISTED = 5, 20, 200, 50
TIES_SHOWN, MEETINGS_SHOWN, OBJECTS_SHOWN, REASONS_SHOWN, HOLES_SHOWN, MEMBERS_SHOWN = 3, 5, 10, 12, 10, 12
TWIN_ROWS = 400
_KINDS = {"groups": "Group", "closed": "Closed circle", "aside": "Set aside"}


@dataclass(frozen=True)
class Table:
    """A table for print: headings, rows of words, which columns are numbers, and what was left out."""

    columns: list[str]
    rows: list[list[str]]
    numbers: frozenset[int] = frozenset()
    note: str = ""
    caption: str = ""


@dataclass(frozen=True)
class Meetings:
    """Posts behind one tie."""

    title: str
    facts: str
    rows: list[dict[str, str]]
    note: str
    codes: tuple[str, str]


@dataclass(frozen=True)
class GroupPart:
    """One group in detail."""

    heading: str
    lead: str
    facts: list[tuple[str, str, str]]
    pictures: list[Picture]
    objects: Table
    evidence: list[Meetings]
    evidence_note: str
    why: list[str] = field(default_factory=list)
    hashtags: Table | None = None
    roles: Table | None = None


@dataclass(frozen=True)
class Document:
    """A briefing's content in reading order."""

    title: str
    case: str
    date: str
    lead: list[str]
    facts: list[tuple[str, str, str]]
    sources: Table
    missing: list[str]
    skipped: Table | None
    assumed: list[str]
    nothing: bool
    pictures: list[Picture]
    found: Table | None
    headings: list[tuple[str, str, Table]]
    groups: list[GroupPart]
    groups_note: str
    pairs: Table | None
    pair_evidence: list[Meetings]
    method: list[tuple[str, str]]
    layers: Table
    limits: list[str]
    power: list[str]
    manifest: list[tuple[str, str]]
    files: Table
    run_line: str
    verdicts: Table | None = field(default=None)


def gather(report: Any) -> Document:
    """Everything a briefing says about a run."""
    told = Told(report)
    return Document(
        title=told.title(),
        case=safe.shortened(told.name, 120),
        date=say.day(report.run.get("finished_at"), year=True),
        lead=told.lead(),
        facts=told.facts(),
        sources=told.sources(),
        missing=told.missing(),
        skipped=told.skipped(),
        assumed=told.assumed(),
        nothing=told.nothing,
        pictures=told.pictures(),
        found=told.listed("groups"),
        headings=told.other_headings(),
        groups=told.in_detail(),
        groups_note=told.groups_note(),
        pairs=told.pairs(),
        pair_evidence=told.evidence(told.alone, TIES_SHOWN)[0],
        method=method(report.run.get("settings") or {}, told.layers, told.worlds),
        layers=told.layer_table(),
        limits=told.limits(),
        power=told.power(),
        manifest=told.manifest(),
        files=told.files(),
        run_line=told.source,
        verdicts=told.verdicts(),
    )


class Told:
    """A report, read once, and what it comes to in words."""

    def __init__(self, report: Any) -> None:
        self.report = report
        self.overview: dict[str, Any] = report.overview()
        self.groups: pd.DataFrame = report.groups()
        self.layers: pd.DataFrame = report.layers()
        self.ties: pd.DataFrame = report.ties()
        self.source_rows: list[dict[str, Any]] = report.store.sources().to_pylist()
        self.handles = _handles(report.store)
        self._files: dict[str, str] = {}
        self.name = redact(str(report.store.name), self.handles)
        self.alone: pd.DataFrame = report.pairs().sort_values(["q", "observed"], ascending=[True, False])
        self.source = say.run_line(report.run)
        self.levels = group_words.levels_of(self.groups, self.ties)
        self.worlds = group_words.worlds_of(report.run, self.groups)
        self.precision = "min" if (self.layers["precision"] == "min").any() else "s"
        self.nothing = self.groups.empty and self.ties.empty
        if "name" in self.groups:
            self.groups["name"] = [self.safe_name(name) for name in self.groups["name"]]

    def safe_name(self, name: Any) -> str | None:
        return safe.shortened(redact(str(name), self.handles), 60) if say.known(name) else None

    def rows(self, heading: str) -> list[dict[str, Any]]:
        found = self.groups[self.groups["heading"] == heading].sort_values("rank")
        return [{str(k): v for k, v in row.items()} for row in found.to_dict("records")]

    # --- what was found, in a sentence ---

    def traces(self, groups: Iterable[Mapping[str, Any]] = ()) -> list[str]:
        named = [str(t) for g in groups for t in (g["traces"] if g["traces"] is not None else [])]
        return list(dict.fromkeys(named or [str(t) for t in self.layers["trace"]]))

    def windows(self) -> list[float]:
        return sorted({float(w) for w in self.layers["window_s"]})

    def within(self, windows: Iterable[float] = ()) -> str:
        """How close in time, by these windows or by all the run looked at; the widest of them is true of all."""
        spans = sorted(windows) or self.windows()
        return say.within(spans[-1], self.precision) if spans else "close together"

    def title(self) -> str:
        groups = self.rows("groups")
        if groups:
            traces, accounts = self.traces(groups), int(self.overview["accounts_in_groups"])
            levels = [self.levels[str(g["group_id"])] for g in groups]
            what = f"{say.counted(accounts, 'account')} in {say.small(len(groups))} {'group' if len(groups) == 1 else 'groups'}"
            done = f"{say.verb(traces, past=True)} the same {say.nouns(traces)}"
            close = self.within(_own_window(g) for g in groups)
            return say.sentence(f"{what} {done} {close}, {say.how_far(levels)} gives")
        if not self.nothing:
            parts = [
                f"{say.counted(self.overview['pairs'], 'pair')} of accounts" if self.overview["pairs"] else "",
                say.counted(self.overview["closed"], "closed circle") if self.overview["closed"] else "",
                f"{say.count(self.overview['aside'])} set aside" if self.overview["aside"] else "",
            ]
            return f"No group beyond chance; {say.listed([p for p in parts if p]) or 'some ties'}"
        return "Nothing found beyond chance"

    def lead(self) -> list[str]:
        seen = self.overview
        span = say.days(seen.get("first_at"), seen.get("last_at"))
        came = (
            f"{say.counted(seen['posts'], 'post')} by {say.counted(seen['accounts'], 'account')} from"
            f" {say.counted(seen['sources'], 'file')}, {span}."
        )
        if self.nothing:
            verb = say.verb(self.traces())
            seen_at_least = power_words.smallest_seen(self.report.power())
            return [
                came,
                f"No two accounts {verb} the same {say.nouns(self.traces())} {self.within()} more often than chance gives. That is"
                " a result, and it can be printed.",
                *([seen_at_least] if seen_at_least else []),
            ]
        said = [came]
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
        """The strongest pair with both numbers, for a run without groups."""
        first = self.alone.iloc[0]
        which = "They" if len(self.alone) == 1 else "The strongest"
        trace = first["trace"]
        return (
            f"{which}, {say.code(first['code_a'])} and {say.code(first['code_b'])}, {say.verb([trace], past=True)} the same"
            f" {say.counted(first['observed'], say.noun(trace, 1), say.noun(trace))} {self.within([first['window_s']])}; chance gives about"
            f" {say.expected(first['expected'])}. We call them coordinated. We do not know who runs them."
        )

    def not_in_title(self) -> list[str]:
        """What the title leaves out, in one sentence each."""
        closed, aside, pairs = (int(self.overview[k]) for k in ("closed", "aside", "pairs"))
        said = [
            f"{say.counted(closed, 'closed circle')}: rarity and not timing is the evidence." if closed else "",
            f"{say.count(aside)} set aside: chance or a known cause explains {'it' if aside == 1 else 'them'}."
            if aside
            else "",
            f"{say.counted(pairs, 'pair')} of accounts {'stands' if pairs == 1 else 'stand'} alone." if pairs else "",
        ]
        return [f"Not counted in the title: {' '.join(s for s in said if s)}"] if any(said) else []

    def facts(self) -> list[tuple[str, str, str]]:
        seen = self.overview
        return [
            ("Posts", say.count(seen["posts"]), say.days(seen.get("first_at"), seen.get("last_at"))),
            ("Accounts", say.count(seen["accounts"]), f"{say.count(seen['accounts_in_groups'])} in groups"),
            (
                "Groups",
                say.count(seen["groups"]),
                f"{say.counted(seen['closed'], 'closed circle')}, {say.count(seen['aside'])} set aside",
            ),
            ("Pairs", say.count(seen["pairs"]), "two accounts alone"),
            ("Ties", say.count(seen["ties"]), "beyond chance"),
            ("Explained", say.count(seen["explained"]), "pairs that met twice or more, as chance gives"),
        ]

    # --- what came in ---

    def sources(self) -> Table:
        rows = [
            [
                self.file(row),
                str(row["reader"] or say.NONE),
                say.listed([say.platform(p) for p in row["platforms"] or []]) or say.NONE,
                say.count(row["rows_in"]),
                say.count(row["rows_kept"]),
                say.count(row["rows_merged"]),
                say.count(row["rows_skipped"]),
                say.days(row["first_at"], row["last_at"]),
            ]
            for row in self.source_rows
        ]
        columns = ["File", "Read as", "Platform", "Rows in", "Kept", "Merged", "Skipped", "From – to (UTC)"]
        return Table(columns, rows, frozenset({3, 4, 5, 6}), "Merged: exact duplicates. In = kept + merged + skipped.")

    def file(self, row: Mapping[str, Any]) -> str:
        name = self._files.get(str(row["source_id"]))
        if name is None:
            name = safe.shortened(redact_file_name(row.get("file_name"), self.handles) or say.NONE, 80)
            self._files[str(row["source_id"])] = name
        return name

    def skipped(self) -> Table | None:
        if not any(row["rows_skipped"] for row in self.source_rows):
            return None
        frames = [
            pl.from_arrow(b) for b in self.report.store.scan("skipped", Scan(columns=["source_id", "column", "reason"]))
        ]
        if not frames:
            return None
        counted = (
            pl.concat([f for f in frames if isinstance(f, pl.DataFrame)])
            .group_by("source_id", "column", "reason")
            .len()
            .sort("len", "reason", descending=[True, False])
        )
        names = {row["source_id"]: self.file(row) for row in self.source_rows}
        rows = [
            [
                names.get(r["source_id"], say.NONE),
                r["column"] or say.NONE,
                redact(r["reason"] or say.NONE, self.handles),
                say.count(r["len"]),
            ]
            for r in counted.head(REASONS_SHOWN).to_dicts()
        ]
        left = counted.height - len(rows)
        note = f"{say.counted(left, 'further reason')} in the case." if left > 0 else ""
        return Table(["File", "Column", "Why rows were skipped", "Rows"], rows, frozenset({3}), note)

    def missing(self) -> list[str]:
        names = {row["source_id"]: self.file(row) for row in self.source_rows}
        holes = _holes(self.report.store.days().to_pylist())
        said = [
            f"{names.get(source, 'A file')}: no post from {say.day(first, year=True)} to {say.day(last, year=True)}"
            f" ({say.counted((last - first).days + 1, 'day')})."
            for source, first, last in holes[:HOLES_SHOWN]
        ]
        if len(holes) > HOLES_SHOWN:
            said.append(f"{say.counted(len(holes) - HOLES_SHOWN, 'shorter hole')} more.")
        return said or ["No file has a hole inside its dates that its own pace does not explain."]

    def assumed(self) -> list[str]:
        said: list[str] = []
        for row in self.source_rows:
            heard = " ".join([*(row["assumptions"] or []), *(row["warnings"] or [])])
            if row["tz_assumed"] and "zone" not in heard:
                said.append(f"{self.file(row)}: times without a zone were taken as {redact(str(row['tz_assumed']))}.")
            if row["precision"] in ("min", "day", "approx"):
                known = {"min": "to the minute", "day": "to the day", "approx": "roughly"}[row["precision"]]
                said.append(f"{self.file(row)}: times are known {known} only.")
            said += [
                f"{self.file(row)}: {redact(s, self.handles)}"
                for s in [*(row["assumptions"] or []), *(row["warnings"] or [])]
            ]
        return list(dict.fromkeys(said))

    # --- groups ---

    def pictures(self) -> list[Picture]:
        groups = self.groups[self.groups["heading"] == "groups"].sort_values("rank").head(GROUPS_IN_DETAIL)
        if not groups.empty:
            whole = int(self.overview["groups"])
            title = "" if whole <= len(groups) else f"The first {len(groups)} of {say.count(whole)} groups"
            return [figures.ranked(groups, self.levels, self.stamp(), title), *self.through_time()]
        if not self.nothing:
            return []
        met = self.layers[self.layers["actions"].fillna(0) > 0]
        return [bars.layers_against_chance(met, self.stamp())] if not met.empty else []

    def through_time(self) -> list[Picture]:
        """How the groups changed, where more than one window of days shows it."""
        rows = [row for heading in ("groups", "closed") for row in self.rows(heading)]
        names = {str(row["group_id"]): f"{_KINDS[str(row['heading'])]} {say.count(row['rank'])}" for row in rows}
        made = lifelines(self.report.change(), names, self.stamp())
        return [made] if made else []

    def stamp(self, *parts: str) -> str:
        return " ".join(
            [
                *parts,
                f"{say.counted(self.overview['posts'], 'post')} from {say.counted(self.overview['sources'], 'file')}. {self.source}.",
            ]
        )

    def listed(self, heading: str) -> Table | None:
        rows = self.rows(heading)
        if not rows:
            return None
        reasons = heading != "groups"
        columns = [
            "Rank",
            "Mostly",
            "Accounts",
            "Observed",
            "By chance",
            "Usually",
            *(["Why here"] if reasons else ["How far", "When"]),
        ]
        made = [
            [
                say.count(row["rank"]),
                row.get("name") or say.NONE,
                say.count(row["accounts"]),
                say.count(row["observed"]),
                say.expected(row["expected"]),
                say.usually(row["expected_lo"], row["expected_hi"]).removeprefix("usually "),
                *(
                    [_why(row, self.handles)]
                    if reasons
                    else [self.wording(row), say.days(row["first_at"], row["last_at"])]
                ),
            ]
            for row in rows[:GROUPS_LISTED]
        ]
        note = f"{say.count(len(rows) - GROUPS_LISTED)} more in the export." if len(rows) > GROUPS_LISTED else ""
        return Table(columns, made, frozenset({0, 2, 3, 4, 5}), note)

    def other_headings(self) -> list[tuple[str, str, Table]]:
        leads = {
            "closed": "They met on things that hardly anybody else acted on: that nobody else shared them is the evidence, not the"
            " timing. They are not counted as coordinated.",
            "aside": "Looked like a group, and chance or a known cause explains it. Kept here so that nothing is swept away.",
        }
        found = [(heading, self.listed(heading)) for heading in ("closed", "aside")]
        return [(HEADINGS[heading], leads[heading], table) for heading, table in found if table is not None]

    def wording(self, row: Mapping[str, Any]) -> str:
        """A group's p from worlds where it has one; a tie's q is never given for a group."""
        if say.known(row["p_group"]):
            return f"p {_equals(say.group_p(row['p_group'], row['worlds']))}"
        return say.level(self.levels[str(row["group_id"])])

    def in_detail(self) -> list[GroupPart]:
        """The first of each heading, all together no more than ``GROUPS_IN_DETAIL``."""
        rows = [row for heading in HEADINGS for row in self.rows(heading)]
        return [self.group(row) for row in rows[:GROUPS_IN_DETAIL]]

    def groups_note(self) -> str:
        more = len(self.groups) - GROUPS_IN_DETAIL
        if more <= 0:
            return ""
        return f"{GROUPS_IN_DETAIL} stand below with details; {say.counted(more, 'further one', 'further ones')} in the tables without."

    def group(self, row: Mapping[str, Any]) -> GroupPart:
        group_id, traces = str(row["group_id"]), self.traces([row])
        members, ties = self.report.members(group_id), self.report.ties(group_id)
        noun, many = say.nouns(traces, 1), say.nouns(traces)
        name = f": {row['name']}" if row.get("name") else ""
        numbers = row.get("platforms")
        lead = (
            f"{say.days(row['first_at'], row['last_at'])}. {say.platforms(numbers) if isinstance(numbers, Mapping) else ''}."
            f" {say.listed([say.trace(t) if n == 0 else say.trace(t)[:1].lower() + say.trace(t)[1:] for n, t in enumerate(traces)])},"
            f" {self.within([_own_window(row)])}."
        )
        evidence, note = self.evidence(ties, _ties_shown(row)) if row["heading"] != "aside" else ([], "")
        return GroupPart(
            heading=f"{_KINDS[str(row['heading'])]} {say.count(row['rank'])}{name}",
            lead=lead,
            facts=self.group_facts(row, ties, many),
            pictures=self.group_pictures(row, members, ties, noun),
            objects=self.objects(group_id),
            evidence=evidence,
            evidence_note=note,
            why=[redact(sentence, self.handles) for sentence in group_words.why(row, self.worlds)],
            hashtags=self.hashtags(group_id),
            roles=self.roles(row),
        )

    def group_facts(self, row: Mapping[str, Any], ties: pd.DataFrame, many: str) -> list[tuple[str, str, str]]:
        best, worst = (ties["q"].min(), ties["q"].max()) if len(ties) else (None, None)
        tested = say.known(row["p_group"])
        chance = (
            "p, whole group",
            say.group_p(row["p_group"], row["worlds"]),
            group_words.in_worlds(row) if tested else "",
        )
        single = (
            "q of its ties",
            _range(best, worst),
            f"{say.counted(row['ties'], 'tie')}, one by one; "
            + ("as a whole it does not stand out" if self.worlds else "the group as a whole was not tested"),
        )
        facts = group_words.group_facts(row, self.precision)
        return [
            ("Accounts", facts["accounts"], say.counted(row["ties"], "tie")),
            ("Observed", facts["observed"], "times two of them met"),
            ("Expected by chance", facts["expected"], facts["usually"] if facts["usually"] != say.NONE else "mean"),
            (say.sentence(many), facts["objects"], "two of them met on"),
            ("Apart", facts["apart"], "median"),
            chance if tested else single,
        ]

    def group_pictures(
        self, row: Mapping[str, Any], members: pd.DataFrame, ties: pd.DataFrame, noun: str
    ) -> list[Picture]:
        group_id, stamp = str(row["group_id"]), self.stamp()
        # Where nobody ever came later, an axis of who was later shows nothing.
        apart = bool((members["median_delay_s"].fillna(0) > 0).any())
        made = [who_goes_first(members, ties, noun, stamp)] if apart else []
        days, lags = self.report.days(group_id), self.report.lags(group_id)
        if len(days) > 1:
            made.append(bars.by_day(days, stamp))
        if len(lags) and float(lags["group"].sum()) > 0:
            trace = self.traces([row])[0]
            made.append(
                bars.lag_histogram(
                    lags,
                    "",
                    stamp,
                    say.noun(trace, 1),
                    window_s=_own_window(row),
                    precision=self.precision,
                    trace=trace,
                )
            )
        return made

    def roles(self, row: Mapping[str, Any]) -> Table | None:
        """Who leads, who follows, who stands between groups; chance explains what was set aside, so nobody has a role there."""
        found = self.report.roles(str(row["group_id"])) if row["heading"] != "aside" else pd.DataFrame()
        if found.empty:
            return None
        first = [{str(k): v for k, v in one.items()} for one in found.head(MEMBERS_SHOWN).to_dict("records")]
        rows = [group_words.role_cells(one, self.precision) for one in first]
        left = len(found) - len(rows)
        note = group_words.ROLES_NOTE + (f" {say.counted(left, 'further account')} in the export." if left > 0 else "")
        return Table(list(group_words.ROLE_COLUMNS), rows, frozenset(range(2, 9)), note)

    def hashtags(self, group_id: str) -> Table | None:
        """Tags in all posts of its members, as the group's page lists them."""
        found = self.report.hashtags(group_id)
        if found.empty:
            return None
        rows = [
            [safe.thing("hashtag", r["hashtag"], self.handles), say.count(r["posts"]), say.count(r["accounts"])]
            for r in found.head(OBJECTS_SHOWN).to_dict("records")
        ]
        left = len(found) - len(rows)
        note = "In all posts of its members, reposts included, not only in those that met."
        return Table(
            ["Hashtag", "Posts", "Accounts"],
            rows,
            frozenset({1, 2}),
            f"{note} {say.count(left)} more." if left > 0 else note,
        )

    def objects(self, group_id: str) -> Table:
        found = self.report.objects(group_id)
        rows = [
            [
                safe.thing(r["trace"], r["words"], self.handles),
                say.count(r["accounts"]),
                say.count(r["meetings"]),
                say.clock(r["first_at"], self.precision, year=True),
                say.lag(r["span_s"], self.precision),
            ]
            for r in found.head(OBJECTS_SHOWN).to_dict("records")
        ]
        left = len(found) - len(rows)
        note = f"{say.count(left)} more in the export." if left > 0 else ""
        return Table(["What", "Accounts", "Meetings", "First (UTC)", "All within"], rows, frozenset({1, 2}), note)

    def evidence(self, ties: pd.DataFrame, most: int) -> tuple[list[Meetings], str]:
        strongest = ties.sort_values(["q", "observed"], ascending=[True, False]).head(most)
        parts = [self.meetings({str(k): v for k, v in tie.items()}) for tie in strongest.to_dict("records")]
        left = len(ties) - len(parts)
        note = (
            f"The strongest {len(parts)} of {say.counted(len(ties), 'tie')}; the others are in the export."
            if left > 0
            else ""
        )
        return parts, note

    def meetings(self, tie: Mapping[str, Any]) -> Meetings:
        found = self.report.evidence(tie["account_a"], tie["account_b"], tie["trace"], tie["window_s"])
        a, b = say.code(tie["code_a"]), say.code(tie["code_b"])
        shown = found.drop_duplicates("object").head(MEETINGS_SHOWN)
        rows = [
            {
                "at_a": say.clock(r["at_a"], r["precision"], year=True),
                "at_b": say.clock(r["at_b"], r["precision"], year=True),
                "lag": say.lag(r["lag_s"], r["precision"]),
                "first": ""
                if not say.known(r["lag_s"]) or r["lag_s"] == 0
                else (f"{a} first" if r["lag_s"] > 0 else f"{b} first"),
                "object": safe.thing(tie["trace"], r["object_words"], self.handles),
                "text_a": safe.post(r["text_a"], self.handles),
                "text_b": safe.post(r["text_b"], self.handles),
            }
            for r in shown.to_dict("records")
        ]
        noun = say.noun(tie["trace"], tie["observed"])
        note = f"{say.count(len(rows))} of {say.counted(found['object'].nunique(), say.noun(tie['trace'], 1), say.noun(tie['trace']))}."
        return Meetings(
            title=f"{a} and {b}",
            facts=f"{say.count(tie['observed'])} {noun} {self.within([float(tie['window_s'])])}; chance gives about {say.expected(tie['expected'])}."
            f" {say.level(tie['level'])}{'' if tie['level'] in ('group', 'combined') else ', ' + say.named('q', tie['q'])}. {group_words.tie_facts(tie)}",
            rows=rows,
            note=note if found["object"].nunique() > len(rows) else "",
            codes=(a, b),
        )

    def pairs(self) -> Table | None:
        found = self.alone
        if found.empty:
            return None
        rows = [
            [
                f"{say.code(r['code_a'])} and {say.code(r['code_b'])}",
                say.trace(r["trace"]),
                say.count(r["observed"]),
                say.expected(r["expected"]),
                say.probability(r["q"]),
                say.level(r["level"]),
                say.days(r["first_at"], r["last_at"]),
            ]
            for r in found.head(PAIRS_LISTED).to_dict("records")
        ]
        left = len(found) - len(rows)
        note = f"{say.count(left)} more in the export." if left > 0 else ""
        columns = ["Accounts", "What they did", "Observed", "Expected by chance", "q", "Level", "When"]
        return Table(columns, rows, frozenset({2, 3, 4}), note)

    def verdicts(self) -> Table | None:
        ranks = {str(g): r for g, r in zip(self.groups["group_id"], self.groups["rank"], strict=True)}
        rows = [
            [
                f"Group {ranks[str(note.get('group_id'))]}",
                str(note.get("verdict") or say.NONE),
                redact(str(note.get("reason") or say.NONE), self.handles),
                redact(str(note.get("by") or say.NONE)),
                say.day(note.get("at"), year=True),
            ]
            for note in self.report.store.notes("verdict")
            if str(note.get("group_id")) in ranks
        ]
        return Table(["Group", "Verdict", "Why", "By", "When"], rows) if rows else None

    # --- method, limits, manifest ---

    def layer_table(self) -> Table:
        rows = [
            [
                say.trace(r["trace"]),
                say.window(r["window_s"]),
                *(say.count(r[c]) for c in ("accounts", "actions", "objects", "pairs_met_2")),
                say.expected(r["chance_met_2"]),
                *(say.count(r.get(c)) for c in ("family_a", "family_b", "ties", "closed")),
                say.expected(r.get("ties_shuffled")),
                say.count(r["explained"]),
            ]
            for r in self.layers.to_dict("records")
        ]
        columns = [
            *("Way of acting", "Window", "Accounts", "Actions", "Things", "Pairs that met twice", "By pure chance"),
            *("Pairs, first question", "Pairs, second", "Ties", "Closed", "With times shuffled", "Explained"),
        ]
        return Table(columns, rows, frozenset(range(2, 13)))

    def limits(self) -> list[str]:
        said = [say.sentence(redact(str(c), self.handles)) for c in self.report.caveats()]
        said = [c if c.endswith((".", "!", "?")) else f"{c}." for c in said]
        heard = " ".join(said).casefold()
        return [*said, *(limit for limit in LIMITS if limit.split(".")[0].casefold() not in heard)]

    def power(self) -> list[str]:
        """What these data could have shown; plainly that nobody tried where nobody did."""
        said = power_words.power_sentences(self.report.power())
        return [power_words.HOW, *said] if said else [f"{power_words.NOT_TRIED} The command lockstep power tries it."]

    def manifest(self) -> list[tuple[str, str]]:
        run = self.report.run
        settings = dict(run.get("settings") or {})
        narrow = dict(settings.pop("narrow", None) or {})
        if narrow.get("accounts"):
            narrow["accounts"] = say.counted(len(narrow["accounts"]), "account")
        plain = [(key, _setting(value)) for key, value in settings.items() if value not in (None, [], {}, "", False)]
        return [
            ("Case", self.name),
            ("Run", f"{say.run_name(run)}, {run.get('run_id', say.NONE)}"),
            ("Finished", say.clock(run.get("finished_at"), year=True) + " UTC"),
            ("Lockstep", str(run.get("version") or say.NONE)),
            ("Method", str(run.get("method") or say.NONE)),
            ("Seed", str(run.get("seed", say.NONE))),
            *((f"Narrowed: {key}", _setting(value)) for key, value in narrow.items()),
            *((f"Setting: {key}", value) for key, value in plain),
            ("Names", "codes (A-n) given in this case; no handle, no working link, no media is in this document"),
        ]

    def files(self) -> Table:
        rows = [
            [self.file(r), str(r["sha256"] or say.NONE), f"{r['reader']} {r['reader_version']}"]
            for r in self.source_rows
        ]
        return Table(["File", "SHA-256", "Reader"], rows)


def _handles(store: Any) -> dict[str, str]:
    """Every handle of the case with its code: a post may name anybody."""
    found: dict[str, str] = {}
    for batch in store.scan("accounts", Scan(columns=["handle_key", "code"])):
        keys, codes = batch.column("handle_key").to_pylist(), batch.column("code").to_pylist()
        found |= {k.lstrip("@"): f"A-{c}" for k, c in zip(keys, codes, strict=True) if k and c is not None}
    return found


def _own_window(group: Mapping[str, Any]) -> float:
    """The window of the layer that holds a group most strongly, where its numbers come from."""
    return float(next(iter(group["windows_s"])))


def _ties_shown(row: Mapping[str, Any]) -> int:
    """The first groups with more of their posts than the rest, so that the document stays readable."""
    return TIES_SHOWN if row["heading"] == "groups" and int(row["rank"]) <= GROUPS_IN_FULL else 1


def _why(row: Mapping[str, Any], handles: Mapping[str, str]) -> str:
    label = LABELS.get(str(row["label"]))
    reason = redact(str(row["reason"]), handles) if say.known(row["reason"]) else label.rule if label else ""
    return f"{say.sentence(label.words)}: {reason}" if label else reason


def _range(low: Any, high: Any) -> str:
    best, worst = say.probability(low), say.probability(high)
    return best if best == worst else f"{best} to {worst}"


def _equals(words: str) -> str:
    return words if words[:1] in "≤<" else f"= {words}"


def _setting(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_setting(v) for v in value)
    return f"{value:,g}" if isinstance(value, float) else redact(str(value))


def _holes(days: Iterable[Mapping[str, Any]]) -> list[tuple[str, date, date]]:
    """Source, first and last day of each hole, longest first; what a hole is, the page Sources says too."""
    found: dict[str, dict[date, int]] = {}
    for row in days:
        if row["day"] is not None and row["posts"]:
            per_day = found.setdefault(str(row["source_id"]), {})
            per_day[row["day"]] = per_day.get(row["day"], 0) + int(row["posts"])
    holes = [(source, *hole) for source, per_day in found.items() for hole in Strip("", "", per_day).holes()]
    return sorted(holes, key=lambda hole: (hole[1] - hole[2], hole[1], hole[0]))
