"""State of a view: a page and its parameters, all in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode


@dataclass(frozen=True)
class State:
    """Path and query of a view; they hold all of its state.

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
        """A parameter of the query string."""
        return self.query.get(name) or default

    def href(self, path: str, **query: Any) -> str:
        """Another page, in the same run."""
        kept = {"run": self.get("run"), **query}
        return _address(path, kept)

    def here(self, **changes: Any) -> str:
        """This page with some parameters changed; None takes one out."""
        return _address(self.path, {**self.query, **changes})


def _address(path: str, query: Mapping[str, Any]) -> str:
    text = urlencode({k: v for k, v in query.items() if v not in (None, "")})
    return f"{path}?{text}" if text else path
