"""Files that were read and rows of tables as plain values, for scripts, jobs and pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dashboards.words.numbers import known

if TYPE_CHECKING:
    import pandas as pd

    from graph.case.load import Outcome


def outcome_facts(outcome: Outcome) -> dict[str, Any]:
    """A file that was checked or loaded as plain values.

    Returns
    -------
    dict
        ``file``, ``status``, ``source`` (its record), ``shows`` (what it can and cannot show; None where nothing was read),
        ``skipped`` (reasons with counts and the first row), ``replaced``, ``error``.
    """
    source = dict(outcome.source)
    for name in ("field_coverage", "options"):
        if isinstance(source.get(name), str):
            source[name] = json.loads(source[name])
    from graph.case.coverage import abilities

    told = abilities(outcome.source) if outcome.source else None
    return {
        "file": outcome.name,
        "status": outcome.status,
        "shows": {"can": told.can, "absent": told.absent, "cannot": told.cannot, "words": told.sentences}
        if told
        else None,
        "source": source,
        "skipped": [vars(why) for why in outcome.reasons],
        "replaced": outcome.replaced,
        "error": str(outcome.error) if outcome.error else None,
    }


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table as dictionaries, unknown as None.

    Examples
    --------
    >>> import pandas as pd
    >>> records(pd.DataFrame({"account": ["x:1", None], "posts": [3, 4]}))
    [{'account': 'x:1', 'posts': 3}, {'account': None, 'posts': 4}]
    """
    return [plain(row) for row in frame.to_dict("records")]


def plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row with None for unknown values of any type, so that JSON says null.

    Examples
    --------
    >>> plain({"q": float("nan"), "traces": ["link"]})
    {'q': None, 'traces': ['link']}
    """
    return {
        str(name): value if isinstance(value, dict | list | tuple) or hasattr(value, "tolist") or known(value) else None
        for name, value in row.items()
    }
