"""Every method on one case: each member of the table has a result, or a sentence that says why not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from graph.case.toy import toy_case
from graph.labels.methods import OURS, SHOWN, found_by, methods
from graph.labels.scores import score
from graph.presets import PRESETS
from graph.settings import Settings
from graph.stores.base import Store
from graph.traces import TRACES
from ingest.errors import UsageError

LINKS = Settings(traces=("link",))


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("labels")
    with closing(toy_case(folder / "case")) as store:
        yield store


@pytest.mark.parametrize("name", methods())
def test_every_method_gives_groups_or_a_reason(case: Store, name: str) -> None:
    found = found_by(name, case, LINKS)
    assert len(found) == (len(SHOWN) if name == OURS else 1)
    for one in found:
        assert bool(one.why) != bool(one.reads), one
        inside = frozenset().union(*one.groups)
        assert inside <= one.tied and all(len(group) >= 3 for group in one.groups)
        assert 2 * one.ties >= len(one.tied)


def test_the_planted_group_of_the_toy_is_covered_by_our_search(case: Store) -> None:
    first = found_by(OURS, case, LINKS)[0]
    (group,) = first.groups
    labels = dict.fromkeys(group, "planted") | {"unknown:1": "ordinary"}
    found = score(first.groups, labels, {"ordinary"})
    assert (found.covered, found.weighted_precision, found.ordinary) == (1.0, 1.0, 0)


def test_presets_say_which_behaviours_their_papers_look_at() -> None:
    assert set(methods()) == {OURS, *PRESETS}
    for name, method in PRESETS.items():
        assert set(method.behaviours) | set(method.traces) <= set(TRACES), name
        assert not method.traces or set(method.behaviours) <= set(method.traces), name
        assert method.window_s is None or method.window_s > 0, name
    assert {name: method.window_s for name, method in PRESETS.items() if method.window_s} == {"coortweet": 10, "qut": 1}
    assert {name for name, method in PRESETS.items() if method.gathers == "components"} == {"pacheco", "cinus"}


def test_communities_of_the_multiplex_span_its_layers(case: Store) -> None:
    (found,) = found_by("iannucci", case, LINKS)
    assert found.groups and any(len(group) >= 4 for group in found.groups)


def test_an_unknown_method_is_said(case: Store) -> None:
    with pytest.raises(UsageError, match="coortweet"):
        found_by("coortwet", case)


def test_what_a_method_cannot_do_on_this_case_is_its_reason(case: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise UsageError("More than 50 pairs here.")

    monkeypatch.setattr(PRESETS["pacheco"], "layers", refuse)
    (found,) = found_by("pacheco", case, LINKS)
    assert (found.why, found.groups) == ("More than 50 pairs here.", ())


def test_too_many_ties_for_communities_are_said_and_counted(case: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.labels.methods.MOST_TIES", 1)
    (found,) = found_by("cinus", case, LINKS)
    assert found.groups == () and found.ties > 1 and "too many to find communities in" in found.why
