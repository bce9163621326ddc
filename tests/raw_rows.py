"""How many rows a file holds, by a look at its text: written apart from the readers, to hold them to account.

Only what a reader says of the file as a whole is taken from it: shape, separator, row of the header. Records are counted before
anybody makes sense of them: a line that is no JSON is one, and so is what stands behind the place where a document breaks.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path as FilePath
from typing import Any
from xml.etree import ElementTree

import duckdb

Path = tuple[str, ...]
EACH = "*"

# reader: where the records of a document lie, and lists of posts that one record may hold
DOCUMENTS: dict[str, tuple[Path, ...]] = {
    "telegram_desktop": (
        ("messages", EACH),
        ("chats", "list", EACH, "messages", EACH),
        ("left_chats", "list", EACH, "messages", EACH),
    ),
    "bluesky": (("posts", EACH), ("feed", EACH)),
    "mastodon": (("statuses", EACH),),
    "truth_gab": (("statuses", EACH),),
    "x_v1": (("statuses", EACH),),
    "youtube_api": (("items", EACH),),
    "telethon": (("messages", EACH),),
    "tdl": (("messages", EACH),),
    "discord": (("messages", EACH),),
    "crowdtangle_json": (("result", "posts", EACH), ("posts", EACH)),
    "junkipedia_json": (("data", EACH),),
    "reddit": (("data", EACH),),
    "tiktok_research": (("data", "videos", EACH), ("data", "comments", EACH), ("videos", EACH)),
    "apify_x": (("tweets", EACH),),
}
PAGES: dict[str, tuple[Path, ...]] = {
    "x_v1": (("statuses",),),
    "x_v2": (("data",),),
    "bluesky": (("posts",), ("feed",)),
    "mastodon": (("statuses",),),
    "truth_gab": (("statuses",),),
    "reddit": (("data",),),
    "vk": (("response", "items"), ("items",)),
    "tiktok_research": (("data", "videos"), ("data", "comments"), ("videos",)),
    "youtube_api": (("items",),),
    "crowdtangle_json": (("result", "posts"), ("posts",)),
    "junkipedia_json": (("data",),),
    "apify_x": (("tweets",),),
    "apify_instagram": (("latestPosts",),),
}
# reader: answers that stand within a comment
ANSWERS = {"apify_facebook": "comments", "apify_instagram": "replies"}
_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\x([0-9A-Fa-f]{2})")
_SCAN = json.JSONDecoder().raw_decode


def in_table(text: str, separator: str, header_row: int) -> int:
    """Rows below the header that hold anything.

    A field is quoted where it begins with a quote and the next one that is not doubled ends it; any other quote is a letter.
    """
    return sum(bool(record.strip("\r")) for record in list(_records(text, separator))[header_row:])


def _records(text: str, separator: str) -> Iterator[str]:
    begin = place = 0
    opens = True
    while place < len(text):
        letter = text[place]
        if opens and letter == '"' and (end := _closed(text, place, separator)):
            place, opens = end, False
            continue
        if letter == "\n":
            yield text[begin:place]
            begin = place + 1
        opens = letter in (separator, "\n")
        place += 1
    yield text[begin:]


def _closed(text: str, place: int, separator: str) -> int | None:
    """Where the quoted field that begins here ends; None when the quote is a letter."""
    while (place := text.find('"', place + 1)) >= 0:
        if text.startswith('"', place + 1):
            place += 1
        else:
            rest = text[place + 1 : place + 3]
            return place + 1 if rest[:1] in ("", "\n", separator) or rest in ("\r\n", "\r") else None
    return None


def in_sheet(book: FilePath, sheet: str, header_row: int) -> int:
    """Rows of a sheet below the header in which any cell holds anything, by the workbook's XML."""
    with zipfile.ZipFile(book) as archive:
        places = {one.attrib["Id"]: one.attrib["Target"] for one in _xml(archive, "xl/_rels/workbook.xml.rels")}
        (number,) = (
            next(value for key, value in one.attrib.items() if key.endswith("}id"))
            for one in _xml(archive, "xl/workbook.xml").iter()
            if one.tag.endswith("}sheet") and one.attrib["name"] == sheet
        )
        rows = [one for one in _xml(archive, f"xl/{places[number]}").iter() if one.tag.endswith("}row")]
    ordinals = [int(row.attrib.get("r", place)) for place, row in enumerate(rows, 1)]
    return sum(
        bool("".join(row.itertext())) for ordinal, row in zip(ordinals, rows, strict=True) if ordinal > header_row
    )


def _xml(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(archive.read(name))


def in_parquet(file: FilePath) -> int:
    """Rows of a Parquet file, asked of another library than reads it."""
    found = duckdb.execute("SELECT count(*) FROM read_parquet(?)", [str(file)]).fetchone()
    assert found
    return int(found[0])


def in_lines(text: str, reader: str) -> int:
    """Posts of JSON Lines: one for each line that holds anything, or as many as its page lists."""
    return sum(_in_record(_value(line), reader) for line in text.split("\n") if line.strip())


def _value(line: str) -> Any:
    try:
        return json.loads(_ESCAPE.sub(r"\1\\u00\2", line), strict=False)
    except (ValueError, RecursionError):
        return None


def _in_record(record: Any, reader: str) -> int:
    if not isinstance(record, dict):
        return 1
    for path in PAGES.get(reader, ()):
        page: Any = record
        for key in path:
            page = page.get(key) if isinstance(page, dict) else None
        if isinstance(page, list):
            return max(1, sum(_in_post(one, reader) for one in page))
    return _in_post(record, reader)


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _in_post(record: Any, reader: str) -> int:
    """A thread of YouTube is a comment with its answers; Apify's answers stand within the comment."""
    if reader in ANSWERS and isinstance(record, dict):
        return _with_answers(record, reader)
    if reader != "youtube_api" or not isinstance(record, dict) or record.get("kind") != "youtube#commentThread":
        return 1
    snippet, replies = (_table(record.get(name)) for name in ("snippet", "replies"))
    answers = replies.get("comments")
    answers = answers if isinstance(answers, list) else []
    return max(1, isinstance(snippet.get("topLevelComment"), dict) + len(answers))


def _with_answers(record: dict[str, Any], reader: str) -> int:
    names = {"commentUrl", "postUrl"} if reader == "apify_instagram" else {"commentUrl", "threadingDepth"}
    answers = record.get(ANSWERS[reader])
    if not names & record.keys() or not isinstance(answers, list) or "shortCode" in record:
        return 1
    return 1 + sum(_with_answers({**dict.fromkeys(names), **one}, reader) for one in answers if isinstance(one, dict))


def in_document(text: str, reader: str) -> tuple[int, bool]:
    """Posts of a JSON document, or of several behind one another, up to a break, which counts as one; and whether there is one.

    A document that is whole may hold control characters in its words; one that breaks is read up to the first of them.
    """
    text = _ESCAPE.sub(r"\1\\u00\2", text)
    found = place = 0
    with suppress(ValueError, RecursionError):
        text = json.dumps(json.loads(text, strict=False))
    try:
        while (place := _blank(text, place)) < len(text):
            paths = _paths(text, place, reader)
            for value, place in _inside(text, place, paths):  # noqa: B007, B020 - at last the place behind all
                found += 0 if value is _NONE else _in_list(value, reader)
    except (ValueError, RecursionError, IndexError):
        return found + 1, True
    return found, False


_NONE = object()


def _in_list(value: Any, reader: str) -> int:
    """A list of records among records counts as its records."""
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        return sum(_in_record(one, reader) for one in value)
    return _in_record(value, reader)


def _paths(text: str, place: int, reader: str) -> tuple[Path, ...]:
    if text[place] == "[":
        return ((EACH,),)
    inner = DOCUMENTS.get(reader, ())
    return tuple(path for path in inner if re.search(rf'"{path[0]}"\s*:\s*[\[{{]', text[place:])) or ((),)


def _inside(text: str, place: int, paths: tuple[Path, ...]) -> Iterator[tuple[Any, int]]:
    """Values at the paths with the places behind them; at last nothing, with the place behind all."""
    place = _blank(text, place)
    if () in paths or text[place] not in "[{" or not paths:
        value, place = _SCAN(text, place)
        yield (value if () in paths else _NONE), place
        return
    closing = {"[": "]", "{": "}"}[text[place]]
    place = _blank(text, place + 1)
    while text[place] != closing:
        key = EACH
        if closing == "}":
            key, place = _SCAN(text, place)
            if not isinstance(key, str) or text[place := _blank(text, place)] != ":":
                raise ValueError(place)
            place += 1
        below = tuple(path[1:] for path in paths if path[0] == key)
        for value, place in _inside(text, place, below):  # noqa: B020
            if value is not _NONE:
                yield value, place
        place = _blank(text, place)
        if text[place] == ",":
            place = _blank(text, place + 1)
            if text[place] == closing:
                raise ValueError(place)
        elif text[place] != closing:
            raise ValueError(place)
    yield _NONE, place + 1


def _blank(text: str, place: int) -> int:
    while place < len(text) and text[place] in " \t\r\n":
        place += 1
    return place
