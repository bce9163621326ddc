"""Uploads are hostile: their names, sizes and senders."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboards.local.uploads import FILES, Uploads, safe_name
from dashboards.server.app import create_app
from graph.stores.base import Store
from ingest.errors import UsageError

BATCH = "0123456789abcdef"
HERE = {"Host": "127.0.0.1:8050"}


@pytest.fixture
def taken(tmp_path: Path) -> Uploads:
    return Uploads(tmp_path / "uploads", largest=1_000)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("tweets.jsonl", "tweets.jsonl"),
        ("../../.ssh/authorized_keys", "authorized_keys"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/etc/cron.d/x", "x"),
        ("....", "file"),
        ("a\nb\x1b[2J.csv", "a_b_2J.csv"),
        ("<img src=x onerror=alert(1)>.csv", "_img src_x onerror_alert(1)_.csv"),
        ("x" * 300 + ".json.gz", "x" * 100 + ".gz"),
        ("COM1.csv", "_COM1.csv"),
        ("Ørsted åren.csv", "Ørsted åren.csv"),
        ("$(reboot);`id`.csv", "_(reboot)_id_.csv"),
    ],
)
def test_a_name_is_a_name_and_nothing_else(name: str, safe: str) -> None:
    assert safe_name(name) == safe and "/" not in safe_name(name) and len(safe_name(name)) <= 121


def test_two_of_one_name_both_stay_and_only_their_owner_reads_them(taken: Uploads) -> None:
    one, two = (taken.take(BATCH, "../a.json.gz", io.BytesIO(text), None) for text in (b"1", b"2"))
    assert (one.name, two.name) == ("a.json.gz", "a-2.json.gz") and two.read_bytes() == b"2"
    assert one.stat().st_mode & 0o177 == 0 and one.parent.stat().st_mode & 0o077 == 0
    assert taken.files(BATCH) == [two, one]
    taken.drop(BATCH)
    assert taken.files(BATCH) == [] and taken.folder.is_dir()


@pytest.mark.parametrize("said", [None, 5, 5_000])
def test_too_much_is_refused_and_nothing_of_it_stays(taken: Uploads, said: int | None) -> None:
    with pytest.raises(UsageError, match="cannot be uploaded"):
        taken.take(BATCH, "a.csv", io.BytesIO(b"x" * 5_000), said)
    assert taken.files(BATCH) == []


def test_so_many_files_and_no_more(taken: Uploads) -> None:
    for number in range(FILES):
        taken.take(BATCH, f"{number}.csv", io.BytesIO(b""), 0)
    with pytest.raises(UsageError, match="More than"):
        taken.take(BATCH, "one-more.csv", io.BytesIO(b""), 0)


@pytest.mark.parametrize("batch", ["..", "../../x", "", "0123456789ABCDEF", "0123456789abcdef/x"])
def test_a_batch_is_no_path(taken: Uploads, batch: str) -> None:
    with pytest.raises(UsageError):
        taken.take(batch, "a.csv", io.BytesIO(b""), 0)
    with pytest.raises(UsageError):
        taken.drop(batch)


def test_what_was_forgotten_goes_with_the_next_start(taken: Uploads) -> None:
    import os

    old = taken.take(BATCH, "a.csv", io.BytesIO(b"x"), 1).parent
    os.utime(old, (0, 0))
    (taken.folder / "not-a-batch").mkdir()
    assert Uploads(taken.folder).files(BATCH) == [] and (taken.folder / "not-a-batch").is_dir()


@pytest.fixture(scope="module")
def client(demo_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Its uploads lie in a folder of their own, so that nothing is left for other modules."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOCKSTEP_STATE", str(tmp_path_factory.mktemp("state")))
        yield create_app(demo_store).server.test_client()


def test_a_page_of_ours_uploads_and_no_other(client: Any) -> None:
    sent = client.post(f"/files/upload?batch={BATCH}&name=..%2Fx.csv", data=b"id,text\n", headers=HERE)
    assert sent.get_json() == {"batch": BATCH, "name": "x.csv"}
    for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        refused = client.post("/files/upload?name=x.csv", data=b"x", headers={**HERE, **headers})
        assert refused.status_code == 403
    assert client.post("/files/upload?name=x.csv", data=b"x", headers={"Host": "rebound.example"}).status_code == 400
    assert client.post("/files/upload?batch=../x&name=x", data=b"x", headers=HERE).status_code == 413
