"""Map of tested groups with a published method's communities around them: solid is tested, dashed and hatched is described."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import hypot, log10, sqrt
from typing import Any

import pandas as pd

from dashboards import words as say
from dashboards.figures.groups.circle_packing import pack
from dashboards.figures.groups.group_map import (
    MARKS_LIMIT,
    RIMS,
    TAGS_LIMIT,
    accounts_inside,
    name_label,
    name_tag,
    radius_of,
)
from dashboards.figures.groups.hatching import DASH, dashed_circle, dashed_rim, tag, tag_width
from dashboards.figures.svg import Picture, drawing, ink, line, n, ornament, said, words
from dashboards.words.methods.described import MAP_NOTE, community_name

LINES = 40  # between communities, the strongest
WIDTH = 320.0
LABEL = 6.2  # px a letter

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Circle:
    """One circle of the map: a tested group, or the communities in the place of some groups, drawn as one."""

    x: float
    y: float
    radius: float


@dataclass
class Unit:
    """Tested groups and the communities that have accounts in common with them, drawn together."""

    groups: Sequence[Row]
    communities: Sequence[Row]
    described: int = 0
    """Accounts of its communities."""

    def circles(self, scale: float) -> tuple[list[Circle], Circle | None, float]:
        """Circles of its groups, of its communities, and the radius around them; the middle is at 0, 0."""
        outer = max(3.0, radius_of(self.described) * scale) if self.communities else 0.0
        inner = [max(3.0, radius_of(int(g["accounts"])) * scale) for g in self.groups]
        if not inner:
            return [], Circle(0, 0, outer), outer
        if len(inner) == 1 and self.communities:
            return _two(inner[0], outer, self.groups[0])
        places, _ = pack(inner, 2.4 * sqrt(sum(r * r for r in inner)) + 2 * max(inner) if len(inner) > 1 else 0, 8, 0)
        x, y = (sum(p[k] for p in places) / len(places) for k in (0, 1))
        held = [Circle(px - x, py - y, r) for (px, py), r in zip(places, inner, strict=True)]
        whole = max(hypot(c.x, c.y) + c.radius for c in held)
        around = max(outer, whole + 5)
        return held, Circle(0, 0, around) if self.communities else None, around if self.communities else whole


def _two(inner: float, outer: float, group: Row) -> tuple[list[Circle], Circle, float]:
    """Two circles that overlap as their accounts do: one inside the other, apart, or between."""
    least = min(int(group["in_both"]) + int(group["tested_only"]), int(group["in_both"]) + int(group["described_only"]))
    share = int(group["in_both"]) / max(least, 1)
    if outer >= inner:
        outer = max(outer, inner + 4)  # two equal circles are both seen
    nested = max(abs(inner - outer) - 3, 0)
    apart = nested + (inner + outer - nested) * (1 - share)
    left = min(-inner, apart - outer)
    right = max(inner, apart + outer)
    middle = (left + right) / 2
    return [Circle(-middle, 0, inner)], Circle(apart - middle, 0, outer), (right - left) / 2


def described_map(
    groups: pd.DataFrame,
    levels: Mapping[str, str],
    beside: pd.DataFrame,
    communities: pd.DataFrame,
    between: pd.DataFrame,
    *,
    most: int = 20,
    href: Callable[[str, str], str] | None = None,
) -> Picture:
    """Tested groups and described communities, each circle as large as its number of accounts.

    Parameters
    ----------
    groups : DataFrame
        As ``Report.groups`` gives it: groups and closed circles are drawn.
    levels : mapping of group_id to level
    beside, communities, between : DataFrame
        As ``Report.described_beside``, ``described_communities`` and ``described_between`` give them, of one method.
    most : int
        Communities in no group's place that are drawn, the largest.
    href : callable, optional
        Address of a ``group`` or ``community`` by its id, kept as ``data-href`` for the page's script.
    """
    tested, apart = units(groups, beside, communities)
    drawn = apart[:most]
    scale = _scale([*tested, *drawn])
    alone = sum(int(g["accounts"]) for u in tested for g in u.groups) <= MARKS_LIMIT
    named = len(tested) <= TAGS_LIMIT
    bodies: list[str] = []
    places: dict[int, Circle] = {}
    y = 0.0
    for told, part in (("", tested), ("Described only", drawn)):
        if not part:
            continue
        if told:
            bodies.append(line(0, y + 8, WIDTH, y + 8, "ink-3", 1, DASH) + words(0, y + 26, told))
            y += 34
        made, spots, height = _placed(part, levels, scale, y, alone, named, href)
        bodies.append(made)
        places |= spots
        y += height
    left = len(apart) - len(drawn)
    if left:
        bodies.append(words(0, y + 12, f"and {say.counted(left, 'smaller community', 'smaller communities')}"))
        y += 20
    title, alt = _title(beside, len(apart)), _alt(tested, apart, drawn)
    svg = drawing(WIDTH, max(y, 40), title, alt, _lines(between, places) + "".join(bodies))
    table = _table(tested, apart, between)
    return Picture(title, alt, table, "", svg, key=_key(bool(tested), len(between) > 0), note=MAP_NOTE)


def units(groups: pd.DataFrame, beside: pd.DataFrame, communities: pd.DataFrame) -> tuple[list[Unit], list[Unit]]:
    """Circles to draw together: tested groups with the communities in their place, then the communities in none.

    Examples
    --------
    >>> groups = pd.DataFrame({"group_id": ["g"], "rank": [1], "heading": ["groups"], "accounts": [4]})
    >>> beside = pd.DataFrame({"group_id": ["g"], "communities": [[2]], "in_both": [4], "tested_only": [0], "described_only": [2]})
    >>> found = pd.DataFrame({"community": [1, 2], "accounts": [9, 6]})
    >>> tested, apart = units(groups, beside, found)
    >>> tested[0].described, [one["community"] for unit in apart for one in unit.communities]
    (6, [1])
    """
    known = {int(c["community"]): c for c in _rows(communities)}
    numbers = {str(row["group_id"]): row for row in _rows(beside)}
    made: list[Unit] = []
    for group in _rows(groups[groups["heading"] != "aside"].sort_values("rank")):
        row = numbers.get(str(group["group_id"]))
        if row is None:
            continue
        held = [known[int(c)] for c in row["communities"] if int(c) in known]
        unit = Unit([{**group, **{k: row[k] for k in ("in_both", "tested_only", "described_only")}}], held)
        joined = [u for u in made if {c["community"] for c in u.communities} & {c["community"] for c in held}]
        for other in joined:
            made.remove(other)
            unit.groups = [*other.groups, *unit.groups]
            unit.communities = [
                *other.communities,
                *(c for c in unit.communities if all(c["community"] != o["community"] for o in other.communities)),
            ]
        made.append(unit)
    placed = {int(c["community"]) for u in made for c in u.communities}
    apart = [Unit([], [c]) for number, c in known.items() if number not in placed]
    for unit in [*made, *apart]:
        unit.described = sum(int(c["accounts"]) for c in unit.communities)
    return made, apart


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def _scale(drawn: Sequence[Unit]) -> float:
    """One scale for all circles: the widest fits, and all together stay on a screen or two."""
    around = [unit.circles(1.0)[2] for unit in drawn]
    if not around:
        return 1.0
    area = sum((r + 8) ** 2 for r in around) * 4
    return min(1.0, (WIDTH / 2 - 14) / max(around), sqrt(max(WIDTH * 1200 / area, 1e-6)))


def _placed(
    part: Sequence[Unit],
    levels: Mapping[str, str],
    scale: float,
    top: float,
    alone: bool,
    named: bool,
    href: Callable[[str, str], str] | None,
) -> tuple[str, dict[int, Circle], float]:
    """Drawing of some units below each other, and the places of their communities."""
    shapes = [unit.circles(scale) for unit in part]
    tags = [_width(unit, named) / 2 + 2 for unit in part]
    room = [min(max(around, wide), WIDTH / 2 - 10) for (_, _, around), wide in zip(shapes, tags, strict=True)]
    spots, height = pack(room, WIDTH, gap=18 if named else 8, top=14 if named else 4)
    body = ""
    places: dict[int, Circle] = {}
    for unit, (inner, outer, _), (x, down) in zip(part, shapes, spots, strict=True):
        y = top + down
        made = ""
        if outer is not None:
            at = Circle(x + outer.x, y + outer.y, outer.radius)
            places |= {int(c["community"]): at for c in unit.communities}
            made += _press(dashed_circle(at.x, at.y, at.radius), href, "community", unit.communities[0]["community"])
            if not unit.groups and at.radius > 12:
                made += words(at.x, at.y + 4, say.count(unit.described), "middle", "ink", 600)
        for group, circle in zip(unit.groups, inner, strict=True):
            at = Circle(x + circle.x, y + circle.y, circle.radius)
            made += _press(_group(group, at, scale, levels, alone), href, "group", group["group_id"])
        if outer is not None and unit.groups:
            made += dashed_rim(x + outer.x, y + outer.y, outer.radius)
        body += made + _labels(unit, inner, outer, x, y, named)
    return body, places, height + 8


def _press(body: str, href: Callable[[str, str], str] | None, what: str, key: object) -> str:
    return f'<g class="press" data-href="{said(href(what, str(key)))}">{body}</g>' if href else body


def _group(group: Row, at: Circle, scale: float, levels: Mapping[str, str], alone: bool) -> str:
    tone, wide, dash = RIMS.get(levels.get(str(group["group_id"]), "far"), RIMS["far"])
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<circle cx="{n(at.x)}" cy="{n(at.y)}" r="{n(at.radius)}" fill="{ink("surface")}" stroke="{ink(tone)}"'
        f' stroke-width="{wide:g}"{dashed}/>' + (accounts_inside(group, at.radius, at.x, at.y, scale) if alone else "")
    )


def _tags(unit: Unit) -> list[str]:
    tags = [f"D{c['community']}" for c in unit.communities]
    return tags if len(tags) <= 3 else [*tags[:2], f"+{len(tags) - 2}"]


def _width(unit: Unit, named: bool) -> float:
    if not named:
        return 0.0
    wide = sum(tag_width(one) + 2 for one in _tags(unit))
    return wide + (12 + LABEL * len(name_tag(unit.groups[0], True)) if len(unit.groups) == 1 else 0)


def _labels(unit: Unit, inner: Sequence[Circle], outer: Circle | None, x: float, y: float, named: bool) -> str:
    """Names on the rims: of one group and its communities side by side, of several groups on each."""
    if not named:
        return ""
    made, tags = "", _tags(unit)
    top = min([c.y - c.radius for c in inner] + ([outer.y - outer.radius] if outer else []))
    if len(unit.groups) == 1:
        text = name_tag(unit.groups[0], True)
        at = x - _width(unit, True) / 2
        wide = 12 + LABEL * len(text)
        made += name_label(text, at + wide / 2, y + inner[0].y - inner[0].radius if not tags else y + top, False)
        at += wide + 2
    else:
        made += "".join(
            name_label(say.place(g["rank"]), x + c.x, y + c.y - c.radius, False)
            for g, c in zip(unit.groups, inner, strict=True)
        )
        at = x - _width(unit, True) / 2
    for one in tags:
        made += tag(at + tag_width(one) / 2, y + top, one)
        at += tag_width(one) + 2
    return made


def _lines(between: pd.DataFrame, places: Mapping[int, Circle]) -> str:
    """Dashed lines between communities that ties of the rule join, from rim to rim."""
    made = ""
    for row in between.head(LINES).to_dict("records"):
        one, two = (places.get(int(row[f"community_{side}"])) for side in "ab")
        if one is None or two is None or one == two:
            continue
        away = hypot(two.x - one.x, two.y - one.y)
        if away <= one.radius + two.radius:
            continue
        dx, dy = (two.x - one.x) / away, (two.y - one.y) / away
        made += line(
            one.x + dx * one.radius,
            one.y + dy * one.radius,
            two.x - dx * two.radius,
            two.y - dy * two.radius,
            "ink-3",
            round(1 + log10(max(int(row["ties"]), 1)), 2),
            DASH,
        )
    return made


def _title(beside: pd.DataFrame, apart: int) -> str:
    """The finding: communities that hold more than a group, or lie apart."""
    wider = [row for row in _rows(beside) if row["described_only"] and len(row["communities"])]
    if wider:
        tags = list(dict.fromkeys(f"D{c}" for row in wider for c in row["communities"]))
        names = [
            f"{'closed circle' if row['heading'] == 'closed' else 'group'} {say.place(row['rank'])}" for row in wider
        ]
        if len(wider) > 2:
            return say.sentence(f"{say.small(len(wider), of_people=False)} groups lie inside larger communities")
        return f"{say.listed(tags)} {'outgrows' if len(tags) == 1 else 'outgrow'} {say.listed(names)}"
    if apart:
        lie = "community lies" if apart == 1 else "communities lie"
        return say.sentence(f"{say.small(apart, of_people=False)} {lie} apart from every tested group")
    return "The rule and our tests find the same accounts"


def _alt(tested: Sequence[Unit], apart: Sequence[Unit], drawn: Sequence[Unit]) -> str:
    groups = sum(len(u.groups) for u in tested)
    more = f", the {say.count(len(drawn))} largest drawn" if len(drawn) < len(apart) else ""
    return (
        f"{say.counted(groups, 'tested group')}, drawn solid, area by number of accounts; around them, dashed and hatched,"
        f" the described communities with the same accounts. Below a dashed rule:"
        f" {say.counted(len(apart), 'community', 'communities')} without accounts of these groups{more}."
    )


def _table(tested: Sequence[Unit], apart: Sequence[Unit], between: pd.DataFrame) -> pd.DataFrame:
    joined: dict[int, int] = {}
    for row in between.to_dict("records"):
        for side in "ab":
            key = int(row[f"community_{side}"])
            joined[key] = joined.get(key, 0) + int(row["ties"])
    rows = []
    for unit in tested:
        for group in unit.groups:
            kind = "Closed circle" if group["heading"] == "closed" else "Tested group"
            tags = ", ".join(f"D{c['community']}" for c in unit.communities)
            rows.append((say.place(group["rank"]), kind, say.group_name(group), *_numbers(group), tags))
        rows += [_described(c, joined) for c in unit.communities]
    rows += [_described(c, joined) for unit in apart for c in unit.communities]
    columns = ["Rank or tag", "Kind", "Mostly shared", "Accounts", "In both", "Tested only", "Described only"]
    return pd.DataFrame(rows, columns=[*columns, "Communities, or ties to others"])


def _numbers(row: Row) -> list[int]:
    return [int(row[name]) for name in ("accounts", "in_both", "tested_only", "described_only")]


def _described(community: Row, joined: Mapping[int, int]) -> tuple[Any, ...]:
    number = joined.get(int(community["community"]), 0)
    others = say.counted(number, "tie to other communities", "ties to other communities") if number else ""
    tag_ = f"D{community['community']}"
    return tag_, "Described community", community_name(community), *_numbers(community), others


def _key(tested: bool, lines: bool) -> tuple[tuple[str, str], ...]:
    solid = f'<circle cx="7" cy="7" r="5.5" fill="{ink("surface")}" stroke="{ink("ev-far")}" stroke-width="1.75"/>'
    key = [(ornament(14, 14, solid), "tested group")] if tested else []
    key.append((ornament(14, 14, dashed_circle(7, 7, 5.5)), "described community"))
    if lines:
        key.append((ornament(22, 10, line(0, 5, 22, 5, "ink-3", 1.5, DASH)), "ties of the rule between communities"))
    return tuple(key)
