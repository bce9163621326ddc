"""Engine that holds all actions in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import TracebackType

from graph.case.allow_list import without
from graph.case.subset import precisions_of
from graph.pairing.actions import Actions
from graph.pairing.engine import Engine
from graph.pairing.local import LocalEngine
from graph.schema import Allowed
from graph.settings import Settings
from graph.stores.base import Store
from graph.ties.layer import Layer, build_layer, layer_across
from graph.ties.window_sweep import Sweep, sweep
from graph.traces import TRACES
from graph.traces.across import chances_of, left_out_of
from graph.windows import ANY_TIME_S, WINDOWS_S, borne
from ingest.errors import Progress


class InMemory:
    """numpy on this machine; see ``graph.pairing.local`` for the pairing."""

    def __enter__(self) -> InMemory:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close nothing: all is in memory."""

    def layers(self, store: Store, settings: Settings, allowed: Sequence[Allowed], say: Progress) -> Iterator[Layer]:
        """One layer per trace and window, as ``graph.engines.base.LayerEngine`` says."""
        read: dict[str, Actions] = {}
        across: list[Layer] = []
        for number, name in enumerate(settings.traces):
            title = TRACES[name].words.title
            say(f"Reading who {title[0].lower()}{title[1:]}", number, len(settings.traces))
            if TRACES[name].of_accounts:
                across.append(read_across(name, store, settings, allowed, say))
                continue
            own = Actions.from_table(TRACES[name].actions(store, settings.narrow, say))
            if not any(own.repeats(other) for other in read.values()):
                read[name] = own
        left = {name: without(own, name, allowed) for name, own in read.items()}
        grid = borne(WINDOWS_S, precisions_of(store))[0] if settings.sweep else ()
        for layer in pair({name: own for name, (own, _) in left.items()}, settings, LocalEngine(), say, grid):
            yield replace(layer, aside=left[layer.trace][1])
        yield from across


def read_across(name: str, store: Store, settings: Settings, allowed: Sequence[Allowed], say: Progress) -> Layer:
    """Layer of a trace of accounts: a row per account and object, so every engine pairs it in memory."""
    table = TRACES[name].actions(store, settings.narrow, say)
    own, aside = without(Actions.from_table(table), name, allowed)
    layer = layer_across(name, own, chances_of(table, own.objects), ANY_TIME_S, LocalEngine())
    return replace(layer, aside=aside, left_out=left_out_of(table))


def pair(
    actions: Mapping[str, Actions],
    settings: Settings,
    engine: Engine,
    say: Progress,
    grid: Sequence[float] = WINDOWS_S,
) -> Iterator[Layer]:
    """Layers of actions that were read, one per trace and window; with ``sweep``, at the window that stands out."""
    seen: dict[str, Sweep] = {}
    for number, (name, own) in enumerate(actions.items() if settings.sweep else ()):
        say(f"Looking at {TRACES[name].words.many} over windows up to a day", number, len(actions))
        able = [window for window in grid if window >= TRACES[name].finest_s]
        seen[name] = sweep(own, settings, engine, windows_s=able)
    work = [(name, window) for name in actions for window in windows_of(name, settings, seen.get(name))]
    for number, (name, window) in enumerate(work):
        say(f"Pairing {TRACES[name].words.many} within {window:g} s", number, len(work))
        yield replace(build_layer(name, actions[name], window, settings, engine), sweep=seen.get(name))


def windows_of(trace: str, settings: Settings, swept: Sweep | None = None) -> tuple[float, ...]:
    """Windows of a trace's layers: the one a sweep suggests, or those asked for; none shorter than its objects allow.

    Examples
    --------
    >>> windows_of("link", Settings()), windows_of("hashtag_sequence", Settings(windows_s=(60.0, 3600.0)))
    ((60.0,), (86400.0,))
    """
    windows_s = (swept.suggested_s,) if swept and swept.suggested_s else settings.windows_s
    return tuple(dict.fromkeys(max(window, TRACES[trace].finest_s) for window in windows_s))
