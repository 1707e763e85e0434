"""Guards the desk for those who enlarge the page, hear it, or have no mouse, by WCAG 2.2 on the real page."""

import pytest

from tests.coding.desk_page import press, records, start, unit_shown, wait_for_done, wait_for_records

pytestmark = [pytest.mark.extra, pytest.mark.browser]

MANY = 'mq.coding.CodingDesk(sample, many, coder="KA", folder="{folder}")'

# Every text's contrast with what lies behind it, painted by the browser itself: 4.5, or 3 for large letters (1.4.3).
# The border of every field with what is around it: 3 (1.4.11). What is waiting or disabled is exempt.
_CONTRASTS = """() => {
    const context = Object.assign(document.createElement('canvas'), {width: 1, height: 1})
        .getContext('2d', {willReadFrequently: true});
    const painted = (colours) => {
        context.clearRect(0, 0, 1, 1);
        for (const colour of colours) { context.fillStyle = colour; context.fillRect(0, 0, 1, 1); }
        return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const light = (rgb) => rgb.map((c) => c / 255)
        .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
        .reduce((sum, c, k) => sum + c * [0.2126, 0.7152, 0.0722][k], 0);
    const ratio = (a, b) => {
        const [most, least] = [light(a), light(b)].sort((p, q) => q - p);
        return (most + 0.05) / (least + 0.05);
    };
    const behind = (element) => {
        const grounds = [];
        for (let one = element; one; one = one.parentElement) grounds.unshift(getComputedStyle(one).backgroundColor);
        return ['white', ...grounds];
    };
    const found = [];
    const see = (what, colour, ground, wanted) =>
        found.push({what, ratio: ratio(painted([...ground, colour]), painted(ground)), wanted});
    const accent = getComputedStyle(document.querySelector('.mq-desk')).getPropertyValue('--accent');
    for (const element of document.querySelectorAll('.mq-desk *')) {
        const style = getComputedStyle(element), box = element.getBoundingClientRect();
        if (!box.width || style.visibility === 'hidden' || element.disabled) continue;
        const size = parseFloat(style.fontSize), bold = Number(style.fontWeight) >= 700;
        const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
        const name = `${element.tagName}.${element.className} ${element.textContent.slice(0, 30)}`;
        if (own) see(name, style.color, behind(element), size >= 24 || (bold && size >= 18.66) ? 3 : 4.5);
        if (element.matches('textarea, select, input:not([type=checkbox])')) {
            see(`value of ${name}`, style.color, behind(element), 4.5);
            see(`border of ${name}`, style.borderTopColor, behind(element.parentElement), 3);
            const hint = getComputedStyle(element, '::placeholder');
            if (element.placeholder) see(`hint of ${name}`, hint.color, behind(element), 4.5);
        }
        // the ring of the focus stands 2 pixels off the button
        if (element.matches('.mq-actions button')) see(`focus of ${name}`, accent, behind(element.parentElement), 3);
    }
    return found;
}"""
_FOCUSED = """() => {
    const at = document.activeElement, desk = document.querySelector('.mq-desk');
    if (!desk.contains(at)) return null;
    const style = getComputedStyle(at), label = at.closest('label');
    const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    const name = at.getAttribute('aria-label') || (label ? label.innerText : at.innerText);
    return [name.replace(/\\s+/g, ' ').trim(), seen];
}"""
_TOO_WIDE = """() => [...document.querySelectorAll('.mq-desk, .mq-desk *')]
    .filter((one) => !one.closest('.mq-list-text') && one.scrollWidth > one.clientWidth + 1 && one.clientWidth)
    .map((one) => `${one.tagName}.${one.className} ${one.scrollWidth} > ${one.clientWidth}`)"""


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_letters_and_borders_stand_out_in_both_themes(study, theme):
    study.settings("@jupyterlab/apputils-extension", "themes", {"theme": theme})
    folder = f"contrast_{theme[-4:].strip()}"
    (study.folder / folder).mkdir()
    (study.folder / folder / "coders.csv").write_text("coder,kind,training,note\nLB,person,,\n")  # a notice to read
    page = start(study, folder, desk=MANY)
    page.click(".mq-text")
    press(page, "1", "m")
    page.keyboard.type("a memo")
    press(page, "Control+Enter")
    wait_for_done(page, 1)
    press(page, "2", "?", "l", "Escape", "l")
    page.wait_for_selector(".mq-list li")
    page.evaluate("document.querySelector('.mq-bar').hidden = false")
    page.evaluate("document.querySelector('.mq-bar').textContent = 'Not saved'")
    page.evaluate("for (const one of document.querySelectorAll('.mq-context')) one.open = true")
    seen = page.evaluate(_CONTRASTS)
    study.settings("@jupyterlab/apputils-extension", "themes", {})
    assert len(seen) > 60
    assert {kind for one in seen for kind in ("border", "hint", "focus") if one["what"].startswith(kind)} == {
        "border", "hint", "focus",
    }  # fmt: skip
    assert [one for one in seen if one["ratio"] < one["wanted"]] == []


def test_who_has_not_entered_the_desk_is_told_to(study):
    """In a notebook's command mode the key 1 makes a heading of the cell."""
    page = start(study, "enter")
    assert page.locator(".mq-hint").is_visible()
    page.click(".mq-text")
    assert not page.locator(".mq-hint").is_visible()
    press(page, "1")
    assert study.cells(page) == ["code", "code"]


def test_nothing_is_cut_off_at_200_percent(study):
    """A window of 1,280 by 1,024 at 200% has 640 by 512 CSS pixels, two device pixels each (WCAG 1.4.4, 1.4.10)."""
    page = start(study, "zoom", device_scale_factor=2)
    page.set_viewport_size({"width": 640, "height": 512})
    page.keyboard.press("Control+b")  # the file browser away, as one does on a small screen
    page.click(".mq-text")
    press(page, "1", "Enter")
    wait_for_done(page, 1)
    press(page, "?", "l")
    page.wait_for_selector(".mq-list li")
    assert page.evaluate(_TOO_WIDE) == []
    desk = page.locator(".mq-desk").bounding_box()
    assert desk["x"] >= 0
    assert desk["x"] + desk["width"] <= 640
    page.keyboard.press("Escape")
    for name in ("Save", "None of these", "Cannot be coded", "Undo", "Later", "Rules"):
        button = page.get_by_role("button", name=name, exact=True)
        button.scroll_into_view_if_needed()
        box = button.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 640
        assert min(box["width"], box["height"]) >= 24  # a target's least size (WCAG 2.5.8)
    page.get_by_role("button", name="None of these", exact=True).click()
    page.get_by_role("button", name="Save", exact=True).click()
    wait_for_records(page, study, "zoom", 2)


def test_what_is_heard(study):
    """Roles and names as Chromium hands them to a screen reader."""
    page = start(study, "heard")
    page.click(".mq-text")
    while page.locator(".mq-context").count() == 0:
        before = unit_shown(page)
        page.keyboard.press("s")
        page.wait_for_function(f"!document.querySelector('.mq-text').textContent.includes('{before}')")
    text = page.inner_text(".mq-text")
    heard = page.locator(".mq-desk").aria_snapshot()
    for line in (
        '- strong: "Four themes of gratitude on #MedTwitter, 2020"', '- progressbar "Units done"', "- text: 0 of 20",
        "- group: Answers or quotes (c)", '- region "Post":', '- group "Codes":',
        '- checkbox "Finding family The online community as kin, friends or belonging."',
        '- textbox "Memo (m)"', '- textbox "Propose a new code (n)"', '- button "Save"', '- button "None of these"',
        '- button "Cannot be coded"', '- button "Later"', '- button "Rules"', "- status",
    ):  # fmt: skip
        assert line in heard, heard
    assert text[:20] in heard
    root = page.locator(".mq-desk")
    assert root.get_attribute("role") == "group"
    assert root.get_attribute("aria-label") == "Four themes of gratitude on #MedTwitter, 2020, KA"
    press(page, "2")
    assert '- checkbox "Showing our true selves' in page.locator(".mq-desk").aria_snapshot()
    assert "[checked]" in page.locator(".mq-codes").aria_snapshot()
    press(page, "i")
    assert '- button "Cannot be coded" [pressed]' in page.locator(".mq-desk").aria_snapshot()
    press(page, "Enter")
    wait_for_done(page, 1)
    assert "Saved. 1 of 20 done." in page.locator(".mq-desk").get_by_role("status").all_inner_texts()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Post"  # the next post is read out
    press(page, "ArrowLeft")
    page.wait_for_function("document.activeElement.getAttribute('aria-label') === 'Post, decided before'")
    page.evaluate("document.querySelector('.mq-desk .mq-bar').textContent = 'Not saved'")
    page.evaluate("document.querySelector('.mq-desk .mq-bar').hidden = false")
    assert "- alert: Not saved" in page.locator(".mq-desk").aria_snapshot()


def test_tab_goes_through_the_desk_in_the_order_of_reading_and_out_of_it(study):
    page = start(study, "tabs")
    page.focus(".mq-desk")
    names = []
    for _ in range(40):
        page.keyboard.press("Tab")
        at = page.evaluate(_FOCUSED)
        if at is None:
            break
        assert at[1], f"nobody sees that {at[0]!r} has the focus"
        names.append(at[0])
    assert page.evaluate(_FOCUSED) is None, "the keyboard is caught in the desk"
    names = [name for name in names if not name.startswith("Answers or quotes")]
    assert [name.split(" The ")[0] for name in names[:2]] == ["1 Finding family", "Rules for Finding family"]
    assert names[8:] == [
        "Memo (m)", "Propose a new code (n)",
        "Save Enter", "None of these 0", "Cannot be coded i", "Later s", "Rules ?",
    ]  # fmt: skip
    assert len(names) == 15


def test_a_code_beyond_the_ninth_is_found_by_its_name(study, picture):
    page = start(study, "search", desk=MANY)
    page.click(".mq-text")
    press(page, "/")
    page.keyboard.type("isol")  # a name that begins so comes before briefs that speak of it
    assert page.locator(".mq-codes li:visible").all_inner_texts()[0].startswith("5")
    assert page.locator(".mq-codes li:visible").count() == 3
    assert page.inner_text(".mq-best b") == "Isolation"
    assert page.inner_text(".mq-status") == "3 found. Enter: Isolation."
    press(page, "ArrowDown", "ArrowDown")
    assert page.inner_text(".mq-best b") == "Fatigue"
    picture(page, "desk_search")
    press(page, "Enter")
    assert page.evaluate("document.activeElement.className") == "mq-desk"
    assert page.locator(".mq-codes li:visible").count() == 12
    press(page, "/")
    page.keyboard.type("xyz")
    assert "No code holds these words" in page.inner_text(".mq-status")
    press(page, "Escape", "/")
    assert page.input_value(".mq-codes input[type=search]") == ""
    page.keyboard.type("grief 1")  # digits are letters here
    press(page, "Escape", "1", "Enter")
    wait_for_records(page, study, "search", 1)
    assert records(study, "search")[0]["codes"] == ["gratitude", "fatigue"]


def test_digits_work_where_the_upper_row_gives_letters(study):
    """A French keyboard gives & and é where others give 1 and 2."""
    page = start(study, "azerty")
    page.click(".mq-text")
    for key, code in (("&", "Digit1"), ('"', "Digit3")):
        page.evaluate(
            """([key, code]) => document.activeElement.dispatchEvent(
                new KeyboardEvent('keydown', {key, code, bubbles: true, cancelable: true}))""",
            [key, code],
        )
    press(page, "Enter")
    wait_for_records(page, study, "azerty", 1)
    assert records(study, "azerty")[0]["codes"] == ["finding_family", "isolation"]
