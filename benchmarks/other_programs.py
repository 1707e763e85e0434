"""Whether a study survives QualCoder and Taguette: their own code imports what is written and exports it again.

    python benchmarks/other_programs.py qualcoder PYTHON FOLDER    # of its source, in which src/qualcoder lies
    python benchmarks/other_programs.py taguette PYTHON

PYTHON belongs to an environment of its own that holds the program, never to this project's. QualCoder: its source from
github.com/ccbogel/QualCoder, and PyQt6 pandas openpyxl charset-normalizer diff-match-patch emoji odfpy qtawesome rispy
EbookLib pdfminer.six pymupdf Pillow plotly PyYAML json_repair markdown-it-py pylatexenc striprtf wordcloud requests
matplotlib networkx; what it wants for its language models is replaced by nothing. Taguette: pip install taguette.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import orjson

import medtw_qual as mq

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
TRICKY = {
    "t1": "two 👩🏽‍⚕️👨‍👩‍👧‍👦 families, one 🏳️‍🌈 flag",
    "t2": "first line\r\nsecond line\r\n\r\nlast 🙏 line",
    "t3": "שלום לכולם, תודה 💙 and back \u200fمرحبا\u200e",
    "t4": "cafe\u0301 and café, a \u200b zero width, \ufb01ne",
    "t5": '=HYPERLINK("x") <b>& "quotes" ]]> &amp; NA',
}
PASSAGES = [("t1", 4, 11), ("t2", 12, 23), ("t3", 12, 18), ("t4", 0, 5), ("t5", 16, 24)]


def example_study():
    """The example: posts, codebook, three coders."""
    corpus = mq.read_corpus(ROOT / "data" / "medtwitter_2020.jsonl").drop_reposts().merge_threads()
    book = mq.read_codebook(ROOT / "codebooks" / "gratitude_2020.yaml")
    return corpus, book, mq.read_codings(ROOT / "data" / "codings", book)


def tricky_study(folder):
    """A few posts that programs stumble over, and a passage in each."""
    table = folder / "tricky.jsonl"
    table.write_bytes(b"\n".join(orjson.dumps({"row": own, "answer": text}) for own, text in TRICKY.items()))
    corpus = mq.read_corpus(table, text="answer", id="row")
    codes = (
        mq.Code("care", "Care & cure", definition="Said 🙏.", include_when="said"),
        mq.Code("own", "Own", parent="care"),
    )
    book = mq.Codebook("tricky", "1", codes=codes, themes=(mq.Theme("all", "All", "Both.", ("care", "own")),))
    coded = folder / "KA.csv"
    coded.write_text("\n".join(["unit_id,codes", *(f"{unit},own" for unit in TRICKY)]) + "\n", encoding="utf-8")
    codings = mq.read_codings(coded, book)
    present = codings["status"] == "present"
    for column, place in (("start", 1), ("end", 2)):
        places = codings["unit_id"].map({one[0]: one[place] for one in PASSAGES})
        codings[column] = places.where(present).astype("Int64")
    return corpus, book, codings


def run(python, *arguments):
    """Let the other program do its part, with a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "HOME": home, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": ""}
        subprocess.run([python, *map(str, arguments)], check=True, env=environment)


def said(table):
    """The rows of the codings in words, without the time: QualCoder dates what has none."""
    columns = [
        name for name in ("unit_id", "coder", "round", "code", "status", "memo", "start", "end") if name in table
    ]
    plain = table[columns].astype("object")
    return sorted(map(str, plain.where(plain.notna(), None).itertuples(index=False, name=None)))


def qualcoder(python, source):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for label, (corpus, book, codings) in (("tricky", tricky_study(folder)), ("example", example_study())):
            for collated in (False, True):
                sent = mq.exchange.write_refi_qda(folder / "sent.qdpx", corpus, book, codings, collated=collated)
                run(python, HERE / "inside" / "qualcoder.py", source, sent, folder / f"{label}_{collated}")
                back = mq.exchange.read_refi_qda(folder / f"{label}_{collated}" / "project.qdpx", quiet=True)
                here = mq.exchange.read_refi_qda(sent, quiet=True)
                same = {
                    "texts": back.corpus.units["text"].tolist() == here.corpus.units["text"].tolist(),
                    "codings and memos": said(back.codings) == said(here.codings),
                    "codebook": back.codebook.hash == book.hash,
                }
                print(label, "collated" if collated else "one source a post", same)
                print(back.report())


def taguette(python):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus, book, codings = tricky_study(folder)
        page = mq.exchange.write_survey(folder / "posts.html", corpus)
        tags = mq.exchange.write_tags(folder / "tags.csv", book)
        words = [TRICKY[unit][start:end] for unit, start, end in PASSAGES]
        (folder / "words.json").write_bytes(orjson.dumps(words))
        run(python, HERE / "inside" / "taguette.py", page, tags, folder / "words.json", "Care & cure.Own", folder)
        for kind in ("csv", "xlsx"):
            path = folder / f"all_tags.{kind}"
            back = mq.exchange.read_coded_passages(path, corpus, book, coder="KA", document="posts", quiet=True)
            present = codings[codings["status"] == "present"]
            print(kind, "the same passages:", said(back.codings) == said(present))
            print(back.report())
            codes = mq.read_codebook(folder / f"codebook.{kind}").codes
            print(kind, "the same codes:", set(codes) == set(book.codes))
        print("qdc", mq.read_codebook(folder / "codebook.qdc"))


if __name__ == "__main__":
    {"qualcoder": qualcoder, "taguette": taguette}[sys.argv[1]](*sys.argv[2:])
