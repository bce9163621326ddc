"""Archives that are the same bytes whenever they are made from the same parts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_THEN = (1980, 1, 1, 0, 0, 0)


def archive(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files, in this order.

    Examples
    --------
    >>> archive({"a.txt": b"a"}) == archive({"a.txt": b"a"})
    True
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _THEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            made.writestr(entry, content)
    return out.getvalue()


def steadied(office: bytes) -> bytes:
    """An Office file without the time of writing."""
    with zipfile.ZipFile(io.BytesIO(office)) as read:
        return archive({entry.filename: read.read(entry) for entry in read.infolist()})
