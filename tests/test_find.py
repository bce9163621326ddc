"""The Find page: what it tells a run, what it says a run would do, and the figure of windows against chance."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from dashboards.figures.trace_icons import drawn, explained
from dashboards.figures.window_sweep import windows_against_chance
from dashboards.jobs.queue import Job, Step
from dashboards.jobs.worker import settings_from
from dashboards.pages.find import estimate, form, progress
from graph.traces import TRACES
from ingest.errors import UsageError

GIVEN: dict[str, Any] = {
    "ways": ["text", "link"], "windows": ["60"], "other": "", "worlds": "19", "min": "3", "seed": "7",
    "from": None, "to": None, "most": "", "platforms": [], "preset": "none",
}  # fmt: skip


def test_the_form_is_what_a_run_is_told() -> None:
    about = form.about_run(
        GIVEN
        | {
            "other": "90s, 2h",
            "from": "2026-05-04",
            "to": "2026-05-05",
            "platforms": ["x"],
            "most": "1,200.5",
            "preset": "coortweet",
        }
    )
    settings = settings_from(about)
    assert settings.traces == ("link", "text") and settings.windows_s == (60.0, 90.0, 7200.0)
    assert settings.narrow.start.isoformat() == "2026-05-04T00:00:00+00:00"
    assert settings.narrow.end.isoformat() == "2026-05-06T00:00:00+00:00", "the last day is in"
    assert settings.narrow.platforms == ("x",) and settings.preset == "coortweet"
    assert settings.narrow.most_a_day == 1200.5
    given = {name: (value or "") for name, value in form.asked_again(about).items()}
    lists = {name: str(given[name]).split(",") for name in ("ways", "windows", "platforms")}
    assert form.about_run(given | lists) == about, "the address of a run that was cancelled asks for the same again"
    assert (settings.worlds, settings.group_min, settings.seed) == (19, 3, 7)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"ways": []}, "No behaviour"),
        ({"windows": []}, "No window"),
        ({"other": "soon"}, "cannot be read"),
        ({"other": "-5"}, "cannot be read"),
        ({"seed": "x"}, "whole number"),
        ({"most": "many"}, "above zero"),
        ({"most": "0"}, "above zero"),
        ({"from": "2026-05-05", "to": "2026-05-04"}, "before the first"),
    ],
)
def test_what_cannot_be_is_said(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        form.about_run(GIVEN | changed)


@pytest.mark.parametrize("name", TRACES)
def test_every_way_has_its_words_and_a_drawing(name: str) -> None:
    assert explained(name).endswith(".") and len(explained(name)) > 20
    ET.fromstring(drawn(name))


MEASURED = {
    "actions": 900,
    "accounts": 100,
    "windows": [
        {"window_s": 10.0, "rapid_pairs": 50, "observed": 9, "expected": 0.0, "beyond": 3, "shuffled": 0.0},
        {"window_s": 60.0, "rapid_pairs": 400, "observed": 174, "expected": 68.0, "beyond": 30, "shuffled": 0.0},
        {"window_s": 3600.0, "rapid_pairs": 9000, "observed": 500, "expected": 498.0, "beyond": 0, "shuffled": 0.0},
    ],
    "left_out_s": [],
}


@pytest.mark.parametrize(
    ("window", "title"),
    [
        (60.0, "Within 60 s, 174 pairs of accounts shared two or more links together; chance gives about 68"),
        (3600.0, "Within 1 h, 500 pairs of accounts shared two or more links together, as many as chance gives"),
        (10.0, "Within 10 s, 9 pairs of accounts shared two or more links together; chance gives none"),
    ],
)
def test_the_figure_says_what_the_chosen_window_sees(window: float, title: str) -> None:
    picture = windows_against_chance("link", MEASURED, [window])
    assert picture.title == title
    assert picture.table["Pairs of accounts that coincided twice or more"].to_list() == [9, 174, 500]
    ET.fromstring(picture.svg)


class Kinds:
    """As much of a case as the estimate asks."""

    def sources(self) -> pa.Table:
        return pa.table({"rows_kept": [1_000], "field_coverage": ['{"url": 0.9, "text": 0.8, "created_at": 1.0}']})

    def runs(self) -> list[dict[str, Any]]:
        return [{"started_at": "2026-05-04T08:00:00+00:00", "finished_at": "2026-05-04T08:01:30+00:00"}]


def test_what_a_run_would_do_is_counted_not_guessed() -> None:
    store: Any = Kinds()
    about = form.about_run(GIVEN | {"ways": ["link"]})
    said = dict(estimate.would(store, about, {"link": MEASURED}))
    assert said["read"] == "900 actions" and said["test"] == "4,950 pairs of accounts (q is corrected for all of them)"
    assert said["compare"] == "400 pairs of posts within the window" and said["last run here took"] == "90 s"
    assert dict(estimate.would(store, about, {}))["read"] == "about 900 actions"
    assert any("0.05" in str(line) for line in estimate.blind(about))


def job(state: str = "running", **more: Any) -> Job:
    steps = (
        Step("Reading who shared the same link", 0, 1, 2.0),
        Step("Pairing links within 60 s", 0, 1, 2.0),
        Step("Testing link within 60 s against chance", 1, 2, 2.0),
    )
    plain: dict[str, Any] = {"steps": steps, "about": {"traces": ["link"], "windows_s": [60.0], "worlds": 99}}
    return Job("a" * 12, "find", "c", state=state, started=0.0, **{**plain, **more})


def test_a_run_under_way_says_how_far_it_is() -> None:
    done, at = progress._stages(job())
    assert (round(done, 2), progress.STAGES[at].title) == (0.45, "Test against chance")
    said = str(progress.view(job()))
    assert "accounts that share links together, within 60 s" in said and "About 7 s left" in said
    assert "99 shuffles of each kind" in said and "A cancelled run saves nothing" in said


@pytest.mark.parametrize(
    ("counts", "title"),
    [
        ({"groups": 2, "ties": 9}, "Found 2 groups beyond chance"),
        ({"groups": 0, "closed": 1}, "Found 1 closed circle and no group"),
        ({"ties": 1}, "Found 1 tie beyond chance, and no group"),
        ({}, "Nothing found beyond chance"),
    ],
)
def test_the_end_is_a_finding(counts: dict[str, int], title: str) -> None:
    result = {"run": "R-4", "run_id": "b" * 12, "counts": counts, "known": False}
    said = str(progress.view(job("done", result=result)))
    assert title in said and "/groups?run=R-4" in said and "b" * 12 in said


@pytest.mark.parametrize("state", ["cancelled", "failed", "lost"])
def test_a_run_that_came_to_nothing_says_what_was_kept(state: str) -> None:
    said = str(progress.view(job(state, error={"message": "There are no posts in this case."})))
    assert "Nothing was saved" in said and "ways=link" in said


def test_counts_follow_the_days_and_platforms_that_are_chosen(demo_store: Any, jobs: Any, ended: Any) -> None:
    reports = SimpleNamespace(store=demo_store, address=demo_store.address, jobs=jobs)
    narrow = form.about_run(GIVEN | {"from": "2026-08-10", "to": "2026-08-20", "platforms": ["x"]})["narrow"]
    parts: tuple[dict[str, Any], ...] = (narrow, {})
    part, whole = (ended(jobs, estimate.measure_job(reports, chosen).job_id).result["link"] for chosen in parts)
    assert 0 < part["actions"] < whole["actions"] and part["accounts"] < whole["accounts"]
    assert estimate.measure_job(reports, narrow).job_id != estimate.measure_job(reports, {}).job_id
    assert "The part of the case chosen here" in str(
        estimate.curve({"link": part}, form.about_run(GIVEN) | {"narrow": narrow})
    )
    for _ in range(3):
        jobs.start("measure", demo_store.address, {"traces": ["link"]})
    full = estimate.measure_job(reports, {"platforms": ["telegram"]})
    assert full is None and estimate.asks_again(reports, full), "as many as may run do run"
    said = str(estimate.not_counted(full, demo_store, form.about_run(GIVEN)))
    assert "Pairs are counted when it is done" in said


def test_what_nobody_waits_for_any_more_is_no_longer_counted(demo_store: Any, jobs: Any, ended: Any) -> None:
    reports = SimpleNamespace(store=demo_store, address=demo_store.address, jobs=jobs)
    first = estimate.measure_job(reports, {"platforms": ["x"]})
    then = estimate.measure_job(reports, {"platforms": ["telegram"]})
    estimate.superseded(reports, then.job_id, then)
    estimate.superseded(reports, first.job_id, then)
    assert ended(jobs, first.job_id).state == "cancelled" and ended(jobs, then.job_id).state == "done"
    again = estimate.measure_job(reports, {"platforms": ["x"]})
    assert ended(jobs, again.job_id).state == "done", "somebody else who still wants it has it counted anew"


def test_what_was_planted_and_found_is_said_beside_the_settings() -> None:
    tried = {"trace": "link", "accounts": 8, "jitter_s": 60.0, "planted": 10}
    power = pd.DataFrame([{**tried, "shares": 3, "found": 2}, {**tried, "shares": 5, "found": 9}])
    report = SimpleNamespace(run={"run_id": "a", "number": 3}, power=lambda: power)
    assert estimate.seen_before(SimpleNamespace(of=lambda run: report)) == (
        "Tested with planted groups in run R-3: a group of 8 sharing 5 links within 60 s would have been found in 9 of 10 trials."
    )
    report.power = pd.DataFrame
    assert "Detection limit not tested" in estimate.seen_before(SimpleNamespace(of=lambda run: report))


def test_every_mistake_of_the_form_is_said() -> None:
    wrong = {"ways": [], "other": "3 potatoes", "seed": "x", "most": "0", "from": "2026-08-09", "to": "2026-08-03"}
    said = form.mistakes(GIVEN | wrong)
    starts = ("No behaviour", "A window of", "A seed of", "The last day is before", "'0' posts a day")
    assert len(said) == 5 and all(one.startswith(begin) for one, begin in zip(said, starts, strict=True))
    with pytest.raises(UsageError) as error:
        form.about_run(GIVEN | wrong)
    assert all(one in str(error.value) for one in said) and not form.mistakes(GIVEN)
