"""Files to tables: ``read`` for notebooks, ``batches`` for the command, ``inputs`` to walk folders and archives.

What is named here is imported when it is first asked for: whoever needs only an error or a table waits for no reader.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.files.inputs import Input, inputs
    from ingest.readers import READERS
    from ingest.reading.batches import Reading, batches, read
    from ingest.tables import ACCOUNTS, LINKS, POSTS, SKIPPED, SOURCES, TABLES, Batch, Options, Tables

__all__ = [
    "ACCOUNTS",
    "LINKS",
    "POSTS",
    "READERS",
    "SKIPPED",
    "SOURCES",
    "TABLES",
    "Batch",
    "Input",
    "Options",
    "Reading",
    "Tables",
    "batches",
    "inputs",
    "read",
]

_MODULES = {
    "Input": "files.inputs",
    "inputs": "files.inputs",
    "READERS": "readers",
    "Reading": "reading.batches",
    "batches": "reading.batches",
    "read": "reading.batches",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES.get(name, 'tables')}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
