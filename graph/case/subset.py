"""The part of a case a run looks at, worked out against the case: accounts a person named, and accounts that post too much."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from graph.settings import Narrow
from graph.stores.base import Scan, Store
from ingest.errors import UsageError

NAMED = 10  # accounts left out that are named; the others are counted

_DAYS = {"account_uid": pl.String, "day": pl.Date, "posts": pl.UInt32}


def resolved(store: Store, narrow: Narrow) -> Narrow:
    """The part of a case with named accounts as uids, and those that post too much as uids to leave out.

    Raises
    ------
    UsageError
        If an account is not in the case.
    """
    kept = replace(narrow, accounts=_uids(store, narrow.accounts)) if narrow.accounts else narrow
    if narrow.most_a_day is None:
        return kept
    return replace(kept, without=tuple(busy(store, kept)["account_uid"].sort()))


def busy(store: Store, narrow: Narrow) -> pl.DataFrame:
    """The accounts that post more a day than ``narrow.most_a_day``, on the days they post at all, in that part of the case.

    Who posts how much is no matter of with whom: leaving them out before looking takes nothing from either test of a tie.

    Returns
    -------
    polars.DataFrame
        ``account_uid`` and ``a_day`` (posts on a day with posts, UTC, mean), the busiest first. Posts without a time count
        for nobody.
    """
    parts = [pl.DataFrame(schema=_DAYS)]
    what = Scan(columns=("account_uid", "created_at"), narrow=replace(narrow, without=()))
    for batch in store.scan("posts", what):
        rows = pl.DataFrame(pl.from_arrow(batch)).drop_nulls()
        days = rows.group_by("account_uid", pl.col("created_at").dt.date().alias("day"))
        parts.append(days.agg(pl.len().alias("posts")).cast(_DAYS))  # type: ignore[arg-type]
    per_day = pl.concat(parts).group_by("account_uid", "day").agg(pl.col("posts").sum())
    mean = per_day.group_by("account_uid").agg(pl.col("posts").mean().alias("a_day"))
    return mean.filter(pl.col("a_day") > (narrow.most_a_day or 0)).sort(
        ["a_day", "account_uid"], descending=[True, False]
    )


def left_out(store: Store, narrow: Narrow) -> str | None:
    """A sentence on accounts excluded for posting too much, by number and code; None where no limit was set."""
    if narrow.most_a_day is None:
        return None
    most = f"more than {narrow.most_a_day:,g} posts a day on the days they post"
    if not narrow.without:
        return f"No account has {most}: none was excluded."
    codes: dict[str, int] = {}
    for batch in store.scan("accounts", Scan(columns=("account_uid", "code"), uids=narrow.without)):
        codes.update(zip(*(batch.column(name).to_pylist() for name in ("account_uid", "code")), strict=True))
    named = sorted(code for code in codes.values() if code is not None)
    said = [f"A-{code}" for code in named[:NAMED]]
    said += [f"{len(narrow.without) - len(said):,} others"] if len(narrow.without) > len(said) else []
    who = " and ".join([part for part in (", ".join(said[:-1]), said[-1]) if part])
    accounts = "1 account" if len(narrow.without) == 1 else f"{len(narrow.without):,} accounts"
    return f"{accounts} with {most} {'was' if len(narrow.without) == 1 else 'were'} excluded before the search: {who}."


def _uids(store: Store, names: tuple[str, ...]) -> tuple[str, ...]:
    batches = store.scan("accounts", Scan(columns=("account_uid", "code", "handle_key")))
    known: dict[str, str] = {}
    for row in (row for batch in batches for row in batch.to_pylist()):
        spoken = (row["account_uid"], f"A-{row['code']}", row["handle_key"], f"@{row['handle_key']}")
        known.update({name: row["account_uid"] for name in spoken if name})
    found = [known.get(name) or known.get(name.casefold()) for name in names]
    missing = [name for name, uid in zip(names, found, strict=True) if uid is None]
    if missing:
        raise UsageError(
            f"{len(missing)} of {len(found)} accounts are not in this case, the first is {missing[0]!r}.",
            hint="Write account ids such as x:123, codes such as A-104, or handles.",
        )
    return tuple(sorted({uid for uid in found if uid}))


def precisions_of(store: Store) -> list[str]:
    """The precision of the times of each source of a case; seconds where it is not known."""
    return [source["precision"] or "s" for source in store.sources().to_pylist()]
