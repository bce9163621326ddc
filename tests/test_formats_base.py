"""A file of a briefing is written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboards.briefing.formats.base import put


def test_a_file_is_replaced_whole_and_its_folder_made(tmp_path: Path) -> None:
    target = tmp_path / "new" / "a.html"
    assert put(b"old and longer", target) == target and put(b"new", target).read_bytes() == b"new"
    assert [path.name for path in target.parent.iterdir()] == ["a.html"]


def test_what_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.html"
    put(b"old", target)

    def full_disk(self: Path, other: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(OSError, match="No space"):
        put(b"new", target)
    assert target.read_bytes() == b"old" and [path.name for path in tmp_path.iterdir()] == ["a.html"]
