"""Texts of posts and names of what they share, safe to show: names masked, links broken."""

from __future__ import annotations

from typing import Any

from dashboards.words.acting import shows
from dashboards.words.numbers import NONE, known
from graph.privacy import sanitize


def post_text(text: Any) -> str:
    """A post's words, without names and with its links broken; Dash escapes them."""
    if not known(text) or not str(text).strip():
        return "no text"
    return sanitize.redact(str(text))


def object_name(trace: Any, name: Any, limit: int = 160) -> str:
    """Name of an object, safe to show: links defanged, texts masked and short."""
    plain = sanitize.clean(str(name)) if known(name) else NONE
    if shows([trace]) == "address":
        shown = sanitize.defang(plain)
    elif trace == "object":
        shown = plain
    else:
        shown = sanitize.redact(plain)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"
