"""Hosts that links name, and where a link leads as far as the data say: worked out once for each host, never for each link."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from ingest.normalize import urls
from ingest.normalize.platforms import Platform, platforms
from ingest.registry.links import SHORTENER, UNKNOWN_KIND, host_kind, owner

DIRECTLY, REDIRECT, LINK_IN_BIO, AGGREGATOR = "directly", "redirect", "link-in-bio", "aggregator"
WEBSITE = UNKNOWN_KIND
"""Kind of a host that is no platform of the registry."""
BIO, ARCHIVE, BLOGS = "link_in_bio", "archive_site", "blog_hosting"


class Host(NamedTuple):
    """A host as tables show it.

    Attributes
    ----------
    name : str
        A platform's main domain; else the registrable domain. Sites that people have on somebody else's domain
        (``nora.blogspot.com``) keep their own name.
    platform : str, optional
        Id in ``platforms.csv``.
    kind : str
        Of the platform; ``url_shortener`` also of a short domain of a platform that leads anywhere; else ``website``.
    personal : bool
        Whether the name says whose page it is: a name below the domain of a service that gives them to people.
    """

    name: str
    platform: str | None
    kind: str
    personal: bool = False


class Way(NamedTuple):
    """A way that a link takes.

    Attributes
    ----------
    host : Host
        Named by the link.
    how : str
        ``directly``, ``redirect``, ``link-in-bio`` or ``aggregator``.
    via : str, optional
        The host that only passes on.
    leads : Host, optional
        Last host that the data say; None where they do not.
    """

    host: Host
    how: str
    via: str | None
    leads: Host | None


@lru_cache(maxsize=65_536)
def host(name: str, fediverse: bool = False) -> Host:
    """Give a host as tables show it.

    Parameters
    ----------
    name : str
        As in the key of a link (``ingest.normalize.urls.key``).
    fediverse : bool
        Whether addresses of posts on it look like those of Mastodon, which any host can run.

    Examples
    --------
    >>> host("en.wikipedia.org").name, host("news.bbc.co.uk").name, host("bit.ly").kind
    ('wikipedia.org', 'bbc.co.uk', 'url_shortener')
    >>> host("nora.blogspot.com")
    Host(name='nora.blogspot.com', platform='blogger', kind='blog_hosting', personal=True)
    >>> host("t.co").platform, host("evilfacebook.com").kind
    (None, 'website')
    """
    bare = urls.host_of(name)
    site = urls.site_of(bare) or bare
    known = platforms().get(owner(bare) or ("mastodon" if fediverse else ""))
    if host_kind(bare) == SHORTENER:
        return Host(bare, known.id if known and known.kind == SHORTENER else None, SHORTENER)
    if known is None:
        return Host(site, None, WEBSITE, urls.is_given_out(bare))
    return _on_platform(bare, site, known)


def _on_platform(bare: str, site: str, known: Platform) -> Host:
    main = known.domains[0] if known.domains else site
    own = known.kind in (BLOGS, BIO) and bare not in (*known.domains, *known.short_domains)
    if own:
        return Host(_below(bare, known), known.id, known.kind, True)
    return Host(main, known.id, known.kind)


def _below(bare: str, known: Platform) -> str:
    """The name a person has below the domain of a platform, without what stands in front of it."""
    for domain in known.domains:
        if bare.endswith(f".{domain}"):
            return f"{bare[: -len(domain) - 1].rpartition('.')[2]}.{domain}"
    return bare


def way(raw_host: str | None, key_host: str, has_path: bool = True, fediverse: bool = False) -> Way:
    """Give the way of a link from the host it names to the last host that the data say.

    Parameters
    ----------
    raw_host : str, optional
        Host of the link as it stands in the post, or what stands before the first slash of its address.
    key_host : str
        That of its key, in which redirects are looked through and short links are resolved where a table was given.
    has_path : bool
        Whether more than a host stands in the key: a shortener's own page leads nowhere else.
    fediverse : bool
        See ``host``.

    Notes
    -----
    A page that holds the address it leads to (``l.php?u=``) is looked through, as everywhere in Lockstep: the host is that
    of the target. A short link has a row of its own, whether its target is known or not. A copy in an archive is where
    people are sent.

    Examples
    --------
    >>> way("l.facebook.com", "paper.example")[1:3], way("bit.ly", "bit.ly")[1:]
    (('redirect', 'l.facebook.com'), ('redirect', 'bit.ly', None))
    >>> short = way("bit.ly", "paper.example")
    >>> short.host.name, short.how, short.leads.name
    ('bit.ly', 'redirect', 'paper.example')
    >>> way("youtu.be", "youtube.com").how, way("linktr.ee", "linktr.ee").how
    ('directly', 'link-in-bio')
    """
    key_host = urls.host_of(key_host)
    target = host(key_host, fediverse)
    split = urls.split(f"//{raw_host}") if raw_host else None
    first = urls.host_of(split[0]) if split else None
    if first is None or first == key_host:
        return _ends(target, key_host, has_path)
    named = host(first)
    if named.kind == ARCHIVE:
        return Way(named, DIRECTLY, None, named)
    if named.name == target.name:
        return _ends(target, key_host, has_path)
    if urls.leads_on(first):
        onward = _ends(target, key_host, has_path)
        return onward if onward.leads is None else Way(target, REDIRECT, first, target)
    leads = _ends(target, key_host, has_path).leads
    return Way(named, REDIRECT, first, leads)


def _ends(at: Host, key_host: str, has_path: bool) -> Way:
    if at.kind == SHORTENER and has_path:
        return Way(at, REDIRECT, key_host, None)
    if at.kind == BIO and (has_path or at.personal):
        return Way(at, LINK_IN_BIO, at.name, None)
    return Way(at, DIRECTLY, None, at)
