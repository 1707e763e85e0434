"""Guards the reading of codings: dense, nothing invented, every fault named by file and line."""

import pandas as pd
import pytest

from medtw_qual._base.table_files import validate_table
from medtw_qual.coding import read_codings
from medtw_qual.coding.coding_log import CodingLog
from medtw_qual.errors import (
    EmptyFile,
    InvalidArgument,
    InvalidTable,
    MissingColumn,
    MissingFile,
    UnknownCode,
    UnknownUnit,
)
from medtw_qual.schemas import CODINGS


def decide(folder, coder, unit, *codes, book, **more):
    fields = {"round_": "1", "codes_seen": book.ids, "codebook_hash": book.hash, **more}
    return CodingLog(folder, coder, more.pop("sitting", "s")).decide(unit_id=unit, codes=codes, **fields)


def statuses(codings, **where):
    for name, value in where.items():
        codings = codings[codings[name] == value]
    return dict(zip(codings["code"], codings["status"], strict=True))


def test_a_decision_becomes_one_row_per_code_seen(tmp_path, codebook):
    decide(tmp_path, "KA", "1", "family", book=codebook, memo="warm")
    decide(tmp_path, "LB", "1", book=codebook, codes_seen=["isolation", "family"])
    decide(tmp_path, "KA", "2", book=codebook, impossible=True)
    codings = read_codings(tmp_path, codebook)
    validate_table(codings, CODINGS)
    assert statuses(codings, coder="KA", unit_id="1") == {
        "isolation": "absent",
        "family": "present",
        "voice": "absent",
    }
    assert statuses(codings, coder="LB") == {"isolation": "absent", "family": "absent"}
    assert set(statuses(codings, unit_id="2").values()) == {"impossible"}
    assert set(codings.loc[codings["unit_id"] == "1", "memo"]) == {"warm", ""}
    assert set(codings["codebook_hash"]) == {codebook.hash}


def test_a_line_that_was_cut_off_is_said_aloud(tmp_path, codebook):
    decide(tmp_path, "KA", "1", "family", book=codebook)
    log = tmp_path / "KA--s.jsonl"
    log.write_bytes(log.read_bytes() + b'{"id": "2", "uni')
    with pytest.warns(UserWarning, match=r"Line 2 of KA--s\.jsonl was cut off"):
        codings = read_codings(tmp_path, codebook)
    assert codings.attrs["torn"] == {"KA--s.jsonl": '{"id": "2", "uni'}
    assert set(codings["unit_id"]) == {"1"}


def test_passages_give_a_row_each(tmp_path, codebook):
    marks = [{"code": "family", "start": 9, "end": 12}, {"code": "family", "start": 0, "end": 3}]
    decide(tmp_path, "KA", "1", "family", book=codebook, passages=marks)
    codings = read_codings(tmp_path, codebook)
    rows = codings[codings["code"] == "family"]
    assert list(zip(rows["start"], rows["end"], strict=True)) == [(0, 3), (9, 12)]
    assert codings.loc[codings["code"] == "voice", "start"].isna().all()


def test_an_unknown_code_or_unit_is_named(tmp_path, codebook, corpus):
    decide(tmp_path, "KA", corpus.units["unit_id"][0], "famly", book=codebook)
    with pytest.raises(UnknownCode, match=r"'famly' in line 1 of KA--s\.jsonl.*small 1\.0\.0\. Did you mean 'family'"):
        read_codings(tmp_path, codebook)
    (tmp_path / "KA--s.jsonl").unlink()
    decide(tmp_path, "KA", "77", "family", book=codebook)
    with pytest.raises(UnknownUnit, match="'77'"):
        read_codings(tmp_path, codebook, corpus=corpus)


def test_the_register_gives_the_coders_kind_and_nobody_codes_unregistered(tmp_path, codebook):
    folder = tmp_path / "codings"
    decide(folder, "KA", "1", book=codebook)
    assert "coder_kind" not in read_codings(folder, codebook)
    register = tmp_path / "coders.csv"
    register.write_text("coder,kind,training,note\nKA,model,none,invented\n")
    assert set(read_codings(folder, codebook)["coder_kind"]) == {"model"}
    decide(folder, "K_A", "1", book=codebook)
    with pytest.raises(InvalidTable, match=r"'K_A' has coded and is not in .*coders\.csv\. Did you mean 'KA'"):
        read_codings(folder, codebook)
    register.write_text("coder,kind,training,note\nKA,person,,\nka,person,,\n")
    with pytest.raises(InvalidTable, match="Two coders"):
        read_codings(folder, codebook)


LONG = "unit_id,coder,code\n1,KA,Finding family\n1,KA,isolation\n2,KA,\n1,LB,voice \n"
LONG_STATUS = "unit_id,coder,code,status\n1,KA,family,present\n1,KA,voice,absent\n"
WIDE = "unit_id,coder,text,isolation,Finding family,voice\n1,KA,NA,1,yes,0\n2,KA,x,0,,absent\n"
WIDE += "3,KA,x,impossible,impossible,impossible\n"


def test_a_long_table_without_status_lists_what_is_there(tmp_path, codebook):
    path = tmp_path / "codes.csv"
    path.write_text(LONG)
    codings = read_codings(path, codebook)
    assert len(codings) == 9
    assert statuses(codings, coder="KA", unit_id="1") == {
        "isolation": "present",
        "family": "present",
        "voice": "absent",
    }
    assert set(statuses(codings, coder="KA", unit_id="2").values()) == {"absent"}


def test_a_long_table_with_status_says_no_more_than_it_says(tmp_path, codebook):
    path = tmp_path / "codes.csv"
    path.write_text(LONG_STATUS)
    assert statuses(read_codings(path, codebook)) == {"family": "present", "voice": "absent"}


def test_a_wide_table_keeps_not_coded_apart_from_absent(tmp_path, codebook):
    path = tmp_path / "KA.csv"
    path.write_text(WIDE)
    codings = read_codings(path, codebook)
    assert statuses(codings, unit_id="2") == {"isolation": "absent", "voice": "absent"}
    assert set(statuses(codings, unit_id="3").values()) == {"impossible"}
    dense = read_codings(path, codebook, blank="absent")
    assert statuses(dense, unit_id="2")["family"] == "absent"
    path.write_text(WIDE.replace("yes", "maybe"))
    with pytest.raises(InvalidTable, match=r"'maybe' in row 2, column 'Finding family' of KA\.csv"):
        read_codings(path, codebook)


def test_a_delimited_column_needs_no_more_than_names(tmp_path, codebook):
    path = tmp_path / "comments.csv"
    path.write_text("id,codes\nc1,Isolation; finding FAMILY\nc2,Unclear\nc3,Other;voice\n")
    codings = read_codings(
        path, codebook, columns={"unit_id": "id"}, coder="NHS", code_names={"Other": None}, impossible=["Unclear"]
    )
    assert statuses(codings, unit_id="c1") == {"isolation": "present", "family": "present", "voice": "absent"}
    assert set(statuses(codings, unit_id="c2").values()) == {"impossible"}
    assert statuses(codings, unit_id="c3")["voice"] == "present"
    assert set(codings["coder"]) == {"NHS"}
    with pytest.raises(UnknownCode, match=r"'Unclear' in row 3 of comments\.csv"):
        read_codings(path, codebook, columns={"unit_id": "id"})


def test_what_was_written_as_a_table_is_read_back(tmp_path, codebook):
    folder = tmp_path / "logs"
    decide(folder, "KA", "1", "family", book=codebook, memo="a, b")
    codings = read_codings(folder, codebook)
    from medtw_qual._base.table_files import write_table

    path = write_table(codings, tmp_path / "codings.csv", CODINGS)
    pd.testing.assert_frame_equal(read_codings(path, codebook), codings)


def test_missing_and_empty_sources_say_what_to_do(tmp_path, codebook):
    with pytest.raises(MissingFile):
        read_codings(tmp_path / "nowhere", codebook)
    with pytest.raises(EmptyFile, match="no codings"):
        read_codings(tmp_path, codebook)
    path = tmp_path / "KA.csv"
    path.write_text("number,isolation\n1,1\n")
    with pytest.raises(MissingColumn, match="unit_id"):
        read_codings(path, codebook)
    with pytest.raises(MissingColumn, match="named for 'unit_id'"):
        read_codings(path, codebook, columns={"unit_id": "numbr"})


@pytest.mark.extra
@pytest.mark.shared
def test_real_comments_with_several_codes_in_a_cell(shared, tmp_path):
    """7,908 comments, one cell of codes each, names with commas and ampersands."""
    from medtw_qual.codebook.codebook import Code, Codebook

    source = shared / "data/nhs_px_qdc/comments_codes.csv"
    raw = pd.read_csv(source, dtype=str, keep_default_na=False)
    names = sorted({name for cell in raw["codes"] for name in cell.split(";")} - {"Labelling not possible"})
    book = Codebook("nhs", "7", codes=tuple(Code(f"c{number}", name) for number, name in enumerate(names)))
    with pytest.warns(UserWarning, match="gives them codes too"):  # of one comment in the published file
        codings = read_codings(
            source, book, columns={"unit_id": "comment_id"}, coder="NHS", impossible=["Labelling not possible"],
            ignore=["trust", "service", "fft_score", "question", "sentiment"],
        )  # fmt: skip
    assert codings["unit_id"].nunique() == 7908
    assert len(codings) == 7908 * len(names)
    impossible = raw["codes"].str.contains("Labelling not possible").sum()
    assert codings.loc[codings["status"] == "impossible", "unit_id"].nunique() == impossible == 1685
    timely = book.ids[names.index("Timeliness of care")]
    assert ((codings["code"] == timely) & (codings["status"] == "present")).sum() == 1104


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("unit_id,coder,codes,status\n1,KA,family,absent\n", "beside them status"),
        ("unit_id,coder,codes,start,end\n1,KA,family,0,3\n", "beside them end, start"),
        ("unit_id,coder,code,start,end\n1,KA,family,0,3\n", "has no column status"),
    ],
)
def test_a_status_or_passage_that_belongs_to_no_one_code_is_refused(tmp_path, codebook, table, words):
    (tmp_path / "codes.csv").write_text(table, encoding="utf-8")
    with pytest.raises(InvalidTable, match=words):
        read_codings(tmp_path / "codes.csv", codebook)


def test_no_column_passes_unread_and_headers_need_no_exact_spelling(tmp_path, codebook):
    path = tmp_path / "codes.csv"
    path.write_text("Unit ID;Coder ;code;STATUS;Memo\nq1;KA;family;absent;see above\n")
    codings = read_codings(path, codebook)
    assert codings[["unit_id", "coder", "status", "memo"]].to_numpy().tolist() == [["q1", "KA", "absent", "see above"]]
    path.write_text("unit_id,coder,code,judged\nq1,KA,family,0\n")
    with pytest.raises(InvalidTable, match="'judged', which is used for nothing"):
        read_codings(path, codebook)
    assert statuses(read_codings(path, codebook, columns={"status": "judged"})) == {"family": "absent"}
    assert statuses(read_codings(path, codebook, ignore=["judged"]))["family"] == "present"


def test_words_for_nothing_are_empty_cells_and_said(tmp_path, codebook):
    path = tmp_path / "codes.csv"
    path.write_text("unit_id,coder,isolation,family,voice,memo\nq1,NA,1,NA,0,NA\n")
    with pytest.warns(UserWarning, match="'NA' 1 times"):
        codings = read_codings(path, codebook)
    assert statuses(codings) == {"isolation": "present", "voice": "absent"}
    assert (set(codings["coder"]), set(codings["memo"])) == ({"NA"}, {"NA"})


def test_files_of_a_folder_that_are_not_read_are_named(tmp_path, codebook):
    (tmp_path / "KA.tsv").write_text("unit_id\tcodes\nq1\tfamily\n")
    (tmp_path / "LB.doc").write_text("q1 family")
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "MO.csv").write_text("unit_id,codes\nq1,family\n")
    with pytest.warns(UserWarning, match=r"LB\.doc, second/MO\.csv"):
        codings = read_codings(tmp_path, codebook)
    assert codings.attrs["files"] == {"read": ["KA.tsv"], "not read": ["LB.doc", "second/MO.csv"]}


def test_names_lose_what_nobody_sees_and_near_names_are_refused(tmp_path, codebook):
    path = tmp_path / "codes.csv"
    path.write_text("unit_id,coder,codes\nq1 ,\u200bKim,family\nq2,Kim\u00a0,voice\n", encoding="utf-8")
    codings = read_codings(path, codebook)
    assert (set(codings["unit_id"]), set(codings["coder"])) == ({"q1", "q2"}, {"Kim"})
    path.write_text("unit_id,coder,codes\nq1,Kim,family\nq2,kim,voice\n", encoding="utf-8")
    with pytest.raises(InvalidTable, match="'Kim' and 'kim', whose names differ in capitals only"):
        read_codings(path, codebook)
    path.write_text("unit_id,coder,codes\nq1,Kim,family\nQ1,Kim,voice\n", encoding="utf-8")
    with pytest.warns(UserWarning, match="'q1' and 'Q1': are they two units"):
        read_codings(path, codebook)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["Ja", "OUI", "sí", "Sim", "WAHR", "Vrai", "1.0", "1,00", "X", "Y", "是", "✓"], "present"),
        (["nein", "Non", "NÃO", "FALSCH", "faux", "0.0", "n", "-", "否", "☐"], "absent"),
    ],
)
def test_a_status_is_known_in_the_languages_that_people_type_in(tmp_path, codebook, words, status):
    rows = "".join(f'q{number},KA,voice,"{word}"\n' for number, word in enumerate(words))
    (tmp_path / "c.csv").write_text(f"unit_id,coder,code,status\n{rows}", encoding="utf-8")
    codings = read_codings(tmp_path / "c.csv", codebook)
    assert codings["status"].tolist() == [status] * len(words)
    (tmp_path / "c.csv").write_text("unit_id,coder,code,status\nq1,KA,voice,☒\n", encoding="utf-8")
    with pytest.raises(InvalidTable, match="'☒' in row 2"):  # a tick to some, a "no" to others
        read_codings(tmp_path / "c.csv", codebook)


def test_empty_and_half_filled_cells_are_read_as_declared_on_every_path(tmp_path, codebook):
    path = tmp_path / "c.csv"
    path.write_text("unit_id,coder,codes\nq1,KA,voice\nq2,KA,\n")
    assert set(read_codings(path, codebook)["unit_id"]) == {"q1", "q2"}
    assert set(read_codings(path, codebook, blank="absent")["unit_id"]) == {"q1", "q2"}
    assert set(read_codings(path, codebook, blank="not coded")["unit_id"]) == {"q1"}
    with pytest.raises(InvalidArgument, match="blank is 'abs'"):
        read_codings(path, codebook, blank="abs")
    path.write_text("unit_id,coder,codes\nq1,KA,voice\nq1,KA,\n")
    with pytest.raises(InvalidTable, match="Row 3 .* gives no code, and another row"):
        read_codings(path, codebook)
    assert len(read_codings(path, codebook, blank="not coded")) == 3
    path.write_text("unit_id,coder,code,status\nq1,KA,voice,1\nq2,KA,,\nq3,KA,voice,\n")
    assert set(read_codings(path, codebook)["unit_id"]) == {"q1"}
    path.write_text("unit_id,coder,code,status\nq1,KA,voice,1\nq2,KA,,1\n")
    with pytest.raises(InvalidTable, match="Row 3 .* has a status and no code"):
        read_codings(path, codebook)


def test_a_code_that_was_not_before_the_coder_is_not_coded(tmp_path, codebook):
    """A table that lists the codes given does not say which codes its coder had; who wrote it out does."""
    path = tmp_path / "c.csv"
    path.write_text("unit_id,coder,codes\nq1,KA,voice\n")
    codings = read_codings(path, codebook, codes_seen=["voice", "family"])
    assert codings.set_index("code")["status"].to_dict() == {"family": "absent", "voice": "present"}
    with pytest.raises(UnknownCode, match="codes_seen"):
        read_codings(path, codebook, codes_seen=["voce"])


def test_a_column_that_is_no_code_is_named_with_what_to_say_of_it(tmp_path, codebook):
    (tmp_path / "c.csv").write_text("unit_id,coder,voice,Remark\nq1,KA,1,loud\n")
    with pytest.raises(UnknownCode, match=r"'Remark' .* is no code .*ignore=\[\"Remark\"\]"):
        read_codings(tmp_path / "c.csv", codebook)
    kept = read_codings(tmp_path / "c.csv", codebook, columns={"memo": "Remark"})
    assert kept["memo"].tolist() == ["loud"]


def test_a_name_of_two_codes_is_refused(tmp_path):
    from medtw_qual.codebook.codebook import Code, Codebook

    book = Codebook("b", "1", codes=(Code("warm_mixed", "Mixed"), Code("cold_mixed", "Mixed")))
    (tmp_path / "c.csv").write_text("unit_id,coder,codes\nq1,KA,mixed\n")
    with pytest.raises(UnknownCode, match="name of 2 codes: warm_mixed, cold_mixed"):
        read_codings(tmp_path / "c.csv", book)
    assert (
        statuses(read_codings(tmp_path / "c.csv", book, code_names={"mixed": "cold_mixed"}))["cold_mixed"] == "present"
    )
