"""Contacts in a text or profile: telephone numbers, e-mail addresses, messenger handles and wallets, each in one spelling."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import NamedTuple

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_CALL = r"(?:tel(?:ephone|efon|éfono|éphone)?|phone|call|text me|mob(?:ile)?|cell|whats ?app|viber|sms|тел(?:ефон)?|ватсап|вотсап|☎️?|📞|📱|📲)"
_DIGITS = r"\d[\d\s()./\u2011-]{5,18}\d"

# kind, pattern with the contact as its group; the first that fits a place takes it
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("Session id", re.compile(r"(?<![0-9A-Za-z])(05[0-9a-fA-F]{64})(?![0-9A-Za-z])")),
    ("wallet", re.compile(r"(?<![0-9A-Za-z])(bc1[ac-hj-np-z02-9]{11,71}|0x[0-9a-fA-F]{40})(?![0-9A-Za-z])")),
    ("wallet", re.compile(r"(?<![0-9A-Za-z])([48][0-9AB][1-9A-HJ-NP-Za-km-z]{93})(?![0-9A-Za-z])")),
    ("checked wallet", re.compile(r"(?<![0-9A-Za-z])([13T][1-9A-HJ-NP-Za-km-z]{25,33})(?![0-9A-Za-z])")),
    ("Signal handle", re.compile(r"(?i)signal\.me/#(?:p/)?(\+?[\w/-]{6,})")),
    ("Signal handle", re.compile(r"(?i)\bsignal\W{1,3}([a-z_]\w{2,31}\.\d{2,4})(?!\w)")),
    ("Threema id", re.compile(r"\b(?i:threema)\W{1,3}(?:(?i:id)\W{1,3})?([A-Z0-9*][A-Z0-9]{7})(?!\w)")),
    (
        "Telegram handle",
        re.compile(r"(?i)(?:t\.me|telegram\.(?:me|dog))/(?!s/|share|addstickers|c/)(\w{4,32})(?![\w/])"),
    ),
    ("Telegram handle", re.compile(r"(?i)(?:t\.me|telegram\.(?:me|dog))/(?:joinchat/|\+)([\w-]{16,})")),
    ("Telegram handle", re.compile(r"(?i)\b(?:telegram|tg|телеграм+)\s?[:=→\s-]{1,3}@(\w{4,32})(?!\w)")),
    ("e-mail", re.compile(r"(?i)(?<![\w.+@/-])([\w.+-]{1,64}@(?:[\w-]+\.)+[a-z]{2,24})(?![\w@-])")),
    ("telephone", re.compile(r"(?i)(?:wa\.me/|api\.whatsapp\.com/send/?\?phone=|tel:)\+?(\d{7,15})(?!\d)")),
    ("telephone", re.compile(rf"(?<![\w+/.,)-])((?:\+|00)\s?{_DIGITS})(?![\w])")),
    ("telephone", re.compile(rf"(?i)(?<!\w){_CALL}[^\w+(]{{0,4}}({_DIGITS})(?![\w])")),
)
MAYBE = r"(?i)@|\+\s?\d|00\d{7}|t\.me/|telegram|wa\.me/|whatsapp|signal|threema|05[0-9a-f]{64}|bc1|0x[0-9a-f]{40}|[13t48][1-9a-z]{25}|tel|phone|call|mob|cell|viber|sms|тел|ватсап|вотсап|☎|📞|📱|📲"
"""What every text with a contact holds, for a quick look at many."""


class Contact(NamedTuple):
    """A contact: its kind, and the spelling in which it is compared."""

    kind: str
    value: str


def contacts(text: str | None) -> list[Contact]:
    """Contacts in a text, each once.

    Telephone numbers count with a country's prefix, after a word that says so, or in a link that calls. Bitcoin and Tron
    addresses must have the right checksum. A bare ``@name`` is a mention, no contact.

    Examples
    --------
    >>> contacts("Call +47 555 00 100 or mail Ann@Mill.example, tg: @old_mill")
    [Contact(kind='Telegram handle', value='old_mill'), Contact(kind='e-mail', value='ann@mill.example'), Contact(kind='telephone', value='+4755500100')]
    >>> contacts("tel. 0555 / 001 00"), contacts("wa.me/4755500100"), contacts("t.me/old_mill")
    ([Contact(kind='telephone', value='055500100')], [Contact(kind='telephone', value='+4755500100')], [Contact(kind='Telegram handle', value='old_mill')])
    >>> contacts("t.me/news/12 @ann 2026-03-01 10:00, 1234567 votes, @nora@social.example"), contacts(None)
    ([], [])
    """
    return list(dict.fromkeys(contact for contact, _ in placed(text)))


def placed(text: str | None) -> Iterator[tuple[Contact, tuple[int, int]]]:
    """Contacts in a text with the place of each: its first and the end of it; those of a kind together."""
    left = text or ""
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(left):
            if contact := _spelled(kind, match[1], match[0]):
                yield contact, match.span()
                left = left.replace(match[0], " " * len(match[0]))


def _spelled(kind: str, value: str, whole: str) -> Contact | None:
    if kind == "telephone":
        digits = re.sub(r"\D", "", value)
        if value.lstrip().startswith("00"):
            digits = digits[2:]
        abroad = value.lstrip().startswith(("+", "00")) or re.match(r"(?i)wa\.me|api\.|tel:\+", whole)
        return Contact(kind, f"{'+' if abroad else ''}{digits}") if 7 <= len(digits) <= 15 else None
    if kind == "checked wallet":
        return Contact("wallet", value) if _checks(value) else None
    as_written = kind in ("wallet", "Threema id") and not value.startswith(("bc1", "0x"))
    return Contact(kind, value if as_written else value.casefold())


def _checks(address: str) -> bool:
    """True where the last four bytes of a base58 address are the checksum of the others."""
    number = 0
    for letter in address:
        number = number * 58 + _BASE58.index(letter)
    if number.bit_length() > 200:
        return False
    raw = number.to_bytes(25, "big")
    return hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]
