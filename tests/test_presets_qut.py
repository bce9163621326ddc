"""The toolkit of the QUT Digital Observatory: its published figures, and the package itself, edge for edge."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from graph.pairing.actions import Actions
from graph.presets import PRESETS
from graph.presets.qut import COMMANDS, PRESET, messages_to_actions
from graph.toy_data import actions_table
from ingest.errors import UsageError

COLUMNS = ("message_id", "user_id", "username", "repost_id", "reply_id", "message", "timestamp", "urls")
TABLES = {
    "co_retweet": "compute_co_retweet_parallel",
    "co_link": "compute_co_link_network",
    "co_tweet": "compute_co_tweet_network",
    "co_reply": "compute_co_reply_network",
    "co_post": "compute_co_post_network",
}


def messages(rows: list[dict[str, str]]) -> pl.DataFrame:
    """Rows of the toolkit's file; what a row does not say is empty."""
    return pl.DataFrame([{name: row.get(name, "") for name in COLUMNS} for row in rows], schema=list(COLUMNS))


def said(*rows: tuple[str, float, str], column: str = "message") -> pl.DataFrame:
    """One message a row: user, second, and what stands in the column."""
    return messages(
        [
            {"message_id": f"m{n}", "user_id": u, "timestamp": str(t), column: what}
            for n, (u, t, what) in enumerate(rows)
        ]
    )


Edges = dict[tuple[str, str], float]


def ours(table: pl.DataFrame, command: str, window_s: float, **options: float) -> Edges:
    edges = PRESET.edges(messages_to_actions(table, command), window_s, options).filter("preset_keeps")
    return {(a, b): weight for a, b, weight in edges.select("account_a", "account_b", "preset_weight").rows()}


def theirs(folder: Path, table: pl.DataFrame, command: str, window_s: float, least: int, loops: bool = False) -> Edges:
    """The package run on the same messages, each cell as its own reader of CSV gives it."""
    networks = pytest.importorskip(
        "coordination_network_toolkit.compute_networks", reason="the toolkit is not installed"
    )
    from coordination_network_toolkit.graph import get_edge_rows
    from coordination_network_toolkit.preprocess import preprocess_data

    database = str(folder / f"{command}.db")
    rows = ((*row[:-1], row[-1].split(" ")) for row in table.select(COLUMNS).rows())
    with contextlib.redirect_stdout(io.StringIO()):
        preprocess_data(database, rows)
        getattr(networks, TABLES[command])(database, window_s, n_threads=2, min_edge_weight=least)
    return {(str(a), str(b)): float(weight) for a, b, weight, _ in get_edge_rows(database, command, loops=loops)}


@pytest.fixture(scope="module")
def sample(shared: Path) -> pl.DataFrame:
    return pl.read_csv(
        shared / "samples" / "coordination-network-toolkit" / "coretweet_test_input.csv", infer_schema=False
    ).fill_null("")


@pytest.mark.parametrize(
    ("window_s", "least", "loops", "nodes"),
    [(1, 1, 0, 2), (1, 1, 1, 3), (1, 2, 0, 0), (1, 2, 1, 1), (60, 1, 0, 6), (60, 1, 1, 7)],
)
def test_published_figures(sample: pl.DataFrame, window_s: float, least: int, loops: int, nodes: int) -> None:
    edges = ours(sample, "co_retweet", window_s, min_edge_weight=least, loops=loops)
    assert len({account for edge in edges for account in edge}) == nodes


@pytest.mark.parametrize("least", [1, 2])
@pytest.mark.parametrize("window_s", [1, 60])
def test_the_package_on_its_own_sample(sample: pl.DataFrame, tmp_path: Path, window_s: float, least: int) -> None:
    for command in ("co_retweet", "co_post"):
        expected = theirs(tmp_path, sample, command, window_s, least)
        assert ours(sample, command, window_s, min_edge_weight=least) == expected


@pytest.mark.parametrize("least", [1, 2])
def test_the_package_on_reposts(shared: Path, tmp_path: Path, least: int) -> None:
    reposts = pl.read_csv(shared / "data" / "russian_coord_tweets.csv", infer_schema=False).select(
        message_id="content_id",
        user_id="account_id",
        username=pl.lit(""),
        repost_id="object_id",
        reply_id=pl.lit(""),
        message=pl.lit(""),
        timestamp="timestamp_share",
        urls=pl.lit(""),
    )
    expected = theirs(tmp_path, reposts, "co_retweet", 60, least)
    assert len(expected) == {1: 12_412, 2: 95}[least]
    assert ours(reposts, "co_retweet", 60, min_edge_weight=least) == expected


def many_links(rows: int = 20_000) -> pl.DataFrame:
    """Everything the weight has to see: several addresses a message, users that repeat, reposts, fractions of a second."""
    draw = np.random.default_rng(3)
    links = [
        " ".join(f"http://e.example/{n}" for n in draw.zipf(1.3, draw.integers(1, 4)) % 3_000) for _ in range(rows)
    ]
    at = draw.integers(0, 4 * 86_400 * 8, rows) / 8  # eighths are exact in floating point
    return messages(
        [
            {
                "message_id": str(n),
                "user_id": f"u{draw.zipf(1.5) % 2_000}",
                "repost_id": "r" if n % 17 == 0 else "",
                "timestamp": repr(float(at[n])),
                "urls": links[n],
            }
            for n in range(rows)
        ]
    )


@pytest.mark.parametrize("window_s", [1, 60])
def test_the_package_on_links(tmp_path: Path, window_s: float) -> None:
    table = many_links()
    expected = theirs(tmp_path, table, "co_link", window_s, 1)
    assert len(expected) > 200 and max(expected.values()) > 3
    assert ours(table, "co_link", window_s, min_edge_weight=1) == expected
    assert ours(table, "co_link", window_s) == {edge: w for edge, w in expected.items() if w >= 2}


def test_the_package_on_texts_and_replies(tmp_path: Path) -> None:
    draw = np.random.default_rng(5)
    words = ["Wind", "  wind ", "@ann wind", "wind @ben", "@cem.dee, wind", "rain", "rain\tnow", "RAIN now"]
    table = messages(
        [
            {
                "message_id": str(n),
                "user_id": f"u{draw.integers(0, 12)}",
                "message": words[draw.integers(0, len(words))],
                "reply_id": f"p{draw.integers(0, 9)}" if n % 3 else "",
                "repost_id": "r" if n % 11 == 0 else "",
                "timestamp": str(draw.integers(0, 4_000)),
            }
            for n in range(400)
        ]
    )
    for command in ("co_tweet", "co_reply"):
        expected = theirs(tmp_path, table, command, 20, 1)
        assert len(expected) > 30
        assert ours(table, command, 20, min_edge_weight=1) == expected


def test_weight_counts_messages_of_the_first_that_the_second_matched() -> None:
    """Ann says it once, Ben ten times around her: he matched one message of hers, she ten of his."""
    table = said(("ann", 50, "go"), *[("ben", 45 + n, "go") for n in range(10)])
    assert ours(table, "co_tweet", 60, min_edge_weight=1) == {("ann", "ben"): 1, ("ben", "ann"): 10}
    assert ours(table, "co_tweet", 60) == {("ben", "ann"): 10}


def test_a_message_with_two_common_links_counts_once() -> None:
    table = said(("ann", 0, "a.example b.example"), ("ben", 5, "b.example a.example"), column="urls")
    assert ours(table, "co_link", 5, min_edge_weight=1) == {("ann", "ben"): 1, ("ben", "ann"): 1}
    assert not ours(table, "co_link", 4.9, min_edge_weight=1)


def test_the_first_row_of_a_message_counts() -> None:
    table = said(("ann", 0, "go"), ("ben", 5, "go"), ("cem", 6, "go")).with_columns(
        message_id=pl.Series(["1", "2", "2"])
    )
    assert set(ours(table, "co_tweet", 60, min_edge_weight=1)) == {("ann", "ben"), ("ben", "ann")}


def test_known_difference_messages_without_a_link_are_not_tied(tmp_path: Path) -> None:
    table = said(("ann", 0, ""), ("ben", 10, ""), column="urls")
    assert theirs(tmp_path, table, "co_link", 60, 1) == {("ann", "ben"): 1, ("ben", "ann"): 1}
    assert ours(table, "co_link", 60, min_edge_weight=1) == {}


def test_known_difference_messages_of_mentions_alone_are_not_tied(tmp_path: Path) -> None:
    table = said(("ann", 0, "@alice"), ("ben", 10, "@bob @carol"))
    assert theirs(tmp_path, table, "co_tweet", 60, 1) == {("ann", "ben"): 1, ("ben", "ann"): 1}
    assert ours(table, "co_tweet", 60, min_edge_weight=1) == {}


def test_known_difference_a_message_does_not_match_itself(tmp_path: Path) -> None:
    table = said(("ann", 0, "o"), ("ben", 900, "o"), ("ben", 910, "o"), column="repost_id")
    assert theirs(tmp_path, table, "co_retweet", 60, 1, loops=True) == {("ann", "ann"): 1, ("ben", "ben"): 2}
    assert ours(table, "co_retweet", 60, min_edge_weight=1, loops=1) == {("ben", "ben"): 2}


def test_known_difference_a_gap_of_exactly_the_window_counts_whatever_floats_say(tmp_path: Path) -> None:
    table = said(("ann", 0.7, "o"), ("ben", 0.8, "o"), column="repost_id")
    assert theirs(tmp_path, table, "co_retweet", 0.1, 1) == {}
    assert ours(table, "co_retweet", 0.1, min_edge_weight=1) == {("ann", "ben"): 1, ("ben", "ann"): 1}


def test_similar_messages_by_hand() -> None:
    """4 of 5 words in common: Jaccard 4 / 6; with one word dropped, 4 / 5."""
    table = said(
        ("ann", 0, "one two three four five"), ("ben", 9, "one two three four"), ("cem", 9, "one two three four six")
    )

    def tied(threshold: float, window_s: float = 60) -> set[tuple[str, str]]:
        edges = PRESET.similar(table, window_s, {"min_edge_weight": 1}, threshold)
        return {(a, b) for a, b in edges.select("account_a", "account_b").rows() if a < b}

    assert tied(0.81) == set()
    assert tied(0.8) == {("ann", "ben"), ("ben", "cem")}
    assert tied(4 / 6) == {("ann", "ben"), ("ben", "cem"), ("ann", "cem")}
    assert tied(0.8, window_s=8.9) == {("ben", "cem")}


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.8, 1.0])
def test_similar_messages_are_those_of_comparing_all(threshold: float) -> None:
    draw = np.random.default_rng(11)
    rows = [
        (
            f"u{draw.integers(0, 15)}",
            int(draw.integers(0, 500)),
            " ".join(f"w{w}" for w in draw.integers(0, 9, draw.integers(0, 7))),
        )
        for _ in range(150)
    ]
    sets = [set(text.split()) for _, _, text in rows]
    matched = {
        (rows[i][0], rows[j][0], i)
        for i in range(len(rows))
        for j in range(len(rows))
        if rows[i][0] != rows[j][0]
        and abs(rows[i][1] - rows[j][1]) <= 30
        and (sets[i] and sets[j] and len(sets[i] & sets[j]) / len(sets[i] | sets[j]) >= threshold)
    }
    expected: Edges = {}
    for one, two, _ in matched:
        expected[one, two] = expected.get((one, two), 0) + 1
    found = PRESET.similar(said(*rows), 30, {"min_edge_weight": 1}, threshold)
    assert {(a, b): w for a, b, w, _ in found.rows()} == expected


def test_commands_are_named() -> None:
    with pytest.raises(UsageError, match="Did you mean 'co_link'"):
        messages_to_actions(said(("ann", 0, "x")), "co_lnk")
    assert {*COMMANDS} == {*TABLES}
    assert PRESETS["qut"] is PRESET


def test_nothing_gives_nothing() -> None:
    empty = Actions.from_table(actions_table([]))
    assert all(preset.edges(empty, 60, {}).height == 0 for preset in PRESETS.values())
