"""Has the same link in its profile on another platform. The profiles of both lead to one address, or one leads to the other.

Addresses are read from the field for them and from the description, in their one spelling; a profile on a platform is named by
its owner, and every account has its own. Addresses that always come together are one. There is no time window, and no
address is kept, only a keyed hash. Tested by rarity, see ``graph.significance.rarity``: one link in common is a tie only where
accounts of one platform hardly ever share one. Evidence are the first posts of both accounts.
"""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from graph.settings import Narrow
from graph.stores.base import Store
from graph.traces.across import as_held, bundled, coded, profiles
from graph.traces.base import Words
from graph.windows import ANY_TIME_S
from ingest.errors import Progress
from ingest.normalize import urls
from ingest.normalize.profiles import is_profile, owner
from ingest.normalize.text import urls_in

_FIELDS = ("platform", "native_id", "handle", "description", "url", "is_hashed")


class SameBio:
    """Trace of links in profiles: each address is an object, a profile under the name of its owner."""

    name = "same_bio"
    words = Words(
        "Has the same link in its profile on another platform",
        "profile link",
        "profile links",
        "have",
        "had",
        "ha{s} the same profile links on several platforms",
        "code",
    )
    kinds = ()
    finest_s = ANY_TIME_S
    by_default = False
    of_accounts = True

    def actions(self, store: Store, narrow: Narrow, progress: Progress | None = None) -> pa.Table:
        """One row per account and link in its profile, and its own profile where another's profile leads to it."""
        accounts = profiles(store, narrow, *_FIELDS)
        hashed = accounts["is_hashed"].fill_null(False)
        told = accounts.filter(~hashed)
        links = [
            (uid, link)
            for uid, words, address in told.select("account_uid", "description", "url").iter_rows()
            for link in addresses(words, address)
        ]
        wanted = {link for _, link in links}
        own = [
            (uid, name)
            for uid, platform, native, handle in told.select(
                "account_uid", "platform", "native_id", "handle"
            ).iter_rows()
            for name in {f"{platform}:{native}", f"{platform}:@{(handle or '').lstrip('@').casefold()}"}
            if name in wanted
        ]
        schema = {"account_uid": pl.String, "link": pl.String}
        rows = pl.DataFrame([*links, *own], schema=schema, orient="row").unique(maintain_order=True)
        rows = rows.with_columns(coded(store, "profile link", rows["link"]).alias("object"))
        rows = rows.join(told.select("account_uid", "at", "post_uid"), on="account_uid", how="left")
        left_out = {
            "with a pseudonym for a profile": int(hashed.sum()),
            "without a link": told.height - rows["account_uid"].n_unique(),
        }
        return as_held(bundled(rows.select("account_uid", "object", "at", "post_uid")), left_out)


def addresses(description: str | None, url: str | None) -> list[str]:
    """Links of a profile in the spelling in which they are compared; another profile by its owner.

    Examples
    --------
    >>> addresses("News · https://linktr.ee/OldMill · t.me/old_mill", "https://www.oldmill.example/?utm_source=bio")
    ['oldmill.example', 'linktr.ee/OldMill', 'telegram:@old_mill']
    >>> addresses(None, None), addresses("just words", "")
    ([], [])
    """
    found: dict[str, None] = {}
    for link in [url or "", *urls_in(description or "")]:
        who = owner(link) if is_profile(link) else None
        if name := who.account if who else urls.key(link):
            found.setdefault(name)
    return list(found)


TRACE = SameBio()
