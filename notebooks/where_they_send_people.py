# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Where do they send people?
#
# The accounts that a run ties, the hosts that their links name, and the standing that those hosts had. Nothing is opened: all of
# this is in the posts. The files are made up, so nothing here is about anybody.

# %%
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl

from graph import Report, Settings, find, load, open_case
from ingest.synthetic import write_demo

folder = Path(tempfile.mkdtemp())
case = open_case(str(folder / "case"), create=True)
load(case, write_demo(folder / "files"))
find(case, Settings(traces=("link",), worlds=0))
report = Report(case)

# %% [markdown]
# ## Hosts
#
# An outlink is a link that leaves the platform of its post. Links of a platform to itself are counted apart, and links that a
# repost only carries on are left out. `host` is a platform's main domain, or a registrable domain.

# %%
found = report.outlinks()
totals = found.totals
assert found.hosts["links"].sum() == totals.links
found.hosts.select("rank", "host", "kind", "accounts", "posts", "links", "share").head(10)

# %%
report.figure("outlinks")

# %% [markdown]
# ## Standing
#
# As of the last day of the window, with what changed inside it. Where no list has a platform it says so: that does not mean no.
# In `room`, standing is that of the day of each link, and the rows of one list add up to all links.

# %%
found.standing.select("host", "scheme", "status", "since", "changed", "source").head(10)

# %%
euif = found.room.filter(pl.col("list") == "euif")
assert euif["links"].sum() == totals.links
found.room.filter(pl.col("links") > 0)

# %% [markdown]
# ## How far the posts say
#
# A page that holds the address it leads to is looked through, and so is a short link where a table of short links was loaded. Others
# end in "unknown beyond here". Roles are degrees in these data: what a host points at is not in the posts, so its role is unknown.

# %%
assert found.flow["links"].sum() == totals.links
found.flow.group_by("how", "end").agg(pl.col("links").sum()).sort("links", descending=True)

# %%
found.roles.group_by("kind", "role").len().sort("kind", "role")

# %% [markdown]
# ## By week, and one group
#
# Day by day up to 21 days, else week by week. A group is named by its rank, a period by its first moment and the one after its last.

# %%
found.weeks.sort("links", descending=True).head(5)

# %%
one = report.outlinks(group=1)
assert one.totals.links <= totals.links and one.totals.accounts <= totals.accounts
one.hosts.select("rank", "host", "accounts", "links").head(5)

# %% [markdown]
# ## The same numbers from the command

# %%
told = subprocess.run(
    [sys.executable, "-m", "dashboards.cli", "outlinks", "--case", case.address, "--json"],
    capture_output=True,
    check=True,
)
facts = json.loads(told.stdout)
assert facts["totals"] == found.as_dict()["totals"]
assert [(row["host"], row["links"]) for row in facts["hosts"]] == [
    tuple(row) for row in found.hosts.select("host", "links").rows()
]
case.close()
