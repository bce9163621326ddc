"""The ``lockstep`` command: what it prints, what it exits with, what it leaves behind."""

from __future__ import annotations

import csv
import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dashboards.cli import main
from dashboards.commands import COMMANDS
from dashboards.local import recent_cases
from ingest.readers import READERS
from ingest.synthetic import Plan, world

DONE, FAILED, BAD_USE, BAD_INPUT, PARTLY, CANCELLED = 0, 1, 2, 3, 4, 130


@dataclass(frozen=True)
class Said:
    """What a command printed and exited with."""

    code: int
    out: str
    err: str

    @property
    def facts(self) -> dict[str, Any]:
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """State, keys and working folder of the test's own."""
    monkeypatch.setenv("LOCKSTEP_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("LOCKSTEP_CONFIG", str(tmp_path / "config"))
    monkeypatch.delenv("LOCKSTEP_DEBUG", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def lockstep(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Call the command in this process."""

    def call(*words: object) -> Said:
        capsys.readouterr()
        code = main([str(word) for word in words])
        printed = capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return Said(code, printed.out, printed.err)

    return call


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """CooRTweet's four columns with one planted group of eight among 600 accounts."""
    drawn = world(1, Plan(accounts=600, actions=6_000, links=1_500, fans=0, groups=1))
    file = tmp_path_factory.mktemp("files") / "planted.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out)
        table.writerow(["object_id", "account_id", "content_id", "timestamp_share"])
        for number, row in enumerate(drawn.shares.iter_rows(named=True)):
            table.writerow([f"o{row['link']}", f"u{row['account']}", f"c{number}", 1_700_000_000 + int(row["at"])])
    return file


@pytest.fixture
def case(lockstep: Callable[..., Said], planted: Path) -> str:
    """A case with the planted file in it."""
    assert lockstep("ingest", planted, "--case", "mine").code == DONE
    return "mine"


@pytest.fixture
def found(lockstep: Callable[..., Said], case: str) -> str:
    """A case with one run."""
    assert lockstep("find", "--case", case).code == DONE
    return case


def started(*words: object) -> subprocess.Popen[str]:
    """The command in a process of its own, with Ctrl-C as a terminal would have it."""
    return subprocess.Popen(
        [sys.executable, "-m", "dashboards.cli", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent), "PYTHONUNBUFFERED": "1"},
        # A test run in the background hands down an ignored Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    )


def line_with(words: str, process: subprocess.Popen[str], stream: str = "stdout", seconds: float = 60) -> str:
    """The first line that holds the words; fails when the process ends before."""
    end = time.monotonic() + seconds
    lines = []
    while time.monotonic() < end:
        line = getattr(process, stream).readline()
        if words in line:
            return line
        lines.append(line)
        if not line and process.poll() is not None:
            break
    pytest.fail(f"no line with {words!r} in {lines}")


# --- help and bad use


@pytest.mark.parametrize("words", [(), ("--help",), ("help",)])
def test_alone_it_says_what_can_be_done(lockstep: Callable[..., Said], words: tuple[str, ...]) -> None:
    said = lockstep(*words)
    assert said.code == DONE and all(f"lockstep {name}" in said.out for name in COMMANDS)


def test_formats_are_listed_from_the_table_of_readers(lockstep: Callable[..., Said]) -> None:
    said = lockstep("formats")
    assert said.code == DONE and all(f"{reader.name}: {reader.title}" in said.out for reader in READERS)
    listed = json.loads(lockstep("formats", "--json").out)["formats"]
    assert [(one["name"], one["lacks"]) for one in listed] == [(reader.name, reader.lacks) for reader in READERS]
    assert all(one["read_from"] and one["carries"] for one in listed)
    assert {one["name"] for one in json.loads(lockstep("formats", "telegram", "--json").out)["formats"]} >= {
        "tdl",
        "telethon",
    }
    assert lockstep("formats", "myspace").code == BAD_USE


def test_an_unknown_file_points_to_the_list_of_formats(lockstep: Callable[..., Said], tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"foo": 1}\n')
    said = lockstep("check", str(tmp_path / "a.jsonl"))
    assert said.code == BAD_INPUT and "lockstep formats" in said.err


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help_with_an_example(lockstep: Callable[..., Said], name: str) -> None:
    said = lockstep(name, "--help")
    assert said.code == DONE and "Example:" in said.out and "--json" in said.out


@pytest.mark.parametrize(
    ("words", "has"),
    [
        (("help", "ingest"), ["usage: lockstep ingest"]),
        (("--help", "find"), ["usage: lockstep find"]),
        (("help", "find", "ingest"), ["usage: lockstep find", "usage: lockstep ingest"]),
        (("help", "help"), ["lockstep demo"]),
        *(((word,), ["lockstep 0."]) for word in ("-v", "-V", "--version", "version")),
    ],
)
def test_no_word_after_help_is_ignored(lockstep: Callable[..., Said], words: tuple[str, ...], has: list[str]) -> None:
    said = lockstep(*words)
    assert said.code == DONE and not said.err and all(part in said.out for part in has)
    assert ("Start\n" in said.out) == (words == ("help", "help")), "one command's help is not everybody's"
    assert lockstep(*words, "--json").facts == lockstep("--json", *words).facts


def test_the_help_needs_none_of_the_heavy_libraries() -> None:
    heavy = "import sys, dashboards.cli; print([m for m in ('pandas', 'polars', 'pyarrow', 'dash', 'neo4j') if m in sys.modules])"
    root = Path(__file__).resolve().parent.parent
    assert (
        subprocess.run(
            [sys.executable, "-c", heavy], capture_output=True, check=False, text=True, cwd=root
        ).stdout.strip()
        == "[]"
    )


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("fnd",), "Did you mean 'find'?"),
        (("hlep",), "Did you mean 'help'?"),
        (("help", "fnd"), "Did you mean 'find'?"),
        (("--verison",), "Did you mean '--version'?"),
        (("--case", "mine", "find"), "Options come after a command"),
        (("find", "--windw", "60s"), "Did you mean '--window'?"),
        (("find", "--case", "mine", "--window", "soon"), "Write 60s, 5min"),
        (("find", "--case", "mine", "--worlds", "5"), "at least 19 are needed"),
        (("find", "--case", "mine", "--engine", "dukdb"), "Did you mean 'duckdb'?"),
        (("find", "--case", "mine", "--engine", "duckdb", "--engine-option", "memory"), "Write memory=2GiB"),
        (("find", "--case", "mine", "--trace", "lnk"), "Did you mean"),
        (("find", "--case", "mine", "--from", "yesterday"), "2026-08-03"),
        (("find", "--case", "mine", "--preset", "cortweet"), "Did you mean 'coortweet'?"),
        (("find", "--case", "mine", "--preset", "coortweet,qut"), "Add --describe"),
        (("find", "--case", "mine", "--describe"), "--describe needs a method"),
        (("find", "--case", "mine", "--run", "1"), "does not know"),
        (("find", "--case", "mine", "--platform", "unknwn"), "Did you mean 'unknown'?"),
        (("find", "--case", "mine", "--from", "2030-01-01"), "Its posts are from"),
        (("find", "--case", "mine", "--from", "2023-11-16", "--to", "2023-11-14"), "not after --from"),
        (("find", "--case", ""), "--case is empty"),
        (("find", "--case", "mine", "--set", "edge_weight=1"), "needs a preset"),
        (("allow", "--case", "mine", "--reason", "share button"), "Name what to allow"),
        (("power", "--case", "mine", "--limit", "0s"), "no length of time"),
        (("brief", "--case", "mine", "--run", "R-9"), "no run yet"),
        (("export", "--case", "mine"), "--out"),
        (("ingest", "--case", "mine"), "FILE"),
        (("serve", "--case", "mine", "--port", "70000"), "65535"),
        (("remove", "planted.tsv", "--case", "mine", "--yes"), "Did you mean 'planted.csv'?"),
        (("find", "--case", "neo4j://user:word@host?case=a"), "NEO4J_PASSWORD"),
    ],
)
def test_bad_use_says_what_was_meant(
    lockstep: Callable[..., Said], case: str, words: tuple[str, ...], meant: str
) -> None:
    said = lockstep(*words)
    assert said.code == BAD_USE and meant in said.err and not said.out
    assert "word@" not in said.err


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("brief", "--out", "b.odt"), ".html, .pdf, .docx, .pptx, .zip or .stix.json"),
        (("brief", "--out", "note.txt"), "No briefing ends in .txt"),
        (("brief", "--out", "b.docx", "--format", "html"), "ends in .html"),
        (("brief", "--out", "new/"), "is a folder"),
        (("brief", "--format", "md"), "Known: html"),
        (("export", "--out", "a.csv"), "a.csv is a file"),
        (("serve", "--port", "70000"), "65535"),
        (("demo", "--port", "0"), "65535"),
        (("demo", "a.csv", "--seed", "3", "--case", "new"), "--seed"),
        (("ingest", "a.csv", "--tz", "Europe/Olso", "--case", "new"), "no time zone"),
        (("check", "a.csv", "--map", "account"), "not a pair"),
        (("find", "--set", "a=1"), "needs a preset"),
        (("power", "--limit", "soon"), "no length of time"),
    ],
)
def test_a_refusal_comes_before_any_work(
    lockstep: Callable[..., Said], found: str, words: tuple[str, ...], meant: str
) -> None:
    """One sentence and nothing else: no case is opened, no step is begun, nothing is written."""
    Path("a.csv").write_text("a,b\n")
    before = {path: path.stat().st_mtime_ns for path in sorted(Path().rglob("*"))}
    said = lockstep(*words)
    assert said.code == BAD_USE and meant in said.err and len(said.err.splitlines()) == 1 and not said.out
    assert {path: path.stat().st_mtime_ns for path in sorted(Path().rglob("*"))} == before


@pytest.mark.parametrize(
    "words",
    [
        ("remove", "planted.csv"),
        ("purge", "--before", "2030-01-01"),
        ("forget", "--account", "A-1"),
        ("retain", "--apply"),
    ],
)
def test_what_cannot_be_undone_is_asked_first(
    lockstep: Callable[..., Said], case: str, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    from dashboards.commands.terminal import Screen

    assert lockstep("retain", "planted.csv", "--until", "2024-01-01", "--case", case).code == DONE
    before = sorted(str(path) for path in Path(case).rglob("*.parquet"))
    nobody = lockstep(*words, "--case", case)
    assert nobody.code == CANCELLED and "Nobody can answer here" in nobody.err and "?" in nobody.err
    asked: list[str] = []
    monkeypatch.setattr(Screen, "can_ask", lambda self: True)

    def refuse(self: Screen, question: str) -> bool:
        asked.append(question)
        return False

    monkeypatch.setattr(Screen, "ask", refuse)
    refused = lockstep(*words, "--case", case)
    assert refused.code == CANCELLED and "Nothing was changed." in refused.err
    assert len(asked) == 1 and asked[0].endswith("? This cannot be undone.")
    assert sorted(str(path) for path in Path(case).rglob("*.parquet")) == before
    done = lockstep(*words, "--case", case, "--yes", "--json")
    assert done.code == DONE and done.facts["changed"] is True and len(asked) == 1


def test_no_case_ever_used(lockstep: Callable[..., Said]) -> None:
    said = lockstep("find")
    assert said.code == BAD_USE and "--case" in said.err


# --- ingest


def test_ingest_says_what_came_in_and_twice_changes_nothing(lockstep: Callable[..., Said], planted: Path) -> None:
    first = lockstep("ingest", planted, "--case", "mine")
    assert first.code == DONE and "planted.csv: loaded" in first.out and "rows in =" in first.out
    before = sorted(str(p) for p in Path("mine").rglob("*.parquet"))
    again = lockstep("ingest", planted, "--case", "mine")
    assert again.code == DONE and "nothing changed" in again.out
    assert sorted(str(p) for p in Path("mine").rglob("*.parquet")) == before


def test_ingest_gives_its_facts_as_json(lockstep: Callable[..., Said], planted: Path) -> None:
    (file,) = lockstep("ingest", planted, "--case", "mine", "--json").facts["files"]
    source = file["source"]
    assert file["status"] == "new" and source["rows_in"] == source["rows_kept"] + source["rows_merged"]
    assert source["file_name"] == "planted.csv" and source["rows_skipped"] == 0


def test_other_options_are_another_source_that_replaces_only_when_told(
    lockstep: Callable[..., Said], case: str, planted: Path
) -> None:
    refused = lockstep("ingest", planted, "--case", case, "--platform", "telegram")
    assert refused.code == BAD_USE and "--replace" in refused.err
    taken = lockstep("ingest", planted, "--case", case, "--platform", "telegram", "--replace", "--json")
    assert taken.code == DONE and taken.facts["files"][0]["status"] == "replaced"
    assert "1 file" in lockstep("cases").out


def test_one_file_that_fails_does_not_stop_the_others(lockstep: Callable[..., Said], planted: Path) -> None:
    Path("bad.bin").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    said = lockstep("ingest", "bad.bin", "absent.csv", planted, "--case", "mine")
    assert said.code == PARTLY and "bad.bin: not loaded" in said.err and "absent.csv" in said.err
    assert "planted.csv: loaded" in said.out


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\x03" * 99, b"{}", b"a\n1\n"])
def test_nothing_readable_makes_no_case(lockstep: Callable[..., Said], content: bytes) -> None:
    Path("file.dat").write_bytes(content)
    said = lockstep("ingest", "file.dat", "--case", "mine")
    assert said.code == BAD_INPUT and "file.dat" in said.err and not Path("mine").exists()


def test_skipped_rows_are_counted_with_their_reason(lockstep: Callable[..., Said], planted: Path) -> None:
    Path("holes.csv").write_text(planted.read_text("utf-8") + "o1,u1,c-x,\no1,u2,c-y,\n", "utf-8")
    said = lockstep("ingest", "holes.csv", "--case", "mine", "--json")
    assert said.code == PARTLY
    (file,) = said.facts["files"]
    assert file["status"] == "partly" and sum(why["rows"] for why in file["skipped"]) == 2


def test_what_is_left_out_on_purpose_is_no_failure(lockstep: Callable[..., Said]) -> None:
    post = {
        "_": "Message",
        "id": 7,
        "peer_id": {"_": "PeerChannel", "channel_id": 22},
        "date": "2024-03-05T10:20:30+00:00",
    }
    lines = [json.dumps(post | {"message": "boats"}), json.dumps(post | {"id": 8, "_": "MessageService"})]
    Path("a.jsonl").write_text("\n".join(lines))
    said = lockstep("ingest", "a.jsonl", "--case", "mine", "--json")
    assert said.code == DONE and said.facts["files"][0]["source"]["rows_skipped"] == 1
    Path("b.jsonl").write_text("\n".join([*lines, '{"_": "Mess']))
    assert lockstep("ingest", "b.jsonl", "--case", "mine").code == PARTLY


def test_a_gzip_that_breaks_off_keeps_what_came_before(lockstep: Callable[..., Said], planted: Path) -> None:
    whole = gzip.compress(planted.read_bytes())
    Path("cut.csv.gz").write_bytes(whole[: len(whole) * 2 // 3])
    said = lockstep("ingest", "cut.csv.gz", "--case", "mine", "--json")
    assert said.code == PARTLY
    (file,) = said.facts["files"]
    assert file["source"]["rows_kept"] > 100 and file["source"]["rows_skipped"] >= 1


def test_check_loads_nothing(lockstep: Callable[..., Said], planted: Path) -> None:
    said = lockstep("check", planted)
    assert said.code == DONE and "nothing was loaded" in said.out and not recent_cases.cases()


def test_columns_can_be_named(lockstep: Callable[..., Said]) -> None:
    Path("odd.csv").write_text("wer;wann;was\nann;2026-08-03 10:00:00;see a.example/1\nben;2026-08-03 10:00:09;see b\n")
    said = lockstep(
        "ingest", "odd.csv", "--case", "m", "--map", "account=wer,time=wann,text=was", "--tz", "Europe/Oslo", "--json"
    )
    assert said.code == DONE and said.facts["files"][0]["source"]["tz_assumed"] == "Europe/Oslo"
    assert said.facts["files"][0]["source"]["first_at"].startswith("2026-08-03T08:00")
    assert lockstep("ingest", "odd.csv", "--case", "m", "--map", "account").code == BAD_USE


def test_a_column_called_url_is_what_posts_refer_to(lockstep: Callable[..., Said]) -> None:
    Path("some.csv").write_text(
        "platform,account,time,url\nx,ann,2026-08-03 10:00:00,https://a.example/1\nx,ben,2026-08-03 10:00:09,https://a.example/2\n"
    )
    (file,) = lockstep("check", "some.csv", "--json").facts["files"]
    assert file["source"]["platforms"] == ["x"] and file["source"]["field_coverage"]["url"] == 1.0
    assert not [said for said in file["source"]["assumptions"] if "platform" in said and "called unknown" in said]


def test_a_terminal_is_not_repainted_by_a_file_name(lockstep: Callable[..., Said]) -> None:
    Path("a\x1b[2J.csv").write_bytes(b"")
    said = lockstep("check", "a\x1b[2J.csv")
    assert said.code == BAD_INPUT and "\x1b" not in said.out + said.err


# --- find


def test_find_says_what_is_beyond_chance(lockstep: Callable[..., Said], case: str) -> None:
    said = lockstep("find", "--case", case, "--window", "60s")
    assert said.code == DONE
    for words in ("Data:", "Looked for:", "1 group of 8 accounts", "beyond chance", "Chance explains", "Briefing:"):
        assert words in said.out
    assert "R-1" in said.out and "nauthentic" not in said.out


def test_find_again_is_the_same_run(lockstep: Callable[..., Said], found: str) -> None:
    said = lockstep("find", "--case", found)
    assert "Its stored run is shown" in said.err and "R-1" in said.out
    assert len(lockstep("runs", "--case", found, "--json").facts["runs"]) == 1


def test_find_gives_its_facts_as_json(lockstep: Callable[..., Said], case: str) -> None:
    facts = lockstep("find", "--case", case, "--window", "60s,10min", "--worlds", "20", "--json").facts
    assert facts["overview"]["groups"] == 1 and facts["groups"][0]["accounts"] == 8
    assert {layer["window_s"] for layer in facts["layers"]} == {60.0, 600.0}
    assert facts["run"]["seed"] == 7 and len(facts["run"]["run_id"]) == 12


def test_nothing_found_is_a_finding(lockstep: Callable[..., Said]) -> None:
    rows = [f"o{i % 40},u{i % 60},c{i},{1_700_000_000 + i * 977}" for i in range(600)]
    Path("calm.csv").write_text("\n".join(["object_id,account_id,content_id,timestamp_share", *rows]) + "\n")
    lockstep("ingest", "calm.csv", "--case", "calm")
    said = lockstep("find", "--case", "calm")
    assert said.code == DONE and "Found: nothing." in said.out and "Chance explains" in said.out


def test_a_part_of_the_case(lockstep: Callable[..., Said], case: str) -> None:
    Path("some.txt").write_text("# of interest\nA-1\nA-2\n\n")
    facts = lockstep(
        "find", "--case", case, "--accounts", "some.txt", "--from", "2023-11-14", "--to", "2023-12-31", "--json"
    ).facts
    assert facts["overview"]["groups"] == 0
    assert facts["run"]["settings"]["narrow"]["end"] == "2024-01-01T00:00:00+00:00"
    assert lockstep("find", "--case", case, "--accounts", "absent.txt").code == BAD_INPUT


def test_a_preset_is_held_against_chance(lockstep: Callable[..., Said], case: str) -> None:
    said = lockstep("find", "--case", case, "--preset", "coortweet", "--set", "min_participation=2")
    assert said.code == DONE and "CooRTweet" in said.out and "chance explains" in said.out
    assert lockstep("find", "--case", case, "--preset", "coortweet", "--set", "wieght=2").code == BAD_USE


def test_described_methods_stand_below_what_was_found(lockstep: Callable[..., Said], case: str) -> None:
    said = lockstep("find", "--case", case, "--preset", "coortweet,qut", "--describe", "--json")
    assert said.code == DONE and [row["method"] for row in said.facts["described"]["methods"]] == ["coortweet", "qut"]
    told = lockstep("find", "--case", case, "--preset", "coortweet,qut", "--describe").out
    assert told.count("Described, not tested: ") == 2 and " D1 " in told
    assert told.index("Found: ") < told.index("Described, not tested: CooRTweet links ")


# --- what comes after


def test_brief_writes_one_file_and_find_then_names_it(lockstep: Callable[..., Said], found: str) -> None:
    said = lockstep("brief", "--case", found, "--json")
    file = Path(said.facts["briefing"])
    assert file.is_file() and b"<html" in file.read_bytes()[:200].lower()
    assert str(file) in lockstep("find", "--case", found).out
    assert lockstep("brief", "--case", found, "--out", "b.html").code == DONE and Path("b.html").is_file()


def test_export_writes_codes_unless_told(lockstep: Callable[..., Said], found: str) -> None:
    files = lockstep("export", "--case", found, "--out", "tables", "--json").facts["files"]
    names = {Path(file).name for file in files}
    assert {
        "ties.csv",
        "groups.csv",
        "members.csv",
        "accounts.csv",
        "evidence.csv",
        "verdicts.csv",
        "outlinks.csv",
        "described_ties.csv",
        "described_communities.csv",
        "run.json",
    } <= names
    assert "p_" in Path("tables/ties.csv").read_text("utf-8") and ":u" not in Path("tables/ties.csv").read_text("utf-8")
    named = lockstep("export", "--case", found, "--out", "named", "--names", "ids")
    assert "Protect them" in named.err and ":u" in Path("named/ties.csv").read_text("utf-8")


def test_the_last_case_is_the_default_and_is_said(lockstep: Callable[..., Said], found: str) -> None:
    said = lockstep("runs")
    assert said.code == DONE and "the case used last" in said.err and "R-1" in said.out
    assert "mine" in lockstep("cases").out


def test_a_case_is_known_by_its_name_from_another_folder(
    lockstep: Callable[..., Said], found: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert "R-1" in lockstep("runs", "--case", "mine").out


def test_remove_takes_a_source_out(lockstep: Callable[..., Said], found: str, planted: Path) -> None:
    said = lockstep("remove", "planted.csv", "--case", found, "--yes")
    assert said.code == DONE and "out of the case" in said.out
    assert "0 files" in lockstep("cases").out
    assert lockstep("ingest", planted, "--case", found).code == DONE


def test_copy_makes_the_same_case(lockstep: Callable[..., Said], found: str) -> None:
    assert lockstep("copy", found, "twin").code == DONE
    assert (
        lockstep("runs", "--case", "twin", "--json").facts["runs"]
        == lockstep("runs", "--case", found, "--json").facts["runs"]
    )


def test_a_key_goes_to_another_machine(
    lockstep: Callable[..., Said], found: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lockstep("export", "--case", found, "--out", "one")
    given = lockstep("key", "export", "case.key", "--case", found, "--json").facts
    monkeypatch.setenv("LOCKSTEP_CONFIG", str(tmp_path / "other"))
    missing = lockstep("export", "--case", found, "--out", "two")
    assert missing.code == FAILED and "key import" in missing.err
    assert lockstep("key", "import", "case.key", "--json").facts["fingerprint"] == given["fingerprint"]
    assert lockstep("export", "--case", found, "--out", "two").code == DONE
    assert Path("one/ties.csv").read_text() == Path("two/ties.csv").read_text()


# --- serve and demo


def answer(url: str, seconds: float = 20) -> int:
    """The status a page is answered with, once the server listens."""
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=20) as page:
                return int(page.status)
        except (ConnectionError, urllib.error.URLError):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert "Traceback" not in out + err
    return process.returncode, err


@pytest.fixture
def stopped() -> Iterator[Callable[[subprocess.Popen[str]], subprocess.Popen[str]]]:
    """Ends the processes a test started, however it ends."""
    processes: list[subprocess.Popen[str]] = []

    def keep(process: subprocess.Popen[str]) -> subprocess.Popen[str]:
        processes.append(process)
        return process

    yield keep
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_serve_takes_the_next_free_port_and_stops_on_ctrl_c(
    found: str, stopped: Callable[[subprocess.Popen[str]], subprocess.Popen[str]]
) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        process = stopped(started("serve", "--case", found, "--port", port))
        url = line_with("Dashboard:", process).split()[1]
        assert f":{port}/" not in url and url.startswith("http://127.0.0.1:")
        assert answer(url) == 200
        code, err = ended(process)
    assert code == DONE and "is busy" in err and "Stopped." in err


def test_demo_goes_from_files_to_a_briefing(lockstep: Callable[..., Said]) -> None:
    said = lockstep("demo", "--no-serve", "--json")
    assert said.code == DONE
    facts = said.facts
    seen = facts["overview"]
    assert seen["groups"] + seen["closed"] == 4, "two planted groups share popular links, two their own"
    assert Path(facts["briefing"]).is_file()
    refused = lockstep("ingest", "x.csv")
    assert refused.code == BAD_USE and "is the worked example" in refused.err


def test_demo_with_a_persons_files(lockstep: Callable[..., Said], planted: Path) -> None:
    said = lockstep("demo", planted, "--case", "mine", "--no-serve")
    assert said.code == DONE and "1 group of 8 accounts" in said.out and Path("mine/briefings").is_dir()
    assert lockstep("demo", planted, "--no-serve").code == BAD_USE, "files without a case"


# --- when it goes wrong


def test_ctrl_c_leaves_the_case_as_it_was(
    lockstep: Callable[..., Said], case: str, stopped: Callable[[subprocess.Popen[str]], subprocess.Popen[str]]
) -> None:
    before = lockstep("cases", "--json").facts
    with Path("long.csv").open("w") as out:
        out.write("object_id,account_id,content_id,timestamp_share\n")
        out.writelines(f"o{i % 5000},u{i % 9000},c{i},{1_700_000_000 + i}\n" for i in range(600_000))
    process = stopped(started("ingest", "long.csv", "--case", case))
    line_with("Reading long.csv", process, "stderr")
    code, err = ended(process)
    assert code == CANCELLED and "as it was" in err
    after = lockstep("cases", "--json").facts
    assert after == before
    assert lockstep("ingest", "long.csv", "--case", case).code == DONE, "the case can be written again at once"


def test_an_unexpected_failure_is_one_sentence(
    lockstep: Callable[..., Said], case: str, monkeypatch: pytest.MonkeyPatch, own_folders: Path
) -> None:
    monkeypatch.setattr("graph.runs.pipeline.find", lambda *a, **k: 1 / 0)
    said = lockstep("find", "--case", case)
    assert said.code == FAILED and "a mistake of its own" in said.err and len(said.err.splitlines()) == 1
    (trace,) = (own_folders / "state" / "errors").iterdir()
    assert "ZeroDivisionError" in trace.read_text() and str(trace) in said.err
    assert trace.stat().st_mode & 0o077 == 0
    assert lockstep("find", "--case", case, "--json").facts["exit_code"] == FAILED


def test_a_missing_library_is_named(lockstep: Callable[..., Said], case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "graph.runs.pipeline", None)
    said = lockstep("find", "--case", case)
    assert said.code == FAILED and "graph.runs.pipeline" in said.err and "Install Lockstep again" in said.err


def test_a_reader_that_has_seen_enough_is_no_failure(found: str) -> None:
    root = Path(__file__).resolve().parent.parent
    shell = f"'{sys.executable}' -m dashboards.cli find --case '{Path(found).resolve()}' | head -1"
    done = subprocess.run(shell, shell=True, check=False, capture_output=True, text=True, cwd=root, env=os.environ)
    assert "Traceback" not in done.stderr and "BrokenPipe" not in done.stderr and "Data:" in done.stdout


# --- the same in Neo4j


def test_a_case_in_neo4j(lockstep: Callable[..., Said], planted: Path, neo4j_case: str) -> None:
    assert lockstep("ingest", planted, "--case", neo4j_case).code == DONE
    assert "nothing changed" in lockstep("ingest", planted, "--case", neo4j_case).out
    facts = lockstep("find", "--case", neo4j_case, "--json").facts
    assert facts["overview"]["groups"] == 1 and facts["case"] == neo4j_case
    assert lockstep("copy", neo4j_case, "here").code == DONE
    assert lockstep("runs", "--case", "here", "--json").facts["runs"][0]["run_id"] == facts["run"]["run_id"]


def test_no_server_is_said_plainly(lockstep: Callable[..., Said], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_USERNAME", "neo4j")
    monkeypatch.setenv("NEO4J_PASSWORD", "a-secret-word")
    said = lockstep("runs", "--case", "neo4j://127.0.0.1:1?case=a")
    assert said.code == FAILED and "127.0.0.1:1" in said.err and "a-secret-word" not in said.err
