"""Tracebacks are kept where only this person reads them, and the sentence says where."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboards.local.crash_log import mistake_of_its_own, write_crash


def test_a_crash_is_one_sentence_and_a_private_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCKSTEP_STATE", str(tmp_path))
    try:
        _ = dict[str, int]()["posts"]
    except KeyError as error:
        said = mistake_of_its_own(error)
    (kept,) = (tmp_path / "errors").iterdir()
    assert "KeyError: 'posts'" in kept.read_text("utf-8") and kept.stat().st_mode & 0o077 == 0
    assert "(KeyError)" in said and str(kept) in said and "\n" not in said


def test_without_a_place_to_write_it_says_how_to_see_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LOCKSTEP_STATE", str(tmp_path / "file"))
    assert write_crash() == "Set LOCKSTEP_DEBUG=1 to see the details."
