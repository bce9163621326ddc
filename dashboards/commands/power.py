"""``lockstep power``: the smallest group a search can find, tested with planted groups."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from dashboards.commands.base import DONE, Command, add_case, add_run, chosen_case, opened, report_of
from dashboards.commands.terminal import Screen

LIMIT_S = 600.0


def arguments(parser: ArgumentParser) -> None:
    add_case(parser)
    add_run(parser)
    parser.add_argument(
        "--trace", metavar="NAME", help="behaviour of the planted groups (default: the one most accounts show)"
    )
    parser.add_argument(
        "--limit", metavar="TIME", help="start no further test after this time: 90s, 30min (default: 10min)"
    )


def power(args: Namespace, screen: Screen) -> int:
    from dashboards.words.power import HOW, power_sentences
    from graph.runs.power import kept_power, try_power

    limit = limit_s(args.limit)
    address = chosen_case(args, screen)
    with opened(address) as store:
        report = report_of(store, args, screen)
        found = try_power(store, report.run, args.trace, limit_s=limit, progress=screen.step)
        screen.end_step()
        kept = kept_power(store, report.run_id)
        shown = kept if args.trace is None else kept.filter(kept["trace"] == args.trace)
        screen.say(HOW, "", *power_sentences(shown.to_pandas()), "", "Stored with the run. Briefings print it.")
        screen.facts({"case": store.address, "run": report.run_id, "power": found.to_dicts()})
    return DONE


def limit_s(words: str | None) -> float:
    """Seconds after which no further test is started.

    Raises
    ------
    UsageError
        If the words are no length of time.

    Examples
    --------
    >>> limit_s("30min"), limit_s(None)
    (1800.0, 600.0)
    """
    from graph.settings import parse_window
    from ingest.errors import UsageError

    try:
        return parse_window(words) if words is not None else LIMIT_S
    except UsageError:
        raise UsageError(f"--limit {words!r} is no length of time.", hint="Write 90s, 30min or 1h.") from None


POWER = Command(
    "power",
    "Search and look",
    "plant artificial groups in the data and count how many the search finds",
    arguments,
    power,
    "lockstep power --case my-case --run R-3",
)
