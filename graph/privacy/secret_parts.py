"""Parts of links that open what they lead to: keys of file hosts, invitations. They are taken out where a profile says so.

A part is replaced by a code, so that two links that differed still differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_DOT = r"(?:\.|\[\.\])"
_HOST = rf"(?:[\w-]{{1,63}}{_DOT}){{1,8}}[a-z]{{2,24}}(?::\d+)?"

SECRETS: dict[str, re.Pattern[str]] = {
    "invitation of Telegram": re.compile(
        rf"(?i)(?P<kept>\b(?:t|telegram){_DOT}(?:me|dog)/(?:\+|joinchat/|%2b)|tg://join/?\?invite=)(?P<secret>[\w\-]+)"
    ),
    "invitation of WhatsApp": re.compile(
        rf"(?i)(?P<kept>\bchat{_DOT}whatsapp{_DOT}com/(?:invite/)?)(?P<secret>[\w\-]{{6,}})"
    ),
    "address of SimpleX": re.compile(
        r"(?i)(?P<kept>\bsimplex:/*(?:contact|invitation|group)?/?#?)(?P<secret>[^\s\]]+)"
    ),
    "key after #": re.compile(rf"(?i)(?P<kept>\b(?:sgnl://)?{_HOST}(?:[/?][^\s#]*)?#)(?P<secret>(?!\[)[^\s\]<>\"']+)"),
    "old link of Mega": re.compile(rf"(?i)(?P<kept>\bmega(?:{_DOT}co)?{_DOT}(?:nz|io)/\S*?!)(?P<secret>[\w\-]{{20,}})"),
}
"""Kind of secret to its pattern: ``kept`` stays, ``secret`` goes. Mega, Signal, SimpleX and pastes with a key put it after ``#``."""


def without_secrets(text: str, code: Callable[[str], str]) -> str:
    """A text or link whose secret parts are replaced by codes in brackets.

    Parameters
    ----------
    text : str
    code : callable
        A secret to the code that stands for it.

    Examples
    --------
    >>> without_secrets("https://mega.nz/file/aB1#s3cr3t and t.me/+AbC9", lambda secret: "c_1")
    'https://mega.nz/file/aB1#[c_1] and t.me/+[c_1]'
    >>> without_secrets("signal.group/#CjQK x.example/a #tag", lambda secret: "c_1")
    'signal.group/#[c_1] x.example/a #tag'
    """
    for pattern in SECRETS.values():
        text = pattern.sub(lambda found: f"{found['kept']}[{code(found['secret'])}]", text)
    return text
