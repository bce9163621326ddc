"""Warnings about what a file should hold and does not: texts, and anything that posts can be compared by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ingest.normalize import platforms

TEXTS = ("social_network", "social_network_federated", "messaging_broadcast", "forum", "qa_social")
"""Kinds of platforms (``platforms.csv``) where nearly every post has a text."""
BARE_SHARE = 0.2
"""Share of posts without anything to compare from which a file is said to lack it; single ones are stickers and the like."""


def missing(coverage: Mapping[str, float], names: set[str], bare: int, posts: int) -> Iterator[str]:
    """Sentences on what is missing in a file.

    Parameters
    ----------
    coverage : mapping of str to float
        Share of rows that have each column of posts and each kind of link; only what occurs.
    names : set of str
        Platforms of the posts.
    bare : int
        Posts that hold no text, link, hashtag, picture or anything else to compare.
    posts : int
        Posts in all.

    Examples
    --------
    >>> list(missing({"url": 0.5}, {"x"}, 0, 12))
    ['None of the 12 posts has a text, which posts on X nearly always have. See whether the export left texts out, or keeps them where they are not looked for; of a table, --map text=COLUMN says where.']
    >>> list(missing({"text": 0.5}, {"x"}, 6, 12))
    ['6 of 12 posts hold no text, link, hashtag, picture or anything else to compare. See whether the export left it out.']
    """
    usual = sorted(platforms.name(name) for name in names if _kind(name) in TEXTS)
    if posts and usual and not coverage.get("text"):
        yield (
            f"None of the {posts:,} posts has a text, which posts on {' and '.join(usual)} nearly always have. See whether the export"
            " left texts out, or keeps them where they are not looked for; of a table, --map text=COLUMN says where."
        )
    elif bare > 2 and bare >= BARE_SHARE * posts:
        yield (
            f"{bare:,} of {posts:,} posts hold no text, link, hashtag, picture or anything else to compare. See whether the"
            " export left it out."
        )


def _kind(name: str) -> str | None:
    known = platforms.platforms().get(name)
    return known.kind if known else None
