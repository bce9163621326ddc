"""A run in one small HTML table, for notebooks: codes and counts, never names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from graph.privacy.sanitize import clean, html_text, redact
from graph.schema import HEADINGS

if TYPE_CHECKING:
    from graph.report.report import Report

GROUPS_SHOWN = 20
_COUNTS = ("posts", "accounts", "ties", "groups", "pairs", "closed", "aside")
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
    notes = "".join(f"<li>{_text(note)}</li>" for note in report.caveats())
    return f"<div><p><b>Run {report.name}</b> ({report.run_id}): {_text(said)}</p>{table}{more}<ul>{notes}</ul></div>"


def _cell(column: str, value: str | float | None) -> str:
    if column == "heading":
        return _text(HEADINGS.get(str(value), value))
    if pd.isna(value):
        return ""
    return f"{value:,.3g}" if isinstance(value, float) else _text(value)


def _text(value: object) -> str:
    return str(html_text(redact(clean(str(value)))))
