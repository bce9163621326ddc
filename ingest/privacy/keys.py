"""Keyed pseudonyms: one key per case, kept outside the case, so that exports carry codes nobody else can undo.

The key is 32 random bytes in the user's configuration folder (``LOCKSTEP_CONFIG`` names another). The case holds only the
key's fingerprint. With the same key the same account has the same code in every file; without it nobody can go back.
The key is never printed, logged or shown by ``repr``.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import platformdirs

from ingest.errors import InputError, KeyMissing, UsageError
from ingest.whole_files import write_whole

PREFIXES = {
    "account": "p_",
    "post": "post_",
    "object": "obj_",
    "group": "g_",
    "tombstone": "t_",
    "tombstone of a post": "t_",
    "account that left": "k_",
}
_FORMAT = 1
_BYTES = 32
_CODE_CHARS = 26


def config_folder() -> Path:
    """Folder of this person's keys and choices: ``LOCKSTEP_CONFIG``, or the platform's configuration folder."""
    chosen = os.environ.get("LOCKSTEP_CONFIG")
    return Path(chosen) if chosen else Path(platformdirs.user_config_dir("lockstep", appauthor=False))


def key_file(fingerprint: str) -> Path:
    """The file that holds the key with this fingerprint, whether it is there or not."""
    return config_folder() / "keys" / f"{fingerprint}.key"


@dataclass(frozen=True)
class Key:
    """A case's pseudonym key.

    Examples
    --------
    >>> key = Key(bytes(32))
    >>> key.fingerprint
    '2a293796dc748b96'
    >>> key.pseudonym("x:12")
    'p_moni3fgchz6wwon4xvtxwf5vwi'
    >>> key.pseudonym("x:@Nora") == key.pseudonym("x:@NORA")
    True
    >>> key
    Key(case='')
    """

    secret: bytes = field(repr=False)
    case: str = ""

    def __post_init__(self) -> None:
        if len(self.secret) != _BYTES:
            raise UsageError(f"A key has {_BYTES} bytes; this one has {len(self.secret)}.")

    @property
    def fingerprint(self) -> str:
        """16 hex digits that name the key without giving it away."""
        return hmac.digest(self.secret, b"lockstep key fingerprint", "sha256").hex()[:16]

    def code(self, kind: str, value: str) -> str:
        """The pseudonym of a value of some kind: ``account``, ``post``, ``object`` or ``group``."""
        digest = hmac.digest(self.secret, f"{kind}\x1f{value}".encode("utf-8", "surrogatepass"), "sha256")
        return PREFIXES[kind] + base64.b32encode(digest).decode("ascii").lower()[:_CODE_CHARS]

    def pseudonym(self, uid: str) -> str:
        """The code of an account, ``p_`` and 26 characters; handles count the same in any case."""
        return self.code("account", _parts(uid))

    def post(self, uid: str) -> str:
        """The code of a post, ``post_`` and 26 characters."""
        return self.code("post", _parts(uid))

    def tombstone(self, uid: str) -> str:
        """Mark kept of an account that must not come back; no code of any other kind equals it."""
        return self.code("tombstone", _parts(uid))

    def post_tombstone(self, uid: str) -> str:
        """Mark kept of a post that must not come back; an account with the same uid has another."""
        return self.code("tombstone of a post", _parts(uid))

    def left(self, uid: str) -> str:
        """Mark kept beside the code of an account that no source names any more, so that it has its code when it comes back."""
        return self.code("account that left", _parts(uid))

    def account_uid(self, uid: str) -> str:
        """The uid an account has in a case that never held its own: by id, or by handle where that is all one knows.

        Examples
        --------
        >>> Key(bytes(32)).account_uid("x:12"), Key(bytes(32)).account_uid("x:@nora")[:6]
        ('x:p_moni3fgchz6wwon4xvtxwf5vwi', 'x:@p_b')
        """
        platform, _, native = uid.partition(":")
        return f"{platform}:{'@' if native.startswith('@') else ''}{self.pseudonym(uid)}"

    def post_uid(self, uid: str) -> str:
        """The uid a post has in a case that never held its own."""
        return f"{uid.partition(':')[0]}:{self.post(uid)}"

    def pseudonyms(self, uids: Iterable[str]) -> dict[str, str]:
        """Account uid to code, for many."""
        return {uid: self.pseudonym(uid) for uid in uids}

    @classmethod
    def new(cls, case: str = "") -> Key:
        """A fresh key from the operating system's randomness, kept in the configuration folder."""
        key = cls(secrets.token_bytes(_BYTES), case)
        _write(key, key_file(key.fingerprint))
        return key

    @classmethod
    def load_or_create(cls, case: str, fingerprint: str | None = None) -> Key:
        """The key a case uses.

        Parameters
        ----------
        case : str
            Name of the case, kept beside a new key so that a person can tell keys apart.
        fingerprint : str, optional
            What the case remembers of its key. None: the case has none yet, a new key is made.

        Raises
        ------
        KeyMissing
            The case uses a key that is not on this machine, or the file holds another one.
        """
        return cls.new(case) if fingerprint is None else cls.load(fingerprint, case)

    @classmethod
    def load(cls, fingerprint: str, case: str = "") -> Key:
        """The key with this fingerprint from the configuration folder; raises KeyMissing."""
        path = key_file(fingerprint)
        if not path.is_file():
            raise missing(case, fingerprint)
        key = _read(path)
        if key.fingerprint != fingerprint:
            raise missing(case, fingerprint, found=key.fingerprint)
        return key


def missing(case: str, fingerprint: str, found: str | None = None) -> KeyMissing:
    """The error that says which key is wanted and how to bring it here."""
    what = f"found {found}" if found else "it is not on this machine"
    return KeyMissing(
        f"Case {case!r} uses the key {fingerprint}; {what}.",
        hint="Where the key is: lockstep key export FILE. Here: lockstep key import FILE.",
    )


def export_key(key: Key, path: Path) -> Path:
    """Write the key to a file for another machine; never over an existing file.

    Raises
    ------
    UsageError
        If the file is there already.
    """
    _write(key, Path(path))
    return Path(path)


def import_key(path: Path) -> Key:
    """Take a key file into the configuration folder. The same key again changes nothing.

    Raises
    ------
    InputError
        If the file is no key file, or its fingerprint is not that of its key.
    UsageError
        If another key lies under its name.
    """
    key = _read(Path(path))
    target = key_file(key.fingerprint)
    if target.exists():
        if _read(target) != key and _read(target).secret != key.secret:
            raise UsageError(f"{target} holds another key.", hint="Move it away first; nothing was overwritten.")
        return key
    _write(key, target)
    return key


def _parts(uid: str) -> str:
    platform, _, native = uid.partition(":")
    return f"{platform}\x1f{native.casefold() if native.startswith('@') else native}"


def _write(key: Key, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.parent == config_folder() / "keys":
        path.parent.chmod(0o700)
    text = json.dumps(
        {
            "lockstep_key": _FORMAT,
            "case": key.case,
            "fingerprint": key.fingerprint,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "key": base64.b32encode(key.secret).decode("ascii"),
        },
        indent=1,
    )
    try:
        write_whole(path, text + "\n", private=True, new=True)
    except FileExistsError:
        raise UsageError(f"{path} is there already.", hint="Keys are never overwritten; name another file.") from None


def _read(path: Path) -> Key:
    try:
        record = json.loads(path.read_text("utf-8"))
        key = Key(base64.b32decode(record["key"]), str(record.get("case", "")))
        stated = record["fingerprint"]
    except FileNotFoundError:
        raise InputError("There is no such file.", file=path.name) from None
    except (ValueError, KeyError, TypeError, UsageError):
        # The reason would quote the file, and the file is a secret.
        raise InputError(
            "This is not a key file.", file=path.name, accepted="a file from lockstep key export"
        ) from None
    if key.fingerprint != stated:
        raise InputError("The key in this file is damaged: its fingerprint does not fit.", file=path.name)
    return key
