"""Licences of everything an installation brings: all must be permissive, or weak copyleft that stays with its own files.

``make lint`` runs it. A package says its licence in its metadata (expression, field or classifier); one that says it nowhere
is read in its licence file, and only texts that are known word for word count.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement

OURS = "lockstep-workbench"
PERMISSIVE = (
    "Apache", "MIT", "BSD", "0BSD", "ISC", "PSF", "Python", "Python Software Foundation", "Zlib", "CC0", "CNRI", "Unlicense",
    "Zope", "ZPL", "MIT-CMU", "HPND", "Unicode",
)  # fmt: skip
FILE_BY_FILE = ("MPL", "Mozilla")
"""Weak copyleft: changes to their own files stay open, what uses them does not; none of their files is shipped."""
KNOWN = re.compile(rf"\b({'|'.join([*PERMISSIVE, *FILE_BY_FILE])})\b", re.IGNORECASE)
STRONG = re.compile(r"\b(A?GPL|LGPL|GNU|EUPL|SSPL|BUSL|Commons Clause|non-?commercial)\b", re.IGNORECASE)
TEXTS = {
    "Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated": "MIT",
    "Redistribution and use in source and binary forms, with or without modification, are permitted": "BSD",
    "Apache License Version 2.0, January 2004": "Apache-2.0",
}


def needed(name: str = OURS, extras: frozenset[str] = frozenset()) -> Iterator[Distribution]:
    """Every installed distribution that ours needs, with all of its extras, each once."""
    seen: set[str] = set()
    waiting = [(name, extras or frozenset(distribution(name).metadata.get_all("Provides-Extra") or ()))]
    while waiting:
        name, extras = waiting.pop()
        try:
            found = distribution(name)
        except PackageNotFoundError:  # for another system, or an extra nobody installed
            continue
        for asked in map(Requirement, found.requires or ()):
            wanted = asked.marker is None or any(asked.marker.evaluate({"extra": extra}) for extra in ("", *extras))
            mark = f"{asked.name.lower()} {sorted(asked.extras)}"
            if wanted and mark not in seen:
                seen.add(mark)
                waiting.append((asked.name, frozenset(asked.extras)))
        if found.name != OURS:
            yield found


def licence(found: Distribution) -> str:
    """A distribution's licence as it states it; empty where nothing is stated.

    Examples
    --------
    >>> licence(distribution("networkx"))
    'BSD-3-Clause'
    """
    about = found.metadata
    classified = [
        line.rpartition(" :: ")[2] for line in about.get_all("Classifier") or () if line.startswith("License ::")
    ]
    expression, field = (next(iter(about.get_all(key) or ()), "") for key in ("License-Expression", "License"))
    first = field.strip().partition("\n")[0]
    said = expression or ("" if first == "UNKNOWN" else first)
    return said if KNOWN.search(said) else ", ".join(filter(KNOWN.search, classified)) or _read(found)


def _read(found: Distribution) -> str:
    """The licence whose words stand in the distribution's licence file."""
    for file in found.files or ():
        if re.match(r"(licen[cs]e|copying)", file.name, re.IGNORECASE) and ".dist-info" in str(file):
            text = " ".join(file.read_text().split())
            return next((name for words, name in TEXTS.items() if words in text), "")
    return ""


def refused(stated: str) -> str | None:
    """A reason why a licence may not come with us; None where it may.

    Examples
    --------
    >>> refused("BSD-3-Clause"), refused("MPL-2.0 AND MIT"), refused("Apache-2.0 OR GPL-3.0")
    (None, None, None)
    >>> refused("GPL-3.0-or-later"), refused("")
    ('strong copyleft or not free', 'states no licence we know')
    """
    choices = re.split(r"\bOR\b", stated)
    if any(KNOWN.search(choice) and not STRONG.search(choice) for choice in choices):
        return None
    return "strong copyleft or not free" if STRONG.search(stated) else "states no licence we know"


def main() -> int:
    """Prints what is refused, or how many were read; the number of packages refused."""
    every = {found.name: licence(found) for found in needed()}
    bad = {name: (stated, why) for name, stated in every.items() if (why := refused(stated))}
    for name, (stated, why) in sorted(bad.items()):
        print(f"{name}: {stated or 'no licence'}: {why}")
    if not bad:
        print(f"Licences of {len(every)} packages: all permissive, or weak copyleft of their own files.")
    return len(bad)


if __name__ == "__main__":
    sys.exit(min(main(), 1))
