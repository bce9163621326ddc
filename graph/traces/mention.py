"""Mentioned the same account. Two posts name one account; broad, so chance explains more of it."""

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
