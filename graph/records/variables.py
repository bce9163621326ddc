"""The variables a case keeps, column by column: how many rows fill each, what it may say of a person, and what needs it.

``COLUMNS`` says of every column which parts of Lockstep read it. A column nothing reads, or only an export writes, is said to be
so: it could be left out of the files before they are loaded. Links are told by their kind besides: a kind is needed by the behaviours
(traces) that look at it, and by those of them that a run of the case did look for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from graph.stores.base import Scan, Store
from graph.traces import TRACES

NOT_USED = "not used: could be dropped"
NOTED = "written by Lockstep while reading; nothing needs it"
EXPORT_ONLY = "only written to tables of an export: could be dropped where nobody needs them"
IDENTIFIES, DIRECT, INDIRECT, NOT_PERSONAL = "identifies", "about a person", "indirectly", "no"
FREE = "possible: free text"
HINTS = "possible: hints"


class Column(NamedTuple):
    """A column: what it holds, what it is of a person, special categories (GDPR art. 9), the use, and the files that read it."""

    what: str
    personal: str
    special: str
    needed: str
    files: tuple[str, ...] = ()


_EXPORT = ("graph/exports/tables.py",)
_MERGE = ("graph/stores/folder_store/resolve.py",)
_ENTITY = ("graph/report/entities.py",)
_TRACE = ("graph/traces/base.py",)

COLUMNS: Mapping[str, Mapping[str, Column]] = {
    "accounts": {
        "account_uid": Column("platform and id of the account", IDENTIFIES, "", "joins posts, ties and groups to accounts; codes are made from it", _ENTITY),
        "platform": Column("platform", NOT_PERSONAL, "", "counts by platform, on every page", _ENTITY),
        "native_id": Column("the platform's id", IDENTIFIES, "", "Search, and addresses in a report to a platform", ("graph/report/search.py",)),
        "handle": Column("handle", IDENTIFIES, "", "Search, shown on a logged request; masking it in texts; the behaviour same_handle", ("graph/report/search.py",)),
        "handle_key": Column("handle in lower case", IDENTIFIES, "", "joins accounts that only a handle names; masking handles in texts", ("graph/case/subset.py",)),
        "display_name": Column("name shown", IDENTIFIES, HINTS, "Search, shown on a logged request", ("graph/report/search.py",)),
        "account_type": Column("person, page, group or channel", DIRECT, "", EXPORT_ONLY, _EXPORT),
        "created_at": Column("when the account was made", DIRECT, "", EXPORT_ONLY, _EXPORT),
        "followers": Column("followers", DIRECT, "", EXPORT_ONLY, _EXPORT),
        "following": Column("accounts followed", DIRECT, "", EXPORT_ONLY, _EXPORT),
        "posts_count": Column("posts, as the platform counts", DIRECT, "", EXPORT_ONLY, _EXPORT),
        "verified": Column("verified by the platform", DIRECT, "", EXPORT_ONLY, _EXPORT),
        "description": Column("profile text", DIRECT, FREE, EXPORT_ONLY, _EXPORT),
        "url": Column("address of the profile, or in it", IDENTIFIES, "", EXPORT_ONLY, _EXPORT),
        "lang": Column("language of the account", DIRECT, HINTS, EXPORT_ONLY, _EXPORT),
        "location": Column("place the profile names", DIRECT, HINTS, EXPORT_ONLY, _EXPORT),
        "first_seen": Column("first time in the files", NOT_PERSONAL, "", "says which of two rows of one account holds", _MERGE),
        "last_seen": Column("last time in the files", NOT_PERSONAL, "", "says which of two rows of one account holds", _MERGE),
        "is_hashed": Column("whether the file hides the id", NOT_PERSONAL, "", "keeps hidden names out of the behaviour same_handle", ("graph/traces/same_handle.py",)),
        "uid_from": Column("what the id was made from", NOT_PERSONAL, "", "written to tables of an export", _EXPORT),
        "code": Column("number of the code A-n", INDIRECT, "", "names the account on pages and in documents", _ENTITY),
        "source_ids": Column("files it came from", NOT_PERSONAL, "", "takes it out with its file", _MERGE),
    },
    "posts": {
        "post_uid": Column("platform and id of the post", IDENTIFIES, "", "joins links to posts; evidence behind a tie", _ENTITY),
        "platform": Column("platform", NOT_PERSONAL, "", "counts by platform, on every page", ("graph/report/search.py",)),
        "native_id": Column("the platform's id of the post", IDENTIFIES, "", "finding files that hold the same posts", ("graph/case/overlap.py",)),
        "account_uid": Column("its author", IDENTIFIES, "", "says who acted: every behaviour", ("graph/report/search.py",)),
        "channel_uid": Column("group, page or chat it stands in", INDIRECT, HINTS, NOT_USED),
        "created_at": Column("time of the post", DIRECT, "", "says when: every behaviour, both tests", ("graph/report/search.py",)),
        "created_at_precision": Column("precision of that time", NOT_PERSONAL, "", "windows finer than the clock are raised", ("graph/runs/pipeline.py",)),
        "created_at_basis": Column("where that time is from", NOT_PERSONAL, "", NOTED),
        "edited_at": Column("time of the last edit", DIRECT, "", NOT_USED),
        "collected_at": Column("time of collection", NOT_PERSONAL, "", "says which of two rows of one post holds", _MERGE),
        "kind": Column("original, repost, reply…", DIRECT, "", "words beside a post on Evidence", _ENTITY),
        "text": Column("the words", DIRECT, FREE, "Evidence, Search; the behaviours text and near_text", ("graph/traces/near_text.py", "graph/report/search.py")),
        "text_is_truncated": Column("whether the text is cut", NOT_PERSONAL, "", NOTED),
        "text_is_inherited": Column("whether it is the reposted post's text", NOT_PERSONAL, "", "lists of keywords tell own words from reposted ones", ("graph/lists/matching.py",)),
        "lang": Column("language", DIRECT, HINTS, NOT_USED),
        "lang_basis": Column("where the language is from", NOT_PERSONAL, "", NOTED),
        "url": Column("address of the post", IDENTIFIES, "", "evidence behind a tie, and addresses in a report to a platform", _ENTITY),
        "conversation_uid": Column("conversation it belongs to", INDIRECT, "", NOT_USED),
        "like_count": Column("likes", NOT_PERSONAL, "", NOT_USED),
        "repost_count": Column("reposts, as the platform counts", NOT_PERSONAL, "", NOT_USED),
        "reply_count": Column("replies, as the platform counts", NOT_PERSONAL, "", NOT_USED),
        "quote_count": Column("quotes, as the platform counts", NOT_PERSONAL, "", NOT_USED),
        "view_count": Column("views", NOT_PERSONAL, "", NOT_USED),
        "is_ad": Column("whether it is an advertisement", NOT_PERSONAL, "", NOT_USED),
        "is_deleted": Column("whether it was deleted", DIRECT, "", "says which posts of a report are offline already", ("graph/handover/items.py",)),
        "source_id": Column("file it came from", NOT_PERSONAL, "", "takes it out with its file; how long it is kept", ("graph/stores/folder_store/view.py",)),
        "raw_row": Column("row of that file", NOT_PERSONAL, "", "counts a removed post among the file's skipped rows", ("graph/stores/erasure.py",)),
        "extra": Column("what else the file said", DIRECT, FREE, NOT_USED),
    },
    "links": {
        "post_uid": Column("post the link stands in", IDENTIFIES, "", "evidence behind a tie", _TRACE),
        "account_uid": Column("its author", IDENTIFIES, "", "says who acted: every behaviour", _TRACE),
        "at": Column("time of the post", DIRECT, "", "says when: every behaviour, both tests", _TRACE),
        "kind": Column("kind of link, see below", NOT_PERSONAL, "", "says which behaviours look at it", ("graph/report/search.py",)),
        "target_key": Column("what the post refers to, in one spelling", INDIRECT, HINTS, "says on what: every behaviour", _TRACE),
        "target_raw": Column("the same, as the file has it", INDIRECT, HINTS, "addresses on Outlinks and Evidence", ("graph/outlinks/counting.py",)),
        "target_account_uid": Column("account it refers to", IDENTIFIES, "", "the preset luceri", ("graph/presets/luceri.py",)),
        "resolved": Column("whether a short address was looked up in a table", NOT_PERSONAL, "", NOTED),
        "inherited": Column("whether it comes from the reposted post", NOT_PERSONAL, "", "tells own acts from reposted ones", _TRACE),
        "position": Column("place in the post", NOT_PERSONAL, "", "order of hashtags: hashtag_sequence", ("graph/traces/hashtag_sequence.py",)),
    },
}  # fmt: skip
"""Table -> column -> what is said of it. Links are told by kind besides, see ``KINDS``."""

KINDS: Mapping[str, tuple[str, str, str]] = {
    "repost": ("posts that were reposted", IDENTIFIES, HINTS),
    "reply": ("posts that were answered", IDENTIFIES, HINTS),
    "quote": ("posts that were quoted", IDENTIFIES, HINTS),
    "url": ("addresses in posts", INDIRECT, HINTS),
    "domain": ("sites of those addresses", NOT_PERSONAL, HINTS),
    "hashtag": ("hashtags", DIRECT, HINTS),
    "mention": ("accounts that were mentioned", IDENTIFIES, HINTS),
    "media": ("addresses or hashes of pictures and videos; no picture itself", INDIRECT, ""),
    "text": ("fingerprints of texts in their normal form", INDIRECT, HINTS),
    "track": ("sounds", NOT_PERSONAL, ""),
    "object": ("objects the file names by an id", INDIRECT, ""),
}
"""Kind of link -> what it holds, what it is of a person, special categories."""


PAGES: Mapping[str, str] = {
    "url": "pages Outlinks and Search",
    "domain": "page Search",
    "hashtag": "pages Search and Group",
    "media": "page Evidence",
}
"""Kind of link -> pages that read it without a run."""
DERIVED: Mapping[str, str] = {"domain": "addresses", "text": "texts"}
"""Kind of link that Lockstep makes itself -> from what."""


@dataclass(frozen=True)
class Variable:
    """One variable as a case holds it.

    Attributes
    ----------
    table, name, what, personal, special : str
        ``table`` is accounts, posts or links, or ``kinds``: there ``name`` is a kind of link.
    filled, rows : int
        Rows that fill it, and rows of the table.
    needed : str
        What needs it, or that nothing does.
    droppable : bool
        Whether nothing needs it and a person could leave it out of the files before they are loaded.
    """

    table: str
    name: str
    what: str
    personal: str
    special: str
    filled: int
    rows: int
    needed: str
    droppable: bool

    @property
    def share(self) -> float:
        """Share of the table's rows that fill it, 0 to 1."""
        return self.filled / self.rows if self.rows else 0.0


def variables(store: Store, looked_for: Mapping[str, Sequence[str]]) -> list[Variable]:
    """Give every variable that a case really fills, in the order of its tables.

    Parameters
    ----------
    store : Store
    looked_for : mapping of str to sequence of str
        Trace -> names of the runs that looked for it.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> found = {(one.table, one.name): one for one in variables(toy_case(), {"link": ["R-1"]})}
    >>> found["posts", "text"].share, found["kinds", "url"].needed
    (1.0, 'pages Outlinks and Search; behaviour link (R-1)')
    """
    made = []
    for table, columns in COLUMNS.items():
        rows, filled = _filled(store.scan(table, Scan(columns=tuple(columns))), columns)
        made += [
            Variable(table, name, one.what, one.personal, one.special, filled[name], rows, one.needed, one.needed in (NOT_USED, EXPORT_ONLY))
            for name, one in columns.items()
            if filled[name]
        ]  # fmt: skip
    kinds = store.link_kinds()
    return made + [_link(kind, kinds, looked_for) for kind in KINDS if kinds.get(kind)]


def _filled(batches: Iterable[pa.RecordBatch], columns: Iterable[str]) -> tuple[int, Counter[str]]:
    rows, filled = 0, Counter[str]()
    for batch in batches:
        rows += batch.num_rows
        for name in columns:
            filled[name] += batch.num_rows - _empty(batch.column(name))
    return rows, filled


def _empty(column: pa.Array) -> int:
    """Rows that say nothing: null, an empty text, an empty list."""
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        lengths = pc.binary_length(column)
    elif pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        lengths = pc.list_value_length(column)
    else:
        return int(column.null_count)
    return int(column.null_count) + int(pc.sum(pc.equal(lengths, 0)).as_py() or 0)


def _link(kind: str, kinds: Mapping[str, int], looked_for: Mapping[str, Sequence[str]]) -> Variable:
    what, personal, special = KINDS[kind]
    traces = [name for name, trace in TRACES.items() if kind in trace.kinds]
    ran = [f"{name} ({', '.join(looked_for[name])})" for name in traces if looked_for.get(name)]
    said = [PAGES[kind]] if kind in PAGES else []
    said += [f"{'behaviour' if len(ran) == 1 else 'behaviours'} {', '.join(ran)}"] if ran else []
    droppable = not said and kind not in DERIVED
    if kind in DERIVED:
        said.append(f"made by Lockstep from the {DERIVED[kind]}")
    if not ran:
        could = f"no run looked at it (behaviours that would: {', '.join(traces)})"
        said.append(f"{could}: could be dropped" if droppable else could)
    return Variable(
        "kinds", kind, what, personal, special, kinds[kind], sum(kinds.values()), "; ".join(said), droppable
    )
