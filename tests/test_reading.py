"""Traps that silently corrupt data, one row each: what stands in the file, and what must come out."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest
from fixtures_files import Write

import ingest
from ingest import Tables
from ingest.errors import InputError, UsageError
from ingest.files.inputs import Input

HEADER = "post_id,user_id,username,created_at,text"


def table(*rows: str, header: str = HEADER, end: str = "\n") -> str:
    return end.join((header, *rows)) + end


def ids(tables: Tables) -> list[str]:
    return list(tables.posts.native_id)


ROW = '{n},{n}0,user{n},2024-01-0{n}T10:00:00Z,"text {n}, and more"'
ROWS = [ROW.format(n=n) for n in (1, 2, 3)]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(table(*ROWS), id="plain"),
        pytest.param(table(*ROWS).rstrip("\n"), id="no newline at the end"),
        pytest.param(table(*ROWS, end="\r\n"), id="windows"),
        pytest.param(table(*ROWS, end="\r"), id="old mac"),
        pytest.param("\ufeff" + table(*ROWS), id="byte-order mark"),
        pytest.param(table(*ROWS).encode("utf-16"), id="utf-16"),
        pytest.param(table(*ROWS).encode("utf-16-le"), id="utf-16 without mark"),
        pytest.param(
            table(*ROWS).replace(", and", "; and").replace(",", ";").replace("; and", ", and"), id="semicolons"
        ),
        pytest.param(table(*ROWS).replace(", and", "; and").replace(",", "\t"), id="tabs"),
        pytest.param("Report: x\nFrom: a, To: b\n\n" + table(*ROWS), id="preamble"),
        pytest.param(table(ROWS[0], HEADER, *ROWS[1:], HEADER), id="repeated headers"),
        pytest.param(table(*ROWS) + ",,,,\n\n\n", id="empty rows at the end"),
        pytest.param(table(*ROWS).replace("text 2", "te\x00xt 2"), id="NUL"),
        pytest.param("\n".join(line + ",," for line in table(*ROWS).splitlines()), id="commas at the ends"),
    ],
)
def test_the_same_table_in_many_spellings(write: Write, content: str | bytes) -> None:
    tables = ingest.read(write(content))
    assert ids(tables) == ["1", "2", "3"]
    assert [text.replace(";", ",") for text in tables.posts.text] == [f"text {n}, and more" for n in (1, 2, 3)]
    assert list(tables.accounts.handle) == ["user1", "user2", "user3"]


TRAPS = [
    ("0012345,7,a,2024-01-01T10:00:00Z,t", "native_id", "0012345", "leading zeros"),
    ("914580356430536707,7,a,2024-01-01T10:00:00Z,t", "native_id", "914580356430536707", "long ids"),
    ("1,7,a,2024-01-01T10:00:00Z,lone\rreturn", "text", "lone\rreturn", "a lone return is a letter"),
    ('1,7,a,2024-01-01T10:00:00Z,5" pipe', "text", '5" pipe', "a quote inside a field"),
    ('1,7,a,2024-01-01T10:00:00Z,"two\nlines"', "text", "two\nlines", "a line end in quotes"),
    ("1,7,a,2024-01-01T10:00:00Z,\u2028x\u0085y", "text", "\u2028x\u0085y", "separators that are no line ends"),
    ("1,7,a,1704103200,t", "created_at_precision", "s", "seconds since 1970"),
    (f"1,7,a,2024-01-01T10:00:00Z,{'x' * 400_000}", "text", "x" * 400_000, "a huge field"),
]


@pytest.mark.parametrize(("row", "column", "value", "_why"), TRAPS, ids=[trap[3] for trap in TRAPS])
def test_values_survive(write: Write, row: str, column: str, value: str, _why: str) -> None:
    assert ingest.read(write(table(row))).posts[column].iloc[0] == value


@pytest.mark.parametrize("handle", ["NA", "null", "nan", "None"])
def test_handles_that_look_like_nothing(write: Write, handle: str) -> None:
    tables = ingest.read(write(table(f"1,,{handle},2024-01-01,t", "2,,x,2024-01-01,t")))
    assert handle in list(tables.accounts.handle)
    assert f"unknown:@{handle.lower()}" in list(tables.accounts.account_uid)


@pytest.mark.parametrize("nobody", ["[deleted]", "REDACTED", "Unknown", "Not Available", "N/A", ""])
def test_placeholders_are_not_one_account(write: Write, nobody: str) -> None:
    tables = ingest.read(write(table(f"1,{nobody},{nobody},2024-01-01,t", "2,7,x,2024-01-01,t")))
    assert ids(tables) == ["2"]
    assert list(tables.skipped.row) == [2]


def test_handles_differ_in_case_but_ids_do_not(write: Write) -> None:
    by_handle = ingest.read(write("username,date,text\nBob,2024-01-01,a\nbob,2024-01-02,b\n"))
    assert list(by_handle.accounts.account_uid) == ["unknown:@bob"]
    by_id = ingest.read(write("user_id,date,text\nBob,2024-01-01,a\nbob,2024-01-02,b\n"))
    assert len(by_id.accounts) == 2


def test_absent_is_not_zero(write: Write) -> None:
    posts = ingest.read(write("user_id,date,text,likes\na,2024-01-01,x,\nb,2024-01-01,y,0\n")).posts
    assert posts.like_count.isna().tolist() == [True, False]


def test_the_day_comes_first_in_every_batch(write: Write) -> None:
    """One clear date at the end of a file decides for all of it."""
    rows = [f"u{n},0{1 + n % 9}/02/2021 10:00:0{n % 10},t{n}" for n in range(40)]
    path = write("user_id,date,text\n" + "\n".join([*rows, "u,25/02/2021 10:00:00,last"]) + "\n")
    months = {
        at.month for batch in ingest.batches(path, batch_rows=10) for at in batch.posts.column("created_at").to_pylist()
    }
    assert months == {2}


def test_a_zone_is_assumed_aloud_or_given(write: Write) -> None:
    path = write("user_id,date,text\na,2024-07-01 12:00:01,x\n")
    assumed, told = ingest.read(path), ingest.read(path, tz="Europe/Oslo")
    assert assumed.sources.tz_assumed.iloc[0] == "UTC"
    assert any("UTC" in sentence for sentence in assumed.sources.assumptions.iloc[0])
    assert (assumed.posts.created_at - told.posts.created_at).iloc[0].total_seconds() == 7_200


def test_hashtags_fold_and_commas_in_links_stay(write: Write) -> None:
    tables = ingest.read(
        write(
            "user_id,date,text,hashtags,urls\na,2024-01-01,x,\"['Straße', 'CAF\u0045\u0301']\",\"['http://a.org/1,2', 'http://b.org']\"\n"
        )
    )
    links = tables.links.groupby("kind").target_key.apply(list)
    assert links["hashtag"] == ["strasse", "café"]
    assert len(links["url"]) == 2 and "1,2" in links["url"][0].replace("%2C", ",")


def test_a_repost_passes_on_what_it_repeats(write: Write) -> None:
    tables = ingest.read(
        write(
            "user_id,date,text,is_retweet,retweeted_id\na,2024-01-01,#tag http://a.org/x,1,77\nb,2024-01-01,#tag,0,\n"
        )
    )
    links = tables.links.set_index(["account_uid", "kind"]).inherited
    assert bool(links["unknown:a", "hashtag"]) and not bool(links["unknown:b", "hashtag"])
    assert "unknown:77" in set(tables.links.target_key)


# -- rows are counted --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("batch_rows", [1, 2, 50])
def test_duplicates_merge_across_batches_and_say_so(write: Write, batch_rows: int) -> None:
    reading = ingest.batches(write(table(*ROWS, *ROWS, ROWS[0].replace("text", "other"))), batch_rows=batch_rows)
    batches = list(reading)
    assert [reading.source[f"rows_{what}"] for what in ("in", "kept", "merged", "skipped")] == [7, 4, 3, 0]
    assert reading.source["posts"] == 3
    assert all(batch.rows_in == batch.rows_kept + batch.rows_merged + batch.rows_skipped for batch in batches)


@pytest.mark.parametrize("batch_rows", [1, 50])
def test_rows_without_ids_never_merge_and_keep_their_names(write: Write, batch_rows: int) -> None:
    path = write("user_id,date,text\n" + "a,2024-01-01 10:00:01,same\n" * 3 + "a,2024-01-01 10:00:01,other\n")

    def uids() -> list[str]:
        return [
            uid
            for batch in ingest.batches(path, batch_rows=batch_rows)
            for uid in batch.posts.column("post_uid").to_pylist()
        ]

    assert len(set(uids())) == 4 and uids() == uids()
    assert all(uid.startswith("unknown:row:") for uid in uids())


def test_a_post_collected_twice_is_one_post_with_its_links_once(write: Write) -> None:
    row = "{when},1,a,2024-01-01T10:00:00Z,#tag,{likes}"
    content = "collected,post_id,user_id,created_at,text,likes\n" + "".join(
        row.format(when=n, likes=n) + "\n" for n in (1, 2)
    )
    reading = ingest.batches(write(content), batch_rows=1)
    links = sum(batch.links.num_rows for batch in reading)
    assert (reading.source["rows_kept"], reading.source["posts"], links) == (2, 1, 1)


def test_equal_ids_of_two_platforms_are_two_posts(write: Write) -> None:
    tables = ingest.read(write("platform,post_id,user_id,date,text\nX,1,1,2024-01-01,a\ntelegram,1,1,2024-01-01,a\n"))
    assert set(tables.posts.post_uid) == {"x:1", "telegram:1"} and len(tables.accounts) == 2


def test_exact_times_hide_in_ids(write: Write) -> None:
    path = write("tweet_id,user_id,date,text\n914580356430536707,7,2017-10-01 19:58,t\n")
    post = ingest.read(path, platform="x").posts.iloc[0]
    assert (post.created_at_precision, post.created_at.microsecond, post.created_at_basis) == ("ms", 711_000, "id")


def test_an_assumption_names_the_columns(write: Write) -> None:
    source = ingest.read(write(table(*ROWS))).sources.iloc[0]
    assert any("text = text" in sentence for sentence in source.assumptions)


# -- mapping -----------------------------------------------------------------------------------------------------------


def test_a_person_names_the_columns(write: Write) -> None:
    path = write("wer,wann,was\nanna,2024-01-01 10:00:00,hallo zusammen\n")
    with pytest.raises(InputError, match=r"wer, wann, was.*--map account=wer,time=wann,text=was"):
        ingest.read(path)
    tables = ingest.read(path, mapping={"account": "wer", "time": "wann", "text": "was"})
    assert list(tables.posts.text) == ["hallo zusammen"]


@pytest.mark.parametrize(
    ("mapping", "words"), [({"account": "wher"}, "Did you mean 'wer'"), ({"acount": "wer"}, "Did you mean 'account'")]
)
def test_a_mistaken_mapping_is_named(write: Write, mapping: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        ingest.read(write("wer,wann,was\nanna,2024-01-01 10:00:00,hallo\n"), mapping=mapping)


# -- folders and archives ----------------------------------------------------------------------------------------------


def test_folders_gzip_and_zip(write: Write, tmp_path: Path) -> None:
    content = table(*ROWS).encode()
    write(gzip.compress(content), "b.csv.gz")
    write(content, "c.csv")
    write(b"\x89PNG", "picture.png")
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr("../../up.csv", content)
        archive.writestr("__MACOSX/x.csv", b"x")
        archive.writestr("in/more.csv.gz", gzip.compress(content))
    found = ingest.inputs(tmp_path)
    folder = tmp_path.name
    assert [file.name for file in found] == [
        f"{folder}/b.csv.gz", f"{folder}/c.csv", f"{folder}/d.zip/up.csv", f"{folder}/d.zip/in/more.csv.gz"
    ]  # fmt: skip
    readings = [ingest.batches(file) for file in found]
    assert len({reading.source_id for reading in readings}) == 1, "the same content is the same source, however wrapped"
    assert [sum(batch.rows_kept for batch in reading) for reading in readings] == [3, 3, 3, 3]
    assert not (tmp_path.parent / "up.csv").exists()


def test_progress_reaches_the_end(write: Write) -> None:
    reading = ingest.batches(write(table(*ROWS)))
    assert reading.position == 0 and reading.total > 0 and reading.reader == "generic_csv"
    list(reading)
    assert reading.position == reading.total


def test_an_archive_of_several_files_is_not_one_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr("a.csv", table(*ROWS))
        archive.writestr("b.csv", table(*ROWS))
    with pytest.raises(UsageError, match="2 files"):
        ingest.read(tmp_path / "d.zip")
    assert ingest.read(Input(tmp_path / "d.zip", "d.zip/b.csv", "b.csv")).sources.file_name.iloc[0] == "d.zip/b.csv"


@pytest.mark.parametrize(
    ("rows", "shared_link"),
    [
        ([("facebook", "https://news.example/a"), ("facebook", "https://news.example/b")], True),
        (
            [("facebook", "https://www.facebook.com/a/posts/1"), ("facebook", "https://www.facebook.com/b/posts/2")],
            False,
        ),
        ([("facebook", "https://x.com/a/status/1"), ("facebook", "https://x.com/a/status/2")], True),
        ([("", "https://x.com/a/status/1"), ("", "https://x.com/a/status/2")], False),
        ([("", "https://x.com/a/status/1"), ("", "https://x.com/a/status/1")], True),
    ],
)
def test_a_column_called_url_is_the_posts_own_only_where_it_looks_so(
    tmp_path: Path, rows: list[tuple[str, str]], shared_link: bool
) -> None:
    lines = [f"{home},a{n},p{n},2024-01-01 10:00:00,some words,{url}" for n, (home, url) in enumerate(rows)]
    path = tmp_path / "some.csv"
    path.write_text("\n".join(["platform,account_id,post_id,created_at,text,url", *lines]))
    tables = ingest.read(path)
    assert bool(len(tables.links[tables.links.kind == "url"])) == shared_link
    assert tables.posts.url.isna().all() == shared_link


def test_references_are_on_the_platform_of_their_row(tmp_path: Path) -> None:
    path = tmp_path / "some.csv"
    path.write_text("platform,user_id,date,text,retweet_id\nTwitter,a,2024-01-01 10:00:00,hello @Ben,77\n")
    tables = ingest.read(path)
    assert {"x:77", "x:@ben"} <= set(tables.links.target_key) and set(tables.posts.platform) == {"x"}
