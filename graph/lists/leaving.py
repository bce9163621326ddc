"""Matches of lists on their way out: codes for accounts, posts, keywords and hashes, and no more than the harm area lets out."""

from __future__ import annotations

from dataclasses import fields

import polars as pl

from graph.lists.entries import DOMAINS, HASHES, KEYWORDS
from graph.lists.matching import ListMatches
from graph.privacy.areas import GENERAL, Profile
from graph.privacy.codes import Names

_TRACES = {KEYWORDS: "text", HASHES: "media", DOMAINS: "domain"}
"""Kind of list to the behaviour whose objects its entries are, which says how they are written."""
_COUNTS = ("posts", "accounts", "matched")


def written(found: ListMatches, names: Names, profile: Profile = GENERAL) -> ListMatches:
    """Give the tables as they may leave.

    Parameters
    ----------
    found : ListMatches
    names : Names
        Codes or the platforms' ids. With codes, keywords and hashes are codes too: a matched word is part of a text.
    profile : Profile
        Of the case's harm area: without rows of posts or accounts where only counts leave, and small counts as "<5".

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> from graph.lists.entries import entries_of
    >>> from graph.lists.kept import add_to_list
    >>> from graph.lists.matching import list_matches
    >>> from graph.privacy.codes import case_key
    >>> case = toy_case()
    >>> _ = add_to_list(case, "words", "keywords", entries_of("keywords", ["read this"]), "Ann")
    >>> out = written(list_matches(case), Names(case_key(case)))
    >>> out.entries["entry"][0][:2] == out.posts["found"][0][:2], "read" in out.entries["entry"][0]
    (True, False)
    """
    tables = {field.name: _named(getattr(found, field.name), names, profile) for field in fields(ListMatches)}
    return limited(ListMatches(**tables), profile)


def limited(found: ListMatches, profile: Profile) -> ListMatches:
    """Give the tables without rows of accounts or posts where the area keeps them in, and with small counts as "<5".

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> from graph.lists.matching import list_matches
    >>> from graph.privacy.areas import PROFILES
    >>> limited(list_matches(toy_case()), PROFILES["csam"]).lists.schema["posts"]
    String
    """
    tables = {field.name: getattr(found, field.name) for field in fields(ListMatches)}
    if profile.level != "person":
        tables["accounts"] = tables["accounts"].clear()
    if profile.level == "aggregate":
        tables["posts"] = tables["posts"].clear()
    return ListMatches(**{name: _suppressed(table, profile.minimum) for name, table in tables.items()})


def _named(table: pl.DataFrame, names: Names, profile: Profile) -> pl.DataFrame:
    new = []
    if "account_uid" in table.columns:
        new.append(names.accounts(table["account_uid"]).alias("account_uid"))
    if "post_uid" in table.columns:
        new.append(names.posts(table["post_uid"]).alias("post_uid"))
    if "entry" in table.columns:
        traces = table["kind"].replace_strict(_TRACES, return_dtype=pl.String)
        if profile.links == "hashed":
            traces = traces.replace("domain", "link")
        new += [names.objects(traces, table[name]).alias(name) for name in ("entry", "found")]
        if profile.links == "hashed":
            table = table.with_columns(
                pl.when(pl.col("kind") == DOMAINS).then(pl.lit("")).otherwise("how").alias("how")
            )
    return table.with_columns(new)


def _suppressed(table: pl.DataFrame, minimum: int) -> pl.DataFrame:
    if minimum <= 1:
        return table
    small = [name for name in _COUNTS if name in table.columns]
    return table.with_columns(
        pl.when((pl.col(name) > 0) & (pl.col(name) < minimum)).then(pl.lit(f"<{minimum}")).otherwise(pl.col(name).cast(pl.String)).alias(name)
        for name in small
    )  # fmt: skip
