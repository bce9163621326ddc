"""Whose link is it: rows of (link, platform)."""

from __future__ import annotations

import re

import pytest

from ingest.normalize import platforms
from ingest.normalize.platforms import name, platform_id, platform_of, rank

LINKS = [
    ("https://x.com/a/status/1", "x"),
    ("https://mobile.twitter.com/a", "x"),
    ("https://t.co/abc", "x"),
    ("https://t.me/s/chan", "telegram"),
    ("https://chan.t.me/1", "telegram"),
    ("https://m.facebook.com/page", "facebook"),
    ("https://fb.watch/abc", "facebook"),
    ("https://l.facebook.com/l.php?u=https%3A%2F%2Fyoutu.be%2FdQw4w9WgXcQ", "youtube"),
    ("https://bsky.app/profile/a.bsky.social/post/3k", "bluesky"),
    ("https://fosstodon.org/@a/109999999999999999", "mastodon"),
    ("https://fosstodon.org/@a@b.example/109999999999999999", "mastodon"),
    ("https://fosstodon.org/users/a/statuses/109999999999999999", "mastodon"),
    ("https://medium.com/@a/109999999999999999", "medium"),
    ("https://vt.tiktok.com/ZS1/", "tiktok"),
    ("https://evilfacebook.com/", None),
    ("https://evil.com/a.facebook.com/x", None),
    ("https://facebook.com.evil.com/", None),
    ("https://facebook.com@evil.com/", None),
    ("https://start.me/", None),
    ("javascript:alert(1)", None),
    ("", None),
    (None, None),
]


@pytest.mark.parametrize(("url", "expected"), LINKS)
def test_platform_of(url: str | None, expected: str | None) -> None:
    assert platform_of(url) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [("twitter", "x"), ("X", "x"), ("Telegram", "telegram"), ("tiktok.com", "tiktok"), ("truthsocial.com", "truth_social"), ("TruthSocial", "truth_social"),
     ("VK", "vk"), ("truth_social", "truth_social"), ("myspace", None), ("", None), (None, None)],
)  # fmt: skip
def test_platform_id(word: str | None, expected: str | None) -> None:
    assert platform_id(word) == expected


def test_order() -> None:
    mixed = ["unknown", "youtube", "mastodon", "myspace", "bluesky", "telegram", "facebook", "x"]
    assert sorted(mixed, key=rank) == [
        "x",
        "telegram",
        "facebook",
        "mastodon",
        "bluesky",
        "myspace",
        "youtube",
        "unknown",
    ]
    assert name("x") == "X"


def test_table_is_sound() -> None:
    table = platforms.platforms()
    assert len(table) > 80
    domains = [domain for p in table.values() for domain in (*p.domains, *p.short_domains)]
    assert all(re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", domain) for domain in domains)
    assert all(re.fullmatch(r"[a-z0-9_]+", id_) for id_ in table)
