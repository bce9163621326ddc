"""Two files that hold one platform's posts under two names are said to, and files of two platforms are not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

import ingest
from graph.case.load import check_each, load
from graph.case.overlap import SAME, SAMPLE, Marks
from graph.runs.pipeline import find
from graph.settings import Settings
from graph.stores import open_case
from ingest.tables import POSTS, Options, to_arrow

START = datetime(2024, 3, 1, 8, tzinfo=UTC)


def table(
    path: Path,
    rows: range,
    *,
    home: str = "",
    ids: bool = True,
    texts: bool = True,
    authors: bool = True,
    shift: int = 0,
) -> Path:
    """A CSV of posts, one a minute; what is left out is not there or another."""
    head = ["user_id", "created_at", "text"] + ["id"] * ids + ["platform"] * bool(home)
    lines = [",".join(head)]
    for n in rows:
        at = (START + timedelta(minutes=n, seconds=shift)).isoformat()
        text = f"The {n}th of many long sentences" if texts else f"Other words number {n} of them"
        row = [f"{'u' if authors else 'v'}{n % 7}", at, text] + [f"77000000{n:04d}"] * ids + [home] * bool(home)
        lines.append(",".join(row))
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        ({"shift": 1, "texts": False, "authors": False}, "ids"),
        ({"ids": False, "authors": False}, "times and texts"),
        ({"ids": False, "texts": False}, "times and authors"),
    ],
)
def test_the_same_posts_under_two_names(tmp_path: Path, how: dict[str, bool], kind: str) -> None:
    one = table(tmp_path / "one.csv", range(40), home="x")
    two = table(tmp_path / "two.csv", range(30, 60), **how)  # type: ignore[arg-type]
    store = open_case(str(tmp_path / "case"), create=True)
    first, second = load(store, [one, two])
    (said,) = [warning for warning in second.source["warnings"] if SAME in warning]
    assert said.startswith(f"It has the same {kind} as one.csv {SAME}: 33% of the posts of the smaller file")
    assert "--platform x --replace" in said and not any(SAME in w for w in first.source["warnings"])
    *_, checked = check_each([one, two])
    assert said in checked.source["warnings"], "check says what ingest says"
    assert any("two.csv" in note and SAME in note for note in find(store, Settings(traces=("text",))).run["notes"])
    store.remove(first.source["source_id"])
    notes = find(store, Settings(traces=("text",))).run["notes"]
    assert not any(SAME in note for note in notes), "the other file is gone, and so is the fault"
    store.close()


@pytest.mark.parametrize(
    ("how", "options"),
    [
        ({"home": "telegram", "ids": False, "shift": 1}, Options()),  # two platforms, other times
        ({}, Options(platform="x")),  # one platform: they are merged
        ({"ids": False, "shift": 1}, Options()),  # other posts
    ],
)
def test_other_files_are_not(tmp_path: Path, how: dict[str, str], options: Options) -> None:
    store = open_case(str(tmp_path / "case"), create=True)
    load(store, [table(tmp_path / "one.csv", range(40), home="x")])
    (second,) = load(store, [table(tmp_path / "two.csv", range(40), **how)], options)  # type: ignore[arg-type]
    assert second.loaded and not any(SAME in warning for warning in second.source["warnings"])
    assert store.count("posts") == (40 if options.platform else 80)
    store.close()


def test_marks_are_bounded_and_still_tell_shares() -> None:
    def marks(platform: str, first: int) -> Marks:
        found = Marks()
        for start in range(first, first + 60_000, 20_000):
            rows = [
                {"post_uid": f"{platform}:{n}", "native_id": f"88{n:08d}", "platform": platform}
                for n in range(start, start + 20_000)
            ]
            found.add(to_arrow(rows, POSTS))
        return found

    both, least, kind = marks("x", 0).equal(marks("unknown", 30_000))
    assert kind == "ids" and least <= SAMPLE and both / least == pytest.approx(0.5, abs=0.03)
    assert max(len(kept) for kept in marks("x", 0)._kept.values()) == SAMPLE
    assert np.isclose(marks("x", 0).equal(marks("unknown", 200_000))[0], 0)


def test_the_platform_of_a_post_is_that_of_its_own_address(tmp_path: Path) -> None:
    file = tmp_path / "posts.csv"
    file.write_text(
        "author_id,created_at,text,permalink,post_id\n"
        "2001,2024-01-01 10:00:00,hello out there,https://twitter.com/ann/status/1346000000000000001,1346000000000000001\n"
        "2002,2024-01-01 10:00:10,hello out there,https://www.facebook.com/bob/posts/999,999\n"
        "2003,2024-01-01 10:00:20,hello out there,https://blog.example/999,998\n",
        "utf-8",
    )
    accounts = ingest.read(file).accounts
    assert sorted(accounts["account_uid"]) == ["facebook:2002", "unknown:2003", "x:2001"]
    assert set(ingest.read(file, platform="vk").accounts["platform"]) == {"vk"}, "what a person says holds"
