"""Guards what a researcher types on a study: its tables, figures, desks, texts, and that it notices changed files."""

import shutil
import warnings
import zipfile
from pathlib import Path

import pytest
from matplotlib.text import Text

import medtw_qual as mq
from medtw_qual.errors import StudyFault
from medtw_qual.study.input_files import StudyChanged
from medtw_qual.study.study_plots import StudyPlots
from medtw_qual.study.study_tables import StudyTables, names_of
from medtw_qual.study.study_template import create_study

NEEDS_TIMES = {"drift"}  # the invented codings carry no times; test_drift_figure.py draws it with some
NEEDS_AN_ARGUMENT = {"authors", "codes_by_group"}


@pytest.fixture
def copied(root: Path, tmp_path: Path) -> Path:
    for name in ("study.toml", "data", "codebooks"):
        source = root / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    return tmp_path


@pytest.fixture(scope="module")
def example(root: Path) -> mq.Study:
    return mq.open_study(root)


@pytest.mark.parametrize("name", sorted(set(names_of(StudyTables)) - NEEDS_AN_ARGUMENT))
def test_every_table_of_the_example_study_is_filled(example, name):
    table = getattr(example.tables, name)()
    assert isinstance(table, mq.tables.ManuscriptTable)
    assert len(table.body) > 0


@pytest.mark.parametrize("name", sorted(set(names_of(StudyPlots)) - NEEDS_TIMES))
def test_every_figure_of_the_example_study_is_drawn(example, name):
    assert getattr(example.plot, name)().axes


def test_the_same_table_comes_from_the_study_and_from_its_data(example):
    by_hand = mq.tables.flow(example.corpus)
    assert example.tables.flow().cells == by_hand.cells
    assert example.checklist("COREQ").cells == mq.manuscript.checklist(example, "COREQ").cells


@pytest.mark.parametrize("suffix", [".docx", ".xlsx", ".tex", ".html", ".csv", ".md"])
def test_invented_data_are_said_to_be_in_every_format(example, suffix, tmp_path):
    path = example.tables.flow().save(tmp_path / f"flow{suffix}")
    if suffix in (".docx", ".xlsx"):
        with zipfile.ZipFile(path) as archive:
            words = " ".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    else:
        words = path.read_text(encoding="utf-8")
    assert "invented data" in words.lower()


@pytest.mark.parametrize("name", ["flow", "crosswalk", "clusters"])
def test_a_figure_of_invented_data_says_so_once_and_clear_of_all_else(example, name):
    figure = getattr(example.plot, name)()
    figure.draw_without_rendering()
    own = [text for text in figure.findobj(Text) if "Invented data" in text.get_text()]
    assert len(own) == 1
    boxes = [text.get_window_extent() for text in figure.findobj(Text) if text.get_text().strip() and text not in own]
    assert not any(own[0].get_window_extent().overlaps(box) for box in boxes if box.width and box.height)


def test_a_table_whose_part_is_missing_says_what_brings_it(tmp_path):
    create_study(tmp_path / "new")
    study = mq.open_study(tmp_path / "new")
    with pytest.raises(StudyFault, match=r"has no codings yet\. .*study\.desk"):
        study.tables.agreement()
    with pytest.raises(StudyFault, match=r"has no consensus yet\."):
        study.plot.themes()
    with pytest.raises(StudyFault, match=r"has no codings yet\."):
        study.consensus_desk("KA")


def test_the_desks_of_a_study_write_where_study_toml_says(copied):
    from medtw_qual.coding.desk import CodingDesk, ConsensusDesk, ScreeningDesk  # an optional part

    study = mq.open_study(copied)
    desk, consensus = study.desk("A"), study.consensus_desk("KA, LB")
    assert isinstance(desk, CodingDesk)
    assert isinstance(consensus, ConsensusDesk)
    assert isinstance(study.screening_desk("KA"), ScreeningDesk)
    assert repr(desk) == "CodingDesk(A, 300 units)"
    assert Path(desk._state.place).is_relative_to(copied / "data" / "codings")


def test_a_study_says_which_files_changed_and_reads_them_anew(copied):
    study = mq.open_study(copied)
    assert study.changed == []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        study.tables.flow()
    toml = copied / "study.toml"
    toml.write_text(toml.read_text().replace("Four themes", "Five themes"))
    (copied / "data" / "codings" / "new.csv").write_text("unit_id,coder,code\n")
    assert study.changed == ["data/codings/new.csv", "study.toml"]
    with pytest.warns(StudyChanged, match=r"data/codings/new\.csv, study\.toml\. .*study\.refresh\(\)"):
        study.tables.flow()
    again = study.refresh()
    assert again.config.title.startswith("Five themes")
    assert again.changed == []
    assert study.config.title.startswith("Four themes"), "the study that was open stays as it was"
