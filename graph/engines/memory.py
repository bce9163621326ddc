"""The layers of a case with all actions in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import TracebackType

from graph.allow import Allowed, without
from graph.engines.base import Actions, Engine
from graph.engines.local import LocalEngine
from graph.settings import Settings
from graph.stores.base import Store
from graph.ties import Layer, Progress, build_layer
from graph.traces import TRACES


class InMemory:
    """numpy on this machine; see ``graph.engines.local`` for the pairing."""

    def __enter__(self) -> InMemory:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Nothing to let go of."""

    def layers(self, store: Store, settings: Settings, allowed: Sequence[Allowed], say: Progress) -> Iterator[Layer]:
        """One layer per trace and window, as ``graph.engines.base.LayerEngine`` says."""
        read: dict[str, Actions] = {}
        for number, name in enumerate(settings.traces):
            title = TRACES[name].words.title
            say(f"Reading who {title[0].lower()}{title[1:]}", number, len(settings.traces))
            own = Actions.from_table(TRACES[name].actions(store, settings.narrow, say))
            if not any(own.repeats(other) for other in read.values()):
                read[name] = own
        left = {name: without(own, name, allowed) for name, own in read.items()}
        for layer in pair({name: own for name, (own, _) in left.items()}, settings, LocalEngine(), say):
            yield replace(layer, aside=left[layer.trace][1])


def pair(actions: Mapping[str, Actions], settings: Settings, engine: Engine, say: Progress) -> Iterator[Layer]:
    """One layer per trace and window, from actions that were read."""
    work = [(name, window) for name in actions for window in windows_of(name, settings)]
    for number, (name, window) in enumerate(work):
        say(f"Pairing {TRACES[name].words.many} within {window:g} s", number, len(work))
        yield build_layer(name, actions[name], window, settings, engine)


def windows_of(trace: str, settings: Settings) -> tuple[float, ...]:
    """The windows of a trace's layers: those asked for, none shorter than its objects can bear.

    Examples
    --------
    >>> windows_of("link", Settings()), windows_of("hashtag_sequence", Settings(windows_s=(60.0, 3600.0)))
    ((60.0,), (86400.0,))
    """
    return tuple(dict.fromkeys(max(window, TRACES[trace].finest_s) for window in settings.windows_s))
