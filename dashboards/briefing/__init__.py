"""Findings → a document: the document of a run (``full``) or of what was pinned (``pinned``), and its formats (``formats``)."""

from __future__ import annotations

from dashboards.briefing.formats import FORMATS
from dashboards.briefing.full import gather
from dashboards.briefing.write import brief, format_of, rendered, with_ending

__all__ = ["FORMATS", "brief", "format_of", "gather", "rendered", "with_ending"]
