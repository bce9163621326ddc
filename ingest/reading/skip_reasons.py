"""Why rows are skipped, in two kinds: they could not be read, or they were left out on purpose."""

from __future__ import annotations

from ingest.assemble import finish
from ingest.files.inputs import DAMAGED
from ingest.mapping.columns import RELATIVE_TIME, UNREAD_TIME
from ingest.mapping.contract import NOT_AN_OBJECT, OTHER_SHAPE
from ingest.parsing import delimited, json_stream
from ingest.readers.twint import LOST_RETWEET, NO_TIME_OF_RETWEET

UNREAD = frozenset(
    {
        json_stream.NOT_JSON,
        json_stream.BREAKS_OFF,
        json_stream.BROKEN,
        delimited.RAGGED,
        delimited.CUT,
        finish.MANGLED_ID,
        finish.NO_TIME,
        finish.ODD_TIME,
        finish.NOTHING_MADE,
        NOT_AN_OBJECT,
        OTHER_SHAPE,
        RELATIVE_TIME,
        UNREAD_TIME,
        DAMAGED,
        LOST_RETWEET,
        NO_TIME_OF_RETWEET,
    }
)


def is_loss(reason: str) -> bool:
    """True if a row skipped for this reason might have been a post; not so what is none, is nobody's, or must not be kept.

    Examples
    --------
    >>> is_loss("The line is not valid JSON."), is_loss("A like, not a post."), is_loss("There is no account.")
    (True, False, False)
    """
    return reason in UNREAD
