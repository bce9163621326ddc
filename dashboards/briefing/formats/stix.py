"""A STIX 2.1 bundle for those who exchange threat intelligence: what was observed, and nothing about who or why.

Groups are ``grouping`` objects, not campaigns or actors; accounts are named by the case's codes, links are broken and marked
``defanged``. Ids follow from the case and the run: the same run gives the same bundle, and a second import changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from dashboards import words as say
from dashboards.briefing.outline import Held, Outline, Sentences
from graph.privacy.sanitize import clean
from graph.privacy.times import coarse_time

_LOCKSTEP = UUID("6a5d5f0e-7c1b-5c55-9a63-6d0c5f6f4f51")
_STATEMENT = (
    "Coordinated does not mean inauthentic. Accounts appear as codes of one case; the codes name nobody and mean nothing outside"
    " that case."
)
_LABELS = {"groups": "coordinated", "closed": "closed-circle", "aside": "explained-by-chance", "tie": "coordinated"}


class Stix:
    """One JSON file."""

    name = "stix"
    title = "STIX 2.1"
    suffix = ".stix.json"
    media = "application/stix+json;version=2.1"

    def missing(self) -> str | None:
        """Nothing is needed for it."""
        return None

    def render(self, outline: Outline) -> bytes:
        """The bundle."""
        objects = _Bundle(outline).objects()
        bundle = {"type": "bundle", "id": _id("bundle", outline, "bundle"), "objects": objects}
        return (json.dumps(bundle, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def _id(kind: str, outline: Outline, *of: str) -> str:
    """An id that is the same for the same object of the same run."""
    return f"{kind}--{uuid5(_LOCKSTEP, chr(31).join((outline.origin, outline.run_id, kind, *of)))}"


def _time(when: datetime | None) -> str:
    return (when or datetime(1980, 1, 1, tzinfo=UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


class _Bundle:
    """Objects of a document; those that others refer to come first."""

    def __init__(self, outline: Outline) -> None:
        self.outline, self.made = outline, _time(outline.finished_at)
        self.author = _id("identity", outline, "Lockstep")
        self.statement = _id("marking-definition", outline, _STATEMENT)

    def objects(self) -> list[dict[str, Any]]:
        """All objects of the bundle: author, statement, observations, and the report that refers to them."""
        observed = [one for held in self.outline.held for one in self._held(held)]
        unique = {one["id"]: one for one in observed}
        names = [one for one in unique if not one.startswith(("user-account", "url", "domain-name"))]
        return [self._identity(), self._marking(), *unique.values(), self._report(names or [self.author])]

    def _of_ours(self, kind: str, *of: str) -> dict[str, Any]:
        return {
            "type": kind,
            "spec_version": "2.1",
            "id": _id(kind, self.outline, *of),
            "created_by_ref": self.author,
            "created": self.made,
            "modified": self.made,
        }

    def _identity(self) -> dict[str, Any]:
        own = self._of_ours("identity", "Lockstep")
        del own["created_by_ref"]
        return {**own, "name": f"Lockstep {self.outline.version}".strip(), "identity_class": "system"}

    def _marking(self) -> dict[str, Any]:
        return {
            "type": "marking-definition",
            "spec_version": "2.1",
            "id": self.statement,
            "created_by_ref": self.author,
            "created": self.made,
            "definition_type": "statement",
            "definition": {"statement": _STATEMENT},
        }

    def _report(self, refs: Iterable[str]) -> dict[str, Any]:
        limits = [
            s
            for part in self.outline.parts
            for b in part.blocks
            if isinstance(b, Sentences) and b.how == "points"
            for s in b.words
        ]
        said = [*self.outline.lead, f"{self.outline.run_line}.", "What this does not show:", *limits]
        return {
            **self._of_ours("report", "report", self.outline.title),
            "name": clean(self.outline.title),
            "description": clean("\n".join(said)),
            "report_types": ["observed-data"],
            "published": self.made,
            "object_refs": list(refs),
            "object_marking_refs": [self.statement],
        }

    def _held(self, held: Held) -> list[dict[str, Any]]:
        accounts = [self._account(code, platform) for code, platform in held.accounts]
        things = [made for way, words in held.things if (made := self._thing(way, words))]
        refs = [one["id"] for one in (*accounts, *things)]
        first, last = _time(coarse_time(held.first_at)), _time(coarse_time(held.last_at or held.first_at))
        data = {
            **self._of_ours("observed-data", held.key),
            "first_observed": first,
            "last_observed": last,
            "number_observed": max(1, held.observed),
            "object_refs": list(dict.fromkeys(refs)),
            "labels": [_LABELS[held.heading]],
            "object_marking_refs": [self.statement],
        }
        words = [f"{say.trace(way)}: {text}" for way, text in held.things]
        together = {
            **self._of_ours("grouping", held.key),
            "name": clean(held.name),
            "description": clean("\n".join([held.said, *words])),
            "context": "unspecified",
            "object_refs": [data["id"], *data["object_refs"]],
            "labels": [_LABELS[held.heading]],
            "object_marking_refs": [self.statement],
        }
        return [*accounts, *things, data, together]

    def _account(self, code: str, platform: str | None) -> dict[str, Any]:
        # The id by contributing properties, as the specification says, so that two bundles of one case agree.
        case = uuid5(_LOCKSTEP, self.outline.origin).hex[:12]
        own: dict[str, Any] = {"account_type": platform} if platform else {}
        own["user_id"] = f"{case}/{code}"
        return {**_observable("user-account", own), "display_name": code}

    def _thing(self, way: str, words: str) -> dict[str, Any] | None:
        kind = {"link": "url", "domain": "domain-name"}.get(way)
        return {**_observable(kind, {"value": words}), "defanged": True} if kind else None


def _observable(kind: str, contributing: Mapping[str, Any]) -> dict[str, Any]:
    canonical = json.dumps(contributing, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    namespace = UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")  # of the specification, for observables
    return {"type": kind, "spec_version": "2.1", "id": f"{kind}--{uuid5(namespace, canonical)}", **contributing}
