"""Lists and records inside a cell: what Python, JSON and R write there, and what one cell says of an account or a post.

Tables made from JSON hold such cells: ``['a', 'b']``, ``[{"text": "news"}]``, ``{'username': 'anna', 'id': 12}``,
``c("a", "b")``. A cell is read where its shape is clear; anything else is refused, so that no list or record becomes an id.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ingest.mapping.cells import says_nothing
from ingest.normalize import profiles
from ingest.normalize.nobody import is_nobody

LONGEST_CELL = 200_000  # letters; longer structures are no lists of a post
MOST_WORDS = 8  # of an account's name
LONGEST_NAME = 120  # letters
_R_LIST = re.compile(r"^c\((.*)\)$", re.DOTALL)
_OF_AN_OBJECT = re.compile(r"^\w+\(.*\w+=", re.DOTALL)
_ADDRESS = re.compile(r"^(?:https?://|www\.)\S+$", re.IGNORECASE)
_BARE = re.compile(r"^[^\s\[\]{}()'\"<>,;|]+$")
_HANDLE = re.compile(r"^@[^\s\[\]{}()'\"<>,;|]+$")
_SENTENCE_END = re.compile(r"[.!?…]$")
_FLAGS = frozenset(("true", "false", "yes", "no"))

URL_KEYS = ("unwound_url", "expanded_url", "expanded", "expandedUrl", "url", "href", "link")
TAG_KEYS = ("text", "tag", "hashtag", "name", "hashtagName", "title")
HANDLE_KEYS = (
    "screen_name",
    "username",
    "userName",
    "user_name",
    "screenName",
    "acct",
    "unique_id",
    "uniqueId",
    "handle",
)
ID_KEYS = ("id_str", "id", "user_id", "userId", "rest_id", "did", "pk")
NAME_KEYS = ("displayname", "display_name", "displayName", "nickname", "nickName", "name")
_IN_AN_OBJECT = re.compile(rf"\b({'|'.join(HANDLE_KEYS)}|id)=(?:'([^']*)'|\"([^\"]*)\"|(\d+))")


class Account(NamedTuple):
    """One account as a cell names it: by id, by handle, or both; ``platform`` where an address says it."""

    native_id: str | None = None
    handle: str | None = None
    platform: str | None = None


class Target(NamedTuple):
    """A post as a cell refers to it: by its id, or only by whose it is. Both are null where it says only that there is one."""

    post: str | None = None
    account: Account | None = None


def structure(cell: str) -> list[Any] | dict[Any, Any] | None:
    """The list or record a cell holds; None where it holds none that can be read.

    Examples
    --------
    >>> structure("['a', None]"), structure('{"a": [true]}'), structure('c("a", "b")'), structure("[a, b]")
    (['a', None], {'a': [True]}, ['a', 'b'], None)
    """
    cell = cell.strip()
    if listed := _R_LIST.match(cell):
        cell = f"[{listed[1]}]"
    if len(cell) > LONGEST_CELL or (cell[:1], cell[-1:]) not in (("[", "]"), ("{", "}"), ("(", ")")):
        return None
    for read in (json.loads, ast.literal_eval):
        try:
            found = read(cell)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            continue
        return list(found) if isinstance(found, list | tuple | set) else found if isinstance(found, dict) else None
    return None


def elements(cell: str, keys: Sequence[str]) -> list[str] | None:
    """The words of a list in a cell, taken from records by the first of their keys that is there; None without a list.

    Examples
    --------
    >>> elements("[{'url': 'https://t.co/a', 'expanded_url': 'https://a.org/1'}]", URL_KEYS), elements("a b", URL_KEYS)
    (['https://a.org/1'], None)
    >>> elements("[User(username='anna', id=1), User(username='bert', id=2)]", HANDLE_KEYS)
    ['anna', 'bert']
    """
    found = structure(cell)
    if found is None:
        named = (
            re.findall(rf"\b({'|'.join(keys)})=(?:'([^']*)'|\"([^\"]*)\")", cell[:LONGEST_CELL]) if "(" in cell else []
        )
        key = next((key for key in keys if any(key == name for name, *_ in named)), None)
        return [first or second for name, first, second in named if name == key] or None
    return [word for one in (found if isinstance(found, list) else [found]) for word in _words(one, keys)]


def _words(one: Any, keys: Sequence[str]) -> Iterator[str]:
    if isinstance(one, dict):
        one = next((one[key] for key in keys if one.get(key) not in (None, "", [])), None)
    if isinstance(one, list):
        yield from (word for part in one if not isinstance(part, list) for word in _words(part, keys))
    elif one is not None and not isinstance(one, dict) and not says_nothing(str(one)):
        yield str(one).strip()


def account(cell: str) -> Account | None:
    """The account a cell names; None where it holds a sentence, several accounts or a structure that does not say it.

    Examples
    --------
    >>> account("{'screen_name': 'anna', 'id': 12}"), account("@Anna").handle, account("12").native_id
    (Account(native_id='12', handle='anna', platform=None), 'Anna', '12')
    >>> account("https://x.com/anna"), account("See you all tomorrow, at the town hall.")
    (Account(native_id=None, handle='anna', platform='x'), None)
    """
    cell = cell.strip()
    if is_nobody(cell):
        return Account(native_id=cell)
    if cell[:1] in "[{(" or cell.startswith("c("):
        found = structure(cell)
        told = [_account_of(one) for one in (found if isinstance(found, list) else [found]) if one is not None]
        return told[0] if len(told) == 1 else None
    if _OF_AN_OBJECT.match(cell):
        named = {key: a or b or c for key, a, b, c in reversed(_IN_AN_OBJECT.findall(cell[:LONGEST_CELL]))}
        return _account_of(named) if named else None
    if _HANDLE.match(cell):
        return Account(handle=cell[1:])
    if _ADDRESS.match(cell):
        owner = profiles.owner(cell)
        return _of_uid(owner.account) if owner and owner.account else Account(native_id=cell)
    return None if is_sentence(cell) else Account(native_id=cell.removeprefix("'"))


def _account_of(one: Any) -> Account | None:
    if isinstance(one, dict):
        native_id, handle = (_first(one, keys) for keys in (ID_KEYS, HANDLE_KEYS))
        return Account(native_id, handle.removeprefix("@") if handle else None) if native_id or handle else None
    return account(str(one)) if isinstance(one, str | int) and not says_nothing(str(one)) else None


def _first(record: dict[Any, Any], keys: Sequence[str]) -> str | None:
    values = (str(record[key]) for key in keys if isinstance(record.get(key), str | int))
    return next((value.strip() for value in values if not says_nothing(value)), None)


def _of_uid(uid: str) -> Account:
    platform, _, name = uid.partition(":")
    return Account(handle=name[1:], platform=platform) if name.startswith("@") else Account(name, platform=platform)


def is_sentence(cell: str) -> bool:
    """True for what is too long or too much of a sentence to be somebody's name.

    Examples
    --------
    >>> is_sentence("Ministry of Health of the Region"), is_sentence("This is what they do not tell you.")
    (False, True)
    """
    words = cell.split()
    return len(cell) > LONGEST_NAME or len(words) > MOST_WORDS or (len(words) > 4 and bool(_SENTENCE_END.search(cell)))


def target(cell: str, kind: str = "") -> Target | None:
    """The post a cell refers to; None where it holds a sentence, several posts or a structure that does not say it.

    Parameters
    ----------
    cell : str
    kind : str, optional
        ``repost``, ``reply`` or ``quote``: which of several references to take from a list that says their types.

    Examples
    --------
    >>> target("123"), target("https://twitter.com/anna/status/123")
    (Target(post='123', account=None), Target(post='123', account=Account(native_id=None, handle='anna', platform='x')))
    >>> target("[{'screen_name': 'anna', 'name': 'Anna', 'id': '12'}]").account, target("Replying to @anna") is None
    (Account(native_id='12', handle='anna', platform=None), True)
    >>> target("[{'type': 'replied_to', 'id': '7'}, {'type': 'quoted', 'id': '8'}]", "quote").post
    '8'
    """
    cell = cell.strip().removeprefix("'")
    if cell.lower() in _FLAGS:
        return Target()
    if _HANDLE.match(cell):
        return Target(account=Account(handle=cell[1:]))
    if cell[:1] in "[{(" or cell.startswith("c("):
        return _target_of(structure(cell), kind)
    if _ADDRESS.match(cell):
        owner = profiles.owner(cell)
        whose = _of_uid(owner.account) if owner and owner.account else None
        if owner and owner.post:
            return Target(owner.post.partition(":")[2], whose)
        return Target(account=whose) if whose and profiles.is_profile(cell) else Target(cell, whose)
    return Target(cell) if _BARE.match(cell) else None


_TYPES = {"repost": ("retweeted", "reposted"), "reply": ("replied_to", "reply"), "quote": ("quoted", "quote")}


def _target_of(found: Any, kind: str) -> Target | None:
    several = found if isinstance(found, list) else [found]
    typed = [one for one in several if isinstance(one, dict) and "type" in one]
    if typed and kind:
        several = [one for one in typed if one["type"] in _TYPES[kind]]
        if not several:
            return Target()
    told = {_one_target(one) for one in several if one is not None}
    if len(told) == 1:
        return told.pop()
    return Target() if told and all(one and one.post is None for one in told) else None  # several accounts answered


def _one_target(one: Any) -> Target | None:
    if not isinstance(one, dict):
        return target(str(one)) if isinstance(one, str | int) and not isinstance(one, bool) else None
    whose = _account_of(one)
    if whose and (whose.handle or any(key in one for key in NAME_KEYS)) and "text" not in one:
        return Target(account=whose)
    native_id = _first(one, ("id_str", "id", "status_id", "tweet_id", "post_id", "rest_id"))
    author = next((one[key] for key in ("user", "author", "account") if isinstance(one.get(key), dict)), None)
    return Target(native_id, _account_of(author)) if native_id else None
