"""Contacts in texts: rows of (text, kinds and values)."""

from __future__ import annotations

import pytest

from graph.privacy.contacts import contacts, without_contacts
from ingest.normalize.contacts import contacts as read

BTC = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"
ETH = "0x52908400098527886E0F7030069857D2E4169EE7"
SESSION = "05" + "ab12" * 16

ROWS = [
    ("Call +47 22 33 44 55 now", [("telephone", "+4722334455")]),
    ("0047-22334455", [("telephone", "+4722334455")]),
    ("(020) 7946 0018", [("telephone", "02079460018")]),
    ("555-010-9988", [("telephone", "5550109988")]),
    ("write kari@larch.example.", [("e-mail", "kari@larch.example")]),
    ("kari (at) larch[.]example", [("e-mail", "kari@larch.example")]),
    ("menu: https://t.me/larch_menu", [("messenger link", "larch_menu")]),
    ("hxxps://t[.]me/Larch_menu", [("messenger link", "larch_menu")]),
    ("wa.me/4722334455", [("messenger link", "4722334455")]),
    ("snapchat.com/add/larch.77", [("messenger link", "larch.77")]),
    ("TG: @Larch_77", [("messenger", "larch_77")]),
    ("wickr = larchseller", [("messenger", "larchseller")]),
    ("threema ID: AB12CD34", [("messenger", "ab12cd34")]),
    ("telegram @larch_77 or signal: larch.01", [("messenger", "larch_77"), ("messenger", "larch.01")]),
    (f"pay {BTC}", [("wallet", BTC)]),
    (f"pay {ETH}!", [("wallet", ETH)]),
    (f"session {SESSION}", [("session", SESSION)]),
    ("t.me/+AbCdEf123456", []),  # an invitation: a secret part of a link, not a name
    ("Score 3-1, 1 200 000 people, 2026-08-12 10:33:53, 12.08.2026", []),
    ("The telegram channels are down. Signal is fine, session at 8.", []),
    ("@nora says hi; x:906000000000000001", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "found"), ROWS)
def test_contacts_of_a_text(text: str, found: list[tuple[str, str]]) -> None:
    assert [(one.kind, one.value) for one in contacts(text)] == found


@pytest.mark.parametrize(("text", "found"), ROWS)
def test_nothing_of_a_contact_stays(text: str, found: list[tuple[str, str]]) -> None:
    shown = without_contacts(text, lambda kind, value: "c_1")
    assert not contacts(shown.replace("c_1", "")), shown
    assert all(value.casefold() not in shown.casefold() for _, value in found)
    assert shown.count("c_1") == len(found) and (found or shown == text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Тел: 8 (555) 001-00-22", "001-00-22"),
        ("whatsapp 555 001 0022", "001 0022"),
        ("Session: " + "05" + "ab" * 32, "abab"),
        ("Signal: mill.42", "mill.42"),
        ("https://signal.me/#eu/AbCdEf123", "AbCdEf123"),
        ("threema ABCD1234", "ABCD1234"),
        ("see wa.me/4755500100", "4755500100"),
        ("tel:4755500100", "4755500100"),
        ("Mail ann.of.the@mill.example now", "ann.of.the"),
    ],
)
def test_what_ties_accounts_as_a_contact_is_withheld_as_one(text: str, value: str) -> None:
    told = without_contacts(text, lambda kind, value: "c_1")
    assert read(text) and value in text and value not in told and "c_1" in told


def test_invitations_are_left_to_the_secret_parts_of_links() -> None:
    assert without_contacts("t.me/+AbCdEfGhIjKlMnOpQr", lambda kind, value: "c_1") == "t.me/+AbCdEfGhIjKlMnOpQr"
