"""From the values of study.toml to its sections: unknown keys and values of the wrong kind are named."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from medtw_qual.errors import StudyFault, did_you_mean

FILE_NAME = "study.toml"

Section = TypeVar("Section")


def build_section(kind: type[Section], content: Mapping[str, Any], name: str) -> Section:
    """Build one section; nested sections are dataclasses too."""
    hints = get_type_hints(kind)
    names = [key.name for key in fields(kind)]  # type: ignore[arg-type]  # `kind` is one of the dataclasses above
    values: dict[str, Any] = {}
    for key, value in content.items():
        where = f"[{name}] {key}" if name else key
        if key not in names:
            raise StudyFault(
                f"{FILE_NAME} has an unknown key: {where}.{did_you_mean(key, names)}",
                f"Keys {f'of [{name}]' if name else 'and sections'} are: {', '.join(names)}.",
            )
        expected = hints[key]
        if isinstance(value, dict) and isinstance(expected, type) and is_dataclass(expected):
            values[key] = build_section(expected, value, key)
        else:
            values[key] = _checked(value, expected, where)
    return kind(**values)


def _checked(value: object, expected: type | UnionType, where: str) -> object:
    """Return the value when it is of the declared kind; a whole number will do for a share."""
    if expected is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if get_origin(expected) is list:
        items = get_args(expected)[0]
        if isinstance(value, list) and all(isinstance(item, items) for item in value):
            return value
    elif get_origin(expected) is dict:
        inner = get_args(expected)[1]
        if isinstance(value, dict) and all(isinstance(item, get_origin(inner) or inner) for item in value.values()):
            return value
    elif type(value) in (get_args(expected) or (expected,)):  # of a choice such as "bool or nothing", either
        return value
    raise StudyFault(f"{FILE_NAME}: {where} = {value!r} is not {_in_words(expected)}.", "Correct the value.")


_WORDS: dict[object, str] = {str: "a text in quotes", bool: "true or false", int: "a whole number", float: "a number"}


def _in_words(expected: type | UnionType) -> str:
    if get_origin(expected) is list:
        return 'a list of texts, for example ["MedTwitter"]'
    if get_origin(expected) is dict and get_origin(get_args(expected)[1]) is dict:
        return "a table of tables, for example { other_seed = { seed = 2021 } }"
    if get_origin(expected) is dict:
        return 'a table of texts, for example { reply_to_id = "answers" }'
    return _WORDS.get(next(iter(get_args(expected)), expected), "a section")
