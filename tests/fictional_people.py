"""One made-up population on X, as each tool that collects from there would have written it down: nobody in it exists."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ingest.normalize.times import X_EPOCH_MS

START = datetime(2021, 1, 4, 8, tzinfo=UTC)
WORDS = ("rain", "sun", "wind", "snow", "frost", "fog")


@dataclass(frozen=True)
class Said:
    """One post: a link of its own, a repost, a reply or a quote of another."""

    number: int
    who: int
    at: datetime
    words: str
    link: str | None = None
    kind: str = "original"
    target: Said | None = None

    @property
    def id(self) -> str:
        return str(((int(self.at.timestamp() * 1000) - X_EPOCH_MS) << 22) + self.number)

    @property
    def user(self) -> str:
        return str(100_000_000 + self.who)

    @property
    def handle(self) -> str:
        return f"user_{self.who}"

    @property
    def text(self) -> str:
        """As X shows it: of a repost with whose it is in front."""
        if self.kind == "repost" and self.target:
            return f"RT @{self.target.handle}: {self.target.words}"
        return f"{self.words} https://t.co/s{self.number}" if self.link else self.words

    @property
    def clock(self) -> str:
        """As API v1.1 writes it."""
        return self.at.strftime("%a %b %d %H:%M:%S +0000 %Y")

    @property
    def address(self) -> str:
        return f"https://twitter.com/{self.handle}/status/{self.id}"

    def target_of(self, kind: str) -> Said | None:
        return self.target if self.kind == kind else None


def population(people: int = 12, posts: int = 120, seed: int = 5) -> list[Said]:
    """Posts of people who have nothing to do with each other, over ten days."""
    luck, made = random.Random(seed), list[Said]()
    for number in range(posts):
        at = START + timedelta(seconds=luck.randrange(10 * 86_400))
        earlier = [post for post in made if post.kind == "original" and post.at < at]
        kind = luck.choice(("original", "original", "original", "repost", "reply", "quote")) if earlier else "original"
        target = luck.choice(earlier) if kind != "original" else None
        words = f"Item {number} about {luck.choice(WORDS)} and the long road to the sea"
        link = f"https://site{luck.randrange(9)}.example/{number}" if kind == "original" else None
        made.append(Said(number, luck.randrange(people), at, words, link, kind, target))
    return made


def table(rows: Iterable[dict[str, Any]]) -> bytes:
    """Rows as CSV."""
    rows = list(rows)
    header = list(dict.fromkeys(key for row in rows for key in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _of(target: Said | None, name: str) -> Any:
    return getattr(target, name) if target else ""


def tweet_v2(post: Said) -> dict[str, Any]:
    words = {"repost": "retweeted", "reply": "replied_to", "quote": "quoted"}
    told: dict[str, Any] = {
        "id": post.id, "author_id": post.user, "created_at": post.at.strftime("%Y-%m-%dT%H:%M:%S.000Z"), "text": post.text,
        "conversation_id": post.id, "edit_history_tweet_ids": [post.id], "public_metrics": {"like_count": 0},
    }  # fmt: skip
    if post.link:
        told["entities"] = {"urls": [{"url": f"https://t.co/s{post.number}", "expanded_url": post.link}]}
    if post.target:
        told["referenced_tweets"] = [{"type": words[post.kind], "id": post.target.id}]
    if post.kind == "reply" and post.target:
        told["in_reply_to_user_id"] = post.target.user
    return told


def users_v2(posts: Iterable[Said]) -> list[dict[str, str]]:
    return [{"id": user, "username": handle} for user, handle in sorted({(post.user, post.handle) for post in posts})]


def v2(posts: list[Said]) -> bytes:
    return json.dumps({"data": list(map(tweet_v2, posts)), "includes": {"users": users_v2(posts)}}).encode()


def tweet_v1(post: Said, deep: bool = True) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": int(post.id), "id_str": post.id, "created_at": post.clock, "full_text": post.text, "favorite_count": 0,
        "user": {"id_str": post.user, "screen_name": post.handle},
        "entities": {"urls": [{"url": f"https://t.co/s{post.number}", "expanded_url": post.link}] if post.link else []},
    }  # fmt: skip
    if post.kind == "repost" and post.target and deep:
        told["retweeted_status"] = tweet_v1(post.target)
    if post.kind == "quote" and post.target and deep:
        told |= {"quoted_status": tweet_v1(post.target), "quoted_status_id_str": post.target.id}
    if post.kind == "reply" and post.target:
        told |= {
            "in_reply_to_status_id_str": post.target.id,
            "in_reply_to_user_id_str": post.target.user,
            "in_reply_to_screen_name": post.target.handle,
        }
    return told


def v1(posts: list[Said]) -> bytes:
    return "\n".join(json.dumps(tweet_v1(post)) for post in posts).encode()


def _hydrated(post: Said) -> dict[str, Any]:
    whole = post.target_of("repost")
    return {
        "id": post.id, "tweet_url": post.address, "created_at": post.clock, "user_screen_name": post.handle, "user_id": post.user,
        "text": whole.words if whole else post.text, "urls": post.link or "", "favorite_count": "0", "user_created_at": "",
        "in_reply_to_status_id": _of(post.target_of("reply"), "id"), "in_reply_to_user_id": _of(post.target_of("reply"), "user"),
        "in_reply_to_screen_name": _of(post.target_of("reply"), "handle"),
    }  # fmt: skip


def hydrator(posts: list[Said]) -> bytes:
    return table(
        _hydrated(post)
        | {
            "retweet_id": _of(post.target_of("repost"), "id"),
            "retweet_screen_name": _of(post.target_of("repost"), "handle"),
            "quote_id": _of(post.target_of("quote"), "id"),
        }
        for post in posts
    )


def json2csv(posts: list[Said]) -> bytes:
    types = {"repost": "retweet"}
    return table(
        _hydrated(post)
        | {
            "tweet_type": types.get(post.kind, post.kind),
            "retweet_or_quote_id": _of(post.target_of("repost") or post.target_of("quote"), "id"),
            "retweet_or_quote_user_id": _of(post.target_of("repost") or post.target_of("quote"), "user"),
        }
        for post in posts
    )


def twarc_csv(posts: list[Said]) -> bytes:
    return table(
        {
            "id": post.id, "conversation_id": post.id, "author_id": post.user, "author.username": post.handle,
            "created_at": post.at.strftime("%Y-%m-%dT%H:%M:%S.000Z"), "text": _of(post.target_of("repost"), "words") or post.text,
            "referenced_tweets.retweeted.id": _of(post.target_of("repost"), "id"),
            "referenced_tweets.replied_to.id": _of(post.target_of("reply"), "id"),
            "referenced_tweets.quoted.id": _of(post.target_of("quote"), "id"),
            "public_metrics.like_count": "0", "entities.urls": json.dumps([post.link]) if post.link else "",
        }
        for post in posts
    )  # fmt: skip


def _exported(post: Said) -> dict[str, Any]:
    east = post.at + timedelta(hours=8)
    return {
        "id": post.id, "created_at": east.strftime("%Y-%m-%d %H:%M:%S +08:00"), "full_text": post.text, "media": [],
        "screen_name": post.handle, "name": post.handle, "user_id": post.user,
        "in_reply_to": _of(post.target_of("reply"), "id") or None, "retweeted_status": _of(post.target_of("repost"), "id") or None,
        "quoted_status": _of(post.target_of("quote"), "id") or None, "favorite_count": 0, "views_count": None,
        "retweeted": False, "url": post.address,
    }  # fmt: skip


def web_exporter(posts: list[Said]) -> bytes:
    return b"\xef\xbb\xbf" + table(_exported(post) | {"media": "[]"} for post in posts)


def web_exporter_of_another_clock(posts: list[Said]) -> bytes:
    """With a form of time of one's own, that leaves the zone out."""
    return table(
        _exported(p) | {"created_at": (p.at + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M:%S")} for p in posts
    )


def web_exporter_json(posts: list[Said]) -> bytes:
    return json.dumps(list(map(_exported, posts))).encode()


def rtweet(posts: list[Said]) -> bytes:
    def marked(value: str) -> str:
        return f"x{value}" if value else ""

    return table(
        {
            "user_id": marked(post.user), "status_id": marked(post.id), "created_at": post.at.strftime("%Y-%m-%d %H:%M:%S"),
            "screen_name": post.handle, "text": _of(post.target_of("repost"), "words") or post.text,
            "reply_to_status_id": marked(_of(post.target_of("reply"), "id")), "reply_to_user_id": marked(_of(post.target_of("reply"), "user")),
            "is_quote": str(post.kind == "quote").upper(), "is_retweet": str(post.kind == "repost").upper(),
            "urls_expanded_url": post.link or "", "quoted_status_id": marked(_of(post.target_of("quote"), "id")),
            "retweet_status_id": marked(_of(post.target_of("repost"), "id")), "retweet_user_id": marked(_of(post.target_of("repost"), "user")),
        }
        for post in posts
    )  # fmt: skip


def _twint(post: Said) -> dict[str, Any]:
    quoted, whole = post.target_of("quote"), post.target_of("repost")
    answered = post.target_of("reply")
    return {
        "id": int(post.id), "conversation_id": answered.id if answered else post.id,
        "created_at": (post.at + timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S CET"), "timezone": "+0200",
        "user_id": int(post.user), "username": post.handle, "name": post.handle, "tweet": post.text,
        "urls": [post.link] if post.link else [], "hashtags": [], "mentions": [],
        "reply_to": [{"screen_name": answered.handle, "id": answered.user}] if answered else [],
        "link": post.address, "retweet": whole is not None, "quote_url": quoted.address if quoted else "",
        "user_rt_id": _of(whole, "user"), "user_rt": _of(whole, "words"), "retweet_id": _of(whole, "id"), "retweet_date": "",
    }  # fmt: skip


def twint(posts: list[Said]) -> bytes:
    return table(map(_twint, posts))


def twint_json(posts: list[Said]) -> bytes:
    return "\n".join(json.dumps(_twint(post)) for post in posts).encode()


def twint_before(posts: list[Said]) -> bytes:
    """As until 2.1.21: the row of a retweet is the original."""

    def row(post: Said) -> dict[str, Any]:
        own = post.target_of("repost") or post
        local = (post.at + timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S")
        told = {"created_at": str(int(own.at.timestamp() * 1000)), "timezone": "CET"}
        if own is not post:
            told |= {"user_rt": post.handle, "user_rt_id": post.user, "retweet_id": post.id, "retweet_date": local}
        return _twint(own) | {"retweet": own is not post, "user_rt": "", "user_rt_id": "", "retweet_id": ""} | told

    return table(map(row, posts))


def snscrape_csv(posts: list[Said]) -> bytes:
    def whole(post: Said | None) -> str:
        return f"{{'url': '{post.address}', 'rawContent': '', 'id': {post.id}}}" if post else ""

    return table(
        {
            "Unnamed: 0": number, "url": post.address, "date": post.at.strftime("%Y-%m-%d %H:%M:%S+00:00"), "rawContent": post.text,
            "id": post.id, "user": f"{{'username': '{post.handle}', 'id': {post.user}}}", "conversationId": post.id,
            "links": str([{"text": "x", "url": post.link, "tcourl": "https://t.co/x"}]) if post.link else "",
            "retweetedTweet": whole(post.target_of("repost")), "quotedTweet": whole(post.target_of("quote")),
            "inReplyToTweetId": _of(post.target_of("reply"), "id"),
        }
        for number, post in enumerate(posts)
    )  # fmt: skip


def tweepy_csv(posts: list[Said]) -> bytes:
    return table(
        {name: value if isinstance(value, str) else str(value) for name, value in tweet_v2(post).items()}
        for post in posts
    )


def tweepy_v1_csv(posts: list[Said]) -> bytes:
    def row(post: Said) -> dict[str, Any]:
        told = tweet_v1(post)
        flat = {name: value for name, value in told.items() if not isinstance(value, dict)}
        flat |= {f"user.{name}": value for name, value in told["user"].items()}
        whole = post.target_of("repost")
        flat |= {"entities.urls": str(told["entities"]["urls"]), "retweeted_status.id_str": _of(whole, "id")}
        return flat | {"retweeted_status.full_text": _of(whole, "words")}

    return table(map(row, posts))


def tags(posts: list[Said]) -> bytes:
    def row(post: Said) -> dict[str, Any]:
        quoted = post.target_of("quote")
        links = [one for one in (post.link, quoted.address if quoted else None) if one]
        return {
            "id_str": post.id, "from_user": post.handle, "text": post.text, "created_at": post.clock, "from_user_id_str": post.user,
            "in_reply_to_status_id_str": _of(post.target_of("reply"), "id"), "status_url": post.address.replace("/status/", "/statuses/"),
            "entities_str": json.dumps({"hashtags": [], "urls": [{"expanded_url": one} for one in links]}),
        }  # fmt: skip

    return table(map(row, posts))


def tidy(posts: list[Said]) -> bytes:
    types = {"repost": "retweeted", "quote": "quoted"}
    return table(
        {
            "tweet_id": post.id, "user_username": post.handle, "author_id": post.user, "text": post.text,
            "conversation_id": _of(post.target_of("reply"), "id") or post.id, "created_at": post.at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "sourcetweet_type": types.get(post.kind, "NA"), "sourcetweet_id": _of(post.target, "id") if post.kind in types else "NA",
        }
        for post in posts
    )  # fmt: skip


WRITTEN: dict[str, tuple[str, Callable[[list[Said]], bytes]]] = {
    "x_v2": ("v2.json", v2),
    "x_v1": ("v1.jsonl", v1),
    "hydrator": ("hydrator.csv", hydrator),
    "json2csv": ("json2csv.csv", json2csv),
    "twarc_csv": ("twarc.csv", twarc_csv),
    "web_exporter": ("exporter.csv", web_exporter),
    "web_exporter without zone": ("exporter_local.csv", web_exporter_of_another_clock),
    "web_exporter_json": ("exporter.json", web_exporter_json),
    "rtweet": ("rtweet.csv", rtweet),
    "twint": ("twint.csv", twint),
    "twint until 2.1.21": ("twint_before.csv", twint_before),
    "twint_json": ("twint.json", twint_json),
    "snscrape_csv": ("snscrape.csv", snscrape_csv),
    "tweepy_csv": ("tweepy.csv", tweepy_csv),
    "tweepy_v1_csv": ("tweepy_v1.csv", tweepy_v1_csv),
    "tags": ("tags.csv", tags),
    "academictwitter_csv": ("tidy.csv", tidy),
}
"""Reader and its age or way, the name of a file, and how it is written."""
