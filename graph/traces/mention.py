"""Mentioned the same account. Two posts name the same account. Broad signal: many matches are chance."""

from __future__ import annotations

from graph.traces.base import LinkTrace, Words

TRACE = LinkTrace(
    "mention",
    Words(
        "Mentioned the same account",
        "account",
        "accounts",
        "mention",
        "mentioned",
        "mention{s} the same accounts together",
        "account",
    ),
    "mention",
)
