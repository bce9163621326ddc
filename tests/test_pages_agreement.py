"""Agreement of coders: kappa against published numbers, who decided, coding blind, and the same numbers everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fixtures_command import Answer
from flask import Flask
from test_pages import text

from dashboards.briefing.full import gather
from dashboards.briefing.outline import Sentences
from dashboards.components import author, verdict_callbacks, verdict_form
from dashboards.components.base import State
from dashboards.pages import agreement as page_of
from dashboards.pages.group import page as group_page
from dashboards.pages.groups import page as groups_page
from dashboards.server.app import CaseReports, create_app
from graph import Report, Settings, find, toy_case
from graph.case import verdicts
from graph.case.notes import About
from graph.coders import kappa as of
from graph.coders.agreement import COLUMNS, coding
from graph.coders.kappa import kappa
from graph.stores.base import Store

# confusion table, agreed, kappa, low, high, method or why
KAPPAS = [
    # Fleiss, Levin and Paik 2003, table 18.1, of 100 patients
    ([[75, 1, 4], [5, 4, 1], [0, 0, 10]], 89, 0.6765, 0.5046, 0.8484, of.ASYMPTOTIC),
    ([[20, 5], [10, 15]], 35, 0.4, 0.1511, 0.6489, of.ASYMPTOTIC),
    ([[0, 25], [25, 0]], 0, -1.0, -1.0, -1.0, of.ASYMPTOTIC),
    ([[5, 1, 0], [1, 2, 0], [0, 0, 3]], 10, 0.7333, None, None, of.BOOTSTRAP),
    ([[20, 0, 0], [0, 20, 0], [0, 0, 0]], 40, 1.0, None, None, of.ALL_AGREED),
    ([[12, 0, 0], [0, 0, 0], [0, 0, 0]], 12, None, None, None, of.ALL_ONE),
    ([[1, 0, 0], [0, 0, 0], [1, 0, 0]], 1, 0.0, None, None, of.TOO_FEW_DRAWS),
    ([[1, 0], [0, 0]], 1, None, None, None, of.TOO_FEW),
    ([[0, 0], [0, 0]], 0, None, None, None, of.TOO_FEW),
]


@pytest.mark.parametrize(("table", "agreed", "value", "low", "high", "how"), KAPPAS)
def test_kappa_and_its_interval(
    table: list[list[int]], agreed: int, value: float | None, low: float | None, high: float | None, how: str
) -> None:
    found = kappa(table)
    assert (found.items, found.agreed) == (sum(map(sum, table)), agreed)
    assert how in (found.interval, found.why)
    assert found.kappa == (None if value is None else pytest.approx(value, abs=1e-4))
    if how == of.ASYMPTOTIC:
        assert found.low == pytest.approx(low, abs=1e-4) and found.high == pytest.approx(high, abs=1e-4)
    if how == of.BOOTSTRAP:
        assert found.low is not None and found.high is not None and found.kappa is not None
        assert -1 <= found.low < found.kappa < found.high <= 1
        assert kappa(table) == found, "the same seed, the same interval"


def note(number: int, by: str, verdict: str, *after: int, group: str = "g") -> dict[str, Any]:
    about = {"kind": "verdict", "run_id": "r", "group_id": group, "id": str(number)}
    return {**about, "by": by, "verdict": verdict, "after": [str(one) for one in after], "reason": "as seen"}


ANN, BEN = note(1, "Ann", "confirmed"), note(2, "Ben", "rejected")
CODED = [
    # notes, coders and their verdicts, who decided what
    ([ANN, BEN], {"Ann": "confirmed", "Ben": "rejected"}, None),
    ([ANN, BEN, note(3, "Cem", "rejected", 1, 2)], {"Ann": "confirmed", "Ben": "rejected"}, ("Cem", "rejected")),
    ([ANN, BEN, note(3, "Ann", "rejected", 1, 2)], {"Ann": "confirmed", "Ben": "rejected"}, ("Ann", "rejected")),
    ([ANN, note(2, "Ben", "unsure", 1)], {"Ann": "confirmed", "Ben": "unsure"}, None),
    (
        [ANN, note(2, "Ben", "unsure", 1), note(3, "Cem", "unsure", 2)],
        {"Ann": "confirmed", "Ben": "unsure"},
        ("Cem", "unsure"),
    ),
    ([ANN, note(2, "ann ", "unsure", 1)], {"Ann": "unsure"}, None),
    ([ANN, note(2, "Ann", "open", 1), BEN | {"id": "9"}], {"Ben": "rejected"}, None),
    (
        [ANN, BEN, note(3, "Cem", "rejected", 1, 2), note(4, "Cem", "open", 3)],
        {"Ann": "confirmed", "Ben": "rejected"},
        None,
    ),
    ([note(1, "Ann", "confirmed", group="of another run")], {}, None),
]


@pytest.mark.parametrize(("notes", "said", "decided"), CODED)
def test_codes_and_decisions(
    notes: list[dict[str, Any]], said: dict[str, str], decided: tuple[str, str] | None
) -> None:
    found = coding(notes, "r", {"g": 1})
    assert {coder: rating.verdict for coder, rating in found.of("g").items()} == said
    last = found.decisions.get("g")
    assert (last and (last.coder, last.verdict)) == decided
    assert found.undecided() == (["g"] if len(set(said.values())) > 1 and decided is None else [])


def test_who_had_seen_the_other_is_said() -> None:
    ranks = {"g": 1, "h": 2, "i": 3}
    blind = [note(n, by, v, group=g) for n, (by, g, v) in enumerate(
        [("Ann", "g", "confirmed"), ("Ben", "g", "confirmed"), ("Ann", "h", "rejected"), ("Ben", "h", "rejected"),
         ("Ann", "i", "confirmed"), ("Ben", "i", "rejected")])]  # fmt: skip
    assert "Neither had seen" in coding(blind, "r", ranks).sentences()[0] or kappa([[1, 0, 1], [0] * 3, [0, 0, 1]]).why
    seen = [*blind[:1], {**blind[1], "after": ["0"]}, *blind[2:]]
    (one,) = coding(seen, "r", ranks).pairs()
    assert one.saw == 1 and one.table == ((1, 0, 1), (0, 0, 0), (0, 0, 1))
    (one,) = coding([*blind[:1], {**blind[1], "from_file": True}, *blind[2:]], "r", ranks).pairs()
    assert (one.saw, one.unsaid) == (0, 1)


def test_three_coders_are_compared_two_by_two() -> None:
    notes = [note(n, by, "confirmed") for n, by in enumerate(("Ann", "Ben", "Cem"))]
    found = coding(notes, "r", {"g": 1})
    assert [(one.first, one.second) for one in found.pairs()] == [("Ann", "Ben"), ("Ann", "Cem"), ("Ben", "Cem")]
    assert found.sentences()[0] == "3 people coded groups; agreement is given for each two of them."


# --- the story: verdict, second coder, kappa


@pytest.fixture
def coded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Report]:
    """The toy case with its run; who sits at the screen is set by the test."""
    monkeypatch.setattr(author, "remember", lambda name: None)
    case = toy_case(tmp_path)
    yield Report(case, find(case, Settings(traces=("link",))).run["run_id"])
    case.close()


def at_the_screen(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(author, "name", lambda: name)


def test_the_story_of_a_second_coder(
    coded: Report, monkeypatch: pytest.MonkeyPatch, command: Callable[..., Answer]
) -> None:
    reports = CaseReports(coded.store, Report)
    group = str(coded.groups()["group_id"].iloc[0])
    about = verdict_form.about_group(coded, group)
    at_the_screen(monkeypatch, "Ann")
    verdict_callbacks.saved(reports, about.as_dict(), [], "Ann", "confirmed", "Same order every time.", "high")

    # Ben codes blind: neither the group's page nor the list shows what Ann wrote
    at_the_screen(monkeypatch, "Ben")
    with Flask(__name__).test_request_context():
        open_page = text(group_page.layout(coded, State("/group", {"group": group})))
        blind = group_page.layout(coded, State("/group", {"group": group, "blind": "1"}))
        listed = text(groups_page.layout(coded, State("/groups", {"blind": "1"})))
    assert "Same order every time." in open_page and "Code blind" in open_page
    assert "Same order" not in text(blind) and "hidden until you have given your own verdict" in text(blind)
    assert "Confirmed" not in listed
    assert "You gave no verdict yet." in text(blind) and "Open: no verdict yet." not in text(blind)
    shown, said, _ = verdict_callbacks.saved(
        reports, about.as_dict(), [], "Ben", "rejected", "One newsroom.", "", blind=True
    )
    assert said == "Saved." and "Analysts disagree." in text(shown) and "while you were writing" not in text(shown)

    found = coded.agreement()
    assert found.coders == ["Ann", "Ben"] and found.undecided() == [group]
    assert [rating.saw for rating in found.ratings] == [False, False]

    # Cem decides after both
    stand = verdicts.standing(coded.store.notes("verdict"), about)
    at_the_screen(monkeypatch, "Cem")
    verdict_callbacks.saved(
        reports, about.as_dict(), [str(v["id"]) for v in stand], "Cem", "rejected", "It says so itself.", ""
    )
    found = coded.agreement()
    assert found.coders == ["Ann", "Ben"] and found.decisions[group].coder == "Cem"
    assert found.sentences() == [
        "Ann and Ben coded 1 group; they agreed on 0. Fewer than two groups were coded by both, so kappa is not given.",
        "They differ on group 1; 1 decided, 0 open.",
    ]

    page = text(page_of.layout(coded, State("/agreement", {})))
    assert "Two people coded 1 group and differ on 1" in page and "Rejected, decided by Cem" in page
    part = next(part for part in gather(coded).parts if part.title == "Agreement of coders")
    said_in_print = [words for block in part.blocks if isinstance(block, Sentences) for words in block.words]
    assert said_in_print[:2] == found.sentences()
    facts = command("verdicts", "agreement", "--case", coded.store.address, "--json").facts
    assert facts["sentences"] == found.sentences() and facts["undecided"] == []
    assert [row["decided_by"] for row in facts["verdicts"]] == ["Cem", "Cem"]
    out = command("verdicts", "agreement", "--case", coded.store.address, "--csv", "coders.csv")
    assert out.code == 0 and "rejected, decided by Cem" in out.out
    answer = create_app(coded.store).server.test_client().get("/files/agreement.csv", base_url="http://127.0.0.1")
    assert answer.text.splitlines()[0].removeprefix("\ufeff") == ",".join((*COLUMNS, "run"))
    assert Path("coders.csv").read_text("utf-8").splitlines()[0].removeprefix("\ufeff") == ",".join(COLUMNS)


def test_two_who_agree_are_not_asked_to_choose() -> None:
    about = About("r", group_id="g")
    block = verdict_form.verdict_block([ANN, {**ANN, "id": "2", "by": "Ben"}], about)
    assert "Two people gave this verdict." in text(block) and "Keep" not in text(block)


def test_without_a_second_coder_the_page_says_how_to_begin(handed: Store) -> None:
    said = text(page_of.layout(Report(handed), State("/agreement", {})))
    assert "No group has a verdict yet." in said and "Code the groups blind" in said and "Groups to code" in said


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("agreement", "v.csv"), "agreement reads no file"),
        (("import",), "Name the file to import."),
        (("import", "nothing.csv"), "cannot be read as a CSV"),
        (("decide",), "invalid choice"),
    ],
)
def test_bad_use_is_told_how(
    words: tuple[str, ...], why: str, demo_store: Store, command: Callable[..., Answer]
) -> None:
    said = command("verdicts", *words, "--case", demo_store.address)
    assert said.code in (2, 3) and why in said.err
