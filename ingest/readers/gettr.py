"""GETTR posts as JSON Lines (gogettr)."""

from __future__ import annotations

from ingest.mapping.contract import Record
from ingest.mapping.json_fields import at, identifier, words
from ingest.mapping.record import Records, Shape, keys, mention, tags, urls


def _mentions(record: Record) -> list[Record]:
    """``utgs`` holds the mentioned names as keys, or as a list."""
    named = at(record, "utgs")
    return [m for name in named if isinstance(name, str) and (m := mention("gettr", None, name))] if isinstance(named, dict | list) else []  # fmt: skip


SHAPE = Shape(
    platform="gettr",
    account={"handle": ("uid", "uinf.username"), "display_name": "uinf.nickname", "followers": "uinf.flg"},
    post={
        "native_id": ("_id", "id"),
        "text": "txt",
        "lang": "txt_lang",
        "lang_basis": lambda record: "platform" if words(record, "txt_lang") else None,
        "url": lambda record: (
            f"https://gettr.com/post/{number}" if (number := identifier(record, "_id", "id")) else None
        ),
        "edited_at": lambda record: at(record, "udate") if at(record, "udate") != at(record, "cdate") else None,
        "like_count": "lkbpst",
        "repost_count": "shbpst",
        "reply_count": "cm",
    },
    time=("cdate", "udate"),
    in_text=("url", "hashtag"),
    links=(tags("htgs"), _mentions, urls("prevsrc"), keys("media", "imgs"), keys("media", "vid")),
)

READER = Records(
    name="gettr",
    title="GETTR JSON (gogettr)",
    platform="gettr",
    carries=("url", "domain", "hashtag", "mention", "text", "media"),
    lacks="What a post repeats or answers is not said.",
    where=lambda record: (
        {"_id", "uid", "cdate"} <= record.keys() and bool(record.keys() & {"txt", "txt_lang", "udate"})
    ),
    read=SHAPE.item,
)
