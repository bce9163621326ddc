"""Pseudonym keys: kept outside the case, never shown, never overwritten."""

from __future__ import annotations

import json
import re
import stat
import sys
from pathlib import Path

import pytest

from ingest.errors import InputError, KeyMissing, UsageError
from ingest.privacy.keys import Key, config_folder, export_key, import_key, key_file


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LOCKSTEP_CONFIG", str(tmp_path / "config"))
    return tmp_path / "config"


def test_a_new_key_is_kept_and_found_again() -> None:
    key = Key.load_or_create("vote")
    assert Key.load_or_create("vote", key.fingerprint).secret == key.secret
    assert Key.load_or_create("vote").secret != key.secret, "each case has its own"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes")
def test_only_the_owner_can_read_it() -> None:
    path = key_file(Key.new("vote").fingerprint)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.parent.parent == config_folder()


def test_pseudonyms_are_stable_distinct_and_keyed() -> None:
    one, two = Key(b"1" * 32), Key(b"2" * 32)
    assert re.fullmatch(r"p_[a-z2-7]{26}", one.pseudonym("x:1"))
    assert one.pseudonym("x:1") == one.pseudonym("x:1") != two.pseudonym("x:1")
    assert one.pseudonym("x:1") != one.pseudonym("telegram:1")
    assert one.pseudonym("x:@Nora") == one.pseudonym("x:@nora")
    assert one.pseudonym("x:Ab") != one.pseudonym("x:ab"), "native ids keep their case"
    assert one.post("x:1")[5:] != one.pseudonym("x:1")[2:], "a post and an account with one id are told apart"
    assert one.pseudonym("bluesky:did:plc:abc").startswith("p_")


def test_the_message_is_the_documented_one() -> None:
    import base64
    import hashlib
    import hmac

    secret = b"k" * 32
    digest = hmac.new(secret, b"account\x1fx\x1f12", hashlib.sha256).digest()
    assert Key(secret).pseudonym("x:12") == "p_" + base64.b32encode(digest).decode().lower()[:26]


def test_repr_and_errors_never_show_the_key() -> None:
    key = Key.new("vote")
    written = json.loads(key_file(key.fingerprint).read_text())["key"]
    assert written not in repr(key) and repr(key.secret) not in repr(key)
    key_file(key.fingerprint).unlink()
    with pytest.raises(KeyMissing) as caught:
        Key.load_or_create("vote", key.fingerprint)
    assert "lockstep key export" in str(caught.value) and "lockstep key import" in str(caught.value)
    assert written not in str(caught.value)


def test_a_wrong_key_is_an_error() -> None:
    right, wrong = Key.new("a"), Key.new("b")
    key_file(right.fingerprint).write_text(key_file(wrong.fingerprint).read_text())
    with pytest.raises(KeyMissing, match=right.fingerprint):
        Key.load_or_create("a", right.fingerprint)


def test_a_key_travels_by_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = Key.new("vote")
    file = export_key(key, tmp_path / "vote.key")
    with pytest.raises(UsageError):
        export_key(key, file)
    monkeypatch.setenv("LOCKSTEP_CONFIG", str(tmp_path / "elsewhere"))
    assert import_key(file).pseudonym("x:1") == key.pseudonym("x:1")
    assert import_key(file) == key, "again changes nothing"
    assert Key.load(key.fingerprint) == key


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"key": "AAAA", "fingerprint": "x"}', "\x00\x01"])
def test_what_is_no_key_file_is_refused_without_quoting_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "odd.key").write_text(text)
    with pytest.raises(InputError, match="not a key file"):
        import_key(tmp_path / "odd.key")


def test_a_damaged_key_is_refused(tmp_path: Path) -> None:
    file = export_key(Key(b"1" * 32), tmp_path / "a.key")
    record = json.loads(file.read_text()) | {"fingerprint": "0" * 16}
    file.write_text(json.dumps(record))
    with pytest.raises(InputError, match="fingerprint"):
        import_key(file)


def test_never_over_another_key(tmp_path: Path) -> None:
    key, other = Key(b"1" * 32), Key(b"2" * 32)
    file = export_key(key, tmp_path / "a.key")
    key_file(key.fingerprint).parent.mkdir(parents=True)
    export_key(other, key_file(key.fingerprint))
    with pytest.raises(UsageError, match="another key"):
        import_key(file)
