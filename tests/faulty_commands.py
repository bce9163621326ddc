"""Commands that change something, each to be killed or refused at any of its system calls, and what must hold afterwards."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import fixtures_neo4j
import polars as pl
import system_calls
from system_calls import Call, Fault, Ran

from dashboards.local import audit
from graph.case.notes import About
from graph.case.verdicts import give
from graph.privacy.codes import case_key
from graph.report.report import Report
from graph.schema import DESCRIBED, RUN_TABLES
from graph.stores import Store, open_case
from graph.stores.copy import copy_case
from graph.stores.folder_store.manifest import read_manifest
from graph.stores.folder_store.sweeping import strays
from ingest.errors import CaseError, UsageError
from ingest.synthetic import Plan, write_demo

TINY = Plan(accounts=50, actions=250, links=60, fans=0, fan_links=0, fan_picks=0, groups=4)
PARTS = ("accounts", "posts", "links", "skipped")
State = Mapping[str, Any]


def lockstep(*words: str) -> int:
    """The command."""
    from dashboards.cli import main

    return main(list(words))


def verdict(case: str) -> int:
    """What the page Group does when somebody decides."""
    store = open_case(case)
    run = store.runs()[-1]["run_id"]
    give(store, About(run, group_id="g", members=["x:1"]), "confirmed", "Same order every time.", "Ann")
    store.close()
    return 0


@dataclass(frozen=True)
class Scenario:
    """A command, the case it starts from, and whether it may be given again once it is done.

    Attributes
    ----------
    base : str
        ``none``, ``loaded`` or ``found`` (with a run).
    words : tuple of str
        With ``{case}``, ``{files}``, ``{out}``, ``{account}`` (a code) and ``{handle}`` in them.
    again : bool
        False where the same words twice are two notes, or the second time is refused.
    forgets : bool
        True where nothing may name the account afterwards.
    steps : bool
        True where it writes several notes one after the other, and goes on from the ones there are.
    counted : bool
        True where the key is made by the command, so that codes differ each time and only rows can be counted.
    stages : int
        How many of the last words, one after the other, may be done while the rest is not: files of one ingest.
    """

    base: str
    words: tuple[str, ...]
    again: bool = True
    forgets: bool = False
    stages: int = 0
    steps: bool = False
    counted: bool = False
    work: Callable[..., int] = lockstep


IN = ("--case", "{case}")
SEEN_AFTER_S = 30.0
SCENARIOS: dict[str, Scenario] = {
    "first ingest": Scenario("none", ("ingest", *IN, "{files}/x.jsonl")),
    "first ingest with codes": Scenario("none", ("ingest", "--pseudonyms", *IN, "{files}/x.jsonl"), counted=True),
    "ingest of two": Scenario("found", ("ingest", *IN, "{files}/mastodon.json", "{files}/facebook.csv"), stages=1),
    "find": Scenario("loaded", ("find", *IN, "--trace", "link", "--worlds", "19")),
    "forget": Scenario("found", ("forget", *IN, "--yes", "--account", "{handle}"), forgets=True),
    "purge": Scenario("found", ("purge", *IN, "--yes", "--before", "2026-08-20")),
    "retain": Scenario("found", ("retain", *IN, "--until", "2020-01-01", "x.jsonl")),
    "retain --apply": Scenario("overdue", ("retain", *IN, "--yes", "--apply")),
    "remove": Scenario("found", ("remove", *IN, "--yes", "x.jsonl"), again=False),
    "copy": Scenario("found", ("copy", "{case}", "{case}-copied")),
    "export": Scenario("found", ("export", *IN, "--out", "{out}/tables")),
    "export of ids": Scenario("found", ("export", *IN, "--names", "ids", "--out", "{out}/tables")),
    "brief": Scenario("found", ("brief", *IN, "--out", "{out}/briefing.html")),
    "brief as Word": Scenario("found", ("brief", *IN, "--out", "{out}/briefing.docx")),
    "brief as STIX": Scenario("found", ("brief", *IN, "--out", "{out}/briefing.stix.json")),
    "allow": Scenario("found", ("allow", *IN, "--reason", "share button", "news.example"), again=False),
    "seal": Scenario("found", ("seal", *IN, "--reason", "may be a child", "{account}"), again=False),
    "list": Scenario("found", ("list", *IN, "--kind", "domains", "--name", "own", "--domain", "a.example", "add"), again=False),
    "harm area": Scenario("found", ("case", "set", *IN, "--area", "terrorism"), again=False),
    "comparison": Scenario("found", ("sources", *IN, "--as", "comparison", "x.jsonl"), again=False),
    "attribution": Scenario("found", ("attribution", "add", *IN, "--group", "1", "--level", "suspected", "--claim", "A firm.", "--source", "A filing, 2026"), again=False),
    "report": Scenario("found", ("report", *IN, "1", "--to", "x", "--terms", "spam", "--out", "{out}/report.html"), again=False, steps=True),
    "verdict": Scenario("found", ("{case}",), again=False, work=verdict),
    "key": Scenario("found", ("key", "export", *IN, "{out}/case.key"), again=False),
}  # fmt: skip
IN_NEO4J = ("first ingest", "ingest of two", "find", "forget", "purge", "remove", "copy", "allow", "verdict")


# -- what a case holds -------------------------------------------------------------------------------------------------


def rows(table: Any, *but: str) -> str:
    """A hash of the rows of a table, in any order."""
    left = [{name: value for name, value in row.items() if name not in but} for row in table.to_pylist()]
    lines = sorted(json.dumps(row, default=str, sort_keys=True) for row in left)
    return f"{len(left)} {sha256(chr(10).join(lines).encode()).hexdigest()[:12]}"


def state_of(store: Store) -> State:
    """All that a case holds, but for times of writing and ids drawn by chance."""
    from fixtures_stores import table

    notes = [
        {key: value for key, value in note.items() if key not in ("id", "at", "after", "seal", "list")}
        for note in store.notes()
    ]
    return {
        "sources": rows(store.sources(), "ingested_at"),
        **{name: rows(table(store, name)) for name in PARTS},
        "codes": rows(store.codes()),
        "runs": {
            run["run_id"]: {name: rows(store.run_table(run["run_id"], name)) for name in RUN_TABLES}
            for run in store.runs()
        },
        "notes": sorted(json.dumps(note, default=str, sort_keys=True) for note in notes),
        "tombstones": len(store.tombstones()),
        "unfinished": store.info()["unfinished"],
    }


def looked_at(address: str, **how: bool) -> State | str:
    """The state of a case, or why there is none to look at."""
    try:
        store = open_case(address, **how)
    except UsageError:
        return "none"
    except CaseError as error:
        if "is not whole" in str(error):
            return "not whole"
        raise
    try:
        return state_of(store)
    finally:
        store.close()


# -- where it happens --------------------------------------------------------------------------------------------------


@dataclass
class World:
    """Cases to start from, made once, and what an unharmed command makes of them."""

    home: Path
    server: str | None = None
    account: dict[str, Any] = field(default_factory=dict)
    unharmed: dict[tuple[str, bool], tuple[Ran, dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.files = self.home / "files"
        write_demo(self.files, seed=3, plan=TINY)
        before = self.home / "loaded"
        with at_home(before):
            lines = (
                ["loaded", "ingest", "--case", "{case}", "{files}/x.jsonl"],
                ["found", "find", "--case", "{case}", "--trace", "link", "--worlds", "19"],
                ["overdue", "retain", "--case", "{case}", "--until", "2020-01-01", "x.jsonl"],
            )
            for base, *words in lines:
                if base != "loaded":
                    shutil.copytree(before, self.home / base)
                    before = self.home / base
                with at_home(before):
                    assert lockstep(*(self.filled(word, before) for word in words)) == 0
                    _with_key_and_verdict(before / "case", verdict=base == "found")
        (self.home / "none").mkdir()
        store = open_case(str(self.home / "found" / "case"))
        (batch,) = store.scan("accounts")
        # what the commands above imported need not be imported by every process that is killed
        ours = (name for name in sys.modules if name.partition(".")[0] in ("ingest", "graph", "dashboards"))
        system_calls.preload("faulty_commands", "dashboards.briefing.full", *sorted(ours))
        self.account = min((row for row in batch.to_pylist() if row["code"]), key=lambda row: int(row["code"]))
        store.close()

    def filled(self, word: str, place: Path, case: str | None = None) -> str:
        known = {"case": case or str(place / "case"), "files": str(self.files), "out": str(place / "written")}
        return word.format(
            **known, account=f"A-{self.account.get('code')}", handle=f"@{self.account.get('handle_key')}"
        )

    @contextmanager
    def trial(self, name: str, server: bool = False) -> Iterator[Trial]:
        """A copy of the case a scenario starts from, in a folder or on the server; gone at the end."""
        place = self.home / "trial"
        shutil.copytree(self.home / SCENARIOS[name].base, place)
        made = (ServerTrial if server else Trial)(self, SCENARIOS[name], place)
        try:
            made.prepare()
            yield made
        finally:
            made.leave()
            shutil.rmtree(place)

    def known(self, name: str, server: bool = False) -> tuple[Ran, dict[str, Any]]:
        """What the command does when nothing happens to it: its calls, and what is there before, between and after."""
        if (name, server) not in self.unharmed:
            states: dict[str, Any] = {}
            stages = SCENARIOS[name].stages
            if stages:
                with self.trial(name, server) as trial:
                    ran = trial.run(stages=stages)
                    assert ran.code in (0, 4), ran.out + ran.err
                    states["between"] = trial.state()
            with self.trial(name, server) as trial:
                states["before"], names = trial.state(), trial.names()
                ran = trial.run()
                assert ran.code in (0, 4), ran.out + ran.err
                states |= {"after": trial.state(), "names": names | trial.names(), "written": trial.written()}
            self.unharmed[name, server] = ran, states
        return self.unharmed[name, server]


def _with_key_and_verdict(case: Path, verdict: bool) -> None:
    """The case's key, which is made when first needed, and a verdict on its first group."""
    store = open_case(str(case))
    case_key(store)
    if verdict:
        report = Report(store)
        group = str(report.groups()["group_id"].iloc[0])
        give(store, About(report.run["run_id"], group_id=group), "confirmed", "Same order every time.", "Ann")
    store.close()


@contextmanager
def at_home(place: Path) -> Iterator[None]:
    """State, keys and temporary files in one place."""
    own = surroundings(place)
    before = {name: os.environ.get(name) for name in own}
    os.environ.update(own)
    tempfile.tempdir = own["TMPDIR"]
    try:
        yield
    finally:
        tempfile.tempdir = None
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def surroundings(place: Path) -> dict[str, str]:
    (place / "tmp").mkdir(parents=True, exist_ok=True)
    return {
        "LOCKSTEP_STATE": str(place / "state"),
        "LOCKSTEP_CONFIG": str(place / "config"),
        "TMPDIR": str(place / "tmp"),
    }


@dataclass
class Trial:
    """One copy of a case, to which one command does something."""

    world: World
    scenario: Scenario
    place: Path

    def prepare(self) -> None:
        self.env = surroundings(self.place)
        (self.place / "written").mkdir(exist_ok=True)
        self.case = str(self.place / "case")

    def leave(self) -> None:
        """Nothing to take back in a folder."""

    def watched(self, path: str) -> bool:
        """Files of the trial; not what the command prints."""
        return path.startswith(f"{self.place}/") and Path(path).parent != self.place

    def run(self, fault: Fault | None = None, stages: int = 0) -> Ran:
        every = [self.world.filled(word, self.place, self.case) for word in self.scenario.words]
        words = every[: len(every) - stages]
        return system_calls.run(self.scenario.work, words, self.place, self.watched, fault, self.env)

    @property
    def target(self) -> str:
        """The case that the command changes."""
        return f"{self.case}-copied" if self.scenario.words[0] == "copy" else self.case

    def state(self) -> State | str:
        with at_home(self.place):
            found = looked_at(self.target)
        if self.scenario.counted and not isinstance(found, str):
            return {name: value.split()[0] if isinstance(value, str) else value for name, value in found.items()}
        return found

    def names(self) -> set[str]:
        """Files and folders there are, with drawn letters and numbers left out: a run described anew has another number."""
        drawn = re.compile(r"[0-9a-f]{6,}|(?<=[-_.])[a-z0-9_]{8}(?=\b|_)|\d+")
        return {
            drawn.sub("#", str(path.relative_to(self.place))).replace("runs/#.#", "runs/#")
            for path in self.place.rglob("*")
            if path.relative_to(self.place).parts[0] != "tmp"
        }

    def written(self) -> dict[str, str]:
        """What left the case, and a hash of each file."""
        home = self.place / "written"
        return {
            str(path.relative_to(home)): sha256(path.read_bytes()).hexdigest()[:12]
            for path in sorted(home.rglob("*"))
            if path.is_file()
        }


class ServerTrial(Trial):
    """The same in Neo4j, where a call is something sent to the server."""

    def prepare(self) -> None:
        super().prepare()
        assert self.world.server is not None
        folder, self.case = self.case, f"{self.world.server}?case=chaos-{uuid4().hex[:12]}"
        self.env |= {name: value for name, value in os.environ.items() if name.startswith("LOCKSTEP_NEO4J")}
        if self.scenario.base != "none":
            with at_home(self.place):
                _copied(folder, self.case)

    def leave(self) -> None:
        for case in {self.case, self.target}:
            fixtures_neo4j.forget(case)

    def watched(self, path: str) -> bool:
        return path.startswith("socket:")

    def run(self, fault: Fault | None = None, stages: int = 0) -> Ran:
        """As in a folder; but the server takes a moment to see that a writer is gone."""
        until = time.monotonic() + SEEN_AFTER_S
        while True:
            ran = super().run(fault, stages)
            if "someone else" not in ran.err or time.monotonic() > until:
                return ran
            time.sleep(0.5)


# -- what must hold ----------------------------------------------------------------------------------------------------


def moments(calls: list[Call]) -> list[int]:
    """Numbers of the calls worth a fault: each that does something else than the one before, and one inside each run of writes."""
    found, since = [], 0
    for number, call in enumerate(calls, 1):
        before = calls[number - 2] if number > 1 else None
        if before is None or (call.name, call.path) != (before.name, before.path) or call.path.startswith("socket:"):
            if number - since > 2:
                found.append((since + number) // 2)
            found.append(number)
            since = number
    return sorted(set(found))


def after_a_kill(world: World, name: str, at: int, server: bool = False) -> Call | None:
    """Kill a command at its n-th call, and look whether every promise holds; gives the call it died at."""
    unharmed, known = world.known(name, server)
    with world.trial(name, server) as trial:
        killed = trial.run(Fault(at))
        assert killed.code == -9 or (killed.struck is None and killed.code == unharmed.code), killed.err
        _again(trial, known, _holds(trial, known))
        return killed.struck


def after_an_error(world: World, name: str, fault: Fault) -> Call | None:
    """Refuse a command its n-th call (and those behind it), and look whether every promise holds."""
    _, known = world.known(name)
    with world.trial(name) as trial:
        ran = trial.run(fault)
        assert "Traceback" not in ran.out + ran.err, f"{ran.struck}: {ran.err}"
        assert ran.code >= 0, f"{ran.struck}: {ran.code}"
        _again(trial, known, _holds(trial, known))
        return ran.struck


def _holds(trial: Trial, known: Mapping[str, Any]) -> State | str:
    """The case opens and is as it was before, between or after; nothing is left over; no written file is half. Gives the state."""
    state = trial.state()
    if state not in (known["before"], known["after"], known.get("between"), _undescribed(known["after"])):
        assert _on_its_way(trial, known, state) or _empty(state) or state == "not whole", (
            f"neither before nor after: {difference(known, state)}"
        )
    _no_strays(trial)
    with at_home(trial.place):
        chain = audit.check(audit.log_file(trial.case))
    assert chain.whole, chain.in_words()
    for file, content in trial.written().items():
        if file.startswith((".", "lockstep-export-")):  # goes with the next one to the same place
            continue
        assert known["written"].get(file) in (None, content) or file == "case.key", f"{file} is not as it should be"
    return state


def _again(trial: Trial, known: Mapping[str, Any], state: State | str) -> None:
    """The same command once more makes what it would have made, and sweeps."""
    if _on_its_way(trial, known, state):
        return
    repeated = trial.scenario.again or state != known["after"] or set(trial.written()) != set(known["written"])
    if repeated:
        ran = trial.run()
        assert ran.code in (0, 4) or "is there already" in ran.err, ran.err
        state = _holds(trial, known)
    assert state == known["after"], difference(known, state)
    if repeated:
        assert set(trial.written()) == set(known["written"])
        new = {name for name in trial.names() - known["names"] if not name.endswith((".lock", "audit.jsonl"))}
        assert not new, f"left over: {new}"
    if trial.scenario.forgets and not isinstance(trial, ServerTrial):
        assert not naming(trial.place, trial.world.account)
    for left in (trial.place / "tmp").glob("*/*"):
        assert not any(left.iterdir()), f"{left.name} is left in the temporary folder"


def _on_its_way(trial: Trial, known: Mapping[str, Any], state: State | str) -> bool:
    """True where some of a command's notes are written, and nothing else is new."""
    if not trial.scenario.steps or isinstance(state, str):
        return False
    first, last = ({**known[when], "notes": []} for when in ("before", "after"))
    counts = [len(one["notes"]) for one in (known["before"], state, known["after"])]
    return {**state, "notes": []} in (first, last) and counts[0] < counts[1] < counts[2]


def _undescribed(state: State | str) -> State | str:
    """A state whose runs are whole, and not described yet: that comes after a run is kept, and the same search does the rest."""
    if isinstance(state, str):
        return state
    none = {name: rows(RUN_TABLES[name].empty_table()) for name in DESCRIBED}
    return {**state, "runs": {run: {**tables, **none} for run, tables in state["runs"].items()}}


def _empty(state: State | str) -> bool:
    """True for a case that was made, and nothing put into it."""
    return not isinstance(state, str) and not any(value for value in state.values() if not str(value).startswith("0"))


def _no_strays(trial: Trial) -> None:
    """Nothing in the case that counts for nothing, now that somebody opened it."""
    home = Path(trial.target)
    if not isinstance(trial, ServerTrial) and (home / "case.json").is_file():
        assert not strays(home, read_manifest(home))
        assert not list((home / ".open").glob("*"))


def difference(known: Mapping[str, Any], state: State | str) -> str:
    """Which parts of a state are unlike that before, and unlike that after."""
    if isinstance(state, str):
        return state
    return "; ".join(
        f"{when}: {[name for name in state if isinstance(known[when], str) or state[name] != known[when].get(name)]}"
        for when in ("before", "after")
    )


def naming(place: Path, account: Mapping[str, Any]) -> list[str]:
    """Files that hold an account's handle or id, tables read as tables."""
    words = [str(account[name]).casefold() for name in ("handle_key", "native_id") if account.get(name)]
    found = []
    for path in (path for path in place.rglob("*") if path.is_file() and path.parent != place):
        text = path.read_bytes().decode("latin-1")
        if path.suffix == ".parquet":
            text += pl.read_parquet(path).write_json()
        found += [str(path.relative_to(place)) for word in words if word in text.casefold()]
    return found


def _copied(source: str, target: str) -> None:
    here, there = open_case(source), open_case(target, create=True)
    copy_case(here, there)
    here.close()
    there.close()
