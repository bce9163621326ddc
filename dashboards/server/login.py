"""Login with a token, for people at other machines; a cookie that scripts cannot read remembers it."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote, unquote

from flask import Flask, Response, g, make_response, redirect, request

from dashboards.local import recent_cases
from dashboards.server.sessions import HOURS, Sessions
from dashboards.server.waiting import LOCKED_S, Waiting, caller, wait_words

if TYPE_CHECKING:
    from dashboards.server.access import Access

SHORTEST = 16
COOKIE = "lockstep"
SESSIONS = "lockstep_sessions"
"""Name of the sessions among the extensions of the server."""
NOBODY = "nobody"
"""In place of a role, for people who are not logged in."""
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


class Log(Protocol):
    """Takes what happened, for the log of the case."""

    def __call__(self, kind: str, by: str, role: str, **about: object) -> bool:
        """Keep it; False where that failed."""
        ...


def require(server: Flask, access: Access, log: Log) -> None:
    """Ask for a token before every path but the open ones; ``flask.g.role`` says who asks behind it.

    Parameters
    ----------
    server : Flask
    access : Access
        Tokens by role, and the proxies that are believed.
    log : callable
        Takes the kind of what happened, by whom, the role, and more about it.
    """
    waiting = Waiting(access.wrong_tokens)
    sessions = Sessions(access.tokens, recent_cases.state_folder() / "sessions-ended")
    server.extensions[SESSIONS] = sessions

    def address() -> str:
        return caller(request.remote_addr or "", request.headers.get("X-Forwarded-For", ""), access.proxies)

    def ask() -> Response | None:
        g.session = sessions.read(request.cookies.get(COOKIE))
        g.role = g.session.role if g.session else NOBODY
        if g.session or request.path.startswith(_OPEN):
            return None
        if request.path.startswith(_DATA) or request.method not in ("GET", "HEAD"):
            return make_response("Log in first.", 401)
        wanted = request.full_path.rstrip("?")
        return make_response(redirect(f"/login?next={quote(wanted)}", 303))

    def login() -> Response:
        if request.method == "GET":
            return _form(request.args.get("next", "/"))
        who, wanted = address(), request.form.get("next", "/")
        if wait := waiting.left(who):
            return _wait(wanted, wait)
        role = sessions.role_of(request.form.get("token", ""))
        if role is None:
            locked = waiting.wrong(who)
            log("lockout" if locked else "wrong token", who, NOBODY)
            return _wait(wanted, LOCKED_S) if locked else _form(wanted, "This token is wrong.", 401)
        waiting.right(who)
        answer = make_response(redirect(own_path(wanted), 303))
        cookie = sessions.begin(role)
        began = sessions.read(cookie)
        log("login", who, role, session=began.short if began else None)
        answer.set_cookie(
            COOKIE,
            cookie,
            max_age=HOURS * 3600,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure or request.headers.get("X-Forwarded-Proto") == "https",
        )
        return answer

    def logout() -> Response:
        if g.session:
            sessions.end(g.session)
            log("logout", address(), g.role, session=g.session.short)
        answer = make_response(redirect("/login", 303))
        answer.delete_cookie(COOKIE)
        return answer

    server.before_request(ask)
    server.add_url_rule("/login", "login", login, methods=["GET", "POST"])
    server.add_url_rule("/logout", "logout", logout, methods=["POST"])


def _wait(wanted: str, seconds: int) -> Response:
    answer = _form(wanted, wait_words(seconds), 429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


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
    >>> own_path("/\\t/evil.example"), own_path("/groups\\r\\nSet-Cookie: a=b"), own_path("/%09/evil.example")
    ('/', '/', '/')
    """
    return path if _OWN_PATH.fullmatch(path) and _OWN_PATH.fullmatch(unquote(path)) else "/"
