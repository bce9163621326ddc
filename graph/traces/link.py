"""Shared the same link. Two posts link to the same web address; spelling variants count as one."""

from __future__ import annotations

from graph.traces.base import LinkTrace, Words

TRACE = LinkTrace(
    "link",
    Words("Shared the same link", "link", "links", "share", "shared", "share{s} links together", "address"),
    "url",
)
