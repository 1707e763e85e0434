"""What a worker does with one file of posts: read and embed, pick for the sample, assign, number."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from medtw_qual._base.files import atomic_path
from medtw_qual._base.hashing import hash_text
from medtw_qual.clusters.clusters import Centres
from medtw_qual.clusters.embedding import PIECE, in_encoding_order
from medtw_qual.clusters.hash_samples import rank_texts
from medtw_qual.clusters.model_source import ModelSource
from medtw_qual.clusters.projection import one_thread
from medtw_qual.corpus.text_entities import unescape_once
from medtw_qual.distributed.worker_vectors import EmbedPiece
from medtw_qual.errors import InvalidArgument, MissingColumn


@dataclass(frozen=True)
class Part:
    """What a worker reports about one part: where its posts and vectors lie, and what the sample needs to know."""

    file: Path
    name: str
    n_units: int
    n_empty: int
    ranks: np.ndarray
    strata: dict[str, int]


@dataclass(frozen=True)
class Plan:
    """What every worker needs to know."""

    target: Path
    text: str
    unit_id: str
    by: str
    source: ModelSource
    encoder: dict[str, Any]
    cache: Path | None
    seed: int


@dataclass(frozen=True)
class EmbedPart:
    """Reads, cleans and embeds one file, and writes its vectors."""

    plan: Plan

    def __call__(self, file: Path) -> Part:
        """Return what the sample needs to know of the part."""
        plan = self.plan
        table = _read(file, [plan.unit_id, plan.text, *([plan.by] if plan.by else [])])
        texts = _cleaned(table[plan.text])
        unique = sorted({text for text in texts if text})
        order = in_encoding_order(unique, [hash_text(text) for text in unique])
        encode = EmbedPiece(plan.source, plan.encoder, plan.cache)
        unique = [unique[row] for row in order]
        rows = [encode(unique[at : at + PIECE]) for at in range(0, len(unique), PIECE)]
        array = np.vstack(rows) if rows else np.zeros((0, 1), dtype=np.float32)
        at = pd.Index(unique, dtype="object").get_indexer(pd.Index(texts, dtype="object"))
        at = np.where(np.append(array.any(axis=1), False)[at], at, -1)  # words the model knows none of have no vector
        ranks = np.append(rank_texts(unique, plan.seed), np.uint64(0))
        stratum = table[plan.by].astype(str) if plan.by else pd.Series("", index=table.index)
        with atomic_path(_made(plan, "vectors", file.stem, ".npy")) as temporary:
            np.save(temporary, array)
        units = pd.DataFrame(
            {"unit_id": table[plan.unit_id].astype(str), "stratum": stratum, "row": at, "rank": ranks[at]}
        )
        _write(units, _made(plan, "vectors", file.stem, ".parquet"))
        filled = units[at >= 0]
        strata = {str(name): int(n) for name, n in filled["stratum"].value_counts().items()}
        return Part(file, file.stem, len(table), len(table) - len(filled), filled["rank"].unique(), strata)


def _cleaned(texts: pd.Series) -> list[str]:
    return [unescape_once(text).strip() for text in texts.fillna("")]


def _read(file: Path, columns: list[str]) -> pd.DataFrame:
    import pyarrow.parquet as pq

    names = pq.read_schema(file).names
    for column in columns:
        if column not in names:
            raise MissingColumn(
                f"{file.name} has no column {column!r} (it has: {', '.join(names)}).", "Name it as it is."
            )
    table = pd.read_parquet(file, columns=columns)
    if pd.api.types.is_numeric_dtype(table[columns[0]].dtype):
        raise InvalidArgument(
            f"The ids in {file.name} are numbers; long ids lose digits that way.", "Write the ids as text."
        )
    return table


def _made(plan: Plan, kind: str, name: str, suffix: str) -> Path:
    folder = plan.target / kind
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}{suffix}"


def _write(table: pd.DataFrame, path: Path) -> None:
    with atomic_path(path) as temporary:  # a worker that dies on the way leaves no half of a file
        table.to_parquet(temporary, index=False)


def _load(plan: Plan, name: str) -> tuple[pd.DataFrame, np.ndarray]:
    units = pd.read_parquet(_made(plan, "vectors", name, ".parquet"))
    return units, np.load(_made(plan, "vectors", name, ".npy"), allow_pickle=False)


@dataclass(frozen=True)
class PickPart:
    """Finds, in one part, the distinct texts of lowest rank in each stratum."""

    plan: Plan
    quotas: dict[str, int]

    def __call__(self, part: Part) -> tuple[pd.DataFrame, np.ndarray]:
        """Return a table (stratum, rank, smallest unit_id, text) and the vectors of its rows."""
        units, array = _load(self.plan, part.name)
        units = units[units["row"] >= 0].sort_values(["stratum", "rank", "unit_id"])
        units = units.drop_duplicates(["stratum", "rank"])
        units = units[units.groupby("stratum").cumcount() < units["stratum"].map(self.quotas).astype("int64")]
        texts = pd.read_parquet(part.file, columns=[self.plan.text])[self.plan.text].iloc[units.index]
        picked = units[["stratum", "rank", "unit_id"]].assign(text=_cleaned(texts))
        return picked.reset_index(drop=True), array[units["row"]]


@dataclass(frozen=True)
class AssignPart:
    """Puts the units of one part to the nearest centre and says what the numbering needs."""

    plan: Plan
    model: Centres

    def __call__(self, name: str) -> pd.DataFrame:
        """Return one row per cluster met: cluster, size, first (smallest unit id)."""
        units, array = _load(self.plan, name)
        with one_thread():
            labels, strength = self.model.assign(array) if len(array) else (np.zeros(0, int), np.zeros(0))
        row = units["row"].to_numpy()
        cluster = np.append(labels, -1)[row]  # row -1, a post without words, meets the last entry
        table = units[["unit_id"]].assign(cluster=cluster, strength=np.append(strength, 0.0)[row])
        _write(table, _made(self.plan, "raw", name, ".parquet"))
        return table.groupby("cluster")["unit_id"].agg(size="count", first="min").reset_index()


@dataclass(frozen=True)
class RenumberPart:
    """Gives the clusters of one part their final numbers."""

    plan: Plan
    numbers: np.ndarray

    def __call__(self, name: str) -> None:
        """Write the part's assignments."""
        table = pd.read_parquet(_made(self.plan, "raw", name, ".parquet"))
        table["cluster"] = self.numbers[table["cluster"]]
        _write(table, _made(self.plan, "assignments", name, ".parquet"))
