"""Engines as posts grow: the same case, the same search, each in a process of its own, and whether their ties are the same.

    python tests/bench_engines.py --posts 1000000 3000000 10000000 30000000 --engines local duckdb

Posts are drawn as in ``bench_pairs``: heavy-tailed accounts and objects at a constant density, planted groups. DuckDB has a limit
of ``--memory`` (2 GiB), the local engine none. Ties are held against the
first engine's by a hash over their sorted names and counts; p-values, which are sums of floats in another order, by their
largest relative difference. ``disk`` is the most that lay in the engine's folders at once. Spark runs as ``local[2]``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
from bench_open import source, table
from bench_pairs import drawn
from measuring import Spent, command, fullest, markdown, say

from graph.stores import open_case
from ingest.tables import ACCOUNTS, LINKS, POSTS, SKIPPED, Batch

QUICK, FULL = (5_000, 10_000), (1_000_000, 3_000_000)
WINDOW_S = 60
BLOCK = 1_000_000
HEADS = (
    "posts",
    "pairs within 60 s",
    "engine",
    "seconds",
    "busy",
    "most memory, MB",
    "most disk, MB",
    "growth of busy, exponent",
    "ties",
    "the same",
    "p differ by",
)
EXACT = ("trace", "window_s", "account_a", "account_b", "observed", "shared")


def write_case(folder: Path, posts: int) -> None:
    """A case of one source whose every post acts on one object."""
    rows = drawn(posts)
    uid = "x:" + pl.col("account").cast(pl.String)
    with closing(open_case(str(folder), create=True)) as store, store.writer("0" * 16) as writer:
        people = rows.select(uid=uid).unique().get_column("uid").to_arrow().cast(pa.string())
        known = table(ACCOUNTS, account_uid=people, platform=pa.repeat("x", len(people)), native_id=people)
        for first in range(0, posts, BLOCK):
            some = rows.slice(first, BLOCK).with_row_index("n", first)
            some = some.select(
                post="x:" + pl.col("n").cast(pl.String).str.zfill(10),
                who=uid,
                what="o" + pl.col("object").cast(pl.String),
                at=pl.from_epoch("at", "s").dt.cast_time_unit("us").dt.replace_time_zone("UTC"),
            )
            post, who, what, at = (some.get_column(name).to_arrow() for name in some.columns)
            said = {"post_uid": post, "account_uid": who}
            plain = {"platform": pa.repeat("x", some.height), "created_at": at}
            same = {"at": at, "kind": pa.repeat("object", some.height), "target_key": what}
            same |= {"position": np.zeros(some.height, np.int16)}
            here = (
                known if first == 0 else ACCOUNTS.empty_table(),
                table(POSTS, **said, **plain),
                table(LINKS, **said, **same),
            )
            writer.write(Batch(*here, SKIPPED.empty_table(), some.height, some.height, 0))
        writer.finish({**source("0" * 16, 0, posts), "accounts": len(people)})


@dataclass(frozen=True)
class Ran:
    """One engine on one case."""

    engine: str
    spent: Spent
    disk: float
    pairs: int
    ties: pl.DataFrame

    @property
    def hash(self) -> str:
        return sha256("\n".join(map(str, self.ties.select(EXACT).iter_rows())).encode()).hexdigest()

    def beside(self, other: Ran) -> tuple[str, str]:
        """Whether the ties are the same, and how far their p-values lie apart."""
        if self.hash != other.hash:
            return "DIFFERENT", "–"
        apart = [
            ((self.ties[name] - other.ties[name]).abs() / other.ties[name]).to_numpy().max(initial=0.0)
            for name in ("p_a", "p_b")
        ]
        return f"yes, {self.hash[:12]}", f"{max(apart):.0e}"


def run(engine: str, case: Path, folder: Path, memory: str) -> Ran:
    """A search as a person types it, on a copy of the case: a case would give back the run it has."""
    own, work = folder / f"case-{engine}", folder / f"work-{engine}"
    shutil.copytree(case, own, copy_function=os.link)
    work.mkdir()
    words: list[str | Path] = [
        "find",
        "--case",
        own,
        "--trace",
        "object",
        "--window",
        f"{WINDOW_S}s",
        "--no-groups",
        "--engine",
        engine,
    ]
    options = {
        "duckdb": [f"memory={memory}", f"temp={work}"],
        "spark": ["master=local[2]", f"staging={work}", f"spark.local.dir={work}"],
    }
    words += [word for option in options.get(engine, []) for word in ("--engine-option", option)]
    with fullest(work) as disk:
        took = command([sys.executable, "-m", "dashboards.cli", *words])
    with closing(open_case(str(own))) as store:
        run_id = store.runs()[-1]["run_id"]
        ties = pl.DataFrame(store.run_table(run_id, "ties")).sort(EXACT)
        pairs = store.run_table(run_id, "layers").column("rapid_pairs")[0].as_py()
    shutil.rmtree(own)
    shutil.rmtree(work)
    assert took
    return Ran(engine, took, disk[0], pairs, ties)


def figures(sizes: Sequence[int], engines: Sequence[str], folder: Path, memory: str) -> list[tuple[object, ...]]:
    """A row per size and engine, then how each grows from one size to the next."""
    rows: list[tuple[object, ...]] = []
    before: dict[str, tuple[int, Spent]] = {}
    for posts in sizes:
        case = folder / "case"
        write_case(case, posts)
        first: Ran | None = None
        for engine in engines:
            ran = run(engine, case, folder, memory)
            first = first or ran
            took, same = ran.spent, ran.beside(first)
            growth = "–"
            if engine in before:
                fewer, less = before[engine]
                growth = f"{np.log(took.busy / less.busy) / np.log(posts / fewer):.2f}"
            before[engine] = posts, took
            rows.append(
                (f"{posts:,}", f"{ran.pairs:,}", engine, f"{took.seconds:.0f}", f"{took.busy:.0f}", f"{took.memory:,.0f}",
                 f"{ran.disk:,.0f}", growth, f"{len(ran.ties):,}", *same)
            )  # fmt: skip
            print(rows[-1], file=sys.stderr, flush=True)
        shutil.rmtree(case)
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print, or write, the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--posts", type=int, nargs="+", default=FULL)
    asked.add_argument(
        "--engines", nargs="+", default=("local", "duckdb"), help="the first is what the others are held against"
    )
    asked.add_argument("--memory", default="2GiB", help="DuckDB's limit")
    asked.add_argument("--quick", action="store_true", help="small cases")
    asked.add_argument("--folder", type=Path, help="where cases are made; removed afterwards")
    asked.add_argument("--out", type=Path, help="write the table here as well")
    options = asked.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        sizes = QUICK if options.quick else options.posts
        say(markdown(HEADS, figures(sizes, options.engines, Path(folder), options.memory)), options.out)


if __name__ == "__main__":
    main()
