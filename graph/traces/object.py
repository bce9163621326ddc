"""Acted on the same object. For files that name only the object, such as CooRTweet's four columns."""

from __future__ import annotations

from graph.traces.base import LinkTrace, Words

TRACE = LinkTrace(
    "object",
    Words("Acted on the same object", "object", "objects", together="act{s} on the same objects together"),
    "object",
)
