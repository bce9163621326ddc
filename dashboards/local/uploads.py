"""Files that a person drops on a page: streamed into a private folder under safe names, never opened here.

An upload may be hostile: its name may point outside the folder, its size may fill the disk. Its content is for the readers,
which can refuse it. Nothing of it is executed or served again. The folder is deleted when its files are loaded or discarded;
folders that were left behind are deleted at the next start.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from pathlib import Path
from secrets import token_hex
from typing import IO

from dash import Dash
from flask import Response, abort, jsonify, request

from ingest.errors import UsageError

LARGEST = 4 * 1024**3
FILES = 500
LEFT_FREE = 512 * 1024**2
"""Bytes of the disk that stay free."""
FORGOTTEN_S = 86_400

_BATCH = re.compile(r"[0-9a-f]{16}")
_NAME = re.compile(r"[^\w.,()+ -]+")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def safe_name(name: str) -> str:
    """A safe name for a file: no folder, no hidden file, no control character, at most 120 characters.

    Examples
    --------
    >>> [safe_name(n) for n in ("../../etc/passwd", "C:\\\\x\\\\tweets.jsonl", ".bashrc", "a\\x00b\\u202e.csv", "con.csv", "")]
    ['passwd', 'tweets.jsonl', 'bashrc', 'a_b_.csv', '_con.csv', 'file']
    """
    last = re.split(r"[/\\]", name)[-1]
    plain = _NAME.sub("_", last).strip(" .")
    if len(plain) > 120:
        stem, dot, ending = plain.rpartition(".")
        plain = f"{(stem or ending)[:100]}{dot}{ending[-16:]}" if dot else plain[:120]
    return f"_{plain}" if _RESERVED.fullmatch(plain) else plain or "file"


class Uploads:
    """Folder where uploads wait for their check.

    Parameters
    ----------
    folder : Path
        Made when missing, for nobody else to read.
    largest : int
        Bytes in one file.
    """

    def __init__(self, folder: Path, largest: int = LARGEST) -> None:
        self.folder, self.largest = folder, largest
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for old in folder.iterdir():
            if _BATCH.fullmatch(old.name) and time.time() - old.stat().st_mtime > FORGOTTEN_S:
                shutil.rmtree(old, ignore_errors=True)

    def place(self, batch: str) -> Path:
        """The folder of a batch.

        Raises
        ------
        UsageError
            If there is no batch of that name.
        """
        if not _BATCH.fullmatch(batch):
            raise UsageError("There is no such upload.")
        return self.folder / batch

    def take(self, batch: str, name: str, stream: IO[bytes], size: int | None) -> Path:
        """Write one file of a batch.

        Raises
        ------
        UsageError
            If the file is too large, there are too many, or the disk is full; nothing of it stays.
        """
        place = self.place(batch)
        place.mkdir(mode=0o700, exist_ok=True)
        self._fits(size, place)
        path = _free(place, safe_name(name))
        written = 0
        try:
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123
                while piece := stream.read(1 << 20):
                    written += len(piece)
                    if written > self.largest:
                        raise UsageError(*self._too_large())
                    file.write(piece)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path

    def files(self, batch: str) -> list[Path]:
        """Files of a batch, by name."""
        place = self.place(batch)
        return sorted(place.iterdir()) if place.is_dir() else []

    def drop(self, batch: str) -> None:
        """Delete a batch."""
        shutil.rmtree(self.place(batch), ignore_errors=True)

    def _fits(self, size: int | None, place: Path) -> None:
        if size is not None and size > self.largest:
            raise UsageError(*self._too_large())
        if len(list(place.iterdir())) >= FILES:
            raise UsageError(
                f"More than {FILES} files at once cannot be uploaded.", hint="Pack them into one zip file."
            )
        if (size or 0) + LEFT_FREE > shutil.disk_usage(place).free:
            raise UsageError("The disk of this machine has not enough room for this file.")

    def _too_large(self) -> tuple[str]:
        limit = self.largest / 1024**3
        return (f"Files of more than {limit:g} GB cannot be uploaded. Enter the path of the file instead.",)


def _free(place: Path, name: str) -> Path:
    """A path in the folder that is not taken yet."""
    path, number = place / name, 2
    while path.exists():
        stem, dot, ending = name.partition(".")
        path, number = place / f"{stem}-{number}{dot}{ending}", number + 1
    return path


def register(app: Dash, uploads: Uploads) -> None:
    """Add ``POST /files/upload``: one file of a batch as the body, its name in the address."""

    def upload() -> Response:
        batch = request.args.get("batch") or token_hex(8)
        try:
            path = uploads.take(batch, request.args.get("name", ""), request.stream, request.content_length)
        except UsageError as error:
            answer: Response = jsonify({"error": str(error)})
            answer.status_code = 413
            return answer
        except OSError:
            abort(507)
        answer = jsonify({"batch": batch, "name": path.name})
        return answer

    app.server.add_url_rule("/files/upload", "upload", upload, methods=["POST"])
