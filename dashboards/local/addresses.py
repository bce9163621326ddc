"""Addresses that name nobody: what a page's address says of accounts, posts, links and words is a code.

Accounts that people say a code of stand as that code, such as ``A-104``. Everything else is sealed with the case's key, or with a
secret of this person's state folder where the key is not here: the same value gives the same code, and only who has the
secret can open it. Buttons, stores and files of a page use the same codes; ids are shown only on a logged request.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets as randomness
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode

from graph.privacy.codes import OPEN_TRACES
from ingest.whole_files import write_whole

What = Literal["account", "post", "object", "host", "words", "view"]

FIELDS: dict[str, What] = {
    **dict.fromkeys(("a", "b", "account", "account_a", "account_b"), "account"),
    "post": "post",
    "object": "object",
    "host": "host",
    "q": "words",
    "outlinks": "view",  # a view of Outlinks as its address has it
}
"""Fields of addresses, pins and stores that may name somebody, and what they hold."""

_PREFIX: dict[What, str] = {"account": "u_", "post": "post_", "object": "obj_", "host": "host_", "words": "w_"}
_SAID = re.compile(r"[Aa]-(\d{1,15})")
_TAG = 12  # bytes: 96 bits
_SECRET = 32


@dataclass(frozen=True)
class Addresses:
    """Codes for what a case holds, in addresses.

    Parameters
    ----------
    secrets : callable
        Gives the secrets, asked when first needed: the first seals, each opens; none leaves everything as it is.
    codes : callable
        Gives accounts with the codes people say.
    account : callable, optional
        The account of such a code that is not among these.

    Examples
    --------
    >>> here = Addresses(lambda: [bytes(32)], lambda: {"x:1": "A-1"})
    >>> here.shown("a", "x:1"), here.opened("a", "A-1"), here.shown("account", "x:2")[:8]
    ('A-1', 'x:1', 'u_ydp7SQ')
    >>> here.opened("account", here.shown("account", "x:2")), here.opened("account", "x:2"), here.shown("run", "R-1")
    ('x:2', 'x:2', 'R-1')
    >>> here.shown("object", "example.org/nora", "link")[:4], here.shown("object", "vote", "hashtag")
    ('obj_', 'vote')
    """

    secrets: Callable[[], Sequence[bytes]] = tuple
    codes: Callable[[], Mapping[str, str]] = dict
    account: Callable[[int], str | None] | None = None

    def shown(self, name: str, value: str, trace: str | None = None) -> str:
        """A field's value as an address may hold it; one that is a code already stays."""
        what = FIELDS.get(name)
        if what is None or not value or self._is_code(what, value) or _open(what, value, trace):
            return value
        if not (secrets := self.secrets()):
            return value
        if what == "view":
            return urlencode(self.all(dict(parse_qsl(value))))
        said = self.codes().get(value) if what == "account" else None
        return said or _PREFIX[what] + _sealed(secrets[0], what, value)

    def opened(self, name: str, value: str) -> str:
        """The value behind a field of an address; one that is no code of ours as it is."""
        what = FIELDS.get(name)
        if what is None or not value:
            return value
        if what == "view":
            return urlencode({one: self.opened(one, held) for one, held in parse_qsl(value)})
        if what == "account" and (code := _SAID.fullmatch(value)):
            return self._said(code) or value
        if not value.startswith(_PREFIX[what]):
            return value
        found = (_value(secret, what, value.removeprefix(_PREFIX[what])) for secret in self.secrets())
        return next((one for one in found if one is not None), value)

    def all(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Every field as an address may hold it."""
        trace = fields.get("trace")
        return {
            name: self.shown(name, value, None if trace is None else str(trace)) if isinstance(value, str) else value
            for name, value in fields.items()
        }

    def all_opened(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Every field as the case has it."""
        return {name: self.opened(name, value) if isinstance(value, str) else value for name, value in fields.items()}

    def _is_code(self, what: What, value: str) -> bool:
        if what == "account" and _SAID.fullmatch(value):
            return True
        prefix = _PREFIX.get(what)
        return prefix is not None and value.startswith(prefix) and self.opened(_field(what), value) != value

    def _said(self, code: re.Match[str]) -> str | None:
        named = f"A-{int(code[1])}"
        known = next((uid for uid, said in self.codes().items() if said == named), None)
        return known or (self.account(int(code[1])) if self.account else None)


_AS_THEY_ARE = Addresses()
HERE: ContextVar[Addresses] = ContextVar("addresses", default=_AS_THEY_ARE)
"""Those of the case whose page is being made; as small counts, they are set with its report."""


def coded(name: str, value: str, trace: str | None = None) -> str:
    """A field's value as addresses of this page hold it; see ``Addresses.shown``."""
    return HERE.get().shown(name, value, trace)


def meant(item: str) -> str:
    """The post or object behind a code; another item as it is."""
    here = HERE.get()
    return here.opened("object", here.opened("post", item))


def secret_here(folder: Path) -> bytes:
    """The secret of a person's state folder, made when first asked for; one for this process where nothing can be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     secret_here(Path(folder) / "state") == secret_here(Path(folder) / "state")
    True
    """
    path = folder / "addresses.secret"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            with suppress(FileExistsError):  # somebody else was first
                write_whole(path, randomness.token_bytes(_SECRET), private=True, new=True)
        held = path.read_bytes()
        if len(held) == _SECRET:
            return held
    return _OF_PROCESS


_OF_PROCESS = randomness.token_bytes(_SECRET)


def _field(what: What) -> str:
    return next(name for name, held in FIELDS.items() if held == what)


def _open(what: What, value: str, trace: str | None) -> bool:
    """True for what names no person and no post: a hashtag, a site, a registrable domain."""
    if what == "object":
        return trace in OPEN_TRACES
    if what == "host":
        from ingest.normalize import urls  # slow

        return urls.domain(value) == value
    return False


def _sealed(secret: bytes, what: str, value: str) -> str:
    """A value sealed so that the same gives the same: a tag of the value, and the value under a stream that the tag begins (SIV)."""
    plain = value.encode("utf-8", "surrogatepass")
    tag = _tag(secret, what, plain)
    return base64.urlsafe_b64encode(tag + _under(secret, tag, plain)).decode("ascii").rstrip("=")


def _value(secret: bytes, what: str, code: str) -> str | None:
    """The value of a code; None if this secret did not make it."""
    try:
        whole = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
        tag, plain = whole[:_TAG], _under(secret, whole[:_TAG], whole[_TAG:])
        return plain.decode("utf-8", "surrogatepass") if hmac.compare_digest(tag, _tag(secret, what, plain)) else None
    except ValueError:
        return None


def _tag(secret: bytes, what: str, plain: bytes) -> bytes:
    return hmac.digest(secret, b"address\x1f" + what.encode() + b"\x1f" + plain, "sha256")[:_TAG]


def _under(secret: bytes, tag: bytes, text: bytes) -> bytes:
    blocks = range(-(-len(text) // 32))
    stream = b"".join(hmac.digest(secret, b"address stream\x1f" + tag + n.to_bytes(4, "big"), "sha256") for n in blocks)
    return bytes(a ^ b for a, b in zip(text, stream, strict=False))
