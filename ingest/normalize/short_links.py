"""Targets of short links, from a table somebody made before: nothing is ever asked of the network."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ingest.errors import InputError
from ingest.normalize import urls

_CHAIN = 5  # short links that lead to short links


@dataclass(frozen=True)
class ShortLinks:
    """A table of short links.

    Attributes
    ----------
    name : str
        Of its file.
    sha256 : str
        Of its content: two tables are two ways to read a file.
    leads : mapping of str to str
        Key of a short link -> address it leads to.
    """

    name: str
    sha256: str
    leads: Mapping[str, str] = field(compare=False, repr=False)

    def key(self, url: str | None) -> str | None:
        """`ingest.normalize.urls.key` of where a link leads; of the link itself where the table does not say.

        Examples
        --------
        >>> table = ShortLinks("t.csv", "", {"bit.ly/a": "https://t.co/b", "t.co/b": "https://www.example.org/?utm_source=x"})
        >>> table.key("https://bit.ly/a"), table.key("https://bit.ly/z"), table.key("nothing")
        ('example.org', 'bit.ly/z', None)
        """
        found = urls.key(url)
        for _ in range(_CHAIN):
            onwards = urls.key(self.leads.get(found or ""))
            if onwards is None:
                break
            found = onwards
        return found


def read_short_links(path: str | Path) -> ShortLinks:
    """A CSV with the columns ``short`` and ``long``; where ``seen_at`` says when, the newest of several counts.

    Raises
    ------
    InputError
        If it cannot be read, or has no such columns.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"The file cannot be opened: {error.strerror}.", file=path.name) from None
    rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig", "replace").replace("\x00", ""), newline=""))
    try:
        if not {"short", "long"} <= set(rows.fieldnames or ()):
            raise InputError(
                "These are no short links.", file=path.name, row=1, accepted="columns short,long and seen_at, if known"
            )
        told = sorted(rows, key=lambda row: row.get("seen_at") or "")
    except csv.Error as error:
        raise InputError(f"The table cannot be read: {error}.", file=path.name, row=rows.line_num) from None
    leads = {
        short: row["long"]
        for row in told
        if row["long"] and (short := urls.key(row["short"])) and urls.key(row["long"])
    }
    if not leads:
        raise InputError("There is no link in it.", file=path.name, accepted="at least one row with short and long")
    return ShortLinks(path.name, hashlib.sha256(data).hexdigest(), leads)
