"""Floors, circles and imports that run back up in each package, read from the code's own imports: ``make layout``.

A *room* is what a newcomer sees on opening a package: its folders, and the modules beside them. An import counts where
it stands: ``start`` when the module is imported, ``late`` inside a function, ``types`` under ``TYPE_CHECKING``. Circles,
floors and imports that run back up are counted over ``start`` and ``late`` together, since a late import ties two
modules as tightly as an early one; what is there for types only is counted by itself.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import networkx as nx

PACKAGES = ("ingest", "graph", "dashboards")
START, LATE, TYPES = "start", "late", "types"
RUNNING = (START, LATE)


@dataclass(frozen=True)
class Import:
    """One module's import of another one of its package."""

    source: str
    target: str
    line: int
    when: str


def module_files(project: Path, package: str) -> dict[str, Path]:
    """Every module of a package with its file; a package's ``__init__.py`` goes by the name of its folder."""
    return {
        ".".join(file.relative_to(project).with_suffix("").parts).removesuffix(".__init__"): file
        for file in sorted((project / package).rglob("*.py"))
        if "node_modules" not in file.parts
    }


def imports_within(files: dict[str, Path]) -> list[Import]:
    """Imports of the modules in ``files`` from one another; a module that imports itself is left out."""
    return [
        Import(name, target, line, when)
        for name, file in files.items()
        for target, line, when in _read(file, name)
        for target in [target if target in files else target.rpartition(".")[0]]
        if target in files and target != name
    ]


def _read(file: Path, name: str) -> Iterator[tuple[str, int, str]]:
    """Dotted name, line and time of everything a file imports; ``from a import b`` gives ``a.b``."""
    folder = name if file.name == "__init__.py" else name.rpartition(".")[0]
    for node, when in _statements(ast.parse(file.read_text("utf-8")), START):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno, when) for alias in node.names)
        else:
            above = folder.split(".")[: len(folder.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((f"{module}.{alias.name}", node.lineno, when) for alias in node.names)


def _statements(node: ast.AST, when: str) -> Iterator[tuple[ast.Import | ast.ImportFrom, str]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, when
        elif isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            yield from (
                (found, TYPES) for part in child.body for found, _ in _statements(ast.Module([part], []), TYPES)
            )
            yield from (pair for part in child.orelse for pair in _statements(ast.Module([part], []), when))
        else:
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _statements(child, LATE if inside and when == START else when)


def room(module: str) -> str:
    """The folder or module at the top of its package that holds ``module``.

    >>> room("graph.stores.neo4j_store.cypher"), room("graph.schema")
    ('stores', 'schema')
    """
    return module.split(".")[1]


def circles(edges: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Names that reach themselves again, each circle sorted, the largest circle first.

    >>> circles([("a", "b"), ("b", "a"), ("b", "c")])
    [['a', 'b']]
    """
    network: nx.DiGraph[str] = nx.DiGraph(list(edges))
    found = [sorted(part) for part in nx.strongly_connected_components(network) if len(part) > 1]
    return sorted(found, key=lambda part: (-len(part), part))


def floors(names: Iterable[str], edges: Iterable[tuple[str, str]]) -> dict[str, int]:
    """The floor each name stands on: one above the highest it imports; a circle counts as one floor.

    >>> floors("abc", [("a", "b"), ("b", "c"), ("a", "c")])
    {'a': 3, 'b': 2, 'c': 1}
    """
    network: nx.DiGraph[str] = nx.DiGraph(list(edges))
    network.add_nodes_from(names)
    whole = nx.condensation(network)
    height: dict[int, int] = {}
    for part in reversed(list(nx.topological_sort(whole))):
        height[part] = 1 + max((height[below] for below in whole.successors(part)), default=0)
    return {name: height[whole.graph["mapping"][name]] for name in sorted(network)}


def running_back(weights: Counter[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """Edges against the order of names that has the fewest imports against it, found by moving one name at a time.

    >>> running_back(Counter({("a", "b"): 3, ("b", "a"): 1, ("b", "c"): 2}))
    Counter({('b', 'a'): 1})
    """
    back: Counter[tuple[str, str]] = Counter()
    for part in circles(weights):
        inner = {pair: count for pair, count in weights.items() if set(pair) <= set(part)}
        order = list(part)
        moved = True
        while moved:
            moved = False
            for name in part:
                rest = [other for other in order if other != name]
                best = min(
                    ([*rest[:place], name, *rest[place:]] for place in range(len(order))),
                    key=lambda tried: _against(tried, inner),
                )
                if _against(best, inner) < _against(order, inner):
                    order, moved = best, True
        place_of = {name: place for place, name in enumerate(order)}
        back.update({pair: count for pair, count in inner.items() if place_of[pair[0]] > place_of[pair[1]]})
    return back


def _against(order: list[str], weights: dict[tuple[str, str], int]) -> int:
    place_of = {name: place for place, name in enumerate(order)}
    return sum(count for (above, below), count in weights.items() if place_of[above] > place_of[below])


def widths(project: Path, files: Iterable[Path]) -> Counter[str]:
    """How many modules lie in each folder, ``__init__.py`` not counted."""
    return Counter(file.parent.relative_to(project).as_posix() for file in files if file.name != "__init__.py")


def between_rooms(imports: Iterable[Import]) -> Counter[tuple[str, str]]:
    """How many pairs of modules join each two rooms by an import that runs; the package's own face is left out."""
    pairs = {(one.source, one.target) for one in imports if one.when in RUNNING}
    rooms = Counter((room(source), room(target)) for source, target in pairs if "." in source and "." in target)
    return Counter({pair: count for pair, count in rooms.items() if len(set(pair)) == 2})


def report(project: Path, package: str) -> str:
    """The lines ``make layout`` prints of one package."""
    files = module_files(project, package)
    found = imports_within(files)
    running = {(one.source, one.target) for one in found if one.when in RUNNING}
    typed = {(one.source, one.target) for one in found}
    rooms = {room(name) for name in files if name != package}
    between = between_rooms(found)
    wide = widths(project, files.values())
    widest, most = max(wide.items(), key=lambda pair: (pair[1], pair[0]))
    by_floor: dict[int, list[str]] = defaultdict(list)
    for name, floor in floors(rooms, between).items():
        by_floor[floor].append(name)
    when = Counter(one.when for one in found)
    back = running_back(between)
    lines = [
        f"{package}/",
        f"  modules               {sum(wide.values())}, {wide[package]} of them at the top",
        f"  folders               {len(wide) - (package in wide)}; widest: {widest} with {most} modules",
        f"  rooms at the top      {len(rooms)}",
        f"  floors                {len(by_floor)} of rooms, {max(floors(files, running).values())} of modules",
        f"  imports that run back {sum(back.values())}",
        *(f"    {above} -> {below}: {count}" for (above, below), count in sorted(back.items())),
        f"  circles of rooms      {len(circles(between))}",
        *(f"    {len(part)}: {' '.join(part)}" for part in circles(between)),
        f"  circles of modules    {len(circles(running))}",
        *(f"    {len(part)}: {' '.join(part)}" for part in circles(running)),
        f"  with types            {len(circles(typed))} circles of modules",
        f"  imports within        {when[START]} at the start, {when[LATE]} late, {when[TYPES]} for types only",
        *(
            f"  floor {floor:<2}              {' '.join(sorted(names))}"
            for floor, names in sorted(by_floor.items(), reverse=True)
        ),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    where = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    print("\n\n".join(report(where, package) for package in PACKAGES))
