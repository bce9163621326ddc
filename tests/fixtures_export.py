"""A run made by hand, with hostile names in it, for what is written from a run: exports and briefings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations
from types import SimpleNamespace
from typing import Any, cast

import networkx as nx
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from fictional_links import flagged, hostile_links, linked, many_links
from fixtures_described import HandDescribed, coortweet

from graph.coders.agreement import Coding, coding
from graph.labels.by_group import LabelCounts
from graph.labels.kept import labelled
from graph.networks.layout import run_layout
from graph.outlinks.outlinks import Outlinks
from graph.records.legal_position import LegalPosition, legal_position
from graph.report.crossing import crossing
from graph.schema import RUN_TABLES, WINDOWS
from graph.stores.base import Scan, Store
from ingest.tables import TABLES, to_arrow, to_pandas

START = datetime(2026, 8, 12, 10, 33, 53, tzinfo=UTC)
HANDLES = [
    "nora_strand",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "per\u202egnidaol",
    "kari\x00\x0bnul",
    'quo"te,comma\nline',
    "ola_nordmann",
    "siri_hansen77",
    "jonas_lie_k",
    "berit_aas_9",
]
SECRET_TEXT = (
    "Vote early says {handle}: @stranger_x https://nordlys.example/nora_strand/{n} <b>bold</b> mail me@kvarn.example"
)


class HandStore:
    """As much of a case as an export or a briefing reads."""

    address, name = "cases/kvarnsund", "kvarnsund"

    def __init__(self, tables: dict[str, pa.Table], run: dict[str, pa.Table], notes: list[dict[str, Any]]) -> None:
        self._tables, self._run, self._notes = tables, run, notes
        self._fingerprint: str | None = None

    def info(self) -> dict[str, Any]:
        return {"name": self.name, "created_at": START.isoformat(), "format": 1, "key_fingerprint": self._fingerprint}

    def set_key_fingerprint(self, fingerprint: str) -> None:
        self._fingerprint = fingerprint

    def sources(self) -> pa.Table:
        return self._tables["sources"]

    def scan(self, table: str, what: Scan = Scan()) -> Iterator[pa.RecordBatch]:
        rows = self._tables[table]
        if what.uids is not None:
            key = "account_uid" if table == "accounts" else "post_uid"
            rows = rows.filter(pa.compute.is_in(rows[key], pa.array(list(what.uids), pa.string())))
        yield from (rows.select(list(what.columns)) if what.columns else rows).to_batches()

    def count(self, table: str) -> int:
        return self._tables[table].num_rows

    def run_table(self, run_id: str, table: str) -> pa.Table:
        return self._run[table]

    def notes(self, kind: str | None = None) -> list[dict[str, Any]]:
        return [note for note in self._notes if kind in (None, note["kind"])]

    def days(self) -> pa.Table:
        return pa.table({"source_id": ["s1"], "platform": ["x"], "day": [START.date()], "posts": [10]})

    def link_kinds(self) -> dict[str, int]:
        return {"url": 40}


def _group(group_id: str, rank: int, heading: str, label: str, accounts: int, ties: int) -> dict[str, Any]:
    return {
        "group_id": group_id,
        "rank": rank,
        "heading": heading,
        "label": label,
        "reason": "Shuffling times leaves 12% of it; @nora_strand, https://nordlys.example/1.",
        "basis": "ties",
        "traces": ["link"],
        "windows_s": [60.0],
        "accounts": accounts,
        "ties": ties,
        "objects": 6,
        "observed": 6 * ties,
        "expected": 2.4 * ties,
        "expected_lo": 1.0 * ties,
        "expected_hi": 4.0 * ties,
        "worlds": 0,
        "strength": 88.0,
        "median_lag_s": 13.0,
        "first_at": START,
        "last_at": START + timedelta(days=5),
    }


class HandReport(HandDescribed):
    """A report over tables made by hand: two groups, one closed circle, one set aside, one pair."""

    def __init__(self, *, nothing: bool = False) -> None:
        uids = [f"x:90600000000000000{n}" if n < 8 else f"telegram:{n}5550001" for n in range(10)]
        self.uids = uids
        self.texts = [SECRET_TEXT.format(handle=handle, n=n) for n, handle in enumerate(HANDLES)]
        accounts = [
            {
                "account_uid": uid,
                "platform": uid.split(":")[0],
                "native_id": uid.split(":")[1],
                "handle": handle,
                "handle_key": handle.casefold(),
                "display_name": f"+{handle}",
                "description": "=HYPERLINK(1)",
                "code": n + 1,
                "followers": 10 * n,
                "created_at": START,
                "source_ids": ["s1"],
            }
            for n, (uid, handle) in enumerate(zip(uids, HANDLES, strict=True))
        ]
        sets = {"aaa1": uids[0:3], "bbb2": uids[3:6], "ccc3": uids[6:8]}
        pairs = [(group, a, b) for group, members in sets.items() for a, b in combinations(sorted(members), 2)]
        pairs.append(("", uids[8], uids[9]))
        ties = [] if nothing else [self._tie(group or None, a, b) for group, a, b in pairs]
        posts: list[dict[str, Any]] = []
        evidence = [] if nothing else [row for tie in ties for row in self._meetings(tie, posts)]
        groups = [
            _group("aaa1", 1, "groups", "timing", 3, 3),
            _group("bbb2", 2, "closed", "closed_circle", 3, 3),
            _group("ccc3", 3, "aside", "fast_crowd", 2, 1),
        ]
        members = [
            {
                "group_id": g,
                "account": uid,
                "share": 1.0,
                "ties": 2,
                "first": n,
                "objects": 6,
                "median_delay_s": 4.0 * n,
            }
            for g, found in sets.items()
            for n, uid in enumerate(found)
        ]
        layer = {
            "trace": "link",
            "window_s": 60.0,
            "accounts": 1932,
            "actions": 12_406,
            "objects": 800,
            "rapid_pairs": 900,
            "meetings": 300,
            "pairs_met_2": 27,
            "chance_met_2": 26.4,
            "family_a": 1932 * 1931 // 2,
            "family_b": 5000,
            "ties": len(ties),
            "explained": 14,
            "viral": ["https://nordlys.example/viral"],
            "precision": "s",
            "note": None,
        }
        source = {
            "source_id": "s1",
            "reader": "generic_csv",
            "reader_version": 1,
            "file_name": "/home/kim/posts_<b>of</b>_nora_strand.csv",
            "sha256": "ab" * 32,
            "bytes": 1000,
            "rows_in": 12_410,
            "rows_kept": 12_400,
            "rows_merged": 6,
            "rows_skipped": 4,
            "posts": 12_406,
            "accounts": 1932,
            "links": 9000,
            "platforms": ["x", "telegram"],
            "first_at": START,
            "last_at": START + timedelta(days=30),
            "field_coverage": '{"text": 1.0, "url": 0.19}',
            "tz_assumed": "UTC",
            "precision": "s",
            "assumptions": ["Times without a zone are taken as UTC."],
            "warnings": [],
        }
        skipped = [
            {"source_id": "s1", "row": n, "column": "time", "reason": "no time", "found": "=x"} for n in range(4)
        ]
        tables = {
            "accounts": to_arrow(accounts, TABLES["accounts"]),
            "posts": to_arrow(posts, TABLES["posts"]),
            "links": TABLES["links"].empty_table(),
            "skipped": to_arrow(skipped, TABLES["skipped"]),
            "sources": to_arrow([source], TABLES["sources"]),
        }
        links = [f"https://nordlys.example/nora_strand/{n}" for n in range(6)]
        self.described_rows = {} if nothing else coortweet(uids, "aaa1", links)
        rows = {
            "ties": ties,
            "post_pairs": evidence,
            "groups": [] if nothing else groups,
            "members": [] if nothing else members,
            "layers": [layer],
            **{
                f"described_{name}": rows
                for name, rows in self.described_rows.items()
                if f"described_{name}" in RUN_TABLES
            },
        }
        verdict = {
            "kind": "verdict",
            "id": "v1",
            "run_id": "0123456789ab",
            "at": START.isoformat(),
            "by": "Kim",
            "group_id": "aaa1",
            "members": sets["aaa1"],
            "verdict": "confirmed",
            "reason": "=same words as @nora_strand",
        }
        self.store = HandStore(tables, {n: to_arrow(rows.get(n, []), s) for n, s in RUN_TABLES.items()}, [verdict])
        self.run: dict[str, Any] = {
            "run_id": "0123456789ab",
            "number": 7,
            "settings": {
                "traces": [],
                "windows_s": [60.0],
                "seed": 7,
                "narrow": {"accounts": [uids[0], "@nora_strand", "A-3"]},
            },
            "seed": 7,
            "version": "0.1.0",
            "method": "pairs 2.4",
            "source_ids": ["s1"],
            "started_at": START.isoformat(),
            "finished_at": START.isoformat(),
            "counts": {"posts": 12_406, "accounts": 1932},
            "notes": ["1 object was set aside by name: https://nordlys.example/viral"],
        }
        self.nothing = nothing

    def labels(self, uids: Any = None) -> pd.DataFrame:
        kept = labelled(cast(Store, self.store))
        return (kept if uids is None else kept.filter(pl.col("uid").is_in(list(uids)))).to_pandas()

    def labels_by_group(self) -> LabelCounts:
        return LabelCounts()

    def _tie(self, group: str | None, a: str, b: str) -> dict[str, Any]:
        return {
            "trace": "link",
            "window_s": 60.0,
            "account_a": a,
            "account_b": b,
            "observed": 6,
            "shared": 8,
            "expected_a": 0.01,
            "expected_b": 2.4,
            "p_a": 1e-12,
            "p_b": 1e-6,
            "p_b_in_sample": 0.2,
            "q_a": 1e-9,
            "q_b": 2e-5,
            "q": 2e-5,
            "expected": 2.4,
            "level": "far",
            "closed": False,
            "first_at": START,
            "last_at": START + timedelta(days=5, microseconds=5000),
            "median_lag_s": 13.0,
            "a_first": 4,
            "b_first": 2,
            "group_id": group,
        }

    def _meetings(self, tie: dict[str, Any], posts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        out = []
        for n in range(6):
            at = START + timedelta(days=n)
            uids = []
            for side, later in (("account_a", 0), ("account_b", 13)):
                account = tie[side]
                uid = f"{account.split(':')[0]}:77{len(posts):015d}"
                text = self.texts[self.uids.index(account)]
                row = {"post_uid": uid, "account_uid": account, "text": text, "url": f"https://x.com/status/{uid}"}
                posts.append(
                    {**row, "platform": uid.split(":", maxsplit=1)[0], "created_at": at + timedelta(seconds=later)}
                )
                uids.append(uid)
            out.append(
                {
                    "trace": "link",
                    "window_s": 60.0,
                    "account_a": tie["account_a"],
                    "account_b": tie["account_b"],
                    "object": f"https://nordlys.example/nora_strand/{n}",
                    "post_a": uids[0],
                    "post_b": uids[1],
                    "at_a": at,
                    "at_b": at + timedelta(seconds=13),
                    "lag_s": 13.0,
                    "precision": "s",
                }
            )
        return out

    def table(self, name: str) -> pd.DataFrame:
        return to_pandas(self.store.run_table("", name))

    def _codes(self) -> dict[str, str]:
        return {uid: f"A-{n + 1}" for n, uid in enumerate(self.uids)}

    def layers(self) -> pd.DataFrame:
        return self.table("layers")

    def comparison_accounts(self) -> frozenset[str]:
        return frozenset()

    def caveats(self) -> list[str]:
        return [
            "no comparison population: all accounts here were chosen beforehand",
            "Coordinated does not mean inauthentic.",
        ]

    def overview(self) -> dict[str, Any]:
        found = self.table("groups")
        return {
            "posts": 12_406,
            "accounts": 1932,
            "sources": 1,
            "ties": len(self.table("ties")),
            "groups": int((found["heading"] == "groups").sum()),
            "pairs": len(self.pairs()),
            "closed": int((found["heading"] == "closed").sum()),
            "aside": int((found["heading"] == "aside").sum()),
            "explained": 14,
            "accounts_in_groups": 0 if self.nothing else 3,
            "first_at": START,
            "last_at": START + timedelta(days=30),
        }

    def groups(self, heading: str | None = None) -> pd.DataFrame:
        found = self.table("groups")
        found["name"] = "nordlys[.]example"
        found["platforms"] = pd.Series([{"x": int(n)} for n in found["accounts"]], index=found.index, dtype=object)
        found["top_object"] = "https://nordlys.example/nora_strand/0"
        return found if heading is None else found[found["heading"] == heading]

    def group(self, group_id: str) -> dict[str, Any]:
        found = self.groups()
        return _record(found[found["group_id"] == group_id].iloc[0])

    def members(self, group_id: str) -> pd.DataFrame:
        found = self.table("members")
        found = found[found["group_id"] == group_id].copy()
        found["code"] = found["account"].map(self._codes())
        found["platform"] = [str(uid).split(":", 1)[0] for uid in found["account"]]
        found["handle"] = found["account"].map(dict(zip(self.uids, HANDLES, strict=True)))
        found["display_name"] = found["handle"]
        found["native_id"] = [str(uid).split(":", 1)[1] for uid in found["account"]]
        return found

    def ties(self, group_id: str | None = None) -> pd.DataFrame:
        found = self.table("ties")
        if group_id is not None:
            found = found[found["group_id"] == group_id].copy()
        for side in "ab":
            found[f"code_{side}"] = found[f"account_{side}"].map(self._codes())
            found[f"platform_{side}"] = [str(uid).split(":", 1)[0] for uid in found[f"account_{side}"]]
        return found

    def pairs(self) -> pd.DataFrame:
        found = self.ties()
        return found[found["group_id"].isna()]

    def tie(
        self, account_a: str, account_b: str, trace: str | None = None, window_s: float | None = None
    ) -> dict[str, Any]:
        found = self.ties()
        return _record(found[(found["account_a"] == account_a) & (found["account_b"] == account_b)].iloc[0])

    def evidence(
        self, account_a: str, account_b: str, trace: str | None = None, window_s: float | None = None
    ) -> pd.DataFrame:
        found = self.table("post_pairs")
        found = found[(found["account_a"] == account_a) & (found["account_b"] == account_b)].copy()
        found["object_words"] = found["object"]
        for side in "ab":
            found[f"text_{side}"] = self.texts[self.uids.index(account_a if side == "a" else account_b)]
            found[f"url_{side}"] = "https://x.com/nora_strand/status/1"
        return found

    def objects(self, group_id: str, trace: str | None = None) -> pd.DataFrame:
        words = [f"https://nordlys.example/nora_strand/{n}" for n in range(6)]
        return pd.DataFrame(
            {
                "object": words,
                "trace": "link",
                "words": words,
                "accounts": 3,
                "meetings": 3,
                "first_at": [START] * 6,
                "span_s": 26.0,
            }
        )

    def crossing(self, group_id: str) -> pd.DataFrame:
        uids = self.members(group_id)["account"].tolist()
        known = pl.DataFrame(pa.Table.from_batches(self.store.scan("accounts")))
        members = known.filter(pl.col("account_uid").is_in(uids)).select(
            "account_uid", "platform", code=pl.format("A-{}", "code")
        )
        evidence = pl.DataFrame(self.store.run_table("", "post_pairs"))
        return crossing(evidence.filter(pl.col("account_a").is_in(uids)), members).to_pandas()

    def hosts(self, group_id: str) -> pd.DataFrame:
        return pd.DataFrame({"domain": ["nordlys.example"], "objects": [6]})

    def hashtags(self, group_id: str) -> pd.DataFrame:
        tags = (
            {"hashtag": ["elmday", "me_at_kvarn"], "posts": [12, 3], "accounts": [3, 1]} if group_id == "aaa1" else {}
        )
        return pd.DataFrame(tags, columns=["hashtag", "posts", "accounts"])

    def days(self, group_id: str | None = None) -> pd.DataFrame:
        return pd.DataFrame({"day": [(START + timedelta(days=n)).date() for n in range(6)], "meetings": 3})

    def lags(self, group_id: str) -> pd.DataFrame:
        return pd.DataFrame(
            {"from_s": [0.0, 5.0, 20.0], "to_s": [5.0, 20.0, None], "group": [1, 5, 0], "others": [4, 4, 9]}
        )

    def roles(self, group_id: str) -> pd.DataFrame:
        rows = [
            {"account": m["account"], "code": m["code"], "platform": m["platform"], "leads": 9 - n, "follows": n}
            | {"first_share": 0.5, "median_lag_s": 4.0, "core": 3, "participation": 0.0, "only_share": 0.25}
            for n, m in enumerate(self.members(group_id).to_dict("records"))
        ]
        return pd.DataFrame(rows)

    def change(self, group_id: str | None = None) -> pd.DataFrame:
        whole = {"track": 1, "other": None, "meetings": 9, "joined": 0, "left": 0, "churn": None, "group_id": "aaa1"}
        return pd.DataFrame(
            [
                whole
                | {"event": event, "accounts": accounts, "start": START + timedelta(days=n)}
                | {"end": START + timedelta(days=n + 7)}
                for n, (event, accounts) in enumerate([("birth", 4), ("continue", 8), ("continue", 6), ("death", 0)])
            ]
            if self.store.run_table("", "ties").num_rows
            else []
        )

    def windows(self) -> pd.DataFrame:
        return pd.DataFrame(columns=WINDOWS.names)

    def agreement(self) -> Coding:
        ranks = {str(group["group_id"]): int(group["rank"]) for group in self.groups().to_dict("records")}
        return coding(self.store.notes("verdict"), str(self.run["run_id"]), ranks)

    def outlinks(self, **asked: Any) -> Outlinks:
        return flagged(linked(hostile_links() + many_links()), fjord_posten__example="fjordposten.example")

    def legal_position(self, group_id: str | None = None) -> LegalPosition:
        return legal_position({"x": 6, "telegram": 4}, START.date(), START.date())

    def power(self) -> pd.DataFrame:
        sizes = {"trace": "link", "accounts": 8, "shares": [3, 5], "jitter_s": 60.0, "planted": 10, "found": [2, 9]}
        return pd.DataFrame(sizes)

    def account(self, uid: str) -> dict[str, Any]:
        return {"account_uid": uid, "code": self._codes()[uid]}

    def layout(self, group_id: str | None = None) -> pd.DataFrame:
        tables = {name: pl.DataFrame(self.store.run_table("", name)) for name in ("ties", "groups", "members", "parts")}
        made = run_layout(tables)
        return made.filter(pl.col("group_id").eq_missing(pl.lit(group_id, pl.String))).drop("group_id").to_pandas()

    def network(self, group_id: str | None = None, combined: bool = False) -> nx.MultiGraph:
        out = nx.MultiGraph()
        rows = self.store.run_table("", "ties").to_pylist()
        people = {row["account_uid"]: row for row in self.store._tables["accounts"].to_pylist()}
        for row in rows:
            if group_id in (None, row["group_id"]):
                for side in ("account_a", "account_b"):
                    out.add_node(row[side], **people[row[side]])
                out.add_edge(row["account_a"], row["account_b"], key=(row["trace"], row["window_s"]), **row)
        return out


def _record(row: pd.Series) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}


@pytest.fixture
def own_config(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A configuration folder of the test's own, so that no key of the person running it is touched."""
    monkeypatch.setenv("LOCKSTEP_CONFIG", str(tmp_path / "config"))
    return SimpleNamespace(folder=tmp_path / "config")


@pytest.fixture
def hand_report(own_config: Any) -> HandReport:
    """A run with two kinds of findings and hostile names."""
    return HandReport()


@pytest.fixture
def empty_report(own_config: Any) -> HandReport:
    """A run that found nothing."""
    return HandReport(nothing=True)
