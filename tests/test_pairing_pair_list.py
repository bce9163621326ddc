"""The list of pairs of actions: under the accounts of the data it gives the pairs that the engine counts, and so it does after a shuffle."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from graph.pairing import pair_list
from graph.pairing.actions import Actions
from graph.pairing.local import LocalEngine
from graph.pairing.pair_list import listed
from graph.significance.permutations import with_accounts_shuffled, with_times_shuffled
from graph.toy_data import actions_table

ENGINE = LocalEngine()


def some_actions(seed: int, rows: int = 400) -> Actions:
    """Accounts that act on few objects at random seconds, also twice on one."""
    draw = np.random.default_rng(seed)
    acts = zip(draw.integers(0, 15, rows), draw.integers(0, 12, rows), draw.integers(0, 900, rows), strict=True)
    return Actions.from_table(actions_table([(f"x:{who}", f"o{what}", float(when)) for who, what, when in acts]))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    "shuffle", [None, with_accounts_shuffled, with_times_shuffled], ids=["data", "accounts", "times"]
)
def test_a_list_gives_the_pairs_of_any_labelling(seed: int, shuffle: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair_list, "BLOCK", 64)  # several blocks
    actions = some_actions(seed)
    pairs_of = listed(actions, 60, ENGINE)
    world = shuffle(actions, np.random.default_rng(seed)) if callable(shuffle) else actions
    got, want = pairs_of.pairs(world), ENGINE.pairs(world, 60)
    assert len(want) > 20 and got.meetings == want.meetings
    for name in ("a", "b", "observed", "start", "met_object", "met_actions", "rapid"):
        assert np.array_equal(getattr(got, name), getattr(want, name)), name


def test_pairs_that_are_added_are_counted() -> None:
    actions = some_actions(3)
    pairs_of = listed(actions, 60, ENGINE)
    half = len(pairs_of.early) // 2
    first = replace(pairs_of, early=pairs_of.early[:half], late=pairs_of.late[:half])
    first = pair_list.Listed.of(actions, first.early, first.late)
    whole = first.with_pairs(actions, pairs_of.early[half:].astype(np.int64), pairs_of.late[half:].astype(np.int64))
    assert np.array_equal(whole.rapid, pairs_of.rapid)
    assert np.array_equal(whole.pairs(actions).observed, pairs_of.pairs(actions).observed)


def test_nobody_who_acts_gives_no_pairs() -> None:
    none = Actions.from_table(actions_table([]))
    assert len(listed(none, 60, ENGINE).pairs(none)) == 0
