"""Poisson counts: the chance of a count this large, and the range that a count stays in."""

from __future__ import annotations

import numpy as np

from graph.pairing.arrays import Floats, Ints


def poisson_tail(observed: Ints | Floats, expected: Floats) -> Floats:
    """P(X >= observed) for Poisson counts with the given means.

    Examples
    --------
    >>> import numpy as np
    >>> poisson_tail(np.array([0, 2]), np.array([1.0, 0.1])).round(6).tolist()
    [1.0, 0.004679]
    """
    from scipy.special import gammainc  # loading a case, which needs the names of traces, does without

    count = np.asarray(observed, float)
    return np.where(count <= 0, 1.0, gammainc(np.maximum(count, 1.0), expected))


def usual(mean: float) -> tuple[float, float]:
    """The range a count with this mean stays in, 95 times of 100.

    Examples
    --------
    >>> usual(2.6)
    (0.0, 6.0)
    """
    from scipy.stats import poisson  # half a second to load, which not every command needs

    return float(poisson.ppf(0.025, max(mean, 0.0))), float(poisson.ppf(0.975, max(mean, 0.0)))
