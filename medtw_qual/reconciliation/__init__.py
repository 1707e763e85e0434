"""Where the machine's clusters meet the people's codes, and what can honestly be said about the whole corpus."""

from medtw_qual.reconciliation.choosing import next_to_code
from medtw_qual.reconciliation.comparing import code_over_time, periods, prevalence_contrasts, prevalence_trend
from medtw_qual.reconciliation.crosswalk import Crosswalk, reconcile
from medtw_qual.reconciliation.estimating import prevalence
from medtw_qual.reconciliation.networks import co_occurrence_network
from medtw_qual.reconciliation.predicting import predict_codes
from medtw_qual.reconciliation.revising import Revision, revise_codebook
from medtw_qual.reconciliation.saturating import Saturation, saturation
from medtw_qual.reconciliation.share_pictures import over_time_plot, prevalence_plot

__all__ = [
    "Crosswalk",
    "Revision",
    "Saturation",
    "co_occurrence_network",
    "code_over_time",
    "next_to_code",
    "over_time_plot",
    "periods",
    "predict_codes",
    "prevalence",
    "prevalence_contrasts",
    "prevalence_plot",
    "prevalence_trend",
    "reconcile",
    "revise_codebook",
    "saturation",
]
