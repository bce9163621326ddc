"""A view of outlinks in words, tables and pictures: what its page, its CSV and the briefing all show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import pandas as pd
import polars as pl

from dashboards import words as say
from dashboards.components.outlinks.asked import Asked
from dashboards.figures.outlinks.flow import flow, summed
from dashboards.figures.outlinks.room import room
from dashboards.figures.outlinks.weeks import Course, heatmap, small_multiples
from dashboards.figures.svg import Picture
from dashboards.words import outlinks as said
from graph.case.standing import KIND as STANDING_NOTES
from graph.privacy.sanitize import defang, redact
from ingest.registry.links import owner

if TYPE_CHECKING:
    from graph.outlinks.outlinks import Outlinks
    from graph.report.report import Report

ROOM = {
    "euif": "EU Internet Forum", "dsa": "DSA, very large platform or search engine", "gifct": "GIFCT, list of 2021",
}  # fmt: skip
"""Lists of the bars, and their names there."""
NONE_OF_THEM = "On none of the three"
LOOKALIKES_SAID = 6
VIEWS_KEPT = 12
"""Views of a run that are kept once counted."""
_KEPT: WeakKeyDictionary[Any, dict[tuple[Any, ...], Outlinks]] = WeakKeyDictionary()
_TONES = {"member": "on", "designated": "on", "listed": "on", "website": "site", "unknown": "unknown"}


@dataclass(frozen=True)
class View:
    """Outlinks as asked for.

    Attributes
    ----------
    found : Outlinks
        All hosts of the accounts, platform and days asked for.
    asked : Asked
    groups : mapping of group id to its name with its rank, safe to show
    named : callable
        Name of a host from its row of ``found.hosts``, safe for the place where it is shown.
    """

    found: Outlinks
    asked: Asked
    groups: Mapping[str, str]
    named: Callable[[str, str | None, bool], str] = said.printed_name

    def name(self, host: str) -> str:
        """Name of a host, safe to show, also of one that only a redirect names."""
        if host not in self._names:
            self._names[host] = self.named(host, owner(host), host in self.found.personal)
        return self._names[host]

    def broken(self, host: str) -> str:
        """Domain of a host, broken; of a person's page without the name in it."""
        return said.printed_name(host, None, host in self.found.personal)

    def link(self, target: str, host: str) -> str:
        """A link to a host, broken and without names; of a person's page only whose the platform is."""
        return self.broken(host) if host in self.found.personal else redact(target)

    @cached_property
    def _names(self) -> dict[str, str]:
        rows = self.found.hosts.select("host", "platform", "personal").iter_rows()
        return {host: self.named(host, platform, bool(personal)) for host, platform, personal in rows}

    @cached_property
    def hosts(self) -> pl.DataFrame:
        """Hosts as asked for, in the order asked for."""
        rows = self.found.hosts
        if self.asked.kind:
            rows = rows.filter(pl.col("kind") == self.asked.kind)
        if self.asked.standing:
            rows = rows.filter(pl.col("host").is_in(self._of_standing(self.asked.standing)))
        if self.asked.lookalikes:
            rows = rows.filter(pl.col("lookalike_of").is_not_null())
        column = {"first": "first_at"}.get(self.asked.sort, self.asked.sort)
        return rows.sort(column, "rank", descending=[column != "first_at", False], nulls_last=True)

    def _of_standing(self, standing: str) -> list[str]:
        """Hosts on a list, hosts that are no platform, or hosts that are on no list."""
        known = self.found.standing.filter("known")
        if standing in ROOM:
            return known.filter(pl.col("scheme") == standing)["host"].to_list()
        sites = self.found.hosts.filter(pl.col("kind") == "website")["host"].to_list()
        if standing == "none":
            return sites
        listed = known.filter(pl.col("scheme").is_in(list(ROOM)))["host"].to_list()
        return [host for host in self.found.hosts["host"] if host not in {*sites, *listed}]

    def chips_of(self, row: Mapping[str, Any]) -> list[said.Chip]:
        """Standing of a row of the table: facts, or that it is a site, or that nothing is known."""
        if row["kind"] == "website":
            return [said.Chip(said.SITE, known=False)]
        if self.found.problems:
            return [said.Chip("not shown", known=False)]
        return self.chips(row["host"]) or [said.Chip("unknown", known=False)]

    def chips(self, host: str) -> list[said.Chip]:
        """Facts about a host's platform on the day of the lists, as short words."""
        return self._chips.get(host, [])

    @cached_property
    def _chips(self) -> dict[str, list[said.Chip]]:
        made: dict[str, list[said.Chip]] = {}
        for row in self.found.standing.iter_rows(named=True):
            made.setdefault(row["host"], []).append(row)  # type: ignore[arg-type]
        return {host: said.chips(rows) for host, rows in made.items()}  # type: ignore[arg-type]

    @property
    def links(self) -> int:
        """Links of all hosts of the view."""
        return self.found.totals.links

    def title(self) -> str:
        """Finding of the view as a sentence."""
        fakes = self.hosts.filter(pl.col("lookalike_of").is_not_null())
        imitated = [defang(of) for of in fakes["lookalike_of"]]
        if self.asked.narrows_hosts:
            return said.narrowed_title(
                self.hosts.height, self.found.hosts.height, int(self.hosts["links"].sum()), self.links, imitated
            )
        ranked = self.hosts.sort("rank").head(3)
        return said.title([self.name(h) for h in ranked["host"]], ranked["links"].to_list(), self.links, imitated)

    @cached_property
    def course(self) -> Course:
        """Links of the hosts over time."""
        return Course.of(self.found.weeks)

    def listed(self, most: int | None = None) -> pd.DataFrame:
        """Hosts for figures: ``host``, ``name``, ``links``, ``mark``."""
        rows = self.hosts if most is None else self.hosts.head(most)
        mark = pl.when(pl.col("lookalike_of").is_not_null()).then(pl.lit("lookalike")).otherwise(pl.lit(""))
        frame = rows.select("host", "links", mark.alias("mark"))
        return frame.with_columns(pl.Series("name", [self.name(h) for h in rows["host"]], dtype=pl.String)).to_pandas()

    def whose(self) -> str:
        """Words for the accounts of the view."""
        days = self.asked.days()
        on = f" on {say.platform(self.asked.platform)}" if self.asked.platform else ""
        who = {
            "groups": "in groups and pairs",
            "group": f"of group {self.groups.get(self.asked.group or '', '')}",
            "all": "",
        }
        return f"{who[self.asked.scope]}{on}{f', {days}' if days else ''}".strip()

    def left_out(self) -> list[str]:
        """Sentences on links that are in no number here."""
        totals = self.found.totals
        parts = [
            f"{say.counted(totals.inside, 'link')} of a platform to itself" if totals.inside else "",
            f"{say.counted(totals.inherited, 'link')} that reposts only carry on" if totals.inherited else "",
        ]
        told = [part for part in parts if part]
        undated = f"{say.counted(totals.undated, 'link')} without a time: in no week." if totals.undated else ""
        return [*([f"Not counted: {say.listed(told)}."] if told else []), *([undated] if undated else [])]

    def room_sentences(self) -> list[str]:
        """Sentences on the shares of the links by the lists their hosts stand on."""
        rows = self._room().to_dict("records")
        parts: dict[str, list[str]] = {}
        for row in rows:
            parts.setdefault(str(row["list"]), []).append(f"{say.share(row['links'], self.links)} {row['standing']}")
        told = "; ".join(f"{name}: {say.listed(shares)}" for name, shares in parts.items())
        return [f"Links by the standing of their host on the day of each link: {told}."] if told else []

    def lookalike_sentences(self) -> list[str]:
        """Sentences on hosts that imitate others, each with how."""
        fakes = self.found.hosts.filter(pl.col("lookalike_of").is_not_null())
        return [
            f"{self.name(r['host'])} ({say.counted(r['links'], 'link')} by {say.counted(r['accounts'], 'account')}):"
            f" {said.imitates(self.name(r['lookalike_of']), r['how'] or '')}"
            for r in fakes.head(LOOKALIKES_SAID).to_dicts()
        ]

    def only(self, host: str) -> View:
        """View of one host, for its picture."""
        found = replace(self.found, hosts=self.found.hosts.filter(pl.col("host") == host))
        return replace(self, found=found, asked=Asked(self.asked.scope, self.asked.group))

    # --- pictures -------------------------------------------------------------------------------------------------

    def flow_picture(self, source: str = "") -> Picture:
        """Flow from groups to hosts."""
        totals = self.found.totals
        title = said.flow_title(totals.unknown_targets, totals.redirected, totals.links)
        alt = f"Links from {say.counted(self._group_count, 'group')} to {say.counted(totals.hosts, 'host')}. {title}."
        return flow(summed(self._streams()), title, alt, source, said.FLOW_NOTE)

    @property
    def _group_count(self) -> int:
        return self.found.flow["group_id"].drop_nulls().n_unique()

    def _streams(self) -> pd.DataFrame:
        fakes = {*self.found.hosts.filter(pl.col("lookalike_of").is_not_null())["host"]}
        rows = [
            (
                self.groups.get(str(r["group_id"]), self._elsewhere) if r["group_id"] else self._elsewhere,
                said.way(r["how"], self.name(r["via"]) if r["via"] else None),
                self.name(r["host"]) if r["host"] else said.BEYOND if r["end"] == said.BEYOND else str(r["end"]),
                "lookalike" if r["host"] in fakes else "unknown" if r["end"] == said.BEYOND else "",
                int(r["links"]),
            )
            for r in self.found.flow.iter_rows(named=True)
        ]
        return pd.DataFrame(rows, columns=["group", "way", "host", "mark", "links"])

    @property
    def _elsewhere(self) -> str:
        return "in no group" if self.asked.scope == "all" else "pairs"

    def room_picture(self, source: str = "") -> Picture:
        """Shares of links by the lists their hosts stand on."""
        rows = self.found.room
        members = rows.filter((pl.col("list") == "euif") & (pl.col("status") == "member"))["links"].sum()
        title = said.room_title(int(members), self.links)
        listed = rows.filter((pl.col("list") == "any") & (pl.col("status") == "listed"))["links"].sum()
        unknown = rows.filter((pl.col("list") == "any") & (pl.col("status") == "unknown"))["links"].sum()
        none = "" if listed or not self.links else f"{said.none_listed(int(unknown), self.links)} "
        return room(self._room(), self.links, title, source, f"{none}{said.ROOM_NOTE}")

    def _room(self) -> pd.DataFrame:
        """One bar a list, then what is on none of them."""
        cells: list[tuple[str, str, str, int]] = []
        for row in self.found.room.iter_rows(named=True):
            own = row["list"] in ROOM and row["status"] not in ("website", "unknown")
            rest = row["list"] == "any" and row["status"] in ("website", "unknown")
            if (own or rest) and (row["links"] or _TONES.get(row["status"]) == "on"):
                name = ROOM.get(row["list"], NONE_OF_THEM)
                words = "websites" if row["status"] == "website" else row["status"]
                cells.append((name, words, _TONES.get(row["status"], "near"), int(row["links"])))
        return pd.DataFrame(cells, columns=["list", "standing", "tone", "links"])

    def weeks_picture(self, most: int, source: str = "") -> Picture:
        """Bars of the first hosts over time."""
        return small_multiples(self.listed(most), self.course, self.peak(), source)

    def heat_picture(self, source: str = "", width: float = 720) -> Picture:
        """Hosts by days or weeks, shaded by their links."""
        return heatmap(self.listed(), self.course, self.peak(), source, width)

    def peak(self) -> str:
        """Sentence on the host with the most links in one day or week."""
        best, told = 0, dict[str, tuple[int, str]]()
        for host, links in self.hosts.sort("links", descending=True).select("host", "links").iter_rows():
            if links <= best:  # no day or week of the others has as many
                break
            values = self.course.values(host)
            if max(values, default=0) > best:
                best = max(values)
                told = {self.name(host): (best, say.day(self.course.starts[values.index(best)], year=True))}
        return said.peak_title(told, self.course.unit)


def asked_of(report: Report, query: Mapping[str, str]) -> Asked:
    """Give the view of an address; of a run that ties nobody, all accounts are meant.

    Raises
    ------
    UsageError
        For a day that is none, or a first day after the last.
    """
    asked = Asked.of(query)
    nobody = asked.scope == "groups" and not query.get("scope") and report.ties().empty
    return replace(asked, scope="all") if nobody else asked


def view_of(
    report: Report,
    asked: Asked,
    named: Callable[[str, str | None, bool], str] = said.printed_name,
    groups: Mapping[str, str] | None = None,
) -> View:
    """Give the view that an address asks for; counts are kept for a while, since a run never changes.

    Parameters
    ----------
    report : Report
    asked : Asked
    named : callable
        Name of a host from host, platform, and whether it is a person's page.
    groups : mapping of group id to name, optional
        Names that are safe for the place where they are shown; those of the pages without it.

    Raises
    ------
    UsageError
        If there is no such group or platform, or no dated post in the days asked for.
    """
    return View(counted(report, asked), asked, group_names(report) if groups is None else groups, named)


def is_counted(report: Report, asked: Asked) -> bool:
    """True if the links of a view were counted before."""
    kept = _KEPT.get(report)
    return kept is not None and _key(report, asked) in kept


def _key(report: Report, asked: Asked) -> tuple[Any, ...]:
    lists = len(report.store.notes(STANDING_NOTES))  # facts that people add change the standing
    return (asked.scope, asked.group, asked.platform, asked.first, asked.last, lists)


def counted(report: Report, asked: Asked) -> Outlinks:
    """Count the links of a view, or give what was counted before."""
    kept, key = _KEPT.setdefault(report, {}), _key(report, asked)
    if key not in kept:
        while len(kept) >= VIEWS_KEPT:
            kept.pop(next(iter(kept)))
        kept[key] = report.outlinks(**options(report, asked))
    return kept[key]


def options(report: Report, asked: Asked) -> dict[str, Any]:
    """Give a view as what ``Report.outlinks`` takes; without a group, the first one is meant.

    Examples
    --------
    >>> from graph import toy_report
    >>> asked = Asked(platform="x", last=datetime(2026, 8, 3).date())
    >>> options(toy_report(), asked)
    {'group': None, 'scope': 'groups', 'platform': 'x', 'start': None, 'end': datetime.datetime(2026, 8, 4, 0, 0, tzinfo=datetime.timezone.utc)}
    """
    groups = report.groups()
    first = str(groups.sort_values("rank")["group_id"].iloc[0]) if len(groups) else None
    return {
        "group": (asked.group or first) if asked.scope == "group" else None,
        "scope": "all" if asked.scope == "all" else "groups",
        "platform": asked.platform,
        "start": datetime.combine(asked.first, time(), UTC) if asked.first else None,
        "end": datetime.combine(asked.last + timedelta(days=1), time(), UTC) if asked.last else None,
    }


def group_names(report: Report) -> dict[str, str]:
    """Give groups by id, with rank and name, safe to show."""
    return {
        str(g["group_id"]): f"{say.count(g['rank'])} {say.group_name(g)}" for g in report.groups().to_dict("records")
    }
