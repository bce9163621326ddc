"""Made-up files of any size that look like real ones, for measuring: the same number of rows gives the same file."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape

import numpy as np
import orjson
import polars as pl

from ingest.synthetic import START

PART = 50_000  # rows that are made at once
ACCOUNTS, LINKS, TAGS = 50_000, 50_000, 2_000
COPIED = 0.4  # of the texts are another's
_TEXT = (
    "the harbour council vote mayor ferry island quay ballot tender crane clinic fish hall never again they lie about our "
    "town and nobody says so because money talks we will not be silent share this before it is gone today tomorrow people "
    "have right to know what happened last night near bridge police said nothing witnesses saw everything wake up everyone"
)
_WORDS = _TEXT.split()
_DAY_0 = datetime(1899, 12, 30, tzinfo=UTC)
Row = dict[str, Any]


def rows(number: int) -> Iterator[Row]:
    """Who, when, which words, which link: few accounts write much, few links are shared much, many texts are copied."""
    for start in range(0, number, PART):
        dice = np.random.default_rng([7, start])
        size = min(PART, number - start)
        lengths, fresh = dice.integers(8, 28, size), dice.random(size) >= COPIED
        words = dice.integers(0, len(_WORDS), (size, 28))
        accounts, links, tags = (_heavy(dice, most, size) for most in (ACCOUNTS, LINKS, TAGS))
        kinds, others = dice.random(size), dice.integers(0, ACCOUNTS, size)
        texts: list[str] = []
        for n in range(size):
            copied = texts[int(dice.integers(n))] if n and not fresh[n] else None
            texts.append(copied or " ".join(_WORDS[w] for w in words[n, : lengths[n]]).capitalize() + ".")
        for n in range(size):
            at = START + timedelta(seconds=2 * (start + n) + float(words[n, 0]) / 100)
            yield {
                "number": start + n,
                "account": 1_000_000 + accounts[n],
                "other": 1_000_000 + int(others[n]),
                "at": at,
                "text": texts[n],
                "link": _link(links[n]),
                "tag": f"Tag{tags[n]}",
                "kind": "repost" if kinds[n] < 0.4 else "reply" if kinds[n] < 0.5 else "original",
            }


def _heavy(dice: np.random.Generator, most: int, size: int) -> list[int]:
    return np.minimum(dice.zipf(1.3, size) - 1, dice.integers(0, most, size)).tolist()


@cache
def _link(number: int) -> str:
    return f"https://www.paper{number % 997}.example/2026/08/{_WORDS[number % len(_WORDS)]}-{number}?utm_source=x&id={number}"


def _iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def _snowflake(at: datetime, number: int) -> str:
    return str((round(at.timestamp() * 1000) - 1_288_834_974_657 << 22) + number % 4096)


# -- files -------------------------------------------------------------------------------------------------------------


def coortweet(number: int) -> Iterator[Row]:
    for row in rows(number):
        yield {
            "object_id": str(hash_of(row["link"])),
            "account_id": str(row["account"]),
            "content_id": _snowflake(row["at"], row["number"]),
            "timestamp_share": str(int(row["at"].timestamp())),
        }


def hash_of(text: str) -> int:
    return int.from_bytes(text.encode()[-7:], "big")


def plain_csv(number: int) -> Iterator[Row]:
    for row in rows(number):
        yield {
            "account_id": str(row["account"]),
            "account_name": f"user{row['account']}",
            "post_id": f"p{row['number']}",
            "created_at": _iso(row["at"]),
            "text": f"{row['text']} #{row['tag']} @user{row['other']} \U0001f4aa",
            "url": row["link"],
            "likes": str(row["number"] % 500),
        }


def eight_columns(number: int) -> Iterator[Row]:
    """A table as people keep it in a workbook: texts, links, a time as a spreadsheet counts it, numbers."""
    for row in plain_csv(number):
        days = (datetime.fromisoformat(row["created_at"]) - _DAY_0) / timedelta(days=1)
        yield row | {"created_at": days, "likes": int(row["likes"]), "lang": "en"}


def x_v2(number: int) -> Iterator[Row]:
    """Tweets as twarc flattens them: the author, and of a repost the original with its own author, inside."""
    for row in rows(number):
        post = _tweet_v2(row, row["account"])
        if row["kind"] == "repost":
            original = _tweet_v2(
                row | {"number": row["number"] + 1, "at": row["at"] - timedelta(hours=1)}, row["other"]
            )
            post |= {"text": f"RT @user{row['other']}: {post['text']}"[:140]}
            post["referenced_tweets"] = [{"type": "retweeted"} | original]
        elif row["kind"] == "reply":
            post["referenced_tweets"] = [{"type": "replied_to", "id": _snowflake(row["at"] - timedelta(hours=2), 5)}]
        yield post


def _tweet_v2(row: Row, account: int) -> Row:
    native_id = _snowflake(row["at"], row["number"])
    link = {
        "start": 90,
        "end": 113,
        "url": "https://t.co/abcdefghij",
        "expanded_url": row["link"],
        "display_url": "paper.example/2026…",
    }
    link |= {"status": 200, "title": row["text"][:40], "unwound_url": row["link"]}
    return {
        "id": native_id,
        "author_id": str(account),
        "conversation_id": native_id,
        "created_at": f"{row['at']:%Y-%m-%dT%H:%M:%S}.000Z",
        "text": f"{row['text']} #{row['tag']} @user{row['other']} https://t.co/abcdefghij",
        "lang": "en",
        "source": "Twitter Web App",
        "possibly_sensitive": False,
        "reply_settings": "everyone",
        "edit_history_tweet_ids": [native_id],
        "edit_controls": {"edits_remaining": 5, "is_edit_eligible": True, "editable_until": _iso(row["at"])},
        "context_annotations": [
            {"domain": {"id": "46", "name": "Business Taxonomy", "description": "Categories within business verticals"},
             "entity": {"id": "1557697333571112960", "name": "Technology Business", "description": "Brands and companies"}}
        ],
        "entities": {
            "urls": [link],
            "hashtags": [{"start": 60, "end": 68, "tag": row["tag"]}],
            "mentions": [{"start": 70, "end": 82, "username": f"user{row['other']}", "id": str(row["other"])}],
        },
        "public_metrics": {"retweet_count": 3, "reply_count": 1, "like_count": 12, "quote_count": 0, "impression_count": 512},
        "author": {
            "id": str(account),
            "username": f"user{account}",
            "name": f"User {account}",
            "created_at": "2019-04-01T10:00:00.000Z",
            "description": "Harbour town. Opinions are my own.",
            "location": "Harbour",
            "verified": False,
            "protected": False,
            "profile_image_url": "https://pbs.example/profile_images/1/normal.jpg",
            "url": "",
            "public_metrics": {"followers_count": account % 5_000, "following_count": 321, "tweet_count": 4_321, "listed_count": 2},
        },
    }  # fmt: skip


def x_v1(number: int) -> Iterator[Row]:
    for row in rows(number):
        post = _tweet_v1(row, row["account"])
        if row["kind"] == "repost":
            original = _tweet_v1(
                row | {"number": row["number"] + 1, "at": row["at"] - timedelta(hours=1)}, row["other"]
            )
            post |= {"retweeted_status": original, "full_text": f"RT @user{row['other']}: {post['full_text']}"[:140]}
        elif row["kind"] == "reply":
            answered = {"id_str": _snowflake(row["at"] - timedelta(hours=2), 5), "user_id_str": str(row["other"])}
            post |= {
                f"in_reply_to_{key.replace('id_str', 'status_id_str', key == 'id_str')}": v
                for key, v in answered.items()
            }
        yield post


def _tweet_v1(row: Row, account: int) -> Row:
    native_id = _snowflake(row["at"], row["number"])
    return {
        "created_at": f"{row['at']:%a %b %d %H:%M:%S +0000 %Y}",
        "id": int(native_id),
        "id_str": native_id,
        "full_text": f"{row['text']} #{row['tag']} @user{row['other']} https://t.co/abcdefghij",
        "truncated": False,
        "display_text_range": [0, 140],
        "entities": {
            "hashtags": [{"text": row["tag"], "indices": [60, 68]}],
            "symbols": [],
            "user_mentions": [
                {"screen_name": f"user{row['other']}", "name": "Other", "id": row["other"], "id_str": str(row["other"]), "indices": [70, 82]}
            ],
            "urls": [{"url": "https://t.co/abcdefghij", "expanded_url": row["link"], "display_url": "paper.example/2…", "indices": [90, 113]}],
        },
        "source": '<a href="https://mobile.example" rel="nofollow">Web App</a>',
        "in_reply_to_status_id": None,
        "in_reply_to_status_id_str": None,
        "in_reply_to_user_id": None,
        "in_reply_to_user_id_str": None,
        "in_reply_to_screen_name": None,
        "user": {
            "id": account,
            "id_str": str(account),
            "name": f"User {account}",
            "screen_name": f"user{account}",
            "location": "Harbour",
            "description": "Harbour town. Opinions are my own.",
            "url": None,
            "protected": False,
            "followers_count": account % 5_000,
            "friends_count": 321,
            "listed_count": 2,
            "created_at": "Mon Apr 01 10:00:00 +0000 2019",
            "favourites_count": 99,
            "verified": False,
            "statuses_count": 4_321,
            "lang": None,
            "profile_image_url_https": "https://pbs.example/profile_images/1/normal.jpg",
            "default_profile": True,
        },
        "geo": None,
        "coordinates": None,
        "place": None,
        "is_quote_status": False,
        "retweet_count": 3,
        "favorite_count": 12,
        "favorited": False,
        "retweeted": False,
        "lang": "en",
    }  # fmt: skip


def telegram(number: int) -> Iterator[Row]:
    for row in rows(number):
        words, link, channel = row["text"], row["link"], 2_000_000_000 + row["account"] % 500
        text = f"{words} {link} #{row['tag']}"
        yield {
            "_": "Message",
            "id": row["number"],
            "peer_id": {"_": "PeerChannel", "channel_id": channel},
            "date": f"{row['at']:%Y-%m-%dT%H:%M:%S}+00:00",
            "message": text,
            "out": False,
            "post": True,
            "from_id": None,
            "fwd_from": {
                "_": "MessageFwdHeader",
                "date": f"{row['at']:%Y-%m-%dT%H:%M:%S}+00:00",
                "from_id": {"_": "PeerChannel", "channel_id": 2_000_000_000 + row["other"] % 500},
                "channel_post": row["number"] % 10_000,
            } if row["kind"] == "repost" else None,
            "reply_to": None,
            "media": None,
            "reply_markup": None,
            "entities": [
                {"_": "MessageEntityUrl", "offset": len(words) + 1, "length": len(link)},
                {"_": "MessageEntityHashtag", "offset": len(words) + len(link) + 2, "length": len(row["tag"]) + 1},
            ],
            "views": row["number"] % 9_000,
            "forwards": row["number"] % 90,
            "replies": None,
            "edit_date": None,
            "grouped_id": None,
            "restriction_reason": [],
        }  # fmt: skip


_LETTERS = str.maketrans("0123456789", "abcdefghij")  # such names hold no long numbers


def bluesky(number: int) -> Iterator[Row]:
    """Jetstream: posts and reposts."""
    for row in rows(number):
        did, other = ("did:plc:" + f"{n:024d}".translate(_LETTERS) for n in (row["account"], row["other"]))
        text, key = f"{row['text']} paper.example/2026 #{row['tag']}", _tid(row["at"], row["number"])
        post = {
            "$type": "app.bsky.feed.post",
            "createdAt": _iso(row["at"]),
            "langs": ["en"],
            "text": text,
            "facets": [
                {"features": [{"$type": "app.bsky.richtext.facet#link", "uri": row["link"]}],
                 "index": {"byteStart": len(row["text"]) + 1, "byteEnd": len(row["text"]) + 19}},
                {"features": [{"$type": "app.bsky.richtext.facet#tag", "tag": row["tag"]}],
                 "index": {"byteStart": len(row["text"]) + 20, "byteEnd": len(text)}},
            ],
        }  # fmt: skip
        subject = {
            "cid": "bafyreih",
            "uri": f"at://{other}/app.bsky.feed.post/{_tid(row['at'] - timedelta(hours=1), 7)}",
        }
        repost = {"$type": "app.bsky.feed.repost", "createdAt": _iso(row["at"]), "subject": subject}
        is_repost = row["kind"] == "repost"
        yield {
            "did": did,
            "time_us": round(row["at"].timestamp() * 1e6) + 400_000,
            "kind": "commit",
            "commit": {
                "rev": key,
                "operation": "create",
                "collection": f"app.bsky.feed.{'repost' if is_repost else 'post'}",
                "rkey": key,
                "record": repost if is_repost else post,
                "cid": "bafyreigh2akiscaildc",
            },
        }


def _tid(at: datetime, number: int) -> str:
    value = (round(at.timestamp() * 1e6) << 10) + number % 1024
    return "".join("234567abcdefghijklmnopqrstuvwxyz"[value >> shift & 31] for shift in range(60, -1, -5))


FORMATS: Mapping[str, tuple[str, Callable[[int], Iterator[Row]]]] = {
    "coortweet": ("coortweet.csv", coortweet),
    "generic_csv": ("posts.csv", plain_csv),
    "x_v2": ("tweets.jsonl", x_v2),
    "x_v1": ("tweets_v1.jsonl", x_v1),
    "telethon": ("messages.jsonl", telegram),
    "bluesky": ("jetstream.jsonl", bluesky),
    "workbook": ("posts.xlsx", eight_columns),
}


def write(name: str, number: int, folder: Path) -> Path:
    """A file of a format with so many rows."""
    file, made = FORMATS[name]
    path = folder / f"{number}-{file}"
    if path.suffix == ".xlsx":
        cells = (list(row.values()) for row in made(number))
        return write_workbook(path, chain([list(next(made(1)))], cells))
    with path.open("wb") as out:
        for part in _parts(made(number)):
            if path.suffix == ".csv":
                pl.DataFrame(part).write_csv(out, include_header=out.tell() == 0)
            else:
                out.write(b"\n".join(map(orjson.dumps, part)) + b"\n")
    return path


def _parts(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while part := list(islice(rows, PART)):
        yield part


# -- workbooks ---------------------------------------------------------------------------------------------------------

_XML = "http://schemas.openxmlformats.org"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_XML}/package/2006/content-types"/>',
    "_rels/.rels": f'<Relationships xmlns="{_XML}/package/2006/relationships"><Relationship Id="r1" '
    f'Type="{_XML}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_XML}/spreadsheetml/2006/main" xmlns:r="{_XML}/officeDocument/2006/relationships">'
    '<sheets><sheet name="Posts" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_XML}/package/2006/relationships"><Relationship Id="r1" '
    f'Type="{_XML}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" '
    f'Type="{_XML}/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_XML}/spreadsheetml/2006/main"><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/>'
    "</cellXfs></styleSheet>",
}


def write_workbook(path: Path, rows: Iterable[Sequence[str | float]]) -> Path:
    """A workbook as spreadsheets write it: each text once and named by its number; a number with a fraction is a time."""
    texts = dict[str, int]()

    def cell(column: int, row: int, value: str | float) -> str:
        place = f"{chr(65 + column)}{row}"
        if isinstance(value, str):
            return f'<c r="{place}" t="s"><v>{texts.setdefault(value, len(texts))}</v></c>'
        return f'<c r="{place}" s="{int(isinstance(value, float))}"><v>{value!r}</v></c>'

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in _PARTS.items():
            archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            written = (
                f'<row r="{n}">{"".join(cell(column, n, value) for column, value in enumerate(row))}</row>'
                for n, row in enumerate(rows, 1)
            )
            _write_part(sheet, "<worksheet><sheetData>", written, "</sheetData></worksheet>")
        with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as shared:
            _write_part(shared, "<sst>", (f"<si><t>{escape(text)}</t></si>" for text in texts), "</sst>")
    return path


def _write_part(out: IO[bytes], head: str, written: Iterator[str], tail: str) -> None:
    out.write(head.encode())
    while part := "".join(islice(written, 5_000)):
        out.write(part.encode())
    out.write(tail.encode())
