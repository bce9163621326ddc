"""The basket of a briefing: order, captions, checks and the document that leaves."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from test_pages import of_type, text, title

from dashboards.briefing import pinned as printed
from dashboards.briefing.formats.html import WebPage
from dashboards.briefing.pinned import Paper, checks
from dashboards.components.base import State
from dashboards.components.outlinks.asked import Asked
from dashboards.components.outlinks.view import view_of
from dashboards.pages import briefing
from dashboards.server.app import create_app
from graph.case import notes
from graph.case import pins as baskets
from graph.case.notes import About
from graph.report.report import Report

HOST = {"Host": "127.0.0.1:8050"}


def as_html(document: Paper) -> str:
    return WebPage().render(document.outline).decode()


@pytest.fixture(scope="module")
def case(own_found: Any) -> Any:
    """A case with one thing of every kind in its basket."""
    store = own_found
    report = Report(store)
    group, tie = report.groups().iloc[0]["group_id"], report.ties().iloc[0]
    ends = {"a": tie["account_a"], "b": tie["account_b"], "trace": tie["trace"], "window": f"{tie['window_s']:g}"}
    for what in (
        {"what": "groups"},
        {"what": "figure", "figure": "group-map"},
        {"what": "group", "group": group},
        *({"what": "figure", "figure": name, "group": group} for name in ("network", "delays", "leaders")),
        {"what": "tie", **ends},
        {"what": "figure", "figure": "time-line", **ends},
        {"what": "account", "account": tie["account_a"]},
        {"what": "group", "group": "gone"},
    ):
        pin = {**what, "title": f"{what['what']} {what.get('figure', '')}"}
        notes.write(store, "pin", About(report.run_id), "Ann", pin=pin, view={})
    return store


@pytest.fixture
def report(case: Any) -> Report:
    return Report(case)


def ids(report: Report) -> list[str]:
    return [one.id for one in baskets.basket(report.store.notes(), report.run_id)]


def test_every_kind_of_pin_becomes_something_to_print(report: Report) -> None:
    pieces = briefing.read(report).pieces
    assert len(pieces) == 10
    assert [bool(p.picture or p.meetings or p.table) for p in pieces] == [True] * 9 + [False]
    assert "its data were removed from the case" in pieces[-1].lead
    page = briefing.layout(report, State())
    assert title(page) == briefing.TITLE and len(of_type(page, "Li")) > 10
    assert briefing.count(None, report) == 10  # type: ignore[arg-type]


def test_one_post_is_printed_with_what_it_coincides_with(report: Report) -> None:
    tie = next(t for t in report.ties().to_dict("records") if t["observed"] > 2)
    post = str(report.evidence(tie["account_a"], tie["account_b"], tie["trace"], tie["window_s"])["post_a"].iloc[0])
    named = {"a": tie["account_a"], "b": tie["account_b"], "trace": tie["trace"], "window": f"{tie['window_s']:g}"}
    pins = [
        baskets.Pinned(k, what)
        for k, what in (("1", {"what": "tie", **named}), ("2", {"what": "post", "post": post, **named}))
    ]
    whole, one = (piece.meetings[0] for piece in printed.paper(report, pins).pieces)
    assert len(one.rows) == 1 < len(whole.rows) and one.rows[0] in whole.rows and one.facts == whole.facts


def test_moving_keeps_the_order_in_a_note(report: Report) -> None:
    first, second, *rest = ids(report)
    assert briefing.changed(report, {"type": "basket-move", "id": first, "by": 1}, 1)
    assert ids(report) == [second, first, *rest]
    assert briefing.changed(report, "briefing-order", [first, second, *rest, "not a pin"])
    assert ids(report) == [first, second, *rest]
    assert len(report.store.notes("arrange")) == 2
    assert not briefing.changed(report, {"type": "basket-move", "id": "nobody", "by": 1}, 1)


def test_a_caption_and_a_description_are_printed_as_written(report: Report) -> None:
    pin = ids(report)[0]
    assert briefing.changed(report, {"type": "basket-caption", "id": pin}, "What <we> saw of @nora_nordmann")
    assert briefing.changed(report, {"type": "basket-alt", "id": pin}, "Bars & marks")
    assert not briefing.changed(report, {"type": "basket-alt", "id": pin}, "Bars & marks")
    html = as_html(briefing.read(report))
    assert "What &lt;we&gt; saw of" in html and "nora_nordmann" not in html
    assert ">Bars &amp; marks</desc>" in html
    assert all(one.holds for one in checks(briefing.read(report), html))


def test_what_is_missing_or_unsafe_is_said_before_it_leaves(report: Report) -> None:
    pin = ids(report)[0]
    briefing.changed(report, {"type": "basket-alt", "id": pin}, "")
    document = briefing.read(report)
    assert [one.words for one in checks(document, as_html(document)) if not one.holds] == ["1 figure has no alt text"]
    html = "<body><a href='x'>@nora</a><img src=x>"
    assert len([one for one in checks(document, html) if not one.holds]) == 5


def test_the_document_leaves_safe_and_whole(case: Any, report: Report) -> None:
    client = create_app(case).server.test_client()
    answer = client.get("/files/briefing.html?run=R-1", headers=HOST)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
    assert "<a " not in html and "<script" not in html and "https://" not in html
    assert html.count("<svg") >= 5 and "What this does not show" in html
    assert client.get("/files/run.html?run=R-1", headers=HOST).status_code == 200
    assert client.get("/files/run.exe?run=R-1", headers=HOST).status_code == 404


def test_an_empty_basket_says_what_goes_there(demo_store: Any) -> None:
    page = briefing.layout(Report(demo_store), State())
    assert "Nothing is pinned in this run yet" in text(page)


def test_two_people_lose_nothing(report: Report) -> None:
    before = ids(report)
    extra = notes.write(
        report.store, "pin", About(report.run_id), "Ben", pin={"what": "groups", "title": "late"}, view={}
    )
    assert ids(report) == [*before, extra["id"]], "what came after the last order stands at the end"
    assert briefing.changed(report, {"type": "basket-out", "id": extra["id"]}, 1)
    assert ids(report) == before


@pytest.mark.browser
def test_a_person_puts_pieces_in_order_and_writes_a_caption(page: Any, serve: Any, case: Any, report: Report) -> None:
    page.goto(serve(create_app(case)) + "/groups")
    page.get_by_role("link", name="Briefing").click()
    page.locator("#basket > li").first.wait_for()
    before = [item.get_attribute("data-pinned") for item in page.locator("#basket > li").all()]
    page.locator("#basket > li").first.get_by_role("button", name="Move down").click()
    page.locator(f"#basket > li:first-child[data-pinned='{before[1]}']").wait_for()
    page.locator(f"[data-move='{before[0]} 1']:focus").wait_for()  # focus goes with the piece
    second = page.locator("#basket > li").nth(1)
    second.get_by_text("Caption and alt text").click()
    second.get_by_label("Caption").fill("Seen from above")
    second.get_by_label("Caption").blur()
    page.locator("#paper h3").filter(has_text="Seen from above").wait_for()
    page.locator("#basket > li").nth(2).drag_to(page.locator("#basket > li").first)
    page.locator(f"#basket > li:first-child[data-pinned='{before[2]}']").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="Web page of the pinned items").click()
    assert "Seen from above" in download.value.path().read_text("utf-8")


def test_a_network_is_printed_as_it_was_seen(report: Report) -> None:
    from dashboards.briefing.pinned import paper

    group = report.groups().iloc[0]
    days = report.days(group["group_id"])
    what = {"what": "figure", "figure": "network", "group": group["group_id"], "title": "As seen"}

    def printed(**view: str) -> Any:
        return paper(report, [baskets.Pinned("p", what, view=view)]).pieces[0].picture

    whole, day = printed(), printed(**{"from": str(days["day"].iloc[0]), "to": str(days["day"].iloc[0])})
    strong = printed(min=str(int(report.ties(group["group_id"])["observed"].max())))
    assert "hidden by this view" not in whole.note
    assert "Only days from" in day.note and day.svg != whole.svg, "thinner lines: fewer meetings"
    assert (
        "Only ties with" in strong.note
        and "hidden by this view" in strong.note
        and strong.svg.count("Q") < whole.svg.count("Q")
    )


def test_an_object_and_a_comparison_are_printed(report: Report, case: Any) -> None:
    from dashboards.briefing.pinned import paper

    link = report.objects(report.groups().iloc[0]["group_id"]).iloc[0]
    whole = report.days()
    first, last = str(whole["day"].min()), str(whole["day"].max())
    pins = [
        baskets.Pinned("o", {"what": "object", "trace": link["trace"], "object": link["object"], "title": "Carried"}),
        baskets.Pinned(
            "c", {"what": "compare", "by": "periods", "from": first, "to": first, "from2": last, "to2": last}
        ),
        baskets.Pinned("r", {"what": "compare", "by": "runs", "one": "R-1", "with": "R-9"}),
    ]
    made = paper(report, pins).pieces
    assert made[0].picture and "[.]" in made[0].lead and "://" not in made[0].lead.replace("hxxps://", "")
    assert made[1].picture and first[:4] in made[1].lead
    assert made[2].picture is None and "its data were removed from the case" in made[2].lead


def test_object_and_compare_have_a_pin(case: Any, report: Report) -> None:
    from dashboards.pages import compare
    from dashboards.pages import object as objects

    link = report.objects(report.groups().iloc[0]["group_id"]).iloc[0]
    state = State("/object", {"trace": link["trace"], "object": link["object"]})
    drawn: Any = objects.layout(report, state)
    page = str(drawn.to_plotly_json())
    assert '"what":"object"' in page and "key-p" in page

    reports: Any = SimpleNamespace(store=case, of=lambda run: Report(case, run))
    shown: Any = compare.layout(reports, State("/compare", {"by": "periods"}))
    assert '"by":"periods"' in str(shown.to_plotly_json())


# --- outlinks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("figure", [None, "flow", "room", "weeks"])
def test_outlinks_are_printed_as_they_were_seen(demo_store: Any, figure: str | None) -> None:
    report = Report(demo_store)
    view = view_of(report, Asked("all", kind="website"))
    what = {"what": "outlinks", "outlinks": view.asked.text(), "title": view.title()}
    what |= {"figure": figure} if figure else {}
    (piece,) = printed.paper(report, [baskets.Pinned("o", what)]).pieces
    assert piece.kind == "Outlinks" and piece.title == view.title()
    assert piece.picture is not None and piece.picture.alt
    assert (piece.table is None) == (figure is not None)
    if piece.table:
        assert [row[4] for row in piece.table.rows] == [f"{n:,}" for n in view.hosts["links"].head(12)]


def test_a_host_can_be_pinned_and_a_view_that_is_gone_says_so(demo_store: Any) -> None:
    report = Report(demo_store)
    host = str(report.outlinks().hosts["host"][0])
    pins = [
        baskets.Pinned(
            "h", {"what": "outlinks", "outlinks": Asked().text(host=host), "figure": "weeks", "title": "One"}
        ),
        baskets.Pinned("g", {"what": "outlinks", "outlinks": "scope=group&group=nobody", "title": "Gone"}),
    ]
    one, gone = printed.paper(report, pins).pieces
    assert one.picture is not None and len(set(one.picture.table["Host"])) == 1 and "[.]" in one.lead
    assert gone.picture is None and "no group" in gone.lead
