"""Table of engines, which find the pairs of a case. The libraries of an engine are imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.engines.options import OPTIONS, checked

if TYPE_CHECKING:
    from graph.engines.base import LayerEngine


@dataclass(frozen=True)
class Kind:
    """An engine of the table.

    Attributes
    ----------
    words : str
        What it is, for a table.
    options : mapping of str to str
        Its own options, each with a sentence; a name that ends in ``*`` stands for all that begin so.
    start : callable
        Options to an engine that is open. Raises ``UsageError`` for an unknown option or a library that is missing.
    far : bool
        It leaves most actions with the backend, so that tests which need all of them in memory are not possible.
    """

    words: str
    options: Mapping[str, str]
    start: Callable[[Mapping[str, str]], LayerEngine]
    far: bool = True


def _local(options: Mapping[str, str]) -> LayerEngine:
    from graph.engines.in_memory import InMemory

    checked("local", options)
    return InMemory()


def _duckdb(options: Mapping[str, str]) -> LayerEngine:
    from graph.engines.duckdb_engine import duckdb_engine

    return duckdb_engine(options)


def _spark(options: Mapping[str, str]) -> LayerEngine:
    from graph.engines.spark_engine import spark_engine

    return spark_engine(options)


ENGINES: dict[str, Kind] = {
    "local": Kind("This machine, in memory (numpy)", OPTIONS["local"], _local, far=False),
    "duckdb": Kind("This machine, out of core (DuckDB through Ibis)", OPTIONS["duckdb"], _duckdb),
    "spark": Kind("A Spark cluster, or this machine's cores (Spark through Ibis)", OPTIONS["spark"], _spark),
}
