"""Where the words of a quotation lie in the text they are taken from, with marked omissions and insertions allowed."""

import re
import unicodedata

# What stands in square brackets is the quoting person's: dots for words left out, other words for words put in.
_BRACKET = re.compile(r"\[([^\[\]]*)\]")
_DOTS = re.compile(r"[\s.…]*")
_ALIKE = {
    "'": "['’‘ʼ]",
    "’": "['’‘ʼ]",
    "‘": "['’‘ʼ]",
    '"': '["“”„]',
    "“": '["“”„]',
    "”": '["“”„]',
    "…": r"(?:…|\.\.\.)",
}
# An omission of a few words that takes a negation away turns the sense around, however well it is marked.
_FEW = 3
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|hardly)\b|n[’']t\b", re.IGNORECASE
)
_LONGEST_REPLACED = 80  # signs of the text that an insertion in brackets may stand for


def find_words(words: str, text: str) -> tuple[int, int] | None:
    """Return where quoted words lie in a text.

    Parameters
    ----------
    words : str
        The words as they are to be printed. ``[...]`` stands for words left out; other words in square brackets are
        put in, or stand for up to 80 signs of the text. The spacing, the form of quotation marks, large or small
        letters and a last full stop or comma may differ; nothing else.
    text : str
        The text they are said to be taken from.

    Returns
    -------
    tuple of int, or None
        First and last place (code points, half open) of the words in the text; None where the text does not say them,
        or where a marked omission of up to three words takes a negation away.

    Notes
    -----
    Policy after the APA Publication Manual (7th edition, 8.25 to 8.31): between quotation marks stand the source's own
    words, and each change of them is marked.

    Examples
    --------
    >>> text = "I do not think I would have stayed without you lot, honestly."
    >>> find_words("stayed without you [...] honestly", text)
    (28, 60)
    >>> find_words("I do think I would have stayed", text) is None
    True
    """
    composed, places = _composed(text)
    wanted = unicodedata.normalize("NFC", words).strip()
    bare = wanted.strip("“”\"'‘’„ ")
    for candidate in dict.fromkeys((wanted, bare, wanted.rstrip(".,"), bare.rstrip(".,"))):
        # brackets may be the author's own: the words as they stand come first
        found = _match([candidate], composed) or _match(_BRACKET.split(candidate), composed)
        if found is not None:
            return places[found[0]], places[found[1]]
    return None


def _composed(text: str) -> tuple[str, list[int]]:
    """Return the text in composed letters, and for each of its signs the place in the text as it was given."""
    signs: list[str] = []
    places: list[int] = []
    start = 0
    for place in range(1, len(text) + 1):
        if place < len(text) and unicodedata.combining(text[place]):
            continue
        cluster = unicodedata.normalize("NFC", text[start:place])
        signs.append(cluster)
        places += [start] * len(cluster)
        start = place
    return "".join(signs), [*places, len(text)]


def _match(pieces: list[str], text: str) -> tuple[int, int] | None:
    if not any(re.search(r"\w", piece) for piece in pieces[::2]):
        return None  # nothing but brackets: no words of the author
    for found in re.finditer(_pattern(pieces), text, re.IGNORECASE | re.DOTALL):
        gaps = [found[name] for name in found.re.groupindex if name != "said"]
        if not any(_turns_around(gap, inserted) for gap, inserted in zip(gaps, _inserted(pieces), strict=True)):
            return found.span("said")
    return None


def _pattern(pieces: list[str]) -> str:
    """The pattern of own words and gaps in turn; every odd piece stood in brackets."""
    parts: list[str] = []
    for number, piece in enumerate(pieces):
        if number % 2:
            first = not "".join(pieces[:number:2]).strip()
            last = not "".join(pieces[number + 1 :: 2]).strip()
            parts.append(f"(?P<gap{number}>{_gap(piece, first, last)})")
        else:
            words = ("".join(_ALIKE.get(sign, re.escape(sign)) for sign in word) for word in piece.split())
            parts.append(r"\s+".join(words))
    return r"(?<!\w)(?P<said>" + "".join(parts) + r")(?!\w)"


def _gap(inserted: str, first: bool, last: bool) -> str:
    """What brackets may stand for: at the ends of a quotation for nothing, but for a letter made large or small."""
    if first or last:
        return r"\w?\s*" if first and not _DOTS.fullmatch(inserted) else ""
    return r"(?!\w).*?(?<!\w)" if _DOTS.fullmatch(inserted) else f".{{0,{_LONGEST_REPLACED}}}?"


def _inserted(pieces: list[str]) -> list[str]:
    return ["" if _DOTS.fullmatch(piece) else piece for piece in pieces[1::2]]


def _turns_around(left_out: str, inserted: str) -> bool:
    """Whether a short omission takes a negation away that the words put in do not bring back."""
    short = len(left_out.split()) <= _FEW
    return short and bool(_NEGATION.search(left_out)) and not _NEGATION.search(inserted)
