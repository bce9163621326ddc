"""From bytes to letters: byte-order marks, UTF-8, UTF-16, and a guess that is said out loud."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from charset_normalizer import from_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Encoding(NamedTuple):
    """Encoding of a file: how its bytes are letters.

    Attributes
    ----------
    name : str
        Python's name of the codec.
    mark : int
        Length of the byte-order mark.
    assumption : str or None
        A sentence when it was guessed.
    """

    name: str
    mark: int = 0
    assumption: str | None = None


def detect(sample: bytes) -> Encoding:
    """The encoding of a file from its beginning.

    A byte-order mark decides; then whether it is UTF-8 but for a stray byte; then UTF-16 without a mark; then a guess.

    Examples
    --------
    >>> detect("id;text".encode("utf-16")).name
    'utf-16-le'
    >>> detect("naïve".encode()).name
    'utf-8'
    """
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return Encoding(name, len(mark))
    wide = _without_mark(sample)
    if wide:
        return Encoding(wide, 0, f"The file has no mark for its letters; it looks like {wide.upper()} and was read so.")
    if _is_utf8(sample):
        return Encoding("utf-8")
    best = from_bytes(sample[:65536]).best()
    name = best.encoding if best else "cp1252"
    return Encoding(name, 0, f"The letters are not UTF-8; they were read as {name}, which is a guess.")


def _is_utf8(sample: bytes) -> bool:
    """All UTF-8, or UTF-8 with few enough bad places that they are damage and not another encoding."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
        return True
    except UnicodeDecodeError:
        text = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode(sample)
    bad = sum("\udc80" <= letter <= "\udcff" for letter in text)
    return sum(letter > "\x7f" for letter in text) - bad >= 3 * bad


def _without_mark(sample: bytes) -> str | None:
    head = sample[:4096]
    if len(head) < 8:
        return None
    odd, even = head[1::2].count(0) / len(head[1::2]), head[::2].count(0) / len(head[::2])
    if odd > 0.4 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.1 else None


def to_utf8(chunks: Iterable[bytes], encoding: Encoding) -> Iterator[bytes]:
    """Text as UTF-8, without its byte-order mark. What cannot be decoded becomes U+FFFD.

    Files in UTF-8 pass through unchecked, as their rows are checked one block at a time.

    Examples
    --------
    >>> data = "ü;1".encode("utf-16")
    >>> b"".join(to_utf8([data[:3], data[3:]], detect(data))).decode()
    'ü;1'
    """
    mark = encoding.mark
    plain = encoding.name in ("utf-8", "ascii")
    decoder = codecs.getincrementaldecoder(encoding.name)("replace")
    for chunk in chunks:
        part, mark = chunk[mark:], max(0, mark - len(chunk))
        yield part if plain else decoder.decode(part).encode("utf-8", "replace")
    if not plain:
        yield decoder.decode(b"", True).encode("utf-8", "replace")
