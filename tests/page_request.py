"""Request of a page: the callback that a browser sends first."""

from __future__ import annotations

from typing import Any

CALLBACK = "/_dash-update-component"
PARTS = ("top", "rail", "page")


def asks_for(path: str, search: str = "") -> dict[str, Any]:
    """Body of the request for a page at an address."""
    at = (("pathname", path), ("search", search))
    return {
        "output": f"..{'...'.join(f'{part}.children' for part in PARTS)}..",
        "outputs": [{"id": part, "property": "children"} for part in PARTS],
        "inputs": [{"id": "url", "property": name, "value": value} for name, value in at],
        "changedPropIds": ["url.pathname"],
    }
