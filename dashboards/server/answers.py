"""Finished answers of pages, given again for as long as nothing of the case has changed.

An answer depends on the address, on who asks, on the day, and on the case: its version is asked for each time, so that a note, a
load or a run of anybody shows at once. Pages that show jobs, files of this machine or the log say ``LIVE`` and are always made anew.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from threading import Event, Lock
from typing import Any

from dash import Dash
from flask import Response, g, request

from dashboards.components import author
from dashboards.server import roles

CALLBACK = "/_dash-update-component"
_PARTS = ("top", "rail", "page")
_OUTPUT = f"..{'...'.join(f'{part}.children' for part in _PARTS)}.."
_OUTPUTS = [{"id": part, "property": "children"} for part in _PARTS]
_INPUTS = [{"id": "url", "property": name} for name in ("pathname", "search")]
MOST = 32 << 20
"""Bytes of answers that one process keeps."""
WAIT_S = 20
"""Seconds to wait for somebody who makes the same answer at this moment."""


class Answers:
    """Bodies of answers by what they depend on; those asked for least lately go first.

    Parameters
    ----------
    most : int
        Bytes of all bodies together.

    Examples
    --------
    >>> answers = Answers(most=5)
    >>> for name in ("a", "b", "c"):
    ...     answers.keep(name, b"xx")
    >>> answers.get("a"), answers.get("c"), answers.size
    (None, b'xx', 4)
    >>> answers.keep("d", b"too long to be kept")
    >>> answers.get("d"), answers.size
    (None, 4)
    """

    def __init__(self, most: int = MOST) -> None:
        self._most, self.size = most, 0
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._making: dict[Hashable, Event] = {}
        self._lock = Lock()

    def get(self, key: Hashable) -> bytes | None:
        """The answer; None where it is not kept."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: Hashable, body: bytes) -> None:
        """Keep an answer."""
        if len(body) > self._most:
            return
        with self._lock:
            self.size += len(body) - len(self._kept.pop(key, b""))
            self._kept[key] = body
            while self.size > self._most:
                self.size -= len(self._kept.popitem(last=False)[1])

    def begin(self, key: Hashable) -> bytes | None:
        """The answer, once somebody else who is making it has; None where there is none yet, and the caller makes it."""
        with self._lock:
            made = self._making.get(key)
            if made is None:
                self._making[key] = Event()
                return None
        made.wait(WAIT_S)
        return self.get(key)

    def end(self, key: Hashable) -> None:
        """Say that an answer is made, or never will be."""
        with self._lock:
            made = self._making.pop(key, None)
        if made is not None:
            made.set()

    def clear(self) -> None:
        """Forget them all."""
        with self._lock:
            self._kept.clear()
            self.size = 0


def give_again(
    app: Dash,
    page_at: Callable[[str], object | None],
    version: Callable[[], Hashable],
    secrets: Callable[[], Hashable],
) -> None:
    """Answer requests for pages from what was answered before. Call it after the checks of who asks.

    Parameters
    ----------
    app : Dash
    page_at : callable
        Page at a path.
    version : callable
        Version of the case, whose newest state is read before it returns; None where nothing may be kept.
    secrets : callable
        Keys behind the codes in addresses.
    """
    answers = Answers()

    def known() -> Response | None:
        asked = _page_asked()
        held = version() if asked and not getattr(page_at(asked[0]), "LIVE", False) else None
        if asked is None or held is None:
            return None
        g.answer = (asked, held, secrets(), roles.role(), author.name(), datetime.now(UTC).date())
        body = answers.get(g.answer) or answers.begin(g.answer)
        return None if body is None else Response(body, mimetype="application/json")

    def keep(answer: Response) -> Response:
        if getattr(g, "lasting", False) and hasattr(g, "answer") and answer.status_code == 200:
            if g.lasting == "changes others":
                answers.clear()
            answers.keep(g.answer, answer.get_data())
        return answer

    def made(_: BaseException | None) -> None:
        if hasattr(g, "answer"):
            answers.end(g.answer)

    app.server.before_request(known)
    app.server.after_request(keep)
    app.server.teardown_request(made)


def lasting(page: object) -> None:
    """Say that the answer under way is a page as it should be, and no message that something failed."""
    g.lasting = "changes others" if getattr(page, "CHANGES_RAIL", False) else "yes"


def _page_asked() -> tuple[str, str] | None:
    """Path and query of the page that is asked for; None for every other request."""
    if request.path != CALLBACK or request.method != "POST":
        return None
    sent: Any = request.get_json(silent=True)
    if not isinstance(sent, dict) or sent.get("output") != _OUTPUT or sent.get("outputs") != _OUTPUTS:
        return None  # what else it asks for stands in the answer, which others would get
    given = sent.get("inputs")
    inputs = [dict(one) for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    values = [one.pop("value", None) for one in inputs]
    if inputs != _INPUTS or not isinstance(values[0], str) or not isinstance(values[1] or "", str):
        return None
    return values[0], values[1] or ""
