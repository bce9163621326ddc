"""Days and sites of every group of a run, worked out for all groups at once."""

from __future__ import annotations

import polars as pl

from ingest.normalize import urls


def group_days(evidence: pl.DataFrame, ties: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Meetings per day of every group in its strongest layer: ``group_id``, ``day`` (UTC), ``meetings``, in that order.

    Parameters
    ----------
    evidence, ties, groups : polars.DataFrame
        Columns of ``POST_PAIRS``, ``TIES`` and ``GROUPS``.

    Notes
    -----
    A meeting is two accounts on one object, counted on the day of their first; the days of a group add up to its
    ``observed``. Days without any are left out.
    """
    layer = ["trace", "window_s"]
    lead = groups.select(
        "group_id", pl.col("traces").list.first().alias("trace"), pl.col("windows_s").list.first().alias("window_s")
    )
    own = ties.join(lead, on=["group_id", *layer], how="semi").select("group_id", *layer, "account_a", "account_b")
    return (
        evidence.lazy()
        .join(own.lazy(), on=[*layer, "account_a", "account_b"])
        .group_by("group_id", "account_a", "account_b", "object")
        .agg(pl.min_horizontal("at_a", "at_b").min().dt.date().alias("day"))
        .group_by("group_id", "day")
        .agg(pl.len().cast(pl.Int64).alias("meetings"))
        .sort("group_id", "day")
        .collect()
    )


def group_sites(objects: pl.DataFrame) -> pl.DataFrame:
    """Sites of the links every group met on: ``group_id``, ``domain``, ``objects``, most objects first.

    Examples
    --------
    >>> rows = {"group_id": ["g", "g", "g"], "trace": ["link"] * 3, "object": ["a.example/1", "a.example/2", "b.example/1"]}
    >>> group_sites(pl.DataFrame(rows)).rows()
    [('g', 'a.example', 2), ('g', 'b.example', 1)]
    """
    links = objects.filter(pl.col("trace").is_in(["link", "domain"]))
    host = pl.col("object").str.extract(r"^(\[[^\]]*\]|[^/?#:]*)")
    hosts = links.select(host.alias("host")).unique().drop_nulls()
    sites = hosts.with_columns(pl.Series("domain", [urls.site_of(name) for name in hosts["host"]], dtype=pl.String))
    return (
        links.with_columns(host.alias("host"))
        .join(sites, on="host")
        .drop_nulls("domain")
        .group_by("group_id", "domain")
        .agg(pl.len().cast(pl.Int64).alias("objects"))
        .sort("group_id", "objects", "domain", descending=[False, True, False])
    )
