"""Where pairs are found: the table of engines."""

from __future__ import annotations

from collections.abc import Callable

from graph.engines.base import Engine
from graph.engines.local import LocalEngine

ENGINES: dict[str, Callable[[], Engine]] = {"local": LocalEngine}
