"""What goes into a project, checked and gathered by unit before any XML is written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from medtw_qual._base.table_files import empty_table, validate_table
from medtw_qual.codebook.codebook import Codebook
from medtw_qual.codebook.qdc_format import guid
from medtw_qual.corpus.corpus import Corpus
from medtw_qual.errors import UnknownUnit
from medtw_qual.exchange.coding_statements import Decision
from medtw_qual.exchange.positions import STANDARD, Counting
from medtw_qual.exchange.project_users import user_name
from medtw_qual.exchange.variables import AUTHOR_PREFIX, VariableMaker
from medtw_qual.schemas import CODINGS, MEMOS, UNITS

Record = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class ProjectDraft:
    """A project before it is written.

    Attributes
    ----------
    name : str
        The name of the project.
    codebook : Codebook
        The codebook in the version that applies.
    units : list of dict
        Rows of the units table.
    decisions : dict
        For each unit id, what the coders decided.
    users : tuple of str
    memos : list of dict
        Rows of the memos table.
    facts : dict
        For each unit id, its variables.
    variables : VariableMaker
    counting : Counting
        How positions are written.
    """

    name: str
    codebook: Codebook
    units: Sequence[Record]
    decisions: Mapping[str, Sequence[Decision]]
    users: Sequence[str]
    memos: Sequence[Record]
    facts: Mapping[str, Sequence[tuple[str, object]]]
    variables: VariableMaker
    counting: Counting = STANDARD

    def guid(self, *names: str) -> str:
        """A GUID within this project."""
        return guid(self.name, *names)

    def code_guid(self, code: str) -> str:
        """The code's GUID: the same as in a .qdc of the codebook."""
        return guid(self.codebook.name, "code", code)

    def notes_about(self, *about: str, key: str | None = None) -> list[str]:
        """GUIDs of the memos of these kinds, on one thing or on any."""
        return [
            self.guid("note", str(place))
            for place, memo in enumerate(self.memos)
            if memo["about"] in about and key in (None, memo["key"])
        ]


def gather_draft(
    corpus: Corpus,
    codebook: Codebook,
    codings: pd.DataFrame | None,
    memos: pd.DataFrame | None,
    name: str,
    counting: Counting = STANDARD,
) -> ProjectDraft:
    """Check and gather.

    Raises
    ------
    UnknownUnit, UnknownCode, MissingColumn, InvalidTable
    """
    units = validate_table(corpus.units, UNITS).to_dict("records")
    decisions = _decisions(codings, units, codebook) if codings is not None else {}
    authors = {str(row["author_id"]): row for row in corpus.authors.to_dict("records")}
    facts = {
        unit["unit_id"]: [
            *_facts(unit, authors),
            *(fact for decision in decisions.get(unit["unit_id"], ()) for fact in decision.statements(codebook)),
        ]
        for unit in units
    }
    return ProjectDraft(
        name=name,
        codebook=codebook,
        units=units,
        decisions=decisions,
        users=sorted({decision.user for some in decisions.values() for decision in some}),
        memos=validate_table(empty_table(MEMOS) if memos is None else memos, MEMOS).to_dict("records"),
        facts=facts,
        variables=VariableMaker(name, facts.values()),
        counting=counting,
    )


def _decisions(codings: pd.DataFrame, units: Iterable[Record], codebook: Codebook) -> dict[str, list[Decision]]:
    table = validate_table(codings, CODINGS)
    for code in table["code"].unique():
        codebook.require(code, "the codings")
    strange = table.loc[~table["unit_id"].isin([unit["unit_id"] for unit in units]), "unit_id"]
    if len(strange):
        raise UnknownUnit(
            f"The codings are about {strange.nunique()} units that the corpus does not have, such as"
            f" {strange.iloc[0]!r}.",
            "Write the corpus from which the sample was drawn.",
        )
    found: dict[tuple[str, str, str], Decision] = {}
    for row in table.to_dict("records"):
        key = (row["unit_id"], row["coder"], row["round"])
        decision = found.get(key)
        if decision is None:
            user = user_name(row["coder"], row["round"], row.get("coder_kind") == "model")
            decision = found[key] = Decision(user, row["coder"])
        _add(decision, row)
    grouped: dict[str, list[Decision]] = {}
    for key in sorted(found):
        grouped.setdefault(key[0], []).append(found[key])
    return grouped


def _add(decision: Decision, row: Record) -> None:
    """Take a row of the codings into its decision."""
    decision.codebook_hash = decision.codebook_hash or row["codebook_hash"]
    if row["memo"] and row["memo"] not in decision.memos:
        decision.memos.append(row["memo"])
    if row["code"] not in decision.seen:
        decision.seen.append(row["code"])
    moment = None if pd.isna(row["decided_at"]) else row["decided_at"]
    if row["status"] == "present":
        place = None if pd.isna(row.get("start")) else (int(row["start"]), int(row["end"]))
        decision.marks.setdefault(place, []).append((row["code"], moment))
        return
    if row["status"] == "impossible":
        decision.impossible.append(row["code"])
    if moment is not None:
        decision.decided_at = moment if decision.decided_at is None else max(decision.decided_at, moment)


def _facts(unit: Record, authors: Mapping[str, Record]) -> Iterator[tuple[str, object]]:
    yield "unit_id", unit["unit_id"]
    yield "author_id", unit["author_id"]
    yield "created_at", unit["created_at"]
    if not pd.isna(unit["n_posts"]) and unit["n_posts"] > 1:
        yield "n_posts", unit["n_posts"]
        yield "post_ids", unit["post_ids"]
    yield from ((str(key), value) for key, value in unit.items() if UNITS.column(str(key)) is None)
    author = authors.get(unit["author_id"], {})
    yield from ((f"{AUTHOR_PREFIX}{key}", value) for key, value in author.items() if key != "author_id")
