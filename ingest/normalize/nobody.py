"""Names that many people share or that nobody has: an account is never made of them.

A platform writes them where an account is gone, hidden or not known. Two posts by "Anonymous" are not by one person. Where such
a name stands beside an id of its own, the id is the account, and the name is left out.
"""

from __future__ import annotations

import polars as pl

NAMES = frozenset({
    "", "n/a", "not available", "unknown", "unknown user", "redacted",  # data sets and their makers
    "[deleted]", "[removed]", "[deleted user]", "deleted", "deleted user", "deleted account", "account deleted", "user deleted",
    "deleted_user", "deleted_account", "deletedaccount", "suspended user", "suspended account", "user not found",
    "anonymous", "anonymous user", "anonym", "anonyme", "anonimo", "anónimo", "anônimo", "anoniem", "анонім", "аноним", "名無し",
    "anonymous admin", "group anonymous bot", "groupanonymousbot", "channel_bot",  # Telegram
    "anonymous member", "anonymous participant", "anonymous poster", "group member",  # groups of Facebook
    "facebook user", "facebook-nutzer", "utilisateur facebook", "usuario de facebook", "instagram user", "instagramuser", "tiktok user",
})  # fmt: skip
"""In lower case, without ``@`` in front."""

IDS = frozenset({
    "discord:456226577798135808",  # Deleted User
    "telegram:user1087968824", "telegram:1087968824",  # GroupAnonymousBot: admins who stay anonymous
    "telegram:user136817688", "telegram:136817688",  # Channel_Bot: people who write as a channel
})  # fmt: skip
"""Ids that a platform gives to all whom it does not name, with the platform in front."""

HOMES = frozenset(uid.partition(":")[0] for uid in IDS)
"""Platforms that have such ids: of no other are they looked for."""


def is_nobody(name: str | None) -> bool:
    """True if a name stands for nobody in particular.

    Examples
    --------
    >>> is_nobody(" [Deleted] "), is_nobody("@Anonymous"), is_nobody("ann"), is_nobody(None)
    (True, True, False, False)
    """
    return name is not None and name.strip().lstrip("@").casefold() in NAMES


def named(values: pl.Series) -> pl.Series:
    """Names and ids without the space around them, and without what stands for nobody.

    Examples
    --------
    >>> named(pl.Series([" ann", "Deleted Account", None])).to_list()
    ['ann', None, None]
    """
    names = values.str.strip_chars()
    return names.set(names.str.to_lowercase().is_in(NAMES).fill_null(False), None)


def without_shared(uids: pl.Expr) -> pl.Expr:
    """Keys of accounts without those that a platform gives to all whom it does not name.

    Examples
    --------
    >>> pl.DataFrame({"uid": ["x:7", "discord:456226577798135808"]}).select(without_shared(pl.col("uid")))["uid"].to_list()
    ['x:7', None]
    """
    return pl.when(~uids.is_in(IDS)).then(uids)
