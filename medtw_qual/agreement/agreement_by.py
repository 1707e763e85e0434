"""`measure_agreement`: every coefficient asked for, per code, pair of coders, round or overall."""

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np
import pandas as pd

from medtw_qual._base.errors import InvalidArgument, did_you_mean
from medtw_qual.agreement.decisions import By, Decisions, levels, read_decisions
from medtw_qual.agreement.model import Coefficient, IntervalOptions, Ints
from medtw_qual.agreement.ratings import Ratings
from medtw_qual.agreement.registry import COEFFICIENTS, TWO_CODERS

DEFAULT = ("percent_agreement", "krippendorff_alpha", "gwet_ac1")


def measure_agreement(
    codings: pd.DataFrame,
    by: By = "code",
    coefficients: Sequence[str] | None = None,
    *,
    mix_rounds: bool = False,
    mix_codebooks: bool = False,
    **options: Unpack[IntervalOptions],
) -> pd.DataFrame:
    """Measure how well coders agree, on independent decisions of one round and one codebook version.

    Each (unit, code) is one decision, present or absent. "impossible" counts as missing, and so does what a coder was
    not shown. Per code, the interval is over units. Over several codes (`by` a pair of coders, a round or overall) the
    decisions on one unit belong together, so that the interval is between units, not between decisions.

    Parameters
    ----------
    codings : DataFrame
        As `schemas.CODINGS`.
    by : {"code", "coder_pair", "overall", "round"}
        One row per code; per pair of coders; one for all; one per round.
    coefficients : sequence of str, optional
        Names of coefficients in `medtw_qual.agreement`. Default: percent agreement, Krippendorff's alpha, Gwet's AC1
        and kappa: Cohen's for two coders, Fleiss' for more.
    mix_rounds, mix_codebooks : bool
        Allow codings of several rounds, several codebook versions; otherwise they are refused.
    **options
        The interval: see `agreement.IntervalOptions`.

    Returns
    -------
    DataFrame
        One row per level and coefficient: level (what `by` names), coefficient, title, estimate, low, high, se,
        observed, expected, n_units, n_coders, coders, coder_kind, missing (share of cells without a rating),
        prevalence (share of ratings "present"), one prevalence per coder (``prevalence_<coder>``),
        positive_agreement, negative_agreement, interval, confidence, undefined (the reason, or empty), note.

    Raises
    ------
    InvalidArgument
        When rounds or codebook versions are mixed, or a name is not known.
    MissingColumn, InvalidTable

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [(f"u{i}", coder, status) for i, pair in enumerate(["pp", "aa", "pa", "aa"])
    ...         for coder, status in zip("AB", ["present" if s == "p" else "absent" for s in pair])]
    >>> codings = pd.DataFrame(rows, columns=["unit_id", "coder", "status"]).assign(
    ...     code="thanks", round="1", codebook_hash="h")
    >>> measure_agreement(codings)[["level", "coefficient", "estimate", "n_units"]].round(3)
        level         coefficient  estimate  n_units
    0  thanks   percent_agreement     0.750        4
    1  thanks  krippendorff_alpha     0.533        4
    2  thanks            gwet_ac1     0.529        4
    3  thanks         cohen_kappa     0.500        4
    """
    for name in coefficients or ():
        if name not in COEFFICIENTS:
            raise InvalidArgument(
                f"There is no coefficient {name!r}.{did_you_mean(name, COEFFICIENTS)}",
                f"Use: {', '.join(COEFFICIENTS)}.",
            )
    found = read_decisions(codings, mix_rounds=mix_rounds or by == "round", mix_codebooks=mix_codebooks)
    rows = [
        row
        for level, decisions, coders in levels(found, by)
        for row in _rows(level, found, decisions, coders, coefficients, options, grouped=by != "code")
    ]
    return pd.DataFrame(rows)


def _rows(
    level: str,
    found: Decisions,
    decisions: Decisions,
    coders: Ints,
    coefficients: Sequence[str] | None,
    options: IntervalOptions,
    grouped: bool,
) -> list[dict[str, Any]]:
    coders = coders[np.isin(coders, np.unique(decisions.coder))]
    ratings, unit = decisions.matrix(coders)
    about = _about(found, ratings, coders)
    if grouped and "groups" not in options and len(np.unique(unit)) < len(unit):
        options = {**options, "groups": unit}
    rows = []
    for name in coefficients or (*DEFAULT, "cohen_kappa" if len(coders) == 2 else "fleiss_kappa"):
        title, function = COEFFICIENTS[name]
        if name in TWO_CODERS and len(coders) != 2:
            raise InvalidArgument(
                f"{title} compares two coders; {level} has {len(coders)} ({', '.join(ratings.coders)}).",
                "Use by='coder_pair', or fleiss_kappa, conger_kappa, light_kappa or krippendorff_alpha.",
            )
        rows.append(_row(level, name, title, function(ratings, **options), about))
    return rows


def _row(level: str, name: str, title: str, value: Coefficient, about: dict[str, Any]) -> dict[str, Any]:
    return {
        "level": level,
        "coefficient": name,
        "title": title,
        "estimate": value.estimate,
        "low": value.low,
        "high": value.high,
        "se": value.se,
        "observed": value.observed,
        "expected": value.expected,
        "n_units": value.n_units,
        "n_coders": value.n_coders,
        **about,
        "interval": value.interval,
        "confidence": value.confidence,
        "undefined": value.undefined or "",
        "note": value.note,
    }


def _about(found: Decisions, ratings: Ratings, coders: Ints) -> dict[str, Any]:
    codes = ratings.codes
    rated = codes >= 0
    kinds = {found.kinds[i] for i in coders}
    present, size = (codes == 1).sum(axis=1), rated.sum(axis=1)
    positive = (present * (size - 1)).sum()
    negative = ((size - present) * (size - 1)).sum()
    return {
        "coders": ", ".join(ratings.coders),
        "coder_kind": kinds.pop() if len(kinds) == 1 else "mixed",
        "missing": 1 - _share(rated.sum(), rated.size),
        "prevalence": _share((codes == 1).sum(), rated.sum()),
        **{
            f"prevalence_{coder}": _share((codes[:, i] == 1).sum(), rated[:, i].sum())
            for i, coder in enumerate(ratings.coders)
        },
        "positive_agreement": _share((present * (present - 1)).sum(), positive),
        "negative_agreement": _share(((size - present) * (size - present - 1)).sum(), negative),
    }


def _share(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole else float("nan")
