"""How far clusters and codes overlap; never called agreement, since one side is a machine."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from medtw_qual._base.binomial import wilson
from medtw_qual.errors import InvalidArgument
from medtw_qual.reconciliation.cell_proposals import claimed_cells
from medtw_qual.reconciliation.coded_units import CodedUnits, Flags, Floats, coded_units
from medtw_qual.reconciliation.evidence import cell_table

if TYPE_CHECKING:
    from medtw_qual.reconciliation.crosswalk import Crosswalk

_BLOCK = 1000  # rows of the unit x unit matrices held at a time


def score_overlap(
    crosswalk: "Crosswalk", fresh: pd.DataFrame | None = None, n_folds: int = 5, seed: int = 2020
) -> pd.DataFrame:
    """Return how far the clusters overlap with the codes, as a whole and code by code.

    As a whole, over all coded units, the unclustered counted as one cluster (leaving them out would flatter):
    adjusted mutual information, V-measure and its parts, with every distinct set of codes as a class; extended B-cubed
    and the omega index, which know units with several codes.

    Code by code: precision, recall and F of a mapping from clusters to codes, on units that it was not chosen on. With
    `fresh` it is the mapping that people decided ("same" and "part"). Without it the mapping is what `propose` suggests
    from the other folds of the coded units: people's own decisions were made on these very units and cannot be scored
    on them.

    Parameters
    ----------
    crosswalk : Crosswalk
    fresh : DataFrame, optional
        Consensus on units coded after the decisions. Units that the crosswalk rests on are not counted.
    n_folds, seed : int

    Returns
    -------
    DataFrame
        measure, code (empty: the whole), estimate, low, high (95% on the crosswalk's confidence; NaN where none is
        given), n (units it rests on), note.

    Raises
    ------
    InvalidArgument
        When the clusters were guided by the codebook: they are no evidence for it.
    """
    guided = str(getattr(crosswalk.clusters, "guided_by", "") or "")
    if guided:
        raise InvalidArgument(
            "These clusters were guided by a codebook: that they resemble its codes proves nothing.",
            "Cluster without guidance and reconcile again.",
        )
    whole = whole_scores(crosswalk.units, crosswalk.unit_clusters)
    truth, mapped, note = _cross_fitted(crosswalk, n_folds, seed) if fresh is None else _decided(crosswalk, fresh)
    rows = [
        row
        for position, code in enumerate(crosswalk.units.codes)
        for row in _code_rows(
            code, truth.present[:, position], mapped[:, position], truth.coded[:, position], note, crosswalk.confidence
        )
    ]
    return pd.concat([whole, pd.DataFrame(rows)], ignore_index=True)


def whole_scores(units: CodedUnits, clusters: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Return the measures that compare the two divisions as wholes."""
    from sklearn.metrics import adjusted_mutual_info_score, homogeneity_completeness_v_measure

    judged = units.coded.any(axis=1)
    present, clusters = (units.present & units.coded)[judged], clusters[judged]
    sets = pd.factorize(pd.Series([row.tobytes() for row in present]))[0]
    homogeneity, completeness, v_measure = homogeneity_completeness_v_measure(sets, clusters)
    precision, recall = bcubed(clusters, present)
    values = {
        "adjusted mutual information": adjusted_mutual_info_score(sets, clusters),
        "V-measure": v_measure,
        "homogeneity": homogeneity,
        "completeness": completeness,
        "B-cubed precision": precision,
        "B-cubed recall": recall,
        "B-cubed F": _harmonic(precision, recall),
        "omega index": omega_index(clusters, present),
        "share clustered": float((clusters >= 0).mean()),
    }
    note = "undefined: one class or one cluster only" if len(set(sets)) < 2 or len(set(clusters)) < 2 else ""
    return pd.DataFrame(
        {
            "measure": list(values), "code": "", "estimate": np.array(list(values.values()), dtype=float),
            "low": np.nan, "high": np.nan, "n": int(judged.sum()), "note": note,
        }
    )  # fmt: skip


def _harmonic(a: float, b: float) -> float:
    return 2 * a * b / (a + b) if a + b > 0 else 0.0


def _shared(clusters: npt.NDArray[np.int64], present: Flags, start: int) -> tuple[Floats, Floats]:
    """For a block of units and all units: clusters shared (0 or 1), codes shared; "no code" is a class of its own."""
    labels = np.column_stack([present, ~present.any(axis=1)]).astype(np.float32)
    block = slice(start, start + _BLOCK)
    together = (clusters[block, None] == clusters[None, :]).astype(np.float64)
    return together, (labels[block] @ labels.T).astype(np.float64)


def bcubed(clusters: npt.NDArray[np.int64], present: Flags) -> tuple[float, float]:
    """Return extended B-cubed precision and recall (Amigó et al. 2009, Information Retrieval 12:461-486).

    Precision: of the units in my cluster (myself among them), how far do they share my codes; recall: of the units that
    share a code with me, how far are they in my cluster; both averaged over units, each pair counted once for every
    cluster or code that it should share. A unit without any code has the class "none".

    Parameters
    ----------
    clusters : int array, n
    present : bool array, n x codes
    """
    precision, recall = [], []
    for start in range(0, len(clusters), _BLOCK):
        together, shared = _shared(clusters, present, start)
        least = np.minimum(together, shared)
        # Dividing by the codes shared weighs a pair by what it could share at most: Amigó's multiplicity.
        precision.append((least / np.maximum(together, 1)).sum(axis=1) / (together > 0).sum(axis=1))
        recall.append((least / np.maximum(shared, 1)).sum(axis=1) / (shared > 0).sum(axis=1))
    return float(np.concatenate(precision).mean()), float(np.concatenate(recall).mean())


def omega_index(clusters: npt.NDArray[np.int64], present: Flags) -> float:
    """Return the omega index (Collins and Dent 1988, Multivariate Behavioral Research 23:231-242).

    Of all pairs of units, the share that is together equally often on both sides, corrected for chance. Where no unit
    has more than one code it is the adjusted Rand index (Hubert and Arabie 1985).
    """
    widest = int(present.shape[1]) + 2
    joint = np.zeros((2, widest), dtype=np.int64)
    for start in range(0, len(clusters), _BLOCK):
        together, shared = _shared(clusters, present, start)
        later = np.arange(len(clusters))[None, :] > np.arange(start, start + len(together))[:, None]
        cell = together[later].astype(np.int64) * widest + shared[later].astype(np.int64)
        joint += np.bincount(cell, minlength=2 * widest).reshape(2, widest)
    pairs = joint.sum()
    if pairs == 0:
        return float("nan")
    seen = (joint[0, 0] + joint[1, 1]) / pairs
    by_chance = float((joint.sum(axis=1) * joint.sum(axis=0)[:2]).sum()) / float(pairs) ** 2
    return float("nan") if by_chance == 1 else float((seen - by_chance) / (1 - by_chance))


def _cross_fitted(crosswalk: "Crosswalk", n_folds: int, seed: int) -> tuple[CodedUnits, Flags, str]:
    """Choose the mapping on all folds but one, apply it to that one."""
    units, clusters = crosswalk.units, crosswalk.unit_clusters
    folds = np.random.default_rng(seed).permutation(len(clusters)) % n_folds
    mapped = np.zeros_like(units.present)
    numbers = [int(number) for number in np.unique(clusters)]
    for fold in range(n_folds):
        learn = folds != fold
        design = crosswalk.design.restrict(learn)
        cells = cell_table(clusters[learn], numbers, units.restrict(learn), design, crosswalk.confidence)
        mapped[~learn] = _apply(claimed_cells(cells), cells, clusters[~learn], units.codes)
    return units, mapped, f"mapping chosen by rule on the other folds ({n_folds} folds)"


def _decided(crosswalk: "Crosswalk", fresh: pd.DataFrame) -> tuple[CodedUnits, Flags, str]:
    """Apply people's mapping to units coded afterwards."""
    later = coded_units(fresh)
    known = set(crosswalk.units.unit_ids)
    later = later.restrict(np.array([unit not in known for unit in later.unit_ids]))
    assigned = crosswalk.clusters.assignments.set_index("unit_id")["cluster"].reindex(list(later.unit_ids))
    later, clusters = later.restrict(assigned.notna().to_numpy()), assigned.dropna().to_numpy(dtype=np.int64)
    if not later.unit_ids:
        raise InvalidArgument(
            "No fresh unit is left to score the decided mapping on.",
            "Code clustered units that the crosswalk does not rest on.",
        )
    cells = crosswalk.table
    decided = cells["decision"].isin(["same", "part"]).to_numpy()
    mapped = _apply(decided, cells, clusters, crosswalk.units.codes)
    order = pd.Index(later.codes).get_indexer(list(crosswalk.units.codes))
    present, coded = later.present[:, order], later.coded[:, order]
    coded[:, order < 0] = False
    impossible = later.impossible[:, order]
    ordered = CodedUnits(later.unit_ids, crosswalk.units.codes, present, coded, impossible, later.codebook_hash)
    return ordered, mapped, "people's mapping, on units coded afterwards"


def _apply(chosen: Flags, cells: pd.DataFrame, clusters: npt.NDArray[np.int64], codes: tuple[str, ...]) -> Flags:
    mapping = set(zip(cells["cluster"][chosen], cells["code"][chosen], strict=True))
    return np.array([[(cluster, code) in mapping for code in codes] for cluster in clusters], dtype=bool)


def _from_jaccard(share: float) -> float:
    return 2 * share / (1 + share)


def _code_rows(
    code: str, truth: Flags, mapped: Flags, judged: Flags, note: str, confidence: float
) -> list[dict[str, object]]:
    """Precision, recall and F of one code.

    F is 2 J / (1 + J), J being the share of hits among the units that either side marks: so Wilson's interval for J,
    sent through the same function, is one for F.
    """
    hits = int((truth & mapped & judged).sum())
    marked, present = int((mapped & judged).sum()), int((truth & judged).sum())
    either = marked + present - hits
    rows = []
    for measure, base in (("precision", marked), ("recall", present), ("F", either)):
        if base == 0:
            words = "no cluster is mapped to the code" if measure == "precision" else "no coded unit has the code"
            values = (np.nan, np.nan, np.nan)
        else:
            words = note
            share = hits / base
            values = (share, *wilson(share, base, confidence))
            if measure == "F":
                values = (_from_jaccard(values[0]), _from_jaccard(values[1]), _from_jaccard(values[2]))
        estimate, low, high = values
        rows.append(
            {"measure": measure, "code": code, "estimate": estimate, "low": low, "high": high, "n": base, "note": words}
        )
    return rows
