"""The words that people type for a code that is there, is not there, or cannot be judged, in their languages."""

import re
import unicodedata

# The truth values that spreadsheets show, and yes and no, by language: English, German, French, Spanish, Portuguese,
# Italian, Dutch, Polish, the Scandinavian languages, Turkish, Russian, Chinese, Japanese.
_PRESENT = (
    "x", "y", "yes", "true", "present", "ja", "wahr", "vorhanden", "oui", "vrai", "présent", "sí", "si", "verdadero",
    "presente", "sim", "verdadeiro", "sì", "vero", "waar", "aanwezig", "tak", "prawda", "obecny", "sant", "sann",
    "sandt", "evet", "doğru", "да", "истина", "是", "はい", "✓", "✔", "☑",
)  # fmt: skip
_ABSENT = (
    "-", "–", "—", "n", "no", "false", "absent", "nein", "falsch", "fehlt", "nicht vorhanden", "non", "faux", "falso",
    "ausente", "não", "nao", "assente", "nee", "onwaar", "afwezig", "nie", "fałsz", "nej", "nei", "falskt", "usant",
    "falsk", "hayır", "yanlış", "нет", "ложь", "否", "いいえ", "☐",
)  # fmt: skip
_IMPOSSIBLE = ("impossible", "unmöglich", "nicht codierbar", "imposible", "impossível", "impossibile", "onmogelijk")
# A cross (☒, ✗) is in neither list: it is a tick to some and a "no" to others.
_NUMBER = re.compile(r"([01])(?:[.,]0+)?")
SHOWN = ("1", "yes", "x", "present", "0", "no", "-", "absent", "impossible")


def _folded(word: str) -> str:
    return unicodedata.normalize("NFKC", word).strip().casefold()


_WORDS = {
    **{_folded(word): "present" for word in _PRESENT},
    **{_folded(word): "absent" for word in _ABSENT},
    **{_folded(word): "impossible" for word in _IMPOSSIBLE},
}


def status_of(word: str) -> str | None:
    """Return what a word in a cell says of a code; None where it says nothing that is known.

    Capitals and outer blanks do not count, and 1.0 or 0,00 (which spreadsheets make of 1 and 0) are 1 and 0.

    Examples
    --------
    >>> [status_of(word) for word in ("Ja", "FAUX", "1.0", "0,0", "não", "perhaps")]
    ['present', 'absent', 'present', 'absent', 'absent', None]
    """
    number = _NUMBER.fullmatch(word.strip())
    if number:
        return "present" if number[1] == "1" else "absent"
    return _WORDS.get(_folded(word))
