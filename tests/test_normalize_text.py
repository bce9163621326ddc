"""One spelling per text: rows of (text, what is left of it), and what stands in it."""

from __future__ import annotations

import time

import pytest

from ingest.normalize.text import hashtag_key, hashtags, html_to_text, key, long_enough, mentions_in, normal, urls_in

NORMAL = [
    ("RT @someone: We WON’T go  back!! 💪 #Never https://t.co/abc", "we won t go back never"),
    ("RT @someone We won't go", "we won t go"),
    ("rt @some_one: x", "x"),
    ("The RT @a is inside", "the rt is inside"),
    ("@a @b.bsky.social hello @c@example.org", "hello"),
    ("mail a@b.com", "mail a b com"),
    ("see www.example.com/a?b and t.me/chan/5.", "see and"),
    ("链接https://t.co/abc后面", "链接 后面"),
    ("ｆｕｌｌ　ｗｉｄｔｈ ①", "full width 1"),
    ("zero\u200bwidth\u00adhyphen\ufeff", "zerowidthhyphen"),
    ("a &amp; b &lt;3", "a b 3"),
    ("1️⃣ 👨‍👩‍👧‍👦 🇳🇴 ✊🏿", "1"),
    ("naïve = nai\u0308ve", "naïve naïve"),
    ("हिन्दी में लिखा", "हिन्दी में लिखा"),
    ("Ünïcödé ÄÖÜ", "ünïcödé äöü"),
    ("under_score", "under score"),
    ("   ", ""),
    ("…!?—", ""),
]


@pytest.mark.parametrize(("text", "expected"), NORMAL)
def test_normal(text: str, expected: str) -> None:
    assert normal(text) == expected
    assert normal(expected) == expected


LONG = [
    ("good morning everyone", False),  # 19 letters, 3 words
    ("we will not go back", True),  # five words
    ("a b c d e f g", False),  # letters are no words
    ("unbelievablyconspicuous", True),  # 20 graphemes
    ("我们绝对不会回到过去", False),
    ("我们绝对不会回到过去因为未来属于我们自己人民", True),
    ("किसानों की आय दोगुनी होगी", False),
    ("सभी किसानों की आय दोगुनी होगी यह वादा है", True),
    ("नमस्ते दुनिया", False),
    ("", False),
]


@pytest.mark.parametrize(("text", "expected"), LONG)
def test_long_enough(text: str, expected: bool) -> None:
    assert long_enough(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        " ",
        "@one @two @three @four @five @six",
        "https://example.com/a-long-enough-path-to-count",
        "😀" * 40,
        "ok!!!",
        5,
    ],
)
def test_nothing_of_its_own_has_no_key(text: str | None) -> None:
    assert key(text) is None


def test_copies_share_a_key_and_others_do_not() -> None:
    copies = ["We will not go back!", "RT @a: we will NOT go back 💪 https://t.co/x", "@b We will not go back"]
    assert len({key(copy) for copy in copies}) == 1
    assert key("We will not go forward") != key(copies[0])


HASHTAGS = [
    ("#One #one, ＃Two! #3", ["one", "two"]),
    ("https://a.com/#four and www.a.com/#five", []),
    ("a&#39;b", []),
    ("#five#six", ["five", "six"]),
    ("word#no", []),
    ("(#yes)", ["yes"]),
    ("#Straße #STRASSE", ["strasse"]),
    ("#cafe\u0301 #café", ["café"]),
    ("#हिन्दी #日本語 #العربية", ["हिन्दी", "日本語", "العربية"]),
    ("#covid_19 #2020vision #2020 #٢٠٢٠", ["covid_19", "2020vision"]),
    ("#don't", ["don"]),
    ("# title ## #", []),
    (None, []),
]


@pytest.mark.parametrize(("text", "expected"), HASHTAGS)
def test_hashtags(text: str | None, expected: list[str]) -> None:
    assert hashtags(text) == expected


@pytest.mark.parametrize(
    ("raw", "expected"), [("#A", "a"), ("＃Ａ", "ａ"), ("", None), ("#", None), ("12", None), (" #x ", "x")]
)
def test_hashtag_key(raw: str, expected: str | None) -> None:
    assert hashtag_key(raw) == expected


URLS = [
    ("(https://en.wikipedia.org/wiki/A_(b)), next", ["https://en.wikipedia.org/wiki/A_(b)"]),
    ("Go to www.a.com. Or t.me/chan/5!", ["www.a.com", "t.me/chan/5"]),
    ("https://t.co/ab… https://t.co/abc...", []),
    ("“https://a.com/x”", ["https://a.com/x"]),
    ("链接https://t.co/abc后面", ["https://t.co/abc"]),
    ("http://a.com http://a.com", ["http://a.com"]),
    ("a@b.com and/or file.nope/x e.g. 1.5/2", []),
    ("https://a.com/?x=1&y=2,3.", ["https://a.com/?x=1&y=2,3"]),
    (None, []),
]


@pytest.mark.parametrize(("text", "expected"), URLS)
def test_urls_in(text: str | None, expected: list[str]) -> None:
    assert urls_in(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "@One .@two_2 and @three@example.org, @one.bsky.social.",
            ["One", "two_2", "three@example.org", "one.bsky.social"],
        ),
        ("a@b.com https://medium.com/@someone/x", []),
        ("@a's @a", ["a"]),
        ("@user你好", ["user"]),
        (None, []),
    ],
)
def test_mentions_in(text: str | None, expected: list[str]) -> None:
    assert mentions_in(text) == expected


def test_html() -> None:
    html = (
        '<p><span class="h-card"><a href="https://m.example/@one" class="u-url mention">@<span>one</span></a></span> '
        '<a href="https://a.com/long?x=1&amp;y=2" rel="nofollow"><span class="invisible">https://</span>'
        '<span class="ellipsis">a.com/long</span><span class="invisible">?x=1&amp;y=2</span></a> '
        '<a href="https://m.example/tags/Two" class="mention hashtag" rel="tag">#<span>Two</span></a></p><p>a &lt; b<br/>c</p>'
    )
    assert html_to_text(html) == (
        "@one https://a.com/long?x=1&y=2 #Two\n\na < b\nc",
        ["https://a.com/long?x=1&y=2"],
        ["https://m.example/@one"],
        ["https://m.example/tags/Two"],
    )


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (None, ""),
        ("plain &amp; simple", "plain & simple"),
        ("I <3 you", "I <3 you"),
        ("<script>alert(1)</script>ok", "ok"),
        ("<img src=x onerror=alert(1)>ok", "ok"),
        ("<p>open", "open"),
        ("<![foo", "<![foo"),
    ],
)
def test_html_text(html: str | None, text: str) -> None:
    assert html_to_text(html).text == text


HOSTILE = [
    "<",
    "<a",
    "<!--",
    "<a href='",
    "<p>",
    "<![CDATA[",
    "</",
    "&#x",
    "@",
    "#",
    "a.",
    "www.",
    "a.b/",
    "@a.",
    "#a",
    "http://",
    "\u0301",
    "RT @",
    "\ud800",
    "\0",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_texts_never_raise_nor_hang(piece: str) -> None:
    text = piece * 50_000
    start = time.perf_counter()
    for read in (key, hashtags, urls_in, mentions_in, html_to_text):
        read(text)
    assert time.perf_counter() - start < 10
