"""The page of promises names tests that are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
NAMED = sorted(set(re.findall(r"`(test_\w+\.py)::(test_\w+)`", (HERE / "PROMISES.md").read_text("utf-8"))))


def functions(file: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_a_promise_has_its_test(file: str, test: str) -> None:
    assert test in functions(HERE / file)


def test_every_row_names_a_test() -> None:
    rows = re.findall(
        r"^\| (?!promise|---)(.+) \|$", (HERE / "PROMISES.md").read_text("utf-8").partition("## How")[0], re.MULTILINE
    )
    assert len(rows) > 20
    assert not [row for row in rows if "::" not in row]


def test_links_of_the_pages_lead_somewhere() -> None:
    for page in (HERE / "PROMISES.md", HERE.parent / "SECURITY.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).is_file(), f"{page.name}: {target}"
