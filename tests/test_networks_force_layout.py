"""The force layout of one network: equal input gives equal places, nobody covers anybody, tied accounts are near."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from graph.networks import force_layout as forces
from graph.networks.force_layout import SPACING, force_layout, spread


def ring_of_cliques(cliques: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    pairs = [(size * k + i, size * k + j) for k in range(cliques) for i in range(size) for j in range(i)]
    pairs += [(size * k, size * ((k + 1) % cliques)) for k in range(cliques)]
    ends = np.array(pairs)
    return ends[:, 0], ends[:, 1]


def nearest(places: np.ndarray) -> float:
    return float(pdist(places).min())


@pytest.mark.parametrize("exact", [forces.EXACT, 5])
def test_equal_input_gives_equal_places_and_tied_accounts_are_near(monkeypatch: pytest.MonkeyPatch, exact: int) -> None:
    monkeypatch.setattr(forces, "EXACT", exact)  # 5: all push as cells of a grid
    a, b = ring_of_cliques(4, 12)
    places = force_layout(48, a, b, np.ones(len(a)))
    assert np.array_equal(places, force_layout(48, a, b, np.ones(len(a))))
    assert not np.array_equal(places, force_layout(48, a, b, np.ones(len(a)), seed=8))
    tied = np.hypot(*(places[a] - places[b]).T).mean()
    everyone = np.hypot(*(places[:, None] - places[None]).reshape(-1, 2).T).mean()
    assert tied < 0.6 * everyone


@pytest.mark.parametrize("count", [0, 1, 2, 3, 60])
def test_nobody_covers_anybody(count: int) -> None:
    a = np.zeros(max(count - 1, 0), dtype=int)
    places = force_layout(count, a, np.arange(1, count) if count else a, np.ones(len(a)))
    assert places.shape == (count, 2) and np.isfinite(places).all()
    if count > 1:
        assert nearest(places) > 0.8 * SPACING


def test_accounts_without_ties_and_on_one_spot_part() -> None:
    none = np.array([], dtype=int)
    assert np.isfinite(force_layout(5, none, none, np.array([]))).all()
    apart = spread(np.zeros((20, 2)), 1.0)
    assert nearest(apart) > 0.5


def test_above_the_largest_those_with_most_ties_stand_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forces, "LARGEST", 10)
    b = np.arange(1, 30)
    places = force_layout(30, np.zeros(29, dtype=int), b, np.ones(29))
    assert np.hypot(*places.T).argmin() == 0
