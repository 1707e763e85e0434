"""Posts and codes for programs that read no REFI-QDA project: QualCoder's survey import, Taguette, a spreadsheet."""

import csv
import io
from collections.abc import Sequence
from html import escape
from pathlib import Path

import pandas as pd

from medtw_qual._base.files import write_text
from medtw_qual._base.office import formula_safe, xml_safe
from medtw_qual._base.table_files import quoting_of
from medtw_qual._base.workbook import Sheet, write_workbook
from medtw_qual.codebook.codebook import Codebook
from medtw_qual.codebook.refi_text import code_description
from medtw_qual.codebook.taguette_tags import tag_path
from medtw_qual.corpus.corpus import Corpus
from medtw_qual.errors import InvalidArgument
from medtw_qual.exchange.positions import plain

TEXT_COLUMN = "text"
_BYTE_ORDER_MARK = "\ufeff"  # without it, Taguette guesses the encoding, and one emoji makes it guess wrong
_PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Posts</title></head><body>
{}
</body></html>
"""


def write_survey(path: str | Path, corpus: Corpus) -> Path:
    """Write the posts as a table or as one document: .csv or .xlsx for QualCoder's survey import and every spreadsheet,
    .html for Taguette.

    The table has one row per unit: its id, the authors' attributes, the text last. The document has every unit below a
    line with its id. Both are working files: they hold the posts' text and ids. A cell that would run as a formula in a
    spreadsheet gets an apostrophe (.csv) or stays text (.xlsx).

    Parameters
    ----------
    path : str or Path
        The file to write.
    corpus : Corpus
        The corpus, after the steps that select its units.

    Returns
    -------
    Path

    Raises
    ------
    InvalidArgument
        When the file has another ending.
    """
    target = Path(path)
    if target.suffix.lower() == ".html":
        return write_text(target, _document(corpus))
    if target.suffix.lower() not in (".csv", ".xlsx"):
        raise InvalidArgument(
            f"{target.name} ends in none of .csv, .xlsx and .html.", "Give the file one of these three endings."
        )
    attributes = [name for name in corpus.authors.columns if name != "author_id"]
    units = corpus.units[["unit_id", "author_id", "created_at", TEXT_COLUMN]].merge(
        corpus.authors[["author_id", *attributes]], on="author_id", how="left", suffixes=("", "_of_author")
    )
    columns = [name for name in units.columns if name != TEXT_COLUMN] + [TEXT_COLUMN]
    rows = [
        ["" if not isinstance(cell, str) and pd.isna(cell) else str(cell) for cell in row]
        for row in units[columns].to_numpy()
    ]
    if target.suffix.lower() == ".xlsx":
        return write_workbook(target, [Sheet("survey", columns, rows, {TEXT_COLUMN: 60}, 20)])
    return _write_csv(target, [columns, *rows])


def write_tags(path: str | Path, codebook: Codebook) -> Path:
    """Write a codebook as the table (.csv) that Taguette imports: it reads no .qdc.

    Parameters
    ----------
    path : str or Path
        The file to write.
    codebook : Codebook
        A code is a tag named by its path ("Thanks.Loud thanks"), its rules are the tag's description; themes have no
        place there. `read_coded_passages` knows the tags again, and `read_codebook` reads Taguette's export.

    Returns
    -------
    Path

    Raises
    ------
    InvalidArgument
        When the file does not end in .csv.

    Examples
    --------
    >>> import tempfile
    >>> from medtw_qual import Code
    >>> book = Codebook("small", "1", codes=(Code("thanks", "Thanks"), Code("loud", "Loud", "thanks", definition="!")))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     print(write_tags(Path(folder) / "tags.csv", book).read_text("utf-8-sig"))
    tag,description
    Thanks,
    Thanks.Loud,!
    <BLANKLINE>
    """
    target = Path(path)
    if target.suffix.lower() != ".csv":
        raise InvalidArgument(f"{target.name} does not end in .csv.", "Give the file that ending.")
    rows = [(tag_path(codebook, code), code_description(code)) for code in codebook.codes]
    return _write_csv(target, [("tag", "description"), *rows], mark=_BYTE_ORDER_MARK)


def _document(corpus: Corpus) -> str:
    """A page that Taguette takes without a converter."""
    pieces = []
    for unit, text in zip(corpus.units["unit_id"], corpus.units[TEXT_COLUMN], strict=True):
        lines = "<br>\n".join(escape(line) for line in xml_safe(plain(text).text).split("\n"))
        pieces.append(f"<h4>[{escape(unit)}]</h4>\n<p>{lines}</p>")
    return _PAGE.format("\n".join(pieces))


def _write_csv(target: Path, rows: Sequence[Sequence[str]], mark: str = "") -> Path:
    stream = io.StringIO(newline="")
    stream.write(mark)
    shielded = [[formula_safe(cell) for cell in row] for row in rows]
    csv.writer(stream, lineterminator="\n", quoting=quoting_of(cell for row in shielded for cell in row)).writerows(
        shielded
    )
    return write_text(target, stream.getvalue())
