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
# # From files to a first network
#
# Export files in, a `networkx.MultiGraph` out: who acts together more often than chance gives, in which groups, and with
# the same numbers as the `lockstep` command prints. The files are made up, so nothing here is about anybody.

# %%
import tempfile
from pathlib import Path

import networkx as nx

import ingest
from graph import Report, Settings, export, find, load, open_case
from ingest.synthetic import write_demo

folder = Path(tempfile.mkdtemp())
files = write_demo(folder / "files")
[file.relative_to(folder / "files").as_posix() for file in files]

# %% [markdown]
# ## What is in a file
#
# `ingest.read` recognises the format from the content and gives five tables with Arrow types. Every row is kept, merged
# or skipped with a reason; the source record says how many of each.

# %%
tables = ingest.read(files[0])
source = tables.sources.iloc[0]
assert source["rows_in"] == source["rows_kept"] + source["rows_merged"] + source["rows_skipped"]
tables.sources[["reader", "rows_in", "rows_kept", "rows_merged", "rows_skipped", "posts", "accounts", "links"]]

# %%
tables.posts[["post_uid", "account_uid", "created_at", "text"]].head()

# %% [markdown]
# ## A case, and a run
#
# A case holds all files of one investigation. Loading a file twice changes nothing. A run is kept in the case with its
# settings and its seed; the same settings give the same run.

# %%
case = open_case(str(folder / "case"), create=True)
loaded = load(case, files)
assert {outcome.status for outcome in loaded} == {"new"}
assert {outcome.status for outcome in load(case, files)} == {"same"}

# %%
settings = Settings(windows_s=(60.0,), traces=("link",))
findings = find(case, settings)
assert find(case, settings).run["run_id"] == findings.run["run_id"]
findings.run["counts"]

# %% [markdown]
# ## The network
#
# One node per account, one edge per tie and layer, with what was observed, what chance gives, and q on every edge.

# %%
report = Report(case)
report  # noqa: B018

# %%
network = report.network()
assert isinstance(network, nx.MultiGraph)
network.number_of_nodes(), network.number_of_edges(), nx.number_connected_components(network)

# %%
a, b, tie = max(network.edges(data=True), key=lambda edge: edge[2]["observed"])
{name: tie[name] for name in ("trace", "observed", "expected", "q", "level")}

# %% [markdown]
# ## Its groups
#
# `groups` stand on timing; `closed` circles stand on rarity (nobody else shared these links) and are not called
# coordinated; what chance explains is set aside, and counted.

# %%
groups = report.groups()
groups[["rank", "heading", "name", "accounts", "ties", "observed", "expected", "expected_lo", "expected_hi"]]

# %%
figure = report.figure("groups")
assert list(figure.data[1].x) == groups["observed"].iloc[::-1].tolist()
figure  # noqa: B018

# %%
report.figure("ties")

# %% [markdown]
# ## The same numbers everywhere
#
# What the command prints, what the page shows and what the notebook counts come from the same run.

# %%
overview = report.overview()
counts = findings.run["counts"]
assert {name: overview[name] for name in counts} == counts
assert len(groups[groups["heading"] == "groups"]) == counts["groups"]
assert len(groups[groups["heading"] == "closed"]) == counts["closed"]
assert len({frozenset(edge[:2]) for edge in network.edges}) == counts["ties"]
assert sum(layer["ties"] for layer in report.layers().to_dict("records")) == network.number_of_edges()

evidence = report.evidence(a, b)
assert evidence["object"].nunique() == tie["observed"]
evidence[["at_a", "at_b", "lag_s", "object"]].head()

# %% [markdown]
# ## One tie, all of it
#
# `report.tie` says all there is to say of a tie: what was observed, what chance expects, the p of both tests, q, its layers and
# labels, and the pairs of posts. The edge of the network holds the same.

# %%
whole = report.tie(a, b)
assert whole["post_pairs"] == network.edges[a, b, whole["layers"][0]]["post_pairs"]
assert {pair["object"] for pair in whole["post_pairs"]} == set(evidence["object"])
{name: whole[name] for name in ("observed", "expected", "p_a", "p_b", "q", "layers", "labels")}

# %% [markdown]
# ## Who does what, and when
#
# Roles of a group's members, and how the groups change over windows of days: born, gone on, split, merged, silent.

# %%
first = groups["group_id"].iloc[0]
report.roles(first)[["code", "leads", "follows", "first_share", "median_lag_s", "core", "participation", "only_share"]]

# %%
report.change()[["start", "end", "group_id", "event", "accounts", "joined", "left", "churn"]].head()

# %% [markdown]
# ## Out to other tools
#
# Codes instead of names, unless you ask for `names="ids"`: CSV, GEXF for Gephi, GraphML, and a record of how it was made.
# The key behind the codes is kept in your configuration folder, not in the case.

# %%
[path.name for path in export(report, folder / "export")]
