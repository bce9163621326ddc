"""Cells of tables that say nothing: the words that programs write where they have no value, in one list.

R writes ``NA``, pandas ``nan``, Python ``None``, databases ``NULL`` or ``\\N``, spreadsheets ``#N/A``, and lists that hold
nothing are written ``[]``. All of them are read as empty before any reader sees them. Columns of texts and names are read
with more care, because people write such words and call themselves so: there a word means nothing only if the file also
writes it in another column, or in more than one in ten of its texts.
"""

from __future__ import annotations

from collections import Counter

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
_LONGEST = max(len(word.encode()) for word in _ALL) + 2  # with a blank on either side
_LIST = pl.Series(sorted(_ALL)).implode()
_FORMULA = r'(?s)^\s*="(.*)"\s*$'
_PROSE = frozenset(NAMES["text"])
_PEOPLE = WHO | frozenset(NAMES["handle"]) | frozenset(NAMES["display_name"])
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
        short = (values.str.len_bytes() <= _LONGEST).fill_null(False)
        places = short.arg_true()
        said = values.gather(places).str.strip_chars()
        words = None if self._texts is None else self._texts.get(values.name)
        wrong = said.is_in(_LIST if words is None else pl.Series(sorted(words | EMPTY)).implode())
        if not wrong.any():
            return values if formulas else None
        for word, number in said.filter(wrong).value_counts().iter_rows():
            if word in WORDS:
                self._context.count((DROPPED if words is None else DROPPED_TEXTS).format(word=word), number)
        return values.scatter(places.filter(wrong), None)

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
                or (name in prose and told[name][word] > max(1, _OFTEN * told[name].total()))
            )
            for name in people | prose
        }


def _is_prose(name: str, cells: Counter[str]) -> bool:
    """True for a column called a text, or most of whose cells hold several words."""
    said = {cell: number for cell, number in cells.items() if cell not in _ALL}
    several = sum(number for cell, number in said.items() if " " in cell and not cell.startswith(("[", "{")))
    return bool(spellings(name) & _PROSE) or several > 0.5 * sum(said.values())
