"""Taguette's codebooks: tags whose path stands for the hierarchy ("Care.Home"), each with a description."""

from collections.abc import Sequence

from medtw_qual.codebook.code_names import one_line
from medtw_qual.codebook.codebook import Code, Codebook
from medtw_qual.codebook.refi_text import ids_from, parsed_description
from medtw_qual.errors import CodebookFault

_COLUMNS = ("tag", "description", "number of highlights", "number of documents")
_STEP = "."


def tag_path(codebook: Codebook, code: Code) -> str:
    """The code's name below the names of the codes above it."""
    return _STEP.join(names_above(codebook, code))


def names_above(codebook: Codebook, code: Code) -> list[str]:
    """The names of the codes above a code, the highest first, and its own."""
    above = {code.id: code for code in codebook.codes}
    names = [code.name]
    while code.parent and len(names) <= len(above):
        code = above[code.parent]
        names.insert(0, code.name)
    return names


def are_tags(cells: Sequence[Sequence[str]]) -> bool:
    """Whether a table, header first, is a codebook as Taguette exports it, or `write_tags` writes it."""
    header = [one_line(cell).lower() for cell in cells[0]] if cells else []
    return set(_COLUMNS[:2]) <= set(header) <= set(_COLUMNS)


def book_from_tags(cells: Sequence[Sequence[str]], file: str, stem: str) -> Codebook:
    """Make a codebook of such a table.

    Raises
    ------
    CodebookFault
        When it holds no tag.
    """
    header = [one_line(cell).lower() for cell in cells[0]]
    rows = [dict(zip(header, line, strict=False)) for line in cells[1:]]
    tags = [(one_line(row["tag"]), row.get("description", "")) for row in rows if one_line(row.get("tag"))]
    if not tags:
        raise CodebookFault(f"{file} holds no tag.", "Write one row per tag below the header.")
    return Codebook(stem, "", codes=codes_of_tags(tags), source_file=file)


def codes_of_tags(tags: Sequence[tuple[str, str]]) -> tuple[Code, ...]:
    """Codes from paths and descriptions: a tag lies below the one with whose path and a dot its own begins."""
    paths = [path for path, _ in tags]
    above = [_above(path, paths) for path in paths]
    names = [
        path.removeprefix(f"{parent}{_STEP}") if parent else path for path, parent in zip(paths, above, strict=True)
    ]
    described = [parsed_description(text) for _, text in tags]
    ids = dict(zip(paths, ids_from(names, described), strict=True))
    return tuple(
        Code(
            id=ids[path],
            name=name,
            parent=ids[parent] if parent else "",
            **{field: value for field, value in parts.items() if field != "id"},
        )
        for path, name, parent, parts in zip(paths, names, above, described, strict=True)
    )


def _above(path: str, paths: Sequence[str]) -> str:
    """The longest other path below which this one lies; empty: none. A dot before a blank ends a word ("Dr. Smith")."""
    below = (shorter for shorter in paths if path.startswith(shorter + _STEP) and path[len(shorter) + 1 :].strip())
    return max((shorter for shorter in below if not path[len(shorter) + 1].isspace()), key=len, default="")
