"""One coder's decision on one unit as the rows of a table give it, and the dense rows that it comes to."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from medtw_qual.coding.code_labels import CodeLabels
from medtw_qual.coding.joined_sources import joined_memos, latest_time


@dataclass
class TableDecision:
    """What the rows of a table say of one unit by one coder.

    Attributes
    ----------
    where : str
        The first of its rows, for messages.
    impossible : bool
        Whether a row says that the unit cannot be coded.
    rows : list of (labels, memo, time)
    empty : list of int
        The numbers of the rows that give nothing.
    """

    where: str
    impossible: bool = False
    rows: list[tuple[list[str], str, str]] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)

    @property
    def labels(self) -> list[str]:
        """All labels that its rows give, each once."""
        return list(dict.fromkeys(label for labels, _, _ in self.rows for label in labels))

    def dense(self, key: tuple[str, ...], version: CodeLabels, seen: Sequence[str] = ()) -> list[tuple[object, ...]]:
        """One row for each code of the version; a code keeps the memo and the time of the rows that gave it.

        What all rows say alike belongs to the whole decision, and so to the absent codes too.
        """
        given: dict[str, list[tuple[str, str]]] = {}
        for labels, memo, decided_at in self.rows:
            for label in labels:
                code = version.code(label, self.where)
                if code is not None:
                    given.setdefault(code, []).append((memo, decided_at))
        memos = list(dict.fromkeys(memo for _, memo, _ in self.rows))
        of_all = joined_memos(memos) if len(memos) == 1 or not given else ""
        rest = (of_all, latest_time(decided_at for _, _, decided_at in self.rows))
        unit, coder, round_ = key
        dense: list[tuple[object, ...]] = []
        for code in version.codebook.ids:
            if seen and code not in seen and code not in given:
                continue
            status = "impossible" if self.impossible else "present" if code in given else "absent"
            memo, at = _joined(given[code]) if code in given else rest
            dense.append((unit, coder, round_, code, status, memo, at, version.version.hash))
        return dense


def _joined(noted: Sequence[tuple[str, str]]) -> tuple[str, object]:
    """What several rows of one code note, and the latest of their times."""
    return joined_memos(memo for memo, _ in noted), latest_time(decided_at for _, decided_at in noted)
