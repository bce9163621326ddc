"""Parts of a large set beside one another: their ties inside and out, and what stands out in each.

What stands out is found by weighted log-odds with the whole set as prior (Monroe, Colaresi and Quinn 2008, Political Analysis
16:372): what nearly everybody uses stands out nowhere, and what two accounts use stands out for nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from graph.networks.tie_network import PAIR

CLEARLY = 2.0  # log-odds in standard errors, from which something stands out
LEAST = 3  # accounts of a part that use it
USED = {"part": pl.String, "item": pl.String, "accounts": pl.Int64}
_WORD = re.compile(r"[^\W\d_]{4,}(?:[-’'][^\W\d_]+)*")


def ties_of_parts(ties: pl.DataFrame, held: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """Ties inside each part, and those to other parts; a pair tied by several layers counts once.

    Parameters
    ----------
    ties : polars.DataFrame
        ``account_a``, ``account_b``.
    held : mapping of str to sequence of str
        Accounts by part; an account of several counts in the first.

    Returns
    -------
    polars.DataFrame
        ``part``, ``inside``, ``out``, in the order of ``held``.

    Examples
    --------
    >>> ties = pl.DataFrame({"account_a": ["a", "b", "b"], "account_b": ["b", "c", "c"]})
    >>> ties_of_parts(ties, {"1": ["a", "b"], "2": ["c"]}).rows()
    [('1', 1, 1), ('2', 0, 1)]
    """
    home = pl.DataFrame(
        [(account, part) for part, accounts in held.items() for account in accounts],
        schema={"account": pl.String, "part": pl.String},
        orient="row",
    ).unique("account", keep="first", maintain_order=True)
    pairs = ties.select(PAIR).unique()
    for side in "ab":
        own = home.rename({"account": f"account_{side}", "part": f"part_{side}"})
        pairs = pairs.join(own, on=f"account_{side}")
    same = pairs.filter(pl.col("part_a") == pl.col("part_b"))["part_a"].value_counts()
    other = pairs.filter(pl.col("part_a") != pl.col("part_b"))
    across = pl.concat([other["part_a"], other["part_b"].alias("part_a")]).value_counts()
    inside, out = (dict(counted.iter_rows()) for counted in (same, across))
    rows = [(part, inside.get(part, 0), out.get(part, 0)) for part in held]
    return pl.DataFrame(rows, schema={"part": pl.String, "inside": pl.Int64, "out": pl.Int64}, orient="row")


def standing_out(used: pl.DataFrame, most: int = 3) -> dict[str, list[str]]:
    """The items that set each part apart from the others, the clearest first; no entry where none does.

    Parameters
    ----------
    used : polars.DataFrame
        Columns of ``USED``: how many accounts of a part use an item.
    most : int
        Items of each part.

    Examples
    --------
    >>> rows = [("1", "#ferry", 20), ("1", "#news", 20), ("2", "#fuel", 20), ("2", "#news", 22), ("2", "#rare", 2)]
    >>> standing_out(pl.DataFrame(rows, schema=USED, orient="row"))
    {'1': ['#ferry'], '2': ['#fuel']}
    """
    y = used.group_by("part", "item").agg(pl.col("accounts").sum().cast(pl.Float64).alias("y"))
    whole = y.group_by("item").agg(pl.col("y").sum().alias("all"))
    sizes, total = y.group_by("part").agg(pl.col("y").sum().alias("n")), float(y["y"].sum())
    rows = y.join(whole, on="item").join(sizes, on="part")
    prior, mass = pl.col("all") * 0.1, 0.1 * total  # a tenth of the whole set as pseudo-counts
    here, there = pl.col("y") + prior, pl.col("all") - pl.col("y") + prior
    odds = (here / (pl.col("n") + mass - here)).log() - (there / (total - pl.col("n") + mass - there)).log()
    clear = rows.with_columns((odds / (1 / here + 1 / there).sqrt()).alias("z"))
    clear = clear.filter((pl.col("z") >= CLEARLY) & (pl.col("y") >= LEAST) & pl.col("z").is_finite())
    first = clear.sort("z", "item", descending=[True, False]).group_by("part", maintain_order=True).head(most)
    found = dict(first.group_by("part", maintain_order=True).agg("item").iter_rows())
    return {part: found[part] for part in sorted(found)}


def words_in(text: str) -> Iterator[str]:
    """Words of a text that can set it apart, each once, in lower case: no mentions, links, numbers or words of three letters.

    Examples
    --------
    >>> sorted(words_in("Local football tonight! @nora https://larch.example/1 #local_news"))
    ['football', 'local', 'tonight']
    """
    plain = re.sub(r"(?:hxxps?|https?)://\S+|[@#]\S+|\S+\[?\.\]?\S+/\S*", " ", text)
    yield from dict.fromkeys(word.casefold() for word in _WORD.findall(plain))
