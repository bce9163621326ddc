"""Reported posts over time: how many were offline on a day, and the share still online by days since the report.

The curve is that of Kaplan and Meier (1958, Journal of the American Statistical Association 53, 457-481). A post is seen
only when somebody looks, so its end lies between the last day it was seen online and the first day it was not: the curve
steps down on the later day, and a second one on the earlier day says how much sooner it may have been.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from graph.handover.ledger import Entry, entries
from graph.handover.rechecks import Seen, rechecks
from graph.stores.base import Store

THERE = ("online", "restricted")
CURVE = {
    "platform": pl.String,
    "day": pl.Int64,
    "at_risk": pl.Int64,
    "offline": pl.Int64,
    "not_seen_later": pl.Int64,
    "online": pl.Float64,
    "online_at_least": pl.Float64,
}
"""Columns of ``survival``; ``day`` counts from the report."""


@dataclass(frozen=True)
class Life:
    """One reported post from the day it was reported on.

    Attributes
    ----------
    platform : str
    last_there : int
        Days from the report to the last time it was seen online; 0 where it never was.
    offline : int or None
        Days to the first time it was seen offline for good; None while it is online.
    back : bool
        It was offline once and came back.
    """

    platform: str
    last_there: int
    offline: int | None
    back: bool = False


def life(platform: str, reported: date, seen: Iterable[tuple[date, str]]) -> Life:
    """The life of one post from what was seen of it; what was seen before the report says nothing here.

    Examples
    --------
    >>> days = [(date(2026, 9, 4), "online"), (date(2026, 9, 12), "offline"), (date(2026, 9, 20), "offline")]
    >>> life("x", date(2026, 8, 28), days)
    Life(platform='x', last_there=7, offline=15, back=False)
    """
    newest = dict(
        sorted((day, state) for day, state in _last_said(seen).items() if day >= reported and state != "unknown")
    )
    there = [day for day, state in newest.items() if state in THERE]
    last = max(there, default=reported)
    gone = [day for day, state in newest.items() if state == "offline"]
    after = [day for day in gone if not there or day > last]
    return Life(
        platform,
        (last - reported).days,
        (min(after) - reported).days if after else None,
        any(day < last for day in gone) and bool(there),
    )


def _last_said(seen: Iterable[tuple[date, str]]) -> dict[date, str]:
    """One state a day: what was written last."""
    return dict(seen)


def lives(lines: Sequence[Entry], seen: Sequence[Seen]) -> list[Life]:
    """The life of every reported post, each from its first report on."""
    first: dict[str, tuple[str, date]] = {}
    for entry in lines:
        for item in entry.items:
            known = first.get(item.code)
            first[item.code] = (item.platform, min(entry.day, known[1] if known else entry.day))
    states: dict[str, list[tuple[date, str]]] = {}
    for one in seen:
        if one.reported:
            states.setdefault(one.code, []).append((one.day, one.state))
    return [life(platform, day, states.get(code, ())) for code, (platform, day) in first.items()]


def survival(found: Sequence[Life]) -> pl.DataFrame:
    """Share of reported posts still online, by platform and days since the report.

    Parameters
    ----------
    found : sequence of Life

    Returns
    -------
    polars.DataFrame
        Columns of ``CURVE``, a row for day 0 and one for every day on which a post was first seen offline or last seen online:
        ``at_risk`` posts still watched on that day, ``offline`` of them found offline, ``not_seen_later`` of them without a
        later recheck; ``online`` is the share after that day, ``online_at_least`` the share if every post went as early as it
        may have. Posts never looked at again are in no row but that of day 0.

    Examples
    --------
    >>> found = [Life("x", 0, 7), Life("x", 7, 15), Life("x", 15, None), Life("x", 0, None)]
    >>> survival(found).select("day", "at_risk", "offline", "online").rows()
    [(0, 4, 0, 1.0), (7, 3, 1, 0.6666666666666667), (15, 2, 1, 0.33333333333333337)]
    """
    rows = []
    for platform in dict.fromkeys(one.platform for one in found):
        own = [one for one in found if one.platform == platform]
        late = [(one.offline if one.offline is not None else one.last_there, one.offline is not None) for one in own]
        early = [(one.last_there, one.offline is not None) for one in own]
        share, soonest = 1.0, 1.0
        floor = _product_limit(early)
        for day in sorted({0, *(at for at, _ in late)}):
            risk = sum(at >= day for at, _ in late)
            gone = sum(at == day for at, ended in late if ended)
            kept = sum(at == day for at, ended in late if not ended)
            share *= 1 - gone / risk
            soonest = min([value for at, value in floor if at <= day], default=1.0)
            rows.append((platform, day, risk, gone, kept, share, min(soonest, share)))
    return pl.DataFrame(rows, schema=CURVE, orient="row")


def _product_limit(ends: Sequence[tuple[int, bool]]) -> list[tuple[int, float]]:
    """Days and the share that is left after each."""
    made, share = [], 1.0
    for day in sorted({at for at, ended in ends if ended}):
        share *= 1 - sum(at == day and ended for at, ended in ends) / sum(at >= day for at, _ in ends)
        made.append((day, share))
    return made


@dataclass(frozen=True)
class Outcome:
    """Posts of the ledger as they were seen last.

    Attributes
    ----------
    posts : int
        Reported, each once.
    checked : int
        Looked at since.
    offline, restricted : int
    back : int
        Offline once, and online again.
    on : date or None
        Day of the last recheck of any of them.
    """

    posts: int
    checked: int
    offline: int
    restricted: int
    back: int
    on: date | None


def outcome(lines: Sequence[Entry], seen: Sequence[Seen]) -> Outcome:
    """Posts of these lines as they were seen last: x of y offline on a day.

    Parameters
    ----------
    lines : sequence of Entry
    seen : sequence of Seen
        Of all lines; those about other posts are passed over.
    """
    codes = {item.code for entry in lines for item in entry.items}
    own = [one for one in seen if one.reported and one.code in codes]
    last = _newest(own)
    states = list(last.values())
    back = sum(one.back for one in lives(lines, own))
    on = max((one.day for one in own), default=None)
    return Outcome(len(codes), len(last), states.count("offline"), states.count("restricted"), back, on)


def _newest(seen: Iterable[Seen]) -> dict[str, str]:
    """The state of each post on the last day it could be told."""
    told = sorted((one for one in seen if one.state != "unknown"), key=lambda one: one.day)
    return {one.code: one.state for one in told}


def compared(seen: Sequence[Seen], lines: Sequence[Entry]) -> tuple[int, int] | None:
    """Posts never reported, by accounts of the ledger, checked on days on which reported posts were: offline, and all.

    Returns
    -------
    (int, int) or None
        None where nobody looked at such posts.
    """
    days = {one.day for one in seen if one.reported}
    accounts = {item.account for entry in lines for item in entry.items}
    sent = {item.code for entry in lines for item in entry.items}
    own = _newest(
        one for one in seen if not one.reported and one.day in days and one.account in accounts and one.code not in sent
    )
    return (list(own.values()).count("offline"), len(own)) if own else None


@dataclass(frozen=True)
class Ledger:
    """The ledger of a case with what became of it: the same numbers for page, command, notebook and briefing.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> ledger = Ledger.of(toy_case())
    >>> ledger.lines, ledger.outcome().posts, ledger.curve().height
    ((), 0, 0)
    """

    lines: tuple[Entry, ...]
    seen: tuple[Seen, ...]

    @classmethod
    def of(cls, store: Store) -> Ledger:
        """The ledger as it stands."""
        return cls(tuple(entries(store)), tuple(rechecks(store)))

    def outcome(self, line: Entry | None = None) -> Outcome:
        """Posts of one line, or of all."""
        return outcome([line] if line else self.lines, self.seen)

    def curve(self) -> pl.DataFrame:
        """See ``survival``; empty before the first recheck."""
        found = lives(self.lines, self.seen)
        return survival(found) if any(one.reported for one in self.seen) else pl.DataFrame(schema=CURVE)

    def unreported(self) -> tuple[int, int] | None:
        """See ``compared``."""
        return compared(self.seen, self.lines)
