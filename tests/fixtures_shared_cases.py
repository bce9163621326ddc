"""The made-up files of ``../shared/cases``: one folder a case, with the right values in its ``expect.md``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import ingest
from ingest import Tables

CaseFile = Callable[[str], Path]
CaseTables = Callable[..., Tables]


@pytest.fixture(scope="session")
def case_file(shared: Path) -> CaseFile:
    """The path of a file of a case, such as ``case_file("r-na/big_na.csv")``; skips where it is not beside the checkout."""

    def found(name: str) -> Path:
        path = shared / "cases" / name
        if not path.exists():
            pytest.skip(f"../shared/cases/{name} is not beside this checkout")
        return path

    return found


@pytest.fixture(scope="session")
def case_tables(case_file: CaseFile) -> CaseTables:
    """The tables of a file of a case: ``case_tables("r-na/big_na.csv")``, with the options of ``ingest.read``."""

    def tables(name: str, **options: Any) -> Tables:
        return ingest.read(case_file(name), **options)

    return tables


def kinds(tables: Tables) -> list[str]:
    """The kind of each post, in the order of the file."""
    return list(tables.posts.sort_values("raw_row")["kind"])


def links(tables: Tables, *kinds: str) -> list[tuple[str, str]]:
    """The links of these kinds as (native id of the post, key of the target), in the order of the file."""
    rows = tables.links[tables.links["kind"].isin(kinds)].merge(tables.posts[["post_uid", "native_id", "raw_row"]])
    rows = rows.sort_values(["raw_row", "position"], kind="stable")
    return list(zip(rows["native_id"], rows["target_key"], strict=True))


def without_missing(values: pd.Series) -> list[str]:
    """The values of a column that are there."""
    return list(values.dropna())
