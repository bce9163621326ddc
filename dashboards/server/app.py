"""The dashboard of one case, built by ``create_app(case)``."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Hashable
from contextlib import suppress
from time import monotonic
from types import ModuleType
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
import pyarrow.compute as pc
from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.development.base_component import Component
from flask import Response, abort, jsonify, redirect, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.wrappers import Response as BaseResponse

from dashboards import pages, words
from dashboards.components.base import Beside, State, attributes
from dashboards.components.layout import problem
from dashboards.figures import theme
from dashboards.jobs.queue import Jobs
from dashboards.local import recent_cases
from dashboards.local.addresses import FIELDS, HERE, Addresses, secret_here
from dashboards.local.uploads import Uploads
from dashboards.network_view import BUNDLE
from dashboards.pages.nothing import NoRun, no_run
from dashboards.server import answers, roles, security, shell
from dashboards.server.access import THIS_MACHINE, Access
from dashboards.server.static_tables import lighten
from graph.privacy.gate import gate
from graph.privacy.small_counts import MINIMUM
from graph.report.run import find_run
from graph.stores.base import Store
from graph.stores.kept_codes import is_kept, key_here
from ingest.errors import LockstepError, Unreachable

if TYPE_CHECKING:
    from graph.report.report import Report

log = logging.getLogger(__name__)

LOOK_AGAIN_S = 2.0

_INDEX = """<!DOCTYPE html>
<html lang="en" data-theme="light">
<head>{%metas%}<title>{%title%}</title><link rel="icon" type="image/svg+xml" href="/assets/favicon.svg">
<script src="/assets/early.js"></script>{%css%}<script type="application/json" id="swaps">__SWAPS__</script></head>
<body>{%app_entry%}<footer>{%config%}{%scripts%}{%renderer%}</footer></body>
</html>"""


class CaseReports:
    """A case's reports by run, each built once: a run never changes."""

    def __init__(
        self, store: Store, build: Callable[[Store, str], Report], local: bool = True, beside: Beside | None = None
    ) -> None:
        self.gate = gate(store)
        self.store: Store = self.gate
        self._mark = self.gate.mark
        self.address = recent_cases.full(getattr(store, "address", ""))
        self.jobs = Jobs(recent_cases.state_folder() / "jobs")
        self.uploads = Uploads(recent_cases.state_folder() / "uploads")
        self.local, self.beside = local, beside
        self._build = build
        self._built: dict[str, Report] = {}
        self._seen = {str(record["run_id"]) for record in store.runs()}
        self._looked = monotonic()
        self._version: Hashable = None
        self._codes: dict[str, dict[str, str]] = {}
        self._secrets: tuple[float, tuple[bytes, ...]] | None = None

    def addresses(self, report: Report | None = None) -> Addresses:
        """Codes that addresses hold: those that people say for the accounts of a run, sealed ones for all else."""
        return Addresses(self.secrets, (lambda: self._said(report)) if report is not None else dict, self._account)

    def version(self) -> Hashable:
        """Version of the case, None where it has none; its newest state is read where that is another one than before."""
        now = self.store.version()
        if now is not None and now != self._version:
            self.store.refresh()
            self._version = now
        return now

    def secrets(self) -> tuple[bytes, ...]:
        """The secrets behind sealed codes: the case's key where it is here, and this person's own."""
        if not self._secrets or monotonic() - self._secrets[0] > LOOK_AGAIN_S:
            key = key_here(self.store) if self.store.info().get("key_fingerprint") else None
            own = secret_here(recent_cases.state_folder())
            self._secrets = (monotonic(), (key.secret, own) if key else (own,))
        return self._secrets[1]

    def _said(self, report: Report) -> dict[str, str]:
        run = str(report.run["run_id"])
        if run not in self._codes:
            ties = report.ties()
            sides = [zip(ties[f"account_{side}"], ties[f"code_{side}"], strict=True) for side in "ab"]
            self._codes[run] = {
                str(uid): words.code(code) for pairs in sides for uid, code in pairs if words.known(code)
            }
        return self._codes[run]

    def _account(self, code: int) -> str | None:
        rows = self.store.codes()
        found = rows.filter(pc.equal(rows["code"], code))["account_uid"].to_pylist()
        return next((str(uid) for uid in found if not is_kept(str(uid))), None)

    def of(self, run: str | None) -> Report | NoRun:
        """The report of a run (``R-3``, its id, or the start of it), newest where none is named.

        Raises
        ------
        UsageError
            If the case has no such run, or several that fit.
        """
        record = self._record(run)
        MINIMUM.set(self.gate.profile.minimum)
        if record is None:
            HERE.set(self.addresses())
            return NoRun(self.store)
        run_id = str(record["run_id"])
        if self._mark != self.gate.mark:  # another harm area, or other seals: nothing built before may be shown
            self._mark = self.gate.mark
            self._built.clear()
            self._codes.clear()
        if run_id not in self._built:
            if len(self._built) >= 8:
                self._built.pop(next(iter(self._built)))
            self._built[run_id] = self._build(self.store, run_id)
        HERE.set(self.addresses(self._built[run_id]))
        return self._built[run_id]

    def _record(self, run: str | None) -> dict[str, Any] | None:
        records = self.store.runs()
        self._look_again({str(record["run_id"]) for record in records})
        return find_run(self.store, run) if records or run else None

    def _look_again(self, runs: set[str]) -> None:
        """Refresh the store now and then, since other processes load files and make runs; only its manifest is read."""
        if runs != self._seen or monotonic() - self._looked > LOOK_AGAIN_S:
            self.store.refresh()
            self._seen, self._looked = runs, monotonic()


def _report(store: Store, run_id: str) -> Report:
    from graph.report.report import Report

    return Report(store, run_id)


def create_app(
    case: str | Store,
    build: Callable[[Store, str], Report] = _report,
    access: Access = THIS_MACHINE,
    beside: Beside | None = None,
) -> Dash:
    """The dashboard of a case.

    Parameters
    ----------
    case : str or Store
        Address of a case, or a case that is open.
    build : callable
        Makes a report from the case and a run's id.
    access : Access
        People who may open it; by default those at this machine only.
    beside : Beside, optional
        Opens other cases; without it, pages explain how to do so.

    Raises
    ------
    CaseError
        If the case cannot be opened.
    """
    if isinstance(case, str):
        from graph.stores import open_case

        case = open_case(case)
    reports = CaseReports(case, build, access.local, beside)
    app = Dash(
        "dashboards",
        assets_folder="assets",
        assets_ignore=r"early\.js",
        title="Lockstep",
        update_title="",
        index_string=_INDEX.replace("__SWAPS__", json.dumps(theme.swaps())),
        suppress_callback_exceptions=True,
        health_endpoint="health",
        meta_tags=[{"name": "color-scheme", "content": "light dark"}, {"name": "referrer", "content": "same-origin"}],
    )
    app.scripts.append_script(BUNDLE)  # type: ignore[no-untyped-call]
    app.layout = _layout()
    _route(app, reports)
    for page in pages.PAGES:
        page.register(app, reports)
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("lockstep", "go"), Output("go", "clear_data"), Input("go", "data")
    )
    security.protect(app, access, reports.address)
    _say_codes(app, reports)  # after the checks of who asks: it reads the case
    answers.give_again(app, page_at, reports.version, reports.secrets)
    return app


def _layout() -> Component:
    return dmc.MantineProvider(
        [
            dcc.Location(id="url", refresh=False),
            dcc.Store(id="go"),
            html.A("Skip to the page", href="#main", className="skip"),
            html.Header(shell.top(None), className="top", id="top"),
            html.Div(
                [
                    html.Nav(html.Div(id="rail"), className="rail", id="railnav", **attributes(aria_label="Pages")),
                    html.Main(html.Div(shell.waiting(), id="page"), className="main", id="main", tabIndex=-1),
                ],
                className="frame",
            ),
            shell.shortcuts(pages.PAGES),
        ],
        id="mantine",
        theme=theme.mantine(),
    )


def _route(app: Dash, reports: CaseReports) -> None:
    @app.callback(
        Output("top", "children"),
        Output("rail", "children"),
        Output("page", "children"),
        Input("url", "pathname"),
        Input("url", "search"),
    )
    def show(path: str | None, search: str | None) -> tuple[Any, Any, Any]:
        state = State.parse(path, search)
        try:
            return shown(state)
        except Unreachable as error:  # nothing of the case can be asked for, also not its name and dates
            return shell.top(None), [], problem("The case cannot be reached", str(error), ["Reload the page."])

    def shown(state: State) -> tuple[Any, Any, Any]:
        try:
            report = reports.of(state.get("run"))
        except Unreachable:
            raise
        except LockstepError as error:
            return shell.top(reports, pages.PAGES), shell.rail(reports, None, state, pages.PAGES), _unknown_run(error)
        page = page_at(state.path)
        if not roles.may_ask_by_id() and HERE.get().all(dict(state.query)) != dict(state.query):
            page, state = None, State()
        body = _body(page, reports if getattr(page, "OF_CASE", False) else report, state)
        return roles.for_role(shell.top(reports, pages.PAGES)), shell.rail(reports, report, state, pages.PAGES), body


def _say_codes(app: Dash, reports: CaseReports) -> None:
    """Let files be asked for by the codes of the pages, and let no address keep an id: old ones lead to those with codes."""

    def opened() -> BaseResponse | None:
        HERE.set(reports.addresses())
        if request.method != "GET" or not FIELDS.keys() & request.args.keys():
            return None
        with suppress(LockstepError):
            reports.of(request.args.get("run"))
        asked = request.args.to_dict()
        if page_at(request.path) is None:
            request.args = ImmutableMultiDict(HERE.get().all_opened(asked))
        elif (coded := HERE.get().all(asked)) != asked:
            if not roles.may_ask_by_id():  # the answer would tell the code of an id
                abort(403, roles.SAID)
            return redirect(State(request.path, coded).here())
        return None

    def search() -> BaseResponse:
        with suppress(LockstepError):
            reports.of(request.form.get("run"))
        return redirect(State("/search", request.form.to_dict()).here(), 303)

    def searched() -> Response:
        sent = request.get_json(silent=True)
        asked = {name: str(value) for name, value in sent.items()} if isinstance(sent, dict) else {}
        return jsonify({"href": State("/search", asked).here()})

    app.server.before_request(opened)
    app.server.add_url_rule("/search", "search", search, methods=["POST"])
    app.server.add_url_rule("/acts/search", "acts_search", searched, methods=["POST"])


def page_at(path: str) -> ModuleType | None:
    """The page at a path; None where there is none."""
    wanted = path.rstrip("/") or "/"
    return next((page for page in pages.PAGES if wanted == page.PATH), None)


def _body(page: ModuleType | None, report: Report | NoRun | CaseReports, state: State) -> Component:
    if page is None:
        return problem("There is no such page", "This address is no page of this case.", [shell.home_link(state)])
    if not roles.page_allowed(page.PATH):
        return problem("Only an analyst can open this page", roles.SAID, [shell.home_link(state)])
    if not getattr(page, "OF_CASE", False) and isinstance(report, NoRun) and getattr(page, "NEEDS_RUN", True):
        return no_run(report.store)
    try:
        made: Component = page.layout(report, state)
    except Unreachable:
        raise
    except LockstepError as error:
        return problem("This cannot be shown", str(error), [shell.home_link(state)])
    except Exception:
        log.exception("page %s", state.path)
        return problem(
            "This page cannot be shown",
            "The case has not changed. The window where Lockstep runs shows the error.",
            [shell.home_link(state), "Reload the page."],
        )
    light: Component = lighten(roles.for_role(made))
    answers.lasting(page)
    return light


def _unknown_run(error: LockstepError) -> Component:
    return problem(
        "There is no such run",
        f"{error.message} Runs are never renamed. This address may be from another case.",
        [dcc.Link("Open the newest run", href="/groups")],
    )
