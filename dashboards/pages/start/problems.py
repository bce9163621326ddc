"""Page about a file that could not be read in full: the error, its place, and what to do."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboards import words
from dashboards.components.base import Child, Children, Reports, State, attributes
from dashboards.components.layout import block, button, columns, page, pairs, problem
from dashboards.jobs.queue import Job
from dashboards.pages.start.files import of_a_row
from graph.privacy import sanitize

AROUND = 2
CELLS, LETTERS = 6, 60
DEEPEST = 2_000_000
"""Rows that are gone through to show one; further down only the number is said."""


def problem_page(reports: Reports, state: State) -> Component:
    """Page of one file: row, value found, and what would be accepted (``files``, ``file`` in the address)."""
    job = reports.jobs.of(state.get("files") or "")
    number = state.get("file") or ""
    files = job.result.get("files", []) if job is not None and job.case == reports.address else []
    file = files[int(number) - 1] if number.isdigit() and 0 < int(number) <= len(files) else None
    if job is None or file is None or not (file["trouble"] or file["skipped"]):
        return problem("There is no such file here", "It may have been discarded.", [dcc.Link("Start", href="/")])
    name = sanitize.clean(str(file["file"]).rsplit("/", 1)[-1])
    main, aside = (_refused if file["trouble"] else _partly)(job, file, name)
    title, lead = _said(file, name, job, reports.store.sources().num_rows)
    crumbs = [("Start", "/"), ("Files", f"/?files={job.job_id}"), (name, None)]
    return page(title, lead, columns(main, aside), crumbs=crumbs, role="alert")


def _said(file: Mapping[str, Any], name: str, job: Job, others: int) -> tuple[str, str]:
    if not file["trouble"]:
        left = int(file["source"]["rows_skipped"])
        kept = words.counted(file["source"]["rows_kept"], "row")
        verb = "is" if left == 1 else "are"
        lead = f"The other {kept} can be read." if job.kind == "check" else f"The other {kept} are in the case."
        return f"{words.counted(left, 'row')} of {name} {verb} skipped", lead
    row = file["trouble"].get("row")
    title = f"{name} could not be read"
    if of_a_row(file["trouble"]):
        title = f"{name} could not be read from row {words.count(row)}"
    lead = "Nothing from this file is in the case."
    if others:
        lead += f" The {words.counted(others, 'file')} already in it {'is' if others == 1 else 'are'} unchanged."
    return title, lead


def _refused(job: Job, file: Mapping[str, Any], name: str) -> tuple[Child, Child]:
    trouble = file["trouble"]
    aside = html.Div(
        [
            block(
                "What you can do",
                html.P(button("Choose a corrected file", "/", primary=True)),
                html.P(button("Back to the files", f"/?files={job.job_id}")),
                html.P("Or set its time zone, platform or columns there.", className="dim"),
            ),
            _for_the_maker(trouble_words(name, trouble)),
        ]
    )
    rows: list[tuple[str, Children]] = [("Found", sanitize.redact(str(trouble["message"])))]
    rows += [("Accepted", sanitize.clean(str(trouble["accepted"])))] if trouble.get("accepted") else []
    rows += [("Likely cause", sanitize.clean(str(trouble["hint"])))] if trouble.get("hint") else []
    grid = _around(job, file, trouble.get("row")) or _one_cell(trouble)
    return _card("What was found", grid, pairs(rows)), aside


def _partly(job: Job, file: Mapping[str, Any], name: str) -> tuple[Child, Child]:
    """A file of which some rows are left out: each reason with the rows around its first."""
    cards = [
        _card(
            f"{words.counted(why['rows'], 'row')}: {sanitize.clean(why['reason']).rstrip('.')}",
            _around(job, file, why.get("row")),
            pairs(
                [
                    ("First at row", words.count(why["row"]) if why.get("row") else "not known"),
                    *([("Column", sanitize.clean(str(why["column"])))] if why.get("column") else []),
                ]
            ),
        )
        for why in file["skipped"]
    ]
    kept = words.counted(file["source"]["rows_kept"], "good row")
    load = f"Load the {kept}, list the rest" if job.kind == "check" else "Back to the files"
    told = "; ".join(f"{why['rows']} rows: {why['reason']}" for why in file["skipped"])
    aside = html.Div(
        [
            block(
                "What you can do",
                html.P(button(load, f"/?files={job.job_id}", primary=True)),
                html.P(button("Choose a corrected file", "/")),
                html.P("Skipped rows are listed in Sources, each with its reason.", className="dim"),
            ),
            _for_the_maker(sanitize.clean(f"{name}: {told}.")),
        ]
    )
    return html.Div(cards, className="stacked"), aside


def _for_the_maker(message: str) -> Component:
    copy = attributes(data_copy=message, data_said="The message is copied.")
    button = html.Button("Copy this message without post text", className="txt", type="button", **copy)
    return block("For the person who made the export", button)


def _card(title: str, grid: Component | None, facts: Component) -> Component:
    inside = [html.Div(html.H2(title), className="cap"), grid, html.Div(facts, className="kvwide")]
    return html.Section(inside, className="card", **attributes(aria_label=title))


def _one_cell(trouble: Mapping[str, Any]) -> Component | None:
    """Table with the one known cell, where the file itself is gone."""
    cells = [("row", trouble.get("row")), ("column", trouble.get("column"))]
    known = [(head, sanitize.clean(str(value))) for head, value in cells if value]
    found = trouble.get("found")
    if not found and not trouble.get("column"):
        return None
    heads = [html.Th(head, scope="col") for head, _ in known]
    values = [html.Td(value) for _, value in known]
    if found:
        heads.append(html.Th("value found", scope="col"))
        values.append(html.Td(html.Span(sanitize.redact(str(found)[:200]), className="bad")))
    return _grid(heads, [html.Tr(values, className="badrow")])


def _grid(heads: Sequence[Component], rows: Sequence[Component]) -> Component:
    table = html.Table([html.Thead(html.Tr(list(heads))), html.Tbody(list(rows))], className="raw")
    return html.Div(table, className="scroll", tabIndex=0, role="region", **attributes(aria_label="Rows around it"))


def _around(job: Job, file: Mapping[str, Any], row: Any) -> Component | None:
    """The bad row between its neighbours, names masked and links broken; None where the file cannot be looked into."""
    place = _place(job, str(file["file"]))
    if place is None or not isinstance(row, int) or not 0 < row <= DEEPEST:
        return None
    head, near = rows_around(place, row)
    if row == 1 and head:  # what should be the header is what is wrong
        head, near = [], [(1, head), *near]
    if not near:
        return None
    wide = min(CELLS, max(len(cells) for _, cells in [(0, head), *near]))
    more = max(0, max(len(cells) for _, cells in near) - wide)
    heads = [html.Th("row", scope="col")]
    heads += [html.Th(_cell(head[k]) if k < len(head) else "", scope="col") for k in range(wide)]
    heads += [html.Th(f"{more} more", scope="col")] if more else []
    made = []
    for at, cells in near:
        shown = [html.Td(words.count(at)), *(html.Td(_cell(cell)) for cell in cells[:wide])]
        shown += [html.Td("")] * (wide - len(cells[:wide])) + ([html.Td("…")] if more else [])
        made.append(html.Tr(shown, className="badrow" if at == row else None))
    return _grid(heads, made)


def _cell(text: str) -> str:
    plain = sanitize.redact(text[: 8 * LETTERS])
    return plain if len(plain) <= LETTERS else f"{plain[: LETTERS - 1]}…"


def _place(job: Job, name: str) -> Path | None:
    """Path of a file of a job, if it still exists and is plain text."""
    for given in (Path(path) for path in job.about.get("paths") or ()):
        for place in (given, given / name, given / Path(name).name):
            if place.name == Path(name).name and place.is_file():
                return place if place.suffix.lower() in (".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".gz") else None
    return None


def rows_around(place: Path, row: int) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header of a table and the rows around one, counted from 1; of a file of lines, its lines.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> place = Path(mkdtemp()) / "a.csv"
    >>> _ = place.write_text("id,time\\n1,noon\\n2,never\\n3,noon\\n")
    >>> rows_around(place, 3)
    (['id', 'time'], [(2, ['1', 'noon']), (3, ['2', 'never']), (4, ['3', 'noon'])])
    """
    opened = gzip.open if place.suffix.lower() == ".gz" else open
    try:
        with opened(place, "rt", encoding="utf-8-sig", errors="replace", newline="") as lines:
            table = Path(place.name.removesuffix(".gz")).suffix.lower() in (".csv", ".tsv", ".txt")
            first = next(iter(islice(lines, 1)), "")
            rows = _cells(first, lines) if table else iter([[first.rstrip()]])
            head = next(rows, []) if table else []
            rest = rows if table else ([line.rstrip()] for line in lines)
            start = 2 if table else 1
            counted = enumerate(rest if table else _joined(rows, rest), start)
            near = [(at, cells) for at, cells in islice(counted, row + AROUND - start + 1) if at >= row - AROUND]
            return head, near
    except (OSError, EOFError, csv.Error):
        return [], []


def _cells(first: str, lines: Iterator[str]) -> Iterator[list[str]]:
    """Rows of a table, by whichever separator its header has most of."""
    separator = max(",;\t", key=first.count)

    def all_lines() -> Iterator[str]:
        yield first
        yield from lines

    return csv.reader(all_lines(), delimiter=separator)


def _joined(first: Iterator[list[str]], rest: Iterator[list[str]]) -> Iterator[list[str]]:
    yield from first
    yield from rest


def trouble_words(name: str, trouble: Mapping[str, Any]) -> str:
    """Error message about a file without any of its content.

    Examples
    --------
    >>> trouble_words("a.csv", {"message": "Ids went through a spreadsheet.", "row": 2, "column": "id", "found": "9E+17",
    ...     "accepted": "the digits in full", "hint": None})
    'a.csv, row 2, column id: Ids went through a spreadsheet. Accepted: the digits in full.'
    """
    where = [name]
    where += [f"row {trouble['row']}"] if trouble.get("row") else []
    where += [f"column {trouble['column']}"] if trouble.get("column") else []
    said = [f"{', '.join(where)}: {trouble['message']}"]
    said += [f"Accepted: {trouble['accepted']}."] if trouble.get("accepted") else []
    said += [str(trouble["hint"])] if trouble.get("hint") else []
    return sanitize.clean(" ".join(said))
