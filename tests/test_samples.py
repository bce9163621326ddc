"""The genuine samples, all in one command, each with its right reader; and what in them is no export."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dashboards.cli import main

# what a path begins with: the reader; for what holds no posts, words of the refusal
RIGHT = {
    "SOURCES.tsv": "No column is known to hold",  # the list of the samples themselves
    "bluesky_jetstream/": "bluesky",
    "coordination-network-toolkit/": "qut",
    "fivethirtyeight/": "ira_538",
    "generic_csv/notes_with_commas.csv": "No column is known to hold",
    "generic_csv/simple_header.csv": "Name, Age, City",
    "generic_csv/trailing_commas.csv": "generic_csv",
    "mastodon/": "mastodon",
    "telegram_desktop/error-unexpected.json": "A private chat",
    "telegram_desktop/": "telegram_desktop",
    "telethon/": "telethon",
    "twarc_v2/generated_twarc-csv_output.csv": "twarc_csv",
    "twarc_v2/tweets_compliance.jsonl": "A compliance notice",
    "twarc_v2/": "x_v2",
    "twitwi/bluesky-posts-export.csv": "minet_bluesky",
    "twitwi/bluesky": "bluesky",
    "twitwi/normalization.json": "normalized, source",  # pairs of input and output, for tests of another tool
    "twitwi/payload-v2": "x_v2",
    "twitwi/tweet-export.csv": "minet_x",
}


def test_every_sample_in_one_command(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOCKSTEP_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("LOCKSTEP_CONFIG", str(tmp_path / "config"))
    main(["ingest", str(shared / "samples"), "--case", str(tmp_path / "c"), "--json"])
    files = json.loads(capsys.readouterr().out)["files"]
    inside = [path for path in (shared / "samples").rglob("*") if path.is_file()]
    assert len(files) == len(inside)
    for file in files:
        name = file["file"].removeprefix("samples/")
        right = RIGHT[next(start for start in RIGHT if name.startswith(start))]
        assert right in (file["error"] or "") or file["source"].get("reader") == right, name
        if not file["error"]:
            source = file["source"]
            assert source["rows_in"] == source["rows_kept"] + source["rows_merged"] + source["rows_skipped"], name
