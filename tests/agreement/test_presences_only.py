"""Guards agreement where only presences are known: undefined with a reason, never 100% by construction."""

import pandas as pd

import medtw_qual as mq
from medtw_qual.agreement.presences_only import REASON


def table(*rows):
    columns = ["unit_id", "coder", "code", "status"]
    return pd.DataFrame(rows, columns=columns).assign(round="1", codebook_hash="h")


def both(unit, code, first, second):
    return [(unit, "A", code, first), (unit, "B", code, second)]


def estimates(codings, by="code"):
    found = mq.measure_agreement(codings, by=by, coefficients=["percent_agreement"])
    return dict(zip(found["level"], found["estimate"], strict=True)), found


def test_a_table_without_a_single_absence_has_no_agreement():
    codings = table(
        *both("1", "x", "present", "present"), *both("2", "x", "present", "present"), ("3", "A", "x", "present")
    )
    found, rows = estimates(codings)
    assert pd.isna(found["x"])
    assert rows["undefined"].tolist() == [REASON]
    assert rows["n_units"].tolist() == [2]


def test_a_code_added_later_has_none_and_stays_out_of_the_figure_for_all():
    """Counted by hand: x agrees on 1 of 2; y was added, and is known only where it was given."""
    codings = table(
        *both("1", "x", "present", "present"),
        *both("2", "x", "present", "absent"),
        *both("1", "y", "present", "present"),
    )
    found, _ = estimates(codings)
    assert found["x"] == 0.5
    assert pd.isna(found["y"])
    overall, rows = estimates(codings, by="overall")
    assert list(overall.values()) == [0.5]
    assert "y" in rows["note"].iloc[0]


def test_a_code_that_everybody_gave_everywhere_agrees():
    """Every decision of both coders was about x too, and others were judged absent: they saw it, and gave it."""
    codings = table(
        *both("1", "x", "present", "present"),
        *both("2", "x", "present", "present"),
        *both("1", "y", "absent", "absent"),
        *both("2", "y", "absent", "present"),
    )
    found, _ = estimates(codings)
    assert found == {"x": 1.0, "y": 0.5}
