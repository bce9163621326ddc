"""Ways of acting on the same thing: the table of traces."""

from __future__ import annotations

from graph.traces import domain, hashtags, link, object, repost, text
from graph.traces.base import Trace

TRACES: dict[str, Trace] = {
    trace.name: trace for trace in (link.TRACE, repost.TRACE, text.TRACE, hashtags.TRACE, domain.TRACE, object.TRACE)
}
