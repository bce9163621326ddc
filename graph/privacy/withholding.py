"""Values as a profile lets them out: each kind of column has one rule, and every rule is here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from graph.privacy.areas import Profile
from graph.privacy.columns import COMPARED, SHOWN, Holds, Kind
from graph.privacy.contacts import without_contacts
from graph.privacy.sanitize import defang, redact, redact_file_name, unlinked
from graph.privacy.secret_parts import without_secrets
from ingest.normalize import platforms, urls
from ingest.privacy.keys import Key

Rule = Callable[[str], str | None]

_SHORT = 14  # characters of a code inside a text: 50 bits


@dataclass(frozen=True)
class Withholding:
    """The rules of a profile for one case.

    Attributes
    ----------
    profile : Profile
    key : Key
        The case's, behind every code.
    handles : mapping of str to str
        Casefolded handles without @, to the codes people say.
    known : dict
        Codes that were given, to the uids they stand for; nothing else can go back.

    Examples
    --------
    >>> from graph.privacy.areas import PROFILES
    >>> drugs, csam = (Withholding(PROFILES[name], Key(bytes(32))) for name in ("drugs", "csam"))
    >>> drugs.words("Write t.me/larch_menu or call +47 22 33 44 55: https://larch.example/a#key")
    'Write t[.]me/c_kfx4vzwqbe or call [telephone c_534v6inqaw]: hxxps://larch[.]example/a#[c_u6tz4npamo]'
    >>> csam.rule("text")("anything") is None, csam.link("t.me/larch/12")[:13]
    (True, 'telegram obj_')
    """

    profile: Profile
    key: Key
    handles: Mapping[str, str] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)

    def rule(self, kind: Kind, of: str | None = None) -> Rule | None:
        """The rule for a kind of column, or of a link or trace named in ``of``; None where values leave as they are."""
        if kind in ("target", "object", "objects"):
            table = SHOWN if kind == "target" else COMPARED
            return self._holds(table.get(of or "", "thing"))
        coded, text = self.profile.names == "codes only", self.profile.text == "withheld"
        rules: dict[str, Rule | None] = {
            "account": self.account if coded else None,
            "post": self.post if coded else None,
            "group": None,
            "id": nothing if coded else None,
            "name": nothing if coded else self.words,
            "text": nothing if text else self.words,
            "raw": nothing if text or coded else self.words,
            "address": self._address,
            "file": self._file if coded else None,
            "sentence": self.sentence,
            "lookalike": None,
        }
        return rules[kind]

    def compared(self, of: str) -> Rule | None:
        """The rule for keys of one kind of link or one trace."""
        return self._holds(COMPARED.get(of, "thing"))

    def _holds(self, what: Holds) -> Rule | None:
        coded = self.profile.names == "codes only"
        rules: dict[str, Rule | None] = {
            "account": self.account if coded else None,
            "post": self.post if coded else None,
            "url": self.link,
            "domain": self._site if self.profile.links == "hashed" else None,
            "tag": self.thing if self.profile.text == "withheld" else None,
            "media": self.thing if self.profile.media == "withheld" else None,
            "picture": nothing if self.profile.media == "withheld" else self._address,
            "name": nothing if coded else None,
            "thing": self.thing if coded else self.words,
            "time": None,
            "address": self._address,
        }
        return rules[what]

    def account(self, uid: str) -> str:
        """The code of an account, under its platform."""
        return self._remember(self.key.account_uid(uid), uid)

    def post(self, uid: str) -> str:
        """The code of a post, under its platform."""
        return self._remember(self.key.post_uid(uid), uid)

    def _remember(self, code: str, uid: str) -> str:
        if uid in self.known:  # a code already, such as that of a case which never held names
            return uid
        self.known[code] = uid
        return code

    def origin(self, code: str) -> str:
        """The uid behind a code that was given before; another as it is."""
        return self.known.get(code, code)

    def back(self, codes: Sequence[str]) -> list[str]:
        """The uids behind codes that were given before; others as they are."""
        return [self.origin(code) for code in codes]

    def thing(self, value: str) -> str:
        """The code of any other value."""
        return self.key.code("object", value)

    def code(self, value: str) -> str:
        """A short code, for inside a text."""
        return "c_" + self.thing(value)[4:_SHORT]

    def words(self, text: str) -> str:
        """A text without what the profile withholds: contacts, secret parts of links, links that work, names of people."""
        if self.profile.contacts == "withheld":
            text = without_contacts(text, lambda kind, value: self.code(f"{kind}\x1f{value}"))
        if self.profile.links != "as found":
            text = unlinked(without_secrets(text, self.code))
        if self.profile.names == "codes only":
            text = redact(text, self.handles, links="mask" if self.profile.links == "hashed" else "defang")
        return text

    def sentence(self, text: str) -> str:
        """A sentence of a run or of an analyst: it names nobody either, and what it quotes is withheld alike."""
        return self.words(text)

    def link(self, key: str) -> str:
        """A link's key: whole, without its secret parts and contacts, or its platform with a code."""
        if self.profile.links == "hashed":
            return f"{self._place(urls.host_of(key))} {self.thing(key)}"
        if self.profile.contacts == "withheld":
            key = without_contacts(key, lambda kind, value: self.code(f"{kind}\x1f{value}"))
        return without_secrets(key, self.code) if self.profile.links == "broken" else key

    def _site(self, domain: str) -> str:
        place = self._place(domain)
        return place if place != "site" else f"site {self.thing(domain)}"

    @staticmethod
    def _place(host: str) -> str:
        return platforms.platform_of_host(host) or "site"

    def _address(self, address: str) -> str | None:
        if self.profile.names == "codes only" or self.profile.links == "hashed":
            return None
        return defang(self.link(address)) if self.profile.links == "broken" else address

    def _file(self, name: str) -> str | None:
        return redact_file_name(name, self.handles)


def nothing(value: str) -> None:
    """Give nothing of a value."""
    return None
