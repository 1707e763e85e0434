"""Guards the desk as people meet it: a real JupyterLab, real keys, a killed kernel, and what goes over the wire.

The pictures in docs/images are taken here: MEDTW_QUAL_PICTURES=1 writes them into the documentation.
"""

import json
import re
import statistics
from pathlib import Path

import pytest

from medtw_qual.coding.coding_log import CodingLog
from tests.coding.conftest import make_corpus
from tests.coding.desk_page import DESK, STUDY, press, records, start, unit_shown, wait_for_done, wait_for_records

pytestmark = [pytest.mark.extra, pytest.mark.browser]

_OUT_OF_SIGHT = """() => {
    const place = document.querySelector('.mq-desk')?.getBoundingClientRect();
    return !place || !place.height || place.bottom < 0;
}"""
_STOPWATCH = """() => {
    window.times = [];
    const root = document.querySelector('.mq-desk');
    root.addEventListener('keydown', (event) => { if (event.key === 'Enter') window.begun = performance.now(); }, true);
    new MutationObserver(() => {
        const count = root.querySelector('.mq-count')?.textContent;
        if (window.begun && count !== window.count) {
            window.times.push(performance.now() - window.begun);
            window.begun = 0;
        }
        window.count = count;
    }).observe(root, {subtree: true, childList: true});
}"""


def test_keys_code_posts_and_never_reach_the_notebook(study, picture, record_property):
    page = start(study, "keys")
    page.click(".mq-text")
    shown = [unit_shown(page)]
    page.evaluate(_STOPWATCH)
    for keys in ("1", "0", "13", "i", "2"):
        for key in keys:
            page.keyboard.press(key)
        page.keyboard.press("Enter")
        wait_for_records(page, study, "keys", len(shown))
        page.wait_for_function(f"document.querySelector('.mq-count').textContent.startsWith('{len(shown)} of')")
        shown.append(unit_shown(page))
    found = records(study, "keys")
    codes = ["finding_family", "true_selves", "isolation", "culture_change"]
    assert [record["codes"] for record in found] == [[codes[0]], [], [codes[0], codes[2]], [], [codes[1]]]
    assert [record["impossible"] for record in found] == [False, False, False, True, False]
    assert [record["unit_id"] for record in found] == shown[:-1]
    assert len(set(shown)) == 6
    # letters that mean something to a notebook in command mode: delete, cut, above, below, to Markdown, to raw
    for key in ("d", "d", "x", "a", "y", "r", "z", "m", "Escape", "n", "Escape"):
        page.keyboard.press(key)
    assert study.cells(page) == ["code", "code"]
    page.keyboard.press("m")
    page.keyboard.type("2 norms asked for; d d x")
    page.keyboard.press("Control+Enter")
    wait_for_records(page, study, "keys", 5)  # nothing chosen: a word, no decision
    assert "Choose a code" in page.inner_text(".mq-status")
    page.keyboard.press("Escape")
    page.keyboard.press("4")
    picture(page, "desk_light")
    page.keyboard.press("Enter")
    wait_for_records(page, study, "keys", 6)
    page.wait_for_function("document.querySelector('.mq-count').textContent.startsWith('6 of')")
    assert records(study, "keys")[-1]["memo"] == "2 norms asked for; d d x"
    page.keyboard.press("u")
    wait_for_records(page, study, "keys", 7)
    page.wait_for_function("document.querySelector('.mq-desk textarea').value === '2 norms asked for; d d x'")
    assert study.cells(page) == ["code", "code"]
    saved = study.save(page, "keys.ipynb")
    assert "widgets" not in saved.metadata
    assert "token" not in Path(study.folder / "keys.ipynb").read_text().replace("text/plain", "")
    median = statistics.median(page.evaluate("window.times"))
    record_property("round_trip_ms_median", round(median, 1))
    print(f"key to acknowledged and next post shown: median {median:.0f} ms of {page.evaluate('window.times.length')}")
    assert median < 1000


def test_reload_resumes_with_the_choices_made(study):
    page = start(study, "reload")
    page.click(".mq-text")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    wait_for_records(page, study, "reload", 1)
    page.wait_for_function("document.querySelector('.mq-count').textContent.startsWith('1 of')")
    second = unit_shown(page)
    page.keyboard.press("3")
    study.save(page, "reload.ipynb")
    page.reload()
    study.wait_idle(page)
    page.wait_for_selector(".mq-text", timeout=60_000)
    assert unit_shown(page) == second
    assert page.inner_text(".mq-count") == "1 of 20"
    assert page.is_checked(".mq-codes li:nth-child(3) input")


def test_a_killed_kernel_shows_the_red_bar_and_nothing_is_lost(study, picture):
    page = start(study, "killed")
    page.click(".mq-text")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    wait_for_records(page, study, "killed", 1)
    page.wait_for_function("document.querySelector('.mq-count').textContent.startsWith('1 of')")
    unit = unit_shown(page)
    page.keyboard.press("2")
    page.keyboard.press("m")
    page.keyboard.type("written to a dead kernel")
    study.kill_kernels()
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".mq-bar:not([hidden])", timeout=10_000)
    assert "Not saved: the kernel is not answering" in page.inner_text(".mq-bar")
    assert unit_shown(page) == unit
    assert len(records(study, "killed")) == 1
    study.dismiss(page)
    picture(page, "desk_kernel_gone")
    study.wait_idle(page)
    study.run_all(page)
    wait_for_records(page, study, "killed", 2)
    last = records(study, "killed")[-1]
    assert (last["unit_id"], last["codes"], last["memo"]) == (unit, ["true_selves"], "written to a dead kernel")
    page.wait_for_function("document.querySelector('.mq-count')?.textContent === '2 of 20'")
    assert page.locator(".mq-bar:not([hidden])").count() == 0
    assert unit_shown(page) != unit
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('medtw_qual:')).length") == 0


def test_nothing_of_others_of_units_ahead_or_of_the_machine_goes_over_the_wire(study):
    other = CodingLog(study.folder / "wire", "LB", "s")
    (study.folder / "wire").mkdir(exist_ok=True)
    other.decide(
        round_="1", unit_id="1", codes=["isolation"], codes_seen=["isolation"], codebook_hash="h", memo="SECRETOFLB"
    )
    (study.folder / "clusters.csv").write_text("unit_id,cluster,strength\n1,0,0.5 SECRETOFTHEMACHINE\n")
    frames = []
    loaded = "import sys\n'clusters loaded: ' + str('medtw_qual.clusters' in sys.modules)"
    study.notebook("wire.ipynb", STUDY, DESK.format(folder="wire"), loaded)
    page = study.new_page()
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(frame)))
    study.open("wire.ipynb", page=page)
    study.run_all(page)
    page.wait_for_selector(".mq-text")
    page.click(".mq-text")
    seen = [unit_shown(page)]
    for n in (1, 2, 3):
        page.keyboard.press("1")
        page.keyboard.press("Enter")
        wait_for_records(page, study, "wire", n)
        page.wait_for_function(f"document.querySelector('.mq-count').textContent.startsWith('{n} of')")
        seen.append(unit_shown(page))
    press(page, "ArrowLeft")  # looking back sends what was decided, and nothing else
    page.wait_for_selector(".mq-again")
    press(page, "l")
    page.wait_for_selector(".mq-list li")
    wire = b"".join(frame if isinstance(frame, bytes) else frame.encode() for frame in frames)
    known = {unit.encode() for unit in make_corpus(40).units["unit_id"]}
    assert {number for number in re.findall(rb"\d{19}", wire) if number in known} == {unit.encode() for unit in seen}
    assert b"SECRETOFLB" not in wire
    assert b"SECRETOFTHEMACHINE" not in wire
    assert "clusters loaded: False" in page.inner_text(".jp-Notebook")


def test_scrolling_away_and_back_keeps_the_desk(study):
    study.settings("@jupyterlab/notebook-extension", "tracker", {"windowingMode": "full"})
    page = start(study, "scroll", after=[f"# filler {n}" + "\n#" * 30 for n in range(12)])
    page.hover(".jp-Notebook")
    page.mouse.wheel(0, -20_000)
    page.wait_for_selector(".mq-text", state="visible")
    page.click(".mq-text")
    page.keyboard.press("2")
    unit = unit_shown(page)
    page.mouse.wheel(0, 20_000)
    page.wait_for_timeout(1000)
    page.locator(".jp-Cell").last.click()
    page.mouse.wheel(0, 20_000)
    page.wait_for_function(_OUT_OF_SIGHT)
    page.mouse.wheel(0, -20_000)
    page.wait_for_selector(".mq-text", state="visible")
    page.wait_for_timeout(500)
    assert unit_shown(page) == unit
    assert page.is_checked(".mq-codes li:nth-child(2) input")
    page.click(".mq-text")
    page.keyboard.press("Enter")
    wait_for_records(page, study, "scroll", 1)
    assert records(study, "scroll")[0]["codes"] == ["true_selves"]
    study.settings("@jupyterlab/notebook-extension", "tracker", {})


def drag_over(page, words):
    """Choose words of the post with the mouse, as a hand does; letters that run to the left begin on the right."""
    left, top, right, bottom = page.evaluate(
        """(words) => {
            const node = document.querySelector('.mq-text').firstChild, from = node.data.indexOf(words);
            const range = document.createRange();
            range.setStart(node, from);
            range.setEnd(node, from + words.length);
            const box = range.getBoundingClientRect();
            return [box.left, box.top, box.right, box.bottom];
        }""",
        words,
    )
    page.mouse.move(left + 0.5, (top + bottom) / 2)
    page.mouse.down()
    page.mouse.move(right + 0.5, (top + bottom) / 2, steps=8)
    page.mouse.up()
    page.wait_for_function("document.querySelector('.mq-status').textContent.startsWith('Passage chosen')")


def go_to(page, words):
    """Put posts off until one that holds these words comes up."""
    while words not in page.inner_text(".mq-text"):
        before = unit_shown(page)
        page.keyboard.press("s")
        page.wait_for_function(f"!document.querySelector('.mq-text').textContent.includes('{before}')")


def test_a_passage_marked_with_the_mouse_is_found_again_in_python(study, picture):
    study.settings("@jupyterlab/apputils-extension", "themes", {"theme": "JupyterLab Dark"})
    page = start(study, "passage")
    texts = make_corpus(40).units.set_index("unit_id")["text"]
    wanted = ("I have met", "👩🏽‍⚕️", "שלום")  # behind an emoji of seven UTF-16 units; the emoji itself; to the left
    for done, words in enumerate(wanted):
        page.click(".mq-text")
        go_to(page, words)
        drag_over(page, words)
        assert f"“{words}”" in page.inner_text(".mq-status")
        press(page, "1", "3")
        assert page.inner_text(".mq-text mark") == words
        if words == "I have met":
            press(page, "?", "c")
            picture(page, "desk_dark")
            press(page, "?")
        press(page, "Enter")
        wait_for_records(page, study, "passage", done + 1)
        wait_for_done(page, done + 1)
    for record, words in zip(records(study, "passage"), wanted, strict=True):
        assert record["codes"] == ["finding_family", "isolation"]
        (mark,) = record["passages"]
        assert mark["code"] == "finding_family"
        assert texts[record["unit_id"]][mark["start"] : mark["end"]] == words
    go_to(page, "I have met")
    drag_over(page, "none of")
    press(page, "Escape", "2", "Enter")  # chosen, and thought better of
    wait_for_records(page, study, "passage", 4)
    assert records(study, "passage")[-1]["passages"] == []
    study.settings("@jupyterlab/apputils-extension", "themes", {})


def test_a_post_that_runs_to_the_left_is_shown_so(study):
    page = start(study, "leftwards")
    page.click(".mq-text")
    go_to(page, "שלום")
    assert page.evaluate("getComputedStyle(document.querySelector('.mq-text')).direction") == "rtl"
    go_to(page, "Nobody")
    assert page.evaluate("getComputedStyle(document.querySelector('.mq-text')).direction") == "ltr"


def test_one_looks_back_finds_a_decision_and_changes_it(study, picture):
    page = start(study, "back")
    page.click(".mq-text")
    seen = []
    for done, keys in enumerate(("1", "23", "0", "i"), 1):
        seen.append(unit_shown(page))
        press(page, *keys)
        if done == 2:
            press(page, "m")
            page.keyboard.type("is it irony?")
            press(page, "Escape")
        press(page, "Enter")
        wait_for_done(page, done)
    ahead = unit_shown(page)
    press(page, "4")  # begun and not yet decided: it waits
    for unit in reversed(seen):
        press(page, "ArrowLeft")
        page.wait_for_function(f"document.querySelector('.mq-text').textContent.includes('{unit}')")
    assert page.is_checked(".mq-codes li:nth-child(1) input")
    press(page, "l")
    page.wait_for_selector(".mq-list li")
    assert page.locator(".mq-list-codes").all_inner_texts() == [
        "cannot be coded", "none of these",
        "Showing our true selves, Coping with feelings of isolation", "Finding family",
    ]  # fmt: skip
    picture(page, "desk_list")
    page.keyboard.type("irony")
    page.wait_for_function("document.querySelectorAll('.mq-list li').length === 1")
    press(page, "ArrowDown", "Enter")
    page.wait_for_function(f"document.querySelector('.mq-text').textContent.includes('{seen[1]}')")
    assert page.input_value(".mq-desk textarea") == "is it irony?"
    press(page, "3", "Enter")
    wait_for_records(page, study, "back", 5)
    page.wait_for_function(f"document.querySelector('.mq-text').textContent.includes('{ahead}')")
    assert page.is_checked(".mq-codes li:nth-child(4) input")
    assert page.inner_text(".mq-count") == "4 of 20"
    last = records(study, "back")[-1]
    assert (last["unit_id"], last["codes"], last["memo"]) == (seen[1], ["true_selves"], "is it irony?")
    press(page, "ArrowLeft")
    page.wait_for_selector(".mq-again")
    assert unit_shown(page) == seen[1]
    press(page, "ArrowRight")
    page.wait_for_function(f"document.querySelector('.mq-text').textContent.includes('{ahead}')")
    assert study.cells(page) == ["code", "code"]


def test_screening_is_one_choice_of_three(study, picture):
    page = start(study, "screened", desk='mq.coding.ScreeningDesk(sample, coder="KA", folder="{folder}")')
    page.click(".mq-text")
    press(page, "1", "2")
    assert page.locator(".mq-codes input[type=radio]:checked").count() == 1
    assert page.get_by_role("button", name="Cannot be coded").count() == 0
    press(page, "m")
    page.keyboard.type("not about thanks")
    picture(page, "screening_desk")
    press(page, "Control+Enter")
    wait_for_records(page, study, "screened", 1)
    assert (records(study, "screened")[0]["codes"], records(study, "screened")[0]["memo"]) == (
        ["not"],
        "not about thanks",
    )


def test_two_coders_meet_at_the_consensus_desk(study, picture):
    for coder, codes in (("KA", ["isolation", "culture_change"]), ("LB", ["isolation"])):
        CodingLog(study.folder / "meet", coder, "s").decide(
            round_="1", unit_id="1337565537327933000", codes=codes, codes_seen=["isolation", "culture_change"],
            codebook_hash="h", memo=f"This is how {coder} read it."
        )  # fmt: skip
    cell = """codings = mq.read_codings("meet", codebook)
mq.coding.ConsensusDesk(codings, corpus, codebook, "consensus.jsonl", decided_by="KA, LB")"""
    study.notebook("meet.ipynb", STUDY, cell)
    page = study.open("meet.ipynb")
    study.run_all(page)
    page.wait_for_selector(".mq-coders")
    assert "This is how LB read it." in page.inner_text(".mq-coders")
    page.click(".mq-text")
    assert page.is_checked(".mq-codes li:nth-child(3) input")
    page.keyboard.press("Enter")
    page.wait_for_selector(".mq-bar:not([hidden])")
    assert "no reason" in page.inner_text(".mq-bar")
    page.keyboard.press("4")
    page.keyboard.press("m")
    page.keyboard.type("A norm of health care is asked to change.")
    picture(page, "consensus_desk")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".mq-end")
    record = json.loads((study.folder / "consensus.jsonl").read_text())
    press(page, "ArrowLeft")
    page.wait_for_selector(".mq-again")
    assert page.input_value(".mq-desk textarea") == "A norm of health care is asked to change."
    assert (record["codes"], record["basis"]) == (["isolation", "culture_change"], "discussed")
    assert record["reason"] == "A norm of health care is asked to change."
    assert record["decided_by"] == "KA, LB"
