"""Traces with too little in them: no row, no action, one account, one object, nobody who meets. A run ends and says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from fixtures_shared_cases import CaseFile
from fixtures_stores import account, at, batch, link, post, put

from graph.case.load import load
from graph.presets import PRESETS
from graph.runs.pipeline import find
from graph.runs.power import try_power
from graph.schema import Findings
from graph.settings import Settings
from graph.stores import Store, open_case
from graph.traces import TRACES
from ingest.errors import UsageError

DAY = 86_400 + 420  # never at the same minute: posts by the clock are no traces of acting together
LONG = "the bridge near the old mill is closed from tonight until further notice says the council"
Act = tuple[str, int, float]  # account, object, seconds
SHAPES: dict[str, Sequence[Act]] = {
    "one account": [("x:1", n, n * DAY) for n in range(6)],
    "one object": [("x:1", 0, 0), ("x:2", 0, 5)],
    "two accounts that never meet": [(f"x:{1 + n % 2}", n // 2, n * DAY * 3) for n in range(12)],
    "two accounts with nothing in common": [(f"x:{1 + n % 2}", n, n * DAY) for n in range(12)],
}
OWN = {"handle": "nora{}", "url": "https://linktr.ee/nora{}", "description": "mail nora{}@mill.example"}
"""What accounts have, for the traces of accounts."""
ENGINES = ("local", "duckdb")


def rows_of(trace: str, acts: Sequence[Act], inherited: bool = False, first: int = 0) -> tuple[list[Any], list[Any]]:
    """Posts and links that are these acts for a trace; ``first`` numbers the posts."""
    posts, links = [], []
    for number, (who, thing, seconds) in enumerate(acts, first):
        uid, when = f"x:p{number}", at(seconds)
        text = f"{LONG} {'abcdefghijkl'[thing % 12] * 9}" if trace == "near_text" else None
        posts.append(post(uid, who, when, text=text, kind="repost" if inherited else "original"))
        tags = 1 if inherited else 5
        if trace == "same_picture":
            keys = [f"{thing:015x}f"]
        else:
            keys = [f"{thing}tag{n}" for n in range(tags)] if "hashtag" in trace else [f"a{thing}.example"]
        for kind in TRACES[trace].kinds:
            links += [
                link(uid, who, kind, key, when, position=place, inherited=inherited) for place, key in enumerate(keys)
            ]
    return posts, links


def fill(store: Store, traces: Sequence[str], acts: Sequence[Act], inherited: bool = False) -> Store:
    """A case with the acts of these traces, each with posts of its own."""
    posts: list[Any] = []
    links: list[Any] = []
    for trace in traces:
        own_posts, own_links = rows_of(trace, acts, inherited, len(posts))
        posts, links = posts + own_posts, links + own_links
    own = {} if inherited or not any(TRACES[trace].of_accounts for trace in traces) else OWN
    who = sorted({who for who, _, _ in acts})
    accounts = [account(uid, **{name: how.format("abc"[int(uid[-1]) % 3]) for name, how in own.items()}) for uid in who]
    put(store, "s1", batch(accounts=accounts, posts=posts, links=links))
    return store


@pytest.fixture
def case(tmp_path: Any) -> Store:
    """An empty case in a folder."""
    return open_case(str(tmp_path / "case"), create=True)


def holds_nothing(found: Findings, traces: Sequence[str]) -> None:
    """The run lists each trace it looked at, and no result."""
    looked = found.table("layers").to_pylist()
    assert {row["trace"] for row in looked} <= set(traces) and looked
    assert all(row["ties"] == 0 for row in looked)
    assert (found.run["counts"]["ties"], found.run["counts"]["groups"]) == (0, 0)
    assert found.table("ties").num_rows == found.table("groups").num_rows == found.table("post_pairs").num_rows == 0


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("trace", TRACES)
def test_a_run_of_one_trace_ends(case: Store, trace: str, shape: str) -> None:
    found = find(fill(case, [trace], SHAPES[shape]), Settings(traces=(trace,)))
    holds_nothing(found, [trace])
    (layer,) = found.table("layers").to_pylist()
    assert layer["actions"] > 0 and layer["accounts"] == len({who for who, _, _ in SHAPES[shape]})


@pytest.mark.parametrize("trace", TRACES)
def test_rows_that_give_no_action_end_too(case: Store, trace: str) -> None:
    """Reposts inherit their links, and one hashtag is no set."""
    found = find(fill(case, [trace], SHAPES["one object"], inherited=True), Settings(traces=(trace,)))
    holds_nothing(found, [trace])
    assert [row["actions"] for row in found.table("layers").to_pylist()] == [0]


@pytest.mark.parametrize("trace", TRACES)
def test_a_case_without_a_row_says_what_to_do(case: Store, trace: str) -> None:
    with pytest.raises(UsageError, match="Nothing in this case can be read as"):
        find(case, Settings(traces=(trace,)))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("shape", ["one object", "two accounts that never meet", "no action"])
def test_all_traces_end_in_every_store_and_engine(new_case: Callable[..., Store], engine: str, shape: str) -> None:
    if engine != "local":
        pytest.importorskip("ibis")
    every = tuple(TRACES)
    case = fill(new_case(), every, SHAPES.get(shape, SHAPES["one object"]), shape == "no action")
    holds_nothing(find(case, Settings(traces=every), engine=engine), every)


@pytest.mark.parametrize("shape", ["one object", "two accounts that never meet", "no action"])
def test_a_sweep_ends(case: Store, shape: str) -> None:
    acts = SHAPES.get(shape, SHAPES["one object"])
    every = tuple(TRACES)
    found = find(fill(case, every, acts, shape == "no action"), Settings(traces=every, sweep=True))
    holds_nothing(found, every)
    assert not any(row["suggested"] for row in found.table("windows").to_pylist())


@pytest.mark.parametrize("shape", ["one object", "no action"])
@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_ends(case: Store, preset: str, shape: str) -> None:
    every = tuple(TRACES)
    case = fill(case, every, SHAPES["one object"], shape == "no action")
    holds_nothing(find(case, Settings(traces=every, preset=preset, pairs=True)), every)


@pytest.mark.parametrize("shape", ["one account", "no action"])
def test_power_says_that_there_are_too_few_accounts(case: Store, shape: str) -> None:
    fill(case, ["link"], SHAPES.get(shape, SHAPES["one object"]), shape == "no action")
    run = find(case, Settings(traces=("link",))).run
    with pytest.raises(UsageError, match="too few to plant"):
        try_power(case, run)


@pytest.mark.parametrize(
    ("name", "ties"),
    [
        ("only_retweets.jsonl", 0),
        ("telegram_forwards_only.json", 0),
        ("tiny_single_tag.csv", 0),
        ("single_tags.csv", 10),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_exports_whose_default_trace_gives_no_action(
    case: Store, case_file: CaseFile, name: str, ties: int, engine: str
) -> None:
    if engine != "local":
        pytest.importorskip("ibis")
    load(case, [case_file(f"traces-without-actions/{name}")])
    assert find(case, engine=engine).run["counts"]["ties"] == ties
