"""Pictures: well-formed, safe with hostile words, the same every time, and their table says what they draw."""

from __future__ import annotations

import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import hypot
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from dashboards.figures.bars import by_day, hosts, leaders
from dashboards.figures.chance import chance_picture, layers_against_chance
from dashboards.figures.delays import lag_histogram
from dashboards.figures.groups.circle_packing import pack
from dashboards.figures.groups.group_map import group_map
from dashboards.figures.groups.group_timeline import of_group
from dashboards.figures.groups.ranked import ranked
from dashboards.figures.groups.roles import DRAWN, roles_figure
from dashboards.figures.strips import chance_strip, lag_strip, sparkline
from dashboards.figures.svg import LogAxis, Picture, glyph, standalone, steps
from dashboards.figures.tie_timeline import two_lanes

SVG = "{http://www.w3.org/2000/svg}"
START = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "a\x00b\u202ec",
    "&amp;<&>'\"",
    "=cmd|' /C calc'!A0",
)


def group(rank: int, heading: str = "groups", name: str = "larch[.]example", **more: Any) -> dict[str, Any]:
    """One made-up row of groups."""
    row = {
        "group_id": f"g{rank}",
        "rank": rank,
        "heading": heading,
        "label": None,
        "name": name,
        "traces": ["link"],
        "platforms": {"x": 3, "telegram": 2},
        "accounts": 5,
        "observed": 40 * rank,
        "expected": 3.5 * rank,
        "expected_lo": 1.0 * rank,
        "expected_hi": 7.0 * rank,
    }
    return {**row, **more}


def groups(*names: str) -> pd.DataFrame:
    return pd.DataFrame([group(k + 1, name=name) for k, name in enumerate(names or ("larch[.]example", "#elm"))])


def meetings(name: str = "hxxps://larch[.]example/1") -> pd.DataFrame:
    rows = [
        {
            "at_a": START + timedelta(hours=k),
            "at_b": START + timedelta(hours=k, seconds=20 if k % 3 else 900),
            "within": bool(k % 3),
            "words": name,
        }
        for k in range(7)
    ]
    return pd.DataFrame(rows)


def pictures(name: str = "larch[.]example") -> dict[str, Picture]:
    """One of each, all with the same words from data."""
    both = groups(name, name)
    lags = pd.DataFrame(
        {"from_s": [0.0, 60.0, 86400.0], "to_s": [60.0, 300.0, None], "group": [8, 2, 0], "others": [1, 3, 6]}
    )
    members = pd.DataFrame({"code": ["A-1", name], "platform": ["x", name], "first": [4, 1], "objects": [6, 6]})
    days = pd.DataFrame({"day": [START.date(), START.date() + timedelta(days=3)], "meetings": [5, 2]})
    layer = {"trace": ["link", name], "window_s": [60.0, 300.0], "pairs_met_2": [4, 0], "chance_met_2": [3.1, 0.0]}
    return {
        "map": group_map(both, {"g2": "group"}, name, selected="g1", href=lambda key: f"/group?group={name}"),
        "ranked": ranked(both, {}, name),
        "chance": chance_picture(18, 2.6, "links", "within 60 s", name),
        "lanes": two_lanes([("A-1", "x"), (name, name)], meetings(name), name, 60.0),
        "lags": lag_histogram(lags, name, name),
        "leaders": leaders(members, name),
        "days": by_day(days, name),
        "hosts": hosts(pd.DataFrame({"domain": [name, "b.example"], "objects": [3, 1]}), name),
        "layers": layers_against_chance(pd.DataFrame(layer), name),
    }


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", pictures())
def test_hostile_words_stay_words(kind: str, name: str) -> None:
    picture = pictures(name)[kind]
    root = ET.fromstring(picture.svg)
    assert {e.tag.removeprefix(SVG) for e in root.iter()} <= {
        "svg",
        "title",
        "desc",
        "g",
        "path",
        "rect",
        "circle",
        "line",
        "text",
    }
    assert not [
        a for e in root.iter() for a in e.attrib if a.lower().startswith("on") or "href" in a.replace("data-href", "")
    ]
    assert "\x00" not in picture.svg and "\u202e" not in picture.svg


@pytest.mark.parametrize("kind", pictures())
def test_a_picture_says_what_it_shows(kind: str) -> None:
    picture = pictures()[kind]
    root = ET.fromstring(picture.svg)
    assert root.attrib["role"] == "img"
    assert [e.text for e in root.findall(f"{SVG}title") + root.findall(f"{SVG}desc")] == [picture.title, picture.alt]
    assert root.attrib["aria-labelledby"].split() == [e.attrib["id"] for e in root[:2]]
    assert picture.title and picture.alt and len(picture.table)


@pytest.mark.parametrize("kind", pictures())
def test_the_same_findings_give_the_same_picture(kind: str) -> None:
    first, second = pictures()[kind], pictures()[kind]
    assert first.svg == second.svg
    pd.testing.assert_frame_equal(first.table, second.table)


@pytest.mark.parametrize("kind", pictures())
def test_a_picture_on_its_own_needs_no_style_sheet(kind: str) -> None:
    alone = standalone(pictures()[kind].svg)
    assert "var(" not in alone
    ET.fromstring(alone)


def _texts(svg: str) -> list[str]:
    return ["".join(e.itertext()) for e in ET.fromstring(svg).iter(f"{SVG}text")]


def test_ranked_rows_equal_their_table() -> None:
    picture = ranked(groups("a[.]example", "b[.]example", "c[.]example"), {}, "")
    said = [t for t in _texts(picture.svg) if " against " in t]
    assert said == [
        f"{row.Observed} against {row.Expected:.1f}"
        if float(str(row.Expected)) < 10
        else f"{row.Observed} against {row.Expected:.0f}"
        for row in picture.table.itertuples()
    ]


def test_ranked_counts_only_the_first_heading() -> None:
    rows = pd.DataFrame([group(1), group(2, "closed"), group(3, "aside", label="fast_crowd")])
    picture = ranked(rows, {"g3": "none"}, "")
    assert picture.title == "One group beyond chance, ranked"
    assert [t for t in _texts(picture.svg) if t in ("Closed circles", "Set aside")] == ["Closed circles", "Set aside"]


def test_leaders_bars_equal_their_table() -> None:
    members = pd.DataFrame({"code": ["A-1", "A-2"], "platform": ["x", "vk"], "first": [4, 1], "objects": [6, 5]})
    picture = leaders(members)
    assert [t for t in _texts(picture.svg) if " of " in t] == ["4 of 6", "1 of 5"]
    assert list(picture.table["First"]) == [4, 1]
    assert picture.title == "No account clearly leads"
    assert leaders(members.assign(first=[9, 0], objects=[9, 9])).title == "A-1 was first 9 of 9 times"


def test_days_bars_stand_for_every_day_with_meetings() -> None:
    days = pd.DataFrame({"day": [START.date() + timedelta(days=k) for k in range(5)], "meetings": [3, 0, 0, 1, 2]})
    picture = by_day(days)
    assert picture.svg.count("<rect") == 3
    assert list(picture.table["Coincidences"]) == [3, 0, 0, 1, 2]
    assert picture.title == "Coincidences peak on 4 May 2026: 3 of 6"


def test_lanes_join_each_meeting_once_and_count_both_kinds() -> None:
    picture = two_lanes([("A-1", "x"), ("A-2", "telegram")], meetings(), "", 60.0)
    assert (picture.table["Within the window"] == "yes").sum() == 4
    assert [words for _, words in picture.key][:2] == ["4 pairs of posts within 60 s", "3 pairs of posts further apart"]


def test_lanes_say_what_a_window_means_in_minutes() -> None:
    picture = two_lanes([("A-1", "x"), ("A-2", "x")], meetings(), "", 60.0, precision="min")
    assert "in the same or the neighbouring minute" in picture.key[0][1]


@pytest.mark.parametrize(
    ("seen", "level", "diamonds", "reaches"),
    [(40, "far", "ev-far", 1), (40, "beyond", "ev-beyond", 1), (40, "group", "surface", 1), (5, "far", "surface", 0)],
)
def test_strip_draws_the_level(seen: int, level: str, diamonds: str, reaches: int) -> None:
    row = {"observed": seen, "expected": 4.0, "expected_lo": 1.0, "expected_hi": 8.0}
    svg = chance_strip(row, LogAxis(0.5, 100), level)
    root = ET.fromstring(svg)
    diamond = root.find(f"{SVG}path")
    assert diamond is not None and diamonds in diamond.attrib["fill"]
    assert len(root.findall(f"{SVG}line")) == 2 + reaches  # axis, mean, and the line beyond the band


def test_strip_without_a_band_takes_a_poisson_one() -> None:
    svg = chance_strip({"observed": 40, "expected": 4.0, "expected_lo": None, "expected_hi": None}, LogAxis(0.5, 100))
    assert "<rect" in svg


@pytest.mark.parametrize(
    ("lag", "window", "arrow"), [(0, 60, False), (60, 60, False), (-59, 60, False), (61, 60, True), (-9e4, 60, True)]
)
def test_lag_strip_has_an_arrow_outside_the_window(lag: float, window: float, arrow: bool) -> None:
    assert ("<path" in lag_strip(lag, window)) is arrow


def test_chance_picture_says_the_range_and_the_count() -> None:
    picture = chance_picture(18, 2.6, "links", "within 60 s")
    assert picture.alt == "By chance alone, 0 to 6 links are usual, about 2.6 on average. 18 were observed."
    assert picture.table["Probability by chance"].sum() == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(("seen", "mean"), [(2, 1e-9), (3, 0.0), (4000, 12.0), (5, 800.0)])
def test_chance_picture_at_the_ends(seen: int, mean: float) -> None:
    ET.fromstring(chance_picture(seen, mean, "links", "within 60 s").svg)


def test_nothing_found_says_so_only_where_it_is_so() -> None:
    def title(seen: list[int], mean: list[float]) -> str:
        layers = pd.DataFrame(
            {"trace": "link", "window_s": [10.0, 60.0][: len(seen)], "pairs_met_2": seen, "chance_met_2": mean}
        )
        return layers_against_chance(layers).title

    assert title([4, 9], [3.0, 8.0]) == "At every window, the observed number is what chance gives"
    assert title([90], [3.0]).startswith("More pairs coincide twice than chance gives")
    assert title([0], [0.0]) == "Too few coincidences to compare with chance"


# --- the group map -------------------------------------------------------------------------------------------------


def test_map_has_one_mark_per_account() -> None:
    picture = group_map(groups("a[.]example", "b[.]example"), {})
    marks = ET.fromstring(picture.svg).findall(f"{SVG}g/{SVG}g/*")
    assert len(marks) == 10
    assert list(picture.table["By platform"]) == ["3 X, 2 Telegram"] * 2
    assert picture.note == "One mark is one account. Distance has no meaning."


def test_map_dashes_what_holds_only_as_a_group() -> None:
    picture = group_map(groups("a[.]example", "b[.]example"), {"g2": "group"})
    assert picture.svg.count("stroke-dasharray") == 1
    assert [words for _, words in picture.key][-2:] == ["ties pass the test alone", "only the group passes"]


def test_map_sets_crowds_apart_as_dust() -> None:
    rows = pd.DataFrame([group(1), group(2, "aside", accounts=1300, platforms={"x": 1300}, label="fast_crowd")])
    picture = group_map(rows, {"g2": "none"})
    assert any("1,300 accounts" in t for t in _texts(picture.svg))
    assert any("One dot is 3 accounts" in t for t in _texts(picture.svg))
    assert picture.title == "One group crosses platforms"


def test_map_of_fifty_thousand_accounts_is_quick_and_small() -> None:
    rows = pd.DataFrame([group(k + 1, accounts=8 + k % 60, platforms={"x": 8 + k % 60}) for k in range(1_330)])
    assert rows["accounts"].sum() > 49_000
    began = time.perf_counter()
    picture = group_map(rows, {})
    assert time.perf_counter() - began < 6
    assert len(picture.svg) < 400_000
    assert picture.note.startswith("Area is the number of accounts.")
    assert len(picture.table) == 1_330


def test_packed_circles_never_overlap() -> None:
    radii = [40.0, 30, 22, 22, 18, 12, 12, 12, 9, 9, 6, 6, 6]
    places, height = pack(radii, 220, gap=6)
    circles = [(x, y, r) for (x, y), r in zip(places, radii, strict=True)]
    for k, (x, y, r) in enumerate(circles):
        assert r <= x <= 220 - r and r <= y <= height - r
        assert all(hypot(x - a, y - b) >= r + c for a, b, c in circles[:k])


# --- small parts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("top", [0.03, 0.5, 1, 7, 23, 99, 1234, 5e6])
def test_steps_are_round_and_few(top: float) -> None:
    values = steps(top)
    assert values[0] == 0 and values[-1] <= top and 2 <= len(values) <= 5
    assert all(b - a == pytest.approx(values[1]) for a, b in pairwise(values))


@pytest.mark.parametrize(
    ("platform", "tag"),
    [("x", "circle"), ("telegram", "rect"), ("facebook", "path"), ("nowhere", "circle"), (None, "circle")],
)
def test_every_platform_has_a_shape(platform: str | None, tag: str) -> None:
    assert f"<{tag}" in glyph(platform)


def test_sparkline_has_a_bar_for_each_day_with_meetings() -> None:
    days = pd.DataFrame({"day": [START.date(), START.date() + timedelta(days=1)], "meetings": [2, 9]})
    make: Callable[[pd.DataFrame], str] = lambda frame: sparkline(frame, START, START + timedelta(days=20))  # noqa: E731
    assert make(days).count("<rect") == 2
    assert make(days.head(0)).count("<rect") == 0


def test_roles_say_who_leads_who_follows_and_who_ties_to_others() -> None:

    plain = {
        "platform": "x",
        "first_share": 0.5,
        "median_lag_s": 2.0,
        "core": 3,
        "participation": 0.0,
        "only_share": 1.0,
    }
    rows = [{**plain, "code": f"A-{k}", "leads": 20 - k, "follows": k} for k in range(DRAWN + 3)]
    rows[1] |= {"participation": 0.4}
    members = pd.DataFrame({"code": [row["code"] for row in rows], "first": [12, *[0] * (DRAWN + 2)]})
    picture = roles_figure(pd.DataFrame(rows), members, "Run R-1.")
    assert (
        picture
        and picture.title == "A-0 posted first in 20 of 20 coincidences; 1 account also has ties outside the group"
    )
    assert len(picture.table) == len(rows) and list(picture.table["Core"]) == [3] * len(rows)
    assert picture.note.startswith("12 of 15 accounts drawn.")
    drawn = {word.text for word in ET.fromstring(standalone(picture.svg)).iter(f"{SVG}text")}
    assert {"A-0", "20", "0.4", "core"} <= drawn and "A-13" not in drawn
    assert roles_figure(pd.DataFrame([{**plain, "code": "A-1", "leads": 0, "follows": 0}]), members) is None
    nobody = roles_figure(pd.DataFrame(rows), members.assign(first=1))
    assert nobody and nobody.title == "No account clearly leads; 1 account also has ties outside the group"


def test_a_sweep_says_which_window_was_taken_and_why() -> None:
    from dashboards.figures.window_sweep import swept

    row = {
        "trace": "link",
        "rapid_pairs": 90,
        "meetings": 80,
        "observed": 66,
        "expected": 29.0,
        "beyond": 56,
        "shuffled": 3.4,
    }
    windows = pd.DataFrame([{**row, "window_s": w, "suggested": w == 60.0} for w in (10.0, 60.0, 600.0)])
    layers = pd.DataFrame({"trace": ["link"], "window_s": [60.0]})
    (picture,) = swept(windows, layers, "Run R-1.")
    assert picture.note == (
        "3 windows were tested; q is corrected for all of them. 60 s was chosen: 56 pairs beyond chance there, 3 when times"
        " are shuffled. Shaded: the window of this run."
    )
    assert "No window stands out" in swept(windows.assign(suggested=False), layers)[0].note
    assert swept(windows.head(0), layers) == [] and len(picture.table) == 3


def test_one_group_through_time_may_fall_silent_and_come_back() -> None:

    def window(track: int, week: int, accounts: int) -> dict[str, Any]:
        start = START + timedelta(days=7 * week)
        plain = {"other": None, "joined": 0, "left": 0, "churn": None, "meetings": 9, "group_id": "g1"}
        return {
            **plain,
            "track": track,
            "event": "birth",
            "start": start,
            "end": start + timedelta(days=7),
            "accounts": accounts,
        }

    def report(*rows: dict[str, Any]) -> Any:
        seen = {"first_at": START - timedelta(days=90), "last_at": START + timedelta(days=90)}
        return SimpleNamespace(change=lambda group_id: pd.DataFrame(list(rows)), overview=lambda: seen)

    group_ = {"group_id": "g1", "heading": "closed", "rank": 3}
    steady = of_group(report(window(1, 0, 5), window(1, 1, 8)), group_)
    assert steady and steady.title == "Closed circle 3 over time: 5 to 8 accounts at a time, 4 May – 18 May 2026"
    twice = of_group(report(window(1, 0, 5), window(2, 3, 4)), group_)
    assert twice and twice.title.startswith("Closed circle 3 over time: in two periods, 4 May – 11 May 2026 and 25 May")
    assert of_group(report(window(1, 0, 5)), group_) is None
