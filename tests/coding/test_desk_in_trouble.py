"""Guards the desk when the line is cut, the disk is full or the codebook changes: it says so, and loses nothing."""

import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from tests.coding.desk_page import press, records, start, unit_shown, wait_for_done, wait_for_records
from tests.coding.test_small_disk import fill_up
from tests.cut_line import cut_line

pytestmark = [pytest.mark.extra, pytest.mark.browser]

_KEPT = """() => Object.keys(localStorage).filter((name) => name.startsWith('medtw_qual:'))
    .flatMap((name) => JSON.parse(localStorage.getItem(name)))"""


@pytest.fixture
def line(study):
    with cut_line(urlsplit(study.url).port) as line:
        yield line


def begin(study, line, folder):
    """Open a desk through the line and decide on one unit."""
    page = start(replace(study, url=f"http://127.0.0.1:{line.port}"), folder)
    dialog = page.locator("dialog .jp-Dialog-button")  # JupyterLab says now and then that the server is away
    page.add_locator_handler(dialog, lambda button: button.first.click())
    page.click(".mq-text")
    press(page, "1", "Enter")
    wait_for_done(page, 1)
    return page


def wait_for_the_line(page):
    """Wait until the desk's red bar is gone; JupyterLab tries again after 1, 2, 4 ... seconds."""
    page.wait_for_function("document.querySelector('.mq-bar').hidden", timeout=90_000)


def test_a_lost_line_keeps_the_decision_and_sends_it_when_the_line_is_back(study, line):
    page = begin(study, line, "lost")
    kernels = [kernel["id"] for kernel in study.kernels()]
    unit = unit_shown(page)
    line.cut()
    press(page, "2", "m")
    page.keyboard.type("written without a line")
    press(page, "Control+Enter")
    page.wait_for_selector(".mq-bar:not([hidden])", timeout=10_000)
    assert "the connection is lost" in page.inner_text(".mq-bar")
    assert unit_shown(page) == unit
    kept = page.evaluate(_KEPT)
    assert [(one["unit_id"], one["codes"]) for one in kept] == [(unit, ["true_selves"])]
    page.wait_for_timeout(6_000)  # it is sent again, and again into the void
    assert len(records(study, "lost")) == 1
    line.mend()
    wait_for_the_line(page)
    wait_for_done(page, 2)
    page.wait_for_timeout(6_000)  # whatever was queued on the way arrives too, and changes nothing
    found = records(study, "lost")
    assert [record["id"] for record in found[1:]] == [kept[0]["id"]]
    assert found[1]["memo"] == "written without a line"
    assert page.evaluate(_KEPT) == []
    assert unit_shown(page) != unit
    assert [kernel["id"] for kernel in study.kernels()] == kernels
    page.click(".mq-text")  # JupyterLab's own dialog had taken the focus
    press(page, "3", "Enter")
    wait_for_records(page, study, "lost", 3)


def test_an_answer_that_is_lost_leaves_one_decision(study, line):
    page = begin(study, line, "unheard")
    unit = unit_shown(page)
    line.swallow_answers()
    press(page, "2", "Enter")
    page.wait_for_selector(".mq-bar:not([hidden])", timeout=10_000)
    assert unit_shown(page) == unit  # without an answer the desk does not move on
    wait_for_records(page, study, "unheard", 2)
    line.cut()
    line.mend()
    wait_for_the_line(page)
    wait_for_done(page, 2)
    page.wait_for_timeout(6_000)
    assert len(records(study, "unheard")) == 2
    assert page.evaluate(_KEPT) == []


def test_a_full_disk_shows_the_red_bar_until_there_is_room(study, small_disk):
    small_disk(study.folder / "full")
    page = start(study, "full")
    page.click(".mq-text")
    press(page, "1", "Enter")
    wait_for_done(page, 1)
    ballast = fill_up(study.folder / "full")
    unit = unit_shown(page)
    press(page, "2", "m")
    page.keyboard.type("long " * 1500)
    press(page, "Control+Enter")
    page.wait_for_selector(".mq-bar:not([hidden])")
    assert "No space left on device" in page.inner_text(".mq-bar")
    assert unit_shown(page) == unit
    ballast.unlink()
    page.wait_for_function("document.querySelector('.mq-bar').hidden", timeout=15_000)
    wait_for_done(page, 2)
    assert [record["codes"] for record in records(study, "full")] == [["finding_family"], ["true_selves"]]


def test_another_coder_under_this_name_and_another_version_of_the_codebook_are_noticed(study):
    page = start(study, "noticed")
    page.click(".mq-text")
    press(page, "1", "Enter")
    wait_for_done(page, 1)
    assert page.locator(".mq-notice").count() == 0
    other = page.context.new_page()
    cell = """from dataclasses import replace
newer = replace(codebook, version="9.9")
mq.coding.CodingDesk(sample, newer, coder="KA", folder="{folder}")"""
    source = study.folder / "noticed"
    start(study, "noticed_too", desk=cell.replace("{folder}", "noticed"), page=other)
    other.click(".mq-text")
    press(other, "1", "Enter")
    wait_for_done(other, 2)
    press(page, "0", "Enter")
    page.wait_for_selector(".mq-notice")
    notice = page.inner_text(".mq-notice")
    assert "Another desk is writing as KA" in notice
    assert re.search(r"another version than gratitude_2020 \d", notice)
    assert len(list(source.glob("KA--*.jsonl"))) == 2
