"""Guards the report as a co-author meets it: first screen, contents, long tables, map, phone, dark, print, axe."""

import re
import shutil
import subprocess

import pytest

from medtw_qual.study.run import run_study
from tests.browser import CHROMIUM
from tests.studies import example_study

pytestmark = [pytest.mark.extra, pytest.mark.browser]
A4_ACROSS, A4_UPRIGHT = 1016, 680  # CSS pixels between the margins that the page sets: 269 and 180 mm


@pytest.fixture(scope="module")
def report(root, tmp_path_factory):
    study = example_study(root, tmp_path_factory.mktemp("report") / "study")
    run_study(study)
    return study / "results" / "report.html"


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
def opened(browser, report):
    """Open the report in a window; whatever the page complains of fails the test."""
    complaints, contexts = [], []

    def open_page(width=1440, height=900, **settings):
        context = browser.new_context(viewport={"width": width, "height": height}, **settings)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: None if request.url == report.as_uri() else complaints.append(request.url))
        page.goto(report.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    ours = [words for words in complaints if not words.startswith(("about:srcdoc", "data:"))]
    assert [
        words for words in ours if "postMessage" not in words
    ] == []  # axe writes to the frame, which does not answer


def bottom(page, selector):
    return page.eval_on_selector(selector, "part => part.getBoundingClientRect().bottom")


def test_the_first_screen_says_what_was_collected_coded_agreed_and_found(opened):
    page = opened()
    assert page.locator(".mq-facts > div").count() == 5
    assert bottom(page, ".mq-facts") < 900
    facts = page.inner_text(".mq-facts")
    assert "552 units" in facts
    assert "300 units" in facts
    assert "language models" in facts
    assert page.locator(".mq-themes > li").count() == 4
    assert page.locator(".mq-themes blockquote").count() == 4


def test_bars_and_whiskers_have_the_lengths_of_their_figures(opened):
    page = opened()
    top = int(re.search(r"bars end at (\d+)%", page.inner_text("#overview"))[1])
    for row in page.locator(".mq-themes > li").all():
        share, low, high = map(int, re.findall(r"\d+", row.locator(".mq-figure").inner_text()))
        track, bar, range_ = (
            row.locator(name).evaluate("part => {const r = part.getBoundingClientRect(); return [r.left, r.right]}")
            for name in (".mq-track", ".mq-share", ".mq-range")
        )
        scale = (track[1] - track[0]) / top
        assert bar[1] - track[0] == pytest.approx(share * scale, abs=0.6 * scale)
        assert range_[0] - track[0] == pytest.approx(low * scale, abs=0.6 * scale)
        assert range_[1] - track[0] == pytest.approx(high * scale, abs=0.6 * scale)


def test_the_contents_stay_in_sight_and_say_where_the_reader_is(opened):
    page = opened()
    page.get_by_role("link", name="Prevalence").click()
    page.locator(".mq-contents [aria-current]", has_text="Prevalence").wait_for()
    assert page.locator(".mq-contents").bounding_box()["y"] >= 0


def test_coded_units_are_sorted_and_filtered(opened):
    page = opened()
    page.locator("summary", has_text="300 rows").click()
    table = page.locator(".mq-long table")
    field = page.get_by_label("Rows with these words")
    field.fill("consensus")
    shown = table.locator("tbody tr:visible").count()
    assert page.locator(".mq-filter output").inner_text() == (f"{shown} of 300")
    field.fill("")
    assert table.locator("tbody tr:visible").count() == 300
    first = table.locator("thead button").first
    first.press("Enter")
    rising = table.locator("tbody tr > *:first-child").all_inner_texts()
    first.press("Enter")
    falling = table.locator("tbody tr > *:first-child").all_inner_texts()
    assert sorted(rising) == sorted(falling)
    assert rising[0] == falling[-1] != falling[0]
    assert table.locator("thead th[aria-sort=descending]").count() == 1


def test_a_crosswalk_cell_says_n_and_interval_by_keyboard(opened):
    page = opened()
    cell = page.locator(".mq-heat td[tabindex]").first
    tip = cell.locator(".mq-tip")
    assert not tip.is_visible()
    cell.focus()
    assert tip.is_visible()
    assert re.search(r"\d+ of \d+ coded units \(\d+%\)\. Odds ratio [\d.]+ \[[\d.]+, [\d.]+\]", tip.inner_text())


def test_the_map_is_walked_in_without_a_network(opened):
    page = opened()
    page.locator("summary", has_text="map to walk in").click()
    inside = page.frame_locator("iframe")
    inside.locator("svg circle").first.wait_for()
    assert inside.locator("svg circle").count() >= 552


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(opened, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = opened(1280, 800, color_scheme=scheme, bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []


def test_a_phone_shows_all_of_it_in_its_width(opened):
    page = opened(390, 844)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator("h1").bounding_box()["y"] < page.locator(".mq-contents").bounding_box()["y"]


def test_printed_on_a4_no_table_loses_a_column(opened):
    page = opened(A4_UPRIGHT, 900)
    page.emulate_media(media="print")
    cut = """(selector) => [...document.querySelectorAll(selector)]
        .filter((table) => table.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
        .map((table) => table.caption.textContent)"""
    assert page.evaluate(cut, "table.mq-table:not(.mq-wide table)") == []
    page.set_viewport_size({"width": A4_ACROSS, "height": 700})
    assert page.locator(".mq-wide table").count() >= 3
    assert page.evaluate(cut, ".mq-wide table") == []


def test_the_print_is_upright_and_across_and_shows_the_figures(opened, tmp_path):
    if shutil.which("pdfinfo") is None:
        pytest.skip("needs poppler-utils")
    page = opened()
    page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    told = subprocess.run(["pdfinfo", "-l", "-1", tmp_path / "report.pdf"], capture_output=True, text=True, check=True)
    sizes = re.findall(r"size:\s+([\d.]+) x ([\d.]+)", told.stdout)
    assert {float(width) > float(height) for width, height in sizes} == {True, False}
    words = subprocess.run(["pdftotext", tmp_path / "report.pdf", "-"], capture_output=True, text=True, check=True)
    assert "Records in the collection" in words.stdout  # it stands in a figure only
    assert "Rows with these words" not in words.stdout
