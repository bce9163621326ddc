"""First sentences of a run whose accounts were all chosen beforehand, in the command, on pages, in print and in notebooks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fixtures_command import Answer
from fixtures_pages import HandMade
from test_pages import text

from dashboards.briefing.method import population
from dashboards.briefing.run_summary import RunSummary
from dashboards.commands.summary import run_lines
from dashboards.components.base import State
from dashboards.pages.evidence import page as evidence
from dashboards.pages.groups import page as groups
from graph.case.beforehand import say
from graph.case.comparisons import comparisons, mark
from graph.case.load import load
from graph.report.report import Report
from graph.runs.caveats import NO_COMPARISON
from graph.runs.chosen import MORE, TO_DO, said_after, said_first
from graph.runs.pipeline import find
from graph.settings import Settings
from graph.stores import open_case
from graph.toy_data import write_posts

LINKS = Settings(traces=("link",), windows_s=(60.0,))
CHOSEN = f"There is {NO_COMPARISON}. And so on."


@pytest.mark.parametrize(
    ("run", "begins"),
    [
        (
            {"notes": [CHOSEN], "counts": {"groups": 2, "pairs": 1}},
            "All accounts here were chosen beforehand: 3 sets of",
        ),
        ({"notes": [CHOSEN], "counts": {}}, "All accounts here were chosen beforehand: none of them stands out"),
        (
            {"outside": {"link 60 s": {"outside": "none", "held": 0.9}}},
            "Most of what was done here was done by accounts",
        ),
        ({"outside": {"link 60 s": {"outside": "component", "held": 0.1}}, "notes": ["Times are coarse."]}, None),
    ],
)
def test_sentences_come_only_where_nobody_is_left_to_compare_with(run: dict[str, Any], begins: str | None) -> None:
    said = said_first(run)
    assert said == [] if begins is None else (said[0].startswith(begins) and said[1] == TO_DO)


def test_the_hoaxers_begin_with_what_is_not_known(shared: Path, tmp_path: Path) -> None:
    case = open_case(str(tmp_path / "case"), create=True)
    load(case, [shared / "data" / "ira_fearmonger_tweets.csv"])
    find(case, Settings(traces=("text",), worlds=0))
    report = Report(case)
    said = said_first(report.run)
    assert len(said) == 2 and "ingest --as comparison" in said[1]
    assert run_lines(report)[:2] == said == RunSummary(report).lead()[:2]
    assert report._repr_html_().index("chosen beforehand") < report._repr_html_().index("<b>Run")


NOBODY: dict[str, Any] = {"counts": {"groups": 1}, "notes": ["Times are known to the minute only."]}
BY_FILES: dict[str, Any] = {**NOBODY, "notes": [CHOSEN, *NOBODY["notes"]], "chosen": "ask"}
LATE = "The comparison late.csv has posts of 1 Jan 2025 and the case of 1 Mar 2026: it cannot show what was usual then. Load posts of the same days."
ELSEWHERE = "The comparison vk.csv has posts of VK and the case of X: it cannot show what is usual there. Load posts of X, or name the platform."
HELD = {"outside": {"link 60 s": {"outside": "community", "held": 0.9}}}
STATES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "usual": (NOBODY, []),
    "by its files": (BY_FILES, ["All accounts here were chosen beforehand: 1 set of them", TO_DO]),
    "by hand": ({**BY_FILES, "chosen": "yes"}, ["All accounts here were chosen beforehand: 1 set of them", TO_DO]),
    "automatic": ({**NOBODY, **HELD}, ["Most of what was done here was done by accounts", TO_DO]),
    "denied by hand": ({**NOBODY, **HELD, "chosen": "no"}, []),
    "compared": ({**NOBODY, "comparison": ["s2"], "unfit": []}, []),
    "compared with few": ({**NOBODY, **HELD, "comparison": ["s2"]}, ["Most of what was done here", MORE]),
    **{
        name: (
            {**BY_FILES, "notes": [CHOSEN, said, *NOBODY["notes"]], "comparison": ["s2"], "unfit": [said]},
            ["All accounts here were chosen beforehand: 1 set of them", said],
        )
        for name, said in (("comparison of other days", LATE), ("comparison of another platform", ELSEWHERE))
    },
}


@pytest.mark.parametrize("state", STATES)
def test_every_page_says_it_once(state: str, hand_made: HandMade) -> None:
    run, begins = STATES[state]
    hand_made.run |= run
    hand_made.notes = said_after(hand_made.run)
    hand_made.add_group(1).add_tie("x:1", "x:2")
    said = said_first(hand_made.run)
    assert len(said) == len(begins) and all(one.startswith(so) for one, so in zip(said, begins, strict=True))
    assert hand_made.notes[-1] == "Times are known to the minute only."
    report: Any = hand_made
    for page in (
        groups.layout(report, State.parse("/groups", "")),
        evidence.layout(report, State.parse("/evidence", "?a=x:1&b=x:2&trace=link&window=60")),
    ):
        shown = text(page)
        for one in said:
            assert shown.count(one) == 1
        assert shown.count("chosen beforehand") == (1 if said and said[0].startswith("All") else 0)
        assert shown.count("no comparison population") == 0


@pytest.mark.parametrize(
    ("answer", "said"), [("yes", "An analyst said that all"), ("no", "An analyst said that not all")]
)
def test_the_word_of_an_analyst_is_kept_with_the_run(
    answer: str, said: str, tmp_path: Path, command: Callable[..., Answer]
) -> None:
    """The command keeps the word, the run goes by it, and Method prints it; without one nothing is printed."""
    case = str(tmp_path / "case")
    with closing(open_case(case, create=True)) as store:
        load(store, [write_posts(tmp_path)])
        plain = find(store, LINKS).run
    assert plain["chosen"] == "ask" and population(plain) == ""
    mark_it = ("sources", "--case", case, "--by", "Kim", "--chosen-beforehand")
    assert "were chosen beforehand, as Kim said on" in command(*mark_it, answer).out
    with closing(open_case(case)) as store:
        run = find(store, LINKS).run
        assert run["run_id"] != plain["run_id"] and population(run).startswith(said)
        assert bool(said_first(run)) == (answer == "yes")
        assert "Kim" not in str(run)
    assert "chosen beforehand" not in command(*mark_it, "ask").out


def test_a_comparison_that_cannot_serve_leaves_the_first_sentences(tmp_path: Path) -> None:
    """Everybody was chosen, and the comparison is of another year: the run says both, each once."""
    late = tmp_path / "late.csv"
    late.write_text("post_id,author_id,created_at,text\nlate,999,2019-01-01T00:00:00Z,https://a.example/1\n", "utf-8")
    with closing(open_case(str(tmp_path / "case"), create=True)) as store:
        load(store, [write_posts(tmp_path)])
        load(store, [late], role=("comparison", "Kim"))
        say(store, "yes", "Kim")
        find(store, LINKS)
        report = Report(store)
        said = said_first(report.run)
        assert (
            said[0].startswith("All accounts here were chosen beforehand") and "late.csv has posts of 1 Jan" in said[1]
        )
        everything = [*said, *report.caveats()]
        assert sum("late.csv has posts" in one for one in everything) == 1
        assert sum("comparison population" in one for one in everything) == 0
        assert "of which 1 post by 1 account is a comparison." in "\n".join(run_lines(report))
        assert "of which 1 post by 1 account is a comparison." in " ".join(RunSummary(report).lead())
        mark(store, str(comparisons(store)[0]), "case", "Kim")
        assert find(store, LINKS).run["unfit"] == []
