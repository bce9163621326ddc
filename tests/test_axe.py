"""Every page in both themes against axe-core's rules for WCAG 2.2 AA, on wide and narrow screens. ``make axe`` brings axe-core."""

from __future__ import annotations

import re
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlencode

import pytest
from fixtures_browser import watched

from dashboards.briefing import brief
from dashboards.briefing.notice import posts_of
from dashboards.jobs.queue import Jobs
from dashboards.local import recent_cases
from dashboards.server.app import create_app
from graph.case.notes import About, write
from graph.case.verdicts import give
from graph.handover import drafts, ledger
from graph.handover.drafts import Draft
from graph.handover.rechecks import recheck
from graph.report.report import Report
from graph.runs.describing import describe_methods

pytestmark = pytest.mark.browser
AXE = Path(__file__).parent.parent / "dashboards/network_view/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}}).then(found => found.violations)"


@pytest.fixture(scope="module")
def axe() -> str:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: make axe installs it and runs these tests")
    return AXE.read_text("utf-8")


@pytest.fixture(scope="module")
def addresses(
    demo_store: Any, quiet_store: Any, own_found: Any, serve: Any, tmp_path_factory: pytest.TempPathFactory
) -> list[str]:
    tie = Report(demo_store).ties().iloc[0]
    layer = {"a": tie["account_a"], "b": tie["account_b"], "trace": tie["trace"], "window": f"{tie['window_s']:g}"}
    found, nothing = serve(create_app(demo_store)), serve(create_app(quiet_store))
    met = Report(demo_store).objects(tie["group_id"])["object"].iloc[0]
    account = urlencode({"account": tie["account_a"]})
    paths = [
        "/find",
        "/sources",
        "/method",
        "/briefing",
        "/compare",
        "/compare?by=periods",
        "/handover",
        "/search",
        "/search?q=ferry",
        "/outlinks",
        "/outlinks?scope=all&kind=website&rows=1000",
        f"/outlinks?{urlencode({'host': Report(demo_store).outlinks().hosts['host'][0]})}",
        f"/object?{urlencode({'trace': 'link', 'object': met})}",
        "/groups",
        "/agreement",
        "/group",
        f"/evidence?{urlencode(layer)}",
        f"/evidence?{account}",
        "/evidence",
    ]
    briefing = brief(Report(demo_store), tmp_path_factory.mktemp("axe") / "briefing.html")
    describe_methods(own_found, Report(own_found).run, ["qut"])
    filled = serve(create_app(reported(pinned(own_found))))
    checked = left_out(own_found, tmp_path_factory.mktemp("rows") / "spring.csv")
    others = [
        f"{filled}/handover",
        f"{filled}/handover?draft=D-1",
        f"{filled}/groups?described=qut",
        f"{filled}/groups?described=cinus",
        f"{filled}/described?method=qut&community=D1",
        f"{found}/groups?run=R-77",
        f"{nothing}/groups",
        f"{filled}/briefing",
        f"{filled}/?files={checked}",
    ]
    return [*(found + path for path in paths), *others, f"{filled}/?files={checked}&file=1", briefing.as_uri()]


def pinned(store: Any) -> Any:
    """The case with things to put in order on Briefing."""
    report = Report(store)
    group = report.groups().iloc[0]["group_id"]
    for figure in ("network", "roles", "change"):
        pin = {"what": "figure", "figure": figure, "group": group, "title": f"As {figure} shows"}
        write(store, "pin", About(report.run_id), "Ann", pin=pin, view={"min": "2"})
    return store


def reported(store: Any) -> Any:
    """The case with a report under way, and one that was sent and checked since."""
    report = Report(store)
    group = str(report.groups().iloc[0]["group_id"])
    give(store, About(report.run_id, group_id=group), "confirmed", "Same order every time.", "Ann")
    to = next(iter(report.group(group)["platforms"]))
    draft = Draft(run_id=report.run_id, group_id=group, to=to, answer="law")
    drafts.save(store, draft, "Ann")
    sent = drafts.save(store, draft, "Ann")
    line = ledger.sent(store, sent, posts_of(report, sent), ledger.day_of("2026-08-28"), "Ann")
    recheck(store, line.items[0].code, "offline", ledger.day_of("2026-09-12"), "Ann")
    return store


def left_out(store: Any, file: Path) -> str:
    """A file with a bad row, checked; gives the job's id."""
    file.write_text("id,author,created_at,text\n1,a,2026-05-04T08:00:00Z,Hello\n2,b,never,Hello\n", "utf-8")
    jobs = Jobs(recent_cases.state_folder() / "jobs")
    job = jobs.start("check", store.address, {"paths": [str(file)]})
    until = monotonic() + 60
    while monotonic() < until and not jobs.of(job).over:  # type: ignore[union-attr]
        sleep(0.1)
    return job


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (1440, "dark"), (390, "light")])
def test_no_page_breaks_a_rule(browser: Any, addresses: list[str], axe: str, width: int, theme: str) -> None:
    broken = []
    with watched(browser, width=width, theme=theme) as page:
        for address in addresses:
            page.goto(address)
            page.locator("h1").wait_for()
            page.wait_for_load_state("networkidle")
            page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
            page.evaluate(axe)
            broken += [_said(address, rule) for rule in page.evaluate(RUN, RULES)]
    assert broken == []


def _said(address: str, rule: dict[str, Any]) -> str:
    return f"{re.sub('^.*?//[^/]*', '', address)[:40]}: {rule['id']}: {rule['nodes'][0]['html'][:160]}"
