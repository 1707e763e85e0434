"""The stages of a run, in the order of a study: people code and freeze before the machine shows anything."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from medtw_qual.study.outputs import Outputs

if TYPE_CHECKING:
    from medtw_qual.study.model import Study


@dataclass(frozen=True)
class Stage:
    """One stage of a run.

    Attributes
    ----------
    title : str
        What the progress bar says.
    write : callable
        Computes the stage's part of the study and writes its outputs.
    """

    title: str
    write: Callable[["Study", Outputs], None]


def _corpus(study: "Study", out: Outputs) -> None:
    from medtw_qual.manuscript import corpus_table, flow_table, hashtag_table

    corpus = study.corpus
    out.begin("Corpus", corpus.flow_text())
    out.table("flow", flow_table(corpus))
    caption = "Flow chart: what was read, what left and why, what was joined, what remained."
    out.figure("flow", corpus.flow_chart(), caption, corpus.flow_text())
    out.table("corpus", corpus_table(corpus))
    if corpus.posts["hashtags"].map(len).any():
        out.table("hashtags", hashtag_table(corpus), appendix=True)


def _coding(study: "Study", out: Outputs) -> None:
    from medtw_qual.manuscript import codebook_table

    if study.codebook is not None:
        out.begin("Codebook", f"{study.codebook.title or study.codebook.label}: {len(study.codebook)} codes.")
        out.table("codebook", codebook_table(study.codebook), appendix=True)
    if study.codings is None and study.sample is not None:
        study.sample.save(out.folder / "working" / "sample.csv")


def _agreement(study: "Study", out: Outputs) -> None:
    from medtw_qual.agreement import forest_alt, forest_plot
    from medtw_qual.agreement.registry import COEFFICIENTS
    from medtw_qual.manuscript import agreement_table, consistency_table

    if study.agreement is None or study.codings is None:
        return
    models = study.has_model_coders
    data = "invented data" if study.config.invented else ""
    title = study.consistency_words + (f" ({data})" if data else "") if models else "Agreement between coders"
    declared = study.config.agreement
    out.begin(
        title,
        f"Declared in study.toml: {COEFFICIENTS[declared.primary][0]}. Each coder's own decisions, not the consensus.",
    )
    given: dict[str, Any] = {
        "measured": study.agreement, "primary": declared.primary, "codebook": study.codebook,
    }  # fmt: skip
    table = consistency_table(study.codings, data=data, **given) if models else agreement_table(study.codings, **given)
    out.table("agreement", table)
    if study.agreement["estimate"].notna().any():
        names = study.code_names
        figure = forest_plot(study.agreement, coefficient=declared.primary, names=names, title=title)
        caption = f"{title}, by code, with intervals."
        out.figure("agreement", figure, caption, forest_alt(study.agreement, declared.primary, names))


def _deletions(study: "Study", out: Outputs) -> None:
    from medtw_qual.manuscript import deletion_table

    if study.units_deleted and study.consensus_read is not None and study.consensus is not None:
        out.begin(
            "Deleted posts",
            f"{len(study.units_deleted):,} units left with posts that were deleted or withdrawn since collection, with"
            " all that was decided about them. Every other table is that of after.",
        )
        table = deletion_table(study.consensus_read, study.consensus, study.codebook)
        out.table("deletions", table, appendix=True)


def _clusters(study: "Study", out: Outputs) -> None:
    from medtw_qual.manuscript import cluster_table
    from medtw_qual.manuscript.alt_texts import clusters_in_words

    clusters = study.clusters
    found = clusters.assignments["cluster"]
    outside = int((found < 0).sum())
    in_none = f", {outside} units in none" if outside else ""
    out.begin(
        "Clusters",
        f"{found[found >= 0].nunique()} clusters of {len(found)} units ({clusters.method}){in_none}.",
    )
    out.table("clusters", cluster_table(clusters, study.stability))
    caption = "Map of the units in two dimensions, each cluster labelled by its key words."
    if (found >= 0).any():
        out.figure("clusters", clusters.map(), caption, clusters_in_words(clusters.summary()))


def _reconciliation(study: "Study", out: Outputs) -> None:
    from medtw_qual.manuscript import crosswalk_table, prevalence_table
    from medtw_qual.manuscript.alt_texts import course_in_words, crosswalk_in_words, shares_in_words
    from medtw_qual.reconciliation import code_over_time, over_time_plot, prevalence_plot

    if study.crosswalk is None or study.prevalence is None or study.consensus is None:
        return
    names = study.code_names
    out.begin("Clusters and codes", "Overlap of the machine's clusters with the people's codes; it is not agreement.")
    words = {int(row.cluster): ", ".join(list(row.key_words)[:2]) for row in study.clusters.summary().itertuples()}
    out.table("crosswalk", crosswalk_table(study.crosswalk, codebook=study.codebook, labels=words))
    caption = "Heat map: share of each cluster's coded units that carry each code."
    out.figure("crosswalk", study.crosswalk.heatmap(names), caption, crosswalk_in_words(study.crosswalk.table, names))
    out.begin("Prevalence", "How common each code is in the whole corpus; intervals are conditional on the consensus.")
    estimated = prevalence_table(study.prevalence, codebook=study.codebook)
    who = "The method “people” is the consensus of coders who are models." if study.all_models else ""
    out.table("prevalence", estimated.replace(notes=(*estimated.notes, who)))
    caption = f"Each code's share of the corpus by method, with intervals. {who}".strip()
    out.figure(
        "prevalence", prevalence_plot(study.prevalence, names), caption, shares_in_words(study.prevalence, names)
    )
    if study.corpus.units["created_at"].notna().any():
        shares = code_over_time(study.consensus, study.corpus, study.sample)
        caption = "Each code's share of the units of each month, from the consensus alone, with intervals."
        picture = over_time_plot(shares, names=names)
        out.figure("over_time", picture, caption, course_in_words(shares, names, "people"))


def _manuscript(study: "Study", out: Outputs) -> None:
    from medtw_qual.manuscript import checklist, coded_table, methods_text, quotation_table, theme_map, theme_table
    from medtw_qual.manuscript.alt_texts import themes_in_words

    if study.consensus is not None and study.codebook is not None:
        shown = "by random keys" if study.keys else "by numbers"
        out.begin("Themes and coded units", f"Units are shown {shown}; quotations need a recorded decision.")
        printable = None if study.quotations is None else study.quotations.printable()
        evidence = (study.consensus, study.corpus, study.codebook)
        out.table("themes", theme_table(*evidence, study.prevalence, printable))
        caption = "Themes and codes as a tree; the area of a circle is the number of units."
        out.figure("themes", theme_map(*evidence), caption, themes_in_words(*evidence))
        _network(study, out)
        if study.quotations is not None and len(study.quotations.printable()):
            out.table("quotations", quotation_table(study.quotations, study.codebook), appendix=True)
        out.table("coded", coded_table(*evidence, codings=study.codings, keys=study.keys))
    out.begin("Methods and reporting", "The methods text, filled from the study's files, is in methods.md.")
    out.text("methods.md", methods_text(study))
    out.table("checklist_srqr", checklist(study, "SRQR"), appendix=True)


def _network(study: "Study", out: Outputs) -> None:
    """Draw which codes lie on the same units, where there are several codes."""
    from medtw_qual.coding import co_occurrence
    from medtw_qual.manuscript.alt_texts import pairs_in_words
    from medtw_qual.reconciliation import co_occurrence_network

    pairs = co_occurrence(study.consensus, study.corpus)
    if not pairs.empty:
        caption = "Codes that lie on the same units; the wider the line, the more units."
        picture = co_occurrence_network(study.consensus, study.corpus, names=study.code_names)
        out.figure("co_occurrence", picture, caption, pairs_in_words(pairs, study.code_names))


def _report(study: "Study", out: Outputs) -> None:
    from medtw_qual.manuscript import build_report

    if study.remarks:
        out.begin("To look at", "\n".join(f"- {remark}" for remark in study.remarks))
    out.text("report.html", build_report(study.config.title, out.parts, notice=study.notice))


def _gate(study: "Study", out: Outputs) -> None:
    """Refuse the whole run when an output carries words or ids that nobody decided to print."""
    from medtw_qual.manuscript import require_publishable

    require_publishable(out.folder, study.corpus_collected, study.quotations, study.codebook)


STAGES = (
    Stage("corpus", _corpus),
    Stage("codebook and sample", _coding),
    Stage("agreement", _agreement),
    Stage("deletions", _deletions),
    Stage("clusters", _clusters),
    Stage("reconciliation", _reconciliation),
    Stage("manuscript", _manuscript),
    Stage("report", _report),
    Stage("gate", _gate),
)
