"""Labels of accounts and posts from a CSV, matched with a case; every row that cannot be used is listed with its reason."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Literal

from graph.labels.named import Accounts, Found, Posts
from graph.privacy.sanitize import clean
from graph.stores.base import Scan, Store
from ingest.errors import InputError, UsageError, did_you_mean
from ingest.normalize import times

COLUMNS: dict[str, tuple[str, ...]] = {
    "account": ("account", "account_id", "account_uid", "author_id", "userid", "user_id", "author", "handle", "screen_name", "user_screen_name", "username"),
    "post": ("post", "post_uid", "post_id", "post_url", "tweetid", "tweet_id"),
    "label": ("label", "labels", "cat", "account_category", "account_type", "category", "class", "campaign", "type"),
    "source": ("source", "list", "coder", "coded_by"),
    "date": ("date", "day", "as_of", "coded_on", "labelled_on"),
    "platform": ("platform",),
}  # fmt: skip
"""Names under which each column is known, the surest first; an account or a post, and a label, must be there."""

ACCEPTED = "the columns account and label, or post and label; source, date and platform if you like"
A_DAY = "a day that is past, such as 2026-10-14"
LONGEST = 80
"""Letters of a label or a source."""

ORDINARY = frozenset({"ordinary", "control", "organic", "genuine", "legitimate", "authentic", "normal", "human", "public", "0", "false", "no"})  # fmt: skip
"""Labels, in lower case, that are taken for ordinary accounts unless others are named."""

BY_READER = {"x_io_archive": "operation", "ira_538": "operation", "x_io_control": "control"}
"""Label of the accounts of a source by its reader, where no labels are given."""

SHOWN = 20  # rows that cannot be used and are listed; the others are counted by reason
_TWO_WAYS = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}(?:\D.*)?")

Kind = Literal["account", "post"]


@dataclass(frozen=True)
class Given:
    """One label of one account or post, as a row gives it.

    Attributes
    ----------
    kind : {"account", "post"}
    uid : str
        Of the account or post, as the case has it.
    label, source : str
    day : date or None
        The day its source gives; None where it gives none.
    row : int
        Row of the file, the header being row 1.
    """

    kind: Kind
    uid: str
    label: str
    source: str
    day: date | None = None
    row: int = 0


@dataclass(frozen=True)
class GivenLabels:
    """Labels that can be used, and what could not.

    Attributes
    ----------
    labels : tuple of Given
        One per account or post, and source.
    rows : int
        Rows of the file, without its header.
    refused : tuple of InputError
        What is not used, with the row and the reason: a row that labels nothing, an account with two labels of one source.
    repeated : tuple of int
        Rows that say again what a row before said.
    """

    labels: tuple[Given, ...] = ()
    rows: int = 0
    refused: tuple[InputError, ...] = ()
    repeated: tuple[int, ...] = ()

    def sentences(self, shown: int = SHOWN) -> Iterator[str]:
        """Sentences on rows that were not used: the first by name, the others by number."""
        return _sentences(self.refused, self.repeated, shown)


@dataclass(frozen=True)
class Labels:
    """Labels of accounts, to hold groups against: see ``graph.labels.scores``.

    Attributes
    ----------
    of : dict of str to str
        Account uid to label.
    ordinary : frozenset of str
        Those of the labels that ordinary accounts have.
    rows, refused, repeated
        As in ``GivenLabels``.
    """

    of: dict[str, str]
    ordinary: frozenset[str]
    rows: int
    refused: tuple[InputError, ...] = ()
    repeated: tuple[int, ...] = ()

    @property
    def campaign(self) -> frozenset[str]:
        """Accounts with a campaign's label."""
        return frozenset(account for account, label in self.of.items() if label not in self.ordinary)

    def sentences(self, shown: int = SHOWN) -> Iterator[str]:
        """Sentences on rows that were not used: the first by name, the others by number."""
        return _sentences(self.refused, self.repeated, shown)


def _sentences(refused: Sequence[InputError], repeated: Sequence[int], shown: int) -> Iterator[str]:
    yield from (str(error) for error in islice(refused, shown))
    if len(refused) > shown:
        yield f"{len(refused) - shown:,} more rows were not used."
    if repeated:
        rows = ", ".join(map(str, repeated[:5])) + (" and others" if len(repeated) > 5 else "")
        yield f"{len(repeated):,} rows repeat a label that was given before: row {rows}."


def given_labels(
    store: Store, path: str | Path, *, source: str = "", day: date | None = None, name: str = ""
) -> GivenLabels:
    """Labels of accounts and posts of a case, from a CSV with the columns account or post, and label.

    Accounts are named by uid (``x:123``), id, handle, address of the profile, code (``A-12``) or code of an export (``p_…``); posts by
    uid, id, address or code of an export. A column ``platform`` tells names apart that are on several. A row with a post
    labels the post. Rows that name nobody of the case, say no label or no day, and accounts with two labels of one source are
    not used and are listed, as are rows that repeat one; all other rows are used.

    Parameters
    ----------
    store : Store
    path : path
    source : str
        Of rows that name none; the file's name when not given.
    day : date, optional
        Of rows that name none.
    name : str
        Of the file, where it is known by another than that of ``path``.

    Raises
    ------
    InputError
        If the file cannot be read as a CSV, or lacks a column.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from graph.case.toy import toy_case
    >>> file = Path(mkdtemp()) / "takedown.csv"
    >>> _ = file.write_text("account,label,date\\n@user2,troll,2026-03-04\\nuser3,troll,soon\\n")
    >>> given = given_labels(toy_case(), file)
    >>> [(one.uid, one.label, one.source, str(one.day)) for one in given.labels]
    [('unknown:2', 'troll', 'takedown.csv', '2026-03-04')]
    >>> print(*given.sentences(), sep="\\n")
    takedown.csv, row 3, column date: This is no day. Found 'soon'. Accepted: a day that is past, such as 2026-10-14.
    """
    reading = _Reading(name or Path(path).name, list(_rows(Path(path), name)), source or name or Path(path).name, day)
    return reading.matched(store)


def read_labels(store: Store, path: str | Path, ordinary: Sequence[str] = ()) -> Labels:
    """Labels of accounts of a case from a CSV with the columns account and label, each account with one label.

    Read as ``given_labels`` does, whatever the columns post, source and date say.

    Parameters
    ----------
    store : Store
    path : path
    ordinary : sequence of str
        Labels of ordinary accounts; those of ``ORDINARY`` when not given.

    Raises
    ------
    InputError
        If the file cannot be read as a CSV, lacks a column, or none of its rows can be used.
    UsageError
        If no account has a label that is named as ordinary.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from graph.case.toy import toy_case
    >>> file = Path(mkdtemp()) / "labels.csv"
    >>> _ = file.write_text("account,label\\n@user2,io\\nuser3,io\\nuser3,control\\nnobody,io\\nunknown:1,control\\n")
    >>> labels = read_labels(toy_case(), file)
    >>> labels.of
    {'unknown:2': 'io', 'unknown:1': 'control'}
    >>> print(*labels.sentences(), sep="\\n")
    labels.csv, row 4: The account has 2 labels, 'io' in row 3 and 'control' in row 4; none is used. Found 'unknown:3'.
    labels.csv, row 5, column account: The case has no such account. Found 'nobody'.
    """
    name = Path(path).name
    given = _Reading(name, list(_rows(Path(path))), plain=True).matched(store)
    if not given.labels:
        raise nobody_labelled(given, name)
    of = {one.uid: one.label for one in given.labels}
    return Labels(of, _ordinary(of.values(), ordinary), given.rows, given.refused, given.repeated)


def nobody_labelled(given: GivenLabels, name: str) -> InputError:
    """The error for a file of nothing but strangers.

    Examples
    --------
    >>> str(nobody_labelled(GivenLabels(), "a.csv"))[:50]
    'a.csv: No row labels an account of this case. Acce'
    """
    first = f" The first: {given.refused[0]}" if given.refused else ""
    accepted = "ids, handles or codes of accounts of the case"
    return InputError(f"No row labels an account of this case.{first}", file=name, accepted=accepted)


@dataclass
class _Reading:
    """One file on its way to labels; ``plain`` reads accounts and their labels only."""

    name: str
    rows: list[dict[str, str]]
    source: str = ""
    day: date | None = None
    plain: bool = False
    columns: dict[str, str] = field(default_factory=dict)

    def matched(self, store: Store) -> GivenLabels:
        self.columns = self._columns()
        said = [{key: self._cell(row, key) for key in COLUMNS} for row in self.rows]
        posts = Posts(store, [one["post"] for one in said if one["post"]])
        accounts = Accounts(store, [one["account"] for one in said if one["account"]])
        found, refused = list[Given](), list[InputError]()
        for number, one in enumerate(said, 2):
            if not any(one.values()):
                continue
            try:
                found.append(self._given(one, number, accounts, posts))
            except InputError as error:
                refused.append(error)
        kept, twice, repeated = _once(found, self.name)
        refused = sorted([*refused, *twice], key=lambda error: error.row or 0)
        return GivenLabels(tuple(kept), len(self.rows), tuple(refused), tuple(repeated))

    def _columns(self) -> dict[str, str]:
        """The file's own name of each column."""
        head = self.rows[0] if self.rows else {}
        own = {str(column).strip().casefold(): column for column in head}
        first = {key: next((name for name in names if name in own), None) for key, names in COLUMNS.items()}
        kept = {key: own[name] for key, name in first.items() if name}
        if self.plain:
            kept = {key: name for key, name in kept.items() if key in ("account", "label", "platform")}
        lacking = [] if {"account", "post"} & set(kept) else ["account"]
        lacking += [] if "label" in kept else ["label"]
        if lacking:
            raise InputError(
                f"There is no column {' and no column '.join(lacking)}." if head else "It has no rows.",
                file=self.name,
                found=", ".join(map(str, head)) or None,
                accepted=ACCEPTED,
            )
        return kept

    def _cell(self, row: Mapping[str, str], key: str) -> str:
        value = row.get(self.columns.get(key, ""), "") or ""
        return " ".join(clean(value).split()) if key in ("label", "source") else value.strip()

    def _given(self, one: Mapping[str, str], row: int, accounts: Accounts, posts: Posts) -> Given:
        kind: Kind = "post" if one["post"] else "account"
        known: Accounts | Posts = posts if kind == "post" else accounts
        uid = known.find(one[kind], one["platform"]) if one[kind] else None
        if reason := _lacking(kind, one, uid):
            raise self._wrong(kind, reason, row, one[kind] or None)
        assert isinstance(uid, str)
        author = accounts.find(one["account"], one["platform"]) if kind == "post" and one["account"] else None
        if author is not None and author != posts.author(uid):
            raise self._wrong("account", "The post is by another account.", row, one["account"])
        source = one["source"] or self.source
        for key, words in (("label", one["label"]), ("source", source)):
            if len(words) > LONGEST:
                raise self._wrong(key, f"It has {len(words):,} letters; up to {LONGEST} are kept.", row, words)
        return Given(kind, uid, one["label"], source, self._day(one["date"], row), row)

    def _day(self, text: str, row: int) -> date | None:
        try:
            return day_of(text) if text else self.day
        except UsageError as error:
            raise self._wrong("date", error.message, row, text, A_DAY) from None

    def _wrong(self, key: str, reason: str, row: int, found: str | None, accepted: str | None = None) -> InputError:
        return InputError(reason, file=self.name, row=row, column=self.columns.get(key), found=found, accepted=accepted)


def day_of(text: str) -> date:
    """A day as people write it, past or today.

    Raises
    ------
    UsageError
        If it is none, could be two, or is still to come.

    Examples
    --------
    >>> str(day_of("2026-03-04")), str(day_of("14.10.2025"))
    ('2026-03-04', '2025-10-14')
    >>> day_of("03/04/2026")
    Traceback (most recent call last):
    ingest.errors.UsageError: This can be read as two days. Write a day that is past, such as 2026-10-14.
    """
    ends = _TWO_WAYS.fullmatch(text.strip())
    if ends and ends[1] != ends[2] and int(ends[1]) <= 12 and int(ends[2]) <= 12:
        raise UsageError("This can be read as two days.", hint=f"Write {A_DAY}.")
    at, _ = times.parse(text)
    if at is None or re.fullmatch(r"\d{9,}", text.strip()):
        raise UsageError("This is no day.", hint=f"Write {A_DAY}.")
    day = datetime.fromtimestamp(at / 1_000_000, UTC).date()
    if day > datetime.now(UTC).date():
        raise UsageError("This day is still to come.", hint=f"Write {A_DAY}.")
    return day


def _once(found: Iterable[Given], name: str) -> tuple[list[Given], list[InputError], list[int]]:
    """Labels, each account or post one of each source; those with two, and the rows that repeat one."""
    by_source: dict[tuple[str, Kind, str], list[Given]] = defaultdict(list)
    for one in found:
        by_source[one.source.casefold(), one.kind, one.uid].append(one)
    spelled: dict[str, str] = {}
    kept, twice, repeated = list[Given](), list[InputError](), list[int]()
    for several in by_source.values():
        if len({one.label.casefold() for one in several}) > 1:
            twice.append(_contradicted(several, name))
            continue
        label = spelled.setdefault(several[0].label.casefold(), several[0].label)
        kept.append(replace(several[0], label=label))
        repeated += [one.row for one in several[1:]]
    return kept, twice, sorted(repeated)


def _contradicted(given: Sequence[Given], name: str) -> InputError:
    first = {one.label.casefold(): f"{one.label!r} in row {one.row}" for one in reversed(given)}
    words = " and ".join(sorted(first.values(), key=lambda said: int(said.rpartition(" ")[2])))
    return InputError(
        f"The {given[0].kind} has {len(first)} labels, {words}; none is used.",
        file=name,
        row=given[-1].row,
        found=given[0].uid,
    )


def labels_of_sources(store: Store) -> Labels:
    """Labels of accounts by the files they come from: an archive of operations, or the control users beside it.

    Raises
    ------
    UsageError
        If no file of the case says it.
    """
    reader = {source["source_id"]: source["reader"] for source in store.sources().to_pylist()}
    given: dict[str, set[str]] = defaultdict(set)
    for batch in store.scan("posts", Scan(columns=("account_uid", "source_id"))):
        for row in batch.to_pylist():
            if (label := BY_READER.get(str(reader.get(row["source_id"])))) and row["account_uid"]:
                given[row["account_uid"]].add(label)
    if not given:
        raise UsageError(
            "No file of this case says which accounts belong to an operation.",
            hint="Give a CSV with the columns account and label: --labels labels.csv.",
        )
    both = [
        InputError("The account is in files of both kinds; it is not used.", file="files of the case", found=uid)
        for uid, has in sorted(given.items())
        if len(has) > 1
    ]
    one = {uid: next(iter(has)) for uid, has in sorted(given.items()) if len(has) == 1}
    return Labels(one, _ordinary(one.values(), ()), len(given), tuple(both))


def _rows(path: Path, name: str = "") -> Iterator[dict[str, str]]:
    try:
        text = path.expanduser().read_text(encoding="utf-8-sig")
        head = text.partition("\n")[0]
        separator = max(",;\t", key=head.count)
        yield from csv.DictReader(text.splitlines(keepends=True), delimiter=separator)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(
            f"It cannot be read as a CSV: {said}", file=name or path.name, accepted="a CSV in UTF-8"
        ) from error


def _lacking(kind: Kind, one: Mapping[str, str], uid: Found) -> str | None:
    if not one[kind]:
        return "The row names no account."
    if not one["label"]:
        return "The row gives no label."
    if uid is None:
        return (
            f"The case has no such {kind} on {one['platform']}." if one["platform"] else f"The case has no such {kind}."
        )
    if not isinstance(uid, str):
        return f"{len(uid)} {kind}s have this name ({', '.join(uid[:3])}); a column platform tells them apart."
    return None


def _ordinary(labels: Iterable[str], named: Sequence[str]) -> frozenset[str]:
    there = {label.casefold(): label for label in labels}
    for name in named:
        if name.casefold() not in there:
            raise UsageError(f"No account has the label {name!r}.", hint=did_you_mean(name, sorted(there.values())))
    taken = {name.casefold() for name in named} or ORDINARY
    return frozenset(label for label in labels if label.casefold() in taken)
