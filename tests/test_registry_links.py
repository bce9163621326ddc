"""Links to platforms: rows of (address, platform, what it points at), and the shipped table beside the facts it comes from."""

from __future__ import annotations

import csv
from pathlib import Path
from time import perf_counter

import polars as pl
import pytest

from ingest.normalize.platforms import platforms
from ingest.registry.links import KINDS, host_kind, platform_of_link, targets_of_links

POINTS_AT = [
    ("https://evilfacebook.com/login", None, None),
    ("https://start.me/p/abc", None, None),
    ("https://bit.me/abc", None, None),
    ("https://evil.com/a.facebook.com/x", None, None),
    ("https://facebook.example/", None, None),
    ("https://facebook.com@evil.example/x", None, None),
    ("https://facebook.com.evil.example/x", None, None),
    ("https://www.facebook.com/FjordFolk", "facebook", "page"),
    ("https://www.facebook.com/login", "facebook", None),
    ("https://m.facebook.com/groups/123/", "facebook", "group"),
    ("https://www.facebook.com/groups/123/posts/45", "facebook", "post"),
    ("https://l.facebook.com/l.php?u=https%3A%2F%2Fa.example%2F&h=A", "facebook", "redirect"),
    ("https://l.instagram.com/?u=https%3A%2F%2Fa.example%2F", "instagram", "redirect"),
    ("https://www.instagram.com/reel/AbC-1/", "instagram", "video"),
    ("https://whatsapp.com/channel/0029V", "whatsapp_channels", "channel"),
    ("https://chat.whatsapp.com/AbCd", "whatsapp_channels", "invite"),
    ("https://wa.me/4790000000", "whatsapp_channels", "contact"),
    ("https://youtu.be/dQw4w9WgXcQ?t=1", "youtube", "video"),
    ("youtube.com/watch?v=dQw4w9WgXcQ", "youtube", "video"),
    ("https://www.youtube.com/@fjord/videos", "youtube", None),
    ("https://www.youtube.com/@fjord", "youtube", "channel"),
    ("https://twitter.com/kari/status/1?s=20", "x", "post"),
    ("x.com/i/status/1", "x", "post"),
    ("https://x.com/kari", "x", "account"),
    ("https://x.com/home", "x", None),
    ("https://t.co/AbC", "x", "short link"),
    ("https://t.me/fjord", "telegram", "channel"),
    ("https://t.me/s/fjord", "telegram", "channel"),
    ("https://telegram.me/fjord/12", "telegram", "post"),
    ("https://t.me/+AbCdEf", "telegram", "invite"),
    ("https://t.me/joinchat/AbCdEf", "telegram", "invite"),
    ("https://t.me/c/123/45", "telegram", "post"),
    ("tg://resolve?domain=fjordfolk", "telegram", "channel"),
    ("https://discord.gg/AbC", "discord", "invite"),
    ("https://cdn.discordapp.com/attachments/1/2/a.png", "discord", "file"),
    ("https://signal.group/#CjQKIA", "signal", "invite"),
    ("https://drive.google.com/drive/folders/1a", "google_drive", "folder"),
    ("https://www.google.com/maps/place/Oslo", "google_maps", "map"),
    ("https://www.google.com/url?q=https%3A%2F%2Fa.example%2F", "google_search", "redirect"),
    ("https://fjord.blogspot.com/2024/06/a.html", "blogger", None),
    ("https://fjord.blogspot.de/", "blogger", "blog"),
    ("https://blogspot.evil.ltd/", None, None),
    ("https://www.amazon.co.uk/dp/B000", "amazon_store", "product"),
    ("https://amazon.ltd/dp/B000", None, None),
    ("https://mega.nz/folder/AbC#key", "mega", "folder"),
    ("https://telegra.ph/A-story-06-04", "telegraph", "paste"),
    ("https://archive.ph/AbCd1", "archive_today", "archived page"),
    ("https://web.archive.org/web/20240604000000/https://a.example/", "internet_archive", "archived page"),
    ("https://linktr.ee/fjord", "linktree", "link-in-bio page"),
    ("https://fjord.carrd.co/", "carrd", "link-in-bio page"),
    ("https://fosstodon.org/@kari/109999999999999999", "mastodon", "post"),
    ("mailto:kari@facebook.com", None, None),
    ("javascript:alert(1)", None, None),
    ("", None, None),
]


@pytest.mark.parametrize(("address", "platform", "points_at"), POINTS_AT)
def test_a_link_belongs_to_a_platform_by_its_host_and_says_what_it_points_at(address: str, platform: str | None, points_at: str | None) -> None:  # fmt: skip
    found = platform_of_link(address)
    assert (found and found.platform, found and found.points_at) == (platform, points_at)


def test_a_column_says_what_each_link_says() -> None:
    links = [address for address, _, _ in POINTS_AT]
    found = targets_of_links(pl.Series([*links, None]))
    assert found.select("platform", "points_at").rows() == [*((p, at) for _, p, at in POINTS_AT), (None, None)]


KIND_OF = [
    ("facebook.com", "social_network"), ("youtu.be", "video_sharing"), ("mega.nz", "file_hosting"), ("justpaste.it", "paste_site"),
    ("bit.ly", "url_shortener"), ("t.co", "url_shortener"), ("u.to", "url_shortener"), ("linktr.ee", "link_in_bio"),
    ("archive.today", "archive_site"), ("evilfacebook.com", None), ("fjordposten.example", None), ("", None),
]  # fmt: skip


@pytest.mark.parametrize(("host", "kind"), KIND_OF)
def test_kind_of_a_host(host: str, kind: str | None) -> None:
    assert host_kind(host) == kind


def test_every_kind_has_a_word() -> None:
    assert {p.kind for p in platforms().values()} == set(KINDS)


def test_every_shape_of_an_address_points_at_something() -> None:
    for platform in platforms().values():
        for link in platform.deep_links:
            assert link.rpartition(" ")[0], (platform.id, link)


def test_the_shipped_table_is_the_one_of_the_facts(shared: Path) -> None:
    with (shared / "reference" / "platforms.csv").open(encoding="utf-8", newline="") as file:
        facts = {row["platform_id"]: row for row in csv.DictReader(file)}
    table = platforms()
    assert set(table) == set(facts)
    assert len(table) == 105
    for id_, row in facts.items():
        ours = table[id_]
        told = {*row["domains"].split(";"), *row["short_domains"].split(";")} - {"", "various", "unknown"}
        paths = {domain for domain in told if "/" in domain}  # google.com/maps is a shape here, not a domain
        assert ours.kind == row["kind"] and row["name"].casefold().startswith(ours.name.casefold().split(" ")[0])
        assert {*ours.domains, *ours.short_domains} == told - paths, id_
        shapes = {link.rpartition(" ")[2] for link in ours.deep_links}
        wanted = {link.removesuffix(" (public preview)") for link in row["deep_link_patterns"].split(";")} - {""}
        assert wanted | paths <= shapes, id_
        assert ours.source == row["domains_basis"].replace("source:", "").replace("_", " "), id_


def test_a_column_is_fast_enough_for_a_page() -> None:
    posts = [f"https://t.me/channel{n % 900}/{n}" for n in range(100_000)]
    links = pl.Series([*(f"https://site{n % 5_000}.example/a/{n}" for n in range(100_000)), *posts])
    begun = perf_counter()
    found = targets_of_links(links)
    assert perf_counter() - begun < 5, "a tenth of that on a quiet machine"
    assert found["points_at"].null_count() == 100_000
    assert found["points_at"].drop_nulls().unique().to_list() == ["post"]
