"""Harm areas: one profile per area says what a case may show and let out, and where its analyst can turn.

A profile is read in one place, ``graph.privacy.gate``, through which every page, command, export, briefing and notebook
gets what a case holds. Profiles are compared field by field: one is at least as strict as another where every field is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, get_args

from ingest.errors import UsageError, did_you_mean

KIND = "area"
"""Of the notes that set a case's area."""

Text = Literal["shown", "withheld"]
Links = Literal["as found", "broken", "hashed"]
Shown = Literal["shown", "withheld"]
Names = Literal["on request", "codes only"]
Level = Literal["person", "advert", "aggregate"]


@dataclass(frozen=True)
class Fact:
    """A sentence with the source that says so."""

    words: str
    source: str


@dataclass(frozen=True)
class Profile:
    """Rules of one harm area, each field from lenient to strict.

    Attributes
    ----------
    name, title, about : str
        For programs, for people, and the plain description of what changes.
    text : {"shown", "withheld"}
        Texts of posts, descriptions and everything else written by the accounts, hashtags included.
    links : {"as found", "broken", "hashed"}
        Addresses: as the data have them (each way out breaks them as it always does), broken and without their secret
        parts, or only the platform or site with a keyed hash.
    media : {"shown", "withheld"}
        Addresses and hashes of pictures and films.
    names : {"on request", "codes only"}
        Handles, names and the platforms' own ids of accounts and posts: on a logged request, or never.
    level : {"person", "advert", "aggregate"}
        Rows that leave: of accounts, of posts at most, or counts only.
    minimum : int
        Smallest count of accounts or posts that leaves; smaller ones read "<5". 1 withholds none.
    contacts : {"shown", "withheld"}
        Telephone numbers, e-mail addresses, messenger names and wallets in texts: as written, or a keyed hash.
    traces : tuple of str
        Behaviours worth looking for first.
    why : tuple of Fact
        Reasons for what is withheld, for the page and the briefing.
    turn_to : tuple of Fact
        Places to turn to.
    """

    name: str
    title: str
    about: str
    text: Text = "shown"
    links: Links = "as found"
    media: Shown = "shown"
    names: Names = "on request"
    level: Level = "person"
    minimum: int = 1
    contacts: Shown = "shown"
    traces: tuple[str, ...] = ()
    why: tuple[Fact, ...] = ()
    turn_to: tuple[Fact, ...] = ()

    @property
    def withholds(self) -> bool:
        """True if anything is withheld that the profile for no harm area shows."""
        return any(self._ranks())

    def at_least(self, other: Profile) -> bool:
        """True if nothing that the other withholds is let out by this one.

        Examples
        --------
        >>> PROFILES["csam"].at_least(PROFILES["drugs"]), PROFILES["drugs"].at_least(PROFILES["terrorism"])
        (True, False)
        """
        return all(mine >= theirs for mine, theirs in zip(self._ranks(), other._ranks(), strict=True))

    def _ranks(self) -> tuple[int, ...]:
        kinds: dict[str, Any] = {
            **{"text": Text, "links": Links, "media": Shown, "names": Names, "level": Level, "contacts": Shown}
        }
        return (*(get_args(kind).index(getattr(self, name)) for name, kind in kinds.items()), self.minimum - 1)


_DOMAIN = "EU Internet Forum and the law around it, as verified on 28 November 2026"
_POLICE = Fact(
    "Where somebody's life or safety is in danger, call the police at once: 112 in the European Union.",
    "Directive (EU) 2018/1972, art. 109 (112); Regulation (EU) 2021/784, art. 14(5) binds hosting providers only",
)

PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile("general", "No harm area", "Codes for accounts; names and texts on request, and that is logged."),
        Profile(
            "terrorism",
            "Terrorism and violent extremism",
            "Links are broken and lose their secret parts (keys of Mega, invitations of Telegram, Signal and SimpleX)"
            " everywhere. Addresses of pictures and films are withheld. Nothing is fetched.",
            links="broken",
            media="withheld",
            traces=("link", "repost", "domain", "media", "near_text"),
            why=(
                Fact(
                    "Links are broken and their keys and invitations are taken out, so that this document leads nobody to the"
                    " material.",
                    f"{_DOMAIN}, §4.1: no republishing of live links; keys stay out",
                ),
                Fact("Pictures and films are withheld; nothing is fetched from a link.", f"{_DOMAIN}, §4.1"),
            ),
            turn_to=(
                _POLICE,
                Fact(
                    "Report the material to the platform, or to the police of your country. Only authorities issue removal"
                    " orders.",
                    "Regulation (EU) 2021/784, art. 3",
                ),
            ),
        ),
        Profile(
            "csam",
            "Child sexual abuse",
            "No text, hashtag, link or media leaves or is shown, and no account by name or row. Counts under 5 read <5."
            ' "Show names" is not offered. Only times and codes stay.',
            text="withheld",
            links="hashed",
            media="withheld",
            names="codes only",
            level="aggregate",
            minimum=5,
            contacts="withheld",
            traces=("hashtags", "link", "mention"),
            why=(
                Fact(
                    "Texts, hashtags, links and media are withheld: possession is a crime, and researchers have no general"
                    " exemption.",
                    f"{_DOMAIN}, §4.2; inhope.org",
                ),
                Fact(
                    "No account is listed and counts under 5 read <5: accounts may be the victims' own.",
                    f"{_DOMAIN}, §4.2",
                ),
            ),
            turn_to=(
                _POLICE,
                Fact(
                    "Report what you find to the hotline of your country; INHOPE lists them: inhope[.]org. Do not open, copy or"
                    " pass on the material.",
                    f"{_DOMAIN}, §4.2; inhope.org",
                ),
                Fact(
                    "A notice about child sexual abuse to a platform may be anonymous.",
                    "Regulation (EU) 2022/2065, art. 16(2)(c)",
                ),
            ),
        ),
        Profile(
            "drugs",
            "Drug trafficking",
            "Telephone numbers, e-mail addresses, messenger names and wallets become codes; their last characters are shown"
            " on a logged request only. Links lose their secret parts.",
            links="broken",
            contacts="withheld",
            traces=("link", "hashtag_sequence", "near_text"),
            why=(
                Fact(
                    "Contacts are replaced by codes: they are personal data, and people who buy are no sellers.",
                    f"{_DOMAIN}, §4.3",
                ),
                Fact("Prices and contacts are not printed.", f"{_DOMAIN}, §4.3"),
            ),
            turn_to=(
                _POLICE,
                Fact(
                    "Report offers to the platform, or to the police of your country.",
                    "Regulation (EU) 2022/2065, arts. 16 and 18",
                ),
            ),
        ),
        Profile(
            "trafficking",
            "Trafficking in human beings",
            "Adverts (posts) are the smallest unit: no row about an account leaves, no name is shown, contacts become codes,"
            " media are withheld. Counts under 5 read <5.",
            links="broken",
            media="withheld",
            names="codes only",
            level="advert",
            minimum=5,
            contacts="withheld",
            traces=("near_text", "media", "link"),
            why=(
                Fact(
                    "Only adverts are described, never a person: victims may write the posts themselves.",
                    f"{_DOMAIN}, §4.4",
                ),
                Fact("No photo, no name and no contact is printed; counts under 5 read <5.", f"{_DOMAIN}, §4.4"),
            ),
            turn_to=(
                _POLICE,
                Fact(
                    "Turn to the national authority or the anti-trafficking line of your country. Keep smuggling apart from"
                    " trafficking.",
                    f"{_DOMAIN}, §4.4; Directive 2011/36/EU, art. 19",
                ),
            ),
        ),
    )
}

GENERAL = PROFILES["general"]


class Noted(Protocol):
    """Anything that keeps notes: a case."""

    def notes(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Notes as appended, oldest first."""
        ...


def named(name: str) -> Profile:
    """The profile of an area.

    Raises
    ------
    UsageError
        If there is none of this name.

    Examples
    --------
    >>> named("csam").minimum
    5
    """
    if name not in PROFILES:
        raise UsageError(f"There is no harm area {name!r}.", hint=did_you_mean(name, list(PROFILES)))
    return PROFILES[name]


def profile(case: Noted) -> Profile:
    """The profile a case goes by: that of the area set last, ``general`` where none was set.

    Examples
    --------
    >>> from graph.case.toy import toy_case
    >>> profile(toy_case()).name
    'general'
    """
    return in_force(case.notes(KIND))


def in_force(notes: Iterable[Mapping[str, Any]]) -> Profile:
    """The profile of the last note that sets an area; a name this version does not know binds like the strictest.

    Examples
    --------
    >>> in_force([]).name, in_force([{"to": "drugs"}, {"to": "csam"}]).name, in_force([{"to": "newer"}]).name
    ('general', 'csam', 'csam')
    """
    names = [str(note.get("to")) for note in notes]
    return PROFILES.get(names[-1], PROFILES["csam"]) if names else GENERAL
