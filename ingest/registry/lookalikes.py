"""Lookalikes: hosts that imitate a platform or a news site that the analyst lists. They are flagged, never opened.

A flag says what is imitated and how. It is no verdict: a genuine second address of the same site is listed beside the first, and
is then an original itself. Rules are tables; short names and names that are ordinary words have the narrower rules, so that
``xerox.com`` does not imitate ``x.com``, nor ``telegraph.co.uk`` Telegram.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import combinations
from unicodedata import combining, name, normalize

import polars as pl

from ingest.normalize import urls
from ingest.normalize.platforms import platforms
from ingest.registry.links import HOST, compared, national, owner

TRICKS = {
    "letters": "letters that look alike",
    "hyphen": "hyphen or dot changed",
    "word": "word added",
    "suffix": "other ending",
    "edit": "one letter changed",
    "subdomain": "address in front of another",
    "path": "address in the path of another",
    "sign_in": "address before an @",
}
"""Ways to imitate, and the word for each on screen."""

# --- tables ---------------------------------------------------------------------------------------------------------------

# letter: others that look like it. Cyrillic, Greek, Armenian and Latin letters of confusables.txt (Unicode Technical Standard
# 39); those behind the bar are like it in most fonts, though not in that table. Accents and full width go by NFKD.
_ALIKE = {
    "a": "аɑα", "b": "ƅ|ьƄ", "c": "сϲᴄ", "d": "ԁ|đ", "e": "еҽ|εє", "f": "ք", "g": "ɡցƍ", "h": "һհ|ħ", "i": "іıɩιӏ", "j": "јϳ",
    "k": "κ|кĸ", "l": "ǀ|ł", "m": "|мʍ", "n": "ոռ|ηп", "o": "оοօσ|ø", "p": "рρ", "q": "ԛգզ", "r": "г|ɾ", "s": "ѕꜱ", "t": "|тτ",
    "u": "υսʋ", "v": "νѵ", "w": "ԝѡաɯ|ω", "x": "х|χ", "y": "уүγʏ", "z": "ᴢ",
}  # fmt: skip
_FOLDED = {ord(other): letter for letter, others in _ALIKE.items() for other in others if other != "|"}
# of plain letters and digits, from longer to shorter
_PLAIN = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("i", "l"), ("3", "e"), ("4", "a"), ("5", "s"), ("7", "t"))

COMMON = frozenset(
    {
        *("amazon", "archive", "beacons", "blogger", "booking", "discord", "files", "google", "graph", "kick", "linktr", "medium"),
        *("mega", "pcloud", "rebrand", "rumble", "session", "sharepoint", "signal", "simplex", "steam", "telegra", "telegram"),
        *("telegraph", "threads", "wordpress", "zoom"),
    }
)  # fmt: skip
"""Names of platforms that are ordinary words, others' names too, or have many genuine domains: only a word of ``SIGN_IN`` added
to them imitates."""

SIGN_IN = frozenset(
    {
        *("account", "accounts", "auth", "help", "log-in", "login", "official", "secure", "security", "sign-in", "signin"),
        *("support", "update", "verify"),
    }
)  # fmt: skip
LURES = SIGN_IN | frozenset(
    {
        *("24", "aktuell", "app", "breaking", "breakingnews", "daily", "digital", "info", "live", "mail", "media", "my", "net"),
        *("news", "nyheter", "nyhetene", "online", "portal", "press", "service", "the", "today", "top", "tv", "web", "www"),
        *("actu", "de", "en", "es", "eu", "fr", "it", "no", "noticias", "novosti", "pl", "ru", "se", "ua", "uk", "us"),
    }
)  # fmt: skip
"""Words that imitations add, to log people in or to look like the news."""

ORDINARY = frozenset({"shopify", "twister", "twitten", "zalora", "guardia", "pinterestingly"})
"""Names one letter away from an original that are others' own."""

ALSO_THEIRS = frozenset(
    {
        *("twimg.com", "airbnb.org", "aliexpress.us", "amazonaws.com", "cdninstagram.com", "discordapp.net"),
        *("discord.media", "dropboxapi.com", "dropboxstatic.com", "dropboxusercontent.com", "facebook.net", "facebookmail.com"),
        *("githubassets.com", "githubapp.com", "githubusercontent.com", "github.blog", "github.dev", "google.org", "wetransfer.net"),
        *("googleusercontent.com", "linkedinlabs.com", "pornhubpremium.com", "reddit.tv", "redditgifts.com", "wikimedia.org", "wikipedia.com"),
        *("linkedin.cn", "mailchimpapp.net", "mediawiki.org"),
        *("paypalobjects.com", "paypal-community.com", "paypal-prepaid.com", "pastebin.pl", "redditinc.com", "redditmedia.com"),
        *("redditstatic.com", "redditstatus.com", "roblox.cn", "snapchat.net", "soundcloud.app", "spotifycdn.com", "spotify.net"),
        *("spotifyforbrands.com", "spotifyjobs.com", "steamcontent.com", "steamstatic.com", "substackcdn.com", "telegram-cdn.org"),
        *("tiktokcdn.com", "tiktokcdn-us.com", "tiktokv.com", "tiktokw.us", "twitch.com", "twitchcdn.net", "twitchsvc.net"),
        *("vimeocdn.com", "vimeo.tv", "whatsapp.net", "whatsappbrand.com", "wikipediazero.org", "wordpress.org", "wordpress.tv"),
        *("youtubeeducation.com", "youtubego.com", "youtubekids.com", "zoomgov.com"),
    }
)  # fmt: skip
"""Other domains of platforms: not places posts lead to, so not in ``platforms.csv``, and no imitation (common knowledge)."""

PASSED_THROUGH = frozenset(
    {
        *("akamaized.net", "ampproject.org", "archive.org", "archive.today", "builtwith.com", "edgekey.net", "edgesuite.net"),
        *("googleusercontent.com", "similarweb.com", "translate.goog", "urlscan.io", "virustotal.com", "whois.com"),
    }
)  # fmt: skip
"""Sites that write other sites' addresses into their own, and do not imitate them."""
_PROXY = re.compile(r"(?:ez|lib|web)?-?prox(?:y|ies)\d*")

SHORT, LISTED = 5, 3
"""Letters a name needs, to be imitated by a hyphen or another ending: a platform's, and that of a listed site."""
WORD, LONG = 6, 10
"""Letters a name needs, to be imitated by any word without a hyphen: a platform's, and that of a listed site."""
EDIT, EDIT_LISTED = 7, 6
"""Letters a name needs, to be imitated by one edit: a platform's, and that of a listed site; more under another ending."""


@dataclass(frozen=True)
class Lookalike:
    """A host or a link that imitates an original.

    Attributes
    ----------
    host : str
        That was looked at.
    original : str
        Domain that is imitated.
    trick : str
        A key of ``TRICKS``.
    how : str
        In words. It holds letters, digits and hyphens of the host at most.
    """

    host: str
    original: str
    trick: str
    how: str

    @property
    def words(self) -> str:
        """One clause on what is imitated and how; the original is written as it is."""
        return f"imitates {self.original}: {self.how}"


@dataclass(frozen=True)
class _Original:
    domain: str
    name: str
    listed: bool

    @property
    def distinct(self) -> bool:
        return self.listed or self.name not in COMMON


@dataclass(frozen=True)
class Originals:
    """Domains that can be imitated: those of platforms, and those an analyst lists. Make them by `originals`.

    Attributes
    ----------
    listed : frozenset of str
        The analyst's.
    domains : frozenset of str
        All of them.
    """

    listed: frozenset[str]
    domains: frozenset[str]
    _named: tuple[_Original, ...] = field(repr=False)

    @cached_property
    def _by_name(self) -> dict[str, _Original]:
        return self._by(lambda one: one.name)

    @cached_property
    def _by_letters(self) -> dict[str, _Original]:
        return self._by(lambda one: _skeleton(one.name))

    @cached_property
    def _by_plain(self) -> dict[str, _Original]:
        return self._by(lambda one: one.name.replace("-", ""))

    @cached_property
    def _by_dashed(self) -> dict[str, _Original]:
        return self._by(lambda one: one.domain.replace(".", "-"))

    @cached_property
    def _by_joined(self) -> dict[str, _Original]:
        return self._by(lambda one: one.domain.replace(".", ""))

    @cached_property
    def _by_deletion(self) -> dict[str, tuple[_Original, ...]]:
        near: dict[str, tuple[_Original, ...]] = {}
        for one in self._named:
            if one.distinct and len(one.name) >= (EDIT_LISTED if one.listed else EDIT):
                for short in {one.name, *_deletions(one.name)}:
                    near[short] = (*near.get(short, ()), one)
        return near

    @cached_property
    def _within(self) -> re.Pattern[str]:
        return re.compile("|".join(re.escape(one.name) for one in self._named if len(one.name) >= SHORT))

    def _by(self, key: Callable[[_Original], str]) -> dict[str, _Original]:
        return {key(one): one for one in reversed(self._named)}


def originals(listed: Iterable[str] = ()) -> Originals:
    """Give the domains of all platforms of the table, and those an analyst lists.

    Parameters
    ----------
    listed : iterable of str
        Hosts or addresses of news sites and others. What is no domain is passed over.

    Examples
    --------
    >>> sorted(originals(["https://www.fjordposten.example/"]).listed), "facebook.com" in originals().domains
    (['fjordposten.example'], True)
    """
    return _originals(frozenset(filter(None, map(_site, listed))))


@lru_cache(maxsize=64)
def _originals(listed: frozenset[str]) -> Originals:
    theirs = [
        domain for p in platforms().values() if p.kind != "url_shortener" for domain in (*p.domains, *p.short_domains)
    ]
    named = [_Original(domain, _label(domain), True) for domain in sorted(listed)]
    named += [
        _Original(domain, _label(domain), False)
        for p in platforms().values()
        if p.kind != "url_shortener"
        for domain in p.domains
        if domain == _site(domain)
    ]
    return Originals(listed, frozenset({*listed, *theirs}), tuple(named))


def lookalike(host: str, known: Originals) -> Lookalike | None:
    """Give what a host imitates; None where it is an original itself, or like none.

    Parameters
    ----------
    host : str
        In Unicode or punycode.
    known : Originals

    Examples
    --------
    >>> known = originals(["fjordposten.example", "spiegel.de"])
    >>> lookalike("fjord-posten.example", known).words
    'imitates fjordposten.example: one hyphen added'
    >>> lookalike("spiegel.ltd", known).words, lookalike("evilfacebook.com", known).words
    ('imitates spiegel.de: the same name under .ltd', 'imitates facebook.com: “evil” added')
    >>> lookalike("xn--fcebook-2fg.com", known).words
    'imitates facebook.com: Cyrillic а in place of a'
    >>> lookalike("spiegel.de", known) is lookalike("tagesspiegel.de", known) is lookalike("xerox.com", known) is None
    True
    """
    found = compared(host)
    like = (_by_name(found, known) or _by_subdomain(found, known)) if found else None
    # asked last: nearly all hosts are like no original
    return None if like is None or found is None or _genuine(found, known) else Lookalike(host, *like)


def lookalike_of_link(address: str, known: Originals) -> Lookalike | None:
    """Give what a link imitates by its host, by the first part of its path, or by what precedes an @; None where nothing.

    Examples
    --------
    >>> known = originals()
    >>> lookalike_of_link("https://evil.com/a.facebook.com/x", known).words
    'imitates facebook.com: its address is in the path of another site'
    >>> lookalike_of_link("https://facebook.com@evil.example/", known).trick
    'sign_in'
    """
    found = lookalikes_of_links(pl.Series([address], dtype=pl.String), known).row(0)
    return Lookalike(address, *found[1:]) if found[1] else None


def lookalikes(hosts: Iterable[str], known: Originals) -> dict[str, Lookalike]:
    """Give the lookalikes among hosts, each looked at once.

    Examples
    --------
    >>> sorted(lookalikes(["facebook.com", "facebok.com", "fjord.example"], originals()))
    ['facebok.com']
    """
    found = {host: lookalike(host, known) for host in dict.fromkeys(hosts)}
    return {host: like for host, like in found.items() if like}


def lookalikes_of_links(links: pl.Series, known: Originals) -> pl.DataFrame:
    """`lookalike_of_link` over a column: each host and each first part of a path is looked at once.

    Returns
    -------
    polars.DataFrame
        One row per link, in order: ``host``, ``original``, ``trick``, ``how`` (strings; the last three null where there is no
        imitation).

    Examples
    --------
    >>> lookalikes_of_links(pl.Series(["https://facebok.com/", "https://x.com/", None]), originals()).rows()
    [('facebok.com', 'facebook.com', 'edit', 'one letter left out'), ('x.com', None, None, None), (None, None, None, None)]
    """
    frame = links.to_frame("link").select(
        pl.coalesce(pl.col("link").str.extract(HOST, n) for n in (1, 2)).alias("raw"),
        pl.col("link").str.replace(HOST, "").str.extract(r"^/([^/?#]*\.[^/?#]+)").alias("first"),
    )
    hosts = frame["raw"].drop_nulls().unique().to_list()
    at = {raw: compared(raw) for raw in hosts}
    likes = {raw: _answer(_signed_in(raw, known) or lookalike(raw, known)) for raw in hosts}
    inside = frame.filter(pl.col("first").is_not_null()).select("raw", "first").unique().rows()
    paths = [(raw, first, *_answer(like)) for raw, first in inside if (like := _by_path(at[raw], first, known))]
    names = ("original", "trick", "how")
    table = pl.DataFrame([(raw, at[raw], *said) for raw, said in likes.items()], dict.fromkeys(("raw", "host", *names), pl.String), orient="row")  # fmt: skip
    path = pl.DataFrame(paths, dict.fromkeys(("raw", "first", *(f"path_{c}" for c in names)), pl.String), orient="row")
    joined = frame.with_row_index("row").join(table, on="raw", how="left").join(path, on=["raw", "first"], how="left")
    return joined.sort("row").select("host", *(pl.coalesce(c, f"path_{c}").alias(c) for c in names))


def _answer(like: Lookalike | None) -> tuple[str | None, str | None, str | None]:
    return (like.original, like.trick, like.how) if like else (None, None, None)


_Found = tuple[str, str, str]  # original, trick, how


def _genuine(host: str, known: Originals) -> bool:
    site = urls.site_of(host)
    if site is None or site in ALSO_THEIRS or any(end in PASSED_THROUGH for end in _ends(host, "")):
        return True
    if any(end in known.domains for end in _ends(host, site)):
        return True
    return owner(host) is not None and owner(urls.public_suffix(host)) is None


def _ends(host: str, site: str) -> Iterator[str]:
    """The host, and what is left of it label by label, down to its site."""
    while host and len(host) >= len(site):
        yield host
        host = host.partition(".")[2]


def _by_name(host: str, known: Originals) -> _Found | None:
    site = urls.site_of(host)
    if site is None or "." not in site:
        return None
    label, _, suffix = site.partition(".")
    read = _read(label)
    folded = read if read.isascii() else _folded(read)
    if folded != read:
        return _by_letters(read, folded, suffix, known)
    return next(filter(None, (rule(label, suffix, known) for rule in _RULES)), None)


def _by_letters(read: str, folded: str, suffix: str, known: Originals) -> _Found | None:
    """An imitation by letters of other alphabets, which may also add a word or change the ending."""
    if (one := known._by_name.get(folded)) and (len(folded) > SHORT or one.domain == f"{folded}.{suffix}"):
        return one.domain, "letters", _swapped(read, folded)
    for rule in _RULES[:4]:
        if found := rule(folded, suffix, known):
            return found[0], "letters", f"{_swapped(read, folded)}, {found[2]}"
    return None


def _same_name(label: str, suffix: str, known: Originals) -> _Found | None:
    one = known._by_name.get(label)
    if one is None or len(label) < (LISTED if one.listed else SHORT) or not one.distinct:
        return None
    ours = not one.listed or len(label) < SHORT  # a country's edition, or another three letters
    return None if national(suffix) and ours else (one.domain, "suffix", f"the same name under .{suffix}")


def _plain_letters(label: str, suffix: str, known: Originals) -> _Found | None:
    one = known._by_letters.get(_skeleton(label)) if len(label) >= SHORT else None
    if one is None or one.name == label or label in ORDINARY or len(one.name) < SHORT:
        return None
    return one.domain, "letters", _swapped(label, one.name) + _under(suffix, one)


def _hyphens(label: str, suffix: str, known: Originals) -> _Found | None:
    if (one := known._by_dashed.get(label)) and len(one.name) > 3:
        return one.domain, "hyphen", "the dot written as a hyphen"
    if (one := known._by_joined.get(label)) and len(label) >= EDIT and one.distinct:
        return one.domain, "hyphen", "the dot left out"
    one = known._by_plain.get(label.replace("-", ""))
    if one is None or one.name == label or len(one.name) < SHORT or not one.distinct:
        return None
    more = label.count("-") - one.name.count("-")
    how = f"{_count(abs(more), 'hyphen')} {'added' if more > 0 else 'left out'}" if more else "hyphen moved"
    return one.domain, "hyphen", how + _under(suffix, one)


def _added_words(label: str, suffix: str, known: Originals) -> _Found | None:
    tokens = label.split("-")
    if not 1 < len(tokens) <= 8:
        return None
    for start, end in combinations(range(len(tokens) + 1), 2):
        one = known._by_name.get("-".join(tokens[start:end]))
        others = [*tokens[:start], *tokens[end:]]
        if one and others and _may_add(one, others, by_hyphen=True):
            return one.domain, "word", f"“{'-'.join(filter(None, others))[:30]}” added" + _under(suffix, one)
    return None


def _added_letters(label: str, suffix: str, known: Originals) -> _Found | None:
    if not known._within.search(label):
        return None
    for cut in range(len(label) - 1, SHORT - 1, -1):
        for part, more in ((label[:cut], label[cut:]), (label[-cut:], label[:-cut])):
            one = known._by_name.get(part)
            if one and _may_add(one, [more.strip("-")], by_hyphen=False):
                return one.domain, "word", f"“{more.strip('-')[:30]}” added" + _under(suffix, one)
    return None


def _may_add(one: _Original, words: Sequence[str], by_hyphen: bool) -> bool:
    """True if these words beside the name make an imitation, by hyphens or without."""
    length = len(one.name)
    if not one.distinct:
        return length >= WORD and all(word in SIGN_IN for word in words)
    lured = all(word in LURES for word in words)
    if by_hyphen:
        return length >= SHORT or (lured and length >= LISTED)
    enough = length >= (LONG if one.listed else WORD) and all(len(word) >= 3 for word in words)
    return enough or (lured and length >= SHORT)


def _one_edit(label: str, suffix: str, known: Originals) -> _Found | None:
    if len(label) < EDIT_LISTED - 1 or len(label) > 63 or label in ORDINARY:
        return None
    for near in (label, *_deletions(label)):
        for one in known._by_deletion.get(near, ()):
            if (how := _edit(label, one.name)) and (len(label) > EDIT or not _under(suffix, one)):
                return one.domain, "edit", how + _under(suffix, one)
    return None


_RULES = (_same_name, _hyphens, _added_words, _added_letters, _plain_letters, _one_edit)


def _edit(label: str, original: str) -> str | None:
    """The one edit between two names, in words; None where it is more than one, or none."""
    if label == original or abs(len(label) - len(original)) > 1:
        return None
    at = next(
        (n for n, (a, b) in enumerate(zip(label, original, strict=False)) if a != b), min(len(label), len(original))
    )
    rest, other = label[at:], original[at:]
    if rest[1:] == other:
        return "one letter added" if rest[0].isalpha() else "one character added"
    if rest == other[1:]:
        return "one letter left out"
    if rest[1:] == other[1:]:
        return f"{rest[0]} in place of {other[0]}"
    return "two letters swapped" if rest[:2] == other[1::-1] and rest[2:] == other[2:] else None


def _by_subdomain(host: str, known: Originals) -> _Found | None:
    site = urls.site_of(host)
    if site is None or site == host or any(map(_PROXY.fullmatch, host.split("."))):
        return None
    before = host.removesuffix(f".{site}").split(".")[-8:]
    for start, end in combinations(range(len(before) + 1), 2):
        inside = ".".join(before[start:end])
        if inside in known.domains and "." in inside:
            return inside, "subdomain", "its address is only the first part of another"
        if (one := known._by_dashed.get(inside.removeprefix("www-"))) and len(one.name) > 3:
            return one.domain, "subdomain", "its address, with hyphens for dots, is only the first part of another"
    return None


def _by_path(host: str | None, first: str, known: Originals) -> Lookalike | None:
    if host is None or owner(host) or _genuine(host, known):
        return None
    inside = compared(first)
    end = (
        next((end for end in _ends(inside, _site(inside) or inside) if end in known.domains), None) if inside else None
    )
    return Lookalike(host, end, "path", "its address is in the path of another site") if end else None


def _signed_in(raw: str, known: Originals) -> Lookalike | None:
    before, at, _ = raw.rpartition("@")
    host = compared(before.partition(":")[0]) if at else None
    end = next((end for end in _ends(host, _site(host) or host) if end in known.domains), None) if host else None
    return Lookalike(raw, end, "sign_in", "its address is before an @; the site is the one after it") if end else None


def _site(address: str) -> str | None:
    host = (
        compared(address)
        if "/" not in address
        else compared(re.sub(r"^\w*:?//", "", address.strip()).partition("/")[0])
    )
    return urls.site_of(host) if host else None


def _label(domain: str) -> str:
    return (_site(domain) or domain).partition(".")[0]


def _read(label: str) -> str:
    """A label as a browser may show it: punycode decoded."""
    try:
        return label[4:].encode().decode("punycode") if label.startswith("xn--") else label
    except UnicodeError:
        return label


def _folded(text: str) -> str:
    plain = "".join(letter for letter in normalize("NFKD", text) if not combining(letter))
    return plain.translate(_FOLDED)


def _skeleton(label: str) -> str:
    for seen, meant in _PLAIN:
        label = label.replace(seen, meant)
    return label


def _swapped(read: str, original: str) -> str:
    """The letters of a name that only look like those of the original, in words."""
    swaps = []
    while read and original:
        size = next((len(seen) for seen, meant in _PLAIN if read.startswith(seen) and original[0] == meant), 1)
        if read[:size] != original[0]:
            swaps.append(f"{_letter(read[:size])} in place of {original[0]}")
        read, original = read[size:], original[1:]
        while read and combining(read[0]):
            read = read[1:]
    return ", ".join(dict.fromkeys(swaps)) or "letters that look alike"


def _letter(letters: str) -> str:
    if letters.isascii():
        return letters
    script = name(letters, "unknown letter").partition(" ")[0].capitalize()
    return letters if script == "Latin" else f"{script} {letters}"


def _deletions(label: str) -> list[str]:
    return [label[:n] + label[n + 1 :] for n in range(len(label))]


def _count(number: int, noun: str) -> str:
    return f"one {noun}" if number == 1 else f"{number} {noun}s"


def _under(suffix: str, one: _Original) -> str:
    return "" if one.domain.endswith(f".{suffix}") else f", under .{suffix}"
