"""The gate: the one way by which what a case holds reaches pages, commands, exports, briefings and notebooks.

A ``Gate`` is a store that reads through the profile of the case's harm area and leaves out what is sealed; everything that
shows or writes something is given one. The search for ties and the loading of files take the case itself. With no harm area
and nothing sealed a gate gives what the case gives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic
from typing import Any, cast

import polars as pl
import pyarrow as pa

from graph.privacy import areas, seals
from graph.privacy.areas import Profile
from graph.privacy.codes import case_key
from graph.privacy.columns import COLUMNS
from graph.privacy.seals import Sealed
from graph.privacy.withholding import Rule, Withholding
from graph.schema import Findings
from graph.stores.base import Leftovers, Scan, Store, Tally, Writer

LOOK_AGAIN_S = 1.0
"""Seconds after which the case is asked again for its area and seals, since others may have set them."""

LABELS = "labels"
"""Kind of the notes with labels of many accounts and posts, see ``graph.labels.kept``."""
_ABOUT = ("account", "account_a", "account_b", "post", "group_id")
_BY_KIND = {
    **dict.fromkeys(("target_key", "target_raw"), "kind"),
    **dict.fromkeys(("object", "objects", "viral", "allowed"), "trace"),
}


@dataclass
class Policy:
    """All that binds a case now.

    Attributes
    ----------
    profile : Profile
    sealed : Sealed
    rules : Withholding or None
        None where nothing is withheld.
    quoting : frozenset of str
        Posts that carry a sealed object: their words and addresses are hidden too.
    handles : tuple of str
        Handles of sealed accounts, which others' words must not give away.
    """

    profile: Profile
    sealed: Sealed = field(default_factory=Sealed)
    rules: Withholding | None = None
    quoting: frozenset[str] = frozenset()
    handles: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.profile.withholds or bool(self.sealed)


def gate(store: Store) -> Gate:
    """The gate of a case; a gate is its own."""
    return store if isinstance(store, Gate) else Gate(store)


class Gate:
    """A case as it may be shown; see ``graph.stores.base.Store`` for the methods.

    Parameters
    ----------
    store : Store

    Attributes
    ----------
    inner : Store
        The case itself.

    Examples
    --------
    >>> from graph.case.area import set_area
    >>> from graph.case.toy import toy_case
    >>> case = toy_case()
    >>> next(gate(case).scan("posts"))["text"][0].as_py()
    'read this'
    >>> made = set_area(case, "csam", "Ann")
    >>> next(gate(case).scan("posts"))["text"][0].as_py() is None
    True
    """

    def __init__(self, store: Store) -> None:
        self.inner = store
        self.address, self.name = store.address, store.name
        self._held: Policy | None = None
        self._mark: tuple[Any, ...] = ()
        self._asked = 0.0

    @property
    def policy(self) -> Policy:
        """All that binds the case now."""
        if self._held is None or monotonic() - self._asked > LOOK_AGAIN_S:
            self._look()
        assert self._held is not None
        return self._held

    @property
    def profile(self) -> Profile:
        """The profile of the case's harm area."""
        return self.policy.profile

    @property
    def mark(self) -> tuple[Any, ...]:
        """Changes whenever the area or the seals change: what was built before is out of date."""
        return (self.policy.profile.name, self.policy.sealed)

    def _look(self) -> None:
        profile, sealed = areas.profile(self.inner), seals.sealed_by(self.inner.notes(seals.KIND))
        mark = (profile.name, sealed)
        if self._held is None or mark != self._mark:
            self._held, self._mark = _policy(self.inner, profile, sealed), mark
        self._asked = monotonic()

    def info(self) -> dict[str, Any]:
        return self.inner.info()

    def set_key_fingerprint(self, fingerprint: str) -> None:
        self.inner.set_key_fingerprint(fingerprint)

    def sources(self) -> pa.Table:
        return _through(self.policy, "sources", self.inner.sources())

    def writer(self, source_id: str, *, replaces: str | None = None) -> AbstractContextManager[Writer]:
        return self.inner.writer(source_id, replaces=replaces)

    def remove(self, source_id: str) -> None:
        self.inner.remove(source_id)

    def retain(self, source_id: str, until: datetime | None) -> None:
        self.inner.retain(source_id, until)

    def forget(self, account_uids: Sequence[str], tombstones: Sequence[str] = ()) -> Tally:
        return self.inner.forget(account_uids, tombstones)

    def tombstones(self) -> list[str]:
        return self.inner.tombstones()

    def purge(self, before: datetime, source_id: str | None = None) -> Tally:
        return self.inner.purge(before, source_id)

    def codes(self) -> pa.Table:
        table, policy = self.inner.codes(), self.policy
        if policy.profile.names == "codes only":
            return table.slice(0, 0)
        return _unsealed(policy.sealed, "codes", table) if policy.sealed else table

    def keep_codes(self, codes: pa.Table) -> None:
        self.inner.keep_codes(codes)

    def scan(self, table: str, what: Scan = Scan()) -> Iterator[pa.RecordBatch]:
        policy = self.policy
        if not policy:
            yield from self.inner.scan(table, what)
            return
        wanted = what.columns
        if wanted is not None:
            what = replace(what, columns=[*wanted, *(c for c in _NEEDED.get(table, ()) if c not in wanted)])
        for batch in self.inner.scan(table, _asked(policy, what)):
            rows = _through(policy, table, pa.Table.from_batches([batch]))
            yield from (rows.select(list(wanted)) if wanted is not None else rows).to_batches()

    def count(self, table: str) -> int:
        return self.inner.count(table)

    def days(self) -> pa.Table:
        return self.inner.days()

    def link_kinds(self) -> dict[str, int]:
        return self.inner.link_kinds()

    def write_run(self, findings: Findings) -> dict[str, Any]:
        return self.inner.write_run(findings)

    def describe_run(self, run_id: str, tables: Mapping[str, pa.Table]) -> None:
        self.inner.describe_run(run_id, tables)

    def runs(self) -> list[dict[str, Any]]:
        policy, records = self.policy, self.inner.runs()
        return [_run(policy, record) for record in records] if policy else records

    def run_table(self, run_id: str, table: str) -> pa.Table:
        return _through(self.policy, table, self.inner.run_table(run_id, table))

    def add_note(self, note: Mapping[str, Any]) -> None:
        rules = self.policy.rules
        self.inner.add_note(note if rules is None else _noted(note, rules.origin, rules.origin))
        self._asked = 0.0

    def notes(self, kind: str | None = None) -> list[dict[str, Any]]:
        policy, found = self.policy, self.inner.notes(kind)
        return [_shown(policy, note) for note in found if not _about_sealed(policy.sealed, note)]

    def set_unfinished(self, source: str | None) -> None:
        self.inner.set_unfinished(source)

    def leftovers(self) -> Leftovers:
        return self.inner.leftovers()

    def refresh(self) -> None:
        self.inner.refresh()
        self._asked = 0.0

    def version(self) -> Hashable:
        return self.inner.version()

    def close(self) -> None:
        self.inner.close()


_NEEDED = {
    "links": ("kind", "post_uid", "account_uid", "target_key", "target_account_uid"),
    "posts": ("post_uid", "account_uid"),
}
"""Columns that the rules read, though nobody asked for them."""


def _policy(store: Store, profile: Profile, sealed: Sealed) -> Policy:
    rules = Withholding(profile, case_key(store), _handles(store, profile)) if profile.withholds else None
    handles = {str(h) for h in _column(store, "accounts", "handle", Scan(uids=sorted(sealed.accounts))) if h}
    return Policy(profile, sealed, rules, _quoting(store, sealed), tuple(sorted(handles, key=len, reverse=True)))


def _column(store: Store, table: str, column: str, what: Scan) -> Iterator[Any]:
    if what.uids != []:
        for batch in store.scan(table, replace(what, columns=[column])):
            yield from batch.column(column).to_pylist()


def _handles(store: Store, profile: Profile) -> dict[str, str]:
    if profile.names != "codes only":
        return {}
    return {str(h).lstrip("@").casefold(): "@…" for h in _column(store, "accounts", "handle_key", Scan()) if h}


def _quoting(store: Store, sealed: Sealed) -> frozenset[str]:
    """Posts with a link to something sealed: an object, or a post of which they are the repost."""
    gone = _gone(sealed, pl.col("target_key"))
    if gone is None or not (sealed.keys or sealed.posts):
        return frozenset()
    found: set[str] = set()
    for batch in store.scan("links", Scan(columns=["post_uid", "target_key", "kind"])):
        rows = cast(pl.DataFrame, pl.from_arrow(batch)).filter(pl.col("kind").cast(pl.String) != "mention")
        found |= set(rows.filter(gone)["post_uid"].to_list())
    return frozenset(found)


def _asked(policy: Policy, what: Scan) -> Scan:
    """The selection under the case's own uids, where it was made by codes that were given out."""
    if policy.rules is None:
        return what
    narrow = replace(what.narrow, accounts=tuple(policy.rules.back(what.narrow.accounts)))
    return replace(what, narrow=narrow, uids=None if what.uids is None else policy.rules.back(what.uids))


def _through(policy: Policy, table: str, rows: pa.Table) -> pa.Table:
    """Rows of a table as they may be shown: without what is sealed, each column by its rule."""
    if not policy or not rows.num_rows:
        return rows
    frame = cast(pl.DataFrame, pl.from_arrow(rows))
    if policy.sealed:
        frame = _hushed(policy, table, _open(policy.sealed, table, frame))
    if policy.rules is not None:
        frame = _withheld(policy.rules, table, frame)
    return frame.to_arrow().cast(rows.schema)


def _unsealed(sealed: Sealed, table: str, rows: pa.Table) -> pa.Table:
    return _open(sealed, table, cast(pl.DataFrame, pl.from_arrow(rows))).to_arrow().cast(rows.schema)


_SEALED_IN: dict[str, str] = {
    **dict.fromkeys(
        ("account_uid", "account", "account_a", "account_b", "channel_uid", "target_account_uid"), "accounts"
    ),
    **dict.fromkeys(("post_uid", "post_a", "post_b"), "posts"),
    "group_id": "groups",
}


def _open(sealed: Sealed, table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows about nothing that is sealed. A tie keeps its row when only its group is sealed, without the group's name."""
    kept = pl.lit(True)
    for column, field_name in _SEALED_IN.items():
        hidden = getattr(sealed, field_name)
        if column in frame.columns and hidden and not (table == "ties" and column == "group_id"):
            kept &= ~pl.col(column).is_in(list(hidden)).fill_null(False)
    for column in ("object", "target_key"):
        if column in frame.columns and (gone := _gone(sealed, pl.col(column))) is not None:
            kept &= ~gone
    frame = frame.filter(kept)
    if table == "ties" and sealed.groups:
        frame = frame.filter(~pl.col("group_id").is_in(list(sealed.groups)).fill_null(False))
    if "sample_post" in frame.columns:
        hidden_sample = pl.col("sample_post").is_in(list(sealed.posts))
        frame = frame.with_columns(pl.when(hidden_sample).then(None).otherwise("sample_post").alias("sample_post"))
    for column in ("viral", "allowed", "objects"):
        if isinstance(frame.schema.get(column), pl.List) and (gone := _gone(sealed, pl.element())) is not None:
            frame = frame.with_columns(pl.col(column).list.eval(pl.element().filter(~gone)))
    return frame


def _gone(sealed: Sealed, column: pl.Expr) -> pl.Expr | None:
    """True for keys of what is sealed: an object, a link on a sealed site, a post, an account."""
    keys = [*sealed.keys, *sealed.posts, *sealed.accounts]
    tests = [column.is_in(keys).fill_null(False)] if keys else []
    tests += [column.str.contains(sealed.sites).fill_null(False)] if sealed.sites else []
    return pl.any_horizontal(tests) if tests else None


_QUOTES = ("text", "url", "extra", "target_raw")


def _hushed(policy: Policy, table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Words and addresses that would give away what is sealed, taken out of the rows that stay."""
    if policy.quoting and "post_uid" in frame.columns:
        quotes = pl.col("post_uid").is_in(list(policy.quoting))
        there = [name for name in _QUOTES if name in frame.columns]
        frame = frame.with_columns(pl.when(quotes).then(None).otherwise(name).alias(name) for name in there)
    words = [
        name for name, kind in COLUMNS.get(table, {}).items() if kind in ("text", "raw", "sentence", "address", "file")
    ]
    there = [name for name in words if name in frame.columns and frame.schema[name] == pl.String]
    for handle in policy.handles:
        named = f"(?i){re.escape(handle)}"
        frame = frame.with_columns(pl.col(name).str.replace_all(named, "[sealed]") for name in there)
    return frame


def _withheld(rules: Withholding, table: str, frame: pl.DataFrame) -> pl.DataFrame:
    new = [
        _by_kind(rules, table, name, frame) if name in _BY_KIND else _each(frame[name], rules.rule(kind))
        for name, kind in COLUMNS.get(table, {}).items()
        if name in frame.columns
    ]
    frame = frame.with_columns(new)
    least = rules.profile.minimum
    if least > 1 and table in ("groups", "objects", "described_communities", "described_objects"):
        frame = frame.filter(pl.col("accounts").fill_null(0) >= least)
    if table == "accounts" and rules.profile.level != "person":
        kept = ("account_uid", "platform", "account_type", "source_ids")
        frame = frame.with_columns(
            pl.lit(None, kind).alias(name) for name, kind in frame.schema.items() if name not in kept
        )
    return frame


def _by_kind(rules: Withholding, table: str, name: str, frame: pl.DataFrame) -> pl.Series:
    """A column whose rule is that of another: targets by the kind of link, objects by their trace."""

    def changed(of: str | None, value: str | None) -> str | None:
        rule = rules.rule("target", of) if name == "target_raw" else rules.compared(of or "")
        return value if rule is None or value is None else rule(value)

    pairs = frame.select(pl.col(_BY_KIND[name]).cast(pl.String).alias("of"), pl.col(name).alias("value"))
    if isinstance(pairs.schema["value"], pl.List):
        rows = [None if row is None else [changed(of, item) for item in row] for of, row in pairs.iter_rows()]
        return pl.Series(name, rows, dtype=frame.schema[name])
    known = pairs.unique(maintain_order=True)
    known = known.with_columns(pl.Series("new", [changed(*row) for row in known.iter_rows()], dtype=pl.String))
    return pairs.join(known, on=["of", "value"], how="left", nulls_equal=True, maintain_order="left")["new"].alias(name)


def _each(column: pl.Series, rule: Rule | None) -> pl.Series:
    """A rule on every value, once per distinct one; in lists, on every item."""
    if rule is None:
        return column
    if isinstance(column.dtype, pl.List):  # few rows: sentences of a source
        rows = [None if row is None else [rule(item) for item in row if item is not None] for row in column.to_list()]
        return pl.Series(column.name, rows, dtype=column.dtype)
    values = column.drop_nulls().unique().to_list()
    new = [rule(str(value)) for value in values]
    return column.cast(pl.String).replace_strict(values, new, default=None, return_dtype=pl.String).alias(column.name)


def _run(policy: Policy, record: Mapping[str, Any]) -> dict[str, Any]:
    """A run's record with the sentences that must stand beside its results, and nobody named in it who may not be."""
    run = dict(record)
    said = [str(note) for note in run.get("notes") or []]
    rules = policy.rules
    if rules is not None:
        said = [rules.sentence(one) for one in said]
        narrow = dict((run.get("settings") or {}).get("narrow") or {})
        if narrow.get("accounts") and rules.profile.names == "codes only":
            narrow["accounts"] = [rules.account(str(uid)) for uid in narrow["accounts"]]
            run["settings"] = {**run["settings"], "narrow": narrow}
        if run.get("allowed"):
            run["allowed"] = [_noted_object(rules, entry) for entry in run["allowed"]]
    run["notes"] = [*said, *sentences(policy)]
    return run


def sentences(policy: Policy) -> list[str]:
    """Sentences on what is withheld or sealed, and why; empty where nothing is.

    Examples
    --------
    >>> sentences(Policy(areas.GENERAL, Sealed(posts=frozenset({"x:1"}))))
    ['Sealed: 1 post. Sealed items are hidden everywhere; counts still include them.']
    """
    said = withheld_words(policy.profile)
    if policy.sealed:
        said.append(
            f"Sealed: {policy.sealed.in_words()}. Sealed items are hidden everywhere; counts still include them."
        )
    return said


def withheld_words(profile: Profile) -> list[str]:
    """Sentences on what a profile withholds, why, and where to turn; empty where nothing is withheld.

    Examples
    --------
    >>> withheld_words(areas.GENERAL), len(withheld_words(areas.PROFILES["csam"]))
    ([], 3)
    """
    if not profile.withholds:
        return []
    least = profile.minimum
    few = f"Groups and objects of fewer than {least} accounts are not listed; counts under {least} read <{least}."
    return [
        f"Harm area: {profile.title}. {' '.join(fact.words for fact in profile.why)}",
        *([few] if least > 1 else []),
        f"Where to turn: {' '.join(fact.words for fact in profile.turn_to)}",
    ]


def _noted(note: Mapping[str, Any], account: Callable[[str], str], post: Callable[[str], str]) -> dict[str, Any]:
    """A note with the accounts and posts it is about under other names."""
    new = dict(note)
    for name in ("account", "account_a", "account_b", "a", "b", "post"):
        if isinstance(new.get(name), str):
            new[name] = (post if name == "post" else account)(new[name])
    if isinstance(new.get("members"), list):
        new["members"] = [account(str(uid)) for uid in new["members"]]
    if new.get("kind") == LABELS:
        coded = {"accounts": account, "posts": post}
        new["labels"] = [
            {**part, **{name: [of(str(uid)) for uid in part.get(name) or ()] for name, of in coded.items()}}
            for part in new["labels"]
        ]
    return new


def _unsealed_labels(sealed: Sealed, note: dict[str, Any]) -> dict[str, Any]:
    """A note of labels without those of sealed accounts and posts."""
    hidden = sealed.accounts | sealed.posts
    if note.get("kind") != LABELS or not hidden:
        return note
    open_parts = [
        {**part, **{name: [uid for uid in part.get(name) or () if uid not in hidden] for name in ("accounts", "posts")}}
        for part in note["labels"]
    ]
    return {**note, "labels": open_parts}


def _noted_object(rules: Withholding, entry: Mapping[str, Any]) -> dict[str, Any]:
    rule = rules.compared("domain" if entry.get("match") == "site" else "url")
    key = entry.get("object")
    return {**entry, "object": rule(str(key)) if rule and key else key}


def _about_sealed(sealed: Sealed, note: Mapping[str, Any]) -> bool:
    if not sealed or note.get("kind") == seals.KIND:
        return False
    about = {str(note[name]) for name in _ABOUT if note.get(name)}
    pinned = note.get("pin")
    key = {str(value) for value in pinned.values()} if isinstance(pinned, Mapping) else set()
    return bool((about | key) & (sealed.accounts | sealed.posts | sealed.groups | sealed.keys))


def _shown(policy: Policy, note: dict[str, Any]) -> dict[str, Any]:
    """A note as it may be shown: a seal without what it hides, everything else by the profile's rules."""
    if note.get("kind") == seals.KIND:
        return {name: value for name, value in note.items() if name not in seals.HIDDEN}
    rules, note = policy.rules, _unsealed_labels(policy.sealed, note)
    if rules is None:
        return note
    new = _noted(note, *_coders(rules))
    if new.get("kind") == LABELS:
        new |= {name: rules.sentence(str(new[name])) for name in ("source", "file") if new.get(name)}
        new["labels"] = [
            {**part, "label": part.get("label") and rules.sentence(part["label"])} for part in new["labels"]
        ]
    if new.get("object"):
        new = _noted_object(rules, new)
    for name in ("text", "reason", "caption", "alt", "explanation"):
        if isinstance(new.get(name), str):
            new[name] = rules.sentence(new[name])
    pin = new.get("pin")
    if isinstance(pin, Mapping):
        new["pin"] = _pin(rules, pin)
    return new


def _coders(rules: Withholding) -> tuple[Callable[[str], str], Callable[[str], str]]:
    """Names of accounts and of posts as notes may give them; a code that people say, such as A-104, stays."""
    if rules.profile.names != "codes only":
        return str, str
    return (lambda uid: rules.account(uid) if ":" in uid else uid), (lambda uid: rules.post(uid) if ":" in uid else uid)


def _pin(rules: Withholding, pin: Mapping[str, Any]) -> dict[str, Any]:
    """A pin whose title, which quotes what was pinned, is as the profile lets it out."""
    new = _noted(pin, *_coders(rules))
    if isinstance(new.get("title"), str):
        withheld = rules.profile.text == "withheld"
        new["title"] = str(new.get("what") or "").capitalize() if withheld else rules.sentence(new["title"])
    return new
