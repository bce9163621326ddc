"""The token in a real browser: nothing before it, everything after it, nothing again once logged out."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fixtures_browser import watched

from dashboards.server.access import Access
from dashboards.server.app import create_app
from graph.stores.base import Store

TOKEN = "a-token-of-twenty-four-letters"

pytestmark = pytest.mark.browser


def test_in_with_the_token_and_out_again(browser: Any, demo_store: Store, serve: Any) -> None:
    address = serve(create_app(demo_store, access=Access((), TOKEN)))
    with watched(browser) as page:
        page.goto(f"{address}/groups?run=R-1")
        page.get_by_label("Token").fill(TOKEN)
        page.get_by_role("button", name="Log in").click()
        page.locator(".runbox").wait_for()
        assert page.url == f"{address}/groups?run=R-1"
        page.get_by_role("button", name="Log out").click()
        page.wait_for_url(re.compile("/login"))
        page.goto(f"{address}/groups")
        assert "/login?next=" in page.url
