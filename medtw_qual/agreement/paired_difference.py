"""Agreement set against agreement on the same units: each coder with the other people, and with the machine."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import isfinite, nan, sqrt
from typing import Any, Literal

import numpy as np
import pandas as pd

from medtw_qual._base.table_files import require_columns
from medtw_qual.agreement.chance_correction import CoefficientSpec, Table
from medtw_qual.agreement.code_agreement import check_coefficients
from medtw_qual.agreement.coder_decisions import PRESENCE, Decisions, gather_decisions, of_code
from medtw_qual.agreement.coefficient import Floats, Ints
from medtw_qual.agreement.coefficients import brennan, conger, fleiss, gwet, krippendorff, percent
from medtw_qual.agreement.intervals import quantile
from medtw_qual.agreement.kernels import MatrixKernel
from medtw_qual.agreement.patterns import Patterns, collapse
from medtw_qual.agreement.ratings import Ratings
from medtw_qual.errors import InvalidArgument, did_you_mean

PAIRWISE: dict[str, CoefficientSpec] = {
    spec.name: spec
    for spec in (percent.RECIPE, krippendorff.RECIPE, gwet.AC1, conger.COHEN, fleiss.RECIPE, brennan.RECIPE)
}
Pair = tuple[int, int]


@dataclass(frozen=True, eq=False)
class PairedDifference:
    """Mean of a coefficient over some pairs of coders minus its mean over others, each on the units the pair shares.

    Both means come from one sample of units, so that their contributions are taken unit by unit over all of them (as
    Light's kappa does): the figures need no unit that everybody decided.
    """

    spec: CoefficientSpec
    table: Table
    first: tuple[Pair, ...]
    second: tuple[Pair, ...]

    def means(self, frequency: Floats) -> tuple[Floats, Floats]:
        """Both means for frequencies (n, n_patterns)."""
        first, second = (
            np.mean(
                [self.spec.measure.at(self._pair(pair), frequency * self._both(pair)).estimate for pair in pairs],
                axis=0,
            )
            for pairs in (self.first, self.second)
        )
        return first, second

    def contributions(self, frequency: Floats) -> Floats:
        """Each pattern's linearised contribution to the difference, centred on 0."""
        total = np.zeros(len(frequency))
        for sign, pairs in ((1, self.first), (-1, self.second)):
            for pair in pairs:
                both = self._both(pair)
                own = frequency * both
                values = self.spec.measure.linearise(self._pair(pair), own)
                centred = np.where(both > 0, values - own @ values / own.sum(), 0.0)
                total += sign * centred * frequency.sum() / own.sum() / len(pairs)
        return total

    def _both(self, pair: Pair) -> Floats:
        """1 for patterns that both of a pair decided."""
        return np.asarray((self.table.patterns.rows[:, list(pair)] >= 0).all(axis=1), dtype=float)

    def _pair(self, pair: Pair) -> Table:
        patterns = self.table.patterns
        rows = patterns.rows[:, list(pair)]
        two = Patterns(rows, patterns.frequency, patterns.of_unit, patterns.n_categories)
        return Table(two, self.table.kernel)


def compare_agreement(
    codings: pd.DataFrame,
    machine: str | pd.DataFrame | None = None,
    coefficient: str = "krippendorff_alpha",
    *,
    interval: Literal["t", "bootstrap"] = "t",
    confidence: float = 0.95,
    n_resamples: int = 2000,
    seed: int = 2020,
    mix_rounds: bool = False,
    mix_codebooks: bool = False,
) -> pd.DataFrame:
    """Set each person's agreement with the other people against the same person's overlap with a machine.

    Whether a machine codes like a person is not read from one figure against a consensus: it is asked of each person
    whether the machine is as close to them as their colleagues are. Without a machine each coder's agreement with the
    others is set against theirs among themselves, which shows a coder who reads differently. A unit counts where
    the person, another person and the machine decided it, and each pair is compared on those that it shares: no unit
    needs all coders. The difference has one interval over all units (both means linearised unit by unit). Whether the
    machine may stand in for a person is asked by `alternative_annotator_test`.

    Parameters
    ----------
    codings : DataFrame
        People's decisions, as `schemas.CODINGS`.
    machine : str or DataFrame, optional
        A coder in the codings to be taken as the machine, or predictions: unit_id, code and predicted (true or false)
        as `schemas.PREDICTIONS`; give those made out of fold.
    coefficient : str
        "krippendorff_alpha", "cohen_kappa", "gwet_ac1", "percent_agreement", "fleiss_kappa" (Scott's pi for a pair)
        or "brennan_prediger", measured pair by pair and averaged.
    interval : {"t", "bootstrap"}
        Of the difference: linearised standard error with Student's t, or percentile bootstrap over units.
    confidence, n_resamples, seed
        Of the interval.
    mix_rounds, mix_codebooks : bool
        Whether decisions of several rounds, or taken with several versions of the codebook, may be counted together;
        by default they are refused.

    Returns
    -------
    DataFrame
        One row per code and person: code, coder, coefficient, with_people (mean over the other people), other (mean
        with the machine; without a machine the mean among the others), compared_with, difference (with_people -
        other), low, high, se, n_units (shared by a pair that is compared), interval, undefined.

    Raises
    ------
    InvalidArgument
        When there are too few people, an unknown machine or coefficient.

    Examples
    --------
    >>> import pandas as pd
    >>> marks = {"A": "ppaapaap", "B": "ppaapaaa", "machine": "pppppaaa"}
    >>> rows = [(f"u{i}", coder, "present" if mark == "p" else "absent")
    ...         for coder, word in marks.items() for i, mark in enumerate(word)]
    >>> codings = pd.DataFrame(rows, columns=["unit_id", "coder", "status"]).assign(
    ...     code="thanks", round="1", codebook_hash="h")
    >>> table = compare_agreement(codings, machine="machine", coefficient="percent_agreement")
    >>> table[["coder", "with_people", "other", "difference", "n_units"]]
      coder  with_people  other  difference  n_units
    0     A        0.875  0.625       0.250        8
    1     B        0.875  0.750       0.125        8
    """
    check_coefficients([coefficient])
    if coefficient not in PAIRWISE:
        raise InvalidArgument(f"{coefficient} is not compared pair by pair.", f"Use one of: {', '.join(PAIRWISE)}.")
    found = gather_decisions(codings, mix_rounds=mix_rounds, mix_codebooks=mix_codebooks)
    people, name = people_and_machine(found, machine)
    settings = (interval, confidence, n_resamples, seed)
    return pd.DataFrame(_rows(found, machine, people, name, PAIRWISE[coefficient], settings))


def people_and_machine(found: Decisions, machine: str | pd.DataFrame | None) -> tuple[Ints, str]:
    """Return the columns of the people and what the machine is called ("" without one).

    Raises
    ------
    InvalidArgument
        When there are too few people, or no such machine.
    """
    everyone = np.arange(len(found.coders))
    if isinstance(machine, str):
        if machine not in found.coders:
            raise InvalidArgument(
                f"There is no coder {machine!r} in these codings.{did_you_mean(machine, found.coders)}",
                f"Name one of: {', '.join(found.coders)}; or give a table of predictions.",
            )
        people, name = everyone[everyone != found.coders.index(machine)], machine
    else:
        people, name = everyone, "" if machine is None else "machine"
    least = 3 if machine is None else 2
    if len(people) < least:
        raise InvalidArgument(
            f"{len(people)} coder(s) to compare; at least {least} are needed.",
            "Use measure_agreement for a single pair.",
        )
    return people, name


def _rows(
    found: Decisions,
    machine: str | pd.DataFrame | None,
    people: Ints,
    name: str,
    spec: CoefficientSpec,
    settings: tuple[str, float, int, int],
) -> Iterator[dict[str, Any]]:
    for place, code in enumerate(found.codes):
        table = np.full((len(found.units), len(found.coders) + 1), -1, dtype=np.int64)
        ours = of_code(found, place)
        table[ours.unit, ours.coder] = ours.present
        if machine is not None:
            table[:, -1] = machine_ratings(found, machine, code, table)
        columns = [*people, len(found.coders)] if name else list(people)
        codes = table[:, columns]
        labels = tuple(found.coders[i] for i in people)
        for who, coder in enumerate(labels):
            others = [other for other in range(len(people)) if other != who]
            with_people = tuple((who, other) for other in others)
            against: tuple[Pair, ...] = ((who, len(people)),) if name else tuple(combinations(others, 2))
            row = {"code": code, "coder": coder, "coefficient": spec.name}
            chosen, same = _comparable(codes, with_people, against)
            yield (
                row
                | _compare(codes[chosen], spec, with_people, against, settings)
                | {
                    "compared_with": (name or "the others among themselves")
                    + ("" if same else ", each pair on its own units")
                }
            )


def _comparable(codes: Ints, first: tuple[Pair, ...], second: tuple[Pair, ...]) -> tuple[np.ndarray, bool]:
    """Choose units on which a pair of either kind can be compared; where there are none, those of either kind."""
    kinds = [np.any([(codes[:, list(pair)] >= 0).all(axis=1) for pair in pairs], axis=0) for pairs in (first, second)]
    both = kinds[0] & kinds[1]
    return (both, True) if both.sum() >= 2 else (kinds[0] | kinds[1], False)


def machine_ratings(found: Decisions, machine: str | pd.DataFrame, code: str, table: Ints) -> Ints:
    """Return the machine's ratings of one code: its column of the table, or its predictions; -1: none."""
    if isinstance(machine, str):
        return table[:, found.coders.index(machine)]
    predicted = _predictions(machine[machine["code"].astype(str) == code] if "code" in machine else machine)
    return np.array([predicted.get((unit, code), -1) for unit in found.units], dtype=np.int64)


def _predictions(machine: pd.DataFrame) -> dict[tuple[str, str], int]:
    require_columns(machine, ("unit_id", "code", "predicted"), "predictions")
    known = machine.dropna(subset=["predicted"])
    return {
        (str(unit), str(code)): int(bool(value))
        for unit, code, value in known[["unit_id", "code", "predicted"]].itertuples(index=False)
    }


def _compare(
    codes: Ints,
    spec: CoefficientSpec,
    first: tuple[Pair, ...],
    second: tuple[Pair, ...],
    settings: tuple[str, float, int, int],
) -> dict[str, Any]:
    blank = {"with_people": nan, "other": nan, "difference": nan, "low": nan, "high": nan, "se": nan}
    if len(codes) < 2:
        return {
            **blank,
            "n_units": len(codes),
            "interval": "none",
            "undefined": "fewer than two units that a pair of them decided",
        }
    names = tuple(str(i) for i in range(codes.shape[1]))
    patterns = collapse(Ratings(codes, PRESENCE, names), labelled=True)
    difference = PairedDifference(spec, Table(patterns, MatrixKernel(np.eye(2))), first, second)
    with np.errstate(all="ignore"):
        with_people, other = (float(side[0]) for side in difference.means(patterns.frequency[None, :]))
        if not (isfinite(with_people) and isfinite(other)):
            reason = "a pair of coders shares no unit, or used one category only"
            return {**blank, "with_people": with_people, "other": other, "n_units": len(codes), "interval": "none",
                    "undefined": reason}  # fmt: skip
        low, high, se, words = _limits(difference, with_people - other, len(codes), settings)
    return {
        "with_people": with_people, "other": other, "difference": with_people - other,
        "low": low, "high": high, "se": se,
        "n_units": len(codes), "interval": words, "undefined": "",
    }  # fmt: skip


def _limits(
    difference: PairedDifference, estimate: float, n: int, settings: tuple[str, float, int, int]
) -> tuple[float, float, float, str]:
    interval, confidence, n_resamples, seed = settings
    frequency = difference.table.patterns.frequency
    if interval == "bootstrap":
        drawn = np.random.default_rng(seed).multinomial(n, frequency / n, size=n_resamples).astype(float)
        with_people, other = difference.means(drawn)
        values = (with_people - other)[np.isfinite(with_people - other)]
        if len(values) < 2:
            return nan, nan, nan, "none: the resamples were undefined"
        tail = (1 - confidence) / 2
        low, high = (float(x) for x in np.quantile(values, [tail, 1 - tail]))
        words = f"percentile bootstrap over units, {n_resamples} resamples, seed {seed}"
        return min(low, estimate), max(high, estimate), float(values.std(ddof=1)), words
    contributions = difference.contributions(frequency)
    se = sqrt(float(frequency @ contributions**2) / (n * (n - 1)))
    if not se > 1e-12:
        return nan, nan, se, "no interval: nothing varies between units"
    reach = quantile(confidence, n - 1) * se
    return estimate - reach, estimate + reach, se, f"paired, linearised SE with divisor n-1, t({n - 1})"
