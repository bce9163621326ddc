"""A PowerPoint deck: the same parts, shortened to what a room can read; each slide says what it leaves out.

Figures carry their description, and their note and source stand in the notes of the slide.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboards import words as say
from dashboards.briefing.formats import office, print_figure
from dashboards.briefing.outline import Block, Facts, Heading, Meetings, Outline, Pairs, Part, Sentences, Table, shares
from dashboards.figures.svg import Picture
from graph.privacy.sanitize import xml_text

SERIF, SANS = "Georgia", "Arial"
GROUPS, ROWS, LETTERS, ABOVE = 5, 9, 900, 360
_INK, _DIM, _LINE = "16181B", "5C626A", "DEDED8"
_WIDE, _HIGH, _EDGE, _TOP = 33.867, 19.05, 1.6, 3.6  # centimetres of a 16:9 slide


@dataclass(frozen=True)
class _Line:
    words: str
    heading: bool = False


class Slides:
    """One .pptx file."""

    name = "pptx"
    title = "PowerPoint"
    suffix = ".pptx"
    media = "application/vnd.openxmlformats-officedocument.presentationml.presentation"

    def missing(self) -> str | None:
        """python-pptx writes it, resvg draws its figures."""
        return office.missing("pptx")

    def render(self, outline: Outline) -> bytes:
        """The deck."""
        return _Deck(outline).bytes()


class _Deck:
    """Slides being added one after another."""

    def __init__(self, outline: Outline) -> None:
        from pptx import Presentation
        from pptx.util import Cm

        self.outline = outline
        self.file: Any = Presentation()
        for number, of in list(self.file.part.rels.items()):
            if of.reltype.endswith("/printerSettings"):  # of whoever made the template
                self.file.part.drop_rel(number)
        self.file.slide_width, self.file.slide_height = Cm(_WIDE), Cm(_HIGH)
        self.figures = 0
        self._says_who()
        self._first()
        groups = [part for part in outline.parts if part.kind == "group"]
        for part in outline.parts:
            if part.kind != "group" or part in groups[:GROUPS]:
                self._part(part)
            elif part is groups[GROUPS]:
                left = say.counted(len(groups) - GROUPS, "group")
                self._read("Not on slides", [_Line(f"{left} more, each with its figures and posts, in the document.")])

    def bytes(self) -> bytes:
        return office.saved(self.file)

    def _says_who(self) -> None:
        office.sign(self.file, self.outline)
        self.file.core_properties.last_modified_by = "Lockstep"

    def _first(self) -> None:
        slide = self._slide(self.outline.title, 30)
        lead = [f"{self.outline.case} · {self.outline.date}", *self.outline.lead]
        self._text(slide, [_Line(words) for words in lead], 18, top=5.8)
        if self.outline.facts:
            self._facts("In numbers", self.outline.facts, [])

    def _part(self, part: Part) -> None:
        """Sentences wait for the block they lead to: short ones stand above it, others on slides of their own."""
        waiting: list[_Line] = []
        first = next((block for block in part.blocks if isinstance(block, Meetings)), None)
        for block in part.blocks:
            if isinstance(block, Heading):
                waiting.append(_Line(block.words, True))
            elif isinstance(block, Sentences):
                waiting += [_Line(words) for words in block.words if block.how != "note"]
            elif not isinstance(block, Meetings) or block is first:
                heading = waiting.pop().words if waiting and waiting[-1].heading else ""
                above = waiting if not isinstance(block, Picture) and _letters(waiting) < ABOVE else []
                if not above:
                    self._read(part.title, waiting)
                self._block(part, block, heading, above)
                waiting = []
        self._read(part.title, [line for k, line in enumerate(waiting) if not line.heading or k + 1 < len(waiting)])

    def _block(self, part: Part, block: Block, heading: str, above: Sequence[_Line]) -> None:
        match block:
            case Picture():
                self._picture(block, part)
            case Table():
                caption = block.caption or heading
                alone = part.kind != "group" and caption.startswith(part.title)
                self._table(caption if alone else f"{part.title}: {caption}" if caption else part.title, block, above)
            case Facts():
                self._facts(part.title, block, above)
            case Pairs(items):
                self._table(part.title, Table(["", ""], [list(pair) for pair in items]), above)
            case Meetings():
                self._table(f"{part.title}: {block.title}", block.as_table(), [_Line(block.facts)])

    # --- one slide each ---

    def _slide(self, title: str, points: float = 22) -> Any:
        from pptx.enum.text import MSO_ANCHOR
        from pptx.util import Cm

        slide = self.file.slides.add_slide(self.file.slide_layouts[5])
        head = slide.shapes.title
        head.left, head.top, head.width, head.height = Cm(_EDGE), Cm(0.9), Cm(_WIDE - 2 * _EDGE), Cm(2.5)
        frame = head.text_frame
        frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
        _written(frame.paragraphs[0], title, SERIF, points if len(title) < 120 else points - 6, _INK)
        foot = slide.shapes.add_textbox(Cm(_EDGE), Cm(_HIGH - 1.1), Cm(_WIDE - 2 * _EDGE), Cm(0.8))
        foot.text_frame.word_wrap = True
        _written(foot.text_frame.paragraphs[0], f"{self.outline.case} · {self.outline.run_line}", SANS, 9, _DIM)
        return slide

    def _read(self, title: str, lines: Sequence[_Line]) -> None:
        """Sentences, on as many slides as they need."""
        rest = list(lines)
        while rest:
            taken = [rest.pop(0)]
            while rest and (taken[-1].heading or _letters([*taken, rest[0]]) < LETTERS):
                taken.append(rest.pop(0))
            if rest and taken[-1].heading:
                rest.insert(0, taken.pop())
            self._text(self._slide(title), taken, 16 if _letters(taken) < LETTERS else 13)

    def _text(self, slide: Any, lines: Sequence[_Line], points: float, top: float = _TOP, high: float = 0) -> None:
        from pptx.util import Cm, Pt

        box = slide.shapes.add_textbox(Cm(_EDGE), Cm(top), Cm(_WIDE - 2 * _EDGE - 3), Cm(high or _HIGH - top - 1.5))
        box.text_frame.word_wrap = True
        for number, line in enumerate(lines):
            paragraph = box.text_frame.paragraphs[0] if number == 0 else box.text_frame.add_paragraph()
            paragraph.space_after = Pt(2 if line.heading else points * 0.6)
            _written(paragraph, line.words, SANS, points, _INK, bold=line.heading)

    def _above(self, slide: Any, lines: Sequence[_Line]) -> float:
        """Sentences over a block; gives where the block begins."""
        if not lines:
            return _TOP
        high = 0.9 * sum(1 + len(line.words) // 115 for line in lines)
        self._text(slide, lines, 14, _TOP - 0.2, high)
        return _TOP + high + 0.3

    def _facts(self, title: str, facts: Facts, above: Sequence[_Line]) -> None:
        from pptx.util import Cm

        slide, across = self._slide(title), (_WIDE - 2 * _EDGE) / 3
        top = self._above(slide, above) + 0.6
        for number, (name, value, note) in enumerate(facts.items):
            x, y = _EDGE + across * (number % 3), top + 5 * (number // 3)
            frame = slide.shapes.add_textbox(Cm(x), Cm(y), Cm(across - 0.5), Cm(4.5)).text_frame
            frame.word_wrap = True
            _written(frame.paragraphs[0], name, SANS, 14, _DIM)
            _written(frame.add_paragraph(), value, SERIF, 32, _INK)
            _written(frame.add_paragraph(), note, SANS, 13, _DIM)

    def _picture(self, picture: Picture, part: Part) -> None:
        from pptx.util import Cm

        self.figures += 1
        svg = print_figure.with_key(picture)
        wide, high = print_figure.size(svg)
        room_wide, room_high = _WIDE - 2 * _EDGE, _HIGH - _TOP - 2.6
        scale = min(room_wide / wide, room_high / high)
        slide = self._slide(picture.title)
        left = _EDGE if part.kind != "group" else (_WIDE - wide * scale) / 2
        placed = slide.shapes.add_picture(
            io.BytesIO(print_figure.png(svg)), Cm(left), Cm(_TOP), Cm(wide * scale), Cm(high * scale)
        )
        described = placed._element.nvPicPr.cNvPr
        described.set("name", f"Figure {self.figures}")
        described.set("title", xml_text(picture.title))
        described.set("descr", xml_text(picture.alt))
        said = [f"{part.title}. Figure {self.figures}.", picture.alt, picture.note, picture.source]
        slide.notes_slide.notes_text_frame.text = xml_text("\n".join(one for one in said if one))
        self._note(slide, " ".join(one for one in (picture.note, picture.source) if one))

    def _note(self, slide: Any, words: str) -> None:
        from pptx.util import Cm

        box = slide.shapes.add_textbox(Cm(_EDGE), Cm(_HIGH - 2.3), Cm(_WIDE - 2 * _EDGE), Cm(1.1))
        box.text_frame.word_wrap = True
        _written(box.text_frame.paragraphs[0], words, SANS, 10, _DIM)

    def _table(self, title: str, table: Table, above: Sequence[_Line]) -> None:
        from pptx.enum.text import PP_ALIGN
        from pptx.util import Cm

        if not table.rows:
            return
        slide, shown = self._slide(title), table.rows[:ROWS]
        top = self._above(slide, above)
        rows = [table.columns, *shown] if any(table.columns) else shown
        size = 11 if len(table.columns) <= 8 else 9
        room = (_WIDE - 2 * _EDGE) / len(table.columns)
        shape = slide.shapes.add_table(
            len(rows), len(table.columns), Cm(_EDGE), Cm(top), Cm(room * len(table.columns)), Cm(0.9 * len(rows))
        )
        shape._element.nvGraphicFramePr.cNvPr.set("descr", xml_text(title))
        made = shape.table
        made.first_row, made.horz_banding = rows[0] is table.columns, False
        for column, share in zip(made.columns, shares(table.columns, shown), strict=True):
            column.width = Cm((_WIDE - 2 * _EDGE) * share)
        for number, words in enumerate(rows):
            head = number == 0 and made.first_row
            for column, text in enumerate(words):
                cell = made.cell(number, column)
                cell.fill.solid()
                cell.fill.fore_color.rgb = _colour("EEEEEA" if head else "FFFFFF")
                cell.margin_top = cell.margin_bottom = Cm(0.1)
                short = text if len(text) <= 160 else text[:159] + "…"
                _written(cell.text_frame.paragraphs[0], short, SANS, size, _DIM if head else _INK)
                if column in table.numbers:
                    cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
        left = len(table.rows) - len(shown)
        more = f"{say.counted(left, 'more row')} in the document." if left else ""
        self._note(slide, " ".join(one for one in (more, table.note) if one))


def _letters(lines: Sequence[_Line]) -> int:
    return sum(len(line.words) for line in lines)


def _colour(value: str) -> Any:
    from pptx.dml import color

    made: Any = color.RGBColor
    return made.from_string(value)


def _written(paragraph: Any, words: str, face: str, points: float, colour: str, bold: bool = False) -> None:
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    run = paragraph.add_run()
    run.text = xml_text(words)
    run.font.bold = bold or None
    run.font.name, run.font.size, run.font.color.rgb = face, Pt(points), _colour(colour)
    paragraph.alignment = PP_ALIGN.LEFT
