"""Codebooks as rows of a spreadsheet: what the columns are called, and how rows become codes and themes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from medtw_qual.codebook.code_names import looks_like_id, one_line, same_name, slugs
from medtw_qual.codebook.code_paths import split_path, with_parents
from medtw_qual.codebook.codebook import Code, Codebook, Theme
from medtw_qual.errors import CodebookFault, did_you_mean

Row = dict[str, str]

CODE_COLUMNS = ("code", *(field.name for field in fields(Code) if field.name != "id"))
HEAD_COLUMNS = ("codebook", "version", "title", "unit_of_coding", "multiple_codes", "inductive")
THEME_COLUMNS = ("theme", "members")
SEPARATOR = "|"

# What other people and programs call these columns. Read from the left: `category` is our `theme`.
ALIASES = {
    "id": "code",
    "code_id": "code",
    "tag": "code",
    "codes": "code",
    "code_name": "name",
    "label": "name",
    "parent_code": "parent",
    "short_definition": "brief",
    "description": "definition",
    "memo": "definition",
    "code_memo": "definition",
    "comment": "definition",
    "codename": "name",
    "group": "theme",
    "groups": "theme",
    "code_group": "theme",
    "code_groups": "theme",
    "full_definition": "definition",
    "include": "include_when",
    "inclusion": "include_when",
    "inclusion_criteria": "include_when",
    "when_to_use": "include_when",
    "exclude": "exclude_when",
    "exclusion": "exclude_when",
    "exclusion_criteria": "exclude_when",
    "when_not_to_use": "exclude_when",
    "example": "typical",
    "examples": "typical",
    "typical_example": "typical",
    "close_but_not": "close_but_no",
    "near_miss": "close_but_no",
    "themes": "theme",
    "category": "theme",
    "categories": "theme",
}
# Columns that other programs add and that say nothing about the code.
IGNORED = (
    "", "number_of_highlights", "number_of_documents", "highlights", "count", "frequency", "color", "colour",
    "files", "references", "sources", "documents", "segments", "coded_segments", "grounded", "density", "no.", "no",
    "created", "created_by", "created_on", "modified", "modified_by", "modified_on", "last_modified",
)  # fmt: skip
_LOWEST_HEADER = 20
_RULES = tuple(name for name in CODE_COLUMNS if name not in ("code", "name", "parent"))


@dataclass(frozen=True)
class Sheet:
    """The rows of one table with where they stand, for messages.

    Attributes
    ----------
    file : str
    columns : tuple of str
        As the file calls them.
    rows : list of (int, dict)
        Row number in the file (the header is row 1) and the cells by the columns' canonical names.
    """

    file: str
    columns: tuple[str, ...]
    rows: list[tuple[int, Row]]


def is_ignored(name: str) -> bool:
    """Whether a column, by its canonical name, says how often a code was given and the like (MAXQDA: "Cod. seg.")."""
    return name in IGNORED or name.startswith(("cod._seg", "%", "coverage"))


def canonical(header: str) -> str:
    """The name of a column as this module knows it: ``"Include when"`` and ``"inclusion criteria"`` are one."""
    key = one_line(header).lower().replace(" ", "_").replace("-", "_")
    return ALIASES.get(key, key)


def as_sheet(cells: Sequence[Sequence[object]], file: str, known: Sequence[str]) -> Sheet:
    """Turn cells into rows; lines above the header (a title, blank lines) are passed over.

    Raises
    ------
    CodebookFault
        When a column is not known, comes twice, or holds text without having a name.
    """
    top = header_row(cells)
    header = [canonical(one_line(cell)) for cell in cells[top]] if cells else []
    for position, name in enumerate(header):
        if is_ignored(name):
            continue
        if name not in known:
            raise CodebookFault(
                f"{file} has a column {one_line(cells[top][position])!r} that a codebook does not know."
                f"{did_you_mean(name, known)}",
                f"Columns are: {', '.join(known)}; rename or delete this one.",
            )
        if name in header[:position]:
            raise CodebookFault(f"{file} has two columns for {name!r}.", "Keep one of them.")
    rows = []
    for number, line in enumerate(cells[top + 1 :], top + 2):
        _require_fitting(line, header, f"{file}: row {number}")
        texts = {
            name: one_line(cell) for name, cell in zip(header, line, strict=False) if name and not is_ignored(name)
        }
        if any(texts.values()):
            rows.append((number, texts))
    return Sheet(file, tuple(header), rows)


def header_row(cells: Sequence[Sequence[object]]) -> int:
    """Where the header is: the first line with a column for the code or its name, or else the first with text."""
    for place, line in enumerate(cells[:_LOWEST_HEADER]):
        if {"code", "name"} & {canonical(one_line(cell)) for cell in line}:
            return place
    return next((place for place, line in enumerate(cells) if any(map(one_line, line))), 0)


def _require_fitting(line: Sequence[object], header: Sequence[str], where: str) -> None:
    """No text may stand in a column without a name; numbers may, which is how pandas writes the index."""
    if any(map(one_line, line[len(header) :])):
        raise CodebookFault(
            f"{where} has more cells than there are columns.", "Put text that holds the delimiter in double quotes."
        )
    for place, (name, cell) in enumerate(zip(header, line, strict=False), 1):
        if not name and one_line(cell) and not one_line(cell).isdigit():
            raise CodebookFault(
                f"{where} holds {one_line(cell)!r} in column {place}, which has no name.",
                "Name the column in the header (cells that are merged there hide it), or empty the cell.",
            )


def rows_of(book: Codebook) -> list[Row]:
    """One row per code, as in `schemas.CODEBOOK`, with the ids of its themes in `theme`."""
    rows = []
    for code in book.codes:
        row = {("code" if field.name == "id" else field.name): getattr(code, field.name) for field in fields(Code)}
        row["theme"] = f" {SEPARATOR} ".join(theme.id for theme in book.themes if code.id in theme.codes)
        rows.append(row)
    return rows


def theme_rows_of(book: Codebook) -> list[Row]:
    """One row per theme: its id in `theme`, the central idea in `definition`, the codes in `members`."""
    return [
        {
            "theme": theme.id,
            "name": theme.name,
            "definition": theme.central_idea,
            "members": f" {SEPARATOR} ".join(theme.codes),
        }
        for theme in book.themes
    ]


def head_of(book: Codebook) -> Row:
    """What the codebook says about itself, as text."""
    return {
        "codebook": book.name,
        "version": book.version,
        "title": book.title,
        "unit_of_coding": book.unit_of_coding,
        "multiple_codes": str(book.multiple_codes).lower(),
        "inductive": str(book.inductive).lower(),
    }


def book_from_rows(sheet: Sheet, theme_sheet: Sheet | None, head: Mapping[str, str], stem: str) -> Codebook:
    """Make a codebook from rows of codes, rows of themes and the head's texts.

    A row without a code and with a theme describes the theme. A theme that has no such row has the name that stands in
    the codes' rows. Ids are made from names where the file gives names only.

    Raises
    ------
    CodebookFault
        With file, row or code, and field.
    """
    code_rows, theme_rows = _split(sheet)
    theme_rows += theme_sheet.rows if theme_sheet else []
    of_rows, codes = _codes_by_rows(code_rows, sheet)
    return Codebook(
        name=head.get("codebook") or stem,
        version=head.get("version", ""),
        title=head.get("title", ""),
        codes=tuple(codes),
        themes=tuple(_themes(theme_rows, code_rows, of_rows, sheet.file)),
        unit_of_coding=head.get("unit_of_coding", ""),
        multiple_codes=_flag(head, "multiple_codes", True, sheet.file),
        inductive=_flag(head, "inductive", False, sheet.file),
        source_file=sheet.file,
    )


def _split(sheet: Sheet) -> tuple[list[tuple[int, Row]], list[tuple[int, Row]]]:
    if "code" not in sheet.columns and "name" not in sheet.columns:
        raise CodebookFault(
            f"{sheet.file} has no column 'code' (it has: {', '.join(sheet.columns) or 'none'}).",
            "Give every code an id or a name in a column 'code'.",
        )
    codes: list[tuple[int, Row]] = []
    themes: list[tuple[int, Row]] = []
    for number, row in sheet.rows:
        is_theme = not row.get("code") and bool(row.get("theme")) and ("code" in sheet.columns or not row.get("name"))
        if not is_theme and not row.get("code") and ("code" in sheet.columns or not row.get("name")):
            raise CodebookFault(
                f"{sheet.file}: row {number}, field 'code' is missing.", "Give the code an id, or delete the row."
            )
        (themes if is_theme else codes).append((number, row))
    return codes, themes


def _codes_by_rows(rows: Sequence[tuple[int, Row]], sheet: Sheet) -> tuple[list[Code], list[Code]]:
    """The code of every row; and all codes, with those that no row has and that stand in the paths of others."""
    column = "code" if "code" in sheet.columns else "name"
    paths = [split_path(row[column]) for _, row in rows]
    is_named = "parent" not in sheet.columns and (column == "name" or "name" not in sheet.columns)
    if not is_named or max(map(len, paths), default=1) == 1:
        codes = _codes(rows, sheet)
        return codes, codes
    twice = next((path for place, path in enumerate(paths) if path in paths[:place]), None)
    if twice is not None:
        raise CodebookFault(f"{sheet.file}: two codes are called {' > '.join(twice)!r}.", "Give each its own name.")
    everything = with_parents(paths)
    ids = dict(zip(everything, slugs(path[-1] for path in everything), strict=True))
    texts = [{name: row.get(name, "") for name in _RULES} for _, row in rows]
    of_rows = [
        Code(id=ids[path], name=path[-1], parent=ids.get(path[:-1], ""), **rules)
        for path, rules in zip(paths, texts, strict=True)
    ]
    of_path = dict(zip(paths, of_rows, strict=True))
    return of_rows, [of_path.get(path, Code(ids[path], path[-1], ids.get(path[:-1], ""))) for path in everything]


def _codes(rows: Sequence[tuple[int, Row]], sheet: Sheet) -> list[Code]:
    """Codes with ids; where the column of codes holds names ("Pain management"), ids are made from them."""
    column = "code" if "code" in sheet.columns else "name"
    given = [row[column] for _, row in rows]
    if not given:
        raise CodebookFault(f"{sheet.file} holds no code.", "Write one row per code below the header.")
    twice = next((id_ for place, id_ in enumerate(given) if id_ in given[:place]), None)
    if twice is not None and column == "code":
        raise CodebookFault(f"{sheet.file}: two codes have the id {twice!r}.", "Give each its own id.")
    named_only = column == "name" or ("name" not in sheet.columns and not all(map(looks_like_id, given)))
    ids = slugs(given) if named_only else given
    of_name = {same_name(row.get("name") or row[column]): own for (_, row), own in zip(rows, ids, strict=True)}
    codes = []
    for (_, row), own in zip(rows, ids, strict=True):
        texts = {name: row.get(name, "") for name in CODE_COLUMNS if name not in ("code", "name", "parent")}
        name = row[column] if named_only else (row.get("name") or own.replace("_", " "))
        parent = row.get("parent", "")
        codes.append(
            Code(id=own, name=name, parent=parent if parent in ids else of_name.get(same_name(parent), parent), **texts)
        )
    return codes


def _themes(
    rows: Sequence[tuple[int, Row]], code_rows: Sequence[tuple[int, Row]], codes: Sequence[Code], file: str
) -> list[Theme]:
    """Themes in the order of their own rows, then in the order in which codes name them."""
    members: dict[str, list[str]] = {}
    for (_, row), code in zip(code_rows, codes, strict=True):
        for theme in _parts(row.get("theme", "")):
            members.setdefault(theme, []).append(code.id)
    described = {row["theme"]: (number, row) for number, row in rows if row.get("theme")}
    labels = list(dict.fromkeys([*described, *members]))
    ids = dict(zip(labels, _theme_ids(labels, described), strict=True))
    themes = []
    for label in labels:
        number, row = described.get(label, (0, {}))
        own = tuple(_parts(row.get("members", ""))) or tuple(members.get(label, ()))
        if row.get("members") and label in members and set(own) != set(members[label]):
            raise CodebookFault(
                f"{file}: row {number}, field 'members' of theme {label!r} does not name the same codes as"
                " the codes' rows do.",
                "Mend one of the two, or empty the cell.",
            )
        themes.append(
            Theme(
                id=ids[label], name=row.get("name") or _plain(label), central_idea=row.get("definition", ""), codes=own
            )
        )
    return themes


def _theme_ids(labels: Sequence[str], described: Mapping[str, object]) -> list[str]:
    """Labels that are ids stay; categories in words ("Pain & medication") give ids as codes' names do."""
    if all(label in described or (looks_like_id(label) and label.islower()) for label in labels):
        return list(labels)
    return slugs(labels, fallback="theme")


def _plain(label: str) -> str:
    return label.replace("_", " ") if looks_like_id(label) else label


def _parts(cell: str) -> list[str]:
    """Split a list in a cell: we write ``|``, and people write ``;`` as well."""
    return [part.strip() for part in cell.replace(";", SEPARATOR).split(SEPARATOR) if part.strip()]


def _flag(head: Mapping[str, Any], key: str, default: bool, file: str) -> bool:
    word = one_line(head.get(key, "")).lower()
    if word not in ("", "true", "false", "yes", "no", "1", "0"):
        raise CodebookFault(f"{file}, field {key!r} is {word!r}.", "Write true or false.")
    return default if not word else word in ("true", "yes", "1")
