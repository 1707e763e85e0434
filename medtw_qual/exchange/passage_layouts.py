"""Tables of coded passages as programs write them: what each calls its columns, and its rows by the same names."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from warnings import warn

from medtw_qual._base.table_reader import read_cells
from medtw_qual.codebook.code_names import one_line
from medtw_qual.errors import UnreadableFile

Row = dict[str, str]


@dataclass(frozen=True)
class Layout:
    """What a program calls the columns of its table; several names where versions or languages differ.

    Attributes
    ----------
    program : str
    unit, code, passage : tuple of str
        Names of the columns that must be there, in small letters.
    coder, memo, category, place : tuple of str
        Names of columns that may be there; `place` holds "12-40", the passage's positions.
    parts : str
        What stands between several codes in one cell; empty: a cell holds one code.
    ignored : tuple of str
        Columns that say nothing that has a place here; every other column is named in a warning.
    """

    program: str
    unit: tuple[str, ...]
    code: tuple[str, ...]
    passage: tuple[str, ...]
    coder: tuple[str, ...] = ()
    memo: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    parts: str = ""
    ignored: tuple[str, ...] = ()

    def fits(self, header: Sequence[str]) -> bool:
        """Whether a header has the columns that must be there."""
        return all(set(names) & set(header) for names in (self.unit, self.code, self.passage))

    @property
    def fields(self) -> dict[str, tuple[str, ...]]:
        """The column names by what they hold."""
        names = ("unit", "code", "passage", "coder", "memo", "category", "place")
        return {name: getattr(self, name) for name in names}


# Taguette 1.5 and QualCoder 4: seen in their own exports. MAXQDA, ATLAS.ti, NVivo and Dedoose: from their manuals and
# from tables that were published; English and German headers. A new program is one entry here.
LAYOUTS = (
    Layout(
        "QualCoder", ("filename", "file"), ("codename",), ("coded",), ("coder",), ("coded_memo",), ("category",),
        ignored=("id", "case", "file", "codename_memo", "code_memo", "importance"),
    ),
    Layout("Taguette", ("document",), ("tag",), ("content",), ignored=("id",)),
    Layout(
        "MAXQDA",
        ("document name", "document", "dokumentname", "dokument"), ("code",), ("segment", "coded segment"),
        ("created by", "author", "erstellt von", "autor"), ("comment", "kommentar"),
        ignored=(
            "color", "colour", "farbe", "document group", "dokumentgruppe", "begin", "beginning", "end", "anfang",
            "ende", "weight", "weight score", "gewicht", "area", "fläche", "coverage %", "abdeckungsgrad %",
            "created", "erstellt", "modified", "modified by", "geändert", "geändert von",
        ),
    ),
    Layout(
        "ATLAS.ti",
        ("document", "document name", "dokument"), ("codes", "kodes", "code"),
        ("quotation content", "text content", "content", "quotation", "zitatinhalt", "textinhalt"),
        ("created by", "author", "created by user", "erstellt von"), ("comment", "comments", "kommentar"), parts="\n;",
        ignored=(
            "id", "quotation name", "name", "reference", "citation", "code groups", "document groups", "density",
            "created", "modified", "modified by", "start", "end", "extent", "number of codes", "hyperlinks",
        ),
    ),
    Layout(
        "Dedoose",
        ("media title", "media"), ("codes applied combined", "codes applied"), ("excerpt copy", "excerpt"),
        ("excerpt creator", "creator"), ("memo", "memos"), place=("excerpt range", "range"), parts=",",
        ignored=("excerpt date", "resource creator", "resource date", "code count", "excerpt type"),
    ),
    Layout(
        "NVivo",
        ("file name", "source name", "file", "document name"),
        ("hierarchical name", "code", "node", "code name", "node name"),
        ("coded text", "reference text", "text", "content"),
        ("coded by", "coded by initials", "coded by name", "user"), ("annotation", "comment"),
        ignored=(
            "classification", "aggregate", "coverage", "number of coding references", "reference number",
            "modified on", "created on", "name", "number of references", "folder location",
        ),
    ),
)  # fmt: skip
_NAMES = frozenset(name for layout in LAYOUTS for names in layout.fields.values() for name in names)
_APPLIED_START, _APPLIED_END = "code: ", " applied"
_YES = ("true", "1", "yes", "wahr")


@dataclass(frozen=True)
class PassageTable:
    """A table of passages.

    Attributes
    ----------
    program : str
    rows : list of dict
        unit, code, passage, coder, memo, category, place; one row for each code of a passage.
    """

    program: str
    rows: list[Row]


def read_passage_table(path: Path) -> PassageTable:
    """Read a table of coded passages; columns that nobody reads are named.

    Raises
    ------
    UnreadableFile
        When the columns are those of no program that is known.
    """
    cells = read_cells(path, lambda header: one_line(header).lower() in _NAMES)
    top = next((place for place, line in enumerate(cells) if _layout(_header(line))), None)
    if top is None:
        found = next((_header(line) for line in cells if any(map(one_line, line))), [])
        raise UnreadableFile(
            f"{path.name} has the columns of none of {', '.join(layout.program for layout in LAYOUTS)}; it has:"
            f" {', '.join(filter(None, found)) or 'none'}.",
            "Export the coded passages (highlights, coded segments, quotations, excerpts) as .csv or .xlsx.",
        )
    header = _header(cells[top])
    layout = _layout(header)
    columns = {field: _first(header, names) for field, names in layout.fields.items()} if layout else {}
    _name_unread(path, header, layout, columns)
    rows: list[Row] = []
    for line in cells[top + 1 :]:
        row: Row = {}
        for name, cell in zip(header, line, strict=False):
            row[name] = row.get(name) or cell  # QualCoder repeats the column Category, the nearest one first
        if any(map(one_line, row.values())) and layout is not None:
            whole = {field: row.get(name, "") if name else "" for field, name in columns.items()}
            rows += [{**whole, "code": code} for code in _codes(layout, row, whole["code"])]
    return PassageTable(layout.program if layout else "", rows)


def _header(line: Sequence[str]) -> list[str]:
    return [one_line(cell).lower() for cell in line]


def _layout(header: Sequence[str]) -> Layout | None:
    return next((layout for layout in LAYOUTS if layout.fits(header)), None)


def _first(header: Sequence[str], names: Sequence[str]) -> str:
    return next((name for name in names if name in header), "")


def _name_unread(path: Path, header: Sequence[str], layout: Layout | None, columns: Mapping[str, str]) -> None:
    known = {*columns.values(), *(layout.ignored if layout else ())}
    is_known: Callable[[str], bool] = lambda name: name in known or _is_applied(name)  # noqa: E731
    unread = [name for name in dict.fromkeys(header) if name and not is_known(name)]
    unread = [name for name in unread if not name.startswith(("filevar_", "casevar_", "attr_", "descriptor"))]
    if unread:
        warn(f"Columns of {path.name} that were not read: {', '.join(unread)}.", stacklevel=4)


def _is_applied(name: str) -> bool:
    """A column of Dedoose for one code: "Code: Care Applied", or its range and weight."""
    return name.startswith(_APPLIED_START)


def _codes(layout: Layout, row: Row, cell: str) -> list[str]:
    """The codes of a row: of Dedoose from a column for each, since a name may hold a comma; else from the cell."""
    applied = {
        name[len(_APPLIED_START) : -len(_APPLIED_END)]: value
        for name, value in row.items()
        if name.startswith(_APPLIED_START) and name.endswith(_APPLIED_END)
    }
    if applied:
        return [name for name, value in applied.items() if one_line(value).lower() in _YES] or [""]
    for sign in layout.parts:
        cell = cell.replace(sign, layout.parts[0])
    parts = cell.split(layout.parts[0]) if layout.parts else [cell]
    return [one_line(part) for part in parts if one_line(part)] or [""]
