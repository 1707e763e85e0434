"""Guards the life of a codebook: what changed, what became of old codes, what must be coded again."""

from dataclasses import replace

import pandas as pd
import pytest

from medtw_qual.codebook import merge_codes, split_code
from medtw_qual.codebook.codebook import Code, Theme
from medtw_qual.codebook.revision import read_changes
from medtw_qual.codebook.snapshots import read_snapshot, save_snapshot
from medtw_qual.coding import map_codings, read_codings, recode_needed
from medtw_qual.coding.coding_log import CodingLog
from medtw_qual.errors import InvalidArgument, UnknownCode, UnreadableFile

WHO = {"reason": "one idea", "decided_by": "KA, LB"}


@pytest.fixture
def book(codebook):
    child = Code("humour", "Humour", parent="voice", definition="Jokes.")
    theme = Theme("together", "Together", "Nobody is alone.", ("isolation", "family"))
    return replace(codebook, codes=(*codebook.codes, child), themes=(theme,))


def codings_of(folder, book, units):
    for unit, codes in units.items():
        CodingLog(folder, "KA").decide(
            round_="1", unit_id=unit, codes=codes, codes_seen=book.ids, codebook_hash=book.hash
        )
    save_snapshot(book, folder)
    return read_codings(folder, book)


def status(codings, code):
    rows = codings[codings["code"] == code]
    return dict(zip(rows["unit_id"], rows["status"], strict=True))


def test_every_difference_is_listed(book):
    assert book.diff(book).empty
    codes = (replace(book["isolation"], definition="Being alone."), *book.codes[2:], Code("new", "New", definition="x"))
    other = replace(book, version="2", codes=codes, themes=(replace(book.themes[0], codes=("isolation",)),))
    table = book.diff(other)
    assert table[["kind", "id", "field", "change"]].to_numpy().tolist() == [
        ["codebook", "small", "version", "changed"],
        ["code", "isolation", "definition", "changed"],
        ["code", "new", "", "added"],
        ["code", "family", "", "removed"],
        ["theme", "together", "codes", "changed"],
    ]
    assert table.iloc[1][["before", "after"]].tolist() == ["Being apart.", "Being alone."]


def test_merged_codes_are_present_where_one_was_and_absent_where_all_were(book, tmp_path):
    codings = codings_of(tmp_path, book, {"1": ["isolation"], "2": ["family", "isolation"], "3": [], "4": ["voice"]})
    partly = codings[~((codings["unit_id"] == "4") & (codings["code"] == "family"))]
    log = tmp_path / "changes.jsonl"
    merged = merge_codes(
        book, ["isolation", "family"], Code("bond", "Bond", definition="x"), version="2", log=log, **WHO
    )
    assert merged.ids == ("bond", "voice", "humour")
    assert merged.themes[0].codes == ("bond",)
    mapped = map_codings(partly, log, merged)
    assert status(mapped, "bond") == {"1": "present", "2": "present", "3": "absent"}  # 4: family was not judged
    assert status(mapped, "voice") == status(codings, "voice")
    assert set(mapped["codebook_hash"]) == {merged.hash}
    needed = recode_needed(mapped, merged)
    assert needed[["unit_id", "code", "why"]].to_numpy().tolist() == [["4", "bond", "not judged"]]


def test_a_split_code_is_looked_at_again_where_it_was_present(book, tmp_path):
    codings = codings_of(tmp_path, book, {"1": ["voice"], "2": []})
    log = tmp_path / "changes.jsonl"
    parts = [Code("speaking", "Speaking", definition="x"), Code("writing", "Writing", definition="y")]
    split = split_code(book, "voice", parts, version="2", log=log, **WHO)
    assert split["humour"].parent == "speaking"
    mapped = map_codings(codings, log, split)
    assert status(mapped, "speaking") == status(mapped, "writing") == {"2": "absent"}
    assert recode_needed(mapped, split)["unit_id"].tolist() == ["1", "1"]


def test_changes_follow_each_other_and_are_recorded_once(book, tmp_path):
    codings = codings_of(tmp_path, book, {"1": ["voice"], "2": []})
    log = tmp_path / "changes.jsonl"
    for _ in range(2):
        second = merge_codes(book, ["voice"], Code("voices", "Voices", definition="x"), version="2", log=log, **WHO)
        third = merge_codes(second, ["voices", "humour"], Code("v", "V", definition="x"), version="3", log=log, **WHO)
    assert len(read_changes(log)) == 2
    assert status(map_codings(codings, log, third), "v") == {"1": "present", "2": "absent"}
    with pytest.raises(UnknownCode, match="'voice' is in the codings"):
        map_codings(codings, tmp_path / "none.jsonl", third)


def test_a_change_needs_its_reason(book, tmp_path):
    log = tmp_path / "changes.jsonl"
    new = Code("bond", "Bond", definition="x")
    with pytest.raises(InvalidArgument, match=r"present version is '1\.0\.0'"):
        merge_codes(book, ["voice"], new, version="1.0.0", log=log, **WHO)
    with pytest.raises(InvalidArgument, match="two codes or more"):
        split_code(book, "voice", [new], version="2", log=log, **WHO)
    with pytest.raises(UnknownCode, match="Did you mean 'voice'"):
        merge_codes(book, ["voic"], new, version="2", log=log, **WHO)
    assert not log.exists()


def test_decisions_of_several_versions_in_one_folder_are_read_as_one(book, tmp_path):
    """Half a sample was coded, two codes were merged, the other half was coded: the usual case."""
    folder, log = tmp_path / "codings", tmp_path / "changes.jsonl"
    codings_of(folder, book, {"1": ["isolation"], "2": []})
    edited = replace(book, version="1.1", codes=(replace(book.codes[0], definition="Being alone."), *book.codes[1:]))
    merged = merge_codes(
        edited, ["isolation", "family"], Code("bond", "Bond", definition="x"), version="2", log=log, **WHO
    )
    CodingLog(folder, "KA", "later").decide(
        round_="1", unit_id="3", codes=["bond"], codes_seen=merged.ids, codebook_hash=merged.hash
    )
    with pytest.raises(UnknownCode, match='changes="codebooks/changes.jsonl"'):
        read_codings(folder, merged)
    codings = read_codings(folder, merged, changes=log)
    assert status(codings, "bond") == {"1": "present", "2": "absent", "3": "present"}
    assert set(codings["code"]) == set(merged.ids)
    assert set(codings["codebook_hash"]) == {merged.hash}
    assert recode_needed(codings, merged).empty


def test_a_split_code_does_not_keep_its_id(book, tmp_path):
    parts = [Code("voice", "Voice", definition="narrower"), Code("writing", "Writing", definition="y")]
    with pytest.raises(InvalidArgument, match="an id of its own"):
        split_code(book, "voice", parts, version="2", log=tmp_path / "changes.jsonl", **WHO)


def test_changed_rules_are_listed_from_the_versions_kept(book, tmp_path):
    codings = codings_of(tmp_path, book, {"1": ["voice"]})
    codes = (replace(book.codes[0], definition="Being alone."), *book.codes[1:])
    newer = replace(book, version="1.1.0", codes=codes)
    assert recode_needed(codings, newer).empty
    needed = recode_needed(codings, newer, tmp_path)
    assert needed[["unit_id", "code", "why"]].to_numpy().tolist() == [["1", "isolation", "rules changed"]]


def test_a_kept_version_that_was_changed_is_refused(book, tmp_path):
    path = save_snapshot(book, tmp_path)
    assert read_snapshot(book.hash, tmp_path) == book
    path.write_text(path.read_text().replace("Being apart.", "Being alone."))
    with pytest.raises(UnreadableFile, match="was changed"):
        read_snapshot(book.hash, tmp_path)
    assert isinstance(book.table, pd.DataFrame)
