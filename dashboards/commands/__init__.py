"""The words after ``lockstep``, in the order of the help."""

from __future__ import annotations

from dashboards.commands.base import Command
from dashboards.commands.demo import DEMO
from dashboards.commands.finding import FIND, POWER
from dashboards.commands.judging import ALLOW
from dashboards.commands.keeping import CASES, COPY, REMOVE, RUNS
from dashboards.commands.keys import KEY
from dashboards.commands.loading import CHECK, INGEST
from dashboards.commands.protecting import FORGET, PURGE, RETAIN
from dashboards.commands.showing import BRIEF, EXPORT, SERVE

COMMANDS: dict[str, Command] = {
    command.name: command
    for command in (
        DEMO,
        CHECK,
        INGEST,
        FIND,
        POWER,
        ALLOW,
        SERVE,
        BRIEF,
        EXPORT,
        CASES,
        RUNS,
        REMOVE,
        COPY,
        KEY,
        FORGET,
        PURGE,
        RETAIN,
    )
}
