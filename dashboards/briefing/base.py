"""What a briefing is: a document made from one run, to be read without the tool."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol


class Briefing(Protocol):
    """One output format."""

    name: str
    """What a person asks for: ``html``."""
    title: str
    """What a person reads: ``Web page``."""
    suffix: str
    """How its files end."""

    def render(self, report: Any) -> bytes:
        """The whole document about a ``graph.report.Report``."""
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
