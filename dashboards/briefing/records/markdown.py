"""An outline as Markdown: plain text with tables, in which nothing from data is markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from dashboards.briefing.outline import Block, Facts, Heading, Meetings, Outline, Pairs, Sentences, Table, twin
from dashboards.figures.svg import Picture
from graph.privacy.sanitize import clean

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~])")


def markdown(outline: Outline) -> str:
    """The document as text; the same outline gives the same text.

    Examples
    --------
    >>> from dashboards.briefing.outline import Part
    >>> part = Part("Known", [Table(["A"], [["x | y"]])])
    >>> print(markdown(Outline("Title", "case", "1 May", ["Lead."], [part], "run", "0")))
    # Title
    <BLANKLINE>
    case · 1 May · run
    <BLANKLINE>
    Lead.
    <BLANKLINE>
    ## Known
    <BLANKLINE>
    | A |
    |---|
    | x \\| y |
    <BLANKLINE>
    """
    head = " · ".join(filter(None, (outline.case, outline.date, outline.run_line)))
    parts = [f"# {safe(outline.title)}", safe(head), *map(safe, outline.lead)]
    for part in outline.parts:
        parts.append(f"## {safe(part.title)}")
        parts += [text for block in part.blocks for text in _block(block)]
    return "\n\n".join(parts) + "\n"


def safe(text: str) -> str:
    """Text in which nothing is markup, on one line.

    Examples
    --------
    >>> safe("a|b <i>\\n[x](y)")
    'a\\\\|b \\\\<i\\\\> \\\\[x\\\\](y)'
    """
    return _MARKUP.sub(r"\\\1", " ".join(clean(text).split()))


def _block(block: Block) -> list[str]:
    match block:
        case Heading(words):
            return [f"### {safe(words)}"]
        case Sentences(words, how):
            listed = how in ("points", "plain") and len(words) > 1
            return ["\n".join(f"- {safe(word)}" for word in words)] if listed else [safe(word) for word in words]
        case Facts(items) | Pairs(items):
            return [_table(["Name", "Value", "Means"][: len(items[0])], items)] if items else []
        case Table(columns, rows, numbers, note, caption):
            said = [safe(text) for text in (caption, note)]
            return [text for text in (said[0], _table(columns, rows, numbers), said[1]) if text]
        case Picture():
            table = twin(block)
            return [safe(block.title), _table(table.columns, table.rows, table.numbers)]
        case Meetings():
            table = block.as_table()
            return [safe(block.title), safe(block.facts), _table(table.columns, table.rows)]


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]], numbers: Iterable[int] = ()) -> str:
    right = set(numbers)
    rule = "|".join("--:" if place in right else "---" for place in range(len(columns)))
    lines = [columns, *rows]
    head, *rest = [f"| {' | '.join(safe(cell) for cell in line)} |" for line in lines]
    return "\n".join([head, f"|{rule}|", *rest])
