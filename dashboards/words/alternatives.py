"""Innocent explanations of acting together, and what the data say to each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dashboards import words

if TYPE_CHECKING:
    from graph.report.report import Report

EXPLANATIONS: dict[str, str] = {
    "person": "One person with several accounts, openly",
    "app": "An app or a feed posts for them",
    "news": "A push alert or breaking news",
    "campaign": "A fan club or campaign that says so",
    "clock": "Clock errors or a wrong time zone",
}
"""Other reasons for acting together; a person ticks those they have ruled out."""


def hints(report: Report, group: Mapping[str, Any] | None, platforms: Mapping[str, int] | None) -> dict[str, str]:
    """A sentence from the data for some of ``EXPLANATIONS``, so that nobody ticks blindly.

    Parameters
    ----------
    group : mapping, optional
        The group it is about, or that holds the tie.
    platforms : mapping, optional
        Accounts by platform, where they are not those of the group.
    """
    counts = platforms if platforms is not None else (group or {}).get("platforms") or {}
    made = {}
    if counts:
        where = words.listed([words.platform(p) for p, _ in words.in_order(dict(counts))][:4])
        made["person"] = f"On {where}." if len(counts) > 1 else f"All on {where}."
    if group is not None:
        made |= _by_others(report, group)
    zones = sorted({str(s["tz_assumed"]) for s in report.store.sources().to_pylist() if s.get("tz_assumed")})
    made["clock"] = (
        f"A file names no time zone; {words.listed(zones)} is assumed." if zones else "Every file names its time zone."
    )
    return made


def _by_others(report: Report, group: Mapping[str, Any]) -> dict[str, str]:
    lags = report.lags(group["group_id"])
    whole = int(lags["others"].sum()) if len(lags) else 0
    if not whole:
        return {"news": "Nobody outside the group shared these."}
    half = lags["others"].cumsum().searchsorted(whole / 2)
    low = lags["from_s"].iloc[min(int(half), len(lags) - 1)]
    return {"news": f"Other accounts that shared the same: half are more than {words.duration(low)} apart."}
