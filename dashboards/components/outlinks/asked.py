"""The view of outlinks that an address asks for: whose links, which hosts, which days, in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from dashboards.words.times import day
from ingest.errors import UsageError
from ingest.registry.standing import day_of

SCOPES = {"groups": "Groups and pairs", "group": "One group", "all": "All accounts"}
STANDINGS = {
    "euif": "EUIF member", "gifct": "GIFCT listed", "dsa": "DSA designated", "none": "a site, not a platform", "unknown": "unknown",
}  # fmt: skip
SORTS = {"links": "Links", "accounts": "Accounts", "posts": "Posts", "first": "First seen"}


@dataclass(frozen=True)
class Asked:
    """A view, as an address or a pin holds it.

    Attributes
    ----------
    scope : {"groups", "group", "all"}
    group : str, optional
        Id of the group, with scope ``group``.
    platform : str, optional
        Of the posts.
    kind, standing : str, optional
        Of the hosts.
    first, last : date, optional
        Days of the posts, UTC, both included.
    lookalikes : bool
        Only hosts that imitate another.
    sort : str
        A key of ``SORTS``.
    """

    scope: str = "groups"
    group: str | None = None
    platform: str | None = None
    kind: str | None = None
    standing: str | None = None
    first: date | None = None
    last: date | None = None
    lookalikes: bool = False
    sort: str = "links"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        """Give the view of an address; words that are none of ours are as if they were not there.

        Raises
        ------
        UsageError
            For a day that is none, or a first day after the last.

        Examples
        --------
        >>> Asked.of({"scope": "all", "from": "2026-08-03", "lookalikes": "1"}).first
        datetime.date(2026, 8, 3)
        >>> Asked.of({"scope": "nobody", "sort": "x"}) == Asked()
        True
        """
        group = query.get("group") or None
        scope = query.get("scope") or ("group" if group else "groups")
        first, last = (day_of(query[name]) if query.get(name) else None for name in ("from", "to"))
        if first and last and first > last:
            raise UsageError(f"The first day, {first}, is after the last, {last}.")
        standing, sort = query.get("standing"), query.get("sort") or "links"
        return cls(
            scope if scope in SCOPES else "groups", group if scope == "group" else None, query.get("platform") or None,
            query.get("kind") or None, standing if standing in STANDINGS else None, first, last,
            query.get("lookalikes") == "1", sort if sort in SORTS else "links",
        )  # fmt: skip

    def query(self) -> dict[str, str]:
        """Give the view as the fields of an address, without those that ask for nothing.

        Examples
        --------
        >>> Asked(scope="all", lookalikes=True).query(), Asked().query()
        ({'scope': 'all', 'lookalikes': '1'}, {})
        """
        plain = Asked()
        said = {
            "scope": self.scope if self.scope != plain.scope else "", "group": self.group or "", "platform": self.platform or "",
            "kind": self.kind or "", "standing": self.standing or "", "from": self.first.isoformat() if self.first else "",
            "to": self.last.isoformat() if self.last else "", "lookalikes": "1" if self.lookalikes else "",
            "sort": self.sort if self.sort != plain.sort else "",
        }  # fmt: skip
        return {name: value for name, value in said.items() if value}

    def text(self, **more: str) -> str:
        """Give the view as one text, for a pin.

        Examples
        --------
        >>> Asked(scope="all").text(host="larch.example"), Asked().text()
        ('scope=all&host=larch.example', 'scope=groups')
        """
        return urlencode({"scope": self.scope, **self.query(), **more})

    @property
    def narrows_hosts(self) -> bool:
        """True where only some of the hosts are asked for."""
        return bool(self.kind or self.standing or self.lookalikes)

    def days(self) -> str:
        """Give the days in words; empty where all are asked for.

        Examples
        --------
        >>> Asked(first=date(2026, 8, 3)).days(), Asked().days()
        ('from 3 Aug 2026', '')
        """
        ends = (("from", self.first), ("to", self.last))
        return " ".join(f"{word} {day(end.isoformat(), year=True)}" for word, end in ends if end)

    def next_sort(self) -> str:
        """Give the order that follows this one, for the key S."""
        names = list(SORTS)
        return names[(names.index(self.sort) + 1) % len(names)]
