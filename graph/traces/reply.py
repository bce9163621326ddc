"""Replied to the same post. Two accounts answer one post, whatever they say."""

from __future__ import annotations

from graph.traces.base import LinkTrace, Words

TRACE = LinkTrace(
    "reply",
    Words(
        "Replied to the same post", "post", "posts", "answer", "answered", "answer{s} the same posts together", "post"
    ),
    "reply",
)
