"""Login with a token, for people at other machines; a cookie that scripts cannot read remembers it."""

from __future__ import annotations

import hmac
import math
import re
import time
from collections import OrderedDict
from hashlib import sha256
from html import escape
from threading import Lock
from urllib.parse import quote

from flask import Flask, Response, make_response, redirect, request

SHORTEST = 16
HOURS = 12
COOKIE = "lockstep"
FREE, LONGEST_S, ADDRESSES = 5, 60, 10_000
"""Wrong tokens an address may send without waiting, the longest it then waits (everybody behind one proxy has
one address), and addresses remembered."""
# Browsers drop tabs and line breaks from addresses, and take a backslash for a slash.
_OWN_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")

_OPEN = ("/login", "/health", "/assets/")
"""Paths open to everybody: they hold nothing of a case."""
_DATA = ("/_dash", "/_reload", "/data/", "/files/")
"""Paths that pages ask for, not people: they answer with a status, not with a form."""

_PAGE = """<!DOCTYPE html>
<html lang="en" data-theme="light"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Log in – Lockstep</title><link rel="icon" type="image/svg+xml" href="/assets/favicon.svg"><script src="/assets/early.js"></script>
<link rel="stylesheet" href="/assets/fonts.css"><link rel="stylesheet" href="/assets/tokens.css"><link rel="stylesheet" href="/assets/app.css"></head>
<body><header class="top"><span class="brand">Lockstep</span></header>
<main class="main"><h1>Log in</h1><p class="lead">Enter the token. The person who started this dashboard has it.</p>
<form method="post" action="/login"><input type="hidden" name="next" value="{next}">
<p class="row"><label for="token">Token</label><input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<button class="btn primary" type="submit">Log in</button></p>{said}</form></main></body></html>"""


def require(server: Flask, token: str) -> None:
    """Ask for the token before every path but the open ones."""
    waiting = Waiting()

    def ask() -> Response | None:
        if request.path.startswith(_OPEN) or valid(token, request.cookies.get(COOKIE)):
            return None
        if request.path.startswith(_DATA) or request.method not in ("GET", "HEAD"):
            return make_response("Log in first.", 401)
        wanted = request.full_path.rstrip("?")
        return make_response(redirect(f"/login?next={quote(wanted)}", 303))

    def login() -> Response:
        if request.method == "GET":
            return _form(request.args.get("next", "/"))
        wanted = request.form.get("next", "/")
        wait = waiting.left(request.remote_addr or "")
        if wait:
            said = f"Too many wrong tokens from this address. Try again in {wait} seconds."
            return _form(wanted, said, 429)
        if not hmac.compare_digest(request.form.get("token", "").encode(), token.encode()):
            waiting.wrong(request.remote_addr or "")
            return _form(wanted, "This token is wrong.", 401)
        waiting.right(request.remote_addr or "")
        answer = make_response(redirect(own_path(wanted), 303))
        answer.set_cookie(
            COOKIE,
            ticket(token),
            max_age=HOURS * 3600,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure or request.headers.get("X-Forwarded-Proto") == "https",
        )
        return answer

    def logout() -> Response:
        answer = make_response(redirect("/login", 303))
        answer.delete_cookie(COOKIE)
        return answer

    server.before_request(ask)
    server.add_url_rule("/login", "login", login, methods=["GET", "POST"])
    server.add_url_rule("/logout", "logout", logout, methods=["POST"])


class Waiting:
    """Addresses that sent wrong tokens, and how long each waits: twice as long after each, and no thread sleeps for it.

    Examples
    --------
    >>> waiting = Waiting()
    >>> for _ in range(FREE + 3):
    ...     waiting.wrong("192.0.2.1", now=0)
    >>> waiting.left("192.0.2.1", now=1), waiting.left("192.0.2.1", now=9), waiting.left("192.0.2.2", now=1)
    (7, 0, 0)
    """

    def __init__(self) -> None:
        self._until: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._lock = Lock()

    def left(self, address: str, now: float | None = None) -> int:
        """Seconds until an address may try again; 0 where it may."""
        _, until = self._until.get(address, (0, 0.0))
        return max(0, math.ceil(until - (time.monotonic() if now is None else now)))

    def wrong(self, address: str, now: float | None = None) -> None:
        """Count a wrong token."""
        with self._lock:
            tries = self._until.pop(address, (0, 0.0))[0] + 1
            wait = min(2.0 ** (tries - FREE), LONGEST_S) if tries > FREE else 0.0
            self._until[address] = (tries, (time.monotonic() if now is None else now) + wait)
            while len(self._until) > ADDRESSES:
                self._until.popitem(last=False)

    def right(self, address: str) -> None:
        """Forget an address that knows the token."""
        with self._lock:
            self._until.pop(address, None)


def _form(wanted: str, said: str = "", status: int = 200) -> Response:
    alert = f'<p class="stopword" role="alert">{escape(said)}</p>' if said else ""
    answer = make_response(_PAGE.format(next=escape(own_path(wanted), quote=True), said=alert), status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def own_path(path: str) -> str:
    """A path of this dashboard, or its first page for anything else.

    Examples
    --------
    >>> own_path("/groups?run=R-1"), own_path("//evil.example"), own_path("https://evil.example"), own_path("/\\\\evil.example")
    ('/groups?run=R-1', '/', '/', '/')
    >>> own_path("/\\t/evil.example"), own_path("/groups\\r\\nSet-Cookie: a=b")
    ('/', '/')
    """
    return path if _OWN_PATH.fullmatch(path) else "/"


def ticket(token: str, now: float | None = None) -> str:
    """Value of the cookie: the time until which it is valid, signed."""
    until = str(int((time.time() if now is None else now) + HOURS * 3600))
    return f"{until}.{_signed(token, until)}"


def valid(token: str, cookie: str | None, now: float | None = None) -> bool:
    """True where a cookie is signed by this dashboard and still valid.

    Examples
    --------
    >>> valid("a token", ticket("a token", 0), 60), valid("a token", ticket("a token", 0), 1e6), valid("other", ticket("a token"))
    (True, False, False)
    """
    until, _, signature = (cookie or "").partition(".")
    if not (until.isascii() and until.isdigit()) or not hmac.compare_digest(
        signature.encode(), _signed(token, until).encode()
    ):
        return False
    return int(until) > (time.time() if now is None else now)


def _signed(token: str, until: str) -> str:
    return hmac.new(token.encode(), f"lockstep session {until}".encode(), sha256).hexdigest()
