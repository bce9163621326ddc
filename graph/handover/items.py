"""Posts of a group that a report may name: one address each, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import polars as pl

from graph.privacy.codes import case_key
from graph.privacy.gate import Gate, gate
from graph.privacy.sanitize import clean
from graph.stores.base import Scan, Store
from ingest.normalize.platforms import name, platform_of, platforms

if TYPE_CHECKING:
    from graph.report.report import Report
    from ingest.privacy.keys import Key

LONGEST_ADDRESS = 2_000
CODE_LETTERS = 8
"""Letters of a post's code: the first of the keyed code that exports carry in full."""
_COLUMNS = ("post_uid", "native_id", "account_uid", "platform", "created_at", "kind", "text", "url", "is_deleted")


@dataclass(frozen=True)
class Item:
    """One post.

    Attributes
    ----------
    code : str
        ``P-`` and the first letters of its keyed code.
    post, account : str
        Uids; they stay in the case.
    says : str
        The account as people say it: ``A-104``.
    platform : str
    at : datetime or None
        In UTC.
    kind, text : str
        Text is for checks and never leaves with a report.
    address : str or None
        The exact address, as a browser takes it.
    reason : str
        Why there is no address; empty where there is one.
    deleted : bool
    """

    code: str
    post: str
    account: str
    says: str
    platform: str
    at: datetime | None
    kind: str
    text: str
    address: str | None
    reason: str
    deleted: bool = False


def post_code(key: Key, uid: str) -> str:
    """A post's short code in reports and in the ledger.

    Examples
    --------
    >>> from ingest.privacy.keys import Key
    >>> post_code(Key(bytes(32)), "x:12")
    'P-7nocztex'
    """
    return f"P-{key.post(uid).partition('_')[2][:CODE_LETTERS]}"


def address_problem(address: str, platform: str) -> str:
    """Reason why an address cannot stand in a report to a platform; empty where it can.

    Parameters
    ----------
    address : str
        As it was exported or typed.
    platform : str
        The platform's id.

    Examples
    --------
    >>> address_problem("https://x.com/i/status/12", "x"), address_problem("javascript:alert(1)", "x")
    ('', 'is no web address')
    >>> address_problem("https://evilx.com/i/status/12", "x"), address_problem("https://any.example/@a/1", "mastodon")
    ('is not on X', '')
    """
    if address != clean(address) or len(address) > LONGEST_ADDRESS or any(c.isspace() or c in '<>"' for c in address):
        return "is no web address"
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return "is no web address"
    if parts.scheme not in ("http", "https") or "." not in host or parts.username is not None:
        return "is no web address"
    known = platforms().get(platform)
    if known is not None and known.domains and platform_of(address) != platform:
        return f"is not on {name(platform)}"
    return "" if parts.path.strip("/") or parts.query else "is the front page, not one post"


def group_items(report: Report, group_id: str, platform: str | None = None) -> list[Item]:
    """Posts behind the ties of a group, oldest first, each once.

    Parameters
    ----------
    report : Report
    group_id : str
        As in the column ``group_id`` of ``groups``.
    platform : str, optional
        Only those on one platform.

    Returns
    -------
    list of Item

    Raises
    ------
    UsageError
        If the run has no such group.
    KeyMissing
        If the case's key is not on this machine.

    Examples
    --------
    >>> from graph import toy_report
    >>> report = toy_report()
    >>> items = group_items(report, report.groups().group_id[0])
    >>> len(items), items[0].says, items[0].reason
    (40, 'A-43', 'Export has no address')
    """
    report.group(group_id)
    case = case_of(report.store)
    accounts = group_accounts(report, group_id)
    members = list(accounts)
    pairs = pl.DataFrame(case.run_table(report.run_id, "post_pairs")).filter(
        pl.col("account_a").is_in(members) & pl.col("account_b").is_in(members)
    )
    behind = pl.concat([pairs["post_a"], pairs["post_b"]]).drop_nulls().unique()
    return posts_as_items(report.store, behind, {uid: code for uid, (code, _) in accounts.items()}, platform)


def case_of(store: Store) -> Store:
    """The case behind its gate: addresses leave with a report, on purpose and logged, and nothing else is taken from here."""
    return store.inner if isinstance(store, Gate) else store


def group_accounts(report: Report, group_id: str) -> dict[str, tuple[str, str]]:
    """Members of a group, each with its code (``A-104``) and its handle, empty where it has none.

    Examples
    --------
    >>> from graph import toy_report
    >>> report = toy_report()
    >>> group_accounts(report, report.groups().group_id[0])["unknown:41"]
    ('A-41', 'user41')
    """
    case = case_of(report.store)
    members = pl.DataFrame(case.run_table(report.run_id, "members")).filter(pl.col("group_id") == group_id)
    what = Scan(columns=("account_uid", "code", "handle"), uids=members["account"].unique().sort().to_list())
    rows = [row for batch in case.scan("accounts", what) for row in batch.to_pylist()] if members.height else []
    return {row["account_uid"]: (f"A-{row['code']}", row["handle"] or "") for row in rows}


def posts_as_items(
    store: Store, uids: Iterable[str], codes: Mapping[str, str], platform: str | None = None
) -> list[Item]:
    """These posts as items, oldest first; what is sealed is left out, and no account named where none may be shown.

    Parameters
    ----------
    store : Store
    uids : iterable of str
        ``post_uid``.
    codes : mapping of account uid to code
    platform : str, optional
        Only those on one platform.
    """
    case, policy = case_of(store), gate(store).policy
    key, sealed = case_key(case), policy.sealed
    wanted = sorted(set(uids) - sealed.posts)
    batches = case.scan("posts", Scan(columns=_COLUMNS, uids=wanted)) if wanted else []
    rows = [
        row | ({"url": None, "text": None} if row["post_uid"] in policy.quoting else {})
        for batch in batches
        for row in batch.to_pylist()
        if platform in (None, row["platform"]) and row["account_uid"] not in sealed.accounts
    ]
    rows.sort(key=lambda row: (row["created_at"] is None, row["created_at"] or 0, row["post_uid"]))
    shown = codes if policy.profile.level == "person" else {}
    return [_item(row, key, shown) for row in rows]


def _item(row: Mapping[str, Any], key: Key, codes: Mapping[str, str]) -> Item:
    platform, given = str(row["platform"] or "unknown"), row["url"]
    problem = address_problem(given, platform) if given else ""
    return Item(
        post_code(key, row["post_uid"]),
        row["post_uid"],
        row["account_uid"],
        codes.get(row["account_uid"], "–"),
        platform,
        row["created_at"],
        row["kind"] or "",
        row["text"] or "",
        given if given and not problem else None,
        _reason(row) if not given else f"The address in the export {problem}" if problem else "",
        bool(row["is_deleted"]),
    )


def _reason(row: Mapping[str, Any]) -> str:
    if row["is_deleted"]:
        return "Deleted before the export"
    return "Export has no address" if row["native_id"] else "Export has no post number"


def addressed(items: Iterable[Item], addresses: Mapping[str, str], left_out: Iterable[str] = ()) -> list[Item]:
    """Items with the addresses people gave, without those they left out.

    Parameters
    ----------
    items : iterable of Item
    addresses : mapping of code to address
        Those that cannot stand in a report are kept out, and said in ``reason``.
    left_out : iterable of str
        Codes.
    """
    gone = set(left_out)
    return [_given(item, addresses.get(item.code, "").strip()) for item in items if item.code not in gone]


def _given(item: Item, address: str) -> Item:
    if not address:
        return item
    problem = address_problem(address, item.platform)
    return (
        replace(item, reason=f"The address given {problem}", address=None)
        if problem
        else replace(item, reason="", address=address)
    )
