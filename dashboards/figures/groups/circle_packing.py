"""Places for the circles of the group map: without overlap, in the order given, always the same."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin, sqrt

import numpy as np

GOLDEN = pi * (3 - sqrt(5))


def pack(
    radii: Sequence[float], width: float, gap: float = 14.0, top: float = 14.0
) -> tuple[list[tuple[float, float]], float]:
    """Centres of circles in a column of the given width, and the height they need.

    Each circle in turn takes the highest free place, nearest to the left edge: reading order is nearly kept and no
    random number is drawn.

    Examples
    --------
    >>> places, height = pack([10, 10], width=60, gap=4, top=0)
    >>> places
    [(12.0, 12.0), (36.0, 12.0)]
    """
    placed = np.empty((len(radii), 3))
    most, near = max(radii, default=0.0), np.empty(0, dtype=int)  # circles that can still be in anybody's way
    for k, radius in enumerate(radii):
        edge = radius + gap / 2
        low, high = edge, max(edge, width - edge)
        across = np.arange(low, high + 0.01, max(2.0, (high - low) / 80)) if high > low else np.array([low])
        before = placed[near]
        down = np.full(across.shape, edge + top)
        if k:
            far = before[:, 2] + radius + gap
            aside = np.abs(before[:, 0][:, None] - across[None, :])
            drop = np.sqrt(np.maximum(far[:, None] ** 2 - aside**2, 0.0))
            down = np.maximum(down, np.where(aside < far[:, None], before[:, 1][:, None] + drop, 0.0).max(axis=0))
        best = int(np.lexsort((across, np.round(down, 3)))[0])
        placed[k] = across[best], down[best], radius
        near = np.append(near, k)
        if k % 64 == 63:
            near = _in_the_way(placed, near, width, gap, most)
    height = float((placed[:, 1] + placed[:, 2]).max() + gap / 2) if len(radii) else 0.0
    return [(float(x), float(y)) for x, y, _ in placed], height


def _in_the_way(placed: np.ndarray, near: np.ndarray, width: float, gap: float, most: float) -> np.ndarray:
    """Without the circles that lie under everything a point could still reach."""
    x, y, r = placed[near].T
    across = np.linspace(0.0, width, 81)
    far = r + gap
    aside = np.abs(x[:, None] - across[None, :])
    reach = np.where(aside < far[:, None], y[:, None] + np.sqrt(np.maximum(far[:, None] ** 2 - aside**2, 0.0)), 0.0)
    open_from = reach.max(axis=0).min()
    return near[y + r + most + gap > open_from - 2 * most - gap]


def sunflower(number: int, radius: float, turn: float = 0.0) -> list[tuple[float, float]]:
    """Evenly spread places inside a circle, from its centre outwards.

    Examples
    --------
    >>> len(sunflower(5, 20)), all(x * x + y * y <= 400 for x, y in sunflower(500, 20))
    (5, True)
    """
    step = radius / sqrt(max(number, 1))
    return [
        (step * sqrt(i + 0.5) * cos(i * GOLDEN + turn), step * sqrt(i + 0.5) * sin(i * GOLDEN + turn))
        for i in range(number)
    ]
