"""Guards projects on their way out and back: nothing about a study is lost, and every passage says what it said."""

import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import medtw_qual as mq
from medtw_qual import schemas
from medtw_qual._base.table_files import validate_table
from medtw_qual.errors import InvalidArgument, UnknownCode, UnknownUnit

from .projects import TRICKY, book, codings, corpus_of, dangling, lf

NS = "{urn:QDA-XML:project:1.0}"


def written_passages(path: Path) -> list[tuple[str, str]]:
    """(user's name, passage) of every coded selection, by the standard library and the standard's own rule alone."""
    with zipfile.ZipFile(path) as archive:
        root = ElementTree.fromstring(archive.read("project.qde"))
        users = {user.get("guid"): user.get("name") for user in root.iter(f"{NS}User")}
        found = []
        for source in root.iter(f"{NS}TextSource"):
            if source.get("plainTextPath") is None:
                continue
            name = source.get("plainTextPath").removeprefix("internal://")
            text = archive.read(f"sources/{name}").decode("utf-8")
            for one in source.iter(f"{NS}PlainTextSelection"):
                if one.find(f"{NS}Coding") is not None:
                    passage = text[int(one.get("startPosition")) : int(one.get("endPosition"))]
                    found.append((users[one.get("creatingUser")], passage))
        return found


def plainly(body: str, start: int, end: int) -> str:
    """The passage with LF line ends; one that ends between CR and LF ends before the line end."""
    letters = []
    for place in range(start, end):
        letter = body[place]
        if (place == 0 and letter == "\ufeff") or (letter == "\r" and body[place + 1 : place + 2] == "\n"):
            continue
        letters.append("\n" if letter == "\r" else letter)
    return "".join(letters)


@pytest.mark.parametrize("collated", [False, True])
def test_every_marked_passage_is_found_again_under_emoji_crlf_and_right_to_left(tmp_path, collated):
    rows = []
    for unit, text in TRICKY.items():
        for start in range(0, len(text) - 3, 4):
            rows.append((unit, "A", "1", "thanks", "present", "", start, start + 3))
    table = codings(rows)
    path = mq.exchange.write_refi_qda(tmp_path / "s.qdpx", corpus_of(TRICKY), book(), table, collated=collated)
    expected = [plainly(TRICKY[row.unit_id], row.start, row.end) for row in table.itertuples()]
    assert sorted(passage for _, passage in written_passages(path)) == sorted(expected)
    assert dangling(path) == set()
    again = mq.exchange.read_refi_qda(path, quiet=True)
    assert len(again.skipped) == 0
    texts = dict(zip(again.corpus.units["unit_id"], again.corpus.units["text"], strict=True))
    assert texts == {unit: lf(text) for unit, text in TRICKY.items()}
    read = [texts[row.unit_id][row.start : row.end] for row in again.codings.itertuples() if row.status == "present"]
    assert sorted(read) == sorted(expected)


texts = st.text(
    st.characters(exclude_categories=("Cs",), include_characters="\r\n🙏\u200d\u0301\u05d0"), min_size=1, max_size=25
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies=st.lists(texts, min_size=1, max_size=4), data=st.data(), collated=st.booleans())
def test_any_text_and_any_passage(tmp_path, bodies, data, collated):
    rows = []
    for number, body in enumerate(bodies):
        start = data.draw(st.integers(0, len(body)))
        end = data.draw(st.integers(start, len(body)))
        rows.append((str(number), "A", "1", "grief", "present", "", start, end))
    table = codings(rows)
    corpus = corpus_of({str(number): body for number, body in enumerate(bodies)})
    path = mq.exchange.write_refi_qda(tmp_path / "s.qdpx", corpus, book(), table, collated=collated)
    expected = sorted(lf(bodies[number][row[6] : row[7]]) for number, row in enumerate(rows))
    # A passage that ends between CR and LF ends before the one character that is left of the two.
    assert [
        passage.strip("\n") for _, passage in sorted(written_passages(path), key=lambda one: one[1])
    ] or expected == [""]
    again = mq.exchange.read_refi_qda(path, quiet=True)
    assert len(again.skipped) == 0
    assert again.corpus.units["text"].tolist() == [lf(body) for body in bodies]


COUNT = len(TRICKY)
EVERY_TYPE = {
    "flag": [True, False] * (COUNT // 2) + [True],
    "long id": pd.array([1327781546728173500, None] + [10**17 + 1] * (COUNT - 2), dtype="Int64"),
    "share": [0.1, float("nan")] + [1e-300] * (COUNT - 2),
    "moment": pd.to_datetime(["2020-01-01T00:00:00.123456Z"] * COUNT),
    "moment without a zone": pd.to_datetime(["2020-01-01 10:00"] * COUNT),
    "word": ["", "& <b>"] + ["é"] * (COUNT - 2),
    "mixed": [1, "a", True, None, 2.5, "", "x", "y", "z"],
}


@pytest.mark.parametrize("collated", [False, True])
def test_variables_of_every_type_come_back(tmp_path, collated):
    corpus = corpus_of(TRICKY)
    corpus.units[list(EVERY_TYPE)] = pd.DataFrame(EVERY_TYPE, index=corpus.units.index)
    path = mq.exchange.write_refi_qda(tmp_path / "s.qdpx", corpus, book(), collated=collated)
    read = mq.exchange.read_refi_qda(path, quiet=True).corpus.units
    for name in ("flag", "long id", "share", "moment", "word"):
        known, back = (table[name].astype("object").where(table[name].notna(), None) for table in (corpus.units, read))
        assert back.tolist() == known.tolist()
    assert set(read["moment without a zone"]) == {pd.Timestamp("2020-01-01T10:00:00Z")}
    assert read["mixed"].tolist() == ["1", "a", "True", "", "2.5", "", "x", "y", "z"]


def all_kinds_of_memos() -> pd.DataFrame:
    """A memo of every kind, two of them on one thing."""
    rows = [
        ("unit", "2", "look again", "A", None),
        ("unit", "2", "look & once more", "A", None),
        ("code", "grief", "too wide?", "M", "2021-01-01T00:00:00Z"),
        ("study", "", "first day", "", None),
        ("theme", "bonds", "holds", "A", None),
        ("new code", "relief", "seen twice", "A", None),
    ]
    return validate_table(pd.DataFrame(rows, columns=[column.name for column in schemas.MEMOS.columns]), schemas.MEMOS)


@pytest.mark.parametrize("collated", [False, True])
def test_a_study_comes_back_whole(tmp_path, collated):
    rows = [
        ("1", "A", "1", "thanks", "present", "sure\nabout it", None, None),
        ("1", "A", "1", "grief", "absent", "sure\nabout it", None, None),
        ("1", "A", "1", "loud_thanks", "absent", "sure\nabout it", None, None),
        ("1", "M", "1", "thanks", "absent", "", None, None),
        ("1", "M", "1", "grief", "absent", "", None, None),
        ("2", "A", "1", "thanks", "present", "", 0, 3),
        ("2", "A", "1", "thanks", "present", "", 4, 9),
        ("2", "A", "1", "grief", "present", "", None, None),
        ("2", "A", "1", "loud_thanks", "absent", "", None, None),
        ("3", "A", "2", "thanks", "impossible", "cannot read 🤷", None, None),
        ("3", "A", "2", "grief", "impossible", "cannot read 🤷", None, None),
        ("3", "A", "2", "loud_thanks", "impossible", "cannot read 🤷", None, None),
    ]
    table = codings(rows)
    table["coder_kind"] = ["model" if coder == "M" else "person" for coder in table["coder"]]
    memos = all_kinds_of_memos()
    corpus = corpus_of(TRICKY)
    path = mq.exchange.write_refi_qda(tmp_path / "s.qdpx", corpus, book(), table, memos=memos, collated=collated)
    assert dangling(path) == set()
    again = mq.exchange.read_refi_qda(path, quiet=True)
    assert again.skipped.empty
    assert again.codebook == book()
    assert again.codebook.hash == book().hash
    keys = ["unit_id", "coder", "round", "code", "start"]
    known = table.sort_values(keys).reset_index(drop=True)
    read = again.codings.sort_values(keys).reset_index(drop=True)
    pd.testing.assert_frame_equal(read[known.columns], known)
    order = ["about", "key", "text"]
    pd.testing.assert_frame_equal(
        again.memos.sort_values(order).reset_index(drop=True), memos.sort_values(order).reset_index(drop=True)
    )
    assert dict(zip(again.coders["coder"], again.coders["kind"], strict=True)) == {"A": "person", "M": "model"}
    units = again.corpus.units
    assert units["context"].tolist() == corpus.units["context"].tolist()
    assert units["created_at"].tolist() == corpus.units["created_at"].tolist()
    authors = again.corpus.authors.set_index("author_id")
    assert authors.loc["a1", "role"] == "médecin 👩‍⚕️"
    assert authors.loc["a2", "followers"] == 3


@pytest.mark.parametrize("collated", [False, True])
def test_the_example_study_comes_back_whole(root, tmp_path, collated):
    corpus = mq.read_corpus(root / "data" / "medtwitter_2020.jsonl").drop_reposts().merge_threads()
    codebook = mq.read_codebook(root / "codebooks" / "gratitude_2020.yaml")
    table = mq.read_codings(root / "data" / "codings", codebook)
    again = mq.exchange.read_refi_qda(
        mq.exchange.write_refi_qda(tmp_path / "study.qdpx", corpus, codebook, table, collated=collated)
    )
    assert again.codebook.hash == codebook.hash
    pd.testing.assert_frame_equal(again.codings, table, check_like=True)
    assert dict(zip(again.corpus.units["unit_id"], again.corpus.units["text"], strict=True)) == {
        unit: lf(text) for unit, text in zip(corpus.units["unit_id"], corpus.units["text"], strict=True)
    }
    pd.testing.assert_frame_equal(
        mq.measure_agreement(again.codings) if hasattr(mq, "measure_agreement") else table,
        mq.measure_agreement(table) if hasattr(mq, "measure_agreement") else table,
    )


def test_the_libraries_own_loader_reads_what_is_written(tmp_path):
    """pyrefiqda unpacks and parses by itself: another reader than ours, of the same standard."""
    from pyrefiqda import RefiProject

    table = codings(
        [("2", "A", "1", "thanks", "present", "", 4, 9), ("2", "A", "1", "grief", "absent", "", None, None)]
    )
    path = mq.exchange.write_refi_qda(tmp_path / "s.qdpx", corpus_of(TRICKY), book(), table)
    theirs = RefiProject.load(path, tmp_path / "unpacked")
    assert [user.name for user in theirs.users.user] == ["A, round 1"]
    source = next(one for one in theirs.sources.text_source if one.name == "2")
    text = RefiProject.resolve_source_path(source.plain_text_path, tmp_path / "unpacked").read_text(encoding="utf-8")
    passage = source.plain_text_selection[0]
    assert text[passage.start_position : passage.end_position] == TRICKY["2"][4:9]


def test_two_saves_are_equal_byte_for_byte_and_nothing_is_left_on_failure(tmp_path):
    table = codings([("1", "A", "1", "thanks", "present", "", None, None)])
    one = mq.exchange.write_refi_qda(tmp_path / "a.qdpx", corpus_of(TRICKY), book(), table)
    two = mq.exchange.write_refi_qda(tmp_path / "b.qdpx", corpus_of(TRICKY), book(), table)
    assert one.read_bytes() == two.read_bytes()
    with pytest.raises(UnknownUnit, match="such as '99'"):
        mq.exchange.write_refi_qda(
            tmp_path / "c.qdpx",
            corpus_of(TRICKY),
            book(),
            codings([("99", "A", "1", "thanks", "absent", "", None, None)]),
        )
    with pytest.raises(UnknownCode, match="Did you mean 'thanks'"):
        mq.exchange.write_refi_qda(
            tmp_path / "c.qdpx",
            corpus_of(TRICKY),
            book(),
            codings([("1", "A", "1", "thank", "absent", "", None, None)]),
        )
    with pytest.raises(InvalidArgument, match="no codes"):
        mq.exchange.write_refi_qda(tmp_path / "c.qdpx", corpus_of(TRICKY), mq.Codebook("empty", "1"))
    with pytest.raises(InvalidArgument, match=r"\.qdpx"):
        mq.exchange.write_refi_qda(tmp_path / "c.zip", corpus_of(TRICKY), book())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.qdpx", "b.qdpx"]


@pytest.mark.extra
@pytest.mark.shared
@pytest.mark.parametrize("collated", [False, True])
def test_projects_are_valid_against_the_official_schema(root, shared, tmp_path, collated):
    from lxml import etree

    schema = etree.XMLSchema(etree.parse(shared / "refi_qda" / "Project.xsd"))
    corpus = mq.read_corpus(root / "data" / "medtwitter_2020.jsonl").drop_reposts().merge_threads()
    codebook = mq.read_codebook(root / "codebooks" / "gratitude_2020.yaml")
    table = mq.read_codings(root / "data" / "codings", codebook)
    studies = [
        (corpus, codebook, table),
        (corpus, codebook, None),
        (corpus_of(TRICKY), book(), codings([("3", "A", "1", "grief", "present", "m\x07emo", 2, 13)])),
        (corpus_of({}), book(), None),
    ]
    memos = all_kinds_of_memos()
    of_all_types = corpus_of(TRICKY)
    of_all_types.units[list(EVERY_TYPE)] = pd.DataFrame(EVERY_TYPE, index=of_all_types.units.index)
    studies += [
        (of_all_types, book(), None),
        (
            corpus_of(TRICKY),
            book(),
            codings(
                [
                    ("3", "A", "1", "grief", "impossible", "why", None, None),
                    ("3", "A", "1", "thanks", "present", "", 2, 13),
                    ("1", "M", "2", "thanks", "absent", "", None, None),
                ]
            ).assign(codebook_hash="of another version", coder_kind=["person", "person", "model"]),
        ),
        (corpus_of(TRICKY), mq.Codebook("one", "", codes=(mq.Code("a", "A"),)), None),
    ]
    for number, study in enumerate(studies):
        path = mq.exchange.write_refi_qda(tmp_path / f"{number}.qdpx", *study, memos=memos, collated=collated)
        with zipfile.ZipFile(path) as archive:
            schema.assertValid(etree.fromstring(archive.read("project.qde")))
        assert dangling(path) == set()
