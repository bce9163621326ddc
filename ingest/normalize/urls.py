"""One spelling per link.

The same page is linked with and without ``www``, through Facebook's or Google's redirect, as its mobile or AMP page, from an
archive, with trackers. `key` gives all of them one spelling, by the tables of `ingest.normalize.url_rules`: nothing is ever
fetched, and a short link stays what it is. The spelling is for comparing, not for clicking: the scheme is gone, the raw link stays
beside it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from ingest.normalize.url_rules import ALIASES, DEVICES, HOSTS, PATHS, REDIRECTS, SECRETS, SHORT, TRACKERS, WRAPPERS

if TYPE_CHECKING:
    import tldextract

LONGEST = 2_048  # characters of a key; what is longer is told apart by a hash
_SHORT = 500  # characters of a link worth remembering

_URL = re.compile(
    r"(?:(?P<scheme>https?|hxxps?):)?(?P<slashes>[/\\]{2,})?(?P<authority>[^/\\?#]*)(?P<path>[^?#]*)(?P<query>\?[^#]*)?(?P<fragment>#.*)?",
    re.IGNORECASE | re.DOTALL,
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d{1,5}(?:[/?#]|$))", re.IGNORECASE)
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_IPV4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_IPV6 = re.compile(r"\[[0-9a-f:.]{2,45}\]")
_INDEX = re.compile(
    r"/(?:index|default)\.(?:html?|php\d?|aspx?|jsp)$|/amp/?$|\.amp(?=\.html$)|(?<=\.html)/amp$|;jsessionid=[^/]*",
    re.IGNORECASE,
)
_ENDINGS = (".html", ".htm", ".php", ".asp", ".aspx", ".jsp", "/amp", "/amp/")
_UNRESERVED = re.compile(r"%([0-9A-Fa-f]{2})")
_TELEGRAM = re.compile(r"tg://resolve/?\?(?:.*&)?domain=(\w{4,32})(?:&(?:.*&)?post=(\d+))?", re.IGNORECASE | re.ASCII)
_AMP = re.compile(r"&(?:amp;|#38;|#x26;)+", re.IGNORECASE)
_DOTS = re.compile(r"/\.{1,2}(?:/|$)")
_GROUP = re.compile(r"([$~])(\d)")

_redirects = tuple((re.compile(h), re.compile(p), params) for h, p, params in REDIRECTS)
_wrappers = tuple((re.compile(h), re.compile(p, re.DOTALL)) for h, p in WRAPPERS)
_paths = {h: tuple((re.compile(p, re.DOTALL), to) for p, to in rules) for h, rules in PATHS.items()}


def key(url: str | None) -> str | None:
    """One spelling of a link, for comparing.

    Parameters
    ----------
    url : str
        As it stands in the data, with or without scheme, escaped as HTML or not, defanged or not.

    Returns
    -------
    str or None
        ``host/path?query`` without scheme; None when it is no link to a place on the web.

    Examples
    --------
    >>> key("https://www.Example.com/Story/?utm_source=x&b=2&amp;a=1#top")
    'example.com/Story?a=1&b=2'
    >>> key("https://l.facebook.com/l.php?u=https%3A%2F%2Fyoutu.be%2FdQw4w9WgXcQ%3Ft%3D1&h=AT0")
    'youtube.com/watch?v=dQw4w9WgXcQ'
    >>> key("https://twitter.com/A/status/12?s=20"), key("https://t.me/s/Channel/5"), key("javascript:alert(1)")
    ('x.com/i/status/12', 't.me/channel/5', None)
    """
    return _remembered(url) if isinstance(url, str) and len(url) <= _SHORT else _key(url)


def _key(url: str | None) -> str | None:
    parts = _parts(url)
    return None if parts is None else _spell(*parts)


_remembered = lru_cache(maxsize=32_768)(_key)  # the links everybody shares come back in every batch


def keys(urls: Iterable[str | None]) -> list[str | None]:
    """`key` of each; every spelling is worked out once.

    Examples
    --------
    >>> keys(["http://a.com/", "https://www.a.com", None])
    ['a.com', 'a.com', None]
    """
    return _each(key, urls)


def domain(url: str | None) -> str | None:
    """The registrable domain a link leads to, by the public suffix list that tldextract ships.

    A blog on a host that sells names under its own (``name.blogspot.com``) is a domain of its own. Numbers stay numbers.
    None when `url` is no link, or its host has no domain that could be registered.

    Examples
    --------
    >>> domain("https://news.bbc.co.uk/1"), domain("http://evilfacebook.com/"), domain("https://evil.com/a.facebook.com/x")
    ('bbc.co.uk', 'evilfacebook.com', 'evil.com')
    >>> domain("https://l.facebook.com/l.php?u=http://a.example.org/"), domain("http://localhost/")
    ('example.org', None)
    """
    found = key(url)
    return None if found is None else site_of(host_of(found))


def domains(urls: Iterable[str | None]) -> list[str | None]:
    """`domain` of each; every spelling is worked out once.

    Examples
    --------
    >>> domains(["http://a.com/1", "b.co.uk"])
    ['a.com', 'b.co.uk']
    """
    return _each(domain, urls)


def host_of(url_key: str) -> str:
    """The host in a key.

    Examples
    --------
    >>> host_of("t.me/channel/5"), host_of("[::1]:8080/a")
    ('t.me', '[::1]')
    """
    host = re.split(r"[/?#]", url_key, maxsplit=1)[0]
    return host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]


def split(url: str | None) -> tuple[str, str, str, str] | None:
    """Host as it is compared, path, query and fragment of a link as it stands: no redirect is looked through.

    Examples
    --------
    >>> split("https://l.facebook.com/l.php?u=https%3A%2F%2Fa.example%2F")
    ('l.facebook.com', '/l.php', '?u=https%3A%2F%2Fa.example%2F', '')
    >>> split("https://mobile.twitter.com/A/status/1"), split("javascript:alert(1)")
    (('x.com', '/A/status/1', '', ''), None)
    """
    return _split(url) if isinstance(url, str) else None


def leads_on(host: str) -> bool:
    """True for a host whose addresses may hold the address they lead to.

    Examples
    --------
    >>> leads_on("l.facebook.com"), leads_on("bit.ly")
    (True, False)
    """
    return any(_rules_of(host))


def is_short(url: str | None) -> bool:
    """True if a link is a short one, that could lead anywhere.

    Examples
    --------
    >>> is_short("https://bit.ly/3abc"), is_short("https://bit.ly/"), is_short("https://youtu.be/dQw4w9WgXcQ")
    (True, False, False)
    """
    found = key(url)
    return found is not None and "/" in found and host_of(found) in SHORT


@lru_cache(maxsize=65_536)
def registrable(host: str) -> str | None:
    """The part of a host that somebody registered; an address in numbers is given back as it is.

    Examples
    --------
    >>> registrable("a.b.co.uk"), registrable("co.uk"), registrable("10.0.0.1")
    ('b.co.uk', None, '10.0.0.1')
    """
    if _IPV4.fullmatch(host) or host.startswith("["):
        return host
    found = _extracted(host)
    if found.is_private and not found.domain:
        found = _suffixes()[1](host)
    return f"{found.domain}.{found.suffix}" if found.domain and found.suffix else None


def is_given_out(host: str) -> bool:
    """True for a host below a name that a company gives out to people, such as ``name.github.io``.

    Examples
    --------
    >>> is_given_out("nora.github.io"), is_given_out("news.bbc.co.uk")
    (True, False)
    """
    return bool(_extracted(host).is_private)


@lru_cache(maxsize=65_536)
def site_of(host: str) -> str | None:
    """`registrable`, or the last two labels where the list does not know the ending: its own last rule.

    For hosts that stand in a real link only; in running text an unknown ending is a full stop too many.

    Examples
    --------
    >>> site_of("www.paper.example"), site_of("localhost"), site_of("co.uk")
    ('paper.example', None, None)
    """
    known = registrable(host)
    if known or "." not in host or _extracted(host).suffix:
        return known
    return ".".join(host.rsplit(".", 2)[-2:])


def public_suffix(host: str) -> str:
    """The ending under which names are registered, also those that companies offer; empty where the list knows none.

    Examples
    --------
    >>> public_suffix("a.b.co.uk"), public_suffix("name.blogspot.com"), public_suffix("paper.example")
    ('co.uk', 'blogspot.com', '')
    """
    return str(_extracted(host).suffix)


@lru_cache(maxsize=65_536)
def _extracted(host: str) -> tldextract.ExtractResult:
    return _suffixes()[0](host)


@cache
def _suffixes() -> tuple[tldextract.TLDExtract, tldextract.TLDExtract]:
    """With and without the suffixes that companies added; both from the shipped list: no network, no cache on disk."""
    import tldextract

    def offline(private: bool) -> tldextract.TLDExtract:
        return tldextract.TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=private)

    return offline(True), offline(False)


def _each(rule: Callable[[str | None], str | None], urls: Iterable[str | None]) -> list[str | None]:
    known: dict[str | None, str | None] = {None: None}
    out = []
    for url in urls:
        if url not in known:
            known[url] = rule(url)
        out.append(known[url])
    return out


_Parts = tuple[str, str, str, str]  # host (with port), path, query with its ?, fragment with its #


def _parts(url: str | None, depth: int = 5) -> _Parts | None:
    """Host, path, query, fragment, with redirects and wrappers taken off."""
    if not isinstance(url, str) or not (split := _split(url)):
        return None
    host, path, query, fragment = split
    inner = (
        _inside(host, path, query, fragment)
        if depth and len(url) <= 4 * LONGEST and (query or "/" in path[1:])
        else None
    )
    if inner is not None and (found := _parts(inner, depth - 1)) is not None:
        return found
    return host, path, query, fragment


def _split(url: str) -> _Parts | None:
    if url[:5].lower() == "tg://" and (app := _TELEGRAM.match(url)):
        url = f"https://t.me/{app[1]}/{app[2] or ''}"
    url = url.strip(" \t\r\n\f\0\u00a0\u200b\ufeff<>\"'`")
    if not url.isprintable():
        url = url.translate({9: None, 10: None, 13: None})  # as browsers do
    if "&" in url:
        url = _AMP.sub("&", url)
    if "[.]" in url or "(.)" in url:
        url = url.replace("[.]", ".").replace("(.)", ".")
    found = _URL.fullmatch(url)
    if not found:
        return None
    scheme, slashes, authority, path, query, fragment = found.groups()
    if scheme is None and not slashes and (len(url) > 100_000 or _SCHEME.match(url)):
        return None
    host = _host(authority[:1_000])
    if host is None or (scheme is None and registrable(host.partition(":")[0]) is None):
        return None
    if scheme is None and not slashes and "@" in authority:
        return None  # somebody's mail address
    return host, path.replace("\\", "/") if "\\" in path else path, query or "", fragment or ""


@lru_cache(maxsize=65_536)
def _host(authority: str) -> str | None:
    """The host as it is compared: lower case, IDNA, without user, device, language, standard port."""
    host = unquote(authority.rpartition("@")[2]).strip().lower()
    port = ""
    if found := re.fullmatch(r"(.*?):(\d*)", host):
        host, port = found[1], found[2].lstrip("0")
    if _IPV6.fullmatch(host):
        return host + _port(port)
    host = _ascii(host.rstrip("."))
    if not _HOST.fullmatch(host) or len(host) > 253:
        return None
    return _own_name(host) + _port(port)


def _port(port: str) -> str:
    return f":{port}" if port not in ("", "80", "443") else ""


def _ascii(host: str) -> str:
    if host.isascii():
        return host
    import idna

    try:
        return idna.encode(host, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):  # names that browsers take and the standard does not, such as emoji
        labels = (p if p.isascii() else "xn--" + p.encode("punycode", "replace").decode() for p in host.split("."))
        try:
            return ".".join(labels)
        except (UnicodeError, OverflowError):
            return ""


def _own_name(host: str) -> str:
    while (found := DEVICES.match(host)) and site_of(host[found.end() :]):
        host = host[found.end() :]
    for pattern, to in HOSTS:
        if found := pattern.fullmatch(host):
            host = found.expand(to)
    return ALIASES.get(host, host)


def _inside(host: str, path: str, query: str, fragment: str) -> str | None:
    """The address that a redirect or a wrapper holds."""
    redirects, wrappers = _rules_of(host)
    if not redirects and not wrappers:
        return None
    for where, params in redirects:
        if where.fullmatch(path):
            given = dict(_pairs(query))
            for param in params:
                if link := _first_link(unquote(given.get(param, "").replace("+", " "))):
                    return link
    for where in wrappers:
        if found := where.fullmatch(path + query + fragment):
            return re.sub(r"^(https?:)/+", r"\1//", unescape(found["to"]))
    return None


def _first_link(value: str) -> str | None:
    found = re.search(r"(?:https?:)?//\S+", value)
    return found[0] if found else value if value and " " not in value else None


@lru_cache(maxsize=65_536)
def _rules_of(
    host: str,
) -> tuple[tuple[tuple[re.Pattern[str], tuple[str, ...]], ...], tuple[re.Pattern[str], ...]]:
    return (
        tuple((path, params) for pattern, path, params in _redirects if pattern.fullmatch(host)),
        tuple(path for pattern, path in _wrappers if pattern.fullmatch(host)),
    )


def _pairs(query: str) -> list[tuple[str, str]]:
    return [(name, value) for name, _, value in (p.partition("=") for p in query.lstrip("?").split("&")) if name]


def _spell(host: str, path: str, query: str, fragment: str) -> str | None:
    if host.endswith(".t.me"):
        host, path = "t.me", f"/{host[:-5]}{path}"
    if host == "mega.nz" and (old := re.match(r"#(F?)!([\w-]+)", fragment)):
        path, fragment = f"/{'folder' if old[1] else 'file'}/{old[2]}", ""
    if host in _paths and len(path) + len(query) <= LONGEST:
        for pattern, to in _paths[host]:
            if found := pattern.fullmatch(path + query):
                return _limited(host, _filled(to, found))
    path = _path(path)
    query = "" if host in SHORT else _query(query)
    return _limited(host, path + query + _fragment(host, fragment))


def _filled(to: str, found: re.Match[str]) -> str:
    def group(mark: re.Match[str]) -> str:
        value = _escaped(found[int(mark[2])] or "")
        return value.lower() if mark[1] == "~" else value

    return _GROUP.sub(group, to)


def _limited(host: str, rest: str) -> str:
    spelled = rest if rest and rest[0] not in "/?#" else host + rest
    if len(spelled) <= LONGEST:
        return spelled
    return f"{spelled[:200]}#{_hashed(spelled)}"


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def _path(path: str) -> str:
    if "/." in path and _DOTS.search(path):
        path = _resolved(path)
    if ";" in path or path.endswith(_ENDINGS):
        path = _INDEX.sub("", path)
    return _escaped(path.rstrip("/"))


def _resolved(path: str) -> str:
    out: list[str] = []
    for segment in path.split("/")[1:]:
        if segment == "..":
            out = out[:-1]
        elif segment != ".":
            out.append(segment)
    return "/" + "/".join(out)


def _query(query: str) -> str:
    if len(query) < 2:
        return ""
    kept = sorted(
        f"{_escaped(name)}={_escaped(value)}" if value else _escaped(name)
        for name, value in _pairs(query)
        if not _is_tracker(name)
    )
    return "?" + "&".join(kept) if kept else ""


@lru_cache(maxsize=16_384)
def _is_tracker(name: str) -> bool:
    return TRACKERS.fullmatch(name[:100]) is not None


def _escaped(text: str) -> str:
    """Percent signs only where they are needed, and there always and in upper case."""
    if "%" in text:
        text = _UNRESERVED.sub(_needed, text)
    return (
        text
        if text.isascii() and text.isprintable() and " " not in text
        else quote(text, safe="!#$%&'()*+,/:;=?@[]~", errors="replace")
    )


def _needed(found: re.Match[str]) -> str:
    letter = chr(int(found[1], 16))
    return letter if letter.isascii() and (letter.isalnum() or letter in "-._~") else f"%{found[1].upper()}"


def _fragment(host: str, fragment: str) -> str:
    """Dropped, unless a page is told apart by it (``#!/page``, ``#/page``)."""
    if host in SECRETS and len(fragment) > 1:
        return f"#{_hashed(fragment)}"
    return _escaped(fragment) if fragment[:2] in ("#!", "#/") and len(fragment) > 2 else ""
