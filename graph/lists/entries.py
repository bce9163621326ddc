"""Entries of an analyst's list: a domain, a keyword or a hash, checked one by one, from a file or from words."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from ingest.errors import InputError, UsageError, did_you_mean
from ingest.normalize import urls
from ingest.normalize.text import normal
from ingest.registry.links import compared

DOMAINS, KEYWORDS, HASHES = "domains", "keywords", "hashes"
KINDS = {
    DOMAINS: "a domain such as fjordposten.example, or an address on it",
    KEYWORDS: "a word or a phrase with at least one letter or digit",
    HASHES: "md5 (32 digits of 0-9 and a-f), sha1 (40), sha256 (64), or pdq: and 64 digits",
}
"""Kinds of lists, and what is accepted as an entry of each."""
_ONE = {DOMAINS: "domain", KEYWORDS: "keyword", HASHES: "hash"}
PDQ = "pdq"
SIZES = {32: "md5", 40: "sha1", 64: "sha256"}
"""Hexadecimal digits of a hash, and its method where none is named."""
METHODS = (*SIZES.values(), PDQ)

_HEX = re.compile(r"[0-9a-f]+")
_COLUMNS = {
    DOMAINS: ("domain", "host", "site", "url"),
    KEYWORDS: ("keyword", "word", "phrase", "term"),
    HASHES: ("hash",),
}
_METHOD_COLUMNS = ("method", "type", "algorithm", "hash_type")


class Entry(NamedTuple):
    """An entry of a list.

    Attributes
    ----------
    value : str
        As it is compared: a domain in lower case, a keyword in normal form, a hash in lower case.
    method : str
        ``domain``, ``keyword``, or that of the hash: md5, sha1, sha256, pdq.
    """

    value: str
    method: str


def known_kind(kind: str) -> str:
    """Give a kind of lists. Raises UsageError where there is none of that name."""
    if kind not in KINDS:
        raise UsageError(f"There are no lists of {kind!r}.", hint=did_you_mean(kind, list(KINDS)))
    return kind


def entry_of(kind: str, text: str, method: str = "") -> Entry:
    """Make an entry of what somebody wrote.

    Parameters
    ----------
    kind : {"domains", "keywords", "hashes"}
    text : str
    method : str
        Of a hash; by its length where it is not named.

    Raises
    ------
    UsageError
        If it is none, with what would be accepted.

    Examples
    --------
    >>> entry_of("domains", "hxxps://www.Fjordposten[.]example/a"), entry_of("keywords", " Green  SALT! ")
    (Entry(value='fjordposten.example', method='domain'), Entry(value='green salt', method='keyword'))
    >>> entry_of("hashes", "D41D8CD98F00B204E9800998ECF8427E").method, entry_of("hashes", "pdq:" + "f0" * 32).method
    ('md5', 'pdq')
    >>> entry_of("hashes", "d41d8")
    Traceback (most recent call last):
    ingest.errors.UsageError: 'd41d8' is no hash. Accepted: md5 (32 digits of 0-9 and a-f), sha1 (40), sha256 (64), or pdq: and 64 digits.
    """
    value = _MAKERS[known_kind(kind)](text.strip(), method.strip().lower())
    if value is None:
        raise UsageError(f"{_short(text)} is no {_ONE[kind]}.", hint=f"Accepted: {KINDS[kind]}.")
    return value


def _domain(text: str, _: str) -> Entry | None:
    parts = urls.split(text if "//" in text else f"http://{text}") if text and " " not in text else None
    host = compared(parts[0]) if parts else None
    return Entry(host, "domain") if host and urls.site_of(host) and not host.replace(".", "").isdigit() else None


def _keyword(text: str, _: str) -> Entry | None:
    word = normal(text)
    return Entry(word, "keyword") if word else None


def _hash(text: str, method: str) -> Entry | None:
    named, _, digits = text.lower().rpartition(":")
    method, digits = (named or method).replace("-", ""), digits.strip()
    right = _HEX.fullmatch(digits) and len(digits) in SIZES and method in ("", *METHODS)
    if not right or (method and len(digits) != _size(method)):
        return None
    return Entry(digits, method or SIZES[len(digits)])


_MAKERS = {DOMAINS: _domain, KEYWORDS: _keyword, HASHES: _hash}


def _size(method: str) -> int:
    return 64 if method == PDQ else next(size for size, name in SIZES.items() if name == method)


def entries_of(kind: str, texts: Iterable[str], method: str = "") -> list[Entry]:
    """Make entries of several words, each once, in order. Raises UsageError for the first that is none."""
    return list(dict.fromkeys(entry_of(kind, text, method) for text in texts))


def read_entries(path: str | Path, kind: str, method: str = "") -> tuple[list[Entry], list[InputError]]:
    """Read entries from a file: one a line (``#`` begins a remark), or a CSV with a column named for the kind.

    Parameters
    ----------
    path : str or Path
        A CSV is told by its first line: ``domain``, ``keyword`` or ``hash`` is one of its columns. Hashes may name their method
        in a column ``method``.
    kind : {"domains", "keywords", "hashes"}
    method : str
        Of hashes that do not name theirs.

    Returns
    -------
    (list of Entry, list of InputError)
        The entries that are right, each once, and what is wrong with each of the other rows.

    Raises
    ------
    InputError
        If the file cannot be read, or has no entry at all.
    """
    name = Path(path).name
    try:
        text = Path(path).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as e:
        raise InputError(f"It cannot be read as text: {e}", file=name, accepted="text or CSV in UTF-8") from e
    right, wrong = dict[Entry, None](), list[InputError]()
    for row, column, value, said in _rows(text, known_kind(kind)):
        try:
            right[entry_of(kind, value, said or method)] = None
        except UsageError as e:
            wrong.append(InputError(e.message, file=name, row=row, column=column, hint=e.hint))
    if not right and not wrong:
        raise InputError("It has no entries.", file=name, accepted=KINDS[kind])
    return list(right), wrong


def _rows(text: str, kind: str) -> Iterator[tuple[int, str | None, str, str]]:
    """Number, column, value and method of each row that is no remark."""
    lines = text.splitlines()
    heads = [head.strip().casefold() for head in next(csv.reader(lines[:1]), [])]
    column = next((name for name in _COLUMNS[kind] if name in heads), None)
    if column is None:
        remark = (line.partition(" #")[0].strip() if kind != KEYWORDS else line.strip() for line in lines)
        yield from ((n, None, line, "") for n, line in enumerate(remark, 1) if line and not line.startswith("#"))
        return
    method = next((heads.index(name) for name in _METHOD_COLUMNS if name in heads), None)
    reader = csv.reader(StringIO(text, newline=""))
    next(reader)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            at = heads.index(column)
            said = cells[method] if method is not None and method < len(cells) else ""
            yield reader.line_num, column, cells[at] if at < len(cells) else "", said


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:60]}…") if text.strip() else "An empty entry"
