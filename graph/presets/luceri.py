"""Luceri and others: five networks of likeness in one, and its most central accounts.

Source: Luceri, Pantè, Burghardt and Ferrara (2024), Unmasking the Web of Deceit, WWW, doi:10.1145/3589334.3645529, and its code.
The networks: the same reposts, links, hashtag sequences, authors reposted within ten seconds, and texts. The paper compares
texts by a language model; here texts have to be the same but for case, addresses, mentions and punctuation (the trace
``text``). Not copied: delays cut to their seconds, so that a repost a day and five seconds later counts as fast; a centrality
without weights that lives in one component, so that groups apart from it are pruned; a dense matrix of all accounts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import polars as pl
import pyarrow as pa
from scipy.sparse import csr_array

from graph.networks.backbone import centrality, from_quantile
from graph.networks.projection import Weighted, active, bags, only, products, tf_idf
from graph.pairing.actions import Actions, named
from graph.pairing.arrays import Mask
from graph.presets.base import NO_EDGES, Networks, Published
from graph.settings import Narrow
from graph.stores.base import Scan, Store
from ingest.normalize import times
from ingest.tables import LINKS, POSTS

FAST, SEQUENCE = "fast repost", "hashtag sequence"
NETWORKS = ("repost", "link", "text", "object", SEQUENCE, FAST)  # object: whatever a bare list of actions is about


class Luceri(Published):
    """Weight is the largest cosine of TF-IDF vectors over five networks; kept between the most central accounts.

    Options
    -------
    min_retweets : int, default 20
        Reposts an account needs for the network of reposts.
    min_hashtags : int, default 5
        Hashtags of a post that make a sequence.
    time_interval : float, default 10
        Seconds in which a repost is fast; an author counts when so reposted more than once.
    centrality : float, default 0.995
        Quantile of the accounts' centralities both ends must reach. The paper varies it and names no single value.
    """

    name = "luceri"
    title = "Luceri, Pantè et al."
    source = "Luceri et al. (2024), WWW"
    traces: ClassVar[tuple[str, ...]] = ("repost", "link", "text", "object")
    behaviours: ClassVar[tuple[str, ...]] = traces
    options: ClassVar[Mapping[str, float]] = {
        "min_retweets": 20,
        "min_hashtags": 5,
        "time_interval": 10,
        "centrality": 0.995,
    }

    def reads(self, store: Store, narrow: Narrow) -> dict[str, Actions]:
        """Hashtags in the order they stand in, and who was reposted how soon."""
        links = _links(store, narrow)
        reposted = links.filter(pl.col("kind") == "repost")["target_key"].unique().to_list()
        posts = _posts(store, reposted)
        return {SEQUENCE: sequences(links), FAST: delays(links, posts)}

    def edges(self, actions: Actions, window_s: float, options: Mapping[str, float]) -> pl.DataFrame:
        """One network by itself, as one of links."""
        return self.layers({"link": actions}, window_s, options)["link"]

    def layers(self, networks: Networks, window_s: float, options: Mapping[str, float]) -> dict[str, pl.DataFrame]:
        """Every network's ties with the fused weight, kept by the centralities in the fused network.

        Examples
        --------
        >>> from graph.toy_data import three_friends
        >>> ties = Luceri().layers({"link": Actions.from_table(three_friends())}, 60, {"centrality": 0})
        >>> [(name, table.height) for name, table in ties.items()]
        [('link', 3)]
        """
        dials = self.dials(options)
        drawn = {name: _alike(actions, name, dials) for name, actions in networks.items() if name in NETWORKS}
        kept = _pruned(pl.concat([NO_EDGES, *drawn.values()]), dials["centrality"])
        pair = ["account_a", "account_b"]
        return {name: edges.select(pair).join(kept, on=pair).sort(pair) for name, edges in drawn.items()}


def _alike(actions: Actions, name: str, dials: Mapping[str, float]) -> pl.DataFrame:
    """The cosines of one network: tf 1, of fast reposts their number; idf = ln((1 + N) / (1 + df)) + 1."""
    if name == FAST:
        fast = actions.time <= round(dials["time_interval"] * 1e6)
        counts = bags(_part(actions, fast & (actions.time >= 0)))
        counts.data[counts.data < 2] = 0
        counts.eliminate_zeros()
    elif name == SEQUENCE:
        tags = (
            named(actions.objects, np.arange(len(actions.objects))).str.count_matches(" ", literal=True).to_numpy() + 1
        )
        counts = _shared(bags(_part(actions, (tags >= dials["min_hashtags"])[actions.object])))
    elif name == "repost":
        counts = only(bags(actions), active(actions, dials["min_retweets"]))
    else:
        counts = _shared(bags(actions))
    if name != FAST:
        counts.data[:] = 1
    edges = products(tf_idf(counts))
    return edges.table(actions, np.zeros(len(edges), bool))


def _part(actions: Actions, keep: Mask) -> Actions:
    return Actions(
        actions.account[keep], actions.object[keep], actions.time[keep], actions.post, actions.accounts, actions.objects
    )


def _shared(counts: csr_array) -> csr_array:
    """Without objects of a single account."""
    many = np.bincount(counts.indices, minlength=counts.shape[1]) > 1
    return csr_array(csr_array(counts.T)[np.flatnonzero(many)].T)


def _pruned(edges: pl.DataFrame, quantile: float) -> pl.DataFrame:
    """Each pair once with its largest weight, kept when both ends are central enough."""
    pair = ["account_a", "account_b"]
    fused = edges.group_by(pair).agg(pl.col("preset_weight").max()).sort(pair)
    names = pl.concat([fused["account_a"], fused["account_b"]]).unique().sort()
    if not len(names):
        return NO_EDGES
    place = pl.DataFrame({"name": names}).with_row_index("place")
    a, b = (
        fused.join(place, left_on=end, right_on="name", how="left", maintain_order="left")["place"]
        .to_numpy()
        .astype(np.int64)
        for end in pair
    )
    central = centrality(Weighted(a, b, fused["preset_weight"].to_numpy()), len(names))
    inside = from_quantile(central, quantile)
    return fused.with_columns(preset_keeps=pl.Series(inside[a] & inside[b]))


def sequences(links: pl.DataFrame) -> Actions:
    """The hashtags of each post in their order as one object; what a repost inherits is left out.

    Parameters
    ----------
    links : polars.DataFrame
        Columns of ``LINKS``.
    """
    tags = links.filter((pl.col("kind") == "hashtag") & ~pl.col("inherited").fill_null(False))
    own = tags.sort("post_uid", "position", "target_key").group_by("post_uid", maintain_order=True)
    return _actions(own.agg(pl.col("account_uid", "at").first(), object=pl.col("target_key").str.join(" ")))


def delays(links: pl.DataFrame, posts: pl.DataFrame) -> Actions:
    """Reposts as actions on the author: the object is the author, the time is the delay after the post.

    Parameters
    ----------
    links : polars.DataFrame
        Columns of ``LINKS``.
    posts : polars.DataFrame
        ``post_uid``, ``account_uid``, ``created_at`` of the reposted posts, as far as the case has them. Of others the time is
        read from the id where the platform puts it there, and the author from the link.
    """
    reposts = links.filter(pl.col("kind") == "repost").join(
        posts.rename({"post_uid": "target_key", "account_uid": "author", "created_at": "made_at"}),
        on="target_key",
        how="left",
    )
    made = pl.coalesce("made_at", pl.lit(_times_in_ids(reposts["target_key"])))
    rows = reposts.select(
        "account_uid",
        "post_uid",
        object=pl.coalesce("target_account_uid", "author"),
        at=(pl.col("at") - made).dt.total_microseconds().cast(pl.Datetime("us", "UTC")),
    )
    return _actions(rows.filter(pl.col("object") != pl.col("account_uid")))


def _times_in_ids(uids: pl.Series) -> pl.Series:
    split = uids.str.split_exact(":", 1).struct.unnest()
    out = pl.Series([None], dtype=pl.Datetime("us", "UTC")).new_from_index(0, len(uids))
    for platform in split["field_0"].drop_nulls().unique().sort():
        there = split["field_0"] == platform
        out = out.zip_with(~there.fill_null(False), times.from_ids(platform, split["field_1"]))
    return out


def _actions(rows: pl.DataFrame) -> Actions:
    text = pa.string()
    schema = [("account_uid", text), ("object", text), ("at", pa.timestamp("us", tz="UTC")), ("post_uid", text)]
    return Actions.from_table(rows.select([name for name, _ in schema]).to_arrow().cast(pa.schema(schema)))


def _links(store: Store, narrow: Narrow) -> pl.DataFrame:
    columns = ("post_uid", "account_uid", "at", "kind", "target_key", "target_account_uid", "inherited", "position")
    return _rows(store, "links", LINKS, Scan(columns=columns, kinds=("hashtag", "repost"), narrow=narrow))


def _posts(store: Store, uids: list[str]) -> pl.DataFrame:
    return _rows(store, "posts", POSTS, Scan(columns=("post_uid", "account_uid", "created_at"), uids=uids))


def _rows(store: Store, table: str, schema: pa.Schema, what: Scan) -> pl.DataFrame:
    wanted = pa.schema([schema.field(name) for name in what.columns or schema.names])
    return pl.DataFrame(pa.Table.from_batches(list(store.scan(table, what)), wanted))


PRESET = Luceri()
