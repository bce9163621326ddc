"""What the pages Groups and Evidence say, read from their layout."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from dash import Dash
from dash.development.base_component import Component
from fixtures_pages import START, HandMade, layer

from dashboards.components.base import State
from dashboards.figures.posts_per_day import Strip
from dashboards.pages.evidence import page as evidence
from dashboards.pages.evidence import side_by_side
from dashboards.pages.groups import page as groups
from dashboards.pages.groups import ranked
from dashboards.pages.nothing import no_run
from dashboards.pages.sources import page as sources

HOSTILE = "<script>alert(1)</script> @nora_nordmann https://evil.example/a?b=1 \u202eback\x00 =1+1"


def parts(component: Any) -> Iterator[Any]:
    """Every component and text, in the order read."""
    if isinstance(component, list | tuple):
        for child in component:
            yield from parts(child)
    elif component is not None:
        yield component
        if isinstance(component, Component):
            yield from parts(getattr(component, "children", None))


def text(component: Any) -> str:
    """All words of a page."""
    return " ".join(str(p) for p in parts(component) if not isinstance(p, Component))


def of_type(component: Any, kind: str) -> list[Any]:
    return [p for p in parts(component) if isinstance(p, Component) and p._type == kind]


def classes(component: Component) -> str:
    return str(getattr(component, "className", None) or "")


def title(component: Any) -> str:
    return text(of_type(component, "H1")[0]).replace("  ", " ")


def hrefs(component: Any) -> list[str]:
    return [p.href for p in parts(component) if getattr(p, "href", None)]


def show_groups(report: Any, search: str = "") -> Component:
    return groups.layout(report, State.parse("/groups", search))


def show_tie(report: Any, search: str = "?a=x:104&b=x:117") -> Component:
    return evidence.layout(report, State.parse("/evidence", search))


@pytest.fixture
def pair(hand_made: HandMade) -> HandMade:
    """A tie of two accounts with three meetings within the window and one further apart."""
    hand_made.add_tie("x:104", "x:117")
    for lag in (-6.0, 30.0, 64.0, 0.0):
        hand_made.add_meeting("x:104", "x:117", lag)
    return hand_made


# --- groups --------------------------------------------------------------------------------------------------------


def test_the_title_is_the_finding_and_counts_only_groups(hand_made: HandMade) -> None:
    hand_made.add_group(1).add_group(2).add_group(3, "closed", label="closed_circle").add_group(
        4, "aside", label="fast_crowd"
    )
    page = show_groups(hand_made)
    assert title(page) == "2 groups share links together far more often than chance"
    said = text(page)
    assert "10 of 1,932 accounts, linked by 16 ties." in said
    assert "1 closed circle and a fast crowd are listed separately." in said
    assert [text(h) for h in of_type(page, "H2")][:3] == ["Groups", "Closed circles", "Set aside"]
    assert said.count("against  180") == 4 and "1,324" in said


@pytest.mark.parametrize(
    ("traces", "levels", "said"),
    [
        (["link"], ["far", "far"], "1 group shares links together far more often than chance"),
        (["link"], ["beyond", "beyond"], "1 group shares links together more often than chance"),
        (["text"], ["far"], "1 group posts the same texts together far more often than chance"),
        (["link", "text"], ["far"], "1 group acts together far more often than chance"),
    ],
)
def test_one_group(hand_made: HandMade, traces: list[str], levels: list[str], said: str) -> None:
    hand_made.add_group(1, traces=traces, windows_s=[60.0] * len(traces))
    for k, level in enumerate(levels):
        hand_made.add_tie("x:1", f"x:{k + 2}", level=level, group_id="g1")
    assert title(show_groups(hand_made)) == said


@pytest.mark.parametrize(
    ("label", "said"), [("fast_crowd", "a fast crowd"), ("own_speed", "a group with another explanation")]
)
def test_only_crowds_is_no_finding(hand_made: HandMade, label: str, said: str) -> None:
    reason = "40 of 44 ties fall when nobody is left out: everyone who shares these objects is this fast."
    hand_made.add_group(1, "aside", label=label, reason=reason, platforms={"x": 412}, accounts=412)
    page = show_groups(hand_made)
    assert title(page) == f"No group beyond chance; {said} set aside"
    assert reason in text(page)
    assert "coordinat" not in text(page).lower()


def test_only_closed_circles(hand_made: HandMade) -> None:
    hand_made.add_group(1, "closed", label="closed_circle")
    assert title(show_groups(hand_made)) == "No group found by timing; 1 closed circle"


def test_only_pairs(hand_made: HandMade) -> None:
    hand_made.add_tie("x:104", "x:117")
    page = show_groups(hand_made)
    assert title(page) == "No group; 1 pair of accounts shares links together more often than chance"
    assert "Linked pairs" in text(page)
    assert "/evidence?a=x%3A104&b=x%3A117&trace=link&window=60" in hrefs(page)


def test_nothing_found_is_a_finding_with_a_figure(hand_made: HandMade) -> None:
    size = {"trace": "link", "accounts": 8, "shares": 8, "jitter_s": 60.0, "planted": 10, "found": 9}
    hand_made.power = lambda: pd.DataFrame([size])  # type: ignore[method-assign]
    page = show_groups(hand_made)
    said = text(page)
    assert title(page) == "Nothing found beyond chance"
    assert "A group of 8 sharing 8 links within 60 s would have been found in 9 of 10 trials." in said
    assert "12,406 posts by 1,932 accounts, no two accounts share links together more often than chance gives" in said
    assert "This is a result that you can report." in said
    assert "Accounts that post more than 60 s after each other." in said
    assert of_type(page, "Drawing")


def test_without_a_test_of_the_search_nothing_found_is_no_result(hand_made: HandMade) -> None:
    page = show_groups(hand_made)
    said = text(page)
    assert title(page) == "Not enough tested to say" and "We did not test how small a group" in said
    assert "This is a result" not in said and "would have been found" not in said  # power is measured, never guessed


@pytest.mark.parametrize(("in_common", "found"), [(1, None), (61, 3)])
def test_too_little_data_is_an_answer_of_its_own(hand_made: HandMade, in_common: int, found: int | None) -> None:
    hand_made.rows["layers"] = [layer(family_b=in_common, pairs_met_2=0, chance_met_2=0.1)]
    size = {"trace": "link", "accounts": 8, "shares": 8, "jitter_s": 60.0, "planted": 10, "found": found}
    if found is not None:
        hand_made.power = lambda: pd.DataFrame([size])  # type: ignore[method-assign]
    page = show_groups(hand_made)
    said = text(page)
    assert title(page) == "Too little data to tell" and "Do not report this as “no coordination”" in said
    assert "What would be needed" in said and "This is a result" not in said
    assert not any("pin-word" in classes(b) or "Pin to briefing" in text(b) for b in of_type(page, "Button"))


def test_nothing_to_compare_is_not_nothing_found(hand_made: HandMade) -> None:
    hand_made.rows["layers"] = [layer(actions=0, pairs_met_2=0, chance_met_2=0.0)]
    assert title(show_groups(hand_made)) == "Nothing to compare"


def test_a_case_without_a_run(hand_made: HandMade) -> None:
    store: Any = SimpleNamespace(sources=lambda: pa.table({"source_id": []}), address="case")
    assert title(no_run(store)) == "No search has been run yet"


def test_caveats_stand_on_every_page(pair: HandMade) -> None:
    caveat = "no comparison population: all accounts here were chosen beforehand"
    pair.notes.append(caveat)
    for page in (show_groups(pair), show_tie(pair), show_groups(HandMadeWith(caveat))):
        assert caveat[1:] in text(page)


class HandMadeWith(HandMade):
    """Nothing found, with a caveat."""

    def __init__(self, caveat: str) -> None:
        super().__init__()
        self.notes.append(caveat)


def test_names_from_data_stay_words(hand_made: HandMade) -> None:
    hand_made.add_group(1, name=HOSTILE, traces=["text"], platforms={"a\x00b\u202e<c>" * 9: 5})
    page = show_groups(hand_made)
    shown = json.dumps(page, default=lambda component: component.to_plotly_json())
    assert "nora_nordmann" not in shown and "https://evil" not in shown
    assert "\x00" not in text(page) and "\u202e" not in text(page)
    for drawing in of_type(page, "Drawing"):
        assert "<script" not in drawing.svg
    assert not [h for h in hrefs(page) if not h.startswith("/")]


def test_a_group_without_a_test_has_a_dash_for_p(hand_made: HandMade) -> None:
    hand_made.add_group(1).add_group(2, p_group=0.05, worlds=19)
    cells = [text(td) for td in of_type(show_groups(hand_made), "Td") if "p nowrap" in classes(td)]
    assert cells == ["–", "≤ 0.05"]


def test_a_run_without_worlds_says_that_groups_were_not_tested(hand_made: HandMade) -> None:
    hand_made.add_group(1)
    assert "Groups were not compared with shuffled data in this run" in text(show_groups(hand_made))
    hand_made.run["settings"]["worlds"] = 19
    said = text(show_groups(hand_made.add_group(2, p_group=0.05, worlds=19, by_chance=0.0)))
    assert "none held a group this strong, so p is at most 1 in 20" in said and "were not compared" not in said


def test_a_tie_of_a_tested_group_says_what_the_group_is_worth(hand_made: HandMade) -> None:
    hand_made.add_group(4, basis="group", p_group=0.05, worlds=19, by_chance=0.0)
    hand_made.add_tie("x:104", "x:117", level="group", q=0.3, group_id="g4").add_meeting("x:104", "x:117", 5.0)
    said = text(show_tie(hand_made))
    assert "On its own this tie does not pass the test" in said
    assert "Group 4 does pass: none of 19 shuffles of the data held a group this strong" in said
    assert "has no q of its own" in said and "must pass both tests, each with its own family" not in said


def test_long_lists_come_in_parts(hand_made: HandMade) -> None:
    for rank in range(1, 100):
        hand_made.add_group(rank)
    page = show_groups(hand_made, "?run=R-3")
    assert len([tr for tr in of_type(page, "Tr") if getattr(tr, "data-row", None)]) == ranked.ROWS
    assert "/groups?run=R-3&groups_rows=240" in hrefs(page)
    whole = show_groups(hand_made, "?run=R-3&groups_rows=240")
    assert len([tr for tr in of_type(whole, "Tr") if getattr(tr, "data-row", None)]) == 99


def test_the_chosen_group_is_marked(hand_made: HandMade) -> None:
    hand_made.add_group(1).add_group(2)
    chosen = [tr for tr in of_type(show_groups(hand_made, "?group=g2"), "Tr") if classes(tr) == "sel"]
    assert len(chosen) == 1


def test_the_csv_of_groups_runs_no_formula(hand_made: HandMade) -> None:
    hand_made.add_group(1, name="=HYPERLINK(1)").add_group(2, "closed")
    answer = _client(hand_made).get("/files/groups.csv?run=R-3")
    rows = answer.get_data(as_text=True).lstrip("\ufeff").splitlines()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="groups-R-3.csv"'
    assert "'=HYPERLINK(1)" in rows[1] and rows[1].endswith('"Run R-3, 20 May 2026, Lockstep 0.1.0"')
    assert len(rows) == 3


def _client(report: HandMade) -> Any:
    app = Dash("pages")
    app.layout = []
    reports: Any = SimpleNamespace(of=lambda run: report, store=report.store)
    for page in (groups, evidence):
        page.register(app, reports)
    return app.server.test_client()


# --- evidence ------------------------------------------------------------------------------------------------------


def test_a_tie_says_both_numbers(pair: HandMade) -> None:
    page = show_tie(pair)
    assert title(page) == "A-104 and A-117 shared 18 links within a minute of each other; chance gives about 2.6"
    said = text(page)
    assert "They have 22 links in common; 18 of them came within 60 s." in said
    assert "A-117 posts first in 16 of 18" in said
    assert "A-104 posts first in 1." in said and "In 1 both post in the same second." in said
    assert "the timing test (both like the same links, but post at their own times)." in said
    assert "expects 0.02." in said
    assert "all 404,550 pairs of accounts, and the 61 pairs with 3 or more links in common" in said
    assert "< 0.0001" in said and "2.6 (0 to 6)" in said
    assert "Far beyond chance" in said


def test_the_other_test_is_shown_where_it_is_the_harder_one(hand_made: HandMade) -> None:
    hand_made.add_tie("x:104", "x:117", p_a=1e-4, p_b=1e-9, expected_a=3.0, expected_b=0.5, expected=3.0)
    hand_made.add_meeting("x:104", "x:117", 5.0)
    said = text(show_tie(hand_made))
    assert "the one that expects more, the who-and-when test" in said and "expects 0.5" in said


def test_rarity_is_said_where_timing_does_not_stand_out(hand_made: HandMade) -> None:
    hand_made.add_tie("x:104", "x:117", p_b_in_sample=0.4, closed=True).add_meeting("x:104", "x:117", 5.0)
    said = text(show_tie(hand_made))
    assert "few others shared these links, so timing is not the evidence" in said and "Closed:" in said


def test_meetings_further_apart_are_shown_as_such(pair: HandMade) -> None:
    page = show_tie(pair)
    rows = of_type(page, "Tbody")[-1].children
    lags = [text(of_type(row, "B")) for row in rows]
    assert lags == ["6 s", "30 s", "64 s apart", "same second"]
    assert [classes(row) for row in rows] == ["", "", "apart", ""]


def test_links_are_broken_and_never_followed(pair: HandMade) -> None:
    page = show_tie(pair)
    assert "hxxps://larch[.]example/0" in text(page)
    assert not [h for h in hrefs(page) if not h.startswith("/")]
    copies = [getattr(b, "data-copy") for b in of_type(page, "Button") if hasattr(b, "data-copy")]
    assert copies[0] == "hxxps://larch[.]example/0"


def test_posts_are_words_with_names_masked(hand_made: HandMade) -> None:
    hand_made.add_tie("x:104", "x:117")
    hand_made.add_meeting("x:104", "x:117", 5.0, text_a=HOSTILE, text_b=None, object_words="javascript:alert(1)")
    page = show_tie(hand_made)
    said = text(page)
    assert "<script>alert(1)</script> @… hxxps://evil[.]example/a?b=1" in said  # as text: Dash escapes it
    assert "nora" not in said and "\u202e" not in said and "\x00" not in said
    assert "no text" in said and "javascript[:]alert(1)" in said


def test_media_is_counted_never_shown(pair: HandMade) -> None:
    pair.media = ["x:104/0", "x:104/0"]
    page = show_tie(pair)
    assert [text(s) for s in of_type(page, "Span") if classes(s) == "media"] == [
        "2 pictures or videos, hidden Describe"
    ]
    assert not of_type(page, "Img")


def test_the_minute_is_said_where_times_are_no_finer(hand_made: HandMade) -> None:
    hand_made.add_tie("x:104", "x:117", trace="hashtags", a_first=0, b_first=0)
    for lag in (0.0, 60.0):
        hand_made.add_meeting("x:104", "x:117", lag, precision="min", trace="hashtags", object_words="#elm #ash")
    page = show_tie(hand_made)
    assert title(page) == (
        "A-104 and A-117 used 18 hashtag sets in the same or the neighbouring minute; chance gives about 2.6"
    )
    said = text(page)
    assert "Neither is first: all 18 in the same minute" in said
    assert "same minute" in said and "4 May, 08:00" in said and "08:00:00" not in said
    assert "Times are known to the minute only." in said


def test_hundreds_of_meetings_come_in_pages(hand_made: HandMade) -> None:
    hand_made.add_tie("x:104", "x:117", observed=300)
    for _ in range(300):
        hand_made.add_meeting("x:104", "x:117", 5.0)
    page = show_tie(hand_made, "?a=x:104&b=x:117&page=2")
    assert len(of_type(page, "Tbody")[-1].children) == side_by_side.ROWS
    assert "26 to 50 of 300." in text(page)
    assert "Show the next 25" in text(page) and "Earlier" in text(page)
    last = show_tie(hand_made, "?a=x:104&b=x:117&page=9999")
    assert "276 to 300 of 300." in text(last)


def test_a_tie_in_a_group_knows_its_place(hand_made: HandMade) -> None:
    hand_made.add_group(1)
    hand_made.add_tie("x:104", "x:117", group_id="g1").add_tie("x:104", "x:200", group_id="g1", q=1e-9)
    hand_made.add_meeting("x:104", "x:117", 5.0)
    page = show_tie(hand_made)
    assert "Tie 2 of 2 in group 1." in text(page)
    assert "/group?group=g1" in hrefs(page)
    assert "Previous tie" in text(page) and "Next tie" not in text(page)


def test_a_tie_held_by_its_group_has_no_q(hand_made: HandMade) -> None:
    hand_made.add_tie("x:104", "x:117", level="group", q=0.3).add_meeting("x:104", "x:117", 5.0)
    said = text(show_tie(hand_made))
    assert "as group" in said and "Beyond chance only as a group" in said and "0.3" not in said


@pytest.mark.parametrize(
    ("search", "said"),
    [
        ("?a=x:1&b=x:2", "This run has no such tie"),
        ("?a=x:104&b=x:117&window=soon", "This run has no such tie"),
        ("", "No tie chosen"),
        ("?account=x:99", "This case has no such account"),
    ],
)
def test_addresses_that_lead_nowhere_say_so(pair: HandMade, search: str, said: str) -> None:
    assert title(show_tie(pair, search)) == said


def test_accounts_in_either_order_are_one_tie(pair: HandMade) -> None:
    assert title(show_tie(pair, "?a=x:117&b=x:104")) == title(show_tie(pair))


def test_an_account_shows_its_ties_and_posts(hand_made: HandMade) -> None:
    hand_made.add_group(1)
    hand_made.add_tie("x:104", "x:117", group_id="g1").add_tie(
        "x:100", "x:104", observed=5, group_id="g1", q=0.01, level="beyond"
    )
    hand_made.add_meeting("x:104", "x:117", 5.0).add_meeting("x:100", "x:104", 7.0)
    page = show_tie(hand_made, "?account=x:104")
    assert title(page) == "A-104 is tied to 2 accounts beyond chance"
    said = text(page)
    assert "in group 1" in said and "A-117" in said and "A-100" in said
    assert "Read this, number 0" in said and "This, number 1" in said  # its own posts, on either side
    assert "This, number 0" not in said.replace("Read this, number 0", "")


def test_a_post_that_shares_a_link_and_its_site_stands_once(hand_made: HandMade) -> None:
    hand_made.add_group(1)
    hand_made.add_tie("x:104", "x:117", group_id="g1").add_meeting("x:104", "x:117", 5.0)
    hand_made.add_meeting("x:104", "x:117", 5.0, post_a="x:104/0", object="larch.example", object_words="larch.example")
    said = text(show_tie(hand_made, "?account=x:104"))
    assert said.count("Read this, number") == 1 and said.count("larch[.]example") == 1


def test_the_csv_of_a_tie_has_every_meeting(pair: HandMade) -> None:
    answer = _client(pair).get("/files/evidence.csv?a=x:104&b=x:117")
    rows = answer.get_data(as_text=True).lstrip("\ufeff").splitlines()
    assert len(rows) == 5
    assert "hxxps://larch[.]example/0" in rows[1] and "2026-05-04T08:00:00+00:00" in rows[1]
    assert _client(pair).get("/files/evidence.csv?a=x:1&b=x:2").status_code == 404


def test_times_are_those_of_the_posts(pair: HandMade) -> None:
    assert isinstance(START, datetime)
    assert "4 May, 08:00:00" in text(show_tie(pair)) and "4 May, 07:59:54" in text(show_tie(pair))


@pytest.mark.parametrize(
    ("holes", "title", "said"),
    [
        ((), "No unexpected gaps in any file", "No row was skipped."),
        ((4,), "a.csv has no posts on 4 Aug; groups active then may be missed", "One file has a gap of 1 day."),
        (
            (4, 9, 10),
            "a.csv has no posts from 9 Aug to 10 Aug, the longest of two gaps; groups active then may be missed",
            "One file has two gaps, the longest of 2 days.",
        ),
    ],
)
def test_every_hole_of_a_file_is_counted(holes: tuple[int, ...], title: str, said: str) -> None:
    strip = Strip("a.csv", "x", {date(2026, 8, day): 50 for day in range(1, 20) if day not in holes})
    assert sources.finding([strip]) == title
    assert sources.lead([{"posts": 900, "rows_skipped": 0}], 3, {"s": strip}).endswith(said)
