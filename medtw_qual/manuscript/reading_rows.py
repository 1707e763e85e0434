"""The table of what was read: a row a file, with what was not understood, guessed or left."""

import pandas as pd

from medtw_qual.corpus import Corpus
from medtw_qual.corpus.reading_report import UNKNOWN_FORM, remarks_of_file
from medtw_qual.manuscript.manuscript_table import ManuscriptTable, TableColumn

_MOST_FILES = 60


def reading_table(corpus: Corpus, *, number: str | int = "", title: str = "") -> ManuscriptTable:
    """Make the table of the files that were read, and of those in no known form.

    Parameters
    ----------
    corpus : Corpus
        The corpus; its reading report is the same after every step.
    number, title : str
        Number and title in print; by default no number, and a title that says what the table shows.

    Returns
    -------
    ManuscriptTable
        Body: file, read_as (the format and why), records, posts, to_look_at (what was not understood or guessed).
    """
    reading = corpus.reading[(corpus.reading["format"] != "") | (corpus.reading["why"] == UNKNOWN_FORM)]
    rows = [
        (
            row["file"],
            f"{row['format']}: {row['why']}" if row["format"] else "not read",
            row["records"],
            row["posts"],
            "; ".join(remarks_of_file(row)),
        )
        for row in reading.head(_MOST_FILES).to_dict("records")
    ]
    body = pd.DataFrame(rows, columns=["file", "read_as", "records", "posts", "to_look_at"])
    body = body.astype({"records": "Int64", "posts": "Int64"})
    labels = {"file": "File", "read_as": "Read as", "records": "Records", "posts": "Posts", "to_look_at": "To look at"}
    kinds = {"records": "whole", "posts": "whole"}
    more = len(reading) - _MOST_FILES
    left = len(corpus.reading) - len(reading)
    return ManuscriptTable(
        str(number),
        title or "What Was Read",
        body,
        columns=tuple(TableColumn((name,), label, kinds.get(name, "text")) for name, label in labels.items()),
        notes=(
            "Records that were read and left out stand in the table of the flow, with the reason.",
            f"{more:,} more files are in the reading report." if more > 0 else "",
            f"{left:,} files that lie beside the posts and hold none were passed over." if left else "",
        ),
    )
