"""Cells of tables that say nothing: the words that programs write where they have no value, in one list.

R writes ``NA``, pandas ``nan``, Python ``None``, databases ``NULL`` or ``\\N``, spreadsheets ``#N/A``, and lists that hold
nothing are written ``[]``. All of them are read as empty before any reader sees them. Columns of texts and names are read
with more care, because people write such words and call themselves so: there a word means nothing only if the file also
writes it in another column, in more than one in ten of its texts, or for more than one name.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

import polars as pl

from ingest.mapping.contract import ROW, Context
from ingest.mapping.synonyms import NAMES, WHO, spellings

EMPTY = frozenset(
    {"[]", "{}", "()", '""', "''", "[None]", "[nan]", "[null]", "['']", '[""]', "set()", "list()", "dict()"}
    | {"character(0)", "logical(0)", "integer(0)", "numeric(0)", "NULL()"}
)
"""Lists and quotes that hold nothing: there is nothing in them that could be lost."""

WORDS = frozenset(
    {"NA", "N/A", "n/a", "#N/A", "<NA>", "NA_character_", "nan", "NaN", "NAN", "-nan", "NaT", "<null>", "(null)"}
    | {"None", "none", "NONE", "null", "Null", "NULL", "undefined", "\\N", "-", "--", "–", "—"}
)
"""Words for nothing: what programs and people write in a cell that has no value."""

_ALL = EMPTY | WORDS
_FORMULA = r'(?s)^\s*="(.*)"\s*$'
_PROSE = frozenset(NAMES["text"])
_PEOPLE = WHO | frozenset(NAMES["handle"]) | frozenset(NAMES["display_name"])
_NO_PROSE = re.compile(r"[\[{(#@\d]|c\(|https?:")
_OFTEN = 0.1
DROPPED = "Cells that say {word}, which were read as empty: {{n}}."
DROPPED_TEXTS = (
    "Texts or names that say {word}, which were read as empty because the file writes it for nothing: {{n}}."
)


def says_nothing(cell: str) -> bool:
    """True for a cell that is blank or holds a word for nothing.

    Examples
    --------
    >>> [cell for cell in ("NA", " nan ", "[]", "", "Nancy", "0", "NA NA") if says_nothing(cell)]
    ['NA', ' nan ', '[]', '']
    """
    return not (bare := cell.strip()) or bare in _ALL


class Cells:
    """Reads the cells of one file, frame by frame: what says nothing becomes null, formulas around a text are taken off.

    Parameters
    ----------
    context : Context
        Its sample decides which columns hold texts, and which words mean nothing there. It notes what was dropped.

    Examples
    --------
    >>> import ingest
    >>> frame = pl.DataFrame({ROW: [2, 3], "reply_id": ["NA", '="9007199254740993"'], "text": ["None", "we are here"]})
    >>> context = Context("a.csv", ingest.Options(), "x")
    >>> Cells(context).read(frame).rows()
    [(2, None, 'None'), (3, '9007199254740993', 'we are here')]
    >>> context.counted
    {'Cells that say NA, which were read as empty: {n}.': 1}
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._texts: dict[str, frozenset[str]] | None = None

    def read(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame with null in every cell that says nothing.

        Parameters
        ----------
        frame : polars.DataFrame
            Rows of the file, all columns String but ``__row``.
        """
        if self._texts is None:
            self._texts = self._columns_of_texts(frame)
        changed = [told for name in frame.columns if name != ROW and (told := self._column(frame[name])) is not None]
        return frame.with_columns(changed) if changed else frame

    def _column(self, values: pl.Series) -> pl.Series | None:
        """The column as it is to be read; None where it stays."""
        formulas = bool(values.str.starts_with('="').any())
        if formulas:
            values = values.str.replace(_FORMULA, "$1")
        words = self._texts.get(values.name) if self._texts else None
        wrong = values.is_in(_listed(_ALL if words is None else words | EMPTY))
        if not wrong.any():
            return values if formulas else None
        for word, number in values.filter(wrong).str.strip_chars().value_counts().iter_rows():
            if word in WORDS:
                self._context.count((DROPPED if words is None else DROPPED_TEXTS).format(word=word), number)
        return values.set(wrong.fill_null(False), None)

    def _columns_of_texts(self, frame: pl.DataFrame) -> dict[str, frozenset[str]]:
        """The columns that hold texts or names, and which words say nothing in each."""
        sample = self._context.sample
        if sample is not None and sample.rows and set(sample.header) < set(frame.columns):
            columns = {
                name: tuple(row[n] for row in sample.rows if n < len(row)) for n, name in enumerate(sample.header)
            }
        else:
            columns = {name: tuple(frame[name].head(200).fill_null("")) for name in frame.columns if name != ROW}
        told = {name: Counter(cell.strip() for cell in cells if cell.strip()) for name, cells in columns.items()}
        people = {name for name in told if spellings(name) & _PEOPLE}
        prose = {name for name, cells in told.items() if _is_prose(name, cells)} - people
        columns_with = Counter(word for cells in told.values() for word in cells.keys() & WORDS)
        return {
            name: frozenset(
                word
                for word in WORDS
                if columns_with[word] > (told[name][word] > 0)
                or told[name][word] > (max(1, _OFTEN * told[name].total()) if name in prose else 1)
            )
            for name in people | prose
        }


@lru_cache(maxsize=1024)
def _listed(words: frozenset[str]) -> pl.Series:
    """The words as polars looks them up, also between blanks: that is ten times as fast as taking blanks off every cell."""
    return pl.Series(
        [f"{before}{word}{after}" for word in sorted(words) for before in ("", " ") for after in ("", " ")]
    ).implode()


def _is_prose(name: str, cells: Counter[str]) -> bool:
    """True for a column called a text, or most of whose cells hold several words: no list, no links, no time."""
    said = {cell: number for cell, number in cells.items() if cell not in _ALL}
    several = sum(number for cell, number in said.items() if " " in cell and not _NO_PROSE.match(cell))
    return bool(spellings(name) & _PROSE) or several > 0.5 * sum(said.values())
