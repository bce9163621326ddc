"""A small case on X whose group's posts have addresses, but for a few: reports are written about it. Everything is made up."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graph.case.load import load
from graph.case.notes import About
from graph.case.verdicts import give
from graph.handover import drafts
from graph.handover.drafts import Draft
from graph.report.report import Report
from graph.runs.pipeline import find
from graph.settings import Settings
from graph.stores import open_case
from graph.stores.base import Store
from graph.toy_data import write_posts
from ingest.tables import Options

WITHOUT = {"3", "7"}
"""How many-th posts of the group have no address in the export."""


def with_addresses(folder: Path) -> Path:
    """The posts of the toy case as an export of X with the address of each post; two of the group's have none."""
    plain = write_posts(folder)
    rows = list(csv.DictReader(plain.open(encoding="utf-8")))
    own = [row["id"] for row in rows if int(row["author_id"]) > 40]
    bare = {own[int(nth)] for nth in WITHOUT}
    file = folder / "posts.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        table = csv.DictWriter(out, [*rows[0], "permalink"])
        table.writeheader()
        for row in rows:
            address = "" if row["id"] in bare else f"https://x.com/{row['username']}/status/{row['id']}"
            text = f"Polling stations close at six on Sunday, number {row['id']}" if row["id"] in own else row["text"]
            table.writerow({**row, "text": text, "permalink": address})
    plain.unlink()
    return file


@pytest.fixture(scope="session")
def reported_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the case with one run, which nobody writes to."""
    folder = tmp_path_factory.mktemp("reported")
    store = open_case(str(folder / "case"), create=True)
    load(store, [with_addresses(folder)], Options(platform="x"))
    find(store, Settings(traces=("link",)))
    store.close()
    return folder / "case"


@pytest.fixture
def handed(reported_case: Path, tmp_path: Path) -> Iterator[Store]:
    """A copy of the case for one test to write to; its group has no verdict yet."""
    shutil.copytree(reported_case, tmp_path / "case")
    store = open_case(str(tmp_path / "case"))
    yield store
    store.close()


@pytest.fixture
def confirm() -> Callable[[Store], str]:
    """Gives the verdict "confirmed" on the case's group, and the group's id."""

    def confirmed(store: Store, by: str = "Ann") -> str:
        report = Report(store)
        group = str(report.groups().group_id[0])
        about = About(report.run_id, group_id=group, members=tuple(report.members(group)["account"]))
        give(store, about, "confirmed", "Same order every time.", by)
        return group

    return confirmed


@pytest.fixture
def notice(handed: Store, confirm: Callable[[Store], str]) -> Draft:
    """A notice of that group to X, saved; two of its posts have no address."""
    group = confirm(handed)
    report = Report(handed)
    said = Draft(
        run_id=report.run_id, group_id=group, to="x", answer="law", law="Election Act of Kvarnsund", provision="§ 12",
        country="Kvarnsund", forbids="Whoever publishes a wrong hour …", name="R. S.", email="rs@watch.example", good_faith=True,
        explanation="“Polling stations close at six on Sunday, number” is wrong.",
    )  # fmt: skip
    return drafts.save(handed, said, "R. S.")
