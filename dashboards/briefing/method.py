"""How a run was made, in plain words, and what it cannot show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboards import words as say


def method(settings: Mapping[str, Any], layers: pd.DataFrame, worlds: int) -> list[tuple[str, str]]:
    """(heading, paragraph) pairs.

    Parameters
    ----------
    settings : mapping
        The run's settings.
    layers : DataFrame
        ``graph.schema.LAYERS``.
    worlds : int
        How many reshuffled worlds groups were compared with; 0 where groups were not tested as groups.
    """
    parts = [("What counts as acting together", _together(settings, layers)), ("Two questions for every tie", _TESTS)]
    parts.append(("What q means", _q(settings, layers)))
    parts.append(("Groups, tested as groups" if worlds else "From ties to groups", _groups(settings, worlds)))
    viral = sum(len(v) if v is not None else 0 for v in layers.get("viral", []) if not isinstance(v, float))
    if viral:
        parts.append(
            (
                "Set aside before looking",
                f"{say.counted(viral, 'object')} so popular that almost everybody met on {'it' if viral == 1 else 'them'}"
                " took no part. They are named in the run's record.",
            )
        )
    if settings.get("preset"):
        parts.append(
            (
                "A published rule",
                f"This run follows the published rule “{settings['preset']}”: its ties are those the rule keeps. What chance"
                " says about them stands beside each; the rule itself does not ask.",
            )
        )
    return parts


_TESTS = (
    "First, who and when by chance: had the same accounts acted as often, on the same things, at the same moments, but with"
    " who did it drawn by lot, on how many things would these two have met? Second, timing by chance: these two may simply"
    " like the same things, so how often would they meet if they were as quick as everybody outside their group is on"
    " exactly those things? A tie must be more than chance gives by both questions. What is shown as expected is the answer"
    " that is harder to beat."
)


def _together(settings: Mapping[str, Any], layers: pd.DataFrame) -> str:
    looked = [(str(r["trace"]), float(r["window_s"])) for r in layers.to_dict("records")]
    said = f"{say.how(settings, looked)}. Each way of acting is looked at on its own; ties of different ways are never added up."
    if "precision" in layers and (layers["precision"] == "min").any():
        said += (
            " Times here are known to the minute only, so a window of 60 s means the same or the neighbouring minute, and who"
            " went first inside a minute is not known."
        )
    return said


def _q(settings: Mapping[str, Any], layers: pd.DataFrame) -> str:
    first, second = (int(layers[c].fillna(0).sum()) if c in layers else 0 for c in ("family_a", "family_b"))
    alpha = float(settings.get("alpha") or 0.05)
    return (
        f"q pays for everything that was asked. The first question was asked of {say.counted(first, 'pair')} of accounts, every"
        f" pair there is, also those that never met; the second of the {say.count(second)} pairs that have at least"
        f" {settings.get('family_b_objects', 3)} things in common at any time. A tie is kept when its q is at most {alpha:g}: of"
        f" ties this strong, fewer than {say.count(100 * alpha)} in 100 are chance. q is not the probability that somebody is guilty of"
        " anything."
    )


def _groups(settings: Mapping[str, Any], worlds: int) -> str:
    said = (
        f"Accounts held together by ties are a group from {settings.get('group_min', 3)} accounts on; two accounts alone are a"
        f" pair. Over {settings.get('crowd_min', 50)} accounts whose ties do not stand when nobody is left out, or who stay"
        " together when times are shuffled among them, are a fast crowd: everyone there is this quick, and chance explains it. Others of that size are split into the parts that"
        " label propagation holds together in at least half of 20 runs with different seeds; what ties two parts is in neither."
    )
    if not worlds:
        return said + (
            " Groups were not tested as a whole against reshuffled worlds in this run; they stand on their ties alone, and groups"
            " held together only by many weak ties were not looked for."
        )
    return said + (
        " Groups are tested as well as pairs, since weak ties that repeat inside a small set can be more than chance gives where"
        f" none of them is by itself. The same search was made in {say.count(worlds)} reshuffled worlds of each kind: one with"
        " accounts shuffled over all actions, one with times shuffled among those who acted on the same thing. A group's p is the"
        f" part of the worlds, the real one counted in, that hold a group as strong in any way of acting; {say.count(worlds)}"
        f" worlds cannot say less than 1 in {say.count(worlds + 1)}. A third shuffling, of times among everyone who acted on the"
        " same thing, tells the label: where it leaves more than half of a group, rarity and not timing is the evidence, and the"
        " group is a closed circle. What is left is asked whether its accounts are simply quick: each one's delays are dealt out"
        " anew over what they met on, and where more than half of the meetings remain, they are set aside by their own speed."
    )


LIMITS = (
    "Coordinated does not mean inauthentic. Friends, fans, newsrooms, campaigns and protest movements also act together; who runs"
    " these accounts, and why, is a separate question that is not answered here.",
    "The data are what could be collected, not the platforms. Posts deleted before the collection, private accounts and whatever the"
    " search words missed are not here.",
    "Accounts that wait longer than the window, or that act on different things, are not seen.",
    "People who act on the same thing are taken as exchangeable. A habit of some of them, such as posting from one time zone or"
    " through one tool, can look like more than chance.",
)
