"""The tree is the flow: imports run one way, seams are complete, the top level holds what was asked for."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

import pytest
from layout_report import RUNNING, between_rooms, circles, imports_within, module_files, room, widths

BEFORE = {"ingest": set(), "graph": {"ingest"}, "dashboards": {"ingest", "graph"}}
"""What each package may import besides itself."""

TOP = {
    *("pyproject.toml", "README.md", "graph", "ingest", "dashboards", "notebooks", "tests"),
    *("Makefile", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "compose.yaml", ".ci", ".gitignore"),
    *(".github", ".pre-commit-config.yaml"),
}

# Seam folder -> (module with the table, name of the table, what a member's file says of itself).
SEAMS = {
    "ingest/readers": ("ingest.readers", "READERS", r"^READER\b"),
    "graph/traces": ("graph.traces", "TRACES", r"^TRACE\b"),
    "graph/presets": ("graph.presets", "PRESETS", r"^PRESET\b"),
    "graph/stores": ("graph.stores", "STORES", r"def write_run\("),
    "dashboards/pages": ("dashboards.pages", "PAGES", r"^PATH\b"),
    "dashboards/briefing/formats": ("dashboards.briefing.formats", "FORMATS", r"^    suffix = "),
}

# The rooms of each package, floor by floor from the ground: a module imports its own room and the floors below.
FLOORS = {
    "ingest": (
        "errors locks parallel prefetch synthetic",
        "files normalize scratch whole_files",
        "tables",
        "mapping privacy registry",
        "readers",
        "assemble parsing",
        "reading",
    ),
    "graph": (
        "settings toy_data windows",
        "schema",
        "stores",
        "pairing privacy",
        "significance",
        "traces",
        "case",
        "lists",
        "ties outlinks records coders",
        "engines networks",
        "groups presets",
        "described",
        "runs",
        "labels",
        "report",
        "exports handover",
    ),
    "dashboards": (
        "local network_view words",
        "figures",
        "components",
        "briefing jobs",
        "pages",
        "server",
        "commands",
        "cli",
    ),
}

WIDEST = 14

RIDDLE = re.compile(r"(?:What|Whether|Who|Whose|Which|How|Where|The same|As above)\b")

# Seam folder -> the test that runs over its table; every part of a member is tested with it.
SEAM_TESTS = {
    "ingest/readers": "test_readers",
    "graph/traces": "test_traces",
    "graph/presets": "test_presets",
    "graph/engines": "test_engines",
    "graph/stores": "test_stores",
    "dashboards/briefing/formats": "test_formats",
    "dashboards/commands": "test_cli",
}

MACHINE = re.compile(r"/(?:root|work|opt/wheels)/[\w.]")
# Where packages come from is the machine's business: the project names no registry.
REGISTRY = re.compile(
    r"https?://(?:[\w-]+\.)*(?:pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|yarnpkg\.com|maven\.org|apache\.org/maven2)\b"
)


def committed(project: Path) -> list[Path]:
    """Files git knows; without git, nothing to look at."""
    try:
        listed = subprocess.run(["git", "-C", str(project), "ls-files", "-z"], capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is not a git checkout")
    return [project / name for name in listed.decode().split("\0") if name and (project / name).is_file()]


def modules(project: Path, package: str) -> Iterator[Path]:
    return (file for file in sorted((project / package).rglob("*.py")) if "node_modules" not in file.parts)


def imported(file: Path) -> Iterator[tuple[int, str]]:
    """Line and top-level package of every import, also those inside functions."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module.partition(".")[0]


@pytest.mark.parametrize("package", BEFORE)
def test_imports_run_one_way(project: Path, package: str) -> None:
    others = set(BEFORE) | {"notebooks", "tests"}
    wrong = [
        f"{file.relative_to(project)}:{line} imports {name}"
        for file in modules(project, package)
        for line, name in imported(file)
        if name in others - BEFORE[package] - {package}
    ]
    assert not wrong


@pytest.mark.parametrize("package", BEFORE)
def test_every_room_has_its_floor(project: Path, package: str) -> None:
    rooms = {room(name) for name in module_files(project, package) if name != package}
    assert rooms == set(" ".join(FLOORS[package]).split()), "the folders and the table FLOORS differ"
    readme = (project / package / "README.md").read_text("utf-8").split("\n\n")[1]
    missing = [name for name in rooms if f"`{name}/`" not in readme and f"`{name}.py`" not in readme]
    assert not missing, f"{package}/README.md does not name {missing} in its table of folders"


@pytest.mark.parametrize("package", BEFORE)
def test_no_import_runs_back_up(project: Path, package: str) -> None:
    floor_of = {name: floor for floor, names in enumerate(FLOORS[package]) for name in names.split()}
    imports = between_rooms(imports_within(module_files(project, package)))
    up = {f"{a} -> {b}" for a, b in imports if floor_of[b] >= floor_of[a]}
    assert not up, "imports run one way, down the floors: see `make layout`"


@pytest.mark.parametrize("package", BEFORE)
def test_no_modules_import_one_another_in_a_circle(project: Path, package: str) -> None:
    imports = imports_within(module_files(project, package))
    found = {" ".join(part) for part in circles((one.source, one.target) for one in imports if one.when in RUNNING)}
    assert not found, "these modules import one another: see `make layout`"


def test_no_folder_is_wider_than_a_person_overlooks(project: Path) -> None:
    files = [file for package in BEFORE for file in module_files(project, package).values()]
    wide = {folder: count for folder, count in widths(project, files).items() if count > WIDEST}
    assert not {folder: count for folder, count in wide.items() if folder not in SEAMS}, "split it by subject"


@pytest.mark.parametrize("package", BEFORE)
def test_the_face_of_a_package_is_lazy(package: str) -> None:
    """Importing a package imports nothing else of it: what its face names comes when it is asked for."""
    assert {name for name in loaded_by(package) if name.partition(".")[0] in BEFORE} == {package}


def test_every_module_has_its_test(project: Path) -> None:
    """The test of ``graph/ties/validation.py`` is ``test_ties_validation.py``, or ``test_ties.py`` where that imports it.

    A module whose examples run needs no other; nor does one that holds only tables and types.
    """
    named = {file.stem: file for file in (project / "tests").glob("test_*.py")}
    tested = {name: set(all_imported(file)) for name, file in named.items()}
    assert set(SEAM_TESTS.values()) <= set(named)
    lacking = {
        module
        for package in BEFORE
        for module, file in module_files(project, package).items()
        if file.name != "__init__.py" and has_code(file) and ">>> " not in examples(file)
        and not any(file.is_relative_to(project / folder) for folder in SEAM_TESTS)
        and not names_of_test(module) & set(named)
        and not any(module in tested.get(f"test_{folder}", ()) for folder in module.split(".")[1:])
    }  # fmt: skip
    assert not lacking, "a test named after each of these modules, or an example in it"


def names_of_test(module: str) -> set[str]:
    """The names a test of ``module`` may have: folder and module, and the module alone at the top of a package."""
    package, *folders, name = module.split(".")
    return {f"test_{folders[-1]}_{name}"} if folders else {f"test_{package}_{name}", f"test_{name}"}


def all_imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def has_code(file: Path) -> bool:
    """Whether a file holds a function with more in it than its docstring."""
    functions = (node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.FunctionDef))
    return any(not isinstance(part, ast.Expr) for node in functions for part in node.body)


def examples(file: Path) -> str:
    """The lines of a file that are examples and not skipped."""
    lines = file.read_text("utf-8").splitlines()
    return "\n".join(line for line in lines if ">>> " in line and "doctest: +SKIP" not in line)


@pytest.mark.parametrize("package", BEFORE)
def test_a_docstring_says_what_comes_back(project: Path, package: str) -> None:
    """A first line is a verb or a noun phrase, never an indirect question, and never leans on what stands above it."""
    riddles = [
        f"{file.relative_to(project)}:{node.body[0].lineno}: {text.splitlines()[0]}"
        for file in modules(project, package)
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if (text := ast.get_docstring(node)) and RIDDLE.match(text)
    ]
    assert not riddles


@pytest.mark.parametrize(
    ("text", "riddle"),
    [
        ("Whether a column says yes.", True),
        ("What a rule finds in a record.", True),
        ("The same for a column.", True),
        ("True where a column says yes.", False),
        ("Links that a rule finds in a record.", False),
        ("Whole rows of a table.", False),
    ],
)
def test_riddles_are_told_from_sentences(text: str, riddle: bool) -> None:
    assert bool(RIDDLE.match(text)) == riddle


def test_what_is_imported_is_installed_with_it(project: Path) -> None:
    """A plain install brings every library the packages import, by itself or through another one it names."""
    whose = packages_distributions()
    declared = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = list(declared["dependencies"])
    # Engines and formats import what their own extra brings, when they are asked for.
    extras = {
        folder: {canonical(name) for extra in named for name in declared["optional-dependencies"][extra]}
        for folder, named in {"engines": ("duckdb", "spark"), "formats": ("office",)}.items()
    }
    brought: set[str] = set()
    while wanted:
        name = canonical(wanted.pop())
        if name not in brought:
            brought.add(name)
            try:
                wanted += [need for need in requires(name) or [] if "extra ==" not in need]
            except PackageNotFoundError:
                continue
    missing = {
        f"{file.relative_to(project)}:{line} imports {module}"
        for package in BEFORE
        for file in modules(project, package)
        for line, module in imported(file)
        if module not in sys.stdlib_module_names
        and module not in BEFORE
        and not (file.parent.name in extras and module not in whose)  # the extra is not installed here
        and not (brought | extras.get(file.parent.name, set()))
        & {canonical(name) for name in whose.get(module, [module])}
    }
    assert not missing


def canonical(requirement: str) -> str:
    """The name a distribution is known by, of a requirement such as ``Jinja2>=3; python_version > "3"``."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\s<>=!~;\[(]", requirement, maxsplit=1)[0]).lower()


@pytest.mark.parametrize("package", BEFORE)
def test_no_package_is_hidden_by_a_variable_or_a_module(project: Path, package: str) -> None:
    hidden = [
        f"{file.relative_to(project)}:{node.lineno}"
        for folder in BEFORE
        for file in modules(project, folder)
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == package
    ]
    assert not hidden, "a variable named like a package hides it"
    assert not list((project / "tests").glob("**/__init__.py")), "a package under tests hides the real one"


@pytest.mark.parametrize("folder", SEAMS)
def test_a_seam_is_its_table(project: Path, folder: str) -> None:
    module, table, sign = SEAMS[folder]
    members = {  # a file, or a folder where one file was too small for it
        path.relative_to(project / folder).parts[0].removesuffix(".py")
        for path in (project / folder).rglob("*.py")
        if path.stem not in ("__init__", "base") and re.search(sign, path.read_text("utf-8"), re.MULTILINE)
    }
    text = (project / folder / "__init__.py").read_text("utf-8")
    missing = sorted(name for name in members if not re.search(rf"\b{name}\b", text))
    assert members and not missing, f"{folder}/__init__.py does not name {missing}"
    assert len(getattr(importlib.import_module(module), table)) >= len(members), f"{module}.{table} lacks a line"


@pytest.mark.parametrize("folder", SEAMS)
def test_the_readme_names_every_member_of_a_seam(project: Path, folder: str) -> None:
    readme = (project / "README.md").read_text("utf-8")
    module, table, _ = SEAMS[folder]
    members = getattr(importlib.import_module(module), table)
    names = [getattr(member, "name", None) or getattr(member, "TITLE", None) or member for member in members]
    missing = [name for name in names if str(name) not in readme]
    assert names and not missing, f"README.md has no row for {missing} of {folder}"


def test_the_top_level_holds_what_was_asked_for(project: Path) -> None:
    there = {file.relative_to(project).parts[0] for file in committed(project)}
    assert there <= TOP, f"not asked for at the top: {sorted(there - TOP)}"
    assert TOP - {".gitignore"} <= there, f"missing at the top: {sorted(TOP - there)}"


def test_make_hooks_and_build_machines_run_the_same_commands(project: Path) -> None:
    """One list of commands, the Makefile's; options of each tool stand in ``pyproject.toml`` and nowhere else."""
    recipes = dict(
        re.findall(r"^([a-z-]+):[^\n]*\n((?:\t.*\n)+)", (project / "Makefile").read_text("utf-8"), re.MULTILINE)
    )
    style, types = (re.findall(r"\$\(PYTHON_IN\) (-m .*)", recipes[name]) for name in ("style", "types"))
    assert style == ["-m ruff check .", "-m ruff format --check ."] and types == ["-m mypy"]
    assert re.search(r"^lint: style types\b", (project / "Makefile").read_text("utf-8"), re.MULTILINE)
    hooks = re.findall(r"entry: (.*)", (project / ".pre-commit-config.yaml").read_text("utf-8"))
    assert hooks == ["make style", "make types"]
    runs = re.findall(r"- run: (.*)", (project / ".github/workflows/checks.yml").read_text("utf-8"))
    assert runs[:2] == ["make lint", "make test"]
    (install, *apart, tests) = [line.removeprefix("python ") for line in runs[2:]]
    assert install == '-m pip install --editable ".[test]"' and apart == style + types
    made = re.search(r"\$\(PYTHON_IN\) (-m pytest.*?) --durations", recipes["test"])
    assert made and tests == f'{made[1]} -m "not neo4j and not browser"'
    tools = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["tool"]
    assert {"ruff", "mypy", "pytest"} <= set(tools) and set(tools["mypy"]["files"]) == {*BEFORE, "tests"}
    assert not [
        name for name in ("ruff.toml", "mypy.ini", "pytest.ini", "tox.ini", "setup.cfg") if (project / name).exists()
    ]


def test_no_path_of_a_machine_and_no_registry(project: Path) -> None:
    wrong = []
    for file in committed(project):
        if file.name == "test_layout.py" or file.suffix in (".woff2", ".png", ".gz", ".zip", ".ico", ".parquet"):
            continue
        text = file.read_text("utf-8", errors="replace")
        found = {match.group() for rule in (MACHINE, REGISTRY) for match in rule.finditer(text)}
        wrong += [f"{file.relative_to(project)}: {word}" for word in sorted(found)]
    assert not wrong


def test_the_package_carries_its_licence_and_types(project: Path) -> None:
    assert "Apache License" in (project / "LICENSE").read_text("utf-8")
    for package in BEFORE:
        assert (project / package / "py.typed").exists()


TABLES = ("numpy", "pandas", "polars", "pyarrow", "scipy", "networkx")
SERVERS = ("dash", "duckdb", "neo4j", "plotly", "ingest.readers", "scipy.stats", "datasketch")
SLOW = {  # what nobody waits for who does not need it
    "ingest": (*TABLES, *SERVERS),
    "ingest.errors": (*TABLES, *SERVERS),
    "graph": (*TABLES, *SERVERS),
    "graph.settings": (*TABLES, *SERVERS),
    "graph.stores": ("pandas", "scipy", "networkx", *SERVERS),
    "graph.runs.pipeline": ("pandas", *SERVERS),
    "graph.report.report": SERVERS,
    "dashboards": (*TABLES, *SERVERS),
    "dashboards.cli": (*TABLES, *SERVERS),
    "dashboards.words": ("pandas", "scipy", "networkx", *SERVERS),
    "dashboards.server.app": ("ingest.readers", "scipy.stats", "datasketch", "duckdb", "neo4j"),
}


@pytest.mark.parametrize("module", SLOW)
def test_nothing_slow_is_imported_before_it_is_needed(module: str) -> None:
    assert not sorted(set(SLOW[module]) & set(loaded_by(module)))


def loaded_by(module: str) -> list[str]:
    """Everything Python has imported after ``module``, in a process of its own."""
    asked = f"import sys, {module}; print(*sys.modules)"
    return subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
