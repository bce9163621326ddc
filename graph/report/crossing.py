"""Platforms of a group: accounts and posts on each, and which platform had what they shared first.

Counted from the posts behind the group's ties. An object is on two platforms when members on both posted it; the platform whose
members posted it first was first, and equal times count for none. Objects are counted in one layer, the one with the most on
several platforms, so that a link and its site do not count twice. What accounts have rather than post (handles, links in
profiles) has no first.

A run holds keyed codes of what ties accounts across platforms. Who asks to see one gets it worked out again from a post and its
author, and only where its code is the one in the run: a handle, a link in a profile (broken), the end of a contact or hash.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl

from graph.privacy.codes import case_key
from graph.privacy.sanitize import clean, defang
from graph.report.entities import Entities
from graph.stores.base import Scan
from graph.traces import TRACES
from graph.traces.across import code
from graph.traces.same_bio import addresses
from graph.traces.same_handle import normal
from ingest.errors import UsageError
from ingest.normalize.contacts import contacts

if TYPE_CHECKING:
    from graph.privacy.withholding import Withholding
    from graph.report.report import Report
    from ingest.privacy.keys import Key


CROSSING: dict[str, pl.DataType | type[pl.DataType]] = {
    "platform": pl.String,
    "accounts": pl.Int64,  # members on it
    "posts": pl.Int64,  # of theirs, behind the group's ties
    "first_at": pl.Datetime("us", "UTC"),  # of these posts
    "first_code": pl.String,  # who wrote the first: A-n; null where several did at once
    "trace": pl.String,  # what the objects are
    "objects": pl.Int64,  # on this platform and another
    "first": pl.Int64,  # of these, those it had first
    "share": pl.Float64,  # first / objects
    "median_lead_s": pl.Float64,  # from its first post to the next platform's, where it was first
}
SHOWN, FEWEST = 4, 2  # letters of a contact, from its end; and where the harm area withholds contacts
_HAD = frozenset({"same_handle", "same_bio"})


def crossing(evidence: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """One row per platform of a group, the one that was first most often at the top.

    Parameters
    ----------
    evidence : polars.DataFrame
        Columns of ``POST_PAIRS``, both accounts among the members.
    accounts : polars.DataFrame
        The members: ``account_uid``, ``code`` (A-n), ``platform``.

    Returns
    -------
    polars.DataFrame
        Columns of ``CROSSING``; one row where all members are on one platform.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> at = [datetime(2026, 3, 1, 9, minute, tzinfo=UTC) for minute in range(60)]
    >>> rows = [("text", 60.0, "telegram:1", "x:1", f"o{n}", f"t{n}", f"p{n}", at[n], at[n + 5]) for n in range(3)]
    >>> names = ["trace", "window_s", "account_a", "account_b", "object", "post_a", "post_b", "at_a", "at_b"]
    >>> members = pl.DataFrame({"account_uid": ["telegram:1", "x:1"], "code": ["A-1", "A-2"], "platform": ["telegram", "x"]})
    >>> found = crossing(pl.DataFrame(rows, schema=names, orient="row"), members)
    >>> found.select("platform", "posts", "first_code", "objects", "first", "median_lead_s").rows()
    [('telegram', 3, 'A-1', 3, 3, 300.0), ('x', 3, 'A-2', 3, 0, None)]
    """
    known = accounts.select("account_uid", "code", pl.col("platform").fill_null("unknown"))
    acts = pl.concat(
        [
            evidence.select(
                "trace", "window_s", "object", account_uid=f"account_{side}", post=f"post_{side}", at=f"at_{side}"
            )
            for side in ("a", "b")
        ]
    ).join(known, on="account_uid")
    members = known.group_by("platform").agg(pl.len().cast(pl.Int64).alias("accounts"))
    posts = acts.group_by("platform").agg(pl.col("post").n_unique().cast(pl.Int64).alias("posts"))
    found = members.join(posts, on="platform", how="left").join(_first_posts(acts), on="platform", how="left")
    found = found.join(_order(acts), on="platform", how="left")
    found = found.with_columns(pl.col("posts", "objects", "first").fill_null(0))
    found = found.with_columns(pl.when(pl.col("objects") > 0).then(pl.col("first") / pl.col("objects")).alias("share"))
    return found.sort(["first", "first_at", "platform"], descending=[True, False, False], nulls_last=True).select(
        pl.col(name).cast(kind) for name, kind in CROSSING.items()
    )


def _first_posts(acts: pl.DataFrame) -> pl.DataFrame:
    """First post on each platform, and who wrote it where one account did."""
    early = acts.filter(pl.col("at") == pl.col("at").min().over("platform")).select("platform", "at", "code").unique()
    one = pl.when(pl.len() == 1).then(pl.col("code").first())
    return early.group_by("platform").agg(pl.col("at").first().alias("first_at"), one.alias("first_code"))


def _order(acts: pl.DataFrame) -> pl.DataFrame:
    """Per platform: objects on several, those it had first, and its median lead."""
    posted = acts.filter(~pl.col("trace").is_in(list(_HAD)) & pl.col("trace").is_in(list(TRACES)))
    firsts = posted.group_by("trace", "window_s", "object", "platform").agg(pl.col("at").min())
    several = firsts.filter(pl.len().over("trace", "window_s", "object") > 1)
    layer = several.group_by("trace", "window_s").agg(pl.col("object").n_unique().alias("n"))
    layer = layer.sort("n", "trace", "window_s", descending=[True, False, False]).head(1)
    own = several.join(layer.select("trace", "window_s"), on=["trace", "window_s"], how="semi")
    own = own.sort("object", "at", "platform").with_columns(
        pl.int_range(pl.len()).over("object").alias("place"),
        (pl.col("at").shift(-1).over("object") - pl.col("at")).dt.total_microseconds().alias("lead"),
    )
    leads = (pl.col("place") == 0) & (pl.col("lead") > 0)
    return own.group_by("platform").agg(
        pl.col("trace").first(),
        pl.len().cast(pl.Int64).alias("objects"),
        leads.sum().cast(pl.Int64).alias("first"),
        (pl.col("lead").filter(leads).median() / 1e6).alias("median_lead_s"),
    )


def shared_things(report: Report, post_uid: str) -> list[str]:
    """Words for what ties this post's author to accounts on other platforms, one line each.

    Raises
    ------
    UsageError
        If the post is not in the case, is sealed, or the harm area of the case shows no names.
    KeyMissing
        If the key of the case is not on this machine.

    Examples
    --------
    >>> from graph import toy_report
    >>> report = toy_report()
    >>> tie = report.ties().iloc[0]
    >>> shared_things(report, report.evidence(tie.account_a, tie.account_b).post_a[0])
    ['Nothing in this post or its author’s profile is what tied them.']
    """
    report.post(post_uid)  # refused where the harm area shows no post, or where it is sealed
    profile = report.gate.profile
    if profile.names == "codes only":
        raise UsageError(f"Withheld: the harm area of this case ({profile.title}) shows no names and no contacts.")
    case = Entities(report.gate.inner)  # codes are made from what the accounts wrote; words go through the gate's rules
    row = case.post(post_uid)
    account = case.account(str(row["account_uid"]))
    evidence = pl.DataFrame(report.store.run_table(report.run_id, "post_pairs"))
    here = evidence.filter((pl.col("post_a") == post_uid) | (pl.col("post_b") == post_uid))
    tied = set(here["object"].to_list())
    key, rules = case_key(report.store), report.gate.policy.rules
    found = [words for one, words in _things(key, row, account, rules) if one in tied]
    if any(one.startswith("picture hash:") for one in tied) and profile.media == "shown":
        where = Scan(columns=("target_key",), kinds=("media",), uids=[post_uid])
        batches = report.store.scan("links", where)
        media = [str(key) for batch in batches for key in batch.column("target_key").to_pylist()]
        found += [f"Picture hash that ends in {clean(name[-SHOWN:])}" for name in media]
    return list(dict.fromkeys(found)) or ["Nothing in this post or its author’s profile is what tied them."]


def _things(
    key: Key, post: dict[str, object], account: dict[str, object], rules: Withholding | None
) -> Iterator[tuple[str, str]]:
    """Code and words of each thing that a post and a profile hold; the words as the harm area lets them out."""
    handle, about, url = (str(account.get(name) or "") for name in ("handle", "description", "url"))
    yield code(key, "handle", normal(handle)), f"Handle {clean(rules.words(handle) if rules else handle)}"
    own = [f"{account['platform']}:{account['native_id']}", f"{account['platform']}:@{handle.lstrip('@').casefold()}"]
    for link in [*addresses(about, url), *own]:
        yield code(key, "profile link", link), f"Profile link {defang(rules.link(link) if rules else link)}"
    shown = FEWEST if rules and rules.profile.contacts == "withheld" else SHOWN
    for one in contacts("\n".join([str(post.get("text") or ""), about, url])):
        yield code(key, one.kind, one.value), f"Contact ({one.kind}) that ends in {clean(one.value[-shown:])}"
