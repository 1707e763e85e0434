"""Guards the decision sheet: it goes out with evidence, comes back as decisions, and never to other clusters."""

import pytest
from openpyxl import load_workbook

import medtw_qual as mq
from medtw_qual.errors import InvalidArgument, StaleDecision, UnreadableFile

from .conftest import make_clusters, make_consensus, make_sample


@pytest.fixture
def crosswalk():
    labels = {f"u{i:02d}": i // 15 for i in range(45)}
    sets = {unit: {"bond"} if cluster == 0 else set() for unit, cluster in labels.items()}
    clusters = make_clusters(labels, texts={"u00": '=HYPERLINK("x")', "u01": "bell \x07 and 👩‍⚕️"})
    return mq.reconcile(clusters, make_consensus(sets, ["bond", "voice"]), make_sample(sorted(labels), 90))


def fill(path, row, **values):
    book = load_workbook(path)
    sheet = book["decisions"]
    header = [cell.value for cell in sheet[1]]
    for name, value in values.items():
        sheet.cell(row, header.index(name) + 1).value = value
    book.save(path)


def test_filled_in_it_becomes_decisions_in_the_log(crosswalk, tmp_path):
    sheet, log = crosswalk.write_sheet(tmp_path / "decide.xlsx"), tmp_path / "log.jsonl"
    rows = [[cell.value for cell in row] for row in load_workbook(sheet)["decisions"]]
    assert [(row[0], row[1], row[2]) for row in rows[1:]] == [
        (0, "bond", "same"),
        (1, "bond", "unrelated"),
        (1, None, "new code"),
        (2, "bond", "unrelated"),
        (2, None, "new code"),
    ]
    fill(sheet, 2, decision="same", reason="All kinship.", decided_by="KA")
    fill(sheet, 4, code="teaching", decision="new code", reason="Tips for juniors.", decided_by="KA")
    decided = crosswalk.read_sheet(sheet, log)
    assert (decided.table["decision"] != "").sum() == 2
    assert len(log.read_text().splitlines()) == 2
    decided.read_sheet(sheet, log)
    assert len(log.read_text().splitlines()) == 2
    again = decided.write_sheet(tmp_path / "again.xlsx")
    assert "Tips for juniors." in {cell.value for row in load_workbook(again)["decisions"] for cell in row}


def test_posts_are_text_never_formulas(crosswalk, tmp_path):
    sheet = load_workbook(crosswalk.write_sheet(tmp_path / "decide.xlsx"))["decisions"]
    exemplars = sheet.cell(2, 5)
    assert exemplars.value.startswith('=HYPERLINK("x")')
    assert exemplars.data_type == "s"
    assert "👩‍⚕️" in exemplars.value


def test_a_sheet_for_other_clusters_is_refused(crosswalk, tmp_path):
    sheet = crosswalk.write_sheet(tmp_path / "decide.xlsx")
    other = mq.reconcile(
        make_clusters({unit: 0 for unit in crosswalk.units.unit_ids}, assignments_hash="other"),
        make_consensus({unit: set() for unit in crosswalk.units.unit_ids}, ["bond", "voice"]),
    )
    with pytest.raises(StaleDecision, match="other clusters"):
        other.read_sheet(sheet, tmp_path / "log.jsonl")


def test_faults_are_named_by_row(crosswalk, tmp_path):
    sheet = crosswalk.write_sheet(tmp_path / "decide.xlsx")
    fill(sheet, 4, decision="new code", reason="r", decided_by="KA")
    with pytest.raises(InvalidArgument, match=r"Row 4 of decide.xlsx decides 'new code' without a code"):
        crosswalk.read_sheet(sheet, tmp_path / "log.jsonl")
    fill(sheet, 4, code="x", cluster="one")
    with pytest.raises(InvalidArgument, match="Row 4 of decide.xlsx has no cluster number"):
        crosswalk.read_sheet(sheet, tmp_path / "log.jsonl")
    for name in ("no.xlsx", "no.csv"):
        (tmp_path / name).write_text("not a workbook")
        with pytest.raises(UnreadableFile, match="not an Excel workbook"):
            crosswalk.read_sheet(tmp_path / name, tmp_path / "log.jsonl")
    with pytest.raises(InvalidArgument, match="Let the name end in"):
        crosswalk.write_sheet(tmp_path / "decide.csv")


def test_two_saves_are_the_same_bytes(crosswalk, tmp_path):
    first, second = (crosswalk.write_sheet(tmp_path / name).read_bytes() for name in ("a.xlsx", "b.xlsx"))
    assert first == second
