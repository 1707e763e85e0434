"""Guards the ten mistakes newcomers make most: each is made on the command line and answered with what to do."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from medtw_qual.study.study_template import create_study

CODES = "unit_id,coder,gratitude,isolation\n9001,KA,1,0\n9002,KA,0,0\n9001,LM,1,1\n9002,LM,0,0\n"


@pytest.fixture
def study(tmp_path) -> Path:
    folder = tmp_path / "my_study"
    create_study(folder)
    return folder


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    program = "import sys; from medtw_qual.cli import main; sys.argv[:] = ['medtw-qual', 'run']; main()"
    return subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False)


def refused(folder: Path, *words: str) -> None:
    """The answer is one message with these words, the exit code is 2, and nothing was written."""
    before = sorted(folder.rglob("*"))
    done = run(folder)
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stderr.startswith("medtw-qual: ")
    assert "Traceback" not in done.stderr
    for said in words:
        assert said in done.stderr
    assert sorted(folder.rglob("*")) == before


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def code(study: Path, table: str = CODES, name: str = "codes.csv") -> None:
    (study / "data" / "codings").mkdir(exist_ok=True)
    (study / "data" / "codings" / name).write_text(table, encoding="utf-8")
    declared = study / "study.toml"
    declared.write_text(declared.read_text("utf-8").replace("# source = ", "source = ", 1), encoding="utf-8")


@pytest.fixture(scope="module")
def opened() -> Callable[[Path], "object"]:
    import medtw_qual as mq

    return mq.open_study


def test_1_the_wrong_folder(study, tmp_path):
    refused(study / "notebooks", "has no study.toml", f"The study is {study}: go there")
    refused(tmp_path, "has no study.toml", "Go one folder down, into my_study.")
    (tmp_path / "elsewhere" / "empty").mkdir(parents=True)
    (tmp_path / "elsewhere" / "study.toml").mkdir()  # a folder of that name is no declaration
    refused(tmp_path / "elsewhere" / "empty", "medtw-qual new FOLDER")


def test_2_the_wrong_python(root, tmp_path, monkeypatch):
    """Where older Pythons are installed they are asked; the words themselves are read on any machine."""
    source = (root / "medtw_qual" / "__init__.py").read_text(encoding="utf-8")
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    monkeypatch.setattr(sys, "version", "3.9.18 (main)")
    with pytest.raises(
        ImportError, match=r"needs Python 3.11 or later, and this is Python 3.9.18\. Install Python 3.11"
    ):
        exec(compile(source, "medtw_qual/__init__.py", "exec"), {"__name__": "medtw_qual", "__file__": "x"})
    monkeypatch.undo()
    for older in filter(None, map(shutil.which, ("python3.8", "python3.9", "python3.10"))):
        environment = {**os.environ, "PYTHONPATH": str(root)}
        asked = [older, "-c", "import sys; sys.exit(sys.version_info >= (3, 11))"]
        if subprocess.run(asked, check=False, capture_output=True).returncode == 0:
            done = subprocess.run(
                [older, "-c", "import medtw_qual"], env=environment, capture_output=True, text=True, check=False
            )
            assert "medtw_qual needs Python 3.11 or later" in done.stderr


def test_3_no_codebook(study):
    (study / "codebooks" / "my_codebook.yaml").unlink()
    refused(study, "study.toml names codebooks/my_codebook.yaml ([codebook] file)", "correct the name in study.toml")
    code(study)
    replace(study / "study.toml", 'file = "codebooks/my_codebook.yaml"', "")
    refused(study, "names codings and no codebook", 'file = "codebooks/your_codebook.yaml"')


def test_4_a_csv_with_semicolons(study, opened):
    """Spreadsheets set to German, French or Dutch write them; posts and codings are read all the same."""
    posts = "post_id;author_id;text\n9001;a1;Thanks, all of you\n9002;a2;Nobody here, again\n"
    (study / "data" / "example_posts.csv").write_text(posts, encoding="utf-8")
    code(study, CODES.replace(",", ";"))
    opening = opened(study)
    assert opening.corpus.posts["text"].tolist() == ["Thanks, all of you", "Nobody here, again"]
    present = opening.codings.query("status == 'present'")
    assert sorted(present[["unit_id", "coder", "code"]].itertuples(index=False, name=None)) == [
        ("9001", "KA", "gratitude"), ("9001", "LM", "gratitude"), ("9001", "LM", "isolation")
    ]  # fmt: skip


def test_5_ids_that_went_through_excel(study):
    posts = study / "data" / "example_posts.csv"
    posts.write_text("post_id,text\n1.33757E+18,Thanks\n1.33758E+18,Nobody\n", encoding="utf-8")
    refused(study, "'1.33757E+18'", "lost digits", "Go back to the original export and import the id column as text")
    posts.write_text("post_id,text\n" + "".join(f"1337565537{n:03d}000000,Post {n}\n" for n in range(30)), "utf-8")
    refused(study, "30 of 30 ids", "a spreadsheet rounded them", "import the id column as text")


def test_6_two_coders_with_one_name(study):
    code(study)
    (study / "data" / "coders.csv").write_text("coder,kind,training,note\nKA,person,,\nka,person,,\nLM,person,,\n")
    replace(study / "study.toml", '# coders = "data/coders.csv"', 'coders = "data/coders.csv"')
    refused(study, "Two coders in coders.csv have the name 'ka'", "Give each coder a name of their own")
    (study / "data" / "coders.csv").unlink()
    replace(study / "study.toml", 'coders = "data/coders.csv"', "#")
    code(study, "unit_id,coder,gratitude,isolation\n9001,KA,0,0\n", name="second.csv")
    refused(study, "KA coded 'gratitude' on unit '9001' twice, differently", "If two people share this name")


def test_7_codes_with_spaces_round_them(study, opened):
    rows = "9001,KA,gratitude ; isolation\n9002,KA, Isolation \n9001,LM, gratitude\n9002,LM,isolation\n"
    code(study, f"unit_id,coder,codes\n{rows}")
    codings = opened(study).codings
    assert set(codings["code"]) == {"gratitude", "isolation"}
    assert (codings["status"] == "present").sum() == 5


def test_8_a_theme_or_an_unknown_code_in_a_sheet(study):
    code(study, "unit_id,coder,codes\n9001,KA,community\n")
    refused(study, "'community' in row 2 of codes.csv", "It is a theme", "gratitude, isolation")
    code(study, "unit_id,coder,codes\n9001,KA,isolaton\n")
    refused(study, "'isolaton' in row 2 of codes.csv", "Did you mean 'isolation'?")
    (study / "data" / "codings" / "codes.csv").write_text(CODES, encoding="utf-8")
    replace(study / "codebooks" / "my_codebook.yaml", "codes: [gratitude, isolation]", "codes: [gratitude, solitude]")
    refused(study, "theme 'community'", "there is no code 'solitude'", "Name existing codes")


def test_9_a_data_file_that_was_moved(study):
    posts = study / "data" / "example_posts.csv"
    (study / "data" / "raw").mkdir()
    posts.rename(study / "data" / "raw" / "example_posts.csv")
    refused(
        study, "names data/example_posts.csv ([corpus] sources)", 'write "data/raw/example_posts.csv" in study.toml'
    )
    (study / "data" / "raw" / "example_posts.csv").unlink()
    refused(study, "Put the file there, or correct the name in study.toml")


def test_10_an_old_cache_and_old_vectors(study, opened):
    before = opened(study).vectors
    kept = next((study / "cache").rglob("*.npy"))
    kept.write_bytes(kept.read_bytes()[:-64] + bytes(64))
    again = opened(study).vectors  # a damaged piece is not trusted: its texts are embedded again
    assert (again.array == before.array).all()
    before.save(study / "data" / "vectors.npz")
    replace(study / "study.toml", '# vectors = "data/vectors.npz"', 'vectors = "data/vectors.npz"')
    with (study / "data" / "example_posts.csv").open("a", encoding="utf-8") as posts:
        posts.write("9021,a3,2020-12-15T10:00:00Z,One more night and then home\n")
    refused(study, "1 of 21 units have no vector (the first is 9021)", "Put a # before vectors in study.toml")
