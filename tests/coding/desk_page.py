"""What the tests of the desk in a real JupyterLab share: a study on the server's disk, looks at page and disk."""

import json

STUDY = """import pandas as pd
import medtw_qual as mq
from study_for_test import corpus, codebook, many
sample = mq.draw_sample(corpus, 20, coders=["KA", "LB"], seed=1)"""
DESK = 'mq.coding.CodingDesk(sample, codebook, coder="KA", folder="{folder}")'
MODULE = """
import sys
sys.path.insert(0, {root!r})
from types import SimpleNamespace
from medtw_qual.codebook import Code, Codebook, read_codebook
from tests.coding.conftest import make_corpus
corpus = make_corpus(40)
corpus.units["text"] = [f"{{text}} token{{unit}}x" for unit, text in zip(corpus.units["unit_id"], corpus.units["text"])]
codebook = read_codebook({codebook!r})
many = Codebook("many", "1", title="Twelve codes", codes=tuple(
    Code(name.split()[0].lower(), name, parent=parent, brief=brief, definition="For the test: " + brief)
    for name, parent, brief in [
        ("Gratitude", "", "Thanks of any kind."), ("Thanks to peers", "gratitude", "Colleagues are thanked."),
        ("Patients thanked", "gratitude", "Patients are thanked."), ("Finding family", "", "People met here are kin."),
        ("Isolation", "", "Alone, apart."), ("Support", "isolation", "Isolation is eased by the community."),
        ("Voice", "", "Speaking up."), ("Culture change", "", "Medicine should differ."),
        ("Learning", "", "Something was learnt."), ("Humour", "", "Jokes, irony."),
        ("Grief", "", "Mourning the dead."), ("Fatigue", "", "Tired, burnt out, isolated by shifts."),
    ]
))
"""


def start(lab, folder, *, desk=DESK, after=(), page=None, **context):
    """Open a notebook with a desk and run it."""
    name = f"{folder}.ipynb"
    lab.notebook(name, STUDY, desk.format(folder=folder), *after)
    page = lab.open(name, page=page, **context)
    lab.run_all(page)
    page.wait_for_selector(".mq-text", state="attached")
    return page


def records(lab, folder):
    lines = [
        line for path in sorted((lab.folder / folder).glob("KA--*.jsonl")) for line in path.read_text().splitlines()
    ]
    return [json.loads(line) for line in lines]


def unit_shown(page):
    text = page.inner_text(".mq-text")
    return text[text.index("token") + 5 : text.rindex("x")]


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def wait_for_done(page, n):
    page.wait_for_function(f"document.querySelector('.mq-count')?.textContent.startsWith('{n} of')")


def wait_for_records(page, lab, folder, n):
    for _ in range(100):
        if len(records(lab, folder)) >= n:
            break
        page.wait_for_timeout(50)
    assert len(records(lab, folder)) == n


# The invented token that makes each text findable on the wire has no place in a picture.
WITHOUT_TOKEN = """() => {
    const walk = document.createTreeWalker(document.querySelector('.mq-desk'), NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) walk.currentNode.data = walk.currentNode.data.replace(/ token\\d+x?/, '');
}"""
