"""Making a case on a server, taking it away again, and bringing one of an older version up to date."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

from graph.stores.neo4j_store import cypher
from graph.stores.neo4j_store.bolt import Bolt
from ingest.errors import CaseError, Unreachable

FORMAT = 2
_LABELS = {"labels": [*cypher.KEYS, *cypher.LOOSE]}
_NAMES = {"names": [name for name, _, _ in cypher.INDEXES if name]}


def make(bolt: Bolt) -> None:
    """Make a case; where that fails, nothing of it stays."""
    try:
        _lay_out(bolt)
        bolt.write((cypher.CREATE_CASE, {"now": datetime.now(UTC).isoformat(timespec="seconds"), "format": FORMAT}))
        if len(bolt.read(cypher.OWN_CONSTRAINTS, **_LABELS)) < len(cypher.KEYS):
            _lay_out(bolt)  # somebody took away the last other case in between, and the constraints with it
    except Unreachable:
        raise
    except BaseException:
        with suppress(CaseError):
            unmake(bolt)
        raise


def unmake(bolt: Bolt) -> None:
    """Take away a case with everything in it, and after the last case the constraints and indexes too."""
    lock = bolt.hold(cypher.LOCK)
    try:
        for statement in cypher.DROP_CASE:
            bolt.in_transactions(statement)
        lock.finish(cypher.DROP_LAST)
    finally:
        lock.release()
    if bolt.read(cypher.CASES):
        return
    for found in bolt.read(cypher.OWN_CONSTRAINTS, **_LABELS):
        bolt.in_transactions(cypher.DROP_CONSTRAINT, name=found["name"])
    for found in bolt.read(cypher.OWN_INDEXES, **_LABELS, **_NAMES):
        bolt.in_transactions(cypher.DROP_INDEX, name=found["name"])


def is_older(bolt: Bolt) -> bool:
    """True where the case is there as a version before labels had a prefix wrote it."""
    return bool(bolt.read(cypher.OLD_CASE))


def bring_up_to_date(bolt: Bolt) -> None:
    """Give the nodes of an older version's case our own labels; what broke off is gone on with.

    Other people's nodes with the old labels keep them. Constraints and indexes on the old labels go with the last case
    that needs them.

    Raises
    ------
    CaseError
        If somebody writes the case, or this user may not.
    """
    try:
        _move(bolt)
    except Unreachable:
        raise
    except CaseError as error:
        raise CaseError(
            f"The case {bolt.address.case} was written by an older version and could not be brought up to date: {error.message}",
            hint=error.hint or "Open it once as a user who may write and make constraints.",
        ) from error


def _move(bolt: Bolt) -> None:
    lock = bolt.hold(cypher.OLD_LOCK)
    try:
        _lay_out(bolt)
        for statement in cypher.MOVES:
            bolt.in_transactions(statement)
        lock.finish(cypher.MOVE_CASE, format=FORMAT)
    finally:
        lock.release()
    if not bolt.read(cypher.OLD_CASES):
        for listed, dropped, table in (
            (cypher.NAMED_CONSTRAINTS, cypher.DROP_CONSTRAINT, cypher.OLD_CONSTRAINTS),
            (cypher.NAMED_INDEXES, cypher.DROP_INDEX, cypher.OLD_INDEXES),
        ):
            for found in bolt.read(listed, names=list(table)):
                if table[found["name"]] == (found["label"], tuple(found["properties"] or ())):
                    bolt.in_transactions(dropped, name=found["name"])


def _lay_out(bolt: Bolt) -> None:
    for statement in cypher.SCHEMA:
        bolt.in_transactions(statement)
    bolt.in_transactions(cypher.AWAIT_INDEXES)
