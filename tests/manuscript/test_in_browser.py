"""Guards tables on a screen: a notebook's own style set every word to the right; a phone squeezed prose to one word."""

import nbformat
import pandas as pd
import pytest

from medtw_qual.manuscript import ManuscriptTable, ReportSection, TableColumn, build_report
from tests.browser import CHROMIUM

pytestmark = [pytest.mark.extra, pytest.mark.browser]


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM.is_file():
        pytest.skip("needs Debian's chromium at /usr/bin/chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def table():
    body = pd.DataFrame(
        {"code": ["isolation", "family"], "rule": ["Words of a rule that go on. " * 6] * 2, "n": [1, 2]}
    )
    columns = (TableColumn(("code",), "Code"), TableColumn(("rule",), "Use when", width=30))
    more = tuple(TableColumn(("rule",), f"Rule {n}", width=30) for n in range(4))
    return ManuscriptTable("1", "Rules", body, columns=(*columns, *more, TableColumn(("n",), "Units", "whole")))


def test_a_notebook_sets_words_to_the_left_and_stripes_no_row(browser, table, tmp_path):
    from nbconvert import HTMLExporter

    output = nbformat.v4.new_output("display_data", {"text/html": table._repr_html_(), "text/plain": "table"})
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("table", outputs=[output])])
    (tmp_path / "book.html").write_text(HTMLExporter().from_notebook_node(book)[0], encoding="utf-8")
    page = browser.new_page(viewport={"width": 1100, "height": 800})
    page.goto((tmp_path / "book.html").as_uri())
    look = "cell => [getComputedStyle(cell).textAlign, getComputedStyle(cell.parentElement).backgroundColor]"
    cells = page.eval_on_selector_all(".mq-table tbody tr:first-child > *", f"cells => cells.map({look})")
    assert [align for align, _ in cells] == ["left"] * 6 + ["right"]
    assert {colour for _, colour in cells} == {"rgba(0, 0, 0, 0)"}


def test_on_a_phone_the_page_keeps_its_width_and_prose_its_lines(browser, table, tmp_path):
    build_report("A study", [ReportSection("Rules", tables=[table])], path=tmp_path / "report.html")
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto((tmp_path / "report.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    widths = page.eval_on_selector_all(".mq-table thead th", "cells => cells.map(one => one.clientWidth)")
    assert min(widths[1:6]) > 150
