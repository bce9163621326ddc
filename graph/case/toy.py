"""A tiny case with a known answer, for examples and first steps."""

from __future__ import annotations

from pathlib import Path

from graph.case.load import load
from graph.stores import open_case
from graph.stores.base import Store
from graph.toy_data import write_posts
from ingest.scratch import Scratch

_KEPT: list[Scratch] = []
"""Folders of made-up cases, deleted at the end of the process."""


def toy_case(folder: Path | str | None = None) -> Store:
    """A case with one loaded file: 44 made-up accounts, four of which share the same links within seconds.

    Parameters
    ----------
    folder : path, optional
        Where to keep the case; a temporary folder that goes when Python ends, if not given.

    Returns
    -------
    Store
        Without a run: ``find`` makes one. See ``graph.toy_data.write_posts`` for its posts.

    Raises
    ------
    CaseError
        If the folder holds something else.

    Examples
    --------
    >>> case = toy_case()
    >>> case.count("posts"), case.count("accounts"), case.runs()
    (720, 44, [])
    """
    if folder is None:
        _KEPT.append(Scratch("toy"))
        folder = _KEPT[-1].path
    case = open_case(str(Path(folder) / "case"), create=True)
    load(case, [write_posts(folder)])
    return case
