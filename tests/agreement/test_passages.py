"""Guards agreement on passages: published values, letter-by-letter counting, readers, and intervals over texts."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from medtw_qual import agreement as ag
from medtw_qual.errors import InvalidArgument


def table(rows):
    return pd.DataFrame(rows, columns=["unit_id", "coder", "code", "start", "end"])


def letter_by_letter(rows, lengths, binary=False):
    """The unitizing alpha counted character by character (Krippendorff et al. 2016), with loops and nothing else."""
    coders = sorted({coder for _, coder, *_ in rows})
    observed = total = squares = 0.0
    margins = {}
    for text, length in lengths.items():
        lines = {coder: [""] * length for coder in coders}
        for unit, coder, code, start, end in rows:
            if unit == text:
                lines[coder][start:end] = ["x" if binary else code] * (end - start)
                squares += (end - start) ** 2
        for line in lines.values():
            squares += line.count("")
            for value in line:
                margins[value] = margins.get(value, 0) + 1
                total += 1
        for a, b in permutations(coders, 2):
            observed += sum(x != y for x, y in zip(lines[a], lines[b], strict=True)) / (len(coders) - 1)
    expected = (total**2 - sum(m * m for m in margins.values())) / (total**2 - squares) * total
    return 1 - observed / expected


def random_marks(seed, coders="ABC", texts=6):
    rng = np.random.default_rng(seed)
    rows = []
    for text in range(texts):
        for coder in coders:
            for begin in (0, 20, 40):
                if rng.random() < 0.6:
                    start = begin + int(rng.integers(0, 8))
                    rows.append((f"t{text}", coder, "xyz"[rng.integers(3)], start, start + int(rng.integers(2, 12))))
    return rows, {f"t{text}": 60 for text in range(texts)}


@pytest.mark.parametrize("seed", range(4))
def test_it_is_what_counting_letters_gives(seed):
    rows, lengths = random_marks(seed)
    assert ag.unitizing_alpha(table(rows), lengths).estimate == pytest.approx(letter_by_letter(rows, lengths))
    binary = ag.unitizing_alpha(table(rows), lengths, "binary").estimate
    assert binary == pytest.approx(letter_by_letter(rows, lengths, binary=True))


def test_equal_marks_agree_fully_and_code_alone_is_told_from_place():
    rows = [(t, c, code, 3, 9) for t, code in (("t1", "x"), ("t2", "y")) for c in "AB"]
    lengths = {"t1": 20, "t2": 20}
    assert all(ag.unitizing_alpha(table(rows), lengths, kind).estimate == 1 for kind in ("u", "binary", "cu"))
    moved = [(t, c, code, start + (c == "B"), end + (c == "B")) for t, c, code, start, end in rows]
    assert ag.unitizing_alpha(table(moved), lengths, "cu").estimate == 1
    assert ag.unitizing_alpha(table(moved), lengths, "u").estimate < 1


def test_marks_of_one_code_that_overlap_are_one_and_of_two_codes_are_measured_one_by_one():
    rows = [("t1", "A", "x", 0, 6), ("t1", "A", "x", 4, 9), ("t1", "B", "x", 0, 9), ("t2", "A", "x", 2, 4)]
    lengths = {"t1": 30, "t2": 30}
    one = [("t1", "A", "x", 0, 9), ("t1", "B", "x", 0, 9), ("t2", "A", "x", 2, 4)]
    assert ag.unitizing_alpha(table(rows), lengths).estimate == ag.unitizing_alpha(table(one), lengths).estimate
    crossing = [*one, ("t1", "A", "y", 5, 12)]
    assert "overlap" in ag.unitizing_alpha(table(crossing), lengths).undefined
    assert ag.unitizing_alpha(table(crossing), lengths, "binary").undefined is None


def test_who_did_not_read_a_text_has_not_left_it_unmarked():
    rows = [("t1", "A", "x", 0, 9), ("t1", "B", "x", 0, 9), ("t2", "A", "x", 5, 15), ("t2", "B", "x", 5, 12),
            ("t3", "A", "x", 0, 20)]  # fmt: skip
    lengths = {"t1": 30, "t2": 30, "t3": 30}
    both = {"t1": "AB", "t2": "AB", "t3": "AB"}
    alone = both | {"t3": "A"}
    without = {"t1": 30, "t2": 30}
    right = ag.unitizing_alpha(table(rows[:-1]), without)
    found = ag.unitizing_alpha(table(rows), lengths, readers=alone)
    assert (found.estimate, found.n_units) == (pytest.approx(right.estimate), 2)
    assert ag.unitizing_alpha(table(rows), lengths, readers=both).estimate < found.estimate


def test_the_interval_is_over_texts_and_holds_the_figure():
    rows, lengths = random_marks(9, texts=40)
    value = ag.unitizing_alpha(table(rows), lengths)
    assert value.low <= value.estimate <= value.high
    assert "over texts" in value.interval
    assert repr(ag.unitizing_alpha(table(rows), lengths)) == repr(value)
    more, longer = random_marks(9, texts=400)
    wide, narrow = (v.high - v.low for v in (value, ag.unitizing_alpha(table(more), longer)))
    assert narrow == pytest.approx(wide / 10**0.5, rel=0.35)


def test_undefined_and_refused():
    assert "one coder" in ag.unitizing_alpha(table([("t", "A", "x", 0, 2)]), {"t": 9}).undefined
    with pytest.raises(InvalidArgument, match="does not lie in"):
        ag.unitizing_alpha(table([("t", "A", "x", 0, 12)]), {"t": 9})
    with pytest.raises(InvalidArgument, match="no length"):
        ag.unitizing_alpha(table([("t", "A", "x", 0, 2)]), {"other": 9})
    with pytest.raises(InvalidArgument, match="Use one of"):
        ag.unitizing_alpha(table([("t", "A", "x", 0, 2)]), {"t": 9}, "cua")


def test_a_codings_table_is_measured_code_by_code():
    rows, lengths = random_marks(5, texts=12)
    codings = table(rows).assign(status="present")
    seen = pd.DataFrame(
        [(unit, coder, "x", "absent", pd.NA, pd.NA) for unit in lengths for coder in "ABC"],
        columns=["unit_id", "coder", "code", "status", "start", "end"],
    )
    found = ag.passage_agreement(pd.concat([codings, seen]), lengths).set_index(["level", "coefficient"])
    assert found.loc[("all codes", "u_alpha"), "estimate"] == pytest.approx(letter_by_letter(rows, lengths))
    only = [row for row in rows if row[2] == "y"]
    assert found.loc[("y", "u_alpha"), "estimate"] == pytest.approx(letter_by_letter(only, lengths))
    assert len(found) == 6
