"""Traps that silently corrupt data, a row or a few for each: what stands in the file, what is asked, what must come out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pandas as pd
import pytest
from fictional_records import BSKY, MESSAGE, SKEET, STATUS, TIKTOK, captured, v1
from fictional_tables import X1, X2, X3

import ingest
from ingest import Tables
from ingest.errors import InputError
from ingest.normalize.rounded_ids import printed

TRAPS = {
    1: "an id column with gaps became floats",
    2: "a spreadsheet rounded the ids",
    3: "ids went through JavaScript numbers",
    4: "what a repost repeats is not said",
    5: "placeholders as accounts",
    6: "handles that look like nothing",
    7: "clocks without a zone, and minutes",
    8: "day and month",
    9: "texts that are cut",
    10: "reposts that carry the original's text",
    11: "lists with commas in them",
    12: "a carriage return inside a field",
    13: "separators, preambles, letters",
    14: "separators that are no line ends",
    15: "NUL, surrogates, escapes",
    16: "one post collected many times",
    17: "HTML",
    18: "absent is not zero",
    19: "handles are not ids",
    20: "ads",
    21: "the place is not the author",
    22: "offsets count bytes or halves",
    23: "hashtags in several spellings",
    24: "equal numbers on two platforms",
}


@dataclass(frozen=True)
class Trap:
    """A file, what is asked of its tables, and the answer; or the words of the error it is refused with."""

    number: int
    file: str
    content: str | bytes
    ask: Callable[[Tables], Any] | None = None
    answer: Any = None
    refused: str = ""
    options: tuple[tuple[str, str], ...] = ()


def table(header: str, *rows: str) -> str:
    return "\n".join((header, *rows)) + "\n"


def lines(*records: dict[str, Any]) -> str:
    return "\n".join(json.dumps(record) for record in records)


def posts(column: str) -> Callable[[Tables], Any]:
    return lambda tables: [None if pd.isna(value) else value for value in tables.posts[column]]


def links(kind: str) -> Callable[[Tables], Any]:
    return lambda tables: set(tables.links[tables.links.kind == kind].target_key)


def accounts(tables: Tables) -> Any:
    return set(tables.accounts.account_uid)


def said(*words: str) -> Callable[[Tables], Any]:
    """Whether each of the words stands among the assumptions and warnings."""

    def ask(tables: Tables) -> Any:
        told = " ".join([*tables.sources.assumptions[0], *tables.sources.warnings[0]])
        return [word for word in words if word not in told] or True

    return ask


def times(tables: Tables) -> Any:
    return [str(at)[:23] for at in tables.posts.created_at]


def both(*asked: Callable[[Tables], Any]) -> Callable[[Tables], Any]:
    return lambda tables: tuple(ask(tables) for ask in asked)


GENERIC = "post_id,user_id,username,created_at,text"
NOON = "2024-01-01T12:00:00Z"
IO = "tweetid,userid,user_screen_name,tweet_text,tweet_time,is_retweet,retweet_tweetid,retweet_userid,hashtags,urls"
ZEE = "id;thread_id;timestamp;unix_timestamp;body;author;author_id;retweeted_user;quote_tweet_id;is_retweet"
MANY = [1764958111222333123 + 7_919_191_919 * n for n in range(25)]


def rounded(url: bool, handle: bool = True) -> str:
    """Posts with ids as JavaScript prints them."""
    header = "post_id,user_id,created_at,text,permalink" + (",username" if handle else "")
    rows = [
        f"{printed(one)},7{n},{NOON},words {n},{f'https://x.com/a{n}/status/{one}' if url else ''}"
        + (f",a{n}" if handle else "")
        for n, one in enumerate(MANY)
    ]
    return table(header, *rows)


CASES = [
    Trap(1, "floats.csv", table(GENERIC + ",retweet_id", f"1,7,a,{NOON},x,9.14580356430536704e17", f"2,8,b,{NOON},y,"), both(links("repost"), said("those references were left out")), (set(), True)),
    Trap(1, "point.csv", table(GENERIC, f"914580356430536704.0,7,a,{NOON},x", f"0012345,8,b,{NOON},y"), both(posts("native_id"), lambda t: list(t.skipped.found)), (["0012345"], ["914580356430536704.0"])),
    Trap(1, "neighbours.csv", table(GENERIC + ",retweet_id", f"1,7,a,{NOON},x,914580356430536707", f"2,8,b,{NOON},y,914580356430536708", f"3,8,b,{NOON},y,"), links("repost"), {"unknown:914580356430536707", "unknown:914580356430536708"}),
    Trap(2, "excel.csv", table(GENERIC + ",permalink", f"9.1458E+17,7,a,{NOON},x,https://x.com/a/status/914580356430536707", f"9.1458E+17,8,b,{NOON},y,https://x.com/b/status/914580356430536708"), both(posts("native_id"), said("2 ids of posts that had lost digits")), (["914580356430536707", "914580356430536708"], True)),
    Trap(2, "excel_lost.csv", table(GENERIC, f"9.1458E+17,7,a,{NOON},x", f"9.1458E+17,8,b,{NOON},y"), refused="digits are lost"),
    Trap(2, "excel_account.csv", table(GENERIC, f"1,9.06E+17,a,{NOON},x", f"2,9.06E+17,b,{NOON},y"), both(accounts, said("known by their handles")), ({"unknown:@a", "unknown:@b"}, True)),
    Trap(3, "js.csv", rounded(url=True), both(posts("native_id"), said("25 ids of posts that had lost digits")), ([str(one) for one in MANY], True)),
    Trap(3, "js_lost.csv", rounded(url=False), both(lambda t: t.posts.post_uid.str.contains("row:").all() and len(t.posts), said("25 ids of posts went through numbers")), (25, True)),
    Trap(3, "js_account.csv", table("post_id,user_id,created_at,text", *(f"{n},{printed(one)},{NOON},words {n}" for n, one in enumerate(MANY))), refused="digits are lost"),
    Trap(3, "js_targets.csv", table("post_id,user_id,created_at,text,retweet_id", *(f"{n},{n},{NOON},words {n},{printed(one)}" for n, one in enumerate(MANY))), both(links("repost"), said("those references were left out")), (set(), True)),
    Trap(3, "sound.csv", table("post_id,user_id,created_at,text", *(f"{one},{n},{NOON},words {n}" for n, one in enumerate(MANY))), posts("native_id"), [str(one) for one in MANY]),
    Trap(4, "fourcat_x.csv", table("id,thread_id,timestamp,unix_timestamp,body,author,author_id,retweeted_user,quote_tweet_id,is_retweet", f"{X1},1,2024-03-05 10:20:30,1709634030,RT @Dora: the harbour stays,a,11,Dora,,yes", f"{X2},1,2024-03-05 10:20:30,1709634030,RT @dora: the harbour goes,b,12,dora,,yes", f"{X3},1,2024-03-05 10:20:30,1709634030,RT @dora the harbour stays,c,13,dora,,yes"), lambda t: (len(links("repost")(t)), bool(t.links[t.links.kind == "repost"].resolved.any())), (2, False)),
    *(Trap(5, "nobody.csv", table(GENERIC, f"1,{nobody},{nobody},{NOON},x", f"2,7,b,{NOON},y"), both(accounts, lambda t: len(t.skipped)), ({"unknown:7"}, 1)) for nobody in ("[deleted]", "REDACTED", "Unknown", "Not Available", "N/A", "")),
    Trap(5, "empty_hash.csv", table("id,thread_id,timestamp,unix_timestamp,body,author,author_id,retweeted_user,quote_tweet_id", f"{X1},1,2024-03-05 10:20:30,1709634030,x,{'ab' * 24},{'ab' * 24},,", f"{X2},1,2024-03-05 10:20:30,1709634030,y,{'cd' * 24},{'ef' * 24},,"), accounts, {f"x:{'ef' * 24}"}),
    *(Trap(6, "words.csv", table("username,created_at,text", f"{word},{NOON},x", f"b,{NOON},y"), accounts, {f"unknown:@{word.lower()}", "unknown:@b"}) for word in ("NA", "null", "nan", "None")),
    Trap(7, "edt.csv", table("Page Name,User Name,Facebook Id,Post Created,Total Interactions,URL,Message,Overperforming Score (x)", "a,a,7,2021-07-06 16:45:20 EDT,1,https://www.facebook.com/7/posts/9,x,1"), both(times, said("EDT = UTC-4")), (["2021-07-06 20:45:20+00:"], True)),
    Trap(7, "bare.csv", table(GENERIC, "1,7,a,2024-07-01 12:00:01,x"), both(times, said("read as Europe/Oslo")), (["2024-07-01 10:00:01+00:"], True), options=(("tz", "Europe/Oslo"),)),
    Trap(7, "io.csv", table(IO, "914580356430536707,7,a,x,2017-10-01 19:58,False,,,[],[]"), both(times, posts("created_at_basis"), posts("created_at_precision"), said("The exact time of 1 posts")), (["2017-10-01 19:58:43.711"], ["id"], ["ms"], True)),
    Trap(7, "servers.csv", table("id,thread_id,timestamp,unix_timestamp,body,author,author_id,retweeted_user,quote_tweet_id", f"{X1},1,2024-03-05 12:20:30,1709634030,x,a,1,,"), both(times, said("+2 hours apart")), (["2024-03-05 10:20:30+00:"], True)),
    Trap(8, "day_first.csv", table(GENERIC, "1,7,a,03/02/2021 10:00:00,x", "2,7,a,25/02/2021 10:00:00,y"), times, ["2021-02-03 10:00:00+00:", "2021-02-25 10:00:00+00:"]),
    Trap(8, "either.csv", table(GENERIC, "1,7,a,03/02/2021 10:00:00,x", "2,7,a,04/02/2021 10:00:00,y"), said("nothing in the column rules out"), True),
    Trap(9, "cut.jsonl", lines(v1(X1, "ann", "11", "") | {"full_text": None, "text": "cut… https://t.co/a", "truncated": True}, v1(X2, "ben", "12", "whole")), posts("text_is_truncated"), [True, None]),
    Trap(10, "io_rt.csv", table(IO, f"{X1},7,a,RT @z: the harbour must stay open to all,2024-03-05 10:20,True,55,9,\"[sun]\",\"[https://a.example/1]\""), lambda t: (bool(t.posts.text_is_inherited[0]), bool(t.links[t.links.kind.isin(["url", "hashtag"])].inherited.all()), len(links("text")(t))), (True, True, 0)),
    *(Trap(11, "lists.csv", table(GENERIC + ",urls,hashtags", f'1,7,a,{NOON},x,"{urls}","{tags}"'), both(links("url"), links("hashtag")), ({"a.example/1,2", "b.example"}, {"sun", "sea"})) for urls, tags in (
        ("https://a.example/1,2,https://b.example/", "sun,sea"), ("https://a.example/1,2|https://b.example/", "sun|sea"), ("https://a.example/1,2 https://b.example/", "sun sea"),
        ("['https://a.example/1,2', 'https://b.example/']", "['sun', 'sea']"), ("[https://a.example/1,2, https://b.example/]", "[sun, sea]"), ('[""https://a.example/1,2"", ""https://b.example/""]', '[""sun"", ""sea""]'))),
    Trap(12, "zee.csv", (table(ZEE, f"{X1};1;2024-03-05 10:20:30;1709634030;one\rtwo;Ann;11;;;no", f"{X2};1;2024-03-05 10:20:30;1709634030;b;Ben;12;;;no")).encode(), both(posts("text"), lambda t: t.sources.rows_in[0]), (["one\rtwo", "b"], 2)),
    *(Trap(13, "letters.csv", content, both(posts("native_id"), posts("text")), (["1"], ["ü, more"])) for content in (
        table(GENERIC, f'1,7,a,{NOON},"ü, more"').encode("utf-16"), ("\ufeff" + table(GENERIC, f'1,7,a,{NOON},"ü, more"')).encode(), table(GENERIC.replace(",", ";"), f"1;7;a;{NOON};ü, more").encode(),
        table(GENERIC.replace(",", "\t"), f"1\t7\ta\t{NOON}\tü, more").encode("utf-16-le"), ("Report: x\nFrom: a, To: b\n\n" + table(GENERIC, f'1,7,a,{NOON},"ü, more"')).encode())),
    Trap(13, "again.csv", table(GENERIC, f"1,7,a,{NOON},x", GENERIC, f"2,7,a,{NOON},y"), both(posts("native_id"), lambda t: list(t.skipped.reason)), (["1", "2"], ["The row repeats the header."])),
    Trap(14, "lines.ndjson", (json.dumps(v1(X1, "ann", "11", "one\u2028two\u0085three"), ensure_ascii=False) + "\n" + json.dumps(v1(X2, "ben", "12", "b"))).encode(), both(posts("text"), lambda t: t.sources.rows_in[0]), (["one\u2028two\u0085three", "b"], 2)),
    Trap(15, "nul.csv", table(GENERIC, f"1,7,a,{NOON},te\x00xt"), both(posts("text"), said("NUL")), (["text"], True)),
    Trap(15, "surrogate.jsonl", json.dumps(v1(X1, "ann", "11", "a\ud83d")), posts("text"), ["a\ufffd"]),
    Trap(15, "result.json", json.dumps({"name": "c", "type": "public_channel", "id": 5, "messages": [{"id": 1, "type": "message", "date": "2024-01-01T10:00:00", "date_unixtime": "1704103200", "from": "a", "from_id": "channel5", "text": "aQ1Fb"}]}).replace("Q1F", r"\x1F"), posts("text"), ["a\x1fb"]),
    Trap(15, "bytes.csv", table(GENERIC, f"1,7,a,{NOON},früh ähnlich öde").encode() + f"2,7,a,{NOON},n".encode() + b"\xff\n", both(posts("text"), said("not UTF-8")), (["früh ähnlich öde", "n\ufffd"], True)),
    Trap(15, "twice.csv", table(GENERIC, f"1,7,a,{NOON},so" + "…".encode().decode("latin-1")), posts("text"), ["so" + "…".encode().decode("latin-1")]),
    Trap(16, "visits.ndjson", lines(captured("tiktok.com", TIKTOK), captured("tiktok.com", TIKTOK | {"stats": {"diggCount": 50}}, last_updated=1709634990000, id=2)), both(posts("like_count"), lambda t: len(t.links[t.links.kind == "hashtag"])), ([50], 1)),
    Trap(17, "truths.jsonl", lines(STATUS | {"content": '<p>The <a href="https://example.org/quay?a=1&amp;b=2">exam…</a> &amp; more</p>'}), both(posts("text"), links("url")), (["The exam… & more"], {"example.org/quay?a=1&b=2"})),
    Trap(18, "views.csv", table("creation_time,id,post_owner.id,post_owner.name,text,statistics.views,statistics.like_count,mcl_url,link_attachment.link", "2024-03-05T10:20:30+00:00,1,7,a,x,,0,u,"), both(posts("view_count"), posts("like_count")), ([None], [0])),
    Trap(18, "hidden.ndjson", lines(captured("instagram.com", {"code": "A", "taken_at": 1709634030, "user": {"pk": "31", "username": "ann"}, "like_and_view_counts_disabled": True, "like_count": 3})), posts("like_count"), [None]),
    Trap(19, "case.csv", table("username,created_at,text", f"Bob,{NOON},x", f"bob,{NOON},y"), accounts, {"unknown:@bob"}),
    Trap(19, "ids.csv", table("user_id,created_at,text", f"UCa,{NOON},x", f"uca,{NOON},y"), accounts, {"unknown:UCa", "unknown:uca"}),
    Trap(20, "ads.ndjson", lines(captured("tiktok.com", TIKTOK)), posts("is_ad"), [True]),
    Trap(21, "surface.csv", table("creation_time,id,post_owner.id,post_owner.type,surface.id,surface.type,text,mcl_url,link_attachment.link", "2024-03-05T10:20:30+00:00,1,61,profile,62,group,x,u,"), both(posts("account_uid"), posts("channel_uid")), (["facebook:61"], ["facebook:62"])),
    Trap(22, "telethon.jsonl", lines(MESSAGE | {"message": "😀 see example.org", "entities": [{"_": "MessageEntityUrl", "offset": 7, "length": 11}]}), links("url"), {"example.org"}),
    Trap(22, "bluesky.jsonl", lines({"uri": BSKY + "a", "author": {"did": "did:plc:ann"}, "record": SKEET | {"text": "\U0001f6a2 hi @ben", "facets": [{"index": {"byteStart": 8, "byteEnd": 12}, "features": [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:ben"}]}]}}), lambda t: list(t.links[t.links.kind == "mention"].target_raw), ["@ben"]),
    Trap(23, "tags.csv", table(GENERIC, f"1,7,a,{NOON},#CAFE\u0301 ＃Straße", f"2,8,b,{NOON},#café #STRASSE"), lambda t: sorted(t.links[t.links.kind == "hashtag"].target_key), ["café", "café", "strasse", "strasse"]),
    Trap(24, "two.csv", table("platform,post_id,user_id,created_at,text", f"X,1,1,{NOON},x", f"telegram,1,1,{NOON},y"), both(posts("post_uid"), accounts), (["x:1", "telegram:1"], {"x:1", "telegram:1"})),
]  # fmt: skip


def test_every_trap_has_a_case() -> None:
    assert {trap.number for trap in CASES} == set(TRAPS)


@pytest.mark.parametrize(
    "trap", CASES, ids=lambda trap: f"{trap.number}-{TRAPS[trap.number].replace(' ', '_')}-{trap.file}"
)
def test_nothing_is_corrupted(trap: Trap, tmp_path: Path) -> None:
    path = tmp_path / trap.file
    path.write_bytes(trap.content if isinstance(trap.content, bytes) else trap.content.encode("utf-8", "surrogatepass"))
    if trap.ask is None:
        with pytest.raises(InputError, match=trap.refused):
            ingest.read(path, **cast("dict[str, Any]", dict(trap.options)))
        return
    assert trap.ask(ingest.read(path, **cast("dict[str, Any]", dict(trap.options)))) == trap.answer
