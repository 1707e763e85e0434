"""The stages of a run, in the order of a study: people code and freeze before the machine shows anything."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medtw_qual.study.config import is_reflexive
from medtw_qual.study.outputs import Outputs

if TYPE_CHECKING:
    from medtw_qual.study.study import Study


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
    corpus = study.corpus
    out.begin("Corpus", corpus.flow_text())
    out.table("flow", study.tables.flow())
    caption = "Flow chart: what was read, what left and why, what was joined, what remained."
    out.figure("flow", study.plot.flow(), caption, corpus.flow_text())
    if len(corpus.reading):
        out.table("reading", study.tables.reading(), appendix=True)
    out.table("corpus", study.tables.corpus())
    if corpus.posts["hashtags"].map(len).any():
        out.table("hashtags", study.tables.hashtags(), appendix=True)


def _coding(study: "Study", out: Outputs) -> None:
    if study.codebook is not None:
        out.begin("Codebook", f"{study.codebook.title or study.codebook.label}: {len(study.codebook)} codes.")
        out.table("codebook", study.tables.codebook(), appendix=True)
    if study.codings is None and study.sample is not None:
        study.sample.save(out.folder / "working" / "sample.csv")


def _agreement(study: "Study", out: Outputs) -> None:
    from medtw_qual.agreement.coefficient_registry import COEFFICIENTS
    from medtw_qual.agreement.forest import forest_in_words

    if study.agreement is None:
        return
    declared = study.config.agreement
    out.begin(
        study.agreement_title,
        f"Declared in study.toml: {COEFFICIENTS[declared.primary][0]}. Each coder's own decisions, not the consensus.",
    )
    out.table("agreement", study.tables.agreement())
    if study.agreement["estimate"].notna().any():
        caption = f"{study.agreement_title}, by code, with intervals."
        facts = forest_in_words(study.agreement, declared.primary, study.code_names)
        out.figure("agreement", study.plot.agreement(), caption, facts)


def _deletions(study: "Study", out: Outputs) -> None:
    if study.units_deleted and study.consensus_read is not None and study.consensus is not None:
        out.begin(
            "Deleted posts",
            f"{len(study.units_deleted):,} units left with posts that were deleted or withdrawn since collection, with"
            " all that was decided about them. Every other table is that of after.",
        )
        out.table("deletions", study.tables.deletions(), appendix=True)


def _clusters(study: "Study", out: Outputs) -> None:
    from medtw_qual.manuscript.alt_texts import clusters_in_words

    if study.vectors_missing:
        return
    clusters = study.clusters
    found = clusters.assignments["cluster"]
    outside = int((found < 0).sum())
    in_none = f", {outside} units in none" if outside else ""
    out.begin(
        "Clusters",
        f"{found[found >= 0].nunique()} clusters of {len(found)} units ({clusters.method}){in_none}.",
    )
    out.table("clusters", study.tables.clusters())
    caption = (
        "Every cluster is a disc, every unit a dot in it: dark where it belongs firmly. Discs near each other are"
        " alike; distances across the picture are rough."
    )
    if (found >= 0).any():
        out.figure("clusters", study.plot.clusters(), caption, clusters_in_words(clusters.summary()))
        walk = clusters.plot.interactive(study.stability)
        out.frame("A map to walk in: point at dots, colour them by cluster or month, zoom", walk.content)


def _reconciliation(study: "Study", out: Outputs) -> None:
    from medtw_qual.manuscript.alt_texts import course_in_words, shares_in_words

    if study.prevalence is None or study.consensus is None:
        return
    names = study.code_names
    if not study.vectors_missing:
        _crosswalk(study, out)
    out.begin("Prevalence", "How common each code is in the whole corpus; intervals are conditional on the consensus.")
    out.table("prevalence", study.tables.prevalence())
    caption = f"Each code's share of the corpus by method, with intervals. {study.people_note}".strip()
    out.figure("prevalence", study.plot.prevalence(), caption, shares_in_words(study.prevalence, names))
    if study.corpus.units["created_at"].notna().any():
        caption = "Each code's share of the units of each month, from the consensus alone, with intervals."
        out.figure(
            "over_time", study.plot.over_time(), caption, course_in_words(study.shares_over_time, names, "people")
        )


def _crosswalk(study: "Study", out: Outputs) -> None:
    from medtw_qual.manuscript.alt_texts import crosswalk_in_words
    from medtw_qual.study.overview import crosswalk_cells

    if study.crosswalk is None:
        return
    out.begin("Clusters and codes", "Overlap of the machine's clusters with the people's codes; it is not agreement.")
    out.table("crosswalk", study.tables.crosswalk())
    caption = "Heat map: share of each cluster's coded units that carry each code."
    facts = crosswalk_in_words(study.crosswalk.table, study.code_names)
    out.figure("crosswalk", study.plot.crosswalk(), caption, facts)
    cells = crosswalk_cells(study)
    if cells is not None:
        out.heat_table(cells)


def _language_model(study: "Study", out: Outputs) -> None:
    if study.model_answers is None:
        return
    from medtw_qual.manuscript.alt_texts import spread_in_words
    from medtw_qual.study.study_tables import model_spread

    answers, names = study.model_answers, study.code_names
    text = f"{answers} It is one more coder, beside people: in no coefficient of agreement and in no consensus."
    out.begin("A language model as one more coder", text)
    out.table("model_answers", study.tables.model_answers(), appendix=True)
    if study.consensus is not None and answers.count("coded"):
        from medtw_qual.study.model_steps import judged_by_model

        if judged_by_model(study):
            out.table("model_overlap", study.tables.model_overlap())
            if study.codings is not None and study.codings["coder"].nunique() > 1:
                out.table("model_ceiling", study.tables.model_ceiling(), appendix=True)
        out.table("model_prevalence", study.tables.model_prevalence(), appendix=True)
        out.table("model_abstention", study.tables.model_abstention(), appendix=True)
    if study.model_tests is not None:
        out.table("model_behaviour", study.tables.model_behaviour(), appendix=True)
    if study.model_runs:
        out.table("model_spread", study.tables.model_spread(), appendix=True)
        caption = (
            "Each code's share of the units by every declared way of asking the language model; a line spans them."
        )
        out.figure("model_spread", study.plot.model_spread(), caption, spread_in_words(model_spread(study), names))
    out.table("checklist_guide_llm", study.checklist("GUIDE-LLM"), appendix=True)
    out.table("checklist_coreq_ai", study.checklist("COREQ-AI"), appendix=True)


def _manuscript(study: "Study", out: Outputs) -> None:
    from medtw_qual.manuscript.alt_texts import themes_in_words

    if study.consensus is not None and study.codebook is not None:
        shown = "by random keys" if study.keys else "by numbers"
        out.begin("Themes and coded units", f"Units are shown {shown}; quotations need a recorded decision.")
        evidence = (study.consensus, study.corpus, study.codebook)
        out.table("themes", study.tables.themes())
        caption = "Themes and codes as a tree; the area of a circle is the number of units."
        out.figure("themes", study.plot.themes(), caption, themes_in_words(*evidence))
        _network(study, out)
        if study.quotations is not None and len(study.quotations.printable()):
            out.table("quotations", study.tables.quotations(), appendix=True)
        if not is_reflexive(study.config):  # its columns are what each coder and the consensus say
            out.table("coded", study.tables.coded())
    methods = study.methods_text()
    out.text("methods.md", methods)
    body = methods.split("\n", 1)[1].replace(f"*{study.notice}*", "")  # title and notice stand on top of the report
    out.begin("Methods", body, files={"as Markdown": "methods.md"})
    out.begin("Reporting checklist", "Answered as far as the study's files go; the rest is the team's to write.")
    out.table("checklist_srqr", study.checklist("SRQR"), appendix=True)


def _network(study: "Study", out: Outputs) -> None:
    """Draw which codes lie on the same units, where there are several codes."""
    from medtw_qual.coding import co_occurrence
    from medtw_qual.manuscript.alt_texts import pairs_in_words

    pairs = co_occurrence(study.consensus, study.corpus)
    if not pairs.empty:
        caption = "Codes that lie on the same units; the wider the line, the more units."
        out.figure("co_occurrence", study.plot.co_occurrence(), caption, pairs_in_words(pairs, study.code_names))


def _report(study: "Study", out: Outputs) -> None:
    from medtw_qual.manuscript import build_report
    from medtw_qual.study.overview import study_overview

    overview = study_overview(study)
    page = build_report(study.config.title, out.sections, notice=study.notice, overview=overview)
    out.text("report.html", page)


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
    Stage("language model", _language_model),
    Stage("manuscript", _manuscript),
    Stage("report", _report),
    Stage("gate", _gate),
)
