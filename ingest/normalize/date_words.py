"""Dates with words of other languages, rewritten as English ones that the formats of ``times`` take.

The words are CLDR's for the languages below, in the forms a date has and alone, abbreviated and not (Unicode CLDR 47);
month names of one language never mean another month in a language beside it, which a test holds. Accents, dots and
capitals are dropped before words are looked up.
"""

from __future__ import annotations

import unicodedata
from itertools import chain

import polars as pl

ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

# language: its months in order; names of one month are parted by a stroke, shorter forms are made by `_forms`.
MONTHS: dict[str, str] = {
    "en": "January February March April May June July August September|Sept October November December",
    "de": "Januar|Jänner|Jan Februar|Feber|Feb März|Mär|Maerz|Mrz April|Apr Mai Juni|Jun Juli|Jul August|Aug September|Sept|Sep Oktober|Okt November|Nov Dezember|Dez",
    "fr": "janvier|janv|jan février|févr|fév mars avril|avr mai juin juillet|juil août|aoû septembre|sept|sep octobre|oct novembre|nov décembre|déc",
    "es": "enero|ene febrero|feb marzo|mar abril|abr mayo|may junio|jun julio|jul agosto|ago septiembre|setiembre|sept|sep|set octubre|oct noviembre|nov diciembre|dic",
    "it": "gennaio|gen|genn febbraio|feb|febbr marzo|mar aprile|apr maggio|mag|magg giugno|giu luglio|lug agosto|ago settembre|set|sett ottobre|ott novembre|nov dicembre|dic",
    "pt": "janeiro|jan fevereiro|fev março|mar abril|abr maio|mai junho|jun julho|jul agosto|ago setembro|set outubro|out novembro|nov dezembro|dez",
    "nl": "januari|jan februari|feb maart|mrt april|apr mei juni|jun juli|jul augustus|aug september|sept|sep oktober|okt november|nov december|dec",
    "sv": "januari|jan februari|feb mars|mar april|apr maj juni|jun juli|jul augusti|aug september|sept|sep oktober|okt november|nov december|dec",
    "pl": "styczeń|stycznia|sty luty|lutego|lut marzec|marca|mar kwiecień|kwietnia|kwi maj|maja czerwiec|czerwca|cze lipiec|lipca|lip sierpień|sierpnia|sie wrzesień|września|wrz październik|października|paź listopad|listopada|lis grudzień|grudnia|gru",
    "ru": "январь|января|янв февраль|февраля|февр|фев март|марта|мар апрель|апреля|апр май|мая июнь|июня|июн июль|июля|июл август|августа|авг сентябрь|сентября|сент|сен октябрь|октября|окт ноябрь|ноября|нояб|ноя декабрь|декабря|дек",
    "uk": "січень|січня|січ лютий|лютого|лют березень|березня|бер квітень|квітня|квіт|кві травень|травня|трав|тра червень|червня|черв|чер липень|липня|лип серпень|серпня|серп|сер вересень|вересня|вер жовтень|жовтня|жовт|жов листопад|листопада|лист грудень|грудня|груд|гру",
}  # fmt: skip

# Words that join the parts of a date and say nothing: "6 de marzo de 2021", "um 11:26 Uhr", "2021 г. в 11:26".
GLUE = (
    "alle ore", "a las", "a la", "a les", "o godz", "de", "del", "den", "der", "le", "um", "uhr", "om", "kl", "klo", "as", "a",
    "o", "г", "р", "в", "о", "об", "року", "года", "roku", "at",
)  # fmt: skip
FORENOON = ("a m", "am", "vorm", "vormittags", "fm", "f m", "дп", "da manha", "di mattina", "du matin", "утра")
AFTERNOON = (
    "p m", "pm", "nachm", "nachmittags", "abends", "em", "e m", "пп", "da tarde", "di pomeriggio", "du soir", "вечера", "дня",
)  # fmt: skip


def folded(word: str) -> str:
    """A word without accents and capitals.

    Examples
    --------
    >>> folded("Août"), folded("paź"), folded("січня")
    ('aout', 'paz', 'січня')
    """
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))


def month_words() -> dict[str, int]:
    """Every name of a month, folded, with its number from 1 to 12.

    Examples
    --------
    >>> words = month_words()
    >>> words["dez"], words["juin"], words["juillet"], words["paz"], words["травня"]
    (12, 6, 7, 10, 5)
    """
    return {
        folded(word): number
        for months in MONTHS.values()
        for number, names in enumerate(months.split(), 1)
        for word in names.split("|")
    }


def _either(words: tuple[str, ...]) -> str:
    """A pattern for any of the words, the longest first; a blank in a word may be a dot, a blank, both or nothing."""
    return "|".join(sorted((folded(w).replace(" ", r"[.\s]{0,2}") for w in words), key=len, reverse=True))


_EDGE = r"(?:^|[^\p{L}\d])"
_CLOCK = r"(\d[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?)"
_MONTH = "\x01"  # marks a month's name, so that it is not taken for a day of the week


def translated(text: pl.Series) -> pl.Series:
    """Dates as the formats of ``times`` take them: months in English, no joining words, ``am`` and ``pm``, clocks with colons.

    Parameters
    ----------
    text : polars.Series of String

    Returns
    -------
    polars.Series of String
        A value that has none of these comes back folded and otherwise as it was.

    Examples
    --------
    >>> translated(pl.Series(["6. Dezember 2018 um 11:26 Uhr", "6 déc. 2018 à 11 h 26", "6/11/2018, 11:26:33 p. m."])).to_list()
    ['6 dec 2018 11:26', '6 dec 2018 11:26', '6/11/2018, 11:26:33 pm']
    >>> translated(pl.Series(["Nov 6, 2018 · 11:26 AM UTC", "sábado, 6 de marzo de 2021", "2018年11月6日 11時26分"])).to_list()
    ['nov 6, 2018 11:26 am utc', '6 mar 2021', '2018-11-6 11:26']
    """
    out = text.str.to_lowercase().str.normalize("NFKD").str.replace_all(r"\p{M}", "")
    for pattern, by in _STEPS:
        out = out.str.replace_all(pattern, by)
    return out.str.strip_chars(" ,.")


def _steps() -> tuple[tuple[str, str], ...]:
    """The rewriting, from first to last: a pattern and what takes its place."""
    numbers: dict[int, list[str]] = {}
    for word, number in month_words().items():
        numbers.setdefault(number, []).append(word)
    months = (
        (rf"({_EDGE})(?:{_either(tuple(words))})\.?($|[^\p{{L}}])", f"${{1}}{_MONTH}{ENGLISH[number - 1]}$2")
        for number, words in sorted(numbers.items())
    )
    return tuple(
        chain(
            (
                (r"[\s·•|]+", " "),
                ("[−–]", "-"),
                (r"(\d{4})年(\d{1,2})月(\d{1,2})日", "$1-$2-$3 "),
                (r"(\d{1,2})[時时](\d{2})分(?:(\d{2})秒)?", "$1:$2"),
                (r"(\d{1,2})\s?h\s?(\d{2})(?:\s?min)?\b", "$1:$2"),
                (rf"{_CLOCK}[\s.]*(?:{_either(AFTERNOON)})\.?($|[^\p{{L}}])", "$1 pm$2"),
                (rf"{_CLOCK}[\s.]*(?:{_either(FORENOON)})\.?($|[^\p{{L}}])", "$1 am$2"),
            ),
            (
                # "11:26 AM - 6 Nov 2018", as X's page has it: the date first.
                (
                    r"^(\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]m)?)(?:\s?[-,])?\s(.*\d{4}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2})$",
                    "$2 $1",
                ),
            ),
            months,
            (
                (r"(\d)(?:er|e|o|a|°)\b", "$1"),
                # Twice: a joining word takes the blank in front of it, which the next one needs.
                *2 * ((rf"({_EDGE})(?:{_either(GLUE)})\.?(\s|,|$)", "$1 "),),
                (r"^\p{L}[\p{L}'-]*[.,]*\s+", ""),  # the day of the week
                (_MONTH, ""),
                (r"(\d{1,2})\.\s+(\d{1,2})\.\s+(\d{2,4})", "$1.$2.$3"),
                (r"(\d)\.\s", "$1 "),
                (
                    r"([\s,t])(\d{1,2})\.(\d{2})(?:\.(\d{2}))?(\s?[ap]m|\s?[a-z]{2,4}|\s?[+-]\d{2}:?\d{2})?$",
                    "$1$2:$3:$4$5",
                ),
                (r":($|\s|[+-])", "$1"),
                (r"\s+", " "),
                (r"\s,", ","),
            ),
        )
    )


_STEPS = _steps()
