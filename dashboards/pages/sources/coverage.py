"""Table of the behaviours each format can show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboards import words
from dashboards.components.base import Children
from dashboards.components.layout import block, points
from dashboards.components.tables import Cells, Column, Value, share, table
from graph.case.coverage import Abilities, abilities
from graph.privacy import sanitize
from graph.traces import TRACES


@dataclass(frozen=True)
class Alike:
    """Files of one format.

    Attributes
    ----------
    files : tuple of str
    shares : dict of str to float
        Trace -> share of their kept rows that have what it needs; none for what the format does not say.
    remarks : tuple of str
        What else to know of them.
    """

    format: str
    files: tuple[str, ...]
    shares: dict[str, float]
    remarks: tuple[str, ...]


def alike(sources: Sequence[Mapping[str, Any]]) -> list[Alike]:
    """Sources (records of ``ingest.tables.SOURCES``) put together by format, in their order.

    Examples
    --------
    >>> a = {"reader": "gettr", "precision": "ms", "file_name": "a", "rows_kept": 30, "field_coverage": '{"text": 0.5}'}
    >>> b = {**a, "file_name": "b", "rows_kept": 10, "field_coverage": '{"text": 0.9}'}
    >>> [(one.files, one.shares["text"]) for one in alike([a, b])]
    [(('a', 'b'), 0.6)]
    """
    found: dict[str, list[tuple[Mapping[str, Any], Abilities]]] = {}
    for source in sources:
        told = abilities(source)
        found.setdefault(told.format, []).append((source, told))
    return [_alike(title, members) for title, members in found.items()]


def _alike(title: str, members: Sequence[tuple[Mapping[str, Any], Abilities]]) -> Alike:
    rows = [max(1, source["rows_kept"] or 0) for source, _ in members]
    said = [(name, 0.0) for _, told in members for name in told.absent]
    shares = dict(said) | {
        name: sum(n * told.can.get(name, 0.0) for n, (_, told) in zip(rows, members, strict=True)) / sum(rows)
        for _, told in members
        for name in told.can
    }
    files = tuple(sanitize.clean(str(source["file_name"])) for source, _ in members)
    remarks = dict.fromkeys(remark for _, told in members for remark in told.remarks)
    return Alike(title.partition(" (")[0], files, shares, tuple(remarks))


def matrix(sources: Sequence[Mapping[str, Any]]) -> Component:
    """Block of the Sources page: a row for each behaviour, a column for each format."""
    columns = alike(sources)
    ways = [name for name, trace in TRACES.items() if trace.kinds]
    head = [Column("Behaviour"), *[Column(_heading(c), True, "; ".join(c.files), "cov") for c in columns]]
    rows: list[Cells] = [[TRACES[name].words.title, *[_cell(c, name) for c in columns]] for name in ways]
    remarks: list[Children] = [
        [html.B(c.format), f": {sanitize.clean(remark)}"] for c in columns for remark in c.remarks
    ]
    return block(
        "What each file can show",
        table(head, rows, class_name="matrix", wide=True, name="Behaviours by format"),
        html.P("Share of posts that have what it needs. A dash: not known for this format.", className="dim"),
        points(remarks),
    )


def _heading(column: Alike) -> list[Component]:
    files = column.files[0] if len(column.files) == 1 else f"{len(column.files)} files"
    return [html.Span(column.format), html.Br(), html.Span(files, className="code dim")]


def _cell(column: Alike, trace: str) -> Value:
    return share(column.shares[trace]) if trace in column.shares else Value(words.NONE, "")
