"""Replied to the same post. Two accounts answer the same post; the wording does not matter."""

from __future__ import annotations

from graph.traces.base import LinkTrace, Words

TRACE = LinkTrace(
    "reply",
    Words(
        "Replied to the same post", "post", "posts", "answer", "answered", "answer{s} the same posts together", "post"
    ),
    "reply",
)
