"""What Word and PowerPoint files have in common: their library, their properties, their bytes."""

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
    """What is not there of the library that writes a format and those that draw its figures; None where nothing is."""
    try:
        import_module(library)
    except ImportError as error:
        return print_figure.needs(error)
    return print_figure.lacking()


def sign(file: Any, outline: Outline) -> None:
    """Say in a file's properties what it is, of which run and when it was made."""
    core = file.core_properties
    core.title, core.author = xml_text(outline.title), "Lockstep"
    core.created = core.modified = outline.finished_at or datetime(1980, 1, 1, tzinfo=UTC)
    core.language, core.subject = "en-GB", xml_text(outline.run_line)


def saved(file: Any) -> bytes:
    """A file's bytes, without the hour it was written at."""
    out = io.BytesIO()
    file.save(out)
    return steadied(out.getvalue())
