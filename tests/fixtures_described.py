"""Described methods of a report made by hand: CooRTweet's rule, with one community beside a group and one that no test supports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

import pandas as pd

from graph.schema import (
    DESCRIBED_COMMUNITIES,
    DESCRIBED_LAYERS,
    DESCRIBED_MEMBERS,
    DESCRIBED_OBJECTS,
    DESCRIBED_TIES,
)

START = datetime(2026, 8, 12, 10, 33, 53, tzinfo=UTC)
Rows = list[dict[str, Any]]

COLUMNS: dict[str, list[str]] = {
    "methods": [
        *("method", "options", "window_s", "traces", "notes", "title", "source", "gathers"),
        *("ties", "passing", "communities", "accounts"),
    ],
    "layers": [*DESCRIBED_LAYERS.names, "title"],
    "ties": [*DESCRIBED_TIES.names, "code_a", "platform_a", "code_b", "platform_b"],
    "communities": [
        *DESCRIBED_COMMUNITIES.names,
        *("tag", "name", "group_id", "in_both", "tested_only", "rank", "heading", "described_only", "platforms"),
    ],
    "overlap": [
        *("group_id", "rank", "heading", "accounts", "community", "in_both", "described_only", "tag", "tested_only"),
    ],
    "between": ["community_a", "community_b", "ties"],
    "members": [*DESCRIBED_MEMBERS.names, "code", "platform", "handle", "display_name", "native_id"],
    "objects": [*DESCRIBED_OBJECTS.names, "words"],
}
"""Columns of the tables of ``graph.report.ties.DescribedTables``."""


class HandDescribed:
    """As much of a report as shows described methods, over rows given to it; empty unless a test adds some."""

    described_rows: dict[str, Rows]

    def _described(self, table: str, method: str | None, community: int | None = None) -> pd.DataFrame:
        rows = getattr(self, "described_rows", {}).get(table, [])
        frame = pd.DataFrame(rows, columns=COLUMNS[table])
        if method is not None:
            frame = frame.loc[[row["method"] == method for row in rows]]
        if community is not None:
            frame = frame[frame["community"] == community]
        return frame.reset_index(drop=True)

    def described_methods(self) -> pd.DataFrame:
        return self._described("methods", None)

    def described_layers(self, method: str | None = None) -> pd.DataFrame:
        return self._described("layers", method)

    def described(self, method: str | None = None) -> pd.DataFrame:
        return self._described("ties", method)

    def described_communities(self, method: str | None = None) -> pd.DataFrame:
        return self._described("communities", method)

    def described_overlap(self, method: str) -> pd.DataFrame:
        return self._described("overlap", method)

    def described_between(self, method: str) -> pd.DataFrame:
        return self._described("between", method)

    def described_members(self, method: str, community: int) -> pd.DataFrame:
        return self._described("members", method, community)

    def described_objects(self, method: str, community: int) -> pd.DataFrame:
        return self._described("objects", method, community)


def coortweet(uids: Sequence[str], group_id: str, words: Sequence[str]) -> dict[str, Rows]:
    """Rows of one method: D1 holds the group (the first three accounts) and one more, D2 three others, within chance.

    Parameters
    ----------
    uids : sequence of str
        Seven accounts.
    group_id : str
        Of the group of rank 1, whose members are the first three.
    words : sequence of str
        Objects that they shared.
    """
    method = "coortweet"
    parts = {1: list(uids[:4]), 2: list(uids[4:7])}
    tested = {*combinations(sorted(uids[:3]), 2)}
    ties = [
        _tie(method, number, *pair, pair in tested, words)
        for number, part in parts.items()
        for pair in combinations(sorted(part), 2)
    ]
    return {
        "methods": [
            {
                "method": method, "title": "CooRTweet", "source": "Righetti and Balluff, CooRTweet 2.2.0", "gathers": "louvain",
                "options": "min_participation 2, edge_weight 0.5, remove_loops 1", "window_s": [60.0], "traces": ["link"],
                "ties": len(ties), "passing": len(tested), "communities": 2, "accounts": 7, "notes": [],
            }
        ],
        "layers": [
            {
                "method": method, "title": "CooRTweet", "trace": "link", "window_s": 60.0, "drawn": 20, "ties": len(ties),
                "options": "min_participation 2, edge_weight 0.5, remove_loops 1", "stored": len(ties), "passing": len(tested),
            }
        ],
        "ties": ties,
        "communities": [
            _community(1, parts[1], passing=3, q=2e-5, observed=18, expected=2.0, name="nordlys[.]example")
            | {"group_id": group_id, "rank": 1, "heading": "groups", "in_both": 3, "tested_only": 0, "described_only": 1},
            _community(2, parts[2], passing=0, q=0.4, observed=9, expected=8.1, name="fergevarsel[.]example")
            | {"in_both": 0, "tested_only": 0, "described_only": 3},
        ],
        "overlap": [
            {
                "method": method, "group_id": group_id, "rank": 1, "heading": "groups", "accounts": 3, "community": 1,
                "tag": "D1", "in_both": 3, "tested_only": 0, "described_only": 1,
            }
        ],
        "members": [
            {
                "method": method, "community": number, "account": uid, "ties": len(part) - 1, "share": 1.0,
                "code": f"A-{list(uids).index(uid) + 1}", "platform": uid.split(":")[0], "native_id": uid.split(":")[1],
            }
            for number, part in parts.items()
            for uid in part
        ],
        "objects": [
            {
                "method": method, "community": number, "trace": "link", "object": word, "accounts": len(part), "others": 5 * number,
                "meetings": 3, "sample_post": None, "words": word,
            }
            for number, part in parts.items()
            for word in words
        ],
    }  # fmt: skip


def _tie(method: str, community: int, a: str, b: str, passes: bool, words: Sequence[str]) -> dict[str, Any]:
    ours = {"expected": 0.4, "p": 1e-6, "q": 2e-5, "passes": True} if passes else {"untested": "once"}
    return {
        "method": method, "trace": "link", "window_s": 60.0, "account_a": a, "account_b": b, "weight": 6.0, "observed": 6 if passes else 1,
        "shared": 8, "median_lag_s": 13.0, "first_at": START, "last_at": START, "objects": list(words[:2]), "community": community,
        "code_a": "A-1", "code_b": "A-2", "platform_a": a.split(":", maxsplit=1)[0], "platform_b": b.split(":", maxsplit=1)[0], **ours,
    }  # fmt: skip


def _community(number: int, members: Sequence[str], **more: Any) -> dict[str, Any]:
    platforms = [uid.split(":")[0] for uid in members]
    return {
        "method": "coortweet", "community": number, "tag": f"D{number}", "accounts": len(members), "tested": 3, "trace": "link",
        "ties": len(members) * (len(members) - 1) // 2, "window_s": 60.0, "objects": 6, "expected_lo": 0.0, "expected_hi": 14.0,
        "median_lag_s": 13.0, "first_at": START, "last_at": START, "stability": 1.0,
        "platforms": {one: platforms.count(one) for one in dict.fromkeys(platforms)}, **more,
    }  # fmt: skip
