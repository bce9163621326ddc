"""Pace of ordinary audiences: the part of two accounts' posts about one thing within an hour that lie within a window as well.

Of all pairs of posts about one thing, hardly the same part is this close from one audience to the next (.0002 to .012 within a
minute in the sources below). Of the pairs within an hour it is nearly: the median object has .03 to .07. An hour holds the
clock of day and news the same for everybody. Only quantiles over objects are kept here, no post and no account.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

HOUR_S: Final = 3_600.0
_RUSSIA = "35,125 reposts of political posts in Russian, 565 objects (Kulichkina and others 2024, in CooRTweet)"
_SYDNEY = "20 cascades of reposts of an Australian newspaper, 2,123 reposts (Rizoiu and others 2018, Cas.In)"
_CHILE = "replies to 225 posts of news and rumours in Chile (Mendoza and others 2023)"
_GERMANY = (
    "137,402 posts in German before an election, 231 links, 146 hashtags (Righetti and others 2022, in CooRTweet)"
)


@dataclass(frozen=True)
class Pace:
    """Quantiles over objects with ten or more accounts: the part of pairs within an hour that lie within the window.

    Attributes
    ----------
    window_s, median, high : float
        ``high`` is the 95% quantile, of the fastest source. At a minute and more times were rounded to the minute first.
    sources : tuple of str
    """

    platform: str
    trace: str
    window_s: float
    median: float
    high: float
    sources: tuple[str, ...]


PACES: Final = tuple(
    Pace("x", trace, window, median, high, sources)
    for trace, sources, rows in (
        (
            "repost",
            (_RUSSIA, _SYDNEY),
            ((10, 0.002, 0.040), (30, 0.014, 0.060), (60, 0.040, 0.142), (300, 0.148, 0.329)),
        ),
        ("reply", (_CHILE,), ((10, 0.003, 0.014), (30, 0.011, 0.029), (60, 0.034, 0.088), (300, 0.120, 0.256))),
        ("link", (_GERMANY,), ((10, 0.000, 0.062), (30, 0.000, 0.080), (60, 0.033, 0.160), (300, 0.105, 0.362))),
        ("hashtags", (_GERMANY,), ((10, 0.000, 0.042), (30, 0.014, 0.134), (60, 0.066, 0.344))),
    )
    for window, median, high in rows
)


def ordinary_pace(platforms: set[str], trace: str, window_s: float) -> Pace | None:
    """Pace of ordinary audiences for accounts of these platforms; None where no public source says it.

    The window is the next longer one that is known, so that the pace is never too low.

    Examples
    --------
    >>> pace = ordinary_pace({"x"}, "repost", 45.0)
    >>> pace.window_s, pace.high
    (60, 0.142)
    >>> ordinary_pace({"telegram"}, "repost", 60.0), ordinary_pace({"x", "telegram"}, "repost", 60.0)
    (None, None)
    """
    if len(platforms) != 1:
        return None
    fitting = [one for one in PACES if one.platform in platforms and one.trace == trace and one.window_s >= window_s]
    return min(fitting, key=lambda one: one.window_s, default=None)
