"""Name model: the chance that somebody unrelated chooses the same name, from the letters and the variants of the names in a case.

1. **Letters.** A letter follows the up to four letters before it as often as it does in the other names, each name counted once;
   where they do not know, fewer letters are asked (Witten and Bell 1991, IEEE Transactions on Information Theory 37:1085). Digits
   at the ends say nothing, and all names that differ by them only are left out of the count.
2. **Variants on one platform.** A platform gives a name once, so people who would choose alike vary it: ``nora``, ``nora84``. Such
   pairs on one platform show how often strangers choose names of a rarity: of all pairs of accounts on one platform, the part that
   are variants of a name at most as likely by its letters. Below the rarest such pair that part falls as the square root of the
   chance, because letters misjudge a name made of uncommon words by orders of magnitude.
3. **Variants of the name itself** anywhere in the case: it is as likely as they are among all accounts.

The largest of the three counts. Their combination is our own rule; ``tests/test_significance_rarity.py`` holds it against names
that are made as people make them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from graph.pairing.arrays import Floats, Ints

LETTERS = 4  # before the one that is guessed
TAUGHT = 30_000  # names the model is taught; of more, an even part chosen by hash
_START, _END = "\x02", "\x03"
_DIGITS = "0123456789"


def base_of(name: str) -> str:
    """A name without the digits at its ends, and whole where nothing else is in it.

    Examples
    --------
    >>> [base_of(name) for name in ("nora84", "24news", "2026")]
    ['nora', 'news', '2026']
    """
    return name.strip(_DIGITS) or name


def chances(names: Sequence[str], name: Ints, platform: Ints) -> Floats:
    """Chance of each name, so that of two strangers on two platforms no more have a name in common that is at most as likely.

    Parameters
    ----------
    names : sequence of str
        Distinct names of a case in their normal form.
    name, platform : int arrays of shape (accounts,)
        Position of each account's name, and number of its platform.

    Returns
    -------
    float array of shape (names,)
        1 for names that only one platform has: nothing is asked of them.

    Examples
    --------
    >>> names = ["anna", "anna1", "hanna", "oldharbourmill", "ben", "bena", "annab"]
    >>> rare = chances(names, np.array([0, 0, 1, 2, 3, 3, 4, 5, 6]), np.array([0, 1, 0, 0, 0, 1, 0, 0, 1]))
    >>> bool(rare[0] > 0.1), bool(rare[3] < 1e-4), float(rare[4])  # "anna1" is a variant of "anna"
    (True, True, 1.0)
    """
    bases, base = np.unique([base_of(one) for one in names], return_inverse=True)
    places = int(platform.max(initial=0)) + 1
    by_name, by_base = (
        np.bincount(platform * size + which, minlength=places * size).reshape(places, size)
        for size, which in ((len(names), name), (len(bases), base[name]))
    )
    found, asked = np.ones(len(names)), np.flatnonzero((by_name > 0).sum(axis=0) > 1)
    if not len(asked):
        return found
    varied = (by_base * (by_base - 1) // 2).sum(axis=0)
    wanted = np.union1d(base[asked], np.flatnonzero(varied))
    model, letters = _Model(_taught(names)), np.ones(len(bases))
    letters[wanted] = [model.chance(bases[at]) for at in wanted.tolist()]
    on_one = np.bincount(platform)
    alike = _alike(letters[base[asked]], letters, varied, int((on_one * (on_one - 1) // 2).sum()))
    others = by_base.sum(axis=0)[base[asked]] - by_name.sum(axis=0)[asked]
    found[asked] = np.clip(np.max([letters[base[asked]], alike, others / len(name)], axis=0), 0.0, 1.0)
    return found


def _alike(asked: Floats, letters: Floats, varied: Ints, pairs: int) -> Floats:
    """Part of the pairs on one platform that are variants of a name at most as likely as each one asked for."""
    order = np.argsort(letters[varied > 0], kind="stable")
    known, number = letters[varied > 0][order], np.cumsum(varied[varied > 0][order])
    if not len(known):
        return np.zeros(len(asked))
    upto = np.searchsorted(known, asked, side="right")
    count = np.where(upto > 0, number[np.maximum(upto - 1, 0)], np.sqrt(asked / known[0]))
    return np.asarray(count / max(pairs, 1))


def _taught(names: Sequence[str]) -> Sequence[str]:
    if len(names) <= TAUGHT:
        return names
    return sorted(names, key=lambda name: blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest())[
        :TAUGHT
    ]


class _Model:
    """Counts of letters after letters in the bases of the names taught."""

    def __init__(self, names: Sequence[str]) -> None:
        self._bases = Counter(base_of(name) for name in names)
        self._kinds = len({letter for name in self._bases for letter in name}) + 1
        self._steps: Counter[tuple[str, str]] = Counter()
        for name in self._bases:
            self._steps.update(_steps(name))
        self._after: Counter[str] = Counter()
        self._different: Counter[str] = Counter()
        for (before, _), number in self._steps.items():
            self._after[before] += number
            self._different[before] += 1

    def chance(self, base: str) -> float:
        """Product of the chances of its letters and of its end, the base itself left out."""
        steps = _steps(base)
        own = Counter(steps) if base in self._bases else Counter[tuple[str, str]]()
        mine: Counter[str] = Counter()
        only: Counter[str] = Counter()
        for (before, letter), number in own.items():
            mine[before] += number
            only[before] += self._steps[before, letter] == number
        total, chance = 1.0, 1.0 / self._kinds
        for at, (before, letter) in enumerate(steps):  # for each letter, from no letters before it to the most
            if not before:
                total, chance = total * chance if at else 1.0, 1.0 / self._kinds
            seen, kinds = self._after[before] - mine[before], self._different[before] - only[before]
            if seen:
                chance = (self._steps[before, letter] - own[before, letter] + kinds * chance) / (seen + kinds)
        return total * chance


def _steps(name: str) -> list[tuple[str, str]]:
    """Each letter and the end of a name after no letters, the letter before it, and so on up to ``LETTERS``.

    The start counts as a letter, so that first letters are guessed from first letters.
    """
    whole = _START + name + _END
    return [
        (whole[start:at], whole[at]) for at in range(1, len(whole)) for start in range(at, max(at - LETTERS, 0) - 1, -1)
    ]
