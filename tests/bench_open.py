"""A case of ten million posts, opened: how long until the first page can be used, and which pages read what?

``python -m tests.bench_open --posts 10000000`` writes a made-up case of two files that have accounts and posts in common through
the store's own writer, serves it with the command, opens its pages in Chromium, and prints a table beside the same pages of an
empty case. The target for the first page is 3 s.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from bench_load import Person, serve
from fixtures_browser import executable
from measuring import markdown, say

from graph.stores import open_case
from ingest.tables import ACCOUNTS, LINKS, POSTS, SKIPPED, SOURCES, Batch

BLOCK = 500_000
FILES = 2
COMMON = 0.1  # part of a file's posts that the first file has too
ACCOUNTS_EACH = 200_000
TARGET_S = 3.0
START_US = int(datetime(2026, 8, 3, tzinfo=UTC).timestamp() * 1e6)
PAGES = ("/", "/find", "/sources", "/")
HEADS = ("page", "can be used after, s", "the same of an empty case, s", "its answer again, s", "empty, s", "target")


def write_case(folder: Path, posts: int, people: int = ACCOUNTS_EACH) -> str:
    """The case: every post with a time and a link, by accounts that both files know; the second repeats some of the first's posts."""
    with_store = open_case(str(folder), create=True)
    try:
        for number in range(FILES):
            name, size = f"{number:016x}", posts // FILES
            with with_store.writer(name) as writer:
                for batch in batches(number, size, people):
                    writer.write(batch)
                writer.finish(source(name, number, size, people))
        with_store.link_kinds()  # as loading files does at its end: the case sums itself up
    finally:
        with_store.close()
    return str(folder)


def batches(number: int, size: int, people: int = ACCOUNTS_EACH, block: int = BLOCK) -> Iterator[Batch]:
    """One file's rows."""
    draw = np.random.default_rng(number)
    accounts = names("x:a", np.arange(people))
    common = int(size * COMMON)
    known = table(ACCOUNTS, account_uid=accounts, platform=["x"] * people, native_id=accounts)
    for first in range(0, size, block):
        rows = min(block, size - first)
        place = np.arange(first, first + rows)
        uid = names(np.where(place < common, "x:0p", f"x:{number}p"), place)
        who = accounts.take(pa.array(draw.integers(0, people, rows)))
        at = pa.array(START_US + draw.integers(0, 28 * 86_400_000_000, rows)).cast(pa.timestamp("us", tz="UTC"))
        said = table(POSTS, post_uid=uid, account_uid=who, platform=["x"] * rows, created_at=at, text=uid)
        linked = table(
            LINKS,
            post_uid=uid,
            account_uid=who,
            at=at,
            kind=["url"] * rows,
            target_key=names("larch.example/", draw.integers(0, 500_000, rows)),
            position=np.zeros(rows, np.int16),
        )
        empty = ACCOUNTS.empty_table()
        yield Batch(known if first == 0 else empty, said, linked, SKIPPED.empty_table(), rows, rows, 0)


def names(before: Any, numbers: Any) -> pa.Array:
    """Numbers as names."""
    plain = pa.array(np.char.add(before, numbers.astype(str)).tolist(), pa.string())
    return plain


def table(schema: pa.Schema, **columns: Any) -> pa.Table:
    """A table of the schema; columns that are not given are null."""
    rows = len(next(iter(columns.values())))
    made = [pa.array(columns[f.name]).cast(f.type) if f.name in columns else pa.nulls(rows, f.type) for f in schema]
    return pa.Table.from_arrays(made, schema=schema)


def source(name: str, number: int, size: int, people: int = ACCOUNTS_EACH) -> dict[str, Any]:
    """The record of one file."""
    at = datetime(2026, 8, 3, tzinfo=UTC)
    given = {
        **{"source_id": name, "reader": "generic_csv", "reader_version": 1, "options": "{}", "sha256": name * 4},
        **{"file_name": f"file-{number}.csv", "bytes": size, "rows_in": size, "rows_kept": size, "rows_merged": 0},
        **{"rows_skipped": 0, "posts": size, "accounts": people, "links": size, "platforms": ["x"]},
        **{"first_at": at, "last_at": datetime(2026, 8, 30, tzinfo=UTC), "precision": "us", "ingested_at": at},
        "field_coverage": json.dumps({"text": 1.0, "created_at": 1.0, "url": 1.0}),
    }
    return {field.name: given.get(field.name) for field in SOURCES}


def measure(browser: Any, case: str) -> list[tuple[str, float, float]]:
    """Per page, in order: seconds until the server has answered, and until Chromium shows it and is at rest."""
    process, port = serve(case, 1)
    rows = []
    try:
        for number, where in enumerate(PAGES):
            page = browser.new_page()
            begun = time.perf_counter()
            page.goto(f"http://127.0.0.1:{port}{where}")
            page.locator("#page h1").wait_for(timeout=300_000)
            shown = time.perf_counter() - begun
            page.close()
            begun = time.perf_counter()
            Person(port).page(where, "")
            rows.append((where if number < 3 else f"{where} again", shown, time.perf_counter() - begun))
    finally:
        process.terminate()
        process.wait()
    return rows


def main(words: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=10_000_000)
    parser.add_argument("--quick", action="store_true", help="a million posts")
    parser.add_argument("--keep", type=Path, help="a folder for the case, used again if it is there")
    args = parser.parse_args(words)
    posts = 1_000_000 if args.quick else args.posts
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=["--no-sandbox", "--disable-gpu"])
        place = args.keep or Path(folder) / "case"
        begun = time.perf_counter()
        case = str(place) if (place / "case.json").is_file() else write_case(place, posts)
        print(f"case of {posts:,} posts ready after {time.perf_counter() - begun:.0f} s", file=sys.stderr)
        empty = str(Path(folder) / "empty")
        open_case(empty, create=True).close()
        both = zip(measure(browser, case), measure(browser, empty), strict=True)
        rows = [(f"`{here[0]}`", *(f"{s:.2f}" for s in (here[1], there[1], here[2], there[2]))) for here, there in both]
        say(markdown(HEADS, [(*row, "" if number else f"{TARGET_S:g} s") for number, row in enumerate(rows)]))
        browser.close()


if __name__ == "__main__":
    main()
