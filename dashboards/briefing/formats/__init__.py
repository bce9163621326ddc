"""A document → a file: one file here per format, and the table of them."""

from __future__ import annotations

from dashboards.briefing.formats.base import Format
from dashboards.briefing.formats.html import WebPage
from dashboards.briefing.formats.images import Images
from dashboards.briefing.formats.pdf import Pdf
from dashboards.briefing.formats.slides import Slides
from dashboards.briefing.formats.stix import Stix
from dashboards.briefing.formats.word import Word

FORMATS: dict[str, Format] = {one.name: one for one in (WebPage(), Pdf(), Word(), Slides(), Images(), Stix())}
