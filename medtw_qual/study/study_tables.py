"""The tables of a study, filled from its parts: what `study.tables` offers and what a run writes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from medtw_qual.errors import StudyFault
from medtw_qual.study.config import is_reflexive

if TYPE_CHECKING:
    import pandas as pd

    from medtw_qual.codebook import Codebook
    from medtw_qual.llm import ModelAnswers
    from medtw_qual.study.study import Study
    from medtw_qual.tables import ManuscriptTable

Part = TypeVar("Part")

CODE_FIRST = "Let people code the sample: study.desk(...)."


def require_part(part: Part | None, what: str, remedy: str) -> Part:
    """Return a part of a study, or say that the study has none yet and what brings it."""
    if part is None:
        raise StudyFault(f"The study has no {what} yet.", remedy)
    return part


def require_codebook(study: "Study") -> "Codebook":
    """Return the codebook of a study, or say how it gets one."""
    return require_part(study.codebook, "codebook", "Name its file in study.toml: [codebook] file.")


def require_consensus(study: "Study") -> "pd.DataFrame":
    """Return the consensus of a study, or say how it gets one."""
    return require_part(study.consensus, "consensus", CODE_FIRST)


def model_spread(study: "Study") -> "pd.DataFrame":
    """Return the spread of the model's shares over the declared variants, or say how to get one."""
    from medtw_qual.llm import answer_spread

    remedy = "Declare some in study.toml: [llm.variants] other_seed = { seed = 2021 }; then: medtw-qual ask"
    return answer_spread(require_part(study.model_runs or None, "answers of variants", remedy))


@dataclass(frozen=True, eq=False)
class StudyTables:
    """The manuscript's tables of one study, each a `ManuscriptTable` that shows and saves itself.

    Attributes
    ----------
    study : Study
        Whose parts fill the tables.

    Raises
    ------
    StudyFault
        By a table whose part the study does not have yet; the message says what brings it.
    """

    study: "Study"

    def flow(self) -> "ManuscriptTable":
        """Say why each record left: the account of all exclusions."""
        from medtw_qual import tables

        return self._finished(tables.flow(self.study.corpus))

    def reading(self) -> "ManuscriptTable":
        """Say of every file as what it was read, and what was not understood, guessed or left."""
        from medtw_qual import tables

        return self._finished(tables.reading(self.study.corpus))

    def corpus(self) -> "ManuscriptTable":
        """Describe the corpus: its size, period and authors."""
        from medtw_qual import tables

        return self._finished(tables.corpus(self.study.corpus, shares=not is_reflexive(self.study.config)))

    def hashtags(self) -> "ManuscriptTable":
        """List the most used hashtags with posts and authors."""
        from medtw_qual import tables

        return self._finished(tables.hashtags(self.study.corpus, shares=not is_reflexive(self.study.config)))

    def authors(self, attributes: list[str]) -> "ManuscriptTable":
        """Count authors and posts by attributes that the researcher added.

        Parameters
        ----------
        attributes : list of str
            Columns of ``study.corpus.authors``.
        """
        from medtw_qual import tables

        return self._finished(tables.authors(self.study.corpus, attributes))

    def codebook(self) -> "ManuscriptTable":
        """Print the codebook as an appendix: every code with its rules."""
        from medtw_qual import tables

        return self._finished(tables.codebook(require_codebook(self.study)))

    def agreement(self) -> "ManuscriptTable":
        """Print the coders' agreement by code; where coders are models, their consistency, under that name."""
        from medtw_qual import tables

        study = self.study
        codings = require_part(study.codings, "codings", CODE_FIRST)
        measured, primary = study.agreement, study.config.agreement.primary
        if study.has_model_coders:
            data = "invented data" if study.config.invented else ""
            table = tables.consistency(codings, data=data, measured=measured, primary=primary, codebook=study.codebook)
            return self._finished(table.replace(notes=(*table.notes, self._subcodes_note)))
        table = tables.agreement(codings, measured=measured, primary=primary, codebook=study.codebook)
        return self._finished(table.replace(notes=(*table.notes, self._subcodes_note)))

    def clusters(self) -> "ManuscriptTable":
        """Print the clusters: size, key words, and how firmly each stands."""
        from medtw_qual import tables

        return self._finished(tables.clusters(self.study.clusters, self.study.stability))

    def crosswalk(self) -> "ManuscriptTable":
        """Print where clusters and codes meet."""
        from medtw_qual import tables

        study = self.study
        crosswalk = require_part(study.crosswalk, "crosswalk", "It needs a consensus: let people code first.")
        summary = study.clusters.summary()
        names = summary["name"] if "name" in summary else [""] * len(summary)
        words = {
            int(row.cluster): name or ", ".join(list(row.key_words)[:2])
            for row, name in zip(summary.itertuples(), names, strict=True)
        }
        return self._finished(tables.crosswalk(crosswalk, codebook=study.codebook, labels=words))

    def prevalence(self) -> "ManuscriptTable":
        """Print how common each code is in the whole corpus, by every method."""
        from medtw_qual import tables

        study = self.study
        estimated = require_part(study.prevalence, "prevalence", "It needs a consensus: let people code first.")
        table = tables.prevalence(estimated, codebook=study.codebook)
        return self._finished(table.replace(notes=(*table.notes, study.people_note, self._subcodes_note)))

    @property
    def _subcodes_note(self) -> str:
        """What is said where codes are counted with their sub-codes; empty where the codebook has none."""
        book = self.study.codebook
        nested = book is not None and any(code.parent for code in book.codes)
        return "A code with sub-codes includes them." if nested else ""

    def themes(self) -> "ManuscriptTable":
        """Print the themes with their codes, how often they occur, and the quotations that may be printed."""
        from medtw_qual import tables

        study = self.study
        printable = None if study.quotations is None else study.quotations.printable()
        coded = (require_consensus(self.study), study.corpus, require_codebook(self.study))
        shares = not is_reflexive(study.config)
        table = tables.themes(*coded, study.prevalence, printable, codings=study.codings, shares=shares)
        return self._finished(table)

    def coded(self) -> "ManuscriptTable":
        """Print the coded units: what each coder saw in them, and the consensus."""
        from medtw_qual import tables

        study = self.study
        coded = (require_consensus(self.study), study.corpus, require_codebook(self.study))
        return self._finished(tables.coded(*coded, codings=study.codings, keys=study.keys))

    def codes_by_group(self, by: str) -> "ManuscriptTable":
        """Count units by code and by a column of authors or units.

        Parameters
        ----------
        by : str
            The column, such as "role".
        """
        from medtw_qual import tables

        coded = (require_consensus(self.study), self.study.corpus, require_codebook(self.study))
        return self._finished(tables.codes_by_group(*coded, by))

    def quotations(self) -> "ManuscriptTable":
        """Print every quotation that may be printed."""
        from medtw_qual import tables

        found = require_part(self.study.quotations, "quotations", "They need a consensus: let people code first.")
        return self._finished(tables.quotations(found, self.study.codebook))

    def deletions(self) -> "ManuscriptTable":
        """Print what moved when posts that had been coded were deleted."""
        from medtw_qual import tables

        before = require_part(self.study.consensus_read, "consensus", "Let people code the sample first.")
        return self._finished(tables.deletions(before, require_consensus(self.study), self.study.codebook))

    def model_answers(self) -> "ManuscriptTable":
        """Account for what the language model that study.toml names as a coder was asked and answered."""
        from medtw_qual import tables
        from medtw_qual.study.model_steps import kept_back

        table = tables.model_answers(self._model(), kept_back=len(kept_back(self.study)))
        return self._finished(table)

    def model_overlap(self) -> "ManuscriptTable":
        """Print how far the language model's codes overlap with the consensus, code by code."""
        from medtw_qual import tables
        from medtw_qual.reconciliation import model_overlap

        overlap = model_overlap(require_consensus(self.study), self._model())
        who = "model coders" if self.study.all_models else "people"
        table = tables.model_overlap(overlap, self._model().coder, self.study.codebook, who=who)
        return self._finished(table)

    def model_ceiling(self) -> "ManuscriptTable":
        """Print each coder's agreement with the other coders beside the overlap with the language model."""
        from medtw_qual import tables
        from medtw_qual.study.model_steps import compared_with_coders

        compared = compared_with_coders(self.study)
        return self._finished(tables.model_ceiling(compared, self._model().coder, self.study.codebook))

    def model_prevalence(self) -> "ManuscriptTable":
        """Print each code's share of the corpus, the language model's answers corrected by the people's codes."""
        from medtw_qual import tables
        from medtw_qual.study.model_steps import model_shares, worth_in_words

        table = model_shares(self.study)
        title = f"Estimated Share of the Corpus With Each Code, With the Language Model {self._model().coder}"
        made = tables.prevalence(table, codebook=self.study.codebook, title=title)
        return self._finished(made.replace(notes=(*made.notes, worth_in_words(table, self.study.code_names))))

    def model_behaviour(self) -> "ManuscriptTable":
        """Print whether the language model follows the codebook, from the log of its behavioural tests."""
        from medtw_qual import tables

        remedy = "Write below [llm]: tests = 20; then: medtw-qual ask"
        tests = require_part(self.study.model_tests, "behavioural tests", remedy)
        return self._finished(tables.model_behaviour(tests, self.study.config.llm.coder))

    def model_spread(self) -> "ManuscriptTable":
        """Print how far the language model's shares move with the way it is asked, over the declared variants."""
        from medtw_qual import tables

        return self._finished(tables.model_spread(model_spread(self.study), self._model().coder, self.study.codebook))

    def model_abstention(self) -> "ManuscriptTable":
        """Print where the language model's decisions may stand, and what it would take where they may not."""
        from medtw_qual import tables
        from medtw_qual.study.model_trials import where_decisions_stand

        rules = where_decisions_stand(self.study)
        return self._finished(tables.model_abstention(rules, self._model().coder, self.study.codebook))

    def _model(self) -> "ModelAnswers":
        return require_part(
            self.study.model_answers, "model coder that was asked", "Name one below [llm]; then: medtw-qual ask"
        )

    def checklist(self, name: str = "SRQR") -> "ManuscriptTable":
        """Answer a reporting checklist as far as the study's files go.

        Parameters
        ----------
        name : str
            SRQR, COREQ, GRRAS, GUIDE-LLM or COREQ-AI.
        """
        from medtw_qual.manuscript import checklist

        return self._finished(checklist(self.study, name))

    def _finished(self, table: "ManuscriptTable") -> "ManuscriptTable":
        """Say of invented data in every format that they are: in the note, and in a column of the raw values."""
        words = self.study.mark
        if not words:
            return table
        said = (*table.notes, f"{words}.")
        return table.replace(body=table.body.assign(data=words.lower()), notes=said)

    def __repr__(self) -> str:
        return f"StudyTables of {self.study!r}: " + ", ".join(names_of(type(self)))


def names_of(kind: type) -> list[str]:
    """Return the public methods of a class in the order of its source."""
    return [name for name, value in vars(kind).items() if callable(value) and not name.startswith("_")]
