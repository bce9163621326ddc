"""A case with planted networks, so that what the tool finds can be held against what is there.

The world of the method's evaluation: accounts with heavy-tailed activity share links with heavy-tailed popularity; fans
share the same fan links soon after each other, each in their own time; and a few groups of eight share links within a
minute of each other, in half of the groups popular links that many others share too, in the other half links of their
own. A world can be written as export files of several platforms, so that everything runs from file to page.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

START = datetime(2026, 8, 3, tzinfo=UTC)
DAYS = 28
LONGEST_S = 2 * 86_400.0  # after which nobody shares a link any more
EVENTS, LINKS_OF_EVENT, MORNING_S = 5, 8, 7 * 3_600.0


@dataclass(frozen=True)
class Plan:
    """Size of a world and the groups planted in it.

    Attributes
    ----------
    accounts, actions, links : int
        Ordinary accounts, their actions in all, and the links they choose from.
    fans, fan_links, fan_picks : int
        Accounts that each share ``fan_picks`` of ``fan_links``, on average ``fan_delay_s`` after the link appeared.
    fan_spread : float
        How much the fans' own speeds differ: standard deviation of the logarithm of an account's mean delay; 0 for not at all.
    passers_by : float
        Shares of fan links by ordinary accounts, as fast as the fans', per share by a fan.
    groups, members, objects : int
        Planted groups, accounts in each, links each shares together.
    join, jitter_s : float
        Chance that a member takes part in one link, and how far apart the members' shares lie at most.
    exclusive : float
        Part of the groups whose links nobody else shares.
    public : float
        Of a group with links of its own, the part of its links that many others share too.
    shift : int
        Members that push one link together, taking turns from link to link; 0 for all of them.
    rhythm, zones : float, int
        Part of the ordinary actions at night (midnight to seven) that wait for the morning, and time zones the accounts live in, evenly
        around the day.
    bursts : float
        Part of the ordinary actions that go to a few links about one of five events, within the hour.
    superspreaders : int
        Ordinary accounts ten times as busy as the busiest of the others.
    """

    accounts: int = 20_000
    actions: int = 200_000
    links: int = 20_000
    fans: int = 1_500
    fan_links: int = 60
    fan_picks: int = 25
    fan_delay_s: float = 2_400.0
    fan_spread: float = 0.0
    passers_by: float = 0.1
    groups: int = 12
    members: int = 8
    objects: int = 15
    join: float = 0.8
    jitter_s: float = 60.0
    exclusive: float = 0.5
    public: float = 0.0
    shift: int = 0
    rhythm: float = 0.0
    zones: int = 1
    bursts: float = 0.0
    superspreaders: int = 0

    def noise_only(self) -> Plan:
        """Copy of the plan without fans and groups."""
        return Plan(accounts=self.accounts, actions=self.actions, links=self.links, fans=0, groups=0)


DEMO = Plan(accounts=1_600, actions=14_000, links=2_500, fans=120, fan_links=30, fan_picks=12, groups=4, objects=15)


@dataclass(frozen=True)
class World:
    """Shares of links, and who was planted.

    Attributes
    ----------
    shares : polars.DataFrame
        ``account`` (int), ``link`` (int), ``at`` (seconds after START, to the millisecond), ``group`` (int, -1 for all
        others), sorted by time.
    groups : list of list of int
        Accounts of each planted group.
    exclusive : list of bool
        Whether a group's links are its own.
    """

    shares: pl.DataFrame
    groups: list[list[int]]
    exclusive: list[bool]


def world(seed: int, plan: Plan | None = None) -> World:
    """Draw a world; the same seed and plan give the same one.

    Examples
    --------
    >>> small = world(1, Plan(accounts=300, actions=2_000, links=200, fans=0, groups=1))
    >>> len(small.groups[0]), small.shares["group"].max()
    (8, 0)
    """
    plan = plan or Plan()
    draw = np.random.default_rng(seed)
    born = draw.uniform(0, (DAYS - 2) * 86_400.0, plan.links)
    parts = [_awake(draw, plan, part) for part in (_ordinary(draw, plan, born), _fans(draw, plan))]
    planted = draw.choice(plan.accounts, (plan.groups, plan.members), replace=False)
    groups = [sorted(members) for members in planted.tolist()]
    exclusive = [number < round(plan.groups * plan.exclusive) for number in range(plan.groups)]
    own = plan.links + plan.fan_links
    for number, members in enumerate(groups):
        if exclusive[number]:
            links = own + number * plan.objects + np.arange(plan.objects)
            start = draw.uniform(0, (DAYS - 2) * 86_400.0, plan.objects)
            if common := round(plan.objects * plan.public):
                links[:common], start[:common] = _popular(draw, plan, born, common)
        else:  # links that others share as well, while they are young
            links, start = _popular(draw, plan, born, plan.objects)
        parts.append(_together(draw, plan, number, members, links, start))
    table = pl.concat(parts).with_columns(pl.col("at").round(3))
    return World(table.sort("at", "account", "link"), groups, exclusive)


def _popular(
    draw: np.random.Generator, plan: Plan, born: NDArray[Any], number: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Links that others share as well, and when a group pushes each."""
    links = draw.choice(np.arange(20, min(plan.links, 20 + 15 * plan.objects)), number, replace=False)
    return links, born[links] + draw.exponential(3 * 3_600.0, number)


def _frame(account: NDArray[Any], link: NDArray[Any], at: NDArray[Any], group: int = -1) -> pl.DataFrame:
    return pl.DataFrame(
        {"account": account.astype(np.int64), "link": link.astype(np.int64), "at": at.astype(float)}
    ).with_columns(pl.lit(group, pl.Int64).alias("group"))


def _ordinary(draw: np.random.Generator, plan: Plan, born: NDArray[Any]) -> pl.DataFrame:
    """Each action: an account by its activity, a link by its popularity, hours after the link appeared."""
    activity = draw.pareto(1.6, plan.accounts) + 0.2
    popularity = 1.0 / np.arange(3, plan.links + 3) ** 0.9
    activity = np.minimum(activity, 60)
    if plan.superspreaders:
        activity[draw.choice(plan.accounts, plan.superspreaders, replace=False)] = 10 * activity.max()
    account = draw.choice(plan.accounts, plan.actions, p=activity / activity.sum())
    link = draw.choice(plan.links, plan.actions, p=popularity / popularity.sum())
    delay = draw.lognormal(np.log(4 * 3_600.0), 1.4, plan.actions)
    late = delay > LONGEST_S  # spread anew: cut off, they would all act in one moment
    delay[late] = draw.uniform(0, LONGEST_S, int(late.sum()))
    at = born[link] + delay
    if plan.bursts:
        rows = np.flatnonzero(draw.random(plan.actions) < plan.bursts)
        event = draw.integers(0, EVENTS, len(rows))
        link[rows] = event * LINKS_OF_EVENT + draw.integers(0, LINKS_OF_EVENT, len(rows))
        at[rows] = draw.uniform(0, (DAYS - 2) * 86_400.0, EVENTS)[event] + draw.exponential(1_200.0, len(rows))
    return _frame(account, link, at)


def _awake(draw: np.random.Generator, plan: Plan, shares: pl.DataFrame) -> pl.DataFrame:
    """Shares of people who sleep: what falls into their night waits for an hour or so after seven in the morning."""
    if not plan.rhythm or not shares.height:
        return shares
    zone = draw.integers(0, plan.zones, plan.accounts)[shares["account"].to_numpy()] * (86_400.0 / plan.zones)
    at = shares["at"].to_numpy().copy()
    hour = (at + zone) % 86_400.0
    asleep = (hour < MORNING_S) & (draw.random(len(at)) < plan.rhythm)
    at[asleep] += MORNING_S - hour[asleep] + draw.exponential(3_600.0, int(asleep.sum()))
    return shares.with_columns(pl.Series("at", at))


def _fans(draw: np.random.Generator, plan: Plan) -> pl.DataFrame:
    """Fans share what they like soon after it appears, each at their own speed; a few passers-by share it as fast."""
    if not plan.fans:
        return _frame(np.zeros(0), np.zeros(0), np.zeros(0))
    fans = draw.choice(plan.accounts, plan.fans, replace=False)
    born = draw.uniform(0, (DAYS - 2) * 86_400.0, plan.fan_links)
    picks = np.concatenate([draw.choice(plan.fan_links, plan.fan_picks, replace=False) for _ in fans])
    account = np.repeat(fans, plan.fan_picks)
    casual = round(len(picks) * plan.passers_by)
    account = np.concatenate([account, draw.choice(plan.accounts, casual)])
    picks = np.concatenate([picks, draw.choice(plan.fan_links, casual)])
    mean = np.full(plan.accounts, float(plan.fan_delay_s))
    if plan.fan_spread:
        mean[fans] *= draw.lognormal(-(plan.fan_spread**2) / 2, plan.fan_spread, plan.fans)
    return _frame(account, plan.links + picks, born[picks] + draw.exponential(mean[account]))


def _together(
    draw: np.random.Generator, plan: Plan, number: int, members: list[int], links: NDArray[Any], start: NDArray[Any]
) -> pl.DataFrame:
    account, link = np.repeat(members, len(links)), np.tile(links, len(members))
    at = np.tile(start, len(members)) + draw.uniform(0, plan.jitter_s, len(link))
    joins = draw.random(len(link)) < plan.join
    if plan.shift:  # the next members take over with every link
        turn = np.repeat(np.arange(len(members)), len(links)) - np.tile(np.arange(len(links)), len(members))
        joins &= turn % len(members) < plan.shift
    return _frame(account[joins], link[joins], at[joins], number)


# -- worlds as export files

PLATFORMS = ("x", "telegram", "facebook", "mastodon")
_SITES = ("larkspur", "tidewire", "stonebridge", "oakpost", "quillfeed", "emberline", "saltmarsh", "morningpost")
_OPENINGS = (
    "Have you seen this",
    "Read before it goes",
    "More",
    "News",
    "A must",
    "Here it is",
    "Quite a story",
    "Just in",
)
_MIDDLES = (
    "on the water works",
    "about the new tram",
    "from the town hall",
    "on bus fares",
    "about the market",
    "on the library",
)
_ENDINGS = (
    "tonight",
    "this week",
    "pass it on",
    "full text inside",
    "with pictures",
    "part two",
    "in short",
    "for everyone",
)


def write_demo(folder: Path, seed: int = 7, plan: Plan | None = None) -> list[Path]:
    """Write a world as the export files a person would hold: X, Telegram, Facebook and Mastodon.

    Accounts are spread over the platforms, so that planted groups cross them.

    Parameters
    ----------
    folder : Path
        Made if it is not there; files of the same names are replaced.
    seed : int
    plan : Plan, optional
        ``DEMO`` when not given: small enough to be on screen at once.

    Returns
    -------
    list of Path
        ``x.jsonl`` (X API v2, flattened), ``telegram/result.json`` (Telegram Desktop), ``facebook.csv`` (any CSV) and
        ``mastodon.json`` (statuses).

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> [path.name for path in write_demo(Path(mkdtemp()), plan=Plan(accounts=50, actions=200, links=40, fans=0, groups=0))]
    ['x.jsonl', 'result.json', 'facebook.csv', 'mastodon.json']
    """
    plan = plan or DEMO
    posts = _posts(world(seed, plan), seed, plan)
    folder.mkdir(parents=True, exist_ok=True)
    writers = {"x": _write_x, "telegram": _write_telegram, "facebook": _write_facebook, "mastodon": _write_mastodon}
    return [writers[name](folder, posts.filter(pl.col("platform") == name)) for name in PLATFORMS]


def _posts(drawn: World, seed: int, plan: Plan) -> pl.DataFrame:
    """Shares with a platform, an address and words: a title pasted with the link, a group's common text, or one's own."""
    draw = np.random.default_rng(seed + 1)
    number = drawn.shares.height
    home = draw.choice(4, plan.accounts, p=(0.45, 0.2, 0.25, 0.1))
    home[[account for members in drawn.groups[::2] for account in members]] = 0  # half of the groups on X alone
    site = draw.choice(len(_SITES), plan.links + plan.fan_links + plan.groups * plan.objects, p=_site_shares())
    for group in range(plan.groups):
        own = plan.links + plan.fan_links + group * plan.objects
        site[own : own + plan.objects] = group % 3
    titles = [_sentence(draw) for _ in range(site.size)]  # what a share button would paste
    copied = {
        key: _sentence(draw) for key in drawn.shares.filter(pl.col("group") >= 0).select("group", "link").iter_rows()
    }
    pasted, follow = draw.random(number) < 0.3, draw.random(number) < 0.6
    texts = [
        copied[group, link] if group >= 0 and follow[row] else titles[link] if pasted[row] else _sentence(draw)
        for row, (group, link) in enumerate(drawn.shares.select("group", "link").iter_rows())
    ]
    return drawn.shares.with_row_index("post").with_columns(
        pl.col("account").map_elements(lambda a: PLATFORMS[home[a]], return_dtype=pl.String).alias("platform"),
        pl.col("link")
        .map_elements(lambda n: f"https://{_SITES[site[n]]}.example/{_slug(n)}", return_dtype=pl.String)
        .alias("url"),
        pl.Series("text", texts),
        pl.col("at")
        .map_elements(lambda s: START + timedelta(seconds=s), return_dtype=pl.Datetime("us", "UTC"))
        .alias("time"),
    )


def _site_shares() -> NDArray[Any]:
    weights = 1.0 / np.arange(1, len(_SITES) + 1)
    return weights / weights.sum()


def _sentence(draw: np.random.Generator) -> str:
    parts = [words[draw.integers(len(words))] for words in (_OPENINGS, _MIDDLES, _ENDINGS)]
    return f"{' '.join(parts)}, number {draw.integers(10_000)} on our list"


def _slug(link: int) -> str:
    words = (
        "clinic",
        "tender",
        "crane",
        "vote",
        "island",
        "ballot",
        "quay",
        "mayor",
        "ferry",
        "fish-hall",
        "page-four",
    )
    return f"{words[link % len(words)]}-{link:05d}"


def _write_x(folder: Path, posts: pl.DataFrame) -> Path:
    path = folder / "x.jsonl"
    with path.open("w", encoding="utf-8") as out:
        for row in posts.iter_rows(named=True):
            account, number = str(1_000_000 + row["account"]), _snowflake(row["time"], row["post"])
            text = f"{row['text']} {row['url']}"
            post = {
                "id": number,
                "author_id": account,
                "conversation_id": number,
                "created_at": f"{row['time']:%Y-%m-%dT%H:%M:%S}.{row['time'].microsecond // 1000:03d}Z",
                "text": text,
                "lang": "en",
                "entities": {"urls": [{"start": 0, "end": 0, "url": row["url"], "expanded_url": row["url"]}]},
                "public_metrics": {"retweet_count": 0, "reply_count": 0, "like_count": 0, "quote_count": 0},
                "author": {"id": account, "username": f"user{row['account']}", "name": f"User {row['account']}"},
            }
            out.write(json.dumps(post, ensure_ascii=False) + "\n")
    return path


def _snowflake(time: datetime, number: int) -> str:
    """An X id of that moment: milliseconds since its epoch above 22 bits."""
    milliseconds = (time - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    return str((milliseconds - 1_288_834_974_657 << 22) + number)


def _write_telegram(folder: Path, posts: pl.DataFrame) -> Path:
    path = folder / "telegram" / "result.json"
    path.parent.mkdir(exist_ok=True)
    messages = [
        {
            "id": row["post"],
            "type": "message",
            "date": f"{row['time']:%Y-%m-%dT%H:%M:%S}",
            "date_unixtime": str(int(row["time"].timestamp())),
            "from": f"User {row['account']}",
            "from_id": f"user{1_000_000 + row['account']}",
            "text": [f"{row['text']} ", {"type": "link", "text": row["url"]}],
            "text_entities": [{"type": "plain", "text": f"{row['text']} "}, {"type": "link", "text": row["url"]}],
        }
        for row in posts.iter_rows(named=True)
    ]
    chat = {"name": "Town talk", "type": "public_supergroup", "id": 4_242, "messages": messages}
    path.write_text(json.dumps(chat, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def _write_facebook(folder: Path, posts: pl.DataFrame) -> Path:
    path = folder / "facebook.csv"
    posts.select(
        pl.lit("facebook").alias("platform"),
        (1_000_000 + pl.col("account")).alias("account_id"),
        pl.format("Page {}", pl.col("account")).alias("account_name"),
        pl.format("fb{}", pl.col("post")).alias("post_id"),
        pl.col("time").dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").alias("created_at"),
        "text",
        "url",
    ).write_csv(path)
    return path


def _write_mastodon(folder: Path, posts: pl.DataFrame) -> Path:
    path = folder / "mastodon.json"
    statuses: list[dict[str, Any]] = []
    for row in posts.iter_rows(named=True):
        name, home = f"user{row['account']}", "https://social.example"
        statuses.append(
            {
                "id": str(110_000_000_000_000_000 + row["post"]),
                "uri": f"{home}/users/{name}/statuses/{row['post']}",
                "url": f"{home}/@{name}/{row['post']}",
                "created_at": f"{row['time']:%Y-%m-%dT%H:%M:%S}.{row['time'].microsecond // 1000:03d}Z",
                "visibility": "public",
                "language": "en",
                "content": f'<p>{row["text"]} <a href="{row["url"]}">{row["url"]}</a></p>',
                "reblog": None,
                "account": {
                    "id": str(row["account"]),
                    "username": name,
                    "acct": name,
                    "url": f"{home}/@{name}",
                    "display_name": f"User {row['account']}",
                },
                "mentions": [],
                "tags": [],
                "media_attachments": [],
            }
        )
    path.write_text(json.dumps(statuses, ensure_ascii=False), encoding="utf-8")
    return path
