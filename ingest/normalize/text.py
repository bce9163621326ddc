"""One spelling per text, and what a text refers to: hashtags, links, mentions.

Two posts say the same when nothing is left that differs after mentions, links, emoji, punctuation, case and width are taken
away. Short texts say the same by chance ("good morning everyone"), so they get no key: see `long_enough`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from html import unescape
from html.parser import HTMLParser
from typing import NamedTuple

from ingest.normalize import urls

GRAPHEMES, WORDS = 20, 5

# Scripts written without spaces run on behind a link; what no link holds unescaped ends it.
_IN_URL = r"[^\s<>\"“”«»„\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]"
_URL = re.compile(
    rf"(?:https?://|(?<![\w.])www\.){_IN_URL}+|(?<![\w@./-])(?:[a-z0-9-]{{1,63}}\.){{1,4}}[a-z]{{2,24}}/{_IN_URL}*",
    re.IGNORECASE,
)
_MENTION = re.compile(
    r"(?<![\w@/.])@([A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252}[A-Za-z0-9_])?(?:@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)?)"
)
_REPOST = re.compile(r"^\s*(?:RT|QT|MT)\s+@\w+:?\s", re.IGNORECASE)
_HASH = re.compile(r"(?<!&)[#＃](?=[^\s#＃])")
_CLOSING = {")": "(", "]": "[", "}": "{"}
_JOINERS = "_\u200c\u200d\u00b7\u30fb"  # inside hashtags of Persian, Indic, Catalan, Japanese


class _Letters(dict[int, int | None]):
    """Letters, marks and digits stay, invisible characters go, everything else (emoji, punctuation) is a space."""

    def __missing__(self, code: int) -> int | None:
        kind = unicodedata.category(chr(code))
        invisible = kind == "Cf" or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF or code == 0x20E3
        self[code] = None if invisible else code if kind[0] in "LMN" else 32
        return self[code]


_letters = _Letters()


def spelled_as(code: int) -> int | None:
    """A character in normal form: itself, a space (32), or nothing.

    Examples
    --------
    >>> spelled_as(ord("a")), spelled_as(ord("!")), spelled_as(0x200B)
    (97, 32, None)
    """
    return _letters[code]


def normal(text: str) -> str:
    """A text without what people change when they copy it.

    NFKC, lower case, no ``RT @name:`` in front, no mentions, links, emoji, punctuation, invisible characters; one space
    between words. The words of hashtags stay.

    Examples
    --------
    >>> normal("RT @someone: We WON’T go  back!! 💪 #Never https://t.co/abc")
    'we won t go back never'
    """
    text = unicodedata.normalize("NFKC", text)
    if "&" in text:
        text = unescape(text)
    text = _REPOST.sub("", text)
    if "/" in text or "www." in text:
        text = _URL.sub(" ", text)
    if "@" in text:
        text = _MENTION.sub(" ", text)
    return " ".join(text.lower().translate(_letters).split())


def long_enough(normal_text: str) -> bool:
    """True if a normal form says enough that two people would not write it by chance.

    At least 20 graphemes (a letter with its marks is one; spaces are none), or at least 5 words of two graphemes or more.
    Chinese, Japanese and Thai have no spaces, so there it is the graphemes that count.

    Examples
    --------
    >>> long_enough("good morning"), long_enough("we will not go back"), long_enough("我们不会回去")
    (False, True, False)
    """
    words = normal_text.split()
    sizes = [_graphemes(word) for word in words]
    return sum(sizes) >= GRAPHEMES or sum(size > 1 for size in sizes) >= WORDS


def _graphemes(word: str) -> int:
    return len(word) if word.isascii() else sum(unicodedata.category(letter)[0] != "M" for letter in word)


def key(text: str | None) -> str | None:
    """A hash of the normal form; None when too little of the text is its own.

    Examples
    --------
    >>> key("We will not go back!") == key("RT @a: we will NOT go back 💪 https://t.co/x")
    True
    >>> key("@a @b https://t.co/x") is None and key("") is None
    True
    """
    if not isinstance(text, str):
        return None
    spelled = normal(text)
    if not long_enough(spelled):
        return None
    return hashed(spelled)


def hashed(spelled: str) -> str:
    """The key of a normal form that is `long_enough`."""
    digest = _DIGEST.copy()  # half as dear as making one
    digest.update(spelled.encode("utf-8", "replace"))
    return digest.hexdigest()


_DIGEST = hashlib.blake2b(digest_size=16)


def hashtag_key(raw: str) -> str | None:
    """A hashtag as it is compared: no ``#``, NFC, casefolded; None when nothing or only a number is left.

    Examples
    --------
    >>> hashtag_key("#StopIt"), hashtag_key("＃Straße"), hashtag_key("#2020")
    ('stopit', 'strasse', None)
    """
    tag = unicodedata.normalize("NFC", raw.strip().lstrip("#＃")).casefold()
    tag = unicodedata.normalize("NFC", tag)
    return None if not tag or tag.isnumeric() else tag


def fold(word: str) -> str | None:
    """One spelling of a handle: NFC, casefolded, without its sign.

    Examples
    --------
    >>> [fold(word) for word in (" @TEN_GOP", "Straße", "@")]
    ['ten_gop', 'strasse', None]
    """
    return unicodedata.normalize("NFC", word.strip().lstrip("@").strip()).casefold() or None


def hashtags(text: str | None) -> list[str]:
    """The hashtags in a text, folded, in order, each once; none inside links, none that are only numbers.

    Examples
    --------
    >>> hashtags("#One #one, ＃Two! #3 https://a.com/#four a&#39;b #five#six")
    ['one', 'two', 'five', 'six']
    """
    if not text or ("#" not in text and "＃" not in text):
        return []
    text = _URL.sub(" ", text)
    found, end = dict[str, None](), -1
    for mark in _HASH.finditer(text):
        start = mark.start()
        if start and start != end and (text[start - 1].isalnum() or text[start - 1] == "_"):
            continue
        end = start + 1
        while end < len(text) and (
            text[end].isalnum() or text[end] in _JOINERS or unicodedata.category(text[end])[0] == "M"
        ):
            end += 1
        if tag := hashtag_key(text[start:end]):
            found.setdefault(tag)
    return list(found)


def urls_in(text: str | None) -> list[str]:
    """The links in a text as they stand there, in order, each once. A link that was cut off (``…``) is left out.

    Examples
    --------
    >>> urls_in("See (https://en.wikipedia.org/wiki/A_(b)), t.me/chan/5 and www.a.com. But not a@b.com or https://t.co/ab…")
    ['https://en.wikipedia.org/wiki/A_(b)', 't.me/chan/5', 'www.a.com']
    """
    if not text or "." not in text:
        return []
    found: dict[str, None] = {}
    for match in _URL.finditer(text):
        link = match[0]
        if "." not in link or link.endswith(("…", "...")):
            continue
        link = _unwrapped(link)
        if link[:4].lower() in ("http", "www.") or urls.domain(link):
            found.setdefault(link)
    return list(found)


def _unwrapped(link: str) -> str:
    """Without the punctuation that belongs to the sentence around it."""
    while link:
        last = link[-1]
        if last in ".,;:!?'*_~|…" or (last in _CLOSING and link.count(last) > link.count(_CLOSING[last])):
            link = link[:-1]
        else:
            break
    return link


def mentions_in(text: str | None) -> list[str]:
    """The handles a text mentions, without ``@``, in order, each once.

    Examples
    --------
    >>> mentions_in("@One .@two_2 and @three@example.org, @one.bsky.social. Not a@b.com")
    ['One', 'two_2', 'three@example.org', 'one.bsky.social']
    """
    if not text or "@" not in text:
        return []
    return list(dict.fromkeys(_MENTION.findall(_URL.sub(" ", text).replace(".@", " @"))))


class Html(NamedTuple):
    """Content of an HTML text.

    Attributes
    ----------
    text : str
    links : list of str
        Addresses of links that are neither mentions nor hashtags.
    mentions, tags : list of str
        Addresses of links marked as mentions, and as hashtags.
    """

    text: str
    links: list[str]
    mentions: list[str]
    tags: list[str]


def html_to_text(html: str | None) -> Html:
    """Text and links of a post written in HTML. Nothing of the markup survives; nothing is fetched.

    Examples
    --------
    >>> html_to_text('<p>Read <a href="https://a.com/?x=1&amp;y=2">this</a><br>now</p><p>ok &lt;3</p>')
    Html(text='Read this\\nnow\\n\\nok <3', links=['https://a.com/?x=1&y=2'], mentions=[], tags=[])
    """
    if not html:
        return Html("", [], [], [])
    if "<" not in html:
        return Html(unescape(html), [], [], [])
    reader = _HtmlReader()
    try:
        # "<" before anything but a tag is text; left to the parser, hostile declarations make it slow or fail.
        reader.feed(_NOT_A_TAG.sub("&lt;", html))
        reader.close()
    except (AssertionError, ValueError, RecursionError):
        return Html(unescape(re.sub(r"<[^<>]*>", " ", html)).strip(), [], [], [])
    return reader.read()


_NOT_A_TAG = re.compile(r"<(?!/?[A-Za-z][^<>]*>)")
_BREAKS = {"br": "\n", "p": "\n\n", "div": "\n", "li": "\n", "blockquote": "\n\n", "tr": "\n"}
_SILENT = {"script", "style", "template"}


class _HtmlReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent = 0
        self.found: tuple[list[str], list[str], list[str]] = ([], [], [])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in _SILENT
        if tag in _BREAKS and self.parts:
            self.parts.append(_BREAKS[tag])
        if tag == "a":
            self._link({name: value or "" for name, value in attrs})

    def _link(self, given: dict[str, str]) -> None:
        href, classes = given.get("href", "").strip(), given.get("class", "").split()
        links, mentions, tags = self.found
        if href:
            is_tag = "hashtag" in classes or "tag" in given.get("rel", "").split()
            (tags if is_tag else mentions if "mention" in classes else links).append(href)

    def handle_endtag(self, tag: str) -> None:
        self.silent = max(0, self.silent - (tag in _SILENT))

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data)

    def read(self) -> Html:
        links, mentions, tags = (list(dict.fromkeys(found)) for found in self.found)
        return Html("".join(self.parts).strip(), links, mentions, tags)
