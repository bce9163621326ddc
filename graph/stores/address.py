"""Addresses of cases: their scheme, and the refusal of a password in one."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ingest.errors import UsageError

_SCHEME = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]+)://")  # two letters at least: C:\ is a disk


def scheme_of(address: str) -> str | None:
    """The scheme of an address in small letters; None for a path.

    Examples
    --------
    >>> scheme_of("BOLT+s://host?case=a"), scheme_of("C:/cases/a")
    ('bolt+s', None)
    """
    match = _SCHEME.match(address.strip())
    return match[1].lower() if match else None


def refuse_secrets(address: str) -> None:
    """Refuse a user name or password in an address: addresses stand in shell histories, process lists and logs.

    Examples
    --------
    >>> refuse_secrets("neo4j://kim:secret@host?case=a")
    Traceback (most recent call last):
    ingest.errors.UsageError: The address holds a user name or a password (before @host). Leave it out and set NEO4J_USERNAME and NEO4J_PASSWORD, or type it when asked.
    """
    host = urlsplit(address.strip()).netloc if scheme_of(address) else ""
    if "@" in host:  # the message must not repeat what came before it
        raise UsageError(
            f"The address holds a user name or a password (before @{host.rpartition('@')[2]}).",
            hint="Leave it out and set NEO4J_USERNAME and NEO4J_PASSWORD, or type it when asked.",
        )
