"""A random share of the corpus: at most so many units of each group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from medtw_qual._base.calendar_names import FREQUENCY, period_names
from medtw_qual.corpus.flow import Exclusion
from medtw_qual.corpus.steps.common import keep_units
from medtw_qual.errors import InvalidArgument, MissingColumn, did_you_mean

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus


def sample_by(corpus: Corpus, by: str, n: int, seed: int) -> Corpus:
    """Return the corpus with at most `n` units drawn at random from each group.

    Parameters
    ----------
    corpus : Corpus
        The corpus, after the steps that select its units.
    by : str
        A column of units or authors ("author_id", "role"), or "day", "month", "year" (UTC).
    n : int
        Units per group, at least 1; a smaller group stays whole.
    seed : int
        The same seed draws the same units, whatever the order they came in.

    Raises
    ------
    MissingColumn, InvalidArgument
    """
    if n < 1:
        raise InvalidArgument(f"n={n} draws nothing.", "Draw at least 1 unit of each group.")
    groups = group_of_units(corpus, by)
    generator = np.random.default_rng(seed)
    order = pd.Series(generator.permutation(len(groups)), index=groups.index)  # units stand in the order of their ids
    keep = order.groupby(groups).rank(method="first") <= n
    reason = f"not drawn (at most {n} per {by}, seed {seed})"
    return keep_units(corpus, keep, "sample_by", [Exclusion(reason, int((~keep).sum()))])


def group_of_units(corpus: Corpus, by: str) -> pd.Series:
    """Return each unit's group: a column of units, an attribute of its author, or its day, week, month ...

    Raises
    ------
    MissingColumn
    """
    units, authors = corpus.units, corpus.authors
    if by in units.columns:
        return units[by].astype("object").where(units[by].notna(), "").map(str).astype("str")
    if by in authors.columns:
        return units["author_id"].map(authors.set_index("author_id")[by]).fillna("").astype("str")
    if by in FREQUENCY:
        return period_names(units["created_at"], by).astype("str")
    known = [*FREQUENCY, *units.columns, *authors.columns]
    raise MissingColumn(
        f"Neither units nor authors have a column {by!r}.{did_you_mean(by, known)}", f"Use one of: {', '.join(known)}."
    )
