"""From ``[llm]`` in study.toml to a model's answers: who is asked, how, about which units, and what came back."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from medtw_qual.errors import StudyFault

if TYPE_CHECKING:
    import pandas as pd

    from medtw_qual.llm import CodingPrompt, CodingRun, Endpoint, ModelAnswers
    from medtw_qual.study.config import LlmSection
    from medtw_qual.study.study import Study


def ask_model(study: "Study") -> "CodingRun":
    """Ask the model that study.toml names about every unit that has no answer yet.

    Raises
    ------
    StudyFault
        When study.toml names no model coder, or the study has no codebook.
    MedtwQualError
        As `mq.llm.code_units`.
    """
    from medtw_qual.llm import code_units, split_units

    declared = study.config.llm
    if not declared.coder:
        raise StudyFault(
            "study.toml names no model to ask.", 'Write below [llm]: coder = "qwen3-8b", server and model.'
        )
    prompt, endpoint = coding_prompt(study, declared), model_endpoint(declared)
    if declared.shaping:
        if study.sample is None:
            raise StudyFault("There is no sample to set units apart from.", "Name it: [sample] file.")
        split_units(study.path(declared.log), declared.coder, study.sample.units["unit_id"], declared.shaping)
    back = kept_back(study)
    return code_units(
        units_to_ask(study), prompt, endpoint, declared.coder, study.path(declared.log),
        keep_back=back["unit_id"], seed=declared.seed,
        parameters={"temperature": declared.temperature, "max_tokens": declared.max_tokens},
    )  # fmt: skip


def units_to_ask(study: "Study") -> "pd.DataFrame":
    """Return the units that the model codes: those of the corpus, or of the sample where study.toml says so."""
    if study.config.llm.units == "sample" and study.sample is not None:
        return study.sample.units
    return study.corpus.units


def model_endpoint(declared: "LlmSection") -> "Endpoint":
    """Return the server that study.toml names; another computer only with its terms."""
    from medtw_qual.llm import Endpoint

    return Endpoint(
        declared.server, declared.model, declared.terms, declared.terms_date, declared.key_variable,
        timeout=declared.timeout, parallel=declared.parallel, per_minute=declared.per_minute,
        answer_format=declared.answer_format,
    )  # fmt: skip


def coding_prompt(study: "Study", declared: "LlmSection") -> "CodingPrompt":
    """Return the question as study.toml, or a variant in it, declares it.

    Raises
    ------
    StudyFault
        When there is no codebook.
    """
    from medtw_qual.llm import CodingPrompt
    from medtw_qual.llm.coding_prompt import INSTRUCTIONS
    from medtw_qual.study.study_tables import require_part

    codebook = require_part(study.codebook, "codebook", "Name its file in study.toml: [codebook] file.")
    own = study.existing(declared.instructions, "[llm] instructions")
    words = INSTRUCTIONS if own is None else own.read_text(encoding="utf-8-sig").strip()
    return CodingPrompt(
        codebook, words, declared.examples, declared.reasons, declared.order, declared.check_word, declared.seed
    )


def kept_back(study: "Study") -> "pd.DataFrame":
    """Return the units whose text is not sent, with the reason: unit_id, reason."""
    from medtw_qual._base.table_files import Column, TableSchema, read_table
    from medtw_qual.llm import find_kept_back

    declared = study.config.llm
    listed = study.existing(declared.keep_back, "[llm] keep_back")
    schema = TableSchema("units kept back", (Column("unit_id", "id", "a unit whose text is not sent"),), ("unit_id",))
    ids = [] if listed is None else read_table(listed, schema)["unit_id"].tolist()
    gone = study.units_deleted
    return find_kept_back(study.corpus, [unit_id for unit_id in ids if unit_id not in gone], declared.keep_back_flags)


def read_model_answers(study: "Study") -> "ModelAnswers | None":
    """Read the model's answers from its log; None where study.toml names none, or it has not been asked yet."""
    from medtw_qual.llm import read_answers
    from medtw_qual.llm.answer_log import AnswerLog

    declared = study.config.llm
    if not declared.coder or not AnswerLog(Path(study.path(declared.log)), declared.coder).files:
        return None
    return read_answers(study.path(declared.log), declared.coder, study.corpus.units)


def compared_with_coders(study: "Study") -> "pd.DataFrame":
    """Set each coder's agreement with the others beside the overlap with the model, on the units to judge by.

    Raises
    ------
    StudyFault
        When nobody has coded, or the model has not been asked.
    """
    from medtw_qual.agreement import compare_agreement
    from medtw_qual.reconciliation import model_predictions
    from medtw_qual.study.study_tables import require_part

    answers = require_part(study.model_answers, "model coder that was asked", "Name one below [llm].")
    codings = require_part(study.codings, "codings", "Let people code the sample: study.desk(...).")
    judged = codings[~codings["unit_id"].isin(answers.shaping)]
    predicted = model_predictions(answers, judged["unit_id"].unique(), judged["code"].unique())
    return compare_agreement(judged, machine=predicted, coefficient=_pairwise(study.config.agreement.primary))


def _pairwise(declared: str) -> str:
    """Return the declared coefficient where it can be taken pair by pair, Krippendorff's alpha elsewhere."""
    from medtw_qual.agreement.paired_difference import PAIRWISE

    return declared if declared in PAIRWISE else "krippendorff_alpha"


def model_shares(study: "Study") -> "pd.DataFrame":
    """Estimate shares of the corpus from the consensus and the model's answers (see `model_prevalence`).

    Raises
    ------
    StudyFault
        When there is no consensus, or the model has not been asked.
    """
    from medtw_qual.reconciliation import model_prevalence
    from medtw_qual.study.study_tables import require_part

    answers = require_part(study.model_answers, "model coder that was asked", "Name one below [llm].")
    consensus = require_part(study.consensus, "consensus", "Let people code the sample: study.desk(...).")
    back = kept_back(study)["unit_id"]
    return model_prevalence(consensus, answers, study.corpus.units["unit_id"], study.sample, kept_back=back)


def worth_in_words(shares: "pd.DataFrame", names: "Mapping[str, str]") -> str:
    """Say for each code by how much the model narrows the interval, or that it is worth nothing."""
    rows = shares[shares["method"].str.startswith("PPI++")]
    said = [f"{names.get(row.code, row.code)}: {row.worth}" for row in rows.itertuples()]
    wider = shares[shares["method"].str.startswith("DSL") & shares["worth"].str.contains("wider")]
    dsl = f" DSL is wider than people alone for {wider['code'].nunique()} of {len(rows)} codes." if len(wider) else ""
    return f"What the model is worth (PPI++). {'; '.join(said)}.{dsl}" if said else ""


def judged_by_model(study: "Study") -> int:
    """How many units of the consensus the model has coded, those left out on which its prompt was shaped."""
    if study.model_answers is None or study.consensus is None:
        return 0
    common = set(study.consensus["unit_id"]) & set(study.model_answers.codings["unit_id"])
    return len(common - study.model_answers.shaping)
