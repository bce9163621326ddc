"""Links of a part: keys of each kind, sites of addresses, texts as links, and a place for each."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from fixtures_stores import T0

from ingest.assemble.id_repair import SoundIds
from ingest.assemble.links import Linking
from ingest.mapping.contract import ROW, Context
from ingest.mapping.frames import complete
from ingest.tables import Options

LONG = "The quay was full of boats this morning, and all of them were painted blue."


def made(links: list[dict[str, Any]], **post: Any) -> pl.DataFrame:
    """The links that come out of rows of links of one post."""
    own = {"post_uid": "x:1", "account_uid": "x:11", "created_at": T0, "platform": "x", "kind": "original", ROW: 1}
    posts = complete(pl.DataFrame([own | post]), "posts")
    told = complete(
        pl.DataFrame([{ROW: 1} | link for link in links], schema_overrides={"inherited": pl.Boolean}), "links"
    )
    context = Context("posts.csv", Options(), "x")
    return Linking(context, SoundIds(context, "x")).make(told, posts)


@pytest.mark.parametrize(
    ("link", "keys"),
    [
        ({"kind": "url", "target_raw": "https://www.Example.org/quay?utm_source=a"}, {("url", "example.org/quay"), ("domain", "example.org")}),
        ({"kind": "url", "target_raw": "https://bit.ly/3abc"}, {("url", "bit.ly/3abc")}),  # a shortener is nobody's site
        ({"kind": "hashtag", "target_raw": "#Quay"}, {("hashtag", "quay")}),
        ({"kind": "mention", "target_key": "x:@ann"}, {("mention", "x:@ann")}),
        ({"kind": "repost", "target_key": "x:7"}, {("repost", "x:7")}),
        ({"kind": "repost", "target_key": ""}, set()),
        ({"kind": "hashtag", "target_raw": None}, set()),
    ],
)  # fmt: skip
def test_each_kind_has_its_key(link: dict[str, Any], keys: set[tuple[str, str]]) -> None:
    found = made([link])
    assert set(found.select("kind", "target_key").iter_rows()) == keys
    assert found["at"].to_list() == [T0] * len(keys) and set(found["post_uid"]) <= {"x:1"}


def test_what_a_row_says_twice_is_one_link_and_places_count_on() -> None:
    tags = [{"kind": "hashtag", "target_raw": tag} for tag in ("quay", "#Quay", "boats")]
    found = made(tags)
    assert found.select("target_key", "position").rows() == [("quay", 0), ("boats", 1)]


@pytest.mark.parametrize(
    ("post", "links", "texts"),
    [
        ({"text": LONG}, [], 1),
        ({"text": "hi"}, [], 0),  # too short to be more than chance
        ({"text": None}, [], 0),
        ({"text": LONG, "kind": "repost"}, [{"kind": "repost", "target_key": "x:7"}], 0),
        ({"text": LONG, "kind": "repost"}, [], 1),  # what it repeats is not said
        ({"text": LONG, "text_is_inherited": True}, [], 0),
    ],
)
def test_a_text_is_a_link_where_the_post_wrote_it(
    post: dict[str, Any], links: list[dict[str, Any]], texts: int
) -> None:
    unrelated = {"kind": "hashtag", "target_raw": "quay"}
    assert made([unrelated, *links], **post).filter(pl.col("kind") == "text").height == texts


def test_a_mention_leads_to_an_account_both_ways() -> None:
    found = made([{"kind": "mention", "target_account_uid": "x:5"}, {"kind": "reply", "target_key": "x:9"}])
    assert found.select("kind", "target_key", "target_account_uid", "resolved").rows() == [
        ("mention", "x:5", "x:5", False),
        ("reply", "x:9", None, True),
    ]
