"""Cohen's kappa of two coders with its 95% interval.

kappa = (po - pe) / (1 - pe): po is the share of items both put into one category, pe what the two would agree on by chance,
given how often each uses each category (Cohen 1960). The interval is kappa ± 1.96 standard errors, with the large-sample
standard error of Fleiss, Cohen and Everitt (1969); with fewer than ``FEW`` items it is the 2.5th to the 97.5th percentile of a
bootstrap over items with a fixed seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

FEW, DRAWS, SEED = 30, 10_000, 0
_Z = 1.959964
ASYMPTOTIC, BOOTSTRAP = "large-sample standard error", "bootstrap"
ALL_ONE = "Both coders put everything into one category, so kappa is not defined."
TOO_FEW = "Fewer than two groups were coded by both, so kappa is not given."
TOO_FEW_DRAWS = "There are too few groups for an interval."
ALL_AGREED = "They agreed on everything, so no interval can be estimated."


@dataclass(frozen=True)
class Kappa:
    """Agreement of two coders.

    Attributes
    ----------
    items, agreed : int
    share : float or None
        Observed agreement po, 0 to 1; None without items.
    kappa : float or None
    low, high : float or None
        Ends of the 95% interval.
    interval : str
        ``ASYMPTOTIC``, ``BOOTSTRAP``, or empty where there is none.
    why : str
        The sentence that says why kappa or its interval is missing; else empty.
    """

    items: int
    agreed: int
    share: float | None
    kappa: float | None = None
    low: float | None = None
    high: float | None = None
    interval: str = ""
    why: str = ""


def kappa(table: Sequence[Sequence[int]]) -> Kappa:
    """Cohen's kappa of a confusion table.

    Parameters
    ----------
    table : sequence of sequence of int
        Items by category of the first coder (rows) and of the second (columns); square.

    Returns
    -------
    Kappa

    References
    ----------
    Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and Psychological Measurement 20, 37-46.
    Fleiss, J. L., Cohen, J., Everitt, B. S. (1969). Large sample standard errors of kappa and weighted kappa.
    Psychological Bulletin 72, 323-327.

    Examples
    --------
    >>> found = kappa([[75, 1, 4], [5, 4, 1], [0, 0, 10]])
    >>> round(found.kappa, 3), round(found.low, 2), round(found.high, 2), found.interval
    (0.676, 0.5, 0.85, 'large-sample standard error')
    >>> kappa([[3, 0], [0, 0]]).why
    'Both coders put everything into one category, so kappa is not defined.'
    """
    counts = np.asarray(table, dtype=np.int64)
    items, agreed = int(counts.sum()), int(np.trace(counts))
    if items < 2:
        return Kappa(items, agreed, agreed / items if items else None, why=TOO_FEW)
    share = agreed / items
    value = float(_kappas(counts[None] / items)[0])
    if np.isnan(value):
        return Kappa(items, agreed, share, why=ALL_ONE)
    if agreed == items:
        return Kappa(items, agreed, share, value, why=ALL_AGREED)
    if items < FEW:
        ends = _bootstrap(counts, items)
        if ends is None:
            return Kappa(items, agreed, share, value, why=TOO_FEW_DRAWS)
        return Kappa(items, agreed, share, value, *ends, BOOTSTRAP)
    error = standard_error(counts / items, value) / sqrt(items)
    return Kappa(items, agreed, share, value, max(-1.0, value - _Z * error), min(1.0, value + _Z * error), ASYMPTOTIC)


def standard_error(shares: NDArray[np.float64], value: float) -> float:
    """The standard error of kappa times the root of the number of items (Fleiss, Cohen and Everitt 1969).

    Examples
    --------
    >>> shares = np.array([[0.75, 0.01, 0.04], [0.05, 0.04, 0.01], [0, 0, 0.1]])
    >>> round(standard_error(shares, 0.6765) / 10, 3)
    0.088
    """
    first, second = shares.sum(axis=1), shares.sum(axis=0)
    chance = float(first @ second)
    both = second[:, None] + first[None, :]  # p.i + pj., of cell ij
    diagonal = float((np.diag(shares) * (1 - (first + second) * (1 - value)) ** 2).sum())
    off = shares * both**2
    rest = (1 - value) ** 2 * float(off.sum() - np.trace(off))
    return sqrt(max(0.0, diagonal + rest - (value - chance * (1 - value)) ** 2)) / (1 - chance)


def _bootstrap(counts: NDArray[np.int64], items: int) -> tuple[float, float] | None:
    """Percentiles over draws of as many items; None where over one draw in 20 puts all items into one category."""
    cells = counts.ravel() / items
    drawn = np.random.default_rng(SEED).multinomial(items, cells, size=DRAWS).reshape(-1, *counts.shape)
    values = _kappas(drawn / items)
    defined = values[~np.isnan(values)]
    if len(defined) < 0.95 * DRAWS:
        return None
    low, high = np.quantile(defined, [0.025, 0.975])
    return float(low), float(high)


def _kappas(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Kappa of each table of a stack; not a number where chance alone agrees on everything."""
    agreed = np.trace(shares, axis1=1, axis2=2)
    chance = (shares.sum(axis=2) * shares.sum(axis=1)).sum(axis=1)
    sure = np.isclose(chance, 1.0)
    return np.where(sure, np.nan, (agreed - chance) / np.where(sure, 1.0, 1 - chance))
