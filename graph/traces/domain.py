"""Shared the same site. Two posts point at one registrable domain; broad, so chance explains more of it."""

from __future__ import annotations

from graph.traces.base import LinkTrace, Words

TRACE = LinkTrace(
    "domain",
    Words("Shared the same site", "site", "sites", "share", "shared", "share{s} the same sites together", "address"),
    "domain",
)
