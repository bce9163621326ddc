"""Options of engines that are extras, and the sentence that says how to install one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from ingest.errors import UsageError, did_you_mean

_STAGING = "where actions are written first: a folder, or an address fsspec can write to and the engine can read"

# Per engine, its options with a sentence each; a name that ends in ``*`` stands for all that begin so.
OPTIONS: dict[str, dict[str, str]] = {
    "local": {},
    "duckdb": {
        "memory": "most memory DuckDB takes, such as 2GiB (default: half of the machine's)",
        "threads": "cores it uses (default: all)",
        "temp": "folder for what does not fit into memory (default: the system's)",
        "staging": _STAGING,
    },
    "spark": {
        "master": "local[2], spark://host:7077, yarn, k8s://… (default: SPARK_MASTER, else local[*])",
        "staging": _STAGING,
        "spark.*": "any property of Spark, such as spark.executor.memory=8g",
    },
}


def checked(engine: str, options: Mapping[str, str]) -> dict[str, str]:
    """The options, once each is found among those of the engine.

    Raises
    ------
    UsageError
        If the engine has no such option.

    Examples
    --------
    >>> checked("duckdb", {"memory": "2GiB"})
    {'memory': '2GiB'}
    """
    dials = OPTIONS[engine]
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
