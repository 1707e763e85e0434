"""How well people agree: coefficients, intervals and planning. Mathematics on tables; it knows no files."""

from medtw_qual.agreement.agreement_by import measure_agreement
from medtw_qual.agreement.coefficients.brennan import brennan_prediger, pabak
from medtw_qual.agreement.coefficients.conger import cohen_kappa, conger_kappa
from medtw_qual.agreement.coefficients.fleiss import fleiss_kappa
from medtw_qual.agreement.coefficients.gwet import gwet_ac1, gwet_ac2
from medtw_qual.agreement.coefficients.krippendorff import krippendorff_alpha
from medtw_qual.agreement.coefficients.light import light_kappa
from medtw_qual.agreement.coefficients.percent import percent_agreement
from medtw_qual.agreement.coefficients.scott import scott_pi
from medtw_qual.agreement.model import Coefficient, IntervalOptions
from medtw_qual.agreement.ratings import ratings_from_contingency, ratings_from_counts
from medtw_qual.agreement.weights import weight_matrix

bennett_s = brennan_prediger
randolph_kappa = brennan_prediger

__all__ = [
    "Coefficient",
    "IntervalOptions",
    "bennett_s",
    "brennan_prediger",
    "cohen_kappa",
    "conger_kappa",
    "fleiss_kappa",
    "gwet_ac1",
    "gwet_ac2",
    "krippendorff_alpha",
    "light_kappa",
    "measure_agreement",
    "pabak",
    "percent_agreement",
    "randolph_kappa",
    "ratings_from_contingency",
    "ratings_from_counts",
    "scott_pi",
    "weight_matrix",
]
