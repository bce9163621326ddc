"""What columns are called by those who make tables: field -> names, the surest first. Names are lower case with ``_``."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


COUNTS = ("like_count", "repost_count", "reply_count", "quote_count", "view_count", "followers", "following")

NAMES: dict[str, tuple[str, ...]] = {
    "account": _words(
        "account_id author_id user_id userid account_uid author_uid user_uid from_user_id from_id sender_id sender_user_id "
        "actor_id owner_id post_owner_id external_author_id author_did user_did did authorid accountid facebook_id page_id "
        "channel_id account author user actor sender creator poster uid"
    ),
    "handle": _words(
        "handle screen_name screenname username user_name user_screen_name author_username author_handle author_screen_name "
        "author_user_name account_username account_handle from_user_name sender_username user_handle twitter_screenname "
        "twitter_handle nickname nick tweeter profile"
    ),
    "display_name": _words(
        "display_name author_name author_fullname author_full_name user_display_name account_display_name full_name fullname "
        "account_name page_name user_realname from_user_realname"
    ),
    "time": _words(
        "created_at timestamp_utc datetime_utc date_utc utc_time unix_timestamp timestamp time datetime date_time publish_date "
        "published_at publishedat published created_time creation_time create_time created_utc created tweet_time post_created "
        "posted_at post_time post_date tweet_date time_posted created_date timestamp_share epoch indexed_at date day"
    ),
    "text": _words(
        "text full_text tweet_text post_text message_text content body message tweet caption tweet_content post_content "
        "video_description original_text comment_text comment post words snippet description title"
    ),
    "id": _words("post_id tweet_id tweetid status_id message_id content_id id_str id comment_id video_id uri post_uid"),
    "permalink": _words(
        "permalink post_url tweet_url message_url status_url tweet_link post_link article_url link_to_message comment_url "
        "video_url url link"
    ),
    "url": _words(
        "urls expanded_urls urls_expanded expanded_url links link_url shared_url urls_shared external_url external_links "
        "link_attached final_link target_url url link"
    ),
    "hashtags": _words("hashtags hashtag hashtag_names tags"),
    "mentions": _words("mentions user_mentions mentioned_users mentioned_user mentioned_names"),
    "repost": _words(
        "repost_id retweet_id retweeted_id retweet_tweetid retweeted_status_id retweeted_tweet_id retweetedtweetid "
        "referenced_tweets_retweeted_id reposted_id shared_post_id retweet_of repost_of"
    ),
    "reply": _words(
        "reply_id in_reply_to_tweetid in_reply_to_status_id in_reply_to_status_id_str in_reply_to_id in_reply_to_tweet_id "
        "referenced_tweets_replied_to_id replied_to_id reply_to_id to_tweetid parent_id parent_comment_id reply_to"
    ),
    "quote": _words(
        "quoted_id quote_id quoted_tweet_tweetid quoted_status_id quoted_tweet_id quote_tweet_id referenced_tweets_quoted_id"
    ),
    "object": _words("object_id object"),
    "is_repost": _words("is_retweet is_repost isretweet retweet retweeted repost is_share"),
    "kind": _words("post_type tweet_type message_type kind type"),
    "platform": _words("platform source_platform social_network network"),
    "language": _words("language lang tweet_language language_guess post_lang"),
    "like_count": _words(
        "like_count likes favorite_count favourites_count favorites likecount num_likes times_favorited"
    ),
    "repost_count": _words(
        "repost_count retweet_count retweets reposts share_count shares retweetcount times_retweeted"
    ),
    "reply_count": _words("reply_count replies comment_count comments num_comments replycount"),
    "quote_count": _words("quote_count quotes quotecount"),
    "view_count": _words("view_count views impression_count impressions play_count viewcount"),
    "followers": _words("followers follower_count followers_count author_followers user_followers followercount"),
    "following": _words("following following_count friends_count user_friends"),
}

WORDS: dict[str, set[str]] = {
    "account": {"account", "author", "user", "userid"},
    "handle": {"handle", "screenname", "username"},
    "time": {"date", "time", "timestamp", "datetime", "when", "created", "published"},
    "text": {"text", "content", "message", "body", "caption"},
    "url": {"urls", "links"},
}

ALIASES = {
    "author": "account", "user": "account", "account_id": "account", "user_id": "account", "username": "handle",
    "name": "display_name", "date": "time", "timestamp": "time", "created_at": "time", "message": "text", "content": "text",
    "body": "text", "link": "url", "links": "url", "urls": "url", "hashtag": "hashtags", "tags": "hashtags", "post_id": "id",
    "post": "id", "lang": "language", "retweet": "repost", "repost_id": "repost", "reply_id": "reply", "reply_to": "reply",
    "quote_id": "quote", "object_id": "object",
}  # fmt: skip
