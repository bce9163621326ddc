"""Tables that are known and are no posts: what they are, and what they are good for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Refusal(NamedTuple):
    """What a person is told about such a table."""

    words: str
    accepted: str


# columns that must all be there -> what it is
KNOWN: tuple[tuple[frozenset[str], Refusal], ...] = (
    (
        frozenset({"username", "profile_url", "finished_truth_scrape"}),
        Refusal(
            "These are the accounts of the Truth Social dataset, without their posts.", "truths.tsv of the same record"
        ),
    ),
    (
        frozenset({"uuid", "decision_visibility", "platform_name", "application_date"}),
        Refusal(
            "This is a dump of the DSA Transparency Database: statements of reasons about moderation, with no post and no "
            "account in them, so they cannot be joined to a network.",
            "posts; counts of these statements by platform and day serve as context beside them",
        ),
    ),
    (
        frozenset(
            {"userid", "user_screen_name", "account_creation_date", "account_language", "user_profile_description"}
        ),
        Refusal(
            "These are the accounts of X's Information Operations archive, without their posts.",
            "the file of the same release whose name says tweets",
        ),
    ),
)


def why_not(header: Iterable[str]) -> Refusal | None:
    """Why a table with these columns holds no posts; None when nothing is known against it.

    Examples
    --------
    >>> why_not(["uuid", "decision_visibility", "platform_name", "application_date"]).words[:55]
    'This is a dump of the DSA Transparency Database: statem'
    >>> why_not(["id", "text"])
    """
    columns = set(header)
    if "tweetid" in columns:
        return None
    return next((refusal for needed, refusal in KNOWN if needed <= columns), None)
