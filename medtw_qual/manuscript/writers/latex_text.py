r"""Words for LaTeX: nothing in them runs, every engine prints them, and what a font lacks leaves a visible trace.

pdfLaTeX stops at a character that it does not know; XeLaTeX and LuaLaTeX leave out, without a word, what the font does
not have. So emoji and rare signs are named in square brackets, as APA 7 (section 10.15) asks where they cannot be
shown, and words in other scripts go through ``\mqscript``, which prints the script's name until a font is given.
"""

import re
import unicodedata

from medtw_qual._base.office import xml_safe

_SPECIAL = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\char34{}", "`": r"\textasciigrave{}", "●": r"$\bullet$",
    "·": r"$\cdot$", "×": r"$\times$", "−": r"$-$", "—": "---", "–": "--", "∞": r"$\infty$", "’": "'", "‘": "`",
    "“": "``", "”": "''", "…": r"\ldots{}", "≥": r"$\geq$", "≤": r"$\leq$", "≈": r"$\approx$", "≠": r"$\neq$",
    "→": r"$\rightarrow$", "←": r"$\leftarrow$", "\u00a0": "~", "\n": r"\newline{}", "\t": " ",
}  # fmt: skip
# What pdfLaTeX knows with T1 and what its fonts and Latin Modern both hold: Latin letters and common signs.
_LATIN = [*range(0xA1, 0x17F), *range(0x218, 0x21C)]
_LATIN_GAPS = {0x126, 0x127, 0x138, 0x13F, 0x140, 0x149, 0x166, 0x167}
KNOWN = frozenset(
    [
        *map(chr, range(0x20, 0x7F)),
        *(chr(number) for number in _LATIN if number not in _LATIN_GAPS),
        *"‚„†‡‰‹›€™",
        *_SPECIAL,
    ]
)
_JOINING = ("-", "'", ",")  # two of them in a row become another sign in LaTeX
_JOINERS = "\u200c\u200d"
_GREEK = re.compile(r"GREEK (SMALL|CAPITAL) LETTER (\w+)$")
_LIKE_LATIN = {"OMICRON", "ALPHA", "BETA", "EPSILON", "ZETA", "ETA", "IOTA", "KAPPA", "MU", "NU", "RHO", "TAU", "CHI"}


def escaped(text: str) -> str:
    r"""Return `text` so that LaTeX prints it and runs none of it.

    Examples
    --------
    >>> print(escaped("50% of R&D costs $3_000"))
    50\% of R\&D costs \$3\_000
    >>> print(escaped("thanks 💕"))
    thanks [two hearts emoji]
    """
    plain = xml_safe(text).replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    pieces, run = [], ""
    for char in [*_without_emoji(unicodedata.normalize("NFC", plain)), ""]:
        if _goes_on(run, char):
            run += char
            continue
        pieces.append(_script(run))
        run = char if _of_another_script(char) else ""
        if not run:
            pieces.append("{}" + char if char in _JOINING and pieces[-2:-1] == [char] else _sign(char))
    return "".join(pieces)


def scripts_in(source: str) -> list[str]:
    r"""Return the names of the scripts whose words stand in ``\mqscript`` in a LaTeX source."""
    return sorted(set(re.findall(r"\\mqscript\{[^{}]*\}\{(\w+)\}", source)))


def _without_emoji(text: str) -> str:
    import emoji

    def named(chars: str, data: dict[str, str]) -> str:
        return chars if set(chars) <= KNOWN else f"[{data.get('en', '').strip(':').replace('_', ' ')} emoji]"

    return str(emoji.replace_emoji(text, named))


def _goes_on(run: str, char: str) -> bool:
    """Whether a character belongs to a run of words in another script: its letters, and what stands between them."""
    if not run or not char:
        return False
    return char in _JOINERS + " " or (_of_another_script(char) and _script_name(char) == _script_name(run[0]))


def _of_another_script(char: str) -> bool:
    if not char or char in KNOWN:
        return False
    return unicodedata.category(char)[0] in "LMN" and not set(_plainer(char)) <= KNOWN


def _script_name(char: str) -> str:
    name = unicodedata.name(char, "UNKNOWN").split()[0].split("-")[0]
    return name if name == "CJK" else name.capitalize()


def _plainer(char: str) -> str:
    """Letters in fancy dress (mathematical bold, full width, ligatures) as ordinary ones."""
    return unicodedata.normalize("NFKC", char)


def _script(run: str) -> str:
    """A run of words in another script, and the space behind it; a single Greek letter is a symbol."""
    words = run.rstrip(" ")
    if not words:
        return run
    greek = _GREEK.match(unicodedata.name(words, "")) if len(words) == 1 else None
    if greek and (greek[1] == "SMALL" or greek[2] not in _LIKE_LATIN):
        name = {"LAMDA": "LAMBDA", "OMICRON": "o"}.get(greek[2], greek[2])
        symbol = name if name == "o" else "\\" + (name.lower() if greek[1] == "SMALL" else name.capitalize())
        return f"${symbol}$" + run[len(words) :]
    return f"\\mqscript{{{words}}}{{{_script_name(words[0])}}}" + run[len(words) :]


def _sign(char: str) -> str:
    if char in _SPECIAL:
        return _SPECIAL[char]
    if char in KNOWN or not char:
        return char
    if set(_plainer(char)) <= KNOWN:
        return "".join(_SPECIAL.get(letter, letter) for letter in _plainer(char))
    if unicodedata.category(char) in ("Cf", "Mn", "Cc"):  # joiners and selectors: nothing that shows
        return ""
    return f"[{unicodedata.name(char, f'U+{ord(char):04X}').lower()}]"
