"""Network of ties: every number of a tie, its layers, its labels and its pairs of posts.

Pages, briefings, exports and notebooks all read a tie through here, so it cannot have two values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import networkx as nx
import polars as pl

from graph.schema import Findings, layer_name

PAIR = ["account_a", "account_b"]
NUMBERS = (  # what every tie says of itself, on every edge and in every export
    *("trace", "window_s", "observed", "shared", "expected", "expected_a", "expected_b"),
    *("p_a", "p_b", "p_b_in_sample", "q_a", "q_b", "q", "level", "closed"),
    *("first_at", "last_at", "median_lag_s", "a_first", "b_first", "group_id", "layers", "q_combined", "labels"),
)
NOWHERE: dict[str, Any] = {"group": None, "group_rank": None, "heading": None}
_POSTS = ("object", "post_a", "post_b", "at_a", "at_b", "lag_s")


def with_labels(ties: pl.DataFrame, groups: pl.DataFrame, combined: pl.DataFrame) -> pl.DataFrame:
    """Ties with ``layers``, ``labels`` and ``q_combined`` besides.

    Parameters
    ----------
    ties, groups, combined : polars.DataFrame
        Columns of ``TIES``, ``GROUPS`` and ``COMBINED``.

    Returns
    -------
    polars.DataFrame
        ``layers``: all layers that tie the two accounts, the smallest q first. ``labels``: that of the group both are in,
        ``pair`` where no group holds both, ``combined`` where no layer alone holds the two, and ``closed`` where the tie itself
        rests on objects hardly anyone else acted on.
    """
    names = pl.format("{} {} s", pl.col("trace"), pl.col("window_s").map_elements(lambda w: f"{w:g}", pl.String))
    ranked = ties.sort("q", "trace", "window_s", nulls_last=True)
    of_pair = ranked.select(*PAIR, names.alias("layers")).group_by(PAIR, maintain_order=True).agg("layers")
    label = (
        groups.select("group_id", "label")
        if groups.height
        else pl.DataFrame(schema={"group_id": pl.String, "label": pl.String})
    )
    own = pl.when(pl.col("group_id").is_null()).then(pl.lit("pair")).otherwise(pl.col("label"))
    closed = pl.when(pl.col("closed")).then(pl.lit("closed"))
    together = pl.when(pl.col("level") == "combined").then(pl.lit("combined"))
    ties = ties.join(combined.select(*PAIR, q_combined="q"), on=PAIR, how="left", maintain_order="left")
    return (
        ties.join(of_pair, on=PAIR, how="left", maintain_order="left")
        .join(label, on="group_id", how="left", maintain_order="left")
        .with_columns(pl.concat_list(own, together, closed).list.drop_nulls().alias("labels"))
        .drop("label")
    )


def as_network(
    ties: pl.DataFrame,
    evidence: pl.DataFrame,
    nodes: Mapping[str, Mapping[str, Any]],
    combined: bool = False,
) -> Any:
    """The network of some ties.

    Parameters
    ----------
    ties : polars.DataFrame
        As ``with_labels`` gives them.
    evidence : polars.DataFrame
        Columns of ``POST_PAIRS``.
    nodes : mapping of account to attributes
    combined : bool
        One edge per pair instead of one per layer: the numbers of its strongest layer, ``observed`` summed over the traces (of
        several windows of one trace, the most), the post pairs of all, and the smallest q there is, that of all layers together
        among them.

    Returns
    -------
    networkx.MultiGraph, or networkx.Graph when combined
        Each edge has ``NUMBERS`` and ``post_pairs``: a list of dicts of object, post_a, post_b, at_a, at_b and lag_s, where
        side a is the account that sorts first.
    """
    network: Any = nx.Graph() if combined else nx.MultiGraph()
    for account in sorted({*ties["account_a"], *ties["account_b"]}):
        network.add_node(account, **nodes.get(account, {}))
    posts = post_pairs_of(evidence)
    most: dict[
        tuple[str, str], dict[str, int]
    ] = {}  # by pair and trace: a longer window has the meetings of a shorter one in it
    for tie in ties.iter_rows(named=True):
        a, b = tie["account_a"], tie["account_b"]
        behind = posts.get((a, b, tie["trace"], tie["window_s"]), [])
        if combined and network.has_edge(a, b):
            edge, met = network.edges[a, b], most[a, b]
            met[tie["trace"]] = max(met.get(tie["trace"], 0), tie["observed"])
            edge["observed"] = sum(met.values())
            known = {(pair["object"], pair["post_a"], pair["post_b"]) for pair in edge["post_pairs"]}
            more = (pair for pair in behind if (pair["object"], pair["post_a"], pair["post_b"]) not in known)
            edge["post_pairs"] = [*edge["post_pairs"], *more]
            continue
        facts = {**{name: tie[name] for name in NUMBERS}, "post_pairs": behind}
        if combined:
            most[a, b] = {tie["trace"]: tie["observed"]}
            facts["q"] = min(q for q in (tie["q"], tie["q_combined"]) if q is not None)
            network.add_edge(a, b, **facts)
        else:
            network.add_edge(a, b, key=layer_name(tie["trace"], tie["window_s"]), **facts)
    return network


def network_of(findings: Findings, combined: bool = False) -> Any:
    """The network of a run in memory, before the case is asked who is who: as ``Report.network``, without names.

    Parameters
    ----------
    combined : bool
        One edge per pair, as a ``networkx.Graph``.

    Examples
    --------
    >>> network_of(Findings({}), combined=True).number_of_nodes()
    0
    """
    ties, groups, members, evidence, combination = (
        pl.DataFrame(findings.table(name)) for name in ("ties", "groups", "members", "post_pairs", "combined")
    )
    held = places(members, groups)
    accounts = {*ties["account_a"], *ties["account_b"]}
    nodes = {uid: held.get(uid, NOWHERE) for uid in accounts}
    ranked = ties.sort("q", pl.col("observed") * -1, "trace", "window_s", "account_a", "account_b")
    return as_network(with_labels(ranked, groups, combination), evidence, nodes, combined)


def standing_alone(ties: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Ties of two accounts that no group holds; those between two parts of a large group are not among them."""
    grouped = members["account"].unique().implode()
    both = pl.col("account_a").is_in(grouped) & pl.col("account_b").is_in(grouped)
    return ties.filter(pl.col("group_id").is_null() & ~both)


def places(members: pl.DataFrame, groups: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """Account to its best ranked group: ``group``, ``group_rank``, ``heading``."""
    ranked = members.join(groups.select("group_id", "rank", "heading"), on="group_id").sort("rank", descending=True)
    rows = ranked.select("account", "group_id", "rank", "heading").iter_rows()
    return {account: dict(zip(NOWHERE, place, strict=True)) for account, *place in rows}


def post_pairs_of(evidence: pl.DataFrame) -> dict[tuple[str, str, str, float], list[dict[str, Any]]]:
    """The pairs of posts behind every tie, by both accounts, trace and window."""
    found: dict[tuple[str, str, str, float], list[dict[str, Any]]] = {}
    for row in evidence.select(*PAIR, "trace", "window_s", *_POSTS).iter_rows(named=True):
        key = (row["account_a"], row["account_b"], row["trace"], row["window_s"])
        found.setdefault(key, []).append({name: row[name] for name in _POSTS})
    return found
