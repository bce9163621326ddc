"""A Word document: the same parts, with headings, captions and descriptions that Word and screen readers know."""

from __future__ import annotations

import io
from typing import Any

from dashboards.briefing.formats import office, print_figure
from dashboards.briefing.outline import (
    Block,
    Facts,
    Heading,
    Meetings,
    Outline,
    Pairs,
    Sentences,
    Table,
    shares,
    twin,
)
from dashboards.figures.svg import Picture
from graph.privacy.sanitize import xml_text

SERIF, SANS = "Georgia", "Arial"
_INK, _DIM, _LINE = "16181B", "5C626A", "B7B7AE"
_WIDE_CM, _HIGH_CM, _TWIN_ROWS = 17.0, 22.0, 60


class Word:
    """One .docx file on A4."""

    name = "docx"
    title = "Word"
    suffix = ".docx"
    media = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    def missing(self) -> str | None:
        """python-docx writes it, resvg draws its figures."""
        return office.missing("docx")

    def render(self, outline: Outline) -> bytes:
        """The document."""
        return _Written(outline).bytes()


class _Written:
    """A document being written from top to bottom."""

    def __init__(self, outline: Outline) -> None:
        import docx

        self.outline = outline
        self.file: Any = docx.Document()
        self.figures: list[Picture] = []
        self._styles()
        self._page()
        self._says_who()
        self._head()
        for part in outline.parts:
            self.heading(part.title, 1, new_page=part.kind == "group")
            for block in part.blocks:
                self.place(block)
        self._numbers()

    def bytes(self) -> bytes:
        return office.saved(self.file)

    def place(self, block: Block) -> None:
        match block:
            case Heading(words):
                self.heading(words, 2)
            case Sentences(words, how):
                for sentence in words:
                    self.say(sentence, {"note": "Small", "points": "List Bullet"}.get(how, "Normal"))
            case Facts(items):
                self.facts(items)
            case Pairs(items):
                self.table(Table(["", ""], [list(pair) for pair in items]))
            case Table():
                self.table(block)
            case Picture():
                self.picture(block)
            case Meetings():
                self.meetings(block)

    # --- how it looks ---

    def _styles(self) -> None:
        from docx.enum.style import WD_STYLE_TYPE
        from docx.oxml.ns import qn
        from docx.shared import Pt, RGBColor

        styles = self.file.styles
        styles.add_style("Small", WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
        styles.add_style("Cell", WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
        looks = {
            "Normal": (SANS, 10, _INK, 4),
            "Title": (SERIF, 22, _INK, 8),
            "Heading 1": (SERIF, 15, _INK, 4),
            "Heading 2": (SANS, 10.5, _INK, 2),
            "Caption": (SANS, 10, _INK, 4),
            "List Bullet": (SANS, 10, _INK, 3),
            "Small": (SANS, 8, _DIM, 4),
            "Cell": (SANS, 8, _INK, 0),
        }
        for name, (face, points, colour, after) in looks.items():
            style = styles[name]
            style.font.name, style.font.size, style.font.color.rgb = face, Pt(points), RGBColor(*bytes.fromhex(colour))
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for which in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
                fonts.attrib.pop(qn(which), None)
            for which in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
                fonts.set(qn(which), face)
            style.font.bold = name in ("Heading 2", "Caption")
            style.paragraph_format.space_after = Pt(after)
        for edge in styles["Title"].element.xpath(".//w:pBdr"):
            edge.getparent().remove(edge)
        for name, before in (("Heading 1", 18), ("Heading 2", 10), ("Caption", 10)):
            styles[name].paragraph_format.space_before = Pt(before)
            styles[name].paragraph_format.keep_with_next = True

    def _page(self) -> None:
        from docx.shared import Cm

        section = self.file.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2)
        section.top_margin, section.bottom_margin = Cm(1.8), Cm(1.8)
        foot = section.footer.paragraphs[0]
        foot.style = self.file.styles["Small"]
        foot.add_run(xml_text(f"{self.outline.case} · {self.outline.run_line} · page "))
        _field(foot, "PAGE")

    def _says_who(self) -> None:
        office.sign(self.file, self.outline)
        self.file.core_properties.comments = ""

    # --- what stands in it ---

    def _head(self) -> None:
        self.say(f"{self.outline.case} · {self.outline.date}", "Small")
        self.say(self.outline.title, "Title")
        for sentence in self.outline.lead:
            self.say(sentence)
        if self.outline.facts:
            self.facts(self.outline.facts.items)

    def heading(self, words: str, level: int, new_page: bool = False) -> None:
        self.say(words, f"Heading {level}").paragraph_format.page_break_before = new_page

    def say(self, words: str, style: str = "Normal") -> Any:
        paragraph = self.file.add_paragraph(xml_text(words))
        paragraph._p.style = style.replace(" ", "")
        return paragraph

    def facts(self, items: Any) -> None:
        rows = [[name, value, note] for name, value, note in items]
        self.table(Table(["", "", ""], rows, frozenset({1})))

    def table(self, table: Table) -> None:
        from docx.shared import Cm

        if table.caption:
            self.say(table.caption, "Caption")
        if not table.rows:
            return
        headed = any(table.columns)
        made = self.file.add_table(rows=len(table.rows) + headed, cols=len(table.columns))
        made.autofit = False
        widths = [Cm(_WIDE_CM * share) for share in shares(table.columns, table.rows)]
        for column, width in zip(made.columns, widths, strict=True):
            column.width = width
        _ruled(made, xml_text(table.caption or " ".join(filter(None, table.columns)) or "Numbers"))
        small = len(table.columns) > 8
        rows = [table.columns, *table.rows] if headed else table.rows
        for number, (cells, words) in enumerate(zip(made.rows, rows, strict=True)):
            _whole(cells, head=headed and number == 0)
            for column, (cell, text) in enumerate(zip(cells.cells, words, strict=True)):
                cell.width = widths[column]
                self._cell(cell, text, column in table.numbers, headed and number == 0, small)
        self.say(
            table.note, "Small"
        )  # also where it is empty: two tables without a paragraph between them would be one

    def _cell(self, cell: Any, text: str, right: bool, head: bool, small: bool) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt, RGBColor

        paragraph = cell.paragraphs[0]
        paragraph._p.style = "Cell"  # its id: looking a style up by its name takes longer than all the rest
        run = paragraph.add_run(xml_text(text))
        if small:
            run.font.size = Pt(6.5)
        if head:
            run.font.color.rgb = RGBColor(*bytes.fromhex(_DIM))
        if right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT

    def picture(self, picture: Picture) -> None:
        from docx.shared import Cm

        self.figures.append(picture)
        number = len(self.figures)
        dot = "" if picture.title.endswith(".") else "."
        self.say(f"Figure {number}. {picture.title}{dot}", "Caption")
        svg = print_figure.with_key(picture)
        wide, high = print_figure.size(svg)
        across = min(_WIDE_CM, _HIGH_CM * wide / high)
        paragraph = self.file.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        placed = paragraph.add_run().add_picture(io.BytesIO(print_figure.png(svg)), width=Cm(across))
        described = placed._inline.docPr
        described.set("name", f"Figure {number}")
        described.set("title", xml_text(picture.title))
        described.set("descr", xml_text(picture.alt))
        self.say(" ".join(part for part in (picture.note, picture.source) if part), "Small")

    def meetings(self, tie: Meetings) -> None:
        self.say(tie.title, "Caption")
        self.say(tie.facts)
        self.table(tie.as_table())

    def _numbers(self) -> None:
        """Add the figures once more as tables, for readers who cannot see them and for checking."""
        if not self.figures:
            return
        self.heading("The figures as tables", 1, new_page=True)
        for number, picture in enumerate(self.figures, 1):
            table = twin(picture)
            left = len(table.rows) - _TWIN_ROWS
            note = f"{left} more rows in the web page and the export." if left > 0 else table.note
            self.table(
                Table(table.columns, table.rows[:_TWIN_ROWS], table.numbers, note, f"The numbers of figure {number}")
            )


def _field(paragraph: Any, code: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    paragraph._p.append(field)


def _ruled(table: Any, caption: str) -> None:
    """Hairlines under rows, a stronger one under the head; a description for screen readers."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for side, width in (("top", "6"), ("bottom", "4"), ("insideH", "4")):
        edge = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", width), ("space", "0"), ("color", _LINE)):
            edge.set(qn(f"w:{name}"), value)
        borders.append(edge)
    described = OxmlElement("w:tblDescription")
    described.set(qn("w:val"), caption)
    properties.append(borders)
    properties.append(described)


def _whole(row: Any, head: bool) -> None:
    """A row stays on one page; the head is repeated on every page."""
    from docx.oxml import OxmlElement

    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if head:
        properties.append(OxmlElement("w:tblHeader"))
