"""The genuine samples, all in one command, each with its right reader; and what in them is no export."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

import ingest
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


# file: posts, accounts, kinds of posts, kinds of links
GOLDEN: dict[str, tuple[int, int, dict[str, int], dict[str, int]]] = {
    "samples/coordination-network-toolkit/sample_data.csv": (100, 10, {'original': 58, 'reply': 15, 'repost': 27}, {'domain': 61, 'reply': 15, 'repost': 27, 'text': 25, 'url': 96}),
    "samples/coordination-network-toolkit/coretweet_test_input.csv": (15, 9, {'repost': 15}, {'repost': 15}),
    "samples/twarc_v2/generated_twarc-csv_output.csv": (103, 159, {'original': 15, 'quote': 8, 'reply': 32, 'repost': 48}, {'domain': 51, 'hashtag': 21, 'media': 27, 'mention': 72, 'quote': 9, 'reply': 32, 'repost': 48, 'text': 49, 'url': 53}),
    "samples/twitwi/tweet-export.csv": (4, 7, {'quote': 1, 'reply': 2, 'repost': 1}, {'domain': 2, 'hashtag': 10, 'mention': 5, 'quote': 1, 'reply': 2, 'repost': 1, 'text': 3, 'url': 4}),
    "samples/twitwi/bluesky-posts-export.csv": (135, 109, {'original': 87, 'quote': 26, 'reply': 20, 'repost': 2}, {'domain': 80, 'hashtag': 110, 'media': 54, 'mention': 22, 'quote': 31, 'reply': 20, 'repost': 2, 'text': 121, 'url': 201}),
    "samples/fivethirtyeight/IRAhandle_tweets_sample.csv": (100, 1, {'original': 66, 'quote': 1, 'repost': 33}, {'domain': 30, 'hashtag': 19, 'mention': 31, 'repost': 24, 'text': 73, 'url': 30}),
    "data/ira_fearmonger_tweets.csv": (11140, 125, {'original': 9671, 'repost': 1469}, {'hashtag': 16279, 'mention': 1510, 'text': 10383, 'url': 4727}),
    "samples/twarc_v2/brexit.jsonl": (100, 148, {'original': 12, 'quote': 11, 'reply': 10, 'repost': 67}, {'domain': 16, 'hashtag': 287, 'media': 38, 'mention': 61, 'quote': 11, 'reply': 10, 'repost': 67, 'text': 33, 'url': 21}),
    "samples/twarc_v2/flat.jsonl": (100, 153, {'original': 14, 'quote': 8, 'reply': 31, 'repost': 47}, {'domain': 17, 'hashtag': 18, 'media': 23, 'mention': 63, 'quote': 8, 'reply': 31, 'repost': 47, 'text': 48, 'url': 17}),
    "samples/telethon/message_to_json.json": (1, 2, {'repost': 1}, {'domain': 2, 'mention': 1, 'repost': 1, 'url': 2}),
    "samples/telegram_desktop/public_channel.json": (5, 1, {'original': 3, 'reply': 2}, {'reply': 2}),
    "samples/bluesky_jetstream/golden_v1.jsonl": (2, 2, {'reply': 1, 'repost': 1}, {'reply': 1, 'repost': 1, 'text': 1}),
    "samples/twitwi/bluesky-posts.json": (119, 99, {'original': 80, 'quote': 20, 'reply': 17, 'repost': 2}, {'domain': 75, 'hashtag': 95, 'media': 39, 'mention': 22, 'quote': 22, 'reply': 17, 'repost': 2, 'text': 106, 'url': 202}),
    "samples/mastodon/test_hashtag_tl.json": (1, 1, {'original': 1}, {'hashtag': 1}),
    "samples/mastodon/test_status_reply.json": (2, 2, {'original': 1, 'reply': 1}, {'mention': 1, 'reply': 1}),
    "samples/generic_csv/trailing_commas.csv": (2, 2, {'original': 2}, {}),
}  # fmt: skip


@pytest.mark.parametrize("name", GOLDEN)
def test_a_sample_gives_its_tables(shared: Path, name: str) -> None:
    """Beside the invented files, whose every post and link is told in ``fictional_tables`` and ``fictional_records``."""
    tables = ingest.read(shared / name)
    kinds = [dict(Counter(frame.kind)) for frame in (tables.posts, tables.links)]
    assert (len(tables.posts), len(tables.accounts), *kinds) == GOLDEN[name]
