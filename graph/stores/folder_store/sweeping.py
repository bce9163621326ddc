"""Files of a folder case that nothing names: what a killed process left, and what a change put another file in place of."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from graph.stores.folder_store.manifest import Manifest
from graph.stores.folder_store.runs import run_folder

_GRACE_S = 86_400.0
_BESIDE = re.compile(r"\..+\.[0-9a-f]{8}")
"""Names of ``manifest.write_beside``: files that were never renamed into place."""


def strays(case: Path, manifest: Manifest) -> list[Path]:
    """Give what lies in a case and counts for nothing: files under ``parts/``, folders of runs, notes and unfinished files.

    Parameters
    ----------
    case : Path
    manifest : Manifest
        The newest one.

    Examples
    --------
    >>> import tempfile
    >>> from graph.stores.folder_store.manifest import new_manifest
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     case = Path(folder)
    ...     for path in ("runs/0a1b", "runs/.0a1b-2c", "parts/posts", "notes"):
    ...         (case / path).mkdir(parents=True)
    ...     _ = [(case / path).touch() for path in ("parts/posts/s-000.parquet", "notes/.n.json.0123abcd", ".writer.lock")]
    ...     [path.relative_to(case).as_posix() for path in strays(case, new_manifest("spring"))]
    ['notes/.n.json.0123abcd', 'parts/posts/s-000.parquet', 'runs/.0a1b-2c', 'runs/0a1b']
    """
    return sorted(_unnamed(case, manifest))


def _unnamed(case: Path, manifest: Manifest) -> Iterator[Path]:
    parts, named = case / "parts", manifest.files()
    yield from parts.glob(".staging-*")
    yield from (path for path in parts.glob("*/*") if path.relative_to(parts).as_posix() not in named)
    homes = {run_folder(run) for run in manifest.runs}
    yield from (home for home in (case / "runs").glob("*") if home.name not in homes)
    notes = case / "notes"
    counts = {f"{name}.{revision}" for name, revision in manifest.rewritten.items()}
    yield from (path for path in notes.glob("[0-9]*.json") if path.name in manifest.rewritten)
    yield from (path for path in notes.glob("[0-9]*.json.*") if path.name not in counts)
    yield from (path for home in (case, notes) for path in home.glob(".*") if _BESIDE.fullmatch(path.name))


def sweep(case: Path, manifest: Manifest) -> None:
    """Delete what the manifest does not name. Only for who holds the writer's lock while nobody has the case open.

    On Windows, where readers cannot be seen, files go when they are a day old and not open.
    """
    oldest_kept = time.time() - _GRACE_S if os.name == "nt" else float("inf")
    for path in strays(case, manifest):
        with suppress(FileNotFoundError, PermissionError):
            if path.stat().st_mtime < oldest_kept:
                _delete(path)


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink()
