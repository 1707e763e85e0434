"""What a run says at its end: the study in a few lines, for people."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medtw_qual.study.model import Study


def summarise(study: "Study", results: Path) -> str:
    """Return the study in a few lines: units, coders, agreement, clusters, and where the results lie."""
    lines = [study.config.title, *([study.notice] if study.notice else [])]
    shown = results.relative_to(Path.cwd()) if results.is_relative_to(Path.cwd()) else results
    lines += [_corpus(study), *_coding(study), _clusters(study), f"Results: {shown}/report.html, {shown}/tables/"]
    return "\n".join(lines)


def _corpus(study: "Study") -> str:
    corpus = study.corpus
    records = int(corpus.flow["before"].iloc[0]) if len(corpus.flow) else len(corpus.posts)
    return (
        f"Corpus: {records:,} records -> {len(corpus.posts):,} posts -> {len(corpus.units):,} units"
        f" by {corpus.units['author_id'].nunique():,} authors."
    )


def _coding(study: "Study") -> list[str]:
    if study.codings is None:
        drawn = 0 if study.sample is None else len(study.sample.units)
        return [f"Coding: none yet. A sample of {drawn:,} units to begin with lies in results/working/."]
    coders = study.codings["coder"].unique()
    coded = study.codings["unit_id"].nunique()
    lines = [f"Coding: {coded:,} units by {len(coders)} coder{'s' if len(coders) > 1 else ''} ({', '.join(coders)})."]
    lines += [said for said in [moved_text(study)] if said]
    measured = study.agreement
    if measured is None:
        return lines
    primary = measured[measured["coefficient"] == study.config.agreement.primary]
    word = "Consistency between model coders" if study.has_model_coders else "Agreement"
    values = ", ".join(
        f"{row.level} {row.estimate:.2f} [{row.low:.2f}, {row.high:.2f}]"
        if not row.undefined
        else f"{row.level} undefined"
        for row in primary.head(8).itertuples()
    )
    return [*lines, f"{word} ({study.config.agreement.primary}): {values}."]


def moved_text(study: "Study") -> str:
    """Say what it moved that coded units left the corpus since (deleted posts); nothing where none did."""
    moved, made = study.moved, study.consensus_made
    if moved is None or made is None:
        return ""
    left = made["unit_id"].nunique() - study.corpus.units["unit_id"].isin(set(made["unit_id"])).sum()
    codes = ", ".join(
        f"{row.code} {row.present_before:,} of {row.units_before:,} -> {row.present_after:,} of {row.units_after:,}"
        f" ({row.change:+.1f} points)"
        for row in moved.itertuples()
    )
    said = f"Left since they were coded: {left:,} units, and their codes with them. What that moved: {codes}."
    return f"{said} {_set_aside(study)}".strip()


def _set_aside(study: "Study") -> str:
    """Say that decisions about clusters no longer hold, since the clusters changed with the corpus."""
    log = study.config.reconciliation.decisions
    crosswalk = study.crosswalk if log else None
    if crosswalk is None or not study.n_lost or (crosswalk.table["decision"] != "").any():
        return ""
    return f"The clusters changed with it: the decisions in {log} are set aside; decide the cells again."


def _clusters(study: "Study") -> str:
    found = study.clusters.assignments["cluster"]
    outside = int((found == -1).sum())
    return f"Clusters: {found[found >= 0].nunique()} of {len(found):,} units, {outside:,} in none."
