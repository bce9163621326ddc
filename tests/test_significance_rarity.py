"""Calibration of the rarity model: nothing on noise of several kinds, planted personas found."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest

from graph.pairing.actions import Actions
from graph.pairing.local import LocalEngine
from graph.settings import Settings
from graph.significance.name_model import base_of, chances
from graph.ties.layer import layer_across
from graph.ties.validation import ValidatedLayer, validate_layers
from graph.toy_data import actions_table
from graph.traces.across import chances_of
from graph.traces.same_handle import normal
from graph.windows import ANY_TIME_S

SYLLABLES = "ka ro min tel do va shi per lun ja ost ber nik fa ul gre ti za mon ek"
Row = tuple[str, str]


def words(draw: np.random.Generator, number: int) -> list[str]:
    return ["".join(draw.choice(SYLLABLES.split(), draw.integers(2, 4))) for _ in range(number)]


def people(draw: np.random.Generator, platform: str, number: int, first: list[str], last: list[str]) -> list[Row]:
    """Accounts named as people name themselves: few first names are common, names are given once and then varied."""
    taken, found = set(), []
    for n in range(number):
        name = (
            first[min(int(draw.pareto(1.0) * 4), len(first) - 1)] + last[min(int(draw.pareto(0.8) * 8), len(last) - 1)]
        )
        if draw.random() < 0.3:
            name = first[int(draw.integers(len(first)))]
        while name in taken:
            name = f"{base_of(name)}{draw.integers(1, 2_000)}"
        taken.add(name)
        found.append((f"{platform}:{n}", name))
    return found


def tied(rows: Sequence[Row], named: bool = False) -> tuple[set[frozenset[str]], ValidatedLayer]:
    """Pairs that are ties, of accounts with their objects."""
    table = actions_table([(who, what, n) for n, (who, what) in enumerate(rows)])
    if named:
        names, name = np.unique([what for _, what in rows], return_inverse=True)
        platform = np.unique([who.partition(":")[0] for who, _ in rows], return_inverse=True)[1]
        known = dict(zip(names.tolist(), chances(names.tolist(), name, platform).tolist(), strict=True))
        chance = [known[name] for name in table.column("object").to_pylist()]
        table = table.append_column("chance", pa.array(chance, pa.float64()))
    actions = Actions.from_table(table)
    layer = layer_across("same_handle", actions, chances_of(table, actions.objects), ANY_TIME_S, LocalEngine())
    [found] = validate_layers([layer], Settings(), LocalEngine())
    accounts = actions.accounts.to_pylist()
    pairs = zip(layer.pairs.a[found.stands].tolist(), layer.pairs.b[found.stands].tolist(), strict=True)
    return {frozenset((accounts[a], accounts[b])) for a, b in pairs}, found


def of_people(seed: int) -> list[Row]:
    draw = np.random.default_rng(seed)
    first, last = words(draw, 60), words(draw, 400)
    return people(draw, "x", 1_500, first, last) + people(draw, "telegram", 1_000, first, last)


def of_things(seed: int, rarest: float = 1.1) -> list[Row]:
    """Accounts of two platforms that name things by their popularity, whoever they are."""
    draw = np.random.default_rng(seed)
    number = {"x": 1_200, "telegram": 800}
    rows = [
        (f"{platform}:{n}", f"thing{thing}")
        for platform, accounts in number.items()
        for n in range(accounts)
        for thing in set(draw.zipf(rarest, int(draw.integers(1, 4))).tolist())
    ]
    return sorted(set(rows))


def test_names_that_people_choose_alike_are_no_ties() -> None:
    """Hundreds of pairs of strangers have one name; in ten worlds at most one holds a tie."""
    alike, wrong = 0, 0
    for seed in range(10):
        found, layer = tied(of_people(seed), named=True)
        alike += len(layer.layer.pairs)
        wrong += bool(found)
    assert alike > 1_000 and wrong <= 1, (alike, wrong)


def test_planted_names_are_found_among_people() -> None:
    """Twenty personas with names of their own on two or three platforms."""
    draw = np.random.default_rng(5)
    rows, planted = of_people(5), set()
    for n in range(20):
        name = "".join(draw.choice(list("abcdefghiklmnoprstuvwyz"), 12))
        uids = [f"{platform}:persona{n}" for platform in ("x", "telegram", "gab")[: 2 + n % 2]]
        rows += [(uid, name) for uid in uids]
        planted |= {frozenset((a, b)) for a in uids for b in uids if a < b}
    found, _ = tied(rows, named=True)
    assert found == planted


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("Old_Harbour.Mill", "oldharbourmill", True),
        ("ＯＬＤharbour-mill", "oldharbourmill", True),
        ("oldharbourmill", "oldharbourmill1", False),
        ("oldharbourmill@social.example", "oldharbourmill.bsky.social", True),
    ],
)
def test_spellings(one: str, two: str, same: bool) -> None:
    assert (normal(one) == normal(two)) is same


def test_a_name_that_others_vary_is_common_however_long_it_is() -> None:
    rows = of_people(3) + [(f"{where}:b", "theoldharbourmillnews") for where in ("x", "telegram")]
    assert frozenset(("x:b", "telegram:b")) in tied(rows, named=True)[0]
    assert not tied([*rows, ("x:c", "theoldharbourmillnews24")], named=True)[0]


@pytest.mark.parametrize("rarest", [1.1, 1.5, 2.5])
def test_things_shared_for_being_popular_are_no_ties(rarest: float) -> None:
    """Long and short tails of popularity, ten worlds each; thousands of pairs have a thing in common."""
    results = [tied(of_things(seed, rarest)) for seed in range(10)]
    assert sum(len(layer.layer.pairs) for _, layer in results) > 1_000
    assert sum(bool(found) for found, _ in results) <= 1


def personas(number: int, things: int) -> tuple[list[Row], set[frozenset[str]]]:
    uids = [(f"x:persona{n}", f"telegram:persona{n}") for n in range(number)]
    rows = [(uid, f"own{n}/{t}") for n, pair in enumerate(uids) for t in range(things) for uid in pair]
    return rows, {frozenset(pair) for pair in uids}


def test_two_rare_things_in_common_are_a_tie() -> None:
    """Few accounts have a thing at all: 200 with one nobody else has; the personas share two of their own."""
    alone = [(f"{where}:{n}", f"{where}{n}") for where in ("x", "telegram") for n in range(200)]
    rows, planted = personas(8, 2)
    assert tied(alone + rows)[0] == planted


def test_one_rare_thing_in_common_is_a_tie_only_where_chance_does_not_do_it() -> None:
    alone = [(f"{where}:{n}", f"{where}{n}") for where in ("x", "telegram") for n in range(200)]
    rows, planted = personas(40, 1)
    assert tied(alone + rows)[0] == planted
    few, _ = personas(3, 1)
    assert not tied(alone + few)[0]  # three could be anything
    beside = [(f"x:{n + side}", f"club{n}") for n in range(0, 60, 2) for side in (0, 1)]
    assert not tied(alone + rows + beside)[0]  # accounts of one platform share such things as well


def test_a_thing_that_many_have_is_common() -> None:
    """An agency's number: five accounts on each platform have it, and two numbers more that are as common."""
    alone = [(f"{where}:{n}", f"{where}{n}") for where in ("x", "telegram") for n in range(200)]
    agency = [(f"{where}:{n}", f"agency{t}") for where in ("x", "telegram") for n in range(5) for t in range(2)]
    assert not tied(alone + agency)[0]


def test_accounts_of_one_platform_are_never_paired() -> None:
    found, layer = tied([("x:1", "o"), ("x:2", "o"), ("telegram:1", "o")])
    assert len(layer.layer.pairs) == 2 and layer.layer.family_a == 2 and not found
