"""Near-duplicate texts against a comparison of all pairs, and the trace made of them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from fixtures_stores import account, batch, post, put

from graph.settings import Narrow
from graph.stores import open_case
from graph.traces import TRACES
from ingest.errors import Cancelled
from ingest.normalize import near_duplicates as near_text
from ingest.normalize import text
from ingest.normalize.near_duplicates import ALIKE, near_duplicates


def some_texts(seed: int, kinds: int, variants: int) -> list[str]:
    """Texts of 12 to 30 made-up words, each with variants in which up to five words are others."""
    draw = random.Random(seed)
    words = ["".join(draw.choices("abcdefghijklmnop", k=draw.randint(2, 9))) for _ in range(2_000)]
    found = []
    for _ in range(kinds):
        base = draw.choices(words, k=draw.randint(12, 30))
        for _ in range(variants):
            changed = list(base)
            for _ in range(draw.randint(0, 5)):
                changed[draw.randrange(len(changed))] = draw.choice(words)
            found.append(" ".join(changed))
    return list(dict.fromkeys(found))


def jaccard(one: str, two: str) -> float:
    return near_text._jaccard(near_text._runs(one), near_text._runs(two))


def by_all_pairs(texts: Sequence[str]) -> list[int]:
    """The same rule without signatures."""
    centre = list(range(len(texts)))
    for j in range(len(texts)):
        for i in range(j):
            first = centre[i]
            alike = jaccard(texts[i], texts[j]) >= ALIKE and jaccard(texts[first], texts[j]) >= ALIKE**2
            if centre[j] == j and alike:
                centre[j] = first
    return centre


@pytest.mark.parametrize("seed", range(3))
def test_signatures_lose_next_to_nothing(seed: int) -> None:
    texts = some_texts(seed, kinds=12, variants=12)
    found, wanted = near_duplicates(texts), np.array(by_all_pairs(texts))
    assert (wanted != np.arange(len(texts))).sum() > 15
    assert (found == wanted).mean() >= 0.97


def test_what_is_put_together_is_alike() -> None:
    texts = some_texts(9, kinds=30, variants=10)
    centre = near_duplicates(texts)
    for position, first in enumerate(centre.tolist()):
        assert first <= position
        assert centre[first] == first
        assert jaccard(texts[first], texts[position]) >= ALIKE**2
        mates = [n for n in np.flatnonzero(centre == first).tolist() if n != position]
        assert not mates or max(jaccard(texts[n], texts[position]) for n in mates) >= ALIKE


def test_a_chain_of_small_changes_does_not_join_its_ends() -> None:
    words = some_texts(4, kinds=40, variants=1)
    start, goal = words[0].split()[:12], words[1].split()[:12]
    chain = [" ".join([*goal[:n], *start[n:]]) for n in range(13)]
    centre = near_duplicates(chain)
    assert centre[1] == 0
    assert centre[12] != 0


def test_candidates_grow_with_texts_not_with_pairs() -> None:
    """Two thousand variants of one text: two comparisons a text and band at most."""
    base = some_texts(5, kinds=1, variants=1)[0]
    texts = [f"{base} {number:05d}" for number in range(2_000)]
    early, late = near_text._candidates(near_text._bands(texts, 1, None))
    assert len(early) <= 2 * near_text.BANDS * len(texts)
    assert (early < late).all()
    assert (near_duplicates(texts) == 0).all()


def test_the_same_again_and_nothing() -> None:
    texts = some_texts(6, kinds=10, variants=5)
    assert near_duplicates(texts).tolist() == near_duplicates(texts).tolist()
    assert near_duplicates([]).tolist() == []


def test_it_can_be_cancelled() -> None:
    def stop(step: str, done: int, total: int | None) -> None:
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        near_duplicates(some_texts(1, 3, 2), progress=stop)


def test_posts_of_one_kind_of_text_act_on_one_object(tmp_path: Path) -> None:
    """The exact text of most posts names the kind; a repost's inherited text and a short one are not there."""
    base = "The polls close at nine tonight, so bring a friend along and tell everybody on your street about it"
    said = [
        base,
        f"{base}! 💪 @nora",
        base.replace("nine", "ten"),
        "Something else altogether, as nobody here can tell.",
        "no",
    ]
    keys = [text.key(words) for words in said]
    assert keys[0] == keys[1] != keys[2]
    at = datetime(2026, 3, 1, tzinfo=UTC)
    posts, links = [], []
    for number, (words, key) in enumerate(zip(said, keys, strict=True)):
        uid, by, when = f"x:{number}", f"x:a{number}", at + timedelta(seconds=number)
        posts.append(post(uid, by, when, text=words))
        if key:
            own = {"post_uid": uid, "account_uid": by, "at": when, "kind": "text", "target_key": key}
            links.append({**own, "inherited": False, "resolved": True, "position": 0})
    store = open_case(str(tmp_path / "case"), create=True)
    put(store, "s1", batch([account(f"x:a{n}") for n in range(5)], posts, links))
    found = TRACES["near_text"].actions(store, Narrow()).to_pylist()
    assert [(row["post_uid"], row["object"]) for row in found] == [
        ("x:0", keys[0]),
        ("x:1", keys[0]),
        ("x:2", keys[0]),
        ("x:3", keys[3]),
    ]
