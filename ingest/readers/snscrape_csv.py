"""Posts of X collected by snscrape and written as a table by pandas, whole or with columns of the collector's own.

Fields: JustAnotherArchivist/snscrape ``modules/twitter.py`` (0.3 to 0.7); written by hand: the tutorial whose headers many copied.
Accounts and posts inside a cell are as Python writes them: they are searched, never run. pandas made ``inReplyToTweetId`` a number with
a fraction wherever one row had none, so that its digits are lost; such references are left out.
"""

from __future__ import annotations

import re

import polars as pl

from ingest.mapping.contract import Context, Sample
from ingest.mapping.table import Links, Table, filled, inside, tags, value
from ingest.mapping.table import post as to_post
from ingest.normalize import text as texts
from ingest.normalize.urls import key as link_key
from ingest.readers._shared.x_tables import ADDRESS, WHOSE, guess, guessed, sound, spoken, status

_POST = re.compile(ADDRESS)
_AT_FIRST = r"""^\{['"]%s['"]: ?['"]?([^'",}]+)"""
_LEADS_TO = re.compile(r"""['"]url['"]: ?['"]([^'"]+)['"]""")
_TEXTS = ("rawContent", "content", "Text", "Tweet", "Tweets", "renderedContent")
_FULL = re.compile(r"""['"](?:fullUrl|previewUrl|thumbnailUrl)['"]: ?['"]([^'"]+)['"]""")


def _inside(column: str, key: str) -> pl.Expr:
    """A value near the beginning of a cell that holds an object: before the first object inside it."""
    return pl.col(column).str.extract(rf"""^\{{[^{{}}]*?['"]{key}['"]: ?['"]?(\w+)""", 1)


def _links(cell: str) -> list[str]:
    """Addresses in a list of objects or of words."""
    return _LEADS_TO.findall(cell) or re.findall(r"""https?://[^\s'",\]]+""", cell)


def _pictures(cell: str) -> list[str]:
    return [key for one in _FULL.findall(cell) if (key := link_key(one))]


def _of_x(sample: Sample) -> bool:
    """True if a table of posts, whatever its names, leads to X: snscrape reads Telegram and others in the same columns."""
    place = next((sample.header.index(name) for name in ("url", "URL", "Url") if name in sample.header), None)
    named = set(sample.header) & {"content", "rawContent", "Tweet Id", "renderedContent"}
    known = place is not None and any(_POST.search(row[place]) for row in sample.rows if len(row) > place)
    return bool(named) and known and bool(set(sample.header) & {"username", "user", "user.username", "Username"})


def _with_words(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """The batch with texts to look for links and hashtags in, where no column has them."""
    listed = context.sample is not None and {"links", "outlinks", "outlinksss", "user", "hashtags"} & set(
        context.sample.header
    )
    whole = pl.lit(None, pl.String) if listed else value(_TEXTS)
    return frame.with_columns(spoken(whole).alias("__words"))


READER = Table(
    name="snscrape_csv",
    title="snscrape of X in pandas (CSV)",
    platform="x",
    carries=("repost", "reply", "quote", "url", "hashtag", "mention", "media"),
    lacks="Searches left retweets out; ids of answered posts mostly lost their digits in pandas.",
    signatures=(
        frozenset({"rawContent", "date", "user"}),
        frozenset({"rawContent", "date", "user.username"}),
        frozenset({"content", "date", "user", "conversationId"}),
        frozenset({"content", "date", "user.username", "conversationId"}),
        frozenset({"content", "date", "username", "tcooutlinks"}),
        frozenset({"Datetime", "Tweet Id", "Text", "Username"}),
        frozenset({"Date Created", "Number of Likes", "Source of Tweet", "User"}),
    ),
    where=_of_x,
    account={
        "native_id": "__author",
        "handle": "__handle",
        "display_name": ("user.displayname", "Display Name"),
        "created_at": "user.created",
        "followers": "user.followersCount",
        "following": "user.friendsCount",
        "posts_count": "user.statusesCount",
        "verified": "user.verified",
        "location": "user.location",
    },
    derived={
        "__whole": value(_TEXTS),
        "__author": pl.coalesce(value("user.id.str"), sound("user.id"), _inside("user", "id")),
        "__handle": pl.coalesce(
            value(("user.username", "username", "Username", "User")),
            _inside("user", "username"),
            value("user").str.extract(r"^@?(\w{1,15})$", 1),
            status(("url", "URL"), 1),
        ),
        "__repost": pl.coalesce(status(("retweetedTweet", "retweetedTweet.url")), value("retweetedTweet.id")),
        "__reposted": status(("retweetedTweet", "retweetedTweet.url"), 1),
        "__whose": pl.when(pl.col("__repost").is_null()).then(pl.col("__whole").str.extract(WHOSE, 1)),
        "__guess": guess(pl.col("__whose"), pl.col("__whole")),
        "__reply": value(("inReplyToTweetId", "inReplyToStatusId")),
        "__replied": pl.coalesce(sound("inReplyToUser.id"), _inside("inReplyToUser", "id")),
        "__replied_name": pl.coalesce(value("inReplyToUser.username"), _inside("inReplyToUser", "username")),
        "__quote": pl.coalesce(
            status(("quotedTweet", "quotedTweet.url")),
            pl.col("quotedTweet").str.extract(_AT_FIRST % "id", 1),
            value("quotedTweet.id"),
        ),
        "__quoted": status(("quotedTweet", "quotedTweet.url"), 1),
        "__named": pl.when(
            ~pl.col("mentionedUsers").str.contains(r"""['"]username['"]: ?['"]\w+['"], ?['"]id['"]: ?\d""")
        ).then("mentionedUsers"),
        "__links": value(("links", "outlinks", "outlinksss")),
    },
    post={
        "native_id": ("id.str", "id", "Tweet Id"),
        "text": spoken("__whole"),
        "lang": ("lang", "Language"),
        "url": ("url", "URL"),
        "conversation_uid": ("conversationId.str", "conversationId"),
        "like_count": ("likeCount", "Like Count", "Number of Likes"),
        "repost_count": ("retweetCount", "Retweet Count"),
        "reply_count": ("replyCount", "Reply Count"),
        "quote_count": ("quoteCount", "Quote Count"),
        "view_count": ("viewCount", "View Count"),
    },
    time=("date", "Datetime", "Date Created"),
    zone="UTC",
    shared_counts=True,
    kinds=(
        ("repost", filled("__repost", "__whose")),
        ("reply", filled("__reply", "__replied", "__replied_name")),
        ("quote", filled("__quote")),
    ),
    links=(
        to_post("repost", "__repost", handle="__reposted"),
        guessed("__guess", "__whose"),
        to_post("reply", "__reply", "__replied", "__replied_name"),
        to_post("quote", "__quote", handle="__quoted"),
        Links("url", "__links", _links),
        tags("hashtags"),
        inside("mention", "mentionedUsers", r"""['"]username['"]: ?['"]\w+['"], ?['"]id['"]: ?(\d+)"""),
        inside("mention", "__named", r"""['"]username['"]: ?['"](\w+)['"]""", to="handle"),
        Links("media", "media", _pictures, to="key"),
        Links("url", "__words", texts.urls_in),
        Links("hashtag", "__words", texts.hashtags),
        Links("mention", "__words", texts.mentions_in, to="handle"),
    ),
    others=({"native_id": "__replied", "handle": "__replied_name"},),
    check=_with_words,
    recovered={"id": ("url", ADDRESS), "Tweet Id": ("URL", ADDRESS)},
)
