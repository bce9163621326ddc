"""Labels from files on pages: beside each group, as a table of label and group, and on an account. None is a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl
from dash import html
from dash.development.base_component import Component

from dashboards import words
from dashboards.components import pins
from dashboards.components.base import Child, State
from dashboards.components.layout import block, drawing, points, source_line
from dashboards.components.tables import Cells, Column, Value, number, table
from dashboards.figures.strips import share_bar
from graph.labels.by_group import NO_VERDICT, LabelCounts
from graph.privacy.sanitize import clean, redact

if TYPE_CHECKING:
    import pandas as pd

    from graph.report.report import Report

BESIDE = 2
"""Labels named beside a group; the others are counted."""
GROUPS_SHOWN = 12
"""Groups with a column of their own, the best ranked that hold a label; the CSV has all."""
SAID = 6
"""Labels with a sentence on what chance gives."""
LABELS_SHOWN = 40


def label_words(text: object) -> str:
    """A label or a source as pages show it: nobody is named, no link works.

    Examples
    --------
    >>> label_words("fan of @nora, https://a.example")
    'fan of @…, hxxps://a[.]example'
    """
    return redact(clean(str(text))).replace("[.]csv", ".csv")  # a file is no site


def dated(first: object, last: object) -> str:
    """Days of a label, or that its source gives none."""
    return words.days(first, last) if words.known(first) else "no date"


def beside(counts: LabelCounts) -> dict[str, Component]:
    """Group to what the ranked table says of its labels: a bar for the most frequent, and up to two by number."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in counts.groups.sort("accounts", descending=True, maintain_order=True).to_dicts():
        found.setdefault(str(row["group_id"]), []).append(row)
    return {group: _cell(rows) for group, rows in found.items()}


def _cell(rows: Sequence[Mapping[str, Any]]) -> Component:
    said: list[Child] = [drawing(share_bar(float(rows[0]["accounts"]), float(rows[0]["members"])))]
    for row in rows[:BESIDE]:
        of = f" of {words.count(row['members'])}: {label_words(row['label'])}"
        said.append(html.Span([html.B(words.count(row["accounts"])), of], className="oe"))
    if len(rows) > BESIDE:
        said.append(html.Span(f"{words.counted(len(rows) - BESIDE, 'more label')}", className="oe"))
    return html.Div(said, className="labelcell")


def by_group_block(report: Report, state: State, counts: LabelCounts) -> Component | None:
    """Table of label and group, with a sentence on what chance gives; None without labels."""
    if counts.totals.is_empty():
        return None
    ranks = _columns(counts)
    shown = counts.totals.head(LABELS_SHOWN)
    head = [Column("Label"), Column("Source and date"), *(Column(f"Group {rank}", True) for rank in ranks)]
    head += [Column(name, True) for name in _rest(counts, ranks)] + [Column("In no group", True), Column("All", True)]
    rows = [_row(row, counts, ranks) for row in shown.to_dicts()]
    left = counts.totals.height - shown.height
    return block(
        "Labels by group",
        html.P("Number of labelled accounts that post in this part of the case.", className="dim"),
        table(head, rows, wide=True, name="labels"),
        html.P([f"{words.counted(left, 'more label')} in the CSV."], className="src") if left > 0 else None,
        points([label_words(sentence) for sentence in counts.sentences(SAID)]),
        html.P(
            [
                html.A("Labels as CSV", href=state.href("/files/labels.csv"), className="txt", download=""),
                " ",
                pins.pin("figure", figure="labels", title="Labels by group"),
                " ",
                *source_line(report),
            ],
            className="src",
        ),
        anchor="labels",
    )


def _columns(counts: LabelCounts) -> list[int]:
    first = counts.groups.filter(pl.col("heading") == "groups")
    return sorted(first["rank"].unique().to_list())[:GROUPS_SHOWN]


def _rest(counts: LabelCounts, ranks: Sequence[int]) -> list[str]:
    """Headings of the other places where any labelled account stands."""
    more = counts.groups.filter((pl.col("heading") == "groups") & ~pl.col("rank").is_in(list(ranks)))
    found = ["Other groups"] if more.height else []
    named = {"closed": "Closed circles", "aside": "Set aside", "pairs": "Pairs"}
    return found + [words_of for name, words_of in named.items() if int(counts.totals[name].sum())]


def _row(row: Mapping[str, Any], counts: LabelCounts, ranks: Sequence[int]) -> Cells:
    own = counts.groups.filter((pl.col("label") == row["label"]) & (pl.col("source") == row["source"]))
    here = {int(r["rank"]): int(r["accounts"]) for r in own.to_dicts() if r["heading"] == "groups"}
    rest = {
        "Other groups": sum(n for rank, n in here.items() if rank not in ranks),
        "Closed circles": row["closed"],
        "Set aside": row["aside"],
        "Pairs": row["pairs"],
    }
    source = f"{label_words(row['source'])}, {dated(row['first_day'], row['last_day'])}"
    return [
        label_words(row["label"]),
        source,
        *(_number(here.get(rank, 0)) for rank in ranks),
        *(_number(rest[name]) for name in _rest(counts, ranks)),
        _number(row["none"]),
        number(row["accounts"]),
    ]


def _number(value: int) -> Value:
    """A count of a table most of whose cells are empty: nothing is a dash."""
    return Value(words.count(value) if value else words.NONE, value)


def labels_csv(counts: LabelCounts) -> pl.DataFrame:
    """One row per label, source and place: groups by rank, then closed circles, what is set aside, pairs, and no group."""
    shown = [pl.col(name).map_elements(label_words, return_dtype=pl.String) for name in ("label", "source")]
    days = counts.totals.select("label", "source", "first_day", "last_day")
    inside = counts.groups.select(
        "label",
        "source",
        pl.col("rank").cast(pl.String).alias("group"),
        "heading",
        "accounts",
        pl.col("members").alias("of"),
        "expected",
        "p",
    )
    totals = counts.totals.select(
        "label",
        "source",
        pl.lit("all").alias("group"),
        pl.lit(None, pl.String).alias("heading"),
        pl.col("groups").alias("accounts"),
        pl.col("accounts").alias("of"),
        "expected",
        "p",
    )
    rows = pl.concat([totals, inside]).join(days, on=["label", "source"], maintain_order="left")
    return rows.with_columns(shown)


def labels_block(report: Report, uid: str) -> Component | None:
    """Labels of one account or post, with source and date; None where it has none."""
    found = report.labels([uid])
    if found.empty:
        return None
    rows: list[Cells] = [
        [
            label_words(row["label"]),
            label_words(row["source"]),
            dated(row["date"], row["date"]),
            f"{clean(str(row['by']))}, {words.day(row['at'], year=True)}",
        ]
        for row in found.to_dict("records")
    ]
    return block(
        "Labels",
        table(["Label", "Source", "Its date", "Loaded by"], rows, name="labels of the account"),
        html.P(NO_VERDICT, className="src"),
        anchor="labels",
    )


def chips(labels: Iterable[str]) -> list[Child]:
    """Labels as chips, each once."""
    made: list[Child] = []
    for label in dict.fromkeys(map(label_words, labels)):
        made += [" ", html.Span(label, className="tagw", title=f"Label from a file. {NO_VERDICT}")]
    return made


def labels_of(report: Report, uids: Sequence[str]) -> dict[str, list[str]]:
    """Account or post to its labels, in the order they were added."""
    found: dict[str, list[str]] = {}
    kept: pd.DataFrame = report.labels(list(uids))
    for uid, label in zip(kept["uid"], kept["label"], strict=True):
        found.setdefault(str(uid), []).append(str(label))
    return found
