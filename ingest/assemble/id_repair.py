"""Ids that went through spreadsheets or numbers: mended from addresses, left out, or refused."""

from __future__ import annotations

import polars as pl

from ingest.mapping.contract import Context, Frames
from ingest.normalize import rounded_ids

FOUND_IDS = "{n} ids of posts that had lost digits were taken from the posts' addresses."
LOST_IDS = (
    "{n} ids of posts went through numbers of JavaScript, R or Python and lost their last digits: they were left out, and those"
    " posts are told apart by what they say. They join with no other file."
)
BY_HANDLE = "The ids of accounts in {n} rows had lost digits; those accounts are known by their handles."
LOST_TARGETS = (
    "Ids of reposted or answered posts went through a spreadsheet or a number; those references were left out."
)


class SoundIds:
    """The ids of one file that can be believed.

    Attributes
    ----------
    refused : polars.Series
        Ids of accounts of the last part that lost digits.
    """

    def __init__(self, context: Context, platform: str) -> None:
        self._context, self._platform = context, platform
        self._watch, self.refused = rounded_ids.Watch(), pl.Series(dtype=pl.String)

    def mended(self, frames: Frames) -> Frames:
        """Ids that went through spreadsheets or numbers, taken from the posts' addresses or left out.

        A post without its id is told apart by what it says, an account without its by its handle; where it has none it keeps
        it, so that its rows can be refused for it.
        """
        posts, accounts = frames.posts, frames.accounts
        if "native_id" in posts.columns:
            if "url" in posts.columns:
                found = rounded_ids.from_address(posts["native_id"], posts["url"])
                self._context.count(FOUND_IDS, found.count())
                posts = posts.with_columns(pl.coalesce(found, "native_id").alias("native_id"))
            lost = self._watch.lost("posts", self._judged(posts))
            self._context.count(LOST_IDS, int(lost.sum()))
            posts = posts.with_columns(native_id=pl.when(~lost).then("native_id"))
        if "native_id" in accounts.columns:
            lost = self._watch.lost("accounts", self._judged(accounts))
            self.refused = accounts["native_id"].filter(lost)
            if "handle" in accounts.columns:
                wrong = (lost | rounded_ids.mangled(accounts["native_id"])) & accounts["handle"].is_not_null()
                self._context.count(BY_HANDLE, int(wrong.sum()))
                accounts = accounts.with_columns(native_id=pl.when(~wrong).then("native_id"))
        return frames._replace(posts=posts, accounts=accounts)

    def _judged(self, frame: pl.DataFrame) -> pl.Series:
        """The ids of platforms whose ids do not end in empty bits by themselves."""
        home = (
            pl.coalesce("platform", pl.lit(self._platform)) if "platform" in frame.columns else pl.lit(self._platform)
        )
        return frame.select(pl.when(~home.is_in(rounded_ids.EXEMPT)).then("native_id").alias("id"))["id"]

    def lost_targets(self, keys: pl.DataFrame) -> pl.Series:
        """Mask of the references to posts (``native_id``, ``platform``) whose id lost digits."""
        lost = self._watch.lost("targets", self._judged(keys)) | rounded_ids.mangled(keys["native_id"])
        if lost.any():
            self._context.warn(LOST_TARGETS)
        return lost
