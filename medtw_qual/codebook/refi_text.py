"""A code's rules in the one description that REFI-QDA gives a code: readable there, and taken apart again here."""

from collections.abc import Mapping, Sequence

from medtw_qual.codebook.code_names import one_line, slug, slugs
from medtw_qual.codebook.codebook import Code, Theme
from medtw_qual.codebook.refi_repairs import Note

# The definition comes first and unmarked, so that a colleague in another program sees a plain description.
_LABELS = {
    "Id": "id",
    "Definition": "definition",
    "In brief": "brief",
    "Include when": "include_when",
    "Exclude when": "exclude_when",
    "Typical": "typical",
    "Close, but no": "close_but_no",
    "Source": "source",
}


def code_description(code: Code, *, with_id: bool = False) -> str:
    """The code's rules, a line each; with its id where the name does not give it, or always.

    A program that gives codes new GUIDs and lets people rename them keeps the description: by its id a code is known
    again.
    """
    return _description(code.id, code.name, {field: getattr(code, field) for field in _fields()}, with_id)


def theme_description(theme: Theme) -> str:
    """The theme's central idea, with its id where the name does not give it."""
    return _description(theme.id, theme.name, {"definition": theme.central_idea})


def parsed_description(text: str | None) -> dict[str, str]:
    r"""Take a description apart: lines without a known label belong to what stands before them, first the definition.

    Examples
    --------
    >>> parsed_description("Being alone.\nand apart\nInclude when: stated.")
    {'definition': 'Being alone. and apart', 'include_when': 'stated.'}
    """
    parts: dict[str, list[str]] = {}
    current = "definition"
    for line in (text or "").splitlines():
        label, colon, rest = line.partition(":")
        if colon and label in _LABELS:
            current, line = _LABELS[label], rest
        parts.setdefault(current, []).append(line)
    joined = {field: one_line(" ".join(lines)) for field, lines in parts.items()}
    return {field: value for field, value in joined.items() if value}


def ids_from(names: Sequence[str], described: Sequence[Mapping[str, str]], fallback: str = "code") -> list[str]:
    """Ids given in descriptions stay; the others are made from names, different from those."""
    given = {parts["id"] for parts in described if parts.get("id")}
    made = iter(
        slugs([name for name, parts in zip(names, described, strict=True) if not parts.get("id")], given, fallback)
    )
    return [parts.get("id") or next(made) for parts in described]


def settled_ids(
    described: Sequence[Mapping[str, str]], by_guid: Sequence[str], names: Sequence[str], note: Note | None = None
) -> list[dict[str, str]]:
    """Descriptions in which no id stands twice: a code's GUID decides whose it is, and then the order.

    A program that copies a code copies its description with the id in it; the copy is another code, and gets an id of
    its own.

    Parameters
    ----------
    described : sequence of dict
        As `parsed_description` returns them.
    by_guid : sequence of str
        The id that each code was sent out with, by its GUID; empty: it was not.
    names : sequence of str
        The codes' names, for messages.
    note : callable, optional
        Takes what, name and reason.
    """
    taken = set(filter(None, by_guid))
    settled = []
    for parts, own, name in zip(described, by_guid, names, strict=True):
        stated = own or parts.get("id", "")
        if not own and stated and stated in taken:
            if note:
                note("code id", name, f"the id {stated!r} in its description is another code's; it got one of its own")
            stated = ""
        taken.add(stated or "")
        settled.append(
            {**{key: value for key, value in parts.items() if key != "id"}, **({"id": stated} if stated else {})}
        )
    return settled


def _fields() -> list[str]:
    return [field for field in _LABELS.values() if field != "id"]


def _description(own: str, name: str, texts: Mapping[str, str], with_id: bool = False) -> str:
    lines = []
    definition = texts.get("definition", "")
    begins_like_a_label = definition.partition(":")[0] in _LABELS
    if definition and not begins_like_a_label:
        lines.append(definition)
    for label, field in _LABELS.items():
        value = own if field == "id" else texts.get(field, "")
        if field == "definition" and not begins_like_a_label:
            continue
        if field == "id" and slug(name) == own and not with_id:
            continue
        if value:
            lines.append(f"{label}: {value}")
    return "\n".join(lines)
