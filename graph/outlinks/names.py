"""Names on the way out: hosts are open, like registrable domains, but for those that say whose page they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl

from graph.outlinks.outlinks import TABLES, Outlinks

_HOLDS_HOST = ("host", "via")


def masked(host: str) -> str:
    """Give a personal host without the name in it.

    Examples
    --------
    >>> masked("nora.blogspot.com")
    '….blogspot.com'
    """
    return f"….{host.partition('.')[2]}"


def written(
    found: Outlinks, host: Callable[[str], str] = masked, accounts: Callable[[pl.Series], pl.Series] | None = None
) -> Outlinks:
    """Give the tables as they may leave: personal hosts and accounts under other names.

    A registrable domain may be read by everyone. A name below a domain that a service gives out to people
    (``nora.blogspot.com``, ``nora.carrd.co``, ``nora.github.io``) is a person's, as a handle is: the public suffix list says which
    domains of companies are given out so, the registry of platforms which hosts of blogs and link-in-bio pages.

    Parameters
    ----------
    found : Outlinks
    host : callable
        Name of a personal host; without the name in it when not given.
    accounts : callable, optional
        Uids to the names they are written under; as they are when not given.

    Examples
    --------
    >>> from graph import toy_report
    >>> written(toy_report().outlinks()).hosts["host"].to_list()
    ['larkspur.example']
    """
    names = {name: host(name) for name in sorted(found.personal)}
    tables: dict[str, Any] = {table: _renamed(getattr(found, table), names, accounts) for table in TABLES}
    return replace(found, **tables)


def _renamed(
    table: pl.DataFrame, hosts: dict[str, str], accounts: Callable[[pl.Series], pl.Series] | None
) -> pl.DataFrame:
    told = table.with_columns(pl.col(name).replace(hosts) for name in _HOLDS_HOST if hosts and name in table.columns)
    if "node" not in table.columns:
        return told
    is_account = pl.col("kind") == "account"
    people = table["node"] if accounts is None else accounts(table["node"])
    other = pl.col("node").replace(hosts) if hosts else pl.col("node")
    return told.with_columns(pl.when(is_account).then(pl.lit(people)).otherwise(other).alias("node"))
