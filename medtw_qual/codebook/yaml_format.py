"""Codebooks as YAML: one mapping with codes and themes, made to be read and edited by people."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import yaml

from medtw_qual._base.files import write_text
from medtw_qual._base.yaml_text import load_yaml
from medtw_qual.codebook.code_names import one_line
from medtw_qual.codebook.codebook import Code, Codebook, Theme
from medtw_qual.errors import CodebookFault, did_you_mean

# Keys a codebook file may carry beside the codebook's own fields; they are notes to the reader of the file.
_NOTES = ("none_code", "note", "source")
_HEAD = ("name", "version", "title", "unit_of_coding", "multiple_codes", "inductive")
_CODE_FIELDS = tuple(field.name for field in fields(Code))
# What YAML 1.1 takes for true and false.
_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_THEME_FIELDS = tuple(field.name for field in fields(Theme))


def read_yaml(path: Path) -> Codebook:
    """Read a YAML codebook; a fault names file, code and field."""
    try:
        content = load_yaml(path.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CodebookFault(
            f"{path.name} is not valid YAML: {error}.", "Check indentation, quotes and keys given twice there."
        ) from error
    if not isinstance(content, dict) or not isinstance(content.get("codes"), list):
        raise CodebookFault(f"{path.name} has no list 'codes'.", "Write each code as an item below 'codes:'.")
    _require_known(content, (*_HEAD, "codes", "themes", *_NOTES), path.name)
    codes = [_code(item, number, path.name) for number, item in enumerate(content["codes"], 1)]
    themes = [_theme(item, number, path.name) for number, item in enumerate(content.get("themes") or [], 1)]
    return Codebook(
        name=_text(content, "name", path.name) or path.stem,
        version=_text(content, "version", path.name),
        title=_text(content, "title", path.name),
        codes=tuple(codes),
        themes=tuple(themes),
        unit_of_coding=_text(content, "unit_of_coding", path.name),
        multiple_codes=_flag(content, "multiple_codes", True, path.name),
        inductive=_flag(content, "inductive", False, path.name),
        source_file=path.name,
    )


def write_yaml(book: Codebook, path: Path) -> None:
    """Write a codebook as YAML, empty fields left out but for a definition that is still to be written."""
    content: dict[str, Any] = {key: getattr(book, key) for key in _HEAD if getattr(book, key) != ""}
    content["codes"] = [{**_filled(code), "definition": code.definition} for code in book.codes]
    if book.themes:
        content["themes"] = [{**_filled(theme), "codes": list(theme.codes)} for theme in book.themes]
    write_text(path, yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110))


def _filled(item: Code | Theme) -> dict[str, Any]:
    return {field.name: getattr(item, field.name) for field in fields(item) if getattr(item, field.name)}


def _code(item: Any, number: int, file: str) -> Code:  # noqa: ANN401 - YAML may hold anything
    where = f"{file}: code {number}"
    if not isinstance(item, dict) or not _text(item, "id", where):
        raise CodebookFault(f"{where}, field 'id' is missing.", "Give every code an id, for example 'isolation'.")
    where = f"{file}: code {item['id']!r}"
    _require_known(item, _CODE_FIELDS, where)
    values = {key: _text(item, key, where) for key in item}
    values.setdefault("name", values["id"].replace("_", " "))
    if "definition" not in values:
        raise CodebookFault(
            f"{where}, field 'definition' is missing.", "Coders need it; write at least one sentence, or '' in a draft."
        )
    if not values["name"]:
        raise CodebookFault(f"{where}, field 'name' is empty.", "Coders need it; write what the code is called.")
    return Code(**values)


def _theme(item: Any, number: int, file: str) -> Theme:  # noqa: ANN401 - YAML may hold anything
    if not isinstance(item, dict) or not _text(item, "id", f"{file}: theme {number}"):
        raise CodebookFault(f"{file}: theme {number}, field 'id' is missing.", "Give every theme an id.")
    where = f"{file}: theme {item['id']!r}"
    _require_known(item, _THEME_FIELDS, where)
    members = item.get("codes") or []
    if not isinstance(members, list) or not all(isinstance(member, str) for member in members):
        raise CodebookFault(f"{where}, field 'codes' is not a list of ids.", "Write the member codes as a list.")
    return Theme(
        id=_text(item, "id", where),
        name=_text(item, "name", where) or _text(item, "id", where),
        central_idea=_text(item, "central_idea", where),
        codes=tuple(one_line(member) for member in members),
    )


def _text(item: dict[Any, Any], field: str, where: str) -> str:
    """Return a field as one line; a list or a mapping is no text, and writing it out could take all memory."""
    value = item.get(field)
    if value is not None and not isinstance(value, str):
        raise CodebookFault(
            f"{where}, field {field!r} is a list or a mapping, not a text.",
            "Write it as one text, in quotes if need be.",
        )
    return one_line(value)


def _require_known(item: dict[Any, Any], known: tuple[str, ...], where: str) -> None:
    for key in item:
        if key not in known:
            raise CodebookFault(
                f"{where}: there is no field {key!r}.{did_you_mean(str(key), known)}",
                f"Fields are: {', '.join(known)}.",
            )


def _flag(content: dict[str, Any], key: str, default: bool, file: str) -> bool:
    written = _text(content, key, file).lower()
    if not written:
        return default
    if written not in _FLAGS:
        raise CodebookFault(f"{file}, field {key!r} is {written!r}.", "Write true or false.")
    return _FLAGS[written]
