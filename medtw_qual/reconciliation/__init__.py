"""Where the machine's clusters meet the people's codes, and what can honestly be said about the whole corpus."""

from medtw_qual.reconciliation.active_sampling import suggest_units
from medtw_qual.reconciliation.code_network import co_occurrence_network
from medtw_qual.reconciliation.codebook_drafts import Revision, revise_codebook
from medtw_qual.reconciliation.crosswalk import Crosswalk, reconcile
from medtw_qual.reconciliation.group_comparison import code_over_time, contrasts, periods, trend
from medtw_qual.reconciliation.model_as_coder import model_overlap, model_predictions, model_prevalence
from medtw_qual.reconciliation.predictions import predict_codes
from medtw_qual.reconciliation.prevalence_estimates import prevalence
from medtw_qual.reconciliation.proposed_names import clusters_to_name, name_clusters
from medtw_qual.reconciliation.saturation_curve import Saturation, saturation
from medtw_qual.reconciliation.share_figures import over_time_plot, prevalence_plot

__all__ = [
    "clusters_to_name",
    "code_over_time",
    "contrasts",
    "Crosswalk",
    "model_overlap",
    "model_predictions",
    "model_prevalence",
    "name_clusters",
    "periods",
    "predict_codes",
    "prevalence",
    "reconcile",
    "revise_codebook",
    "Revision",
    "Saturation",
    "saturation",
    "suggest_units",
    "trend",
]


def __dir__() -> list[str]:
    """List the public names only, for those who look with the tabulator key."""
    return sorted(__all__)
