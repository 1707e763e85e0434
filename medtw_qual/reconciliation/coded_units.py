"""The consensus as a matrix of units by codes, and the design weights of the units in it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from medtw_qual._base.hashing import hash_json
from medtw_qual._base.table_files import require_columns, validate_table
from medtw_qual.errors import InvalidArgument
from medtw_qual.reconciliation.interfaces import SampleLike
from medtw_qual.schemas import CONSENSUS

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class CodedUnits:
    """Units by codes: what was settled, and where nothing could be.

    Attributes
    ----------
    unit_ids : tuple of str
        In the order of the ids.
    codes : tuple of str
        In the order of their first row in the consensus table, which is the codebook's.
    present : bool array, units x codes
    coded : bool array, units x codes
        False where the code was impossible to judge or never considered: such a cell counts nowhere.
    impossible : bool array, units x codes
        Where it was considered and impossible to judge.
    codebook_hash : str
        What the decisions were made against.
    """

    unit_ids: tuple[str, ...]
    codes: tuple[str, ...]
    present: Flags
    coded: Flags
    impossible: Flags
    codebook_hash: str

    def restrict(self, keep: Flags) -> "CodedUnits":
        """Return the units where `keep` is true."""
        ids = tuple(unit for unit, kept in zip(self.unit_ids, keep, strict=True) if kept)
        return CodedUnits(
            ids, self.codes, self.present[keep], self.coded[keep], self.impossible[keep], self.codebook_hash
        )


def coded_units(consensus: pd.DataFrame) -> CodedUnits:
    """Return the consensus (`schemas.CONSENSUS`) as a matrix.

    Raises
    ------
    InvalidArgument
        When the consensus holds no unit at all.
    """
    table = validate_table(consensus, CONSENSUS, "the consensus")
    if table.empty:
        raise InvalidArgument(
            "The consensus holds no unit.", "Code the sample, settle the differences and build the consensus again."
        )
    row, units = pd.factorize(table["unit_id"], sort=True)
    column, codes = pd.factorize(table["code"])
    status = pd.Categorical(table["status"])
    present, coded, impossible = (np.zeros((len(units), len(codes)), dtype=bool) for _ in range(3))
    present[row, column] = status == "present"
    coded[row, column] = status != "impossible"
    impossible[row, column] = status == "impossible"
    return CodedUnits(tuple(units), tuple(codes), present, coded, impossible, _one_hash(table["codebook_hash"]))


def _one_hash(hashes: pd.Series) -> str:
    """The codebook's hash; where a consensus rests on several versions, one hash of them all."""
    seen = sorted(hashes.unique())
    return seen[0] if len(seen) == 1 else hash_json(seen)


WEIGHTED = "weighted by 1 / inclusion probability, so not one count over the other"


@dataclass(frozen=True, eq=False)
class Design:
    """How the coded units were drawn.

    Attributes
    ----------
    weights : float array
        1 / inclusion probability, one per coded unit; all 1 where unknown.
    strata : int array
        The stratum of each coded unit, numbered from 0.
    known : bool
        Whether every inclusion probability is known.
    population : int
        Units in the corpus; 0: unknown.
    clusters : int array or None
        The cluster (an author, say) of each coded unit, where whole clusters were drawn.
    """

    weights: Floats
    strata: npt.NDArray[np.int64]
    known: bool
    population: int
    clusters: npt.NDArray[np.int64] | None = None

    @property
    def equal(self) -> bool:
        """Whether all units weigh the same."""
        return bool(len(self.weights) == 0 or np.ptp(self.weights) <= 1e-9 * self.weights.max())

    def restrict(self, keep: Flags) -> "Design":
        """Return the design of the units where `keep` is true."""
        clusters = None if self.clusters is None else self.clusters[keep]
        return Design(self.weights[keep], self.strata[keep], self.known, self.population, clusters)


def sampled_units(units: CodedUnits, sample: SampleLike | None) -> tuple[CodedUnits, Design, list[str]]:
    """Keep the coded units that are in the random sample and look up how each was drawn.

    Units coded for another reason (because the machine was unsure, say) are left out and counted in the notes: they do
    not stand for the corpus.

    Returns
    -------
    units : CodedUnits
    design : Design
    notes : list of str
        What was left out or is unknown, in words.

    Raises
    ------
    InvalidArgument
        When no coded unit is in the sample, a probability is not in (0, 1], or the units were chosen on purpose.
    """
    reason = getattr(sample, "reason", "")
    if reason:
        raise InvalidArgument(
            f"The units were chosen on purpose ({reason}), so they stand for no share of the corpus.",
            "Estimate from a random sample (draw_sample), or report what these units say without shares.",
        )
    if sample is None:
        everyone = Design(np.ones(len(units.unit_ids)), np.zeros(len(units.unit_ids), dtype=np.int64), False, 0)
        return units, everyone, ["No sample was given: unweighted, as if every unit had had the same chance."]
    require_columns(sample.table, ("unit_id",), "sample")
    drawn = sample.table.drop_duplicates("unit_id").set_index("unit_id")
    inside = np.isin(units.unit_ids, drawn.index.to_numpy(dtype=str))
    if not inside.any():
        raise InvalidArgument(
            "None of the coded units is in the sample.",
            "Give the sample that was coded; perhaps the ids went through a spreadsheet.",
        )
    notes = [] if inside.all() else [f"{(~inside).sum()} coded units outside the random sample were left out."]
    missing = len(drawn) - int(inside.sum())
    if missing:
        notes.append(f"{missing} of {len(drawn)} sampled units have no consensus and were left out.")
    kept = units.restrict(inside)
    design, note = _design(drawn, drawn.index.get_indexer(pd.Index(kept.unit_ids)), int(sample.population))
    return kept, design, notes + note


def _design(drawn: pd.DataFrame, rows: npt.NDArray[np.int64], population: int) -> tuple[Design, list[str]]:
    probability = _column(drawn, "inclusion_probability", np.nan).astype(float)
    strata = pd.factorize(_column(drawn, "stratum", ""))[0].astype(np.int64)
    if ((probability <= 0) | (probability > 1)).any():
        raise InvalidArgument(
            "An inclusion probability in the sample is not above 0 and at most 1.",
            "Draw the sample with draw_sample, or leave the column empty where the probabilities are unknown.",
        )
    known = bool(np.isfinite(probability).all())
    names = _column(drawn, "cluster", "")
    clusters = pd.factorize(names)[0].astype(np.int64)[rows] if (names.astype(str) != "").all() else None
    if not known:
        return Design(np.ones(len(rows)), np.zeros_like(rows), False, max(population, 0), clusters), [
            "The sample has no inclusion probabilities: unweighted, valid only if every unit had the same chance."
        ]
    # Those coded stand for those drawn but left without a decision, stratum by stratum.
    lost = np.bincount(strata) / np.maximum(np.bincount(strata[rows], minlength=strata.max() + 1), 1)
    # Where nobody noted the size of the corpus, the inverse probabilities of all that were drawn add up to it.
    size = population if population > 0 else round(float((1.0 / probability).sum()))
    return Design(lost[strata[rows]] / probability[rows], strata[rows], True, size, clusters), []


def _column(rows: pd.DataFrame, name: str, default: object) -> npt.NDArray[Any]:
    return rows[name].to_numpy() if name in rows else np.full(len(rows), default)
