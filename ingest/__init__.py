"""Files to tables: ``read`` for notebooks, ``batches`` for the command, ``inputs`` to walk folders and archives."""

from __future__ import annotations

from ingest.files import Input, inputs
from ingest.readers import READERS
from ingest.reading import Reading, batches, read
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
