"""Does with an environment what its parts allow; run by a fresh Python without any tool for tests, prints one line."""

import sys
import tempfile
from pathlib import Path

import medtw_qual as mq
from medtw_qual._base.extras import is_installed
from medtw_qual.errors import MissingExtra

POSTS = """id;author;created_at;text
1330000000000000001;a1;2020-12-01T08:00:00Z;"My invented people; they stood by me all winter"
1330000000000000002;a2;2020-12-01T09:00:00Z;Parking is full again and the kettle is broken
1330000000000000003;a1;2020-12-02T08:00:00Z;We lost her on Sunday and you lot sat up with me
1330000000000000004;a3;2020-12-03T08:00:00Z;New rota, same rota, a different font this time
"""
RATINGS = "unit,KA,BO\nu1,kin,kin\nu2,none,none\nu3,kin,none\nu4,none,none\nu5,kin,kin\nu6,none,none\n"


def main(folder: Path) -> list[str]:
    """Read a corpus, take agreement from a file, write a sheet and read it back, save a Word table; then the rest."""
    corpus = corpus_from(folder)
    agreement_from(folder)
    codings = sheet_there_and_back(folder, corpus)
    table = mq.tables.codebook(codebook())
    table.save(folder / "codebook.docx")
    assert len((folder / "codebook.docx").read_bytes()) > 10_000
    assert codings["status"].eq("present").sum() == 2
    return ["corpus", "agreement", "sheet", "Word", desk(corpus), vectors(corpus)]


def corpus_from(folder: Path) -> mq.Corpus:
    """A file as a spreadsheet in Europe writes it."""
    (folder / "posts.csv").write_text(POSTS, encoding="utf-8")
    corpus = mq.read_corpus(folder / "posts.csv", text="text", id="id")
    assert len(corpus.units) == 4
    assert corpus.units["text"].iloc[0].startswith("My invented people; they")
    return corpus


def agreement_from(folder: Path) -> None:
    """Two coders on six units, five alike: 5/6 of all; by hand, Cohen's kappa (5/6 - 1/2) / (1 - 1/2) = 2/3."""
    (folder / "ratings.csv").write_text(RATINGS, encoding="utf-8")
    from medtw_qual.study.agreement_report import agreement_report

    assert ".83" in agreement_report(folder / "ratings.csv")
    ratings = [["k", "k"], ["n", "n"], ["k", "n"], ["n", "n"], ["k", "k"], ["n", "n"]]
    kappa = mq.agreement.cohen_kappa(ratings).estimate
    assert abs(kappa - 2 / 3) < 1e-12, kappa


def codebook() -> mq.Codebook:
    return mq.Codebook("small", "1.0.0", title="Small", codes=(mq.Code("kin", "Finding kin", brief="A bond is told."),))


def sheet_there_and_back(folder: Path, corpus: mq.Corpus):
    """A coding sheet out to a coder, filled in, and read back as codings."""
    from openpyxl import load_workbook

    sample = mq.draw_sample(corpus, 4, seed=1)
    path = mq.coding.write_coding_sheet(sample, codebook(), "KA", folder / "KA.xlsx")
    book = load_workbook(path)
    for row, choice in enumerate(["Finding kin", "Finding kin", "(none of these)", "(none of these)"], start=2):
        book["coding"][f"D{row}"] = choice
    book.save(path)
    return mq.read_codings(path, codebook())


def desk(corpus: mq.Corpus) -> str:
    """The desk, or the command that brings it."""
    if is_installed("anywidget"):
        assert mq.coding.CodingDesk is not None
        return "desk"
    return missing(lambda: mq.coding.CodingDesk, "desk")


def vectors(corpus: mq.Corpus) -> str:
    """New texts to vectors, clusters, their stability and the map; or the command that brings them."""
    if not is_installed("onnxruntime"):
        return missing(lambda: mq.embed(corpus), "clusters")
    import pandas as pd

    words = ["ward", "cake", "rota", "rain"]
    lines = ["id,text", *(f"{n + 1:03},{words[n % 4]} again said number {n}" for n in range(60))]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "many.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        many = mq.read_corpus(path, text="text", id="id")
    found = mq.embed(many)
    clusters = mq.cluster(many, found, n_clusters=4)
    assert isinstance(clusters.stability(n_resamples=5), pd.DataFrame)
    assert clusters.plot.map().axes
    assert ("torch" in sys.modules) <= is_installed("torch")
    return f"vectors ({found.encoder['precision']}, {found.encoder['engine']}), clusters, stability, map"


def missing(ask, part: str) -> str:
    """The answer where a part is missing must end with the command that brings it."""
    try:
        ask()
    except MissingExtra as answer:
        said = str(answer)
    else:
        said = "nothing"
    assert said.endswith(f'pip install "medtw-qual[{part}]"'), said
    return f"no {part}, and it says so"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        print("; ".join(main(Path(scratch))))
