"""Figure of roles: who leads, who follows, each account's core number and its ties to other groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboards import words as say
from dashboards.figures.svg import Picture, box, chance, drawing, line, mark, ornament, words
from dashboards.words.groups import NOBODY_LEADS, ROLE_COLUMNS, ROLES_NOTE, clear_leaders, role_cells

DRAWN = 12
_WIDTH, _ROW, _TOP, _MIDDLE, _ARM = 620.0, 24.0, 26.0, 250.0, 110.0


def roles_figure(
    roles: pd.DataFrame, members: pd.DataFrame, source: str = "", precision: str | None = None
) -> Picture | None:
    """Bars of coincidences each member was second in, at the left, and first in, at the right; core and ties to other groups beside them.

    Parameters
    ----------
    roles : DataFrame
        As ``graph.report.report.Report.roles`` gives them, most leads first.
    members : DataFrame
        As ``Report.members`` gives them: the title names the account that leads by the test of all titles.

    Returns
    -------
    Picture or None
        None where nobody met anybody.
    """
    everyone: list[dict[str, Any]] = [{str(k): v for k, v in row.items()} for row in roles.to_dict("records")]
    rows = everyone[:DRAWN]
    most = max((int(r[which]) for r in rows for which in ("leads", "follows")), default=0)
    if not most:
        return None
    heads = ((_MIDDLE - 8, "second", "end"), (_MIDDLE + 8, "first", "start"), (470.0, "core", "end"))
    body = "".join(words(x, 12, text, anchor) for x, text, anchor in heads) + words(_WIDTH, 12, "between groups", "end")
    body += line(_MIDDLE, _TOP - 6, _MIDDLE, _TOP + _ROW * len(rows), "chance-line")
    body += "".join(_drawn(row, _TOP + _ROW * k + 10, most) for k, row in enumerate(rows))
    title = _title(everyone, clear_leaders(members))
    alt = "; ".join(
        f"{say.code(r['code'])} first in {say.count(r['leads'])} and second in {say.count(r['follows'])} coincidences, k-core"
        f" {say.count(r['core'])}"
        for r in rows
    )
    left_out = (
        f"{say.count(len(rows))} of {say.counted(len(everyone), 'account')} drawn. "
        if len(everyone) > len(rows)
        else ""
    )
    svg = drawing(_WIDTH, _TOP + _ROW * len(rows), title, alt, body)
    return Picture(title, f"{alt}.", _table(everyone, precision), source, svg, key=KEY, note=f"{left_out}{ROLES_NOTE}")


KEY = (
    (ornament(18, 12, box(1, 1, 16, 10)), "coincidences in which it posted first"),
    (ornament(18, 12, chance(1, 1, 16, 10)), "in which it posted second"),
)


def _drawn(row: Mapping[str, Any], y: float, most: int) -> str:
    leads, follows = int(row["leads"]), int(row["follows"])
    made = mark(row["platform"], 8, y) + words(20, y + 4, say.code(row["code"]), tone="ink", weight=500)
    right, left = _ARM * leads / most, _ARM * follows / most
    made += chance(_MIDDLE - left, y - 6, left, 12) if follows else ""
    made += box(_MIDDLE, y - 6, right, 12) if leads else ""
    made += words(_MIDDLE - left - 6, y + 4, say.count(follows), "end") + words(
        _MIDDLE + right + 6, y + 4, say.count(leads)
    )
    made += words(470, y + 4, say.count(row["core"]), "end", "ink-2")
    between = float(row["participation"]) if say.known(row["participation"]) else 0.0
    return made + words(_WIDTH, y + 4, f"{between:.2g}" if between else "no", "end", "ink-2" if between else "ink-3")


def _title(rows: list[dict[str, Any]], leading: list[dict[str, Any]]) -> str:
    """Title with the counts of the account that clearly leads, the one the network and the bars name first."""
    codes = {say.code(row["code"]): row for row in rows}
    first = next((codes[code] for one in leading if (code := say.code(one["code"])) in codes), None)
    said = NOBODY_LEADS
    if first is not None:
        met = int(first["leads"]) + int(first["follows"])
        said = f"{say.code(first['code'])} posted first in {say.count(first['leads'])} of {say.count(met)} coincidences"
    bridges = sum(say.known(r["participation"]) and float(r["participation"]) > 0 for r in rows)
    tied = f"; {say.counted(bridges, 'account')} also {'has' if bridges == 1 else 'have'} ties outside the group"
    return said + (tied if bridges else "")


def _table(rows: list[dict[str, Any]], precision: str | None) -> pd.DataFrame:
    frame = pd.DataFrame([role_cells(row, precision) for row in rows], columns=list(ROLE_COLUMNS))
    for name, field in (("Leads", "leads"), ("Follows", "follows"), ("Core", "core")):
        frame[name] = pd.array([row[field] for row in rows], dtype="Int64")
    return frame
