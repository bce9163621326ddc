"""From a CSV of posts to every pair that met twice, held against the peer and the limits the machine sets.

    python tests/bench_pairs.py --posts 1000000 --most 10000000 --out bench.md

The file is made up: heavy-tailed accounts and objects, most shares soon after the first, a planted group of eight accounts
per 10,000 posts, as many objects and days as keep the density the same at every size. It has the eight columns of the
Coordination Network Toolkit, so that both read the same file. Our side is two commands, ``ingest`` and ``find``; the
toolkit's is ``preprocess`` and ``compute co_link``, each in processes of their own. Counts are held against brute force in
DuckDB, the edges of the preset ``qut`` against the toolkit's. Figures by wall clock and, since machines are shared, by
processor time. ``--quick`` makes small files; its figures say that everything runs, not how fast it is.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter, process_time

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
from measuring import Spent, command, markdown, say

from graph.pairing.actions import Actions
from graph.pairing.arrays import Ints
from graph.pairing.local import LocalEngine
from graph.presets import PRESETS
from graph.stores import open_case

WINDOW_S = 60
PER_ACCOUNT, PER_OBJECT = 20, 10  # posts
QUICK, POSTS, MOST = 20_000, 1_000_000, 10_000_000
Row = tuple[str, str, str, str, str, str, str]
HEADS = ("work", "size", "ours", "peer or limit", "ratio", "target", "peak memory")


def drawn(posts: int, seed: int = 7) -> pl.DataFrame:
    """Who acted on what and when (seconds), one row per post."""
    draw = np.random.default_rng(seed)
    accounts, objects = posts // PER_ACCOUNT, posts // PER_OBJECT
    who = np.searchsorted(_heavy(draw, accounts, 1.3, 300.0), draw.random(posts))
    what = np.searchsorted(_heavy(draw, objects, 1.1, 2_000.0), draw.random(posts))
    span = 28 * 86_400.0
    at = (draw.random(objects) * span)[what] + draw.lognormal(np.log(2_000), 1.5, posts)
    meetings = posts // 10_000 * 15  # eight accounts each
    planted = np.arange(meetings * 8)
    who[: len(planted)] = accounts + planted // 120 * 8 + planted % 8
    what[: len(planted)] = np.repeat(draw.integers(objects, size=meetings), 8)
    at[: len(planted)] = np.repeat(draw.random(meetings) * span, 8) + draw.random(len(planted)) * 50
    return pl.DataFrame({"account": who, "object": what, "at": at.astype(np.int64) + 1_767_225_600})


def _heavy(draw: np.random.Generator, number: int, alpha: float, most: float) -> np.ndarray:
    """Cumulated chances of so many things whose weights follow a power law up to a most."""
    weight = np.minimum((1 - draw.random(number)) ** (-1 / alpha), most)
    return np.cumsum(weight) / weight.sum()


def write(posts: int, path: Path) -> Path:
    """The file both tools read, its rows in no order."""
    rows = drawn(posts).sample(fraction=1.0, shuffle=True, seed=1).with_row_index("n")
    empty = {name: pl.lit("") for name in ("username", "repost_id", "reply_id", "message")}
    rows.select(
        content_id=pl.col("n").cast(pl.Int64) + 10**12,
        account_id="u" + pl.col("account").cast(pl.String),
        **empty,
        timestamp_share="at",
        object_id="o" + pl.col("object").cast(pl.String),
    ).write_csv(path)
    return path


def as_actions(rows: pl.DataFrame) -> Actions:
    """The same in memory, without names."""
    rows = rows.sort("object", "at", "account")
    account, object_, at = (rows[name].to_numpy().astype(np.int64) for name in ("account", "object", "at"))
    names = (pa.nulls(int(part.max(initial=-1)) + 1, pa.string()) for part in (account, object_))
    return Actions(account, object_, at * 1_000_000, pa.nulls(len(rows), pa.string()), *names)


def ours(file: Path, case: Path) -> Spent:
    """Both commands, as a person types them."""
    lockstep = [sys.executable, "-m", "dashboards.cli"]
    look: list[str | Path] = [
        "find",
        "--case",
        case,
        "--trace",
        "object",
        "--window",
        f"{WINDOW_S}s",
        "--no-groups",
        "--pairs",
    ]
    parts = [command([*lockstep, "ingest", file, "--case", case]), command([*lockstep, *look])]
    return sum((part for part in parts if part), Spent(0, 0, 0))


_PEER = f"""
import sys
from coordination_network_toolkit.compute_networks import compute_co_link_network
from coordination_network_toolkit.preprocess import preprocess_csv_files
if __name__ == "__main__":
    preprocess_csv_files(sys.argv[2], [sys.argv[1]])
    compute_co_link_network(sys.argv[2], {WINDOW_S}, min_edge_weight=2, n_threads=2)
"""


def peer(file: Path, database: Path, limit_s: float) -> Spent | None:
    """The toolkit on the same file; None where it is not installed or took too long."""
    if find_spec("coordination_network_toolkit") is None:
        return None
    script = database.with_suffix(".py")
    script.write_text(_PEER, "utf-8")
    return command([sys.executable, script, file, database], limit_s)


def brute_force(rows: pl.DataFrame) -> set[tuple[int, int, int]]:
    """Every two accounts that met on two or more objects, and on how many, by comparing all with all."""
    with duckdb.connect() as con:
        con.register("rows", rows.to_arrow())
        found = con.execute(
            "SELECT one.account, two.account, count(DISTINCT one.object) AS met FROM rows one JOIN rows two"
            " ON one.object = two.object AND one.account < two.account AND abs(one.at - two.at) <= $window"
            " GROUP BY ALL HAVING met >= 2",
            {"window": WINDOW_S},
        )
        return set(found.fetchall())


def kept_pairs(case: Path) -> set[tuple[int, int, int]]:
    """The same as our run kept it, with both p-values there."""
    store = open_case(str(case))
    pairs = pl.DataFrame(store.run_table(store.runs()[-1]["run_id"], "pairs"))
    store.close()
    assert pairs["p_a"].null_count() == pairs["p_b"].null_count() == 0
    number = [pl.col(name).str.extract(r"u(\d+)$").cast(pl.Int64) for name in ("account_a", "account_b")]
    both = pairs.select(one=pl.min_horizontal(number), two=pl.max_horizontal(number), met="observed")
    return set(both.iter_rows())


def preset_edges(rows: pl.DataFrame) -> set[tuple[str, str, int]]:
    """The directed ties that the preset ``qut`` keeps."""
    names = {name: letter + pl.col(name).cast(pl.String) for name, letter in (("account", "u"), ("object", "o"))}
    table = rows.with_row_index("n").select(
        account_uid=names["account"],
        object=names["object"],
        at=pl.from_epoch("at", "s").dt.cast_time_unit("us").dt.replace_time_zone("UTC"),
        post_uid=pl.col("n").cast(pl.String),
    )
    schema = pa.schema([(c, pa.timestamp("us", "UTC") if c == "at" else pa.string()) for c in table.columns])
    edges = PRESETS["qut"].edges(Actions.from_table(table.to_arrow().cast(schema)), WINDOW_S, {})
    return {(a, b, int(n)) for a, b, n, keeps in edges.iter_rows() if keeps}


def peer_edges(database: Path) -> set[tuple[str, str, int]]:
    """The toolkit's own, without those of an account with itself, which it leaves out of what it writes."""
    with closing(sqlite3.connect(database)) as found:
        return set(found.execute("SELECT user_1, user_2, weight FROM co_link_network WHERE user_1 <> user_2"))


def end_to_end(posts: int, folder: Path, target: float, limit_s: float, check: bool) -> tuple[list[Row], Spent]:
    """Both tools on the same file, and whether they agree."""
    file, case, database = write(posts, folder / "posts.csv"), folder / "case", folder / "peer.db"
    mine, other = ours(file, case), peer(file, database, limit_s)
    ratio = f"{other.seconds / mine.seconds:.1f} ({other.busy / mine.busy:.1f} busy)" if other else "–"
    memory = f"{mine.memory:,.0f} MB" + (f", peer {other.memory:,.0f} MB" if other else "")
    text = str(other) if other else f"not installed, or over {limit_s:g} s"
    found = [("CSV to pairs, p-values and ties", f"{posts:,}", str(mine), text, ratio, f"≥ {target:g}", memory)]
    if check:
        rows = drawn(posts)
        same = kept_pairs(case) == (brute := brute_force(rows))
        found.append(
            ("pairs that met twice", f"{posts:,}", f"{len(brute):,}", "brute force in SQL", _said(same), "equal", "")
        )
        if other:
            edges = peer_edges(database)
            same = preset_edges(rows) == edges
            found.append(
                ("edges of the preset qut", f"{posts:,}", f"{len(edges):,}", "the peer's", _said(same), "equal", "")
            )
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return found, mine


def _said(same: bool) -> str:
    return "equal" if same else "DIFFERENT"


def pairing(posts: int) -> Row:
    """Pairing and counting alone, against numpy sorting the list of the same pairs."""
    actions = as_actions(drawn(posts))
    mine = _timed(lambda: LocalEngine().pairs(actions, WINDOW_S))
    keys = _pair_list(actions)
    limit = _timed(keys.sort)
    ratio = f"{mine[0] / limit[0]:.1f} ({mine[1] / limit[1]:.1f} busy)"
    text = [f"{seconds:.1f} s ({busy:.1f} s busy)" for seconds, busy in (mine, limit)]
    return (
        "pairing and counting",
        f"{posts:,} actions, {len(keys):,} pairs",
        text[0],
        f"numpy sort {text[1]}",
        ratio,
        "≤ 3",
        "",
    )


def _pair_list(actions: Actions) -> Ints:
    account, size = actions.account, len(actions.accounts)
    return np.concatenate(
        [
            np.minimum(account[early], account[late]) * size + np.maximum(account[early], account[late])
            for early, late in LocalEngine().rapid_pairs(actions, WINDOW_S)
        ]
    )


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    seconds, busy = perf_counter(), process_time()
    work()
    return perf_counter() - seconds, process_time() - busy


def figures(posts: int, most: int, folder: Path, limit_s: float) -> list[Row]:
    """All rows of the table."""
    rows, small = end_to_end(posts, folder, 12, limit_s, check=True)
    if most > posts:
        more, large = end_to_end(most, folder, 30, limit_s, check=False)
        exponent = [
            np.log(big / one) / np.log(most / posts)
            for one, big in ((small.seconds, large.seconds), (small.busy, large.busy))
        ]
        growth = f"{exponent[0]:.2f} ({exponent[1]:.2f} busy)"
        rows += [*more, ("growth at constant density", f"{posts:,} to {most:,}", growth, "linear", "", "≤ 1.15", "")]
    return [*rows, pairing(most)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print, or write, the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--posts", type=int, default=POSTS, help="posts of the smaller file")
    asked.add_argument("--most", type=int, default=MOST, help="posts of the larger file")
    asked.add_argument("--peer-limit", type=float, default=7_200, help="seconds the peer may take for a file")
    asked.add_argument("--quick", action="store_true", help="small files")
    asked.add_argument("--folder", type=Path, help="where files are made; removed afterwards")
    asked.add_argument("--out", type=Path, help="write the table here as well")
    options = asked.parse_args(arguments)
    posts, most = (QUICK, 2 * QUICK) if options.quick else (options.posts, options.most)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        table = markdown(HEADS, figures(posts, most, Path(folder), options.peer_limit))
    say(table, options.out)


if __name__ == "__main__":
    main()
