"""Guards YAML codebooks: scalars stay what was written, a key is given once, and no alias can take the memory."""

from pathlib import Path

import pytest
import yaml

from medtw_qual._base.yaml_text import load_yaml
from medtw_qual.codebook import read_codebook
from medtw_qual.errors import CodebookFault

HEAD = "name: ward\nversion: 1.10\ncodes:\n- id: no\n  name: 12:30:45\n  definition: 0x1F\n"


def _book(folder: Path, text: str) -> Path:
    path = folder / "book.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_scalars_stay_what_was_written(tmp_path: Path) -> None:
    book = read_codebook(_book(tmp_path, HEAD + "multiple_codes: no\n"))
    code = book.codes[0]
    assert (book.version, code.id, code.name, code.definition) == ("1.10", "no", "12:30:45", "0x1F")
    assert book.multiple_codes is False


@pytest.mark.parametrize("written", ["1e3", "2026-03-01", "yes", "On", "007", ".5", "1_000", "Null"])
def test_no_kind_of_scalar_is_turned_into_another(written: str) -> None:
    assert load_yaml(f"key: {written}") == {"key": written}


@pytest.mark.parametrize("nothing", ["", "~", "null"])
def test_nothing_is_nothing(nothing: str) -> None:
    assert load_yaml(f"key: {nothing}") == {"key": None}
    assert load_yaml(f"key: '{nothing}'") == {"key": nothing}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (HEAD + "name: other\n", "name"),
        (HEAD + "  definition: again\n", "definition"),
        (HEAD + '"codes": []\n', "codes"),
    ],
)
def test_a_key_given_twice_is_refused_and_named(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(CodebookFault, match=f"'{key}' is given twice"):
        read_codebook(_book(tmp_path, text))


def test_aliases_of_lists_are_no_definition(tmp_path: Path) -> None:
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9) if n else 'lol'}]" for n in range(12)]
    for place in (
        "  definition: *l11\n",
        "  definition: d\nunit_of_coding: *l11\n",
        "  definition: d\nmultiple_codes: *l11\n",
    ):
        text = "note:\n  - " + "\n  - ".join("{" + one + "}" for one in levels) + "\n"
        with pytest.raises(CodebookFault):
            read_codebook(_book(tmp_path, text + "name: n\ncodes:\n- id: a\n" + place))


def test_an_alias_of_a_text_is_that_text(tmp_path: Path) -> None:
    text = "name: n\ncodes:\n- {id: a, definition: &d Thanks to somebody}\n- {id: b, definition: *d}\n"
    assert read_codebook(_book(tmp_path, text)).codes[1].definition == "Thanks to somebody"


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "{a: " * 5_000, "? [a]\n: b", "!!python/object:os.system x", "a: !x y"]
)
def test_hostile_yaml_is_refused_as_yaml(text: str) -> None:
    with pytest.raises(yaml.YAMLError):
        load_yaml(text)
