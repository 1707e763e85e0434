"""What a reflexive study did, in sentences that count material and measure nothing."""

from importlib.metadata import PackageNotFoundError, version

from medtw_qual.manuscript.methods.phrases import counted, number, sentences, when
from medtw_qual.manuscript.methods.study_parts import StudyParts, part
from medtw_qual.manuscript.number_format import joined


def is_reflexive(study: StudyParts) -> bool:
    """Say whether study.toml declares the reflexive approach (Braun and Clarke 2021, 2024)."""
    return getattr(study.config, "approach", "") == "reflexive"


def reflexive_sampling_text(study: StudyParts) -> str:
    """Say which units were read: how many, and how they were chosen."""
    sample = part(study, "sample")
    if sample is None or part(study, "codings") is None:
        return ""
    population = int(sample.population or 0)
    of = when(population, f" of the {number(population)} units of the corpus")
    return sentences(
        f"{counted(len(sample.table), 'unit')}{of} were chosen for reading.",
        when(sample.design, f"How they were chosen: {sample.design.rstrip('.')}."),
    )


def reflexive_coding_text(study: StudyParts) -> str:
    """Say who read and coded what; a coder who is a model is named as one."""
    codings = part(study, "codings")
    if codings is None or codings.empty:
        return ""
    per_coder = codings.groupby("coder")["unit_id"].nunique()
    coders = part(study, "coders")
    kinds = {} if coders is None else dict(zip(coders["coder"], coders["kind"], strict=True))
    models = [str(coder) for coder in per_coder.index if kinds.get(coder) == "model"]
    who = joined([f"{coder} ({counted(int(count), 'unit')})" for coder, count in per_coder.items()])
    verb = "are language models, not people" if len(models) > 1 else "is a language model, not a person"
    return sentences(
        f"The approach is reflexive thematic analysis (Braun and Clarke, 2021): {who} read and coded.",
        when(models, f"{joined(models)} {verb}."),
        "[Describe how codes and themes were developed, and your own position.]",
    )


def reflexive_software_text(study: StudyParts) -> str:
    """Name the software that kept the record."""
    try:
        installed = " " + version("medtw-qual")
    except PackageNotFoundError:
        installed = ""
    return f"The corpus was prepared, and figures and tables were made, with medtw_qual{installed}."
