"""What each file can show: a share, none where the file holds nothing, a dash where its format does not say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dashboards.pages.sources.coverage import matrix
from graph.traces import TRACES


def source(reader: str, file: str, rows: int, **coverage: float) -> dict[str, Any]:
    return {
        "reader": reader,
        "file_name": file,
        "rows_kept": rows,
        "precision": "s",
        "field_coverage": json.dumps(coverage),
    }


def cells(block: Any, way: str) -> list[str]:
    """The row of a way of acting as the CSV of the table holds it."""
    rows = [part for part in block._traverse() if type(part).__name__ == "Tr"]
    found = next(r for r in rows if r.children[0].children == way)
    return [getattr(cell, "data-value") for cell in found.children[1:]]


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("link", ["0.25", "0"]),  # a share of all rows of both files, and nothing in a file that could
        ("quote", ["", "0"]),  # Telegram exports do not say what a post quotes
        ("text", ["0.7", "1.0"]),
    ],
)
def test_a_row_for_each_way(way: str, expected: list[str]) -> None:
    sources = [
        source("telegram_desktop", "a.json", 60, text=0.5, url=0.0, domain=0.0),
        source("telegram_desktop", "b.json", 40, text=1.0, url=0.625, domain=0.625),
        source("x_v2", "<x>.jsonl", 10, text=1.0),
    ]
    assert cells(matrix(sources), TRACES[way].words.title) == expected
