"""Small named data sets with known answers, for docstrings, tests and notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

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


def write_posts(folder: Path | str) -> Path:
    """A small CSV of posts with one planted group, written into a folder.

    Forty accounts share links of ``news.example`` over four days as it comes; accounts 41 to 44 share the same ten links of
    ``larkspur.example`` within 20 seconds of each other, and so do others, hours later. Everything in it is made up.

    Parameters
    ----------
    folder : path
        Made if it is not there.

    Returns
    -------
    Path
        ``toy.csv`` with the columns ``id``, ``author_id``, ``username``, ``created_at``, ``text``, ``url``.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_posts(folder).read_text("utf-8").splitlines()[0]
    'id,author_id,username,created_at,text,url'
    """
    random = Random(7)
    shares = [
        (
            random.randrange(1, 41),
            f"news.example/{min(int(random.paretovariate(0.7)), 60)}",
            random.uniform(0, 4 * 86_400),
        )
        for _ in range(600)
    ]
    for n in range(10):
        begin = random.uniform(0, 4 * 86_400)
        shares += [(41 + m, f"larkspur.example/{n}", begin + random.uniform(0, 20)) for m in range(4)]
        shares += [
            (account, f"larkspur.example/{n}", begin + random.uniform(3_600, 40_000))
            for account in random.sample(range(1, 41), 8)
        ]
    lines = [
        f"{number},{account},user{account},{START + timedelta(seconds=round(second)):%Y-%m-%dT%H:%M:%SZ},read this,https://{link}"
        for number, (account, link, second) in enumerate(shares, start=1)
    ]
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    file = target / "toy.csv"
    file.write_text("\n".join(["id,author_id,username,created_at,text,url", *lines]) + "\n", "utf-8")
    return file
