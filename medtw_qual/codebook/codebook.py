"""What a codebook is: codes with rules for their use (MacQueen et al. 1998), and themes above them."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

from medtw_qual._base.hashing import hash_json
from medtw_qual._base.table_files import validate_table
from medtw_qual.codebook.code_names import same_name
from medtw_qual.errors import CodebookFault, UnknownCode, did_you_mean
from medtw_qual.schemas import CODEBOOK

# A change of these may change what a coder decides; a change of name or source does not.
RULES = ("definition", "include_when", "exclude_when", "typical", "close_but_no", "brief")
# The fields of version 0.1.0: they count in a codebook's hash also when they are empty.
_HASHED = ("name", "version", "title", "codes", "themes", "unit_of_coding", "multiple_codes", "inductive")


@dataclass(frozen=True)
class Code:
    """One code with its rules, after MacQueen et al. (1998, Cultural Anthropology Methods 10(2):31-36).

    Attributes
    ----------
    id : str
        Short id, used in every table; begins with a letter.
    name : str
        Name in print.
    parent : str
        Id of the code above it; empty: none.
    brief, definition, include_when, exclude_when, typical, close_but_no : str
        The rules, from one line to examples on either side of the border.
    source : str
        Where the code comes from, quoted in a line and attributed.
    """

    id: str
    name: str
    parent: str = ""
    brief: str = ""
    definition: str = ""
    include_when: str = ""
    exclude_when: str = ""
    typical: str = ""
    close_but_no: str = ""
    source: str = ""


@dataclass(frozen=True)
class Theme:
    """A theme: a central idea that several codes share.

    Attributes
    ----------
    id, name : str
        The id in files, and the name in print.
    central_idea : str
        What the theme says, in a sentence.
    codes : tuple of str
        Ids of its member codes.
    """

    id: str
    name: str
    central_idea: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Codebook:
    """A version of a codebook.

    Attributes
    ----------
    name, version, title : str
        The short name and version by which codings refer to the codebook, and its title in print.
    codes : tuple of Code
        In the order in which coders see them.
    themes : tuple of Theme
        Themes above the codes; none by default.
    unit_of_coding : str
        What is coded, in words.
    multiple_codes : bool
        Whether a unit may carry several codes.
    inductive : bool
        Whether coders may add codes under way (saturation is asked of such a codebook only).
    source_file : str
        The file that the codebook was read from, for messages; empty: none.

    Raises
    ------
    CodebookFault
        When two codes have one id, a parent or a theme's member is not there, or a code lies below itself.

    Examples
    --------
    >>> book = Codebook("small", "1.0.0", codes=(Code("thanks", "Thanks"), Code("grief", "Grief")))
    >>> book.ids
    ('thanks', 'grief')
    >>> book["grief"].name
    'Grief'
    """

    name: str
    version: str
    title: str = ""
    codes: tuple[Code, ...] = ()
    themes: tuple[Theme, ...] = ()
    unit_of_coding: str = ""
    multiple_codes: bool = True
    inductive: bool = False
    source_file: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        _require_sound(self)

    def __repr__(self) -> str:
        return f"Codebook({self.label}: {len(self.codes)} codes, {len(self.themes)} themes)"

    @property
    def label(self) -> str:
        """Name and version, as messages print them: ``gratitude_2020 1.0.0``."""
        return f"{self.name} {self.version}".strip()

    @property
    def ids(self) -> tuple[str, ...]:
        """The codes' ids in order."""
        return tuple(code.id for code in self.codes)

    @property
    def names(self) -> dict[str, str]:
        """Each code's name in print by its id, as tables and figures take it."""
        return {code.id: code.name for code in self.codes}

    @cached_property
    def hash(self) -> str:
        """SHA-256 of all that the codebook says; a coding carries it, so that nobody mixes versions unnoticed.

        A field that a later version of this package adds counts only where somebody filled it in: the hashes in
        existing coding logs stay valid.
        """
        content = {key: value for key, value in asdict(self).items() if key in _HASHED or value}
        content.pop("source_file", None)
        return hash_json(content)

    @cached_property
    def rules_hash(self) -> str:
        """SHA-256 of what coders judge by: the codes' ids and rules, the unit of coding, one code or several.

        Titles, names, themes, sources, the hierarchy and the version's number may change without anything having to be
        judged anew: two versions with one `rules_hash` are the same to a coder.

        Examples
        --------
        >>> from dataclasses import replace
        >>> book = Codebook("small", "1", codes=(Code("thanks", "Thanks", definition="Somebody is thanked."),))
        >>> later = replace(book, version="1.1", themes=(Theme("bond", "Bond", codes=("thanks",)),))
        >>> later.hash == book.hash, later.rules_hash == book.rules_hash
        (False, True)
        """
        rules = {code.id: [getattr(code, name) for name in RULES] for code in self.codes}
        return hash_json({"codes": rules, "unit": self.unit_of_coding, "multiple": self.multiple_codes})

    @cached_property
    def table(self) -> pd.DataFrame:
        """The codes as the codebook table: one row per code, columns as in `schemas.CODEBOOK`."""
        rows = [{("code" if key == "id" else key): value for key, value in asdict(code).items()} for code in self.codes]
        return validate_table(pd.DataFrame(rows, columns=[c.name for c in CODEBOOK.columns]), CODEBOOK)

    def __getitem__(self, code: str) -> Code:
        """Return the code with this id."""
        self.require(code, "your call")
        return next(known for known in self.codes if known.id == code)

    def __contains__(self, code: object) -> bool:
        """Say whether the codebook has a code with this id."""
        return code in self.ids

    def __len__(self) -> int:
        """How many codes there are."""
        return len(self.codes)

    def by_name(self, name: str) -> Code:
        """Return the code with this name in print; case and spaces do not matter.

        Parameters
        ----------
        name : str
            The name of a code as it is printed.

        Raises
        ------
        UnknownCode
            When no code, or more than one, has the name.
        """
        found = [code for code in self.codes if same_name(code.name) == same_name(name)]
        if len(found) != 1:
            raise UnknownCode(
                f"{self.label} has {'no code' if not found else f'{len(found)} codes'} named {name!r}."
                f"{did_you_mean(name, [code.name for code in self.codes]) if not found else ''}",
                "Name one of its codes, or use the code's id.",
            )
        return found[0]

    def diff(self, other: "Codebook") -> pd.DataFrame:
        """Return every difference between this version and another, one row each.

        Parameters
        ----------
        other : Codebook
            The newer version.

        Returns
        -------
        DataFrame
            kind (codebook, code, theme), id, field, change (added, removed, changed), before, after.
        """
        from medtw_qual.codebook.version_difference import compare_codebooks

        return compare_codebooks(self, other)

    def save(self, path: str | Path) -> Path:
        """Write the codebook as .yaml, .csv, .xlsx or .qdc; `read_codebook` reads it back equal.

        A .qdc (REFI-QDA) keeps codes, rules and themes, name and version; the format has no place for title, unit of
        coding, multiple_codes and inductive.

        Parameters
        ----------
        path : str or Path
            Its ending names the format.

        Returns
        -------
        Path
        """
        from medtw_qual.codebook.codebook_files import save_codebook

        return save_codebook(self, path)

    def require(self, code: str, where: str) -> None:
        """Say so when the codebook has no such code.

        Parameters
        ----------
        code : str
            The id of the code that is looked for.
        where : str
            Where it stood, for the message: "row 14 of KA.xlsx".

        Raises
        ------
        UnknownCode
        """
        if code not in self.ids:
            raise UnknownCode(
                f"{code!r} in {where} is not in {self.label}.{did_you_mean(code, self.ids)}",
                "Correct it and read it again.",
            )


def _require_sound(book: Codebook) -> None:
    where = book.source_file or book.label
    for what, ids in (("codes", [c.id for c in book.codes]), ("themes", [t.id for t in book.themes])):
        twice = [id_ for id_, count in Counter(ids).items() if count > 1]
        if twice:
            raise CodebookFault(f"{where}: two {what} have the id {twice[0]!r}.", "Give each its own id.")
    known = set(book.ids)
    for code in book.codes:
        if code.parent and (code.parent not in known or code.parent == code.id):
            raise CodebookFault(
                f"{where}: code {code.id!r}, field 'parent': there is no other code {code.parent!r}."
                f"{did_you_mean(code.parent, known)}",
                "Name an existing code or leave the field empty.",
            )
    _require_no_circle(book, where)
    for theme in book.themes:
        for member in theme.codes:
            if member not in known:
                raise CodebookFault(
                    f"{where}: theme {theme.id!r}, field 'codes': there is no code {member!r}."
                    f"{did_you_mean(member, known)}",
                    "Name existing codes.",
                )


def _require_no_circle(book: Codebook, where: str) -> None:
    """A code below itself has no place in any hierarchy: every format would drop it."""
    parents = {code.id: code.parent for code in book.codes}
    for start in parents:
        above = parents[start]
        for _ in parents:
            if above == start:
                raise CodebookFault(
                    f"{where}: code {start!r}, field 'parent': it lies below itself, by way of {parents[start]!r}.",
                    "Empty the field of one of the two.",
                )
            above = parents.get(above, "")
