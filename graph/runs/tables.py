"""Results of a search, and the tables and numbers that are kept of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import pyarrow as pa

from graph.groups.comparison import Unshown
from graph.groups.describe import Described
from graph.networks.layout import run_layout
from graph.networks.tie_network import standing_alone
from graph.presets import PRESETS
from graph.runs.caveats import layer_note
from graph.schema import RUN_TABLES, SetAside, layer_name
from graph.settings import Settings
from graph.significance.configuration_model import chance_count
from graph.stores.base import Store
from graph.ties.table import TiedLayer
from graph.ties.validation import ValidatedLayer
from graph.ties.window_sweep import Sweep, swept_table
from ingest.tables import PRECISIONS, conform


@dataclass(frozen=True)
class SearchResult:
    """Everything a search gave, before it is written.

    Attributes
    ----------
    layers : list of TiedLayer
        One per trace and window.
    described : Described
    pairs : polars.DataFrame
        Empty unless asked for.
    combined : polars.DataFrame
        Empty with one trace.
    others : frozenset of str
        Accounts that only a comparison knows.
    unshown : Unshown
        Ties and groups among them.
    """

    settings: Settings
    layers: list[TiedLayer]
    described: Described
    pairs: pl.DataFrame
    combined: pl.DataFrame
    others: frozenset[str] = frozenset()
    unshown: Unshown = field(default_factory=Unshown)

    @property
    def swept(self) -> dict[str, Sweep]:
        """By trace, what each window would have seen; empty unless windows were swept."""
        return {one.layer.trace: one.layer.sweep for one in self.layers if one.layer.sweep}

    def tables(
        self, precision: str, of_post: pl.DataFrame, aside: Mapping[str, SetAside] | None = None
    ) -> dict[str, pa.Table]:
        """The run's tables, exactly in their schemas.

        Parameters
        ----------
        of_post : polars.DataFrame
            ``post_uid`` and ``rank`` in ``PRECISIONS``.
        aside : mapping of trace to SetAside, optional
            What was left out before the search.
        """
        left_out = aside or {}
        names = pl.Series(PRECISIONS)
        evidence = pl.concat(one.evidence for one in self.layers)
        for side in ("a", "b"):
            ranks = of_post.rename({"post_uid": f"post_{side}", "rank": f"rank_{side}"})
            evidence = evidence.join(ranks, on=f"post_{side}", how="left", maintain_order="left")
        coarser = pl.max_horizontal("rank_a", "rank_b").fill_null(PRECISIONS.index(precision))
        frames = {
            "ties": _with_groups(pl.concat(one.ties for one in self.layers), self.described),
            "post_pairs": evidence.with_columns(
                coarser.map_elements(lambda n: names[n], return_dtype=pl.String).alias("precision")
            ),
            "groups": self.described.groups,
            "members": self.described.members,
            "objects": self.described.objects,
            "lags": self.described.lags,
            "parts": self.described.parts,
            "layers": pl.DataFrame(
                [_layer_row(one.validated, precision, left_out.get(one.layer.trace, SetAside())) for one in self.layers]
            ),
            "pairs": self.pairs,
            "combined": self.combined,
            "windows": swept_table(self.swept),
            "comparison": self._listed_others(),
        }
        made = {name: _exactly(frame, RUN_TABLES[name]) for name, frame in frames.items()}
        read = {name: pl.DataFrame(made[name]) for name in ("ties", "groups", "members", "parts")}
        return made | {"layout": _exactly(run_layout(read, self.settings.seed), RUN_TABLES["layout"])}

    def _listed_others(self) -> pl.DataFrame:
        """Accounts of the comparison that a tie or a group lists."""
        ties = [one.ties for one in self.layers]
        members = [self.described.members["account"]] if self.described.members.width else []
        listed = set[str]().union(*(one[side] for one in ties for side in ("account_a", "account_b")), *members)
        return pl.DataFrame({"account": sorted(listed & self.others)}, schema={"account": pl.String})

    def outside(self) -> dict[str, dict[str, Any]]:
        """By layer that has timing, whom its pairs were compared with, see ``graph.significance.outside``; for the record."""
        kept = [one.validated for one in self.layers if one.validated.timed]
        return {layer_name(one.layer.trace, one.layer.window_s): one.outside.as_dict() for one in kept}

    def counts(self, store: Store) -> dict[str, Any]:
        """The numbers of the run's summary."""
        groups = self.described.groups
        heading = dict(groups["heading"].value_counts().iter_rows()) if groups.height else {}
        ties = pl.concat(one.ties for one in self.layers)
        counts: dict[str, Any] = {
            "posts": store.count("posts"),
            "accounts": store.count("accounts"),
            "ties": ties.select("account_a", "account_b").unique().height,
            "groups": heading.get("groups", 0),
            "closed": heading.get("closed", 0),
            "aside": heading.get("aside", 0),
            "pairs": _alone(ties, self.described).select("account_a", "account_b").unique().height,
            "combined": int((~self.combined["alone"]).sum()),
            "explained": sum(_explained(one.validated) for one in self.layers),
        }
        if self.settings.preset:
            drawn = self.pairs.filter(pl.col("preset_weight").is_not_null())
            counts["preset"] = PRESETS[self.settings.preset].counts(drawn)
        return counts


def _with_groups(ties: pl.DataFrame, described: Described) -> pl.DataFrame:
    """Each tie's group: the best ranked one that has both accounts."""
    if not described.groups.height:
        return ties
    ranked = described.members.join(described.groups.select("group_id", "rank"), on="group_id")
    both = (
        ties.select("account_a", "account_b")
        .unique()
        .join(ranked.select(pl.col("account").alias("account_a"), "group_id", "rank"), on="account_a")
        .join(ranked.select(pl.col("account").alias("account_b"), "group_id"), on=["account_b", "group_id"])
        .sort("rank")
        .unique(["account_a", "account_b"], keep="first")
        .select("account_a", "account_b", "group_id")
    )
    return ties.drop("group_id").join(both, on=["account_a", "account_b"], how="left", maintain_order="left")


def _explained(validated: ValidatedLayer) -> int:
    """Pairs that met twice or more and are no ties."""
    rest = ~validated.stands if validated.hidden is None else ~(validated.stands | validated.hidden)
    return int((rest & (validated.layer.pairs.observed >= 2)).sum())


def _alone(ties: pl.DataFrame, described: Described) -> pl.DataFrame:
    members = described.members if described.groups.height else pl.DataFrame(schema={"account": pl.String})
    return standing_alone(_with_groups(ties, described), members)


def _layer_row(validated: ValidatedLayer, precision: str, aside: SetAside) -> dict[str, Any]:
    layer = validated.layer
    actions, objects, rapid = layer.size
    return {
        "trace": layer.trace,
        "window_s": layer.window_s,
        "accounts": layer.accounts,
        "actions": actions,
        "objects": objects,
        "rapid_pairs": rapid,
        "meetings": layer.pairs.meetings,
        "pairs_met_2": int((layer.pairs.observed >= 2).sum()),
        "chance_met_2": chance_count(layer.incidence, layer.pairs.meetings, 2) if validated.timed else None,
        "family_a": layer.family_a,
        "family_b": validated.family_b,
        "ties": int(validated.stands.sum()),
        "closed": validated.closed,
        "ties_shuffled": validated.ties_shuffled,
        "explained": _explained(validated),
        "viral": layer.viral,
        "allowed": [entry.object for entry in aside.entries],
        "allowed_objects": aside.objects,
        "precision": precision,
        "note": layer_note(validated, precision),
    }


def _exactly(frame: pl.DataFrame, schema: pa.Schema) -> pa.Table:
    """A frame as an Arrow table of the schema; an empty frame may lack all columns."""
    known = frame.select([name for name in schema.names if name in frame.columns]) if frame.width else frame
    return conform(known.to_arrow() if known.width else schema.empty_table(), schema).combine_chunks()
