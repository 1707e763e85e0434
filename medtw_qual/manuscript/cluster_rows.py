"""The table of clusters: how large each is, what it is about in words, and how firmly it stands."""

from typing import Any

import pandas as pd

from medtw_qual._base.table_files import require_columns
from medtw_qual.manuscript.manuscript_table import ManuscriptTable, TableColumn

_WORDS = 8


def _label(number: int, name: str) -> str:
    """Return a cluster's number, with the name that people gave it."""
    if number < 0:
        return "none"
    return f"{number}: {name}" if name else str(number)


def cluster_table(
    clusters: Any,  # noqa: ANN401 - Clusters or its summary
    stability: pd.DataFrame | None = None,
    *,
    number: str | int = "",
    title: str = "",
) -> ManuscriptTable:
    """Make the table of the machine's clusters.

    Parameters
    ----------
    clusters : Clusters or DataFrame
        What `cluster` returned, or its ``.summary()``: cluster, size, share, key_words; name, where people gave one.
    stability : DataFrame, optional
        ``clusters.stability()``: adds the mean Jaccard coefficient over resamples and the verdict.
    number, title : str
        Number and title in print; by default no number, and a title that says what the table shows.

    Returns
    -------
    ManuscriptTable
        Body: cluster, size, share, key_words; with stability jaccard, low, high, verdict. No post is shown: the
        most central ones are for the researcher's eyes.
    """
    summary = clusters if isinstance(clusters, pd.DataFrame) else clusters.summary()
    require_columns(summary, ("cluster", "size", "share", "key_words"), "clusters")
    body = summary[["cluster", "size", "share"]].reset_index(drop=True)
    body["key_words"] = [", ".join(list(words)[:_WORDS]) for words in summary["key_words"]]
    given = summary["name"].fillna("").astype(str) if "name" in summary else [""] * len(body)
    body["name"] = [_label(int(cluster), name) for cluster, name in zip(body["cluster"], given, strict=True)]
    columns = [
        TableColumn(("name",), "Cluster"),
        TableColumn(("size",), "Units", "whole"),
        TableColumn(("share",), "%", "percent"),
        TableColumn(("key_words",), "Key words", width=44),
    ]
    notes = [
        "Clusters are topics found by an algorithm, numbered by size; they are no codes. Key words: class-based TF-IDF."
    ]
    if stability is not None:
        require_columns(stability, ("cluster", "jaccard", "verdict"), "stability")
        body = body.merge(stability[["cluster", "jaccard", "verdict"]], on="cluster", how="left")
        columns += [
            TableColumn(("jaccard",), "Jaccard", "proportion"),
            TableColumn(("verdict",), "Stability", width=18),
        ]
        notes.append("Jaccard: mean similarity with the nearest cluster when the units are drawn again (Hennig 2007).")
    return ManuscriptTable(
        str(number), title or "The Machine’s Clusters", body, columns=tuple(columns), notes=tuple(notes)
    )
