"""Protocol of an engine: a case in, layers of pairs that met out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from graph.schema import Allowed
    from graph.settings import Settings
    from graph.stores.base import Store
    from graph.ties.layer import Layer
    from ingest.errors import Progress


class LayerEngine(Protocol):
    """A case to layers: who met whom, per trace and window. All engines give the same ties on the same case."""

    def __enter__(self) -> LayerEngine: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...

    def layers(self, store: Store, settings: Settings, allowed: Sequence[Allowed], say: Progress) -> Iterator[Layer]:
        """One layer per trace and window of the settings, in that order; use them before the engine is closed."""
        ...
