"""From the codings table to ratings: who decided what about which unit, in one round and one codebook version."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, get_args

import numpy as np
import pandas as pd

from medtw_qual._base.table_files import require_columns
from medtw_qual.agreement.coefficient import Ints
from medtw_qual.agreement.ratings import MISSING, Ratings
from medtw_qual.errors import InvalidArgument, InvalidTable, did_you_mean

By = Literal["code", "coder_pair", "overall", "round"]
PRESENCE = ("absent", "present")
_PRESENT = {"present": 1, "absent": 0, "impossible": MISSING}


@dataclass(frozen=True, eq=False)
class Decisions:
    """Decisions as whole numbers, one per (unit, coder, round, code).

    Attributes
    ----------
    units, coders, rounds, codes : tuple of str
        The labels, sorted; codes in the order in which they first occur.
    unit, coder, round, code : (n,) arrays of int
        Positions in the labels.
    present : (n,) array of int
        1 present, 0 absent, -1 impossible to say.
    kinds : tuple of str
        Each coder's kind, "person", "model" or "" where it is not known.
    """

    units: tuple[str, ...]
    coders: tuple[str, ...]
    rounds: tuple[str, ...]
    codes: tuple[str, ...]
    unit: Ints
    coder: Ints
    round: Ints
    code: Ints
    present: Ints
    kinds: tuple[str, ...]

    def where(self, chosen: np.ndarray | slice) -> "Decisions":
        """Return the decisions chosen by a boolean array or a slice; labels stay."""
        return Decisions(
            self.units, self.coders, self.rounds, self.codes, self.unit[chosen], self.coder[chosen],
            self.round[chosen], self.code[chosen], self.present[chosen], self.kinds,
        )  # fmt: skip

    def matrix(self, coders: Ints | None = None) -> tuple[Ratings, Ints]:
        """Return ratings with a row per (unit, code) and a column per coder who decided here, and each row's unit."""
        who = np.unique(self.coder) if coders is None else coders
        row_key = self.unit.astype(np.int64) * len(self.codes) + self.code
        keys, row = np.unique(row_key, return_inverse=True)
        column = np.full(len(self.coders), -1, dtype=np.int64)
        column[who] = np.arange(len(who))
        ours = column[self.coder] >= 0
        ratings = np.full((len(keys), len(who)), MISSING, dtype=np.int64)
        ratings[row[ours], column[self.coder[ours]]] = self.present[ours]
        names = tuple(self.coders[i] for i in who)
        return Ratings(ratings, PRESENCE, names), keys // len(self.codes)


def gather_decisions(
    codings: pd.DataFrame, *, mix_rounds: bool = False, mix_codebooks: bool = False, repeated: bool = False
) -> Decisions:
    """Check a codings table and turn it into `Decisions`.

    Parameters
    ----------
    codings : DataFrame
        As `schemas.CODINGS`; columns unit_id, coder, round, code, status and codebook_hash are used.
    mix_rounds, mix_codebooks : bool
        Allow several rounds, several codebook versions. Otherwise they are refused.
    repeated : bool
        Keep a coder's decisions on one unit in several rounds apart (for `intra_coder`).

    Raises
    ------
    MissingColumn, InvalidTable, InvalidArgument
    """
    require_columns(codings, ("unit_id", "coder", "round", "code", "status", "codebook_hash"), "codings")
    if not len(codings):
        raise InvalidArgument("The codings table is empty: nobody has coded anything.", "Read the codings first.")
    if not mix_rounds:
        _require_one(codings, "round", "rounds", "mix_rounds=True")
    if not mix_codebooks:
        _require_one(codings, "codebook_hash", "versions of the codebook", "mix_codebooks=True")
    unit, units = _number(codings["unit_id"])
    coder, coders = _number(codings["coder"])
    turn, rounds = _number(codings["round"])
    code, codes = _number(codings["code"], sort=False)
    kinds = _kinds(codings, coder, len(coders))
    found = Decisions(units, coders, rounds, codes, unit, coder, turn, code, _present(codings["status"]), kinds)
    return _one_each(found, repeated)


def _number(values: pd.Series, sort: bool = True) -> tuple[Ints, tuple[str, ...]]:
    """Number the labels; in 32 bits, since a study of many codes has millions of decisions."""
    numbers, labels = pd.factorize(values, sort=sort)
    return numbers.astype(np.int32), tuple(map(str, labels))


def _require_one(codings: pd.DataFrame, column: str, what: str, option: str) -> None:
    values = codings[column].unique()
    if len(values) > 1:
        shown = ", ".join(repr(str(value)[:12]) for value in sorted(map(str, values))[:4])
        raise InvalidArgument(
            f"The codings come from {len(values)} {what} ({shown}); agreement is measured within one.",
            f"Choose one, as in codings[codings[{column!r}] == ...], or say {option}.",
        )


def _present(status: pd.Series) -> Ints:
    numbers, labels = pd.factorize(status, use_na_sentinel=False)
    for odd in labels:
        if odd not in _PRESENT:
            raise InvalidTable(
                f"The status {odd!r} in the codings is not known.",
                "Use present, absent or impossible; leave out what was not coded.",
            )
    return np.asarray(np.array([_PRESENT[label] for label in labels], dtype=np.int8)[numbers])


def _kinds(codings: pd.DataFrame, coder: Ints, n_coders: int) -> tuple[str, ...]:
    if "coder_kind" not in codings:
        return ("",) * n_coders
    first = pd.Series(codings["coder_kind"].astype(object).to_numpy()).groupby(coder).first()
    return tuple("" if pd.isna(first.get(i)) else str(first.get(i)) for i in range(n_coders))


def _one_each(found: Decisions, repeated: bool) -> Decisions:
    """Sort by code, unit and coder and leave one decision of each: several passages are one decision of a code.

    A coder who decided differently on one code of one unit is refused.
    """
    key = found.code.astype(np.int64)
    for numbers, size in ((found.unit, len(found.units)), (found.coder, len(found.coders))):
        key *= size
        key += numbers
    if repeated:
        key *= len(found.rounds)
        key += found.round
    order = np.argsort(key, kind="stable")
    key, ordered = key[order], found.where(order)
    first = np.concatenate([[True], key[1:] != key[:-1]])
    if first.all():
        return ordered
    starts = np.flatnonzero(first)
    low = np.minimum.reduceat(ordered.present, starts)
    high = np.maximum.reduceat(ordered.present, starts)
    clash = np.flatnonzero(low != high)
    if len(clash):
        at = starts[clash[0]]
        raise InvalidTable(
            f"{found.coders[ordered.coder[at]]} coded {found.codes[ordered.code[at]]!r} on unit"
            f" {found.units[ordered.unit[at]]!r} twice, differently.",
            "If two people share this name, give each a name of their own. If one person decided twice, keep one of the"
            " decisions; to compare a coder with themselves use intra_coder.",
        )
    return ordered.where(starts)


def levels(found: Decisions, by: str) -> Iterator[tuple[str, Decisions, Ints]]:
    """Yield each level's name, its decisions and its coders.

    Raises
    ------
    InvalidArgument
        For an unknown `by`.
    """
    everyone = np.arange(len(found.coders))
    if by == "overall":
        yield "overall", found, everyone
    elif by == "code":
        for place, code in enumerate(found.codes):
            yield code, of_code(found, place), everyone
    elif by == "round":
        for place, name in enumerate(found.rounds):
            yield name, found.where(found.round == place), everyone
    elif by == "coder_pair":
        for first, second in combinations(range(len(found.coders)), 2):
            pair = np.array([first, second])
            yield f"{found.coders[first]} & {found.coders[second]}", found.where(np.isin(found.coder, pair)), pair
    else:
        raise InvalidArgument(
            f"Agreement cannot be measured by {by!r}.{did_you_mean(str(by), get_args(By))}",
            f"Use one of: {', '.join(get_args(By))}.",
        )


def of_code(found: Decisions, place: int) -> Decisions:
    """Return the decisions on one code: a slice, since `gather_decisions` sorts by code."""
    start, stop = np.searchsorted(found.code, [place, place + 1])
    return found.where(slice(int(start), int(stop)))


def unit_codes(found: Decisions, decisions: Decisions, coders: Ints) -> Ints:
    """Return (n_units, n_coders, n_codes): 1 present, 0 absent, -1 not decided; undecided units are left out."""
    column = np.full(len(found.coders), -1, dtype=np.int64)
    column[coders] = np.arange(len(coders))
    units, row = np.unique(decisions.unit, return_inverse=True)
    table = np.full((len(units), len(coders), len(found.codes)), MISSING, dtype=np.int64)
    ours = column[decisions.coder] >= 0
    table[row[ours], column[decisions.coder[ours]], decisions.code[ours]] = decisions.present[ours]
    return table


def one_code_each(found: Decisions, decisions: Decisions, coders: Ints) -> Ratings | None:
    """Return each unit's one code by each coder, or None where a coder gave a unit none or several.

    Only decisions on all codes of a unit count; with fewer than two units decided by two coders there is no answer.
    """
    if len(found.codes) < 2:
        return None
    present = unit_codes(found, decisions, coders)
    known = (present >= 0).all(axis=2)
    partly = (present >= 0).any(axis=2) & ~known
    if partly.any() or (known.sum(axis=1) >= 2).sum() < 2 or ((present == 1).sum(axis=2)[known] != 1).any():
        return None
    codes = np.where(known, present.argmax(axis=2), MISSING)
    return Ratings(codes, found.codes, tuple(found.coders[i] for i in coders))
