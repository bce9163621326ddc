"""Outlinks of a case of a million links: how long until the tables are there, the first time and again?

``python -m tests.bench_outlinks --links 1000000`` writes a made-up case of twenty thousand hosts through the store's own writer and
prints a table. The target is 3 s.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from bench_open import BLOCK, START_US, TARGET_S, names, source, table
from measuring import Spent, markdown, say, spent

from graph.outlinks.outlinks import Outlinks, outlinks
from graph.stores import open_case
from graph.stores.base import Store
from ingest.tables import ACCOUNTS, LINKS, POSTS, SKIPPED, Batch

HOSTS, PEOPLE = 20_000, 50_000
PLATFORMS = ("youtube.com", "t.me", "soundcloud.com", "bit.ly", "linktr.ee")
HEADS = ("links", "hosts", "first time", "again", "memory, MB", "target")


def write_case(folder: Path, links: int, hosts: int = HOSTS) -> Store:
    """The case: posts on X with a link each, few hosts with most of them; one in ten goes through a redirect."""
    store = open_case(str(folder), create=True)
    with store.writer("0" * 16) as writer:
        for batch in batches(links, hosts):
            writer.write(batch)
        writer.finish(source("0" * 16, 0, links, PEOPLE))
    store.link_kinds()
    return store


def batches(links: int, hosts: int, block: int = BLOCK) -> Iterator[Batch]:
    """Rows of its one file."""
    draw = np.random.default_rng(0)
    known = np.array([*PLATFORMS, *(f"larch{n}.example" for n in range(hosts - len(PLATFORMS)))])
    weights = 1 / np.arange(1, hosts + 1)
    for first in range(0, links, block):
        rows = min(block, links - first)
        uid = names("x:", np.arange(first, first + rows))
        who = names("x:a", draw.zipf(1.3, rows) % PEOPLE)
        at = pa.array(START_US + draw.integers(0, 28 * 86_400_000_000, rows)).cast(pa.timestamp("us", tz="UTC"))
        host = draw.choice(known, rows, p=weights / weights.sum())
        key = np.char.add(np.char.add(host, "/story/"), draw.integers(0, 200_000, rows).astype(str))
        raw = np.char.add(
            np.where(draw.random(rows) < 0.1, "https://l.facebook.com/l.php?u=https://", "https://www."), key
        )
        said = table(POSTS, post_uid=uid, account_uid=who, platform=["x"] * rows, created_at=at)
        linked = table(
            LINKS, post_uid=uid, account_uid=who, at=at, kind=["url"] * rows, target_key=key.tolist(), target_raw=raw.tolist(),
            position=np.zeros(rows, np.int16),
        )  # fmt: skip
        yield Batch(ACCOUNTS.empty_table(), said, linked, SKIPPED.empty_table(), rows, rows, 0)


def measure(store: Store) -> tuple[Outlinks, Spent, Spent]:
    """The tables, and what they took the first time and again."""
    found: list[Outlinks] = []
    first = spent(lambda: found.append(outlinks(store)))
    return found[0], first, spent(lambda: outlinks(store))


def main(words: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--links", type=int, default=1_000_000)
    parser.add_argument("--quick", action="store_true", help="a hundred thousand links")
    args = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        store = write_case(Path(folder) / "case", 100_000 if args.quick else args.links)
        found, first, again = measure(store)
        row = (
            f"{found.totals.links:,}",
            f"{found.totals.hosts:,}",
            str(first),
            str(again),
            f"{again.memory:.0f}",
            f"{TARGET_S:g} s",
        )
        say(markdown(HEADS, [row]))
        store.close()


if __name__ == "__main__":
    main()
