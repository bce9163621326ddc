"""Actions that leave a note: pinning for the briefing, and showing what pages hide.

A page gives a button its ``pin(...)`` or ``reveal(...)`` as data; ``assets/explore.js`` sends it here. Nothing revealed stays
revealed: the words go to one place on one page, and the note says who asked, when, and for what.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dash import Dash, html
from dash.development.base_component import Component
from flask import Response, abort, jsonify, request

from dashboards import words
from dashboards.components import author, comparison
from dashboards.components.base import Reports, attributes
from dashboards.local.addresses import HERE, coded
from graph.case import notes
from graph.case.notes import About
from graph.privacy import sanitize
from graph.privacy.areas import Profile
from graph.report.crossing import shared_things
from ingest.errors import LockstepError

if TYPE_CHECKING:
    from graph.report.report import Report


@dataclass(frozen=True)
class Kind:
    """One kind of thing that can be pinned.

    Attributes
    ----------
    title : str
        Its name in the list of the briefing.
    fields : tuple of str
        Fields of a pin that say which one, the subject first. A new subject needs its maker in
        ``dashboards.briefing.pinned.MAKERS``.
    """

    title: str
    fields: tuple[str, ...] = ()


KINDS = {
    "groups": Kind("Groups"),
    "group": Kind("Group", ("group",)),
    "tie": Kind("Posts", ("a", "b", "trace", "window")),
    "account": Kind("Account", ("account",)),
    "post": Kind("Posts", ("a", "b", "trace", "window", "post")),
    "figure": Kind("Figure", ("figure",)),  # besides the fields of what it shows, such as those of a tie
    "object": Kind("Figure", ("object", "trace")),
    "compare": Kind("Figure", comparison.ASKED),
    "outlinks": Kind("Outlinks", ("outlinks",)),  # the view as its address has it
}
"""Everything that can be pinned. Buttons, what the server accepts, keys and the briefing read this table."""
FIELDS = ("what", *dict.fromkeys(name for kind in KINDS.values() for name in kind.fields))
"""Fields that tell one pin from another, besides its run."""
VIEW = ("from", "to", "min", "layout")
"""Fields of the view kept with a pin: days, strength and layout."""


def pin(what: str, *, title: str | None = None, label: str = "Pin", main: bool = False, **of: Any) -> Component:
    """Button that pins something for the briefing, and unpins it.

    Parameters
    ----------
    what : str
        One of ``KINDS``.
    title : str, optional
        The finding as the page says it.
    main : bool
        The page's own pin, which ``P`` presses.
    **of
        Those of ``FIELDS`` that say which, as ``KINDS`` has them; ``figure`` is the name of a panel.

    Examples
    --------
    >>> button = pin("figure", group="g1", figure="delays", title="Half came within 13 s")
    >>> getattr(button, "data-pin")
    '{"figure":"delays","group":"g1","title":"Half came within 13 s","what":"figure"}'
    """
    data = HERE.get().all(_data({"what": what, "title": title, **of}))
    inside: list[Any] = [html.Span(label, className="pinword"), html.Kbd("P") if main else None]
    return html.Button(
        inside,
        type="button",
        className="btn pin key-p" if main else "txt pin",
        **attributes(
            data_pin=json.dumps(data, sort_keys=True, separators=(",", ":")),
            data_key=_key(data),
            aria_pressed="false",
            aria_label=f"{label}: {title}" if title and not main else None,
        ),
    )


def reveal(post: str, label: str, what: str, of: str) -> Component:
    """A button that shows one post's words with their names, or what its pictures are; asking is written down.

    Parameters
    ----------
    post : str
        Its uid.
    what : {"words", "media", "shared"}
    of : str
        Whose post it is and from when, for screen readers.
    """
    return html.Button(
        label,
        type="button",
        className="txt reveal",
        **attributes(data_reveal=coded("post", post), data_what=what, aria_label=f"{label}: {of}"),
    )


def revealable(profile: Profile) -> frozenset[str]:
    """Kinds of what a harm area lets somebody ask for; the buttons of all others are not there, and asking is refused.

    Examples
    --------
    >>> from graph.privacy.areas import PROFILES
    >>> {name: sorted(revealable(one)) for name, one in PROFILES.items() if name != "general"}
    {'terrorism': ['shared', 'words'], 'csam': [], 'drugs': ['media', 'shared', 'words'], 'trafficking': []}
    """
    if profile.names == "codes only" or profile.level == "aggregate":
        return frozenset()
    rules = {"words": profile.text, "media": profile.media, "shared": "shown"}
    return frozenset(what for what, rule in rules.items() if rule == "shown")


def register(app: Dash, reports: Reports) -> None:
    """The addresses the buttons speak to."""

    def pins() -> Response:
        report = _report(reports, request.args.get("run"))
        mine = [note for note in _pinned(reports) if note.get("run_id") == report.run["run_id"]]
        return jsonify([{"id": note["id"], "key": _key(HERE.get().all(note.get("pin") or {}))} for note in mine])

    def press() -> Response:
        sent = _sent()
        report = _report(reports, sent.get("run"))
        return jsonify(pressed(reports, report, sent))

    def show() -> Response:
        sent = _sent()
        report = _report(reports, sent.get("run"))
        return jsonify(
            revealed(reports, report, HERE.get().opened("post", str(sent.get("post"))), str(sent.get("what")))
        )

    app.server.add_url_rule("/data/pins", "pins", pins)
    app.server.add_url_rule("/acts/pin", "pin", press, methods=["POST"])
    app.server.add_url_rule("/acts/reveal", "reveal", show, methods=["POST"])


def _sent() -> dict[str, Any]:
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        abort(400, "This takes JSON.")
    return sent


def _report(reports: Reports, run: Any) -> Any:
    try:
        report = reports.of(str(run) if run else None)
    except LockstepError as error:
        abort(404, str(error))
    if report.run is None:
        abort(404, "This case has no run yet.")
    return report


def _pinned(reports: Reports) -> list[Mapping[str, Any]]:
    return notes.pinned(reports.store.notes())


def _data(given: Mapping[str, Any]) -> dict[str, str]:
    """The part of a pin that is kept, as text."""
    return {name: str(given[name])[:400] for name in (*FIELDS, "title") if given.get(name) is not None}


def _key(data: Mapping[str, Any]) -> str:
    return "|".join(str(data.get(name) or "") for name in FIELDS)


def pressed(reports: Reports, report: Report, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Pin what was sent, or take it out where it is pinned already; gives its ``id`` and whether it is ``pinned`` now."""
    given = sent.get("pin")
    if not isinstance(given, dict) or given.get("what") not in KINDS:
        abort(400, "The request does not say what to pin.")
    data = _data(HERE.get().all_opened(given))
    run = str(report.run["run_id"])
    there = next(
        (n for n in _pinned(reports) if n.get("run_id") == run and _key(n.get("pin") or {}) == _key(data)), None
    )
    about = _about(report, data)
    by = author.signature()
    if there is not None:
        notes.write(reports.store, "unpin", about, by, pin=str(there["id"]))
        return {"pinned": False, "id": there["id"]}
    seen = sent.get("view")
    view = {name: str(seen[name])[:40] for name in VIEW if seen.get(name)} if isinstance(seen, dict) else {}
    kept = notes.write(reports.store, "pin", about, by, pin=data, view=view)
    return {"pinned": True, "id": kept["id"]}


def _about(report: Report, data: Mapping[str, Any]) -> About:
    try:
        group = report.group(data["group"])["group_id"] if data.get("group") else None
    except (LockstepError, StopIteration):
        abort(404, "This run has no such group.")
    try:
        window = float(data["window"]) if data.get("window") else None
    except ValueError:
        abort(400, "A window is a number of seconds.")
    sides = (data.get("a"), data.get("b"))
    people = tuple(uid for uid in (*sides, data.get("account")) if uid)
    return About(
        report.run["run_id"], group, data.get("account"), *sides, data.get("trace"), window, data.get("post"), people
    )


def revealed(reports: Reports, report: Report, uid: str, what: str) -> dict[str, Any]:
    """A post's text with names, or what is known of its media; links stay defanged."""
    profile = report.gate.profile
    if what not in revealable(profile):
        abort(403, f"Withheld: the harm area of this case ({profile.title}) does not show this.")
    try:
        post = report.post(uid)
    except LockstepError as error:
        abort(404, str(error))
    notes.write(reports.store, "reveal", About(report.run["run_id"], post=uid), author.signature(), what=what)
    if what == "shared":
        return {"lines": [sanitize.unlinked(line) for line in shared_things(report, uid)]}
    if what == "media":
        found = post["media"]
        return {
            "lines": [sanitize.defang(str(address)) for address in found]
            or ["Nothing is known of it except that it exists."]
        }
    address = [f"Its address: {sanitize.defang(str(post['url']))}"] if words.known(post.get("url")) else []
    name = post.get("handle") if words.known(post.get("handle")) else post.get("display_name")
    by = [f"By {sanitize.clean(str(name))}"] if words.known(name) else []
    text = sanitize.unlinked(str(post["text"])) if words.known(post.get("text")) else "no text"
    return {"text": text, "lines": [*by, f"Its id: {sanitize.clean(uid)}", *address]}
