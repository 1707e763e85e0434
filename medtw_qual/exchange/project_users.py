"""The users of a project as coders."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pandas as pd

from medtw_qual._base.table_files import validate_table
from medtw_qual.codebook.code_names import one_line
from medtw_qual.codebook.qdc_format import plain_guid
from medtw_qual.exchange.refi_project import Skipped
from medtw_qual.schemas import CODERS

_OURS = re.compile(r"(?P<coder>.+), round (?P<round>.*?)(?P<model> \(model\))?")
NOBODY = "unknown"
FIRST_ROUND = "1"


class Person(NamedTuple):
    """A coder in one round."""

    coder: str
    round: str = FIRST_ROUND


def user_name(coder: str, round_: str, is_model: bool) -> str:
    """How a coder and round are called as a user; a colleague must see which of them is a machine."""
    return f"{coder}, round {round_}{' (model)' if is_model else ''}"


def parsed_user(name: str) -> tuple[Person, bool] | None:
    """Take `user_name` apart: the person and whether it is a machine; None for any other name."""
    ours = _OURS.fullmatch(name)
    return (Person(ours["coder"], ours["round"]), bool(ours["model"])) if ours else None


@dataclass(frozen=True)
class People:
    """The users of a project.

    Attributes
    ----------
    of_guid : mapping
        Who a GUID means.
    others : tuple of Person
        Who decided without being a user.
    models : set of str
        Coders that are machines.
    kinds_stated : bool
        Whether the project says who is a machine: only this package's own do.
    """

    of_guid: Mapping[str, Person]
    others: tuple[Person, ...] = ()
    models: frozenset[str] = field(default_factory=frozenset)
    kinds_stated: bool = False

    def who(self, *guids: str | None) -> Person:
        """The first of the users that is known, or else the unknown coder."""
        return next((found for guid in guids if (found := self.of_guid.get(plain_guid(guid or "")))), Person(NOBODY))

    def kinds(self) -> dict[str, str]:
        """Person or model by coder, where the project says it."""
        return (
            {coder: "model" if coder in self.models else "person" for coder in self._coders()}
            if self.kinds_stated
            else {}
        )

    def _coders(self) -> list[str]:
        return list(dict.fromkeys(person.coder for person in (*self.of_guid.values(), *self.others)))

    def table(self) -> pd.DataFrame:
        """`schemas.CODERS`; users of other programs are taken for persons."""
        rows = [(coder, "model" if coder in self.models else "person", "", "") for coder in self._coders()]
        return validate_table(pd.DataFrame(rows, columns=[column.name for column in CODERS.columns]), CODERS)


def read_users(model: Any, stated: Iterable[tuple[Person, bool]], skipped: Skipped) -> People:  # noqa: ANN401
    """Users by GUID; two of one name are distinguished by a number.

    Parameters
    ----------
    model : pyrefiqda's project
    stated : iterable of (Person, bool)
        Who else decided, as variables say, and whether it is a machine: programs drop users who coded nothing.
    skipped : Skipped
    """
    of_guid: dict[str, Person] = {}
    met: dict[Person, int] = {}
    models: set[str] = set()
    kinds_stated = False
    for user in model.users.user if model.users else []:
        name = one_line(user.name) or one_line(user.id) or "unnamed user"
        ours = parsed_user(name)
        person = ours[0] if ours else Person(name)
        while person in met:
            met[person] += 1
            person = Person(f"{name} ({met[person]})", person.round)
        met[person] = 1
        of_guid[plain_guid(user.guid)] = person
        kinds_stated |= ours is not None
        models |= {person.coder} if ours and ours[1] else set()
    others = {person: is_model for person, is_model in stated if person not in of_guid.values()}
    models |= {person.coder for person, is_model in others.items() if is_model}
    return People(of_guid, tuple(others), frozenset(models), kinds_stated or bool(others))
