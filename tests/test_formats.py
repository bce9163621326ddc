"""Every format of a briefing says the same: numbers, codes, broken links; no name, no formula, the same bytes again."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fixtures_export import HANDLES

from dashboards.briefing import FORMATS, brief, full, gather, rendered
from dashboards.briefing.formats import pdf, print_figure
from dashboards.briefing.outline import Facts, Outline, Table
from graph.privacy.sanitize import csv_cell
from graph.report.report import Report
from ingest.errors import LockstepError, UsageError

stix2 = pytest.importorskip("stix2")
for extra in ("docx", "pptx", "resvg_py", "pypdfium2"):
    pytest.importorskip(extra)


def files_in(made: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(made)) as read:
        return {name: read.read(name) for name in read.namelist()}


def of_office(made: bytes, *folders: str) -> str:
    parts = [v.decode() for k, v in sorted(files_in(made).items()) if k.startswith(folders) and k.endswith(".xml")]
    found = re.findall(r"<[aw]:t(?: [^>]*)?>([^<]*)</[aw]:t>| descr=\"([^\"]*)\"", " ".join(parts))
    return " ".join(text or description for text, description in found)


def of_pdf(made: bytes) -> str:
    import pypdfium2

    pages = pypdfium2.PdfDocument(made)
    return " ".join(page.get_textpage().get_text_range() for page in pages)


def of_stix(made: bytes) -> str:
    return " ".join(" ".join(str(value) for value in one.values()) for one in json.loads(made)["objects"])


def of_images(made: bytes) -> str:
    return " ".join(text.decode() for name, text in files_in(made).items() if not name.endswith(".png"))


WORDS: dict[str, Callable[[bytes], str]] = {
    "html": lambda made: re.sub(r"<[^>]+>", " ", made.decode().partition("<body>")[2]),
    "pdf": of_pdf,
    "docx": lambda made: of_office(made, "word/document"),
    "pptx": lambda made: of_office(made, "ppt/slides/", "ppt/notesSlides/"),
    "images": of_images,
    "stix": of_stix,
}


def plain(text: str) -> str:
    for mark, letter in (
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", '"'),
        ("&#34;", '"'),
        ("&amp;", "&"),
        ("\ufffe", "-"),
    ):
        text = text.replace(mark, letter)
    return " ".join(text.split())


@pytest.fixture(scope="module")
def outline(demo_store: Any) -> Outline:
    return gather(Report(demo_store))


@pytest.fixture(scope="module")
def made(outline: Outline) -> dict[str, bytes]:
    return {name: one.render(outline) for name, one in FORMATS.items() if one.missing() is None}


def numbers_of(outline: Outline, name: str) -> list[str]:
    """What a format must hold: the numbers of every group, and where it has room those of the whole run."""
    told = [part for part in outline.parts if part.kind == "group"]
    groups = [value for part in told for b in part.blocks if isinstance(b, Facts) for _, value, _ in b.items[:3]]
    if name in ("stix", "images"):
        return groups
    assert outline.facts
    rows = [
        cell
        for part in outline.parts
        for b in part.blocks
        if isinstance(b, Table)
        for row in b.rows[:5]
        for cell in row
    ]
    return [
        *groups,
        *(value for _, value, _ in outline.facts.items),
        *(cell for cell in rows if re.fullmatch(r"[\d,.]+", cell)),
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_the_numbers_are_those_of_the_run(name: str, made: dict[str, bytes], outline: Outline) -> None:
    if name not in made:
        pytest.skip(str(FORMATS[name].missing()))
    text = plain(WORDS[name](made[name]))
    there = set(re.findall(r"\d[\d,]*(?:\.\d+)?", text))
    wanted = numbers_of(outline, name)
    assert len(wanted) >= 6 and [one for one in wanted if one not in there] == []
    assert plain(outline.title) in text and outline.run_line in text


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_run_gives_the_same_file(name: str, made: dict[str, bytes], demo_store: Any, tmp_path: Path) -> None:
    if name not in made:
        pytest.skip(str(FORMATS[name].missing()))
    again = brief(Report(demo_store), tmp_path / f"a{FORMATS[name].suffix}", name).read_bytes()
    assert again == made[name]


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_names_anybody(name: str, hand_report: Any) -> None:
    if FORMATS[name].missing():
        pytest.skip(str(FORMATS[name].missing()))
    text = plain(WORDS[name](FORMATS[name].render(gather(hand_report)))).casefold()
    forbidden = [
        *(h.casefold() for h in HANDLES if re.fullmatch(r"\w+", h)),
        "stranger_x",
        "me@kvarn",
        "https://",
        "nordlys.example",
        "/home/kim",
        "\u202e",
    ]
    assert [one for one in forbidden if one in text.replace("http://www.w3.org/2000/svg", "")] == []
    assert "nordlys[.]example" in text or name == "images"
    assert "inauthentic" not in text.replace("does not mean inauthentic", "")


@pytest.mark.parametrize("name", ["docx", "pptx"])
def test_office_files_describe_their_figures_and_hold_nothing_active(
    name: str, made: dict[str, bytes], outline: Outline
) -> None:
    files = files_in(made[name])
    text = " ".join(v.decode() for k, v in files.items() if k.endswith((".xml", ".rels")))
    for picture in outline.pictures():
        assert f'descr="{picture.alt[:40].replace("&", "&amp;")}' in text, picture.title
    assert "<w:hyperlink" not in text and "hlinkClick" not in text and 'TargetMode="External"' not in text
    assert not [k for k in files if "vba" in k.lower() or "embeddings" in k or k.endswith(".bin")]


def test_word_has_headings_heads_of_tables_and_a_twin_for_each_figure(made: dict[str, bytes], outline: Outline) -> None:
    import docx

    document = docx.Document(io.BytesIO(made["docx"]))
    headings = [p.text for p in document.paragraphs if p.style and p.style.name == "Heading 1"]
    assert headings == [*(part.title for part in outline.parts), "The figures as tables"]
    captions = [p.text for p in document.paragraphs if p.style and p.style.name == "Caption"]
    whole = len(outline.pictures())
    assert whole and sum(c.startswith("The numbers of figure") for c in captions) == whole == len(
        document.inline_shapes
    )
    assert outline.finished_at and document.core_properties.title == outline.title
    assert document.core_properties.created == outline.finished_at.replace(microsecond=0)


def test_every_slide_has_a_title_and_says_what_it_leaves_out(made: dict[str, bytes], outline: Outline) -> None:
    import pptx

    deck = pptx.Presentation(io.BytesIO(made["pptx"]))
    assert all(slide.shapes.title.text for slide in deck.slides)
    edge = deck.slide_width, deck.slide_height
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.top >= 0 and shape.left + shape.width <= edge[0] + 9999, (
                slide.shapes.title.text
            )
    long = replace(outline, parts=[replace(outline.parts[0], blocks=[Table(["A"], [[str(k)] for k in range(40)])])])
    assert "31 more rows in the document" in of_office(FORMATS["pptx"].render(long), "ppt/slides/")


def test_figures_come_as_svg_and_png_at_print_size_with_their_numbers(made: dict[str, bytes], outline: Outline) -> None:
    files = files_in(made["images"])
    for number, picture in enumerate(outline.pictures(), 1):
        svg, png = files[f"figure-{number:02}.svg"].decode(), files[f"figure-{number:02}.png"]
        assert picture.source.split(".")[0] in svg and "var(" not in svg and "<desc" in svg
        wide = int.from_bytes(png[16:20], "big")
        assert wide == pytest.approx(print_figure.size(svg)[0] * 300 / 96, abs=1)
        assert b"pHYs" in png[:64]
        rows = list(csv.reader(io.StringIO(files[f"figure-{number:02}.csv"].decode())))
        assert len(rows) == len(picture.table) + 1 and all(csv_cell(c) == c for row in rows for c in row)


def test_the_bundle_is_what_the_library_reads(made: dict[str, bytes], outline: Outline, hand_report: Any) -> None:
    for text in (made["stix"], FORMATS["stix"].render(gather(hand_report))):
        bundle = stix2.parse(text.decode(), allow_custom=False)
        kinds = {one["type"] for one in bundle.objects}
        assert {"report", "grouping", "observed-data", "user-account", "identity", "marking-definition"} <= kinds
        assert not kinds & {"threat-actor", "campaign", "intrusion-set", "attack-pattern", "indicator", "malware"}
        ids = {one["id"] for one in bundle.objects}
        for one in bundle.objects:
            for name in ("object_refs", "object_marking_refs"):
                assert set(one.get(name) or ()) <= ids, one["id"]
            if one["type"] == "user-account":
                assert re.fullmatch(r"[0-9a-f]{12}/A-\d+", one["user_id"])
                same = stix2.v21.UserAccount(**{k: one[k] for k in ("account_type", "user_id") if k in one})
                assert same.id == one["id"], "the id is the one the specification asks for"
            if one["type"] == "url":
                assert one["defanged"] and "[.]" in one["value"]


def test_a_run_that_found_nothing_is_written_too(empty_report: Any) -> None:
    empty = gather(empty_report)
    for name, one in FORMATS.items():
        if one.missing() is None:
            assert name == "images" or "Nothing found beyond chance" in plain(WORDS[name](one.render(empty))), name
    bare = FORMATS["images"].render(replace(empty, parts=()))
    assert "This briefing has no figures" in WORDS["images"](bare)
    assert stix2.parse(FORMATS["stix"].render(empty).decode()).objects


def test_what_lacks_is_said_before_anything_is_put_together(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LOCKSTEP_BROWSER", "no-such-browser")
    assert "Chromium, Chrome or Edge" in str(FORMATS["pdf"].missing())
    with pytest.raises(UsageError, match="needs Chromium"):
        rendered("pdf", lambda: pytest.fail("nothing is read"))
    real = __import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.partition(".")[0] in ("docx", "pptx", "resvg_py"):
            raise ImportError(name=name)
        return real(name, *rest, **more)

    monkeypatch.setattr("builtins.__import__", without)
    for name in ("docx", "pptx", "images"):
        assert "lockstep-workbench[office]" in str(FORMATS[name].missing())
    assert FORMATS["html"].missing() is None and FORMATS["stix"].missing() is None


def test_a_browser_that_fails_is_named(monkeypatch: pytest.MonkeyPatch, outline: Outline) -> None:
    monkeypatch.setattr(pdf, "browser", lambda: "/bin/false")
    with pytest.raises(LockstepError, match="did not print the PDF"):
        FORMATS["pdf"].render(outline)


def test_verdicts_that_stand_are_listed_once(demo_store: Any) -> None:
    from graph.case.notes import About
    from graph.case.verdicts import give

    report = Report(demo_store)
    group, tie = report.groups().iloc[0], report.ties().iloc[0]
    about = About(report.run_id, group_id=group["group_id"])
    first = give(demo_store, about, "unsure", "First look.", "Ann")
    give(demo_store, about, "confirmed", "Looked at every post.", "Ann", after=[first["id"]])
    of_tie = About(report.run_id, account_a=tie["account_a"], account_b=tie["account_b"], trace=tie["trace"])
    give(demo_store, of_tie, "rejected", "One newsroom.", "Ben")
    give(demo_store, About("another run", group_id=group["group_id"]), "rejected", "Elsewhere.", "Cem")
    [table] = [
        b for part in full.gather(report).parts for b in part.blocks if isinstance(b, Table) and b.caption == "Verdicts"
    ]
    assert [(row[1], row[2]) for row in table.rows] == [
        ("confirmed", "Looked at every post."),
        ("rejected", "One newsroom."),
    ]
    assert table.rows[0][0].startswith("Group 1") and table.rows[1][0] == f"{tie['code_a']} and {tie['code_b']}"


def test_tables_leave_from_the_page_as_the_command_writes_them(
    demo_store: Any, own_config: Any, tmp_path: Path
) -> None:
    from dashboards.server.app import create_app
    from graph.stores import copy_case, open_case

    store = open_case(str(tmp_path / "case"), create=True)  # codes need a key, and a key belongs to one case
    copy_case(demo_store, store)
    client = create_app(store).server.test_client()
    answer = client.get("/files/tables.zip", base_url="http://127.0.0.1")
    files = files_in(answer.data)
    assert answer.status_code == 200 and "tables-R-1.zip" in answer.headers["Content-Disposition"]
    assert {"ties.csv", "groups.csv", "members.csv"} <= set(files) and any(name.endswith(".gexf") for name in files)
    rows = list(csv.reader(io.StringIO(files["ties.csv"].decode("utf-8-sig"))))
    assert len(rows) == len(Report(store).ties()) + 1
    for kind in ("docx", "stix"):
        made = client.get(f"/files/run.{kind}", base_url="http://127.0.0.1")
        assert made.status_code == 200 and made.mimetype == FORMATS[kind].media.partition(";")[0]
    assert client.get("/files/run.odt", base_url="http://127.0.0.1").status_code == 404
