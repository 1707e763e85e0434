"""The way back: a new code that people accepted becomes a draft in the codebook's next version."""

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from medtw_qual.codebook import Code, Codebook
from medtw_qual.errors import InvalidArgument, StaleDecision
from medtw_qual.reconciliation.interfaces import SampleLike

if TYPE_CHECKING:
    from medtw_qual.reconciliation.crosswalk import Crosswalk


@dataclass(frozen=True, eq=False)
class Revision:
    """A codebook's next version and what it asks of the coders.

    Attributes
    ----------
    codebook : Codebook
        With the new codes as drafts: id, name, the reason they were accepted and their source; definition and rules are
        empty, for people to write.
    recode : DataFrame
        unit_id, code: every unit of the sample for every new code. Not only the cluster that suggested it: a code that
        is looked for in one place only would be found in one place only.
    note : str
        What a reader must know of the result.
    """

    codebook: Codebook
    recode: pd.DataFrame
    note: str


def revise_codebook(codebook: Codebook, crosswalk: "Crosswalk", sample: SampleLike) -> Revision:
    """Draft the codebook's next version from the decisions "new code", and list what must be looked at again.

    Parameters
    ----------
    codebook : Codebook
        The version that the consensus was coded against.
    crosswalk : Crosswalk
        With people's decisions.
    sample : Sample
        All its units are listed for another look.

    Returns
    -------
    Revision
        The version's second number goes up by one: 1.0.0 becomes 1.1.0.

    Raises
    ------
    InvalidArgument
        When no decision accepted a new code.
    StaleDecision
        When the crosswalk rests on another version of the codebook.

    Examples
    --------
    >>> next_version("1.0.0"), next_version("3"), next_version("v7")
    ('1.1.0', '3.1', 'v7.1')
    """
    if crosswalk.codebook_hash and crosswalk.codebook_hash != codebook.hash:
        raise StaleDecision(
            f"The crosswalk rests on another version than {codebook.label}.",
            "Read the version that the consensus was coded against.",
        )
    accepted = crosswalk.table[crosswalk.table["decision"] == "new code"]
    if accepted.empty:
        raise InvalidArgument("No decision accepted a new code.", 'Decide "new code" on a cluster first.')
    drafts = [_draft(code, rows) for code, rows in accepted.groupby("code", sort=False)]
    units = list(dict.fromkeys(sample.table["unit_id"].astype(str)))
    recode = pd.DataFrame(
        [(unit, draft.id) for draft in drafts for unit in units], columns=["unit_id", "code"], dtype="str"
    )
    book = replace(codebook, version=next_version(codebook.version), codes=(*codebook.codes, *drafts), source_file="")
    names = ", ".join(draft.id for draft in drafts)
    return Revision(
        book, recode, f"Draft: write the rules of {names}, then look at all {len(units)} sampled units for it."
    )


def _draft(code: str, rows: pd.DataFrame) -> Code:
    clusters = ", ".join(str(number) for number in rows["cluster"])
    who = ", ".join(dict.fromkeys(rows["decided_by"]))
    when = rows["decided_at"].max()
    source = f"Suggested by cluster {clusters} (assignments {rows['assignments_hash'].iloc[0][:8]}), accepted by {who}"
    return Code(
        id=code,
        name=code.replace("_", " ").capitalize(),
        brief=" ".join(dict.fromkeys(rows["reason"])),
        source=f"{source} on {when:%Y-%m-%d}; draft.",
    )


def next_version(version: str) -> str:
    """Return the version with its second number one higher and the rest at zero."""
    match = re.fullmatch(r"(\d+)\.(\d+)((?:\.\d+)*)", version)
    if match is None:
        return f"{version}.1"
    return f"{match[1]}.{int(match[2]) + 1}" + ".0" * match[3].count(".")
