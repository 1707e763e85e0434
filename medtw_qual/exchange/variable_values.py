"""The values of variables, taken out of a project's XML: there are more of them than of everything else together."""

import re
from typing import TYPE_CHECKING

import pandas as pd

from medtw_qual.codebook.code_names import one_line
from medtw_qual.codebook.qdc_format import plain_guid
from medtw_qual.exchange.refi_project import Skipped

if TYPE_CHECKING:
    from lxml.etree import _Element

Facts = dict[str, dict[str, object]]

_TRUE, _FALSE = ("true", "1"), ("false", "0")
_WHOLE = re.compile(r"[+-]?\d{1,19}")
_LARGEST = 2**63 - 1  # that a column of whole numbers holds
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")


def take_facts(root: "_Element", namespace: str, skipped: Skipped) -> Facts:
    """Remove every VariableValue and return, for each source's or case's GUID, its values by the variable's name.

    A variable that is not declared goes by its GUID; where two bear one name, the second is numbered; a value that does
    not fit its type is kept as the text that it is.
    """
    names = _names(root, namespace, skipped)
    facts: Facts = {}
    for element in list(root.iter(f"{{{namespace}}}VariableValue")):
        owner = element.getparent()
        reference = element.find(f"{{{namespace}}}VariableRef")
        target = plain_guid("" if reference is None else reference.get("targetGUID") or "")
        if owner is None:
            continue
        owner.remove(element)
        if not target:
            skipped.add("variable value", "", "it names no variable")
            continue
        for child in element:
            kind = str(child.tag).rpartition("}")[2]
            if kind != "VariableRef":
                known = facts.setdefault(plain_guid(owner.get("guid") or ""), {})
                name, fact = names.get(target, target), _value(kind, child.text or "")
                if name in known and known[name] != fact:
                    skipped.add("variable value", f"{name}: {known[name]}", f"a second value ({fact}) stands there too")
                known.setdefault(name, fact)
    return facts


def _names(root: "_Element", namespace: str, skipped: Skipped) -> dict[str, str]:
    names: dict[str, str] = {}
    for variable in root.iter(f"{{{namespace}}}Variable"):
        name = plain = one_line(variable.get("name"))
        number = 1
        while name in names.values():
            number += 1
            name = f"{plain} ({number})"
        if name != plain:
            skipped.add("variable", plain, f"another has this name; it is called {name!r} here")
        names[plain_guid(variable.get("guid") or "")] = name
    return names


def _value(kind: str, text: str) -> object:
    word = text.strip()
    if kind == "BooleanValue" and word in (*_TRUE, *_FALSE):
        return word in _TRUE
    # QualCoder hands every number on as a fraction; a whole one stays whole, to its last digit.
    if kind in ("IntegerValue", "FloatValue") and _WHOLE.fullmatch(word) and abs(int(word)) <= _LARGEST:
        return int(word)
    if kind == "FloatValue" and _DECIMAL.fullmatch(word):
        return float(word)
    if kind == "DateTimeValue":
        return as_time(word) or text
    return text


def as_time(text: str) -> pd.Timestamp | None:
    """A date and time as XML Schema and ISO 8601 write it, in UTC where no zone is given; None for anything else."""
    if not _TIME.fullmatch(text):
        return None
    try:
        moment = pd.Timestamp(text)
    except ValueError:
        return None
    return moment.tz_localize("UTC") if moment.tzinfo is None else moment
