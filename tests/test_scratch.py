"""Temporary folders: private, and gone after a kill."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from ingest.scratch import Scratch


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of this test's own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def folders(home: Path) -> list[Path]:
    return sorted(home.glob("lockstep*/lockstep-*"))


def test_what_a_killed_process_left_goes_with_the_next_one(temporary: Path) -> None:
    script = "import os; from ingest.scratch import Scratch; s = Scratch('spill'); (s.path / 'x').write_text('nora'); print(s.path, flush=True); os.kill(os.getpid(), 9)"
    env = {**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": os.pathsep.join(sys.path)}
    left = [
        subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=False)
        for _ in range(2)
    ]
    assert not Path(left[0].stdout.strip()).exists(), "the second process deleted it"
    assert (Path(left[1].stdout.strip()) / "x").read_text() == "nora"
    with Scratch("spill") as mine, Scratch("spill") as other:
        assert folders(temporary) == sorted([mine, other]), "those in use stay"
        assert stat.S_IMODE(mine.stat().st_mode) == 0o700
    assert folders(temporary) == []


def test_what_was_half_made_or_half_deleted_goes_too(temporary: Path) -> None:
    with Scratch("spill") as mine:
        for name, content in (("lockstep-spill-0123456789ab", False), ("lockstep-fonts-0123456789ab", True)):
            (mine.parent / name).mkdir()
            if content:
                (mine.parent / name / "nora.ttf").touch()
        (mine.parent / "lockstep-of-somebody").mkdir()
        with Scratch("spill") as other:
            assert folders(temporary) == sorted([mine, other, mine.parent / "lockstep-of-somebody"])


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="folders belong to people on other systems")
@pytest.mark.parametrize("trap", ["a link to elsewhere", "open to others", "a file"])
def test_a_folder_prepared_by_somebody_else_is_not_used(temporary: Path, trap: str) -> None:
    home, elsewhere = temporary / f"lockstep.{os.getuid()}", temporary / "elsewhere"
    elsewhere.mkdir()
    if trap == "a link to elsewhere":
        home.symlink_to(elsewhere)
    elif trap == "open to others":
        home.mkdir()
        home.chmod(0o777)
    else:
        home.touch()
    with Scratch("spill") as folder:
        assert folder.parent != home and stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    assert list(elsewhere.iterdir()) == []
