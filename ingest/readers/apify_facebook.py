"""Apify's Facebook actors: facebook-posts-scraper, facebook-groups-scraper, facebook-comments-scraper.

Field names: the actors' own examples of output and data sets that users published. In groups and under posts Facebook hides
people's numbers behind names that begin with ``pfbid`` and differ from one visit to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ingest.mapping.contract import Context, Item, Record, Skip
from ingest.mapping.flattened import Flattened
from ingest.mapping.json_fields import at, identifier, objects, words
from ingest.mapping.record import Shape, keys, post, urls
from ingest.readers._shared.apify import decoded, first, in_seconds, results, within

PROFILE = "A page or profile, not a post."
PASSING = "Facebook's names for people that begin with pfbid last for one visit: the same person has another name in another file."
_NAME = r"facebook\.com/(?!profile\.php|people/|groups/|pages/|story\.php|permalink\.php|watch|reel/|photo|share/|\d+(?:[/?]|$)|pfbid)([\w.-]+)"
_NUMBERED = r"facebook\.com/(?:profile\.php\?id=)?(\d{5,})(?:[/?&]|$)"


def _key(name: str, place: int) -> Callable[[Record], str | None]:
    """A number within one of Facebook's keys."""

    def read(record: Record) -> str | None:
        numbers = decoded(identifier(record, name))
        return numbers[place] if len(numbers) > place else None

    return read


def _handle(record: Record) -> str | None:
    name = identifier(record, "pageName")
    if name and not name.isdigit() and not name.startswith("pfbid") and not identifier(record, "groupTitle"):
        return name
    return within(_NAME, "user.profileUrl", "profileUrl")(record)


def _shared(record: Record) -> Record | None:
    shared = at(record, "sharedPost")
    return shared if isinstance(shared, dict) and shared else None


def _repeated(record: Record) -> Record | None:
    """The post that is shared without a word of one's own."""
    return _shared(record) if not words(record, "text") else None


def _commented(record: Record) -> Record | None:
    return _shared(record) if words(record, "text") else None


def _references(record: Record) -> Iterator[Record]:
    """Links that the text shows in other words; Facebook's own pages of hashtags stand in the text as well."""
    for one in objects(record, "textReferences"):
        address = words(one, "url")
        if address and "facebook.com/" not in address:
            yield {"kind": "url", "target_raw": address}


def _kind(record: Record) -> str:
    return "original" if not _shared(record) else "quote" if words(record, "text") else "repost"


_POST = first(
    "postId", "legacyId", _key("feedbackId", 0), within(r"/(?:posts|permalink|videos|reel)/(\d+)", "topLevelUrl", "url")
)
POST = Shape(
    platform="facebook",
    account={
        "native_id": first("user.id", within(_NUMBERED, "topLevelUrl", "user.profileUrl"), "pageId"),
        "handle": _handle,
        "display_name": ("user.name", "pageName"),
        "account_type": lambda record: None if identifier(record, "groupTitle") else "page" if identifier(record, "pageName") else None,
    },
    post={
        "native_id": _POST,
        "text": "text",
        "url": ("url", "topLevelUrl"),
        "channel_uid": within(r"facebook\.com/groups/([\w.-]+)", "facebookUrl", "inputUrl", "url"),
        "like_count": ("likes", "likesCount", "topReactionsCount"),
        "reply_count": ("comments", "commentsCount"),
        "repost_count": ("shares", "sharesCount"),
        "view_count": "viewsCount",
    },
    time=("time", "timestamp"),
    origin=_repeated,
    quoted=_commented,
    kind=_kind,
    in_text=("url", "hashtag"),
    links=(urls("link"), _references, keys("media", "media", "id")),
)  # fmt: skip


def _within_post(number: str | None, record: Record) -> str | None:
    """A comment's name: the post's number and its own."""
    above = _ANSWERED(record)
    return f"{above}_{number}" if above and number else number


_ANSWERED = first(
    _key("id", 0), _key("feedbackId", 0), "facebookId", within(r"/(?:posts|permalink|videos|reel)/(\d+)", "facebookUrl")
)
_NUMBER = first(_key("id", 1), _key("feedbackId", 1), within(r"[?&]comment_id=(\d+)", "commentUrl"), "id")
COMMENT = Shape(
    platform="facebook",
    account={
        "native_id": first("profileId", within(_NUMBERED, "profileUrl")),
        "handle": _handle,
        "display_name": "profileName",
    },
    post={
        "native_id": lambda record: _within_post(_NUMBER(record), record),
        "text": "text",
        "url": "commentUrl",
        "conversation_uid": _ANSWERED,
        "like_count": "likesCount",
        "reply_count": "commentsCount",
    },
    time="date",
    kind="comment",
    in_text=("url", "hashtag"),
    links=(
        post("reply", _ANSWERED),
        post("reply", lambda record: _within_post(first(_key("replyToCommentId", 1), "replyToCommentId")(record), record)),
    ),
)  # fmt: skip


def _is_post(record: Record) -> bool:
    named = {"pageName", "user", "topLevelUrl", "groupTitle"} & record.keys()
    return (
        {"facebookUrl", "time"} <= record.keys()
        and bool({"postId", "legacyId", "feedbackId"} & record.keys())
        and bool(named)
    )


def _is_comment(record: Record) -> bool:
    return {"commentUrl", "profileName"} <= record.keys() or {"threadingDepth", "feedbackId"} <= record.keys()


def _read(record: Record, context: Context) -> Iterator[Item | Skip]:
    if not _is_comment(record):
        if not {"time", "timestamp", "text", "postId"} & record.keys():
            raise Skip(PROFILE)
        item = in_seconds(POST.item(record, context))
    else:
        item = in_seconds(COMMENT.item(record, context))
    if str(item.account.get("native_id")).startswith("pfbid"):
        context.warn(PASSING)
    yield item
    if _is_comment(record):
        above: Record = {name: record[name] for name in ("facebookUrl", "facebookId") if name in record}
        above |= {"commentUrl": None, "profileName": None, "replyToCommentId": record.get("id")}
        for answer in objects(record, "comments"):
            yield from _read(above | answer, context)


READER = Flattened(
    name="apify_facebook",
    title="Apify Facebook actors (JSON, CSV)",
    platform="facebook",
    carries=("url", "domain", "hashtag", "repost", "reply", "quote", "text", "media"),
    lacks="It does not say whom a text mentions, nor always which post is shared; people in groups and under posts have names that last for one visit.",
    where=lambda record: _is_post(record) or _is_comment(record),
    read=results(_read),
    texts=("text", "name", "previewTitle", "previewDescription", "profileName", "postTitle", "groupTitle"),
    named=(
        ("account", ("user.id", "profileId", "profileUrl")),
        ("id", ("postId", "id", "feedbackId")),
        ("time", ("time", "date", "timestamp")),
    ),
)
