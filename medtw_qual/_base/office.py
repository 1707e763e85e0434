"""What .docx, .xlsx and .csv files need in common: safe cells, and packages that are the same bytes every time."""

import re
from pathlib import Path

from medtw_qual._base.zip_archive import open_zip, write_zip

# XML 1.0, section 2.2: everything a document may hold; the rest (control characters, lone surrogates) may not go in.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# A spreadsheet runs a cell that begins with one of these as a formula (CWE-1236); an East Asian one also takes the
# full-width signs (U+FF1D, U+FF0B, U+FF0D, U+FF20).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_NEEDS_SHIELD = re.compile("'*[" + re.escape("".join(_FORMULA_STARTS)) + "]")

_MOMENT = "2020-01-01T00:00:00Z"
_CORE = "docProps/core.xml"
_W3C_DATE = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")


def xml_safe(text: str) -> str:
    """Return `text` with every character that XML forbids shown as U+FFFD, so that its place stays visible.

    Examples
    --------
    >>> xml_safe("a" + chr(0) + "b") == "a" + chr(0xFFFD) + "b"
    True
    """
    return _FORBIDDEN.sub("\ufffd", text)


def formula_safe(text: str) -> str:
    """Return `text` with a leading apostrophe where a spreadsheet would take it for a formula.

    `formula_restored` takes the apostrophe off again; every other text stays as it is.

    Examples
    --------
    >>> formula_safe("=1+1"), formula_safe("thanks"), formula_safe("'tis")
    ("'=1+1", 'thanks', "'tis")
    """
    return "'" + text if _NEEDS_SHIELD.match(text) else text


def formula_restored(text: str) -> str:
    """Undo `formula_safe`.

    Examples
    --------
    >>> formula_restored(formula_safe("'=1+1"))
    "'=1+1"
    """
    return text[1:] if text.startswith("'") and _NEEDS_SHIELD.match(text[1:]) else text


def starts_formula(text: str) -> bool:
    """Say whether a spreadsheet would take `text` for a formula."""
    return text.startswith(_FORMULA_STARTS)


def freeze_package(path: str | Path) -> Path:
    """Rewrite a .docx, .xlsx or other zip so that it holds no time of writing: two saves are equal byte for byte.

    Members keep their order and content; their dates, and the two dates in ``docProps/core.xml``, become the first
    of January 2020.
    """
    opened = open_zip(path)
    try:
        members = {name: opened.read(name) for name in opened.members}
    finally:
        opened.close()
    if _CORE in members:
        members[_CORE] = _W3C_DATE.sub(rb"\g<1>" + _MOMENT.encode() + rb"\g<2>", members[_CORE])
    return write_zip(path, members)
