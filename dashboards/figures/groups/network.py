"""Figure of a group's network at the places kept with the run, and which layout a group opens with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import pandas as pd

from dashboards import words as say
from dashboards.figures.svg import Picture, drawing, ink, mark, n, ornament, ring, ring_key, words
from dashboards.figures.theme import tokens
from dashboards.words.groups import SECOND, STEPS_S, fullest_step

MANY = 100  # accounts above which lanes are no longer read
MOST_TIES = 3_000
HUES = 7
_WIDTH, _HEIGHT, _EDGE = 720.0, 540.0, 30.0


@dataclass(frozen=True)
class Opening:
    """The layout a group opens with, and the sentence that says why; empty where it is the usual one."""

    layout: str
    because: str = ""


def opening(delays: Sequence[Any], precision: str | None) -> Opening:
    """The layout to open with: the network where delays are equal or accounts are many, else the delays.

    Parameters
    ----------
    delays : sequence
        Usual delay of every account in seconds; None where unknown.
    precision : str, optional
        Of the times, such as ``min``.

    Examples
    --------
    >>> opening([0, 0, 0, 60, 120], "min").because
    'Opened with the network, because 60% of the accounts share one minute.'
    >>> opening([0.0, 3.0, 9.0], "s")
    Opening(layout='delay', because='')
    >>> opening([None] * 101, "s").because
    'Opened with the network, because there are 101 accounts.'
    """
    unit = STEPS_S.get(str(precision), SECOND)[1]
    _, most = fullest_step(delays, precision)
    if 2 * most > 1:
        return Opening("network", f"Opened with the network, because {most:.0%} of the accounts share one {unit}.")
    if len(delays) > MANY:
        return Opening("network", f"Opened with the network, because there are {say.count(len(delays))} accounts.")
    return Opening("delay")


def network_figure(
    members: pd.DataFrame,
    ties: pd.DataFrame,
    places: pd.DataFrame,
    parts: Mapping[str, Sequence[str]] | None = None,
    source: str = "",
    noun: str = "link",
) -> Picture | None:
    """Accounts at the places kept with the run, joined by their strongest ties; None where no account has a place.

    Parameters
    ----------
    members : DataFrame
        ``account``, ``code``, ``platform``, ``ties``.
    ties : DataFrame
        ``account_a``, ``account_b``, ``observed``.
    places : DataFrame
        ``account``, ``x``, ``y``, from ``Report.layout``.
    parts : mapping of str to sequence of str, optional
        Name of each part to its accounts: colours mean parts then, else platforms.
    """
    spots = _fitted(places, set(members["account"]))
    people: list[dict[str, Any]] = [
        {str(k): v for k, v in row.items()} for row in members.to_dict("records") if row["account"] in spots
    ]
    if not people:
        return None
    part = {account: k for k, own in reversed(list(enumerate((parts or {}).values()))) for account in own}
    pairs = _strongest(ties, spots)
    body = _lines(pairs, spots, part) + _marks(people, spots, part)
    body += _part_names(parts or {}, spots) + ("" if parts else _codes(people, spots))
    title = finding(members, ties, parts or {})
    alt = f"{title}. Accounts with ties lie near each other. Most ties: {_most(people)}."
    drawn = (
        f"{say.count(len(pairs))} of {say.counted(len(ties), 'tie')} drawn, the strongest. "
        if len(pairs) < len(ties)
        else ""
    )
    meaning = "The distance between two groups has no meaning." if parts else "Colour and shape: platform."
    note = f"{drawn}Accounts with ties lie near each other. {meaning} Force layout, stored with the run."
    svg = drawing(_WIDTH, _HEIGHT, title, alt, body)
    return Picture(title, alt, _table(people, parts or {}), source, svg, key=legend(people, parts or {}), note=note)


def finding(members: pd.DataFrame, ties: pd.DataFrame, parts: Mapping[str, Sequence[str]]) -> str:
    """Title of a network: how many parts there are and how much of the ties lies inside them, or how dense one body is.

    Examples
    --------
    >>> ties = pd.DataFrame({"account_a": ["a", "b", "a"], "account_b": ["b", "c", "b"]})
    >>> members = pd.DataFrame({"account": ["a", "b", "c"]})
    >>> finding(members, ties, {"Group 1": ["a", "b"], "Group 2": ["c"]})
    '3 accounts in two parts: 50% of their 2 ties lie inside one part'
    >>> finding(members, ties, {})
    '3 accounts in one body: 2 of their 3 pairs are tied'
    """
    pairs = ties[["account_a", "account_b"]].drop_duplicates()
    accounts = say.counted(len(members), "account")
    if len(parts) > 1:
        home = {account: name for name, own in reversed(list(parts.items())) for account in own}
        one, two = (
            pairs[f"account_{side}"].tolist() for side in ("a", "b")
        )  # a column looks up one by one, and slowly
        inside = sum(home.get(a) == home.get(b) for a, b in zip(one, two, strict=True))
        of = say.counted(len(pairs), "tie")
        return f"{accounts} in {say.small(len(parts))} parts: {say.share(inside, len(pairs))} of their {of} lie inside one part"
    could = len(members) * (len(members) - 1) // 2
    return f"{accounts} in one body: {say.count(len(pairs))} of their {say.counted(could, 'pair')} are tied"


def _fitted(places: pd.DataFrame, accounts: set[str]) -> dict[str, tuple[float, float]]:
    own = places[places["account"].isin(accounts)]
    if own.empty:
        return {}
    low, high = (own["x"].min(), own["y"].min()), (own["x"].max(), own["y"].max())
    scale = min(
        (_WIDTH - 2 * _EDGE) / max(1.0, high[0] - low[0]), (_HEIGHT - 2 * _EDGE) / max(1.0, high[1] - low[1]), 3.4
    )
    left, top = (_WIDTH - scale * (low[0] + high[0])) / 2, (_HEIGHT + scale * (low[1] + high[1])) / 2
    return {a: (left + scale * x, top - scale * y) for a, x, y in own[["account", "x", "y"]].itertuples(index=False)}


Spots = Mapping[str, tuple[float, float]]


def _strongest(ties: pd.DataFrame, spots: Spots) -> list[tuple[str, str]]:
    inside = ties[ties["account_a"].isin(spots) & ties["account_b"].isin(spots)]
    best = inside.sort_values("observed", ascending=False, kind="stable").drop_duplicates(["account_a", "account_b"])
    return list(best.head(MOST_TIES)[["account_a", "account_b"]].itertuples(index=False, name=None))


def _lines(pairs: Sequence[tuple[str, str]], spots: Spots, part: Mapping[str, int]) -> str:
    alpha = max(0.12, min(0.6, 14 / sqrt(max(1, len(pairs)))))
    made: dict[str, list[str]] = {}
    for a, b in pairs:
        (x1, y1), (x2, y2) = spots[a], spots[b]
        same = a in part and part[a] == part.get(b)
        made.setdefault(hue(part[a]) if same else "ev-group", []).append(f"M{n(x1)} {n(y1)}L{n(x2)} {n(y2)}")
    return "".join(
        f'<path d="{"".join(paths)}" fill="none" stroke="{ink(tone)}" stroke-opacity="{alpha:.2f}" stroke-width="1"/>'
        for tone, paths in made.items()
    )


def _marks(people: Sequence[Mapping[str, Any]], spots: Spots, part: Mapping[str, int]) -> str:
    most, base = max(int(m["ties"]) for m in people) or 1, max(1.6, min(6.5, 90 / sqrt(len(people) + 100)))
    made = ""
    for member in people:
        x, y = spots[str(member["account"])]
        size = base * (0.62 + 0.75 * sqrt(int(member["ties"]) / most))
        if member["account"] in part:
            made += f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(size)}" fill="{ink(hue(part[str(member["account"])]))}"/>'
        else:
            made += mark(member["platform"], x, y, size)
    return made + "".join(ring(*spots[str(m["account"])], base * 1.4) for m in people if m.get("comparison") is True)


def hue(part: int) -> str:
    """Token of a part's colour, by its place: seven hues, the others grey."""
    return f"g{part + 1}" if part < HUES else "gx"


def rgb(part: int) -> tuple[int, int, int]:
    """Red, green and blue of a part in the light theme, as files for other tools want them.

    Examples
    --------
    >>> rgb(0), rgb(40) == rgb(41)
    ((17, 119, 51), True)
    """
    red, green, blue = bytes.fromhex(tokens()[hue(part)].removeprefix("#"))
    return red, green, blue


def _part_names(parts: Mapping[str, Sequence[str]], spots: Spots) -> str:
    made = ""
    for name, accounts in parts.items():
        own = [spots[a] for a in accounts if a in spots]
        if own:
            middle = (min(x for x, _ in own) + max(x for x, _ in own)) / 2
            made += words(middle, min(y for _, y in own) - 9, f"{name}: {say.count(len(own))}", "middle", "ink", 600)
    return f'<g stroke="{ink("surface")}" stroke-width="3" paint-order="stroke">{made}</g>'


def _codes(people: Sequence[Mapping[str, Any]], spots: Spots) -> str:
    """Codes of those with most ties, where they do not cover one another."""
    taken: list[tuple[float, float]] = []
    made = ""
    for member in sorted(people, key=lambda m: (-int(m["ties"]), str(m["code"]))):
        x, y = spots[str(member["account"])]
        if len(taken) >= 40 or any(abs(x - left) < 52 and abs(y - top) < 14 for left, top in taken):
            continue
        taken.append((x, y))
        made += words(x + 9, y + 4, say.code(member["code"]), tone="ink")
    return f'<g stroke="{ink("surface")}" stroke-width="3" stroke-linejoin="round" paint-order="stroke">{made}</g>'


def _most(people: Sequence[Mapping[str, Any]]) -> str:
    first = sorted(people, key=lambda m: (-int(m["ties"]), str(m["code"])))[:3]
    return say.listed([f"{say.code(m['code'])} ({say.count(m['ties'])})" for m in first])


def legend(people: Sequence[Mapping[str, Any]], parts: Mapping[str, Sequence[str]]) -> tuple[tuple[str, str], ...]:
    """Legend of a picture of accounts: parts where there are some, else platforms; and the ring of a comparison."""
    if parts:
        dots = [ornament(18, 14, f'<circle cx="9" cy="7" r="5" fill="{ink(hue(k))}"/>') for k in range(len(parts))]
        return (*zip(dots, parts, strict=True), *ring_key(people))
    counts = Counter(str(m["platform"]) for m in people)
    shown = tuple((ornament(18, 14, mark(name, 9, 7, 5)), say.platform(name)) for name, _ in say.in_order(dict(counts)))
    return shown + ring_key(people)


def _table(people: Sequence[Mapping[str, Any]], parts: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    of = {account: name for name, own in reversed(list(parts.items())) for account in own}
    rows = sorted(people, key=lambda m: (-int(m["ties"]), str(m["code"])))
    made = {
        "Account": [say.code(m["code"]) for m in rows],
        "Platform": [say.platform(m["platform"]) for m in rows],
        "Ties": [m["ties"] for m in rows],
    }
    return pd.DataFrame(made | ({"Group": [of.get(m["account"], say.NONE) for m in rows]} if parts else {}))
