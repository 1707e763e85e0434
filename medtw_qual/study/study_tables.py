"""The tables of a study, filled from its parts: what `study.tables` offers and what a run writes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from medtw_qual.errors import StudyFault

if TYPE_CHECKING:
    import pandas as pd

    from medtw_qual.codebook import Codebook
    from medtw_qual.manuscript import ManuscriptTable
    from medtw_qual.study.study import Study

Part = TypeVar("Part")


def require_part(part: Part | None, what: str, remedy: str) -> Part:
    """Return a part of a study, or say that the study has none yet and what brings it."""
    if part is None:
        raise StudyFault(f"The study has no {what} yet.", remedy)
    return part


@dataclass(frozen=True, eq=False)
class StudyTables:
    """The manuscript's tables of one study, each a `ManuscriptTable` that shows and saves itself.

    Attributes
    ----------
    study : Study

    Raises
    ------
    StudyFault
        By a table whose part the study does not have yet; the message says what brings it.
    """

    study: "Study"

    def flow(self) -> "ManuscriptTable":
        """Say why each record left: the account of all exclusions."""
        from medtw_qual.manuscript import flow_table

        return flow_table(self.study.corpus)

    def corpus(self) -> "ManuscriptTable":
        """Describe the corpus: its size, period and authors."""
        from medtw_qual.manuscript import corpus_table

        return corpus_table(self.study.corpus)

    def hashtags(self) -> "ManuscriptTable":
        """List the most used hashtags with posts and authors."""
        from medtw_qual.manuscript import hashtag_table

        return hashtag_table(self.study.corpus)

    def authors(self, attributes: list[str]) -> "ManuscriptTable":
        """Count authors and posts by attributes that the researcher added.

        Parameters
        ----------
        attributes : list of str
            Columns of ``study.corpus.authors``.
        """
        from medtw_qual.manuscript import author_table

        return author_table(self.study.corpus, attributes)

    def codebook(self) -> "ManuscriptTable":
        """Print the codebook as an appendix: every code with its rules."""
        from medtw_qual.manuscript import codebook_table

        return codebook_table(self._codebook())

    def agreement(self) -> "ManuscriptTable":
        """Print the coders' agreement by code; where coders are models, their consistency, under that name."""
        from medtw_qual.manuscript import agreement_table, consistency_table

        study = self.study
        codings = require_part(study.codings, "codings", "Let people code the sample: study.desk(...).")
        measured, primary = study.agreement, study.config.agreement.primary
        if study.has_model_coders:
            data = "invented data" if study.config.invented else ""
            return consistency_table(codings, data=data, measured=measured, primary=primary, codebook=study.codebook)
        return agreement_table(codings, measured=measured, primary=primary, codebook=study.codebook)

    def clusters(self) -> "ManuscriptTable":
        """Print the clusters: size, key words, and how firmly each stands."""
        from medtw_qual.manuscript import cluster_table

        return cluster_table(self.study.clusters, self.study.stability)

    def crosswalk(self) -> "ManuscriptTable":
        """Print where clusters and codes meet."""
        from medtw_qual.manuscript import crosswalk_table

        study = self.study
        crosswalk = require_part(study.crosswalk, "crosswalk", "It needs a consensus: let people code first.")
        summary = study.clusters.summary()
        names = summary["name"] if "name" in summary else [""] * len(summary)
        words = {
            int(row.cluster): name or ", ".join(list(row.key_words)[:2])
            for row, name in zip(summary.itertuples(), names, strict=True)
        }
        return crosswalk_table(crosswalk, codebook=study.codebook, labels=words)

    def prevalence(self) -> "ManuscriptTable":
        """Print how common each code is in the whole corpus, by every method."""
        from medtw_qual.manuscript import prevalence_table

        study = self.study
        estimated = require_part(study.prevalence, "prevalence", "It needs a consensus: let people code first.")
        table = prevalence_table(estimated, codebook=study.codebook)
        who = "The method “people” is the consensus of coders who are models." if study.all_models else ""
        return table.replace(notes=(*table.notes, who))

    def themes(self) -> "ManuscriptTable":
        """Print the themes with their codes, how often they occur, and the quotations that may be printed."""
        from medtw_qual.manuscript import theme_table

        study = self.study
        printable = None if study.quotations is None else study.quotations.printable()
        return theme_table(self._consensus(), study.corpus, self._codebook(), study.prevalence, printable)

    def coded(self) -> "ManuscriptTable":
        """Print the coded units: what each coder saw in them, and the consensus."""
        from medtw_qual.manuscript import coded_table

        study = self.study
        return coded_table(self._consensus(), study.corpus, self._codebook(), codings=study.codings, keys=study.keys)

    def codes_by_group(self, by: str) -> "ManuscriptTable":
        """Count units by code and by a column of authors or units.

        Parameters
        ----------
        by : str
            The column, such as "role".
        """
        from medtw_qual.manuscript import matrix_table

        return matrix_table(self._consensus(), self.study.corpus, self._codebook(), by)

    def quotations(self) -> "ManuscriptTable":
        """Print every quotation that may be printed."""
        from medtw_qual.manuscript import quotation_table

        found = require_part(self.study.quotations, "quotations", "They need a consensus: let people code first.")
        return quotation_table(found, self.study.codebook)

    def deletions(self) -> "ManuscriptTable":
        """Print what moved when posts that had been coded were deleted."""
        from medtw_qual.manuscript import deletion_table

        before = require_part(self.study.consensus_read, "consensus", "Let people code the sample first.")
        return deletion_table(before, self._consensus(), self.study.codebook)

    def checklist(self, name: str = "SRQR") -> "ManuscriptTable":
        """Answer a reporting checklist as far as the study's files go.

        Parameters
        ----------
        name : str
            SRQR, COREQ or GRRAS.
        """
        from medtw_qual.manuscript import checklist

        return checklist(self.study, name)

    def _codebook(self) -> "Codebook":
        return require_part(self.study.codebook, "codebook", "Name its file in study.toml: [codebook] file.")

    def _consensus(self) -> "pd.DataFrame":
        return require_part(self.study.consensus, "consensus", "Let people code the sample: study.desk(...).")

    def __repr__(self) -> str:
        return f"StudyTables of {self.study!r}: " + ", ".join(names_of(type(self)))


def names_of(kind: type) -> list[str]:
    """Return the public methods of a class in the order of its source."""
    return [name for name, value in vars(kind).items() if callable(value) and not name.startswith("_")]
