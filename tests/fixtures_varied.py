"""Cases that differ in everything a page may trip over, each built once a session: few and many accounts, windows, behaviours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fixtures_cases import SMALL
from fixtures_sizes import FORTY, LONG, case_of

from graph.case.load import load
from graph.runs.pipeline import find
from graph.settings import Settings
from graph.stores import open_case
from graph.stores.base import Store
from ingest.synthetic import write_demo


def _found(*runs: Settings, planted: bool = True, describe: tuple[str, ...] = ()) -> Callable[[Path], Store]:
    def made(folder: Path) -> Store:
        store = open_case(str(folder / "case"), create=True)
        load(store, write_demo(folder / "files", seed=3, plan=SMALL if planted else SMALL.noise_only()))
        for settings in runs:
            find(store, settings, describe=describe)
        return store

    return made


def _written(rows: str, *runs: Settings) -> Callable[[Path], Store]:
    def made(folder: Path) -> Store:
        folder.mkdir(exist_ok=True, parents=True)
        (folder / "posts.csv").write_text(f"account,time,text,url\n{rows}", "utf-8")
        store = open_case(str(folder / "case"), create=True)
        load(store, [folder / "posts.csv"])
        for settings in runs:
            find(store, settings)
        return store

    return made


THREE_POSTS = "ann,2026-08-03 10:00:00,one,https://larch.example/1\nben,2026-08-03 10:00:09,two,https://larch.example/1\nann,2026-08-04 10:00:00,three,\n"
SCRIPTS = "".join(
    f"{name},2026-08-{3 + day:02} 10:00:{5 * k:02},{words} {day},https://larch.example/{name}/{day}\n"
    for day in range(12)
    for k, (name, words) in enumerate(
        [("أخبار_اليوم", "خبر عاجل"), ("ข่าวด่วน", "ข่าววันนี้"), ("Ωmega & <b>", "=1+1"), ("emoji 🌲 name", "🌲🌲")]
    )
)
TWO_BEHAVIOURS = Settings(traces=("link", "text"), windows_s=(60.0, 300.0))

CASES: dict[str, Callable[[Path], Store]] = {
    "two windows and two behaviours": _found(TWO_BEHAVIOURS, describe=("coortweet", "keller-schoch")),
    "a sweep": _found(Settings(traces=("link",), sweep=True)),
    "two runs, one with a published method": _found(
        Settings(traces=("link",)), Settings(traces=("link", "text"), preset="coortweet")
    ),
    "nothing": _found(Settings(traces=("link",)), planted=False, describe=("shared",)),
    "no run": _written(THREE_POSTS),
    "three posts": _written(THREE_POSTS, Settings()),
    "names of many scripts": _written(SCRIPTS, Settings(traces=("link", "domain"))),
    "three accounts": lambda folder: case_of(folder / "case", [3], accounts=3),
    "a pair": lambda folder: case_of(folder / "case", [2], accounts=9, headings=("aside",)),
    "all headings on forty platforms": lambda folder: case_of(
        folder / "case", [40, 9, 3], accounts=200, platforms=FORTY, headings=("groups", "closed", "aside")
    ),
    "minutes and parts": lambda folder: case_of(folder / "case", [30, 24, 18], each=6, minutes=True, parts=True),
    "long names": lambda folder: case_of(folder / "case", [12, 5], host=f"{LONG}.example"),
}
"""Cases by what is special about them."""


@pytest.fixture(scope="session")
def many_cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Store]]:
    """A function that gives one of ``CASES``, built when first asked for."""
    built: dict[str, Store] = {}

    def case(name: str) -> Store:
        if name not in built:
            built[name] = CASES[name](tmp_path_factory.mktemp("many"))
        return built[name]

    yield case
    for store in built.values():
        store.close()
