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
# # How sure can one be?
#
# What a person who reads a network critically asks: which window, which ways of acting, could it be rarity or speed, and what
# would these data have shown at all? The files are made up, so nothing here is about anybody.

# %%
import tempfile
from pathlib import Path

import plotly.express as px

from graph import Report, Settings, find, load, open_case
from graph.runs.describing import describe_methods
from graph.runs.power import Size, try_power
from graph.schema import LABELS
from ingest.synthetic import write_demo

folder = Path(tempfile.mkdtemp())
case = open_case(str(folder / "case"), create=True)
loaded = load(case, write_demo(folder / "files"))

# %% [markdown]
# ## Which window?
#
# A sweep looks at windows from ten seconds to a day in one pass. `beyond` are the pairs that chance does not explain, `shuffled`
# those that are left when posting times are shuffled among all who shared the same links. The window taken is the shortest
# with nearly the most pairs that shuffling takes away; q and the p of groups pay for all that were looked at.

# %%
swept = find(case, Settings(traces=("link",), sweep=True, worlds=0))
sweep = Report(case, swept.run["run_id"])
windows = sweep.windows()
assert windows["suggested"].sum() == 1
long = windows.melt("window_s", ["beyond", "shuffled"], "pairs", "number")
figure = px.line(long, x="window_s", y="number", color="pairs", markers=True, log_x=True, title=swept.run["notes"][-2])
figure  # noqa: B018

# %%
sweep.figure("windows")

# %% [markdown]
# ## Which behaviours?
#
# Every behaviour is a layer of its own; q is corrected for all of them. `combined` holds the pairs that all layers together keep;
# `alone` says whether one layer does so by itself, `layers` in which of them the two met.

# %%
run = find(case, Settings())
report = Report(case, run.run["run_id"])
report.layers()[["trace", "ties", "closed", "ties_shuffled"]]

# %%
together = report.combined()
assert together["alone"].all()
together[["code_a", "code_b", "layers", "observed", "expected", "q", "alone"]].head()

# %% [markdown]
# ## Rarity, speed, or neither?
#
# Every group has a label with its rule, and the sentence with the numbers behind it.

# %%
groups = report.groups()
{label: LABELS[label].rule for label in sorted(set(groups["label"].dropna()))}

# %%
groups[["rank", "heading", "label", "reason", "p_group", "by_chance"]]

# %% [markdown]
# ## What would a published method say?
#
# `describe_methods` keeps what a published rule links beside the run. Its communities are described, not tested: they are called D1,
# D2, D3, never groups. `passing` are the ties that our tests keep as well, `in_both` the accounts that the nearest tested group shares.

# %%
describe_methods(case, run.run, ["coortweet"])
described = Report(case, run.run["run_id"]).described_communities()
assert set(described["tag"].str[0]) == {"D"}
described[["tag", "accounts", "ties", "passing", "q", "observed", "expected", "rank", "in_both", "described_only"]]

# %% [markdown]
# ## What would these data have shown?
#
# Artificial groups planted among accounts that no group holds, half on links that others share too, searched for as the run
# did. A size that is not found is one this case cannot speak of.

# %%
tried = try_power(case, run.run, "link", (Size(8, 3), Size(8, 8)), groups=4)
assert tried["found"].to_list()[1] == 4
tried.select("accounts", "shares", "planted", "found", "words")

# %%
case.close()
