"""Quoted the same post. Two accounts share the same post with a comment of their own."""

from __future__ import annotations

from graph.traces.base import LinkTrace, Words

TRACE = LinkTrace(
    "quote",
    Words("Quoted the same post", "post", "posts", "quote", "quoted", "quote{s} the same posts together", "post"),
    "quote",
)
