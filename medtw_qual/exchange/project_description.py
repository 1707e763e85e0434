"""What a project says about its codebook: readable for a colleague, and enough to know the codebook again."""

from collections.abc import Iterable, Mapping

import orjson

from medtw_qual.codebook.code_names import one_line
from medtw_qual.codebook.codebook import Codebook, Theme
from medtw_qual.exchange.positions import STANDARD, WAYS, Counting

_LABELS = {
    "Codebook": "name",
    "Version": "version",
    "Title": "title",
    "Unit of coding": "unit_of_coding",
    "Several codes a unit": "multiple_codes",
    "Inductive": "inductive",
    "Order of codes": "order",
    "Names of codes": "names",
    "Codebook hash": "hash",
    "Sources": "layout",
    "Positions": "positions",
    "Themes": "themes",  # also sets of the project; QualCoder keeps no sets, but this text
}


COLLATED = "all units in one text"


def description_text(book: Codebook, *, collated: bool = False, counting: Counting = STANDARD) -> str:
    """The codebook's own fields, a line each; and how units and positions are written, where not as usual."""
    fields = {
        "name": book.name,
        "version": book.version,
        "title": book.title,
        "unit_of_coding": book.unit_of_coding,
        "multiple_codes": "yes" if book.multiple_codes else "no",
        "inductive": "yes" if book.inductive else "no",
        "order": orjson.dumps(book.ids).decode(),
        "names": orjson.dumps(book.names).decode(),
        "hash": book.hash,
        "layout": COLLATED if collated else "",
        "positions": str(counting) if counting != STANDARD else "",
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


def stated_counting(heading: Mapping[str, str]) -> Counting:
    """How the heading says that positions are counted; without such a line, as the standard says."""
    return next((way for way in WAYS if str(way) == heading.get("positions")), STANDARD)


def sent_codes(heading: Mapping[str, str]) -> tuple[str, ...]:
    """The ids of the codes that were sent out, in their order; none where the heading does not say."""
    try:
        codes = orjson.loads(heading.get("order") or "[]")
    except orjson.JSONDecodeError:
        return ()
    return tuple(map(str, codes)) if isinstance(codes, list) else ()


def sent_names(heading: Mapping[str, str]) -> dict[str, str]:
    """The names under which the codes were sent out; none where the heading does not say."""
    try:
        names = orjson.loads(heading.get("names") or "{}")
    except orjson.JSONDecodeError:
        return {}
    return {str(code): one_line(name) for code, name in names.items()} if isinstance(names, dict) else {}


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
