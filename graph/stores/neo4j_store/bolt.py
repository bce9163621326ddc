"""A connection to one case on a Neo4j server: retries, time limits, and the end of waiting for a server that is gone."""

from __future__ import annotations

import logging
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from typing import Any, TypeVar

import neo4j
from neo4j.exceptions import ConfigurationError, DriverError, Neo4jError

from graph.stores.neo4j_store import cypher
from graph.stores.neo4j_store.reach import (
    LOADING,
    LOOKING,
    OLDEST,
    Address,
    Patience,
    Place,
    Watch,
    credentials,
    distrust,
    look,
)
from graph.stores.neo4j_store.refusals import GONE, gone, locked, passing, row_of, sentence, unknown_database
from ingest.errors import CaseError

STATEMENT_S = 3600.0  # a time limit of our own, since a server's db.transaction.timeout holds for those without one
LOAD_S = 7 * 24 * 3600.0  # of what lasts as long as a load: its lock, and statements that make their own transactions
_LOCK_S = 2.0
_CONNECT_S, _ACQUIRE_S = 4.0, 7.0
_WAITS = (0.1, 0.3, 0.7, 1.5, 3.0)
_QUICK_S, _REST_S = 1.0, 2.0
_TAKEN = (
    "TransactionTimedOut",
    "LockClientStopped",
)  # how a statement ends that waited for the lock for its two seconds
T = TypeVar("T")

_log = logging.getLogger("neo4j")
_log.addHandler(
    logging.NullHandler()
)  # the driver speaks of every connection that breaks; our own sentence says it once
if _log.level == logging.NOTSET:
    _log.setLevel(logging.CRITICAL)


class Bolt:
    """Runs the statements of ``graph.stores.neo4j_store.cypher`` for one case.

    Parameters
    ----------
    driver : neo4j.Driver
        Or anything that has its ``session``, such as the recording driver of the tests.
    address : Address
    renew : callable, optional
        Makes another driver when the connections of this one had to be cut.
    """

    def __init__(self, driver: Any, address: Address, renew: Callable[[], Any] | None = None) -> None:
        self.driver, self.address = driver, address
        self._renew, self._held = renew, 0
        place = Place.of(address.uri)
        self._watch = Watch(lambda wait: look(place, wait) == "bolt", self._cut)

    @classmethod
    def connect(cls, address: Address) -> Bolt:
        """Log in, and see that a Neo4j new enough and the database are there."""
        renew = partial(_driver, address, credentials(address.uri))
        try:
            bolt = cls(renew(), address, renew)
        except ConfigurationError as error:
            raise sentence(error, address) from error
        try:
            bolt._meet()
        except BaseException:
            bolt.close()
            raise
        return bolt

    def read(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        """All records of a reading statement."""
        found: list[dict[str, Any]] = self._tried("execute_read", _run, statement, self._with_case(values))
        return found

    def page(self, statement: str, **values: Any) -> tuple[Any, ...]:
        """The only record of a reading statement, as values: quicker than by name where it holds many rows."""
        found: tuple[Any, ...] = self._tried("execute_read", _run_single, statement, self._with_case(values))
        return found

    def write(self, *steps: tuple[str, Mapping[str, Any]]) -> list[list[dict[str, Any]]]:
        """Several statements as one transaction, tried again when the server says that may help."""
        given = [(text, self._with_case(values)) for text, values in steps]
        found: list[list[dict[str, Any]]] = self._tried("execute_write", _run_all, given)
        return found

    def in_transactions(self, statement: str, **values: Any) -> None:
        """A statement that makes its own transactions and can be repeated until all is done."""
        query = neo4j.Query(statement, timeout=LOAD_S)
        self._again(lambda session: session.run(query, self._with_case(values)).consume())

    def hold(self, statement: str) -> HeldLock:
        """Run a statement in a transaction that stays open: its locks end with this process, however it ends."""
        with self.calling():
            session = self.driver.session(database=self.address.database)
            try:
                self._wait_for_lock(session, statement)
                transaction = session.begin_transaction(timeout=LOAD_S)
                transaction.run(statement, self._with_case({})).consume()
            except BaseException:
                session.close()
                raise
        self._held += 1
        return HeldLock(self, session, transaction)

    def _wait_for_lock(self, session: Any, statement: str) -> None:
        """See in a moment whether another one keeps it: waiting would last as long as the other."""
        try:
            with session.begin_transaction(timeout=_LOCK_S) as probe:
                probe.run(statement, self._with_case({})).consume()
                probe.rollback()
        except Neo4jError as error:
            if any(word in str(error.code) for word in _TAKEN):
                raise locked(self.address) from error
            raise

    def let_go(self) -> None:
        """Know that a lock is held no more."""
        self._held -= 1

    @contextmanager
    def calling(self) -> Iterator[None]:
        """A call: watched over, and its errors in words."""
        patience: Patience = LOADING if self._held else LOOKING
        started = time.monotonic()
        if started - self._watch.lost_at < _REST_S:
            raise gone(self.address)  # many wait for the same server: one of them has found out
        try:
            with self._watch.over(patience):
                yield
        except CaseError:
            raise
        except Exception as error:
            if self._watch.lost_at > started:
                raise gone(self.address) from error
            if not isinstance(error, (Neo4jError, DriverError, OSError)):
                raise
            row = row_of(error)
            raise sentence(error, self.address) from (None if row and row.secret else error)

    def close(self) -> None:
        """Let go of the connections."""
        with neo4j_quiet():
            self.driver.close()

    def _with_case(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"case": self.address.case, **values}

    def _tried(self, kind: str, work: Any, *given: Any) -> Any:
        return self._again(lambda session: getattr(session, kind)(work, *given))

    def _again(self, call: Callable[[Any], T]) -> T:
        """Call until it is done: a connection may have died while nobody used it, others may be in the way."""
        broken = False
        for wait in (*_WAITS, None):
            started = time.monotonic()
            try:
                with self.calling(), self.driver.session(database=self.address.database) as session:
                    return call(session)
            except CaseError as error:
                stale = not broken and time.monotonic() - started < _QUICK_S and _may_repeat(error.__cause__)
                if wait is None or not (stale or passing(error.__cause__)):
                    raise
                broken = broken or stale
                time.sleep(wait * random.uniform(0.5, 1.5))  # so that two do not meet again
        raise AssertionError("the last turn returns or raises")

    def _cut(self) -> None:
        """Break every connection at once, without the good-bye that a dead server would let us wait for."""
        old = self.driver
        if self._renew is not None:
            self.driver = self._renew()
        pool = getattr(old, "_pool", None)  # the driver has no public way that does not write to the server first
        for connections in list(getattr(pool, "connections", {}).values()):
            for connection in list(connections):
                with suppress(Exception):
                    connection.kill()
        with suppress(Exception):
            old.close()

    def _meet(self) -> None:
        place = Place.of(self.address.uri)
        try:
            with self.calling():
                agent = str(self.driver.get_server_info().agent)
        except CaseError as error:
            cause = error.__cause__
            if not isinstance(cause, (*GONE, ConfigurationError)):
                raise
            raise _unmet(place, cause) from cause
        _check_version(agent, self.address)
        self._check_database()

    def _check_database(self) -> None:
        try:
            self.read(cypher.ALIVE)
        except CaseError as error:
            if "DatabaseNotFound" not in str(getattr(error.__cause__, "code", "")):
                raise
            with neo4j_quiet(), self.driver.session(database="system") as session:
                names = [record["name"] for record in session.run(cypher.DATABASES)]
                raise unknown_database(self.address, names) from None
            raise


class HeldLock:
    """An open transaction that only keeps its locks."""

    def __init__(self, bolt: Bolt, session: Any, transaction: Any) -> None:
        self._bolt, self._session, self._transaction = bolt, session, transaction

    def check(self) -> None:
        """Raises CaseError if the server let go of it."""
        with self._bolt.calling():
            self._transaction.run(cypher.ALIVE).consume()

    def finish(self, statement: str, **values: Any) -> None:
        """Run a last statement on what the lock keeps, and commit."""
        with self._bolt.calling():
            self._transaction.run(statement, {"case": self._bolt.address.case, **values}).consume()
            self._transaction.commit()

    def release(self) -> None:
        """End it."""
        self._bolt.let_go()
        with suppress(CaseError), self._bolt.calling():
            self._transaction.rollback()
        with suppress(CaseError), self._bolt.calling():
            self._session.close()


def neo4j_quiet() -> AbstractContextManager[None]:
    """For what may fail on the way out without hiding what went wrong before."""
    return suppress(Neo4jError, DriverError, OSError)


def _driver(address: Address, known: tuple[str, str]) -> neo4j.Driver:
    return neo4j.GraphDatabase.driver(
        address.uri,
        auth=known,
        notifications_min_severity="OFF",
        connection_acquisition_timeout=_ACQUIRE_S,
        connection_timeout=_CONNECT_S,
        max_transaction_retry_time=-1.0,  # tried again here, where it is known what it is worth for which error
    )


@neo4j.unit_of_work(timeout=STATEMENT_S)
def _run(transaction: Any, statement: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [record.data() for record in transaction.run(statement, values)]


@neo4j.unit_of_work(timeout=STATEMENT_S)
def _run_single(transaction: Any, statement: str, values: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(transaction.run(statement, values).single(strict=True).values())


@neo4j.unit_of_work(timeout=STATEMENT_S)
def _run_all(transaction: Any, steps: Sequence[tuple[str, Mapping[str, Any]]]) -> list[list[dict[str, Any]]]:
    return [[record.data() for record in transaction.run(statement, values)] for statement, values in steps]


def _may_repeat(cause: BaseException | None) -> bool:
    """True where a connection was broken; not in the middle of a commit, when nobody knows whether it was done."""
    return isinstance(cause, GONE) and (isinstance(cause, OSError) or cause.is_retryable())


def _unmet(place: Place, cause: BaseException) -> CaseError:
    """The error of a server that could not be met, from what is found there."""
    found = look(place, LOOKING.answer)
    why = distrust(place, LOOKING.answer) if found == "bolt" else None
    return place.says("certificate", why) if why else place.says(found, str(cause).rstrip(".").partition("\n")[0])


def _check_version(agent: str, address: Address) -> None:
    """Raises CaseError for other servers that speak Bolt and for old ones."""
    match = re.match(r"Neo4j/v?(\d+)\.(\d+)", agent)
    oldest = tuple(map(int, OLDEST.split(".")))
    if not match or "compatible" in agent or (int(match[1]), int(match[2])) < oldest:
        raise CaseError(
            f"{address.uri} is {agent[:60]}; Neo4j {OLDEST} or newer is needed.",
            hint="Neo4j 5.26 is the version with long-term support.",
        )
