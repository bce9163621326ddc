"""Shared the same link. Two posts point at one web address, however it was spelled."""

from __future__ import annotations

from graph.traces.base import LinkTrace, Words

TRACE = LinkTrace(
    "link",
    Words("Shared the same link", "link", "links", "share", "shared", "share{s} links together", "address"),
    "url",
)
