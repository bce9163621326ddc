"""Every command that changes something, killed at calls drawn from all it makes, in both stores: ``make chaos``.

It prints how often each was killed and what did not hold, and leaves with the number of failures.
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
import sys
import tempfile
import time
from contextlib import ExitStack, redirect_stdout
from pathlib import Path

import fixtures_neo4j
from faulty_commands import IN_NEO4J, SCENARIOS, World, after_a_kill, moments
from system_calls import works_here


def main() -> int:
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--kills", type=int, default=200)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--no-neo4j", action="store_true", help="folders only")
    asked.add_argument(
        "--only", nargs="+", default=list(SCENARIOS), metavar="COMMAND", help="such as forget 'first ingest'"
    )
    args = asked.parse_args()
    if not works_here():
        print("Faults at system calls need Linux 5.9 or newer on x86-64 or ARM 64.", file=sys.stderr)
        return 1
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lockstep-chaos-")))
        world = World(home, None if args.no_neo4j else server(stack))
        return min(tried(world, args.kills, random.Random(args.seed), args.only), 1)


def server(stack: ExitStack) -> str:
    """A Neo4j server, named or started."""
    if given := os.environ.get("LOCKSTEP_TEST_NEO4J"):
        return given
    start = fixtures_neo4j.start_module()
    running = stack.enter_context(start.running())
    os.environ |= {"LOCKSTEP_NEO4J_USER": running.user, "LOCKSTEP_NEO4J_PASSWORD": running.password}
    return str(running.address)


def tried(world: World, kills: int, luck: random.Random, only: list[str]) -> int:
    """Kill as often as asked for, spread evenly over commands and stores; gives the number of failures."""
    plan = [(name, False) for name in only] + [(name, True) for name in IN_NEO4J if world.server and name in only]
    begun, done, failures = time.monotonic(), 0, 0
    for number, (name, in_neo4j) in enumerate(plan):
        share = kills * (number + 1) // len(plan) - kills * number // len(plan)
        where = f"{name} ({'Neo4j' if in_neo4j else 'folder'})"
        with redirect_stdout(sys.stderr):
            ran, _ = world.known(name, in_neo4j)
        known = moments(ran.calls)
        struck = []
        for at in sorted(luck.sample(known, min(share, len(known)))):
            try:
                with redirect_stdout(sys.stderr):
                    struck.append(after_a_kill(world, name, at, in_neo4j))
            except Exception as error:
                failures += 1
                print(f"FAILED {where}, killed at call {at} ({ran.calls[at - 1]}): {type(error).__name__}: {error}")
            done += 1
        hit = sum(call is not None for call in struck)
        print(f"{where}: {len(ran.calls):,} calls, {len(known)} moments, {len(struck)} held, {hit} died", flush=True)
    print(f"{done} kills, {failures} failures, {time.monotonic() - begun:.0f} s")
    return failures


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    sys.exit(importlib.import_module("chaos").main())  # by its name, under which other processes find it
