"""Small invented JSON files, and what must come out of them: nobody in them exists."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from fictional_tables import EPOCH, WORDS, X1, X2, X3, Made

AT = "2024-03-05T10:20:30.000Z"
X_AT = "Tue Mar 05 10:20:30 +0000 2024"
AT_S, AT_MS = int(EPOCH), int(EPOCH) * 1000


@dataclass(frozen=True)
class Recorded(Made):
    """Records as lines, or as one document where the name ends in ``.json``."""

    @property
    def content(self) -> bytes:
        if self.file_name.endswith(".json"):
            return json.dumps(self.rows[0] if len(self.rows) == 1 else self.rows).encode()
        return "\n".join(json.dumps(row) for row in self.rows).encode()


@dataclass(frozen=True)
class Scripted(Recorded):
    """Records as the list that a script gives to a variable, as in X's own archive."""

    @property
    def content(self) -> bytes:
        return b"window.YTD.tweets.part0 = " + json.dumps(self.rows).encode()


def captured(platform: str, data: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A line of Zeeschuimer."""
    envelope = {
        "id": 1, "nav_index": "1:1:0", "item_id": str(data.get("id")), "timestamp_collected": AT_MS + 5000, "last_updated": AT_MS + 6000,
        "source_platform": platform, "source_platform_url": "https://example.org/search?q=secret", "source_url": "https://example.org/api",
        "user_agent": "Somebody's browser", "data": data,
    }  # fmt: skip
    return envelope | more


def imported(platform: str, data: dict[str, Any]) -> dict[str, Any]:
    """A line of 4CAT."""
    envelope = captured(platform, data)
    return {**data, "__import_meta": {key: value for key, value in envelope.items() if key != "data"}}


def user_x(number: str, handle: str) -> dict[str, Any]:
    return {
        "result": {
            "rest_id": number,
            "core": {"screen_name": handle, "name": handle.title()},
            "legacy": {"followers_count": 5},
        }
    }


def web_x(number: str, handle: str, user: str, text: str, **legacy: Any) -> dict[str, Any]:
    told = {"full_text": text, "created_at": X_AT, "user_id_str": user, "id_str": number, "lang": "en", **legacy}
    return {
        "rest_id": number,
        "id": int(float(number)),
        "core": {"user_results": user_x(user, handle)},
        "legacy": told,
        "views": {"count": "77"},
    }


def bare_x(number: str, handle: str, user: str, text: str, **more: Any) -> dict[str, Any]:
    """A post as X's pages hold it since 2026: nothing stands in ``legacy``."""
    who = {
        "__typename": "User",
        "rest_id": user,
        "core": {"screen_name": handle, "name": handle.title(), "created_at_ms": 1583230830000},
        "relationship_counts": {"followers": 5, "following": 1},
    }
    return {"__typename": "Tweet", "rest_id": number, "core": {"user_results": {"result": who}}, "details": {"full_text": text, "created_at_ms": AT_MS}, "counts": {"favorite_count": 1},
            "url_entities": [], "hashtag_entities": [], "mention_entities": [], "views": {"count": "12"}, **more}  # fmt: skip


def v1(number: str, handle: str, user: str, text: str, **more: Any) -> dict[str, Any]:
    return {"id": int(number), "id_str": number, "created_at": X_AT, "full_text": text, "lang": "en",
            "user": {"id_str": user, "screen_name": handle, "name": handle.title(), "followers_count": 3}, **more}  # fmt: skip


def archived(number: str, text: str, **more: Any) -> dict[str, Any]:
    """A post of X's own archive, in which all numbers are texts."""
    return {"id_str": number, "id": number, "full_text": text, "created_at": X_AT, "retweeted": False, "favorited": False, "source": "x", "favorite_count": "3", **more}  # fmt: skip


ENTITIES = {
    "urls": [{"expanded_url": "https://example.org/quay"}],
    "hashtags": [{"text": "Quay"}],
    "user_mentions": [{"id_str": "14", "screen_name": "dora"}],
}
INHERITED = {("url", "example.org/quay"), ("hashtag", "quay"), ("mention", "x:14")}
OWNER = {"id": "7", "username": "ann", "acct": "ann", "display_name": "Ann", "followers_count": 9}
STATUS = {
    "id": "111", "created_at": AT, "url": "https://truthsocial.com/@ann/111", "uri": "https://truthsocial.com/@ann/111", "visibility": "public",
    "content": '<p>The <a href="https://example.org/quay?utm_source=a">quay</a> &amp; <a href="https://truthsocial.com/tags/Boats" class="mention hashtag">#Boats</a></p>',
    "account": OWNER, "reblog": None, "quote_id": None, "group": None,
    "tags": [{"name": "Boats"}], "mentions": [{"id": "8", "username": "ben", "acct": "ben"}], "favourites_count": 4, "reblogs_count": 2, "replies_count": 0,
}  # fmt: skip
STATUS_LINKS = {("url", "example.org/quay"), ("hashtag", "boats"), ("mention", "truth_social:8")}
GAB = {"i": "5", "c": "<p>Boats &amp; quay</p>", "ca": AT, "ul": "https://gab.com/ann/posts/5", "fbc": 3, "rbc": 1, "rc": 0,
       "author_info": {"i": "7", "un": "ann", "ac": "ann", "dn": "Ann", "nt": ""}, "m": [], "tg": [{"name": "Boats"}]}  # fmt: skip
TIKTOK = {
    "id": "7342800000000000001", "desc": "boats @ben #quay", "createTime": EPOCH, "author": {"id": "61", "uniqueId": "ann", "nickname": "Ann"},
    "authorStats": {"followerCount": 12}, "textExtra": [{"hashtagName": "quay"}, {"userId": "62", "userUniqueId": "ben"}],
    "challenges": [{"title": "quay"}], "duetInfo": {"duetFromId": "7342800000000000000"}, "music": {"id": "900"}, "video": {"id": "7342800000000000001"},
    "stats": {"diggCount": 5, "commentCount": 0, "shareCount": 1, "playCount": 99}, "isAd": True,
}  # fmt: skip
STORY = {
    "comet_sections": {
        "content": {"story": {"post_id": "123", "wwwURL": "https://www.facebook.com/ann/posts/123", "message": {"text": "see https://example.org/quay"},
                              "actors": [{"url": "https://www.facebook.com/ann.a", "name": "Ann"}]}},
        "context_layout": {"story": {"comet_sections": {"metadata": [{"__typename": "Other"}, {"__typename": "CometFeedStoryMinimizedTimestampStrategy", "story": {"creation_time": AT_S}}]}}},
    }
}  # fmt: skip
BSKY = "at://did:plc:ann/app.bsky.feed.post/"
TAG = {"index": {"byteStart": 11, "byteEnd": 16}, "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "Quay"}]}
SKEET = {"text": "boats \U0001f6a2 #Quay", "createdAt": AT, "langs": ["en"], "facets": [TAG]}


def event(did: str, rkey: str, operation: str = "create", **record: Any) -> dict[str, Any]:
    """A line of Jetstream."""
    commit = {"operation": operation, "collection": "app.bsky.feed.post", "rkey": rkey}
    told = commit | ({"record": record} if record else {})
    return {"did": did, "time_us": AT_MS * 1000, "kind": "commit", "commit": told}


def apify_tweet(number: str, handle: str, user: str, text: str, **more: Any) -> dict[str, Any]:
    """An item of Apify's actors for X."""
    return {"type": "tweet", "id": number, "url": f"https://x.com/{handle}/status/{number}", "twitterUrl": f"https://twitter.com/{handle}/status/{number}",
            "text": text, "fullText": text, "createdAt": X_AT, "lang": "en", "likeCount": 2, "viewCount": 10, "conversationId": number, "isReply": False, "isRetweet": False,
            "author": {"type": "user", "userName": handle, "id": user, "name": handle.title(), "followers": 3}, "entities": {}, **more}  # fmt: skip


MESSAGE = {
    "_": "Message",
    "id": 7,
    "peer_id": {"_": "PeerChannel", "channel_id": 22},
    "date": "2024-03-05T10:20:30+00:00",
    "message": "",
    "from_id": None,
}

RAW = {
    "PeerID": {"ChannelID": 22},
    "FromID": None,
    "Post": False,
    "Date": AT_S,
    "FwdFrom": {"Date": 0, "FromID": None, "FromName": "", "ChannelPost": 0},
    "ReplyTo": None,
    "EditDate": 0,
}
FORWARDED = "telegram:forward:3f1feb1956d2f69b8062f962"


def desktop(number: int, author: str, text: Any, **more: Any) -> dict[str, Any]:
    """A message of Telegram Desktop."""
    when = {"date": "2024-03-05T10:20:30", "date_unixtime": str(AT_S)}
    return {"id": number, "type": "message", **when, "from": author.title(), "from_id": author, "text": text, **more}


def discord(number: str, author: str, content: str, **more: Any) -> dict[str, Any]:
    """A message of DiscordChatExporter."""
    return {"id": number, "type": "Default", "timestamp": "2024-03-05T12:20:30.379+02:00", "timestampEdited": None, "isPinned": False, "content": content,
            "author": {"id": author, "name": f"name_{author}", "discriminator": "0000", "nickname": f"Name {author}", "isBot": False}, "attachments": [], "embeds": [], "mentions": [], **more}  # fmt: skip


def message(number: int, **more: Any) -> dict[str, Any]:
    return MESSAGE | {"id": number} | more


RECORDS: list[Made] = [
    Recorded(
        "web_exporter_json", "twitter-SearchTimeline-1709634030000.json",
        [
            {"id": X1, "created_at": "2024-03-05 18:20:30 +08:00", "full_text": "one &amp; https://t.co/a https://t.co/p #Sun", "screen_name": "ann", "name": "Ann", "user_id": "11", "in_reply_to": "5", "retweeted_status": None,
             "quoted_status": None, "media": [{"type": "photo", "url": "https://t.co/p", "original": "https://pbs.example/media/P"}], "media_tags": [], "favorite_count": 3, "views_count": None, "favorited": True, "retweeted": True,
             "url": f"https://x.com/ann/status/{X1}"},
            {"id": X2, "created_at": "2024-03-05 18:20:30 +08:00", "full_text": f"RT @dora: {WORDS}", "screen_name": None, "user_id": None, "in_reply_to": None, "retweeted_status": "77", "quoted_status": "78", "media": [],
             "favorite_count": 3, "views_count": 5, "url": f"https://twitter.com/ben/status/{X2}"},
            {"id": X3, "created_at": "2024-03-05 18:20:30 +08:00", "full_text": "x", "screen_name": "cid", "in_reply_to": None, "retweeted_status": None, "quoted_status": None, "media": [], "favorite_count": 0, "views_count": 0,
             "metadata": web_x(X3, "cid", "13", "aye", entities=ENTITIES)},
        ],
        [(f"x:{X1}", "x:11", "reply"), (f"x:{X2}", "x:@ben", "repost"), (f"x:{X3}", "x:13", "original")],
        {("reply", "x:5"), ("url", "t.co/a"), ("hashtag", "sun"), ("media", "pbs.example/media/P"), ("repost", "x:77"), *INHERITED},
        facts={"text": "one & https://t.co/a https://t.co/p #Sun", "like_count": 3, "view_count": None},
        about={"handle": "ann"},
    ),
    Recorded(
        "twint_json", "twint.json",
        [
            {"id": int(X1), "conversation_id": X1, "created_at": "2024-03-05 11:20:30 CET", "date": "2024-03-05", "time": "11:20:30", "timezone": "+0200", "user_id": 11, "username": "ann", "name": "Ann", "tweet": "see this",
             "mentions": [{"screen_name": "eve", "name": "E", "id": "15"}], "urls": ["https://a.example/1", "https://twitter.com/dora/status/78"], "photos": ["https://pbs.example/media/P.jpg"], "likes_count": 3, "hashtags": ["sun"],
             "link": f"https://twitter.com/ann/status/{X1}", "retweet": False, "quote_url": "https://twitter.com/dora/status/78", "near": "Oslo", "reply_to": []},
            {"id": int(X3), "conversation_id": X3, "created_at": "2024-03-05 11:20:30 CET", "user_id": 13, "username": "cid", "tweet": f"RT @dora: {WORDS}", "retweet": True, "user_rt_id": "14", "user_rt": "all of it, as it stood", "retweet_id": X2, "reply_to": []},
            {"id": int(X1), "conversation_id": X1, "created_at": 1700000000000, "user_id": 14, "username": "dora", "tweet": WORDS, "mentions": ["eve"], "retweet": True, "user_rt_id": "12", "user_rt": "Ben", "retweet_id": X2, "retweet_date": "2024-03-05 10:20:30"},
        ],
        [(f"x:{X1}", "x:11", "quote"), (f"x:{X3}", "x:13", "repost"), (f"x:{X2}", "x:12", "repost")],
        {("quote", "x:78"), ("url", "a.example/1"), ("media", "pbs.example/media/P.jpg"), ("hashtag", "sun"), ("mention", "x:15"), ("repost", f"x:{X2}"), ("repost", f"x:{X1}"), ("mention", "x:@eve")},
        facts={"text": "see this", "like_count": 3},
        about={"handle": "ann"},
    ),
    Scripted(
        "x_archive", "tweets.js",
        [
            {"tweet": archived(X1, "see &amp; read https://t.co/a https://t.co/q", entities={
                "urls": [{"url": "https://t.co/a", "expanded_url": "https://a.example/1"}, {"url": "https://t.co/q", "expanded_url": "https://twitter.com/dora/status/78"}],
                "hashtags": [{"text": "Sun", "indices": ["1", "2"]}], "user_mentions": [{"screen_name": "eve", "id_str": "15", "id": "15"}]})},
            {"tweet": archived(X2, "RT @dora: look https://t.co/p", entities={"user_mentions": [{"screen_name": "dora", "id_str": "14"}], "media": [{"id_str": "900", "source_status_id_str": "77", "source_user_id_str": "14"}]})},
            {"tweet": archived(X3, f"RT @dora: {WORDS}", in_reply_to_screen_name="dora")},
            archived("1764958000000000004", "the beginning of a long…") | {"in_reply_to_status_id_str": "5", "in_reply_to_user_id_str": "14"},
        ],
        [(f"x:{X1}", "x:11", "quote"), (f"x:{X2}", "x:11", "repost"), (f"x:{X3}", "x:11", "repost"), ("x:1764958000000000004", "x:11", "reply")],
        {("quote", "x:78"), ("url", "a.example/1"), ("hashtag", "sun"), ("mention", "x:15"), ("repost", "x:77"), ("media", "x:900"), ("repost", "x:retweet:SAME"), ("reply", "x:5")},
        facts={"text": "see & read https://t.co/a https://t.co/q", "like_count": 3, "url": f"https://x.com/ann/status/{X1}"},
        about={"handle": "ann", "display_name": "Ann"},
        says="likes, followers, messages",
        beside={
            "account.js": b'window.YTD.account.part0 = [ {"account": {"email": "ann@home.example", "username": "ann", "accountId": "11", "accountDisplayName": "Ann"}} ]',
            "note-tweet.js": b'window.YTD.note_tweet.part0 = [ {"noteTweet": {"noteTweetId": "9", "createdAt": "2024-03-05T10:20:30.000Z", "core": {"text": "the beginning of a long story"}}} ]',
        },
    ),
    Recorded(
        "academictwitter", f"data_{X1}.json",
        [
            {"id": X1, "author_id": "11", "conversation_id": X1, "created_at": AT, "text": "see &amp; read", "lang": "en", "public_metrics": {"like_count": 3}, "referenced_tweets": {}, "geo": {}, "context_annotations": {},
             "entities": {"hashtags": [{"tag": "Sun"}], "urls": {}, "mentions": [{"username": "eve"}]}},
            {"id": X2, "author_id": "12", "created_at": AT, "text": "RT @dora: cut…", "referenced_tweets": [{"type": "retweeted", "id": "77"}], "entities": {"hashtags": {}, "urls": {}}},
        ],
        [(f"x:{X1}", "x:11", "original"), (f"x:{X2}", "x:12", "repost")],
        {("hashtag", "sun"), ("mention", "x:@eve"), ("repost", "x:77")},
        facts={"text": "see & read", "like_count": 3},
        says="is not beside it",
    ),
    Recorded(
        "zeeschuimer", "x.ndjson",
        [
            captured("twitter.com", web_x(X1, "ann", "11", "RT @ben: cut…", retweeted_status_result={"result": web_x(X3, "ben", "12", WORDS, entities=ENTITIES)})),
            imported("twitter.com", web_x(X2, "ann", "11", WORDS, in_reply_to_status_id_str=X3, in_reply_to_user_id_str="12") | {"promoted": True}),
            captured("twitter.com", web_x(X3, "ben", "12", "quoting") | {"quoted_status_result": {"result": {"tweet": web_x(X1, "ann", "11", "a")}}}),
        ],
        [(f"x:{X1}", "x:11", "repost"), (f"x:{X2}", "x:11", "reply"), (f"x:{X3}", "x:12", "quote")],
        {("repost", f"x:{X3}"), ("reply", f"x:{X3}"), ("quote", f"x:{X1}"), *INHERITED},
        facts={"text": WORDS, "text_is_inherited": True, "like_count": None, "url": f"https://x.com/ann/status/{X1}"},
        about={"handle": "ann", "followers": 5},
    ),
    Recorded(
        "zeeschuimer", "x_without_legacy.ndjson",
        [
            captured("twitter.com", bare_x(X1, "ann", "11", "see the quay", url_entities=[{"expanded_url": "https://example.org/quay"}], hashtag_entities=[{"text": "Quay"}],
                     mention_entities=[{"screen_name": "dora", "user_results": {"rest_id": "14"}}], media_entities=[{"media_key": "3_77"}], quotedPostResults={"result": {"__typename": "TweetWithVisibilityResults", "tweet": bare_x(X3, "cyd", "13", "a")}})),
            captured("twitter.com", bare_x(X2, "ben", "12", "RT @cyd: cut…", legacy={"repostedStatusResults": {"result": bare_x(X3, "cyd", "13", WORDS)}})),
            captured("twitter.com", bare_x("1764958000000000004", "dora", "14", "aye", reply_to_results={"rest_id": X3}, reply_to_user_results={"rest_id": "13", "result": {"core": {"screen_name": "cyd"}}})),
            captured("twitter.com", bare_x("1764958000000000005", "eve", "15", f"RT @fay: {WORDS}")),
            captured("twitter.com", {name: value for name, value in bare_x("1764958000000000006", "fay", "16", "").items() if name != "url_entities"} | {"details": {"full_text": "look https://t.co/x", "created_at_ms": AT_MS}}),
            captured("twitter.com", bare_x("1764958000000000007", "gil", "17", "")),
        ],
        [(f"x:{X1}", "x:11", "quote"), (f"x:{X2}", "x:12", "repost"), ("x:1764958000000000004", "x:14", "reply"), ("x:1764958000000000005", "x:15", "repost"), ("x:1764958000000000006", "x:16", "original"), ("x:1764958000000000007", "x:17", "original")],
        {*INHERITED, ("media", "x:77"), ("quote", f"x:{X3}"), ("repost", f"x:{X3}"), ("reply", f"x:{X3}"), ("repost", "x:retweet:SAME"), ("url", "t.co/x")},
        facts={"like_count": 1, "view_count": 12, "created_at_precision": "s"},
        about={"handle": "ann", "followers": 5, "following": 1},
        says="came without a text",
    ),
    Recorded(
        "zeeschuimer", "tiktok.ndjson",
        [captured("tiktok.com", TIKTOK), imported("tiktok-comments", {"cid": "55", "user": {"uid": "62", "unique_id": "ben"}, "text": "aye #quay", "create_time": AT_S, "aweme_id": TIKTOK["id"], "reply_id": "0", "digg_count": 2, "comment_language": "en"})],
        [("tiktok:7342800000000000001", "tiktok:61", "quote"), ("tiktok:55", "tiktok:62", "comment")],
        {("quote", "tiktok:7342800000000000000"), ("hashtag", "quay"), ("mention", "tiktok:62"), ("track", "tiktok:900"), ("media", "tiktok:7342800000000000001"), ("reply", "tiktok:7342800000000000001")},
        facts={"is_ad": True, "view_count": 99, "like_count": 5},
        about={"handle": "ann", "followers": 12},
    ),
    Recorded(
        "zeeschuimer", "instagram.ndjson",
        [
            captured("instagram.com", {"code": "Abc", "taken_at": AT_S, "user": {"pk": "31", "username": "ann", "full_name": "Ann"}, "caption": {"text": "quay #Boats https://example.org/quay"}, "like_and_view_counts_disabled": True, "like_count": 3, "usertags": {"in": [{"user": {"pk": "32", "username": "ben"}}]}, "carousel_media": [{"pk": "9"}]}),
            captured("instagram.com", {"__typename": "XPolarisNode", "_zs_partial": True, "code": "Abd", "pk": str((AT_MS - 1_314_220_021_721) << 23), "user": {"pk": "31", "username": "ann"}, "like_count": 0}),
        ],
        [("instagram:Abc", "instagram:31", "original"), ("instagram:Abd", "instagram:31", "original")],
        {("hashtag", "boats"), ("url", "example.org/quay"), ("mention", "instagram:32"), ("media", "instagram:9")},
        facts={"like_count": None},
        says="read from the number",
    ),
    Recorded(
        "zeeschuimer", "threads.ndjson",
        [captured("threads.net", {"code": "T1", "taken_at": AT_S, "user": {"pk": "31", "username": "ann"}, "caption": {"text": "quay @ben"}, "text_post_app_info": {"link_preview_attachment": {"url": "https://l.threads.com/?u=https%3A%2F%2Fexample.org%2Fquay"}, "quote_count": 2, "share_info": {"quoted_post": {"code": "T0", "user": {"pk": "33", "username": "cyd"}}}}})],
        [("threads:T1", "threads:31", "quote")],
        {("quote", "threads:T0"), ("mention", "threads:@ben"), ("url", "example.org/quay")},
    ),
    Recorded(
        "zeeschuimer", "fediverse.ndjson",
        [captured("truthsocial.com", STATUS), captured("gab.com", GAB)],
        [("truth_social:111", "truth_social:7", "original"), ("gab:5", "gab:7", "original")],
        STATUS_LINKS,
        facts={"text": "The quay & #Boats", "like_count": 4},
    ),
    Recorded(
        "zeeschuimer", "linkedin.ndjson",
        [captured("linkedin.com", {"updateMetadata": {"urn": "urn:li:fs_updateV2:(urn:li:activity:6960882777168695296,MAIN_FEED)"}, "actor": {"name": {"text": "Ann"}, "navigationContext": {"actionTarget": "https://www.linkedin.com/in/ann-a/?x=1"}, "subDescription": {"text": "3w • Promoted"}}, "commentary": {"text": {"text": "boats #Quay"}}})],
        [("linkedin:6960882777168695296", "linkedin:@ann-a", "original")],
        {("hashtag", "quay")},
        at="2022-08-04 09:03:01",
        facts={"created_at_basis": "id", "is_ad": True},
    ),
    Recorded(
        "zeeschuimer", "others.ndjson",
        [
            captured("facebook.com", STORY),
            captured("9gag.com", {"id": "aB", "title": "Boats", "description": "", "creationTs": AT_S, "creator": {"username": "ann", "fullName": "Ann"}, "promoted": 0, "sourceUrl": "https://example.org/quay", "tags": [{"key": "Boats"}], "url": "https://9gag.com/gag/aB"}),
            captured("9gag.com", {"id": "aC", "title": "Nobody's", "creationTs": AT_S, "creator": None}),
            captured("imgur.com", {"id": "iM", "title": "Boats", "description": "", "created_at": "2024-03-05T10:20:30Z", "account_id": 71, "cover": {"id": "c1"}}),
            captured("pinterest.com", {"entityId": "81", "title": "Boats", "pinner": {"entityId": "82", "username": "ann"}, "created_at": "Tue, 05 Mar 2024 10:20:30 +0000"}),
            captured("douyin.com", {"aweme_id": "91", "desc": "船 #quay", "create_time": AT_S, "author": {"uid": "92", "nickname": "安"}, "text_extra": [{"hashtag_name": "quay"}]}),
            captured("xiaohongshu.com", {"id": "65e6f1ee" + "0" * 16, "note_card": {"display_title": "Boats", "user": {"user_id": "ab", "nickname": "安"}}}),
            captured("xiaohongshu-comments", {"id": "c9", "content": "aye", "create_time": AT_MS, "note_id": "n1", "user_info": {"user_id": "ac", "nickname": "本"}}),
            captured("myspace.com", {"id": "1"}),
        ],
        [("facebook:123", "facebook:@ann.a", "original"), ("9gag:aB", "9gag:@ann", "original"), ("imgur:iM", "imgur:71", "original"), ("pinterest:81", "pinterest:82", "original"), ("douyin:91", "douyin:92", "original"), ("xiaohongshu:65e6f1ee0000000000000000", "xiaohongshu:ab", "original"), ("xiaohongshu:c9", "xiaohongshu:ac", "comment")],
        {("url", "example.org/quay"), ("hashtag", "boats"), ("hashtag", "quay"), ("media", "imgur:c1"), ("reply", "xiaohongshu:n1")},
        says="platform there is no reader for",
    ),
    Recorded(
        "apify_x", "dataset_tweets.json",
        [
            apify_tweet(X1, "ann", "11", "RT @ben: cut…", isRetweet=True, retweet=apify_tweet(X3, "ben", "12", WORDS + " &amp; more", entities=ENTITIES)),
            apify_tweet(X2, "ben", "12", "aye #Quay", isReply=True, inReplyToId=X3, inReplyToUserId="13", inReplyToUsername="cyd"),
            apify_tweet(X3, "cyd", "13", "see", isQuote=True, quoteId=X1, quote=apify_tweet(X1, "ann", "11", "a"), entities={"urls": [{"expanded_url": f"https://x.com/ann/status/{X1}"}]}),
            {"noResults": True},
            {"type": "mock_tweet", "id": "-1", "text": "From KaitoEasyAPI, a reminder"},
        ],
        [(f"x:{X1}", "x:11", "repost"), (f"x:{X2}", "x:12", "reply"), (f"x:{X3}", "x:13", "quote")],
        {("repost", f"x:{X3}"), ("reply", f"x:{X3}"), ("quote", f"x:{X1}"), *INHERITED},
        facts={"text": WORDS + " & more", "like_count": None, "text_is_inherited": True},
        about={"handle": "ann", "followers": 3},
        says="a query gave nothing",
    ),
    Recorded(
        "apify_x", "quacker.jsonl",
        [
            {"id_str": X1, "full_text": f"RT @dora: {WORDS}", "created_at": X_AT, "user_id_str": "11", "user": {"id_str": "11", "screen_name": "ann"}, "is_retweet": True, "is_quote_tweet": False, "favorite_count": 4},
            {"id_str": X2, "full_text": "see #Quay", "created_at": AT, "user_id_str": "12", "user": {"id_str": "12", "screen_name": "ben"}, "is_retweet": False, "hashtags": ["Quay"], "urls": [{"expanded_url": "https://example.org/quay"}],
             "user_mentions": [{"id_str": "14", "screen_name": "dora"}], "replying_to_tweet": f"https://twitter.com/ann/status/{X1}", "favorite_count": 4},
        ],
        [(f"x:{X1}", "x:11", "repost"), (f"x:{X2}", "x:12", "reply")],
        {("repost", "x:retweet:SAME"), ("reply", f"x:{X1}"), *INHERITED},
        facts={"text": WORDS, "like_count": None},
    ),
    Recorded(
        "apify_tiktok", "dataset_tiktok.json",
        [
            {"id": "7342800000000000001", "text": "boats @ben #quay", "createTime": int(EPOCH), "createTimeISO": AT, "isAd": True, "authorMeta": {"id": "61", "name": "ann", "nickName": "Ann", "fans": 12},
             "musicMeta": {"musicId": "900"}, "webVideoUrl": "https://www.tiktok.com/@ann/video/7342800000000000001", "diggCount": 5, "commentCount": 0, "shareCount": 1, "playCount": 99,
             "mentions": ["@ben"], "detailedMentions": [{"id": "62", "name": "ben"}], "hashtags": [{"name": "quay"}], "effectStickers": [{"ID": "33", "name": "x"}]},
            {"authorMeta.id": "62", "authorMeta.name": "ben", "text": "aye", "createTimeISO": AT, "webVideoUrl": "https://www.tiktok.com/@ben/photo/7342800000000000002"},
            {"error": "not_found", "url": "https://www.tiktok.com/@nobody"},
        ],
        [("tiktok:7342800000000000001", "tiktok:61", "original"), ("tiktok:7342800000000000002", "tiktok:62", "original")],
        {("hashtag", "quay"), ("mention", "tiktok:62"), ("track", "tiktok:900"), ("object", "tiktok:effect:33")},
        facts={"is_ad": True, "view_count": 99, "like_count": 5, "created_at_precision": "s"},
        about={"handle": "ann", "followers": 12},
    ),
    Recorded(
        "apify_tiktok", "dataset_tiktok-comments.jsonl",
        [{"cid": "55", "uid": "62", "uniqueId": "ben", "text": "aye #quay", "createTime": int(EPOCH), "createTimeISO": AT, "diggCount": 2, "replyCommentTotal": 0, "repliesToId": "54", "videoWebUrl": "https://www.tiktok.com/@ann/video/7342800000000000001"}],
        [("tiktok:55", "tiktok:62", "comment")],
        {("hashtag", "quay"), ("reply", "tiktok:7342800000000000001"), ("reply", "tiktok:54")},
        facts={"conversation_uid": "tiktok:7342800000000000001", "like_count": 2},
    ),
    Recorded(
        "apify_facebook", "dataset_facebook-posts.json",
        [
            {"facebookUrl": "https://www.facebook.com/town/", "postId": "123", "pageName": "town", "url": "https://www.facebook.com/town/posts/pfbid0a", "time": AT, "timestamp": int(EPOCH), "user": {"id": "9", "name": "Town"},
             "text": "see #Quay", "link": "https://example.org/quay", "likes": 4, "comments": 1, "shares": 0, "textReferences": [{"url": "https://www.facebook.com/hashtag/quay"}], "media": [{"id": "77", "__typename": "Photo"}]},
            {"facebookUrl": "https://www.facebook.com/port/", "feedbackId": "ZmVlZGJhY2s6MTI0", "pageName": "port", "time": AT, "user": {"id": "10", "name": "Port"}, "sharedPost": {"postId": "123", "user": {"id": "9", "name": "Town"}, "text": "see"}},
            {"facebookUrl": "https://www.facebook.com/groups/quay", "groupTitle": "Quay", "legacyId": "125", "time": AT, "user": {"id": "pfbid0b", "name": "Ann"}, "text": "look", "likesCount": 2, "sharedPost": {"postId": "123", "user": {"id": "9"}}},
        ],
        [("facebook:123", "facebook:9", "original"), ("facebook:124", "facebook:10", "repost"), ("facebook:125", "facebook:pfbid0b", "quote")],
        {("url", "example.org/quay"), ("hashtag", "quay"), ("media", "facebook:77"), ("repost", "facebook:123"), ("quote", "facebook:123")},
        facts={"like_count": 4, "text": "see #Quay", "created_at_precision": "s"},
        about={"handle": "town", "display_name": "Town"},
        says="last for one visit",
    ),
    Recorded(
        "apify_facebook", "dataset_facebook-comments.json",
        [
            {"facebookUrl": "https://www.facebook.com/town/posts/pfbid0a", "commentUrl": "https://www.facebook.com/town/posts/pfbid0a?comment_id=22", "id": "Y29tbWVudDoxMTExMV8yMg==", "feedbackId": "ZmVlZGJhY2s6MTExMTFfMjI=", "date": AT, "text": "aye #Quay",
             "profileUrl": "https://www.facebook.com/ann.a", "profileId": "pfbid0c", "profileName": "Ann", "likesCount": "14", "commentsCount": 1, "threadingDepth": 0, "facebookId": "11111",
             "comments": [{"id": "Y29tbWVudDoxMTExMV8yMw==", "date": AT, "text": "no", "profileId": "31", "profileName": "Ben"}]},
            {"facebookUrl": "https://www.facebook.com/town/posts/pfbid0a", "error": "no_items"},
        ],
        [("facebook:11111_22", "facebook:pfbid0c", "comment"), ("facebook:11111_23", "facebook:31", "comment")],
        {("reply", "facebook:11111"), ("reply", "facebook:11111_22"), ("hashtag", "quay")},
        facts={"like_count": 14, "conversation_uid": "facebook:11111"},
        about={"handle": "ann.a"},
    ),
    Recorded(
        "apify_instagram", "dataset_instagram.json",
        [
            {"id": "3300", "type": "Sidecar", "shortCode": "Abc", "caption": "quay #Boats https://example.org/quay", "hashtags": ["Boats"], "mentions": [], "url": "https://www.instagram.com/p/Abc/", "commentsCount": 2, "likesCount": -1, "timestamp": AT,
             "latestComments": [{"id": "1", "text": "aye", "ownerUsername": "cyd", "timestamp": AT}], "ownerId": "31", "ownerUsername": "ann", "ownerFullName": "Ann", "taggedUsers": [{"id": "32", "username": "ben"}], "musicInfo": {"audio_id": "88"}, "childPosts": [{"id": "9"}]},
            {"username": "cyd", "followersCount": 5, "followsCount": 1, "postsCount": 1, "biography": "", "latestPosts": [{"shortCode": "Abd", "caption": "aye", "timestamp": AT, "ownerUsername": "cyd", "ownerId": "33"}]},
            {"username": "dora", "followersCount": 5, "postsCount": 0, "latestPosts": []},
        ],
        [("instagram:Abc", "instagram:31", "original"), ("instagram:Abd", "instagram:33", "original")],
        {("hashtag", "boats"), ("url", "example.org/quay"), ("mention", "instagram:32"), ("media", "instagram:9"), ("track", "instagram:88")},
        facts={"like_count": None, "reply_count": 2, "created_at_precision": "s"},
        about={"handle": "ann"},
        says="only the latest few",
    ),
    Recorded(
        "apify_instagram", "dataset_instagram-comments.json",
        [{"postUrl": "https://www.instagram.com/p/Abc/", "id": "178", "text": "aye @ben", "ownerUsername": "cyd", "timestamp": AT, "likesCount": 1, "owner": {"id": "33", "username": "cyd"},
          "replies": [{"id": "179", "text": "no", "ownerUsername": "ann", "timestamp": AT, "owner": {"id": "31"}}]}],
        [("instagram:178", "instagram:33", "comment"), ("instagram:179", "instagram:31", "comment")],
        {("reply", "instagram:Abc"), ("reply", "instagram:178"), ("mention", "instagram:@ben")},
        facts={"conversation_uid": "instagram:Abc"},
    ),
    Recorded(
        "x_v1", "stream.jsonl",
        [
            v1(X1, "ann", "11", "RT @ben: cut…", retweeted_status=v1(X3, "ben", "12", WORDS + " &amp; more", entities=ENTITIES)),
            v1(X2, "ben", "12", "") | {"full_text": None, "text": "cut… https://t.co/a", "truncated": True, "extended_tweet": {"full_text": "all of it", "entities": ENTITIES}},
            v1(X3, "cyd", "13", "yes", in_reply_to_status_id_str=X2, in_reply_to_user_id_str="12", quoted_status_id_str=X1, quoted_status=v1(X1, "ann", "11", "a"), entities={"urls": [{"expanded_url": f"https://twitter.com/ann/status/{X1}"}]}),
            {"limit": {"track": 5}},
        ],
        [(f"x:{X1}", "x:11", "repost"), (f"x:{X2}", "x:12", "original"), (f"x:{X3}", "x:13", "reply")],
        {("repost", f"x:{X3}"), ("reply", f"x:{X2}"), ("quote", f"x:{X1}"), *INHERITED},
        facts={"text": WORDS + " & more", "created_at_precision": "s"},
        about={"handle": "ann", "followers": 3},
    ),
    Recorded(
        "discord", "Town - general [2].json",
        [{"guild": {"id": "1", "name": "Town"}, "channel": {"id": "2", "type": "GuildTextChat", "category": "x", "name": "general"}, "exportedAt": AT, "messages": [
            discord("1160000000000000001", "101", "see https://example.org/quay #general", mentions=[{"id": "102", "name": "ben"}], attachments=[{"id": "77", "url": "https://cdn.example/a.jpg?ex=1"}], embeds=[{"url": "https://example.org/quay"}]),
            discord("1160000000000000002", "102", "aye", type="Reply", reference={"messageId": "1160000000000000001", "channelId": "2", "guildId": "1"}),
            discord("1160000000000000003", "103", "", reference={"type": "Forward", "messageId": "1150000000000000009", "channelId": "5"}, forwardedMessage={"content": "boats https://a.example/1", "attachments": [{"id": "78"}]}),
            discord("1160000000000000004", "104", "Joined the server.", type="GuildMemberJoin"),
            discord("1160000000000000005", "104", "Pinned a message.", type="ChannelPinnedMessage", reference={"messageId": "1160000000000000001"}),
            discord("1160000000000000006", "456226577798135808", "gone") | {"author": {"id": "456226577798135808", "name": "Deleted User", "discriminator": "0000"}},
        ], "messageCount": 6}],
        [("discord:1160000000000000001", "discord:101", "original"), ("discord:1160000000000000002", "discord:102", "reply"), ("discord:1160000000000000003", "discord:103", "repost")],
        {("url", "example.org/quay"), ("mention", "discord:102"), ("media", "discord:77"), ("reply", "discord:1160000000000000001"), ("repost", "discord:1150000000000000009"), ("url", "a.example/1"), ("media", "discord:78")},
        facts={"channel_uid": "discord:2", "created_at_precision": "ms"},
        about={"handle": "name_101", "display_name": "Name 101"},
        says="A notice of the server",
    ),
    Recorded(
        "tdl", "tdl-export.json",
        [{"id": 22, "messages": [
            {"id": 12, "type": "message", "file": "", "date": AT_S, "text": "see https://example.org/quay #Quay @chan", "raw": RAW | {"ID": 12, "Message": "see https://example.org/quay #Quay @chan", "FromID": {"UserID": 3}, "Views": 10,
             "Entities": [{"Offset": 4, "Length": 24}, {"Offset": 0, "Length": 3, "URL": "https://a.example/1"}, {"Offset": 0, "Length": 3, "UserID": 5}]}},
            {"id": 11, "type": "message", "file": "", "date": AT_S, "text": "passed on", "raw": RAW | {"ID": 11, "Message": "passed on", "Post": True, "FwdFrom": {"Date": AT_S - 60, "FromID": {"ChannelID": 11}, "FromName": "", "ChannelPost": 42}}},
            {"id": 10, "type": "message", "file": "a.jpg", "date": AT_S, "text": "aye", "raw": RAW | {"ID": 10, "Message": "aye", "FromID": {"UserID": 4}, "ReplyTo": {"ReplyToMsgID": 9, "ReplyToPeerID": None}, "Media": {"Photo": {"ID": 81}}}},
            {"id": 9, "type": "message", "file": "", "date": AT_S, "raw": RAW | {"ID": 9, "Message": "", "FromID": {"UserID": 4}, "ReplyTo": {"ReplyToMsgID": 1, "ForumTopic": True, "ReplyToTopID": 0}, "Media": {"Poll": {"ID": 1, "Question": {"Text": "Open #Quay ?"}}},
             "ReplyMarkup": {"Rows": [{"Buttons": [{"Text": "Go", "URL": "https://b.example/2"}]}]}}},
            {"id": 8, "type": "message", "file": "", "date": AT_S, "text": "private", "raw": RAW | {"ID": 8, "PeerID": {"UserID": 9}}},
        ]}],
        [("telegram:22:12", "telegram:user3", "original"), ("telegram:22:11", "telegram:channel22", "repost"), ("telegram:22:10", "telegram:user4", "reply"), ("telegram:22:9", "telegram:user4", "original")],
        {("url", "example.org/quay"), ("url", "a.example/1"), ("hashtag", "quay"), ("mention", "telegram:@chan"), ("mention", "telegram:user5"), ("repost", "telegram:11:42"), ("reply", "telegram:22:9"), ("media", "telegram:81"), ("url", "b.example/2")},
        facts={"view_count": 10, "channel_uid": "telegram:channel22"},
        says="A private chat",
    ),
    Recorded(
        "tdl", "tdl-content.json",
        [{"id": 22, "messages": [{"id": 7, "type": "message", "file": "", "date": AT_S, "text": "boats https://example.org/quay"}]}],
        [("telegram:22:7", "telegram:channel22", "original")],
        {("url", "example.org/quay")},
        says="export it once more with --raw",
    ),
    Recorded(
        "telegram_desktop", "result.json",
        [{"about": "Here is the data you requested.", "personal_information": {"user_id": 1}, "contacts": {"about": "", "list": []}, "chats": {"about": "", "list": [
            {"name": "Ann", "type": "personal_chat", "id": 3, "messages": [{"id": 1, "type": "message", "date_unixtime": str(AT_S), "date": "2024-03-05T10:20:30", "from": "Ann", "from_id": "user3", "text": "private"}]},
            {"name": "Quay", "type": "public_supergroup", "id": 22, "messages": [
                {"id": 1, "type": "service", "date": "2024-03-05T10:20:30", "date_unixtime": str(AT_S), "actor": "Quay", "actor_id": "channel22", "action": "topic_created", "title": "News", "text": ""},
                desktop(2, "user3", ["see ", {"type": "link", "text": "https://example.org/quay"}], reply_to_message_id=1),
                desktop(3, "user4", "", poll={"question": ["Open ", {"type": "hashtag", "text": "#Quay"}], "answers": [{"text": "aye"}]}),
                desktop(4, "user4", "", todo_list={"title": "Mend https://a.example/1", "answers": [{"id": 1, "text": "the net"}]}, inline_bot_buttons=[[{"type": "url", "text": "Go", "data": "https://b.example/2"}, {"type": "callback", "data": "https://c.example"}]]),
                {name: value for name, value in desktop(5, "channel22", "").items() if name != "text"} | {"rich_message": {"blocks": [{"type": "header", "text": "Boats"}, {"type": "paragraph", "text": [" at ", {"type": "text_link", "text": "the quay", "href": "https://d.example/3"}]}]}},
                desktop(6, "user5", "passed on by somebody, to all of us who care for boats", forwarded_from="Far", forwarded_from_id="channel33"),
                desktop(7, "user3", "aye", reply_to_message_id=2, reply_to_peer_id="channel33"),
            ]}]}}],
        [("telegram:22:2", "telegram:user3", "original"), ("telegram:22:3", "telegram:user4", "original"), ("telegram:22:4", "telegram:user4", "original"), ("telegram:22:5", "telegram:channel22", "original"),
         ("telegram:22:6", "telegram:user5", "repost"), ("telegram:22:7", "telegram:user3", "reply")],
        {("url", "example.org/quay"), ("hashtag", "quay"), ("url", "a.example/1"), ("url", "b.example/2"), ("url", "d.example/3"), ("repost", FORWARDED), ("reply", "telegram:33:2")},
        facts={"text": "see https://example.org/quay"},
        says="laid out with headings",
    ),
    Recorded(
        "telethon", "messages.jsonl",
        [
            message(7, message="😀 see example.org #Quay @chan", entities=[{"_": "MessageEntityUrl", "offset": 7, "length": 11}, {"_": "MessageEntityHashtag", "offset": 19, "length": 5}, {"_": "MessageEntityMention", "offset": 25, "length": 5}], views=10),
            message(8, grouped_id=5, media={"_": "MessageMediaPhoto", "photo": {"id": 81}}, message="the album"),
            message(9, grouped_id=5, media={"_": "MessageMediaPhoto", "photo": {"id": 82}}),
            message(10, fwd_from={"_": "MessageFwdHeader", "from_id": {"_": "PeerChannel", "channel_id": -10011}, "channel_post": 42}, message="passed on", from_id={"_": "PeerUser", "user_id": 3}),
            message(11, reply_to={"_": "MessageReplyHeader", "reply_to_msg_id": 10}, peer_id=-1002222222222, message="aye"),
            message(12, peer_id={"_": "PeerUser", "user_id": 9}, message="private"),
            message(13, _="MessageService"),
        ],
        [("telegram:22:7", "telegram:channel22", "original"), ("telegram:22:8", "telegram:channel22", "original"), ("telegram:22:10", "telegram:user3", "repost"), ("telegram:2222222222:11", "telegram:channel2222222222", "reply")],
        {("url", "example.org"), ("hashtag", "quay"), ("mention", "telegram:@chan"), ("media", "telegram:81"), ("repost", "telegram:11:42"), ("reply", "telegram:2222222222:10")},
        facts={"view_count": 10, "channel_uid": "telegram:channel22"},
        says="further picture of an album",
    ),
    Recorded(
        "telethon", "fourcat_telegram.ndjson",
        [{"_type": "Message", "id": 5, "peer_id": {"_type": "PeerChannel", "channel_id": 22}, "date": float(AT_S), "message": "boats", "_chat": {"username": "quay_news", "title": "Quay", "broadcast": True}, "_sender": None}],
        [("telegram:22:5", "telegram:channel22", "original")],
        set(),
        facts={"url": "https://t.me/quay_news/5"},
        about={"handle": "quay_news", "account_type": "channel"},
    ),
    Recorded(
        "bluesky", "jetstream.jsonl",
        [
            event("did:plc:ann", "a", "create", **SKEET),
            event("did:plc:ann", "b", "create", **SKEET),
            event("did:plc:ben", "c", "create", **SKEET),
            event("did:plc:ann", "a", "delete"),
            {"did": "did:plc:ben", "time_us": AT_MS * 1000, "kind": "account", "account": {"did": "did:plc:ben", "active": False, "status": "deleted"}},
        ],
        [(f"bluesky:{BSKY}a", "bluesky:did:plc:ann", "original"), (f"bluesky:{BSKY}b", "bluesky:did:plc:ann", "original"), ("bluesky:at://did:plc:ben/app.bsky.feed.post/c", "bluesky:did:plc:ben", "original")],
        {("hashtag", "quay")},
        facts={"is_deleted": True, "text": None},
        says="deleted further on in the file",
    ),
    Recorded(
        "bluesky", "tap.jsonl",
        [{"id": 1, "type": "record", "record": {"live": True, "did": "did:plc:ann", "collection": "app.bsky.feed.post", "rkey": "t", "action": "create", "record": SKEET}}],
        [(f"bluesky:{BSKY}t", "bluesky:did:plc:ann", "original")],
        {("hashtag", "quay")},
    ),
    Recorded(
        "bluesky", "fourcat_bluesky.ndjson",
        [{
            "uri": f"{BSKY}d", "cid": "c", "author": {"did": "did:plc:ann", "handle": "ann.example", "display_name": "Ann", "py_type": "app.bsky.actor.defs#profileViewBasic"},
            "record": {"text": "see", "created_at": AT, "langs": ["en"], "py_type": "app.bsky.feed.post", "reply": {"parent": {"uri": f"{BSKY}a"}, "root": {"uri": f"{BSKY}a"}},
                       "embed": {"external": {"uri": "https://example.org/quay"}, "py_type": "app.bsky.embed.external"},
                       "facets": [{"index": {"byte_start": 0, "byte_end": 3}, "features": [{"did": "did:plc:ben", "py_type": "app.bsky.richtext.facet#mention"}]}]},
            "like_count": 3, "indexed_at": "2024-03-05T10:20:31.000Z", "py_type": "app.bsky.feed.defs#postView", "4CAT_metadata": {"collected_at": AT_S + 9, "query": "secret", "rank": 1},
        }],
        [(f"bluesky:{BSKY}d", "bluesky:did:plc:ann", "reply")],
        {("reply", f"bluesky:{BSKY}a"), ("url", "example.org/quay"), ("mention", "bluesky:did:plc:ben")},
        facts={"like_count": 3},
        about={"display_name": "Ann", "handle": "ann.example"},
    ),
    Recorded(
        "tiktok_research", "videos.json",
        [{"data": {"videos": [{"id": 7342800000000000001, "username": "ann", "video_description": "boats @ben", "create_time": AT_S, "region_code": "NO", "hashtag_names": ["Quay"], "music_id": 7342800000000000009, "effect_ids": ["0", "77"], "like_count": 3}], "cursor": 1, "has_more": False}, "error": {"code": "ok"}}],
        [("tiktok:7342800000000000001", "tiktok:@ann", "original")],
        {("hashtag", "quay"), ("mention", "tiktok:@ben"), ("track", "tiktok:7342800000000000009"), ("object", "tiktok:effect:77")},
        facts={"like_count": 3, "view_count": None},
    ),
    Recorded(
        "youtube_api", "threads.json",
        [{"kind": "youtube#commentThreadListResponse", "items": [{"kind": "youtube#commentThread", "id": "T", "snippet": {"videoId": "vid00000001", "totalReplyCount": 1, "topLevelComment": {"kind": "youtube#comment", "id": "T", "snippet": {"authorDisplayName": "Ann", "authorChannelId": {"value": "UCa"}, "textDisplay": "see <a href=\"https://example.org/quay\">this</a>", "likeCount": 2, "publishedAt": "2024-03-05T10:20:30Z", "updatedAt": "2024-03-05T10:20:30Z"}}}, "replies": {"comments": [{"kind": "youtube#comment", "id": "T.1", "snippet": {"parentId": "T", "authorChannelId": {"value": "UCb"}, "textOriginal": "aye", "publishedAt": "2024-03-05T10:20:30Z"}}]}}]}],
        [("youtube:T", "youtube:UCa", "comment"), ("youtube:T.1", "youtube:UCb", "comment")],
        {("reply", "youtube:vid00000001"), ("reply", "youtube:T"), ("url", "example.org/quay")},
        facts={"reply_count": 1, "text": "see this"},
        about={"display_name": "Ann"},
    ),
    Recorded(
        "youtube_api", "videos.jsonl",
        [
            {"kind": "youtube#searchListResponse", "items": [{"kind": "youtube#searchResult", "id": {"kind": "youtube#video", "videoId": "vid00000001"}, "snippet": {"publishedAt": "2024-03-05T10:20:30Z", "channelId": "UCa", "channelTitle": "Ann", "title": "Boats", "description": "more at https://example.org/quay"}}, {"kind": "youtube#searchResult", "id": {"kind": "youtube#channel", "channelId": "UCa"}, "snippet": {}}]},
            {"kind": "youtube#videoListResponse", "items": [{"kind": "youtube#video", "id": "vid00000002", "snippet": {"publishedAt": "2024-03-05T10:20:30Z", "channelId": "UCa", "title": "Quay", "tags": ["Boats"]}, "statistics": {"viewCount": "12"}}]},
        ],
        [("youtube:vid00000001", "youtube:UCa", "original"), ("youtube:vid00000002", "youtube:UCa", "original")],
        {("url", "example.org/quay"), ("hashtag", "boats")},
        facts={"text": "Boats\n\nmore at https://example.org/quay"},
        says="no comment",
    ),
    Recorded(
        "reddit", "town_submissions.jsonl",
        [
            {"id": "s1", "subreddit": "Town", "created_utc": AT_S, "author": "ann", "author_fullname": "t2_a", "title": "Boats", "selftext": "", "is_self": False, "url": "https://example.org/quay?a=1&amp;b=2", "score": 5, "num_comments": 0, "permalink": "/r/Town/s1/"},
            {"id": "s2", "subreddit": "Town", "created_utc": AT_S, "author": "ben", "title": "Again", "selftext": "[removed]", "is_self": True, "crosspost_parent": "t3_s1", "crosspost_parent_list": [{"author": "ann"}]},
            {"id": "s3", "subreddit": "Town", "created_utc": AT_S, "author": "[deleted]", "title": "Whose?", "selftext": ""},
            {"id": "s4", "subreddit": "Town", "created_utc": AT_S, "author": "cyd", "title": WORDS, "selftext": "see https://example.org/gone", "_meta": {"was_deleted_later": True}},
        ],
        [("reddit:t3_s1", "reddit:@ann", "original"), ("reddit:t3_s2", "reddit:@ben", "repost"), ("reddit:t3_s4", "reddit:@cyd", "original")],
        {("url", "example.org/quay?a=1&b=2"), ("repost", "reddit:t3_s1")},
        facts={"channel_uid": "reddit:r/town", "like_count": 5},
        says="deleted by their authors",
    ),
    Recorded(
        "reddit", "RC_2012-01.jsonl",
        [{"id": "c1", "subreddit": "Town", "created_utc": EPOCH, "author": "ann", "body": "[this](https://example.org/quay) &gt; that, u/ben and u/[deleted]", "link_id": "t3_s1", "parent_id": "t1_c0", "score": 1}],
        [("reddit:t1_c1", "reddit:@ann", "comment")],
        {("reply", "reddit:t1_c0"), ("url", "example.org/quay"), ("mention", "reddit:@ben")},
        facts={"conversation_uid": "reddit:t3_s1"},
    ),
    Recorded(
        "vk", "wall.json",
        [{"response": {"count": 3, "items": [
            {"id": 5, "owner_id": -9, "from_id": -9, "date": AT_S, "text": "", "copy_history": [{"id": 3, "owner_id": 21, "from_id": 21, "date": AT_S - 60, "text": f"{WORDS} #Quay", "attachments": [{"type": "link", "link": {"url": "https://example.org/quay"}}]}], "likes": {"count": 2}},
            {"id": 6, "owner_id": 21, "from_id": 22, "date": AT_S, "text": "with [id23|Cyd] and [club9|the club]", "attachments": [{"type": "photo", "photo": {"id": 77}}]},
            {"id": 7, "owner_id": 21, "from_id": 22, "post_id": 6, "date": AT_S, "text": "aye", "reply_to_user": 22},
        ], "profiles": [{"id": 22, "first_name": "Ben", "last_name": "B", "screen_name": "ben"}], "groups": [{"id": 9, "name": "Club", "screen_name": "club"}]}}],
        [("vk:-9_5", "vk:-9", "repost"), ("vk:21_6", "vk:22", "original"), ("vk:21_7", "vk:22", "comment")],
        {("repost", "vk:21_3"), ("hashtag", "quay"), ("url", "example.org/quay"), ("mention", "vk:23"), ("mention", "vk:-9"), ("media", "vk:77"), ("reply", "vk:21_6")},
        facts={"text_is_inherited": True, "text": f"{WORDS} #Quay"},
        about={"display_name": "Club", "account_type": "group", "handle": "club"},
    ),
    Recorded(
        "snscrape", "x.jsonl",
        [
            {"_type": "snscrape.modules.twitter.Tweet", "id": int(X1), "url": f"https://twitter.com/ann/status/{X1}", "date": "2024-03-05T10:20:30+00:00", "rawContent": "RT @ben: cut", "user": {"id": 11, "username": "ann", "displayname": "Ann"}, "retweetedTweet": {"id": int(X3), "rawContent": WORDS, "user": {"id": 12, "username": "ben"}, "links": [{"url": "https://example.org/quay"}]}},
            {"_type": "snscrape.modules.twitter.Tweet", "id": int(X2), "date": "2024-03-05T10:20:30+00:00", "content": "aye", "outlinks": ["https://example.org/boats"], "user": {"id": 12, "username": "ben"}, "inReplyToTweetId": int(X1), "inReplyToUser": {"username": "ann", "id": 11}, "quotedTweet": {"id": int(X3), "user": {"id": 13}}, "hashtags": ["Quay"], "mentionedUsers": [{"username": "ann", "id": 11}]},
        ],
        [(f"x:{X1}", "x:11", "repost"), (f"x:{X2}", "x:12", "reply")],
        {("repost", f"x:{X3}"), ("reply", f"x:{X1}"), ("quote", f"x:{X3}"), ("url", "example.org/quay"), ("url", "example.org/boats"), ("hashtag", "quay"), ("mention", "x:11")},
        facts={"text": WORDS},
    ),
    Recorded(
        "snscrape", "telegram.jsonl",
        [{"_type": "snscrape.modules.telegram.TelegramPost", "url": "https://t.me/s/Quay_News/5", "date": "2024-03-05T10:20:30+00:00", "content": "boats", "outlinks": ["https://example.org/quay"]}],
        [("telegram:quay_news:5", "telegram:@quay_news", "original")],
        {("url", "example.org/quay")},
        facts={"channel_uid": "telegram:@quay_news"},
    ),
    Recorded(
        "crowdtangle_json", "posts.json",
        [{"status": 200, "result": {"posts": [{"platformId": "9_123", "platform": "Facebook", "date": "2024-03-05 10:20:30", "message": "boats", "link": "https://sho.rt/a", "expandedLinks": [{"original": "https://sho.rt/a", "expanded": "https://example.org/quay"}], "postUrl": "https://www.facebook.com/quay/posts/123", "account": {"platformId": "9", "name": "Quay", "handle": "quay", "subscriberCount": 5, "accountType": "facebook_page"}, "statistics": {"actual": {"likeCount": 4, "shareCount": 2}}}]}}],
        [("facebook:123", "facebook:9", "original")],
        {("url", "example.org/quay")},
        facts={"like_count": 4, "view_count": None},
        about={"account_type": "page", "followers": 5},
    ),
    Recorded(
        "junkipedia_json", "posts.json",
        [{"data": [{"id": "900", "attributes": {"published_at": "2024-03-05T10:20:30Z", "url": "https://www.tiktok.com/@ann/video/1", "engagement_data": {"like_count": "1.2K"}, "search_data_fields": {"sanitized_text": "boats #Quay", "platform_name": "TikTok", "channel_data": {"channel_name": "ann", "channel_url_external": "https://www.tiktok.com/@ann"}}}}]}],
        [("tiktok:900", "tiktok:@ann", "original")],
        {("hashtag", "quay")},
        facts={"like_count": 1200},
    ),
    Recorded(
        "parler", "parler.ndjson",
        [
            {"datatype": "posts", "id": "p1", "creator": "u1", "username": "ann", "body": "boats #Quay", "createdAt": "20240305102030", "upvotes": "1.2k", "hashtags": ["Quay"], "urls": [{"long": "https://example.org/quay"}]},
            {"datatype": "posts", "id": "p2", "creator": "u2", "username": "ben", "body": "", "createdAt": "20240305102030", "parent": "p1"},
            {"datatype": "comments", "id": "p3", "creator": "u1", "body": "aye", "createdAtformatted": "2024-03-05 10:20:30 UTC", "parent": "p1"},
        ],
        [("parler:p1", "parler:u1", "original"), ("parler:p2", "parler:u2", "repost"), ("parler:p3", "parler:u1", "comment")],
        {("hashtag", "quay"), ("url", "example.org/quay"), ("repost", "parler:p1"), ("reply", "parler:p1")},
        facts={"like_count": 1200},
    ),
    Recorded(
        "gettr", "gettr.jsonl",
        [{"_id": "g1", "uid": "ann", "txt": "boats", "cdate": AT_MS, "udate": AT_MS, "htgs": ["Quay"], "utgs": {"ben": {}}, "lkbpst": 3, "prevsrc": "https://example.org/quay", "txt_lang": "en"}],
        [("gettr:g1", "gettr:@ann", "original")],
        {("hashtag", "quay"), ("mention", "gettr:@ben"), ("url", "example.org/quay")},
        facts={"like_count": 3, "edited_at": None},
    ),
    Recorded(
        "truth_gab", "truths.jsonl",
        [
            STATUS,
            STATUS | {"id": "112", "account": OWNER | {"id": "8", "username": "ben"}, "content": "", "reblog": STATUS, "url": "https://truthsocial.com/@ben/112"},
            STATUS | {"id": "113", "content": "<p>aye</p>", "in_reply_to_id": "111", "in_reply_to_account_id": "7", "quote_id": "112", "tags": [], "mentions": []},
            STATUS | {"id": "114", "visibility": "private"},
        ],
        [("truth_social:111", "truth_social:7", "original"), ("truth_social:112", "truth_social:8", "repost"), ("truth_social:113", "truth_social:7", "reply")],
        {*STATUS_LINKS, ("repost", "truth_social:111"), ("reply", "truth_social:111"), ("quote", "truth_social:112")},
        about={"handle": "ann", "followers": 9},
        says="not public",
    ),
    Recorded(
        "truth_gab", "gab.jsonl",
        [GAB, STATUS | {"id": "6", "url": "https://gab.com/ann/posts/6", "uri": None, "quote_of_id": "5", "content": "<p>aye</p>", "tags": [], "mentions": []}],
        [("gab:5", "gab:7", "original"), ("gab:6", "gab:7", "quote")],
        {("hashtag", "boats"), ("quote", "gab:5")},
        facts={"text": "Boats & quay", "like_count": 3, "repost_count": 1},
        about={"handle": "ann"},
    ),
]  # fmt: skip
