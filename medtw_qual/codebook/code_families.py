"""Which codes belong together: a code with everything below it, a theme with its codes."""

from medtw_qual.codebook.codebook import Codebook
from medtw_qual.errors import UnknownCode, did_you_mean


def descendants(codebook: Codebook, code: str) -> tuple[str, ...]:
    """Return a code and every code below it, in the codebook's order."""
    found = {code}
    while True:
        more = {code.id for code in codebook.codes if code.parent in found} - found
        if not more:
            return tuple(code for code in codebook.ids if code in found)
        found |= more


def family(codebook: Codebook, name: str) -> tuple[str, ...]:
    """Return the codes that a code or a theme stands for: itself, its sub-codes, or the theme's members with theirs.

    Raises
    ------
    UnknownCode
        When the codebook has neither a code nor a theme with this id.

    Examples
    --------
    >>> from medtw_qual.codebook import Code, Theme
    >>> book = Codebook("b", "1", codes=(Code("kin", "Kin"), Code("son", "Son", parent="kin"), Code("pay", "Pay")),
    ...     themes=(Theme("life", "Life", codes=("kin", "pay")),))
    >>> family(book, "kin"), family(book, "life")
    (('kin', 'son'), ('kin', 'son', 'pay'))
    """
    if name in codebook:
        return descendants(codebook, name)
    for theme in codebook.themes:
        if theme.id == name:
            return tuple(dict.fromkeys(code for member in theme.codes for code in descendants(codebook, member)))
    known = [*codebook.ids, *(theme.id for theme in codebook.themes)]
    raise UnknownCode(
        f"{codebook.label} has no code and no theme {name!r}.{did_you_mean(name, known)}",
        f"There are: {', '.join(known)}.",
    )
