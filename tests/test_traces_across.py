"""Contacts, profile links and pictures across platforms: what is read, what is one statement, and what is left out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from fixtures_stores import account, at, batch, link, post, put

from graph.case.area import set_area
from graph.case.seals import seal
from graph.privacy.codes import Names, case_key
from graph.report.crossing import shared_things
from graph.report.report import Report
from graph.runs.pipeline import find
from graph.settings import Narrow, Settings
from graph.stores import open_case
from graph.stores.base import Store
from graph.traces import TRACES
from graph.traces.across import said
from ingest.errors import UsageError
from ingest.normalize.contacts import contacts

ACROSS = ("same_bio", "same_contact", "same_picture")
PLACES = ("x", "telegram")
PDQ = "f0e1" * 16


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_case(str(tmp_path / "case"), create=True)


def seen(store: Store, trace: str) -> dict[str, list[str]]:
    """Accounts of each object, by the words people see."""
    found: dict[str, list[str]] = {}
    for row in TRACES[trace].actions(store, Narrow()).to_pylist():
        found.setdefault(row["object"], []).append(row["account_uid"])
    return {said(key): sorted(who) for key, who in found.items()}


def keep(
    store: Store, accounts: Sequence[dict[str, Any]], more: Sequence[dict[str, Any]] = (), links: Any = ()
) -> Store:
    """The accounts, each with a post, and other posts."""
    own = [post(f"{one['account_uid']}p", one["account_uid"], at(n)) for n, one in enumerate(accounts)]
    put(store, "s1", batch(accounts, [*own, *more], links))
    return store


def things(where: str, n: int, name: str) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    """An account with two things of every kind: in its profile and posts, two pictures."""
    uid = f"{where}:{n}"
    who = account(uid, handle=f"{where}{n}", url=f"https://linktr.ee/{name}", description=f"mail {name}@mill.example")
    posts = [
        post(f"{uid}a", uid, at(n), text=f"call +47 555 {name[-3:]} 01"),
        post(f"{uid}b", uid, at(n + 9), text=f"t.me/{name}"),
    ]
    hashes = [f"{int(name[-3:]):031x}{k}f"[-32:].replace("0", "a", 1) for k in (1, 2)]
    links = [link(f"{uid}{'ab'[k]}", uid, "media", hashes[k], at(n)) for k in (0, 1)]
    return who, posts, links


def planted(store: Store) -> tuple[Store, set[tuple[str, str]]]:
    """Sixty personas on both platforms among 140 strangers on each; nobody shares a thing with one of the own platform."""
    named = [(w, n, f"thing{n if n < 60 else n + 200 * (w == 'x'):03}") for w in PLACES for n in range(200)]
    made = [things(*one) for one in named]
    posts, links = [row for _, rows, _ in made for row in rows], [row for *_, rows in made for row in rows]
    put(store, "s1", batch([who for who, *_ in made], posts, links))
    return store, {(f"telegram:{n}", f"x:{n}") for n in range(60)}


@pytest.mark.parametrize("trace", ACROSS)
def test_personas_are_found_and_strangers_are_not(store: Store, trace: str) -> None:
    case, personas = planted(store)
    found = find(case, Settings(traces=(trace,), worlds=0))
    ties = {(row["account_a"], row["account_b"]) for row in found.table("ties").to_pylist()}
    assert ties == personas
    report = Report(case)
    tie = report.evidence("telegram:1", "x:1")
    assert len(tie) and not any("thing001" in str(cell) for cell in tie[["object", "object_words"]].to_numpy().ravel())


@pytest.mark.parametrize(
    ("trace", "post_uid", "words"),
    [
        ("same_bio", "x:1a", ["Profile link linktr[.]ee/thing001"]),
        ("same_contact", "x:1a", ["Contact (e-mail) that ends in mple", "Contact (telephone) that ends in 0101"]),
        ("same_contact", "x:1b", ["Contact (Telegram handle) that ends in g001"]),
        ("same_picture", "x:1a", ["Picture hash that ends in 011f"]),
    ],
)
def test_a_thing_is_shown_to_who_asks(store: Store, trace: str, post_uid: str, words: list[str]) -> None:
    case, _ = planted(store)
    find(case, Settings(traces=(trace,), worlds=0))
    assert shared_things(Report(case), post_uid) == words


@pytest.mark.parametrize(
    ("area", "trace", "words"),
    [
        ("drugs", "same_contact", ["Contact (e-mail) that ends in le", "Contact (telephone) that ends in 01"]),
        ("csam", "same_contact", None),
        ("trafficking", "same_contact", None),
        ("terrorism", "same_picture", ["Nothing in this post or its author’s profile is what tied them."]),
    ],
)
def test_a_harm_area_binds_who_asks(store: Store, area: str, trace: str, words: list[str] | None) -> None:
    case, _ = planted(store)
    find(case, Settings(traces=(trace,), worlds=0))
    set_area(case, area, "Ann")
    if words is None:
        with pytest.raises(UsageError, match="Withheld"):
            shared_things(Report(case), "x:1a")
        return
    assert shared_things(Report(case), "x:1a") == words
    seal(case, "x:1a", "Not ours to show.", "Ann")
    with pytest.raises(UsageError, match="not in the case"):
        shared_things(Report(case), "x:1a")


def test_no_string_leaves_whatever_names_are_chosen(store: Store) -> None:
    case, _ = planted(store)
    for trace in (*ACROSS, "same_handle"):
        rows = TRACES[trace].actions(case, Narrow()).to_pylist()
        for names in (Names(None), Names(case_key(case))):
            written = [str(names.object(trace, row["object"])) for row in rows]
            assert written and not any("thing" in key or "+47" in key or "linktr" in key for key in written)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("+47 555-00-100", [("telephone", "+4755500100")]),
        ("0047 555 00 100", [("telephone", "+4755500100")]),
        ("Тел: 8 (555) 001-00-22", [("telephone", "85550010022")]),
        ("whatsapp 555 001 0022", [("telephone", "5550010022")]),
        ("Session: " + "05" + "ab" * 32, [("Session id", "05" + "ab" * 32)]),
        ("Signal: mill.42", [("Signal handle", "mill.42")]),
        ("https://signal.me/#eu/AbCdEf123", [("Signal handle", "eu/abcdef123")]),
        ("threema ABCD1234", [("Threema id", "ABCD1234")]),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", [("wallet", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")]),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", []),  # a letter off: no checksum
        ("0x" + "aB" * 20, [("wallet", "0x" + "ab" * 20)]),
        ("join t.me/+AbCdEfGhIjKlMnOpQr", [("Telegram handle", "abcdefghijklmnopqr")]),
        ("t.me/channel/99 and @someone", []),
        ("@nora@social.example", []),
        ("on 2026-03-01 1,234,567 people", []),
        ("", []),
    ],
)
def test_contacts(text: str, found: list[tuple[str, str]]) -> None:
    assert contacts(text) == found


def test_what_one_text_says_is_one_statement_and_a_repost_says_nothing(store: Store) -> None:
    advert = "Call +47 555 00 100 or ann@mill.example"
    posts = [post(f"{w}:a{n}", f"{w}:1", at(n), text=advert) for n, w in enumerate(PLACES)]
    posts += [
        post("x:r", "x:2", at(5), text=advert, kind="repost"),
        post("x:q", "x:2", at(6), text=advert, text_is_inherited=True),
    ]
    case = keep(store, [account("x:1"), account("telegram:1"), account("x:2")], posts)
    assert list(seen(case, "same_contact").values()) == [["telegram:1", "x:1"]]


def test_a_profile_that_leads_to_another_is_shared_with_its_owner(store: Store) -> None:
    case = keep(
        store,
        [
            account("x:1", handle="old_mill", description="also on https://t.me/Old_Mill"),
            account("telegram:9", handle="old_mill", native_id="9"),
            account("telegram:8", handle="quiet", description="words only"),
            account("telegram:7", handle="hidden", url="https://t.me/old_mill", is_hashed=True),
        ],
    )
    assert seen(case, "same_bio") == {"profile link, 18 letters": ["telegram:9", "x:1"]}
    (layer,) = find(case, Settings(traces=("same_bio",))).table("layers").to_pylist()
    assert layer["note"] == "left out: 1 account with a pseudonym for a profile, 1 account without a link"


def test_pictures_count_by_their_hash_only(store: Store) -> None:
    near = PDQ[:-1] + "d"
    keys = {
        "x": PDQ,
        "telegram": near.upper(),
        "gab": "gab:" + "0" * 62 + "ff",
        "vk": "17983741234567890123",
        "tiktok": "tiktok:7342",
    }
    accounts = [account(f"{where}:1") for where in keys]
    links = [link(f"{where}:1p", f"{where}:1", "media", key, at(1)) for where, key in keys.items()]
    case = keep(store, accounts, links=links)
    assert sorted(seen(case, "same_picture").values()) != []
    rows = TRACES["same_picture"].actions(case, Narrow()).to_pylist()
    together = {row["account_uid"]: row["object"] for row in rows}
    assert together["x:1"] == together["telegram:1"] != together["gab:1"] and set(together) == {
        "x:1",
        "telegram:1",
        "gab:1",
    }


@pytest.mark.parametrize("trace", ACROSS)
def test_empty_profiles_and_posts_give_nothing(store: Store, trace: str) -> None:
    links = [link("x:1p", "x:1", "media", "x:5", at(0))]
    case = keep(store, [account("x:1", description="", url=""), account("telegram:1", description=None)], links=links)
    assert TRACES[trace].actions(case, Narrow()).num_rows == 0
    assert find(case, Settings(traces=(trace,))).run["counts"]["ties"] == 0
