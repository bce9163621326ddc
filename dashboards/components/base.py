"""Types that all components share: the state of a view, a case's reports, children; and attributes that Dash cannot spell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl, urlencode

from dash.development.base_component import Component

from dashboards.local.addresses import HERE

if TYPE_CHECKING:
    from dashboards.jobs.queue import Jobs
    from dashboards.local.uploads import Uploads
    from graph.stores.base import Store

Child = Component | str | int | float | None
Children = Child | Sequence[Child]


class Beside(Protocol):
    """Opens other cases of this machine, each in its own dashboard."""

    def open(self, address: str, create: bool = False, name: str | None = None) -> str:
        """Address of the case's dashboard."""
        ...


class Reports(Protocol):
    """Reports of a case by run; each is built once, since runs never change."""

    def of(self, run: str | None) -> Any:
        """The ``graph.report.report.Report`` of a run, newest where none is named. Raises UsageError for an unknown one."""
        ...

    @property
    def store(self) -> Store:
        """The case."""
        ...

    @property
    def address(self) -> str:
        """The case's address, as it can be used from any folder."""
        ...

    @property
    def jobs(self) -> Jobs:
        """The long work of this machine, see ``dashboards.jobs.queue``."""
        ...

    @property
    def uploads(self) -> Uploads:
        """Files that came in through a page and wait to be loaded."""
        ...

    @property
    def beside(self) -> Beside | None:
        """Opens other cases; None where only this one can be shown."""
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


@dataclass(frozen=True)
class State:
    """Path and query of a view; they hold all of its state, and name nobody: see ``dashboards.local.addresses``.

    Examples
    --------
    >>> here = State.parse("/group", "?run=R-3&group=ab12&from=2026-08-12")
    >>> here.get("group"), here.get("to")
    ('ab12', None)
    >>> here.href("/evidence", a="x:1", b="x:2")
    '/evidence?run=R-3&a=x%3A1&b=x%3A2'
    >>> here.here(to="2026-09-01", **{"from": None})
    '/group?run=R-3&group=ab12&to=2026-09-01'
    """

    path: str = "/"
    query: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, path: str | None, search: str | None) -> State:
        """From what ``dcc.Location`` gives."""
        return cls(path or "/", dict(parse_qsl((search or "").lstrip("?"))))

    def get(self, name: str, default: str | None = None) -> str | None:
        """A parameter of the query string, as the case has it where the address holds a code."""
        return HERE.get().opened(name, self.query.get(name) or "") or default

    def href(self, path: str, **query: Any) -> str:
        """Another page, in the same run."""
        kept = {"run": self.get("run"), **query}
        return _address(path, kept)

    def here(self, **changes: Any) -> str:
        """Address of this page with some parameters changed; None takes one out."""
        return _address(self.path, {**self.query, **changes})


def _address(path: str, query: Mapping[str, Any]) -> str:
    text = urlencode({k: v for k, v in HERE.get().all(query).items() if v not in (None, "")})
    return f"{path}?{text}" if text else path
