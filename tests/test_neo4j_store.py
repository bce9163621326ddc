"""What only the Neo4j store has: the graph people walk, a shared server, crashes, credentials."""

from __future__ import annotations

import itertools
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import neo4j
import pyarrow as pa
import pytest
from fixtures_stores import account, at, batch, link, post, put, rows

from graph.schema import GROUPS, LAYERS, MEMBERS, POST_PAIRS, TIES, Findings
from graph.stores import Store, open_case
from graph.stores.neo4j_store import cypher
from graph.stores.neo4j_store.bolt import Bolt
from graph.stores.neo4j_store.store import Neo4jStore
from ingest.errors import CaseError, UsageError

Ask = Callable[..., list[list[Any]]]


@pytest.fixture
def case(neo4j_case: str) -> Iterator[Neo4jStore]:
    store = Neo4jStore.open(neo4j_case, create=True)
    yield store
    store.close()


@pytest.fixture
def ask(case: Neo4jStore, neo4j_address: str) -> Iterator[Ask]:
    """Asks the server directly, as a graph user would."""
    auth = (os.environ["LOCKSTEP_NEO4J_USER"], os.environ["LOCKSTEP_NEO4J_PASSWORD"])
    with neo4j.GraphDatabase.driver(neo4j_address, auth=auth, notifications_min_severity="OFF") as driver:

        def run(statement: str, **values: Any) -> list[list[Any]]:
            return [
                list(record.values()) for record in driver.execute_query(statement, case=case.name, **values).records
            ]

        yield run


def two_posts() -> Any:
    """A post with a link, a hashtag and a text, and its repost."""
    return batch(
        accounts=[account("x:1", handle="ada", handle_key="ada"), account("x:2")],
        posts=[
            post("x:10", "x:1", at(0), text="see this", raw_row=2, channel_uid="x:room"),
            post("x:11", "x:2", at(5), kind="repost", raw_row=3),
        ],
        links=[
            link("x:10", "x:1", "url", "https://news.example.org/a", at(0), position=0),
            link("x:10", "x:1", "domain", "example.org", at(0), position=0),
            link("x:10", "x:1", "hashtag", "turkey", at(0), position=1),
            link("x:10", "x:1", "text", "abc123", at(0), position=2),
            link("x:10", "x:1", "mention", "x:3", at(0), position=3),
            link("x:11", "x:2", "repost", "x:10", at(5), position=0),
            link("x:11", "x:2", "quote", "x:99", at(5), position=1),
        ],
    )


def test_the_graph_can_be_walked(case: Neo4jStore, ask: Ask) -> None:
    put(case, "s1", two_posts())
    walk = (
        "MATCH (a:LsAccount {case: $case})-[p:POSTED]->(post:LsPost)-[:LINKS_TO]->(u:LsUrl)-[:ON]->(d:LsDomain)"
        " RETURN a.uid, p.at = post.created_at, post.text, u.key, d.name"
    )
    assert ask(walk) == [["x:1", True, "see this", "https://news.example.org/a", "example.org"]]
    assert ask("MATCH (:LsPost {case: $case})-[:TAGGED]->(h:LsHashtag) RETURN h.key") == [["turkey"]]
    assert ask("MATCH (:LsPost {case: $case})-[:REPOST_OF]->(p:LsPost) RETURN p.uid, p.stub") == [["x:10", None]]
    assert ask("MATCH (:LsPost {case: $case})-[:QUOTES]->(p:LsPost) RETURN p.uid, p.stub") == [["x:99", True]]
    assert ask("MATCH (:LsPost {case: $case})-[:MENTIONS]->(a:LsAccount) RETURN a.uid, a.stub") == [["x:3", True]]
    assert ask("MATCH (:LsPost {case: $case})-[:HAS_TEXT]->(o:LsObject) RETURN o.kind, o.key") == [["text", "abc123"]]
    assert ask("MATCH (:LsPost {case: $case})-[:IN]->(c:LsChannel) RETURN c.uid") == [["x:room"]]
    from_file = "MATCH (p:LsPost {case: $case})-[f:FROM]->(s:LsSource) RETURN p.uid, f.row, s.id ORDER BY p.uid"
    assert ask(from_file) == [["x:10", 2, "s1"], ["x:11", 3, "s1"]]


def test_files_that_cannot_be_read_make_no_case(neo4j_case: str, command: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4 nothing to load")
    answer = command("ingest", "bad.pdf", "--case", neo4j_case)
    assert answer.code and "This is a PDF" in answer.err and "No case was made." in answer.err
    with pytest.raises(UsageError, match="There is no case"):
        open_case(neo4j_case)
    open_case(neo4j_case, create=True).close()
    again = command("ingest", "bad.pdf", "--case", neo4j_case)
    assert again.code and "This is a PDF" in again.err and "No case was made." not in again.err


def test_every_node_is_one_of_a_kind_in_its_case(case: Neo4jStore, ask: Ask) -> None:
    put(case, "s1", two_posts())
    unique = ask("SHOW CONSTRAINTS YIELD labelsOrTypes, properties RETURN labelsOrTypes[0], properties")
    assert all([label, list(keys)] in unique for label, keys in cypher.KEYS.items())
    assert (
        ask(
            "SHOW INDEXES YIELD name, labelsOrTypes AS of, state WHERE of[0] STARTS WITH 'Ls' AND state <> 'ONLINE' RETURN name"
        )
        == []
    )
    assert (
        ask("MATCH (n) WHERE any(l IN labels(n) WHERE l STARTS WITH 'Ls') AND n.case IS NULL RETURN labels(n) LIMIT 1")
        == []
    )


def test_several_sources_leave_one_post_with_one_author(case: Neo4jStore, ask: Ask) -> None:
    put(case, "s1", batch(posts=[post("x:10", "x:1", text="old", collected_at=at(1))], accounts=[account("x:1")]))
    alone = ask("MATCH (p:LsPost {case: $case}) RETURN properties(p)")
    put(case, "s2", batch(posts=[post("x:10", "x:1", text="new", collected_at=at(9))], accounts=[account("x:1")]))
    assert ask("MATCH (:LsAccount {case: $case})-[:POSTED]->(p:LsPost) RETURN p.text, p.several") == [["new", True]]
    assert ask("MATCH (:LsPost {case: $case})-[f:FROM]->() RETURN f.text ORDER BY f.n") == [["old"], ["new"]]
    case.remove("s2")
    assert ask("MATCH (p:LsPost {case: $case}) RETURN properties(p)") == alone
    assert ask("MATCH (:LsPost {case: $case})-[f:FROM]->() RETURN f.text") == [[None]]


def test_a_source_leaves_nothing_behind_but_codes(case: Neo4jStore, ask: Ask) -> None:
    put(case, "s1", two_posts())
    case.remove("s1")
    left = ask("MATCH (n {case: $case}) WHERE NOT n:LsCase AND NOT n:LsLock RETURN labels(n)[0], keys(n)")
    assert all(label == "LsAccount" and set(keys) == {"case", "uid", "code", "stub"} for label, keys in left)
    assert case.codes().column("code").to_pylist() == [1, 2]


def findings() -> Findings:
    tie = {"trace": "link", "window_s": 60.0, "account_a": "x:1", "account_b": "x:2", "observed": 3, "q": 0.001}
    tables = {
        "ties": pa.Table.from_pylist([{**tie, "group_id": "g1", "first_at": at(0), "closed": False}], schema=TIES),
        "groups": pa.Table.from_pylist(
            [{"group_id": "g1", "rank": 1, "heading": "groups", "traces": ["link"], "windows_s": [60.0]}], schema=GROUPS
        ),
        "members": pa.Table.from_pylist(
            [{"group_id": "g1", "account": uid, "share": 1.0} for uid in ("x:1", "x:2")], schema=MEMBERS
        ),
        "layers": pa.Table.from_pylist([{"trace": "link", "window_s": 60.0, "viral": []}], schema=LAYERS),
        "post_pairs": pa.Table.from_pylist([{"post_a": "x:10", "post_b": "x:11", "at_a": at(0)}], schema=POST_PAIRS),
    }
    return Findings({"run_id": "0123456789ab", "settings": {}, "version": "0.1.0"}, tables)


def test_results_can_be_walked(case: Neo4jStore, ask: Ask) -> None:
    put(case, "s1", two_posts())
    assert case.write_run(findings())["number"] == 1
    tied = "MATCH (a:LsAccount {case: $case})-[t:TIED]->(b:LsAccount) RETURN a.uid, b.uid, t.observed, t.run, t.case = $case"
    assert ask(tied) == [["x:1", "x:2", 3, "0123456789ab", True]]
    member = "MATCH (a:LsAccount {case: $case})-[m:MEMBER_OF]->(g:LsGroup)-[:OF]->(r:LsRun) RETURN a.uid, g.rank, r.name ORDER BY a.uid"
    assert ask(member) == [["x:1", 1, "R-1"], ["x:2", 1, "R-1"]]
    case.add_note(
        {"kind": "verdict", "at": "2026", "by": "ada", "run_id": "0123456789ab", "group_id": "g1", "says": "no"}
    )
    assert ask("MATCH (v:LsVerdict {case: $case})-[:ABOUT]->(g:LsGroup) RETURN v.by, g.group_id") == [["ada", "g1"]]
    for name, table in findings().tables.items():
        assert case.run_table("0123456789ab", name).equals(table), name


def test_a_run_that_broke_off_is_written_again(case: Neo4jStore, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.stores.neo4j_store.runs._packed", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        case.write_run(findings())
    assert case.runs() == []
    assert ask("MATCH ()-[t:TIED {case: $case}]->() RETURN count(t)") == [[0]]
    monkeypatch.undo()
    assert case.write_run(findings())["number"] == 1


LOADS_UNTIL_KILLED = """
import sys, time
from fixtures_stores import account, batch, post, link
from graph.stores import open_case
from graph.stores.neo4j_store import cypher
store = open_case(sys.argv[1])
with store.writer("s2") as writer:
    writer.write(batch([account("x:1"), account("x:7")], [post("x:10", "x:1", text="from two"), post("x:70", "x:7")],
                       [link("x:70", "x:7", "url", "https://example.org/b")]))
    writer._write_spoken(cypher.ACCOUNT, accounts := writer._merged_accounts())
    writer._give_codes(accounts)
    print("half", flush=True)
    time.sleep(600)
"""


def everything(store: Store) -> dict[str, Any]:
    tables = {name: rows(store, name) for name in ("accounts", "posts", "links", "skipped")}
    return {**tables, "codes": store.codes().to_pylist(), "kinds": store.link_kinds(), "days": store.days().to_pylist()}


def second() -> Any:
    return batch([account("x:7")], [post("x:10", "x:1", text="from two", collected_at=at(3))], [])


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is not there")
def test_a_killed_load_leaves_no_trace(case: Neo4jStore, ask: Ask, project: Path) -> None:
    put(case, "s1", two_posts())
    before = everything(case)
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(project), str(project / "tests")])}
    child = subprocess.Popen(
        [sys.executable, "-c", LOADS_UNTIL_KILLED, case.address], stdout=subprocess.PIPE, text=True, env=env
    )
    assert child.stdout is not None and child.stdout.readline() == "half\n"
    assert everything(case) == before, "half a load is not seen"
    with pytest.raises(CaseError, match="someone else"), case.writer("s3"):
        pass
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    put_when_free(case)
    after = everything(case)
    clean = open_case(f"{case.address}-clean", create=True)
    put(clean, "s1", two_posts())
    put(clean, "s2", second())
    assert after == everything(clean)
    clean.remove("s1")
    clean.remove("s2")
    clean.close()
    assert ask("MATCH (n {case: $case}) WHERE n.uid = 'x:70' OR n.key ENDS WITH '/b' RETURN n.uid") == []


class Cut:
    """A connection that breaks at one of its writes, before or after the server has done it, and stays broken."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls, self.at, self.done = 0, -1, False
        for name in ("write", "in_transactions"):
            monkeypatch.setattr(Bolt, name, self._breaking(getattr(Bolt, name)))

    def _breaking(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(bolt: Bolt, *args: Any, **values: Any) -> Any:
            self.calls += 1
            if self.at < 0 or self.calls < self.at:
                return real(bolt, *args, **values)
            if self.calls == self.at and self.done:
                real(bolt, *args, **values)
            raise CaseError("The connection broke.")

        return call

    def during(self, work: Callable[[], None], at: int, done: bool) -> None:
        """Do the work with a connection that breaks at its so-manieth write."""
        self.calls, self.at, self.done = 0, at, done
        try:
            with pytest.raises(CaseError, match="broke"):
                work()
        finally:
            self.at = -1


def test_a_load_that_breaks_anywhere_is_the_same_when_it_is_done_again(
    case: Neo4jStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(case, "s1", two_posts())
    cut = Cut(monkeypatch)
    put(case, "s2", second())
    steps, after = cut.calls, everything(case)
    case.remove("s2")
    before = everything(case)
    assert steps > 5 and before != after
    finished = 0
    for broken in range(1, steps + 1):
        for done in (False, True):
            cut.during(lambda: put(case, "s2", second()), broken, done)
            seen = everything(case)
            finished += seen == after
            assert seen in (before, after), f"write {broken} of {steps}: neither before nor after"
            put(case, "s2", second())
            assert everything(case) == after, f"write {broken} of {steps}"
            case.remove("s2")
            assert everything(case) == before, f"write {broken} of {steps}, taken out"
    assert 0 < finished < steps, "some break after the source counts, most before"


def test_who_opens_a_case_finishes_a_removal_that_broke(
    case: Neo4jStore, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = Cut(monkeypatch)
    for _ in range(2):  # from the second on, accounts come back, as they do below
        put(case, "s1", two_posts())
        cut.calls = 0
        case.remove("s1")
    writes = cut.calls
    assert writes > 3
    for at_write, done in itertools.product(range(1, writes + 1), (False, True)):
        put(case, "s1", two_posts())
        cut.during(partial(case.remove, "s1"), at_write, done)
        with closing(open_case(case.address)) as again:
            if at_write == 1 and not done:
                again.remove("s1")  # it was not even begun
            left = ask("MATCH (n {case: $case}) WHERE n.uid STARTS WITH 'x:' OR n:LsPost OR n:LsSource RETURN n.uid")
            assert (left, again.leftovers().ids) == ([], 0), (at_write, done)
        assert case.codes().column("code").to_pylist() == [1, 2]


def put_when_free(store: Store) -> None:
    """The server needs a moment to notice that a connection is gone."""
    for _ in range(20):
        try:
            return put(store, "s2", second())
        except CaseError:
            time.sleep(0.2)
    put(store, "s2", second())


def test_long_addresses_survive(case: Neo4jStore) -> None:
    key = "https://example.org/" + "a" * 20_000
    put(case, "s1", batch(posts=[post("x:10", "x:1")], links=[link("x:10", "x:1", "url", key)]))
    assert rows(case, "links")[0]["target_key"] == key


def test_a_wrong_password_is_said_and_not_repeated(
    neo4j_address: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("LOCKSTEP_NEO4J_PASSWORD", "geheim-falsch")
    with pytest.raises(CaseError, match="does not accept") as caught:
        open_case(f"{neo4j_address}?case=a")
    assert "geheim" not in f"{caught.value}{caught.value.__cause__}{caplog.text}"


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCKSTEP_NEO4J_PASSWORD", "x")
    with pytest.raises(CaseError, match="No Neo4j server answers at bolt://127"):
        open_case("bolt://127.0.0.1:9?case=a")


def test_the_case_is_not_there(case: Neo4jStore, neo4j_address: str) -> None:
    with pytest.raises(UsageError, match=case.name):
        open_case(f"{neo4j_address}?case=nothing-here")


def test_the_database_is_not_there(neo4j_address: str) -> None:
    with pytest.raises(CaseError, match="no database 'nothing'"):
        open_case(f"{neo4j_address}/nothing?case=a")


def test_a_store_shows_no_password(case: Neo4jStore) -> None:
    assert os.environ["LOCKSTEP_NEO4J_PASSWORD"] not in f"{case.address}{case.__dict__}{case.info()}"
