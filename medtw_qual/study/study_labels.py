"""What a study calls its figures: agreement or consistency, people or models, invented or real."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from medtw_qual.study.coded_part import CodedPart
from medtw_qual.study.study_files import StudyFiles

if TYPE_CHECKING:
    import pandas as pd

    from medtw_qual.study.changed_words import ChangedWords
    from medtw_qual.study.study import Study


@dataclass(frozen=True, eq=False)
class StudyLabels(StudyFiles):
    """Who coded, and what the outputs of the study are therefore called.

    Attributes
    ----------
    folder : Path
    config : StudyConfig
        What study.toml says.
    """

    @property
    def codings(self) -> "pd.DataFrame | None":
        """Every coder's own decisions on the units of the corpus."""
        raise AttributeError("A study reads its codings itself.")  # `ComputedParts` does

    @CodedPart
    def changed_words(self) -> "ChangedWords":
        """The units whose words are not those that were drawn, coded or embedded; what was decided is set aside."""
        from medtw_qual.study.changed_words import find_changed_words

        return find_changed_words(cast("Study", self))  # only a Study is ever made

    @property
    def notice(self) -> str:
        """What every output of a study on invented data says; empty for real ones."""
        if not self.config.invented:
            return ""
        published = " Quotations from a published source are real: they were in print before."
        return (
            "Invented data: the posts of this corpus are invented, and nothing about a real community follows from"
            " them." + (published if self.config.manuscript.published else "")
        )

    @property
    def mark(self) -> str:
        """The words that every table and figure of a study on invented data bears; empty for real data."""
        return "Invented data" if self.config.invented else ""

    @property
    def has_model_coders(self) -> bool:
        """Whether a coder is a model: then the figures are consistency between models, not agreement between people."""
        codings = self.codings
        return codings is not None and "coder_kind" in codings and bool((codings["coder_kind"] == "model").any())

    @property
    def all_models(self) -> bool:
        """Whether every coder is a model."""
        codings = self.codings
        return codings is not None and "coder_kind" in codings and bool((codings["coder_kind"] == "model").all())

    @property
    def consistency_words(self) -> str:
        """What agreement is called where it is not between people."""
        return (
            "Consistency between model coders"
            if self.all_models
            else "Consistency between coders of whom some are models"
        )

    @property
    def agreement_title(self) -> str:
        """What tables and figures of agreement are called; invented data are named where coders are models."""
        if not self.has_model_coders or self.people_compared:
            return "Agreement between coders"
        return self.consistency_words + (" (invented data)" if self.config.invented else "")

    @property
    def codings_of_people(self) -> "pd.DataFrame | None":
        """The decisions of people; all where no person coded."""
        from medtw_qual.coding.unit_statuses import codings_of_people

        return None if self.codings is None else codings_of_people(self.codings)

    @property
    def people_compared(self) -> bool:
        """Whether two people at least coded, so that agreement is theirs and models stand in a table of their own."""
        people = self.codings_of_people
        mixed = people is not None and self.codings is not None and len(people) < len(self.codings)
        return mixed and people is not None and len(people["coder"].unique()) > 1
