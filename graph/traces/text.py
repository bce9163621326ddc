"""Posted the same text. Two posts have the same wording once case, addresses, mentions, emoji and punctuation are removed."""

from __future__ import annotations

from graph.traces.base import LinkTrace, Words

TRACE = LinkTrace(
    "text",
    Words("Posted the same text", "text", "texts", "post", "posted", "post{s} the same texts together", "text"),
    "text",
)
