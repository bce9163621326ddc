"""What only a folder has: crashes at any moment, locks, readers beside a writer, and files that are not a case."""

from __future__ import annotations

import json
import multiprocessing as mp
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from fixtures_stores import account, batch, link, post, put, record, rows, table

from graph.schema import RUN_TABLES, Findings
from graph.stores import Scan, Store, copy, open_case
from graph.stores.folder_store import manifest, rewriting, runs, writer
from graph.stores.folder_store.store import FolderStore
from ingest.errors import CaseError, UsageError
from ingest.locks import holder
from ingest.tables import ACCOUNTS, LINKS, POSTS, SKIPPED, Batch, conform

# A clean process that has imported everything and is copied for every child: quick, and no threads are copied along.
START: Any = mp.get_context("forkserver" if "forkserver" in mp.get_all_start_methods() else "spawn")
if hasattr(START, "set_forkserver_preload"):
    START.set_forkserver_preload([__name__])


@pytest.fixture
def case(tmp_path: Path) -> Iterator[FolderStore]:
    """A folder case with one source."""
    store = FolderStore.open(str(tmp_path / "case"), create=True)
    put(store, "s1", some("a"))
    yield store
    store.close()


def some(prefix: str, count: int = 20) -> Batch:
    """Posts and links by a few accounts."""
    posts = [post(f"x:{prefix}{n:03}", f"x:{prefix}{n % 3}") for n in range(count)]
    links = [link(p["post_uid"], p["account_uid"], "url", "u") for p in posts]
    return batch([account(f"x:{prefix}{n}") for n in range(3)], posts, links)


def files(store: FolderStore) -> list[str]:
    """Everything in the case's folder that is not a lock."""
    home = Path(store.address)
    return sorted(
        p.relative_to(home).as_posix()
        for p in home.rglob("*")
        if p.is_file() and ".lock" not in p.name and ".open" not in p.parts
    )


def child(target: Callable[..., object], *args: object) -> Any:
    """A process of its own that can be killed."""
    process = START.Process(target=target, args=args)
    process.start()
    return process


# --- crashes ----------------------------------------------------------------------------------------------------------

MOMENTS = {
    "before staging is read": (writer.FolderWriter, "_finish"),
    "while codes are given": (writer.FolderWriter, "_give_codes"),
    "before a part is written": (writer, "copy_to"),
    "before a part is moved": (writer, "place"),
    "before a part is on disk": (writer, "sync_file"),
    "before the manifest is written": (manifest, "write_manifest"),
    "after the manifest is written": (manifest, "sync_folder"),
    "before a run's record is written": (runs, "write_beside"),
}


def deadly(owner: Any, name: str, call: int) -> None:
    """From here on this process dies by ``kill -9`` at the given call of a function."""
    inner, calls = getattr(owner, name), iter(range(1_000))

    def die(*args: Any, **more: Any) -> Any:
        if next(calls) == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return inner(*args, **more)

    setattr(owner, name, die)


def die_at(moment: str, call: int, case: str) -> None:
    """Do everything a writer does, and die at the given call of the function of a moment."""
    store = FolderStore(case)
    deadly(*MOMENTS[moment], call)
    with store.writer("s2", replaces="s1") as one:
        one.write(some("b"))
        one.finish(record("s2"))
    store.write_run(Findings({"run_id": "aaaaaaaaaaaa"}))


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is for other systems")
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_writer_killed_at_any_moment(case: FolderStore, moment: str) -> None:
    before = (["s1"], [f"x:a{n:03}" for n in range(20)])
    after = (["s2"], [f"x:b{n:03}" for n in range(20)])
    seen = []
    for call in (0, 1, 3):
        if call:  # each time from the same case
            case.close()
            shutil.rmtree(case.address)
            case = FolderStore.open(case.address, create=True)
            put(case, "s1", some("a"))
        case.close()
        killed = child(die_at, moment, call, case.address)
        killed.join(timeout=60)
        assert killed.exitcode in (0, -signal.SIGKILL)
        case = FolderStore(case.address)
        found = (
            case.sources().column("source_id").to_pylist(),
            table(case, "posts", columns=["post_uid"]).column(0).to_pylist(),
        )
        assert found in (before, after)
        assert len(case.runs()) <= 1 and all(case.run_table(r["run_id"], "ties").num_rows == 0 for r in case.runs())
        seen.append(killed.exitcode)
        # whatever was left does not stand in the way, and goes
        put(case, "s3", some("c"))
        assert case.write_run(Findings({"run_id": "aaaaaaaaaaaa"}))["number"] == 1
        assert case.count("posts") == 40
        codes = table(case, "accounts", columns=["code"]).column("code").to_pylist()
        assert len(set(codes)) == 6
        named = {f"parts/{name}" for name in manifest.read_manifest(Path(case.address)).files()}
        assert {name for name in files(case) if name.startswith("parts/")} == named
    case.close()
    assert -signal.SIGKILL in seen, "the writer died at least once"


LEFT = (
    "runs/bbbbbbbbbbbb/ties.parquet",
    "runs/.cccccccccccc-0123abcd/ties.parquet",
    "parts/.staging-0123456789ab/posts.parquet",
    "parts/posts/s9-000.parquet",
    "parts/posts/half.tmp",
    "notes/.20260301T000000000000Z-0123abcd.json.0123abcd",
    "notes/20260301T000000000000Z-0123abcd.json.7",
    ".case.json.0123abcd",
)
"""Files that processes killed at one moment or another leave; each may name people."""


def test_leftovers_go_when_the_case_is_opened_or_closed(case: FolderStore) -> None:
    clean, home = files(case), Path(case.address)

    def leave() -> None:
        for name in LEFT:
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_bytes(b"x:a1")

    leave()
    left = [path.relative_to(home).as_posix() for path in case.leftovers().files]
    assert all(any(name == at or name.startswith(f"{at}/") for at in left) for name in LEFT)
    other = FolderStore.open(case.address)
    assert set(LEFT) < set(files(case)), "not while somebody else has the case open"
    assert [who["pid"] for who in other.leftovers().open_by] == [os.getpid()]
    case.close()
    other.close()
    assert files(case) == clean
    leave()
    FolderStore.open(case.address).close()
    assert files(case) == clean


def test_a_note_somebody_was_taken_out_of_keeps_its_place(case: FolderStore) -> None:
    for text in ("first", "by @a1", "last"):
        case.add_note({"kind": "note", "by": "Ann", "text": text, "account": "x:a1" if "@" in text else None})
    other = FolderStore.open(case.address)
    case.forget(["x:a1", "x:@a1"], ["t_one"])
    assert [(note["text"], note["account"]) for note in other.notes()] == [
        ("first", None),
        ("by @…", None),
        ("last", None),
    ]
    other.close()
    assert manifest.read_manifest(Path(case.address)).format == 2, "a version that would lose the note does not open it"
    case.forget(["x:last"], ["t_two"])
    assert [note["text"] for note in case.notes()] == ["first", "by @…", "last"]
    assert not any(b"x:a1" in (Path(case.address) / name).read_bytes() for name in files(case) if "notes" in name)


READ = "from graph.stores import open_case; s = open_case({case!r}); print(s.count('posts'), len(s.notes()), s.days().num_rows); s.close()"


@pytest.mark.parametrize("locks_there", [True, False])
def test_a_read_only_drive_is_read(case: FolderStore, locks_there: bool) -> None:
    case.add_note({"kind": "note", "by": "Ann"})
    days = case.days().num_rows
    case.close()
    home = Path(case.address)
    for lock in [] if locks_there else [path for path in home.glob(".*") if path.is_file()]:
        lock.unlink()
    mount = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    only = f"mount --bind {home} {home} && mount -o remount,ro,bind {home}"
    if not shutil.which("unshare") or subprocess.run(check=False, args=[*mount, only], capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    script = [sys.executable, "-c", READ.format(case=str(home))]
    ran = subprocess.run(
        check=False, args=[*mount, f"{only} && exec {shlex.join(script)}"], capture_output=True, text=True
    )
    assert (ran.stdout.split(), ran.stderr) == (["20", "1", str(days)], "")
    write = READ.replace("print(", "s.add_note({{'kind': 'note'}}); print(")
    script = [sys.executable, "-c", write.format(case=str(home))]
    ran = subprocess.run(
        check=False, args=[*mount, f"{only} && exec {shlex.join(script)}"], capture_output=True, text=True
    )
    assert "cannot be written: Read-only file system" in ran.stderr


def die_copying(source: str, target: str) -> None:
    """Copy a case, and die before its notes."""
    deadly(copy, "_copy_notes", 0)
    copy.copy_case(open_case(source), open_case(target, create=True))


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is for other systems")
def test_a_killed_copy_is_not_taken_for_whole(case: FolderStore, tmp_path: Path) -> None:
    case.add_note({"kind": "note", "by": "Ann"})
    target = str(tmp_path / "copied")
    killed = child(die_copying, case.address, target)
    killed.join(timeout=60)
    assert killed.exitcode == -signal.SIGKILL
    for create in (False, True):
        with pytest.raises(CaseError, match=r"is not whole: it was being copied from .* stopped before the end"):
            open_case(target, create=create)
    with_rest = open_case(target, unfinished=True)
    copy.copy_case(case, with_rest)
    with_rest.close()
    whole = open_case(target)
    assert (whole.count("posts"), len(whole.notes())) == (20, 1)
    whole.close()


def write_for_ever(case: str, started: Any) -> None:
    """Write one source after the other, until killed."""
    store = FolderStore(case)
    started.set()
    for n in range(1000):
        put(store, f"r{n % 2}", some("r", 500))


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is for other systems")
def test_writers_killed_at_random_moments(case: FolderStore) -> None:
    for n in range(6):
        started = START.Event()
        killed = child(write_for_ever, case.address, started)
        assert started.wait(60)
        time.sleep(0.03 + 0.041 * n)
        killed.kill()
        killed.join()
        case.refresh()
        ids = case.sources().column("source_id").to_pylist()
        assert ids[0] == "s1" and case.count("posts") == (520 if len(ids) > 1 else 20)
        assert len(rows(case, "posts")) == case.count("posts")


FORGETTING = {
    "before a part is moved": (rewriting, "place"),
    "before a run is written anew": (rewriting, "write_tables"),
    "before a run's record or a note is written": (rewriting, "write_beside"),
    "before the manifest is written": (manifest, "write_manifest"),
    "after the manifest is written": (manifest, "sync_folder"),
}


def die_forgetting(moment: str, call: int, case: str) -> None:
    """Forget somebody, and die at the given call of the function of a moment."""
    store = FolderStore(case)
    deadly(*FORGETTING[moment], call)
    store.forget(["x:a1"], ["t_one"])


def with_a_run(case: FolderStore) -> None:
    """A run about the account that is to leave."""
    tie = {"trace": "link", "window_s": 60.0, "account_a": "x:a1", "account_b": "x:a2"}
    ties = pa.Table.from_pylist([tie], schema=RUN_TABLES["ties"])
    case.write_run(Findings({"run_id": "aaaaaaaaaaaa"}, {"ties": ties}))
    case.add_note({"kind": "note", "at": "2026-03-01", "by": "Ann", "members": ["x:a1", "x:a2"]})


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is for other systems")
@pytest.mark.parametrize("moment", FORGETTING)
@pytest.mark.parametrize("call", [0, 1, 2])
def test_forgetting_killed_at_any_moment(case: FolderStore, moment: str, call: int) -> None:
    with_a_run(case)
    case.close()
    killed = child(die_forgetting, moment, call, case.address)
    killed.join(timeout=60)
    case = FolderStore(case.address)
    posts = [r["account_uid"] for r in rows(case, "posts")].count("x:a1")
    ties = case.run_table("aaaaaaaaaaaa", "ties").num_rows
    members = [member for note in case.notes() for member in note["members"]]
    state = (posts, ties, len(case.tombstones()), case.codes().num_rows, members)
    assert state in ((7, 1, 0, 3, ["x:a1", "x:a2"]), (0, 0, 1, 2, ["x:a2"])), "before or after, never between"
    case.forget(["x:a1"], ["t_one"])
    assert case.run_table("aaaaaaaaaaaa", "ties").num_rows == 0 and case.count("posts") == 13
    assert [name for name in files(case) if name.startswith("runs/")].count("runs/aaaaaaaaaaaa/run.json") == 0
    said = b"".join((Path(case.address) / name).read_bytes() for name in files(case))
    assert b"x:a1" not in said, "nothing of it is left on the disk"
    case.close()


def test_half_a_case_is_no_case(tmp_path: Path) -> None:
    home = tmp_path / "case"
    (home / "parts").mkdir(parents=True)
    (home / ".manifest.lock").touch()
    with pytest.raises(UsageError, match="There is no case"):
        open_case(str(home))
    store = open_case(str(home), create=True)
    assert store.count("posts") == 0
    store.close()


# --- locks ------------------------------------------------------------------------------------------------------------


def hold(case: str, held: Any) -> None:
    """Hold the writer's lock until killed."""
    with FolderStore(case).writer("held") as one:
        one.write(some("h"))
        held.set()
        time.sleep(120)


def test_a_second_writer_is_told_who_writes(case: FolderStore) -> None:
    held = START.Event()
    other = child(hold, case.address, held)
    try:
        assert held.wait(60)
        who = holder(Path(case.address) / ".writer.lock")
        with pytest.raises(CaseError) as error, case.writer("s2"):
            pass
        assert f"process {other.pid} on {who['host']} since {who['since']}" in str(error.value)
        assert case.count("posts") == 20
        assert case.write_run(Findings({"run_id": "aaaaaaaaaaaa"}))["number"] == 1, "runs are kept meanwhile"
    finally:
        other.kill()
        other.join()
    put(case, "s2", some("b"))  # the lock died with its process
    assert case.count("posts") == 40
    assert not [name for name in files(case) if "staging" in name]


def number_of(case: str, run_id: str) -> int:
    """Keep a run; its number."""
    store = FolderStore(case)
    store.add_note({"kind": "note", "at": "now", "by": run_id})
    number: int = store.write_run(Findings({"run_id": run_id}))["number"]
    store.close()
    return number


def test_runs_and_notes_of_several_people_at_once(case: FolderStore) -> None:
    ids = [f"{n:012x}" for n in range(24)] + [f"{n:012x}" for n in range(8)]
    with START.Pool(4) as pool:
        numbers = pool.starmap(number_of, [(case.address, run_id) for run_id in ids])
    assert sorted(set(numbers)) == list(range(1, 25)) and numbers[:8] == numbers[24:]
    assert [r["number"] for r in case.runs()] == list(range(1, 25))
    assert sorted(note["by"] for note in case.notes()) == sorted(ids)


def test_a_run_whose_folder_was_taken_away_is_gone_and_not_in_the_way(case: FolderStore) -> None:
    for run_id in ("aaaaaaaaaaaa", "bbbbbbbbbbbb"):
        case.write_run(Findings({"run_id": run_id}))
    shutil.rmtree(Path(case.address) / "runs" / "aaaaaaaaaaaa")
    assert [run["run_id"] for run in case.runs()] == ["bbbbbbbbbbbb"]
    case.forget(["x:a1"], ["t_one"])
    assert case.write_run(Findings({"run_id": "aaaaaaaaaaaa"}))["number"] == 3
    assert [run["run_id"] for run in case.runs()] == ["bbbbbbbbbbbb", "aaaaaaaaaaaa"]


# --- readers ----------------------------------------------------------------------------------------------------------


def test_readers_see_the_case_they_opened(case: FolderStore) -> None:
    reader = FolderStore(case.address)
    before = {name: table(reader, name) for name in ("accounts", "posts", "links")}
    put(case, "s2", some("b"), replaces="s1")
    case.remove("s2")
    put(case, "s3", some("c"))
    assert {name: table(reader, name) for name in before} == before
    assert reader.sources().column("source_id").to_pylist() == ["s1"] and reader.count("posts") == 20
    reader.refresh()
    assert reader.sources().column("source_id").to_pylist() == ["s3"]
    assert {r["post_uid"][:3] for r in rows(reader, "posts")} == {"x:c"}
    reader.close()


def test_a_scan_outlives_what_it_reads(case: FolderStore) -> None:
    put(case, "big", some("z", 70_000))
    scan = case.scan("posts", Scan(columns=["post_uid"]))
    seen = next(scan).num_rows
    case.remove("big")
    case.remove("s1")
    assert seen + sum(rows.num_rows for rows in scan) == 70_020
    assert case.count("posts") == 0


def test_removed_rows_leave_the_disk_when_nobody_reads(case: FolderStore) -> None:
    reader = FolderStore(case.address)
    put(case, "s2", some("b"))
    held = [name for name in files(case) if name.startswith("parts/posts/s1")]
    case.remove("s1")
    assert [name for name in files(case) if name.startswith("parts/posts/s1")] == held, "somebody has the case open"
    reader.close()
    put(case, "s3", some("c"))
    assert not [name for name in files(case) if "/s1-" in name and not name.startswith("parts/codes")]
    case.remove("s2")
    assert not [name for name in files(case) if "/s2-" in name and not name.startswith("parts/codes")]


def read_until(case: str, stop: Any) -> int:
    """Open, read and compare a case over and over; how often."""
    times = 0
    while not stop.is_set() or not times:
        store = FolderStore(case)
        posts = {row["post_uid"] for row in rows(store, "posts")}
        assert len(posts) == store.count("posts") == 300 * store.sources().num_rows
        assert {row["post_uid"] for row in rows(store, "links")} == posts
        store.close()
        times += 1
    return times


def test_readers_during_writes(tmp_path: Path) -> None:
    store = FolderStore.open(str(tmp_path / "case"), create=True)
    with START.Manager() as manager, START.Pool(2) as pool:
        stop = manager.Event()
        readers = [pool.apply_async(read_until, (store.address, stop)) for _ in range(2)]
        until = time.monotonic() + 6
        for n in range(200):
            put(store, f"s{n % 3}", some(f"s{n % 3}", 300))
            if n % 4 == 3:
                store.remove(f"s{n % 3}")
            if time.monotonic() > until:
                break
        stop.set()
        assert all(reader.get(timeout=60) > 0 for reader in readers)
    store.close()


# --- files that are not a case ----------------------------------------------------------------------------------------


def test_a_newer_case_is_left_alone(case: FolderStore) -> None:
    path = Path(case.address) / "case.json"
    said = json.loads(path.read_text()) | {"format": 99}
    path.write_text(json.dumps(said))
    with pytest.raises(CaseError, match=r"format 99.*up to 2.*Update Lockstep"):
        open_case(case.address)
    with pytest.raises(CaseError, match="format 99"):
        open_case(case.address, create=True)
    assert json.loads(path.read_text()) == said


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"format": "1"}', "\x00\x01", '{"name": "an npm package"}'])
def test_another_programs_manifest(tmp_path: Path, content: str) -> None:
    (tmp_path / "case.json").write_text(content)
    with pytest.raises(CaseError, match="not a case"):
        open_case(str(tmp_path), create=True)
    assert (tmp_path / "case.json").read_text() == content


def test_what_is_not_a_case(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    for create in (False, True):
        with pytest.raises(CaseError, match=r"other things in it \(notes.txt\)"):
            open_case(str(tmp_path), create=create)
        with pytest.raises(CaseError, match="is a file"):
            open_case(str(tmp_path / "notes.txt"), create=create)
    with pytest.raises(UsageError, match="lockstep ingest FILES --case"):
        open_case(str(tmp_path / "missing"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes.txt"]


def test_a_folder_of_any_name(tmp_path: Path) -> None:
    for name in ("it's", "a [b] *c? {d}", "Ωμέγα 日本", "with space", "-dash", "50%"):
        store = open_case(str(tmp_path / name), create=True)
        put(store, "s1", some("a"))
        put(store, "s2", some("a"))
        assert store.name == name and store.count("posts") == len(rows(store, "posts")) == 20
        assert rows(store, "accounts")[0]["source_ids"] == ["s1", "s2"]
        store.close()


@pytest.mark.parametrize("source_id", ["../out", "a/b", "", ".hidden", "a b", "a\x00b", "x" * 200])
def test_ids_cannot_name_other_files(case: FolderStore, source_id: str) -> None:
    with pytest.raises(ValueError, match="ids are made of"), case.writer(source_id):
        pass
    with pytest.raises(ValueError, match="ids are made of"):
        case.write_run(Findings({"run_id": source_id}))


def as_nobody(address: str, queue: Any) -> None:
    """Open and write a case without any rights."""
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    said = []
    for step in (
        lambda: open_case(f"{address}/new", create=True),
        lambda: put(open_case(address), "s2", some("b")),
        lambda: open_case(address).add_note({"kind": "note", "at": "now", "by": "me"}),
        lambda: open_case(address).set_key_fingerprint("abc"),
        lambda: open_case(address).write_run(Findings({"run_id": "aaaaaaaaaaaa"})),
    ):
        try:
            step()
        except CaseError as error:
            said.append(str(error))
    store = open_case(address)
    queue.put((said, store.count("posts"), len(rows(store, "posts"))))


@pytest.mark.skipif(sys.platform == "win32", reason="rights are another matter there")
def test_a_folder_one_may_only_read() -> None:
    home = Path(tempfile.mkdtemp())
    try:
        store = FolderStore.open(str(home / "case"), create=True)
        put(store, "s1", some("a"))
        store.close()
        for path in [home, *home.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        queue = START.Queue()
        nobody = child(as_nobody, str(home / "case"), queue)
        said, count, read = queue.get(timeout=60)
        nobody.join()
        assert len(said) == 5 and all("cannot be written" in words for words in said), said
        assert count == read == 20, "it can still be read"
    finally:
        for path in [home, *home.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
        shutil.rmtree(home)


# --- size -------------------------------------------------------------------------------------------------------------


def large(start: int, count: int) -> Batch:
    """Posts and links made column by column."""
    ids = pa.array([f"x:{n * 7919 % 1_000_003:07}" for n in range(start, start + count)])
    by = pa.array([f"x:a{n % 5000}" for n in range(start, start + count)])
    at = pa.array(range(start, start + count), pa.timestamp("us", tz="UTC"))
    posts = pa.table(
        {"post_uid": ids, "account_uid": by, "created_at": at, "text": pc.binary_join_element_wise(ids, by, " ")}
    )
    links = {
        "post_uid": ids,
        "account_uid": by,
        "at": at,
        "kind": pa.array(["url", "text"] * (count // 2)),
        "target_key": by,
    }
    return Batch(
        conform(pa.table({"account_uid": by.unique()}), ACCOUNTS),
        conform(posts, POSTS),
        conform(pa.table(links), LINKS),
        SKIPPED.empty_table(),
        count,
        count,
        0,
    )


def test_a_larger_case(tmp_path: Path) -> None:
    store: Store = FolderStore.open(str(tmp_path / "case"), create=True)
    put(store, "s1", *(large(start, 50_000) for start in range(0, 300_000, 50_000)))
    assert (store.count("accounts"), store.count("posts"), store.count("links")) == (5000, 300_000, 300_000)
    uids = table(store, "posts", columns=["post_uid"]).column(0)
    assert uids.to_pylist() == sorted(uids.to_pylist()) and pc.count_distinct(uids).as_py() == 300_000
    assert sum(b.num_rows for b in store.scan("links", Scan(columns=["at", "target_key"], kinds=["url"]))) == 150_000
    put(store, "s2", large(250_000, 100_000))
    assert (store.count("accounts"), store.count("posts"), store.count("links")) == (5000, 350_000, 350_000)
    both = table(store, "accounts", columns=["code"]).column("code")
    assert pc.min_max(both).as_py() == {"min": 1, "max": 5000}
    [merged] = rows(store, "posts", columns=["source_id"], uids=[f"x:{260_000 * 7919 % 1_000_003:07}"])
    assert merged == {"source_id": "s1"}
    store.close()
