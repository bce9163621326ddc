"""The shared cases of Apify, Telegram, Discord, X without ``legacy`` and private chats, read in place: the right values."""

from __future__ import annotations

from typing import Any

import pytest
from fixtures_shared_cases import CaseTables, kinds, links

from ingest import Tables


def posted(tables: Tables) -> dict[str, str]:
    """When each post was made."""
    return {post: str(at)[:19] for post, at in zip(tables.posts.native_id, tables.posts.created_at, strict=True)}


def column(tables: Tables, name: str, table: str = "posts") -> list[Any]:
    return list(getattr(tables, table)[name])


@pytest.mark.parametrize(
    ("name", "posts", "accounts"),
    [
        ("tweets.csv", {"1728108619189874825": "2023-11-24 17:49:36", "1728108619189879999": "2023-11-24 17:49:46"}, ["x:101", "x:102"]),
        ("tweets.json", {"1728108619189874825": "2023-11-24 17:49:36"}, ["x:101"]),
        ("tiktok.csv", {"7300000000000000001": "2023-11-14 22:13:20", "7300000000000000002": "2023-11-14 22:13:25"}, ["tiktok:@alfa_one", "tiktok:@bravo_two"]),
        ("tiktok.json", {"7300000000000000001": "2023-11-14 22:13:20"}, ["tiktok:6800000000000000001"]),
        ("facebook.csv", {"900000000000001": "2023-11-14 22:13:20", "900000000000002": "2023-11-14 22:13:40"}, ["facebook:100000000000001", "facebook:100000000000002"]),
        ("facebook.json", {"900000000000001": "2023-11-14 22:13:20"}, ["facebook:100000000000001"]),
    ],
)  # fmt: skip
def test_apify(case_tables: CaseTables, name: str, posts: dict[str, str], accounts: list[str]) -> None:
    tables = case_tables(f"apify/{name}")
    assert posted(tables) == posts and column(tables, "account_uid") == accounts
    assert kinds(tables) == ["original"] * len(posts)


def test_apify_says_what_was_shared(case_tables: CaseTables) -> None:
    tweets, videos = case_tables("apify/tweets.csv"), case_tables("apify/tiktok.json")
    assert [target for _, target in links(tweets, "url")] == ["a.example/1", "a.example/1"]
    assert links(videos, "hashtag", "mention", "track") == [
        ("7300000000000000001", "fun"), ("7300000000000000001", "tiktok:@bravo"), ("7300000000000000001", "tiktok:7200000000000000001")
    ]  # fmt: skip
    pages = case_tables("apify/facebook.csv")
    assert column(pages, "handle", "accounts") == ["alfapage", "bravopage"]
    assert column(pages, "display_name", "accounts") == ["Alfa Page", "Bravo Page"]


def test_a_telegram_group_with_topics_polls_and_buttons(case_tables: CaseTables) -> None:
    tables = case_tables("telegram-variants/result.json")
    posts = tables.posts.set_index("native_id")
    assert list(posts.index) == [f"1400000001:{number}" for number in range(2, 10)]
    assert dict(zip(tables.skipped.row, tables.skipped.found.fillna(""), strict=True)) == {1: "topic_created", 10: ""}
    assert posts.account_uid["1400000001:3"] == "telegram:user102", "a deleted account keeps its number"
    assert posts.account_uid["1400000001:4"] == "telegram:channel1400000001", "an anonymous admin is the group"
    assert posts.kind["1400000001:2"] == "original", "standing in a topic is no answer"
    assert posts.text["1400000001:7"] == "Which https://p.example/1 ?"
    assert links(tables, "reply") == [("1400000001:8", "telegram:1600000003:77")]
    assert ("1400000001:9", "b.example/2") in links(tables, "url") and ("1400000001:7", "p.example/1") in links(
        tables, "url"
    )


def test_an_old_telegram_export_counts_chats_and_people_together(case_tables: CaseTables) -> None:
    tables = case_tables("telegram-variants/result_old.json")
    assert column(tables, "account_uid") == [
        "telegram:user101",
        "telegram:channel1400000001",
        "telegram:user4395000101",
    ]
    assert tables.posts.edited_at.isna().all(), "1970 means never"


def test_tdl(case_tables: CaseTables) -> None:
    tables = case_tables("telegram-variants/tdl-export.json")
    assert posted(tables) == {"1400000001:1": "2023-01-01 09:01:00", "1400000001:2": "2023-01-01 09:01:20"}
    assert links(tables, "url") == [("1400000001:1", "a.example/1")]
    assert "export it once more with --raw" in " ".join(tables.sources.warnings[0])


def test_discord(case_tables: CaseTables) -> None:
    table, document = case_tables("discord/discord.csv"), case_tables("discord/discord.json")
    assert [str(at)[:16] for at in table.posts.created_at] == ["2023-10-06 00:37", "2023-10-06 00:38"]
    assert set(table.posts.created_at_precision) == {"min"} and table.sources.tz_assumed[0] == "UTC"
    assert "Times carry no zone" in " ".join(table.sources.assumptions[0])
    assert column(table, "account_uid") == ["discord:101000000000000001", "discord:101000000000000002"]
    assert posted(document) == {"1160000000000000001": "2023-10-06 00:37:48"}
    assert links(document, "url") == [("1160000000000000001", "a.example/1")]


def test_x_with_and_without_legacy(case_tables: CaseTables) -> None:
    tables = case_tables("zee-x-changes/zeeschuimer.ndjson")
    assert kinds(tables) == ["original", "repost", "original", "original", "quote", "original"]
    first, *_, last = (f"20280000000000{tail}" for tail in ("00001", "00506"))
    assert links(tables, "repost", "quote", "hashtag") == [
        ("2028000000000000102", f"x:{first}"), ("2028000000000000203", "news"), ("2028000000000000304", "late"), ("2028000000000000405", f"x:{first}")
    ]  # fmt: skip
    assert ("2028000000000000304", "c.example/long") in links(tables, "url")
    assert dict(zip(tables.posts.native_id, tables.posts.text, strict=True))[last] == "Read this https://t.co/a"
    whole = case_tables("zee-x-changes/all_without_legacy.ndjson")
    assert len(whole.posts) == 20 and set(whole.posts.text) == {"Read this https://t.co/a"}
    assert set(whole.posts.created_at.astype(str)) == {"2026-03-03 10:20:30+00:00"}
    assert "20 posts of X name no addresses behind their short links" in " ".join(whole.sources.assumptions[0])
