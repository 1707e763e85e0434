"""Guards the way through real programs: edits in QualCoder, passages marked in Taguette, sheets of LibreOffice.

The programs are not part of this package; where they are is said by two variables of the environment:
MEDTW_QUAL_QUALCODER (its Python and the folder in which src/qualcoder lies) and MEDTW_QUAL_TAGUETTE (its Python).
"""

import os
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import medtw_qual as mq

INSIDE = Path(__file__).resolve().parents[2] / "benchmarks" / "inside"
CODES = (mq.Code("thanks", "Thanks"), mq.Code("grief", "Grief"), mq.Code("anger", "Anger"))
POSTS = {"r1": "thanks 🙏🏽 to you all", "r2": "we 🙏 lost her today", "r3": "so very angry now"}
pytestmark = pytest.mark.extra


def study(tmp_path):
    """Three posts, three codes, two coders who saw everything; all of it invented."""
    table = tmp_path / "posts.csv"
    table.write_text("row,answer\n" + "".join(f"{own},{text}\n" for own, text in POSTS.items()), encoding="utf-8")
    corpus = mq.read_corpus(table, text="answer", id="row")
    book = mq.Codebook("real", "1", codes=CODES)
    folder = tmp_path / "codings"
    folder.mkdir()
    for coder, rows in {"KA": ("r1,thanks", "r2,grief", "r3,anger"), "LB": ("r1,thanks", "r2,grief", "r3,")}.items():
        (folder / f"{coder}.csv").write_text("unit_id,codes\n" + "\n".join(rows) + "\n", encoding="utf-8")
    codings = mq.read_codings(folder, book, blank="absent")
    return corpus, book, codings[~((codings["coder"] == "LB") & (codings["unit_id"] == "r2"))]


def run(tmp_path, python, *arguments):
    home = tmp_path / "home"
    home.mkdir()
    environment = {**os.environ, "HOME": str(home), "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": ""}
    subprocess.run([python, *map(str, arguments)], check=True, env=environment, capture_output=True)


def test_a_project_edited_in_qualcoder(tmp_path):
    """A code added, given, another renamed, two merged, a passage moved: all of it arrives, and is listed."""
    where = os.environ.get("MEDTW_QUAL_QUALCODER", "").split()
    if len(where) != 2:
        pytest.skip("MEDTW_QUAL_QUALCODER does not say where QualCoder is")
    corpus, book, codings = study(tmp_path)
    sent = mq.exchange.write_refi_qda(tmp_path / "sent.qdpx", corpus, book, codings)
    run(tmp_path, where[0], INSIDE / "qualcoder.py", where[1], sent, tmp_path / "out", "edit")
    back = mq.exchange.read_refi_qda(tmp_path / "out" / "project.qdpx", quiet=True)
    assert dict(back.codebook.names) == {"thanks": "Thanks", "grief": "Loss", "joy": "Joy"}
    listed = set(back.skipped[["what", "name"]].itertuples(index=False, name=None))
    assert {("renamed code", "Loss"), ("new code", "Joy"), ("code", "anger")} <= listed
    rows = {(r.unit_id, r.coder, r.code): (r.status, r.start, r.end) for r in back.codings.itertuples()}
    assert rows["r1", "LB", "joy"] == ("present", 0, 6)
    assert [key for key in rows if key[2] == "joy"] == [("r1", "LB", "joy")], "nobody else saw it"
    assert rows["r2", "KA", "grief"] == ("present", 3, 4), "the passage was moved to the second word, an emoji"
    assert rows["r3", "KA", "thanks"][0] == "present", "anger was merged into thanks"
    assert rows["r3", "LB", "thanks"][0] == "absent"


def test_passages_marked_in_taguette(tmp_path):
    python = os.environ.get("MEDTW_QUAL_TAGUETTE", "")
    if not python:
        pytest.skip("MEDTW_QUAL_TAGUETTE does not say where Taguette is")
    corpus, book, _ = study(tmp_path)
    page = mq.exchange.write_survey(tmp_path / "posts.html", corpus)
    tags = mq.exchange.write_tags(tmp_path / "tags.csv", book)
    words = tmp_path / "words.json"
    words.write_text('["to you all", "lost her"]')
    run(tmp_path, python, INSIDE / "taguette.py", page, tags, words, "Grief", tmp_path)
    for kind in ("csv", "xlsx"):
        back = mq.exchange.read_coded_passages(
            tmp_path / f"all_tags.{kind}", corpus, book, document="posts", quiet=True
        )
        found = [(r.unit_id, r.code, POSTS[r.unit_id][r.start : r.end]) for r in back.codings.itertuples()]
        assert found == [("r1", "grief", "to you all"), ("r2", "grief", "lost her")]
        assert set(mq.read_codebook(tmp_path / f"codebook.{kind}").codes) == set(book.codes)


@pytest.mark.office
@pytest.mark.parametrize("ending", ["ods", "csv", "xlsx"])
def test_tables_that_libreoffice_saved_again(tmp_path, ending):
    """Merged cells of a codebook and a table of coded segments, each saved anew by the real program."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("needs LibreOffice")
    codes = openpyxl.Workbook()
    for row in (
        ["Category", "Code", "Memo"],
        ["Up", "Deep joy", "j"],
        [None, "Small hope", "h"],
        ["Down", "Loss", "l"],
    ):
        codes.active.append(row)
    if ending != "csv":  # a .csv knows no merged cells
        codes.active.merge_cells("A2:A3")
    codes.save(tmp_path / "codes.xlsx")
    marked = openpyxl.Workbook()
    for row in (["Document name", "Code", "Segment", "Created by"], ["r1", "Up > Deep joy", "to you all", "Ada"]):
        marked.active.append(row)
    marked.save(tmp_path / "marked.xlsx")
    for name in ("codes", "marked"):
        command = [
            office,
            "--headless",
            "--convert-to",
            ending,
            "--outdir",
            str(tmp_path / "out"),
            str(tmp_path / f"{name}.xlsx"),
        ]
        profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
        subprocess.run([*command, profile], check=True, capture_output=True, timeout=120)
    book = mq.read_codebook(tmp_path / "out" / f"codes.{ending}")
    themes = {theme.name: theme.codes for theme in book.themes}
    up = ("deep_joy",) if ending == "csv" else ("deep_joy", "small_hope")
    assert themes == {"Up": up, "Down": ("loss",)}
    corpus, *_ = study(tmp_path)
    back = mq.exchange.read_coded_passages(tmp_path / "out" / f"marked.{ending}", corpus, book, quiet=True)
    found = back.codings.iloc[0]
    assert (found["coder"], found["code"], POSTS["r1"][found["start"] : found["end"]]) == (
        "Ada",
        "deep_joy",
        "to you all",
    )
    assert not pd.isna(found["start"])
