"""Acted on the same object. The file says which objects were acted on and nothing else, as CooRTweet's four columns do."""

from __future__ import annotations

from graph.traces.base import LinkTrace, Words

TRACE = LinkTrace(
    "object",
    Words("Acted on the same object", "object", "objects", together="act{s} on the same objects together"),
    "object",
)
