"""Tolerant reading of JSON: a missing key, a null or the wrong type is simply not there.

Platforms rename a key from one week to the next; one missing optional field must never cost the whole post.

Where values may stand is written as dotted paths, and each look along them is made into a Python function once: a file
has millions of records, and all of them are looked through the same way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from ingest.normalize import times

if TYPE_CHECKING:
    from ingest.mapping.contract import Record

Source: TypeAlias = "str | tuple[str, ...] | Callable[[Record], Any]"
Read = Callable[[Any], Any]


def at(record: Any, *paths: str) -> Any:
    """The first value that is there, along dotted paths; numbers go into lists.

    Examples
    --------
    >>> at({"a": {"b": [{"c": 1}]}}, "x.y", "a.b.0.c"), at({"a": None}, "a", "a.b")
    (1, None)
    """
    return _AS_IT_STANDS[paths](record)


def objects(record: Any, *paths: str) -> list[Record]:
    """The objects in the first of these lists that is there.

    Examples
    --------
    >>> objects({"a": [{"b": 1}, None, "c"]}, "x", "a")
    [{'b': 1}]
    """
    value = _AS_IT_STANDS[paths](record)
    return [element for element in value if type(element) is dict] if type(value) is list else []


def page(record: Record, *paths: str) -> list[Any]:
    """The items of the first of these lists that holds anything; the record itself if none does.

    Examples
    --------
    >>> page({"posts": [], "feed": [{"a": 1}, None]}, "posts", "feed"), page({"a": 1}, "posts")
    ([{'a': 1}, None], [{'a': 1}])
    """
    for path in paths:
        value = _AS_IT_STANDS[path,](record)
        if value and type(value) is list:
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
        if (found := _AS_IDENTIFIER[path,](record)) is not None:
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
    return _AS_WORDS[paths](record)


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
    return _AS_COUNT[paths](record)


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
    return _AS_FLAG[paths](record)


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
    return _AS_MOMENT[paths](record)


def as_moment(value: Any) -> int | None:
    """A value as `moment` reads it."""
    return times.parse(value)[0]


def compiled(table: Mapping[str, tuple[Read, Source]]) -> Callable[[Record], Record]:
    """A table of columns as one function of a record: each column as it is read, and where it may stand.

    What a record does not say is left out.

    Examples
    --------
    >>> read = compiled({"handle": (as_identifier, "user.name"), "fans": (as_count, ("user.fans", "fans"))})
    >>> read({"user": {"name": " ann "}, "fans": "7"}), read({"user": [1]})
    ({'handle': 'ann', 'fans': 7}, {})
    """
    source = _Source()
    lines = [
        f"if (found := {source.value(read, where)}) is not None: columns[{column!r}] = found"
        for column, (read, where) in table.items()
    ]
    return source.function("columns = {}", *lines, "return columns")


def several(*fields: tuple[Read, Source]) -> Callable[[Record], tuple[Any, ...]]:
    """Several values of a record at once, in this order: each as it is read, and where it may stand.

    Examples
    --------
    >>> read = several((as_words, "text"), (as_count, ("reply.likes", "likes")))
    >>> read({"text": "a", "reply": {"likes": 3}}), read({})
    (('a', 3), (None, None))
    """
    source = _Source()
    return source.function(f"return ({' '.join(f'{source.value(read, where)},' for read, where in fields)})")


@cache
def getter(source: Source) -> Callable[[Record], Any]:
    """Function that gives the value at a source: a path, the first of several that says something, or a function.

    Examples
    --------
    >>> getter(("a.b", "c"))({"a": {"b": ""}, "c": 1}), getter(len)({"a": 1})
    (1, 1)
    """
    if callable(source):
        return source
    return _AS_IT_STANDS[(source,) if isinstance(source, str) else source]


def as_is(value: Any) -> Any:
    """A value as it stands."""
    return value


def without_nulls(values: Mapping[str, Any]) -> Record:
    """Only what is known.

    Examples
    --------
    >>> without_nulls({"a": None, "b": 0})
    {'b': 0}
    """
    return {key: value for key, value in values.items() if value is not None}


# How a value ``v`` is read, in words of Python, where it is as formats have it; the function has the last word.
_AT_ONCE: dict[Read, str] = {
    as_is: "(None if (v := {}) == '' else v)",
    as_words: "(v if type(v := {}) is str and v else None)",
    as_identifier: "((v.strip() or None) if type(v := {}) is str else None if v is None else {}(v))",
    as_count: "(v if type(v := {}) is int and 0 <= v < 9223372036854775808 else None if v is None else {}(v))",
    as_flag: "(v if (v := {}) is True or v is False else None)",
}
_OTHERWISE = "(None if (v := {}) is None or v == '' else {}(v))"


class _Source:
    """Python for looks into one record. Objects along the paths are looked for once, whatever is read from them."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = {"NOTHING": {}, "walk": _walk}
        self._objects: dict[tuple[str, ...], str] = {(): "record"}
        self._lines = ["if type(record) is not dict: record = NOTHING"]

    def value(self, read: Read, source: Source) -> str:
        """An expression: what stands at a source, as it is read; None when it is not there."""
        return _AT_ONCE.get(read, _OTHERWISE).format(self._first(source), self._name(read))

    def function(self, *lines: str) -> Callable[[Any], Any]:
        """These lines, with what they need before them, as a function of a record."""
        body = "".join(f"\n    {line}" for line in [*self._lines, *lines])
        exec(compile(f"def look(record):\n    given = record{body}", "<paths>", "exec"), self._known)
        return self._known["look"]

    def _first(self, source: Source) -> str:
        if callable(source):
            return f"{self._name(source)}(record)"
        *others, last = map(self._place, (source,) if isinstance(source, str) else source) if source else ("None",)
        return "".join(f"v if (v := {other}) is not None and v != '' else " for other in others) + last

    def _place(self, path: str) -> str:
        *around, key = path.split(".")
        if any(step.isdigit() for step in (*around, key)):
            return f"walk(given, {(*around, key)!r})"
        return f"{self._object(tuple(around))}.get({key!r})"

    def _object(self, steps: tuple[str, ...]) -> str:
        if steps not in self._objects:
            around = self._object(steps[:-1])
            name = self._objects[steps] = f"object{len(self._objects)}"
            self._lines.append(f"if type({name} := {around}.get({steps[-1]!r})) is not dict: {name} = NOTHING")
        return self._objects[steps]

    def _name(self, function: Callable[..., Any]) -> str:
        name = f"function{len(self._known)}"
        self._known[name] = function
        return name


def _walk(value: Any, steps: Sequence[str]) -> Any:
    """Values at the end of steps, some of which may lead into lists."""
    for step in steps:
        if type(value) is dict:
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


class _Looks(dict[tuple[str, ...], Callable[[Any], Any]]):
    """The looks along paths that read one way, each made when it is first asked for."""

    def __init__(self, read: Read) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, paths: tuple[str, ...]) -> Callable[[Any], Any]:
        source = _Source()
        self[paths] = source.function(f"return {source.value(self._read, paths)}")
        return self[paths]


_AS_IT_STANDS, _AS_IDENTIFIER, _AS_WORDS = _Looks(as_is), _Looks(as_identifier), _Looks(as_words)
_AS_COUNT, _AS_FLAG, _AS_MOMENT = _Looks(as_count), _Looks(as_flag), _Looks(as_moment)
