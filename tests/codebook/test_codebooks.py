"""Guards the five codebooks: complete rules for every code, and sources that the articles really print."""

import re

import pytest

import medtw_qual as mq

SEEDS = {
    "gratitude_2020": "000",
    "avenues_of_engagement": "001",
    "mentorship": "002",
    "open_source_community": "003",
    "why_tweet": "004",
}
FIELDS = ("name", "brief", "definition", "include_when", "exclude_when", "typical", "close_but_no", "source")


@pytest.mark.parametrize("name", SEEDS)
def test_every_code_has_every_field_of_macqueen(root, name):
    book = mq.read_codebook(root / "codebooks" / f"{name}.yaml")
    assert book.name == name
    for code in book.codes:
        assert {field: bool(getattr(code, field)) for field in FIELDS} == dict.fromkeys(FIELDS, True), code.id
    assert len({code.typical for code in book.codes}) == len(book)


@pytest.mark.parametrize("name", SEEDS)
def test_no_text_was_cut_off_as_a_comment(root, name):
    """YAML takes ` #` for a comment unless the text is quoted, and posts are full of hashtags."""
    for line in (root / "codebooks" / f"{name}.yaml").read_text(encoding="utf-8").splitlines():
        key, colon, value = line.partition(": ")
        if colon and " #" in value and not key.lstrip().startswith("#"):
            assert value.startswith('"') or re.fullmatch(r"(true|false) +# .*", value), line


def test_codes_of_the_themes(root):
    book = mq.read_codebook(root / "codebooks" / "mentorship.yaml")
    assert {"mentorship", "coaching", "sponsorship", "flattened_hierarchy", "visibility", "trolling"} <= set(book.ids)
    grouped = [code for theme in book.themes for code in theme.codes]
    assert sorted(grouped) == sorted(book.ids), "each code lies in one theme"


@pytest.mark.extra
@pytest.mark.shared
@pytest.mark.parametrize("name", SEEDS)
def test_sources_are_printed_in_the_article(root, shared, name):
    article = next((shared / "seeds").glob(f"{SEEDS[name]}_*.txt")).read_text(encoding="utf-8")
    article = " ".join(re.sub(r"<sup>.*?</sup>|\*", "", article).split())
    for code in mq.read_codebook(root / "codebooks" / f"{name}.yaml").codes:
        quoted = re.match("“(.*?)” \\(", code.source)
        assert quoted, f"{code.id}: the source is a quotation with its article"
        for part in re.split(r"…|\[.*?\]", quoted[1]):
            assert part.strip() in article, code.id


@pytest.mark.extra
@pytest.mark.shared
def test_the_rules_are_those_the_coders_had(root, shared):
    """The given codebook, save for the sources added and for two texts that YAML had cut off at a hashtag."""
    book = mq.read_codebook(root / "codebooks" / "gratitude_2020.yaml")
    given = (shared / "illustrative" / "gratitude_2020.codebook.yaml").read_text(encoding="utf-8")
    given = " ".join(given.split())
    for code in book.codes:
        for field in FIELDS[:-1]:
            assert getattr(code, field) in given, (code.id, field)
