"""Words for described methods: what a published rule links, beside the tested groups. A described community is never called a group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboards.words.acting import noun, trace
from dashboards.words.numbers import count, counted, known, listed, sentence, small
from dashboards.words.runs import group_name
from dashboards.words.times import duration, window
from graph.described.methods import METHODS, said
from graph.described.shared_objects import SHARED
from graph.described.ties import UNTESTED

NEVER_A_GROUP = "A described community is never called a group."
ONLY_RULE = "The rule links these accounts. Our tests do not. They may still deserve a look."
PLACE = (
    "A community is in a group's place when half of its accounts are in tested groups, or when the two have 30% of their accounts in"
    " common (Jaccard). A group is found when such a community holds half of it."
)
ONLY_TESTED = "Only tested groups are counted in titles and in the briefing."
SWITCH = "Show a published method beside the tested groups"
LEGEND = "described, not tested"
NO_P = "A described community has no p of its own: q is the smallest q that our tests give to one of its ties."
MAP_NOTE = "Area is the number of accounts. Distance and overlap have no exact meaning; the table has the numbers."


def title_of(method: str) -> str:
    """Name of a method.

    Examples
    --------
    >>> title_of("coortweet"), title_of("shared")
    ('CooRTweet', 'Who did the same things')
    """
    return METHODS[method].title if method in METHODS else method


def rule(method: str) -> str:
    """A method's rule as the subject of a sentence.

    Examples
    --------
    >>> rule("coortweet"), rule("pacheco"), rule("shared")
    ("CooRTweet's rule", 'The rule of Pacheco et al.', 'The plain count of shared objects')
    """
    if method == SHARED.name:
        return "The plain count of shared objects"
    title = title_of(method)
    return f"The rule of {title}" if title.endswith(".") else f"{title}'s rule"


def difference(method: str) -> str:
    """Sentences on the difference between what is tested and what is described.

    Examples
    --------
    >>> difference("qut")[:72]
    'Tested: beyond what chance gives. Described: what the published rule lin'
    """
    if method == SHARED.name:
        described = "Described: accounts that shared rare things within the window. The count has no test"
    else:
        described = "Described: what the published rule links. The rule has no test"
    return f"Tested: beyond what chance gives. {described}, so our q is given with it. {ONLY_TESTED}"


def found(method: str, beside: pd.DataFrame, only: pd.DataFrame) -> str:
    """Title: tested groups that a method finds as well, and its communities of other accounts.

    Parameters
    ----------
    beside : DataFrame
        As ``Report.described_beside`` gives it.
    only : DataFrame
        Communities that are in no tested group's place, as ``Report.described_communities`` gives them.

    Examples
    --------
    >>> rows = pd.DataFrame({"heading": ["groups"] * 3, "found": [True, True, False], "tested_only": 0, "described_only": 0})
    >>> other = pd.DataFrame({"in_groups": [0, 0, 0]})
    >>> found("coortweet", rows, other)
    "CooRTweet's rule finds 2 of our 3 groups, and 3 communities of other accounts"
    >>> found("coortweet", rows.head(2), other.head(0)), found("coortweet", rows.head(0), other.head(1))
    ("CooRTweet's rule finds the same 2 groups", "CooRTweet's rule finds 1 community; our tests find no group")
    >>> found("coortweet", rows.tail(1), pd.DataFrame({"in_groups": [6, 0]}))
    "CooRTweet's rule does not find our group, but 2 communities mostly of other accounts"
    >>> found("coortweet", rows.head(0), other.head(0))
    "CooRTweet's rule finds no community of three accounts or more"
    """
    names = {"groups": "group", "closed": "closed circle"}
    parts = [(name, beside[beside["heading"] == heading]["found"]) for heading, name in names.items()]
    parts = [(name, part) for name, part in parts if len(part)]
    more = counted(len(only), "community", "communities")
    if not parts:
        return (
            f"{rule(method)} finds {more}; our tests find no group" if len(only) else f"{rule(method)} finds {NOTHING}"
        )
    if only.empty and _same(beside):
        return f"{rule(method)} finds the same {listed([counted(len(part), name) for name, part in parts])}"
    others = f"{more} {'mostly ' if (only['in_groups'] > 0).any() else ''}of other accounts"
    if not any(part.any() for _, part in parts):
        none = listed(
            [f"our {name}" if len(part) == 1 else f"any of our {counted(len(part), name)}" for name, part in parts],
            "or",
        )
        return f"{rule(method)} does not find {none}" + (f", but {others}" if len(only) else "")
    whole = listed(
        [f"{count(part.sum()) if part.any() else 'none'} of our {counted(len(part), name)}" for name, part in parts]
    )
    return f"{rule(method)} finds {whole}" + (f", and {others}" if len(only) else "")


NOTHING = "no community of three accounts or more"


def _same(beside: pd.DataFrame) -> bool:
    same = beside["found"].astype(bool) & (beside["tested_only"] == 0) & (beside["described_only"] == 0)
    return bool(same.all())


def read(layers: pd.DataFrame) -> str:
    """Behaviours and windows on which a method kept ties; those it looked at where it kept none.

    Parameters
    ----------
    layers : DataFrame
        As ``Report.described_layers`` gives it, of one method.

    Examples
    --------
    >>> read(pd.DataFrame({"trace": ["link", "text"], "window_s": [60.0, 60.0], "ties": [4, 0]}))
    'Shared the same link, within 60 s'
    """
    own = layers[layers["ties"] > 0] if (layers["ties"] > 0).any() else layers
    names = list(dict.fromkeys(trace(name) for name in own["trace"]))
    spans = [window(w) for w in sorted(set(own["window_s"]))]
    lower = [name[:1].lower() + name[1:] for name in names]
    return sentence(f"{', '.join(lower)}, within {listed(spans, 'or')}") if names else ""


def thresholds(method: str, layers: pd.DataFrame) -> str:
    """Thresholds of a method as this run used them, under its own names.

    Examples
    --------
    >>> thresholds("qut", pd.DataFrame({"options": []}))
    'min_edge_weight 2, loops 0'
    """
    stored = [str(one) for one in layers["options"] if known(one)]
    return stored[0] if stored else said(METHODS[method].options if method in METHODS else {})


def source(method: str) -> str:
    """Publication of a method."""
    return METHODS[method].source if method in METHODS else ""


def beside_words(row: Mapping[Any, Any]) -> str:
    """Numbers of accounts in both, tested only and described only.

    Examples
    --------
    >>> beside_words({"in_both": 112, "tested_only": 6, "described_only": 41})
    '112 in both, 6 tested only, 41 described only'
    >>> beside_words({"in_both": 0, "tested_only": 0, "described_only": 388})
    '388 described only'
    """
    parts = (("in_both", "in both"), ("tested_only", "tested only"), ("described_only", "described only"))
    return ", ".join(f"{count(row[name])} {text}" for name, text in parts if row[name])


def community_name(community: Mapping[Any, Any]) -> str:
    """Name of a community: what its members shared most, safe to show.

    Examples
    --------
    >>> community_name({"name": "larch.example/1", "trace": "link"}), community_name({"name": "#kochfarms", "trace": "hashtags"})
    ('larch[.]example/1', '#kochfarms')
    """
    return group_name({"name": community.get("name"), "traces": [community.get("trace")]})


def why(community: Mapping[Any, Any]) -> str:
    """Sentences on what our tests say of a community.

    Examples
    --------
    >>> why({"ties": 118, "tested": 40, "passing": 6, "observed": 292, "expected_hi": 280, "aside": 0})
    '6 of 118 ties pass our tests.'
    >>> why({"ties": 9, "tested": 9, "passing": 0, "observed": 20, "expected_hi": 31.0, "aside": 0})
    'No tie passes our tests. Chance gives as many.'
    """
    ties, passing, aside = community["ties"], community["passing"], community["aside"]
    if not known(community["tested"]) or not community["tested"]:
        told = "Our tests looked at none of its ties."
    elif passing:
        told = f"{count(passing)} of {counted(ties, 'tie')} {'passes' if passing == 1 else 'pass'} our tests."
    else:
        told = "No tie passes our tests."
    high = community.get("expected_hi")
    if known(high) and known(community.get("observed")) and float(community["observed"]) <= float(high):  # type: ignore[arg-type]
        told += " Chance gives as many."
    if aside:
        told += f" {count(aside)} of its accounts are set aside here: everyone who shared these was this fast."
    return told


def shared_what(community: Mapping[Any, Any]) -> str:
    """Line under a community's name: objects and median delay.

    Examples
    --------
    >>> shared_what({"objects": 5, "trace": "link", "median_lag_s": None})
    '5 links'
    """
    if not known(community.get("trace")):
        return ""
    objects = f"{count(community['objects'])} {noun(community['trace'], community['objects'])}"
    lag = community["median_lag_s"]
    return f"{objects}, half within {duration(lag)}" if known(lag) and lag else objects


def whole(method: str, communities: pd.DataFrame, layers: pd.DataFrame, accounts: int) -> str:
    """Sentence under the table: communities, accounts and ties of a method, and how communities were made.

    Examples
    --------
    >>> rows = pd.DataFrame({"accounts": [4, 3]})
    >>> whole("coortweet", rows, pd.DataFrame({"stored": [9]}), 7)
    '2 communities by the rule (Louvain), 7 accounts, 9 ties. Each described tie keeps our p and q in its CSV.'
    """
    ways = {
        "louvain": "Louvain",
        "components": "accounts that its ties connect",
        "multiplex": "Louvain over all behaviours",
    }
    how = ways[METHODS[method].gathers] if method in METHODS else ""
    ties = counted(layers["stored"].sum(), "tie")
    return (
        f"{counted(len(communities), 'community', 'communities')} by the rule ({how}), {counted(accounts, 'account')},"
        f" {ties}. Each described tie keeps our p and q in its CSV."
    )


def notes(layers: pd.DataFrame) -> list[str]:
    """Reasons why a method gives nothing, or less than it could."""
    return list(dict.fromkeys(sentence(str(note)) for note in layers["note"] if known(note)))


def untested(reason: object) -> str:
    """Reason why a described tie has no p of ours; empty where it was tested.

    Examples
    --------
    >>> untested("once")[:38], untested(None)
    ('They coincided once within the window;', '')
    """
    return UNTESTED.get(str(reason), "") if known(reason) else ""


def not_run(method: str, run: str) -> str:
    """Title of the place where a method would be, before it was run.

    Examples
    --------
    >>> not_run("qut", "R-3")
    'Coordination Network Toolkit was not run on R-3 yet'
    """
    name = "The plain count of shared objects" if method == SHARED.name else title_of(method)
    return f"{name} was not run on {run} yet"


def run_it(method: str, took: str) -> str:
    """Words of the button that runs a method.

    Examples
    --------
    >>> run_it("coortweet", "20 s"), run_it("shared", "")
    ('Run CooRTweet on this case (about 20 s)', 'Count shared objects in this case')
    """
    about = f" (about {took})" if took else ""
    what = "Count shared objects in this case" if method == SHARED.name else f"Run {title_of(method)} on this case"
    return f"{what}{about}"


def will_show(method: str, describe: bool) -> str:
    """Sentences beside the choice of a published method: what it gives, and on which page.

    Examples
    --------
    >>> will_show("coortweet", True)[:61]
    "Described, not tested: CooRTweet's ties and communities, with"
    """
    if describe:
        return (
            f"Described, not tested: {title_of(method)}'s ties and communities, with our p and q, are kept with the run."
            " See them on the page Groups: turn on the switch above its table, or press D."
        )
    return (
        f"{title_of(method)}'s ties are only counted: how many it draws, and how many of them chance explains. The briefing says so"
        " in its method. Choose “describe” to see its communities beside the tested groups."
    )


def rest_of(communities: pd.DataFrame, shown: int) -> str:
    """Count of the communities that are not listed.

    Examples
    --------
    >>> rest_of(pd.DataFrame({"accounts": [9, 4, 3]}), 1)
    'and two smaller communities of 3 to 4 accounts'
    """
    rest = communities["accounts"].iloc[shown:]
    if rest.empty:
        return ""
    least, most = int(rest.min()), int(rest.max())
    sizes = counted(least, "account") if least == most else f"{count(least)} to {counted(most, 'account')}"
    noun_ = "community" if len(rest) == 1 else "communities"
    return f"and {small(len(rest), of_people=False)} smaller {noun_} of {sizes}"
