"""What all coders said of one unit, as consensus is built on it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from medtw_qual._base.hashing import hash_json
from medtw_qual._base.table_files import require_columns
from medtw_qual.errors import InvalidArgument

Statuses = Mapping[str, Mapping[str, str]]  # coder -> code -> status


@dataclass(frozen=True)
class CodedUnit:
    """What all coders said of one unit.

    Attributes
    ----------
    statuses : mapping
        coder -> code -> present, absent or impossible.
    memos : mapping
        coder -> memo.
    codebook_hash : str
        Of the codebook it was coded against; empty where the coders' differ.
    """

    statuses: Statuses
    memos: Mapping[str, str]
    codebook_hash: str

    @property
    def codes(self) -> list[str]:
        """All codes that somebody judged, in the order of the codings."""
        return list(dict.fromkeys(code for seen in self.statuses.values() for code in seen))

    @property
    def differs(self) -> bool:
        """Whether two coders said different things of a code that both saw."""
        return any(len({seen[code] for seen in self.statuses.values() if code in seen}) > 1 for code in self.codes)

    @property
    def hash(self) -> str:
        """Hash of the coders' decisions: a consensus was about these."""
        return self.hash_of(self.statuses)

    def hash_of(self, coders: Collection[str]) -> str:
        """Hash of the decisions of some of the coders."""
        return hash_json({coder: dict(seen) for coder, seen in self.statuses.items() if coder in coders})

    def said(self, code: str) -> list[str]:
        """Return what those who judged a code said of it."""
        return [seen[code] for seen in self.statuses.values() if code in seen]

    def given(self, coder: str) -> list[str]:
        """Return the codes that this coder gave; ``(impossible)`` where the coder could not code the unit."""
        seen = self.statuses[coder]
        if "impossible" in seen.values():
            return ["(impossible)"]
        return [code for code, status in seen.items() if status == "present"]


def by_unit(codings: pd.DataFrame, round_: str | int | None = None) -> dict[str, CodedUnit]:
    """Return every coded unit with what each coder said of it, by unit_id; of people, where people coded at all."""
    require_columns(codings, ["unit_id", "coder", "round", "code", "status"], "codings")
    codings = codings_of_people(codings)
    if round_ is not None:
        codings = codings[codings["round"].astype(str) == str(round_)]
    _require_one_round(codings)
    memos = codings["memo"] if "memo" in codings else pd.Series("", index=codings.index)
    hashes = codings["codebook_hash"] if "codebook_hash" in codings else pd.Series("", index=codings.index)
    statuses: dict[str, dict[str, dict[str, str]]] = {}
    notes: dict[str, dict[str, str]] = {}
    books: dict[str, set[str]] = {}
    columns = (codings["unit_id"], codings["coder"], codings["code"], codings["status"], memos, hashes)
    for unit, coder, code, status, memo, book in zip(*columns, strict=True):
        statuses.setdefault(unit, {}).setdefault(coder, {})[code] = status
        notes.setdefault(unit, {})[coder] = memo
        books.setdefault(unit, set()).add(book)
    return {
        unit: CodedUnit(statuses[unit], notes[unit], next(iter(books[unit])) if len(books[unit]) == 1 else "")
        for unit in sorted(statuses)
    }


def codings_of_people(codings: pd.DataFrame) -> pd.DataFrame:
    """Return the decisions of people; all of them where no person coded, or nobody knows who is one.

    A model has no vote in what is called people's: it neither settles a unit nor opens it again.
    """
    if "coder_kind" not in codings:
        return codings
    model = codings["coder_kind"].astype("object").eq("model").to_numpy()
    return codings if model.all() or not model.any() else codings[~model]


def _require_one_round(codings: pd.DataFrame) -> None:
    rounds = codings[["unit_id", "coder", "round"]].drop_duplicates()
    twice = rounds.duplicated(["unit_id", "coder"])
    if twice.any():
        row = rounds.loc[twice.idxmax()]
        raise InvalidArgument(
            f"{row['coder']!r} coded unit {row['unit_id']!r} in more than one round.",
            f"Name one: round={row['round']!r} (there are: {', '.join(sorted(map(str, rounds['round'].unique())))}).",
        )
