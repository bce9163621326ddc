"""People who asked to be taken out: what of a table is about them, and the table without it.

A case remembers them as tombstones: keyed hashes, which say nothing to whoever has no key, and by which every file that comes
in later is held against. The same rules clean what is in the case already, and what comes in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import cast

import polars as pl
import pyarrow as pa

from ingest.normalize import profiles
from ingest.privacy.keys import Key
from ingest.tables import Batch

REASON = "Forgotten on request."
SOMEBODY = "@…"
_TO_POSTS = ("repost", "reply", "quote")
_MAIL = re.compile(r"(?<![\w.+%-])([\w.+%-]{1,64})@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_TAG = re.compile(r"(?<!\w)[#＃](\w{1,64})")
_WORD = re.compile(r"(?<![\w@＠#＃/.-])\w[\w.]{2,62}\w")
SURE = re.compile(r"\w*[\d_]\w*|\w{8,}")
"""A bare word that can only be a handle where the handle is known: it is long, or holds a digit or an underscore."""
ID = re.compile(r"\d{6,20}")
"""An id that is unmistakable in a text."""
_MAYBE = rf"[@＠#＃_\d]|\w{{8}}|{profiles.MAYBE}"
"""What every text holds in which ``unnamed`` can find somebody."""


_FULL_NAME = re.compile(r"(?=.{8,80}$)[^\W\d_][\w.'’-]*(?:\s+[\w.'’-]+)+")


def full_name(name: str | None) -> str | None:
    """A name of two words or more that nothing else is called, in one spelling; None where it could be anything else.

    Examples
    --------
    >>> full_name(" Nora  Kaas "), full_name("Nora"), full_name("Ed Li"), full_name("News 24 Live")
    ('Nora Kaas', None, None, 'News 24 Live')
    """
    return " ".join(name.split()) if name and _FULL_NAME.fullmatch(name.strip()) else None


class Gone:
    """Accounts and posts to be left out, by uid.

    A post and an account of somebody else may have the same uid, where a platform counts both from one.

    Parameters
    ----------
    uids : iterable of str
        Accounts in plain: ``x:12``, ``x:@nora``.
    tombstones : collection of str
        Keyed hashes of more accounts and posts.
    key : Key, optional
        What the tombstones were made with.
    names : iterable of str
        Their names as they are shown; those of two words or more, which nothing else is called, leave texts too.
    posts : iterable of str
        Posts in plain.

    Examples
    --------
    >>> key = Key(bytes(32))
    >>> gone = Gone(tombstones=[key.tombstone("x:@nora")], key=key)
    >>> gone.one("x:@Nora"), gone.one("x:@noor")
    (True, False)
    """

    def __init__(
        self,
        uids: Iterable[str] = (),
        tombstones: Collection[str] = (),
        key: Key | None = None,
        names: Iterable[str | None] = (),
        posts: Iterable[str] = (),
    ) -> None:
        self._known: dict[str, bool] = dict.fromkeys(uids, True)
        self._posts: dict[str, bool] = dict.fromkeys(posts, True)
        self._tombstones, self._key = frozenset(tombstones), key
        full = sorted({name for name in map(full_name, names) if name}, key=len)
        self._first = {name.split()[0] for name in full}
        spelled = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in reversed(full))
        self._names = re.compile(rf"(?<!\w)(?:{spelled})(?!\w)", re.IGNORECASE) if spelled else None

    def __bool__(self) -> bool:
        return bool(self._tombstones) or any(self._known.values()) or any(self._posts.values())

    @property
    def words(self) -> list[str] | None:
        """Words of which every text that names one of them holds one; None where they are known by tombstones only."""
        if self._tombstones:
            return None
        known = [uid for some in (self._known, self._posts) for uid, left in some.items() if left]
        uids = [uid.partition(":")[2].removeprefix("@") for uid in known]
        return sorted({word for uid in uids if (word := uid.partition("@")[0])} | self._first)

    def unnamed(self, text: str) -> str:
        """A text without their full names."""
        return self._names.sub(SOMEBODY, text) if self._names else text

    def one(self, uid: str) -> bool:
        """True if this account is to be left out."""
        if uid not in self._known:
            self._known[uid] = self._dead(uid, account=True)
        return self._known[uid]

    def post(self, uid: str) -> bool:
        """True if this post is to be left out."""
        if uid not in self._posts:
            self._posts[uid] = self._dead(uid, account=False)
        return self._posts[uid]

    def _dead(self, uid: str, *, account: bool) -> bool:
        """By its own name, or by the one a case with pseudonyms knows it under."""
        key = self._key
        if not self._tombstones or key is None:
            return False
        marks = [key.tombstone(uid)]  # of a post too in cases of before version 0.2
        marks += [key.tombstone(key.account_uid(uid))] if account else []
        if not account:
            marks += [mark(name) for mark in (key.tombstone, key.post_tombstone) for name in (uid, key.post_uid(uid))]
        return not self._tombstones.isdisjoint(marks)

    def each(self, uids: pl.Series) -> pl.Series:
        """True for each uid of a column of accounts to be left out; unknown is not left out."""
        return _among(uids, self.one)

    def each_post(self, uids: pl.Series) -> pl.Series:
        """True for each uid of a column of posts to be left out; unknown is not left out."""
        return _among(uids, self.post)

    def accounts(self, accounts: pl.DataFrame) -> pl.Series:
        """Mask of the rows of accounts about somebody to be left out, by uid or by handle; remembers their uids."""
        named = [
            name for name in ("handle_key", "native_id") if name in accounts.columns
        ]  # some files take names for ids
        handle = pl.coalesce(named).str.to_lowercase()
        handles = accounts.select(pl.col("platform") + ":@" + handle).to_series()
        found = self.each(accounts["account_uid"]) | self.each(handles)
        self._known.update(dict.fromkeys(accounts["account_uid"].filter(found).drop_nulls().to_list(), True))
        return found


def _among(uids: pl.Series, left_out: Callable[[str], bool]) -> pl.Series:
    names = [uid for uid in uids.drop_nulls().unique().to_list() if left_out(uid)]
    return uids.is_in(names).fill_null(False)


def without(batch: Batch, gone: Gone) -> Batch:
    """A reader's batch without anybody to be left out; its counts stay.

    Their posts are taken to be among the skipped already.
    """
    links = _frame(batch.links)
    return replace(
        batch,
        accounts=_table(accounts_without(_frame(batch.accounts), gone), batch.accounts),
        posts=_table(posts_without(_frame(batch.posts), gone, silenced(links, gone)), batch.posts),
        links=_table(links_without(links, gone), batch.links),
        skipped=_table(
            skipped_without(_frame(batch.skipped), gone, _frame(batch.accounts)["platform"].unique().to_list()),
            batch.skipped,
        ),
    )


def accounts_without(accounts: pl.DataFrame, gone: Gone) -> pl.DataFrame:
    """Accounts without theirs; where another's description names them, it does not any more."""
    kept = accounts.filter(~gone.accounts(accounts))
    return _unnamed(kept, "description", gone)


def posts_without(posts: pl.DataFrame, gone: Gone, silent: Collection[str] = ()) -> pl.DataFrame:
    """Posts without theirs.

    Parameters
    ----------
    posts : polars.DataFrame
    gone : Gone
    silent : collection of str
        Posts of others that repeat their words: these lose their text.
    """
    kept = posts.filter(~(gone.each(posts["account_uid"]) | gone.each_post(posts["post_uid"])))
    repeats = pl.col("post_uid").is_in(list(silent))
    kept = kept.with_columns(
        pl.when(gone.each(kept["channel_uid"])).then(None).otherwise("channel_uid").alias("channel_uid"),
        pl.when(gone.each_post(kept["conversation_uid"]))
        .then(None)
        .otherwise("conversation_uid")
        .alias("conversation_uid"),
        *(pl.when(repeats).then(None).otherwise(pl.col(name)).alias(name) for name in ("text", "extra")),
    )
    for column in ("text", "extra", "url"):
        kept = _unnamed(kept, column, gone)
    return kept


def silenced(links: pl.DataFrame, gone: Gone) -> set[str]:
    """Posts that repost theirs: the words are theirs."""
    reposts = links.filter(pl.col("kind") == "repost")
    theirs = gone.each(reposts["target_account_uid"]) | gone.each_post(reposts["target_key"])
    return set(reposts.filter(theirs)["post_uid"].to_list())


def links_without(links: pl.DataFrame, gone: Gone) -> pl.DataFrame:
    """Links without those of their posts, and without those that lead to them."""
    theirs = (
        gone.each(links["account_uid"]) | gone.each_post(links["post_uid"]) | gone.each(links["target_account_uid"])
    )
    kept = links.filter(~theirs)
    tagged = pl.col("post_uid").str.extract(r"^([^:]*):") + ":@" + pl.col("target_key").str.to_lowercase()
    named = pl.when(pl.col("kind") == "mention").then("target_key").when(pl.col("kind") == "hashtag").then(tagged)
    posts = pl.when(pl.col("kind").is_in(_TO_POSTS)).then("target_key")
    kept = kept.filter(~(gone.each(kept.select(named).to_series()) | gone.each_post(kept.select(posts).to_series())))
    address = pl.when(pl.col("kind") == "url").then(pl.coalesce("target_raw", "target_key"))
    return kept.filter(~_leads_to(kept.select(address).to_series(), gone))


def skipped_without(skipped: pl.DataFrame, gone: Gone, platforms: Collection[str | None]) -> pl.DataFrame:
    """Skipped rows stay; what was found in them goes where it names them."""
    name = pl.col("found").str.strip_prefix("@").str.to_lowercase()
    for platform in filter(None, platforms):
        names = skipped.select(
            "found", id=pl.lit(f"{platform}:") + pl.col("found"), handle=pl.lit(f"{platform}:@") + name
        )
        theirs = gone.each(names.to_series(0)) | gone.each(names.to_series(1)) | gone.each(names.to_series(2))
        skipped = skipped.with_columns(pl.when(~theirs).then("found").alias("found"))
    return _unnamed(skipped, "found", gone)


def objects(keys: pl.Series, gone: Gone) -> pl.Series:
    """Mask of the objects that are somebody to be left out: their account, a post of theirs, a link to either."""
    return gone.each(keys) | gone.each_post(keys) | _leads_to(keys, gone)


def _leads_to(links: pl.Series, gone: Gone) -> pl.Series:
    """True where links lead to their profiles or posts."""
    maybe = links.filter(links.str.contains(profiles.MAYBE)).unique()
    theirs = [link for link in maybe.to_list() if (who := profiles.owner(link)) and _is_gone(who, gone)]
    return links.is_in(theirs).fill_null(False)


def _is_gone(who: profiles.Owner, gone: Gone) -> bool:
    return gone.one(who.account) or (who.post is not None and gone.post(who.post))


def _unnamed(frame: pl.DataFrame, column: str, gone: Gone) -> pl.DataFrame:
    """A column of words without their handles and links; each distinct value is looked at once."""
    platforms = (
        frame["platform"] if "platform" in frame.columns else pl.repeat(None, frame.height, dtype=pl.String, eager=True)
    )
    pairs = pl.DataFrame({"platform": platforms, "text": frame[column]})
    words = gone.words
    maybe = pl.col("text").str.contains(_MAYBE) if words is None else _holds(pl.col("text"), words)
    some = pairs.filter(maybe).unique()
    if not some.height:
        return frame
    new = [unnamed(text, platform, gone) for platform, text in some.iter_rows()]
    changed = some.with_columns(new=pl.Series(new, dtype=pl.String)).filter(pl.col("new") != pl.col("text"))
    if not changed.height:
        return frame
    found = pairs.join(changed, on=["platform", "text"], how="left", nulls_equal=True, maintain_order="left")
    return frame.with_columns(pl.coalesce(found["new"], found["text"]).alias(column))


def _holds(text: pl.Expr, words: list[str]) -> pl.Expr:
    small = text.str.to_lowercase()
    return small.str.contains_any([word.lower() for word in words]) if words else pl.lit(False)


def file_unnamed(name: str | None, platforms: Collection[str], gone: Gone) -> str | None:
    """A file's name without the handles of those to be left out, which other words may be glued to.

    Examples
    --------
    >>> file_unnamed("posts_of_Nora_K2.csv", ["x"], Gone(["x:@nora_k2"])), file_unnamed("a.csv", ["x"], Gone(["x:@nora"]))
    ('posts_of_@….csv', 'a.csv')
    """
    if not name:
        return name
    pieces = re.split(r"([^A-Za-z0-9]+)", gone.unnamed(name))
    for length in range(len(pieces) | 1, 0, -2):  # pieces and what stands between them take turns
        for start in range(0, len(pieces) - length + 1, 2):
            joined = "".join(pieces[start : start + length]).casefold()
            if any(gone.one(f"{platform}:{at}{joined}") for platform in platforms for at in ("@", "")):
                before, after = "".join(pieces[:start]), "".join(pieces[start + length :])
                return f"{before}{SOMEBODY}{file_unnamed(after, platforms, gone)}"
    return "".join(pieces)


def unnamed(text: str, platform: str | None, gone: Gone) -> str:
    """A text without the handles of those to be left out, and without links to them.

    Handles stand behind ``@`` or ``#``, before the ``@`` of a mail address, or bare where they are unmistakable: eight
    letters or more, a digit or an underscore. Ids of six digits or more count as well, and names of people where ``gone``
    knows them.

    Examples
    --------
    >>> unnamed("Ask @Nora or @noor, https://x.com/nora/status/1", "x", Gone(["x:@nora"]))
    'Ask @… or @noor, @…'
    """

    def theirs(name: str) -> bool:
        handle = name.rstrip(".-").casefold()
        names = {f"{platform}:@{handle}", f"{platform}:@{handle.partition('@')[0]}"}
        return any(gone.one(one) for one in names | ({f"{platform}:{handle}"} if ID.fullmatch(handle) else set()))

    def nobody(found: re.Match[str]) -> str:
        return SOMEBODY if theirs(found[1]) else found[0]

    def bare(found: re.Match[str]) -> str:
        return SOMEBODY if SURE.fullmatch(found[0].replace(".", "_")) and theirs(found[0]) else found[0]

    text = gone.unnamed(profiles.replaced(text, lambda who: SOMEBODY if _is_gone(who, gone) else None))
    for pattern in (_MAIL, profiles.MENTION, _TAG):
        text = pattern.sub(nobody, text)
    return _WORD.sub(bare, text)


def _frame(table: pa.Table) -> pl.DataFrame:
    return cast(pl.DataFrame, pl.from_arrow(table))


def _table(frame: pl.DataFrame, like: pa.Table) -> pa.Table:
    return frame.to_arrow().cast(like.schema)


def value_without(value: object, gone: Gone, platforms: Collection[str] = ()) -> object:
    """A JSON-able value, such as a note: entries of lists that are them are left out, words do not name them.

    Examples
    --------
    >>> value_without({"members": ["x:1", "x:2"], "account": "x:1", "at": 5}, Gone(["x:1"]))
    {'members': ['x:2'], 'account': None, 'at': 5}
    >>> value_without(["@Nora again"], Gone(["x:@nora"]), ["x"])
    ['@… again']
    """
    if isinstance(value, dict):
        return {
            name: value_without(said, gone, platforms)
            for name, said in value.items()
            if not (isinstance(name, str) and _either(name, gone))
        }
    if isinstance(value, list):
        return [
            value_without(said, gone, platforms)
            for said in value
            if not (isinstance(said, str) and _either(said, gone))
        ]
    if not isinstance(value, str):
        return value
    if _either(value, gone):
        return None
    for platform in platforms:
        value = unnamed(value, platform, gone)
    return value


def _either(uid: str, gone: Gone) -> bool:
    return gone.one(uid) or gone.post(uid)
