"""Guards that a notebook of a study with real posts shows nobody's words until study.toml says so."""

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

import medtw_qual as mq
from medtw_qual.study.text_mask import mask_table

WORDS = "Held the phone so her daughter could sing"
CELLS = [
    "import medtw_qual as mq, pandas as pd\nstudy = mq.open_study('.')",
    f"table = pd.DataFrame({{'unit_id': ['1'], 'text': [{WORDS!r}], 'n_posts': [7]}})\ntable",
    "table['text']",
    "table",
]


@pytest.mark.parametrize("shown", [False, True])
def test_displayed_tables_are_masked_until_show_text(tmp_path, shown):
    toml = f'show_text = {str(shown).lower()}\n[corpus]\nsources = ["a.csv"]\n'
    (tmp_path / "study.toml").write_text(toml)
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    NotebookClient(book, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = "".join(str(output) for cell in book.cells for output in cell.outputs)
    assert (WORDS in outputs) is shown
    assert ("[masked: 41 characters]" in outputs) is not shown
    assert ">7<" in outputs


def test_what_clusters_quote_is_masked_and_what_the_program_says_is_not():
    clusters = pd.DataFrame({"cluster": [0], "key_words": ["thanks"], "central_texts": [[WORDS]]})
    assert WORDS not in str(mask_table(clusters).to_dict())
    assert mask_table(clusters).loc[0, "key_words"] == "thanks"
    flow = pd.DataFrame({"step": ["drop_reposts"], "reason": ["repost without own words"], "kept": [3]})
    assert mask_table(flow).equals(flow)
    decided = pd.DataFrame({"unit_id": ["1"], "reason": [WORDS]})
    assert WORDS not in str(mask_table(decided).to_dict())


def test_no_table_that_the_example_study_offers_shows_a_post_when_it_is_masked(root):
    study = mq.open_study(root)
    corpus, codings, consensus = study.corpus, study.codings, study.consensus
    differences = mq.agreement.disagreements(codings, corpus)
    offered = {
        "posts": corpus.posts,
        "units": corpus.units,
        "authors": corpus.authors,
        "near": corpus.drop_duplicates(near=0.7).units,
        "flags": mq.privacy.flags(corpus),
        "disagreements": differences.units,
        "undecided": mq.coding.open_disagreements(codings),
        "memos": mq.coding.read_memos(codings=study.path("data/codings")),
        "retrieved": mq.coding.retrieve(consensus, corpus, codes=["isolation"]),
        "quotations": study.quotations.table,
        "printable": study.quotations.printable(),
        "clusters": study.clusters.summary(),
        "unmatched": study.crosswalk.unmatched(),
        "overlap": study.crosswalk.overlap(),
    }
    beginnings = {text[:30] for text in corpus.units["text"] if len(text) > 40}
    shown = {}
    for name, table in offered.items():
        cells = "\n".join(str(cell) for column in table for cell in mask_table(table)[column])
        shown[name] = sum(beginning in cells for beginning in beginnings)
    assert shown == dict.fromkeys(offered, 0)
    assert any(beginning in str(list(corpus.units["text"])) for beginning in beginnings)


def test_proposed_quotations_and_what_the_gate_found_are_masked():
    proposed = pd.DataFrame({"unit_id": ["1"], "original": [WORDS], "text": [""], "source": ["A Journal, 2020"]})
    assert WORDS not in str(mask_table(proposed).to_dict())
    assert mask_table(proposed).loc[0, "source"] == "A Journal, 2020"
    leaks = pd.DataFrame({"file": ["draft.md"], "kind": ["words"], "unit_id": ["1"], "found": [WORDS]})
    assert WORDS not in str(mask_table(leaks).to_dict())


SHAPES = [
    "table.iloc[0]", "table.T", "table.set_index('text')", "table.set_index(['text', 'n_posts']).index", "table.style",
    "table['text'].value_counts()", "table['text'].str.upper()", "table.rename(columns={'text': 'said'})",
    "table.assign(copy=table['text'])", "table.melt(id_vars='unit_id')", "pd.crosstab(table['text'], table['n_posts'])",
    "table.merge(table, on='unit_id')", "table.groupby('text').size()", "table['text'].unique()", "table.to_numpy()",
    "table['text'].astype('category').values", "table.pivot(index='unit_id', columns='text', values='n_posts').columns",
    "table.assign(all=[list(table['text'])])[['all']]",
    "pd.DataFrame({'full_name': ['Lio Quill'], 'author_id': ['7']})",
    "pd.DataFrame({'nick': ['lioquill'], 'author_id': ['7']})", "pd.DataFrame({'a': ['夜勤明けの空が']})",
    "pd.DataFrame({'a': ['@lioquill']})", "table.describe()",
]  # fmt: skip


def test_no_form_of_a_table_shows_what_somebody_wrote(tmp_path):
    (tmp_path / "study.toml").write_text('[corpus]\nsources = ["a.csv"]\n')
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in (*CELLS[:2], *SHAPES)])
    NotebookClient(book, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    told = {}
    for cell in book.cells:
        said = str(cell.outputs).lower().replace("\\n", " ")
        told[cell.source] = [word for word in (WORDS[:14].lower(), "quill", "夜勤") if word in said]
    assert {source: words for source, words in told.items() if words} == {}


def test_what_the_program_says_is_shown_and_a_table_keeps_its_numbers():
    flow = pd.DataFrame({"step": ["drop_reposts"], "reason": ["repost without own words"], "kept": [3]})
    assert mask_table(flow.set_index("step")).loc["drop_reposts", "kept"] == 3
    codes = pd.DataFrame({"code": ["lift"], "name": ["The broken lift"], "definition": ["Words about the lift"]})
    assert mask_table(codes).equals(codes)
    numbers = pd.DataFrame({"n": [1, 2], "share": [0.5, 0.25]}, index=["a", "b"])
    assert mask_table(numbers).equals(numbers)
    twice = pd.DataFrame([[WORDS, 1]], columns=["x", "x"])
    assert mask_table(twice).to_numpy().tolist() == [[f"[masked: {len(WORDS)} characters]", 1]]
    assert mask_table(pd.DataFrame(index=[WORDS])).index.tolist() == [f"[masked: {len(WORDS)} characters]"]
