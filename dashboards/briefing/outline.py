"""What a briefing is made of, before it looks like anything: headed parts of sentences, numbers, tables, figures and posts.

Every format places the same parts; none has words or numbers of its own. All text here is fit for print already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from dashboards import words as say
from dashboards.figures.svg import Picture
from graph.privacy.sanitize import defang

TWIN_ROWS = 400


@dataclass(frozen=True)
class Heading:
    """A heading inside a part."""

    words: str


@dataclass(frozen=True)
class Sentences:
    """Paragraphs; ``how`` says whether they lead, are read, stand small beside something, or are points of a list."""

    words: Sequence[str]
    how: Literal["lead", "read", "note", "points", "plain"] = "read"


@dataclass(frozen=True)
class Facts:
    """Numbers in a row: name, value, and what the value means."""

    items: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Pairs:
    """Names and values under each other."""

    items: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """A table for print: headings, rows of words, which columns are numbers, and what was left out."""

    columns: list[str]
    rows: list[list[str]]
    numbers: frozenset[int] = frozenset()
    note: str = ""
    caption: str = ""


@dataclass(frozen=True)
class Meetings:
    """Posts behind one tie.

    Attributes
    ----------
    rows : list of dict
        ``at_a``, ``text_a``, ``at_b``, ``text_b``, ``lag``, ``first``, ``object``.
    codes : (str, str)
        The two accounts.
    """

    title: str
    facts: str
    rows: list[dict[str, str]]
    note: str
    codes: tuple[str, str]

    def as_table(self) -> Table:
        """The posts side by side, one row for each thing both posted."""
        rows = [[r["object"], *("\n".join(filter(None, pair)) for pair in _cells(r))] for r in self.rows]
        return Table(["What", self.codes[0], "Apart", self.codes[1]], rows, note=self.note)


def _cells(row: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    return (row["at_a"], row["text_a"]), (row["lag"], row["first"]), (row["at_b"], row["text_b"])


Block = Heading | Sentences | Facts | Pairs | Table | Picture | Meetings


@dataclass(frozen=True)
class Part:
    """One part of the document under its heading.

    Attributes
    ----------
    kind : str
        ``group`` begins a page of its own; ``aside`` stands back.
    """

    title: str
    blocks: Sequence[Block]
    kind: Literal["", "group", "aside"] = ""


@dataclass(frozen=True)
class Held:
    """Accounts that a document says acted together, for formats that machines read.

    Attributes
    ----------
    key : str
        The group's id in the run, or the two codes of a tie.
    said : str
        What was observed and what chance gives, in a sentence.
    heading : {"groups", "closed", "aside", "tie"}
    accounts : sequence of (str, str or None)
        Code and platform.
    things : sequence of (str, str)
        Way of acting and what they met on, links broken.
    observed : int
        How often two of them met.
    """

    key: str
    name: str
    said: str
    heading: str
    accounts: Sequence[tuple[str, str | None]]
    things: Sequence[tuple[str, str]]
    first_at: datetime | None
    last_at: datetime | None
    observed: int


@dataclass(frozen=True)
class Outline:
    """A document in reading order.

    Attributes
    ----------
    finished_at : datetime or None
        When the run ended: the date of every file made from it.
    origin : str
        What tells this case from others of the same name.
    """

    title: str
    case: str
    date: str
    lead: list[str]
    parts: Sequence[Part]
    run_line: str
    version: str
    run_id: str = ""
    origin: str = ""
    finished_at: datetime | None = None
    facts: Facts | None = None
    held: Sequence[Held] = field(default=())

    def pictures(self) -> list[Picture]:
        """Its figures, in the order they are numbered."""
        return [block for part in self.parts for block in part.blocks if isinstance(block, Picture)]


POSTS_NOTE = "Accounts are codes, links are broken, names, addresses and numbers of people are taken out, texts are shortened. Times in UTC."


def shares(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[float]:
    """How much of a page's width each column needs, by its longest words within reason.

    Examples
    --------
    >>> shares(["What", "Accounts"], [["a link that is long enough", "8"]])
    [0.722, 0.278]
    """
    longest = [
        max(len(columns[k]) + 2, 10, *(min(max(map(len, row[k].split("\n"))), 45) for row in rows))
        for k in range(len(columns))
    ]
    return [round(one / sum(longest), 3) for one in longest]


def twin(picture: Picture) -> Table:
    """A figure's numbers as a table for print."""
    frame = picture.table
    numbers = frozenset(n for n, kind in enumerate(frame.dtypes) if getattr(kind, "kind", "O") in "iuf")
    rows = [[_cell(v) for v in row] for row in frame.head(TWIN_ROWS).itertuples(index=False)]
    left = len(frame) - len(rows)
    return Table(
        [str(c) for c in frame.columns], rows, numbers, f"{say.count(left)} more rows in the export." if left else ""
    )


def _cell(value: Any) -> str:
    if not say.known(value):
        return say.NONE
    if isinstance(value, str):
        return defang(value) if "://" in value else value
    number = float(value) if hasattr(value, "__float__") else None
    if number is None:
        return str(value)
    return say.count(number) if number == int(number) else say.expected(number)
