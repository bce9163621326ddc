"""No address, title, store, button or log line of a page names anybody: every link of every page is followed."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from test_ways_out import HOST, build

from dashboards import pages
from dashboards.components.base import State
from dashboards.local.addresses import FIELDS, HERE, Addresses, secret_here
from dashboards.server.app import CaseReports, create_app
from graph.report.report import Report
from graph.stores import Store
from ingest.errors import LockstepError

NAMES = re.compile(r"77700012345\d\d|88800054321\d\d|canaryhandle\d*|Canaria", re.IGNORECASE)
"""Ids of accounts and of posts, handles and names, in the case that is crawled."""
MOST_OF_A_KIND = 2  # links of one page that differ in nothing but a code


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    case = build(tmp_path_factory.mktemp("crawled") / "case")
    yield case
    case.close()


def made(reports: CaseReports, address: str) -> str:
    """Everything a page sends to the browser, as JSON."""
    parts = urlsplit(address)
    state = State.parse(parts.path, parts.query)
    page = next(page for page in pages.PAGES if parts.path == page.PATH)
    report = reports.of(state.get("run"))
    try:
        body = page.layout(reports if getattr(page, "OF_CASE", False) else report, state)
    except LockstepError as error:
        return str(error)
    text = json.dumps(body, default=lambda one: one.to_plotly_json() if hasattr(one, "to_plotly_json") else str(one))
    return text.replace("posts_of_canaryhandle01.csv", "")  # the analyst's own name of a file


def links(body: str) -> set[str]:
    own = re.findall(r'"(?:href|value)": "(/[^"#]*)"', body)
    return {*own, *re.findall(r'"(/(?:files|data)/[^"]*)"', body)}


def test_every_link_of_every_page_names_nobody(crawled: Store, caplog: Any, capfd: Any) -> None:
    reports, app = CaseReports(crawled, Report), create_app(crawled)
    client, known = app.server.test_client(), {page.PATH for page in pages.PAGES}
    tie = Report(crawled).ties().iloc[0]
    to_do = [page.PATH for page in pages.PAGES] + [f"/search?q={words}" for words in ("canary", "22 33", "A-1", "site")]
    seen: dict[str, int] = {}
    files: set[str] = set()
    with caplog.at_level(logging.DEBUG):
        while to_do:
            address = to_do.pop()
            shape = re.sub(r"=[^&]*", "", address) + str(re.findall(r"(?:trace|figure)=\w+", address))
            if seen.get(shape, 0) >= MOST_OF_A_KIND:
                continue
            seen[shape] = seen.get(shape, 0) + 1
            body = made(reports, address)
            found = NAMES.search(body)
            assert not found, f"{address} gives {body[max(0, found.start() - 200) : found.end() + 40]}"
            for href in links(body):
                assert not NAMES.search(href), f"{address} leads to {href}"
                if urlsplit(href).path in known:
                    to_do.append(href)
                elif href.startswith(("/files/", "/data/")):
                    files.add(href)
        for href in sorted(files)[::7]:
            assert client.get(href, headers=HOST).status_code == 200, href
        client.get(f"/evidence?a={tie['account_a']}&b={tie['account_b']}", headers=HOST)
    assert {"/evidence?run&a&b&trace&window['trace=link']", "/object?run&trace&object['trace=link']"} <= set(seen)
    assert any("account" in shape for shape in seen) and len(files) > 10
    said = capfd.readouterr()
    assert not NAMES.search(caplog.text + said.out + said.err)


def test_an_old_address_leads_to_one_with_codes(crawled: Store) -> None:
    client, tie = create_app(crawled).server.test_client(), Report(crawled).ties().iloc[0]
    asked = {"run": "R-1", "a": tie["account_a"], "b": tie["account_b"], "trace": "link"}
    for path, query in (
        ("/evidence", asked),
        ("/evidence", {"account": tie["account_a"]}),
        ("/search", {"q": "canaryhandle01"}),
        ("/object", {"trace": "link", "object": "canary-site.example/canaryhandle01"}),
        ("/outlinks", {"host": "canaryhandle01.canary-site.example"}),
    ):
        answer = client.get(path, query_string=query, headers=HOST)
        assert answer.status_code == 302 and not NAMES.search(answer.headers["Location"]), path
        again = client.get(answer.headers["Location"], headers=HOST)
        assert again.status_code == 200, "an address with codes is not sent on"
        parts = urlsplit(answer.headers["Location"])
        state = State.parse(parts.path, parts.query)
        assert {name: state.get(name) for name in query} == query
    assert client.get("/evidence?run=R-9&a=x:7770001234501", headers=HOST).status_code == 302, (
        "also where there is no such run"
    )
    file = client.get("/files/evidence.csv", query_string=asked, headers=HOST)
    coded = client.get("/files/evidence.csv", query_string=HERE.get().all(asked), headers=HOST)
    assert file.status_code == coded.status_code == 200 and file.data == coded.data


def test_what_is_searched_for_is_sent_without_an_address(crawled: Store) -> None:
    client = create_app(crawled).server.test_client()
    sent = client.post("/search", data={"q": "canaryhandle01", "run": "R-1"}, headers=HOST)
    told = client.post("/acts/search", json={"q": "canaryhandle01", "run": "R-1"}, headers=HOST).get_json()
    assert sent.status_code == 303 and sent.headers["Location"] == told["href"] and not NAMES.search(told["href"])
    assert client.post("/search", data={"q": "x"}, headers={**HOST, "Origin": "http://evil.example"}).status_code == 403


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize(
    "value", ["x:1", "x:@nora", "q", "https://x.com/nora/status/1?a=b&c=d", "ü🙂 \ud800", "obj_x", "a" * 500]
)
def test_a_code_goes_back_to_its_value_and_only_with_the_secret(name: str, value: str) -> None:
    here, other = Addresses(lambda: [bytes([1]) * 32]), Addresses(lambda: [bytes([2]) * 32])
    value = f"host={value.replace('&', '').replace(chr(0xD800), '')}" if name == "outlinks" else value
    code = here.shown(name, value)
    assert code == here.shown(name, value) == here.shown(name, code), "the same each time, and once"
    assert here.opened(name, code).replace("+", " ") in (value, here.opened(name, value).replace("+", " "))
    if FIELDS[name] not in ("view", "host"):
        assert value not in code or value == "q"
        assert other.opened(name, code) == code and here.opened(name, code[:-2] + "AA") != value


def test_the_secret_of_this_person_is_theirs_alone(tmp_path: Path) -> None:
    secret = secret_here(tmp_path / "state")
    (file,) = (tmp_path / "state").iterdir()
    assert secret == file.read_bytes() and file.stat().st_mode & 0o077 == 0 and len(secret) == 32
    (tmp_path / "full").touch()
    assert secret_here(tmp_path / "full") == secret_here(tmp_path / "full"), "without a folder, one for this process"
