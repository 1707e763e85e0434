"""People screen what the keywords found, and a random share of what they left: what does the lexicon miss?"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from medtw_qual._base.binomial import clopper_pearson
from medtw_qual._base.table_files import require_columns
from medtw_qual._base.table_reader import read_text_table
from medtw_qual.corpus.flow import Exclusion
from medtw_qual.corpus.spreadsheet_text import write_sheet
from medtw_qual.corpus.steps.common import keep_units
from medtw_qual.errors import InvalidArgument, InvalidTable, did_you_mean

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus

DECISIONS = ("eligible", "not", "unsure")
FOUND, LEFT_OUT = "found by the keywords", "left out by the keywords"


def screening_sheet(
    before: Corpus, found: Corpus, path: str | Path | None = None, n_left_out: int = 200, seed: int = 2020
) -> pd.DataFrame:
    """Return the sheet on which people decide what is eligible, and write it when a path is given.

    It holds every unit of `found` and a simple random sample of the units that the keywords left out, in random order
    together; which is which stands in a hidden column of the workbook, so that those who screen are not led by it.

    Parameters
    ----------
    before, found : Corpus
        The corpus before and after `keep_matching`.
    path : path, optional
        Ending in .xlsx or .csv.
    n_left_out : int
        How many of the left out units are drawn (at most all of them).
    seed : int
        Any whole number; the same seed draws the same units.

    Returns
    -------
    DataFrame
        unit_id, text, context, decision ("", to be filled: eligible / not / unsure), reason, arm,
        inclusion_probability.
    """
    units = before.units
    inside = units["unit_id"].isin(set(found.units["unit_id"]))
    out = units[~inside]
    drawn = out.sample(n=min(n_left_out, len(out)), random_state=np.random.default_rng(seed))
    sheet = pd.concat([units[inside].assign(arm=FOUND), drawn.assign(arm=LEFT_OUT)])
    sheet["inclusion_probability"] = np.where(sheet["arm"] == FOUND, 1.0, len(drawn) / max(1, len(out)))
    sheet = sheet.assign(decision="", reason="").sample(frac=1, random_state=np.random.default_rng(seed + 1))
    columns = ["unit_id", "text", "context", "decision", "reason", "arm", "inclusion_probability"]
    sheet = sheet[columns].reset_index(drop=True)
    if path is not None:
        write_sheet(sheet, path, hidden=("arm", "inclusion_probability"), choices={"decision": DECISIONS})
    return sheet


def apply_screening(
    corpus: Corpus,
    sheet: str | Path | pd.DataFrame,
    unsure: Literal["keep", "drop"] = "keep",
    unscreened: Literal["error", "keep", "drop"] = "error",
) -> Corpus:
    """Return the corpus with the units that people found eligible.

    Rows about units outside the corpus come from the random sample of what the keywords left out: they estimate the
    lexicon's recall (see `screening_recall`), which goes into ``provenance["screening"]`` and into `flow_text`.

    Parameters
    ----------
    corpus : Corpus
        The corpus, after the steps that select its units.
    sheet : path or DataFrame
        Columns unit_id and decision (eligible, not or unsure), perhaps reason, and inclusion_probability.
    unsure : {"keep", "drop"}
        What becomes of units about which people were unsure.
    unscreened : {"error", "keep", "drop"}
        What becomes of units that nobody screened.

    Raises
    ------
    MissingColumn, InvalidTable, InvalidArgument
    """
    table = _read(sheet)
    decisions = dict(zip(table["unit_id"], table["decision"], strict=True))
    why = dict(zip(table["unit_id"], table["reason"], strict=True))
    ids = list(corpus.units["unit_id"])
    missing = [unit_id for unit_id in ids if not decisions.get(unit_id)]
    if missing and unscreened == "error":
        raise InvalidTable(
            f"{len(missing)} units of the corpus have no screening decision, the first is {missing[0]}.",
            'Complete the sheet, or say what becomes of them: unscreened="keep" or "drop".',
        )
    outcome = [_outcome(decisions.get(unit_id, ""), why.get(unit_id, ""), unsure, unscreened) for unit_id in ids]
    counts = Counter(reason for reason in outcome if reason)
    reasons = [Exclusion(reason, counts[reason]) for reason in sorted(counts)] or [
        Exclusion("screened by people: not eligible")
    ]
    keep = pd.Series([not reason for reason in outcome], index=corpus.units.index, dtype=bool)
    recall = screening_recall(table, _found(table, ids))
    screened = keep_units(corpus, keep, "apply_screening", reasons)
    return replace(screened, provenance={**screened.provenance, "screening": recall})


def _found(table: pd.DataFrame, ids: list[str]) -> set[str]:
    """The units that the keywords found: the sheet says it, or else they are those of the corpus."""
    return set(table.loc[table["arm"] == FOUND, "unit_id"]) if "arm" in table.columns else set(ids)


def _outcome(decision: str, reason: str, unsure: str, unscreened: str) -> str:
    """Return why a unit leaves, or "" when it stays."""
    if not decision:
        return "nobody screened it" if unscreened == "drop" else ""
    if decision == "unsure":
        return "screened by people: unsure" if unsure == "drop" else ""
    if decision == "not":
        return "screened by people: not eligible" + (f" ({reason})" if reason else "")
    return ""


def _read(screening: str | Path | pd.DataFrame) -> pd.DataFrame:
    if isinstance(screening, pd.DataFrame):
        table, where = screening.copy(), "the screening table"
    else:
        read = read_text_table(screening, known=("unit_id", "decision"))
        read.warn()
        table, where = read.frame, read.account.file
    require_columns(table, ["unit_id", "decision"], "screening")
    table["unit_id"] = table["unit_id"].astype("str").str.removeprefix("'")
    table["decision"] = table["decision"].fillna("").astype("str").str.strip().str.lower()
    table["reason"] = table["reason"].fillna("").astype("str").str.strip() if "reason" in table.columns else ""
    _check(table, where)
    return table


def _check(table: pd.DataFrame, where: str) -> None:
    for row, decision in enumerate(table["decision"], 2):
        if decision and decision not in DECISIONS:
            raise InvalidTable(
                f"Row {row} of {where} says {decision!r}.{did_you_mean(decision, DECISIONS)}",
                f"Write one of: {', '.join(DECISIONS)}.",
            )
    twice = table["unit_id"].duplicated()
    if twice.any():
        raise InvalidTable(f"{where} has two rows for unit {table.loc[twice, 'unit_id'].iloc[0]}.", "Keep one of them.")


def screening_recall(table: pd.DataFrame, found: set[str], confidence: float = 0.95) -> dict[str, float | int | str]:
    """Estimate which share of the eligible units the keywords found.

    With E eligible among the units found (all screened), N units left out and the share p of eligible ones in a simple
    random sample of them, recall = E / (E + N p). Its limits put the Clopper-Pearson limits of p in p's place
    (Clopper and Pearson 1934, Biometrika 26:404-413). A unit about which people are unsure counts as not eligible.

    Parameters
    ----------
    table : DataFrame
        unit_id, decision, and inclusion_probability of the sampled units (0 to 1).
    found : set of str
        Ids of the units that the keywords found.
    confidence : float
        0.95 by default.

    Returns
    -------
    dict
        eligible_found, screened_left_out, eligible_left_out, left_out (N), recall, low, high (0 to 1; NaN with a reason
        in ``undefined``).

    Examples
    --------
    >>> table = pd.DataFrame({"unit_id": list("abcd"), "decision": ["eligible", "not", "not", "not"]})
    >>> table["inclusion_probability"] = [1, 1, 0.5, 0.5]
    >>> {key: round(value, 3) for key, value in screening_recall(table, {"a", "b"}).items() if key in ("recall", "low")}
    {'recall': 1.0, 'low': 0.229}
    """
    if not 0 < confidence < 1:
        raise InvalidArgument(f"A confidence of {confidence} is not between 0 and 1.", "0.95 is usual.")
    inside = table["unit_id"].isin(found)
    eligible = int((table.loc[inside, "decision"] == "eligible").sum())
    outside = table[~inside & table["decision"].isin(DECISIONS)]
    n, hits = len(outside), int((outside["decision"] == "eligible").sum())
    result: dict[str, float | int | str] = {
        "eligible_found": eligible,
        "screened_left_out": n,
        "eligible_left_out": hits,
        "left_out": float("nan"),
        "recall": float("nan"),
        "low": float("nan"),
        "high": float("nan"),
        "undefined": "",
    }
    if not n or "inclusion_probability" not in table.columns:
        return result | {"undefined": "no random sample of the units left out was screened"}
    unscreened = len(found - set(table.loc[inside & table["decision"].isin(DECISIONS), "unit_id"]))
    if unscreened:
        return result | {"undefined": f"{unscreened:,} of the {len(found):,} units that they found were not screened"}
    left_out = float((1 / pd.to_numeric(table.loc[~inside, "inclusion_probability"])).sum())
    result["left_out"] = round(left_out)
    if eligible + hits == 0:
        return result | {"undefined": "nothing eligible was seen"}
    low, high = clopper_pearson(hits, n, confidence)

    def recall(share: float) -> float:
        return eligible / (eligible + left_out * share) if eligible else 0.0

    return result | {"recall": recall(hits / n), "low": recall(high), "high": recall(low)}
