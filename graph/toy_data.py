"""Small named data sets with known answers, for docstrings, tests and notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from ingest.tables import STR, TIME

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def actions_table(rows: Sequence[tuple[str, str, float]]) -> pa.Table:
    """A table of actions from (account, object, seconds after START); each row is a post of its own.

    Examples
    --------
    >>> actions_table([("x:ann", "a.example/1", 0)]).column_names
    ['account_uid', 'object', 'at', 'post_uid']
    """
    return pa.table(
        {
            "account_uid": pa.array([row[0] for row in rows], STR),
            "object": pa.array([row[1] for row in rows], STR),
            "at": pa.array([START + timedelta(seconds=row[2]) for row in rows], TIME),
            "post_uid": pa.array([f"x:{n}" for n in range(len(rows))], STR),
        }
    )


def three_friends() -> pa.Table:
    """Ann and Ben share three links within seconds of each other; Cem shares the same three an hour later."""
    rows: list[tuple[str, str, float]] = []
    for n in range(3):
        rows += [("x:ann", f"a.example/{n}", n * 600), ("x:ben", f"a.example/{n}", n * 600 + 20)]
        rows += [("x:cem", f"a.example/{n}", n * 600 + 3600)]
    return actions_table(rows)
