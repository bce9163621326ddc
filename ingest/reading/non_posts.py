"""Files that are known and hold no posts to read: what they are, and where to go instead.

Private conversations are refused before any reader looks at them, whatever they look like.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from ingest.mapping.json_fields import at, objects


class Refusal(NamedTuple):
    """Explanation for people of why such a file is refused."""

    words: str
    accepted: str


PUBLIC = "posts that were public: exports of channels, groups and accounts that anybody can read"
SERVE = "the files it was made from; lockstep serve --case CASE shows a case, lockstep copy CASE CASE copies one"

WHATSAPP = Refusal(
    "This is a chat saved from WhatsApp or another messenger: a private conversation, which is refused.", PUBLIC
)
SIGNAL = Refusal("This is an export of Signal: private conversations, which are refused.", PUBLIC)
META = Refusal(
    "These are messages of Facebook Messenger or Instagram: a private conversation, which is refused.", PUBLIC
)
SMS = Refusal("These are text messages of a phone: private conversations, which are refused.", PUBLIC)
LINE = Refusal("This is a chat saved from LINE: a private conversation, which is refused.", PUBLIC)
DISCORD = Refusal(
    "These are direct messages of Discord: a private conversation, which is refused.", "an export of a server's channel"
)
CASE = Refusal("This is part of a case of Lockstep, not a file to read.", SERVE)
RUN = Refusal("This is Lockstep's record of a run, not a file to read.", SERVE)
EXPORT = Refusal("This is a table that lockstep export wrote: results, without the posts.", SERVE)
BRIEFING = Refusal("This is a briefing that Lockstep wrote.", SERVE)
KEY = Refusal(
    "This is a key of Lockstep: whoever holds it can name the accounts behind the codes.",
    "posts; lockstep key import takes a key",
)
NOTEBOOK = Refusal("This is a Jupyter notebook.", "the data it reads")
ANSWER = Refusal("This is a platform's error message, not posts.", "the answer to a request that went well")
PEOPLE = Refusal("These are profiles of accounts, without their posts.", "an export of what they posted")
NO_RESULTS = Refusal(
    "Every record of this file says that a query gave nothing.", "the data set of a run that found posts"
)
WEB_PAGE = Refusal("This is a web page.", "an export of posts as CSV or JSON")

# -- tables ------------------------------------------------------------------------------------------------------------

ACCOUNTS_OF_X = Refusal("These are accounts of X, without their posts.", "the file of their posts from the same tool")
MESSAGES_OF_X = Refusal(
    "These are private messages of X, which are not read.", "the file of its posts from the same tool"
)
AUTHORS_OF_PAGES = Refusal(
    "These are the authors of posts of X (users_<id>.json of academictwitteR), without their posts.",
    "data_<id>.json with this file beside it, or the whole folder",
)

# columns that must all be there -> what it is
KNOWN: tuple[tuple[frozenset[str], Refusal], ...] = (
    (
        frozenset({"username", "profile_url", "finished_truth_scrape"}),
        Refusal(
            "These are the accounts of the Truth Social dataset, without their posts.", "truths.tsv of the same record"
        ),
    ),
    (
        frozenset({"uuid", "decision_visibility", "platform_name", "application_date"}),
        Refusal(
            "This is a dump of the DSA Transparency Database: statements of reasons about moderation, with no post and no "
            "account in them, so they cannot be joined to a network.",
            "posts; counts of these statements by platform and day serve as context beside them",
        ),
    ),
    (
        frozenset(
            {"userid", "user_screen_name", "account_creation_date", "account_language", "user_profile_description"}
        ),
        Refusal(
            "These are the accounts of X's Information Operations archive, without their posts.",
            "the file of the same release whose name says tweets",
        ),
    ),
    *(
        (frozenset(columns.split()), EXPORT)
        for columns in (
            "account code platform account_type is_hashed",
            "account_a account_b code_a code_b",
            "group rank heading label basis p_group",
            "group rank account code share",
            "kind by group members verdict run",
        )
    ),
    (frozenset({"conversationId", "sent_at", "received_at", "body"}), SIGNAL),
    (frozenset({"userName", "followers", "statusesCount", "profilePicture"}), PEOPLE),
    (frozenset({"user_id", "screen_name", "statuses_count", "account_created_at", "followers_count"}), ACCOUNTS_OF_X),
    (frozenset({"screen_name", "profile_banner_url", "followed_by", "can_dm"}), ACCOUNTS_OF_X),
    (frozenset({"username", "bio", "join_date", "join_time", "private"}), ACCOUNTS_OF_X),
    (frozenset({"sender", "recipient", "conversation_id", "conversation_type"}), MESSAGES_OF_X),
)  # fmt: skip


def why_not(header: Iterable[str]) -> Refusal | None:
    """The reason a table with these columns holds no posts; None when nothing is known against it.

    Examples
    --------
    >>> why_not(["uuid", "decision_visibility", "platform_name", "application_date"]).words[:55]
    'This is a dump of the DSA Transparency Database: statem'
    >>> why_not(["id", "text"])
    """
    columns = set(header)
    if columns & {"tweetid", "status_id", "full_text"}:
        return None
    return next((refusal for needed, refusal in KNOWN if needed <= columns), None)


# -- texts -------------------------------------------------------------------------------------------------------------

_MARKS = re.compile("[\ufeff\u200e\u200f\u202a-\u202e]")  # WhatsApp puts them before dates and names
_SPACES = str.maketrans("\u202f\u00a0", "  ")
_CLOCK = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?"
_HALF = r"(?:[AaPp]\.?\s?[Mm]\.?|vorm\.|nachm\.|dop\.|odp\.|дп|пп|fm|em)"
_AT = r"(?:(?:à|klo|kl\.?|um|at|o)\s+)?"
_SAID = re.compile(
    rf"\[?\s*\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}}\.?,?\s+{_AT}{_CLOCK}(?:\s*{_HALF})?\s*(?:\]|\s[-–])\s+[^:,;\t]{{1,80}}:\s*\S"
)
"""A line of a chat: the day, the clock, who, and what, as phones of some thirty languages write them."""
LINES = 20  # that are looked at
_ENCRYPTED = re.compile(
    r"end-to-end encrypted|Ende-zu-Ende-verschlüsselt|chiffrés de bout en bout|cifrad[ao]s de extremo a extremo"
    r"|crittografat[ei] end-to-end|protegidas com a criptografia|end-to-end versleuteld|сквозным шифрованием|наскрізним шифруванням",
    re.IGNORECASE,
)
_ARCHIVE = re.compile(r"\s*window\.(?:YTD\.)?(\w+?)(?:\.part\d+)?\s*=")
_POSTS_OF_ARCHIVE = re.compile(r"(?:community_|deleted_)?tweets?")
_WITH_POSTS = {"account", "profile", "note_tweet", "__THAR_CONFIG"}
# a word near the beginning of a web page -> what it is
_PAGES: tuple[tuple[str, Refusal], ...] = (
    ("lockstep", BRIEFING),
    (
        "page_header",
        Refusal("This is Telegram's export as a web page.", "the same export in the format JSON: result.json"),
    ),
    (
        "preamble__",
        Refusal("This is DiscordChatExporter's export as a web page.", "the same export with --format Json"),
    ),
    ("chatlog", Refusal("This is DiscordChatExporter's export as a web page.", "the same export with --format Json")),
    ("whatsapp", WHATSAPP),
)


def of_text(text: str) -> Refusal | None:
    """The reason a text that is no JSON holds no posts; None when nothing is known against it.

    Examples
    --------
    >>> of_text("[12/03/2021, 10:00:00] Ann: hello\\n[12/03/2021, 10:00:30] Ben: ok").words[:36]
    'This is a chat saved from WhatsApp o'
    >>> of_text("12.03.21, 10:00 - Ann: hallo\\n").words == WHATSAPP.words, of_text("id,text\\n1,a\\n")
    (True, None)
    """
    head = text[:20_000]
    begins = head.lstrip("\ufeff \t\r\n")[:400].casefold()
    if found := _ARCHIVE.match(head.lstrip("\ufeff")):
        return None if _POSTS_OF_ARCHIVE.fullmatch(found[1]) else _of_archive(found[1])
    if begins.startswith(("<!doctype html", "<html")):
        return next((refusal for word, refusal in _PAGES if word in head.casefold()), WEB_PAGE)
    if begins.startswith("<?xml") or begins.startswith("<smses"):
        return SMS if "<smses" in head else Refusal("This is XML.", "an export of posts as CSV or JSON")
    if begins.startswith("====") and "Guild:" in head and "Channel:" in head:
        return Refusal("This is DiscordChatExporter's export as plain text.", "the same export with --format Json")
    if begins.startswith("[line]") or "chat history with" in begins[:80]:
        return LINE
    return WHATSAPP if _is_chat(head) else None


def _of_archive(part: str) -> Refusal:
    private = " It holds private messages." if "direct_message" in part else ""
    if part in _WITH_POSTS:
        private = " It is read with them where it lies beside them."
    if part == "like":
        private = " The posts that an account liked are others', and nothing says when."
    return Refusal(
        f"This part of an archive of X ({part}) holds no posts.{private}",
        "tweets.js of the same archive, in its folder data",
    )


def _is_chat(head: str) -> bool:
    lines = [_MARKS.sub("", line).translate(_SPACES).strip() for line in head.splitlines()]
    lines = [line for line in lines if line][:LINES]
    said = sum(bool(_SAID.match(line)) for line in lines)
    return said >= 3 or 2 * said >= len(lines) > 0 or (said > 0 and bool(_ENCRYPTED.search(head)))


# -- JSON --------------------------------------------------------------------------------------------------------------

_SIGNAL_FRAMES = {
    "account",
    "recipient",
    "chat",
    "chatItem",
    "stickerPack",
    "callLink",
    "adHocCall",
    "notificationProfile",
    "chatFolder",
}
_NOTES = {"noResults", "error", "errorDescription", "errorCode", "url", "input", "inputUrl", "demo"}
_NUMBER_OF_WHATSAPP = re.compile(r"[\w.-]+@(?:s\.whatsapp\.net|g\.us|broadcast)")

# keys that must all be there -> what it is
RECORDS: tuple[tuple[frozenset[str], Refusal], ...] = (
    (frozenset({"lockstep_key", "fingerprint"}), KEY),
    (frozenset({"created_at", "format", "revision", "sources"}), CASE),
    (frozenset({"run_id", "settings"}), RUN),
    (frozenset({"made_by", "names_say", "run"}), RUN),
    (frozenset({"nbformat", "cells"}), NOTEBOOK),
    (frozenset({"conversationId", "sent_at", "received_at"}), SIGNAL),
    (frozenset({"userName", "followers", "statusesCount"}), PEOPLE),
    (frozenset({"screen_name", "profile_banner_url", "followed_by", "can_dm"}), ACCOUNTS_OF_X),
    (frozenset({"sender", "recipient", "conversation_id", "conversation_type"}), MESSAGES_OF_X),
)


def of_records(records: Iterable[Mapping[str, Any]]) -> Refusal | None:
    """The reason a JSON document, or lines of JSON, hold no posts; None when nothing is known against them.

    Examples
    --------
    >>> of_records([{"participants": [{"name": "Ann"}], "messages": [{"sender_name": "Ann", "timestamp_ms": 1}]}]).words[:42]
    'These are messages of Facebook Messenger o'
    >>> of_records([{"id": "1", "text": "a"}])
    """
    some = list(records)
    if (
        some
        and all(len(one) == 1 and one.keys() <= _SIGNAL_FRAMES for one in some[1:6] or some)
        and (len(some) > 1 or some[0].keys() & {"chatItem", "recipient"})
    ):
        return SIGNAL
    if some and all(one.keys() <= _NOTES and one.keys() & {"noResults", "error"} for one in some):
        return NO_RESULTS
    return next((found for one in some[:3] if (found := _of_record(one))), None)


def _of_record(record: Mapping[str, Any]) -> Refusal | None:
    if "createdAt" in record and "text" in record:
        return None
    if shape := next((refusal for holds, refusal in SHAPES if holds(record)), None):
        return shape
    return next((refusal for needed, refusal in RECORDS if needed <= record.keys()), None)


def _is_meta(record: Mapping[str, Any]) -> bool:
    message = next(iter(objects(record, "messages")), {})
    return "participants" in record and bool(message.keys() & {"sender_name", "senderName"})


def _is_discord(record: Mapping[str, Any]) -> bool:
    return "guild" in record and at(record, "channel.type") in ("DirectTextChat", "DirectGroupTextChat")


def _is_whatsapp(record: Mapping[str, Any]) -> bool:
    return bool(record) and all(_NUMBER_OF_WHATSAPP.fullmatch(str(name)) for name in list(record)[:5])


def _is_answer(record: Mapping[str, Any]) -> bool:
    if isinstance(record.get("errors"), list):
        return not record.keys() - {"errors", "title", "detail", "type"}
    return {"title", "detail", "status"} <= record.keys() and isinstance(record["status"], int)


def _is_authors(record: Mapping[str, Any]) -> bool:
    return "users" in record and record.keys() <= {"users", "tweets", "places", "media", "polls", "topics"}


SHAPES: tuple[tuple[Callable[[Mapping[str, Any]], bool], Refusal], ...] = (
    (_is_meta, META),
    (_is_discord, DISCORD),
    (_is_whatsapp, WHATSAPP),
    (_is_answer, ANSWER),
    (_is_authors, AUTHORS_OF_PAGES),
)
