"""The words of a text as they are compared, also in scripts that put no spaces between words."""

import unicodedata
from collections.abc import Iterator, Sequence

import regex

# Scripts without spaces between words (Unicode Standard Annex 29, section 4): their letters are compared one by one.
# How many letters stand for a word is a round figure: Chinese words have about two characters, Thai ones about four
# letters (marks not counted).
_TWO_A_WORD = r"\p{Han}\p{Hiragana}\p{Katakana}\u30fc"
_FOUR_A_WORD = r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}"
_TOKEN = regex.compile(
    rf"[{_TWO_A_WORD}]\p{{M}}*|[[{_FOUR_A_WORD}]&&\p{{L}}]\p{{M}}*"
    rf"|[[\p{{L}}\p{{N}}\p{{M}}]--[{_TWO_A_WORD}{_FOUR_A_WORD}]]+",
    regex.VERSION1,
)
_TWO, _FOUR = (regex.compile(f"[{letters}]") for letters in (_TWO_A_WORD, _FOUR_A_WORD))
# Soft hyphens, zero-width spaces and joiners, signs of direction, variation selectors: nobody sees them.
_UNSEEN = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{Cf}]+")


def seen_text(text: str) -> str:
    """Return a text as a reader or a search engine takes it: forms made equal, without case and unseen characters.

    Examples
    --------
    >>> seen_text("Pa" + chr(0xAD) + "tient " + chr(0xFF20) + "Dr_Ko")
    'patient @dr_ko'
    """
    return str(_UNSEEN.sub("", unicodedata.normalize("NFKC", text))).casefold()


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are compared: without case, unseen signs and punctuation.

    In scripts that put no spaces between words every letter (with its marks) is an entry of its own.

    Examples
    --------
    >>> words_of("My people — they 'get it'!")
    ['my', 'people', 'they', 'get', 'it']
    >>> words_of("夜勤 ok")
    ['夜', '勤', 'ok']
    """
    return list(_TOKEN.findall(seen_text(text)))


def weight_of(token: str) -> float:
    """Return how much of a word an entry of `words_of` is: 1, or less in scripts without spaces.

    Examples
    --------
    >>> weight_of("people"), weight_of("夜"), weight_of("ก")
    (1.0, 0.5, 0.25)
    """
    if token.isascii():
        return 1.0
    return 0.5 if _TWO.match(token) else 0.25 if _FOUR.match(token) else 1.0


def count_words(text: str) -> float:
    """Return how many words a text has, counted by `weight_of`."""
    return sum(map(weight_of, words_of(text)))


def runs_of(tokens: Sequence[str], n_words: float) -> Iterator[tuple[int, int]]:
    """Yield where the shortest runs of at least so many words begin and end, one for every place to begin.

    Examples
    --------
    >>> list(runs_of(["a", "b", "c"], 2)), list(runs_of(["夜", "勤", "ok"], 2))
    ([(0, 2), (1, 3)], [(0, 3)])
    """
    weights = [weight_of(token) for token in tokens]
    end, weight = 0, 0.0
    for start, own in enumerate(weights):
        while weight < n_words and end < len(tokens):
            weight += weights[end]
            end += 1
        if weight < n_words:
            return
        yield start, end
        weight -= own


def join_words(tokens: Sequence[str]) -> str:
    """Put entries of `words_of` together again, with spaces where the script has them.

    Examples
    --------
    >>> join_words(["the", "夜", "勤", "is", "long"])
    'the 夜勤 is long'
    """
    text = ""
    for before, token in zip(("", *tokens), tokens, strict=False):
        apart = bool(before) and not (weight_of(before) < 1 and weight_of(token) < 1)
        text += " " + token if apart else token
    return text
