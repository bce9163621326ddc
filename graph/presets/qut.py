"""The Coordination Network Toolkit of the QUT Digital Observatory: who matches whom, with a direction.

Source: Graham, QUT Digital Observatory (2020), Coordination Network Toolkit 1.5.2, doi:10.25912/RDF_1632782596538.
The weight from one account to another is how many different messages of the first the second matched; a match is another
message on the same thing at most a window earlier or later, ends included. The toolkit only looks at accounts with as many
candidate rows as the least weight; no account below can have a tie that heavy, so the ties are the same.

Known differences, each on purpose: an empty address or an empty text ties nobody; a message does not match itself, so loops
are accounts that repeat themselves; a gap of exactly the window counts also where floating point puts it outside (0.7 and
0.8 s with a window of 0.1 s).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np
import polars as pl
import pyarrow as pa
from scipy.sparse import csr_array

from graph.pairing.actions import Actions, named
from graph.pairing.arrays import Floats, Ints
from graph.pairing.engine import Engine
from graph.pairing.local import LocalEngine
from graph.presets.base import NO_EDGES, Published
from ingest.errors import UsageError, did_you_mean

_MENTION = r"@[^\s]*"
_WORD = r"\w+(?:'\w*)?|[^\w\s]"
_ROWS = 4_000_000


class Qut(Published):
    """Directed ties; weight counts different messages of the first account that the second matched.

    Options
    -------
    min_edge_weight : int, default 2
        Least weight of a tie that is kept, in either direction by itself.
    loops : 0 or 1, default 0
        Also tie an account to itself (``--include_self_loops``).
    """

    name = "qut"
    title = "Coordination Network Toolkit"
    source = "Graham, QUT Digital Observatory, Coordination Network Toolkit 1.5.2"
    window_s: ClassVar[float | None] = 1.0
    options: ClassVar[Mapping[str, float]] = {"min_edge_weight": 2, "loops": 0}

    def edges(self, actions: Actions, window_s: float, options: Mapping[str, float]) -> pl.DataFrame:
        """One row per direction, ``account_a`` matched by ``account_b``.

        Examples
        --------
        >>> from graph.toy_data import three_friends
        >>> ties = Qut().edges(Actions.from_table(three_friends()), 60, {})
        >>> ties.select("account_a", "account_b", "preset_weight").rows()
        [('x:ann', 'x:ben', 3.0), ('x:ben', 'x:ann', 3.0)]
        """
        dials = self.dials(options)
        engine: Engine = LocalEngine()
        post, accounts = _codes(actions.post), max(len(actions.accounts), 1)
        swept = _rows_as_accounts(actions) if dials["loops"] else actions
        parts = [np.zeros(0, np.int64)]
        for early, late in engine.rapid_pairs(swept, window_s):
            parts.append(_matches(actions.account, post, accounts, early, late))
        return self._kept(_weights(np.unique(np.concatenate(parts)), actions, post, accounts), dials)

    def similar(
        self, messages: pl.DataFrame, window_s: float, options: Mapping[str, float], similarity_threshold: float = 0.9
    ) -> pl.DataFrame:
        """``co_similar_tweet``: messages whose sets of words overlap (Jaccard) at least so far.

        Words are what stands between spaces and punctuation, which the toolkit cuts a little differently.

        Parameters
        ----------
        messages : polars.DataFrame
            The toolkit's columns.
        """
        dials = self.dials(options)
        rows, words = _word_sets(_own(messages))
        early, late = _alike(rows, words, window_s, similarity_threshold)
        actions = rows
        if not dials["loops"]:
            differ = actions.account[early] != actions.account[late]
            early, late = early[differ], late[differ]
        post, accounts = _codes(actions.post), max(len(actions.accounts), 1)
        return self._kept(
            _weights(_matches(actions.account, post, accounts, early, late), actions, post, accounts), dials
        )

    def counts(self, drawn: pl.DataFrame) -> dict[str, Any]:
        """Also how many ties there are when each direction counts."""
        return {**super().counts(drawn), "directed": drawn.height}

    def _kept(self, table: pl.DataFrame, dials: Mapping[str, float]) -> pl.DataFrame:
        return table.with_columns((pl.col("preset_weight") >= dials["min_edge_weight"]).alias("preset_keeps"))


def _codes(values: pa.Array) -> Ints:
    return pl.Series(values).rank("dense").to_numpy().astype(np.int64)


def _rows_as_accounts(actions: Actions) -> Actions:
    """An account of its own for every action, so that the engine also lists an account's pairs with itself."""
    rows = np.arange(len(actions))
    return Actions(rows, actions.object, actions.time, actions.post, actions.post, actions.objects)


def _matches(account: Ints, post: Ints, accounts: int, early: Ints, late: Ints) -> Ints:
    """Pairs of message and matching account, once each, as one number."""
    different = post[early] != post[late]
    early, late = early[different], late[different]
    both = np.concatenate([post[early] * accounts + account[late], post[late] * accounts + account[early]])
    return np.unique(both)


def _weights(found: Ints, actions: Actions, post: Ints, accounts: int) -> pl.DataFrame:
    if not len(found):
        return NO_EDGES.drop("preset_keeps")
    author = np.zeros(int(post.max(initial=0)) + 1, np.int64)
    author[post] = actions.account
    message, other = np.divmod(found, accounts)
    tie, weight = np.unique(author[message] * accounts + other, return_counts=True)
    return pl.DataFrame(
        {
            "account_a": named(actions.accounts, tie // accounts),
            "account_b": named(actions.accounts, tie % accounts),
            "preset_weight": weight.astype(float),
        }
    )


def messages_to_actions(messages: pl.DataFrame, command: str) -> Actions:
    """A command of the toolkit as who acted on what.

    Parameters
    ----------
    messages : polars.DataFrame
        The toolkit's columns ``message_id``, ``user_id``, ``repost_id``, ``reply_id``, ``message``, ``timestamp``, ``urls`` as
        strings. Of rows with one ``message_id`` the first counts.
    command : str
        A name of ``COMMANDS``; ``co_similar_tweet`` compares messages instead, see ``Qut.similar``.

    Raises
    ------
    UsageError
        If there is no such command.
    """
    if command not in COMMANDS:
        raise UsageError(f"The toolkit has no command {command!r}.", hint=did_you_mean(command, list(COMMANDS)))
    return _to_actions(COMMANDS[command](_once(messages)))


def _once(messages: pl.DataFrame) -> pl.DataFrame:
    return messages.unique("message_id", keep="first", maintain_order=True)


def _own(messages: pl.DataFrame) -> pl.DataFrame:
    """Messages that are no reposts."""
    return _once(messages).filter(pl.col("repost_id").fill_null("") == "")


def _to_actions(rows: pl.DataFrame) -> Actions:
    at = (pl.col("timestamp").cast(pl.Float64) * 1e6).round().cast(pl.Int64).cast(pl.Datetime("us", "UTC"))
    chosen = rows.select(account_uid="user_id", object="object", at=at, post_uid="message_id").to_arrow()
    text, time = pa.string(), pa.timestamp("us", tz="UTC")
    schema = [("account_uid", text), ("object", text), ("at", time), ("post_uid", text)]
    return Actions.from_table(chosen.cast(pa.schema(schema)))


def _filled(column: str) -> pl.Expr:
    return pl.col(column).fill_null("") != ""


def _co_retweet(messages: pl.DataFrame) -> pl.DataFrame:
    return messages.filter(_filled("repost_id")).with_columns(object="repost_id")


def _co_reply(messages: pl.DataFrame) -> pl.DataFrame:
    return _own(messages).filter(_filled("reply_id")).with_columns(object="reply_id")


def _co_link(messages: pl.DataFrame) -> pl.DataFrame:
    links = _own(messages).with_columns(pl.col("urls").fill_null("").str.split(" ").alias("object")).explode("object")
    return links.filter(_filled("object"))


def _co_tweet(messages: pl.DataFrame) -> pl.DataFrame:
    plain = pl.col("message").fill_null("").str.to_lowercase().str.replace_all(_MENTION, "")
    spaced = plain.str.replace_all(r"\s+", " ").str.strip_chars()
    return _own(messages).with_columns(object=spaced).filter(_filled("object"))


def _co_post(messages: pl.DataFrame) -> pl.DataFrame:
    return messages.with_columns(object=pl.lit("any"))


COMMANDS: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "co_retweet": _co_retweet,
    "co_reply": _co_reply,
    "co_link": _co_link,
    "co_tweet": _co_tweet,
    "co_post": _co_post,
}


def _word_sets(messages: pl.DataFrame) -> tuple[Actions, csr_array]:
    """Messages with at least one word as actions on themselves, and which words each holds, rarest word first."""
    rows = _to_actions(messages.with_columns(object="message_id"))
    text = pl.col("message").fill_null("").str.to_lowercase().str.replace_all(_MENTION, "")
    words = messages.select(post="message_id", word=text.str.extract_all(_WORD)).explode("word").drop_nulls().unique()
    rarity = words.group_by("word").len().sort("len", "word").with_row_index("column")
    place = pl.DataFrame({"post": pl.Series(rows.post)}).with_row_index("row")
    cells = words.join(rarity, on="word").join(place, on="post").select("row", "column")
    shape = (len(rows), max(rarity.height, 1))
    where = (cells["row"].to_numpy().astype(np.int64), cells["column"].to_numpy().astype(np.int64))
    return rows, csr_array((np.ones(cells.height), where), shape=shape)


def _alike(rows: Actions, words: csr_array, window_s: float, threshold: float) -> tuple[Ints, Ints]:
    """Pairs of rows within the window with a Jaccard index of at least the threshold.

    Two such sets share one of their rarest ``n - ceil(threshold * n) + 1`` words, so only rows that do are compared.
    Source: prefix filtering, Chaudhuri, Ganti and Kaushik (2006), ICDE.
    """
    words.sort_indices()
    size = np.diff(words.indptr)
    row = np.repeat(np.arange(len(size)), size)
    within = np.arange(len(row)) - np.repeat(words.indptr[:-1], size)
    front = within < (size - np.ceil(threshold * size - 1e-9) + 1)[row]
    row, word = row[front], words.indices[front].astype(np.int64)
    order = np.lexsort((rows.time[row], word))
    row, word = row[order], word[order]
    none = pa.nulls(len(row), pa.string())
    parts = [np.zeros(0, np.int64)]
    for early, late in LocalEngine().rapid_pairs(
        Actions(row, word, rows.time[row], none, rows.post, pa.nulls(words.shape[1], pa.string())), window_s
    ):
        one, two = np.minimum(row[early], row[late]), np.maximum(row[early], row[late])
        parts.append(np.unique(one * len(size) + two))
    one, two = np.divmod(np.unique(np.concatenate(parts)), max(len(size), 1))
    alike = _jaccard(words, one, two) >= threshold
    return one[alike], two[alike]


def _jaccard(words: csr_array, one: Ints, two: Ints) -> Floats:
    size = np.diff(words.indptr)
    step = max(_ROWS // max(int(size.max(initial=1)), 1), 1)
    common = [
        np.asarray((words[one[n : n + step]].multiply(words[two[n : n + step]])).sum(axis=1)).ravel()
        for n in range(0, len(one), step)
    ]
    shared = np.concatenate(common) if common else np.zeros(0)
    return shared / (size[one] + size[two] - shared)


PRESET = Qut()
