"""Outlinks of made-up posts: counted by the real code from rows that a test writes down, without a case or a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pyarrow as pa

from graph.outlinks.outlinks import GROUPS, Outlinks, outlinks
from graph.stores.base import Scan
from ingest.normalize import urls
from ingest.tables import LINKS

START = datetime(2026, 8, 3, 8, tzinfo=UTC)
FAR = datetime(2026, 9, 14, 8, tzinfo=UTC)

HOSTS = (
    ("https://www.nordlys.example/a/{}", 22),
    ("https://www.youtube.com/watch?v=abcdefgh{:03d}", 16),
    ("https://fjordposten.example/nyhet/{}", 13),
    ("https://t.me/kanal/{}", 10),
    ("https://bit.ly/3x{}", 7),
    ("https://linktr.ee/kanal{}", 5),
    ("https://fjord-posten.example/nyhet/{}", 4),
    ("https://soundcloud.com/dj/track-{}", 3),
    ("https://l.facebook.com/l.php?u=https%3A%2F%2Fnordlys.example%2Fz{}&h=AT", 3),
    ("https://justpaste.it/p{}", 2),
    ("https://nora{}.blogspot.com/2026/08/x.html", 1),
)
"""Addresses and how many of each 86 links they are: websites, platforms of every standing, redirects, a lookalike."""


class LinkStore:
    """As much of a store as counting links needs, over rows of links."""

    def __init__(self, links: pa.Table) -> None:
        self._links = links

    def scan(self, table: str, what: Scan = Scan()) -> Iterator[pa.RecordBatch]:
        if table != "links":
            return iter(())
        rows = pl.DataFrame(pl.from_arrow(self._links))
        if what.narrow.accounts:
            rows = rows.filter(pl.col("account_uid").is_in(list(what.narrow.accounts)))
        chosen = rows.to_arrow().cast(LINKS).select(list(what.columns or LINKS.names))
        return iter(chosen.to_batches())

    def sources(self) -> pa.Table:
        return pa.table({"platforms": [["x", "telegram"]], "first_at": [START], "last_at": [FAR]})

    def notes(self, kind: str | None = None) -> list[dict[str, Any]]:
        return []


def many_links(number: int = 172, accounts: int = 6) -> list[tuple[str, str, datetime]]:
    """Account, address and time of links to ``HOSTS``, spread over six weeks."""
    pool = [address for address, often in HOSTS for _ in range(often)]
    step = (FAR - START) / max(1, number)
    return [
        (
            f"x:{n % accounts}",
            pool[n % len(pool)].format(0 if "blogspot" in pool[n % len(pool)] else n),
            START + n * step,
        )
        for n in range(number)
    ]


def linked(
    rows: Iterable[tuple[str, str, datetime | None]] | None = None, groups: Sequence[str] = ("x:0", "x:1", "x:2")
) -> Outlinks:
    """Outlinks of these rows (account, address, time); the accounts named are group 1, the others are in none."""
    given = list(many_links() if rows is None else rows)
    links = [
        {
            **dict.fromkeys(LINKS.names),
            "post_uid": f"x:p{n}",
            "account_uid": account,
            "at": at,
            "kind": "url",
            "target_key": urls.key(address),
            "target_raw": address,
            "resolved": True,
            "inherited": False,
            "position": 0,
        }
        for n, (account, address, at) in enumerate(given)
        if urls.key(address)
    ]
    held = pl.DataFrame([(uid, "g1", 1) for uid in groups], schema=GROUPS, orient="row")
    store: Any = LinkStore(pa.Table.from_pylist(links, schema=LINKS))
    return outlinks(store, groups=held)


def flagged(found: Outlinks, **imitations: str) -> Outlinks:
    """The same with hosts marked as lookalikes: ``{host with dots as two underscores: imitated}``."""
    of = {host.replace("__", ".").replace("_", "-"): imitated for host, imitated in imitations.items()}
    marked = found.hosts.with_columns(
        pl.Series("lookalike_of", [of.get(host) for host in found.hosts["host"]], dtype=pl.String),
        pl.Series(
            "how", ["hyphen or dot changed" if host in of else None for host in found.hosts["host"]], dtype=pl.String
        ),
    )
    fakes = marked.filter(pl.col("lookalike_of").is_not_null())
    numbers = {"lookalikes": fakes.height, "lookalike_links": int(fakes["links"].sum())}
    return replace(found, hosts=marked, totals=replace(found.totals, **numbers))


def hostile_links() -> list[tuple[str, str, datetime]]:
    """Links whose addresses try something."""
    addresses = (
        "https://evil.example/<script>alert(1)</script>",
        "https://xn--fcebook-hwa.example/login",
        "https://user:pass@paypal.example@evil2.example/x",
        "https://a\u202egpj.example/y",
        "https://" + "a" * 60 + ".example/long",
        "https://10.0.0.1:8080/x",
        "javascript:alert(1)",
        'https://evil3.example/?q="><img src=x onerror=alert(1)>',
    )
    return [(f"x:{n}", address, START + timedelta(days=n)) for n, address in enumerate(addresses)]
