"""Platforms: the one a link leads to, and the name of each.

The facts are in ``platforms.csv`` beside this file: id, name, kind, domains, short domains, deep links and where the domains are
from. A deep link is a word for what it points at and the shape of its addresses (``group facebook.com/groups/<id>``). A
platform without a domain is known by name only, or runs on servers of its own. They were gathered from the platforms'
own pages and the domain tables of medialab/ural (short domains), Conway et al. (where extremist posts link to), the weekly
reports of the Counter Extremism Project, and EU Internet Forum documents; where none names a domain it is common knowledge.
Accounts and posts are keyed with these ids: ``x:…``, ``telegram:…``.
"""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import polars as pl

from ingest.normalize import urls
from ingest.normalize.url_rules import ALIASES

UNKNOWN = "unknown"
FIRST = ("x", "telegram", "facebook", "mastodon")
"""Platforms that come first everywhere, and so keep their colour."""

# what files and people call a platform, where it is not its id, name or domain
OTHER_NAMES = {
    "twitter": "x", "x (formerly twitter)": "x", "tweet": "x", "fb": "facebook", "ig": "instagram", "insta": "instagram", "tg": "telegram",
    "bsky": "bluesky", "atproto": "bluesky", "fediverse": "mastodon", "mastodon / fediverse": "mastodon", "yt": "youtube",
    "truth": "truth_social", "truthsocial": "truth_social", "vkontakte": "vk", "ok": "ok_ru", "odnoklassniki": "ok_ru",
    "whatsapp": "whatsapp_channels",
}  # fmt: skip

FEDIVERSE = re.compile(r"[^/]+/(?:@[\w.]+(?:@[\w.-]+)?/\d{15,20}|users/[\w.]+/statuses/\d{15,20})")
"""Keys of posts on a server of the fediverse: any server may be one, and the addresses of its posts are telling."""


class Platform(NamedTuple):
    """A platform: its id in keys, its name on screen, what it is, where it lives, and what its addresses look like."""

    id: str
    name: str
    kind: str
    domains: tuple[str, ...]
    short_domains: tuple[str, ...]
    deep_links: tuple[str, ...]
    source: str


@cache
def platforms() -> dict[str, Platform]:
    """All known platforms by id, in the order of the table.

    Examples
    --------
    >>> list(platforms())[:4] == list(FIRST)
    True
    """
    with files("ingest.normalize").joinpath("platforms.csv").open(encoding="utf-8") as table:
        rows = [{k: v or "" for k, v in row.items()} for row in csv.DictReader(table)]
    return {row["id"]: _platform(row) for row in rows}


def _platform(row: dict[str, str]) -> Platform:
    domains, short, links = (_list(row[field]) for field in ("domains", "short_domains", "deep_links"))
    return Platform(row["id"], row["name"], row["kind"], domains, short, links, row["source"])


def _list(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(";")) if cell else ()


@cache
def _by_domain() -> dict[str, str]:
    found = {domain: p.id for p in platforms().values() for domain in (*p.short_domains, *p.domains)}
    return {**{old: found[new] for old, new in ALIASES.items() if new in found}, **found}


def platform_of(url: str | None) -> str | None:
    """The platform a link leads to; None when it is none of the known ones.

    Redirects are looked through; an address on somebody else's host that only names a platform is not the platform's.

    Examples
    --------
    >>> platform_of("https://mobile.twitter.com/a"), platform_of("https://evilfacebook.com/"), platform_of("https://fosstodon.org/@a/109999999999999999")
    ('x', None, 'mastodon')
    """
    found = urls.key(url)
    return (
        None
        if found is None
        else platform_of_host(urls.host_of(found)) or ("mastodon" if FEDIVERSE.fullmatch(found) else None)
    )


def platforms_of(links: pl.Series) -> pl.Series:
    """`platform_of` over a column: each host is looked up once.

    Examples
    --------
    >>> platforms_of(pl.Series(["https://x.com/a/status/1", "https://t.me/b/2", "https://news.example/c", None])).to_list()
    ['x', 'telegram', None, None]
    """
    hosts = links.str.extract(r"^\s*(?:\w+:)?//([^/?#\s]+)", 1)
    known = {host: platform_of(host) for host in hosts.drop_nulls().unique().to_list()}
    found = hosts.replace_strict(known, default=None, return_dtype=pl.String)
    others = links.filter(found.is_null() & links.str.contains(FEDIVERSE.pattern)).unique().to_list()
    posts = {link: platform_of(link) for link in others}
    return found.fill_null(links.replace_strict(posts, default=None, return_dtype=pl.String)) if posts else found


@lru_cache(maxsize=65_536)
def platform_of_host(host: str) -> str | None:
    """The platform whose domain a host is or lies under, label by label; None when it is none of the known ones.

    Examples
    --------
    >>> platform_of_host("cdn.discordapp.com"), platform_of_host("evilfacebook.com"), platform_of_host("facebook.com.evil.example")
    ('discord', None, None)
    """
    labels = host.split(".")
    for start in range(len(labels) - 1):
        if found := _by_domain().get(".".join(labels[start:])):
            return found
    return None


def platform_id(word: str | None) -> str | None:
    """The id of a platform from what a file or a person calls it; None when nobody knows it.

    Examples
    --------
    >>> platform_id("Twitter"), platform_id("Truth Social"), platform_id("tiktok.com"), platform_id("myspace")
    ('x', 'truth_social', 'tiktok', None)
    """
    word = (word or "").strip().casefold()
    return OTHER_NAMES.get(word) or _by_word().get(word) or (platform_of_host(word) if "." in word else None)


@cache
def _by_word() -> dict[str, str]:
    return {word: p.id for p in platforms().values() for word in (p.name.casefold(), p.id.replace("_", " "), p.id)}


def name(platform: str | None) -> str:
    """Name of a platform on screen; an unknown one is shown as it is.

    Examples
    --------
    >>> name("x"), name("unknown"), name("myspace")
    ('X', 'Unknown platform', 'myspace')
    """
    if platform in (None, "", UNKNOWN):
        return "Unknown platform"
    known = platforms().get(str(platform))
    return known.name if known else str(platform)


def rank(platform: str | None) -> tuple[int, str]:
    """Sorts platforms: X, Telegram, Facebook, Mastodon, then the others by name, the unknown last.

    Examples
    --------
    >>> sorted(["unknown", "youtube", "mastodon", "bluesky", "x"], key=rank)
    ['x', 'mastodon', 'bluesky', 'youtube', 'unknown']
    """
    if platform in FIRST:
        return FIRST.index(str(platform)), ""
    unknown = platform in (None, "", UNKNOWN)
    return len(FIRST) + unknown, name(platform).casefold()
