"""A run and its tables as HTML, for notebooks: codes and counts, never names."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import polars as pl

from graph.privacy.sanitize import clean, html_text, redact
from graph.runs.chosen import said_first
from graph.schema import HEADINGS

if TYPE_CHECKING:
    from graph.report.report import Report

GROUPS_SHOWN = 20
_COUNTS = ("posts", "accounts", "ties", "groups", "pairs", "closed", "aside")
_NAMING = ("handle", "display_name", "native_id", "text_a", "text_b", "url_a", "url_b", "entry", "found")  # never shown
_UID = re.compile(r"[\w-]+:(?!//)\S+")  # of an account or a post
_LISTED = 5  # items shown of a list in a cell
_COLUMNS = ("rank", "heading", "name", "accounts", "ties", "observed", "expected", "p_group")


def summary_html(report: Report) -> str:
    """A run's counts, groups and caveats as HTML; every text is escaped, with people's names masked and links broken."""
    counts = report.run["counts"]
    said = "; ".join(f"{name} {counts[name]:,}" for name in _COUNTS if name in counts)
    groups = report.groups().head(GROUPS_SHOWN)
    rows = "".join(f"<tr>{''.join(f'<td>{_cell(n, r[n])}</td>' for n in _COLUMNS)}</tr>" for _, r in groups.iterrows())
    head = "".join(f"<th>{name}</th>" for name in _COLUMNS)
    table = (
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>" if len(groups) else "<p>No groups.</p>"
    )
    left = len(report.groups()) - len(groups)
    more = f"<p>{left:,} more: report.groups() lists all.</p>" if left else ""
    first = "".join(f"<p>{_text(sentence)}</p>" for sentence in said_first(report.run))
    notes = "".join(f"<li>{_text(note)}</li>" for note in report.caveats())
    return f"<div>{first}<p><b>Run {report.name}</b> ({report.run_id}): {_text(said)}</p>{table}{more}<ul>{notes}</ul></div>"


@dataclass(frozen=True)
class ShownTable:
    """A table that notebooks show with codes; see ``graph.report.report.Report.show``."""

    html: str

    def _repr_html_(self) -> str:
        return self.html


def table_html(report: Report, table: pd.DataFrame, rows: int) -> str:
    """The first rows of a report's table as HTML: codes for accounts, no other ids, texts or names; every text is escaped."""
    shown = table.head(rows).drop(columns=list(_NAMING), errors="ignore")
    cells = list(shown.itertuples(index=False, name=None))
    people = {text for row in cells for text in _texts(row) if _UID.fullmatch(text)}
    codes = dict(report.known.accounts(pl.Series(sorted(people), dtype=pl.String)).select("account_uid", "code").rows())
    head = "".join(f"<th>{_text(name)}</th>" for name in shown)
    body = "".join(
        f"<tr>{''.join(f'<td>{_cell(str(n), v, codes)}</td>' for n, v in zip(shown, row, strict=True))}</tr>"
        for row in cells
    )
    left = len(table) - len(shown)
    more = f"<p>{left:,} more rows.</p>" if left else ""
    return f"<div><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}</div>"


def _texts(cell: object) -> Iterator[str]:
    if isinstance(cell, str):
        yield cell
    elif isinstance(cell, (list, tuple, np.ndarray)):
        for item in cell:
            yield from _texts(item)


def _cell(column: str, value: object, codes: Mapping[str, str] | None = None) -> str:
    if isinstance(value, (list, tuple, np.ndarray)):
        rest = f" and {len(value) - _LISTED:,} more" if len(value) > _LISTED else ""
        return ", ".join(_cell("", item, codes) for item in value[:_LISTED]) + rest
    if isinstance(value, Mapping):
        return ", ".join(f"{_text(name)}: {_cell('', item, codes)}" for name, item in value.items())
    if column == "heading":
        return _text(HEADINGS.get(str(value), value))
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:,.3g}" if isinstance(value, float) else _text(value, codes)


def _text(value: object, codes: Mapping[str, str] | None = None) -> str:
    text = str(value)
    if isinstance(value, str) and _UID.fullmatch(text):
        return str(html_text((codes or {}).get(text, "…")))
    return str(html_text(redact(clean(text))))
