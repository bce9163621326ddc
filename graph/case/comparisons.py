"""Sources loaded as a comparison: posts by others about the same things, which show what is usual.

Where everybody in a case was chosen beforehand, chance can only be counted from their own habits. Others who act on the same
things give it an outside. Their accounts count in every test, but they are nobody's subject: a tie between two of them is
counted and not shown, and a group lists them only where they are tied to an account of the case. The role of a source is a
note; the last one holds, and a run's id depends on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, get_args

import numpy as np
import polars as pl
import pyarrow as pa

from graph.stores.base import Scan, Store
from ingest.errors import UsageError, did_you_mean
from ingest.normalize.platforms import name as platform_name

KIND = "source_role"
Role = Literal["case", "comparison"]
ROLES: tuple[Role, ...] = get_args(Role)
NOTHING_SHARED = "shares no link, text, hashtag or other object with the case"

_KEYS = ("kind", "target_key")


def mark(store: Store, source_id: str, role: str, by: str) -> bool:
    """Say whether a source is the case's own or a comparison; True if that is news.

    Parameters
    ----------
    source_id : str
        Of a source of the case.
    role : {"case", "comparison"}
    by : str
        Name of who says so.

    Raises
    ------
    UsageError
        If there is no such role or source, or nobody signs it.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> case = toy_case()
    >>> source = case.sources().column("source_id")[0].as_py()
    >>> mark(case, source, "comparison", "Kim"), comparisons(case) == [source]
    (True, True)
    >>> mark(case, source, "case", "Kim"), mark(case, source, "case", "Kim"), comparisons(case)
    (True, False, [])
    """
    if role not in ROLES:
        raise UsageError(f"A source can be {' or '.join(ROLES)}, not {role!r}.", hint=did_you_mean(role, ROLES))
    if source_id not in store.sources().column("source_id").to_pylist():
        raise UsageError(f"The case has no source {source_id!r}.", hint="lockstep sources lists them.")
    if not by.strip():
        raise UsageError("Nobody signed this.", hint="Give a name or initials that colleagues know.")
    if roles(store).get(source_id, "case") == role:
        return False
    at = datetime.now(UTC).isoformat(timespec="seconds")
    store.add_note({"kind": KIND, "source_id": source_id, "role": role, "by": by.strip(), "at": at})
    return True


def roles(store: Store) -> dict[str, str]:
    """The last word on each source that somebody marked, whether or not the case still holds it."""
    return {str(note["source_id"]): str(note["role"]) for note in store.notes(KIND)}


def comparisons(store: Store) -> list[str]:
    """``source_id`` of the sources that are a comparison, in the order they came in."""
    marked = roles(store)
    there = store.sources().column("source_id").to_pylist()
    return [source for source in there if marked.get(source) == "comparison"]


@dataclass(frozen=True)
class Others:
    """Accounts of a case that only its comparison sources know.

    Attributes
    ----------
    sources : tuple of str
        ``source_id`` of the comparison sources.
    accounts : frozenset of str
        Uids. An account that posts in one of the case's own sources is not among them.
    authors, posts : int
        Those of them who post, and their posts.
    """

    sources: tuple[str, ...] = ()
    accounts: frozenset[str] = frozenset()
    authors: int = 0
    posts: int = 0

    def counts(self) -> dict[str, int]:
        """The numbers of the run's summary; none without a comparison."""
        return {"comparison_posts": self.posts, "comparison_accounts": self.authors} if self.sources else {}

    def sentence(self) -> str:
        """The size of the comparison, in words.

        Examples
        --------
        >>> Others(("s",), frozenset({"x:1"}), 1, 12_400).sentence()
        '12,400 posts by 1 other account serve as a comparison.'
        """
        accounts = "1 other account" if self.authors == 1 else f"{self.authors:,} other accounts"
        verb = "serves" if self.posts == 1 else "serve"
        return f"{self.posts:,} {'post' if self.posts == 1 else 'posts'} by {accounts} {verb} as a comparison."


def others(store: Store, apart: Sequence[str] | None = None) -> Others:
    """Accounts that are known from comparison sources only, and how much they post.

    Parameters
    ----------
    apart : sequence of str, optional
        ``source_id`` of the comparison sources, such as those of an earlier run; those marked now when not given.

    Raises
    ------
    UsageError
        If every source of the case is a comparison.
    """
    apart = comparisons(store) if apart is None else list(apart)
    if not apart:
        return Others()
    own = [source for source in store.sources().column("source_id").to_pylist() if source not in apart]
    case = {uid for source in own for rows in _rows(store, "posts", ("account_uid",), source) for uid in rows[:, 0]}
    posts = pl.concat(
        [
            pl.DataFrame(schema={"post_uid": pl.String, "account_uid": pl.String}),
            *(rows for source in apart for rows in _rows(store, "posts", ("post_uid", "account_uid"), source)),
        ]
    )
    posts = posts.unique("post_uid").filter(~pl.col("account_uid").is_in(sorted(filter(None, case))))
    authors = set(posts["account_uid"].drop_nulls())
    known = set[str]()
    for rows in _rows(store, "accounts", ("account_uid", "source_ids"), None):
        only = rows.filter(pl.col("source_ids").list.set_difference(apart).list.len() == 0)
        known.update(only["account_uid"])
    return Others(tuple(apart), frozenset((authors | known) - case), len(authors), posts.height)


def check_own(store: Store) -> None:
    """Refuse a search of a case that holds comparisons only.

    Raises
    ------
    UsageError
    """
    apart, sources = comparisons(store), store.sources().num_rows
    if sources and len(apart) == sources:
        raise UsageError(
            "Every file of this case is a comparison, so there is nothing to compare.",
            hint="Load the accounts you ask about, or mark a file as the case's own: lockstep sources FILE --as case.",
        )


@dataclass
class Reach:
    """Platforms, days and objects of some sources, to hold a comparison against the case.

    Attributes
    ----------
    keys : uint64 array
        Hashes of the objects, sorted.
    """

    platforms: set[str] = field(default_factory=set)
    first: datetime | None = None
    last: datetime | None = None
    keys: Any = field(default_factory=lambda: np.zeros(0, np.uint64))

    def add_source(self, source: Mapping[str, Any]) -> None:
        """Take in the record of a source: its platforms, first and last day."""
        self.platforms.update(source["platforms"] or ())
        for at in filter(None, (source["first_at"], source["last_at"])):
            self.first = min(self.first or at, at)
            self.last = max(self.last or at, at)

    def add_links(self, links: pa.Table) -> None:
        """Take in links: their ``kind`` and ``target_key``."""
        named = (
            _frame(links.select(list(_KEYS)))
            .drop_nulls()
            .select(pl.concat_str(pl.col("kind").cast(pl.String), "target_key", separator=" "))
        )
        self.keys = np.union1d(self.keys, named.to_series().unique().hash(seed=7).to_numpy())


def reach(store: Store, source_ids: Iterable[str], read: bool = True) -> Reach:
    """Platforms, days and, unless they are not to be read, objects of these sources of a case."""
    found, records = Reach(), {source["source_id"]: source for source in store.sources().to_pylist()}
    for source in source_ids:
        found.add_source(records[source])
        for batch in () if not read else store.scan("links", Scan(columns=_KEYS, source_id=source)):
            found.add_links(pa.Table.from_batches([batch]))
    return found


def apart_from(case: Reach, other: Reach, file: str) -> list[str]:
    """Sentences where a comparison cannot serve: other days, other platforms, or no object in common.

    Parameters
    ----------
    case, other : Reach
        Of the case's own sources, and of the comparison.
    file : str
        Its name, for the sentences.

    Examples
    --------
    >>> from datetime import UTC
    >>> day = datetime(2026, 3, 1, tzinfo=UTC)
    >>> apart_from(Reach({"x"}, day, day), Reach({"x"}, day.replace(year=2025), day.replace(year=2025)), "public.csv")[0]
    'The comparison public.csv has posts of 1 Mar 2025 and the case of 1 Mar 2026: it cannot show what was usual then. Load posts of the same days.'
    """
    said = []
    if case.first and case.last and other.first and other.last and (other.first > case.last or other.last < case.first):
        said.append(
            f"The comparison {file} has posts of {_days(other.first, other.last)} and the case of {_days(case.first, case.last)}: it cannot"
            " show what was usual then. Load posts of the same days."
        )
    if case.platforms and other.platforms and not case.platforms & other.platforms:
        here, there = (_listed(one.platforms) for one in (case, other))
        said.append(
            f"The comparison {file} has posts of {there} and the case of {here}: it cannot show what is usual there. Load posts of {here},"
            " or name the platform with --platform."
        )
    if not said and len(case.keys) and not len(np.intersect1d(case.keys, other.keys, assume_unique=True)):
        said.append(
            f"The comparison {file} {NOTHING_SHARED}: its accounts did other things. Load posts"
            " about the same things, such as a search for the case's links or hashtags."
        )
    return said


def unfit(store: Store, read: bool = True) -> dict[str, list[str]]:
    """Sentences on each comparison source that cannot serve, see ``apart_from``; empty where all can.

    Parameters
    ----------
    store : Store
    read : bool
        Read the links, to see if there is an object in common; else days and platforms are held against each other, as the
        records of the sources have them.
    """
    apart = comparisons(store)
    if not apart:
        return {}
    sources = store.sources().to_pylist()
    case = reach(store, [source["source_id"] for source in sources if source["source_id"] not in apart], read)
    said = {
        source["source_id"]: apart_from(case, reach(store, [source["source_id"]], read), str(source["file_name"]))
        for source in sources
        if source["source_id"] in apart
    }
    return {source: sentences for source, sentences in said.items() if sentences}


def useless(store: Store) -> list[str]:
    """Sentences of ``unfit`` for all sources together."""
    return [sentence for sentences in unfit(store).values() for sentence in sentences]


def listed(store: Store) -> list[str]:
    """Sentences on the comparison sources from their records and the newest run, without reading posts or links.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> case = toy_case()
    >>> listed(case), mark(case, case.sources().column("source_id")[0].as_py(), "comparison", "Kim")
    ([], True)
    >>> listed(case)
    ['toy.csv is a comparison: 720 posts by 44 accounts.']
    """
    apart, sources = comparisons(store), store.sources().to_pylist()
    records = [source for source in sources if source["source_id"] in apart]
    held = [f"{source['file_name']} is a comparison: {_size([source])}." for source in records]
    runs = store.runs() if apart else []
    same = runs and runs[-1].get("comparison") == sorted(apart)
    of_run = [note for note in runs[-1]["notes"] if NOTHING_SHARED in note] if same else []
    return [*held, *(said for one in unfit(store, read=False).values() for said in one), *of_run]


def in_short(store: Store) -> str:
    """The size of the comparison by the records of its sources; empty without one."""
    apart = comparisons(store)
    records = [source for source in store.sources().to_pylist() if source["source_id"] in apart]
    if not records:
        return ""
    files = "1 file is" if len(records) == 1 else f"{len(records):,} files are"
    return f"{files} a comparison: {_size(records)}."


def _size(records: Iterable[Mapping[str, Any]]) -> str:
    sums = [
        (sum(one[column] or 0 for one in records), noun)
        for column, noun in (("posts", "post"), ("accounts", "account"))
    ]
    return " by ".join(f"{number:,} {noun}{'' if number == 1 else 's'}" for number, noun in sums)


def _days(first: datetime, last: datetime) -> str:
    ends = [f"{at.day} {at:%b %Y}" for at in (first, last)]
    return ends[0] if ends[0] == ends[1] else " – ".join(ends)


def _listed(platforms: Iterable[str]) -> str:
    return " and ".join(sorted(map(platform_name, platforms)))


def _rows(store: Store, table: str, columns: Sequence[str], source_id: str | None) -> Iterator[pl.DataFrame]:
    for batch in store.scan(table, Scan(columns=columns, source_id=source_id)):
        yield _frame(pa.Table.from_batches([batch]))


def _frame(rows: pa.Table) -> pl.DataFrame:
    return pl.DataFrame(rows)
