"""The log of a model's answers: one record an answer, on the disk before the next step; the log is the authority."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from medtw_qual._base.decision_log import append_record, read_log
from medtw_qual.errors import InvalidArgument

Record = dict[str, Any]

MODEL_ANSWER = "model answer"  # the kind of record that these logs hold
MOST_IN_A_FILE = 2000  # records: a file stays small enough to be read, copied and kept under version control
_NAME = re.compile(r"\w(?:[\w.]|-(?!-))*")


@dataclass
class AnswerLog:
    """The answers of one model coder, in files ``NAME--1.jsonl``, ``NAME--2.jsonl`` ... of one folder.

    This is the only place that knows how answers lie on the disk. Records are of four kinds (``action``): *settings*,
    the prompt with all that belongs to it, once; *split*, the units set apart before the first question; *answer*, one
    an answer, fit or not; *no answer*, where a server failed.

    Attributes
    ----------
    folder : Path
    coder : str
        The model's name as a coder, as people's names are: letters, digits, '.', '_' and '-'.

    Raises
    ------
    InvalidArgument
        When the name cannot name a coder.
    """

    folder: Path
    coder: str
    _in_last: int = field(default=-1, repr=False)
    _last: int = field(default=0, repr=False)

    def __post_init__(self) -> None:
        self.folder = Path(self.folder)
        if not _NAME.fullmatch(self.coder) or len(self.coder) > 40:
            raise InvalidArgument(
                f"{self.coder!r} cannot name a coder.", "Use up to 40 letters, digits, '.', '_' or '-': 'qwen3-8b'."
            )

    @property
    def files(self) -> list[Path]:
        """The files of the log in the order in which they were written."""
        pattern = re.compile(rf"{re.escape(self.coder)}--(\d+)\.jsonl")
        found = [
            (int(match[1]), path) for path in self.folder.glob("*.jsonl") if (match := pattern.fullmatch(path.name))
        ]
        return [path for _, path in sorted(found)]

    def append(self, record: Mapping[str, Any]) -> None:
        """Append a record; when this returns, it is on the disk.

        Raises
        ------
        OSError
            When the disk is full; then the record does not count.
        """
        if self._in_last < 0:
            files = self.files
            self._last = len(files) or 1
            self._in_last = len(read_log(files[-1], MODEL_ANSWER).records) if files else 0
        if self._in_last >= MOST_IN_A_FILE:
            self._last, self._in_last = self._last + 1, 0
        append_record(self.folder / f"{self.coder}--{self._last}.jsonl", record, MODEL_ANSWER)
        self._in_last += 1

    def records(self) -> Iterator[Record]:
        """Yield the records in order, one file at a time; a last line that was cut off by a crash is no record.

        Raises
        ------
        UnreadableFile
            When a line is damaged.
        """
        for file in self.files:
            yield from read_log(file, MODEL_ANSWER).records

    def settings(self) -> Record | None:
        """Return the record of the prompt and all that belongs to it; None before the first question."""
        return next((record for record in self.records() if record.get("action") == "settings"), None)

    def split(self) -> Record | None:
        """Return the record of the units set apart before the first question; None where there was no such split."""
        return next((record for record in self.records() if record.get("action") == "split"), None)
