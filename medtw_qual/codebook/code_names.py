"""Words of a codebook file: one line each, and ids made from names."""

import re
import unicodedata
from collections.abc import Iterable

_ID = re.compile(r"[^\W\d_]\w*")
_LONGEST_ID = 60


def one_line(value: object) -> str:
    """A field as one line of text: line breaks mean nothing in a definition, and trailing spaces are slips."""
    return "" if value is None else " ".join(str(value).split())


def same_name(name: str) -> str:
    """A name as it is compared: case, spaces and forms of one letter do not matter."""
    return one_line(unicodedata.normalize("NFKC", name)).casefold()


def looks_like_id(text: str) -> bool:
    """Say whether `text` could be a code's id: one word that begins with a letter."""
    return _ID.fullmatch(text) is not None


def slug(name: str) -> str:
    """Make an id from a name, or return an empty string where the name has no Latin letter or digit.

    Examples
    --------
    >>> slug("Transport to/ from services"), slug("Mère & père"), slug("2nd opinion")
    ('transport_to_from_services', 'mere_pere', 'code_2nd_opinion')
    """
    latin = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "_", latin).strip("_")[:_LONGEST_ID].rstrip("_")
    return f"code_{words}" if words[:1].isdigit() else words


def slugs(names: Iterable[str], taken: Iterable[str] = (), fallback: str = "code") -> list[str]:
    """Make ids from names, all different from each other and from those `taken`, in the order of the names.

    Examples
    --------
    >>> slugs(["Trust", "trust!", "信頼"])
    ['trust', 'trust_2', 'code_3']
    """
    used = set(taken)
    made = []
    for number, name in enumerate(names, 1):
        stem = slug(name) or f"{fallback}_{number}"
        candidate, count = stem, 1
        while candidate in used:
            count += 1
            candidate = f"{stem}_{count}"
        used.add(candidate)
        made.append(candidate)
    return made
