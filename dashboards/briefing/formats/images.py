"""Every figure as SVG and PNG at print size, with its numbers as CSV and its description."""

from __future__ import annotations

import csv
import io

from dashboards.briefing.formats import print_figure
from dashboards.briefing.formats.steady import archive
from dashboards.briefing.outline import Outline, Table, twin
from dashboards.figures.svg import Picture
from graph.privacy.sanitize import clean, csv_cell

NONE = "This briefing has no figures."


class Images:
    """A zip of figures: SVG, PNG, CSV, and a text with title, description and source of each."""

    name = "images"
    title = "Figures (SVG, PNG)"
    suffix = ".zip"
    media = "application/zip"

    def missing(self) -> str | None:
        """PNG needs a renderer."""
        return print_figure.lacking()

    def render(self, outline: Outline) -> bytes:
        """The zip."""
        files: dict[str, bytes] = {"figures.txt": _index(outline).encode()}
        for number, picture in enumerate(outline.pictures(), 1):
            svg = print_figure.alone(picture)
            files[f"figure-{number:02}.svg"] = svg.encode("utf-8", "replace")
            files[f"figure-{number:02}.png"] = print_figure.png(svg)
            files[f"figure-{number:02}.csv"] = _csv(twin(picture))
        return archive(files)


def _index(outline: Outline) -> str:
    said = [f"{outline.title}\n{outline.run_line}."]
    said += [_described(number, picture) for number, picture in enumerate(outline.pictures(), 1)] or [NONE]
    return clean("\n\n".join(said)) + "\n"


def _described(number: int, picture: Picture) -> str:
    parts = (f"Figure {number}. {picture.title}", picture.alt, picture.note, picture.source)
    return "\n".join(part for part in parts if part)


def _csv(table: Table) -> bytes:
    out = io.StringIO()
    write = csv.writer(out)
    write.writerows([[csv_cell(clean(cell)) for cell in row] for row in (table.columns, *table.rows)])
    return out.getvalue().encode("utf-8", "replace")
