"""The coefficients by name. A new one is a file in `coefficients/` and a line here."""

from collections.abc import Callable

from medtw_qual.agreement.coefficient import Coefficient
from medtw_qual.agreement.coefficients import brennan, conger, fleiss, gwet, krippendorff, light, percent, scott

COEFFICIENTS: dict[str, tuple[str, Callable[..., Coefficient]]] = {
    "percent_agreement": ("Percent agreement", percent.percent_agreement),
    "krippendorff_alpha": ("Krippendorff's alpha", krippendorff.krippendorff_alpha),
    "gwet_ac1": ("Gwet's AC1", gwet.gwet_ac1),
    "gwet_ac2": ("Gwet's AC2", gwet.gwet_ac2),
    "cohen_kappa": ("Cohen's kappa", conger.cohen_kappa),
    "fleiss_kappa": ("Fleiss' kappa", fleiss.fleiss_kappa),
    "conger_kappa": ("Conger's kappa", conger.conger_kappa),
    "light_kappa": ("Light's kappa", light.light_kappa),
    "scott_pi": ("Scott's pi", scott.scott_pi),
    "brennan_prediger": ("Brennan-Prediger", brennan.brennan_prediger),
    "pabak": ("PABAK", brennan.pabak),
}

TWO_CODERS = ("cohen_kappa", "scott_pi", "pabak")
