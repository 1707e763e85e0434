"""What tables call the codes, in the present version of the codebook and in those that changes led from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from medtw_qual.codebook.codebook import Codebook
from medtw_qual.errors import UnknownCode, did_you_mean


@dataclass(frozen=True)
class CodebookVersion:
    """A version of the codebook that decisions may have been taken with.

    Attributes
    ----------
    hash : str
        What decisions taken with it carry.
    codebook : Codebook
        Its codes; of a version that is only known by its changes, those codes without their rules.
    """

    hash: str
    codebook: Codebook


@dataclass(frozen=True)
class CodeLabels:
    """Which code a table means by a label, in one version of the codebook.

    Attributes
    ----------
    file : str
        The table's name, for messages.
    version : CodebookVersion
    code_names : mapping
        What the researcher said: label -> id, or None for a label that is not carried over.
    """

    file: str
    version: CodebookVersion
    code_names: Mapping[str, str | None]

    @property
    def codebook(self) -> Codebook:
        """The codes of this version."""
        return self.version.codebook

    def knows(self, label: str) -> bool:
        """Say whether the label means something in this version."""
        label = label.strip()
        if label in self.code_names:
            target = self.code_names[label]
            return target is None or target in self.codebook
        return label.casefold() in self._names

    def code(self, label: str, where: str) -> str | None:
        """Return the id of the code that the table calls `label`, or None for a label that is not carried over.

        Raises
        ------
        UnknownCode
            When no code, or more than one, is called so.
        """
        label = label.strip()
        if label in self.code_names:
            target = self.code_names[label]
            if target is not None:
                self.codebook.require(target, "code_names")
            return target
        found = self._names.get(label.casefold())
        meant = self._namesakes.get(label.casefold(), ())
        if len(meant) > 1 and label.casefold() not in self._ids:
            raise UnknownCode(
                f"{label!r} in {where} of {self.file} is the name of {len(meant)} codes: {', '.join(meant)}.",
                f'Write the id, or say which is meant: code_names={{"{label}": "{meant[0]}"}}.',
            )
        if found is None:
            known = [*self.codebook.ids, *(code.name for code in self.codebook.codes)]
            raise UnknownCode(
                f"{label!r} in {where} of {self.file} is not in {self.codebook.label}.{did_you_mean(label, known)}",
                self._what_it_may_be(label),
            )
        return found

    def _what_it_may_be(self, label: str) -> str:
        """Say what to do with a label that is no code; themes are what newcomers most often put in its place."""
        for theme in self.codebook.themes:
            if label.casefold() in (theme.id.casefold(), theme.name.casefold()):
                return f"It is a theme, and units carry codes: write one or more of {', '.join(theme.codes)} instead."
        return f'Correct it, or say what it means: code_names={{"{label}": "its_id"}} (None: not carried over).'

    @cached_property
    def _names(self) -> dict[str, str]:
        """Each label in small letters -> id; a code's id goes before another's name, and so does its whole path."""
        return {name: ids[0] for name, ids in self._namesakes.items()} | self._paths | self._ids

    @cached_property
    def _ids(self) -> dict[str, str]:
        return {code.casefold(): code for code in self.codebook.ids}

    @cached_property
    def _paths(self) -> dict[str, str]:
        """The names from the top of the hierarchy, as "Fruit / Other": two codes of one name have different ones."""
        parents = {code.id: code.parent for code in self.codebook.codes}
        names = self.codebook.names
        paths = {}
        for code in self.codebook.ids:
            steps, above = [names[code]], parents[code]
            while above:
                steps.insert(0, names[above])
                above = parents[above]
            if len(steps) > 1:
                paths[" / ".join(steps).casefold()] = code
        return paths

    @cached_property
    def _namesakes(self) -> dict[str, list[str]]:
        """The ids of the codes of each name."""
        found: dict[str, list[str]] = {}
        for code in self.codebook.codes:
            found.setdefault(code.name.casefold(), []).append(code.id)
        return found


@dataclass(frozen=True)
class VersionLabels:
    """The labels of a table in every version of the codebook that it may have been coded with, the latest first.

    A table does not say by which version it was coded; its labels do. What fits several versions is read by the latest,
    and comes to the same: a merge or a renaming leaves absent what was absent.
    """

    versions: Sequence[CodeLabels]

    def fitting(self, labels: Iterable[str]) -> CodeLabels | None:
        """Return the latest version in which every label means something, or None."""
        wanted = set(labels)
        return next((one for one in self.versions if all(one.knows(label) for label in wanted)), None)

    def holding(self, label: str, where: str) -> CodeLabels:
        """Return the latest version in which this label means something.

        Raises
        ------
        UnknownCode
            In the words of the present version, when none has it.
        """
        known = self.fitting([label])
        if known is None:
            self.versions[0].code(label, where)
        return known or self.versions[0]

    def together(self, labels: Sequence[str], where: str) -> CodeLabels:
        """Return the latest version that has all labels of one decision.

        Raises
        ------
        UnknownCode
            When a label is in no version, or no version has all of them.
        """
        found = self.fitting(labels)
        if found is not None:
            return found
        for label in labels:
            self.holding(label, where)
        raise UnknownCode(
            f"{' and '.join(repr(label) for label in labels)} are given together in {where} of"
            f" {self.versions[0].file}, and no version of the codebook has all of them.",
            "One of them was merged, split or renamed: write the codes of one version.",
        )
