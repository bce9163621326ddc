"""Findings → a document: what it says (``content``, ``pinned``), and the formats it leaves in (``formats``)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from dashboards.briefing.formats import FORMATS
from dashboards.briefing.formats.base import put
from dashboards.briefing.full import gather
from dashboards.briefing.outline import Outline
from ingest.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from graph.report.report import Report

__all__ = ["FORMATS", "brief", "gather", "rendered"]


def brief(report: Report, path: Path | str, kind: str = "html") -> Path:
    """Write the briefing of a run as one self-contained file.

    Parameters
    ----------
    report : graph.report.report.Report
    path : path
        The file to write, replaced whole.
    kind : str
        A name in ``FORMATS``.

    Raises
    ------
    UsageError
        If there is no such format, this machine lacks what makes it, or the path is a folder.
    """
    target = Path(path)
    if target.is_dir():
        raise UsageError(f"{target} is a folder.", hint=f"Name a file, such as {target / 'briefing.html'}.")
    return put(rendered(kind, lambda: gather(report)), target)


def rendered(kind: str, document: Callable[[], Outline]) -> bytes:
    """A document in a format.

    Raises
    ------
    UsageError
        If there is no such format, or this machine lacks what makes it; the document is not put together then.
    """
    if kind not in FORMATS:
        raise UsageError(f"There is no briefing as {kind!r}.", hint=did_you_mean(kind, list(FORMATS)))
    lacking = FORMATS[kind].missing()
    if lacking:
        raise UsageError(f"{FORMATS[kind].title}: {lacking}", hint="The web page needs nothing: --format html.")
    return FORMATS[kind].render(document())
