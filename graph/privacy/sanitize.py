"""Making words written by strangers safe to print: broken links, no formulas, no names, no markup.

Everything here takes what the data says and gives something a page, a spreadsheet, an XML file or a reader can hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import markupsafe
import polars as pl

from ingest.privacy.erasure import ID, full_name

# Control characters but tab and newlines, lone surrogates, and characters that turn the direction of what follows.
_HOSTILE = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]"
_HOSTILE_RUST = re.sub(r"\\u(\w{4})", r"\\x{\1}", _HOSTILE)  # the same class as polars spells it
_HOSTILE_RE = re.compile(_HOSTILE)
_NOT_XML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")

# What a spreadsheet takes for a formula, fullwidth forms included; a plain number may start with a sign.
_FORMULA = r"^\s*[=+\-@\t\r\n|%＝＋－＠]"
_FORMULA_RE = re.compile(_FORMULA)
_NUMBER = r"^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$"
_NUMBER_RE = re.compile(_NUMBER)

_EMAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_FEDIVERSE = re.compile(r"(?<![\w@/])@([\w.-]{1,64})@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(
    r"(?i)\b(?:https?|hxxps?|ftp|fxp|tg|data|javascript|vbscript|file)\s?:(?://)?\S+"
    r"|\b(?:[\w-]{1,63}(?:\.|\[\.\])){1,8}[a-z]{2,24}\b(?::\d+)?(?:[/?#]\S*)?"
)
_WORKS = (
    (re.compile(r"(?i)http(?=s?\s?(?::[/\\]|%3a))"), "hxxp"),
    (re.compile(r"(?i)ftp(?=s?\s?:[/\\])"), "fxp"),
    (re.compile(r"(?i)(?<![a-z])((?:javascript|vbscript|data|mailto|tg|file)\s?):(?=\S)"), r"\1[:]"),
    (re.compile(r"(?i)(?<![a-z])(www)\.(?=\w)"), r"\1[.]"),
)
"""What programs make a link of wherever it stands, also inside another link."""
_AT = re.compile(r"(?<![\w@/])[@＠]([\w.-]{1,64})")
_PHONE = re.compile(
    r"(?<![\w.,])(?:(?:\+|00)\s?\d(?:[\s().\-/]{0,2}\d){6,14}"
    r"|\(?0\d{1,4}\)?(?:[\s.\-/]\d{2,}){2,5}"
    r"|\(?\d{3}\)?[\s.\-]\d{3}[\s.\-]\d{4})(?![\w])"
)
_SOCIAL = re.compile(
    r"(?i)(?:^|[.\]])(?:x|twitter|facebook|fb|instagram|threads|tiktok|linkedin|vk|ok|gab|gettr|parler|telegram|reddit|bsky"
    r"|youtube|truthsocial)(?:\.|\[\.\])(?:com|net|me|ru|app|social|org)$|(?:^|[.\]])(?:t|telegram)(?:\.|\[\.\])me$|mastodon"
)
_WORD = re.compile(r"\w[\w.-]{2,62}\w")
_NAME_WORD = re.compile(r"\w[\w.'’-]*")
_NAME_END = re.compile(r"(?:['’][sS])?[.'’-]*$")
_WORDS_OF_NAME = 5


def clean(text: str) -> str:
    """Without control characters and without characters that turn the reading direction.

    Examples
    --------
    >>> clean("a\\x00b\\u202ec")
    'abc'
    """
    return _SURROGATES.sub("", _HOSTILE_RE.sub("", text))


def defang(url: str) -> str:
    """A link nobody can follow by mistake: the scheme and every dot of the host are broken.

    Examples
    --------
    >>> defang("https://www.nordlys.example/a.html?u=http://b.example")
    'hxxps://www[.]nordlys[.]example/a.html?u=hxxp://b.example'
    >>> defang("nordlys.example")
    'nordlys[.]example'
    >>> defang(defang("http://user@10.0.0.1:80/"))
    'hxxp://user[@]10[.]0[.]0[.]1:80/'
    >>> defang("javascript:alert(1)")
    'javascript[:]alert(1)'
    """
    text = re.sub(r"\s", "%20", clean(url).strip()).replace("[.]", ".").replace("[@]", "@").replace("[:]", ":")
    scheme, colon, rest = text.partition("://")
    if not colon:
        scheme, rest = "", text
    if not colon and re.match(r"(?i)[a-z][a-z0-9+.-]*:(?!\d)", rest):
        return _broken(rest.replace(":", "[:]", 1))
    host, slash, path = _split_host(rest)
    return _broken(f"{scheme}{colon}{host.replace('.', '[.]').replace('@', '[@]')}{slash}{path}")


def _broken(text: str) -> str:
    """A text in which nothing works as a link that says so by its first letters."""
    for pattern, instead in _WORKS:
        text = pattern.sub(instead, text)
    return text


def _split_host(rest: str) -> tuple[str, str, str]:
    cut = re.search(r"[/?#\\]", rest)
    return (rest, "", "") if cut is None else (rest[: cut.start()], cut[0], rest[cut.end() :])


def csv_cell(value: object) -> object:
    """A value no spreadsheet takes for a formula; numbers stay numbers.

    Examples
    --------
    >>> [csv_cell(v) for v in ("=1+1", "-5", -5, "@nora", "A-104", None)]
    ["'=1+1", '-5', -5, "'@nora", 'A-104', None]
    """
    if not isinstance(value, str):
        return value
    text = clean(value)
    return f"'{text}" if _FORMULA_RE.match(text) and not _NUMBER_RE.match(text) else text


def csv_safe(frame: pl.DataFrame) -> pl.DataFrame:
    """``csv_cell`` over every text column at once."""
    return frame.with_columns(_safe_column(name) for name, kind in frame.schema.items() if kind == pl.String)


def _safe_column(name: str) -> pl.Expr:
    text = pl.col(name).str.replace_all(_HOSTILE_RUST, "")
    formula = text.str.contains(_FORMULA) & ~text.str.contains(_NUMBER)
    return pl.when(formula).then(pl.lit("'") + text).otherwise(text).alias(name)


def html_text(text: object) -> markupsafe.Markup:
    """Text for a page: hostile characters dropped, markup escaped.

    Examples
    --------
    >>> str(html_text("<b>&"))
    '&lt;b&gt;&amp;'
    """
    return markupsafe.escape(clean(str(text)))


def xml_text(text: object) -> str:
    """Text an XML 1.0 file may hold; what it may not is dropped.

    Examples
    --------
    >>> xml_text("a\\x0bb")
    'ab'
    """
    return _NOT_XML.sub("", clean(str(text)))


def unlinked(text: str) -> str:
    """A post's words with their names, and with links nobody can follow: for the one who asked to see them.

    Examples
    --------
    >>> unlinked("@Nora: see https://nordlys.example/a")
    '@Nora: see hxxps://nordlys[.]example/a'
    """
    return _broken(_LINK.sub(lambda link: defang(link[0]), clean(text)))


def redact(text: str, known: Mapping[str, str] | None = None, *, links: str = "defang") -> str:
    """A post's words without names, ways to reach people, or links that work.

    Parameters
    ----------
    text : str
    known : mapping of handle to code, optional
        Handles casefolded and without ``@``, and whatever else ``names_of_people`` gives; those accounts become their
        codes, other handles ``@…``.
    links : {"defang", "mask"}
        Break links, or leave nothing of them.

    Examples
    --------
    >>> redact("@Nora and @per: mail a@b.example, +47 22 33 44 55, https://x.com/nora/status/1", {"nora": "A-104"})
    'A-104 and @…: mail [e-mail], [phone], hxxps://x[.]com/A-104/…'
    """
    codes = known or {}
    text = _redact_handles(_EMAIL.sub(_mask_email, _redact_full_names(clean(text), codes)), codes)
    parts: list[str] = []
    place = 0
    for link in _LINK.finditer(text):
        parts += [_redact_words(text[place : link.start()], codes), _redact_link(link[0], codes, links)]
        place = link.end()
    return _broken("".join([*parts, _redact_words(text[place:], codes)]))


def names_of_people(accounts: pl.DataFrame) -> dict[str, str]:
    """All that names these accounts beyond doubt, to the codes people say: handles, ids of six digits or more, full names.

    The rules are those by which a forgotten account leaves texts (``ingest.privacy.erasure``).

    Parameters
    ----------
    accounts : polars.DataFrame
        With ``handle_key``, ``native_id``, ``display_name`` and ``code``, the number of A-n.

    Examples
    --------
    >>> nora = {"handle_key": ["nora"], "native_id": ["1234567"], "display_name": ["Nora Kaas"], "code": [4]}
    >>> known = names_of_people(pl.DataFrame(nora))
    >>> redact("Ask @nora: Nora  Kaas, x:1234567, is no Nora.", known)
    'Ask A-4: A-4, x:A-4, is no Nora.'
    """
    rows = accounts.select("handle_key", "native_id", "display_name", "code").filter(pl.col("code").is_not_null())
    known: dict[str, str] = {}
    for handle, own, name, code in rows.iter_rows():
        names = [str(handle).lstrip("@").casefold() if handle else None, own if ID.fullmatch(own or "") else None]
        full = full_name(name)
        known |= {one: f"A-{code}" for one in (*names, full.casefold() if full else None) if one}
    return known


def redact_file_name(name: str | None, known: Mapping[str, str]) -> str | None:
    """A file's name without its folders and without handles, also where underscores glue one to other words.

    Examples
    --------
    >>> redact_file_name("/home/kim/posts_of_nora.csv", {"nora": "A-104"})
    'posts_of_A-104.csv'
    """
    base = (name or "").replace("\\", "/").rpartition("/")[2]
    low = base.casefold()
    for handle in [handle for handle in known if len(handle) >= 4 and handle in low]:
        alone = rf"(?<![^\W_]){re.escape(handle)}(?![^\W_])"
        base = re.sub(alone, known[handle], base, flags=re.IGNORECASE)
    return clean(base) or None


def _mask_email(match: re.Match[str]) -> str:
    # A fediverse handle, @nora@host, reads as an address from its second character on.
    start = match.start()
    return match[0] if start and match.string[start - 1] in "@＠" else "[e-mail]"


def _redact_handles(text: str, codes: Mapping[str, str]) -> str:
    text = _FEDIVERSE.sub(lambda m: codes.get(m[0][1:].casefold(), codes.get(m[1].casefold(), "@…")), text)
    return _AT.sub(lambda m: _coded(m[1], codes, "@…"), text)


def _redact_full_names(text: str, codes: Mapping[str, str]) -> str:
    """A text without names of several words, the longest first."""
    words = list(_NAME_WORD.finditer(text)) if codes else []
    parts, place, at = [], 0, 0
    while at < len(words):
        code, last = _name_at(words, at, codes)
        if code:
            parts += [text[place : words[at].start()], code]
            place = words[last].start() + len(_NAME_END.sub("", words[last][0]))
        at = last + 1
    return "".join([*parts, text[place:]])


def _name_at(words: list[re.Match[str]], at: int, codes: Mapping[str, str]) -> tuple[str | None, int]:
    """The code of the name that begins with a word, and its last word."""
    for more in range(min(_WORDS_OF_NAME, len(words) - at) - 1, 0, -1):
        said = " ".join(word[0] for word in words[at : at + more + 1]).casefold()
        if code := codes.get(said) or codes.get(_NAME_END.sub("", said)):
            return code, at + more
    return None, at


def _redact_words(text: str, codes: Mapping[str, str]) -> str:
    text = _PHONE.sub("[phone]", text)
    return _WORD.sub(lambda m: _coded(m[0], codes, m[0], bare=True), text)


def _coded(handle: str, codes: Mapping[str, str], otherwise: str, *, bare: bool = False) -> str:
    """The code of a handle, with the full stop a sentence put behind it kept."""
    name = handle.rstrip(".-")
    tail = handle[len(name) :]
    if bare and not _stands_out(name):
        return otherwise
    code = codes.get(name.casefold())
    if code is None:
        return otherwise if bare else otherwise + tail
    return code + tail


def _stands_out(word: str) -> bool:
    """True if a bare word can be a handle rather than a word of the language."""
    return len(word) >= 8 or any(c.isdigit() or c == "_" for c in word)


def _redact_link(link: str, codes: Mapping[str, str], how: str) -> str:
    if how == "mask":
        return "[link]"
    tail = re.search(r"[)\]}>.,;:!?\"'»”…]*$", link)
    end = tail.start() if tail else len(link)
    scheme, colon, rest = link[:end].partition("://")
    host, slash, path = _split_host(rest if colon else scheme)
    return defang((scheme + colon if colon else "") + host + slash + _redact_path(host, path, codes)) + link[end:]


def _redact_path(host: str, path: str, codes: Mapping[str, str]) -> str:
    """The path up to the first name in it; on a social platform every path is somebody's page or post."""
    shown: list[str] = []
    for segment in path.split("/"):
        code = codes.get(segment.lstrip("@").casefold())
        if code or segment.startswith("@"):
            return "/".join([*shown, code or "@…", "…"])
        shown.append(segment)
    return "…" if path and _SOCIAL.search(host) else path
