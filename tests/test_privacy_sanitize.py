"""Words written by strangers: what comes out can be printed, opened in a spreadsheet and put in a page."""

from __future__ import annotations

import polars as pl
import pytest

from graph.privacy.sanitize import clean, csv_cell, csv_safe, defang, html_text, names_of_people, redact, xml_text

KNOWN = {"nora_99": "A-104", "per": "A-7", "kari": "A-8"}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/x.html", "hxxps://a[.]example/x.html"),
        ("HTTP://A.Example", "hxxp://A[.]Example"),
        ("a.example/b", "a[.]example/b"),
        ("ftp://a.example", "fxp://a[.]example"),
        ("https://a.example?u=https%3A%2F%2Fb.example", "hxxps://a[.]example?u=hxxps%3A%2F%2Fb.example"),
        ("https://a.example/\u202egpj.exe", "hxxps://a[.]example/gpj.exe"),
        ("javascript:alert(1)", "javascript[:]alert(1)"),
        ("data:text/html,<b>", "data[:]text/html,<b>"),
        ("http://[::1]:80/", "hxxp://[::1]:80/"),
        ("https://a.example/b c", "hxxps://a[.]example/b%20c"),
        ("", ""),
    ],
)
def test_defang(url: str, expected: str) -> None:
    assert defang(url) == expected
    assert defang(expected) == expected, "twice is once"


CELLS = [
    ("=1+1", "'=1+1"),
    ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
    ("-2+3", "'-2+3"),
    ("@SUM(A1)", "'@SUM(A1)"),
    ("\t=1", "'\t=1"),
    ("\r=1", "'\r=1"),
    ("\n=1", "'\n=1"),
    ("  =1", "'  =1"),
    ("\x00=1", "'=1"),
    ("\u202e=1", "'=1"),
    ("＝1", "'＝1"),
    ("%0A=1", "'%0A=1"),
    ("-5", "-5"),
    ("+3.25", "+3.25"),
    ("1e-7", "1e-7"),
    ("906000000000000001", "906000000000000001"),
    ("A-104", "A-104"),
    ("p_abc", "p_abc"),
    ("a=b", "a=b"),
    ("", ""),
]


@pytest.mark.parametrize(("value", "expected"), CELLS)
def test_csv_cell(value: str, expected: str) -> None:
    assert csv_cell(value) == expected


def test_columns_and_cells_agree() -> None:
    frame = pl.DataFrame({"text": [value for value, _ in CELLS] + [None], "n": range(len(CELLS) + 1)})
    assert csv_safe(frame)["text"].to_list() == [expected for _, expected in CELLS] + [None]
    assert csv_safe(frame)["n"].to_list() == frame["n"].to_list()


def test_numbers_are_left_alone() -> None:
    assert [csv_cell(v) for v in (-5, 1.5, None, True)] == [-5, 1.5, None, True]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hello", "hello"),
        ("@Nora_99: look", "A-104: look"),
        ("RT @PER, @unknown.", "RT A-7, @…."),
        ("from nora_99 again", "from A-104 again"),
        ("we voted per person", "we voted per person"),
        ("#nora_99", "#A-104"),
        ("@per@social.example hi", "A-7 hi"),
        ("@who@social.example hi", "@… hi"),
        ("write a.b+c@mail.example now", "write [e-mail] now"),
        ("call +47 22 33 44 55 or 020 7946 0958 or (202) 555-0143", "call [phone] or [phone] or [phone]"),
        ("12,000,000 on 2026-08-14 at 10:33:53", "12,000,000 on 2026-08-14 at 10:33:53"),
        ("see https://a.example/b, ok", "see hxxps://a[.]example/b, ok"),
        ("https://x.com/nora_99/status/123", "hxxps://x[.]com/A-104/…"),
        ("https://x.com/someone/status/123", "hxxps://x[.]com/…"),
        ("t.me/someone/12", "t[.]me/…"),
        ("https://m.example/@someone/12", "hxxps://m[.]example/@…/…"),
        ("a.example", "a[.]example"),
        ("The end.Start", "The end[.]Start"),
        ("＠per", "A-7"),
        ("a\x00b\u202ec", "abc"),
        ("", ""),
    ],
)
def test_redact(text: str, expected: str) -> None:
    assert redact(text, KNOWN) == expected


def test_links_can_be_left_out() -> None:
    assert redact("see https://a.example/b now", links="mask") == "see [link] now"


def test_redact_is_not_slow_on_hostile_text() -> None:
    for text in (
        "@" * 20_000,
        "a." * 20_000,
        "1 " * 20_000,
        "a@" * 20_000,
        "http" * 20_000,
        "0-" * 20_000,
        "(" * 20_000,
    ):
        assert isinstance(redact(text), str)


def test_html_and_xml() -> None:
    assert str(html_text("<img onerror=x>&'\"\u202e")) == "&lt;img onerror=x&gt;&amp;&#39;&#34;"
    assert xml_text("a\x00\x0b\x1f\ufffe\ud800b\n") == "ab\n"
    assert clean("ø 日本 👩‍🚒\n\t") == "ø 日本 👩‍🚒\n\t"


def test_a_reason_names_nobody_of_the_run() -> None:
    people = {"handle_key": ["nora", "ferry_watch"], "native_id": ["7770001", "88"], "display_name": ["Nora Kaas Lund", "News"], "code": [4, 5]}  # fmt: skip
    known = names_of_people(pl.DataFrame(people))
    for said, expected in (
        ("Kept by Nora Kaas Lund, and by NORA  KAAS\nLUND's friends.", "Kept by A-4, and by A-4's friends."),
        ("x:7770001 and 7770001, not 88 or 77700012", "x:A-4 and A-4, not 88 or 77700012"),
        ("@nora, ferry_watch, News of nora", "A-4, A-5, News of nora"),
        ("Nora Kaas of Lund", "Nora Kaas of Lund"),
    ):
        assert redact(said, known) == expected
