"""Owner of the profile or post a link leads to, where its address says so: ``https://x.com/nora/status/1`` is Nora's."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

# Sites that show posts of X under their author's handle: Nitter's instances, and those that fix previews.
_X_MIRRORS = (
    r"(?:[a-z0-9-]+\.){0,3}nitter\.(?:[a-z0-9-]+\.){0,2}[a-z]{2,24}"
    r"|(?:www\.)?(?:xcancel|fxtwitter|vxtwitter|fixupx|fixvx|twstalker|twiiit)\.com"
)
# platform: what stands after the scheme up to the name. Words that are pages of the platform itself are nobody's.
_NAMES: tuple[tuple[str, str], ...] = (
    ("x", r"(?:[a-z]+\.)?(?:x|twitter)\.com/(i/user/\d{1,20})(?!\d)"),
    ("x", rf"(?:(?:[a-z]+\.)?(?:x|twitter)\.com|{_X_MIRRORS})/@?(\w{{1,15}})(?!\w)"),
    ("telegram", r"(?:t\.me|telegram\.(?:me|dog)|tgstat\.(?:com|ru)/(?:[a-z]{2}/)?channel)/(?:s/)?@?(\w{4,32})(?!\w)"),
    ("instagram", r"(?:[a-z]+\.)?instagram\.com/(?:stories/)?([\w.]{1,30})"),
    ("instagram", r"(?:www\.)?(?:picuki\.com/profile|imginn\.com)/([\w.]{1,30})"),
    ("facebook", r"(?:[a-z-]+\.)?(?:facebook|fb)\.com/(?:profile\.php\?id=)?([\w.-]{2,60})"),
    ("tiktok", r"(?:[a-z]+\.)?tiktok\.com/@([\w.]{1,30})"),
    ("youtube", r"(?:[a-z]+\.)?youtube\.com/@([\w.-]{1,60})"),
    ("bluesky", r"bsky\.app/profile/([\w.:-]{3,253})"),
    ("threads", r"(?:www\.)?threads\.(?:net|com)/@([\w.]{1,30})"),
    ("truth_social", r"(?:www\.)?truthsocial\.com/@([\w.-]{1,60})"),
    ("gab", r"(?:www\.)?gab\.com/@?([\w.-]{2,60})"),
    ("reddit", r"(?:[a-z]+\.)?reddit\.com/(?:u|user)/([\w-]{2,30})"),
    ("vk", r"(?:m\.)?vk\.com/([\w.]{2,60})"),
    ("mastodon", r"((?:[a-z0-9-]+\.)+[a-z]{2,24}/(?:@|users/)\w[\w.-]{0,60}(?:@[\w.-]+)?)"),  # any server may be one
)
_PAGE_WORDS = """
about ads c channel discover events explore feed groups hashtag help home i intent iv joinchat legal login marketplace media
messages notifications p pages permalink.php photo photo.php photos plugins privacy profile.php reel reels search settings
share share.php sharer sharer.php status stories story.php tos tv video video.php videos watch
"""
_PAGES = frozenset(_PAGE_WORDS.split())
_LINK = re.compile(
    r"(?<![\w@.-])(?:https?://)?(?:" + "|".join(pattern for _, pattern in _NAMES) + r")[^\s<>\"“”]*", re.IGNORECASE
)
MENTION = re.compile(  # more is taken for a mention than ``ingest.normalize.text`` does: here a missed one does harm
    r"(?<![\w@＠/])(?<!\w\.)[@＠]([A-Za-z0-9_](?:[\w.-]{0,252}\w)?(?:@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)?)"
)
_STATUS = re.compile(r"/(?:\w+|i/web)/status(?:es)?/(\d+)", re.IGNORECASE)
MAYBE = r"(?i)\.com/|t\.me/|telegram\.(?:me|dog)/|bsky\.app/|threads\.net/|tgstat\.ru/|nitter\.|/@|/users/"
"""What every text with such a link holds, for a quick look at many."""


class Owner(NamedTuple):
    """Owner of a link: the account's uid by handle (or by id, where the address holds one), and the post's if it is one."""

    account: str
    post: str | None


def owner(link: str | None) -> Owner | None:
    """Owner of the profile or post a link leads to; None where the address does not say.

    Examples
    --------
    >>> owner("https://twitter.com/Nora/status/12")
    Owner(account='x:@nora', post='x:12')
    >>> owner("https://t.me/s/kanal/5").account, owner("https://social.example/@nora/109").account
    ('telegram:@kanal', 'mastodon:@nora@social.example')
    >>> owner("https://nitter.example/nora/status/12"), owner("https://x.com/i/user/12").account
    (Owner(account='x:@nora', post='x:12'), 'x:12')
    >>> owner("https://x.com/hashtag/a"), owner("https://example.org/nora")
    (None, None)
    """
    found = _LINK.fullmatch(link.strip()) if link else None
    return _owner(found) if found else None


def is_profile(link: str) -> bool:
    """True for the address of a profile itself, not of a post or page below it.

    Examples
    --------
    >>> [is_profile(link) for link in ("https://x.com/nora?s=20", "https://t.me/kanal/5", "https://example.org/nora")]
    [True, False, False]
    """
    found = _LINK.fullmatch(link.strip())
    who = _owner(found) if found else None
    if not found or not who or not who.account or who.post:
        return False
    rest = found[0][max(found.end(n) for n in range(1, len(_NAMES) + 1)) - found.start() :]
    return rest.split("?")[0].split("#")[0].strip("/") == ""


def replaced(text: str, spell: Callable[[Owner], str | None]) -> str:
    """The text with each such link as ``spell`` writes it; None leaves it.

    Examples
    --------
    >>> replaced("See https://x.com/Nora/status/12 now", lambda who: "…")
    'See … now'
    """

    def put(found: re.Match[str]) -> str:
        who = _owner(found)
        written = spell(who) if who else None
        return found[0] if written is None else written

    return _LINK.sub(put, text)


def _owner(found: re.Match[str]) -> Owner | None:
    place, name = next((n, group) for n, group in enumerate(found.groups()) if group is not None)
    platform = _NAMES[place][0]
    if platform == "mastodon":
        host, _, rest = name.partition("/")
        local = rest.removeprefix("@").removeprefix("users/")
        return Owner(f"mastodon:@{local if '@' in local else f'{local}@{host}'}".casefold(), None)
    if name.lower().startswith("i/user/"):
        return Owner(f"x:{name[7:]}", None)
    status = _STATUS.search(found[0]) if platform == "x" else None
    post = f"x:{status[1]}" if status else None
    name = name.rstrip(".-").casefold()
    if name in _PAGES or not name:
        return Owner("", post) if post else None
    is_id = name.isdecimal() if platform == "facebook" else name.startswith("did:")
    return Owner(f"{platform}:{name}" if is_id else f"{platform}:@{name}", post)
