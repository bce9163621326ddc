"""A tie with its posts: accounts in either order, coincidences by time, the coarsest clock named."""

from __future__ import annotations

import pytest
from fixtures_pages import HandMade

from dashboards.components.tie import Tie
from ingest.errors import UsageError


def test_a_tie_is_the_same_from_either_side(hand_made: HandMade) -> None:
    hand_made.add_tie("x:104", "x:117").add_meeting("x:104", "x:117", 5.0).add_meeting("x:104", "x:117", 900.0)
    one, two = (Tie.load(hand_made, *sides, None, "60") for sides in (("x:104", "x:117"), ("x:117", "x:104")))  # type: ignore[arg-type]
    assert (one.a, one.b) == (two.a, two.b) == ("A-104", "A-117")
    assert list(one.meetings["within"]) == [True, False] and one.meetings["at_a"].is_monotonic_increasing
    picture = one.lanes(lambda trace, name: str(name))
    assert picture.title.startswith("Links in common, 4 May 2026")
    assert [said for _, said in picture.key][:2] == ["1 pair of posts within 60 s", "1 pair of posts further apart"]


@pytest.mark.parametrize(("clocks", "coarsest"), [(["s", "min"], "min"), (["s", "s"], "s"), (["day", "min"], "day")])
def test_the_coarsest_clock_counts(hand_made: HandMade, clocks: list[str], coarsest: str) -> None:
    hand_made.add_tie("x:104", "x:117")
    for clock in clocks:
        hand_made.add_meeting("x:104", "x:117", 5.0, precision=clock)
    assert Tie.load(hand_made, "x:104", "x:117", None, None).precision == coarsest  # type: ignore[arg-type]


def test_a_window_that_is_no_number_is_refused(hand_made: HandMade) -> None:
    with pytest.raises(UsageError, match="'soon' is not a number of seconds"):
        Tie.load(hand_made, "x:104", "x:117", None, "soon")  # type: ignore[arg-type]
