"""One body over all readers, and what genuine files hold."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from fictional_records import RECORDS
from fictional_tables import MADE, Made

import ingest
from ingest import READERS, Batch, Options, Tables
from ingest.readers.base import Reader, RecordReader, TableReader
from ingest.tables import CHOSEN_BEFOREHAND, LINK_KINDS, POSTS, PRECISIONS, SOURCES, TABLES

SAMPLES = {
    "coortweet": ["data/russian_coord_tweets.csv"],
    "qut": [
        "samples/coordination-network-toolkit/sample_data.csv",
        "samples/coordination-network-toolkit/coretweet_test_input.csv",
    ],
    "twarc_csv": ["samples/twarc_v2/generated_twarc-csv_output.csv"],
    "minet_x": ["samples/twitwi/tweet-export.csv"],
    "minet_bluesky": ["samples/twitwi/bluesky-posts-export.csv"],
    "ira_538": ["samples/fivethirtyeight/IRAhandle_tweets_sample.csv", "data/ira_fearmonger_tweets.csv"],
    "x_v2": ["samples/twarc_v2/brexit.jsonl", "samples/twarc_v2/flat.jsonl"],
    "telethon": ["samples/telethon/message_to_json.json"],
    "telegram_desktop": ["samples/telegram_desktop/public_channel.json"],
    "bluesky": ["samples/bluesky_jetstream/golden_v1.jsonl", "samples/twitwi/bluesky-posts.json"],
    "mastodon": ["samples/mastodon/test_hashtag_tl.json", "samples/mastodon/test_status_reply.json"],
    "generic_csv": ["samples/generic_csv/trailing_commas.csv"],
}
INVENTED: dict[str, list[Made]] = {}
for made in [*MADE, *RECORDS]:
    INVENTED.setdefault(made.reader, []).append(made)
CASES: list[tuple[Reader, str | Made]] = [
    (reader, sample) for reader in READERS for sample in [*SAMPLES.get(reader.name, ()), *INVENTED.get(reader.name, ())]
]


@pytest.fixture(params=READERS, ids=lambda reader: reader.name)
def reader(request: pytest.FixtureRequest) -> Reader:
    return request.param


def _file_of(sample: str | Made) -> str:
    return sample.file_name if isinstance(sample, Made) else sample


@pytest.fixture(params=CASES, ids=lambda case: f"{case[0].name}-{Path(_file_of(case[1])).stem[:24]}")
def case(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Reader, list[Batch], dict[str, Any]]:
    reader, sample = request.param
    path = sample.write(tmp_path) if isinstance(sample, Made) else request.getfixturevalue("shared") / sample
    reading = ingest.batches(path, batch_rows=1_000)
    assert reading.reader == reader.name
    batches = list(reading)
    return reader, batches, reading.source


def test_every_reader_says_what_it_is(reader: Reader) -> None:
    assert reader.title and reader.lacks.endswith(".") and reader.version >= 1
    assert reader.carries and set(reader.carries) <= set(LINK_KINDS)
    assert isinstance(reader, TableReader | RecordReader)
    assert reader.name in SAMPLES or reader.name in INVENTED


def test_names_are_unique_and_the_last_takes_whatever_is_left() -> None:
    assert len({reader.name for reader in READERS}) == len(READERS)
    assert READERS[-1].name == "generic_csv"


def test_batches_conform(case: tuple[Reader, list[Batch], dict[str, Any]]) -> None:
    _, batches, _ = case
    for batch in batches:
        for name, schema in TABLES.items():
            if name != "sources":
                assert getattr(batch, name).schema.equals(schema), name
        assert batch.rows_in == batch.rows_kept + batch.rows_merged + batch.rows_skipped
        assert batch.rows_in <= 1_000 + 100


def test_sources_add_up(case: tuple[Reader, list[Batch], dict[str, Any]]) -> None:
    reader, batches, source = case
    assert set(source) == set(SOURCES.names)
    assert source["rows_in"] == source["rows_kept"] + source["rows_merged"] + source["rows_skipped"]
    for column in ("rows_in", "rows_kept", "rows_merged", "rows_skipped"):
        assert source[column] == sum(getattr(batch, column) for batch in batches)
    posts = pa.concat_tables([batch.posts for batch in batches])
    assert source["posts"] == len(set(posts.column("post_uid").to_pylist()))
    assert source["links"] == sum(batch.links.num_rows for batch in batches)
    assert source["precision"] in PRECISIONS
    assert all(0 < share <= 1 for share in json.loads(source["field_coverage"]).values())
    assert source["reader"] == reader.name and source["reader_version"] == reader.version


def test_what_a_reader_yields_holds_together(case: tuple[Reader, list[Batch], dict[str, Any]]) -> None:
    reader, batches, source = case
    posts = pa.concat_tables([batch.posts for batch in batches]).to_pylist()
    links = pa.concat_tables([batch.links for batch in batches]).to_pylist()
    accounts = {row["account_uid"] for batch in batches for row in batch.accounts.to_pylist()}
    uids = {post["post_uid"] for post in posts}
    assert {post["account_uid"] for post in posts} <= accounts
    assert all(post["source_id"] == source["source_id"] and post["raw_row"] >= 1 for post in posts)
    assert all(post["created_at"] is not None and post["kind"] and post["created_at_basis"] for post in posts)
    assert all(post["created_at_precision"] in PRECISIONS for post in posts)
    assert all(":" in uid for uid in uids | accounts)
    assert all(link["post_uid"] in uids and link["target_key"] and link["at"] is not None for link in links)
    assert {link["kind"] for link in links} <= {*reader.carries, "domain", "text"}
    keys = [(link["post_uid"], link["kind"], link["target_key"]) for link in links]
    assert len(keys) == len(set(keys))


def test_coortweet_counts(shared: Path) -> None:
    tables = ingest.read(shared / "data/russian_coord_tweets.csv")
    source = tables.sources.iloc[0]
    assert (source.rows_in, source.rows_kept, source.rows_merged, source.rows_skipped) == (35_125, 35_124, 1, 0)
    assert len(tables.posts) == source.posts == 35_085
    assert (tables.links.groupby("post_uid").size() == 2).sum() == 39
    assert set(tables.links.kind) == {"object"} and set(tables.posts.platform) == {"unknown"}


@pytest.fixture(scope="module")
def fearmonger(shared: Path) -> Tables:
    return ingest.read(shared / "data/ira_fearmonger_tweets.csv")


def test_a_short_relative_of_the_troll_tweets_is_read_as_one(fearmonger: Tables) -> None:
    source = fearmonger.sources.iloc[0]
    assert (source.posts, source.accounts, source.precision, source.tz_assumed) == (11_140, 125, "min", "UTC")
    assert source.rows_kept == 11_140 and set(fearmonger.posts.platform) == {"x"}
    assert source.reader == "ira_538" and CHOSEN_BEFOREHAND in source.warnings
    reposts = fearmonger.posts[fearmonger.posts.kind == "repost"]
    assert len(reposts) == 1_469
    assert not (fearmonger.links.kind == "repost").any(), "a target that the file does not name is not invented"
    texts = fearmonger.links[(fearmonger.links.kind == "text") & fearmonger.links.post_uid.isin(reposts.post_uid)]
    assert len(texts) > 1_000 and not texts.inherited.any(), "of such a repost the text is the only trace"


def test_hashtags_are_those_of_the_file(fearmonger: Tables) -> None:
    """As counted in the file, where a tweet may repeat one; as links, once for each post."""
    import re

    told = Counter(tag.casefold() for text in fearmonger.posts.text for tag in re.findall(r"#(\w+)", text))
    for tag, count in (
        ("kochfarms", 3_632),
        ("turkey", 1_855),
        ("usda", 1_429),
        ("foodpoisoning", 1_214),
        ("walmart", 982),
    ):
        assert told[tag] == count
    tags = fearmonger.links[fearmonger.links.kind == "hashtag"].target_key.value_counts()
    assert tags["kochfarms"] == 3_584 and tags["foodpoisoning"] == 1_214
    assert tags["usda"] == 1_428, "once it stands behind a letter, else#USDA, which is no hashtag on X"


def test_ids_a_spreadsheet_rounded_come_from_the_address(shared: Path) -> None:
    tables = ingest.read(shared / "samples/fivethirtyeight/IRAhandle_tweets_sample.csv")
    assert len(tables.posts) == 100
    assert "x:914580356430536707" in set(tables.posts.post_uid)
    assert list(tables.accounts.native_id) == ["905874659358453760"] and list(tables.accounts.handle) == ["10_GOP"]
    first = tables.posts[tables.posts.native_id == "914580356430536707"].iloc[0]
    assert str(first.created_at) == "2017-10-01 19:58:43.711000+00:00"
    assert (first.created_at_basis, first.created_at_precision, first.lang) == ("id", "ms", "en")


def test_qut_lists_and_targets(shared: Path) -> None:
    tables = ingest.read(shared / "samples/coordination-network-toolkit/sample_data.csv")
    urls = tables.links[tables.links.kind == "url"]
    assert "example.com/4" in set(urls.target_key) and not urls.target_raw.str.contains(r"['\[]").any()
    assert "unknown:1" in set(tables.links[tables.links.kind == "repost"].target_key)
    assert set(POSTS.names) == set(tables.posts.columns)


def test_options_are_part_of_the_source(shared: Path) -> None:
    path = shared / "samples/coordination-network-toolkit/sample_data.csv"
    plain, told = ingest.batches(path), ingest.batches(path, options=Options(platform="x"))
    assert plain.source_id != told.source_id and plain.source_id == ingest.batches(path).source_id
    assert {post for batch in told for post in batch.posts.column("platform").to_pylist()} == {"x"}


def test_twarc_csv_marks_what_a_retweet_took_over(shared: Path) -> None:
    tables = ingest.read(shared / "samples/twarc_v2/generated_twarc-csv_output.csv")
    assert tables.posts.kind.value_counts().to_dict() == {"repost": 48, "reply": 32, "original": 15, "quote": 8}
    reposts = tables.posts[tables.posts.kind == "repost"]
    assert reposts.text_is_inherited.all() and reposts.like_count.isna().all() and reposts.repost_count.isna().all()
    links = tables.links[tables.links.post_uid.isin(reposts.post_uid)]
    assert links[links.kind.isin(["url", "hashtag", "media", "mention"])].inherited.all()
    assert not (links.kind == "text").any()
    target = links[(links.kind == "repost") & (links.post_uid == "x:1380242611781386245")].iloc[0]
    assert (target.target_key, target.target_account_uid) == ("x:1380175475545362437", "x:2718660392")


def test_twarc_csv_and_json_agree(shared: Path) -> None:
    """The CSV was made from these JSON files: the same posts, accounts and targets must come out of both."""
    csv = ingest.read(shared / "samples/twarc_v2/generated_twarc-csv_output.csv")
    flat = ingest.read(shared / "samples/twarc_v2/brexit.jsonl")
    both = csv.posts.merge(flat.posts, on="post_uid", suffixes=("", "_json"))
    assert (both.account_uid == both.account_uid_json).all() and (both.kind == both.kind_json).all()
    assert (both.created_at == both.created_at_json).all()


def test_minet_x_targets_and_lists(shared: Path) -> None:
    tables = ingest.read(shared / "samples/twitwi/tweet-export.csv")
    assert dict(zip(tables.posts.native_id, tables.posts.kind, strict=True))["1347085867584794624"] == "reply"
    links = {(link.kind, link.target_key, link.target_account_uid) for link in tables.links.itertuples()}
    assert ("reply", "x:1347084392481615872", "x:40438998") in links
    assert ("repost", "x:1348592722928656384", "x:1222191125584318464") in links
    assert ("quote", "x:1348565512352112640", "x:305072354") in links


def test_minet_bluesky_says_who_reposted_and_keeps_the_original_text(shared: Path) -> None:
    tables = ingest.read(shared / "samples/twitwi/bluesky-posts-export.csv")
    source = tables.sources.iloc[0]
    assert (source.rows_in, source.rows_kept, source.rows_merged, source.rows_skipped) == (157, 143, 14, 0)
    reposts = tables.posts[tables.posts.kind == "repost"]
    assert set(reposts.account_uid) == {"bluesky:did:plc:5klvtukw5fucxsrkjldhrjxs"} and len(reposts) == 2
    assert set(tables.links[tables.links.kind == "repost"].post_uid) == set(reposts.post_uid)
    assert tables.links[tables.links.kind == "media"].target_key.str.startswith("bluesky:baf").all()
