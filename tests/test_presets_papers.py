"""The papers' rules on rows whose result was worked out by hand, and what of their code is not copied."""

from __future__ import annotations

from datetime import UTC, datetime
from math import log, log2, sqrt
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from fixtures_worlds import random_actions

from graph.case.load import load
from graph.networks import projection
from graph.networks.backbone import centrality, disparity
from graph.networks.projection import Weighted, bags, products, tf_idf
from graph.pairing.actions import Actions
from graph.pairing.local import LocalEngine
from graph.presets import PRESETS
from graph.presets.cinus import by_frames
from graph.presets.coornet import CooRnet, coordinated
from graph.presets.luceri import FAST, SEQUENCE, delays, sequences
from graph.report.report import Report
from graph.runs.pipeline import find, search
from graph.settings import Settings
from graph.stores import open_case
from graph.toy_data import actions_table
from ingest.errors import UsageError
from ingest.tables import LINKS, POSTS, Options, to_arrow

DAY = 86_400.0


def acted(*rows: tuple[str, str, float]) -> Actions:
    return Actions.from_table(actions_table(list(rows)))


def sets(**objects: str) -> Actions:
    """Accounts and the objects each acted on once, an hour apart: ``a="op"``."""
    return acted(*[(account, o, 3600.0 * n) for n, (account, all_) in enumerate(objects.items()) for o in all_])


def weights(edges: pl.DataFrame) -> dict[str, float]:
    return {a + b: round(weight, 6) for a, b, weight, _ in edges.rows()}


def kept(edges: pl.DataFrame) -> set[str]:
    return {a + b for a, b, _, keeps in edges.rows() if keeps}


def edges(name: str, actions: Actions, window_s: float = 60, **options: float) -> pl.DataFrame:
    return PRESETS[name].edges(actions, window_s, options)


# CooRnet


def test_coornet_estimates_its_interval_from_the_fastest_addresses() -> None:
    """Second shares after 4, 50 and 6 s; the fastest half are o and q, which pass half of their shares after 10 and 6 s."""
    shares = acted(
        *[("a", "o", 0), ("b", "o", 4), ("c", "o", 10), ("d", "o", 100)],
        *[("a", "p", 0), ("b", "p", 50), ("a", "q", 0), ("c", "q", 6), ("d", "once", 0)],
    )
    assert CooRnet().interval(shares, q=0.5) == 8
    assert CooRnet().interval(shares, q=0.1) == 10
    assert CooRnet().interval(acted(("a", "o", 5), ("b", "o", 5))) == 1
    assert CooRnet().interval(acted(("a", "o", 5), ("b", "p", 5))) == 1


def test_coornet_cuts_bins_from_the_first_share() -> None:
    shares = acted(("a", "o", 100), ("b", "o", 110), ("c", "o", 159), ("d", "o", 160), ("a", "p", 7), ("b", "p", 66))
    assert weights(edges("coornet", shares, coordination_interval=60)) == {"ab": 2, "ac": 1, "bc": 1}
    assert kept(edges("coornet", shares, coordination_interval=60)) == {"ab"}
    assert coordinated(shares, 60).tolist() == [True, True, True, False, True, True]


def test_coornet_ties_accounts_whose_bins_differ() -> None:
    """Both are coordinated on the address, each with somebody else: its projection asks no more."""
    shares = acted(("a", "o", 0), ("b", "o", 1), ("c", "o", 600), ("d", "o", 601))
    assert set(weights(edges("coornet", shares, coordination_interval=60))) == {"ab", "ac", "ad", "bc", "bd", "cd"}
    assert set(weights(edges("qut", shares))) == {"ab", "ba", "cd", "dc"}


def test_coornet_needs_two_accounts_and_counts_an_address_once() -> None:
    assert not weights(edges("coornet", acted(("a", "o", 0), ("a", "o", 1)), coordination_interval=60))
    repeated = acted(*[("a", "o", float(n)) for n in range(9)], ("b", "o", 3))
    assert weights(edges("coornet", repeated, coordination_interval=60)) == {"ab": 1}


# Pacheco


def test_pacheco_compares_bags() -> None:
    """N = 3; o is rarer than p, and a acted on o twice."""
    bag = acted(("a", "o", 0), ("a", "o", 9), ("a", "p", 0), ("b", "o", DAY), ("b", "p", 0), ("c", "p", 2 * DAY))
    rare, twice = log(4 / 3) + 1, 1 + log(2)
    a, b = sqrt((twice * rare) ** 2 + 1), sqrt(rare**2 + 1)
    expected = {"ab": (twice * rare**2 + 1) / (a * b), "ac": 1 / a, "bc": 1 / b}
    found = edges("pacheco", bag, support=0, min_df=1)
    assert weights(found) == pytest.approx(expected, abs=1e-6)
    assert kept(found) == {"ab"}


def test_pacheco_asks_for_support_and_for_objects_of_three() -> None:
    bag = sets(a="opq", b="opq", c="o", d="op")
    assert set(weights(edges("pacheco", bag, support=1, min_df=1))) == {"ab", "ad", "bd"}
    assert weights(edges("pacheco", bag, support=2, min_df=3)) == {"ab": 1}, "nothing has three accounts, so all count"
    assert not weights(edges("pacheco", bag))


def test_pacheco_compares_all_pairs_and_not_a_hundred_each() -> None:
    crowd = acted(*[(f"u{n:03}", "o", float(n)) for n in range(150)])
    assert edges("pacheco", crowd, support=0).height == 150 * 149 // 2


# Keller, Schoch


def test_keller_schoch_holds_to_one_minute_and_two_traces() -> None:
    texts = acted(("a", "t", 0), ("b", "t", 60), ("c", "t", 60.5), ("a", "s", 900), ("b", "s", 910))
    reposts = acted(("c", "r", 0), ("d", "r", 59))
    found = PRESETS["keller-schoch"].layers({"text": texts, "repost": reposts, "link": texts}, 3600, {})
    assert {trace: weights(table) for trace, table in found.items()} == {
        "text": {"ab": 2, "bc": 1},
        "repost": {"cd": 1},
    }
    assert kept(found["text"]) == {"ab", "bc"}
    assert kept(edges("keller-schoch", texts, least=2)) == {"ab"}


def test_keller_schoch_counts_a_text_once_however_often_it_was_repeated() -> None:
    texts = acted(("a", "t", 0), *[("b", "t", float(n)) for n in range(1, 11)])
    assert weights(edges("keller-schoch", texts)) == {"ab": 1}
    assert weights(edges("coortweet", texts, min_participation=1)) == {"ab": 10}


# Luceri


def test_luceri_takes_the_largest_likeness_of_its_networks() -> None:
    """Links: N = 3, o of all three, p of two; texts are the same."""
    links, texts = sets(a="op", b="o", c="op"), sets(a="t", b="t")
    found = PRESETS["luceri"].layers({"link": links, "text": texts, "domain": links}, 60, {"centrality": 0})
    part = round(1 / sqrt((log(4 / 3) + 1) ** 2 + 1), 6)
    assert set(found) == {"link", "text"}
    assert weights(found["link"]) == {"ab": 1, "ac": 1, "bc": part}
    assert weights(found["text"]) == {"ab": 1}


def test_luceri_asks_for_reposts_and_for_objects_of_two() -> None:
    few = sets(a="op", b="op")
    assert not PRESETS["luceri"].layers({"repost": few}, 60, {})["repost"].height
    assert PRESETS["luceri"].layers({"repost": few}, 60, {"min_retweets": 2})["repost"].height == 1
    own = sets(a="opqr", b="ostu")  # what one account alone shared takes nothing from the likeness
    assert weights(edges("luceri", own)) == {"ab": 1}


def test_luceri_prunes_by_the_fused_network() -> None:
    """A triangle of equals and a pair: with weights, and each component by itself, the pair is the less central."""
    actions = sets(a="o", b="o", c="o", d="p", e="p")
    assert kept(edges("luceri", actions, centrality=0.5)) == {"ab", "ac", "bc"}
    assert kept(edges("luceri", actions, centrality=0)) == {"ab", "ac", "bc", "de"}


def test_a_group_apart_from_the_largest_component_is_not_pruned_away() -> None:
    """In the usual eigenvector centrality the four have 0: they are no part of the larger crowd of five."""
    two = Weighted(
        np.array([i for i in range(5) for _ in range(i + 1, 5)]),
        np.array([j for i in range(5) for j in range(i + 1, 5)]),
        np.full(10, 0.1),
    )
    apart = [(i, j) for i in range(5, 9) for j in range(i + 1, 9)]
    a, b = (
        np.concatenate([old, np.array(new)]) for old, new in zip((two.a, two.b), zip(*apart, strict=True), strict=True)
    )
    found = centrality(Weighted(a, b, np.concatenate([two.weight, np.full(6, 0.9)])), 9)
    assert found.round(6).tolist() == [0.4] * 5 + [2.7] * 4


def test_a_repost_a_day_and_five_seconds_later_is_not_fast() -> None:
    def moment(second: float) -> datetime:
        return datetime.fromtimestamp(1_700_000_000 + second, UTC)

    made = [{"post_uid": f"z:{n}", "account_uid": "z:author", "created_at": moment(n)} for n in range(4)]
    late = {"x:a": 5.0, "x:b": 5.0, "x:c": DAY + 5, "x:d": -5.0}
    links = [
        {"post_uid": f"{who}{n}", "account_uid": who, "at": moment(n + delay), "kind": "repost", "target_key": f"z:{n}"}
        for who, delay in late.items()
        for n in range(2 if who != "x:a" else 4)
    ]
    found = delays(
        pl.DataFrame(to_arrow(links, LINKS)),
        pl.DataFrame(to_arrow(made, POSTS)).select("post_uid", "account_uid", "created_at"),
    )
    assert len(found) == 10
    drawn = PRESETS["luceri"].layers({FAST: found}, 60, {"centrality": 0})
    assert drawn[FAST].rows() == [("x:a", "x:b", pytest.approx(1.0), True)]
    assert not PRESETS["luceri"].layers({FAST: found}, 60, {"time_interval": 4})[FAST].height


def test_the_time_of_a_post_that_is_not_in_the_case_is_read_from_its_id() -> None:
    """X's ids hold the millisecond; the author comes from the link; a repost of oneself is none."""
    made = datetime(2017, 10, 2, 0, 5, 23, 711_000, UTC)
    repost = {"kind": "repost", "target_key": "x:914580356430536707", "target_account_uid": "x:author"}
    rows = [
        {"post_uid": "x:1", "account_uid": "x:a", "at": made.replace(second=30), **repost},
        {"post_uid": "x:2", "account_uid": "x:author", "at": made.replace(second=31), **repost},
        {"post_uid": "y:3", "account_uid": "y:b", "at": made.replace(second=31), **repost, "target_key": "y:914"},
    ]
    found = delays(
        pl.DataFrame(to_arrow(rows, LINKS)),
        pl.DataFrame(to_arrow([], POSTS)).select("post_uid", "account_uid", "created_at"),
    )
    now = datetime.fromtimestamp(1506887923.711, UTC)
    expected = round((made.replace(second=30) - now).total_seconds() * 1e6)
    assert (found.accounts.to_pylist(), found.objects.to_pylist(), found.time.tolist()) == (
        ["x:a"],
        ["x:author"],
        [expected],
    )


def test_hashtags_count_in_their_order() -> None:
    def post(uid: str, who: str, tags: str, inherited: bool = False) -> list[dict[str, object]]:
        at = datetime(2026, 3, 2, tzinfo=UTC)
        link = {"post_uid": uid, "account_uid": who, "at": at, "kind": "hashtag", "inherited": inherited}
        return [{**link, "target_key": tag, "position": n} for n, tag in enumerate(tags.split())]

    rows = [*post("x:1", "x:a", "e d c b a"), *post("x:2", "x:b", "e d c b a"), *post("x:3", "x:c", "a b c d e")]
    rows += [*post("x:4", "x:d", "e d c b a", inherited=True), *post("x:5", "x:a", "f g"), *post("x:6", "x:c", "f g")]
    found = sequences(pl.DataFrame(to_arrow(rows, LINKS)))
    assert sorted(found.objects.to_pylist()) == ["a b c d e", "e d c b a", "f g"]
    ties = PRESETS["luceri"].layers({SEQUENCE: found}, 60, {"centrality": 0})[SEQUENCE]
    assert ties.rows() == [("x:a", "x:b", pytest.approx(1.0), True)]


# Cinus


def test_cinus_compares_week_by_week() -> None:
    """First week: a and b the same; second week nothing in common; third nothing at all but one share: 1 of 3."""
    actions = acted(("a", "o", 0), ("b", "o", 6 * DAY), ("a", "p", 7 * DAY), ("b", "q", 8 * DAY), ("c", "q", 15 * DAY))
    assert by_frames(actions, 7).weight.round(6).tolist() == [0.333333]
    assert weights(edges("cinus", actions)) == {"ab": 0.333333}
    two, one = log(4 / 3) + 1, log(4 / 2) + 1  # objects of two accounts and of one, all in one frame
    assert by_frames(actions, 30).weight.tolist() == pytest.approx([two / sqrt(2 * (two**2 + one**2)), 1 / sqrt(2)])


def test_cinus_cuts_where_given() -> None:
    actions = sets(a="o", b="o", c="o", d="pq", e="pr", f="st", g="su")
    assert kept(edges("cinus", actions, similarity=0.5, centrality=0.6)) == {"ab", "ac", "bc"}
    assert kept(edges("cinus", actions, similarity=0.2, centrality=0.2)) == {"ab", "ac", "bc", "de", "fg"}


def test_cinus_searches_the_cut_after_which_what_is_left_is_densest() -> None:
    """Four accounts share all, forty strangers sit in a ring, each with the next: without the ring density goes to 1."""
    clique = [(who, f"link {n}", 0.0) for who in "abcd" for n in range(6)]
    ring = [(f"z{n:02}", f"own {(n + step) % 40}", 0.0) for n in range(40) for step in (0, 1)]
    found = edges("cinus", acted(*clique, *ring))
    assert found.height == 6 + 40
    assert kept(found) == {"ab", "ac", "ad", "bc", "bd", "cd"}


# Nizzoli


def test_nizzoli_compares_superspreaders() -> None:
    """N = 3: o of two accounts, p of one, q of two; d is not busy enough."""
    actions = sets(a="op", b="oq", c="qr", d="o")
    common, own = log2(3 / 2), log2(3)
    length = sqrt(common**2 + own**2)
    expected = {"ab": common**2 / (length * sqrt(2) * common), "bc": common**2 / (length * sqrt(2) * common)}
    assert weights(edges("nizzoli", actions, superspreaders=0.75)) == pytest.approx(expected, abs=1e-6)
    assert not edges("nizzoli", actions).height or set(weights(edges("nizzoli", actions))) <= set(expected)


def test_the_disparity_of_a_tie_is_that_of_its_better_end_whatever_the_order() -> None:
    """The hub's strong tie: (1 - 8/10) ** 2 at the hub, 1 - 8/9 at the other end with two neighbours."""
    ends = [(0, 1, 8.0), (0, 2, 1.0), (0, 3, 1.0), (1, 4, 1.0)]
    for order in ([0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 1, 4, 3]):
        a, b, weight = (np.array(part) for part in zip(*[(order[i], order[j], w) for i, j, w in ends], strict=True))
        assert disparity(Weighted(a, b, weight), 5).round(6).tolist() == [0.04, 0.81, 0.81, round(1 - 1 / 9, 6)]


def test_nizzoli_keeps_what_the_disparity_filter_keeps() -> None:
    """Everybody has x, two have the rest in common: all of their strength, where the others spread theirs evenly."""
    clique = {f"c{n}": "xyz" for n in range(2)}
    fans = {f"f{n}": f"x{chr(66 + n)}" for n in range(8)}
    found = edges("nizzoli", sets(**clique, **fans, other="w"), superspreaders=1)
    assert found.height == 45
    assert kept(found) == {"c0c1"}


# All of them


def test_a_single_common_object_is_a_likeness_of_one_and_no_tie_of_ours() -> None:
    """Cosine knows no quantity: one object in common weighs as much as a hundred."""
    actions = acted(("a", "o", 0), ("b", "o", 5), *[(f"u{n}", f"p{n}", float(n)) for n in range(50)])
    for name, options in [("luceri", {"centrality": 0}), ("cinus", {}), ("nizzoli", {"superspreaders": 1})]:
        assert weights(edges(name, actions, **options)) == {"ab": 1}
        found = beside(name, actions, **options)
        assert PRESETS[name].counts(found)["explained"] == 1


def beside(name: str, actions: Actions, window_s: float = 60.0, **options: float) -> pl.DataFrame:
    settings = Settings(windows_s=(window_s,), worlds=0, preset=name, preset_options=tuple(options.items()))
    found = search({"link": actions, "text": actions}, settings, LocalEngine(), lambda *_: None)
    return found.pairs.filter(pl.col("preset_weight").is_not_null())


@pytest.mark.parametrize("name", PRESETS)
def test_what_a_method_keeps_of_noise_chance_explains(name: str) -> None:
    """Percentiles and fixed weights always keep something; the run says that all of it is chance."""
    loose: dict[str, dict[str, float]] = {
        "pacheco": {"support": 1},
        "nizzoli": {"superspreaders": 1, "alpha": 1},
        "cinus": {"centrality": 0.5, "similarity": 0.5},
        "luceri": {"centrality": 0.9},
    }
    noise = random_actions(2, rows=3_000, accounts=60, objects=400, span=20_000)
    drawn = beside(name, noise, 300.0, **loose.get(name, {}))
    counts = PRESETS[name].counts(drawn)
    assert counts["ties"] >= counts["kept"] > 0
    assert counts["kept_explained"] == counts["kept"] and counts["explained"] == counts["ties"]
    assert (
        counts["ties"]
        == drawn.select(
            pl.min_horizontal("account_a", "account_b"), pl.max_horizontal("account_a", "account_b").alias("two")
        )
        .unique()
        .height
    )


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_says_its_name_source_and_dials(name: str) -> None:
    preset = PRESETS[name]
    assert preset.name == name and preset.title and preset.source
    assert preset.dials({}) == dict(preset.options)
    assert all(dial in (type(preset).__doc__ or "") for dial in preset.options)
    with pytest.raises(UsageError, match="has no option 'edge_wait'"):
        preset.dials({"edge_wait": 1})


def test_both_directions_have_our_numbers() -> None:
    friends = acted(
        *[(who, f"o{n}", n * 600.0 + second) for n in range(6) for who, second in (("a", 0), ("b", 9), ("c", 5_000))]
    )
    found = beside("qut", friends).filter(pl.col("trace") == "link")
    assert found.select("account_a", "account_b", "observed").rows() == [("a", "b", 6), ("b", "a", 6)]
    assert found["p_a"].n_unique() == 1
    counts = PRESETS["qut"].counts(found)
    assert (counts["ties"], counts["directed"], counts["accounts"]) == (1, 2, 2)


def test_no_matrix_of_all_accounts_and_a_limit_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    large = acted(*[(f"u{n:05}", f"o{n // 2}", float(n)) for n in range(40_000)])
    found = products(tf_idf(bags(large)))
    assert len(found) == 20_000, "a dense matrix of 40,000 accounts would take 12 GB"
    assert found.a.tolist() == list(range(0, 40_000, 2))
    monkeypatch.setattr(projection, "MOST_PAIRS", 1_000)
    with pytest.raises(UsageError, match="more than 1,000 pairs"):
        products(tf_idf(bags(large)))


@pytest.mark.parametrize("seed", [1, 2])
def test_blocks_give_what_one_product_gives(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    counts = bags(random_actions(seed))
    dense = tf_idf(counts).toarray()
    expected = np.triu(dense @ dense.T, k=1)
    monkeypatch.setattr(projection, "MOST_PAIRS", 191)
    found = products(tf_idf(counts))
    assert (expected > 0).sum() == len(found)
    assert np.allclose(found.weight, expected[found.a, found.b])


def test_a_run_reads_what_a_preset_needs(tmp_path: Path) -> None:
    """Two accounts repost one author within seconds, one a day later; two write the same five hashtags in one order."""
    first = 914580356430536707
    step = 3600_000 << 22
    made = 1506887923.711
    tags = "#one #two #three #four #five"
    rows = ["message_id,user_id,username,repost_id,reply_id,message,timestamp,urls"]
    for n in range(3):
        at = made + n * 3600
        rows += [f"{first + n * step},9,author,,,hello there {n},{at:.3f},"]
        rows += [f"1{n},1,ann,{first + n * step},,RT,{at + 5:.3f},", f"2{n},2,ben,{first + n * step},,RT,{at + 8:.3f},"]
        rows += [f"3{n},3,cem,{first + n * step},,RT,{at + DAY + 5:.3f},"]
    rows += [f"41,1,ann,,,{tags} a,{made + 50_000:.3f},", f"42,3,cem,,,{tags} b,{made + 90_000:.3f},"]
    (tmp_path / "posts.csv").write_text("\n".join(rows) + "\n")
    store = open_case(str(tmp_path / "case"), create=True)
    outcome = load(store, [tmp_path / "posts.csv"], options=Options(platform="x"))[0]
    assert outcome.status == "new"
    found = find(store, Settings(worlds=0, preset="luceri", preset_options=(("centrality", 0.0),)))
    pairs = Report(store).all_pairs()
    drawn = {(row["trace"], row["account_a"], row["account_b"]) for row in pairs.to_dict("records")}
    assert (FAST, "x:1", "x:2") in drawn and (SEQUENCE, "x:1", "x:3") in drawn
    assert not {pair for pair in drawn if pair[0] == FAST} - {(FAST, "x:1", "x:2")}
    assert found.run["counts"]["preset"]["ties"] == 2
