"""Pieces every page is made of: its state in the URL, head, facts row, figure panels with their tools, tables, empty and
problem states.

A page says what stands where; how it looks is ``assets/app.css``, what the tools do is ``assets/app.js``. Every text
handed in is text: Dash escapes it, nothing here makes markup from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from dash import dcc, html
from dash.development.base_component import Component

from dashboards import words
from dashboards.components import url_state
from dashboards.figures.theme import mark
from dashboards.network_view import Drawing

if TYPE_CHECKING:
    from graph.report.report import Report

State = url_state.State
Child = Component | str | int | float | None
Children = Child | Sequence[Child]


class Reports(Protocol):
    """What pages get to look things up: a case's reports, kept per run since runs never change."""

    def of(self, run: str | None) -> Any:
        """The ``graph.report.report.Report`` of a run, newest where none is named. Raises UsageError for an unknown one."""
        ...

    @property
    def store(self) -> Any:
        """The case."""
        ...

    @property
    def address(self) -> str:
        """The case's address, as it can be used from any folder."""
        ...

    @property
    def jobs(self) -> Any:
        """The long work of this machine, see ``dashboards.jobs.queue``."""
        ...

    @property
    def local(self) -> bool:
        """Whether only this machine can ask, so that its folders and other cases may be spoken of."""
        ...


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, and whether it holds numbers (set to the right)."""

    label: Children
    number: bool = False
    hint: str | None = None
    class_name: str = ""


@dataclass(frozen=True)
class Value:
    """A cell that reads one way on screen and another in a CSV: ``Value("1,324", 1324)``."""

    shown: Children
    raw: Any


@dataclass(frozen=True)
class Row:
    """A table row with a class, or one that ``J``, ``K`` and ``Enter`` reach: its first link is what Enter opens."""

    cells: Sequence[Children | Value]
    class_name: str = ""
    reachable: bool = False


def attributes(**named: str | None) -> dict[str, Any]:
    """``data-`` and ``aria-`` attributes for a Dash component, which takes them by names that Python cannot spell.

    Examples
    --------
    >>> attributes(aria_label="Pages", data_row="1", data_csv=None)
    {'aria-label': 'Pages', 'data-row': '1'}
    """
    return {name.replace("_", "-"): value for name, value in named.items() if value is not None}


Cells = Sequence[Children | Value] | Row


def number(value: Any) -> Value:
    """A count for a table: thousands on screen, plain in a CSV, a dash when unknown.

    Examples
    --------
    >>> number(1324)
    Value(shown='1,324', raw=1324)
    """
    return Value(words.count(value), value if words.known(value) else "")


def share(value: float | None) -> Value:
    """A share of rows for a table: a small bar and whole percent; none in words."""
    if not value:
        return Value(html.Span("none", className="warnword"), 0)
    bar = html.I(className="covbar", style={"--v": f"{100 * value:.0f}%"}, **attributes(aria_hidden="true"))
    return Value([bar, words.share(value, 1)], round(value, 4))


def table(
    columns: Sequence[Column | str],
    rows: Sequence[Cells],
    *,
    caption: str | None = None,
    class_name: str = "",
    wide: bool = False,
    name: str | None = None,
) -> Component:
    """A plain table. ``wide`` lets it scroll sideways in a region that the keyboard reaches."""
    heads = [c if isinstance(c, Column) else Column(c) for c in columns]
    made = html.Table(
        [
            html.Caption(caption) if caption else None,
            html.Thead(html.Tr([_head(c) for c in heads])),
            html.Tbody([_row(row, heads) for row in rows]),
        ],
        className=f"t {class_name}".strip(),
        **attributes(data_name=name),
    )
    if wide:
        label = attributes(aria_label=caption or name or "Table")
        return html.Div(made, className="scroll", tabIndex=0, role="region", **label)
    return made


def _head(column: Column) -> Component:
    classes = f"{'r ' if column.number else ''}{column.class_name}".strip()
    return html.Th(column.label, className=classes or None, title=column.hint, scope="col")


def _row(row: Cells, heads: Sequence[Column]) -> Component:
    row = row if isinstance(row, Row) else Row(row)
    cells = [_cell(cell, head) for cell, head in zip(row.cells, heads, strict=True)]
    return html.Tr(cells, className=row.class_name or None, **attributes(data_row="1" if row.reachable else None))


def _cell(cell: Children | Value, head: Column) -> Component:
    classes = f"{'r ' if head.number else ''}{head.class_name}".strip() or None
    label = head.label if isinstance(head.label, str) else None  # said in front where columns have no room
    if isinstance(cell, Value):
        return html.Td(cell.shown, className=classes, **attributes(data_value=str(cell.raw), data_label=label))
    return html.Td(cell, className=classes, **attributes(data_label=label))


def page(
    title: Children,
    lead: Children = None,
    *body: Child,
    crumbs: Sequence[tuple[str, str | None]] = (),
    actions: Sequence[Child] = (),
    role: str | None = None,
) -> Component:
    """A page: where you are, the finding as its title, the sentence under it, then what it is made of."""
    head = html.Div(
        [
            html.Div([html.H1(title, id="title", tabIndex=-1), html.P(lead, className="lead") if lead else None]),
            html.Div(list(actions), className="acts") if actions else None,
        ],
        className="head",
    )
    return html.Div([_crumbs(crumbs), head, *body], role=role)


def _crumbs(steps: Sequence[tuple[str, str | None]]) -> Component | None:
    if not steps:
        return None
    made: list[Child] = []
    for text, href in steps:
        if href:
            made += [dcc.Link(text, href=href), html.Span("/", **attributes(aria_hidden="true"))]
        else:
            made.append(html.Span(text, **attributes(aria_current="page")))
    return html.Nav(made, className="crumbs", **attributes(aria_label="You are here"))


def columns(main: Children, aside: Children) -> Component:
    """What is looked at, and beside it what explains or decides (below 1100 px: under it)."""
    return html.Div(
        [html.Div(main), html.Aside(aside, className="side", **attributes(aria_label="Explanation"))],
        className="cols-main",
    )


@dataclass(frozen=True)
class Fact:
    """One cell of the facts row: label, number in serif, and what the number means."""

    label: str
    value: Children
    note: Children = None


def facts(items: Sequence[Fact]) -> Component:
    """The row of numbers under a page's title."""
    return html.Dl(
        [html.Div([html.Dt(f.label), html.Dd(f.value), html.Dd(f.note, className="u")]) for f in items],
        className="facts",
    )


def pairs(items: Sequence[tuple[str, Children]]) -> Component:
    """Names and values under each other."""
    return html.Dl([html.Div([html.Dt(k), html.Dd(v)]) for k, v in items], className="kv")


def panel(
    name: str,
    title: Children,
    body: Children,
    *,
    twin: Component | None = None,
    csv: str | None = None,
    image: bool = True,
    key: Children = None,
    source: Children = None,
    more: Children = None,
    pin: Child = None,
) -> Component:
    """A figure on white with its tools, its table twin and its source line.

    Parameters
    ----------
    name : str
        File name of what is saved from it, and its anchor; unique on the page.
    title : Children
        The finding, as a sentence.
    twin : Component, optional
        The same numbers as a ``table``; gives the Table tool and, without ``csv``, the CSV tool.
    csv : str, optional
        Address of a CSV made by the server, where the twin does not hold everything.
    image : bool
        Whether the body is a picture that can be saved as PNG and SVG.
    pin : Child
        The button that puts it aside for the briefing (``dashboards.components.pins.pin``).
    """
    tools = [
        _tool("Table", "table", title) if twin is not None else None,
        html.A("CSV", href=csv, className="txt", download="") if csv else None,
        _tool("CSV", "csv", title) if twin is not None and not csv else None,
        _tool("PNG", "png", title) if image else None,
        _tool("SVG", "svg", title) if image else None,
        pin,
    ]
    return html.Figure(
        [
            html.Figcaption([html.H2(title), html.Span(tools, className="tools")]),
            _figure_body(title, body, image),
            html.P(key, className="key") if key else None,
            html.Details([html.Summary("The same as a table"), twin], className="twin") if twin is not None else None,
            more if not isinstance(more, Sequence) or isinstance(more, str) else html.Div(list(more)),
            html.P(source, className="src") if source else None,
        ],
        className="card",
        id=name,
        **attributes(data_name=name),
    )


def _figure_body(title: Children, body: Children, image: bool) -> Component:
    """A picture is a stop for the keyboard: on narrow screens it scrolls, and T shows the table of the one in focus."""
    if not image:
        return html.Div(body, className="figbody")
    label = title if isinstance(title, str) else "Figure"
    return html.Div(body, className="figbody", tabIndex=0, role="group", **attributes(aria_label=label))


def _tool(label: str, what: str, title: Children) -> Component:
    about = title if isinstance(title, str) else "this figure"
    names = {"table": "Show as a table", "csv": "Save as CSV", "png": "Save as PNG", "svg": "Save as SVG"}
    return html.Button(
        label,
        className="txt",
        type="button",
        **attributes(data_tool=what, aria_label=f"{label}: {names[what]}: {about}"),
    )


def block(title: str, *children: Child, anchor: str | None = None) -> Component:
    """A part of the page under a top rule, such as one of the right column; ``anchor`` lets a link lead to it."""
    named = {"id": anchor} if anchor else {}
    return html.Section([html.H2(title), *children], className="block", **attributes(**named))


def caveats(report: Report) -> Component | None:
    """What a reader must know beside the results of a run."""
    said = [words.sentence(str(c)) for c in report.caveats()] if report.run is not None else []
    if not said:
        return None
    return html.Section([html.H2("Read it with this in mind"), points(said)], className="block caveats")


def precision_of(layers: Any) -> str | None:
    """How exactly a run's times are known, where all its layers agree."""
    found = {str(p) for p in layers["precision"] if words.known(p)}
    return found.pop() if len(found) == 1 else None


def points(items: Sequence[Children]) -> Component:
    """A short list of sentences."""
    return html.Ul([html.Li(item) for item in items], className="take")


def glyph(platform: str | None) -> Component:
    """A platform's mark; always beside its name or a count with its name for screen readers."""
    style = mark(platform)
    return html.I(className=f"glyph c{style.category} s-{style.shape}", **attributes(aria_hidden="true"))


def account(code: Any, platform: str | None) -> Component:
    """An account as people say it aloud, with its platform's mark: ``A-104``."""
    text = code if isinstance(code, str) else f"A-{code}"
    return html.Span(
        [glyph(platform), text, html.Span(f" on {words.platform(platform)}", className="vh")],
        className="acc",
        title=f"on {words.platform(platform)}",
    )


PLATFORMS_SHOWN = 4


def platform_counts(counts: Mapping[str, int], names: bool = False) -> Component:
    """How many accounts on each platform: mark and count; of many platforms the first four, and how many more."""
    most = PLATFORMS_SHOWN if len(counts) > PLATFORMS_SHOWN + 1 else len(counts)
    rest = list(counts.items())[most:]
    more = f"{words.count(sum(n for _, n in rest))} on {words.counted(len(rest), 'other platform')}" if rest else ""
    return html.Span(
        [
            *_platform_counts(dict(list(counts.items())[:most]), names),
            html.Span(f"+ {more}", className="pm rest", title=words.platforms(dict(rest))) if rest else None,
        ],
        className="pms",
    )


def _platform_counts(counts: Mapping[str, int], names: bool) -> list[Component]:
    return [
        html.Span(
            [
                glyph(p),
                html.Span(f"{words.count(n)} {words.platform(p)}" if names else words.count(n)),
                None if names else html.Span(f" on {words.platform(p)}", className="vh"),
            ],
            className="pm",
            title=f"{words.count(n)} on {words.platform(p)}",
        )
        for p, n in counts.items()
    ]


def level_mark(level: Any) -> Component:
    """How far beyond chance: the line as drawn in networks, with its words."""
    return html.Span(
        [html.I(className=f"tieline {level}", **attributes(aria_hidden="true")), words.level(level)],
        className=f"ev {level}",
    )


def drawing(svg: str, class_name: str | None = None) -> Component:
    """An inline picture from SVG text (see ``dashboards.figures.svg``)."""
    return Drawing(svg, className=class_name) if class_name else Drawing(svg)


def source_line(report: Report, *sentences: str) -> list[Child]:
    """What was counted, then the run, its date and the version."""
    return [" ".join([*sentences, ""]), html.Span(words.run_line(report.run), className="run")]


def button(text: str, href: str, key: str | None = None, primary: bool = False) -> Component:
    """A link that looks like a button, with the key that presses it."""
    classes = f"btn{' primary' if primary else ''}{f' key-{key.lower()}' if key else ''}"
    return dcc.Link([text, html.Kbd(key) if key else None], href=href, className=classes)


TIE = (
    Column("Way"),
    Column("Observed", True),
    Column("Expected", True),
    Column("q", True),
    Column("Level"),
)
"""Headings of ``tie_cells``."""


def tie_cells(tie: Mapping[Any, Any]) -> list[Children | Value]:
    """How two accounts act together and how far beyond chance, for a table of ties: observed, expected and q together."""
    return [
        f"{words.trace(tie['trace'])}, {words.window(tie['window_s'])}",
        number(tie["observed"]),
        Value(words.expected(tie["expected"]), tie["expected"]),
        tie_q(tie),
        level_mark(tie["level"]),
    ]


def tie_q(tie: Mapping[Any, Any]) -> Value:
    """A tie's q, or by what else it stands."""
    return Value(words.tie_q(tie), tie["q"])


def tie_ends(tie: Mapping[Any, Any]) -> list[Child]:
    """The two accounts of a tie, as people say them aloud."""
    one, two = (account(words.code(tie[f"code_{side}"]), tie[f"platform_{side}"]) for side in ("a", "b"))
    return [one, " ", html.Span("and", className="and"), " ", two]


def empty(title: str, lead: Children, *body: Child) -> Component:
    """Nothing here yet: what goes here and how it comes here. Not for "nothing found", which is a finding."""
    return page(title, lead, *body)


def problem(
    title: str, lead: Children, ways_on: Sequence[Children] = (), crumbs: Sequence[tuple[str, str | None]] = ()
) -> Component:
    """What went wrong, first what did not happen; never a trace."""
    ways = block("What you can do", points(ways_on)) if ways_on else None
    body = html.Div(ways, className="cols-problem") if ways else None
    return page(title, lead, body, crumbs=crumbs, role="alert")


PageLayout = Callable[[Any, State], Component]
