"""Login with a token, for people at other machines; a cookie that scripts cannot read remembers it."""

from __future__ import annotations

import hmac
import time
from hashlib import sha256
from html import escape
from urllib.parse import quote

from flask import Flask, Response, make_response, redirect, request

SHORTEST = 16
HOURS = 12
COOKIE = "lockstep"
WAIT_S = 1.0  # after a wrong token

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
        if not hmac.compare_digest(request.form.get("token", "").encode(), token.encode()):
            time.sleep(WAIT_S)
            return _form(wanted, "This token is wrong.", 401)
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
    """
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and "\\" not in path else "/"


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
