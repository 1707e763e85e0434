"""Writing systems: what the letters alone say about the language."""

from collections import Counter
from collections.abc import Iterable

import regex

# Scripts of one language, or nearly so (Unicode Standard Annex 24). Those that put no spaces between words come first.
_ONE_LANGUAGE = {
    "Thai": "th", "Lao": "lo", "Khmer": "km", "Myanmar": "my", "Hiragana": "ja", "Katakana": "ja", "Hangul": "ko",
    "Greek": "el", "Armenian": "hy", "Georgian": "ka", "Tamil": "ta", "Telugu": "te", "Gujarati": "gu",
    "Gurmukhi": "pa", "Kannada": "kn", "Malayalam": "ml", "Sinhala": "si", "Ethiopic": "am", "Tibetan": "bo",
}  # fmt: skip
# Scripts of several languages, which the words must tell apart.
_SEVERAL = {
    "Cyrillic": ("ru", "uk", "bg"), "Arabic": ("ar", "fa", "ur"), "Hebrew": ("he",), "Devanagari": ("hi", "mr"),
    "Bengali": ("bn",),
}  # fmt: skip
_SCRIPT_OF = regex.compile("|".join(rf"(?P<{name}>\p{{{name}}})" for name in (*_ONE_LANGUAGE, *_SEVERAL, "Han")))
_OTHER_LETTERS = regex.compile(r"\p{Latin}")
_MOST = 0.5
_FEWEST = 4


def script_language(text: str) -> tuple[str, float]:
    """Return the language that the letters alone tell, with a confidence of 0 to 1; ("", 0) where they tell none.

    Chinese characters without Japanese ones are Chinese with little confidence: a short Japanese text may have none.

    Examples
    --------
    >>> script_language("ありがとうございます看護師の皆さん"), script_language("ขอบคุณพยาบาล")
    (('ja', 1.0), ('th', 1.0))
    >>> script_language("感謝護士們"), script_language("thank you")
    (('zh', 0.5), ('', 0.0))
    """
    scripts = Counter(found.lastgroup for found in _SCRIPT_OF.finditer(text))
    number = sum(scripts.values())
    if number < _FEWEST or number <= _MOST * (number + len(_OTHER_LETTERS.findall(text))):
        return "", 0.0
    if scripts["Hiragana"] + scripts["Katakana"] > 0 and scripts["Han"] + scripts["Hiragana"] > _MOST * number:
        return "ja", 1.0
    script, most = scripts.most_common(1)[0]
    if most <= _MOST * number:
        return "", 0.0
    if script == "Han":
        return "zh", 0.5
    return (_ONE_LANGUAGE[script], 1.0) if script in _ONE_LANGUAGE else ("", 0.0)


def languages_of_scripts(texts: Iterable[str]) -> set[str]:
    """Return the languages that must be considered because letters of their scripts occur.

    Examples
    --------
    >>> sorted(languages_of_scripts(["спасибо", "thanks"]))
    ['bg', 'ru', 'uk']
    """
    missing = {name: regex.compile(rf"\p{{{name}}}{{2}}") for name in _SEVERAL}
    found: set[str] = set()
    for text in texts:
        if text.isascii():
            continue
        for name in [entry for entry, pattern in missing.items() if pattern.search(text)]:
            found.update(_SEVERAL[name])
            del missing[name]
    return found


def has_letters_of_several(text: str) -> bool:
    """Say whether a text is written in a script other than the Latin one that several languages share."""
    return not text.isascii() and any(regex.search(rf"\p{{{name}}}{{4}}", text) for name in _SEVERAL)
