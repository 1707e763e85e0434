"""`measure_agreement`: every coefficient asked for, per code, pair of coders, round or overall."""

from collections.abc import Sequence
from math import nan
from typing import Any, Unpack

import numpy as np
import pandas as pd

from medtw_qual.agreement.coder_decisions import (
    PRESENCE,
    Decisions,
    gather_decisions,
    levels,
    one_code_each,
    unit_codes,
)
from medtw_qual.agreement.coefficient import Coefficient, IntervalOptions, Ints
from medtw_qual.agreement.coefficient_registry import COEFFICIENTS, TWO_CODERS
from medtw_qual.agreement.coefficients.pooled import pooled_kappa
from medtw_qual.agreement.coefficients.sets import MOST_SETS, alpha_sets
from medtw_qual.agreement.presences_only import presence_only_codes, without_estimate
from medtw_qual.agreement.ratings import MISSING, Ratings
from medtw_qual.errors import InvalidArgument, did_you_mean

OVER_CODES = ("alpha_sets", "pooled_kappa")
ONE_CODE_EACH = "each unit has exactly one code: measured as one nominal variable"
DEFAULT = ("percent_agreement", "krippendorff_alpha", "gwet_ac1")


def measure_agreement(
    codings: pd.DataFrame,
    by: str = "code",
    coefficients: Sequence[str] | None = None,
    *,
    mix_rounds: bool = False,
    mix_codebooks: bool = False,
    **options: Unpack[IntervalOptions],
) -> pd.DataFrame:
    """Measure how well coders agree, on independent decisions of one round and one codebook version.

    Each (unit, code) is one decision, present or absent. "impossible" counts as missing, and so does what a coder was
    not shown. A code of which only presences are known (another program's project does not say where a coder judged a
    code absent) has no agreement: it would be 100% by construction.

    Per code, the interval is over units. Over several codes (`by` a pair of coders, a round or overall) the decisions
    on one unit belong together, so that the interval is between units, not between decisions. Where every coder gave
    every unit exactly one of the codes, they are the values of one nominal variable and are measured as such
    (Krippendorff 2019, Content Analysis, 4th ed., chapter 12); the note says so.

    Parameters
    ----------
    codings : DataFrame
        As `schemas.CODINGS`.
    by : {"code", "coder_pair", "overall", "round"}
        One row per code; per pair of coders; one for all; one per round.
    coefficients : sequence of str, optional
        Names of coefficients in `medtw_qual.agreement`. Default: percent agreement, Krippendorff's alpha, Gwet's AC1
        and kappa (Cohen's for two coders, Fleiss' for more); over several codes also "alpha_sets" (MASI) and
        "pooled_kappa", which count each unit once.
    mix_rounds, mix_codebooks : bool
        Allow codings of several rounds, several codebook versions; otherwise they are refused.
    **options
        The interval: see `agreement.IntervalOptions`. `groups` is here a mapping (dict or Series) from unit_id to
        author or thread, such as ``corpus.units.set_index("unit_id")["author_id"]``.

    Returns
    -------
    DataFrame
        One row per level and coefficient: level (what `by` names), coefficient, title, estimate, low, high, se,
        observed, expected, n_units (rated by two coders at least), n_decisions (unit-code decisions among them; more
        than n_units over several codes), n_coders, coders, coder_kind, missing (share of cells without a rating),
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
    check_coefficients(coefficients or (), OVER_CODES if by != "code" else ())
    found = gather_decisions(codings, mix_rounds=mix_rounds or by == "round", mix_codebooks=mix_codebooks)
    rows = [
        row
        for level, decisions, coders in levels(found, by)
        for row in _rows(level, found, decisions, coders, coefficients, options, grouped=by != "code")
    ]
    return pd.DataFrame(rows)


def check_coefficients(names: Sequence[str], also: Sequence[str] = ()) -> None:
    """Say so when a name is not that of a coefficient.

    Raises
    ------
    InvalidArgument
    """
    known = (*COEFFICIENTS, *also)
    for name in names:
        if name not in known:
            over = " It is about several codes: use it with by='overall'." if name in OVER_CODES else ""
            raise InvalidArgument(
                f"There is no coefficient {name!r} here.{over or did_you_mean(name, known)}",
                f"Use: {', '.join(known)}.",
            )


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
    nominal = one_code_each(found, decisions, coders) if grouped else None
    decisions, left_out, is_known = _with_absences(found, decisions, nominal is not None)
    ratings, unit = decisions.matrix(coders)
    about = about_ratings(ratings, [found.kinds[i] for i in coders])
    belongs = options.get("groups")
    labels = None if belongs is None else _group_of(found.units, belongs)
    if labels is not None:
        options = {**options, "groups": labels[unit]}
    given: IntervalOptions = options if labels is None else {**options, "groups": labels[np.unique(decisions.unit)]}
    n_units = len(np.unique(unit[(ratings.codes >= 0).sum(axis=1) >= 2])) if grouped else None
    if grouped and "groups" not in options and len(np.unique(unit)) < len(unit):
        options = {**options, "groups": unit}
    rows = []
    chosen = coefficients or _default(len(coders), over_codes=grouped and len(found.codes) > 1)
    if nominal is not None:
        # One code a unit is one nominal decision; yes and no to each code would count every disagreement twice, beside
        # agreement on codes that neither coder could have given as well.
        ratings, options = nominal, given
    for name in chosen:
        if name in OVER_CODES:
            title, value = _over_codes(name, found, decisions, coders, given)
            rows.append(coefficient_row(level, name, title, value if is_known else without_estimate(value), about))
            continue
        title, function = COEFFICIENTS[name]
        if name in TWO_CODERS and len(coders) != 2:
            raise InvalidArgument(
                f"{title} compares two coders; {level} has {len(coders)} ({', '.join(ratings.coders)}).",
                "Use by='coder_pair', or fleiss_kappa, conger_kappa, light_kappa or krippendorff_alpha.",
            )
        value = function(ratings, **options)
        rows.append(coefficient_row(level, name, title, value if is_known else without_estimate(value), about, n_units))
    further = ONE_CODE_EACH if nominal is not None else left_out
    return [row | {"note": _joined(row["note"], further)} for row in rows] if further else rows


def _with_absences(found: Decisions, decisions: Decisions, is_nominal: bool) -> tuple[Decisions, str, bool]:
    """Leave out codes of which only presences are known, where others remain; say so, and whether anything remains."""
    given_only = np.isin(decisions.code, presence_only_codes(found))
    if is_nominal or not given_only.any():
        return decisions, "", True
    if given_only.all():
        return decisions, "", False
    names = ", ".join(found.codes[place] for place in np.unique(decisions.code[given_only]))
    return decisions.where(~given_only), f"left out, since nobody is known to have judged them absent: {names}", True


def _joined(*notes: str) -> str:
    return "; ".join(filter(None, notes))


def _group_of(units: Sequence[str], groups: Any) -> np.ndarray:  # noqa: ANN401 - a dict, a Series or a mistake
    if not hasattr(groups, "get"):
        raise InvalidArgument(
            "`groups` is not a mapping from unit_id to author or thread.",
            "Give a dict or a Series, such as corpus.units.set_index('unit_id')['author_id'].",
        )
    labels = np.array([groups.get(unit) for unit in units], dtype=object)
    lost = [unit for unit, label in zip(units, labels, strict=True) if label is None]
    if lost:
        raise InvalidArgument(f"Unit {lost[0]!r} has no group.", "Give the author or thread of every coded unit.")
    return labels


def _default(n_coders: int, over_codes: bool) -> tuple[str, ...]:
    kappa = "cohen_kappa" if n_coders == 2 else "fleiss_kappa"
    return (*DEFAULT, kappa, *(OVER_CODES if over_codes else ()))


def _over_codes(
    name: str, found: Decisions, decisions: Decisions, coders: Ints, options: IntervalOptions
) -> tuple[str, Coefficient]:
    """Coefficients that take a unit's codes together; each unit counts once."""
    present = unit_codes(found, decisions, coders)
    if name == "pooled_kappa":
        matrices = {
            code: Ratings(present[:, :, place], PRESENCE, tuple(found.coders[i] for i in coders))
            for place, code in enumerate(found.codes)
        }
        return "Pooled kappa", pooled_kappa(matrices, **options)
    return "Alpha for sets of codes (MASI)", _sets(found, present, tuple(found.coders[i] for i in coders), options)


def _sets(found: Decisions, present: Ints, coders: tuple[str, ...], options: IntervalOptions) -> Coefficient:
    """Alpha over each coder's set of codes, which is known only where she decided on every code."""
    known = (present >= 0).all(axis=2)
    rows, number = np.unique(present[known], axis=0, return_inverse=True)
    codes = np.full(known.shape, MISSING, dtype=np.int64)
    codes[known] = np.asarray(number).reshape(-1)
    if len(rows) > MOST_SETS:
        reason = f"{len(rows)} different sets of codes are too many to compare"
        n = int((known.sum(axis=1) >= 2).sum())
        return Coefficient("alpha_sets", nan, nan, nan, nan, nan, nan, n, len(coders), (), "none", reason, "masi")
    sets = tuple(tuple(found.codes[place] for place in np.flatnonzero(row)) for row in rows)
    return alpha_sets(Ratings(codes, sets, coders), **options)


def coefficient_row(
    level: str, name: str, title: str, value: Coefficient, about: dict[str, Any], n_units: int | None = None
) -> dict[str, Any]:
    """Return one row of an agreement table; `n_units` where rows are decisions and a unit has several."""
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
        "n_units": value.n_units if n_units is None else n_units,
        "n_coders": value.n_coders,
        **about,
        "interval": value.interval,
        "confidence": value.confidence,
        "undefined": value.undefined or "",
        "note": value.note,
    }


def about_ratings(ratings: Ratings, kinds: Sequence[str]) -> dict[str, Any]:
    """Return what a row says of its ratings: coders, missing, prevalence, positive and negative agreement."""
    codes = ratings.codes
    rated = codes >= 0
    different = set(kinds)
    present, size = (codes == 1).sum(axis=1), rated.sum(axis=1)
    positive = (present * (size - 1)).sum()
    negative = ((size - present) * (size - 1)).sum()
    return {
        "n_decisions": int((size >= 2).sum()),
        "coders": ", ".join(ratings.coders),
        "coder_kind": different.pop() if len(different) == 1 else "mixed",
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
