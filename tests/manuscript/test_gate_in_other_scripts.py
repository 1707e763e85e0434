"""Guards the gate where words have no spaces, hide between signs, in attributes and escapes, or names lack their @."""

from dataclasses import replace

import pandas as pd
import pytest

from medtw_qual.manuscript import find_leaks, verbatim_overlap
from medtw_qual.manuscript.quotation.output_text import without_markup
from medtw_qual.manuscript.quotation.word_tokens import count_words, words_of

# Invented sentences about a night shift, one a language.
TEXTS = {
    "ja": "夜勤明けの空がきれいで少しだけ泣きそうになりました",
    "zh": "凌晨四点病房很安静只有机器的声音陪着我们",
    "th": "เมื่อคืนเวรดึกยาวนานมากแต่เพื่อนร่วมงานใจดีเหลือเกิน",
    "lo": "ຄືນນີ້ເປັນຄືນທີ່ຍາວນານຫຼາຍສຳລັບພວກເຮົາທຸກຄົນ",
    "hi": "रात की पाली बहुत लंबी थी पर साथी दयालु थे",
    "en": "the lift was broken so we carried her chart upstairs",
}
ENGLISH = TEXTS["en"]


@pytest.fixture
def corpus_of_scripts(corpus):
    units = corpus.units.head(len(TEXTS)).assign(text=list(TEXTS.values()), context="")
    authors = corpus.authors.assign(handle=[f"ward.{n}_kx" for n in range(len(corpus.authors))])
    return replace(corpus, units=units.reset_index(drop=True), authors=authors)


@pytest.mark.parametrize("language", list(TEXTS))
def test_a_whole_post_is_found_in_any_script(corpus_of_scripts, tmp_path, language):
    path = tmp_path / "draft.md"
    path.write_text(f"One wrote: {TEXTS[language]} (nurse)", encoding="utf-8")
    unit = corpus_of_scripts.units["unit_id"].iloc[list(TEXTS).index(language)]
    assert find_leaks(path, corpus_of_scripts)["unit_id"].tolist() == [unit]


@pytest.mark.parametrize("language", ["ja", "zh"])
def test_twelve_letters_in_a_row_are_found_and_eleven_are_not(corpus_of_scripts, tmp_path, language):
    path = tmp_path / "draft.md"
    for length, n in ((12, 1), (11, 0)):
        path.write_text(f"x {TEXTS[language][4 : 4 + length]} y", encoding="utf-8")
        assert len(find_leaks(path, corpus_of_scripts)) == n


@pytest.mark.parametrize(
    "written",
    [
        "<p>" + ENGLISH.replace("broken", "bro&shy;ken").replace("carried", "car&#8203;ried") + "</p>",
        "<p>" + ENGLISH.replace("broken", "bro<b>ken</b>").replace("chart", "ch<wbr>art") + "</p>",
        f"<img alt='{ENGLISH}'>",
        f'<p data-note="{ENGLISH}"></p>',
        f'<meta name=description content = "{ENGLISH}">',
        f"<!-- {ENGLISH} -->",
        f"<!-- {ENGLISH}",
        f'<a title="1 < 2: {ENGLISH}">x</a>',
        "<script>var said = '" + ENGLISH.replace(" ", "\\u0020") + "'</script>",
        ENGLISH.upper(),
        ENGLISH.translate({ord(letter): ord(letter) + 0xFEE0 for letter in "abcdefghijklmnopqrstuvwxyz"}),
        ENGLISH.replace("lift", "li\u2060ft").replace("upstairs", "up\ufeffstairs"),
    ],
)
def test_what_a_search_engine_reads_is_searched(corpus_of_scripts, tmp_path, written):
    for suffix in (".html", ".md"):
        path = tmp_path / f"out{suffix}"
        path.write_text(written, encoding="utf-8")
        assert find_leaks(path, corpus_of_scripts)["kind"].tolist() == ["words"], suffix


def test_json_escapes_and_utf16_are_read(corpus_of_scripts, tmp_path):
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in TEXTS["ja"])
    (tmp_path / "a.json").write_text(f'{{"text": "{escaped}"}}', encoding="utf-8")
    (tmp_path / "b.txt").write_text(ENGLISH, encoding="utf-16")
    assert sorted(find_leaks(tmp_path, corpus_of_scripts)["file"]) == ["a.json", "b.txt"]


@pytest.mark.parametrize(
    "written",
    [
        "as ward.1_kx wrote",
        "@WARD.1_KX",
        "RT@ward.1_kx:",
        "ありがとう@ward.1_kxさん",
        "x.com/ward.1_kx/status",
        "＠ward.1_kx",
    ],
)
def test_a_handle_is_found_without_and_with_its_sign(corpus_of_scripts, tmp_path, written):
    path = tmp_path / "draft.md"
    path.write_text(written, encoding="utf-8")
    assert set(find_leaks(path, corpus_of_scripts)["kind"]) == {"handle"}


def test_a_handle_that_is_a_word_is_found_only_where_it_is_meant(corpus, tmp_path):
    corpus = replace(corpus, authors=corpus.authors.assign(handle="nurse"))
    path = tmp_path / "draft.md"
    for written, n in (("a nurse and/nurse said", 0), ("by @nurse", 1), ("bsky.example/nurse", 1), ("u/nurse", 1)):
        path.write_text(written, encoding="utf-8")
        assert len(find_leaks(path, corpus)) == n, written


def test_an_id_is_found_where_it_is_glued_to_a_word(corpus, tmp_path):
    path = tmp_path / "draft.md"
    path.write_text(f"unit{corpus.units['unit_id'].iloc[0]}", encoding="utf-8")
    assert find_leaks(path, corpus)["kind"].tolist() == ["id"]


def test_a_paraphrase_that_copies_a_japanese_sentence_can_be_found():
    assert verbatim_overlap(TEXTS["ja"], "x " + TEXTS["ja"]).findable
    assert not verbatim_overlap("夜勤は大変です", TEXTS["ja"]).findable
    assert count_words("夜勤明け ok") == 3
    assert words_of("มาก") == ["ม", "า", "ก"]


def test_markup_is_taken_apart_in_time_that_grows_with_it():
    for shape in ("<", "<!--", "<a b='", "&#", "\\u"):
        assert without_markup(shape * 50_000) is not None


def test_a_corpus_without_handles_is_searched(corpus_of_scripts, tmp_path):
    corpus = replace(corpus_of_scripts, authors=pd.DataFrame({"author_id": ["a"]}))
    (tmp_path / "a.md").write_text(ENGLISH, encoding="utf-8")
    assert len(find_leaks(tmp_path, corpus)) == 1
