"""The formats Lockstep reads: one file each, and this table. The first reader that recognises a file reads it."""

from __future__ import annotations

from ingest.readers.base import Reader

READERS: tuple[Reader, ...] = ()
