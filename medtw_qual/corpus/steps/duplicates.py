"""An author's identical posts count once; the same words by several authors are data and stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from medtw_qual.corpus.flow import Left
from medtw_qual.corpus.steps.common import keep_units
from medtw_qual.corpus.words import bare_words

if TYPE_CHECKING:
    from medtw_qual.corpus.model import Corpus


def drop_duplicates(corpus: Corpus) -> Corpus:
    """Return the corpus with the first of an author's identical units; equal means equal words, links left out.

    Units without author or without words are never duplicates.
    """
    units = corpus.units
    words = units["text"].map(bare_words)
    table = pd.DataFrame(
        {"author": units["author_id"], "words": words, "time": units["created_at"], "id": units["unit_id"]}
    )
    table = table[(table["author"] != "") & (table["words"] != "")].sort_values(["time", "id"], kind="stable")
    copies = table.index[table.duplicated(["author", "words"])]
    keep = pd.Series(~units.index.isin(copies), index=units.index)
    return keep_units(
        corpus,
        keep,
        "drop_duplicates",
        [Left("the same author's copy of an earlier text", merged=0, dropped=len(copies))],
    )
