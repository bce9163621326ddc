"""One made-up population in the exports of several tools: whatever is read second merges with what was there."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from fictional_records import RAW, captured, discord

import ingest
from ingest import Tables
from ingest.normalize.times import from_id

BEGIN = datetime(2024, 3, 5, 10, 0, tzinfo=UTC)
CHAT = 1400000001


class Said(NamedTuple):
    """One post of the population."""

    number: int
    who: int
    text: str
    at: datetime

    @property
    def seconds(self) -> int:
        return int(self.at.timestamp())


def population(epoch_of: Callable[[int], datetime] = lambda n: BEGIN + timedelta(seconds=20 * n)) -> list[Said]:
    """Twelve posts of five people, several of the same link; person 0 is the place itself."""
    texts = [f"The harbour stays open, see https://a.example/{n // 3} #Quay" for n in range(12)]
    return [Said(n + 1, n % 5, text, epoch_of(n)) for n, text in enumerate(texts)]


def as_csv(rows: list[dict[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def as_lines(rows: list[dict[str, Any]]) -> str:
    return "\n".join(map(json.dumps, rows))


# -- Telegram ----------------------------------------------------------------------------------------------------------


def desktop(said: list[Said]) -> str:
    messages = [
        {"id": s.number, "type": "message", "date": f"{s.at:%Y-%m-%dT%H:%M:%S}", "date_unixtime": str(s.seconds), "from": f"Name {s.who}",
         "from_id": f"user{100 + s.who}" if s.who else f"channel{CHAT}", "text": s.text, "text_entities": [{"type": "plain", "text": s.text}]}
        for s in said
    ]  # fmt: skip
    return json.dumps({"name": "Town talk", "type": "public_supergroup", "id": CHAT, "messages": messages})


def telethon(said: list[Said]) -> str:
    return as_lines([
        {"_": "Message", "id": s.number, "peer_id": {"_": "PeerChannel", "channel_id": CHAT}, "date": s.at.isoformat(), "message": s.text,
         "from_id": {"_": "PeerUser", "user_id": 100 + s.who} if s.who else None, "entities": []}
        for s in said
    ])  # fmt: skip


def tdl(said: list[Said]) -> str:
    messages = [
        {"id": s.number, "type": "message", "file": "", "date": s.seconds, "text": s.text,
         "raw": RAW | {"ID": s.number, "PeerID": {"ChannelID": CHAT}, "FromID": {"UserID": 100 + s.who} if s.who else None, "Date": s.seconds, "Message": s.text}}
        for s in reversed(said)
    ]  # fmt: skip
    return json.dumps({"id": CHAT, "messages": messages})


def tgforge(said: list[Said]) -> str:
    return as_csv([
        {"Channel": "TownTalk", "Message ID": s.number, "Sender User ID": 100 + s.who if s.who else f"-100{CHAT}", "Sender Username": f"name_{s.who}" if s.who else "TownTalk",
         "Message DateTime (UTC)": f"{s.at:%Y-%m-%d %H:%M:%S}", "Text": s.text, "Is Forward": "False", "Origin Username": "Not Available",
         "URLs Shared": "[]", "Hashtags": "[]", "Mentioned Authors": "[]", "Message URL": f"https://t.me/TownTalk/{s.number}", "Engagement Type": "ORIGINAL"}
        for s in said
    ])  # fmt: skip


# -- the others --------------------------------------------------------------------------------------------------------


def tiktok_number(n: int) -> str:
    return str((int(BEGIN.timestamp()) + 20 * n << 32) + 7)


def apify_tiktok(said: list[Said]) -> str:
    return json.dumps([
        {"id": tiktok_number(s.number - 1), "text": s.text, "createTime": s.seconds, "createTimeISO": f"{s.at:%Y-%m-%dT%H:%M:%S}.000Z", "authorMeta": {"id": str(6000 + s.who), "name": f"name_{s.who}"},
         "webVideoUrl": f"https://www.tiktok.com/@name_{s.who}/video/{tiktok_number(s.number - 1)}", "hashtags": [{"name": "Quay"}]}
        for s in said
    ])  # fmt: skip


def apify_tiktok_csv(said: list[Said]) -> str:
    return as_csv([
        {"authorMeta/id": 6000 + s.who, "authorMeta/name": f"name_{s.who}", "createTimeISO": f"{s.at:%Y-%m-%dT%H:%M:%S}.000Z", "hashtags/0/name": "Quay", "id": tiktok_number(s.number - 1), "text": s.text,
         "webVideoUrl": f"https://www.tiktok.com/@name_{s.who}/video/{tiktok_number(s.number - 1)}"}
        for s in said
    ])  # fmt: skip


def zeeschuimer_tiktok(said: list[Said]) -> str:
    return as_lines([
        captured("tiktok.com", {"id": tiktok_number(s.number - 1), "desc": s.text, "createTime": s.seconds, "author": {"id": str(6000 + s.who), "uniqueId": f"name_{s.who}"}, "challenges": [{"title": "Quay"}]})
        for s in said
    ])  # fmt: skip


def minet_tiktok(said: list[Said]) -> str:
    return as_csv([
        {"id": tiktok_number(s.number - 1), "author_id": 6000 + s.who, "author_unique_id": f"name_{s.who}", "digg_count": 1, "description": s.text, "timestamp": s.seconds, "challenges_titles": "Quay"}
        for s in said
    ])  # fmt: skip


def apify_facebook(said: list[Said]) -> str:
    return json.dumps([
        {"facebookUrl": f"https://www.facebook.com/name_{s.who}/", "postId": str(9000 + s.number), "pageName": f"name_{s.who}", "time": f"{s.at:%Y-%m-%dT%H:%M:%S}.000Z", "timestamp": s.seconds,
         "user": {"id": str(500 + s.who), "name": f"Name {s.who}"}, "text": s.text}
        for s in said
    ])  # fmt: skip


def apify_facebook_csv(said: list[Said]) -> str:
    return as_csv([
        {"facebookUrl": f"https://www.facebook.com/name_{s.who}/", "postId": 9000 + s.number, "pageName": f"name_{s.who}", "time": f"{s.at:%Y-%m-%dT%H:%M:%S}.000Z", "user/id": 500 + s.who, "user/name": f"Name {s.who}", "text": s.text}
        for s in said
    ])  # fmt: skip


def zeeschuimer_facebook(said: list[Said]) -> str:
    return as_lines([
        captured("facebook.com", {"comet_sections": {
            "content": {"story": {"post_id": str(9000 + s.number), "message": {"text": s.text}, "actors": [{"id": str(500 + s.who), "url": f"https://www.facebook.com/name_{s.who}", "name": f"Name {s.who}"}]}},
            "context_layout": {"story": {"comet_sections": {"metadata": [{"story": {"creation_time": s.seconds}}]}}},
        }})
        for s in said
    ])  # fmt: skip


def apify_instagram(said: list[Said]) -> str:
    return json.dumps([
        {"id": str(3000 + s.number), "shortCode": f"Ab{s.number}", "caption": s.text, "timestamp": f"{s.at:%Y-%m-%dT%H:%M:%S}.000Z", "ownerId": str(500 + s.who), "ownerUsername": f"name_{s.who}", "url": f"https://www.instagram.com/p/Ab{s.number}/"}
        for s in said
    ])  # fmt: skip


def apify_instagram_csv(said: list[Said]) -> str:
    return as_csv([
        {"caption": s.text, "id": 3000 + s.number, "ownerId": 500 + s.who, "ownerUsername": f"name_{s.who}", "shortCode": f"Ab{s.number}", "timestamp": f"{s.at:%Y-%m-%dT%H:%M:%S}.000Z"}
        for s in said
    ])  # fmt: skip


def zeeschuimer_instagram(said: list[Said]) -> str:
    return as_lines([
        captured("instagram.com", {"code": f"Ab{s.number}", "taken_at": s.seconds, "user": {"pk": str(500 + s.who), "username": f"name_{s.who}"}, "caption": {"text": s.text}})
        for s in said
    ])  # fmt: skip


FORMATS: dict[str, dict[str, tuple[str, Callable[[list[Said]], str]]]] = {
    "telegram": {"telegram_desktop": ("result.json", desktop), "telethon": ("a.jsonl", telethon), "tdl": ("tdl.json", tdl), "telegram_csv": ("a.csv", tgforge)},
    "tiktok": {"apify_tiktok": ("a.json", apify_tiktok), "apify_tiktok as CSV": ("a.csv", apify_tiktok_csv), "zeeschuimer": ("a.ndjson", zeeschuimer_tiktok), "tiktok_csv": ("m.csv", minet_tiktok)},
    "facebook": {"apify_facebook": ("a.json", apify_facebook), "apify_facebook as CSV": ("a.csv", apify_facebook_csv), "zeeschuimer": ("a.ndjson", zeeschuimer_facebook)},
    "instagram": {"apify_instagram": ("a.json", apify_instagram), "apify_instagram as CSV": ("a.csv", apify_instagram_csv), "zeeschuimer": ("a.ndjson", zeeschuimer_instagram)},
}  # fmt: skip
PAIRS = [(platform, *pair) for platform, formats in FORMATS.items() for pair in permutations(formats, 2)]


def written(folder: Path, platform: str, name: str) -> Path:
    file_name, render = FORMATS[platform][name]
    folder.mkdir()
    (folder / file_name).write_text(render(population()), "utf-8")
    return folder / file_name


def told(tables: Tables) -> dict[str, tuple[str, str, str, str]]:
    posts = tables.posts
    said = zip(posts.account_uid, posts.created_at.astype(str), posts.kind, posts.text, strict=True)
    return dict(zip(posts.post_uid, said, strict=True))


@pytest.mark.parametrize(("platform", "one", "other"), PAIRS, ids=["-".join(pair).replace(" ", "_") for pair in PAIRS])
def test_two_exports_of_one_population_say_the_same(platform: str, one: str, other: str, tmp_path: Path) -> None:
    first, second = (ingest.read(written(tmp_path / str(n), platform, name)) for n, name in enumerate((one, other)))
    assert (first.sources.reader[0], second.sources.reader[0]) == (one.split(maxsplit=1)[0], other.split(maxsplit=1)[0])
    assert told(first) == told(second) and len(told(first)) == 12
    assert set(first.accounts.account_uid) == set(second.accounts.account_uid) and len(first.accounts) == 5


@pytest.mark.parametrize("platform", FORMATS)
def test_all_of_them_in_one_case_tie_nobody_to_a_copy(platform: str, tmp_path: Path) -> None:
    """The case holds each person and each post once, whichever file came first."""
    from graph.case.load import load
    from graph.stores import open_case

    store = open_case(str(tmp_path / "case"), create=True)
    for number, name in enumerate(FORMATS[platform]):
        load(store, [written(tmp_path / str(number), platform, name)])
    assert store.count("posts") == 12
    assert store.count("accounts") == 5


def test_discord_without_numbers_of_messages_names_the_same_people(tmp_path: Path) -> None:
    said = population()
    rows = [
        {
            "AuthorID": 100 + s.who,
            "Author": f"name_{s.who}",
            "Date": s.at.isoformat(),
            "Content": s.text,
            "Attachments": "",
            "Reactions": "",
        }
        for s in said
    ]
    messages = [discord(str(s.number), str(100 + s.who), s.text, timestamp=s.at.isoformat()) for s in said]
    (tmp_path / "a.csv").write_text(as_csv(rows))
    (tmp_path / "a.json").write_text(
        json.dumps({"guild": {"id": "1"}, "channel": {"id": "2", "type": "GuildTextChat"}, "messages": messages})
    )
    table, document = ingest.read(tmp_path / "a.csv"), ingest.read(tmp_path / "a.json")
    assert set(table.accounts.account_uid) == set(document.accounts.account_uid)
    assert sorted(row[:2] for row in told(table).values()) == sorted(row[:2] for row in told(document).values())


def test_numbers_of_videos_hold_their_time() -> None:
    assert from_id("tiktok", tiktok_number(3)) == int((BEGIN + timedelta(seconds=60)).timestamp()) * 1_000_000
