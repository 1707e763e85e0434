"""Guards every study on its way out and back: whatever it holds comes back equal, and the file says it by the rules."""

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import medtw_qual as mq
from medtw_qual import schemas
from medtw_qual._base.table_files import validate_table

from .projects import corpus_of, dangling, lf

LETTERS = "🙏\u200d\u0301\u05d0[]&<"
# Texts and memos travel in files of their own, in any characters; names and rules in XML, which
# has no control characters.
WORDS = st.text(st.characters(exclude_categories=("Cs",), include_characters=f"\r\n{LETTERS}"), max_size=20)
LINE = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn"), include_characters=LETTERS), max_size=20).map(
    lambda text: " ".join(text.split())
)
IDS = ("thanks", "grief", "loud_thanks")
MOMENTS = st.sampled_from([None, "2021-02-03T04:05:06Z", "2020-11-15T01:12:44.123456Z", "1999-12-31T23:59:59Z"])
ABOUT = ("unit", "code", "theme", "study", "new code")


@st.composite
def codebooks(draw) -> mq.Codebook:
    """Three codes, one below another where it falls so, and themes; rules in any words."""
    rules = [{field: draw(LINE) for field in ("brief", "definition", "typical", "source")} for _ in IDS]
    names = draw(st.lists(LINE.filter(bool), min_size=3, max_size=3, unique=True))
    parents = ["", draw(st.sampled_from(["", "thanks"])), draw(st.sampled_from(["", "thanks", "grief"]))]
    codes = [
        mq.Code(own, name, parent=parent, **rule)
        for own, name, parent, rule in zip(IDS, names, parents, rules, strict=True)
    ]
    themes = [
        mq.Theme(
            f"t{number}", draw(LINE.filter(bool)), draw(LINE), tuple(draw(st.lists(st.sampled_from(IDS), unique=True)))
        )
        for number in range(draw(st.integers(0, 2)))
    ]
    return mq.Codebook(
        "study",
        draw(LINE),
        draw(LINE),
        tuple(codes),
        tuple(themes),
        draw(LINE),
        draw(st.booleans()),
        draw(st.booleans()),
    )


@st.composite
def decisions(draw, unit: str, length: int) -> list[tuple]:
    """What coders (one a machine) decided about a unit; not everybody about everything."""
    rows = []
    for coder, round_, kind in draw(
        st.lists(
            st.sampled_from(
                [("A", "1", "person"), ("A", "2", "person"), ("B & Co", "1", "person"), ("M", "1", "model")]
            ),
            unique=True,
        )
    ):
        memo, moment, hash_ = draw(WORDS.map(lf)), draw(MOMENTS), draw(st.sampled_from(["", "another"]))
        for code in draw(st.lists(st.sampled_from(IDS), unique=True, min_size=1)):
            status = draw(st.sampled_from(["present", "absent", "impossible"]))
            places = [(None, None)]
            if status == "present" and length > 1:
                start = draw(st.integers(0, length - 1))
                places = draw(st.sampled_from([places, [(start, draw(st.integers(start, length)))]]))
            rows += [(unit, coder, round_, code, status, memo, moment, hash_, *place, kind) for place in places]
    return rows


@st.composite
def studies(draw) -> tuple[mq.Corpus, mq.Codebook, pd.DataFrame, pd.DataFrame]:
    """A corpus, a codebook, codings and memos."""
    bodies = draw(st.lists(WORDS.map(lf), min_size=1, max_size=3))
    units = {str(number): body for number, body in enumerate(bodies)}
    book = draw(codebooks())
    rows = [row for unit, body in units.items() for row in draw(decisions(unit, len(body)))]
    columns = ["unit_id", "coder", "round", "code", "status", "memo", "decided_at", "codebook_hash", "start", "end"]
    table = pd.DataFrame(rows, columns=[*columns, "coder_kind"])
    table["codebook_hash"] = table["codebook_hash"].replace("", book.hash)
    keys = {"unit": list(units), "code": IDS, "theme": [theme.id for theme in book.themes] or [""]}
    memos = [
        (
            about,
            draw(st.sampled_from(keys.get(about, [""]))),
            draw(WORDS.map(lf).filter(bool)),
            draw(LINE),
            draw(MOMENTS),
        )
        for about in draw(st.lists(st.sampled_from(ABOUT), max_size=3))
    ]
    about = pd.DataFrame(memos, columns=[column.name for column in schemas.MEMOS.columns])
    return corpus_of(units), book, validate_table(table, schemas.CODINGS), validate_table(about, schemas.MEMOS)


def ordered(table: pd.DataFrame) -> list[tuple]:
    plain = table.astype("object").where(table.notna(), None)
    return sorted(map(str, plain.itertuples(index=False, name=None)))


# The same studies every time; to search longer, raise the number and drop `derandomize`.
@settings(max_examples=40, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(study=studies(), collated=st.booleans())
def test_any_study_comes_back_whole(tmp_path, study, collated):
    corpus, book, codings, memos = study
    path = mq.exchange.write_refi_qda(tmp_path / "s.qdpx", corpus, book, codings, memos=memos, collated=collated)
    assert dangling(path) == set()
    again = mq.exchange.read_refi_qda(path, quiet=True)
    assert again.skipped.empty, again.report()
    assert again.codebook == book
    assert again.corpus.units["text"].tolist() == corpus.units["text"].tolist()
    writers = set(corpus.units["author_id"])
    assert again.corpus.units["context"].tolist() == corpus.units["context"].tolist()
    assert ordered(again.corpus.authors) == ordered(corpus.authors.loc[corpus.authors["author_id"].isin(writers)])
    read = again.codings.reindex(columns=codings.columns)
    if len(codings):
        # A passage from the first to the last letter and a code on the whole unit are one thing in the format.
        whole = {unit: len(text) for unit, text in zip(corpus.units["unit_id"], corpus.units["text"], strict=True)}
        known = codings.copy()
        is_whole = (known["start"] == 0) & (known["end"] == known["unit_id"].map(whole))
        known.loc[is_whole.fillna(False), ["start", "end"]] = pd.NA
        assert ordered(read) == ordered(known)
    assert ordered(again.memos) == ordered(memos)
