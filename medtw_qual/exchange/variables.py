"""Facts about a post as REFI-QDA variables, and back: only what has a value is written."""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pandas as pd

from medtw_qual._base.office import xml_safe
from medtw_qual.codebook.qdc_format import guid

# Names under which a unit's own facts travel; they are recognised in whatever program's file they come back.
UNIT_VARIABLES = ("unit_id", "author_id", "created_at", "n_posts", "post_ids")
AUTHOR_PREFIX = "author "


class VariableMaker:
    """Makes variables and their values; a fact that is a number here and a word there travels as text."""

    def __init__(self, project: str, facts: Iterable[Iterable[tuple[str, object]]]) -> None:
        from pyrefiqda.models import project as refi

        self.refi, self.project = refi, project
        self.types: dict[str, str] = {}
        for name, fact in (pair for pairs in facts for pair in pairs):
            kind, value = _typed(fact)
            if value is not None and self.types.setdefault(name, kind) != kind:
                self.types[name] = "Text"

    def values(self, facts: Iterable[tuple[str, object]]) -> list[Any]:
        """One VariableValue per fact that is known."""
        made = []
        for name, fact in facts:
            kind, value = _typed(fact)
            if value is None:
                continue
            declared = self.types[name]
            made.append(
                self.refi.VariableValueType(
                    variable_ref=self.refi.VariableRefType(target_guid=guid(self.project, "variable", name)),
                    **{_FIELDS[declared]: value if kind == declared else str(value)},
                )
            )
        return made

    def declared(self) -> Any:  # noqa: ANN401 - a generated model
        """The variables, in the order of their names; None where there are none."""
        if not self.types:
            return None
        return self.refi.VariablesType(
            variable=[
                self.refi.VariableType(
                    guid=guid(self.project, "variable", name),
                    name=xml_safe(name),
                    type_of_variable=self.refi.TypeOfVariableType(kind),
                )
                for name, kind in sorted(self.types.items())
            ]
        )


_FIELDS = {
    "Text": "text_value",
    "Boolean": "boolean_value",
    "Integer": "integer_value",
    "Float": "float_value",
    "DateTime": "date_time_value",
}


def _typed(fact: object) -> tuple[str, Any]:
    """The REFI-QDA type of a fact and its value; None where nothing is known."""
    if isinstance(fact, list | tuple):
        fact = " ".join(map(str, fact))
    if fact is None or fact == "" or (not isinstance(fact, str) and pd.isna(fact)):
        return "Text", None
    if isinstance(fact, bool):
        return "Boolean", fact
    if isinstance(fact, pd.Timestamp | datetime):
        return "DateTime", xml_time(fact)
    if hasattr(fact, "item"):
        fact = fact.item()
    if isinstance(fact, bool):
        return "Boolean", fact
    if isinstance(fact, int):
        return "Integer", fact
    if isinstance(fact, float):
        return ("Float", Decimal(repr(fact))) if abs(fact) != float("inf") else ("Text", repr(fact))
    return "Text", xml_safe(str(fact).replace("\r\n", "\n").replace("\r", "\n"))


def xml_time(moment: datetime) -> Any:  # noqa: ANN401 - xsdata's type
    """A time as XML Schema writes it, in UTC; one without a zone is taken for UTC, as on reading."""
    from xsdata.models.datatype import XmlDateTime

    stamp = pd.Timestamp(moment)
    known = stamp.tz_localize("UTC") if stamp.tzinfo is None else stamp.tz_convert("UTC")
    return XmlDateTime.from_datetime(known.to_pydatetime().astimezone(UTC))
