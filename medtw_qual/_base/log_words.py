"""What is wrong with a log, in the researcher's words."""

from collections.abc import Mapping, Sequence
from typing import Any

from medtw_qual._base.log_seals import (
    EDITED,
    INSERTED,
    MISSING,
    MOVED,
    NEWER,
    NO_RECORD,
    OTHER_KIND,
    REPAIR,
    TORN,
    TWICE,
    ZEROS,
    LogFault,
)
from medtw_qual.errors import UnreadableFile

_WORDS = {
    EDITED: "Line {line} of {name} was changed after the decision on it was made: its seal does not fit.",
    MISSING: "A decision is missing before line {line} of {name}: the line names one before it that is not there.",
    MOVED: "Line {line} of {name} is not in its place: the decision that it follows stands below it.",
    INSERTED: "Line {line} of {name} was written in by hand: it has no seal, and the lines above it do.",
    NO_RECORD: "Line {line} of {name} is not a decision: {content!r}.",
    OTHER_KIND: "Line {line} of {name} is a record of another kind than this log is read for.",
    NEWER: "Line {line} of {name} was written by a later version of medtw_qual.",
    TORN: (
        "Line {line} of {name} was cut off: a program was stopped before that decision was confirmed, or the file was"
        " shortened by a copy or a synchronising program, and then confirmed decisions may be gone."
    ),
    ZEROS: (
        "Line {line} of {name} holds zeros instead of words, as a power cut or a synchronising program leaves them:"
        " confirmed decisions may be gone."
    ),
    TWICE: "Line {line} of {name} stands there twice; it counts once.",
}
_REMEDIES = {
    OTHER_KIND: "Name the right log (in study.toml, or in the call).",
    NEWER: "Update medtw_qual, then read the log again.",
}
_MEND = (
    "Logs are written by the program only: restore this file from your backup, or have medtw-qual repair set aside what"
    " cannot be trusted; to change a decision, decide again at the desk."
)


def fault_words(fault: LogFault, name: str) -> str:
    """Return a sentence about one fault of the log called `name`."""
    return _WORDS[fault.kind].format(line=fault.line, name=name, content=fault.content[:60])


def repair_words(record: Mapping[str, Any], name: str) -> str:
    """Return a sentence about an earlier repair of the log called `name`."""
    found = record[REPAIR]
    lost = f"; {len(found['missing'])} decision(s) or more could not be found" if found.get("missing") else ""
    when = str(record.get("decided_at"))[:10]
    return f"{name} was repaired on {when}: {found.get('set_aside', 0)} line(s) were set aside{lost}."


def require_sound(fatal: Sequence[LogFault], name: str) -> None:
    """Say the first thing that stops the reading of a log, and how many more there are.

    Raises
    ------
    UnreadableFile
    """
    if not fatal:
        return
    first = min(fatal, key=lambda fault: fault.line)
    more = len({fault.line for fault in fatal}) - 1
    others = f" {more} more line(s) are not as they were written." if more else ""
    raise UnreadableFile(fault_words(first, name) + others, _REMEDIES.get(first.kind, _MEND))
