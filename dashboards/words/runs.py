"""Runs, groups and accounts as people call them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.words.acting import shows, trace
from dashboards.words.numbers import NONE, counted, known, listed, sentence
from dashboards.words.times import day, window
from graph.privacy import sanitize
from graph.settings import Settings


def code(value: Any) -> str:
    """An account's code, for people to say aloud.

    Examples
    --------
    >>> code(104), code("A-104"), code(None)
    ('A-104', 'A-104', 'A-?')
    """
    if not known(value):
        return "A-?"
    return value if isinstance(value, str) else f"A-{int(value)}"


def run_name(run: Mapping[str, Any]) -> str:
    """Name of a run in its case.

    Examples
    --------
    >>> run_name({"number": 3, "run_id": "0a1b2c3d4e5f"}), run_name({"run_id": "0a1b2c3d4e5f"})
    ('R-3', '0a1b2c3d4e5f')
    """
    return f"R-{run['number']}" if known(run.get("number")) else str(run.get("run_id", NONE))


def run_line(run: Mapping[str, Any]) -> str:
    """The stamp under every figure and table.

    Examples
    --------
    >>> run_line({"number": 3, "finished_at": "2026-11-21T09:00:00+00:00", "version": "0.1.0"})
    'Run R-3, 21 Nov 2026, Lockstep 0.1.0'
    """
    parts = [f"Run {run_name(run)}"]
    if run.get("finished_at"):
        parts.append(day(run["finished_at"], year=True))
    if run.get("version"):
        parts.append(f"Lockstep {run['version']}")
    return ", ".join(parts)


def compared(counts: Mapping[str, Any]) -> str:
    """Part of a sentence on a run's data: how much of them is a comparison; empty where nothing is.

    Examples
    --------
    >>> compared({"comparison_posts": 900, "comparison_accounts": 1}), compared({"posts": 3})
    (', of which 900 posts by 1 account are a comparison', '')
    """
    posts, accounts = (counts.get(f"comparison_{name}") for name in ("posts", "accounts"))
    if posts is None:
        return ""
    verb = "is" if posts == 1 else "are"
    return f", of which {counted(posts, 'post')} by {counted(accounts, 'account')} {verb} a comparison"


def how(settings: Mapping[str, Any] | Settings, layers: Sequence[tuple[str, float]] = ()) -> str:
    """Line with the traces and windows of a run.

    Examples
    --------
    >>> how({"windows_s": [60.0]}, [("link", 60.0), ("text", 60.0)])
    'Shared the same link, posted the same text, within 60 s'
    >>> how({}, [("link", 60.0), ("text", 86400.0)])
    'Shared the same link, within 60 s, posted the same text, within 1 day'
    """
    plain = settings.as_dict() if isinstance(settings, Settings) else settings
    names = list(dict.fromkeys(t for t, _ in layers)) or list(plain.get("traces") or [])
    spans = sorted({w for _, w in layers} or set(plain.get("windows_s") or []))
    own = {name: sorted({w for t, w in layers if t == name}) or spans for name in names}
    said: list[str] = []
    for held in dict.fromkeys(map(tuple, own.values())):  # behaviours with the same windows together
        said += [trace(name)[:1].lower() + trace(name)[1:] for name in names if tuple(own[name]) == held]
        said += [f"within {listed([window(w) for w in held], 'or')}"] if held else []
    return sentence(", ".join(said or ([f"within {listed([window(w) for w in spans], 'or')}"] if spans else [])))


def found_words(counts: Mapping[str, Any]) -> str:
    """Line with the result of a run.

    Examples
    --------
    >>> found_words({"groups": 2}), found_words({"closed": 1}), found_words({"ties": 3}), found_words({})
    ('2 groups', '1 closed circle, no group', '3 ties, no group', 'Nothing beyond chance')
    """
    groups, circles, ties = (int(counts.get(name) or 0) for name in ("groups", "closed", "ties"))
    if groups:
        return counted(groups, "group")
    if circles:
        return f"{counted(circles, 'closed circle')}, no group"
    return f"{counted(ties, 'tie')}, no group" if ties else "Nothing beyond chance"


def group_name(group: Mapping[Any, Any]) -> str:
    """Name of a group: its site or tag, or the first words of a text with names masked and links defanged.

    Examples
    --------
    >>> group_name({"name": "nordlys.example/1", "traces": ["link"]})
    'nordlys[.]example/1'
    >>> group_name({"name": "ask @nora", "traces": ["text"]}), group_name({"name": None, "traces": []})
    ('ask @…', 'no name')
    """
    name = group.get("name")
    if not known(name) or not str(name).strip():
        return "no name"
    how = shows(group.get("traces"))
    if how == "address":
        return sanitize.defang(str(name))
    return sanitize.redact(str(name)) if how in ("text", "post", "account") else sanitize.clean(str(name))
