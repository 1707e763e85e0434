"""Guards retrieval: present, absent and not judged stay apart; units and authors are counted both."""

import pandas as pd
import pytest

from medtw_qual.coding import co_occurrence, code_matrix, retrieve
from medtw_qual.errors import InvalidArgument, MissingColumn, UnknownCode, UnknownUnit


@pytest.fixture
def consensus(corpus):
    """Codes by unit 0..7 of authors a0..a3 in turn; unit 7's voice was not judged."""
    given = ["iv", "i", "v", "", "iv", "f", "i", "f"]
    rows = []
    for number, codes in enumerate(given):
        for code in ("isolation", "family", "voice"):
            if (number, code) != (7, "voice"):
                status = "present" if code[0] in codes else "absent"
                rows.append((corpus.units["unit_id"][number], code, status))
    return pd.DataFrame(rows, columns=["unit_id", "code", "status"])


def places(found, corpus):
    return [corpus.units["unit_id"].tolist().index(unit) for unit in found["unit_id"]]


def test_units_are_found_by_what_they_show_and_lack(consensus, corpus):
    assert places(retrieve(consensus, corpus, codes=["isolation"]), corpus) == [0, 1, 4, 6]
    assert places(retrieve(consensus, corpus, codes=["isolation"], without=["voice"]), corpus) == [1, 6]
    assert places(retrieve(consensus, corpus, codes=["isolation", "voice"]), corpus) == [0, 4]
    assert places(retrieve(consensus, corpus, codes=["isolation", "voice"], match="any"), corpus) == [0, 1, 2, 4, 6]
    assert places(retrieve(consensus, corpus, codes=["family"], without=["voice"]), corpus) == [5]
    found = retrieve(consensus, corpus, codes=["isolation"], where={"role": ["nurse"]})
    assert places(found, corpus) == [0, 1, 4]
    assert found.attrs == {"n_units": 3, "n_authors": 2}
    assert found["codes"].tolist() == [["isolation", "voice"], ["isolation"], ["isolation", "voice"]]
    assert found["text"].tolist() == corpus.units["text"][[0, 1, 4]].tolist()


def test_a_unit_that_cannot_be_coded_is_in_no_denominator(consensus, corpus):
    """As in the tables and the estimates: a share is of the units that could be judged."""
    third = consensus["unit_id"] == corpus.units["unit_id"][3]
    impossible = consensus.assign(status=consensus["status"].mask(third, "impossible"))
    matrix = code_matrix(impossible, corpus, by="role").set_index(["code", "group"])
    assert matrix.loc[("isolation", ""), ["n_units", "of_units", "of_authors"]].tolist() == [0, 1, 1]
    assert len(retrieve(impossible, corpus, without="isolation")) == 3


def test_questions_that_make_no_sense_are_named(consensus, corpus):
    with pytest.raises(UnknownCode, match="Did you mean 'isolation'"):
        retrieve(consensus, corpus, codes=["isolaton"])
    with pytest.raises(MissingColumn, match="Did you mean 'role'"):
        retrieve(consensus, corpus, where={"rol": "nurse"})
    with pytest.raises(InvalidArgument, match="role 'nurze'. Did you mean 'nurse'"):
        retrieve(consensus, corpus, where={"role": "nurze"})
    assert retrieve(consensus, corpus, codes="isolation").equals(retrieve(consensus, corpus, codes=["isolation"]))
    with pytest.raises(UnknownUnit):
        retrieve(consensus.assign(unit_id="9" + consensus["unit_id"]), corpus)
    several = pd.concat([consensus.assign(coder=name, round="1") for name in ("KA", "LB")])
    with pytest.raises(InvalidArgument, match="codings of KA, LB"):
        retrieve(several, corpus)
    with pytest.raises(InvalidArgument, match="Did you mean 'KA'"):
        retrieve(several, corpus, coder="KAA")
    assert len(retrieve(several, corpus, coder="KA")) == 8
    rounds = pd.concat([several, several.assign(round="2", status="absent")])
    with pytest.raises(InvalidArgument, match="several rounds"):
        retrieve(rounds, corpus, coder="KA")


def test_a_matrix_counts_units_and_authors_by_hand(consensus, corpus):
    matrix = code_matrix(consensus, corpus, by="role").set_index(["code", "group"])
    nurse = matrix.loc[("isolation", "nurse")]
    assert (nurse["n_units"], nurse["n_authors"], nurse["of_units"], nurse["of_authors"]) == (3, 2, 4, 2)
    assert nurse["share"] == 0.75
    unknown = matrix.loc[("voice", "")]  # a3 has no role; units 3 and 7, of which 7 was not judged
    assert (unknown["n_units"], unknown["of_units"]) == (0, 1)
    months = code_matrix(consensus, corpus, by="month")
    assert months["group"].unique().tolist() == ["2020-12"]
    assert months.set_index("code")["n_units"].to_dict() == {"isolation": 4, "family": 2, "voice": 3}
    with pytest.raises(MissingColumn):
        code_matrix(consensus, corpus, by="county")


def test_pairs_of_codes_by_hand(consensus, corpus):
    pairs = co_occurrence(consensus, corpus).set_index(["code", "other"])
    both = pairs.loc[("isolation", "voice")]
    assert (both["n_units"], both["n_authors"], both["authors_with_both"]) == (2, 1, 2)
    assert both["jaccard"] == pytest.approx(2 / 5)
    assert pairs.loc[("isolation", "family"), "n_units"] == 0
    assert pairs.loc[("isolation", "family"), "authors_with_both"] == 1  # a1 wrote unit 1 and unit 5
