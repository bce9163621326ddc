"""Merging of rows of one account, post or link into one row: SQL for DuckDB, used inside a source and between sources.

Only rows whose key is in an *overlap* table are grouped; all others are read straight, so that a case without repeats
costs nothing. Rows to resolve carry ``__ord``: which comes first when nothing else decides.
"""
# ruff: noqa: S608 - statements are put together from the names of our own schemas; values and paths go through quote()

from __future__ import annotations

from collections.abc import Sequence

from ingest.tables import TABLES

KEYS = {"accounts": "account_uid", "posts": "post_uid", "links": "post_uid"}
ORDERS = {
    "accounts": ("account_uid",),
    "posts": ("post_uid",),
    "links": ("post_uid", '"position"', "kind", "target_key", "target_raw"),
    "skipped": ("__ord", '"row"', '"column"', "reason", "found"),
}
_WHEN = {"accounts": "last_seen", "posts": "collected_at"}
_ACCOUNT_SPECIALS = {
    "first_seen": "min(first_seen)",
    "last_seen": "max(last_seen)",
    "code": "min(code)",
    "source_ids": "flatten(list(source_ids ORDER BY __rank_in))",
}
_LINK_KEY = "post_uid, kind, target_key, CASE WHEN target_key IS NULL THEN target_raw END"


def quote(text: str) -> str:
    """A string as SQL writes it.

    Examples
    --------
    >>> print(quote("it's"))
    'it''s'
    """
    return "'" + text.replace("'", "''") + "'"


def parquet(files: Sequence[str], *, numbered: bool = False) -> str:
    """The rows of Parquet files, in that order.

    Parameters
    ----------
    files : sequence of str
        Paths; brackets, stars and question marks in them mean themselves.
    numbered : bool
        With ``__ord``: the file's place among several, the row's place in a single one.
    """
    paths = [_literal(path) for path in files]
    listed = "[" + ", ".join(quote(path) for path in paths) + "]"
    if not numbered:
        return f"SELECT * FROM read_parquet({listed})"
    if len(paths) == 1:
        return f"SELECT * EXCLUDE (file_row_number), file_row_number AS __ord FROM read_parquet({listed}, file_row_number = true)"
    plain = "[" + ", ".join(quote(path) for path in files) + "]"
    return (
        f"SELECT * EXCLUDE (filename), list_position({plain}, filename) AS __ord"
        f" FROM read_parquet({listed}, filename = true)"
    )


def repeated(table: str, rows: str) -> str:
    """The keys that more than one row has."""
    key = KEYS[table]
    return f"SELECT {key} FROM ({rows}) GROUP BY {key} HAVING count(*) > 1"


def repeated_links(links: str, posts_overlap: str) -> str:
    """The posts whose links must be resolved: repeated posts, and posts that say one link twice."""
    twice = f"SELECT post_uid FROM ({links}) GROUP BY {_LINK_KEY} HAVING count(*) > 1"
    return f"SELECT post_uid FROM {posts_overlap} UNION {twice}"


def alike_links(links: str) -> str:
    """The number of links with the hash of another: where there are none, no link is there twice, which costs half of `repeated_links`."""
    return f"SELECT count(*) - count(DISTINCT hash({_LINK_KEY})) FROM ({links})"


def resolved(table: str, rows: str, overlap: str, posts: str = "") -> str:
    """Each account, post or link once.

    Parameters
    ----------
    table : str
        accounts, posts or links.
    rows : str
        A query for all columns of the table and ``__ord``.
    overlap : str
        Name of the table of keys that need resolving.
    posts : str
        For links: a query for ``post_uid``, ``account_uid``, ``created_at`` of resolved posts.
    """
    key, columns = KEYS[table], ", ".join(f'"{name}"' for name in TABLES[table].names)
    straight = f"SELECT {columns} FROM ({rows}) ANTI JOIN {overlap} USING ({key})"
    several = f"(SELECT * FROM ({rows}) SEMI JOIN {overlap} USING ({key}))"
    merged = _links(several, overlap, posts) if table == "links" else _entities(table, several)
    return f"{straight} UNION ALL BY NAME {merged}"


def _entities(table: str, several: str) -> str:
    key = KEYS[table]
    specials = _ACCOUNT_SPECIALS if table == "accounts" else {}
    ranked = (
        f"SELECT *, row_number() OVER (PARTITION BY {key} ORDER BY {_WHEN[table]} DESC NULLS LAST, __ord) AS __rank,"
        f" __ord AS __rank_in FROM {several}"
    )
    fields = ", ".join(  # arg_min passes over nulls: the best row that knows
        f"{specials.get(name, f'arg_min({name}, __rank)')} AS {name}" for name in TABLES[table].names if name != key
    )
    return f"SELECT {key}, {fields} FROM ({ranked}) GROUP BY {key}"


def _links(several: str, overlap: str, posts: str) -> str:
    merged = (
        'SELECT post_uid, kind, target_key, arg_min(account_uid, __ord) AS said_account, arg_min("at", __ord) AS said_at,'
        " arg_min(target_raw, __ord) AS target_raw, arg_min(target_account_uid, __ord) AS target_account_uid,"
        ' bool_or(resolved) AS resolved, bool_and(inherited) AS inherited, arg_min("position", __ord) AS "position"'
        f" FROM {several} GROUP BY {_LINK_KEY}"
    )
    authors = f"SELECT post_uid, account_uid, created_at FROM ({posts}) SEMI JOIN {overlap} USING (post_uid)"
    return (
        "SELECT m.* EXCLUDE (said_account, said_at), coalesce(p.account_uid, m.said_account) AS account_uid,"
        f' coalesce(p.created_at, m.said_at) AS "at" FROM ({merged}) m LEFT JOIN ({authors}) p USING (post_uid)'
    )


def _literal(path: str) -> str:
    """A path in which nothing is a pattern."""
    return "".join(f"[{char}]" if char in "[*?" else char for char in path)
