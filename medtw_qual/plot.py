"""The figures of a manuscript, each from the data it shows; `study.plot` fills them from a study.

Every function returns a matplotlib Figure in one style, readable in print and in grey.
"""

from medtw_qual.agreement.drift_figure import drift_plot as drift
from medtw_qual.agreement.forest import forest_plot as agreement
from medtw_qual.corpus.activity.activity_figures import activity_figure as activity
from medtw_qual.corpus.activity.activity_figures import first_use_figure as first_use
from medtw_qual.corpus.activity.activity_figures import fold_change_figure as fold_change
from medtw_qual.corpus.activity.activity_figures import gaps_figure as collection_gaps
from medtw_qual.corpus.activity.activity_figures import hashtags_figure as hashtags
from medtw_qual.corpus.activity.activity_figures import pairs_figure as hashtag_pairs
from medtw_qual.corpus.activity.activity_figures import participation_figure as participation
from medtw_qual.corpus.steps.flow_report import flow_chart as flow
from medtw_qual.manuscript.theme_figure import theme_map as themes
from medtw_qual.reconciliation.code_network import co_occurrence_network as co_occurrence
from medtw_qual.reconciliation.share_figures import over_time_plot as over_time
from medtw_qual.reconciliation.share_figures import prevalence_plot as prevalence

__all__ = [
    "activity",
    "agreement",
    "co_occurrence",
    "collection_gaps",
    "drift",
    "first_use",
    "flow",
    "fold_change",
    "hashtag_pairs",
    "hashtags",
    "over_time",
    "participation",
    "prevalence",
    "themes",
]


def __dir__() -> list[str]:
    """List the public names only, for those who look with the tabulator key."""
    return sorted(__all__)
