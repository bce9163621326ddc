"""Icons of behaviours: each trace has one, and no icon is left for a trace that does not exist."""

from __future__ import annotations

from dashboards.figures.trace_icons import _MARKS, drawn
from graph.traces import TRACES

PLAIN = {"link", "domain"}
"""Two accounts that post the same: the icon of every trace without one of its own."""


def test_every_trace_has_an_icon_of_its_own() -> None:
    assert set(TRACES) - set(_MARKS) == PLAIN and set(_MARKS) <= set(TRACES)
    assert (
        len(
            {
                drawn(name)
                for name in ("copost", "track", "hashtag_sequence", "hashtags", "mention", "link", "same_handle")
            }
        )
        == 7
    )
