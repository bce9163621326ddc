"""Sentences about outlinks: where accounts send people, what standing those hosts have, and how far the posts say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from dashboards.words.numbers import count, counted, listed, sentence, share, small
from graph.outlinks.names import masked
from graph.privacy.sanitize import defang
from ingest.normalize.platforms import platforms
from ingest.registry.links import KINDS
from ingest.registry.standing import as_known

NO_LINKS = "No post here has a link"
NOT_OPENED = "Nothing was opened: all of this is in the posts."
UNKNOWN_MEANS = "Unknown means: on no list we hold. It does not mean: not a member."
NONE_LISTED = "none of these hosts is on a list we hold."
BEYOND = "unknown beyond here"
SITE = "a site, not a platform"
SHORT_NAMES = {
    "euif": "EUIF",
    "dsa": "DSA",
    "dsa_proceedings": "DSA proceedings",
    "gifct": "GIFCT",
    "transparency_database": "DSA database",
}
_WHEN = re.compile(r"(.+) (on|until) (.+)")
FLOW_NOTE = (
    "A redirect or a link-in-bio page is followed only as far as the posts themselves say. Counts at the right include links that"
    " came by such a page, so they can exceed the table."
)
ROOM_NOTE = (
    "Standing on the day of each link. A host can be on several lists. GIFCT: list of 2021; no later list is public."
    f" {UNKNOWN_MEANS}"
)
CHIPS = ("dsa", "gifct", "euif")
"""Schemes shown beside a host; the other two are on no list of members."""


def kind(name: str | None) -> str:
    """Kind of a host in words.

    Examples
    --------
    >>> kind("link_in_bio"), kind("website"), kind(None)
    ('link in bio', 'website', 'unknown')
    """
    return KINDS.get(name, name.replace("_", " ")) if name else "unknown"


class Chip(NamedTuple):
    """A fact from a list: its words, and since when; dashed where nothing is known."""

    name: str
    since: str = ""
    known: bool = True


def chips(rows: Sequence[Mapping[str, Any]]) -> list[Chip]:
    """Facts about a host as short words with their dates; one dashed chip where no list has it.

    Parameters
    ----------
    rows : sequence of mapping
        ``scheme``, ``status``, ``known``, ``since``, ``basis``, ``by``, as ``graph.outlinks.tables.STANDING``.

    Examples
    --------
    >>> plain = {"since": None, "basis": "verified", "by": None, "known": True}
    >>> tuple(chips([{**plain, "scheme": "euif", "status": "member", "since": date(2024, 6, 4)}])[0])
    ('EUIF member', 'since 2024-06-04', True)
    >>> tuple(chips([{**plain, "scheme": "gifct", "status": "member", "basis": "listed at the end of 2021"}])[0])
    ('GIFCT listed', 'at the end of 2021', True)
    >>> before = "not known to be a member; took part (EU Crisis Protocol) on 7 October 2019"
    >>> tuple(chips([{**plain, "scheme": "euif", "known": False, "status": before}])[0])
    ('EUIF took part', 'in 2019', True)
    >>> tuple(chips([{**plain, "scheme": "dsa", "known": False, "status": "not known to be designated"}])[0])
    ('unknown', '', False)
    """
    by_scheme = {str(row["scheme"]): row for row in rows}
    made = [chip for scheme in CHIPS if scheme in by_scheme for chip in _chip(scheme, by_scheme[scheme])]
    return made or [Chip("unknown", known=False)]


def _chip(scheme: str, row: Mapping[str, Any]) -> list[Chip]:
    name, status = SHORT_NAMES[scheme], str(row["status"])
    if not row["known"]:
        return [_before(name, told) for told in status.split("; ")[1:]]
    own = ", added in this case" if row["by"] else ""
    if row["since"]:
        return [Chip(f"{name} {status}", f"since {row['since'].isoformat()}{own}")]
    word, _, when = str(row["basis"] or "").partition(" ")
    return [Chip(f"{name} listed", f"{when}{own}") if word == "listed" else Chip(f"{name} {status}", own.lstrip(", "))]


def _before(name: str, told: str) -> Chip:
    """A fact that is over, or that was no membership: ``took part (…) on 7 October 2019``, ``VLOP until 27 May 2025``."""
    what, joint, when = _WHEN.match(told).groups() if _WHEN.match(told) else (told, "", "")  # type: ignore[union-attr]
    said = f"in {when[-4:]}" if joint == "on" else f"{joint} {when}".strip()
    return Chip(f"{name} {what.partition(' (')[0]}", said)


def none_listed(unknown: int, links: int) -> str:
    """Sentence for a view of which no host is on a list.

    Examples
    --------
    >>> none_listed(10, 10), none_listed(4, 10)
    ('100% unknown: none of these hosts is on a list we hold.', 'None of these hosts is on a list we hold.')
    """
    return f"100% unknown: {NONE_LISTED}" if unknown == links else sentence(NONE_LISTED)


def way(how: str, via: str | None) -> str:
    """Way of a link: directly, or by a page that passes on.

    Examples
    --------
    >>> way("directly", None), way("redirect", "bit[.]ly")
    ('directly', 'redirect, bit[.]ly')
    """
    return f"{how}, {via}" if via else how


def known_on(today: date | None = None) -> str:
    """Sentence on the day of the lists and how old they are.

    Examples
    --------
    >>> known_on(date(2026, 11, 29))
    'Lists as known on 28 November 2026 (1 day old).'
    """
    return f"{as_known(today)}."


def printed_name(host: str, platform: str | None, personal: bool = False) -> str:
    """Name of a host for print: of a person's page on a platform, only whose the platform is.

    Examples
    --------
    >>> printed_name("nora.blogspot.com", "blogger", True), printed_name("nora.github.io", None, True)
    ('…[.]blogspot[.]com', '…[.]github[.]io')
    >>> printed_name("youtube.com", "youtube"), printed_name("larch.example", None)
    ('YouTube', 'larch[.]example')
    """
    return defang(masked(host)) if personal else host_name(host, platform)


def host_name(host: str, platform: str | None, personal: bool = False) -> str:
    """Name of a host that is safe to show: the platform's, or the broken domain.

    Examples
    --------
    >>> host_name("youtube.com", "youtube"), host_name("nordlys.example", None), host_name("nora.blogspot.com", "blogger", True)
    ('YouTube', 'nordlys[.]example', 'nora[.]blogspot[.]com')
    """
    known = platforms().get(platform or "")
    return known.name if known and known.domains and not personal else defang(host)


def title(names: Sequence[str], links: Sequence[int], whole: int, imitated: Sequence[str]) -> str:
    """Title: the hosts that most links go to, and hosts that imitate others.

    Parameters
    ----------
    names : sequence of str
        Hosts, the largest first, safe to show.
    links : sequence of int
        Links of each.
    whole : int
        Links of all.
    imitated : sequence of str
        What each lookalike imitates, safe to show.

    Examples
    --------
    >>> title(["larch[.]example", "YouTube", "elm[.]example", "x"], [40, 20, 10, 5], 100, ["elm[.]example"])
    '70% of links go to larch[.]example, YouTube and elm[.]example, and one host imitates elm[.]example'
    >>> title(["larch[.]example", "x"], [60, 5], 100, []), title([], [], 0, [])
    ('60% of links go to larch[.]example', 'No post here has a link')
    """
    if not names or not whole:
        return NO_LINKS
    most = 1 if links[0] >= 0.5 * whole or len(names) == 1 else min(3, len(names))
    part = share(sum(links[:most]), whole)
    said = f"{'All' if part == '100%' else f'{part} of'} links go to {listed(list(names[:most]))}"
    if not imitated:
        return said
    fake = sentence_of_lookalikes(imitated)
    return f"{said}, and {fake}"


def no_links(whose: str = "") -> str:
    """Title of a view without links.

    Examples
    --------
    >>> no_links(), no_links("in groups and pairs")
    ('No post here has a link', 'No post of accounts in groups and pairs has a link')
    """
    return f"No post of accounts {whose} has a link" if whose else NO_LINKS


def narrowed_title(shown: int, hosts: int, links: int, whole: int, imitated: Sequence[str]) -> str:
    """Title where only some of the hosts are asked for.

    Examples
    --------
    >>> narrowed_title(3, 41, 14, 100, []), narrowed_title(0, 41, 0, 100, [])
    ('3 of 41 hosts, with 14% of links', 'None of 41 hosts is like this')
    """
    if not shown:
        return f"None of {counted(hosts, 'host')} is like this"
    fake = f"; {sentence_of_lookalikes(imitated)}" if imitated else ""
    return f"{count(shown)} of {counted(hosts, 'host')}, with {share(links, whole)} of links{fake}"


def sentence_of_lookalikes(imitated: Sequence[str]) -> str:
    """Clause on hosts that imitate others.

    Examples
    --------
    >>> sentence_of_lookalikes(["elm[.]example"]), sentence_of_lookalikes(["a", "b", "a"])
    ('one host imitates elm[.]example', 'three hosts imitate a and b')
    """
    names = list(dict.fromkeys(imitated))
    if len(imitated) == 1:
        return f"one host imitates {names[0]}"
    return f"{small(len(imitated))} hosts imitate {listed(names) if len(names) <= 3 else f'{count(len(names))} other hosts'}"


def lead(accounts: int, whose: str, links: int, hosts: int, through: int) -> str:
    """Sentences under the title: whose links, how many, and how many pass another page.

    Examples
    --------
    >>> lead(604, "in groups and pairs", 18440, 41, 2282)
    '604 accounts in groups and pairs; 18,440 links, 41 hosts. 12% pass a redirect or a link-in-bio page. Nothing was opened: all of this is in the posts.'
    """
    passed = f" {share(through, links)} pass a redirect or a link-in-bio page." if through else ""
    who = f"{counted(accounts, 'account')} {whose}".strip()
    return f"{who}; {counted(links, 'link')}, {counted(hosts, 'host')}.{passed} {NOT_OPENED}"


def flow_title(unknown: int, through: int, links: int) -> str:
    """Title of the flow: links whose end the posts do not say.

    Examples
    --------
    >>> flow_title(1240, 2282, 18440), flow_title(0, 12, 100), flow_title(0, 0, 100)
    ('1,240 links end at a page whose target is not in the data', '12% of links pass a redirect or a link-in-bio page', 'All links lead straight to a host')
    """
    if unknown:
        return (
            f"{counted(unknown, 'link')} {'ends' if unknown == 1 else 'end'} at a page whose target is not in the data"
        )
    return (
        f"{share(through, links)} of links pass a redirect or a link-in-bio page"
        if through
        else "All links lead straight to a host"
    )


def room_title(members: int, links: int) -> str:
    """Title of the bars of lists: share of links to members of the EU Internet Forum.

    Examples
    --------
    >>> room_title(816, 18440), room_title(0, 10)
    ('Who is in the room? EUIF members: 4%', 'Who is in the room? EUIF members: none known')
    """
    return f"Who is in the room? EUIF members: {share(members, links) if members else 'none known'}"


def imitates(of: str, how: str) -> str:
    """Line under a lookalike.

    Examples
    --------
    >>> imitates("elm[.]example", "one hyphen added")
    'Imitates elm[.]example: one hyphen added. Not opened.'
    """
    return f"Imitates {of}{f': {how}' if how else ''}. Not opened."


def peak_title(names: Mapping[str, tuple[int, str]], unit: str = "a week") -> str:
    """Title of hosts over time: the host with the most links in one day or week.

    Examples
    --------
    >>> peak_title({"larch[.]example": (40, "3 Aug 2026"), "elm[.]example": (12, "10 Aug 2026")}), peak_title({})
    ('At most 40 links a week, to larch[.]example from 3 Aug 2026', 'No dated links')
    """
    if not names:
        return "No dated links"
    name = max(names, key=lambda one: names[one][0])
    links, start = names[name]
    return f"At most {counted(links, 'link')} {unit}, to {name} {'on' if unit == 'a day' else 'from'} {start}"
