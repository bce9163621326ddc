"""One spelling per link: rows of (link, its key), and what must never happen on hostile ones."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest

from ingest import batches
from ingest.errors import InputError
from ingest.normalize.short_links import read_short_links
from ingest.normalize.urls import domain, domains, is_short, key, keys
from ingest.tables import Options

KEYS = [
    # scheme, host, port, path, query, fragment
    ("https://www.Example.com/Story/?utm_source=x&b=2&amp;a=1#top", "example.com/Story?a=1&b=2"),
    ("http://example.com", "example.com"),
    ("http://example.com:80/", "example.com"),
    ("https://example.com:443/a", "example.com/a"),
    ("http://example.com:8080/", "example.com:8080"),
    ("example.com:8080/x", "example.com:8080/x"),
    ("//cdn.example.com/a", "cdn.example.com/a"),
    ("EXAMPLE.com/Path", "example.com/Path"),
    ("https://example.com./a", "example.com/a"),
    ("https://example.com/../../etc/./x", "example.com/etc/x"),
    ("https://example.com/?", "example.com"),
    ("https://example.com/index.html", "example.com"),
    ("https://example.com/a b", "example.com/a%20b"),
    ("https://example.com/é?q=ü", "example.com/%C3%A9?q=%C3%BC"),
    ("https://example.com/%7euser/%c3%a9", "example.com/~user/%C3%A9"),
    ("https://example.com/a?x=1&amp;amp;y=2", "example.com/a?x=1&y=2"),
    ("https://example.com/a?fbclid=1&gclid=2&igshid=3&mc_cid=4&ref=5", "example.com/a"),
    ("https://example.com/article.php?sid=123", "example.com/article.php?sid=123"),
    ("https://example.com/#!/route", "example.com#!/route"),
    ("https://app.example.com/#/route/1", "app.example.com#/route/1"),
    ("https://example.com/a#:~:text=x", "example.com/a"),
    (" <https://example.com/a> ", "example.com/a"),
    ("https://exam\nple.com/a\tb", "example.com/ab"),
    ("hxxps://evil[.]com/a", "evil.com/a"),
    ("https://www.gov.uk/a", "www.gov.uk/a"),
    ("https://m.com/a", "m.com/a"),
    ("start.me", "start.me"),
    ("https://start.me/p/1", "start.me/p/1"),
    # devices, AMP
    ("https://m.example.com/a", "example.com/a"),
    ("https://amp.example.com/a/amp/", "example.com/a"),
    ("https://www.rt.com/news/1-a.html/amp/", "rt.com/news/1-a.html"),
    ("https://example.com/a?amp=1&outputType=amp", "example.com/a"),
    ("https://www.google.com/amp/s/www.example.com/b/amp/", "example.com/b"),
    ("https://example-com.cdn.ampproject.org/v/s/example.com/b?usqp=1", "example.com/b"),
    ("https://en.m.wikipedia.org/wiki/A_b", "en.wikipedia.org/wiki/A_b"),
    # redirects and wrappers
    ("https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.com%2Fa%3Fx%3D1&h=AT0", "example.com/a?x=1"),
    ("https://lm.facebook.com/l.php?u=http%3A%2F%2Fwww.example.com", "example.com"),
    ("https://l.instagram.com/?u=https%3A%2F%2Fexample.com%2F&e=x", "example.com"),
    ("https://www.facebook.com/sharer/sharer.php?u=https://example.com/a", "example.com/a"),
    ("https://www.google.com/url?sa=t&q=https://example.com/b&ved=1", "example.com/b"),
    ("https://www.google.co.uk/url?url=https%3A%2F%2Fexample.com", "example.com"),
    ("https://t.me/iv?url=https%3A%2F%2Fexample.com%2Fb&rhash=1", "example.com/b"),
    ("https://t.me/share/url?url=https://example.com", "example.com"),
    ("https://www.youtube.com/redirect?q=https%3A%2F%2Fexample.com%2Fc&v=1", "example.com/c"),
    ("https://vk.com/away.php?to=https%3A%2F%2Fexample.com", "example.com"),
    ("https://web.archive.org/web/20200101000000/https://www.example.com/a?b=1", "example.com/a?b=1"),
    ("https://web.archive.org/web/2020id_/http:/example.com/a", "example.com/a"),
    ("https://web.archive.org/web/20200101/example.com/a", "example.com/a"),
    ("https://archive.ph/https://example.com/a", "example.com/a"),
    ("https://archive.is/AbCd1", "archive.today/AbCd1"),
    (
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fweb.archive.org%2Fweb%2F2020%2Fhttps%3A%2F%2Fyoutu.be%2FdQw4w9WgXcQ",
        "youtube.com/watch?v=dQw4w9WgXcQ",
    ),
    ("https://l.facebook.com/l.php?u=javascript:alert(1)", "l.facebook.com/l.php?u=javascript:alert(1)"),
    ("https://evil.com/?u=https://facebook.com", "evil.com?u=https://facebook.com"),
    # platforms
    ("https://youtu.be/dQw4w9WgXcQ?t=4", "youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://m.youtube.com/watch?app=desktop&v=dQw4w9WgXcQ&t=1s", "youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://www.youtube.com/shorts/dQw4w9WgXcQ", "youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ", "youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://www.youtube.com/@Some", "youtube.com/@some"),
    ("https://www.youtube.com/channel/UCaBc", "youtube.com/channel/UCaBc"),
    ("https://mobile.twitter.com/Foo/status/1/photo/1?s=20", "x.com/i/status/1"),
    ("https://x.com/i/web/status/1", "x.com/i/status/1"),
    ("http://twitter.com/123/statuses/1", "x.com/i/status/1"),
    ("https://twitter.com/TEN_GOP?ref_src=x", "x.com/ten_gop"),
    ("https://t.me/s/Chan", "t.me/chan"),
    ("https://telegram.me/Chan/5?single", "t.me/chan/5"),
    ("https://chan.t.me/5", "t.me/chan/5"),
    ("tg://resolve?domain=Chan&post=5", "t.me/chan/5"),
    ("https://t.me/joinchat/AbC", "t.me/+AbC"),
    ("https://t.me/+AbC", "t.me/+AbC"),
    ("https://t.me/c/123/45", "t.me/c/123/45"),
    ("https://de-de.facebook.com/page/posts/12?ref=x", "facebook.com/page/posts/12"),
    ("https://m.facebook.com/story.php?story_fbid=12&id=34", "facebook.com/permalink.php?id=34&story_fbid=12"),
    ("https://www.facebook.com/permalink.php?id=34&__tn__=x&story_fbid=12", "facebook.com/permalink.php?id=34&story_fbid=12"),
    ("https://www.instagram.com/someone/reel/AbC/?igsh=x", "instagram.com/p/AbC"),
    ("https://www.tiktok.com/@Some/video/7?is_from_webapp=1", "tiktok.com/@some/video/7"),
    ("https://old.reddit.com/r/X/comments/abc/title/def/", "reddit.com/comments/abc/_/def"),
    ("https://redd.it/abc", "reddit.com/comments/abc"),
    ("https://vk.ru/feed?w=wall-1_2", "vk.com/wall-1_2"),
    ("https://bit.ly/3aBc?x=1", "bit.ly/3aBc"),
    # keys that open something are not kept
    ("https://mega.nz/#!AbC!secret", "mega.nz/file/AbC"),
    ("https://mega.nz/folder/AbC#secret", "mega.nz/folder/AbC"),
    # who is it really
    ("https://facebook.com@evil.com/x", "evil.com/x"),
    ("http://user:pw@evil.com/", "evil.com"),
    ("https://evil.com\\@facebook.com/", "evil.com/@facebook.com"),
    ("https://fаcebook.com/", "xn--fcebook-2fg.com"),
    ("https://ｆacebook.com/", "facebook.com"),
    ("https://example。com/a", "example.com/a"),
    ("https://münchen.de/ä", "xn--mnchen-3ya.de/%C3%A4"),
    ("https://i❤.ws/", "xn--i-7iq.ws"),
    ("http://[::1]:8080/a", "[::1]:8080/a"),
    ("http://1.2.3.4/a", "1.2.3.4/a"),
    ("http://localhost/a", "localhost/a"),
    # no links
    *((text, None) for text in (
        "", "   ", "hello world", "hello", "javascript:alert(1)", "JavaScript://example.com/%0aalert(1)",
        "data:text/html,<script>", "mailto:a@b.com", "a@b.com", "at://did:plc:x/app.bsky.feed.post/1", "ftp://a.com",
        "http://", "http:///", "http://-a.com", "http://exa mple.com", "http://a..com", "http://[", "http://]/", "http://%00/", "\0",
        "file:///etc/passwd", "e.g.", "#", "?", "/relative/path",
    )),
]  # fmt: skip


@pytest.mark.parametrize(("url", "expected"), KEYS)
def test_key(url: str, expected: str | None) -> None:
    assert key(url) == expected


@pytest.mark.parametrize("expected", sorted({k for _, k in KEYS if k and not k.startswith(("[", "localhost"))}))
def test_a_key_is_its_own_key(expected: str) -> None:
    assert key(expected) == expected


DOMAINS = [
    ("https://news.bbc.co.uk/1", "bbc.co.uk"),
    ("http://evilfacebook.com/", "evilfacebook.com"),
    ("http://facebook.com.evil.com/", "evil.com"),
    ("https://evil.com/a.facebook.com/x", "evil.com"),
    ("https://facebook.com@evil.com/x", "evil.com"),
    ("https://start.me/p/1", "start.me"),
    ("https://name.blogspot.com/a", "name.blogspot.com"),
    ("https://blogspot.com/a", "blogspot.com"),
    ("https://someone.github.io/", "someone.github.io"),
    ("https://twitter.com/a", "x.com"),
    ("https://l.facebook.com/l.php?u=http://a.example.org/", "example.org"),
    ("http://1.2.3.4:81/a", "1.2.3.4"),
    ("http://[::1]/a", "[::1]"),
    ("http://co.uk/", None),
    ("http://localhost/", None),
    ("javascript:alert(1)", None),
    ("", None),
]


@pytest.mark.parametrize(("url", "expected"), DOMAINS)
def test_domain(url: str, expected: str | None) -> None:
    assert domain(url) == expected


@pytest.mark.parametrize(
    ("url", "short"),
    [
        ("https://bit.ly/3abc", True),
        ("https://t.co/x", True),
        ("https://bit.ly", False),
        ("https://youtu.be/dQw4w9WgXcQ", False),
        ("https://t.me/chan", False),
        ("https://evil.com/bit.ly/x", False),
        (None, False),
    ],
)
def test_is_short(url: str | None, short: bool) -> None:
    assert is_short(url) is short


def test_invitations_stay_apart_but_their_keys_are_not_kept() -> None:
    one, other = key("https://signal.group/#CjQKIA"), key("https://signal.group/#CjQKIB")
    assert one != other
    assert "CjQK" not in f"{one}{other}"


HOSTILE = [
    None,
    5,
    b"http://a.com",
    "http://" + "a" * 100_000 + ".com",
    "https://a.com/" + "b" * 100_000,
    "https://a.com/?" + "&" * 100_000,
    "%" * 100_000,
    "http://" * 20_000,
    "/" * 100_000,
    "https://a.com/\ud800",
    "http://\ud800.com/",
    "http://xn--\ud800",
    "http://a.com/" + "/.." * 30_000,
    "https://l.facebook.com/l.php?u=" + "https%3A%2F%2Fl.facebook.com%2Fl.php%3Fu%3D" * 2_000,
    "https://youtube.com/watch?" + "v&" * 50_000,
    "https://www.facebook.com/permalink.php?" + "story_fbid=1&" * 8_000,
    "https://archive.ph/" + "https:/" * 10_000,
    "a:" * 50_000,
    "http://" + "a." * 50_000,
    "http://" + "@" * 50_000,
    "https://a.com/" + "%" * 3 + "\x00\x01",
]


@pytest.mark.parametrize("url", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_links_never_raise_nor_hang(url: object) -> None:
    start = time.perf_counter()
    found = key(url)  # type: ignore[arg-type]
    domain(url)  # type: ignore[arg-type]
    assert time.perf_counter() - start < 2
    assert found is None or (len(found) <= 2_048 and found.encode())


def test_long_links_stay_apart() -> None:
    long = "https://a.com/" + "b" * 5_000
    assert key(long) != key(long + "c")


def test_columns() -> None:
    urls = ["http://a.com/", None, "https://www.a.com", "nothing"]
    assert keys(urls) == ["a.com", None, "a.com", None]
    assert domains(urls) == ["a.com", None, "a.com", None]


def test_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    from ingest.normalize.urls import _suffixes, registrable

    _suffixes.cache_clear()
    registrable.cache_clear()
    assert domain("https://never-seen-before.co.uk/") == "never-seen-before.co.uk"


def test_short_links_are_resolved_by_a_table_only(tmp_path: Path) -> None:
    (tmp_path / "short.csv").write_text(
        "short,long,seen_at\nhttps://bit.ly/a,https://old.example/,2020\nhttp://bit.ly/a?x=1,https://www.example.org/b?utm_source=x,2024\n"
    )
    (tmp_path / "posts.csv").write_text(
        "user_id,created_at,text,urls\n1,2024-01-01,x,https://bit.ly/a\n2,2024-01-01,y,https://bit.ly/z\n"
    )
    options = Options(short_links=read_short_links(tmp_path / "short.csv"))
    reading = batches(tmp_path / "posts.csv", options=options)
    links = [link for batch in reading for link in batch.links.to_pylist()]
    assert {(link["kind"], link["target_key"]) for link in links if link["kind"] in ("url", "domain")} == {
        ("url", "example.org/b"), ("domain", "example.org"), ("url", "bit.ly/z"),
    }  # fmt: skip
    assert "https://bit.ly/a" in {link["target_raw"] for link in links}, "the raw link stays"
    assert "1 short links were resolved by short.csv." in reading.source["assumptions"]
    assert "short.csv" in reading.source["options"]
    assert reading.source_id != batches(tmp_path / "posts.csv").source_id


@pytest.mark.parametrize(
    ("content", "words"),
    [("a,b\n1,2\n", "columns short,long"), ("short,long\n", "no link in it"), ("", "columns short,long")],
)
def test_what_is_no_table_of_short_links(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "short.csv").write_text(content)
    with pytest.raises(InputError, match=words):
        read_short_links(tmp_path / "short.csv")
    with pytest.raises(InputError, match="cannot be opened"):
        read_short_links(tmp_path / "none.csv")
