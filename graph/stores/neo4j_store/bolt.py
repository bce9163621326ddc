"""A connection to one case on a Neo4j server: addresses, credentials, retries, and errors a person can act on."""

from __future__ import annotations

import getpass
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import neo4j
from neo4j.exceptions import AuthError, ClientError, ConfigurationError, DriverError, Neo4jError, ServiceUnavailable

from graph.stores.address import refuse_secrets
from graph.stores.neo4j_store import cypher
from ingest.errors import CaseError, UsageError, did_you_mean

SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
OLDEST = (5, 23)
_LOCKED = ("TransactionTimedOut", "LockClientStopped")  # only the statement that takes the lock has a time limit
EXAMPLE = "neo4j://host[:port][/database]?case=name"


@dataclass(frozen=True)
class Address:
    """A case's address in its parts.

    Examples
    --------
    >>> Address.parse("neo4j://localhost:7687/press?case=spring")
    Address(uri='neo4j://localhost:7687', database='press', case='spring')
    >>> str(Address.parse("BOLT://db.example.org/?case=a b"))
    'bolt://db.example.org?case=a%20b'
    """

    uri: str
    database: str | None
    case: str

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read an address; nothing of it is repeated in an error if it may hold a password."""
        refuse_secrets(text)
        parts = urlsplit(text.strip())
        if parts.scheme.lower() not in SCHEMES or not parts.hostname:
            raise UsageError("This is not an address of a Neo4j case.", hint=f"Write {EXAMPLE}.")
        query = parse_qs(parts.query, keep_blank_values=True)
        unknown = sorted(set(query) - {"case"})
        case = query.get("case", [""])[-1].strip()
        if unknown or not case:
            found = f"does not know {unknown[0]!r}" if unknown else "does not say which case"
            raise UsageError(f"The address {found}.", hint=f"Write {EXAMPLE}.")
        return cls(f"{parts.scheme.lower()}://{parts.netloc}", unquote(parts.path.strip("/")) or None, case)

    def __str__(self) -> str:
        database = f"/{quote(self.database, safe='')}" if self.database else ""
        return f"{self.uri}{database}?case={quote(self.case, safe='')}"


def credentials(uri: str) -> tuple[str, str]:
    """User and password from the environment, or typed where there is a terminal."""
    env = os.environ
    user = env.get("LOCKSTEP_NEO4J_USER") or env.get("NEO4J_USERNAME")
    password = env.get("LOCKSTEP_NEO4J_PASSWORD") or env.get("NEO4J_PASSWORD")
    if password:
        return user or "neo4j", password
    if not (sys.stdin and sys.stdin.isatty()):
        raise UsageError(
            f"The password for {uri} is not known.", hint="Set NEO4J_USERNAME and NEO4J_PASSWORD in the environment."
        )
    if not user:
        print(f"User at {uri} [neo4j]: ", end="", file=sys.stderr, flush=True)
        user = sys.stdin.readline().strip() or "neo4j"
    return user, getpass.getpass(f"Password of {user} at {uri}: ", stream=sys.stderr)


class Bolt:
    """Runs the statements of ``graph.stores.neo4j_store.cypher`` for one case.

    Parameters
    ----------
    driver : neo4j.Driver
        Or anything that has its ``session``, such as the recording driver of the tests.
    address : Address
    """

    def __init__(self, driver: Any, address: Address) -> None:
        self.driver, self.address = driver, address

    @classmethod
    def connect(cls, address: Address) -> Bolt:
        """Log in, and see that a Neo4j new enough and the database are there."""
        user, password = credentials(address.uri)
        with _as_case_error(address):
            driver = neo4j.GraphDatabase.driver(
                address.uri,
                auth=(user, password),
                notifications_min_severity="OFF",
                connection_acquisition_timeout=30,
                connection_timeout=10,
                max_transaction_retry_time=60,
            )
        try:
            with _as_case_error(address):
                driver.verify_connectivity()
                _check_version(str(driver.get_server_info().agent), address)
            bolt = cls(driver, address)
            bolt._check_database()
        except BaseException:
            driver.close()
            raise
        return bolt

    def read(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        """All records of a reading statement."""
        with self._session() as session:
            return session.execute_read(_run, statement, self._with_case(values))

    def page(self, statement: str, **values: Any) -> tuple[Any, ...]:
        """The only record of a reading statement, as values: quicker than by name where it holds many rows."""
        with self._session() as session:
            return session.execute_read(_run_single, statement, self._with_case(values))

    def write(self, *steps: tuple[str, Mapping[str, Any]]) -> list[list[dict[str, Any]]]:
        """Several statements as one transaction, tried again when the server says that may help."""
        with self._session() as session:
            return session.execute_write(_run_all, [(text, self._with_case(values)) for text, values in steps])

    def in_transactions(self, statement: str, **values: Any) -> None:
        """A statement that makes its own transactions and can be repeated until all is done."""
        for attempt in range(5):
            try:
                with self._session() as session:
                    session.run(statement, self._with_case(values)).consume()
                return
            except CaseError as error:
                cause = error.__cause__
                if attempt == 4 or not (isinstance(cause, (Neo4jError, DriverError)) and cause.is_retryable()):
                    raise

    def hold(self, statement: str) -> HeldLock:
        """Run a statement in a transaction that stays open: its locks end with this process, however it ends."""
        with _as_case_error(self.address):
            session = self.driver.session(database=self.address.database)
            try:
                with session.begin_transaction(timeout=2) as probe:  # never wait for a lock that another one keeps
                    probe.run(statement, self._with_case({})).consume()
                    probe.rollback()
                transaction = session.begin_transaction()
                transaction.run(statement, self._with_case({})).consume()
            except BaseException:
                session.close()
                raise
        return HeldLock(session, transaction)

    def close(self) -> None:
        """Let go of the connections."""
        self.driver.close()

    def _with_case(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"case": self.address.case, **values}

    @contextmanager
    def _session(self) -> Iterator[Any]:
        with _as_case_error(self.address), self.driver.session(database=self.address.database) as session:
            yield session

    def _check_database(self) -> None:
        try:
            self.read(cypher.ALIVE)
        except CaseError as error:
            if "DatabaseNotFound" not in str(getattr(error.__cause__, "code", "")):
                raise
            with neo4j_quiet(), self.driver.session(database="system") as session:
                names = [record["name"] for record in session.run(cypher.DATABASES)]
                raise _unknown_database(self.address, names) from None
            raise


class HeldLock:
    """An open transaction that only keeps its locks."""

    def __init__(self, session: Any, transaction: Any) -> None:
        self._session, self._transaction = session, transaction

    def check(self) -> None:
        """Raises CaseError if the server let go of it."""
        try:
            self._transaction.run(cypher.ALIVE).consume()
        except (Neo4jError, DriverError) as error:
            raise CaseError("The connection to Neo4j broke while writing.", hint="Run the command again.") from error

    def release(self) -> None:
        """End it."""
        with neo4j_quiet():
            self._transaction.rollback()
        with neo4j_quiet():
            self._session.close()


def neo4j_quiet() -> AbstractContextManager[None]:
    """For what may fail on the way out without hiding what went wrong before."""
    return suppress(Neo4jError, DriverError, OSError)


def _run(transaction: Any, statement: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [record.data() for record in transaction.run(statement, values)]


def _run_single(transaction: Any, statement: str, values: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(transaction.run(statement, values).single(strict=True).values())


def _run_all(transaction: Any, steps: Sequence[tuple[str, Mapping[str, Any]]]) -> list[list[dict[str, Any]]]:
    return [_run(transaction, statement, values) for statement, values in steps]


@contextmanager
def _as_case_error(address: Address) -> Iterator[None]:
    """The driver's error as a sentence. The cause is kept only where it cannot name a credential."""
    try:
        yield
    except AuthError:
        raise CaseError(
            f"{address.uri} does not accept this user and password.",
            hint="Check NEO4J_USERNAME and NEO4J_PASSWORD.",
        ) from None
    except (ServiceUnavailable, OSError) as error:
        raise CaseError(
            f"No Neo4j server answers at {address.uri}.",
            hint="Start it (docker compose up -d --wait), or check host and port.",
        ) from error
    except ConfigurationError as error:
        raise CaseError(f"{address.uri} cannot be used: {error}.") from error
    except ClientError as error:
        code = str(error.code)
        if "AuthenticationRateLimit" in code:
            raise CaseError(
                f"{address.uri} refuses logins for a while: too many wrong passwords.", hint="Wait a minute."
            ) from None
        if "CredentialsExpired" in code:
            raise CaseError(
                f"The password of this user at {address.uri} must be changed first.",
                hint="Log in once with Neo4j Browser or cypher-shell.",
            ) from None
        if any(word in code for word in _LOCKED):
            raise _locked(address) from error
        if "DatabaseNotFound" in code:
            raise _unknown_database(address, []) from error
        raise CaseError(f"Neo4j refused a statement ({code}).") from error
    except (Neo4jError, DriverError) as error:
        if any(word in str(getattr(error, "code", "")) for word in _LOCKED):
            raise _locked(address) from error
        what = getattr(error, "code", None) or type(error).__name__
        raise CaseError(f"Neo4j at {address.uri} failed ({what}).", hint="Run the command again.") from error


def _locked(address: Address) -> CaseError:
    return CaseError(
        f"The case {address.case} is being written by someone else.",
        hint="Wait for the other command to end, then run this one again.",
    )


def _unknown_database(address: Address, names: list[str]) -> CaseError:
    hint = did_you_mean(address.database or "", names) if names else None
    return CaseError(f"There is no database {address.database!r} at {address.uri}.", hint=hint)


def _check_version(agent: str, address: Address) -> None:
    """Raises CaseError for other servers that speak Bolt and for old ones."""
    match = re.match(r"Neo4j/v?(\d+)\.(\d+)", agent)
    if not match or "compatible" in agent or (int(match[1]), int(match[2])) < OLDEST:
        raise CaseError(
            f"{address.uri} is {agent[:60]}; Neo4j {OLDEST[0]}.{OLDEST[1]} or newer is needed.",
            hint="Neo4j 5.26 is the version with long-term support.",
        )
