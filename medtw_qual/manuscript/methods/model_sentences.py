"""What a language model did as a coder, in sentences whose every word comes from its log and the study's files."""

from typing import Any

from medtw_qual.manuscript.methods.phrases import counted, number, sentences, when
from medtw_qual.manuscript.methods.study_parts import StudyParts, part
from medtw_qual.manuscript.number_format import is_missing, joined, proportion


def model_texts(study: StudyParts) -> dict[str, str]:
    """Return what the log of a model coder answers of the checklists on language models; nothing without a log.

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict
        Heading -> sentences.
    """
    answers = part(study, "model_answers")
    if answers is None:
        return {}
    settings, template = answers.settings, answers.settings["template"]
    return {
        "People and the model": _division(study, answers),
        "Model": _model(answers),
        "Access": _access(settings),
        "Parameters": _parameters(settings),
        "Customisation": f"The model {settings['model']} was asked as it is; this toolkit trains and adapts none.",
        "Memory": "Every question stood alone: nothing of one unit was carried to the next.",
        "Prompt": _prompt(answers),
        "System instructions": f"“{template['instructions']} {template['data_rule']}”",
        "Texts sent": _texts_sent(answers),
        "Validation": _validation(study, answers),
        "Post-processing": _post_processing(answers),
        "Programmes": "The model was asked by medtw_qual, which is open; the log of every question and answer is kept.",
        "Generated words": "No words of the model are printed as a quotation.",
        "Correction": _correction(study),
    }


def model_statement(study: StudyParts) -> str:
    """Say in a paragraph what a language model did as a coder; empty without one."""
    told = model_texts(study)
    wanted = ("Model", "Access", "Parameters", "People and the model", "Validation", "Post-processing")
    return sentences(*(told[name] for name in wanted)) if told else ""


def _division(study: StudyParts, answers: Any) -> str:  # noqa: ANN401 - ModelAnswers
    codings = part(study, "codings")
    kinds = set(codings["coder_kind"]) if codings is not None and "coder_kind" in codings else set()
    coders = 0 if codings is None else codings["coder"].nunique()
    who = "coders, who are models themselves" if kinds == {"model"} else "other coders"
    return sentences(
        f"The language model {answers.coder} coded {counted(answers.count('coded'), 'unit')} as one more coder.",
        when(coders, f"It saw no code of the {coders} {who}."),
        "Its codes enter neither the agreement between coders nor their consensus.",
    )


def _model(answers: Any) -> str:  # noqa: ANN401 - ModelAnswers
    settings = answers.settings
    facts = settings.get("facts", {})
    size = facts.get("parameters")
    digest = settings.get("digest")
    days = answers.first_at[:10] if answers.first_at[:10] == answers.last_at[:10] else (
        f"{answers.first_at[:10]} to {answers.last_at[:10]}"
    )  # fmt: skip
    return sentences(
        f"Model: {settings['model']}{when(size, f', {number(float(size or 0))} parameters')}, asked on {days}.",
        f"Its file or digest: {digest}." if digest else "The server did not tell a digest of the model.",
    )


def _access(settings: Any) -> str:  # noqa: ANN401 - the settings of a log
    if settings.get("local"):
        where = "It ran on the researchers’ own computer; no text left it."
    else:
        where = f"It ran at {settings['server']}, under these terms, read {settings['terms_date']}: {settings['terms']}"
    return f"{where} Each unit was one single question through the server’s programming interface, no conversation."


def _parameters(settings: Any) -> str:  # noqa: ANN401 - the settings of a log
    named = ("temperature", "max_tokens", "seed")
    sent = [
        f"{name.replace('_', ' ')} {settings['parameters'][name]:g}" for name in named if name in settings["parameters"]
    ]
    return f"Parameters: {joined(sent)}; one question a unit; the server’s prompt cache was asked to be off."


def _prompt(answers: Any) -> str:  # noqa: ANN401 - ModelAnswers
    template = answers.settings["template"]
    order = "shuffled for each unit from a seed" if template["order"] == "shuffled" else "fixed"
    return sentences(
        f"The whole prompt is kept in the log (SHA-256 {answers.settings['prompt_hash'][:12]}): instructions, the rules"
        f" of {counted(len(template['codes']), 'code')} of {answers.settings['codebook']}, and the form of the answer.",
        f"The order of the codes was {order}.",
        f"{counted(len(answers.shaping), 'unit was', 'units were')} set apart beforehand for shaping it."
        if answers.shaping
        else "It was shaped on no coded unit.",
    )


def _texts_sent(answers: Any) -> str:  # noqa: ANN401 - ModelAnswers
    asked = len(answers.units) - answers.count("not asked")
    where = "no text left the computer" if answers.settings.get("local") else f"to {answers.settings['server']}"
    return (
        f"The words of {number(asked)} of {number(len(answers.units))} units were put to the model ({where}), with what"
        " they answer or quote and without names of authors, ids or times."
    )


def _validation(study: StudyParts, answers: Any) -> str:  # noqa: ANN401 - ModelAnswers
    from medtw_qual.reconciliation import model_overlap

    consensus = part(study, "consensus")
    common = set() if consensus is None else set(consensus["unit_id"]) & set(answers.codings["unit_id"])
    if consensus is None or not common - answers.shaping:
        return ""
    overlap = model_overlap(consensus, answers)
    kappa = overlap[overlap["measure"] == "kappa"]
    values = zip(kappa["code"], kappa["estimate"], strict=True)
    said = [f"{code} {'undefined' if is_missing(value) else proportion(value)}" for code, value in values]
    return (
        f"It was set beside the consensus on {number(int(kappa['n_units'].max()))} units on which its prompt was not"
        f" shaped (Cohen’s κ: {joined(said)})."
    )


def _post_processing(answers: Any) -> str:  # noqa: ANN401 - ModelAnswers
    return sentences(
        "An answer that did not fit the form was asked for once more; nothing was repaired or guessed.",
        f"{counted(answers.count('failed'), 'unit')} failed and count as not coded, never as absent.",
        when(answers.count("no answer"), f"{counted(answers.count('no answer'), 'unit')} got no answer of the server."),
    )


def _correction(study: StudyParts) -> str:
    if part(study, "consensus") is None:
        return ""
    return (
        "Shares of the corpus rest on the consensus; the model’s codes enter only by the estimators PPI++ and DSL,"
        " which stay valid however wrong it is."
    )
