"""Guards reproducing elsewhere: a processor that adds in another order changes last digits, and verify says so."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from medtw_qual._base.hashing import hash_file
from medtw_qual.study.last_digits import differ_in_last_digits_only
from medtw_qual.study.run import run_study
from medtw_qual.study.verification import verify_study
from tests.studies import example_study


@pytest.fixture(scope="module")
def study(root, tmp_path_factory):
    folder = example_study(root, tmp_path_factory.mktemp("elsewhere") / "study")
    run_study(folder)
    return folder


@pytest.fixture
def other(study, tmp_path):
    """The results again, to be changed."""
    return shutil.copytree(study / "results", tmp_path / "results")


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_arithmetic_of_an_older_processor_gives_the_same_results(study):
    """OpenBLAS computes as a processor of 2004 would: other kernels, other orders of addition."""
    environment = {**os.environ, "OPENBLAS_CORETYPE": "Prescott"}
    environment.pop("OPENBLAS_L2_SIZE", None)
    words = "['medtw-qual', 'verify', '--no-notebooks']"
    program = f"import sys; from medtw_qual.cli import main; sys.argv[:] = {words}; main()"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=study, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("Verified")


@pytest.mark.parametrize("name", ["tables/prevalence.csv", "figures/agreement.svg"])
def test_another_last_digit_is_no_difference(study, other, name):
    text = (other / name).read_text(encoding="utf-8")
    number = re.findall(r"[ \",]\d+\.\d{6,}", text)[-1]
    replace(other / name, number, number + "4")
    assert differ_in_last_digits_only([name], study / "results", other) == {name}


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("tables/prevalence.csv", "0.3133333333333333,", "0.3133433333333333,"),  # a number
        ("tables/agreement.md", ".85", ".86"),  # a number as it is printed
        ("tables/themes.csv", "Finding family", "Finding friends"),  # a label
        ("methods.md", "552", "553"),  # a count
        ("figures/agreement.svg", "Finding family", "Finding friends"),  # a word in a picture
    ],
)
def test_another_number_label_or_count_is_a_difference(study, other, name, old, new):
    replace(other / name, old, new)
    assert differ_in_last_digits_only([name], study / "results", other) == set()


def test_a_file_that_is_no_text_is_judged_by_its_neighbour(study, other):
    replace(other / "tables" / "themes.csv", "Finding family", "Finding friends")
    names = ["tables/themes.xlsx", "tables/themes.docx", "figures/agreement.png"]
    assert differ_in_last_digits_only(names, study / "results", other) == {
        "tables/themes.docx",
        "figures/agreement.png",
    }


def test_verify_names_files_that_differ_in_last_digits_and_the_computer_that_made_them(study):
    """The results are changed as if another computer had made them: its manifest lists the other bytes."""
    name = "tables/prevalence.csv"
    replace(study / "results" / name, "0.3133333333333333,", "0.3133333333333339,")
    path = study / "results" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["outputs"][name] = hash_file(study / "results" / name)
    manifest["computer"]["numpy"] = "1.0"
    path.write_text(json.dumps(manifest), encoding="utf-8")
    found = verify_study(study, notebooks=False)
    assert found.differences == ()
    assert found.last_digits == (name,)
    assert "every number to a millionth" in found.text
    assert "Made with numpy 1.0, here" in found.text
