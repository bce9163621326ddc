"""Stories: a folder of TGForge exports dropped in; a group across Telegram and X, and who was first."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from test_pages import text

from dashboards import cli
from dashboards.briefing.groups import crossing as briefed
from dashboards.briefing.run_summary import RunSummary
from dashboards.components.base import State
from dashboards.pages.group import page
from graph.report.report import Report
from graph.stores import open_case

BEGIN = datetime(2026, 3, 2, 8, tzinfo=UTC)
WORDS = [
    "harbour",
    "mill",
    "lantern",
    "river",
    "bridge",
    "market",
    "council",
    "winter",
    "paper",
    "engine",
    "garden",
    "window",
    "letter",
    "summer",
    "station",
]
LEAD_S = 40
HEAD = [
    "Channel", "Subscribers", "Message ID", "Sender User ID", "Sender Username", "Message DateTime (UTC)", "Text", "Is Forward",
    "Origin Username", "Hashtags", "Mentioned Authors", "URLs Shared", "Message URL", "Original URL", "Views", "Engagement Type",
]  # fmt: skip


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STATE", "CONFIG"):
        monkeypatch.setenv(f"LOCKSTEP_{name}", str(tmp_path / name.lower()))


def said(seed: object) -> str:
    """A text that nobody else writes."""
    return " ".join(Random(str(seed)).choices(WORDS, k=14))


def events() -> Iterator[tuple[str, int, datetime, str]]:
    """Platform, author, time, text: strangers, and three channels whose texts three accounts of X post 40 s later."""
    draw = Random(4)
    for platform in ("telegram", "x"):
        for n in range(240):
            yield platform, 100 + n % 60, BEGIN + timedelta(seconds=draw.randrange(20 * 86_400)), said((platform, n))
    for n in range(14):
        at = BEGIN + timedelta(hours=31 * n, seconds=draw.randrange(3_000))
        for k in range(3):
            yield "telegram", 1 + k, at + timedelta(seconds=2 * k), said(n)
            yield "x", 1 + k, at + timedelta(seconds=LEAD_S + 2 * k), said(n)


def tgforge(folder: Path, more: tuple[str, ...] = ()) -> Path:
    """A folder of made-up TGForge exports, one file a channel, as the tool writes them."""
    folder.mkdir()
    by_channel: dict[int, list[list[str]]] = {}
    for n, (platform, who, at, words) in enumerate(events()):
        if platform == "telegram":
            name = f"Channel{who:03}"
            by_channel.setdefault(who, []).append(
                [name, "900", str(n), f"-1001000{who:03}", name, f"{at:%Y-%m-%d %H:%M:%S}", words, "False", "Not Available", "[]", "[]",
                 "[]", f"https://t.me/{name}/{n}", "Not Available", "10", "ORIGINAL", *("+4915550100" for _ in more)]
            )  # fmt: skip
    for who, rows in by_channel.items():
        with (folder / f"channel{who:03}_messages.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([[*HEAD, *more], *rows])
    return folder


def of_x(path: Path) -> Path:
    rows = [
        {"id": str(1_800_000_000_000_000_000 + n), "author_id": str(5_000 + who), "created_at": f"{at:%Y-%m-%dT%H:%M:%S}.000Z", "text": words,
         "author": {"id": str(5_000 + who), "username": f"writer_{who}", "name": "W"}}
        for n, (platform, who, at, words) in enumerate(events())
        if platform == "x"
    ]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return path


def test_a_group_across_telegram_and_x_and_who_was_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = str(tmp_path / "case")
    assert cli.main(["ingest", str(tgforge(tmp_path / "in")), str(of_x(tmp_path / "x.jsonl")), "--case", case]) == 0
    assert cli.main(["find", "--case", case, "--trace", "text", "--window", "60s"]) == 0
    assert "6 accounts" in capsys.readouterr().out
    report = Report(open_case(case))
    (group,) = report.groups().group_id
    telegram, x = report.crossing(group).to_dict("records")
    assert (telegram["platform"], telegram["accounts"], telegram["posts"]) == ("telegram", 3, 42)
    assert (x["platform"], x["accounts"], x["posts"]) == ("x", 3, 42)
    assert (telegram["objects"], telegram["first"], telegram["median_lead_s"]) == (14, 14, LEAD_S)
    assert (x["objects"], x["first"], x["share"]) == (14, 0, 0.0)
    codes = {row["code"]: row["handle"] for row in report.members(group).to_dict("records")}
    assert codes[telegram["first_code"]].casefold() == "channel001" and codes[x["first_code"]] == "writer_1"
    sentence = (
        "On two platforms: Telegram (3) and X (3). Of 14 texts that were posted on several, Telegram had 14 first"
    )
    shown = text(page.layout(report, State.parse("/group", f"?group={group}")))
    assert "Across platforms" in shown and sentence in shown
    table = briefed(RunSummary(report), group)
    assert table is not None and table.note.startswith(sentence) and [row[0] for row in table.rows] == ["Telegram", "X"]
    assert not any(name.casefold() in (shown + str(table.rows)).casefold() for name in codes.values())


def test_a_folder_of_tgforge_exports_is_dropped_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every file of the folder is read, every row kept; numbers of members stay out and that is said; their texts find a group."""
    case, folder = tmp_path / "case", tgforge(tmp_path / "in", ("Phone",))
    (folder / "participants.csv").write_text("User ID,Username,Phone\n55,anna,+4915550100\n", "utf-8")
    assert cli.main(["ingest", str(folder), "--case", str(case)]) in (0, 4)
    told = capsys.readouterr()
    assert "Telephone numbers are not taken in: column 'Phone' was left out." in told.out
    assert "participants.csv" in told.out + told.err and "+4915550100" not in told.out + told.err
    store = open_case(str(case))
    rows = sum(platform == "telegram" for platform, *_ in events())
    assert (store.count("posts"), store.count("sources")) == (rows, 63)
    assert all(b"4915550100" not in file.read_bytes() for file in case.rglob("*") if file.is_file())
    extras = [row for batch in store.scan("posts") for row in batch.column("extra").to_pylist()]
    assert not any(extra and "4915550100" in extra for extra in extras)
    assert cli.main(["find", "--case", str(case), "--trace", "text", "--window", "60s"]) == 0
    assert "3 accounts" in capsys.readouterr().out


def test_a_table_of_no_known_format_loses_its_telephone_numbers_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case, file = tmp_path / "case", tmp_path / "members.csv"
    file.write_text("account,time,text,Telefonnummer\nann,2026-03-01 10:00:00,hello there,+4915550100\n", "utf-8")
    assert cli.main(["ingest", str(file), "--case", str(case)]) == 0
    assert "column 'Telefonnummer' was left out" in capsys.readouterr().out
    (post,) = [row for batch in open_case(str(case)).scan("posts") for row in batch.to_pylist()]
    assert post["extra"] is None
