"""The server's errors as sentences a person can act on, from one table."""

from __future__ import annotations

import re
from dataclasses import dataclass

from neo4j.exceptions import (
    AuthError,
    ConfigurationError,
    ConnectionAcquisitionTimeoutError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
)

from graph.stores.neo4j_store.reach import Address
from ingest.errors import CaseError, Unreachable, did_you_mean

GONE = (ServiceUnavailable, SessionExpired, ConnectionAcquisitionTimeoutError, OSError)
"""Errors of a connection that is not there any more."""


@dataclass(frozen=True)
class Refusal:
    """A kind of refusal.

    Attributes
    ----------
    codes : tuple of str
        Parts of the server's code of an error; the first row with one of them speaks.
    says, hint : str
        With ``{uri}``, ``{database}``, ``{case}`` and ``{label}`` (what a constraint is on) filled in.
    secret : bool
        The driver's error may hold a credential and is not kept.
    again : bool
        The same transaction may do a moment later; the server does not always say so itself.
    """

    codes: tuple[str, ...]
    says: str
    hint: str
    secret: bool = False
    again: bool = False


REFUSALS: tuple[Refusal, ...] = (
    Refusal(
        ("AuthenticationRateLimit",),
        "{uri} refuses logins for a while: too many wrong passwords.",
        "Wait a minute.",
        True,
    ),
    Refusal(
        ("CredentialsExpired",),
        "The password of this user at {uri} must be changed first.",
        "Log in once with Neo4j Browser or cypher-shell.",
        True,
    ),
    Refusal(
        ("Security.Unauthorized", "Security.TokenExpired", "Security.AuthProviderFailed"),
        "{uri} does not accept this user and password.",
        "Check NEO4J_USERNAME and NEO4J_PASSWORD.",
        True,
    ),
    Refusal(
        ("Security.Forbidden", "Security.AuthorizationExpired", "AuthProviderTimeout"),
        "The server at {uri} forbids this user to do that.",
        "Reading needs the right to read; loading, finding and notes need the right to write, a new case the right to make"
        " constraints.",
    ),
    Refusal(
        ("ReadOnlyAccessDatabase", "ForbiddenOnReadOnlyDatabase", "General.ReadOnly", "Statement.AccessMode"),
        "The database {database} at {uri} can only be read.",
        "Ask who runs the server to allow writing (server.databases.read_only), or use another database.",
    ),
    Refusal(
        ("NotALeader",),
        "This server of the cluster at {uri} takes no writes.",
        "Write neo4j:// in place of bolt://, which finds the one that does.",
    ),
    Refusal(
        ("DatabaseNotFound",),
        "There is no database {database} at {uri}.",
        "Name another one: neo4j://host/database?case=…",
    ),
    Refusal(
        ("DatabaseUnavailable", "Database.UnableToStart"),
        "The database {database} at {uri} is stopped or starting.",
        "SHOW DATABASES in Neo4j Browser says why.",
        again=True,
    ),
    Refusal(
        ("TransactionTimedOutClientConfiguration",),
        "A statement at {uri} took longer than an hour and was ended.",
        "Give the server more memory, or load in smaller files.",
    ),
    Refusal(
        ("TransactionTimedOut",),
        "The server's setting db.transaction.timeout ended a transaction at {uri}.",
        "Set it higher there, or to 0, and run the command again.",
    ),
    Refusal(
        ("LockAcquisitionTimeout",),
        "The server's setting db.lock.acquisition.timeout ended a transaction at {uri} that waited for another one.",
        "Run the command again when others are done.",
        again=True,
    ),
    Refusal(
        ("DeadlockDetected", "LockClientStopped", "Transaction.Outdated"),
        "Others at {uri} wrote to the same nodes all the time.",
        "Run the command again.",
        again=True,
    ),
    Refusal(
        ("MemoryPoolOutOfMemoryError", "TransactionOutOfMemoryError"),
        "A transaction at {uri} took more memory than the server's settings allow it (dbms.memory.transaction.total.max,"
        " db.memory.transaction.total.max, db.memory.transaction.max).",
        "Set them higher there, or wait until others are done, and run the command again.",
    ),
    Refusal(
        ("OutOfMemoryError", "StackOverFlowError"),
        "The server at {uri} ran out of memory.",
        "Give it more (server.memory.heap.max_size), and run the command again.",
    ),
    Refusal(
        ("Transaction.Terminated",),
        "Somebody at {uri} ended the transaction.",
        "Run the command again when the server is free.",
    ),
    Refusal(
        ("ConstraintValidationFailed", "ConstraintViolation", "Schema.ConstraintWithNameAlreadyExists"),
        "A constraint at {uri} does not take these rows{label}.",
        "SHOW CONSTRAINTS in Neo4j Browser lists them; labels that begin with Ls are Lockstep's.",
    ),
    Refusal(
        ("TransactionCommitFailed", "TransactionLogError", "TransactionStartFailed", "StorageDamage"),
        "The server at {uri} could not write to its disk.",
        "See that its disk has room, and run the command again.",
    ),
)


def row_of(error: BaseException | None) -> Refusal | None:
    """Give the row of the table that an error belongs to; None where no row knows it."""
    code = str(getattr(error, "code", "") or "")
    if not code and isinstance(error, AuthError):
        code = "Security.Unauthorized"
    return next((row for row in REFUSALS if any(part in code for part in row.codes)), None)


def passing(error: BaseException | None) -> bool:
    """True where the same transaction may do a moment later."""
    row = row_of(error)
    if row is not None:
        return row.again
    return isinstance(error, (Neo4jError, DriverError)) and not isinstance(error, GONE) and error.is_retryable()


def sentence(error: Exception, address: Address) -> CaseError:
    """Put an error of the driver or the server into words.

    Examples
    --------
    >>> print(sentence(SessionExpired("..."), Address("bolt://db.example.org", None, "spring")))
    The Neo4j server at bolt://db.example.org stopped answering. Start it again, then run the command again: nothing is lost or doubled.
    """
    row = row_of(error)
    if row is not None:
        words = {"uri": address.uri, "case": address.case, "database": repr(address.database or "that is the default")}
        on = re.search(r"label `(\w{1,60})`", str(error))  # never the whole message, which holds values
        words["label"] = f" (it is on the label {on[1]})" if on else ""
        return CaseError(row.says.format(**words), hint=row.hint)
    if isinstance(error, GONE):
        return gone(address)
    if isinstance(error, ConfigurationError):
        return CaseError(f"{address.uri} cannot be used: {str(error).rstrip('.')}.")
    what = getattr(error, "code", None) or type(error).__name__
    return CaseError(f"Neo4j at {address.uri} failed ({what}).", hint="Run the command again.")


def gone(address: Address) -> Unreachable:
    """Give the error of a server that was there and is not any more."""
    return Unreachable(
        f"The Neo4j server at {address.uri} stopped answering.",
        hint="Start it again, then run the command again: nothing is lost or doubled.",
    )


def locked(address: Address) -> CaseError:
    """Give the error of a case that somebody else writes."""
    return CaseError(
        f"The case {address.case} is being written by someone else.",
        hint="Wait for the other command to end, then run this one again.",
    )


def unknown_database(address: Address, names: list[str]) -> CaseError:
    """Give the error of a database that is not there, naming the nearest that is."""
    hint = did_you_mean(address.database or "", names) if names else None
    return CaseError(f"There is no database {address.database!r} at {address.uri}.", hint=hint)
