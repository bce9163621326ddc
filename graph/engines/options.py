"""Options of engines that are extras, and the sentence that says how to install one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from ingest.errors import UsageError, did_you_mean


def checked(engine: str, options: Mapping[str, str], dials: Mapping[str, str]) -> dict[str, str]:
    """The options, if the engine has them; a dial that ends in ``*`` stands for all that begin so.

    Examples
    --------
    >>> checked("duckdb", {"memory": "2GiB"}, {"memory": "most memory"})
    {'memory': '2GiB'}
    """
    families = tuple(name[:-1] for name in dials if name.endswith("*"))
    for name in options:
        if name not in dials and not (families and name.startswith(families)):
            raise UsageError(
                f"The engine {engine} has no option {name!r}.",
                hint=did_you_mean(name, list(dials)) or f"It has: {', '.join(dials) or 'none'}.",
            )
    return dict(options)


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Imports that only an extra brings; without it, the line to type instead of a trace."""
    try:
        yield
    except ImportError as error:
        raise UsageError(
            f"The engine {name} needs a library that is not installed: {error.name}.",
            hint=f"pip install 'lockstep-workbench[{name}]', or in a checkout: pip install '.[{name}]'.",
        ) from None
