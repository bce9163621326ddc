"""The page of one account: its ties, and the posts that coincide with others."""

from __future__ import annotations

from fixtures_pages import HandMade
from test_pages import of_type, text, title

from dashboards.components.base import State
from dashboards.pages.evidence.account import account_page


def test_an_account_is_shown_with_its_ties_and_posts(hand_made: HandMade) -> None:
    hand_made.add_tie("x:104", "x:117").add_meeting("x:104", "x:117", 5.0).add_meeting("x:104", "x:117", 9.0)
    page = account_page(hand_made, State("/evidence", {}), "x:117")  # type: ignore[arg-type]
    said = text(page)
    assert title(page) == "A-117 is tied to 1 account beyond chance" and "in no group of this run." in said
    posts = [table for table in of_type(page, "Table") if getattr(table, "data-name", "") == "posts"]
    assert len(of_type(posts[0], "Tr")) == 3 and "larch[.]example" in text(posts[0]) and "https" not in text(posts[0])


def test_an_account_that_is_not_there_is_said_plainly(hand_made: HandMade) -> None:
    page = account_page(hand_made, State("/evidence", {}), "x:9")  # type: ignore[arg-type]
    assert title(page) == "This case has no such account" and "not in the case" in text(page)
