"""What each trace takes from the links of a case: one small case, one row of expected actions per trace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fixtures_stores import account, batch, link, post, put

from graph.engines.in_memory import windows_of
from graph.runs.pipeline import chosen_traces
from graph.settings import Narrow, Settings
from graph.stores import open_case
from graph.stores.base import Store
from graph.traces import TRACES

MORNING = datetime(2026, 3, 1, 8, tzinfo=UTC)
TAGS = ("one", "two", "three", "four", "five")

KINDS = {  # trace -> kind of link, target
    "link": ("url", "a.example/1"),
    "domain": ("domain", "a.example"),
    "repost": ("repost", "x:90"),
    "reply": ("reply", "x:91"),
    "quote": ("quote", "x:92"),
    "mention": ("mention", "x:cem"),
    "text": ("text", "abc"),
    "media": ("media", "x:m1"),
    "track": ("track", "tiktok:7"),
    "object": ("object", "o1"),
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Ann posts one of everything; Ben inherits all of it from her; both spell out five hashtags, Ann over two posts."""
    rows, posts = [], [post("x:1", "x:ann", MORNING), post("x:2", "x:ben", MORNING)]
    for kind, target in KINDS.values():
        rows += [link("x:1", "x:ann", kind, target, MORNING)]
        rows += [link("x:2", "x:ben", kind, target, MORNING, inherited=True)]
    for uid, by, hours, tags in (
        ("x:3", "x:ann", 0, TAGS[:3]),
        ("x:4", "x:ann", 9, TAGS[3:]),
        ("x:5", "x:ben", 1, TAGS),
        ("x:6", "x:ben", 24, TAGS[:4]),
    ):
        when = MORNING + timedelta(hours=hours)
        posts.append(post(uid, by, when))
        rows += [link(uid, by, "hashtag", tag, when, position=n) for n, tag in enumerate(tags)]
    found = open_case(str(tmp_path / "case"), create=True)
    put(found, "s1", batch([account("x:ann"), account("x:ben")], posts, rows))
    return found


def seen(store: Store, trace: str) -> list[tuple[str, str, str]]:
    rows = TRACES[trace].actions(store, Narrow()).to_pylist()
    return [(row["account_uid"], row["object"], row["post_uid"]) for row in rows]


@pytest.mark.parametrize("trace", KINDS)
def test_a_link_of_the_kind_is_an_action_unless_inherited(store: Store, trace: str) -> None:
    assert seen(store, trace) == [("x:ann", KINDS[trace][1], "x:1")]


def test_hashtags_of_a_post_are_a_set(store: Store) -> None:
    assert seen(store, "hashtags")[:2] == [("x:ann", "one three two", "x:3"), ("x:ann", "five four", "x:4")]


def test_hashtags_of_a_day_are_a_sequence(store: Store) -> None:
    """Ann's two posts of one day make the sequence of Ben's one; four hashtags of another day make none."""
    assert seen(store, "hashtag_sequence") == [("x:ann", " ".join(TAGS), "x:3"), ("x:ben", " ".join(TAGS), "x:5")]
    assert windows_of("hashtag_sequence", Settings(windows_s=(10.0, 60.0, 172_800.0))) == (86_400.0, 172_800.0)


def test_all_that_the_data_carry(store: Store) -> None:
    assert chosen_traces(store, ("all",)) == tuple(TRACES)
    assert chosen_traces(store, ()) == tuple(
        name for name, trace in TRACES.items() if name != "copost" and not trace.of_accounts
    )
