"""What a reader of the results must know beside them, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from graph.ties.validation import ValidatedLayer
from graph.traces import TRACES
from ingest.tables import CHOSEN_BEFOREHAND, PRECISIONS

NO_COMPARISON = "no comparison population: all accounts here were chosen beforehand"
_MOST = 0.3  # of the accounts active enough to be tied


def caveats(
    validated: Sequence[ValidatedLayer],
    tables: Mapping[str, pa.Table],
    sources: Sequence[Mapping[str, Any]],
    precision: str,
) -> list[str]:
    """Sentences that stand beside the results on every page and in every briefing."""
    notes = []
    if sources and all(CHOSEN_BEFOREHAND in (source["warnings"] or ()) for source in sources):
        notes.append(f"There is {NO_COMPARISON}. {_AMONG_THEM}")
    elif mostly_tied(validated, tables):
        notes.append(f"There may be {NO_COMPARISON}, or nearly all; most of the active ones are tied. {_AMONG_THEM}")
    if PRECISIONS.index(precision) >= PRECISIONS.index("min"):
        notes.append(minutes(validated, precision))
    viral = sum(len(layer.layer.viral) for layer in validated)
    if viral:
        notes.append(f"{viral:,} objects that too many accounts acted on at once were set aside by name.")
    rare = by_rarity(validated)
    if rare:
        notes.append(rare)
    fast = sum(int(layer.own_speed.sum()) for layer in validated)
    if fast:
        notes.append(
            f"{fast:,} more {'pair' if fast == 1 else 'pairs'} would be tied if their own speeds did not explain over half of their"
            " meetings: each of the two is always that fast."
        )
    if not all(layer.family_is_exact for layer in validated):
        notes.append("The pairs that test B pays for were estimated from above, so its q-values are on the safe side.")
    return notes


_AMONG_THEM = (
    "Chance is reckoned from their own habits: what they all do together looks like chance, and a group is a group among them,"
    " not beside the public."
)


def mostly_tied(validated: Sequence[ValidatedLayer], tables: Mapping[str, pa.Table]) -> bool:
    """Whether so many of the active accounts are tied that hardly anybody is left to compare them with."""
    tied = set(tables["ties"].column("account_a").to_pylist()) | set(tables["ties"].column("account_b").to_pylist())
    active: set[str] = set()
    for layer in validated:
        able = layer.layer.incidence.breadth >= 3
        active.update(layer.layer.actions.accounts.filter(pa.array(able)).to_pylist())
    return bool(active) and len(tied & active) > _MOST * len(active)


def minutes(validated: Sequence[ValidatedLayer], precision: str) -> str:
    """What a window means where times are not known to the second."""
    windows = sorted({layer.layer.window_s for layer in validated})
    if precision == "min":
        fine = [window for window in windows if window <= 60]
        if fine:
            return "Times are known to the minute only: a window of 60 s means the same or the neighbouring minute."
        return "Times are known to the minute only."
    return f"Some times are known to the {precision} only; windows shorter than that mean nothing for them."


def by_rarity(validated: Sequence[ValidatedLayer]) -> str | None:
    """How many ties of each layer shuffled times still give, if any."""
    said = [
        f"{one.ties_shuffled:,.0f} of {int(one.stands.sum()):,} ties of accounts that {_then(TRACES[one.layer.trace].words.title)}"
        f" within {one.layer.window_s:g} s"
        for one in validated
        if one.ties_shuffled is not None and one.ties_shuffled >= 0.5
    ]
    if not said:
        return None
    return (
        f"Rarity, not timing, holds {'; '.join(said)}: so many are left when times are dealt out anew among all who acted on the"
        " same things. Hardly anyone else acted on these, so that they share them is the evidence, not when."
    )


def _then(title: str) -> str:
    return title[:1].lower() + title[1:]


def layer_note(validated: ValidatedLayer, precision: str) -> str | None:
    """One layer's own remark, if it has one."""
    words = TRACES[validated.layer.trace].words
    notes = []
    if validated.layer.viral:
        notes.append(f"{len(validated.layer.viral):,} {words.many} set aside as viral")
    if not validated.family_is_exact:
        notes.append("family of test B estimated from above")
    return "; ".join(notes) or None
