"""Neo4j at size: a source taken in and its actions read back, held against bare loops through the same driver.

    python tests/bench_neo4j.py --posts 1000000 --rounds 3

Each post has an account, a time and a link. The bare loop sends the same rows, 10,000 a batch, in three statements: accounts
and posts by UNWIND and CREATE, links by UNWIND, MERGE of the address and CREATE, into the same schema; its rows are lists before
the clock runs. It keeps no book of what a source said, cannot be repeated, and shows half of itself when it breaks. Reading is
held against a cursor over one query that gives the same columns in the same order. Every piece of work has a process of its own,
ours and the bare one take turns in going first. A server is started from its Java artifacts, or ``LOCKSTEP_TEST_NEO4J`` names one.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, LiteralString

import neo4j
import pyarrow as pa
import pyarrow.compute as pc
from bench_open import batches, source
from fixtures_neo4j import forget, start_module
from measuring import Spent, alone, markdown, say, spent

from graph.settings import Narrow
from graph.stores import open_case
from graph.traces.base import LinkTrace, Words
from ingest.tables import Batch

QUICK, WARM, FULL = 2_000, 20_000, 1_000_000
BATCH, BLOCK, PER_ACCOUNT = 10_000, 50_000, 20
LOADING, READING = 0.6, 0.8
HEADS = (
    *("work", "ours", "bare loop", "ours, posts/s", "times the bare rate", "by processor time", "target"),
    *("memory, MB", "bare, MB"),
)
ACCOUNTS = "UNWIND $rows AS r CREATE (:LsAccount {case: $case, uid: r[0], platform: r[1], native_id: r[2]})"
POSTS = (
    "UNWIND $rows AS r MATCH (a:LsAccount {case: $case, uid: r[1]})"
    " CREATE (a)-[:POSTED]->(:LsPost {case: $case, uid: r[0], account_uid: r[1], platform: r[2],"
    " created_at: datetime({epochMillis: r[3]}), text: r[4]})"
)
LINKS = (
    "UNWIND $rows AS r MATCH (p:LsPost {case: $case, uid: r[0]}) MERGE (t:LsUrl {case: $case, key: r[1]})"
    " CREATE (p)-[:LINKS_TO {account_uid: r[2], at: datetime({epochMillis: r[3]}), position: r[4]}]->(t)"
)
CURSOR = (
    "MATCH (p:LsPost)-[r:LINKS_TO]->(t:LsUrl) WHERE p.case = $case AND p.uid > '' RETURN r.account_uid, t.key,"
    " r.at.epochSeconds * 1000000 + r.at.microsecond, p.uid, r.position ORDER BY p.uid"
)


def ours(address: str, posts: int) -> Spent:
    """A source through the store's own writer."""
    with closing(open_case(address, create=True)) as store:
        return spent_on(_through_the_writer(store, posts))


def rows_of(posts: int) -> Iterator[Batch]:
    """What both sides load, as a reader of files hands it over."""
    return batches(0, posts, max(posts // PER_ACCOUNT, 1), BLOCK)


def _through_the_writer(store: Any, posts: int) -> Iterator[Callable[[], object]]:
    with store.writer("0" * 16) as writer:
        for batch in rows_of(posts):
            yield partial(writer.write, batch)
        yield lambda: writer.finish(source("0" * 16, 0, posts, posts // PER_ACCOUNT))


def _sent(session: neo4j.Session, statement: LiteralString, rows: list[list[Any]], case: str) -> object:
    return session.execute_write(lambda tx: tx.run(statement, rows=rows, case=case).consume())


def bare(address: str, posts: int) -> Spent:
    """The same rows, sent as they are."""
    open_case(address, create=True).close()
    with driver(address) as bolt, bolt.session() as session:
        return spent_on(
            partial(_sent, session, statement, some, case_of(address))
            for statement, rows in _as_rows(posts)
            for some in (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))
        )


def _as_rows(posts: int) -> Iterator[tuple[LiteralString, list[list[Any]]]]:
    for batch in rows_of(posts):
        known, said, linked = batch.accounts, batch.posts, batch.links
        for statement, table, names in (
            (ACCOUNTS, known, ("account_uid", "platform", "native_id")),
            (POSTS, said, ("post_uid", "account_uid", "platform", "created_at", "text")),
            (LINKS, linked, ("post_uid", "target_key", "account_uid", "at", "position")),
        ):
            columns = [_plain(table.column(name)).to_pylist() for name in names]
            yield statement, [list(row) for row in zip(*columns, strict=True)]


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.divide(column.cast(pa.int64()), 1000) if pa.types.is_timestamp(column.type) else column


def spent_on(pieces: Iterator[Callable[[], object]]) -> Spent:
    """The sum over pieces of work; what makes them is not counted."""
    total = Spent(0, 0)
    for piece in pieces:
        total += spent(piece)
    return total


def read(address: str, posts: int) -> Spent:
    """Everybody's actions on links, as a run reads them."""
    trace = LinkTrace("link", Words("Shared the same link", "link", "links"), "url")
    with closing(open_case(address)) as store:
        return spent(lambda: _all(trace.actions(store, Narrow()).num_rows, posts))


def cursor(address: str, posts: int) -> Spent:
    """The same rows as the driver gives them."""
    with driver(address) as bolt, bolt.session() as session:
        return spent(lambda: _all(len([r.values() for r in session.run(CURSOR, case=case_of(address))]), posts))


def _all(found: int, wanted: int) -> None:
    if found != wanted:
        raise RuntimeError(f"{found:,} rows came back, not {wanted:,}")


WORK: Mapping[str, Callable[[str, int], Spent]] = {"ours": ours, "bare": bare, "read": read, "cursor": cursor}


def driver(address: str) -> neo4j.Driver:
    """A connection as anybody makes one."""
    known = os.environ["LOCKSTEP_NEO4J_USER"], os.environ["LOCKSTEP_NEO4J_PASSWORD"]
    return neo4j.GraphDatabase.driver(address.partition("?")[0], auth=known)


def case_of(address: str) -> str:
    """The name at the end of an address."""
    return address.rpartition("=")[2]


def round_of(server: Serving, posts: int, ours_first: bool) -> dict[str, Spent]:
    """Both loads, both ways of reading ours, on cases of their own; seconds of the processors are the client's and the server's."""
    name = uuid.uuid4().hex[:8]
    case, other = f"{server.address}?case=bench-{name}", f"{server.address}?case=bench-bare-{name}"
    order = [("ours", case), ("bare", other)] if ours_first else [("bare", other), ("ours", case)]
    back = [("read", case), ("cursor", case)] if ours_first else [("cursor", case), ("read", case)]
    found = {}
    for work, address in [*order, *back]:
        before = server.busy()
        client = Spent(**alone(__file__, work, address, posts))
        found[work] = replace(client, busy=client.busy + server.busy() - before)
    forget(case)
    forget(other)
    return found


def table(found: Sequence[Mapping[str, Spent]], posts: int) -> str:
    """Medians of the rounds, and the ratios of each."""
    rows = []
    for title, mine, other, target in (
        (f"loading {posts:,} posts with a link each", "ours", "bare", LOADING),
        (f"reading {posts:,} actions", "read", "cursor", READING),
    ):
        times = [_middle([one[work] for one in found]) for work in (mine, other)]
        ratios = [
            _listed([getattr(one[other], n) / getattr(one[mine], n) for one in found]) for n in ("seconds", "busy")
        ]
        rate, memory = f"{posts / times[0].seconds:,.0f}", [f"{side.memory:,.0f}" for side in times]
        rows.append((title, *times, rate, *ratios, f"≥ {target}", *memory))
    return markdown(HEADS, rows)


def _middle(rounds: Sequence[Spent]) -> Spent:
    return Spent(*(median(getattr(one, name) for one in rounds) for name in ("seconds", "busy", "memory")))


def _listed(ratios: Sequence[float]) -> str:
    each = f" ({', '.join(f'{ratio:.2f}' for ratio in ratios)})" if len(ratios) > 1 else ""
    return f"{median(ratios):.2f}{each}"


@dataclass(frozen=True)
class Serving:
    """A server, and its process where we started it on Linux."""

    address: str
    pid: int = 0

    def busy(self) -> float:
        """Seconds of the processors it took so far."""
        stat = Path(f"/proc/{self.pid}/stat")
        if not self.pid or not stat.exists():
            return 0.0
        user, system = stat.read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def serving(stack: ExitStack) -> Serving:
    """A server; its user and password are in the environment of what this process starts."""
    given, env = os.environ.get("LOCKSTEP_TEST_NEO4J"), os.environ
    if given:
        env.setdefault("LOCKSTEP_NEO4J_USER", env.get("NEO4J_USERNAME", "neo4j"))
        env.setdefault("LOCKSTEP_NEO4J_PASSWORD", env.get("NEO4J_PASSWORD", ""))
        return Serving(given.rstrip("/"))
    server = stack.enter_context(start_module().running(heap="2g"))
    env.update(LOCKSTEP_NEO4J_USER=server.user, LOCKSTEP_NEO4J_PASSWORD=server.password)
    return Serving(server.address, server.pid)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--posts", type=int, default=FULL)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--quick", action="store_true", help="few posts, one round")
    asked.add_argument("--one", nargs=3, metavar=("WORK", "ADDRESS", "POSTS"), help=argparse.SUPPRESS)
    options = asked.parse_args(arguments)
    if options.one:
        print(json.dumps(vars(WORK[options.one[0]](options.one[1], int(options.one[2])))))
        return
    posts, rounds = (QUICK, 1) if options.quick else (options.posts, options.rounds)
    found: list[dict[str, Spent]] = []
    with ExitStack() as stack:
        server = serving(stack)
        round_of(server, QUICK if options.quick else WARM, True)  # a server that has just started compiles what it runs
        for number in range(rounds):
            found.append(round_of(server, posts, number % 2 == 0))
            said = ", ".join(f"{work} {took}" for work, took in found[-1].items())
            print(f"round {number + 1}: {said}", file=sys.stderr, flush=True)
    say(table(found, posts))


if __name__ == "__main__":
    main()
