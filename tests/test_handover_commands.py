"""``lockstep report`` and ``lockstep ledger``, as a person uses them: a report, two weeks, rechecks, the curve."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dashboards.cli import main
from graph.privacy.areas import PROFILES
from graph.stores.base import Store

DONE, BAD_USE, BAD_INPUT, PARTLY = 0, 2, 3, 4
WHY = (
    "These posts give a wrong closing hour, such as “Polling stations close at six on Sunday, number 663”. Polling stations close"
    " at eight, as the authority announced. Whoever publishes a wrong hour of voting breaks the provision, and keeps people from voting."
)
LAW = ("--law", "Election Act", "--provision", "§ 12", "--country", "Kvarnsund", "--quote", "Whoever publishes …")
WHO = ("--name", "R. S.", "--email", "rs@watch.example", "--good-faith", "--by", "R. S.")


@pytest.fixture
def lockstep(
    handed: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Call the command on the case; gives exit code, stdout and stderr."""
    monkeypatch.setenv("LOCKSTEP_STATE", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "why.txt").write_text(WHY, "utf-8")

    def call(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([*map(str, words), "--case", handed.address])
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return code, said.out, said.err

    return call


def test_a_report_with_four_elements_or_what_is_missing(
    lockstep: Callable[..., tuple[int, str, str]], handed: Store, confirm: Callable[[Store], str], tmp_path: Path
) -> None:
    """Story 6, through the command."""
    code, out, _ = lockstep("report", 1, *LAW, "--check")
    assert code == PARTLY and "2 of 40 posts have no exact address" in out and "! (c)" in out and not handed.notes()
    code, _, err = lockstep("report", 1, *LAW, *WHO)
    assert code == BAD_USE and "no verdict yet" in err
    confirm(handed)
    code, out, err = lockstep("report", 1, *LAW, *WHO, "--explain", "why.txt", "--out", "n.json")
    assert code == PARTLY and "One thing is missing: 2 of 40 posts have no exact address." in out
    assert "Only an authority of a member state can issue one." in err
    assert json.loads((tmp_path / "n.json").read_text("utf-8"))["complete"] is False
    code, out, _ = lockstep("report", "--draft", "D-1", "--check", "--json")
    bare = [item["post"] for item in json.loads(out)["without_address"]]
    Path("a.csv").write_text(
        f"code,address\n{bare[0]},https://x.com/a/status/5\n{bare[1]},ftp://x\nP-no,https://x.com/a/status/6\n"
    )
    code, _, err = lockstep("report", "--draft", "D-1", "--addresses", "a.csv", "--out", "m.html")
    assert code == PARTLY and "a.csv, row 3, column address" in err and "a.csv, row 4, column code" in err
    code, out, _ = lockstep("report", "--draft", "D-1", "--leave-out", bare[1], "--out", "m.html")
    assert (
        code == DONE and "Nothing is missing." in out and "Incomplete" not in (tmp_path / "m.html").read_text("utf-8")
    )
    assert [(note["format"], note["posts"]) for note in handed.notes("report_exported")] == [
        ("json", 38),
        ("html", 39),
        ("html", 39),
    ]


def test_two_weeks_later_rechecks_make_a_curve(
    lockstep: Callable[..., tuple[int, str, str]], handed: Store, confirm: Callable[[Store], str], tmp_path: Path
) -> None:
    """Story 7, through the command."""
    confirm(handed)
    assert "Nothing was sent yet." in lockstep("ledger")[1]
    lockstep("report", 1, *LAW, *WHO, "--explain", "why.txt", "--out", "n.json")
    sent = [item["address"] for item in json.loads((tmp_path / "n.json").read_text("utf-8"))["locations"]]
    assert lockstep("ledger", "add", "sent", "D-1", "--on", "2026-08-28", "--by", "R. S.")[0] == DONE
    assert lockstep("ledger", "add", "receipt", "L-1", "--on", "2026-08-29")[0] == DONE
    assert lockstep("ledger", "add", "decision", "L-1", "--on", "2026-09-04", "--words", "15 removed")[0] == DONE
    rows = [f"{url},{'offline' if n < 15 else 'online'},2026-09-04,R. S." for n, url in enumerate(sent)]
    rows += [f"{url},{'offline' if n < 16 else 'online'},2026-09-11,R. S." for n, url in enumerate(sent)]
    Path("r.csv").write_text(
        "\n".join(["address,state,date,by", *rows, "https://x.com/z/status/9,online,2026-09-11,"]), "utf-8"
    )
    code, out, err = lockstep("ledger", "recheck", "r.csv")
    assert code == PARTLY and "76 rechecks taken, 1 left out" in out and "r.csv, row 78, column address" in err
    assert "16 of 38 reported posts were offline on 11 Sep 2026." in out
    facts: dict[str, Any] = json.loads(lockstep("ledger", "--json")[1])
    assert [(row["day"], row["at_risk"], row["offline"]) for row in facts["curve"]] == [
        (0, 38, 0),
        (7, 38, 15),
        (14, 23, 1),
    ]
    assert facts["lines"][0]["offline"] == 16 and "https" not in json.dumps(facts["lines"])
    assert "15 removed" in lockstep("ledger")[1]
    assert (
        lockstep("ledger", "recheck", facts["lines"][0]["posts"][0], "--state", "online", "--on", "2026-09-20")[0]
        == DONE
    )
    assert "1 was offline once and came back." in lockstep("ledger")[1]


def test_somebody_in_danger_gets_the_way_to_the_police(
    lockstep: Callable[..., tuple[int, str, str]], handed: Store
) -> None:
    code, out, _ = lockstep("report", "--danger")
    assert code == DONE and "112" in out and "no document" in out and not handed.notes()


def test_in_the_area_of_child_sexual_abuse_nobody_needs_a_name_and_the_hotline_is_shown(
    lockstep: Callable[..., tuple[int, str, str]], handed: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lockstep("case", "set", "--area", "csam")[0] == DONE
    code, _, err = lockstep("report", 1, *LAW, "--check")
    assert code == BAD_USE and "this small" in err and "inhope[.]org" in err
    monkeypatch.setitem(PROFILES, "csam", replace(PROFILES["csam"], minimum=4))  # the group has four accounts
    _, out, err = lockstep("report", 1, *LAW, "--good-faith", "--explain", "why.txt", "--check")
    assert (
        "✓ (c)" in out and "inhope[.]org" in err and "quotes a post" in out and "38 of 40 posts have an address" in out
    )


@pytest.mark.parametrize("area", ["terrorism", "drugs", "trafficking"])
def test_in_every_area_the_exact_addresses_leave_with_a_report_and_nowhere_else(
    lockstep: Callable[..., tuple[int, str, str]], handed: Store, confirm: Callable[[Store], str], area: str,
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    confirm(handed)
    assert lockstep("case", "set", "--area", area)[0] == DONE
    monkeypatch.setitem(PROFILES, "trafficking", replace(PROFILES["trafficking"], minimum=4))
    lockstep("report", 1, *LAW, *WHO, "--explain", "why.txt", "--out", "n.json")
    found = json.loads((tmp_path / "n.json").read_text("utf-8"))
    assert len(found["locations"]) == 38 and found["locations"][0]["address"].startswith("https://x.com/")
    assert ("account" in found["locations"][0]) == (PROFILES[area].level == "person")
    lockstep("ledger", "add", "sent", "D-1", "--on", "2026-08-28")
    code = lockstep("ledger", "--json")[1]
    assert "https" not in code and json.loads(code)["outcome"]["posts"] == 38


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("report",), "Name a group"),
        (("report", "7", "--terms", "Spam"), "Its groups: 1 (larkspur[.]example)"),
        (("report", "1"), "Illegal under which law?"),
        (("report", "1", "--law", "A", "--terms", "B"), "Choose one"),
        (("report", "1", "--law", "A", "--to", "telegram"), "Name one with --to: x"),
        (("report", "1", "--law", "A", "--format", "pdf"), "There is no report as 'pdf'"),
        (("report", "1", "--law", "A", "--out", "a.pdf"), ".docx, .html or .json"),
        (("report", "1", "--law", "A", "--out", "a.docx", "--format", "html"), "does not end as html"),
        (("report", "1", "--law", "A", "--address", "P-1"), "is no pair"),
        (("report", "1", "--law", "A", "--address", "P-1=https://x.com/a/status/1"), "no post 'P-1'"),
        (("report", "1", "--law", "A", "--leave-out", "P-1"), "no post 'P-1'"),
        (("report", "--draft", "D-9"), "no draft D-9"),
        (("report", "--draft", "nine"), "Write L-2"),
        (("ledger", "ad"), "Did you mean 'add'?"),
        (("ledger", "add", "sent", "D-1"), "a kind, a draft or a line, and a day"),
        (("ledger", "add", "snt", "D-1", "--on", "2026-08-28"), "Did you mean 'sent'?"),
        (("ledger", "add", "receipt", "L-3", "--on", "2026-08-28"), "no line L-3"),
        (("ledger", "recheck"), "Name a file"),
        (("ledger", "recheck", "P-1", "--state", "online"), "a state and a day"),
    ],
)
def test_bad_use_says_what_was_meant(
    lockstep: Callable[..., tuple[int, str, str]], words: tuple[str, ...], meant: str
) -> None:
    code, out, err = lockstep(*words)
    assert code == BAD_USE and meant in err and not out


@pytest.mark.parametrize("words", [("report", 1, "--law", "A", "--explain", "no.txt"), ("ledger", "recheck", "no.csv")])
def test_a_file_that_cannot_be_read_is_bad_input(
    lockstep: Callable[..., tuple[int, str, str]], words: tuple[Any, ...]
) -> None:
    code, _, err = lockstep(*words)
    assert code == BAD_INPUT and "cannot be read" in err
