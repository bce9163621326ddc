"""Used the same sound. Two videos use the same track, by TikTok's id."""

from __future__ import annotations

from graph.traces.base import LinkTrace, Words

TRACE = LinkTrace(
    "track",
    Words("Used the same sound", "sound", "sounds", "use", "used", "use{s} the same sounds together"),
    "track",
)
