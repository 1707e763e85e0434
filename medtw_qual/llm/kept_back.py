"""Units whose text is not sent to a model: by the researcher's list, and by what may identify a person."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from medtw_qual.corpus.privacy.flag_rules import PATTERNS
from medtw_qual.corpus.privacy.flags import flag_text
from medtw_qual.errors import InvalidArgument, UnknownUnit, did_you_mean

if TYPE_CHECKING:
    from medtw_qual.corpus import Corpus

# What names or leads to a person; the other rules (dates, places) flag too much to keep a unit back by themselves.
IDENTIFYING = ("name", "contact", "record or room", "age over 89")


def find_kept_back(corpus: "Corpus", listed: Iterable[str] = (), flags: Sequence[str] = IDENTIFYING) -> pd.DataFrame:
    """List the units whose text must not be sent to a model, with the reason.

    The rules are those of `mq.privacy.privacy_flags`: they flag too much and miss what they do not know. They are a
    screen, not a permission; whose terms allow what is the researcher's to know.

    Parameters
    ----------
    corpus : Corpus
        The corpus whose units would be sent.
    listed : iterable of str
        Ids that the researcher keeps back: no permission, deleted, asked not to be studied.
    flags : sequence of str
        Kinds of privacy flags that keep a unit back, in its own words or in those it answers; default: names, contacts,
        record numbers, ages over 89. Empty: none.

    Returns
    -------
    DataFrame
        unit_id, reason; one row a unit, in the order of the corpus.

    Raises
    ------
    InvalidArgument
        When there is no such kind of flag.
    UnknownUnit
        When a listed id is not in the corpus: a mistyped id would be sent.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> words = ["Thanks Dr Marlow", "Thank you all"]
    >>> units = pd.DataFrame({"unit_id": ["1", "2"], "text": words, "context": ["", ""]})
    >>> find_kept_back(SimpleNamespace(units=units))
      unit_id reason
    0       1   name
    """
    for flag in flags:
        if flag not in PATTERNS:
            raise InvalidArgument(
                f"There is no privacy flag {flag!r}.{did_you_mean(flag, PATTERNS)}",
                f"Use some of: {', '.join(PATTERNS)}.",
            )
    wanted = {str(unit) for unit in listed}
    unknown = sorted(wanted - set(corpus.units["unit_id"]))
    if unknown:
        raise UnknownUnit(
            f"{len(unknown)} unit(s) to be kept back are not in the corpus; the first is {unknown[0]!r}.",
            "Correct the id: a unit that is not found is not kept back.",
        )
    rows = []
    for unit, text, context in corpus.units[["unit_id", "text", "context"]].itertuples(index=False):
        kinds = sorted({kind for words in (text, context) for kind, *_ in flag_text(words) if kind in flags})
        reasons = [*(["listed"] if unit in wanted else []), *kinds]
        if reasons:
            rows.append((unit, ", ".join(reasons)))
    return pd.DataFrame(rows, columns=["unit_id", "reason"])
