"""Fixtures every test may use; the larger ones stand in ``fixtures_<area>.py`` beside this file and are found by name."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent

pytest_plugins = sorted(file.stem for file in HERE.glob("fixtures_*.py"))


@pytest.fixture(scope="session")
def project() -> Path:
    """The checkout: where ``pyproject.toml`` stands."""
    return HERE.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The samples and data sets read in place beside the checkout; tests that need them are skipped without them."""
    folder = HERE.parent.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("the folder ../shared with samples and data is not beside this checkout")
    return folder
