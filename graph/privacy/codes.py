"""Names on the way out: keyed codes that only this case's key can join, or the platforms' own ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

import polars as pl

from graph.privacy.sanitize import defang, names_of_people, redact, redact_file_name
from graph.stores import kept_codes
from graph.stores.base import Scan, Store
from ingest.privacy.keys import Key

Choice = Literal["codes", "ids"]
case_key = kept_codes.case_key

# Objects that name no person and no post: a hashtag or a registrable domain may be read by everyone.
OPEN_TRACES = frozenset({"hashtag", "hashtags", "hashtag_sequence", "domain", "copost"})
_POST_TRACES = frozenset({"repost", "reply", "quote"})
_ACCOUNT_TRACES = frozenset({"mention"})
_ADDRESS_TRACES = frozenset({"link", "domain", "object", "media"})


def names_in(store: Store) -> dict[str, str]:
    """All that names somebody of a case beyond doubt, with the codes people say: a post or a reason may name anybody."""
    found: dict[str, str] = {}
    for batch in store.scan("accounts", Scan(columns=["handle_key", "native_id", "display_name", "code"])):
        found |= names_of_people(cast(pl.DataFrame, pl.from_arrow(batch)))
    return found


@dataclass(frozen=True)
class Names:
    """Names of accounts, posts, objects and groups in an export: codes or ids.

    Attributes
    ----------
    key : Key, optional
        None writes the platforms' own ids.
    handles : mapping
        Handle to ``A-n``, for sentences that may hold one.
    broken : bool
        Break links and sites also where ids are written, as harm areas ask.

    Examples
    --------
    >>> Names(None).accounts(pl.Series(["x:1", None])).to_list()
    ['x:1', None]
    """

    key: Key | None
    handles: Mapping[str, str] = field(default_factory=dict)
    broken: bool = False

    @property
    def choice(self) -> Choice:
        return "ids" if self.key is None else "codes"

    def accounts(self, column: pl.Series) -> pl.Series:
        """Account uids as they are written."""
        return column if self.key is None else _mapped(column, self.key.pseudonym)

    def posts(self, column: pl.Series) -> pl.Series:
        """Post uids as they are written."""
        return column if self.key is None else _mapped(column, self.key.post)

    def groups(self, column: pl.Series) -> pl.Series:
        """Group ids as they are written: a plain hash of its members could be guessed back."""
        key = self.key
        return column if key is None else _mapped(column, lambda value: key.code("group", value))

    def objects(self, traces: pl.Series, objects: pl.Series) -> pl.Series:
        """Object keys as they are written, row by row with their trace."""
        if self.key is None and not self.broken:
            return objects
        pairs = pl.DataFrame({"trace": traces, "object": objects})
        known = pairs.unique(maintain_order=True)
        words = [self.object(trace, value) for trace, value in known.iter_rows()]
        known = known.with_columns(pl.Series("written", words, dtype=pl.String))
        joined = pairs.join(known, on=["trace", "object"], how="left", nulls_equal=True, maintain_order="left")
        return joined["written"].alias(objects.name)

    def object(self, trace: str | None, value: str | None) -> str | None:
        """One object's key as it is written."""
        if (
            value is not None
            and self.broken
            and trace in _ADDRESS_TRACES
            and (self.key is None or trace in OPEN_TRACES)
        ):
            return defang(value)
        if self.key is None or value is None or trace in OPEN_TRACES:
            return value
        if trace in _POST_TRACES:
            return self.key.post(value)
        if trace in _ACCOUNT_TRACES:
            return self.key.pseudonym(value)
        return self.key.code("object", f"{trace}\x1f{value}")

    def sentence(self, text: str | None) -> str | None:
        """A sentence of the run or of an analyst: with codes it names nobody and holds no address."""
        return text if self.key is None or text is None else redact(text, self.handles, links="mask")

    def settings(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Settings with the accounts a run was narrowed to written like all others."""
        plain = dict(settings)
        narrow = dict(plain.get("narrow") or {})
        if self.key is not None and narrow.get("accounts"):
            narrow["accounts"] = [self._narrowed(str(value)) for value in narrow["accounts"]]
            plain["narrow"] = narrow
        return plain

    def _narrowed(self, value: str) -> str:
        assert self.key is not None
        if value.startswith("A-") and value[2:].isdigit():
            return value
        return self.key.pseudonym(value) if ":" in value else self.handles.get(value.lstrip("@").casefold(), "@…")


def file_name(name: str | None, names: Names) -> str | None:
    """A source's file name without its folders, and without handles when codes are written."""
    return redact_file_name(name, names.handles if names.key is not None else {})


def _mapped(column: pl.Series, code: Callable[[str], str]) -> pl.Series:
    # One keyed hash per distinct value, not per row.
    values = column.drop_nulls().unique().to_list()
    return column.replace_strict(values, [code(value) for value in values], default=None, return_dtype=pl.String)
