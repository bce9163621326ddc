"""The briefing: one file that runs nothing, fetches nothing, names nobody, and says as plainly when nothing was found."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from fixtures_export import HANDLES

from dashboards.briefing import FORMATS, brief
from dashboards.briefing.pinned import paper
from graph.case.pins import Pinned
from ingest.errors import UsageError

VOID = {"meta", "br", "hr", "img", "link", "input", "wbr", "col"}


class Outline(HTMLParser):
    """What a page is made of: tags, attributes, headings, and whether everything that opens closes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.headings: list[int] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "title"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture
def found(hand_report: Any, tmp_path: Path) -> str:
    return brief(hand_report, tmp_path / "briefing.html").read_text("utf-8")


@pytest.fixture
def nothing(empty_report: Any, tmp_path: Path) -> str:
    return brief(empty_report, tmp_path / "briefing.html").read_text("utf-8")


@pytest.mark.parametrize("page", ["found", "nothing"])
def test_the_page_is_whole_and_in_order(page: str, request: pytest.FixtureRequest) -> None:
    outline = Outline(request.getfixturevalue(page))
    assert outline.open == []
    assert dict(outline.tags)["html"] == {"lang": "en"}
    assert outline.headings[0] == 1 and outline.headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(outline.headings, outline.headings[1:], strict=False)), "no level is left out"


@pytest.mark.parametrize("page", ["found", "nothing"])
def test_nothing_runs_and_nothing_is_fetched(page: str, request: pytest.FixtureRequest) -> None:
    text = request.getfixturevalue(page)
    outline = Outline(text)
    tags = [tag for tag, _ in outline.tags]
    assert not {"script", "a", "iframe", "object", "embed", "link", "img", "form", "base"} & set(tags)
    for tag, attributes in outline.tags:
        for name, value in attributes.items():
            assert not name.startswith("on"), f"{tag} {name}"
            assert name not in ("src", "href", "srcset", "style", "action"), f"{tag} {name}={value}"
    policy = next(a["content"] for t, a in outline.tags if t == "meta" and a.get("http-equiv"))
    assert policy is not None and "default-src 'none'" in policy and "unsafe" not in policy
    assert set(re.findall(r"url\((.{5})", text)) <= {"data:"}


@pytest.mark.parametrize("page", ["found", "nothing"])
def test_figures_have_words_and_a_table(page: str, request: pytest.FixtureRequest) -> None:
    text = request.getfixturevalue(page)
    figures = re.findall(r"<figure>.*?</figure>", text, re.S)
    assert figures
    for figure in figures:
        assert 'role="img"' in figure and re.search(r"<title[^>]*>[^<]+</title>", figure)
        assert re.search(r"<desc[^>]*>[^<]+</desc>", figure) and "<figcaption><b>Figure" in figure
        assert "<details><summary>" in figure and "<tbody>" in figure
        assert "Run R-7" in figure, "the run is stamped on it"
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_it_names_nobody(found: str) -> None:
    low = found.casefold()
    forbidden = [
        *(handle.casefold() for handle in HANDLES),
        "stranger_x",
        "me@kvarn.example",
        "<b>bold",
        "https://nordlys",
        "http://",
        "nordlys.example",
        "/home/kim",
        "906000000000",
        "\u202e",
    ]
    assert [word for word in forbidden if word in low.replace("http://www.w3.org/2000/svg", "")] == []
    assert "hxxps://nordlys[.]example" in found and "A-1" in found


def test_it_says_what_was_found(found: str) -> None:
    text = Outline(found).text
    assert "3 accounts in one group shared the same links within a minute of each other" in text
    for words in (
        "12,406 posts by 1,932 accounts",
        "Observed 18 times two of them shared the same object Expected by chance 7.2 usually 3 to 12",
        "Closed circles",
        "Set aside",
        "Coordinated does not mean inauthentic",
        "No comparison population: all accounts here were chosen beforehand.",
        "no time",
        "Two tests for every tie",
        "What q means",
        "ab" * 32,
        "R-7, 0123456789ab",
        "Seed 7",
        "A-9 and A-10",
        "confirmed",
        "13 s",
    ):
        assert words in text, words
    assert text.index("Closed circles") > text.index("Groups")
    assert "inauthentic" not in text.replace("does not mean inauthentic", "")


def test_it_says_plainly_that_nothing_was_found(nothing: str) -> None:
    text = Outline(nothing).text
    assert "Nothing found beyond chance" in text
    assert "This is a result, and you can report it." in text
    assert "no group, no pair, and nothing set aside." in text
    assert "27 against 26" in text, "what chance would give stands beside what was seen"


def test_nothing_found_can_be_pinned(empty_report: Any) -> None:
    pins = [Pinned("n1", {"what": "figure", "figure": "against-chance"}), Pinned("n2", {"what": "groups"})]
    pieces = paper(empty_report, pins).pieces
    assert all(piece.picture is not None and "27 against 26" in piece.picture.svg for piece in pieces)


def test_it_is_the_same_again_and_replaces_the_file_whole(hand_report: Any, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "briefing.html"
    first = brief(hand_report, path).read_bytes()
    assert brief(hand_report, path).read_bytes() == first
    assert [p.name for p in path.parent.iterdir()] == ["briefing.html"]


def test_the_size_is_bounded(hand_report: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboards.briefing import evidence, groups

    monkeypatch.setattr(groups, "GROUPS_IN_DETAIL", 1)
    monkeypatch.setattr(evidence, "TIES_SHOWN", 1)
    monkeypatch.setattr(evidence, "MEETINGS_SHOWN", 2)
    text = Outline(brief(hand_report, tmp_path / "small.html").read_text("utf-8")).text
    assert "2 of 6 links." in text and "The strongest 1 of 3 ties" in text
    assert "The first 1 are shown in detail below, 2 other groups only in the tables." in text


def test_formats_and_places(hand_report: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Did you mean 'html'"):
        brief(hand_report, tmp_path / "a.htm", kind="htm")
    with pytest.raises(UsageError, match="is a folder"):
        brief(hand_report, tmp_path)
    for name, made in FORMATS.items():
        assert made.name == name and made.title and made.suffix.startswith(".")
