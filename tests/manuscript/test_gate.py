"""Guards the gate before publication: every format is searched, and what was not decided is found wherever it hides."""

import html
from dataclasses import replace

import docx
import openpyxl
import pandas as pd
import pytest

from medtw_qual.errors import MissingFile, UndecidedWords
from medtw_qual.manuscript import (
    ManuscriptTable,
    ReportSection,
    agreement_table,
    build_report,
    codebook_table,
    coded_table,
    crosswalk_table,
    find_leaks,
    flow_table,
    prevalence_table,
    quotations,
    require_publishable,
    theme_table,
)
from medtw_qual.manuscript.writers import WRITERS


@pytest.mark.parametrize("suffix", list(WRITERS))
def test_words_of_a_post_are_found_in_every_format(corpus, tmp_path, suffix):
    words = corpus.units["text"].iloc[1]  # "Never met the six of them and they know my shifts"
    table = ManuscriptTable("1", "T", pd.DataFrame({"x": [f"She said: {words[10:45]} & more"]}))
    table.save(tmp_path / f"t{suffix}")
    leaks = find_leaks(tmp_path, corpus)
    assert list(leaks["kind"]) == ["words"]
    assert list(leaks["unit_id"]) == [corpus.units["unit_id"].iloc[1]]


@pytest.mark.parametrize("suffix", list(WRITERS))
def test_words_are_found_however_a_format_writes_signs_between_them(corpus, tmp_path, suffix):
    words = 'You "are" 💕 not _alone_ — שלום & "good" 🙏🏽 night {all}'
    units = corpus.units.assign(text=[words, *corpus.units["text"].iloc[1:]])
    table = ManuscriptTable("1", "T", pd.DataFrame({"x": [words]}))
    table.save(tmp_path / f"t{suffix}")
    leaks = find_leaks(tmp_path, replace(corpus, units=units))
    assert list(leaks["unit_id"]) == [corpus.units["unit_id"].iloc[0]]


@pytest.mark.parametrize("suffix", list(WRITERS))
def test_ids_and_handles_are_found_in_every_format(corpus, tmp_path, suffix):
    unit = corpus.units["unit_id"].iloc[3]
    table = ManuscriptTable("1", "T", pd.DataFrame({"x": [f"see https://x.invalid/status/{unit}.", "by @Invented_2"]}))
    table.save(tmp_path / f"t{suffix}")
    leaks = find_leaks(tmp_path / f"t{suffix}", corpus)
    found = set(zip(leaks["kind"], leaks["found"], strict=True))
    assert ("handle", "@invented_2") in found
    assert ("id", unit) in found


def test_hidden_places_of_office_files_are_searched(corpus, tmp_path):
    words = corpus.units["text"].iloc[0]
    document = docx.Document()
    document.core_properties.comments = words
    document.save(str(tmp_path / "a.docx"))
    book = openpyxl.Workbook()
    book.create_sheet("hidden").sheet_state = "hidden"
    book["hidden"]["A1"] = words
    book.save(tmp_path / "b.xlsx")
    (tmp_path / "c.svg").write_text(f'<svg aria-label="{html.escape(words)}"></svg>')
    assert sorted(find_leaks(tmp_path, corpus)["file"]) == ["a.docx", "b.xlsx", "c.svg"]


def test_decided_words_the_codebook_and_allowed_texts_are_no_leak(consensus, corpus, codebook, tmp_path):
    found = quotations(consensus, corpus)
    unit = found.table["unit_id"].iloc[0]
    words = found.table["original"].iloc[0]
    (tmp_path / "t.md").write_text(f"“{words}” and {codebook.codes[0].definition}")
    assert len(find_leaks(tmp_path, corpus, found, codebook)) == 1
    decided = found.decide(unit, "permission", reason="agreed", decided_by="KA")
    assert find_leaks(tmp_path, corpus, decided, codebook).empty
    assert find_leaks(tmp_path, corpus, allowed=[words]).empty
    withheld = found.decide(unit, "withheld", reason="recognisable", decided_by="KA")
    assert len(find_leaks(tmp_path, corpus, withheld, codebook)) == 1


def test_the_gate_lists_what_is_missing(consensus, corpus, tmp_path):
    (tmp_path / "t.md").write_text(corpus.units["text"].iloc[2] + "\n\n" + corpus.units["text"].iloc[5])
    with pytest.raises(
        UndecidedWords, match=r"2 place\(s\).*t\.md: words of unit .*he used to whistle.*quotations\.decide"
    ):
        require_publishable(tmp_path, corpus, quotations(consensus, corpus))
    (tmp_path / "t.md").write_text("A nurse spoke of the quiet before dawn.")
    require_publishable(tmp_path, corpus, quotations(consensus, corpus))


def test_pictures_are_listed_as_not_searched_and_working_files_left_alone(corpus, tmp_path):
    (tmp_path / "figure.png").write_bytes(b"\x89PNG")
    (tmp_path / "working").mkdir()
    (tmp_path / "working" / "sample.csv").write_text(corpus.units["text"].iloc[0])
    leaks = find_leaks(tmp_path, corpus)
    assert list(leaks["kind"]) == ["not searched"]
    with pytest.raises(UndecidedWords, match=r"1 file\(s\) cannot be searched for posts: figure.png"):
        require_publishable(tmp_path, corpus)
    (tmp_path / "figure.svg").write_text("<svg><text>Share of units</text></svg>")
    assert find_leaks(tmp_path, corpus).empty
    require_publishable(tmp_path, corpus)
    with pytest.raises(MissingFile):
        find_leaks(tmp_path / "nothing.md", corpus)


@pytest.mark.parametrize("name", ["draft.rst", "table.typ", "run.log", "NOTES"])
def test_a_text_in_a_format_that_nobody_named_is_searched_too(corpus, tmp_path, name):
    (tmp_path / name).write_text("One wrote: " + corpus.units["text"].iloc[0], encoding="utf-8")
    with pytest.raises(UndecidedWords, match=name):
        require_publishable(tmp_path, corpus)


def test_every_table_and_the_report_pass_the_gate(
    consensus, corpus, codebook, codings, keys, measured, crosswalk, prevalence, tmp_path
):
    found = quotations(consensus, corpus)
    tables = {
        "flow": flow_table(corpus),
        "coded": coded_table(consensus, corpus, codebook, codings=codings, keys=keys),
        "lists": coded_table(consensus, corpus, codebook, codings=codings, layout="lists"),
        "themes": theme_table(consensus, corpus, codebook, prevalence, found),
        "agreement": agreement_table(measured, codebook=codebook),
        "crosswalk": crosswalk_table(crosswalk, codebook),
        "prevalence": prevalence_table(prevalence, codebook),
        "codebook": codebook_table(codebook),
    }
    for name, table in tables.items():
        for suffix in WRITERS:
            table.save(tmp_path / f"{name}{suffix}")
    build_report("A study", [ReportSection("All", tables=list(tables.values()))], path=tmp_path / "report.html")
    assert find_leaks(tmp_path, corpus, found, codebook).empty
