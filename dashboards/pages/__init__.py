"""The pages, in the order of the rail. Adding one is a file here and a line below.

Each page module has ``PATH``, ``TITLE``, ``NAV`` (its label in the rail, or None for a page that is reached from
another), ``PARENT`` (path of the rail entry it stands under), ``layout(report, state)`` and ``register(app, reports)``.
"""

from __future__ import annotations

from types import ModuleType

PAGES: tuple[ModuleType, ...] = ()
