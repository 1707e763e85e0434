"""What a project says about its codebook: readable for a colleague, and enough to know the codebook again."""

import orjson

from medtw_qual.codebook.model import Codebook
from medtw_qual.codebook.text import one_line

_LABELS = {
    "Codebook": "name",
    "Version": "version",
    "Title": "title",
    "Unit of coding": "unit_of_coding",
    "Several codes a unit": "multiple_codes",
    "Inductive": "inductive",
    "Order of codes": "order",
}


def heading_text(book: Codebook) -> str:
    """The codebook's own fields, a line each."""
    fields = {
        "name": book.name,
        "version": book.version,
        "title": book.title,
        "unit_of_coding": book.unit_of_coding,
        "multiple_codes": "yes" if book.multiple_codes else "no",
        "inductive": "yes" if book.inductive else "no",
        "order": orjson.dumps(book.ids).decode(),
    }
    return "\n".join(f"{label}: {fields[field]}" for label, field in _LABELS.items() if fields[field])


def heading_of(description: str | None) -> dict[str, str]:
    """Take the lines apart again; empty for a project that somebody else described."""
    found = {}
    for line in (description or "").splitlines():
        label, colon, value = line.partition(":")
        if colon and label.strip() in _LABELS:
            found[_LABELS[label.strip()]] = one_line(value)
    return found if "name" in found and "order" in found else {}
