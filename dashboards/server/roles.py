"""Roles: the one table of who may use which route, callback and page, and the check of it before every request.

A reader sees pages and takes files in which accounts are codes. Everything else is for analysts: names, loading, searching,
deleting, verdicts, notes, seals, the harm area, and rows as they stood in files. What is in no table is for analysts too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from dash import Dash
from dash.development.base_component import Component
from flask import Response, current_app, g, has_request_context, make_response, request

from dashboards.components import author
from dashboards.server.access import ANALYST, READER
from dashboards.server.login import Log

ROUTES = {
    **dict.fromkeys(("static", "_dash_assets.static", "/_favicon.ico", "/health", "login", "logout"), READER),
    **dict.fromkeys(("/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>",), READER),
    **dict.fromkeys(("/", "/<path:path>", "/_dash-layout", "/_dash-dependencies", "/_reload-hash"), READER),
    "/_dash-update-component": READER,  # each callback has its own line below
    **dict.fromkeys(("network_data", "pins"), READER),
    **dict.fromkeys(("described_file", "described_ties_file"), READER),
    **dict.fromkeys(("groups_file", "labels_file", "ties_csv", "figure_csv", "evidence_file", "object_file"), READER),
    **dict.fromkeys(
        ("outlinks_file", "outlink_posts_file", "agreement_file", "compare_file", "method_file", "network_gexf"), READER
    ),
    **dict.fromkeys(("tables_file", "pinned_file", "run_file"), READER),
    **dict.fromkeys(("search_file", "skipped_csv", "report_file", "upload", "search", "acts_search"), ANALYST),
    **dict.fromkeys(("cancel", "keep_layout", "pin", "reveal"), ANALYST),
}
"""Role that a route (by the name Flask knows it by) needs."""

CALLBACKS = {
    "server.app.show": READER,
    **dict.fromkeys((f"pages.protecting.{name}" for name in ("choose", "hide", "hide_one")), ANALYST),
    **dict.fromkeys(
        (f"pages.start.page.{name}" for name in ("open_case_beside", "make_case", "open_example")), ANALYST
    ),
    **dict.fromkeys(
        (f"pages.start.callbacks.{name}" for name in ("check_uploaded", "check_here", "check_again")), ANALYST
    ),
    **dict.fromkeys((f"pages.start.callbacks.{name}" for name in ("load", "away", "follow", "cancel")), ANALYST),
    **dict.fromkeys((f"pages.find.page.{name}" for name in ("estimate", "count_anyway", "begin")), ANALYST),
    "pages.find.progress.follow": ANALYST,
    **dict.fromkeys(("pages.groups.described.describe", "pages.find.page.explain"), ANALYST),
    **dict.fromkeys((f"components.verdict_callbacks.{name}" for name in ("save", "check", "remark")), ANALYST),
    "pages.group.attribution.save": ANALYST,
    **dict.fromkeys((f"pages.start.labels.{name}" for name in ("take", "take_off")), ANALYST),
    **dict.fromkeys((f"pages.sources.comparison.{name}" for name in ("set_role", "set_chosen")), ANALYST),
    "pages.briefing.change": ANALYST,
    **dict.fromkeys((f"pages.handover.builder.{name}" for name in ("follow", "save", "discard", "send")), ANALYST),
    **dict.fromkeys((f"pages.handover.ledger.{name}" for name in ("add", "take")), ANALYST),
}
"""Role that a callback (by its module and name) needs."""

PAGES = {
    **dict.fromkeys(("/", "/sources", "/groups", "/described", "/group", "/evidence", "/object", "/outlinks"), READER),
    **dict.fromkeys(("/agreement", "/compare", "/briefing", "/method"), READER),
    "/find": ANALYST,
    "/search": ANALYST,  # it finds accounts by their names, and so tells which code a name has
    "/handover": ANALYST,  # reports name accounts to those who can act
}
"""Role that a page needs."""

LOGGED = {
    "reveal": "reveal",
    **{name: "export" for name in ROUTES if name.endswith(("_file", "_csv", "_gexf"))},
}
"""Routes whose use is logged, and the kind of line."""

_ACTS = {"data-pin": "pin", "data-reveal": "reveal"}
"""Attributes of buttons that speak to a route of ours."""

CONTROLS = "lockstep_controls"
WHY = "Only an analyst can do this. You are logged in as reader."
SAID = "You are logged in as reader: you see pages and can save files in which accounts are codes. Ask an analyst for more."
_RUN = re.compile(r"R-[0-9]{1,9}|[0-9a-f]{4,64}")
NO_LOG = "The log of this case cannot be written, so nothing was shown. Is the disk full?"


def role() -> str:
    """The role of whoever asks; at this machine, without a token, that of analysts."""
    return str(getattr(g, "role", ANALYST)) if has_request_context() else ANALYST


def allows(needed: str | None) -> bool:
    """True where whoever asks may use what needs this role; what is in no table needs that of analysts."""
    return role() == ANALYST or needed == READER


def page_allowed(path: str) -> bool:
    """True where whoever asks may see a page.

    Examples
    --------
    >>> page_allowed("/search")
    True
    """
    return allows(PAGES.get(path))


def may_ask_by_id() -> bool:
    """True where whoever asks may name an account or post by its platform's id, and so learn its code."""
    return role() == ANALYST


def callback_name(made: Mapping[str, Any]) -> str | None:
    """Name of a callback in the table; None for one that runs in the browser."""
    handler = made.get("callback")
    if handler is None:
        return None
    return f"{handler.__module__.removeprefix('dashboards.')}.{handler.__name__}"


def keep(app: Dash, log: Log) -> None:
    """Refuse what a role may not use, and write down exports and reveals before they leave."""
    server = app.server

    def may() -> Response | None:
        if role() == ANALYST or request.endpoint in ("login", "logout"):
            return None
        needed = ROUTES.get(str(request.endpoint))
        if request.endpoint == "/_dash-update-component":
            needed = _needed(app)
        return None if allows(needed) or request.endpoint is None else make_response(WHY, 403)

    def write_down(answer: Response) -> Response:
        kind = LOGGED.get(str(request.endpoint))
        if kind is None or answer.status_code != 200:
            return answer
        kept = log(kind, author.signature(), role(), **_about(kind))
        return answer if kept else make_response(NO_LOG, 507)

    server.before_request(may)
    server.after_request(write_down)
    server.extensions[CONTROLS] = app


def _needed(app: Dash) -> str | None:
    sent = request.get_json(silent=True)
    made = app.callback_map.get(str(sent.get("output"))) if isinstance(sent, dict) else None
    return CALLBACKS.get(callback_name(made) or "") if made else None


def _about(kind: str) -> dict[str, str | None]:
    """Facts of a request that name nobody: the file and run, or what was asked to see."""
    sent = request.get_json(silent=True) if kind == "reveal" else None
    given: Mapping[str, Any] = sent if isinstance(sent, dict) else request.args
    run = _run(given.get("run"))
    if kind == "reveal":
        return {"what": str(given.get("what"))[:20], "run": run}
    return {"file": request.path.removeprefix("/files/"), "run": run}


def _run(given: Any) -> str | None:
    """A run as an address names it, where it is nothing else.

    Examples
    --------
    >>> _run("R-3"), _run("0a1b2c3d4e5f"), _run("@nora")
    ('R-3', '0a1b2c3d4e5f', None)
    """
    return given if isinstance(given, str) and _RUN.fullmatch(given) else None


def controls(app: Dash) -> frozenset[str]:
    """Ids, and types of ids, of the parts of pages that set off something only analysts may do."""
    found = set()
    for made in app.callback_map.values():
        name = callback_name(made)
        if name is not None and CALLBACKS.get(name) != READER:
            found |= {_kind(one["id"]) for one in made["inputs"]}
    return frozenset(found)


def _kind(given: Any) -> str:
    """The id of a part, or its type.

    Examples
    --------
    >>> _kind("area-set"), _kind({"type": "seal", "item": "x"}), _kind('{"item":["MATCH"],"type":"seal"}')
    ('area-set', 'seal', 'seal')
    """
    if isinstance(given, str) and given.startswith("{"):
        given = json.loads(given)
    return str(given.get("type")) if isinstance(given, dict) else str(given)


def for_role(part: Any) -> Any:
    """Part of a page in which everything is disabled, with the reason, that whoever asks may not use."""
    if role() == ANALYST:
        return part
    return _disabled(part, controls(current_app.extensions[CONTROLS]))


def _disabled(part: Any, only_analysts: frozenset[str]) -> Any:
    if isinstance(part, list | tuple):
        return [_disabled(child, only_analysts) for child in part]
    if not isinstance(part, Component):
        return part
    takes: Any = getattr(part, "available_properties", ())
    if _for_analysts(part, only_analysts) and "disabled" in takes:
        _set(part, disabled=True, **({"title": WHY} if "title" in takes else {}))
    if (address := getattr(part, "href", None)) and not _address_allowed(str(address)):
        _set(part, href=None, title=WHY)
    children = getattr(part, "children", None)
    if children is not None:
        part.children = _disabled(children, only_analysts)
    return part


def _set(part: Component, **changes: object) -> None:
    for name, value in changes.items():
        setattr(part, name, value)


def _for_analysts(part: Component, only_analysts: frozenset[str]) -> bool:
    own = getattr(part, "id", None)
    if own is not None and _kind(own) in only_analysts:
        return True
    return any(hasattr(part, name) and not allows(ROUTES.get(route)) for name, route in _ACTS.items())


def _address_allowed(address: str) -> bool:
    """True where a link leads to something the role may use."""
    path = address.partition("?")[0]
    if not path.startswith("/files/"):
        return True
    found = [rule.endpoint for rule in current_app.url_map.iter_rules() if rule.rule == path]
    return all(allows(ROUTES.get(name)) for name in found)
