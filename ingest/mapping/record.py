"""A kind of JSON record as a table: where its fields may stand. The formats are data; this is the one way they are read.

A source is a dotted path, several paths (the first that says something wins), or a function of the record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from typing import Any

import pyarrow as pa

from ingest.mapping.columns import UNREAD_TIME
from ingest.mapping.contract import (
    PLACEHOLDER,
    Context,
    Item,
    Record,
    Sample,
    Skip,
    account_uid,
    an_object,
    handle_uid,
    uid,
)
from ingest.mapping.json_fields import (
    Source,
    as_count,
    as_flag,
    as_identifier,
    as_moment,
    as_words,
    at,
    compiled,
    getter,
    identifier,
    page,
    words,
)
from ingest.normalize import text as texts
from ingest.normalize import times
from ingest.normalize.nobody import is_nobody
from ingest.tables import ACCOUNTS, POSTS

Fields = Mapping[str, Source]
References = Callable[[Record], Iterable[Record]]

NO_POST = "Not a post: it has neither an id nor an author."
TO_POSTS = ("repost", "reply", "quote")
_COUNTS = ("like_count", "repost_count", "reply_count", "quote_count", "view_count")
_PSEUDONYM = re.compile(r"[0-9a-f]{48}")  # as 4CAT writes them
_READ: dict[pa.DataType, Callable[[Any], Any]] = {
    pa.int64(): as_count,
    pa.bool_(): as_flag,
    pa.timestamp("us", tz="UTC"): as_moment,
    pa.string(): as_identifier,
}
_COLUMNS: dict[str, Callable[[Any], Any]] = {
    field.name: _READ.get(field.type, as_identifier) for schema in (ACCOUNTS, POSTS) for field in schema
}
_COLUMNS |= {"text": as_words, "description": as_words, "extra": lambda value: value}
"""The way each column is read: text as it stands, ids and names without the space around them."""


@dataclass(frozen=True)
class Links:
    """Place of the links of one kind: a list of objects or words, one object, or one value.

    Attributes
    ----------
    kind : str
    path : Source
    inside : tuple of str
        In each object, where the link, hashtag, handle or key stands; the first that says something wins.
    id : tuple of str
        In each object, where the id stands, for mentions and posts.
    account, handle : Source, optional
        Author of the post referred to: in the object, or in the record where the path leads to one value.
    """

    kind: str
    path: Source
    inside: tuple[str, ...] = ()
    id: tuple[str, ...] = ()
    account: Source = ()
    handle: Source = ()


def urls(path: Source, *inside: str) -> Links:
    """Shared links."""
    return Links("url", path, inside)


def tags(path: Source, *inside: str) -> Links:
    """Hashtags."""
    return Links("hashtag", path, inside)


def mentions(path: Source, *, id: tuple[str, ...] = (), handle: tuple[str, ...] = ()) -> Links:
    """Accounts mentioned, by id where there is one."""
    return Links("mention", path, handle, id)


def keys(kind: str, path: Source, *inside: str) -> Links:
    """Media, tracks, objects by their ids."""
    return Links(kind, path, inside)


def post(kind: str, path: Source, account: Source = (), handle: Source = ()) -> Links:
    """A post referred to by its id."""
    return Links(kind, path, account=account, handle=handle)


@dataclass(frozen=True)
class Shape:
    """Places where the fields of one kind of record may stand.

    Attributes
    ----------
    platform : str
    account, post : Fields
        Column to source. ``channel_uid`` and ``conversation_uid`` are given as native ids.
    time : Source
        When it was posted.
    links : tuple of Links or function
    origin, quoted : Source
        The whole reposted or quoted post, in the same shape.
    kind : str or function
        Of posts that refer to no other.
    in_text : tuple of str
        Kinds of links that only the text tells: url, hashtag, mention.
    html : bool
        The text is HTML: links are read from it before it becomes text.
    """

    platform: str
    account: Fields
    post: Fields
    time: Source
    links: tuple[Links | References, ...] = ()
    origin: Source = ()
    quoted: Source = ()
    kind: str | Callable[[Record], str | None] = "original"
    in_text: tuple[str, ...] = ()
    html: bool = False

    def item(self, record: Record, context: Context | None = None) -> Item:
        """One record as an item. `Skip` when it is no post at all."""
        account, said = self._account(record), self._said(record)
        if not account and not said.get("native_id"):
            raise Skip(NO_POST)
        origin, quoted = _whole(self.origin, record), _whole(self.quoted, record)
        content = origin or record
        if origin:
            said = {column: value for column, value in said.items() if column not in _COUNTS and column != "text"}
            said["text_is_inherited"] = True
            if text := as_words(value(content, self.post.get("text", ()))):
                said["text"] = text
        said, found = self._text(said)
        links = [*self._references(content), *found]
        author, quoted_author = self._account(origin) if origin else {}, self._account(quoted) if quoted else {}
        if origin:
            inherited = [link | {"inherited": True} for link in links if link["kind"] not in TO_POSTS]
            links = [*self._target("repost", origin, author), *inherited]
        elif quoted:
            links = [*self._target("quote", quoted, quoted_author), *links]
        for column in ("channel_uid", "conversation_uid"):
            if column in said:
                said[column] = uid(self.platform, said[column])
        said["kind"] = self._kind(record, links)
        at_us, precision = times.parse(value(record, self.time))
        if at_us is None:
            at_us, precision = self._other_time(record)
        if at_us is not None:
            said["created_at"], said["created_at_precision"] = at_us, precision
        return Item(account, said, links, [known for known in (author, quoted_author) if known])

    @cached_property
    def _told(self) -> Callable[[Record], Record]:
        return _fields(self.account)

    @cached_property
    def _said(self) -> Callable[[Record], Record]:
        return _fields(self.post)

    @cached_property
    def _rules(self) -> list[References]:
        return [_references(rule, self.platform) if isinstance(rule, Links) else rule for rule in self.links]

    def _account(self, record: Record) -> Record:
        account = self._told(record)
        native_id, handle = account.get("native_id"), account.get("handle")
        # 4CAT writes one and the same pseudonym wherever something was empty
        if handle and handle == native_id and _PSEUDONYM.fullmatch(handle):
            raise Skip(PLACEHOLDER, "account", handle)
        if handle and is_nobody(handle):
            handle = account.pop("handle") and None
        if not (native_id or handle) or is_nobody(native_id):
            return {}
        if _PSEUDONYM.fullmatch(str(native_id or handle)):
            account |= {"is_hashed": True, "uid_from": "hash"}
        account.setdefault("platform", self.platform)
        return account

    def _other_time(self, record: Record) -> tuple[int | None, str | None]:
        """A time that stands in another place than the first that says something.

        Raises
        ------
        Skip
            If what stands there is no time, and the ids of the platform do not hold one.
        """
        paths = self.time if isinstance(self.time, tuple) else (self.time,)
        said = [(path, found) for path in paths if (found := value(record, path)) not in (None, "")]
        read = (times.parse(found) for _, found in said)
        if (known := next((pair for pair in read if pair[0] is not None), None)) is not None:
            return known
        if said and self.platform not in times.TIMES_IN_IDS:
            path, found = said[0]
            raise Skip(UNREAD_TIME, path if isinstance(path, str) else None, found)
        return None, None

    def _text(self, said: Record) -> tuple[Record, list[Record]]:
        """The text as it is read, and what only it tells."""
        text, found = said.get("text"), []
        if self.html and text:
            html = texts.html_to_text(text)
            text = said["text"] = html.text
            known = {*html.mentions, *html.tags}
            found = [{"kind": "url", "target_raw": raw} for raw in html.links if raw not in known]
        if "url" in self.in_text:
            found += [{"kind": "url", "target_raw": raw} for raw in texts.urls_in(text)]
        if "hashtag" in self.in_text:
            found += [{"kind": "hashtag", "target_raw": tag} for tag in texts.hashtags(text)]
        if "mention" in self.in_text:
            found += [m for name in texts.mentions_in(text) if (m := mention(self.platform, None, name))]
        return said, found

    def _references(self, record: Record) -> list[Record]:
        found: list[Record] = []
        for rule in self._rules:
            found += rule(record)
        return found

    def _target(self, kind: str, other: Record, author: Record) -> list[Record]:
        native_id = as_identifier(value(other, self.post.get("native_id", ())))
        return [target(self.platform, kind, native_id, author)] if native_id else []

    def _kind(self, record: Record, links: list[Record]) -> str:
        own = self.kind(record) if callable(self.kind) else self.kind
        if own and own != "original":
            return own
        there = {link["kind"] for link in links}
        return next((kind for kind in TO_POSTS if kind in there), "original")


def _references(rule: Links, platform: str) -> References:
    """Links that a rule finds in a record."""
    there, kind = getter(rule.path), rule.kind
    author, handle = getter(rule.account), getter(rule.handle)

    def link(element: Any, record: Record) -> Record | None:
        inner = type(element) is dict
        key = identifier(element, *rule.inside) if inner else as_identifier(element)
        if kind == "mention":
            return mention(platform, identifier(element, *rule.id) if inner else None, key)
        if not key:
            return None
        if kind in ("url", "hashtag"):
            return {"kind": kind, "target_raw": key}
        if kind not in TO_POSTS:
            return {"kind": kind, "target_key": uid(platform, key)}
        known = {"native_id": as_identifier(author(record)), "handle": as_identifier(handle(record))}
        return target(platform, kind, key, known)

    def references(record: Record) -> list[Record]:
        found = there(record)
        if found is None or found == "":
            return []
        elements = found if type(found) is list else [found]
        return [made for one in elements if one is not None and one != "" and (made := link(one, record))]

    return references


def value(record: Record, source: Source) -> Any:
    """Value at a source.

    Examples
    --------
    >>> value({"a": {"b": 1}}, ("x", "a.b")), value({"a": 1}, lambda record: record["a"] + 1)
    (1, 2)
    """
    return getter(source)(record)


def _fields(table: Fields) -> Callable[[Record], Record]:
    """The columns of a table that a record says, each read as its type.

    Examples
    --------
    >>> _fields({"followers": "n", "handle": ("x", "who")})({"n": "12", "who": 5})
    {'followers': 12, 'handle': '5'}
    """
    return compiled({column: (_COLUMNS[column], source) for column, source in table.items()})


def target(platform: str, kind: str, native_id: str, author: Mapping[str, Any] = {}) -> Record:
    """A link to a post.

    Examples
    --------
    >>> target("x", "repost", "9", {"handle": "Nora"})
    {'kind': 'repost', 'target_key': 'x:9', 'target_account_uid': 'x:@nora'}
    """
    named = {column: author.get(column) for column in ("native_id", "handle") if not is_nobody(author.get(column))}
    known = account_uid(platform, named)
    return {"kind": kind, "target_key": uid(platform, native_id), "target_account_uid": known}


def mention(platform: str, native_id: str | None, handle: str | None) -> Record | None:
    """A link to an account; None when it stands for nobody.

    Examples
    --------
    >>> mention("x", None, "@Nora")
    {'kind': 'mention', 'target_key': 'x:@nora', 'target_raw': '@Nora'}
    >>> mention("reddit", None, "[deleted]")
    """
    native_id = None if is_nobody(native_id) else native_id
    if not native_id and (is_nobody(handle) or not handle):
        return None
    key = uid(platform, native_id) if native_id else handle_uid(platform, str(handle))
    return {"kind": "mention", "target_key": key, "target_raw": handle}


def unescaped(*paths: str) -> Callable[[Record], str | None]:
    """A text with its ``&amp;`` read."""
    return lambda record: None if (text := words(record, *paths)) is None else unescape(text)


def about(*paths: str) -> Callable[[Record], int | None]:
    """A count that may be rounded for people.

    Examples
    --------
    >>> about("n")({"n": "1.2k"}), about("n")({"n": "3,400"}), about("n")({"n": 5}), about("n")({"n": "many"})
    (1200, 3400, 5, None)
    """

    def read(record: Record) -> int | None:
        found = re.fullmatch(r"([\d.,]+)\s*([kmb]?)", str(at(record, *paths)).strip().casefold())
        if not found:
            return None
        try:
            return round(float(found[1].replace(",", "")) * {"": 1, "k": 1e3, "m": 1e6, "b": 1e9}[found[2]])
        except (ValueError, OverflowError):
            return None

    return read


def _whole(source: Source, record: Record) -> Record:
    found = value(record, source)
    return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class Records:
    """A record reader made of a shape.

    Attributes
    ----------
    name, title, platform, carries, lacks, containers, version
        See ``base.RecordReader``.
    where : function
        Whether one record is in this format.
    read : function
        A record as an item, or several.
    pages : tuple of str
        Lists of records that one record (a page of an API) may hold; the first that is there counts.
    in_order : bool
        Whether it remembers records to understand later ones: the lines of a file are then read one after the other.
    """

    name: str
    title: str
    carries: tuple[str, ...]
    lacks: str
    where: Callable[[Record], bool]
    read: Callable[[Record, Context], Item | Iterable[Item | Skip]]
    platform: str | None = None
    pages: tuple[str, ...] = ()
    in_order: bool = False
    containers: tuple[str, ...] = ("item", "")
    version: int = 1

    def recognises(self, sample: Sample) -> bool:
        return sample.shape != "csv" and any(
            self.where(one)
            for record in sample.records
            for one in page(record, *self.pages)[:5]
            if isinstance(one, dict)
        )

    def items(self, record: Record, context: Context) -> Iterator[Item | Skip]:
        for one in page(record, *self.pages):
            try:
                made = self.read(an_object(one), context)
                yield from [made] if isinstance(made, Item) else made
            except Skip as skip:
                yield skip
