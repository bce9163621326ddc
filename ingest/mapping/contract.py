"""The contract of a reader: the sample and context it is shown, the items or frames it yields, the rows it skips."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import polars as pl

from ingest import tables
from ingest.tables import Options

ROW = tables.ROW
"""The column of a table reader's frames that says which row of the file a row comes from."""

Record = dict[str, Any]


class Skip(Exception):
    """A row or record that cannot be kept. Raised, or yielded where one record holds several posts.

    Parameters
    ----------
    reason : str
        A sentence, the same for the same cause, so that it can be counted. No values in it.
    column : str, optional
        Column or path it was found in.
    found : object, optional
        The value found there.

    Examples
    --------
    >>> skip = Skip("There is no time.", column="created_at")
    >>> skip.reason, skip.column, skip.found
    ('There is no time.', 'created_at', None)
    """

    def __init__(self, reason: str, column: str | None = None, found: object = None) -> None:
        self.reason, self.column = reason, column
        self.found = None if found is None else str(found)[:200]
        super().__init__(reason)


NOT_AN_OBJECT = "The record is not an object."
PLACEHOLDER = "The account is a placeholder that stands for nobody in particular."
OTHER_SHAPE = "The record has another shape than its format."


def an_object(given: object) -> Record:
    """Short description of a value found where a record should be.

    Raises
    ------
    Skip
        If it is something else.
    """
    if isinstance(given, dict):
        return given
    raise Skip(NOT_AN_OBJECT, None, given)


class Item(NamedTuple):
    """One post as a record reader yields it. Keys are the columns of ``ingest.tables``; what is missing is null.

    Attributes
    ----------
    account : dict
        ``native_id`` and/or ``handle``, and what else is known. ``platform`` where it is not the reader's own.
        ``account_uid``, ``handle_key``, ``uid_from``, ``first_seen`` and ``last_seen`` are worked out later.
    post : dict
        ``native_id``, ``created_at`` (an aware datetime, or whole microseconds since 1970 UTC),
        ``created_at_precision``, ``kind``, ``text``… ``post_uid``, ``account_uid``, ``source_id`` and ``raw_row`` are
        worked out later. ``channel_uid`` and ``conversation_uid`` are written with `uid`. ``extra`` may be a dict.
    links : list of dict
        ``kind`` and

        * url: ``target_raw`` (key and the domain link are worked out later);
        * hashtag: ``target_raw``, with or without ``#``;
        * mention: ``target_key`` or ``target_account_uid`` written with `uid` or `handle_uid`, ``target_raw`` as written;
        * repost, reply, quote: ``target_key`` written with `uid`, ``target_account_uid`` where known; a target that is
          only guessed has ``resolved=False``;
        * media, track, object: ``target_key``.

        ``inherited=True`` on what a repost took over from the reposted post. ``at``, ``position``, ``post_uid`` and
        ``account_uid`` are filled in. Text links are made later from ``post["text"]``; do not yield any.
    more_accounts : list of dict
        Others the record tells about (the author of the reposted post), shaped as ``account``.
    """

    account: Record
    post: Record
    links: Sequence[Record] = ()
    more_accounts: Sequence[Record] = ()


@dataclass
class Context:
    """Facts a reader may know while it reads, and a place for its remarks.

    Attributes
    ----------
    file_name : str
    options : Options
    platform : str
        Platform of rows that do not say: the reader's, or ``--platform``, or ``unknown``.
    row : int
        Line (JSONL), or number of the element (JSON), of the record at hand, from 1.
    parent : dict
        Plain values of the objects around the record that were written before it, such as the chat's ``name``, ``type``
        and ``id`` around Telegram's messages. Inner ones win.
    tz_assumed : str or None
        The zone that times without one were read in.
    licence : str or None
        Terms the data come under, where the format says which.
    columns : dict
        The file's own names of ``account``, ``id`` and ``time``, so that a skipped row can name its column.
    scan : callable or None
        For table readers: all values of a column in the whole file, for decisions one batch cannot make.
    witnesses : dict
        Per column of times, values from all over the file that show how its dates are written.
    sample : Sample or None
        The beginning of the file that was recognised.
    mapping : dict or None
        For the generic reader: which column holds which field, once that is settled.
    counted : dict
        How often something was assumed; ``{n}`` in the sentence becomes that number. Use `count`.
    memory : dict
        What a record reader has to remember within one file, such as the first picture of an album.
    withdrawn : set of str
        Native ids of posts and accounts that the file itself deletes, see `Withdrawing`.
    beside : object
        What files beside this one tell, as its reader joined them, see `Accompanied`.
    assumptions, warnings : dict
        Sentences for people, in the order they came up. Use `assume` and `warn`.

    Examples
    --------
    >>> context = Context("a.json", Options(), "telegram")
    >>> context.assume("Times are read as UTC."); context.assume("Times are read as UTC.")
    >>> list(context.assumptions)
    ['Times are read as UTC.']
    """

    file_name: str
    options: Options
    platform: str
    row: int = 0
    parent: Record = field(default_factory=dict)
    assumptions: dict[str, None] = field(default_factory=dict)
    warnings: dict[str, None] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)
    tz_assumed: str | None = None
    licence: str | None = None
    columns: dict[str, str] = field(default_factory=dict)
    scan: Callable[[str], Iterator[pl.Series]] | None = None
    witnesses: dict[str, pl.Series] = field(default_factory=dict)
    mapping: dict[str, str] | None = None
    sample: Sample | None = None
    memory: dict[tuple[str, ...], str] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    beside: object = None

    def assume(self, sentence: str) -> None:
        """Note, once, what was taken for granted."""
        self.assumptions.setdefault(sentence)

    def count(self, sentence: str, number: int) -> None:
        """Note how often something was taken for granted, over all batches; nothing where it was never."""
        if number:
            self.counted[sentence] = self.counted.get(sentence, 0) + number

    def warn(self, sentence: str) -> None:
        """Note, once, what a person should know before believing the file."""
        self.warnings.setdefault(sentence)

    def apart(self) -> Context:
        """A copy with nothing noted yet, for work that is done elsewhere at the same time."""
        return replace(self, assumptions={}, warnings={}, counted={}, columns={}, tz_assumed=None, licence=None)

    def hand_over(self) -> Notes:
        """Remarks noted since the last call.

        Examples
        --------
        >>> context = Context("a.json", Options(), "telegram")
        >>> elsewhere = context.apart()
        >>> elsewhere.warn("Clocks differ.")
        >>> context.take_over(elsewhere.hand_over())
        >>> list(context.warnings), list(elsewhere.warnings)
        (['Clocks differ.'], [])
        """
        notes = Notes(self.assumptions, self.warnings, self.counted, dict(self.columns), self.tz_assumed, self.licence)
        self.assumptions, self.warnings, self.counted = {}, {}, {}
        return notes

    def take_over(self, notes: Notes) -> None:
        """Note what was noted elsewhere."""
        for sentence in notes.assumptions:
            self.assume(sentence)
        for sentence in notes.warnings:
            self.warn(sentence)
        for sentence, number in notes.counted.items():
            self.count(sentence, number)
        self.columns |= notes.columns
        self.tz_assumed = self.tz_assumed or notes.tz_assumed
        self.licence = self.licence or notes.licence


class Notes(NamedTuple):
    """Remarks that a `Context` collects for people; see there."""

    assumptions: dict[str, None]
    warnings: dict[str, None]
    counted: dict[str, int]
    columns: dict[str, str]
    tz_assumed: str | None
    licence: str | None


@dataclass(frozen=True)
class Sample:
    """The beginning of a file, as the readers are shown it to say whether it is theirs.

    Attributes
    ----------
    file_name : str
    shape : str
        ``csv`` (any separator), ``jsonl`` or ``json`` (one document).
    header : tuple of str
        Column names, stripped; empty for JSON.
    rows : tuple of tuple of str
        The first rows of a CSV (at most 200).
    records : tuple of dict
        The first records of a JSONL file, the first elements of a JSON list, or the document itself (at most 64).
    document : object
        The beginning of a JSON document, cut where the sample ends; None for JSONL and CSV.
    options : Options
        What the person asked for: a mapping decides for the generic reader.
    """

    file_name: str
    shape: str
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    records: tuple[Record, ...] = ()
    document: object = None
    options: Options = field(default_factory=Options)

    def has_columns(self, *names: str) -> bool:
        """True if a CSV has all these columns.

        Examples
        --------
        >>> Sample("a.csv", "csv", header=("id", "text")).has_columns("id")
        True
        """
        return self.shape == "csv" and set(names) <= set(self.header)


class Frames(NamedTuple):
    """Frames that a table reader makes of one frame. Every frame has ``__row``; the other columns are those of `ingest.tables`.

    One row of the file gives at most one row of ``posts``. The same rules as in `Item` say what may be left out. A row of
    the file that is neither in ``posts`` nor in ``skipped`` is a mistake of the reader.
    """

    accounts: pl.DataFrame
    posts: pl.DataFrame
    links: pl.DataFrame
    skipped: pl.DataFrame  # __row, column, reason, found


def uid(platform: str, native_id: object) -> str:
    """The key of an account, post or channel across platforms.

    Examples
    --------
    >>> uid("x", "914580356430536707")
    'x:914580356430536707'
    """
    return f"{platform}:{native_id}"


def handle_uid(platform: str, handle: str) -> str:
    """The key of an account of which only the handle is known.

    Examples
    --------
    >>> handle_uid("x", "@TEN_GOP")
    'x:@ten_gop'
    """
    return f"{platform}:@{handle.strip().lstrip('@').casefold()}"


def account_uid(platform: str, account: Mapping[str, Any]) -> str | None:
    """The key of an account from what is known of it: its id, else its handle.

    Examples
    --------
    >>> account_uid("x", {"handle": "A"}), account_uid("x", {})
    ('x:@a', None)
    """
    if account.get("native_id"):
        return uid(platform, account["native_id"])
    return handle_uid(platform, account["handle"]) if account.get("handle") else None
