"""Texts of posts and names of what they share, safe to show: names masked, links broken."""

from __future__ import annotations

from typing import Any

from dashboards.words.acting import shows
from dashboards.words.numbers import NONE, known
from graph.privacy import sanitize


def post_text(text: Any) -> str:
    """Text of a post with names masked and links defanged; Dash escapes it.

    Examples
    --------
    >>> post_text("Ask @nora: https://larch.example/1"), post_text(None)
    ('Ask @…: hxxps://larch[.]example/1', 'no text')
    """
    if not known(text) or not str(text).strip():
        return "no text"
    return sanitize.redact(str(text))


def object_name(trace: Any, name: Any, limit: int = 160) -> str:
    """Name of an object, safe to show: links defanged, texts masked and short.

    Examples
    --------
    >>> object_name("link", "https://larch.example/1"), object_name("text", "ask @nora", 5), object_name("object", "42")
    ('hxxps://larch[.]example/1', 'ask …', '42')
    """
    plain = sanitize.clean(str(name)) if known(name) else NONE
    if shows([trace]) == "address":
        shown = sanitize.defang(plain)
    elif trace == "object":
        shown = plain
    else:
        shown = sanitize.redact(plain)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"
