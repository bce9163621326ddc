"""Tolerant reading of JSON: a missing key, a null or the wrong type is simply not there.

Platforms rename a key from one week to the next; one missing optional field must never cost the whole post.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from ingest import times
from ingest.readers.base import Record

Source = str | tuple[str, ...] | Callable[[Record], Any]


def at(record: Any, *paths: str) -> Any:
    """The first value that is there, along dotted paths; numbers go into lists.

    Examples
    --------
    >>> at({"a": {"b": [{"c": 1}]}}, "x.y", "a.b.0.c"), at({"a": None}, "a", "a.b")
    (1, None)
    """
    for path in paths:
        value = record
        for step in _STEPS[path]:
            if type(value) is dict:
                value = value.get(step)
                if value is None:
                    break
            elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
                value = value[int(step)]
            else:
                value = None
                break
        if value is not None and value != "":
            return value
    return None


class _Steps(dict[str, tuple[str, ...]]):
    """The steps of each path, taken apart once: paths are looked along a million times."""

    def __missing__(self, path: str) -> tuple[str, ...]:
        self[path] = tuple(path.split("."))
        return self[path]


_STEPS = _Steps()


def objects(record: Any, *paths: str) -> list[Record]:
    """The objects in the first of these lists that is there.

    Examples
    --------
    >>> objects({"a": [{"b": 1}, None, "c"]}, "x", "a")
    [{'b': 1}]
    """
    value = at(record, *paths)
    return [element for element in value if isinstance(element, dict)] if isinstance(value, list) else []


def page(record: Record, *paths: str) -> list[Any]:
    """What the first of these lists that holds anything lists, whatever it is; without any, the record itself.

    Examples
    --------
    >>> page({"posts": [], "feed": [{"a": 1}, None]}, "posts", "feed"), page({"a": 1}, "posts")
    ([{'a': 1}, None], [{'a': 1}])
    """
    for path in paths:
        value = at(record, path)
        if isinstance(value, list) and value:
            return value
    return [record]


def identifier(record: Any, *paths: str) -> str | None:
    """An id, as a string whatever it was. A number with a point is no id: its digits are lost.

    Examples
    --------
    >>> identifier({"id": 914580356430536707}, "id"), identifier({"id": 9.1e17}, "id"), identifier({"id": " a "}, "id")
    ('914580356430536707', None, 'a')
    """
    for path in paths:
        if (found := as_identifier(at(record, path))) is not None:
            return found
    return None


def as_identifier(value: Any) -> str | None:
    """A value as `identifier` reads it."""
    if isinstance(value, str):
        return value.strip() or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def words(record: Any, *paths: str) -> str | None:
    """A text; None when nothing or something else stands there.

    Examples
    --------
    >>> words({"a": 5, "b": "x"}, "a"), words({"a": 5, "b": "x"}, "b")
    (None, 'x')
    """
    return as_words(at(record, *paths))


def as_words(value: Any) -> str | None:
    """A value as `words` reads it."""
    return value if isinstance(value, str) else None


def count(record: Any, *paths: str) -> int | None:
    """A whole number of things; None when it is not known.

    Examples
    --------
    >>> count({"likes": "12"}, "likes"), count({"likes": -1}, "likes"), count({}, "likes")
    (12, None, None)
    """
    return as_count(at(record, *paths))


def as_count(value: Any) -> int | None:
    """A value as `count` reads it."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,18}", value):
        return int(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 63 else None


def flag(record: Any, *paths: str) -> bool | None:
    """True or false; None when it is not known.

    Examples
    --------
    >>> flag({"bot": False}, "bot"), flag({"bot": "no"}, "bot")
    (False, None)
    """
    return as_flag(at(record, *paths))


def as_flag(value: Any) -> bool | None:
    """A value as `flag` reads it."""
    return value if isinstance(value, bool) else None


def moment(record: Any, *paths: str) -> int | None:
    """A time in microseconds UTC; times without a zone are taken as UTC.

    Examples
    --------
    >>> moment({"at": "2026-11-23T00:00:00Z"}, "at"), moment({"at": "soon"}, "at")
    (1795392000000000, None)
    """
    return as_moment(at(record, *paths))


def as_moment(value: Any) -> int | None:
    """A value as `moment` reads it."""
    return times.parse(value)[0]


def compiled(
    table: Mapping[str, tuple[Callable[[Any], Any], Source]],
) -> Callable[[Record], Record]:
    """A table of columns as one function of a record: each column as it is read, and where it may stand.

    Objects that hold several columns are looked for once. What a record does not say is left out.

    Examples
    --------
    >>> read = compiled({"handle": (as_identifier, "user.name"), "fans": (as_count, ("user.fans", "fans"))})
    >>> read({"user": {"name": " ann "}, "fans": "7"}), read({"user": [1]})
    ({'handle': 'ann', 'fans': 7}, {})
    """
    inside: dict[tuple[str, ...], list[tuple[str, str, Callable[[Any], Any]]]] = {}
    anywhere: list[tuple[str, Callable[[Record], Any], Callable[[Any], Any]]] = []
    for column, (read, source) in table.items():
        path = (
            source if isinstance(source, str) else source[0] if isinstance(source, tuple) and len(source) == 1 else None
        )
        if path is None or any(step.isdigit() for step in _STEPS[path]):  # those lead into lists as well
            anywhere.append((column, getter(source), read))
        else:
            *around, key = _STEPS[path]
            inside.setdefault(tuple(around), []).append((column, key, read))
    places = list(inside.items())

    def columns(record: Record) -> Record:
        found: Record = {}
        for around, there in places:
            inner: Any = record
            for step in around:
                inner = inner.get(step) if type(inner) is dict else None
            if type(inner) is dict:
                for column, key, read in there:
                    value = inner.get(key)
                    if value is not None and value != "" and (value := read(value)) is not None:
                        found[column] = value
        for column, get, read in anywhere:
            value = get(record)
            if value is not None and value != "" and (value := read(value)) is not None:
                found[column] = value
        return found

    return columns


@cache
def getter(source: Source) -> Callable[[Record], Any]:
    """What stands at a source: a path, the first of several that says something, or what a function says.

    Examples
    --------
    >>> getter(("a.b", "c"))({"a": {"b": ""}, "c": 1}), getter(len)({"a": 1})
    (1, 1)
    """
    if callable(source):
        return source
    paths = (source,) if isinstance(source, str) else source
    if len(paths) == 1 and "." not in (key := paths[0]):
        return lambda record: None if (found := record.get(key)) == "" else found
    return lambda record: at(record, *paths)


def without_nulls(values: Mapping[str, Any]) -> Record:
    """Only what is known.

    Examples
    --------
    >>> without_nulls({"a": None, "b": 0})
    {'b': 0}
    """
    return {key: value for key, value in values.items() if value is not None}
