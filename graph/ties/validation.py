"""Actions to ties: pairs that met, validated layer by layer, and the posts behind the ties that stand.

A layer is one trace at one window. A tie stands when test A and test B both do, each against its own family, and both
families are pooled over all layers of the run: what was asked is what is paid for. Two accounts on their own that are always that
fast are no tie.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from graph.case.allow_list import SetAside
from graph.pairing.actions import Actions, named
from graph.pairing.arrays import Floats, Ints, Mask
from graph.pairing.engine import Engine
from graph.pairing.pairs import Pairs
from graph.settings import Settings
from graph.significance.bipartite import Incidence, components
from graph.significance.configuration_model import expected_a
from graph.significance.family_size import family_b
from graph.significance.multiple_testing import benjamini_hochberg
from graph.significance.poisson import poisson_tail
from graph.significance.timing_model import TestB, rates, test_b
from graph.ties.response_times import EXPLAINED, own_speeds
from graph.ties.window_sweep import Sweep

SET = 4  # accounts from which a set is asked as a set
Tie = tuple[str, str]  # two uids, the smaller first

Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True)
class Layer:
    """One trace at one window: who met whom, before any test.

    Attributes
    ----------
    viral : list of str
        Objects set aside by name because too many pairs of actions on them lie within the window.
    aside : SetAside
        What the case's list took out before.
    sweep : Sweep, optional
        The windows that were looked at before this one was taken; both families pay for all of them.
    """

    trace: str
    window_s: float
    actions: Actions
    incidence: Incidence
    pairs: Pairs
    viral: list[str]
    aside: SetAside = field(default_factory=SetAside, kw_only=True)
    sweep: Sweep | None = field(default=None, kw_only=True)

    @property
    def accounts(self) -> int:
        """Accounts with at least one action (N of the method)."""
        return int((self.incidence.breadth > 0).sum())

    @property
    def family_a(self) -> int:
        """The pairs test A pays for: all of them, for every window looked at."""
        return self.accounts * (self.accounts - 1) // 2 * self.looked

    @property
    def looked(self) -> int:
        """How many windows the families pay for."""
        return max(self.sweep.table.height, 1) if self.sweep else 1

    @property
    def size(self) -> tuple[int, int, int]:
        """Actions, objects acted on, and pairs of actions within the window, everybody's."""
        if whole := self.incidence.whole:
            return whole.actions, whole.objects, int(whole.rapid_pairs)
        return len(self.actions), int((self.incidence.audience > 0).sum()), int(self.pairs.rapid.sum())

    def acting_on(self, objects: pa.Array) -> Actions:
        """Everybody's actions on these objects at least."""
        return self.actions

    def without(self, objects: pa.Array, settings: Settings, engine: Engine) -> Layer:
        """The layer as it were without these objects."""
        gone = pc.is_in(self.actions.objects, value_set=objects).to_numpy(zero_copy_only=False)
        rest = self.actions.without_objects(np.flatnonzero(gone))
        return build_layer(self.trace, rest, self.window_s, settings, engine)


@dataclass(frozen=True)
class ValidatedLayer:
    """A layer with what chance says of each of its pairs.

    Attributes
    ----------
    expected_a, p_a, q_a, q_b, q : float arrays of shape (pairs,)
    b : TestB
    family_b : int
    family_is_exact : bool
        False where the family of B was estimated from above because counting it would have taken too long.
    own_speed : bool array of shape (pairs,)
        Both tests find them, but each of the two accounts is always that fast: no ties, see ``graph.ties.response_times``.
    stands : bool array of shape (pairs,)
        The ties of this layer.
    explained_in_sample : bool array of shape (pairs,)
        Test B with nobody left out does not find them: everyone who shares these objects is this fast.
    ties_shuffled : float, optional
        How many ties stand with times shuffled within objects, see ``graph.ties.shuffle_check``; None where that was not tried.
    """

    layer: Layer
    expected_a: Floats
    p_a: Floats
    q_a: Floats
    b: TestB
    q_b: Floats
    family_b: int
    family_is_exact: bool
    own_speed: Mask
    stands: Mask
    explained_in_sample: Mask
    ties_shuffled: float | None = None

    @property
    def closed(self) -> int:
        """Ties on objects that hardly anyone else acted on."""
        return int((self.stands & self.b.closed).sum())

    @property
    def q(self) -> Floats:
        return np.maximum(self.q_a, self.q_b)

    @property
    def expected(self) -> Floats:
        """What the test with the larger p expects."""
        return np.where(self.b.p > self.p_a, self.b.expected, self.expected_a)


@dataclass(frozen=True)
class Thresholds:
    """The p that a tie of this run has to reach in each test: alpha x pairs that pass / pairs paid for."""

    a: float
    b: float

    @classmethod
    def of(cls, validated: Sequence[ValidatedLayer], alpha: float) -> Thresholds:
        passed_a = sum(int((one.q_a <= alpha).sum()) for one in validated)
        passed_b = sum(int((one.q_b <= alpha).sum()) for one in validated)
        family_a, family_b = sum(one.layer.family_a for one in validated), sum(one.family_b for one in validated)
        return cls(alpha * max(passed_a, 1) / max(family_a, 1), alpha * max(passed_b, 1) / max(family_b, 1))


def build_layer(trace: str, actions: Actions, window_s: float, settings: Settings, engine: Engine) -> Layer:
    """Set viral objects aside and find who met whom on the rest."""
    viral = engine.viral(actions, window_s, settings.viral_pairs)
    kept = actions.without_objects(viral) if len(viral) else actions
    names = actions.objects.take(pa.array(viral)).to_pylist()
    return Layer(trace, window_s, kept, Incidence.of(kept), engine.pairs(kept, window_s), names)


def validate_layers(
    layers: Sequence[Layer], settings: Settings, engine: Engine, progress: Progress | None = None
) -> list[ValidatedLayer]:
    """Test every pair of every layer, the families pooled over the layers.

    Source: Benjamini and Hochberg per family; test A decides whose component is left out of test B.
    """
    means, p_a, q_a = test_a(layers)
    tests, families = [], []
    for number, layer in enumerate(layers):
        if progress:
            progress(f"Testing {layer.trace} within {layer.window_s:g} s against chance", number, len(layers))
        tests.append(test_layer(layer, q_a[number] <= settings.alpha, settings, engine))
        size, exact = family_b(layer.incidence, settings.family_b_objects)
        families.append((size * layer.looked, exact))
    whole_family = sum(size for size, _ in families)
    q_b = _pooled([test.p for test in tests], whole_family)
    q_in_sample = _pooled([test.p_in_sample for test in tests], whole_family)
    found = [(q_a[n] <= settings.alpha) & (q_b[n] <= settings.alpha) for n in range(len(layers))]
    fast = [_fast(layer, both, test.closed) for layer, both, test in zip(layers, found, tests, strict=True)]
    return [
        ValidatedLayer(
            layer=layer,
            expected_a=means[n],
            p_a=p_a[n],
            q_a=q_a[n],
            b=tests[n],
            q_b=q_b[n],
            family_b=families[n][0],
            family_is_exact=families[n][1],
            own_speed=fast[n],
            stands=found[n] & ~fast[n],
            explained_in_sample=q_in_sample[n] > settings.alpha,
        )
        for n, layer in enumerate(layers)
    ]


def _fast(layer: Layer, found: Mask, closed: Mask) -> Mask:
    """Which of the pairs that both tests find met because each of the two is always that fast.

    Only pairs on their own and threes are asked: a larger set is asked as a set (``graph.groups.monte_carlo``), and taken apart pair by pair what
    is left of a crowd of fans would no longer be seen as one. Where hardly anybody else acted there is no pace to be faster than, so
    closed ties are not asked.
    """
    pairs, fast = layer.pairs, np.zeros(len(found), bool)
    label = components(len(layer.actions.accounts), pairs.a[found], pairs.b[found])
    accounts = np.bincount(label[label >= 0], minlength=1)
    asked = np.flatnonzero(found & ~closed)
    asked = asked[accounts[label[pairs.a[asked]]] < SET]
    if len(asked):
        fast[asked] = own_speeds(layer, pairs.a[asked], pairs.b[asked], pairs.observed[asked], label) > EXPLAINED
    return fast


def test_a(layers: Sequence[Layer]) -> tuple[list[Floats], list[Floats], list[Floats]]:
    """What test A expects of every pair of every layer, its p, and its q, the family pooled over the layers."""
    means = [expected_a(layer.pairs, layer.incidence) for layer in layers]
    p_a = [poisson_tail(layer.pairs.observed, mean) for layer, mean in zip(layers, means, strict=True)]
    return means, p_a, _pooled(p_a, sum(layer.family_a for layer in layers))


def test_layer(layer: Layer, passed_a: Mask, settings: Settings, engine: Engine, only: Mask | None = None) -> TestB:
    """Test B of a layer's pairs, or only of some; the components are those of the pairs that test A keeps."""
    pairs, incidence = layer.pairs, layer.incidence
    label = components(len(layer.actions.accounts), pairs.a[passed_a], pairs.b[passed_a])
    audience = rates(engine, layer.actions, incidence, pairs, layer.window_s, label, settings.shrink_pairs)
    asked = pairs if only is None else pairs.where(only)
    return test_b(asked, incidence, audience, label, settings.family_b_objects, settings.outside_pairs)


test_a.__test__ = test_layer.__test__ = False  # type: ignore[attr-defined]  # statistical tests, not for pytest


def _pooled(p: Sequence[Floats], family: int) -> list[Floats]:
    """q-values of several layers as one family."""
    joined = benjamini_hochberg(np.concatenate(p), family) if p else np.zeros(0)
    return np.split(joined, np.cumsum([len(part) for part in p])[:-1]) if p else []


def meetings(layer: Layer, a: Ints, b: Ints, engine: Engine) -> pl.DataFrame:
    """Every pair of posts within the window behind the given pairs of accounts.

    Returns
    -------
    polars.DataFrame
        ``account_a``, ``account_b`` (positions), ``object`` (position), ``row_a``, ``row_b`` (positions of the actions).
    """
    size = max(len(layer.actions.accounts), 1)
    wanted = np.sort(a * size + b)
    account = layer.actions.account
    parts: list[Mapping[str, Ints]] = []
    if len(wanted):
        among = np.zeros(size, bool)
        among[a] = among[b] = True
        for early, late in engine.rapid_pairs(layer.actions, layer.window_s, among):
            swap = account[early] > account[late]
            row_a, row_b = np.where(swap, late, early), np.where(swap, early, late)
            key = account[row_a] * size + account[row_b]
            at = np.minimum(np.searchsorted(wanted, key), len(wanted) - 1)
            hit = wanted[at] == key
            parts.append({"row_a": row_a[hit], "row_b": row_b[hit]})
    row_a = np.concatenate([part["row_a"] for part in parts]) if parts else np.zeros(0, np.int64)
    row_b = np.concatenate([part["row_b"] for part in parts]) if parts else np.zeros(0, np.int64)
    return pl.DataFrame(
        {
            "account_a": account[row_a],
            "account_b": account[row_b],
            "object": layer.actions.object[row_a],
            "row_a": row_a,
            "row_b": row_b,
        }
    ).sort("account_a", "account_b", "object", "row_a", "row_b")


@dataclass(frozen=True)
class TiedLayer:
    """A validated layer with its kept ties and the posts behind them.

    Attributes
    ----------
    validated : ValidatedLayer
    ties : polars.DataFrame
        As ``tie_table`` gives them.
    evidence : polars.DataFrame
        As ``post_pairs`` gives it.
    """

    validated: ValidatedLayer
    ties: pl.DataFrame
    evidence: pl.DataFrame

    @property
    def layer(self) -> Layer:
        """Who met whom, before any test."""
        return self.validated.layer


def post_pairs(validated: ValidatedLayer, keep: Mask, engine: Engine) -> pl.DataFrame:
    """The evidence of a layer's kept pairs, in the columns of ``POST_PAIRS`` but for the precision."""
    return _named_rows(validated.layer, validated.layer.pairs.a[keep], validated.layer.pairs.b[keep], engine)


def named_meetings(layer: Layer, ties: Sequence[Tie], engine: Engine) -> pl.DataFrame:
    """The same for pairs of accounts given by uid."""
    position = {uid: n for n, uid in enumerate(layer.actions.accounts.to_pylist())}
    both = np.array([(position[a], position[b]) for a, b in ties], np.int64).reshape(-1, 2)
    return _named_rows(layer, both.min(axis=1, initial=2**62), both.max(axis=1, initial=-1), engine)


def _named_rows(layer: Layer, a: Ints, b: Ints, engine: Engine) -> pl.DataFrame:
    actions = layer.actions
    met = meetings(layer, a, b, engine)
    row_a, row_b = met["row_a"].to_numpy(), met["row_b"].to_numpy()
    return pl.DataFrame(
        {
            "account_a": named(actions.accounts, met["account_a"].to_numpy()),
            "account_b": named(actions.accounts, met["account_b"].to_numpy()),
            "object": named(actions.objects, met["object"].to_numpy()),
            "post_a": named(actions.post, row_a),
            "post_b": named(actions.post, row_b),
            "at_a": _time(actions.time[row_a]),
            "at_b": _time(actions.time[row_b]),
            "lag_s": (actions.time[row_b] - actions.time[row_a]) / 1e6,
        }
    ).select(pl.lit(layer.trace).alias("trace"), pl.lit(layer.window_s).alias("window_s"), pl.all())


def kept_pairs(validated: ValidatedLayer, held: Set[Tie]) -> Mask:
    """The pairs to keep: ties that stand alone, and those that a group which was tested as one holds."""
    if not held:
        return validated.stands
    pairs, accounts = validated.layer.pairs, validated.layer.actions.accounts
    position = {uid: n for n, uid in enumerate(accounts.to_pylist())}
    size = len(accounts)
    keys = np.array(sorted(position[a] * size + position[b] for a, b in held), np.int64)
    return validated.stands | np.isin(pairs.a * size + pairs.b, keys)


def tie_table(validated: ValidatedLayer, keep: Mask, evidence: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """A layer's ties in the columns of ``TIES``, and ``explained_in_sample`` for the groups to read.

    Parameters
    ----------
    keep : bool array of shape (pairs,)
        As ``kept_pairs`` gives it; a pair that does not stand alone gets the level ``group``.
    evidence : polars.DataFrame
        What ``post_pairs`` gave for the same layer.
    """
    layer = validated.layer
    accounts = layer.actions.accounts
    table = pl.DataFrame(
        {
            "account_a": named(accounts, layer.pairs.a[keep]),
            "account_b": named(accounts, layer.pairs.b[keep]),
            "observed": layer.pairs.observed[keep],
            "shared": validated.b.shared[keep],
            "expected_a": validated.expected_a[keep],
            "expected_b": validated.b.expected[keep],
            "p_a": validated.p_a[keep],
            "p_b": validated.b.p[keep],
            "p_b_in_sample": validated.b.p_in_sample[keep],
            "q_a": validated.q_a[keep],
            "q_b": validated.q_b[keep],
            "q": validated.q[keep],
            "expected": validated.expected[keep],
            "closed": validated.b.closed[keep],
            "explained_in_sample": validated.explained_in_sample[keep],
            "stands": validated.stands[keep],
        }
    ).with_columns(
        pl.lit(layer.trace).alias("trace"),
        pl.lit(layer.window_s).alias("window_s"),
        pl.when(~pl.col("stands"))
        .then(pl.lit("group"))
        .when(pl.col("q") < settings.alpha_far)
        .then(pl.lit("far"))
        .otherwise(pl.lit("beyond"))
        .alias("level"),
        pl.lit(None, pl.String).alias("group_id"),
    )
    return table.join(_when(evidence), on=["account_a", "account_b"], how="left", maintain_order="left")


def _when(evidence: pl.DataFrame) -> pl.DataFrame:
    """Per tie: first and last meeting, median lag, and on how many objects each acted first."""
    at_a, at_b = pl.col("at_a"), pl.col("at_b")
    pair = ["account_a", "account_b"]
    leads = (
        evidence.lazy()
        .group_by(*pair, "object")
        .agg(at_a.min(), at_b.min())
        .group_by(pair)
        .agg((at_a < at_b).sum().cast(pl.Int64).alias("a_first"), (at_b < at_a).sum().cast(pl.Int64).alias("b_first"))
    )
    return (
        evidence.lazy()
        .group_by(pair)
        .agg(
            pl.min_horizontal(at_a, at_b).min().alias("first_at"),
            pl.max_horizontal(at_a, at_b).max().alias("last_at"),
            pl.col("lag_s").abs().median().alias("median_lag_s"),
        )
        .join(leads, on=pair)
        .collect()
    )


def _time(microseconds: Ints) -> pl.Series:
    return pl.Series(microseconds, dtype=pl.Int64).cast(pl.Datetime("us", "UTC"))
