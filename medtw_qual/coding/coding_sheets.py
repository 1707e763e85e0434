"""Coding sheets: a workbook for those who code in a spreadsheet, with lists to choose from and nothing that runs."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from medtw_qual._base.files import atomic_path
from medtw_qual._base.hashing import hash_text
from medtw_qual._base.office import freeze_package, starts_formula, xml_safe
from medtw_qual.codebook.codebook import Codebook
from medtw_qual.coding.coders import require_coder_name
from medtw_qual.coding.sample import Sample

if TYPE_CHECKING:
    from openpyxl import Workbook

NONE, IMPOSSIBLE = "(none of these)", "(cannot be coded)"
CODING, CODES, ABOUT = "coding", "codes", "about"
CODE_COLUMN = "code {}"
MAX_CODES = 5
_MAX_CELL = 32_767  # characters; Excel's own limit
_CUT = " [... cut: see the corpus]"
_WIDTHS = {"unit_id": 22, "text": 70, "context": 40, "memo": 40, "new code": 20, "check": 10}


def write_coding_sheet(sample: Sample, codebook: Codebook, coder: str, path: str | Path) -> Path:
    """Write the workbook on which one coder codes a sample; `read_codings` reads what comes back.

    The coder chooses from a list in the columns "code 1", "code 2" ... ("(none of these)" and "(cannot be coded)" are
    on it); a row with nothing chosen is not coded. Everything but choices, memo and new code is locked (without a
    password: a guard against slips, not people). The sheet "codes" holds the definitions, "about" what the file is.

    Parameters
    ----------
    sample : Sample
        The sampled units, with those who code them.
    codebook : Codebook
        The codebook in the version that applies.
    coder : str
        The units assigned to this coder, in the coder's own order.
    path : str or Path
        Ending in .xlsx.

    Returns
    -------
    Path

    Raises
    ------
    InvalidArgument
        When no unit of the sample is assigned to this coder.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    _fill_coding(book, sample, codebook, require_coder_name(coder))
    _fill_codes(book, codebook)
    _fill_about(book, sample, codebook, coder)
    with atomic_path(path) as temporary:
        book.save(temporary)
        freeze_package(temporary)
    return Path(path)


def n_code_columns(codebook: Codebook) -> int:
    """Return how many codes a row has room for."""
    return min(len(codebook), MAX_CODES) if codebook.multiple_codes else 1


def row_check(unit_id: str, text: str) -> str:
    """Return what ties an id to its text in a row, so that a moved or mistyped id is noticed."""
    return hash_text(unit_id + "\x1f" + "".join(text.split()))[:8]  # spreadsheets change line ends and outer blanks


def shown_text(text: str) -> str:
    """Return a text as a cell can hold it; what is longer says that it was cut."""
    safe = xml_safe(text)
    return safe if len(safe) <= _MAX_CELL else safe[: _MAX_CELL - len(_CUT)] + _CUT


def _fill_coding(book: "Workbook", sample: Sample, codebook: Codebook, coder: str) -> None:
    from openpyxl.styles import Protection
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet: Any = book.create_sheet(CODING)
    numbers = range(1, n_code_columns(codebook) + 1)
    head = [
        "unit_id",
        "text",
        "context",
        *(CODE_COLUMN.format(number) for number in numbers),
        "memo",
        "new code",
        "check",
    ]
    _head(sheet, head)
    units = sample.units.set_index("unit_id")
    free = range(4, len(head))
    for row, unit in enumerate(sample.order_for(coder), 2):
        text, context = shown_text(units.loc[unit, "text"]), shown_text(units.loc[unit, "context"])
        for column, value in ((1, unit), (2, text), (3, context), (len(head), row_check(unit, text))):
            put_text(sheet.cell(row, column), value)
        for column in free:
            sheet.cell(row, column).protection = Protection(locked=False)
            sheet.cell(row, column).number_format = "@"
    last = max(sheet.max_row, 2)
    offer = DataValidation(type="list", formula1=f"{CODES}!$A$2:$A${len(codebook) + 3}", allow_blank=True)
    offer.errorTitle, offer.error = "Not in the codebook", "Choose from the list; see the sheet 'codes'."
    offer.showErrorMessage = True
    sheet.add_data_validation(offer)
    first, final = sheet.cell(2, 4).coordinate, sheet.cell(last, 3 + len(numbers)).coordinate
    offer.add(f"{first}:{final}")
    sheet.column_dimensions[sheet.cell(1, len(head)).column_letter].hidden = True
    sheet.freeze_panes = "B2"
    sheet.protection.sheet = True
    for allowed in ("formatColumns", "formatRows", "formatCells"):
        setattr(sheet.protection, allowed, False)  # False: not forbidden


def _fill_codes(book: "Workbook", codebook: Codebook) -> None:
    sheet: Any = book.create_sheet(CODES)
    fields = ("brief", "definition", "include_when", "exclude_when", "typical", "close_but_no")
    _head(sheet, ["name", "code", *fields])
    for row, code in enumerate(codebook.codes, 2):
        for column, value in enumerate([code.name, code.id, *(getattr(code, field) for field in fields)], 1):
            put_text(sheet.cell(row, column), value)
    for row, word in enumerate((NONE, IMPOSSIBLE), len(codebook) + 2):
        put_text(sheet.cell(row, 1), word)
    sheet.freeze_panes = "B2"
    sheet.protection.sheet = True


def _fill_about(book: "Workbook", sample: Sample, codebook: Codebook, coder: str) -> None:
    sheet: Any = book.create_sheet(ABOUT)
    _head(sheet, ["what", "value"])
    about = {
        "coder": coder,
        "round": sample.round,
        "codebook": codebook.label,
        "codebook_hash": codebook.hash,
        "sample_hash": sample.hash,
        "units": str(len(sample.order_for(coder))),
        "how": "Choose codes from the lists. Leave rows empty that you have not coded. Move or sort whole rows only.",
    }
    for row, pair in enumerate(about.items(), 2):
        for column, value in enumerate(pair, 1):
            put_text(sheet.cell(row, column), value)
    sheet.protection.sheet = True


def _head(sheet: Any, names: list[str]) -> None:  # noqa: ANN401 - a worksheet of openpyxl
    from openpyxl.styles import Font

    for column, name in enumerate(names, 1):
        cell = sheet.cell(1, column, name)
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = _WIDTHS.get(name, 26)


def put_text(cell: Any, value: str) -> None:  # noqa: ANN401 - a cell of openpyxl
    """Write a text as text, whatever it begins with."""
    from openpyxl.styles import Alignment

    cell.value = xml_safe(value)
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = starts_formula(value)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
