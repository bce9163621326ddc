"""Accounts with one handle on several platforms, from tables to ties, in each store and engine; and handles that say nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fixtures_stores import account, at, batch, post, put

from graph.runs.caveats import SAME_IS_NOT_WHO
from graph.runs.pipeline import find
from graph.settings import Narrow, Settings
from graph.stores import open_case
from graph.stores.base import Store
from graph.traces import TRACES
from graph.traces.across import said
from graph.windows import ANY_TIME_S

PERSONAS = ("OldHarbourMill", "glasswingpress", "Tin_Lantern.Row")
Settings_ = Settings(traces=("same_handle",), worlds=0)


def fill(store: Store, *more: dict[str, object]) -> Store:
    """Personas on X, Telegram and Mastodon among 240 strangers, and other accounts."""
    draw = np.random.default_rng(3)
    strangers = [
        account(f"{where}:s{n}", handle="".join(draw.choice(list("abcdefghijklmnop"), 9)))
        for where in ("x", "telegram", "mastodon")
        for n in range(80)
    ]
    spelled = {"x": "{}", "telegram": "{}_", "mastodon": "{}@social.example"}
    own = [
        account(f"{w}:p{n}", handle=how.format(name)) for w, how in spelled.items() for n, name in enumerate(PERSONAS)
    ]
    accounts = [*strangers, *own, *more]
    posts = [post(f"{a['account_uid']}p", str(a["account_uid"]), at(60 * n)) for n, a in enumerate(accounts)]
    put(store, "s1", batch(accounts, posts))
    return store


@pytest.mark.parametrize("engine", ["local", "duckdb"])
def test_personas_are_tied_on_every_platform_in_each_store(new_case: Callable[..., Store], engine: str) -> None:
    found = find(fill(new_case()), Settings_, engine=engine)
    ties = found.table("ties").to_pylist()
    assert {(row["account_a"], row["account_b"]) for row in ties} == {
        (f"{a}:p{n}", f"{b}:p{n}")
        for n in range(3)
        for a, b in (("mastodon", "telegram"), ("mastodon", "x"), ("telegram", "x"))
    }
    assert all(row["observed"] == 1 and row["q"] < 0.05 and row["p_b"] is None and row["closed"] for row in ties)
    assert {row["window_s"] for row in ties} == {ANY_TIME_S}
    groups = found.table("groups").to_pylist()
    assert [(row["accounts"], row["label"]) for row in groups] == [(3, "closed_circle")] * 3
    assert SAME_IS_NOT_WHO in found.run["notes"]
    (layer,) = found.table("layers").to_pylist()
    assert (layer["family_a"], layer["family_b"], layer["chance_met_2"]) == (3 * 83 * 83, 0, None)
    pairs = found.table("post_pairs").to_pylist()
    assert {(row["post_a"], row["post_b"]) for row in pairs} >= {("telegram:p0p", "x:p0p")}


def test_no_object_of_a_run_holds_a_name(tmp_path: Path) -> None:
    found = find(fill(open_case(str(tmp_path / "case"), create=True)), Settings_)
    objects = set(found.table("post_pairs").column("object").to_pylist())
    assert objects == set(found.table("objects").column("object").to_pylist()) and len(objects) == 3
    assert {said(key) for key in objects} == {"handle, 14 letters", "handle, 13 letters"}
    assert not any(name.casefold()[:6] in key for key in objects for name in PERSONAS)


@pytest.mark.parametrize(
    ("handle", "more", "reason"),
    [
        (None, {}, "without a handle"),
        ("", {}, "without a handle"),
        ("q", {}, "with a handle of under 3 letters"),
        ("__", {}, "with a handle of under 3 letters"),
        ("100044223311", {}, "with a handle that the platform gave"),
        ("UCabcdefghijklmnopqrstuv", {}, "with a handle that the platform gave"),
        ("user8812345", {}, "with a handle that the platform gave"),
        ("did:plc:abc", {}, "with a handle that the platform gave"),
        ("3f2a9c11d0e4b5a67788", {}, "with a handle that the platform gave"),
        ("glasswing", {"is_hashed": True}, "with a pseudonym for a handle"),
    ],
)
def test_handles_that_say_nothing_are_left_out_and_said(
    tmp_path: Path, handle: str | None, more: dict[str, object], reason: str
) -> None:
    accounts = [account(f"{where}:1", handle=handle, **more) for where in ("x", "telegram")]
    store = open_case(str(tmp_path / "case"), create=True)
    put(store, "s1", batch(accounts, [post(f"{a['account_uid']}p", a["account_uid"]) for a in accounts]))
    assert TRACES["same_handle"].actions(store, Narrow()).num_rows == 0
    (layer,) = find(store, Settings_).table("layers").to_pylist()
    assert layer["note"] == f"left out: 2 accounts {reason}"


def test_accounts_that_never_posted_are_not_asked(tmp_path: Path) -> None:
    store = open_case(str(tmp_path / "case"), create=True)
    put(store, "s1", batch([account("x:1", handle="glasswing")], [post("x:2p", "x:2")]))
    assert TRACES["same_handle"].actions(store, Narrow()).num_rows == 0
