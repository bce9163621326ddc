"""The dashboard's answers without a browser: headers, hosts, origins, states, and that no asset names another host."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, cast

import pytest
from page_request import CALLBACK, asks_for

from dashboards.figures import theme
from dashboards.pages import PAGES
from dashboards.pages.group import page as group
from dashboards.pages.sources import page as sources
from dashboards.server.app import CaseReports, create_app

ASSETS = Path(__file__).parent.parent / "dashboards"


@pytest.fixture(scope="module")
def app(demo_store: Any) -> Any:
    return create_app(demo_store)


@pytest.fixture
def client(app: Any) -> Any:
    return app.server.test_client()


def shown(client: Any, path: str, search: str = "", **headers: str) -> Any:
    """What the page callback answers, as text."""
    return client.post(CALLBACK, json=asks_for(path, search), headers={"Host": "127.0.0.1:8050", **headers})


def test_health(client: Any) -> None:
    assert client.get("/health").status_code == 200


@pytest.mark.parametrize("path", ["/", "/sources", "/assets/app.css", "/_dash-layout"])
def test_every_answer_says_what_a_page_may_load(client: Any, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "http" not in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("host", ["127.0.0.1:8050", "localhost", "localhost:8050"])
def test_loopback_names_are_answered(client: Any, host: str) -> None:
    assert client.get("/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/health", "/data/network", "/files/skipped.csv"])
def test_another_name_for_this_machine_is_refused(client: Any, path: str) -> None:
    assert client.get(path, headers={"Host": "rebound.example"}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1:9999"}],
)  # fmt: skip
def test_other_pages_get_nothing(client: Any, headers: dict[str, str]) -> None:
    assert shown(client, "/sources", **headers).status_code == 403
    assert client.get("/files/skipped.csv", headers={"Host": "127.0.0.1:8050", **headers}).status_code == 403
    assert client.get("/data/network", headers={"Host": "127.0.0.1:8050", **headers}).status_code == 403


def test_its_own_page_is_answered(client: Any) -> None:
    answer = shown(client, "/sources", Origin="http://127.0.0.1:8050", **{"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 200 and sources.TITLE in answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "no-store"


def test_no_debug_and_no_trace(app: Any, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("secret detail")

    assert not app.server.debug
    monkeypatch.setattr(sources, "layout", broken)
    said = shown(client, "/sources", "?never=asked").get_data(as_text=True)
    assert "This page cannot be shown" in said and "secret detail" not in said and "Traceback" not in said


@pytest.mark.parametrize(
    ("path", "search", "words"),
    [
        ("/sources", "?run=R-999", "There is no such run"),
        ("/group", "?group=ffffffffffff", "There is no such group in this run"),
        ("/nowhere", "", "There is no such page"),
        ("/group", "?from=yesterday", "is not a day"),
    ],
)
def test_states_that_lead_nowhere_are_said(client: Any, path: str, search: str, words: str) -> None:
    assert words in shown(client, path, search).get_data(as_text=True)


def test_markup_in_an_address_stays_text(client: Any) -> None:
    said = shown(client, "/group", "?run=<script>alert(1)</script>").get_json()
    assert "Static" not in json.dumps(said["response"]["page"]) and "alert(1)" in json.dumps(said)


@pytest.mark.parametrize("file", sorted(p for p in ASSETS.rglob("*") if p.suffix in {".css", ".js", ".svg", ".py"} and "node_modules" not in p.parts), ids=lambda p: p.name)  # fmt: skip
def test_no_asset_asks_another_host(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".css":
        assert not re.search(r"""(url\(|@import)\s*['"]?\s*(https?:)?//""", text)
    calls = (
        r"""(fetch\(|src\s*=|href\s*=|importScripts\(|new Worker\(|sendBeacon\(|XMLHttpRequest)\s*["'`(]+(https?:)?//"""
    )
    assert not re.search(calls, text)


def test_the_network_is_columns(app: Any, client: Any, demo_store: Any) -> None:
    from graph.report.report import Report

    report = Report(demo_store)
    chosen = report.groups().iloc[0]
    found = client.get(f"/data/network?group={chosen['group_id']}", headers={"Host": "127.0.0.1:8050"}).get_json()
    assert len(found["nodes"]["code"]) == chosen["accounts"]
    assert {len(v) for v in found["ties"].values()} == {len(found["ties"]["observed"])}
    assert len(found["meetings"]["tie"]) == len(found["meetings"]["day"]) == sum(found["ties"]["observed"])
    assert min(found["meetings"]["day"]) == 0 and found["rows"] is None
    assert all(code.startswith("A-") for code in found["nodes"]["code"])
    assert client.get("/data/network?group=no", headers={"Host": "127.0.0.1:8050"}).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/data/network?group=x",
        "/files/ties.csv",
        "/files/group.csv?group=x",
        "/files/evidence.csv",
        "/files/groups.csv",
        "/files/method.csv",
        "/files/compare.csv",
        "/files/search.csv?q=word",
        "/files/object.csv?trace=link&key=x",
        "/files/tables.zip",
        "/files/run.html",
    ],
)
def test_files_of_a_case_without_a_run_are_not_there(tmp_path: Path, path: str) -> None:
    from graph.stores import open_case

    client = create_app(open_case(str(tmp_path / "empty"), create=True)).server.test_client()
    answer = client.get(path, headers={"Host": "127.0.0.1:8050"})
    assert answer.status_code == 404 and "This case has no run yet." in answer.get_data(as_text=True)


def test_a_run_in_an_address_means_what_it_means_in_a_command(app: Any, client: Any, demo_store: Any) -> None:
    short = demo_store.runs()[-1]["run_id"][:2]
    assert "There is no such run" not in shown(client, "/sources", f"?run={short}").get_data(as_text=True)


def test_every_page_says_what_it_is() -> None:
    for page in PAGES:
        assert (
            page.PATH.startswith("/")
            and page.TITLE
            and page.PARENT
            and callable(page.layout)
            and callable(page.register)
        )
    assert group.NAV is None


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, two: str) -> float:
    """WCAG contrast of two colours."""
    low, high = sorted((_luminance(one), _luminance(two)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_tokens_can_be_read(name: str) -> None:
    ink = theme.tokens(name)
    for ground in ("page", "surface", "sunken"):
        for text in ("ink", "ink-2", "ink-3", "link", "ok", "warn", "stop", *[f"cat-{n}-text" for n in range(1, 9)]):
            assert contrast(ink[text], ink[ground]) >= 4.5, (text, ground)
    for mark in (
        "ev-far",
        "ev-beyond",
        "ev-group",
        "select",
        "control-line",
        "chance-line",
        *[f"cat-{n}-edge" for n in range(1, 9)],
    ):
        assert contrast(ink[mark], ink["surface"]) >= 3, mark


class Growing:
    """A case to which another process adds runs."""

    address, name = "cases/growing", "growing"

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []
        self.refreshed = 0

    def runs(self) -> list[dict[str, Any]]:
        return self.records

    def notes(self, kind: str | None = None) -> list[dict[str, Any]]:
        return []

    def refresh(self) -> None:
        self.refreshed += 1


def test_a_run_of_another_process_is_seen_with_its_files_and_nothing_else_is_read_again() -> None:
    store: Any = Growing()
    reports: Any = CaseReports(store, cast("Any", lambda case, run: run))
    assert reports.of(None).run is None and store.refreshed == 0
    store.records = [{"run_id": "a" * 12, "number": 1}]
    assert reports.of(None) == "a" * 12 and store.refreshed == 1
    assert reports.of("R-1") == "a" * 12 and store.refreshed == 1
    store.records = [*store.records, {"run_id": "b" * 12, "number": 2}]
    assert reports.of(None) == "b" * 12 and store.refreshed == 2
