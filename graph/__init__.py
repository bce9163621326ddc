"""Tables to findings: accounts that keep acting on the same things at the same time, compared with chance.

The face for notebooks. What is named here is imported when it is first asked for.

Examples
--------
>>> from graph import Report, Settings, find, toy_case
>>> case = toy_case()
>>> findings = find(case, Settings(traces=("link",)))
>>> report = Report(case)
>>> report.groups()[["rank", "name", "accounts", "ties"]].values.tolist()
[[1, 'larkspur[.]example', 4, 6]]
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graph.case.load import load
    from graph.case.toy import toy_case
    from graph.exports.writer import export
    from graph.report.report import Report
    from graph.report.run import find_run
    from graph.report.toy import toy_report
    from graph.runs.pipeline import find
    from graph.settings import Narrow, Settings
    from graph.stores import copy_case, open_case

try:
    VERSION = version("lockstep-workbench")
except PackageNotFoundError:  # run from a checkout that was never installed
    VERSION = "0.1.0"

__all__ = [
    "VERSION",
    "Narrow",
    "Report",
    "Settings",
    "copy_case",
    "export",
    "find",
    "find_run",
    "load",
    "open_case",
    "toy_case",
    "toy_report",
]

_MODULES = {
    "Narrow": "settings",
    "Report": "report.report",
    "Settings": "settings",
    "copy_case": "stores",
    "export": "exports.writer",
    "find": "runs.pipeline",
    "find_run": "report.run",
    "load": "case.load",
    "open_case": "stores",
    "toy_case": "case.toy",
    "toy_report": "report.toy",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
