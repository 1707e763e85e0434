"""Tables about a language model as a coder: what it answered, how it overlaps with people, what it is worth."""

import pandas as pd

from medtw_qual._base.table_files import require_columns
from medtw_qual.codebook import Codebook
from medtw_qual.llm import ModelAnswers
from medtw_qual.manuscript.manuscript_table import ManuscriptTable, TableColumn
from medtw_qual.manuscript.number_format import confidence_of

GUEST = "The model’s codes enter neither agreement nor consensus."


def model_answers_table(answers: ModelAnswers, *, kept_back: int = 0, number: str | int = "") -> ManuscriptTable:
    """Account for every unit that a model was to code: coded, failed, not asked, and what was wrong.

    Parameters
    ----------
    answers : ModelAnswers
        What `mq.llm.read_answers` returned.
    kept_back : int
        Units whose text was not sent.
    number : str
        The number of the table in the manuscript; default: none.

    Returns
    -------
    ManuscriptTable
        Body: what, count. A unit that failed is not coded; it counts as absent nowhere.
    """
    second = int((answers.units["attempts"] == 2).sum()) - answers.count("failed")
    rows: list[tuple[str, int]] = [
        ("Units of the corpus", len(answers.units)),
        ("Coded", answers.count("coded")),
        ("  of these after a second question", second),
        ("Failed: no answer fitted, not coded", answers.count("failed")),
        ("Without an answer of the server", answers.count("no answer")),
        ("Not asked", answers.count("not asked")),
        ("  of these kept back, text not sent", kept_back),
        *((f"Answers that did not fit: {name}", count) for name, count in sorted(answers.faults.items())),
        *((f"Troubles of the server: {name}", count) for name, count in sorted(answers.troubles.items())),
    ]
    body = pd.DataFrame(rows, columns=["what", "count"]).astype({"what": "str"})
    digest = str(answers.settings.get("digest") or "not told by the server")
    asked = f"{answers.first_at[:10]} to {answers.last_at[:10]}"
    return ManuscriptTable(
        str(number),
        f"Answers of the Language Model {answers.coder}",
        body.assign(what=body["what"].str.strip()),
        columns=(TableColumn(("what",), "Units and answers", width=50), TableColumn(("count",), "n", "whole")),
        indents=tuple(int(text.startswith("  ")) for text, _ in rows),
        notes=(
            f"Model: {answers.settings['model']} ({digest}); asked {asked} on {answers.settings['server']}.",
            "An answer that did not fit the form was asked for once more.",
        ),
    )


def model_overlap_table(
    overlap: pd.DataFrame, coder: str, codebook: Codebook | None = None, *, who: str = "people", number: str | int = ""
) -> ManuscriptTable:
    """Make the table of a model's overlap with the consensus.

    Parameters
    ----------
    overlap : DataFrame
        What `mq.reconciliation.model_overlap` returned.
    coder : str
        The model's name as a coder.
    codebook : Codebook, optional
        Gives the codes' names and order.
    who : str
        Whose consensus it is; "people" unless they are models too.
    number : str
        The number of the table in the manuscript; default: none.

    Returns
    -------
    ManuscriptTable
        Body: label, code, measure, estimate, low, high, n_units, people, model, note.
    """
    require_columns(overlap, ("code", "measure", "estimate", "low", "high", "n_units", "people", "model"), "overlap")
    body = overlap[["code", "measure", "estimate", "low", "high", "n_units", "people", "model", "note"]].copy()
    body = labelled(body, codebook)
    failed = int(overlap["failed"].max()) if len(overlap) else 0
    return ManuscriptTable(
        str(number),
        f"Overlap of the Language Model {coder} With the Consensus",
        body.reset_index(drop=True),
        columns=(
            TableColumn(("label",), "Code", width=24),
            TableColumn(("measure",), "Measure", width=12),
            TableColumn(("estimate",), "Estimate", "proportion"),
            TableColumn(("low", "high"), f"{confidence_of(overlap)} CI", "proportion interval"),
            TableColumn(("n_units",), "Units judged", "whole"),
            TableColumn(("people",), f"Present: {who}", "whole"),
            TableColumn(("model",), "Present: model", "whole"),
        ),
        notes=(
            f"Overlap, not agreement between people. {GUEST}",
            "Units on which the prompt was shaped are left out, and so is what either side found impossible to judge.",
            f"On {failed} of the units to judge by the model failed." if failed else "",
        ),
    )


def model_ceiling_table(
    compared: pd.DataFrame, coder: str, codebook: Codebook | None = None, *, number: str | int = ""
) -> ManuscriptTable:
    """Make the table that sets each person's overlap with a model beside the person's agreement with the others.

    Parameters
    ----------
    compared : DataFrame
        What `mq.agreement.compare_agreement` returned with a machine.
    coder : str
        The model's name as a coder.
    codebook : Codebook, optional
        Gives the codes' names and order.
    number : str
        The number of the table in the manuscript; default: none.

    Returns
    -------
    ManuscriptTable
        Body: label, code, coder, with_people, other, difference, low, high, n_units, undefined.
    """
    columns = ["code", "coder", "with_people", "other", "difference", "low", "high", "n_units", "undefined"]
    body = compared[columns].copy()
    body = labelled(body, codebook)
    used = str(compared["coefficient"].iloc[0]).replace("_", " ") if len(compared) else ""
    return ManuscriptTable(
        str(number),
        f"Each Coder With the Other Coders, and With the Language Model {coder}",
        body.reset_index(drop=True),
        columns=(
            TableColumn(("label",), "Code", width=24),
            TableColumn(("coder",), "Coder", width=10),
            TableColumn(("with_people",), "With the others", "proportion"),
            TableColumn(("other",), "With the model", "proportion"),
            TableColumn(("difference",), "Difference", "proportion"),
            TableColumn(("low", "high"), "95% CI", "proportion interval"),
            TableColumn(("n_units",), "Units", "whole"),
        ),
        notes=(
            f"Coefficient: {used}, on units that all of them decided. The first figure is the ceiling:"
            " how close coders come to each other.",
            GUEST,
        ),
    )


def labelled(body: pd.DataFrame, codebook: Codebook | None) -> pd.DataFrame:
    """Put the codes' printed names first, each in its first row only."""
    names = {} if codebook is None else codebook.names
    labels = pd.Series([names.get(code, code) for code in body["code"]], index=body.index)
    found = body.copy()
    found.insert(0, "label", labels.where(body["code"] != body["code"].shift(), ""))
    return found
