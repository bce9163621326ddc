"""Pairs and ties against a count by hand."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations, permutations

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from fixtures_worlds import actions_of, planted_pairs, random_actions

from graph.pairing import local
from graph.pairing.actions import Actions
from graph.pairing.local import LocalEngine
from graph.runs.caveats import caveats
from graph.runs.pipeline import search
from graph.settings import Settings, parse_window
from graph.ties.evidence import post_pairs
from graph.ties.layer import build_layer
from graph.ties.response_times import FEW, own_speeds
from graph.ties.table import tie_table
from graph.ties.validation import validate_layers
from graph.toy_data import actions_table, three_friends
from ingest.errors import UsageError
from ingest.synthetic import Plan, world


def by_hand(actions: Actions, window_s: float) -> dict[tuple[int, int], dict[int, int]]:
    """Per pair of accounts: object -> pairs of actions within the window."""
    met: dict[tuple[int, int], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    rows = list(zip(actions.account.tolist(), actions.object.tolist(), actions.time.tolist(), strict=True))
    for (a, o, t), (b, p, u) in combinations(rows, 2):
        if o == p and a != b and abs(t - u) <= window_s * 1e6:
            met[min(a, b), max(a, b)][o] += 1
    return met


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("window_s", [0.5, 5, 60, 4_000])
def test_pairs_equal_a_count_by_hand(seed: int, window_s: float) -> None:
    actions = random_actions(seed)
    met = by_hand(actions, window_s)
    pairs = LocalEngine().pairs(actions, window_s)
    want = {pair: len(objects) for pair, objects in met.items() if len(objects) >= 2}
    assert dict(zip(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True), pairs.observed.tolist(), strict=True)) == want
    assert pairs.meetings == sum(len(objects) for objects in met.values())
    assert pairs.rapid.sum() == sum(n for objects in met.values() for n in objects.values())
    for n in range(len(pairs)):
        own = slice(pairs.start[n], pairs.start[n + 1])
        found = dict(zip(pairs.met_object[own].tolist(), pairs.met_actions[own].tolist(), strict=True))
        assert found == met[int(pairs.a[n]), int(pairs.b[n])]


@pytest.mark.parametrize("block", [1, 7, 100])
def test_how_many_pairs_are_held_changes_nothing(block: int) -> None:
    """Where not all pairs may be held at once, accounts are taken range by range."""
    actions = random_actions(9, rows=600)
    whole, parts = LocalEngine().pairs(actions, 60), LocalEngine(block).pairs(actions, 60)
    for name in ("a", "b", "observed", "start", "met_object", "met_actions", "rapid"):
        assert np.array_equal(getattr(whole, name), getattr(parts, name)), name
    assert whole.meetings == parts.meetings


def test_window_includes_its_ends() -> None:
    actions = Actions.from_table(
        actions_table([("x:a", "1", 0), ("x:b", "1", 60), ("x:a", "2", 0), ("x:b", "2", 60), ("x:c", "2", 60.000001)])
    )
    assert LocalEngine().pairs(actions, 60).observed.tolist() == [2, 2][:1]
    assert len(LocalEngine().pairs(actions, 59.999999)) == 0


def test_order_of_rows_changes_nothing() -> None:
    table = three_friends()
    turned = table.take(pa.array(range(table.num_rows - 1, -1, -1)))
    one, two = Actions.from_table(table), Actions.from_table(turned)
    assert np.array_equal(one.account, two.account)
    assert np.array_equal(one.time, two.time)
    assert one.post.equals(two.post)


def test_rows_without_account_object_or_time_are_left_out_and_a_repeated_object_counts_once() -> None:
    table = pa.table(
        {
            "account_uid": pa.array(["x:a", None, "x:b", "x:b", "x:b"]),
            "object": pa.array(["1", "1", None, "1", "1"]),
            "at": pa.array([0, 1, 2, None, 3], pa.timestamp("us", tz="UTC")),
            "post_uid": pa.array(["x:1", "x:2", "x:3", "x:4", "x:5"]),
        }
    )
    assert len(Actions.from_table(table)) == 2
    assert len(Actions.from_table(pa.concat_tables([table, table]))) == 2


def test_no_actions_give_no_pairs() -> None:
    empty = Actions.from_table(three_friends().slice(0, 0))
    assert len(LocalEngine().pairs(empty, 60)) == 0
    validated = validate_layers([build_layer("link", empty, 60, Settings(), LocalEngine())], Settings(), LocalEngine())
    assert post_pairs(validated[0], validated[0].stands, LocalEngine()).height == 0


def test_viral_objects_are_set_aside_by_name() -> None:
    rows = [(f"x:{n}", "viral", n * 0.01) for n in range(100)] + [("x:1", "1", 0), ("x:2", "1", 1)]
    actions = Actions.from_table(actions_table(rows))
    layer = build_layer("link", actions, 60, Settings(viral_pairs=1_000), LocalEngine())
    assert layer.viral == ["viral"]
    assert len(layer.actions) == 2


def test_ties_carry_their_evidence() -> None:
    """A small planted world: the evidence of a tie holds exactly its observed objects, within the window."""
    drawn = world(5, Plan(accounts=2_000, actions=15_000, links=2_000, fans=0, groups=2))
    actions, settings, engine = actions_of(drawn), Settings(), LocalEngine()
    validated = validate_layers([build_layer("link", actions, 60, settings, engine)], settings, engine)[0]
    evidence = post_pairs(validated, validated.stands, engine)
    ties = tie_table(validated, validated.stands, evidence, settings)
    assert planted_pairs(drawn) == set(ties.select("account_a", "account_b").iter_rows())
    per_tie = dict(evidence.group_by("account_a", "account_b"))
    for tie in ties.iter_rows(named=True):
        part = per_tie[tie["account_a"], tie["account_b"]]
        assert part["object"].n_unique() == tie["observed"] <= tie["shared"]
        assert (part["lag_s"].abs() <= 60).all()
        assert tie["a_first"] + tie["b_first"] <= tie["observed"]
        assert tie["q"] == max(tie["q_a"], tie["q_b"]) < 0.05
        assert tie["level"] == ("far" if tie["q"] < 0.001 else "beyond")
        assert tie["expected"] == (tie["expected_b"] if tie["p_b"] > tie["p_a"] else tie["expected_a"])


@pytest.mark.parametrize("text", ["", "abc", "-5s", "0s", "5 parsecs", "1e3s"])
def test_unreadable_windows_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        parse_window(text)


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_change_nothing(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    actions = random_actions(4, rows=900)
    one = LocalEngine(threads=1).pairs(actions, 600)
    monkeypatch.setattr(local, "_BLOCK", 90)
    monkeypatch.setattr(local, "_CHUNK", 50)
    several = LocalEngine(threads=threads).pairs(actions, 600)
    for name in ("a", "b", "observed", "start", "met_object", "met_actions", "rapid", "meetings"):
        assert np.array_equal(getattr(one, name), getattr(several, name)), name


def test_what_own_speeds_explain_is_every_delay_held_against_every_other() -> None:
    actions = random_actions(6, rows=500, accounts=12, objects=20)
    layer = build_layer("link", actions, 600, Settings(), LocalEngine())
    pairs = layer.pairs
    label = np.where(np.arange(12) < 9, 0, -1)
    own = (pairs.a < 9) & (pairs.b < 9)
    pairs = pairs.where(own)
    found = own_speeds(layer, pairs.a, pairs.b, label, np.full(len(pairs), 0.3))
    first: dict[tuple[int, int], int] = {}
    for who, what, at in zip(actions.account.tolist(), actions.object.tolist(), actions.time.tolist(), strict=True):
        first.setdefault((what, who), at)
    for n, (a, b) in enumerate(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True)):
        delays, common = [], 0
        for what in [o for o in range(20) if (o, a) in first and (o, b) in first]:
            common += 1
            if others := [at for (o, who), at in first.items() if o == what and who >= 9]:
                delays.append((first[what, a] - min(others), first[what, b] - min(others)))
        near = sum(abs(x[0] - y[1]) <= 600_000_000 for x, y in permutations(delays, 2))
        few = len(delays) * (len(delays) - 1) + FEW
        assert found[n] == pytest.approx((near * common + FEW * 0.3) / few)
    assert len(pairs) > 20 and found.max() > 0.3


def test_those_who_bring_an_object_up_together_are_not_fast_after_each_other() -> None:
    """Six act within seconds before anybody else does: each is always near the others, but not after the same time."""
    rows = [(f"x:m{member}", f"o{n}", n * 100_000 + member) for n in range(8) for member in range(6)]
    rows += [(f"x:s{n}{who}", f"o{n}", n * 100_000 + 700 * (n + 1) ** 2 + who) for n in range(8) for who in range(9)]
    layer = build_layer("link", Actions.from_table(actions_table(rows)), 60, Settings(), LocalEngine())
    members = np.array([name.startswith("x:m") for name in layer.actions.accounts.to_pylist()])
    pairs = layer.pairs
    assert len(pairs) == 15 and members[pairs.a].all() and members[pairs.b].all()
    assert own_speeds(layer, pairs.a, pairs.b, np.where(members, 0, -1), np.zeros(15)).tolist() == [0.0] * 15


def test_two_who_are_always_that_fast_are_no_tie_and_that_is_said() -> None:
    drawn = actions_of(world(8, Plan(groups=0, fans=200, fan_spread=1.0)))
    settings, engine = Settings(worlds=0), LocalEngine()
    validated = validate_layers([build_layer("link", drawn, 60, settings, engine)], settings, engine)[0]
    fast = validated.own_speed
    assert fast.sum() == 2 and not validated.stands.any()
    assert (validated.q_a[fast] <= settings.alpha).all() and (validated.q_b[fast] > settings.alpha).all()
    said = search({"link": drawn}, settings, engine, lambda *_: None)
    notes = caveats(
        [one.validated for one in said.layers],
        said.tables("s", pl.DataFrame(schema={"post_uid": pl.String, "rank": pl.Int64})),
        [],
        "s",
    )
    assert [note for note in notes if note.startswith("2 more pairs of accounts were not counted as tied")]
