"""Page Outlinks: where accounts send people; every state, filter and hostile host, over links that are counted for real."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from dash import dcc, html
from dash.development.base_component import Component
from fictional_links import START, flagged, hostile_links, linked, many_links
from fixtures_pages import HandMade

from dashboards.components.base import State
from dashboards.components.outlinks.view import View, asked_of, view_of
from dashboards.pages.outlinks import page as outlinks
from dashboards.pages.outlinks.filters import filters
from dashboards.pages.outlinks.host import layout as host_page
from dashboards.pages.outlinks.hosts import SHOWN, rows_asked
from dashboards.server.app import create_app
from dashboards.words.outlinks import NO_LINKS, UNKNOWN_MEANS
from graph.report.report import Report
from ingest.errors import UsageError

LOCAL = {"Host": "127.0.0.1:8050"}


def parts(component: Any) -> Iterator[Any]:
    if isinstance(component, list | tuple):
        for child in component:
            yield from parts(child)
    elif component is not None:
        yield component
        if isinstance(component, Component):
            yield from parts(getattr(component, "children", None))


def text(component: Any) -> str:
    return " ".join(str(part) for part in parts(component) if not isinstance(part, Component))


def title(component: Any) -> str:
    return text(next(part for part in parts(component) if isinstance(part, html.H1)))


def rows(component: Any) -> list[Any]:
    return [part for part in parts(component) if isinstance(part, html.Tr) and getattr(part, "data-row", None)]


def seen(report: Any, search: str = "") -> View:
    return view_of(report, asked_of(report, State.parse("/outlinks", search).query))


def show(report: Any, search: str = "") -> Component:
    return outlinks.layout(report, State.parse("/outlinks", search))


@pytest.fixture
def report(hand_made: HandMade) -> HandMade:
    """A run with a group whose members and others link to hosts of every standing."""
    hand_made.add_group(1).add_tie("x:0", "x:1", group_id="g1")
    hand_made.linked = flagged(linked(), fjord_posten__example="fjordposten.example")
    return hand_made


def test_the_title_is_the_finding_and_the_lead_has_the_whole(report: HandMade) -> None:
    page = show(report)
    assert title(page) == (
        "63% of links go to nordlys[.]example, YouTube and fjordposten[.]example, and one host imitates fjordposten[.]example"
    )
    assert "6 accounts in groups and pairs; 172 links, 10 hosts. 17% pass a redirect or a link-in-bio page." in text(
        page
    )
    assert UNKNOWN_MEANS in text(page) and "Lists as known on 28 November 2026" in text(page)


def test_every_host_has_its_kind_numbers_and_standing(report: HandMade) -> None:
    told = {text(row): row for row in rows(show(report))}
    assert len(told) == 10
    for name, said in (
        ("nordlys[.]example", ["website", "50", "a site, not a platform"]),
        (
            "YouTube",
            ["video", "32", "DSA VLOP since 2023-04-25", "GIFCT listed at the end of 2021", "EUIF took part in 2019"],
        ),
        ("SoundCloud", ["audio", "6", "EUIF member since 2024-06-04"]),
        ("Telegram", ["20", "unknown"]),
        ("Bitly", ["link shortener", "14", "unknown"]),
        ("fjord-posten[.]example", ["Imitates fjordposten[.]example: hyphen or dot changed. Not opened.", "lookalike"]),
    ):
        row = next(row for row in told if name in row)
        assert all(" ".join(word.split()) in " ".join(row.split()) for word in said), (row, said)
    fakes = [row for row in told.values() if row.className == "fake"]
    assert len(fakes) == 1 and "fjord-posten" in text(fakes[0])
    chips = [part for row in told.values() for part in parts(row) if getattr(part, "className", None) == "chip unk"]
    assert chips and {text(chip) for chip in chips} == {"unknown"}


def test_nothing_can_be_clicked_that_leaves(report: HandMade) -> None:
    report.linked = flagged(linked(hostile_links() + many_links()), fjord_posten__example="fjordposten.example")
    page = show(report)
    links = [getattr(part, "href", "") for part in parts(page) if isinstance(part, dcc.Link | html.A)]
    assert links and all(href.startswith("/") and not href.startswith("//") for href in links)
    drawn = "".join(part.svg for part in parts(page) if hasattr(part, "svg"))
    for words in (text(page), drawn):
        assert "<script>alert" not in words and "onerror=alert(1)>" not in words and "\u202e" not in words
        assert "https://" not in words.replace("http://www.w3.org", "") and "evil.example" not in words


@pytest.mark.parametrize(
    ("search", "names", "said"),
    [
        ("?kind=website", 3, "3 of 10 hosts, with 49% of links; one host imitates fjordposten[.]example"),
        ("?standing=euif", 1, "1 of 10 hosts, with 3% of links"),
        ("?standing=gifct", 2, "2 of 10 hosts, with 21% of links"),
        ("?standing=dsa", 1, "1 of 10 hosts, with 19% of links"),
        ("?standing=none", 3, "3 of 10 hosts, with 49% of links; one host imitates fjordposten[.]example"),
        ("?standing=unknown", 4, "4 of 10 hosts, with 27% of links"),
        ("?lookalikes=1", 1, "1 of 10 hosts, with 5% of links; one host imitates fjordposten[.]example"),
        ("?kind=nothing&standing=nobody", 0, "None of 10 hosts is like this"),
        ("?sort=accounts", 10, "63% of links go to nordlys"),
        ("?sort=<script>", 10, "63% of links go to nordlys"),
    ],
)
def test_the_address_holds_every_filter_and_the_csv_has_the_same_rows(
    report: HandMade, search: str, names: int, said: str
) -> None:
    page = show(report, search)
    assert title(page).startswith(said)
    assert len(rows(page)) == names
    view = seen(report, search)
    table = outlinks.outlinks_csv(view)
    shown = [" ".join(text(row).split()) for row in rows(page)]
    assert table.height == names
    assert all(name in row for name, row in zip(table["name"], shown, strict=True))
    assert all(f" {links} " in row for links, row in zip(table["links"], shown, strict=True))
    assert sum(table["links"]) <= view.links


def test_a_page_of_a_person_is_not_named(report: HandMade) -> None:
    page = show(report)
    drawn = "".join(part.svg for part in parts(page) if hasattr(part, "svg"))
    shown = f"{text(page)} {drawn} {outlinks.outlinks_csv(seen(report)).write_csv()}"
    assert "…[.]blogspot[.]com" in shown and "nora" not in shown


def test_the_first_days_and_the_scope_are_asked_of_the_counts(report: HandMade) -> None:
    show(report, "?scope=all&platform=telegram&from=2026-08-10&to=2026-08-12")
    asked = {"group": None, "scope": "all", "platform": "telegram"}
    days = {"start": START.replace(day=10, hour=0), "end": START.replace(day=13, hour=0)}
    assert report.asked == {**asked, **days}
    show(report, "?scope=group")
    assert report.asked["group"] == "g1", "without a group, the first is meant"


def test_a_view_is_counted_once(report: HandMade) -> None:
    for search in ("", "?kind=website", "?sort=posts", "?lookalikes=1"):
        report.asked = {}
        show(report, search)
        assert bool(report.asked) == (search == "")
    report.said.append({"kind": "standing", "row": {}})
    show(report)
    assert report.asked, "a fact that was added changes the standing"


def test_fifty_rows_then_the_number_of_the_others(report: HandMade) -> None:
    many = [(f"x:{n % 9}", f"https://site-{n}.example/a", START + timedelta(hours=n)) for n in range(130)]
    report.linked = linked(many)
    page = show(report)
    assert len(rows(page)) == SHOWN == 50 and "Show 80 more hosts" in text(page)
    assert len(rows(show(report, "?rows=1050"))) == 130
    assert rows_asked(State("/outlinks", {"rows": "no"})) == SHOWN


def test_no_link_at_all(report: HandMade) -> None:
    report.linked = linked([])
    page = show(report)
    assert title(page) == "No post of accounts in groups and pairs has a link"
    assert any("scope=all" in str(getattr(part, "href", "")) for part in parts(page))
    assert title(show(report, "?scope=all")) == NO_LINKS


def test_all_unknown_keeps_the_table(report: HandMade) -> None:
    report.linked = linked([("x:0", "https://t.me/a/1", START), ("x:1", "https://odysee.com/@a/2", START)])
    page = show(report)
    assert len(rows(page)) == 2
    assert "100% unknown: none of these hosts is on a list we hold." in text(page)
    assert "Who is in the room? EUIF members: none known" in text(page)


def test_a_list_that_cannot_be_read_leaves_the_rest(report: HandMade) -> None:
    problem = "Standing is not shown: the list could not be read (OSError)."
    found = report.linked
    assert found is not None
    report.linked = replace(found, problems=(problem,), standing=found.standing.clear())
    page = show(report)
    assert problem in text(page) and len(rows(page)) == 10
    assert "Lists as known" not in text(page)


@pytest.mark.parametrize("search", ["?from=yesterday", "?from=2026-09-01&to=2026-08-01", "?to=2026-13-01"])
def test_a_day_that_is_none_says_so(report: HandMade, search: str) -> None:
    page = show(report, search)
    assert title(page) == "These links cannot be counted" and getattr(page, "role", None) == "alert"


def test_a_run_without_ties_looks_at_all_accounts(hand_made: HandMade) -> None:
    hand_made.linked = linked()
    page = show(hand_made)
    assert hand_made.asked["scope"] == "all" and len(rows(page)) == 10
    chosen = [text(part) for part in parts(page) if getattr(part, "aria-current", None)]
    assert chosen == ["All accounts"] and "One group" not in text(page)


def test_the_flow_adds_up_and_what_is_unknown_is_named(report: HandMade) -> None:
    view = seen(report)
    flow = view.flow_picture()
    assert flow.title == "24 links end at a page whose target is not in the data"
    assert flow.table["Links"].sum() == 172
    unknown = flow.table[flow.table["Where"] == "unknown beyond here"]
    assert unknown["Links"].sum() == 24 and set(unknown["How"]) == {"redirect, Bitly", "link-in-bio, Linktree"}
    straight = flow.table[flow.table["How"] == "redirect, Facebook"]
    assert set(straight["Where"]) == {"nordlys[.]example"}
    assert set(flow.table["Group"]) == {"1 larch[.]example", "pairs"}
    assert flow.chart is not None and sum(flow.chart["data"][0]["link"]["value"]) == 2 * 172


def test_shares_of_a_list_never_exceed_the_links(report: HandMade) -> None:
    view = seen(report)
    table = view.room_picture().table
    assert table.groupby("List")["Links"].sum().max() <= 172
    told = dict(zip(table["List"] + ": " + table["Standing"], table["Links"], strict=True))
    assert told["EU Internet Forum: member"] == 6
    assert told["On none of the three: websites"] == 84 and "On none of the three: unknown" in told


def count(reports: Any, report: Any) -> int | None:
    return outlinks.count(reports, report)


def test_the_number_in_the_rail_comes_with_the_page(report: HandMade) -> None:
    assert count(None, report) is None and count(None, None) is None
    show(report)
    assert count(None, report) == 10


def test_filters_are_a_form_that_works_without_scripts(report: HandMade) -> None:
    given: Any = report
    state = State.parse("/outlinks", "?kind=website&from=2026-08-10")
    view = seen(report, "?kind=website&from=2026-08-10")
    made = filters(given, state, view.asked, view)
    form = next(part for part in parts(made) if isinstance(part, html.Form))
    assert [getattr(form, name) for name in ("action", "method")] == ["/outlinks", "get"]
    names = {part.name for part in parts(form) if getattr(part, "name", None)}
    assert {"platform", "kind", "standing", "from", "to", "lookalikes"} <= names
    assert "Filters (2)" in text(made) and "Clear" in text(made)


# --- on a case --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def found(demo_store: Any) -> Report:
    return Report(demo_store)


def test_a_host_shows_the_posts_behind_its_number(found: Report) -> None:
    counted = found.outlinks()
    first = counted.hosts.row(0, named=True)
    state = State.parse("/outlinks", f"?host={first['host']}")
    page = show(found, f"?host={first['host']}")
    assert title(page).startswith(f"{first['accounts']} accounts set {first['links']:,} links to ")
    assert len(rows(page)) >= min(50, first["links"])
    view = seen(found)
    again = host_page(found, state, view)
    assert title(again) == title(page)
    assert "A-" in text(page) and "https://" not in text(page)


def test_a_host_that_nobody_links_to(found: Report) -> None:
    page = show(found, "?host=nowhere.example")
    assert title(page) == "No post here links to this host" and "nowhere[.]example" in text(page)
    with pytest.raises(UsageError):
        found.outlinks(group="nobody")


def test_the_files_have_what_the_page_has(demo_store: Any, found: Report) -> None:
    client = create_app(demo_store).server.test_client()
    reply = client.get("/files/outlinks.csv", headers=LOCAL)
    told = list(csv.DictReader(io.StringIO(reply.data.decode("utf-8-sig"))))
    hosts = found.outlinks().hosts
    assert [(r["name"], int(r["links"])) for r in told[:3]] == [
        (host.replace(".", "[.]"), links) for host, links in hosts.select("host", "links").head(3).iter_rows()
    ]
    assert len(told) == hosts.height and reply.headers["Content-Disposition"].endswith('outlinks-R-1.csv"')
    posts = client.get(f"/files/outlink-posts.csv?host={hosts['host'][0]}", headers=LOCAL)
    lines = list(csv.DictReader(io.StringIO(posts.data.decode("utf-8-sig"))))
    assert len(lines) == min(500, hosts["links"][0]) and all(line["link"].startswith("hxxp") for line in lines)
    assert client.get("/files/outlink-posts.csv?host=nowhere.example", headers=LOCAL).status_code == 404
    assert client.get("/files/outlinks.csv?from=never", headers=LOCAL).status_code == 404
