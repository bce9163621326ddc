"""Commands killed, refused and starved at counted system calls: a sample of what ``make chaos`` does at length."""

from __future__ import annotations

import errno
import random
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from faulty_commands import SCENARIOS, World, after_a_kill, after_an_error, lockstep, moments
from system_calls import Call, Fault, run, works_here

pytestmark = pytest.mark.skipif(not works_here(), reason="faults at system calls need Linux 5.9 or newer")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("chaos"))


def three_files(folder: str) -> int:
    """Something of which every call is known."""
    home = Path(folder) / "files"
    home.mkdir()
    for name in "abc":
        (home / f".{name}").write_text(name)
        (home / f".{name}").rename(home / name)
    return 0


def in_files(path: str) -> bool:
    return "/files" in path


def test_calls_are_counted_and_the_one_asked_for_never_happens(tmp_path: Path) -> None:
    every = run(three_files, [str(tmp_path)], tmp_path, in_files)
    assert every.code == 0
    names = [call.name for call in every.calls]
    assert names == ["mkdir", *["openat", "write", "rename"] * 3]
    for at in (1, 3, 4, 10):
        home = tmp_path / str(at)
        home.mkdir()
        killed = run(three_files, [str(home)], home, in_files, Fault(at))
        assert killed.code == -signal.SIGKILL and killed.struck == Call(names[at - 1], killed.calls[-1].path)
        left = sorted(path.name for path in home.glob("files/*"))
        assert left == {1: [], 3: [".a"], 4: [".a"], 10: [".c", "a", "b"]}[at]
        assert at != 3 or (home / "files" / ".a").read_text() == "", "nothing was written yet"


def test_a_call_can_be_refused(tmp_path: Path) -> None:
    refused = run(three_files, [str(tmp_path)], tmp_path, in_files, Fault(6, errno.ENOSPC, stays=True))
    assert refused.code == 1 and "No space left on device" in refused.err
    assert sorted(path.name for path in (tmp_path / "files").iterdir()) == [".b", "a"]


SAMPLE = ("first ingest", "find", "forget", "purge", "retain --apply", "remove", "copy", "export", "seal", "verdict", "key", "list")  # fmt: skip


@pytest.mark.parametrize("name", SAMPLE)
def test_a_killed_command_leaves_the_case_as_before_or_after(world: World, name: str) -> None:
    calls = world.known(name)[0].calls
    assert len(calls) > 10
    at = random.Random(name).choice(moments(calls))
    assert after_a_kill(world, name, at) is not None


@pytest.mark.parametrize("name", ["forget", "export", "seal"])
def test_a_full_disk_is_said_and_changes_nothing_by_half(world: World, name: str) -> None:
    at = random.Random(f"{name} full").choice(moments(world.known(name)[0].calls))
    after_an_error(world, name, Fault(at, errno.ENOSPC, stays=True))


@pytest.mark.parametrize("name", ["purge", "key"])
def test_a_disk_that_fails_once_is_said(world: World, name: str) -> None:
    calls = world.known(name)[0].calls
    at = random.Random(name).choice([number for number, call in enumerate(calls, 1) if call.name == "fsync"])
    after_an_error(world, name, Fault(at, errno.EIO))


def test_what_only_reads_works_on_a_read_only_drive(world: World) -> None:
    for words in (["runs", "--case", "{case}"], ["sources", "--case", "{case}"]):
        with world.trial("find") as trial:
            filled = [world.filled(word, trial.place) for word in words]
            ran = run(lockstep, filled, trial.place, trial.watched, Fault(1, errno.EROFS, stays=True), trial.env)
            assert (ran.code, ran.struck is not None) == (0, True), ran.err


@pytest.fixture
def on_a_server(world: World, neo4j_address: str) -> Iterator[World]:
    world.server = neo4j_address
    yield world
    world.server = None


@pytest.mark.parametrize("name", ["first ingest", "forget"])
def test_a_killed_client_of_neo4j_leaves_the_case_as_before_or_after(on_a_server: World, name: str) -> None:
    at = random.Random(name).choice(moments(on_a_server.known(name, server=True)[0].calls))
    assert after_a_kill(on_a_server, name, at, server=True) is not None


def test_every_command_that_changes_a_case_can_be_killed() -> None:
    """A command that is new stands in the table of scenarios, or changes nothing."""
    from dashboards.commands import COMMANDS

    tried = {scenario.words[0] for scenario in SCENARIOS.values()}
    reads = {"demo", "check", "formats", "power", "standing", "outlinks", "serve", "cases", "runs", "doctor", "record"}
    of_notes = {"verdicts", "ledger", "label"}  # written by `graph.case.notes.write`, as the verdict is
    assert set(COMMANDS) - tried - reads - of_notes <= {"help", "version"}
