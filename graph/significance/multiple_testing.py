"""Correction for many tests: q-values by the false discovery rate.

The families are chosen without looking at timing. Pairs that did not meet twice count as p = 1, which can only make q
larger. Source: Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57:289.
"""

from __future__ import annotations

import numpy as np

from graph.pairing.arrays import Floats


def benjamini_hochberg(p: Floats, family: int) -> Floats:
    """q-values of the smallest p-values of a family; the ones not given count as 1.

    Parameters
    ----------
    p : float array
    family : int
        How many hypotheses were asked, at least ``len(p)``.

    Examples
    --------
    >>> import numpy as np
    >>> benjamini_hochberg(np.array([0.001, 0.5, 0.02]), 10).round(3).tolist()
    [0.01, 1.0, 0.1]
    """
    order = np.argsort(p, kind="stable")
    raw = p[order] * family / np.arange(1, len(p) + 1)
    q = np.empty_like(raw)
    q[order] = np.minimum(np.minimum.accumulate(raw[::-1])[::-1], 1.0)
    return q
