"""A report made by hand, so that pages can be read without a case. People, sites and words are invented."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from fictional_links import linked
from fixtures_described import HandDescribed

from graph.coders.agreement import Coding, coding
from graph.labels.by_group import LabelCounts
from graph.labels.kept import labelled
from graph.outlinks.outlinks import Outlinks
from graph.privacy.areas import in_force
from graph.records.legal_position import LegalPosition, legal_position
from graph.schema import GROUPS, LAYERS, POST_PAIRS, TIES, WINDOWS
from graph.stores.base import Store
from ingest.errors import UsageError

START = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
TIE_COLUMNS = [*TIES.names, "code_a", "code_b", "platform_a", "platform_b"]
PAIR_COLUMNS = [*POST_PAIRS.names, "text_a", "text_b", "url_a", "url_b", "object_words"]


class HandMade(HandDescribed):
    """As much of ``graph.report.report.Report`` as pages use, over rows given to it."""

    def __init__(self) -> None:
        self.run: dict[str, Any] = {
            "run_id": "0a1b2c3d4e5f",
            "number": 3,
            "finished_at": "2026-05-20T09:00:00+00:00",
            "version": "0.1.0",
            "settings": {"windows_s": [60.0]},
        }
        self.said: list[dict[str, Any]] = []
        self.store = SimpleNamespace(
            name="larch",
            scan=self._media,
            sources=lambda: pa.table({"tz_assumed": pa.array([None], pa.string()), "platforms": [["x", "telegram"]]}),
            notes=lambda kind=None: [note for note in self.said if kind in (None, note["kind"])],
            link_kinds=lambda: {"url": 0 if self.linked is None else self.linked.totals.links},
        )
        self.gate = SimpleNamespace(profile=in_force([]))
        self.rows: dict[str, list[dict[str, Any]]] = {"groups": [], "ties": [], "layers": [layer()], "meetings": []}
        self.notes: list[str] = []
        self.linked: Outlinks | None = None
        self.asked: dict[str, Any] = {}
        self.media: list[str] = []
        self.compared: set[str] = set()

    def add_group(self, rank: int, heading: str = "groups", **more: Any) -> HandMade:
        self.rows["groups"].append(group(rank, heading, **more))
        return self

    def add_tie(self, a: str, b: str, **more: Any) -> HandMade:
        self.rows["ties"].append(tie(a, b, **more))
        return self

    def add_meeting(self, a: str, b: str, lag_s: float, **more: Any) -> HandMade:
        self.rows["meetings"].append(meeting(a, b, lag_s, len(self.rows["meetings"]), **more))
        return self

    def _media(self, table: str, what: Any) -> Iterator[pa.RecordBatch]:
        assert table == "links" and what.kinds in (("media",), ("url",))
        if what.kinds == ("url",):
            return iter([])
        return iter([pa.record_batch({"post_uid": [m for m in self.media if m in what.uids]})])

    def comparison_accounts(self) -> frozenset[str]:
        return frozenset(self.compared)

    def caveats(self, group_id: str | None = None) -> list[str]:
        return self.notes

    def layers(self) -> pd.DataFrame:
        return pd.DataFrame(self.rows["layers"], columns=LAYERS.names)

    def overview(self) -> dict[str, Any]:
        inside = sum(g["accounts"] for g in self.rows["groups"] if g["heading"] == "groups")
        numbers = {"posts": 12_406, "accounts": 1_932, "sources": 1, "explained": 0, "accounts_in_groups": inside}
        return {**numbers, "first_at": START, "last_at": START + timedelta(days=20)}

    def groups(self, heading: str | None = None) -> pd.DataFrame:
        frame = pd.DataFrame(self.rows["groups"], columns=[*GROUPS.names, "name", "platforms", "top_object"])
        return frame if heading is None else frame[frame["heading"] == heading]

    def group(self, group_id: str) -> dict[str, Any]:
        return next(g for g in self.rows["groups"] if g["group_id"] == group_id)

    def ties(self, group_id: str | None = None) -> pd.DataFrame:
        frame = pd.DataFrame(self.rows["ties"], columns=TIE_COLUMNS)
        return frame if group_id is None else frame[frame["group_id"] == group_id]

    def pairs(self) -> pd.DataFrame:
        frame = self.ties()
        return frame[frame["group_id"].isna()]

    def tie(self, a: str, b: str, trace: str | None = None, window_s: float | None = None) -> dict[str, Any]:
        for row in self.rows["ties"]:
            if (row["account_a"], row["account_b"]) == (a, b) and trace in (None, row["trace"]):
                return row
        raise UsageError("There is no tie between these two accounts: chance explains what they share.")

    def tie_layers(self, a: str, b: str) -> pd.DataFrame:
        frame = self.ties()
        return frame[(frame["account_a"] == a) & (frame["account_b"] == b)]

    def _meetings(self, a: str, b: str) -> pd.DataFrame:
        rows = [m for m in self.rows["meetings"] if (m["account_a"], m["account_b"]) == (a, b)]
        return pd.DataFrame(rows, columns=[*PAIR_COLUMNS, "within"])

    def evidence(self, a: str, b: str, trace: str | None = None, window_s: float | None = None) -> pd.DataFrame:
        frame = self._meetings(a, b)
        return frame[frame["within"].astype(bool)].drop(columns="within")

    def common(self, a: str, b: str, trace: str, window_s: float | None = None) -> pd.DataFrame:
        return self._meetings(a, b).drop(columns=["account_a", "account_b"])

    def labels(self, uids: Any = None) -> pd.DataFrame:
        kept = labelled(cast(Store, self.store))
        return (kept if uids is None else kept.filter(pl.col("uid").is_in(list(uids)))).to_pandas()

    def labels_by_group(self) -> LabelCounts:
        return LabelCounts()

    def windows(self) -> pd.DataFrame:
        return pd.DataFrame(columns=WINDOWS.names)

    def agreement(self) -> Coding:
        ranks = {str(group["group_id"]): int(group["rank"]) for group in self.groups().to_dict("records")}
        return coding(self.store.notes("verdict"), str(self.run["run_id"]), ranks)

    def legal_position(self, group_id: str | None = None) -> LegalPosition:
        return legal_position({"x": 6, "telegram": 4}, START.date(), START.date())

    def outlinks(self, **asked: Any) -> Outlinks:
        self.asked = asked
        return self.linked or linked([])

    def power(self) -> pd.DataFrame:
        return pd.DataFrame()

    def days(self, group_id: str | None = None) -> pd.DataFrame:
        return pd.DataFrame({"day": [START.date(), (START + timedelta(days=2)).date()], "meetings": [4, 1]})

    def lags(self, group_id: str) -> pd.DataFrame:
        return pd.DataFrame({"from_s": [0.0, 60.0], "to_s": [60.0, None], "group": [9, 1], "others": [1, 40]})

    def layout(self, group_id: str | None = None) -> pd.DataFrame:
        accounts = sorted({row[f"account_{side}"] for row in self.rows["ties"] for side in "ab"})
        return pd.DataFrame({"account": accounts, "x": [24.0 * k for k in range(len(accounts))], "y": 0.0})

    def account(self, uid: str) -> dict[str, Any]:
        for row in self.rows["ties"]:
            for side in ("a", "b"):
                if row[f"account_{side}"] == uid:
                    return {"account_uid": uid, "code": row[f"code_{side}"], "platform": row[f"platform_{side}"]}
        raise UsageError("This account is not in the case.")


def layer(**more: Any) -> dict[str, Any]:
    plain = {"trace": "link", "window_s": 60.0, "accounts": 900, "actions": 5_000, "objects": 800, "rapid_pairs": 70}
    counts = {"meetings": 70, "pairs_met_2": 4, "chance_met_2": 3.2, "family_a": 404_550, "family_b": 61}
    return {**plain, **counts, "ties": 0, "explained": 4, "viral": [], "precision": "s", "note": None, **more}


def group(rank: int, heading: str = "groups", **more: Any) -> dict[str, Any]:
    plain = {"group_id": f"g{rank}", "rank": rank, "heading": heading, "label": None, "reason": None, "basis": "ties"}
    counts = {"accounts": 5, "ties": 8, "objects": 31, "observed": 1_324, "expected": 180.4, "expected_lo": 150.0}
    rest = {"expected_hi": 210.0, "p_group": None, "worlds": None, "strength": 90.0, "median_lag_s": 13.0}
    named = {"name": "larch[.]example", "platforms": {"x": 3, "telegram": 2}, "top_object": "larch.example/1"}
    layers = {"traces": ["link"], "windows_s": [60.0], "first_at": START, "last_at": START + timedelta(days=9)}
    return {**plain, **counts, **rest, **named, **layers, **more}


def tie(a: str, b: str, **more: Any) -> dict[str, Any]:
    plain = {"trace": "link", "window_s": 60.0, "account_a": a, "account_b": b, "observed": 18, "shared": 22}
    tests = {"expected_a": 0.02, "expected_b": 2.6, "p_a": 1e-30, "p_b": 1e-9, "p_b_in_sample": 1e-7, "q_a": 1e-20}
    rest = {
        "q_b": 1e-7,
        "q": 1e-7,
        "expected": 2.6,
        "level": "far",
        "closed": False,
        "first_at": START,
        "last_at": START,
    }
    order = {"median_lag_s": 12.0, "a_first": 1, "b_first": 16, "group_id": None}
    codes = {"code_a": f"A-{a[2:]}", "code_b": f"A-{b[2:]}", "platform_a": "x", "platform_b": "telegram"}
    return {**plain, **tests, **rest, **order, **codes, **more}


def meeting(a: str, b: str, lag_s: float, number: int, **more: Any) -> dict[str, Any]:
    at = START + timedelta(hours=5 * number)
    plain = {"trace": "link", "window_s": 60.0, "account_a": a, "account_b": b, "object": f"larch.example/{number}"}
    posts = {"post_a": f"{a}/{number}", "post_b": f"{b}/{number}", "at_a": at, "at_b": at + timedelta(seconds=lag_s)}
    words = {"text_a": f"Read this, number {number}", "text_b": f"This, number {number}", "url_a": None, "url_b": None}
    rest = {
        "lag_s": lag_s,
        "precision": "s",
        "object_words": f"https://larch.example/{number}",
        "within": abs(lag_s) <= 60,
    }
    return {**plain, **posts, **words, **rest, **more}


@pytest.fixture
def hand_made() -> HandMade:
    """A report without ties; tests add what they need."""
    return HandMade()
