"""May a machine stand in for a person? The alternative annotator test: who stands for the others better."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from medtw_qual.agreement.coder_decisions import gather_decisions, of_code
from medtw_qual.agreement.coefficient import Floats, Ints
from medtw_qual.agreement.paired_difference import machine_ratings, people_and_machine
from medtw_qual.errors import InvalidArgument

# Below so many units the paired t test is not to be trusted (Calderon et al. 2025, section 3.3).
LEAST_UNITS = 30
FEW_PEOPLE = "with two people the test only asks whether the machine is closer to one than to the other"


def alternative_annotator_test(
    codings: pd.DataFrame,
    machine: str | pd.DataFrame,
    *,
    epsilon: float,
    false_discovery: float = 0.05,
    mix_rounds: bool = False,
    mix_codebooks: bool = False,
) -> pd.DataFrame:
    """Test whether a machine may be used in place of a person, for each code.

    Each person is left out in turn: on every unit, does the machine or the person left out agree with more of the
    other people? The machine wins against a person when its advantage, less what it saves (`epsilon`), is shown by a
    one-sided paired t test; p-values are adjusted for the number of people (Benjamini and Yekutieli 2001, Annals of
    Statistics 29:1165-1188). It passes when it wins against half of the people. Source: Calderon, Reichart and Dror
    (2025, ACL, pp. 16051-16081), whose figures it reproduces.

    Parameters
    ----------
    codings : DataFrame
        People's decisions, as `schemas.CODINGS`.
    machine : str or DataFrame
        A coder in the codings to be taken as the machine, or predictions: unit_id, code and predicted.
    epsilon : float in [0, 1)
        What the machine's lower cost is worth, declared before anybody looks: the authors propose .2 where people are
        experts, .15 where they are trained, .1 for crowd workers. No default: a value chosen afterwards decides.
    false_discovery : float
        Expected share of false wins among the wins.
    mix_rounds, mix_codebooks : bool
        Allow codings of several rounds, several codebook versions; otherwise they are refused.

    Returns
    -------
    DataFrame
        One row per code and person: code, coder, n_units (coded by this person, another person and the machine),
        advantage_machine and advantage_person (share of units on which each agrees with the others at least as well as
        the other), p_value, wins (missing where fewer than 30 units are shared); and, the same in every row of a code,
        winning_rate, advantage_probability (mean of advantage_machine: for comparing machines), passes, epsilon, note.

    Raises
    ------
    InvalidArgument
        When epsilon is not in [0, 1), or there are fewer than two people or no such machine.

    Examples
    --------
    Three people and a machine that says what the second says; on 40 units the people differ now and then:

    >>> marks = {"A": "pa" * 20, "B": "pa" * 18 + "aapp", "C": "pa" * 18 + "papp", "machine": "pa" * 18 + "aapp"}
    >>> rows = [(f"u{i:02}", coder, "present" if mark == "p" else "absent")
    ...         for coder, word in marks.items() for i, mark in enumerate(word)]
    >>> codings = pd.DataFrame(rows, columns=["unit_id", "coder", "status"]).assign(
    ...     code="thanks", round="1", codebook_hash="h")
    >>> table = alternative_annotator_test(codings, "machine", epsilon=0.15)
    >>> table[["coder", "n_units", "advantage_machine", "winning_rate"]]
      coder  n_units  advantage_machine  winning_rate
    0     A       40                1.0           1.0
    1     B       40                1.0           1.0
    2     C       40                1.0           1.0
    """
    if not 0 <= epsilon < 1:
        raise InvalidArgument(f"epsilon is {epsilon}.", "Give a number from 0 to below 1, such as 0.15.")
    found = gather_decisions(codings, mix_rounds=mix_rounds, mix_codebooks=mix_codebooks)
    people, _ = people_and_machine(found, machine)
    names = [found.coders[i] for i in people]
    parts = []
    for place, code in enumerate(found.codes):
        ours = of_code(found, place)
        table = np.full((len(found.units), len(found.coders)), -1, dtype=np.int64)
        table[ours.unit, ours.coder] = ours.present
        said = machine_ratings(found, machine, code, table)
        parts.append(replacement_table(table[:, people], said, names, epsilon, false_discovery).assign(code=code))
    whole = pd.concat(parts, ignore_index=True)
    return whole[["code", *whole.columns.drop("code")]]


def replacement_table(
    people: Ints, machine: Ints, names: list[str], epsilon: float, false_discovery: float = 0.05
) -> pd.DataFrame:
    """Return the test of one code (or one nominal variable) from ratings (n_units, n_people) and (n_units,); -1: none.

    Returns
    -------
    DataFrame
        As `alternative_annotator_test`, without the code.
    """
    rows = list(_each_person(people, machine, names, epsilon))
    table = pd.DataFrame(rows)
    tested = table["p_value"].notna()
    wins = pd.Series(pd.NA, index=table.index, dtype="boolean")
    wins[tested] = _rejected(table.loc[tested, "p_value"].to_numpy(dtype=float), false_discovery)
    rate = float(wins[tested].mean()) if tested.any() else float("nan")
    notes = [FEW_PEOPLE] if len(names) == 2 else []
    if not tested.all():
        notes.append(f"people who share fewer than {LEAST_UNITS} units are not tested")
    return table.assign(
        wins=wins,
        winning_rate=rate,
        advantage_probability=float(table.loc[tested, "advantage_machine"].mean()),
        passes=pd.array([None if np.isnan(rate) else rate >= 0.5] * len(table), dtype="boolean"),
        epsilon=epsilon,
        note="; ".join(notes),
    )


def _each_person(people: Ints, machine: Ints, names: list[str], epsilon: float) -> Iterator[dict[str, Any]]:
    from scipy.stats import ttest_1samp

    for who, name in enumerate(names):
        others = np.delete(people, who, axis=1)
        usable = (people[:, who] >= 0) & (machine >= 0) & (others >= 0).any(axis=1)
        own, said, rest = people[usable, who], machine[usable], others[usable]
        by_person, by_machine = _alignment(own, rest), _alignment(said, rest)
        person, other = by_person >= by_machine, by_machine >= by_person
        row = {"coder": name, "n_units": len(own), "advantage_machine": np.nan, "advantage_person": np.nan,
               "p_value": np.nan}  # fmt: skip
        if len(own) >= LEAST_UNITS:
            difference = person.astype(float) - other
            row |= {"advantage_machine": float(other.mean()), "advantage_person": float(person.mean())}
            flat = not np.ptp(difference) > 0  # nothing varies: the mean itself is compared with epsilon
            p = float(difference[0] >= epsilon) if flat else float(
                ttest_1samp(difference, epsilon, alternative="less").pvalue
            )  # fmt: skip
            row["p_value"] = p
        yield row


def _alignment(ratings: Ints, others: Ints) -> Floats:
    """Share of the others on the unit who say the same."""
    same = (others == ratings[:, None]) & (others >= 0)
    return np.asarray(same.sum(axis=1) / (others >= 0).sum(axis=1))


def _rejected(p: Floats, rate: float) -> list[bool]:
    """Benjamini and Yekutieli's step-up procedure, for p-values that depend on each other in any way."""
    m = len(p)
    order = np.argsort(p, kind="stable")
    bound = np.arange(1, m + 1) / m * rate / (1 / np.arange(1, m + 1)).sum()
    under = np.flatnonzero(p[order] <= bound)
    rejected = np.zeros(m, dtype=bool)
    if len(under):
        rejected[order[: under[-1] + 1]] = True
    return [bool(flag) for flag in rejected]
