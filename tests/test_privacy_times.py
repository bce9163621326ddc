"""Posts found again from the original file, way out by way out: by time, by words, by address, by counts of posts."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from test_ways_out import HOST, START, build, words_of

from dashboards import words
from dashboards.briefing import FORMATS, gather
from dashboards.server.app import create_app
from graph.exports.writer import export
from graph.privacy.codes import Choice
from graph.privacy.times import REMAINS, STEPS, Step, coarse, coarse_time, in_words
from graph.report.report import Report
from graph.stores import Scan, Store

MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    case = build(tmp_path_factory.mktemp("times") / "case")
    yield case
    case.close()


@pytest.fixture(scope="module")
def original(found: Store) -> pl.DataFrame:
    """The rows of the file that somebody else holds."""
    columns = ("post_uid", "account_uid", "created_at", "text", "url")
    return pl.concat([pl.DataFrame(pl.from_arrow(batch)) for batch in found.scan("posts", Scan(columns=columns))])


def written(report: Report, folder: Path, names: Choice, times: Step | None) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in export(report, folder, names, times)}


def moments(text: str) -> set[datetime]:
    return {datetime.fromisoformat(one[:26].replace(" ", "T") + "+00:00") for one in MOMENT.findall(text)}


def by_time(text: str, original: pl.DataFrame) -> float:
    """Share of the posts whose time a file holds and no other post has."""
    alone = {at for at, times in Counter(original["created_at"]).items() if times == 1}
    said = {at for at in alone if words.clock(at, "s", year=True) in text}
    return len(alone & (moments(text) | said)) / original.height


def by_words(text: str, original: pl.DataFrame) -> float:
    return sum(said in text for said in original["text"]) / original.height


def by_address(text: str, original: pl.DataFrame) -> float:
    return (
        sum(address in text or uid in text for address, uid in original.select("url", "post_uid").iter_rows())
        / original.height
    )


WAYS: dict[str, Callable[[str, pl.DataFrame], float]] = {
    "time": by_time,
    "words": by_words,
    "address or id": by_address,
}


def outputs(store: Store, folder: Path) -> Iterator[tuple[str, str]]:
    """Every file that leaves in codes mode, with its words."""
    report = Report(store)
    yield from written(report, folder / "codes", "codes", None).items()
    outline = gather(report)
    yield from ((kind, FORMATS[kind].render(outline).decode("utf-8")) for kind in ("html", "stix"))
    for kind in ("docx", "pptx", "pdf"):
        if FORMATS[kind].missing() is None:
            yield kind, words_of(FORMATS[kind].render(outline))
    client, tie = create_app(store).server.test_client(), report.ties().iloc[0]
    group = report.groups().iloc[0]["group_id"]
    top = report.objects(group).iloc[0]
    for address, query in {
        "/files/evidence.csv": {"a": tie["account_a"], "b": tie["account_b"], "trace": tie["trace"]},
        "/files/ties.csv": {},
        "/files/object.csv": {"trace": str(top["trace"]), "object": str(top["object"])},
        "/files/search.csv": {"q": "canary"},
        "/files/groups.csv": {},
    }.items():
        answer = client.get(address, query_string={"run": "R-1", **query}, headers=HOST)
        assert answer.status_code == 200, address
        yield address, answer.get_data(as_text=True)


def test_no_way_out_gives_the_second_the_words_or_the_address_of_a_post(
    found: Store, original: pl.DataFrame, tmp_path: Path
) -> None:
    between = original.filter(pl.col("created_at").dt.second() != 0)
    shares = {
        name: {way: measure(text, between) for way, measure in WAYS.items()} for name, text in outputs(found, tmp_path)
    }
    assert {"ties.csv", "evidence.csv", "network.gexf", "network.graphml", "run.json", "stix", "html"} <= set(shares)
    assert {name: share for name, share in shares.items() if any(share.values())} == {}
    ids = written(Report(found), tmp_path / "ids", "ids", None)
    assert by_time(ids["evidence.csv"], between) > 0.2, "the measure finds them where they are exact"


def found_again(evidence: str, original: pl.DataFrame, form: str) -> dict[str, float]:
    """Share of the accounts of a file that fit one account of the original alone, by times, and by posts at each time."""
    letters = len(START.strftime(form))
    table = pl.read_csv(io.StringIO(evidence))
    rows = {row for side in "ab" for row in table.select(f"account_{side}", f"post_{side}", f"at_{side}").iter_rows()}
    seen, known = dict[str, Counter[str]](), dict[str, Counter[str]]()
    for account, _, at in rows:
        seen.setdefault(account, Counter())[at[:letters].replace(" ", "T")] += 1
    for account, at in original.select("account_uid", pl.col("created_at").dt.strftime(form)).iter_rows():
        known.setdefault(account, Counter())[at] += 1
    fitting = {
        "times": [sum(times.keys() <= held.keys() for held in known.values()) for times in seen.values()],
        "times and counts": [sum(times <= held for held in known.values()) for times in seen.values()],
    }
    return {how: counts.count(1) / len(seen) for how, counts in fitting.items()}


def test_what_remains_is_measured_and_said(found: Store, original: pl.DataFrame, tmp_path: Path) -> None:
    """Minutes of one account's posts, taken together, still tell it from all others: so the record says that."""
    files = written(Report(found), tmp_path / "out", "codes", None)
    alone = found_again(files["evidence.csv"], original, "%Y-%m-%dT%H:%M")
    record = json.loads(files["run.json"])
    assert record["times"] == "minute" and record["times_say"] == in_words("minute")
    assert REMAINS in record["names_say"]
    assert alone["times"] <= alone["times and counts"] < 1, f"shares of the accounts that are found: {alone}"
    exact = written(Report(found), tmp_path / "exact", "codes", "exact")["evidence.csv"]
    assert found_again(exact, original, "%Y-%m-%dT%H:%M:%S")["times and counts"] > 0.5, "the joins find what is exact"


@pytest.mark.parametrize("step", STEPS)
def test_times_are_as_coarse_as_asked(found: Store, tmp_path: Path, step: Step) -> None:
    files = written(Report(found), tmp_path / step, "codes", step)
    every = STEPS[step]
    for name in ("ties.csv", "evidence.csv", "network.gexf", "network.graphml"):
        posts = moments(files[name])
        assert posts and (every is None or all(coarse_time(at, step) == at for at in posts)), name
    lags = pl.read_csv(io.StringIO(files["evidence.csv"]))["lag_s"]
    assert lags.n_unique() > 1, "delays stay delays"


def test_delays_lose_their_fractions_and_unknown_times_stay_unknown() -> None:
    rows: dict[str, list[Any]] = {"at": [START + timedelta(milliseconds=1), None], "lag_s": [0.4, None]}
    assert coarse(pl.DataFrame(rows)).rows() == [(START, 0.0), (None, None)]
