"""The log of a case: every change to a line is found, and half a line of a killed writer breaks nothing."""

from __future__ import annotations

import json
import multiprocessing
from pathlib import Path
from typing import Any

import pytest

from dashboards.commands import doctor
from dashboards.local import audit


@pytest.fixture
def log(tmp_path: Path) -> Path:
    for number in range(5):
        assert audit.record(str(tmp_path), "export", "Ann", "analyst", run=f"R-{number}")
    return tmp_path / audit.FILE


def _lines(log: Path) -> list[bytes]:
    return log.read_bytes().splitlines(keepends=True)


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (lambda lines: [lines[0], lines[1].replace(b"Ann", b"Bob"), *lines[2:]], 2),
        (lambda lines: [lines[0], *lines[2:]], 2),
        (lambda lines: [lines[1], lines[0], *lines[2:]], 1),
        (lambda lines: [*lines, lines[-1]], 6),
        (lambda lines: [*lines[:-1], lines[-1].replace(b"R-4", b"R-9")], 5),
        (lambda lines: [*lines[:2], b"\n", *lines[2:]], 3),
        (lambda lines: [*lines[:2], b"not json\n", *lines[2:]], 3),
        (lambda lines: lines[1:], 1),
    ],
)
def test_a_changed_log_is_found_with_its_line(log: Path, change: object, broken: int) -> None:
    log.write_bytes(b"".join(change(_lines(log))))  # type: ignore[operator]
    assert audit.check(log).broken == broken
    assert doctor.log_of_case(str(log.parent)).state == doctor.BAD


@pytest.mark.parametrize("kept", [1, 20, -2])
def test_half_a_line_of_a_killed_writer_is_said_and_the_chain_goes_on(log: Path, kept: int) -> None:
    lines = _lines(log)
    log.write_bytes(b"".join(lines[:-1]) + lines[-1][:kept])
    cut = audit.check(log)
    assert cut.whole and cut.cut and cut.lines == 4 and "last line is cut" in cut.in_words()
    assert audit.record(str(log.parent), "reveal", "Ann", "analyst")
    after = audit.check(log)
    assert after.whole and not after.cut and after.lines == 5
    log.write_bytes(b"".join(line for line in _lines(log) if line.endswith(b'"}\n')))
    assert not audit.check(log).whole  # the half line was taken out


def test_a_line_that_lacks_only_its_end_is_whole(log: Path) -> None:
    log.write_bytes(log.read_bytes()[:-1])
    assert audit.check(log).lines == 5
    assert audit.record(str(log.parent), "reveal", "Ann", "analyst")
    assert audit.check(log) == audit.Chain(6, audit.check(log).last)


def _write(case: str) -> None:
    for _ in range(20):
        audit.record(case, "export", "Ann", "analyst")


def test_two_processes_write_one_chain(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    team = [context.Process(target=_write, args=(str(tmp_path),)) for _ in range(2)]
    for one in team:
        one.start()
    for one in team:
        one.join()
    state = audit.check(tmp_path / audit.FILE)
    assert state.whole and state.lines == 40


def test_a_case_in_neo4j_has_its_log_in_the_state_folder() -> None:
    file = audit.log_file("neo4j://127.0.0.1:7687?case=a")
    assert file.parent.name == "audit" and file != audit.log_file("neo4j://127.0.0.1:7687?case=b")


def test_the_newest_lines_come_first(log: Path) -> None:
    assert [line["run"] for line in audit.last_lines(log, 2)] == ["R-4", "R-3"]
    assert json.loads(_lines(log)[1])["before"] == json.loads(_lines(log)[0])["hash"]


def test_commands_write_into_the_log_and_doctor_reads_it(command: Any, tmp_path: Path) -> None:
    case = str(tmp_path / "case")
    (tmp_path / "a.csv").write_text("id,username,created_at,text\n1,nora,2020-01-01 10:00:00,hello there\n", "utf-8")
    command("ingest", "a.csv", "--case", case, "--platform", "x")
    command("purge", "--before", "2021-01-01", "--case", case, "--yes")
    line = audit.last_lines(audit.log_file(case))[0]
    assert (line["kind"], line["command"], line["posts"], line["role"]) == ("deletion", "purge", 1, "command line")
    assert "nora" not in audit.log_file(case).read_text("utf-8")
    good = command("doctor", "--case", case, "--json")
    assert good.code == 0 and good.facts["checks"]["log of the case"]["lines"] == 1
    file = audit.log_file(case)
    file.write_bytes(file.read_bytes().replace(b"purge", b"urge"))
    bad = command("doctor", "--case", case)
    assert bad.code == 1 and "broken at line 1" in bad.out
