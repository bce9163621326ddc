"""Columns of telephone numbers, emptied on the way in: exports of members hold them, and nothing here needs whose they are.

TGForge's tables of participants and users have such a column, and tables made from them carry it on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

import polars as pl

_WORDS = frozenset(
    [
        "phone",
        "phones",
        "phonenumber",
        "phonenumbers",
        "telephone",
        "msisdn",
        "telefon",
        "telefonnummer",
        "handynummer",
        "mobilnummer",
        "mobilfunknummer",
        "telefono",
        "telefone",
        "telefoon",
        "telefoonnummer",
        "telefonszam",
        "puhelin",
        "puhelinnumero",
        "telefonnr",
        "mobilenumber",
        "cellphone",
        "numerotelefonu",
        "telephonenumber",
        "телефон",
        "телефона",
        "هاتف",
        "电话",
        "電話",
    ]
)
_OTHERS = frozenset(["model", "type", "brand", "os", "verified", "country", "hash", "has", "is"])


def holds_phones(column: str) -> bool:
    """True where the name of a column says that telephone numbers stand in it.

    Examples
    --------
    >>> [holds_phones(name) for name in ("Phone", "sender.phoneNumber", "Téléfono", "номер телефона", "iphone", "phone_model")]
    [True, True, True, True, False, False]
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", column) if not unicodedata.combining(c))
    words = [word.casefold() for word in re.findall(r"[^\W_A-Z]+|[A-Z]+[^\W_A-Z]*", plain)]
    return not _WORDS.isdisjoint([*words, "".join(words)]) and _OTHERS.isdisjoint(words)


def without_phones(frame: pl.DataFrame, wanted: Collection[str] = ()) -> tuple[pl.DataFrame, str | None]:
    """The rows with such columns emptied, and the sentence that says so; None where there was nothing in any.

    Parameters
    ----------
    wanted : collection of str
        Columns a person named with ``--map``; they stay.

    Examples
    --------
    >>> frame, said = without_phones(pl.DataFrame({"user": ["ann"], "phone": ["+47 5550 0100"]}))
    >>> frame.row(0), said
    (('ann', None), "Telephone numbers are not taken in: column 'phone' was left out.")
    """
    found = [
        name
        for name in frame.columns
        if name not in wanted and holds_phones(name) and frame[name].null_count() < frame.height
    ]
    if not found:
        return frame, None
    named = ", ".join(repr(name) for name in found)
    columns = "columns {} were" if len(found) > 1 else "column {} was"
    emptied = frame.with_columns(pl.lit(None, pl.String).alias(name) for name in found)
    return emptied, f"Telephone numbers are not taken in: {columns.format(named)} left out."
