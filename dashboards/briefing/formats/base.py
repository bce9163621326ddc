"""Contract of a format: the same document as another kind of file."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from dashboards.briefing.outline import Outline
from ingest.whole_files import write_whole


class Format(Protocol):
    """One kind of file."""

    name: str
    """Name in the command: ``html``."""
    title: str
    """Name for people: ``Web page``."""
    suffix: str
    """Ending of its files."""
    media: str
    """Its media type."""

    def missing(self) -> str | None:
        """A sentence on what this machine needs to make it and how to get that; None where nothing is missing."""
        ...

    def render(self, outline: Outline) -> bytes:
        """The whole document. The same document gives the same bytes."""
        ...


def put(content: bytes, path: Path) -> Path:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_whole(path, content)
