"""A run → a file: the one check of what a format and a file's ending mean, and the writing itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dashboards.briefing.formats import FORMATS
from dashboards.briefing.formats.base import put
from dashboards.briefing.full import gather
from dashboards.briefing.outline import Outline
from graph.report.report import Report
from ingest.errors import UsageError, did_you_mean


def brief(report: Report, path: Path | str, kind: str | None = None, described: bool = False) -> Path:
    """Write the briefing of a run as one self-contained file.

    Parameters
    ----------
    report : graph.report.report.Report
    path : path
        The file to write, replaced whole; without an ending it gets the format's.
    kind : str, optional
        A name in ``FORMATS``; the format of the file's ending when not given, a web page where it has none.
    described : bool
        Add a part on what published methods describe beside the run. A STIX file holds tested findings only.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    UsageError
        If there is no such format, the file's ending is no format's or another one's, this machine lacks what makes it, or
        the path is a folder; nothing is written then.
    """
    kind = format_of(path, kind)
    return put(rendered(kind, lambda: gather(report, described)), with_ending(Path(path), kind))


def format_of(path: Path | str | None = None, kind: str | None = None) -> str:
    """The format to write: the one named, else the one of the file's ending, else a web page.

    Parameters
    ----------
    path : path, optional
        The file to write, as a person named it.
    kind : str, optional
        The name of a format.

    Raises
    ------
    UsageError
        If there is no such format, the file's ending is no format's or another one's, this machine lacks what makes it, or
        the path is a folder.

    Examples
    --------
    >>> format_of("larch.stix.json"), format_of("larch"), format_of(None, "html")
    ('stix', 'html', 'html')
    >>> format_of("larch.odt")
    Traceback (most recent call last):
    ...
    ingest.errors.UsageError: No briefing ends in .odt: larch.odt. Name a file that ends in .html, .pdf, ... or .stix.json.
    """
    if kind is not None and kind not in FORMATS:
        raise UsageError(f"There is no briefing as {kind!r}.", hint=did_you_mean(kind, list(FORMATS)))
    kind = _by_ending(str(path), kind) if path is not None else kind or "html"
    lacking = FORMATS[kind].missing()
    if lacking:
        raise UsageError(f"{FORMATS[kind].title}: {lacking}", hint="The web page needs nothing: --format html.")
    return kind


def _by_ending(path: str, kind: str | None) -> str:
    if Path(path).expanduser().is_dir() or path.endswith(("/", "\\")):
        raise UsageError(f"{path} is a folder.", hint=f"Name a file, such as {Path(path) / 'briefing.html'}.")
    ending = Path(path).suffix.lower().rstrip(".")
    if not ending:
        return kind or "html"
    meant = next((name for name, one in FORMATS.items() if path.lower().endswith(one.suffix)), None)
    if meant is None:
        wanted = [FORMATS[kind].suffix] if kind else [one.suffix for one in FORMATS.values()]
        accepted = " or ".join(filter(None, [", ".join(wanted[:-1]), wanted[-1]]))
        raise UsageError(f"No briefing ends in {ending}: {path}.", hint=f"Name a file that ends in {accepted}.")
    if kind not in (None, meant):
        raise UsageError(
            f"{path} ends as {FORMATS[meant].title} does, and the format named is {kind}.",
            hint=f"Name a file that ends in {FORMATS[kind].suffix}, or leave the format out.",
        )
    return meant


def with_ending(path: Path, kind: str) -> Path:
    """The path with the ending of a format, where it has none.

    Examples
    --------
    >>> with_ending(Path("larch"), "pdf").name, with_ending(Path("larch.PDF"), "pdf").name
    ('larch.pdf', 'larch.PDF')
    """
    return path if path.suffix.rstrip(".") else path.with_name(f"{path.name.rstrip('.')}{FORMATS[kind].suffix}")


def rendered(kind: str, document: Callable[[], Outline]) -> bytes:
    """A document in a format, as the bytes of a file.

    Parameters
    ----------
    kind : str
        A name in ``FORMATS``.
    document : callable
        Puts the document together; not called where the format cannot be made.

    Raises
    ------
    UsageError
        If there is no such format, or this machine lacks what makes it.
    """
    return FORMATS[format_of(kind=kind)].render(document())
