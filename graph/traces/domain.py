"""Shared the same site. Two posts link to the same registrable domain. Broad signal: many matches are chance."""

from __future__ import annotations

from graph.traces.base import LinkTrace, Words

TRACE = LinkTrace(
    "domain",
    Words("Shared the same site", "site", "sites", "share", "shared", "share{s} the same sites together", "address"),
    "domain",
)
