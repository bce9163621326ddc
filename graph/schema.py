"""Tables of a run: ties, groups and the posts behind them, and the record of the run itself.

A run is written whole or not at all and never changed after. Commands, pages, notebooks and exports all read these
columns, so a number is the same wherever it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from ingest.tables import BOOL, INT, STR, STRINGS, TIME, _schema

FLOAT = pa.float64()

TIES = _schema(
    {
        "trace": STR,  # layer = trace x window
        "window_s": FLOAT,
        "account_a": STR,  # account_a < account_b
        "account_b": STR,
        "observed": INT,  # distinct objects both acted on within the window
        "shared": INT,  # distinct objects both acted on at any time
        "expected_a": FLOAT,  # by the configuration model (test A); of what belongs to accounts, by rarity (test C), and no test B
        "expected_b": FLOAT,  # by the timing model (test B), the group left out
        "p_a": FLOAT,
        "p_b": FLOAT,
        "p_b_in_sample": FLOAT,  # timing model with nobody left out
        "q_a": FLOAT,
        "q_b": FLOAT,
        "q": FLOAT,  # max(q_a, q_b)
        "expected": FLOAT,  # that of the test with the larger p
        "level": STR,  # far (q < .001), beyond (q < .05), combined (by all layers only), group (by a kept group only)
        "closed": BOOL,  # most of its meetings are on objects with fewer than 10 outside pairs: few others shared them
        "first_at": TIME,
        "last_at": TIME,
        "median_lag_s": FLOAT,
        "a_first": INT,  # objects where a acted first; equal times count for nobody
        "b_first": INT,
        "group_id": STR,  # null for a pair outside groups
    }
)

POST_PAIRS = _schema(  # the evidence: every pair of posts within the window behind a kept tie
    {
        "trace": STR,
        "window_s": FLOAT,
        "account_a": STR,
        "account_b": STR,
        "object": STR,  # target_key
        "post_a": STR,
        "post_b": STR,
        "at_a": TIME,
        "at_b": TIME,
        "lag_s": FLOAT,  # at_b - at_a: negative when b was first
        "precision": STR,  # the coarser of the two posts
    }
)

GROUPS = _schema(
    {
        "group_id": STR,  # hash of the sorted member uids
        "rank": INT,  # 1, 2, 3 ... under all headings together
        "heading": STR,  # groups, closed, aside
        "label": STR,  # see LABELS; null where no label was earned yet
        "reason": STR,  # the sentence that explains the label, with its numbers
        "basis": STR,  # ties, group, both
        "traces": STRINGS,  # of its layers, strongest first; the counts below are the strongest layer's
        "windows_s": pa.list_(FLOAT),  # beside traces, one each
        "accounts": INT,
        "ties": INT,  # pairs of members held together in any layer
        "objects": INT,  # distinct objects two members met on
        "observed": INT,  # all pairs of members, tied or not: objects on which both acted within its strongest layer's window
        "expected": FLOAT,  # what chance expects of the same pairs, see graph.groups.coincidences
        "expected_lo": FLOAT,  # 95% of chance
        "expected_hi": FLOAT,
        "p_group": FLOAT,  # from shuffled data; null when groups were not tested as groups
        "worlds": INT,  # number of shuffled data sets behind p_group
        "by_chance": FLOAT,  # mean number of groups this strong in one shuffled data set
        "left": FLOAT,  # part of its coincidences that shuffled times reproduce
        "strength": FLOAT,  # S: sum over its ties of -log10 max(p_a, p_b)
        "median_lag_s": FLOAT,
        "first_at": TIME,
        "last_at": TIME,
    }
)

MEMBERS = _schema(
    {
        "group_id": STR,
        "account": STR,
        "share": FLOAT,  # of consensus partitions that put it here; 1 for components
        "ties": INT,
        "first": INT,  # objects of the group on which it acted first
        "objects": INT,  # objects of the group it acted on
        "median_delay_s": FLOAT,  # after the first member's action on the same object, within five windows
    }
)

OBJECTS = _schema(  # what a group met on, in its strongest layer
    {
        "group_id": STR,
        "trace": STR,
        "object": STR,
        "accounts": INT,  # members who acted on it
        "others": INT,  # accounts outside the group who acted on it
        "meetings": INT,  # pairs of members that met on it, tied or not; sums up to observed
        "first_at": TIME,  # first member's action
        "span_s": FLOAT,  # to the last member's first action, within five windows
        "sample_post": STR,  # a member's post with it, for its words
    }
)

LAGS = _schema(  # how far apart two shares of one object lie: among members, and among the others who shared it
    {
        "group_id": STR,
        "from_s": FLOAT,
        "to_s": FLOAT,  # null for open-ended
        "group": INT,
        "others": INT,
    }
)

PARTS = _schema(  # communities of sets of over 50 accounts, with the numbers of the whole set; no row for other groups
    {
        "group_id": STR,
        "part": INT,  # 1, 2, 3 ... by size
        "parts": INT,  # as many as the set is shown as; 1 where no method finds parts
        "stability": FLOAT,  # mean share of its members: 1 when every seed gave the same community
        "whole_id": STR,  # hash of the sorted member uids of the whole set
        "whole_accounts": INT,
        "whole_ties": INT,  # in its strongest layer
        "whole_observed": INT,  # as observed and expected of a group
        "whole_expected": FLOAT,
        "whole_left": FLOAT,  # part of its coincidences that shuffled times reproduce
    }
)

LAYERS = _schema(  # one row per trace and window: what the search looked at
    {
        "trace": STR,
        "window_s": FLOAT,
        "accounts": INT,
        "actions": INT,
        "objects": INT,
        "rapid_pairs": INT,  # pairs of actions on one object by two accounts within the window
        "meetings": INT,  # pairs of accounts that met, counted once per object
        "pairs_met_2": INT,  # pairs of accounts that met on two or more objects
        "chance_met_2": FLOAT,  # such pairs that the configuration model expects
        "family_a": INT,  # pairs in the family of test A: N(N-1)/2
        "family_b": INT,  # pairs in the family of test B: those sharing 3 or more objects at any time
        "ties": INT,
        "closed": INT,  # ties on objects with fewer than 10 outside pairs
        "ties_shuffled": FLOAT,  # ties that remain with times shuffled within objects, mean of 5; null where not tried
        "explained": INT,  # pairs with two or more meetings that chance explains
        "viral": STRINGS,  # objects left out for too many rapid pairs, by name
        "allowed": STRINGS,  # what the case's list left out before the search: objects and sites, see graph.case.allow_list
        "allowed_objects": INT,  # how many objects of this trace that were
        "precision": STR,
        "note": STR,
    }
)

PAIRS = _schema(  # every pair with two or more meetings, or every tie of a preset; only when asked for
    {
        "trace": STR,
        "window_s": FLOAT,
        "account_a": STR,
        "account_b": STR,
        "observed": INT,
        "shared": INT,
        "expected_a": FLOAT,
        "expected_b": FLOAT,
        "p_a": FLOAT,
        "p_b": FLOAT,
        "preset_weight": FLOAT,  # the weight a published method gives the tie; null without a preset
        "preset_keeps": BOOL,  # true if that method would show it
    }
)

WINDOWS = _schema(  # counts of each window, where the run swept them
    {
        "trace": STR,
        "window_s": FLOAT,
        "rapid_pairs": INT,
        "meetings": INT,
        "observed": INT,  # pairs of accounts that met on two or more objects
        "expected": FLOAT,  # such pairs that the configuration model expects
        "beyond": INT,  # pairs that test A keeps, corrected for all windows
        "shuffled": FLOAT,  # the same after times were shuffled within objects
        "suggested": BOOL,  # the window that stands out, which the run used
    }
)

COMBINED = _schema(  # pairs that are ties by all layers of the run combined, one row each; empty with one trace
    {
        "account_a": STR,
        "account_b": STR,
        "asked": INT,  # layers of traces in which both act
        "layers": STRINGS,  # those in which they met twice with p <= alpha, smallest p first: "link 60 s"
        "observed": INT,  # summed over these layers
        "expected": FLOAT,
        "p": FLOAT,  # Cauchy over the layers asked, 1 where they did not meet twice
        "q": FLOAT,  # by Benjamini and Hochberg over all pairs of accounts
        "alone": BOOL,  # true if the pair is a tie of a single layer as well
    }
)

LAYOUT = _schema(  # places of accounts in pictures; none in runs of before these were kept: see graph.networks.layout
    {
        "group_id": STR,  # a group, or a large set (its whole_id); null: all accounts of the run in one picture
        "account": STR,
        "x": FLOAT,  # to the right; what stands beside each other is 24 apart
        "y": FLOAT,  # upwards
    }
)

COMPARISON = _schema(  # accounts that the run lists though only comparison sources know them; none in most runs
    {
        "account": STR,
    }
)

DESCRIBED_LAYERS = _schema(  # one row per described method, trace and window: what it read there, and what it gave
    {
        "method": STR,  # see graph.described.methods.METHODS
        "trace": STR,
        "window_s": FLOAT,
        "options": STR,  # its thresholds under its own names: "edge_weight 0.5, min_participation 2"
        "drawn": INT,  # pairs of accounts that it gives a weight; null where it could not read the trace
        "ties": INT,  # pairs that its rule keeps
        "stored": INT,  # of these, the strongest that are stored
        "passing": INT,  # of the stored ones, those that are ties by our tests as well
        "note": STR,  # why there is nothing, or less than there could be; null where all went well
    }
)

DESCRIBED_TIES = _schema(  # ties that a method's rule keeps, with our numbers beside them: described, not tested
    {
        "method": STR,
        "trace": STR,
        "window_s": FLOAT,
        "account_a": STR,  # account_a < account_b
        "account_b": STR,
        "weight": FLOAT,  # as the method gives it; of a method with directions, from account_a to account_b
        "weight_back": FLOAT,  # from account_b to account_a; null without directions
        "observed": INT,  # distinct objects both acted on within the run's window; null where the run has no such trace
        "shared": INT,  # at any time
        "expected": FLOAT,  # as in TIES, where the pair was tested
        "p": FLOAT,  # max(p_a, p_b) of the run's tests; null where the pair was not tested
        "q": FLOAT,
        "passes": BOOL,  # true for a tie by our tests as well; null where the pair was not tested
        "untested": STR,  # once, never, trace: why p is null, see graph.described.ties.UNTESTED; null where it was tested
        "median_lag_s": FLOAT,
        "first_at": TIME,
        "last_at": TIME,
        "objects": STRINGS,  # up to five they acted on within the window, else at any time, the rarest first
        "community": INT,  # null for a tie in no community of three or more
    }
)

DESCRIBED_COMMUNITIES = _schema(  # three accounts or more that a method's ties hold together; never called a group
    {
        "method": STR,
        "community": INT,  # 1, 2, 3 ... by accounts: D1, D2, D3 in words
        "accounts": INT,
        "ties": INT,  # pairs of members that the rule ties in any layer
        "tested": INT,  # of these, pairs that our tests looked at
        "passing": INT,  # of these, ties by our tests
        "q": FLOAT,  # the smallest of its ties; null where none was tested
        "trace": STR,  # of its strongest layer, which the numbers below are of
        "window_s": FLOAT,
        "objects": INT,  # distinct objects two members met on
        "observed": INT,  # as of a group, see graph.groups.coincidences
        "expected": FLOAT,
        "expected_lo": FLOAT,  # 95% of chance
        "expected_hi": FLOAT,
        "median_lag_s": FLOAT,
        "first_at": TIME,
        "last_at": TIME,
        "stability": FLOAT,  # mean share of the seeds that put its members here; 1 for components
    }
)

DESCRIBED_MEMBERS = _schema(
    {
        "method": STR,
        "community": INT,
        "account": STR,
        "ties": INT,  # other members it is tied to by the rule
        "share": FLOAT,  # of the seeds that put it here
    }
)

DESCRIBED_OBJECTS = _schema(  # what the members of a community acted on together, in its strongest layer
    {
        "method": STR,
        "community": INT,
        "trace": STR,
        "object": STR,
        "accounts": INT,  # members who acted on it
        "others": INT,
        "meetings": INT,  # pairs of members that met on it; sums up to observed where all objects are stored
        "sample_post": STR,
    }
)

DESCRIBED: dict[str, pa.Schema] = {
    "described_layers": DESCRIBED_LAYERS,
    "described_ties": DESCRIBED_TIES,
    "described_communities": DESCRIBED_COMMUNITIES,
    "described_members": DESCRIBED_MEMBERS,
    "described_objects": DESCRIBED_OBJECTS,
}
"""Tables that may come to a run after it was made: methods are described beside it, and none of its own tables changes."""

RUN_TABLES: dict[str, pa.Schema] = {
    "ties": TIES,
    "post_pairs": POST_PAIRS,
    "groups": GROUPS,
    "members": MEMBERS,
    "layers": LAYERS,
    "objects": OBJECTS,
    "lags": LAGS,
    "parts": PARTS,
    "pairs": PAIRS,
    "combined": COMBINED,
    "windows": WINDOWS,
    "layout": LAYOUT,
    "comparison": COMPARISON,
    **DESCRIBED,
}


def with_described(old: Mapping[str, pa.Table], new: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Tables of described methods: those there are, without the methods that are new, and the new ones.

    Examples
    --------
    >>> rows = [{"method": name, "trace": "link", "ties": 1} for name in ("qut", "coornet")]
    >>> old = {"described_layers": pa.Table.from_pylist(rows, DESCRIBED_LAYERS)}
    >>> new = {"described_layers": pa.Table.from_pylist([{"method": "qut", "ties": 2}], DESCRIBED_LAYERS)}
    >>> [(row["method"], row["ties"]) for row in with_described(old, new)["described_layers"].to_pylist()]
    [('coornet', 1), ('qut', 2)]
    """
    gone = new["described_layers"].column("method").unique() if "described_layers" in new else pa.array([], STR)
    tables = {}
    for name, schema in DESCRIBED.items():
        there = old.get(name, schema.empty_table())
        rest = there.filter(pc.invert(pc.is_in(there.column("method"), value_set=gone.cast(STR))))
        tables[name] = pa.concat_tables([rest, new.get(name, schema.empty_table())]).combine_chunks()
    return tables


@dataclass(frozen=True)
class Label:
    """Label of a group: its heading, its name in words, and the rule behind it."""

    heading: str
    words: str
    rule: str


HEADINGS = {"groups": "Groups", "closed": "Closed circles", "aside": "Set aside"}

LABELS: dict[str, Label] = {
    "timing": Label("groups", "timing", "Shuffled times reproduce half of its coincidences or fewer."),
    "large_group": Label(
        "groups", "large group", "Over 50 accounts; shuffled times reproduce half of its coincidences or fewer."
    ),
    "closed_circle": Label(
        "closed",
        "closed circle",
        "Shuffled times reproduce more than half of its coincidences: few others shared these objects, so the evidence is"
        " what they share, not how fast.",
    ),
    "large_closed_circle": Label("closed", "large closed circle", "A closed circle of over 50 accounts."),
    "fast_crowd": Label(
        "aside", "fast crowd", "Everyone who shared these objects was this fast, so it is no sign of coordination."
    ),
    "own_speed": Label(
        "aside",
        "own speed",
        "Its accounts are always this fast: given that, more than half of its coincidences would occur anyway, or the rest may be"
        " luck.",
    ),
    "syndicated": Label(
        "aside",
        "syndicated",
        "One known source feeds them: all they share is on the case's list of sources, or on one site that most of them name"
        " in their profiles.",
    ),
    "one_object": Label(
        "aside", "one object", "Rests on one object: tested again without it, no three accounts are tied."
    ),
}


@dataclass(frozen=True)
class Findings:
    """A run in memory, before or after a store held it.

    Attributes
    ----------
    run : dict
        ``run_id`` (12 hex), ``number`` (n of R-n, given by the case), ``settings`` (dict), ``seed``, ``version``,
        ``method``, ``source_ids``, ``started_at``, ``finished_at`` (ISO), ``counts`` (posts, accounts, ties, groups,
        pairs, explained, ...), ``notes`` (sentences people must read beside the results).
    tables : dict of pyarrow.Table
        One per name in ``RUN_TABLES``, with exactly its schema.
    """

    run: dict[str, Any]
    tables: dict[str, pa.Table] = field(default_factory=dict)

    def table(self, name: str) -> pa.Table:
        """The named table; empty with the right columns if the run has none."""
        return self.tables.get(name, RUN_TABLES[name].empty_table())


def layer_name(trace: str, window_s: float) -> str:
    """A layer as one word of attributes and exports.

    Examples
    --------
    >>> layer_name("link", 60.0)
    'link 60 s'
    """
    return f"{trace} {window_s:g} s"


Match = Literal["object", "site"]


Use = Literal["aside", "source"]


@dataclass(frozen=True)
class Allowed:
    """One entry of the list.

    Attributes
    ----------
    object : str
        An object's key as the tables have it; of a site, its registrable domain.
    match : str
        ``object``: this one object, of whichever trace; ``site``: the site and every link on it.
    use : str
        ``aside``: left out of every run; ``source``: left in, and groups that met on nothing else are syndicated.
    reason, by, at : str
        Why, who, and when (ISO).
    """

    object: str
    match: Match
    use: Use
    reason: str
    by: str
    at: str


@dataclass(frozen=True)
class SetAside:
    """Objects of one trace that the case's list left out: the entries that did it, and how many objects."""

    entries: tuple[Allowed, ...] = ()
    objects: int = 0
