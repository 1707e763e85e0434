"""Reporting checklists, answered as far as the study's files go, with honest blanks for the rest."""

import pandas as pd

from medtw_qual.errors import InvalidArgument, did_you_mean
from medtw_qual.manuscript.manuscript_table import ManuscriptTable, TableColumn
from medtw_qual.manuscript.methods.ai_items import COREQ_AI, GUIDE_LLM
from medtw_qual.manuscript.methods.checklist_items import CHECKLISTS as _PLAIN
from medtw_qual.manuscript.methods.checklist_items import Item
from medtw_qual.manuscript.methods.methods_sections import section_texts
from medtw_qual.manuscript.methods.model_sentences import model_texts
from medtw_qual.manuscript.methods.study_parts import StudyParts

CHECKLISTS = {**_PLAIN, "GUIDE-LLM": GUIDE_LLM, "COREQ-AI": COREQ_AI}
_NAMES = {
    "SRQR": "Standards for Reporting Qualitative Research (O’Brien et al., 2014)",
    "COREQ": "Consolidated Criteria for Reporting Qualitative Research (Tong et al., 2007)",
    "GRRAS": "Guidelines for Reporting Reliability and Agreement Studies (Kottner et al., 2011)",
    "GUIDE-LLM": "GUIDE-LLM, the 14 core items (Feuerriegel et al., 2026)",
    "COREQ-AI": "items of COREQ (Tong et al., 2007) that a model coder touches, our reading; COREQ+LLM is not out yet",
}


def checklist(study: StudyParts, name: str = "SRQR", *, number: str | int = "") -> ManuscriptTable:
    """Fill in a reporting checklist as far as the study's files go.

    Parameters
    ----------
    study : Study
        As for `methods_text`.
    name : {"SRQR", "COREQ", "GRRAS", "GUIDE-LLM", "COREQ-AI"}
        SRQR fits posts best. COREQ was made for interviews: what asks for one is marked as not applicable. GRRAS is
        about agreement between coders.
    number : str
        Number in print ("A1"); by default none.

    Returns
    -------
    ManuscriptTable
        Body: item, topic, asks, answer, state ("from the study", "to be completed", "to be written", "not
        applicable"). Blanks stand in square brackets; none is filled with a guess.

    Raises
    ------
    InvalidArgument
        When there is no checklist of that name.
    """
    if name not in CHECKLISTS:
        raise InvalidArgument(
            f"There is no checklist {name!r}.{did_you_mean(name, CHECKLISTS)}", f"Use one of: {', '.join(CHECKLISTS)}."
        )
    texts = section_texts(study) | model_texts(study)
    answered_at: dict[str, str] = {}
    rows = [_answered(item, texts, answered_at) for item in CHECKLISTS[name]]
    body = pd.DataFrame(rows, columns=["item", "topic", "asks", "answer", "state"], dtype="str")
    open_items = int(body["state"].isin(("to be completed", "to be written")).sum())
    return ManuscriptTable(
        str(number),
        f"{name} Checklist",
        body,
        columns=(
            TableColumn(("item",), "Item", width=5),
            TableColumn(("topic",), "Topic", width=16),
            TableColumn(("asks",), "Asks for", width=22),
            TableColumn(("answer",), "Answer", width=60),
            TableColumn(("state",), "State", width=14),
        ),
        notes=(
            f"After: {_NAMES[name]}; what is asked for in our words.",
            f"{open_items} of {len(body)} items wait for the researchers; blanks stand in square brackets.",
        ),
    )


def _answered(item: Item, texts: dict[str, str], answered_at: dict[str, str]) -> tuple[str, str, str, str, str]:
    """Answer one item; `answered_at` keeps where a part of the methods was given, so that it is given once."""
    if item.not_applicable:
        return item.number, item.topic, item.asks, item.not_applicable, "not applicable"
    found = []
    for name in item.sections:
        if texts.get(name):
            where = answered_at.setdefault(name, item.number)
            found.append(texts[name] if where == item.number else f"{name}: see item {where}.")
    blank = f"[{item.blank}]" if item.blank else ""
    if not found:
        blank = blank or "[The study’s files do not show it.]"
    state = "from the study" if found and not blank else "to be completed" if found else "to be written"
    return item.number, item.topic, item.asks, " ".join(filter(None, [*found, blank])), state
