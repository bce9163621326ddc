"""People who may open the dashboard: host names, tokens by role, and proxies that are believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ANALYST, READER = "analyst", "reader"
"""Roles: an analyst may do everything, a reader sees pages and takes files in which accounts are codes."""


@dataclass(frozen=True)
class Access:
    """People who may open the dashboard.

    Attributes
    ----------
    names : tuple of str
        Host names under which people reach the dashboard, besides those of this machine.
    token : str, optional
        Secret that analysts must enter; without one only this machine has access, as analyst.
    reader_token : str, optional
        Secret of readers.
    proxies : tuple of str
        Addresses of reverse proxies whose ``X-Forwarded-For`` is believed.

    wrong_tokens : Path, optional
        Folder in which the processes of one server count wrong tokens together.

    Examples
    --------
    >>> Access(token="a", reader_token="b").tokens
    {'analyst': 'a', 'reader': 'b'}
    """

    names: tuple[str, ...] = ()
    token: str | None = field(default=None, repr=False)
    reader_token: str | None = field(default=None, repr=False)
    proxies: tuple[str, ...] = ()
    wrong_tokens: Path | None = None

    @property
    def local(self) -> bool:
        """True where only people at this machine have access."""
        return self.token is None

    @property
    def tokens(self) -> Mapping[str, str]:
        """The token of each role that has one."""
        given = {ANALYST: self.token, READER: self.reader_token}
        return {role: token for role, token in given.items() if token is not None}


THIS_MACHINE = Access()
