"""A study as a researcher meets it: its parts, tables, figures, desks and texts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from medtw_qual.study.coded_part import coding_seen
from medtw_qual.study.computed_parts import ComputedParts
from medtw_qual.study.config import read_config
from medtw_qual.study.input_files import changed_files, file_states, warn_of_changes
from medtw_qual.study.study_plots import StudyPlots
from medtw_qual.study.study_tables import CODE_FIRST, StudyTables, require_codebook, require_part
from medtw_qual.study.text_mask import mask_in_notebook, show_in_notebook

if TYPE_CHECKING:
    from medtw_qual.clusters import Vectors
    from medtw_qual.coding.desk import CodingDesk, ConsensusDesk, ScreeningDesk
    from medtw_qual.tables import ManuscriptTable


def open_study(folder: str | Path = ".") -> "Study":
    """Open a study folder.

    Parameters
    ----------
    folder : str or Path
        A folder with a study.toml; the current one by default.

    Returns
    -------
    Study
        Its parts are read and computed when they are first asked for. In a notebook, people's words are masked in
        the tables it displays unless study.toml says ``show_text = true``.

    Raises
    ------
    MissingFile
        When the folder has no study.toml.
    StudyFault
        When study.toml has an unknown key or a wrong value.
    """
    path = Path(folder).resolve()
    config = read_config(path)
    if config.show_text:
        show_in_notebook()
    else:
        mask_in_notebook()
    return Study(path, config, file_states(path, config))


@dataclass(frozen=True, eq=False)
class Study(ComputedParts):
    """The parts of a study in the order in which they come about; a part that is not there yet is None.

    Attributes
    ----------
    folder : Path
        Where the study lies.
    config : StudyConfig
        What study.toml says.
    corpus : Corpus
        The corpus, after the steps that select its units.
    codebook : Codebook or None
    sample : Sample or None
        The sample that people code, or None where it is not known how the coded units were chosen.
    coders : DataFrame or None
        The coders register.
    codings : DataFrame or None
        Every coder's own decisions.
    agreement : DataFrame or None
        `measure_agreement` by code; None before anybody coded, undefined with the reason where one coder did.
    consensus : DataFrame or None
    vectors : Vectors
        One vector per unit.
    clusters : Clusters
    crosswalk : Crosswalk or None
    predicted : DataFrame or None
    prevalence : DataFrame or None
    opened : mapping
        Size and time of change of each input file when the study was opened; `changed` compares with it.
    tables : StudyTables
        The manuscript's tables, filled from the study: ``study.tables.themes().save("themes.docx")``.
    plot : StudyPlots
        Its figures: ``study.plot.agreement()``.
    """

    opened: Mapping[str, tuple[int, int]] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        return f"Study({self.config.title!r})"

    def refresh(self) -> "Study":
        """Return the study read anew from its folder, study.toml included: ``study = study.refresh()``."""
        return open_study(self.folder)

    @property
    def changed(self) -> list[str]:
        """The study's files that changed since it was opened, were added, or are gone; `refresh` reads them."""
        if not self.opened:
            return []
        coding = coding_seen(self)  # these are read again by themselves
        others = {name: state for name, state in self.opened.items() if name not in self.coding_states()}
        before = {**others, **coding} if coding else self.opened
        return changed_files(before, file_states(self.folder, self.config))

    @property
    def tables(self) -> StudyTables:
        """The manuscript's tables, filled from the study."""
        warn_of_changes(self.changed)
        return StudyTables(self)

    @property
    def plot(self) -> StudyPlots:
        """The manuscript's figures, drawn from the study."""
        warn_of_changes(self.changed)
        return StudyPlots(self)

    def methods_text(self) -> str:
        """Return the methods section as far as the study's files tell it, as Markdown."""
        from medtw_qual.manuscript import methods_text

        warn_of_changes(self.changed)
        return methods_text(self)

    def checklist(self, name: str = "SRQR") -> "ManuscriptTable":
        """Fill in a reporting checklist as far as the study's files go.

        Parameters
        ----------
        name : {"SRQR", "COREQ", "GRRAS", "GUIDE-LLM", "COREQ-AI"}
            Default: SRQR, which fits posts best.
        """
        return self.tables.checklist(name)

    def desk(self, coder: str, *, passages: bool = True, recode: bool = False) -> "CodingDesk":
        """Open the coding desk of one coder on the study's sample, in a notebook cell.

        Parameters
        ----------
        coder : str
            The coder's short name, as in the coders register.
        passages : bool
            Whether passages can be marked; default: yes.
        recode : bool
            Whether units come up again that were coded before a code was added, or by rules that have changed since;
            default: no.

        Raises
        ------
        StudyFault
            When the study has no sample or no codebook yet.
        """
        from medtw_qual.coding.desk import CodingDesk

        sample = require_part(self.sample, "sample", "Draw one with mq.draw_sample and name it: [sample] file.")
        folder = self.path(self.config.coding.source or "data/codings")
        book = require_codebook(self)
        return CodingDesk(sample, book, coder, folder, passages=passages, recode=recode, changes=self.changes)

    def consensus_desk(self, decided_by: str, *, basis: str = "discussed") -> "ConsensusDesk":
        """Open the desk at which what the coders disagree on is decided, in a notebook cell.

        Parameters
        ----------
        decided_by : str
            Who decides: "KA, LB", or a third person.
        basis : {"discussed", "third person", "agreed", "single coded"}
            What the desk offers first.

        Raises
        ------
        StudyFault
            When nobody has coded yet.
        """
        from medtw_qual.coding.desk import ConsensusDesk

        codings = require_part(self.codings, "codings", CODE_FIRST)
        log = self.path(self.config.coding.decisions or "data/decisions/consensus.jsonl")
        book = require_codebook(self)
        return ConsensusDesk(codings, self.corpus, book, log, decided_by=decided_by, basis=basis, changes=self.changes)

    def confirm_words(self, unit_id: str, reason: str, decided_by: str) -> "Study":
        """Record that what was decided about a unit holds for its changed words too, and return the study read anew.

        Parameters
        ----------
        unit_id : str
            One of ``study.changed_words.units``, or another unit of the corpus.
        reason, decided_by : str
            Why the decisions still hold, and who looked; both stand in data/decisions/words.jsonl.
        """
        from medtw_qual.study.changed_words import confirm_words

        confirm_words(self, unit_id, reason, decided_by)
        return self.refresh()

    def screening_desk(self, coder: str) -> "ScreeningDesk":
        """Open the desk at which a person says which units belong to the study, in a notebook cell.

        Parameters
        ----------
        coder : str
            Who screens. Decisions go into data/screening.
        """
        from medtw_qual.coding.desk import ScreeningDesk

        return ScreeningDesk(self.corpus, coder, self.path("data/screening"))

    def with_vectors(self, vectors: "Vectors") -> "Study":
        """Return the study with vectors that were made elsewhere; what was read so far stays read.

        Parameters
        ----------
        vectors : Vectors
            One vector per unit of the corpus.
        """
        other = Study(self.folder, self.config, self.opened)
        before = ("posts_read", "corpus_collected", "corpus", "codebook", "sample", "codings_read", "consensus_read")
        other.__dict__.update({name: self.__dict__[name] for name in before if name in self.__dict__})
        other.__dict__["vectors"] = vectors
        return other
