"""What the methods text needs of a study, and what the coding logs prove about how people coded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from medtw_qual.coding.log_replay import read_logs
from medtw_qual.errors import MissingExtra


class StudyParts(Protocol):
    """A study; each part is None where the study does not have it (yet)."""

    @property
    def folder(self) -> Path:
        """The study's folder."""

    @property
    def config(self) -> Any:  # noqa: ANN401 - the study's declarations, read by name
        """What study.toml declares."""

    @property
    def corpus(self) -> Any:  # noqa: ANN401 - a Corpus
        """The corpus."""


def part(study: StudyParts, name: str) -> Any:  # noqa: ANN401 - whatever the part is
    """Return a part of a study; None where it has none, or an optional part of the package that it needs is missing."""
    try:
        return getattr(study, name, None)
    except MissingExtra:
        return None


def declared(study: StudyParts, section: str, key: str, default: str = "") -> Any:  # noqa: ANN401 - a setting
    """Return a setting of study.toml, `default` where there is none."""
    found = getattr(getattr(study.config, section, None), key, default) if study.config is not None else default
    return default if found is None else found


@dataclass(frozen=True)
class CodingEvidence:
    """What the logs of the coding show.

    Attributes
    ----------
    n_decisions : int
        Decisions in the logs that hold; one that was taken back or made again does not count. 0 where the codings come
        from sheets or a CSV, which record no acts.
    at_the_desk : bool
        Every coding has its decision in a log, with the time at which its unit was shown: it was taken at the coding
        desk, which shows neither other coders' decisions nor clusters.
    before_consensus : bool or None
        Whether every decision is older than the first consensus decision; None where times are missing, or a coding
        is in no log.
    """

    n_decisions: int
    at_the_desk: bool
    before_consensus: bool | None


def coding_evidence(study: StudyParts) -> CodingEvidence:
    """Read what the coding logs and the consensus log of a study prove about its codings."""
    records = list(_decisions(study))
    decided = [record.get("decided_at") for record in records]
    timed = bool(records) and all(decided) and _in_the_logs(part(study, "codings"), records)
    settled = _first_settled(part(study, "consensus"))
    before = None
    if timed and settled is not None:
        before = bool(max(pd.Timestamp(time) for time in decided) < settled)
    return CodingEvidence(len(records), timed and all(record.get("shown_at") for record in records), before)


def _in_the_logs(codings: pd.DataFrame | None, records: list[Mapping[str, Any]]) -> bool:
    """Whether every coder's unit has a decision in the logs: a sheet or a table beside them proves nothing."""
    if codings is None:
        return False
    logged = {(str(record.get("coder")), str(record.get("unit_id"))) for record in records}
    return set(zip(codings["coder"].astype("str"), codings["unit_id"].astype("str"), strict=True)) <= logged


def _first_settled(consensus: pd.DataFrame | None) -> pd.Timestamp | None:
    """When the first disagreement was settled; None where a settled one has no time."""
    if consensus is None or "decided_at" not in consensus:
        return None
    settled = consensus[consensus["basis"].isin(("discussed", "third person"))]
    if settled.empty or settled["decided_at"].isna().any():
        return None
    return settled["decided_at"].min()


def _decisions(study: StudyParts) -> Iterator[Mapping[str, Any]]:
    source = declared(study, "coding", "source")
    folder = Path(study.folder) / source if source else None
    if folder is None or not folder.is_dir():
        return
    yield from read_logs(folder.glob("*.jsonl")).held.values()
