"""The gate before publication: every output is searched for words and ids that nobody decided to print."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from medtw_qual.codebook import Codebook
from medtw_qual.corpus import Corpus
from medtw_qual.errors import MissingFile, UndecidedWords
from medtw_qual.manuscript.quotation.forbidden_words import Forbidden
from medtw_qual.manuscript.quotation.output_text import words_in_file
from medtw_qual.manuscript.quotation.quotation_set import Quotations

_COLUMNS = ("file", "kind", "unit_id", "found")


def find_leaks(
    outputs: str | Path | Iterable[str | Path],
    corpus: Corpus,
    quotations: Quotations | None = None,
    codebook: Codebook | None = None,
    allowed: Iterable[str] = (),
) -> pd.DataFrame:
    """Search publication outputs for ids, handles and words of posts that nobody decided to print.

    Parameters
    ----------
    outputs : path, or paths
        Files, or folders of files (searched with all that is in them, but for a folder named ``working``).
    corpus : Corpus
        Whose posts, units and authors may not appear.
    quotations : Quotations, optional
        What was decided: words that may be printed are no leak.
    codebook : Codebook, optional
        Its definitions and examples are no leak.
    allowed : iterable of str
        Other texts that may stand in print.

    Returns
    -------
    DataFrame
        One row per file and unit: file, kind ("words", "id", "handle", "not searched"), unit_id, found. A run of six
        words of a post counts as its words; of a post of three to five words the whole. Scripts without spaces are
        compared by letters: two Chinese or Japanese ones count as a word, four Thai, Lao, Khmer, Burmese or Tibetan
        ones. Capitals, forms of one letter and characters that nobody sees do not matter; comments, attributes and
        escaped text are searched, too. A handle is known without its @ where it holds an underscore or a full stop;
        one that could be a word ("nurse") behind an @ or in an address only. What is no text, such as a picture or a
        PDF file, is listed as not searched, unless the .svg beside it is.

    Raises
    ------
    MissingFile
        When an output is not there.
    """
    printed = quotations.printable() if quotations is not None else pd.DataFrame({"text": [], "unit_id": []})
    fine = [*allowed, *map(str, printed["text"]), *_codebook_texts(codebook)]
    forbidden = Forbidden.of(corpus, fine)
    rows = [row for path in _files(outputs) for row in _leaks_in(path, forbidden)]
    return pd.DataFrame(rows, columns=list(_COLUMNS), dtype="str").drop_duplicates(ignore_index=True)


def require_publishable(
    outputs: str | Path | Iterable[str | Path],
    corpus: Corpus,
    quotations: Quotations | None = None,
    codebook: Codebook | None = None,
    allowed: Iterable[str] = (),
) -> None:
    """Refuse outputs that carry ids or words nobody decided to print.

    Parameters
    ----------
    outputs : path, or several
        Files and folders that are searched.
    corpus : Corpus
        Whose words and ids are looked for; every post, also those that left the corpus later.
    quotations : Quotations, optional
        What may be printed; by default nothing.
    codebook : Codebook, optional
        Its own words are no leak.
    allowed : iterable of str
        Further texts whose words may stand in the outputs.

    Raises
    ------
    UndecidedWords
        With a list of what is missing: file, unit and the words found; or when a file cannot be searched.
    """
    leaks = find_leaks(outputs, corpus, quotations, codebook, allowed)
    closed = leaks.loc[leaks["kind"] == "not searched", "file"]
    if len(closed):
        raise UndecidedWords(
            f"{len(closed)} file(s) cannot be searched for posts: {', '.join(closed[:8])}.",
            "Save a figure as .svg too and a table as .docx, .xlsx or text, or take the file out of what is published.",
        )
    if leaks.empty:
        return
    shown = "; ".join(
        f"{row.file}: {row.kind} of unit {row.unit_id or '?'} ({row.found!r})" for row in leaks[:8].itertuples()
    )
    more = f" and {len(leaks) - 8} more" if len(leaks) > 8 else ""
    raise UndecidedWords(
        f"{len(leaks)} place(s) carry words or ids that nobody decided to print: {shown}{more}.",
        "Decide on each with quotations.decide(...), or leave them out.",
    )


def _codebook_texts(codebook: Codebook | None) -> Iterator[str]:
    for code in codebook.codes if codebook is not None else ():
        yield from (code.name, code.brief, code.definition, code.include_when, code.exclude_when, code.typical)
        yield from (code.close_but_no, code.source)


def _files(outputs: str | Path | Iterable[str | Path]) -> Iterator[Path]:
    for output in [outputs] if isinstance(outputs, str | Path) else outputs:
        path = Path(output)
        if path.is_dir():
            inside = (found for found in sorted(path.rglob("*")) if found.is_file())
            yield from (found for found in inside if "working" not in found.relative_to(path).parts[:-1])
        elif path.is_file():
            yield path
        else:
            raise MissingFile(f"There is no file {path}.", "Name the outputs that are to be published.")


def _leaks_in(path: Path, forbidden: Forbidden) -> Iterator[tuple[str, str, str, str]]:
    text = words_in_file(path)
    if text is None:
        if not (path.suffix.lower() in (".png", ".pdf") and path.with_suffix(".svg").is_file()):
            yield path.name, "not searched", "", ""
        return
    for found in forbidden.find(text):
        yield path.name, *found
