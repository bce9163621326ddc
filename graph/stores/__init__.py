"""Stores of cases: their table, and the one an address means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from graph.stores.address import refuse_secrets, scheme_of
from graph.stores.base import Scan, Store, Tally, Writer
from graph.stores.copy import copy_case
from ingest.errors import CaseError, UsageError

__all__ = ["STORES", "Scan", "Store", "StoreKind", "Tally", "Writer", "copy_case", "is_neo4j", "open_case"]


@dataclass(frozen=True)
class StoreKind:
    """One way of keeping a case.

    Attributes
    ----------
    name, title : str
        For programs and for people.
    schemes : tuple of str
        What an address of this kind begins with; empty for paths.
    open : callable
        ``open(address, create)`` gives the store.
    """

    name: str
    title: str
    schemes: tuple[str, ...]
    open: Callable[[str, bool], Store]


def _open_folder(address: str, create: bool) -> Store:
    from graph.stores.folder_store.store import FolderStore

    return FolderStore.open(address, create)


def _open_neo4j(address: str, create: bool) -> Store:
    from graph.stores.neo4j_store.store import Neo4jStore  # the driver is only loaded by who needs it

    return Neo4jStore.open(address, create)


STORES: tuple[StoreKind, ...] = (
    StoreKind("folder", "A folder (Parquet, no server)", (), _open_folder),
    StoreKind(
        "neo4j",
        "Neo4j",
        ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc"),
        _open_neo4j,
    ),
)


def is_neo4j(address: str) -> bool:
    """True if an address means a Neo4j server.

    Examples
    --------
    >>> [is_neo4j(a) for a in ("neo4j://localhost?case=spring", "BOLT://localhost", "cases/spring", "C:/cases/neo4j")]
    [True, True, False, False]
    """
    kind = _kind(address)
    return kind is not None and kind.name == "neo4j"


def open_case(address: str, *, create: bool = False, unfinished: bool = False) -> Store:
    """The case at an address: a folder, or ``neo4j://host[:port][/database]?case=name``.

    Parameters
    ----------
    address : str
        Never with a user or password in it; those come from the environment or a prompt.
    create : bool
        Make the case if there is none.
    unfinished : bool
        Also open a case that was not copied to its end, to go on with it.

    Raises
    ------
    UsageError
        If the address is of no known kind, holds a password, or there is no case and none is to be made.
    CaseError
        If what is there cannot be used: not a case, of a newer format, not readable, not reachable,
        not copied to its end.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     case = open_case(f"{folder}/spring", create=True)
    ...     case.name, case.count("posts")
    ...     case.close()
    ('spring', 0)
    """
    if not address.strip():
        raise UsageError("A case needs an address.", hint="Give a folder, or neo4j://host?case=name.")
    try:
        address.encode()
    except UnicodeEncodeError:
        shown = address.encode(errors="replace").decode()
        raise UsageError(f"The case's address is not UTF-8: {shown}.", hint="Give a folder whose name is.") from None
    refuse_secrets(address)
    kind = _kind(address)
    if kind is None:
        schemes = ", ".join(f"{scheme}://" for known in STORES for scheme in known.schemes)
        raise UsageError(
            f"No case can live at an address that begins with {scheme_of(address)}://.",
            hint=f"Give a folder, or an address that begins with one of {schemes}.",
        )
    store = kind.open(address, create)
    origin = store.info()["unfinished"]
    if origin and not unfinished:
        store.close()
        raise CaseError(
            f"The case {address} is not whole: it was being copied from {origin}, and that stopped before the end.",
            hint=f"Copy again, which does the rest: lockstep copy {origin} {address}",
        )
    return store


def _kind(address: str) -> StoreKind | None:
    scheme = scheme_of(address)
    if scheme is None:
        return STORES[0]
    return next((kind for kind in STORES if scheme in kind.schemes), None)
