"""A workbook to decide in: the cells that call for a decision, with evidence and exemplars, and the way back."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from medtw_qual._base.cells import open_workbook
from medtw_qual._base.files import atomic_path
from medtw_qual._base.office import freeze_package
from medtw_qual.errors import InvalidArgument, StaleDecision, UnreadableFile
from medtw_qual.schemas import CROSSWALK_DECISIONS

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from medtw_qual.reconciliation.crosswalk import Crosswalk

_TO_FILL = ("decision", "reason", "decided_by")
_COLUMNS = ("cluster", "code", "proposal", "evidence", "exemplars", *_TO_FILL)
_WIDTHS = {"evidence": 46, "exemplars": 70, "reason": 40, "code": 20, "proposal": 12, "decision": 12, "decided_by": 12}


def write_decision_sheet(crosswalk: "Crosswalk", path: str | Path, n_exemplars: int = 3) -> Path:
    """Write a workbook with one row per cell that calls for a decision, and one per cluster for a new code.

    A working file: it shows posts in full and is not for publication. The hashes of the clusters and of the codebook
    stand on a second sheet, so that decisions cannot be taken over to other clusters.

    Parameters
    ----------
    crosswalk : Crosswalk
    path : str or Path
        Ends in .xlsx.
    n_exemplars : int
        Posts of the cluster shown beside each row, the most firmly assigned ones first.
    """
    from openpyxl import Workbook

    target = Path(path)
    if target.suffix != ".xlsx":
        raise InvalidArgument(f"{target.name} is no workbook.", "Let the name end in .xlsx.")
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet("decisions")
    _fill(sheet, _rows(crosswalk, n_exemplars))
    about = book.create_sheet("about")
    for row in (
        ("assignments_hash", crosswalk.assignments_hash),
        ("codebook_hash", crosswalk.codebook_hash),
        ("decisions", ", ".join(CROSSWALK_DECISIONS)),
        ("new code", "Write the id that the new code shall have into the column 'code'."),
    ):
        about.append(row)
    with atomic_path(target) as temporary:
        book.save(temporary)
        freeze_package(temporary)
    return target


def _rows(crosswalk: "Crosswalk", n_exemplars: int) -> list[dict[str, Any]]:
    proposed = crosswalk.propose().rename(columns={"reason": "evidence"})
    decided = crosswalk.table[crosswalk.table["decision"] != ""]
    known = decided.set_index(["cluster", "code"])[list(_TO_FILL)].to_dict("index")
    texts = _exemplars(crosswalk, n_exemplars)
    rows = []
    for row in proposed.to_dict("records"):
        said = known.pop((row["cluster"], row["code"]), dict.fromkeys(_TO_FILL, ""))
        rows.append({**row, **said, "exemplars": texts.get(int(row["cluster"]), "")})
    for (cluster, code), said in known.items():
        rows.append({"cluster": cluster, "code": code, **said, "exemplars": texts.get(int(cluster), "")})
    return sorted(rows, key=lambda row: (row["cluster"], row["code"] == "", row["code"]))


def _exemplars(crosswalk: "Crosswalk", n: int) -> dict[int, str]:
    members = crosswalk.clusters.assignments
    if "strength" in members:
        members = members.sort_values(["strength", "unit_id"], ascending=[False, True])
    texts = crosswalk.clusters.units.set_index("unit_id")["text"]
    return {
        int(number): "\n\n".join(str(texts.get(unit, "")) for unit in own["unit_id"].head(n))
        for number, own in members.groupby("cluster")
    }


def _fill(sheet: "Worksheet", rows: list[dict[str, Any]]) -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet.append(list(_COLUMNS))
    for number, row in enumerate(rows, 2):
        for position, name in enumerate(_COLUMNS, 1):
            value = row.get(name, "")
            cell = sheet.cell(number, position)
            if name == "cluster":
                cell.value = int(value)
                continue
            # A post that begins with "=" is text here, never a formula.
            cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", str(value))
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for position, name in enumerate(_COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(position)].width = _WIDTHS.get(name, 9)
        sheet.cell(1, position).font = Font(bold=True)
    sheet.freeze_panes = "A2"
    choice = DataValidation("list", formula1=f'"{",".join(CROSSWALK_DECISIONS)}"', allow_blank=True)
    sheet.add_data_validation(choice)
    column = get_column_letter(_COLUMNS.index("decision") + 1)
    choice.add(f"{column}2:{column}{max(len(rows) + 1, 2)}")


def read_decision_sheet(crosswalk: "Crosswalk", path: str | Path) -> list[dict[str, Any]]:
    """Return the decisions of a filled-in workbook, each naming cluster, code, decision, reason and decided_by.

    Rows without a decision are passed over.

    Raises
    ------
    StaleDecision
        When the workbook was written for other clusters or another codebook.
    UnreadableFile, InvalidArgument
        When the workbook is not one of ours, or a row lacks what it needs (named by its row number).
    """
    sheet, about = _open(Path(path))
    for name, current in (
        ("assignments_hash", crosswalk.assignments_hash),
        ("codebook_hash", crosswalk.codebook_hash),
    ):
        if about.get(name) != current:
            raise StaleDecision(
                f"{Path(path).name} was written for other {'clusters' if name.startswith('a') else 'codes'}.",
                "Write a new sheet and decide again: what was said there may be about something else.",
            )
    decisions = []
    for number, row in enumerate(sheet.to_dict("records"), 2):
        said = {name: str(row[name] or "").strip() for name in ("code", *_TO_FILL)}
        if not said["decision"]:
            continue
        if not said["code"]:
            raise InvalidArgument(
                f"Row {number} of {Path(path).name} decides {said['decision']!r} without a code.",
                "Write the code's id into the column 'code'; for a new code the id that it shall have.",
            )
        decisions.append({"cluster": _whole(row["cluster"], number, Path(path).name), **said})
    return decisions


def _whole(value: object, row: int, name: str) -> int:
    if not isinstance(value, int):
        raise InvalidArgument(f"Row {row} of {name} has no cluster number.", "Put back the number that stood there.")
    return value


def _open(path: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    book = open_workbook(path)
    if not {"decisions", "about"} <= set(book.sheetnames):
        raise UnreadableFile(f"{path.name} lacks the sheets 'decisions' and 'about'.", "Write a sheet and fill it in.")
    rows = list(book["decisions"].iter_rows(values_only=True))
    header = [str(name) for name in rows[0]]
    missing = [name for name in ("cluster", "code", *_TO_FILL) if name not in header]
    if missing:
        raise UnreadableFile(f"{path.name} lacks the column {missing[0]!r}.", "Put it back, or write a new sheet.")
    about = {str(row[0]): str(row[1]) for row in book["about"].iter_rows(values_only=True)}
    return pd.DataFrame(rows[1:], columns=header, dtype=object), about
