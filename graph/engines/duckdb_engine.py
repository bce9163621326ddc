"""DuckDB out of core: one machine, a limit on memory, the rest on disk."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from graph.engines.ibis_engine import IbisEngine
from graph.engines.options import checked, extra
from ingest.scratch import Scratch


def duckdb_engine(options: Mapping[str, str]) -> IbisEngine:
    """An engine on DuckDB.

    Parameters
    ----------
    options : mapping of str to str
        See ``graph.engines.options.OPTIONS``.

    Raises
    ------
    UsageError
        If an option is unknown, or Ibis is not installed.
    """
    chosen = checked("duckdb", options)
    with extra("duckdb"):
        import ibis
    with ExitStack() as stack:
        folder = str(stack.enter_context(Scratch("duckdb", chosen.get("temp"))))
        settings = {"threads": int(chosen["threads"])} if "threads" in chosen else {}
        connection = ibis.duckdb.connect(
            Path(folder, "work.duckdb"),
            memory_limit=chosen.get("memory", "50%"),
            temp_directory=folder,
            preserve_insertion_order=False,
            **settings,
        )
        stack.callback(connection.disconnect)
        return IbisEngine(connection, chosen.get("staging", folder), stack.pop_all())
