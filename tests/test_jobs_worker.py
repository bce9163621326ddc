"""A job's process: the settings it is sent, the progress it writes, the errors it hands on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dashboards.jobs.queue import server, write
from dashboards.jobs.worker import STEPS_KEPT, Diary, main, settings_from
from graph.settings import Settings


@pytest.mark.parametrize(
    ("about", "field", "value"),
    [
        ({}, "windows_s", Settings().windows_s),
        ({"windows_s": [10, 60]}, "windows_s", (10.0, 60.0)),
        ({"traces": ["link"]}, "traces", ("link",)),
        ({"preset": "coortweet", "preset_options": {"b": 2, "a": 1}}, "preset_options", (("a", 1), ("b", 2))),
        ({"worlds": 99}, "worlds", 99),
        ({"unknown": 1}, "seed", Settings().seed),
    ],
)
def test_settings_are_those_a_page_sent(about: dict[str, Any], field: str, value: object) -> None:
    assert getattr(settings_from(about), field) == value


def test_the_diary_keeps_the_last_steps_and_how_far_they_are(tmp_path: Path) -> None:
    diary = Diary(tmp_path)
    for number in range(STEPS_KEPT + 5):
        diary.say(f"Step {number}", 0, 10)
    diary.say(f"Step {STEPS_KEPT + 4}", 7, 10)
    diary.keep()
    steps = json.loads((tmp_path / "now.json").read_text("utf-8"))["steps"]
    assert len(steps) == STEPS_KEPT and steps[-1][:3] == [f"Step {STEPS_KEPT + 4}", 7, 10]


@pytest.mark.parametrize(
    ("kind", "about", "said"),
    [
        ("find", {}, "There is no case"),
        ("check", {"paths": ["absent.csv"], "options": {"tz": "Europe/Olso"}}, "There is no such file"),
    ],
)
def test_a_failure_ends_the_job_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, about: dict[str, Any], said: str
) -> None:
    monkeypatch.setattr(Diary, "listen", lambda self, server: None)  # the test's own process takes no signals
    write(tmp_path / "asked.json", {"kind": kind, "case": str(tmp_path / "absent"), "about": about, "server": server()})
    assert main(str(tmp_path)) == 0
    assert said in (tmp_path / "end.json").read_text("utf-8")
