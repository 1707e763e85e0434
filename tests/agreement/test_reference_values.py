"""Every published value that the collection of reference values holds, within its tolerance, and the count of them."""

import json

import numpy as np
import pandas as pd
import pytest

from medtw_qual import agreement as ag

# What this package leaves out, with the reason; everything else in the file must be reproduced.
LEFT_OUT = {
    "alpha_u": "the unitizing alpha of 2004, which its author replaced in 2016 by the one measured here",
    "alpha_u_category": "likewise",
    "gamma_best_alignment_disorder": "gamma is not measured here",
    "bangdiwala_b": "a chart's statistic, not asked for",
}
LEFT_OUT_STATISTICS = {
    "se0": "a standard error under no agreement serves a test that is never the question",
    "z": "likewise",
    "z0": "likewise",
    "p_two_sided": "likewise",
    "kappa_max": "not asked for",
}
UNITIZING = {"u_alpha_nominal": "u", "u_alpha_binary": "binary", "cu_alpha_nominal": "cu"}
FUNCTIONS = {
    "bennett_s": ag.bennett_s,
    "brennan_prediger": ag.brennan_prediger,
    "cohen_kappa": ag.cohen_kappa,
    "conger_kappa": ag.conger_kappa,
    "fleiss_kappa": ag.fleiss_kappa,
    "gwet_ac1": ag.gwet_ac1,
    "gwet_ac2": ag.gwet_ac2,
    "hubert_kappa": ag.conger_kappa,
    "krippendorff_alpha": ag.krippendorff_alpha,
    "light_kappa": ag.light_kappa,
    "pabak": ag.pabak,
    "percent_agreement": ag.percent_agreement,
    "randolph_kappa": ag.randolph_kappa,
    "scott_pi": ag.scott_pi,
}


def load(shared):
    found = json.loads((shared / "reference" / "agreement_reference_values.json").read_text(encoding="utf-8"))
    for vector in found["vectors"]:
        for value in vector["expected"]:
            usable = value.get("independently_verified") and not value.get("implementation_specific")
            if usable and not value.get("stochastic"):
                yield vector, value


def ratings_of(data):
    if data["form"] == "contingency":
        return ag.ratings_from_contingency(data["table"], data["categories"])
    if data["form"] == "multilabel":
        return [["+".join(sorted(one)) or "none of them" for one in row] for row in data["ratings"]]
    if data["form"] == "counts":
        return ag.ratings_from_counts(data["counts"], data["categories"])
    return data["ratings"]


def compute(vector, value):
    data, name, statistic = vector["data"], value["coefficient"], value["statistic"]
    # Where ratings are missing, Gwet's published standard errors are those of his formula.
    options = {"interval": "t", "linearisation": "gwet"}
    if data["form"] == "contingency" or statistic == "var_n":
        options["divisor"] = "n"
    if vector["id"] == "sas_freq_kappa":
        options["interval"] = "z"
    weights = value["weights"]
    keywords = {}
    if name == "krippendorff_alpha" and weights in ("interval", "ratio", "ordinal_metric", "nominal"):
        keywords["level"] = {"ordinal_metric": "ordinal"}.get(weights, weights)
    elif weights == "custom":
        keywords["weights"] = value["weight_matrix"]
    elif name not in ("gwet_ac1", "pabak"):
        keywords["weights"] = weights
    result = FUNCTIONS[name](ratings_of(data), data.get("categories"), **keywords, **options)
    return {
        "estimate": result.estimate,
        "se": result.se,
        "var_n": result.se**2,
        "ci_low": result.low,
        "ci_high": result.high,
        "pa": result.observed,
        "pe": result.expected,
        "undefined": None if result.undefined else 0,
    }[statistic]


def coincidences(vector, value):
    """Do and De from the coincidence matrix (Krippendorff 2004, chapter 11)."""
    matrix = ag.coincidence_matrix(vector["data"]["ratings"], vector["data"]["categories"])
    x = np.array(matrix.index, dtype=float) if value["weights"] == "interval" else None
    distance = 1 - np.eye(len(matrix)) if x is None else (x[:, None] - x[None, :]) ** 2
    counts = matrix.to_numpy()
    margin, n = counts.sum(axis=0), counts.sum()
    if value["statistic"] == "Do":
        return (counts * distance).sum() / n
    return (np.outer(margin, margin) * distance).sum() / (n * (n - 1))


def compute_other(vector, value):
    """What is not a coefficient on one matrix of ratings; None where there is no such function."""
    data, name = vector["data"], value["coefficient"]
    if value["statistic"] in ("Do", "De"):
        return coincidences(vector, value)
    if name.endswith("_category"):
        function = FUNCTIONS[name.removesuffix("_category")]
        return ag.per_category(function, ratings_of(data), data["categories"])[value["category"]].estimate
    if name == "specific_agreement":
        return ag.specific_agreement(ratings_of(data), data["categories"])[value["category"]].estimate
    if name in UNITIZING:
        rows = [
            ("text", f"coder {i}", str(value), start, end)
            for i, marks in enumerate(data["observers"])
            for start, end, value in marks
        ]
        passages = pd.DataFrame(rows, columns=["unit_id", "coder", "code", "start", "end"])
        return ag.unitizing_alpha(passages, {"text": data["length"]}, UNITIZING[name]).estimate
    if name == "masi_distance":
        return ag.masi_distance(data["a"], data["b"])
    if name.startswith("benchmark_"):
        scale = name.removeprefix("benchmark_").replace("_", "-")
        table = ag.benchmark((data["coefficient"], data["se"]), scale)
        return table["cumulative"].to_numpy()
    if name == "n_krippendorff":
        return ag.units_needed(value["alpha_min"], prevalence=value["p_c"], significance=value["sig"])
    return None


@pytest.mark.extra
@pytest.mark.shared
def test_reference_values(shared, capsys):
    checked, wrong, left = 0, [], []
    for vector, value in load(shared):
        key = (vector["id"], value["coefficient"], value["statistic"], value["weights"])
        if value["coefficient"] in LEFT_OUT or value["statistic"] in LEFT_OUT_STATISTICS:
            left.append(key)
            continue
        got = compute_other(vector, value)
        got = compute(vector, value) if got is None else got
        checked += 1
        if value["value"] is None:
            wrong += [] if got is None else [(*key, got)]
        elif not np.all(np.abs(np.subtract(got, value["value"])) <= value["tolerance"]):
            wrong.append((*key, got, value["value"]))
        elif value["coefficient"] != "n_krippendorff" and value.get("computed") is not None:
            # The full-precision number of an independent calculation binds tighter than the printed one.
            wrong += [] if np.allclose(got, value["computed"], rtol=0, atol=1e-9) else [(*key, got, value["computed"])]
    with capsys.disabled():
        print(f"\n{checked} reference values checked, {len(left)} left out (listed in this file), {len(wrong)} wrong")
    assert not wrong
    assert checked >= 660


@pytest.mark.extra
@pytest.mark.shared
def test_values_computed_elsewhere(shared):
    """Nobody printed these, but an independent calculation (NLTK, R's formulas in plain numpy) gives them."""
    found = json.loads((shared / "reference" / "agreement_reference_values.json").read_text(encoding="utf-8"))
    by_id = {vector["id"]: vector for vector in found["vectors"]}

    def computed(name, **which):
        values = by_id[name]["expected"]
        return next(one["computed"] for one in values if all(one[key] == value for key, value in which.items()))

    sets = by_id["crossvalidated_407453"]["data"]["ratings"]
    for distance in ("masi", "jaccard"):
        expected = computed("crossvalidated_407453", weights=distance)
        assert ag.alpha_sets(sets, distance).estimate == pytest.approx(expected, abs=1e-9)
    codes = [ag.ratings_from_contingency(table) for table in by_id["pooled_kappa_identity"]["data"]["tables"]]
    pooled = ag.pooled_kappa(codes, same_units=False).estimate
    assert pooled == pytest.approx(computed("pooled_kappa_identity", coefficient="pooled_kappa"), abs=1e-9)
    needed = ag.units_needed(0.4, expected=0.6, prevalence=0.3, method="donner-eliasziw")
    assert needed == int(np.ceil(computed("donner_eliasziw_example", coefficient="n_donner_eliasziw")))
    needed = ag.units_needed(0.85, expected=0.7, prevalence=0.5, method="cantor")
    assert needed == int(np.ceil(computed("cantor_example", coefficient="n_cantor")))
