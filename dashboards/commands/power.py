"""The smallest group a search can find, tried on planted ones: ``power``."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from dashboards.commands.base import DONE, Command, add_case, add_run, chosen_case, opened, report_of
from dashboards.commands.terminal import Screen


def arguments(parser: ArgumentParser) -> None:
    add_case(parser)
    add_run(parser)
    parser.add_argument("--trace", metavar="NAME", help="plant groups that act this way (default: what most did)")
    parser.add_argument(
        "--limit", metavar="TIME", help="begin no further size after so long: 90s, 30min (default: 10min)"
    )


def power(args: Namespace, screen: Screen) -> int:
    from dashboards.words.power import HOW, power_sentences
    from graph.runs.power import kept_power, try_power
    from graph.settings import parse_window

    limit = parse_window(args.limit) if args.limit else 600.0
    address = chosen_case(args, screen)
    with opened(address) as store:
        report = report_of(store, args, screen)
        found = try_power(store, report.run, args.trace, limit_s=limit, progress=screen.step)
        screen.end_step()
        kept = kept_power(store, report.run_id)
        shown = kept if args.trace is None else kept.filter(kept["trace"] == args.trace)
        screen.say(HOW, "", *power_sentences(shown.to_pandas()), "", "Kept with the run; briefings print it.")
        screen.facts({"case": store.address, "run": report.run_id, "power": found.to_dicts()})
    return DONE


POWER = Command(
    "power",
    "Look",
    "plant artificial groups in the data and say which would have been found",
    arguments,
    power,
    "lockstep power --case my-case --run R-3",
)
