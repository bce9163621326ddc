"""Posted the same text. Two posts say the same after case, addresses, mentions, emoji and punctuation are taken out."""

from __future__ import annotations

from graph.traces.base import LinkTrace, Words

TRACE = LinkTrace(
    "text",
    Words("Posted the same text", "text", "texts", "post", "posted", "post{s} the same texts together", "text"),
    "text",
)
