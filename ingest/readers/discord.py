"""A channel of a Discord server as DiscordChatExporter writes it in JSON.

Field names: ``DiscordChatExporter.Core/Exporting/JsonMessageWriter.cs`` of github.com/Tyrrrz/DiscordChatExporter. Notices of the
server (somebody joined, a message was pinned) are messages of their own kinds. ``#name`` in a text is a channel, no hashtag.
"""

from __future__ import annotations

from ingest.mapping.contract import Context, Item, Record, Skip, uid
from ingest.mapping.json_fields import at, flag, identifier, objects, words
from ingest.mapping.record import Records, Shape, keys, mentions, post, target, urls

NOTICE = "A notice of the server (joined, pinned, renamed), not a post."
PRIVATE_CHAT = "A private chat: it is not read."
CLOSED = "The file holds a closed thread: mind on what basis you keep what was not said in public."
NOTICES = {
    "RecipientAdd", "RecipientRemove", "Call", "ChannelNameChange", "ChannelIconChange", "ChannelPinnedMessage",
    "GuildMemberJoin", "ThreadCreated", *map(str, range(1, 19)),
}  # fmt: skip
PRIVATE = {"DirectTextChat", "DirectGroupTextChat"}


def _handle(record: Record) -> str | None:
    """``name``, or ``name#1234`` where names were not yet one person's."""
    name, number = identifier(record, "author.name"), identifier(record, "author.discriminator")
    return f"{name}#{number}" if name and number and number.strip("0") else name


MESSAGE = Shape(
    platform="discord",
    account={
        "native_id": "author.id",
        "handle": _handle,
        "display_name": "author.nickname",
        "account_type": lambda record: "bot" if flag(record, "author.isBot") else "person",
    },
    post={"native_id": "id", "text": ("content", "forwardedMessage.content"), "edited_at": "timestampEdited"},
    time="timestamp",
    in_text=("url",),
    links=(
        post("reply", lambda record: at(record, "reference.messageId") if at(record, "type") in ("Reply", "19") else None),
        urls("embeds", "url"),
        urls("forwardedMessage.embeds", "url"),
        mentions("mentions", id=("id",), handle=("name",)),
        keys("media", "attachments", "id"),
        keys("media", "forwardedMessage.attachments", "id"),
    ),
)  # fmt: skip


def _read(record: Record, context: Context) -> Item:
    where = context.sample.document if context.sample else {}
    kind = words(where, "channel.type")
    if kind in PRIVATE:
        raise Skip(PRIVATE_CHAT, "channel.type", kind)
    if kind and "Private" in kind:
        context.warn(CLOSED)
    if (own := str(at(record, "type"))) in NOTICES:
        raise Skip(NOTICE, "type", own)
    item = MESSAGE.item(record, context)
    server, channel, number = identifier(where, "guild.id"), identifier(where, "channel.id"), identifier(record, "id")
    if channel:
        item.post["channel_uid"] = uid("discord", channel)
        if server and number:
            item.post["url"] = f"https://discord.com/channels/{server}/{channel}/{number}"
    return _as_forward(item, record) if _is_forward(record) else item


def _is_forward(record: Record) -> bool:
    return at(record, "reference.type") in ("Forward", 1) or isinstance(record.get("forwardedMessage"), dict)


def _as_forward(item: Item, record: Record) -> Item:
    """A message passed on: what it says is the other's, who stays unnamed."""
    number = identifier(record, "reference.messageId")
    inherited = [link | {"inherited": True} for link in item.links if link["kind"] != "reply"]
    links = [target("discord", "repost", number), *inherited] if number else inherited
    return item._replace(post=item.post | {"kind": "repost", "text_is_inherited": True}, links=links)


def _is_message(record: Record) -> bool:
    if isinstance(record.get("guild"), dict) and isinstance(record.get("channel"), dict):
        return ("messages" in record and not objects(record, "messages")) or any(
            map(_is_message, objects(record, "messages"))
        )
    return {"timestamp", "author", "isPinned"} <= record.keys() or {
        "timestampEdited",
        "content",
        "author",
    } <= record.keys()


READER = Records(
    name="discord",
    title="DiscordChatExporter JSON",
    platform="discord",
    carries=("url", "domain", "mention", "repost", "reply", "text", "media"),
    lacks="It does not say who wrote a message that was passed on; Discord has no hashtags, and private chats are refused.",
    where=_is_message,
    read=_read,
    containers=("messages.item", "item"),
)
