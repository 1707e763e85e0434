"""Where the machine's clusters meet the people's codes, and what can honestly be said about the whole corpus."""

from medtw_qual.reconciliation.crosswalk import Crosswalk, reconcile
from medtw_qual.reconciliation.estimating import prevalence
from medtw_qual.reconciliation.predicting import predict_codes

__all__ = ["Crosswalk", "predict_codes", "prevalence", "reconcile"]
