"""The three coders of the example study: alpha per code equals an independent package's to 1e-9."""

import json

import krippendorff
import numpy as np
import pandas as pd
import pytest

import medtw_qual as mq

CODES = ("finding_family", "true_selves", "isolation", "culture_change")


PRINTED = {"finding_family": 0.85, "true_selves": 0.84, "isolation": 0.71, "culture_change": 0.78}


def check(codings):
    table = mq.measure_agreement(codings, by="code").set_index(["level", "coefficient"])
    for code in CODES:
        numbered = codings[codings["code"] == code].assign(rating=lambda t: (t["status"] == "present").astype(float))
        matrix = numbered.pivot_table(index="coder", columns="unit_id", values="rating").to_numpy()
        ours = table.loc[(code, "krippendorff_alpha"), "estimate"]
        assert abs(ours - krippendorff.alpha(matrix, level_of_measurement="nominal")) < 1e-9
        assert round(ours, 2) == PRINTED[code]
    isolation = table.loc[("isolation", "krippendorff_alpha")]
    assert isolation["prevalence_A"] == pytest.approx(0.133, abs=5e-4)
    assert isolation["prevalence_B"] == pytest.approx(0.070, abs=5e-4)
    assert np.isclose(isolation["missing"], 150 / 900)
    assert set(table["coder_kind"]) == {"model"}
    direction = mq.agreement.disagreements(codings).direction.query("first == 'A' and second == 'B'")
    assert (direction["only_second"] == 0).all()  # wherever A and B differ, A has the additional code
    assert set(direction["adds"]) == {"A"}


def test_the_example_study(root):
    check(mq.read_codings(root / "data" / "codings", mq.read_codebook(root / "codebooks" / "gratitude_2020.yaml")))


@pytest.mark.extra
@pytest.mark.shared
def test_the_coders_files_as_they_came(shared):
    rows = []
    for coder in "ABC":
        for line in (shared / "illustrative" / f"coder_{coder}.jsonl").read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            for code in CODES:
                status = "present" if code in record["codes"] else "absent"
                rows.append((record["unit_id"], coder, "1", code, status, "gratitude_2020", "model"))
    columns = ["unit_id", "coder", "round", "code", "status", "codebook_hash", "coder_kind"]
    check(pd.DataFrame(rows, columns=columns))
