"""Picture of a case's data flow: files, the case, and everything that is made from it, with what passes along each arrow."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dashboards.figures.svg import Picture, box, drawing, line, words

WIDE, BOX_W, BOX_H, STEP = 720, 190, 40, 62


def data_flow(steps: Sequence[tuple[str, str, str]], source: str = "") -> Picture:
    """Draw the flow: the first step leads to the case, the others away from it.

    Parameters
    ----------
    steps : sequence of (from, to, what)
    source : str
        Words under the figure.

    Examples
    --------
    >>> made = data_flow([("Files", "Case (folder)", "2 files"), ("Case (folder)", "Runs", "1 run")])
    >>> made.title, len(made.table), made.svg.count("<rect")
    ('Data flow: 2 files into the case, and what is made from it', 2, 3)
    """
    (start, case, what), *others = steps
    body = _node(start, 0, 0) + _arrow(BOX_W, BOX_H / 2, BOX_W + 60, BOX_H / 2) + _node(case, BOX_W + 60, 0)
    body += words(0, BOX_H + 16, what)
    for number, (_, to, passes) in enumerate(others, 1):
        top = number * STEP + 8
        body += _node(to, 2 * BOX_W - 60, top)
        stem = BOX_W + 80
        body += line(stem, BOX_H, stem, top + BOX_H / 2) + _arrow(
            stem, top + BOX_H / 2, 2 * BOX_W - 60, top + BOX_H / 2
        )
        body += words(2 * BOX_W - 50, top + BOX_H + 14, passes)
    high = (len(others)) * STEP + BOX_H + 30
    title = f"Data flow: {what.partition(':')[0].partition(';')[0]} into the case, and what is made from it"
    alt = "; ".join(f"{one} to {other}: {passes}" for one, other, passes in steps)
    table = pd.DataFrame(list(steps), columns=["From", "To", "What passes"])
    return Picture(title, alt, table, source, drawing(WIDE, high, title, alt, body))


def _node(name: str, x: float, y: float) -> str:
    return box(x + 0.5, y + 0.5, BOX_W, BOX_H, "surface", "line-strong", 3) + words(
        x + BOX_W / 2, y + BOX_H / 2 + 4, name, "middle", "ink", 600
    )


def _arrow(x1: float, y1: float, x2: float, y2: float) -> str:
    head = line(x2 - 6, y2 - 4, x2, y2) + line(x2 - 6, y2 + 4, x2, y2)
    return line(x1, y1, x2, y2) + head
