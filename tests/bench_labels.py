"""Every method on accounts whose label is known: our search beside each published method, on the same data in one run.

    python tests/bench_labels.py FILE... --labels labels.csv --window 60
    python tests/bench_labels.py

Labels are a CSV with the columns account and label (and platform where a name is on several); rows that cannot be used are
listed with their reason. Of the files of an archive of information operations and of the control users beside it no labels are
needed. Without files it draws its own: a campaign planted in CooRTweet's reposts, and one in an election that is made up
(bursts, day rhythm, superspreaders). Prints a table in Markdown; scores are those of ``graph.labels.scores``, each
method runs in a process of its own, and seconds and memory are those of the method on a case that is loaded.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import numpy as np
import polars as pl
from bench_calibration import DATA, posts_of
from bench_worlds import ELECTION, QUICK
from fixtures_worlds import actions_of
from measuring import alone, markdown, say, spent

from graph.case.load import load
from graph.labels.given import Labels, labels_of_sources, read_labels
from graph.labels.methods import Found, found_by, methods
from graph.labels.scores import Score, score
from graph.pairing.actions import Actions, named
from graph.runs.power import Size, plant
from graph.settings import Settings, parse_window
from graph.stores import open_case
from ingest.errors import LockstepError
from ingest.synthetic import START, Plan, world

HEADS = (
    "method",
    "behaviours",
    "ties",
    "groups",
    "accounts in them",
    "campaign covered",
    "weighted precision",
    "purity",
    "ordinary falsely grouped",
    "without a label",
    "s",
    "MB",
)
CAMPAIGN = Size(8, 8)


@dataclass(frozen=True)
class Data:
    """Files with labels, and the words that head their table."""

    title: str
    files: tuple[Path, ...]
    labels: Path | None
    windows_s: tuple[float, ...] = (60.0,)


@dataclass(frozen=True)
class Row:
    """A method on some data."""

    found: Found
    score: Score
    seconds: float
    memory: float

    def cells(self) -> tuple[object, ...]:
        """The cells of ``HEADS``."""
        one = self.score
        if self.found.why:
            return (
                self.found.title,
                self.found.why,
                *("–",) * (len(HEADS) - 4),
                f"{self.seconds:.1f}",
                f"{self.memory:,.0f}",
            )
        return (
            self.found.title,
            ", ".join(self.found.reads),
            f"{self.found.ties:,}",
            f"{one.groups:,}",
            f"{one.accounts:,}",
            f"{one.campaign:,} of {one.campaign_all:,} ({_share(one.covered)})",
            _share(one.weighted_precision),
            _share(one.purity),
            f"{one.ordinary:,} of {one.ordinary_all:,}",
            f"{one.unlabelled:,}",
            f"{self.seconds:.1f}",
            f"{self.memory:,.0f}",
        )


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def labels_of(case: Path, labels: Path | None, ordinary: Sequence[str]) -> Labels:
    """Labels from a file, or from what the case's own files are."""
    with closing(open_case(str(case))) as store:
        return read_labels(store, labels, ordinary) if labels else labels_of_sources(store)


def one_method(name: str, case: Path, settings: Settings) -> dict[str, object]:
    """A method in this process, in words that another can read: its groups, and what it took."""
    found = list[Found]()
    with closing(open_case(str(case))) as store:
        took = spent(lambda: found.extend(found_by(name, store, settings)))
    plain = [
        {**asdict(one), "groups": [sorted(group) for group in one.groups], "tied": sorted(one.tied)} for one in found
    ]
    return {"found": plain, "seconds": took.seconds, "memory": own_memory() or took.memory}


def own_memory() -> float | None:
    """The most MB this process held since it began, where there is /proc; elsewhere its starter's memory would be counted too."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), None)


def rows_of(name: str, case: Path, labels: Labels, words: Sequence[str]) -> list[Row]:
    """A method in a process of its own, scored."""
    told = alone(__file__, json.dumps([name, str(case), *words]))
    rows = []
    for plain in told["found"]:
        sets = {
            "groups": tuple(map(frozenset, plain["groups"])),
            "tied": frozenset(plain["tied"]),
            "reads": tuple(plain["reads"]),
        }
        found = Found(**{**plain, **sets})
        rows.append(Row(found, score(found.groups, labels.of, labels.ordinary), told["seconds"], told["memory"]))
    return rows


def table_of(data: Data, names: Sequence[str], options: argparse.Namespace) -> str:
    """The table of some data, with what was not used of its labels before it."""
    with TemporaryDirectory() as folder:
        case = Path(folder) / "case"
        with closing(open_case(str(case), create=True)) as store:
            begun = monotonic()
            for outcome in load(store, list(data.files)):
                if outcome.error:
                    raise outcome.error
            posts, accounts = store.count("posts"), store.count("accounts")
        labels = labels_of(case, data.labels, options.ordinary)
        head = [
            f"## {data.title}",
            f"{posts:,} posts by {accounts:,} accounts (loaded in {monotonic() - begun:.1f} s); {len(labels.campaign):,} accounts of a campaign,"
            f" {len(labels.of) - len(labels.campaign):,} ordinary; within {', '.join(f'{s:g} s' for s in data.windows_s)}.",
            *(f"* {sentence}" for sentence in labels.sentences()),
        ]
        words = [json.dumps(data.windows_s), options.worlds, *options.trace]
        rows = list[tuple[object, ...]]()
        for name in names:
            rows += [row.cells() for row in rows_of(name, case, labels, words)]
            print(*rows[-1], sep=" | ", file=sys.stderr, flush=True)
    return "\n\n".join(head) + "\n\n" + markdown(HEADS, rows)


def planted_in_real(folder: Path, seed: int, groups: int = 6) -> Data | None:
    """CooRTweet's reposts with campaigns planted among them; None where the file is not there.

    Accounts of the data take part beside what they did anyway. All others are taken for ordinary, although some may not be.
    """
    if not DATA.exists():
        print(f"The campaign in real reposts is left out: {DATA.name} is not in ../shared/data.", file=sys.stderr)
        return None
    actions = posts_of(DATA)
    mixed, members = plant(actions, CAMPAIGN, groups, 0.8, 60.0, np.random.default_rng(seed))
    title = f"{groups} campaigns of {CAMPAIGN.accounts} planted in CooRTweet's reposts (seed {seed}), {CAMPAIGN.shares} objects each"
    return _written(folder / f"real-{seed}", title, mixed, members)


def election(folder: Path, seed: int, base: Plan) -> Data:
    """An election that is made up: bursts, day rhythm in three zones, superspreaders, fans at their own speeds, and campaigns."""
    plan = replace(base, **ELECTION, fan_spread=1.0, objects=8, exclusive=0.5)  # type: ignore[arg-type]
    drawn = world(seed, plan)
    actions = actions_of(drawn)
    actions = replace(actions, time=actions.time + round(START.timestamp() * 1e6))
    members = [frozenset(f"x:{account}" for account in group) for group in drawn.groups]
    title = f"An election that is made up, {plan.groups} campaigns of {plan.members} (seed {seed}), {plan.objects} objects each"
    return _written(folder / f"election-{seed}", title, actions, members)


def _written(folder: Path, title: str, actions: Actions, members: Sequence[frozenset[str]]) -> Data:
    """Actions as a file of CooRTweet's four columns, and the labels beside it."""
    folder.mkdir()
    short = pl.col("account_id").str.replace(r"^\w+:", "")
    frame = pl.DataFrame(
        {
            "object_id": named(actions.objects, actions.object),
            "account_id": named(actions.accounts, actions.account),
            "content_id": [f"c{row}" for row in range(len(actions))],
            "timestamp_share": actions.time // 1_000_000,
        }
    ).with_columns(short)
    frame.write_csv(folder / "shares.csv")
    label = {account: f"campaign {number}" for number, group in enumerate(members, 1) for account in group}
    own = {account.partition(":")[2]: name for account, name in label.items()}
    with (folder / "labels.csv").open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("account", "label"))
        rows.writerows((account, own.get(account, "ordinary")) for account in frame["account_id"].unique().sort())
    return Data(title, (folder / "shares.csv",), folder / "labels.csv")


def made(folder: Path, quick: bool, seeds: int) -> Iterator[Data]:
    """Data of our own."""
    for seed in range(1, seeds + 1):
        real = None if quick else planted_in_real(folder, seed)
        if real:
            yield real
        yield election(folder, seed, QUICK if quick else Plan())


def main(arguments: Sequence[str] | None = None) -> None:
    """Run every method on the data and print, or write, the tables."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["--one"]:
        name, case, windows, worlds, *traces = json.loads(given[1])
        settings = Settings(windows_s=tuple(json.loads(windows)), worlds=worlds, traces=tuple(traces))
        print(json.dumps(one_method(name, Path(case), settings)))
        return
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("files", nargs="*", type=Path, help="exports to read")
    asked.add_argument("--labels", type=Path, help="CSV with account and label")
    asked.add_argument(
        "--ordinary", nargs="*", default=[], help="labels of ordinary accounts (control, ordinary, organic …)"
    )
    asked.add_argument("--window", default="60s", help="of our search")
    asked.add_argument("--trace", nargs="*", default=[], help="behaviours of our search")
    asked.add_argument("--method", nargs="*", default=[], choices=methods(), help="only these")
    asked.add_argument("--worlds", type=int, default=19, help="shuffled data sets of each kind")
    asked.add_argument("--seeds", type=int, default=1, help="of the data drawn where no file is given")
    asked.add_argument("--quick", action="store_true", help="small data where no file is given")
    asked.add_argument("--out", type=Path, help="write the tables here as well")
    options = asked.parse_args(given)
    names = options.method or methods()
    with TemporaryDirectory() as folder:
        title = ", ".join(path.name for path in options.files)
        own = Data(title, tuple(options.files), options.labels, (parse_window(options.window),))
        every = [own] if options.files else made(Path(folder), options.quick, options.seeds)
        try:
            tables = [table_of(data, names, options) for data in every]
        except LockstepError as error:
            raise SystemExit(str(error)) from error
    say("\n".join(tables), options.out)


if __name__ == "__main__":
    main()
