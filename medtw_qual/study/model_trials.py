"""Beyond one model's codes: does it follow the codebook, how far do results move, where may its decisions stand."""

from dataclasses import replace
from typing import TYPE_CHECKING

from medtw_qual.errors import StudyFault, did_you_mean
from medtw_qual.study.model_steps import coding_prompt, kept_back, model_endpoint, units_to_ask

if TYPE_CHECKING:
    import pandas as pd

    from medtw_qual.codebook import Codebook
    from medtw_qual.llm import CodingRun, Endpoint, ModelAnswers
    from medtw_qual.study.config import LlmSection
    from medtw_qual.study.study import Study

# What a variant may declare differently; the server's parameters stay, so that nothing else moves the results.
VARIED = ("instructions", "examples", "reasons", "order", "check_word", "seed", "server", "model")


def ask_tests(study: "Study") -> "pd.DataFrame | None":
    """Ask the questions of the behavioural tests that have no answer yet; None where study.toml declares no tests."""
    declared = study.config.llm
    return _tests(study, model_endpoint(declared)) if declared.coder and declared.tests else None


def read_tests(study: "Study") -> "pd.DataFrame | None":
    """Make the table of the behavioural tests from their log, without a server; None where they were not asked yet.

    Raises
    ------
    MissingFile
        When the tests were begun and not finished.
    """
    from medtw_qual.llm.answer_log import AnswerLog

    declared = study.config.llm
    if not declared.coder or not declared.tests:
        return None
    begun = AnswerLog(study.path(declared.log) / "tests", f"{declared.coder}.base").files
    return _tests(study, None) if begun else None


def _tests(study: "Study", endpoint: "Endpoint | None") -> "pd.DataFrame":
    from medtw_qual.llm import behavioural_tests

    declared = study.config.llm
    return behavioural_tests(
        units_for_tests(study), coding_prompt(study, declared), endpoint, declared.coder,
        study.path(declared.log) / "tests", paraphrase=_paraphrase(study),
        parameters={"temperature": declared.temperature, "max_tokens": declared.max_tokens}, seed=declared.seed,
    )  # fmt: skip


def units_for_tests(study: "Study") -> "pd.DataFrame":
    """Return the units of the behavioural tests: outside the sample, so that nobody judges the model on them.

    They are the first by the hash of their ids, a choice that depends on nothing else; units kept back are left out.

    Raises
    ------
    StudyFault
        When fewer units are left than study.toml asks for.
    """
    from medtw_qual._base.hashing import hash_json

    wanted = study.config.llm.tests
    sampled = set() if study.sample is None else set(study.sample.units["unit_id"])
    units = study.corpus.units
    free = units[~units["unit_id"].isin(sampled | set(kept_back(study)["unit_id"]))]
    if len(free) < wanted:
        raise StudyFault(
            f"study.toml asks for {wanted} test units, and {len(free)} lie outside the sample.",
            "Lower it: [llm] tests.",
        )
    order = free["unit_id"].map(hash_json).sort_values(kind="stable").index[:wanted]
    return free.loc[sorted(order)].reset_index(drop=True)


def _paraphrase(study: "Study") -> "Codebook | None":
    from medtw_qual.codebook import read_codebook

    file = study.existing(study.config.llm.paraphrase, "[llm] paraphrase")
    return None if file is None else read_codebook(file)


def variant_sections(declared: "LlmSection") -> "dict[str, LlmSection]":
    """Return each variant as a section of its own: what study.toml declares of the model, with what differs.

    Raises
    ------
    StudyFault
        When a variant changes what it may not change, changes nothing, or its value is of the wrong kind.
    """
    found = {}
    for name, changes in declared.variants.items():
        where = f"[llm.variants] {name}"
        if not changes:
            raise StudyFault(f"{where} changes nothing.", "Write what differs: { seed = 2021 }.")
        for key, value in changes.items():
            if key not in VARIED:
                raise StudyFault(
                    f"{where} cannot change {key!r}.{did_you_mean(key, VARIED)}", f"Use: {', '.join(VARIED)}."
                )
            if type(value) is not type(getattr(declared, key)):
                raise StudyFault(f"{where}: {key} = {value!r} is of the wrong kind.", "Write it as below [llm].")
        found[name] = replace(declared, coder=f"{declared.coder}.{name}", variants={}, **changes)  # type: ignore[arg-type]
    return found


def ask_variants(study: "Study") -> "dict[str, CodingRun]":
    """Ask every declared variant about the units that the model codes; what has an answer is not asked again."""
    from medtw_qual.llm import code_units

    declared = study.config.llm
    back = kept_back(study)["unit_id"] if declared.variants else ()
    return {
        name: code_units(
            units_to_ask(study), coding_prompt(study, section), model_endpoint(section), section.coder,
            study.path(declared.log) / "variants", keep_back=back, seed=section.seed,
            parameters={"temperature": section.temperature, "max_tokens": section.max_tokens},
        )
        for name, section in variant_sections(declared).items()
    }  # fmt: skip


def read_runs(study: "Study") -> "dict[str, ModelAnswers]":
    """Return the answers as declared and those of every variant that was asked, by name; empty: no variant was."""
    from medtw_qual.llm import read_answers
    from medtw_qual.llm.answer_log import AnswerLog

    declared = study.config.llm
    folder = study.path(declared.log) / "variants"
    asked = {
        name: read_answers(folder, section.coder, study.corpus.units)
        for name, section in variant_sections(declared).items()
        if AnswerLog(folder, section.coder).files
    }
    return {"as declared": study.model_answers, **asked} if asked and study.model_answers is not None else {}


def where_decisions_stand(study: "Study", error: float = 0.05, confidence: float = 0.95) -> "pd.DataFrame":
    """Say from which probability on a code of the model may stand, judged on the consensus (see `mq.llm.abstain`).

    Raises
    ------
    StudyFault
        When there is no consensus, or the model has not been asked.
    """
    from medtw_qual.llm import abstain
    from medtw_qual.study.study_tables import require_consensus, require_part

    answers = require_part(study.model_answers, "model coder that was asked", "Name one below [llm].")
    consensus = require_consensus(study)
    judged = consensus[~consensus["unit_id"].isin(answers.shaping)]
    return abstain(answers.probabilities, judged, error=error, confidence=confidence).rules
