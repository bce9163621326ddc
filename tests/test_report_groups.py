"""Groups of the toy run: four accounts, ten links, everything that was planted and nothing else."""

from __future__ import annotations

import pytest

from graph import Report
from ingest.errors import UsageError


@pytest.fixture
def group(toy_report: Report) -> str:
    return str(toy_report.groups()["group_id"][0])


def test_the_planted_group_is_the_only_one(toy_report: Report, group: str) -> None:
    row = toy_report.group(group)
    assert len(toy_report.groups()) == len(toy_report.groups("groups")) == 1 and toy_report.groups("aside").empty
    assert (row["accounts"], row["ties"], row["objects"], row["observed"]) == (4, 6, 10, 60)
    assert row["platforms"] == {"unknown": 4} and row["name"] == "larkspur[.]example"
    assert row["top_object"].startswith("larkspur.example/")


def test_members_and_roles_are_its_accounts(toy_report: Report, group: str) -> None:
    members, roles = toy_report.members(group), toy_report.roles(group)
    assert sorted(members["code"]) == sorted(roles["code"]) == ["A-41", "A-42", "A-43", "A-44"]
    assert members["objects"].tolist() == [10] * 4 and members["first"].sum() == 10


def test_objects_hosts_and_days_add_up(toy_report: Report, group: str) -> None:
    objects = toy_report.objects(group)
    assert objects["meetings"].sum() == toy_report.days(group)["meetings"].sum() == 60
    assert (
        set(objects["words"]) == {f"larkspur.example/{n}" for n in range(10)} and objects["others"].tolist() == [8] * 10
    )
    assert toy_report.hosts(group).values.tolist() == [["larkspur.example", 10]]
    days = toy_report.days()["day"]
    assert (days.iloc[-1] - days.iloc[0]).days + 1 == len(days), "days without any are there"


def test_what_is_not_there_is_empty_or_refused(toy_report: Report, group: str) -> None:
    assert toy_report.hashtags(group).empty and toy_report.days("no").empty
    with pytest.raises(UsageError, match="no group 'no'"):
        toy_report.group("no")


def test_change_covers_its_evidence_and_lags_all_first_shares(toy_report: Report, group: str) -> None:
    change, lags = toy_report.change(group), toy_report.lags(group)
    assert set(change["group_id"].dropna()) == {group}
    assert lags["group"].sum() > 0 and lags["others"].sum() > 0
    assert lags.loc[lags["to_s"] <= 60, "group"].sum() > lags.loc[lags["to_s"] <= 60, "others"].sum()
