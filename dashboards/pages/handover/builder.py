"""Builder of one report: four steps beside what the document will say; each save is kept with author and time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import dash
import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, dcc, html, no_update
from dash.development.base_component import Component
from flask import Response, request
from werkzeug.exceptions import NotFound

from dashboards import words
from dashboards.briefing.notice import documents, file_name, handles_of, kind_of, posts_of
from dashboards.components import author
from dashboards.components.base import Child, Reports, State, attributes
from dashboards.components.layout import block, page
from dashboards.components.marks import account
from dashboards.components.tables import Cells, table
from dashboards.pages.handover import parts
from dashboards.pages.handover.ledger import refused
from dashboards.pages.handover.parts import Now
from dashboards.words import handover as said
from graph.handover import drafts
from graph.handover import ledger as book
from graph.handover.drafts import Draft
from graph.handover.items import Item, group_items
from graph.handover.law import ANSWERS, CHILDREN, LEGAL, NO_REMOVAL_ORDER, QUESTION, STATEMENT
from graph.privacy.areas import profile
from graph.privacy.sanitize import clean, redact
from ingest.errors import LockstepError

if TYPE_CHECKING:
    from graph.report.report import Report

FIELDS = {
    "answer": "answer",
    "law": "law", "provision": "provision", "country": "country", "forbids": "forbids",
    "rule": "law", "wording": "forbids",
    "article": "provision", "home": "country", "about": "about",
    "explanation": "explanation", "name": "name", "email": "email", "second": "second",
}  # fmt: skip
"""Text fields of the form and the field of a draft each fills."""
OF_ANSWER = {
    "law": ("law", "provision", "country", "forbids"),
    "terms": ("rule", "wording"),
    "duty": ("article", "home", "about"),
}
"""Fields that stand under an answer; those of the other answers are not read."""
TICKS = ("children", "faith")
SHOWN = 500


def group_called(report: Report, group_id: str) -> str:
    """A group as people call it: its rank and name."""
    row = report.group(group_id)
    name = f" {clean(str(row['name']))}" if words.known(row.get("name")) and row["name"] else ""
    return f"Group {words.count(row['rank'])}{name}"


def layout(report: Report, draft: Draft, state: State) -> Component:
    """The page of one draft."""
    now = _now(report, draft, draft if draft.number else None)
    called = group_called(report, draft.group_id)
    to = words.platform(draft.to)
    name = f"Draft {draft.number}" if draft.number else "New draft"
    lead: list[Child] = [
        f"{name} reports {words.counted(len(now.whole), 'post')} of ",
        dcc.Link(called.lower(), href=state.href("/group", group=draft.group_id)),
        f" to {to}. Lockstep writes the document. You read it and send it yourself.",
    ]
    return page(
        html.Span(parts.title(now), id="handover-title"),
        lead,
        dcc.Store(
            id="handover-what",
            data={"run": draft.run_id, "group": draft.group_id, "to": draft.to, "number": draft.number},
        ),
        dcc.Store(id="handover-saved", data=0),
        html.P("", id="handover-said", role="status", className="said"),
        html.Div(
            [html.Div(_locked(called, draft, state) if now.locked else _steps(now)), _aside(now, state)],
            className="cols-main hand",
        ),
        crumbs=[("Handing over", state.href("/handover")), (f"{name}: {called.lower()} to {to}", None)],
        actions=[] if now.locked else _actions(draft),
    )


def _actions(draft: Draft) -> list[Child]:
    return [
        dmc.TextInput(id="handover-by", label="Your name or initials", value=author.name() or draft.by, w="11rem"),
        html.Button("Discard draft", id="handover-discard", className="btn", type="button", n_clicks=0)
        if draft.number
        else None,
        html.Button(
            ["Save draft", html.Kbd("Ctrl S")],
            id="handover-save",
            className="btn primary key-ctrl-s",
            type="button",
            n_clicks=0,
        ),
    ]


def _locked(called: str, draft: Draft, state: State) -> list[Child]:
    lock = said.LOCKED.format(group=called.lower())
    link = dcc.Link("Open the group", href=state.href("/group", group=draft.group_id), className="btn primary")
    return [_step("1", QUESTION, [html.P(lock, className="warnword"), html.P(link, className="row")], "step now")]


def _step(number: str, title: str, body: Sequence[Child], look: str) -> Component:
    circle = html.Span(html.Span(number), className="sn", **attributes(aria_hidden="true"))
    heading = html.H2([html.Span(f"Step {number}: ", className="vh"), title])
    return html.Section([circle, html.Div([heading, *body])], className=look, id=f"handover-step-{number}")


def _steps(now: Now) -> list[Child]:
    looks = parts.step_state(now)
    document = now.draft.document
    return [
        _step("1", QUESTION, _question(now.draft), looks["1"]),
        _step("2", "Which document?", [html.Div(parts.vehicles(now), id="handover-vehicles")], looks["2"]),
        _step(
            "3",
            "Is everything there?",
            [html.Div(_elements(now), id="handover-elements", hidden=document is None)],
            looks["3"],
        ),
        _step("4", "Download and send", [html.Div(parts.send(now), id="handover-send"), _sent_form(now)], looks["4"]),
    ]


# --- step 1 ----------------------------------------------------------------------------------------------------------


def _question(draft: Draft) -> list[Child]:
    radios = [
        dmc.Radio(
            value=name, label=html.Span([html.B(answer.title), " ", html.Span(answer.hint, className="dim")]), size="xs"
        )
        for name, answer in ANSWERS.items()
    ]
    return [
        html.P(f"This decides which document fits. {LEGAL}", className="dim", id="handover-question"),
        dmc.RadioGroup(
            html.Div(radios, className="opts"),
            id="handover-answer",
            value=draft.answer or None,
            **attributes(aria_labelledby="handover-question"),
        ),
        _fields(
            draft,
            "law",
            _text("law", "Law", draft.law, "Election Act"),
            _text("provision", "Provision", draft.provision, "§ 12"),
            _text("country", "Country", draft.country),
            _area("forbids", "What it forbids, in its own words", draft.forbids),
        ),
        _fields(
            draft,
            "terms",
            _text("rule", "Rule of the platform", draft.law, "Platform manipulation policy"),
            _area("wording", "What it forbids, in its own words", draft.forbids),
        ),
        _fields(
            draft,
            "duty",
            _text("article", "Article of the DSA", draft.provision, "article 16(5)"),
            _text("home", "Your country", draft.country),
            _text("about", "Line of the ledger it is about", draft.about, "L-2"),
        ),
        html.Div(parts.danger(), id="handover-fields-life", hidden=draft.answer != "life", className="danger"),
    ]


def _fields(draft: Draft, answer: str, *fields: Component) -> Component:
    return html.Div(list(fields), id=f"handover-fields-{answer}", hidden=draft.answer != answer, className="fields")


def _text(name: str, label: str, value: str, placeholder: str = "") -> Component:
    return dmc.TextInput(id=f"handover-{name}", label=label, value=value, placeholder=placeholder, debounce=500)


def _area(name: str, label: str, value: str, rows: int = 2) -> Component:
    return dmc.Textarea(
        id=f"handover-{name}",
        label=label,
        value=value,
        autosize=True,
        minRows=rows,
        maxRows=20,
        debounce=500,
        className="whole",
    )


# --- step 3 ----------------------------------------------------------------------------------------------------------


def _elements(now: Now) -> Component:
    draft = now.draft
    told = {one.letter: parts.element(one) for one in now.found}
    inputs: dict[str, list[Child]] = {
        "a": [_area("explanation", "Your explanation. Name posts by their codes, or quote them", draft.explanation, 4)],
        "b": [html.Div(_where(now), id="handover-where", hidden=draft.answer == "duty")],
        "c": [
            html.Div([_text("name", "Name", draft.name), _text("email", "E-mail", draft.email)], className="fields"),
            dmc.Checkbox(id="handover-children", label=f"This is {CHILDREN}", checked=draft.children, size="xs"),
        ],
        "d": [
            dmc.Checkbox(id="handover-faith", label=STATEMENT, checked=draft.good_faith, size="xs"),
            html.Div([_text("second", "A second person who read the posts", draft.second)], className="fields"),
        ],
    }
    return html.Ul(
        [
            html.Li([html.Div(told.get(letter, []), id=f"handover-{letter}"), *fields])
            for letter, fields in inputs.items()
        ],
        className="els",
    )


def _where(now: Now) -> list[Child]:
    bare = [item for item in now.whole if not item.address]
    return [_missing(now, bare) if bare else None, _posts(now)]


def _missing(now: Now, bare: Sequence[Item]) -> Component:
    """Posts without an address: each can be filled in, or left out."""
    rows: list[Cells] = [
        [
            html.Span(item.code, className="code"),
            _account(now, item),
            item.reason,
            dmc.TextInput(
                id={"type": "handover-address", "post": item.code},
                value=now.draft.addresses.get(item.code, ""),
                placeholder="Paste the address",
                debounce=500,
                **attributes(aria_label=f"Address of {item.code}"),
            ),
            dmc.Checkbox(
                id={"type": "handover-out", "post": item.code},
                checked=item.code in now.draft.left_out,
                label="Leave out",
                size="xs",
                **attributes(aria_label=f"Leave out {item.code}"),
            ),
        ]
        for item in bare[:SHOWN]
    ]
    heads = ["Post", "Account", "Why no address", "What to do", "Or"]
    return table(heads, rows, name="missing-addresses", wide=True, class_name="dense")


def _account(now: Now, item: Item) -> Component:
    """The account of a post, where the case's harm area shows accounts."""
    shown = profile(now.report.store).level == "person"
    return account(item.says, item.platform) if shown else html.Span("withheld", className="dim")


def _posts(now: Now) -> Component:
    """Every post with its code, so that an explanation can name it; addresses stand here without names, and broken."""
    handles = handles_of(now.report, now.draft.group_id)
    rows: list[Cells] = [
        [
            html.Span(item.code, className="code"),
            _account(now, item),
            words.clock(item.at, "min", year=True),
            html.Span(redact(item.address, handles) if item.address else item.reason, className="url"),
        ]
        for item in now.whole[:SHOWN]
    ]
    return html.Details(
        [
            html.Summary(f"All {words.counted(len(now.whole), 'post')}, with their codes"),
            table(["Post", "Account", "Time (UTC)", "Address"], rows, name="posts", wide=True, class_name="dense"),
        ],
        className="twin",
    )


def _sent_form(now: Now) -> Component:
    if now.sent is not None:
        return html.P(
            f"In the ledger as {now.sent.code}, sent on {words.day(now.sent.day, year=True)}.", id="handover-sent-said"
        )
    return html.Div(
        [
            html.Div(
                [
                    dmc.TextInput(id="handover-sent-day", label="Sent on", placeholder="2026-09-11", w="9rem"),
                    html.Button(
                        "Write into the ledger", id="handover-sent", className="btn", type="button", n_clicks=0
                    ),
                ],
                className="row choosefields",
            ),
            html.P("", id="handover-sent-said", role="status", className="said"),
        ]
    )


def _aside(now: Now, state: State) -> Component:
    return html.Aside(
        [
            block(
                "What the document will say", html.Div(parts.preview(now), id="handover-preview", className="notice")
            ),
            block("Before you send", html.Div(parts.before(now, state), id="handover-before")),
            block("What Lockstep does not write", html.P(NO_REMOVAL_ORDER)),
        ],
        className="side",
        **attributes(aria_label="Preview and checks"),
    )


# --- what people do here ---------------------------------------------------------------------------------------------


def _now(report: Report, draft: Draft, kept: Draft | None) -> Now:
    whole = group_items(report, draft.group_id, draft.to)
    sent = next((entry for entry in book.entries(report.store) if draft.number and entry.draft == draft.number), None)
    return Now(report, draft, whole, profile(report.store).text == "withheld", kept, sent)


def filled(
    what: Mapping[str, Any], given: Mapping[str, Any], addresses: Mapping[str, str], out: Sequence[str]
) -> Draft:
    """The draft that a form makes.

    Parameters
    ----------
    what : mapping
        ``run``, ``group``, ``to``, ``number``.
    given : mapping
        Values of ``FIELDS`` and ``TICKS``.
    addresses : mapping of post code to address
    out : sequence of str
        Codes left out.

    Examples
    --------
    >>> given = {"answer": "terms", "law": "Act", "rule": "Spam policy", "children": None}
    >>> draft = filled({"run": "0a", "group": "g", "to": "x", "number": 0}, given, {}, ["P-2"])
    >>> draft.law, draft.left_out, draft.good_faith
    ('Spam policy', ('P-2',), False)
    """
    answer = given.get("answer") or ""
    others = {field for name, fields in OF_ANSWER.items() if name != answer for field in fields}
    said_ = {to: str(given.get(field) or "") for field, to in FIELDS.items() if field not in others}
    where = {
        "number": int(what["number"]),
        "run_id": str(what["run"]),
        "group_id": str(what["group"]),
        "to": str(what["to"]),
    }
    ticks = {"children": bool(given.get("children")), "good_faith": bool(given.get("faith"))}
    return Draft(**where, **said_, **ticks, addresses={k: v for k, v in addresses.items() if v}, left_out=tuple(out))  # type: ignore[arg-type]


def register(app: Dash, reports: Reports) -> None:
    """The form that is followed, saved, discarded, downloaded and sent."""
    form: list[tuple[Any, str]] = [
        *(("handover-" + name, "value") for name in FIELDS),
        *(("handover-" + name, "checked") for name in TICKS),
    ]
    several: list[tuple[Any, str]] = [
        ({"type": "handover-address", "post": ALL}, "value"),
        ({"type": "handover-out", "post": ALL}, "checked"),
    ]
    ids = [dash.State(which, "id") for which, _ in several]
    as_states = [dash.State(*one) for one in [*form, *several]]

    def draft_of(values: Sequence[Any]) -> Draft:
        *plain, addresses, outs, address_ids, out_ids, what = values
        codes = dict(zip((one["post"] for one in address_ids), (a or "" for a in addresses), strict=True))
        left = [one["post"] for one, out in zip(out_ids, outs, strict=True) if out]
        return filled(what, dict(zip([*FIELDS, *TICKS], plain, strict=True)), codes, left)

    @app.callback(
        *(Output(f"handover-fields-{name}", "hidden") for name in (*OF_ANSWER, "life")),
        Output("handover-elements", "hidden"),
        Output("handover-where", "hidden"),
        Output("handover-title", "children"),
        Output("handover-vehicles", "children"),
        *(Output(f"handover-{letter}", "children") for letter in "abcd"),
        Output("handover-preview", "children"),
        Output("handover-before", "children"),
        Output("handover-send", "children"),
        *(Output(f"handover-step-{number}", "className") for number in "1234"),
        [Input(*one) for one in [*form, *several]],
        Input("handover-saved", "data"),
        ids,
        dash.State("handover-what", "data"),
        dash.State("url", "search"),
        prevent_initial_call=True,
    )
    def follow(*given: Any) -> Any:
        *values, _, address_ids, out_ids, what, search = given
        draft = draft_of([*values, address_ids, out_ids, what])
        return followed(reports, draft, State.parse("/handover", search))

    @app.callback(
        Output("go", "data", allow_duplicate=True),
        Output("handover-said", "children"),
        Output("handover-saved", "data"),
        Input("handover-save", "n_clicks"),
        dash.State("handover-by", "value"),
        as_states,
        ids,
        dash.State("handover-what", "data"),
        dash.State("url", "search"),
        prevent_initial_call=True,
    )
    def save(clicks: int | None, by: str, *given: Any) -> Any:
        *values, search = given
        if not clicks:
            return no_update, no_update, no_update
        return saved(reports, draft_of(values), by, clicks, State.parse("/handover", search))

    @app.callback(
        Output("go", "data", allow_duplicate=True),
        Output("handover-said", "children", allow_duplicate=True),
        Input("handover-discard", "n_clicks"),
        dash.State("handover-by", "value"),
        dash.State("handover-what", "data"),
        prevent_initial_call=True,
    )
    def discard(clicks: int | None, by: str, what: dict[str, Any]) -> Any:
        if not clicks:
            return no_update, no_update
        try:
            drafts.discard(reports.store, int(what["number"]), _signed(by))
        except LockstepError as error:
            return no_update, refused(error)
        return "/handover", no_update

    @app.callback(
        Output("go", "data", allow_duplicate=True),
        Output("handover-sent-said", "children"),
        Input("handover-sent", "n_clicks"),
        dash.State("handover-sent-day", "value"),
        dash.State("handover-by", "value"),
        dash.State("handover-what", "data"),
        prevent_initial_call=True,
    )
    def send(clicks: int | None, day: str, by: str, what: dict[str, Any]) -> Any:
        if not clicks:
            return no_update, no_update
        return written(reports, int(what["number"]), day, by)

    app.server.add_url_rule("/files/report", "report_file", lambda: download(reports), methods=["POST"])


def _signed(by: str | None) -> str:
    name = " ".join((by or "").split())
    if name:
        author.remember(name)
    return name


def followed(reports: Reports, draft: Draft, state: State) -> tuple[Any, ...]:
    """Everything on the page that depends on the form, in the order of the callback's outputs."""
    kept = next((one for one in drafts.drafts(reports.store) if draft.number and one.number == draft.number), None)
    now = _now(reports.of(draft.run_id), replace(draft, at=kept.at if kept else "", by=kept.by if kept else ""), kept)
    told = {one.letter: parts.element(one) for one in now.found}
    return (
        *(draft.answer != name for name in (*OF_ANSWER, "life")),
        draft.document is None,
        draft.answer == "duty",
        parts.title(now),
        parts.vehicles(now),
        *(told.get(letter, []) for letter in "abcd"),
        parts.preview(now),
        parts.before(now, state),
        parts.send(now),
        *parts.step_state(now).values(),
    )


def saved(reports: Reports, draft: Draft, by: str, clicks: int, state: State) -> tuple[Any, Any, Any]:
    """Keep the draft; a new one then has an address of its own."""
    try:
        kept = drafts.save(reports.store, draft, _signed(by))
    except LockstepError as error:
        return no_update, refused(error), no_update
    told = f"Saved by {clean(kept.by)}, {words.clock(kept.at, 'min')} UTC."
    if draft.number:
        return no_update, told, clicks
    return state.href("/handover", draft=kept.code), told, no_update


def written(reports: Reports, number: int, day: str, by: str) -> tuple[Any, Any]:
    """Write the draft into the ledger as sent, as it was saved last."""
    try:
        draft = drafts.of_number(reports.store, number)
        posts = posts_of(reports.of(draft.run_id), draft)
        book.sent(reports.store, draft, posts, book.day_of(day or ""), _signed(by))
    except LockstepError as error:
        return no_update, refused(error)
    return "/handover", no_update


def download(reports: Reports) -> Response:
    """One document of a saved draft, logged with author and time."""
    name, _, part = str(request.form.get("as") or "").partition(".")
    try:
        draft = drafts.of_number(reports.store, book.line_of(str(request.form.get("draft") or "")))
        kind = kind_of(name)
        made = documents(reports.of(draft.run_id), draft, withheld=profile(reports.store).text == "withheld")
        one = made[int(part or 1) - 1]
    except (LockstepError, ValueError, IndexError) as error:
        raise NotFound(str(error)) from None
    body = kind.render(one)
    drafts.exported(reports.store, draft, author.signature(), name, sum(item.address is not None for item in one.items))
    answer = Response(body, mimetype=kind.media)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name(one, kind)}"'
    return answer
