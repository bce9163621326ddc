"""Used the same sound. Two videos run to one track, as TikTok counts them."""

from __future__ import annotations

from graph.traces.base import LinkTrace, Words

TRACE = LinkTrace(
    "track",
    Words("Used the same sound", "sound", "sounds", "use", "used", "use{s} the same sounds together"),
    "track",
)
