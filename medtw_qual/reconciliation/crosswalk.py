"""The crosswalk: where the machine's clusters meet the people's codes, cell by cell, with people's decisions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from medtw_qual._base.table_files import require_columns, validate_table
from medtw_qual.errors import InvalidArgument, UnknownCode, did_you_mean
from medtw_qual.reconciliation.coded_units import CodedUnits, Design, coded_units, sampled_units
from medtw_qual.reconciliation.crosswalk_log import Stale, apply_records, log_decision, make_record, replay_log
from medtw_qual.reconciliation.evidence import cell_stability, cell_table
from medtw_qual.reconciliation.interfaces import ClustersLike, SampleLike
from medtw_qual.schemas import CROSSWALK

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False)
class Crosswalk:
    """Evidence and decisions for every cluster x code cell.

    Attributes
    ----------
    table : DataFrame
        One row per cell (`schemas.CROSSWALK`), and beside its columns: n_cluster and n_code (coded units in the cluster
        and with the code), interval (exact, logit, or logit on the effective n), note (why a ratio is undefined).
    units : CodedUnits
        The coded units the counts rest on.
    unit_clusters : int array
        The cluster of each coded unit.
    design : Design
        How these units were drawn.
    clusters : ClustersLike
        The clustering.
    confidence : float
        Of the intervals.
    notes : tuple of str
        What was left out or is unknown, in words; print them beside the table.
    """

    table: pd.DataFrame
    units: CodedUnits
    unit_clusters: npt.NDArray[np.int64]
    design: Design
    clusters: ClustersLike
    confidence: float = 0.95
    notes: tuple[str, ...] = ()

    @property
    def assignments_hash(self) -> str:
        """Hash of the clusters that the decisions are about."""
        return str(self.clusters.assignments_hash)

    @property
    def codebook_hash(self) -> str:
        """Hash of the codebook that the codes come from."""
        return self.units.codebook_hash

    def decide(
        self, cluster: int, code: str, decision: str, reason: str, decided_by: str, log: str | Path
    ) -> "Crosswalk":
        """Record a person's decision about one cell and return the crosswalk with it.

        Parameters
        ----------
        cluster : int
            Number of the cluster.
        code : str
            A code of the consensus; for "new code" the id that the new code shall have.
        decision : {"same", "part", "unrelated", "new code"}
            The cluster shows the code; shows a part or facet of it; has nothing to do with it; shows something that the
            codebook lacks.
        reason, decided_by : str
            Why, and who.
        log : str or Path
            JSON lines, appended to. The same decision again adds nothing.

        Raises
        ------
        InvalidArgument, UnknownCode
            For a cluster, code or decision that is not there.
        StaleDecision
            When the same words stand in the log about other clusters or another codebook.
        """
        self._require_cell(cluster, code, decision)
        said = {"cluster": cluster, "code": code, "decision": decision, "reason": reason, "decided_by": decided_by}
        record = log_decision(log, make_record(said, self.assignments_hash, self.codebook_hash))
        return replace(self, table=apply_records(self.table, [record]))

    def replay(self, log: str | Path, stale: Stale = "refuse", same_rules: Collection[str] = ()) -> "Crosswalk":
        """Return the crosswalk with all decisions of a log.

        Parameters
        ----------
        log : str or Path
            The log that the decisions are read from.
        stale : {"refuse", "set aside"}
            What to do with decisions about other clusters or another codebook.
        same_rules : collection of str
            Hashes of other versions of the codebook with today's rules (``codings.attrs["same_rules"]``).

        Raises
        ------
        StaleDecision
            When the log is about other clusters or another codebook and `stale` is "refuse".
        """
        records, set_aside = replay_log(log, self.assignments_hash, self.codebook_hash, stale, same_rules)
        for record in records:
            self._require_cell(record["cluster"], record["code"], record["decision"])
        table = apply_records(self.table, records)
        if not set_aside:
            return replace(self, table=table)
        note = f"{set_aside} decision{'s' if set_aside > 1 else ''} about other clusters or another codebook set aside."
        return replace(self, table=table, notes=(*self.notes, note))

    def _require_cell(self, cluster: int, code: str, decision: str) -> None:
        numbers = sorted(set(self.table["cluster"]))
        if cluster not in numbers:
            raise InvalidArgument(f"There is no cluster {cluster}.", f"The clusters are {numbers[0]} to {numbers[-1]}.")
        if decision == "new code" and code in self.units.codes:
            raise InvalidArgument(
                f"The code {code!r} exists already.", 'Decide "same" or "part", or give the new code another id.'
            )
        if decision != "new code" and code not in self.units.codes:
            raise UnknownCode(
                f"The consensus has no code {code!r}.{did_you_mean(code, self.units.codes)}",
                'Correct it, or decide "new code".',
            )

    def propose(self) -> pd.DataFrame:
        """Suggest a decision for every cell that calls for one; see `cell_proposals.propose_decisions`."""
        from medtw_qual.reconciliation.cell_proposals import propose_decisions

        return propose_decisions(self)

    def unmatched(self, n_exemplars: int = 5) -> pd.DataFrame:
        """List clusters that no code claims and codes that no cluster catches; see `cell_proposals.find_unmatched`.

        Parameters
        ----------
        n_exemplars : int
            Units listed as examples of each, 0 or more.
        """
        from medtw_qual.reconciliation.cell_proposals import find_unmatched

        return find_unmatched(self, n_exemplars)

    def negative_cases(self) -> pd.DataFrame:
        """List the units that go against the pattern; see `cell_proposals.find_negative_cases`."""
        from medtw_qual.reconciliation.cell_proposals import find_negative_cases

        return find_negative_cases(self)

    def overlap(self, fresh: pd.DataFrame | None = None, n_folds: int = 5, seed: int = 2020) -> pd.DataFrame:
        """Score how far clusters and codes overlap, on units not looked at for it; see `overlap_scores.score_overlap`.

        Parameters
        ----------
        fresh : DataFrame, optional
            A consensus on units that nobody looked at for the decisions; by default units are held out in
            folds.
        n_folds : int
            Folds when there are no fresh units, 2 or more.
        seed : int
            Any whole number; it deals the units into folds.
        """
        from medtw_qual.reconciliation.overlap_scores import score_overlap

        return score_overlap(self, fresh, n_folds, seed)

    def soft(self) -> pd.DataFrame:
        """Count every cell with soft memberships beside the hard ones; see `soft_overlap.soft_cells`."""
        from medtw_qual.reconciliation.soft_overlap import soft_cells

        return soft_cells(self)

    def chance(self, n_shuffles: int = 200, seed: int = 2020) -> dict[str, float]:
        """Say how many cells chance alone would claim; see `soft_overlap.chance_of_claims`.

        Parameters
        ----------
        n_shuffles : int
            How often the units' clusters are shuffled; 20 or more.
        seed : int
            Any whole number; the same seed gives the same shuffles.

        Returns
        -------
        dict
            cells, claimed, claimed_by_chance, share_of_shuffles_with_any and share_of_shuffles_with_as_many.
        """
        from medtw_qual.reconciliation.soft_overlap import chance_of_claims

        return chance_of_claims(self, n_shuffles, seed)

    def exploratory_p_values(self) -> pd.DataFrame:
        """Return Fisher's p-value of every cell, adjusted for their number; see `cell_proposals.cell_p_values`."""
        from medtw_qual.reconciliation.cell_proposals import cell_p_values

        return cell_p_values(self)

    def write_sheet(self, path: str | Path, n_exemplars: int = 3) -> Path:
        """Write a workbook to decide in, for those who prefer one; see `crosswalk_sheet.write_decision_sheet`.

        Parameters
        ----------
        path : str or Path
            The workbook to write (.xlsx).
        n_exemplars : int
            Texts shown for each cell, 0 or more.
        """
        from medtw_qual.reconciliation.crosswalk_sheet import write_decision_sheet

        return write_decision_sheet(self, path, n_exemplars)

    def read_sheet(self, path: str | Path, log: str | Path) -> "Crosswalk":
        """Take over the decisions of a filled-in workbook; see `crosswalk_sheet.read_decision_sheet`.

        Parameters
        ----------
        path : str or Path
            The filled-in workbook.
        log : str or Path
            The log that the decisions are added to.
        """
        from medtw_qual.reconciliation.crosswalk_sheet import read_decision_sheet

        crosswalk = self
        for decision in read_decision_sheet(self, path):
            crosswalk = crosswalk.decide(**decision, log=log)
        return crosswalk

    def alluvial(self, names: Mapping[str, str] | None = None) -> "Figure":
        """Draw how the units flow from clusters to codes; see `crosswalk_figures.draw_alluvial`.

        Parameters
        ----------
        names : mapping, optional
            Printed names of the codes, such as ``codebook.names``.
        """
        from medtw_qual.reconciliation.crosswalk_figures import draw_alluvial

        return draw_alluvial(self, names)

    def heatmap(self, names: Mapping[str, str] | None = None) -> "Figure":
        """Draw the cells as a heatmap; see `crosswalk_figures.draw_heatmap`.

        Parameters
        ----------
        names : mapping, optional
            Printed names of the codes, such as ``codebook.names``.
        """
        from medtw_qual.reconciliation.crosswalk_figures import draw_heatmap

        return draw_heatmap(self.table, self.confidence, names)

    def __repr__(self) -> str:
        decided = int((self.table["decision"] != "").sum())
        return (
            f"Crosswalk({self.table['cluster'].nunique()} clusters x {len(self.units.codes)} codes,"
            f" {len(self.units.unit_ids)} coded units, {decided} cells decided)"
        )


def reconcile(
    clusters: ClustersLike,
    consensus: pd.DataFrame,
    sample: SampleLike | None = None,
    *,
    log: str | Path | None = None,
    resampled: int | Sequence[pd.Series] = 0,
    seed: int = 0,
    confidence: float = 0.95,
) -> Crosswalk:
    """Set the machine's clusters against the people's codes.

    Parameters
    ----------
    clusters : Clusters
        Anything with assignments, assignments_hash, units and summary().
    consensus : DataFrame
        What people settled on (`schemas.CONSENSUS`).
    sample : Sample, optional
        The random sample that was coded: its inclusion probabilities weight the shares, and coded units outside it are
        left out. Without it everything is unweighted, and said to be.
    log : path, optional
        A log of decisions to replay (`Crosswalk.replay`).
    resampled : int or list of Series, default 0
        Resampled clusterings (or how many to ask `clusters` for) from which the stability of each cell is told; each
        is a Series of cluster numbers indexed by unit_id.
    seed : int
        For the resampling.
    confidence : float
        Of the intervals of the odds ratios.

    Returns
    -------
    Crosswalk

    Raises
    ------
    InvalidArgument
        When no coded unit was clustered, or none is in the sample.
    StaleDecision
        When the log is about other clusters or another codebook.
    """
    require_columns(clusters.assignments, ("unit_id", "cluster"), "assignments")
    units, design, notes = sampled_units(coded_units(consensus), sample)
    everyone = clusters.assignments.drop_duplicates("unit_id")
    rows = pd.Index(everyone["unit_id"].astype(str)).get_indexer(pd.Index(units.unit_ids))
    if (rows < 0).all():
        raise InvalidArgument(
            "None of the coded units is among the clustered ones.",
            "Cluster the corpus that the sample was drawn from; perhaps the ids went through a spreadsheet.",
        )
    if (rows < 0).any():
        notes.append(f"{(rows < 0).sum()} coded units were not clustered and are left out.")
        units, design = units.restrict(rows >= 0), design.restrict(rows >= 0)
        rows = rows[rows >= 0]
    labels = everyone["cluster"].to_numpy(dtype=np.int64)
    numbers = [int(number) for number in np.unique(labels)]
    table = cell_table(labels[rows], numbers, units, design, confidence)
    others = _resampled(clusters, everyone["unit_id"], resampled, seed)
    stability = np.full((len(numbers), len(units.codes)), np.nan)
    if others:
        stability = cell_stability(labels, numbers, others, units, design.weights, rows)
    table["stability"] = stability.ravel()
    crosswalk = Crosswalk(
        _complete(table, clusters.assignments_hash, units.codebook_hash),
        units, labels[rows], design, clusters, confidence, tuple(notes),
    )  # fmt: skip
    return crosswalk if log is None else crosswalk.replay(log)


def _resampled(
    clusters: ClustersLike, unit_ids: pd.Series, resampled: int | Sequence[pd.Series], seed: int
) -> list[npt.NDArray[np.int64]]:
    """Return resampled clusterings in the order of the units; -2 marks a unit that one of them does not hold."""
    given: Iterable[pd.Series]
    if isinstance(resampled, int):
        ask: Any = getattr(clusters, "resampled", None)
        if resampled > 0 and ask is None:
            raise InvalidArgument(
                "These clusters cannot be resampled.", "Give the resampled clusterings yourself, as a list of Series."
            )
        given = ask(resampled, seed) if resampled > 0 else []
    else:
        given = resampled
    return [
        labels[~labels.index.duplicated()].reindex(unit_ids).fillna(-2).to_numpy(dtype=np.int64) for labels in given
    ]


def _complete(table: pd.DataFrame, assignments_hash: str, codebook_hash: str) -> pd.DataFrame:
    whole = {"n_cluster": "Int64", "n_code": "Int64", "interval": "str", "note": "str"}
    return validate_table(
        table.astype(whole).assign(
            decision="", reason="", decided_by="", decided_at=pd.NaT,
            assignments_hash=assignments_hash, codebook_hash=codebook_hash,
        ),
        CROSSWALK,
    )  # fmt: skip
