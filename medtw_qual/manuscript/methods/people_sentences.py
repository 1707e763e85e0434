"""What people did, in sentences whose every number is read from the study; empty where nothing was done."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from medtw_qual.corpus.readers import READERS
from medtw_qual.manuscript.agreement_rows import LABELS, coder_kinds
from medtw_qual.manuscript.methods.phrases import MANY, counted, number, sentences, share, when
from medtw_qual.manuscript.methods.study_parts import CodingEvidence, StudyParts, coding_evidence, declared, part
from medtw_qual.manuscript.number_format import confidence_of, interval, joined, proportion

_FORMATS = {
    "twarc_pages": "pages of the Twitter API version 2 as twarc2 writes them",
    "twarc_flat": "flattened posts of the Twitter API version 2",
    "table": "a table with a column of texts",
}
_BASES = {
    "agreed": "on which the coders had agreed",
    "discussed": "settled in discussion",
    "third person": "settled by a third party",
    "single coded": "coded by one coder only",
    "majority": "settled by the rule that the status given by more than half of the coders counts (ties stay open)",
    "unanimous": "settled by the rule that only a code given by every coder counts",
}


def corpus_text(study: StudyParts) -> str:
    """Say where the posts came from, what left, and what remained."""
    corpus = part(study, "corpus")
    if corpus is None:
        return ""
    sources = list((corpus.provenance or {}).get("sources", ()))
    kinds = list(dict.fromkeys(str(source.get("format", "")) for source in sources))
    formats = joined([_FORMATS.get(kind, _label(kind)) for kind in kinds if kind])
    units = corpus.units
    times = units["created_at"].dropna()
    threads = int((units["n_posts"] > 1).sum())
    return sentences(
        when(formats, f"Posts came as {formats}."),
        f"They were written between {times.min():%d %B %Y} and {times.max():%d %B %Y} (UTC)." if len(times) else "",
        corpus.flow_text(),
        when(threads, f"{counted(threads, 'unit is a thread', 'units are threads')} of several posts by one author."),
    )


def _label(source_format: str) -> str:
    """What a reader calls its format in words; a format that no reader has, such as a project, by its name."""
    return next((reader.label for reader in READERS if reader.name == source_format), source_format)


def sampling_text(study: StudyParts) -> str:
    """Say how the coded sample was drawn."""
    sample = part(study, "sample")
    if sample is None or part(study, "codings") is None:
        return ""
    population = int(sample.population or 0)
    drawn = len(sample.table)
    of = f"{share(drawn, population)} units of the corpus" if population > 0 else counted(drawn, "unit")
    strata = {name for name in sample.table["stratum"] if name}
    sample_reason = getattr(sample, "reason", "")
    return sentences(
        f"{of} were {'chosen on purpose' if sample_reason else 'sampled'} for coding.",
        when(population <= 0, "From how many units they were drawn is not recorded."),
        when(sample.design, f"Design: {sample.design.rstrip('.')}."),
        when(strata, f"The sample is stratified ({counted(len(strata), 'stratum', 'strata')})."),
        _probabilities(sample.table["inclusion_probability"])
        if not sample_reason
        else "No share of the corpus is estimated from them.",
    )


def _probabilities(chances: pd.Series) -> str:
    if chances.isna().any():
        return "Inclusion probabilities are not known for every unit, so estimates for the corpus are unweighted."
    low, high = proportion(float(chances.min())), proportion(float(chances.max()))
    if low == high:
        return f"Each unit had an inclusion probability of {low}."
    return f"Inclusion probabilities run from {low} to {high}."


def codebook_text(study: StudyParts) -> str:
    """Say what was looked for."""
    book = part(study, "codebook")
    if book is None:
        return ""
    codes = joined([code.name for code in book.codes]) if len(book) <= MANY else ""
    ruled = sum(bool(code.include_when and code.exclude_when) for code in book.codes)
    rules = "For each code" if ruled == len(book) else f"For {counted(ruled, 'code')}"
    return sentences(
        f"The codebook ({book.label}) has {counted(len(book), 'code')}"
        f"{when(book.themes, ' under ' + counted(len(book.themes), 'theme'))}{when(codes, f': {codes}')}.",
        when(ruled, f"{rules} it states when to use it and when not (the form of MacQueen et al., 1998)."),
        when(book.unit_of_coding, f"The unit of coding is {book.unit_of_coding.rstrip('.')}."),
        "A unit may carry several codes." if book.multiple_codes else "A unit carries one code at most.",
        when(book.inductive, "Coders could add codes under way."),
        _changes(part(study, "codebook_changes") or ()),
    )


def _changes(changes: Sequence[Mapping[str, Any]]) -> str:
    """Say what became of codes under way, and what earlier decisions on them count as."""
    named = [_change(change) for change in changes[:MANY]]
    more = when(len(changes) > MANY, f", and {number(len(changes) - MANY)} more changes")
    split = any(len(change["to"]) > 1 for change in changes)
    return sentences(
        when(named, f"Under way, {'; '.join(named)}{more}."),
        when(
            named,
            "Earlier decisions were carried over by this record: a merged code counts as present where one of the old"
            " codes was present, and as absent where all of them were absent.",
        ),
        when(split, "Where a code that was split had been present, the units were left to be coded again."),
    )


def _change(change: Mapping[str, Any]) -> str:
    old, new = joined(list(change["from"])), joined(list(change["to"]))
    verb = "was split into" if len(change["to"]) > 1 else "were merged into" if len(change["from"]) > 1 else "became"
    return f"{old} {verb} {new} ({change['decided_by']}: {str(change['reason']).rstrip('.')})"


def coding_text(study: StudyParts) -> str:
    """Say who coded what, and how independent the logs show it to be."""
    codings = part(study, "codings")
    if codings is None or codings.empty:
        return ""
    per_coder = codings.groupby("coder")["unit_id"].nunique()
    n_units = codings["unit_id"].nunique()
    who = joined([f"{coder} ({counted(count, 'unit')})" for coder, count in per_coder.items()])
    pairs = codings[["unit_id", "coder"]].drop_duplicates()
    double = pairs.loc[pairs["unit_id"].duplicated(), "unit_id"].nunique()
    impossible = codings.loc[codings["status"] == "impossible", "unit_id"].nunique()
    rounds = [str(round_) for round_ in codings["round"].unique()]
    return sentences(
        f"{number(n_units)} units were coded by {counted(len(per_coder), 'coder')}: {who}.",
        when(double, f"{share(double, n_units)} units were coded by more than one coder."),
        when(
            not double, "No unit was coded by more than one coder, so there is no agreement between coders to report."
        ),
        when(len(rounds) > 1, f"Coding took {number(len(rounds))} rounds ({joined(rounds)})."),
        when(impossible, f"Coding was judged impossible for {counted(impossible, 'unit')} by at least one coder."),
        _kinds(study, codings),
        _versions(study, codings),
        _independence(coding_evidence(study), len(per_coder) > 1),
    )


def _kinds(study: StudyParts, codings: pd.DataFrame) -> str:
    kinds = coder_kinds(codings, part(study, "coders"))
    here = [coder for coder in sorted(codings["coder"].unique())]
    models = [coder for coder in here if kinds.get(coder) == "model"]
    unknown = [coder for coder in here if not kinds.get(coder)]
    return sentences(
        when(len(models) == 1, f"Coder {joined(models)} is a language model, not a person."),
        when(len(models) > 1, f"Coders {joined(models)} are language models, not people."),
        when(len(unknown) == 1, f"It is not recorded whether {joined(unknown)} is a person."),
        when(len(unknown) > 1, f"It is not recorded whether {joined(unknown)} are people."),
        *_preparation(study, here),
    )


def _preparation(study: StudyParts, here: list[str]) -> list[str]:
    coders = part(study, "coders")
    if coders is None or coders.empty:
        return []
    prepared = coders[coders["coder"].isin(here) & (coders["training"] != "")]
    by_training = prepared.groupby("training", sort=False)["coder"].agg(list)
    return [f"Preparation of {joined(names)}: {words.rstrip('.')}." for words, names in by_training.items()]


def _versions(study: StudyParts, codings: pd.DataFrame) -> str:
    book = part(study, "codebook")
    hashes = set(codings["codebook_hash"].unique())
    if book is None or not any(hashes):
        return ""
    if _from_a_table(study):
        return f"The table of codings records no version of the codebook; it was read with {book.label}."
    if hashes == {book.hash} and codings.attrs.get("coded_by_same_rules"):
        return (
            f"Every decision was taken by the rules of this version of the codebook ({book.label}); names, titles or"
            " themes in it are partly of a later date."
        )
    if hashes == {book.hash}:
        return f"Every decision was taken with this version of the codebook ({book.label})."
    if book.hash not in hashes:
        return (
            "[The decisions were taken with another version of the codebook than the one described here: describe that"
            " version, or have the codes whose rules changed looked at again.]"
        )
    unnamed = when("" in hashes, " Some decisions do not name theirs.")
    return f"Decisions were taken with {counted(len(hashes - {''}), 'version')} of the codebook.{unnamed}"


def _from_a_table(study: StudyParts) -> bool:
    """Whether codings come from a .csv, which says nothing of the codebook's version."""
    source = study.folder / str(declared(study, "coding", "source"))
    files = source.iterdir() if source.is_dir() else [source]
    return any(file.suffix.lower() == ".csv" and file.name != "coders.csv" for file in files)


def _independence(evidence: CodingEvidence, several: bool) -> str:
    """Claim no more than the logs show; one coder alone is blind to nobody."""
    n = number(evidence.n_decisions)
    others = "neither other coders’ decisions nor" if several else "nothing of"
    written = [
        when(
            evidence.at_the_desk,
            f"Coding was blind: all {n} decisions were logged at a coding desk that shows {others} the machine’s"
            " clusters.",
        ),
        when(evidence.before_consensus, "Every decision was logged before the first disagreement was settled."),
        when(evidence.before_consensus is False, "Some decisions were logged after a disagreement had been settled."),
    ]
    silent = (
        "The files do not show for every decision when it was taken at the desk, so not whether coding was done blind."
    )
    return sentences(*written) or silent


def agreement_text(study: StudyParts) -> str:
    """Report how well the coders agree, by the coefficient that was declared."""
    measured = part(study, "agreement")
    if measured is None or measured.empty or not _set_against_each_other(part(study, "codings")):
        return ""
    models = has_models(study)
    there = [str(coefficient) for coefficient in dict.fromkeys(measured["coefficient"])]
    wanted = str(declared(study, "agreement", "primary"))
    primary = wanted if wanted in there else there[0]
    rows = measured[measured["coefficient"] == primary]
    label = LABELS.get(primary, primary)
    others = joined([LABELS.get(coefficient, coefficient) for coefficient in there if coefficient != primary])
    only_models = models and set(coder_kinds(part(study, "codings"), part(study, "coders")).values()) == {"model"}
    mixed = "Consistency between coders of whom some are models"
    word = ("Consistency between the model coders" if only_models else mixed) if models else "Agreement between coders"
    stated = when(wanted == primary, ", declared in the study’s settings as the primary coefficient")
    return sentences(
        f"{word} was measured with {label}{stated}.",
        when(models, "These figures are consistency, not reliability between people."),
        _values(study, rows, label),
        when(others, f"Beside it: {others}."),
        _about_intervals(rows),
    )


def _set_against_each_other(codings: pd.DataFrame | None) -> bool:
    """Whether any unit has two coders; figures without their codings are taken at their word."""
    return codings is None or bool(codings.groupby("unit_id")["coder"].nunique().gt(1).any())


def has_models(study: StudyParts) -> bool:
    """Say whether a coder of the study is a model."""
    codings = part(study, "codings")
    if codings is None:
        coders = part(study, "coders")
        return coders is not None and bool((coders["kind"] == "model").any())
    return "model" in coder_kinds(codings, part(study, "coders")).values()


def _values(study: StudyParts, rows: pd.DataFrame, label: str) -> str:
    known = rows[rows["estimate"].notna()]
    undefined = len(rows) - len(known)
    missing = when(undefined, f"It is undefined for {counted(undefined, 'code')}.")
    if known.empty:
        return missing
    if len(known) > MANY:
        low, middle, high = (proportion(float(known["estimate"].quantile(q))) for q in (0, 0.5, 1))
        summary = f"{label} ran from {low} to {high} over {counted(len(known), 'code')} (median {middle})."
        return sentences(summary, missing)
    level = next((name for name in ("code", "coder_pair", "round", "level") if name in rows), "")
    book = part(study, "codebook")
    names = book.names if book is not None else {}
    shown = [
        f"{names.get(str(row[level]), row[level]) if level else 'overall'} {proportion(row['estimate'])}"
        f" {interval(row['low'], row['high'], proportion)}"
        for _, row in known.iterrows()
    ]
    return sentences(f"{label} with {confidence_of(known)} confidence intervals: {'; '.join(shown)}.", missing)


def _about_intervals(rows: pd.DataFrame) -> str:
    words = [str(method) for method in rows["interval"].dropna().unique() if str(method)] if "interval" in rows else []
    units = rows["n_units"].dropna()
    few, many = (int(units.min()), int(units.max())) if len(units) else (0, 0)
    n = number(few) if few == many else f"{number(few)} to {number(many)}"
    return sentences(when(words, f"Intervals: {joined(words)}."), when(many, f"Units with at least two coders: {n}."))


def consensus_text(study: StudyParts) -> str:
    """Say how the decisions became one."""
    consensus, codings = part(study, "consensus"), part(study, "codings")
    if consensus is None or consensus.empty:
        return ""
    units = consensus.drop_duplicates("unit_id")
    counts = units["basis"].value_counts()
    shown = joined([f"{number(int(counts[basis]))} {words}" for basis, words in _BASES.items() if basis in counts])
    by_people = consensus[~consensus["basis"].isin(("majority", "unanimous"))]
    deciders = joined(sorted({str(name) for name in by_people["decided_by"].unique() if name}))
    fresh = len(consensus.attrs.get("new_evidence", ()))
    settled = consensus[consensus["basis"].isin(("discussed", "third person"))]
    reasoned = bool(len(settled)) and bool((settled["reason"] != "").all())
    left = codings["unit_id"].nunique() - len(units) if codings is not None else 0
    return sentences(
        f"The consensus covers {counted(len(units), 'unit')}: {shown}.",
        when(deciders, f"Disagreements were settled by {deciders}{when(reasoned, ', each with a written reason')}."),
        when(fresh, f"{counted(fresh, 'unit was', 'units were')} coded by a further person after its decision."),
        when(left > 0, f"{counted(left, 'coded unit')} without a settled decision left out."),
    )


def quotations_text(study: StudyParts) -> str:
    """Say what was decided about printing people's words."""
    found = part(study, "quotations")
    if found is None:
        return ""
    decided = found.table[found.table["decision"] != ""]
    if decided.empty:
        return ""
    kinds = joined([f"{number(int(count))} {kind}" for kind, count in decided["decision"].value_counts().items()])
    by = joined(sorted(set(decided["decided_by"])))
    blocked = len(found.blocked())
    size = counted(len(decided), "quotation was", "quotations were")
    return sentences(
        f"Words are printed only by a recorded decision, with its reason. {size} decided on by {by}: {kinds}.",
        when(blocked, f"{counted(blocked, 'of them is', 'of them are')} blocked, since the post was deleted."),
    )
