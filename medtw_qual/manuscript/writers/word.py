"""A table as a Word document in APA style: three rules, header row repeated, note below, every cell editable."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from medtw_qual._base.files import atomic_path
from medtw_qual._base.office import freeze_package, xml_safe
from medtw_qual.manuscript.model import ManuscriptTable

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell, _Row

_FONT = "Times New Roman"
_PAGE = (210.0, 297.0)  # A4, millimetres
_MARGIN = 25.4
_RULE, _THIN = 12, 6  # eighths of a point


def write_docx(table: ManuscriptTable, path: Path) -> None:
    """Write number (bold), title (italic), a real Word table and the note; landscape when the table is wide."""
    import docx

    document = docx.Document()
    _set_page(document, table.landscape)
    _set_style(document)
    add_table(document, table)
    properties = document.core_properties
    properties.author = "medtw_qual"
    properties.title = xml_safe(f"{table.heading} {table.title}".strip())[:255]
    properties.comments = ""
    with atomic_path(path) as temporary:
        document.save(str(temporary))
        freeze_package(temporary)


def add_table(document: "Document", table: ManuscriptTable) -> None:
    """Put the table with number, title and note at the end of a document."""
    if table.heading:
        _paragraph(document, [(table.heading, "bold")], keep=True)
    _paragraph(document, [(table.title, "italic")], keep=True, after=4)
    _fill(document, table)
    notes = [[("Note. ", "italic"), (table.note, "")]] if table.note else []
    notes += [[(letter, "raised"), (" " + text, "")] for letter, text in table.lettered_notes]
    for runs in notes:
        _paragraph(document, runs, size=9, before=3)


def _set_page(document: "Document", landscape: bool) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    section = document.sections[0]
    width, height = reversed(_PAGE) if landscape else _PAGE
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Mm(_MARGIN))


def _set_style(document: "Document") -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    normal: Any = document.styles["Normal"]
    normal.font.name = _FONT
    normal.font.size = Pt(11)
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        normal.element.rPr.rFonts.set(qn(script), _FONT)


def _paragraph(
    document: "Document",
    runs: list[tuple[str, str]],
    keep: bool = False,
    size: float = 11,
    before: float = 0,
    after: float = 0,
) -> None:
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    for text, kind in runs:
        _add_run(paragraph, text, kind, size)
    style = paragraph.paragraph_format
    style.space_before, style.space_after = Pt(before), Pt(after)
    style.keep_with_next = keep


def _add_run(paragraph: Any, text: str, kind: str, size: float) -> None:  # noqa: ANN401 - python-docx has no public type
    from docx.shared import Pt

    run = paragraph.add_run(xml_safe(text))
    run.font.size = Pt(size)
    run.bold = kind == "bold" or None
    run.italic = kind == "italic" or None
    run.font.superscript = kind == "raised" or None


def _font_size(table: ManuscriptTable) -> float:
    """Ten points, less where many columns share a line; under seven nobody reads it."""
    columns = len(table.columns)
    return 10.0 if columns <= 8 else 9.0 if columns <= 12 else 8.0 if columns <= 18 else 7.0


def _fill(document: "Document", table: ManuscriptTable) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT

    head_rows = 2 if table.spanners else 1
    word = document.add_table(rows=head_rows + len(table.body), cols=len(table.columns))
    word.alignment = WD_TABLE_ALIGNMENT.LEFT
    word.autofit = False
    _describe(word, table)
    widths = _column_widths(table)
    size = _font_size(table)
    rows = list(word.rows)
    grid = [list(row.cells) for row in rows]
    for position, width in enumerate(widths):
        word.columns[position].width = width
    _fill_head(grid, table, size)
    for row, texts in enumerate(table.cells):
        _fill_row(grid[head_rows + row], table, row, texts, size)
    for number, row in enumerate(rows):
        for cell, width in zip(grid[number], widths, strict=True):
            cell.width = width
        _row_property(row, "w:cantSplit")
        if number < head_rows:
            _row_property(row, "w:tblHeader")
    _draw_rules(grid, table, head_rows)
    _merge_spanners(grid, table)


def _describe(word: "Table", table: ManuscriptTable) -> None:
    """Say to a screen reader what the table is."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for tag, text in (("w:tblCaption", table.heading), ("w:tblDescription", table.title)):
        element = OxmlElement(tag)
        element.set(qn("w:val"), xml_safe(text))
        word._tbl.tblPr.append(element)


def _column_widths(table: ManuscriptTable) -> list[int]:
    """Share the line among the columns by what they ask for; a narrow table stays narrow."""
    from docx.shared import Mm

    page = max(_PAGE) if table.landscape else min(_PAGE)
    line = page - 2 * _MARGIN
    per_character = 0.19 * _font_size(table)  # millimetres a character of this font takes, on average
    wanted = [width * per_character + 4.0 for width in table.widths]
    stretch = min(1.0, line / sum(wanted)) if sum(wanted) > 0.7 * line else 1.0
    if sum(wanted) > 0.7 * line:
        stretch = line / sum(wanted)
    return [int(Mm(width * stretch)) for width in wanted]


def _fill_head(grid: "list[list[_Cell]]", table: ManuscriptTable, size: float) -> None:
    labels = grid[1] if table.spanners else grid[0]
    for position, (cell, column) in enumerate(zip(labels, table.columns, strict=True)):
        _write(cell, column.label, column.style.align, size, letter=table.letters.get((-1, position), ""))
        _bottom(cell)
    for spanner in table.spanners:
        _write(grid[0][spanner.first], spanner.label, "center", size)
        _bottom(grid[0][spanner.first])


def _fill_row(cells: "list[_Cell]", table: ManuscriptTable, row: int, texts: tuple[str, ...], size: float) -> None:
    for position, (cell, text) in enumerate(zip(cells, texts, strict=True)):
        _write(
            cell,
            text,
            table.columns[position].style.align,
            size,
            bold=row in table.strong,
            letter=table.letters.get((row, position), ""),
            indent=table.indent_of(row) if position == 0 else 0,
        )


def _write(
    cell: "_Cell", text: str, align: str, size: float, bold: bool = False, letter: str = "", indent: int = 0
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    paragraph = cell.paragraphs[0]
    _add_run(paragraph, text, "bold" if bold else "", size)
    if letter:
        _add_run(paragraph, letter, "raised", size)
    paragraph.alignment = {
        "left": WD_ALIGN_PARAGRAPH.LEFT,
        "center": WD_ALIGN_PARAGRAPH.CENTER,
        "right": WD_ALIGN_PARAGRAPH.RIGHT,
    }[align]
    style = paragraph.paragraph_format
    style.space_before = style.space_after = Pt(1.5)
    if indent:
        style.left_indent = Mm(4 * indent)


def _bottom(cell: "_Cell") -> None:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT

    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.BOTTOM


def _row_property(row: "_Row", tag: str) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement(tag))


def _draw_rules(grid: "list[list[_Cell]]", table: ManuscriptTable, head_rows: int) -> None:
    """Rules above and below the headings and below the last row; a thin one under each spanner."""
    for cell in grid[0]:
        _border(cell, "top", _RULE)
    for cell in grid[head_rows - 1]:
        _border(cell, "bottom", _THIN)
    for cell in grid[-1]:
        _border(cell, "bottom", _RULE)
    for spanner in table.spanners:
        for position in range(spanner.first, spanner.last + 1):
            _border(grid[0][position], "bottom", _THIN)


def _border(cell: "_Cell", side: str, weight: int) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = cell._tc.get_or_add_tcPr()
    borders = properties.find(qn("w:tcBorders"))
    if borders is None:
        borders = OxmlElement("w:tcBorders")
        properties.append(borders)
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(weight)), ("space", "0"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)


def _merge_spanners(grid: "list[list[_Cell]]", table: ManuscriptTable) -> None:
    for spanner in table.spanners:
        if spanner.last > spanner.first:
            merged = grid[0][spanner.first].merge(grid[0][spanner.last])
            for extra in merged.paragraphs[1:]:
                extra._p.getparent().remove(extra._p)
