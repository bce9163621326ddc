"""One table over two: every profile × every way out. What a profile withholds is in no byte that leaves by any of them.

The ways out are read from the tables of the program itself (formats, pages, routes, methods of a report, files of an export),
so that a new one is tried without a line here, and one that cannot be called fails until it is given what it takes.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep
from typing import Any, get_args

import pandas as pd
import polars as pl
import pytest
from dash import Dash

from dashboards import pages
from dashboards.briefing import FORMATS, gather
from dashboards.cli import main
from dashboards.components import pins
from dashboards.components.base import State
from dashboards.jobs.queue import Jobs
from dashboards.pages.group.panels import CSV_FIGURES
from dashboards.server.app import CaseReports, create_app
from graph.case.area import set_area
from graph.case.notes import About, write
from graph.exports.writer import export
from graph.labels.given import Given, GivenLabels
from graph.labels.kept import add_labels
from graph.privacy.areas import PROFILES, Profile
from graph.privacy.codes import Choice
from graph.report.levels import BETWEEN, LEVELS
from graph.report.report import Report
from graph.runs.pipeline import find
from graph.settings import Settings
from graph.stores import Store, open_case
from ingest.errors import LockstepError
from ingest.normalize import text as texts
from ingest.normalize import urls
from ingest.tables import ACCOUNTS, LINKS, POSTS, SKIPPED, Batch, to_arrow

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MEMBERS, OTHERS, OBJECTS = 6, 40, 9
FEW_ON_TELEGRAM, FEW_AT_A_HOST = (3, 4, 5), (10, 11, 12)  # three members, and three others with a post each
INVITE, KEY = "AbCinviteXyZ99", "s3cr3tKeyOfMega42"

CANARIES: dict[str, list[str]] = {
    "name": ["canaryhandle", "Canaria Displayed"],
    "id": ["77700012345", "88800054321"],
    "text": ["canarywording", "canarybio", "canaryplace", "canarytag"],
    "contact": ["22 33 44 55", "22334455", "canary.mail", "canary_menu", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"],
    "secret": [INVITE, KEY],
    "live link": ["https://canary-site", "http://canary-site"],
    "link": ["canary-site", "canary[-]site"],
    "media": ["canarymedia"],
    "label": ["canarylabel"],
    "code": [],
}
"""Marks put in a case, by what they are. Codes of accounts are searched by pattern."""


def forbidden(profile: Profile) -> list[str]:
    """The marks a profile withholds, read from its fields."""
    rules = {
        "text": profile.text == "withheld",
        "live link": profile.links != "as found",
        "secret": profile.links != "as found",
        "link": profile.links == "hashed",
        "media": profile.media == "withheld",
        "label": profile.level != "person",
        "name": profile.names == "codes only",
        "id": profile.names == "codes only",
        "contact": profile.contacts == "withheld",
    }
    return [mark for kind, withheld in rules.items() if withheld for mark in CANARIES[kind]]


def account(n: int) -> dict[str, Any]:
    handle = f"canaryhandle{n:02d}"
    return {
        "account_uid": f"x:77700012345{n:02d}",
        "platform": "telegram" if n in FEW_ON_TELEGRAM else "x",
        "native_id": f"77700012345{n:02d}",
        "handle": handle,
        "handle_key": handle,
        "display_name": f"Canaria Displayed {n}",
        "description": f"canarybio {n}, +47 22 33 44 55, canary.mail@larch.example",
        "location": "canaryplace",
        "url": f"https://canary-site.example/of/{n}",
        "account_type": "person",
        "uid_from": "id",
    }


def link(post: str, author: str, at: datetime, kind: str, key: str | None, raw: str, **more: Any) -> dict[str, Any]:
    return {
        "post_uid": post,
        "account_uid": author,
        "at": at,
        "kind": kind,
        "target_key": key,
        "target_raw": raw,
    } | more


def acts(n: int, k: int, at: datetime) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A post of an account about one object, with a mark in every field."""
    post, author = f"x:88800054321{n:02d}{k:02d}", f"x:77700012345{n:02d}"
    wording = (
        f"canarywording number {k} for sale, write @canaryhandle00 or tg: @canary_menu, +47 22 33 44 55,"
        f" canary.mail@larch.example, bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq https://canary-site.example/{k}"
        f" https://mega.nz/file/AB{k}cdEfG#{KEY} https://t.me/+{INVITE} #canarytag{k}"
    )
    row = {
        "post_uid": post,
        "platform": "x",
        "native_id": post[2:],
        "account_uid": author,
        "created_at": at,
        "created_at_precision": "s",
        "created_at_basis": "reported",
        "kind": "original",
        "text": wording,
        "url": f"https://canary-site.example/canaryhandle{n:02d}/{post[2:]}",
        "source_id": "s1",
        "raw_row": n * 100 + k,
        "extra": json.dumps({"note": "canarywording"}),
    }
    addresses = [
        f"https://canary-site.example/{k}",
        f"https://mega.nz/file/AB{k}cdEfG#{KEY}",
        f"https://t.me/+{INVITE}",
        "https://t.me/canary_menu",
    ]
    found = [link(post, author, at, "url", urls.key(a), a, position=i) for i, a in enumerate(addresses)]
    found += [link(post, author, at, "domain", urls.domain(a), a, position=i) for i, a in enumerate(addresses)]
    found += [
        link(post, author, at, "hashtag", f"canarytag{k}", f"#canarytag{k}"),
        link(post, author, at, "media", f"cdn.example/canarymedia{k}.jpg", f"https://cdn.example/canarymedia{k}.jpg"),
        link(post, author, at, "mention", "x:7770001234500", "@canaryhandle00", target_account_uid="x:7770001234500"),
        link(post, author, at, "text", texts.key(wording) or "t", wording[:40]),
    ]
    return row, found


def few_links(posts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A host and a hashtag that three accounts have, in one post each."""
    authors = [f"x:77700012345{n:02d}" for n in FEW_AT_A_HOST]
    own = {author: next(post for post in posts if post["account_uid"] == author) for author in authors}
    marks = {"url": "https://fewhost.example/1", "domain": "https://fewhost.example/1", "hashtag": "#fewtag"}
    keys = {"url": "fewhost.example/1", "domain": "fewhost.example", "hashtag": "fewtag"}
    return [
        link(post["post_uid"], author, post["created_at"], kind, keys[kind], raw, position=9)
        for author, post in own.items()
        for kind, raw in marks.items()
    ]


def build(folder: Path) -> Store:
    """A case with a mark in every field that a platform fills: six who act together, forty who do not."""
    case = open_case(str(folder), create=True)
    rows = [acts(n, k, START + timedelta(days=k, seconds=7 * n)) for n in range(MEMBERS) for k in range(OBJECTS)]
    rows += [
        acts(n, k, START + timedelta(days=k, hours=(3 * n + 5) % 23, minutes=11 * n % 60))
        for n in range(MEMBERS, MEMBERS + OTHERS)
        for k in {n % OBJECTS, (n + 4) % OBJECTS}
    ]
    posts, links = [row for row, _ in rows], [one for _, found in rows for one in found]
    links += few_links(posts)
    people = [account(n) for n in range(MEMBERS + OTHERS)]
    skipped = [{"source_id": "s1", "row": 9, "column": "time", "reason": "No time.", "found": "canarywording"}]
    batch = Batch(
        to_arrow(people, ACCOUNTS),
        to_arrow(posts, POSTS),
        to_arrow(links, LINKS),
        to_arrow(skipped, SKIPPED),
        rows_in=len(posts) + 1,
        rows_kept=len(posts),
        rows_merged=0,
    )
    with case.writer("s1") as writer:
        writer.write(batch)
        writer.finish(
            {
                "source_id": "s1",
                "reader": "generic_csv",
                "reader_version": 1,
                "file_name": "posts_of_canaryhandle01.csv",
                "sha256": "0" * 64,
                "rows_in": len(posts) + 1,
                "rows_kept": len(posts),
                "rows_merged": 0,
                "rows_skipped": 1,
                "posts": len(posts),
                "accounts": len(people),
                "links": len(links),
                "platforms": ["x"],
                "first_at": START,
                "last_at": START + timedelta(days=OBJECTS),
                "precision": "s",
            }
        )
    find(case, Settings(traces=("link", "hashtags", "domain", "media"), windows_s=(60.0,)), describe=["qut"])
    return case


class Ways:
    """The ways out of one case under one profile."""

    def __init__(self, folder: Path, profile: str) -> None:
        self.folder, self.case = folder, open_case(str(folder / "case"))
        self.raw = Report(self.case)
        group = self.raw.groups().iloc[0]
        tie = self.raw.ties().iloc[0]
        what = About(self.raw.run_id, post="x:888000543210000", members=("x:7770001234500",))
        pin = {"what": "post", "post": "x:888000543210000", "title": "canarywording of canaryhandle00"}
        write(self.case, "pin", what, "Ann", pin=pin)
        write(self.case, "verdict", About(self.raw.run_id, group_id=group["group_id"], members=("x:7770001234500",)),
              "Ann", verdict="confirmed", reason="They are kept by canaryhandle00 at https://canary-site.example/9")  # fmt: skip
        labels = [
            Given("account", f"x:77700012345{n:02d}", "canarylabel, a friend of @canaryhandle00", "canarylabel.csv")
            for n in range(MEMBERS)
        ]
        labels.append(Given("post", "x:888000543210000", "canarylabel", "canarylabel.csv"))
        add_labels(self.case, GivenLabels(tuple(labels)), "Ann", "canarylabel.csv")
        write(self.case, "pin", About(self.raw.run_id), "Ann", pin={"what": "figure", "figure": "labels"})
        self.query = {
            "run": "R-1",
            "group": str(group["group_id"]),
            "a": str(tie["account_a"]),
            "b": str(tie["account_b"]),
            "trace": "link",
            "window": "60",
            "q": "canary",
        }
        set_area(self.case, profile, "Ann", "a test")
        self.profile = PROFILES[profile]
        self.report = Report(self.case)
        # Addresses hold what the pages under this profile would put in them.
        rules = self.report.gate.policy.rules
        self.query["object"] = str(self.report.objects(group["group_id"])["object"].iloc[0])
        if rules is not None and self.profile.names == "codes only":
            self.query |= {side: rules.account(self.query[side]) for side in ("a", "b")}
        self.app: Dash = create_app(self.case)
        self.client = self.app.server.test_client()
        self.given: set[str] = set()  # routes that gave a file

    def all(self) -> Iterator[tuple[str, str]]:
        """Name and words of each way out."""
        for name, way in WAYS.items():
            for part, out in way(self):
                yield f"{name}: {part}", out


def words_of(made: bytes) -> str:
    """All a file says, archives unpacked and pages of a PDF read."""
    if made[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(made)) as inside:
            return " ".join(f"{name} {words_of(inside.read(name))}" for name in inside.namelist())
    if made[:4] == b"%PDF":
        pdfium = pytest.importorskip("pypdfium2")
        return " ".join(page.get_textpage().get_text_range() for page in pdfium.PdfDocument(made))
    return made.decode("utf-8", "ignore") if made[:4] != b"\x89PNG" else ""


def briefings(ways: Ways) -> Iterator[tuple[str, str]]:
    outline = gather(ways.report, described=True)
    for name, one in FORMATS.items():
        if one.missing() is None and (name != "pdf" or ways.profile.name in ("general", "csam")):
            yield name, words_of(one.render(outline))


def exports(ways: Ways) -> Iterator[tuple[str, str]]:
    for names in get_args(Choice):
        try:
            files = export(ways.report, ways.folder / names, names, described=True)
        except LockstepError as error:
            assert ways.profile.names == "codes only"
            yield names, str(error)
            continue
        yield from ((f"{names}/{path.name}", path.read_text("utf-8")) for path in files)


def layouts(ways: Ways) -> Iterator[tuple[str, str]]:
    reports = CaseReports(ways.case, Report)
    views = [ways.query, {k: v for k, v in ways.query.items() if k not in ("a", "b")}, {"run": "R-1"}]
    views += [{"run": "R-1", "account": ways.query["a"]}, {"run": "R-1", "q": "22 33"}]
    views += [DESCRIBED, {**ways.query, **DESCRIBED}]
    for page in pages.PAGES:
        for number, query in enumerate(views):
            of = reports if getattr(page, "OF_CASE", False) else reports.of("R-1")
            try:
                made = page.layout(of, State(page.PATH, query))
            except LockstepError as error:
                yield f"{page.PATH} {number}", str(error)
                continue
            yield f"{page.PATH} {number}", json.dumps(made, default=_props)


def _props(one: Any) -> Any:
    return one.to_plotly_json() if hasattr(one, "to_plotly_json") else str(one)


def tried(rule: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Addresses of a route with each kind and each figure that it takes."""
    for kind in FORMATS if "<kind>" in rule else ("",):
        if kind != "pdf":  # printed from the page, which is tried
            for figure in CSV_FIGURES if rule == "/files/group.csv" else ("",):
                yield rule.replace("<kind>", kind), {"figure": figure} if figure else {}


def linked(ways: Ways) -> dict[str, list[str]]:
    """Addresses of files on the pages, by their path: what a page offers is what a person gets."""
    found: dict[str, list[str]] = {}
    for name, out in layouts(ways):
        if name.startswith("/"):
            for href in re.findall(r'"((?:/files/|/data/)[^"]+)"', out):
                found.setdefault(href.partition("?")[0], []).append(href.replace("&amp;", "&"))
    return found


def routes(ways: Ways) -> Iterator[tuple[str, str]]:
    """Every file of the server; one that refuses is asked again as the pages ask it, and must not refuse then."""
    offered = linked(ways)
    for rule in ways.app.server.url_map.iter_rules():
        if "GET" not in (rule.methods or set()) or not rule.rule.startswith(("/files/", "/data/")):
            continue
        for address, more in tried(rule.rule):
            answer = ways.client.get(address, query_string=ways.query | MORE.get(rule.rule, {}) | more, headers=HOST)
            assert answer.status_code < 500, (address, more, answer.status_code)
            yield f"{address} {more.get('figure', '')}", words_of(answer.data)
            if answer.status_code == 200:
                ways.given.add(f"{rule.rule} {more.get('figure', '')}".strip())
        for number, href in enumerate(dict.fromkeys(offered.get(rule.rule, []))):
            answer = ways.client.get(href, headers=HOST)
            assert answer.status_code == 200, (
                f"{ways.profile.name}: a page offers {href}, which is refused: {words_of(answer.data)[:200]}"
            )
            ways.given.add(rule.rule)
            yield f"{href} {number}", words_of(answer.data)


HOST = {"Host": "127.0.0.1"}
DESCRIBED = {"run": "R-1", "described": "qut", "method": "qut", "community": "D1"}
MORE = {"/files/described.csv": DESCRIBED, "/files/described_ties.csv": DESCRIBED} | {
    "/files/outlink-posts.csv": {"host": "mega.nz"},
    "/files/compare.csv": {"by": "periods"},
}
"""What a route takes besides what all take."""


def reveals(ways: Ways) -> Iterator[tuple[str, str]]:
    may = pins.revealable(ways.profile)
    for what in ("words", "media", "shared", "text"):
        sent = {"run": "R-1", "post": "x:888000543210000", "what": what}
        answer = ways.client.post(
            "/acts/reveal", json=sent, headers={"Host": "127.0.0.1", "Origin": "http://127.0.0.1"}
        )
        assert answer.status_code == (200 if what in may else 403), (what, answer.status_code)
        yield what, words_of(answer.data)


ARGUMENTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("members", "roles", "objects", "hosts", "hashtags", "lags", "group", "crossing", "parts"), ("group",)
    ),
    **dict.fromkeys(("tie", "tie_layers", "evidence"), ("a", "b")),
    "common": ("a", "b", "trace"),
    "first_meetings": ("trace", "window"),
    **dict.fromkeys(("described_members", "described_objects"), ("method", "community")),
    **dict.fromkeys(("described_overlap", "described_between"), ("method",)),
    "account": ("a",),
    "post": ("post",),
    "accounts": ("uids",),
    "languages": ("uids",),
    "figure": ("name",),
    "show": ("table",),
}


def methods(ways: Ways) -> Iterator[tuple[str, str]]:
    given: dict[str, Any] = {
        **ways.query,
        "post": "x:888000543210000",
        "uids": [ways.query["a"]],
        "name": "groups",
        "method": "qut",
        "community": 1,
        "window": 60.0,
        "table": ways.report.objects(ways.query["group"]),
    }
    for name in LEVELS:
        try:
            made = getattr(ways.report, name)(*(given[one] for one in ARGUMENTS.get(name, ())))
        except LockstepError as error:
            made = str(error)
        yield name, said(made)
    yield "summary", ways.report._repr_html_()


def said(made: Any) -> str:
    """Everything that an answer of a report holds."""
    if isinstance(made, pd.DataFrame):
        return made.to_csv()
    if isinstance(made, pl.DataFrame):
        return str(made.to_dicts())
    if hasattr(made, "add_node"):
        return str([*made.nodes(data=True), *made.edges(data=True)])
    if hasattr(made, "__dataclass_fields__"):
        return " ".join(said(getattr(made, name)) for name in made.__dataclass_fields__)
    return str(getattr(made, "html", None) or made)


def commands(ways: Ways) -> Iterator[tuple[str, str]]:
    case, file = str(ways.folder / "case"), str(ways.folder / "made")
    group = next(iter(ways.report.groups()["rank"].astype(str)), "1")
    sends = [
        "report",
        group,
        "--run",
        "R-1",
        "--to",
        "x",
        "--law",
        "the law",
        "--name",
        "Ann",
        "--email",
        "ann@mill.example",
    ]
    for words in (
        ["runs"],
        ["case"],
        ["allow"],
        ["list", "add", "--domain", "canary-site.example", "--name", "seen"],
        ["find", "--trace", "link"],
        ["brief", "--out", f"{file}.html", "--described"],
        ["seal"],
        ["label", "--list"],
        ["list", "matches"],
        ["list", "matches", "--csv", f"{file}.csv", "--table", "entries"],
        ["outlinks", "--all"],
        ["outlinks", "--csv", f"{file}-hosts.csv"],
        ["record", "--out", f"{file}.md"],
        ["verdicts", "agreement"],
        ["verdicts", "agreement", "--csv", f"{file}-verdicts.csv"],
        ["standing"],
        [*sends, "--check"],
        [*sends, "--out", f"{file}-report.html", "--format", "html"],
    ):
        for told in ([], ["--json"]):
            out = io.StringIO()
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("sys.stdout", out)
                patch.setattr("sys.stderr", out)
                code = main([*words, "--case", case, *told])
            assert code in (0, 1, 3, 4), (words, code, out.getvalue())
            yield " ".join([words[0], *words[-1:], *told]), out.getvalue()
    for made in sorted(ways.folder.glob("made*")):
        yield f"file {made.name}", words_of(made.read_bytes())


def jobs(ways: Ways) -> Iterator[tuple[str, str]]:
    """What a job that a page starts leaves in the state folder, for the page and for whoever looks there."""
    if ways.profile.name not in ("general", "csam"):
        return
    kept = Jobs(ways.folder / "jobs")
    job_id = kept.start("find", str(ways.folder / "case"), {"settings": {"traces": ["link"]}})
    for _ in range(600):
        if (job := kept.of(job_id)) is not None and job.over:
            break
        sleep(0.1)
    assert job is not None and job.state == "done"
    for path in sorted((ways.folder / "jobs").rglob("*.*")):
        yield path.name, path.read_text("utf-8", "ignore")


WAYS: dict[str, Callable[[Ways], Iterator[tuple[str, str]]]] = {
    "briefing": briefings,
    "export": exports,
    "page": layouts,
    "route": routes,
    "reveal": reveals,
    "report": methods,
    "command": commands,
    "job": jobs,
}


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The case, built once; every profile gets a copy."""
    folder = tmp_path_factory.mktemp("marked") / "case"
    build(folder).close()
    return folder


@pytest.fixture(scope="module", params=list(PROFILES))
def ways(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, marked: Path) -> Iterator[Ways]:
    folder = tmp_path_factory.mktemp(str(request.param))
    shutil.copytree(marked, folder / "case")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOCKSTEP_CONFIG", str(folder / "config"))
        patch.setenv("LOCKSTEP_STATE", str(folder / "state"))
        made = Ways(folder, str(request.param))
        yield made
        made.case.close()


def shown(words: str) -> str:
    """Words as a reader's search finds them: without the spaces and marks that a format puts between letters."""
    return words.replace("\\/", "/").casefold()


def test_what_a_profile_withholds_leaves_by_no_way(ways: Ways) -> None:
    marks = [mark.casefold() for mark in forbidden(ways.profile)]
    account_code = re.compile(r"\bA-\d+\b|\bp_[a-z2-7]{26}\b")
    leaks, seen = [], set()
    for name, out in ways.all():
        low = shown(out)
        leaks += [
            f"{name} holds {mark!r}: …{low[max(low.index(mark) - 60, 0) : low.index(mark) + 40]}…"
            for mark in marks
            if mark in low
        ]
        if ways.profile.level != "person" and not name.startswith("page"):
            leaks += [f"{name} holds the account {code}" for code in account_code.findall(out)[:1]]
        seen |= {kind for kind, own in CANARIES.items() if any(mark.casefold() in low for mark in own)}
    assert not leaks, f"{len(leaks)} ways out of {ways.profile.name}:\n" + "\n".join(leaks[:60])
    if ways.profile.name == "general":
        assert seen == set(CANARIES) - {"code"}, "every mark leaves by some way when nothing is withheld"


def test_no_file_passes_by_being_refused(ways: Ways) -> None:
    list(routes(ways))
    rules = {
        rule.rule
        for rule in ways.app.server.url_map.iter_rules()
        if rule.rule.startswith(("/files/", "/data/")) and "GET" in (rule.methods or set())
    }
    if ways.profile.level == "person":
        assert rules == {name.partition(" ")[0] for name in ways.given}
        assert {"/files/group.csv roles", "/files/group.csv crossing"} <= ways.given
    assert ways.given


def test_every_method_of_a_report_has_its_level() -> None:
    public = {name for name in dir(Report) if not name.startswith("_") and callable(getattr(Report, name))}
    assert public == set(LEVELS) | BETWEEN


def test_a_briefing_says_why_and_where_to_turn(ways: Ways) -> None:
    page = FORMATS["html"].render(gather(ways.report)).decode()
    assert (ways.profile.title in page) == ways.profile.withholds
    assert "inhope" in page or ways.profile.name != "csam"


FEW = re.compile(
    r"fewhost\W?\.?\W?example\D{0,60}\b3(?![\d.])|fewtag\D{0,60}\b3(?![\d.])|\b3 (?:on )?telegram|telegram\W{1,12}3(?![\d.])"
)
"""A host, a hashtag or a platform beside the three accounts that it has."""


def plain(out: str) -> str:
    """What a reader sees of a file or a page: tags, and the names of a page's parts, left out."""
    parts = r'"(?:props|children|type|namespace|className|data-\w+|id|style|href)"|"(?:dash_html_components|dash_core_components|[A-Z]\w*)"'
    return " ".join(
        re.sub(r"[{}\[\]:,\"\s]+", " ", re.sub(parts, " ", re.sub(r"<[a-zA-Z/!][^>]*>", " ", out))).split()
    ).casefold()


def test_small_counts_leave_by_no_way(ways: Ways) -> None:
    found = {name: hit[0] for name, out in ways.all() if (hit := FEW.search(plain(out)))}
    if ways.profile.minimum > 1:
        assert not found
    elif ways.profile.name == "general":
        assert {"page", "briefing", "route", "report"} <= {name.partition(":")[0] for name in found}
