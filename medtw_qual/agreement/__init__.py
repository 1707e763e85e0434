"""How well people agree: coefficients, intervals and planning. Mathematics on tables; it knows no files."""

from medtw_qual.agreement.alternative_annotator import alternative_annotator_test
from medtw_qual.agreement.code_agreement import measure_agreement
from medtw_qual.agreement.coder_differences import Disagreements, confusion, disagreements
from medtw_qual.agreement.coefficient import Coefficient, IntervalOptions
from medtw_qual.agreement.coefficients.brennan import brennan_prediger, pabak
from medtw_qual.agreement.coefficients.conger import cohen_kappa, conger_kappa
from medtw_qual.agreement.coefficients.fleiss import fleiss_kappa
from medtw_qual.agreement.coefficients.gwet import gwet_ac1, gwet_ac2
from medtw_qual.agreement.coefficients.krippendorff import krippendorff_alpha
from medtw_qual.agreement.coefficients.light import light_kappa
from medtw_qual.agreement.coefficients.percent import percent_agreement
from medtw_qual.agreement.coefficients.pooled import pooled_kappa
from medtw_qual.agreement.coefficients.scott import scott_pi
from medtw_qual.agreement.coefficients.sets import alpha_sets, jaccard_distance, masi_distance
from medtw_qual.agreement.coefficients.specific import per_category, specific_agreement
from medtw_qual.agreement.coincidences import coincidence_matrix
from medtw_qual.agreement.drift import coding_drift
from medtw_qual.agreement.error_rates import CoderErrors, coder_errors, rogan_gladen
from medtw_qual.agreement.forest import forest_in_words, forest_plot
from medtw_qual.agreement.paired_difference import compare_agreement
from medtw_qual.agreement.passages import passage_agreement, unitizing_alpha
from medtw_qual.agreement.planning import benchmark, coders_needed, units_needed
from medtw_qual.agreement.rating_counts import ratings_from_contingency, ratings_from_counts
from medtw_qual.agreement.rating_tables import agreement_text, measure_ratings
from medtw_qual.agreement.repeated_coding import coder_influence, intra_coder, wide_ratings
from medtw_qual.agreement.software_variants import other_software
from medtw_qual.agreement.weights import weight_matrix

bennett_s = brennan_prediger
randolph_kappa = brennan_prediger

__all__ = [
    "agreement_text",
    "alpha_sets",
    "alternative_annotator_test",
    "benchmark",
    "bennett_s",
    "brennan_prediger",
    "coder_errors",
    "coding_drift",
    "cohen_kappa",
    "coincidence_matrix",
    "compare_agreement",
    "confusion",
    "conger_kappa",
    "disagreements",
    "Disagreements",
    "fleiss_kappa",
    "gwet_ac1",
    "gwet_ac2",
    "IntervalOptions",
    "intra_coder",
    "jaccard_distance",
    "krippendorff_alpha",
    "light_kappa",
    "masi_distance",
    "measure_agreement",
    "measure_ratings",
    "other_software",
    "pabak",
    "passage_agreement",
    "per_category",
    "percent_agreement",
    "pooled_kappa",
    "randolph_kappa",
    "ratings_from_contingency",
    "ratings_from_counts",
    "rogan_gladen",
    "scott_pi",
    "specific_agreement",
    "unitizing_alpha",
    "units_needed",
    "weight_matrix",
    "wide_ratings",
]


def __dir__() -> list[str]:
    """List the public names only, for those who look with the tabulator key."""
    return sorted(__all__)
