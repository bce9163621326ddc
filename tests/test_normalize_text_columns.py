"""Whole columns of texts are read as each text is: over made-up texts that put everything beside everything."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable

import polars as pl
import pytest

from ingest.normalize import text as texts
from ingest.normalize import text_columns

PIECES = (
    "RT @a: ", "rt @Ünder_1 ", "MT @x:\u00a0", " https://t.co/a1b2", "HTTP://WWW.A.com/x?a=1", "WWW.b.org", "www.foo.com",
    "xwww.foo.com", ".www.a.com", "-www.a.com", "a.b.co/x", "@a.b/c", "me@a.com/x", "\u212a.com/a", "bit.ly/3abC.",
    "(https://en.wikipedia.org/wiki/A_(b))", "https://x.com/a…", "@One", "@two.x", ".@three", "@a@b.social", "@a@b.c-@d",
    "a@b", "@@y", "-@x", "@é", "#Tag", "#tag#two", "##three", "#3", "&#39;", "&amp;", "&#five", "a#b", "#ſtraße", "#ΣΑΣ",
    "ΟΔΥΣΣΕΥΣ", "＃Full", "#नमस्ते", "#a\u200cb", "#a·b", "💪🏽", "👨\u200d👩\u200d👧", "1\ufe0f\u20e3", "İstanbul", "ı", "ﬁ", "Ⅷ",
    "你好世界这是一个测试", "日本www.a.com/あ", "日本a.co/い", "สวัสดี", "مرحبا بالعالم", "\u200f", "\u00ad", "\t", "\n", "\x85", "\u3000",
    "„https://de.de/x“", "x/y", "v1.2.aa/3", "We will not go back", "\U0001ccd6", "\U0001e030", "\u1c89", "e\u0301", "",
)  # fmt: skip


@pytest.fixture(scope="module")
def made_up() -> pl.Series:
    dice = random.Random(11)
    every = [chr(code) for code in range(32, 0x2FFFF) if unicodedata.category(chr(code)) not in ("Cs", "Co")]
    mixed = (
        "".join(dice.choice(PIECES) + dice.choice(("", " ", " ", "-", '"', ".")) for _ in range(8))
        for _ in range(3_000)
    )
    strange = ("".join(dice.choice(every) for _ in range(25)) for _ in range(1_000))
    return pl.Series([*PIECES, *mixed, *strange, None])


def test_keys_of_a_column_are_those_of_its_texts(made_up: pl.Series) -> None:
    found = text_columns.keys(made_up).to_list()
    assert found == [texts.key(text) for text in made_up.to_list()]
    assert sum(key is None for key in found) > 100 and len(set(found)) > 1_000


@pytest.mark.parametrize(
    ("column", "one"),
    [
        (text_columns.urls_in, texts.urls_in),
        (text_columns.hashtags, texts.hashtags),
        (text_columns.mentions_in, texts.mentions_in),
    ],
)
def test_a_column_holds_what_its_texts_hold(
    made_up: pl.Series, column: Callable[[pl.Series], pl.DataFrame], one: Callable[[str | None], list[str]]
) -> None:
    found = column(made_up).rows()
    assert found == [(row, piece) for row, text in enumerate(made_up.to_list()) for piece in one(text)]
    assert len(found) > 1_000
