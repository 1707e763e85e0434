"""Coding sheets: a workbook for those who code in a spreadsheet, with lists to choose from and nothing that runs."""

from collections import Counter
from pathlib import Path

from medtw_qual._base.hashing import hash_text
from medtw_qual._base.office import xml_safe
from medtw_qual._base.workbook import Sheet, cut_text, write_workbook
from medtw_qual.codebook.codebook import Codebook
from medtw_qual.coding.coders import require_coder_name
from medtw_qual.coding.sample import Sample

NONE, IMPOSSIBLE = "(none of these)", "(cannot be coded)"
CODING, CODES, ABOUT = "coding", "codes", "about"
CODE_COLUMN = "code {}"
MAX_CODES = 5
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
    sheets = [
        _coding(sample, codebook, require_coder_name(coder)),
        codes_sheet(codebook),
        _about(sample, codebook, coder),
    ]
    return write_workbook(path, sheets)


def offered_names(codebook: Codebook) -> dict[str, str]:
    """Return what each code is called in a sheet: its name, with its id where another code bears the same name."""
    written = Counter(code.name.casefold() for code in codebook.codes)
    return {
        code.id: code.name if written[code.name.casefold()] == 1 else f"{code.name} ({code.id})"
        for code in codebook.codes
    }


def n_code_columns(codebook: Codebook) -> int:
    """Return how many codes a row has room for."""
    return min(len(codebook), MAX_CODES) if codebook.multiple_codes else 1


def row_check(unit_id: str, text: str) -> str:
    """Return what ties an id to its text in a row, so that a moved or mistyped id is noticed."""
    return hash_text(unit_id + "\x1f" + "".join(text.split()))[:8]  # spreadsheets change line ends and outer blanks


def shown_text(text: str) -> str:
    """Return a text as a cell can hold it; what is longer says that it was cut."""
    return cut_text(xml_safe(text))


def _coding(sample: Sample, codebook: Codebook, coder: str) -> Sheet:
    codes = [CODE_COLUMN.format(number) for number in range(1, n_code_columns(codebook) + 1)]
    free = [*codes, "memo", "new code"]
    units = sample.units.set_index("unit_id")
    rows = []
    for unit in sample.order_for(coder):
        text, context = shown_text(units.loc[unit, "text"]), shown_text(units.loc[unit, "context"])
        rows.append([unit, text, context, *([None] * len(free)), row_check(unit, text)])
    return Sheet(
        CODING,
        ["unit_id", "text", "context", *free, "check"],
        rows,
        widths=_WIDTHS,
        frozen="B2",
        hidden=["check"],
        choices=dict.fromkeys(codes, f"{CODES}!$A$2:$A${len(codebook) + 3}"),
        message="Choose from the list; see the sheet 'codes'.",
        locked=True,
        free=free,
    )


def codes_sheet(codebook: Codebook) -> Sheet:
    """Return the sheet with the codes' names, ids and rules, from which cells are chosen."""
    fields = ("brief", "definition", "include_when", "exclude_when", "typical", "close_but_no")
    names = offered_names(codebook)
    rows = [[names[code.id], code.id, *(getattr(code, field) for field in fields)] for code in codebook.codes]
    rows += [[NONE], [IMPOSSIBLE]]
    return Sheet(CODES, ["name", "code", *fields], rows, widths=_WIDTHS, frozen="B2", locked=True)


def _about(sample: Sample, codebook: Codebook, coder: str) -> Sheet:
    about = {
        "coder": coder,
        "round": sample.round,
        "codebook": codebook.label,
        "codebook_hash": codebook.hash,
        "sample_hash": sample.hash,
        "units": str(len(sample.order_for(coder))),
        "how": "Choose codes from the lists. Leave rows empty that you have not coded. Move or sort whole rows only.",
    }
    return Sheet(ABOUT, ["what", "value"], list(about.items()), frozen="", locked=True)
