"""Links to platforms: whose host it is, by registrable domain, and what the address points at, by the shapes in ``platforms.csv``.

A host belongs to a platform label by label, never by how its name ends: ``evilfacebook.com`` is nobody's. A redirect of a platform
is that platform's, and says where it leads as far as the address itself says so. Nothing is opened.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import polars as pl

from ingest.normalize import urls
from ingest.normalize.platforms import FEDIVERSE, platform_of_host, platforms
from ingest.normalize.url_rules import ALIASES, SHORT

KINDS = {
    "adult": "adult site",
    "app_store": "app store",
    "archive_site": "archive",
    "audio_sharing": "audio",
    "blog_hosting": "blog host",
    "code_hosting": "code hosting",
    "crowdfunding": "crowdfunding",
    "decentralised_storage": "decentralised storage",
    "email_marketing": "e-mail marketing",
    "file_hosting": "file hosting",
    "forum": "forum",
    "gaming": "games",
    "generative_ai": "generative AI",
    "image_sharing": "pictures",
    "link_in_bio": "link in bio",
    "live_streaming": "live streaming",
    "maps": "maps",
    "marketplace": "marketplace",
    "messaging_broadcast": "channels",
    "messaging_groups": "group chat",
    "messaging_private": "private messages",
    "messaging_social": "messages",
    "paste_site": "paste site",
    "payments": "payments",
    "qa_social": "questions and answers",
    "reference": "reference",
    "search_engine": "search engine",
    "social_network": "social network",
    "social_network_federated": "social network",
    "url_shortener": "link shortener",
    "video_conferencing": "video meetings",
    "video_sharing": "video",
}
"""Kinds of the table, and the word for each on screen."""
SHORTENER = "url_shortener"
UNKNOWN_KIND = "website"
"""Word for a host without a kind: on no list here."""
LEAD_ANYWHERE = frozenset({"t.co", "lnkd.in", "goo.gl", "g.co"})
"""Short domains of platforms whose links lead to any site, so that they are shorteners and not the platform's own pages."""
REDIRECT, SHORT_LINK = "redirect", "short link"

# first parts of a path that are a platform's own pages, nobody's account
_OWN_PAGES = {
    *("about", "account", "accounts", "ads", "business", "download", "events", "explore", "feed", "groups", "hashtag", "help", "home"),
    *("i", "intent", "legal", "login", "marketplace", "messages", "notifications", "p", "policies", "privacy", "reel", "reels"),
    *("search", "settings", "share", "share.php", "sharer.php", "signup", "support", "terms", "tos", "watch", "l.php"),
}  # fmt: skip
_NUMBERS = {"msg_id", "topic_id", "chat_id", "ts", "mm", "dd", "phone"}
_PLACEHOLDER = re.compile(r"<(\w+)>")
HOST = r"(?i)^\s*(?:(?:h(?:tt|xx)ps?:)?//([^/?#\s]+)|([^/?#\s@]+))"
_IN_APP = (r"(?i)^\s*tg://resolve/?\?(?:.*&)?domain=(\w+).*$", "https://t.me/$1")


@dataclass(frozen=True)
class LinkTarget:
    """A link to a platform.

    Attributes
    ----------
    host : str
        As it is compared (`ingest.normalize.urls`).
    platform, name, kind : str
        Id, name on screen, and a key of ``KINDS``.
    points_at : str, optional
        Word for what the address points at: page, group, channel, post, invite, redirect, short link …; None where its shape
        does not say.
    leads_to : str, optional
        The key of the link inside, where it is a redirect that holds one.
    """

    host: str
    platform: str
    name: str
    kind: str
    points_at: str | None = None
    leads_to: str | None = None


class _Shape(NamedTuple):
    """Shape of an address: platform, what it points at, pattern of host with path, and if anything but own pages fits."""

    platform: str
    points_at: str
    pattern: str
    any_name: bool


def platform_of_link(address: str | None) -> LinkTarget | None:
    """Give the platform whose address a link is; None when it is none of those in the table.

    Parameters
    ----------
    address : str
        A link as it stands in the data, or its key. Redirects are not looked through: see ``leads_to``.

    Examples
    --------
    >>> found = platform_of_link("https://www.facebook.com/groups/fjordfolk/?ref=x")
    >>> found.platform, found.kind, found.points_at
    ('facebook', 'social_network', 'group')
    >>> wrapped = platform_of_link("https://l.facebook.com/l.php?u=https%3A%2F%2Ffjordposten.example%2Fa&h=1")
    >>> wrapped.points_at, wrapped.leads_to
    ('redirect', 'fjordposten.example/a')
    >>> platform_of_link("https://evil.com/a.facebook.com/x") is platform_of_link("https://evilfacebook.com/") is None
    True
    """
    parts = urls.split(address)
    if parts is None:
        return None
    host = parts[0].partition(":")[0]
    platform = owner(host)
    if platform is None:
        return _target(host, "mastodon", "post") if FEDIVERSE.fullmatch(host + parts[1]) else None
    rest = "".join(parts[1:])
    for shape in _shapes(platform):
        if re.fullmatch(shape.pattern, host + rest) and not (shape.any_name and _first(rest) in _OWN_PAGES):
            return _target(host, shape.platform, shape.points_at, _inside(address, shape.points_at))
    return _target(host, platform, None)


def targets_of_links(links: pl.Series) -> pl.DataFrame:
    """`platform_of_link` over a column: each host is looked up once, each shape is tried on its platform's links only.

    Returns
    -------
    polars.DataFrame
        One row per link, in order: ``host``, ``platform``, ``kind``, ``points_at`` (strings; null where unknown). ``kind`` is
        also there for shorteners that are no platform of the table.

    Examples
    --------
    >>> targets_of_links(pl.Series(["https://t.me/fjord/12", "https://x.com/kari", "https://a.example/", None])).rows()
    [('t.me', 'telegram', 'messaging_broadcast', 'post'), ('x.com', 'x', 'social_network', 'account'), ('a.example', None, None, None), (None, None, None, None)]
    """
    frame = (
        links.str.replace(*_IN_APP)
        .to_frame("link")
        .select(
            pl.coalesce(pl.col("link").str.extract(HOST, n) for n in (1, 2)).alias("host"),
            pl.col("link").str.replace(HOST, "").alias("rest"),
        )
    )
    hosts = {host: compared(host) for host in frame["host"].drop_nulls().unique().to_list()}
    owners = {host: owner(host) for host in set(hosts.values()) if host}
    kinds = {host: host_kind(host) for host in owners}
    frame = (
        frame.with_columns(_looked_up("host", hosts))
        .with_columns(
            _looked_up("host", owners).alias("platform"),
            _looked_up("host", kinds).alias("kind"),
            pl.concat_str("host", "rest").alias("address"),
        )
        .with_row_index("row")
    )
    known = pl.col("platform").is_not_null()
    parts = [_shaped(part, str(platform)) for (platform,), part in frame.filter(known).group_by("platform")]
    return (
        pl.concat([_of_the_fediverse(frame.filter(~known)), *parts])
        .sort("row")
        .select("host", "platform", "kind", "points_at")
    )


def _looked_up(column: str, table: Mapping[str, str | None]) -> pl.Expr:
    return pl.col(column).replace_strict(dict(table), default=None, return_dtype=pl.String)


def _of_the_fediverse(links: pl.DataFrame) -> pl.DataFrame:
    post = pl.col("address").str.contains(f"^{FEDIVERSE.pattern}$")
    said = {"platform": "mastodon", "kind": platforms()["mastodon"].kind, "points_at": "post"}
    kept = {"platform": pl.lit(None, pl.String), "kind": pl.col("kind"), "points_at": pl.lit(None, pl.String)}
    return links.with_columns(pl.when(post).then(pl.lit(said[c])).otherwise(kept[c]).alias(c) for c in said)


def _shaped(links: pl.DataFrame, platform: str) -> pl.DataFrame:
    address = pl.col("address")
    first = address.str.extract(r"^[^/?#]*/([^/?#]*)", 1).str.to_lowercase()
    points_at, whose = pl.lit(None, pl.String), pl.col("platform")
    for shape in reversed(_shapes(platform)):
        fits = address.str.contains(f"^(?:{shape.pattern})$")
        if shape.any_name:
            fits &= ~first.is_in(list(_OWN_PAGES)).fill_null(False)
        points_at = pl.when(fits).then(pl.lit(shape.points_at)).otherwise(points_at)
        if shape.platform != platform:
            whose = pl.when(fits).then(pl.lit(shape.platform)).otherwise(whose)
    return links.with_columns(points_at.alias("points_at"), whose.alias("platform"))


@lru_cache(maxsize=65_536)
def owner(host: str) -> str | None:
    """Give the id of the platform a host belongs to: its domains, and its name under a country's suffix where the table says so.

    Examples
    --------
    >>> owner("web.facebook.com"), owner("amazon.co.uk"), owner("amazon.ltd"), owner("facebook.example"), owner("start.me")
    ('facebook', 'amazon_store', None, None, None)
    """
    found = platform_of_host(host)
    if found or not any(label in _any_suffix() for label in host.split(".")):
        return found
    public = urls.public_suffix(host)
    return _any_suffix().get(host.removesuffix(f".{public}").rpartition(".")[2]) if national(public) else None


def host_kind(host: str) -> str | None:
    """Give the kind of a host, a key of ``KINDS``; None when it is on no list here.

    Examples
    --------
    >>> host_kind("youtu.be"), host_kind("t.co"), host_kind("reut.rs"), host_kind("linktr.ee"), host_kind("fjordposten.example")
    ('video_sharing', 'url_shortener', 'url_shortener', 'link_in_bio', None)
    """
    platform = owner(host)
    if host in LEAD_ANYWHERE or (platform is None and host in SHORT):
        return SHORTENER
    return platforms()[platform].kind if platform else None


def national(suffix: str) -> bool:
    """True for a country's suffix that is used for that country: ``de`` and ``co.uk``, not ``ltd``, ``me`` or ``blogspot.com``.

    Examples
    --------
    >>> [national(suffix) for suffix in ("de", "co.uk", "com.co", "ltd", "me", "blogspot.com", "uk.com")]
    [True, True, True, False, False, False, False]
    """
    *before, last = suffix.split(".")
    return len(last) == 2 and (before in (["co"], ["com"]) if before else last not in SOLD_TO_ALL)


SOLD_TO_ALL = frozenset(
    {
        *("ad", "ai", "as", "bz", "cc", "cd", "co", "cx", "dj", "fm", "gg", "gl", "gs", "im", "io", "la", "ly", "me", "ms", "nu"),
        *("pw", "sc", "sh", "so", "sr", "st", "su", "to", "tv", "vc", "ws"),
        *("cf", "ga", "gq", "ml", "tk"),  # once given away
    }
)  # fmt: skip
"""Country suffixes that are sold to anybody anywhere, so that they say nothing of a country (common knowledge)."""


@cache
def _any_suffix() -> dict[str, str]:
    """Names that their platform has under many countries' suffixes: shapes with ``<tld>``."""
    shapes = ((p.id, link.split(" ")[-1]) for p in platforms().values() for link in p.deep_links if "<tld>" in link)
    return {shape.partition(".<tld>")[0].rpartition(".")[2]: platform for platform, shape in shapes}


@cache
def _shapes(platform: str) -> tuple[_Shape, ...]:
    """Shapes of a platform's addresses, those with most letters of their own first; also of those that share its hosts."""
    hosts = set(platforms()[platform].domains)
    shapes = []
    for other in platforms().values():
        for link in other.deep_links:
            points_at, _, shape = link.rpartition(" ")
            if other.id == platform or _at(shape) in hosts:
                shapes.append((shape, _Shape(other.id, points_at, _pattern(shape), _takes_any(shape))))
    return tuple(one for _, one in sorted(shapes, key=lambda s: -len(_PLACEHOLDER.sub("", s[0]))))


def _at(shape: str) -> str:
    return re.split(r"[/?#]", shape, maxsplit=1)[0]


def _takes_any(shape: str) -> bool:
    return re.fullmatch(r"[^/<]+/<\w+>", shape) is not None


def _pattern(shape: str) -> str:
    """Pattern of a shape; query and fragment may hold more than it says."""
    if shape.startswith("tg://"):
        shape = "t.me/<username>"
    host = _at(shape)
    path, _, fragment = shape[len(host) :].partition("#")
    path, _, query = path.partition("?")
    told = _filled(ALIASES.get(host, host)) + _filled(path).replace(r"\.\.\.", ".*")
    if query:
        name = re.escape(query.partition("=")[0].partition("<")[0])
        return rf"{told}/?\?(?:[^#]*&)?{name}" + (r"=[^&#]+.*" if "=" in query else ".+")
    return (
        rf"{told}/?#.+"
        if fragment and path in ("", "/")
        else rf"{told}(?:/?(?:[?#].*)?{'|/.*' if 'maps' in path else ''})"
    )


def _filled(part: str) -> str:
    """A part of a shape with patterns for its placeholders."""
    literal = _PLACEHOLDER.split(part)
    return "".join(re.escape(text) if n % 2 == 0 else _fits(text) for n, text in enumerate(literal))


def _fits(name: str) -> str:
    return {"url": ".+", "tld": "[a-z.]+", "username": r"\w+"}.get(name, r"\d+" if name in _NUMBERS else "[^/?#]+")


def _target(host: str, platform: str, points_at: str | None, leads_to: str | None = None) -> LinkTarget:
    known = platforms()[platform]
    return LinkTarget(host, platform, known.name, host_kind(host) or known.kind, points_at, leads_to)


def _inside(address: str | None, points_at: str) -> str | None:
    return urls.key(address) if points_at == REDIRECT else None


def _first(rest: str) -> str:
    return re.split(r"[/?#]", rest.lstrip("/"), maxsplit=1)[0].lower()


@lru_cache(maxsize=65_536)
def compared(raw: str) -> str | None:
    """Give a host as it is compared: lower case, punycode, without user, port, ``www`` and device; None where it is none.

    Examples
    --------
    >>> compared("WWW.Fjordposten.example:443"), compared("fjörd.example"), compared("no host")
    ('fjordposten.example', 'xn--fjrd-6qa.example', None)
    """
    parts = urls.split("http://" + raw)
    return parts[0].partition(":")[0] if parts else None
