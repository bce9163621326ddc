"""Ways of acting on the same thing: the table of traces."""

from __future__ import annotations

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
    )
}
