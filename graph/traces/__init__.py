"""Table of traces: the behaviours that can be looked for."""

from __future__ import annotations

from collections.abc import Mapping

from graph.traces import (
    copost,
    domain,
    hashtag_sequence,
    hashtags,
    link,
    media,
    mention,
    near_text,
    object,
    quote,
    reply,
    repost,
    same_bio,
    same_contact,
    same_handle,
    same_picture,
    text,
    track,
)
from graph.traces.base import Trace

TRACES: dict[str, Trace] = {
    trace.name: trace
    for trace in (
        link.TRACE,
        repost.TRACE,
        reply.TRACE,
        quote.TRACE,
        mention.TRACE,
        text.TRACE,
        near_text.TRACE,
        hashtags.TRACE,
        hashtag_sequence.TRACE,
        media.TRACE,
        track.TRACE,
        domain.TRACE,
        object.TRACE,
        copost.TRACE,
        same_handle.TRACE,
        same_bio.TRACE,
        same_contact.TRACE,
        same_picture.TRACE,
    )
}


def carried_by(kinds: Mapping[str, int]) -> list[str]:
    """Names of the traces that a case can show, by its links per kind; those that need no link are left out.

    Examples
    --------
    >>> carried_by({"url": 40, "reply": 0})
    ['link']
    """
    have = {kind for kind, rows in kinds.items() if rows}
    return [name for name, trace in TRACES.items() if trace.kinds and have.issuperset(trace.kinds)]
