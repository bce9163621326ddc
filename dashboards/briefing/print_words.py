"""Texts of the data made safe for print: accounts as codes, links that cannot be clicked, shortened texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboards.words import known
from graph.privacy.sanitize import clean, redact

LONGEST_TEXT, LONGEST_OBJECT = 180, 96
_QUOTED = ("text",)
_TAGS = ("hashtag", "hashtags")


def shortened(text: str, limit: int) -> str:
    """One line, cut at a word.

    Examples
    --------
    >>> shortened("vote  early\\nvote often", 14)
    'vote early …'
    """
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    cut = line[:limit].rpartition(" ")[0] if " " in line[limit // 2 : limit] else line[:limit]
    return f"{cut} …"


def post(text: object, handles: Mapping[str, str]) -> str:
    """Text of a post for print; empty where it has none."""
    # Cut first with room to spare, since redacting a very long post takes time.
    return shortened(redact(str(text)[: 8 * LONGEST_TEXT], handles), LONGEST_TEXT) if known(text) else ""


def thing(kind: object, words: Any, handles: Mapping[str, str]) -> str:
    """Name of an object for print.

    Examples
    --------
    >>> thing("url", "https://nordlys.example/a", {}), thing("hashtag", "turkey", {}), thing("text", "Hei @kari", {})
    ('hxxps://nordlys[.]example/a', '#turkey', '“Hei @…”')
    """
    if not known(words):
        return "–"
    text = clean(str(words))
    if kind in _TAGS:
        return shortened(" ".join(tag if tag.startswith("#") else f"#{tag}" for tag in text.split()), LONGEST_OBJECT)
    safe = shortened(redact(text[: 8 * LONGEST_OBJECT], handles), LONGEST_OBJECT)
    return f"“{safe}”" if kind in _QUOTED else safe
