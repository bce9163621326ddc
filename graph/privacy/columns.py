"""Kinds of what columns hold, for every table that leaves a case: a column that is not named here leaves nothing withheld.

``tests/test_privacy_gate.py`` holds this table against the schemas: a new column fails until somebody says what it holds.
"""

from __future__ import annotations

from typing import Literal

Kind = Literal[
    "account",  # a uid of an account
    "post",  # a uid of a post
    "group",  # an id of a group
    "id",  # the platform's own id
    "name",  # a handle or a name
    "text",  # words of an account
    "raw",  # a value as a file has it
    "address",  # an address, to be shown
    "file",  # a file's name
    "sentence",  # words of this program or of an analyst
    "target",  # what a link leads to: by its kind, in COMPARED or SHOWN
    "object",  # an object of a run: by its trace, in COMPARED
    "objects",  # a list of them
    "lookalike",  # the name a link imitates
]

COLUMNS: dict[str, dict[str, Kind]] = {
    "accounts": {
        "account_uid": "account",
        **dict.fromkeys(("handle", "handle_key", "display_name"), "name"),
        "native_id": "id",
        **dict.fromkeys(("description", "location"), "text"),
        "url": "address",
    },
    "posts": {
        "post_uid": "post",
        "native_id": "id",
        **dict.fromkeys(("account_uid", "channel_uid"), "account"),
        "conversation_uid": "post",
        "text": "text",
        "url": "address",
        "extra": "raw",
    },
    "links": {
        "post_uid": "post",
        **dict.fromkeys(("account_uid", "target_account_uid"), "account"),
        **dict.fromkeys(("target_key", "target_raw"), "target"),
    },
    "skipped": {"found": "raw", "reason": "sentence", "column": "sentence"},
    "sources": {
        "file_name": "file",
        "options": "sentence",
        **dict.fromkeys(("assumptions", "warnings"), "sentence"),
        "licence": "sentence",
    },
    "ties": {**dict.fromkeys(("account_a", "account_b"), "account"), "group_id": "group"},
    "post_pairs": {
        **dict.fromkeys(("account_a", "account_b"), "account"),
        **dict.fromkeys(("post_a", "post_b"), "post"),
        "object": "object",
    },
    "groups": {"group_id": "group", "reason": "sentence"},
    "members": {"group_id": "group", "account": "account"},
    "objects": {"group_id": "group", "object": "object", "sample_post": "post"},
    "lags": {"group_id": "group"},
    "parts": {"group_id": "group", "whole_id": "group"},
    "layers": {**dict.fromkeys(("viral", "allowed"), "objects"), "note": "sentence"},
    "pairs": dict.fromkeys(("account_a", "account_b"), "account"),
    "combined": dict.fromkeys(("account_a", "account_b"), "account"),
    "windows": {},
    "layout": {"group_id": "group", "account": "account"},
    "comparison": {"account": "account"},
    "described_layers": {"options": "sentence", "note": "sentence"},
    "described_ties": {**dict.fromkeys(("account_a", "account_b"), "account"), "objects": "objects"},
    "described_communities": {},
    "described_members": {"account": "account"},
    "described_objects": {"object": "object", "sample_post": "post"},
}
"""Table to column to what it holds. Columns without a line hold numbers, times and words of fixed lists."""

Holds = Literal["account", "post", "url", "domain", "tag", "media", "name", "thing", "time", "address", "picture"]

COMPARED: dict[str, Holds] = {
    **dict.fromkeys(("url", "link"), "url"),
    "domain": "domain",
    **dict.fromkeys(("hashtag", "hashtags", "hashtag_sequence"), "tag"),
    **dict.fromkeys(("repost", "reply", "quote"), "post"),
    "mention": "account",
    "media": "media",
    "copost": "time",
}
"""Kind of link, or trace, to what its key is: keys are compared, so what they are written as must stay one to one. The keys of
all others are things nobody vouched for."""

SHOWN: dict[str, Holds] = {**COMPARED, "url": "address", "domain": "address", "media": "picture", "mention": "name"}
"""Kind of link to what its target is as the data has it, which is only shown."""
