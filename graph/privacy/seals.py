"""Sealed items of a case, read from its notes: posts, accounts, objects and groups that are hidden everywhere.

A seal hides and keeps: what it hides stays in the case under its code, so that the seal can be undone with a reason.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

KIND = "seal"
"""Of the notes that seal an item or undo it."""

SITE = "site"
"""Trace of a sealed site: every link on it is sealed."""

WHAT = ("post", "account", "object", "group")
HIDDEN = ("account", "post", "group_id", "object", "members")
"""Fields of a seal that stay in the case; a code and a keyed hash are given instead."""


@dataclass(frozen=True)
class Sealed:
    """Items that are sealed now.

    Attributes
    ----------
    posts, accounts, groups : frozenset of str
        Uids and ids.
    objects : frozenset of (str, str)
        Trace (empty: any) and key.
    """

    posts: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    objects: frozenset[tuple[str, str]] = frozenset()
    groups: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.posts or self.accounts or self.objects or self.groups)

    @property
    def keys(self) -> frozenset[str]:
        """Keys of the sealed objects, whatever their trace."""
        return frozenset(key for _, key in self.objects)

    @property
    def sites(self) -> str:
        """A pattern of the links on sealed sites; empty where no site is sealed.

        Examples
        --------
        >>> pattern = Sealed(objects=frozenset({(SITE, "larch.example")})).sites
        >>> [bool(re.search(pattern, key)) for key in ("larch.example/a", "www.larch.example", "notlarch.example/a")]
        [True, True, False]
        """
        names = sorted(re.escape(key) for trace, key in self.objects if trace == SITE)
        return rf"^(?:[^/?#]*\.)?(?:{'|'.join(names)})(?:[/?#:]|$)" if names else ""

    def in_words(self) -> str:
        """The sealed items, counted.

        Examples
        --------
        >>> Sealed(posts=frozenset({"x:1"}), accounts=frozenset({"x:2", "x:3"})).in_words()
        '1 post and 2 accounts'
        """
        counts = Counter({"post": len(self.posts), "account": len(self.accounts)})
        counts += Counter({"object": len(self.objects), "group": len(self.groups)})
        parts = [f"{counts[what]:,} {what}{'' if counts[what] == 1 else 's'}" for what in WHAT if counts[what]]
        return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))

    @property
    def number(self) -> int:
        """The number of sealed items."""
        return len(self.posts) + len(self.accounts) + len(self.objects) + len(self.groups)


def sealed_by(notes: Iterable[Mapping[str, Any]]) -> Sealed:
    """Items that are sealed by these notes, oldest first: the last word on each holds.

    Examples
    --------
    >>> one = {"what": "post", "post": "x:1"}
    >>> sealed_by([one]).posts, sealed_by([one, one | {"undo": True}]).posts
    (frozenset({'x:1'}), frozenset())
    """
    last: dict[tuple[str, str, str], bool] = {}
    for note in notes:
        what = str(note.get("what"))
        value = note.get({"group": "group_id"}.get(what, what))
        if value:  # the name of one who was forgotten is gone
            last[what, str(note.get("trace") or ""), str(value)] = not note.get("undo")
    held = [place for place, is_sealed in last.items() if is_sealed]
    one = {what: frozenset(value for kind, _, value in held if kind == what) for what in WHAT}
    objects = frozenset((trace, value) for kind, trace, value in held if kind == "object")
    return Sealed(one["post"], one["account"], objects, one["group"])
