"""Reading files, held against the bare parse of the same file: how long an analyst waits, and how much memory it takes.

    python tests/bench_ingest.py --rows 1000000 --out bench.md

Files are made up: rows of CooRTweet, a CSV with texts and links, tweets of the X API (v2 and v1.1), Telegram and Bluesky as
lines of JSON, a workbook of eight columns. The bare parse is polars with all columns as strings, orjson line by line, or
calamine. Every figure is taken in a
process of its own. A second table holds the memory that a file takes against that of one three times as long: it may grow
by what repeats are known by, and by nothing else. ``--quick`` makes small files; its figures say that everything runs, not how
fast it is.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median
from time import perf_counter
from typing import Any

import measuring
import orjson
import polars as pl
from big_files import FORMATS, write
from python_calamine import CalamineWorkbook

TARGET = 3.0
QUICK, FULL = 2_000, 1_000_000
LONGER = 3  # times the rows of the file whose memory is held against this one's
GROWING = ("coortweet", "bluesky")  # a CSV, and lines of JSON
Figures = dict[str, Any]


def bare(path: Path) -> int:
    """The file as a parser alone reads it."""
    if path.suffix == ".csv":
        return pl.read_csv(path, infer_schema=False).height
    if path.suffix == ".xlsx":
        with CalamineWorkbook.from_path(str(path)) as book:
            return len(book.get_sheet_by_index(0).to_python()) - 1
    with path.open("rb") as lines:
        return sum(orjson.loads(line) is not None for line in lines)


def tables(path: Path) -> int:
    """The file as tables, one batch after the other."""
    from ingest import batches

    return sum(batch.rows_in for batch in batches(path))


def case(path: Path) -> int:
    """The file in a new case in a folder."""
    from graph.case.load import load
    from graph.stores import open_case

    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        (outcome,) = load(open_case(f"{folder}/case", create=True), [path])
        return int((outcome.source or {}).get("rows_in", 0))


WORK: Mapping[str, Callable[[Path], int]] = {"bare": bare, "tables": tables, "case": case}


def run(work: str, path: Path) -> Figures:
    """A piece of work in this process: seconds, seconds of the processors, most memory in MB, rows."""
    import ingest  # noqa: F401 - loading it is nobody's reading

    start, before = perf_counter(), measuring.busy()
    with measuring.helpers() as held:
        rows = WORK[work](path)
    seconds, busy = perf_counter() - start, measuring.busy() - before
    memory = getrusage(RUSAGE_SELF).ru_maxrss / 1024 + sum(held.values())
    return {"rows": rows, "seconds": seconds, "busy": busy, "memory": memory}


def measure(work: str, path: Path, times: int = 1) -> Figures:
    """The same in processes of its own; the median of each figure."""
    found = [measuring.alone(__file__, work, path) for _ in range(times)]
    return {name: median(figures[name] for figures in found) for name in found[0]}


def measured(name: str, rows: int, folder: Path, times: int = 1) -> Figures:
    """One format beside its bare parse: a row of the table."""
    path = write(name, rows, folder)
    size = path.stat().st_size / 1e6
    plain, read, kept = (measure(work, path, times) for work in ("bare", "tables", "case"))
    path.unlink()
    return {
        "format": name,
        "MB": round(size),
        "bare parse, s": round(plain["seconds"], 2),
        "tables, s": round(read["seconds"], 2),
        "times the bare parse": round(read["seconds"] / plain["seconds"], 1),
        "by processor time": round(read["busy"] / plain["busy"], 1),
        "rows/s": round(read["rows"] / read["seconds"]),
        "case, s": round(kept["seconds"], 2),
        "memory, MB": round(read["memory"]),
    }


def growth(name: str, rows: int, folder: Path, memory: int) -> Figures:
    """The memory a file took beside what one several times as long takes: a row of the second table."""
    path = write(name, LONGER * rows, folder)
    size, longer = path.stat().st_size / 1e6, measure("tables", path)
    path.unlink()
    return {
        "format": name,
        "rows": rows,
        "memory, MB": memory,
        "rows of the longer": round(longer["rows"]),
        "MB of the longer": round(size),
        "its memory, MB": round(longer["memory"]),
        "bytes for each row more": round((longer["memory"] - memory) * 2**20 / ((LONGER - 1) * rows)),
    }


def report(found: Sequence[Figures], grown: Sequence[Figures], rows: int) -> str:
    """Both tables for people."""
    said = f"{rows:,} rows or lines each; the target is {TARGET:g} times the bare parse."
    return "\n".join([said, "", markdown(found), *([markdown(grown)] if grown else [])])


def markdown(found: Sequence[Figures]) -> str:
    """A table of figures."""
    cells = [[value if name == "format" else f"{value:,}" for name, value in one.items()] for one in found]
    return measuring.markdown(list(found[0]), cells)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the formats and print, or write, the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rows", type=int, default=FULL, help="rows or lines of each file")
    asked.add_argument("--times", type=int, default=1, help="runs of each piece of work; the median counts")
    asked.add_argument("--quick", action="store_true", help="small files")
    asked.add_argument("--only", default="", help="formats whose name has this in it")
    asked.add_argument("--folder", type=Path, help="where the files are made; removed afterwards")
    asked.add_argument("--out", type=Path, help="write the table here as well")
    asked.add_argument("--one", nargs=2, metavar=("WORK", "FILE"), help=argparse.SUPPRESS)
    options = asked.parse_args(arguments)
    if options.one:
        print(json.dumps(run(options.one[0], Path(options.one[1]))))
        return
    rows, found, grown = QUICK if options.quick else options.rows, list[Figures](), list[Figures]()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        for name in (name for name in FORMATS if options.only in name):
            found.append(measured(name, rows, Path(folder), options.times))
            print(f"{name}: {found[-1]['times the bare parse']} times the bare parse", file=sys.stderr, flush=True)
            if name in GROWING:
                grown.append(growth(name, rows, Path(folder), found[-1]["memory, MB"]))
            if options.out:
                options.out.write_text(report(found, grown, rows), "utf-8")
    print(report(found, grown, rows))


if __name__ == "__main__":
    main()
