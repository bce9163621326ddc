"""What a format of a briefing is: the same document as another kind of file."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from dashboards.briefing.outline import Outline


class Format(Protocol):
    """One kind of file."""

    name: str
    """What a person asks for: ``html``."""
    title: str
    """What a person reads: ``Web page``."""
    suffix: str
    """How its files end."""
    media: str
    """Its media type."""

    def missing(self) -> str | None:
        """What this machine lacks to make it, in a sentence that says how to get it; None where nothing lacks."""
        ...

    def render(self, outline: Outline) -> bytes:
        """The whole document. The same document gives the same bytes."""
        ...


def put(content: bytes, path: Path) -> Path:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    staging = path.with_name(f".{path.name}.part")
    try:
        staging.write_bytes(content)
        return staging.replace(path)
    finally:
        staging.unlink(missing_ok=True)
