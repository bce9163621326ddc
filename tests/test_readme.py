"""The README's tables are those of the code, and what it shows of a command is what the command prints.

``python -m tests.test_readme`` writes tables and output anew.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import tempfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import pytest

from dashboards.briefing.formats import FORMATS
from dashboards.cli import main
from dashboards.commands import COMMANDS
from dashboards.pages import PAGES
from graph.engines import ENGINES
from graph.presets import PRESETS
from graph.stores import STORES
from graph.traces import TRACES
from ingest.readers import READERS

README = Path(__file__).resolve().parent.parent / "README.md"
OUTPUT = re.compile(r"(\$ make demo\n```\n```text\n)(.*?)(```)", re.DOTALL)


def table(head: str, rows: Iterable[Iterable[str]]) -> str:
    """Rows as Markdown."""
    names = head.split(" | ")
    lines = [f"| {head} |", "|" + "---|" * len(names)]
    return "\n".join([*lines, *(f"| {' | '.join(cell.replace('|', ' ') for cell in row)} |" for row in rows)])


def parts() -> dict[str, str]:
    """What stands between the README's marks, by name."""
    return {
        "readers": table(
            "format | name | carries | lacks",
            ((r.title, f"`{r.name}`", ", ".join(r.carries), r.lacks) for r in READERS),
        ),
        "traces": table(
            "trace | what the accounts did | looked for",
            (
                (f"`{n}`", t.words.title, "where the data carry it" if t.by_default else "only by name or with `all`")
                for n, t in TRACES.items()
            ),
        ),
        "presets": table(
            "preset | method | its dials, with `--set name=number`",
            (
                (f"`{n}`", p.title, ", ".join(f"{dial} ({value:g})" for dial, value in p.options.items()))
                for n, p in PRESETS.items()
            ),
        ),
        "stores": table(
            "store | what it is | address",
            ((f"`{s.name}`", s.title, ", ".join(f"`{scheme}://`" for scheme in s.schemes) or "a path") for s in STORES),
        ),
        "engines": table(
            "engine | where pairs are found | its own, with `--engine-option name=value`",
            (
                (f"`{n}`", k.words, "; ".join(f"`{o}`: {said}" for o, said in k.options.items()))
                for n, k in ENGINES.items()
            ),
        ),
        "pages": table("page | address", ((page.TITLE, f"`{page.PATH}`") for page in PAGES)),
        "formats": table(
            "format | what it is | file", ((f"`{n}`", one.title, f"`{one.suffix}`") for n, one in FORMATS.items())
        ),
        "commands": table("command | what it does", ((f"`lockstep {c.name}`", c.line) for c in COMMANDS.values())),
    }


def _between(put: str, ends: re.Match[str]) -> str:
    return f"{ends[1]}{put}{ends[2]}"


def filled(text: str) -> str:
    """The README with every marked part as the code has it."""
    for name, part in parts().items():
        gap = "" if "\n" not in part else "\n"
        pattern = rf"(<!-- {name} -->).*?(<!-- /{name} -->)"
        put = f"{gap}{part}{gap}"
        text, found = re.subn(pattern, partial(_between, put), text, flags=re.DOTALL)
        assert found == 1, f"README.md has no place for {name}"
    return text


def demo_output() -> str:
    """What the demo prints, without what differs from machine to machine and from day to day."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"LOCKSTEP_STATE": folder, "LOCKSTEP_CONFIG": f"{folder}/config"}
        out = io.StringIO()
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
                assert main(["demo", "--no-serve"]) == 0
        finally:
            os.environ.clear()
            os.environ.update(before)
        text = (
            out.getvalue()
            .replace(str(Path(folder).resolve()), "~/.local/share/lockstep")
            .replace(folder, "~/.local/share/lockstep")
        )
    text = re.sub(r"\d{1,2} [A-Z][a-z]{2} \d{4}(?=, Lockstep)", "today", text)
    return text + "Dashboard: http://127.0.0.1:8050/  (this machine only; Ctrl-C stops it)\n"


def without_id(text: str) -> str:
    """A run's id changes with every dial and way of acting that is added; what the run says does not."""
    return re.sub(r"\bid [0-9a-f]{12}\b", "id …", text)


def with_output(text: str) -> str:
    """The README with the demo's output in it."""
    return OUTPUT.sub(lambda m: m[1] + demo_output() + m[3], text, count=1)


@pytest.mark.parametrize("name", parts())
def test_a_table_is_that_of_the_code(name: str) -> None:
    assert parts()[name] in README.read_text("utf-8"), "write it anew: python -m tests.test_readme"


def test_the_output_is_what_the_demo_prints() -> None:
    shown = OUTPUT.search(README.read_text("utf-8"))
    assert shown is not None
    assert without_id(shown[2]) == without_id(demo_output())


def test_the_first_screen_says_it_all() -> None:
    lines = README.read_text("utf-8").splitlines()
    assert next(i for i, line in enumerate(lines) if line.startswith("```text")) < 20
    assert any("Found:" in line for line in lines[:30]), "a command with its output by line 30"


def test_every_command_and_option_shown_exists() -> None:
    from dashboards.cli import parser_of

    text = README.read_text("utf-8")
    for name in re.findall(r"(?:^\$ |`)lockstep ([a-z]+)", text, re.MULTILINE):
        assert name in COMMANDS
    known = {option for name in COMMANDS for action in parser_of(name)._actions for option in action.option_strings}
    assert set(re.findall(r"(?<=[\s`])--[a-z-]+", text)) - {"--wait"} <= known


def test_links_and_pictures_are_there() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README.read_text("utf-8")):
        assert (README.parent / target).is_file(), f"README.md points to {target}, which is not there"


if __name__ == "__main__":
    README.write_text(with_output(filled(README.read_text("utf-8"))), "utf-8")
