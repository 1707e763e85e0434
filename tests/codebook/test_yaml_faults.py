"""Guards the words with which a faulty YAML codebook is refused: each names file, code and field."""

import pytest

import medtw_qual as mq
from medtw_qual.errors import CodebookFault

ONE = "codes: [{id: a, name: A, definition: d}]\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("codes: [", "not valid YAML"),
        ("name: x", "no list 'codes'"),
        (ONE + "titel: x", "no field 'titel'. Did you mean 'title'"),
        ("codes: [{name: A, definition: d}]", "code 1, field 'id' is missing"),
        ("codes: [{id: a, name: A}]", "code 'a', field 'definition' is missing"),
        ("codes: [{id: a, definition: d, exclude_wen: x}]", "code 'a': there is no field 'exclude_wen'"),
        (ONE + "multiple_codes: perhaps", "field 'multiple_codes' is 'perhaps'"),
        (ONE + "themes: [{name: T}]", "theme 1, field 'id' is missing"),
        (ONE + "themes: [{id: t, codes: a}]", "theme 't', field 'codes' is not a list"),
        (ONE + "themes: [{id: t, codes: [b]}]", "there is no code 'b'"),
        (ONE + "themes: [{id: t}, {id: t}]", "two themes have the id 't'"),
    ],
)
def test_a_fault_names_file_place_and_field(tmp_path, content, said):
    path = tmp_path / "book.yaml"
    path.write_text(content)
    with pytest.raises(CodebookFault) as caught:
        mq.read_codebook(path)
    assert said in str(caught.value)
    assert "book.yaml" in str(caught.value)
