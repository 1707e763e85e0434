"""The users of a project as coders."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pandas as pd

from medtw_qual._base.tables import validate_table
from medtw_qual.codebook.qdc_format import plain_guid
from medtw_qual.codebook.text import one_line
from medtw_qual.exchange.model import Skipped
from medtw_qual.schemas import CODERS

# How this package names a user: see writing.py.
_OURS = re.compile(r"(?P<coder>.+), round (?P<round>.*?)(?P<model> \(model\))?")
NOBODY = "unknown"
FIRST_ROUND = "1"


class Person(NamedTuple):
    """A coder in one round."""

    coder: str
    round: str = FIRST_ROUND


@dataclass(frozen=True)
class People:
    """The users of a project.

    Attributes
    ----------
    of_guid : mapping
        Who a GUID means.
    models : set of str
        Coders that are machines.
    told : bool
        Whether the project says who is a machine: only this package's own do.
    """

    of_guid: Mapping[str, Person]
    models: frozenset[str] = field(default_factory=frozenset)
    told: bool = False

    def who(self, *guids: str | None) -> Person:
        """The first of the users that is known, or else the unknown coder."""
        return next((found for one in guids if (found := self.of_guid.get(plain_guid(one or "")))), Person(NOBODY))

    def kinds(self) -> dict[str, str]:
        """Person or model by coder, where the project says it."""
        coders = {person.coder for person in self.of_guid.values()} if self.told else set()
        return {coder: "model" if coder in self.models else "person" for coder in coders}

    def table(self) -> pd.DataFrame:
        """`schemas.CODERS`; users of other programs are taken for persons."""
        coders = dict.fromkeys(person.coder for person in self.of_guid.values())
        rows = [(coder, "model" if coder in self.models else "person", "", "") for coder in coders]
        return validate_table(pd.DataFrame(rows, columns=[column.name for column in CODERS.columns]), CODERS)


def read_users(model: Any, skipped: Skipped) -> People:  # noqa: ANN401 - a generated model
    """Users by GUID; two of one name are told apart by a number."""
    of_guid: dict[str, Person] = {}
    models: set[str] = set()
    told = False
    for user in model.users.user if model.users else []:
        name = one_line(user.name) or one_line(user.id) or "unnamed user"
        ours = _OURS.fullmatch(name)
        person = Person(ours["coder"], ours["round"]) if ours else Person(name)
        if plain_guid(user.guid) in of_guid:
            skipped.add("user", name, "its GUID occurs twice; the first user keeps it")
            continue
        number = 1
        while person in of_guid.values():
            number += 1
            person = Person(f"{name} ({number})", person.round)
        of_guid[plain_guid(user.guid)] = person
        if ours:
            told = True
            models |= {person.coder} if ours["model"] else set()
    return People(of_guid, frozenset(models), told)
