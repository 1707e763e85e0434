"""Any number of posts: from Parquet to Parquet, the sample fitted here, all else done where the posts lie."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pandas as pd

from medtw_qual._base.files import atomic_path
from medtw_qual.clusters.cluster_words import key_words
from medtw_qual.clusters.clusters import Centres
from medtw_qual.clusters.encoders import find_encoder, load_encoder
from medtw_qual.clusters.engines import models_folder
from medtw_qual.clusters.methods.method_protocol import Method, Points
from medtw_qual.clusters.methods.method_registry import find_method
from medtw_qual.clusters.projection import fit_projection, one_thread
from medtw_qual.clusters.vectors import to_unit_length
from medtw_qual.distributed.parts import AssignPart, EmbedPart, Part, PickPart, Plan, RenumberPart
from medtw_qual.distributed.scheduler import connect, spread
from medtw_qual.errors import InvalidArgument, MissingFile


@dataclass(frozen=True, eq=False)
class Assigned:
    """What `cluster_parquet` made.

    Attributes
    ----------
    folder : Path
        Holds ``assignments/*.parquet`` (unit_id, cluster, strength), ``vectors/``, ``themes.csv`` and ``account.json``.
    sizes : DataFrame
        cluster, size (units), share (0 to 1).
    themes : DataFrame
        sizes, with key_words (class-based TF-IDF) and central_units (the three nearest to the cluster's centre), both
        found among the texts that the clusters were fitted on.
    model : Centres
        Assigns other texts to these clusters.
    account : dict
        Everything that decided the result, with counts of each step.
    """

    folder: Path
    sizes: pd.DataFrame
    themes: pd.DataFrame
    model: Centres
    account: dict[str, Any]


def cluster_parquet(
    source: str | Path,
    target: str | Path,
    scheduler: str | None = None,
    text: str = "text",
    unit_id: str = "unit_id",
    stratify_by: str = "",
    n_clusters: int | None = None,
    method: str | None = None,
    fit_on: int | None = None,
    model: str | Path | None = None,
    precision: str = "static",
    cache: str | Path | None = None,
    seed: int = 2020,
) -> Assigned:
    """Clean, embed and cluster posts in Parquet files, on one computer or on many.

    Parameters
    ----------
    source : str or Path
        A .parquet file or a folder of them; each file is one part of the work (100,000 posts a file serve well).
    target : str or Path
        A folder; results of an earlier run in it are written over.
    scheduler : str, optional
        As for `connect`; source, target and cache must then be on a drive that every worker sees.
    text, unit_id : str
        The columns that hold the words and the ids (text, never numbers).
    stratify_by : str
        A column; the sample then holds each of its values in proportion. Empty: a plain sample.
    n_clusters, method, seed
        As for `mq.cluster`.
    fit_on : int, optional
        Distinct texts to fit on at most; default as `mq.cluster`.
    model, precision
        As for `mq.embed`; default "static", for millions. ("fast" depends on the batch, so that its results would
        depend on how posts are spread: not allowed here.)
    cache : str or Path, optional
        Where the static model is kept.

    Returns
    -------
    Assigned
        The same whatever the scheduler, the number of workers and the order of files.

    Raises
    ------
    MissingFile, MissingColumn, InvalidArgument
    """
    if precision == "fast":
        raise InvalidArgument(
            "precision='fast' gives a text another vector in another batch.", "Use 'static' or 'exact' here."
        )
    found, encoder = find_encoder(model, precision)
    kept = Path(cache).absolute() if cache is not None else None
    plan = Plan(Path(target).absolute(), text, unit_id, stratify_by, found, encoder, kept, seed)
    load_encoder(found, encoder, models_folder(kept))  # a static model is distilled once, here, before the workers ask
    with connect(scheduler) as client:
        parts = spread(client, EmbedPart(plan), _files(Path(source)), "reading and embedding")
        points, texts, chosen = _sample(client, plan, parts, method, fit_on)
        with one_thread():
            partition = chosen.fit(points, n_clusters, seed, {})
        raw = Centres.of(points.space, partition)
        found_parts = spread(client, AssignPart(plan, raw), [part.name for part in parts], "assigning")
        sizes, order = _number(found_parts, len(partition.centres))
        spread(client, RenumberPart(plan, np.append(np.argsort(order), -1)), [p.name for p in parts], "numbering")
    shutil.rmtree(plan.target / "raw")
    numbers = np.append(np.argsort(order), -1)[partition.labels]
    themes = _describe(sizes, points, texts, numbers, raw.centres[order])
    with atomic_path(plan.target / "themes.csv") as path:
        themes.to_csv(path, index=False, lineterminator="\n")
    account = {
        "units": sum(part.n_units for part in parts), "without_words": sum(part.n_empty for part in parts),
        "n_texts": points.total, "fitted_on": len(points.keys), "method": chosen.name, "n_clusters": len(order),
        "seed": seed, "stratify_by": stratify_by, "encoder": encoder, "notes": list(partition.notes),
    }  # fmt: skip
    with atomic_path(plan.target / "account.json") as path:
        path.write_bytes(orjson.dumps(account, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
    return Assigned(plan.target, sizes, themes, Centres.of(points.space, partition, order), account)


def _files(source: Path) -> list[Path]:
    files = sorted(source.glob("*.parquet")) if source.is_dir() else [source] if source.is_file() else []
    if not files:
        raise MissingFile(f"There is no .parquet file at {source}.", "Write the posts as Parquet: corpus.save(folder).")
    return [file.absolute() for file in files]


def _sample(
    client: Any,  # noqa: ANN401 - Dask ships no types
    plan: Plan,
    parts: list[Part],
    method: str | None,
    fit_on: int | None,
) -> tuple[Points, list[str], Method]:
    """Draw the distinct texts to fit on: of lowest rank, in each stratum in proportion to its units."""
    n_texts = len(np.unique(np.concatenate([part.ranks for part in parts])))
    if not n_texts:
        raise InvalidArgument("No post has words.", "Check the name of the text column.")
    chosen = find_method(method)
    size = min(chosen.limit, fit_on or chosen.limit)
    quotas = strata_quotas([part.strata for part in parts], size)
    picks = spread(client, PickPart(plan, quotas), parts, "drawing the sample")
    table = pd.concat([units for units, _ in picks], ignore_index=True)
    array = np.vstack([rows for _, rows in picks if len(rows)])
    table = table.sort_values(["stratum", "rank", "unit_id"]).drop_duplicates(["stratum", "rank"])
    table = table[table.groupby("stratum").cumcount() < table["stratum"].map(quotas)]
    table = table.sort_values("unit_id").drop_duplicates("rank")
    sampled = to_unit_length(array[table.index])
    with one_thread():
        space = fit_projection(sampled)
        points = Points(table["unit_id"].tolist(), sampled, space, space.project(sampled), n_texts)
    return points, table["text"].tolist(), chosen


def _describe(
    sizes: pd.DataFrame, points: Points, texts: list[str], numbers: np.ndarray, centres: np.ndarray
) -> pd.DataFrame:
    """Say what the clusters are about by the texts that they were fitted on."""
    words = key_words(texts, numbers)
    keys = np.array(points.keys, dtype=object)
    central = {}
    for number in np.unique(numbers[numbers >= 0]):
        members = np.flatnonzero(numbers == number)
        away = ((points.reduced[members] - centres[number]) ** 2).sum(axis=1)
        central[number] = " ".join(keys[members[np.argsort(np.round(away, 9), kind="stable")[:3]]])
    return sizes.assign(
        key_words=[", ".join(word for word, _ in words.get(cluster, [])) for cluster in sizes["cluster"]],
        central_units=[central.get(cluster, "") for cluster in sizes["cluster"]],
    )


def strata_quotas(counts: list[dict[str, int]], size: int) -> dict[str, int]:
    """Share a sample out among strata in proportion to their units, by largest remainders; one text each at least.

    Examples
    --------
    >>> strata_quotas([{"nov": 30}, {"nov": 30, "dec": 40}], 10)
    {'dec': 4, 'nov': 6}
    """
    totals: dict[str, int] = {}
    for part in counts:
        for stratum, units in part.items():
            totals[stratum] = totals.get(stratum, 0) + units
    everything = sum(totals.values())
    exact = {stratum: size * units / everything for stratum, units in sorted(totals.items())}
    quotas = {stratum: max(1, int(share)) for stratum, share in exact.items()}
    by_remainder = sorted(exact, key=lambda stratum: (int(exact[stratum]) - exact[stratum], stratum))
    for stratum in by_remainder[: max(0, size - sum(quotas.values()))]:
        quotas[stratum] += 1
    return quotas


def _number(found_parts: list[pd.DataFrame], n: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Return sizes by final number, and the centres' order: by size, then by smallest unit id."""
    found = pd.concat(found_parts).groupby("cluster").agg(size=("size", "sum"), first=("first", "min"))
    inside = found[found.index >= 0].sort_values(["size", "first"], ascending=[False, True])
    order = np.array([*inside.index, *sorted(set(range(n)) - set(inside.index))], dtype=np.int64)
    sizes = pd.DataFrame({"cluster": np.arange(len(inside)), "size": inside["size"].to_numpy()})
    if -1 in found.index:
        sizes.loc[len(sizes)] = [-1, int(found.loc[-1, "size"])]
    return sizes.assign(share=sizes["size"] / sizes["size"].sum()), order
