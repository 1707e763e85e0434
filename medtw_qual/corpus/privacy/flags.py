"""A screen for details by which people may be recognised: rules that flag, never a certificate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal, Protocol

import pandas as pd

from medtw_qual._base.extras import is_installed, needs_extra
from medtw_qual._base.progress import track
from medtw_qual.corpus.privacy.flag_rules import PATTERNS, find_passages
from medtw_qual.errors import InvalidArgument, MissingDependency

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus

_PRESIDIO_MODEL = "en_core_web_lg"  # what Presidio takes when it is not told another
# A passage that is flagged as the second is not flagged as the first as well.
_SAID_BY = {"age": "age over 89", "name": "place"}
Finder = Callable[[str], Iterator[tuple[str, str, int, int]]]


class Analyzer(Protocol):
    """What finds passages in a text as Presidio's AnalyzerEngine does."""

    def analyze(self, text: str, language: str) -> list[Any]:
        """Return findings with entity_type, start and end."""


def privacy_flags(
    corpus: Corpus, engine: Literal["rules", "presidio"] | Analyzer = "rules", language: str = "en"
) -> pd.DataFrame:
    """List passages by which the author or a patient may be recognised, for a person to look at.

    The kinds follow the identifiers of 45 CFR 164.514(b)(2) (HIPAA's Safe Harbor) that occur in running text (dates
    finer than a year, ages over 89, places below a state, names, contacts, record numbers), and what Ahmed et al.
    (2020, PMC7492977) found families to recognise a patient by: a time frame and the patient's story. The rules are for
    English text; they flag too much and miss what they do not know: a screen, not a certificate.

    Parameters
    ----------
    corpus : Corpus
        The corpus, after the steps that select its units.
    engine : {"rules", "presidio"} or AnalyzerEngine
        The package's rules; Microsoft's Presidio with its standard language model (an optional installation); or an
        AnalyzerEngine of your own, with the model and the recognizers you gave it.
    language : str
        In which Presidio reads (ISO 639-1); its engine must know it.

    Returns
    -------
    DataFrame
        unit_id, kind (a rule's name, or Presidio's name of the entity in small letters), passage, start, end (code
        points in the unit's text), one row per passage.

    Raises
    ------
    MissingDependency
        When Presidio is asked for and it or its language model is not installed.
    InvalidArgument
        When the engine is none of these.

    Examples
    --------
    >>> from medtw_qual.corpus.privacy.flags import flag_text
    >>> [(kind, passage) for kind, passage, _, _ in flag_text("On 3 March my patient, 94yo, died in Leeds.")]
    [('date', '3 March'), ('age over 89', '94yo'), ('place', 'in Leeds'), ('patient', 'my patient')]
    """
    find = _finder(engine, language)
    units = list(zip(corpus.units["unit_id"], corpus.units["text"], strict=True))
    rows = [
        (unit_id, *found)
        for unit_id, text in track(units, "Screening for details", total=len(units), unit=" units")
        for found in find(text)
    ]
    return pd.DataFrame(rows, columns=["unit_id", "kind", "passage", "start", "end"])


def flag_text(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Yield kind, passage, start and end of every passage that a rule flags."""
    found = {kind: find_passages(kind, text) for kind in PATTERNS}
    for kind, passages in found.items():
        nearer = found[_SAID_BY[kind]] if kind in _SAID_BY else []
        for begin, end in passages:
            if not any(first <= begin and end <= last for first, last in nearer):
                yield kind, text[begin:end], begin, end


def _finder(engine: object, language: str) -> Finder:
    if engine == "rules":
        return flag_text
    analyze = getattr(_standard_presidio() if engine == "presidio" else engine, "analyze", None)
    if not callable(analyze):
        raise InvalidArgument(f"There is no engine {engine!r}.", 'Use "rules", "presidio" or an AnalyzerEngine.')

    def find(text: str) -> Iterator[tuple[str, str, int, int]]:
        for match in sorted(analyze(text=text, language=language), key=lambda match: (match.start, match.end)):
            yield match.entity_type.lower(), text[match.start : match.end], match.start, match.end

    return find


def _standard_presidio() -> object:
    with needs_extra("privacy"):
        from presidio_analyzer import AnalyzerEngine
    if not is_installed(_PRESIDIO_MODEL):  # else Presidio would try to download 400 MB without asking
        raise MissingDependency(
            f"Presidio's language model {_PRESIDIO_MODEL} is not installed.",
            f"Run: python -m spacy download {_PRESIDIO_MODEL}; or hand in an AnalyzerEngine with a model you have.",
        )
    return AnalyzerEngine()
