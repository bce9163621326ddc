"""Files whose times people report trouble with, read in place: each with the times that are right."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

import ingest
from ingest.errors import LockstepError

RIGHT = {
    "de_words.csv": ["2018-12-06T11:26:33", "2018-03-06T11:26:43", "2018-10-06T11:26:00"],
    "de_year.csv": [f"2018-{month:02d}-06T11:26:00" for month in range(1, 13)],
    "fr_words.csv": ["2018-12-06T11:26:00", "2018-06-06T11:26:00", "2018-08-06T11:27:00"],
    "en_us_nnbsp.csv": ["2018-11-06T23:26:33", "2018-11-16T11:26:43"],
    "es_mx.csv": ["2018-11-06T23:26:33", "2018-11-16T11:26:43"],
    "excel_serial.csv": ["2018-11-06T11:26:33", "2018-11-06T11:26:43"],
    "gmt_plus.csv": ["2018-11-06T09:26:33", "2018-11-06T09:26:43"],
    "iso_space_offset.csv": ["2018-11-06T03:26:33", "2018-11-06T03:26:43"],
    "iso_week.csv": ["2018-11-06T11:26:33.123456", "2018-11-06T11:26:34.123456"],
    "utc_pm.csv": ["2018-11-06T09:26:33", "2018-11-06T16:26:43"],
}
REFUSED = {"ago.csv": "3h"}


@pytest.fixture
def times(shared: Path) -> Path:
    return shared / "cases" / "times"


@pytest.mark.parametrize("name", RIGHT)
def test_times_are_read(times: Path, name: str) -> None:
    tables = ingest.read(times / name)
    read = sorted(at.to_pydatetime() for at in tables.posts["created_at"])
    assert read == sorted(datetime.fromisoformat(at).replace(tzinfo=UTC) for at in RIGHT[name])
    assert tables.skipped.empty


@pytest.mark.parametrize("name", REFUSED)
def test_times_are_refused_with_the_value(times: Path, name: str) -> None:
    with pytest.raises(LockstepError) as refused:
        ingest.read(times / name)
    assert name in str(refused.value) and REFUSED[name] in str(refused.value)


def test_every_file_has_its_right_times(times: Path) -> None:
    assert {file.name for file in times.glob("*.csv")} == RIGHT.keys() | REFUSED.keys()
