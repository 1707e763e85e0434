"""Guards how other programs' positions are read: by evidence, text by text, with how sure that is."""

import pytest

import medtw_qual as mq
from medtw_qual.exchange.counting_evidence import Marked, decide_counting
from medtw_qual.exchange.positions import Counting, PositionReader

from .projects import C1, S1, TRICKY, book, codings, corpus_of, lf, project_xml, selection, zipped

TEXT = "Oh 🙏🙏, so it went and nobody came.\nThen all of them came back to us, and that was the whole story."
WORDS = ["nobody", "Then all", "them came", "to us"]


def counted(text, unit, line_end):
    """How long a text is, the slow way: by encoding it."""
    text = text.replace("\n", "\r\n") if line_end == "two" else text
    return {"code points": len(text), "UTF-16 units": len(text.encode("utf-16-le")) // 2, "bytes": len(text.encode())}[
        unit
    ]


def marks(unit, line_end, words=WORDS, text=TEXT):
    places = [(text.index(one), text.index(one) + len(one)) for one in words]
    return [tuple(counted(text[:place], unit, line_end) for place in pair) for pair in places]


def read(tmp_path, positions, origin, text=TEXT, names=None):
    names = names or [""] * len(positions)
    inside = "".join(
        selection(start, end, C1, number=n, name=name)
        for n, ((start, end), name) in enumerate(zip(positions, names, strict=True), 1)
    )
    source = (
        f'<Sources><TextSource guid="{S1}" name="t" plainTextPath="internal://t.txt">{inside}</TextSource></Sources>'
    )
    path = zipped(tmp_path / "t.qdpx", project_xml(source, f'origin="{origin}"'), {"sources/t.txt": text.encode()})
    return mq.exchange.read_refi_qda(path, quiet=True)


def words_of(project):
    text = project.corpus.units["text"].iloc[0]
    return [text[row.start : row.end] for row in project.codings.sort_values("start").itertuples()]


@pytest.mark.parametrize(
    ("origin", "unit", "line_end", "certainty"),
    [
        ("NVivo for Windows 14", "UTF-16 units", "two", "sure"),
        ("Nobody's 1", "UTF-16 units", "as written", "likely"),
        ("Nobody's 1", "UTF-16 units", "two", "likely"),
        ("Nobody's 1", "bytes", "as written", "likely"),
        ("Nobody's 1", "code points", "as written", "likely"),
    ],
)
def test_without_quotations_the_habit_and_the_edges_of_words_decide(tmp_path, origin, unit, line_end, certainty):
    project = read(tmp_path, marks(unit, line_end), origin)
    assert words_of(project) == WORDS
    assert project.positions["certainty"].tolist() == [certainty]
    assert str(Counting(unit, line_end)) in project.report()


def test_a_habit_that_the_words_speak_against_is_not_followed(tmp_path):
    project = read(tmp_path, marks("code points", "as written", [*WORDS, "came.", "back"]), "NVivo for Mac 15")
    assert words_of(project) == ["nobody", "came.", "Then all", "them came", "back", "to us"]
    assert project.positions["certainty"].tolist() == ["likely"]


def test_a_passage_that_would_not_fit_tells(tmp_path):
    text = "all of it, and more 🙏"
    project = read(tmp_path, [(0, counted(text, "UTF-16 units", "one"))], "Nobody's 1", text)
    assert len(project.codings) == 1
    assert project.positions[["counting", "certainty"]].to_numpy().tolist() == [["UTF-16 units", "sure"]]


def test_where_nothing_tells_it_is_said(tmp_path):
    """Letters of a script without blanks: no edge of a word, no quotation, and everything fits."""
    project = read(tmp_path, [(4, 6)], "Nobody's 1", "🙏感謝感謝感謝感謝感謝")
    assert project.positions["certainty"].tolist() == ["not decided"]
    assert words_of(project) == ["謝感"], "the standard's way"
    assert "not decided" in project.report()


def test_one_passage_that_is_counted_otherwise_is_found_by_its_words(tmp_path):
    usual = marks("code points", "as written")
    (odd,) = marks("UTF-16 units", "as written", ["came back"])
    project = read(tmp_path, [*usual, odd], "Nobody's 1", names=[*WORDS, "came back"])
    assert "came back" in words_of(project)
    assert project.skipped["what"].tolist() == ["positions"]


def test_texts_in_which_every_way_is_the_same_say_nothing(tmp_path):
    project = read(tmp_path, [(0, 5)], "NVivo for Windows 14", "plain words")
    assert project.positions.empty
    assert project.skipped.empty


def test_what_the_project_says_of_itself_is_taken():
    reader = PositionReader("🙏 a b")
    (verdict,) = decide_counting([(reader, [Marked(3, 4)])], stated=Counting("UTF-16 units", "as written"))
    assert reader.place(3, verdict.counting) == 2


ROWS = [
    ("2", "A", "1", "thanks", "present", "", 4, 19),
    ("3", "A", "1", "grief", "present", "", 12, 23),
    ("4", "A", "1", "thanks", "present", "", 12, 18),
    ("8", "A", "1", "thanks", "present", "", 0, 2),
]


@pytest.mark.parametrize("collated", [False, True])
@pytest.mark.parametrize("origin", ["medtw_qual", "NVivo for Windows 14"])
def test_a_project_for_nvivo_counts_as_nvivo_does_and_comes_back(tmp_path, collated, origin):
    table = codings(ROWS)
    sent = mq.exchange.write_refi_qda(
        tmp_path / "s.qdpx", corpus_of(TRICKY), book(), table, collated=collated, for_program="nvivo"
    )
    back = mq.exchange.read_refi_qda(_from(sent, origin), quiet=True)
    assert back.corpus.units["text"].tolist() == [lf(text) for text in TRICKY.values()]
    assert "positions" not in set(back.skipped["what"]), "no passage is an exception"
    assert _present(back) == [lf(TRICKY[row[0]][row[6] : row[7]]) for row in ROWS]


def test_our_passages_are_known_by_their_guids_when_a_program_counts_new_ones_otherwise(tmp_path):
    """Written in code points, handed on by a program that counts UTF-16: what was sent stays where it was."""
    sent = mq.exchange.write_refi_qda(tmp_path / "s.qdpx", corpus_of(TRICKY), book(), codings(ROWS))
    back = mq.exchange.read_refi_qda(_from(sent, "NVivo for Windows 14"), quiet=True)
    assert _present(back) == [lf(TRICKY[row[0]][row[6] : row[7]]) for row in ROWS]


def _from(path, origin):
    import zipfile

    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    xml = files.pop("project.qde").decode().replace('origin="medtw_qual"', f'origin="{origin}"')
    return zipped(path.with_name("back.qdpx"), xml, files)


def _present(project):
    texts = dict(zip(project.corpus.units["unit_id"], project.corpus.units["text"], strict=True))
    given = project.codings[project.codings["status"] == "present"]
    return [texts[row.unit_id][row.start : row.end] for row in given.itertuples()]


def test_a_program_that_is_not_known_is_refused(tmp_path):
    with pytest.raises(mq.errors.InvalidArgument, match="for_program"):
        mq.exchange.write_refi_qda(tmp_path / "s.qdpx", corpus_of(TRICKY), book(), for_program="word")
