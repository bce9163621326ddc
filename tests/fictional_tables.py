"""Small invented files of table formats, and what must come out of them: nobody in them exists."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Post = tuple[str, str, str]  # post, account, kind
Link = tuple[str, str]  # kind, target


@dataclass(frozen=True)
class Made:
    """A file, and the posts and links in it. Links made of others (domains, texts) are left out."""

    reader: str
    file_name: str
    rows: list[dict[str, Any]]
    posts: list[Post]
    links: set[Link]
    columns: str = ""  # further columns of the header
    separator: str = ","
    above: str = ""
    encoding: str = "utf-8"
    at: str = "2024-03-05 10:20:30"
    facts: dict[str, Any] = field(default_factory=dict)  # column of the first post -> value
    about: dict[str, Any] = field(default_factory=dict)  # column of the first account -> value
    says: str = ""  # what an assumption or warning must hold
    beside: dict[str, bytes] = field(default_factory=dict)  # files in the same folder

    def write(self, folder: Path) -> Path:
        """The file in that folder, with those beside it."""
        for name, content in self.beside.items():
            (folder / name).write_bytes(content)
        (folder / self.file_name).write_bytes(self.content)
        return folder / self.file_name

    @property
    def content(self) -> bytes:
        header = dict.fromkeys([*(key for row in self.rows for key in row), *self.columns.split(",")])
        header.pop("", None)
        out = io.StringIO(self.above)
        out.seek(0, io.SEEK_END)
        writer = csv.DictWriter(out, list(header), delimiter=self.separator, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        return out.getvalue().encode(self.encoding)


EPOCH = "1709634030"  # 2024-03-05 10:20:30
X1, X2, X3 = "1764958000000000001", "1764958000000000002", "1764958000000000003"
WORDS = "the harbour must stay open to all boats of the town"
X_CLOCK = {"timestamp": "2024-03-05 10:20:30", "unix_timestamp": EPOCH}

FOURCAT_X = {"id": X1, "thread_id": X1, **X_CLOCK, "author": "Ann", "author_fullname": "Ann A", "author_id": "11"}

MADE = [
    Made(
        "fourcat",
        "x.csv",
        [
            FOURCAT_X
            | {"body": f"RT @Dora: {WORDS}", "is_retweet": "yes", "retweeted_user": "Dora", "like_count": "9", "hashtags": "Quay"},
            FOURCAT_X
            | {"id": X2, "author": "Ben", "author_id": "12", "body": f"RT @dora {WORDS}", "is_retweet": "yes", "retweeted_user": "dora"},
            FOURCAT_X
            | {"id": X3, "author": "Cid", "author_id": "13", "body": "look", "is_quote_tweet": "yes", "quote_tweet_id": "5", "quote_author": "Dora",
               "like_count": "9", "urls": "https://a.example/1,2,https://b.example/", "mentions": "Dora,Eve"},
        ],
        [(f"x:{X1}", "x:11", "repost"), (f"x:{X2}", "x:12", "repost"), (f"x:{X3}", "x:13", "quote")],
        {("repost", "x:retweet:SAME"), ("hashtag", "quay"), ("quote", "x:5"), ("url", "a.example/1,2"), ("url", "b.example"),
         ("mention", "x:@dora"), ("mention", "x:@eve")},
        columns="collected_from_url,is_reply",
        facts={"like_count": None, "text": WORDS, "conversation_uid": f"x:{X1}"},
    ),
    Made(
        "fourcat",
        "x_v2.csv",
        [
            {"id": X1, "thread_id": "4", "timestamp": "2024-03-05 10:20:30", "unix_timestamp": "1709637630", "body": "hello @eve",
             "author": "Ann", "author_id": "11", "author_followers": "3", "is_reply": "yes", "replied_user": "Dora", "impression_count": "7"},
        ],
        [(f"x:{X1}", "x:11", "reply")],
        set(),
        columns="retweeted_user,quoted_user,is_retweet,is_quote_tweet,urls,hashtags,mentions",
        facts={"view_count": 7},
        about={"followers": 3},
        says="-1 hours apart",
    ),
    Made(
        "fourcat",
        "tiktok.csv",
        [{"id": "7300000000000000001", "thread_id": "7300000000000000001", "author": "ann.t", "author_followers": "5", "body": "hi @ben", **X_CLOCK,
          "is_ad": "no", "music_id": "77", "tiktok_url": "https://www.tiktok.com/@ann.t/video/7300000000000000001", "hashtags": "One,two", "plays": "50"}],
        [("tiktok:7300000000000000001", "tiktok:@ann.t", "original")],
        {("track", "tiktok:77"), ("hashtag", "one"), ("hashtag", "two"), ("mention", "tiktok:@ben")},
        facts={"is_ad": False, "view_count": 50},
    ),
    Made(
        "fourcat",
        "comments.csv",
        [{"id": "8", "thread_id": "6", "author": "ann.t", "body": "no #way", **X_CLOCK, "post_id": "5", "is_comment_on_comment": "yes", "language_guess": "en"}],
        [("tiktok:8", "tiktok:@ann.t", "comment")],
        {("reply", "tiktok:5"), ("reply", "tiktok:6"), ("hashtag", "way")},
        facts={"lang": "en", "conversation_uid": "tiktok:5"},
    ),
    Made(
        "fourcat",
        "instagram.csv",
        [{"id": "Cx1", "thread_id": "Cx1", **X_CLOCK, "url": "https://www.instagram.com/p/Cx1", "body": "sun", "author_id": "21", "author": "ann",
          "coauthors": "", "media_type": "photo", "hashtags": "sun", "usertags": "ben,cid", "num_likes": "0", "likes_hidden": "yes", "num_comments": "2"}],
        [("instagram:Cx1", "instagram:21", "original")],
        {("hashtag", "sun"), ("mention", "instagram:@ben"), ("mention", "instagram:@cid")},
        columns="partial_item",
        facts={"like_count": None, "reply_count": 2},
    ),
    Made(
        "fourcat",
        "threads.csv",
        [{"id": "Th1", "thread_id": "Th1", "url": "https://www.threads.net/@ann/post/Th1", "body": "hi @ben.b", **X_CLOCK, "author": "ann",
          "author_is_verified": "no", "link_url": "https://l.threads.com/?u=https%3A%2F%2Fa.example%2F1", "is_paid_partnership": "no", "likes": "1",
          "reposts": "2", "replies": "3", "quotes": "4", "hashtags": ""}],
        [("threads:Th1", "threads:@ann", "original")],
        {("url", "a.example/1"), ("mention", "threads:@ben.b")},
        facts={"repost_count": 2, "quote_count": 4},
    ),
    Made(
        "fourcat",
        "telegram.csv",
        [
            {"id": "TownNews-5", "thread_id": "TownNews", "chat": "TownNews", "author": "100", "author_username": "TownNews", "author_name": "Town", "body": WORDS,
             **X_CLOCK, "author_forwarded_from_id": "900", "author_forwarded_from_username": "source", "unix_timestamp_forwarded_from": "1709630000", "views": "10"},
            {"id": "TownNews-6", "chat": "TownNews", "author": "55", "author_username": "eve", "body": "see t.me/x/1 #no", **X_CLOCK, "reply_to": "5"},
        ],
        [("telegram:townnews:5", "telegram:channel100", "repost"), ("telegram:townnews:6", "telegram:user55", "reply")],
        {("repost", "telegram:forward:900:1709630000"), ("reply", "telegram:townnews:5"), ("url", "t.me/x/1"), ("hashtag", "no")},
        facts={"view_count": 10, "channel_uid": "telegram:@townnews"},
        about={"account_type": "channel"},
    ),
    Made(
        "fourcat",
        "bluesky.csv",
        [
            {"id": "at://did:plc:ann/app.bsky.feed.post/3k1", "thread_id": "at://did:plc:ann/app.bsky.feed.post/3k1", "created_at": "2024-03-05T10:20:30Z",
             "timestamp": EPOCH, "author": "ann.example", "author_id": "did:plc:ann", "body": "hi", "quoted_post": "REMOVED BY AUTHOR", "languages": "N/A",
             "mentions": "did:plc:ben,cid.example", "links": "https://a.example/1", "tags": "Sun", "replied_to_post": "https://bsky.app/profile/did:plc:eve/post/3k0"},
        ],
        [("bluesky:at://did:plc:ann/app.bsky.feed.post/3k1", "bluesky:did:plc:ann", "reply")],
        {("reply", "bluesky:at://did:plc:eve/app.bsky.feed.post/3k0"), ("mention", "bluesky:did:plc:ben"), ("mention", "bluesky:@cid.example"),
         ("url", "a.example/1"), ("hashtag", "sun")},
        columns="replies_allowed,query,rank",
        facts={"lang": None},
    ),
    Made(
        "fourcat",
        "truth.csv",
        [{"id": "9", "thread_id": "9", "created_at": "2024-03-05T10:20:30Z", "timestamp": "2024-03-05 10:20:30", "body": '<p>Read <a href="https://a.example/1">this</a></p>',
          "url": "https://truthsocial.com/@ann/9", "reblogs_count": "1", "account_id": "31", "account_username": "ann", "mentions": "ben", "hashtags": "x"}],
        [("truth_social:9", "truth_social:31", "original")],
        {("url", "a.example/1"), ("mention", "truth_social:@ben"), ("hashtag", "x")},
        facts={"text": "Read this", "repost_count": 1},
    ),
    Made(
        "fourcat",
        "gab.csv",
        [{"id": "9", "thread_id": "9", "created_at": "2024-03-05T10:20:30Z", "timestamp": "2024-03-05 10:20:30", "body": "words", "reblogs_count": "1",
          "account_id": "31", "account_username": "ann", "account_account": "ann", "link_url": "https://a.example/1", "tags": "x", "mentions": ""}],
        [("gab:9", "gab:31", "original")],
        {("url", "a.example/1"), ("hashtag", "x")},
    ),
    Made(
        "fourcat",
        "linkedin.csv",
        [{"id": "urn:li:activity:7170724850565120000", "thread_id": "7170724850565120000", "body": "work", "timestamp": "2024-03-01 00:00:00", "timestamp_ago": "1w",
          "author": "ann-a", "author_name": "Ann", "is_promoted": "yes", "hashtags": "work", "reactions": "3"}],
        [("linkedin:7170724850565120000", "linkedin:@ann-a", "original")],
        {("hashtag", "work")},
        facts={"is_ad": True, "created_at_basis": "id", "like_count": 3},
    ),
    Made(
        "fourcat",
        "vk.csv",
        [{"id": "-5_6", "thread_id": "-5_6", **X_CLOCK, "author_id": "-5", "author_screen_name": "town", "author_name": "Town", "item_type": "post", "body": "words #x",
          "links": "https://a.example/1, https://b.example/2", "author_is_advertiser": "no", "likes": "2"}],
        [("vk:-5_6", "vk:-5", "original")],
        {("url", "a.example/1"), ("url", "b.example/2"), ("hashtag", "x")},
    ),
    Made(
        "fourcat",
        "tumblr.csv",
        [{"id": "700000001", "author": "ann", "thread_id": "x", **X_CLOCK, "is_reblog": "yes", "reblog_key": "k", "body": "words",
          "parent_post_author": "ben", "parent_post_url": "https://ben.tumblr.com/post/600000001/words", "tags": "x,y", "note_count": "2"}],
        [("tumblr:700000001", "tumblr:@ann", "repost")],
        {("repost", "tumblr:600000001"), ("hashtag", "x"), ("hashtag", "y")},
    ),
    Made(
        "fourcat",
        "facebook.csv",
        [{"id": "5", "url": "https://www.facebook.com/5", "body": "see https://a.example/1", **X_CLOCK, "author": "town.page", "author_name": "Town", "is_in_group": "yes", "group_name": "Quay"}],
        [("facebook:5", "facebook:town.page", "original")],
        {("url", "a.example/1")},
        facts={"channel_uid": "facebook:Quay"},
    ),
    Made(
        "fourcat",
        "custom.csv",
        [{"id": "5", "thread_id": "5", "author": "ann", "body": "see #x", **X_CLOCK, "mine": "kept out"}],
        [("unknown:5", "unknown:@ann", "original")],
        {("hashtag", "x")},
        says="--platform",
    ),
    Made(
        "twarc_csv",
        "old_twarc.csv",
        [{"id": X1, "conversation_id": X1, "author_id": "11", "author.username": "ann", "created_at": "2024-03-05T10:20:30.000Z", "text": "one\\ntwo",
          "referenced_tweets": '[{"type": "retweeted", "id": "77"}]', "public_metrics.like_count": "4", "entities.hashtags": '["#Sun"]'}],
        [(f"x:{X1}", "x:11", "repost")],
        {("repost", "x:77"), ("hashtag", "sun")},
        facts={"like_count": None, "text": "one\ntwo"},
    ),
    Made(
        "x_io_archive",
        "land_202012_tweets_csv_hashed.csv",
        [
            {"tweetid": "1764956789012344832", "userid": "aB+/c=", "user_display_name": "aB+/c=", "user_screen_name": "aB+/c=", "tweet_language": "en", "tweet_text": f"RT @z: {WORDS}",
             "tweet_time": "2024-03-05 10:10", "is_retweet": "True", "retweet_userid": "9", "retweet_tweetid": "55", "hashtags": "['Sun', 'sea']",
             "urls": "[https://a.example/1, https://b.example/2]", "user_mentions": "[9]"},
            {"tweetid": "1764956789012344899", "userid": "12", "user_screen_name": "ben", "tweet_text": "so", "tweet_time": "2024-03-05 10:10", "is_retweet": "False",
             "hashtags": "[sun, Sea]", "urls": "[]", "in_reply_to_tweetid": "5.5e+17"},
        ],
        [("x:1764956789012344832", "x:aB+/c=", "repost"), ("x:1764956789012344899", "x:12", "reply")],
        {("repost", "x:55"), ("hashtag", "sun"), ("hashtag", "sea"), ("url", "a.example/1"), ("url", "b.example/2"), ("mention", "x:9")},
        at="",
        facts={"created_at_basis": "id"},
        about={"is_hashed": True, "uid_from": "hash", "handle": None},
        says="chosen beforehand",
    ),
    Made(
        "dmi_tcat",
        "tcat.csv",
        [
            {"id": X1, "time": EPOCH, "created_at": "2024-03-05 10:20:30", "from_user_name": "ann", "from_user_id": "11", "text": f"RT @dora: {WORDS}", "retweet_count": "9", "hashtags": "sun; sea"},
            {"id": X2, "time": EPOCH, "created_at": "2024-03-05 10:20:30", "from_user_name": "ben", "from_user_id": "12", "text": "yes", "in_reply_to_status_id": "5",
             "urls": "https://t.co/x", "urls_expanded": "https://a.example/1", "mentions": "dora"},
        ],
        [(f"x:{X1}", "x:11", "repost"), (f"x:{X2}", "x:12", "reply")],
        {("repost", "x:retweet:SAME"), ("hashtag", "sun"), ("hashtag", "sea"), ("reply", "x:5"), ("url", "a.example/1"), ("mention", "x:@dora")},
    ),
    Made(
        "usc_x24",
        "may_july_chunk_1.csv",
        [
            {"id": X1, "id_str": X1, "text": "hi", "rawContent": "hi there", "epoch": EPOCH, "user_id": "1.7e+18", "user": "{'id': 1700000000000000123, 'id_str': '1700000000000000123', 'username': 'ann', 'followersCount': 4}",
             "links": "[{'url': 'https://a.example/1', 'text': 'a'}]", "hashtags": "['Sun']", "mentionedUsers": "[{'id_str': '9', 'username': 'ben'}]", "retweetedTweetID": "", "url": f"https://x.com/ann/status/{X1}"},
            {"text": "buy now"},
        ],
        [(f"x:{X1}", "x:1700000000000000123", "original")],
        {("url", "a.example/1"), ("hashtag", "sun"), ("mention", "x:@ben")},
        about={"handle": "ann", "followers": 4},
        says="advertisement",
    ),
    Made(
        "hydrator",
        "hydrator.csv",
        [
            {"created_at": "Tue Mar 05 10:20:30 +0000 2024", "hashtags": "Sun sea", "urls": f"https://a.example/1 https://twitter.com/dora/status/{X3}", "favorite_count": "3", "id": X1,
             "in_reply_to_user_id": "1764958111222333100", "in_reply_to_screen_name": "dora", "lang": "en", "quote_id": X3, "text": "aye &amp; no @eve", "tweet_url": f"https://twitter.com/ann/status/{X1}",
             "user_id": "11", "user_name": "Ann A", "user_screen_name": "ann", "user_urls": "https://home.example", "user_created_at": "Mon Jan 04 08:00:05 +0000 2010", "user_verified": "false"},
            {"created_at": "Tue Mar 05 10:20:30 +0000 2024", "hashtags": "Quay", "id": X2, "quote_id": "5", "retweet_id": "77", "retweet_screen_name": "dora", "text": WORDS,
             "tweet_url": f"https://twitter.com/ben/status/{X2}", "user_id": "12", "user_screen_name": "ben"},
        ],
        [(f"x:{X1}", "x:11", "quote"), (f"x:{X2}", "x:12", "repost")],
        {("quote", f"x:{X3}"), ("url", "a.example/1"), ("hashtag", "sun"), ("hashtag", "sea"), ("mention", "x:@eve"), ("repost", "x:77"), ("hashtag", "quay")},
        facts={"text": "aye & no @eve", "like_count": 3},
        about={"display_name": "Ann A", "handle": "ann", "verified": False},
    ),
    Made(
        "hydrator",
        "old_json2csv.csv",
        [{"id": X1, "tweet_url": f"https://twitter.com/ann/status/{X1}", "created_at": "Tue Mar 05 10:20:30 +0000 2024", "user_screen_name": "ann", "text": "RT @dora: cut…", "reweet_id": "77",
          "retweet_screen_name": "dora", "user_created_at": ""}],
        [(f"x:{X1}", "x:@ann", "repost")],
        {("repost", "x:77")},
    ),
    Made(
        "json2csv",
        "json2csv.csv",
        [
            {"id": X1, "tweet_url": f"https://twitter.com/ann/status/{X1}", "created_at": "Tue Mar 05 10:20:30 +0000 2024", "parsed_created_at": "2024-03-05 10:20:30+00:00", "user_screen_name": "ann",
             "text": WORDS, "tweet_type": "retweet", "hashtags": "Quay", "favorite_count": "9", "retweet_or_quote_id": "77", "retweet_or_quote_screen_name": "dora", "retweet_or_quote_user_id": "14", "user_id": "11"},
            {"id": X2, "created_at": "Tue Mar 05 10:20:30 +0000 2024", "user_screen_name": "ben", "user_id": "12", "text": "@dora so", "tweet_type": "reply", "in_reply_to_status_id": "5",
             "in_reply_to_user_id": "14", "in_reply_to_screen_name": "dora", "retweet_or_quote_id": "78", "media": "https://pbs.example/a.jpg", "urls": "https://twitter.com/dora/status/78"},
            {"id": X3, "created_at": "Tue Mar 05 10:20:30 +0000 2024", "user_screen_name": "cid", "user_id": "13", "text": "look", "retweet_or_quote_id": "78", "urls": "https://twitter.com/dora/status/78"},
        ],
        [(f"x:{X1}", "x:11", "repost"), (f"x:{X2}", "x:12", "reply"), (f"x:{X3}", "x:13", "quote")],
        {("repost", "x:77"), ("hashtag", "quay"), ("reply", "x:5"), ("quote", "x:78"), ("mention", "x:@dora"), ("media", "pbs.example/a.jpg")},
        facts={"like_count": None, "text": WORDS},
    ),
    Made(
        "rtweet",
        "rtweet.csv",
        [
            {"user_id": "x11", "status_id": f"x{X1}", "created_at": "2024-03-05 10:20:30", "screen_name": "ann", "text": "see @dora", "is_quote": "FALSE", "is_retweet": "FALSE", "favorite_count": "3",
             "reply_to_status_id": "x5", "reply_to_user_id": "x14", "reply_to_screen_name": "dora", "hashtags": "Sun NA", "urls_url": "a.example/1", "urls_expanded_url": "https://a.example/1 https://b.example/2",
             "mentions_user_id": "x14 x15", "mentions_screen_name": "dora eve", "name": "Ann", "url": "https://home.example", "profile_expanded_url": "https://home.example/"},
            {"user_id": "x12", "status_id": f"x{X2}", "created_at": "2024-03-05 10:20:30", "screen_name": "ben", "text": WORDS, "is_quote": "TRUE", "is_retweet": "TRUE", "retweet_status_id": "x77",
             "retweet_user_id": "x14", "retweet_screen_name": "dora", "quoted_status_id": "x78"},
            {"user_id": "x16", "screen_name": "fay", "name": "Fay"},
        ],
        [(f"x:{X1}", "x:11", "reply"), (f"x:{X2}", "x:12", "repost")],
        {("reply", "x:5"), ("hashtag", "sun"), ("url", "a.example/1"), ("url", "b.example/2"), ("mention", "x:14"), ("mention", "x:15"), ("repost", "x:77")},
        facts={"text": "see @dora", "like_count": 3},
        says="about an account",
    ),
    Made(
        "tags",
        "tags.csv",
        [
            {"id_str": X1, "from_user": "ann", "text": "see https://t.co/a", "created_at": "Tue Mar 05 10:20:30 +0000 2024", "time": "05/03/2024 11:20:30", "from_user_id_str": "11", "in_reply_to_status_id_str": "5",
             "in_reply_to_user_id_str": "14", "in_reply_to_screen_name": "dora", "user_followers_count": "10", "status_url": f"http://twitter.com/ann/statuses/{X1}",
             "entities_str": '{"hashtags":[{"text":"Sun","indices":[1,2]}],"symbols":[{"text":"ABC"}],"urls":[{"url":"https://t.co/a","expanded_url":"https://a.example/1"}],"user_mentions":[{"screen_name":"eve","name":"E","id":15,"id_str":"15"}]}'},
            {"id_str": "1.76496E+18", "from_user": "ben", "text": f"RT @dora: {WORDS}", "created_at": "Tue Mar 05 10:20:30 +0000 2024", "from_user_id_str": "12", "status_url": f"http://twitter.com/ben/statuses/{X2}",
             "entities_str": '{"hashtags":[],"urls":[{"url":"https://t.co/b","expanded_url":"https://b.exam'},
            {"id_str": X3, "from_user": "cid", "text": "this", "created_at": "Tue Mar 05 10:20:30 +0000 2024", "from_user_id_str": "13",
             "entities_str": '{"urls":[{"expanded_url":"https:\\/\\/twitter.com\\/dora\\/status\\/78"}]}'},
        ],
        [(f"x:{X1}", "x:11", "reply"), (f"x:{X2}", "x:12", "repost"), (f"x:{X3}", "x:13", "quote")],
        {("reply", "x:5"), ("hashtag", "sun"), ("url", "a.example/1"), ("mention", "x:15"), ("repost", "x:retweet:SAME"), ("quote", "x:78"), ("url", "x.com/i/status/78")},
        facts={"like_count": None},
        says="1 ids that a spreadsheet rounded in id_str",
    ),
    Made(
        "web_exporter",
        "twitter-UserTweets-1709634030000.csv",
        [
            {"id": X1, "created_at": "2024-03-05 18:20:30 +08:00", "full_text": "one\\ntwo &amp; https://t.co/a https://t.co/p #Sun", "screen_name": "ann", "name": "Ann", "user_id": "11", "in_reply_to": "null",
             "retweeted_status": "null", "quoted_status": "5", "media": '[{"type":"photo","url":"https://t.co/p","original":"https://pbs.example/media/P?format=jpg"}]', "favorite_count": "3", "views_count": "40",
             "favorited": "true", "retweeted": "true", "url": f"https://x.com/ann/status/{X1}"},
            {"id": X2, "created_at": "2024-03-05 18:20:30 +08:00", "full_text": f"RT @dora: {WORDS}", "user_id": "12", "retweeted_status": "77", "quoted_status": "78", "media": "[]", "favorite_count": "3",
             "retweeted": "false", "url": f"https://x.com/undefined/status/{X2}",
             "metadata": '{"rest_id":"1764958000000000002","legacy":{"full_text":"RT","retweeted_status_result":{"result":{"rest_id":"77","legacy":{"entities":{"urls":[{"expanded_url":"https://example.org/quay"}],"hashtags":[{"text":"Quay"}],"user_mentions":[{"screen_name":"eve","id_str":"15"}]}}}}}}'},
        ],
        [(f"x:{X1}", "x:11", "quote"), (f"x:{X2}", "x:12", "repost")],
        {("quote", "x:5"), ("url", "t.co/a"), ("hashtag", "sun"), ("media", "pbs.example/media/P?format=jpg"), ("repost", "x:77"), ("url", "example.org/quay"), ("hashtag", "quay"), ("mention", "x:15")},
        encoding="utf-8-sig",
        facts={"text": "one\ntwo & https://t.co/a https://t.co/p #Sun", "view_count": 40},
        about={"handle": "ann"},
    ),
    Made(
        "twint",
        "twint.csv",
        [
            {"id": X1, "conversation_id": X1, "created_at": "2024-03-05 11:20:30 CET", "date": "2024-03-05", "time": "11:20:30", "timezone": "+0200", "user_id": "11", "username": "ann", "name": "Ann", "tweet": "see &amp; read",
             "mentions": "[{'screen_name': 'eve', 'name': 'E', 'id': '15'}]", "urls": "['https://a.example/1,2', 'https://twitter.com/dora/status/78']", "likes_count": "3", "hashtags": "['sun']", "link": f"https://twitter.com/ann/status/{X1}",
             "retweet": "False", "quote_url": "https://twitter.com/dora/status/78", "near": "Oslo", "reply_to": "[]"},
            {"id": X3, "conversation_id": "9", "created_at": "2024-03-05 11:20:30 W. Europe Standard Time", "date": "2024-03-05", "time": "11:20:30", "timezone": "+0100", "user_id": "13", "username": "cid", "name": "Cid",
             "tweet": f"RT @dora: {WORDS}", "link": f"https://twitter.com/cid/status/{X3}", "retweet": "True", "user_rt_id": "14", "user_rt": f"{WORDS}, all of it", "retweet_id": X2, "reply_to": "[]", "quote_url": "0", "mentions": "['eve']"},
        ],
        [(f"x:{X1}", "x:11", "quote"), (f"x:{X3}", "x:13", "repost")],
        {("quote", "x:78"), ("url", "a.example/1,2"), ("hashtag", "sun"), ("mention", "x:15"), ("repost", f"x:{X2}"), ("mention", "x:@eve")},
        facts={"text": "see & read", "like_count": 3},
        about={"handle": "ann"},
    ),
    Made(
        "twint",
        "twint_2_1_20.csv",
        [
            {"id": X1, "conversation_id": X1, "created_at": "1700000000000", "date": "2023-11-14", "time": "23:13:20", "timezone": "CET", "user_id": "14", "username": "dora", "name": "Dora", "tweet": WORDS, "mentions": "['eve']",
             "hashtags": "['#sun']", "link": f"https://twitter.com/dora/status/{X1}", "retweet": "True", "user_rt_id": "12", "user_rt": "Ben", "retweet_id": X2, "retweet_date": "2024-03-05 10:20:30", "reply_to": "[{'user_id': '14', 'username': 'dora'}]"},
            {"id": X1, "conversation_id": X1, "created_at": "1700000000000", "user_id": "14", "username": "dora", "tweet": WORDS, "link": f"https://twitter.com/dora/status/{X1}", "retweet": "True", "user_rt": "Cid"},
        ],
        [(f"x:{X2}", "x:12", "repost")],
        {("repost", f"x:{X1}"), ("mention", "x:@eve"), ("hashtag", "sun")},
        facts={"text": WORDS, "conversation_uid": None},
        about={"handle": "Ben", "display_name": None},
        says="the time in the row is the original's",
    ),
    Made(
        "snscrape_csv",
        "snscrape.csv",
        [
            {"Unnamed: 0": "0", "url": f"https://twitter.com/ann/status/{X1}", "date": "2024-03-05 10:20:30+00:00", "rawContent": "see &amp; read https://t.co/a", "id": X1, "user": "{'username': 'ann', 'id': 11, 'created': datetime.datetime(2010, 1, 4, 0, 0, tzinfo=datetime.timezone.utc), 'links': [{'url': 'https://home.example'}]}",
             "likeCount": "3", "conversationId": X1, "links": "[{'text': 'a', 'url': 'https://a.example/1', 'tcourl': 'https://t.co/a', 'indices': (1, 2)}]", "hashtags": "['sun']", "inReplyToTweetId": "1.764958e+18",
             "inReplyToUser": "{'username': 'dora', 'id': 14}", "mentionedUsers": "[{'username': 'dora', 'id': 14, 'links': [{'url': 'https://home.example'}]}]"},
            {"Unnamed: 0": "1", "url": f"https://twitter.com/ben/status/{X2}", "date": "2024-03-05 10:20:30+00:00", "rawContent": "RT @dora: cut…", "id": X2, "user": "{'username': 'ben', 'id': 12}", "conversationId": X2,
             "retweetedTweet": "{'url': 'https://twitter.com/dora/status/77', 'rawContent': \"it's\", 'id': 77}"},
        ],
        [(f"x:{X1}", "x:11", "reply"), (f"x:{X2}", "x:12", "repost")],
        {("url", "a.example/1"), ("hashtag", "sun"), ("mention", "x:14"), ("repost", "x:77")},
        facts={"text": "see & read https://t.co/a", "like_count": 3},
        about={"handle": "ann"},
        says="those references were left out",
    ),
    Made(
        "snscrape_csv",
        "tutorial.csv",
        [{"Unnamed: 0": "0", "Datetime": "2024-03-05 10:20:30+00:00", "Tweet Id": X1, "Text": "see https://a.example/1 #sun @eve", "Username": "ann"}],
        [(f"x:{X1}", "x:@ann", "original")],
        {("url", "a.example/1"), ("hashtag", "sun"), ("mention", "x:@eve")},
    ),
    Made(
        "tweepy_csv",
        "tweepy.csv",
        [
            {"Unnamed: 0": "0", "id": X1, "text": "see &amp; read", "edit_history_tweet_ids": f"[{X1}]", "author_id": "11", "created_at": "2024-03-05 10:20:30+00:00", "lang": "en", "public_metrics": "{'retweet_count': 1, 'like_count': 3}",
             "entities": "{'urls': [{'url': 'https://t.co/a', 'expanded_url': 'https://a.example/1', 'images': [{'url': 'https://pbs.example'}]}], 'hashtags': [{'start': 1, 'end': 2, 'tag': 'Sun'}], 'mentions': [{'username': 'eve', 'id': '15'}]}",
             "in_reply_to_user_id": "14.0", "referenced_tweets": "[<ReferencedTweet id=78 type=quoted], <ReferencedTweet id=5 type=replied_to]"},
            {"Unnamed: 0": "1", "id": X2, "text": "RT @dora: cut…", "author_id": "12", "created_at": "2024-03-05 10:20:30+00:00", "public_metrics": "{'like_count': 9}", "referenced_tweets": "[{'type': 'retweeted', 'id': '77'}]"},
        ],
        [(f"x:{X1}", "x:11", "reply"), (f"x:{X2}", "x:12", "repost")],
        {("reply", "x:5"), ("quote", "x:78"), ("url", "a.example/1"), ("hashtag", "sun"), ("mention", "x:15"), ("repost", "x:77")},
        facts={"text": "see & read", "like_count": 3},
    ),
    Made(
        "tweepy_v1_csv",
        "tweepy_v1.csv",
        [
            {"Unnamed: 0": "0", "created_at": "Tue Mar 05 10:20:30 +0000 2024", "id": X1, "id_str": X1, "full_text": "see &amp; read", "in_reply_to_status_id": "5.0", "in_reply_to_status_id_str": "5", "in_reply_to_user_id_str": "14",
             "in_reply_to_screen_name": "dora", "user.id_str": "11", "user.screen_name": "ann", "user.name": "Ann", "entities.urls": "[{'url': 'https://t.co/a', 'expanded_url': 'https://a.example/1'}]",
             "entities.hashtags": "[{'text': 'Sun', 'indices': [1, 2]}]", "entities.user_mentions": "[{'screen_name': 'eve', 'id': 15, 'id_str': '15'}]", "favorite_count": "3", "retweeted": "True"},
            {"Unnamed: 0": "1", "created_at": "Tue Mar 05 10:20:30 +0000 2024", "id_str": X2, "full_text": "RT @dora: cut…", "user.id_str": "12", "user.screen_name": "ben", "retweeted_status.id_str": "77", "retweeted_status.user.id_str": "14",
             "retweeted_status.user.screen_name": "dora", "retweeted_status.full_text": WORDS},
        ],
        [(f"x:{X1}", "x:11", "reply"), (f"x:{X2}", "x:12", "repost")],
        {("reply", "x:5"), ("url", "a.example/1"), ("hashtag", "sun"), ("mention", "x:15"), ("repost", "x:77")},
        facts={"text": "see & read", "like_count": 3},
        about={"handle": "ann"},
    ),
    Made(
        "tweepy_v1_csv",
        "vars.csv",
        [{"Unnamed: 0": "0", "_api": "<tweepy.api.API object at 0x1>", "_json": "{'id_str': '9'}", "created_at": "2024-03-05 10:20:30+00:00", "id_str": X1, "text": "RT @dora: cut…", "entities": "{'hashtags': [], 'urls': []}",
          "user": "User(_api=<tweepy.api.API object at 0x1>, _json={'id': 11, 'id_str': '11', 'name': 'Ann', 'screen_name': 'ann'}, id=11)", "retweeted_status": "Status(_api=None, _json={'created_at': 'x', 'id': 77, 'id_str': '77'})"}],
        [(f"x:{X1}", "x:11", "repost")],
        {("repost", "x:77")},
        about={"handle": "ann"},
    ),
    Made(
        "academictwitter_csv",
        "tidy.csv",
        [
            {"tweet_id": X1, "user_username": "ann", "text": "see &amp; read", "author_id": "11", "conversation_id": X1, "created_at": "2024-03-05T10:20:30.000Z", "lang": "en", "user_name": "Ann", "like_count": "3",
             "sourcetweet_type": "quoted", "sourcetweet_id": "78", "sourcetweet_author_id": "14"},
            {"tweet_id": X2, "user_username": "ben", "text": "RT @dora: cut…", "author_id": "12", "conversation_id": X2, "created_at": "2024-03-05T10:20:30.000Z", "sourcetweet_type": "retweeted", "sourcetweet_id": "77",
             "sourcetweet_text": WORDS, "sourcetweet_author_id": "14", "like_count": "0"},
            {"tweet_id": X3, "user_username": "cid", "text": "@dora no", "author_id": "13", "conversation_id": "9", "created_at": "2024-03-05T10:20:30.000Z", "sourcetweet_type": "NA", "sourcetweet_id": "NA"},
        ],
        [(f"x:{X1}", "x:11", "quote"), (f"x:{X2}", "x:12", "repost"), (f"x:{X3}", "x:13", "reply")],
        {("quote", "x:78"), ("repost", "x:77")},
        facts={"text": "see & read", "like_count": 3},
        about={"handle": "ann"},
    ),
    Made(
        "facepager",
        "facepager.csv",
        [
            {"level": "0", "id": "1", "parent_id": "", "object_id": "#sun", "object_type": "seed", "query_status": "", "query_time": "", "query_type": "", "created_at": "", "user.screen_name": "", "text": ""},
            {"level": "1", "id": "7", "parent_id": "1", "object_id": X1, "object_type": "data", "query_status": "fetched (200)", "query_time": "2024-03-06 10:00:00.1", "query_type": "Twitter:/search/tweets", "created_at": "Tue Mar 05 10:20:30 +0000 2024",
             "user.screen_name": "ann", "user.id_str": "11", "text": "see &amp; read", "favorite_count": "3", "entities.hashtags.*.text": "Sun;sea", "entities.urls.*.expanded_url": "https://a.example/1;https://b.example/2",
             "entities.user_mentions.*.id_str": "14;15", "in_reply_to_status_id_str": "5"},
            {"level": "1", "id": "8", "parent_id": "1", "object_id": X2, "object_type": "data", "query_status": "fetched (200)", "query_time": "x", "query_type": "Twitter:/search/tweets", "created_at": "Tue Mar 05 10:20:30 +0000 2024",
             "user.screen_name": "ben", "user.id_str": "12", "text": "RT @dora: cut…", "retweeted_status.id": "77"},
            {"level": "1", "id": "9", "parent_id": "1", "object_id": "x", "object_type": "data", "query_status": "error (404)", "query_type": "y", "created_at": "", "text": "z"},
        ],
        [(f"x:{X1}", "x:11", "reply"), (f"x:{X2}", "x:12", "repost")],
        {("reply", "x:5"), ("hashtag", "sun"), ("hashtag", "sea"), ("url", "a.example/1"), ("url", "b.example/2"), ("mention", "x:14"), ("mention", "x:15"), ("repost", "x:77")},
        separator=";",
        encoding="utf-8-sig",
        facts={"text": "see & read", "like_count": 3},
        about={"handle": "ann"},
        says="A node of Facepager that is no post",
    ),
    Made(
        "facepager",
        "facepager_fb.csv",
        [
            {"path": "61", "id": "7", "parent_id": "1", "level": "1", "object_id": "61_900001", "object_type": "data", "object_key": "data.*", "query_status": "fetched (200)", "query_time": "x", "query_type": "Facebook:/<page-id>/posts",
             "message": "see https://a.example/1 #sun", "created_time": "2024-03-05T10:20:30+0000", "from.id": "61"},
            {"path": "61/61_900001", "id": "8", "parent_id": "7", "level": "2", "object_id": "900001_5", "object_type": "data", "query_status": "fetched (200)", "query_time": "x", "query_type": "Facebook:/<post-id>/comments",
             "message": "aye", "created_time": "2024-03-05T10:20:30+0000", "from.id": "62", "from.name": "Ben"},
            {"id": "9", "object_id": "900001_6", "object_type": "data", "query_status": "fetched (200)", "query_type": "Facebook:/<post-id>/comments", "message": "no", "created_time": "2024-03-05T10:20:30+0000", "from.id": "63"},
            {"id": "9", "object_id": "61_900002", "object_type": "data", "query_status": "fetched (200)", "query_type": "Facebook:/<page-id>/posts", "message": "so", "created_time": "2024-03-05T10:20:30+0000"},
        ],
        [("facebook:900001", "facebook:61", "original"), ("facebook:5", "facebook:62", "comment"), ("facebook:6", "facebook:63", "comment"), ("facebook:900002", "facebook:61", "original")],
        {("url", "a.example/1"), ("hashtag", "sun"), ("reply", "facebook:900001")},
        separator=";",
    ),
    Made(
        "facepager",
        "facepager_yt.csv",
        [{"level": "1", "id": "7", "parent_id": "1", "object_id": "Ug1", "object_type": "data", "query_status": "fetched (200)", "query_time": "x", "query_type": "YouTube:/commentThreads",
          "snippet.topLevelComment.snippet.authorDisplayName": "@ann", "snippet.topLevelComment.snippet.textDisplay": "so<br>see #sun", "snippet.topLevelComment.snippet.publishedAt": "2024-03-05T10:20:30Z",
          "snippet.topLevelComment.snippet.likeCount": "2"}],
        [("youtube:Ug1", "youtube:@ann", "comment")],
        {("hashtag", "sun")},
        facts={"text": "so\nsee #sun", "like_count": 2},
    ),
    Made(
        "facepager",
        "facepager_mastodon.csv",
        [{"level": "1", "id": "7", "parent_id": "1", "object_id": "111", "object_type": "data", "query_status": "fetched (200)", "query_time": "x", "query_type": "Mastodon:/timelines/public", "created_at": "2024-03-05T10:20:30Z",
          "account.acct": "ann@town.example", "content": '<p>Read <a href="https://a.example/1">this</a></p>', "reblogs_count": "1", "uri": "https://town.example/users/ann/statuses/111"}],
        [("mastodon:https://town.example/users/ann/statuses/111", "mastodon:@ann@town.example", "original")],
        {("url", "a.example/1")},
        facts={"text": "Read this", "repost_count": 1},
    ),
    Made(
        "meta_content_library",
        "mcl.csv",
        [
            {"content_type": "posts", "creation_time": "2024-03-05T10:20:30+00:00", "id": "801", "link_attachment.link": "https://a.example/1", "post_owner.type": "page", "post_owner.id": "61",
             "post_owner.name": "Town", "post_owner.username": "town", "shared_post_id": "700", "surface.id": "62", "surface.type": "group", "statistics.views": "", "statistics.like_count": "2", "text": "see", "lang": "en"},
            {"content_type": "content_type", "creation_time": "creation_time", "id": "id"},
            {"content_type": "posts", "creation_time": "2024-03-05T10:20:30+00:00", "id": "802", "post_owner.type": "page", "post_owner.id": "61", "text": "#sun"},
        ],
        [("facebook:801", "facebook:61", "repost"), ("facebook:802", "facebook:61", "original")],
        {("repost", "facebook:700"), ("url", "a.example/1"), ("hashtag", "sun")},
        encoding="utf-8-sig",
        facts={"view_count": None, "like_count": 2, "channel_uid": "facebook:62"},
        about={"account_type": "page", "handle": "town"},
        says="repeats the header",
    ),
    Made(
        "meta_content_library",
        "mcl_ig.csv",
        [{"creation_time": "2024-03-05T10:20:30+00:00", "id": "801", "mcl_url": "https://example.org/1", "post_owner.id": "61", "post_owner.username": "town", "hashtags": '["sun"]', "text": "hi", "statistics.views": "0"}],
        [("instagram:801", "instagram:61", "original")],
        {("hashtag", "sun")},
        facts={"view_count": 0},
    ),
    Made(
        "crowdtangle",
        "ct.csv",
        [{"Page Name": "Town", "User Name": "town", "Facebook Id": "61", "Post Created": "2024-03-05 05:20:30 EST", "Total Interactions": "1,234", "Likes": "1,200", "URL": "https://www.facebook.com/61/posts/900001",
          "Message": "see", "Link": "https://bit.ly/x", "Final Link": "https://a.example/1", "Overperforming Score (weighted  —  Likes 1x Shares 1x )": "2.1"}],
        [("facebook:900001", "facebook:61", "original")],
        {("url", "a.example/1")},
        facts={"like_count": 1200},
        about={"account_type": "page", "display_name": "Town"},
        says="EST = UTC-5",
    ),
    Made(
        "crowdtangle",
        "ct_groups.csv",
        [{"Group Name": "Quay", "Created": "2024-03-05 05:20:30 EST", "URL": "https://www.facebook.com/groups/61/permalink/900002", "Message": "x", "User Name": "quay", "Overperforming Score (other)": "1"}],
        [("facebook:900002", "facebook:@quay", "original")],
        set(),
        about={"account_type": "group"},
    ),
    Made(
        "crowdtangle",
        "ct_ig.csv",
        [{"Account": "Ann", "User Name": "ann", "Followers at Posting": "10", "Post Created": "2024-03-05 05:20:30 EST", "URL": "https://www.instagram.com/p/Cx1/", "Photo": "", "Description": "hi @ben #sun"}],
        [("instagram:Cx1", "instagram:@ann", "original")],
        {("mention", "instagram:@ben"), ("hashtag", "sun")},
    ),
    Made(
        "tiktok_csv",
        "research.csv",
        [
            {"video_id": "7.3E+18", "video_url": "https://www.tiktok.com/@ann/video/7300000000000000001", "author_name": "ann", "create_time": EPOCH, "video_description": "hi", "hashtag_names": "Sun,sea", "music_id": "77", "view_count": "5"},
            {"video_id": "7300000000000000002", "author_name": "ben", "create_time": EPOCH, "video_description": "ho", "hashtag_names": "['sun']"},
        ],
        [("tiktok:7300000000000000001", "tiktok:@ann", "original"), ("tiktok:7300000000000000002", "tiktok:@ben", "original")],
        {("hashtag", "sun"), ("hashtag", "sea"), ("track", "tiktok:77")},
        says="1 ids that a spreadsheet rounded in video_id",
    ),
    Made(
        "tiktok_csv",
        "minet_tiktok.csv",
        [{"id": "7300000000000000001", "description": "hi", "timestamp": EPOCH, "author_id": "41", "author_unique_id": "ann", "digg_count": "3", "music_id": "77", "duet_from_video_id": "7200000000000000001", "challenges_titles": "sun|sea"}],
        [("tiktok:7300000000000000001", "tiktok:41", "quote")],
        {("quote", "tiktok:7200000000000000001"), ("hashtag", "sun"), ("hashtag", "sea"), ("track", "tiktok:77")},
    ),
    Made(
        "youtube_data_tools",
        "videolist_search1.csv",
        [{"position": "1", "channelId": "UCaaaaaaaaaaaaaaaaaaaaaa", "channelTitle": "Ann", "videoId": "abcdefghijk", "publishedAt": "2024-03-05T10:20:30Z", "publishedAtSQL": "2024-03-05 11:20:30", "videoTitle": "Boats",
          "videoDescription": "see https://a.example/1", "tags": "old harbour,boats", "viewCount": "5"}],
        [("youtube:abcdefghijk", "youtube:UCaaaaaaaaaaaaaaaaaaaaaa", "original")],
        {("url", "a.example/1"), ("hashtag", "old harbour"), ("hashtag", "boats")},
        facts={"text": "Boats\nsee https://a.example/1", "view_count": 5},
    ),
    Made(
        "youtube_data_tools",
        "videoinfo_UCaaaaaaaaaaaaaaaaaaaaaa_abcdefghijk_2024_03_06-10_00_00_comments.csv",
        [{"id": "Ug1", "replyCount": "0", "likeCount": "1", "publishedAt": "2024-03-05 10:20:30", "authorName": "a9993e364706816aba3e25717850c26c9cd0d89d",
          "text": 'so<br>it&#39;s <a href="https://a.example/1">there</a>', "authorChannelId": "", "isReply": "1", "isReplyTo": "Ug0"}],
        [("youtube:Ug1", "youtube:a9993e364706816aba3e25717850c26c9cd0d89d", "comment")],
        {("reply", "youtube:abcdefghijk"), ("reply", "youtube:Ug0"), ("url", "a.example/1")},
        facts={"text": "so\nit's there", "conversation_uid": "youtube:abcdefghijk"},
        about={"is_hashed": True, "uid_from": "hash"},
        says="SHA-1",
    ),
    Made(
        "telegram_csv",
        "tgforge.csv",
        [{"Channel": "Town", "Message ID": "5", "Sender User ID": "Not Available", "Sender Username": "Unknown", "Message DateTime (UTC)": "2024-03-05 10:20:30", "Text": WORDS, "Is Forward": "True",
          "Origin Username": "source", "Hashtags": "['Sun']", "Mentioned Authors": "['@eve']", "URLs Shared": "['https://a.example/1']", "Message URL": "https://t.me/TownNews/5",
          "Original URL": "https://t.me/Source/77", "Views": "10", "Engagement Type": "SHARE"}],
        [("telegram:townnews:5", "telegram:@townnews", "repost")],
        {("repost", "telegram:source:77"), ("hashtag", "sun"), ("mention", "telegram:@eve"), ("url", "a.example/1")},
        facts={"view_count": 10},
    ),
    Made(
        "telegram_csv",
        "minet_telegram.csv",
        [{"link_to_message": "https://t.me/TownNews/5", "could_be_displayed": "1", "user": "Town", "user_link": "https://t.me/TownNews", "text": "hi", "hashtags": "sun|sea", "links": "https://a.example/1", "views": "1.2K",
          "datetime": "2024-03-05T10:20:30+00:00"}],
        [("telegram:townnews:5", "telegram:@townnews", "original")],
        {("hashtag", "sun"), ("hashtag", "sea"), ("url", "a.example/1")},
        facts={"view_count": 1200},
    ),
    Made(
        "telegram_csv",
        "csds_telegram.csv",
        [{"channel_name": "Town", "channel_id": "-1002222", "message_id": "5", "date": "2024-03-05T10:20:30Z", "sender_id": "55", "post_author": "", "message_text": "see #sun"}],
        [("telegram:2222:5", "telegram:user55", "original")],
        {("hashtag", "sun")},
        facts={"channel_uid": "telegram:2222"},
    ),
    Made(
        "brandwatch",
        "brandwatch.csv",
        [
            {"Query Id": "1", "Query Name": "q", "Date": "2024-03-05 10:20:30", "Url": f"http://twitter.com/ann/statuses/{X1}", "Domain": "twitter.com", "Page Type": "twitter", "Author": "ann", "Twitter Author ID": "11",
             "Twitter Retweet of": "http://twitter.com/dora/statuses/77", "Thread Entry Type": "share", "Full Text": "", "Hashtags": "#sun, #sea"},
            {"Query Id": "1", "Date": "2024-03-05 10:20:30", "Url": "https://news.example/1", "Domain": "news.example", "Page Type": "news", "Author": "", "Full Text": "words", "Resource Id": "r2", "Thread Entry Type": ""},
        ],
        [(f"x:{X1}", "x:11", "repost"), ("web:r2", "web:@news.example", "original")],
        {("repost", "x:77"), ("hashtag", "sun"), ("hashtag", "sea")},
        above="Report:,Bulk\nBrand:,Town\nFrom:,Tue\nTo:,Wed\nLabel,x\n\n",
        says="--tz",
    ),
    Made(
        "meltwater",
        "meltwater.csv",
        [{"Date": "05-Mar-2024", "Time": "10:20:30", "Document ID": "d1", "URL": f"https://x.com/ann/status/{X1}", "Input Name": "q", "Source Name": "X", "Content Type": "Repost", "Author Name": "Ann", "Author Handle": "@ann",
          "Opening Text": WORDS, "Hit Sentence": "", "Hashtags": "#sun", "Links": "https://a.example/1", "Language": "English", "Views": "7"}],
        [(f"x:{X1}", "x:@ann", "repost")],
        {("hashtag", "sun"), ("url", "a.example/1")},
        separator="\t",
        above="Exported for the town\n\n",
        encoding="utf-16",
        facts={"lang": "en", "view_count": 7},
    ),
    Made(
        "communalytic",
        "bluesky_export.csv",
        [{"id": "at://did:plc:ann/app.bsky.feed.post/3k1", "date": "2024-03-05T10:20:30Z", "username": "ann.example", "text": "see https://a.example/1"}],
        [("bluesky:at://did:plc:ann/app.bsky.feed.post/3k1", "bluesky:did:plc:ann", "original")],
        {("url", "a.example/1")},
        about={"handle": "ann.example"},
    ),
    Made(
        "junkipedia",
        "junkipedia.csv",
        [{"id": "5", "attributes.published_at": "2024-03-05T10:20:30Z", "attributes.search_data_fields.platform_name": "Facebook", "attributes.search_data_fields.sanitized_text": "see #sun",
          "attributes.search_data_fields.channel_data.channel_name": "Town", "attributes.url": "https://www.facebook.com/61/posts/5"}],
        [("facebook:5", "facebook:@town", "original")],
        {("hashtag", "sun")},
    ),
    Made(
        "discord_csv",
        "Town - general.csv",
        [
            {"AuthorID": "101", "Author": "ann", "Date": "2024-03-05T10:20:30.0000000+00:00", "Content": "see https://a.example/1", "Attachments": "https://cdn.example/a.jpg?ex=1", "Reactions": "x (2)"},
            {"AuthorID": "102", "Author": "ben", "Date": "2024-03-05T10:20:30.0000000+00:00", "Content": "Joined the server.", "Attachments": "", "Reactions": ""},
        ],
        [("discord:row:8c8ef2cc40bca8588fa6a822", "discord:101", "original")],
        {("url", "a.example/1")},
        about={"handle": "ann"},
        says="A notice of the server",
    ),
    Made(
        "apify_x",
        "dataset_tweets.csv",
        [
            {"type": "tweet", "id": X1, "author/id": "11", "author/userName": "ann", "author/followers": "3", "createdAt": "Tue Mar 05 10:20:30 +0000 2024", "text": "RT @ben: cut…", "isRetweet": "true",
             "retweet/id": X3, "retweet/author/id": "12", "retweet/author/userName": "ben", "retweet/text": WORDS, "entities/hashtags/0/text": "Quay", "entities/urls/0/expanded_url": "https://a.example/1", "likeCount": "2"},
            {"type": "reply", "id": X2, "author/id": "12", "author/userName": "ben", "createdAt": "Tue Mar 05 10:20:30 +0000 2024", "text": "aye", "isRetweet": "false", "inReplyToId": X3,
             "entities/user_mentions/1/id_str": "15", "entities/user_mentions/1/screen_name": "eve", "entities/user_mentions/0/screen_name": "dora"},
            {"noResults": "true"},
        ],
        [(f"x:{X1}", "x:11", "repost"), (f"x:{X2}", "x:12", "reply")],
        {("repost", f"x:{X3}"), ("reply", f"x:{X3}"), ("hashtag", "quay"), ("url", "a.example/1"), ("mention", "x:15"), ("mention", "x:@dora")},
        columns="url,twitterUrl,conversationId",
        facts={"text": WORDS, "like_count": None},
        about={"handle": "ann", "followers": 3},
        says="a query gave nothing",
    ),
    Made(
        "apify_tiktok",
        "dataset_tiktok.csv",
        [{"authorMeta.avatar": "https://p.example/a.jpg", "authorMeta.name": "ann.t", "text": "hi #One @ben", "diggCount": "5", "playCount": "50", "createTimeISO": "2024-03-05T10:20:30.000Z",
          "webVideoUrl": "https://www.tiktok.com/@ann.t/video/7300000000000000001"}],
        [("tiktok:7300000000000000001", "tiktok:@ann.t", "original")],
        {("hashtag", "one"), ("mention", "tiktok:@ben")},
        facts={"view_count": 50},
        says="handles alone",
    ),
    Made(
        "apify_facebook",
        "dataset_facebook.csv",
        [{"facebookUrl": "https://www.facebook.com/town/", "postId": "5", "pageName": "town", "url": "https://www.facebook.com/town/posts/pfbid0a", "time": "2024-03-05T10:20:30.000Z", "timestamp": EPOCH,
          "user/id": "9", "user/name": "Town", "text": "true", "link": "https://a.example/1", "likes": "4"}],
        [("facebook:5", "facebook:9", "original")],
        {("url", "a.example/1")},
        facts={"text": "true", "like_count": 4},
        about={"handle": "town", "display_name": "Town"},
    ),
    Made(
        "apify_instagram",
        "dataset_instagram.csv",
        [{"id": "3300", "shortCode": "Abc", "caption": "[sic] boats", "hashtags/0": "Boats", "hashtags/1": "Quay", "timestamp": "2024-03-05T10:20:30.000Z", "ownerId": "31", "ownerUsername": "ann", "likesCount": "-1",
          "taggedUsers/0/id": "32", "taggedUsers/0/username": "ben", "isSponsored": "FALSE", "latestComments/0/text": "aye"}],
        [("instagram:Abc", "instagram:31", "original")],
        {("hashtag", "boats"), ("hashtag", "quay"), ("mention", "instagram:32")},
        facts={"like_count": None, "is_ad": False, "text": "[sic] boats"},
        says="only the latest few",
    ),
    Made(
        "parler_csv",
        "parler.csv",
        [
            {"datatype": "posts", "id": "p1", "creator": "c1", "username": "ann", "body": "hi @eve", "createdAt": "20240305102030", "upvotes": "1", "impressions": "1.2k", "hashtags": "['sun']", "urls": "[{'long': 'https://a.example/1'}]"},
            {"datatype": "comments", "id": "p2", "creator": "c2", "username": "ben", "body": "no", "createdAt": "20240305102030", "upvotes": "0", "parent": "p1"},
        ],
        [("parler:p1", "parler:c1", "original"), ("parler:p2", "parler:c2", "comment")],
        {("mention", "parler:@eve"), ("hashtag", "sun"), ("url", "a.example/1"), ("reply", "parler:p1")},
        facts={"view_count": 1200},
    ),
    Made(
        "truth_dataset",
        "truths.tsv",
        [
            {"id": "5", "timestamp": "2024-03-05 10:20:30", "time_scraped": "2024-03-06 00:00:00", "is_retruth": "f", "is_reply": "f", "author": "71", "like_count": "3", "retruth_count": "1",
             "text": f"{WORDS} #Quay https://example.org/quay @ben", "external_id": "108000000000000001", "url": "https://truthsocial.com/@ann/posts/108000000000000001", "truth_retruthed": "-1"},
            {"id": "6", "timestamp": "2024-03-05 10:20:30", "is_retruth": "t", "is_reply": "f", "author": "72", "like_count": "3", "text": "", "external_id": "", "url": "", "truth_retruthed": "5"},
            {"id": "7", "timestamp": "2024-03-05 10:20:30", "is_retruth": "f", "is_reply": "t", "author": "72", "text": "aye", "truth_retruthed": "-1"},
        ],
        [("truth_social:zenodo-5", "truth_social:zenodo-71", "original"), ("truth_social:zenodo-6", "truth_social:zenodo-72", "repost"), ("truth_social:zenodo-7", "truth_social:zenodo-72", "reply")],
        {("repost", "truth_social:zenodo-5"), ("hashtag", "quay"), ("url", "example.org/quay"), ("mention", "truth_social:@ben")},
        separator="\t",
        facts={"like_count": 3, "repost_count": 1},
        about={"handle": "ann"},
    ),
]  # fmt: skip
