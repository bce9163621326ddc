"""What pages offer is there: every link, file and figure of every page, on cases that differ in everything."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

import pytest
from fixtures_varied import CASES
from page_request import CALLBACK, asks_for

from dashboards import pages
from dashboards.server.app import create_app
from graph.stores.base import Store

HOST = {"Host": "127.0.0.1", "Origin": "http://127.0.0.1"}
REFUSED = ("This page cannot be shown", "This cannot be shown", "There is no such", "Only an analyst can open")
TELLING = {"figure", "by", "trace", "kind", "set"}
DOCUMENTS = {"pdf", "docx", "pptx", "images", "stix", "json", "html"}  # test_formats writes each of them of more cases
WITH_DOCUMENTS = "names of many scripts"
PICTURE = {"Drawing", "Network", "Graph"}


def parts(node: Any) -> Iterator[dict[str, Any]]:
    """Every component of a page as Dash sends it, in the order read."""
    if isinstance(node, list):
        for one in node:
            yield from parts(one)
    elif isinstance(node, dict):
        if "props" in node:
            yield node
        for one in node.values():
            yield from parts(one)


def addresses(made: str) -> set[str]:
    """Addresses of this server in what a page sends, also those in figures and in buttons' data."""
    found = re.findall(r'(?:"|href=\\"|\')(/[a-z][^"\'\\\s]*|/)(?="|\\"|\')', made)
    own = {page.PATH for page in pages.PAGES}
    return {a for a in found if urlsplit(a).path in own or a.startswith(("/files/", "/data/"))}


def shape(address: str) -> tuple[str, ...]:
    """Path, names of fields, and those values that choose another kind of answer: one address of a shape is asked for."""
    at = urlsplit(address)
    fields = [(n, v) for n, v in parse_qsl(at.query) if n != "run"]
    if not at.path.startswith(("/files/", "/data/")):  # a page with more switches set is made of the same parts
        return (at.path, *sorted({f"{n}={v}" if n in TELLING else "" for n, v in fields}))
    return (at.path, *sorted(f"{n}={v}" if n in TELLING else n for n, v in fields))


def sane(address: str, answer: Any) -> str:
    """Reasons against what a file holds; empty where there is none."""
    kind, data = answer.mimetype, answer.data
    if not data:
        return "is empty"
    if kind == "text/csv":
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
        widths = Counter(len(row) for row in rows)
        return "" if len(widths) == 1 and all(rows[0]) and b"Traceback" not in data else f"is no table: {widths}"
    if kind == "application/json":
        json.loads(data)
    elif kind in ("application/xml", "image/svg+xml"):
        ElementTree.fromstring(data)
    elif kind == "application/zip":
        return "" if zipfile.ZipFile(io.BytesIO(data)).testzip() is None else "is damaged"
    elif kind == "text/html":
        return "" if urlsplit(address).path.startswith("/files/") and b"<main" in data else "is a page, not a file"
    return ""


@pytest.mark.parametrize("name", [name for name in CASES if name not in ("a sweep", "three accounts")])
def test_every_address_a_page_offers_answers(name: str, many_cases: Callable[[str], Store]) -> None:
    client = create_app(many_cases(name)).server.test_client()
    to_do = [page.PATH for page in pages.PAGES if page.NAV] + ["/search?q=larch", "/search?q=A-1"]
    seen: Counter[tuple[str, ...]] = Counter()
    wrong: list[str] = []
    while to_do:
        address = to_do.pop()
        at = urlsplit(address)
        seen[shape(address)] += 1
        if seen[shape(address)] > 1:
            continue
        if name != WITH_DOCUMENTS and at.path.rpartition(".")[2] in DOCUMENTS:
            continue
        if at.path.startswith(("/files/", "/data/")):
            answer = client.get(address, headers=HOST)
            reason = f"answers {answer.status_code}" if answer.status_code != 200 else sane(address, answer)
            wrong += [f"{address} {reason}"] if reason else []
            continue
        answer = client.post(CALLBACK, json=asks_for(at.path, f"?{at.query}" if at.query else ""), headers=HOST)
        assert answer.status_code == 200, address
        page = answer.get_json()["response"]
        made = json.dumps(page, ensure_ascii=False)
        wrong += [f"{address} says {said!r}" for said in REFUSED if said in made]
        wrong += [
            f"{address}: the figure {one} has a tool to save a picture and none" for one in _without_picture(page)
        ]
        wrong += [f"{address} leads to {a}" for a in addresses(made) if re.search(r"=(x|telegram|posts)(:|%3A)", a)]
        to_do += sorted(addresses(made))
    assert not wrong, f"{len(wrong)} on the case of {name}:\n" + "\n".join(dict.fromkeys(wrong))


def _without_picture(page: Any) -> Iterator[str]:
    for figure in parts(page):
        if figure.get("type") != "Figure":
            continue
        inside = list(parts(figure["props"].get("children")))
        saves = any(one["props"].get("data-tool") in ("svg", "png") for one in inside)
        if saves and not any(one.get("type") in PICTURE for one in inside):
            yield str(figure["props"].get("id"))
