"""Cases used on this machine: a list in this person's state folder, never in a case."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from ingest.whole_files import write_whole

MANY = 200
DEMO_SEED = 7


def state_folder() -> Path:
    """``LOCKSTEP_STATE``, or the platform's folder for a user's state."""
    if chosen := os.environ.get("LOCKSTEP_STATE"):
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_state_dir("lockstep", appauthor=False))


def demo_case(seed: int = DEMO_SEED) -> Path:
    """Folder of the worked example's case; its files are beside it."""
    name = "demo" if seed == DEMO_SEED else f"demo-{seed}"
    if chosen := os.environ.get("LOCKSTEP_STATE"):
        return Path(chosen) / name
    import platformdirs

    return Path(platformdirs.user_data_dir("lockstep", appauthor=False)) / name


def is_server(address: str) -> bool:
    """True for the address of a case in Neo4j, False for a folder.

    Examples
    --------
    >>> [is_server(address) for address in ("neo4j://host?case=a", "bolt+s://host?case=a", "cases/a", "C://cases/a")]
    [True, True, False, False]
    """
    from graph.stores.address import scheme_of  # slow: stores bring the table libraries

    return scheme_of(address) is not None


def full(address: str) -> str:
    """The address in a form that works from any folder."""
    return address if is_server(address) else str(Path(address).expanduser().resolve())


def cases() -> list[str]:
    """Addresses of the cases used here, the last one first."""
    with suppress(OSError, ValueError):
        stored = json.loads((state_folder() / "cases.json").read_text("utf-8"))
        return [str(address) for address in stored["cases"]]
    return []


def remember(address: str) -> None:
    """Put a case first in the list. Where the list cannot be written, nothing is remembered and nothing fails."""
    address = full(address)
    before = cases()
    if before[:1] != [address]:
        _write([address, *(other for other in before if other != address)][:MANY])


def forget(address: str) -> None:
    """Take a case off the list."""
    _write([other for other in cases() if other != full(address)])


def named(name: str) -> str | None:
    """The case last used under this name, wherever its folder is."""
    return next((a for a in cases() if not is_server(a) and Path(a).name == name and Path(a).is_dir()), None)


def _write(addresses: list[str]) -> None:
    with suppress(OSError):
        folder = state_folder()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(folder / "cases.json", json.dumps({"cases": addresses}, indent=1) + "\n")
