"""Labels of accounts from a CSV, matched with the accounts of a case; every row that cannot be used is listed with its reason."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from graph.stores.base import Scan, Store
from ingest.errors import InputError, UsageError, did_you_mean

COLUMNS: dict[str, tuple[str, ...]] = {
    "account": ("account", "account_id", "account_uid", "author_id", "userid", "user_id", "author", "handle", "screen_name", "user_screen_name"),
    "label": ("label", "cat", "account_category", "account_type", "category", "class", "campaign", "type"),
    "platform": ("platform",),
}  # fmt: skip
"""Names under which each column is known, the surest first; ``platform`` need not be there."""

ORDINARY = frozenset({"ordinary", "control", "organic", "genuine", "legitimate", "authentic", "normal", "human", "public", "0", "false", "no"})  # fmt: skip
"""Labels, in lower case, that are taken for ordinary accounts unless others are named."""

BY_READER = {"x_io_archive": "operation", "ira_538": "operation", "x_io_control": "control"}
"""Label of the accounts of a source by its reader, where no labels are given."""

SHOWN = 20  # rows that cannot be used and are listed; the others are counted by reason


@dataclass(frozen=True)
class Labels:
    """Labels that can be used, and what could not.

    Attributes
    ----------
    of : dict of str to str
        Account uid to label.
    ordinary : frozenset of str
        Those of the labels that ordinary accounts have.
    rows : int
        Rows of the file, without its header.
    refused : tuple of InputError
        What is not used, with the row and the reason: a row that labels nobody, an account with two labels.
    repeated : tuple of int
        Rows that say again what a row before said.
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
        yield from (str(error) for error in islice(self.refused, shown))
        if len(self.refused) > shown:
            yield f"{len(self.refused) - shown:,} more rows were not used."
        if self.repeated:
            rows = ", ".join(map(str, self.repeated[:5])) + (" and others" if len(self.repeated) > 5 else "")
            yield f"{len(self.repeated):,} rows repeat a label that was given before: row {rows}."


def read_labels(store: Store, path: str | Path, ordinary: Sequence[str] = ()) -> Labels:
    """Labels of accounts of a case from a CSV with the columns account and label, and platform where a name is on several.

    Accounts are named by uid (``x:123``), by their id, by handle, or by code (``A-12``). Accounts the case does not have, rows without
    account or label, and accounts with two labels are not used and are listed, as are rows that repeat one; all other rows are used.

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
    name, rows = Path(path).name, list(_rows(Path(path)))
    given, refused = _matched(rows, _columns(rows[0] if rows else {}, name), _Accounts(store), name)
    twice = {uid: labels for uid, labels in given.items() if len(_spelled(labels)) > 1}
    refused += [_contradicted(uid, labels, name) for uid, labels in twice.items()]
    refused.sort(key=lambda error: error.row or 0)
    label_of = {uid: labels[0][1] for uid, labels in given.items() if uid not in twice}
    if not label_of:
        first = f" The first: {refused[0]}" if refused else ""
        accepted = "ids, handles or codes of accounts of the case"
        raise InputError(f"No row labels an account of this case.{first}", file=name, accepted=accepted)
    repeated = [row for uid, labels in given.items() if uid not in twice for row, _ in labels[1:]]
    return Labels(label_of, _ordinary(label_of.values(), ordinary), len(rows), tuple(refused), tuple(sorted(repeated)))


Given = dict[str, list[tuple[int, str]]]  # account -> rows and labels


def _matched(
    rows: Sequence[Mapping[str, str]], columns: Mapping[str, str], accounts: _Accounts, name: str
) -> tuple[Given, list[InputError]]:
    """Rows by the account they label, and those that label none."""
    given, refused = Given(), list[InputError]()
    for number, row in enumerate(rows, 2):
        account, label, platform = (str(row.get(columns.get(key, ""), "") or "").strip() for key in COLUMNS)
        uid = accounts.find(account, platform)
        if reason := _lacking(account, label, platform, uid):
            refused.append(InputError(reason, file=name, row=number, column=columns["account"], found=account or None))
        elif isinstance(uid, str):
            given.setdefault(uid, []).append((number, label))
    return given, refused


def _spelled(labels: Iterable[tuple[int, str]]) -> set[str]:
    return {label.casefold() for _, label in labels}


def _contradicted(uid: str, labels: Sequence[tuple[int, str]], name: str) -> InputError:
    first = {label.casefold(): f"{label!r} in row {row}" for row, label in reversed(labels)}
    words = " and ".join(sorted(first.values(), key=lambda said: int(said.rpartition(" ")[2])))
    return InputError(
        f"The account has {len(first)} labels, {words}; none is used.", file=name, row=labels[-1][0], found=uid
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


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"It cannot be read as a CSV: {error}", file=path.name, accepted="a CSV in UTF-8") from error
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    yield from csv.DictReader(text.splitlines(keepends=True), delimiter=separator)


def _columns(row: Mapping[str, str], name: str) -> dict[str, str]:
    """The file's own name of each column."""
    own = {str(column).strip().casefold(): column for column in row}
    found = {key: own[known] for key, names in COLUMNS.items() if (known := next((n for n in names if n in own), None))}
    lacking = [key for key in ("account", "label") if key not in found]
    if lacking:
        raise InputError(
            f"There is no column {' and no column '.join(lacking)}." if row else "It has no rows.",
            file=name,
            found=", ".join(map(str, row)) or None,
            accepted="the columns account and label, and platform where two accounts have one name",
        )
    return found


def _lacking(account: str, label: str, platform: str, uid: str | tuple[str, ...] | None) -> str | None:
    if not account:
        return "The row names no account."
    if not label:
        return "The row gives no label."
    if uid is None:
        return f"The case has no such account on {platform}." if platform else "The case has no such account."
    if not isinstance(uid, str):
        return f"{len(uid)} accounts have this name ({', '.join(uid[:3])}); a column platform tells them apart."
    return None


def _ordinary(labels: Iterable[str], named: Sequence[str]) -> frozenset[str]:
    there = {label.casefold(): label for label in labels}
    for name in named:
        if name.casefold() not in there:
            raise UsageError(f"No account has the label {name!r}.", hint=did_you_mean(name, sorted(there.values())))
    taken = {name.casefold() for name in named} or ORDINARY
    return frozenset(label for label in labels if label.casefold() in taken)


class _Accounts:
    """Accounts of a case by everything they can be called."""

    def __init__(self, store: Store) -> None:
        self._uids: set[str] = set()
        self._called: tuple[dict[str, set[str]], ...] = (defaultdict(set), defaultdict(set), defaultdict(set))
        self._platform: dict[str, str] = {}
        columns = ("account_uid", "platform", "native_id", "handle_key", "code")
        for batch in store.scan("accounts", Scan(columns=columns)):
            for row in batch.to_pylist():
                self._uids.add(row["account_uid"])
                self._platform[row["account_uid"]] = row["platform"] or ""
                names = (row["native_id"], row["handle_key"], f"a-{row['code']}" if row["code"] is not None else None)
                for called, known in zip(names, self._called, strict=True):
                    if called:
                        known[str(called).casefold()].add(row["account_uid"])

    def find(self, name: str, platform: str = "") -> str | tuple[str, ...] | None:
        """The uid; several where the name fits several accounts, None where it fits none."""
        if name in self._uids:
            return name
        for known in self._called:
            fits = known.get(name.casefold()) or known.get(name.casefold().removeprefix("@"))
            those = [uid for uid in fits or () if not platform or self._platform[uid] == platform.casefold()]
            if those:
                return those[0] if len(those) == 1 else tuple(sorted(those))
        return None
