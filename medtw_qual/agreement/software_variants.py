"""What other programs print for the same two coders, and why it differs; only where their formula is documented."""

from collections.abc import Iterator, Mapping
from math import nan
from typing import Any

import numpy as np
import pandas as pd

from medtw_qual.agreement.coder_decisions import Decisions, gather_decisions, of_code
from medtw_qual.agreement.coder_differences import two_by_two
from medtw_qual.agreement.coefficient import Floats, Ints
from medtw_qual.agreement.coefficients.conger import cohen_kappa
from medtw_qual.agreement.coefficients.pooled import pooled_kappa
from medtw_qual.agreement.ratings import Ratings
from medtw_qual.errors import InvalidArgument

SOURCES = {
    "QualCoder": "QualCoder's source, report_compare_coder_file.py (3.x)",
    "irrCAC": "irrCAC's documentation, after Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed.",
    "NVivo": "NVivo help, 'Run a coding comparison query'",
    "MAXQDA": "MAXQDA manual, 'Intercoder agreement', coefficient after Brennan and Prediger (1981)",
    "Dedoose": "Dedoose user guide, 'Training Center': Cohen's kappa per excerpt, pooled after De Vries et al. (2008)",
}


def other_software(
    codings: pd.DataFrame,
    lengths: Mapping[str, int] | None = None,
    *,
    mix_rounds: bool = False,
    mix_codebooks: bool = False,
) -> pd.DataFrame:
    """Show what QualCoder, irrCAC, NVivo, MAXQDA and Dedoose would print for two coders' decisions, and why.

    Parameters
    ----------
    codings : DataFrame
        As `schemas.CODINGS`, of two coders.
    lengths : mapping, optional
        unit_id to characters. QualCoder and NVivo count characters: with lengths each unit counts as many times.
        Without, each unit counts once, as if all were equally long.
    mix_rounds, mix_codebooks : bool
        Whether decisions of several rounds, or taken with several versions of the codebook, may be counted together;
        by default they are refused.

    Returns
    -------
    DataFrame
        One row per code (and "all codes") and program: level, program, figure, value, here (Cohen's kappa of this
        package, or pooled kappa), why, source.

    Raises
    ------
    InvalidArgument
        When there are not exactly two coders, or a unit's length is missing.

    Examples
    --------
    Both coders see the code in 21 units, the first alone in 19, neither in 260: Cohen's kappa is .657. QualCoder drops
    what neither coded and multiplies where Cohen adds.

    >>> import pandas as pd
    >>> marks = ["pp"] * 21 + ["pa"] * 19 + ["aa"] * 260
    >>> rows = [(f"u{i}", coder, "present" if mark == "p" else "absent")
    ...         for i, pair in enumerate(marks) for coder, mark in zip("AB", pair)]
    >>> codings = pd.DataFrame(rows, columns=["unit_id", "coder", "status"]).assign(
    ...     code="thanks", round="1", codebook_hash="h")
    >>> other_software(codings)[["program", "value", "here"]].round(3)
         program  value   here
    0  QualCoder  0.525  0.657
    1     irrCAC  0.657  0.657
    2      NVivo  0.657  0.657
    3    Dedoose  0.657  0.657
    """
    found = gather_decisions(codings, mix_rounds=mix_rounds, mix_codebooks=mix_codebooks)
    if len(found.coders) != 2:
        raise InvalidArgument(
            f"These programs compare two coders; the codings have {len(found.coders)}.",
            "Choose two, as in codings[codings['coder'].isin(['A', 'B'])].",
        )
    weight = _weights(found, lengths)
    return pd.DataFrame(_rows(found, weight, lengths is not None))


def _weights(found: Decisions, lengths: Mapping[str, int] | None) -> Floats:
    if lengths is None:
        return np.ones(len(found.units))
    missing = [unit for unit in found.units if unit not in lengths]
    if missing:
        raise InvalidArgument(f"There is no length for unit {missing[0]!r}.", "Give the characters of every unit.")
    return np.array([float(lengths[unit]) for unit in found.units])


def _rows(found: Decisions, weight: Floats, by_character: bool) -> Iterator[dict[str, Any]]:
    counted = "each character counts" if by_character else "each unit counts once, for want of lengths"
    matrices: dict[str, Ratings] = {}
    for place, code in enumerate(found.codes):
        ratings, unit = of_code(found, place).matrix(np.arange(2))
        matrices[code] = ratings
        here = cohen_kappa(ratings, interval=None).estimate
        cells = _weighted(ratings.codes, weight[unit])
        common = {"level": code, "figure": "kappa", "here": here}
        yield common | _program(
            "QualCoder", _qualcoder(cells),
            f"leaves out what neither coded, takes the share coded by both as observed and Pyes x Pno as expected"
            f" (Cohen: Pyes + Pno of everything); {counted}",
        )  # fmt: skip
        unweighted = _kappa(_weighted(ratings.codes, np.ones(len(unit))))
        yield common | _program(
            "irrCAC", unweighted,
            "the same estimate (its Conger's kappa of two coders is Cohen's); its interval is t without Fisher's z, its"
            " lower limit may lie below -1, and full agreement gets an interval of no width",
        )  # fmt: skip
        yield common | _program("NVivo", _kappa(cells), f"Cohen's kappa, but {counted}; per document, then averaged")
        yield common | _program("Dedoose", here, "Cohen's kappa per excerpt: the same, if excerpts are these units")
    if len(found.codes) > 1:
        yield from _over_codes(matrices)


def _over_codes(matrices: dict[str, Ratings]) -> Iterator[dict[str, Any]]:
    pooled = pooled_kappa(matrices, interval=None, same_units=False).estimate
    cells = np.array([two_by_two(*matrix.codes.T) for matrix in matrices.values()])
    both, differing = cells[:, 0].sum(), cells[:, 1:3].sum()
    chance = 1 / len(matrices)
    brennan = (both / (both + differing) - chance) / (1 - chance) if both + differing else nan
    common = {"level": "all codes", "figure": "kappa", "here": pooled}
    yield common | _program(
        "MAXQDA", float(brennan),
        "counts segments that somebody coded, agreement on absence never, and expects 1 / number of codes by chance",
    )  # fmt: skip
    yield common | _program("Dedoose", pooled, "pooled kappa: the same, if excerpts are these units")


def _program(program: str, value: float, why: str) -> dict[str, Any]:
    return {"program": program, "value": value, "why": why, "source": SOURCES[program]}


def _weighted(codes: Ints, weight: Floats) -> tuple[float, float, float, float]:
    """Weight of what both, only the first, only the second and neither coded."""
    decided = (codes >= 0).all(axis=1)
    first, second, w = codes[decided, 0] == 1, codes[decided, 1] == 1, weight[decided]
    return (
        float(w[first & second].sum()),
        float(w[first & ~second].sum()),
        float(w[~first & second].sum()),
        float(w[~first & ~second].sum()),
    )


def _kappa(cells: tuple[float, float, float, float]) -> float:
    both, only_first, only_second, neither = cells
    n = sum(cells)
    if not n:
        return nan
    first, second = (both + only_first) / n, (both + only_second) / n
    expected = first * second + (1 - first) * (1 - second)
    return ((both + neither) / n - expected) / (1 - expected) if expected < 1 else nan


def _qualcoder(cells: tuple[float, float, float, float]) -> float:
    both, only_first, only_second, _ = cells
    coded = both + only_first + only_second
    if not coded:
        return nan
    first, second = (both + only_first) / coded, (both + only_second) / coded
    expected = (first * second) * ((1 - first) * (1 - second))
    return (both / coded - expected) / (1 - expected)
