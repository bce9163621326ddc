"""Looks along paths, made into Python, find what walking the paths step by step finds, whatever stands there."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from ingest.mapping import json_fields

ODD: tuple[Any, ...] = (
    None, "", " ", " a ", "7", "-7", "2026-11-23", 0, 7, -7, True, False, 1.5, 3.0, 1e300, 1 << 63, 10**30, [], {}, [{"a": 1}], {"a": "b"},
)  # fmt: skip
RECORDS: tuple[Any, ...] = (
    *({"a": odd, "b": "c"} for odd in ODD),
    *({"a": {"a": odd, "b": None}} for odd in ODD),
    *({"a": [{"a": odd}], "": odd} for odd in ODD),
    *ODD,
)
PATHS = ((), ("a",), ("",), ("a.a",), ("a.0.a",), ("0.a",), ("a", "b"), ("a.a", "a.b", "b"), ("a.a.a", "a.0.a", "b"))
READS: dict[Any, Any] = {
    json_fields.at: json_fields.as_is,
    json_fields.words: json_fields.as_words,
    json_fields.count: json_fields.as_count,
    json_fields.flag: json_fields.as_flag,
    json_fields.moment: json_fields.as_moment,
}


def walked(record: Any, *there: str) -> Any:
    """The first value that is there, step by step."""
    for path in there:
        value = record
        for step in path.split("."):
            inside = isinstance(value, list) and step.isdigit() and int(step) < len(value)
            value = value.get(step) if isinstance(value, dict) else value[int(step)] if inside else None
        if value is not None and value != "":
            return value
    return None


def same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other


@pytest.mark.parametrize("there", PATHS, ids=str)
@pytest.mark.parametrize("look", READS, ids=lambda look: look.__name__)
def test_a_look_finds_what_walking_finds(look: Any, there: tuple[str, ...]) -> None:
    read = READS[look]
    alone, together = (
        json_fields.compiled({"x": (read, there)}),
        json_fields.several((read, there), (json_fields.as_is, "b")),
    )
    for record in RECORDS:
        found = walked(record, *there)
        expected = None if found is None else read(found)
        assert same(look(record, *there), expected), record
        assert alone(record) == ({} if expected is None else {"x": expected}), record
        assert together(record) == (expected, walked(record, "b")), record


def test_an_id_is_looked_for_until_one_is_found() -> None:
    for record, there in product(RECORDS, PATHS):
        ids = [json_fields.as_identifier(walked(record, path)) for path in there]
        assert json_fields.identifier(record, *there) == next((one for one in ids if one), None), (record, there)
