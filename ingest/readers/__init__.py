"""The formats Lockstep reads: one file each, and this table. The first reader that recognises a file reads it."""

from __future__ import annotations

from ingest.readers import bluesky, coortweet, generic_csv, ira_538, mastodon, qut, telegram_desktop, x_v2
from ingest.readers.base import Reader

READERS: tuple[Reader, ...] = (
    coortweet.READER,
    qut.READER,
    ira_538.READER,
    x_v2.READER,
    telegram_desktop.READER,
    bluesky.READER,
    mastodon.READER,
    generic_csv.READER,  # the last: it takes whatever is left
)
