"""Parts common to Word and PowerPoint files: libraries, properties, bytes."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from dashboards.briefing.formats import print_figure
from dashboards.briefing.formats.steady import steadied
from dashboards.briefing.outline import Outline
from graph.privacy.sanitize import xml_text


def missing(library: str) -> str | None:
    """A sentence on a missing library that writes the format or draws its figures; None where all are there."""
    try:
        import_module(library)
    except ImportError as error:
        return print_figure.needs(error)
    return print_figure.lacking()


def sign(file: Any, outline: Outline) -> None:
    """Write title, run and date into a file's properties."""
    core = file.core_properties
    core.title, core.author = xml_text(outline.title), "Lockstep"
    core.created = core.modified = outline.finished_at or datetime(1980, 1, 1, tzinfo=UTC)
    core.language, core.subject = "en-GB", xml_text(outline.run_line)


def saved(file: Any) -> bytes:
    """Bytes of a file, without the time of writing."""
    out = io.BytesIO()
    file.save(out)
    return steadied(out.getvalue())
