"""Protocol of a trace: a behaviour, read from the links of a case as actions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from graph.settings import Narrow
from graph.stores.base import Scan, Store
from ingest.errors import Progress

COLUMNS = ("post_uid", "account_uid", "at", "target_key", "inherited", "position")
Shows = Literal["key", "tags", "address", "text", "post", "account", "code"]


@dataclass(frozen=True)
class Words:
    """Words for a trace on pages and in documents.

    Attributes
    ----------
    title : str
        Heading on pages: "Shared the same link".
    one, many : str
        The object: "link", "links".
    verb, past : str
        What accounts do with it: "share", "shared".
    together : str
        What a group does, in a title: "share{s} links together".
    shows : str
        Form in which people see an object: its ``key``, its ``tags``, an ``address``, the ``text`` of a post that has it, the
        words of the ``post`` itself, the code of the ``account``, or its kind and length where the object is a ``code``.
    """

    title: str
    one: str
    many: str
    verb: str = "act on"
    past: str = "acted on"
    together: str = "act{s} together"
    shows: Shows = "key"


class Trace(Protocol):
    """A behaviour: accounts acting on the same object."""

    @property
    def name(self) -> str: ...

    @property
    def words(self) -> Words: ...

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of link it reads; a case needs all of them. Empty for a trace of posts."""
        ...

    @property
    def finest_s(self) -> float:
        """Shortest window that makes sense for its objects, in seconds."""
        ...

    @property
    def by_default(self) -> bool:
        """True if it is looked for without being asked for by name."""
        ...

    @property
    def of_accounts(self) -> bool:
        """True if its objects belong to accounts, not to moments: tested by rarity, see ``graph.significance.rarity``."""
        ...

    def actions(self, store: Store, narrow: Narrow, progress: Progress | None = None) -> pa.Table:
        """``account_uid``, ``object``, ``at``, ``post_uid``: one row per action."""
        ...


def own_links(store: Store, kinds: tuple[str, ...], narrow: Narrow) -> pa.Table:
    """Links of these kinds that the accounts set themselves; links that a repost inherits are left out."""
    batches = list(store.scan("links", Scan(columns=COLUMNS, kinds=kinds, narrow=narrow)))
    if not batches:
        return _EMPTY
    return own_rows(pa.Table.from_batches(batches))


def own_rows(links: pa.Table) -> pa.Table:
    """Links that were not inherited."""
    inherited = pc.fill_null(links.column("inherited"), False)
    return links.filter(pc.invert(inherited)) if pc.any(inherited, min_count=0).as_py() else links


_EMPTY = pa.table({name: pa.nulls(0, pa.string()) for name in COLUMNS}).set_column(
    2, "at", pa.nulls(0, pa.timestamp("us", tz="UTC"))
)


ACTIONS = pa.schema(
    [
        pa.field("account_uid", pa.string()),
        pa.field("object", pa.string()),
        pa.field("at", pa.timestamp("us", tz="UTC")),
        pa.field("post_uid", pa.string()),
    ]
)


def as_actions(frame: pl.DataFrame) -> pa.Table:
    """A frame with the columns of actions as the table a trace gives, in order of posts."""
    return frame.sort("post_uid", "object").select(ACTIONS.names).to_arrow().cast(ACTIONS)


@dataclass(frozen=True)
class LinkTrace:
    """A trace whose object is simply the target of a link of one kind."""

    name: str
    words: Words
    kind: str
    finest_s: float = 0.0
    by_default: bool = True
    of_accounts: bool = False

    @property
    def kinds(self) -> tuple[str, ...]:
        return (self.kind,)

    def actions(self, store: Store, narrow: Narrow, progress: Progress | None = None) -> pa.Table:
        """One row per link of the kind."""
        return self.renamed(own_links(store, self.kinds, narrow))

    def renamed(self, links: pa.Table) -> pa.Table:
        """Links of the kind as actions."""
        return links.select(["account_uid", "target_key", "at", "post_uid"]).rename_columns(ACTIONS.names)
