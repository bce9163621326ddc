"""Folders of academictwitteR: ``data_<id>.json`` holds the posts of a page of API v2, ``users_<id>.json`` its authors and originals.

Files: cjbarrie/academictwitteR ``R/utils.R`` (``df_to_json``) and ``R/bind_tweets.R``. R writes ``{}`` where a list is empty. ``errors_`` files and
``query`` are about the collecting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ingest.mapping.contract import Context, Item, Record, Sample, Skip
from ingest.readers.x_v2 import NO_POST, Page, item

ALONE = (
    "The file users_<id>.json is not beside it: accounts are known by their ids only, and texts of retweets are cut."
)
_NAME = re.compile(r"data_(\d+)\.json")


class AcademicTwitter:
    """Pages of API v2, posts and authors apart."""

    name = "academictwitter"
    title = "academictwitteR folder (JSON)"
    version = 1
    platform: str | None = "x"
    carries = ("url", "domain", "hashtag", "mention", "repost", "reply", "quote", "text", "media")
    lacks = "Long posts are cut at 280 characters; handles and whole texts of retweets need users_<id>.json beside the posts."
    containers = ("item", "")

    def recognises(self, sample: Sample) -> bool:
        if sample.shape != "json" or not _NAME.fullmatch(sample.file_name.rpartition("/")[2]):
            return False
        return any({"id", "text", "author_id"} <= record.keys() for record in sample.records)

    def companions(self, file_name: str) -> tuple[str, ...]:
        """The authors of the same page."""
        found = _NAME.fullmatch(file_name)
        return (f"users_{found[1]}.json",) if found else ()

    def joined(self, documents: Mapping[str, object]) -> object:
        """The page around the posts."""
        (includes,) = documents.values() or ({},)
        return Page({"includes": includes if isinstance(includes, dict) else {}})

    def items(self, record: Record, context: Context) -> Iterator[Item | Skip]:
        page = context.beside if isinstance(context.beside, Page) else Page({})
        if not page.users:
            context.assume(ALONE)
        if not record:
            raise Skip(NO_POST)
        yield item(record, page)


READER = AcademicTwitter()
