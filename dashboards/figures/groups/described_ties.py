"""Network of one described community: ties of the rule dashed, those that are ties by our tests as well in solid ink."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dashboards import words as say
from dashboards.figures.groups.hatching import DASH
from dashboards.figures.svg import Picture, drawing, line, mark, ornament, words
from graph.networks.force_layout import force_layout
from graph.pairing.arrays import Floats

ACCOUNTS, LINES = 300, 1_500  # drawn: those with most ties, and their heaviest ties
NAMED = 40  # accounts that are named in the picture
WIDTH, HEIGHT, EDGE = 720.0, 420.0, 26.0


def described_ties(ties: pd.DataFrame, members: pd.DataFrame) -> Picture:
    """Accounts of a community and the ties that a method's rule draws between them.

    Parameters
    ----------
    ties : DataFrame
        Rows of ``Report.described`` inside the community.
    members : DataFrame
        As ``Report.described_members`` gives them: most ties first.

    Examples
    --------
    >>> members = pd.DataFrame({"account": ["x:1", "x:2"], "code": [1, 2], "platform": ["x", "x"], "ties": [1, 1]})
    >>> row = {"account_a": "x:1", "account_b": "x:2", "code_a": 1, "code_b": 2, "weight": 3.0, "passes": None, "trace": "link"}
    >>> picture = described_ties(pd.DataFrame([row]), members)
    >>> picture.title, picture.svg.count("<line"), picture.table.values.tolist()
    ('1 tie of the rule, none a tie by our tests', 1, [['A-1', 'A-2', 'Shared the same link', 3.0, 'no']])
    """
    pairs = once(ties)
    drawn = members.head(ACCOUNTS)
    place = {str(uid): at for at, uid in enumerate(drawn["account"])}
    inside = pairs[pairs["account_a"].isin(place) & pairs["account_b"].isin(place)].head(LINES)
    a = np.array([place[uid] for uid in inside["account_a"]], dtype=np.int64)
    b = np.array([place[uid] for uid in inside["account_b"]], dtype=np.int64)
    weight = np.maximum(inside["weight"].to_numpy(dtype=float), 1e-6)
    spots = _fitted(force_layout(len(drawn), a, b, weight / weight.max() if len(weight) else weight))
    lines = "".join(
        line(*spots[one], *spots[two], *(("ev-far", 1.75, "") if solid else ("ink-3", 1, DASH)))
        for one, two, solid in sorted(zip(a, b, inside["ours"], strict=True), key=lambda row: bool(row[2]))
    )
    marks = "".join(mark(p, x, y, 4.2) for p, (x, y) in zip(drawn["platform"], spots, strict=True))
    names = "".join(
        words(x + 7, y + 4, say.code(code), tone="ink-2")
        for code, (x, y) in list(zip(drawn["code"], spots, strict=True))[: NAMED if len(drawn) <= NAMED else 0]
    )
    title, left = _title(pairs), _left_out(members, drawn, pairs, inside)
    alt = (
        f"{say.counted(len(drawn), 'account')} as marks, shaped and coloured by platform, and {say.counted(len(inside), 'tie')}"
        " between them: dashed where only the rule links two accounts, solid where they are a tie by our tests."
    )
    svg = drawing(WIDTH, HEIGHT, title, alt, lines + marks + names)
    note = f"Accounts with ties lie near each other. Described, not tested.{left}"
    return Picture(title, alt, _table(pairs), "", svg, key=_key(), note=note)


def once(ties: pd.DataFrame) -> pd.DataFrame:
    """Every two accounts once, heaviest first, with all behaviours and ``ours``: true where a layer is a tie by our tests."""
    rows = ties.assign(ours=[bool(one) if say.known(one) else False for one in ties["passes"]])
    key = ["account_a", "account_b"]
    rows = rows.sort_values(["weight", *key], ascending=[False, True, True])
    found = rows.groupby(key, sort=False).agg(
        code_a=("code_a", "first"),
        code_b=("code_b", "first"),
        weight=("weight", "max"),
        ours=("ours", "any"),
        traces=("trace", lambda names: list(dict.fromkeys(names))),
    )
    return found.reset_index().sort_values(["weight", *key], ascending=[False, True, True], ignore_index=True)


def _fitted(places: Floats) -> list[tuple[float, float]]:
    """Places that fill the picture, the two directions scaled alike as far as there is room."""
    if not len(places):
        return []
    low, high = places.min(axis=0), places.max(axis=0)
    wide, tall = (max(float(high[k] - low[k]), 1e-9) for k in (0, 1))
    across, down = (WIDTH - 2 * EDGE - 30) / wide, (HEIGHT - 2 * EDGE) / tall
    least = min(across, down)
    across, down = min(across, 1.6 * least), min(down, 1.6 * least)
    middle = (low + high) / 2
    return [(WIDTH / 2 + (x - middle[0]) * across, HEIGHT / 2 + (y - middle[1]) * down) for x, y in places]


def _title(pairs: pd.DataFrame) -> str:
    ours = int(pairs["ours"].sum())
    told = f"{say.small(ours)} also by our tests" if ours else "none a tie by our tests"
    return f"{say.counted(len(pairs), 'tie')} of the rule, {told}"


def _left_out(members: pd.DataFrame, drawn: pd.DataFrame, pairs: pd.DataFrame, inside: pd.DataFrame) -> str:
    if len(inside) == len(pairs) and len(drawn) == len(members):
        return ""
    return (
        f" Drawn: {say.count(len(drawn))} of {say.counted(len(members), 'account')}, the {say.count(len(inside))} heaviest of"
        f" {say.counted(len(pairs), 'tie')}. The table has all."
    )


def _table(pairs: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Account": [say.code(code) for code in pairs["code_a"]],
            "Other account": [say.code(code) for code in pairs["code_b"]],
            "Behaviours": [", ".join(say.trace(name) for name in names) for names in pairs["traces"]],
            "Weight": list(pairs["weight"]),
            "A tie by our tests": ["yes" if ours else "no" for ours in pairs["ours"]],
        }
    )


def _key() -> tuple[tuple[str, str], ...]:
    dashed, solid = line(0, 5, 22, 5, "ink-3", 1.5, DASH), line(0, 5, 22, 5, "ev-far", 1.75)
    return (
        (ornament(22, 10, dashed), "only the rule links them"),
        (ornament(22, 10, solid), "a tie by our tests as well"),
    )
