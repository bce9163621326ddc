"""Fixtures every test may use; the larger ones stand in ``fixtures_<area>.py`` beside this file and are found by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboards.local import addresses
from graph.privacy.small_counts import MINIMUM

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


@pytest.fixture(scope="session", autouse=True)
def own_configuration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keys of cases that tests make go to a folder of the tests; a test may name another."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOCKSTEP_CONFIG", str(tmp_path_factory.mktemp("config")))
        yield


@pytest.fixture(autouse=True)
def no_minimum_of_another_case() -> Iterator[None]:
    """Small counts read as in a case of no harm area, and addresses as of no case, until a test opens one."""
    token, here = MINIMUM.set(1), addresses.HERE.set(addresses.Addresses())
    yield
    MINIMUM.reset(token)
    addresses.HERE.reset(here)
