"""Caveats of a run: sentences that a reader of the results must know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from graph.ties.validation import ValidatedLayer
from graph.traces import TRACES
from ingest.tables import CHOSEN_BEFOREHAND, PRECISIONS

NO_COMPARISON = "no comparison population: all accounts here were chosen beforehand"
SAME_IS_NOT_WHO = (
    "Ties by a handle, contact, profile link or picture say that two accounts on two platforms have the same rare thing, not that"
    " one person runs both: names can be copied, and organisations share contacts."
)
_MOST = 0.3  # of the accounts active enough to be tied


def caveats(
    validated: Sequence[ValidatedLayer],
    tables: Mapping[str, pa.Table],
    sources: Sequence[Mapping[str, Any]],
    precision: str,
    chosen: bool | None = None,
) -> list[str]:
    """Sentences that stand beside the results on every page and in every briefing.

    Parameters
    ----------
    validated : sequence of ValidatedLayer
    tables : mapping of str to Table
        ``ties`` of the run.
    sources : sequence of mapping
        Records of the case's own sources.
    precision : str
        The coarsest of its times.
    chosen : bool, optional
        True where somebody says that all accounts were chosen beforehand; False where somebody denies it, or a comparison
        serves. When not given, sources and ties decide.
    """
    notes = []
    if chosen or (chosen is None and all_chosen(sources)):
        notes.append(f"There is {NO_COMPARISON}. {_AMONG_THEM}")
    elif chosen is None and mostly_tied(validated, tables):
        notes.append(f"There may be {NO_COMPARISON}, or nearly all. Many of the active ones are tied. {_AMONG_THEM}")
    if PRECISIONS.index(precision) >= PRECISIONS.index("min"):
        notes.append(minutes(validated, precision))
    viral = sum(len(layer.layer.viral) for layer in validated)
    if viral:
        notes.append(
            f"{_objects(viral)} set aside because too many accounts used them at once. The table of layers names them."
        )
    if any(int(layer.stands.sum()) for layer in validated if not layer.timed):
        notes.append(SAME_IS_NOT_WHO)
    rare = by_rarity(validated)
    if rare:
        notes.append(rare)
    fast = sum(int(layer.own_speed.sum()) for layer in validated)
    if fast:
        pairs = "pair of accounts was" if fast == 1 else "pairs of accounts were"
        notes.append(f"{fast:,} more {pairs} not counted as tied: these accounts always post this fast.")
    if not all(layer.family_is_exact for layer in validated):
        notes.append("The number of pairs tested is an upper estimate, so q is conservative.")
    return notes


_AMONG_THEM = (
    "The baseline comes from these accounts only; there are no outsiders to compare with. A group stands out among them, not"
    " among the public. To compare with others, add posts of accounts that were not chosen."
)


def all_chosen(sources: Sequence[Mapping[str, Any]]) -> bool:
    """True where each of these files says that its accounts were chosen beforehand.

    Examples
    --------
    >>> all_chosen([{"warnings": [CHOSEN_BEFOREHAND]}]), all_chosen([{"warnings": None}]), all_chosen([])
    (True, False, False)
    """
    return bool(sources) and all(CHOSEN_BEFOREHAND in (source["warnings"] or ()) for source in sources)


def mostly_tied(validated: Sequence[ValidatedLayer], tables: Mapping[str, pa.Table]) -> bool:
    """True where so many active accounts are tied that hardly anyone is left to compare them with."""
    timed = [layer for layer in validated if layer.timed]
    ties = tables["ties"].filter(
        pc.is_in(tables["ties"].column("trace"), pa.array([one.layer.trace for one in timed], pa.string()))
    )
    tied = set(ties.column("account_a").to_pylist()) | set(ties.column("account_b").to_pylist())
    active: set[str] = set()
    for layer in timed:
        able = layer.layer.incidence.breadth >= 3
        active.update(layer.layer.actions.accounts.filter(pa.array(able)).to_pylist())
    return bool(active) and len(tied & active) > _MOST * len(active)


def minutes(validated: Sequence[ValidatedLayer], precision: str) -> str:
    """A sentence on windows, for times that are not known to the second."""
    windows = sorted({layer.layer.window_s for layer in validated if layer.timed})
    if precision == "min":
        fine = [window for window in windows if window <= 60]
        if fine:
            return "Times are known to the minute only: a window of 60 s means the same or the neighbouring minute."
        return "Times are known to the minute only."
    known = {"approx": "approximately"}.get(precision, f"to the {precision}")
    return f"Some times are known only {known}: a shorter window cannot be used for them."


def by_rarity(validated: Sequence[ValidatedLayer]) -> str | None:
    """A sentence on the ties of each layer that shuffled times give as well; None where they give none.

    Shuffled times can give more ties than the data do. Of the data's ties no more than all can remain, so all is said.
    """
    said = [
        f"{remaining:,} of {ties:,} ties of accounts that {_then(TRACES[one.layer.trace].words.title)} within"
        f" {one.layer.window_s:g} s"
        for one in validated
        if (remaining := min(round(one.ties_shuffled or 0.0), ties := int(one.stands.sum())))
    ]
    if not said:
        return None
    return (
        f"{'; '.join(said)} {_RARITY}: few others shared these. The evidence is that they shared"
        " the same rare things, not how fast. Look at what they shared before you call it coordinated."
    )


_RARITY = "would remain if posting times were shuffled"


def about_group(notes: Sequence[str], closed: int, ties: int) -> list[str]:
    """Caveats of a run as they stand for one group: of the ties on rare objects, those it holds.

    Parameters
    ----------
    notes : sequence of str
        Those of the run's record.
    closed, ties : int
        Pairs of accounts in the group tied mostly by objects that hardly anyone else shared, and all that are tied.

    Examples
    --------
    >>> run = ["Times are known to the minute only.", f"36 of 40 ties {_RARITY}: few others shared these."]
    >>> about_group(run, 0, 28)
    ['Times are known to the minute only.']
    >>> about_group(run, 3, 28)[1]
    '3 of the 28 ties of this group rest on things that few others shared: there the evidence is what they shared, not how fast.'
    """
    kept = [note for note in notes if _RARITY not in note]
    if not closed:
        return kept
    rest = "rests" if closed == 1 else "rest"
    return [
        *kept,
        f"{closed:,} of the {ties:,} ties of this group {rest} on things that few others shared: there the evidence is what they"
        " shared, not how fast.",
    ]


def _objects(number: int) -> str:
    return "1 object was" if number == 1 else f"{number:,} objects were"


def _then(title: str) -> str:
    return title[:1].lower() + title[1:]


def layer_note(validated: ValidatedLayer, precision: str) -> str | None:
    """A layer's own remark, where it has one."""
    words = TRACES[validated.layer.trace].words
    notes = []
    if validated.layer.viral:
        notes.append(f"{len(validated.layer.viral):,} {words.many} set aside as viral")
    if not validated.family_is_exact:
        notes.append("number of pairs tested by the timing test is an upper estimate")
    if validated.layer.left_out:
        notes.append(validated.layer.left_out)
    return "; ".join(notes) or None
