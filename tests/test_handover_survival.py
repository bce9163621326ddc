"""Survival of reported posts: worked by hand, row by row."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from graph.handover.ledger import Entry, Reported
from graph.handover.rechecks import Seen
from graph.handover.survival import Ledger, Life, compared, life, outcome, survival

SENT = date(2026, 8, 28)


def on(day: int) -> date:
    return SENT + timedelta(days=day)


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        ([], Life("x", 0, None)),
        ([(3, "online")], Life("x", 3, None)),
        ([(3, "offline")], Life("x", 0, 3)),
        ([(3, "online"), (7, "offline")], Life("x", 3, 7)),
        ([(7, "offline"), (3, "online"), (9, "offline")], Life("x", 3, 7)),
        ([(3, "offline"), (7, "online")], Life("x", 7, None, back=True)),
        ([(3, "offline"), (7, "online"), (9, "offline")], Life("x", 7, 9, back=True)),
        ([(3, "restricted"), (7, "unknown")], Life("x", 3, None)),
        ([(-2, "offline"), (0, "online")], Life("x", 0, None)),
        ([(3, "online"), (3, "offline")], Life("x", 0, 3)),
    ],
)
def test_the_life_of_a_post(seen: list[tuple[int, str]], wanted: Life) -> None:
    assert life("x", SENT, [(on(day), state) for day, state in seen]) == wanted


def test_the_curve_steps_on_the_day_of_the_recheck() -> None:
    """Ten posts: 2 gone by day 3, 4 by day 7, the rest still there on day 11 but one nobody looked at again after day 3."""
    found = [Life("x", 0, 3)] * 2 + [Life("x", 3, 7)] * 4 + [Life("x", 11, None)] * 3 + [Life("x", 3, None)]
    rows = survival(found).rows()
    assert [row[1:5] for row in rows] == [(0, 10, 0, 0), (3, 10, 2, 1), (7, 7, 4, 0), (11, 3, 0, 3)]
    assert [row[5] for row in rows] == pytest.approx([1, 8 / 10, 8 / 10 * 3 / 7, 8 / 10 * 3 / 7])
    # As early as they may have gone: two on day 0, four on day 3, of eight that were then watched.
    assert [row[6] for row in rows] == pytest.approx([8 / 10, 8 / 10 * 4 / 8, 8 / 10 * 3 / 7, 8 / 10 * 3 / 7])


def test_every_platform_has_its_own_curve() -> None:
    rows = survival([Life("x", 0, 3), Life("telegram", 4, None)]).select("platform", "day", "online").rows()
    assert rows == [("x", 0, 1.0), ("x", 3, 0.0), ("telegram", 0, 1.0), ("telegram", 4, 1.0)]


def line(number: int, codes: str, day: int = 0, account: str | None = "x:9") -> Entry:
    items = tuple(Reported(code, "x", f"x:{code}", account, f"https://x.com/a/{code}") for code in codes)
    return Entry(number, number, "r", "g", "x", "notice", on(day), items, "Ann")


def test_x_of_y_offline_on_a_day() -> None:
    seen = [Seen("a", on(7), "offline", "Ann"), Seen("b", on(7), "online", "Ann"), Seen("b", on(9), "unknown", "Ann")]
    seen += [Seen("c", on(8), "restricted", "Ann"), Seen("z", on(20), "offline", "Ann", reported=False, account="x:9")]
    found = outcome([line(1, "abc"), line(2, "cd", 2)], seen)
    assert (found.posts, found.checked, found.offline, found.restricted, found.on) == (4, 3, 1, 1, on(9))
    ledger = Ledger((line(1, "abc"), line(2, "cd", 2)), tuple(seen))
    assert ledger.outcome(ledger.lines[1]).posts == 2 and ledger.curve()["day"].max() == 8
    assert Ledger((line(1, "abc"),), ()).curve().height == 0


def test_posts_never_reported_are_compared_on_the_same_days_and_accounts() -> None:
    def other(code: str, day: int, state: str, account: str = "x:9") -> Seen:
        return Seen(code, on(day), state, "Ann", False, account)

    lines, seen = [line(1, "ab")], [Seen("a", on(7), "offline", "Ann")]
    assert compared(seen, lines) is None
    seen += [other("m", 7, "offline"), other("n", 7, "online"), other("n", 7, "unknown")]
    seen += [other("o", 8, "offline"), other("p", 7, "offline", "x:5"), other("b", 7, "offline")]
    assert compared(seen, lines) == (1, 2)


def test_days_without_a_receipt() -> None:
    sent = line(1, "a")
    assert [sent.waiting(on(day)) for day in (6, 7, 13)] == [None, 7, 13]
    terms = Entry(1, 1, "r", "g", "x", "terms", SENT, (), "Ann")
    answered = Entry(1, 1, "r", "g", "x", "notice", SENT, (), "Ann", receipt=on(1))
    assert terms.waiting(on(13)) is None and answered.waiting(on(13)) is None
