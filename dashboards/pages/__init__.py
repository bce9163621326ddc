"""The pages, in the order of the rail. Adding one is a file here and a line below.

Each page module has ``PATH``, ``TITLE``, ``NAV`` (its label in the rail, or None for a page that is reached from
another), ``PARENT`` (path of the rail entry it stands under), ``layout(report, state)`` and ``register(app, reports)``;
``NEEDS_RUN = False`` where it also says something about a case without a run; ``OF_CASE = True`` where it is about the case
and not about one run: its ``layout`` gets the ``dashboards.components.base.Reports``. In the rail, ``KEY`` is the letter after G where it is not
the first of ``NAV``, and ``count(reports, report)`` gives the number beside it; ``CHANGES_RAIL = True`` where opening the page sets
one. Answers are given again while the case stays as it is: ``LIVE = True`` where a page also shows jobs, files or the log.
"""

from __future__ import annotations

from types import ModuleType

from dashboards.pages import agreement, briefing, compare, described, method, object, search
from dashboards.pages.evidence import page as evidence
from dashboards.pages.find import page as find
from dashboards.pages.group import page as group
from dashboards.pages.groups import page as groups
from dashboards.pages.handover import page as handover
from dashboards.pages.outlinks import page as outlinks
from dashboards.pages.sources import page as sources
from dashboards.pages.start import page as start

PAGES: tuple[ModuleType, ...] = (
    start,
    sources,
    find,
    groups,
    described,
    group,
    evidence,
    object,
    search,
    outlinks,
    agreement,
    compare,
    briefing,
    handover,
    method,
)
