"""Guards `medtw-qual agreement`: published values on the terminal, from a CSV, a workbook or coding logs."""

import pandas as pd
import pytest

from medtw_qual.errors import InvalidArgument
from medtw_qual.study.agreement_report import agreement_report

# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", example B: two observers, nominal; alpha = .692.
OBSERVERS = {"Ben": list("aabbdcccedda"), "Gerry": list("babbbccceddd")}


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", "semicolon"])
def test_a_published_example_comes_out_of_every_kind_of_table(tmp_path, suffix):
    table = pd.DataFrame(OBSERVERS)
    table.insert(0, "unit", [str(number) for number in range(1, 13)])
    path = tmp_path / ("ratings.csv" if suffix == "semicolon" else f"ratings{suffix}")
    if suffix == ".xlsx":
        table.to_excel(path, index=False)
    else:
        table.to_csv(path, index=False, sep=";" if suffix == "semicolon" else ",")
    said = agreement_report(path)
    assert "2 coders (Ben, Gerry) on 12 units" in said
    line = next(line for line in said.splitlines() if "Krippendorff" in line)
    assert " .692 " in line or "0.692" in line


def test_one_category_is_undefined_in_words_not_perfect(tmp_path):
    (tmp_path / "r.csv").write_text("A,B\nyes,yes\nyes,yes\n")
    line = next(line for line in agreement_report(tmp_path / "r.csv").splitlines() if "Krippendorff" in line)
    assert "undefined" in line


def test_one_coder_is_refused(tmp_path):
    (tmp_path / "r.csv").write_text("unit,A\n1,yes\n2,no\n")
    with pytest.raises(InvalidArgument, match="needs two coders"):
        agreement_report(tmp_path / "r.csv")


def test_a_folder_of_logs_needs_its_codebook_and_never_calls_models_agreement(root):
    with pytest.raises(InvalidArgument, match="--codebook"):
        agreement_report(root / "data" / "codings")
    said = agreement_report(root / "data" / "codings", root / "codebooks" / "gratitude_2020.yaml")
    assert said.startswith("Consistency between model coders")
    assert "isolation" in said


ROWS = "unit_id,coder,thanks,memo\n"


def test_one_row_per_unit_and_coder_gives_the_same_figure_as_one_column_per_coder(tmp_path):
    rows = [f"{n},{name},{mark},seen" for name, marks in OBSERVERS.items() for n, mark in enumerate(marks)]
    (tmp_path / "rows.csv").write_text(ROWS + "\n".join(rows) + "\n", encoding="utf-8")
    said = agreement_report(tmp_path / "rows.csv")
    assert "2 coders (Ben, Gerry) on 12 units" in said
    line = next(line for line in said.splitlines() if "Krippendorff" in line)
    assert " .692 " in line
    assert "memo" not in said


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (ROWS + "1,A,1,\n1,B,1,\n1,A,0,\n", "Row 4 of r.csv holds unit 1 by coder A once more"),
        ("unit,A,B\n1,1,1\n2,0,1\n1,1,0\n", "Row 4 of r.csv holds unit 1 once more"),
        ("coder,thanks\nA,1\nB,1\n", "unit_id"),
        ("unit_id,coder,codes\n1,A,thanks\n1,B,\n", "--codebook"),
        ("unit_id,coder,round,thanks\n1,A,1,1\n1,A,2,1\n1,B,1,1\n", "one round"),
        ("unit_id,coder\n1,A\n1,B\n", "no column of ratings"),
        ("ratings\n1\n0\n", "needs two coders"),
    ],
)
def test_a_table_that_would_be_misread_is_refused_with_its_remedy(tmp_path, table, words):
    (tmp_path / "r.csv").write_text(table, encoding="utf-8")
    with pytest.raises(InvalidArgument, match=words):
        agreement_report(tmp_path / "r.csv")
