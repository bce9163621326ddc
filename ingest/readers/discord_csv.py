"""A channel of a Discord server as DiscordChatExporter writes it in CSV.

Column names: ``DiscordChatExporter.Core/Exporting/CsvMessageWriter.cs`` of github.com/Tyrrrz/DiscordChatExporter. Up to
November 2023 times stand in the exporting computer's own zone and way of writing, to the minute.
"""

from __future__ import annotations

import polars as pl

from ingest.mapping.contract import Sample
from ingest.mapping.table import Table, value
from ingest.readers.discord import NOTICE

COLUMNS = {"Author", "Date", "Content", "Attachments", "Reactions"}
_NOTICES = (
    r"^(?:Joined the server\.|Pinned a message\.|Started a thread\.|Changed the channel icon\.|Changed the channel name: .*"
    r"|Started a call.*|Added .* to the group\.|Removed .* from the group\.|Left the group\.)$"
)


def _is_export(sample: Sample) -> bool:
    return COLUMNS <= set(sample.header) <= COLUMNS | {"AuthorID"}


READER = Table(
    name="discord_csv",
    title="DiscordChatExporter CSV",
    platform="discord",
    carries=("url", "text"),
    lacks="It holds no numbers of messages and channels, no answers and no mentions: the JSON export has them.",
    signatures=(),
    where=_is_export,
    account={"native_id": "AuthorID", "handle": value("Author").str.replace(r"#0+$", "")},
    post={"text": "Content"},
    time=("Date",),
    skips=((pl.col("Content").str.contains(_NOTICES), NOTICE, "Content"),),
    in_text=("url",),
)
