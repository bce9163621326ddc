"""Hosts that links name, and where a link leads as far as the data say: worked out once for each host, never for each link."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from ingest.normalize import urls
from ingest.normalize.platforms import Platform, platforms
from ingest.registry.links import SHORTENER, UNKNOWN_KIND, host_kind, owner
from ingest.registry.lookalikes import Lookalike, Originals, lookalike, lookalike_of_link, originals

DIRECTLY, REDIRECT, LINK_IN_BIO, AGGREGATOR = "directly", "redirect", "link-in-bio", "aggregator"
WEBSITE = UNKNOWN_KIND
"""Kind of a host that is no platform of the registry."""
_KEPT = 200_000  # hosts remembered
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
    imitates, trick : str, optional
        The domain it imitates, and how, in words.
    """

    name: str
    platform: str | None
    kind: str
    personal: bool = False
    imitates: str | None = None
    trick: str | None = None


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


class Hosts:
    """Hosts and ways, each worked out once.

    Parameters
    ----------
    known : Originals, optional
        Domains that lookalikes imitate: platforms, and what the analyst lists.
    """

    def __init__(self, known: Originals | None = None) -> None:
        self._known = originals() if known is None else known
        self._hosts: dict[tuple[str, bool], Host] = {}
        self._ways: dict[tuple[str | None, str, bool, bool, str | None], Way] = {}
        self._named: dict[str, str | None] = {}

    def host(self, name: str, fediverse: bool = False) -> Host:
        """Give a host as tables show it.

        Parameters
        ----------
        name : str
            As in the key of a link (``ingest.normalize.urls.key``), or the id of a platform where links are withheld.
        fediverse : bool
            Whether addresses of posts on it look like those of Mastodon, which any host can run.

        Examples
        --------
        >>> hosts = Hosts()
        >>> hosts.host("en.wikipedia.org").name, hosts.host("news.bbc.co.uk").name, hosts.host("bit.ly").kind
        ('wikipedia.org', 'bbc.co.uk', 'url_shortener')
        >>> hosts.host("nora.blogspot.com")[:4]
        ('nora.blogspot.com', 'blogger', 'blog_hosting', True)
        >>> hosts.host("t.co").platform, hosts.host("evilfacebook.com")[4:]
        (None, ('facebook.com', '“evil” added'))
        """
        if (name, fediverse) not in self._hosts:
            if len(self._hosts) >= _KEPT:
                self._hosts.clear()
            self._hosts[name, fediverse] = self._host(name, fediverse)
        return self._hosts[name, fediverse]

    def _host(self, name: str, fediverse: bool) -> Host:
        known = platforms().get(owner(name) or ("mastodon" if fediverse else name))
        if host_kind(name) == SHORTENER:
            return Host(name, known.id if known and known.kind == SHORTENER else None, SHORTENER)
        site = urls.site_of(name) or name
        if known:
            return _on_platform(name, site, known)
        plain = Host(site, None, WEBSITE, urls.is_given_out(name))
        return _imitating(plain, lookalike(name, self._known), name)

    def way(
        self, raw: str | None, key: str, has_path: bool = True, fediverse: bool = False, first: str | None = None
    ) -> Way:
        """Give the way of a link from the host it names to the last host that the data say.

        Parameters
        ----------
        raw : str, optional
            What stands before the first slash in the address of a link as the post has it.
        key : str
            That of its key, in which redirects are looked through and short links are resolved where a table was given.
        has_path : bool
            Whether more than a host stands in the key: a shortener's own page leads nowhere else.
        fediverse : bool
            See ``host``.
        first : str, optional
            First part of its path, where it may be the address of another site.

        Notes
        -----
        A page that holds the address it leads to (``l.php?u=``) is looked through, as everywhere in Lockstep: the host is that
        of the target. A short link has a row of its own, whether its target is known or not. A copy in an archive is where
        people are sent.

        Examples
        --------
        >>> hosts = Hosts()
        >>> hosts.way("l.facebook.com", "paper.example")[1:3], hosts.way("bit.ly", "bit.ly")[1:]
        (('redirect', 'l.facebook.com'), ('redirect', 'bit.ly', None))
        >>> short = hosts.way("bit.ly", "paper.example")
        >>> short.host.name, short.how, short.leads.name
        ('bit.ly', 'redirect', 'paper.example')
        >>> hosts.way("youtu.be", "youtube.com").how, hosts.way("linktr.ee", "linktr.ee").how
        ('directly', 'link-in-bio')
        >>> hosts.way(None, "evil.example", first="a.facebook.com").host.imitates
        'facebook.com'
        """
        asked = (raw, key, has_path, fediverse, first)
        if asked not in self._ways:
            if len(self._ways) >= _KEPT:
                self._ways.clear()
            self._ways[asked] = self._way(*asked)
        return self._ways[asked]

    def _way(self, raw: str | None, key: str, has_path: bool, fediverse: bool, first: str | None) -> Way:
        key = urls.host_of(key)
        target = self.host(key, fediverse)
        if first or "@" in (raw or ""):
            target = _imitating(target, lookalike_of_link(f"https://{raw or key}/{first or ''}/", self._known))
        end = _end(target, key, has_path)
        named_by = (self._host_in(raw) if raw else None) or key
        named = self.host(named_by)
        if named_by == key or named.name == target.name:
            return end
        if named.kind == ARCHIVE:
            return Way(named, DIRECTLY, None, named)
        if urls.leads_on(named_by):
            return end if end.leads is None else Way(target, REDIRECT, named_by, target)
        return Way(named, REDIRECT, named_by, end.leads)

    def _host_in(self, raw: str) -> str | None:
        """The host that what stands before the first slash names; few redirects stand before most of the links that pass one."""
        if raw not in self._named:
            if len(self._named) >= _KEPT:
                self._named.clear()
            split = urls.split(f"//{raw}")
            self._named[raw] = urls.host_of(split[0]) if split else None
        return self._named[raw]


@lru_cache(maxsize=4)
def hosts_beside(known: Originals) -> Hosts:
    """Give the hosts worked out beside these originals, kept for the next time a case is counted.

    Examples
    --------
    >>> hosts_beside(originals()) is hosts_beside(originals())
    True
    """
    return Hosts(known)


def _on_platform(bare: str, site: str, known: Platform) -> Host:
    main = known.domains[0] if known.domains else site
    given_out = known.kind in (BLOGS, BIO) or urls.is_given_out(bare)
    if given_out and "." in bare and bare not in (*known.domains, *known.short_domains):
        return Host(_below(bare, known), known.id, known.kind, True)
    return Host(main, known.id, known.kind)


def _below(bare: str, known: Platform) -> str:
    """The name a person has below the domain of a platform, without what stands in front of it."""
    for domain in known.domains:
        if bare.endswith(f".{domain}"):
            return f"{bare[: -len(domain) - 1].rpartition('.')[2]}.{domain}"
    return bare


def _imitating(plain: Host, like: Lookalike | None, full: str | None = None) -> Host:
    """A host with what it imitates; by its full name where the imitation stands in front of the site."""
    if like is None or plain.platform:
        return plain
    name = full if full and like.trick == "subdomain" else plain.name
    return plain._replace(name=name, imitates=like.original, trick=like.how)


def _end(at: Host, key_host: str, has_path: bool) -> Way:
    if at.kind == SHORTENER and has_path:
        return Way(at, REDIRECT, key_host, None)
    if at.kind == BIO and (has_path or at.personal):
        return Way(at, LINK_IN_BIO, at.name, None)
    return Way(at, DIRECTLY, None, at)
