"""People are protected: forgotten for good, purged in time, under codes from the first byte where that is wanted."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fixtures_stores import rows, table

from dashboards.cli import main
from graph.case.load import load
from graph.privacy.codes import case_key
from graph.privacy.erasure import apply_retention, forget, moment, overdue, person
from graph.privacy.proof import proof
from graph.runs.pipeline import find
from graph.settings import Settings
from graph.stores import Store, open_case
from ingest.errors import KeyMissing, UsageError
from ingest.normalize import profiles
from ingest.privacy.erasure import Gone, unnamed
from ingest.privacy.keys import Key, key_file
from ingest.privacy.pseudonyms import renamed
from ingest.tables import Options

HEAD = "id,user_id,username,name,created_at,text,like_count\n"
NORA, OLE, PIA = "11,nora_n,Nora Nord", "22,Ole_O,Ole Olsen", "33,pia,Pia P."
FIRST = (
    f"901,{NORA},2024-03-01 10:00:00,read https://example.org/a now,7\n"
    f"902,{OLE},2024-03-01 10:00:05,read https://example.org/a now @Nora_N,1\n"
    f"903,{PIA},2024-03-01 10:00:06,see https://x.com/nora_n/status/901 by @nora_n,2\n"
)
SECOND = (
    f"904,{NORA},2024-03-02 10:00:00,again https://example.org/b,3\n"
    f"905,{OLE},2024-03-02 10:00:05,hello @nora_n and @pia,4\n"
)
NAMES = ("nora", "Nora", "x:11'", "x:901'")


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys and state of the test's own."""
    monkeypatch.setenv("LOCKSTEP_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("LOCKSTEP_STATE", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)


def file(folder: Path, name: str, *lines: str) -> Path:
    """A CSV of posts on X."""
    path = folder / name
    path.write_text(HEAD + "".join(lines), encoding="utf-8")
    return path


def said(store: Store) -> str:
    """Everything a case says of anyone, but for its sources."""
    found = [table(store, name).to_pylist() for name in ("accounts", "posts", "links", "skipped")]
    return repr([*found, store.codes().to_pylist(), store.notes(), store.runs()])


X = Options(platform="x")


# --- forgetting -------------------------------------------------------------------------------------------------------


def test_nothing_brings_the_forgotten_back(store: Store, tmp_path: Path) -> None:
    first, second = file(tmp_path, "first.csv", FIRST), file(tmp_path, "second.csv", SECOND)
    [outcome] = load(store, [first], X)
    assert outcome.status == "new" and "nora" in said(store)
    forget(store, person(store, "@Nora_N"))
    assert not [name for name in NAMES if name in said(store)]
    [again] = load(store, [first], X)
    assert again.status == "same"
    [other] = load(store, [second], X)
    assert other.status == "new" and other.source["rows_skipped"] == 1, "left out on purpose is no loss"
    assert [(why.reason, why.rows, why.row) for why in other.reasons] == [("Forgotten on request.", 1, 2)]
    [reread] = load(store, [first], Options(platform="x", tz="Europe/Oslo"), replace=True)
    assert reread.source["rows_skipped"] == 1 and reread.source["rows_kept"] == 2
    assert not [name for name in NAMES if name in said(store)]
    assert [r["post_uid"] for r in rows(store, "posts")] == ["x:902", "x:903", "x:905"]
    assert rows(store, "posts", uids=["x:905"])[0]["text"] == "hello @… and @pia"
    assert {r["target_key"] for r in rows(store, "links", kinds=["mention"])} == {"x:@pia"}


def test_forgotten_before_or_after_is_the_same(store: Store, tmp_path: Path) -> None:
    first = file(tmp_path, "first.csv", FIRST)
    load(store, [first], X)
    forget(store, person(store, "x:11"))
    before = {name: table(store, name) for name in ("posts", "links", "skipped")}
    [source] = store.sources().to_pylist()
    store.remove(source["source_id"])
    load(store, [first], X)
    assert {name: table(store, name) for name in before} == before
    [again] = store.sources().to_pylist()
    counts = ("rows_in", "rows_kept", "rows_merged", "rows_skipped", "posts", "accounts", "links", "warnings")
    assert [again[name] for name in counts] == [source[name] for name in counts]


def test_who_is_known_by_handle_stays_out_under_an_id(tmp_path: Path) -> None:
    store = open_case("case", create=True)
    by_handle = tmp_path / "handles.csv"
    by_handle.write_text("username,created_at,text\nnora_n,2024-03-01 10:00:00,one\npia,2024-03-01 10:00:00,two\n")
    load(store, [by_handle], X)
    forget(store, person(store, "@nora_n"))
    [outcome] = load(store, [file(tmp_path, "first.csv", FIRST)], X)
    assert outcome.source["rows_skipped"] == 1 and "nora" not in said(store)
    store.close()


def test_tombstones_say_nothing_without_the_key(tmp_path: Path) -> None:
    store = open_case("case", create=True)
    load(store, [file(tmp_path, "first.csv", FIRST)], X)
    who = person(store, "A-1")
    assert (who.uid, who.names, who.posts) == ("x:11", ("x:11", "x:@nora_n"), ("x:901",))
    forget(store, who)
    graves = store.tombstones()
    assert len(graves) == 3 and all(grave.startswith("t_") and len(grave) == 28 for grave in graves)
    key = case_key(store)
    assert key.tombstone("x:11") in graves and key.pseudonym("x:11").removeprefix("p_") not in repr(graves)
    on_disk = b"".join(path.read_bytes() for path in Path("case").rglob("*") if path.is_file())
    assert b"nora" not in on_disk.lower(), "not in any part either once nobody else has the case open"
    key_file(key.fingerprint).unlink()
    with pytest.raises(KeyMissing, match="key import"):
        load(store, [file(tmp_path, "second.csv", SECOND)], X)
    store.close()


def test_a_run_after_forgetting_is_another_run(demo_store: Store, tmp_path: Path) -> None:
    from graph.stores import copy_case

    store = open_case("case", create=True)
    copy_case(demo_store, store)
    before = find(store, Settings())
    assert before.run["run_id"] == demo_store.runs()[0]["run_id"]
    member = store.run_table(before.run["run_id"], "members")["account"][0].as_py()
    tables = ("ties", "post_pairs", "members", "objects", "pairs", "layout")
    named = [
        run
        for run in store.runs()
        if any(member in repr(store.run_table(run["run_id"], name).to_pylist()) for name in tables)
    ]
    tally = forget(store, person(store, member))
    assert tally.runs == len(named) >= 1 and tally.posts and tally.links
    kept = store.runs()[0]
    assert "taken out of this run on request" in kept["notes"][-1]
    for name in ("ties", "post_pairs", "members", "objects", "layout"):
        assert member not in repr(store.run_table(kept["run_id"], name).to_pylist()), name
    after = find(store, Settings())
    assert after.run["run_id"] != before.run["run_id"] and member not in repr(after.tables)
    store.close()


@pytest.mark.parametrize(
    ("who", "words"), [("@nobody", "Nobody"), ("A-99", "Nobody"), ("x:99", "Nobody"), ("@noraa_n", "@nora_n")]
)
def test_whom_nobody_knows(who: str, words: str, tmp_path: Path) -> None:
    store = open_case("case", create=True)
    load(store, [file(tmp_path, "first.csv", FIRST)], X)
    with pytest.raises(UsageError, match=words):
        person(store, who)
    store.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@nora", "@…"),
        ("(@NORA), .@nora!", "(@…), .@…!"),
        ("@noras and mail@nora.example", "@noras and mail@nora.example"),
        ("https://twitter.com/Nora/status/77?s=20 ok", "@… ok"),
        ("mobile.twitter.com/nora", "@…"),
        ("https://x.com/i/status/9", "@…"),
        ("https://x.com/norah/status/8", "https://x.com/norah/status/8"),
        ("https://example.org/nora", "https://example.org/nora"),
        ("nora", "nora"),
    ],
)
def test_names_in_texts(text: str, expected: str) -> None:
    assert unnamed(text, "x", Gone(["x:@nora"], posts=["x:9"])) == expected


FORMS = (
    "@nora_n2",
    "＠nora_n2",
    "#nora_n2",
    "＃Nora_N2",
    "nora_n2",
    "NORA_N2.",
    "Nora Kristin Nord",
    "Nora  Kristin nord's",
    "nora_n2@mail.example",
    "x.com/nora_n2",
    "https://x.com/i/user/1234567",
    "https://nitter.example/nora_n2/status/901?s=20",
    "https://xcancel.com/nora_n2",
    "1234567",
)
"""Forms in which texts of others, notes and file names give somebody away."""


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_a_name(form: str) -> None:
    gone = Gone(["x:@nora_n2", "x:1234567"], names=["Nora Kristin Nord"])
    left = unnamed(f"So {form} it is, ask @noor_n2 or #nora_n22, 12345678.", "x", gone)
    assert not any(
        word in left.casefold() for word in ("nora_n2@", "nora_n2 ", "kristin", " 1234567 ", "nord", "/nora")
    )
    assert left.startswith("So @…") and left.endswith(" it is, ask @noor_n2 or #nora_n22, 12345678.")
    key = Key(bytes(32))
    known = Gone(tombstones=[key.tombstone("x:@nora_n2"), key.tombstone("x:1234567")], key=key)
    if "ristin" not in form:  # a display name is known to who forgets, not to the files that come in later
        assert unnamed(f"So {form} it is", "x", known) == unnamed(f"So {form} it is", "x", gone)


def test_every_form_of_a_name_leaves_a_case(store: Store, tmp_path: Path) -> None:
    nora = "1234567,nora_n2,Nora Kristin Nord"
    lines = [f"90{n},{OLE},2024-03-01 10:00:05,So {form} it is,1\n" for n, form in enumerate(FORMS)]
    load(store, [file(tmp_path, "posts_of_nora_n2.csv", f"899,{nora},2024-03-01 10:00:00,hello,1\n", *lines)], X)
    about = {"members": ["x:1234567", "x:22"], "account": "x:1234567"}
    store.add_note({"kind": "verdict", "by": "Ann", "reason": " and ".join(FORMS), **about})
    store.add_note({"kind": "pin", "by": "Ann", "pin": {"what": "account", "title": "Posts of nora_n2"}})
    who = person(store, "@nora_n2")
    assert {"accounts", "posts", "links", "notes", "sources"} <= set(proof(store, who).hits)
    forget(store, who)
    assert proof(store, who).hits == {}
    everything = said(store) + repr(store.sources().to_pylist())
    assert not [word for word in ("nora_n2", "Kristin", "1234567") if word.casefold() in everything.casefold()]
    assert store.sources()["file_name"].to_pylist() == ["posts_of_@….csv"]


def test_an_account_with_the_uid_of_a_post_of_theirs_stays(store: Store, tmp_path: Path) -> None:
    lines = [f"22,{NORA},2024-03-01 10:00:00,hello,1\n", f"11,{OLE},2024-03-01 10:00:00,hello you,1\n"]
    load(store, [file(tmp_path, "small_ids.csv", *lines)], X)
    who = person(store, "@nora_n")
    forget(store, who)
    assert table(store, "accounts")["account_uid"].to_pylist() == ["x:22"]
    assert table(store, "posts").select(["post_uid", "account_uid"]).to_pylist() == [
        {"post_uid": "x:11", "account_uid": "x:22"}
    ]
    load(store, [file(tmp_path, "again.csv", *lines, f"33,{PIA},2024-03-01 10:00:00,RT @nora_n: hello,1\n")], X)
    assert table(store, "accounts")["account_uid"].to_pylist() == ["x:22", "x:33"]
    assert set(table(store, "posts")["post_uid"].to_pylist()) == {"x:11", "x:33"}
    assert set(proof(store, who).hits) <= {"links", "posts"}, "uids of accounts of others, no more"


@pytest.mark.parametrize(
    ("link", "account"),
    [
        ("https://www.facebook.com/nora.nord/posts/1", "facebook:@nora.nord"),
        ("https://facebook.com/profile.php?id=123", "facebook:123"),
        ("https://facebook.com/groups/5", None),
        ("https://www.tiktok.com/@Nora/video/1", "tiktok:@nora"),
        ("https://bsky.app/profile/nora.example.org/post/3k", "bluesky:@nora.example.org"),
        ("https://bsky.app/profile/did:plc:abc", "bluesky:did:plc:abc"),
        ("https://social.example/@nora/109999999999999999", "mastodon:@nora@social.example"),
        ("https://truthsocial.com/@nora/1", "truth_social:@nora"),
        ("https://old.reddit.com/user/nora", "reddit:@nora"),
        ("https://t.me/nora_chan/7", "telegram:@nora_chan"),
        ("https://t.me/joinchat/AAAA", None),
        ("https://evil-x.com/nora", None),
        ("https://nota.x.company/nora", None),
    ],
)
def test_whose_link_it_is(link: str, account: str | None) -> None:
    who = profiles.owner(link)
    assert (who.account if who else None) == account


# --- pseudonyms -------------------------------------------------------------------------------------------------------


def test_a_case_under_codes_never_holds_a_name(store: Store, tmp_path: Path) -> None:
    coded = Options(platform="x", pseudonyms=True)
    first, second = file(tmp_path, "first.csv", FIRST), file(tmp_path, "second.csv", SECOND)
    load(store, [first, second], coded)
    assert not [
        word for word in ("nora", "Nora", "Ole", "pia", "x:11'", "x:22'", "902", "status") if word in said(store)
    ]
    key = case_key(store)
    accounts = {r["account_uid"]: r for r in rows(store, "accounts")}
    assert set(accounts) == {f"x:{key.pseudonym(f'x:{n}')}" for n in (11, 22, 33)}, (
        "a second file of the same people joins"
    )
    nora = accounts[key.account_uid("x:11")]
    assert nora["handle"] == key.pseudonym("x:@nora_n") and len(nora["source_ids"]) == 2 and nora["is_hashed"]
    texts = {r["post_uid"]: (r["text"], r["like_count"]) for r in rows(store, "posts")}
    assert texts[key.post_uid("x:902")] == (f"read https://example.org/a now @{nora['handle']}", 1), "numbers stay"
    mentions = {r["target_key"] for r in rows(store, "links", kinds=["mention"])}
    assert mentions == {key.account_uid("x:@nora_n"), key.account_uid("x:@pia")}
    assert "codes of the case's key" in store.sources().to_pylist()[0]["assumptions"][0]
    forget(store, person(store, "@nora_n"))
    assert nora["handle"] not in said(store)
    [late] = load(store, [file(tmp_path, "third.csv", SECOND.replace("904", "906"))], coded)
    assert late.source["rows_skipped"] == 1 and nora["account_uid"] not in said(store)


def test_codes_find_what_names_find(demo_store: Store, tmp_path: Path) -> None:
    from ingest.synthetic import Plan, write_demo

    plan = Plan(accounts=300, actions=2_000, links=400, fans=0, groups=1)
    files = write_demo(tmp_path / "files", seed=3, plan=plan)
    counts = []
    for name, pseudonyms in (("plain", False), ("coded", True)):
        store = open_case(name, create=True)
        load(store, files, Options(pseudonyms=pseudonyms))
        counts.append({**find(store, Settings(worlds=0)).run["counts"]})
        store.close()
    assert counts[0] == counts[1]


def test_codes_in_texts_are_not_coded_again() -> None:
    key = Key(bytes(32))
    once = renamed("by @nora, https://x.com/nora/status/5", "x", key)
    assert once == f"by @{key.pseudonym('x:@nora')}, x/{key.post('x:5')}" and renamed(once, "x", key) == once


def test_no_pseudonyms_without_a_case(tmp_path: Path) -> None:
    from ingest import batches

    with pytest.raises(UsageError, match="key"):
        list(batches(file(tmp_path, "first.csv", FIRST), options=Options(platform="x", pseudonyms=True)))


# --- retention --------------------------------------------------------------------------------------------------------


def test_what_is_over_is_removed(store: Store, tmp_path: Path) -> None:
    first, second = file(tmp_path, "first.csv", FIRST), file(tmp_path, "second.csv", SECOND)
    one, two = (outcome.source["source_id"] for outcome in load(store, [first, second], X))
    store.retain(one, moment("2030-01-01"))
    assert overdue(store, moment("2029-12-31")) == []
    assert [source["source_id"] for source in apply_retention(store, moment("2030-01-01"))] == [one]
    assert store.sources().column("source_id").to_pylist() == [two]


# --- commands ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def lockstep(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., tuple[int, Any, str]]:
    """Call a command on a case with one file; gives exit code, facts and what was said."""
    store = open_case("mine", create=True)
    load(store, [file(tmp_path, "first.csv", FIRST)], X)
    store.close()

    def call(*words: str) -> tuple[int, Any, str]:
        capsys.readouterr()
        code = main([*words, "--case", "mine", "--json"])
        printed = capsys.readouterr()
        return code, json.loads(printed.out), printed.err

    return call


def test_nothing_is_forgotten_without_a_yes(lockstep: Callable[..., tuple[int, Any, str]]) -> None:
    code, facts, words = lockstep("forget", "--account", "@nora_n")
    assert (code, facts["changed"]) == (130, False) and "--yes" in words
    code, facts, _ = lockstep("forget", "--account", "@nora_n", "--yes")
    assert (code, facts["changed"], facts["posts"]) == (0, True, 1)
    assert facts["hits"] == {} and facts["searched_bytes"] > 500 and facts["old_files"] == 0
    code, facts, _ = lockstep("forget", "--account", "@nora_n", "--yes")
    assert (code, facts["changed"], facts["hits"]) == (0, False, {})
    code, facts, words = lockstep("forget", "--account", "@nobody_here", "--yes")
    assert code == 2 and "Nobody" in words


def test_who_keeps_old_files_is_said(lockstep: Callable[..., tuple[int, Any, str]]) -> None:
    with closing(open_case("mine")) as dashboard:
        code, facts, _ = lockstep("forget", "--account", "@nora_n", "--yes")
        assert (code, facts["hits"]) == (0, {}) and facts["old_files"] > 0
        assert [who["pid"] for who in facts["open_by"]] == [os.getpid()]
        dashboard.refresh()
    code, facts, _ = lockstep("forget", "--account", "@nora_n", "--yes")
    assert (code, facts["old_files"], facts["open_by"]) == (0, 0, [])


def test_the_purge_command(lockstep: Callable[..., tuple[int, Any, str]]) -> None:
    assert lockstep("purge", "--before", "2024-01-01")[:2] == (0, {"case": "mine", "changed": False, "posts": 0})
    assert lockstep("purge", "--before", "2024-03-02")[0] == 130
    code, facts, _ = lockstep("purge", "--before", "2024-03-02", "--source", "first.csv", "--yes")
    assert (code, facts["posts"], facts["accounts"]) == (0, 3, 3)
    assert lockstep("purge", "--before", "yesterday")[0] == 2


def test_the_retain_command(lockstep: Callable[..., tuple[int, Any, str]], capsys: pytest.CaptureFixture[str]) -> None:
    assert lockstep("retain", "--apply")[1]["removed"] == []
    assert lockstep("retain", "first.csv")[0] == 2 and lockstep("retain", "--until", "2020-01-01")[0] == 2
    assert lockstep("retain", "first.csv", "--until", "2020-01-01")[:1] == (0,)
    assert main(["cases"]) == 0 and "lockstep retain --apply" in capsys.readouterr().err
    assert lockstep("retain", "--apply")[0] == 130
    code, facts, _ = lockstep("retain", "--apply", "--yes")
    assert code == 0 and len(facts["removed"]) == 1


def test_ingest_under_codes(lockstep: Callable[..., tuple[int, Any, str]], tmp_path: Path) -> None:
    second = file(tmp_path, "second.csv", SECOND)
    code, facts, _ = lockstep("ingest", str(second), "--platform", "x", "--pseudonyms")
    assert code == 0
    store = open_case("mine")
    source = (
        facts["files"][0]["source"]["source_id"] if "source" in facts["files"][0] else facts["files"][0]["source_id"]
    )
    assert "nora" not in repr(rows(store, "accounts", source_id=source)).lower()
    store.close()
