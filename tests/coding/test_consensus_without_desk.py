"""Guards the consensus without a widget: by function and by workbook, into the same log, once, with its evidence."""

import pandas as pd
import pytest
from openpyxl import load_workbook

from medtw_qual.codebook import Code, Codebook
from medtw_qual.coding import (
    build_consensus,
    decide_units,
    open_disagreements,
    read_consensus_sheet,
    write_consensus_sheet,
)
from medtw_qual.coding.coding_sheets import IMPOSSIBLE, NONE
from medtw_qual.coding.consensus_state import ConsensusState
from medtw_qual.errors import InvalidArgument, InvalidTable, UnknownCode, UnknownUnit
from tests.coding.conftest import make_corpus

BOOK = Codebook("care", "1", codes=(Code("soup", "Soup"), Code("visit", "A visit"), Code("pay", "Pay")))
CORPUS = make_corpus(6)
UNITS = CORPUS.units["unit_id"].tolist()


@pytest.fixture
def codings():
    """Two coders differ on units 0 to 3 and agree on 4; LB marked a passage and wrote a memo."""
    given = {"KA": ["soup", "soup", "pay", "", "pay"], "LB": ["pay", "", "soup", "visit", "pay"]}
    rows = [
        (
            UNITS[unit], coder, "1", code, "present" if code == given[coder][unit] else "absent",
            "read twice" if coder == "LB" else "", None, BOOK.hash,
            *((3, 9) if (coder, unit, code) == ("LB", 0, "pay") else (None, None)),
        )
        for coder in given
        for unit in range(5)
        for code in BOOK.ids
    ]  # fmt: skip
    columns = ["unit_id", "coder", "round", "code", "status", "memo", "decided_at", "codebook_hash", "start", "end"]
    return pd.DataFrame(rows, columns=columns)


def present(consensus):
    rows = consensus[consensus["status"] == "present"]
    return [(UNITS.index(unit), code) for unit, code in zip(rows["unit_id"], rows["code"], strict=True)]


def test_a_function_decides_once_and_the_desk_knows_of_it(codings, tmp_path):
    log = tmp_path / "decisions" / "c.jsonl"
    wanted = {UNITS[0]: ["soup", "pay"], UNITS[1]: [], UNITS[2]: None}
    for added in (3, 0):  # running the cell again adds nothing
        assert decide_units(codings, wanted, BOOK, log, decided_by="KA, LB", reason="read together") == added
    consensus = build_consensus(codings, log)
    assert present(consensus) == [(0, "soup"), (0, "pay"), (4, "pay")]
    assert consensus.attrs["undecided"] == [UNITS[3]]
    assert set(consensus.loc[consensus["unit_id"] == UNITS[2], "status"]) == {"impossible"}
    assert consensus["decided_by"].tolist()[0] == "KA, LB"
    assert set(ConsensusState(codings, CORPUS, BOOK, log, "KA").decided) == set(UNITS[:3])


def test_a_decision_that_is_taken_back_and_taken_again_holds(codings, tmp_path):
    log = tmp_path / "c.jsonl"
    for codes in (["soup"], ["pay"], ["soup"]):
        assert decide_units(codings, {UNITS[0]: codes}, BOOK, log, decided_by="KA", reason="anew") == 1
    assert (0, "soup") in present(build_consensus(codings, log))
    assert (0, "pay") not in present(build_consensus(codings, log))


def test_a_decision_needs_its_code_unit_reason_and_people(codings, tmp_path):
    log = tmp_path / "c.jsonl"
    for wanted, said, error in (
        ({UNITS[0]: ["sop"]}, {}, UnknownCode),
        ({"99": []}, {}, UnknownUnit),
        ({UNITS[0]: []}, {"reason": " "}, InvalidArgument),
        ({UNITS[0]: []}, {"decided_by": ""}, InvalidArgument),
        ({UNITS[0]: []}, {"basis": "majority"}, InvalidArgument),
    ):
        with pytest.raises(error):
            decide_units(codings, wanted, BOOK, log, **{"decided_by": "KA", "reason": "why", **said})
    assert not log.exists()


def fill(path, cells):
    """Write into the cells that people fill in: row of the unit, column's name."""
    book = load_workbook(path)
    sheet = book["consensus"]
    head = {cell.value: cell.column for cell in sheet[1]}
    rows = {sheet.cell(row, 1).value: row for row in range(2, sheet.max_row + 1)}
    for (unit, column), value in cells.items():
        sheet.cell(rows[UNITS[unit]], head[column]).value = value
    book.save(path)
    return head, sheet, rows


def test_a_workbook_shows_both_sides_and_brings_the_decisions_back(codings, tmp_path):
    path, log = tmp_path / "consensus.xlsx", tmp_path / "c.jsonl"
    write_consensus_sheet(codings, CORPUS, BOOK, path)
    head, sheet, rows = fill(path, {
        (0, "code 1"): "Soup", (0, "reason"): "the pot is named",
        (1, "code 1"): NONE, (1, "basis"): "third person", (1, "reason"): "only thanks",
        (2, "code 1"): IMPOSSIBLE, (2, "reason"): "cut off",
    })  # fmt: skip
    assert sorted(rows) == UNITS[:4]
    shown = {name: sheet.cell(rows[UNITS[0]], column).value for name, column in head.items()}
    assert (shown["KA: codes"], shown["LB: codes"], shown["LB: memo"]) == ("Soup", "Pay", "read twice")
    assert shown["LB: passages"] == f"pay: “{CORPUS.units['text'][0][3:9]}”"
    for added in (3, 0):
        assert read_consensus_sheet(path, codings, BOOK, log, decided_by="MC") == added
    consensus = build_consensus(codings, log)
    assert present(consensus) == [(0, "soup"), (4, "pay")]
    unit = consensus.drop_duplicates("unit_id").set_index("unit_id")
    assert unit.loc[UNITS[1], ["basis", "reason", "decided_by"]].tolist() == ["third person", "only thanks", "MC"]
    assert open_disagreements(codings, log)["unit_id"].unique().tolist() == [UNITS[3]]
    write_consensus_sheet(codings, CORPUS, BOOK, tmp_path / "rest.xlsx", decisions=log)
    assert load_workbook(tmp_path / "rest.xlsx")["consensus"].max_row == 2


def test_what_is_odd_in_the_workbook_is_named_and_nothing_is_written(codings, tmp_path):
    path, log = tmp_path / "consensus.xlsx", tmp_path / "c.jsonl"
    write_consensus_sheet(codings, CORPUS, BOOK, path)
    fill(path, {(0, "code 1"): "Soupe", (1, "reason"): "and which code?", (2, "unit_id"): "1"})
    with pytest.raises(UnknownCode, match="Soupe.*Did you mean 'Soup'.*a reason and the row no code.*id '1'"):
        read_consensus_sheet(path, codings, BOOK, log, decided_by="MC")
    assert not log.exists()
    fill(path, {(0, "code 1"): "Soup"})
    with pytest.raises(InvalidTable, match="no workbook for deciding"):
        from medtw_qual._base.workbook import Sheet, write_workbook

        read_consensus_sheet(
            write_workbook(tmp_path / "x.xlsx", [Sheet("a", ["b"], [["c"]])]), codings, BOOK, log, decided_by="MC"
        )


def test_nothing_open_is_said(codings, tmp_path):
    with pytest.raises(InvalidArgument, match="no unit on which the coders differ"):
        write_consensus_sheet(codings[codings["coder"] == "KA"], CORPUS, BOOK, tmp_path / "c.xlsx")
