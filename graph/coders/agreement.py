"""Several coders' verdicts on the groups of a run: who said what, how far two agree, and who decided where they did not.

A coder's verdict on a group is their own last one. A verdict given after two people's is a decision between them and no coding:
it does not count for the agreement. A verdict that was given after seeing another's is counted, and it is said how many were:
agreement is only independent where both coded blind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from graph.coders.kappa import BOOTSTRAP, DRAWS, FEW, SEED, Kappa, kappa

if TYPE_CHECKING:
    import pandas as pd

CATEGORIES = ("confirmed", "unsure", "rejected")
"""Verdicts that code a group; ``open`` takes one back."""
COLUMNS = ("group_id", "rank", "coder", "verdict", "confidence", "reason", "at", "saw_another", "decided", "decided_by")


@dataclass(frozen=True)
class Rating:
    """One coder's verdict on one group.

    Attributes
    ----------
    group_id, coder, verdict, reason, at : str
    confidence : str or None
    saw : bool or None
        Whether another coder's verdict had been seen before; None for verdicts from a file, which do not say.
    """

    group_id: str
    coder: str
    verdict: str
    reason: str
    at: str
    confidence: str | None = None
    saw: bool | None = False


@dataclass(frozen=True)
class Agreement:
    """Two coders on the groups both coded.

    Attributes
    ----------
    first, second : str
    kappa : Kappa
    table : tuple of tuple of int
        Groups by category of the first (rows) and the second (columns), in the order of ``CATEGORIES``.
    saw : int
        Groups on which one of them had seen the other's verdict.
    unsaid : int
        Groups on which that is not known.
    """

    first: str
    second: str
    kappa: Kappa
    table: tuple[tuple[int, ...], ...]
    saw: int
    unsaid: int = 0

    def sentence(self) -> str:
        """The agreement in a sentence, with the method of its interval.

        Examples
        --------
        >>> one, two = ("Ann", "Ben")
        >>> print(Agreement(one, two, kappa([[1, 0], [0, 0]]), ((1, 0), (0, 0)), 0).sentence())
        Ann and Ben coded 1 group; they agreed on 1. Fewer than two groups were coded by both, so kappa is not given.
        """
        found = self.kappa
        groups = f"{found.items} {'group' if found.items == 1 else 'groups'}"
        if not found.items:
            return f"{self.first} and {self.second} coded no group in common."
        if found.kappa is None:
            return f"{self.first} and {self.second} coded {groups}; they agreed on {found.agreed}. {found.why}"
        said = f"{self.first} and {self.second} coded {groups}; they agreed on {found.agreed} (kappa {two_digits(found.kappa)}"
        if found.low is None or found.high is None:
            return f"{said}). {found.why}"
        method = f"{found.interval}, {DRAWS:,} draws, seed {SEED}" if found.interval == BOOTSTRAP else found.interval
        said += f", 95% interval {two_digits(found.low)} to {two_digits(found.high)}; {method})."
        return f"{said}{self._not_blind()}"

    def _not_blind(self) -> str:
        if not self.saw and self.unsaid:
            return " Verdicts from a file do not say what their author had seen."
        if not self.saw:
            return " Neither had seen the other's verdict."
        groups = f"{self.saw} {'group' if self.saw == 1 else 'groups'}"
        return f" On {groups} one had seen the other's verdict, so the agreement is not independent there."


@dataclass(frozen=True)
class Coding:
    """All coders' verdicts on the groups of a run.

    Attributes
    ----------
    ranks : mapping of str to int
        Group id to its rank in the run.
    ratings : tuple of Rating
        By rank of the group, then coder.
    decisions : mapping of str to Rating
        Group id to the verdict given after two people's, where there is one.
    """

    ranks: Mapping[str, int]
    ratings: tuple[Rating, ...]
    decisions: Mapping[str, Rating]

    @property
    def coders(self) -> list[str]:
        """Everyone who coded a group, those with the most groups first."""
        counts: dict[str, int] = {}
        for rating in self.ratings:
            counts[rating.coder] = counts.get(rating.coder, 0) + 1
        return sorted(counts, key=lambda coder: (-counts[coder], coder.casefold()))

    def of(self, group_id: str) -> dict[str, Rating]:
        """Coder to verdict on one group."""
        return {rating.coder: rating for rating in self.ratings if rating.group_id == group_id}

    @property
    def groups(self) -> list[str]:
        """Ids of the groups somebody coded, by rank."""
        return list(dict.fromkeys(rating.group_id for rating in self.ratings))

    def pairs(self) -> list[Agreement]:
        """Agreement of every two coders who share a group, or of the first two where none do."""
        every = [self._pair(first, second) for first, second in combinations(self.coders, 2)]
        return [one for one in every if one.kappa.items] or every[:1]

    def _pair(self, first: str, second: str) -> Agreement:
        both = [(held[first], held[second]) for held in map(self.of, self.groups) if first in held and second in held]
        place = {verdict: number for number, verdict in enumerate(CATEGORIES)}
        counts = [[0] * len(CATEGORIES) for _ in CATEGORIES]
        for one, two in both:
            counts[place[one.verdict]][place[two.verdict]] += 1
        saw = sum(bool(one.saw or two.saw) for one, two in both)
        unsaid = sum(one.saw is None or two.saw is None for one, two in both)
        return Agreement(first, second, kappa(counts), tuple(tuple(row) for row in counts), saw, unsaid)

    def disagreements(self) -> list[str]:
        """Ids of the groups on which coders differ, by rank."""
        return [group for group in self.groups if len({rating.verdict for rating in self.of(group).values()}) > 1]

    def undecided(self) -> list[str]:
        """Ids of the groups on which coders differ and nobody decided."""
        return [group for group in self.disagreements() if group not in self.decisions]

    def sentences(self) -> list[str]:
        """The state of the coding in sentences: agreement of each two, disagreements, decisions."""
        coders = self.coders
        if not coders:
            return ["No group has a verdict yet."]
        if len(coders) == 1:
            groups = len(self.groups)
            return [
                f"One person coded {groups} {'group' if groups == 1 else 'groups'}: agreement needs a second coder."
            ]
        said = [one.sentence() for one in self.pairs()]
        if len(coders) > 2:
            said.insert(0, f"{len(coders)} people coded groups; agreement is given for each two of them.")
        differ, open_ = self.disagreements(), self.undecided()
        if differ:
            named = ", ".join(str(self.ranks[group]) for group in differ)
            decided = len(differ) - len(open_)
            said.append(
                f"They differ on {'group' if len(differ) == 1 else 'groups'} {named}; {decided} decided,"
                f" {len(open_)} open."
            )
        return said

    def frame(self) -> pd.DataFrame:
        """One row per group and coder.

        Returns
        -------
        pandas.DataFrame
            ``COLUMNS``: ``saw_another`` True where another's verdict had been seen, empty where that is not known; ``decided`` and ``decided_by`` where a
            verdict was given after two people's.
        """
        import pandas as pd

        return pd.DataFrame(self.rows(), columns=list(COLUMNS))

    def rows(self) -> list[dict[str, Any]]:
        """Rows of ``frame`` as mappings; unknown is None."""
        return [self._row(rating) for rating in self.ratings]

    def _row(self, rating: Rating) -> dict[str, Any]:
        last = self.decisions.get(rating.group_id)
        return {
            "group_id": rating.group_id,
            "rank": self.ranks[rating.group_id],
            "coder": rating.coder,
            "verdict": rating.verdict,
            "confidence": rating.confidence,
            "reason": rating.reason,
            "at": rating.at,
            "saw_another": rating.saw,
            "decided": last and last.verdict,
            "decided_by": last and last.coder,
        }


def coding(notes: Iterable[Mapping[str, Any]], run_id: str, ranks: Mapping[str, int]) -> Coding:
    """Read the coding of a run from the verdicts in its case.

    Parameters
    ----------
    notes : iterable of mapping
        Verdicts as written (``graph.case.verdicts.give``), oldest first.
    run_id : str
    ranks : mapping of str to int
        Group id to rank; verdicts on other things are left out.

    Returns
    -------
    Coding

    Examples
    --------
    >>> def verdict(id, by, verdict, *after):
    ...     return {"kind": "verdict", "id": id, "run_id": "r", "group_id": "g", "by": by, "verdict": verdict, "after": after}
    >>> first, second = verdict("1", "Ann", "confirmed"), verdict("2", "Ben", "rejected")
    >>> found = coding([first, second, verdict("3", "Cem", "rejected", "1", "2")], "r", {"g": 1})
    >>> found.coders, found.disagreements(), found.decisions["g"].coder, found.undecided()
    (['Ann', 'Ben'], ['g'], 'Cem', [])
    """
    by_group: dict[str, list[Mapping[str, Any]]] = {group: [] for group in sorted(ranks, key=lambda g: ranks[g])}
    for note in notes:
        group = str(note.get("group_id"))
        if note.get("kind") == "verdict" and note.get("run_id") == run_id and group in by_group:
            by_group[group].append(note)
    names = _names(note for given in by_group.values() for note in given)
    ratings, decisions = list[Rating](), dict[str, Rating]()
    for group, given in by_group.items():
        codes, last = _coded(group, given, names)
        ratings += codes
        if last:
            decisions[group] = last
    return Coding(ranks, tuple(ratings), decisions)


def _names(notes: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The spelling shown of each name, by the name in lower case: the first met."""
    found: dict[str, str] = {}
    for note in notes:
        found.setdefault(_who(note), " ".join(str(note.get("by")).split()))
    return found


def _who(note: Mapping[str, Any]) -> str:
    return " ".join(str(note.get("by")).split()).casefold()


def _coded(
    group: str, given: Sequence[Mapping[str, Any]], names: Mapping[str, str]
) -> tuple[list[Rating], Rating | None]:
    """Each coder's own last verdict on a group, and the decision after them."""
    seen: dict[str, set[str]] = {}  # verdict -> names whose verdicts had been seen when it was given
    author = {str(note.get("id")): _who(note) for note in given}
    own: dict[str, Rating | None] = {}
    decision: Rating | None = None
    for note in given:
        after = [str(one) for one in note.get("after") or () if str(one) in author]
        who = _who(note)
        before = {author[one] for one in after}
        known = before.union(*(seen.get(one, set()) for one in after))
        seen[str(note.get("id"))] = known
        rating = _rating(group, note, names[who], None if note.get("from_file") else bool(known - {who}))
        if len(before) > 1 or len(known - {who}) > 1:
            decision = rating
        else:
            own[who] = rating
    return sorted(filter(None, own.values()), key=lambda one: one.coder.casefold()), decision


def _rating(group: str, note: Mapping[str, Any], coder: str, saw: bool | None) -> Rating | None:
    verdict = str(note.get("verdict"))
    if verdict not in CATEGORIES:
        return None
    confidence = note.get("confidence")
    return Rating(
        group,
        coder,
        verdict,
        str(note.get("reason") or ""),
        str(note.get("at") or ""),
        str(confidence) if confidence else None,
        saw,
    )


def two_digits(value: float) -> str:
    """A coefficient as it is printed: two digits, no zero before the point.

    Examples
    --------
    >>> two_digits(0.714), two_digits(-0.05), two_digits(1.0)
    ('.71', '-.05', '1.00')
    """
    said = f"{value:.2f}"
    return said.replace("0.", ".", 1) if abs(float(said)) < 1 else said


SOURCES = (
    "Cohen's kappa (Cohen 1960). Interval: large-sample standard error (Fleiss, Cohen and Everitt 1969); with fewer than"
    f" {FEW} groups a bootstrap over groups with {DRAWS:,} draws and seed {SEED}."
)
