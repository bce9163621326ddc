"""Requests of other sites are refused, and every answer says what a page may load."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from dash import Dash, html

from dashboards.server.access import Access
from dashboards.server.security import content_policy, protect


@pytest.fixture(scope="module")
def app() -> Dash:
    app = Dash("security", title="security")
    app.layout = html.Div()
    app.server.add_url_rule("/data/x", "x", lambda: "of the case")
    protect(app, Access(names=("lockstep.example.org",)))
    return app


@pytest.fixture
def client(app: Dash) -> Iterator[Any]:
    with app.server.test_client() as client:
        yield client


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "127.0.0.1:8050"}, 200),
        ({"Host": "lockstep.example.org"}, 200),
        ({"Host": "evil.example"}, 400),  # another name that points here
        ({"Host": "127.0.0.1:8050", "Origin": "http://127.0.0.1:8050"}, 200),
        ({"Host": "127.0.0.1:8050", "Origin": "http://evil.example"}, 403),
        ({"Host": "127.0.0.1:8050", "Origin": "null"}, 403),
        ({"Host": "127.0.0.1:8050", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Host": "127.0.0.1:8050", "Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_only_own_pages_get_data(client: Any, headers: dict[str, str], status: int) -> None:
    answer = client.get("/data/x", headers=headers)
    assert answer.status_code == status
    if status == 200:
        assert answer.headers["Cache-Control"] == "no-store" and answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_page_loads_nothing_from_elsewhere(app: Dash) -> None:
    policy = dict(rule.split(" ", 1) for rule in content_policy(app).split("; "))
    assert policy["default-src"] == "'self'" and policy["object-src"] == "'none'" and policy["connect-src"] == "'self'"
    assert "'unsafe-inline'" not in policy["script-src"] and "http" not in " ".join(policy.values())


def test_access_is_local_without_a_token_and_never_shows_it() -> None:
    assert Access().local and not Access(token="a-secret-word").local
    assert "a-secret-word" not in repr(Access(token="a-secret-word"))
