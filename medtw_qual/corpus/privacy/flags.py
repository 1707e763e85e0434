"""A screen for details by which people may be recognised: rules that flag, never a certificate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal, Protocol

import pandas as pd
import regex

from medtw_qual._base.progress import track
from medtw_qual.errors import InvalidArgument, MissingDependency

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus

_MONTHS = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)"
)
_DAYS = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_NAME = r"\p{Lu}[\p{Ll}\p{M}'’-]+"
_NUMBER = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a|an)"
# Words with a capital that follow "in", "from", "at" and name no place.
_NO_PLACE = (
    rf"(?!(?:{_MONTHS}|{_DAYS}|I|Twitter|Zoom|English|Spanish|French|Christmas|Thanksgiving|Easter|Advent|God|COVID|Covid"
    r"|ICU|PPE|DMs?|MedTwitter|Slack|Dr|Mr|Mrs|Ms|Prof|The|My|Our|Your|This|That)\b)"
)
RULES: dict[str, str] = {
    "date": (
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+{_MONTHS}\b|\b{_MONTHS}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?!\d)"
        r"|\b\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}\b|\bon the \d{1,2}(?:st|nd|rd|th)\b"
    ),
    "time frame": (
        rf"\b{_NUMBER}\s+(?:hours?|days?|nights?|weeks?|months?|years?)\s+ago\b"
        rf"|\b(?:last|this|on)\s+{_DAYS}(?:\s+(?:night|morning|afternoon|evening))?\b"
        r"|\b(?:yesterday|last (?:night|week|month))\b"
    ),
    "age over 89": r"\b(?:9\d|1[01]\d)(?:[- ]?(?:years?|yrs?)(?:[- ]?olds?)?|[- ]?(?:y\.?o\.?|y/o|yo[mf]?)|[MF])\b"
    r"|\b(?:aged?|turn(?:s|ed|ing))\s+(?:9\d|1[01]\d)\b",
    "place": (
        rf"\b(?:in|from|at|near|outside|of)\s+{_NO_PLACE}{_NAME}(?:\s+{_NAME}){{0,2}}"
        rf"|\b(?:{_NAME}\s+){{1,3}}(?:Hospital|Clinic|Infirmary|Medical Cent(?:er|re)|County|University|Street|Road)\b"
    ),
    "name": (
        rf"\b(?:Dr|Mr|Mrs|Ms|Miss|Prof|Professor|Nurse|Sister|Señora?|Doña?|Herr|Frau|Mme)\.?\s+{_NAME}(?:\s+{_NAME})?"
        rf"|\b(?:named|called|name is|name was)\s+{_NAME}(?:\s+{_NAME})?"
        r"|\b(?:my|our|his|her|their)\s+(?:patient|resident|daughter|son|wife|husband|mother|father|mom|mum|dad|brother"
        rf"|sister|friend|colleague|partner),?\s+{_NAME}"
    ),
    "contact": (
        r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b|(?<![\w/])(?:\+?\d{1,3}[ .-])?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\d)"
    ),
    "record or room": (
        r"\b(?:MRN|NHS|case|chart|record)\s*(?:no\.?|number|#)?\s*:?\s*\d{4,}\b"
        r"|\b(?:[Rr]oom|[Bb]ed|[Bb]ay)\s+\d+[A-Z]?\b"
    ),
    "patient": (
        r"\b(?:my|our|a|the|this)\s+(?:\p{L}+[- ]){0,3}?(?:patients?|pt)\b"
        r"|\b\d{1,2}[- ]?(?:year|yr|month|week|day)s?[- ]old\b|\b\d{1,2}\s?(?:y\.?o\.?|y/o|yo[mf])\b"
    ),
}
_COMPILED = {
    kind: regex.compile(pattern, 0 if kind in ("place", "name", "record or room") else regex.IGNORECASE)
    for kind, pattern in RULES.items()
}


_PRESIDIO_MODEL = "en_core_web_lg"  # what Presidio takes when it is not told another
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
    [('date', '3 March'), ('age over 89', '94yo'), ('place', 'in Leeds'), ('patient', 'my patient'),
     ('patient', '94yo')]
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
    for kind, pattern in _COMPILED.items():
        for found in pattern.finditer(text):
            yield kind, found.group(), found.start(), found.end()


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
    if find_spec("presidio_analyzer") is None:
        raise MissingDependency("Presidio is not installed.", "Run: pip install 'medtw-qual[privacy]'.")
    if find_spec(_PRESIDIO_MODEL) is None:  # else Presidio would try to download 400 MB without asking
        raise MissingDependency(
            f"Presidio's language model {_PRESIDIO_MODEL} is not installed.",
            f"Run: python -m spacy download {_PRESIDIO_MODEL}; or hand in an AnalyzerEngine with a model you have.",
        )
    from presidio_analyzer import AnalyzerEngine

    return AnalyzerEngine()
