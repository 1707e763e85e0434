"""The first screen of a study's report: what was collected, coded, agreed and found, and what to look at."""

from typing import TYPE_CHECKING

import pandas as pd

from medtw_qual.agreement.forest import short
from medtw_qual.clusters.stable_number import RETURNS
from medtw_qual.corpus.units import by_authors
from medtw_qual.manuscript import Fact, Finding, HeatCell, HeatTable, Overview

if TYPE_CHECKING:
    from medtw_qual.study.study import Study

_MOST_FINDINGS = 12


def study_overview(study: "Study") -> Overview:
    """Return the first screen, as far as the study has come.

    Parameters
    ----------
    study : Study
        Its parts are computed where they were not yet.

    Returns
    -------
    Overview
        Up to five facts, the remarks of the run, and each code's share with one quotation that may be printed.
    """
    facts = [_collected(study), _coded(study), _agreed(study), _clustered(study), _most_common(study)]
    findings, text = _findings(study)
    return Overview([fact for fact in facts if fact], study.remarks, findings, text)


def _collected(study: "Study") -> Fact:
    corpus = study.corpus
    records = int(corpus.flow["before"].iloc[0]) if len(corpus.flow) else len(corpus.posts)
    more = f"from {records:,} records: {len(corpus.posts):,} posts by {by_authors(corpus)}"
    return Fact("Collected", f"{len(corpus.units):,} units", more)


def _coded(study: "Study") -> Fact | None:
    if study.codings is None:
        return None
    coders = study.codings["coder"].nunique()
    who = "coder, a language model" if study.all_models else "coder"
    if coders > 1:
        who = "coders, all language models" if study.all_models else "coders"
    return Fact("Coded", f"{study.codings['unit_id'].nunique():,} units", f"by {coders} {who}")


def _agreed(study: "Study") -> Fact | None:
    rows = _primary(study)
    if rows is None or rows.empty:
        return None
    low, high = rows["estimate"].min(), rows["estimate"].max()
    value = short(low) if len(rows) == 1 else f"{short(low)}–{short(high)}"
    worst = rows.loc[rows["estimate"].idxmin()]
    named = study.code_names.get(worst["level"], worst["level"])
    more = f"{worst['title']}, by code; lowest: {named} [{short(worst['low'])}, {short(worst['high'])}]"
    return Fact("Consistency of model coders" if study.has_model_coders else "Agreed", value, more)


def _primary(study: "Study") -> pd.DataFrame | None:
    if study.agreement is None:
        return None
    rows = study.agreement[study.agreement["coefficient"] == study.config.agreement.primary]
    return rows[rows["estimate"].notna()]


def _clustered(study: "Study") -> Fact | None:
    if study.vectors_missing or not (study.clusters.labels >= 0).any():
        return None
    stability = study.stability
    if stability is None:
        return None
    returning = int((stability["jaccard"] >= RETURNS).sum())
    more = f"clusters return in other samples of the units (Jaccard {short(RETURNS)} or more)"
    return Fact("Clusters of the machine", f"{returning} of {len(stability)}", more)


def _most_common(study: "Study") -> Fact | None:
    rows = _shares(study)
    if rows is None or rows.empty:
        return None
    top = rows.loc[rows["estimate"].idxmax()]
    named = study.code_names.get(top["code"], top["code"])
    more = f"of the corpus: {named}, the most common code [{top['low']:.0%}, {top['high']:.0%}]"
    return Fact("Found", f"{top['estimate']:.0%}", more)


def _shares(study: "Study") -> pd.DataFrame | None:
    from medtw_qual.manuscript.prevalence_rows import chosen_method

    if study.prevalence is None:
        return None
    whole = study.prevalence[(study.prevalence["group"] == "") & study.prevalence["estimate"].notna()]
    return whole if whole.empty else whole[whole["method"] == chosen_method(whole)]


def _findings(study: "Study") -> tuple[list[Finding], str]:
    rows = _shares(study)
    if rows is None or rows.empty:
        return [], ""
    quoted = _quotations(study)
    shown = rows if len(rows) <= _MOST_FINDINGS else rows.nlargest(_MOST_FINDINGS, "estimate")
    findings = [
        Finding(
            study.code_names.get(row.code, row.code), row.estimate, row.low, row.high, *quoted.get(row.code, ("", ""))
        )
        for row in shown.itertuples()
    ]
    method = str(rows["method"].iloc[0])
    confidence = f"{float(rows['confidence'].iloc[0]):.0%}"
    which = "Each code" if len(shown) == len(rows) else f"The {len(shown)} most common of {len(rows)} codes"
    text = (
        f"{which}: estimated share of the {len(study.corpus.units):,} units (method: {method}), with its {confidence}"
        " interval."
    )
    return findings, f"{text} The coders are language models." if study.all_models else text


def _quotations(study: "Study") -> dict[str, tuple[str, str]]:
    """Return one quotation a code, the shortest that may be printed: it stands on the first screen."""
    if study.quotations is None:
        return {}
    printable = study.quotations.printable()
    ordered = printable.assign(length=printable["text"].str.len()).sort_values("length", kind="stable")
    first = ordered.drop_duplicates("code")
    return {row.code: (row.text, row.attribution) for row in first.itertuples()}


def crosswalk_cells(study: "Study") -> HeatTable | None:
    """Return the crosswalk as shaded cells that say n and interval on demand; None before there is one."""
    if study.crosswalk is None:
        return None
    table = study.crosswalk.table
    cells = table[table["share_of_cluster"].notna()]  # a code that is only proposed for a cluster has no share yet
    names = study.code_names
    rows, codes = list(dict.fromkeys(cells["cluster"])), list(dict.fromkeys(cells["code"]))
    found = {(row.cluster, row.code): row for row in cells.itertuples()}
    shown = [[_cell(found[number, code], names.get(code, code)) for code in codes] for number in rows]
    size = cells.drop_duplicates("cluster").set_index("cluster")["n_cluster"]
    return HeatTable(
        "Share of each cluster's coded units that carry each code. Point at a cell, or go to it by keyboard, for n and"
        " interval; framed: the interval of the odds ratio lies above 1.",
        [f"cluster {number} (n={size[number]})" for number in rows],
        [names.get(code, code) for code in codes],
        shown,
    )


def _cell(row: pd.Series, code: str) -> HeatCell:
    share = float(row.share_of_cluster)
    odds = "" if pd.isna(row.odds_ratio) else f" Odds ratio {row.odds_ratio:.2f} [{row.low:.2f}, {row.high:.2f}]."
    decided = f" Decided: {row.decision}." if row.decision else ""
    more = f"{code} in cluster {row.cluster}: {row.n} of {row.n_cluster} coded units ({share:.0%}).{odds}{decided}"
    return HeatCell(share, f"{share:.0%}", more, bool(pd.notna(row.low) and row.low > 1))
