"""Cases are made beside other people's nodes, leave them alone, and old ones are brought up to date."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import neo4j
import pytest
from fixtures_stores import account, at, batch, link, post, put, rows

from graph.stores import Store, open_case
from graph.stores.neo4j_store import cypher
from graph.stores.neo4j_store.bolt import Bolt
from graph.stores.neo4j_store.making import unmake
from graph.stores.neo4j_store.store import Neo4jStore
from ingest.errors import CaseError, UsageError

Ask = Callable[..., list[Any]]


@pytest.fixture
def ask(neo4j_address: str) -> Iterator[Ask]:
    auth = (os.environ["LOCKSTEP_NEO4J_USER"], os.environ["LOCKSTEP_NEO4J_PASSWORD"])
    with neo4j.GraphDatabase.driver(neo4j_address, auth=auth, notifications_min_severity="OFF") as driver:
        yield lambda text, **values: [record.values() for record in driver.execute_query(text, values).records]


def some() -> Any:
    return batch(
        accounts=[account("x:1", handle="ada", handle_key="ada"), account("x:2")],
        posts=[post("x:10", "x:1", at(0), text="see this"), post("x:11", "x:2", at(5))],
        links=[link("x:10", "x:1", "url", "https://example.org/a", at(0)), link("x:11", "x:2", "quote", "x:9", at(5))],
    )


def everything(store: Store) -> list[Any]:
    return [rows(store, name) for name in ("accounts", "posts", "links", "sources")] + [store.codes().to_pylist()]


FOREIGN = (
    "UNWIND range(1, 2) AS i CREATE (:Case {case: $case, of: $of}), (:Case {of: $of}),"
    " (:Account {case: $case, uid: 'x:1', of: $of}), (:Account {of: $of}), (:Post {case: $case, uid: 'x:10', of: $of}),"
    " (:Note {id: 1, of: $of}), (:Source {case: $case, of: $of})-[:MEMBER_OF {run: 1}]->(:Group {case: $case, of: $of})"
)
THEIRS = (
    "MATCH (n {of: $of}) RETURN labels(n) AS l, properties(n) AS p, COUNT { (n)--() } AS r ORDER BY l, toString(p.case)"
)


def test_other_peoples_nodes_of_the_same_names_stay_as_they_are(neo4j_case: str, ask: Ask) -> None:
    name, of = neo4j_case.rpartition("=")[2], uuid4().hex
    ask(f"CREATE CONSTRAINT lockstep_account_of_{of} FOR (n:Account) REQUIRE n.code_{of} IS UNIQUE")
    try:
        ask(FOREIGN, case=name, of=of)
        before = ask(THEIRS, of=of)
        store = Neo4jStore.open(neo4j_case, create=True)
        put(store, "s1", some())
        store.add_note({"kind": "note", "at": "2026", "by": "ada"})
        assert len(rows(store, "posts")) == 2
        store.remove("s1")
        assert ask(THEIRS, of=of) == before
        unmake(store._bolt)
        store.close()
        assert ask(THEIRS, of=of) == before
        assert ask("MATCH (n {case: $case}) WHERE n.of IS NULL RETURN labels(n)", case=name) == []
        with pytest.raises(UsageError, match="no case"):
            open_case(neo4j_case)
    finally:
        ask("MATCH (n {of: $of}) DETACH DELETE n", of=of)
        ask(f"DROP CONSTRAINT lockstep_account_of_{of} IF EXISTS")


def test_a_case_of_an_older_version_is_brought_up_to_date(neo4j_case: str, ask: Ask) -> None:
    name, of = neo4j_case.rpartition("=")[2], uuid4().hex
    store = open_case(neo4j_case, create=True)
    put(store, "s1", some())
    store.add_note({"kind": "verdict", "at": "2026", "by": "ada"})
    before, notes = everything(store), store.notes()
    store.close()
    for label in [*cypher.KEYS, *cypher.LOOSE]:
        ask(f"MATCH (n:{label} {{case: $case}}) SET n:{cypher.plain(label)} REMOVE n:{label}", case=name)
    ask("MATCH (c:Case {case: $case}) SET c.format = 1", case=name)
    ask("CREATE (:Account {of: $of}), (:Case {of: $of, case: 7})", of=of)
    again = open_case(neo4j_case)
    assert (everything(again), again.notes(), again.info()["format"]) == (before, notes, 2)
    again.close()
    plain = [cypher.plain(label) for label in cypher.KEYS]
    left = ask(
        "MATCH (n) WHERE n.case = $case AND any(l IN labels(n) WHERE l IN $plain) RETURN n", case=name, plain=plain
    )
    assert left == []
    assert len(ask("MATCH (n {of: $of}) RETURN n", of=of)) == 2
    ask("MATCH (n {of: $of}) DETACH DELETE n", of=of)


def test_a_case_made_for_a_load_that_failed_is_gone(neo4j_case: str, ask: Ask) -> None:
    store = open_case(neo4j_case, create=True)
    with pytest.raises(ZeroDivisionError), store.writer("s1") as writer:
        writer.write(some())
        raise ZeroDivisionError
    store.close()
    assert ask("MATCH (n {case: $case}) RETURN labels(n)", case=neo4j_case.rpartition("=")[2]) == []


def test_a_case_that_cannot_be_made_leaves_nothing(neo4j_case: str, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Bolt.write

    def refused(bolt: Bolt, *steps: Any) -> Any:
        if steps[0][0] == cypher.CREATE_CASE:
            real(bolt, *steps)
            raise CaseError("The server forbids it.")
        return real(bolt, *steps)

    monkeypatch.setattr(Bolt, "write", refused)
    with pytest.raises(CaseError, match="forbids"):
        open_case(neo4j_case, create=True)
    assert ask("MATCH (n {case: $case}) RETURN labels(n)", case=neo4j_case.rpartition("=")[2]) == []
