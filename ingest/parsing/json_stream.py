"""JSON as a stream of records: lines of JSONL, elements of big lists, with what the usual exporters get wrong mended.

A record that cannot be read is skipped with its line; a document that breaks off keeps everything before the break.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import ijson
import numpy as np
import orjson
from ijson.common import ObjectBuilder

from ingest.mapping.contract import NOT_AN_OBJECT, Record, Skip

DEEPEST = 2_000  # characters of the path to a value
BLOCK = 4 << 20  # of lines that are read together
WHOLE = 32 << 20  # documents up to this size are read at once, larger ones as a stream
NOT_JSON = "The line is not valid JSON."
BREAKS_OFF = "The file breaks off here; everything before it was kept."
BROKEN = "The file is not valid JSON from here on; everything before it was kept."

# Telegram Desktop writes control characters as C does; and once wrote a path without quotes.
_C_ESCAPE = re.compile(rb"(?<!\\)((?:\\\\)*)\\x([0-9A-Fa-f]{2})")
_BARE_PATH = re.compile(rb'("document_id":\s*)([A-Za-z(][^\n"]*?)(\s*[,}\n])')
_LONG_NUMBER = re.compile(rb"[:\[,]\s*-?\d{20,}\s*[,}\]]")  # orjson would make it a float and lose digits
_DIGITS_ALIKE = bytes.maketrans(b"123456789", b"000000000")


_SCRIPT = re.compile(rb"[\s\xef\xbb\xbf]*window\.([\w.]{1,200})\s*=\s*(?=[\[{])")
Found = tuple[int, Record | Skip, Record]
"""The line or the number of the element, from 1; the record; what stands around it."""
Block = tuple[int, list[bytes]]
"""The number of the first line, and whole lines in pieces."""


def script_head(data: bytes) -> re.Match[bytes] | None:
    """Text before the JSON of a script that only sets a variable, as X's own archive has it.

    Examples
    --------
    >>> script_head(b'window.YTD.tweets.part0 = [ {"a": 1} ]')[1]
    b'YTD.tweets.part0'
    """
    return _SCRIPT.match(data)


def unscripted(chunks: Iterable[bytes], head: int) -> Iterator[bytes]:
    """The JSON of such a script: without so many bytes at its beginning, and without the semicolon some put at its end.

    Examples
    --------
    >>> b"".join(unscripted([b"window.a =", b" [1]", b" ; "], 11))
    b'[1]'
    """
    tail = b""
    for chunk in chunks:
        data, head = tail + chunk[head:], max(0, head - len(chunk))
        body = data.rstrip(b"; \t\r\n")
        tail = data[len(body) :]
        if body:
            yield body


def mend(data: bytes) -> bytes:
    r"""JSON without the escapes and bare words that no parser takes.

    Examples
    --------
    >>> mend(rb'{"text": "a\x0Ab", "document_id": stickers/a (2).webm}')
    b'{"text": "a\\u000Ab", "document_id": "stickers/a (2).webm"}'
    """
    if b"\x00" in data:
        data = data.replace(b"\x00", b"")
    if b"\\x" in data:
        data = _C_ESCAPE.sub(rb"\1\\u00\2", data)
    return _BARE_PATH.sub(rb'\1"\2"\3', data) if b'"document_id"' in data else data


def loads(data: bytes) -> Any:
    """One JSON value, tolerating lone surrogates, NaN, control characters and numbers longer than 64 bits.

    Raises
    ------
    ValueError
        If it is no JSON even so.

    Examples
    --------
    >>> loads(b'{"id": 123456789012345678901}'), loads(rb'"\\ud83d"') == chr(0xFFFD)
    ({'id': 123456789012345678901}, True)
    """
    return _loads(data, _has_long_number(data))


def _loads(data: bytes, may_be_long: bool) -> Any:
    if not (may_be_long and _LONG_NUMBER.search(data)):
        try:
            return orjson.loads(data)
        except orjson.JSONDecodeError:
            pass
    try:
        return _without_surrogates(json.loads(mend(data).decode("utf-8", "replace"), strict=False))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _has_long_number(data: bytes) -> bool:
    """True if twenty digits stand together, in a number or in a text: quick, and mostly enough to know."""
    return b"00000000000000000000" in data.translate(_DIGITS_ALIKE)


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if _lone(value) else value
    if isinstance(value, dict):
        return {_without_surrogates(k): _without_surrogates(v) for k, v in value.items()}
    return [_without_surrogates(v) for v in value] if isinstance(value, list) else value


def _lone(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text)


def blocks(chunks: Iterable[bytes], most: int, size: int = BLOCK) -> Iterator[Block]:
    """Whole lines, at most so many, with the number of the first; about so many bytes, or one chunk more.

    Every chunk but the last ends with a line.

    Examples
    --------
    >>> list(blocks([b"1\\n2\\n3\\n", b"4\\n5"], 2))
    [(1, [b'1\\n2\\n']), (3, [b'3\\n', b'4\\n']), (5, [b'5'])]
    """
    row, waiting, there = 1, list[bytes](), 0
    for chunk in chunks:
        rest = chunk
        while there + (more := _line_ends(rest)) >= most:
            cut = 0
            for _ in range(most - there):
                cut = rest.index(b"\n", cut) + 1
            yield row, [*waiting, rest[:cut]]
            row, waiting, there, rest = row + most, [], 0, rest[cut:]
        if rest:
            waiting.append(rest)
        there += more
        if sum(map(len, waiting)) >= size:
            yield row, waiting
            row, waiting, there = row + there, [], 0
    if waiting:
        yield row, waiting


def _line_ends(data: bytes) -> int:
    """Number of lines that end here: numpy counts faster than Python's bytes do."""
    return int(np.count_nonzero(np.frombuffer(data, np.uint8) == 0x0A))


def lines(chunks: Iterable[bytes], row: int = 1) -> Iterator[Found]:
    """The records of JSONL, the first of them in that row. Only ``\\n`` ends a line: U+2028 and U+0085 stand inside texts.

    Examples
    --------
    >>> [(row, record) for row, record, _ in lines([b'{"a":1}\\n\\n{"a"', b':2}'])]
    [(1, {'a': 1}), (3, {'a': 2})]
    """
    carry = b""
    for chunk in chunks:
        *whole, carry = (carry + chunk).split(b"\n")
        long = _has_long_number(chunk) or _has_long_number(whole[0] if whole else b"")
        for number, line in enumerate(whole, row):
            if stripped := line.strip():
                yield number, _line(stripped, long and _has_long_number(stripped), NOT_JSON), {}
        row += len(whole)
    if stripped := carry.strip():
        yield row, _line(stripped, True, BREAKS_OFF), {}


def _line(line: bytes, may_be_long: bool, wrong: str) -> Record | Skip:
    try:
        record = _loads(line, may_be_long)
    except ValueError:
        return Skip(wrong, None, line[:120].decode("utf-8", "replace"))
    return record if type(record) is dict else Skip(NOT_AN_OBJECT, None, record)


def _deepest(data: bytes) -> int:
    """Deepest nesting of brackets within these bytes, those in texts counted too."""
    letters = np.frombuffer(data, np.uint8)
    step = ((letters == 0x5B) | (letters == 0x7B)).astype(np.int8) - ((letters == 0x5D) | (letters == 0x7D))
    return int(np.cumsum(step, dtype=np.int64).max(initial=0))


@dataclass
class _Tap:
    """Bytes on their way to ijson: mended, counted, and kept back where an escape may be cut in two."""

    chunks: Iterator[bytes]
    line: int = 1
    tail: bytes = b""
    carry: bytes = field(default=b"")

    def read(self, size: int) -> bytes:
        if size == 0:
            return b""
        for chunk in self.chunks:
            data = self.carry + chunk
            cut = max(data.rfind(b"\n") + 1, len(data) - 4096)
            while 0 < cut < len(data) and (data[cut - 1] == 0x5C or data[cut] & 0xC0 == 0x80):
                cut -= 1  # not inside an escape, nor inside a letter
            if cut > 0:
                self.carry = data[cut:]
                return self._counted(mend(data[:cut]))
            self.carry = data
        data, self.carry = self.carry, b""
        return self._counted(mend(data))

    def _counted(self, data: bytes) -> bytes:
        try:
            data.decode()
        except UnicodeDecodeError:
            data = data.decode("utf-8", "replace").encode()
        if _deepest(data) > DEEPEST:  # ijson would build the path of every level before anyone could stop it
            raise ValueError("nested too deeply")
        self.line += data.count(b"\n")
        self.tail = (self.tail + data)[-120:] if data else self.tail
        return data


def elements(chunks: Iterator[bytes], containers: tuple[str, ...]) -> Iterator[Found]:
    """The records of a JSON document that lie in one of the containers, see ``RecordReader.containers``.

    Documents of up to 32 MB are read whole; larger ones, broken ones, and several in one file, as a stream.

    Examples
    --------
    >>> chunks = iter([b'{"name": "c", "messages": [{"id": 1}, {"id": 2}, {"i'])
    >>> found = elements(chunks, ("messages.item",))
    >>> [(row, record if isinstance(record, dict) else record.reason, parent) for row, record, parent in found]
    [(1, {'id': 1}, {'name': 'c'}), (2, {'id': 2}, {'name': 'c'}),
     (1, 'The file breaks off here; everything before it was kept.', {})]
    """
    start: list[bytes] = []
    size = 0
    for chunk in chunks:
        start.append(chunk)
        size += len(chunk)
        if size > WHOLE:
            break
    else:
        try:
            document = loads(b"".join(start))
        except ValueError:
            pass
        else:
            for row, (record, parent) in enumerate(_inside(document, containers), 1):
                yield _element(row, record, parent)
            return
    head = b"".join(start)[:1_000_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    keys = None if head.startswith(b"[") else re.findall(r'"(\w+)"\s*:\s*[\[{]', head.decode("utf-8", "replace"))
    yield from _streamed(_Tap(_chain(start, chunks)), _leading(containers, keys))


def _chain(start: list[bytes], rest: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in start:
        yield from (chunk[i : i + 65536] for i in range(0, len(chunk), 65536))
    yield from rest


def _element(row: int, record: Any, parent: Record) -> Found:
    return row, record if isinstance(record, dict) else Skip(NOT_AN_OBJECT, None, record), parent


def _inside(document: Any, containers: tuple[str, ...]) -> Iterator[tuple[Any, Record]]:
    for container in _leading(containers, document if isinstance(document, dict) else None):
        yield from _walk(document, container.split(".") if container else [], {})


def _leading(containers: tuple[str, ...], keys: Iterable[str] | None) -> tuple[str, ...]:
    """The containers that can lead anywhere; the document itself (``""``) only when it is an object and no other does.

    Examples
    --------
    >>> _leading(("posts.item", "item", ""), None), _leading(("posts.item", "item", ""), ["posts"]), _leading(("item", ""), ["data"])
    (('posts.item', 'item'), ('posts.item', 'item'), ('',))
    """
    first = set(keys or ())
    inner = tuple(container for container in containers if container)
    leads = keys is None or any(container.split(".")[0] in first for container in inner)
    whole = tuple(container for container in containers if not container)
    return inner if leads or not whole else whole  # what leads nowhere yet may come later


def _each(value: Any) -> list[Any]:
    """A list of records among records, as responses put together leave it, counts as its records."""
    return value if isinstance(value, list) and value and all(isinstance(inner, dict) for inner in value) else [value]


def _walk(value: Any, path: list[str], parent: Record) -> Iterator[tuple[Any, Record]]:
    if not path:
        yield from ((inner, parent) for inner in _each(value))
    elif path[0] == "item" and isinstance(value, list):
        for element in value:
            yield from _walk(element, path[1:], parent)
    elif isinstance(value, dict) and path[0] in value:
        plain = {key: inner for key, inner in value.items() if not isinstance(inner, dict | list)}
        yield from _walk(value[path[0]], path[1:], parent | plain)


def _streamed(tap: _Tap, containers: tuple[str, ...]) -> Iterator[Found]:
    row = 0
    try:
        for value, parent in _events(_parsed(tap), set(containers)):
            for record in _each(value):
                row += 1
                yield _element(row, record, parent)
    except (ijson.JSONError, ValueError, UnicodeError) as error:
        ended = "premature" in str(error)
        yield tap.line, Skip(BREAKS_OFF if ended else BROKEN, None, tap.tail.decode("utf-8", "replace")), {}


def _parsed(tap: _Tap) -> Iterator[tuple[str, str, Any]]:
    """The events of a document, until it nests deeper than any export does."""
    for prefix, event, value in ijson.parse(tap, use_float=True, multiple_values=True):
        if len(prefix) > DEEPEST:
            raise ValueError("nested too deeply")
        yield prefix, event, value


def _events(  # noqa: PLR0912 - one branch per kind of event
    events: Iterable[tuple[str, str, Any]], containers: set[str]
) -> Iterator[tuple[Any, Record]]:
    """Values at the containers' places, with the plain values of the objects around them that came before."""
    around: dict[str, Record] = {}
    builder, inside, depth = None, "", 0
    for prefix, event, value in events:
        if builder is None:
            if event in ("end_map", "end_array"):
                if event == "end_map":
                    around.pop(prefix, None)
                continue
            if event == "map_key":
                continue
            if event not in ("start_map", "start_array"):
                if prefix in containers:
                    yield value, {}
                else:
                    holder, _, key = prefix.rpartition(".")
                    around.setdefault(holder, {})[key] = value
                continue
            if prefix not in containers:
                if event == "start_map":
                    around[prefix] = {}
                continue
            builder, inside, depth = ObjectBuilder(), prefix, 0
        builder.event(event, value)
        depth += (event in ("start_map", "start_array")) - (event in ("end_map", "end_array"))
        if depth == 0:
            parent: Record = {}
            for holder in sorted(around, key=len):
                if holder == "" or inside.startswith(holder + "."):
                    parent |= around[holder]
            yield builder.value, parent
            builder = None


def beginning(data: bytes) -> Any:
    """The value at the beginning of a document that may be cut anywhere, as far as it goes; None when there is none.

    Examples
    --------
    >>> beginning(b'{"name": "c", "messages": [{"id": 1}, {"id": 2')
    {'name': 'c', 'messages': [{'id': 1}, {'id': 2}]}
    """
    builder = ObjectBuilder()
    begun = False
    try:
        for _, event, value in _parsed(_Tap(iter([data]))):
            builder.event(event, value)
            begun = True
    except (ijson.JSONError, ValueError, UnicodeError):
        pass
    return builder.value if begun else None
