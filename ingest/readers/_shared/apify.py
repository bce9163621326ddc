"""Parts that the exports of Apify's actors share: rows that are no results, and numbers that stand inside of addresses and keys.

An actor's data set is a list of items. Its JSON is that list; its CSV and XLSX have a column for each path, with ``/`` between
the steps (``author/userName``, ``hashtags/0/name``), or with ``.`` in the views that the console offers.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable

from ingest.mapping.contract import Context, Item, Record, Skip
from ingest.mapping.json_fields import identifier, words

NO_RESULT = "The actor's note that a query gave nothing, not a post."
_NOTES = ("noResults", "error", "errorDescription", "demo")


def is_note(record: Record) -> bool:
    """True if an item only says that there was nothing, or why.

    Examples
    --------
    >>> is_note({"noResults": True}), is_note({"error": "not_found", "url": "https://a.example"}), is_note({"id": "5"})
    (True, True, False)
    """
    return any(record.get(name) for name in _NOTES)


def results(
    read: Callable[[Record, Context], Item | Iterable[Item | Skip]],
) -> Callable[[Record, Context], Item | Iterable[Item | Skip]]:
    """Items without the notes that actors put among their results."""

    def looked_at(record: Record, context: Context) -> Item | Iterable[Item | Skip]:
        if is_note(record):
            note = next(name for name in _NOTES if record.get(name))
            raise Skip(NO_RESULT, note, record[note])
        return read(record, context)

    return looked_at


def in_seconds(item: Item) -> Item:
    """The item with its time to the second: actors write ``.000Z`` behind platforms' whole seconds."""
    if item.post.get("created_at_precision") == "ms":
        item.post["created_at_precision"] = "s"
    return item


def within(rule: str, *paths: str) -> Callable[[Record], str | None]:
    """The part of the first text along the paths that a pattern finds.

    Examples
    --------
    >>> within(r"/video/(\\d+)", "id", "webVideoUrl")({"webVideoUrl": "https://www.tiktok.com/@a/video/73?x=1"})
    '73'
    """
    pattern = re.compile(rule)

    def read(record: Record) -> str | None:
        found = (pattern.search(text) for path in paths if (text := words(record, path)))
        return next((match[1] for match in found if match), None)

    return read


def first(*sources: str | Callable[[Record], str | None]) -> Callable[[Record], str | None]:
    """The id in the first of these places, paths or functions, that has one."""

    def read(record: Record) -> str | None:
        for source in sources:
            if found := source(record) if callable(source) else identifier(record, source):
                return found
        return None

    return read


def decoded(key: str | None) -> tuple[str, ...]:
    """The numbers in one of Facebook's keys: ``feedback:<post>``, ``comment:<post>_<comment>``, in base 64.

    Examples
    --------
    >>> decoded("Y29tbWVudDoxMV8yMg=="), decoded("ZmVlZGJhY2s6MTE="), decoded("pfbid02"), decoded(None)
    (('11', '22'), ('11',), (), ())
    """
    try:
        text = base64.b64decode((key or "").encode(), validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return ()
    found = re.fullmatch(r"(?:feedback|comment):(\d+)(?:_(\d+))?", text)
    return tuple(part for part in found.groups() if part) if found else ()
