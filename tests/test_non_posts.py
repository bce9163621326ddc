"""Files that hold no posts to read are refused with what they are: rows of (content, name, words)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fixtures_files import Write
from fixtures_shared_cases import CaseFile

import ingest
from ingest.errors import InputError
from ingest.reading.non_posts import of_text

MESSENGER = "saved from WhatsApp or another messenger: a private conversation"
CHATS = [  # one line a language and phone, twice
    "[12/03/2021, 10:00:00] Anna: hello",
    "12/03/2021, 10:00 - Anna: hello, https://a.example/1",
    "12/03/2021 10:00 - Anna: hola",
    "12/03/2021 à 10:00 - Anna: bonjour",
    "[3/12/21, 10:00:00\u202fAM] Anna: hello",
    "3/12/21, 10:00 AM - Anna: hello",
    "[12.03.21, 10:00:00] Anna: hallo",
    "12.03.21, 10:00 - +49 170 0000000: hallo",
    "12.03.2021, 10:00 - Анна: привет",
    "[12-03-2021, 10:00:00] Anna: hoi",
    "2021-03-12 kl. 10:00 - Anna: hej",
    "[12.3.2021 klo 10.00.00] Anna: moi",
    "[12/03/21, 10:00:00 a. m.] Anna: hola",
    "[2021/03/12 10:00:00] Anna: yes",
    "\u200e[12/03/2021, 10:00:00] \u200eAnna: \u200eimage omitted",
    "[2021-03-12 10:00] Anna: hello",
]
NONE = [
    "id,created_at,text\n1,2021-03-12 10:00:00,a\n",
    "2021-03-12 10:00:00,ann,hello: there\n2021-03-12 10:00:01,ben,hello\n",
    "[10:00] <ann> hello\n[10:01] <ben> hi\n",
    '[{"text": "12/03/2021, 10:00 - Anna: hello"}]',
]
JSON: list[tuple[Any, str]] = [
    ({"participants": [{"name": "Ann"}], "messages": [{"sender_name": "Ann", "timestamp_ms": 1}], "thread_path": "inbox/a"}, "Messenger or Instagram"),
    ({"participants": ["Ann", "Ben"], "threadName": "a", "messages": [{"senderName": "Ann", "isUnsent": False, "timestamp": 1}]}, "Messenger or Instagram"),
    ({"4912345@s.whatsapp.net": {"name": "Ann", "messages": {}}}, MESSENGER),
    ([{"conversationId": "a", "sent_at": 1, "received_at": 2, "body": "a"}], "Signal: private"),
    ({"guild": {"id": "0"}, "channel": {"id": "1", "type": "DirectTextChat"}, "messages": [{"id": "1", "timestamp": "2023-10-06T00:37:48+00:00", "content": "a", "author": {"id": "1"}, "isPinned": False}]}, "direct messages of Discord"),
    ({"lockstep_key": 1, "case": "a", "fingerprint": "b", "key": "c"}, "a key of Lockstep"),
    ({"name": "a", "created_at": "2026", "format": 1, "revision": 2, "sources": []}, "part of a case"),
    ({"run_id": "a", "settings": {"alpha": 0.05}}, "record of a run"),
    ({"made_by": "Lockstep export", "names_say": "a", "run": {}}, "record of a run"),
    ([{"noResults": True}, {"error": "no_items", "url": "https://a.example"}], "a query gave nothing"),
    ({"nbformat": 4, "cells": []}, "Jupyter notebook"),
    ({"errors": [{"message": "Rate limit exceeded"}]}, "error message"),
    ([{"type": "user", "userName": "ann", "followers": 3, "statusesCount": 5}], "profiles of accounts"),
]  # fmt: skip
TEXTS = [
    ("window.YTD.direct_messages.part0 = [ {} ]", "holds no posts. It holds private messages"),
    ("window.YTD.account.part0 = [ {} ]", r"archive of X \(account\) holds no posts"),
    ("<!DOCTYPE html><html><body class='page_header'></body></html>", "Telegram's export as a web page.*result.json"),
    ("<!DOCTYPE html><html><div class='preamble__guild'></div></html>", "DiscordChatExporter's export as a web page"),
    ("<!doctype html><html><title>Lockstep briefing</title></html>", "a briefing that Lockstep wrote"),
    ("<html><p>hello</p></html>", "This is a web page"),
    ("<?xml version='1.0'?><smses count='1'><sms body='a'/></smses>", "text messages of a phone"),
    (
        "==========\nGuild: A\nChannel: b\n==========\n\n[10/6/2023 12:37 AM] alfa\nhello\n",
        "as plain text.*--format Json",
    ),
    ("account_a,account_b,code_a,code_b,trace,window_s\na,b,c,d,link,60\n", "lockstep export wrote"),
    ("group,rank,account,code,share,ties,first\n1,1,a,b,1,1,1\n", "lockstep export wrote"),
]
BYTES = [
    (b"%PDF-1.7 abc", "a PDF"), (b"GIF89a123", "a picture"), (b"\xff\xd8\xff\xe0abc", "a picture"), (b"\x00\x00\x00\x18ftypmp42", "a video"), (b"RIFF\x00\x00\x00\x00WEBP", "a picture"),
]  # fmt: skip


@pytest.mark.parametrize("line", CHATS)
@pytest.mark.parametrize("more", ["", "and a second line of the same message\n"])
def test_a_chat_of_a_phone_is_refused_in_every_language(write: Write, line: str, more: str) -> None:
    content = (line + "\n" + more) * 3
    with pytest.raises(InputError, match=MESSENGER):
        ingest.read(write(content, "_chat.txt"))


@pytest.mark.parametrize("text", NONE)
def test_what_only_looks_like_a_chat_is_not_refused_as_one(text: str) -> None:
    assert of_text(text) is None


@pytest.mark.parametrize(("document", "words"), JSON)
def test_json_that_holds_no_posts(write: Write, document: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        ingest.read(write(json.dumps(document), "a.json"))


def test_frames_of_signal(write: Write) -> None:
    frames = [
        {"version": "1", "backupTimeMs": "1"},
        {"account": {}},
        {"recipient": {"id": "1"}},
        {"chatItem": {"chatId": "1"}},
    ]
    with pytest.raises(InputError, match="Signal: private"):
        ingest.read(write("\n".join(map(json.dumps, frames)), "main.jsonl"))


@pytest.mark.parametrize(("text", "words"), TEXTS)
def test_text_that_holds_no_posts(write: Write, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        ingest.read(write(text, "a.csv"))


@pytest.mark.parametrize(("content", "words"), BYTES)
def test_files_that_are_no_text(write: Write, content: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        ingest.read(write(content, "a.csv"))


def test_a_case_is_told_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "case.json").write_text("{}")
    with pytest.raises(InputError, match=r"This is a case of Lockstep.*lockstep find --case"):
        ingest.inputs(tmp_path)


def test_the_chat_of_the_shared_case(case_file: CaseFile) -> None:
    with pytest.raises(InputError, match=MESSENGER):
        ingest.read(case_file("whatsapp/_chat.txt"))
