"""Codes of which only presences are known: their agreement would be 100% by construction.

Other programs write down where a coder gave a code, and never where a coder decided against it. On the units that are
left, those who rated a code all gave it.
"""

from dataclasses import replace
from math import nan

import numpy as np

from medtw_qual.agreement.coder_decisions import Decisions
from medtw_qual.agreement.coefficient import Coefficient, Ints

REASON = "only presences are known: nobody is known to have judged a code absent, so agreement is 100% by construction"


def presence_only_codes(found: Decisions) -> Ints:
    """Return the codes, as positions, that are known where they are present and nowhere else.

    A code that is present wherever its coders decided anything is none of them, as long as absences of other codes are
    on record: there the coders saw it, and gave it.

    Parameters
    ----------
    found : Decisions
        All decisions of the codings table.
    """
    if not (found.present == 0).any():
        return np.unique(found.code[found.present == 1])
    turns = found.coder.astype(np.int64) * len(found.rounds) + found.round
    decisions = np.unique(turns * len(found.units) + found.unit)
    chosen = []
    for code in np.unique(found.code):
        rows = found.code == code
        here = found.present[rows]
        own = np.unique((turns * len(found.units) + found.unit)[rows])
        coders = np.unique(found.coder[rows])
        theirs = decisions[np.isin(decisions // len(found.units) // len(found.rounds), coders)]
        if (here == 1).all() and len(own) < len(theirs):
            chosen.append(code)
    return np.array(chosen, dtype=np.int64)


def without_estimate(value: Coefficient) -> Coefficient:
    """Return a coefficient as undefined, since only presences are known."""
    if value.undefined:
        return value
    return replace(value, estimate=nan, se=nan, low=nan, high=nan, interval="none", undefined=REASON)
