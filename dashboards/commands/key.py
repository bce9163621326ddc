"""``lockstep key``: export and import the key behind a case's codes."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from dashboards.commands.base import DONE, Command, add_case, chosen_case, opened
from dashboards.commands.terminal import Screen


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "action",
        choices=("export", "import"),
        help="export: write the case's key to FILE; import: read a key from FILE",
    )
    parser.add_argument("file", metavar="FILE")
    add_case(parser)


def key(args: Namespace, screen: Screen) -> int:
    return give(args, screen) if args.action == "export" else take(args, screen)


def give(args: Namespace, screen: Screen) -> int:
    """Write the case's key to a file, for a colleague to import."""
    from graph.privacy.codes import case_key
    from ingest.privacy.keys import export_key

    address = chosen_case(args, screen)
    with opened(address) as store:
        secret = case_key(store)
        path = export_key(secret, Path(args.file).expanduser())
        screen.say(f"Key {secret.fingerprint} of case {store.name} is in {path}")
        screen.facts({"case": store.address, "fingerprint": secret.fingerprint, "file": str(path)})
    screen.note("Anyone who has it can find the accounts behind the codes. Treat it like a password.")
    return DONE


def take(args: Namespace, screen: Screen) -> int:
    """Read a colleague's key into the configuration folder."""
    from ingest.privacy.keys import import_key

    secret = import_key(Path(args.file).expanduser())
    screen.say(f"Key {secret.fingerprint} is now on this machine.")
    screen.facts({"fingerprint": secret.fingerprint})
    return DONE


KEY = Command(
    "key",
    "Manage cases",
    "export the key behind a case's codes, or import one",
    arguments,
    key,
    "lockstep key export my-case.key --case my-case",
)
