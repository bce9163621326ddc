"""What is read in a hurry is what is read with patience: the same tables, row by row, of whole and of broken files.

Reading takes short cuts where a file is as it should be. Here each of them is closed, so that every file goes the long way as well:
fields one by one, times by their parts, texts one after the other, JSON by the tolerant parser, repeats looked for among all.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest
from fictional_records import RECORDS
from fictional_tables import MADE
from test_mutations import SAMPLES, TEXTS

import ingest
from ingest.assemble import hash_set
from ingest.errors import LockstepError
from ingest.mapping import columns
from ingest.normalize import text, text_columns, times
from ingest.parsing import delimited, json_stream
from ingest.tables import TABLES

Seed = tuple[str, Callable[[Path], bytes]]
SEEDS: list[Seed] = [
    *(
        (f"{made.reader}-{made.file_name}", lambda folder, made=made: made.write(folder).read_bytes())
        for made in [*MADE, *RECORDS]
    ),
    *((Path(name).name, lambda shared, name=name: (shared / name).read_bytes()[:30_000]) for name in SAMPLES),
]


def _no_json(_: bytes) -> Any:
    raise orjson.JSONDecodeError("not today", "", 0)


_new = hash_set.Seen.new
_ONE_BY_ONE: tuple[tuple[Any, str, Any], ...] = (
    (delimited, "_well_placed", lambda *_: False),
    (delimited, "BLOCK", 2_000),
    (times, "_from_utc", lambda _: pl.DataFrame(schema={"n": pl.UInt32, "at": pl.Int64, "precision": pl.String})),
    (times, "_in_halves", lambda _: None),
    (text_columns, "keys", lambda some: pl.Series([text.key(one) for one in some.to_list()], dtype=pl.String)),
    (columns, "_IN_TEXT", {}),
    (columns, "_ONE_URL", "^$"),
    (columns, "_ONE_WORD", "^$"),
    (orjson, "loads", _no_json),
    (json_stream, "_has_long_number", lambda _: True),
    (hash_set.Seen, "new", lambda self, hashes, surely=False: _new(self, hashes)),
)
"""Each short cut, and what stands in its place."""


def tables(path: Path) -> list[Any]:
    """All that is made of a file, or what is said against it."""
    found: list[Any] = []
    try:
        for file in ingest.inputs(path):
            reading = ingest.batches(file, batch_rows=40)
            found += [[getattr(batch, name).to_pylist() for name in TABLES if name != "sources"] for batch in reading]
            found.append({key: said for key, said in reading.source.items() if key != "ingested_at"})
    except LockstepError as error:
        found.append(str(error))
    return found


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed[0][:40])
def test_short_cuts_lead_to_the_same_tables(
    seed: Seed, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, content = seed
    whole = content(request.getfixturevalue("shared") if name in {Path(one).name for one in SAMPLES} else tmp_path)
    luck = random.Random(name)
    paths = [tmp_path / f"{number}-{name}" for number in range(2)]
    for path in paths:
        path.write_bytes(whole if path == paths[0] else luck.choice(TEXTS)(whole, luck))
    quick = [tables(path) for path in paths]
    with monkeypatch.context() as patch:
        for owner, cut, instead in _ONE_BY_ONE:
            patch.setattr(owner, cut, instead)
        patient = [tables(path) for path in paths]
    assert quick == patient
    assert len(quick[0]) > 1, "a whole file is read"
