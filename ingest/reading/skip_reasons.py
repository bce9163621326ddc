"""Why rows are skipped, in two kinds: they could not be read, or they were left out on purpose."""

from __future__ import annotations

from ingest import finish, records, rows
from ingest.files import DAMAGED
from ingest.readers.base import NOT_AN_OBJECT, OTHER_SHAPE
from ingest.readers.columns import UNREAD_TIME

UNREAD = frozenset(
    {
        records.NOT_JSON,
        records.BREAKS_OFF,
        records.BROKEN,
        rows.RAGGED,
        rows.CUT,
        finish.MANGLED_ID,
        finish.NO_TIME,
        finish.ODD_TIME,
        finish.NOTHING_MADE,
        NOT_AN_OBJECT,
        OTHER_SHAPE,
        UNREAD_TIME,
        DAMAGED,
    }
)


def is_loss(reason: str) -> bool:
    """Whether a row skipped for this reason might have been a post; not so what is none, is nobody's, or must not be kept.

    Examples
    --------
    >>> is_loss("The line is not valid JSON."), is_loss("A like, not a post."), is_loss("There is no account.")
    (True, False, False)
    """
    return reason in UNREAD
