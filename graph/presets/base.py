"""The contract of a published method: actions in, its ties with its own weights out, and how many of them chance explains.

A method's weights need not be counts, and its ties need not be pairs without direction: ``preset_weight`` and
``preset_keeps`` hold whatever the paper's rule gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Protocol

import polars as pl

from graph.pairing.actions import Actions
from graph.settings import Narrow
from graph.stores.base import Store
from ingest.errors import UsageError, did_you_mean

Networks = Mapping[str, Actions]
"""Who acted on what, by trace."""

Gathers = Literal["louvain", "components", "multiplex"]
"""Louvain's method on all its ties; what hangs together; one partition for all traces, each compared with its own chance."""

NO_EDGES = pl.DataFrame(
    schema={"account_a": pl.String, "account_b": pl.String, "preset_weight": pl.Float64, "preset_keeps": pl.Boolean}
)


class Preset(Protocol):
    """A published method."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def source(self) -> str:
        """The publication the rule comes from."""
        ...

    @property
    def options(self) -> Mapping[str, float]:
        """Its dials under its own names, with their defaults."""
        ...

    @property
    def traces(self) -> tuple[str, ...]:
        """Traces it reads; empty for a rule that holds for any."""
        ...

    @property
    def behaviours(self) -> tuple[str, ...]:
        """Traces its paper looks at, of those it reads; empty where the paper names none."""
        ...

    @property
    def window_s(self) -> float | None:
        """Window of its paper or program, in seconds; None for a method without one, or with one among its options."""
        ...

    @property
    def gathers(self) -> Gathers:
        """Way its ties are gathered into communities, as its paper does it."""
        ...

    def dials(self, options: Mapping[str, float]) -> dict[str, float]:
        """The options with the defaults filled in. Raises UsageError for an unknown one."""
        ...

    def reads(self, store: Store, narrow: Narrow) -> dict[str, Actions]:
        """Actions the method needs besides the traces of the run, by a name of its own."""
        ...

    def edges(self, actions: Actions, window_s: float, options: Mapping[str, float]) -> pl.DataFrame:
        """``account_a``, ``account_b``, ``preset_weight``, ``preset_keeps`` as the method would have them."""
        ...

    def layers(self, networks: Networks, window_s: float, options: Mapping[str, float]) -> dict[str, pl.DataFrame]:
        """Ties per trace, with the columns of ``edges``, for a method that looks at several traces at once."""
        ...

    def counts(self, drawn: pl.DataFrame) -> dict[str, Any]:
        """Numbers of ties it draws and keeps, and of those that chance explains; ``drawn`` has ``stands``."""
        ...


class Published:
    """The common part of presets: dials by name, one trace at a time, ties counted once per pair of accounts."""

    name: ClassVar[str]
    title: ClassVar[str]
    source: ClassVar[str]
    options: ClassVar[Mapping[str, float]]
    traces: ClassVar[tuple[str, ...]] = ()
    behaviours: ClassVar[tuple[str, ...]] = ()
    window_s: ClassVar[float | None] = None
    gathers: ClassVar[Gathers] = "louvain"

    def dials(self, options: Mapping[str, float]) -> dict[str, float]:
        """The options with the defaults filled in.

        Raises
        ------
        UsageError
            If the method has no such option.
        """
        for name in options:
            if name not in self.options:
                raise UsageError(f"{self.title} has no option {name!r}.", hint=did_you_mean(name, list(self.options)))
        return {**self.options, **options}

    def reads(self, store: Store, narrow: Narrow) -> dict[str, Actions]:
        """Nothing beside the traces."""
        return {}

    def edges(self, actions: Actions, window_s: float, options: Mapping[str, float]) -> pl.DataFrame:
        """The ties of one trace."""
        raise NotImplementedError

    def layers(self, networks: Networks, window_s: float, options: Mapping[str, float]) -> dict[str, pl.DataFrame]:
        """Every trace by itself."""
        return {trace: self.edges(actions, window_s, options) for trace, actions in networks.items()}

    def counts(self, drawn: pl.DataFrame) -> dict[str, Any]:
        """Ties it draws and keeps, each pair of accounts once, and how many of them we would not call one."""
        one, two = pl.col("account_a"), pl.col("account_b")
        pairs = drawn.group_by(pl.min_horizontal(one, two).alias("one"), pl.max_horizontal(one, two).alias("two")).agg(
            pl.col("preset_keeps").any().alias("kept"), pl.col("stands").any()
        )
        kept = pairs.filter("kept")
        return {
            "name": self.name,
            "ties": pairs.height,
            "accounts": pl.concat([pairs["one"], pairs["two"]]).n_unique(),
            "kept": kept.height,
            "kept_explained": kept.height - int(kept["stands"].sum() or 0),
            "explained": pairs.height - int(pairs["stands"].sum() or 0),
        }
