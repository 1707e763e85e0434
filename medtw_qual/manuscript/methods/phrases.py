"""Small words of the methods text: counts, shares and sentences put together."""

from medtw_qual.manuscript.number_format import rounded

MANY = 8  # more than this are summarised, not listed


def number(count: float) -> str:
    """Return a count with thousands separated."""
    return rounded(count, 0)


def share(count: int, of: int) -> str:
    """Return a count of a total with its percentage.

    Examples
    --------
    >>> share(486, 656)
    '486 of 656 (74.1%)'
    """
    return f"{number(count)} of {number(of)} ({rounded(count / of, 1, scale=100)}%)" if of else number(count)


def counted(count: int, noun: str, several: str = "") -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> counted(1, "unit"), counted(1206, "unit"), counted(2, "stratum", "strata")
    ('1 unit', '1,206 units', '2 strata')
    """
    return f"{number(count)} {noun if count == 1 else several or noun + 's'}"


def when(condition: object, text: str) -> str:
    """Return the text where the condition holds, nothing elsewhere."""
    return text if condition else ""


def sentences(*parts: str) -> str:
    """Return sentences in a row; empty ones leave no trace."""
    return " ".join(text.strip() for text in parts if text.strip())
