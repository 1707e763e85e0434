"""A workbook to decide in: the cells that call for a decision, with evidence and exemplars, and the way back."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from medtw_qual._base.sheet_choice import require_plain_cells
from medtw_qual._base.workbook import Sheet, write_workbook
from medtw_qual._base.workbook_reader import open_workbook
from medtw_qual.errors import InvalidArgument, StaleDecision, UnreadableFile
from medtw_qual.schemas import CROSSWALK_DECISIONS

if TYPE_CHECKING:
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
    target = Path(path)
    if target.suffix != ".xlsx":
        raise InvalidArgument(f"{target.name} is no workbook.", "Let the name end in .xlsx.")
    rows = [[row.get(name, "") for name in _COLUMNS] for row in _rows(crosswalk, n_exemplars)]
    decisions = Sheet("decisions", _COLUMNS, rows, widths=_WIDTHS, width=9, choices={"decision": CROSSWALK_DECISIONS})
    about = [
        ("codebook_hash", crosswalk.codebook_hash),
        ("decisions", ", ".join(CROSSWALK_DECISIONS)),
        ("new code", "Write the id that the new code shall have into the column 'code'."),
    ]
    head = ("assignments_hash", crosswalk.assignments_hash)
    return write_workbook(target, [decisions, Sheet("about", head, about, frozen="")])


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
    if isinstance(value, bool) or not isinstance(value, int | float) or int(value) != value:
        raise InvalidArgument(f"Row {row} of {name} has no cluster number.", "Put back the number that stood there.")
    return int(value)


def _open(path: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    sheets = {sheet.name: sheet for sheet in open_workbook(path)}
    if not {"decisions", "about"} <= set(sheets):
        raise UnreadableFile(f"{path.name} lacks the sheets 'decisions' and 'about'.", "Write a sheet and fill it in.")
    decisions = sheets["decisions"]
    require_plain_cells(decisions)
    rows = list(decisions.values())
    header = [str(name or "").strip() for name in (rows[0] if rows else [])]
    missing = [name for name in ("cluster", "code", *_TO_FILL) if name not in header]
    if missing:
        raise UnreadableFile(f"{path.name} lacks the column {missing[0]!r}.", "Put it back, or write a new sheet.")
    about = {row[0]: row[1] for row in sheets["about"].rows() if len(row) > 1}
    return pd.DataFrame([row for row in rows[1:] if any(row)], columns=header, dtype=object), about
