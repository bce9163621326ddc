"""Licences of what an installation brings: read from what packages state, refused where unknown or strong copyleft."""

from __future__ import annotations

from importlib.metadata import distribution

import pytest
from licences import licence, main, needed, refused

STATED = [
    ("MIT", None),
    ("Apache 2", None),
    ("New BSD", None),
    ("http://www.apache.org/licenses/LICENSE-2.0", None),
    ("MPL-2.0 AND (Apache-2.0 OR MIT)", None),
    ("GPL-2.0 OR MIT", None),
    ("GPL-3.0-or-later", "strong copyleft or not free"),
    ("GNU Lesser General Public License v3 (LGPLv3)", "strong copyleft or not free"),
    ("MIT AND AGPL-3.0", "strong copyleft or not free"),
    ("BUSL-1.1", "strong copyleft or not free"),
    ("Proprietary", "states no licence we know"),
    ("", "states no licence we know"),
]


@pytest.mark.parametrize(("stated", "why"), STATED)
def test_a_stated_licence_is_taken_or_refused(stated: str, why: str | None) -> None:
    assert refused(stated) == why


def test_a_package_that_states_none_is_read_in_its_licence_file() -> None:
    found = distribution(pytest.importorskip("resvg_py").__name__)
    assert "License-Expression" not in found.metadata and licence(found) == "MIT"


def test_every_package_that_comes_with_us_may(capsys: pytest.CaptureFixture[str]) -> None:
    assert len({found.name for found in needed()}) > 40
    assert main() == 0, capsys.readouterr().out
