"""A table as a Word document in APA style: three rules, header row repeated, note below, every cell editable.

The table's XML is written here and not cell by cell through python-docx, which takes a minute for 5,000 rows. Element
order follows ECMA-376, Part 1, section 17.4; Word refuses a document that departs from it.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from medtw_qual._base.files import atomic_path
from medtw_qual._base.office import freeze_package, xml_safe
from medtw_qual.manuscript.manuscript_table import ManuscriptTable
from medtw_qual.manuscript.page_layout import MARGIN, PAGE, PageLayout, fits_on_page, plan_layout

if TYPE_CHECKING:
    from docx.document import Document

_FONT = "Times New Roman"
_RULE, _THIN = 12, 6  # eighths of a point
_TWIPS = 1440 / 25.4  # per millimetre
_NEVER_ALONE = 3  # a page never begins with fewer of a table's last rows
_NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_ALIGN = {"left": "left", "center": "center", "right": "right"}
# name -> points, space before, space after
_STYLES = {
    "Table Number": (11.0, 0.0, 0.0),
    "Table Title": (11.0, 0.0, 4.0),
    "Table Text": (10.0, 1.5, 1.5),
    "Table Note": (9.0, 3.0, 0.0),
}


def write_docx(table: ManuscriptTable, path: Path) -> None:
    """Write number (bold), title (italic), a real Word table and the note; landscape when the table is wide."""
    import docx

    layout = plan_layout(table)
    document = docx.Document()
    _set_page(document, layout)
    _set_styles(document, layout)
    _fill(document, table, layout)
    properties = document.core_properties
    properties.author = "medtw_qual"
    properties.title = xml_safe(f"{table.heading} {table.title}".strip())[:255]
    properties.comments = ""
    with atomic_path(path) as temporary:
        document.save(str(temporary))
        freeze_package(temporary)


def _fill(document: "Document", table: ManuscriptTable, layout: PageLayout) -> None:
    from docx.oxml import parse_xml

    parts = [_paragraph("TableNumber", _run(table.heading, "<w:b/>"), keep=True)] if table.heading else []
    parts += [_paragraph("TableTitle", _run(table.title, "<w:i/>"), keep=True), _table(table, layout)]
    if table.note:
        parts.append(_paragraph("TableNote", _run("Note. ", "<w:i/>") + _run(table.note)))
    parts += [_paragraph("TableNote", _raised(letter) + _run(" " + text)) for letter, text in table.lettered_notes]
    body: Any = document.element.body
    for part in parts:
        body.insert_element_before(parse_xml(part.replace(">", f" {_NAMESPACE}>", 1)), "w:sectPr")


def _set_page(document: "Document", layout: PageLayout) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    section = document.sections[0]
    width, height = reversed(PAGE) if layout.landscape else PAGE
    section.orientation = WD_ORIENT.LANDSCAPE if layout.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Mm(MARGIN))


def _set_styles(document: "Document", layout: PageLayout) -> None:
    """Give each part a style of its own, so that an editor changes all of them in one place."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Pt

    normal: Any = document.styles["Normal"]
    normal.font.name = _FONT
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        normal.element.rPr.rFonts.set(qn(script), _FONT)
    for name, (points, before, after) in _STYLES.items():
        style: Any = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        style.font.size = Pt(layout.size if name == "Table Text" else points)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)


def _table(table: ManuscriptTable, layout: PageLayout) -> str:
    widths = [int(width * _TWIPS) for width in layout.widths]
    together = len(table.body) if fits_on_page(table, layout) else _NEVER_ALONE
    head = ([_spanner_row(table, widths)] if table.spanners else []) + [_label_row(table, widths)]
    rows = [_body_row(table, row, widths, row >= len(table.body) - together) for row in range(len(table.body))]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    gap = round(layout.gap * _TWIPS)
    properties = (
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="{gap}" w:type="dxa"/></w:tblCellMar>'
        f'<w:tblLook w:val="0020" w:firstRow="1"/><w:tblCaption w:val="{_attribute(table.heading)}"/>'
        f'<w:tblDescription w:val="{_attribute(table.title)}"/>'
    )
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(head + rows)}</w:tbl>"


def _spanner_row(table: ManuscriptTable, widths: list[int]) -> str:
    """Headings above several columns, each with a rule of its own: the rule belongs to the words, so it has gaps."""
    starts = {spanner.first: spanner for spanner in table.spanners}
    cells = []
    position = 0
    while position < len(table.columns):
        spanner = starts.get(position)
        last = spanner.last if spanner is not None else position
        rule = f'<w:pBdr><w:bottom w:val="single" w:sz="{_THIN}" w:space="1" w:color="000000"/></w:pBdr>'
        words = _paragraph(
            "TableText",
            _run(spanner.label if spanner else ""),
            keep=True,
            align="center" if spanner else "left",
            extra=rule if spanner else "",
        )
        cells.append(_cell(words, sum(widths[position : last + 1]), span=last - position + 1, top=_RULE, low=True))
        position = last + 1
    return _row("".join(cells), head=True)


def _label_row(table: ManuscriptTable, widths: list[int]) -> str:
    cells = []
    for position, column in enumerate(table.columns):
        words = _run(column.label) + _raised(table.letters.get((-1, position), ""))
        paragraph = _paragraph("TableText", words, keep=True, align=column.style.align)
        top = 0 if table.spanners else _RULE
        bottom = _THIN if len(table.body) else _RULE
        cells.append(_cell(paragraph, widths[position], top=top, bottom=bottom, low=True))
    return _row("".join(cells), head=True)


def _body_row(table: ManuscriptTable, row: int, widths: list[int], keep: bool) -> str:
    last = row == len(table.body) - 1
    look = "<w:b/>" if row in table.strong else ""
    cells = []
    for position, text in enumerate(table.cells[row]):
        words = _run(text, look) + _raised(table.letters.get((row, position), ""))
        indent = table.indent_of(row) if position == 0 else 0
        extra = f'<w:ind w:left="{round(4 * indent * _TWIPS)}"/>' if indent else ""
        align = table.columns[position].style.align
        paragraph = _paragraph("TableText", words, keep=keep, align=align, extra=extra)
        cells.append(_cell(paragraph, widths[position], bottom=_RULE if last else 0))
    return _row("".join(cells))


def _row(cells: str, head: bool = False) -> str:
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{cells}</w:tr>"


def _cell(paragraph: str, width: int, span: int = 1, top: int = 0, bottom: int = 0, low: bool = False) -> str:
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="{weight}" w:space="0" w:color="000000"/>'
        for side, weight in (("top", top), ("bottom", bottom))
        if weight
    )
    properties = (
        f'<w:tcW w:w="{width}" w:type="dxa"/>'
        + (f'<w:gridSpan w:val="{span}"/>' if span > 1 else "")
        + (f"<w:tcBorders>{lines}</w:tcBorders>" if lines else "")
        + ('<w:vAlign w:val="bottom"/>' if low else "")
    )
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph}</w:tc>"


def _paragraph(style: str, runs: str, keep: bool = False, align: str = "left", extra: str = "") -> str:
    properties = (
        f'<w:pStyle w:val="{style}"/>'
        + ("<w:keepNext/>" if keep else "")
        + extra
        + (f'<w:jc w:val="{_ALIGN[align]}"/>' if align != "left" else "")
    )
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"


def _run(text: str, look: str = "") -> str:
    """Text as it is: a line break and a tab become Word's own, everything else is only escaped."""
    if not text:
        return ""
    pieces = []
    for number, line in enumerate(xml_safe(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")):
        pieces += ["<w:br/>"] if number else []
        for place, piece in enumerate(line.split("\t")):
            pieces += ["<w:tab/>"] if place else []
            pieces += [f'<w:t xml:space="preserve">{escape(piece)}</w:t>'] if piece else []
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{''.join(pieces)}</w:r>"


def _raised(letter: str) -> str:
    return _run(letter, '<w:vertAlign w:val="superscript"/>') if letter else ""


def _attribute(text: str) -> str:
    return escape(xml_safe(text), {'"': "&quot;", "\n": " ", "\t": " "})
