"""Findings → a document: one file per output format, and the table of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dashboards.briefing.base import Briefing, put
from dashboards.briefing.html import WebPage
from ingest.errors import UsageError, did_you_mean

BRIEFINGS: dict[str, Briefing] = {"html": WebPage()}


def brief(report: Any, path: Path | str, kind: str = "html") -> Path:
    """Write the briefing of a run as one self-contained file.

    Parameters
    ----------
    report : graph.report.Report
    path : path
        The file to write, replaced whole.
    kind : str
        A name in ``BRIEFINGS``.

    Raises
    ------
    UsageError
        If there is no such format, or the path is a folder.
    """
    if kind not in BRIEFINGS:
        raise UsageError(f"There is no briefing as {kind!r}.", hint=did_you_mean(kind, list(BRIEFINGS)))
    target = Path(path)
    if target.is_dir():
        raise UsageError(f"{target} is a folder.", hint=f"Name a file, such as {target / 'briefing.html'}.")
    return put(BRIEFINGS[kind].render(report), target)
