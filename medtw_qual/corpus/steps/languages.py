"""The language units are written in: detected from their words, beside the platform's own tag."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pandas as pd
import regex

from medtw_qual._base.progress import track
from medtw_qual.corpus.flow import Exclusion
from medtw_qual.corpus.scripts import has_letters_of_several, languages_of_scripts, script_language
from medtw_qual.corpus.steps.common import keep_units
from medtw_qual.corpus.text_entities import as_list
from medtw_qual.errors import InvalidArgument, did_you_mean

if TYPE_CHECKING:
    from medtw_qual.corpus.corpus import Corpus

# Few words tell a language badly: below three words or twelve letters the platform's tag stands, if there is one.
_FEWEST_WORDS, _FEWEST_LETTERS = 3, 12
_SURE = 0.6
_NOT_WORDS = regex.compile(r"https?://\S+|[@＠]\w+|[#＃]\w+|[^\p{L}\p{M}'’\s-]+")
_LETTERS = regex.compile(r"\p{L}")
_PLATFORM = {"in": "id", "iw": "he", "no": "nb"}  # old codes the platform writes
_FURTHER_NAMES = {
    "norwegian": "nb", "farsi": "fa", "castilian": "es", "mandarin": "zh", "simplified chinese": "zh",
    "traditional chinese": "zh", "brazilian portuguese": "pt", "ger": "de", "fre": "fr", "dut": "nl", "chi": "zh",
    "per": "fa", "gre": "el", "cze": "cs", "rum": "ro", "zho": "zh", "slo": "sk", "ice": "is", "alb": "sq",
}  # fmt: skip
_NO_LANGUAGE = {
    "",
    "unknown",
    "undetermined",
    "other",
    "mul",
    "mis",
    "und",
    "qme",
    "qst",
    "qht",
    "qam",
    "qct",
    "zxx",
    "art",
}


# Candidates: the languages of the platform's tags in this corpus, those asked for, and these, which are common in
# the communities the package is for. Without any tags the wide list stands in. Each candidate takes time to load.
_COMMON = ("en", "es", "fr", "pt", "de", "it", "nl")
_WIDE = (
    *_COMMON, "sv", "da", "nb", "fi", "pl", "cs", "tr", "ar", "he", "fa", "hi", "ur", "bn", "id", "ja", "ko", "zh",
    "ru",
)  # fmt: skip
_BATCH = 2_000


@lru_cache(maxsize=2)
def _detector(codes: tuple[str, ...]) -> Any:  # noqa: ANN401 - a class of the library
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    known = [getattr(IsoCode639_1, code.upper()) for code in codes if code in iso_codes()]
    return LanguageDetectorBuilder.from_iso_codes_639_1(*known).build()


@lru_cache(maxsize=1)
def iso_codes() -> frozenset[str]:
    """Return the two-letter codes of all languages that can be told apart."""
    from lingua import IsoCode639_1

    return frozenset(name.lower() for name in dir(IsoCode639_1) if name.isupper() and len(name) == 2)


def language_name(code: str) -> str:
    """Return a language's English name; a code that is none stays as it is.

    Examples
    --------
    >>> language_name("es"), language_name("und")
    ('Spanish', 'und')
    """
    from lingua import IsoCode639_1, Language

    if code not in iso_codes():
        return code
    return Language.from_iso_code_639_1(getattr(IsoCode639_1, code.upper())).name.title()


def detect_languages(corpus: Corpus, also: Sequence[str] = ()) -> pd.DataFrame:
    """Return, for every unit, the detected language beside the platform's tag.

    Parameters
    ----------
    corpus : Corpus
        The corpus, after the steps that select its units.
    also : sequence of str
        Languages (ISO 639-1) to consider beside those that the platform's tags name.

    Returns
    -------
    DataFrame
        unit_id; language (ISO 639-1; "und" where too few words tell nothing and the platform is silent); confidence (0
        to 1, missing where not detected); platform (its tag, ""); decided_by ("words", "platform", "nobody"); agree
        (missing where one is silent).
    """
    tags = dict(zip(corpus.posts["post_id"], corpus.posts["lang"], strict=True))
    platform = [base_code(tags.get(unit_id, "")) for unit_id in corpus.units["unit_id"]]
    common = _COMMON if any(platform) else _WIDE
    scripts = languages_of_scripts(corpus.units["text"])
    candidates = tuple(sorted({*as_list(also), *common, *scripts, *platform} & iso_codes()))
    detected = _detect(list(corpus.units["text"]), candidates)
    rows = [
        (unit_id, *_decide(language, confidence, tag))
        for unit_id, (language, confidence), tag in zip(corpus.units["unit_id"], detected, platform, strict=True)
    ]
    columns = ["unit_id", "language", "confidence", "platform", "decided_by", "agree"]
    return pd.DataFrame(rows, columns=columns).astype({"confidence": "float64", "agree": "boolean"})


def _detect(texts: list[str], candidates: tuple[str, ...]) -> list[tuple[str, float]]:
    """Return language and confidence of each text; ("", NaN) where its words are too few."""
    words = [_NOT_WORDS.sub(" ", text) for text in texts]
    found: list[tuple[str, float]] = [("", float("nan"))] * len(texts)
    telling = []
    for place, entry in enumerate(words):
        language, confidence = script_language(entry) if not entry.isascii() else ("", 0.0)
        if language:
            found[place] = (language, confidence)
        elif _tells_enough(entry):
            telling.append(place)
    batches = [telling[start : start + _BATCH] for start in range(0, len(telling), _BATCH)]
    for batch in track(batches, "Telling languages", unit=" batches"):
        values = _detector(candidates).compute_language_confidence_values_in_parallel([words[place] for place in batch])
        for place, ranking in zip(batch, values, strict=True):
            if ranking and ranking[0].value > 0:
                found[place] = (ranking[0].language.iso_code_639_1.name.lower(), float(ranking[0].value))
    return found


def _tells_enough(words: str) -> bool:
    enough = len(words.split()) >= _FEWEST_WORDS and len(_LETTERS.findall(words)) >= _FEWEST_LETTERS
    return enough or has_letters_of_several(words)


def base_code(tag: str) -> str:
    """Return the two-letter language of a platform's tag or name; "" for its codes that mean no language.

    Examples
    --------
    >>> base_code("pt-BR"), base_code("iw"), base_code("qme"), base_code("English"), base_code("deu")
    ('pt', 'he', '', 'en', 'de')
    """
    code = tag.strip().lower().replace("_", "-").split("-")[0].split(" (")[0].strip()
    code = _PLATFORM.get(code, code)
    if len(code) > 2 and code not in _NO_LANGUAGE:
        code = language_names().get(code, code)
    return "" if code in _NO_LANGUAGE else code


@lru_cache(maxsize=1)
def language_names() -> dict[str, str]:
    """Return the two-letter code of every English name of a language and every three-letter code (ISO 639-2, 639-3)."""
    from lingua import Language

    known = {entry: entry.iso_code_639_1.name.lower() for entry in Language.all()}
    names = {entry.name.lower(): code for entry, code in known.items()}
    return {**names, **{entry.iso_code_639_3.name.lower(): code for entry, code in known.items()}, **_FURTHER_NAMES}


def _decide(language: str, confidence: float, platform: str) -> tuple[str, float, str, str, bool | None]:
    agree = (language == platform) if language and platform else None
    if language and (confidence >= _SURE or not platform):
        return language, confidence, platform, "words", agree
    if platform:
        return platform, confidence, platform, "platform", agree
    return "und", confidence, "", "nobody", None


def keep_language(corpus: Corpus, *languages: str, keep_undetermined: bool = True) -> Corpus:
    """Return the corpus with the units in these languages; the units gain a column ``language``.

    The words decide (lingua); where they are too few or tell too little, the platform's tag does. Units that neither
    can place (an emoji, a link) stay unless `keep_undetermined` is false. How often words and tag disagree is noted in
    ``provenance["languages"]``; `detect_languages` lists every case.

    Parameters
    ----------
    corpus : Corpus
        The corpus, after the steps that select its units.
    *languages : str
        ISO 639-1 codes: ``"en"``, ``"es"``.
    keep_undetermined : bool
        Whether units whose language cannot be found stay; by default they do.

    Raises
    ------
    InvalidArgument
        When no language is given, or one is not a code.
    """
    wanted = {code.lower() for given in languages for code in as_list(given)}
    _require_codes(wanted)
    table = detect_languages(corpus, sorted(wanted))
    corpus = replace(corpus, units=corpus.units.assign(language=table["language"].to_numpy()))
    undetermined = table["language"] == "und"
    inside = table["language"].isin(wanted)
    keep = inside | undetermined if keep_undetermined else inside
    others = table.loc[~keep, "language"].value_counts()
    named = " or ".join(language_name(code) for code in sorted(wanted))
    reasons = [Exclusion(f"not in {named} but in {language_name(code)}", int(n)) for code, n in sorted(others.items())]
    counted = {
        "wanted": sorted(wanted),
        "undetermined": int(undetermined.sum()),
        "words_and_platform_disagree": int((~table["agree"].fillna(True)).sum()),
    }
    corpus = replace(corpus, provenance={**corpus.provenance, "languages": counted})
    return keep_units(corpus, keep, "keep_language", reasons or [Exclusion(f"not in {named}")])


def _require_codes(wanted: Iterable[str]) -> None:
    if not wanted:
        raise InvalidArgument("keep_language was given no language.", 'Name at least one: keep_language("en").')
    for code in wanted:
        if code not in iso_codes():
            names = {language_name(code).lower(): code for code in iso_codes()}
            meant = f" Did you mean {names[code]!r}?" if code in names else did_you_mean(code, iso_codes())
            raise InvalidArgument(
                f"{code!r} is no language code.{meant}",
                "Use two letters (ISO 639-1): en, es, fr.",
            )
