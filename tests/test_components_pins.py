"""What leaves a note on a page: pins, asking to see what is hidden, a layout that was kept."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from dashboards.briefing.pinned import MAKERS
from dashboards.components import pins
from dashboards.local.addresses import HERE
from dashboards.server.app import create_app
from graph.case.notes import pinned
from graph.report.report import Report
from graph.stores.base import Scan

HOST = {"Host": "127.0.0.1:8050"}


@pytest.fixture(scope="module")
def case(own_found: Any) -> Any:
    return own_found


@pytest.fixture(scope="module")
def client(case: Any) -> Any:
    return create_app(case).server.test_client()


def test_a_pin_is_kept_once_and_taken_out_by_a_second_press(client: Any, case: Any) -> None:
    group = Report(case).groups().iloc[0]["group_id"]
    body = {
        "run": "R-1",
        "pin": {
            "what": "figure",
            "group": group,
            "figure": "delays",
            "title": "Half came within 13 s",
            "x": "left out",
        },
        "view": {"from": "2026-08-12", "min": "3", "to": None},
    }
    assert client.post("/acts/pin", json=body, headers=HOST).get_json()["pinned"] is True
    (pin,) = pinned(case.notes())
    assert pin["pin"] == {"what": "figure", "group": group, "figure": "delays", "title": "Half came within 13 s"}
    assert pin["view"] == {"from": "2026-08-12", "min": "3"} and pin["group_id"] == group and pin["by"] and pin["at"]
    known = client.get("/data/pins?run=R-1", headers=HOST).get_json()
    assert [p["key"] for p in known] == [f"figure|{group}|||||||delays||||||||||"]
    assert client.post("/acts/pin", json=body, headers=HOST).get_json()["pinned"] is False
    assert pinned(case.notes()) == [] and len(case.notes("pin")) == 1


@pytest.mark.parametrize("what", pins.KINDS)
def test_a_button_of_every_kind_knows_its_pin_again(client: Any, case: Any, what: str) -> None:
    tie = Report(case).ties().iloc[0]
    known = {"group": tie["group_id"], "a": tie["account_a"], "b": tie["account_b"], "account": tie["account_a"]}
    known |= {"trace": tie["trace"], "window": f"{tie['window_s']:g}", "object": "https://a.example/" + "x" * 500}
    of = {name: known.get(name, name) for name in pins.KINDS[what].fields}
    assert (
        client.get("/data/pins?run=R-1", headers=HOST).get_json() == []
    )  # from here on, buttons hold the codes of this run
    codes = HERE.get().all({name: value[:400] for name, value in of.items()})
    button = pins.pin(what, title="As the page says it", **of)
    body = {"run": "R-1", "pin": json.loads(getattr(button, "data-pin"))}
    assert client.post("/acts/pin", json=body, headers=HOST).get_json()["pinned"] is True
    (pin,) = client.get("/data/pins?run=R-1", headers=HOST).get_json()
    assert pin["key"] == getattr(button, "data-key") and all(value in pin["key"] for value in codes.values())
    assert not [uid for uid in (tie["account_a"], tie["account_b"]) if uid in pin["key"]]
    assert client.post("/acts/pin", json=body, headers=HOST).get_json()["pinned"] is False


def test_one_table_holds_everything_that_can_be_pinned() -> None:
    subjects = {kind.fields[0] for kind in pins.KINDS.values() if kind.fields}
    assert subjects == {"group", "figure", *MAKERS}  # a group and a figure of a run have makers of their own
    folder = Path(pins.__file__).parents[1] / "pages"
    pages = "".join(file.read_text("utf-8") for file in folder.rglob("*.py"))
    assert set(re.findall(r'pins\.pin\(\s*"(\w+)"', pages)) == set(pins.KINDS)


def test_names_are_shown_one_post_at_a_time_and_that_is_written_down(client: Any, case: Any) -> None:
    post = next(row for batch in case.scan("posts", Scan()) for row in batch.to_pylist() if row["text"])
    uid = post["post_uid"]
    shown = client.post("/acts/reveal", json={"run": "R-1", "post": uid, "what": "words"}, headers=HOST).get_json()
    assert "://" not in shown["text"].replace("hxxps://", "").replace("hxxp://", "")
    assert any(line.startswith("By ") for line in shown["lines"])
    note = case.notes("reveal")[-1]
    assert (note["post"], note["what"]) == (uid, "words") and note["by"] and note["at"]
    media = client.post("/acts/reveal", json={"run": "R-1", "post": uid, "what": "media"}, headers=HOST).get_json()
    assert media["lines"] and "text" not in media


@pytest.mark.parametrize(
    ("address", "body", "status"),
    [
        ("/acts/pin", {"pin": {"what": "figure"}, "run": "R-9"}, 404),
        ("/acts/pin", {"pin": {"what": "everything"}, "run": "R-1"}, 400),
        ("/acts/pin", {"pin": {"what": "group", "group": "nobody"}, "run": "R-1"}, 404),
        ("/acts/pin", {"pin": {"what": "tie", "window": "long"}, "run": "R-1"}, 400),
        ("/acts/pin", ["no"], 400),
        ("/acts/reveal", {"post": "x:nowhere", "what": "words", "run": "R-1"}, 404),
        ("/acts/layout?run=R-1&group=nobody", {"rows": [0]}, 400),
        ("/acts/layout?run=R-1", {"rows": "all"}, 400),
    ],
)
def test_what_is_refused_leaves_nothing(client: Any, case: Any, address: str, body: Any, status: int) -> None:
    before = len(case.notes())
    assert client.post(address, json=body, headers=HOST).status_code == status
    assert len(case.notes()) == before


def test_another_site_cannot_act(client: Any, case: Any) -> None:
    before = len(case.notes())
    body = {"run": "R-1", "pin": {"what": "groups"}}
    evil = client.post("/acts/pin", json=body, headers={**HOST, "Origin": "https://evil.example"})
    assert evil.status_code == 403
    plain = client.post("/acts/pin", data="{}", headers={**HOST, "Content-Type": "text/plain"})
    assert plain.status_code == 400 and len(case.notes()) == before


def test_a_layout_that_was_kept_is_there_for_everyone(client: Any, case: Any) -> None:
    group = Report(case).groups().iloc[0]
    address = f"/data/network?group={group['group_id']}"
    assert client.get(address, headers=HOST).get_json()["rows"] is None
    rows = list(reversed(range(int(group["accounts"]))))
    kept = f"/acts/layout?run=R-1&group={group['group_id']}"
    assert client.post(kept, json={"rows": [0] * len(rows)}, headers=HOST).status_code == 400
    assert client.post(kept, json={"rows": rows}, headers=HOST).status_code == 204
    assert client.get(address, headers=HOST).get_json()["rows"] == rows
