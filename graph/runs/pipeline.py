"""A run, one call a step: case → actions → layers → ties → groups → findings, kept in the case."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import asdict, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import polars as pl
import pyarrow as pa

from graph import VERSION
from graph.case.allow_list import allow_list, sentence
from graph.case.beforehand import said as chosen_word
from graph.case.comparisons import check_own, comparisons, others, unfit
from graph.case.overlap import still_overlapping
from graph.case.subset import left_out, precisions_of, resolved
from graph.described.methods import chosen
from graph.described.shared_objects import SHARED
from graph.engines import ENGINES, Kind
from graph.engines.in_memory import pair
from graph.groups.comparison import Unshown, of_case, shown, without_pairs
from graph.groups.describe import describe
from graph.groups.merge import find_groups
from graph.groups.monte_carlo import test_groups
from graph.groups.other_communities import communities_of
from graph.groups.set_aside import one_object, set_aside, syndicated
from graph.pairing.actions import Actions
from graph.pairing.engine import Engine
from graph.pairing.local import LocalEngine
from graph.presets import PRESETS, Preset
from graph.runs.caveats import caveats
from graph.runs.describing import describe_methods, everybody_chosen
from graph.runs.preset_comparison import pairs_table
from graph.runs.tables import SearchResult
from graph.schema import RUN_TABLES, Allowed, Findings, layer_name
from graph.settings import Settings
from graph.stores.base import Scan, Store
from graph.ties.combine_layers import NOTHING_COMBINED, combine, only_together, said_of
from graph.ties.evidence import post_pairs
from graph.ties.layer import Layer, Tie
from graph.ties.shuffle_check import with_ties_shuffled
from graph.ties.table import TiedLayer, kept_pairs, tie_table
from graph.ties.validation import ValidatedLayer, validate_layers
from graph.ties.window_sweep import Sweep
from graph.traces import TRACES, carried_by
from graph.windows import borne, coarsest
from ingest.errors import Progress, UsageError, did_you_mean
from ingest.tables import PRECISIONS

ALL = "all"
METHOD = "pairs and groups 6"  # another where the same settings may give other results: a stored run keeps its own
NO_GROUPS = "Groups were not looked for: this run holds ties and pairs only."


def find(
    store: Store,
    settings: Settings = Settings(),
    progress: Progress | None = None,
    engine: str = "local",
    engine_options: Mapping[str, str] | None = None,
    describe: Sequence[str] = (),
    describe_options: Mapping[str, float] | None = None,
) -> Findings:
    """Ties and groups of a case that chance does not explain, kept in the case as a run.

    Equal settings on equal sources give the stored run back.

    Parameters
    ----------
    store : Store
    settings : Settings
    progress : callable, optional
        Called with a step in words, how much is done, and of how much. It may raise ``Cancelled``; nothing is kept then.
    engine : str
        A name of ``graph.engines.ENGINES``. All give the same ties; those that leave most actions where they lie test
        no groups as groups (``worlds`` is 0) and take no preset.
    engine_options : mapping of str to str, optional
        The engine's own, see the table.
    describe : sequence of str
        Methods whose ties and communities are kept beside the run, described and not tested: see
        ``graph.runs.describing.describe_methods``. The run is the same without them. Where everybody was chosen beforehand,
        who did the same things how often (``shared``) is always described.
    describe_options : mapping of str to float, optional
        Their thresholds.

    Raises
    ------
    UsageError
        If a trace or engine is unknown, the engine cannot do what is asked, or the case holds nothing it could read.
    Cancelled
        If ``progress`` raises it.

    Returns
    -------
    Findings
        The run's record (``run``) and its tables (``tables``, see ``graph.schema.RUN_TABLES``). ``network()`` gives the
        ties as a ``networkx.MultiGraph``; ``graph.Report`` reads the same run with codes and names.

    References
    ----------
    Methods of the tests: README of the package ``graph``.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> findings = find(toy_case(), Settings(traces=("link",), windows_s=(60.0,)))
    >>> [findings.run["counts"][name] for name in ("posts", "accounts", "ties", "groups")]
    [720, 44, 6, 1]
    """
    say = progress or (lambda step, done, total: None)
    started = datetime.now(UTC)
    settings = replace(settings, traces=chosen_traces(store, settings.traces), narrow=resolved(store, settings.narrow))
    kind = _engine(engine, settings)
    chosen(describe, describe_options)  # a method or dial that is not there is said before the work
    if kind.far and describe:
        raise UsageError(
            f"The engine {engine} does not hold what {', '.join(describe)} compares.",
            hint="Leave --engine out, or --describe.",
        )
    if kind.far:
        settings = replace(settings, worlds=0)
    if settings.preset and settings.preset not in PRESETS:
        raise UsageError(f"There is no preset {settings.preset!r}.", hint=did_you_mean(settings.preset, list(PRESETS)))
    preset = _preset(settings)
    if preset:
        preset.dials(dict(settings.preset_options))  # a dial that is not there is said before the work
    check_own(store)
    sources = store.sources().to_pylist()
    allowed, beyond = allow_list(store), comparisons(store)
    word = chosen_word(store)
    ids = [source["source_id"] for source in sources]
    record = _record(settings, ids, store.tombstones(), allowed, beyond, str(word.get("answer", "ask")))
    for run in store.runs():
        if run["run_id"] == record["run_id"] and not _half_kept(store, kind, run):
            say("This run is kept already", 1, 1)
            if describe:
                describe_methods(store, run, describe, describe_options, say)
            return Findings(run, {name: store.run_table(run["run_id"], name) for name in RUN_TABLES})
    beside = preset.reads(store, settings.narrow) if preset else {}
    precisions = precisions_of(store)
    windows_s, raised = borne(settings.windows_s, precisions)
    used = replace(settings, windows_s=windows_s)
    compared = others(store)
    with kind.start(engine_options or {}) as opened:
        layers = list(opened.layers(store, used, allowed, say))
        found = search_layers(layers, used, LocalEngine(), say, beside, compared.accounts)
    aside = {layer.trace: layer.aside for layer in layers}
    fed = syndicated(found.described, found.layers, allowed, store)
    found = replace(found, described=set_aside(found.described, "syndicated", fed))
    precision = coarsest(precisions)
    tables = found.tables(precision, _precisions(store, found), aside)
    cannot = unfit(store)
    serves = bool(set(beyond) - set(cannot))
    own = [source for source in sources if source["source_id"] not in beyond]
    beforehand = False if serves else {"yes": True, "no": False}.get(record["chosen"])
    record |= {
        "started_at": started.isoformat(),
        "finished_at": datetime.now(UTC).isoformat(),
        "counts": found.counts(store) | compared.counts(),
        "outside": found.outside(),
        "unfit": [] if serves else [said for sentences in cannot.values() for said in sentences],
        "notes": [
            *([compared.sentence()] if beyond else []),
            *found.unshown.sentences(),
            *(said for sentences in cannot.values() for said in sentences),
            *still_overlapping(sources),
            *caveats([one.validated for one in found.layers], tables, own, precision, beforehand),
            *filter(
                None,
                [left_out(store, settings.narrow), sentence(aside), raised, None if settings.groups else NO_GROUPS],
            ),
            *_said(found.swept),
        ],
    }
    say("Keeping the run", 0, None)
    kept = store.write_run(Findings(record, tables))
    if methods := _methods(kind, record, describe):
        validated = [one.validated for one in found.layers]
        tables |= describe_methods(store, kept, methods, describe_options, say, validated)
    return Findings(kept, tables)


def _methods(kind: Kind, run: Mapping[str, Any], asked: Sequence[str]) -> list[str]:
    """Methods a run is described by: those asked for, and who shared the same where nobody is left to compare with."""
    return list(dict.fromkeys([*([SHARED.name] if not kind.far and everybody_chosen(run) else []), *asked]))


def _half_kept(store: Store, kind: Kind, run: Mapping[str, Any]) -> bool:
    """True where a search was killed after it kept a run and before it described it: it is done again, for the same numbers."""
    there = store.run_table(str(run["run_id"]), "described_layers").column("method").to_pylist()
    return not set(_methods(kind, run, ())) <= set(there)


def _preset(settings: Settings) -> Preset | None:
    return PRESETS[settings.preset] if settings.preset else None


def _engine(name: str, settings: Settings) -> Kind:
    kind = ENGINES.get(name)
    if kind is None:
        raise UsageError(f"There is no engine {name!r}.", hint=did_you_mean(name, list(ENGINES)))
    if kind.far and settings.sweep:
        raise UsageError(f"The engine {name} does not sweep windows.", hint="Leave --engine out, or name a window.")
    if kind.far and settings.preset:
        raise UsageError(
            f"The engine {name} does not hold what the preset {settings.preset} counts.",
            hint="Leave --engine out, or the preset.",
        )
    return kind


def chosen_traces(store: Store, asked: Sequence[str]) -> tuple[str, ...]:
    """The traces asked for, or every one the case can carry; those that cost much only by name, or as ``all``.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> chosen_traces(toy_case(), ())
    ('link', 'domain')
    """
    every = tuple(asked) == (ALL,)
    asked = () if every else asked
    for name in asked:
        if name not in TRACES:
            raise UsageError(f"There is no trace {name!r}.", hint=did_you_mean(name, list(TRACES)))
    carried, posts = carried_by(store.link_kinds()), store.count("posts") > 0
    can = tuple(name for name, trace in TRACES.items() if posts and (name in carried or not trace.kinds))
    usual = tuple(name for name in can if TRACES[name].by_default)
    lacking = [name for name in asked if name not in can]
    if lacking:
        raise UsageError(
            f"Nothing in this case can be read as {', '.join(lacking)}.",
            hint=f"It can carry: {', '.join(can)}."
            if can
            else "Its posts name no link, text, hashtag, repost or object.",
        )
    if not (can if asked or every else usual):
        raise UsageError(
            "The posts of this case name no link, text, hashtag, repost or object to act on together."
            if posts
            else "There are no posts in this case.",
            hint="Load a file first: lockstep ingest FILES --case CASE.",
        )
    if asked:
        return tuple(name for name in TRACES if name in asked)
    return can if every else usual


def _record(
    settings: Settings,
    source_ids: list[str],
    tombstones: Sequence[str],
    allowed: Sequence[Allowed],
    beyond: Sequence[str] = (),
    chosen: str = "ask",
) -> dict[str, Any]:
    basis: dict[str, Any] = {"settings": settings.as_dict(), "method": METHOD, "sources": sorted(source_ids)}
    if tombstones:  # the same sources hold less once somebody was taken out of them
        basis["tombstones"] = sha256("\n".join(sorted(tombstones)).encode()).hexdigest()
    if allowed:
        basis["allowed"] = sorted([entry.match, entry.object, entry.use] for entry in allowed)
    if beyond:
        basis["comparison"] = sorted(beyond)
    if chosen != "ask":
        basis["chosen"] = chosen
    run_id = sha256(json.dumps(basis, sort_keys=True).encode()).hexdigest()[:12]
    return {
        "run_id": run_id,
        "settings": settings.as_dict(),
        "seed": settings.seed,
        "version": VERSION,
        "method": METHOD,
        "source_ids": sorted(source_ids),
        "allowed": [asdict(entry) for entry in allowed],
        "comparison": sorted(beyond),
        "chosen": chosen,
    }


def search(
    actions: dict[str, Actions],
    settings: Settings,
    engine: Engine,
    say: Progress,
    beside: Mapping[str, Actions] | None = None,
    others: Set[str] = frozenset(),
) -> SearchResult:
    """The search itself, on actions per trace, without a case.

    Parameters
    ----------
    actions : dict of str to Actions
        By trace name.
    say : callable
        Progress, as in ``find``.
    beside : mapping of str to Actions, optional
        What a preset reads beside the traces.
    others : set of str
        Accounts that only a comparison knows: they count in every test, see ``graph.groups.comparison``.

    Examples
    --------
    >>> from graph.toy_data import three_friends
    >>> found = search({"link": Actions.from_table(three_friends())}, Settings(), LocalEngine(), lambda *a: None)
    >>> [one.ties.height for one in found.layers]
    [0]
    """
    return search_layers(list(pair(actions, settings, engine, say)), settings, engine, say, beside, others)


def search_layers(
    layers: Sequence[Layer],
    settings: Settings,
    engine: Engine,
    say: Progress,
    beside: Mapping[str, Actions] | None = None,
    others: Set[str] = frozenset(),
) -> SearchResult:
    """The search from layers on; see ``search``."""
    layers = sorted(layers, key=lambda layer: layer.rarity is not None)  # groups are tested where there is timing
    timed = [layer for layer in layers if layer.rarity is None]
    found = validate_layers(layers, settings, engine, say, lambda layer, mask: communities_of(layer, mask, settings))
    validated = with_ties_shuffled(found, settings, engine, say)
    tested = test_groups(timed, settings, engine, say) if settings.worlds and settings.groups else []
    say("Reading the posts behind the ties", 0, None)
    combined = (
        combine(validated, settings)
        if len({layer.trace for layer in layers}) > 1
        else pl.DataFrame(schema=NOTHING_COMBINED)
    )
    together = only_together(combined)
    tied = []
    for number, one in enumerate(validated):
        held = {tie for part in tested if part.layer == number and part.p is not None for tie in part.ties}
        held |= together.get(layer_name(one.layer.trace, one.layer.window_s), set())
        tied.append(_tied(one, held, combined, settings, engine))
    say("Holding ties together as groups", 0, None)
    everybody = {n for n, one in enumerate(validated) if one.outside.name == "community"}
    groups = find_groups([one.ties for one in tied], tested, settings, everybody) if settings.groups else []
    unshown = Unshown()
    if others:
        tied, pairs_left = shown(tied, others)
        groups, groups_left = of_case(groups, tied, others, settings.group_min)
        combined, unshown = without_pairs(combined, others), Unshown(pairs_left, groups_left)
    described = describe(groups, tied, settings, engine)
    if described.groups.height:
        say("Testing groups again without their best object", 0, None)
        described = set_aside(described, "one_object", one_object(described, tied, settings, engine))
    pairs = (
        pairs_table(validated, settings, _preset(settings), beside)
        if settings.pairs or settings.preset
        else pl.DataFrame()
    )
    return SearchResult(settings, tied, described, without_pairs(pairs, others), combined, frozenset(others), unshown)


def _tied(
    validated: ValidatedLayer, held: Set[Tie], combined: pl.DataFrame, settings: Settings, engine: Engine
) -> TiedLayer:
    """A layer with the ties that stand alone and those that a group or all layers together hold."""
    keep = kept_pairs(validated, held)
    evidence = post_pairs(validated, keep, engine)
    return TiedLayer(validated, said_of(tie_table(validated, keep, evidence, settings), combined), evidence)


def _said(swept: Mapping[str, Sweep]) -> list[str]:
    """Sentences on the sweep: the window it chose, and what it costs in q."""
    if not swept:
        return []
    looked = max(one.table.height for one in swept.values())
    price = f"q and each group's p are corrected for all {looked} windows tested."
    return [*(f"{TRACES[name].words.title}: {one.sentence}" for name, one in swept.items()), price]


def _precisions(store: Store, found: SearchResult) -> pl.DataFrame:
    """The precision of each post's time in the evidence, as a position in ``PRECISIONS``."""
    evidence = pl.concat(layer.evidence for layer in found.layers)
    uids = pl.concat([evidence["post_a"], evidence["post_b"]]).unique().sort().to_list()
    rows = list(store.scan("posts", Scan(columns=("post_uid", "created_at_precision"), uids=uids))) if uids else []
    if not rows:
        return pl.DataFrame(schema={"post_uid": pl.String, "rank": pl.Int64})
    ranks = {name: n for n, name in enumerate(PRECISIONS)}
    return pl.DataFrame(pa.Table.from_batches(rows)).select(
        "post_uid", pl.col("created_at_precision").replace_strict(ranks, default=None).cast(pl.Int64).alias("rank")
    )
