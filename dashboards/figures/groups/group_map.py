"""The group map: one circle per group, one mark per account. Position means nothing and the map says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import sqrt
from typing import Any

import pandas as pd

from dashboards import words as say
from dashboards.figures.groups.circle_packing import pack, sunflower
from dashboards.figures.svg import Picture, drawing, ink, line, marks, n, ornament, said, shape, words
from dashboards.figures.theme import category
from graph.schema import HEADINGS

MARKS_LIMIT = 4_000  # accounts drawn one by one; above, a group is one circle
TAGS_LIMIT = 60  # names on circles; above, ranks
KEYED = 7  # platforms named under the map, as many as have a colour
DUST_LIMIT = 600  # dots for what was set aside
RIMS = {"far": ("ev-far", 1.75, ""), "beyond": ("ev-beyond", 1.75, ""), "group": ("ev-beyond", 1.5, "4 3")}


def group_map(
    groups: pd.DataFrame,
    levels: Mapping[str, str],
    source: str = "",
    *,
    selected: str | None = None,
    href: Callable[[str], str] | None = None,
    width: float = 320,
) -> Picture:
    """All groups of a run by heading: Groups, Closed circles, Set aside.

    Parameters
    ----------
    groups : DataFrame
        ``graph.schema.GROUPS`` with ``name`` and ``platforms`` (platform -> accounts).
    levels : mapping of group_id to level
        A full line where single ties hold, dashed where only the group does.
    selected : str, optional
        The group_id drawn in the colour of selection.
    href : callable, optional
        Address of a group's page, kept as ``data-href`` for the page's script; documents leave it out.
    """
    rows: list[dict[str, Any]] = [{str(k): v for k, v in r.items()} for r in groups.to_dict("records")]
    parts = {h: [r for r in rows if r["heading"] == h] for h in ("groups", "closed", "aside")}
    circled = parts["groups"] + parts["closed"]
    scale = _scale(circled, width)
    alone = sum(int(r["accounts"]) for r in circled) <= MARKS_LIMIT
    bodies, y = [], 0.0
    for heading, told in (("groups", ""), ("closed", "Closed circles: few others shared the same.")):
        if not parts[heading]:
            continue
        if told and y:
            bodies.append(line(0, y + 8, width, y + 8) + words(0, y + 26, told))
            y += 30
        made, height = _circles(parts[heading], levels, scale, width, alone, selected, href)
        bodies.append(f'<g transform="translate(0 {n(y)})">{made}</g>')
        y += height
    if parts["aside"]:
        made, height = _dust(parts["aside"], width)
        bodies.append(f'<g transform="translate(0 {n(y + 8)})">{made}</g>')
        y += height + 8
    title, alt = _title(parts["groups"], len(parts["closed"])), _alt(parts, alone)
    return Picture(
        title,
        alt,
        _table(rows),
        source,
        drawing(width, max(y, 40), title, alt, "".join(bodies)),
        key=_key(rows, levels),
        note="One mark is one account. Distance has no meaning."
        if alone
        else "Area is the number of accounts. Distance has no meaning.",
    )


def radius_of(accounts: int) -> float:
    """Radius of a circle with so many accounts, before it is scaled."""
    return 13.4 * sqrt(accounts) + 6


def _scale(rows: Sequence[Mapping[str, Any]], width: float) -> float:
    """One scale for all circles, so that areas compare: the largest fits, and all together stay on a screen or two."""
    if not rows:
        return 1.0
    fits = (width / 2 - 12) / radius_of(max(int(r["accounts"]) for r in rows))
    area = sum((radius_of(int(r["accounts"])) + 8) ** 2 for r in rows) * 4
    return min(1.0, fits, sqrt(max(width * 1400 / area, 1e-6)))


def name_tag(group: Mapping[str, Any], named: bool) -> str:
    """Rank and short name on a circle."""
    short = say.group_name(group).split("[.]")[0].strip() if named and say.known(group.get("name")) else ""
    short = short if len(short) <= 14 else short[:13] + "…"
    return f"{say.place(group['rank'])} {short}".strip()


def _circles(
    rows: Sequence[Mapping[str, Any]],
    levels: Mapping[str, str],
    scale: float,
    width: float,
    alone: bool,
    selected: str | None,
    href: Callable[[str], str] | None,
) -> tuple[str, float]:
    named, tagged = len(rows) <= TAGS_LIMIT, len(rows) <= 5 * TAGS_LIMIT
    radii = [max(3.0, radius_of(int(r["accounts"])) * scale) for r in rows]
    tags = [name_tag(r, named) if tagged else "" for r in rows]
    room = [max(r, min((12 + 6.2 * len(t)) / 2, 50) if t else r) for r, t in zip(radii, tags, strict=True)]
    places, height = pack(room, width, gap=16 if named else 8 if tagged else 2, top=12 if tagged else 4)
    made = [
        _circle(
            group,
            tag,
            radius,
            x,
            y,
            scale,
            levels.get(str(group["group_id"]), "far"),
            alone,
            group["group_id"] == selected,
        )
        for group, tag, radius, (x, y) in zip(rows, tags, radii, places, strict=True)
    ]
    if href is not None:
        made = [
            f'<g class="press" data-href="{said(href(str(g["group_id"])))}">{one}</g>'
            for g, one in zip(rows, made, strict=True)
        ]
    return "".join(made), height + 8


def _circle(
    group: Mapping[str, Any],
    tag: str,
    radius: float,
    x: float,
    y: float,
    scale: float,
    level: str,
    alone: bool,
    chosen: bool,
) -> str:
    tone, wide, dash = RIMS.get(level, RIMS["far"])
    fill, stroke, wide = ("select-soft", "select", 2.5) if chosen else ("surface", tone, wide)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    rim = f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(radius)}" fill="{ink(fill)}" stroke="{ink(stroke)}" stroke-width="{wide:g}"{dashed}/>'
    return (
        rim
        + (accounts_inside(group, radius, x, y, scale) if alone else "")
        + (name_label(tag, x, y - radius, chosen) if tag else "")
    )


def accounts_inside(group: Mapping[str, Any], radius: float, x: float, y: float, scale: float) -> str:
    """One mark per account of a group, spread in its circle."""
    numbers = say.in_order(platforms_of(group))
    total = sum(k for _, k in numbers)
    size = max(1.1, 4.2 * scale)
    spots = sunflower(total, max(radius - 12.5 * scale, radius * 0.55), turn=float(group["rank"] or 0))
    made, at = "", 0
    for platform, number in numbers:
        made += marks(
            platform, [shape(platform, x + dx, y + 3 * scale + dy, size) for dx, dy in spots[at : at + number]]
        )
        at += number
    return made


def platforms_of(group: Mapping[str, Any]) -> dict[str, int]:
    """Accounts per platform; all as unknown where that is not known."""
    known = group.get("platforms")
    if isinstance(known, Mapping) and known:
        return {str(k): int(v or 0) for k, v in known.items() if v != 0}
    return {"unknown": int(group["accounts"])}


def name_label(tag: str, x: float, y: float, chosen: bool) -> str:
    """A name in its box on the rim of a circle."""
    wide = 12 + 6.2 * len(tag)
    edge, fill, tone = ("select", "select", "on-ink") if chosen else ("line-strong", "surface", "ink")
    return (
        f'<rect x="{n(x - wide / 2)}" y="{n(y - 9)}" width="{n(wide)}" height="17" rx="3" fill="{ink(fill)}" stroke="{ink(edge)}"/>'
        + words(x, y + 3.5, tag, "middle", tone, 600)
    )


def _dust(rows: Sequence[Mapping[str, Any]], width: float) -> tuple[str, float]:
    accounts = sum(int(r["accounts"]) for r in rows)
    per = -(-accounts // DUST_LIMIT)
    dots = -(-accounts // per)
    columns = max(1, min(dots, int((width - 20) / 4.4)))
    spots = "".join(
        f'<circle cx="{n(10 + (i % columns) * 4.4)}" cy="{n(48 + (i // columns) * 6)}" r="1.5"/>' for i in range(dots)
    )
    what = (
        f"a fast crowd of {say.counted(accounts, 'account')}"
        if len(rows) == 1
        else f"{say.counted(len(rows), 'crowd')} of {say.counted(accounts, 'account')}"
    )
    if any(str(r.get("label")) not in ("fast_crowd", "None", "nan") for r in rows):
        what = say.counted(accounts, "account")
    each = f" One dot is {per} accounts." if per > 1 else ""
    told = words(0, 18, f"Set aside: {what}.") + words(0, 33, f"Chance explains it.{each}")
    height = 52 + (-(-dots // columns)) * 6 + 6
    return line(0, 0, width, 0) + told + f'<g fill="{ink("ev-none")}">{spots}</g>', height


def _title(rows: Sequence[Mapping[str, Any]], closed: int = 0) -> str:
    if not rows and closed:
        return f"No group found by timing; {say.small(closed)} closed {'circle' if closed == 1 else 'circles'}"
    if not rows:
        return "No group beyond chance"
    crossing = sum(len(platforms_of(r)) > 1 for r in rows)
    if crossing:
        return say.sentence(f"{say.small(crossing)} {'group crosses' if crossing == 1 else 'groups cross'} platforms")
    everywhere = {p for r in rows for p in platforms_of(r)}
    if len(everywhere) == 1 and "unknown" not in everywhere:
        return (
            f"All on {say.platform(everywhere.pop())}"
            if len(rows) > 1
            else f"One group, on {say.platform(everywhere.pop())}"
        )
    return (
        "No group crosses platforms"
        if "unknown" not in everywhere
        else say.sentence(say.small(len(rows)) + (" group" if len(rows) == 1 else " groups"))
    )


def _alt(parts: Mapping[str, Sequence[Mapping[str, Any]]], alone: bool) -> str:
    said_ = [
        f"{say.counted(len(parts['groups']), 'group')} as circles, area by number of accounts"
        + (", one mark per account, shaped and coloured by platform" if alone else "")
        + ". Outline: full where single ties are beyond chance, dashed where only the group is."
    ]
    if parts["closed"]:
        said_.append(f"Below, apart: {say.counted(len(parts['closed']), 'closed circle')}, drawn the same way.")
    if parts["aside"]:
        crowd = sum(int(r["accounts"]) for r in parts["aside"])
        said_.append(f"Last, in grey: {say.counted(crowd, 'account')} set aside because chance explains them.")
    return " ".join(said_)


def _table(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Rank": [r["rank"] for r in rows],
            "Heading": [HEADINGS[r["heading"]] for r in rows],
            "Mostly shared": [say.group_name(r) for r in rows],
            "Accounts": [r["accounts"] for r in rows],
            "By platform": [say.platforms(r.get("platforms") or platforms_of(r)) for r in rows],
        }
    )


def _key(rows: Sequence[Mapping[str, Any]], levels: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    numbers: dict[str, int] = {}
    for row in rows:
        for platform, number in platforms_of(row).items():
            numbers[platform] = numbers.get(platform, 0) + number
    shown = say.in_order(numbers)
    own = shown if len(shown) <= KEYED + 1 else [pair for pair in shown[:KEYED] if category(pair[0]) < 8]
    key = [(ornament(14, 14, marks(p, [shape(p, 7, 7, 4.5)])), say.platform(p)) for p, _ in own]
    if rest := len(shown) - len(own):
        key.append((ornament(14, 14, marks("unknown", [shape("unknown", 7, 7, 4.5)])), f"{rest} other platforms"))
    circled = {levels.get(str(r["group_id"]), "far") for r in rows if r["heading"] != "aside"}
    if circled - {"group"}:
        key.append((_rim(""), "ties pass the test alone"))
    if "group" in circled:
        key.append((_rim("3 2.5"), "only the group passes"))
    return tuple(key)


def _rim(dash: str) -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return ornament(
        14, 14, f'<circle cx="7" cy="7" r="5.5" fill="none" stroke="{ink("ev-far")}" stroke-width="1.5"{dashed}/>'
    )
