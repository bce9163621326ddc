"""Standing of platforms on many days: a list is asked once for every span in which nothing changes, not once for every link."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from ingest.errors import LockstepError
from ingest.registry.standing import Fact, Standing, standing, table

TOOK_PART = "took part"


@dataclass
class Lists:
    """The shipped list and a case's own rows.

    Attributes
    ----------
    own : sequence of Fact
        Rows an analyst added.
    problem : str, optional
        A sentence where the list could not be read; nothing is known then.
    """

    own: Sequence[Fact] = ()
    problem: str | None = None
    _spans: dict[tuple[str, str], tuple[list[date], dict[int, Standing]]] = field(default_factory=dict)

    def on(self, platform: str, scheme: str, day: date) -> Standing | None:
        """Give the standing of a platform on a day; None where the list could not be read.

        Examples
        --------
        >>> Lists().on("soundcloud", "euif", date(2024, 6, 4)).status
        'member'
        """
        if self.problem:
            return None
        if (platform, scheme) not in self._spans:
            self._spans[platform, scheme] = (_days(platform, scheme, self.own), {})
        days, known = self._spans[platform, scheme]
        span = bisect_right(days, day)
        if span not in known:
            known[span] = standing(platform, scheme, day, self.own)
        return known[span]

    def changed(self, platform: str, scheme: str, first: date, last: date) -> tuple[date, Standing] | None:
        """Give the last day after the first on which a standing became another, and what it was before.

        Examples
        --------
        >>> day, before = Lists().changed("soundcloud", "euif", date(2024, 6, 1), date(2024, 6, 30))
        >>> day.isoformat(), before.status
        ('2024-06-04', 'not known to be a member')
        """
        now = self.on(platform, scheme, last)
        if now is None:
            return None
        for day in reversed(self._spans[platform, scheme][0]):
            before = self.on(platform, scheme, day - timedelta(1))
            if first < day <= last and before is not None and before.status != now.status:
                return day, before
        return None


def read_lists(own: Sequence[Fact] = ()) -> Lists:
    """Give the lists; where the shipped one cannot be read, a sentence says so and the rest of a table stays.

    Examples
    --------
    >>> read_lists().problem is None
    True
    """
    try:
        table()
    except (OSError, KeyError, ValueError, LockstepError):
        return Lists(problem="Standing is not shown: the list could not be read.")
    return Lists(own)


def took_part(found: Standing) -> bool:
    """True where a platform took part in something of a scheme and is not known to be a member.

    Examples
    --------
    >>> took_part(standing("snapchat", "euif", date(2024, 6, 4))), took_part(standing("soundcloud", "euif", date(2024, 6, 4)))
    (True, False)
    """
    return not found.known and any(fact.status.startswith(TOOK_PART) for fact in found.facts)


def _days(platform: str, scheme: str, own: Sequence[Fact]) -> list[date]:
    """Days on which a standing may become another."""
    days: set[date] = set()
    for fact in (*table(), *own):
        if fact.platform == platform and fact.scheme == scheme:
            days |= {day for day in (fact.begins, fact.until) if day}
    return sorted(days)
