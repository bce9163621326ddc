"""Table of the commands, in the order of the help."""

from __future__ import annotations

from dashboards.commands.allow import ALLOW
from dashboards.commands.base import Command
from dashboards.commands.cases import CASE, CASES, COPY, REMOVE, RUNS, SOURCES
from dashboards.commands.coding.attribution import ATTRIBUTION
from dashboards.commands.coding.labels import LABEL
from dashboards.commands.coding.record import RECORD
from dashboards.commands.coding.verdicts import VERDICTS
from dashboards.commands.demo import DEMO
from dashboards.commands.doctor import DOCTOR
from dashboards.commands.find import FIND
from dashboards.commands.formats import FORMATS
from dashboards.commands.handover.ledger import LEDGER
from dashboards.commands.handover.report import REPORT
from dashboards.commands.ingest import CHECK, INGEST
from dashboards.commands.key import KEY
from dashboards.commands.power import POWER
from dashboards.commands.privacy import FORGET, PURGE, RETAIN, SEAL
from dashboards.commands.publish import BRIEF, EXPORT, SERVE
from dashboards.commands.registry.lists import LIST
from dashboards.commands.registry.outlinks import OUTLINKS
from dashboards.commands.registry.standing import STANDING

COMMANDS: dict[str, Command] = {
    command.name: command
    for command in (
        DEMO,
        CHECK,
        INGEST,
        FORMATS,
        FIND,
        POWER,
        ALLOW,
        STANDING,
        OUTLINKS,
        VERDICTS,
        ATTRIBUTION,
        LIST,
        LABEL,
        SERVE,
        BRIEF,
        EXPORT,
        REPORT,
        LEDGER,
        CASE,
        CASES,
        RUNS,
        SOURCES,
        REMOVE,
        COPY,
        KEY,
        DOCTOR,
        FORGET,
        PURGE,
        RETAIN,
        RECORD,
        SEAL,
    )
}
