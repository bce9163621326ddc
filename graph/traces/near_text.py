"""Posted nearly the same text. Two posts with the same or almost the same wording.

Only texts that are long enough are compared, in their normal form. Similar texts are one object, named by the text that most
posts have. Comparing takes about two minutes for a million different texts. Source: Jaccard index of 0.8 as in the Coordination Network Toolkit, see ``ingest.normalize.near_duplicates``.
"""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from graph.settings import Narrow
from graph.stores.base import Scan, Store
from graph.traces.base import Words, as_actions, own_links
from ingest.errors import Progress
from ingest.normalize.near_duplicates import near_duplicates
from ingest.normalize.text import normal


class NearText:
    """Trace of near-duplicate texts: similar texts are one object."""

    name = "near_text"
    words = Words(
        "Posted nearly the same text",
        "similar text",
        "similar texts",
        "post",
        "posted",
        "post{s} nearly the same texts together",
        "text",
    )
    kinds = ("text",)
    finest_s = 0.0
    by_default = True
    of_accounts = False

    def actions(self, store: Store, narrow: Narrow, progress: Progress | None = None) -> pa.Table:
        """One row per post with a text of its own that is long enough to compare."""
        posts = pl.DataFrame(own_links(store, self.kinds, narrow)).rename({"target_key": "object"})
        kinds = posts.group_by("object").agg(pl.len().alias("posts"), pl.col("post_uid").min())
        kinds = kinds.join(_words(store, narrow, kinds["post_uid"]), on="post_uid")
        kinds = kinds.sort("posts", "object", descending=[True, False])
        centre = near_duplicates(kinds["words"].to_list(), progress=progress)
        of = kinds.select("object", centre=kinds["object"].gather(centre))
        return as_actions(posts.join(of, on="object", how="left").with_columns(object=pl.coalesce("centre", "object")))


def _words(store: Store, narrow: Narrow, posts: pl.Series) -> pl.DataFrame:
    """The normal form of these posts' texts: ``post_uid``, ``words``."""
    found = [pl.DataFrame(schema={"post_uid": pl.String, "words": pl.String})]
    for batch in store.scan("posts", Scan(columns=("post_uid", "text"), narrow=narrow)):
        some = pl.DataFrame(pa.Table.from_batches([batch])).filter(pl.col("post_uid").is_in(posts.implode()))
        some = some.drop_nulls("text")
        words = pl.Series("words", [normal(text) for text in some["text"]], dtype=pl.String)
        found.append(some.select("post_uid", words=words))
    return pl.concat(found)


TRACE = NearText()
