"""Guards what `medtw-qual new` writes: every key of study.toml is there and explained, and raw data stay out of git."""

import csv
import json
import re
import shutil
import subprocess
import tomllib
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from medtw_qual.study.config import StudyConfig, read_config
from medtw_qual.study.study_template import create_study

TEMPLATE = Path(__file__).resolve().parents[2] / "medtw_qual" / "template"
KEY = re.compile(r"^(?:# )?(\w+) = ")


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("new") / "my_study"
    create_study(folder)
    return folder


def explained() -> dict[str, dict[str, str]]:
    """Return, section by section, each key of the template with its line; keys behind # count."""
    found: dict[str, dict[str, str]] = {"": {}}
    section = ""
    for line in (TEMPLATE / "study.toml").read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            section = heading[1]
            found[section] = {}
        elif key := KEY.match(line):
            assert key[1] not in found[section], f"[{section}] {key[1]} twice"
            found[section][key[1]] = line
    return found


def declared() -> dict[str, set[str]]:
    """Return, section by section, the keys that study.toml may have."""
    defaults = StudyConfig()
    sections = {one.name: getattr(defaults, one.name) for one in fields(StudyConfig)}
    keys = {"": {name for name, value in sections.items() if not is_dataclass(value)}}
    return keys | {name: {one.name for one in fields(value)} for name, value in sections.items() if is_dataclass(value)}


def test_the_template_has_every_key_there_is_and_no_other():
    assert {section: set(keys) for section, keys in explained().items()} == declared()


def test_a_key_that_is_not_in_force_shows_a_value_of_the_right_kind(tmp_path):
    """A researcher who takes the # away must not meet an error."""
    lines = (TEMPLATE / "study.toml").read_text(encoding="utf-8").splitlines()
    freed = [line[2:] if line.startswith("# ") and KEY.match(line) else line for line in lines]
    (tmp_path / "study.toml").write_text("\n".join(freed), encoding="utf-8")
    read_config(tmp_path)


def test_nearly_every_key_is_explained_on_its_line():
    plain = {"title", "seed", "n_units", "method", "file", "round", "decisions", "quotations", "also"}
    unexplained = {
        key for keys in explained().values() for key, line in keys.items() if not re.search(r"\s#\s", line[2:])
    }
    assert unexplained <= plain


def test_the_new_study_declares_what_is_there(study):
    config = tomllib.loads((study / "study.toml").read_text(encoding="utf-8"))
    assert config["show_text"] is False
    for name in [*config["corpus"]["sources"], config["codebook"]["file"]]:
        assert (study / name).is_file()


def test_git_keeps_raw_posts_keys_vectors_and_working_files_out(study, tmp_path):
    if shutil.which("git") is None:
        pytest.skip("needs git")
    copy = tmp_path / "study"
    shutil.copytree(study, copy)
    private = [
        "data/posts.jsonl", "data/posts.csv", "data/archive.zip", "data/unit_keys.csv", "data/vectors.npz",
        "data/codings/KA--1.jsonl", "data/decisions/consensus.jsonl", "data/decisions/quotations.jsonl",
        "data/sample.csv", "data/sheet.xlsx", "results/tables/coded.csv", "cache/x.npy", "study.qdpx", "notes/x.qdpx",
    ]  # fmt: skip
    shared = ["data/coders.csv", "codebooks/mine.yaml", "notebooks/07_mine.ipynb", "study.toml"]
    for name in private + shared:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).touch()
    subprocess.run(["git", "init", "-q", str(copy)], check=True)
    listed = subprocess.run(
        ["git", "ls-files", "--others", "--exclude-standard"], cwd=copy, capture_output=True, text=True, check=True
    )
    kept = set(listed.stdout.splitlines())
    assert kept & set(private) == set()
    assert set(shared) | {"data/README.md", ".gitignore", "README.md"} <= kept


def test_every_accepted_export_has_its_note():
    from medtw_qual.corpus.readers import READERS

    notes = (TEMPLATE / "data" / "README.md").read_text(encoding="utf-8")
    missing = [reader.name for reader in READERS if f"`{reader.name}`" not in notes]
    assert missing == []


NOTEBOOKS = sorted((TEMPLATE / "notebooks").glob("*.ipynb"))


def test_six_notebooks_come_with_a_new_study(study):
    assert [path.name[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04", "05", "06"]
    assert [path.name for path in sorted((study / "notebooks").glob("*.ipynb"))] == [path.name for path in NOTEBOOKS]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_of_the_template_comes_as_it_ran_with_the_words_masked(path):
    """`verify` compares what a notebook prints; one that never ran would be compared with nothing."""
    book = json.loads(path.read_text(encoding="utf-8"))
    code = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell["outputs"]]
    assert outputs
    assert {output["output_type"] for output in outputs} <= {"execute_result", "display_data", "stream"}
    assert [output for output in outputs if output.get("name") == "stderr"] == []
    assert "widgets" not in book["metadata"]
    with (TEMPLATE / "data" / "example_posts.csv").open(encoding="utf-8", newline="") as stream:
        words = [row["text"][:25] for row in csv.DictReader(stream)]
    assert [text for text in words if text in json.dumps(outputs, ensure_ascii=False)] == []
