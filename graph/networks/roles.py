"""Roles of accounts: who goes first, who follows, who connects groups, who is in the core.

All numbers come from the evidence behind the ties, so each can be traced to posts. A meeting is two accounts on one object:
the first to act leads, the other follows; equal times count for nobody.
Source: participation coefficient and within-module degree from Guimerà and Amaral (2005), Nature 433:895; core number from
Batagelj and Zaveršnik (2003), as in NetworkX.
"""

from __future__ import annotations

import networkx as nx
import polars as pl

ROLES = {
    "account": pl.String,
    "first_share": pl.Float64,
    "median_lag_s": pl.Float64,
    "leads": pl.Int64,
    "follows": pl.Int64,
    "leader": pl.Float64,
    "participation": pl.Float64,
    "within_z": pl.Float64,
    "core": pl.Int64,
}


def roles(evidence: pl.DataFrame, modules: dict[str, str] | None = None) -> pl.DataFrame:
    """Roles of every account in the evidence given: that of one group, or of the whole run.

    Parameters
    ----------
    evidence : polars.DataFrame
        Columns of ``POST_PAIRS``, of one layer (with several, a meeting counts once per layer's object).
    modules : dict of account to group, optional
        For the bridges; an account in no group is a module of its own, and without modules nobody is a bridge.

    Returns
    -------
    polars.DataFrame
        One row per account, most leads first. ``first_share``: part of the objects it met others on where it acted before
        all of them. ``median_lag_s``: how long after the first of the two it acted, over its meetings (0 where it led).
        ``leads``, ``follows``: meetings it was first and second in (out- and in-strength of the directed network).
        ``leader``: leads / (leads + follows), null when all its times were equal. ``participation``: 0 when all its
        neighbours are in one module, towards 1 when they are spread evenly. ``within_z``: ties inside its own module, in
        standard deviations from the module's mean. ``core``: the largest k of a k-core it is in.

    Examples
    --------
    >>> from datetime import UTC, datetime, timedelta
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> evidence = pl.DataFrame({"account_a": ["x:ann"] * 3, "account_b": ["x:ben"] * 3, "object": ["1", "2", "3"],
    ...     "at_a": [noon] * 3, "at_b": [noon + timedelta(seconds=s) for s in (20, 10, 0)]})
    >>> roles(evidence).select("account", "first_share", "leads", "follows", "core").rows()
    [('x:ann', 0.6666666666666666, 2, 0, 1), ('x:ben', 0.0, 0, 2, 1)]
    """
    met = meetings(evidence)
    if not met.height:
        return pl.DataFrame(schema=ROLES)
    network = tie_network(met)
    core = nx.core_number(network)
    table = _order(met).join(_first(met), on="account").join(bridges(network, modules or {}), on="account")
    return (
        table.with_columns(pl.col("account").replace_strict(core, return_dtype=pl.Int64).alias("core"))
        .select(pl.col(name).cast(kind) for name, kind in ROLES.items())
        .sort("leads", "first_share", "account", descending=[True, True, False])
    )


def member_roles(
    evidence: pl.DataFrame, objects: pl.DataFrame, ties: pl.DataFrame, modules: dict[str, str]
) -> pl.DataFrame:
    """Roles of a group's members: among themselves by who goes first, in the whole run by whom they are tied to.

    Parameters
    ----------
    evidence : polars.DataFrame
        Columns of ``POST_PAIRS``: the group's own, of one layer.
    objects : polars.DataFrame
        ``object`` and ``others`` (accounts outside the group who acted on it) of ``OBJECTS``.
    ties : polars.DataFrame
        ``account_a``, ``account_b`` of all ties of the run, in any layer.
    modules : dict of account to group

    Returns
    -------
    polars.DataFrame
        Columns of ``roles``, and ``only_share``: part of the objects it met others on which nobody outside the group acted on.
        ``participation`` and ``within_z`` are those in the whole run, the others those in the group.
    """
    met = meetings(evidence)
    outside = _bridges(ties.select("account_a", "account_b").unique(), modules)
    own = _sides(met).select("account", "object").unique().join(objects.select("object", "others"), on="object")
    only = own.group_by("account").agg((pl.col("others") == 0).mean().alias("only_share"))
    return (
        roles(evidence)
        .drop("participation", "within_z")
        .join(outside, on="account", how="left", maintain_order="left")
        .join(only, on="account", how="left", maintain_order="left")
        .select(*ROLES, "only_share")
    )


def meetings(evidence: pl.DataFrame) -> pl.DataFrame:
    """One row per two accounts and object: ``account_a``, ``account_b``, ``object``, first ``at_a`` and ``at_b``."""
    return (
        evidence.lazy()
        .group_by("account_a", "account_b", "object")
        .agg(pl.col("at_a").min(), pl.col("at_b").min())
        .sort("account_a", "account_b", "object")
        .collect()
    )


def tie_network(met: pl.DataFrame) -> nx.Graph:
    """Accounts that met, with the number of objects they met on as ``weight``."""
    weights = met.group_by("account_a", "account_b", maintain_order=True).len()
    network = nx.Graph()
    network.add_weighted_edges_from(weights.iter_rows())
    return network


def _sides(met: pl.DataFrame) -> pl.DataFrame:
    """Each meeting from both sides: ``account``, ``other``, ``object``, ``lag_s`` (after the other; negative when first), ``at``."""
    lag = (pl.col("at_a") - pl.col("at_b")).dt.total_microseconds() / 1e6
    one = met.select(account="account_a", other="account_b", object="object", lag_s=lag, at="at_a")
    two = met.select(account="account_b", other="account_a", object="object", lag_s=-lag, at="at_b")
    return pl.concat([one, two])


def _order(met: pl.DataFrame) -> pl.DataFrame:
    leads, follows = (pl.col("lag_s") < 0).sum(), (pl.col("lag_s") > 0).sum()
    return (
        _sides(met)
        .group_by("account")
        .agg(
            leads.alias("leads"),
            follows.alias("follows"),
            pl.when(leads + follows > 0).then(leads / (leads + follows)).alias("leader"),
            pl.col("lag_s").clip(0).median().alias("median_lag_s"),
        )
    )


def _first(met: pl.DataFrame) -> pl.DataFrame:
    """Part of its objects on which an account acted before everyone it met there."""
    return (
        _sides(met)
        .group_by("account", "object")
        .agg((pl.col("lag_s") < 0).all().alias("first"))
        .group_by("account")
        .agg(pl.col("first").mean().alias("first_share"))
    )


def bridges(network: nx.Graph, modules: dict[str, str]) -> pl.DataFrame:
    """``account``, ``participation`` (1 - sum of squared parts of its ties per module) and ``within_z``.

    Examples
    --------
    >>> star = nx.Graph([("hub", "a1"), ("hub", "a2"), ("hub", "b1"), ("hub", "b2")])
    >>> of = {"a1": "A", "a2": "A", "b1": "B", "b2": "B", "hub": "A"}
    >>> bridges(star, of).filter(account="hub")["participation"].item()
    0.5
    """
    return _bridges(
        pl.DataFrame(list(network.edges), schema={"account_a": pl.String, "account_b": pl.String}, orient="row"),
        modules,
    )


def _bridges(pairs: pl.DataFrame, modules: dict[str, str]) -> pl.DataFrame:
    """The columns of ``bridges``, from pairs of accounts that are tied; straight from a table, since runs have many."""
    both = (pairs, pairs.select(pl.col("account_b").alias("account_a"), pl.col("account_a").alias("account_b")))
    table = (
        pl.concat(both)
        .rename({"account_a": "account", "account_b": "other"})
        .with_columns(
            pl.col(name).replace_strict(modules, default=pl.col(name), return_dtype=pl.String).alias(into)
            for name, into in (("account", "module"), ("other", "their"))
        )
    )
    per_module = table.group_by("account", "module", "their").len()
    part = pl.col("len") / pl.col("len").sum()
    inside = pl.col("len").filter(pl.col("their") == pl.col("module")).sum()
    mean, spread = pl.col("inside").mean().over("module"), pl.col("inside").std(ddof=0).over("module")
    return (
        per_module.group_by("account", "module")
        .agg((1 - (part**2).sum()).alias("participation"), inside.alias("inside"))
        .with_columns(pl.when(spread > 0).then((pl.col("inside") - mean) / spread).otherwise(0.0).alias("within_z"))
        .select("account", "participation", "within_z")
    )
