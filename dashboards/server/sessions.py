"""Sessions of people who gave a token: a signed cookie with a role, until it expires or somebody logs out.

Nothing is kept of a session but that it ended: one empty file in the state folder, which all server processes see and which
outlives them. A file goes once its cookie would have expired anyway.
"""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

HOURS = 12
_COOKIE = re.compile(
    r"(?P<role>[a-z]{1,16})\.(?P<id>[0-9a-f]{32})\.(?P<until>[0-9]{1,12})\.(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True)
class Session:
    """One login.

    Attributes
    ----------
    role : str
    id : str
        32 hexadecimal digits.
    until : int
        Second after 1970 from which it is no longer valid.
    """

    role: str
    id: str
    until: int

    @property
    def short(self) -> str:
        """The beginning of its id, for logs: it lets nobody in."""
        return self.id[:8]


class Sessions:
    """Sessions of one or more tokens.

    Parameters
    ----------
    tokens : mapping of str to str
        The token of each role.
    folder : Path
        Holds a file for every session that somebody ended; made when it is needed.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> sessions = Sessions({"reader": "a token"}, Path(mkdtemp()) / "ended")
    >>> cookie = sessions.begin("reader", now=0)
    >>> sessions.read(cookie, now=60).role, sessions.read(cookie, now=1e6)
    ('reader', None)
    >>> sessions.end(sessions.read(cookie, now=60), now=60)
    >>> sessions.read(cookie, now=61) is None
    True
    """

    def __init__(self, tokens: Mapping[str, str], folder: Path) -> None:
        self._tokens, self._folder = dict(tokens), folder
        self._ended: set[str] = set()  # of this process, should the disk be full

    def role_of(self, token: str) -> str | None:
        """The role of a token; every one is compared in full, so that the time it takes says nothing."""
        fits = [role for role, own in self._tokens.items() if hmac.compare_digest(own.encode(), token.encode())]
        return fits[0] if fits else None

    def begin(self, role: str, now: float | None = None) -> str:
        """Value of the cookie of a new session."""
        plain = f"{role}.{token_hex(16)}.{int(_time(now)) + HOURS * 3600}"
        return f"{plain}.{self._signed(role, plain)}"

    def read(self, cookie: str | None, now: float | None = None) -> Session | None:
        """The session of a cookie; None where it is not signed here, has expired, or was ended."""
        found = _COOKIE.fullmatch(cookie or "")
        if found is None or found["role"] not in self._tokens:
            return None
        plain = found.string.rpartition(".")[0]
        if not hmac.compare_digest(found["signature"], self._signed(found["role"], plain)):
            return None
        session = Session(found["role"], found["id"], int(found["until"]))
        return session if session.until > _time(now) and not self._over(session) else None

    def end(self, session: Session, now: float | None = None) -> None:
        """End a session in every server process, also in those that start later."""
        self._ended.add(session.id)
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for old in self._folder.glob("*.*"):
                if old.suffix[1:].isdecimal() and int(old.suffix[1:]) < _time(now):
                    old.unlink(missing_ok=True)
            self._file(session).touch(mode=0o600)

    def _over(self, session: Session) -> bool:
        return session.id in self._ended or self._file(session).exists()

    def _file(self, session: Session) -> Path:
        return self._folder / f"{session.id}.{session.until}"

    def _signed(self, role: str, plain: str) -> str:
        return hmac.new(self._tokens[role].encode(), f"lockstep session {plain}".encode(), sha256).hexdigest()


def _time(now: float | None) -> float:
    return time.time() if now is None else now
