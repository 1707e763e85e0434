"""What one decision says of which codes, followed through changes of the codebook as tables of codings are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from medtw_qual.coding.codebook_changes import followed_changes

Record = Mapping[str, Any]


@dataclass(frozen=True)
class StatedCodes:
    """Which codes a decision gave, which it spoke of, and of which it can say nothing.

    Attributes
    ----------
    given : frozenset of str
    seen : frozenset of str or None
        None: all codes that there were.
    unclear : frozenset of str
        Parts of a given code that was split: nobody has said yet which of them it is.
    """

    given: frozenset[str]
    seen: frozenset[str] | None
    unclear: frozenset[str] = frozenset()

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "StatedCodes":
        """Return what a record of a log states; one without ``codes_seen`` speaks of every code."""
        seen = record.get("codes_seen") or None
        return cls(frozenset(record["codes"]), None if seen is None else frozenset(seen))

    def after_all(self, path: Sequence[Mapping[str, Any]]) -> "StatedCodes":
        """Follow several changes, in their order."""
        stated = self
        for change in path:
            stated = stated.after(change)
        return stated

    def after(self, change: Mapping[str, Any]) -> "StatedCodes":
        """Follow one change, as codings do: a merged code is given where one of the old ones was."""
        old, new = frozenset(change["from"]), frozenset(change["to"])
        hit = bool(old & self.given)
        given, seen = self.given - old, None if self.seen is None else self.seen - old
        if len(new) == 1:
            judged = self.seen is None or hit or old <= self.seen
            given = given | new if hit else given
            seen = seen | new if seen is not None and judged else seen
            return replace(self, given=given, seen=seen)
        if hit:
            return replace(self, given=given, seen=seen, unclear=self.unclear | new)
        return replace(self, seen=seen | new if seen is not None and old <= (self.seen or old) else seen)

    def open_codes(self, codes: Sequence[str]) -> set[str]:
        """Return those of the unit's codes that the decision does not speak of."""
        unseen = set() if self.seen is None else set(codes) - self.seen
        return (unseen | self.unclear) & set(codes) - self.given


def followed_record(record: Record, present_hash: str, changes: Sequence[Mapping[str, Any]]) -> Record:
    """Return a coder's logged decision in the terms of the present codebook.

    Parameters
    ----------
    record : mapping
        As `decision_record` makes it.
    present_hash : str
        The hash of the present version.
    changes : sequence of mapping
        The recorded changes, as `read_changes` returns them.

    Returns
    -------
    mapping
        The record itself where no change concerns it. Else a copy in which codes, codes_seen and the codes of passages
        are today's, with ``unclear``: the parts of a split code of which one or more have to be chosen. Passages of a
        code that was split are left out.
    """
    stated = StatedCodes.of(record)
    version = str(record.get("codebook_hash") or "")
    path = followed_changes(version, stated.given | (stated.seen or frozenset()), present_hash, changes)
    if not path:
        return record
    now = stated.after_all(path)
    passages = []
    for passage in record.get("passages") or ():
        code = StatedCodes(frozenset([passage["code"]]), None).after_all(path).given
        passages += [{**passage, "code": next(iter(code))}] if code else []
    return {
        **record,
        "codes": sorted(now.given),
        "codes_seen": sorted(now.seen) if now.seen is not None else [],
        "passages": [passage for place, passage in enumerate(passages) if passage not in passages[:place]],
        "unclear": sorted(now.unclear),
    }
