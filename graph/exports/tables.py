"""Tables and network of an export, under the names it is written with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import networkx as nx
import polars as pl
import pyarrow as pa

from graph.described.methods import METHODS
from graph.exports.graph_files import colour_of, colours, rewritten
from graph.labels.kept import labelled
from graph.networks.layout import network_layout
from graph.networks.tie_network import NUMBERS, with_labels
from graph.outlinks.names import written
from graph.outlinks.outlinks import outlinks
from graph.privacy.areas import profile
from graph.privacy.codes import Names, file_name
from graph.privacy.sanitize import names_of_people
from graph.privacy.times import DEFAULT, Step, coarse_values
from graph.report.report import Report
from graph.schema import DESCRIBED_COMMUNITIES, DESCRIBED_TIES, layer_name
from graph.settings import Narrow
from graph.stores.base import Scan, Store
from ingest.tables import TABLES

_BOTH = ["account_a", "account_b", "code_a", "code_b"]
_NUMBERS = [
    "observed",
    "shared",
    "expected",
    "expected_a",
    "expected_b",
    "p_a",
    "p_b",
    "p_b_in_sample",
    "q_a",
    "q_b",
    "q",
    "level",
    "closed",
    "first_at",
    "last_at",
    "median_lag_s",
    "a_first",
    "b_first",
]
TIES = [
    *_BOTH,
    "trace",
    "window_s",
    *_NUMBERS,
    "group",
    "layers",
    "q_combined",
    "labels",
    "comparison",
]
EVIDENCE = [
    *_BOTH,
    "trace",
    "window_s",
    "object",
    "post_a",
    "post_b",
    "at_a",
    "at_b",
    "lag_s",
    "precision",
]
LABELS = ["labels", "label_sources"]
"""Labels of an account from files, and where each is from; see ``graph.labels.kept``."""
MEMBERS = [
    "group",
    "rank",
    "account",
    "code",
    "share",
    "ties",
    "first",
    "objects",
    "median_delay_s",
    "comparison",
    *LABELS,
]
ACCOUNTS = [
    "account",
    "code",
    "platform",
    "account_type",
    "verified",
    "followers",
    "following",
    "posts_count",
    "lang",
    "is_hashed",
]
ACCOUNTS_OPEN = ["native_id", "handle", "display_name", "created_at", "description", "url", "location", "uid_from"]
COMBINED = [
    *_BOTH,
    *("layers", "asked", "observed", "expected", "p", "q", "alone"),
]
_RULE = ["method", "title", "thresholds"]
DESCRIBED = [
    *_RULE,
    *("trace", "window_s", *_BOTH, "weight", "weight_back", "observed", "shared", "expected", "p", "q", "passes"),
    *("untested", "median_lag_s", "first_at", "last_at", "objects", "community"),
]
COMMUNITIES = [
    *_RULE,
    *("community", "accounts", "ties", "tested", "passing", "q", "trace", "window_s", "objects", "observed"),
    *("expected", "expected_lo", "expected_hi", "median_lag_s", "first_at", "last_at", "stability"),
    *("group", "rank", "heading", "in_both", "tested_only", "described_only", "members", "codes"),
]
PERSONS = frozenset(
    {
        *("ties", "post_pairs", "members", "pairs", "combined", "layout", "comparison"),
        *("described_ties", "described_members"),
    }
)
"""Tables of a run with a row for an account or for two: a harm area may keep them in."""
_HELD_AGAINST = {
    **dict.fromkeys(("group_id", "heading"), pl.String),
    **dict.fromkeys(("rank", "in_both", "tested_only", "described_only"), pl.Int64),
}
VERDICTS = ["kind", "at", "by", "group", "members", "verdict", "reason", "run"]
_EDGE = [name for name in NUMBERS if name not in ("group_id", "layers", "labels")]
_DESCRIBED_EDGE = [name for name in DESCRIBED if name not in (*_RULE, *_BOTH, "weight", "objects")]


class Tables:
    """The tables of a run, read once, with the names to write them under."""

    def __init__(
        self,
        report: Report,
        names: Names,
        accounts: pl.DataFrame,
        times: Step | None = None,
        described: pl.DataFrame | None = None,
    ) -> None:
        self.times: Step = times or ("exact" if names.key is None else DEFAULT)
        self.report, self.accounts = report, accounts
        self.known = accounts if described is None else pl.concat([accounts, described])  # also those only described
        self.profile = profile(report.store)
        self.handles = names_of_people(self.known)
        self.names = Names(names.key, self.handles, broken=self.profile.links != "as found")
        self.run_id = str(report.run["run_id"])
        self.ranks = {row["group_id"]: row["rank"] for row in self.read("groups").to_dicts()}
        self.compared = frozenset(self.read("comparison")["account"])  # accounts that only a comparison knows
        self.codes = dict(zip(self.known["account_uid"], self.known["code"], strict=True))

    @classmethod
    def of(cls, report: Report, names: Names, times: Step | None = None) -> Tables:
        run = str(report.run["run_id"])
        if profile(report.store).level != "person":
            return cls(report, names, pl.DataFrame(TABLES["accounts"].empty_table()), times)
        ties = report.store.run_table(run, "ties")
        uids = {*ties["account_a"].to_pylist(), *ties["account_b"].to_pylist()}
        uids |= set(report.store.run_table(run, "members")["account"].to_pylist())
        linked = report.store.run_table(run, "described_ties")
        known = _scan(report.store, "accounts", uids.union(*(linked[end].to_pylist() for end in _BOTH[:2]))).sort(
            "code", "account_uid"
        )
        acting = pl.col("account_uid").is_in(sorted(uids))
        return cls(report, names, known.filter(acting), times, known.filter(~acting))

    def read(self, table: str) -> pl.DataFrame:
        rows = pl.DataFrame(self.report.store.run_table(self.run_id, table))
        return rows.head(0) if table in PERSONS and self.profile.level != "person" else rows

    def say(self, accounts: pl.Series) -> pl.Series:
        """Account uids to ``A-n``."""
        known = {uid: f"A-{code}" for uid, code in self.codes.items() if code is not None}
        return accounts.replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.String)

    def ties(self) -> pl.DataFrame:
        ties = with_labels(self.read("ties"), self.read("groups"), self.read("combined")).rename({"group_id": "group"})
        ties = ties.with_columns(pl.col("layers", "labels").list.join("; "), self._of_comparison(ties))
        return _sorted(self._pair(ties).with_columns(self.names.groups(ties["group"])).select(TIES))

    def _of_comparison(self, ties: pl.DataFrame) -> pl.Series:
        """Of two accounts that are tied, the code of the one that only a comparison knows."""
        uids = [
            next((uid for uid in pair if uid in self.compared), None) for pair in ties.select(_BOTH[:2]).iter_rows()
        ]
        return self.names.accounts(pl.Series(uids, dtype=pl.String)).alias("comparison")

    def combined(self) -> pl.DataFrame:
        together = self._pair(self.read("combined")).with_columns(pl.col("layers").list.join("; "))
        return together.select(COMBINED).sort("q", "account_a", "account_b")

    def described(self) -> pl.DataFrame:
        """Ties that described methods keep, with our p and q beside them; heaviest first, method by method."""
        ties = self._pair(self._by_rule(self.read("described_ties"))).with_columns(
            self._objects_of(self.read("described_ties")),
            pl.format("D{}", pl.col("community")).alias("community"),
        )
        order = ["weight", "account_a", "account_b", "trace", "window_s"]
        return ties.select(DESCRIBED).sort(
            "method", *order, descending=[False, True, *[False] * 4], maintain_order=True
        )

    def communities(self) -> pl.DataFrame:
        """Communities of described ties, held against the tested groups, with their members by code."""
        schema = pl.Schema(DESCRIBED_COMMUNITIES) | _HELD_AGAINST
        found = self.report.described_communities()
        rows = pl.from_pandas(found[list(schema)]).cast(pl.Schema(schema), strict=False)
        members = self.read("described_members")
        both = members.with_columns(
            self.say(members["account"]).alias("codes"), self.names.accounts(members["account"]).alias("members")
        )
        listed = both.group_by("method", "community").agg(pl.col("members", "codes").sort_by("codes").str.join(" "))
        out = self._by_rule(rows).join(listed, on=["method", "community"], how="left", maintain_order="left")
        return out.with_columns(
            self.names.groups(out["group_id"]).alias("group"), pl.format("D{}", pl.col("community")).alias("community")
        ).select(COMMUNITIES)

    def _tags(self) -> dict[str, dict[str, str]]:
        """Communities of each account, by ``described_<method>``."""
        found: dict[str, dict[str, str]] = {}
        for method, number, uid in self.read("described_members").select("method", "community", "account").iter_rows():
            found.setdefault(uid, {})[f"described_{method}"] = f"D{number}"
        return found

    def _by_rule(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows of described methods with the method's title and thresholds."""
        rules = self.read("described_layers").unique("method").select("method", thresholds="options")
        titles = {name: one.title for name, one in METHODS.items()}
        named = rows.with_columns(pl.col("method").replace(titles).alias("title"))
        return named.join(rules, on="method", how="left", maintain_order="left")

    def _objects_of(self, rows: pl.DataFrame) -> pl.Series:
        """Objects of described ties in one cell, as this export writes objects."""
        long = rows.select("trace", "objects").with_row_index("row").explode("objects").drop_nulls("objects")
        said = long.with_columns(self.names.objects(long["trace"], long["objects"]).alias("objects"))
        cells = said.group_by("row").agg(pl.col("objects").str.join("; "))
        return (
            rows.with_row_index("row").select("row").join(cells, on="row", how="left", maintain_order="left")["objects"]
        )

    def evidence(self) -> pl.DataFrame:
        pairs = self.read("post_pairs")
        out = self._pair(pairs).with_columns(
            self.names.objects(pairs["trace"], pairs["object"]).alias("object"),
            self.names.posts(pairs["post_a"]),
            self.names.posts(pairs["post_b"]),
        )
        columns = list(EVIDENCE)
        if self.names.key is None:
            out, columns = self._with_words(out), [*columns, "text_a", "text_b", "url_a", "url_b"]
        return out.select(columns)

    def _pair(self, frame: pl.DataFrame) -> pl.DataFrame:
        a, b = frame["account_a"], frame["account_b"]
        codes = [self.say(a).alias("code_a"), self.say(b).alias("code_b")]
        return frame.with_columns(*codes, self.names.accounts(a), self.names.accounts(b))

    def _with_words(self, pairs: pl.DataFrame) -> pl.DataFrame:
        uids = {*pairs["post_a"].drop_nulls(), *pairs["post_b"].drop_nulls()}
        posts = _scan(self.report.store, "posts", uids, ["post_uid", "text", "url"])
        for side in "ab":
            words = posts.rename({"post_uid": f"post_{side}", "text": f"text_{side}", "url": f"url_{side}"})
            pairs = pairs.join(words, on=f"post_{side}", how="left", maintain_order="left")
        return pairs

    def groups(self) -> pl.DataFrame:
        groups = self.read("groups").join(self.read("parts"), on="group_id", how="left", maintain_order="left")
        groups = groups.rename({"group_id": "group"}).sort("rank")
        reasons = [self.names.sentence(reason) for reason in groups["reason"]]
        return groups.with_columns(
            self.names.groups(groups["group"]),
            self.names.groups(groups["whole_id"]),
            pl.Series("reason", reasons, dtype=pl.String),
            pl.col("traces").list.join(" "),
            pl.col("windows_s").cast(pl.List(pl.String)).list.join(" "),
        )

    def members(self) -> pl.DataFrame:
        members = self.read("members").rename({"group_id": "group"})
        ranks = members["group"].replace_strict(self.ranks, default=None, return_dtype=pl.Int64).alias("rank")
        out = members.with_columns(
            ranks,
            self.say(members["account"]).alias("code"),
            members["account"].is_in(sorted(self.compared)).alias("comparison"),
            self.names.accounts(members["account"]),
            self.names.groups(members["group"]),
            *self._labelled(members["account"]),
        )
        return out.select(MEMBERS).sort("rank", "account")

    def people(self) -> pl.DataFrame:
        columns = ACCOUNTS if self.names.key is not None else [*ACCOUNTS, *ACCOUNTS_OPEN]
        accounts = self.accounts
        out = accounts.drop("code").with_columns(
            self.names.accounts(accounts["account_uid"]).alias("account"),
            self.say(accounts["account_uid"]).alias("code"),
            accounts["account_uid"].is_in(sorted(self.compared)).alias("comparison"),
            *self._labelled(accounts["account_uid"]),
        )
        return out.select([*columns, "comparison", *LABELS])

    @cached_property
    def _labels(self) -> dict[str, tuple[str, str]]:
        """Account to its labels and their sources, in the order they were added; without names where codes are written."""
        kept = labelled(self.report.store).filter(pl.col("kind") == "account")
        found: dict[str, list[tuple[str, str]]] = {}
        for row in kept.iter_rows(named=True):
            own = row["source"] == row["file"]
            source = file_name(row["source"], self.names) if own else row["source"]
            day = f" {row['date']}" if row["date"] else ""
            said = f"{self.names.sentence(row['label'])}", f"{self.names.sentence(source)}{day}"
            found.setdefault(row["uid"], []).append(said)
        return {uid: ("; ".join(w for w, _ in said), "; ".join(s for _, s in said)) for uid, said in found.items()}

    def _labelled(self, accounts: pl.Series) -> list[pl.Series]:
        rows = [self._labels.get(uid, (None, None)) for uid in accounts]
        return [pl.Series(name, [row[k] for row in rows], dtype=pl.String) for k, name in enumerate(LABELS)]

    def verdicts(self) -> pl.DataFrame:
        rows = [self._verdict(note) for note in self.report.store.notes("verdict")]
        return pl.DataFrame(rows, schema=dict.fromkeys(VERDICTS, pl.String))

    def outlinks(self) -> pl.DataFrame:
        """Hosts that the accounts of the run send people to; a host that names a person is written as an object's code."""
        narrow = Narrow.from_dict(self.report.run["settings"].get("narrow", {}))
        found = outlinks(
            self.report.store, accounts=self.accounts["account_uid"].to_list(), start=narrow.start, end=narrow.end
        )
        shown = found if self.names.key is None else written(found, lambda host: str(self.names.object("link", host)))
        return shown.hosts.drop("personal")

    def _verdict(self, note: Mapping[str, Any]) -> dict[str, str | None]:
        members = pl.Series([str(uid) for uid in note.get("members") or []], dtype=pl.String)
        group = pl.Series([note.get("group_id") or note.get("group")], dtype=pl.String)
        row = {name: None if note.get(name) is None else str(note[name]) for name in ("kind", "at", "by", "verdict")}
        return {
            **row,
            "group": self.names.groups(group)[0],
            "members": " ".join(self.names.accounts(members)) if self.profile.level == "person" else None,
            "reason": self.names.sentence(note.get("reason")),
            "run": note.get("run_id") or note.get("run"),
        }

    def network(
        self,
        places: Mapping[str, tuple[float, float]] | None = None,
        hues_of: Mapping[str, tuple[int, int, int]] | None = None,
        described: bool = False,
    ) -> nx.MultiGraph:
        """The run's network under the names this export writes, with sizes, colours and places.

        Parameters
        ----------
        places : mapping of account to (x, y), optional
            Only these accounts, standing there; all of the run at the places kept with it when not given.
        hues_of : mapping of account to (red, green, blue), optional
            Colours; those of platforms when not given.
        described : bool
            Also the ties that described methods keep: edges say ``tested`` and ``layer``, nodes say their communities.
        """
        network = self.report.network()
        if places is not None:
            network = network.subgraph([uid for uid in network if uid in places])
        ties = dict(network.degree())
        linked = self.read("described_ties") if described else pl.DataFrame(DESCRIBED_TIES.empty_table())
        if linked.height:
            network = _with_described(network, linked)
        communities = self._tags() if linked.height else {}
        known = self.known if described else self.accounts
        names = dict(zip(known["account_uid"], self.names.accounts(known["account_uid"]), strict=True))
        people = {row["account_uid"]: row for row in known.to_dicts()}
        membership = dict(self.read("members").select("account", "group_id").iter_rows())
        groups = dict(
            zip(membership, self.names.groups(pl.Series(list(membership.values()), dtype=pl.String)), strict=True)
        )
        hues = colours(str(row["platform"]) for row in people.values())
        if places is None:
            places = {uid: (x, y) for uid, x, y in self.report.layout().itertuples(index=False)}
        spots = {**places, **_beside(places, linked)}
        own = hues_of or {}

        def node(uid: str, data: Mapping[str, Any]) -> dict[str, Any]:
            row = people.get(uid, {})
            open_names = {k: row.get(k) for k in ("handle", "display_name", "url")} if self.names.key is None else {}
            x, y = spots.get(uid, (0.0, 0.0))
            return {
                "label": f"A-{row.get('code')}",
                "platform": row.get("platform"),
                "account_type": row.get("account_type"),
                "group": groups.get(uid),
                "rank": self.ranks.get(membership.get(uid)),
                "ties": ties.get(uid, 0),
                "comparison": uid in self.compared,
                "labels": self._labels.get(uid, (None, None))[0],
                **communities.get(uid, {}),
                **open_names,
                "x": x,
                "y": y,
                "size": round(4.0 + 2.0 * ties.get(uid, 0) ** 0.5, 2),
                **(dict(zip("rgb", own[uid], strict=True)) if uid in own else colour_of(row.get("platform"), hues)),
            }

        def edge(data: Mapping[str, Any]) -> dict[str, Any]:
            if data.get("method"):
                numbers = coarse_values({name: data.get(name) for name in _DESCRIBED_EDGE}, self.times)
                return {
                    "layer": f"described: {_title(data['method'])}",
                    "tested": False,
                    "weight": data["weight"],
                    **numbers,
                }
            kind = {"layer": layer_name(data["trace"], data["window_s"]), "tested": True} if linked.height else {}
            lists = {name: "; ".join(data.get(name) or ()) for name in ("layers", "labels")}
            numbers = coarse_values({name: data.get(name) for name in _EDGE}, self.times)
            return {
                **kind,
                "weight": data.get("observed"),
                **numbers,
                **lists,
                "post_pairs": len(data.get("post_pairs") or ()),
            }

        return rewritten(network, lambda uid: names.get(uid, "unknown"), node, edge)


def _title(method: str) -> str:
    """Name of a described method, as its authors write it."""
    return METHODS[method].title if method in METHODS else method


def _with_described(network: nx.MultiGraph, linked: pl.DataFrame) -> nx.MultiGraph:
    """The network with the ties of described methods as edges of their own."""
    out = nx.MultiGraph(network)
    for row in linked.with_columns(pl.format("D{}", pl.col("community")).alias("community")).iter_rows(named=True):
        key = ("described", row["method"], row["trace"], row["window_s"])
        out.add_edge(row["account_a"], row["account_b"], key=key, **row)
    return out


def _beside(places: Mapping[str, tuple[float, float]], linked: pl.DataFrame) -> dict[str, tuple[float, float]]:
    """Places of accounts that only described methods link: right of the picture, communities apart."""
    homes = pl.concat([linked.select("method", "community", account=end) for end in _BOTH[:2]])
    rest = homes.filter(~pl.col("account").is_in(list(places))).unique("account", maintain_order=True)
    if not rest.height:
        return {}
    parts = rest.group_by("method", "community", maintain_order=True).agg("account")
    names = {f"{method}/{number}": accounts for method, number, accounts in parts.iter_rows()}
    edges = linked.group_by("account_a", "account_b").agg(pl.col("weight").max())
    made = network_layout(edges, names)
    left = max((x for x, _ in places.values()), default=0.0)
    shift = left + 0.1 * abs(left) - float(made["x"].min() or 0.0)  # type: ignore[arg-type]
    return {uid: (x + shift, y) for uid, x, y in made.iter_rows()}


def _scan(store: Store, table: str, uids: Iterable[str], columns: list[str] | None = None) -> pl.DataFrame:
    wanted = Scan(columns=columns, uids=sorted(uids))
    batches = list(store.scan(table, wanted))
    if batches:
        return pl.DataFrame(pa.Table.from_batches(batches))
    empty = TABLES[table].empty_table()
    return pl.DataFrame(empty.select(columns) if columns else empty)


def _sorted(ties: pl.DataFrame) -> pl.DataFrame:
    return ties.sort("q", "account_a", "account_b", "trace", "window_s", nulls_last=True)
