"""Guards the consensus: what was agreed stands, what was not needs a recorded decision about just these codings."""

import json
from pathlib import Path

import pytest

from medtw_qual.codebook import read_codebook
from medtw_qual.coding import build_consensus, open_disagreements, read_codings
from medtw_qual.coding.coding_log import CodingLog
from medtw_qual.coding.unit_statuses import by_unit
from medtw_qual.errors import InvalidArgument, InvalidTable, StaleDecision, UnknownCode, UnknownUnit


@pytest.fixture
def codings(tmp_path, codebook):
    given = {
        "KA": {"1": ["family"], "2": [], "3": ["voice"], "4": ["voice"]},
        "LB": {"1": ["family"], "2": ["isolation"], "3": ["voice", "family"]},
    }
    for coder, units in given.items():
        log = CodingLog(tmp_path / "codings", coder, "s")
        for unit, codes in units.items():
            log.decide(
                round_="1", unit_id=unit, codes=codes, codes_seen=codebook.ids, codebook_hash=codebook.hash, memo=coder
            )
    return read_codings(tmp_path / "codings", codebook)


def decisions(folder: Path, *records: dict) -> Path:
    path = folder / "consensus.jsonl"
    full = [{"basis": "discussed", "reason": "why", "decided_by": "KA, LB", **record} for record in records]
    path.write_text("".join(json.dumps(record) + "\n" for record in full))
    return path


def present(consensus, unit):
    rows = consensus[(consensus["unit_id"] == unit) & (consensus["status"] == "present")]
    return rows["code"].tolist()


def test_agreed_single_coded_and_undecided_are_told_apart(codings):
    consensus = build_consensus(codings)
    assert dict(zip(consensus["unit_id"], consensus["basis"], strict=True)) == {"1": "agreed", "4": "single coded"}
    assert consensus.attrs["undecided"] == ["2", "3"]
    assert present(consensus, "1") == ["family"]
    listed = open_disagreements(codings)
    assert listed.to_dict("records")[1] == {"unit_id": "2", "coder": "LB", "codes": "isolation", "memo": "LB"}


def test_a_decision_settles_a_unit_and_the_last_one_holds(codings, tmp_path):
    path = decisions(tmp_path, {"unit_id": "3", "codes": []}, {"unit_id": "3", "codes": ["voice"]})
    consensus = build_consensus(codings, path)
    assert present(consensus, "3") == ["voice"]
    assert consensus.attrs["undecided"] == ["2"]
    row = consensus[consensus["unit_id"] == "3"].iloc[0]
    assert (row["basis"], row["reason"], row["decided_by"]) == ("discussed", "why", "KA, LB")


def test_a_decision_about_something_else_is_refused(codings, tmp_path):
    for record, error in (
        ({"unit_id": "99", "codes": []}, UnknownUnit),
        ({"unit_id": "3", "codes": ["voic"]}, UnknownCode),
        ({"unit_id": "3", "codes": [], "codebook_hash": "old"}, StaleDecision),
        ({"unit_id": "3", "codes": [], "codings_hash": "old"}, StaleDecision),
        ({"unit_id": "3", "codes": [], "basis": "voted"}, InvalidTable),
        ({"unit_id": "3"}, InvalidTable),
    ):
        with pytest.raises(error, match=r"line 1 of consensus\.jsonl"):
            build_consensus(codings, decisions(tmp_path, record))
    current = {"unit_id": "3", "codes": [], "codings_hash": by_unit(codings)["3"].hash}
    assert present(build_consensus(codings, decisions(tmp_path, current)), "3") == []


def test_a_code_that_one_coder_did_not_see_is_single_coded(codings):
    fewer = codings[~((codings["coder"] == "LB") & (codings["code"] == "voice"))]
    consensus = build_consensus(fewer)
    unit = consensus[consensus["unit_id"] == "1"].set_index("code")["basis"]
    assert unit.to_dict() == {"family": "agreed", "isolation": "agreed", "voice": "single coded"}


def test_rounds_are_not_mixed_unnoticed(codings):
    import pandas as pd

    twice = pd.concat([codings, codings.assign(round="2")])
    with pytest.raises(InvalidArgument, match="more than one round"):
        build_consensus(twice)
    assert len(build_consensus(twice, round=2)) == len(build_consensus(codings))


@pytest.mark.extra
@pytest.mark.shared
def test_the_three_invented_codings_differ_on_71_units(shared, tmp_path):
    """The consensus file beside them decides just these units, and no other."""
    book = read_codebook(shared / "illustrative/gratitude_2020.codebook.yaml")
    for coder in "ABC":
        log = CodingLog(tmp_path / "codings", coder, "1")
        for line in (shared / f"illustrative/coder_{coder}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            log.decide(
                round_="1", unit_id=row["unit_id"], codes=row["codes"], codes_seen=book.ids, codebook_hash=book.hash,
                memo=row["memo"], decided_at=None,
            )  # fmt: skip
    codings = read_codings(tmp_path / "codings", book)
    assert codings.groupby("coder")["unit_id"].nunique().to_dict() == {"A": 300, "B": 300, "C": 150}
    assert len(codings) == 4 * 750
    lines = (shared / "illustrative/consensus.jsonl").read_text(encoding="utf-8").splitlines()
    settled = [json.loads(line) for line in lines]
    assert build_consensus(codings).attrs["undecided"] == sorted(record["unit_id"] for record in settled)
    consensus = build_consensus(codings, decisions(tmp_path, *settled))
    assert consensus.attrs["undecided"] == []
    assert consensus["unit_id"].nunique() == 300
    isolation = consensus[(consensus["code"] == "isolation") & (consensus["status"] == "present")]
    assert len(isolation) == 31  # 10.3% of 300, as the set's description says
