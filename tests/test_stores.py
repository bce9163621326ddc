"""What every store must do, run over a folder and over a real Neo4j server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from fixtures_stores import T0, account, at, batch, link, post, put, record, rows, table

from graph.schema import DESCRIBED, RUN_TABLES, Findings
from graph.settings import Narrow
from graph.stores import STORES, Scan, Store, copy_case, is_neo4j, kept_codes, open_case
from graph.stores.base import Writer
from ingest.errors import CaseError, KeyMissing, UsageError
from ingest.tables import LINK_KINDS, SOURCES, STRINGS, TABLES, Batch

HOSTILE = (
    "",
    " leading and trailing ",
    'it\'s "quoted" `ticked` \\ back \\n slash',
    "one\ntwo\r\nthree\ttab",
    '=HYPERLINK("http://x")',
    "'); DROP TABLE posts; --",
    "'}) MATCH (n) DETACH DELETE n //",
    "$case {uid} %s {{x}}",
    "<script>alert(1)</script>",
    "Ωμέγα 日本語 العربية 👩‍👩‍👧‍👦 e\u0301 \u202eabc\u202c \ufeff \ufffd",
    "\x01\x02\x1b[31m",
    "null",
    "long " * 20_000,
)


def filled(kind: pa.DataType, number: int) -> Any:
    """A value of a type, another for every number."""
    if pa.types.is_string(kind):
        return f"{HOSTILE[number % len(HOSTILE)][:100]}{number}"
    if pa.types.is_boolean(kind):
        return number % 2 == 0
    if pa.types.is_timestamp(kind):
        return at(number * 3600.000001)
    if pa.types.is_list(kind):
        return [filled(kind.value_type, number), filled(kind.value_type, number + 1)]
    return number + 0.25 if pa.types.is_floating(kind) else number


def full_row(schema: pa.Schema, **own: Any) -> dict[str, Any]:
    """A row with a value in every column."""
    return {f.name: filled(f.type, number) for number, f in enumerate(schema, start=1)} | own


def simple() -> Batch:
    """Two accounts, two posts, three links."""
    return batch(
        [account("x:2"), account("x:1")],
        [post("x:p2", "x:2", at(60)), post("x:p1", "x:1", T0)],
        [
            link("x:p2", "x:2", "url", "example.org/a", at(60)),
            link("x:p1", "x:1", "url", "example.org/a"),
            link("x:p1", "x:1", "hashtag", "tag", position=1),
        ],
    )


def everything(store: Store) -> dict[str, pa.Table]:
    """All tables of a case."""
    found = {name: table(store, name) for name in TABLES if name != "sources"}
    return found | {"sources": store.sources(), "codes": store.codes(), "days": store.days()}


# --- rows -------------------------------------------------------------------------------------------------------------


def test_an_empty_case_has_every_table(store: Store) -> None:
    for name, schema in TABLES.items():
        assert rows(store, name) == [] and store.count(name) == 0, name
        assert table(store, name).schema == schema
    assert store.link_kinds() == {} and store.runs() == [] and store.notes() == []
    assert store.days().num_rows == 0 and store.codes().num_rows == 0
    assert store.info()["key_fingerprint"] is None and isinstance(store.info()["format"], int)


def test_every_column_comes_back_as_it_went_in(store: Store) -> None:
    accounts = full_row(TABLES["accounts"], account_uid="x:1", code=None, source_ids=None)
    posts = full_row(TABLES["posts"], post_uid="x:p1", account_uid="x:1", source_id="s1")
    links = [
        full_row(TABLES["links"], post_uid="x:p1", account_uid="x:1", kind=kind, at=posts["created_at"], position=n)
        for n, kind in enumerate(LINK_KINDS)
    ]
    skipped = full_row(TABLES["skipped"], source_id="s1")
    source = full_row(SOURCES, source_id="s1")
    with store.writer("s1") as writer:
        writer.write(batch([accounts], [posts], links, [skipped]))
        writer.finish(source)
    assert rows(store, "accounts") == [accounts | {"code": 1, "source_ids": ["s1"]}]
    assert rows(store, "posts") == [posts]
    assert rows(store, "links") == links
    assert rows(store, "skipped") == [skipped]
    assert store.sources().to_pylist() == [source] and store.sources().schema == SOURCES


def test_unknown_stays_unknown(store: Store) -> None:
    put(store, "s1", batch([{"account_uid": "x:1"}], [{"post_uid": "x:p1"}], [], [{"reason": "no time"}]))
    [found] = rows(store, "posts")
    assert {name for name, value in found.items() if value is not None} == {"post_uid", "source_id"}
    [found] = rows(store, "accounts")
    assert {name for name, value in found.items() if value is not None} == {"account_uid", "code", "source_ids"}
    [found] = rows(store, "skipped")
    assert found == {"source_id": "s1", "row": None, "column": None, "reason": "no time", "found": None}
    [found] = store.sources().to_pylist()
    assert found["platforms"] is None and found["rows_in"] is None


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
def test_hostile_text_is_only_text(store: Store, text: str) -> None:
    uid = f"x:{text[:200]}"
    put(
        store,
        "s1",
        batch(
            [account(uid, handle=text, description=text)],
            [post(f"{uid}p", uid, text=text, extra=text)],
            [link(f"{uid}p", uid, "hashtag", f"k{text[:200]}", target_raw=text)],
            [{"row": 1, "reason": text, "found": text}],
        ),
        file_name=text,
        warnings=[text],
    )
    assert rows(store, "accounts", columns=["account_uid", "handle", "description"], uids=[uid]) == [
        {"account_uid": uid, "handle": text, "description": text}
    ]
    assert rows(store, "posts", columns=["text", "extra"]) == [{"text": text, "extra": text}]
    assert rows(store, "links", columns=["target_key", "target_raw"], uids=[f"{uid}p"]) == [
        {"target_key": f"k{text[:200]}", "target_raw": text}
    ]
    assert rows(store, "skipped", columns=["reason", "found"]) == [{"reason": text, "found": text}]
    assert store.sources().select(["file_name", "warnings"]).to_pylist() == [{"file_name": text, "warnings": [text]}]


def test_a_source_without_links_or_rows_is_a_source(store: Store) -> None:
    put(store, "s1", batch([account("x:1")], [post("x:p1", "x:1")]))
    put(store, "s2", batch())
    put(store, "s3")
    assert store.sources().column("source_id").to_pylist() == ["s1", "s2", "s3"]
    assert store.count("links") == 0 and store.count("posts") == 1 and store.link_kinds() == {}


def test_rows_come_in_order_whatever_order_they_went_in(new_case: Callable[..., Store]) -> None:
    one, other = new_case("one"), new_case("other")
    posts = [post(f"x:{n * 7919 % 1009}", f"x:{n % 13}", at(n)) for n in range(1009)]
    links = [
        link(p["post_uid"], p["account_uid"], k, f"t{n % 5}") for n, p in enumerate(posts) for k in ("url", "text")
    ]
    accounts = [account(f"x:{n}") for n in range(13)]
    put(one, "s1", batch(accounts, posts, links))
    put(other, "s1", batch(accounts, posts[::-1], links[::-1]), batch(accounts[::-1]))
    by_uid = [sorted(part, key=lambda row: str(row["post_uid"])) for part in (posts, links)]
    early = batch(accounts, by_uid[0][:504], by_uid[1][:1008])
    late = batch(accounts, by_uid[0][504:], by_uid[1][1008:])
    put(rising := new_case("rising"), "s1", early, late)
    put(falling := new_case("falling"), "s1", late, early)
    for case, name in product((other, rising, falling), ("accounts", "posts", "links")):
        assert table(one, name) == table(case, name), name
        assert table(one, name) == table(one, name)
    uids = table(one, "posts").column("post_uid").to_pylist()
    assert uids == sorted(uids) and len(uids) == 1009
    order = [(r["post_uid"], r["position"]) for r in rows(one, "links")]
    assert order == sorted(order)


def test_only_the_columns_asked_for(store: Store) -> None:
    put(store, "s1", simple())
    found = table(store, "links", columns=["target_key", "at", "kind"])
    assert found.column_names == ["target_key", "at", "kind"] and found.num_rows == 3
    assert found.schema.field("at").type == pa.timestamp("us", tz="UTC")


# --- what to read -----------------------------------------------------------------------------------------------------


@pytest.fixture
def wide(store: Store) -> Store:
    """Three accounts on two platforms, five posts over days, one of them undated."""
    put(
        store,
        "s1",
        batch(
            [account("x:1", handle="Ann", handle_key="ann"), account("telegram:7"), account("x:3")],
            [
                post("x:a", "x:1", T0),
                post("x:b", "x:3", at(86400)),
                post("x:c", "x:1", at(2 * 86400)),
                post("telegram:d", "telegram:7", at(60)),
                post("x:e", "x:3", None),
            ],
            [
                link("x:a", "x:1", "url", "u"),
                link("x:b", "x:3", "hashtag", "h", at(86400)),
                link("x:c", "x:1", "url", "u", at(2 * 86400)),
                link("telegram:d", "telegram:7", "text", "t", at(60)),
                link("x:e", "x:3", "url", "u", None),
            ],
        ),
    )
    return store


@pytest.mark.parametrize(
    ("narrow", "expected"),
    [
        (Narrow(), "abcde"),
        (Narrow(start=at(60)), "bcd"),
        (Narrow(start=at(60.000001)), "bc"),
        (Narrow(end=at(86400)), "ad"),
        (Narrow(end=at(86400.000001)), "abd"),
        (Narrow(start=at(60), end=at(86401)), "bd"),
        (Narrow(platforms=("telegram",)), "d"),
        (Narrow(platforms=("x", "telegram")), "abcde"),
        (Narrow(platforms=("mastodon",)), ""),
        (Narrow(accounts=("x:1",)), "ac"),
        (Narrow(accounts=("A-2",)), "d"),
        (Narrow(accounts=("@Ann", "A-3")), "abce"),
        (Narrow(accounts=("ann",), start=at(1)), "c"),
        (Narrow(accounts=("x:9", "A-99", "nobody")), ""),
        (Narrow(without=("x:1", "nobody")), "bde"),
        (Narrow(without=("x:1",), accounts=("@Ann", "A-3")), "be"),
    ],
    ids=str,
)
def test_a_case_is_narrowed(wide: Store, narrow: Narrow, expected: str) -> None:
    for name in ("posts", "links"):
        found = rows(wide, name, columns=["post_uid"], narrow=narrow)
        assert sorted(row["post_uid"].partition(":")[2] for row in found) == list(expected), name
        uids = [row["post_uid"] for row in found]
        assert uids == sorted(uids)


def test_links_of_some_kinds(wide: Store) -> None:
    assert [r["post_uid"] for r in rows(wide, "links", kinds=["url"])] == ["x:a", "x:c", "x:e"]
    assert [r["kind"] for r in rows(wide, "links", kinds=["text", "hashtag"])] == ["text", "hashtag"]
    assert rows(wide, "links", kinds=["media"]) == []
    assert [r["post_uid"] for r in rows(wide, "links", kinds=["url"], narrow=Narrow(end=at(60)))] == ["x:a"]
    assert wide.link_kinds() == {"hashtag": 1, "text": 1, "url": 3}


def test_rows_by_uid(wide: Store) -> None:
    assert [r["post_uid"] for r in rows(wide, "posts", uids=["x:c", "x:a", "x:a", "none"])] == ["x:a", "x:c"]
    assert [r["account_uid"] for r in rows(wide, "accounts", uids=["x:3", "telegram:7"])] == ["telegram:7", "x:3"]
    assert [r["target_key"] for r in rows(wide, "links", uids=["x:b"])] == ["h"]
    for name in ("accounts", "posts", "links"):
        assert rows(wide, name, uids=[]) == []


def test_posts_per_day(wide: Store) -> None:
    day = date(2026, 3, 1)
    assert wide.days().to_pylist() == [
        {"source_id": "s1", "platform": "telegram", "day": day, "posts": 1},
        {"source_id": "s1", "platform": "x", "day": day, "posts": 1},
        {"source_id": "s1", "platform": "x", "day": day + timedelta(1), "posts": 1},
        {"source_id": "s1", "platform": "x", "day": day + timedelta(2), "posts": 1},
    ]
    assert wide.days().schema.field("day").type == pa.date32()


# --- sources ----------------------------------------------------------------------------------------------------------


def test_the_same_source_again_changes_nothing(store: Store) -> None:
    put(store, "s1", simple())
    put(store, "s2", batch([account("x:9")], [post("x:p9", "x:9")]))
    before = everything(store)
    put(store, "s1", simple())
    assert everything(store) == before
    assert {name: store.count(name) for name in TABLES} == {name: before[name].num_rows for name in TABLES}


def test_a_source_replaces_another_in_one_step(store: Store) -> None:
    put(store, "s1", simple())
    put(store, "s2", batch([account("x:1")], [post("x:p9", "x:1")]))
    put(store, "s3", batch([account("x:1"), account("x:7")], [post("x:p1", "x:1", text="new")]), replaces="s1")
    assert store.sources().column("source_id").to_pylist() == ["s2", "s3"]
    assert [(r["post_uid"], r["text"], r["source_id"]) for r in rows(store, "posts")] == [
        ("x:p1", "new", "s3"),
        ("x:p9", None, "s2"),
    ]
    assert store.count("links") == 0
    assert [(r["account_uid"], r["code"], r["source_ids"]) for r in rows(store, "accounts")] == [
        ("x:1", 2, ["s2", "s3"]),
        ("x:7", 3, ["s3"]),
    ]


def test_what_is_replaced_must_be_there(store: Store) -> None:
    with pytest.raises(UsageError, match="nothere"), store.writer("s1", replaces="nothere"):
        pass
    with pytest.raises(UsageError, match="nothere"):
        store.remove("nothere")


def test_what_other_sources_say_stays(store: Store) -> None:
    put(store, "s1", simple())
    alone = {name: table(store, name) for name in ("posts", "links")}
    put(
        store,
        "s2",
        batch(
            [account("x:1", display_name="Ann"), account("x:3")],
            [post("x:p1", "x:1", at(5), text="later", collected_at=at(99)), post("x:p3", "x:3")],
            [link("x:p1", "x:1", "url", "example.org/b", at(5)), link("x:p3", "x:3", "url", "example.org/a")],
        ),
    )
    assert store.count("posts") == 3 and store.count("links") == 5
    store.remove("s2")
    assert {name: table(store, name) for name in ("posts", "links")} == alone
    assert [(r["account_uid"], r["display_name"]) for r in rows(store, "accounts")] == [("x:1", None), ("x:2", None)]
    assert store.sources().column("source_id").to_pylist() == ["s1"]


def test_one_post_from_two_sources_is_one_post(store: Store) -> None:
    put(
        store,
        "old",
        batch(
            [],
            [
                post("x:p1", "x:1", text="first", lang="en", like_count=0, collected_at=at(10), raw_row=4),
                post("x:p2", "x:1", text="kept", collected_at=at(30)),
                post("x:p3", "x:1", text="first in"),
                post("x:p4", "x:1", text="dated later", collected_at=None),
            ],
        ),
    )
    put(
        store,
        "new",
        batch(
            [],
            [
                post("x:p1", "x:1", text="second", like_count=5, url="u", collected_at=at(20), raw_row=9),
                post("x:p2", "x:1", text="older", view_count=7, collected_at=at(5)),
                post("x:p3", "x:1", text="came later", reply_count=1),
                post("x:p4", "x:1", text="dated", collected_at=at(1)),
                post("x:p5", "x:1"),
            ],
        ),
    )
    found = {row["post_uid"]: row for row in rows(store, "posts")}
    assert len(found) == store.count("posts") == 5
    columns = ("text", "lang", "like_count", "url", "view_count", "reply_count", "source_id", "raw_row")
    assert {uid: tuple(row[name] for name in columns) for uid, row in found.items()} == {
        "x:p1": ("second", "en", 5, "u", None, None, "new", 9),
        "x:p2": ("kept", None, None, None, 7, None, "old", None),
        "x:p3": ("first in", None, None, None, None, 1, "old", None),
        "x:p4": ("dated", None, None, None, None, None, "new", None),
        "x:p5": (None, None, None, None, None, None, "new", None),
    }
    assert sum(row["posts"] for row in store.days().to_pylist()) == 5
    assert [r["text"] for r in rows(store, "posts", uids=["x:p1"])] == ["second"]
    assert [r["text"] for r in rows(store, "posts", source_id="old", uids=["x:p1"])] == ["first"]


def test_one_account_from_two_sources_is_one_account(store: Store) -> None:
    early = account("x:1", handle="old", followers=5, first_seen=at(10), last_seen=at(20), lang="en")
    put(store, "s1", batch([early]))
    put(store, "s2", batch([account("x:1", handle="new", first_seen=at(15), last_seen=at(30)), account("x:2")]))
    put(store, "s3", batch([account("x:1", handle="unknown", location="Oslo", first_seen=at(5))]))
    [one, two] = rows(store, "accounts")
    assert (one["handle"], one["followers"], one["lang"], one["location"]) == ("new", 5, "en", "Oslo")
    assert (one["first_seen"], one["last_seen"]) == (at(5), at(30))
    assert one["source_ids"] == ["s1", "s2", "s3"] and two["source_ids"] == ["s2"]
    assert (one["code"], two["code"]) == (1, 2)
    assert store.count("accounts") == 2


def test_links_of_one_post_from_two_sources_are_told_once(store: Store) -> None:
    put(
        store,
        "s1",
        batch(
            [],
            [post("x:p1", "x:1", at(0), collected_at=at(100)), post("x:p2", "x:1")],
            [
                link("x:p1", "x:1", "url", "u", at(0), target_raw=None, position=2),
                link("x:p1", "x:1", "repost", "x:p7", at(0), inherited=True, position=3),
                link("x:p2", "x:1", "url", "u"),
            ],
        ),
    )
    put(
        store,
        "s2",
        batch(
            [],
            [post("x:p1", "x:1", at(7), collected_at=at(50))],
            [
                link("x:p1", "x:1", "url", "u", at(7), target_raw="t.co/u", resolved=True, position=5),
                link("x:p1", "x:1", "repost", "x:p7", at(7), target_account_uid="x:9", position=6),
                link("x:p1", "x:1", "hashtag", "u", at(7), position=9),
            ],
        ),
    )
    found = rows(store, "links")
    assert [(r["post_uid"], r["kind"], r["target_key"], r["position"]) for r in found] == [
        ("x:p1", "url", "u", 2),
        ("x:p1", "repost", "x:p7", 3),
        ("x:p1", "hashtag", "u", 9),
        ("x:p2", "url", "u", 0),
    ]
    url, repost, hashtag, _ = found
    assert url["target_raw"] == "t.co/u" and url["resolved"] is True
    assert repost["target_account_uid"] == "x:9" and repost["inherited"] is False
    assert {r["at"] for r in (url, repost, hashtag)} == {at(0)}, "the time of the post that won"
    assert store.count("links") == 4 and store.link_kinds() == {"hashtag": 1, "repost": 1, "url": 2}
    assert [r["target_key"] for r in rows(store, "links", kinds=["repost"], uids=["x:p1"])] == ["x:p7"]
    assert len(rows(store, "links", source_id="s2")) == 3


def test_repeats_within_a_source_are_one_row(store: Store) -> None:
    first = batch(
        [account("x:1", first_seen=at(5), last_seen=at(6), handle="a")],
        [post("x:p1", "x:1", text="one", collected_at=at(1), lang="en")],
        [link("x:p1", "x:1", "url", "u", position=0), link("x:p1", "x:1", "url", "u", position=1)],
    )
    second = batch(
        [account("x:1", first_seen=at(1), last_seen=at(9), handle="b")],
        [post("x:p1", "x:1", text="two", collected_at=at(2))],
        [link("x:p1", "x:1", "url", "u", resolved=True), link("x:p1", "x:1", "url", "v", position=2)],
    )
    put(store, "s1", first, second)
    assert [(r["text"], r["lang"]) for r in rows(store, "posts")] == [("two", "en")]
    [one] = rows(store, "accounts")
    assert (one["handle"], one["first_seen"], one["last_seen"], one["source_ids"]) == ("b", at(1), at(9), ["s1"])
    assert [(r["target_key"], r["position"], r["resolved"]) for r in rows(store, "links")] == [
        ("u", 0, True),
        ("v", 2, False),
    ]
    assert (store.count("posts"), store.count("accounts"), store.count("links")) == (1, 1, 2)
    assert store.link_kinds() == {"url": 2}


def test_a_post_said_twice_changes_links_that_came_in_order(store: Store) -> None:
    first = batch([account("x:1"), account("x:2")], [post("x:p1", "x:1")], [link("x:p1", "x:1", "url", "u")])
    put(store, "s1", first, batch((), [post("x:p1", "x:2", at(9), collected_at=at(99))]))
    assert [(r["account_uid"], r["at"]) for r in rows(store, "links")] == [("x:2", at(9))]


def test_several_cases_never_mix(new_case: Callable[..., Store]) -> None:
    spring, summer = new_case("spring"), new_case("summer")
    put(spring, "s1", simple())
    put(summer, "s1", batch([account("x:5"), account("x:1")], [post("x:p1", "x:1", text="another")]))
    spring.add_note({"kind": "note", "at": "2026-03-01", "by": "me"})
    spring.write_run(run("aaaaaaaaaaaa"))
    spring.set_key_fingerprint("abc")
    assert (spring.count("posts"), summer.count("posts")) == (2, 1)
    assert {r["account_uid"]: r["code"] for r in rows(summer, "accounts")} == {"x:5": 1, "x:1": 2}
    assert summer.count("links") == 0 and summer.notes() == [] and summer.runs() == []
    assert summer.info()["key_fingerprint"] is None
    summer.remove("s1")
    assert spring.count("posts") == 2 and summer.count("posts") == 0
    assert spring.name != summer.name


# --- writers ----------------------------------------------------------------------------------------------------------


def test_a_writer_that_stops_leaves_nothing(store: Store) -> None:
    put(store, "s1", simple())
    before = everything(store)
    with store.writer("s2") as writer:
        writer.write(batch([account("x:9")], [post("x:p9", "x:9")]))
    with pytest.raises(RuntimeError, match="broken"), store.writer("s1") as writer:
        writer.write(batch([account("x:9")], [post("x:p9", "x:9")]))
        raise RuntimeError("broken")
    with pytest.raises(KeyboardInterrupt), store.writer("s3", replaces="s1") as writer:
        writer.write(batch([account("x:9")], [post("x:p9", "x:9")]))
        raise KeyboardInterrupt
    assert everything(store) == before
    put(store, "s2", batch([account("x:9")]))
    assert [r["code"] for r in rows(store, "accounts", uids=["x:9"])] == [3], "no code was lost to broken writers"


def test_one_writer_at_a_time(store: Store) -> None:
    other = open_case(store.address)
    with store.writer("s1") as writer:
        with pytest.raises(CaseError, match="written"), other.writer("s2"):
            pass
        with pytest.raises(CaseError, match="written"):
            other.remove("s1")
        writer.write(simple())
        assert other.count("posts") == 0 and store.count("posts") == 0
        writer.finish(record("s1"))
    put(other, "s2", batch([account("x:9")]))
    store.refresh()
    assert store.sources().column("source_id").to_pylist() == ["s1", "s2"]
    other.close()


def test_a_writer_is_a_writer(store: Store) -> None:
    with store.writer("s1") as writer:
        kept: Writer = writer
        kept.write(simple())
        kept.finish(record("s1"))
    with pytest.raises(ValueError, match="colour"), store.writer("s2") as writer:
        writer.finish(record("s2") | {"colour": "red"})


# --- codes ------------------------------------------------------------------------------------------------------------


def test_codes_follow_the_file_and_are_kept(store: Store) -> None:
    put(store, "s1", batch([account("x:9"), account("x:2")]), batch([account("x:5"), account("x:9"), account("x:1")]))

    def codes() -> dict[str, int]:
        return {row["account_uid"]: row["code"] for row in rows(store, "accounts")}

    assert codes() == {"x:9": 1, "x:2": 2, "x:5": 3, "x:1": 4}
    store.remove("s1")
    assert codes() == {}
    key = kept_codes.case_key(store)
    hashes = {key.left(uid): n for n, uid in enumerate(("x:9", "x:2", "x:5", "x:1"), start=1)}
    assert {row["account_uid"]: row["code"] for row in store.codes().to_pylist()} == hashes, "no id stays behind"
    put(store, "s2", batch([account("x:7"), account("x:5")]))
    assert codes() == {"x:7": 5, "x:5": 3}, "never reused, and the same when it comes back"
    put(store, "s1", batch([account("x:1"), account("x:9"), account("x:2")]))
    assert codes() == {"x:9": 1, "x:2": 2, "x:5": 3, "x:1": 4, "x:7": 5}
    assert store.codes().to_pylist() == [
        {"account_uid": uid, "code": n} for n, uid in enumerate(("x:9", "x:2", "x:5", "x:1", "x:7"), start=1)
    ]


def test_ids_leave_the_codes_when_they_are_purged_or_replaced(store: Store) -> None:
    put(store, "s1", batch([account("x:1"), account("x:2")], [post("x:10", "x:1", at(0)), post("x:11", "x:2", at(90))]))
    store.purge(at(60))
    key = kept_codes.case_key(store)
    assert [row["account_uid"] for row in store.codes().to_pylist()] == [key.left("x:1"), "x:2"]
    put(store, "s2", batch([account("x:1"), account("x:3")]), replaces="s1")
    assert [row["account_uid"] for row in store.codes().to_pylist()] == ["x:1", key.left("x:2"), "x:3"]
    assert {row["account_uid"]: row["code"] for row in rows(store, "accounts")} == {"x:1": 1, "x:3": 3}
    store.forget(["x:2"])
    assert [row["code"] for row in store.codes().to_pylist()] == [1, 3], "also after its source left"


def test_ids_stay_and_are_counted_where_the_key_is_not_here(store: Store, monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setenv("LOCKSTEP_CONFIG", str(tmp_path / "config"))
    put(store, "s1", batch([account("x:1")]))
    key = kept_codes.case_key(store)
    monkeypatch.setenv("LOCKSTEP_CONFIG", str(tmp_path / "elsewhere"))
    store.remove("s1")
    assert store.leftovers().ids == 1 and store.codes().to_pylist() == [{"account_uid": "x:1", "code": 1}]
    monkeypatch.setenv("LOCKSTEP_CONFIG", str(tmp_path / "config"))
    put(store, "s2", batch([account("x:2")]))
    assert store.leftovers().ids == 0 and store.codes()["account_uid"].to_pylist() == [key.left("x:1"), "x:2"]
    monkeypatch.setenv("LOCKSTEP_CONFIG", str(tmp_path / "elsewhere"))
    with pytest.raises(KeyMissing):
        put(store, "s3", batch([account("x:3")]))


def test_codes_of_another_case_are_kept(store: Store) -> None:
    put(store, "s1", batch([account("x:1")]))
    given = pa.table({"account_uid": ["x:1", "x:8", "x:9"], "code": [1, 8, 9]})
    store.keep_codes(given)
    store.keep_codes(given)
    put(store, "s2", batch([account("x:new"), account("x:9")]))
    assert {r["account_uid"]: r["code"] for r in rows(store, "accounts")} == {"x:1": 1, "x:new": 10, "x:9": 9}
    with pytest.raises(CaseError, match="A-8"):
        store.keep_codes(pa.table({"account_uid": ["x:other"], "code": [8]}))


# --- runs and notes ---------------------------------------------------------------------------------------------------


def run_rows(schema: pa.Schema, count: int) -> pa.Table:
    """Full rows, and one that knows nothing but what it is about."""
    full = [{f.name: filled(f.type, n * 40 + k) for k, f in enumerate(schema)} | about(schema, n) for n in range(count)]
    return pa.Table.from_pylist([*full, about(schema, count)], schema=schema)


def about(schema: pa.Schema, number: int) -> dict[str, Any]:
    """What a row of a run is about, never unknown."""
    keys = ("account_a", "account_b", "account", "group_id", "object", "post_a", "post_b")
    own = {key: f"x:{key}{number}" for key in keys if key in schema.names}
    return own | ({"trace": "link", "window_s": 60.0 + number} if "trace" in schema.names else {})


def run(run_id: str, rows_each: int = 3, **more: Any) -> Findings:
    """A run with values in every column of every table, and a row of unknowns."""
    tables = {name: run_rows(schema, rows_each) for name, schema in RUN_TABLES.items()}
    record = {
        "run_id": run_id,
        "settings": {"windows_s": [60.0], "narrow": {}},
        "seed": 7,
        "version": "0.1.0",
        "method": 1,
        "source_ids": ["s1"],
        "started_at": "2026-03-01T12:00:00+00:00",
        "finished_at": "2026-03-01T12:00:05+00:00",
        "counts": {"ties": 3, "groups": 0},
        "notes": [*HOSTILE[:-1]],
    }
    return Findings(record | more, tables)


def by_row(found: pa.Table) -> list[str]:
    """Rows in an order of their own: stores need not keep the order of a run's rows."""
    return sorted(repr(row) for row in found.to_pylist())


def test_every_row_of_a_run_comes_back(store: Store) -> None:
    findings = run("0123456789ab")
    kept = store.write_run(findings)
    assert kept == {**findings.run, "number": 1} and store.runs() == [kept]
    for name, schema in RUN_TABLES.items():
        found = store.run_table("0123456789ab", name)
        assert found.schema == schema, name
        assert by_row(found) == by_row(findings.table(name)), name


def test_runs_are_numbered_and_never_change(store: Store) -> None:
    first = store.write_run(run("aaaaaaaaaaaa"))
    second = store.write_run(Findings(run("bbbbbbbbbbbb").run))
    again = store.write_run(run("aaaaaaaaaaaa", rows_each=1, seed=99))
    assert (first["number"], second["number"]) == (1, 2) and again == first
    assert [r["run_id"] for r in store.runs()] == ["aaaaaaaaaaaa", "bbbbbbbbbbbb"]
    assert store.run_table("aaaaaaaaaaaa", "ties").num_rows == 4
    for name, schema in RUN_TABLES.items():
        assert store.run_table("bbbbbbbbbbbb", name) == schema.empty_table()
    with pytest.raises(UsageError, match="cccccccccccc"):
        store.run_table("cccccccccccc", "ties")


def test_runs_outlive_their_sources(store: Store) -> None:
    put(store, "s1", simple())
    store.write_run(run("aaaaaaaaaaaa"))
    store.remove("s1")
    assert store.runs()[0]["number"] == 1 and store.run_table("aaaaaaaaaaaa", "ties").num_rows == 4


def test_a_run_is_kept_while_a_source_comes_in(store: Store) -> None:
    other = open_case(store.address)
    with store.writer("s1") as writer:
        other.write_run(run("aaaaaaaaaaaa"))
        other.add_note({"kind": "note", "at": "2026-03-01", "by": "me"})
        writer.write(simple())
        writer.finish(record("s1"))
    assert [r["number"] for r in store.runs()] == [1] and store.count("posts") == 2 and len(store.notes()) == 1
    other.close()


def described_by(method: str, rows_each: int = 2, **more: Any) -> dict[str, pa.Table]:
    """Rows of one described method in each of its tables."""
    tables = {}
    for name, schema in DESCRIBED.items():
        some = [
            row | {"method": method} | {k: v for k, v in more.items() if k in schema.names}
            for row in run_rows(schema, rows_each).to_pylist()
        ]
        tables[name] = pa.Table.from_pylist(some, schema=schema)
    return tables


def methods_in(store: Store, run_id: str, name: str) -> list[str]:
    return sorted(store.run_table(run_id, name)["method"].to_pylist())


def test_described_methods_come_beside_a_run_and_change_none_of_its_tables(store: Store) -> None:
    kept = store.write_run(
        Findings(run("aaaaaaaaaaaa").run, {n: t for n, t in run("aaaaaaaaaaaa").tables.items() if n not in DESCRIBED})
    )
    other = store.write_run(run("bbbbbbbbbbbb"))
    own = {name: by_row(store.run_table("aaaaaaaaaaaa", name)) for name in RUN_TABLES if name not in DESCRIBED}
    beside = {name: by_row(store.run_table("bbbbbbbbbbbb", name)) for name in RUN_TABLES}
    first, second = described_by("qut"), described_by("shared", rows_each=1)
    store.describe_run("aaaaaaaaaaaa", first)
    for name, schema in DESCRIBED.items():
        found = store.run_table("aaaaaaaaaaaa", name)
        assert found.schema == schema and by_row(found) == by_row(first[name]), name
    store.describe_run("aaaaaaaaaaaa", second)
    for name in DESCRIBED:
        both = pa.concat_tables([first[name], second[name]])
        assert by_row(store.run_table("aaaaaaaaaaaa", name)) == by_row(both), name
    assert store.runs() == [kept, other]
    assert {name: by_row(store.run_table("aaaaaaaaaaaa", name)) for name in own} == own
    assert {name: by_row(store.run_table("bbbbbbbbbbbb", name)) for name in beside} == beside
    again = open_case(store.address)
    assert methods_in(again, "aaaaaaaaaaaa", "described_ties") == ["qut"] * 3 + ["shared"] * 2
    again.close()


def test_a_method_described_again_has_only_its_new_rows(store: Store) -> None:
    store.write_run(Findings(run("aaaaaaaaaaaa").run))
    for method in ("qut", "shared"):
        store.describe_run("aaaaaaaaaaaa", described_by(method))
    nothing = described_by("qut", rows_each=0)
    new = {
        name: table if name == "described_layers" else DESCRIBED[name].empty_table() for name, table in nothing.items()
    }
    store.describe_run("aaaaaaaaaaaa", new)
    assert methods_in(store, "aaaaaaaaaaaa", "described_layers") == ["qut"] + ["shared"] * 3
    for name in DESCRIBED:
        assert name == "described_layers" or methods_in(store, "aaaaaaaaaaaa", name) == ["shared"] * 3
    with pytest.raises(UsageError, match="cccccccccccc"):
        store.describe_run("cccccccccccc", new)


def test_what_was_described_since_the_last_copy_is_copied(new_case: Callable[..., Store], tmp_path: Any) -> None:
    here, there = new_case("here"), open_case(str(tmp_path / "there"), create=True)
    here.write_run(Findings(run("aaaaaaaaaaaa").run))
    copy_case(here, there)
    here.describe_run("aaaaaaaaaaaa", described_by("qut"))
    copy_case(here, there)
    assert_same(here, there)
    assert methods_in(there, "aaaaaaaaaaaa", "described_ties") == ["qut"] * 3
    there.close()


def test_notes_are_only_added(store: Store) -> None:
    said: list[dict[str, Any]] = [
        {
            "kind": "verdict",
            "at": "2026-03-01T12:00:00+00:00",
            "by": "Ann",
            "group_id": "g1",
            "members": ["x:1", "x:2"],
        },
        {"kind": "note", "at": "2026-02-01", "by": "Bob", "text": HOSTILE[9], "deep": {"a": [1, 2.5, None, True]}},
        {
            "kind": "verdict",
            "at": "2026-03-01T12:00:00+00:00",
            "by": "Ann",
            "group_id": "g1",
            "members": ["x:1", "x:2"],
        },
    ]
    for note in said:
        store.add_note(note)
    assert store.notes() == said
    assert store.notes("verdict") == [said[0], said[2]] and store.notes("pin") == []


def test_every_change_is_another_version(store: Store) -> None:
    """Of a case in Neo4j nobody can tell without asking for everything: it has no version."""
    changes: list[Callable[[], object]] = [
        lambda: put(store, "s1", batch(posts=[post("x:1", "x:9")])),
        lambda: store.add_note({"kind": "note", "id": "1", "text": "a"}),
        lambda: store.add_note({"kind": "note", "id": "2", "text": "a"}),
        lambda: store.write_run(Findings(run("aaaaaaaaaaaa").run)),
        lambda: put(store, "s2", batch(posts=[post("x:2", "x:9")])),
        lambda: store.set_key_fingerprint("ab"),
        lambda: store.remove("s2"),
    ]
    seen = [store.version()]
    for change in changes:
        change()
        seen.append(store.version())
        assert store.version() == seen[-1]
    assert seen == [None] * 8 if is_neo4j(store.address) else len(set(seen)) == 8


def test_the_fingerprint_of_the_key_is_remembered(store: Store) -> None:
    store.set_key_fingerprint("first")
    store.set_key_fingerprint("second")
    other = open_case(store.address)
    assert other.info()["key_fingerprint"] == "second" and other.info()["created_at"] == store.info()["created_at"]
    other.close()


def test_an_opened_case_is_the_same_case(store: Store) -> None:
    put(store, "s1", simple())
    put(store, "s2", batch([account("x:1", handle="h")], [post("x:p1", "x:1", text="t")]))
    store.write_run(run("aaaaaaaaaaaa"))
    other = open_case(store.address)
    assert everything(other) == everything(store) and other.runs() == store.runs()
    assert other.name == store.name and other.info() == store.info()
    other.close()


# --- copies -----------------------------------------------------------------------------------------------------------


def overlapping(store: Store) -> None:
    """Sources that overlap, one that left, runs and notes."""
    put(store, "gone", batch([account("x:zz")]))
    store.remove("gone")
    put(store, "s1", simple(), file_name="ü.csv", platforms=["x"], rows_in=2)
    put(
        store,
        "s2",
        batch(
            [account("x:1", handle="h", last_seen=at(9)), account("x:4")],
            [post("x:p1", "x:1", at(3), text="later", collected_at=at(9))],
            [link("x:p1", "x:1", "url", "example.org/a", at(3), resolved=True)],
            [{"row": 3, "column": "time", "reason": "no time", "found": "?"}],
        ),
    )
    store.write_run(run("aaaaaaaaaaaa"))
    store.write_run(Findings(run("bbbbbbbbbbbb").run))
    for note in ({"kind": "note", "at": "1", "by": "me"}, {"kind": "pin", "at": "2", "by": "me"}) * 2:
        store.add_note(note)


def assert_same(one: Store, other: Store) -> None:
    """Both hold the same case."""
    for name, found in everything(one).items():
        assert found == everything(other)[name], name
    for source_id in one.sources().column("source_id").to_pylist():
        for name in ("accounts", "posts", "links", "skipped"):
            assert table(one, name, source_id=source_id) == table(other, name, source_id=source_id), name
    assert one.runs() == other.runs() and one.notes() == other.notes()
    for kept in one.runs():
        for name in RUN_TABLES:
            assert by_row(one.run_table(kept["run_id"], name)) == by_row(other.run_table(kept["run_id"], name)), name
    assert one.info()["key_fingerprint"] == other.info()["key_fingerprint"]


def test_a_copied_case_is_the_same_case(new_case: Callable[..., Store], tmp_path: Any) -> None:
    first, middle, last = (
        open_case(str(tmp_path / "first"), create=True),
        new_case("middle"),
        open_case(str(tmp_path / "last"), create=True),
    )
    overlapping(first)
    steps: list[tuple[str, int, int | None]] = []
    copy_case(first, middle, lambda *step: steps.append(step))
    assert_same(first, middle)
    copy_case(middle, last)
    assert_same(first, last)
    copy_case(middle, last)
    assert_same(first, last)
    assert ("copying sources", 2, 2) in steps
    put(last, "s9", batch([account("x:zz")]))
    assert rows(last, "accounts", uids=["x:zz"])[0]["code"] == 1, "codes of accounts that left come along"
    first.close()
    last.close()


# --- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("neo4j://anna:hunter2@localhost?case=x", "NEO4J_PASSWORD"),
        ("bolt://anna@localhost", "NEO4J_USERNAME"),
        ("postgres://localhost/x", "postgres://"),
        ("http://localhost:7474", "neo4j://"),
        ("  ", "address"),
    ],
)
def test_addresses_that_are_refused(address: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        open_case(address, create=True)
    assert said in str(error.value) and "hunter2" not in str(error.value)


def test_the_table_of_stores() -> None:
    assert [kind.name for kind in STORES] == ["folder", "neo4j"]
    assert all(is_neo4j(f"{scheme}://h") for scheme in STORES[1].schemes)
    assert Scan() == replace(Scan(kinds=()), columns=None)


# --- taking people out ------------------------------------------------------------------------------------------------


def talking(store: Store) -> None:
    """Nora, who is to leave, known by id in one source and by handle in another; Ole and Pia speak to and of her."""
    put(
        store,
        "s1",
        batch(
            [
                account("x:1", handle="Nora", handle_key="nora", display_name="Nora N."),
                account("x:2", handle="Ole", handle_key="ole", description="friend of @nora and @pia"),
            ],
            [
                post("x:p1", "x:1", at(0), text="mine", raw_row=2),
                post("x:p2", "x:2", at(60), text="RT mine", kind="repost", text_is_inherited=True, raw_row=3),
                post("x:p3", "x:2", at(90), text="hey @Nora, see https://x.com/nora/status/1", raw_row=4),
            ],
            [
                link("x:p1", "x:1", "url", "example.org/a"),
                link("x:p2", "x:2", "repost", "x:p1", at(60), target_account_uid="x:1"),
                link("x:p2", "x:2", "url", "example.org/a", at(60), position=1),
                link("x:p3", "x:2", "mention", "x:@nora", at(90), target_account_uid="x:@nora"),
                link("x:p3", "x:2", "url", "x.com/i/status/1", at(90), target_raw="https://x.com/nora/status/1"),
            ],
            [{"row": 9, "column": "account", "reason": "odd", "found": "@nora"}],
        ),
        rows_in=4, rows_kept=3, rows_merged=0, rows_skipped=1, posts=3, accounts=2, links=5,
    )  # fmt: skip
    put(
        store,
        "s2",
        batch(
            [account("x:@nora", native_id=None, handle="nora", handle_key="nora"), account("x:3")],
            [post("x:p4", "x:@nora", at(100), raw_row=2), post("x:p5", "x:3", at(101), raw_row=3)],
            [link("x:p4", "x:@nora", "hashtag", "t", at(100)), link("x:p5", "x:3", "hashtag", "t", at(101))],
        ),
        rows_in=2, rows_kept=2, rows_merged=0, rows_skipped=0, posts=2, accounts=2, links=2,
    )  # fmt: skip
    put(store, "s3", batch([account("x:4")], [post("x:p6", "x:4")]))


NORA = ("x:1", "x:@nora")


def about_nora(schema: pa.Schema, nora: bool) -> dict[str, Any]:
    """A row of a run, about Nora or about nobody in particular."""
    own = {f.name: None if f.name == "viral" else filled(f.type, 3) for f in schema} | about(schema, 0)
    if nora:
        own |= {name: "x:1" for name in ("account_a", "account") if name in schema.names}
        own |= {name: "x:p1" for name in ("post_a",) if name in schema.names}
    if "sample_post" in schema.names:
        own["sample_post"] = "x:p1" if nora else "x:p3"
    if "viral" in schema.names:
        own["viral"] = ["x:p1", "x:p3"]
    if "objects" in schema.names and schema.field("objects").type == STRINGS:
        own["objects"] = ["x:p1", "x:@nora", "example.org/a"]
    return own


def run_with_nora(run_id: str) -> Findings:
    """A run in which every table has a row about Nora and one that is not."""
    tables = {
        name: pa.Table.from_pylist([about_nora(schema, True), about_nora(schema, False)], schema=schema)
        for name, schema in RUN_TABLES.items()
        if name not in ("groups", "lags")
    }
    settings = {"windows_s": [60.0], "narrow": {"accounts": ["x:1", "x:2"]}}
    return Findings(run(run_id).run | {"settings": settings, "notes": ["Mind the gap."]}, tables)


def test_a_forgotten_account_leaves_everything(store: Store) -> None:
    talking(store)
    put(store, "s4", batch([account("x:1")], [post("x:p1", "x:1", at(0), text="mine too", collected_at=at(500))]))
    tally = store.forget(NORA, ["t_one", "t_two"])
    assert (tally.posts, tally.sources) == (3, 3) and tally.accounts == 3
    said = repr([everything(store)[name].to_pylist() for name in ("accounts", "posts", "links", "skipped", "codes")])
    assert not [word for word in ("x:1'", "nora", "Nora", "x:p1'", "x:p4'", "mine") if word in said]
    assert [(r["post_uid"], r["text"]) for r in rows(store, "posts")] == [
        ("x:p2", None),
        ("x:p3", "hey @…, see @…"),
        ("x:p5", None),
        ("x:p6", None),
    ]
    assert [(r["post_uid"], r["kind"], r["target_key"]) for r in rows(store, "links")] == [
        ("x:p2", "url", "example.org/a"),
        ("x:p5", "hashtag", "t"),
    ]
    assert [(r["account_uid"], r["description"]) for r in rows(store, "accounts")] == [
        ("x:2", "friend of @… and @pia"),
        ("x:3", None),
        ("x:4", None),
    ]
    assert store.tombstones() == ["t_one", "t_two"]


def test_rows_of_the_forgotten_count_as_skipped(store: Store) -> None:
    talking(store)
    store.forget(NORA)
    assert [(r["source_id"], r["row"], r["reason"], r["found"]) for r in rows(store, "skipped")] == [
        ("s1", 2, "Forgotten on request.", None),
        ("s1", 9, "odd", None),
        ("s2", 2, "Forgotten on request.", None),
    ]
    one, two, three = store.sources().to_pylist()
    columns = ("rows_in", "rows_kept", "rows_skipped", "posts", "accounts", "links")
    assert [one[name] for name in columns] == [4, 2, 2, 2, 1, 1]
    assert [two[name] for name in columns] == [2, 1, 1, 1, 1, 1]
    assert [three[name] for name in columns] == [None] * 6 and three["warnings"] is None
    assert one["warnings"] == ["1 skipped: Forgotten on request."] and one["first_at"] == at(60)
    assert store.count("posts") == 4 and store.count("links") == 2 and store.link_kinds() == {"hashtag": 1, "url": 1}


def test_codes_of_the_forgotten_are_never_given_again(store: Store) -> None:
    talking(store)
    store.forget(NORA)
    put(store, "s9", batch([account("x:new")]))
    assert {r["account_uid"]: r["code"] for r in store.codes().to_pylist()} == {
        "x:2": 2, "x:3": 4, "x:4": 5, "x:new": 6,
    }  # fmt: skip


def test_a_run_says_that_somebody_left_it(store: Store) -> None:
    talking(store)
    store.write_run(run_with_nora("aaaaaaaaaaaa"))
    untouched = store.write_run(Findings(run("bbbbbbbbbbbb").run))
    assert store.forget(NORA).runs == 1
    kept, other = store.runs()
    assert other == untouched and (kept["run_id"], kept["number"]) == ("aaaaaaaaaaaa", 1)
    assert kept["notes"][0] == "Mind the gap." and "1 ties and 1 pairs of posts" in kept["notes"][1]
    assert kept["settings"]["narrow"]["accounts"] == ["x:2"]
    for name in ("ties", "post_pairs", "members", "pairs"):
        assert by_row(store.run_table("aaaaaaaaaaaa", name)) == by_row(
            pa.Table.from_pylist([about_nora(RUN_TABLES[name], False)], schema=RUN_TABLES[name])
        ), name
    assert sorted(store.run_table("aaaaaaaaaaaa", "objects")["sample_post"].to_pylist(), key=str) == [None, "x:p3"]
    assert store.run_table("aaaaaaaaaaaa", "layers")["viral"].to_pylist() == [["x:p3"], ["x:p3"]]
    assert by_row(store.run_table("aaaaaaaaaaaa", "described_members")) == by_row(
        pa.Table.from_pylist([about_nora(DESCRIBED["described_members"], False)], schema=DESCRIBED["described_members"])
    )
    (tie,) = store.run_table("aaaaaaaaaaaa", "described_ties").to_pylist()
    assert (tie["account_a"], tie["objects"]) == ("x:account_a0", ["example.org/a"])
    samples = store.run_table("aaaaaaaaaaaa", "described_objects")["sample_post"].to_pylist()
    assert sorted(samples, key=str) == [None, "x:p3"]
    again = store.write_run(run_with_nora("aaaaaaaaaaaa"))
    assert again == kept and store.run_table("aaaaaaaaaaaa", "ties").num_rows == 1, "the same id changes nothing"


def test_notes_do_not_name_the_forgotten(store: Store) -> None:
    talking(store)
    verdict = {"kind": "verdict", "at": "1", "by": "Ann", "group_id": "g1", "members": ["x:1", "x:2"]}
    store.add_note(verdict)
    store.add_note({"kind": "note", "at": "2", "by": "Ann", "text": "is @nora alone?", "account": "x:1"})
    store.add_note({"kind": "note", "at": "3", "by": "Ann", "text": "nothing"})
    assert store.forget(NORA).notes == 2
    assert store.notes() == [
        verdict | {"members": ["x:2"]},
        {"kind": "note", "at": "2", "by": "Ann", "text": "is @… alone?", "account": None},
        {"kind": "note", "at": "3", "by": "Ann", "text": "nothing"},
    ]


def test_forgetting_again_changes_nothing(store: Store) -> None:
    talking(store)
    store.write_run(run_with_nora("aaaaaaaaaaaa"))
    store.forget(NORA, ["t_one"])
    before, runs = everything(store), store.runs()
    assert not store.forget(NORA, ["t_one"])
    assert everything(store) == before and store.runs() == runs and store.tombstones() == ["t_one"]
    put(store, "s1", batch([account("x:8")]))
    assert "x:8" in [r["account_uid"] for r in rows(store, "accounts")], "the case can be written as before"


def test_nobody_forgets_while_somebody_writes(store: Store) -> None:
    talking(store)
    other = open_case(store.address)
    with store.writer("s9"), pytest.raises(CaseError, match="written"):
        other.forget(NORA)
    with store.writer("s9"), pytest.raises(CaseError, match="written"):
        other.purge(T0)
    other.close()


def test_others_see_that_somebody_was_forgotten(store: Store) -> None:
    talking(store)
    other = open_case(store.address)
    store.forget(NORA, ["t_one"])
    other.refresh()
    assert everything(other) == everything(store) and other.tombstones() == ["t_one"]
    other.close()


def test_old_posts_are_purged(store: Store) -> None:
    talking(store)
    tally = store.purge(at(90))
    assert (tally.posts, tally.links, tally.accounts, tally.sources) == (3, 3, 2, 2)
    assert [r["post_uid"] for r in rows(store, "posts")] == ["x:p3", "x:p4", "x:p5"]
    assert {r["post_uid"] for r in rows(store, "links")} == {"x:p3", "x:p4", "x:p5"}
    assert [r["account_uid"] for r in rows(store, "accounts")] == ["x:2", "x:3", "x:@nora"], (
        "x:1 and x:4 are in no post"
    )
    assert [(r["source_id"], r["row"], r["reason"]) for r in rows(store, "skipped")] == [
        ("s1", 2, "Purged: from before 2026-03-01."),
        ("s1", 3, "Purged: from before 2026-03-01."),
        ("s1", 9, "odd"),
        ("s3", None, "Purged: from before 2026-03-01."),
    ]
    assert store.sources().to_pylist()[0]["rows_kept"] == 1 and store.tombstones() == []
    assert store.purge(at(90)).posts == 0


def test_one_source_is_purged(store: Store) -> None:
    talking(store)
    assert store.purge(at(1000), "s2").posts == 2
    assert [r["post_uid"] for r in rows(store, "posts")] == ["x:p1", "x:p2", "x:p3", "x:p6"]
    assert [r["account_uid"] for r in rows(store, "accounts")] == ["x:1", "x:2", "x:4", "x:@nora"], "still mentioned"
    with pytest.raises(UsageError, match="nothere"):
        store.purge(at(0), "nothere")


def test_undated_posts_are_not_purged(wide: Store) -> None:
    wide.purge(at(10 * 86400))
    assert [r["post_uid"] for r in rows(wide, "posts")] == ["x:e"]


def test_a_purge_leaves_what_a_run_found(store: Store) -> None:
    talking(store)
    store.write_run(run_with_nora("aaaaaaaaaaaa"))
    assert store.purge(at(30)).runs == 1
    assert store.run_table("aaaaaaaaaaaa", "ties").num_rows == 2
    assert store.run_table("aaaaaaaaaaaa", "post_pairs")["post_a"].to_pylist() == ["x:post_a0"]
    for name in ("objects", "described_objects"):
        assert "x:p1" not in store.run_table("aaaaaaaaaaaa", name)["sample_post"].to_pylist(), name
    assert "1 pairs" in store.runs()[0]["notes"][-1]


def test_until_when_a_source_may_be_kept(store: Store) -> None:
    put(store, "s1", simple())
    store.retain("s1", at(5))
    assert store.sources().to_pylist()[0]["retain_until"] == at(5) and store.count("posts") == 2
    store.retain("s1", None)
    assert store.sources().to_pylist()[0] == record("s1") | {
        name: None for name in SOURCES.names if name not in record("s1")
    }
    with pytest.raises(UsageError, match="nothere"):
        store.retain("nothere", at(5))


def test_tombstones_are_copied(new_case: Callable[..., Store], tmp_path: Any) -> None:
    here, there = new_case("here"), open_case(str(tmp_path / "there"), create=True)
    talking(here)
    here.write_run(run_with_nora("aaaaaaaaaaaa"))
    here.forget(NORA, ["t_one"])
    copy_case(here, there)
    assert_same(here, there)
    assert there.tombstones() == ["t_one"]
    there.close()


@pytest.mark.parametrize("what", ["forget", "purge"])
def test_a_change_that_stops_leaves_nothing(store: Store, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    talking(store)
    store.write_run(run_with_nora("aaaaaaaaaaaa"))
    store.add_note({"kind": "note", "at": "1", "by": "Ann", "members": ["x:1"]})
    before, runs, notes = everything(store), store.runs(), store.notes()

    def stop(*_: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"graph.stores.erasure.{what.title()}.note", stop)
        with pytest.raises(KeyboardInterrupt):
            store.forget(NORA, ["t_one"]) if what == "forget" else store.purge(at(90))
    store.refresh()
    assert everything(store) == before and (store.runs(), store.notes()) == (runs, notes) and store.tombstones() == []
    assert store.forget(NORA) and "x:p1" not in [r["post_uid"] for r in rows(store, "posts")]
