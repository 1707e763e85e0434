"""Proposals for quotations: clear cases of a code, of readable length, by different authors."""

from pathlib import Path

import pandas as pd

from medtw_qual._base.table_files import require_columns, validate_table
from medtw_qual._base.table_reader import read_text_table
from medtw_qual.coding.coders import require_known_units
from medtw_qual.corpus import Corpus
from medtw_qual.errors import MissingColumn
from medtw_qual.manuscript.quotation.quotation_set import QUOTATION_COLUMNS, QUOTATION_LIST, Quotations
from medtw_qual.manuscript.quotation.word_tokens import count_words

_IDEAL_WORDS = 30


def quotations(
    consensus: pd.DataFrame,
    corpus: Corpus,
    *,
    per_code: int = 3,
    log: str | Path | None = None,
    published: str | Path | pd.DataFrame | None = None,
    flags: pd.DataFrame | None = None,
) -> Quotations:
    """Propose quotations for each code, with the decisions that were recorded about them.

    Parameters
    ----------
    consensus : DataFrame
        `schemas.CONSENSUS`.
    corpus : Corpus
        The posts as they stand today: what was deleted since is not in it and is blocked.
    per_code : int
        How many units are proposed for each code: those with the fewest other codes, then those nearest to 30 words,
        each by another author where there are enough.
    log : path, optional
        Log of decisions, replayed.
    published : path or DataFrame, optional
        Words that are in print already: quotation_id, code, text, attribution, source. Each is proposed as
        ``published:<quotation_id>`` and waits for a decision like any other: who takes it over, and why.
    flags : DataFrame, optional
        What a privacy screen found: unit_id and flag, one row each; shown beside the proposals.

    Returns
    -------
    Quotations
        Undecided proposals may not be printed: see `Quotations.decide` and `Quotations.printable`.

    Raises
    ------
    UnknownUnit, MissingColumn
    """
    require_columns(consensus, ("unit_id", "code", "status"), "consensus")
    require_known_units(consensus["unit_id"], corpus.units["unit_id"], "the consensus")
    originals = dict(zip(corpus.units["unit_id"], corpus.units["text"], strict=True))
    rows = _proposals(consensus, corpus, per_code) + ([] if published is None else _in_print(published))
    found = flags.groupby("unit_id")["flag"].agg(list).to_dict() if flags is not None else {}
    table = pd.DataFrame([row | {"flags": found.get(row["unit_id"], [])} for row in rows], columns=QUOTATION_COLUMNS)
    proposed = Quotations(validate_table(table, QUOTATION_LIST), originals)
    return proposed.replay(log) if log is not None else proposed


def _proposals(consensus: pd.DataFrame, corpus: Corpus, per_code: int) -> list[dict[str, object]]:
    present = consensus[consensus["status"] == "present"]
    n_codes = present.groupby("unit_id")["code"].nunique().to_dict()
    units = corpus.units
    words = dict(zip(units["unit_id"], units["text"], strict=True))
    author_of = dict(zip(units["unit_id"], units["author_id"], strict=True))
    taken: set[str] = set()
    rows: list[dict[str, object]] = []
    for code in dict.fromkeys(consensus["code"]):
        candidates = [unit for unit in present.loc[present["code"] == code, "unit_id"] if unit not in taken]
        candidates.sort(key=lambda unit: (n_codes[unit], abs(count_words(words[unit]) - _IDEAL_WORDS), unit))
        chosen = _by_different_authors(candidates, author_of, per_code)
        taken |= set(chosen)
        rows += [_undecided(unit, str(code), words[unit]) for unit in chosen]
    return rows


def _by_different_authors(candidates: list[str], author_of: dict[str, str], wanted: int) -> list[str]:
    firsts: list[str] = []
    authors: set[str] = set()
    for unit in candidates:
        if author_of[unit] not in authors:
            firsts.append(unit)
            authors.add(author_of[unit])
    rest = [unit for unit in candidates if unit not in firsts]
    return [*firsts, *rest][:wanted]


def _undecided(unit: str, code: str, original: str, source: str = "", attribution: str = "") -> dict[str, object]:
    return {
        "unit_id": unit, "code": code, "start": None, "end": None, "original": original,
        "source": source, "text": "", "decision": "", "reason": "", "decided_by": "", "decided_at": None,
        "attribution": attribution, "made_from": [], "n_words": 0, "deleted": False, "flags": [],
    }  # fmt: skip


def _in_print(published: str | Path | pd.DataFrame) -> list[dict[str, object]]:
    """Proposals from words that are in print already."""
    names = ("quotation_id", "code", "text", "attribution", "source")
    if isinstance(published, pd.DataFrame):
        table = published
    else:
        read = read_text_table(published, known=names)
        read.warn()
        table = read.frame
    require_columns(table, names, "published quotations")
    if (table["source"] == "").any():
        raise MissingColumn(
            "A published quotation has no source.", "Say for each where it is in print; otherwise it is not published."
        )
    return [
        _undecided(f"published:{row.quotation_id}", str(row.code), str(row.text), str(row.source), str(row.attribution))
        for row in table.itertuples()
    ]
