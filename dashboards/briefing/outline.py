"""Parts of a briefing, without a layout: headings, sentences, numbers, tables, figures and posts.

Every format places the same parts and has no words or numbers of its own. All text here is safe to print.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

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
    """Paragraphs; ``how`` is their role: lead, running text, small note, or points of a list."""

    words: Sequence[str]
    how: Literal["lead", "read", "note", "points", "plain"] = "read"


@dataclass(frozen=True)
class Facts:
    """Numbers in a row: name, value, and the meaning of the value."""

    items: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Pairs:
    """Names and values, one pair per line."""

    items: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """A table for print: headings, rows, columns that hold numbers, and a note on what was left out."""

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
        """The posts side by side, one row for each shared object."""
        rows = [[r["object"], *("\n".join(filter(None, pair)) for pair in _cells(r))] for r in self.rows]
        return Table(["Object", self.codes[0], "Delay", self.codes[1]], rows, note=self.note)


def _cells(row: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    return (row["at_a"], row["text_a"]), (row["lag"], row["first"]), (row["at_b"], row["text_b"])


Block = Heading | Sentences | Facts | Pairs | Table | Picture | Meetings


@dataclass(frozen=True)
class Part:
    """One part of the document under its heading.

    Attributes
    ----------
    kind : str
        ``group`` begins on a new page; ``aside`` is set in a quieter style.
    """

    title: str
    blocks: Sequence[Block]
    kind: Literal["", "group", "aside"] = ""


@dataclass(frozen=True)
class Held:
    """A group or pair of the document, for formats that machines read.

    Attributes
    ----------
    key : str
        The group's id in the run, or the two codes of a tie.
    said : str
        The observed and the expected count, in a sentence.
    heading : {"groups", "closed", "aside", "tie"}
    accounts : sequence of (str, str or None)
        Code and platform.
    things : sequence of (str, str)
        Behaviour and shared object, with links that cannot be clicked.
    observed : int
        Times two of them shared the same object.
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
        End of the run; every file made from it carries this date.
    origin : str
        Words that tell this case from others of the same name.
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


POSTS_NOTE = (
    "Accounts appear as codes. Links cannot be clicked. Names, mail addresses and phone numbers of people are removed, long texts are"
    " shortened. Times are in UTC."
)


def shares(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[float]:
    """Share of the page's width for each column, by its longest text up to a limit.

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


def _cell(value: object) -> str:
    if not say.known(value):
        return say.NONE
    if isinstance(value, str):
        return defang(value) if "://" in value else value
    number = float(value) if hasattr(value, "__float__") else None
    if number is None:
        return str(value)
    return say.count(number) if number == int(number) else say.expected(number)
