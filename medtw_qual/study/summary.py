"""What a run says at its end: the study in a few lines, for people."""

from pathlib import Path
from typing import TYPE_CHECKING

from medtw_qual.agreement.forest import short
from medtw_qual.corpus.steps.deletions import found_words
from medtw_qual.corpus.units import by_authors
from medtw_qual.study.config import is_reflexive

_MOST_CODES = 8

if TYPE_CHECKING:
    from medtw_qual.study.study import Study


def summarise(study: "Study", results: Path) -> str:
    """Return the study in a few lines: units, coders, agreement, clusters, and where the results lie."""
    lines = [study.config.title, *([study.notice] if study.notice else [])]
    shown = results.relative_to(Path.cwd()) if results.is_relative_to(Path.cwd()) else results
    lines += [_corpus(study), *_coding(study, shown)]
    lines += [] if is_reflexive(study.config) else [_clusters(study)]
    if study.remarks:
        lines += ["To look at:", *(f"- {remark}" for remark in study.remarks)]
    lines.append(f"Results: {shown}/report.html, {shown}/tables/")
    return "\n".join(lines)


def _corpus(study: "Study") -> str:
    corpus = study.corpus
    records = int(corpus.flow["before"].iloc[0]) if len(corpus.flow) else len(corpus.posts)
    deletions = "".join(f" Deletions: {found_words(noted)}." for noted in corpus.provenance.get("drop_posts", ()))
    return (
        f"Corpus: {records:,} records -> {len(corpus.posts):,} posts -> {len(corpus.units):,} units"
        f" by {by_authors(corpus)}.{deletions}"
    )


def _coding(study: "Study", shown: Path) -> list[str]:
    if study.codings is None:
        drawn = 0 if study.sample is None else len(study.sample.units)
        return [f"Coding: none yet. A sample of {drawn:,} units to begin with lies in results/working/."]
    coders = study.codings["coder"].unique()
    coded = study.codings["unit_id"].nunique()
    lines = [f"Coding: {coded:,} units by {len(coders)} coder{'s' if len(coders) > 1 else ''} ({', '.join(coders)})."]
    measured = study.agreement
    if measured is None:
        return lines
    primary = measured[measured["coefficient"] == study.config.agreement.primary]
    word = study.consistency_words if study.has_model_coders else "Agreement"
    names = study.code_names
    values = "; ".join(
        names.get(row.level, row.level)
        + (f" {short(row.estimate)} [{short(row.low)}, {short(row.high)}]" if not row.undefined else " undefined")
        for row in primary.head(_MOST_CODES).itertuples()
    )
    more = len(primary) - _MOST_CODES
    values += f"; and {more} more in {shown}/tables/agreement.md" if more > 0 else ""
    return [*lines, f"{word} ({primary['title'].iloc[0]}): {values}."]


def _clusters(study: "Study") -> str:
    if study.vectors_missing:
        return "Clusters: none, for want of vectors."
    found = study.clusters.assignments["cluster"]
    outside = int((found == -1).sum())
    return f"Clusters: {found[found >= 0].nunique()} of {len(found):,} units, {outside:,} in none."
