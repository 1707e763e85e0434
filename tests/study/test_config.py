"""Guards study.toml: a misspelt key or a wrong kind of value is named with its remedy, never ignored."""

from pathlib import Path

import pytest

from medtw_qual.errors import MissingFile, StudyFault
from medtw_qual.study.config import read_config


def write(folder: Path, text: str) -> Path:
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return folder


def test_sections_and_defaults_are_read(tmp_path):
    config = read_config(write(tmp_path, 'title = "T"\n[corpus]\nsources = ["a.jsonl"]\n[sample]\ndouble_coded = 1\n'))
    assert config.title == "T"
    assert config.corpus.sources == ["a.jsonl"]
    assert config.corpus.merge_threads is True
    assert config.sample.double_coded == 1.0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[corpus]\nsorces = ["a"]', r"\[corpus\] sorces.*Did you mean 'sources'\?"),
        ('[corpsu]\nsources = ["a"]', r"corpsu.*Did you mean 'corpus'\?"),
        ('titel = "x"', r"titel.*Did you mean 'title'\?"),
        ('[corpus]\nsources = "a.jsonl"', r"sources = 'a.jsonl' is not a list of texts"),
        ('[corpus]\nsources = ["a"]\nmerge_threads = "yes"', "merge_threads = 'yes' is not true or false"),
        ("[clusters]\nn_clusters = true", "n_clusters = True is not a whole number"),
        ('corpus = "a.jsonl"', "corpus = 'a.jsonl' is not a section"),
        ("title = { a = 1 }", r"title = \{'a': 1\} is not a text"),
        ('title = "x"', r"names no posts.*sources = "),
        ('title = "x', "not valid TOML"),
    ],
)
def test_a_fault_names_key_and_remedy(tmp_path, text, words):
    with pytest.raises(StudyFault, match=words):
        read_config(write(tmp_path, text))


def test_a_folder_without_study_toml_is_no_study(tmp_path):
    with pytest.raises(MissingFile, match="medtw-qual new FOLDER"):
        read_config(tmp_path)


def test_a_choice_that_nobody_made_is_nothing_and_not_no(tmp_path):
    """day_first decides how 3/4/2020 is read: unset it is asked about, never taken for false."""
    for line, expected in (("", None), ("day_first = false\n", False), ("day_first = true\n", True)):
        (tmp_path / "study.toml").write_text(f'[corpus]\nsources = ["a.csv"]\n{line}')
        assert read_config(tmp_path).corpus.day_first is expected
    (tmp_path / "study.toml").write_text('[corpus]\nsources = ["a.csv"]\nday_first = "yes"\n')
    with pytest.raises(StudyFault, match="is not true or false"):
        read_config(tmp_path)
