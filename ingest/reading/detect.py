"""The reader of a file, from its content: encoding, shape, separator, header, format. The first reader to say yes wins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.errors import InputError
from ingest.files import encodings
from ingest.files.encodings import Encoding
from ingest.files.inputs import Input
from ingest.mapping import guess
from ingest.mapping.contract import Sample
from ingest.parsing import json_stream
from ingest.parsing.delimited import Dialect, split_rows, unique_names
from ingest.readers import READERS
from ingest.readers.base import Reader, RecordReader, RowReader, TableReader
from ingest.reading import non_posts
from ingest.tables import Options

SAMPLE = 1 << 20
SEPARATORS = (",", ";", "\t", "|")
_SEPARATED = {";": "semicolons", "\t": "tabs", "|": "bars"}
HEADER_WITHIN = 50  # lines above a header that are searched for it
ROWS, RECORDS = 200, 64
MOST_COLUMNS = 1_000  # the widest exports have a hundred or two
PICKLES = (b"\x02", b"\x03", b"\x04", b"\x05")  # versions of the protocol that begin with their number
_CONTROL = bytes(set(range(32)) - {0, 7, 8, 9, 10, 11, 12, 13, 27}) + b"\x7f"


@dataclass(frozen=True)
class Detected:
    """Result of detection: how a file is to be read.

    Attributes
    ----------
    reader : Reader
    shape : str
        csv, jsonl or json.
    encoding : Encoding
    dialect : Dialect or None
        For CSV.
    sample : Sample or None
        What the reader recognised it by.
    old_mac : bool
        Lines end with ``\\r`` alone.
    script : int
        Bytes before the JSON of a script, see ``json_stream.script_head``.
    """

    reader: Reader
    shape: str
    encoding: Encoding
    dialect: Dialect | None = None
    old_mac: bool = False
    sample: Sample | None = None
    script: int = 0

    def sentences(self) -> Iterator[str]:
        """Sentences for people on how letters and fields were told apart, where that is not the usual way."""
        if self.encoding.assumption:
            yield self.encoding.assumption
        elif self.encoding.name not in ("utf-8", "ascii"):
            yield f"The letters are {self.encoding.name.upper()}, as the file's own mark says."
        if self.dialect and self.dialect.separator in _SEPARATED:
            yield f"Fields are separated by {_SEPARATED[self.dialect.separator]}."
        if self.dialect and self.dialect.header_row > 1:
            yield f"The names of the columns stand in row {self.dialect.header_row}; what is above was left out."


def detect(file: Input, options: Options = Options()) -> Detected:
    """Detects encoding, shape and reader of a file.

    Raises
    ------
    InputError
        If it is empty, binary, or in no format there is a reader for.
    """
    with file.open() as content:
        data = content.read(SAMPLE)
        damage = content.damage
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        if damage:
            raise InputError("The archive is damaged: nothing of it can be read.", file=file.name)
        raise InputError("The file is empty.", file=file.name, accepted="CSV, TSV, JSON or JSONL")
    encoding = encodings.detect(data)
    whole = len(data) < SAMPLE
    raw = b"".join(encodings.to_utf8([data], encoding))
    _refuse_binary(data if data[:1] == b"\x80" else raw, file.name)
    text = raw.decode("utf-8", "replace").replace("\x00", "")
    _refuse(file, non_posts.of_text(text))
    if script := json_stream.script_head(raw):
        content_of = b"".join(json_stream.unscripted([raw], script.end()))
        return replace(_json(file, content_of, whole, encoding, options), script=script.end())
    if text.lstrip()[:1] in ("{", "["):
        return _json(file, raw.strip(b" \t\r\n\x00"), whole, encoding, options)
    return _csv(file, text, whole, encoding, options)


def _refuse(file: Input, refusal: non_posts.Refusal | None) -> None:
    if refusal:
        raise InputError(refusal.words, file=file.name, accepted=refusal.accepted)


def _refuse_binary(data: bytes, name: str) -> None:
    if data[:1] == b"\x80" and data[1:2] in PICKLES:
        raise InputError(
            "This is a Python pickle. Opening one runs the code in it, so Lockstep never does.",
            file=name,
            accepted='CSV; where you trust the file: pandas.read_pickle(file).to_csv("file.csv", index=False)',
        )
    strange = len(data) - len(data.translate(None, _CONTROL))
    nul = data.count(b"\x00")
    if (strange + nul > 0.02 * len(data) and strange + nul > 8) or strange > 0.005 * len(data) + 4:
        raise InputError(
            "The file is binary, not text.", file=name, accepted="CSV, TSV, JSON, JSONL, plain or in gzip or zip"
        )


# -- JSON --------------------------------------------------------------------------------------------------------------


def _json(file: Input, data: bytes, whole: bool, encoding: Encoding, options: Options) -> Detected:
    for sample in (_as_lines(file, data, whole, options), _as_document(file, data, options)):
        if not sample:
            continue
        _refuse(file, non_posts.of_records(sample.records))
        if reader := _taker(sample):
            return Detected(reader, sample.shape, encoding, sample=sample)
    keys = _keys(data)
    if not keys:
        raise InputError(
            "The file begins like JSON, but nothing in it can be read.", file=file.name, accepted=_known(RecordReader)
        )
    raise InputError(
        f"This JSON is in no format Lockstep knows. Its records have {_listed(keys)}.",
        file=file.name,
        accepted=_known(RecordReader),
    )


def _as_lines(file: Input, data: bytes, whole: bool, options: Options) -> Sample | None:
    """The file as JSONL, if its first lines are records."""
    pieces = data.split(b"\n")
    if not whole and len(pieces) > 1:
        pieces.pop()
    read = json_stream.lines([b"\n".join(pieces[: 4 * RECORDS])])
    found = [record for _, record, _ in read if isinstance(record, dict)]
    lines = sum(1 for piece in pieces[: 4 * RECORDS] if piece.strip())
    if not found or (
        lines == 1 and len(pieces) == 1 and not file.name.lower().endswith((".jsonl", ".ndjson", ".jsonl.gz"))
    ):
        return None
    return (
        Sample(file.name, "jsonl", records=tuple(found[:RECORDS]), options=options) if 2 * len(found) >= lines else None
    )


def _as_document(file: Input, data: bytes, options: Options) -> Sample | None:
    document = json_stream.beginning(data)
    inner = document if isinstance(document, list) else [document]
    found = tuple(record for record in inner[:RECORDS] if isinstance(record, dict))
    return Sample(file.name, "json", records=found, document=document, options=options) if found else None


def _keys(data: bytes) -> list[str] | None:
    document = json_stream.beginning(data)
    first = document[0] if isinstance(document, list) and document else document
    return list(map(str, first)) if isinstance(first, dict) else None


# -- CSV ---------------------------------------------------------------------------------------------------------------


def _csv(file: Input, text: str, whole: bool, encoding: Encoding, options: Options) -> Detected:
    old_mac = "\n" not in text and "\r" in text
    if old_mac:
        text = text.replace("\r", "\n")
    tables = _tables(text, whole)
    _refuse_known(file, tables)
    for candidates in (_candidates(file, tables, options, known=True), _candidates(file, tables, options, known=False)):
        for sample, dialect, readers in candidates:
            reader = _taker(sample, readers)
            if reader:
                return Detected(reader, "csv", encoding, dialect, old_mac, sample)
    raise _unknown(file, tables, options)


def _refuse_known(file: Input, tables: dict[str, list[list[str]]]) -> None:
    for rows in tables.values():
        if rows:
            _refuse(file, non_posts.why_not(unique_names(rows[0][:MOST_COLUMNS])))


def _tables(text: str, whole: bool) -> dict[str, list[list[str]]]:
    """The first rows under each separator that separates anything, the likeliest first."""
    tables = {sep: split_rows(text, sep, final=whole, limit=ROWS + HEADER_WITHIN)[0] for sep in SEPARATORS}
    tables = {sep: rows for sep, rows in tables.items() if any(len(row) > 1 for row in rows)}
    return dict(sorted(tables.items(), key=lambda pair: -_evenness(pair[1])))


def _evenness(rows: list[list[str]]) -> float:
    """Rows of the commonest width above one, weighted by that width a little."""
    widths = Counter(len(row) for row in rows if len(row) > 1)
    width, count = widths.most_common(1)[0]
    return count / len(rows) + min(width, 40) / 100


def _candidates(
    file: Input, tables: dict[str, list[list[str]]], options: Options, known: bool
) -> Iterator[tuple[Sample, Dialect, tuple[Reader, ...]]]:
    """Every row that may be a header under every separator. Known headers are looked for before any guess is made."""
    last = tuple(reader for reader in READERS if reader.name == "generic_csv")
    readers = tuple(reader for reader in READERS if reader not in last) if known and not options.mapping else last
    for sep, rows in tables.items():
        for number in range(min(HEADER_WITHIN, len(rows))):
            header = _trimmed(rows[number], rows[number + 1 :])
            if len(header) <= MOST_COLUMNS and sum(bool(cell.strip()) for cell in header) >= 2:
                names = unique_names(header)
                body = tuple(tuple(row) for row in rows[number + 1 : number + 1 + ROWS])
                yield Sample(file.name, "csv", names, body, options=options), Dialect(sep, number + 1, names), readers
        if known and rows and len(rows[0]) <= MOST_COLUMNS:
            names = unique_names([""] * len(rows[0]))
            body = tuple(tuple(row) for row in rows[:ROWS])
            yield Sample(file.name, "csv", (), body, options=options), Dialect(sep, 0, names), readers


def _trimmed(header: list[str], rows: list[list[str]]) -> list[str]:
    """The header without empty names at its end that stand over nothing."""
    width = len(header)
    while (
        width > 1
        and not header[width - 1].strip()
        and not any(row[width - 1 : width] not in ([], [""]) for row in rows)
    ):
        width -= 1
    return header[:width]


def _unknown(file: Input, tables: dict[str, list[list[str]]], options: Options) -> InputError:
    if not tables:
        return InputError("This text is neither a table nor JSON.", file=file.name, accepted=_known())
    rows = next(iter(tables.values()))
    width = Counter(len(row) for row in rows if len(row) > 1).most_common(1)[0][0]
    number = next(i for i, row in enumerate(rows) if len(row) == width)
    cells = _trimmed(rows[number], rows[number + 1 :])
    if len(cells) > MOST_COLUMNS:
        words, most = f"The table has {len(cells):,} columns.", f"at most {MOST_COLUMNS:,}"
        return InputError(words, file=file.name, row=number + 1, accepted=most)
    header = unique_names(cells)
    sample = Sample(file.name, "csv", header, tuple(tuple(row) for row in rows[number + 1 :]), options=options)
    if not any(cell.strip() for row in rows[number + 1 :] for cell in row):
        words = "There is a header, but no row below it: the table has no rows."
        return InputError(words, file=file.name, row=number + 1, accepted="at least one row")
    missing = guess.missing(sample)
    told = [
        f"No column is known to hold {missing.words}.",
        f"The columns are {_listed(list(header))}.",
        *missing.reasons,
    ]
    hint = [f"No column holds values that can be {' or '.join(missing.nowhere)}."] if missing.nowhere else []
    hint += [f"Say which column holds what, for example: --map {missing.example}"] if missing.example else []
    return InputError(
        " ".join(told), file=file.name, row=number + 1, accepted=_known(TableReader), hint=" ".join(hint) or None
    )


# -- both --------------------------------------------------------------------------------------------------------------


def _taker(sample: Sample, readers: tuple[Reader, ...] = READERS) -> Reader | None:
    return next((reader for reader in readers if _takes(reader, sample)), None)


def _takes(reader: Reader, sample: Sample) -> bool:
    try:
        return reader.recognises(sample)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return False  # hostile records have anything anywhere


def _known(kind: type | None = None) -> str:
    kinds: tuple[type, ...] = (kind or object,) if kind is not TableReader else (TableReader, RowReader)
    number = sum(isinstance(reader, kinds) for reader in READERS)
    what = " JSON" if kind is RecordReader else " table" if kind is TableReader else ""
    table = "" if kind is RecordReader else ", or any table with an account, a time, and a text or link"
    return f"one of the {number}{what} formats that lockstep formats lists{table}"


def _listed(names: list[str], most: int = 30) -> str:
    shown = ", ".join(name[:60] for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")
