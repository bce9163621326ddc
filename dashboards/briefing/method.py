"""Sentences on the method of a run and on its limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboards import words as say
from graph.traces import TRACES


def method(
    settings: Mapping[str, Any],
    layers: pd.DataFrame,
    worlds: int,
    name: str = "",
    run: Mapping[str, Any] | None = None,
    described: pd.DataFrame | None = None,
) -> list[tuple[str, str]]:
    """Paragraphs on the method, each with its heading.

    Parameters
    ----------
    settings : mapping
        The run's settings.
    layers : DataFrame
        ``graph.schema.LAYERS``.
    worlds : int
        Shuffles of the data that groups were compared with; 0 where groups were not tested.
    name : str
        The run's ``method``: older runs split large groups otherwise.
    run : mapping, optional
        The run's record: whether all accounts were chosen beforehand, and its comparison.
    described : DataFrame, optional
        ``Report.described_methods()``.
    """
    parts = [("What counts as acting together", _together(settings, layers)), ("Two tests for every tie", _TESTS)]
    if layers["trace"].map(lambda trace: trace in TRACES and TRACES[trace].of_accounts).any():
        parts.append(("One test for what accounts have in common", _RARITY))
    parts.append(("What q means", _q(settings, layers)))
    parts.append(("How groups are tested" if worlds else "From ties to groups", _groups(settings, worlds, name)))
    viral = sum(len(v) if v is not None else 0 for v in layers.get("viral", []) if not isinstance(v, float))
    if viral:
        parts.append(
            (
                "Left out before the search",
                f"{say.counted(viral, 'object')} shared by almost everybody {'was' if viral == 1 else 'were'} left out. The run's"
                " record names them.",
            )
        )
    if said := population(run or {}):
        parts.append(("Whom the accounts were compared with", said))
    if settings.get("preset"):
        parts.append(
            (
                "A published method",
                f"This run also applied the published method “{settings['preset']}”. Its ties are counted beside ours, with how"
                " many of them chance explains; the method itself does not test that.",
            )
        )
    if described is not None and len(described):
        parts.append(("Described, not tested", beside(described)))
    return parts


def beside(described: pd.DataFrame) -> str:
    """Sentences that name the methods described beside a run, with their thresholds, and say that they are not tested.

    Examples
    --------
    >>> rule = {"title": "CooRTweet", "options": "edge_weight 0.5", "window_s": [60.0]}
    >>> beside(pd.DataFrame([rule]))[:72]
    'This run also keeps what CooRTweet (edge_weight 0.5; window 60 s) links.'
    """
    named = [
        f"{row['title']} ({row['options']}; window {say.listed([say.window(float(one)) for one in row['window_s']])})"
        for row in described.to_dict("records")
    ]
    return (
        f"This run also keeps what {say.listed(named)} {'links' if len(named) == 1 else 'link'}. These ties and communities are"
        " described, not tested: the rule decides on them, and our p and q are only given beside each tie. They count in no"
        " title, no group and no total of this run."
    )


def population(run: Mapping[str, Any]) -> str:
    """Sentences on what was said of the accounts of a run, and on its comparison; empty for most runs.

    Examples
    --------
    >>> population({"chosen": "yes", "counts": {}})
    'An analyst said that all accounts of this case were chosen beforehand; the run did not find that out by itself.'
    >>> population({"comparison": ["s"], "counts": {"comparison_posts": 900, "comparison_accounts": 60}})[:52]
    '900 posts by 60 other accounts serve as a comparison'
    >>> population({"chosen": "ask", "comparison": []})
    ''
    """
    said = []
    if str(run.get("chosen")) in _CHOSEN:
        said.append(_CHOSEN[str(run["chosen"])])
    counts = run.get("counts") or {}
    if run.get("comparison"):
        posts, accounts = (counts.get(f"comparison_{name}", 0) for name in ("posts", "accounts"))
        said.append(
            f"{say.counted(posts, 'post')} by {say.counted(accounts, 'other account')}"
            f" {'serves' if posts == 1 else 'serve'} as a comparison: these accounts count in every test, and are listed only"
            " where they are tied to an account of the case."
        )
    return " ".join([*said, *(run.get("unfit") or ())])


_CHOSEN = {
    "yes": "An analyst said that all accounts of this case were chosen beforehand; the run did not find that out by itself.",
    "no": "An analyst said that not all accounts of this case were chosen beforehand, so no sentence of this run assumes it.",
}

_RARITY = (
    "A handle, a profile link, a contact or a picture has no moment, so neither test above fits. Only accounts on two platforms are"
    " compared: how easily would two unrelated accounts have the same? For handles the answer comes from their letters and from how"
    " often accounts of one platform vary a name as rare; for the rest, from how often accounts of one platform share something"
    " that nobody else has. Such a tie rests on rarity. It is not known that one person runs both accounts."
)
_TESTS = (
    "Test 1 (who and when; the field's configuration model): keep every time and every object, and shuffle who posted. How many"
    " objects would these two accounts share by chance? Test 2 (timing; timing model): these two may simply like the same"
    " things. How often would they coincide if they were as fast as everyone outside their group is with exactly these objects?"
    " A tie must pass both tests. The expected number shown is that of the test that is harder to pass."
)


def _together(settings: Mapping[str, Any], layers: pd.DataFrame) -> str:
    looked = [(str(r["trace"]), float(r["window_s"])) for r in layers.to_dict("records")]
    said = f"{say.how(settings, looked)}. Each behaviour is tested on its own. Counts of different behaviours are never added."
    if "precision" in layers and (layers["precision"] == "min").any():
        said += (
            " Times are known only to the minute, so a time window of 60 s means the same or the next minute, and the order"
            " inside a minute is not known."
        )
    return said


def _q(settings: Mapping[str, Any], layers: pd.DataFrame) -> str:
    first, second = (int(layers[c].fillna(0).sum()) if c in layers else 0 for c in ("family_a", "family_b"))
    alpha = float(settings.get("alpha") or 0.05)
    return (
        f"q is a p-value corrected for all tests: a false discovery rate. Test 1 covers {say.counted(first, 'pair')} of accounts,"
        f" every pair there is, also those that never shared anything. Test 2 covers the {say.count(second)} pairs that have at least"
        f" {settings.get('family_b_objects', 3)} objects in common at any time. A tie is kept when its q is at most {alpha:g}: of"
        f" ties this strong, fewer than {say.count(100 * alpha)} in 100 are chance. q is not the probability that somebody is guilty of"
        " anything."
    )


_CLEAR = (
    "the parts that {}'s method, or label propagation where it finds none, puts together in at least half of its runs with"
    " different seeds. Parts count only when they are clearer (modularity) than those of the same network rewired at random{}; each"
    " is asked again for parts of its own."
)
_PARTS = {
    "pairs and groups 3": "the parts that label propagation puts together in at least half of 20 runs with different seeds.",
    "pairs and groups 4": _CLEAR.format("Louvain", ""),
    "pairs and groups 5": _CLEAR.format("Louvain", ""),
}
_TODAY = _CLEAR.format("Leiden", " 19 times")
_BEFORE_COMMUNITIES = ("pairs and groups 3", "pairs and groups 4")
_EVERYBODY = (
    " Where accounts that ties hold together did most of what was done, nobody is left to compare them with: there a pair's"
    " community is left out of test 2, and other communities are its outside. Timing is the evidence of a group only where it is"
    " twice as fast as they are, and as ordinary audiences are where public data say so."
)


def _groups(settings: Mapping[str, Any], worlds: int, name: str) -> str:
    said = (
        f"{settings.get('group_min', 3)} or more accounts connected by ties are a group; two accounts with no third are a pair. A"
        f" group of more than {settings.get('crowd_min', 50)} accounts is a fast crowd (viral crowd) where its ties do not pass when"
        " group members stay in the comparison, or where the group remains when times are shuffled among its members: everyone"
        f" there is this fast, and chance explains it. Other groups of that size are split into communities: {_PARTS.get(name, _TODAY)}"
        " Ties between two parts belong to neither." + (_EVERYBODY if name not in _BEFORE_COMMUNITIES else "")
    )
    if not worlds:
        return said + (
            " Groups were not compared with shuffled data in this run. They rest on their ties alone, and groups with only weak"
            " ties were not looked for."
        )
    return said + (
        " Groups are tested as a whole too, because many weak ties in a small set can be beyond chance where no single one is."
        f" The same search was made in {say.count(worlds)} shuffles of the data of each kind (a permutation null model): one shuffles"
        " accounts over all actions, the other shuffles times among the accounts that acted on the same object. A group's p is the"
        f" share of the data sets, the real one included, with a group as strong in any behaviour; {say.count(worlds)} shuffles"
        f" cannot give less than 1 in {say.count(worlds + 1)}. A third shuffle, of times among everyone who acted on the same"
        " object, gives the label: where more than half of a group remains, it is a closed circle, and the evidence is that almost"
        " nobody else shared these objects, not the timing. Last, the delays of each account are shuffled over its objects: where"
        " more than half of the coincidences remain, the accounts are always this fast, and the group is set aside."
    )
