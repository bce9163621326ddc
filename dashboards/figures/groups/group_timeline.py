"""Groups over time: when each forms, grows, shrinks, splits, merges and becomes inactive."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboards import words as say
from dashboards.figures.charts import change_chart
from dashboards.figures.svg import Picture, drawing, ink, line, n, words

if TYPE_CHECKING:
    from graph.report.report import Report

MOST_LANES = 16
"""Lines drawn; the table has all of them."""
_LEFT, _LANE, _TOP, _FOOT = 96.0, 30.0, 8.0, 24.0
_EVENTS = {
    "birth": "forms",
    "continue": "continues",
    "split": "splits from",
    "merge": "merges into",
    "death": "becomes inactive",
}


def lifelines(
    change: pd.DataFrame,
    names: Mapping[str, str],
    source: str = "",
    width: float = 720,
    title: str = "",
    period: Period | None = None,
) -> Picture | None:
    """One lane per group, as high as it has accounts in each window of days; None where one window holds everything.

    Parameters
    ----------
    change : DataFrame
        As ``graph.report.report.Report.change`` gives it.
    names : mapping of group to what it is called, in the order of the lanes
    title : str
        The finding; without it, what happens to how many groups.
    period : (datetime, datetime), optional
        First and last time of the data: windows reach beyond it, and no date outside it is shown.
    """
    length = (change["end"] - change["start"]).max() if len(change) else timedelta(0)
    change = _inside(change, period)
    rows: list[dict[str, Any]] = [{str(k): v for k, v in row.items()} for row in change.to_dict("records")]
    alive = [row for row in rows if row["accounts"]]
    middles = [_middle(row) for row in alive]
    if len(set(middles)) < 2:
        return None
    lanes = _lanes(alive, names)
    first, last = min(middles), max(middles)
    most = max(int(row["accounts"]) for row in alive)
    base = _TOP + _LANE * len(lanes)

    def across(at: datetime) -> float:
        return _LEFT + (width - _LEFT - 12) * ((at - first) / (last - first))

    body = _days(first, last, across, base)
    for place, (track, name) in enumerate(lanes.items()):
        middle = _TOP + _LANE * (place + 0.5)
        body += words(_LEFT - 10, middle + 4, name, "end", "ink") + _lane(
            [row for row in alive if row["track"] == track], across, middle, most
        )
    body += _joints(rows, lanes, across)
    events = _events(rows)
    title = title or _title(events, len({row["track"] for row in alive}))
    days = timedelta(seconds=length.total_seconds()).days
    drawn = len({row["track"] for row in alive})
    note = (
        f"{say.count(days)}-day rolling windows, plotted at the midpoint. The height of a lane is the number of accounts active in"
        f" the window, at most {say.count(most)}."
        + (f" {say.count(len(lanes))} of {say.count(drawn)} lines drawn, the largest." if drawn > len(lanes) else "")
    )
    alt = "; ".join(f"{name}: {_span(alive, track)}" for track, name in list(lanes.items())[:8])
    svg = drawing(width, base + _FOOT, title, alt, body)
    return Picture(title, f"{alt}.", _table(rows, names), source, svg, note=note, chart=change_chart(alive, lanes))


def of_group(report: Report, group: Mapping[str, Any], source: str = "") -> Picture | None:
    """Time line of one group, titled with its name."""
    kind = {"closed": "Closed circle", "aside": "Set-aside group"}.get(str(group["heading"]), "Group")
    change, name = report.change(group["group_id"]), f"{kind} {say.place(group['rank'])}"
    period = period_of(report)
    title = _of_one(_inside(change, period), name)
    return lifelines(change, {str(group["group_id"]): name}, source, title=title, period=period)


Period = tuple[datetime, datetime]


def period_of(report: Report) -> Period | None:
    """First and last time of the files of a case; None where nothing is dated."""
    seen = report.overview()
    first, last = say.moment(seen.get("first_at")), say.moment(seen.get("last_at"))
    return (first, last) if first and last else None


def _inside(change: pd.DataFrame, period: Period | None) -> pd.DataFrame:
    """Windows cut at the ends of the data; after its last day nobody knows if a group went on."""
    if period is None or change.empty:
        return change
    first, last = (at.replace(hour=0, minute=0, second=0, microsecond=0) for at in period)
    last += timedelta(days=1)
    kept = change[(change["accounts"] > 0) | (change["start"] < last)]
    starts = [max(start, first) for start in map(say.moment, kept["start"]) if start]
    ends = [min(end, last) for end in map(say.moment, kept["end"]) if end]
    return kept.assign(start=starts, end=ends)


def _of_one(change: pd.DataFrame, name: str) -> str:
    """Title of one group's time line; a group may become inactive and come back."""
    alive = change[change["accounts"] > 0]
    stretches = alive.groupby("track", sort=False).agg(start=("start", "min"), end=("end", "max"))
    if len(stretches) == 1:
        low, high = int(alive["accounts"].min()), int(alive["accounts"].max())
        held = f"{say.count(low)} to {say.counted(high, 'account')}" if low < high else say.counted(high, "account")
        return f"{name} over time: {held} at a time, {_days_of(alive)}"
    shown = (
        say.listed([_days_of(stretches.loc[[k]]) for k in stretches.index]) if len(stretches) <= 3 else _days_of(alive)
    )
    return f"{name} over time: in {say.small(len(stretches))} periods, {shown}"


def _days_of(rows: pd.DataFrame) -> str:
    return say.days(rows["start"].min(), rows["end"].max() - timedelta(seconds=1))


def _middle(row: Mapping[str, Any]) -> datetime:
    start, end = say.moment(row["start"]), say.moment(row["end"])
    assert start and end
    return start + (end - start) / 2


def _name(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    group = row.get("group_id")
    return names.get(str(group), f"Line {row['track']}")


def _lanes(alive: list[dict[str, Any]], names: Mapping[str, str]) -> dict[int, str]:
    """Tracks to draw with their names, in the order of their groups; a group's further tracks are numbered."""
    largest: dict[int, int] = {}
    of: dict[int, dict[str, Any]] = {}
    for row in alive:
        largest[row["track"]] = max(largest.get(row["track"], 0), int(row["accounts"]))
        of.setdefault(row["track"], row)
    chosen = sorted(largest, key=lambda track: (-largest[track], track))[:MOST_LANES]
    place = {group: number for number, group in enumerate(names)}
    order = sorted(chosen, key=lambda track: (place.get(str(of[track].get("group_id")), len(place)), track))
    called: dict[int, str] = {}
    for track in order:
        name = _name(of[track], names)
        again = sum(known == name or known.startswith(f"{name}, part ") for known in called.values())
        called[track] = f"{name}, part {again + 1}" if again else name
    return called


def _lane(rows: list[dict[str, Any]], across: Any, middle: float, most: int) -> str:
    """The line of one group: an area around its lane, open where it was not alive."""
    above, below = [], []
    for row in rows:
        x, half = across(_middle(row)), max(1.0, 0.45 * _LANE * int(row["accounts"]) / most)
        above.append(f"{n(x)} {n(middle - half)}")
        below.append(f"{n(x)} {n(middle + half)}")
    if len(rows) == 1:
        x, half = across(_middle(rows[0])), max(1.5, 0.45 * _LANE * int(rows[0]["accounts"]) / most)
        return line(x, middle - half, x, middle + half, "ev-beyond", 3)
    return f'<path d="M{"L".join(above + below[::-1])}Z" fill="{ink("ev-beyond")}" fill-opacity=".55" stroke="{ink("ev-far")}" stroke-width="1"/>'


def _joints(rows: list[dict[str, Any]], lanes: Mapping[int, str], across: Any) -> str:
    """Splits and merges as dashed lines between two lanes."""
    place = {track: _TOP + _LANE * (number + 0.5) for number, track in enumerate(lanes)}
    made = ""
    for row in rows:
        if row["event"] in ("split", "merge") and row["track"] in place and row["other"] in place:
            x = across(_middle(row))
            made += line(x, place[row["track"]], x, place[row["other"]], "ev-far", 1.25, "3 2.5")
    return made


def _days(first: datetime, last: datetime, across: Any, base: float) -> str:
    span = max(1, (last - first).days)
    stride = next(s for s in (1, 2, 7, 14, 30, 91, 182, 365, 730, 3650) if span / s <= 8)
    made = line(_LEFT, base, across(last), base, "chance-line")
    for k in range(0, span + 1, stride):
        x = across(first + timedelta(days=k))
        made += line(x, base, x, base + 4, "chance-line") + words(
            x, base + 18, say.day(first + timedelta(days=k)), "middle" if k else "start"
        )
    return made


def _events(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Births after the first window, splits, merges, and deaths with a whole window of silence inside the period."""
    begun = min(row["start"] for row in rows)
    over = max(row["start"] for row in rows if row["accounts"]) + timedelta(days=1)
    return {
        "birth": sum(row["event"] == "birth" and row["start"] > begun for row in rows),
        "split": sum(row["event"] == "split" for row in rows),
        "merge": sum(row["event"] == "merge" for row in rows),
        "death": sum(row["event"] == "death" and row["end"] <= over for row in rows),
    }


def _title(events: Mapping[str, int], tracks: int) -> str:
    said = [
        f"{say.count(events[event])} {verb[events[event] > 1]}"
        for event, verb in (
            ("birth", ("forms later", "form later")),
            ("split", ("splits off", "split off")),
            ("merge", ("merges into another", "merge into others")),
            ("death", ("becomes inactive before the end", "become inactive before the end")),
        )
        if events[event]
    ]
    whole = "One group" if tracks == 1 else f"{say.sentence(say.small(tracks))} groups"
    return f"{whole} over time: {say.listed(said) if said else 'active from start to end'}"


def _span(alive: list[dict[str, Any]], track: int) -> str:
    own = [row for row in alive if row["track"] == track]
    most = max(int(row["accounts"]) for row in own)
    return f"{say.days(own[0]['start'], own[-1]['end'], year=False)}, up to {say.counted(most, 'account')}"


def _table(rows: list[dict[str, Any]], names: Mapping[str, str]) -> pd.DataFrame:
    group = {row["track"]: _name(row, names) for row in rows}

    def what(row: Mapping[str, Any]) -> str:
        other = row["other"]
        return f"{_EVENTS[str(row['event'])]}{f' {group[other]}' if say.known(other) else ''}"

    return pd.DataFrame(
        {
            "From": [say.day(row["start"], year=True) for row in rows],
            "To": [say.day(row["end"] - timedelta(seconds=1), year=True) for row in rows],
            "Group": [group[row["track"]] for row in rows],
            "Event": [what(row) for row in rows],
            "Accounts": [int(row["accounts"]) for row in rows],
            "Joined": [_known(row["joined"]) for row in rows],
            "Left": [_known(row["left"]) for row in rows],
            "Churn": [say.share(row["churn"], 1) if say.known(row["churn"]) else say.NONE for row in rows],
            "Coincidences": [int(row["meetings"]) for row in rows],
        }
    )


def _known(number: Any) -> int | str:
    """A count of a period; one that the harm area withholds is a mark."""
    return int(number) if say.known(number) else "…"
