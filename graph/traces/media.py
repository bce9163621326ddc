"""Posted the same picture or video. Two posts contain the same file, by the platform's id or by its hash."""

from __future__ import annotations

from graph.traces.base import LinkTrace, Words

TRACE = LinkTrace(
    "media",
    Words(
        "Posted the same picture or video",
        "picture or video",
        "pictures or videos",
        "post",
        "posted",
        "post{s} the same pictures or videos together",
    ),
    "media",
)
