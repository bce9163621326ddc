"""Every reader fed with bytes that lead to lines of code nothing led to before: the part of ``make fuzz`` that atheris guides.

Only ``LockstepError`` may stop a file, and every row that was read is kept, merged or skipped. A file that breaks this is kept
beside the checkout's ``fuzz-found``.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

MADE_OF = ("ingest",)
LONGEST = 20_000  # bytes
NO_ATHERIS = (
    "atheris has no build for this Python and system: the part that is guided by coverage is left out.\n"
    "Files after an accident and made-up tables are tried all the same (test_mutations, test_properties)."
)


def main() -> int:
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--seconds", type=int, default=300)
    asked.add_argument("--keep", default="fuzz-found", help="folder for files that break a promise")
    args = asked.parse_args()
    try:
        atheris: Any = importlib.import_module("atheris")
    except ImportError:
        print(NO_ATHERIS, file=sys.stderr)
        return 0
    with atheris.instrument_imports(include=list(MADE_OF)):
        ingest: Any = importlib.import_module("ingest")
        importlib.import_module("ingest.readers")
    seeds = importlib.import_module("fictional_tables").MADE + importlib.import_module("fictional_records").RECORDS
    names = [seed.file_name for seed in seeds]
    with tempfile.TemporaryDirectory(prefix="lockstep-fuzz-") as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for number, seed in enumerate(seeds):
            (corpus / str(number)).write_bytes(bytes([number % 256]) + seed.content[: LONGEST - 1])
        keep = Path(args.keep).resolve()
        keep.mkdir(exist_ok=True)

        def one(data: bytes) -> None:
            """A file whose first byte says how it is called."""
            if data:
                tried(ingest, Path(folder) / f"one.{names[data[0] % len(names)].rpartition('.')[2]}", data[1:])

        bounds = [f"-max_total_time={args.seconds}", f"-max_len={LONGEST}", "-timeout=60", "-rss_limit_mb=6144"]
        os.environ["POLARS_MAX_THREADS"] = "1"
        print(f"{len(seeds)} seeds of all readers, {args.seconds} s", flush=True)
        atheris.Setup([sys.argv[0], *bounds, f"-artifact_prefix={keep}/", str(corpus)], one)
        atheris.Fuzz()
    return 0


def tried(ingest: Any, path: Path, content: bytes) -> None:
    """Read a file to its end."""
    from ingest.errors import LockstepError

    path.write_bytes(content)
    try:
        for file in ingest.inputs(path):
            reading = ingest.batches(file, batch_rows=40)
            for _ in reading:
                pass
            source = reading.source
            assert source["rows_in"] == source["rows_kept"] + source["rows_merged"] + source["rows_skipped"]
    except LockstepError as error:
        assert path.name in str(error)


if __name__ == "__main__":
    sys.exit(main())
