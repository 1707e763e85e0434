"""What comes out of a colleague's project."""

from dataclasses import dataclass, field

import pandas as pd

from medtw_qual.codebook.codebook import Codebook
from medtw_qual.corpus.corpus import Corpus

SKIPPED_COLUMNS = ("what", "name", "reason")


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
    """

    name: str
    origin: str
    corpus: Corpus
    codebook: Codebook
    codings: pd.DataFrame
    memos: pd.DataFrame
    coders: pd.DataFrame
    skipped: pd.DataFrame

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
        for (what, reason), rows in self.skipped.groupby(["what", "reason"], sort=True):
            names = [name for name in rows["name"].drop_duplicates() if name]
            shown = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
            lines.append(f"- skipped: {len(rows)} x {what} ({reason}){': ' + shown if shown else ''}")
        return "\n".join(lines)


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
