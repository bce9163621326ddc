"""Name of the person at the screen, for verdicts, notes, pins and the log of shown names."""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote

from dash import ctx
from flask import g, has_request_context, request

COOKIE = "lockstep_by"
YEAR_S = 365 * 24 * 3600


def name() -> str:
    """The name of whoever logged in, else the one they last signed with here; empty while it is not known.

    Examples
    --------
    >>> name()
    ''
    """
    if not has_request_context():
        return ""
    known = getattr(g, "person", None) or unquote(request.cookies.get(COOKIE, ""))
    return " ".join(str(known).split())[:80]


def own(notes: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Notes of the person at the screen; none while nobody knows who that is.

    Examples
    --------
    >>> own([{"by": "Ann"}])
    []
    """
    me = name().casefold()
    return [note for note in notes if me and " ".join(str(note.get("by")).split()).casefold() == me]


def signature() -> str:
    """A name for what is logged and not signed by hand, such as a pin: the person's, else that of the account Lockstep runs in."""
    if found := name():
        return found
    try:
        return f"user {getpass.getuser()}"
    except (KeyError, OSError, ImportError):
        return "unknown user"


def remember(signed: str) -> None:
    """Keep the name in this browser, so that it is written once."""
    plain = quote(" ".join(signed.split()))
    ctx.response.set_cookie(COOKIE, plain, max_age=YEAR_S, samesite="Strict", httponly=True)
