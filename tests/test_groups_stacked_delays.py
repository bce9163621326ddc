"""Stacked delays: dots by the step of a usual delay, bars above many accounts, parts in their hues."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboards.figures.groups.stacked_delays import MOST_DOTS, stacked_delays


def people(delays: list[float | None]) -> pd.DataFrame:
    names = [f"x:{k}" for k in range(len(delays))]
    return pd.DataFrame(
        {"account": names, "code": range(len(delays)), "platform": "x", "ties": 3, "median_delay_s": delays}
    )


@pytest.mark.parametrize(
    ("delays", "precision", "columns"),
    [
        ([0.0, 0.0, 70.0], "min", {"0": 2, "1": 1}),
        ([0.0, 300.0, 900.0, None], "min", {"0": 1, "1": 0, "2": 0, "3": 0, "4": 0, "5+": 2, "unknown": 1}),
        ([0.0, 90_000.0], "day", {"0": 1, "1": 1}),
    ],
)
def test_accounts_stand_in_the_column_of_their_step(
    delays: list[float | None], precision: str, columns: dict[str, int]
) -> None:
    picture = stacked_delays(people(delays), precision)
    assert picture is not None and dict(picture.table.itertuples(index=False, name=None)) == columns
    assert picture.svg.count("<circle") == len(delays) and "not ranked" in picture.note


@pytest.mark.parametrize(("delays", "precision"), [([0.0, 1.0], "s"), ([None, None], "min"), ([], "min")])
def test_nothing_is_stacked_where_seconds_or_nothing_is_known(delays: list[float | None], precision: str) -> None:
    assert stacked_delays(people(delays), precision) is None


def test_many_accounts_become_bars_and_parts_have_their_hues() -> None:
    many = people([0.0, 60.0, 60.0] * MOST_DOTS)
    picture = stacked_delays(many, "min", {"Group 1": list(many["account"][:9]), "Group 2": list(many["account"][9:])})
    assert picture is not None and "<circle" not in picture.svg and picture.svg.count("<rect") == 4
    assert all(shape.startswith("<svg") for shape, _ in picture.key), "print places each by itself"
    assert [name for _, name in picture.key] == ["Group 1", "Group 2"]
    assert picture.title == "67% of the accounts fall into minute 1"


def test_an_account_of_the_comparison_has_a_ring() -> None:
    picture = stacked_delays(people([0.0, 0.0]).assign(comparison=[True, False]), "min")
    assert picture is not None and picture.svg.count("stroke-dasharray") == 1
    assert picture.key[-1][1] == "known from a comparison only"
