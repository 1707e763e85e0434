"""What comes out of a colleague's project."""

from dataclasses import dataclass, field

import pandas as pd

from medtw_qual.codebook.codebook import Codebook
from medtw_qual.corpus.corpus import Corpus

SKIPPED_COLUMNS = ("what", "name", "reason")
POSITION_COLUMNS = ("source", "counting", "evidence", "certainty", "passages")


@dataclass(frozen=True, eq=False)
class RefiProject:
    """A project of another program as this package's tables.

    Attributes
    ----------
    name, origin : str
        The project's name and the program that wrote it.
    corpus : Corpus
        One unit per text source; variables as columns of `corpus.units` or `corpus.authors`.
    codebook : Codebook
        The codebook in the version that applies.
    codings : DataFrame
        `schemas.CODINGS`; start and end are missing where a code is about the whole unit.
    memos : DataFrame
        `schemas.MEMOS`.
    coders : DataFrame
        `schemas.CODERS`: the users of the project.
    skipped : DataFrame
        What was not taken over, one row each: what, name, reason.
    positions : DataFrame
        How the project counts positions, one row per text in which that makes a difference: source, counting, evidence
        (what decided), certainty (certain, sure, likely, not decided), passages (how many).
    """

    name: str
    origin: str
    corpus: Corpus
    codebook: Codebook
    codings: pd.DataFrame
    memos: pd.DataFrame
    coders: pd.DataFrame
    skipped: pd.DataFrame
    positions: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(POSITION_COLUMNS), dtype="str"))

    def __repr__(self) -> str:
        present = int((self.codings["status"] == "present").sum())
        return (
            f"RefiProject({self.name!r} from {self.origin or 'an unnamed program'}: {len(self.coders)} users,"
            f" {len(self.codebook)} codes, {len(self.corpus.units)} units, {present} codings, {len(self.memos)} memos;"
            f" {len(self.skipped)} skipped)"
        )

    def report(self) -> str:
        """What was taken over and what was not, in words, the same things counted together."""
        lines = [repr(self)[len("RefiProject(") : -1]]
        for (counting, evidence, certainty), rows in self.positions.groupby(
            ["counting", "evidence", "certainty"], sort=True
        ):
            lines.append(f"- positions in {len(rows)} texts are counted in {counting} ({certainty}: {evidence})")
        if self._knows_presences_only():
            lines.append(
                "- agreement: the project says where codes are present and never where one was judged absent; agreement"
                " would be 100% by construction, and is undefined. If you know what the coders saw, say it: seen=..."
            )
        for (what, reason), rows in self.skipped.groupby(["what", "reason"], sort=True):
            names = [name for name in rows["name"].drop_duplicates() if name]
            shown = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
            lines.append(f"- skipped: {len(rows)} x {what} ({reason}){': ' + shown if shown else ''}")
        return "\n".join(lines)

    def _knows_presences_only(self) -> bool:
        several = len(self.codings["coder"].unique()) > 1
        return bool(several and (self.codings["status"] == "present").all())


@dataclass(eq=False)
class Skipped:
    """Collects what a reader leaves out, while it reads."""

    rows: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, what: str, name: str | None, reason: str) -> None:
        """Note one thing."""
        self.rows.append((what, name or "", reason))

    def table(self) -> pd.DataFrame:
        """One row per thing, in the order in which they were met."""
        return pd.DataFrame(self.rows, columns=list(SKIPPED_COLUMNS), dtype="str")
