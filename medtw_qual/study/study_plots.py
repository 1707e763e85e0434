"""The figures of a study, drawn from its parts: what `study.plot` offers and what a run saves."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from medtw_qual._base.figure_style import mark_figure
from medtw_qual.study.study_tables import names_of, require_part

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from medtw_qual.study.study import Study

_CODE_FIRST = "Let people code the sample: study.desk(...)."


@dataclass(frozen=True, eq=False)
class StudyPlots:
    """The figures of one study, each a matplotlib Figure in one style, readable in print and in grey.

    Attributes
    ----------
    study : Study
        The study; only its files are asked, nothing is guessed.

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
        measured = require_part(study.agreement, "codings", _CODE_FIRST)
        primary, title = study.config.agreement.primary, study.agreement_title
        return self._finished(plot.agreement(measured, coefficient=primary, names=study.code_names, title=title))

    def clusters(self) -> "Figure":
        """Draw the map of the clusters."""
        return self._finished(self.study.clusters.plot.map())

    def crosswalk(self) -> "Figure":
        """Draw the share of each cluster's coded units that carry each code."""
        return self._finished(
            require_part(self.study.crosswalk, "crosswalk", _CODE_FIRST).heatmap(self.study.code_names)
        )

    def prevalence(self) -> "Figure":
        """Draw each code's share of the corpus by every method, with intervals."""
        from medtw_qual import plot

        estimated = require_part(self.study.prevalence, "prevalence", _CODE_FIRST)
        return self._finished(plot.prevalence(estimated, self.study.code_names))

    def over_time(self) -> "Figure":
        """Draw each code's share of the units of each month, from the consensus alone, with intervals."""
        from medtw_qual import plot
        from medtw_qual.reconciliation import code_over_time

        shares = code_over_time(self._consensus(), self.study.corpus, self.study.sample)
        return self._finished(plot.over_time(shares, names=self.study.code_names))

    def themes(self) -> "Figure":
        """Draw themes and codes as a tree; the area of a circle is the number of units."""
        from medtw_qual import plot

        codebook = require_part(self.study.codebook, "codebook", "Name its file in study.toml: [codebook] file.")
        return self._finished(plot.themes(self._consensus(), self.study.corpus, codebook))

    def co_occurrence(self) -> "Figure":
        """Draw which codes lie on the same units; the wider the line, the more units."""
        from medtw_qual import plot

        return self._finished(plot.co_occurrence(self._consensus(), self.study.corpus, names=self.study.code_names))

    def _finished(self, figure: "Figure") -> "Figure":
        return mark_figure(figure, self.study.mark)

    def _consensus(self) -> "pd.DataFrame":
        return require_part(self.study.consensus, "consensus", _CODE_FIRST)

    def __repr__(self) -> str:
        return f"StudyPlots of {self.study!r}: " + ", ".join(names_of(type(self)))
