"""What each figure shows, in words for readers who cannot see it: not its form, but its figures."""

import pandas as pd

from medtw_qual.codebook import Codebook
from medtw_qual.corpus import Corpus
from medtw_qual.manuscript.code_counts import count_codes, count_in_words
from medtw_qual.manuscript.number_format import is_missing, rounded
from medtw_qual.manuscript.prevalence_rows import chosen_method
from medtw_qual.manuscript.theme_rows import theme_entries

_MANY = 8  # a list read aloud is not longer


def themes_in_words(consensus: pd.DataFrame, corpus: Corpus, codebook: Codebook) -> str:
    """Say for each theme and code in how many units and by how many authors it occurs."""
    lines = []
    for entry in theme_entries(codebook):
        count = count_codes(consensus, corpus, entry.codes)
        lines.append(f"{entry.name}: {count_in_words(count)}")
    return _listed(lines, "themes and codes")


def clusters_in_words(summary: pd.DataFrame) -> str:
    """Say how large each cluster is, the largest first, and its first key words."""
    return _listed(
        [
            f"cluster {row.cluster}: {row.size} units, {', '.join(list(row.key_words)[:3])}"
            for row in summary.itertuples(index=False)
        ],
        "clusters",
    )


def crosswalk_in_words(table: pd.DataFrame, names: dict[str, str]) -> str:
    """Say in which cluster each code is most over-represented."""
    lines = []
    for code, cells in table[(table["n"] > 0).fillna(False).astype(bool)].groupby("code", sort=False):
        cell = cells.loc[cells["over_representation"].astype("float64").idxmax()]
        share, ratio = _percent(cell["share_of_cluster"]), rounded(cell["over_representation"], 1)
        lines.append(
            f"{names.get(str(code), code)} is most frequent in cluster {cell['cluster']}: {share} of its coded units,"
            f" {ratio} times the share overall"
        )
    return _listed(lines, "codes")


def shares_in_words(prevalence: pd.DataFrame, names: dict[str, str]) -> str:
    """Say each code's share of the corpus with its limits, by the method that uses most of the evidence."""
    whole = prevalence[prevalence["group"] == ""]
    if whole.empty:
        return ""
    method = chosen_method(whole)
    rows = whole[whole["method"] == method]
    lines = [
        f"{names.get(row.code, row.code)} {_percent(row.estimate)} ({_percent(row.low)} to {_percent(row.high)})"
        for row in rows.itertuples()
        if not is_missing(row.estimate)
    ]
    return f"By {method}: " + _listed(lines, "codes") if lines else ""


def course_in_words(shares: pd.DataFrame, names: dict[str, str], method: str) -> str:
    """Say each code's share in the first and the last period that has one."""
    rows = shares[(shares["method"] == method) & shares["estimate"].notna()]
    lines = [
        f"{names.get(str(code), code)} from {_percent(own['estimate'].iloc[0])} in {own['group'].iloc[0]} to"
        f" {_percent(own['estimate'].iloc[-1])} in {own['group'].iloc[-1]}"
        for code, own in rows.groupby("code", sort=False)
    ]
    return _listed(lines, "codes")


def pairs_in_words(pairs: pd.DataFrame, names: dict[str, str]) -> str:
    """Say which codes lie on the same units, the most frequent pairs first."""
    there = pairs[pairs["n_units"] > 0].sort_values("n_units", ascending=False, kind="stable")
    if there.empty:
        return "No two codes lie on the same unit."
    lines = [
        f"{names.get(row.code, row.code)} with {names.get(row.other, row.other)}: {row.n_units} units"
        for row in there.itertuples()
    ]
    return _listed(lines, "pairs")


def _percent(share: float) -> str:
    return f"{rounded(share, 1, scale=100)}%"


def _listed(lines: list[str], what: str) -> str:
    more = f"; and {len(lines) - _MANY} more {what}" if len(lines) > _MANY else ""
    words = "; ".join(lines[:_MANY]) + more
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def spread_in_words(spread: pd.DataFrame, names: dict[str, str]) -> str:
    """Say between which shares each code moves over the declared runs of a model."""
    shares = spread[(spread["quantity"] == "share") & spread["value"].notna()]
    lines = [
        f"{names.get(str(code), code)} from {_percent(own.min())} to {_percent(own.max())}"
        for code, own in shares.groupby("code", sort=False)["value"]
    ]
    return _listed(lines, "codes")
