"""Ways to reach somebody that a text gives: telephone numbers, addresses, messenger names, wallets.

The harm areas replace contacts by keyed codes. What is withheld is read more widely than what ties accounts
(``ingest.normalize.contacts``), and holds all of it but invitations, which are secret parts of links
(``graph.privacy.secret_parts``). Nothing here asks anybody; a pattern that fits is a contact as written, not as checked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from ingest.normalize.contacts import placed


class Contact(NamedTuple):
    """A contact in a text.

    Attributes
    ----------
    kind : str
        A name in ``PATTERNS``.
    value : str
        In one spelling: digits with +, letters casefolded where case does not count.
    start, end : int
        Its place in the text.
    """

    kind: str
    value: str
    start: int
    end: int


_DOT = r"(?:\.|\[\.\]|\(\.\)| dot )"
_NAMED = r"telegram|tele?gr?|tg|wickr(?:\s?me)?|threema|session|signal|kik|snap(?:chat)?|whats?\s?app|wire|skype|icq|element|matrix"

PATTERNS: dict[str, re.Pattern[str]] = {
    "wallet": re.compile(
        r"\b(?P<value>bc1[02-9ac-hj-np-z]{11,71}|ltc1[02-9ac-hj-np-z]{11,71}|0x[0-9a-fA-F]{40}|[48][1-9A-HJ-NP-Za-km-z]{94}"
        r"|T[1-9A-HJ-NP-Za-km-z]{33}|[13LM][1-9A-HJ-NP-Za-km-z]{25,34})\b"
    ),
    "session": re.compile(r"\b(?P<value>05[0-9a-fA-F]{64})\b"),
    "messenger link": re.compile(
        rf"(?i)(?:\bh(?:tt|xx)ps?://)?\b(?:www{_DOT})?(?:(?:t|telegram){_DOT}(?:me|dog)/(?:s/)?(?!\+|joinchat/|c/\d)|wa{_DOT}me/\+?"
        rf"|api{_DOT}whatsapp{_DOT}com/send/?\?phone=\+?|threema{_DOT}id/|kik{_DOT}me/|snapchat{_DOT}com/add/|signal{_DOT}me/#\w+/"
        r"|wickr\.me/)(?P<value>(?!c_[a-z2-7]{10}\b)[\w.\-]{3,64})"
    ),
    "messenger": re.compile(
        rf"(?i)(?<!\w)(?:{_NAMED})(?:\s?id)?\s?(?:[:=>\-]{{1,2}}|is)?\s?(?:@|(?<=[:=>\-])\s?|(?<=[:=>\-]\s))(?P<value>(?=[\w.\-]*\w)[\w.\-]{{4,64}})"
    ),
    "e-mail": re.compile(
        r"(?i)(?<![\w@])(?P<value>[\w.+%\-]{1,64}\s?(?:@|\[at\]|\(at\)|\[@\])\s?[\w\-]{1,63}(?:(?:\.|\[\.\]|\(\.\)|\[dot\])[\w\-]{1,63}){1,5})"
    ),
    "telephone": re.compile(
        r"(?<![\w.,])(?<!\d[-/:])(?P<value>(?:\+|00)\s?\d(?:[\s().\-/]{0,2}\d){6,14}"
        r"|\(?0\d{1,4}\)?(?:[\s.\-/]\d{2,}){2,5}"
        r"|\(?\d{3}\)?[\s.\-]\d{3}[\s.\-]\d{4})(?!\w)"
    ),
}
"""Kind of contact to its pattern, in the order in which they claim a place; each names the part that is the ``value``."""

_INVITATION = re.compile(r"(?i)/(?:joinchat/|\+)")
_HOST = re.compile(r"^[\w.]+\.\w+/(?:.*/)?")
_AS_WRITTEN = {"wallet"}  # letters that differ by case are different wallets


def contacts(text: str) -> list[Contact]:
    """The contacts in a text, in their order; a place belongs to one kind. All that ties accounts as a contact is among them.

    Examples
    --------
    >>> [(one.kind, one.value) for one in contacts("Call +47 22 33 44 55 or tg: @Nora_x, mail a[at]B.example")]
    [('telephone', '+4722334455'), ('messenger', 'nora_x'), ('e-mail', 'a@b.example')]
    >>> contacts("Score 3-1, 1 200 000 people, telegram channels, 2026-08-12 10:33")
    []
    """
    found: list[Contact] = []
    for kind, pattern in PATTERNS.items():
        for match in pattern.finditer(text):
            start, end = match.span()
            if all(end <= one.start or start >= one.end for one in found):
                found.append(Contact(kind, spelled(kind, match["value"]), start, end))
    for known, (start, end) in placed(text):
        if not _INVITATION.search(text[start:end]) and all(end <= one.start or start >= one.end for one in found):
            found.append(Contact(known.kind, known.value, start, end))
    return sorted(found, key=lambda one: one.start)


def spelled(kind: str, value: str) -> str:
    """A contact in one spelling, so that two ways to write it are one.

    Examples
    --------
    >>> spelled("telephone", "0047 (22) 33-44-55"), spelled("e-mail", "Nora [at] Larch[.]example")
    ('+4722334455', 'nora@larch.example')
    """
    if kind == "telephone":
        digits = re.sub(r"\D", "", value)
        return f"+{digits.removeprefix('00')}" if value.lstrip().startswith(("+", "00")) else digits
    plain = re.sub(r"\s?(?:\[at\]|\(at\)|\[@\]|@)\s?", "@", value, flags=re.IGNORECASE)
    plain = re.sub(r"\[\.\]|\(\.\)|\[dot\]", ".", plain, flags=re.IGNORECASE).rstrip(".-")
    return plain if kind in _AS_WRITTEN else plain.casefold()


def without_contacts(text: str, code: Callable[[str, str], str]) -> str:
    """A text with each contact replaced by its kind and a code.

    Parameters
    ----------
    text : str
    code : callable
        Kind and value of a contact to the code that stands for it, such as a keyed hash.

    Examples
    --------
    >>> without_contacts("Call 0047 22 33 44 55!", lambda kind, value: "c_1")
    'Call [telephone c_1]!'
    >>> without_contacts("https://t.me/larch_menu", lambda kind, value: "c_1")
    'https://t.me/c_1'
    """
    parts, place = [], 0
    for one in contacts(text):
        parts += [text[place : one.start], _coded(text[one.start : one.end], one, code(one.kind, one.value))]
        place = one.end
    return "".join([*parts, text[place:]])


def _coded(written: str, one: Contact, code: str) -> str:
    """A link keeps its host, so that it still says where it leads."""
    if one.kind not in PATTERNS and (host := _HOST.match(written)):
        return f"{host[0]}{code}"
    if one.kind != "messenger link":
        return f"[{one.kind} {code}]"
    found = PATTERNS[one.kind].search(written)
    return f"{written[: found.start('value')] if found else ''}{code}"


def last_characters(contact: Contact, kept: int = 2) -> str:
    """The last characters of a contact, for somebody who asked and was logged.

    Examples
    --------
    >>> last_characters(contacts("+47 22 33 44 55")[0])
    '…55'
    """
    return f"…{contact.value[-kept:]}"
