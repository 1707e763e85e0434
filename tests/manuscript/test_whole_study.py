"""Guards every table of the example study in every format: equal cells, equal bytes, right sums, nobody's words."""

import html
import re
import shutil
import zipfile
from pathlib import Path

import emoji
import pandas as pd
import pytest

from medtw_qual import open_study
from medtw_qual._base.office import formula_restored, xml_safe
from medtw_qual.manuscript import ManuscriptTable, check_arithmetic
from medtw_qual.manuscript.writers import WRITERS
from medtw_qual.study.run import write_results
from tests.manuscript import reading_back
from tests.manuscript.compiling import compiled

TABLES = (
    "flow", "corpus", "hashtags", "codebook", "agreement", "clusters", "crosswalk", "prevalence", "themes", "coded",
    "checklist_srqr",
)  # fmt: skip


@pytest.fixture(scope="module")
def written(root, tmp_path_factory):
    """The study and its outputs: the folder, and the tables as they were before they were written."""
    study = open_study(root)
    outputs = write_results(study, tmp_path_factory.mktemp("results"))
    by_title = {shown.table.title: shown.table for section in outputs.sections for shown in section.tables}
    tables = {}
    for name in TABLES:
        shown = (outputs.folder / "tables" / f"{name}.html").read_text(encoding="utf-8")
        tables[name] = by_title[html.unescape(re.search(r"<caption>.*?<i>(.*?)</i></caption>", shown)[1])]
    return study, outputs.folder, tables


def with_letters(table: ManuscriptTable) -> list[list[str]]:
    """The cells as a reader sees them, the letter of a note behind its cell."""
    return [
        [xml_safe(text) + table.letters.get((row, place), "") for place, text in enumerate(texts)]
        for row, texts in enumerate(table.cells)
    ]


@pytest.mark.parametrize("name", TABLES)
def test_word_html_and_markdown_read_back_with_equal_cells(written, name):
    _, folder, tables = written
    want = with_letters(tables[name])
    assert reading_back.cells_in_word(folder / "tables" / f"{name}.docx") == want
    assert reading_back.cells_in_html(folder / "tables" / f"{name}.html") == want
    assert reading_back.cells_in_markdown(folder / "tables" / f"{name}.md") == want


@pytest.mark.parametrize("name", TABLES)
def test_latex_reads_back_with_equal_cells_and_emoji_by_name(written, name):
    _, folder, tables = written

    def as_set(text: str) -> str:
        named = emoji.replace_emoji(text, lambda _, data: f"[{data['en'].strip(':').replace('_', ' ')} emoji]")
        return re.sub(r"[’‘]", "'", named)

    want = [[as_set(text) for text in row] for row in with_letters(tables[name])]
    assert reading_back.cells_in_latex(folder / "tables" / f"{name}.tex") == want


@pytest.mark.parametrize("name", TABLES)
def test_excel_and_csv_read_back_with_equal_values(written, name):
    _, folder, tables = written
    table = tables[name]
    body = table.body
    head, *values = reading_back.values_in_excel(folder / "tables" / f"{name}.xlsx")
    assert head == list(body.columns)
    text_head, *texts = reading_back.rows_in_csv(folder / "tables" / f"{name}.csv")
    assert text_head == list(body.columns)
    assert len(values) == len(texts) == len(body)
    for place, column in enumerate(body.columns):
        for raw, in_excel, in_csv in zip(
            body[column], (r[place] for r in values), (r[place] for r in texts), strict=True
        ):
            assert_same(raw, in_excel)
            assert_same(raw, in_csv)
    printed = reading_back.cells_in_excel(folder / "tables" / f"{name}.xlsx", len(table.columns))
    for place, column in enumerate(table.columns):
        for row, shown in enumerate(printed):
            raw = body[column.sources[0]].iloc[row]
            as_number = column.style.excel and not pd.isna(raw)
            assert shown[place] == (pytest.approx(raw) if as_number else table.cells[row][place] or None)


def assert_same(raw: object, read: object) -> None:
    """A raw value and what a file says about it: numbers to the last digit, everything else as text."""
    if raw is None or (not isinstance(raw, list) and pd.isna(raw)):
        assert read in (None, "")
    elif isinstance(raw, bool) or not pd.api.types.is_number(raw):
        assert formula_restored(str(read or "")) in (str(raw), getattr(raw, "isoformat", lambda: raw)())
    else:
        # a workbook holds fifteen digits; the CSV is read as text and holds all of them
        assert float(read) == (float(raw) if isinstance(read, str) else pytest.approx(float(raw), rel=1e-14))


@pytest.mark.parametrize("suffix", list(WRITERS))
def test_each_table_is_saved_twice_to_equal_bytes(written, tmp_path, suffix):
    _, folder, tables = written
    for name, table in tables.items():
        again = table.save(tmp_path / f"{name}{suffix}")
        assert again.read_bytes() == (folder / "tables" / f"{name}{suffix}").read_bytes(), name


@pytest.mark.extra
@pytest.mark.parametrize("engine", ["pdflatex", "xelatex"])
def test_each_latex_table_compiles_inside_its_line(written, tmp_path, engine):
    _, folder, _ = written
    for name in TABLES:
        fragment = shutil.copy2(folder / "tables" / f"{name}.tex", tmp_path)
        log = compiled(engine, Path(fragment))
        assert "Missing character" not in log, name
        assert re.findall(r"Overfull \\hbox.*", log) == [], name


def test_every_table_adds_up(written):
    faults = {name: check_arithmetic(table) for name, table in written[2].items()}
    assert {name: found for name, found in faults.items() if found} == {}


def letters_only(text: str) -> str:
    """Letters and digits without case, gaps or marks: what is left of a quotation however it was set."""
    return re.sub(r"[\W_]+", "", text).casefold()


def contents(path) -> list[str]:
    """Everything a file holds as text: members of packages and their properties too, markup taken off and left on."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            raw = [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    else:
        raw = [path.read_bytes().decode("utf-8", "replace")]
    bare = [html.unescape(re.sub(r"<[^>]*>", "", one)) for one in raw]
    return [*raw, *bare, *(re.sub(r"\\[a-zA-Z]+", "", one) for one in bare)]


def test_no_output_holds_a_post_s_text_or_id_that_nobody_decided_on(written):
    """A search of its own, beside the gate's: whole texts by their letters, ids as they are, in every file."""
    study, folder, _ = written
    corpus = study.corpus
    ids = {*corpus.posts["post_id"], *corpus.units["unit_id"], *corpus.units["author_id"], *corpus.posts["author_id"]}
    decided = set(study.quotations.printable()["unit_id"])
    texts = {
        unit: letters_only(text)
        for unit, text in zip(corpus.units["unit_id"], corpus.units["text"], strict=True)
        if len(letters_only(text)) >= 12
    }
    assert len(texts) > 540
    found = set()
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        for content in contents(path):
            assert not [one for one in ids if len(one) > 5 and one in content], path.name
            letters = letters_only(content)
            found |= {unit for unit, text in texts.items() if text in letters}
    assert found <= decided
    assert found  # the search can find: the words that may be printed stand in the table of themes
