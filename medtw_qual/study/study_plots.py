"""The figures of a study, drawn from its parts: what `study.plot` offers and what a run saves."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from medtw_qual._base.figure_style import mark_figure
from medtw_qual.study.study_tables import (
    CODE_FIRST,
    model_spread,
    names_of,
    require_codebook,
    require_consensus,
    require_part,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from medtw_qual.study.study import Study


@dataclass(frozen=True, eq=False)
class StudyPlots:
    """The figures of one study, each a matplotlib Figure in one style, readable in print and in grey.

    Attributes
    ----------
    study : Study
        Whose parts are drawn.

    Raises
    ------
    StudyFault
        By a figure whose part the study does not have yet; the message says what brings it.
    """

    study: "Study"

    def flow(self) -> "Figure":
        """Draw the flow of records: what was read, what left and why, what remained."""
        return self._finished(self.study.corpus.flow_chart())

    def activity(self) -> "Figure":
        """Draw the number of posts per day."""
        from medtw_qual import activity, plot

        return self._finished(plot.activity(activity.posts_over_time(self.study.corpus)))

    def agreement(self) -> "Figure":
        """Draw the coders' agreement by code as a forest plot; where coders are models it is called consistency."""
        from medtw_qual import plot

        study = self.study
        measured = require_part(study.agreement, "codings", CODE_FIRST)
        primary, title = study.config.agreement.primary, study.agreement_title
        return self._finished(plot.agreement(measured, coefficient=primary, names=study.code_names, title=title))

    def drift(self) -> "Figure":
        """Draw whether coders changed while they coded: agreement and each coder's shares from first to last unit."""
        from medtw_qual import agreement, plot

        study = self.study
        require_part(study.agreement, "codings", CODE_FIRST)
        codings = study.codings_of_people if study.people_compared else study.codings
        primary = study.config.agreement.primary
        measured = agreement.coding_drift(codings, coefficients=(primary,))
        return self._finished(plot.drift(measured, names=study.code_names))

    def clusters(self) -> "Figure":
        """Draw the map of the clusters."""
        return self._finished(self.study.clusters.plot.map())

    def crosswalk(self) -> "Figure":
        """Draw the share of each cluster's coded units that carry each code."""
        return self._finished(
            require_part(self.study.crosswalk, "crosswalk", CODE_FIRST).heatmap(self.study.code_names)
        )

    def prevalence(self) -> "Figure":
        """Draw each code's share of the corpus by every method, with intervals."""
        from medtw_qual import plot

        estimated = require_part(self.study.prevalence, "prevalence", CODE_FIRST)
        return self._finished(plot.prevalence(estimated, self.study.code_names))

    def over_time(self) -> "Figure":
        """Draw each code's share of the units of each month, from the consensus alone, with intervals."""
        from medtw_qual import plot

        shares = require_part(self.study.shares_over_time, "consensus", CODE_FIRST)
        return self._finished(plot.over_time(shares, names=self.study.code_names))

    def themes(self) -> "Figure":
        """Draw themes and codes as a tree; the area of a circle is the number of units."""
        from medtw_qual import plot

        coded = (require_consensus(self.study), self.study.corpus, require_codebook(self.study))
        return self._finished(plot.themes(*coded))

    def co_occurrence(self) -> "Figure":
        """Draw which codes lie on the same units; the wider the line, the more units."""
        from medtw_qual import plot

        return self._finished(
            plot.co_occurrence(require_consensus(self.study), self.study.corpus, names=self.study.code_names)
        )

    def model_spread(self) -> "Figure":
        """Draw how far the language model's shares move with the way it is asked: one mark a declared run."""
        from medtw_qual.llm import spread_figure

        return self._finished(spread_figure(model_spread(self.study), self.study.code_names))

    def _finished(self, figure: "Figure") -> "Figure":
        return mark_figure(figure, self.study.mark)

    def __repr__(self) -> str:
        return f"StudyPlots of {self.study!r}: " + ", ".join(names_of(type(self)))
