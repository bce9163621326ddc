"""What keeps tests apart from this person's folders and from each other; examples in the packages use it as well.

It stands in a plugin because fixtures of ``conftest.py`` reach only the tests beside it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dashboards.local import addresses
from graph.privacy.small_counts import MINIMUM


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
