"""Described communities beside the tested groups of a run: which is in whose place, and accounts in both or in one only."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

HALF = 0.5  # of a community's accounts in tested groups, or of a group's accounts in a community
SAME = 0.3  # of the accounts in either in both (Jaccard): one group by another name, as two runs are compared

ASIDE = "aside"
ADDED = ("in_groups", "placed", "aside")
COLUMNS = (
    *("group_id", "rank", "heading", "accounts", "communities"),
    *("in_both", "tested_only", "described_only", "found"),
)


def placed(communities: pd.DataFrame, overlap: pd.DataFrame) -> pd.DataFrame:
    """Communities of one method with their accounts in tested groups, and if each is in the place of one.

    A community is in a group's place when half of its accounts or more are in tested groups, or when it and one of them have at
    least three in ten of their accounts in common (Jaccard).

    Parameters
    ----------
    communities, overlap : pandas.DataFrame
        As ``Report.described_communities`` and ``Report.described_overlap`` give them, of one method.

    Returns
    -------
    pandas.DataFrame
        The communities with ``in_groups`` (accounts in tested groups and closed circles), ``placed`` (bool), and ``aside``
        (accounts in what the run set aside, which is no tested group).

    Examples
    --------
    >>> row = {"heading": "groups", "tested_only": 0, "group_id": "g"}
    >>> found = pd.DataFrame([{**row, "community": 1, "accounts": 12, "in_both": 3, "described_only": 9},
    ...                       {**row, "community": 2, "accounts": 9, "in_both": 3, "described_only": 6}])
    >>> met = pd.DataFrame([{"group_id": "g", "heading": "groups", "community": 2, "in_both": 3}])
    >>> placed(found, met)[["in_groups", "placed", "aside"]].values.tolist()
    [[3, False, 0], [3, True, 0]]
    """
    tested = overlap[(overlap["heading"] != ASIDE) & overlap["community"].notna()]
    summed: Counter[int] = Counter()
    for community, both in zip(tested["community"], tested["in_both"], strict=True):
        summed[int(community)] += int(both)
    more = [_place(row, summed) for row in communities.to_dict("records")]
    made = pd.DataFrame(more, columns=list(ADDED), index=communities.index)
    return communities.assign(**{name: made[name] for name in ADDED})


def _place(row: dict[Any, Any], summed: Counter[int]) -> tuple[int, bool, int]:
    both = int(row["in_both"])
    crowd = row["heading"] == ASIDE
    inside = max(summed[int(row["community"])], 0 if crowd else both)
    either = both + int(row["tested_only"]) + int(row["described_only"])
    same = not crowd and both > 0 and both >= SAME * either
    return inside, inside >= HALF * int(row["accounts"]) or same, both if crowd else 0


def beside(communities: pd.DataFrame, overlap: pd.DataFrame) -> pd.DataFrame:
    """Tested groups and closed circles by rank, each with the communities that share accounts with it.

    These are the community that shares most accounts with it, and those in a group's place whose nearest group it is: the
    communities of a method are disjoint, so that their accounts add up.

    Parameters
    ----------
    communities : pandas.DataFrame
        As ``placed`` gives them.
    overlap : pandas.DataFrame
        As ``Report.described_overlap`` gives it.

    Returns
    -------
    pandas.DataFrame
        Columns of ``COLUMNS``: accounts in the group and in one of its communities (``in_both``), in the group only, in the
        communities only; ``in_both`` and ``tested_only`` add up to ``accounts``. ``found``: a community in a group's place holds half
        of the group's accounts or more.

    Examples
    --------
    >>> near = {"heading": "groups", "group_id": "g"}
    >>> found = pd.DataFrame([
    ...     {**near, "community": 1, "accounts": 9, "in_both": 6, "tested_only": 4, "described_only": 3},
    ...     {**near, "community": 2, "accounts": 4, "in_both": 3, "tested_only": 7, "described_only": 1}])
    >>> met = pd.DataFrame([{**near, "rank": 1, "accounts": 10, "community": 1, "in_both": 6, "tested_only": 4, "described_only": 3}])
    >>> beside(placed(found, met), met)[["communities", "in_both", "tested_only", "described_only", "found"]].values.tolist()[0]
    [[1, 2], 9, 1, 4, True]
    """
    known = {int(row["community"]): row for row in communities.to_dict("records")}
    rows = [_row(group, known) for group in overlap.to_dict("records") if group["heading"] != ASIDE]
    return pd.DataFrame(rows, columns=list(COLUMNS)).sort_values("rank", ignore_index=True)


def _row(group: dict[Any, Any], known: dict[int, dict[Any, Any]]) -> dict[str, Any]:
    parts: dict[int, tuple[int, int]] = {}  # accounts in both, and in the community only
    if not pd.isna(group["community"]):
        parts[int(group["community"])] = int(group["in_both"]), int(group["described_only"])
    for number, community in known.items():
        if community["group_id"] == group["group_id"] and community["placed"]:
            parts[number] = int(community["in_both"]), int(community["described_only"])
    both = sum(inside for inside, _ in parts.values())
    most = max((inside for number, (inside, _) in parts.items() if known[number]["placed"]), default=0)
    return {
        **{name: group[name] for name in ("group_id", "rank", "heading", "accounts")},
        "communities": sorted(parts),
        "in_both": both,
        "tested_only": int(group["accounts"]) - both,
        "described_only": sum(rest for _, rest in parts.values()),
        "found": most >= HALF * int(group["accounts"]) and most > 0,
    }
