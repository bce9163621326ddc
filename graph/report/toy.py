"""Report of the tiny case, for examples and first steps."""

from __future__ import annotations

from functools import cache

from graph.case.toy import toy_case
from graph.report.report import Report
from graph.runs.pipeline import find
from graph.settings import Settings


@cache
def toy_report() -> Report:
    """Report of a run over the links of ``toy_case``, made once while Python runs.

    Returns
    -------
    Report
        One group of four accounts, with a tie between every two of them.

    Examples
    --------
    >>> report = toy_report()
    >>> report.name, len(report.groups()), len(report.ties())
    ('R-1', 1, 6)
    """
    case = toy_case()
    find(case, Settings(traces=("link",)))
    return Report(case)
