"""What the machine did and what people made of it, in sentences whose every number is read from the study."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from medtw_qual.manuscript.methods.phrases import counted, number, sentences, when
from medtw_qual.manuscript.methods.study_parts import StudyParts, part
from medtw_qual.manuscript.number_format import confidence_of, is_missing, joined
from medtw_qual.manuscript.prevalence_rows import PEOPLE_ALONE


def clusters_text(study: StudyParts) -> str:
    """Say how the machine grouped the corpus."""
    clusters = part(study, "clusters")
    if clusters is None:
        return ""
    assigned = clusters.assignments["cluster"]
    outside = int((assigned < 0).sum())
    encoder = dict(getattr(getattr(clusters, "vectors", None), "encoder", None) or {})
    precision = when(encoder.get("precision"), f" ({encoder.get('precision')} precision)")
    seed = clusters.parameters.get("seed")
    how = clusters.method + when(not is_missing(seed), f", seed {seed}")
    curve = getattr(clusters, "curve", ())
    criterion = "how well clusters return in other samples" if "stability" in curve else "the mean silhouette"
    chosen = len(curve) > 0
    n_clusters = counted(int(assigned[assigned >= 0].nunique()), "cluster")
    return sentences(
        when(encoder.get("model"), f"Texts were turned into vectors by {encoder.get('model')}{precision}."),
        f"{number(len(assigned))} units were grouped into {n_clusters} ({how})"
        + (f"; the number was chosen by {criterion}." if chosen else "."),
        when(outside, f"{counted(outside, 'unit belongs', 'units belong')} to no cluster."),
        _acts(getattr(clusters, "acts", ())),
        when(
            getattr(clusters, "guided_by", ""),
            "The clustering was guided by the codebook and is therefore no evidence for it.",
        ),
    )


def _acts(acts: Sequence[Mapping[str, Any]]) -> str:
    """Say what people did to the machine's clusters."""
    if not acts:
        return ""
    kinds = pd.Series([_DONE[str(act["act"])] for act in acts]).value_counts(sort=False)
    by = joined(sorted({str(act["decided_by"]) for act in acts}))
    what = joined([f"{kind} ({number(int(count))})" for kind, count in kinds.items()])
    return f"What people then did to the clusters, each act logged with its reason, by {by}: {what}."


_DONE = {
    "name": "named", "merge": "merged", "split": "split", "move": "units moved", "set aside": "set aside",
}  # fmt: skip


def reconciliation_text(study: StudyParts) -> str:
    """Say how clusters and codes were set against each other, and what people decided."""
    crosswalk = part(study, "crosswalk")
    if crosswalk is None:
        return ""
    table = crosswalk if isinstance(crosswalk, pd.DataFrame) else crosswalk.table
    compared = table[table["n"].notna()]  # a cell of a new code carries a decision and no counts
    clusters = compared.loc[compared["cluster"] >= 0, "cluster"]  # -1: units in no cluster
    size = f"{counted(clusters.nunique(), 'cluster')} × {counted(compared['code'].nunique(), 'code')}"
    return sentences(
        f"Clusters and codes were compared cell by cell ({size}) as overlap, which is not agreement between coders.",
        _decisions(table),
    )


def _decisions(table: pd.DataFrame) -> str:
    decided = table[table["decision"].fillna("") != ""] if "decision" in table else table.iloc[:0]
    if decided.empty:
        return "No decision about a cell is recorded."
    kinds = joined([f"{number(int(count))} {kind!r}" for kind, count in decided["decision"].value_counts().items()])
    by = sorted({str(name) for name in decided["decided_by"] if name}) if "decided_by" in decided else []
    return f"{counted(len(decided), 'cell was', 'cells were')} decided on{when(by, f' by {joined(by)}')}: {kinds}."


def prevalence_text(study: StudyParts) -> str:
    """Say how shares of the corpus were estimated."""
    table = part(study, "prevalence")
    if table is None or table.empty:
        return ""
    of_coders = table["method"].str.startswith("coder ")
    named = [str(method) for method in dict.fromkeys(table.loc[~of_coders & table["estimate"].notna(), "method"])]
    alone = when(set(named) & set(PEOPLE_ALONE), "from the consensus alone")
    methods = [alone, *(f"by {name}" for name in named if name not in PEOPLE_ALONE)]
    undefined = table.loc[table["estimate"].isna(), "code"].nunique()
    return sentences(
        f"Shares of the whole corpus were estimated {joined([method for method in methods if method])}, with"
        f" {confidence_of(table)} intervals that are conditional on the consensus.",
        when(of_coders.any(), "Each coder’s own share stands beside them."),
        when(undefined, f"{counted(undefined, 'code')} had too little evidence for at least one method."),
    )


def predictions_used(study: StudyParts) -> bool:
    """Whether a model's predictions entered the estimates of prevalence."""
    table = part(study, "prevalence")
    if table is None or table.empty:
        return False
    rests_on_people = table["method"].isin(PEOPLE_ALONE) | table["method"].str.startswith("coder ")
    return bool((~rests_on_people & table["estimate"].notna()).any())
