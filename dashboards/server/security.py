"""Protection of the case from other pages in the same browser and from scripts in the data."""

from __future__ import annotations

from urllib.parse import urlsplit

from dash import Dash
from flask import Response, abort, request

from dashboards.local import audit
from dashboards.server import login, roles
from dashboards.server.access import THIS_MACHINE, Access

LOOPBACK = ("127.0.0.1", "localhost")

_DATA = ("/data/", "/files/", "/_dash-update-component")
"""Paths that answer with data of the case: only this dashboard's own pages may ask for them."""

LARGEST_BODY = 4 << 20
"""Bytes a request may send, other than an upload: a page's state is some kilobytes."""

STREAMED = "/files/upload"
"""Path of uploads, which are too large to be read at once."""


def protect(app: Dash, access: Access = THIS_MACHINE, case: str | None = None) -> None:
    """Check host, origin, token and role of every request, and set a content policy on every answer. Call it last.

    ``case`` is the address of the case whose log takes logins, reveals and exports.
    """
    server = app.server
    server.config["TRUSTED_HOSTS"] = [*LOOPBACK, *access.names]
    policy = content_policy(app)

    def log(kind: str, by: str, role: str, **about: object) -> bool:
        return case is None or audit.record(case, kind, by, role, **about)

    def own_pages_only() -> None:
        _ = request.host  # raises for a host name that is not ours but points here
        if not request.path.startswith(STREAMED):
            request.max_content_length = LARGEST_BODY  # a longer one is answered with 413, unread
        if request.method not in ("GET", "HEAD") or request.path.startswith(_DATA):
            check_origin()

    def say_so(answer: Response) -> Response:
        answer.headers.update(
            {
                "Content-Security-Policy": policy,
                "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "same-origin",  # without it, our own forms would send a null origin
                "X-Frame-Options": "DENY",
                "Cross-Origin-Opener-Policy": "same-origin",
                "Cross-Origin-Resource-Policy": "same-origin",
                "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
            }
        )
        if request.path.startswith(_DATA):
            answer.headers["Cache-Control"] = "no-store"
        return answer

    server.before_request(own_pages_only)
    if access.token is not None:
        login.require(server, access, log)
    roles.keep(app, log)
    server.after_request(say_so)


def check_origin() -> None:
    """Answer 403 to a request from another site's page."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403)
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        abort(403)


def content_policy(app: Dash) -> str:
    """Content Security Policy: nothing from another host, no script but our files and Dash's own start lines.

    Dash and Mantine set styles on elements, so styles stay ``unsafe-inline``; ``data:`` and ``blob:`` are the pictures
    that people save.
    """
    scripts = " ".join(["'self'", *app.csp_hashes()])
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "worker-src 'self' blob:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )
