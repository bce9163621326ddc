"""Types that all components share, and attributes that Dash cannot spell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from dash.development.base_component import Component

Child = Component | str | int | float | None
Children = Child | Sequence[Child]


class Reports(Protocol):
    """Reports of a case by run; each is built once, since runs never change."""

    def of(self, run: str | None) -> Any:
        """The ``graph.report.report.Report`` of a run, newest where none is named. Raises UsageError for an unknown one."""
        ...

    @property
    def store(self) -> Any:
        """The case."""
        ...

    @property
    def address(self) -> str:
        """The case's address, as it can be used from any folder."""
        ...

    @property
    def jobs(self) -> Any:
        """The long work of this machine, see ``dashboards.jobs.queue``."""
        ...

    @property
    def local(self) -> bool:
        """True where only this machine can ask, so that its folders and other cases may be named."""
        ...


def attributes(**named: str | None) -> dict[str, Any]:
    """``data-`` and ``aria-`` attributes for a Dash component, which takes them by names that Python cannot spell.

    Examples
    --------
    >>> attributes(aria_label="Pages", data_row="1", data_csv=None)
    {'aria-label': 'Pages', 'data-row': '1'}
    """
    return {name.replace("_", "-"): value for name, value in named.items() if value is not None}
