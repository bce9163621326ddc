"""The JSON readers: what genuine samples hold, and one small made-up record for each trap."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import ingest
from ingest.errors import InputError
from ingest.mapping.contract import Context, Item, Skip
from ingest.readers import READERS, bluesky, mastodon, telegram_desktop, x_v2
from ingest.readers.base import RecordReader
from ingest.tables import LINK_KINDS, Options, Tables

MICRO = 1_000_000
JSON_READERS = (x_v2.READER, telegram_desktop.READER, bluesky.READER, mastodon.READER)


@pytest.fixture(scope="session")
def samples(shared: Path) -> Path:
    """Genuine exports, read in place."""
    return shared / "samples"


def items(reader: RecordReader, record: dict[str, Any], tz: str | None = None, **parent: Any) -> list[Item | Skip]:
    """What a reader makes of one record."""
    context = Context("made-up.json", Options(tz=tz), str(reader.platform), parent=parent)

    def made() -> Iterator[Item | Skip]:
        try:
            yield from reader.items(record, context)
        except Skip as skip:
            yield skip

    return list(made())


def item(reader: RecordReader, record: dict[str, Any], **parent: Any) -> Item:
    """The only item of a record."""
    (only,) = items(reader, record, **parent)
    assert isinstance(only, Item), only
    return only


def reason(reader: RecordReader, record: dict[str, Any], **parent: Any) -> str:
    """Why a record is skipped."""
    (only,) = items(reader, record, **parent)
    assert isinstance(only, Skip), only
    return only.reason


def links(found: Item, kind: str) -> list[str]:
    """Targets of one kind, as they stand."""
    return [str(link.get("target_raw") or link.get("target_key")) for link in found.links if link["kind"] == kind]


def counts(tables: Tables) -> tuple[int, int, int, int]:
    """Rows in, kept, merged, skipped."""
    source = tables.sources.iloc[0]
    return int(source.rows_in), int(source.rows_kept), int(source.rows_merged), int(source.rows_skipped)


GOLDEN = [
    # sample, reader, (in, kept, merged, skipped), kinds of posts
    ("twarc_v2/brexit.jsonl", "x_v2", (100, 100, 0, 0), {"repost": 67, "original": 12, "quote": 11, "reply": 10}),
    ("twarc_v2/flat.jsonl", "x_v2", (100, 100, 0, 0), {"repost": 47, "reply": 31, "original": 14, "quote": 8}),
    ("twarc_v2/cotweet.jsonl", "x_v2", (1, 1, 0, 0), {"original": 1}),
    ("twarc_v2/edited.jsonl", "x_v2", (1, 1, 0, 0), {"original": 1}),
    ("twarc_v2/many_urls.jsonl", "x_v2", (1, 1, 0, 0), {"reply": 1}),
    ("twarc_v2/mentions_tweet.jsonl", "x_v2", (1, 1, 0, 0), {"repost": 1}),
    ("twarc_v2/streaming_output_with_error.jsonl", "x_v2", (8, 7, 0, 1), {"original": 3, "reply": 3, "quote": 1}),
    ("twitwi/payload-v2-tweet-retweet.json", "x_v2", (6, 6, 0, 0), {"reply": 4, "original": 1, "repost": 1}),
    ("telegram_desktop/public_channel.json", "telegram_desktop", (7, 5, 0, 2), {"original": 3, "reply": 2}),
    ("telegram_desktop/public_supergroup.json", "telegram_desktop", (4, 1, 0, 3), {"original": 1}),
    ("telegram_desktop/private_group.json", "telegram_desktop", (2, 1, 0, 1), {"original": 1}),
    ("telethon/message_to_json.json", "telethon", (1, 1, 0, 0), {"repost": 1}),
    ("bluesky_jetstream/golden_v1.jsonl", "bluesky", (10, 2, 0, 8), {"reply": 1, "repost": 1}),
    ("twitwi/bluesky-firehose-posts.json", "bluesky", (9, 9, 0, 0), {"original": 8, "reply": 1}),
    ("twitwi/bluesky-posts.json", "bluesky", (123, 121, 2, 0), {"original": 80, "quote": 20, "reply": 17, "repost": 2}),
    ("mastodon/test_hashtag_tl.json", "mastodon", (4, 1, 1, 2), {"original": 1}),
    ("mastodon/test_status_reblog_unreblog.json", "mastodon", (4, 2, 1, 1), {"original": 1, "repost": 1}),
    ("mastodon/test_status_reply.json", "mastodon", (5, 2, 0, 3), {"original": 1, "reply": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("sample", "reader", "rows", "kinds"), GOLDEN, ids=[row[0] for row in GOLDEN])
def test_samples(samples: Path, sample: str, reader: str, rows: tuple[int, ...], kinds: dict[str, int]) -> None:
    tables = ingest.read(samples / sample)
    assert tables.sources.reader[0] == reader
    assert counts(tables) == rows
    assert Counter(tables.posts.kind) == kinds
    assert set(tables.links.kind) <= set(LINK_KINDS)
    assert set(tables.posts.account_uid) <= set(tables.accounts.account_uid)
    assert tables.posts.created_at.notna().all()


@pytest.mark.parametrize(
    ("sample", "words"),
    [
        ("telegram_desktop/error-unexpected.json", "A private chat"),
        ("twarc_v2/tweets_compliance.jsonl", "A compliance notice"),
    ],
)
def test_samples_refused(samples: Path, sample: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        ingest.read(samples / sample)


def test_reposts_of_a_page_have_their_original(samples: Path) -> None:
    tables = ingest.read(samples / "twarc_v2/brexit.jsonl")
    reposts = tables.posts[tables.posts.kind == "repost"]
    assert not reposts.text.str.endswith("…").any()
    assert not reposts.text.str.startswith("RT @").any()
    assert reposts.text_is_inherited.all()
    assert reposts.like_count.isna().all()
    targets = tables.links[tables.links.kind == "repost"]
    assert targets.target_account_uid.notna().all()
    assert len(targets) == len(reposts)


def test_impossible_year_is_read_from_the_id(samples: Path) -> None:
    posts = ingest.read(samples / "twitwi/bluesky-posts.json").posts
    rebuilt = posts[posts.created_at_basis == "id"]
    assert [str(at)[:19] for at in rebuilt.created_at] == ["2023-10-14 15:16:37"]


# -- X -------------------------------------------------------------------------------------------------------------------

T = "2026-05-01T10:00:00.000Z"


def post_x(**more: Any) -> dict[str, Any]:
    return {"id": "1000", "author_id": "7", "created_at": T, "text": "hello"} | more


def page(*posts: dict[str, Any], **includes: Any) -> dict[str, Any]:
    return {"data": list(posts), "includes": includes, "meta": {}}


def test_x_keeps_whatever_has_id_author_and_time() -> None:
    found = item(x_v2.READER, page({"id": "1000", "author_id": "7", "created_at": T}))
    assert found.account == {"native_id": "7"}
    assert found.post["created_at"] == int(datetime(2026, 5, 1, 10, tzinfo=UTC).timestamp()) * MICRO
    assert found.post["created_at_precision"] == "s"


def test_x_long_post_is_read_from_its_note() -> None:
    cut = post_x(text="The beginning… https://t.co/abc")
    assert item(x_v2.READER, page(cut)).post["text_is_truncated"] is True
    note = {"text": "The beginning and the end", "entities": {"hashtags": [{"tag": "End"}]}}
    found = item(x_v2.READER, page(cut | {"note_tweet": note}))
    assert (found.post["text"], found.post["text_is_truncated"]) == ("The beginning and the end", False)
    assert links(found, "hashtag") == ["End"]


@pytest.mark.parametrize("shape", ["page", "flat", "stream"])
def test_x_repost_takes_text_and_entities_from_the_original(shape: str) -> None:
    original = post_x(
        id="900", author_id="8", text="All of it &amp; more", attachments={"media_keys": ["3_1"]},
        entities={"urls": [{"expanded_url": "https://a.example/x"}], "hashtags": [{"tag": "Whole"}], "mentions": [{"username": "c", "id": "9"}]},
    )  # fmt: skip
    repost = post_x(
        text="RT @b: All of i…", entities={"mentions": [{"username": "b", "id": "8"}]}, public_metrics={"like_count": 0}
    )
    reference = {"type": "retweeted", "id": "900"}
    record = {
        "page": page(
            repost | {"referenced_tweets": [reference]}, tweets=[original], users=[{"id": "7", "username": "a"}]
        ),
        "flat": repost | {"referenced_tweets": [original | reference], "author": {"id": "7", "username": "a"}},
        "stream": {
            "data": repost | {"referenced_tweets": [reference]},
            "includes": {"tweets": [original], "users": [{"id": "7", "username": "a"}]},
        },
    }[shape]
    found = item(x_v2.READER, record)
    assert (found.post["kind"], found.post["text"]) == ("repost", "All of it & more")
    assert found.account["handle"] == "a"
    assert "like_count" not in found.post
    assert links(found, "repost") == ["x:900"]
    assert [link["target_account_uid"] for link in found.links if link["kind"] == "repost"] == ["x:8"]
    inherited = [(link["kind"], link["inherited"]) for link in found.links if link["kind"] != "repost"]
    assert inherited == [("url", True), ("hashtag", True), ("mention", True), ("media", True)]
    assert [a["native_id"] for a in found.more_accounts] == ["8"]


def test_x_repost_without_its_original_still_counts() -> None:
    found = item(
        x_v2.READER, page(post_x(text="RT @b: Cut off…", referenced_tweets=[{"type": "retweeted", "id": "900"}]))
    )
    assert (found.post["text"], found.post["text_is_truncated"], links(found, "repost")) == (
        "Cut off…",
        True,
        ["x:900"],
    )


def test_x_own_pictures_and_the_quoted_address_are_no_links() -> None:
    urls = [
        {"expanded_url": "https://twitter.com/a/status/1000/photo/1", "media_key": "3_1"},
        {"expanded_url": "https://twitter.com/a/status/1000/video/1"},
        {"expanded_url": "https://twitter.com/i/web/status/1000"},
        {"expanded_url": "https://twitter.com/b/status/900"},
        {"url": "https://t.co/x", "expanded_url": "https://b.example", "unwound_url": "https://c.example/y"},
        {"url": "https://t.co/y"},
    ]
    found = item(
        x_v2.READER, page(post_x(entities={"urls": urls}, referenced_tweets=[{"type": "quoted", "id": "900"}]))
    )
    assert links(found, "url") == ["https://c.example/y", "https://t.co/y"]
    assert (found.post["kind"], links(found, "quote")) == ("quote", ["x:900"])


def test_x_edited_post() -> None:
    found = item(x_v2.READER, page(post_x(edit_history_tweet_ids=["999", "1000"])))
    assert found.post["edited_at"] == found.post["created_at"]
    assert found.post["extra"] == {"first_version": "999"}
    assert "edited_at" not in item(x_v2.READER, page(post_x(edit_history_tweet_ids=["1000"]))).post


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"errors": [{"title": "ConnectionException"}]}, "error message"),
        ({"id": "1", "action": "delete", "created_at": T, "reason": "protected"}, "compliance notice"),
        ({"data": ["text"], "includes": {}}, "Not a post"),
        ({"data": [{"text": "no id"}], "includes": {}}, "Not a post"),
    ],
)
def test_x_what_is_no_post(record: dict[str, Any], words: str) -> None:
    assert words in reason(x_v2.READER, record)


# -- Telegram ------------------------------------------------------------------------------------------------------------

CHANNEL = {"name": "News", "type": "public_channel", "id": 55}
GROUP = {"name": "Talk", "type": "public_supergroup", "id": 66}


def message(**more: Any) -> dict[str, Any]:
    return {
        "id": 3,
        "type": "message",
        "date": "2026-05-01T12:00:00",
        "date_unixtime": "1777629600",
        "from": "A",
        "from_id": "user7",
        "text": "hi",
    } | more


def telegram(tmp_path: Path, document: bytes | dict[str, Any]) -> Tables:
    file = tmp_path / "result.json"
    file.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
    return ingest.read(file)


def test_telegram_channel_posts_are_the_channels() -> None:
    for odd in ({}, {"from_id": 55}, {"from_id": None, "from": None}, {"author": "somebody"}):
        found = item(telegram_desktop.READER, message(**odd), **CHANNEL)
        assert found.account == {"native_id": "channel55", "display_name": "News", "account_type": "channel"}
        assert found.post["native_id"] == "55:3"
        assert found.post["channel_uid"] == "telegram:channel55"


@pytest.mark.parametrize(
    ("given", "expected"),
    [("user7", "user7"), (7, "user7"), ("channel9", "channel9"), ("channel66", "channel66"), (66, "channel66")],
)
def test_telegram_authors_in_groups(given: object, expected: str) -> None:
    assert item(telegram_desktop.READER, message(from_id=given), **GROUP).account["native_id"] == expected


@pytest.mark.parametrize("given", [None, "ERROR", {"a": 1}, -5, True])
def test_telegram_without_an_authors_id(given: object) -> None:
    assert "no author's id" in reason(telegram_desktop.READER, message(from_id=given), **GROUP)


def test_telegram_unix_time_wins_over_the_local_clock() -> None:
    exact = item(telegram_desktop.READER, message(), tz="Asia/Tokyo", **GROUP).post["created_at"]
    assert exact == 1_777_629_600 * MICRO
    old = message()
    del old["date_unixtime"]
    local = item(telegram_desktop.READER, old, tz="Europe/Oslo", **GROUP).post["created_at"]
    assert local == int(datetime(2026, 5, 1, 10, tzinfo=UTC).timestamp()) * MICRO


def test_telegram_says_which_zone_it_assumed(tmp_path: Path) -> None:
    old = message()
    del old["date_unixtime"]
    source = telegram(tmp_path, CHANNEL | {"messages": [old]}).sources.iloc[0]
    assert source.tz_assumed == "UTC"
    assert any("exporting computer" in sentence for sentence in source.assumptions)


def test_telegram_parts_of_a_text() -> None:
    parts = [
        "See ", {"type": "link", "text": "https://a.example"}, {"type": "text_link", "text": " this ", "href": "https://b.example"},
        {"type": "hashtag", "text": "#Tag"}, {"type": "mention", "text": "@Someone"}, {"type": "mention_name", "text": "Name", "user_id": 8},
        {"type": "phone", "text": " 1"}, "",
    ]  # fmt: skip
    for where in (
        {"text": parts},
        {"text": "See …", "text_entities": [{"type": "plain", "text": "See "}, *parts[1:-1]]},
    ):
        found = item(telegram_desktop.READER, message(**where), **GROUP)
        assert found.post["text"] == "See https://a.example this #Tag@SomeoneName 1"
        assert links(found, "url") == ["https://a.example", "https://b.example"]
        assert links(found, "hashtag") == ["#Tag"]
        assert [m["target_key"] for m in found.links if m["kind"] == "mention"] == [
            "telegram:@someone",
            "telegram:user8",
        ]


def test_telegram_forwards_never_make_accounts() -> None:
    long = "a message long enough to be told apart from others"
    one = item(telegram_desktop.READER, message(forwarded_from="Real Name", text=long), **GROUP)
    other = item(
        telegram_desktop.READER, message(id=9, from_id="user8", forwarded_from="Real Name", text=long), **GROUP
    )
    (target,) = (link for link in one.links if link["kind"] == "repost")
    assert target["resolved"] is False
    assert target["target_key"] in [link["target_key"] for link in other.links]
    assert "Real Name" not in json.dumps([one.account, one.links, one.more_accounts])
    assert (one.post["kind"], one.post["text_is_inherited"]) == ("repost", True)
    short = item(telegram_desktop.READER, message(forwarded_from="Real Name", text="ok"), **GROUP)
    assert links(short, "repost") == []


def test_telegram_replies_into_other_chats() -> None:
    assert links(item(telegram_desktop.READER, message(reply_to_message_id=2), **GROUP), "reply") == ["telegram:66:2"]
    elsewhere = message(reply_to_message_id=2, reply_to_peer_id="channel77")
    assert links(item(telegram_desktop.READER, elsewhere, **GROUP), "reply") == ["telegram:77:2"]


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"type": "service", "action": "join_group_by_link"}, "service message"),
        ({"type": "unsupported"}, "could not export"),
        ({"type": "ERROR"}, "Not a message"),
        ({"id": None}, "no id"),
    ],
)
def test_telegram_what_is_no_post(record: dict[str, Any], words: str) -> None:
    assert words in reason(telegram_desktop.READER, message(**record), **GROUP)


@pytest.mark.parametrize("kind", ["personal_chat", "bot_chat", "saved_messages", "something_new", None, 5])
def test_telegram_chats_that_are_no_channel_or_group(kind: object) -> None:
    assert "not read" in reason(telegram_desktop.READER, message(), **(GROUP | {"type": kind}))


def test_telegram_full_account_leaves_private_chats_alone(tmp_path: Path) -> None:
    private = {
        "name": "Friend",
        "type": "personal_chat",
        "id": 1,
        "messages": [message(text="secret"), message(text="secret", id=4)],
    }
    document = {
        "about": "…",
        "personal_information": {"phone_number": "+4700000000"},
        "contacts": {"list": [{"phone_number": "+4711111111"}]},
        "chats": {"about": "…", "list": [private, CHANNEL | {"messages": [message()]}]},
        "left_chats": {"about": "…", "list": [GROUP | {"messages": [message()]}]},
    }
    tables = telegram(tmp_path, document)
    assert counts(tables) == (4, 2, 0, 2)
    assert set(tables.posts.native_id) == {"55:3", "66:3"}
    assert any("private chats" in sentence for sentence in tables.sources.warnings[0])
    everything = "".join(table.to_csv() for table in tables)
    assert "secret" not in everything
    assert "+47" not in everything


def test_telegram_c_escapes_and_bare_paths_are_mended(tmp_path: Path) -> None:
    raw = json.dumps(
        CHANNEL
        | {"messages": [message(text="a~b", text_entities=[{"type": "plain", "text": "a~b", "document_id": "@@"}])]},
        indent=1,
    )
    broken = raw.replace("~", "\\x0B\\\\x41").replace('"@@"', "video_files/sticker (2).webm").encode()
    with pytest.raises(ValueError, match=r"escape|Invalid"):
        json.loads(broken)
    assert telegram(tmp_path, broken).posts.text.to_list() == ["a\x0b\\x41b"]


# -- Bluesky -------------------------------------------------------------------------------------------------------------

DID, OTHER = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb"
URI, PARENT = f"at://{DID}/app.bsky.feed.post/3mmoojp4cd223", f"at://{OTHER}/app.bsky.feed.post/3mmojbrjwbs26"


def record_b(**more: Any) -> dict[str, Any]:
    return {"$type": "app.bsky.feed.post", "createdAt": "2026-05-25T14:23:28.757Z", "text": "hi"} | more


def view_b(record: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    author = {"did": DID, "handle": "a.example", "displayName": "A"}
    return {
        "uri": URI,
        "author": author,
        "record": record or record_b(),
        "indexedAt": "2026-05-25T14:23:29.000Z",
    } | more


def event(
    collection: str, operation: str = "create", record: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    commit = {"operation": operation, "collection": collection, "rkey": "3mmoojp4cd223"} | (
        {"record": record} if record else {}
    )
    return {"did": DID, "time_us": 1779719009157119, "kind": "commit", "commit": commit} | more


def test_bluesky_view_and_event_are_the_same_post() -> None:
    view, seen = (
        item(bluesky.READER, view_b(likeCount=3)),
        item(bluesky.READER, event("app.bsky.feed.post", record=record_b())),
    )
    assert view.post["native_id"] == seen.post["native_id"] == URI
    assert view.post["created_at"] == seen.post["created_at"] == 1779719008757000
    assert view.account == {"native_id": DID, "handle": "a.example", "display_name": "A"}
    assert seen.account == {"native_id": DID}
    assert view.post["like_count"] == 3
    assert "like_count" not in seen.post


def test_bluesky_invalid_handle_is_nobodys() -> None:
    assert "handle" not in item(bluesky.READER, view_b(author={"did": DID, "handle": "handle.invalid"})).account


def test_bluesky_references_come_from_facets_by_bytes() -> None:
    text = "🇳🇴 é @a.example www.b.example/… #Tag"
    start = len("🇳🇴 é ".encode())
    facets = [
        {
            "index": {"byteStart": start, "byteEnd": start + 10},
            "features": [{"$type": "app.bsky.richtext.facet#mention", "did": OTHER}],
        },
        {
            "index": {"byteStart": 900, "byteEnd": 999},
            "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://b.example/whole"}],
        },
        {"features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "Tag"}]},
    ]
    embed = {
        "$type": "app.bsky.embed.recordWithMedia",
        "record": {"record": {"uri": PARENT}},
        "media": {"external": {"uri": "https://c.example/"}, "images": [{"image": {"ref": {"$link": "bafy1"}}}]},
    }
    found = item(bluesky.READER, view_b(record_b(text=text, facets=facets, embed=embed, tags=["Hidden"])))
    assert links(found, "mention") == ["@a.example"]
    assert links(found, "url") == ["https://b.example/whole", "https://c.example/"]
    assert links(found, "hashtag") == ["Tag", "Hidden"]
    assert links(found, "media") == ["bluesky:bafy1"]
    assert (found.post["kind"], links(found, "quote")) == ("quote", [f"bluesky:{PARENT}"])


def test_bluesky_a_list_is_no_quote() -> None:
    embed = {"record": {"uri": f"at://{OTHER}/app.bsky.graph.starterpack/3k"}}
    assert item(bluesky.READER, view_b(record_b(embed=embed))).post["kind"] == "original"


def test_bluesky_reposts_are_the_reposters() -> None:
    by = {
        "$type": "app.bsky.feed.defs#reasonRepost",
        "by": {"did": OTHER, "handle": "b.example"},
        "indexedAt": "2026-05-26T00:00:00Z",
    }
    feed = item(bluesky.READER, {"post": view_b(record_b(tags=["Tag"])), "reason": by})
    assert (feed.account["native_id"], feed.post["kind"], feed.post["text"]) == (OTHER, "repost", "hi")
    assert feed.post["created_at_basis"] == "indexed"
    assert links(feed, "repost") == [f"bluesky:{URI}"]
    assert [link["inherited"] for link in feed.links if link["kind"] == "hashtag"] == [True]
    assert [a["native_id"] for a in feed.more_accounts] == [DID]
    pinned = item(bluesky.READER, {"post": view_b(), "reason": {"$type": "app.bsky.feed.defs#reasonPin"}})
    assert (pinned.account["native_id"], pinned.post["kind"]) == (DID, "original")
    stream = item(
        bluesky.READER,
        event("app.bsky.feed.repost", record={"createdAt": "2026-05-25T14:23:28.757Z", "subject": {"uri": PARENT}}),
    )
    assert (stream.post["kind"], links(stream, "repost")) == ("repost", [f"bluesky:{PARENT}"])
    assert "text" not in stream.post


@pytest.mark.parametrize(
    ("created", "indexed", "at", "basis"),
    [
        ("2026-05-25T14:00:00Z", "2026-05-25T14:00:01Z", "2026-05-25T14:00:00", "reported"),
        ("2031-01-01T00:00:00Z", "2026-05-25T14:00:01Z", "2026-05-25T14:00:01", "indexed"),
        ("2026-05-25T15:00:00Z", "2026-05-25T14:00:01Z", "2026-05-25T14:00:01", "indexed"),
        ("2016-01-01T00:00:00Z", "2026-05-25T14:00:01Z", "2016-01-01T00:00:00", "reported"),
        (None, "2026-05-25T14:00:01Z", "2026-05-25T14:00:01", "indexed"),
        ("0000-10-14T15:06:10.730Z", None, "2026-05-25T14:23:28.756", "id"),
    ],
)
def test_bluesky_clocks(created: str | None, indexed: str | None, at: str, basis: str) -> None:
    post = item(bluesky.READER, view_b(record_b(createdAt=created), indexedAt=indexed)).post
    assert post["created_at"] == round(datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp() * 1000) * 1000
    assert post["created_at_basis"] == basis


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (event("app.bsky.feed.post", "delete"), "deletion"),
        (event("app.bsky.feed.like", record={"subject": {"uri": URI}}), "A like"),
        (event("app.bsky.graph.follow", record={"subject": OTHER}), "A follow"),
        (event("org.example.other", record={}), "Another kind"),
        (event("app.bsky.feed.post"), "not shown"),
        ({"did": DID, "time_us": 1779719010267528, "kind": "identity", "identity": {}}, "change of identity"),
        ({"did": DID, "time_us": 1779719010267528, "kind": "account", "account": {}}, "change of account"),
        ({"uri": URI, "notFound": True}, "not shown"),
        ({"uri": "at://x", "author": {}, "record": {}}, "no author's DID"),
    ],
)
def test_bluesky_what_is_no_post(record: dict[str, Any], words: str) -> None:
    assert words in reason(bluesky.READER, record)


@pytest.mark.parametrize(
    "wrap", [lambda v: {"posts": [v]}, lambda v: {"feed": [{"post": v}]}, lambda v: [v], lambda v: v]
)
def test_bluesky_pages(tmp_path: Path, wrap: Any) -> None:
    file = tmp_path / "posts.json"
    file.write_text(json.dumps(wrap(view_b())))
    tables = ingest.read(file)
    assert counts(tables) == (1, 1, 0, 0)
    assert tables.posts.post_uid.to_list() == [f"bluesky:{URI}"]


# -- Mastodon ------------------------------------------------------------------------------------------------------------


def status(**more: Any) -> dict[str, Any]:
    account = {"id": "1", "username": "one", "acct": "one", "url": "https://m.example/@one", "note": "<p>Hello</p>"}
    return {
        "id": "10", "uri": "https://m.example/users/one/statuses/10", "url": "https://m.example/@one/10", "created_at": T, "account": account,
        "content": "<p>hi</p>", "visibility": "public", "reblog": None, "mentions": [], "tags": [], "media_attachments": [], "card": None,
    } | more  # fmt: skip


def test_mastodon_keys_are_global() -> None:
    found = item(mastodon.READER, status())
    assert found.post["native_id"] == "https://m.example/users/one/statuses/10"
    assert found.account["handle"] == "one@m.example"
    remote = {"id": "2", "acct": "two@other.example", "username": "two", "url": "https://other.example/@two"}
    assert item(mastodon.READER, status(account=remote)).account["handle"] == "two@other.example"


def test_mastodon_links_come_from_the_html() -> None:
    content = (
        '<p><a href="https://other.example/@two" class="u-url mention">@two</a> <a href="https://a.example/long?x=1&amp;y=2">'
        '<span class="invisible">https://</span><span class="ellipsis">a.example/long</span></a> '
        '<a href="https://m.example/tags/tag" class="mention hashtag" rel="tag">#Tag</a> <a href="https://other.example/@unmarked">x</a></p>'
    )
    mentions = [
        {"id": "2", "acct": "two@other.example", "url": "https://other.example/@two"},
        {"id": "3", "acct": "three", "url": "https://other.example/@unmarked"},
    ]
    found = item(
        mastodon.READER,
        status(content=content, mentions=mentions, tags=[{"name": "Tag", "url": "https://m.example/tags/tag"}], card={"url": "https://card.example/"},
               media_attachments=[{"id": "5", "url": "https://cdn.example/1.png"}]),
    )  # fmt: skip
    assert links(found, "url") == ["https://a.example/long?x=1&y=2", "https://card.example/"]
    assert links(found, "mention") == ["two@other.example", "three@other.example"]
    assert links(found, "hashtag") == ["Tag"]
    assert links(found, "media") == ["https://cdn.example/1.png"]


def test_mastodon_reblogs_inherit() -> None:
    two = {"id": "2", "acct": "two@other.example", "username": "two", "url": "https://other.example/@two"}
    original = status(
        uri="https://other.example/2",
        account=two,
        content='<p>look <a href="https://a.example">a</a></p>',
        favourites_count=4,
    )
    found = item(
        mastodon.READER,
        status(uri="https://m.example/users/one/statuses/11/activity", content="", reblog=original, favourites_count=0),
    )
    assert (found.post["kind"], found.post["text"], found.post["text_is_inherited"]) == ("repost", "look a", True)
    assert "like_count" not in found.post
    assert [(link["kind"], link.get("inherited", False)) for link in found.links] == [("url", True), ("repost", False)]
    assert found.links[1]["target_key"] == "mastodon:https://other.example/2"
    assert found.links[1]["target_account_uid"] == "mastodon:@two@other.example"
    assert [a["handle"] for a in found.more_accounts] == ["two@other.example"]


def test_mastodon_replies_and_quotes() -> None:
    reply = item(mastodon.READER, status(in_reply_to_id="9", in_reply_to_account_id="1"))
    (target,) = (link for link in reply.links if link["kind"] == "reply")
    assert (reply.post["kind"], target["resolved"], target["target_account_uid"]) == (
        "reply",
        False,
        "mastodon:@one@m.example",
    )
    quote = item(
        mastodon.READER, status(quote={"state": "accepted", "quoted_status": status(uri="https://other.example/2")})
    )
    assert (quote.post["kind"], links(quote, "quote")) == ("quote", ["mastodon:https://other.example/2"])


@pytest.mark.parametrize("visibility", ["private", "direct"])
def test_mastodon_what_is_not_public_is_not_read(visibility: str) -> None:
    assert "not public" in reason(mastodon.READER, status(visibility=visibility))
    assert "not public" in reason(mastodon.READER, status(reblog=status(visibility=visibility)))


@pytest.mark.parametrize(
    "record", [{}, {"id": "1", "username": "x"}, {"uri": "https://m.example/1"}, status(account=None)]
)
def test_mastodon_what_is_no_post(record: dict[str, Any]) -> None:
    assert "Not a post" in reason(mastodon.READER, record)


# -- all -----------------------------------------------------------------------------------------------------------------

WHOLE: list[tuple[RecordReader, dict[str, Any], dict[str, Any]]] = [
    (x_v2.READER, page(post_x(entities={"urls": [{"url": "https://a.example"}]}, public_metrics={"like_count": 1}, referenced_tweets=[{"type": "quoted", "id": "9"}])), {}),
    (telegram_desktop.READER, message(text=["a", {"type": "link", "text": "https://a.example"}], reply_to_message_id=2), GROUP),
    (bluesky.READER, view_b(record_b(facets=[{"index": {"byteStart": 0, "byteEnd": 1}, "features": [{"$type": "#tag", "tag": "a"}]}], langs=["en"])), {}),
    (bluesky.READER, event("app.bsky.feed.post", record=record_b()), {}),
    (mastodon.READER, status(mentions=[{"id": "1", "acct": "b", "url": "https://m.example/@b"}], tags=[{"name": "t"}], reblog=status()), {}),
]  # fmt: skip
JUNK: tuple[Any, ...] = (None, "", "\ud800", 0, -1, 1e300, True, [], [None], {}, {"a": []}, [[]], "x" * 5)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _places(inner, (*path, key))


@pytest.mark.parametrize(("reader", "record", "parent"), WHOLE, ids=range(len(WHOLE)))
def test_any_value_may_be_anything(reader: RecordReader, record: dict[str, Any], parent: dict[str, Any]) -> None:
    """Whatever stands anywhere in a record, there is an item or a skip, never an error."""
    for path in list(_places(record)):
        for junk in JUNK:
            copy = json.loads(json.dumps(record))
            holder = copy
            for step in path[:-1]:
                holder = holder[step]
            holder[path[-1]] = junk
            assert all(isinstance(found, Item | Skip) for found in items(reader, copy, **parent)), (path, junk)


@pytest.mark.parametrize("reader", JSON_READERS, ids=lambda r: r.name)
def test_readers_are_in_the_table(reader: RecordReader) -> None:
    assert reader in READERS
    assert isinstance(reader, RecordReader)
    assert set(reader.carries) <= set(LINK_KINDS)
    assert reader.lacks.endswith(".")


@pytest.mark.parametrize(
    ("document", "posts"),
    [
        ([view_b()], 1),
        ({"cursor": "x", "posts": [view_b(), view_b(uri=PARENT)]}, 2),
        ({"feed": [{"post": view_b()}]}, 1),
        (view_b(), 1),
        (page(post_x()), 1),
        ([page(post_x()), page(post_x(id="1001"))], 2),
        (CHANNEL | {"messages": [message(), message(id=4)]}, 2),
        (
            {
                "chats": {"list": [CHANNEL | {"messages": [message()]}]},
                "left_chats": {"list": [GROUP | {"messages": [message()]}]},
            },
            2,
        ),
        ([status()], 1),
        ({"statuses": [status()]}, 1),
    ],
)
def test_large_documents_are_streamed_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, document: Any, posts: int
) -> None:
    file = tmp_path / "large.json"
    file.write_text(json.dumps(document))
    whole = ingest.read(file)
    monkeypatch.setattr("ingest.parsing.json_stream.WHOLE", 16)
    streamed = ingest.read(file)
    assert counts(whole) == counts(streamed) == (posts, posts, 0, 0)
    assert sorted(whole.posts.post_uid) == sorted(streamed.posts.post_uid)
    assert sorted(whole.links.target_key) == sorted(streamed.links.target_key)
