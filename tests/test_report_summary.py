"""A report's summary in notebooks: counts and codes, every text escaped, nobody named."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from graph import Report, Settings, find, toy_case
from graph.report.summary import summary_html


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    case = toy_case(tmp_path_factory.mktemp("toy"))
    find(case, Settings(traces=("link",)))
    return Report(case)


def test_a_report_shows_its_summary_with_everything_escaped(report: Report) -> None:
    shown = report._repr_html_()
    assert "<b>Run R-1</b>" in shown and "larkspur[.]example" in shown and ">4<" in shown


def test_a_hostile_name_is_text_and_a_person_is_masked(report: Report) -> None:
    groups = report.groups().assign(name="<script>alert(1)</script> @nora_lind", top_object="x")
    hostile: Any = SimpleNamespace(
        run={"counts": {"ties": 1_234}},
        run_id="ab",
        name="R-1",
        groups=lambda: pd.concat([groups] * 21, ignore_index=True),
        caveats=lambda: ["Look at <b>this</b>"],
    )
    shown = summary_html(hostile)
    assert "<script" not in shown and "<b>this" not in shown and "nora_lind" not in shown
    assert "ties 1,234" in shown and "1 more: report.groups() lists all." in shown


def test_tables_are_shown_with_codes_and_nobodys_id_or_name(report: Report) -> None:
    tie, group = report.ties().iloc[0], report.groups().iloc[0]["group_id"]
    pair = tie["account_a"], tie["account_b"]
    accounts = report.accounts(list(report.members(group)["account"])).assign(display_name="Nora Lind")
    tables = [
        *(report.groups(), report.ties(), report.pairs(), report.layers(), report.change(), accounts),
        *(made(group) for made in (report.members, report.roles, report.objects, report.hosts, report.days)),
        *(report.evidence(*pair), report.common(*pair, "link"), report.tie_layers(*pair)),
        pd.DataFrame({"object": [pair[0], "unknown:post-1"], "members": [list(pair), ["unknown:661"] * 9]}),
    ]
    shown = [report.show(table)._repr_html_() for table in tables]
    said = " ".join(shown)
    assert not re.search(r"unknown:\S|user4\d|Nora Lind|read this", said)
    code = accounts.set_index("account_uid")["code"][pair[0]]
    assert all(f">{code}<" in shown[place] for place in (1, 5, 6, 7, 11, 13))
    assert "<td>…</td>" in said and "… and 4 more" in shown[-1]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("<i>@nora_lind</i>", "&lt;i&gt;@…&lt;/i&gt;"),
        ("https://larkspur.example/a", "hxxps://larkspur[.]example/a"),
        ("larkspur.example:80/a", "larkspur[.]example:80/a"),
        ("x:123", "…"),
        (1_234, "1234"),
        (0.123456, "0.123"),
        (None, ""),
        (float("nan"), ""),
        (pd.NaT, ""),
        ({"x": 2}, "x: 2"),
    ],
)
def test_every_kind_of_cell_is_shown_safely(report: Report, cell: object, expected: str) -> None:
    table = pd.DataFrame({"a": pd.Series([cell], dtype=object)})
    assert f"<tbody><tr><td>{expected}</td></tr></tbody>" in report.show(table).html
