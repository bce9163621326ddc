"""Quoted the same post. Two accounts pass on one post with words of their own."""

from __future__ import annotations

from graph.traces.base import LinkTrace, Words

TRACE = LinkTrace(
    "quote",
    Words("Quoted the same post", "post", "posts", "quote", "quoted", "quote{s} the same posts together", "post"),
    "quote",
)
