"""Word lists for finding candidate units: packaged, editable, and only ever a first net."""

import unicodedata
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import pandas as pd
import regex

from medtw_qual._base.table_files import require_columns
from medtw_qual._base.table_reader import read_text_table
from medtw_qual.errors import InvalidTable, did_you_mean

_FOLDED = str.maketrans({"’": "'", "‘": "'", "ʼ": "'"})


@dataclass(frozen=True, eq=False)
class Lexicon:
    """A list of terms.

    Attributes
    ----------
    name : str
        What the word list is called: its packaged name, or that of its file.
    table : DataFrame
        Columns term, kind, note. A term ends in ``*`` for any ending; it matches whole words, whatever their case.
    """

    name: str
    table: pd.DataFrame

    def pattern(self) -> "regex.Pattern[str]":
        """Return the pattern that finds any term."""
        return terms_pattern(list(self.table["term"]))


def packaged_lexicons() -> list[str]:
    """Return the names of the lexicons that come with the package."""
    folder = resources.files("medtw_qual.corpus") / "lexicons"
    return sorted(file.name.removesuffix(".csv") for file in folder.iterdir() if file.name.endswith(".csv"))


def read_lexicon(lexicon: str | Path | pd.DataFrame) -> Lexicon:
    """Return a lexicon by its name, from a CSV file, or from a table.

    To make your own, write a packaged one out, edit it, and name the file from then on:
    ``read_lexicon("gratitude").table.to_csv("my_lexicon.csv", index=False)``.

    Parameters
    ----------
    lexicon : str, path or DataFrame
        A packaged name ("gratitude"), or a table with at least the column ``term``.

    Raises
    ------
    MissingFile, MissingColumn, InvalidTable

    Examples
    --------
    >>> lexicon = read_lexicon("gratitude")
    >>> bool(lexicon.pattern().search("So THANKFUL for this"))
    True
    >>> bool(lexicon.pattern().search("a thane of Cawdor"))
    False
    """
    if isinstance(lexicon, pd.DataFrame):
        name, table = "own table", lexicon
    elif str(lexicon) in packaged_lexicons():
        name = str(lexicon)
        with resources.as_file(resources.files("medtw_qual.corpus") / "lexicons" / f"{name}.csv") as path:
            table = read_text_table(path).frame
    else:
        if not Path(lexicon).suffix:
            raise InvalidTable(
                f"There is no packaged lexicon {str(lexicon)!r}.{did_you_mean(str(lexicon), packaged_lexicons())}",
                f"Use one of: {', '.join(packaged_lexicons())}; or name a CSV file with a column 'term'.",
            )
        read = read_text_table(lexicon, known=("term", "kind", "note"))
        read.warn()
        name, table = Path(lexicon).name, read.frame
    require_columns(table, ["term"], "lexicon")
    table = table[table["term"].astype("str").str.strip() != ""].reset_index(drop=True)
    if table.empty:
        raise InvalidTable(f"The lexicon {name} holds no terms.", "Write one term a row in the column 'term'.")
    return Lexicon(name, table)


def terms_pattern(terms: list[str]) -> "regex.Pattern[str]":
    """Return a pattern that finds any of the terms as whole words; ``*`` stands for any ending."""
    parts = []
    for term in sorted({fold_text(term.strip()) for term in terms if term.strip()}):
        open_ended = term.endswith("*")
        words = r"\s+".join(regex.escape(word) for word in term.rstrip("*").split())
        parts.append(words + (r"\w*" if open_ended else r"(?!\w)"))
    return regex.compile(r"(?<!\w)(?:" + "|".join(parts) + ")", regex.IGNORECASE)


def fold_text(text: str) -> str:
    """Make typographic apostrophes plain and compose letters (NFC), for matching only."""
    return unicodedata.normalize("NFC", text).translate(_FOLDED)
