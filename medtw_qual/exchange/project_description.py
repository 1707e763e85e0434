"""What a project says about its codebook: readable for a colleague, and enough to know the codebook again."""

from collections.abc import Iterable, Mapping

import orjson

from medtw_qual.codebook.code_names import one_line
from medtw_qual.codebook.codebook import Codebook, Theme

_LABELS = {
    "Codebook": "name",
    "Version": "version",
    "Title": "title",
    "Unit of coding": "unit_of_coding",
    "Several codes a unit": "multiple_codes",
    "Inductive": "inductive",
    "Order of codes": "order",
    "Themes": "themes",  # also sets of the project; QualCoder keeps no sets, but this text
}


def description_text(book: Codebook) -> str:
    """The codebook's own fields, a line each."""
    fields = {
        "name": book.name,
        "version": book.version,
        "title": book.title,
        "unit_of_coding": book.unit_of_coding,
        "multiple_codes": "yes" if book.multiple_codes else "no",
        "inductive": "yes" if book.inductive else "no",
        "order": orjson.dumps(book.ids).decode(),
        "themes": orjson.dumps(book.themes).decode() if book.themes else "",
    }
    return "\n".join(f"{label}: {fields[field]}" for label, field in _LABELS.items() if fields[field])


def description_of(description: str | None) -> dict[str, str]:
    """Take the lines apart again; empty for a project that somebody else described."""
    found = {}
    for line in (description or "").splitlines():
        label, _, value = line.partition(":")
        if _is_ours(line):
            found[_LABELS[label.strip()]] = one_line(value)
    return found if "name" in found and "order" in found else {}


def further_words(description: str | None) -> str:
    """What stands in a description beside the heading: what somebody wrote there."""
    lines = (description or "").splitlines()
    return "\n".join(line for line in lines if not (description_of(description) and _is_ours(line))).strip()


def themes_of(heading: Mapping[str, str], known: Iterable[str]) -> list[Theme]:
    """The themes that the heading names, with those of their codes that are known."""
    codes = set(known)
    try:
        stored = orjson.loads(heading.get("themes") or "[]")
        return [
            Theme(
                theme["id"],
                theme["name"],
                theme["central_idea"],
                tuple(code for code in theme["codes"] if code in codes),
            )
            for theme in stored
        ]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return []


def _is_ours(line: str) -> bool:
    label, colon, _ = line.partition(":")
    return bool(colon) and label.strip() in _LABELS
