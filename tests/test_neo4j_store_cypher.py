"""Statements hold no data, and what runs them sends data as parameters only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from graph.stores.base import Scan
from graph.stores.neo4j_store import cypher
from graph.stores.neo4j_store.bolt import Bolt
from graph.stores.neo4j_store.reach import Address
from graph.stores.neo4j_store.reader import Reader, Sources
from graph.stores.neo4j_store.runs import add_note
from ingest.errors import CaseError, UsageError
from ingest.tables import LINK_KINDS, LINKS, SOURCES

HOSTILE = "'}) MATCH (n) DETACH DELETE n //"


def statements() -> Iterator[tuple[str, str]]:
    """Every statement of the module by name, the composed ones in all their forms."""
    for name, value in vars(cypher).items():
        if name.isupper() and not name.startswith("_"):
            values = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else [value]
            yield from ((name, text) for text in values if isinstance(text, str) and "(" in text)
    for kind in cypher.SPOKEN.values():
        for make in (cypher.known, cypher.fix_words, cypher.words):
            yield make.__name__, make(kind)
        for columns in (kind.columns, ()):
            yield "write_again", cypher.write_again(kind, columns)
            for there in (True, False):
                yield "write_first", cypher.write_first(kind, columns, there=there)
        for make in (cypher.settle_several, cypher.settle_alone, cypher.settle_silent, cypher.unsettled):
            yield make.__name__, make(kind)
        yield "page", cypher.page(kind, kind.columns, by_uid=False)
    for link in cypher.LINK_TYPES.values():
        yield "write_links", cypher.write_links(link, (*cypher.LINK_COLUMNS, "target_key"))
    yield "write_nowhere", cypher.write_nowhere((*cypher.LINK_COLUMNS, "kind"))
    yield "link_page", cypher.link_page(LINKS.names, LINK_KINDS, by_uid=True)


def test_there_are_statements_to_look_at() -> None:
    assert len(list(statements())) > 80


@pytest.mark.parametrize(("name", "text"), [pytest.param(n, t, id=f"{n}-{i}") for i, (n, t) in enumerate(statements())])
def test_a_statement_holds_no_data(name: str, text: str) -> None:
    """The only literals are the names of our own states, kinds and signs."""
    ours = {"loading", "loading ", "left ", "leaving", "settling", "ready", "writing", "finished", "nowhere", "system"}
    ours |= {"", "/", ":", "R-", "text", "track", "object"}
    assert set(re.findall(r"'([^']*)'", text)) <= ours
    assert '"' not in text
    assert "%s" not in text
    assert not re.search(r"\{\w*\}", text.replace("{}", "")), "a place left open by formatting"


def test_statements_about_nodes_name_the_case() -> None:
    """But for those that count cases or look at the server."""
    free = {"SCHEMA", "CASES", "OLD_CASES", "DATABASES", "ALIVE", "AWAIT_INDEXES"}
    assert [name for name, text in statements() if "$case" not in text and name not in free and "MATCH" in text] == []


def test_every_kind_of_link_has_its_relationship() -> None:
    assert tuple(cypher.LINK_TYPES) and set(cypher.LINK_TYPES) == set(LINK_KINDS)
    types = [row.type for row in cypher.LINK_TYPES.values()]
    assert len(set(types)) == len(types)


class Recorder:
    """A driver that remembers what it was asked and answers from a table."""

    def __init__(self, answers: dict[str, list[dict[str, Any]]] | None = None) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.answers = answers or {}

    def session(self, **_: Any) -> Recorder:
        return self

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def execute_read(self, work: Any, *args: Any) -> Any:
        return work(self, *args)

    execute_write = execute_read

    def run(self, text: str, values: dict[str, Any]) -> Answer:
        self.asked.append((text, values))
        return Answer(self.answers.get(text, []))


class Answer(list[Any]):
    """Records as a driver gives them."""

    def __init__(self, records: list[dict[str, Any]]) -> None:
        super().__init__(Record(record) for record in records)

    def single(self, strict: bool = False) -> Any:
        return self[0] if self else Record({"last": None, "nodes": 0, "rows": []})


class Record(dict[str, Any]):
    def data(self) -> dict[str, Any]:
        return dict(self)


def recorded(case: str = "spring", **answers: Any) -> tuple[Recorder, Bolt]:
    driver = Recorder(answers.get("table"))
    return driver, Bolt(driver, Address("bolt://localhost", None, case))


def test_data_travels_as_parameters() -> None:
    driver, bolt = recorded(HOSTILE)
    add_note(bolt, {"kind": "verdict", "at": "2026", "by": HOSTILE, "why": HOSTILE})
    assert [text for text, _ in driver.asked] == [cypher.ADD_VERDICT]
    assert all(HOSTILE not in text for text, _ in driver.asked)
    assert driver.asked[0][1]["by"] == HOSTILE
    assert driver.asked[0][1]["case"] == HOSTILE


def test_a_narrow_scan_puts_no_name_into_a_statement() -> None:
    row = [HOSTILE, *[None] * (len(SOURCES) - 1)]
    driver, bolt = recorded(table={cypher.SOURCE_LIST: [{"n": 1, "state": "ready", "row": row}]})
    list(Reader(bolt, Sources(bolt)).scan("links", Scan(kinds=["url"], uids=[HOSTILE])))
    text, values = driver.asked[-1]
    assert HOSTILE not in text
    assert values["uids"] == [HOSTILE]
    assert "LINKS_TO" in text and "TAGGED" not in text


def test_unfinished_sources_are_not_asked_for() -> None:
    row = ["s", *[None] * (len(SOURCES) - 1)]
    states = ("ready", "loading", "leaving", "settling")
    table = {cypher.SOURCE_LIST: [{"n": n, "state": state, "row": row} for n, state in enumerate(states)]}
    _, bolt = recorded(table=table)
    sources = Sources(bolt)
    assert (sources.numbers, sources.doomed, sources.settling) == ([0, 3], [1, 2], [3])


@pytest.mark.parametrize(
    "address",
    [
        "neo4j://user:geheim@host?case=a",
        "bolt://user:geheim@host",
        "neo4j://host",
        "neo4j://host?case=",
        "neo4j://host?case=a&password=geheim",
        "http://host?case=a",
        "neo4j://?case=a",
    ],
)
def test_an_address_that_will_not_do_is_not_repeated(address: str) -> None:
    with pytest.raises(UsageError) as caught:
        Address.parse(address)
    assert "geheim" not in str(caught.value)


def test_no_password_and_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    from graph.stores.neo4j_store.reach import credentials

    for name in ("LOCKSTEP_NEO4J_USER", "LOCKSTEP_NEO4J_PASSWORD", "NEO4J_USERNAME", "NEO4J_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(UsageError, match="NEO4J_PASSWORD"):
        credentials("bolt://localhost")
    monkeypatch.setenv("NEO4J_PASSWORD", "b")
    monkeypatch.setenv("LOCKSTEP_NEO4J_PASSWORD", "a")
    assert credentials("bolt://localhost") == ("neo4j", "a")


@pytest.mark.parametrize(
    "agent", ["Neo4j/4.4.40", "Neo4j/5.11.0", "Neo4j/v5.26.0 compatible graph database server - X", "X/1"]
)
def test_other_servers_are_named(agent: str) -> None:
    from graph.stores.neo4j_store.bolt import _check_version

    with pytest.raises(CaseError, match=r"5\.26"):
        _check_version(agent, Address("bolt://localhost", None, "a"))


def test_servers_that_will_do() -> None:
    from graph.stores.neo4j_store.bolt import _check_version

    for agent in ("Neo4j/5.26.30", "Neo4j/2026.08.1", "Neo4j/5.23-aura"):
        _check_version(agent, Address("bolt://localhost", None, "a"))


def test_every_label_is_marked_as_ours() -> None:
    """Cases share a server with other people's nodes; only what brings old cases up to date knows plain labels."""
    known = {*cypher.KEYS, *cypher.LOOSE}
    named = {
        (name, label)
        for name, text in statements()
        for label in re.findall(r"\w*:([A-Z]\w*[a-z]\w*)\b", text)
        if not name.startswith(("OLD_", "MOVE"))
    }
    assert {label for _, label in named} <= known
    assert {label for name, label in named if name == "link_page"} == {"LsPost"}
