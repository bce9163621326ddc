"""What a briefing is written as: by its format's name and its file's ending, checked in one place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dashboards.briefing import FORMATS, brief, format_of, with_ending
from ingest.errors import UsageError


@pytest.fixture(autouse=True)
def every_format_can_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    for one in FORMATS.values():
        monkeypatch.setattr(one, "missing", lambda: None, raising=False)


@pytest.mark.parametrize(
    ("path", "kind", "means"),
    [
        (None, None, "html"),
        (None, "pdf", "pdf"),
        ("larch", None, "html"),
        ("larch", "docx", "docx"),
        ("larch.", "docx", "docx"),
        ("a.b/larch", None, "html"),
        ("LARCH.PDF", None, "pdf"),
        ("larch.zip", "images", "images"),
        ("larch.stix.json", None, "stix"),
        *((f"larch{one.suffix}", None, name) for name, one in FORMATS.items()),
    ],
)
def test_the_ending_says_the_format(path: str | None, kind: str | None, means: str) -> None:
    assert format_of(path, kind) == means


@pytest.mark.parametrize(
    ("path", "kind", "said"),
    [
        ("b.odt", None, r"ends in \.html, \.pdf, \.docx, \.pptx, \.zip or \.stix\.json\."),
        ("note.txt", None, r"No briefing ends in \.txt"),
        ("note.txt", "docx", r"ends in \.docx\."),
        ("larch.json", None, r"\.stix\.json"),
        ("larch.html.gz", None, r"No briefing ends in \.gz"),
        ("b.pdf", "docx", r"ends in \.docx, or leave the format out"),
        ("b.html", "htm", "Did you mean 'html'"),
        ("out/", None, "is a folder"),
        (".", None, "is a folder"),
    ],
)
def test_another_ending_is_refused_and_nothing_written(
    hand_report: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, kind: str | None, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=said):
        brief(hand_report, path, kind)
    assert not list(tmp_path.iterdir())


def test_a_file_without_an_ending_gets_its_format_s(hand_report: Any, tmp_path: Path) -> None:
    assert brief(hand_report, tmp_path / "larch").name == "larch.html"
    assert with_ending(Path("larch."), "stix") == Path("larch.stix.json")
