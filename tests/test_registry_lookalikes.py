"""Lookalikes: rows of (host, what is said), and ordinary hosts that imitate nothing."""

from __future__ import annotations

import socket

import polars as pl
import pytest

from ingest.registry.lookalikes import TRICKS, lookalike, lookalike_of_link, lookalikes, lookalikes_of_links, originals

LISTED = ["fjordposten.example", "https://www.spiegel.de/", "bild.de", "fjell-avisa.example", "havblikktidende.example"]
KNOWN = originals(LISTED)

IMITATES = [
    # letters that look alike
    ("fаcebook.com", "letters", "facebook.com: Cyrillic а in place of a"),
    ("xn--fcebook-2fg.com", "letters", "facebook.com: Cyrillic а in place of a"),
    ("х.com", "letters", "x.com: Cyrillic х in place of x"),
    ("fácebook.com", "letters", "facebook.com: á in place of a"),
    ("fjоrdpоsten.example", "letters", "fjordposten.example: Cyrillic о in place of o"),
    ("spiegεl.ltd", "letters", "spiegel.de: Greek ε in place of e"),
    ("fаcebook-login.com", "letters", "facebook.com: Cyrillic а in place of a, “login” added"),
    ("faceb00k.com", "letters", "facebook.com: 0 in place of o"),
    ("lnstagram.com", "letters", "instagram.com: l in place of i"),
    ("sp1egel.de", "letters", "spiegel.de: 1 in place of i"),
    # hyphens and dots
    ("fjord-posten.example", "hyphen", "fjordposten.example: one hyphen added"),
    ("fjellavisa.example", "hyphen", "fjell-avisa.example: one hyphen left out"),
    ("face-book.net", "hyphen", "facebook.com: one hyphen added, under .net"),
    ("spiegel-de.com", "hyphen", "spiegel.de: the dot written as a hyphen"),
    ("facebookcom.example", "hyphen", "facebook.com: the dot left out"),
    # words
    ("evilfacebook.com", "word", "facebook.com: “evil” added"),
    ("facebook-login.com", "word", "facebook.com: “login” added"),
    ("my-fjordposten.example", "word", "fjordposten.example: “my” added"),
    ("havblikktidendearkiv.example", "word", "havblikktidende.example: “arkiv” added"),
    ("spiegelonline.ltd", "word", "spiegel.de: “online” added, under .ltd"),
    ("bild-aktuell.de", "word", "bild.de: “aktuell” added"),
    ("telegram-login.com", "word", "telegram.org: “login” added, under .com"),
    # endings
    ("spiegel.ltd", "suffix", "spiegel.de: the same name under .ltd"),
    ("www.bild.ws", "suffix", "bild.de: the same name under .ws"),
    ("facebook.example", "suffix", "facebook.com: the same name under .example"),
    ("tiktok.ltd", "suffix", "tiktok.com: the same name under .ltd"),
    ("spiegel.github.io", "suffix", "spiegel.de: the same name under .github.io"),
    # one edit
    ("facebok.com", "edit", "facebook.com: one letter left out"),
    ("faecbook.com", "edit", "facebook.com: two letters swapped"),
    ("facebouk.com", "edit", "facebook.com: u in place of o"),
    ("fjordpostten.example", "edit", "fjordposten.example: one letter added"),
    ("spiegal.de", "edit", "spiegel.de: a in place of e"),
    # addresses in front of another
    ("facebook.com.evil.example", "subdomain", "facebook.com: its address is only the first part of another"),
    ("www.spiegel.de.evil.ltd", "subdomain", "spiegel.de: its address is only the first part of another"),
    ("x.com.evil.example", "subdomain", "x.com: its address is only the first part of another"),
    ("login.facebook-com.evil.example", "subdomain", "facebook.com: its address, with hyphens for dots, is only the first part of another"),
]  # fmt: skip


@pytest.mark.parametrize(("host", "trick", "said"), IMITATES)
def test_a_lookalike_says_what_it_imitates_and_how(host: str, trick: str, said: str) -> None:
    found = lookalike(host, KNOWN)
    assert found is not None
    assert (found.trick, found.words) == (trick, f"imitates {said}")


def test_every_trick_of_a_host_is_tried_here() -> None:
    assert {trick for _, trick, _ in IMITATES} == set(TRICKS) - {"path", "sign_in"}


ORDINARY = [
    "facebook.com",
    "www.facebook.com",
    "m.facebook.com",
    "l.facebook.com",
    "web.facebook.com",
    "facebook.de",
    "fb.com",
    "fb.me",
    "fb.watch",
    "instagram.com",
    "cdninstagram.com",
    "x.com",
    "twitter.com",
    "t.co",
    "xerox.com",
    "xing.com",
    "box.com",
    "fox.com",
    "next.com",
    "ex.com",
    "x.ai",
    "xcom.example",
    "t-me.example",
    "tme.example",
    "me.example",
    "t.me",
    "telegram.org",
    "telegram.me",
    "telegra.ph",
    "telegraph.co.uk",
    "thetelegram.com",
    "belfasttelegraph.co.uk",
    "telegramm.example",
    "telegram.hr",
    "worcestertelegram.example",
    "start.me",
    "bit.me",
    "bit.ly",
    "bitly.com",
    "rebrandly.com",
    "linktr.ee",
    "linktree.com",
    "youtu.be",
    "youtube.com",
    "youtube.de",
    "amazon.com",
    "amazon.co.uk",
    "amazon.com.au",
    "amazon.co.jp",
    "amazonas.example",
    "amazonia.org",
    "amazonaws.com",
    "amazon.com.co",
    "google.com",
    "google.co.uk",
    "googleapis.com",
    "googleblog.com",
    "bookface.com",
    "facette.example",
    "spiegel.de",
    "www.spiegel.de",
    "magazin.spiegel.de",
    "tagesspiegel.de",
    "eulenspiegel.example",
    "siegel.example",
    "spiegelau.example",
    "bild.de",
    "bildung.de",
    "bilder.example",
    "wildbild.example",
    "build.com",
    "bold.com",
    "fjordposten.example",
    "www.fjordposten.example",
    "fjord.example",
    "posten.example",
    "postenfjord.example",
    "fjell-avisa.example",
    "avisa.example",
    "signal.org",
    "signals.example",
    "signal.example",
    "medium.com",
    "medium.example",
    "mediumish.example",
    "kick.com",
    "kickstarter.com",
    "kicker.de",
    "kick.example",
    "zoom.us",
    "zoominfo.com",
    "zoom.example",
    "discord.com",
    "discordapp.com",
    "discord.me",
    "discordant.example",
    "rumble.com",
    "rumblefish.example",
    "reddit.com",
    "credit.com",
    "redditinc.com",
    "switch.com",
    "twister.com",
    "twitch.tv",
    "twitchy.com",
    "shopify.com",
    "spotify.com",
    "medialab.example",
    "mega.nz",
    "omega.example",
    "megaphone.fm",
    "archive.org",
    "archives.gov",
    "archive.today",
    "session.example",
    "sessions.example",
    "vk.com",
    "vk.example",
    "ok.ru",
    "ok.example",
    "gab.com",
    "gabor.example",
    "whatsapp.net",
    "wordpress.org",
    "wordpress.com",
    "mywordpress.example",
    "threads.com",
    "beacons.ai",
    "lighthouse.example",
    "booking.com",
    "bookings.example",
    "steamcommunity.com",
    "steam.example",
    "wikimedia.org",
    "wikipedia.org",
    "github.com",
    "githubusercontent.com",
    "fjord.github.io",
    "kari.blogspot.com",
    "kari.substack.com",
    "fjord.tumblr.com",
    "paypal.com",
    "paypal.me",
    "paypalobjects.com",
    "pal.example",
    "nrk.no",
    "vg.no",
    "bbc.co.uk",
    "nytimes.com",
    "theguardian.com",
    "lemonde.fr",
    "liberation.fr",
    "corriere.it",
    "elpais.com",
    "aftonbladet.se",
    "yle.fi",
    "svt.se",
    "dr.dk",
    "www-spiegel-de.translate.goog",
    "www.spiegel.de.ezproxy.fjord.example",
    "localhost",
    "10.0.0.1",
    "[::1]",
    "co.uk",
    "example",
]


def test_ordinary_hosts_imitate_nothing() -> None:
    assert {host: like.words for host, like in lookalikes(ORDINARY, KNOWN).items()} == {}


LINKS = [
    ("https://evil.com/a.facebook.com/x", "path", "facebook.com"),
    ("https://evil.com/facebook.com", "path", "facebook.com"),
    ("https://facebook.com@evil.example/x", "sign_in", "facebook.com"),
    ("https://fjord-posten.example/2024/a?b=1", "hyphen", "fjordposten.example"),
    ("fjord-posten.example/2024/a", "hyphen", "fjordposten.example"),
    ("https://whois.com/facebook.com", None, None),
    ("https://web.archive.org/web/2024/https://www.facebook.com/", None, None),
    ("https://archive.ph/facebook.com", None, None),
    ("https://x.com/facebook.com", None, None),
    ("https://avisa.example/facebook.com.html", None, None),
    ("https://avisa.example/2024/06/facebook.com", None, None),
    ("https://avisa.example/?u=facebook.com", None, None),
    ("mailto:kari@facebook.com", None, None),
    ("", None, None),
]


@pytest.mark.parametrize(("address", "trick", "original"), LINKS)
def test_links_imitate_by_host_path_and_what_precedes_an_at(
    address: str, trick: str | None, original: str | None
) -> None:
    found = lookalike_of_link(address, KNOWN)
    assert (found and found.trick, found and found.original) == (trick, original)


def test_a_column_says_what_each_link_says() -> None:
    found = lookalikes_of_links(pl.Series([address for address, *_ in LINKS]), KNOWN)
    assert found.select("trick", "original").rows() == [(trick, original) for _, trick, original in LINKS]


def test_what_the_analyst_lists_is_an_original_itself() -> None:
    assert lookalike("spiegel.ltd", originals(["spiegel.de", "spiegel.ltd"])) is None
    assert lookalike("fjord-posten.example", originals()) is None
    assert originals(["no domain", "", "spiegel.de"]).listed == {"spiegel.de"}


def test_nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert lookalikes(["facebook-login.com", "a.co.uk"], originals(["fjordposten.example"]))
    lookalikes_of_links(pl.Series(["https://fjord-posten.example/"]), KNOWN)


HOSTILE = ["." * 300, "a" * 5_000 + ".com", "xn--\x00.com", "xn--zzzzzzzzzz-.com", "-".join("facebook" for _ in range(60)) + ".com", ".".join(["spiegel"] * 60)]  # fmt: skip


@pytest.mark.parametrize("host", HOSTILE)
def test_hostile_hosts_are_looked_at_in_no_time(host: str) -> None:
    found = lookalike(host, KNOWN)
    assert found is None or len(found.how) < 120
