"""Reposted the same post. Two accounts repost the same original post."""

from __future__ import annotations

from graph.traces.base import LinkTrace, Words

TRACE = LinkTrace(
    "repost",
    Words("Reposted the same post", "post", "posts", "repost", "reposted", "repost{s} the same posts together", "text"),
    "repost",
)
